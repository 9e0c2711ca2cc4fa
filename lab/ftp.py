#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lab's FTP client: fetches one file with a passive and one with an active data connection.

With --stay it then says "staying" and keeps the control connection open until its standard
input ends, so that the table has an established connection to show.

usage: ftp.py ADDRESS [--stay]
"""
import ftplib
import sys


def main():
    ftp = ftplib.FTP(sys.argv[1], timeout=5)
    ftp.login("lab", "lab")
    for passive in (True, False):
        ftp.set_pasv(passive)
        size = 0

        def count(block):
            nonlocal size
            size += len(block)

        ftp.retrbinary("RETR fox.txt", count)
        print(f"ftp: {'passive' if passive else 'active'}, {size} bytes", flush=True)
    if "--stay" in sys.argv:
        print("staying", flush=True)
        sys.stdin.read()
    ftp.quit()


if __name__ == "__main__":
    main()
