# SPDX-License-Identifier: Apache-2.0
# SCTP, RFC 9260, as Linux tracks it. In these stories the client expects tag 7 in what it receives, the
# server tag 9; the numbers of the INIT chunks say so.
host client 192.168.1.2  host server 10.0.0.2  host router 192.168.1.1

story an association from INIT to SHUTDOWN-COMPLETE
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, dir original, sctp-state closed, timeout 10s
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, dir reply, same as init, sctp-state cookie-wait, timeout 3s
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo,data:20
    -> established, sctp-state cookie-echoed, timeout 3s, not assured
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack,sack
    -> established, sctp-state established, timeout 3m30s, assured
  client:1000 > server:2000 sctp tag 9 chunks data:100
    -> established, sctp-state established, timeout 3m30s
  server:2000 > client:1000 sctp tag 7 chunks sack
    -> established, sctp-state established
  client:1000 > server:2000 sctp tag 9 chunks shutdown
    -> established, sctp-state shutdown-sent, timeout 3s
  server:2000 > client:1000 sctp tag 7 chunks shutdown-ack
    -> established, sctp-state shutdown-ack-sent, timeout 3s
  client:1000 > server:2000 sctp tag 9 chunks shutdown-complete
    -> established, sctp-state closed, timeout 10s
  expect entry sctp client:1000 > server:2000, reply server:2000 > client:1000, packets 5/4

story the server shuts down
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  server:2000 > client:1000 sctp tag 7 chunks shutdown
    -> established, sctp-state shutdown-received, timeout 3s
  client:1000 > server:2000 sctp tag 9 chunks shutdown-ack
    -> established, sctp-state shutdown-ack-sent
  server:2000 > client:1000 sctp tag 7 chunks shutdown-complete
    -> established, sctp-state closed

story ABORT ends it at once
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 9 chunks abort
    -> established, sctp-state closed, timeout 10s

# The T bit: the sender does not know the association and reflects the tag it was sent.
story ABORT with the T bit carries the other side's tag
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  server:2000 > client:1000 sctp tag 9 chunks abort
    -> invalid, reason sctp-tag
  server:2000 > client:1000 sctp tag 9 chunks abort:t
    -> established, sctp-state closed

story an INIT refused by ABORT
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks abort:t
    -> invalid, reason sctp-tag
  server:2000 > client:1000 sctp tag 7 chunks abort
    -> established, sctp-state closed

story a wrong verification tag
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 8 chunks data:10
    -> invalid, reason sctp-tag, says "SCTP verification tag 8, expected 9"
  server:2000 > client:1000 sctp tag 9 chunks data:10
    -> invalid, reason sctp-tag
  client:1000 > server:2000 sctp tag 0 chunks shutdown
    -> invalid, reason sctp-tag
  expect entry init, sctp-state established, packets 2/2

story an INIT with a tag is invalid
  client:1000 > server:2000 sctp tag 5 chunks init:7
    -> invalid, reason sctp-tag
  expect none

# Not renewed, or who repeats it would keep the entry.
story an INIT repeated does not renew the timeout
  at 0s
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, timeout 10s
  at 4s
  again init
    -> new, same as init, sctp-state closed, timeout 6s

story chunks that open no association
  client:1000 > server:2000 sctp tag 9 chunks init-ack:7
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks cookie-ack
    -> invalid, reason sctp-not-opener, says "SCTP chunk 11 opens no association"
  client:1000 > server:2000 sctp tag 9 chunks abort
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks shutdown-complete
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks data:10
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks sack
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks error
    -> invalid, reason sctp-not-opener
  client:1000 > server:2000 sctp tag 9 chunks shutdown
    -> invalid, reason sctp-not-opener
  expect none

# A second path of a multi-homed association.
story a HEARTBEAT opens a path
  [beat] client:1000 > server:2000 sctp tag 9 chunks heartbeat
    -> new, created, sctp-state heartbeat-sent, timeout 30s
  server:2000 > client:1000 sctp tag 7 chunks heartbeat-ack
    -> established, same as beat, sctp-state established, timeout 3m30s, assured
  client:1000 > server:2000 sctp tag 9 chunks data:10
    -> established, timeout 3m30s
  client:1000 > server:2000 sctp tag 8 chunks data:10
    -> invalid, reason sctp-tag

story on a path opened by HEARTBEAT an INIT-ACK brings no new tag
  [beat] client:1000 > server:2000 sctp tag 9 chunks heartbeat
    -> new, created
  server:2000 > client:1000 sctp tag 7 chunks heartbeat-ack
    -> established, sctp-state established
  server:2000 > client:1000 sctp tag 7 chunks init-ack:11
    -> invalid, reason sctp-tag
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state established

story a HEARTBEAT that nobody answers stays new
  at 0s
  [beat] client:1000 > server:2000 sctp tag 9 chunks heartbeat
    -> new, created, sctp-state heartbeat-sent, timeout 30s
  at 20s
  client:1000 > server:2000 sctp tag 9 chunks heartbeat
    -> new, same as beat, sctp-state heartbeat-sent, timeout 30s

story a SHUTDOWN-ACK out of the blue is answered by SHUTDOWN-COMPLETE
  [first] client:1000 > server:2000 sctp tag 9 chunks shutdown-ack
    -> new, created, sctp-state shutdown-ack-sent, timeout 3s
  server:2000 > client:1000 sctp tag 9 chunks shutdown-complete:t
    -> invalid, reason sctp-tag
  server:2000 > client:1000 sctp tag 9 chunks shutdown-complete
    -> established, sctp-state closed, timeout 10s

