# SPDX-License-Identifier: Apache-2.0
# How a TCP connection ends: RFC 9293 section 3.6. All closing timeouts are 10s (RouterOS).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story the client closes, then the server
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait, timeout 10s
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait, timeout 10s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack, timeout 10s
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait, timeout 10s, status seen-reply assured confirmed
  expect entry syn, packets 4/3
  at 10.1s
  expect gone syn, ended timeout 1, none

story the server closes first
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> established, dir reply, tcp-state fin-wait, timeout 10s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5002 win 502
    -> established, tcp-state last-ack
  server:80 > client:40000 tcp ack seq 5002 ack 1002 win 509
    -> established, tcp-state time-wait, timeout 10s

story both close at once
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  server:80 > client:40000 tcp ack seq 5002 ack 1002 win 509
    -> established, tcp-state time-wait

# The states do not say who has closed.
story a FIN retransmitted counts as the second
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  [fin] client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  again fin
    -> established, tcp-state last-ack
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state time-wait

story a half-closed connection carries data in the other direction
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  at 5s
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509 data 1000
    -> established, tcp-state close-wait, timeout 10s
  client:40000 > server:80 tcp ack seq 1002 ack 6001 win 502
    -> established, tcp-state close-wait, timeout 10s
  at 14s
  server:80 > client:40000 tcp ack seq 6001 ack 1002 win 509 data 1000
    -> established, tcp-state close-wait, timeout 10s

story a FIN with data
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,psh,ack seq 1001 ack 5001 win 502 data 50
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1052 win 509
    -> established, tcp-state close-wait

story a FIN before the handshake is complete
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait, timeout 10s, not assured

story a new connection between the same ports after both have closed
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  [second] client:40000 > server:80 tcp syn seq 90000
    -> new, created, dir original, differs from syn, tcp-state syn-sent, timeout 5s
  server:80 > client:40000 tcp syn,ack seq 70000 ack 90001
    -> established, same as second, tcp-state syn-recv
  expect gone syn, ended reopened 1

story after time-wait the server opens: the roles change
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  [second] server:80 > client:40000 tcp syn seq 90000
    -> new, created, dir original, differs from syn, tcp-state syn-sent
  expect entry tcp server:80 > client:40000, reply client:40000 > server:80

story a SYN/ACK in time-wait passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, tcp-state time-wait, timeout 9s

story a SYN let by in established, its SYN/ACK takes over
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp syn seq 90000 win 64240 mss 1460
    -> established, same as syn, tcp-state established, timeout 1d
  server:80 > client:40000 tcp syn,ack seq 70000 ack 90001 win 65160 mss 1460
    -> established, same as syn, tcp-state syn-recv, timeout 5s, assured
  client:40000 > server:80 tcp ack seq 90001 ack 70001 win 64240
    -> established, tcp-state established, timeout 1d
  expect connections 1

story a SYN/ACK that answers no SYN let by passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, tcp-state established, timeout 23h59m59s
  client:40000 > server:80 tcp syn seq 90000
    -> established
  server:80 > client:40000 tcp syn,ack seq 70000 ack 90002
    -> established, tcp-state established

# RFC 5961: the server is in LAST-ACK and answers the SYN with a challenge, not with the last ACK.
story a SYN in last-ack: the challenge does not end the connection
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp syn seq 90000
    -> established, tcp-state last-ack
  server:80 > client:40000 tcp ack seq 5002 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp rst seq 1002
    -> established, tcp-state close

story a FIN outside the window from each side shortens the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp fin,ack seq 500000 ack 5001 win 502
    -> invalid, reason tcp-seq-above
  expect entry syn, tcp-state established, timeout 23h59m50s
  server:80 > client:40000 tcp fin,ack seq 500000 ack 1001 win 509
    -> invalid, reason tcp-seq-above
  expect entry syn, tcp-state established, timeout 5m

story FINs outside the window from one side alone change nothing
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  [fin] client:40000 > server:80 tcp fin,ack seq 500000 ack 5001 win 502
    -> invalid, reason tcp-seq-above
  again fin
    -> invalid, reason tcp-seq-above
  expect entry syn, timeout 23h59m50s

story time-wait is renewed by late packets
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, tcp-state close-wait
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state last-ack
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  at 6s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, tcp-state time-wait, timeout 10s
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait, timeout 10s
