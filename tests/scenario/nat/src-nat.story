# SPDX-License-Identifier: Apache-2.0
# Sources translated to given addresses, IPv6 too.
host client 192.168.88.10  host client2 192.168.88.11
host public 198.51.100.1  host public2 198.51.100.2  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
host client6 2001:db8:1::10  host client62 2001:db8:1::11  host public6 2001:db8:2::1  host gateway6 2001:db8:2::fe
host server6 2001:db8:ffff::80  host hop6 2001:db8:eeee::7
interface lan 192.168.88.1/24 2001:db8:1::1/64
interface wan 198.51.100.1/24 2001:db8:2::1/64
route 0.0.0.0/0 wan via gateway
route ::/0 wan via gateway6

story to one address
  rule nat srcnat src-nat out-interface=wan to-addresses=public2
  client:4000 > server:80 tcp syn seq 1
    -> new, created, srcnat, out wan public2:4000 > server:80
  server:80 > public2:4000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, out lan server:80 > client:4000

story to given ports
  rule nat srcnat src-nat out-interface=wan protocol=tcp to-addresses=public2 to-ports=7000
  client:4000 > server:80 tcp syn seq 1
    -> new, created, out wan public2:7000 > server:80, reply server:80 > public2:7000
  server:80 > public2:7000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, out lan server:80 > client:4000

story the first address is full, the second is taken
  rule nat srcnat src-nat out-interface=wan protocol=tcp to-addresses=public-public2 to-ports=7000 comment=both
  client:4000 > server:80 tcp syn seq 1
    -> new, created, srcnat
  client:4001 > server:80 tcp syn seq 1
    -> new, created, srcnat
  client:4002 > server:80 tcp syn seq 1
    -> new, drop, reason nat-exhausted
  expect connections 2, counted both 3

story another protocol is left alone
  rule nat srcnat src-nat out-interface=wan protocol=tcp to-addresses=public2
  client:4000 > server:53 udp data 1
    -> new, created, not srcnat, out wan client:4000 > server:53

story IPv6 translated both ways
  rule6 nat srcnat masquerade out-interface=wan
  define [there] public6:4000 > server6:53 udp text "question" hop-limit 63
  define [back] server6:53 > client6:4000 udp text "answer" hop-limit 63
  client6:4000 > server6:53 udp text "question"
    -> new, created, srcnat, out wan public6:4000 > server6:53, out as there, via gateway6
  server6:53 > public6:4000 udp text "answer"
    -> established, dir reply, out lan server6:53 > client6:4000, out as back

story an ICMPv6 error about a translated connection
  rule6 nat srcnat masquerade out-interface=wan
  [syn] client6:4000 > server6:80 tcp syn seq 1
    -> new, created
  define [wire] public6:4000 > server6:80 tcp syn seq 1 hop-limit 63
  define [sent] client6:4000 > server6:80 tcp syn seq 1 hop-limit 63
  define [read] hop6 > client6 icmp6 too-big mtu 1300 quote sent hop-limit 63
  hop6 > public6 icmp6 too-big mtu 1300 quote wire
    -> related, dir reply, same as syn, out lan hop6 > client6, out as read

story rules of IPv4 are not for IPv6
  rule nat srcnat masquerade out-interface=wan
  client6:4000 > server6:80 tcp syn seq 1
    -> new, created, not srcnat, out wan client6:4000 > server6:80
