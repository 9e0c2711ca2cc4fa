# SPDX-License-Identifier: Apache-2.0
# Every timeout of weir/settings.h, set to a value of its own (RouterOS: /ip firewall connection tracking).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story tcp-syn-sent-timeout, tcp-syn-received-timeout, tcp-established-timeout
  settings tcp-syn-sent-timeout=41s tcp-syn-received-timeout=42s tcp-established-timeout=43s
  client:40000 > server:80 tcp syn seq 1000
    -> new, created, timeout 41s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, timeout 42s
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, timeout 43s

story tcp-fin-wait-timeout, tcp-close-wait-timeout, tcp-last-ack-timeout, tcp-time-wait-timeout
  settings tcp-fin-wait-timeout=44s tcp-close-wait-timeout=45s tcp-last-ack-timeout=46s
  settings tcp-time-wait-timeout=47s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait, timeout 44s
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait, timeout 45s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack, timeout 46s
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait, timeout 47s

story tcp-close-timeout
  settings tcp-close-timeout=48s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close, timeout 48s

story tcp-unacked-timeout
  settings tcp-unacked-timeout=49s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 1
    -> established, timeout 49s
  client:40001 > server:80 tcp ack seq 1 ack 1
    -> new, created, tcp-state established, timeout 49s

story tcp-max-retrans-timeout
  settings tcp-max-retrans-timeout=50s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  3x [dup] client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established
  expect entry dup3, timeout 50s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 0
    -> established, timeout 50s

story the shorter timeouts win only if they are shorter
  settings tcp-established-timeout=20s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10
    -> established, timeout 20s
  client:40001 > server:80 tcp ack seq 1 ack 1
    -> new, created, timeout 20s

story udp-timeout and udp-stream-timeout
  settings udp-timeout=11s udp-stream-timeout=1m1s
  at 0s
  client:1000 > server:2000 udp data 1
    -> new, created, timeout 11s
  server:2000 > client:1000 udp data 1
    -> established, timeout 11s
  at 3s
  client:1000 > server:2000 udp data 1
    -> established, timeout 1m1s

story UDP-Lite has those of UDP
  settings udp-timeout=11s udp-stream-timeout=1m1s
  client:1000 > server:2000 udplite data 1
    -> new, created, timeout 11s
  server:2000 > client:1000 udplite data 1
    -> established, timeout 11s
  client:1000 > server:2000 udplite data 1
    -> established, timeout 1m1s

story icmp-timeout, for both families
  settings icmp-timeout=12s
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  client > server icmp echo id 7
    -> new, created, timeout 12s
  client6 > server6 icmp6 echo id 7
    -> new, created, timeout 12s

story generic-timeout
  settings generic-timeout=13s
  client > server ospf data 20
    -> new, created, timeout 13s

story gre-timeout and gre-stream-timeout
  settings gre-timeout=14s gre-stream-timeout=15s
  client > server gre data 20
    -> new, created, timeout 14s
  server > client gre data 20
    -> established, timeout 14s
  client > server gre data 20
    -> established, timeout 15s

story sctp timeouts of a whole association
  settings sctp-closed-timeout=21s sctp-cookie-wait-timeout=22s sctp-cookie-echoed-timeout=23s
  settings sctp-established-timeout=24s sctp-shutdown-sent-timeout=25s sctp-shutdown-ack-sent-timeout=26s
  client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, timeout 21s
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, timeout 22s
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, timeout 23s
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, timeout 24s
  client:1000 > server:2000 sctp tag 9 chunks shutdown
    -> established, timeout 25s
  server:2000 > client:1000 sctp tag 7 chunks shutdown-ack
    -> established, timeout 26s

story sctp-shutdown-received-timeout and sctp-heartbeat-sent-timeout
  settings sctp-shutdown-received-timeout=27s sctp-heartbeat-sent-timeout=28s
  client:1001 > server:2000 sctp tag 9 chunks heartbeat
    -> new, created, timeout 28s
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  server:2000 > client:1000 sctp tag 7 chunks shutdown
    -> established, timeout 27s

story dccp timeouts
  weir-only Linux has no DCCP tracker any more
  settings dccp-request-timeout=31s dccp-respond-timeout=32s dccp-partopen-timeout=33s
  settings dccp-open-timeout=34s dccp-closereq-timeout=35s dccp-closing-timeout=36s dccp-timewait-timeout=37s
  client:1000 > server:2000 dccp request seq 100
    -> new, created, timeout 31s
  server:2000 > client:1000 dccp response seq 500 ack 100
    -> established, timeout 32s
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 33s
  server:2000 > client:1000 dccp data seq 501 data 10
    -> established, timeout 34s
  server:2000 > client:1000 dccp closereq seq 502 ack 101
    -> established, timeout 35s
  client:1000 > server:2000 dccp close seq 102 ack 502
    -> established, timeout 36s
  server:2000 > client:1000 dccp reset seq 503 ack 102
    -> established, timeout 37s

story fractions of a second
  settings icmp-timeout=1.5s
  at 0s
  [ping] client > server icmp echo id 7
    -> new, created
  at 1.4s
  expect alive ping
  at 1.6s
  expect gone ping

story a day and more
  settings generic-timeout=90d
  at 0s
  [first] client > server ospf data 20
    -> new, created, timeout 90d
  at 89d
  client > server ospf data 20
    -> new, same as first, timeout 90d

story a change while running holds from a connection's next packet on
  at 0s
  [ping] client > server icmp echo id 7
    -> new, created
  settings icmp-timeout=1m
  expect entry ping, timeout 10s
  at 5s
  client > server icmp echo id 7
    -> new, same as ping, timeout 1m

story values out of range are refused, and nothing changes
  settings icmp-timeout=20s
  client > server icmp echo id 7
    -> new, created, timeout 20s
  settings icmp-timeout=0s fails out-of-range
  settings udp-timeout=50s icmp-timeout=91d fails out-of-range
  settings max-entries=0 fails out-of-range
  client > server icmp echo id 8
    -> new, created, timeout 20s
  client:1 > server:2 udp
    -> new, created, timeout 30s
