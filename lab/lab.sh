#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A lab of three network namespaces: real clients, real servers and a router between them.
#
#        client                         router                          server
#   +--------------+            +-----------------------+          +--------------+
#   | curl, dig,   |            | forwards              |          | HTTP  tcp/80 |
#   | ping, ftplib |            |                       |          | DNS   udp/53 |
#   |              | lan    lan | tcpdump           wan | wan      | FTP   tcp/21 |
#   |   192.168.88.2 ---------- 192.168.88.1  203.0.113.1 -------- 203.0.113.10   |
#   |   fd00:88::2   ---------- fd00:88::1  2001:db8:113::1 ------ 2001:db8:113::10
#   +--------------+            +-----------------------+          +--------------+
#
# The router records what passes its lan side into out/lab.pcap; then `weir replay` shows the
# connection table of that capture, and what it thought of the first packets, and a console on a
# router that has seen it: lab/session.rsc is typed there, lab/router.rsc is its configuration.
#
# All of it lives in namespaces of its own, made with root's rights or with those that
# `unshare -Urn` gives anybody; nothing of it is left when the script ends. Where neither
# works it says so and ends with status 77 (which tests take as "skipped").
#
# usage: lab.sh [--record-only FILE]
# environment: BUILD the build directory (build)
set -u
cd "$(dirname "$0")/.." || exit 1

skip() {
	echo "lab: skipped: $*" >&2
	exit 77
}

record_only=
capture=out/lab.pcap
if [ "${1:-}" = --record-only ]; then
	record_only=1
	capture=$2
fi

# First enter a network namespace; it is the router's. Root makes it as it is. Anybody else,
# and root of a user namespace, makes a user namespace for it, in which it is not called root:
# tcpdump as root insists on becoming another user, and there is none in there.
if [ -z "${WEIR_LAB_INSIDE:-}" ]; then
	enter="unshare --user --map-user=1000 --map-group=1000 --keep-caps --net"
	if [ "$(id -u)" = 0 ] && [ "$(cat /proc/self/setgroups)" = allow ]; then
		enter="unshare --net"
	fi
	if $enter ip link set lo up 2>/dev/null; then
		WEIR_LAB_INSIDE=1 exec $enter "$0" "$@"
	fi
	skip "no right to make network namespaces (neither root nor 'unshare -Urn' works)"
fi

for tool in ip ethtool nsenter curl dig ping tcpdump python3; do
	command -v $tool >/dev/null || skip "$tool is not installed"
done

children=()
tmp=$(mktemp -d)
finish() {
	kill "${children[@]}" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$tmp"
}
trap finish EXIT
fail() {
	echo "lab: $*" >&2
	exit 1
}

# wait_for COMMAND...: repeats it for five seconds at most
wait_for() {
	for _ in $(seq 100); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	return 1
}

# A namespace lives as long as a process in it: `sleep` holds each.
hold() {
	unshare --net sleep 600 &
	children+=($!)
	held=$!
	# Until unshare has done its work, the process is still in our own namespace.
	wait_for eval "[ \"\$(readlink /proc/$held/ns/net)\" != \"\$(readlink /proc/self/ns/net)\" ]" ||
		fail "a namespace was not made"
}
hold; client=$held
hold; server=$held
in_client() { nsenter --net="/proc/$client/ns/net" "$@"; }
in_server() { nsenter --net="/proc/$server/ns/net" "$@"; }

