#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir exec`, `weir check`, `weir export` and consoles without a terminal, byte by byte.

usage: tools.py WEIR [unittest arguments]
"""
import os
import signal
import subprocess
import time
import unittest

from router import *  # noqa: F403  (the vocabulary of this file)

BAD = """/ip firewall filter
add action=accept chain=input
add chain=forward bogus=1
/interface wireless
set 0 ssid=x
add name=y
/ip firewall nat
add chain=srcnat to-ports=nonsense action=masquerade protocol=tcp
"""

EVERYTHING = """/interface list
add name=WAN
/interface wireless
add name=w
/ip firewall filter
add action=drop chain=input
add action=drop chain=forward disabled=yes src-address-list=bad
/ip firewall address-list
add address=192.0.2.1 list=bad
"""


class Exec(Router):
    def setUp(self):
        super().setUp()
        self.start()

    def test_output(self):
        self.assertEqual(self.run_command(":put 1; :put two"), "1\ntwo\n")
        self.assertEqual(self.run_command("/ip firewall filter print count-only"), "2\n")
        self.assertEqual(self.run_command("/ip firewall filter print"), """\
Flags: X - disabled, I - invalid; D - dynamic
 0    ;;; first
      chain=input action=accept log=no log-prefix=""

 1    ;;; second
      chain=output action=drop log=no log-prefix=""
