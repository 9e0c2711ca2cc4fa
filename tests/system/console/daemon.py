#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir run`: what it stores, when it refuses to start, how it ends, and what it tracks.

usage: daemon.py WEIR [unittest arguments]
"""
import os
import random
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import unittest

from frames import *  # noqa: F403
from router import *  # noqa: F403  (the vocabulary of this file)

RULE = "/ip firewall filter add chain=forward comment="


class Stored(Router):
    config = None

    def test_not_there_yet(self):
        self.start()
        self.run_command(RULE + "one")
        self.stop()
        self.assertEqual(self.lines(), ["/ip firewall filter",
                                        "add action=accept chain=forward comment=one"])
        self.assertEqual(stat.S_IMODE((self.dir / "router.rsc").stat().st_mode), 0o600)
        self.assertFalse((self.dir / "router.rsc.orig").exists())

    def test_restart(self):
        self.file("router.rsc", FILTER)
        self.start()
        self.run_command("/ip firewall filter set 0 disabled=yes; " + RULE + "third; "
                         "/ip firewall connection tracking set udp-timeout=44s; "
                         "/system identity set name=wall")
        look = "/ip firewall filter print; /ip firewall connection tracking print"
        before = self.run_command(look)
        self.stop()
        self.start()
        self.assertEqual(self.run_command(look), before)
        self.assertEqual(self.run_command(":put [/system identity get name]"), "wall\n")

    def test_soon(self):
        """It is on the disk a moment after the change, whatever happens then."""
        self.start()
        self.run_command(RULE + "one")
        self.until(lambda: (self.dir / "router.rsc").exists() and "one" in self.text("router.rsc"),
                   True, 2)

    def test_foreign_file(self):
        """A file that weir did not write is kept beside, once."""
        self.file("router.rsc", "# mine\n" + FILTER)
        self.start()
        self.assertEqual(self.text("router.rsc"), "# mine\n" + FILTER)
        self.run_command(RULE + "one")
        self.stop()
        self.start()
        self.run_command(RULE + "two")
        self.stop()
        self.assertEqual(self.text("router.rsc.orig"), "# mine\n" + FILTER)
        self.assertEqual(len(self.lines()), 5)

    def test_passed_over(self):
        """Statements of menus that weir has not survive, word for word."""
        self.file("router.rsc", "/interface wireless\nset [ find default-name=wlan1 ] ssid=home\n"
                  "add master-interface=wlan1 name=guest\n" + FILTER)
        self.start()
        self.assertIn("router.rsc: passed over /interface wireless, which weir has not: "
                      "2 statements\n", self.said())
        self.run_command(RULE + "one")
        self.stop()
        for _ in range(2):
            self.assertIn("set [ find default-name=wlan1 ] ssid=home", self.text("router.rsc"))
            self.assertIn("add master-interface=wlan1 name=guest", self.text("router.rsc"))
            self.start()
            self.run_command("/ip firewall filter remove [find comment=one]")
            self.stop()

    def test_frozen(self):
        self.file("router.rsc", FILTER)
        self.start("--frozen")
        self.run_command(RULE + "one")
        self.assertEqual(self.run_command("/ip firewall filter print count-only"), "3\n")
        self.stop()
        self.assertEqual(self.text("router.rsc"), FILTER)

    def test_without_configuration(self):
        self.start(config=None)
        self.run_command(RULE + "one")
        self.stop()
        self.assertEqual(sorted(path.name for path in self.dir.iterdir()), ["files"])

    def test_ends_at_once(self):
        """Everything is stored that was committed before the signal."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self.start()
            self.run_command("; ".join([RULE + "x"] * 50))
            self.assertEqual(self.stop(number), "")
            self.assertFalse(os.path.exists(self.socket))
        self.assertEqual(len([line for line in self.lines() if line.startswith("add ")]), 150)

    def test_ends_while_commands_run(self):
        self.start()
        callers = [subprocess.Popen([WEIR, "exec", "--socket", self.socket, command], cwd=self.dir,
                                    env=self.env, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, text=True)
                   for command in (":delay 1h", ":while true do={ :put x }", ":while true do={ }",
                                   "/ip firewall filter print count-only interval=1s")]
        time.sleep(0.5)
        begun = time.monotonic()
        self.stop()
        self.assertLess(time.monotonic() - begun, 5)
        for caller in callers:
            self.assertIn("weir: the router has gone away", caller.communicate(timeout=PATIENCE)[1])
            self.assertEqual(caller.returncode, 1)


