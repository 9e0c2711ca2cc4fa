# SPDX-License-Identifier: Apache-2.0
# Every cell of the TCP transition table: state, side and kind of packet, with sequence numbers that fit.
# What passes without effect or is invalid leaves state and timeout as they were (a second has gone by).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story in syn-sent the client's syn,ack, fin, ack are invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> invalid, reason tcp-state
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> invalid, reason tcp-state
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> invalid, reason tcp-state
  expect entry syn, tcp-state syn-sent, timeout 4s

story in syn-sent the client's syn is a retransmission
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> new, dir original, same as syn, tcp-state syn-sent, timeout 4s

story in syn-sent the server's fin is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> invalid, reason tcp-state
  expect entry syn, tcp-state syn-sent, timeout 4s

story in syn-sent the server's syn leads to listen
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    # Like a repeated SYN, it does not renew the timeout.
    -> established, dir reply, same as syn, tcp-state listen, timeout 4s

story in syn-sent the server's syn,ack leads to syn-recv
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state syn-recv, timeout 5s

story in syn-sent the server's ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state syn-sent, timeout 4s

story in listen the client's fin, ack are invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> invalid, reason tcp-state
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> invalid, reason tcp-state
  expect entry syn, tcp-state listen, timeout 4s

story in listen the client's syn changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state listen, timeout 5s

story in listen the client's syn,ack leads to syn-recv
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> established, dir original, same as syn, tcp-state syn-recv, timeout 5s

story in listen the server's fin is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> invalid, reason tcp-state
  expect entry syn, tcp-state listen, timeout 4s

story in listen the server's syn changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, dir reply, same as syn, tcp-state listen, timeout 5s

story in listen the server's syn,ack leads to syn-recv
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state syn-recv, timeout 5s

story in listen the server's ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> established, tcp-state listen
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state listen, timeout 4s

story in syn-recv the client's syn passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state syn-recv, timeout 4s

story in syn-recv the client's syn,ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> established, dir original, same as syn, tcp-state syn-recv, timeout 5s

story in syn-recv the client's fin leads to fin-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state fin-wait, timeout 10s

story in syn-recv the client's ack leads to established
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state established, timeout 1d

story in syn-recv the server's syn is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state syn-recv, timeout 4s

story in syn-recv the server's syn,ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state syn-recv, timeout 4s

story in syn-recv the server's fin leads to fin-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state fin-wait, timeout 10s

story in syn-recv the server's ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state syn-recv, timeout 5s

story in established the client's syn,ack is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> invalid, reason tcp-state
  expect entry syn, tcp-state established, timeout 23h59m59s

story in established the client's syn passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state established, timeout 23h59m59s

story in established the client's fin leads to fin-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state fin-wait, timeout 10s

story in established the client's ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state established, timeout 1d

story in established the server's syn is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state established, timeout 23h59m59s

story in established the server's syn,ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state established, timeout 23h59m59s

story in established the server's fin leads to fin-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state fin-wait, timeout 10s

story in established the server's ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state established, timeout 1d

story in fin-wait the client's syn,ack is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> invalid, reason tcp-state
  expect entry syn, tcp-state fin-wait, timeout 9s

story in fin-wait the client's syn passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state fin-wait, timeout 9s

story in fin-wait the client's fin leads to last-ack
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state last-ack, timeout 10s

story in fin-wait the client's ack leads to close-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  client:40000 > server:80 tcp ack seq 1002 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state close-wait, timeout 10s

story in fin-wait the server's syn is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state fin-wait, timeout 9s

story in fin-wait the server's syn,ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state fin-wait, timeout 9s

story in fin-wait the server's fin leads to last-ack
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state last-ack, timeout 10s

story in fin-wait the server's ack leads to close-wait
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state close-wait, timeout 10s

story in close-wait the client's syn,ack is invalid
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
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> invalid, reason tcp-state
  expect entry syn, tcp-state close-wait, timeout 9s

story in close-wait the client's syn passes without effect
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
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state close-wait, timeout 9s

