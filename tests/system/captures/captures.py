#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every capture of a collection goes through `weir replay`.

Of each: the exit status is 0, or 2 where CANNOT names it; the same bytes come out twice; every
layout prints; and the number of TCP and UDP conversations is tshark's, but for the
differences that DIFFERENT explains one by one.

A conversation of weir's is a connection that was created. tshark counts headers wherever it finds
them; weir counts connections of the outermost packet.

usage: captures.py WEIR DIRECTORY [CAPTURE ...]    exit status 77: nothing to test with
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

SKIP = 77
TCP, UDP = 6, 17
# Conversations are counted with checksums unchecked and nothing expiring: tshark does neither.
COUNTING = [argument for name in
            "tcp-syn-sent tcp-syn-received tcp-established tcp-fin-wait tcp-close-wait tcp-last-ack "
            "tcp-time-wait tcp-close tcp-max-retrans tcp-unacked udp udp-stream".split()
            for argument in ("--tracking", name + "-timeout=90d")] + ["--tracking", "checksum=no"]
LAYOUTS = "brief detail terse value-list json count-only conntrack".split()

# Captures that replay refuses, and the end of the line that says so.
CANNOT = {
    "dns-inverse-query.pcap": "offset 20: unknown link type 10 (FDDI): expected Ethernet, raw IP, "
                              "Linux cooked, BSD loopback or PPP",
}

SUM = "packets with a wrong IPv4 header checksum are dropped"
OPENER = "a SYN+ACK or RST without a SYN before it opens no connection"

# name: (TCP by weir, TCP by tshark, UDP by weir, UDP by tshark, why)
DIFFERENT = {
    "chksums_ip4-bad-chksum.pcap": (0, 0, 0, 1, SUM),
    "dns-svcb-rdlength-mismatch.pcap": (0, 0, 0, 1, SUM),
    "dns-svcb.pcap": (0, 0, 0, 1, SUM),
    "erspan.pcap": (0, 5, 0, 9, "within ERSPAN"),
    "ipv4_fragmented-1.pcap":
        (0, 0, 0, 1, "fragments that overlap the datagram's end are dropped; tshark reads the ports"),
    "ipv4_fragmented-4.pcap":
        (1, 2, 0, 0, "overlapping fragments are dropped, and a lone FIN opens nothing"),
    "ipv6-reassembly-state-leak.pcap":
        (0, 0, 0, 2, "datagrams beyond 65535 bytes are never put together"),
    "irc-353.pcap": (1, 2, 0, 0, SUM),
    "mixed-vlan-mpls.pcap": (2, 3, 0, 0, SUM),
    "mpls-in-vlan.pcap": (0, 3, 0, 0, SUM),
    "quic_383379789-decrypt-crash.pcap": (0, 1, 0, 2, SUM),
    "sip_invalid-content-length.pcap":
        (0, 0, 0, 1, "the helper drops a message whose length contradicts the datagram's"),
    "tcp_option-27.pcap": (0, 1, 0, 0, OPENER),
    "tcp_retransmit-fast009.pcap": (0, 1, 0, 0, SUM),
    "tcp_rst-inject-rae.pcap":
        (2, 1, 0, 0, "a RST refuses the SYN; what follows is picked up as another connection"),
    "tcp_single-rst.pcap": (0, 1, 0, 0, OPENER),
    "tunnels_4in4.pcap": (0, 0, 0, 1, "within IP"),
    "tunnels_4in6.pcap": (0, 1, 0, 0, "within IP"),
    "tunnels_6in4.pcap": (0, 0, 0, 1, "within IP"),
    "tunnels_6in6-tunnel-change.pcap": (0, 0, 0, 1, "within IP"),
    "tunnels_6in6.pcap": (0, 0, 0, 1, "within IP"),
    "tunnels_6in6in6.pcap": (0, 0, 0, 1, "within IP"),
    "tunnels_ayiya-large-identity.pcap": (0, 0, 1, 2, "within AYIYA"),
    "tunnels_ayiya3.pcap": (0, 1, 2, 2, "within AYIYA"),
    "tunnels_geneve-47101.pcap": (0, 1, 1, 1, "within Geneve"),
    "tunnels_geneve-inner-tcp-bad-checksum.pcap": (0, 1, 1, 1, "within Geneve"),
    "tunnels_geneve-ipv6.pcap": (0, 0, 1, 2, "within Geneve"),
    "tunnels_geneve-many-options.pcap": (0, 1, 1, 1, "within Geneve"),
    "tunnels_geneve-tagged-udp-packet.pcap": (0, 0, 1, 2, "within Geneve"),
    "tunnels_geneve-vxlan-dns-truncated.pcap": (0, 0, 1, 3, "within Geneve"),
    "tunnels_gre-aruba-amsdu.pcap": (0, 1, 0, 0, "within GRE"),
    "tunnels_gre-aruba.pcap": (0, 23, 0, 0, "within GRE"),
    "tunnels_gre-over-udp-4754.pcap": (0, 1, 4, 5, "within GRE"),
    "tunnels_gre-pptp.pcap": (0, 0, 0, 1, "within GRE"),
    "tunnels_gre-sample.pcap": (0, 1, 0, 4, "within GRE"),
    "tunnels_gre-within-gre.pcap": (0, 0, 0, 2, "within GRE"),
    "tunnels_gtp_gtp1_gn_normal_incl_fragmentation.pcap": (0, 1, 1, 1, "within GTP"),
    "tunnels_gtp_gtp2_different_udp_port.pcap": (0, 1, 2, 2, "within GTP"),
    "tunnels_gtp_gtp4_udp_2152_inside.pcap": (0, 0, 1, 2, "within GTP"),
    "tunnels_gtp_gtp6_gtp_0x32.pcap": (0, 1, 1, 1, "within GTP"),
    "tunnels_gtp_gtp7_ipv6.pcap": (0, 0, 1, 2, "within GTP"),
    "tunnels_gtp_gtp8_teredo.pcap": (0, 0, 6, 15, "within GTP"),
    "tunnels_gtp_gtp9_unknown_or_too_short_payload.pcap": (0, 1, 1, 1, "within GTP"),
    "tunnels_gtp_gtp_ext_header.pcap": (0, 1, 1, 1, "within GTP"),
    "tunnels_socks.pcap": (0, 1, 0, 0, SUM),
    "tunnels_vxlan-encapsulated-http.pcap": (0, 1, 1, 1, "within VXLAN"),
    "tunnels_vxlan-inner-tcp-bad-checksum.pcap": (0, 1, 1, 1, "within VXLAN"),
    "tunnels_vxlan-triple-v2.pcap": (0, 0, 1, 4, "within VXLAN"),
    "wikipedia-filtered-plus-udp.pcap": (8, 9, 24, 24, OPENER),
    "wikipedia.pcap": (9, 10, 24, 24, OPENER),
}


