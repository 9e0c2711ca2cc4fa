# SPDX-License-Identifier: Apache-2.0
# PPTP (RFC 2637): the control connection names the call ids of a tunnel, whose packets carry that of their receiver
# alone. Messages, by the number at their 9th byte: 1 and 2 open the session; 7 and 8 are the client's call and
# the answer; 9, 10 and 11 the server's, the answer and that it stands; 12 clears and 13 disconnects; 15 is link
# information. Ids stand behind the 12th byte: 0064 is 100, 00c8 is 200, 9c40 is 40000.
host client 192.168.88.10  host client2 192.168.88.11
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host friend 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=pptp

story a call, and its tunnel
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  expect expectations 0
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  expect expectations 2
  expect pending gre client:100 > server:200, helper pptp, timeout 5m, master control
  expect pending gre server:200 > client:100, helper pptp, timeout 5m, master control
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected, timeout 30s, gre-version 1
  # The other one is not expected any more: it is the answer.
  expect expectations 0
  server > client gre call 100 seq 1 ack 1 data 20
    -> established, dir reply, same as tunnel, timeout 30s, not assured
  client > server gre call 200 seq 2 data 20
    -> established, same as tunnel, timeout 3m, assured
  # Another id is another tunnel, of which nobody spoke.
  client > server gre call 201 seq 1 data 20
    -> new, created

story the server speaks first
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  [tunnel] server > client gre call 100 seq 1 data 20
    -> related, created, expected
  expect expectations 0
  client > server gre call 200 seq 1 ack 1 data 20
    -> established, dir reply, same as tunnel

story the call is cleared: its tunnel ends
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected
  client:40000 > server:1723 tcp ack seq 1325 ack 5189 payload 001000011a2b3c4d000c000000640000
    -> established
  expect alive tunnel
  server:1723 > client:40000 tcp ack seq 5189 ack 1341 payload 009400011a2b3c4d000d000000c8000001000000 data 128
    -> established, dir reply
  expect gone tunnel, alive control
  # What still comes is new, and its two directions know nothing of each other.
  [late] client > server gre call 200 seq 2 data 20
    -> new, created
  server > client gre call 100 seq 2 data 20
    -> new, created, differs from late

story the call is over before its tunnel began
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  expect expectations 2
  server:1723 > client:40000 tcp ack seq 5189 ack 1325 payload 009400011a2b3c4d000d000000c8000001000000 data 128
    -> established, dir reply
  expect expectations 0
  client > server gre call 200 seq 1 data 20
    -> new, created

story with the control connection goes the tunnel
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected
  remove control
  expect gone control, gone tunnel, none

story a refused call
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006402000000 data 12
    -> established, dir reply
  expect expectations 0

story an answer to no session
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1169 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  expect expectations 0

story an answer that names another call is ignored
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > client:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established
  server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006501000000 data 12
    -> established, dir reply
  expect expectations 0
  server:1723 > client:40000 tcp ack seq 5189 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply
  expect expectations 2

story behind a masquerade the id is the port
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp, srcnat
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-control-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-control-1157
  define [in8-control-5157] server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  server:1723 > public:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c89c4001000000 data 12
    -> established, dir reply, out as in8-control-5157
  expect pending gre client:100 > server:200, helper pptp, master control
  expect pending gre server:200 > public:40000, to client:100, helper pptp, master control
  define [there] public > server gre call 200 seq 1 data 20 ttl 63
  define [back] server > client gre call 100 seq 1 ack 1 data 20 ttl 63
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected, srcnat, out wan public > server, out as there
  server > public gre call 40000 seq 1 ack 1 data 20
    -> established, dir reply, same as tunnel, out lan server > client, out as back
  define [out15-control-1325] public:40000 > server:1723 tcp ack seq 1325 ack 5189 payload 001800011a2b3c4d000f000000c80000 data 8 ttl 63
  client:40000 > server:1723 tcp ack seq 1325 ack 5189 payload 001800011a2b3c4d000f000000c80000 data 8
    -> established, out as out15-control-1325
  define [out12-control-1349] public:40000 > server:1723 tcp ack seq 1349 ack 5189 payload 001000011a2b3c4d000c00009c400000 ttl 63
  client:40000 > server:1723 tcp ack seq 1349 ack 5189 payload 001000011a2b3c4d000c000000640000
    -> established, out as out12-control-1349
  expect alive tunnel

story behind a masquerade the server speaks first
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp, srcnat
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-control-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-control-1157
  define [in8-control-5157] server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  server:1723 > public:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c89c4001000000 data 12
    -> established, dir reply, out as in8-control-5157
  define [back] server > client gre call 100 seq 1 data 20 ttl 63
  define [there] public > server gre call 200 seq 1 ack 1 data 20 ttl 63
  [tunnel] server > public gre call 40000 seq 1 data 20
    -> related, created, expected, dstnat, out lan server > client, out as back
  expect expectations 0
  client > server gre call 200 seq 1 ack 1 data 20
    -> established, dir reply, same as tunnel, out wan public > server, out as there

story an answer with the id that the client chose is not ours
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-control-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-control-1157
  define [in8-control-5157] server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  server:1723 > public:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12
    -> established, dir reply, out as in8-control-5157
  expect expectations 0

