# SPDX-License-Identifier: Apache-2.0
# The window that the router follows in both directions: sequence numbers, acknowledgements,
# scale and SACK (RFC 7323, RFC 2018). Numbers after the handshake used here: the client may send
# up to 66161 (1001 + 65160), the server up to 69257 (5001 + 502 * 128).
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story data and its acknowledgement
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp psh,ack seq 1001 ack 5001 win 502 data 100
    -> established, tcp-state established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1101 win 509
    -> established, timeout 1d
  server:80 > client:40000 tcp psh,ack seq 5001 ack 1101 win 509 data 1000
    -> established, timeout 5m
  client:40000 > server:80 tcp ack seq 1101 ack 6001 win 502
    -> established, timeout 1d
  expect entry syn, packets 4/3, bytes 272/1132

story a retransmission passes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  [data] client:40000 > server:80 tcp psh,ack seq 1001 ack 5001 win 502 data 100
    -> established, timeout 5m
  after 1s
  again data
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1101 win 509
    -> established, timeout 1d
  again data
    -> established, timeout 1d

story a segment that begins at the window's end passes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 66161 ack 5001 win 502
    -> established, tcp-state established

# Linux since 6: as far beyond the window as the window is large, a packet passes without effect.
story a little beyond the window a segment passes, but renews nothing
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp ack seq 66200 ack 5001 win 502 data 10
    -> established, tcp-state established, timeout 23h59m50s
  expect entry syn, packets 2/1

story far beyond the window a segment is invalid
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp ack seq 200000 ack 5001 win 502 data 10
    -> invalid, reason tcp-seq-above
  server:80 > client:40000 tcp ack seq 200000 ack 1001 win 509 data 10
    -> invalid, reason tcp-seq-above
  expect entry syn, packets 2/1, timeout 23h59m50s
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10
    -> established

story far below the window a segment passes, but renews nothing
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp ack seq 4294898297 ack 5001 win 502
    -> established, timeout 23h59m50s
  server:80 > client:40000 tcp ack seq 4294898297 ack 1001 win 509
    -> established, timeout 23h59m50s
  expect entry syn, packets 2/1

story an acknowledgement of what nobody sent is invalid
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 6000 win 502
    -> invalid, reason tcp-ack-above
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> invalid, reason tcp-ack-above
  expect entry syn, packets 2/1

story a very old acknowledgement passes, but renews nothing
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp ack seq 1001 ack 4294902297 win 502
    -> established, timeout 23h59m50s
  expect entry syn, packets 2/1

story a sentence says what is outside the window
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 6000 win 502
    -> invalid, reason tcp-ack-above, says "acknowledges data not seen: ack 6000 above 5001"
  server:80 > client:40000 tcp ack seq 5001 ack 1002 win 509
    -> invalid, reason tcp-ack-above, says "reply acknowledges data not seen: ack 1002 above 1001"

story liberal-tcp-tracking lets everything but a RST pass
  settings liberal-tcp-tracking=yes
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 10s
  client:40000 > server:80 tcp ack seq 200000 ack 5001 win 502 data 10
    -> established, tcp-state established
  client:40000 > server:80 tcp ack seq 1001 ack 6000 win 502
    -> established
  client:40000 > server:80 tcp rst seq 900
    -> invalid, reason tcp-rst-seq
  client:40000 > server:80 tcp fin,ack seq 300000 ack 5001 win 502
    -> established, tcp-state fin-wait

story the window scale above 14 counts as 14
  client:40000 > server:80 tcp syn seq 1000 win 64240 wscale 20
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 wscale 0
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 100
    -> established
  # The client's window is 100 * 2^14 = 1638400.
  server:80 > client:40000 tcp ack seq 1005001 ack 1001 win 65160 data 100
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 3300000 ack 1001 win 65160 data 100
    -> invalid, reason tcp-seq-above

# RFC 7323 section 2.2: scaling only if both offer it.
story a window scale that only one side offers is none
  client:40000 > server:80 tcp syn seq 1000 win 64240 wscale 7
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established
  server:80 > client:40000 tcp ack seq 69750 ack 1001 win 65160
    -> invalid, reason tcp-seq-above

