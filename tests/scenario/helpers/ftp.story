# SPDX-License-Identifier: Apache-2.0
# FTP (RFC 959, 2428): data connections that the control connection names, active and passive, and what
# becomes of addresses, lengths and sequence numbers under translation.
host client 10.0.0.2  host client2 10.0.0.3  host router 10.0.0.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 10.0.0.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=ftp

story active
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created, helper ftp, uses-helper
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  server:21 > client:40000 tcp ack seq 5001 ack 1010 text "331 yes\r\n"
    -> established, dir reply
  expect expectations 0
  client:40000 > server:21 tcp ack seq 1010 ack 5010 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out text "PORT 10,0,0,2,7,208\r\n", not seq-adjust
  expect expectations 1, pending tcp server > client:2000, helper ftp, timeout 5m, master ftp
  # From any port of the server's, once.
  [data] server:20 > client:2000 tcp syn seq 1
    -> related, created, expected, helper ftp, not uses-helper, out lan server:20 > client:2000
  expect expectations 0
  client:2000 > server:20 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as data
  server:20 > client:2000 tcp ack seq 2 ack 10 data 500
    -> established, assured
  server:21 > client:2000 tcp syn seq 1
    -> new, created, not expected, helper none

story passive
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "PASV\r\n"
    -> established
  server:21 > client:40000 tcp ack seq 5001 ack 1007 text "220 hello\r\n"
    -> established, dir reply
  server:21 > client:40000 tcp ack seq 5012 ack 1007 text "227 Entering (203,0,113,80,8,0).\r\n"
    -> established, dir reply
  expect expectations 1, pending tcp client > server:2048, helper ftp, timeout 5m, master ftp
  [data] client:40001 > server:2048 tcp syn seq 1
    -> related, created, expected, helper ftp
  expect expectations 0

story extended: EPSV and EPRT
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "EPSV\r\n"
    -> established
  server:21 > client:40000 tcp ack seq 5001 ack 1007 text "220 hello\r\n"
    -> established, dir reply
  server:21 > client:40000 tcp ack seq 5012 ack 1007 text "229 Extended (|||2048|)\r\n"
    -> established, dir reply
  expect expectations 1, pending tcp client > server:2048, helper ftp, timeout 5m
  client:40000 > server:21 tcp ack seq 1007 ack 5037 text "EPRT |1|10.0.0.2|2000|\r\n"
    -> established
  # One at a time.
  expect expectations 1, pending tcp server > client:2000, helper ftp, timeout 5m
  server:20 > client:2000 tcp syn seq 1
    -> related, created, expected

story active, masqueraded
  rule nat srcnat masquerade out-interface=wan
  rule filter forward accept connection-type=ftp comment=ftp
  rule filter forward accept connection-state=new in-interface=lan
  rule filter forward accept connection-state=established
  rule filter forward drop comment=rest
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created, helper ftp, out wan public:40000 > server:21
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001 sack-ok
    -> established, dir reply, out lan server:21 > client:40000
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  server:21 > public:40000 tcp ack seq 5001 ack 1010 text "331 yes\r\n"
    -> established, dir reply
  [port] client:40000 > server:21 tcp ack seq 1010 ack 5010 text "PORT 10,0,0,2,7,208\r\n"
    -> established, seq-adjust, out wan public:40000 > server:21, out seq 1010 ack 5010
    -> out text "PORT 198,51,100,1,7,208\r\n"
  expect expectations 1
  expect pending tcp server > public:2000, to client:2000, helper ftp, timeout 5m, master ftp
  server:21 > public:40000 tcp ack seq 5010 ack 1035 text "200 ok\r\n"
    -> established, dir reply, out seq 5010 ack 1031, out text "200 ok\r\n"
  client:40000 > server:21 tcp ack seq 1031 ack 5018 text "LIST\r\n"
    -> established, out seq 1035 ack 5018, out text "LIST\r\n"
  [data] server:20 > public:2000 tcp syn seq 1
    -> related, created, expected, srcnat-done, dstnat, helper ftp
    -> out lan server:20 > client:2000, reply client:2000 > server:20
  client:2000 > server:20 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as data, out wan public:2000 > server:20
  expect counted rest 0

