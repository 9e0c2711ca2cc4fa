# SPDX-License-Identifier: Apache-2.0
# FastTracked connections pass the rules by.
weir-only Linux has no FastTrack
host client 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254  host server 203.0.113.80
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story from the second packet on
  rule filter forward fasttrack-connection connection-state=established comment=fast
  rule filter forward accept connection-state=established comment=slow
  rule filter forward drop connection-state=!new comment=rest
  [ask] client:4000 > server:53 udp data 4
    -> new, created, not fasttrack
  server:53 > client:4000 udp data 4
    -> established, dir reply, fasttrack, out lan
  client:4000 > server:53 udp data 4
    -> established, fast-path, out wan, via gateway
  server:53 > client:4000 udp data 4
    -> established, dir reply, fast-path, out lan
  expect entry ask, packets 2/2, fasttrack-packets 1/1
  expect counted fast 1, counted slow 1, counted rest 0

story translated all the same
  rule filter forward fasttrack-connection connection-state=established comment=fast
  rule nat srcnat masquerade out-interface=wan
  define [there] public:4000 > server:53 udp data 9 ttl 63
  define [back] server:53 > client:4000 udp data 9 ttl 63
  client:4000 > server:53 udp data 9
    -> new, created, out as there
  server:53 > public:4000 udp data 9
    -> established, dir reply, fasttrack, out as back
  client:4000 > server:53 udp data 9
    -> established, fast-path, out as there
  server:53 > public:4000 udp data 9
    -> established, dir reply, fast-path, out as back
  expect counted fast 1

story ICMP is never FastTracked
  rule filter forward fasttrack-connection connection-state=established comment=fast
  client > server icmp echo id 1
    -> new, created
  server > client icmp echo-reply id 1
    -> established, dir reply, not fasttrack
  client > server icmp echo id 1 seq 2
    -> established, not fasttrack

story the end of a TCP connection is seen
  rule filter forward fasttrack-connection connection-state=established
  [syn] client:4000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:4000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:4000 > server:80 tcp ack seq 1001 ack 5001
    -> established, fasttrack
  client:4000 > server:80 tcp fin,ack seq 1001 ack 5001
    -> established, tcp-state fin-wait
  server:80 > client:4000 tcp fin,ack seq 5001 ack 1002
    -> established, dir reply, tcp-state last-ack
  client:4000 > server:80 tcp ack seq 1002 ack 5002
    -> established, tcp-state time-wait

story a packet whose time to live is over is answered
  rule filter forward fasttrack-connection connection-state=established
  client:4000 > server:53 udp data 4
    -> new, created
  server:53 > client:4000 udp data 4
    -> established, dir reply, fasttrack
  host router 192.168.88.1
  client:4000 > server:53 udp data 4 ttl 1
    -> established, drop, reason ttl-expired, answer icmp 11/0 router > client
