#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of fuzz_engine: the stories that a fuzzer would take long to find.

Each is a short program of the steps in fuzz_engine.c (run_step()). The output is the same
every time; run it again after a step's format changes, and commit what it writes.

usage: seeds_engine.py [DIRECTORY]
"""
import pathlib
import struct
import sys

TCP, UDP, ICMP, ICMP6, GRE, SCTP, DCCP = 6, 17, 1, 58, 47, 132, 33
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
V6, REPLY = 1, 2


def start(workers=1, events=0, entries=64, half_open=0):
    """The four bytes that shape the engine."""
    return bytes([workers - 1, events, (entries - 16) % 64, half_open])


def packet(protocol, body, flags=0):
    return bytes([2, flags, protocol, len(body)]) + body


def raw(data, flags=1):
    return bytes([0, flags]) + struct.pack("!H", len(data)) + data


def tcp(bits, seq=0, ack=0, flags=0, sport=1000, dport=80, window=8192, data=b"", options=b""):
    ports = (dport, sport) if flags & REPLY else (sport, dport)
    words = 5 + len(options) // 4
    header = struct.pack("!HHIIBBHHH", *ports, seq, ack, words << 4, bits, window, 0, 0)
    return packet(TCP, header + options + data, flags)


def udp(flags=0, sport=1000, dport=53, data=b"x"):
    ports = (dport, sport) if flags & REPLY else (sport, dport)
    return packet(UDP, struct.pack("!HHHH", *ports, 8 + len(data), 0) + data, flags)


def icmp(kind, code=0, ident=7, flags=0, data=b""):
    return packet(ICMP6 if flags & V6 else ICMP,
                  struct.pack("!BBHHH", kind, code, 0, ident, 1) + data, flags)


def gre(key, flags=0):
    return packet(GRE, struct.pack("!HHI", 0x2000, 0x0800, key), flags)


def sctp(kind, tag, flags=0, data=b""):
    ports = (80, 1000) if flags & REPLY else (1000, 80)
    body = struct.pack("!BBH", kind, 0, 4 + len(data)) + data
    return packet(SCTP, struct.pack("!HHII", *ports, tag, 0) + body, flags)


def dccp(kind, flags=0, seq=1):
    ports = (80, 1000) if flags & REPLY else (1000, 80)
    head = struct.pack("!HHBBHBBHI", *ports, 7 if kind else 5, 0, 0, kind << 1 | 1, 0, 0, seq)
    return packet(DCCP, head + struct.pack("!II", 0, 1), flags)


def wait(seconds):
    return bytes([0x17]) + struct.pack("!H", seconds)


def wait_ms(ms):
    return bytes([0x07]) + struct.pack("!H", ms)


FLUSH, POLL, EXPIRE, LIST = b"\x06", b"\x0b", b"\x0c", b"\x08\xe0"
REMOVE, MARK, FASTTRACK = b"\x09\x00", b"\x09\x40", b"\x09\x80"
EVENTS, PREPARE = b"\x0e\xf0", b"\xff"
REQUESTS = b"\x0d\x00\x0d\x40\x0d\x80\x0d\xc0"


def settings(which, value):
    return bytes([10, which, value])


def refuse(count):
    return bytes([0x0f | count << 4])


def handshake(flags=0, sport=1000):
    options = bytes([2, 4, 5, 180, 3, 3, 7, 1, 4, 2, 1, 1])
    return (tcp(SYN, 100, 0, flags, sport, options=options)
            + tcp(SYN | ACK, 500, 101, flags | REPLY, sport, options=options)
            + tcp(ACK, 101, 501, flags, sport))


def close(flags=0):
    return (tcp(FIN | ACK, 101, 501, flags) + tcp(FIN | ACK, 501, 102, flags | REPLY)
            + tcp(ACK, 102, 502, flags))


def quote(flags=0):
    """An IPv4 header and eight bytes of the UDP packet that udp() makes."""
    src, dst = bytes([10, 0, 0, 1]), bytes([10, 0, 1, 1])
    head = bytes([0x45, 0, 0, 29, 0, 0, 0, 0, 64, UDP, 0, 0]) + src + dst
    total = sum(struct.unpack("!10H", head))
    total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return head[:10] + struct.pack("!H", total) + head[12:] + struct.pack("!HHHH", 1000, 53, 9, 0)


def fragment(offset, more, data, ident=9):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), ident,
                       offset // 8 | (0x2000 if more else 0), 64, UDP, 0,
                       bytes([10, 0, 0, 1]), bytes([10, 0, 1, 1]))
    return raw(head + data)


def fragment6(offset, more, data, ident=9):
    head = struct.pack("!IHBB", 6 << 28, 8 + len(data), 44, 64)
    addresses = b"\xfd" + bytes(14) + b"\x01" + b"\xfd" + bytes(14) + b"\x02"
    return raw(head + addresses + struct.pack("!BBHI", UDP, 0, offset | more, ident) + data)


DATAGRAM = struct.pack("!HHHH", 1000, 53, 40, 0) + bytes(32)
SEEDS = {
    "tcp-whole-life": start(events=1) + handshake() + tcp(PSH | ACK, 101, 501, data=b"hello")
    + tcp(ACK, 501, 106, REPLY) + LIST + tcp(FIN | ACK, 106, 501) + tcp(FIN | ACK, 501, 107, REPLY)
    + tcp(ACK, 107, 502) + EVENTS + wait(11) + POLL + EVENTS,
    "tcp-refused": start(events=1) + tcp(SYN, 100) + tcp(RST | ACK, 0, 101, REPLY) + EVENTS,
    "tcp-reset-outside": start() + handshake() + tcp(RST, 90000, 0, REPLY) + tcp(RST, 501, 0, REPLY),
    "tcp-reuse": start() + handshake() + close() + FLUSH + wait(1) + tcp(SYN, 90000) + LIST,
    "tcp-simultaneous": start() + tcp(SYN, 100) + tcp(SYN, 500, 0, REPLY)
    + tcp(SYN | ACK, 100, 501) + tcp(SYN | ACK, 500, 101, REPLY) + tcp(ACK, 101, 501),
    "tcp-midstream": start() + tcp(ACK, 5000, 9000, data=b"abc") + tcp(ACK, 9000, 5003, REPLY)
    + settings(0x1F, 0) + tcp(ACK, 5000, 9000, sport=1001),
    "tcp-retransmit": start() + handshake() + tcp(PSH | ACK, 101, 501, data=b"abc") * 6 + LIST,
    "tcp-challenge": start() + handshake() + tcp(SYN, 4000) + tcp(ACK, 501, 101, REPLY)
    + tcp(RST, 101) + tcp(SYN, 4000) + tcp(SYN | ACK, 7000, 4001, REPLY),
    "tcp-v6": start() + handshake(V6) + close(V6) + LIST + REQUESTS,
    "tcp-bad-flags": start() + tcp(0) + tcp(SYN | FIN) + tcp(63) + tcp(SYN | RST),
    "syn-flood": start(entries=16, half_open=4)
    + b"".join(tcp(SYN, n, sport=2000 + n) for n in range(24)) + LIST + handshake(sport=1),
    "table-full": start(entries=16)
    + b"".join(udp(sport=2000 + n) + udp(REPLY, 2000 + n) + wait_ms(2500) + udp(sport=2000 + n)
               for n in range(20)) + LIST,
    "udp-stream": start(events=1) + udp() + udp(REPLY) + wait(3) + udp() + LIST + FASTTRACK + udp()
    + MARK + udp(REPLY) + EVENTS + wait(200) + EXPIRE + EVENTS,
    "udp-remove": start(events=1) + udp() + udp(V6) + LIST + REMOVE + udp() + LIST + REQUESTS,
    "icmp-echo": start() + icmp(8) + icmp(0, flags=REPLY) + icmp(128, flags=V6)
    + icmp(129, flags=V6 | REPLY) + icmp(0, ident=9) + icmp(13) + icmp(14, flags=REPLY),
    "icmp-error": start() + udp() + icmp(3, 3, 0, REPLY, quote()) + icmp(11, 0, 0, REPLY, quote())
    + icmp(3, 3, 0, 4, quote()) + icmp(3, 3, 0, REPLY, quote()[:12]),
    "icmp6-local": start() + icmp(135, flags=V6) + icmp(136, flags=V6) + icmp(143, flags=V6),
    "gre": start() + gre(7) + gre(7, REPLY) + gre(9)
    + packet(GRE, struct.pack("!HHHHI", 0x3001, 0x880B, 4, 77, 1)),
    "sctp": start() + sctp(1, 0, data=struct.pack("!IIHHI", 5, 1000, 1, 1, 1))
    + sctp(2, 5, REPLY, struct.pack("!IIHHI", 6, 1000, 1, 1, 1)) + sctp(10, 6) + sctp(11, 5, REPLY)
    + sctp(7, 6, data=bytes(4)) + sctp(8, 5, REPLY) + sctp(14, 6),
    "sctp-heartbeat": start() + sctp(4, 6, data=bytes(8)) + sctp(5, 5, REPLY, bytes(8)) + sctp(6, 6),
    "dccp": start() + dccp(0) + dccp(1, REPLY) + dccp(3) + dccp(2, REPLY) + dccp(5, REPLY) + dccp(6)
    + dccp(7, REPLY),
    "generic": start() + packet(89, b"ospf") + packet(89, b"ospf", REPLY) + packet(50, bytes(8))
    + packet(136, struct.pack("!HHHH", 1000, 53, 8, 1)),
    "fragments": start() + fragment(0, 1, DATAGRAM[:16]) + fragment(16, 0, DATAGRAM[16:])
    + fragment(16, 0, DATAGRAM[16:], 10) + fragment(0, 1, DATAGRAM[:16], 10) + FLUSH,
    "fragments-overlap": start() + fragment(0, 1, DATAGRAM[:24]) + fragment(16, 1, DATAGRAM[16:32])
    + fragment(24, 0, DATAGRAM[24:]) + fragment(0, 1, DATAGRAM[:8], 11) * 2 + wait(31) + POLL,
    "fragments-v6": start() + fragment6(0, 1, DATAGRAM[:16]) + fragment6(16, 0, DATAGRAM[16:])
    + fragment6(0, 0, DATAGRAM, 12) + fragment6(8, 1, DATAGRAM[8:16], 13) + wait(61) + EXPIRE,
    "two-workers": start(workers=2, events=1) + handshake() + udp() + udp(REPLY) + FLUSH
    + icmp(3, 3, 0, REPLY, quote()) + b"\x16" + handshake() + b"\x08\xe1" + b"\x0d\xc1" + b"\x0e\xf1",
    "settings": start() + udp() + settings(10, 2) + udp() + settings(0x80 | 10, 2) + udp()
    + settings(0x80, 1) + handshake() + settings(10, 0) + LIST,
    "out-of-memory": start(events=1) + refuse(7) + udp() + handshake() + FLUSH + refuse(3) + udp(V6)
    + fragment(0, 1, DATAGRAM[:16]) + FLUSH + PREPARE + handshake(sport=5) + LIST,
    "long-idle": start() + handshake() + udp() + FLUSH + wait(65535) + udp() + wait(65535) + POLL + LIST,
    "broken-headers": start() + raw(b"") + raw(b"\x45") + raw(bytes([0x4F]) + bytes(30))
    + raw(bytes([0x60]) + bytes(45)) + raw(bytes([0x45, 0, 0xFF, 0xFF]) + bytes(30))
    + raw(bytes([0x70]) + bytes(30)) + packet(TCP, bytes(19)) + packet(UDP, bytes(7)),
}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                          else pathlib.Path(__file__).parent / "corpus" / "engine")
    folder.mkdir(parents=True, exist_ok=True)
    for name, program in SEEDS.items():
        (folder / name).write_bytes(program)
    print(f"{len(SEEDS)} seeds in {folder}")


if __name__ == "__main__":
    main()
