#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes inputs for the fuzzers of helpers (fuzz/helper_harness.h).

Each parser has a file fuzz/seeds_NAME.txt: an input begins with a line "= NAME KIND", KIND being
words of `KINDS`; each packet is a line "> text" (or "< text" of a reply), with words of `WHATS` in
brackets before the text where they are needed: "> [again] PORT 10,0,0,1,4,1\\r\\n". The text may
have Python's escapes.

usage: helper_seeds.py seeds_NAME.txt CORPUS_DIRECTORY
"""
import pathlib
import re
import sys

KINDS = {"six": 1, "source": 2, "destination": 4, "little": 8, "few": 16, "fails": 32,
         "stream": 64}
WHATS = {"again": 2, "later": 4, "new": 8, "met": 16}


def packet(line):
    match = re.match(r"([<>]) (?:\[([a-z ]*)\] )?(.*)$", line)
    if not match:
        sys.exit(f"not a packet: {line}")
    what = (match[1] == "<") + sum(WHATS[word] for word in (match[2] or "").split())
    data = match[3].encode("latin-1").decode("unicode_escape").encode("latin-1")
    return bytes([what]) + len(data).to_bytes(2, "big") + data


def main():
    source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    inputs = {}
    for line in source.read_text().splitlines():
        if line.startswith("= "):
            name, *kind = line[2:].split()
            inputs[name] = bytes([sum(KINDS[word] for word in kind)])
        elif line and not line.startswith("#"):
            inputs[name] += packet(line)
    for name, data in inputs.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main()
