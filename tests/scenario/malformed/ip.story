# SPDX-License-Identifier: Apache-2.0
# What is wrong in an IP header goes no further; what is wrong behind it is invalid, and the rules decide
# (Linux; weir/reason.h lists the reasons).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story nothing at all, or less than a header
  client:1 > server:2 udp cut 0
    -> drop, reason ip-truncated
  client:1 > server:2 udp short 1
    -> drop, reason ip-truncated
  client:1 > server:2 udp short 19
    -> drop, reason ip-truncated, says "IP header cut short: 19 of 20 bytes"
  hex 45
    -> drop, reason ip-truncated
  expect count ip-truncated 4, verdict drop 4

story neither 4 nor 6
  client:1 > server:2 udp ip-version 5
    -> drop, reason ip-version, says "IP version 5 is neither 4 nor 6"
  hex 00000000000000000000000000000000000000000000000000000000
    -> drop, reason ip-version
  client:1 > server:2 udp ip-version 15
    -> drop, reason ip-version

story the header length
  client:1 > server:2 udp ihl 4
    -> drop, reason ip-header-length, says "IPv4 header length 16 below 20 bytes"
  client:1 > server:2 udp ihl 0
    -> drop, reason ip-header-length
  client:1 > server:2 udp ihl 15
    -> drop, reason ip-truncated

story the total length
  client:1 > server:2 udp total-length 19
    -> drop, reason ip-total-length
  client:1 > server:2 udp total-length 29
    -> drop, reason ip-total-length, says "IP total length 29 does not fit 28 bytes received"
  client:1 > server:2 udp data 100 short 100
    -> drop, reason ip-total-length

story a bad header checksum
  client:1 > server:2 udp bad-ip-checksum
    -> drop, reason ip-checksum, says "bad IPv4 header checksum"
  client:1 > server:2 udp ip-options 01010101 bad-ip-checksum
    -> drop, reason ip-checksum

story a header checksum is verified even if transport checksums are not
  settings checksum=no
  client:1 > server:2 udp bad-ip-checksum
    -> drop, reason ip-checksum

story IPv6 headers
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client6:1 > server6:2 udp short 39
    -> drop, reason ip-truncated
  client6:1 > server6:2 udp payload-length 9
    -> drop, reason ip-total-length, says "IP total length 49 does not fit 48 bytes received"
  client6:1 > server6:2 udp payload-length 0
    -> invalid, reason l4-truncated

story an IPv6 extension header that does not end
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client6:1 > server6:2 udp ext hop-by-hop payload-length 4 short 44
    -> invalid, reason ip6-chain-truncated
  client6:1 > server6:2 udp ext dest:64 payload-length 16 short 56
    -> invalid, reason ip6-chain-truncated, says "IPv6 extension header 60 cut short"
  client6 > server6 no-next next-header 43
    -> invalid, reason ip6-chain-truncated

story more IPv6 extension headers than anybody needs
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client6:1 > server6:2 udp ext dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest,dest
    -> invalid, reason ip6-chain-long
  client6:1 > server6:2 udp ext dest,dest,dest,dest,dest,dest,dest,dest
    -> new, created

story IPv6 without an upper layer
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client6 > server6 no-next
    -> invalid, reason ip6-no-next-header

story padding behind a short packet is not part of it
  client:1 > server:2 udp pad 18
    -> new, created
  client:40000 > server:80 tcp syn seq 1 pad 6
    -> new, created

story the largest packet
  client:1 > server:2 udp data 65507
    -> new, created

story land attack, loopback and the unspecified address are a router's affair, not the tracker's
  host lo 127.0.0.1  host zero 0.0.0.0
  client:80 > client:80 tcp syn seq 1
    -> new, created
  lo:1 > server:2 udp
    -> new, created
  zero:1 > server:2 udp
    -> new, created
