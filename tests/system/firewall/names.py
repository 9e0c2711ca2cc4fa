#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names of hosts in address lists: resolved while the router runs, by a small server of DNS here.

All of it happens in a network namespace of its own, where the server has its port; what the
machine's resolver is asked by is a file of this test there.

usage: names.py WEIR [unittest arguments]     => exit status 77 where no namespace can be made
"""
import collections
import fcntl
import ipaddress
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

INSIDE = "WEIR_NAMES_RESOLV_CONF"
SKIP = 77


def enter():
    """Starts itself again, as root of namespaces of its own."""
    if subprocess.run(["unshare", "-Urnm", "true"], stderr=subprocess.DEVNULL).returncode:
        print("no namespaces can be made here")
        sys.exit(SKIP)
    with tempfile.NamedTemporaryFile(prefix="weir-resolv-") as conf:
        done = subprocess.run(["unshare", "-Urnm", sys.executable, *sys.argv],
                              env=dict(os.environ, **{INSIDE: conf.name}))
    sys.exit(done.returncode)


if INSIDE not in os.environ:
    enter()
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "console"), str(HERE.parent / "replay")]
from router import PATIENCE, Router  # noqa: E402
from frames import SECOND, ether, pcap, udp  # noqa: E402

A, CNAME, AAAA, OPT = 1, 5, 28, 41
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5


def loopback_up():
    with socket.socket() as s:
        flags = 0x1 | 0x40  # up, running
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", flags))  # SIOCSIFFLAGS


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


class Server:
    """Answers by `zone`: {name: what}, what being a code, None (it keeps silent), or
    {type: (ttl, [address or name])}."""

    def __init__(self, address="127.0.0.1"):
        self.zone = {}
        self.asked = collections.Counter()  # (name, type)
        self.by_tcp = 0
        self.delay = 0
        self.forge = False  # false answers come first
        self.open = self.most_open = 0
        self.lock = threading.Lock()
        self.datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagram.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.datagram.bind((address, 53))
        self.stream = socket.create_server((address, 53))
        self.threads = [threading.Thread(target=work) for work in (self.datagrams, self.streams)]
        for thread in self.threads:
            thread.start()

    def close(self):
        self.datagram.sendto(b"", self.datagram.getsockname())
        self.stream.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        self.datagram.close()
        self.stream.close()

    def datagrams(self):
        while True:
            question, sender = self.datagram.recvfrom(65536)
            if not question:
                return
            with self.lock:
                self.open += 1
                self.most_open = max(self.most_open, self.open)
            if self.delay:
                threading.Timer(self.delay, self.reply, (question, sender)).start()
            else:
                self.reply(question, sender)

    def reply(self, question, sender):
        with self.lock:
            self.open -= 1
        answer = self.answer(question, False)
        try:
            if answer and self.forge:
                other = struct.pack("!H", struct.unpack("!H", answer[:2])[0] ^ 1)
                self.datagram.sendto(other + answer[2:], sender)
                self.datagram.sendto(answer[:13] + b"z" + answer[14:], sender)
                self.datagram.sendto(answer[:9], sender)
            if answer:
                self.datagram.sendto(answer, sender)
        except OSError:
            pass  # closed meanwhile

    def streams(self):
        while True:
            try:
                conn, _ = self.stream.accept()
            except OSError:
                return
            with conn:
                size = struct.unpack("!H", conn.recv(2, socket.MSG_WAITALL))[0]
                answer = self.answer(conn.recv(size, socket.MSG_WAITALL), True)
                self.by_tcp += 1
                for byte in struct.pack("!H", len(answer)):  # in pieces
                    conn.send(bytes([byte]))
                conn.sendall(answer)

    def answer(self, question, tcp):
        at, labels = 12, []
        while question[at]:
            labels.append(question[at + 1:at + 1 + question[at]].decode().lower())
            at += 1 + question[at]
        name, (kind,) = ".".join(labels), struct.unpack_from("!H", question, at + 1)
        asked, extra = question[12:at + 5], question[at + 5:]
        room = struct.unpack_from("!HH", extra, 1)[1] if extra else 512
        self.asked[name, kind] += 1
        code, records = 0, []
        while True:
            what = self.zone.get(name, NXDOMAIN)
            if what is None:
                return None
            if isinstance(what, int):
                code = what
                break
            if CNAME in what:
                ttl, (target,) = what[CNAME]
                records.append((name, CNAME, ttl, wire_name(target)))
                name = target
                continue
            ttl, addresses = what.get(kind, (0, []))
            records += [(name, kind, ttl, ipaddress.ip_address(a).packed) for a in addresses]
            break
        body = b"".join(wire_name(name) + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data
                        for name, kind, ttl, data in records)
        flags, count = 0x8180 | code, len(records)
        if not tcp and 12 + len(asked) + len(body) > room:
            flags, count, body = flags | 0x200, 0, b""
        return question[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + asked + body


class Names(Router):
    config = """/ip dns
