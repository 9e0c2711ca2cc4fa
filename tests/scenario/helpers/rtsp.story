# SPDX-License-Identifier: Apache-2.0
# RTSP (RFC 2326, 7826): a client asks a server to send a stream to ports of its own. Linux has no helper for it.
host client 192.168.88.10  host client2 192.168.88.11
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host friend 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=rtsp
weir-only Linux has no helper for RTSP

story a stream
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  expect pending udp server > client:4588, helper rtsp, timeout 5m, master session
  expect pending udp server > client:4589, helper rtsp, timeout 5m, master session
  server:554 > client:40000 tcp ack seq 5001 ack 1109
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP;unicast;client_port=4588-4589;server_port=6256-6257
    |
    -> established, dir reply
  expect expectations 4
  expect pending udp client:4588 > server:6256, helper rtsp
  expect pending udp client:4589 > server:6257, helper rtsp
  friend:6256 > client:4588 udp data 20
    -> new, created
  [rtp] server:6256 > client:4588 udp data 20
    -> related, created, expected, helper rtsp, out lan server:6256 > client:4588
  [rtcp] server:6257 > client:4589 udp data 20
    -> related, created, expected
  client:4589 > server:6257 udp data 20
    -> established, dir reply, same as rtcp
  expect expectations 2
  after 301s
  expect expectations 0

story behind a masquerade
  rule nat srcnat masquerade out-interface=wan
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp, srcnat
  server:554 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589;destination=192.168.88.10
    |
    -> established, out wan public:40000 > server:554, out text ""
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589;destination=198.51.100.1
    |
  expect pending udp server > public:4588, to client:4588, helper rtsp, master session
  server:554 > public:40000 tcp ack seq 5001 ack 1134
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP;unicast;client_port=4588-4589;destination=198.51.100.1;source=203.0.113.80
    |
    -> established, dir reply, out lan server:554 > client:40000, out text ""
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP;unicast;client_port=4588-4589;destination=192.168.88.10;source=203.0.113.80
    |
  [rtp] server:6256 > public:4588 udp data 20
    -> related, created, expected, dstnat, out lan server:6256 > client:4588
  [rtcp] server:6257 > public:4589 udp data 20
    -> related, created, expected, out lan server:6257 > client:4589
  client:4589 > server:6257 udp data 20
    -> established, dir reply, same as rtcp, out wan public:4589 > server:6257

story two clients with the same ports
  rule nat srcnat masquerade out-interface=wan
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  [session2] client2:40001 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > public:40001 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client2:40001 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established, out text ""
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port={p}-{p+1}
    |
  server:554 > public:40001 tcp ack seq 5001 ack 1001
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port={p}-{p+1};server_port=6256-6257
    |
    -> established, dir reply, out text ""
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589;server_port=6256-6257
    |
  server:6256 > public:4588 udp data 20
    -> related, created, expected, out lan server:6256 > client:4588
  server:6256 > public:{p} udp data 20
    -> related, created, expected, out lan server:6256 > client2:4588
  server:6257 > public:{p+1} udp data 20
    -> related, created, expected, out lan server:6257 > client2:4589

story a client that sends first leaves by the port that the server knows
  rule nat srcnat masquerade out-interface=wan
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  [session2] client2:40001 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > public:40001 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client2:40001 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established, out text ""
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port={p}-{p+1}
    |
  server:554 > public:40001 tcp ack seq 5001 ack 1001
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port={p}-{p+1};server_port=6256-6257
    |
    -> established, dir reply
  [punch] client2:4588 > server:6256 udp data 4
    -> related, created, expected, srcnat, out wan public:{p} > server:6256
  server:6256 > public:{p} udp data 20
    -> established, dir reply, same as punch, out lan server:6256 > client2:4588

story a server behind dst-nat
  rule nat dstnat dst-nat in-interface=wan protocol=tcp dst-port=554 to-addresses=client
  [session] friend:40000 > public:554 tcp syn seq 1000
    -> new, created, helper rtsp, dstnat
  client:554 > friend:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  friend:40000 > public:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  client:554 > friend:40000 tcp ack seq 5001 ack 1109
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP;unicast;client_port=4588-4589;server_port=6256-6257;source=192.168.88.10
    |
    -> established, dir reply, out wan public:554 > friend:40000, out text ""
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP;unicast;client_port=4588-4589;server_port=6256-6257;source=198.51.100.1
    |
  [rtp] client:6256 > friend:4588 udp data 20
    -> related, created, expected, srcnat, out wan public:6256 > friend:4588
  friend:4588 > public:6256 udp data 20
    -> established, dir reply, same as rtp, out lan friend:4588 > client:6256
  [rtcp] friend:4589 > public:6257 udp data 20
    -> related, created, expected, dstnat, out lan friend:4589 > client:6257

story a third host gets nothing
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589;destination=192.168.88.11
    |
    -> established
  expect expectations 0

story within the connection, or to many: nothing is needed
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP/TCP;unicast;interleaved=0-1,RTP/AVP;multicast;port=4588-4589
    |
    -> established
  expect expectations 0

story what the server does not take is taken back
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589,RTP/AVP/UDP;unicast;client_port=5000
    |
    -> established
  expect expectations 3
  server:554 > client:40000 tcp ack seq 5001 ack 1146
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Session: 77
    | Transport: RTP/AVP/UDP;unicast;client_port=5000;server_port=6256
    |
    -> established, dir reply
  expect expectations 2
  expect pending udp server > client:5000, helper rtsp

story a refusal
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  server:554 > client:40000 tcp ack seq 5001 ack 1109
    | RTSP/1.0 461 Unsupported Transport
    | CSeq: 2
    | Session: 77
    |
    -> established, dir reply
  expect expectations 0

story teardown
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  expect expectations 2
  client:40000 > server:554 tcp ack seq 1109 ack 5001
    | TEARDOWN rtsp://203.0.113.80/film RTSP/1.0
    | CSeq: 3
    |
    -> established
  expect expectations 0

story a browser that is made to say so is no client
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001 text "POST / HTTP/1.1\r\n\r\n"
    -> established
  client:40000 > server:554 tcp ack seq 1020 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  expect expectations 0

story it is off unless it is switched on
  settings helpers=irc
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created
  server:554 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  expect expectations 0

story the port that the server knows is another's towards it: better by another port than not at all
  rule nat srcnat masquerade out-interface=wan
  client2:4588 > server:6256 udp data 4
    -> new, created, out wan public:4588 > server:6256
  [session] client:40000 > server:554 tcp syn seq 1000
    -> new, created, helper rtsp
  server:554 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:554 tcp ack seq 1001 ack 5001
    | SETUP rtsp://203.0.113.80/film/video RTSP/1.0
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589
    |
    -> established
  server:554 > public:40000 tcp ack seq 5001 ack 1001
    | RTSP/1.0 200 OK
    | CSeq: 2
    | Transport: RTP/AVP;unicast;client_port=4588-4589;server_port=6256-6257
    |
    -> established, dir reply
  client:4588 > server:6256 udp data 4
    -> related, created, expected, srcnat, out wan public:1024-65535 > server:6256
  client:4589 > server:6257 udp data 4
    -> related, created, expected, out wan public:4589 > server:6257
