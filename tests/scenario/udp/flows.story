# SPDX-License-Identifier: Apache-2.0
# UDP: a flow answered is established; answered for two seconds it is a stream, assured, and lives longer
# (udp-timeout 30s, udp-stream-timeout 3m).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story without an answer every packet is new
  at 0s
  [first] client:1000 > server:2000 udp data 10
    -> new, created, timeout 30s, not seen-reply
  at 20s
  client:1000 > server:2000 udp data 10
    -> new, same as first, timeout 30s, status confirmed
  at 49s
  client:1000 > server:2000 udp data 10
    -> new, same as first, timeout 30s, not assured
  at 80s
  client:1000 > server:2000 udp data 10
    -> new, created, differs from first

story a stream begins two seconds after the first packet
  at 0s
  [first] client:1000 > server:2000 udp data 10
    -> new, created, timeout 30s
  at 0.5s
  server:2000 > client:1000 udp data 10
    -> established, dir reply, timeout 30s
  at 1.9s
  client:1000 > server:2000 udp data 10
    -> established, timeout 30s, not assured
  at 2.1s
  server:2000 > client:1000 udp data 10
    -> established, timeout 3m, assured

story the first answer is not yet a stream, however late
  at 0s
  client:1000 > server:2000 udp data 10
    -> new, created
  at 5s
  server:2000 > client:1000 udp data 10
    -> established, timeout 30s, not assured
  server:2000 > client:1000 udp data 10
    -> established, timeout 3m, assured

story an assured stream in one direction lives on
  at 0s
  [first] client:1000 > server:2000 udp data 10
    -> new, created
  server:2000 > client:1000 udp data 10
    -> established
  at 3s
  server:2000 > client:1000 udp data 10
    -> established, assured, timeout 3m
  at 180s
  server:2000 > client:1000 udp data 10
    -> established, same as first, timeout 3m
  expect entry first, packets 1/3

story an empty datagram is a packet like others
  [first] client:1000 > server:2000 udp
    -> new, created
  expect entry first, packets 1/0, bytes 28/0

story the same ports the other way round after it expired
  at 0s
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  at 31s
  [back] server:2000 > client:1000 udp data 1
    -> new, created, dir original, differs from first

story without a checksum it is tracked, on IPv4 and IPv6
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client:1000 > server:2000 udp checksum none data 10
    -> new, created
  client6:1000 > server6:2000 udp checksum none data 10
    -> new, created

story a bad checksum is invalid
  [first] client:1000 > server:2000 udp data 10
    -> new, created
  server:2000 > client:1000 udp data 10 bad-checksum
    -> invalid, reason l4-checksum
  expect entry first, not seen-reply, packets 1/0

story a bad checksum passes when checksums are not verified
  settings checksum=no
  client:1000 > server:2000 udp data 10 bad-checksum
    -> new, created

story a bad checksum passes when the network card has verified it
  client:1000 > server:2000 udp data 10 bad-checksum checksum-ok
    -> new, created

story the length field: shorter than the packet is fine, shorter than the header or longer is not
  client:1000 > server:2000 udp length 12 data 10 checksum none
    -> new, created
  client:1001 > server:2000 udp length 0 data 10
    -> invalid, reason udp-length
  client:1002 > server:2000 udp length 7 data 10
    -> invalid, reason udp-length, says "UDP length 7 does not fit 18 bytes"
  client:1003 > server:2000 udp length 19 data 10
    -> invalid, reason udp-length
  expect connections 1

# RFC 768: the pseudo header carries the length of the datagram, not that of the IP payload.
story the checksum ends where the datagram does
  client:1000 > server:2000 udp length 12 data 10
    -> new, created
  client:1000 > server:2000 udp length 12 data 10 poke 35 ff
    -> new

story a datagram shorter than its header is invalid
  client:1000 > server:2000 udp total-length 27 short 27
    -> invalid, reason l4-truncated
  expect none

story a capture cut in the payload is tracked with its full length
  [first] client:1000 > server:2000 udp data 1400 cut 60
    -> new, created
  expect entry first, bytes 1428/0

story multicast and broadcast destinations are tracked
  host group 224.0.0.251  host everybody 255.255.255.255  host nobody 0.0.0.0
  client:5353 > group:5353 udp data 20
    -> new, created
  nobody:68 > everybody:67 udp data 300
    -> new, created
  # An answer comes from the host itself, not from the group: a connection of its own.
  server:5353 > client:5353 udp data 20
    -> new, created
  expect connections 3

story source and destination may be the same
  [self] client:1000 > client:1000 udp data 1
    -> new, created
  client:1000 > client:1000 udp data 1
    -> new, same as self
  expect connections 1
