#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Eight consoles at once on a router whose capture plays: changes, undo, listings, safe mode,
interrupts, callers that are killed. Nothing may break, and ThreadSanitizer finds nothing.

usage: threads.py WEIR [unittest arguments]
"""
import random
import signal
import subprocess
import threading
import time
import unittest

from frames import *  # noqa: F403
from router import *  # noqa: F403  (the vocabulary of this file)

SECONDS = 6

CHANGES = """/ip firewall filter add chain=c{n} action=accept comment=c{n}
/ip firewall address-list add list=l{n} address=192.0.2.{n} timeout=1s
/ip firewall filter set [find comment=c{n}] disabled=yes
/undo
/redo
/undo
/ip firewall connection tracking set udp-timeout={n}m
/ip firewall filter move [find comment=c{n}] 0
/interface list add name=list{n}
/interface list remove [find name=list{n}]
/ip firewall filter remove [find comment=c{n}]
:global shared{n} {n}
:set shared{n} [:len [/ip firewall filter find]]
"""
LOOKS = """/ip firewall filter print
/ip firewall connection print detail
/ip firewall connection print count-only
/ip firewall connection tracking print
/ip firewall connection remove [find src-port=1000]
/ip firewall address-list print
/export
/log print
/interface print
/user active print
/system resource print
/system history print
/system script environment print
/file print
:foreach i in=[/ip firewall filter find] do={{ :put [/ip firewall filter get $i chain] }}
"""


class Threads(Router):
    def test_eight_at_once(self):
        moments = [(START + i * SECONDS * SECOND // 4000,
                    ether(udp("10.0.%d.%d" % (i // 200 % 8, i % 200 + 1), 1000 + i % 7,
                              "192.0.2.1", 53))) for i in range(4000)]
        self.file("live.pcap", pcap(moments))
        self.start("--port", "ether1=live.pcap,pace")
        self.until_then = time.monotonic() + SECONDS
        self.rounds = [0] * 8
        self.wrong = []
        work = [self.script] * 4 + [self.interrupts, self.kills, self.terminal, self.refuses]
        threads = [threading.Thread(target=self.guard, args=(function, n))
                   for n, function in enumerate(work)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.wrong, [])
        self.assertTrue(all(self.rounds), self.rounds)
        self.assertEqual(self.run_command(":put on"), "on\n")
        self.assertEqual(self.stop(), "")
        self.weir("check", "--quiet", "router.rsc")

    def guard(self, function, n):
        chance = random.Random(n)
        try:
            while time.monotonic() < self.until_then:
                function(n, chance)
                self.rounds[n] += 1
        except BaseException as error:
            self.wrong.append((function.__name__, repr(error)))

    def begin(self, *args, **more):
        return subprocess.Popen([WEIR, args[0], "--socket", self.socket, *args[1:]], cwd=self.dir,
                                env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, **more)

    def script(self, n, chance):
        """What others undo may be missing, so a command may fail; the console may not."""
        lines = (CHANGES + LOOKS).format(n=n + 1).splitlines()
        chance.shuffle(lines)
        process = self.begin("console", stdin=subprocess.PIPE)
        out, err = process.communicate("\n".join(lines) + "\n:put end\n", timeout=60)
        if err or process.returncode or not out.endswith("end\n"):
            raise AssertionError((process.returncode, out[-300:], err[-1000:]))

    def interrupts(self, n, chance):
        process = self.begin("exec", chance.choice((
            ":delay 1h", ":while true do={ :put x }", ":while true do={ }",
            "/ip firewall connection print interval=200ms",
            "/ip firewall connection print follow",
            ":while true do={ /ip firewall filter add chain=i; "
            "/ip firewall filter remove [find chain=i] }")))
        time.sleep(chance.uniform(0.05, 0.3))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        # Before it has caught the signal, it ends by it.
        if err or process.returncode not in (130, -signal.SIGINT):
            raise AssertionError((process.returncode, out[-300:], err))

    def kills(self, n, chance):
        process = self.begin("exec", ":while true do={ /ip firewall filter print; "
                                     "/ip firewall connection print; :put [:len [/file find]] }")
        time.sleep(chance.uniform(0.05, 0.3))
        process.kill()
        process.communicate()

    def terminal(self, n, chance):
        """Safe mode, completion, sizes, and a terminal that goes away."""
        terminal = Terminal([WEIR, "console", "--socket", self.socket], self.dir, self.env)
        try:
            terminal.expect(PROMPT)
            terminal.type(CTRL_X)
            terminal.expect("<SAFE>")
            terminal.type("/ip firewall filter add chain=safe" + ENTER)
            terminal.expect(PROMPT)
            terminal.type("/ip fire" + TAB + "fil" + TAB + "print " + TAB + TAB)
            terminal.expect("where")
            terminal.resize(60 + chance.randrange(60), 20)
            terminal.type(ENTER + " q")
            terminal.quiet(0.1)
        finally:
            terminal.close()

    def refuses(self, n, chance):
        out, err = self.begin("exec", chance.choice((
            "/nosuch", "/ip firewall filter remove 99999", ":error no",
            "/ip firewall connection tracking set udp-timeout=x"))).communicate(timeout=60)
        if err or not out:
            raise AssertionError((out, err))


if __name__ == "__main__":
    unittest.main()
