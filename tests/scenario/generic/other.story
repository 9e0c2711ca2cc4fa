# SPDX-License-Identifier: Apache-2.0
# Every other protocol is one connection for a pair of addresses: 10m, never assured.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story ESP in both directions
  [first] client > server esp payload 0000000100000001 data 40
    -> new, created, timeout 10m
  server > client esp payload 0000000200000001 data 40
    -> established, dir reply, same as first, timeout 10m, seen-reply
  client > server esp payload 0000000100000002 data 40
    -> established, timeout 10m, not assured
  expect entry esp client > server, reply server > client, protocol 50

story each protocol is a connection of its own
  client > server ospf data 24
    -> new, created
  client > server ipip data 24
    -> new, created
  client > server igmp data 8
    -> new, created
  client > server proto-253 data 5
    -> new, created
  client > server proto-0 data 8
    -> new, created
  client > server proto-255
    -> new, created
  expect connections 6

# Nobody answers the ICMP of the other family.
story ICMPv6 on IPv4 and ICMP on IPv6 open nothing
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client > server icmp6 echo id 1
    -> invalid, reason icmp-type
  client6 > server6 icmp echo id 1
    -> invalid, reason icmp-type
  expect none

story authentication header on IPv4 is a protocol of its own
  client > server ah payload 060400000000000100000001 data 12
    -> new, created, timeout 10m

story an answer prolongs as a packet does
  at 0s
  [first] client > server esp data 16
    -> new, created
  at 599s
  server > client esp data 16
    -> established, same as first, timeout 10m
  at 1198s
  client > server esp data 16
    -> established, same as first, timeout 10m
  at 1799s
  [late] client > server esp data 16
    -> new, created, differs from first

story IPv6 without anything behind its headers
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client6 > server6 no-next
    -> invalid, reason ip6-no-next-header, says "IPv6 packet without an upper layer"
  client6 > server6 no-next ext hop-by-hop
    -> invalid, reason ip6-no-next-header

story IPv6 extension headers are stepped over
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  [plain] client6:1000 > server6:53 udp data 20
    -> new, created
  client6:1000 > server6:53 udp data 20 ext hop-by-hop
    -> new, same as plain
  client6:1000 > server6:53 udp data 20 ext hop-by-hop,dest:16,routing,ah,dest
    -> new, same as plain
  server6:53 > client6:1000 udp data 20 ext dest
    -> established, same as plain

story IPv4 options are stepped over
  [plain] client:1000 > server:53 udp data 20
    -> new, created
  client:1000 > server:53 udp data 20 ip-options 94040000
    -> new, same as plain
  client:1000 > server:53 udp data 20 ip-options 830f0400000000000000000000000000000000000000000000000000000000000000000000000000
    -> new, same as plain
  expect entry plain, packets 3/0, bytes 188/0

story bytes behind the IP packet are padding of the link
  [plain] client:1000 > server:53 udp data 4 pad 14
    -> new, created
  expect entry plain, bytes 32/0
