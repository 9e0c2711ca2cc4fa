#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Adds up the results that meson left in build directories, and prints them as one line:

    N passed, N failed[, N skipped]

A test that reports several cases (TAP) counts with each of them. With --failed N that
many steps that ended without a result of their own (a build that broke) count as failed.

usage: tally.py [--failed N] FILE.junit.xml...      => exit status 0 if nothing failed
"""
import argparse
import sys
import xml.etree.ElementTree as ElementTree


def tally(path):
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--failed", type=int, default=0)
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()

    passed, failed, skipped = 0, args.failed, 0
    for path in args.files:
        counts = tally(path)
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    if passed + failed == 0:
        failed = 1  # no result at all is no success
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
