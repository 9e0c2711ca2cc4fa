# SPDX-License-Identifier: Apache-2.0
# Connections whose beginning was not seen: loose-tcp-tracking (RouterOS), nf_conntrack_tcp_loose (Linux).
# A packet that picks one up is new to the rules, though its tcp-state is established.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a connection picked up in mid-stream
  at 0s
  [first] client:40000 > server:80 tcp ack seq 1000 ack 5000 win 500 data 10
    -> new, created, dir original, tcp-state established, timeout 5m, status confirmed
  at 1s
  server:80 > client:40000 tcp ack seq 5000 ack 1010 win 500
    -> established, dir reply, same as first, timeout 5m, status seen-reply confirmed
  client:40000 > server:80 tcp ack seq 1010 ack 5000 win 500
    -> established, dir original, timeout 1d, assured

story without an answer it stays new and lives five minutes
  at 0s
  [first] client:40000 > server:80 tcp ack seq 1000 ack 5000 data 10
    -> new, created, timeout 5m
  at 100s
  client:40000 > server:80 tcp ack seq 1010 ack 5000 data 10
    -> new, same as first, timeout 5m, not assured
  at 401s
  [again] client:40000 > server:80 tcp ack seq 1020 ack 5000 data 10
    -> new, created, differs from first

story who is seen first is the originator
  [first] server:80 > client:40000 tcp ack seq 5000 ack 1000 data 100
    -> new, created, dir original
  client:40000 > server:80 tcp ack seq 1000 ack 5100
    -> established, dir reply, same as first
  expect entry tcp server:80 > client:40000, reply client:40000 > server:80

story with loose-tcp-tracking=no only a SYN opens
  settings loose-tcp-tracking=no
  client:40000 > server:80 tcp ack seq 1000 ack 5000
    -> invalid, reason tcp-loose-off, no-connection, says "mid-stream TCP packet while loose-tcp-tracking=no"
  client:40000 > server:80 tcp psh,ack seq 1000 ack 5000 data 9
    -> invalid, reason tcp-loose-off
  expect none
  client:40000 > server:80 tcp syn seq 1000
    -> new, created

story loose-tcp-tracking turned off while running spares what is there
  [first] client:40000 > server:80 tcp ack seq 1000 ack 5000
    -> new, created
  settings loose-tcp-tracking=no
  server:80 > client:40000 tcp ack seq 5000 ack 1000
    -> established, same as first
  client:40001 > server:80 tcp ack seq 1000 ack 5000
    -> invalid, reason tcp-loose-off

# Whose window scale was not seen is given the benefit of the doubt.
story a picked up connection is not held to its window
  client:40000 > server:80 tcp ack seq 1000 ack 5000 win 10
    -> new, created
  server:80 > client:40000 tcp ack seq 5000 ack 1000 win 10
    -> established
  server:80 > client:40000 tcp ack seq 905000 ack 1000 win 10 data 100
    -> established, tcp-state established
  client:40000 > server:80 tcp ack seq 801000 ack 5000 win 10 data 100
    -> established, tcp-state established

story a FIN closes a picked up connection
  client:40000 > server:80 tcp ack seq 1000 ack 5000
    -> new, created
  server:80 > client:40000 tcp ack seq 5000 ack 1000
    -> established
  client:40000 > server:80 tcp fin,ack seq 1000 ack 5000
    -> established, tcp-state fin-wait, timeout 10s

story an established connection that expired is picked up again
  settings tcp-established-timeout=10m
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, timeout 10m, assured
  at 10m1s
  [late] client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 5
    -> new, created, differs from syn, tcp-state established, timeout 5m
