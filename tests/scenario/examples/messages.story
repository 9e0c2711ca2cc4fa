# SPDX-License-Identifier: Apache-2.0
# Messages: how a story writes what packets carry, and values that it does not foretell.
host client 192.168.1.2  host server 10.0.0.2

story text, escapes and hex
  client:1000 > server:2000 udp text "one\r\n\x01\"two\"\\" payload 00ff
    -> new, created, out text "one\x0d\n" payload 01 text "\"two\"\\\0" payload ff

story a message of several lines, and its length
  client:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | From: "Alice" <sip:alice@example.com>; tag=#1
    | Content-Length: {length}
    |
    | v=0
    -> new, created, out 137 text "INVITE sip:bob@example.com SIP/2.0\r\n"
    | From: "Alice" <sip:alice@example.com>; tag=#1
    | Content-Length: 5
    |
    | v=0
  client:5060 > server:5060 udp
    | BYE sip:bob@example.com SIP/2.0
    | Content-Length: 0
    |
    -> new, out
    | BYE sip:bob@example.com SIP/2.0
    | Content-Length: {length}
    |

story a port that only the packet tells
  client:1000 > server:2000 udp text "PORT 7,210 is 2002\r\n"
    -> new, created, out text "PORT {p/256},{p%256} is {p}\r\n"
  [data] client:1000 > server:{p} udp text "{p}-{p+1}" payload {p}
    -> new, created, out text "2002-2003" payload 07d2
    -> reply server:2002 > client:1000
  expect entry udp client:1000 > server:{p}, packets 1/0

story sequence numbers that leave
  client:1000 > server:21 tcp syn seq 100 mss 1460
    -> new, created, out seq 100 ack 0
  server:21 > client:1000 tcp syn,ack seq 500 ack 101
    -> established, dir reply, out seq 500 ack 101
  client:1000 > server:21 tcp ack seq 101 ack 501 sack 600-700,800-900
    -> established, out ack 501 sack 600-700 800-900 text ""