story two clients with one id at one server
  rule nat srcnat masquerade out-interface=wan
  [one] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  [two] client2:40001 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40001 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client2:40001 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40001 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-one-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-one-1157
  define [out7-two-1157] public:40001 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c410001 data 152 ttl 63
  client2:40001 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-two-1157
  define [in8-one-5157] server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  server:1723 > public:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c89c4001000000 data 12
    -> established, dir reply, out as in8-one-5157
  define [in8-two-5157] server:1723 > client2:40001 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c9006401000000 data 12 ttl 63
  server:1723 > public:40001 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c99c4101000000 data 12
    -> established, dir reply, out as in8-two-5157
  expect expectations 4
  define [to-one] server > client gre call 100 seq 1 data 20 ttl 63
  define [to-two] server > client2 gre call 100 seq 1 data 20 ttl 63
  [tunnel-one] client > server gre call 200 seq 1 data 20
    -> related, created, expected, out wan public > server
  [tunnel-two] server > public gre call 40001 seq 1 data 20
    -> related, created, expected, out as to-two
  server > public gre call 40000 seq 1 data 20
    -> established, dir reply, same as tunnel-one, out as to-one
  client2 > server gre call 201 seq 1 data 20
    -> established, dir reply, same as tunnel-two, out wan public > server
  server:1723 > public:40000 tcp ack seq 5189 ack 1325 payload 009400011a2b3c4d000d000000c8000001000000 data 128
    -> established, dir reply, same as one
  expect gone tunnel-one, alive tunnel-two

story a server behind dst-nat
  rule nat dstnat dst-nat in-interface=wan protocol=tcp dst-port=1723 to-addresses=client
  [control] friend:40000 > public:1723 tcp syn seq 1000
    -> new, created, helper pptp, dstnat
  client:1723 > friend:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  friend:40000 > public:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  client:1723 > friend:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-control-1157] friend:40000 > client:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  friend:40000 > public:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-control-1157
  define [in8-control-5157] public:1723 > friend:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  client:1723 > friend:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c89c4001000000 data 12
    -> established, dir reply, out as in8-control-5157
  expect pending gre friend:100 > public:200, to client:200, helper pptp, master control
  expect pending gre client:200 > friend:40000, to friend:100, helper pptp, master control
  define [in] friend > client gre call 200 seq 1 data 20 ttl 63
  define [back] public > friend gre call 100 seq 1 data 20 ttl 63
  [tunnel] friend > public gre call 200 seq 1 data 20
    -> related, created, expected, dstnat, out lan friend > client, out as in
  client > friend gre call 40000 seq 1 data 20
    -> established, dir reply, same as tunnel, out wan public > friend, out as back

story the server calls
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  server:1723 > public:40000 tcp ack seq 5157 ack 1157 payload 00dc00011a2b3c4d0009000000c80001 data 204
    -> established, dir reply
  define [out10-control-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5377 payload 001800011a2b3c4d000a00009c4000c801000000 data 4 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5377 payload 001800011a2b3c4d000a0000006400c801000000 data 4
    -> established, out as out10-control-1157
  expect expectations 0
  define [in11-control-5377] server:1723 > client:40000 tcp ack seq 5377 ack 1181 payload 001c00011a2b3c4d000b00000064000000000000 data 8 ttl 63
  server:1723 > public:40000 tcp ack seq 5377 ack 1181 payload 001c00011a2b3c4d000b00009c40000000000000 data 8
    -> established, dir reply, out as in11-control-5377
  expect expectations 2
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected, out wan public > server

story a call behind a masquerade is disconnected
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out7-control-1157] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out7-control-1157
  define [in8-control-5157] server:1723 > client:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c8006401000000 data 12 ttl 63
  server:1723 > public:40000 tcp ack seq 5157 ack 1325 payload 002000011a2b3c4d0008000000c89c4001000000 data 12
    -> established, dir reply, out as in8-control-5157
  [tunnel] client > server gre call 200 seq 1 data 20
    -> related, created, expected
  define [in13-control-5189] server:1723 > client:40000 tcp ack seq 5189 ack 1325 payload 009400011a2b3c4d000d000000c8000001000000 data 128 ttl 63
  server:1723 > public:40000 tcp ack seq 5189 ack 1325 payload 009400011a2b3c4d000d000000c8000001000000 data 128
    -> established, dir reply, out as in13-control-5189
  expect gone tunnel

story two messages in a segment
  weir-only Linux reads the first message of a packet alone
  rule nat srcnat masquerade out-interface=wan
  [control] client:40000 > server:1723 tcp syn seq 1000
    -> new, created, helper pptp
  server:1723 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:1723 tcp ack seq 1001 ack 5001 payload 009c00011a2b3c4d0001000001000000 data 140
    -> established
  server:1723 > public:40000 tcp ack seq 5001 ack 1157 payload 009c00011a2b3c4d0002000001000100 data 140
    -> established, dir reply
  define [out] public:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 001000011a2b3c4d0005000000000000 payload 00a800011a2b3c4d000700009c400001 data 152 ttl 63
  client:40000 > server:1723 tcp ack seq 1157 ack 5157 payload 001000011a2b3c4d0005000000000000 payload 00a800011a2b3c4d0007000000640001 data 152
    -> established, out as out
