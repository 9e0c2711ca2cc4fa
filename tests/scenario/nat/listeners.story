# SPDX-License-Identifier: Apache-2.0
# Ports that the router itself listens on are given to nobody: what is sent there is the router's.
weir-only the kernel knows of no listeners when it chooses a port
host client 192.168.88.10  host client2 192.168.88.11  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254  host pool 198.51.100.9
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story a client's own port that the router listens on is not kept
  listen udp 1194
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=1194-1195
  [one] client:1194 > server:7 udp data 1
    -> new, created, srcnat, out wan public:1195 > server:7
  # So that whoever answers from there does not get the router's packets for himself.
  server:7 > public:1194 udp data 1
    -> new, created, differs from one, out local
  client2:1194 > server:7 udp data 1
    -> new, drop, reason nat-exhausted, no-connection

story nor given to one who has to move
  listen tcp 40000
  listen tcp 40001
  listen tcp 40003
  rule nat srcnat masquerade out-interface=wan protocol=tcp to-ports=40000-40003
  client:5000 > server:80 tcp syn seq 1
    -> new, created, out wan public:40002 > server:80
  client2:5000 > server:80 tcp syn seq 1
    -> new, drop, reason nat-exhausted, no-connection

story of the other protocol it is free
  listen tcp 1194
  rule nat srcnat masquerade out-interface=wan
  client:1194 > server:7 udp data 1
    -> new, created, out wan public:1194 > server:7

story addresses that are not the router's have no listeners
  listen udp 1194
  rule nat srcnat src-nat out-interface=wan to-addresses=pool
  client:1194 > server:7 udp data 1
    -> new, created, out wan pool:1194 > server:7

story one that listens on one address
  listen udp 192.168.88.1:1194
  listen udp 198.51.100.9:500
  rule nat srcnat src-nat out-interface=wan protocol=udp dst-address=server to-addresses=pool to-ports=500-501
  rule nat srcnat masquerade out-interface=wan
  client:1194 > other:7 udp data 1
    -> new, created, out wan public:1194 > other:7
  client:500 > server:7 udp data 1
    -> new, created, out wan pool:501 > server:7

story the router itself sends from where it listens
  listen udp 123
  rule nat srcnat masquerade out-interface=wan
  public:123 > server:123 udp data 48
    -> new, created, not srcnat, out wan public:123 > server:123
  server:123 > public:123 udp data 48
    -> established, dir reply, out local
  # A client's with the same port goes from another.
  client:123 > server:123 udp data 48
    -> new, created, out wan public:1-511 > server:123

story a mapping for everybody is not there either
  listen udp 5000
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp to-addresses=198.51.100.1 to-ports=5000-5001
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5001 > server:3478
