# SPDX-License-Identifier: Apache-2.0
# Every story here expects something false in one item: the runner must fail each of them.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story state
  client:1 > server:2 udp
    -> established, created
story verdict
  client:1 > server:2 udp
    -> drop, new, created, reason none
story reason
  client:1 > server:2 udp bad-checksum
    -> invalid, reason udp-length
story reason that is not there
  client:1 > server:2 udp
    -> new, created, reason udp-length
story invalid but accepted as new
  client:1 > server:2 udp bad-checksum
    -> new, created
story sentence
  client:1 > server:2 udp ip-version 5
    -> drop, reason ip-version, says "IP version 7 is neither 4 nor 6"
story direction
  client:1 > server:2 udp
    -> new, created, dir reply
story created
  client:1 > server:2 udp
    -> new
story not created
  client:1 > server:2 udp
    -> new, created
  client:1 > server:2 udp
    -> new, created
story the same connection
  [a] client:1 > server:2 udp
    -> new, created
  client:2 > server:2 udp
    -> new, created, same as a
story another connection
  [a] client:1 > server:2 udp
    -> new, created
  client:1 > server:2 udp
    -> new, differs from a
story no connection
  client:1 > server:2 udp
    -> new, created, no-connection
story length that leaves
  client:1 > server:2 udp
    -> new, created, out 27
story bytes that leave
  [a] client:1 > server:2 udp data 1
    -> new, created
  client:1 > server:2 udp data 1 tos 1
    -> new, out as a
story tcp-state
  client:1 > server:2 tcp syn
    -> new, created, tcp-state established
story sctp-state
  client:1 > server:2 sctp tag 0 chunks init:1
    -> new, created, sctp-state cookie-wait
story next-state
  client:1 > server:2 udp
    -> new, created, next-state established
story timeout too long
  client:1 > server:2 udp
    -> new, created, timeout 29.9s
story timeout too short
  client:1 > server:2 udp
    -> new, created, timeout 30.1s
story a status bit that is not set
  client:1 > server:2 udp
    -> new, created, assured
story a status bit that is set
  client:1 > server:2 udp
    -> new, created, not confirmed
story all status bits
  client:1 > server:2 udp
    -> new, created, status seen-reply confirmed
story packets
  client:1 > server:2 udp
    -> new, created, packets 1/1
story bytes
  client:1 > server:2 udp
    -> new, created, bytes 29/0
story FastTracked packets
  client:1 > server:2 udp
    -> new, created, fasttrack-packets 1/0
story mark
  client:1 > server:2 udp
    -> new, created, mark 1
story reply tuple
  client:1 > server:2 udp
    -> new, created, reply server:2 > client:2
story reply address
  client:1 > server:2 udp
    -> new, created, reply router:2 > client:1
story ICMP type
  client > server icmp echo id 5
    -> new, created, icmp-type 8/1
story ICMP identifier
  client > server icmp echo id 5
    -> new, created, icmp-id 6
story GRE key
  client > server gre key 5
    -> new, created, gre-key 6
story GRE version
  client > server gre key 5
    -> new, created, gre-version 1
story GRE protocol
  client > server gre key 5
    -> new, created, gre-protocol 1
story protocol
  client > server gre key 5
    -> new, created, protocol 17
story an item of a connection where there is none
  client:1 > server:2 udp bad-checksum
    -> invalid, reason l4-checksum, timeout 30s
story entry by label
  [a] client:1 > server:2 udp bad-checksum
    -> invalid, reason l4-checksum
  expect entry a
story entry by tuple
  client:1 > server:2 udp
    -> new, created
  expect entry udp client:1 > server:3
story entry of another protocol
  client:1 > server:2 udp
    -> new, created
  expect entry tcp client:1 > server:2
story item of an entry
  client:1 > server:2 udp
    -> new, created
  expect entry udp client:1 > server:2, packets 2/0
story gone
  [a] client:1 > server:2 udp
    -> new, created
  expect gone a
story alive
  [a] client:1 > server:2 udp
    -> new, created
  at 31s
  expect alive a
story connections
  client:1 > server:2 udp
    -> new, created
  expect none
story counter of a reason
  client:1 > server:2 udp bad-checksum
    -> invalid, reason l4-checksum
  expect count l4-checksum 2
story counter of ends
  client:1 > server:2 udp
    -> new, created
  at 31s
  expect ended timeout 0
story counter of states
  client:1 > server:2 udp
    -> new, created
  expect state new 2
