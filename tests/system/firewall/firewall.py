#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules at work as a user meets them: a configuration and captures in, exact output out.

usage: firewall.py WEIR [unittest arguments]
"""
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "replay"))
from frames import *  # noqa: E402,F403  (the vocabulary of this file)

WEIR = os.path.abspath(sys.argv.pop(1))
START = 1_700_000_000 * SECOND
STEP = SECOND // 100

CLIENT, SERVER, OUTSIDE, ROUTER = "192.168.88.20", "192.168.88.10", "198.51.100.7", "203.0.113.2"
SOHO = (HERE / "soho.rsc").read_text()


def read_pcap(data):
    """=> the packets of a capture with nanoseconds"""
    magic, *_, link = struct.unpack("<IHHiIII", data[:24])
    assert (magic, link) == (0xa1b23c4d, RAW), (hex(magic), link)
    at, packets = 24, []
    while at < len(data):
        second, part, size, _ = struct.unpack("<IIII", data[at:at + 16])
        packets.append((second * SECOND + part, data[at + 16:at + 16 + size]))
        at += 16 + size
    return packets


def retold(packet, **ends):
    """A packet as another would have sent it: made anew, so that its checksums are right."""
    source, target = packet[12:16], packet[16:20]
    payload = packet[20:]
    protocol = packet[9]
    ports = list(struct.unpack("!HH", payload[:4]))
    source = ipaddress.ip_address(ends.get("src", str(ipaddress.ip_address(source))))
    target = ipaddress.ip_address(ends.get("dst", str(ipaddress.ip_address(target))))
    ports[0], ports[1] = ends.get("sport", ports[0]), ends.get("dport", ports[1])
    at = 16 if protocol == TCP else 6
    payload = struct.pack("!HH", *ports) + payload[4:at] + b"\0\0" + payload[at + 2:]
    made = ip(str(source), str(target), protocol, payload, at)
    header = bytearray(made[:20])
    header[8] = packet[8] - 1
    header[10:12] = b"\0\0"
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return bytes(header) + made[20:]


class Firewall(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="weir-firewall-")
        self.addCleanup(shutil.rmtree, self.dir)

    def file(self, name, content):
        path = pathlib.Path(self.dir) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name

    def capture(self, name, *frames):
        """Frames as (hundredths of a second, packet)."""
        return self.file(name, pcap([(START + i * STEP, ether(p)) for i, p in frames]))

    def weir(self, *args, status=0, stdin=""):
        """=> stdout, stderr"""
        done = subprocess.run([WEIR, *args], cwd=self.dir, capture_output=True, timeout=60,
                              input=stdin.encode())
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return done.stdout.decode(), done.stderr.decode()

    def lines(self, config, *ports):
        """=> the objects of --packets json"""
        out, _ = self.weir("replay", "--config", self.file("router.rsc", config), "--packets",
                           "json", *ports)
        return [json.loads(line) for line in out.splitlines()]

    def console(self, config, script, *ports):
        out, _ = self.weir("replay", "--config", self.file("router.rsc", config), "--console",
                           "--user", "admin+c", *ports, stdin=script)
        return out


def web(start=0):
    """A client's connection to a server outside: LAN frames, WAN frames."""
    return [
        (start + 0, tcp(CLIENT, 40000, OUTSIDE, 443, SYN, 99, 0)),
        (start + 2, tcp(CLIENT, 40000, OUTSIDE, 443, ACK, 100, 500)),
        (start + 3, tcp(CLIENT, 40000, OUTSIDE, 443, ACK | PSH, 100, 500, b"hello")),
    ], [
        (start + 1, tcp(OUTSIDE, 443, ROUTER, 40000, SYN | ACK, 499, 100)),
        (start + 4, tcp(OUTSIDE, 443, ROUTER, 40000, ACK, 500, 105)),
    ]


