#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Captures as they are taken: at a port, of what comes in there and of what goes out there.

usage: sides.py WEIR [unittest arguments]
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "replay"))
from frames import *  # noqa: E402,F403

WEIR = os.path.abspath(sys.argv.pop(1))
START = 1_700_000_000 * SECOND
STEP = SECOND // 100
CLIENT, SERVER, OUTSIDE, ROUTER = "192.168.88.20", "192.168.88.10", "198.51.100.7", "203.0.113.2"
SOHO = (HERE / "soho.rsc").read_text()


def aged(packet):
    """One hop later."""
    header = bytearray(packet[:20])
    header[8] -= 1
    header[10:12] = b"\0\0"
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return bytes(header) + packet[20:]


def icmp_error(source, target, quoted):
    """Time exceeded, about a packet."""
    body = b"\x0b\0\0\0\0\0\0\0" + quoted[:28]
    body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, 1, 0)
    header += bytes(map(int, source.split("."))) + bytes(map(int, target.split(".")))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


# A connection from inside, as it looks at both ports.
INSIDE = [
    (0, tcp(CLIENT, 40000, OUTSIDE, 443, SYN, 99, 0)),
    (1, aged(tcp(OUTSIDE, 443, CLIENT, 40000, SYN | ACK, 499, 100))),
    (2, tcp(CLIENT, 40000, OUTSIDE, 443, ACK, 100, 500)),
    (3, tcp(CLIENT, 40000, OUTSIDE, 443, ACK | PSH, 100, 500, b"hello")),
    (4, aged(tcp(OUTSIDE, 443, CLIENT, 40000, ACK, 500, 105))),
]
BEYOND = [
    (0, aged(tcp(ROUTER, 40000, OUTSIDE, 443, SYN, 99, 0))),
    (1, tcp(OUTSIDE, 443, ROUTER, 40000, SYN | ACK, 499, 100)),
    (2, aged(tcp(ROUTER, 40000, OUTSIDE, 443, ACK, 100, 500))),
    (3, aged(tcp(ROUTER, 40000, OUTSIDE, 443, ACK | PSH, 100, 500, b"hello"))),
    (4, tcp(OUTSIDE, 443, ROUTER, 40000, ACK, 500, 105)),
]
STATES = ["new", "established", "established", "established", "established"]