def upper_protocol(packet):
    """The protocol number behind the IP header and the extension headers."""
    if packet[0] >> 4 == 4:
        return packet[9]
    protocol, at = packet[6], 40
    while protocol in (0, 43, 44, 51, 60, 135) and at + 2 <= len(packet):
        if protocol == 44:
            size = 8
        elif protocol == 51:
            size = (packet[at + 1] + 2) * 4
        else:
            size = (packet[at + 1] + 1) * 8
        protocol, at = packet[at], at + size
    return protocol


def run(*command):
    return subprocess.run(command, capture_output=True, timeout=120)


def weir_conversations(out):
    """=> TCP and UDP connections that were created"""
    seen, count = set(), {TCP: 0, UDP: 0}
    for line in out.splitlines():
        packet = json.loads(line)
        if packet["id"] is None or packet["id"] in seen:
            continue
        seen.add(packet["id"])
        protocol = upper_protocol(bytes.fromhex(packet["bytes"]))
        if protocol in count:
            count[protocol] += 1
    return count[TCP], count[UDP]


def tshark_conversations(capture):
    done = run("tshark", "-n", "-r", capture, "-q", "-z", "conv,tcp", "-z", "conv,udp")
    kind, count = None, {"TCP": 0, "UDP": 0}
    for line in done.stdout.decode(errors="replace").splitlines():
        title = re.match(r"(TCP|UDP) Conversations", line)
        kind = title.group(1) if title else kind
        count[kind] = count.get(kind, 0) + (" <-> " in line)
    return count["TCP"], count["UDP"]


def check(weir, capture):
    """=> what is wrong with it, a list of lines"""
    name, wrong = capture.name, []
    lines = (weir, "replay", str(capture), "--packets", "json", "--bytes")
    first, second = run(*lines), run(*lines)
    expected = 2 if name in CANNOT else 0
    if first.returncode != expected:
        wrong.append("exit status %d, expected %d: %s" %
                     (first.returncode, expected, first.stderr.decode().strip()[-2000:]))
        return wrong
    if name in CANNOT and not first.stderr.decode().rstrip().endswith(CANNOT[name]):
        wrong.append("says: " + first.stderr.decode().splitlines()[-1])
    if first.stdout != second.stdout:
        wrong.append("another output the second time")
    for layout in LAYOUTS:
        table = (weir, "replay", str(capture), "--print", layout, "--at", "0.5s", "--at", "1h")
        once, twice = run(*table), run(*table)
        if once.returncode != expected:
            wrong.append("--print %s: exit status %d: %s" %
                         (layout, once.returncode, once.stderr.decode().strip()[-2000:]))
        if once.stdout != twice.stdout:
            wrong.append("--print %s: another output the second time" % layout)
    if name not in CANNOT:
        counted = run(*lines, *COUNTING)
        wrong += compare(name, weir_conversations(counted.stdout), tshark_conversations(str(capture)))
    return wrong


def compare(name, ours, theirs):
    got = (ours[0], theirs[0], ours[1], theirs[1])
    known = DIFFERENT.get(name)
    if known and got != known[:4]:
        return ["TCP %d, tshark %d, UDP %d, tshark %d; the table says %d, %d, %d, %d" %
                (got + known[:4])]
    if not known and ours != theirs:
        return ["TCP %d, tshark %d, UDP %d, tshark %d" % got]
    return []


def main():
    weir, directory, names = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    if not directory.is_dir():
        print("no captures at", directory)
        return SKIP
    if not shutil.which("tshark"):
        print("tshark is not installed")
        return SKIP
    captures = sorted(p for p in directory.iterdir() if p.suffix in (".pcap", ".pcapng")
                      and (not names or p.name in names))
    if not captures:
        print("no captures in", directory)
        return SKIP
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for capture, wrong in zip(captures, pool.map(lambda c: check(weir, c), captures)):
            failed += bool(wrong)
            for line in wrong:
                print("%s: %s" % (capture.name, line))
    missing = [name for name in [*CANNOT, *DIFFERENT]
               if not names and not (directory / name).exists()]
    for name in missing:
        print("%s: in a table here, but not in the directory" % name)
    print("%d captures, %d failed, %d differences explained" %
          (len(captures), failed, len(DIFFERENT)))
    return 1 if failed or missing else 0


if __name__ == "__main__":
    sys.exit(main())
