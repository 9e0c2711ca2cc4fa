# SPDX-License-Identifier: Apache-2.0
# What the engine announces: new, updated, assured, destroyed with the reason.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a TCP connection from beginning to end
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  expect event new syn
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  expect event updated syn
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  expect event assured syn, event updated syn
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10
    -> established
  expect event none
  client:40000 > server:80 tcp fin,ack seq 1011 ack 5001 win 502
    -> established, tcp-state fin-wait
  expect event updated syn
  at 20s
  expect event destroyed syn timeout

story a UDP flow
  at 0s
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  server:2000 > client:1000 udp data 1
    -> established
  expect event new first, event updated first
  at 3s
  client:1000 > server:2000 udp data 1
    -> established, assured
  expect event assured first
  client:1000 > server:2000 udp data 1
    -> established
  expect event none
  at 200s
  expect event destroyed first timeout

story an SCTP association
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  expect event new init, event updated init, event updated init, event assured init, event updated init
  client:1000 > server:2000 sctp tag 9 chunks data:10
    -> established
  expect event none

story a DCCP connection
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  expect event new req, event updated req, event assured req, event updated req

story removed
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  remove first
  expect event new first, event destroyed first removed

story refused by RST
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp rst,ack seq 0 ack 1001
    -> established
  expect event new syn, event destroyed syn reset

story begun anew by a SYN
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established
  expect event new syn, event updated syn, event assured syn, event updated syn, event updated syn
  [second] client:40000 > server:80 tcp syn seq 9000
    -> new, created
  expect event destroyed syn reopened, event new second

story early drop
  settings max-entries=4 max-half-open=2
  2x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  [next] client:2000 > server:53 udp data 1
    -> new, created
  expect event new flow1, event new flow2, event destroyed flow1 early-drop, event new next

story a mark and FastTrack are updates
  [first] client:1000 > server:2000 udp data 1
    -> new, created
  server:2000 > client:1000 udp data 1
    -> established
  expect event new first, event updated first
  mark first 5
  expect event updated first
  fasttrack first
  expect event updated first

story invalid, untracked and dropped packets make no event
  client:40000 > server:80 tcp syn,ack seq 1 ack 1
    -> invalid, reason tcp-not-opener
  client:1 > server:2 udp ip-version 5
    -> drop, reason ip-version
  client:1 > server:2 udp bad-checksum
    -> invalid, reason l4-checksum
  expect event none

story an ICMP error makes no event
  [query] client:1000 > server:53 udp data 1
    -> new, created
  router > client icmp host-unreachable quote query
    -> related
  expect event new query

story a full ring loses events and counts them
  settings event-ring=4
  6x [flow] client:1000+ > server:53 udp data 1
    -> new, created
  expect events-lost 2, event new flow1, event new flow2, event new flow3, event new flow4
  client:2000 > server:53 udp data 1
    -> new, created
  expect events-lost 2

story without a ring there are no events
  settings event-ring=0
  client:1000 > server:53 udp data 1
    -> new, created
  expect event none, events-lost 0
