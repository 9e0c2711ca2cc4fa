#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails unless each source file of the tree names its licence in one of its first three lines.

Sources are told by their endings; inputs of tests and fuzzers and the licence itself are none.

usage: spdx.py [ROOT]
"""
import os
import pathlib
import sys

ENDINGS = {".c", ".h", ".py", ".sh", ".build", ".txt", ".md", ".story", ".3", ".1", ".8"}
NAMES = {"Makefile", "run", ".clang-format"}
SKIP = {".git", "out", "corpus", "regress", "__pycache__"}
LINE = "SPDX-License-Identifier: Apache-2.0"


def sources(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIP and not f.startswith("build")]
        for name in files:
            path = pathlib.Path(folder) / name
            if name in NAMES or path.suffix in ENDINGS:
                yield path


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    count, fault = 0, 0
    for path in sorted(sources(root)):
        count += 1
        with path.open(encoding="utf-8", errors="replace") as file:
            if not any(LINE in next(file, "") for _ in range(3)):
                print(f"{path.relative_to(root)}: no line '{LINE}'", file=sys.stderr)
                fault = 1
    print(f"{count} source files name their licence" if not fault else "licence lines are missing")
    return fault if count else 1


if __name__ == "__main__":
    sys.exit(main())
