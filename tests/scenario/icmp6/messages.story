# SPDX-License-Identifier: Apache-2.0
# ICMPv6: echo and node information are connections; neighbour discovery and multicast listener
# messages are the link's own business and untracked.
host client 2001:db8:1::2  host server 2001:db8:2::2  host router 2001:db8:1::1
host all-nodes ff02::1  host all-routers ff02::2

story echo and its reply
  [ping] client > server icmp6 echo id 7 seq 1 data 56
    -> new, created, timeout 10s
  server > client icmp6 echo-reply id 7 seq 1 data 56
    -> established, dir reply, same as ping, timeout 10s, not assured
  expect entry icmp6 client > server, reply server > client, icmp-type 128/0, icmp-id 7

story node information
  [query] client > server icmp6 node-query
    -> new, created
  server > client icmp6 node-reply
    -> established, same as query

story replies that nobody asked for
  server > client icmp6 echo-reply id 7
    -> invalid, reason icmp-type
  server > client icmp6 node-reply
    -> invalid, reason icmp-type
  expect none

story neighbour discovery is untracked
  client > router icmp6 neighbor-solicit target router
    -> untracked, no-connection
  router > client icmp6 neighbor-advert target router
    -> untracked, no-connection
  client > all-routers icmp6 router-solicit
    -> untracked
  router > all-nodes icmp6 router-advert
    -> untracked
  expect none, state untracked 4

story multicast listener messages are untracked
  router > all-nodes icmp6 mld-query
    -> untracked
  client > all-nodes icmp6 mld-report
    -> untracked
  client > all-nodes icmp6 mld-done
    -> untracked
  client > all-routers icmp6 mld2-report
    -> untracked
  expect none

story types without a meaning open nothing
  client > server icmp6 type 138
    -> invalid, reason icmp-type
  client > server icmp6 type 141
    -> invalid, reason icmp-type
  client > server icmp6 type 200
    -> invalid, reason icmp-type, says "ICMP type 200 code 0 opens no connection"
  expect none

story the checksum covers the addresses
  client > server icmp6 echo id 7 bad-checksum
    -> invalid, reason l4-checksum
  # A packet whose checksum was computed as for IPv4, without the addresses.
  client > server icmp6 echo id 7 checksum 0x7ff8
    -> invalid, reason l4-checksum

# RFC 4861 section 8.1: from the next hop itself, and about a packet that it quotes.
story a redirect
  host gateway fe80::1
  [data] client:1000 > server:53 udp data 10
    -> new, created
  gateway > client icmp6 redirect target gateway quote data
    -> related, same as data
  gateway > client icmp6 redirect target gateway quote data hop-limit 254
    -> invalid, reason icmp-hop-limit, says "ICMPv6 redirect with hop limit 254, not 255"
  gateway > client icmp6 redirect target gateway
    -> invalid, reason icmp-quote
  gateway > client icmp6 redirect code 1 target gateway quote data
    -> invalid, reason icmp-type
  router > client icmp6 redirect target gateway quote data
    -> invalid, reason icmp-source
  define [ghost] client:1000 > server:54 udp data 10
  gateway > client icmp6 redirect target gateway quote ghost
    -> invalid, reason icmp-no-connection
