#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`weir console` on a pseudo-terminal, as who sits there meets it.

usage: terminal.py WEIR [unittest arguments]
"""
import re
import signal
import stat
import time
import unittest

from router import *  # noqa: F403  (the vocabulary of this file)

LISTS = "/interface list\nadd name=LAN\nadd name=WAN\n"


def plain(text):
    """What stands on the screen without the movements of the cursor, more or less."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\a\r]", "", text)


class Console(Router):
    """A router and a console on it."""

    def setUp(self):
        super().setUp()
        self.start()

    def open(self, *args, **more):
        terminal = self.console(*args, **more)
        terminal.expect(PROMPT)
        return terminal

    def say(self, terminal, line, prompt=PROMPT):
        """Types a line. => what it prints"""
        terminal.quiet(0.05)
        terminal.type(line + ENTER)
        terminal.expect(r"\n")
        out = terminal.expect(prompt)
        return plain(re.sub("(%s)$" % prompt, "", out))

    def comments(self):
        return [line.split("comment=")[1] for line in
                self.run_command("/ip firewall filter export terse").splitlines()
                if "comment=" in line]


class Completion(Console):
    config = LISTS + FILTER

    def test_unique(self):
        t = self.open()
        t.type("/ip fire" + TAB)
        t.expect(r"/ip fire.*wall ")
        t.type("filt" + TAB + "pri" + TAB)
        t.expect(r"filter .*print ")
        t.type("coun" + TAB + ENTER)
        self.assertIn("\n2\n", plain(t.expect(r"\n2\n")))

    def test_ambiguous(self):
        """What is common is added; then nothing, and the second Tab lists."""
        t = self.open()
        t.type("/ip firewall filter add src-ad" + TAB)
        t.expect("src-ad.*dress")
        t.type(TAB)
        self.assertNotIn("src-address-list", t.quiet())
        t.type(TAB)
        listed = plain(t.expect(r"src-address-type.*> /ip firewall filter add src-address"))
        self.assertIn("src-address-list", listed)

    def test_empty_line(self):
        t = self.open()
        t.type(TAB)
        self.assertEqual(plain(t.quiet()), "")
        t.type(TAB)
        listed = plain(t.expect(PROMPT))
        for word in ("interface", "ip", "put", "system", "while"):
            self.assertRegex(listed, r"(^|\s)%s\s" % word)

    def test_values(self):
        t = self.open()
        t.type("/ip firewall filter add action=fast" + TAB)
        t.expect("fasttrack-connection ")
        t.type("connection-state=established,rel" + TAB)
        t.expect("established,rela.*ted")

    def test_names_of_items(self):
        t = self.open()
        t.type("/interface list member add list=" + TAB + TAB)
        self.assertRegex(plain(t.expect(r"list=.*list=")), r"LAN\s+WAN")
        t.type("W" + TAB + "interface=")
        t.expect("WAN interface=")

    def test_list_below_a_wrapped_line(self):
        """A line over three rows with the cursor in its first one stays whole, and the list too."""
        t = self.open(width=60, height=40)
        line = "/ip firewall filter add chain=input comment=\"%s\" src-ad" % ("x" * 100)
        t.type(line)
        t.expect("src-ad")
        t.quiet(0.2)
        t.type(HOME + "?")
        out = plain(t.expect(r"while[^\n]*\n\[admin@weir\] > /ip.*src-ad"))
        self.assertTrue(out.startswith("\n\n\n") or "\n\n\n" in out[:200], out)
        t.type(CTRL_C)
        t.expect(r"\^C\n" + PROMPT)

    def test_nothing_fits(self):
        t = self.open()
        t.type("/ip nosuch" + TAB)
        self.assertIn("\a", t.quiet())
        self.assertIn("bad command name nosuch (line 1 column 5)", self.say(t, ""))


