# SPDX-License-Identifier: Apache-2.0
# ICMP errors are related to the connection that they quote (RFC 5508 section 7, RFC 5927). They change
# nothing there: no state, no timeout, no counter.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1  host other 192.168.1.77

story port unreachable about a UDP packet
  at 0s
  [query] client:1000 > server:53 udp data 20
    -> new, created, timeout 30s
  at 5s
  server > client icmp port-unreachable quote query
    -> related, dir reply, same as query, timeout 25s, not seen-reply
  expect entry query, packets 1/0, bytes 48/0
  expect connections 1
  # Nothing was answered: the next packet is still new.
  client:1000 > server:53 udp data 20
    -> new, same as query

story an error from a router on the way
  [query] client:1000 > server:53 udp data 20
    -> new, created
  router > client icmp time-exceeded quote query
    -> related, dir reply, same as query
  router > client icmp host-unreachable quote query
    -> related, same as query
  router > client icmp source-quench quote query
    -> related, same as query
  router > client icmp parameter-problem pointer 20 quote query
    -> related, same as query
  router > client icmp redirect gateway router quote query
    -> related, same as query

story an error about an answer travels in the original direction
  [query] client:1000 > server:53 udp data 20
    -> new, created
  [answer] server:53 > client:1000 udp data 20
    -> established
  client > server icmp port-unreachable quote answer
    -> related, dir original, same as query

story fragmentation needed about a TCP segment
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  [data] client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 1400 df
    -> established, timeout 5m
  router > client icmp fragmentation-needed mtu 1280 quote data bytes 28
    -> related, dir reply, same as syn, tcp-state established, timeout 5m

story an error about a SYN
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  router > client icmp host-unreachable quote syn
    -> related, same as syn, tcp-state syn-sent
  expect alive syn

story an error about a ping, from both sides
  [ping] client > server icmp echo id 7 seq 1 data 20
    -> new, created
  router > client icmp host-unreachable quote ping
    -> related, dir reply, same as ping
  [pong] server > client icmp echo-reply id 7 seq 1 data 20
    -> established
  client > server icmp port-unreachable quote pong
    -> related, dir original, same as ping

story an error about a connection that nobody knows
  define [ghost] client:1 > server:2 udp data 20
  router > client icmp port-unreachable quote ghost
    -> invalid, reason icmp-no-connection, no-connection
  expect none

story an error sent to a host that it does not concern
  [query] client:1000 > server:53 udp data 20
    -> new, created
  router > other icmp port-unreachable quote query
    -> invalid, reason icmp-misdirected, says "ICMP error 3 sent to a host it does not concern"

story an error about an error
  [query] client:1000 > server:53 udp data 20
    -> new, created
  [error] router > client icmp port-unreachable quote query
    -> related
  client > router icmp time-exceeded quote error
    -> invalid, reason icmp-quote

story a quote of 28 bytes is enough, one that ends before the ports is not
  [query] client:1000 > server:53 udp data 20
    -> new, created
  router > client icmp port-unreachable quote query bytes 28
    -> related, same as query
  router > client icmp port-unreachable quote query bytes 24
    -> related, same as query
  router > client icmp port-unreachable quote query bytes 23
    -> invalid, reason icmp-quote
  router > client icmp port-unreachable quote query bytes 19
    -> invalid, reason icmp-quote
  router > client icmp port-unreachable quote query bytes 0
    -> invalid, reason icmp-quote, says "ICMP error 3 quotes no usable packet"

story a quoted ping needs its identifier
  [ping] client > server icmp echo id 7
    -> new, created
  router > client icmp port-unreachable quote ping bytes 28
    -> related, same as ping
  router > client icmp port-unreachable quote ping bytes 27
    -> invalid, reason icmp-quote

story a quote with IP options
  [query] client:1000 > server:53 udp data 20 ip-options 01010101
    -> new, created
  router > client icmp port-unreachable quote query bytes 32
    -> related, same as query
  router > client icmp port-unreachable quote query bytes 26
    -> invalid, reason icmp-quote

story a quote of a later fragment names no ports
  define [big] client:1000 > server:53 udp data 100
  fragment big 0-55
    -> held
  [rest] fragment big 56-
    -> new, created
  router > client icmp time-exceeded code 1 quote rest
    -> invalid, reason icmp-quote

story the quoted packet may have lost its checksum and its TTL
  [query] client:1000 > server:53 udp data 20
    -> new, created
  define [worn] client:1000 > server:53 udp data 20 ttl 1 bad-ip-checksum checksum 0xdead
  router > client icmp time-exceeded quote worn
    -> related, same as query

story an error with a bad checksum
  [query] client:1000 > server:53 udp data 20
    -> new, created
  router > client icmp port-unreachable quote query bad-checksum
    -> invalid, reason l4-checksum

story an error after the connection expired
  at 0s
  [query] client:1000 > server:53 udp data 20
    -> new, created
  at 31s
  router > client icmp port-unreachable quote query
    -> invalid, reason icmp-no-connection

story errors about SCTP, GRE and other protocols
  [gre] client > server gre data 20
    -> new, created
  router > client icmp host-unreachable quote gre
    -> related, same as gre
  [esp] client > server esp payload 0000000100000001 data 20
    -> new, created
  router > client icmp host-unreachable quote esp bytes 20
    -> related, same as esp
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created
  router > client icmp host-unreachable quote init bytes 28
    -> related, same as init

story IPv6 errors
  host client6 2001:db8:1::2  host server6 2001:db8:2::2  host router6 2001:db8:1::1  host other6 2001:db8:1::77
  [query] client6:1000 > server6:53 udp data 20
    -> new, created
  router6 > client6 icmp6 no-route quote query
    -> related, dir reply, same as query
  router6 > client6 icmp6 too-big mtu 1280 quote query
    -> related, same as query
  router6 > client6 icmp6 time-exceeded quote query
    -> related, same as query
  router6 > client6 icmp6 parameter-problem pointer 6 quote query bytes 48
    -> related, same as query
  server6 > client6 icmp6 port-unreachable quote query bytes 43
    -> invalid, reason icmp-quote
  router6 > other6 icmp6 no-route quote query
    -> invalid, reason icmp-misdirected

story an IPv6 error about a packet with extension headers
  host client6 2001:db8:1::2  host server6 2001:db8:2::2  host router6 2001:db8:1::1
  [query] client6:1000 > server6:53 udp data 20 ext hop-by-hop,dest:16
    -> new, created
  router6 > client6 icmp6 too-big mtu 1280 quote query
    -> related, same as query
  # It ends in the destination options.
  router6 > client6 icmp6 too-big mtu 1280 quote query bytes 52
    -> invalid, reason icmp-quote

story an ICMPv6 error type of the future is an error too
  host client6 2001:db8:1::2  host server6 2001:db8:2::2  host router6 2001:db8:1::1
  [query] client6:1000 > server6:53 udp data 20
    -> new, created
  router6 > client6 icmp6 type 100 quote query
    -> related, same as query
