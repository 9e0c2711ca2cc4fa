# SPDX-License-Identifier: Apache-2.0
# Pools of ports that several share: what one source may have of them.
weir-only the kernel gives ports to who comes first
host client 192.168.88.10  host client2 192.168.88.11  host router 192.168.88.1
host client6 fd00::10  host client7 fd00::11  host server6 2001:db8:9::80
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24 fd00::1/64
interface wan 198.51.100.1/24 2001:db8::1/64
route 0.0.0.0/0 wan via gateway
route ::/0 wan

story a source has so many connections of a protocol
  rule nat srcnat masquerade out-interface=wan ports-per-source=3
  [one] client:5000 > server:53 udp data 1
    -> new, created, out wan
  client:5001 > server:53 udp data 1
    -> new, created, out wan
  client:5002 > other:53 udp data 1
    -> new, created, out wan
  client:5003 > other:53 udp data 1
    -> new, drop, reason nat-share, says "its source has 3 of the pool's ports, its share", no-connection
  # One that is there goes on.
  client:5000 > server:53 udp data 1
    -> new, same as one, out wan
  # Another protocol, another source.
  client:5003 > other:53 tcp syn seq 1
    -> new, created, out wan
  client > other icmp echo id 1 seq 1
    -> new, created, out wan
  client2:5003 > other:53 udp data 1
    -> new, created, out wan
  expect count nat-share 1

story what ends makes room
  rule nat srcnat masquerade out-interface=wan ports-per-source=2
  [one] client:5000 > server:53 udp data 1
    -> new, created, out wan
  after 20s
  [two] client:5001 > server:53 udp data 1
    -> new, created, out wan
  client:5002 > server:53 udp data 1
    -> new, drop, reason nat-share
  after 11s
  expect gone one, alive two
  client:5002 > server:53 udp data 1
    -> new, created, out wan
  client:5003 > server:53 udp data 1
    -> new, drop, reason nat-share
  remove two
  client:5003 > server:53 udp data 1
    -> new, created, out wan

story what another rule translates counts too, but is not refused
  rule nat srcnat src-nat out-interface=wan dst-address=other to-addresses=public
  rule nat srcnat masquerade out-interface=wan ports-per-source=1
  client:5000 > other:53 udp data 1
    -> new, created, out wan
  client:5001 > server:53 udp data 1
    -> new, drop, reason nat-share
  client:5001 > other:53 udp data 1
    -> new, created, out wan

story what is not translated does not count
  rule nat srcnat accept out-interface=wan dst-address=other
  rule nat srcnat masquerade out-interface=wan ports-per-source=1
  client:5000 > other:53 udp data 1
    -> new, created, not srcnat, out wan
  client:5001 > server:53 udp data 1
    -> new, created, srcnat, out wan
  client:5002 > server:53 udp data 1
    -> new, drop, reason nat-share

story IPv6 has shares too
  rule6 nat srcnat masquerade out-interface=wan ports-per-source=1
  client6:5000 > server6:53 udp data 1
    -> new, created, srcnat, out wan
  client6:5001 > server6:53 udp data 1
    -> new, drop, reason nat-share
  client7:5001 > server6:53 udp data 1
    -> new, created, srcnat, out wan

story a small pool goes to who comes first
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=2000-2099
  100x client:3000+ > server:53 udp data 1
    -> new, created, out wan
  client:4000 > server:53 udp data 1
    -> new, drop, reason nat-exhausted
  client2:4000 > server:53 udp data 1
    -> new, drop, reason nat-exhausted
