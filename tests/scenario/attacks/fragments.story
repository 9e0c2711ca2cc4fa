# SPDX-License-Identifier: Apache-2.0
# Class: fragments that carry past rules what a whole datagram could not.
# Source: RFC 1858 (tiny fragments, overlaps), RFC 3128, RFC 5722, RFC 7112; CVE-2006-0381 and
# CVE-2023-4809 (pf), CVE-2018-6923 (memory for fragments).
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
host web6 2001:db8:1::80  host other6 2001:db8:3::99
interface lan6 2001:db8:1::1/64
interface wan6 2001:db8:3::1/64
rule filter forward accept protocol=udp dst-port=53 in-interface=wan comment=dns
rule filter forward accept connection-state=established,related
rule filter forward drop comment=rest
rule6 filter forward accept protocol=udp dst-port=53 comment=dns6
rule6 filter forward drop comment=rest6

story rules about ports see the whole datagram: none is let by for its first fragment
  define [bad] other:1 > web:22 tcp syn seq 1 data 100
  fragment bad 0-63
    -> held
  fragment bad 64-
    -> new, drop, reason rule-drop, rule rest, no-connection
  define [good] other:1 > web:53 udp data 100
  fragment good 56-
    -> held
  fragment good 0-55
    -> new, created, out lan other:1 > web:53

# The ports in the first eight bytes, the flags in the second fragment.
story a first fragment without the TCP flags
  define [tiny] other:1 > web:22 tcp syn seq 1 data 20
  fragment tiny 0-7
    -> held
  fragment tiny 8-
    -> new, drop, reason rule-drop, rule rest, no-connection

story a second fragment that would overwrite the port
  define [seen] other:1 > web:53 udp data 100 ip-id 7
  define [meant] other:1 > web:22 udp data 100 ip-id 7
  fragment seen 0-55
    -> held
  fragment meant 0-63
    -> drop, reason frag-overlap
  fragment seen 56-
    -> held
  expect none

story the same for IPv6
  define [bad] other6:1 > web6:22 udp data 100
  fragment bad 0-55
    -> held
  fragment bad 56-
    -> new, drop, reason rule-drop, rule rest6, no-connection
  define [good] other6:1 > web6:53 udp data 100
  fragment good 0-55
    -> held
  fragment good 48-
    -> drop, reason frag-overlap

story IPv6: a first fragment must have the whole transport header
  define [tiny] other6:1 > web6:53 tcp syn seq 1 data 20
  fragment tiny 0-7
    -> drop, reason frag-tiny
  fragment tiny 8-
    -> held
  expect none
