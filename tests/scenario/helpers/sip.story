# SPDX-License-Identifier: Apache-2.0
# SIP: calls and contacts that messages announce, and the addresses in them.
host phone 192.168.88.10  host phone2 192.168.88.11  host pbx 192.168.88.50
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24 2001:db8:1::1/64
interface wan 198.51.100.1/24 2001:db8:2::1/64
route 0.0.0.0/0 wan via gateway
settings helpers=sip

story a call through a masquerade
  rule nat srcnat masquerade out-interface=wan
  [invite] phone:5060 > server:5060 udp
    | INVITE sip:bob@203.0.113.80 SIP/2.0
    | Via: SIP/2.0/UDP 192.168.88.10:5060;rport;branch=z9hG4bK1
    | From: <sip:alice@192.168.88.10:5060>;tag=1
    | To: <sip:bob@203.0.113.80>
    | Call-ID: 1@192.168.88.10
    | CSeq: 1 INVITE
    | Contact: <sip:alice@192.168.88.10:5060>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=alice 1 1 IN IP4 192.168.88.10
    | s=-
    | c=IN IP4 192.168.88.10
    | t=0 0
    | m=audio 4000 RTP/AVP 0
    -> new, created, helper sip, srcnat, timeout 1h, out wan public:5060 > server:5060, out text ""
    | INVITE sip:bob@203.0.113.80 SIP/2.0
    | Via: SIP/2.0/UDP 198.51.100.1:5060;rport;branch=z9hG4bK1
    | From: <sip:alice@198.51.100.1:5060>;tag=1
    | To: <sip:bob@203.0.113.80>
    | Call-ID: 1@192.168.88.10
    | CSeq: 1 INVITE
    | Contact: <sip:alice@198.51.100.1:5060>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=alice 1 1 IN IP4 198.51.100.1
    | s=-
    | c=IN IP4 198.51.100.1
    | t=0 0
    | m=audio 4000 RTP/AVP 0
  expect expectations 2
  expect pending udp server > public:4000, to phone:4000, helper sip, timeout 3m, master invite
  expect pending udp server > public:4001, to phone:4001, helper sip, timeout 3m, master invite
  server:5060 > public:5060 udp
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 198.51.100.1:5060;rport=5060;received=198.51.100.1;branch=z9hG4bK1
    | From: <sip:alice@198.51.100.1:5060>;tag=1
    | To: <sip:bob@203.0.113.80>;tag=2
    | Call-ID: 1@192.168.88.10
    | CSeq: 1 INVITE
    | Contact: <sip:bob@203.0.113.80>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
    -> established, dir reply, same as invite, timeout 1h, out lan server:5060 > phone:5060, out text ""
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 192.168.88.10:5060;rport=5060;received=192.168.88.10;branch=z9hG4bK1
    | From: <sip:alice@192.168.88.10:5060>;tag=1
    | To: <sip:bob@203.0.113.80>;tag=2
    | Call-ID: 1@192.168.88.10
    | CSeq: 1 INVITE
    | Contact: <sip:bob@203.0.113.80>
    | Content-Type: application/sdp
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
  expect expectations 4
  # RTP begins inside, RTCP outside.
  [rtp] phone:4000 > server:6000 udp data 20
    -> related, created, expected, out wan public:4000 > server:6000, helper sip
  server:6000 > public:4000 udp data 20
    -> established, dir reply, same as rtp, out lan server:6000 > phone:4000
  [rtcp] server:6001 > public:4001 udp data 20
    -> related, created, expected, out lan server:6001 > phone:4001
  phone:4001 > server:6001 udp data 20
    -> established, dir reply, same as rtcp, out wan public:4001 > server:6001
  phone:5060 > server:5060 udp
    | BYE sip:bob@203.0.113.80 SIP/2.0
    | CSeq: 2 BYE
    |
    -> established, same as invite
  expect expectations 0

story media before they are announced, and from somebody else
  rule nat srcnat masquerade out-interface=wan
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> new, created
  expect expectations 2
  server:6000 > public:4002 udp data 20
    -> new, created, out local
  other:6000 > public:4000 udp data 20
    -> new, created, out local
  server:6000 > public:4000 udp data 20
    -> related, created, out lan server:6000 > phone:4000
  expect expectations 1

story a third host gets nothing
  [invite] phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.11
    | c=IN IP4 192.168.88.11
    | m=audio 4000 RTP/AVP 0
    -> new, created, out text "INVITE sip:bob@example.com SIP/2.0\r\n"
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.11
    | c=IN IP4 192.168.88.11
    | m=audio 4000 RTP/AVP 0
  expect expectations 0

