#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir replay` as a user meets it: captures of every kind in, exact output out.

usage: replay.py WEIR [unittest arguments]
"""
import gzip
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
from frames import *  # noqa: E402,F403  (the vocabulary of this file)

WEIR = os.path.abspath(sys.argv.pop(1))
START = 1_700_000_000 * SECOND
KEYS = ("n time port protocol src dst id dir state tcp-state timeout assured seen-reply verdict "
        "reason out").split()

V4 = [udp("10.0.0.1", 1000, "10.0.0.2", 53), udp("10.0.0.2", 53, "10.0.0.1", 1000)]
V6 = [udp("2001:db8::1", 1000, "2001:db8::2", 53), udp("2001:db8::2", 53, "2001:db8::1", 1000)]


def spread(frames, step=SECOND // 10, start=START):
    """Frames at equal distances."""
    return [(start + i * step, frame) for i, frame in enumerate(frames)]


class Replay(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="weir-replay-")
        self.addCleanup(shutil.rmtree, self.dir)

    def file(self, name, content):
        (pathlib.Path(self.dir) / name).write_bytes(content)
        return name

    def run_weir(self, *args, status=0, stdin=None, command="replay"):
        """=> stdout, and the lines of stderr"""
        done = subprocess.run([WEIR, command, *args], cwd=self.dir, capture_output=True, timeout=60,
                              **({"input": stdin} if stdin is not None else
                                 {"stdin": subprocess.DEVNULL}))
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return done.stdout.decode(), done.stderr.decode().splitlines()

    def packets(self, *args, **more):
        """=> the objects of --packets json"""
        out, _ = self.run_weir("--packets", "json", *args, **more)
        return [json.loads(line) for line in out.splitlines()]

    def refuse(self, error, *args, **more):
        """A replay that says one line and prints nothing."""
        out, err = self.run_weir(*args, status=2, **more)
        self.assertEqual((out, err), ("", ["weir: " + error]))


class Links(Replay):
    """Each link layer leads to the same two packets."""

    def check(self, link, layer, packets=V4, **how):
        name = self.file("link.pcap", pcap(spread([layer(p) for p in packets]), link, **how))
        got = self.packets("--bytes", name)
        self.assertEqual([p["bytes"] for p in got], [p.hex() for p in packets])
        self.assertEqual([p["state"] for p in got], ["new", "established"])

    def not_ip(self, link, frame, what):
        name = self.file("link.pcap", pcap([(START, frame)], link))
        got = self.packets(name)
        self.assertEqual([p["reason"] for p in got], ["not IP: " + what])
        self.assertEqual([got[0][key] for key in KEYS[3:-2]], [None] * (len(KEYS) - 5))

    def test_ethernet(self):
        self.check(ETHERNET, ether)
        self.check(ETHERNET, ether, V6)

    def test_ethernet_padding(self):
        self.check(ETHERNET, lambda p: ether(p) + bytes(18))

    def test_vlan(self):
        self.check(ETHERNET, lambda p: vlan(p, 5))
        self.check(ETHERNET, lambda p: vlan(p, 5), V6)

    def test_qinq(self):
        for outer in (0x88a8, 0x9100, 0x8100):
            self.check(ETHERNET, lambda p: vlan(p, 5, 6, outer=outer))
        self.check(ETHERNET, lambda p: vlan(p, *range(1, 11)))

    def test_mpls(self):
        self.check(ETHERNET, lambda p: mpls(p, 16))
        self.check(ETHERNET, lambda p: mpls(p, 16, 17, 18), V6)

    def test_mpls_other(self):
        self.not_ip(ETHERNET, mpls(bytes(20), 16), "MPLS pseudowire")
        self.not_ip(ETHERNET, mpls(b"\x10" + bytes(20), 16), "MPLS associated channel")
        self.not_ip(ETHERNET, mpls(b"", 16), "MPLS payload cut short")
        self.not_ip(ETHERNET, ether(bytes(4), 0x8847), "MPLS header cut short")

    def test_pppoe(self):
        self.check(ETHERNET, lambda p: ether(pppoe(p) + bytes(9), 0x8864))
        self.check(ETHERNET, lambda p: ether(pppoe(p), 0x8864), V6)
        self.check(PPPOE, pppoe)

    def test_pppoe_in_qinq(self):
        self.check(ETHERNET, lambda p: ether(
            bytes.fromhex("0005 8100 0006 8864".replace(" ", "")) + pppoe(p), 0x88a8))

    def test_pppoe_other(self):
        self.not_ip(ETHERNET, ether(bytes(20), 0x8863), "PPPoE discovery")
        self.not_ip(PPPOE, bytes.fromhex("1109000000000000"), "PPPoE discovery")
        self.not_ip(PPPOE, bytes.fromhex("110000010004c0210000"), "PPP LCP")

    def test_snap(self):
        self.check(ETHERNET, snap)
        self.check(ETHERNET, snap, V6)

    def test_llc_other(self):
        self.not_ip(ETHERNET, ether(b"\x42\x42\x03" + bytes(35), 38), "spanning tree")
        self.not_ip(ETHERNET, ether(bytes.fromhex("aaaa0300000c2000"), 8), "SNAP 00-00-0c 0x2000")

    def test_raw(self):
        for link in (RAW, IPV4):
            self.check(link, raw)
        for link in (RAW, IPV6):
            self.check(link, raw, V6)

    def test_cooked(self):
        for packets in (V4, V6):
            self.check(COOKED, cooked, packets)
            self.check(COOKED2, cooked2, packets)

    def test_cooked_other(self):
        self.not_ip(COOKED, struct.pack("!HHH8sH", 0, 824, 0, bytes(8), 0), "netlink")
        self.not_ip(COOKED2, struct.pack("!HHIHBB8s", 0x0806, 0, 2, 1, 0, 6, bytes(8)), "ARP")

    def test_loopback(self):
        for order in "<>":
            self.check(NULL, loopback(order))
            self.check(LOOP, loopback(order))
            for family in (10, 23, 24, 28, 30):
                self.check(NULL, loopback(order, family), V6)
        self.not_ip(NULL, struct.pack("<I", 7) + bytes(20), "address family 7")

    def test_ppp(self):
        for packets in (V4, V6):
            self.check(PPP, ppp, packets)
            self.check(PPP, lambda p: b"\xff\x03" + ppp(p), packets)
            self.check(PPP, lambda p: ppp(p)[1:], packets)
            self.check(PPP_SERIAL, lambda p: b"\xff\x03" + ppp(p), packets)

    def test_hdlc(self):
        self.check(PPP_SERIAL, lambda p: b"\x0f\0\x08\0" + p)
        self.not_ip(PPP_SERIAL, b"\x8f\0\x80\x35" + bytes(18), "SLARP")

    def test_other_ethertypes(self):
        self.not_ip(ETHERNET, ether(bytes(28), 0x0806), "ARP")
        self.not_ip(ETHERNET, ether(bytes(28), 0x88cc), "LLDP")
        self.not_ip(ETHERNET, ether(bytes(28), 0x88b5), "EtherType 0x88b5")

    def test_cut_short(self):
        self.not_ip(ETHERNET, bytes(13), "Ethernet header cut short")
        self.not_ip(ETHERNET, ether(b"\0\5\x08", 0x8100), "VLAN header cut short")
        self.not_ip(COOKED, bytes(15), "Linux cooked header cut short")
        self.not_ip(LOOP, bytes(3), "loopback header cut short")

    def test_version_against_ethertype(self):
        self.not_ip(ETHERNET, ether(V6[0], 0x0800), "version 6 where IPv4 was announced")
        self.not_ip(ETHERNET, ether(V4[0], 0x86dd), "version 4 where IPv6 was announced")


class Formats(Replay):
    """Each file format gives the same lines."""
    frames = [(START, ether(V4[0])), (START + 1_000, ether(V4[1])),
              (START + 2 * SECOND, ether(V4[0]))]

    def lines(self, *args, **more):
        return self.run_weir("--packets", "json", "--bytes", *args, **more)[0]

    def setUp(self):
        super().setUp()
        self.expected = self.lines(self.file("plain.pcap", pcap(self.frames)))
        self.assertEqual(len(self.expected.splitlines()), 3)

    def check(self, content):
        self.assertEqual(self.lines(self.file("capture", content)), self.expected)
        self.assertEqual(self.lines("-", stdin=content), self.expected)

    def test_byte_orders(self):
        self.check(pcap(self.frames, order=">"))

    def test_nanoseconds(self):
        self.check(pcap(self.frames, nano=True))
        name = self.file("nano.pcap", pcap([(START, self.frames[0][1]), (START + 7, self.frames[1][1])],
                                           nano=True))
        self.assertIn('"time":0.000000007,', self.lines(name))

    def test_pcapng(self):
        self.check(pcapng(self.frames))
        self.check(pcapng(self.frames, order=">"))

    def test_gzip(self):
        self.check(gzip.compress(pcap(self.frames)))

    def test_gzip_members(self):
        whole = pcap(self.frames)
        self.check(gzip.compress(whole[:50]) + gzip.compress(b"") + gzip.compress(whole[50:]))

    @unittest.skipUnless(shutil.which("zstd"), "zstd is not installed")
    def test_zstd(self):
        def zstd(data):
            return subprocess.run(["zstd", "-qc"], input=data, capture_output=True, check=True).stdout
        whole = pcapng(self.frames)
        self.check(zstd(whole))
        self.check(zstd(whole[:50]) + zstd(whole[50:]))

    def test_no_frames(self):
        name = self.file("none.pcap", pcap([]))
        self.assertEqual(self.run_weir(name)[0], "")
        self.assertEqual(self.run_weir(name, "--print", "json")[0], "[]\n")
        self.assertEqual(self.run_weir(name, "--print", "count-only", "--at", "5s")[0], "0\n")

    def test_snaplen(self):
        """The lengths come from the headers."""
        big = udp("10.0.0.1", 1000, "10.0.0.2", 53, bytes(1000))
        name = self.file("short.pcap", pcap([(START, ether(big))], snaplen=60))
        out, _ = self.run_weir("--print", "json", name)
        self.assertEqual(json.loads(out)[0]["orig-bytes"], 1028)

    def test_after_2038(self):
        """pcap has 32 bits of seconds, without a sign."""
        late = [(t + (1 << 31) * SECOND, f) for t, f in self.frames]
        late += [(late[-1][0] + SECOND, self.frames[0][1])]
        self.assertEqual([p["time"] for p in self.packets(self.file("late.pcap", pcap(late)))],
                         [0, 0.000001, 2, 3])


class Lines(Replay):
    """--packets."""

    def test_json(self):
        name = self.file("tcp.pcap", pcap(spread([ether(p) for p in handshake()])))
        out, _ = self.run_weir("--packets", "json", name)
        first = out.splitlines()[0]
        self.assertEqual(first, '{"n":1,"time":0.000000000,"port":"capture",'
                                '"protocol":"tcp","src":"10.0.0.1:1000","dst":"10.0.0.2:80","id":"*1",'
                                '"dir":"original","state":"new","tcp-state":"syn-sent","timeout":5,'
                                '"assured":false,"seen-reply":false,"verdict":"accept",'
                                '"reason":null,"out":null}')
        got = [json.loads(line) for line in out.splitlines()]
        for packet in got:
            self.assertEqual(list(packet), KEYS)
        self.assertEqual([p["tcp-state"] for p in got], ["syn-sent", "syn-recv", "established"])
        self.assertEqual([p["dir"] for p in got], ["original", "reply", "original"])
        self.assertEqual([p["assured"] for p in got], [False, False, True])
        self.assertEqual([p["seen-reply"] for p in got], [False, True, True])
        self.assertEqual([p["timeout"] for p in got], [5, 5, 86400])
        self.assertEqual([p["time"] for p in got], [0, 0.1, 0.2])

    def test_bytes(self):
        got = self.packets("--bytes", self.file("a.pcap", pcap(spread([ether(V4[0])]))))
        self.assertEqual(list(got[0]), KEYS + ["bytes"])
        self.assertEqual(got[0]["bytes"], V4[0].hex())

    def test_dropped(self):
        bad = V4[0][:10] + b"\0\0" + V4[0][12:]
        got = self.packets("--bytes", self.file("a.pcap", pcap(spread([ether(bad)]))))[0]
        self.assertEqual([got[k] for k in ("id", "dir", "verdict", "reason", "bytes")],
                         [None, None, "drop", "bad IPv4 header checksum", None])

    def test_text(self):
        packets = handshake() + [tcp("10.0.0.2", 80, "10.0.0.1", 1000, ACK, 100000, 100, b"x")]
        frames = [ether(p) for p in packets] + [ether(bytes(28), 0x0806)]
        out, _ = self.run_weir("--packets", "text", self.file("a.pcap", pcap(spread(frames))))
        self.assertEqual([line.split() for line in out.splitlines()], [
            "1 0.000000000 capture tcp 10.0.0.1:1000->10.0.0.2:80 *1+ original new syn-sent 5s -- accept".split(),
            "2 0.100000000 capture tcp 10.0.0.2:80->10.0.0.1:1000 *1 reply established syn-recv 5s S- accept".split(),
            "3 0.200000000 capture tcp 10.0.0.1:1000->10.0.0.2:80 *1 original established "
            "established 1d SA accept".split(),
            "4 0.300000000 capture tcp 10.0.0.2:80->10.0.0.1:1000 *1 reply invalid established "
            "23h59m59s900ms SA accept: "
            "reply outside the receive window: seq 100000 above 8692".split(),
            "5 0.400000000 capture not IP: ARP".split(),
        ])

    def test_text_bytes(self):
        out, _ = self.run_weir("--packets", "text", "--bytes",
                               self.file("a.pcap", pcap(spread([ether(V4[0])]))))
        self.assertTrue(out.endswith(" accept " + V4[0].hex() + "\n"), out)

    def test_time_that_goes_back(self):
        name = self.file("a.pcap", pcap([(START, ether(V4[0])), (START - SECOND, ether(V4[1]))]))
        out, _ = self.run_weir("--packets", "json", name)
        self.assertIn('{"n":2,"time":-1.000000000,', out)

    def test_with_table(self):
        """Packet lines alone print no table; --print asks for it."""
        name = self.file("a.pcap", pcap(spread([ether(p) for p in V4])))
        out, _ = self.run_weir("--packets", "json", "--print", "count-only", name)
        self.assertEqual(out.splitlines()[2:], ["1"])

    def test_fragments(self):
        whole = udp("10.0.0.1", 1000, "10.0.0.2", 53, bytes(40))
        payload = whole[20:]

        def fragment(data, offset, more):
            header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 7, more << 13 | offset // 8,
                                 64, UDP, 0) + whole[12:20]
            return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data

        frames = [ether(fragment(payload[:24], 0, 1)), ether(fragment(payload[24:], 24, 0))]
        first, second = self.packets("--bytes", self.file("a.pcap", pcap(spread(frames))))
        self.assertEqual([first[k] for k in ("verdict", "state", "id", "bytes")],
                         ["held", None, None, None])
        self.assertEqual([second[k] for k in ("verdict", "state")], ["accept", "new"])
        self.assertEqual(bytes.fromhex(second["bytes"])[20:], payload)


class Ports(Replay):
    """--port."""

    def test_merged_by_time(self):
        self.file("wan.pcap", pcap(spread([ether(V4[0])] * 3, step=SECOND)))
        self.file("lan.pcapng", pcapng(spread([V6[0]] * 3, step=SECOND, start=START + SECOND // 2), RAW))
        got = self.packets("--port", "ether1=wan.pcap", "--port", "bridge=lan.pcapng")
        self.assertEqual([(p["port"], p["time"]) for p in got],
                         [("ether1", 0), ("bridge", 0.5), ("ether1", 1), ("bridge", 1.5),
                          ("ether1", 2), ("bridge", 2.5)])

    def test_equal_stamps(self):
        """In the order of the options."""
        self.file("a.pcap", pcap(spread([ether(V4[0])] * 2, step=0)))
        for first, second in (("x", "y"), ("y", "x")):
            got = self.packets("--port", first + "=a.pcap", "--port", second + "=a.pcap")
            self.assertEqual([p["port"] for p in got], [first, first, second, second])

    def test_names(self):
        """Whatever the shell lets through is a name, and JSON stays JSON."""
        self.file("a.pcap", pcap(spread([ether(V4[0])])))
        for name in ('say "hi"', "back\\slash", "f\u00fcnf", "tab\there"):
            self.assertEqual(self.packets("--port", name + "=a.pcap")[0]["port"], name)
        out, err = self.run_weir("--port", "x" * 64 + "=a.pcap", status=2)
        self.assertIn("expected a name of at most 63 bytes", err[0])

    def test_twice(self):
        self.refuse('--port: "a" is named twice; expected a name of its own for each',
                    "--port", "a=x.pcap", "--port", "a=y.pcap")

    def test_form(self):
        for value in ("a", "=x", "a="):
            self.refuse('--port: "%s": expected NAME=FILE' % value, "--port", value)

    def test_one_cut_short(self):
        """The other port is read to its end."""
        self.file("good.pcap", pcap(spread([ether(V4[0])] * 3)))
        self.file("cut.pcap", pcap(spread([ether(V6[0])] * 2))[:-1])
        out, err = self.run_weir("--packets", "json", "--port", "a=cut.pcap", "--port",
                                 "b=good.pcap", status=2)
        self.assertEqual([json.loads(line)["port"] for line in out.splitlines()], list("abbb"))
        self.assertEqual(err[-1], "weir: cut.pcap: offset 110: packet record cut short: "
                                  "expected 1 more bytes")


class Table(Replay):
    """--print, --where, --proplist, --at, --tracking."""

    def setUp(self):
        super().setUp()
        frames = [ether(p) for p in handshake() + V4 + V6]
        self.name = self.file("a.pcap", pcap(spread(frames)))

    def count(self, *args):
        return self.run_weir("--print", "count-only", *args, self.name)[0]

    def test_brief_is_the_default(self):
        self.assertEqual(self.run_weir(self.name)[0],
                         self.run_weir(self.name, "--print", "brief")[0])

    def test_layouts(self):
        for layout in "brief detail terse value-list json conntrack".split():
            out, _ = self.run_weir("--print", layout, self.name)
            self.assertIn("10.0.0.1", out, layout)
            self.assertIn("2001:db8::1", out, layout)
        self.assertEqual(self.count(), "3\n")

    def test_where(self):
        self.assertEqual(self.count("--where", "protocol=udp"), "2\n")
        self.assertEqual(self.count("--where", "protocol=tcp tcp-state=established"), "1\n")
        out, _ = self.run_weir(self.name, "--print", "conntrack", "--where", "protocol=tcp")
        self.assertEqual(len(out.splitlines()), 1)
        self.assertIn("ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1000 dport=80", out)

    def test_proplist(self):
        out, _ = self.run_weir(self.name, "--print", "json", "--proplist", "protocol,timeout",
                               "--where", "protocol=tcp")
        self.assertEqual(json.loads(out), [{"protocol": "tcp", "timeout": "23h59m59s"}])

    def test_at(self):
        self.assertEqual(self.count("--at", "0"), "1\n")
        self.assertEqual(self.count("--at", "299ms"), "1\n")
        self.assertEqual(self.count("--at", "0.3"), "2\n")
        self.assertEqual(self.count("--at", "1h"), "1\n")
        self.assertEqual(self.count("--at", "2d"), "0\n")

    def test_at_repeated(self):
        self.assertEqual(self.count("--at", "2d", "--at", "0.3s", "--at", "0"), "1\n2\n0\n")
        out, _ = self.run_weir(self.name, "--print", "conntrack", "--at", "1h", "--at", "100ms")
        lines = out.splitlines()
        self.assertEqual([lines[0], lines[2]], ["# at 100ms", "# at 1h"])
        self.assertIn("SYN_RECV", lines[1])
        self.assertIn("ESTABLISHED", lines[3])

    def test_tracking(self):
        self.assertEqual(self.count("--at", "1h", "--tracking", "tcp-established-timeout=30m"), "0\n")
        got = self.packets("--tracking", "tcp-syn-sent-timeout=1m", "--tracking",
                           "udp-timeout=3s", self.name)
        self.assertEqual([p["timeout"] for p in got][::3], [60, 3, 3])

    def test_same_every_time(self):
        first = self.run_weir(self.name, "--packets", "json", "--print", "detail")[0]
        self.assertEqual(self.run_weir(self.name, "--packets", "json", "--print", "detail")[0], first)

    def test_summary(self):
        _, err = self.run_weir(self.name)
        text = "\n".join(err)
        self.assertIn("packets     7, of them 0 not IP; 304 bytes of IP; 600ms of capture", text)
        self.assertIn("states      invalid 0, established 4, related 0, new 3, untracked 0", text)
        self.assertIn("connections 3 created, 3 at most at once, 3 at the end", text)
        self.assertRegex(err[-1], r"^speed       \d+ packets/s, ")

    def test_summary_reasons(self):
        bad = V4[0][:10] + b"\0\0" + V4[0][12:]
        rst = tcp("10.0.0.1", 1, "10.0.0.2", 2, RST, 1, 1)
        name = self.file("b.pcap", pcap(spread([ether(p) for p in (bad, bad, rst)])))
        _, err = self.run_weir(name)
        self.assertIn("dropped     2: ip-checksum 2", err)
        self.assertIn("invalid     1: tcp-not-opener 1", err)


class BadInput(Replay):
    """One line that names file, offset or column and what was expected; status 2."""

    def test_no_file(self):
        self.refuse("none.pcap: No such file or directory", "none.pcap")
        self.refuse(".: Is a directory", ".")

    def test_no_capture(self):
        expected = "offset 0: expected a pcap or pcapng capture"
        self.refuse("text: " + expected, self.file("text", b"not a capture at all"))
        self.refuse("three: " + expected, self.file("three", b"abc"))
        self.refuse("packed: " + expected, self.file("packed", gzip.compress(b"not a capture")))
        self.refuse("standard input: " + expected, "-", stdin=b"hello world")

    def test_empty(self):
        expected = "offset 0: expected a pcap or pcapng capture, found an empty file"
        self.refuse("empty: " + expected, self.file("empty", b""))
        self.refuse("standard input: " + expected, "-", stdin=b"")

    def test_header_cut_short(self):
        self.refuse("a.pcap: offset 20: capture header cut short: expected 4 more bytes",
                    self.file("a.pcap", pcap([])[:20]))

    def test_link_type(self):
        expected = "unknown link type 105 (IEEE802_11): expected Ethernet, raw IP, " \
                   "Linux cooked, BSD loopback or PPP"
        self.refuse("a.pcap: offset 20: " + expected, self.file("a.pcap", pcap([(0, b"x")], WIFI)))
        for order in "<>":
            self.refuse("a.pcapng: offset 36: " + expected,
                        self.file("a.pcapng", pcapng([(0, b"x")], WIFI, order)))

    def cut(self, content, error, frames):
        """What came before is reported."""
        name = self.file("cut", content)
        out, err = self.run_weir("--packets", "json", name, status=2)
        self.assertEqual(err[-1], "weir: cut: " + error)
        self.assertEqual(len([line for line in err if line.startswith("weir:")]), 1)
        self.assertEqual(len(out.splitlines()), frames)
        self.assertEqual(self.run_weir("--print", "count-only", name, status=2)[0],
                         "1\n" if frames else "0\n")

    def test_record_cut_short(self):
        whole = pcap(spread([ether(p) for p in V4]))
        record = 16 + 14 + len(V4[0])
        self.cut(whole[:-5], "offset %d: packet record cut short: expected 5 more bytes" %
                 (24 + record), 1)
        self.cut(whole[:24 + record + 6], "offset %d: packet record cut short: expected 10 more bytes" %
                 (24 + record), 1)
        self.cut(whole[:30], "offset 24: packet record cut short: expected 10 more bytes", 0)

    def test_pcapng_cut_short(self):
        whole = pcapng(spread([ether(p) for p in V4]))
        last = len(whole) - (32 + 52)
        self.cut(whole[:-9], "offset %d: packet record cut short: expected 9 more bytes" % last, 1)

    def test_record_damaged(self):
        whole = pcap(spread([ether(V4[0])])) + struct.pack("<IIII", 1, 1, 1 << 30, 1 << 30) + bytes(99)
        name = self.file("bad", whole)
        _, err = self.run_weir(name, status=2)
        self.assertRegex(err[-1], r"^weir: bad: offset 90: expected a packet record: ")

    def test_gzip_cut_short(self):
        whole = pcap(spread([ether(V4[0])] * 200, step=1000))
        packed = gzip.compress(whole, compresslevel=0)
        name = self.file("cut.gz", packed[:len(packed) // 2])
        out, err = self.run_weir("--packets", "json", name, status=2)
        frames = len(out.splitlines())
        self.assertTrue(50 < frames < 150, frames)
        self.assertEqual(err[-1], "weir: cut.gz: offset %d: expected more gzip data" %
                         (24 + frames * (16 + 14 + len(V4[0]))))

    def test_gzip_damaged(self):
        packed = bytearray(gzip.compress(pcap(spread([ether(V4[0])] * 9))))
        packed[-8] ^= 1  # its checksum
        _, err = self.run_weir(self.file("bad.gz", bytes(packed)), status=2)
        self.assertRegex(err[-1], r"^weir: bad\.gz: offset \d+: expected sound gzip data$")

    def test_where(self):
        out, err = self.run_weir("--where", "protocol=", "x.pcap", status=2)
        self.assertEqual(len(err), 1)
        self.run_weir("--where", "(protocol=tcp", "x.pcap", status=2)
        out, err = self.run_weir("--where", "protocol=tcp nonsense=1", "x.pcap", status=2)
        self.assertEqual((out, len(err)), ("", 1))
        self.assertRegex(err[0], r"^weir: --where: column 14: .*expected")

    def test_values(self):
        self.refuse('--print: "table": expected brief, detail, terse, value-list, json, count-only, '
                    "conntrack", "--print", "table", "x")
        self.refuse('--packets: "xml": expected text or json', "--packets", "xml", "x")
        for option, value in (("--at", "soon"), ("--tracking", "udp-timeout=never")):
            out, err = self.run_weir(option, value, "x", status=2)
            self.assertEqual((out, len(err)), ("", 1))
            self.assertRegex(err[0], "^weir: " + option + ": .*expected")
        for option, value, wrong in (("--tracking", "no-such=1", "no-such"),
                                     ("--proplist", "protocol,colour", "colour")):
            out, err = self.run_weir(option, value, "x", status=2)
            self.assertEqual((out, len(err)), ("", 1))
            self.assertRegex(err[0], "^weir: " + option + ": .*" + wrong)

    def test_command_line(self):
        self.refuse('expected a capture; "weir replay --help" tells more')
        self.refuse('"b": expected one capture, or only --port NAME=FILE', "a", "b")
        self.refuse('"b": expected one capture, or only --port NAME=FILE', "--port", "x=a", "b")
        self.refuse('--colour: no such option, or not in this form; "weir replay --help" lists them',
                    "--colour", "x")
        self.refuse("--print: expected a value", "x", "--print")
        self.refuse("--bytes: expected --packets with it", "--bytes", "x")
        self.refuse("--where: expected --print with it, as --packets alone prints no connections",
                    "--packets", "text", "--where", "assured", "x")
        self.refuse("--proplist: expected a layout with properties, not conntrack",
                    "--print", "conntrack", "--proplist", "protocol", "x")

    def test_full_disk(self):
        name = self.file("a.pcap", pcap(spread([ether(V4[0])])))
        with open("/dev/full", "wb") as full:
            done = subprocess.run([WEIR, "replay", "--packets", "json", name], cwd=self.dir, stdout=full,
                                  stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"weir: standard output: No space left on device\n", done.stderr)


class Program(Replay):
    def test_help(self):
        out, err = self.run_weir("--help")
        self.assertEqual(err, [])
        for option in "port packets bytes print where proplist at tracking help".split():
            self.assertIn("--" + option, out)
        self.assertEqual(self.run_weir("replay", command="help")[0], out)
        self.assertIn("replay", self.run_weir(command="--help")[0])

    def test_version(self):
        self.assertRegex(self.run_weir(command="--version")[0], r"^weir \d+\.\d+\.\d+\n$")

    def test_no_such_command(self):
        self.refuse('no command "reply"; "weir help" lists them', command="reply")

    def test_interrupt(self):
        """What there is so far is printed: the pipe stays open behind one packet."""
        weir = subprocess.Popen([WEIR, "replay", "-", "--print", "count-only"], cwd=self.dir,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # A whole packet and half of the next.
        weir.stdin.write(pcap(spread([ether(p) for p in V4]))[:-9])
        weir.stdin.flush()
        self.wait_until_reading(weir.pid)
        weir.send_signal(signal.SIGINT)
        try:
            weir.wait(timeout=30)
            out, err = weir.stdout.read(), weir.stderr.read()
        finally:
            weir.kill()
            for pipe in (weir.stdin, weir.stdout, weir.stderr):
                pipe.close()
        self.assertEqual((weir.returncode, out), (130, b"1\n"), err.decode())
        self.assertIn(b"; interrupted\n", err)
        self.assertNotIn(b"weir:", err)

    def wait_until_reading(self, pid):
        """Until the pipe is empty and the program sleeps."""
        for _ in range(600):
            state = pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[0]
            caught = [line.split()[1] for line in
                      pathlib.Path("/proc/%d/status" % pid).read_text().splitlines()
                      if line.startswith("SigCgt")][0]
            if state == "S" and int(caught, 16) >> (signal.SIGINT - 1) & 1:
                time.sleep(0.2)
                return
            time.sleep(0.05)
        self.fail("the program never waited for input")


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    unittest.main()
