# SPDX-License-Identifier: Apache-2.0
# IPv6 fragments, RFC 8200 section 4.5. A datagram waits 60s.
host client 2001:db8:1::2  host server 2001:db8:2::2  host router 2001:db8:1::1

story two fragments
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  [last] fragment big 56-
    -> new, created, out as big
  expect entry last, packets 1/0, bytes 148/0

story out of order, with headers before and behind the fragment header
  define [big] client:1000 > server:2000 udp data 100 ext hop-by-hop,dest
  fragment big 64-
    -> held
  fragment big 0-63
    -> new, created, out as big

# RFC 6946: it says that it is a fragment and is all there is.
story an atomic fragment
  define [whole] client:1000 > server:2000 udp data 100
  fragment whole 0-
    -> new, created, out as whole
  client:1000 > server:2000 udp data 100 ext fragment
    -> new, out as whole

story an atomic fragment does not complete what waits under its identification
  define [big] client:1000 > server:2000 udp data 100
  define [other] client:1000 > server:2001 udp data 50
  fragment big 0-55
    -> held
  fragment other 0-
    -> new, created, out as other
  fragment big 56-
    -> new, created, out as big

story a fragment received twice harms nothing
  define [big] client:1000 > server:2000 udp data 100
  [first] fragment big 0-55
    -> held
  again first
    -> drop, reason frag-duplicate
  fragment big 56-
    -> new, created, out as big

# RFC 5722
story an overlap discards the datagram
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  fragment big 48-
    -> drop, reason frag-overlap
  fragment big 56-
    -> held

# RFC 7112: all headers up to the ports stand in the first fragment.
story a first fragment without the whole header chain
  define [syn] client:40000 > server:80 tcp syn seq 1000 mss 1460
  fragment syn 0-7
    -> drop, reason frag-tiny, says "first fragment ends inside the IPv6 header chain"
  define [far] client:1000 > server:2000 udp data 100 ext dest:64
  fragment far 0-31
    -> drop, reason frag-tiny

story length, bounds and size
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-52
    -> drop, reason frag-length
  fragment big 65528-65543 last
    -> drop, reason frag-too-long
  fragment big 56- ip-id 2
    -> held
  fragment big 112-119 more ip-id 2
    -> drop, reason frag-bounds

story a datagram that is never completed is forgotten
  at 0s
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  at 59s
  [late] fragment big 56-
    -> new, created
  fragment big 0-55 ip-id 2
    -> held
  at 120s
  fragment big 56- ip-id 2
    -> held

story identifications have 32 bits
  define [a] client:1000 > server:2000 udp data 100
  define [b] client:1001 > server:2000 udp data 100
  fragment a 0-55 ip-id 0x10000001
    -> held
  fragment b 0-55 ip-id 0x20000001
    -> held
  fragment b 56- ip-id 0x20000001
    -> new, created, out as b
  fragment a 56- ip-id 0x10000001
    -> new, created, out as a

story a checksum over the whole
  define [bad] client:1000 > server:2000 tcp syn seq 1 data 100 bad-checksum
  fragment bad 0-55
    -> held
  fragment bad 56-
    -> invalid, reason l4-checksum

story a fragment within a fragment
  define [inner] client:1000 > server:2000 udp data 100 ext dest,fragment
  fragment inner 0-55
    -> drop, reason frag-nested

story fragments that differ in ECN
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55 tos 0
    -> held
  fragment big 56- tos 1
    -> drop, reason frag-ecn
