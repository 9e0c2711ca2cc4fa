# SPDX-License-Identifier: Apache-2.0
# What rules of filter and raw do to packets and to connections.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story the first rule that matches decides
  rule filter forward accept protocol=tcp dst-port=80 comment=first
  rule filter forward drop protocol=tcp comment=second
  rule filter forward accept comment=third
  client:4000 > server:80 tcp syn seq 1
    -> new, created, out wan client:4000 > server:80
  client:4000 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule second
  client:4000 > server:53 udp data 1
    -> new, created, out wan
  expect counted first 1, counted second 1, counted third 1

story without a rule that matches: accepted
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  client:4000 > server:22 tcp syn seq 1
    -> new, created, out wan
  client:4000 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule telnet
  expect counted telnet 1

story jump and return
  rule filter forward jump jump-target=outward out-interface=wan comment=jump
  rule filter forward drop comment=rest
  rule filter outward return protocol=udp comment=return
  rule filter outward accept dst-port=80 protocol=tcp comment=web
  client:1 > server:80 tcp syn seq 1
    -> new, created, out wan
  client:1 > server:53 udp data 1
    -> new, drop, reason rule-drop, rule rest
  # The end of a chain is a return too.
  client:1 > server:81 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest
  other:1 > client:80 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest
  expect counted jump 3, counted return 1, counted web 1, counted rest 3

story chains within chains
  rule filter forward jump jump-target=a
  rule filter forward drop comment=rest
  rule filter a jump jump-target=b protocol=tcp
  rule filter a accept protocol=udp comment=udp
  rule filter b accept dst-port=80 protocol=tcp comment=web
  client:1 > server:80 tcp syn seq 1
    -> new, created
  client:1 > server:80 udp data 1
    -> new, created
  client:1 > server:81 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest
  expect counted web 1, counted udp 1

story established is accepted before anything else is asked
  rule filter forward accept connection-state=established,related comment=known
  rule filter forward accept connection-state=new in-interface=lan comment=out
  rule filter forward drop comment=rest
  [syn] client:4000 > server:80 tcp syn seq 1
    -> new, created, out wan
  server:80 > client:4000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, same as syn, out lan
  client:4000 > server:80 tcp ack seq 2 ack 10
    -> established, out wan
  other:80 > client:4000 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest, no-connection
  expect counted known 2, counted out 1, counted rest 1

story a related ICMP error comes through
  rule filter forward accept connection-state=established,related comment=known
  rule filter forward accept in-interface=lan
  rule filter forward drop comment=rest
  [ask] client:4000 > server:53 udp data 4
    -> new, created
  server > client icmp port-unreachable quote ask
    -> related, dir reply, same as ask, out lan server > client
  server > client icmp echo id 1
    -> new, drop, reason rule-drop, rule rest
  expect counted known 1

story a dropped first packet leaves nothing
  rule filter forward drop protocol=udp dst-port=53 comment=dns
  client:4000 > server:53 udp data 4
    -> new, drop, reason rule-drop, rule dns, no-connection
  client:4000 > server:53 udp data 4
    -> new, drop, reason rule-drop, rule dns, no-connection
  expect none, created 0, event none, counted dns 2

story a later packet dropped leaves the connection
  rule filter forward drop connection-state=established protocol=udp comment=later
  [ask] client:4000 > server:53 udp data 4
    -> new, created
  server:53 > client:4000 udp data 4
    -> established, dir reply, drop, reason rule-drop, rule later, same as ask
  expect alive ask, entry ask, packets 1/1, seen-reply

story a dropped SYN-ACK: tracking has seen it
  rule filter forward drop in-interface=wan comment=in
  [syn] client:4000 > server:80 tcp syn seq 1
    -> new, created
  server:80 > client:4000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, drop, reason rule-drop, rule in, tcp-state syn-recv
  expect alive syn

story what is invalid is dropped by a rule, and why stays
  rule filter forward drop connection-state=invalid comment=bad
  client:4000 > server:80 tcp rst seq 1
    -> invalid, drop, reason tcp-not-opener, rule bad, no-connection
  client:4000 > server:80 udp data 4 bad-checksum
    -> invalid, drop, reason l4-checksum, rule bad, no-connection
  client:4000 > server:80 tcp syn seq 1
    -> new, created
  expect counted bad 2

story input is not forward
  rule filter input drop protocol=tcp dst-port=22 comment=ssh
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  client:1 > router:22 tcp syn seq 1
    -> new, drop, reason rule-drop, rule ssh
  client:1 > server:22 tcp syn seq 1
    -> new, created, out wan
  client:1 > router:23 tcp syn seq 1
    -> new, created, out local
  client:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule telnet
  # Any of the router's addresses is the router.
  client:2 > public:22 tcp syn seq 1
    -> new, drop, reason rule-drop, rule ssh

