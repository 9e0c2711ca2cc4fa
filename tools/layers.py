#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints which folder of src/ includes which, and fails on an include that the layers forbid.

The list of layers stands here and nowhere else. A folder may include its own headers, the
public ones (<weir/...>, which are the words that all folders share) and the folders named
beside it. Includes are written from src/ ("track/conn.h"), so that a line of code shows its
layer. The public headers include each other and the C library, nothing else.

usage: layers.py [ROOT]
"""
import pathlib
import re
import sys

LAYERS = {  # lowest first
    "base": "",
    "packet": "base",
    "track": "packet base",
    "route": "packet base",
    "helper": "track packet base",
    "nat": "track packet base",
    "firewall": "route track packet base",
    "engine": "firewall nat helper route track packet base",
    # Here libweir ends. What follows knows the engine by its public headers alone.
    "model": "base",
    "console": "model base",
    "system": "model base",
    "api": "model base",
    "rest": "model base",
    "port": "base",
    "host": "base",
    "export": "base",
    "cluster": "base",
    "daemon": "model console system api rest port host export cluster base",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] == '"', match[2]


def check(root):
    """=> the matrix as {folder: {folder: count}}, and what is wrong, a line each"""
    matrix, faults = {}, []
    source = root / "src"
    for path in sorted(source.rglob("*.[ch]")):
        folder = path.relative_to(source).parts[0]
        row = matrix.setdefault(folder, {})
        if folder not in LAYERS:
            faults.append(f"{path.relative_to(root)}: no layer is called {folder}")
            continue
        for number, quoted, name in includes(path):
            where = f"{path.relative_to(root)}:{number}"
            if name.startswith("weir/"):
                row["weir"] = row.get("weir", 0) + 1
                continue
            if not quoted:
                continue
            if "/" not in name or ".." in name or not (source / name).is_file():
                faults.append(f'{where}: "{name}" is not written from src/')
                continue
            target = name.split("/")[0]
            row[target] = row.get(target, 0) + 1
            if target != folder and target not in LAYERS[folder].split():
                faults.append(f"{where}: {folder} may not include {target} ({name})")
    public = root / "include" / "weir"
    for path in sorted(public.glob("*.h")):
        for number, quoted, name in includes(path):
            if quoted or ("/" in name and not (public.parent / name).is_file()):
                faults.append(f"{path.relative_to(root)}:{number}: {name} is not public")
    return matrix, faults


def show(matrix):
    columns = ["weir"] + [name for name in LAYERS if any(name in row for row in matrix.values())]
    width = max(map(len, columns + list(matrix))) + 1
    print("includes".ljust(width) + "".join(name.rjust(width) for name in columns))
    for folder in (name for name in LAYERS if name in matrix):
        cells = (str(matrix[folder].get(name, ".")) for name in columns)
        print(folder.ljust(width) + "".join(cell.rjust(width) for cell in cells))


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    matrix, faults = check(root)
    show(matrix)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults or not matrix else 0


if __name__ == "__main__":
    sys.exit(main())
