#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the lab and checks that the connection table of its capture holds what was done there, and
that its console session says of it what it should.

usage: test.py LAB WEIR     => exit status 77 where no network namespaces can be made
"""
import json
import os
import subprocess
import sys
import tempfile

CLIENT, SERVER = "192.168.88.2", "203.0.113.10"
CLIENT6, SERVER6 = "fd00:88::2", "2001:db8:113::10"


class Capture:
    def __init__(self, weir, path):
        self.weir, self.path = weir, path

    def run(self, *arguments, stdin=subprocess.DEVNULL):
        done = subprocess.run([self.weir, "replay", self.path, *arguments], text=True,
                              stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def table(self, *arguments):
        return json.loads(self.run("--print", "json", *arguments))

    def packets(self):
        lines = self.run("--packets", "json").splitlines()
        return [p for p in map(json.loads, lines) if p["verdict"]]  # IP packets alone


def one(table, protocol, src, dst, **properties):
    """The one connection of the table with these; all but the first three as JSON names them."""
    wanted = {name.replace("_", "-"): value for name, value in properties.items()}
    found = [conn for conn in table
             if conn["protocol"] == protocol and host(conn["src-address"]) == src
             and host(conn["dst-address"]) == dst
             and all(conn.get(name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} connections {protocol} {src} > {dst} {wanted}"
    return found[0]


def host(address):
    """An address without its port."""
    return address.rsplit(":", 1)[0] if address.count(":") == 1 else address


def check(capture):
    table = capture.table()

    ping = one(table, "icmp", CLIENT, SERVER, icmp_type=8, seen_reply=True, assured=False)
    assert (ping["orig-packets"], ping["repl-packets"]) == (3, 3), ping
    dns = one(table, "udp", CLIENT, SERVER, dst_port=53, seen_reply=True, assured=False)
    assert (dns["orig-packets"], dns["repl-packets"]) == (1, 1), dns
    http = one(table, "tcp", CLIENT, SERVER, dst_port=80, assured=True, tcp_state="time-wait")
    assert http["repl-bytes"] > 2000 * 45, http

    one(table, "tcp", CLIENT, SERVER, dst_port=21, assured=True, tcp_state="established")
    active = one(table, "tcp", SERVER, CLIENT, src_port=20, tcp_state="time-wait")
    assert active["orig-bytes"] > 500 * 45, active
    passive = [conn for conn in table if conn["protocol"] == "tcp" and conn["dst-port"] > 1024
               and host(conn["src-address"]) == CLIENT]
    assert len(passive) == 1 and passive[0]["repl-bytes"] > 500 * 45, passive

    # Refused at once, so nothing of it is left; but it was there, and lived for one packet.
    assert not [conn for conn in table if conn.get("dst-port") == 8080]
    packets = capture.packets()
    ended = {p["id"] for p in packets if p["id"]} - {conn[".id"] for conn in table}
    assert len(ended) == 1, ended
    refused = [p for p in packets if p["id"] in ended]
    assert [p["state"] for p in refused] == ["new", "established"], refused

    invalid = [p for p in packets if p["state"] == "invalid" or p["verdict"] != "accept"]
    assert not invalid, invalid
    if any(":" in host(conn["src-address"]) for conn in table):
        one(table, "icmpv6", CLIENT6, SERVER6, icmp_type=128, seen_reply=True)
        one(table, "udp", CLIENT6, SERVER6, dst_port=53, seen_reply=True)
        one(table, "tcp", CLIENT6, SERVER6, dst_port=80, assured=True, tcp_state="time-wait")
        count = 9
    else:
        count = 6
    assert len(table) == count, [(c["protocol"], c["src-address"], c["dst-address"]) for c in table]

    assert capture.run() == capture.run(), "a replay must be the same every time"
    assert capture.run("--print", "count-only").strip() == str(count)
    tcp = capture.table("--where", "protocol=tcp tcp-state=established")
    assert [conn["dst-port"] for conn in tcp] == [21], tcp
    return count


def check_session(capture, folder):
    """The session that `make run` shows: each command's output, by the command."""
    with open(os.path.join(folder, "session.rsc")) as session:
        typed = session.read().splitlines()
        session.seek(0)
        screen = capture.run("--config", os.path.join(folder, "router.rsc"), "--console", "--echo",
                             stdin=session)
    said = []
    for line in screen.splitlines():
        if line.startswith("[admin@weir] > "):
            assert line.endswith(typed[len(said)]), (line, typed[len(said)])
            said.append([])
        else:
            said[-1].append(line)
    assert len(said) == len(typed), screen
    assert sum(SERVER in line or CLIENT in line for line in said[0]) == 6, said[0]
    assert said[1] == ["3"], said[1]
    assert said[3] == ["FTP is established"], said[3]
    assert said[5] == ["failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp"]
    assert [line.split()[2] for line in said[7][2:]] == \
        ["accept", "drop", "drop", "accept", "drop"], said[7]
    for i in (6, 8, 9):
        assert said[i] == [], (typed[i], said[i])
    assert [line.split() for line in said[10][3:]] == \
        [["0", "R", "filter", "rule", "moved", "admin"],
         ["1", "U", "filter", "rule", "added", "admin"]], said[10]
    order = [i for i, line in enumerate(said[11]) if line.startswith("add ")]
    assert len(order) == 5 and "8080" in " ".join(said[11][order[2]:order[3]]), said[11]


def main():
    lab, weir = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lab.pcap")
        status = subprocess.run([lab, "--record-only", path]).returncode
        if status:
            return status
        capture = Capture(weir, path)
        print(check(capture), "connections, as they were made")
        check_session(capture, os.path.dirname(os.path.realpath(lab)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
