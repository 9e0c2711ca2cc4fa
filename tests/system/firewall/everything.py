#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every real configuration over every real capture: whatever they say, nothing goes wrong.

The captures of one link type are joined, one beginning ten minutes behind the other's end, so that
a program start is paid once for all of them; those of another format than pcap go one by one. Of
each run: the exit status is 0, nothing is said by a sanitizer, every packet has its line, and each
packet that leaves a tracked connection has right checksums (checked here, by the slow way).

usage: everything.py WEIR SHARED    exit status 77: nothing to test with
"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

SKIP = 77
GAP = 600
HEADER = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MICROSECONDS, NANOSECONDS = 0xA1B2C3D4, 0xA1B23C4D
UNREADABLE = {10}  # FDDI
TCP, UDP = 6, 17


def records(data):
    """=> the link type of a capture, and (seconds, nanoseconds, length on the wire, bytes) of each
    packet; None if it is no little-endian pcap"""
    if len(data) < HEADER.size:
        return None
    magic, _, _, _, _, _, link = HEADER.unpack_from(data)
    if magic not in (MICROSECONDS, NANOSECONDS):
        return None
    unit = 1000 if magic == MICROSECONDS else 1
    at, packets = HEADER.size, []
    while at + RECORD.size <= len(data):
        second, part, size, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        if at + size > len(data):
            break
        packets.append((second, part * unit, length, data[at:at + size]))
        at += size
    return link, packets


def join(captures):
    """=> {link type: a capture of all of them}, {link type: how many packets}, the others' paths"""
    joined, counts, others = {}, {}, []
    clocks = {}
    for path in captures:
        read = records(path.read_bytes())
        if read is None:
            others.append(path)
            continue
        link, packets = read
        if link in UNREADABLE or not packets:
            continue
        out = joined.setdefault(link, [HEADER.pack(NANOSECONDS, 2, 4, 0, 0, 262144, link)])
        begin = min(second for second, *_ in packets)
        shift = clocks.get(link, 1_700_000_000) + GAP - begin
        last = 0
        for second, part, length, data in packets:
            out.append(RECORD.pack(second + shift, part, len(data), length) + data)
            last = max(last, second + shift)
        clocks[link] = last
        counts[link] = counts.get(link, 0) + len(packets)
    return {link: b"".join(parts) for link, parts in joined.items()}, counts, others


def total(data):
    if len(data) % 2:
        data += b"\0"
    value = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while value >> 16:
        value = (value & 0xFFFF) + (value >> 16)
    return value


def wrong_checksum(packet):
    """=> what is wrong with a leaving IPv4 packet, or None"""
    if len(packet) < 20 or packet[0] >> 4 != 4:
        return None
    header = (packet[0] & 15) * 4
    length = struct.unpack_from("!H", packet, 2)[0]
    if total(packet[:header]) != 0xFFFF:
        return "header checksum"
    body = packet[header:length]
    protocol = packet[9]
    if len(packet) < length or struct.unpack_from("!H", packet, 6)[0] & 0x3FFF:
        return None  # cut short by the capture, or a fragment
    if protocol not in (TCP, UDP) or (protocol == UDP and body[6:8] == b"\0\0"):
        return None
    pseudo = packet[12:20] + struct.pack("!BBH", 0, protocol, len(body))
    return None if total(pseudo + body) == 0xFFFF else "transport checksum"


def replay(weir, config, capture, count):
    """=> what went wrong, a line each"""
    done = subprocess.run([weir, "replay", "--config", config, "--packets", "json", "--bytes",
                           capture], capture_output=True, timeout=300)
    where = f"{config.name} {capture.name}: "
    errors = done.stderr.decode(errors="replace")
    if done.returncode or "ERROR" in errors or "runtime error" in errors:
        return [f"{where}exit status {done.returncode}: {errors[-1500:]}"]
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    faults = []
    if count is not None and len(lines) != count:
        faults.append(f"{where}{len(lines)} lines for {count} packets")
    for line in lines:
        if line.get("verdict") != "accept" or line.get("state") not in ("new", "established",
                                                                        "related"):
            continue
        fault = line.get("bytes") and wrong_checksum(bytes.fromhex(line["bytes"]))
        if fault:
            faults.append(f"{where}{fault} of {json.dumps(line)[:300]}")
    return faults


def main():
    weir, shared = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    configs = sorted((shared / "configs").glob("*.rsc"))
    captures = sorted((shared / "captures").glob("*.pcap*"))
    if not configs or not captures:
        print("no real configurations and captures here: skipped")
        return SKIP
    joined, counts, others = join(captures)
    faults, runs = [], 0
    with tempfile.TemporaryDirectory() as folder:
        work = [(path, None) for path in others]
        for link, data in joined.items():
            path = pathlib.Path(folder) / f"link-{link}.pcap"
            path.write_bytes(data)
            work.append((path, counts[link]))
        for config in configs:
            for capture, count in work:
                faults += replay(weir, config, capture, count)
                runs += 1
    for fault in faults[:40]:
        print(fault)
    print(f"{len(configs)} configurations, {len(captures)} captures, {sum(counts.values())} packets "
          f"and those of {len(others)} other files each: {runs} runs, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