story a command that comes again is translated as before
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000 sack-ok
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001 sack-ok
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  server:21 > public:40000 tcp ack seq 5001 ack 1010 text "331 yes\r\n"
    -> established, dir reply
  [port] client:40000 > server:21 tcp ack seq 1010 ack 5010 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out seq 1010, out text "PORT 198,51,100,1,7,208\r\n"
  again port
    -> established, out seq 1010, out text "PORT 198,51,100,1,7,208\r\n"
  expect expectations 1
  client:40000 > server:21 tcp ack seq 1031 ack 5010 text "LIST\r\n"
    -> established, out seq 1035
  # Behind another line it is not known any more where it began.
  again port
    -> established, out seq 1010, out text "PORT 10,0,0,2,7,208\r\n"
  server:21 > public:40000 tcp ack seq 5010 ack 1041
    -> established, dir reply, out ack 1037
  client:40000 > server:21 tcp ack seq 1037 ack 5010 text "PORT 10,0,0,2,7,209\r\n"
    -> established, out seq 1041, out text "PORT 198,51,100,1,7,209\r\n"
  client:40000 > server:21 tcp fin,ack seq 1058 ack 5010
    -> established, out seq 1066
  server:21 > public:40000 tcp ack seq 5010 ack 1067
    -> established, dir reply, out ack 1059

story SACK behind the place where it grew
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000 sack-ok
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001 sack-ok
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out seq 1010
  client:40000 > server:21 tcp ack seq 1031 ack 5001 text "LIST\r\n"
    -> established, out seq 1035
  client:40000 > server:21 tcp ack seq 1037 ack 5001 text "QUIT\r\n"
    -> established, out seq 1041
  server:21 > public:40000 tcp ack seq 5001 ack 1035 sack 1041-1047
    -> established, dir reply, out seq 5001 ack 1031 sack 1037-1043

story SACK across the place where it grew
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000 sack-ok
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001 sack-ok
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out seq 1010
  client:40000 > server:21 tcp ack seq 1031 ack 5001 text "LIST\r\n"
    -> established, out seq 1035
  # The server misses the first of the two: what it has lies behind what it acknowledges.
  server:21 > public:40000 tcp ack seq 5001 ack 1010 sack 1035-1041
    -> established, dir reply, out seq 5001 ack 1010 sack 1031-1037

story an error about a segment that was moved
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1031 ack 5001 text "LIST\r\n"
    -> established
  # Its last byte, as it left.
  define [left] public:40000 > server:21 tcp ack seq 1041 ack 5001
  gateway > public icmp host-unreachable quote left
    -> related, dir reply, same as ftp, out lan gateway > client
  define [never] public:40000 > server:21 tcp ack seq 1042 ack 5001
  gateway > public icmp host-unreachable quote never
    -> invalid, reason icmp-seq

story what a server sends past the end is invalid, moved or not
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  server:21 > public:40000 tcp ack seq 5001 ack 1010 text "331 yes\r\n"
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1010 ack 5010 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out text "PORT 198,51,100,1,7,208\r\n"
  server:21 > public:40000 tcp ack seq 5010 ack 1036
    -> invalid, reason tcp-ack-above
  server:21 > public:40000 tcp ack seq 5010 ack 1035
    -> established, dir reply, out ack 1031

story a server behind dst-nat
  rule nat dstnat dst-nat protocol=tcp dst-port=21 in-interface=wan to-addresses=client
  [ftp] other:40000 > public:21 tcp syn seq 1000
    -> new, created, helper ftp, out lan other:40000 > client:21
  client:21 > other:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  other:40000 > public:21 tcp ack seq 1001 ack 5001 text "PASV\r\n"
    -> established
  client:21 > other:40000 tcp ack seq 5001 ack 1007 text "220 hello\r\n"
    -> established, dir reply
  client:21 > other:40000 tcp ack seq 5012 ack 1007 text "227 Entering (10,0,0,2,8,0).\r\n"
    -> established, dir reply, seq-adjust, out wan public:21 > other:40000
    -> out text "227 Entering (198,51,100,1,8,0).\r\n"
  expect pending tcp other > public:2048, to client:2048, helper ftp, timeout 5m, master ftp
  [data] other:40001 > public:2048 tcp syn seq 1
    -> related, created, expected, out lan other:40001 > client:2048
  client:2048 > other:40001 tcp syn,ack seq 1 ack 2
    -> established, dir reply, same as data, out wan public:2048 > other:40001
  other:40000 > public:21 tcp ack seq 1007 ack 5046
    -> established, out ack 5042

