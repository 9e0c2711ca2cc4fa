# SPDX-License-Identifier: Apache-2.0
# The three examples of "Connection tracking, part 3: State and Examples" (thermalcircle.de), with the
# status bits and timeouts it shows, on the same addresses. Timeouts are those of RouterOS.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

# Figures 7 and 8: ping -c1 10.0.0.2
story ICMP example: one ping
  at 0s
  [ping] client > server icmp echo id 42 seq 1 data 56
    -> new, created, dir original, timeout 10s, status confirmed
  expect event new ping
  at 0.02s
  server > client icmp echo-reply id 42 seq 1 data 56
    -> established, dir reply, same as ping, timeout 10s, status seen-reply confirmed
  expect event updated ping
  expect entry ping, icmp-type 8/0, icmp-id 42, packets 1/1, bytes 84/84, not assured
  at 10s
  expect alive ping
  at 10.1s
  expect gone ping, none, ended timeout 1

story ICMP example: ping again every second keeps the connection
  at 0s
  [ping] client > server icmp echo id 42 seq 1 data 56
    -> new, created
  server > client icmp echo-reply id 42 seq 1 data 56
    -> established, same as ping
  at 1s
  client > server icmp echo id 42 seq 2 data 56
    -> established, dir original, same as ping, timeout 10s, not assured
  server > client icmp echo-reply id 42 seq 2 data 56
    -> established, dir reply, timeout 10s
  at 9s
  client > server icmp echo id 42 seq 3 data 56
    -> established, timeout 10s
  at 18s
  client > server icmp echo id 42 seq 4 data 56
    -> established, same as ping, timeout 10s
  expect connections 1

# Figures 9 and 10: host -t A google.com
story UDP example: a DNS query and its answer
  at 0s
  [query] client:50000 > server:53 udp data 28
    -> new, created, dir original, timeout 30s, status confirmed
  at 0.03s
  server:53 > client:50000 udp data 44
    -> established, dir reply, same as query, timeout 30s, status seen-reply confirmed
  expect entry query, packets 1/1, bytes 56/72
  at 30.1s
  expect gone query, ended timeout 1

# The article's kernel (5.10) sets assured on the third packet; since 6 Linux waits for two seconds.
story UDP example: further packets make it assured
  at 0s
  [query] client:50000 > server:53 udp data 28
    -> new, created, timeout 30s
  server:53 > client:50000 udp data 44
    -> established, timeout 30s
  at 1s
  client:50000 > server:53 udp data 28
    -> established, timeout 30s, status seen-reply confirmed
  at 2.5s
  client:50000 > server:53 udp data 28
    -> established, timeout 3m, status seen-reply assured confirmed

# "host" asks for A, AAAA and MX, each from a socket of its own.
story UDP example: each query has its own connection
  3x [query] client:50000+ > server:53 udp data 28
    -> new, created
  server:53 > client:50001 udp data 44
    -> established, same as query2
  expect connections 3

# Figures 11 to 14: handshake, a request and its answer, the client closes.
story TCP example: from SYN to the end of time-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent, timeout 5s, status confirmed
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv, timeout 5s, status seen-reply confirmed
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, timeout 1d, status seen-reply assured confirmed
  at 1s
  client:40000 > server:80 tcp psh,ack seq 1001 ack 5001 win 502 text "GET / HTTP/1.0\r\n\r\n"
    -> established, tcp-state established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1019 win 509
    -> established, timeout 1d
  server:80 > client:40000 tcp psh,ack seq 5001 ack 1019 win 509 data 512
    -> established, timeout 5m
  client:40000 > server:80 tcp ack seq 1019 ack 5513 win 502
    -> established, timeout 1d
  at 2s
  client:40000 > server:80 tcp fin,ack seq 1019 ack 5513 win 502
    -> established, tcp-state fin-wait, timeout 10s
  server:80 > client:40000 tcp fin,ack seq 5513 ack 1020 win 509
    -> established, tcp-state last-ack, timeout 10s
  client:40000 > server:80 tcp ack seq 1020 ack 5514 win 502
    -> established, tcp-state time-wait, timeout 10s, status seen-reply assured confirmed
  at 12.1s
  expect gone syn, none