class Help(Console):
    def test_question_mark(self):
        t = self.open()
        t.type("/ip firewall ?")
        out = plain(t.expect(r"\n\[admin@weir\] > /ip firewall "))
        self.assertRegex(out, r"\nfilter -- [^\n]+\n")
        self.assertRegex(out, r"\nnat -- [^\n]+\n")

    def test_at_the_beginning(self):
        t = self.open()
        t.type("?")
        self.assertRegex(plain(t.expect(r"\n" + PROMPT)), r"\nip -- [^\n]+\n")

    def test_f1(self):
        for key in (F1, "\x1b[11~"):
            t = self.open()
            t.type("/ip firewall filter add ch" + key)
            self.assertRegex(plain(t.expect(r"\nchain.*add ch")), r"\nchain -- [^\n]+\n")
            t.close()

    def test_quoted(self):
        t = self.open()
        self.assertEqual(self.say(t, ':put "who? I"'), "who? I\n")


class Paging(Console):
    config = "/ip firewall address-list\n" + "".join(
        "add address=10.0.0.%d list=many\n" % i for i in range(1, 41))
    PAUSE = r"-- \[Q quit\|D dump\|down\]"

    def page(self, height=12):
        t = self.open(height=height)
        t.type("/ip firewall address-list print terse" + ENTER)
        out = plain(t.expect(self.PAUSE))
        self.assertEqual(len(re.findall(r" list=many ", out)), height - 1)
        return t

    def test_space(self):
        t = self.page()
        for page in range(2):
            t.type(" ")
            out = plain(t.expect(self.PAUSE))
            self.assertEqual(len(re.findall(r" list=many ", out)), 11)
        t.type(" ")
        self.assertEqual(len(re.findall(r" list=many ", plain(t.expect(PROMPT)))), 7)

    def test_quit(self):
        for key in ("q", "Q", CTRL_C):
            t = self.page()
            t.type(key)
            self.assertNotIn("list=many", plain(t.expect(PROMPT)))
            self.assertEqual(self.say(t, ":put on"), "on\n")
            t.close()

    def test_dump(self):
        t = self.page()
        t.type("d")
        self.assertEqual(len(re.findall(r" list=many ", plain(t.expect(PROMPT)))), 29)

    def test_down(self):
        """The key of the arrow, three bytes, is one key: a line more."""
        t = self.page()
        t.type("\x1b[B")
        self.assertEqual(len(re.findall(r" list=many ", plain(t.expect(self.PAUSE)))), 1)
        t.type("q")
        t.expect(PROMPT)
        self.assertEqual(self.say(t, ":put on"), "on\n")

    def test_resized(self):
        """The new height holds from the next command on."""
        t = self.open(height=12)
        t.resize(100, 22)
        t.quiet(0.3)
        t.type("/ip firewall address-list print terse" + ENTER)
        out = plain(t.expect(self.PAUSE))
        self.assertEqual(len(re.findall(r" list=many ", out)), 21)

    def test_without_paging(self):
        t = self.open(height=12)
        out = self.say(t, "/ip firewall address-list print terse without-paging")
        self.assertEqual(len(re.findall(r" list=many ", out)), 40)


class Interrupt(Console):
    def test_print_interval(self):
        t = self.open()
        t.type("/ip firewall filter print count-only interval=1s" + ENTER)
        t.expect(r"2\n.*2\n")
        begun = time.monotonic()
        t.type(CTRL_C)
        t.expect(PROMPT)
        self.assertLess(time.monotonic() - begun, 1)
        self.assertEqual(self.say(t, ":put on"), "on\n")

    def test_delay(self):
        t = self.open()
        t.type(":delay 1h" + ENTER)
        t.expect(r"1h\n")
        time.sleep(0.3)
        begun = time.monotonic()
        t.type(CTRL_C)
        self.assertIn("interrupted", t.expect(PROMPT))
        self.assertLess(time.monotonic() - begun, 1)

    def test_at_once(self):
        """Ctrl-C right behind Enter, before the command has begun."""
        t = self.open()
        for _ in range(20):
            t.type(":delay 1h" + ENTER)
            t.expect(r"1h\n")
            time.sleep(0.02)
            t.type(CTRL_C)
            t.expect(r"interrupted\n" + PROMPT)

    def test_endless_script(self):
        t = self.open()
        t.type(":while true do={ :put x }" + ENTER)
        t.expect(r"x\nx\nx\n")
        t.type(CTRL_C)
        t.expect(r"interrupted\n" + PROMPT)

    def test_line(self):
        t = self.open()
        t.type(":put never" + CTRL_C)
        t.expect(r"\^C\n" + PROMPT)
        self.assertEqual(self.say(t, ":put on"), "on\n")

    def test_middle_of_a_wrapped_line(self):
        t = self.open(width=40)
        t.type(":put \"" + "y" * 90 + "\"")
        t.quiet(0.2)
        t.type(HOME + CTRL_C)
        self.assertRegex(t.expect(r"\^C\n" + PROMPT), r"\n\n\r\x1b\[\d+C\^C\n")
        self.assertEqual(self.say(t, ":put on"), "on\n")

    def test_continued_line(self):
        t = self.open()
        t.type(":if (true) do={" + ENTER)
        t.expect(r"\{\.\.\. ")
        t.type(CTRL_C)
        t.expect(r"\^C\n" + PROMPT)
        self.assertEqual(self.say(t, ":put on"), "on\n")


