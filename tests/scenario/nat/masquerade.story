# SPDX-License-Identifier: Apache-2.0
# A home router: everything that leaves by the wan has its address.
host client 192.168.88.10  host client2 192.168.88.11  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story TCP from the handshake to the end
  rule nat srcnat masquerade out-interface=wan comment=home
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created, out wan public:40000 > server:80, via gateway
    -> srcnat, not dstnat, reply server:80 > public:40000
  server:80 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, same as syn, out lan server:80 > client:40000
  client:40000 > server:80 tcp ack seq 1001 ack 5001 data 100
    -> established, out wan public:40000 > server:80, tcp-state established, assured
  server:80 > public:40000 tcp fin,ack seq 5001 ack 1101
    -> established, dir reply, out lan server:80 > client:40000
  client:40000 > server:80 tcp fin,ack seq 1101 ack 5002
    -> established, out wan public:40000 > server:80
  server:80 > public:40000 tcp ack seq 5002 ack 1102
    -> established, dir reply, out lan server:80 > client:40000, tcp-state time-wait
  # The rule is asked about the first packet alone.
  expect counted home 1

story the bytes that leave: address, time to live, checksums, and nothing else
  rule nat srcnat masquerade out-interface=wan
  define [there] public:40000 > server:53 udp text "question" ttl 63
  define [back] server:53 > client:40000 udp text "answer" ttl 63
  client:40000 > server:53 udp text "question"
    -> new, created, out as there
  server:53 > public:40000 udp text "answer"
    -> established, dir reply, out as back

story UDP both ways, and it becomes a stream
  rule nat srcnat masquerade out-interface=wan
  [ask] client:5353 > server:53 udp data 20
    -> new, created, out wan public:5353 > server:53, timeout 30s
  server:53 > public:5353 udp data 60
    -> established, dir reply, same as ask, out lan server:53 > client:5353
  after 3s
  client:5353 > server:53 udp data 20
    -> established, out wan public:5353 > server:53, assured, timeout 3m
  expect entry ask, packets 2/1, bytes 96/88

story ICMP keeps its identifier
  rule nat srcnat masquerade out-interface=wan
  define [there] public > server icmp echo id 7 seq 1 data 8 ttl 63
  define [back] server > client icmp echo-reply id 7 seq 1 data 8 ttl 63
  [ping] client > server icmp echo id 7 seq 1 data 8
    -> new, created, srcnat, out wan public > server, out as there
  server > public icmp echo-reply id 7 seq 1 data 8
    -> established, dir reply, same as ping, out lan server > client, out as back

story two clients ping with one identifier
  rule nat srcnat masquerade out-interface=wan protocol=icmp to-ports=7-8
  define [first-out] public > server icmp echo id 7 seq 1 ttl 63
  define [second-out] public > server icmp echo id 8 seq 1 ttl 63
  define [first-back] server > client icmp echo-reply id 7 seq 1 ttl 63
  define [second-back] server > client2 icmp echo-reply id 7 seq 1 ttl 63
  [one] client > server icmp echo id 7 seq 1
    -> new, created, out as first-out
  [two] client2 > server icmp echo id 7 seq 1
    -> new, created, differs from one, out as second-out
  server > public icmp echo-reply id 8 seq 1
    -> established, dir reply, same as two, out as second-back
  server > public icmp echo-reply id 7 seq 1
    -> established, dir reply, same as one, out as first-back

story a port is kept where it can be
  rule nat srcnat masquerade out-interface=wan
  client:1 > server:80 tcp syn seq 1
    -> new, created, out wan public:1 > server:80
  client:65535 > server:80 tcp syn seq 1
    -> new, created, out wan public:65535 > server:80
  client2:40000 > server:80 tcp syn seq 1
    -> new, created, out wan public:40000 > server:80

story one port serves two clients with different servers
  rule nat srcnat masquerade out-interface=wan
  [one] client:40000 > server:53 udp data 1
    -> new, created, out wan public:40000 > server:53
  [two] client2:40000 > other:53 udp data 1
    -> new, created, out wan public:40000 > other:53
  other:53 > public:40000 udp data 1
    -> established, dir reply, same as two, out lan other:53 > client2:40000
  server:53 > public:40000 udp data 1
    -> established, dir reply, same as one, out lan server:53 > client:40000