story the port of a dst-nat'ed server is what counts
  rule nat dstnat dst-nat protocol=tcp dst-port=2121 in-interface=wan to-addresses=client to-ports=21
  rule nat dstnat dst-nat protocol=tcp dst-port=21 in-interface=wan to-addresses=client to-ports=2121
  other:40000 > public:2121 tcp syn seq 1
    -> new, created, helper ftp
  other:40001 > public:21 tcp syn seq 1
    -> new, created, helper none

story two clients with one port
  rule nat srcnat masquerade out-interface=wan
  [first] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established, out text "PORT 198,51,100,1,7,208\r\n"
  [second] client2:40001 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40001 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client2:40001 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client2:40001 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,3,7,208\r\n"
    -> established, out text "PORT 198,51,100,1,{p/256},{p%256}\r\n"
  expect expectations 2
  expect pending tcp server > public:2000, to client:2000, helper ftp, timeout 5m, master first
  expect pending tcp server > public:{p}, to client2:2000, helper ftp, timeout 5m, master second
  server:20 > public:{p} tcp syn seq 1
    -> related, created, out lan server:20 > client2:2000
  server:20 > public:2000 tcp syn seq 1
    -> related, created, out lan server:20 > client:2000

story rules by the helper
  rule filter forward accept connection-type=ftp comment=ftp
  rule filter forward drop connection-type=!ftp comment=other
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, drop, reason rule-drop, rule other
  # It is known to be one behind its first packet, as its helper is attached at the end of the path.
  expect counted ftp 0, counted other 1, none

story both families, masqueraded
  host c6 2001:db8:1::10  host p6 2001:db8:2::1  host g6 2001:db8:2::fe  host s6 2001:db8:3::80
  interface lan6 2001:db8:1::1/64
  interface wan6 2001:db8:2::1/64
  route ::/0 wan6 via g6
  rule6 nat srcnat masquerade out-interface=wan6
  [ftp] c6:40000 > s6:21 tcp syn seq 1000
    -> new, created, helper ftp, out wan6 p6:40000 > s6:21
  s6:21 > p6:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  c6:40000 > s6:21 tcp ack seq 1001 ack 5001 text "EPSV\r\n"
    -> established
  s6:21 > p6:40000 tcp ack seq 5001 ack 1007 text "220 hello\r\n"
    -> established, dir reply
  s6:21 > p6:40000 tcp ack seq 5012 ack 1007 text "229 Extended (|||2048|)\r\n"
    -> established, dir reply, not seq-adjust
  expect pending tcp c6 > s6:2048, helper ftp, timeout 5m, master ftp
  [data] c6:40001 > s6:2048 tcp syn seq 1
    -> related, created, srcnat, out wan6 p6:40001 > s6:2048

story EPRT of IPv6, masqueraded
  host c6 2001:db8:1::10  host p6 2001:db8:2::1  host g6 2001:db8:2::fe  host s6 2001:db8:3::80
  interface lan6 2001:db8:1::1/64
  interface wan6 2001:db8:2::1/64
  route ::/0 wan6 via g6
  rule6 nat srcnat masquerade out-interface=wan6
  [ftp] c6:40000 > s6:21 tcp syn seq 1000
    -> new, created, helper ftp, out wan6 p6:40000 > s6:21
  s6:21 > p6:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  c6:40000 > s6:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  c6:40000 > s6:21 tcp ack seq 1010 ack 5001 text "EPRT |2|2001:db8:1::10|2000|\r\n"
    -> established, seq-adjust, out text "EPRT |2|2001:db8:2::1|2000|\r\n"
  expect pending tcp s6 > p6:2000, to c6:2000, helper ftp, timeout 5m, master ftp
  s6:20 > p6:2000 tcp syn seq 1
    -> related, created, expected, out lan6 s6:20 > c6:2000

