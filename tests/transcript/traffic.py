# SPDX-License-Identifier: Apache-2.0
"""The traffic that transcripts list: a home behind a router, some seconds of it; and the same home
with protocols that name further connections.

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


CLIENT, PUBLIC, SERVER = "192.168.88.10", "203.0.113.2", "198.51.100.80"


def ftp():
    """A list that was fetched, and another that is expected. The client's addresses become
    shorter on the way, by two bytes each."""
    to, back = [100, 500], 0
    out = [
        tcp(CLIENT, 40000, SERVER, 21, SYN, 99, 0),
        tcp(SERVER, 21, PUBLIC, 40000, SYN | ACK, 499, 100),
        tcp(CLIENT, 40000, SERVER, 21, ACK, 100, 500),
    ]
    for said, shorter, answer in (
            ("USER ftp", 0, "230 come in"),
            ("PORT 192,168,88,10,156,65", len("192,168,88,10") - len("203,0,113,2"), "200 good"),
            ("LIST", 0, "226 done"),
            ("PORT 192,168,88,10,156,66", len("192,168,88,10") - len("203,0,113,2"), "200 good")):
        said, answer = said.encode() + b"\r\n", answer.encode() + b"\r\n"
        out.append(tcp(CLIENT, 40000, SERVER, 21, PSH | ACK, to[0], to[1], said))
        to[0] += len(said)
        back += shorter
        out.append(tcp(SERVER, 21, PUBLIC, 40000, PSH | ACK, to[1], to[0] - back, answer))
        to[1] += len(answer)
        if said.startswith(b"LIST"):
            out += [
                tcp(SERVER, 20, PUBLIC, 40001, SYN, 99, 0),
                tcp(CLIENT, 40001, SERVER, 20, SYN | ACK, 499, 100),
                tcp(SERVER, 20, PUBLIC, 40001, PSH | ACK, 100, 500, b"file\r\n"),
            ]
    return out


def sip():
    return udp(CLIENT, 5060, SERVER, 5060, b"\r\n".join((
        b"REGISTER sip:198.51.100.80 SIP/2.0",
        b"Via: SIP/2.0/UDP 192.168.88.10:5060;branch=z9hG4bK1",
        b"From: <sip:a@198.51.100.80>;tag=1",
        b"To: <sip:a@198.51.100.80>",
        b"Call-ID: 1@192.168.88.10",
        b"CSeq: 1 REGISTER",
        b"Contact: <sip:a@192.168.88.10:5060>",
        b"Content-Length: 0", b"", b"")))


def helpers():
    return [
        *ftp(),
        udp(CLIENT, 40100, SERVER, 69, b"\0\1file\0octet\0"),
        sip(),
        tcp("198.51.100.99", 20, PUBLIC, 40002, SYN, 99, 0),
    ]


def captures():
    """=> (file name, bytes)"""
    step = SECOND // 10
    frames = [(START + i * step, ether(packet)) for i, packet in enumerate(home())]
    yield "traffic.pcap", pcap(frames, nano=True)
    frames = [(START + i * step, ether(packet)) for i, packet in enumerate(helpers())]
    yield "helpers.pcap", pcap(frames, nano=True)
