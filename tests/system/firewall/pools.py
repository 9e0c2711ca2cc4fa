#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pools of ports as a user meets them: what the log says of them, and what an export keeps.

usage: pools.py WEIR [unittest arguments]
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "replay"))
from frames import *  # noqa: E402,F403

WEIR = os.path.abspath(sys.argv.pop(1))
START = 1_700_000_000 * SECOND
NETWORK = """/ip address
add address=100.64.0.1/16 interface=lan
add address=198.51.100.1/24 interface=wan
/ip route
add dst-address=0.0.0.0/0 gateway=198.51.100.254
/ip firewall nat
"""


class Pools(unittest.TestCase):
    def play(self, rule, script, *packets):
        """=> what a console says once the packets, of one source each, have gone by"""
        with tempfile.TemporaryDirectory(prefix="weir-pools-") as folder:
            path = pathlib.Path(folder)
            (path / "router.rsc").write_text(NETWORK + rule + "\n")
            (path / "lan.pcap").write_bytes(pcap(
                [(START + i * SECOND // 100, ether(p)) for i, p in enumerate(packets)]))
            done = subprocess.run(
                [WEIR, "replay", "--config", "router.rsc", "--console", "--user", "admin+c",
                 "--port", "lan=lan.pcap"], cwd=folder, capture_output=True, timeout=60,
                input=script.encode())
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            return done.stdout.decode()

    def packets(self, count, source="100.64.0.9"):
        return [udp(source, 3000 + i, "203.0.113.2", 53, b"?") for i in range(count)]

    def test_a_pool_that_is_used_up(self):
        out = self.play("add action=masquerade chain=srcnat out-interface=wan protocol=udp "
                        "to-ports=2000-2001", "/log print\n", *self.packets(9))
        lines = [line for line in out.splitlines() if "firewall,warning" in line]
        self.assertEqual(len(lines), 1, out)
        self.assertIn("nat/srcnat/0/masquerade: refused, no port of the pool is left: proto UDP, "
                      "100.64.0.9:3002->203.0.113.2:53", lines[0])

    def test_a_source_with_its_share(self):
        out = self.play("add action=masquerade chain=srcnat out-interface=wan ports-per-source=4",
                        "/log print\n/ip firewall nat export\n", *self.packets(9))
        lines = [line for line in out.splitlines() if "firewall,warning" in line]
        self.assertEqual(len(lines), 1, out)
        self.assertIn("refused, 100.64.0.9 has 4 ports, its share of the pool: proto UDP, "
                      "100.64.0.9:3004->203.0.113.2:53", lines[0])
        self.assertIn("ports-per-source=4", out)

    def test_blocks_are_told_of_once(self):
        out = self.play("add action=src-nat chain=srcnat out-interface=wan "
                        "to-addresses=198.51.100.8 port-block=100 port-block-inside=100.64.0.0/24",
                        "/log print\n", *self.packets(3), *self.packets(3, "100.64.0.10"))
        lines = [line.split("src-nat: ")[1] for line in out.splitlines() if "has ports" in line]
        self.assertEqual(lines, ["100.64.0.9 has ports 1924-2023 of 198.51.100.8",
                                 "100.64.0.10 has ports 2024-2123 of 198.51.100.8"])

    def test_a_service_keeps_its_port(self):
        packet = tcp("100.64.0.9", 8291, "203.0.113.2", 443, SYN, 1, 0)
        rule = "add action=masquerade chain=srcnat out-interface=wan"
        show = "/ip firewall connection print detail\n"
        self.assertNotIn(":8291\n", self.replies(self.play(rule, show, packet)))
        off = rule + "\n/ip service\nset winbox disabled=yes"
        self.assertIn(":8291\n", self.replies(self.play(off, show, packet)))

    def replies(self, out):
        """=> where answers go to, a line each"""
        self.assertIn("reply-dst-address=", out)
        return "".join(part.split()[0] + "\n" for part in out.split("reply-dst-address=")[1:])


if __name__ == "__main__":
    unittest.main()