""")

    def test_failed(self):
        """What is wrong stands on the standard output, as over SSH."""
        self.assertEqual(self.run_command("/foo", status=1),
                         "bad command name foo (line 1 column 2)\n")
        self.assertEqual(self.run_command(":put 1; /ip firewall filter remove 7; :put 2", status=1),
                         "1\nno such item\n")
        self.assertEqual(self.run_command(":do { /foo } on-error={ :put caught }", status=1),
                         "bad command name foo (line 1 column 8)\n")
        self.assertEqual(self.run_command(":do { :error x } on-error={ :put caught }"), "caught\n")

    def interrupt(self, command, first=b""):
        running = subprocess.Popen([WEIR, "exec", "--socket", self.socket, command], cwd=self.dir,
                                   env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.cleanup, running)
        out = running.stdout.read(len(first)) if first else time.sleep(0.5)
        begun = time.monotonic()
        running.send_signal(signal.SIGINT)
        rest, err = running.communicate(timeout=PATIENCE)
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual((running.returncode, err), (130, b""))
        return (out or b"") + rest

    def test_interrupted(self):
        self.assertEqual(self.interrupt(":delay 1h"), b"interrupted\n")
        self.assertTrue(self.interrupt(":put go; :delay 1h", b"go\n").endswith(b"interrupted\n"))
        self.assertTrue(self.interrupt(":while true do={ :put x }", b"x\nx\n")
                        .endswith(b"interrupted\n"))
        self.assertTrue(self.interrupt("/ip firewall filter print count-only interval=1s", b"2\n")
                        .endswith(b"interrupted\n"))

    def test_killed(self):
        """What runs for a caller that has gone ends too."""
        running = subprocess.Popen([WEIR, "exec", "--socket", self.socket,
                                    ":delay 2s; /ip firewall filter remove 0"],
                                   cwd=self.dir, env=self.env)
        time.sleep(0.5)
        running.kill()
        running.wait()
        time.sleep(2.2)
        self.assertEqual(self.run_command("/ip firewall filter print count-only"), "2\n")

    def test_reader_gone(self):
        """`weir exec ... | head -1`"""
        running = subprocess.Popen([WEIR, "exec", "--socket", self.socket,
                                    ":while true do={ :put x }"], cwd=self.dir, env=self.env,
                                   stdout=subprocess.PIPE)
        running.stdout.readline()
        running.stdout.close()
        self.assertEqual(running.wait(PATIENCE), -signal.SIGPIPE)
        self.assertEqual(self.run_command(":put on"), "on\n")

    def test_width(self):
        wide = self.weir("exec", "--socket", self.socket, "/ip firewall filter print detail")[0]
        narrow = self.weir("exec", "--socket", self.socket, "--user", "admin+40w",
                           "/ip firewall filter print detail")[0]
        self.assertGreater(len(narrow.splitlines()), len(wide.splitlines()))

    def test_long(self):
        text = "x" * 100000
        self.assertEqual(self.run_command(":put \"%s\"" % text), text + "\n")

    def test_command_line(self):
        for args, error in (
                ((), "expected one command in quotes; \"weir exec --help\" tells more"),
                (("a", "b"), "expected one command in quotes; \"weir exec --help\" tells more"),
                (("--user", "+c", "x"), "--user: \"+c\": expected a name"),
                (("--socket",), "--socket: expected a value"),
                (("--socket", "/" + "x" * 200, ":put 1"),
                 "--socket: \"/%s\": expected a path of 1 to 107 bytes" % ("x" * 200)),
                (("--nosuch", "x"), "--nosuch: no such option, or not in this form; "
                                    "\"weir exec --help\" lists them")):
            self.assertEqual(self.weir("exec", *args, status=2), ("", "weir: %s\n" % error))

    def test_nobody_there(self):
        out, err = self.weir("exec", "--socket", "nothing", ":put 1", status=1)
        self.assertEqual((out, err), ("", "weir: nothing: No such file or directory; "
                                          "is \"weir run\" running, with the same --socket?\n"))

    def test_help(self):
        for name in ("exec", "console", "run", "check", "export", "replay"):
            out, err = self.weir(name, "--help")
            self.assertTrue(out.startswith("usage: weir %s " % name), out)
            self.assertIn("\nExit status: 0", out)
            self.assertEqual((out, err), self.weir("help", name))


class Script(Router):
    """A console whose standard input is no terminal."""

    def setUp(self):
        super().setUp()
        self.start()

    def script(self, text, *args, status=0):
        out, err = self.weir("console", "--socket", self.socket, *args, stdin=text, status=status)
        self.assertEqual(err, "")
        return out

    def test_lines(self):
        self.assertEqual(self.script("/ip firewall filter\nprint count-only\n:put on\n"), "2\non\n")
        self.assertEqual(self.script(":put \"no newline at the end\""), "no newline at the end\n")
        self.assertEqual(self.script(""), "")
        self.assertEqual(self.script("\n\n# nothing\n"), "")

    def test_continued(self):
        self.assertEqual(self.script(":foreach i in={1;2} do={\n  :put $i\n}\n"), "1\n2\n")

    def test_cut_short(self):
        self.assertIn("expected closing brace", self.script(":if (true) do={\n:put 1\n", status=1))

    def test_status(self):
        """That of the last command; one that fails does not keep others from running."""
        self.assertEqual(self.script("/foo\n:put on\n"),
                         "bad command name foo (line 1 column 2)\non\n")
        self.assertEqual(self.script(":put on\n/foo\n", status=1),
                         "on\nbad command name foo (line 1 column 2)\n")

    def test_quit(self):
        self.assertEqual(self.script(":put a\n/quit\n:put b\n"), "a\n")

    def test_echo(self):
        self.assertEqual(self.script("/ip firewall filter\nprint count-only\n:if (true) do={\n"
                                     ":put on }\n", "--echo", "--user", "admin+c"), """\