story in close-wait the client's fin leads to last-ack
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
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state last-ack, timeout 10s

story in close-wait the client's ack changes nothing but the timeout
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
  at 1s
  client:40000 > server:80 tcp ack seq 1002 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state close-wait, timeout 10s

story in close-wait the server's syn is invalid
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
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state close-wait, timeout 9s

story in close-wait the server's syn,ack passes without effect
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
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state close-wait, timeout 9s

story in close-wait the server's fin leads to last-ack
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
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state last-ack, timeout 10s

story in close-wait the server's ack changes nothing but the timeout
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
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state close-wait, timeout 10s

story in last-ack the client's syn,ack is invalid
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
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5002
    -> invalid, reason tcp-state
  expect entry syn, tcp-state last-ack, timeout 9s

story in last-ack the client's syn passes without effect
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
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> established, dir original, same as syn, tcp-state last-ack, timeout 9s

story in last-ack the client's fin changes nothing but the timeout
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
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5002 win 502
    -> established, dir original, same as syn, tcp-state last-ack, timeout 10s

story in last-ack the client's ack leads to time-wait
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
  at 1s
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, dir original, same as syn, tcp-state time-wait, timeout 10s

story in last-ack the server's syn is invalid
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
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state last-ack, timeout 9s

story in last-ack the server's syn,ack passes without effect
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
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state last-ack, timeout 9s

story in last-ack the server's fin changes nothing but the timeout
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
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state last-ack, timeout 10s

story in last-ack the server's ack leads to time-wait
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
  at 1s
  server:80 > client:40000 tcp ack seq 5002 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state time-wait, timeout 10s

story in time-wait the client's syn,ack is invalid
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
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5002
    -> invalid, reason tcp-state
  expect entry syn, tcp-state time-wait, timeout 9s

story in time-wait the client's syn begins a new connection
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
  client:40000 > server:80 tcp syn seq 1000
    -> new, created, dir original, differs from syn, tcp-state syn-sent, timeout 5s

story in time-wait the client's fin changes nothing but the timeout
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
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5002 win 502
    -> established, dir original, same as syn, tcp-state time-wait, timeout 10s

story in time-wait the client's ack changes nothing but the timeout
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
  client:40000 > server:80 tcp ack seq 1002 ack 5002 win 502
    -> established, dir original, same as syn, tcp-state time-wait, timeout 10s

story in time-wait the server's syn begins a new connection
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
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> new, created, dir original, differs from syn, tcp-state syn-sent, timeout 5s

story in time-wait the server's syn,ack passes without effect
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
    -> established, dir reply, same as syn, tcp-state time-wait, timeout 9s

story in time-wait the server's fin changes nothing but the timeout
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
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state time-wait, timeout 10s

story in time-wait the server's ack changes nothing but the timeout
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
  server:80 > client:40000 tcp ack seq 5002 ack 1002 win 509
    -> established, dir reply, same as syn, tcp-state time-wait, timeout 10s

story in close the client's syn,ack is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  client:40000 > server:80 tcp syn,ack seq 1000 ack 5001
    -> invalid, reason tcp-state
  expect entry syn, tcp-state close, timeout 9s

story in close the client's syn begins a new connection
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  client:40000 > server:80 tcp syn seq 1000
    -> new, created, dir original, differs from syn, tcp-state syn-sent, timeout 5s

story in close the client's fin changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  client:40000 > server:80 tcp fin,ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state close, timeout 10s

story in close the client's ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, dir original, same as syn, tcp-state close, timeout 10s

story in close the server's syn is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  server:80 > client:40000 tcp syn seq 5000 win 65160
    -> invalid, reason tcp-state
  expect entry syn, tcp-state close, timeout 9s

story in close the server's syn,ack passes without effect
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, dir reply, same as syn, tcp-state close, timeout 9s

story in close the server's fin changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  server:80 > client:40000 tcp fin,ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state close, timeout 10s

story in close the server's ack changes nothing but the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp rst seq 1001
    -> established, tcp-state close
  at 1s
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, dir reply, same as syn, tcp-state close, timeout 10s
