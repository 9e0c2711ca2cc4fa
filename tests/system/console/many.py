#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Very many connections: a listing of them costs no memory, stops when it is told to, and keeps
nobody waiting.

usage: many.py WEIR [unittest arguments]
"""
import re
import signal
import struct
import subprocess
import time
import unittest

from frames import *  # noqa: F403
from router import *  # noqa: F403  (the vocabulary of this file)

COUNT = 200_000


def flows(count):
    """A capture with a packet of each; one made by frames.py, with other addresses in it."""
    packet = bytearray(ether(udp("10.0.0.0", 1000, "192.0.2.1", 53)))
    packet[14 + 10:14 + 12] = packet[14 + 26:14 + 28] = bytes(2)
    head = pcap([(START, bytes(packet))])
    record = bytearray(head[24:])
    words = sum(struct.unpack("!10H", packet[14:34]))
    out = bytearray(head[:24])
    at = 16 + 14
    for i in range(count):
        source = 0x0a000000 + i
        total = words - 0x0a00 + (source >> 16) + (source & 0xffff)
        total = (total & 0xffff) + (total >> 16)
        struct.pack_into("!H", record, at + 10, ~((total & 0xffff) + (total >> 16)) & 0xffff)
        struct.pack_into("!I", record, at + 12, source)
        out += record
    return bytes(out)


class Many(Router):
    config = FILTER + "/ip firewall connection tracking\nset udp-timeout=1h\n"

    def setUp(self):
        super().setUp()
        self.file("many.pcap", flows(COUNT))
        self.start("--port", "ether1=many.pcap")
        self.until(lambda: self.run_command("/ip firewall connection print count-only"),
                   "%d\n" % COUNT, 60)

    def memory(self):
        """=> MiB"""
        with open("/proc/%d/status" % self.running.pid) as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def listing(self, command):
        return subprocess.Popen([WEIR, "exec", "--socket", self.socket, command], cwd=self.dir,
                                env=self.env, stdout=subprocess.PIPE)

    def test_all(self):
        before = self.memory()
        most = before
        for command in ("print terse", "print", "print terse where src-address~\"x\""):
            lines = 0
            with self.listing("/ip firewall connection " + command) as running:
                for line in running.stdout:
                    lines += line.count(b" udp ") or line.count(b"protocol=udp")
                    if lines % 50000 == 1:
                        most = max(most, self.memory())
            self.assertEqual((running.returncode, lines), (0, 0 if "where" in command else COUNT))
        self.assertLess(max(most, self.memory()) - before, 16)

    def test_count(self):
        begun = time.monotonic()
        self.assertEqual(self.run_command("/ip firewall connection print count-only"),
                         "%d\n" % COUNT)
        self.assertEqual(self.run_command(":put [/ip firewall connection tracking get "
                                          "total-entries]"), "%d\n" % COUNT)
        self.assertLess(time.monotonic() - begun, 1)

    def test_interrupted(self):
        """While it prints, and while it only looks."""
        for command in ("print detail", "print where src-address~\"nosuch\"",
                        "print count-only where src-address~\"nosuch\"",
                        ":put [:len [/ip firewall connection find]]"):
            path = "" if command.startswith(":") else "/ip firewall connection "
            running = self.listing(path + command)
            if command == "print detail":
                running.stdout.read(100000)
            else:
                time.sleep(0.1)
            begun = time.monotonic()
            running.send_signal(signal.SIGINT)
            out = running.communicate(timeout=PATIENCE)[0]
            self.assertLess(time.monotonic() - begun, 1, command)
            if running.returncode != 0:  # it may have been quicker
                self.assertEqual(running.returncode, 130, command)
                self.assertTrue(out.endswith(b"interrupted\n"), out[-200:])

    def test_nobody_waits(self):
        """Others work while one lists, and while one does not read its listing."""
        running = self.listing("/ip firewall connection print detail")
        self.addCleanup(running.communicate)
        self.addCleanup(running.kill)
        running.stdout.read(10)
        begun = time.monotonic()
        self.run_command("/ip firewall filter add chain=input; /undo")
        self.assertLess(time.monotonic() - begun, 2)

    def test_end(self):
        """The end comes at once, while a listing goes on."""
        running = self.listing("/ip firewall connection print detail")
        running.stdout.read(10)
        begun = time.monotonic()
        self.stop()
        self.assertLess(time.monotonic() - begun, 5)
        running.communicate()


if __name__ == "__main__":
    unittest.main()
