# SPDX-License-Identifier: Apache-2.0
# IPv4 fragments are put together before tracking; the one that completes the datagram carries it on.
# A datagram waits 30s (Linux; RFC 791 allows more).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story two fragments
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held, no-connection
  expect none
  [last] fragment big 56-
    -> new, created, out as big
  expect entry last, packets 1/0, bytes 128/0
  expect reassembled 1, held-bytes 0

story the last one first
  define [big] client:1000 > server:2000 udp data 100
  fragment big 56-
    -> held
  fragment big 0-55
    -> new, created, out as big

story three, the middle one last
  define [big] client:1000 > server:2000 udp data 200
  fragment big 0-63
    -> held
  fragment big 128-
    -> held
  fragment big 64-127
    -> new, created, out as big

story both directions
  define [q] client:1000 > server:2000 udp data 100
  define [a] server:2000 > client:1000 udp data 300
  fragment q 0-55
    -> held
  [query] fragment q 56-
    -> new, created
  fragment a 0-103
    -> held
  fragment a 104-
    -> established, dir reply, same as query, out as a

story a fragment received twice harms nothing
  define [big] client:1000 > server:2000 udp data 100
  [first] fragment big 0-55
    -> held
  again first
    -> drop, reason frag-duplicate, says "fragment at offset 0 received before"
  fragment big 56-
    -> new, created, out as big

# RFC 1858, RFC 5722: an overlap has no honest reason.
story an overlap discards the datagram
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  fragment big 48-
    -> drop, reason frag-overlap
  # Both are forgotten: what would have completed it now waits.
  fragment big 56-
    -> held
  expect none

story an overlap within a longer piece
  define [big] client:1000 > server:2000 udp data 200
  fragment big 0-127
    -> held
  fragment big 64-71 more
    -> drop, reason frag-overlap, says "fragment overlaps another at offset 64"
  fragment big 128-
    -> held

story a fragment behind the end
  define [big] client:1000 > server:2000 udp data 100
  fragment big 56-
    -> held
  fragment big 112-119 more
    -> drop, reason frag-bounds, says "fragment ends at 120, the datagram at 108"

story two ends
  define [big] client:1000 > server:2000 udp data 100
  fragment big 56-
    -> held
  fragment big 8-47 last
    -> drop, reason frag-bounds, says "fragment ends at 48, the datagram at 108"

story a length that is no multiple of eight before the end
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-52
    -> drop, reason frag-length, says "fragment of 53 bytes is no multiple of 8 before the last"

story beyond 65535 bytes
  define [big] client:1000 > server:2000 udp data 100
  fragment big 65528-65543 last
    -> drop, reason frag-too-long
  expect held-bytes 0

story a datagram that is never completed is forgotten
  at 0s
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  at 30.1s
  expect held-bytes 0
  fragment big 56-
    -> held
  expect none

story within the time it is completed
  at 0s
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55
    -> held
  at 29s
  fragment big 56-
    -> new, created

story two datagrams at once are told apart by their identification
  define [a] client:1000 > server:2000 udp data 100 ip-id 1
  define [b] client:1001 > server:2000 udp data 100 ip-id 2
  fragment a 0-55
    -> held
  fragment b 0-55
    -> held
  [second] fragment b 56-
    -> new, created, out as b
  fragment a 56-
    -> new, created, differs from second, out as a

story the same identification between other hosts or of another protocol
  define [a] client:1000 > server:2000 udp data 100
  define [b] router:1000 > server:2000 udp data 100
  define [c] client > server icmp echo id 7 data 100
  fragment a 0-55
    -> held
  fragment b 0-55
    -> held
  fragment c 0-55
    -> held
  fragment c 56-
    -> new, created, out as c
  fragment b 56-
    -> new, created, out as b
  fragment a 56-
    -> new, created, out as a

story a tiny first fragment still gives a whole header
  define [syn] client:40000 > server:80 tcp syn seq 1000 mss 1460 sack-ok wscale 7
  fragment syn 0-7
    -> held
  fragment syn 8-15
    -> held
  fragment syn 16-
    -> new, created, tcp-state syn-sent, out as syn

story the checksum is verified over the whole
  define [bad] client:1000 > server:2000 udp data 100 bad-checksum
  fragment bad 0-55
    -> held
  fragment bad 56-
    -> invalid, reason l4-checksum
  expect none, reassembled 1

story a fragment cut by the capture: the whole is tracked without its checksum
  define [big] client:1000 > server:2000 udp data 1000
  fragment big 0-503 cut 60
    -> held
  [last] fragment big 504-
    -> new, created
  expect entry last, bytes 1028/0

story no room for a fragment
  settings frag-memory=1024
  define [big] client:1000 > server:2000 udp data 3000
  fragment big 0-1479
    -> drop, reason frag-memory

story when room is short the oldest datagram goes
  settings frag-memory=4096
  define [a] client:1000 > server:2000 udp data 3000 ip-id 1
  define [b] client:1000 > server:2000 udp data 3000 ip-id 2
  define [c] client:1000 > server:2000 udp data 3000 ip-id 3
  fragment a 0-1479
    -> held
  fragment b 0-1479
    -> held
  fragment c 0-1479
    -> held
  fragment c 1480-
    -> new, created, out as c
  fragment a 1480-
    -> held

# RFC 3168 section 5.3: not-ECT mixed with ECT is no router's doing.
story fragments that differ in ECN
  define [big] client:1000 > server:2000 udp data 100
  fragment big 0-55 tos 0
    -> held
  fragment big 56- tos 2
    -> drop, reason frag-ecn

story congestion that one fragment met counts for the whole
  define [big] client:1000 > server:2000 udp data 100 tos 2
  define [marked] client:1000 > server:2000 udp data 100 tos 3
  fragment big 0-55 tos 2
    -> held
  fragment big 56- tos 3
    -> new, created, out as marked

story an empty fragment
  define [big] client:1000 > server:2000 udp data 100
  fragment big 56-55 more
    -> drop, reason frag-length

story a datagram of sixteen pieces in disorder
  define [big] client:1000 > server:2000 udp data 120
  fragment big 120-
    -> held
  fragment big 0-7
    -> held
  fragment big 64-71
    -> held
  fragment big 8-15
    -> held
  fragment big 112-119
    -> held
  fragment big 16-63
    -> held
  fragment big 80-111
    -> held
  fragment big 72-79
    -> new, created, out as big

story fragments of an ICMP echo and its reply
  define [p] client > server icmp echo id 7 seq 1 data 100
  define [r] server > client icmp echo-reply id 7 seq 1 data 100
  fragment p 0-55
    -> held
  [ping] fragment p 56-
    -> new, created
  fragment r 56-
    -> held
  fragment r 0-55
    -> established, same as ping

story IP options of the first fragment are those of the whole
  define [big] client:1000 > server:2000 udp data 100 ip-options 01010101
  fragment big 0-55
    -> held
  fragment big 56-
    -> new, created, out as big
