# SPDX-License-Identifier: Apache-2.0
# IRC (RFC 1459): DCC, by which a client offers another one a connection to itself. The address is a decimal
# number: 192.168.88.10 is 3232258058, 192.168.88.11 is 3232258059, 198.51.100.1 is 3325256705.
host client 192.168.88.10  host client2 192.168.88.11
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host friend 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
settings helpers=irc

story a file is offered
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  expect expectations 0
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  expect pending tcp anyone > client:5000, helper irc, timeout 5m, master chat
  [file] friend:7000 > client:5000 tcp syn seq 1
    -> related, created, expected, helper irc, out lan friend:7000 > client:5000
  expect expectations 0
  client:5000 > friend:7000 tcp syn,ack seq 1 ack 2
    -> established, dir reply, same as file
  # Once: the next one is a stranger.
  friend:7001 > client:5000 tcp syn seq 1
    -> new, created

story a client behind a masquerade: the address is replaced, and the peer comes as the server
  rule nat srcnat masquerade out-interface=wan
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper, srcnat
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established, out wan public:40000 > server:6667, out text "PRIVMSG bob :\x01DCC SEND photo.jpg 3325256705 5000 31337\x01\r\n"
  expect pending tcp anyone > public:5000, to client:5000, helper irc, timeout 5m, master chat
  [file] friend:7000 > public:5000 tcp syn seq 1
    -> related, created, expected, srcnat, dstnat, out lan server:7000 > client:5000
  client:5000 > server:7000 tcp syn,ack seq 1 ack 2
    -> established, dir reply, same as file, out wan public:5000 > friend:7000

story the client may know its public address
  rule nat srcnat masquerade out-interface=wan
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3325256705 5001\x01\r\n"
    -> established, out text "PRIVMSG bob :\x01DCC CHAT chat 3325256705 5001\x01\r\n"
  expect pending tcp anyone > public:5001, to client:5001, helper irc, master chat

story a third host gets nothing
  rule nat srcnat masquerade out-interface=wan
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC SEND f 3232258059 5000 1\x01\r\n"
    -> established, out text "PRIVMSG bob :\x01DCC SEND f 3232258059 5000 1\x01\r\n"
  expect expectations 0
  friend:7000 > public:5000 tcp syn seq 1
    -> new, created, out local

story a port below 1024 gets nothing
  rule nat srcnat masquerade out-interface=wan
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 1023\x01\r\n"
    -> established, out text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 1023\x01\r\n"
  expect expectations 0

story a passive offer names no port
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC SEND f 3232258058 0 77 5\x01\r\n"
    -> established
  expect expectations 0

story the server offers nothing
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  server:6667 > client:40000 tcp ack seq 5001 ack 1013 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established, dir reply
  expect expectations 0

story an offer is the beginning of its message
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :look: \x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1076 ack 5001 text "TOPIC #c :PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  expect expectations 0

story a line goes on in the next segment
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :some text, and "
    -> established
  client:40000 > server:6667 tcp ack seq 1041 ack 5001 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  expect expectations 0
  client:40000 > server:6667 tcp ack seq 1098 ack 5001 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  expect expectations 1

story two offers in a segment
  weir-only Linux reads the first line of a packet alone
  rule nat srcnat masquerade out-interface=wan
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5001\x01\r\nPRIVMSG bob :\x01DCC CHAT chat 3232258058 5002\x01\r\n"
    -> established, out text "PRIVMSG bob :\x01DCC CHAT chat 3325256705 5001\x01\r\nPRIVMSG bob :\x01DCC CHAT chat 3325256705 5002\x01\r\n"
  expect expectations 2

story a notice may offer too
  weir-only Linux reads PRIVMSG alone
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "NOTICE bob :\x01DCC CHAT chat 3232258058 5001\x01\r\n"
    -> established
  expect expectations 1

story a browser that is made to say so is no client
  weir-only Linux does not look at what came first
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "POST / HTTP/1.1\r\nHost: irc\r\n\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1031 ack 5001 text "PRIVMSG bob :\x01DCC SEND photo.jpg 3232258058 5000 31337\x01\r\n"
    -> established
  expect expectations 0

story eight at a time
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5001\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1059 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5002\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1105 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5003\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1151 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5004\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1197 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5005\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1243 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5006\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1289 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5007\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1335 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5008\x01\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1381 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5009\x01\r\n"
    -> established
  expect expectations 8
  friend:7000 > client:5001 tcp syn seq 1
    -> new, created
  friend:7000 > client:5002 tcp syn seq 1
    -> related, created, expected

story after five minutes the offer is over
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5001\x01\r\n"
    -> established
  after 299s
  expect expectations 1
  after 2s
  friend:7000 > client:5001 tcp syn seq 1
    -> new, created
  expect expectations 0

story with its connection goes what it offered
  [chat] client:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc, uses-helper
  server:6667 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  client:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  client:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3232258058 5001\x01\r\n"
    -> established
  expect expectations 1
  remove chat
  expect expectations 0

story lengths that change: numbers that follow are moved
  host near 10.1.1.2
  interface dmz 10.1.1.1/24
  rule nat srcnat masquerade out-interface=wan
  [chat] near:40000 > server:6667 tcp syn seq 1000
    -> new, created, helper irc
  server:6667 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, dir reply
  near:40000 > server:6667 tcp ack seq 1001 ack 5001 text "NICK alice\r\n"
    -> established
  near:40000 > server:6667 tcp ack seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 167837954 5001\x01\r\n"
    -> established, seq-adjust, out seq 1013 ack 5001 text "PRIVMSG bob :\x01DCC CHAT chat 3325256705 5001\x01\r\n"
  near:40000 > server:6667 tcp ack seq 1058 ack 5001 text "PING x\r\n"
    -> established, out seq 1059 ack 5001 text "PING x\r\n"
  server:6667 > public:40000 tcp ack seq 5001 ack 1067
    -> established, dir reply, out seq 5001 ack 1066
