# SPDX-License-Identifier: Apache-2.0
# What messages must not get by a helper, beyond what each helper's own stories tell.
weir-only the kernel knows of no listeners, and reads what was expected by its port
host client 10.0.0.2  host client2 10.0.0.3
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host group 239.1.2.3
interface lan 10.0.0.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=all

story a port that the router listens on is the router's
  listen tcp 2000
  rule nat srcnat masquerade out-interface=wan
  client:40000 > server:21 tcp syn seq 1000
    -> new, created, helper ftp
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  expect expectations 1
  # Another port was told.
  server:20 > public:2000 tcp syn seq 1
    -> new, created, not expected, out local
  # One where nobody listens is kept.
  client:40000 > server:21 tcp ack seq 1031 ack 5001 text "PORT 10,0,0,2,7,209\r\n"
    -> established
  expect expectations 1, pending tcp server > public:2001, to client:2001
  server:20 > public:2001 tcp syn seq 1
    -> related, created, expected, out lan server:20 > client:2001

story nor the second one of a pair
  listen udp 40001
  rule nat srcnat masquerade out-interface=wan
  client:5060 > server:5060 udp
    | INVITE sip:bob@203.0.113.80 SIP/2.0
    | Via: SIP/2.0/UDP 10.0.0.2:5060;branch=1
    | From: <sip:a@example.com>;tag=1
    | To: <sip:b@example.com>
    | Call-ID: 1
    | CSeq: 1 INVITE
    | Contact: <sip:a@10.0.0.2:5060>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 10.0.0.2
    | s=-
    | c=IN IP4 10.0.0.2
    | t=0 0
    | m=audio 40000 RTP/AVP 0
    -> new, created, helper sip
  expect expectations 2
  server:7000 > public:40000 udp data 5
    -> new, created, not expected, out local
  server:7001 > public:40001 udp data 5
    -> new, created, not expected, out local

story a connection that was expected is not read because of its port
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "PASV\r\n"
    -> established
  server:21 > client:40000 tcp ack seq 5001 ack 1007 text "220 hello\r\n"
    -> established, dir reply
  server:21 > client:40000 tcp ack seq 5012 ack 1007 text "227 Entering (203,0,113,80,19,196).\r\n"
    -> established, dir reply
  expect pending tcp client > server:5060
  client:40001 > server:5060 tcp syn seq 1
    -> related, created, expected, helper ftp, not uses-helper

story what a browser sends is no FTP
  rule nat srcnat masquerade out-interface=wan
  client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "POST / HTTP/1.1\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1018 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out text "PORT 10,0,0,2,7,208\r\n", not seq-adjust
  expect expectations 0

story a group is nobody's own address
  client:5060 > group:5060 udp data 5
    -> new, created, helper sip
  group:5060 > client:5060 udp
    | INVITE sip:bob@10.0.0.2 SIP/2.0
    | Via: SIP/2.0/UDP 239.1.2.3:5060;branch=1
    | From: <sip:a@example.com>;tag=1
    | To: <sip:b@example.com>
    | Call-ID: 1
    | CSeq: 1 INVITE
    | Contact: <sip:a@239.1.2.3:5060>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 239.1.2.3
    | s=-
    | c=IN IP4 239.1.2.3
    | t=0 0
    | m=audio 40000 RTP/AVP 0
    -> established, dir reply
  expect expectations 0

story one host has a quarter of what may be expected
  settings max-expectations=100 udp-timeout=1h
  25x client:40000+ > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  client:39999 > server:69 udp payload 000166696c65006f6374657400
    -> new, drop, reason helper-full, no-connection
  client2:40000 > server:69 udp payload 000166696c65006f6374657400
    -> new, created
  expect expectations 26