story counter of verdicts
  client:1 > server:2 udp
    -> new, created
  expect verdict drop 1
story event missing
  [a] client:1 > server:2 udp
    -> new, created
  expect event new a, event updated a
story event too many
  [a] client:1 > server:2 udp
    -> new, created
  expect event none
story event of another kind
  [a] client:1 > server:2 udp
    -> new, created
  expect event updated a
story event about another connection
  [a] client:1 > server:2 udp bad-checksum
    -> invalid, reason l4-checksum
  client:1 > server:2 udp
    -> new, created
  expect event new a
story event with another reason
  [a] client:1 > server:2 udp
    -> new, created
  remove a
  expect event new a, event destroyed a timeout
story an action that fails
  [a] client:1 > server:2 udp
    -> new, created
  fasttrack a
story an action that does not fail
  [a] client:1 > server:2 udp
    -> new, created
  remove a fails no-such-item
story settings that are refused
  client:1 > server:2 udp
    -> new, created
  settings icmp-timeout=0s
story settings that no engine takes
  settings max-entries=0
  client:1 > server:2 udp
    -> new, created

# With a router.
story interface of the way out
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, out lan
story that it leaves
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, out wan
story source that leaves
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, out wan inside:1 > server:2
story destination that leaves
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, out wan public:1 > gateway:2
story port that leaves
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, out wan public:2 > server:2
story ports that leave
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, out wan public:1024-65535 > server:2
story reply of a translated one
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, reply server:2 > public:2-9
story next hop
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, via server
story translated
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, not srcnat
story rule that stopped it
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, rule no
story what a rule counted
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created
  expect counted home 2
story answer that is not expected
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:24 tcp syn seq 1
    -> new, drop, reason rule-reject
story answer that is not there
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:23 tcp syn seq 1
    -> new, drop, reason rule-drop, answer reset
story kind of the answer
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:24 tcp syn seq 1
    -> new, drop, reason rule-reject, answer reset
story code of the answer
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:24 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/1
story reset for an ICMP error
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:25 tcp syn seq 1
    -> new, drop, reason rule-reject, answer icmp 3/1
story ends of the answer
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:25 tcp syn seq 1
    -> new, drop, reason rule-reject, answer reset public:25 > inside:1
story fast path
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  inside:1 > server:2 udp
    -> new, created, fast-path
story rules that are refused
  interface lan 192.168.88.1/24
  interface wan 198.51.100.1/24
  host inside 192.168.88.10  host public 198.51.100.1  host gateway 198.51.100.254
  route 0.0.0.0/0 wan via gateway
  rule nat srcnat masquerade out-interface=wan comment=home
  rule filter forward drop protocol=tcp dst-port=23 comment=telnet
  rule filter forward reject reject-with=icmp-host-prohibited protocol=tcp dst-port=24 comment=no
  rule filter forward reject reject-with=tcp-reset protocol=tcp dst-port=25 comment=mail
  rule filter input jump jump-target=input
  inside:1 > server:2 udp
    -> new, created
story message that leaves
  client:1 > server:2 udp text "PORT 5\r\n"
    -> new, created, out text "PORT 6\r\n"
story message that is longer
  client:1 > server:2 udp text "PORT 5\r\n"
    -> new, created, out text "PORT 5"
story message that is shorter
  client:1 > server:2 udp text "PORT 5"
    -> new, created, out text "PORT 5" text "\r\n"
story message in hex
  client:1 > server:2 udp payload 00ff01
    -> new, created, out payload 00ff02
story value of two numbers
  client:1 > server:2 udp text "5 6"
    -> new, created, out text "{p} {p}"
story value that is another port
  client:1 > server:2 udp text "5"
    -> new, created, out text "{p}"
  client:5 > server:{p+1} udp
    -> new, created, reply server:{p} > client:5
story length
  client:1 > server:2 udp text "7\r\n\r\nabc"
    -> new, created, out text "{length}\r\n\r\nabc"
story sequence number
  client:1 > server:2 tcp syn seq 5
    -> new, created, out seq 6
story acknowledgment
  client:1 > server:2 tcp ack seq 5 ack 6
    -> new, created, out ack 7
story SACK edges
  client:1 > server:2 tcp syn seq 5 sack 10-20
    -> new, created, out sack 10-21
story helper
  client:1 > server:2 udp
    -> new, created, helper ftp
story a connection that is expected
  client:1 > server:2 udp
    -> new, created
  expect pending tcp server > client:2000
story how many are expected
  client:1 > server:2 udp
    -> new, created
  expect expectations 1
