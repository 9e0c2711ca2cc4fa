# SPDX-License-Identifier: Apache-2.0
# Blocks of ports that follow from the source's address alone (RFC 7422).
weir-only the kernel knows no blocks of ports
host client 100.64.0.10  host client2 100.64.0.11  host last 100.64.0.126  host beyond 100.64.2.1
host public 198.51.100.1  host public2 198.51.100.2  host gateway 198.51.100.254
host server 203.0.113.80
interface lan 100.64.0.1/16
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story each source has its own ports
  rule nat srcnat src-nat out-interface=wan to-addresses=198.51.100.1-198.51.100.2 port-block=1000 port-block-inside=100.64.0.0
  client:5000 > server:80 tcp syn seq 1
    -> new, created, out wan public:11024-12023 > server:80
  client2:5000 > server:80 tcp syn seq 1
    -> new, created, out wan public:12024-13023 > server:80
  client:5000 > server:80 udp data 1
    -> new, created, out wan public:11024-12023 > server:80
  # 64 blocks fit an address.
  last:5000 > server:80 tcp syn seq 1
    -> new, created, out wan public2:63024-64023 > server:80
  beyond:5000 > server:80 tcp syn seq 1
    -> new, drop, reason nat-refused, no-connection

story one who has used his up takes nothing from others
  rule nat srcnat src-nat out-interface=wan protocol=udp to-addresses=public to-ports=2000-2099 port-block=4 port-block-inside=100.64.0.8
  4x client:3000+ > server:53 udp data 1
    -> new, created, out wan public:2008-2011 > server:53
  client:4000 > server:53 udp data 1
    -> new, drop, reason nat-exhausted
  client2:4000 > server:53 udp data 1
    -> new, created, out wan public:2012-2015 > server:53

story an own port that lies in the block is kept
  rule nat srcnat src-nat out-interface=wan to-addresses=public port-block=1000 port-block-inside=100.64.0.0
  client:11500 > server:80 tcp syn seq 1
    -> new, created, out wan public:11500 > server:80