class Questions(Console):
    def ask(self):
        t = self.open()
        t.type("/system identity edit value-name=name" + ENTER)
        t.expect(r"\nname: weir\nnew name: ")
        return t

    def test_answer(self):
        t = self.ask()
        t.type("wall" + ENTER)
        t.expect(r"wall\n\[admin@wall\] > ")

    def test_no_answer(self):
        for key in (CTRL_C, CTRL_D):
            t = self.ask()
            t.type(key)
            t.expect(PROMPT)
            self.assertEqual(self.say(t, ":put on"), "on\n")
            t.close()

    def test_several(self):
        """Lines that come at once are answers one by one, and then commands."""
        self.run_command("/system script add name=s source=\":put old\"")
        t = self.open()
        t.type("".join(line + ENTER for line in (
            "/system script edit s value-name=source", ":put one", ":put two", ".",
            "/system script run s")))
        t.expect(r"\none\ntwo\n")


class Lines(Console):
    def test_continuation(self):
        t = self.open()
        t.type(":foreach i in={1;2} do={" + ENTER)
        t.expect(r"\n\{\.\.\. ")
        t.type(":if ($i < 9) do={" + ENTER)
        t.expect(r"\n\{\{\.\.\. ")
        t.type(":put ($i + 1) }" + ENTER)
        t.expect(r"\n\{\.\.\. ")
        t.type("}" + ENTER)
        t.expect(r"\n2\n3\n" + PROMPT)

    def test_quotes(self):
        t = self.open()
        t.type(":put \"one" + ENTER)
        t.expect(r"\n\"\.\.\. ")
        t.type("two\"" + ENTER)
        t.expect(r"\none\r?\n?.*two\n" + PROMPT)

    def test_backslash(self):
        t = self.open()
        t.type(":put \\" + ENTER)
        t.expect(r"\n.*\.\.\. ")
        t.type("joined" + ENTER)
        t.expect(r"\njoined\n" + PROMPT)

    def test_pasted(self):
        """Lines that come while others still run."""
        t = self.open()
        t.type("".join(":put line%d%s" % (i, ENTER) for i in range(30)))
        t.expect(r"\nline29\n" + PROMPT)

    def test_menus(self):
        t = self.open()
        t.type("/ip firewall filter" + ENTER)
        t.expect(r"\[admin@weir\] /ip/firewall/filter> ")
        t.type("print count-only" + ENTER)
        t.expect(r"\n2\n")
        t.type(".." + ENTER)
        t.expect(r"\[admin@weir\] /ip/firewall> ")
        t.type("/" + ENTER)
        t.expect(r"\[admin@weir\] > ")

    def test_delete(self):
        """Ctrl-D within a line takes the character under the cursor."""
        t = self.open()
        t.type("x:put on" + HOME + CTRL_D + ENTER)
        t.expect(r"\non\n" + PROMPT)

    def test_utf8(self):
        t = self.open()
        self.assertEqual(self.say(t, ":put \"gr\u00fcn \u65e5\u672c\""), "gr\u00fcn \u65e5\u672c\n")

    def test_leave(self):
        for last in (CTRL_D, "/quit" + ENTER, "/system" + ENTER + CTRL_D):
            t = self.open()
            t.type(last)
            self.assertEqual(t.wait(), 0)

    def test_router_ends(self):
        t = self.open()
        self.stop()
        t.type(":put x" + ENTER)
        self.assertEqual(t.wait(), 1)
        self.assertIn("weir: the router has gone away", t.text)