story what the router sends itself
  rule filter output drop protocol=udp dst-port=53 comment=dns
  rule filter forward drop comment=through
  public:1 > server:53 udp data 1
    -> new, drop, reason rule-drop, rule dns
  public:1 > server:54 udp data 1
    -> new, created, out wan public:1 > server:54, via gateway
  server:54 > public:1 udp data 1
    -> established, dir reply, out local
  expect counted dns 1, counted through 0

story matches: negated, lists of ports, ranges of addresses
  rule filter forward drop src-address=!192.168.88.0/24 in-interface=lan comment=spoofed
  rule filter forward drop dst-port=!80,443,8000-8999 protocol=tcp comment=port
  rule filter forward drop dst-address=203.0.113.90-203.0.113.99 comment=range
  from lan other:1 > server:80 tcp syn seq 1
    -> new, drop, reason rule-drop, rule spoofed
  client:1 > server:81 tcp syn seq 1
    -> new, drop, reason rule-drop, rule port
  client:1 > server:443 tcp syn seq 1
    -> new, created
  client:1 > server:8500 tcp syn seq 1
    -> new, created
  client:2 > other:443 tcp syn seq 1
    -> new, drop, reason rule-drop, rule range

story matches: a port at either end
  rule filter forward drop protocol=udp port=53,5353 comment=dns
  client:5353 > server:9 udp data 1
    -> new, drop, reason rule-drop, rule dns
  client:9 > server:53 udp data 1
    -> new, drop, reason rule-drop, rule dns
  client:9 > server:54 udp data 1
    -> new, created

story matches: TCP flags, ICMP types, what an address is
  rule filter forward drop protocol=tcp tcp-flags=syn,!ack in-interface=wan comment=syn
  rule filter forward drop protocol=icmp icmp-options=8:0 comment=echo
  rule filter input drop dst-address-type=broadcast comment=broadcast
  host all 192.168.88.255
  other:1 > client:80 tcp syn seq 1
    -> new, drop, reason rule-drop, rule syn
  client:1 > server:80 tcp syn seq 1
    -> new, created
  server:80 > client:1 tcp syn,ack seq 9 ack 2
    -> established, dir reply
  client > server icmp echo id 1
    -> new, drop, reason rule-drop, rule echo
  client > server icmp timestamp id 1
    -> new, created
  client:67 > all:67 udp data 8
    -> new, drop, reason rule-drop, rule broadcast

story raw drops before anything is tracked
  rule raw prerouting drop src-address=other comment=banned
  other:1 > public:80 tcp syn seq 1
    -> none, drop, reason rule-drop, rule banned, no-connection
  server:1 > public:80 tcp syn seq 1
    -> new, created, out local
  expect connections 1, counted banned 1

story notrack: no connection, and each packet stands for itself
  rule raw prerouting notrack protocol=udp src-port=53
  rule raw prerouting notrack protocol=udp dst-port=53
  rule filter forward drop connection-state=!untracked comment=tracked
  client:4000 > server:53 udp data 4
    -> untracked, no-connection, out wan
  server:53 > client:4000 udp data 4
    -> untracked, no-connection, out lan
  client:4000 > server:54 udp data 4
    -> new, drop, reason rule-drop, rule tracked
  expect none

story what is not tracked is not translated
  rule raw prerouting notrack protocol=udp dst-port=53
  rule nat srcnat masquerade out-interface=wan comment=home
  client:4000 > server:53 udp data 4
    -> untracked, no-connection, out wan client:4000 > server:53
  expect none, counted home 0

story passthrough counts and goes on
  rule filter forward passthrough protocol=tcp comment=tcp
  rule filter forward passthrough comment=all
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  client:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule telnet
  client:1 > server:53 udp data 1
    -> new, created
  expect counted tcp 1, counted all 2, counted telnet 1

story a mark of the connection is met by the next packets
  rule mangle prerouting mark-connection connection-state=new protocol=tcp dst-port=80 new-connection-mark=7 comment=marks
  rule filter forward accept connection-mark=7 comment=marked
  rule filter forward drop comment=rest
  [syn] client:4000 > server:80 tcp syn seq 1
    -> new, created, mark 7
  server:80 > client:4000 tcp syn,ack seq 9 ack 2
    -> established, dir reply, mark 7
  client:4000 > server:81 tcp syn seq 1
    -> new, drop, reason rule-drop, rule rest
  expect counted marks 1, counted marked 2

story a mark of the packet is gone with the packet
  rule mangle prerouting mark-packet src-address=client new-packet-mark=3
  rule filter forward drop packet-mark=3 dst-port=23 protocol=tcp comment=marked
  client:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule marked
  client2:1 > server:23 tcp syn seq 1
    -> new, created

story rules for IPv6 alone
  host client6 2001:db8:1::10  host server6 2001:db8:2::80
  rule6 filter forward drop protocol=tcp dst-port=23 comment=telnet6
  rule filter forward drop protocol=tcp dst-port=25 comment=mail4
  client:1 > server:23 tcp syn seq 1
    -> new, created
  client:1 > server:25 tcp syn seq 1
    -> new, drop, reason rule-drop, rule mail4