class Sides(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="weir-sides-")
        self.addCleanup(shutil.rmtree, self.dir)
        (pathlib.Path(self.dir) / "router.rsc").write_text(SOHO)

    def capture(self, name, frames, layer=ether, link=ETHERNET, late=0):
        """Frames by their number of steps; `late`: nanoseconds more for each of them."""
        path = pathlib.Path(self.dir) / name
        path.write_bytes(pcap([(START + i * STEP + late, layer(p)) for i, p in frames], link,
                              nano=True))
        return str(path)

    def replay(self, *args):
        """=> the lines of packets, and what is said on stderr"""
        done = subprocess.run([WEIR, "replay", "--config", "router.rsc", "--packets", "json",
                               "--bytes", *args], cwd=self.dir, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()

    def test_inside_alone(self):
        """What was recorded where it left comes in where it came from, and leaves as recorded."""
        got, err = self.replay(self.capture("lan.pcap", INSIDE))
        self.assertEqual([p["state"] for p in got], STATES)
        self.assertEqual([p["in"] for p in got], ["bridge", "ether1", "bridge", "bridge", "ether1"])
        self.assertEqual([p["out"] for p in got], ["ether1", "bridge", "ether1", "ether1", "bridge"])
        self.assertEqual([got[i]["bytes"] for i in (1, 4)], [INSIDE[i][1].hex() for i in (1, 4)])
        self.assertEqual([got[i]["bytes"] for i in (0, 2, 3)], [BEYOND[i][1].hex() for i in (0, 2, 3)])
        self.assertNotIn("copies", err)

    def test_inside_alone_by_name(self):
        got, _ = self.replay("--port", "ether2=" + self.capture("lan.pcap", INSIDE))
        self.assertEqual([p["state"] for p in got], STATES)
        self.assertEqual([p["in"] for p in got], ["ether2", "ether1", "ether2", "ether2", "ether1"])

    def test_both(self):
        """Each packet is recorded twice, and processed once."""
        got, err = self.replay("--port", "ether2=" + self.capture("lan.pcap", INSIDE),
                               "--port", "ether1=" + self.capture("wan.pcap", BEYOND, late=1))
        self.assertEqual([p["state"] for p in got if p["verdict"]], STATES)
        self.assertEqual([p["reason"] for p in got if not p["verdict"]],
                         ["recorded where it leaves"] * 5)
        self.assertIn("copies      5 recorded where they leave, passed over\n", err)
        self.assertIn("connections 1 created", err)

    def test_both_text(self):
        done = subprocess.run([WEIR, "replay", "--config", "router.rsc", "--packets", "text",
                               "--port", "ether2=" + self.capture("lan.pcap", INSIDE[:1]),
                               "--port", "ether1=" + self.capture("wan.pcap", BEYOND[:1], late=1)],
                              cwd=self.dir, capture_output=True, timeout=60)
        self.assertEqual(done.stdout.decode().splitlines()[1].split(),
                         ["2", "0.000000001", "ether1", "tcp", "203.0.113.2:40000->198.51.100.7:443",
                          "recorded", "where", "it", "leaves"])

    def test_outside_alone(self):
        """Nothing tells the router's clients from the router."""
        got, _ = self.replay("--port", "ether1=" + self.capture("wan.pcap", BEYOND))
        self.assertEqual([p["state"] for p in got], STATES)
        self.assertEqual([p["in"] for p in got], ["host", "ether1", "host", "host", "ether1"])

    def test_forwarded_port(self):
        """To a server inside, from the outside's capture with the inside's beside it."""
        wan = [(0, tcp(OUTSIDE, 5556, ROUTER, 8080, SYN, 1, 0)),
               (1, aged(tcp(ROUTER, 8080, OUTSIDE, 5556, SYN | ACK, 7, 2)))]
        lan = [(0, aged(tcp(OUTSIDE, 5556, SERVER, 80, SYN, 1, 0))),
               (1, tcp(SERVER, 80, OUTSIDE, 5556, SYN | ACK, 7, 2))]
        got, err = self.replay("--port", "ether1=" + self.capture("wan.pcap", wan),
                               "--port", "ether3=" + self.capture("lan.pcap", lan, late=1))
        self.assertEqual([(p["in"], p["out"]) for p in got if p["verdict"]],
                         [("ether1", "bridge"), ("ether3", "ether1")])
        self.assertIn("copies      2 ", err)

    def test_error(self):
        """Of a hop beyond, about the client's packet: inside it quotes what the client sent."""
        hop = "198.51.100.99"
        recorded = aged(icmp_error(hop, CLIENT, INSIDE[0][1]))
        got, _ = self.replay(self.capture("lan.pcap", INSIDE[:1] + [(1, recorded)]))
        self.assertEqual((got[1]["state"], got[1]["in"], got[1]["out"], got[1]["bytes"]),
                         ("related", "ether1", "bridge", recorded.hex()))

    def test_expected(self):
        """An active data connection of FTP, recorded inside."""
        lan = [(0, tcp(CLIENT, 5000, OUTSIDE, 21, SYN, 99, 0)),
               (1, aged(tcp(OUTSIDE, 21, CLIENT, 5000, SYN | ACK, 499, 100))),
               (2, tcp(CLIENT, 5000, OUTSIDE, 21, ACK, 100, 500)),
               (3, tcp(CLIENT, 5000, OUTSIDE, 21, ACK | PSH, 100, 500, b"USER anonymous\r\n")),
               (4, tcp(CLIENT, 5000, OUTSIDE, 21, ACK | PSH, 116, 500,
                       b"PORT 192,168,88,20,31,64\r\n")),
               (5, aged(tcp(OUTSIDE, 20, CLIENT, 8000, SYN, 1, 0))),
               (6, tcp(CLIENT, 8000, OUTSIDE, 20, SYN | ACK, 1, 2))]
        got, _ = self.replay(self.capture("lan.pcap", lan))
        self.assertEqual([(p["state"], p["in"], p["out"]) for p in got[5:]],
                         [("related", "ether1", "bridge"), ("established", "bridge", "ether1")])
        self.assertIn(b"PORT 203,0,113,2,31,64\r\n".hex(), got[4]["bytes"])

    def test_every_device(self):
        """Linux' any device has each packet twice, and says which left."""
        both = sorted([(i, 4 if p[8] < 64 else 0, p) for i, p in INSIDE] +
                      [(i + .5 if p[8] < 64 else i - .5, 4 if p[8] < 64 else 0, p)
                       for i, p in BEYOND])
        frames = [(int(2 * i + 2), (kind, p)) for i, kind, p in both]

        def sll(frame):
            kind, packet = frame
            return struct.pack("!H", kind) + cooked(packet)[2:]
        got, err = self.replay(self.capture("any.pcap", frames, sll, COOKED))
        self.assertEqual([p["state"] for p in got if p["verdict"]], STATES)
        self.assertIn("copies      5 ", err)

    def test_against(self):
        """Neither copies nor what comes back count as different."""
        (pathlib.Path(self.dir) / "new.rsc").write_text(SOHO)
        done = subprocess.run([WEIR, "replay", "--config", "router.rsc", "--against", "new.rsc",
                               "--port", "ether2=" + self.capture("lan.pcap", INSIDE),
                               "--port", "ether1=" + self.capture("wan.pcap", BEYOND, late=1)],
                              cwd=self.dir, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertIn("0 of 5 packets fare differently", done.stdout.decode())


if __name__ == "__main__":
    unittest.main()
