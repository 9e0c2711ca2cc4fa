# SPDX-License-Identifier: Apache-2.0
# UDP-Lite, RFC 3828: part of the datagram is covered by the checksum. A flow is a stream from the first
# packet after an answer on; there are no two seconds to wait (Linux).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a stream without waiting
  [first] client:1000 > server:2000 udplite data 10
    -> new, created, timeout 30s
  server:2000 > client:1000 udplite data 10
    -> established, dir reply, timeout 30s, not assured
  client:1000 > server:2000 udplite data 10
    -> established, timeout 3m, assured
  expect entry udplite client:1000 > server:2000, reply server:2000 > client:1000, protocol 136

story UDP and UDP-Lite on the same ports are two connections
  [udp] client:1000 > server:2000 udp data 10
    -> new, created
  [lite] client:1000 > server:2000 udplite data 10
    -> new, created, differs from udp

story the coverage: nothing, the header, more than there is
  client:1000 > server:2000 udplite coverage 8 data 10
    -> new, created
  client:1001 > server:2000 udplite coverage 18 data 10
    -> new, created
  client:1002 > server:2000 udplite coverage 7 data 10
    -> invalid, reason udplite-coverage, says "UDP-Lite checksum coverage 7 of 18 bytes"
  client:1003 > server:2000 udplite coverage 1 data 10
    -> invalid, reason udplite-coverage
  client:1004 > server:2000 udplite coverage 19 data 10
    -> invalid, reason udplite-coverage

story the checksum is not optional
  client:1000 > server:2000 udplite checksum none data 10
    -> invalid, reason udplite-checksum-zero
  expect none

story an error in the covered part is invalid
  client:1000 > server:2000 udplite coverage 12 data 10 bad-checksum
    -> invalid, reason l4-checksum

story an error in the part that is not covered passes
  client:1000 > server:2000 udplite coverage 8 data 10 poke 30 ffff
    -> new, created

story too short for its header
  client:1000 > server:2000 udplite total-length 24 short 24
    -> invalid, reason l4-truncated
