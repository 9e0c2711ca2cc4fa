#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Transcripts: what stands on the screen when somebody works at the console, letter for letter.

A file NAME.txt begins with lines of explanation (`# ...`) and one line `$ weir ...`, which starts
the console; everything after it is the screen. The lines behind a prompt are what is typed; they
are fed to the program, which echoes them, so what it writes to its standard output must equal
the file. Each console has a directory of its own, with a copy of every *.rsc of this folder, with
traffic.pcap, which traffic.py makes, and with an empty folder `files`; several `$` lines in a file
are several consoles.

usage: run.py WEIR [--write] FILE|FOLDER...  --write: takes what the program writes as the screen
"""
import difflib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "system" / "replay")]
import traffic  # noqa: E402

PROMPT = re.compile(r"^\[[\w.-]+@[^\]]*\] (?:<SAFE> ?)?(?:/\S* ?)?> ?(.*)$|^[\[{(\"\\]+\.\.\. ?(.*)$|^(?:numbers?|destination|value-name): (.*)$")


def typed(screen):
    lines = []
    for line in screen.split("\n"):
        match = PROMPT.match(line)
        if match:
            lines.append(next(group for group in match.groups() if group is not None))
    return lines


def play(weir, command, screen):
    """=> what the program writes for what is typed on that screen"""
    words = shlex.split(command)
    assert words[0] == "weir", command
    with tempfile.TemporaryDirectory(prefix="weir-transcript-") as directory:
        for path in HERE.glob("*.rsc"):
            shutil.copy(path, directory)
        for name, content in traffic.captures():
            (pathlib.Path(directory) / name).write_bytes(content)
        (pathlib.Path(directory) / "files").mkdir()
        done = subprocess.run([weir, *words[1:], "--echo"], cwd=directory, timeout=120,
                              input="".join(line + "\n" for line in typed(screen)).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    if done.returncode not in (0, 1):  # 1: the last command was refused
        sys.stderr.write(f"{command}: exit status {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def parts(text):
    """=> (head, command, screen) of each console in a file"""
    pieces = re.split(r"(?m)^(\$ .*)\n", text)
    found = []
    for i in range(1, len(pieces), 2):
        head = pieces[i - 1] if i == 1 else ""
        found.append((head, pieces[i][2:], pieces[i + 1]))
    return found


def main():
    weir = os.path.abspath(sys.argv[1])
    files = [path for argument in sys.argv[2:] if argument != "--write"
             for path in (sorted(pathlib.Path(argument).glob("*.txt"))
                          if pathlib.Path(argument).is_dir() else [pathlib.Path(argument)])]
    write = "--write" in sys.argv
    exchanges = failures = 0
    for name in files:
        text = pathlib.Path(name).read_bytes().decode()
        consoles = parts(text)
        if not consoles:
            print(f"{name}: expected a line '$ weir ...'")
            failures += 1
        new = ""
        for head, command, screen in consoles:
            got = play(weir, command, screen)
            exchanges += len(typed(screen))
            new += f"{head}$ {command}\n{got}"
            if got != screen and not write:
                failures += 1
                sys.stdout.writelines(difflib.unified_diff(
                    screen.splitlines(True), got.splitlines(True), str(name), "weir", n=3))
        if write and consoles:
            pathlib.Path(name).write_bytes(new.encode())
    print(f"{exchanges} exchanges in {len(files)} files, {failures} wrong")
    return 1 if failures or not exchanges else 0


if __name__ == "__main__":
    sys.exit(main())
