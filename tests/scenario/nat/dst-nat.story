# SPDX-License-Identifier: Apache-2.0
# Destinations translated: servers behind the router, redirect, netmap, hairpin.
host client 192.168.88.10  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
host public18 198.51.100.18  host inside2 192.168.88.2
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story to another port
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web to-ports=8080
  [syn] other:5000 > public:80 tcp syn seq 1
    -> new, created, out lan other:5000 > web:8080, dstnat, not srcnat, reply web:8080 > other:5000
  web:8080 > other:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as syn, out wan public:80 > other:5000
  other:5000 > public:80 tcp ack seq 2 ack 10 data 5
    -> established, out lan other:5000 > web:8080, assured

story the bytes that arrive
  rule nat dstnat dst-nat protocol=udp dst-port=53 to-addresses=web to-ports=5353
  define [there] other:5000 > web:5353 udp text "question" ttl 63
  define [back] public:53 > other:5000 udp text "answer" ttl 63
  other:5000 > public:53 udp text "question"
    -> new, created, out as there
  web:5353 > other:5000 udp text "answer"
    -> established, dir reply, out as back

story without a port: the port stays
  rule nat dstnat dst-nat protocol=tcp in-interface=wan to-addresses=web
  other:5000 > public:443 tcp syn seq 1
    -> new, created, out lan other:5000 > web:443
  web:443 > other:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, out wan public:443 > other:5000

story only the port
  rule nat dstnat dst-nat protocol=tcp dst-port=80 to-ports=8080
  client:5000 > server:80 tcp syn seq 1
    -> new, created, dstnat, out wan client:5000 > server:8080

story ping is translated too
  rule nat dstnat dst-nat protocol=icmp in-interface=wan to-addresses=web
  define [there] other > web icmp echo id 5 seq 1 ttl 63
  define [back] public > other icmp echo-reply id 5 seq 1 ttl 63
  other > public icmp echo id 5 seq 1
    -> new, created, out as there
  web > other icmp echo-reply id 5 seq 1
    -> established, dir reply, out as back

story an accept before it is an exception
  rule nat dstnat accept src-address=other comment=except
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web comment=web
  other:5000 > public:80 tcp syn seq 1
    -> new, created, not dstnat, out local other:5000 > public:80
  server:5000 > public:80 tcp syn seq 1
    -> new, created, dstnat, out lan server:5000 > web:80
  expect counted except 1, counted web 1

story what the server begins itself is no answer
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web
  rule nat srcnat masquerade out-interface=wan
  [syn] other:5000 > public:80 tcp syn seq 1
    -> new, created, out lan other:5000 > web:80, dstnat, not srcnat
  web:9999 > other:5000 tcp syn seq 1
    -> new, created, differs from syn, srcnat, not dstnat, out wan public:9999 > other:5000

story source and destination at once
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web to-ports=8080
  rule nat srcnat src-nat dst-address=web to-addresses=router
  [syn] other:5000 > public:80 tcp syn seq 1
    -> new, created, srcnat, dstnat, out lan router:5000 > web:8080, reply web:8080 > router:5000
  web:8080 > router:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as syn, out wan public:80 > other:5000

story rules behind it see the new destination
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web to-ports=8080
  rule filter forward accept connection-nat-state=dstnat dst-address=web dst-port=8080 protocol=tcp comment=pass
  rule filter forward accept connection-state=established
  rule filter forward drop comment=rest
  other:5000 > public:80 tcp syn seq 1
    -> new, created, out lan other:5000 > web:8080
  web:8080 > other:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, out wan public:80 > other:5000
  other:5001 > web:8080 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest, no-connection
  expect counted pass 1, counted rest 1

story a rejected packet is answered as from where it was sent to
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web to-ports=8080
  rule filter forward reject reject-with=tcp-reset protocol=tcp comment=no
  other:5000 > public:80 tcp syn seq 1
    -> new, drop, reason rule-reject, rule no, answer reset public:80 > other:5000

