# SPDX-License-Identifier: Apache-2.0
# RST: RFC 9293 section 3.10.7, made stricter by RFC 5961 section 3.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story a refused SYN: the RST ends the entry
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp rst,ack seq 0 ack 1001 win 0
    -> established, dir reply
  expect gone syn, none, ended reset 1

story a RST that refuses another SYN is invalid
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp rst,ack seq 0 ack 5555 win 0
    -> invalid, reason tcp-ack-above
  expect alive syn

story a client that gives up before the answer
  [syn] client:40000 > server:80 tcp syn seq 1000
    -> new, created
  client:40000 > server:80 tcp rst seq 1001
    -> new
  expect gone syn, ended reset 1

story a client's RST during the handshake
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close, timeout 10s
  expect alive syn

story a server's RST during the handshake
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  server:80 > client:40000 tcp rst,ack seq 5001 ack 1001 win 0
    -> established, tcp-state close, timeout 10s

story an exact RST closes an established connection
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp rst seq 5001
    -> established, dir reply, tcp-state close, timeout 10s, assured
  at 10.1s
  expect gone syn

story a RST below what was acknowledged is invalid
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 900
    -> invalid, reason tcp-rst-seq, says "RST outside the receive window: seq 900 below 1001"
  server:80 > client:40000 tcp rst seq 4999
    -> invalid, reason tcp-rst-seq
  expect entry syn, tcp-state established

story with ignore-invalid-rst the same RST passes, and only shortens the timeout
  settings ignore-invalid-rst=yes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 900
    -> established, tcp-state established, timeout 10s

story a RST in the window but not exact: the receiver may challenge it
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, timeout 1d
  client:40000 > server:80 tcp rst seq 1005
    -> established, tcp-state established, timeout 10s
  # The RST counts as sent up to 1005, which this does not acknowledge.
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, tcp-state established, timeout 5m
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close, timeout 10s

story a RST right behind data closes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 100
    -> established
  client:40000 > server:80 tcp rst seq 1101
    -> established, tcp-state close, timeout 10s

story after a FIN a RST is taken as it comes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp rst seq 1
    -> established, tcp-state close, timeout 10s

story a RST far above the window is invalid
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 900000
    -> invalid, reason tcp-seq-above
  expect entry syn, tcp-state established

# The server has forgotten the connection; the RST acknowledges the SYN that was let by.
story a SYN in an established connection answered by RST
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp syn seq 90000
    -> established, same as syn, tcp-state established
  server:80 > client:40000 tcp rst,ack seq 0 ack 90001 win 0
    -> established, tcp-state close, timeout 10s

# RFC 5961 section 4: the server challenges, the client sends an exact RST.
story a SYN in an established connection answered by a challenge
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp syn seq 90000
    -> established, tcp-state established
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, tcp-state established
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close, timeout 10s

story a client that reset its own connection may open it again at once
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  [second] client:40000 > server:80 tcp syn seq 90000
    -> new, created, differs from syn, tcp-state syn-sent
  expect gone syn, ended reopened 1

story after a server's RST the SYN passes, and the SYN/ACK opens it again
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp rst seq 5001
    -> established, tcp-state close, timeout 10s
  at 1s
  client:40000 > server:80 tcp syn seq 90000 win 64240
    -> established, same as syn, tcp-state close, timeout 9s
  server:80 > client:40000 tcp syn,ack seq 70000 ack 90001
    -> established, same as syn, tcp-state syn-recv, timeout 5s
  client:40000 > server:80 tcp ack seq 90001 ack 70001
    -> established, tcp-state established, timeout 1d

story data after a RST keeps it closed
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp rst seq 5001
    -> established, tcp-state close
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10
    -> established, tcp-state close, timeout 10s
  client:40000 > server:80 tcp fin,ack seq 1011 ack 5001 win 502
    -> established, tcp-state close, timeout 10s
