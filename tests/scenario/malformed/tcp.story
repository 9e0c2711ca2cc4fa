# SPDX-License-Identifier: Apache-2.0
# TCP headers that no host sends: invalid, each with its reason.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story combinations of flags
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp none seq 1001
    -> invalid, reason tcp-flags, says "impossible TCP flags 0x00"
  client:40000 > server:80 tcp fin seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp urg seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp psh seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp syn,fin seq 1001
    -> invalid, reason tcp-flags, says "impossible TCP flags 0x03"
  client:40000 > server:80 tcp syn,rst seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp rst,fin seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp rst,urg seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp syn,ack,fin seq 1001 ack 5001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp syn,ack,urg seq 1001 ack 5001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp fin,psh,urg seq 1001
    -> invalid, reason tcp-flags
  client:40000 > server:80 tcp fin,syn,rst,psh,ack,urg seq 1001 ack 5001
    -> invalid, reason tcp-flags
  expect entry syn, tcp-state established, packets 2/1
  expect count tcp-flags 12

story combinations that are fine
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp psh,ack,urg seq 1001 ack 5001 win 502
    -> established
  client:40000 > server:80 tcp ack,ece,cwr seq 1001 ack 5001 win 502
    -> established
  client:40000 > server:80 tcp fin,ack,urg,psh seq 1001 ack 5001 win 502
    -> established, tcp-state fin-wait

story less than a header
  client:40000 > server:80 tcp syn seq 1 total-length 39 short 39
    -> invalid, reason l4-truncated, says "transport header cut short: 19 of 20 bytes"
  client:40000 > server:80 tcp syn seq 1 total-length 23 short 23
    -> invalid, reason l4-truncated
  client:40000 > server:80 tcp syn seq 1 total-length 20 short 20
    -> invalid, reason l4-truncated
  expect none

story the data offset
  client:40000 > server:80 tcp syn seq 1 data-offset 4
    -> invalid, reason tcp-offset, says "TCP data offset of 16 bytes does not fit 20 bytes"
  client:40000 > server:80 tcp syn seq 1 data-offset 6
    -> invalid, reason tcp-offset
  client:40000 > server:80 tcp syn seq 1 data-offset 0
    -> invalid, reason tcp-offset
  client:40000 > server:80 tcp syn seq 1 data-offset 15 data 40
    -> new, created

story a bad checksum
  [syn] client:40000 > server:80 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created, tcp-state syn-sent
  server:80 > client:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, tcp-state syn-recv
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established, assured, timeout 1d
  client:40000 > server:80 tcp ack seq 1001 ack 5001 win 502 data 10 bad-checksum
    -> invalid, reason l4-checksum
  client:40001 > server:80 tcp syn seq 1 bad-checksum
    -> invalid, reason l4-checksum, no-connection
  expect connections 1
  expect entry syn, packets 2/1

story a bad checksum passes when checksums are not verified
  settings checksum=no
  client:40000 > server:80 tcp syn seq 1 bad-checksum
    -> new, created

story verification turned on while running
  settings checksum=no
  [a] client:40000 > server:80 tcp syn seq 1 bad-checksum
    -> new, created
  settings checksum=yes
  client:40000 > server:80 tcp syn seq 1 bad-checksum
    -> invalid, reason l4-checksum

story a capture that lacks bytes cannot be verified
  client:40000 > server:80 tcp syn seq 1 mss 1460 bad-checksum cut 43
    -> new, created

story the capture kept less than the header
  client:40000 > server:80 tcp syn seq 1 cut 39
    -> invalid, reason l4-truncated
