# SPDX-License-Identifier: Apache-2.0
# What all helpers have in common: who is read, how long something is expected, rules that ask for a helper.
# TFTP serves for it, since it names what it expects with its first packet.
host client 10.0.0.2  host client2 10.0.0.3
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 10.0.0.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=tftp

story an expectation ends with its time, and begins anew with the same message
  settings udp-timeout=1h
  [read] client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, helper tftp, uses-helper
  expect expectations 1, pending udp server > client:40000, timeout 5m, master read, helper tftp
  at 10s
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, same as read
  expect expectations 1, pending udp server > client:40000, timeout 5m
  at 29s
  expect pending udp server > client:40000, timeout 281s
  at 309s
  expect expectations 1, pending udp server > client:40000, timeout 1s
  at 311s
  expect expectations 0
  server:3000 > client:40000 udp data 10
    -> new, created, helper none, not expected

story an expectation ends with its master
  settings udp-timeout=20s
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  at 19s
  expect expectations 1
  at 21s
  expect expectations 0, none

story one that is removed takes its expectations along
  [read] client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  expect expectations 1
  remove read
  expect expectations 0

story an expected connection outlives its master
  [read] client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  [data] server:3000 > client:40000 udp data 10
    -> related, created, expected, helper tftp, not uses-helper
  expect expectations 0
  client:40000 > server:3000 udp data 4
    -> established, dir reply, same as data
  at 25s
  server:3000 > client:40000 udp data 10
    -> established, same as data
  at 40s
  expect gone read, alive data

story only the destination port counts, and only of the protocol
  client:40000 > server:70 udp payload 000166696c65006f6374657400
    -> new, created, helper none, not uses-helper
  client:69 > server:40000 udp payload 000166696c65006f6374657400
    -> new, created, helper none
  client:40000 > server:69 tcp syn
    -> new, created, helper none
  expect expectations 0

story ports are settings
  settings tftp-ports=6969,70
  [a] client:40000 > server:70 udp payload 000166696c65006f6374657400
    -> new, created, helper tftp
  [b] client:40001 > server:6969 udp payload 000166696c65006f6374657400
    -> new, created, helper tftp
  client:40002 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, helper none
  expect expectations 2, pending udp server > client:40000, master a
  expect pending udp server > client:40001, master b

story who is read stays read when the helper is switched off
  [old] client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, helper tftp
  settings helpers=none
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, same as old, helper tftp
  client:40001 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, helper none
  expect expectations 1, pending udp server > client:40000, timeout 5m

story the port behind dst-nat counts
  rule nat dstnat dst-nat dst-port=6969 to-addresses=client to-ports=69 protocol=udp
  [read] other:40000 > public:6969 udp payload 000166696c65006f6374657400
    -> new, created, helper tftp, out lan other:40000 > client:69
  expect expectations 1

story rules ask for the helper
  rule filter forward drop connection-state=new in-interface=wan comment=in
  rule filter forward drop connection-type=tftp connection-state=related src-address=other comment=other
  rule filter forward accept connection-type=tftp comment=tftp
  rule filter forward accept connection-type=!tftp comment=rest
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, out wan
  client:40001 > other:69 udp payload 000166696c65006f6374657400
    -> new, created, out wan
  client:40002 > server:53 udp data 5
    -> new, created, out wan
  server:3000 > client:40000 udp data 10
    -> related, created, out lan
  other:3000 > client:40001 udp data 10
    -> related, drop, reason rule-drop, rule other
  server:3000 > client:40002 udp data 10
    -> new, drop, reason rule-drop, rule in
  # A connection has its helper when its first packet has passed.
  expect counted other 1, counted in 1, counted tftp 1, counted rest 3
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, out wan
  expect counted tftp 2, counted rest 3

story a mark is inherited
  rule mangle forward mark-connection new-connection-mark=7 connection-state=new
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created, mark 7
  server:3000 > client:40000 udp data 10
    -> related, created, mark 7

story no more than max-expectations
  settings max-expectations=1
  client:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  client2:40000 > server:69 udp payload 000166696c65006f6374657400
    -> drop, reason helper-full, new
  expect expectations 1, pending udp server > client:40000