class Soho(Firewall):
    """The default configuration of a small router."""

    def ports(self, lan, wan):
        return ("--port", "ether2=" + self.capture("lan.pcap", *lan),
                "--port", "ether1=" + self.capture("wan.pcap", *wan))

    def test_verdicts(self):
        lan, wan = web()
        wan += [(5, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0)),
                (6, tcp(OUTSIDE, 5556, ROUTER, 8080, SYN, 1, 0)),
                (8, tcp(OUTSIDE, 5557, CLIENT, 80, SYN, 1, 0)),
                (9, tcp(OUTSIDE, 5558, ROUTER, 80, RST, 1, 0)),
                (11, tcp(OUTSIDE, 443, ROUTER, 40001, ACK | RST, 1, 1))]
        lan += [(7, tcp(SERVER, 80, OUTSIDE, 5556, SYN | ACK, 7, 2)),
                (10, udp(CLIENT, 1000, "192.168.88.1", 53))]
        got = [(p["verdict"], p["out"], p["rules"], p["nat"])
               for p in self.lines(SOHO, *self.ports(lan, wan))]
        fasttrack = ["filter/forward/7/fasttrack-connection", "filter/forward/8/accept"]
        self.assertEqual(got, [
            ("accept", "ether1", ["nat/srcnat/0/masquerade"], {"src": ROUTER + ":40000"}),
            ("accept", "bridge", fasttrack, {"dst": CLIENT + ":40000"}),
            ("accept", "ether1", fasttrack, {"src": ROUTER + ":40000"}),
            ("accept", "ether1", [], {"src": ROUTER + ":40000"}),
            ("accept", "bridge", [], {"dst": CLIENT + ":40000"}),
            ("drop", None, ["filter/input/4/drop"], None),
            ("accept", "bridge", ["nat/dstnat/1/dst-nat"], {"dst": SERVER + ":80"}),
            ("accept", "ether1", fasttrack, {"src": ROUTER + ":8080"}),
            ("drop", None, ["filter/forward/10/drop"], None),
            ("drop", None, ["filter/input/1/drop"], None),
            ("accept", "host", [], None),
            ("drop", None, ["filter/input/1/drop"], None),
        ])

    def test_write(self):
        """What leaves, byte for byte, is what another stack would have sent."""
        lan, wan = web()
        wan.append((5, tcp(OUTSIDE, 5556, ROUTER, 8080, SYN, 1, 0)))
        self.weir("replay", "--config", self.file("router.rsc", SOHO), *self.ports(lan, wan),
                  "--write", "ether1=out.pcap", "--write", "bridge=in.pcap", "--packets", "json")
        here = pathlib.Path(self.dir)
        self.assertEqual(read_pcap((here / "out.pcap").read_bytes()),
                         [(START + i * STEP, retold(p, src=ROUTER)) for i, p in lan])
        wanted = [(START + i * STEP, retold(p, dst=CLIENT)) for i, p in wan[:2]]
        wanted.append((START + 5 * STEP, retold(wan[2][1], dst=SERVER, dport=80)))
        self.assertEqual(read_pcap((here / "in.pcap").read_bytes()), wanted)

    def test_counters(self):
        out = self.console(SOHO, "/ip firewall filter print stats where packets>0\n"
                           "/ip firewall nat print stats\n"
                           "/ip firewall filter reset-counters [find]\n"
                           ":put [/ip firewall filter print count-only where packets>0]\n",
                           *self.ports(*web()))
        rows = [line.split() for line in out.splitlines() if line[:1].isdigit() and " " in line]
        self.assertEqual(rows, [
            ["0", "D", "forward", "passthrough", "85", "2"],
            ["8", "forward", "fasttrack-connection", "80", "2"],
            ["9", "forward", "accept", "80", "2"],
            ["0", "srcnat", "masquerade", "40", "1"],
            ["1", "dstnat", "dst-nat", "0", "0"],
        ])
        self.assertIn(";;; special dummy rule to show fasttrack counters", out)
        self.assertEqual(out.splitlines()[-1], "0")

    def test_log(self):
        config = SOHO + """/ip firewall mangle
add action=log chain=forward log-prefix=way
"""
        lan, wan = web()
        wan = wan[:1] + [(5, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0)),
                         (6, tcp(OUTSIDE, 5556, ROUTER, 8080, SYN, 1, 0))]
        lan = lan[:1] + [(7, udp(CLIENT, 1000, OUTSIDE, 53))]
        out = self.console(config, ":foreach i in=[/log find where topics~\"firewall\"] "
                           "do={:put [/log get $i message]}\n", *self.ports(lan, wan))
        mac = "src-mac 02:00:00:00:00:02, "
        self.assertEqual(out.splitlines(), [
            "way forward: in:bridge out:ether1, connection-state:new " + mac +
            "proto TCP (SYN), %s:40000->%s:443, len 40" % (CLIENT, OUTSIDE),
            "way forward: in:ether1 out:bridge, connection-state:established,snat " + mac +
            "proto TCP (SYN,ACK), %s:443->%s:40000, NAT %s:443->(%s:40000->%s:40000), len 40" %
            (OUTSIDE, CLIENT, OUTSIDE, ROUTER, CLIENT),
            "WAN input: in:ether1 out:(unknown 0), connection-state:new " + mac +
            "proto TCP (SYN), %s:5555->%s:22, len 40" % (OUTSIDE, ROUTER),
            "way forward: in:ether1 out:bridge, connection-state:new,dnat " + mac +
            "proto TCP (SYN), %s:5556->%s:80, NAT %s:5556->(%s:8080->%s:80), len 40" %
            (OUTSIDE, SERVER, OUTSIDE, ROUTER, SERVER),
            "way forward: in:bridge out:ether1, connection-state:new " + mac +
            "proto UDP, %s:1000->%s:53, len 36" % (CLIENT, OUTSIDE),
        ])

    def test_trace(self):
        lan, wan = web()
        out, err = self.weir("replay", "--config", self.file("router.rsc", SOHO), "--packets",
                             "text", "--trace", *self.ports(lan[:1], [
                                 (5, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0))]))
        self.assertEqual([line for line in out.splitlines() if line.startswith("        ")], [
            "        in ether2, forward, out ether1 to 203.0.113.1",
            "        nat/srcnat/0/masquerade                         ;;; defconf: masquerade",
            "        192.168.88.20:40000->198.51.100.7:443 became 203.0.113.2:40000->"
            "198.51.100.7:443",
            "        in ether1",
            "        filter/input/4/drop                             ;;; defconf: drop all not "
            "coming from LAN",
        ])
        self.assertEqual(err.splitlines()[-1], "by rules    1: filter/input/4/drop 1")

    def test_one_capture(self):
        """Without a port the way to the source tells where a packet came in."""
        frames = sorted(web()[0] + web()[1])
        frames.append((9, udp(ROUTER, 5353, OUTSIDE, 53)))
        got = self.lines(SOHO, self.capture("any.pcap", *frames))
        self.assertEqual([p["in"] for p in got],
                         ["bridge", "ether1", "bridge", "bridge", "ether1", "host"])
        self.assertEqual({p["verdict"] for p in got}, {"accept"})


