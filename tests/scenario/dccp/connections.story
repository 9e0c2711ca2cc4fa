# SPDX-License-Identifier: Apache-2.0
# DCCP, RFC 4340. Linux had a tracker until 6.16 and has treated DCCP as a pair of addresses since; weir
# keeps tracking it. The timeouts are those Linux had.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1
weir-only Linux has no DCCP tracker any more

story from Request to Reset
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, dir original, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, dir reply, same as req, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  server:2000 > client:1000 dccp data seq 501 data 100
    -> established, timeout 12h
  client:1000 > server:2000 dccp dataack seq 102 ack 501 data 10
    -> established, timeout 12h
  server:2000 > client:1000 dccp closereq seq 502 ack 102
    -> established, timeout 1m4s
  client:1000 > server:2000 dccp close seq 103 ack 502
    -> established, timeout 1m4s
  server:2000 > client:1000 dccp reset seq 503 ack 103
    -> established, timeout 4m
  expect entry dccp client:1000 > server:2000, reply server:2000 > client:1000, packets 4/4

story only a Request opens a connection
  client:1000 > server:2000 dccp response seq 1 ack 1
    -> invalid, reason dccp-not-opener, says "DCCP packet of type 1 opens no connection"
  client:1000 > server:2000 dccp data seq 1 data 5
    -> invalid, reason dccp-not-opener
  client:1000 > server:2000 dccp ack seq 1 ack 1
    -> invalid, reason dccp-not-opener
  client:1000 > server:2000 dccp reset seq 1 ack 1
    -> invalid, reason dccp-not-opener
  expect none

story packets that do not fit the state
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  client:1000 > server:2000 dccp data seq 101 data 10
    -> invalid, reason dccp-state
  server:2000 > client:1000 dccp data seq 500 data 10
    -> invalid, reason dccp-state
  expect entry req, packets 1/0

story a Request refused by Reset ends
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp reset seq 0 ack 100
    -> established, dir reply
  expect gone req, ended reset 1

story a Request repeated renews the timeout
  at 0s
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  at 10s
  client:1000 > server:2000 dccp request seq 101 service 42
    -> new, same as req, timeout 4m

story an Ack of something else than the Response leaves it unassured
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 499
    -> established, timeout 8m, not assured
  client:1000 > server:2000 dccp ack seq 102 ack 500
    -> established, assured

story Sync and SyncAck pass without effect
  at 0s
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  at 10s
  server:2000 > client:1000 dccp sync seq 501 ack 101
    -> established, timeout 7m50s
  client:1000 > server:2000 dccp syncack seq 102 ack 501
    -> established, timeout 7m50s

# The client has begun anew: its Request passes, and the Response shows that the server agrees.
story a Request in an open connection, and its Response
  at 0s
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  server:2000 > client:1000 dccp data seq 501 data 10
    -> established, timeout 12h
  at 10s
  server:2000 > client:1000 dccp response seq 502 ack 100
    -> established, timeout 11h59m50s
  client:1000 > server:2000 dccp request seq 900 service 42
    -> established, same as req, timeout 11h59m50s
  server:2000 > client:1000 dccp response seq 800 ack 900
    -> established, same as req, timeout 8m
  client:1000 > server:2000 dccp ack seq 901 ack 800
    -> established, timeout 8m

story the server opens anew: the roles change
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  server:2000 > client:1000 dccp request seq 900 service 42
    -> established, dir reply, same as req
  client:1000 > server:2000 dccp response seq 800 ack 900
    -> established, timeout 8m
  server:2000 > client:1000 dccp ack seq 901 ack 800
    -> established, timeout 8m

story a new Request after the end is a new connection
  [req] client:1000 > server:2000 dccp request seq 100 service 42
    -> new, created, timeout 4m
  server:2000 > client:1000 dccp response seq 500 ack 100 service 42
    -> established, timeout 8m
  client:1000 > server:2000 dccp ack seq 101 ack 500
    -> established, timeout 8m, assured
  client:1000 > server:2000 dccp reset seq 102 ack 500
    -> established, timeout 4m
  [second] client:1000 > server:2000 dccp request seq 900 service 42
    -> new, created, differs from req

story malformed headers
  client:1000 > server:2000 dccp request seq 1 data-offset 3
    -> invalid, reason dccp-header, says "malformed DCCP header of type 0"
  client:1000 > server:2000 dccp request seq 1 data-offset 200
    -> invalid, reason dccp-header
  client:1000 > server:2000 dccp type 12 seq 1 ack 1
    -> invalid, reason dccp-header
  client:1000 > server:2000 dccp request seq 1 bad-checksum
    -> invalid, reason l4-checksum
  client:1000 > server:2000 dccp request seq 1 total-length 30 short 30
    -> invalid, reason l4-truncated
  expect none
