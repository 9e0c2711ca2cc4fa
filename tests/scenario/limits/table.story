# SPDX-License-Identifier: Apache-2.0
# The bounds of the table: max-entries, and apart from it the bound of connections that are not assured.
# The oldest of those makes room; an assured connection never does.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1
weir-only Linux picks its victims by hash bucket, and counts for the whole machine

story the oldest half-open connection makes room
  settings max-entries=4 max-half-open=4
  4x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  expect connections 4, half-open 4
  [fifth] client:2000 > server:53 udp data 1
    -> new, created
  expect connections 4, ended early-drop 1, gone flow1, alive flow2, alive flow4, alive fifth
  [sixth] client:2001 > server:53 udp data 1
    -> new, created
  expect connections 4, ended early-drop 2, gone flow2, alive flow3

story an assured connection is never evicted
  settings max-entries=4 max-half-open=4
  3x [tcp] client:40000+ > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40001 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40001 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40002 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40002 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  [udp] client:1000 > server:53 udp data 1
    -> new, created
  [next] client:1001 > server:53 udp data 1
    -> new, created
  expect connections 4, gone udp, alive tcp1, alive tcp2, alive tcp3, alive next

story a table full of assured connections takes no more
  settings max-entries=3 max-half-open=3
  3x [tcp] client:40000+ > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40001 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40001 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40002 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40002 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  client:1000 > server:53 udp data 1
    -> drop, reason table-full, says "connection table full: 3 entries, none of them unassured"
  expect connections 3, count table-full 1
  # Those that are there go on.
  client:40000 > server:80 tcp ack seq 1001 ack 5001 data 10
    -> established, same as tcp1

story a place that became free is used
  settings max-entries=3 max-half-open=3
  3x [tcp] client:40000+ > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40001 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40001 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40002 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40002 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  client:1000 > server:53 udp data 1
    -> drop, reason table-full
  remove tcp2
  client:1000 > server:53 udp data 1
    -> new, created

story a connection that expired makes room
  settings max-entries=3 max-half-open=3 tcp-established-timeout=30s
  at 0s
  3x [tcp] client:40000+ > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40001 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40001 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40002 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40002 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  at 31s
  client:1000 > server:53 udp data 1
    -> new, created
  expect connections 1, ended timeout 3, ended early-drop 0

story half-open connections have a bound of their own
  settings max-entries=100 max-half-open=2
  3x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  expect connections 2, half-open 2, gone flow1, alive flow2, alive flow3

story by itself half of the table is for half-open connections
  settings max-entries=10
  9x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  expect connections 5, half-open 5, ended early-drop 4, gone flow4, alive flow5

story what becomes assured leaves the half-open ones
  settings max-entries=100 max-half-open=2
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  expect half-open 0
  2x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  expect connections 3, half-open 2, alive flow1

story a flood of SYNs leaves assured connections alone
  settings max-entries=100
  3x [tcp] client:40000+ > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40001 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40001 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  server:80 > client:40002 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40002 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  1000x client:1000+ > server:80 tcp syn seq 1
    -> new, created
  expect connections 53, half-open 50, ended early-drop 950, alive tcp1, alive tcp2, alive tcp3
  expect peak 53

story a new bound holds from the next connection on
  4x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  settings max-entries=2 max-half-open=2
  expect connections 4
  [next] client:2000 > server:53 udp data 1
    -> new, created
  expect gone flow1, alive next

story a known connection needs no room
  settings max-entries=1 max-half-open=1
  [first] client:1000 > server:53 udp data 1
    -> new, created
  server:53 > client:1000 udp data 1
    -> established, same as first
  expect connections 1, ended early-drop 0

story both families share the table
  settings max-entries=2 max-half-open=2
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  [a] client:1000 > server:53 udp data 1
    -> new, created
  [b] client6:1000 > server6:53 udp data 1
    -> new, created
  [c] client6:1001 > server6:53 udp data 1
    -> new, created
  expect connections 2, connections-v6 2, gone a
