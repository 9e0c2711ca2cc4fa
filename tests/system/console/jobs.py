#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scripts beside the sessions of `weir run`, files by name, and what a session asks of the process.

usage: jobs.py WEIR [unittest arguments]
"""
import unittest

from router import *  # noqa: F403  (the vocabulary of this file)


class Execute(Router):
    config = None

    def contents(self, name):
        path = self.dir / "files" / name
        return path.read_text() if path.exists() else None

    def test_to_a_file(self):
        self.start()
        self.assertRegex(self.run_command(":put [:execute script={:put 1; :put two} file=out]"),
                         r"^\*[0-9A-F]+\n$")
        self.until(lambda: self.contents("out.txt"), "1\ntwo\n")
        self.assertEqual(self.run_command("/file get out.txt size"), "")
        self.assertEqual(self.run_command(":put [/file get out.txt size]"), "6\n")
        self.assertEqual(self.run_command(":put [/file get out.txt contents]"), "1\ntwo\n\n")

    def test_failing(self):
        """What it wrote before it failed is there, and its error."""
        self.start()
        self.run_command(":execute file=out.txt script=\":put 1; :error bad\"")
        self.until(lambda: self.contents("out.txt"), "1\nbad\n")
        self.until(lambda: "bad" in self.run_command("/log print"), True)

    def test_nowhere(self):
        self.start()
        out = self.run_command(":execute file=no/such/folder script=\":put 1\"", status=1)
        self.assertRegex(out, "^failure: ")
        self.assertEqual(self.run_command("/system script job print count-only where "
                                          "type=command"), "0\n")


class Files(Router):
    config = None

    def test_by_name(self):
        self.start()
        self.run_command("/ip firewall filter print file=rules; /file add name=notes.txt contents=abc")
        self.assertEqual(self.run_command(":put [/file get notes.txt size]; "
                                          ":put [/file get rul name]"), "3\nrules.txt\n")
        self.run_command("/file set notes.txt contents=defgh")
        self.assertEqual(self.run_command(":put [/file get [find name=notes.txt] size]"), "5\n")
        self.run_command("/file remove notes.txt,rules.txt")
        self.assertEqual(self.run_command("/file print count-only"), "0\n")
        self.assertEqual(self.run_command("/file remove notes.txt", status=1), "no such item\n")


class Active(Router):
    """Whether connections of a version of IP are tracked now."""
    config = FILTER

    def active(self):
        return self.run_command(":put ([/ip firewall connection tracking get active-ipv4] . "
                                "\" \" . [/ip firewall connection tracking get active-ipv6])")

    def test_families(self):
        self.start()
        self.assertEqual(self.active(), "true false\n")
        self.run_command("/ipv6 firewall filter add chain=input")
        self.assertEqual(self.active(), "true true\n")
        self.run_command("/ip firewall filter remove [find]")
        self.assertEqual(self.active(), "false true\n")
        self.run_command("/ip firewall connection tracking set enabled=yes")
        self.assertEqual(self.active(), "true true\n")
        self.run_command("/ip firewall connection tracking set enabled=no")
        self.assertEqual(self.active(), "false false\n")

    def test_raw(self):
        """It comes before tracking."""
        self.file("router.rsc", "/ip firewall raw\nadd action=accept chain=prerouting\n")
        self.start()
        self.assertEqual(self.active(), "false false\n")


class Log(Router):
    def test_load(self):
        self.start()
        self.assertNotIn("changed by", self.run_command("/log print"))
        self.run_command("/system identity set name=lab")
        self.assertIn("system identity changed by", self.run_command("/log print"))


if __name__ == "__main__":
    unittest.main()
