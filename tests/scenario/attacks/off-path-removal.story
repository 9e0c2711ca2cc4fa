# SPDX-License-Identifier: Apache-2.0
# Class: somebody off the path ends the connections of others by removing their translation.
# Source: "ReDAN: An Empirical Study on Remote DoS Attacks against NAT Networks" (NDSS 2025): nine of
# ten routers drop a mapping for a forged RST whatever its sequence number is. RFC 5961 section 3, RFC
# 5927 section 4, RFC 5508 REQ-6 and REQ-7.
# Each story ends with the server's next segment reaching the client.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24 2001:db8:1::1/64
interface wan 198.51.100.1/24 2001:db8:2::1/64
route 0.0.0.0/0 wan via gateway
rule nat srcnat masquerade out-interface=wan

story a RST that misses the window changes nothing
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, out wan public:40000 > server:22
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502
    -> established, assured
  server:22 > public:40000 tcp rst seq 4999
    -> invalid, reason tcp-rst-seq, timeout 1d
  server:22 > public:40000 tcp rst seq 900000
    -> invalid, reason tcp-seq-above, timeout 1d
  server:22 > public:40000 tcp rst,ack seq 0 ack 0
    -> invalid, reason tcp-rst-seq, timeout 1d
  server:22 > public:40000 tcp rst seq 2147488649
    -> invalid, reason tcp-rst-seq, timeout 1d
  expect entry syn, tcp-state established
  at 23h
  server:22 > public:40000 tcp ack seq 5001 ack 1001 win 509 data 5
    -> established, same as syn, out lan server:22 > client:40000

# The receiver drops it and challenges its sender (RFC 5961): its answer says that it lives. A host
# that obeys it is gone, and so is its connection after a grace.
story a RST in the window but not exact: the client's challenge keeps the connection
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502
    -> established, assured
  server:22 > public:40000 tcp rst seq 5100
    -> established, dir reply, tcp-state established, timeout 10s
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, timeout 5m
  server:22 > public:40000 tcp ack seq 5001 ack 1001 win 509 data 100
    -> established, same as syn, out lan server:22 > client:40000
  client:40000 > server:22 tcp ack seq 1001 ack 5101 win 502
    -> established, tcp-state established, timeout 1d

story a RST to a connection that is being opened must know what it answers
  [syn] client:40000 > server:22 tcp syn seq 1000
    -> new, created
  server:22 > public:40000 tcp rst,ack seq 0 ack 5555 win 0
    -> invalid, reason tcp-ack-above
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, same as syn, out lan server:22 > client:40000

story a FIN that misses the window changes nothing
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 64240
    -> established, assured
  server:22 > public:40000 tcp fin,ack seq 900000 ack 1001
    -> invalid, reason tcp-seq-above, timeout 1d
  server:22 > public:40000 tcp fin,ack seq 5001 ack 900000
    -> invalid, reason tcp-ack-above, timeout 1d
  expect entry syn, tcp-state established

# Hard or soft: an error ends no connection (RFC 5508 REQ-7), whatever it quotes.
story an ICMP error ends no connection
  [ask] client:4000 > server:53 udp data 10
    -> new, created
  server:53 > public:4000 udp data 10
    -> established
  define [wire] public:4000 > server:53 udp data 10 ttl 63
  server > public icmp port-unreachable quote wire
    -> related, dir reply, same as ask, out lan server > client
  server > public icmp host-unreachable quote wire
    -> related, dir reply, same as ask, out lan server > client
  expect entry ask, timeout 30s, packets 1/1
  server:53 > public:4000 udp data 10
    -> established, same as ask, out lan server:53 > client:4000

# The path MTU of a connection is changed by who can quote what is under way (RFC 5927 section 7.2): the
# error of a guess is invalid, and does not reach the client.
story fragmentation needed about a segment that nobody has sent
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502 data 1000
    -> established
  define [above] public:40000 > server:22 tcp ack seq 900000 ack 5001 data 10
  hop > public icmp fragmentation-needed mtu 576 quote above bytes 28
    -> invalid, reason icmp-seq, says "ICMP error 3 about a TCP segment that is not under way: seq 900000"
  define [below] public:40000 > server:22 tcp ack seq 999 ack 5001 data 10
  hop > public icmp fragmentation-needed mtu 576 quote below bytes 28
    -> invalid, reason icmp-seq
  define [first] public:40000 > server:22 tcp ack seq 1001 ack 5001 data 1000
  hop > public icmp fragmentation-needed mtu 1280 quote first bytes 28
    -> related, dir reply, same as syn, out lan hop > client
  # Once it is acknowledged it is under way no more.
  server:22 > public:40000 tcp ack seq 5001 ack 2001 win 509
    -> established
  hop > public icmp fragmentation-needed mtu 1280 quote first bytes 28
    -> invalid, reason icmp-seq
  define [bare] public:40000 > server:22 tcp ack seq 2001 ack 5001
  hop > public icmp time-exceeded quote bare bytes 28
    -> related, dir reply, same as syn, out lan hop > client

story the same for IPv6, and of the server's segments
  host client6 2001:db8:1::10  host server6 2001:db8:2::80
  [syn] client6:40000 > server6:22 tcp syn seq 1000 win 64240
    -> new, created
  server6:22 > client6:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established
  client6:40000 > server6:22 tcp ack seq 1001 ack 5001 win 64240
    -> established
  server6:22 > client6:40000 tcp ack seq 5001 ack 1001 win 65160 data 100
    -> established
  define [sent] server6:22 > client6:40000 tcp ack seq 5001 ack 1001 data 100
  define [guess] server6:22 > client6:40000 tcp ack seq 77777 ack 1001 data 100
  client6 > server6 icmp6 too-big mtu 1280 quote guess
    -> invalid, reason icmp-seq
  client6 > server6 icmp6 too-big mtu 1280 quote sent
    -> related, dir original, same as syn
