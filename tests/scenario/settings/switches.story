# SPDX-License-Identifier: Apache-2.0
# The switches of connection tracking: enabled=auto|yes|no and the TCP ones (see also tcp/midstream.story).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story enabled=no: every packet is untracked
  settings enabled=no
  client:40000 > server:80 tcp syn seq 1000
    -> untracked, no-connection
  client:1000 > server:2000 udp data 1
    -> untracked
  client > server icmp echo id 7
    -> untracked
  expect none, state untracked 3

story enabled=no: what is malformed stays so
  settings enabled=no
  client:1 > server:2 udp ip-version 5
    -> drop, reason ip-version

story enabled=auto tracks once something needs it
  settings enabled=auto needed=no
  client:1000 > server:2000 udp data 1
    -> untracked
  settings needed=yes
  client:1000 > server:2000 udp data 1
    -> new, created

story enabled=yes needs nobody
  settings enabled=yes needed=no
  client:1000 > server:2000 udp data 1
    -> new, created

story turned off while running: the entries stay until they expire
  at 0s
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  settings enabled=no
  client:1000 > server:2000 udp data 1
    -> untracked, no-connection
  expect entry first, packets 1/0
  at 31s
  expect gone first, none

story turned off and on again: the connection is still known
  at 0s
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  settings enabled=no
  server:2000 > client:1000 udp data 1
    -> untracked
  settings enabled=yes
  server:2000 > client:1000 udp data 1
    -> established, same as first

story liberal-tcp-tracking turned on while running
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 900000 ack 5001 win 502
    -> invalid, reason tcp-seq-above
  settings liberal-tcp-tracking=yes
  client:40000 > server:80 tcp ack seq 900000 ack 5001 win 502
    -> established
