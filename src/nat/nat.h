/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/nat.h - address translation: choosing what a new connection looks like from the other
 * side, and rewriting its packets.
 *
 * The choice is made once, on the connection's first packet, by changing its reply tuple; from
 * then on both tuples say all there is to know. Sources: RFC 4787, 5382, 5508, 6056, 1624;
 * conntrack semantics of Linux.
 */
#ifndef NAT_NAT_H
#define NAT_NAT_H

#include <weir/rules.h>

#include "packet/packet.h"
#include "track/table.h"

enum nat_side { NAT_SRC, NAT_DST };

/* What a side may become. */
struct nat_range {
	uint32_t flags; /* WEIR_NAT_* */
	uint8_t action; /* enum weir_action: SRC_NAT, NETMAP, SAME, ... */
	union weir_addr first, last;
	uint16_t first_port, last_port;
};

enum nat_result {
	NAT_DONE,     /* the reply tuple is chosen (it may be as before) */
	NAT_EXHAUSTED, /* every port that is allowed is taken for that destination */
	NAT_REFUSED,  /* nothing fits: other family, no address */
};

/* Chooses for one side of a private connection: changes `reply` (the inverse of `original` so
 * far translated) so that no other connection has it, and sets the status bits SRCNAT or DSTNAT if it
 * changed and *_DONE in any case. range NULL: only makes it unique (null binding). */
enum nat_result nat_choose(struct table *table, uint64_t *random, enum nat_side side,
			   const struct nat_range *range, const struct tuple *original,
			   struct tuple *reply, uint16_t *status);

/* Gives a packet's side the address and port of `to`, in its bytes (checksums by RFC 1624, UDP
 * zero stays zero, SCTP's CRC anew) and in packet->tuple. => false: the packet is too short */
bool nat_rewrite(struct packet *packet, enum nat_side side, const struct tuple *to);

/* The same for an ICMP error: its quoted packet the other way round, then its own address. */
bool nat_rewrite_error(struct packet *packet, enum nat_side side, const struct tuple *to);

/* Prefix translation (RFC 6296) of one address; checksum-neutral. */
void nat_prefix(union weir_addr *addr, const union weir_addr *from, const union weir_addr *to,
		uint8_t length);

#endif
