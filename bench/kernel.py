#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What connection tracking costs in the kernel: forwarding with it less forwarding without.

    outside                        router (a namespace made here)
    a0 10.1.0.2 ------------ r0    nftables: accept TCP, or
    b0 10.2.0.2 ------------ r1              ct state established accept, new accept

TCP packets of many flows go in at a0 and come out at b0. Both rulesets take turns in the same
run; the difference of the medians is the cost of conntrack with its hooks and its rule. The
memory is the kernel's own figure for the size of an entry, without extensions and hash table.

This is not the same as what bench/engine measures. There, the engine alone reads packets that
lie in memory, in batches; here a packet is a socket buffer that passes the hooks one by one,
and other parts of the kernel push the tracker's memory out of the caches in between. The
figures tell what each costs where it works, not which algorithm is faster.

Needs root, or a kernel that lets anybody make namespaces. Ends by itself, within a minute.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
INSIDE = "WEIR_BENCH_KERNEL_INSIDE"
BUDGET = 50  # seconds

RULES = """table inet bench {
	chain forward {
		type filter hook forward priority 0; policy drop;
		%s
	}
}
"""
PLAIN = RULES % "meta l4proto tcp accept"
TRACKED = RULES % "ct state established accept\n\t\tct state new accept"


def skip(why):
    print("bench-kernel: skipped: " + why, file=sys.stderr)
    sys.exit(77)


def run(*words, data=None, check=True):
    done = subprocess.run(words, input=data, text=True, capture_output=True)
    if check and done.returncode:
        skip("%s: %s" % (" ".join(words), done.stderr.strip() or done.returncode))
    return done.stdout


def enter():
    """Goes on in a network namespace of its own: the router's."""
    words = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "-Urn"]
    if subprocess.run(words + ["ip", "link", "set", "lo", "up"], capture_output=True).returncode:
        skip("no right to make network namespaces")
    os.environ[INSIDE] = "1"
    os.execvp("unshare", words + [sys.executable] + sys.argv)


def sysctl(name, value):
    with open("/proc/sys/net/" + name, "w", encoding="ascii") as file:
        file.write(value)


def mac(device):
    return json.loads(run("ip", "-json", "link", "show", device))[0]["address"]


def slab():
    """=> bytes of a tracked entry by /proc/slabinfo, or None if that may not be read"""
    try:
        with open("/proc/slabinfo", encoding="ascii") as file:
            found = re.search(r"^nf_conntrack +\d+ +\d+ +(\d+)", file.read(), re.M)
    except OSError:
        return None
    return int(found.group(1)) if found else None


def read_number(path):
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except OSError:
        return 0


class Lab:
    """The two namespaces; this process lives in the router's."""

    def __init__(self, tmp):
        self.sender = os.path.join(tmp, "kernel_send")
        run(os.environ.get("CC", "cc"), "-O2", "-D_GNU_SOURCE", "-o", self.sender,
            os.path.join(HERE, "kernel_send.c"))
        self.outside = subprocess.Popen(["unshare", "--net", "sleep", str(BUDGET + 30)])
        own = os.readlink("/proc/self/ns/net")
        for _ in range(100):
            if os.readlink("/proc/%d/ns/net" % self.outside.pid) != own:
                break
            time.sleep(0.02)
        else:
            skip("the second namespace did not come up")
        pid = str(self.outside.pid)
        self.into = ["nsenter", "-t", pid, "-n"]
        for name, peer, addr in (("r0", "a0", "10.1.0."), ("r1", "b0", "10.2.0.")):
            run("ip", "link", "add", name, "type", "veth", "peer", "name", peer, "netns", pid)
            sysctl("ipv6/conf/%s/disable_ipv6" % name, "1")
            run("ip", "addr", "add", addr + "1/24", "dev", name)
            run("ip", "link", "set", name, "up")
            run("ip", "neigh", "add", addr + "2", "lladdr", "02:00:00:00:00:01", "dev", name)
            # No address: what arrives is counted and thrown away.
            run(*self.into, "ip", "link", "set", peer, "arp", "off", "up")
            sysctl("ipv4/conf/%s/rp_filter" % name, "0")
        sysctl("ipv4/ip_forward", "1")
        self.macs = {name: mac(name) for name in ("r0", "r1")}

    def rules(self, text):
        run("nft", "flush", "ruleset")
        run("nft", "-f", "-", data=text)

    def send(self, what, flows, packets):
        """=> nanoseconds a packet and how many came out"""
        out = run(*self.into, self.sender, what, "a0", self.macs["r0"], "b0", self.macs["r1"],
                  str(flows), str(packets))
        return float(out.split()[0]), int(out.split()[1])

    def end(self):
        self.outside.kill()
        self.outside.wait()


