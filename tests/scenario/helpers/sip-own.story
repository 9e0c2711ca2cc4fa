# SPDX-License-Identifier: Apache-2.0
# SIP, where weir does otherwise than Linux: docs/deviations.md says why.
host phone 192.168.88.10  host phone2 192.168.88.11
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
rule nat srcnat masquerade out-interface=wan
settings helpers=sip

story a description without origin, in a message without length
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    |
    | v=0
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> new, created, out text ""
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    |
    | v=0
    | c=IN IP4 198.51.100.1
    | m=audio 4000 RTP/AVP 0
  expect expectations 2

story the registrar says how long
  phone:5060 > server:5060 udp
    | REGISTER sip:example.com SIP/2.0
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>
    |
    -> new, created
  expect pending udp server > public:5060, to phone:5060, permanent, inactive
  server:5060 > public:5060 udp
    | SIP/2.0 200 OK
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@198.51.100.1:5060>;expires=600
    |
    -> established, dir reply
  expect pending udp server > public:5060, to phone:5060, permanent, timeout 10m

story routes are translated
  phone:5060 > server:5060 udp
    | OPTIONS sip:bob@example.com SIP/2.0
    | CSeq: 1 OPTIONS
    | Record-Route: <sip:192.168.88.10:5060;lr>
    |
    -> new, created, out text ""
    | OPTIONS sip:bob@example.com SIP/2.0
    | CSeq: 1 OPTIONS
    | Record-Route: <sip:198.51.100.1:5060;lr>
    |
  server:5060 > public:5060 udp
    | OPTIONS sip:alice@example.com SIP/2.0
    | CSeq: 1 OPTIONS
    | Route: <sip:198.51.100.1:5060;lr>
    |
    -> established, dir reply, out text ""
    | OPTIONS sip:alice@example.com SIP/2.0
    | CSeq: 1 OPTIONS
    | Route: <sip:192.168.88.10:5060;lr>
    |

story media whose port is not known yet
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 9 UDP/TLS/RTP/SAVPF 111
    -> new, created
  expect expectations 0

story RTCP where the description says
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4001 RTP/AVP 0
    | a=rtcp:4004 IN IP4 192.168.88.10
    -> new, created, out text ""
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio 4001 RTP/AVP 0
    | a=rtcp:4004 IN IP4 198.51.100.1
  expect expectations 2
  expect pending udp server > public:4001, to phone:4001
  expect pending udp server > public:4004, to phone:4004

story a call that is taken back, and one that is offered again
  [invite] phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> new, created
  server:5060 > public:5060 udp
    | SIP/2.0 183 Progress
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
    -> established, dir reply
  expect expectations 4
  # Sent again it takes nothing back.
  again invite
    -> established
  expect expectations 4
  phone:5060 > server:5060 udp
    | CANCEL sip:bob@example.com SIP/2.0
    | CSeq: 1 CANCEL
    |
    -> established
  expect expectations 0

story a length that is not there
  phone:5060 > server:5060 udp
    | OPTIONS sip:bob@example.com SIP/2.0
    | Content-Length: 1
    |
    -> drop, new, reason helper-malformed
  phone:5060 > server:5060 udp
    | OPTIONS sip:bob@example.com SIP/2.0
    | Content-Length: 4294967296
    |
    -> drop, new, reason helper-malformed

story a stream that begins with something else is none
  [syn] phone:1500 > server:5060 tcp syn seq 1000
    -> new, created
  server:5060 > public:1500 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  phone:1500 > server:5060 tcp ack seq 1001 ack 5001
    -> established
  phone:1500 > server:5060 tcp ack,psh seq 1001 ack 5001 text "POST / HTTP/1.1\r\n\r\n"
    -> established
  phone:1500 > server:5060 tcp ack,psh seq 1020 ack 5001
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> established
  expect expectations 0
