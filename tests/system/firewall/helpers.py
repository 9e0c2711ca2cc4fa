#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real captures of protocols that name further connections: each of those is related.

Which connections those are is told from the captures alone: with FTP any that one end of a
control connection opens to the other beside it, with IRC those of the captures named below. Each
must be `related` with its first packet and belong to the helper; a capture whose helper is
switched off has none. SIP is read without harm.

usage: helpers.py WEIR SHARED    exit status 77: nothing to test with
"""
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

SKIP = 77
TCP, SYN, ACK = 6, 2, 16
SKIPPED_LINKS = {1: 14, 101: 0, 0: 4, 108: 4, 113: 16}
OFF = "/ip firewall service-port\nset ftp disabled=yes\nset irc disabled=yes\n"
# Data connections of which the control connection says nothing that can be read there.
UNREAD = {"ftp_ftp-auth-tls.pcap"}
# It begins in the middle: where the first answer's line begins is not known.
MISSED = {"ftp_ftp-with-numbers-in-filename.pcap": 1}


def segments(data):
    """=> (source, target, ports, flags) of each TCP segment of a capture; None if it is no
    little-endian pcap of a link layer that is known here"""
    if len(data) < 24 or data[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        return None
    link = struct.unpack_from("<I", data, 20)[0] & 0xffff
    if link not in SKIPPED_LINKS:
        return None
    at, found = 24, []
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packet = data[at + 16 + SKIPPED_LINKS[link]:at + 16 + size]
        at += 16 + size
        if len(packet) >= 40 and packet[0] >> 4 == 4 and packet[9] == TCP:
            ends, segment = (packet[12:16], packet[16:20]), packet[(packet[0] & 15) * 4:]
        elif len(packet) >= 60 and packet[0] >> 4 == 6 and packet[6] == TCP:
            ends, segment = (packet[8:24], packet[24:40]), packet[40:]
        else:
            continue
        if len(segment) >= 14:
            found.append((*ends, *struct.unpack_from("!HH", segment), segment[13]))
    return found


def data_connections(found):
    """=> those that begin between the ends of a connection to port 21, and are not to port 21"""
    control, data = set(), set()
    for source, target, sport, dport, flags in found:
        if 21 in (sport, dport):
            control |= {(source, target), (target, source)}
        elif (source, target) in control and flags & (SYN | ACK) == SYN:
            data.add((source, target, sport, dport))
    return data


def run(weir, *args):
    done = subprocess.run([weir, "replay", *map(str, args)], capture_output=True, timeout=120)
    assert done.returncode == 0, f"{args}: {done.stderr.decode(errors='replace')}"
    assert not re.search(rb"ERROR: |runtime error", done.stderr), done.stderr.decode()
    return done.stdout.decode()


def related(weir, path, *args):
    """=> how many connections began as related"""
    packets = [json.loads(line) for line in run(weir, path, "--packets", "json",
                                                *args).splitlines()]
    return len({p["id"] for p in packets if p["state"] == "related" and p["id"]})


def helper_of(weir, path, name):
    """=> how many connections helper `name` read, and how many it expected, over the whole"""
    listed = json.loads(run(weir, path, "--print", "json", "--tracking",
                            "tcp-close-timeout=10d", "--tracking", "tcp-time-wait-timeout=10d",
                            "--where", f"connection-type={name}"))
    return (sum(c["uses-helper"] for c in listed), sum(c["expected"] for c in listed))


def check_ftp(weir, path, off):
    found = segments(path.read_bytes())
    if not found or path.name in UNREAD:
        return 0
    count = len(data_connections(found)) - MISSED.get(path.name, 0)
    got = related(weir, path)
    assert got == count, f"{path.name}: {count} data connections, {got} related"
    if not count:
        return 0
    assert related(weir, path, "--config", off) == 0, f"{path.name}: related without helper"
    read, expected = helper_of(weir, path, "ftp")
    assert read >= 1 and expected == count, f"{path.name}: {read} read, {expected} expected"
    return count


def main():
    weir, shared = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    captures = shared / "captures"
    ftp = sorted(captures.glob("ftp_*.pcap"))
    if not ftp:
        print(f"{captures}: no captures of FTP: nothing is tested")
        return SKIP
    with tempfile.TemporaryDirectory(prefix="weir-helpers-") as directory:
        off = pathlib.Path(directory) / "off.rsc"
        off.write_text(OFF)
        count = sum(check_ftp(weir, path, off) for path in ftp)
        assert count, "no capture has a data connection"
        print(f"{count} data connections of FTP in {len(ftp)} captures")
        dcc = captures / "irc-dcc-first-command.pcap"
        if dcc.exists():
            assert related(weir, dcc) == 1 and related(weir, dcc, "--config", off) == 0, dcc.name
            assert helper_of(weir, dcc, "irc") == (1, 1), dcc.name
            print("1 connection that IRC named")
    for path in sorted(captures.glob("sip_*.pcap")) + sorted(captures.glob("irc*.pcap*")):
        run(weir, path, "--packets", "json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
