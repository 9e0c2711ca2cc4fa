# SPDX-License-Identifier: Apache-2.0
# action=endpoint-independent-nat: one public port for an inside socket toward everybody, and from
# everybody (RFC 4787).
weir-only the kernel has no such action
host client 192.168.88.10  host client2 192.168.88.11  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host stranger 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story one public port toward all, and anyone reaches it
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp comment=out
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp comment=in
  [one] client:5000 > server:3478 udp data 20
    -> new, created, srcnat, out wan public:5000 > server:3478
  [two] client:5000 > other:3478 udp data 20
    -> new, created, srcnat, out wan public:5000 > other:3478
  server:3478 > public:5000 udp data 20
    -> established, dir reply, same as one, out lan server:3478 > client:5000
  [in] stranger:9 > public:5000 udp data 20
    -> new, created, dstnat, not srcnat, out lan stranger:9 > client:5000, reply client:5000 > stranger:9
  client:5000 > stranger:9 udp data 20
    -> established, dir reply, same as in, out wan public:5000 > stranger:9
  # The same server from another port.
  server:9999 > public:5000 udp data 20
    -> new, created, dstnat, out lan server:9999 > client:5000
  expect counted out 2, counted in 2

story the bytes that come in
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  define [there] stranger:9 > client:5000 udp text "question" ttl 63
  define [back] public:5000 > stranger:9 udp text "answer" ttl 63
  client:5000 > server:3478 udp data 20
    -> new, created, out wan
  stranger:9 > public:5000 udp text "question"
    -> new, created, out as there
  client:5000 > stranger:9 udp text "answer"
    -> established, dir reply, out as back

story without the rule for what comes in nobody new does
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule filter input drop in-interface=wan comment=closed
  [one] client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  [two] client:5000 > other:3478 udp data 20
    -> new, created, out wan public:5000 > other:3478
  stranger:9 > public:5000 udp data 20
    -> new, drop, reason rule-drop, rule closed, no-connection
  other:3478 > public:5000 udp data 20
    -> established, dir reply, same as two, out lan other:3478 > client:5000

story what has no mapping passes the rule by, and does not count
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp comment=in
  rule nat dstnat dst-nat in-interface=wan protocol=udp dst-port=53 to-addresses=client2
  rule nat srcnat endpoint-independent-nat out-interface=wan
  stranger:9 > public:53 udp data 20
    -> new, created, dstnat, out lan stranger:9 > client2:53
  stranger:9 > public:5000 udp data 20
    -> new, created, not dstnat, out local
  expect counted in 0

story TCP and ICMP are not for it
  rule nat srcnat endpoint-independent-nat out-interface=wan comment=out
  rule nat dstnat endpoint-independent-nat in-interface=wan comment=in
  rule nat srcnat masquerade out-interface=wan comment=rest
  client:5000 > server:80 tcp syn seq 1
    -> new, created, out wan public:5000 > server:80
  client > server icmp echo id 7 seq 1
    -> new, created, out wan public > server
  stranger:9 > public:5000 tcp syn seq 1
    -> new, created, not dstnat, out local
  expect counted out 0, counted in 0, counted rest 2

story TCP passes by without another rule
  rule nat srcnat endpoint-independent-nat out-interface=wan
  client:5000 > server:80 tcp syn seq 1
    -> new, created, not srcnat, out wan client:5000 > server:80

story two clients with one port have two
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp to-addresses=198.51.100.1 to-ports=5000-5001
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  # Though the first has no connection to that server.
  client2:5000 > other:3478 udp data 20
    -> new, created, out wan public:5001 > other:3478
  client2:5000 > server:3478 udp data 20
    -> new, created, out wan public:5001 > server:3478
  stranger:9 > public:5001 udp data 20
    -> new, created, out lan stranger:9 > client2:5000
  stranger:9 > public:5000 udp data 20
    -> new, created, out lan stranger:9 > client:5000
  # A third socket has none, whatever its server is.
  client2:7000 > stranger:77 udp data 20
    -> new, drop, reason nat-exhausted, no-connection

story other rules leave a mapped port alone
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp src-address=client
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=5000-5001
  rule nat srcnat masquerade out-interface=wan
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  client2:5000 > other:53 udp data 20
    -> new, created, out wan public:5001 > other:53
  # Of TCP it is free.
  client2:5000 > other:53 tcp syn seq 1
    -> new, created, out wan public:5000 > other:53