class Live(Firewall):
    """A router that runs."""

    def test_run(self):
        lan, wan = web()
        wan.append((5, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0)))
        socket = self.dir + "/sock"
        run = subprocess.Popen(
            [WEIR, "run", "--config", self.file("router.rsc", SOHO), "--frozen", "--socket", socket,
             "--port", "ether2=" + self.capture("lan.pcap", *lan),
             "--port", "ether1=" + self.capture("wan.pcap", *wan)],
            cwd=self.dir, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.assertIn(b"running", run.stderr.readline())

        def ask(command):
            return self.weir("exec", "--socket", socket, command)[0].strip()

        logged = ':put [:len [/log find where message~"WAN input: in:ether1"]]'
        for _ in range(100):
            if ask(logged) == "1" and "D ;;;" in ask("/ip firewall filter print"):
                break
            time.sleep(0.1)
        self.assertEqual(ask(logged), "1")
        packets = ":put [:len [/ip firewall filter find where packets>0]]"
        self.assertEqual(ask(packets), "4")
        ask("/ip firewall filter reset-counters-all")
        self.assertEqual(ask(packets), "0")
        run.terminate()
        self.assertEqual(run.wait(timeout=30), 0)


class Explain(Firewall):
    def explain(self, packet, status=0):
        out, _ = self.weir("explain", "--config", self.file("router.rsc", SOHO), packet,
                           status=status)
        return out.splitlines()

    def test_drop(self):
        self.assertEqual(self.explain(
            "in-interface=ether1 protocol=tcp src-address=198.51.100.7:40000 "
            "dst-address=203.0.113.2:443 tcp-flags=syn", status=1), [
            "198.51.100.7:40000->203.0.113.2:443, connection-state=new",
            "        in ether1",
            "        nat/dstnat/1/dst-nat  no: dst-port=8080",
            "        filter/input/0/accept  no: connection-state=established,related,untracked"
            "  ;;; defconf: accept established,related,untracked",
            "        filter/input/1/drop  no: connection-state=invalid  ;;; defconf: drop invalid",
            "        filter/input/2/accept  no: protocol=icmp        ;;; defconf: accept ICMP",
            "        filter/input/3/accept  no: dst-address=127.0.0.1"
            "  ;;; defconf: accept to local loopback (for CAPsMAN)",
            "        filter/input/4/drop                             "
            ";;; defconf: drop all not coming from LAN",
            "drop: a rule drops it",
        ])

    def test_established(self):
        self.assertEqual(self.explain(
            "src-address=192.168.88.20:40000 dst-address=198.51.100.7:443 protocol=tcp "
            "connection-state=established"), [
            "192.168.88.20:40000->198.51.100.7:443, connection-state=established",
            "        in bridge, forward, fasttracked, out ether1 to 203.0.113.1",
            "        192.168.88.20:40000->198.51.100.7:443 became "
            "203.0.113.2:40000->198.51.100.7:443",
            "accept",
        ])
        for more in ("protocol=udp src-port=99 dst-port=53", "protocol=icmp"):
            out = self.explain("src-address=192.168.88.20 dst-address=198.51.100.7 "
                               "connection-state=established " + more)
            self.assertIn("connection-state=established", out[0])
            self.assertEqual(out[-1], "accept")

    def test_does_not_open(self):
        out = self.explain("src-address=198.51.100.7:99 dst-address=203.0.113.2:22 protocol=tcp "
                           "connection-state=established", status=1)
        self.assertEqual((out[0], out[-1]),
                         ("the connection does not open:", "drop: a rule drops it"))

    def test_ipv6(self):
        self.file("v6.rsc", """/ipv6 address
add address=2001:db8:1::1/64 interface=ether2
add address=2001:db8:2::1/64 interface=ether1
/ipv6 firewall filter
add action=reject chain=forward dst-port=25 protocol=tcp reject-with=icmp-admin-prohibited
""")
        out, _ = self.weir("explain", "--config", "v6.rsc", "src-address=[2001:db8:1::5]:1000 "
                           "dst-address=[2001:db8:2::5]:25 protocol=tcp", status=1)
        self.assertEqual(out.splitlines(), [
            "[2001:db8:1::5]:1000->[2001:db8:2::5]:25, connection-state=new",
            "        in ether2",
            "        filter/forward/0/reject",
            "        answered with 108 bytes, 2001:db8:1::1->2001:db8:1::5",
            "drop: a rule rejects it",
        ])

    def test_bad(self):
        for packet, error in (
                ("src-address=1.2.3.4", "expected src-address and dst-address"),
                ("colour=red", '"colour=red": expected a property of a packet; '
                               '"weir explain --help" lists them'),
                ("tcp-flags=loud", 'tcp-flags: "loud": expected flags such as syn,ack'),
                ("in-interface=nowhere src-address=1.1.1.1 dst-address=2.2.2.2",
                 'in-interface: "nowhere": expected the name of an interface'),
                ("src-address=1.1.1.1 dst-address=::2", 'dst-address: "::2": expected an address, '
                 "with :PORT where there is one, of src-address' family")):
            _, err = self.weir("explain", "--config", self.file("router.rsc", SOHO), packet,
                               status=2)
            self.assertEqual(err, "weir: " + error + "\n")


class Against(Firewall):
    def test_against(self):
        open_ssh = SOHO.replace("add action=drop chain=input comment=\"defconf: drop all",
                                "add action=accept chain=input dst-port=22 protocol=tcp\n"
                                "add action=drop chain=input comment=\"defconf: drop all")
        self.assertNotEqual(open_ssh, SOHO)
        self.file("new.rsc", open_ssh)
        name = self.capture("wan.pcap", (0, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0)),
                            (1, tcp(OUTSIDE, 5555, ROUTER, 22, SYN, 1, 0)),
                            (2, tcp(OUTSIDE, 5556, ROUTER, 23, SYN, 1, 0)))
        args = ("replay", "--config", self.file("router.rsc", SOHO), "--port", "ether1=" + name)
        out, _ = self.weir(*args, "--against", "new.rsc", status=1)
        self.assertEqual(out.splitlines(), [
            "     1 0.000000000 198.51.100.7:5555->203.0.113.2:22: drop by filter/input/4/drop; "
            "against: accept to host by filter/input/4/accept",
            "2 of 3 packets fare differently, of 1 connection",
            "     2 drop filter/input/4/drop; against: accept filter/input/4/accept",
        ])
        out, _ = self.weir(*args, "--against", "router.rsc")
        self.assertEqual(out, "0 of 3 packets fare differently, of 0 connections\n")