OFFLOADS="tx off gso off tso off gro off"
wire() {
	ip link add lan type veth peer name lan netns "$client" &&
	ip link add wan type veth peer name wan netns "$server" || return
	in_client ip addr add 192.168.88.2/24 dev lan
	in_client ip addr add fd00:88::2/64 dev lan nodad
	ip addr add 192.168.88.1/24 dev lan
	ip addr add fd00:88::1/64 dev lan nodad
	ip addr add 203.0.113.1/24 dev wan
	ip addr add 2001:db8:113::1/64 dev wan nodad
	in_server ip addr add 203.0.113.10/24 dev wan
	in_server ip addr add 2001:db8:113::10/64 dev wan nodad
	for side in lo lan wan; do ip link set $side up; done
	for side in lo lan; do in_client ip link set $side up; done
	for side in lo wan; do in_server ip link set $side up; done
	in_client ip route add default via 192.168.88.1
	in_client ip route add default via fd00:88::1
	in_server ip route add default via 203.0.113.1
	in_server ip route add default via 2001:db8:113::1
	# A virtual wire leaves checksums and segmentation to whoever comes last; a capture
	# must have them as a real wire would.
	for side in lan wan; do ethtool -K $side $OFFLOADS; done >/dev/null 2>&1
	in_client ethtool -K lan $OFFLOADS >/dev/null 2>&1
	in_server ethtool -K wan $OFFLOADS >/dev/null 2>&1
	echo 1 2>/dev/null >/proc/sys/net/ipv4/ip_forward || return
	echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/all/forwarding || return 0
}
wire || skip "links, addresses or forwarding cannot be set here"
ip addr show dev wan | grep -q 2001:db8 && ipv6=1 || ipv6=

in_server python3 lab/servers.py >"$tmp/servers" 2>&1 &
children+=($!)
wait_for grep -q ready "$tmp/servers" || fail "the servers did not start: $(cat "$tmp/servers")"

mkdir -p "$(dirname "$capture")"
as_root=()
[ "$(id -u)" = 0 ] && as_root=(-Z root)
tcpdump -i lan ${as_root[@]+"${as_root[@]}"} -U --immediate-mode -n -w "$capture" 2>"$tmp/tcpdump" &
tcpdump=$!
children+=($tcpdump)
wait_for grep -q listening "$tmp/tcpdump" || fail "tcpdump did not start: $(cat "$tmp/tcpdump")"

# The traffic. What fails here fails the lab: the network is ours, and it is quiet.
echo "lab: ping, DNS, HTTP, a refused connection, FTP"
in_client ping -q -c 3 -i 0.2 203.0.113.10 >/dev/null || fail "ping"
in_client dig +short +tries=1 +time=2 @203.0.113.10 www.example.net A >"$tmp/dig" || fail "dig"
in_client curl -sS -o "$tmp/page" http://203.0.113.10/2000 || fail "curl"
if [ "$ipv6" ]; then
	in_client ping -q -c 2 -i 0.2 2001:db8:113::10 >/dev/null || fail "ping over IPv6"
	in_client dig +short +tries=1 +time=2 @2001:db8:113::10 www.example.net AAAA >"$tmp/dig6" ||
		fail "dig over IPv6"
	in_client curl -sS -o "$tmp/page6" 'http://[2001:db8:113::10]/20' || fail "curl over IPv6"
fi
in_client curl -sS -o /dev/null http://203.0.113.10:8080/ 2>"$tmp/refused" &&
	fail "port 8080 was to be closed"
mkfifo "$tmp/stay"
in_client python3 lab/ftp.py 203.0.113.10 --stay <"$tmp/stay" >"$tmp/ftp" 2>&1 &
children+=($!)
exec 3>"$tmp/stay" # as long as it is open, the client stays
wait_for grep -q staying "$tmp/ftp" || fail "ftp: $(cat "$tmp/ftp")"
sleep 0.2
kill -INT $tcpdump
wait $tcpdump
exec 3>&-
echo "lab: recorded $(stat -c %s "$capture") bytes into $capture"
[ "$record_only" ] && exit 0

weir=${BUILD:-build}/src/daemon/weir
[ -x "$weir" ] || fail "$weir is not built"
show() {
	echo
	echo "\$ weir $*"
	"$weir" "$@" || fail "weir ended with status $?"
}
show replay "$capture"
echo
echo "\$ weir replay $capture --packets text | head -n 20"
"$weir" replay "$capture" --packets text 2>/dev/null | head -n 20
echo
echo "\$ weir replay $capture --config lab/router.rsc --console --echo < lab/session.rsc"
"$weir" replay "$capture" --config lab/router.rsc --console --echo <lab/session.rsc 2>"$tmp/console" ||
	fail "the console ended with status $?: $(cat "$tmp/console")"
