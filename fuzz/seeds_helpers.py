#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of fuzz_helpers: for each input of the parsers' own seeds
(fuzz/seeds_NAME.txt) a connection of that helper in which the same is said, each message followed
by an attempt to meet what is expected. Run it again after a step's format changes.

usage: seeds_helpers.py DIRECTORY
"""
import pathlib
import sys

import helper_seeds

# The rows of step_open(); H.245 is met behind Q.931.
ROWS = {"ftp": 0, "tftp": 1, "irc": 2, "sip": 3, "pptp": 5, "q931": 6, "h245": 6, "ras": 7,
        "rtsp": 8}
MASQUERADE, DSTNAT, FASTTRACK, LISTENERS = 2, 4, 8, 16
# What a client is seen as: 10.0.0.3 in the parsers' seeds.
ROUTER = ((b"10.0.0.3", b"10.0.0.133"), (b"10,0,0,3", b"10,0,0,133"),
          (bytes([10, 0, 0, 3]), bytes([10, 0, 0, 133])))
# Call ids: a client's port, as which its first call is seen; masquerade keeps 1500.
SEEN_1600, SEEN_1500 = (1600).to_bytes(2, "big"), (1500).to_bytes(2, "big")
OPEN, MEET, TIME, SAY, TUNNEL = 0, 2, 4, 10, 9



def message(data):
    data = data[:1400]
    return bytes([128 | len(data) >> 8, len(data) & 255]) + data


def h245_begin():
    """Q.931 names the port of H.245, whose connection is flow 1."""
    seeds = pathlib.Path(__file__).parent / "seeds_q931.txt"
    packets = next(packets for name, _, packets in inputs_of(seeds) if name == "call")
    connect = next(data for reply, _, data in packets if reply)
    return bytes([SAY, 1]) + message(connect) + bytes([MEET, 1, 5])


def program(name, kind, packets, workers):
    rules = LISTENERS * ("listen" in kind)
    rules |= MASQUERADE * ("source" in kind) | DSTNAT * ("destination" in kind)
    six = 0x40 * ("six" in kind)
    row = 4 if name == "sip" and "stream" in kind else ROWS[name]
    out = bytes([rules | workers - 1])
    begun = row not in (1, 3, 7)
    flow = 0
    if begun:
        out += bytes([OPEN, row, six])
    if name == "h245":
        out += h245_begin()
        flow = 2
    for reply, what, data in packets:
        if not begun:
            out += bytes([OPEN, row, six]) + message(data)
            begun = True
            continue
        for old, new in ROUTER:
            data = data.replace(old, new)
        if name == "pptp":
            data = data.replace(SEEN_1600, SEEN_1500)
        if what & 4:
            out += bytes([TIME | 0x10, 100])
        out += bytes([SAY, reply | flow]) + message(data)
        if what & 2:
            out += bytes([SAY, reply | flow | 0x10])
        if what & 16 or reply:
            out += bytes([MEET, 3, 5, TUNNEL, 2, TUNNEL, 5])
    return out + bytes([MEET, 2, 7])


def inputs_of(path):
    name, kind, packets = None, (), []
    for line in path.read_text().splitlines():
        if line.startswith("= "):
            if name:
                yield name, kind, packets
            name, *kind = line[2:].split()
            packets = []
        elif line and not line.startswith("#"):
            packet = helper_seeds.packet(line)
            packets.append((packet[0] & 1, packet[0], packet[3:]))
    yield name, kind, packets


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for helper in ROWS:
        path = pathlib.Path(__file__).parent / f"seeds_{helper}.txt"
        for name, kind, packets in inputs_of(path):
            for workers in (1, 2):
                data = program(helper, kind, packets, workers)
                (folder / f"{helper}-{name}-{workers}").write_bytes(data)


if __name__ == "__main__":
    main()