LISTS = """/ip address
add address=192.168.88.1/24 interface=ether2
add address=203.0.113.2/24 interface=ether1
/ip route
add gateway=203.0.113.1
add dst-address=10.9.0.0/16 blackhole
/ip firewall mangle
add action=mark-connection chain=prerouting dst-port=443 new-connection-mark=web protocol=tcp
/ip firewall filter
add action=add-src-to-address-list address-list=scan address-list-timeout=1h chain=input \\
    dst-port=23 protocol=tcp
add action=add-src-to-address-list address-list=kept address-list-timeout=none-static chain=input \\
    dst-port=24 protocol=tcp
add action=reject chain=input dst-port=22 protocol=tcp reject-with=tcp-reset
add action=drop chain=input src-address-list=scan
add action=jump chain=forward jump-target=lan
add action=accept chain=lan
"""


TRUNK = """/interface bridge
add name=bridge vlan-filtering=yes
/interface vlan
add interface=bridge name=guests vlan-id=20
add interface=ether1 name=line vlan-id=7
add interface=line name=inner vlan-id=8
add disabled=yes interface=bridge name=off vlan-id=30
/interface bridge port
add bridge=bridge interface=ether2
/ip address
add address=192.168.88.1/24 interface=bridge
add address=192.168.20.1/24 interface=guests
add address=203.0.113.2/24 interface=line
/ip firewall filter
add action=accept chain=input in-interface=line
add action=accept chain=input in-interface=inner
add action=accept chain=input in-interface=guests
add action=accept chain=input in-interface=bridge
add action=accept chain=input in-interface=ether1
"""


