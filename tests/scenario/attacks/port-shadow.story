# SPDX-License-Identifier: Apache-2.0
# Class: one host's translation takes the packets of another, or of the router itself.
# Source: CVE-2021-3773; "Attacking Connection Tracking Frameworks as used by Virtual Private
# Networks" (PETS 2024): the port shadow.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story two clients behind the router with one port and one server
  rule nat srcnat masquerade out-interface=wan
  [victim] client:1194 > server:443 udp data 1
    -> new, created, out wan public:1194 > server:443
  [thief] client2:1194 > server:443 udp data 1
    -> new, created, differs from victim, srcnat, out wan public:1024-65535 > server:443
  server:443 > public:1194 udp data 1
    -> established, dir reply, same as victim, out lan server:443 > client:1194

# The thief makes a connection whose answers look like what others send to the router's own service.
story the router's own service has its port before any client
  weir-only the kernel knows of no listeners when it chooses a port
  listen udp 1194
  rule nat srcnat masquerade out-interface=wan
  [thief] client:1194 > other:5000 udp data 1
    -> new, created, srcnat, out wan public:1024-65535 > other:5000
  other:5000 > public:1194 udp data 1
    -> new, created, differs from thief, out local other:5000 > public:1194

story nor does a connection of the router's own lose its answers
  rule nat srcnat masquerade out-interface=wan src-address=192.168.88.0/24
  [own] public:5000 > server:53 udp data 1
    -> new, created, not srcnat, out wan public:5000 > server:53
  [thief] client:5000 > server:53 udp data 1
    -> new, created, srcnat, out wan public:1024-65535 > server:53
  server:53 > public:5000 udp data 1
    -> established, dir reply, same as own, out local

# The thief is first. Who is answered is decided by the tuple alone, and no two connections have one.
story a connection that comes in does not meet the translation of another
  rule nat dstnat dst-nat in-interface=wan protocol=udp dst-port=80 to-addresses=web
  rule nat srcnat masquerade out-interface=wan
  [thief] client:80 > other:5000 udp data 1
    -> new, created, srcnat, out wan public:80 > other:5000
  [in] server:5000 > public:80 udp data 1
    -> new, created, dstnat, differs from thief, out lan server:5000 > web:80
  web:80 > server:5000 udp data 1
    -> established, dir reply, same as in, out wan public:80 > server:5000
  other:5000 > public:80 udp data 1
    -> established, dir reply, same as thief, out lan other:5000 > client:80

# Toward inside: the source is not what the route there says, which rules can ask.
story the router's address as a source from inside is not taken for the router
  rule nat srcnat masquerade out-interface=wan
  rule filter forward drop in-interface=lan src-address=!192.168.88.0/24 comment=strangers
  from lan public:1194 > other:5000 udp data 1
    -> new, drop, reason rule-drop, rule strangers, no-connection
  expect none
