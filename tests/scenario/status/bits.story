# SPDX-License-Identifier: Apache-2.0
# The status bits of a connection and what may be done to it: marks, FastTrack, removal.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story confirmed, seen-reply and assured, one after the other
  [first] client:1000 > server:2000 udplite data 1
    -> new, created, status confirmed
  server:2000 > client:1000 udplite data 1
    -> established, status seen-reply confirmed
  client:1000 > server:2000 udplite data 1
    -> established, status seen-reply assured confirmed
  expect entry first, next-state established, not expected dying srcnat dstnat seq-adjust fasttrack

story the first answer itself is handled without seen-reply
  at 0s
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  expect entry first, next-state new
  at 5s
  server:2000 > client:1000 udp data 1
    -> established, timeout 30s, not assured
  expect entry first, next-state established

story an invalid answer does not set seen-reply
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 9999
    -> invalid, reason tcp-ack-above
  client:40000 > server:80 tcp syn seq 1000
    -> new, same as syn, status confirmed

story an ICMP error does not set seen-reply
  [query] client:1000 > server:53 udp data 1
    -> new, created
  router > client icmp host-unreachable quote query
    -> related
  expect entry query, status confirmed, next-state new

story assured is kept to the end
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  expect entry syn, status seen-reply assured confirmed

story generic and ICMP connections are never assured
  [first] client > server esp data 20
    -> new, created, status confirmed
  3x server > client esp data 20
    -> established
  3x client > server esp data 20
    -> established, status seen-reply confirmed

story a mark
  [first] client:1000 > server:2000 udp data 1
    -> new, created, mark 0
  mark first 7
  server:2000 > client:1000 udp data 1
    -> established, mark 7
  mark first 65535
  expect entry first, mark 65535
  mark first 65536 fails out-of-range
  expect entry first, mark 65535
  mark first 0
  expect entry first, mark 0

story a connection removed: its next packet is a stranger
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  server:2000 > client:1000 udp data 1
    -> established
  remove first
  expect gone first, none, ended removed 1
  remove first fails no-such-item
  mark first 3 fails no-such-item
  fasttrack first fails no-such-item
  [second] client:1000 > server:2000 udp data 1
    -> new, created, differs from first

story an established connection removed is picked up again
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  remove syn
  [again] server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> new, created, dir original, differs from syn, tcp-state established, timeout 5m

story FastTrack needs an answer, and TCP or UDP
  weir-only FastTrack is RouterOS'
  [udp] client:1000 > server:2000 udp data 1
    -> new, created
  fasttrack udp fails invalid-argument
  server:2000 > client:1000 udp data 1
    -> established
  fasttrack udp
  expect entry udp, fasttrack
  [ping] client > server icmp echo id 7
    -> new, created
  server > client icmp echo-reply id 7
    -> established
  fasttrack ping fails invalid-argument

story FastTracked TCP meets no window, but a FIN that fits still ends it
  weir-only FastTrack is RouterOS'
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  fasttrack syn
  at 1h
  client:40000 > server:80 tcp ack seq 900000 ack 5001 win 502 data 100
    -> established, same as syn, tcp-state established, timeout 1d
  server:80 > client:40000 tcp ack seq 800000 ack 1 win 509 data 1000
    -> established, timeout 1d
  expect entry syn, packets 3/2, fasttrack-packets 1/1, status seen-reply assured confirmed fasttrack
  client:40000 > server:80 tcp fin,ack seq 1101 ack 5001 win 502
    -> established, tcp-state fin-wait, timeout 10s
  server:80 > client:40000 tcp fin,ack seq 6001 ack 1102 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1102 ack 6002 win 502
    -> established, tcp-state time-wait, timeout 10s
  expect entry syn, packets 5/3, fasttrack-packets 1/1

story FastTracked UDP is a stream
  weir-only FastTrack is RouterOS'
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  server:2000 > client:1000 udp data 1
    -> established
  fasttrack first
  client:1000 > server:2000 udp data 1
    -> established, timeout 3m
  expect entry first, packets 2/1, bytes 58/29, fasttrack-packets 1/0

story both tuples lead to the same connection
  [first] client:1000 > server:2000 udp data 1
    -> new, created, dir original
  server:2000 > client:1000 udp data 1
    -> established, dir reply, same as first
  client:1000 > server:2000 udp data 1
    -> established, dir original, same as first
  expect entry udp client:1000 > server:2000, reply server:2000 > client:1000, packets 2/1, bytes 58/29

story an id is not used again
  [a] client:1000 > server:2000 udp data 1
    -> new, created
  remove a
  [b] client:1000 > server:2000 udp data 1
    -> new, created, differs from a
  remove b
  [c] client:1000 > server:2000 udp data 1
    -> new, created, differs from a, differs from b
