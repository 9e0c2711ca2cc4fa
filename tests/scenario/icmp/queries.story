# SPDX-License-Identifier: Apache-2.0
# ICMP queries: echo, timestamp, information, address mask. Identifier, type and code make the connection.
# The timeout is 10s (RouterOS icmp-timeout); an ICMP connection is never assured.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story echo and its reply
  [ping] client > server icmp echo id 7 seq 1 data 56
    -> new, created, dir original, timeout 10s
  server > client icmp echo-reply id 7 seq 1 data 56
    -> established, dir reply, same as ping, timeout 10s, seen-reply, not assured
  client > server icmp echo id 7 seq 2 data 56
    -> established, dir original, same as ping, not assured
  expect entry icmp client > server, reply server > client, icmp-type 8/0, icmp-id 7

story a reply with another identifier or code belongs to nobody
  client > server icmp echo id 7 seq 1
    -> new, created
  server > client icmp echo-reply id 8 seq 1
    -> invalid, reason icmp-type
  server > client icmp echo-reply code 1 id 7 seq 1
    -> invalid, reason icmp-type, says "ICMP type 0 code 1 opens no connection"
  expect connections 1

story two pings at once are two connections
  [a] client > server icmp echo id 7 seq 1
    -> new, created
  [b] client > server icmp echo id 8 seq 1
    -> new, created, differs from a
  server > client icmp echo-reply id 8 seq 1
    -> established, same as b

story the server pings back: its own connection
  [a] client > server icmp echo id 7 seq 1
    -> new, created
  [b] server > client icmp echo id 7 seq 1
    -> new, created, dir original, differs from a

story timestamp, information and address mask
  [t] client > server icmp timestamp id 1
    -> new, created
  server > client icmp timestamp-reply id 1
    -> established, same as t
  [i] client > server icmp info id 1
    -> new, created
  server > client icmp info-reply id 1
    -> established, same as i
  [m] client > server icmp mask id 1
    -> new, created
  server > client icmp mask-reply id 1
    -> established, same as m
  expect entry m, icmp-type 17/0, timeout 10s

story replies that nobody asked for are invalid
  server > client icmp echo-reply id 7
    -> invalid, reason icmp-type, no-connection
  server > client icmp timestamp-reply id 7
    -> invalid, reason icmp-type
  server > client icmp info-reply id 7
    -> invalid, reason icmp-type
  server > client icmp mask-reply id 7
    -> invalid, reason icmp-type
  expect none

story other types open nothing
  router > client icmp router-advert
    -> invalid, reason icmp-type
  client > router icmp router-solicit
    -> invalid, reason icmp-type
  client > server icmp type 1
    -> invalid, reason icmp-type
  client > server icmp type 19
    -> invalid, reason icmp-type
  client > server icmp type 42
    -> invalid, reason icmp-type, says "ICMP type 42 code 0 opens no connection"
  client > server icmp type 255
    -> invalid, reason icmp-type

story checksum and length
  client > server icmp echo id 7 bad-checksum
    -> invalid, reason l4-checksum
  client > server icmp echo total-length 27 short 27
    -> invalid, reason l4-truncated
  expect none

story a one-way ping stays new
  at 0s
  [ping] client > server icmp echo id 7 seq 1
    -> new, created
  at 9s
  client > server icmp echo id 7 seq 2
    -> new, same as ping, timeout 10s
  at 20s
  client > server icmp echo id 7 seq 3
    -> new, created, differs from ping
