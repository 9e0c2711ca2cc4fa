# SPDX-License-Identifier: Apache-2.0
# Class: as off-path-removal.story, of connections that are FastTracked: no window is checked of
# them, but what ends one must lie where its sender can be (src/track/tcp_fast.c).
# Source: ReDAN (NDSS 2025), RFC 5961 section 3.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway
rule nat srcnat masquerade out-interface=wan
rule filter forward fasttrack-connection connection-state=established
weir-only FastTrack is RouterOS'

story a RST or FIN that misses changes nothing
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240 mss 1460 sack-ok wscale 7
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160 mss 1460 sack-ok wscale 7
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502
    -> established, tcp-state established
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 502 data 100
    -> established, fast-path
  server:22 > public:40000 tcp rst seq 4999
    -> invalid, reason tcp-rst-seq, tcp-state established, timeout 1d
  server:22 > public:40000 tcp rst seq 900000000
    -> invalid, reason tcp-seq-above, tcp-state established, timeout 1d
  server:22 > public:40000 tcp fin,ack seq 900000000 ack 1101
    -> invalid, reason tcp-seq-above, tcp-state established, timeout 1d
  at 23h
  server:22 > public:40000 tcp ack seq 5001 ack 1101 win 509 data 5
    -> established, same as syn, fast-path, out lan server:22 > client:40000

story an exact one closes
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 64240
    -> established, tcp-state established
  server:22 > public:40000 tcp rst seq 5001
    -> established, dir reply, tcp-state close, timeout 10s, out lan server:22 > client:40000
  after 11s
  expect gone syn

story one that may be where its sender is leaves a grace, and whoever lives goes on
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 64240
    -> established, tcp-state established
  server:22 > public:40000 tcp ack seq 5001 ack 1001 win 65160 data 1000
    -> established, fast-path
  server:22 > public:40000 tcp rst seq 6001
    -> established, dir reply, tcp-state established, timeout 10s
  client:40000 > server:22 tcp ack seq 1001 ack 6001 win 64240
    -> established, fast-path, tcp-state established, timeout 1d
  server:22 > public:40000 tcp rst seq 6001
    -> established, dir reply, tcp-state established, timeout 10s
  after 11s
  expect gone syn

# The more a side has carried since it was looked at, the less is known. Once in a turn of the sweep a
# packet tells again: what fitted before does no longer, and the fast path is not left.
story what is known follows the connection
  [syn] client:40000 > server:22 tcp syn seq 1000 win 1000
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 1000
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 1000
    -> established, tcp-state established
  server:22 > public:40000 tcp ack seq 5001 ack 1001 win 1000 data 1000
    -> established, fast-path
  client:40000 > server:22 tcp ack seq 1001 ack 6001 win 1000
    -> established, fast-path
  after 3s
  client:40000 > server:22 tcp ack seq 1001 ack 6001 win 1000
    -> established, fast-path
  after 3s
  client:40000 > server:22 tcp ack seq 1001 ack 6001 win 1000
    -> established, fast-path
  client:40000 > server:22 tcp ack seq 1001 ack 6001 win 1000
    -> established, fast-path
  server:22 > public:40000 tcp ack seq 6001 ack 1001 win 1000
    -> established, fast-path
  server:22 > public:40000 tcp rst seq 5001
    -> invalid, reason tcp-rst-seq, tcp-state established
  server:22 > public:40000 tcp rst seq 8001
    -> invalid, reason tcp-seq-above, tcp-state established
  server:22 > public:40000 tcp rst seq 6001
    -> established, dir reply, tcp-state close
  expect entry syn, packets 6/4

story a forged packet does not tell where its side is
  [syn] client:40000 > server:22 tcp syn seq 1000 win 1000
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 1000
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 1000
    -> established, tcp-state established
  server:22 > public:40000 tcp ack seq 5001 ack 1001 win 1000 data 10
    -> established, fast-path
  after 3s
  server:22 > public:40000 tcp ack seq 700000000 ack 800000000 win 1000
    -> established, fast-path
  after 3s
  server:22 > public:40000 tcp ack seq 5011 ack 1001 win 1000
    -> established, fast-path
  server:22 > public:40000 tcp ack seq 700000000 ack 1001 win 1000
    -> established, fast-path
  server:22 > public:40000 tcp ack seq 5011 ack 800000000 win 1000
    -> established, fast-path
  client:40000 > server:22 tcp rst seq 800000000
    -> invalid, reason tcp-seq-above, tcp-state established
  server:22 > public:40000 tcp rst seq 700000000
    -> invalid, reason tcp-seq-above, tcp-state established

# Of a connection picked up in mid-stream no window's scale is known.
story picked up in mid-stream, any RST leaves a grace until the sides have told
  [one] client:40000 > server:22 tcp ack seq 1001 ack 5001 win 10 data 5
    -> new, created
  server:22 > public:40000 tcp ack seq 5001 ack 1006 win 10 data 5
    -> established, fasttrack
  server:22 > public:40000 tcp rst seq 900000000
    -> established, dir reply, tcp-state established, timeout 10s
  client:40000 > server:22 tcp ack seq 1006 ack 5006 win 10
    -> established, fast-path, timeout 1d

story an ICMP error about a segment that a FastTracked side has not sent
  [syn] client:40000 > server:22 tcp syn seq 1000 win 64240
    -> new, created
  server:22 > public:40000 tcp syn,ack seq 5000 ack 1001 win 65160
    -> established, fasttrack
  client:40000 > server:22 tcp ack seq 1001 ack 5001 win 64240 data 1000
    -> established, tcp-state established
  define [guess] public:40000 > server:22 tcp ack seq 900000000 ack 5001 data 10
  hop > public icmp fragmentation-needed mtu 576 quote guess bytes 28
    -> invalid, reason icmp-seq
  define [sent] public:40000 > server:22 tcp ack seq 1001 ack 5001 data 1000
  hop > public icmp fragmentation-needed mtu 1280 quote sent bytes 28
    -> related, dir reply, same as syn, out lan hop > client
