# SPDX-License-Identifier: Apache-2.0
# Class: an ICMP error whose quoted packet is not of the host that it is sent to.
# Source: CVE-2019-5598 (pf let an error by if the quoted packet had a state, wherever it was sent); RFC
# 5508 REQ-3 and REQ-4.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
rule nat srcnat masquerade out-interface=wan
rule filter forward accept connection-state=established,related
rule filter forward accept in-interface=lan
rule filter forward drop comment=rest
rule filter input accept connection-state=established,related
rule filter input drop in-interface=wan comment=door

story the quote is of one client, the error is for another
  [ask] client:4000 > server:53 udp data 5
    -> new, created
  define [wire] public:4000 > server:53 udp data 5
  from wan hop > web icmp port-unreachable quote wire
    -> invalid, reason icmp-misdirected, drop, rule rest
  define [inside] client:4000 > server:53 udp data 5
  from wan hop > web icmp port-unreachable quote inside
    -> invalid, reason icmp-misdirected, drop, rule rest

# From outside the client is known by its translation alone.
story an untranslated quote from outside
  client:4000 > server:53 udp data 5
    -> new, created
  define [inside] client:4000 > server:53 udp data 5
  from wan hop > client icmp port-unreachable quote inside
    -> invalid, reason icmp-no-connection, drop, rule rest

story a quote of a connection that is not there
  define [none] public:4000 > server:53 udp data 5
  hop > public icmp port-unreachable quote none
    -> invalid, reason icmp-no-connection, drop, rule door

story the quote of an answer, sent to who asked
  [ask] client:4000 > server:53 udp data 5
    -> new, created
  define [answer] server:53 > public:4000 udp data 5
  hop > public icmp port-unreachable quote answer
    -> invalid, reason icmp-misdirected, drop, rule door
  expect entry ask, packets 1/0

story a redirect about a translated connection goes no further
  client:4000 > server:53 udp data 5
    -> new, created
  define [wire] public:4000 > server:53 udp data 5
  gateway > public icmp redirect code 1 gateway hop quote wire
    -> related, drop, reason nat-redirect

story an error that quotes an error
  client:4000 > server:53 udp data 5
    -> new, created
  define [wire] public:4000 > server:53 udp data 5
  define [error] public > server icmp port-unreachable quote wire
  hop > public icmp port-unreachable quote error
    -> invalid, reason icmp-quote, drop, rule door