story a call that is refused
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
  server:5060 > phone:5060 udp
    | SIP/2.0 100 Trying
    | CSeq: 1 INVITE
    |
    -> established, dir reply
  server:5060 > phone:5060 udp
    | SIP/2.0 486 Busy Here
    | CSeq: 7 INVITE
    |
    -> established, dir reply
  expect expectations 2
  server:5060 > phone:5060 udp
    | SIP/2.0 486 Busy Here
    | CSeq: 1 INVITE
    |
    -> established, dir reply
  expect expectations 0

story registered, and called
  rule nat srcnat masquerade out-interface=wan
  [register] phone:5060 > server:5060 udp
    | REGISTER sip:203.0.113.80 SIP/2.0
    | Via: SIP/2.0/UDP 192.168.88.10:5060;branch=z9hG4bK1
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>
    | Expires: 300
    |
    -> new, created, out text ""
    | REGISTER sip:203.0.113.80 SIP/2.0
    | Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@198.51.100.1:5060>
    | Expires: 300
    |
  expect pending udp server > public:5060, to phone:5060, permanent, inactive, timeout 3m, master register
  server:5070 > public:5060 udp
    | OPTIONS sip:alice@198.51.100.1:5060 SIP/2.0
    | CSeq: 1 OPTIONS
    |
    -> new, created, out local
  server:5060 > public:5060 udp
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK1
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@198.51.100.1:5060>;expires=60
    |
    -> established, dir reply, out text ""
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 192.168.88.10:5060;branch=z9hG4bK1
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>;expires=60
    |
  expect pending udp server > public:5060, to phone:5060, permanent, timeout 1m, master register
  [call] server:5080 > public:5060 udp
    | INVITE sip:alice@198.51.100.1:5060 SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
    -> related, created, expected, helper sip, out lan server:5080 > phone:5060, out text ""
    | INVITE sip:alice@192.168.88.10:5060 SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
  expect expectations 3
  phone:5060 > server:5080 udp
    | SIP/2.0 200 OK
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> established, dir reply, same as call, out wan public:5060 > server:5080, out text ""
    | SIP/2.0 200 OK
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio 4000 RTP/AVP 0
  expect pending udp server > public:4000, to phone:4000, master call
  server:6000 > public:4000 udp data 20
    -> related, created, out lan server:6000 > phone:4000
  # The contact is not kept longer than the registrar said.
  after 60s
  server:5090 > public:5060 udp
    | OPTIONS sip:alice@198.51.100.1:5060 SIP/2.0
    | CSeq: 1 OPTIONS
    |
    -> new, created, out local

story a registration that is refused, or ends
  phone:5060 > server:5060 udp
    | REGISTER sip:203.0.113.80 SIP/2.0
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>
    | Expires: 300
    |
    -> new, created
  expect expectations 1
  server:5060 > phone:5060 udp
    | SIP/2.0 401 Unauthorized
    | CSeq: 1 REGISTER
    |
    -> established, dir reply
  expect expectations 0
  phone:5060 > server:5060 udp
    | REGISTER sip:203.0.113.80 SIP/2.0
    | CSeq: 2 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>;expires=100
    |
    -> established
  expect expectations 1
  server:5060 > phone:5060 udp
    | SIP/2.0 200 OK
    | CSeq: 2 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>;expires=100
    |
    -> established, dir reply
  expect pending udp server > phone:5060, permanent, timeout 100s
  phone:5060 > server:5060 udp
    | REGISTER sip:203.0.113.80 SIP/2.0
    | CSeq: 3 REGISTER
    | Contact: <sip:alice@192.168.88.10:5060>;expires=0
    |
    -> established
  expect expectations 1
  server:5060 > phone:5060 udp
    | SIP/2.0 200 OK
    | CSeq: 3 REGISTER
    |
    -> established, dir reply
  expect expectations 0

story a contact that has no address, and all of them
  rule nat srcnat masquerade out-interface=wan
  phone:5060 > server:5060 udp
    | REGISTER sip:example.com SIP/2.0
    | CSeq: 1 REGISTER
    | Contact: <sip:alice@phone.example.com>
    | Expires: 60
    |
    -> new, created
  phone:5060 > server:5060 udp
    | REGISTER sip:example.com SIP/2.0
    | CSeq: 2 REGISTER
    | Contact: *
    | Expires: 0
    |
    -> new
  expect expectations 0

story an odd port stays odd
  rule nat srcnat masquerade out-interface=wan
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4001 RTP/AVP 0
    -> new, created, out text ""
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio 4001 RTP/AVP 0
  expect pending udp server > public:4001, to phone:4001