story with both scales the same segment passes
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp ack seq 69750 ack 1001 win 509
    -> established

story a window is only as wide as the last acknowledgement allows
  client:40000 > server:80 tcp syn seq 1000 win 1000
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 1000
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 1000
    -> established
  server:80 > client:40000 tcp ack seq 7010 ack 1001 win 1000
    -> invalid, reason tcp-seq-above
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 9000
    -> established
  server:80 > client:40000 tcp ack seq 7010 ack 1001 win 1000
    -> established

story a selective acknowledgement of what was seen
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp ack seq 5101 ack 1001 win 509 data 100
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 nop nop sack 5101-5201
    -> established
  expect entry syn, packets 3/2

story a selective acknowledgement of what was not seen is invalid
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 nop nop sack 6001-7001
    -> invalid, reason tcp-ack-above

story selective acknowledgements mean nothing to a side that did not permit them
  client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 64240
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 64240 nop nop sack 6001-7001
    -> established

story several SACK blocks, the highest counts
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp ack seq 5101 ack 1001 win 509 data 100
    -> established
  server:80 > client:40000 tcp ack seq 5301 ack 1001 win 509 data 100
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 nop nop sack 5301-5401,5101-5201
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 nop nop sack 5101-5201,5301-5501
    -> invalid, reason tcp-ack-above

story timestamps and unknown options change nothing
  client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok ts 100/0 nop wscale 7
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok ts 900/100 nop wscale 7
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 nop nop ts 101/900
    -> established
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 option fd06aabbccdd data 20
    -> established, timeout 5m

story broken options are read as far as they go
  client:40000 > server:80 tcp syn seq 1000 win 64240 option 0204
    -> new, created
  client:40001 > server:80 tcp syn seq 1000 win 64240 option 02ff05b4
    -> new, created
  client:40002 > server:80 tcp syn seq 1000 win 64240 option 03000000
    -> new, created

# RFC 9293 section 3.8.4
story keep-alives are answered and renew the timeout
  at 0s
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  at 1h
  client:40000 > server:80 tcp ack seq 1000 ack 5001 win 502
    -> established, timeout 1d
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, timeout 1d
  at 2h
  client:40000 > server:80 tcp ack seq 1000 ack 5001 win 502 data 1
    -> established, timeout 1d
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, timeout 1d

story sequence numbers go round
  client:40000 > server:80 tcp syn seq 4294967290 win 64240
    -> new, created
  server:80 > client:40000 tcp syn,ack seq 4294967000 ack 4294967291 win 64240
    -> established
  client:40000 > server:80 tcp ack seq 4294967291 ack 4294967001 win 64240
    -> established, assured
  client:40000 > server:80 tcp ack seq 4294967291 ack 4294967001 win 64240 data 100
    -> established
  server:80 > client:40000 tcp ack seq 4294967001 ack 95 win 64240 data 1000
    -> established
  client:40000 > server:80 tcp ack seq 95 ack 705 win 64240
    -> established, timeout 1d

# tcp-max-retrans-timeout: the same acknowledgement again and again
story after three repeated ACKs the timeout is tcp-max-retrans-timeout
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  [same] client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, timeout 1d
  again same
    -> established, timeout 1d
  again same
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509
    -> established, timeout 1d

story max-retrans says how many
  settings max-retrans=1
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, timeout 5m

story a zero window shortens the timeout
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 0
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 100
    -> established, timeout 1d

story urgent data is data
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack,urg seq 1001 ack 5001 win 502 urg 1 data 5
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1006 win 509
    -> established, timeout 1d

story unacknowledged data in both directions
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 1001 win 509 data 10
    -> established, timeout 5m
  client:40000 > server:80 tcp ack seq 1011 ack 5011 win 502
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5011 ack 1011 win 509
    -> established, timeout 1d

story a capture cut behind the TCP header still counts its data
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 1400 cut 40
    -> established, timeout 5m
  server:80 > client:40000 tcp ack seq 5001 ack 2401 win 509
    -> established, timeout 1d
  expect entry syn, bytes 1532/92