story IPv6 as it is
  host c6 2001:db8:1::10  host s6 2001:db8:2::80
  interface lan6 2001:db8:1::1/64
  interface wan6 2001:db8:2::1/64
  [ftp] c6:40000 > s6:21 tcp syn seq 1000
    -> new, created, helper ftp
  s6:21 > c6:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  c6:40000 > s6:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  c6:40000 > s6:21 tcp ack seq 1010 ack 5001 text "EPRT |2|2001:db8:1::10|2000|\r\n"
    -> established
  expect expectations 1, pending tcp s6 > c6:2000, helper ftp, timeout 5m
  s6:20 > c6:2000 tcp syn seq 1
    -> related, created, expected

story a third host's address opens nothing
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,3,7,208\r\n"
    -> established
  server:21 > client:40000 tcp ack seq 5001 ack 1031 text "220 hello\r\n"
    -> established, dir reply
  server:21 > client:40000 tcp ack seq 5012 ack 1031 text "227 (203,0,113,99,8,0)\r\n"
    -> established, dir reply
  expect expectations 0

story a part of a command is dropped
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0"
    -> established, drop, reason helper-partial, says "a message that names a connection is cut off at byte 11"
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  expect expectations 1, count helper-partial 1

story a first line is not examined
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  expect expectations 0

story what is expected lasts five minutes
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  after 299s
  expect pending tcp server > client:2000, helper ftp, timeout 1s
  after 1s
  expect expectations 0
  server:20 > client:2000 tcp syn seq 1
    -> new, created, not expected

story what is expected goes with its master
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  # Not with its RST, but with its end.
  client:40000 > server:21 tcp rst,ack seq 1031 ack 5001
    -> established, tcp-state close
  expect expectations 1
  remove ftp
  expect expectations 0
  server:20 > client:2000 tcp syn seq 1
    -> new, created, not expected

story a data connection outlives its master, with its mark
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  mark ftp 7
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established
  [data] server:20 > client:2000 tcp syn seq 1
    -> related, created, mark 7
  remove ftp
  client:2000 > server:20 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as data, helper ftp

story no fast path for what a helper reads
  weir-only Linux' flowtable has rules of its own
  rule filter forward fasttrack-connection connection-state=established,related
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply, not fasttrack
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established, not fasttrack
  fasttrack ftp fails invalid-argument
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,7,208\r\n"
    -> established, not fasttrack
  [data] server:20 > client:2000 tcp syn seq 1
    -> related, created
  client:2000 > server:20 tcp syn,ack seq 9 ack 2
    -> established, dir reply
  server:20 > client:2000 tcp ack seq 2 ack 10 data 500
    -> established, fasttrack

story another port, and none
  settings ftp-ports=2121
  client:40000 > server:21 tcp syn seq 1000
    -> new, created, helper none
  client:40000 > server:2121 tcp syn seq 1000
    -> new, created, helper ftp
  settings helpers=none
  client:40001 > server:2121 tcp syn seq 1000
    -> new, created, helper none

story ports below 1024 are not opened
  weir-only Linux expects connections to any port
  rule nat srcnat masquerade out-interface=wan
  [ftp] client:40000 > server:21 tcp syn seq 1000
    -> new, created
  server:21 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:21 tcp ack seq 1001 ack 5001 text "USER me\r\n"
    -> established
  client:40000 > server:21 tcp ack seq 1010 ack 5001 text "PORT 10,0,0,2,0,22\r\n"
    -> established, out text "PORT 10,0,0,2,0,22\r\n"
  client:40000 > server:21 tcp ack seq 1030 ack 5001 text "PORT 10,0,0,2,300,22\r\n"
    -> established, out text "PORT 10,0,0,2,300,22\r\n"
  expect expectations 0