class Vlans(Firewall):
    """A tagged frame comes in by its VLAN's interface."""

    def rules(self, port, *tags):
        """=> the numbers of the rules that such a frame meets"""
        packet = udp(OUTSIDE, 1, ROUTER, 53)
        frame = vlan(packet, *tags) if tags else ether(packet)
        name = self.file("tagged.pcap", pcap([(START, frame)]))
        [line] = self.lines(TRUNK, "--port", f"{port}={name}")
        return [int(rule.split("/")[2]) for rule in line["rules"]]

    def test_port(self):
        self.assertEqual(self.rules("ether1", 7), [0])
        self.assertEqual(self.rules("ether1"), [4])

    def test_within(self):
        self.assertEqual(self.rules("ether1", 7, 8), [1])
        self.assertEqual(self.rules("ether1", 7, 9), [0])

    def test_bridge(self):
        self.assertEqual(self.rules("ether2", 20), [2])
        self.assertEqual(self.rules("ether2"), [3])

    def test_no_such_vlan(self):
        """The tag may be of whoever took the capture: the port alone counts."""
        self.assertEqual(self.rules("ether1", 99), [4])
        self.assertEqual(self.rules("ether2", 30), [3])

    def test_priority(self):
        self.assertEqual(self.rules("ether1", 0xe000 | 7), [0])
        self.assertEqual(self.rules("ether1", 0xe000), [4])


class Families(Firewall):
    """What /ip settings and /ipv6 settings say of all packets of a family."""

    CONFIG = """/ip address
add address=192.168.88.1/24 interface=ether2
add address=203.0.113.2/24 interface=ether1
/ipv6 address
add address=2001:db8:1::1/64 interface=ether2
add address=2001:db8:2::1/64 interface=ether1
"""

    def reasons(self, settings):
        """=> why IPv4 through the router, IPv6 through it and IPv6 to it go no further"""
        name = self.capture("lan.pcap", (0, udp(CLIENT, 1, "203.0.113.9", 53)),
                            (1, udp("2001:db8:1::9", 1, "2001:db8:2::9", 53)),
                            (2, udp("2001:db8:1::9", 1, "2001:db8:1::1", 53)))
        return [p["reason"] for p in self.lines(self.CONFIG + settings, "--port", "ether2=" + name)]

    def test_defaults(self):
        self.assertEqual(self.reasons(""), [None, None, None])

    def test_forward(self):
        off = "not for the router, and forwarding is off"
        self.assertEqual(self.reasons("/ip settings set ip-forward=no\n"), [off, None, None])
        self.assertEqual(self.reasons("/ipv6 settings set forward=no\n"), [None, off, None])

    def test_disable(self):
        off = "IPv6 is switched off"
        self.assertEqual(self.reasons("/ipv6 settings set disable-ipv6=yes\n"), [None, off, off])


