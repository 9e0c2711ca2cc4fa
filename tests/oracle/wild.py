#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes stories that nobody would think of: wild.py SEED COUNT > wild.story

Each is a history of one or two connections in which every packet is what a host might
send next, or nearly so: numbers just inside and just outside of what is allowed, flags that do not
fit, repetitions, lost and late packets, pauses. What they expect ("-> new" always: the language asks
for something) means nothing; the oracle compares what libweir and the kernel make of them. The same
seed gives the same stories.
"""
import random
import sys

MASK = 0xFFFFFFFF


class Side:
    """One TCP host: what it has sent, what it has offered."""

    def __init__(self, rng, name, port):
        self.name, self.port = name, port
        self.isn = rng.choice([1000, 0xFFFFFF00, rng.getrandbits(32)])
        self.next = self.isn
        self.win = rng.choice([65535, 8192, 1000, 512, 29200])
        self.scale = rng.choice([None, None, 0, 3, 7, 14, 15])
        self.sack = rng.random() < 0.5

    def end(self):
        return f"{self.name}:{self.port}"


def tcp_line(a, b, flags, seq, ack, win, extra=""):
    line = f"{a.end()} > {b.end()} tcp {flags} seq {seq & MASK} win {min(max(win, 0), 65535)}"
    if "ack" in flags.split(","):
        line += f" ack {ack & MASK}"
    return line + extra


def syn_options(side):
    text = " mss 1460"
    if side.scale is not None:
        text += f" wscale {side.scale}"
    if side.sack:
        text += " sack-ok"
    return text


def near(rng, value, side):
    """A number around `value`, most often exactly it."""
    if rng.random() < 0.7:
        return value
    width = side.win << (min(side.scale or 0, 14))
    return value + rng.choice([1, -1, 2, -2, 10, -10, 100, -100, width, width + 1, -width,
                               -width - 1, 66000, -66000, -66001, 2 * width, 1 << 31,
                               rng.randrange(-70000, 70000)])


def tcp_packet(rng, a, b):
    """One packet from a to b."""
    kind = rng.choices(["ack", "data", "syn", "synack", "fin", "rst", "rstack", "odd", "keepalive",
                        "sack", "zero", "fresh-syn"],
                       [24, 20, 4, 4, 8, 4, 4, 2, 3, 4, 2, 2])[0]
    seq, ack, win = near(rng, a.next, a), near(rng, b.next, b), a.win
    if rng.random() < 0.1:
        win = rng.choice([0, 1, 100, 65535, 3000])
        a.win = win or a.win
    if kind == "syn":
        return tcp_line(a, b, "syn", near(rng, a.isn, a), 0, win, syn_options(a))
    if kind == "fresh-syn":
        a.isn = rng.choice([a.next + 1000, a.next + 200000, a.next - 5000, rng.getrandbits(32)])
        a.next = a.isn + 1
        return tcp_line(a, b, "syn", a.isn, 0, win, syn_options(a))
    if kind == "synack":
        return tcp_line(a, b, "syn,ack", near(rng, a.isn, a), ack, win, syn_options(a))
    if kind == "fin":
        line = tcp_line(a, b, "fin,ack", seq, ack, win)
        a.next += 1
        return line
    if kind == "rst":
        return tcp_line(a, b, "rst", rng.choice([seq, seq, 0, ack]), 0, 0)
    if kind == "rstack":
        return tcp_line(a, b, "rst,ack", rng.choice([seq, seq, 0]), rng.choice([ack, ack, 0]), 0)
    if kind == "odd":
        flags = rng.choice(["none", "fin", "syn,fin", "syn,rst", "urg,ack", "psh,ack", "rst,fin",
                            "syn,ack,urg", "syn,urg", "ece,cwr,syn", "ece,ack", "fin,urg,ack"])
        return tcp_line(a, b, flags, seq, ack, win)
    if kind == "keepalive":
        return tcp_line(a, b, "ack", a.next - 1, b.next, win, rng.choice(["", " data 1"]))
    if kind == "sack":
        left = b.next + rng.choice([1, 100, 1000])
        right = (left + rng.choice([1, 100, 5000])) & MASK
        return tcp_line(a, b, "ack", seq, ack, win, f" sack {left & MASK}-{right}")
    if kind == "zero":
        return tcp_line(a, b, "ack", a.next, b.next, 0)
    if kind == "data":
        size = rng.choice([1, 10, 100, 1000, 1460, a.win % 1400 + 1])
        line = tcp_line(a, b, rng.choice(["ack", "psh,ack"]), seq, ack, win, f" data {size}")
        if rng.random() < 0.9:
            a.next += size
        return line
    return tcp_line(a, b, "ack", seq, ack, win)


def tcp_opening(rng, a, b):
    """How a history begins: properly in most, so that something is there to disturb."""
    a.next, b.next = a.isn + 1, b.isn + 1
    steps = [tcp_line(a, b, "syn", a.isn, 0, a.win, syn_options(a)),
             tcp_line(b, a, "syn,ack", b.isn, a.next, b.win, syn_options(b)),
             tcp_line(a, b, "ack", a.next, b.next, a.win)]
    chance = rng.random()
    if chance < 0.55:
        return steps
    if chance < 0.7:
        return steps[:rng.randrange(0, 3)]
    if chance < 0.8:
        return [steps[0], tcp_line(b, a, "syn", b.isn, 0, b.win, syn_options(b))]
    if chance < 0.9:
        return steps[2:]
    return []


def tcp_story(rng, settings):
    a, b = Side(rng, "client", 40000), Side(rng, "server", 80)
    lines = list(tcp_opening(rng, a, b))
    for key, odds in (("loose-tcp-tracking=no", 0.1), ("liberal-tcp-tracking=yes", 0.1),
                      ("ignore-invalid-rst=yes", 0.1), ("max-retrans=1", 0.1),
                      ("tcp-unacked-timeout=20s", 0.2), ("tcp-max-retrans-timeout=15s", 0.2)):
        if rng.random() < odds:
            settings.append(key)
    for _ in range(rng.randrange(6, 30)):
        if len(lines) > 3 and rng.random() < 0.08:
            lines.append(rng.choice(lines[-4:]))  # once more
        elif rng.random() < 0.5:
            lines.append(tcp_packet(rng, a, b))
        else:
            lines.append(tcp_packet(rng, b, a))
    return lines


def sctp_story(rng, _settings):
    tags = {"client": 7, "server": 9}
    ends = {"client": "client:5000", "server": "server:5001"}
    lines = []
    normal = [("client", 0, "init:7"), ("server", 7, "init-ack:9"), ("client", 9, "cookie-echo"),
              ("server", 7, "cookie-ack")]
    if rng.random() < 0.3:
        normal = normal[:rng.randrange(0, 4)]
    for who, tag, chunks in normal:
        other = "server" if who == "client" else "client"
        lines.append(f"{ends[who]} > {ends[other]} sctp tag {tag} chunks {chunks}")
    names = ["data:20", "init:7", "init:9", "init:8", "init-ack:9", "init-ack:7", "sack", "heartbeat",
             "heartbeat-ack", "abort", "abort:t", "shutdown", "shutdown-ack", "error", "cookie-echo",
             "cookie-ack", "shutdown-complete", "shutdown-complete:t", "auth", "type-63",
             "forward-tsn:3", "ecne:1", "cwr:1"]
    for _ in range(rng.randrange(4, 24)):
        who = rng.choice(["client", "server"])
        other = "server" if who == "client" else "client"
        chunks = rng.choice(names)
        while rng.random() < 0.2:
            chunks += "," + rng.choice(names)
        tag = tags[other]
        if chunks.startswith("init:") and rng.random() < 0.8:
            tag = 0
        if rng.random() < 0.2:
            tag = rng.choice([0, 7, 8, 9])
        lines.append(f"{ends[who]} > {ends[other]} sctp tag {tag} chunks {chunks}")
    return lines


def datagram_story(rng, _settings):
    """UDP, UDP-Lite, GRE, ICMP and nameless protocols between the same hosts."""
    lines = []
    kinds = ["client:{0} > server:53 udp data {1}", "client > server gre protocol 2048 data {1}",
             "client > server gre key {0} data {1}", "client > server gre call {0} data {1}",
             "client > server icmp echo id {0} data {1}", "client > server icmp timestamp id {0}",
             "client > server icmp mask id {0}", "client > server icmp info id {0}",
             "client > server proto-89 data {1}", "client:{0} > server:53 udplite data {1}"]
    kinds = rng.sample(kinds, 3)
    for _ in range(rng.randrange(4, 20)):
        line = rng.choice(kinds).format(rng.choice([1000, 1001]), rng.choice([0, 1, 33, 1200]))
        if "udplite" in line:
            line = line.replace("1200", "200")  # Linux takes longer ones for invalid
        if rng.random() < 0.45:
            source, _arrow, target, rest = line.split(" ", 3)
            for query, reply in (("echo", "echo-reply"), ("timestamp", "timestamp-reply"),
                                 ("mask", "mask-reply"), ("info", "info-reply")):
                if rest.startswith(f"icmp {query} ") and rng.random() < 0.9:
                    rest = rest.replace(query, reply, 1)
            line = f"{target} > {source} {rest}"
        if rng.random() < 0.08:
            line += " bad-checksum"
        lines.append(line)
    return lines


def pause(rng, kind):
    """A pause that is no timeout's neighbour: both sides know time to about a second only."""
    if kind is datagram_story:
        return rng.choice(["50ms", "600ms"])
    return rng.choice(["200ms", "1300ms", "1300ms", "2300ms", "7200ms", "62300ms", "400700ms"])


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: wild.py SEED COUNT")
    rng = random.Random(int(sys.argv[1]))
    print("host client 192.168.1.2  host server 10.0.0.2")
    print("settings tcp-syn-sent-timeout=2m")  # Linux gives SYN_SENT2 that much, whatever is set
    for number in range(int(sys.argv[2])):
        kind = rng.choices([tcp_story, sctp_story, datagram_story], [7, 2, 1])[0]
        settings = []
        lines = kind(rng, settings)
        print(f"\nstory wild {kind.__name__.split('_')[0]} {number + 1}")
        if settings:
            print("settings", *settings)
        for line in lines:
            if rng.random() < 0.06:
                print("after", pause(rng, kind))
            print(f"{line}\n\t-> new")


if __name__ == "__main__":
    main()