class SafeMode(Console):
    SAFE = r"\[admin@weir\] <SAFE> "
    FREE = r"\[admin@weir\] > "

    def take(self):
        t = self.open()
        t.type(CTRL_X)
        t.expect(r"\n\[Safe Mode taken\]\n" + self.SAFE)
        return t

    def remove_first(self, t):
        t.type("/ip firewall filter remove 0" + ENTER)
        t.expect(r"remove 0\n" + self.SAFE)
        self.assertEqual(self.comments(), ["second"])

    def test_keep(self):
        t = self.take()
        self.remove_first(t)
        t.type(CTRL_X)
        t.expect(r"\n\[Safe Mode released\]\n" + self.FREE)
        t.type(CTRL_D)
        t.wait()
        self.assertEqual(self.comments(), ["second"])

    def test_line_stays(self):
        t = self.open()
        t.type(":put on" + CTRL_X)
        t.expect(self.SAFE + r":put on")
        t.type(ENTER)
        t.expect(r"\non\n" + self.SAFE)

    def gone(self, end):
        t = self.take()
        self.remove_first(t)
        end(t)
        self.until(self.comments, ["first", "second"])

    def test_hangup(self):
        self.gone(lambda t: t.kill(signal.SIGHUP))

    def test_killed(self):
        self.gone(lambda t: t.kill(signal.SIGKILL))

    def test_ctrl_d(self):
        """Leaving with Ctrl-D takes the changes back, and nobody sees them after it."""
        t = self.take()
        self.remove_first(t)
        t.type(CTRL_D)
        t.wait()
        self.until(self.comments, ["first", "second"])

    def test_quit(self):
        """Who quits keeps what they did."""
        t = self.take()
        self.remove_first(t)
        t.type("/quit" + ENTER)
        t.wait()
        self.assertEqual(self.comments(), ["second"])

    def test_killed_while_it_waits(self):
        t = self.take()
        self.remove_first(t)
        t.type(":delay 1h" + ENTER)
        t.expect("1h\n")
        t.kill()
        self.until(self.comments, ["first", "second"])

    def test_second_console(self):
        self.take()
        t = self.open()
        t.type(CTRL_X)
        t.expect(r"\[Safe Mode is held by another session\]\n" + self.FREE)

    def test_router_ends(self):
        t = self.take()
        self.remove_first(t)
        self.stop()
        self.assertIn("comment=first", self.text("router.rsc"))


class History(Console):
    def test_up(self):
        t = self.open()
        self.say(t, ":put one")
        self.say(t, ":put two")
        t.type(UP + UP + ENTER)
        t.expect(r"\none\n" + PROMPT)

    def test_file(self):
        t = self.open()
        self.say(t, ":put \"a \\\\ b\"")
        t.kill()  # what was typed is there nevertheless
        t.wait()
        path = self.dir / ".weir_history"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        t = self.open()
        t.type(UP + ENTER)
        t.expect(r"\na \\ b\n" + PROMPT)

    def test_several_lines(self):
        t = self.open()
        t.type(":if (true) do={" + ENTER)
        t.expect(r"\.\.\. ")
        t.type(":put on }" + ENTER)
        t.expect(r"\non\n" + PROMPT)
        t.close()
        t = self.open()
        t.type(UP)
        t.expect(r":put on }")
        t.type(ENTER)
        t.expect(r"\non\n" + PROMPT)

    def test_side_by_side(self):
        a, b = self.open(), self.open()
        self.say(a, ":put here")
        self.say(b, ":put there")
        for t in (a, b):
            t.type(CTRL_D)
            t.wait()
        self.assertEqual([line for line in self.text(".weir_history").splitlines()],
                         ["_HiStOrY_V2_", ":put\\040here", ":put\\040there"])

    def test_no_passwords(self):
        t = self.open()
        for line in ("/user set admin password=sesame", "/user set admin passw=sesame",
                     "/user set admin password=\"sesame\"", ":global my-secret=sesame",
                     "/interface wireguard set x private-key=sesame"):
            self.say(t, line)
        self.say(t, "/ip firewall mangle print where passthrough=yes")
        kept = self.text(".weir_history")
        self.assertNotIn("sesame", kept)
        self.assertIn("passthrough", kept)
        t.type(UP)
        self.assertNotIn("sesame", t.quiet())

    def test_loose_mode(self):
        """A file that others could read is closed to them."""
        self.file(".weir_history", "_HiStOrY_V2_\n:put\\040old\n")
        (self.dir / ".weir_history").chmod(0o644)
        t = self.open()
        self.say(t, ":put new")
        self.assertEqual(stat.S_IMODE((self.dir / ".weir_history").stat().st_mode), 0o600)
        t.type(UP + UP + ENTER)
        t.expect(r"\nold\n" + PROMPT)