[admin@weir] > /ip firewall filter
[admin@weir] /ip/firewall/filter> print count-only
2
[admin@weir] /ip/firewall/filter> :if (true) do={
{... :put on }
on
""")

    def test_safe_mode_is_not_left(self):
        """Without a terminal nothing pages and nothing asks."""
        self.assertEqual(len(self.script(":for i from=1 to=200 do={ :put $i }\n").split()), 200)

    def test_interrupted(self):
        running = subprocess.Popen([WEIR, "console", "--socket", self.socket], cwd=self.dir,
                                   env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.cleanup, running)
        running.stdin.write(b":put go\n:delay 1h\n:put never\n")
        running.stdin.flush()
        self.assertEqual(running.stdout.read(3), b"go\n")
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.communicate(timeout=PATIENCE)[0], b"interrupted\n")
        self.assertEqual(running.returncode, 130)

    def test_interrupted_while_it_reads(self):
        running = subprocess.Popen([WEIR, "console", "--socket", self.socket], cwd=self.dir,
                                   env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.cleanup, running)
        running.stdin.write(b":put go\n")
        running.stdin.flush()
        self.assertEqual(running.stdout.read(3), b"go\n")
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        self.assertEqual(running.wait(PATIENCE), 130)

    def test_command_line(self):
        self.assertEqual(self.weir("console", ":put 1", status=2)[1],
                         "weir: \":put 1\": expected no more words; a command goes to "
                         "\"weir exec\"\n")


class Check(Router):
    config = None

    def check(self, *args, status=0, stdin=None):
        out, err = self.weir("check", *args, status=status, stdin=stdin)
        self.assertEqual(err, "")
        return out

    def test_good(self):
        self.file("a.rsc", EVERYTHING)
        self.assertEqual(sorted(self.check("a.rsc").splitlines()), [
            "/interface list: 1",
            "/ip firewall address-list: 1",
            "/ip firewall filter: 2, 1 disabled",
            "a.rsc: passed over /interface wireless, which weir has not: 1 statement",
        ])
        self.assertEqual(self.check("--quiet", "a.rsc"), "")

    def test_errors(self):
        """All of them, each with its place, and nothing is kept."""
        self.file("bad.rsc", BAD)
        out = self.check("bad.rsc", status=2).splitlines()
        self.assertEqual(out[0], "bad.rsc:3:19: expected end of command")
        self.assertRegex(out[1], r"^bad\.rsc:8:\d+: ")
        self.assertEqual(out[2:], [
            "bad.rsc: passed over /interface wireless, which weir has not: 2 statements",
            "bad.rsc: 2 errors",
        ])
        self.assertEqual(self.check("bad.rsc", "--quiet", status=2).splitlines(),
                         out[:2] + out[3:])

    def test_several(self):
        """The first status that is not 0; every file is looked at."""
        self.file("bad.rsc", BAD)
        self.file("good.rsc", FILTER)
        out = self.check("bad.rsc", "good.rsc", status=2)
        self.assertTrue(out.endswith("bad.rsc: 2 errors\n/ip firewall filter: 2\n"), out)
        out, err = self.weir("check", "nosuch.rsc", "good.rsc", status=2)
        self.assertEqual((out, err), ("/ip firewall filter: 2\n",
                                      "weir: nosuch.rsc: No such file or directory\n"))

    def test_standard_input(self):
        self.assertEqual(self.check("-", stdin=FILTER), "/ip firewall filter: 2\n")
        self.assertEqual(self.check("--quiet", "-", stdin="/foo\n", status=2).splitlines()[-1],
                         "standard input: 1 error")

    def test_empty(self):
        self.file("empty.rsc", "")
        self.assertEqual(self.check("empty.rsc"), "")

    def test_line_ends(self):
        """As a file from Windows has them; the places stay the same."""
        self.file("dos.rsc", BAD.replace("\n", "\r\n").encode())
        self.assertEqual(self.check("dos.rsc", status=2).splitlines()[0],
                         "dos.rsc:3:19: expected end of command")

    def test_wrong(self):
        for args, error in (
                ((), "expected a configuration; \"weir check --help\" tells more"),
                ((".",), ".: Is a directory"),
                (("--nosuch",), "--nosuch: no such option, or not in this form; "
                                "\"weir check --help\" lists them")):
            self.assertEqual(self.weir("check", *args, status=2), ("", "weir: %s\n" % error))

    def test_full(self):
        self.file("a.rsc", FILTER)
        for args in (("check", "a.rsc"), ("export", "--config", "a.rsc")):
            with open("/dev/full", "w") as full:
                done = subprocess.run([WEIR, *args], cwd=self.dir, env=self.env, stdout=full,
                                      stderr=subprocess.PIPE, text=True)
            self.assertEqual((done.returncode, done.stderr),
                             (1, "weir: standard output: No space left on device\n"))


class Export(Router):
    config = FILTER

    def export(self, *args, status=0, stdin=None):
        out, err = self.weir("export", *args, status=status, stdin=stdin)
        self.assertEqual(err, "")
        lines = out.splitlines()
        self.assertRegex(lines[0], r"^# .* by RouterOS \d+\.\d+")
        return lines[0], "".join(line + "\n" for line in lines if not line.startswith("#"))

    def test_compact(self):
        for args in ((), ("compact",)):
            self.assertEqual(self.export("--config", "router.rsc", *args)[1], FILTER)

    def test_terse(self):
        self.assertEqual(self.export("--config", "router.rsc", "terse")[1], """\
/ip firewall filter add action=accept chain=input comment=first
/ip firewall filter add action=drop chain=output comment=second
""")

    def test_verbose(self):
        self.file("a.rsc", "/interface list\nadd name=WAN\n")
        self.assertIn("\nadd exclude=\"\" include=\"\" name=WAN\n",
                      self.export("--config", "a.rsc", "verbose")[1])

    def test_menu(self):
        self.file("a.rsc", EVERYTHING.replace("/interface wireless\nadd name=w\n", ""))
        for menu in ("/ip firewall", "/ip/firewall", "/ip firewall address-list"):
            out = self.export("--config", "a.rsc", "--menu", menu)[1]
            self.assertIn("address=192.0.2.1", out)
            self.assertNotIn("WAN", out)
        self.assertEqual(self.export("--config", "a.rsc", "--menu", "/"),
                         self.export("--config", "a.rsc"))
        self.assertEqual(self.weir("export", "--config", "a.rsc", "--menu", "/nosuch", status=2),
                         ("", "weir: --menu: \"/nosuch\": expected a menu such as "
                              "\"/ip firewall\"\n"))

    def test_version(self):
        self.assertRegex(self.export("--config", "router.rsc")[0],
                         r"^# \d{4}-\d\d-\d\d .* 7\.16\.2$")
        self.assertRegex(self.export("--config", "router.rsc", "--routeros", "6.49")[0],
                         r"^# [a-z]{3}/\d\d/\d{4} .* 6\.49$")
        self.file("old.rsc", "# jan/02/1970 00:00:00 by RouterOS 6.43.8\n" + FILTER)
        self.assertIn(" 6.43", self.export("--config", "old.rsc")[0])
        for wrong in ("5.1", "8.0", "7", "7.", "7.1.2", "x", "7.1x", ""):
            self.assertEqual(
                self.weir("export", "--config", "router.rsc", "--routeros", wrong, status=2),
                ("", "weir: --routeros: \"%s\": expected a version such as 6.49 or 7.16\n" % wrong))

    def test_standard_input(self):
        self.assertEqual(self.export("--config", "-", stdin=FILTER)[1], FILTER)

    def test_again(self):
        """What was exported gives the same again."""
        self.file("a.rsc", EVERYTHING.replace("/interface wireless\nadd name=w\n", ""))
        first = self.export("--config", "a.rsc")[1]
        self.assertEqual(self.export("--config", "-", stdin=first)[1], first)

    def test_errors(self):
        self.file("bad.rsc", BAD)
        out, err = self.weir("export", "--config", "bad.rsc", status=2)
        self.assertEqual(out, "")
        self.assertTrue(err.startswith("bad.rsc:3:19: expected end of command\n"), err)

    def test_wrong(self):
        for args, error in (
                ((), "expected --config FILE; \"weir export --help\" tells more"),
                (("--config", "router.rsc", "foo"),
                 "\"foo\": expected compact, verbose, terse or show-sensitive"),
                (("--config", "nosuch.rsc"), "nosuch.rsc: No such file or directory")):
            self.assertEqual(self.weir("export", *args, status=2), ("", "weir: %s\n" % error))


if __name__ == "__main__":
    unittest.main()