story redirect: to the router itself
  rule nat dstnat redirect protocol=udp dst-port=53 in-interface=lan
  define [there] client:5000 > router:53 udp text "question"
  [ask] client:5000 > server:53 udp text "question"
    -> new, created, dstnat, out local client:5000 > router:53, out as there
  define [back] server:53 > client:5000 udp text "answer"
  router:53 > client:5000 udp text "answer"
    -> established, dir reply, same as ask, out lan server:53 > client:5000, out as back

story redirect to another port
  rule nat dstnat redirect protocol=tcp dst-port=80 in-interface=lan to-ports=8080
  client:5000 > server:80 tcp syn seq 1
    -> new, created, out local client:5000 > router:8080
  router:8080 > client:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, out lan server:80 > client:5000

story hairpin: a client reaches its neighbour by the public address
  rule nat dstnat dst-nat protocol=tcp dst-port=80 dst-address=public to-addresses=web
  rule nat srcnat masquerade src-address=192.168.88.0/24 out-interface=lan
  [syn] client:5000 > public:80 tcp syn seq 1
    -> new, created, srcnat, dstnat, out lan router:5000 > web:80
  web:80 > router:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as syn, out lan public:80 > client:5000
  client:5000 > public:80 tcp ack seq 2 ack 10
    -> established, out lan router:5000 > web:80, tcp-state established

story hairpin without src-nat: the neighbour answers past the router
  rule nat dstnat dst-nat protocol=tcp dst-port=80 dst-address=public to-addresses=web
  [syn] client:5000 > public:80 tcp syn seq 1
    -> new, created, dstnat, not srcnat, out lan client:5000 > web:80
  # The client knows nothing of web and resets what it is told; through the router only this comes.
  after 1s
  client:5000 > public:80 tcp syn seq 1
    -> new, same as syn, out lan client:5000 > web:80, not seen-reply, tcp-state syn-sent

story netmap: a prefix for a prefix, both ways
  rule nat dstnat netmap dst-address=198.51.100.16/28 to-addresses=192.168.88.0/28
  rule nat srcnat netmap src-address=192.168.88.0/28 out-interface=wan to-addresses=198.51.100.16/28
  [in] other:5000 > public18:22 tcp syn seq 1
    -> new, created, dstnat, out lan other:5000 > inside2:22
  inside2:22 > other:5000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as in, out wan public18:22 > other:5000
  [out] inside2:6000 > other:80 tcp syn seq 1
    -> new, created, srcnat, out wan public18:6000 > other:80
  other:80 > public18:6000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as out, out lan other:80 > inside2:6000

story a fragmented request
  rule nat dstnat dst-nat protocol=udp dst-port=53 to-addresses=web to-ports=5353
  define [big] other:5000 > public:53 udp data 2000 ip-id 3
  define [there] other:5000 > web:5353 udp data 2000 ip-id 3 ttl 63
  fragment big 0-1479
    -> held
  fragment big 1480-
    -> new, created, out lan other:5000 > web:5353, out as there

story two public ports lead to one: the second client's source moves
  rule nat dstnat dst-nat protocol=tcp dst-port=80,81 in-interface=wan to-addresses=web to-ports=8080
  [one] other:5000 > public:80 tcp syn seq 1
    -> new, created, out lan other:5000 > web:8080
  [two] other:5000 > public:81 tcp syn seq 1
    -> new, created, differs from one, srcnat, dstnat, out lan other:1024-65535 > web:8080

story what the router sends itself is translated in chain output
  rule nat output dst-nat protocol=udp dst-port=53 to-addresses=web
  [ask] public:5000 > server:53 udp data 4
    -> new, created, dstnat, out lan public:5000 > web:53
  web:53 > public:5000 udp data 4
    -> established, dir reply, same as ask, out local server:53 > public:5000

story TTL over behind the translation: told of the packet as it was sent
  rule nat dstnat dst-nat protocol=tcp dst-port=80 in-interface=wan to-addresses=web
  other:5000 > public:80 tcp syn seq 1 ttl 1
    -> new, drop, reason ttl-expired, answer icmp 11/0 public > other, no-connection
  expect none