story a server behind dst-nat
  rule nat dstnat dst-nat protocol=udp dst-port=5060 in-interface=wan to-addresses=pbx
  rule nat srcnat masquerade out-interface=wan
  [invite] other:5062 > public:5060 udp
    | INVITE sip:100@198.51.100.1 SIP/2.0
    | Via: SIP/2.0/UDP 203.0.113.99:5062;branch=z9hG4bK1
    | To: <sip:100@198.51.100.1>
    | CSeq: 1 INVITE
    | Contact: <sip:eve@203.0.113.99:5062>
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.99
    | c=IN IP4 203.0.113.99
    | m=audio 6000 RTP/AVP 0
    -> new, created, dstnat, out lan other:5062 > pbx:5060, out text ""
    | INVITE sip:100@192.168.88.50:5060 SIP/2.0
    | Via: SIP/2.0/UDP 203.0.113.99:5062;branch=z9hG4bK1
    | To: <sip:100@192.168.88.50:5060>
    | CSeq: 1 INVITE
    | Contact: <sip:eve@203.0.113.99:5062>
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.99
    | c=IN IP4 203.0.113.99
    | m=audio 6000 RTP/AVP 0
  pbx:5060 > other:5062 udp
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 203.0.113.99:5062;branch=z9hG4bK1
    | To: <sip:100@192.168.88.50:5060>;tag=2
    | CSeq: 1 INVITE
    | Contact: <sip:100@192.168.88.50:5060>
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.50
    | c=IN IP4 192.168.88.50
    | m=audio 10000 RTP/AVP 0
    -> established, dir reply, same as invite, out wan public:5060 > other:5062, out text ""
    | SIP/2.0 200 OK
    | Via: SIP/2.0/UDP 203.0.113.99:5062;branch=z9hG4bK1
    | To: <sip:100@198.51.100.1:5060>;tag=2
    | CSeq: 1 INVITE
    | Contact: <sip:100@198.51.100.1:5060>
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio 10000 RTP/AVP 0
  expect pending udp other > public:10000, to pbx:10000, helper sip
  [rtp] other:6000 > public:10000 udp data 20
    -> related, created, out lan other:6000 > pbx:10000
  pbx:10000 > other:6000 udp data 20
    -> established, dir reply, same as rtp, out wan public:10000 > other:6000

story two phones with the same media port
  rule nat srcnat masquerade out-interface=wan
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> new, created
  phone2:5061 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.11
    | c=IN IP4 192.168.88.11
    | m=audio 4000 RTP/AVP 0
    -> new, created, out text ""
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio {p} RTP/AVP 0
  expect expectations 4
  expect pending udp server > public:{p}, to phone2:4000
  expect pending udp server > public:{p+1}, to phone2:4001
  server:6000 > public:{p} udp data 20
    -> related, created, out lan server:6000 > phone2:4000

story the connection lives an hour with each message
  [options] phone:5060 > server:5060 udp
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    |
    -> new, created, timeout 1h
  after 50m
  server:5060 > phone:5060 udp text "\r\n\r\n"
    -> established, dir reply, same as options, timeout 1h
  after 1h
  expect gone options

story sip-timeout
  weir-only the kernel's is the whole machine's
  settings sip-timeout=10m
  [options] phone:5060 > server:5060 udp
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    |
    -> new, created, timeout 10m

story sip-direct-media=no: media from anyone
  weir-only the kernel's is the whole machine's
  settings sip-direct-media=no
  rule nat srcnat masquerade out-interface=wan
  phone:5060 > server:5060 udp
    | INVITE sip:bob@example.com SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> new, created
  expect pending udp anyone > public:4000, to phone:4000
  other:6000 > public:4000 udp data 20
    -> related, created, out lan other:6000 > phone:4000, dstnat, not srcnat
  server:5060 > public:5060 udp
    | SIP/2.0 200 OK
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 203.0.113.80
    | c=IN IP4 203.0.113.80
    | m=audio 6000 RTP/AVP 0
    -> established, dir reply
  # Who calls out is seen as the rules have it.
  phone2:4100 > server:6001 udp data 20
    -> related, created, out wan public:4100 > server:6001, srcnat
  phone:4000 > server:6000 udp data 20
    -> related, created, out wan public:4000 > server:6000, srcnat

story what makes no sense does not pass
  phone:5060 > server:5060 udp
    | OPTIONS sip:a SIP/2.0
    |
    -> new, created
  phone:5060 > server:5060 udp
    | INVITE sip:a SIP/2.0
    |
    -> drop, new, reason helper-malformed
  phone:5060 > server:5060 udp
    | SIP/2.0 200 OK
    | X: 1
    |
    -> drop, new, reason helper-malformed
  phone:5060 > server:5060 udp
    | INVITE sip:a SIP/2.0
    | CSeq: 1 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 80 RTP/AVP 0
    -> drop, new, reason helper-malformed
  phone:5060 > server:5060 udp payload 000100002112a442000000000000000000000000
    -> new