class Ways(Firewall):
    """Several gateways share what goes to one prefix."""

    CONFIG = """/ip address
add address=192.168.88.1/24 interface=ether3
add address=203.0.113.2/24 interface=ether1
add address=198.51.100.2/24 interface=ether2
/ip firewall filter
add action=accept chain=forward connection-state=established
"""

    def ways(self, routes, ends):
        """=> the interfaces by which packets of these (source, port, destination) leave"""
        name = self.capture("lan.pcap", *((i, udp(src, port, dst, 53))
                                          for i, (src, port, dst) in enumerate(ends)))
        return [p["out"] for p in self.lines(self.CONFIG + routes, "--port", "ether3=" + name)]

    def test_shared(self):
        ends = [(f"192.168.88.{host}", 1000, "192.0.2.9") for host in range(10, 74)]
        for routes in ("/ip route add gateway=203.0.113.1,198.51.100.1\n",
                       "/ip route add gateway=203.0.113.1\n/ip route add gateway=198.51.100.1\n"):
            ways = self.ways(routes, ends)
            self.assertEqual(set(ways), {"ether1", "ether2"})
            self.assertGreater(min(ways.count("ether1"), ways.count("ether2")), 16)

    def test_policy(self):
        """By addresses, or by ports too; a socket keeps its way."""
        routes = "/ip route add gateway=203.0.113.1,198.51.100.1\n"
        ends = [("192.168.88.10", port, "192.0.2.9") for port in range(1000, 1032)] * 2
        self.assertEqual(len(set(self.ways(routes, ends))), 1)
        ways = self.ways(routes + "/ip settings set ipv4-multipath-hash-policy=l4\n", ends)
        self.assertEqual(set(ways), {"ether1", "ether2"})
        self.assertEqual(ways[:32], ways[32:])

    def test_one_is_away(self):
        routes = "/ip route add gateway=203.0.113.1,172.16.0.1,203.0.113.1\n"
        ends = [(f"192.168.88.{host}", 1000, "192.0.2.9") for host in range(10, 30)]
        self.assertEqual(set(self.ways(routes, ends)), {"ether1"})

    def test_distance(self):
        routes = ("/ip route add gateway=203.0.113.1\n"
                  "/ip route add distance=2 gateway=198.51.100.1\n")
        ends = [(f"192.168.88.{host}", 1000, "192.0.2.9") for host in range(10, 30)]
        self.assertEqual(set(self.ways(routes, ends)), {"ether1"})


