# SPDX-License-Identifier: Apache-2.0
"""Packets, link layers and capture files, made from nothing.

Packets are bytes from the IP header on with right checksums; a link layer is a function
from a packet to a frame; a capture is a list of (nanoseconds, frame), written as pcap or
pcapng.
"""
import ipaddress
import struct

TCP, UDP = 6, 17
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SECOND = 10**9

# pcap link types
NULL, ETHERNET, PPP, PPP_SERIAL, PPPOE, RAW = 0, 1, 9, 50, 51, 101
LOOP, COOKED, IPV4, IPV6, COOKED2, WIFI = 108, 113, 228, 229, 276, 105


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip(source, target, protocol, payload, at):
    """An IP packet; `at` is where in the payload the transport checksum stands."""
    source, target = ipaddress.ip_address(source), ipaddress.ip_address(target)
    pseudo = source.packed + target.packed + struct.pack("!IHBB", len(payload), 0, 0, protocol)
    total = checksum(pseudo + payload)
    payload = payload[:at] + struct.pack("!H", total) + payload[at + 2:]
    if source.version == 6:
        return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + \
            source.packed + target.packed + payload
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0x4000, 64, protocol, 0) + \
        source.packed + target.packed
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def udp(source, sport, target, dport, data=b"question"):
    header = struct.pack("!HHHH", sport, dport, 8 + len(data), 0)
    return ip(source, target, UDP, header + data, 6)


def tcp(source, sport, target, dport, flags, seq, ack, data=b"", window=8192):
    header = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, window, 0, 0)
    return ip(source, target, TCP, header + data, 16)


def handshake(client="10.0.0.1", server="10.0.0.2", sport=1000, dport=80):
    return [
        tcp(client, sport, server, dport, SYN, 99, 0),
        tcp(server, dport, client, sport, SYN | ACK, 499, 100),
        tcp(client, sport, server, dport, ACK, 100, 500),
    ]


def ethertype(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def raw(packet):
    return packet


def ether(packet, kind=None):
    kind = ethertype(packet) if kind is None else kind
    return bytes.fromhex("020000000001020000000002") + struct.pack("!H", kind) + packet


def vlan(packet, *tags, outer=0x8100):
    """Ethernet with VLAN tags, the outer first."""
    inner = struct.pack("!H", ethertype(packet)) + packet
    for i, number in enumerate(reversed(tags)):
        inner = struct.pack("!H", number) + inner
        if i < len(tags) - 1:
            inner = struct.pack("!H", 0x8100) + inner
    return ether(inner, outer)


def mpls(packet, *labels):
    stack = b"".join(struct.pack("!I", number << 12 | (i == len(labels) - 1) << 8 | 64)
                     for i, number in enumerate(labels))
    return ether(stack + packet, 0x8847)


def ppp(packet):
    return (b"\0\x57" if packet[0] >> 4 == 6 else b"\0\x21") + packet


def pppoe(packet):
    body = ppp(packet)
    return struct.pack("!BBHH", 0x11, 0, 7, len(body)) + body


def snap(packet):
    body = b"\xaa\xaa\x03\0\0\0" + struct.pack("!H", ethertype(packet)) + packet
    return ether(body, len(body))


def cooked(packet):
    return struct.pack("!HHH8sH", 0, 1, 6, b"\2\0\0\0\0\1", ethertype(packet)) + packet


def cooked2(packet):
    return struct.pack("!HHIHBB8s", ethertype(packet), 0, 2, 1, 0, 6, b"\2\0\0\0\0\1") + packet


def loopback(order, family6=30):
    return lambda packet: struct.pack(order + "I", family6 if packet[0] >> 4 == 6 else 2) + packet


def pcap(frames, link=ETHERNET, order="<", nano=False, snaplen=65535):
    out = struct.pack(order + "IHHiIII", 0xa1b23c4d if nano else 0xa1b2c3d4, 2, 4, 0, 0, snaplen,
                      link)
    for time, frame in frames:
        part = time % SECOND if nano else time % SECOND // 1000
        out += struct.pack(order + "IIII", time // SECOND, part, len(frame[:snaplen]), len(frame))
        out += frame[:snaplen]
    return out


def block(kind, body, order):
    body += bytes(-len(body) % 4)
    size = 12 + len(body)
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size)


def pcapng(frames, link=ETHERNET, order="<"):
    """With nanoseconds (option 9, if_tsresol)."""
    out = block(0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1), order)
    out += block(1, struct.pack(order + "HHIHHB3xHH", link, 0, 65535, 9, 1, 9, 0, 0), order)
    for time, frame in frames:
        out += block(6, struct.pack(order + "IIIII", 0, time >> 32, time & 0xffffffff, len(frame),
                                    len(frame)) + frame, order)
    return out
