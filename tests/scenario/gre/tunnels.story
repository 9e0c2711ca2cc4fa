# SPDX-License-Identifier: Apache-2.0
# GRE: version 0 is one connection for a pair of addresses, its key ignored; version 1 (PPTP, RFC 2637) has
# a call id. 30s, and 3m with assured once it was answered (Linux gre_timeout).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a tunnel
  [first] client > server gre data 40
    -> new, created, timeout 30s
  server > client gre data 40
    -> established, dir reply, same as first, timeout 30s, seen-reply, not assured
  client > server gre data 40
    -> established, timeout 3m, assured
  expect entry gre client > server, reply server > client, gre-version 0, gre-protocol 0x0800, gre-key 0

story the key makes no connection of its own
  [first] client > server gre key 77 data 40
    -> new, created
  client > server gre key 78 data 40
    -> new, same as first
  expect connections 1
  expect entry first, gre-key 77

story sequence numbers and other payloads
  [first] client > server gre protocol 0x6558 key 5 seq 9 data 40
    -> new, created
  expect entry first, gre-key 5, gre-protocol 0x6558
  client > server gre protocol 0x86dd data 40
    -> new, same as first

# Only the control connection would tell which call ids belong together.
story PPTP without its control connection is two connections
  [out] client > server gre call 100 seq 1 data 20
    -> new, created, timeout 30s
  [back] server > client gre call 200 seq 1 ack 1 data 20
    -> new, created, differs from out
  client > server gre call 100 seq 2 data 20
    -> new, same as out, not assured
  expect connections 2
  expect entry out, gre-version 1, gre-key 100, gre-protocol 0x880b

story another call is another connection
  [a] client > server gre call 100 data 20
    -> new, created
  [b] client > server gre call 101 data 20
    -> new, created, differs from a

story enhanced GRE that carries no PPP is invalid
  client > server gre call 100 protocol 0x0800 data 20
    -> invalid, reason gre-protocol, says "enhanced GRE carries protocol 0x0800, not PPP"
  expect none

story too short for a header it is still a tunnel
  client > server gre total-length 22 short 22
    -> new, created
  client > server gre data 10
    -> new
  expect connections 1

story version 0 and version 1 are two connections
  [zero] client > server gre data 20
    -> new, created
  [one] client > server gre call 5 data 20
    -> new, created, differs from zero

story GRE over IPv6
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  [first] client6 > server6 gre key 3 data 40
    -> new, created
  server6 > client6 gre key 3 data 40
    -> established, same as first
  expect entry first, gre-key 3