class Killed(Router):
    """kill -9 at random moments while changes come."""

    def test_killed(self):
        seed = random.randrange(2**32)
        chance = random.Random(seed)
        for _ in range(6):
            self.once(chance, "seed %d" % seed)

    def once(self, chance, seed):
        self.start()
        count = int(self.run_command(":put [:len [/ip firewall filter find]]"))
        caller = subprocess.Popen(
            [WEIR, "exec", "--socket", self.socket,
             ":for i from=%d to=100000 do={ /ip firewall filter add chain=c comment=\"n$i\"; "
             ":put $i; :delay 3ms }" % count],
            cwd=self.dir, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        time.sleep(chance.uniform(0.05, 0.7))
        self.running.kill()
        told = [int(word) for word in caller.communicate(timeout=PATIENCE)[0].split()
                if word.isdigit()]
        self.running.communicate()
        # What is there is what was there after one of the commits: no gap, nothing half.
        self.weir("check", "router.rsc")
        kept = [int(n) for n in re.findall(r"comment=n(\d+)", self.text("router.rsc"))]
        self.assertEqual(kept, list(range(2, 2 + len(kept))), seed)
        self.assertLessEqual(len(kept) + 2, (told[-1] if told else count) + 3, seed)
        self.assertGreaterEqual(len(kept) + 2, count, seed)


class Refused(Router):
    """What keeps it from starting, and what it says then."""
    config = None

    def refuse(self, *args, status):
        """=> the lines on stderr"""
        out, err = self.weir("run", "--socket", self.socket, *args, status=status)
        self.assertEqual(out, "")
        return err.splitlines()

    def test_configuration(self):
        text = FILTER + "add chain=forward bogus=1\n/ip firewall nat\nadd foo=bar\n"
        self.file("router.rsc", text)
        err = self.refuse("--config", "router.rsc", status=2)
        self.assertEqual(len(err), 2)
        self.assertEqual(err[0], "router.rsc:4:19: expected end of command")
        self.assertRegex(err[1], r"^router\.rsc:6:\d+: ")
        self.assertEqual(self.text("router.rsc"), text)
        self.assertFalse(os.path.exists(self.socket))

    def test_socket_in_use(self):
        self.start(config=None)
        self.assertEqual(self.refuse(status=1), [
            "weir: %s: a weir is running there already; another needs another --socket"
            % self.socket])
        self.assertEqual(self.run_command(":put on"), "on\n")

    def test_stale_socket(self):
        self.start(config=None)
        self.running.kill()
        self.running.communicate()
        self.assertTrue(os.path.exists(self.socket))
        self.start(config=None)
        self.assertEqual(self.run_command(":put on"), "on\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.socket).st_mode), 0o600)

    def test_no_socket(self):
        self.file("weir.sock", "a file of mine")
        self.assertEqual(self.refuse(status=1), [
            "weir: %s: expected a place for a socket, and there is something else" % self.socket])
        self.assertEqual(self.text("weir.sock"), "a file of mine")

    @unittest.skipUnless(os.geteuid() == 0, "only root can be several users")
    def test_another_user(self):
        """Neither do others get in, nor is another's socket trusted or taken away."""
        self.start(config=None)
        self.dir.chmod(0o755)
        os.chmod(self.socket, 0o666)
        weir = self.dir / "weir"
        shutil.copy(WEIR, weir)
        weir.chmod(0o755)

        def other(*args):
            return subprocess.run([weir, *args], cwd="/", env=self.env, capture_output=True,
                                  text=True, user=65534, group=65534, extra_groups=[],
                                  stdin=subprocess.DEVNULL, timeout=PATIENCE)

        done = other("exec", "--socket", self.socket, ":put in")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(done.stderr.splitlines()[0],
                      ("weir: %s: it is another user's, so it is not trusted" % self.socket,
                       "weir: the router has gone away"))
        os.chmod(self.socket, 0o600)
        done = other("exec", "--socket", self.socket, ":put in")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Permission denied", done.stderr)
        done = other("run", "--socket", self.socket)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "weir: %s: Permission denied\n" % self.socket)
        self.assertEqual(self.run_command(":put on"), "on\n")

    def test_command_line(self):
        self.file("good.pcap", pcap([]))
        expected = "expected NAME=FILE, NAME=FILE,pace or NAME=none"
        for args, error in (
                (("more",), "\"more\": expected options only; \"weir run --help\" lists them"),
                (("--port", "x"), "--port: \"x\": " + expected),
                (("--port", "=x"), "--port: \"=x\": " + expected),
                (("--port", "x="), "--port: \"x=\": " + expected),
                (("--port", "a=none", "--port", "a=none"),
                 "--port: \"a=none\": expected a name of its own for each"),
                (("--port", "x=nosuch.pcap"), "nosuch.pcap: No such file or directory"),
                (("--files", "no/such"), "--files: no/such: No such file or directory"),
                (("--config",), "--config: expected a value")):
            with self.subTest(args=args):
                self.assertEqual(self.refuse(*args, status=2), ["weir: " + error])

    def test_no_directory(self):
        self.assertEqual(len(self.refuse("--config", "no/such/router.rsc", status=1)), 1)

    def test_frozen_nothing(self):
        self.assertEqual(self.refuse("--config", "nosuch.rsc", "--frozen", status=2),
                         ["weir: nosuch.rsc: No such file or directory"])


class Strangers(Router):
    """Who speaks something else at the socket is shown the door, and nobody else notices."""

    def test_noise(self):
        self.start()
        for noise in (b"", b"GET / HTTP/1.0\r\n\r\n", bytes(100), b"H\xff\xff\xff\xff",
                      b"H\0\0\0\0R\0\0\0\0R\0\0\0\0R\0\0\0\0", b"R\0\0\0\4\0\0\0\0",
                      b"H\0\0\0\x04\xff\xff\xff\xffC\0\0\0\4\xff\xff\xff\xff"):
            with socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(PATIENCE)
                caller.connect(self.socket)
                caller.sendall(noise)
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(65536):
                    pass
        self.assertEqual(self.run_command(":put on"), "on\n")

    def test_too_many(self):
        self.start()
        crowd = [socket.socket(socket.AF_UNIX) for _ in range(64)]
        for caller in crowd:
            caller.connect(self.socket)
        self.assertEqual(self.weir("exec", "--socket", self.socket, ":put on", status=1),
                         ("too many consoles are open\n", "weir: the router has gone away\n"))
        for caller in crowd:
            caller.close()
        self.until(lambda: subprocess.run([WEIR, "exec", "--socket", self.socket, ":put on"],
                                          cwd=self.dir, env=self.env, capture_output=True,
                                          text=True).stdout, "on\n")

    def test_silent(self):
        """Callers that say nothing keep neither others waiting nor the end."""
        self.start()
        silent = [socket.socket(socket.AF_UNIX) for _ in range(20)]
        for caller in silent:
            caller.connect(self.socket)
        self.assertEqual(self.run_command(":put on"), "on\n")
        self.stop()
        for caller in silent:
            caller.close()


class Connections(Router):
    """Connections appear as their packets come."""

    def capture(self, *moments):
        """Each a packet, and its second."""
        return self.file("live.pcap", pcap([(START + int(at * SECOND), ether(packet))
                                            for at, packet in moments]))

    def count(self):
        return int(self.run_command("/ip firewall connection print count-only"))

    def test_pace(self):
        self.capture((0, udp("10.0.0.1", 1000, "10.0.0.2", 53)),
                     (1.5, udp("10.0.0.1", 1001, "10.0.0.2", 53)))
        self.start("--port", "ether1=live.pcap,pace")
        self.until(self.count, 1, 1.2)
        self.until(self.count, 2)
        out = self.run_command("/ip firewall connection print terse "
                               "proplist=src-address,dst-address")
        self.assertIn("src-address=10.0.0.1:1000 dst-address=10.0.0.2:53", out)
        self.assertIn("src-address=10.0.0.1:1001 dst-address=10.0.0.2:53", out)
        tracking = "/ip firewall connection tracking get total-entries"
        self.assertEqual(self.run_command(":put [%s]" % tracking), "2\n")

    def test_timeouts(self):
        """They run down, and what has timed out goes."""
        self.capture(*[(0, udp("10.0.0.1", 1000 + i, "10.0.0.2", 53)) for i in range(3)])
        self.file("router.rsc", FILTER + "/ip firewall connection tracking\nset udp-timeout=4s\n")
        self.start("--port", "ether1=live.pcap")
        get = ":put [/ip firewall connection get 0 timeout]"
        self.assertEqual(self.until(self.count, 3, 3), 3)
        first = self.run_command(get)
        self.until(lambda: self.run_command(get), lambda now: now < first)
        self.until(self.count, 0)

    def test_remove(self):
        self.capture(*[(0, udp("10.0.0.1", 1000 + i, "10.0.0.2", 53)) for i in range(5)])
        self.start("--port", "ether1=live.pcap")
        self.until(self.count, 5)
        self.run_command("/ip firewall connection remove [find src-address=\"10.0.0.1:1002\"]")
        self.assertEqual(self.count(), 4)
        self.assertNotIn("1002", self.run_command("/ip firewall connection print terse"))
        self.run_command("/ip firewall connection remove [find]")
        self.assertEqual(self.count(), 0)

    def test_settings(self):
        """They hold for the next packet, and undo takes them back."""
        self.capture((0, udp("10.0.0.1", 1000, "10.0.0.2", 53)),
                     *[(0.5 + i / 5, udp("10.0.0.1", 1001, "10.0.0.2", 53)) for i in range(150)])
        self.start("--port", "ether1=live.pcap,pace")
        self.run_command("/ip firewall connection tracking set udp-timeout=20m")
        get = ":put [/ip firewall connection get [find src-address=\"10.0.0.1:1001\"] timeout]"
        self.until(lambda: self.weir_text(get), lambda text: text.startswith(("00:19", "00:20")))
        self.run_command("/undo")
        self.until(lambda: self.weir_text(get), lambda text: text.startswith("00:00:"))

    def test_refused_settings(self):
        """A setting that is refused changes neither configuration nor engine."""
        self.start()
        before = self.run_command("/ip firewall connection tracking print")
        self.run_command("/ip firewall connection tracking set udp-timeout=nonsense", status=1)
        self.assertEqual(self.run_command("/ip firewall connection tracking print"), before)

    def test_auto(self):
        """enabled=auto tracks once there is a rule, as it is said."""
        self.file("router.rsc", "")
        self.capture(*[(i / 5, udp("10.0.0.1", 1000 + i, "10.0.0.2", 53)) for i in range(100)])
        self.start("--port", "ether1=live.pcap,pace")
        time.sleep(0.7)
        self.assertEqual(self.count(), 0)
        self.run_command(RULE + "one")
        self.until(self.count, lambda count: count > 0)

    def weir_text(self, command):
        """What a command prints, whether or not there is such an item yet."""
        return subprocess.run([WEIR, "exec", "--socket", self.socket, command], cwd=self.dir,
                              env=self.env, capture_output=True, text=True, timeout=60).stdout

    def test_several_ports(self):
        self.capture((0, udp("10.0.0.1", 1000, "10.0.0.2", 53)))
        self.file("other.pcap", pcap([(START, ether(udp("10.0.0.3", 1, "10.0.0.4", 2)))]))
        self.start("--port", "ether1=live.pcap", "--port", "ether2=other.pcap", "--port",
                   "ether3=none")
        self.until(self.count, 2)
        out = self.run_command("/interface print terse")
        for name in ("ether1", "ether2", "ether3"):
            self.assertIn("name=" + name, out)

    def test_damaged(self):
        """A capture that ends in the middle is told of; what came before counts."""
        whole = pcap([(START, ether(udp("10.0.0.1", 1000 + i, "10.0.0.2", 53))) for i in range(3)])
        self.file("cut.pcap", whole[:-5])
        self.start("--port", "ether1=cut.pcap")
        self.until(self.count, 2)
        self.assertRegex(self.stop(), r"^weir: cut\.pcap: [^\n]+\n$")


if __name__ == "__main__":
    unittest.main()
