# SPDX-License-Identifier: Apache-2.0
# Class: guessing a connection's translated port, from outside or from a neighbour's place.
# Source: "Exploiting Sequence Number Leakage: TCP Hijacking in NAT-Enabled Wi-Fi Networks" (NDSS 2024);
# RFC 6056; RFC 7857 section 9: ports are kept unless randomise-ports=yes.
host client 192.168.88.10  host client2 192.168.88.11  host web 192.168.88.80  host router 192.168.88.1
host public 198.51.100.1  host gateway 198.51.100.254
host server 203.0.113.80  host other 203.0.113.99  host hop 192.0.2.7
interface lan 192.168.88.1/24
interface wan 198.51.100.1/24
route 0.0.0.0/0 wan via gateway

story with randomise-ports the client's port is not the one outside
  rule nat srcnat masquerade out-interface=wan protocol=tcp randomise-ports=yes to-ports=20000-20001
  client:40000 > server:443 tcp syn seq 1
    -> new, created, srcnat, out wan public:20000-20001 > server:443
  client:40000 > other:443 tcp syn seq 1
    -> new, created, srcnat, out wan public:20000-20001 > other:443

# A neighbour that opens the same flow from its own port sees whether that port was taken; what it
# then sends is its own connection, and its answers come to itself.
story a neighbour with the port of another gets no packet of the other
  rule nat srcnat masquerade out-interface=wan
  [victim] client:40000 > server:443 tcp syn seq 1000
    -> new, created, out wan public:40000 > server:443
  server:443 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established, same as victim, out lan server:443 > client:40000
  client:40000 > server:443 tcp ack seq 1001 ack 5001
    -> established, assured
  [spy] client2:40000 > server:443 tcp syn seq 1
    -> new, created, differs from victim, out wan public:1024-65535 > server:443
  server:443 > public:40000 tcp ack seq 5001 ack 1001
    -> established, same as victim, out lan server:443 > client:40000
  expect entry victim, tcp-state established

# The attack's second step: to end the victim's connection from inside and take its port over.
story a neighbour that forges the victim's address comes by the wrong interface
  rule nat srcnat masquerade out-interface=wan
  rule filter forward drop in-interface=wan src-address=192.168.88.0/24 comment=forged
  [victim] client:40000 > server:443 tcp syn seq 1000
    -> new, created, out wan public:40000 > server:443
  server:443 > public:40000 tcp syn,ack seq 5000 ack 1001
    -> established
  client:40000 > server:443 tcp ack seq 1001 ack 5001
    -> established, assured
  from wan client:40000 > server:443 tcp rst seq 900
    -> invalid, reason tcp-rst-seq, drop, rule forged
  expect entry victim, tcp-state established, timeout 1d

story a stranger that guesses the port outside is nobody's answer
  rule nat srcnat masquerade out-interface=wan
  rule filter input drop in-interface=wan connection-state=new,invalid comment=door
  [victim] client:40000 > server:443 tcp syn seq 1000
    -> new, created
  other:443 > public:40000 tcp syn,ack seq 1 ack 1001
    -> invalid, reason tcp-not-opener, drop, rule door
  server:444 > public:40000 tcp ack seq 1 ack 1001
    -> new, drop, reason rule-drop, rule door, no-connection
  expect connections 1, entry victim, tcp-state syn-sent
