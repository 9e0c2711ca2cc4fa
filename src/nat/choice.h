/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/choice.h - a choice under way, for the files that make it: choose.c, endpoint.c, fair.c.
 */
#ifndef NAT_CHOICE_H
#define NAT_CHOICE_H

#include "nat/nat.h"

/* One choice under way. */
struct choice {
	struct nat *nat;
	enum nat_side side;
	const struct nat_range *range; /* NULL: null binding */
	const struct tuple *original;
	struct tuple now;  /* what the packet looks like as translated so far */
	struct tuple next; /* and what it is to look like */
	struct tuple reply; /* its inverse */
	uint32_t holder;    /* the connection that has it, as ref; 0: none */
	union weir_addr first, last; /* addresses that are allowed */
	uint16_t first_port, last_port; /* ports that may be searched */
	bool any_port;   /* the range does not say which */
	bool has_port;   /* there is one that this side may change */
	bool random;
	bool judged; /* whether it is fair has been asked */
	bool unfair;
};

static inline bool choice_is_icmp(const struct tuple *t)
{
	return t->proto == PROTO_ICMP || t->proto == PROTO_ICMPV6;
}

static inline uint16_t *choice_port(struct tuple *t, enum nat_side side)
{
	return side == NAT_SRC || choice_is_icmp(t) ? &t->src_port : &t->dst_port;
}

static inline union weir_addr *choice_addr(struct tuple *t, enum nat_side side)
{
	return side == NAT_SRC ? &t->src : &t->dst;
}

static inline unsigned __int128 choice_number(const struct choice *c, const union weir_addr *a)
{
	if (c->now.family == WEIR_IPV4)
		return be32(a);
	return (unsigned __int128)be32(a->v6) << 96 | (unsigned __int128)be32(a->v6 + 4) << 64 |
	       (uint64_t)be32(a->v6 + 8) << 32 | be32(a->v6 + 12);
}

static inline void choice_put_number(const struct choice *c, union weir_addr *a,
				     unsigned __int128 number)
{
	*a = (union weir_addr){.u64 = {0, 0}};
	if (c->now.family == WEIR_IPV4) {
		put_be32(a, (uint32_t)number);
		return;
	}
	for (unsigned i = 0; i < 16; i += 4)
		put_be32(a->v6 + i, (uint32_t)(number >> (96 - 8 * i)));
}

enum taken { FREE, TAKEN, FOREIGN };

/* Whether the connection can look like `next`. Leaves `reply` as that would be, and `holder`. */
enum taken choice_look(struct choice *c, bool pressed);

/* A number that nobody outside can foretell from those before. */
uint64_t choice_draw(struct nat *nat);

/* Looks for an address and a port within those that are allowed: the own ones, then others. */
enum nat_result choice_search(struct choice *c);

static inline bool choice_port_allowed(const struct choice *c, uint16_t port)
{
	return !c->has_port || c->any_port || (port >= c->first_port && port <= c->last_port);
}

/* endpoint.c */
enum nat_result choice_leave_mapped(struct choice *c);
enum nat_result choice_enter_mapped(struct choice *c);
bool choice_is_mapped(const struct choice *c); /* `next` is another's public end */

/* fair.c: whether the pool has room enough for this source to take a port of it. => false:
 * nat.held says what it has, about */
bool choice_is_fair(struct choice *c);

#endif
