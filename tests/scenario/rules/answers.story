# SPDX-License-Identifier: Apache-2.0
# What the router answers: reject, time to live, no route. An answer comes from the address that was
# asked if that is the router's, else from that of the interface that the packet came in by.
host client 192.168.88.10  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
host hole 10.1.0.1  host unreachable 10.2.0.1  host prohibited 10.3.0.1  host nowhere 172.16.0.1
host client6 2001:db8:1::10  host router6 2001:db8:1::1  host server6 2001:db8:2::80
interface lan 192.168.88.1/24 2001:db8:1::1/64
interface wan 198.51.100.1/24
route 203.0.113.0/24 wan via gateway
route 10.1.0.0/16 blackhole
route 10.2.0.0/16 unreachable
route 10.3.0.0/16 prohibit

story reject by TCP reset
  rule filter forward reject reject-with=tcp-reset protocol=tcp comment=no
  client:4000 > server:80 tcp syn seq 1000
    -> new, drop, reason rule-reject, rule no, no-connection, answer reset server:80 > client:4000
  # A reset is not answered.
  client:4000 > server:80 tcp rst seq 1000
    -> invalid, drop, reason rule-reject, rule no
  expect none, counted no 2

story reject by ICMP, all kinds
  rule filter forward reject protocol=tcp dst-port=1 reject-with=icmp-network-unreachable
  rule filter forward reject protocol=tcp dst-port=2 reject-with=icmp-host-unreachable
  rule filter forward reject protocol=tcp dst-port=3 reject-with=icmp-protocol-unreachable
  rule filter forward reject protocol=tcp dst-port=4 reject-with=icmp-port-unreachable
  rule filter forward reject protocol=tcp dst-port=5 reject-with=icmp-net-prohibited
  rule filter forward reject protocol=tcp dst-port=6 reject-with=icmp-host-prohibited
  rule filter forward reject protocol=tcp dst-port=7 reject-with=icmp-admin-prohibited
  client:1 > server:1 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/0 router > client
  client:1 > server:2 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/1 router > client
  client:1 > server:3 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/2 router > client
  client:1 > server:4 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/3 router > client
  client:1 > server:5 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/9 router > client
  client:1 > server:6 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/10 router > client
  client:1 > server:7 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/13 router > client
  expect none

story reject at the router's own door
  rule filter input reject reject-with=icmp-port-unreachable protocol=udp comment=udp
  rule filter input reject reject-with=tcp-reset protocol=tcp comment=tcp
  server:5 > public:53 udp data 4
    -> new, drop, reason rule-reject, rule udp, answer icmp 3/3 public > server
  client:5 > public:53 tcp syn seq 1
    -> new, drop, reason rule-reject, rule tcp, answer reset public:53 > client:5

story ICMP errors are not answered by ICMP errors
  rule filter forward reject reject-with=icmp-host-prohibited comment=all
  define [sent] server:1 > client:2 udp data 3
  client > server icmp port-unreachable quote sent
    -> invalid, drop, reason rule-reject, rule all
  client > server icmp echo id 1
    -> new, drop, reason rule-reject, rule all, answer icmp 3/10 router > client

story IPv6
  rule6 filter forward reject protocol=tcp dst-port=1 reject-with=icmp-no-route comment=route
  rule6 filter forward reject protocol=tcp reject-with=tcp-reset comment=reset
  rule6 filter forward reject reject-with=icmp-admin-prohibited comment=rest
  rule6 filter input reject reject-with=icmp-port-unreachable comment=input
  client6:1 > router6:1 udp data 1
    -> new, drop, reason rule-reject, rule input, answer icmp 1/4 router6 > client6
  # Nothing leads there: that comes before the rules.
  client6:1 > server6:1 tcp syn seq 1
    -> new, drop, reason no-route, answer icmp 1/0 router6 > client6

story time to live: the last hop is this one
  client:1 > server:80 tcp syn seq 1 ttl 1
    -> new, drop, reason ttl-expired, no-connection, answer icmp 11/0 router > client
  expect none
  define [left] client:1 > server:80 tcp syn seq 1 ttl 1
  client:1 > server:80 tcp syn seq 1 ttl 2
    -> new, created, out wan, out as left
  # The router itself may be the end of the way.
  client:1 > router:80 tcp syn seq 1 ttl 1
    -> new, created, out local

story time to live is over before the filter is asked
  rule filter forward drop comment=all
  client:1 > server:80 tcp syn seq 1 ttl 1
    -> new, drop, reason ttl-expired, answer icmp 11/0 router > client
  expect counted all 0

story no way leads there
  client:1 > nowhere:80 tcp syn seq 1
    -> new, drop, reason no-route, no-connection, answer icmp 3/0 router > client
  client:1 > hole:80 tcp syn seq 1
    -> new, drop, reason route-blackhole, no-connection
  client:1 > unreachable:80 tcp syn seq 1
    -> new, drop, reason no-route, answer icmp 3/1 router > client
  client:1 > prohibited:80 tcp syn seq 1
    -> new, drop, reason no-route, answer icmp 3/13 router > client
  expect none

story a rejected packet of a connection leaves the connection
  rule filter forward reject connection-state=established reject-with=icmp-admin-prohibited comment=later
  [ask] client:1 > server:53 udp data 1
    -> new, created
  server:53 > client:1 udp data 1
    -> established, dir reply, drop, reason rule-reject, rule later, same as ask, answer icmp 3/13 public > server
  expect alive ask

story a rejected packet to a broadcast address is not answered
  host all 192.168.88.255
  rule filter input reject reject-with=icmp-port-unreachable comment=all
  client:1 > all:80 udp data 1
    -> new, drop, reason rule-reject, rule all