class Screen(Console):
    def test_resize(self):
        t = self.open(width=100)
        t.type(":put o")
        t.resize(60, 20)
        t.quiet(0.3)
        t.type("n" + ENTER)
        t.expect(r"\non\n" + PROMPT)

    def widest(self, t):
        lines = self.say(t, "/ip firewall filter print detail").split("\n")
        return max(len(line) for line in lines if not line.startswith("Flags"))

    def test_width(self):
        self.assertGreater(self.widest(self.open(width=100)), 50)
        self.assertLessEqual(self.widest(self.open("--user", "admin+ct40w", width=100)), 40)
        self.assertLessEqual(self.widest(self.open(width=40)), 40)

    def test_no_colour(self):
        for args, env in (((), {"NO_COLOR": "1"}), (("--user", "admin+c"), {"NO_COLOR": ""}),
                          ((), {"NO_COLOR": "", "TERM": "dumb"})):
            t = self.console(*args, env=env)
            out = t.expect(PROMPT)
            t.type("/ip firewall filter print" + ENTER)
            out += t.expect("second.*" + PROMPT)
            self.assertNotRegex(out, r"\x1b\[[0-9;]*[1-9]m")
            t.close()

    def test_colour(self):
        t = self.console(env={"NO_COLOR": ""})
        t.expect(r"\x1b\[1m\[admin@weir\] >\x1b\[0m ")
        t.type(TAB + TAB)
        t.expect(r"\x1b\[36mip\x1b\[0m")
        t.type("/ip firewall filter print" + ENTER)
        t.expect(r"\x1b\[[0-9;]+m")

    def test_user(self):
        t = self.console("--user", "admin+ct80w")
        t.expect(r"\[admin@weir\] > ")


class Two(Console):
    def test_changes(self):
        a, b = self.open(), self.open()
        self.say(a, "/ip firewall filter add chain=output comment=third")
        self.assertIn("third", self.say(b, "/ip firewall filter print"))
        self.say(b, "/ip firewall filter remove [find comment=second]")
        self.assertNotIn("second", self.say(a, "/ip firewall filter print"))
        self.say(a, "/undo")
        self.assertIn("second", self.say(b, "/ip firewall filter print"))
        self.say(b, "/undo")
        self.assertEqual(self.comments(), ["first", "second"])
        self.say(a, "/redo")
        self.assertEqual(self.comments(), ["first", "second", "third"])

    def test_globals(self):
        a, b = self.open(), self.open()
        self.say(a, ":global shared 5")
        self.assertEqual(self.say(b, ":global shared; :put $shared"), "5\n")

    def test_one_waits(self):
        """A console that waits, or whose page is not read, keeps nobody from working."""
        a, b, c = self.open(), self.open(height=5), self.open()
        a.type(":delay 1h" + ENTER)
        b.type("/ip firewall filter print detail" + ENTER)
        b.expect(r"-- \[Q")
        self.assertIn("second", self.say(c, "/ip firewall filter print"))

    def test_one_does_not_read(self):
        a, b = self.open(), self.open()
        a.type(":while true do={ :put \"" + "z" * 60 + "\" }" + ENTER)
        time.sleep(0.5)
        self.assertIn("second", self.say(b, "/ip firewall filter print"))
        self.say(b, "/ip firewall filter remove 0")
        self.assertEqual(self.comments(), ["second"])


if __name__ == "__main__":
    unittest.main()
