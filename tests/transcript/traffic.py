# SPDX-License-Identifier: Apache-2.0
"""The traffic that transcripts list: a home behind a router, some seconds of it.

One conversation each: a web page that is still open, one that has ended, a name that was asked
for, a question without an answer, a SYN without an answer, a ping, and the same name over IPv6.
"""
import struct

from frames import ACK, FIN, PSH, SECOND, SYN, checksum, ether, ip, pcap, tcp, udp

START = 1_767_323_045 * SECOND  # 2026-01-02 03:04:05 UTC


def echo(source, target, kind, ident, sequence):
    """ICMP, whose checksum has no pseudo header."""
    body = struct.pack("!BBHHH", kind, 0, 0, ident, sequence) + b"weir"
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    return ip(source, target, 1, body, 2)[:20] + body


def web(client, server, sport, dport=443, close=False):
    out = [
        tcp(client, sport, server, dport, SYN, 99, 0),
        tcp(server, dport, client, sport, SYN | ACK, 499, 100),
        tcp(client, sport, server, dport, ACK, 100, 500),
        tcp(client, sport, server, dport, PSH | ACK, 100, 500, b"x" * 200),
        tcp(server, dport, client, sport, PSH | ACK, 500, 300, b"y" * 1000),
        tcp(client, sport, server, dport, ACK, 300, 1500),
    ]
    if close:
        out += [
            tcp(client, sport, server, dport, FIN | ACK, 300, 1500),
            tcp(server, dport, client, sport, FIN | ACK, 1500, 301),
            tcp(client, sport, server, dport, ACK, 301, 1501),
        ]
    return out


def home():
    return [
        *web("192.168.88.10", "203.0.113.80", 40000),
        *web("192.168.88.11", "203.0.113.81", 40001, 80, close=True),
        udp("192.168.88.10", 5353, "192.0.2.53", 53, b"who is weir"),
        udp("192.0.2.53", 53, "192.168.88.10", 5353, b"weir is a router"),
        udp("192.168.88.12", 6000, "192.0.2.99", 9993, b"anybody"),
        tcp("198.51.100.7", 5555, "192.168.88.10", 22, SYN, 1, 0),
        echo("192.168.88.10", "192.0.2.1", 8, 7, 1),
        echo("192.0.2.1", "192.168.88.10", 0, 7, 1),
        udp("2001:db8:88::10", 5353, "2001:db8::53", 53, b"who is weir"),
        udp("2001:db8::53", 53, "2001:db8:88::10", 5353, b"weir is a router"),
    ]


def captures():
    """=> (file name, bytes)"""
    step = SECOND // 10
    frames = [(START + i * step, ether(packet)) for i, packet in enumerate(home())]
    yield "traffic.pcap", pcap(frames, nano=True)