set servers=127.0.0.1
"""

    def setUp(self):
        super().setUp()
        self.server = self.serve("127.0.0.1")

    def serve(self, address):
        server = Server(address)
        self.addCleanup(server.close)
        return server

    def add(self, name, names="x", family="ip"):
        self.run_command("/%s firewall address-list add list=%s address=%s" % (family, names, name))

    def rows(self, names="x", family="ip"):
        """=> {address: (comment, seconds left)} of the dynamic rows of a list"""
        out = self.run_command(
            ":foreach i in=[/%s firewall address-list find list=%s dynamic=yes] do={ "
            ":put [/%s firewall address-list get $i] }" % (family, names, family))
        rows = {}
        for line in out.splitlines():
            one = dict(part.split("=", 1) for part in line.split(";"))
            days, h, m, s = re.fullmatch(r"(?:(\d+)d)?(\d+):(\d+):(\d+)", one["timeout"]).groups("0")
            rows[one["address"]] = (one["comment"],
                                    ((int(days) * 24 + int(h)) * 60 + int(m)) * 60 + int(s))
        return rows

    def addresses(self, *args):
        return sorted(self.rows(*args))

    def logged(self, text):
        """=> the log's lines about a name"""
        return [re.sub(r"^ *\S+ ", "", line) for line in self.run_command("/log print").splitlines()
                if text in line]

    def test_addresses_become_rows(self):
        self.server.zone["www.example"] = {A: (300, ["192.0.2.1", "192.0.2.2"]),
                                           AAAA: (200, ["2001:db8::1"])}
        self.start()
        self.add("www.example")
        self.add("WWW.example", "y")
        self.add("www.example", "x", "ipv6")
        self.until(self.addresses, ["192.0.2.1", "192.0.2.2"])
        self.until(lambda: self.addresses("x", "ipv6"), ["2001:db8::1"])
        self.until(lambda: self.addresses("y"), ["192.0.2.1", "192.0.2.2"])
        comment, left = self.rows()["192.0.2.1"]
        self.assertEqual(comment, "www.example")
        self.assertTrue(280 <= left <= 300, left)
        self.assertTrue(180 <= self.rows("x", "ipv6")["2001:db8::1"][1] <= 200)
        time.sleep(1.1)
        self.assertLess(self.rows()["192.0.2.1"][1], left)
        self.assertEqual(self.run_command(
            "/ip firewall address-list print count-only where !dynamic"), "2\n")
        self.assertNotIn("192.0.2.1", self.run_command("/export"))
        self.assertEqual(self.server.asked["www.example", A], 2)
        self.assertEqual(self.server.asked["www.example", AAAA], 1)
        self.assertEqual(self.logged("www"), [])

    def test_from_the_configuration(self):
        self.server.zone["a.example"] = {A: (60, ["192.0.2.1"])}
        self.file("router.rsc", self.config + "/ip firewall address-list\n"
                                "add list=x address=a.example\n"
                                "add list=y address=a.example disabled=yes\n")
        self.start()
        self.until(self.addresses, ["192.0.2.1"])
        self.assertEqual(self.addresses("y"), [])
        self.run_command("/ip firewall address-list enable [find list=y]")
        self.until(lambda: self.addresses("y"), ["192.0.2.1"])
        self.stop()
        self.assertNotIn("192.0.2.1", self.text("router.rsc"))

    def test_asked_again_without_a_gap(self):
        self.server.zone["a.example"] = {A: (3, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        self.until(lambda: "a.example" in self.text("router.rsc"), True)
        stored = os.stat(self.dir / "router.rsc").st_ino
        end = time.monotonic() + 7
        while time.monotonic() < end:
            self.assertEqual(self.addresses(), ["192.0.2.1"])
            time.sleep(0.05)
        self.assertEqual(os.stat(self.dir / "router.rsc").st_ino, stored)  # not written anew
        self.assertIn(self.server.asked["a.example", A], (3, 4, 5))

    def test_shortest_time(self):
        """A time of none would mean to ask without an end."""
        self.server.zone["a.example"] = {A: (0, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        time.sleep(3)
        self.assertEqual(self.addresses(), ["192.0.2.1"])
        self.assertLessEqual(self.server.asked["a.example", A], 5)

    def test_longest_time(self):
        self.server.zone["a.example"] = {A: (7 * 86400, ["192.0.2.1"])}
        self.start()
        self.run_command("/ip dns set address-list-extra-time=1h")
        self.add("a.example")
        rows = self.until(self.rows, lambda rows: "192.0.2.1" in rows)
        self.assertTrue(25 * 3600 - 20 <= rows["192.0.2.1"][1] <= 25 * 3600, rows)

    def test_another_address(self):
        self.server.zone["a.example"] = {A: (3, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        self.server.zone["a.example"] = {A: (60, ["192.0.2.9"])}
        self.until(self.addresses, lambda found: "192.0.2.9" in found)
        self.until(self.addresses, ["192.0.2.9"])

    def test_failures(self):
        zone = self.server.zone
        zone["none.example"] = {AAAA: (60, ["2001:db8::1"])}
        zone["servfail.example"] = SERVFAIL
        zone["refused.example"] = REFUSED
        zone["silent.example"] = None
        self.start()
        self.run_command("/ip dns set query-total-timeout=600ms query-server-timeout=200ms")
        for name in ("nx", "none", "servfail", "refused", "silent"):
            self.add(name + ".example")
        reasons = {"nx": "there is no such name", "none": "it has no address here",
                   "servfail": "no server could tell", "refused": "no server could tell",
                   "silent": "no server answers"}
        for name, reason in reasons.items():
            line = ("dns,warning %s.example in /ip firewall address-list x was not resolved: %s"
                    % (name, reason))
            self.until(lambda: self.logged(name + ".example"), [line])
        self.assertEqual(self.addresses(), [])
        self.until(lambda: self.server.asked["nx.example", A], lambda n: n >= 2)
        self.assertEqual(self.server.asked["silent.example", A] % 3, 0)  # tries within one time
        for name in reasons:
            self.assertEqual(len(self.logged(name + ".example")), 1)
        zone["nx.example"] = {A: (2, ["192.0.2.1"])}
        self.until(self.addresses, ["192.0.2.1"])
        zone["nx.example"] = SERVFAIL
        self.until(lambda: len(self.logged("nx.example")), 2)
        self.until(self.addresses, [])

    def test_known_stays_while_the_server_is_gone(self):
        self.server.zone["a.example"] = {A: (4, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        begun = time.monotonic()
        self.server.zone["a.example"] = SERVFAIL
        self.until(lambda: len(self.logged("a.example")), 1)
        self.assertEqual(self.addresses(), ["192.0.2.1"])
        self.until(self.addresses, [])
        self.assertGreater(time.monotonic() - begun, 3)

    def test_next_server(self):
        self.server.zone["a.example"] = None
        self.serve("127.0.0.2").zone["a.example"] = {A: (60, ["192.0.2.1"])}
        self.start()
        self.run_command("/ip dns set servers=127.0.0.1,127.0.0.3,127.0.0.2 "
                         "query-server-timeout=300ms")
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        self.assertEqual(self.server.asked["a.example", A], 1)
        self.assertEqual(self.logged("a.example"), [])

    def test_other_servers_are_asked_at_once(self):
        self.serve("127.0.0.2").zone["a.example"] = {A: (60, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(lambda: self.server.asked["a.example", A], lambda n: n >= 2)
        self.run_command("/ip dns set servers=127.0.0.2")
        self.until(self.addresses, ["192.0.2.1"], 1.5)

    def test_servers_of_the_machine(self):
        self.server.zone["a.example"] = {A: (60, ["192.0.2.1"])}
        conf = pathlib.Path(os.environ[INSIDE])
        conf.write_text("# nobody\n")
        self.start()
        self.run_command("/ip dns set servers=\"\"")
        self.add("a.example")
        self.until(lambda: self.logged("a.example"), lambda lines: lines and
                   lines[0].endswith("there is no server to ask"))
        conf.write_text("search example\nnameserver 127.0.0.1\n")
        self.until(self.addresses, ["192.0.2.1"])
        self.assertEqual(self.run_command(":put [/ip dns get dynamic-servers]"), "127.0.0.1\n")
        self.run_command("/ip dns set servers=127.0.0.1")
        self.assertEqual(self.run_command(":put [/ip dns get dynamic-servers]"), "\n")

    def test_aliases(self):
        zone = self.server.zone
        zone["a.example"] = {CNAME: (30, ["b.example"])}
        zone["b.example"] = {CNAME: (20, ["c.example"])}
        zone["c.example"] = {A: (60, ["192.0.2.1"])}
        zone["loop.example"] = {CNAME: (60, ["gone.example"])}
        zone["gone.example"] = {}
        self.start()
        self.add("a.example")
        self.add("loop.example")
        rows = self.until(self.rows, lambda rows: "192.0.2.1" in rows)
        self.assertEqual(rows["192.0.2.1"][0], "a.example")
        self.assertLessEqual(rows["192.0.2.1"][1], 20)
        self.until(lambda: len(self.logged("loop.example")), 1)

    def test_what_does_not_fit_comes_by_tcp(self):
        many = ["10.0.%d.%d" % (i >> 8, i & 255) for i in range(700)]
        self.server.zone["big.example"] = {A: (60, many)}
        self.server.zone["fits.example"] = {A: (60, many[:100])}
        self.start()
        self.add("fits.example", "y")
        self.until(lambda: len(self.rows("y")), 100)
        self.assertEqual(self.server.by_tcp, 0)
        self.add("big.example")
        self.until(lambda: len(self.rows()), 700)
        self.assertEqual(self.server.by_tcp, 1)

    def test_false_answers(self):
        self.server.forge = True
        self.server.zone["a.example"] = {A: (60, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        self.assertEqual(self.server.asked["a.example", A], 1)

    def test_removed(self):
        self.server.zone["a.example"] = {A: (300, ["192.0.2.1", "192.0.2.2"])}
        self.server.zone["b.example"] = {A: (300, ["192.0.2.2", "192.0.2.3"])}
        self.start()
        self.run_command("/ip firewall address-list add list=x address=192.0.2.3")
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1", "192.0.2.2"])
        self.add("b.example")
        self.until(lambda: self.server.asked["b.example", A], 1)
        self.assertEqual(self.addresses(), ["192.0.2.1", "192.0.2.2"])
        self.run_command("/ip firewall address-list disable [find address=a.example]")
        self.until(lambda: {a: row[0] for a, row in self.rows().items()},
                   {"192.0.2.2": "b.example"})
        # What somebody had written himself was in the name's way.
        self.run_command("/ip firewall address-list remove [find address=192.0.2.3]")
        self.until(self.addresses, ["192.0.2.2", "192.0.2.3"])
        self.run_command("/ip firewall address-list enable [find address=a.example]")
        self.until(self.addresses, ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        self.run_command("/ip firewall address-list remove [find !dynamic]")
        self.until(self.addresses, [])
        self.run_command("/undo")
        self.until(self.addresses, ["192.0.2.1", "192.0.2.2", "192.0.2.3"])
        self.run_command("/ip firewall address-list set [find address=a.example] list=y")
        self.until(lambda: self.addresses("y"), ["192.0.2.1", "192.0.2.2"])
        self.until(self.addresses, ["192.0.2.2", "192.0.2.3"])
        self.run_command("/ip firewall address-list set [find address=a.example] "
                         "address=nx.example")
        self.until(lambda: self.addresses("y"), [])

    def test_removed_while_it_is_asked(self):
        self.server.delay = 0.5
        self.server.zone["a.example"] = {A: (300, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(lambda: self.server.most_open, 1)
        self.run_command("/ip firewall address-list remove [find]")
        time.sleep(1)
        self.assertEqual(self.addresses(), [])

    def test_a_row_that_was_removed_comes_again(self):
        self.server.zone["a.example"] = {A: (2, ["192.0.2.1"])}
        self.start()
        self.add("a.example")
        self.until(self.addresses, ["192.0.2.1"])
        self.run_command("/ip firewall address-list remove [find dynamic]")
        self.until(self.addresses, ["192.0.2.1"])

    def test_many(self):
        """Not all at once, and nobody waits for them."""
        count = 3000
        self.server.delay = 0.05
        for i in range(count):
            self.server.zone["h%d.example" % i] = {A: (600, ["10.1.%d.%d" % (i >> 8, i & 255)])}
        self.file("router.rsc", self.config + "/ip firewall address-list\n" + "".join(
            "add list=x address=h%d.example\n" % i for i in range(count)))
        self.start()
        slowest = 0
        end = time.monotonic() + 10 * PATIENCE
        found = 0
        while found != 2 * count and time.monotonic() < end:
            begun = time.monotonic()
            found = int(self.run_command("/ip firewall address-list print count-only"))
            slowest = max(slowest, time.monotonic() - begun)
        self.assertEqual(found, 2 * count)
        self.assertLessEqual(self.server.most_open, 100)
        self.assertGreater(self.server.most_open, 20)
        self.assertLess(slowest, PATIENCE / 4)
        self.assertEqual(sum(self.server.asked.values()), count)

    def test_silence_keeps_nobody_waiting(self):
        self.server.zone.update({"h%d.example" % i: None for i in range(150)})
        self.start()
        self.run_command(":for i from=0 to=149 do={ /ip firewall address-list add list=x "
                         "address=(\"h\" . $i . \".example\") }")
        begun = time.monotonic()
        self.assertEqual(self.run_command(":put on"), "on\n")
        self.assertLess(time.monotonic() - begun, 2)
        self.stop()

    def test_packets(self):
        """A rule drops what comes from the name, from when it is known until it is not."""
        self.server.zone["bad.example"] = NXDOMAIN
        self.file("router.rsc", self.config + """/ip address
add address=192.0.2.254/24 interface=lan
add address=198.51.100.1/24 interface=wan
/ip firewall filter
add chain=forward action=drop src-address-list=x
add chain=forward action=accept
/ip firewall address-list
add list=x address=bad.example
""")
        packets = [(i * SECOND // 20, ether(udp("192.0.2.7", 2000 + i, "198.51.100.9", 9, b"?")))
                   for i in range(20 * 40)]
        self.file("lan.pcap", pcap(packets))
        self.start("--port", "lan=lan.pcap,pace", "--port", "wan=none")

        def counters():
            out = self.run_command(":foreach i in=[/ip firewall filter find] do={ "
                                   ":put [/ip firewall filter get $i packets] }")
            return [int(line) for line in out.split()]

        dropped, passed = self.until(counters, lambda now: now[1] > 5)
        self.assertEqual(dropped, 0)
        self.server.zone["bad.example"] = {A: (3, ["192.0.2.7"])}
        self.until(counters, lambda now: now[0] > 5)
        passed = counters()[1]
        time.sleep(4)  # longer than its time: it is asked again, and no packet slips through
        self.assertEqual(counters()[1], passed)
        self.server.zone["bad.example"] = {A: (3, ["192.0.2.8"])}
        self.until(counters, lambda now: now[1] > passed)


if __name__ == "__main__":
    subprocess.run(["mount", "--bind", os.environ[INSIDE], os.path.realpath("/etc/resolv.conf")],
                   check=True)
    loopback_up()
    unittest.main()
