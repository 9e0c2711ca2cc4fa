# SPDX-License-Identifier: Apache-2.0
# ICMP errors about translated connections: inside, each host reads of the packet it sent.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
rule nat srcnat masquerade out-interface=wan
rule nat dstnat dst-nat protocol=udp dst-port=80 in-interface=wan to-addresses=web to-ports=8080

story the server says that its port is closed
  [ask] client:40000 > server:53 udp data 10
    -> new, created
  define [wire] public:40000 > server:53 udp data 10 ttl 63
  define [sent] client:40000 > server:53 udp data 10 ttl 63
  define [read] server > client icmp port-unreachable quote sent ttl 63
  server > public icmp port-unreachable quote wire
    -> related, dir reply, same as ask, out lan server > client, out as read

story a router on the way says that the packet is too long
  [ask] client:40000 > server:80 tcp syn seq 1
    -> new, created
  define [wire] public:40000 > server:80 tcp syn seq 1 ttl 63
  define [sent] client:40000 > server:80 tcp syn seq 1 ttl 63
  define [read] hop > client icmp fragmentation-needed mtu 1400 quote sent ttl 63
  hop > public icmp fragmentation-needed mtu 1400 quote wire
    -> related, dir reply, same as ask, out lan hop > client, out as read

story the quote is cut to eight bytes
  client:40000 > server:80 tcp syn seq 1
    -> new, created
  define [wire] public:40000 > server:80 tcp syn seq 1 ttl 63
  define [sent] client:40000 > server:80 tcp syn seq 1 ttl 63
  define [read] hop > client icmp time-exceeded quote sent bytes 28 ttl 63
  hop > public icmp time-exceeded quote wire bytes 28
    -> related, dir reply, out lan hop > client, out as read

story about a ping
  client > server icmp echo id 9 seq 1
    -> new, created
  define [wire] public > server icmp echo id 9 seq 1 ttl 63
  define [sent] client > server icmp echo id 9 seq 1 ttl 63
  define [read] hop > client icmp host-unreachable quote sent ttl 63
  hop > public icmp host-unreachable quote wire
    -> related, dir reply, out as read

story the client refuses an answer: the error leaves as from the router
  client:40000 > server:53 udp data 10
    -> new, created
  [answer] server:53 > public:40000 udp data 5
    -> established, dir reply
  define [got] server:53 > client:40000 udp data 5 ttl 63
  define [sent] server:53 > public:40000 udp data 5 ttl 63
  define [read] public > server icmp port-unreachable quote sent ttl 63
  client > server icmp port-unreachable quote got
    -> related, out wan public > server, out as read

story the server behind dst-nat has no such port
  [ask] other:5000 > public:80 udp data 3
    -> new, created, out lan other:5000 > web:8080
  define [got] other:5000 > web:8080 udp data 3 ttl 63
  define [sent] other:5000 > public:80 udp data 3 ttl 63
  define [read] public > other icmp port-unreachable quote sent ttl 63
  web > other icmp port-unreachable quote got
    -> related, dir reply, same as ask, out wan public > other, out as read

story an error about nothing that was sent goes to the router
  define [forged] public:1234 > server:53 udp data 3
  server > public icmp port-unreachable quote forged
    -> invalid, reason icmp-no-connection, no-connection, out local server > public

story a redirect about a translated connection goes no further
  client:40000 > server:53 udp data 10
    -> new, created
  define [wire] public:40000 > server:53 udp data 10 ttl 63
  gateway > public icmp redirect gateway hop quote wire
    -> related, dir reply, drop, reason nat-redirect