story by TCP: two messages in a segment
  rule nat srcnat masquerade out-interface=wan
  [syn] phone:5060 > server:5060 tcp syn seq 1000
    -> new, created, helper sip
  server:5060 > public:5060 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  phone:5060 > server:5060 tcp ack seq 1001 ack 5001
    -> established
  phone:5060 > server:5060 tcp ack,psh seq 1001 ack 5001
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    | Contact: <sip:alice@192.168.88.10:5060>
    | Content-Length: 0
    |
    | INVITE sip:a SIP/2.0
    | CSeq: 2 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 192.168.88.10
    | c=IN IP4 192.168.88.10
    | m=audio 4000 RTP/AVP 0
    -> established, out seq 1001, out text ""
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    | Contact: <sip:alice@198.51.100.1:5060>
    | Content-Length: 0
    |
    | INVITE sip:a SIP/2.0
    | CSeq: 2 INVITE
    | Content-Length: {length}
    |
    | v=0
    | o=- 1 1 IN IP4 198.51.100.1
    | c=IN IP4 198.51.100.1
    | m=audio 4000 RTP/AVP 0
  expect pending udp server > public:4000, to phone:4000, master syn

story by TCP: what is cut off goes through as it is
  rule nat srcnat masquerade out-interface=wan
  [syn] phone:5060 > server:5060 tcp syn seq 1000
    -> new, created
  server:5060 > public:5060 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  phone:5060 > server:5060 tcp ack seq 1001 ack 5001
    -> established
  phone:5060 > server:5060 tcp ack,psh seq 1001 ack 5001
    | INVITE sip:a SIP/2.0
    | CSeq: 1 INVITE
    | Contact: <sip:alice@192.168.88.10:5060>
    | Content-Length: 200
    |
    | v=0
    -> established, out text "INVITE sip:a SIP/2.0\r\n"
    | CSeq: 1 INVITE
    | Contact: <sip:alice@192.168.88.10:5060>
    | Content-Length: 200
    |
    | v=0
  expect expectations 0

story by TCP: both directions, and a message that is sent again
  rule nat srcnat masquerade out-interface=wan
  [syn] phone:5060 > server:5060 tcp syn seq 1000
    -> new, created
  server:5060 > public:5060 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  phone:5060 > server:5060 tcp ack seq 1001 ack 5001
    -> established
  [options] phone:5060 > server:5060 tcp ack,psh seq 1001 ack 5001
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    | Contact: <sip:alice@192.168.88.10:5060>
    | Content-Length: 0
    |
    -> established, out seq 1001, out text ""
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    | Contact: <sip:alice@198.51.100.1:5060>
    | Content-Length: 0
    |
  again options
    -> established, out seq 1001, out text ""
    | OPTIONS sip:a SIP/2.0
    | CSeq: 1 OPTIONS
    | Contact: <sip:alice@198.51.100.1:5060>
    | Content-Length: 0
    |
  # It was 102 bytes long and is 101.
  server:5060 > public:5060 tcp ack,psh seq 5001 ack 1102
    | SIP/2.0 200 OK
    | Via: SIP/2.0/TCP 198.51.100.1:5060
    | CSeq: 1 OPTIONS
    | Content-Length: 0
    |
    -> established, dir reply, out seq 5001 ack 1103, out text ""
    | SIP/2.0 200 OK
    | Via: SIP/2.0/TCP 192.168.88.10:5060
    | CSeq: 1 OPTIONS
    | Content-Length: 0
    |
  phone:5060 > server:5060 tcp ack seq 1103 ack 5084
    -> established, out seq 1102 ack 5083

story the same by IPv6
  host phone6 2001:db8:1::10  host server6 2001:db8:2::80
  [invite] phone6:5060 > server6:5060 udp
    | INVITE sip:bob@[2001:db8:2::80] SIP/2.0
    | CSeq: 1 INVITE
    |
    | v=0
    | o=- 1 1 IN IP6 2001:db8:1::10
    | c=IN IP6 2001:db8:1::10
    | m=audio 4000 RTP/AVP 0
    -> new, created
  expect pending udp server6 > phone6:4000, helper sip, timeout 3m, master invite
  server6:6000 > phone6:4000 udp data 20
    -> related, created
  phone6:5060 > server6:5060 udp
    | REGISTER sip:example.com SIP/2.0
    | CSeq: 2 REGISTER
    | Contact: <sip:alice@[2001:db8:1::10]:5060>;expires=60
    |
    -> new
  expect pending udp server6 > phone6:5060, permanent, inactive
