# SPDX-License-Identifier: Apache-2.0
# How a TCP connection begins: RFC 9293 section 3.5, and Linux on the router between.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a three-way handshake
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, dir original, tcp-state syn-sent, timeout 5s, status confirmed
  at 0.1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, dir reply, same as syn, tcp-state syn-recv, timeout 5s
    -> status seen-reply confirmed
  at 0.2s
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state established, timeout 1d
    -> status seen-reply assured confirmed
  expect connections 1, half-open 0
  expect entry tcp client:40000 > server:80, reply server:80 > client:40000, packets 2/1, bytes 92/52

story the same over IPv6
  host client6 2001:db8:1::2  host server6 2001:db8:2::2
  [syn] client6:40000 > server6:80 tcp syn seq 1000 mss 1440
    -> new, created, tcp-state syn-sent, timeout 5s
  server6:80 > client6:40000 tcp syn,ack seq 5000 ack 1001 mss 1440
    -> established, dir reply, same as syn, tcp-state syn-recv
  client6:40000 > server6:80 tcp ack seq 1001 ack 5001
    -> established, tcp-state established, assured, timeout 1d
  expect connections-v6 1
  expect entry tcp client6:40000 > server6:80, reply server6:80 > client6:40000, bytes 124/64

# A SYN that is repeated does not renew the timeout, or who repeats it would keep the entry (Linux 6).
story a SYN retransmitted stays new and runs out
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created, timeout 5s
  at 1s
  again syn
    -> new, same as syn, tcp-state syn-sent, timeout 4s
  at 3s
  again syn
    -> new, same as syn, timeout 2s
  expect entry syn, packets 1/0
  at 5.1s
  [late] again syn
    -> new, created, differs from syn, timeout 5s

story a SYN with a higher sequence number begins the handshake anew
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  client:40000 > server:80 tcp syn seq 90000
    -> new, same as syn, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 90001
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 90001 ack 5001
    -> established, tcp-state established, assured

story a SYN with a lower sequence number passes, and its answer too
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  client:40000 > server:80 tcp syn seq 500
    -> new, same as syn, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 501
    -> established, tcp-state syn-recv

# RFC 9293 figure 7. RouterOS has no name of its own for it and shows "listen".
story both open at once, SYN/ACKs cross
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000
    -> established, dir reply, tcp-state listen, timeout 5s, seen-reply
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> established, dir original, tcp-state syn-recv, timeout 5s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, tcp-state established, assured, timeout 1d

story both open at once, and the server's ACK completes it
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn seq 5000
    -> established, tcp-state listen
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> established, tcp-state syn-recv
  server:80 > client:40000 tcp ack seq 5001 ack 1001
    -> established, dir reply, tcp-state established, assured

story without a simultaneous open the server's ACK completes nothing
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, tcp-state syn-recv, not assured

story a SYN/ACK repeated does not renew the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 2s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, same as syn, tcp-state syn-recv, timeout 3s
  expect entry syn, packets 1/1

# TCP Fast Open, RFC 7413: the SYN carries data, and the SYN/ACK acknowledges it.
story data in the SYN
  [syn] client:40000 > server:80 tcp syn seq 1000 mss 1460 data 200
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1201
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1201 ack 5001
    -> established, assured

story the answer acknowledges more than the SYN
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1002
    -> invalid, reason tcp-ack-above
  expect entry syn, tcp-state syn-sent, not seen-reply

story a new SYN while the handshake is not complete
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  client:40000 > server:80 tcp syn seq 20000 win 64240
    -> established, same as syn, tcp-state syn-recv, timeout 4s
  server:80 > client:40000 tcp syn,ack seq 8000 ack 20001
    -> established, tcp-state syn-recv, timeout 5s
  client:40000 > server:80 tcp ack seq 20001 ack 8001
    -> established, tcp-state established, assured

# RFC 9293 section 3.5.1: the server still has the old connection and challenges; the client resets it.
story a half-open server challenges a SYN and is reset
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  at 1s
  server:80 > client:40000 tcp ack seq 7000 ack 3000
    -> established, dir reply, tcp-state syn-sent, timeout 4s, seen-reply
  client:40000 > server:80 tcp rst seq 3000
    -> established, dir original, tcp-state close, timeout 10s
  [second] client:40000 > server:80 tcp syn seq 1000
    -> new, created, differs from syn, tcp-state syn-sent

story a RST that does not fit the challenge leaves the half-open connection
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp ack seq 7000 ack 3000
    -> established, tcp-state syn-sent
  client:40000 > server:80 tcp rst seq 2999
    -> invalid, reason tcp-seq-above
  expect entry syn, tcp-state syn-sent

story SYN, SYN/ACK, FIN and RST out of nothing
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> invalid, reason tcp-not-opener, no-connection, says "TCP packet with flags 0x12 opens no connection"
  client:40000 > server:80 tcp fin,ack seq 1000 ack 5000
    -> invalid, reason tcp-not-opener
  client:40000 > server:80 tcp rst seq 1000
    -> invalid, reason tcp-not-opener
  client:40000 > server:80 tcp rst,ack seq 1000 ack 5000
    -> invalid, reason tcp-not-opener, says "TCP packet with flags 0x14 opens no connection"
  expect none, created 0, count tcp-not-opener 4

story port 0 is a port like others
  [syn] client:0 > server:0 tcp syn seq 1000
    -> new, created
  server:0 > client:0 tcp syn,ack seq 5000 ack 1001
    -> established, same as syn

story ECN, PSH and URG at the opening change nothing
  client:40000 > server:80 tcp syn,ece,cwr seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack,ece seq 5000 ack 1001
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp psh,ack seq 1001 ack 5001 data 10
    -> established, tcp-state established
  client:40001 > server:80 tcp syn,urg seq 1000 urg 1
    -> new, created
  client:40002 > server:80 tcp syn,psh seq 1000
    -> new, created

story two clients' ports are two connections
  [a] client:40000 > server:80 tcp syn seq 1
    -> new, created
  [b] client:40001 > server:80 tcp syn seq 1
    -> new, created, differs from a
  [c] client:40000 > server:81 tcp syn seq 1
    -> new, created, differs from b
  expect connections 3, half-open 3