# A path just opened knows no handshake.
story chunks that do not fit a path just opened
  [beat] client:1000 > server:2000 sctp tag 9 chunks heartbeat
    -> new, created, sctp-state heartbeat-sent
  server:2000 > client:1000 sctp tag 0 chunks init-ack:9
    -> invalid, reason sctp-state, says "SCTP chunk 2 does not fit the association's state (8)"
  server:2000 > client:1000 sctp tag 0 chunks init:9
    -> invalid, reason sctp-state
  server:2000 > client:1000 sctp tag 0 chunks abort
    -> invalid, reason sctp-state
  expect entry beat, sctp-state heartbeat-sent, not seen-reply

story a path begins anew with another tag
  at 0s
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  at 1s
  client:1000 > server:2000 sctp tag 55 chunks heartbeat
    -> established, sctp-state established, timeout 3m29s
  server:2000 > client:1000 sctp tag 66 chunks heartbeat-ack
    -> established, sctp-state established, timeout 3m30s

story chunks that must stand alone or first
  client:1000 > server:2000 sctp tag 0 chunks init:7,data:10
    -> invalid, reason sctp-chunk-alone, says "SCTP chunk 0 bundled against the rules"
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 9 chunks data:10,cookie-echo
    -> invalid, reason sctp-chunk-alone
  server:2000 > client:1000 sctp tag 7 chunks sack,cookie-ack
    -> invalid, reason sctp-chunk-alone
  server:2000 > client:1000 sctp tag 7 chunks sack,init-ack:9
    -> invalid, reason sctp-chunk-alone
  client:1000 > server:2000 sctp tag 9 chunks sack,shutdown-complete
    -> invalid, reason sctp-chunk-alone
  expect connections 1

story malformed chunks
  client:1000 > server:2000 sctp tag 0 chunks raw:01000000
    -> invalid, reason sctp-chunk, says "malformed SCTP chunk 1"
  client:1000 > server:2000 sctp tag 0
    -> invalid, reason l4-truncated
  client:1000 > server:2000 sctp tag 0 chunks raw:0100
    -> invalid, reason l4-truncated
  client:1000 > server:2000 sctp tag 0 chunks raw:0100000800000007
    -> invalid, reason sctp-chunk
  expect none

story a bad CRC is invalid
  client:1000 > server:2000 sctp tag 0 chunks init:7 bad-checksum
    -> invalid, reason l4-checksum
  expect none

story a bad CRC passes when checksums are not verified
  settings checksum=no
  client:1000 > server:2000 sctp tag 0 chunks init:7 bad-checksum
    -> new, created

story a common header cut short is invalid
  client:1000 > server:2000 sctp tag 0 chunks init:7 cut 30
    -> invalid, reason l4-truncated

# Both sides send INIT at the same time (RFC 9260 section 5.2.1): seen from the middle it stays closed.
story INITs that cross
  at 0s
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created
  at 1s
  server:2000 > client:1000 sctp tag 0 chunks init:9
    -> established, dir reply, same as init, sctp-state closed, timeout 9s
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait, timeout 3s
  client:1000 > server:2000 sctp tag 9 chunks init-ack:7
    -> established, sctp-state cookie-wait

story INITs that cross, and an INIT-ACK with yet another tag
  client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created
  server:2000 > client:1000 sctp tag 0 chunks init:9
    -> established
  server:2000 > client:1000 sctp tag 7 chunks init-ack:11
    -> invalid, reason sctp-tag

story after crossing INITs the association may begin anew
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 0 chunks init:9
    -> established, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 0 chunks init:17
    -> established, sctp-state established
  server:2000 > client:1000 sctp tag 17 chunks init-ack:19
    -> established, sctp-state established
  client:1000 > server:2000 sctp tag 19 chunks cookie-echo
    -> established, sctp-state established
  server:2000 > client:1000 sctp tag 17 chunks cookie-ack
    -> established, sctp-state established
  client:1000 > server:2000 sctp tag 19 chunks data:10
    -> established

story ERROR while the cookie travels closes
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks error
    -> established, sctp-state closed, timeout 10s

story an INIT in an established association changes nothing
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 0 chunks init:77
    -> established, same as init, sctp-state established

story unknown chunks keep the state
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 9 chunks type-63:8
    -> established, sctp-state established, timeout 3m30s
  client:1000 > server:2000 sctp tag 9 chunks forward-tsn,asconf
    -> established, sctp-state established
  server:2000 > client:1000 sctp tag 7 chunks ecne,cwr
    -> established, sctp-state established

story an INIT after the association was closed
  [init] client:1000 > server:2000 sctp tag 0 chunks init:7
    -> new, created, sctp-state closed
  server:2000 > client:1000 sctp tag 7 chunks init-ack:9
    -> established, sctp-state cookie-wait
  client:1000 > server:2000 sctp tag 9 chunks cookie-echo
    -> established, sctp-state cookie-echoed
  server:2000 > client:1000 sctp tag 7 chunks cookie-ack
    -> established, sctp-state established, assured
  client:1000 > server:2000 sctp tag 9 chunks abort
    -> established, sctp-state closed
  client:1000 > server:2000 sctp tag 0 chunks init:17
    -> established, same as init, sctp-state closed
  server:2000 > client:1000 sctp tag 17 chunks init-ack:19
    -> established, sctp-state cookie-wait, timeout 3s
