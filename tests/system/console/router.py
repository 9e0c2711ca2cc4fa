# SPDX-License-Identifier: Apache-2.0
"""A running weir in a directory of its own, commands on it, and consoles on terminals."""
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

sys.dont_write_bytecode = True

WEIR = os.path.abspath(sys.argv.pop(1))
PATIENCE = 20  # seconds for what takes milliseconds: the machine may be busy
START = 1_700_000_000 * 10**9

CTRL_C, CTRL_D, CTRL_L, TAB, CTRL_X, ENTER = "\x03", "\x04", "\x0c", "\t", "\x18", "\r"
UP, HOME, F1 = "\x1b[A", "\x01", "\x1bOP"

FILTER = """/ip firewall filter
add action=accept chain=input comment=first
add action=drop chain=output comment=second
"""


class Terminal:
    """A program on a pseudo-terminal, and what it has written there."""

    def __init__(self, args, cwd, env, width=100, height=30):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(args[0], args, env)
        self.text = ""
        self.status = None
        self.resize(width, height)

    def resize(self, width, height):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def read(self, seconds):
        """Takes what comes. => whether anything did; EOFError at the end"""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        if not data:
            raise EOFError(self.text)
        text = self.text + data.decode("utf-8", "replace").replace("\r\n", "\n")
        # libedit's way to go on where the cursor is
        self.text = re.sub(r"\r\x1b\[\d+G", "", text)
        return True

    def expect(self, pattern, seconds=PATIENCE):
        """Waits for a regular expression. => what came up to its end, which is taken"""
        end = time.monotonic() + seconds
        while True:
            found = re.search(pattern, self.text, re.S)
            if found:
                taken, self.text = self.text[:found.end()], self.text[found.end():]
                return taken
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError("expected %r, got %r" % (pattern, self.text))
            try:
                self.read(left)
            except EOFError:
                raise AssertionError("expected %r before the end, got %r" % (pattern, self.text))

    def quiet(self, seconds=0.4):
        """=> all that came until nothing did for a while; it is taken"""
        while self.read(seconds):
            pass
        taken, self.text = self.text, ""
        return taken

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, seconds=PATIENCE):
        """Waits for the end. => the exit status, as of subprocess"""
        end = time.monotonic() + seconds
        while self.status is None and time.monotonic() < end:
            try:
                self.read(0.05)
            except EOFError:
                pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            else:
                time.sleep(0.01)
        if self.status is None:
            raise AssertionError("still running: %r" % self.text)
        return self.status

    def kill(self, number=signal.SIGKILL):
        if self.status is None:
            os.kill(self.pid, number)

    def close(self):
        if self.status is None:
            self.kill()
            os.waitpid(self.pid, 0)
            self.status = -signal.SIGKILL
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1


PROMPT = r"\[admin@weir\] (<SAFE> )?[^ \n]*> "


class Router(unittest.TestCase):
    """Tests with a directory, and routers that run in it."""
    maxDiff = None
    config = FILTER

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="weir-console-"))
        self.addCleanup(shutil.rmtree, self.dir)
        self.socket = str(self.dir / "weir.sock")
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.dir), "TERM": "xterm",
                    "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
        self.env.update({name: value for name, value in os.environ.items()
                         if name.endswith("SAN_OPTIONS")})
        self.running = None
        if self.config is not None:
            self.file("router.rsc", self.config)

    def file(self, name, content):
        path = self.dir / name
        if isinstance(content, str):
            path.write_text(content)
        else:
            path.write_bytes(content)
        return name

    def text(self, name):
        return (self.dir / name).read_text()

    def lines(self, name="router.rsc"):
        """A configuration without its comments."""
        return [line for line in self.text(name).splitlines() if not line.startswith("#")]

    def start(self, *args, config="router.rsc"):
        """Starts `weir run` and waits until it answers."""
        options = ["--socket", self.socket, "--files", "files"]
        if config:
            options += ["--config", config]
        log = tempfile.TemporaryFile()
        self.addCleanup(log.close)
        self.log = log
        self.running = subprocess.Popen([WEIR, "run", *options, *args], cwd=self.dir, env=self.env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=log)
        self.addCleanup(self.end, self.running, log)
        self.until(lambda: self.running.poll() is not None or "weir: running;" in self.said(), True)
        if self.running.poll() is not None:
            self.fail("it does not start: " + self.said())
        return self.running

    def said(self, log=None):
        """=> what it has written on stderr so far"""
        return os.pread((log or self.log).fileno(), 1 << 20, 0).decode()

    def end(self, process, log):
        """The end of a test is one that a sanitizer has a say in."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.assertEqual(process.returncode, 0, self.said(log))
        self.assertNotIn("Sanitizer", self.said(log))

    def cleanup(self, process):
        if process.poll() is None:
            process.kill()
            process.communicate()

    def stop(self, number=signal.SIGTERM, status=0):
        """Ends the router. => what it has said, but for that it runs"""
        self.running.send_signal(number)
        self.assertEqual(self.running.wait(PATIENCE), status, self.said())
        return re.sub(r"weir: running;[^\n]*\n", "", self.said())

    def weir(self, *args, stdin=None, status=0):
        """Runs a program to its end. => stdout, stderr"""
        done = subprocess.run([WEIR, *args], cwd=self.dir, env=self.env, capture_output=True,
                              text=True, timeout=120,
                              **({"input": stdin} if stdin is not None else
                                 {"stdin": subprocess.DEVNULL}))
        self.assertEqual(done.returncode, status, (args, done.stdout[-2000:], done.stderr))
        return done.stdout, done.stderr

    def run_command(self, command, status=0):
        """=> what `weir exec` prints; nothing on stderr"""
        out, err = self.weir("exec", "--socket", self.socket, command, status=status)
        self.assertEqual(err, "")
        return out

    def console(self, *args, width=100, height=30, env=None):
        """A console on a terminal, at its first prompt."""
        terminal = Terminal([WEIR, "console", "--socket", self.socket, *args], self.dir,
                            dict(self.env, **(env or {})), width, height)
        self.addCleanup(terminal.close)
        return terminal

    def until(self, what, expected, seconds=PATIENCE):
        """Waits until what() is as expected, which may be a function."""
        end = time.monotonic() + seconds
        while True:
            got = what()
            if expected(got) if callable(expected) else got == expected:
                return got
            if time.monotonic() > end:
                self.fail("got %r, expected %r" % (got, expected))
            time.sleep(0.05)
