/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/build.h - the packets that the router answers with: ICMP errors, TCP resets, and the
 * acknowledgement that holds a TCP sender up.
 *
 * Each function reads the packet that is answered, writes the answer from its IP header on, and
 * returns its length; 0 says that such a packet gets no answer. Whether an address is a
 * broadcast of some network, and how often may be answered, the caller knows.
 *
 * Pure functions; the room must be BUILD_MAX bytes.
 */
#ifndef PACKET_BUILD_H
#define PACKET_BUILD_H

#include "packet/packet.h"

#define BUILD_MAX 1280u

/* An ICMP error of the packet's family about it (RFC 792, 1812 section 4.3.2, 4443), from
 * `from` to its sender. It quotes what fits into 576 bytes, with IPv6 into 1280.
 * => 0: the packet is an ICMP error itself or malformed, or one of its addresses is no host's */
uint32_t build_icmp_error(uint8_t *to, const struct packet *about, uint8_t type, uint8_t code,
			  const union weir_addr *from);

/* The reset that a closed port answers with (RFC 9293 section 3.10.7.1).
 * => 0: it is not TCP, or a reset itself */
uint32_t build_tcp_reset(uint8_t *to, const struct packet *about);

/* The answer to a SYN, or to what follows it, with a window of zero: the sender has a
 * connection and may send nothing. => 0: it is not TCP, or FIN, RST or SYN-ACK */
uint32_t build_tcp_tarpit(uint8_t *to, const struct packet *about);

#endif