class Lists(Firewall):
    def knock(self):
        return self.capture("knock.pcap", (0, tcp(OUTSIDE, 1, ROUTER, 23, SYN, 1, 0)),
                            (1, tcp(OUTSIDE, 2, ROUTER, 24, SYN, 1, 0)),
                            (2, tcp("198.51.100.8", 3, ROUTER, 80, SYN, 1, 0)))

    def test_entries(self):
        out = self.console(LISTS, "/ip firewall address-list print proplist=list,address,timeout\n"
                           "/ip firewall address-list export\n", self.knock())
        self.assertIn("D scan  198.51.100.7  1h", out)
        self.assertIn("add address=198.51.100.7 list=kept", out)
        self.assertNotIn("list=scan", out)

    def test_verdicts(self):
        got = self.lines(LISTS, self.knock())
        self.assertEqual([p["rules"] for p in got], [
            ["filter/input/0/add-src-to-address-list", "filter/input/3/drop"],
            ["filter/input/1/add-src-to-address-list", "filter/input/3/drop"], []])

    def test_answer(self):
        name = self.capture("ssh.pcap", (0, tcp(OUTSIDE, 9, ROUTER, 22, SYN, 41, 0)))
        self.weir("replay", "--config", self.file("router.rsc", LISTS), "--port",
                  "ether1=" + name, "--write", "ether1=out.pcap")
        [(_, packet)] = read_pcap((pathlib.Path(self.dir) / "out.pcap").read_bytes())
        self.assertEqual(packet[20:34], struct.pack("!HHIIBB", 22, 9, 0, 42, 0x50, RST | ACK))

    def test_marks_and_routes(self):
        name = self.capture("lan.pcap", (0, tcp(CLIENT, 1, OUTSIDE, 443, SYN, 1, 0)),
                            (1, tcp(CLIENT, 1, "10.9.1.1", 80, SYN, 1, 0)))
        self.assertEqual([p["reason"] for p in self.lines(LISTS, name)],
                         [None, "its route is a blackhole"])
        out = self.console(LISTS, "/ip firewall connection print detail\n", name)
        self.assertIn('connection-mark="web"', out)

    def test_timeout(self):
        """An entry goes when its time has come, from the menu as from the rules."""
        name = self.capture("late.pcap", (0, tcp(OUTSIDE, 1, ROUTER, 23, SYN, 1, 0)),
                            (360000 - 200, tcp(OUTSIDE, 2, ROUTER, 80, SYN, 1, 0)),
                            (360000 + 200, tcp(OUTSIDE, 3, ROUTER, 80, SYN, 1, 0)))
        self.assertEqual([p["verdict"] for p in self.lines(LISTS, name)],
                         ["drop", "drop", "accept"])
        self.assertEqual(self.console(LISTS, ":put [/ip firewall address-list print count-only]\n",
                                      name), "0\n")

    def test_removed(self):
        """What a rule has put into a list can be taken out by hand."""
        out = self.console(LISTS, "/ip firewall address-list remove [find list=scan]\n"
                           ":put [/ip firewall address-list print count-only]\n", self.knock())
        self.assertEqual(out.splitlines()[-1], "1")

    def test_refused(self):
        out = self.console(LISTS, "/ip firewall filter add chain=a action=jump jump-target=b\n"
                           "/ip firewall filter add chain=b action=jump jump-target=a\n"
                           "/ip firewall filter print count-only\n", self.knock())
        self.assertRegex(out, r"failure: chain \"[ab]\" jumps to \"[ab]\" in a loop "
                              r"\(/ip firewall filter, item [67]\)\n7\n$")
        _, err = self.weir("replay", "--config", self.file("loop.rsc", """/ip firewall filter
add chain=a action=jump jump-target=a
"""), self.knock(), status=2)
        self.assertRegex(err, "loop.rsc: failure: .*loop")

    def test_change_under_way(self):
        """A rule that is added acts at once; a change that is undone acts no more."""
        out = self.console(LISTS, "/ip firewall filter add chain=input action=drop comment=new\n"
                           "/ip firewall filter print count-only\n/undo\n"
                           "/ip firewall filter print count-only\n", self.knock())
        self.assertEqual(out.split(), ["7", "6"])

    def test_names_of_hosts(self):
        _, err = self.weir("replay", "--config", self.file("dns.rsc", """/ip firewall address-list
add address=www.example.com list=a
"""), self.knock())
        self.assertIn("weir: 1 address list entry is by name: names are not resolved\n", err)

    def test_without_routes(self):
        """Rules alone: nothing is routed, so everything goes one way."""
        got = self.lines("/ip firewall filter\nadd action=drop chain=forward protocol=udp\n",
                         self.capture("x.pcap", (0, udp("1.1.1.1", 1, "2.2.2.2", 2)),
                                      (1, tcp("1.1.1.1", 1, "2.2.2.2", 2, SYN, 1, 0))))
        self.assertEqual([p["verdict"] for p in got], ["drop", "accept"])

    def test_options(self):
        for args, error in ((("--trace",), "--trace: expected --packets text with it"),
                            (("--write", "ether1=x"), "--write: expected --config with it"),
                            (("--against", "x"), "--against: expected --config with it"),
                            (("--write", "=x"), '--write: "=x": expected NAME=FILE')):
            _, err = self.weir("replay", *args, "x.pcap", status=2)
            self.assertEqual(err, "weir: " + error + "\n")
        _, err = self.weir("replay", "--config", self.file("r.rsc", LISTS), self.knock(), "--write",
                           "no=x", status=2)
        self.assertEqual(err, 'weir: --write: "no": expected the name of an interface, or host\n')


if __name__ == "__main__":
    unittest.main()
