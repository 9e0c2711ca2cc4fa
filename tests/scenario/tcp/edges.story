# SPDX-License-Identifier: Apache-2.0
# The exact edges of the rules about windows and resets: the last number that is good and the first that is
# not. After the handshake used here the client has sent up to 1001, may send up to 66161 and has been offered 65160
# bytes; the server has sent up to 5001, may send up to 69257 and has been offered 64256.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story above: the last segment that passes without effect, and the first that is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp ack seq 131321 ack 5001 win 502
    -> invalid, reason tcp-seq-above
  client:40000 > server:80 tcp ack seq 131320 ack 5001 win 502
    -> established, timeout 23h59m59s
  expect entry syn, packets 2/1

story above: the first segment that passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp ack seq 66162 ack 5001 win 502
    -> established, timeout 23h59m59s
  expect entry syn, packets 2/1

story below: the oldest segment that counts, and the one before
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp ack seq 4294903136 ack 5001 win 502
    -> established, timeout 23h59m59s
  expect entry syn, packets 2/1
  client:40000 > server:80 tcp ack seq 4294903137 ack 5001 win 502
    -> established, timeout 1d
  expect entry syn, packets 3/1

story the oldest acknowledgement that counts, and the one before
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp ack seq 1001 ack 4294906296 win 502
    -> established, timeout 23h59m59s
  expect entry syn, packets 2/1
  client:40000 > server:80 tcp ack seq 1001 ack 4294906297 win 502
    -> established, timeout 1d
  expect entry syn, packets 3/1

story the highest acknowledgement that is good
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5002 win 502
    -> invalid, reason tcp-ack-above
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509 data 1
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5002 win 502
    -> established

story a RST during the handshake below what was acknowledged is invalid, one with sequence number 0 is not
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp rst seq 900
    -> invalid, reason tcp-rst-seq
  expect entry syn, tcp-state syn-recv
  client:40000 > server:80 tcp rst seq 0
    -> established, tcp-state close, timeout 10s

story sequence number 0 does not end an established connection
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 0
    -> invalid, reason tcp-rst-seq
  expect entry syn, tcp-state established

story a RST in any closing state is taken as it comes
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
  server:80 > client:40000 tcp rst seq 3000000000
    -> established, tcp-state close, timeout 10s
  # and again
  client:40000 > server:80 tcp rst seq 2000000000
    -> established, tcp-state close, timeout 10s

story a RST in last-ack and in time-wait
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
  [rst] client:40000 > server:80 tcp rst seq 3000000000
    -> established, tcp-state close, timeout 10s

story a RST in time-wait
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
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, tcp-state time-wait
  server:80 > client:40000 tcp rst seq 3000000000
    -> established, tcp-state close, timeout 10s

story a RST without an acknowledgement is judged by its sequence number alone
  client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 3000000000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 3000000001
    -> established, assured
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close, timeout 10s

story a RST that acknowledges 0 acknowledges nothing
  client:40000 > server:80 tcp syn seq 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 3000000000 ack 1001
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 3000000001
    -> established, assured
  client:40000 > server:80 tcp rst,ack seq 1001 ack 0
    -> established, tcp-state close, timeout 10s

story options of length zero and one end the options
  client:40000 > server:80 tcp syn seq 1000 option 0500 option 0402
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 option 0801 option 01010101010101010101
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 option 01010105
    -> established

story a new connection by SYN when only one side had closed
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
  server:80 > client:40000 tcp rst,ack seq 5001 ack 1002 win 0
    -> established, tcp-state close
  [second] client:40000 > server:80 tcp syn seq 90000
    -> new, created, differs from syn

story a repeated SYN with its answer lost renews nothing, an answered one does
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 4s
  again syn
    -> new, timeout 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv, timeout 5s

story an invalid RST from one side and an invalid FIN from the other shorten the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp rst seq 500000
    -> invalid, reason tcp-seq-above
  server:80 > client:40000 tcp fin,ack seq 500000 ack 1001 win 509
    -> invalid, reason tcp-seq-above
  expect entry syn, tcp-state established, timeout 5m

story the timeout is not cut where less is left
  settings tcp-established-timeout=4m
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, timeout 4m, assured
  at 10s
  client:40000 > server:80 tcp fin,ack seq 500000 ack 5001 win 502
    -> invalid, reason tcp-seq-above
  server:80 > client:40000 tcp fin,ack seq 500000 ack 1001 win 509
    -> invalid, reason tcp-seq-above
  expect entry syn, timeout 3m50s

story ignore-invalid-rst turned on while running
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 900
    -> invalid, reason tcp-rst-seq
  settings ignore-invalid-rst=yes
  client:40000 > server:80 tcp rst seq 900
    -> established, tcp-state established, timeout 10s
