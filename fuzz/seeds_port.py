#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of fuzz_link and fuzz_capture: a frame for each link layer, and a
capture for each format.

The output is the same every time; run it again after a format of the targets changes, and
commit what it writes.

usage: seeds_port.py [DIRECTORY]
"""
import gzip
import pathlib
import struct
import sys

IP4 = bytes.fromhex("450000140000000040110000c0000201c0000202")
IP6 = struct.pack("!IHBB", 0x60000000, 0, 59, 64) + bytes(31) + b"\1"
MAC = bytes.fromhex("020000000001020000000002")

# In the order of enum link_type.
UNKNOWN, ETHERNET, IP, COOKED, COOKED2, LOOPBACK, PPP, SERIAL, PPPOE = range(9)


def ether(kind, payload):
    return MAC + struct.pack("!H", kind) + payload


def tag(number, kind):
    return struct.pack("!HH", number, kind)


def label(number, bottom):
    return struct.pack("!I", number << 12 | bottom << 8 | 64)


def pppoe(protocol, payload):
    body = struct.pack("!H", protocol) + payload
    return struct.pack("!BBHH", 0x11, 0, 7, len(body)) + body


LINK = {
    "ether-ip4": (ETHERNET, ether(0x0800, IP4)),
    "ether-ip6": (ETHERNET, ether(0x86dd, IP6)),
    "ether-arp": (ETHERNET, ether(0x0806, bytes(28))),
    "ether-unknown": (ETHERNET, ether(0x88b5, bytes(4))),
    "vlan": (ETHERNET, ether(0x8100, tag(5, 0x0800) + IP4)),
    "qinq": (ETHERNET, ether(0x88a8, tag(5, 0x8100) + tag(6, 0x86dd) + IP6)),
    "vlan-mpls": (ETHERNET, ether(0x8100, tag(5, 0x8847) + label(16, 0) + label(17, 1) + IP4)),
    "pseudowire": (ETHERNET, ether(0x8847, label(16, 1) + bytes(4) + ether(0x0800, IP4))),
    "pppoe": (ETHERNET, ether(0x8864, pppoe(0x21, IP4) + bytes(6))),
    "snap": (ETHERNET, ether(28, b"\xaa\xaa\x03\0\0\0\x08\0" + IP4)),
    "snap-cisco": (ETHERNET, ether(28, b"\xaa\xaa\x03\0\0\x0c\x20\0" + bytes(20))),
    "spanning-tree": (ETHERNET, ether(38, b"\x42\x42\x03" + bytes(35))),
    "raw": (IP, IP4),
    "cooked": (COOKED, struct.pack("!HHH8sH", 0, 1, 6, MAC[:8], 0x0800) + IP4),
    "cooked-llc": (COOKED, struct.pack("!HHH8sH", 0, 1, 6, MAC[:8], 4) + b"\x42\x42\x03"),
    "cooked2": (COOKED2, struct.pack("!HHIHBB8s", 0x86dd, 0, 1, 1, 0, 6, MAC[:8]) + IP6),
    "null": (LOOPBACK, struct.pack("<I", 2) + IP4),
    "loop": (LOOPBACK, struct.pack(">I", 30) + IP6),
    "ppp": (PPP, b"\xff\x03\0\x21" + IP4),
    "ppp-short": (PPP, b"\x57" + IP6),
    "ppp-mpls": (PPP, b"\x02\x81" + label(3, 1) + IP6),
    "hdlc": (SERIAL, b"\x0f\0\x08\0" + IP4),
    "pppoe-alone": (PPPOE, pppoe(0xc021, bytes(4))),
}


def pcap(frames, magic=0xa1b2c3d4, order="<", link=1):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for seconds, fraction, frame in frames:
        out += struct.pack(order + "IIII", seconds, fraction, len(frame), len(frame)) + frame
    return out


def block(kind, body, order):
    body += bytes(-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + \
        struct.pack(order + "I", 12 + len(body))


def pcapng(frames, order="<", link=1):
    out = block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1), order)
    options = struct.pack(order + "HHB3xHH", 9, 1, 9, 0, 0)
    out += block(1, struct.pack(order + "HHI", link, 0, 65535) + options, order)
    for seconds, fraction, frame in frames:
        stamp = seconds * 10**9 + fraction
        out += block(6, struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xffffffff,
                                    len(frame), len(frame)) + frame, order)
    return out


FRAMES = [(1, 0, ether(0x0800, IP4)), (1, 5, ether(0x0806, bytes(28))), (3, 0, ether(0x86dd, IP6))]
WHOLE = pcap(FRAMES)
CAPTURE = {
    "micro": WHOLE,
    "micro-swapped": pcap(FRAMES, order=">"),
    "nano": pcap(FRAMES, magic=0xa1b23c4d),
    "raw": pcap([(1, 0, IP4)], link=101),
    "unknown-link": pcap([(1, 0, b"x")], link=105),
    "cut-record": WHOLE[:-7],
    "cut-header": WHOLE[:30],
    "no-frames": WHOLE[:24],
    "ng": pcapng(FRAMES),
    "ng-swapped": pcapng(FRAMES, order=">"),
    "ng-cut": pcapng(FRAMES)[:-5],
    "gzip": gzip.compress(WHOLE, mtime=0),
    "gzip-cut": gzip.compress(WHOLE, mtime=0)[:-12],
    "gzip-two": gzip.compress(WHOLE[:50], mtime=0) + gzip.compress(WHOLE[50:], mtime=0),
    "zstd-raw-block": b"\x28\xb5\x2f\xfd\x20" + bytes([len(WHOLE)]) +
                      struct.pack("<I", len(WHOLE) << 3 | 1)[:3] + WHOLE,
    "text": b"no capture",
}


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for name, (kind, frame) in LINK.items():
        write(root / "corpus/link" / name, bytes([kind, 0]) + frame)
    for name, content in CAPTURE.items():
        write(root / "corpus/capture" / name, content)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    main()