story a port that is taken moves
  rule nat srcnat masquerade out-interface=wan
  [one] client:40000 > server:80 tcp syn seq 1
    -> new, created, out wan public:40000 > server:80
  [two] client2:40000 > server:80 tcp syn seq 1
    -> new, created, differs from one, srcnat, out wan public:1024-39999 > server:80

story a port that is taken moves within those that are allowed
  rule nat srcnat masquerade out-interface=wan protocol=tcp to-ports=2000-2001
  [one] client:2000 > server:80 tcp syn seq 1
    -> new, created, out wan public:2000 > server:80
  [two] client2:2000 > server:80 tcp syn seq 1
    -> new, created, out wan public:2001 > server:80, reply server:80 > public:2001
  server:80 > public:2001 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as two, out lan server:80 > client2:2000
  server:80 > public:2000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as one, out lan server:80 > client:2000

story a port below 512 moves to one below 512
  rule nat srcnat masquerade out-interface=wan
  client:123 > server:123 udp data 48
    -> new, created, out wan public:123 > server:123
  client2:123 > server:123 udp data 48
    -> new, created, out wan public:1-511 > server:123

story a port from 512 to 1023 moves to one from 600 to 1023
  rule nat srcnat masquerade out-interface=wan
  client:700 > server:2049 tcp syn seq 1
    -> new, created, out wan public:700 > server:2049
  client2:700 > server:2049 tcp syn seq 1
    -> new, created, out wan public:600-1023 > server:2049

story a client that moved once keeps its new port toward others
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=2000-2001
  client:2000 > server:53 udp data 1
    -> new, created, out wan public:2000 > server:53
  client:3000 > server:53 udp data 1
    -> new, created, out wan public:2001 > server:53
  client:3000 > other:53 udp data 1
    -> new, created, out wan public:2001 > other:53

story no port is left: dropped, and nothing remains
  rule nat srcnat masquerade out-interface=wan protocol=tcp to-ports=2000
  client:1111 > server:80 tcp syn seq 1
    -> new, created, out wan public:2000 > server:80
  client:2222 > server:80 tcp syn seq 1
    -> new, drop, reason nat-exhausted, no-connection
  expect connections 1
  # Toward another server the port is free.
  client:2222 > other:80 tcp syn seq 1
    -> new, created, out wan public:2000 > other:80

story a port comes free when its connection ends
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=2000
  client:1111 > server:53 udp data 1
    -> new, created, out wan public:2000 > server:53
  client:2222 > server:53 udp data 1
    -> new, drop, reason nat-exhausted
  after 31s
  client:2222 > server:53 udp data 1
    -> new, created, out wan public:2000 > server:53

story what the router sends itself has its port first
  rule nat srcnat masquerade out-interface=wan src-address=192.168.88.0/24
  [own] public:5000 > server:53 udp data 1
    -> new, created, out wan public:5000 > server:53, not srcnat
  [client] client:5000 > server:53 udp data 1
    -> new, created, srcnat, out wan public:1024-65535 > server:53
  server:53 > public:5000 udp data 1
    -> established, dir reply, same as own, out local server:53 > public:5000

story no rule is for it, but its tuple is taken: it moves all the same
  rule nat srcnat masquerade out-interface=wan src-address=192.168.88.0/24
  [client] client:5000 > server:53 udp data 1
    -> new, created, out wan public:5000 > server:53
  [own] public:5000 > server:53 udp data 1
    -> new, created, srcnat, out wan public:1024-65535 > server:53
  server:53 > public:5000 udp data 1
    -> established, dir reply, same as client, out lan server:53 > client:5000

story an accept before it is an exception
  rule nat srcnat accept dst-address=203.0.113.96/28 comment=except
  rule nat srcnat masquerade out-interface=wan comment=home
  client:1 > other:80 tcp syn seq 1
    -> new, created, not srcnat, out wan client:1 > other:80
  client:1 > server:80 tcp syn seq 1
    -> new, created, srcnat, out wan public:1 > server:80
  expect counted except 1, counted home 1

