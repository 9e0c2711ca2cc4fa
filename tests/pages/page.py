#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of the documentation: what they show of the program is what it writes.

A fenced block marked `console` is the screen of a console. One that begins with `$ weir ...`
starts that console; blocks without such a line go on in it, so that there may be words between
two of its commands. It is played as tests/transcript/run.py plays its files.

A block marked `shell` holds commands behind `$` and what they write. They run in the order of
the page, in one directory with the same files as the consoles have.

usage: page.py WEIR [--write] PAGE...     --write: takes what the program writes into the page
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "transcript"))
import run  # noqa: E402

FENCE = re.compile(r"^```(console|shell)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def split_screen(screen, counts):
    """Cuts a screen into pieces with so many typed lines each."""
    pieces, piece, seen = [], "", 0
    for line in screen.splitlines(True):
        is_typed = run.PROMPT.match(line.rstrip("\n")) is not None
        if is_typed and seen == counts[0] and len(counts) > 1:
            pieces.append(piece)
            piece, seen, counts = "", 0, counts[1:]
        seen += is_typed
        piece += line
    return [*pieces, piece]


def consoles(blocks):
    """=> lists of indices of the blocks that are one console each"""
    groups = []
    for i, (kind, text) in enumerate(blocks):
        if kind != "console":
            continue
        if text.startswith("$ "):
            groups.append([])
        assert groups, f"the first console does not begin with '$ weir ...':\n{text}"
        groups[-1].append(i)
    return groups


def play_console(weir, texts):
    """=> what each block of a console holds if the page is right"""
    command, first = texts[0].split("\n", 1)
    screens = [first, *texts[1:]]
    counts = [len(run.typed(screen)) for screen in screens]
    assert all(counts[1:]), f"a block in which nothing is typed follows {command}"
    played = split_screen(run.play(weir, command[2:], "".join(screens)), counts)
    played += [""] * (len(screens) - len(played))
    return [f"{command}\n{played[0]}", *played[1:]]


def play_shell(directory, weir, text):
    out = ""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                   "PATH": f"{directory}/bin:{os.environ['PATH']}"}
    for line in text.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(["sh", "-c", line[2:]], cwd=directory, timeout=60,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, env=environment)
            out += line + "\n" + done.stdout.decode(errors="replace")
    return out


def furnish(directory, weir):
    for path in [*run.HERE.glob("*.rsc"), *HERE.glob("*.rsc")]:
        shutil.copy(path, directory)
    for name, content in run.traffic.captures():
        (pathlib.Path(directory) / name).write_bytes(content)
    bin_directory = pathlib.Path(directory) / "bin"
    bin_directory.mkdir()
    (bin_directory / "weir").symlink_to(weir)


def play_page(weir, blocks):
    """=> what the blocks of a page hold if it is right"""
    new = [text for _, text in blocks]
    for group in consoles(blocks):
        for i, text in zip(group, play_console(weir, [blocks[i][1] for i in group])):
            new[i] = text
    with tempfile.TemporaryDirectory(prefix="weir-page-") as directory:
        furnish(directory, weir)
        for i, (kind, text) in enumerate(blocks):
            if kind == "shell":
                new[i] = play_shell(directory, weir, text)
    return new


def main():
    weir = os.path.abspath(sys.argv[1])
    pages = [argument for argument in sys.argv[2:] if argument != "--write"]
    write = "--write" in sys.argv
    count = wrong = 0
    for page in pages:
        text = pathlib.Path(page).read_text()
        blocks = FENCE.findall(text)
        new = iter(play_page(weir, blocks))
        played = FENCE.sub(lambda block: f"```{block[1]}\n{next(new)}```", text)
        count += len(blocks)
        if not blocks:
            print(f"{page}: expected a block marked console or shell")
            wrong += 1
        elif write:
            pathlib.Path(page).write_text(played)
        elif played != text:
            wrong += 1
            sys.stdout.writelines(difflib.unified_diff(
                text.splitlines(True), played.splitlines(True), page, "weir", n=3))
    print(f"{count} screens in {len(pages)} pages, {wrong} pages wrong")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
