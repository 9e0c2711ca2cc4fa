# SPDX-License-Identifier: Apache-2.0
# TFTP (RFC 1350): a request to port 69 is answered from another port.
host client 10.0.0.2  host client2 10.0.0.3
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 10.0.0.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=tftp

story a file is read
  [ask] client:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, created, helper tftp, uses-helper
  expect expectations 1, pending udp server > client:2000, helper tftp, timeout 5m, master ask
  [answer] server:3000 > client:2000 udp payload 00030001 text "data"
    -> related, created, expected, helper tftp, not uses-helper
  expect expectations 0
  client:2000 > server:3000 udp payload 00040001
    -> established, dir reply, same as answer
  other:3000 > client:2000 udp payload 00030001 text "data"
    -> new, created, not expected

story a file is written, through a masquerade
  rule nat srcnat masquerade out-interface=wan
  rule filter forward accept connection-state=established,related
  rule filter forward accept in-interface=lan
  rule filter forward drop comment=rest
  client2:2000 > server:69 udp payload 0005
    -> new, created, out wan public:2000 > server:69
  [ask] client:2000 > server:69 udp payload 0002 text "file\0octet\0"
    -> new, created, helper tftp, out wan public:{p} > server:69
  expect expectations 1, pending udp server > public:{p}, to client:2000, helper tftp, timeout 5m, master ask
  [answer] server:3000 > public:{p} udp payload 00040000
    -> related, created, expected, dstnat, out lan server:3000 > client:2000
  client:2000 > server:3000 udp payload 00030001 text "data"
    -> established, dir reply, same as answer, out wan public:{p} > server:3000
  other:3000 > public:{p} udp payload 00040000
    -> new, created, not expected, out local
  expect counted rest 0

story IPv6
  host c6 2001:db8:1::10  host s6 2001:db8:2::80
  interface lan6 2001:db8:1::1/64
  interface wan6 2001:db8:2::1/64
  [ask] c6:2000 > s6:69 udp payload 0001 text "file\0octet\0"
    -> new, created, helper tftp
  s6:3000 > c6:2000 udp payload 00030001 text "data"
    -> related, created, expected

story nothing is left of a request that a rule drops
  rule filter forward drop comment=no
  client:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, drop, reason rule-drop, rule no
  expect none, expectations 0

story it is asked again
  [ask] client:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, created
  after 20s
  client:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, same as ask
  expect expectations 1, pending udp server > client:2000, helper tftp, timeout 5m, master ask
  after 31s
  expect none, expectations 0

story another host waits at the port
  [ask] client:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, created
  client2:2000 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, created
  expect expectations 2

story ports below 1024 are not opened
  weir-only Linux expects connections to any port
  client:1023 > server:69 udp payload 0001 text "file\0octet\0"
    -> new, created, helper tftp
  expect expectations 0