def measure(lab, flows, packets, reps, deadline):
    """=> the samples by name, or None if the kernel let packets fall"""
    samples = {"open plain": [], "open tracked": [], "data plain": [], "data tracked": []}
    for rep in range(reps):
        if rep >= 3 and time.monotonic() > deadline:
            break
        for name, rules in (("plain", PLAIN), ("tracked", TRACKED)):
            # A new ruleset without ct takes the hooks away, and the entries with them.
            lab.rules(rules)
            if name == "tracked":
                run("conntrack", "-F")
            for what, count in (("open", flows), ("data", packets)):
                took, came = lab.send(what, flows, packets)
                if came < count:
                    print("bench-kernel: %d of %d packets came out" % (came, count),
                          file=sys.stderr)
                    return None
                samples["%s %s" % (what, name)].append(took)
    return samples


def report(sizes, results, entry, buckets):
    rows = []
    for flows in sizes:
        samples = results[flows]
        for what, text in (("open", "new connection"), ("data", "packet of a known one")):
            plain = statistics.median(samples[what + " plain"])
            tracked = statistics.median(samples[what + " tracked"])
            rows.append({"work": text, "connections": flows, "unit": "ns", "plain": plain,
                         "tracked": tracked, "conntrack": round(tracked - plain, 1),
                         "samples": {k: v for k, v in samples.items() if k.startswith(what)}})
    print("kernel %s, one processor, veth to veth, nanoseconds a packet" % os.uname().release)
    print("%-24s%14s%10s%10s%12s" % ("", "connections", "without", "with", "difference"))
    for row in rows:
        print("%-24s%14d%10.0f%10.0f%12.0f" % (row["work"], row["connections"], row["plain"],
                                               row["tracked"], row["conntrack"]))
    if entry:
        print("An entry is %d bytes, without extensions; the hash table has %d buckets of 8 bytes."
              % (entry, buckets))
    else:
        print("The size of an entry stands in /proc/slabinfo, which only root may read.")
    print("The engine alone is measured by bench/engine: something else, see bench/kernel.py.")
    return rows


def main():
    parser = argparse.ArgumentParser(description="cost of the kernel's connection tracking")
    parser.add_argument("--json", default="bench-kernel.json", help="where the figures go")
    parser.add_argument("--reps", type=int, default=7)
    parser.add_argument("connections", type=int, nargs="*", default=[10000, 100000])
    options = parser.parse_args()

    for tool in ("ip", "nft", "conntrack", "unshare", "nsenter", os.environ.get("CC", "cc")):
        if not shutil.which(tool):
            skip(tool + " is not installed")
    if INSIDE not in os.environ:
        enter()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as tmp:
        lab = Lab(tmp)
        try:
            lab.rules(TRACKED)
            most = read_number("/proc/sys/net/netfilter/nf_conntrack_max")
            sizes = [n for n in options.connections if 0 < n < most]
            if not sizes:
                skip("nf_conntrack_max is %d" % most)
            results = {}
            for i, flows in enumerate(sizes):
                share = BUDGET * (i + 1) / len(sizes)
                results[flows] = measure(lab, flows, max(200000, flows), options.reps,
                                         start + share)
                if not results[flows]:
                    skip("the router drops packets: no figures")
            rows = report(sizes, results, slab(),
                          read_number("/proc/sys/net/netfilter/nf_conntrack_buckets"))
        finally:
            lab.end()
    with open(options.json, "w", encoding="ascii") as file:
        json.dump({"kernel": os.uname().release, "entry_bytes": slab(), "results": rows}, file,
                  indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
