# SPDX-License-Identifier: Apache-2.0
# Class: filling what the router has of something, so that others find none.
# Source: CVE-2021-28096 (a full table stops the router), CVE-2024-21344; CVE-2019-25076 (tuple space
# explosion: packets that make the classifier slow); limits/table.story has the bounds one by one.
weir-only Linux picks its victims by hash bucket, and counts for the whole machine
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story a flood of ten times the table: established connections live, and a new one comes through
  settings max-entries=100
  rule nat srcnat masquerade out-interface=wan
  [good] client:40000 > server:443 tcp syn seq 1000
    -> new, created
  server:443 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:443 tcp ack seq 1001 ack 5001
    -> established, assured
  1000x client2:10000+ > server:80 tcp syn seq 1
    -> new, created
  [late] client:50000 > server:443 tcp syn seq 1000
    -> new, created
  server:443 > public:50000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:50000 > server:443 tcp ack seq 1001 ack 5001
    -> established, assured
  1000x client2:20000+ > other:80 tcp syn seq 1
    -> new, created
  server:443 > public:40000 tcp ack seq 5001 ack 1001 data 5
    -> established, same as good, out lan server:443 > client:40000
  expect alive good, alive late, half-open 50, connections 52

story what rules refuse, and what is invalid, takes no place
  settings max-entries=100
  rule filter forward drop in-interface=wan connection-state=new
  500x other:1000+ > web:80 tcp syn seq 1
    -> new, drop, reason rule-drop, no-connection
  500x other:1000+ > web:80 tcp rst seq 1
    -> invalid, reason tcp-not-opener, no-connection
  expect none, ended early-drop 0

story the ports of one server run out for one address alone
  rule nat srcnat masquerade out-interface=wan protocol=udp to-ports=20000-20009
  10x [hog] client2:1000+ > server:53 udp data 1
    -> new, created, out wan public:20000-20009 > server:53
  client2:2000 > server:53 udp data 1
    -> new, drop, reason nat-exhausted, no-connection
  # Toward others they are free, and who has one keeps it.
  client:2000 > other:53 udp data 1
    -> new, created, out wan public:20000-20009 > other:53
  client2:1003 > server:53 udp data 1
    -> new, same as hog4
  expect connections 11, count nat-exhausted 1

# How a packet is judged depends on the rules alone: nothing is remembered of packets that open nothing,
# so that none makes the next one slower. bench/ measures it.
story packets of random headers leave nothing behind
  rule filter forward accept protocol=tcp dst-port=80
  rule filter forward drop comment=rest
  200x other:1+ > web:1 udp data 1
    -> new, drop, reason rule-drop, rule rest, no-connection
  200x other:1 > web:1000+ udp data 1
    -> new, drop, reason rule-drop, rule rest, no-connection
  expect none, counted rest 400