story ports at random, but one for all
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp randomise-ports=yes to-addresses=198.51.100.1 to-ports=20000-20000
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:20000 > server:3478
  client:5000 > other:3478 udp data 20
    -> new, created, out wan public:20000 > other:3478

story two inside hosts meet by their public ends
  rule nat srcnat endpoint-independent-nat protocol=udp src-address=192.168.88.0/24 to-addresses=198.51.100.1
  rule nat dstnat endpoint-independent-nat protocol=udp dst-address=public
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  client2:6000 > server:3478 udp data 20
    -> new, created, out wan public:6000 > server:3478
  [pin] client:5000 > public:6000 udp data 20
    -> new, created, srcnat, dstnat, out lan public:5000 > client2:6000
  client2:6000 > public:5000 udp data 20
    -> established, dir reply, same as pin, out lan public:6000 > client:5000

story a mapping outlives its connections by two minutes
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  [one] client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  after 31s
  expect gone one
  after 110s
  stranger:9 > public:5000 udp data 20
    -> new, created, dstnat, out lan stranger:9 > client:5000
  # That one was not answered: it prolongs nothing.
  after 12s
  other:9 > public:5000 udp data 20
    -> new, created, not dstnat, out local

story packets from outside alone do not keep a mapping
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  at 40s
  [in] stranger:9 > public:5000 udp data 20
    -> new, created, dstnat, timeout 30s
  at 60s
  stranger:9 > public:5000 udp data 20
    -> new, same as in, timeout 10s, out lan stranger:9 > client:5000
  at 149s
  [again] stranger:9 > public:5000 udp data 20
    -> new, created, differs from in, dstnat, out lan stranger:9 > client:5000
  # The connection ends with its timeout, and then nobody comes in.
  at 181s
  stranger:9 > public:5000 udp data 20
    -> new, created, not dstnat, out local
  # The client finds its old port free, and has it.
  client:5000 > other:3478 udp data 20
    -> new, created, srcnat, out wan public:5000 > other:3478

story an answer keeps it
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  client:5000 > server:3478 udp data 20
    -> new, created, out wan public:5000 > server:3478
  at 60s
  [in] stranger:9 > public:5000 udp data 20
    -> new, created, dstnat
  at 80s
  client:5000 > stranger:9 udp data 20
    -> established, dir reply, same as in, timeout 30s
  at 109s
  stranger:9 > public:5000 udp data 20
    -> established, same as in, assured, timeout 3m
  at 280s
  other:9 > public:5000 udp data 20
    -> new, created, dstnat, out lan other:9 > client:5000

story rules ask for it
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp
  rule nat srcnat masquerade out-interface=wan
  rule filter forward passthrough connection-nat-state=ein-snat comment=snat
  rule filter forward passthrough connection-nat-state=ein-dnat comment=dnat
  rule filter forward passthrough connection-nat-state=!ein-snat,ein-dnat comment=neither
  client:5000 > server:3478 udp data 20
    -> new, created, out wan
  # Its source is translated behind the filter: from the second packet on.
  server:3478 > public:5000 udp data 20
    -> established, dir reply
  stranger:9 > public:5000 udp data 20
    -> new, created, dstnat
  client:5000 > server:80 tcp syn seq 1
    -> new, created, srcnat
  server:80 > public:5000 tcp syn,ack seq 1 ack 2
    -> established, dir reply
  expect counted snat 1, counted dnat 1, counted neither 3

story the address of the interface that it leaves by
  interface wan2 203.0.113.1/24
  host public2 203.0.113.1
  rule nat srcnat endpoint-independent-nat protocol=udp
  client:5000 > stranger:3478 udp data 20
    -> new, created, out wan public:5000 > stranger:3478
  client:5000 > server:3478 udp data 20
    -> new, created, out wan2 public2:5000 > server:3478
  client:5000 > other:3478 udp data 20
    -> new, created, out wan2 public2:5000 > other:3478

story the router's own socket needs none
  rule nat srcnat endpoint-independent-nat out-interface=wan protocol=udp
  rule nat dstnat endpoint-independent-nat in-interface=wan protocol=udp comment=in
  public:5000 > server:53 udp data 20
    -> new, created, not srcnat, out wan public:5000 > server:53
  stranger:9 > public:5000 udp data 20
    -> new, created, not dstnat, out local
  expect counted in 0
