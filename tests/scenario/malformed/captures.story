# SPDX-License-Identifier: Apache-2.0
# A capture that kept less than the packet had: lengths come from the headers, checksums cannot be
# verified, and what is needed and not there makes the packet invalid.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story UDP cut behind the ports is tracked, before their end it is not
  client:1000 > server:2000 udp data 100 cut 24
    -> new, created
  client:1001 > server:2000 udp data 100 cut 23
    -> invalid, reason l4-truncated
  client:1002 > server:2000 udp data 100 cut 20
    -> invalid, reason l4-truncated
  client:1000 > server:2000 udp data 100 bad-checksum cut 127
    -> new

story UDP-Lite likewise
  client:1000 > server:2000 udplite data 100 cut 24
    -> new, created
  client:1001 > server:2000 udplite data 100 cut 23
    -> invalid, reason l4-truncated

story GRE cut within its header
  client > server gre call 5 data 100 cut 28
    -> new, created
  client > server gre call 5 data 100 cut 27
    -> invalid, reason l4-truncated
  client > server gre data 100 cut 23
    -> invalid, reason l4-truncated
  client > router gre data 0
    -> new, created

story ICMP cut within its header
  client > server icmp echo id 1 data 100 cut 28
    -> new, created
  client > server icmp echo id 1 data 100 cut 27
    -> invalid, reason l4-truncated

story SCTP cut behind a chunk's header
  client:1000 > server:2000 sctp tag 0 chunks init:7 cut 40
    -> new, created
  client:1001 > server:2000 sctp tag 0 chunks init:7 cut 31
    -> invalid, reason l4-truncated

story IPv4 options cut by the capture
  client:1000 > server:2000 udp ip-options 01010101 cut 22
    -> invalid, reason l4-truncated

story an ICMP error's quote cut by the capture
  [query] client:1000 > server:53 udp data 20
    -> new, created
  router > client icmp port-unreachable quote query cut 52
    -> related, same as query
  router > client icmp port-unreachable quote query cut 51
    -> invalid, reason icmp-quote
