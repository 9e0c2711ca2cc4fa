# SPDX-License-Identifier: Apache-2.0
# IPv6 extension headers that change what the checksum covers (RFC 8200 section 8.1): the final destination
# of a Routing header and the home address of a mobile host.
host client 2001:db8:1::2  host server 2001:db8:2::2  host router 2001:db8:1::1
host via 2001:db8:9::9
weir-only Linux sums up the addresses of the IPv6 header alone

story a Routing header with one segment left: the checksum is that of the final destination
  client:1000 > server:2000 udp data 10 ext routing:24 poke 24 20010db8000900000000000000000009 poke 42 0001 poke 48 20010db8000200000000000000000002
    -> new, created
  expect entry udp client:1000 > via:2000
  client:1000 > server:2000 udp data 10 ext routing:24 poke 24 20010db8000900000000000000000009 poke 42 0001 poke 48 20010db8000200000000000000000003
    -> invalid, reason l4-checksum

story a Routing header without segments left changes nothing
  client:1000 > server:2000 udp data 10 ext routing:24 poke 42 0000 poke 48 20010db8000900000000000000000009
    -> new, created

story segment routing: the list is in reverse order
  client:1000 > server:2000 udp data 10 ext routing:40 poke 24 20010db8000900000000000000000009 poke 42 0401 poke 48 20010db800020000000000000000000220010db8000900000000000000000009
    -> new, created

story a Routing header that nobody knows: the checksum is not verified
  client:1000 > server:2000 udp data 10 ext routing:24 bad-checksum poke 42 fd01
    -> new, created

story a home address is the source of the checksum
  client:1000 > server:2000 udp data 10 ext dest:24 poke 8 20010db8000900000000000000000009 poke 42 c91020010db800010000000000000000000201020000
    -> new, created
  expect entry udp via:1000 > server:2000
