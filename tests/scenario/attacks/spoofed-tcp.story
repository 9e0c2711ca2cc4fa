# SPDX-License-Identifier: Apache-2.0
# Class: segments of a connection that its hosts have not sent.
# Source: CVE-2023-6534 (FreeBSD-SA-23:17.pf: sequence numbers not checked as they should be); RFC 5961
# sections 4 and 5; the simultaneous open of RFC 9293 section 3.5, used to open from outside.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story the window where sequence numbers go round
  [syn] client:40000 > server:80 tcp syn seq 4294967000 win 64240
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 4294966000 ack 4294967001 win 65160
    -> established
  client:40000 > server:80 tcp ack seq 4294967001 ack 4294966001 win 64240
    -> established, assured
  client:40000 > server:80 tcp ack seq 4294967001 ack 4294966001 win 64240 data 1000
    -> established
  server:80 > client:40000 tcp ack seq 4294966001 ack 705 win 65160 data 1460
    -> established, timeout 5m
  client:40000 > server:80 tcp ack seq 705 ack 165 win 64240
    -> established, timeout 1d
  # Half of the number space away, and one too many.
  server:80 > client:40000 tcp ack seq 2147483600 ack 705 win 65160 data 10
    -> invalid, reason tcp-seq-above
  server:80 > client:40000 tcp ack seq 165 ack 2147484000 win 65160 data 10
    -> invalid, reason tcp-ack-above
  server:80 > client:40000 tcp ack seq 165 ack 706 win 65160 data 10
    -> invalid, reason tcp-ack-above
  server:80 > client:40000 tcp rst seq 164
    -> invalid, reason tcp-rst-seq
  expect entry syn, tcp-state established

story data before the handshake is through has nobody's acknowledgement
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp fin,ack seq 5000 ack 1001
    -> invalid, reason tcp-state
  server:80 > client:40000 tcp syn,ack seq 5000 ack 999999
    -> invalid, reason tcp-ack-above
  expect entry syn, tcp-state syn-sent, timeout 5s

# A SYN from the server crosses the client's. It opens nothing until the client has answered it.
story a forged SYN against the client's own
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 77
    -> established, dir reply, tcp-state listen
  server:80 > client:40000 tcp ack seq 78 ack 1001 data 100
    -> established, not assured
  server:80 > client:40000 tcp ack seq 78 ack 999999 data 100
    -> established, not assured
  expect entry syn, tcp-state listen, not assured, timeout 5s

story a SYN in an established connection changes nothing
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001
    -> established, assured
  client:40000 > server:80 tcp syn seq 900000
    -> established, same as syn, tcp-state established, timeout 1d
  server:80 > client:40000 tcp syn seq 1
    -> invalid, reason tcp-state
  server:80 > client:40000 tcp ack seq 5001 ack 1001 data 5
    -> established, same as syn, tcp-state established

story an acknowledgement of what was never sent does not move the window
  [syn] client:40000 > server:80 tcp syn seq 1000 win 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 1000
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 1000
    -> established, assured
  client:40000 > server:80 tcp ack seq 1001 ack 900000 win 1000
    -> invalid, reason tcp-ack-above
  server:80 > client:40000 tcp ack seq 890000 ack 1001 win 1000 data 100
    -> invalid, reason tcp-seq-above