story inside the network nothing is translated
  rule nat srcnat masquerade out-interface=wan
  client:40000 > router:53 udp data 9
    -> new, created, not srcnat, out local client:40000 > router:53
  router:53 > client:40000 udp data 9
    -> established, dir reply, out lan router:53 > client:40000

story the reply of another host does not reach the client
  rule nat srcnat masquerade out-interface=wan
  [flow] client:40000 > server:53 udp data 1
    -> new, created, out wan public:40000 > server:53
  other:53 > public:40000 udp data 1
    -> new, created, differs from flow, out local other:53 > public:40000
  server:54 > public:40000 udp data 1
    -> new, created, differs from flow, out local server:54 > public:40000

story a reset outside the window takes no mapping away
  rule nat srcnat masquerade out-interface=wan
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established
  server:80 > public:40000 tcp rst seq 4000 win 0
    -> invalid, reason tcp-rst-seq, dir reply
  expect alive syn, entry syn, tcp-state established
  server:80 > public:40000 tcp ack seq 5001 ack 1001 data 10
    -> established, dir reply, out lan server:80 > client:40000

story a reset inside the window ends it
  rule nat srcnat masquerade out-interface=wan
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > public:40000 tcp rst,ack seq 0 ack 1001 win 0
    -> established, dir reply, out lan server:80 > client:40000
  expect gone syn

story what is invalid is not translated
  rule nat srcnat masquerade out-interface=wan comment=home
  client:40000 > server:80 tcp syn,fin seq 1
    -> invalid, reason tcp-flags, no-connection, out wan client:40000 > server:80
  client:40000 > server:80 tcp rst seq 1
    -> invalid, reason tcp-not-opener, no-connection, out wan client:40000 > server:80
  client > server icmp echo-reply id 1
    -> invalid, reason icmp-type, no-connection, out wan client > server
  client:5 > server:53 udp data 4 bad-checksum
    -> invalid, reason l4-checksum, no-connection, out wan client:5 > server:53
  expect none, counted home 0

story UDP without a checksum stays without one
  rule nat srcnat masquerade out-interface=wan
  define [there] public:1000 > server:53 udp data 7 checksum none ttl 63
  define [back] server:53 > client:1000 udp data 7 checksum none ttl 63
  client:1000 > server:53 udp data 7 checksum none
    -> new, created, out as there
  server:53 > public:1000 udp data 7 checksum none
    -> established, dir reply, out as back

story fragments are put together and translated
  rule nat srcnat masquerade out-interface=wan
  define [big] client:1000 > server:53 udp data 2000 ip-id 9
  define [there] public:1000 > server:53 udp data 2000 ip-id 9 ttl 63
  define [answer] server:53 > public:1000 udp data 1600 ip-id 5
  define [back] server:53 > client:1000 udp data 1600 ip-id 5 ttl 63
  fragment big 1480-
    -> held
  fragment big 0-1479
    -> new, created, out wan public:1000 > server:53, out as there
  fragment answer 0-799
    -> held
  fragment answer 800-
    -> established, dir reply, out lan server:53 > client:1000, out as back

story GRE has no port: the second client is refused
  rule nat srcnat masquerade out-interface=wan
  [one] client > server gre protocol 0x0800 data 20
    -> new, created, out wan public > server
  client2 > server gre protocol 0x0800 data 20
    -> new, drop, reason nat-exhausted, no-connection
  server > public gre protocol 0x0800 data 20
    -> established, dir reply, same as one, out lan server > client

story an SCTP association
  rule nat srcnat masquerade out-interface=wan
  define [there] public:1000 > server:2905 sctp tag 0 chunks init:7 ttl 63
  client:1000 > server:2905 sctp tag 0 chunks init:7
    -> new, created, out as there

story a DCCP connection
  rule nat srcnat masquerade out-interface=wan
  define [dccp] public:1000 > server:5001 dccp request seq 1 service 5 ttl 63
  client:1000 > server:5001 dccp request seq 1 service 5
    -> new, created, out as dccp
