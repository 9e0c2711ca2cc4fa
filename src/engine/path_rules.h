/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_rules.h - the steps of the packet's path that rules, routes and translation add
 * to tracking. engine/path.c takes them in order.
 *
 * A passage is one packet on its way, and lives on the stack. Each step answers whether the
 * packet goes on; one that does not has its verdict, its reason and perhaps its answer.
 */
#ifndef ENGINE_PATH_RULES_H
#define ENGINE_PATH_RULES_H

#include "engine/worker.h"

/* What tracking found for a packet. */
struct tracked {
	struct conn *conn; /* NULL: none */
	uint32_t ref;	   /* 0 with a connection: it is private, worker.fresh */
	uint8_t end; /* enum weir_end: the connection ends behind this packet; NONE: it stays */
	uint8_t helped; /* 1: the packet goes through path_help() at the end of its path */
};

struct passage {
	struct weir_worker *w;
	const struct policy *policy;
	struct packet *p;
	struct weir_packet *io;
	struct tracked t;
	struct walk walk;
	struct tuple came;     /* the packet's tuple before translation */
	const struct way *way; /* that stands for a walk; NULL: it walks */
	struct way taken;      /* what the walk comes to, for later packets */
	bool six;	       /* IPv6 */
	bool asked_raw;	       /* the table raw was asked */
	bool exempt;	       /* under way before the rules were changed: they are not asked */
	bool notrack;
	bool dst_rewritten;
};

/* Whether a translated connection has lost the address that it was masqueraded to, which the
 * worker need look at once a policy. */
bool path_readdressed(const struct weir_worker *w, const struct conn *c, bool six);

void passage_begin(struct passage *s, struct weir_worker *w, struct packet *p);

/* A connection in the table was found: perhaps its way is known. */
void passage_known(struct passage *s, struct conn *c, enum weir_dir dir);

/* The table raw; sets `notrack`. */
bool passage_raw(struct passage *s);

/* Everything behind tracking, up to where the connection would be confirmed. */
bool passage_walk(struct passage *s);

/* The same for a FastTracked packet, whose tracking is done: no rules. */
void passage_fasttrack(struct passage *s, struct conn *c, uint32_t ref, enum weir_dir dir);

/* What the steps are made of, by file. */

#define PASSAGE_TTL4 8 /* offsets in the IP headers */
#define PASSAGE_TTL6 7

static inline uint8_t passage_ttl(const struct passage *s)
{
	return s->io->out[s->six ? PASSAGE_TTL6 : PASSAGE_TTL4];
}

/* Whether the router itself sends it. */
static inline bool passage_is_out(const struct passage *s)
{
	return s->io->port == WEIR_PORT_HOST;
}

/* engine/path_answer.c */

#define PASSAGE_NO_HOST (WEIR_ADDRESS_BROADCAST | WEIR_ADDRESS_MULTICAST)

/* What an address is: WEIR_ADDRESS_* bits. */
uint32_t passage_type(const struct passage *s, const union weir_addr *addr);

/* Drops the packet. => false */
bool passage_stop(struct passage *s, enum weir_reason reason, uint32_t detail);

/* Answers, where that is allowed: with an ICMP error, by enum weir_reject, as a tarpit. */
void passage_error(struct passage *s, uint8_t type, uint8_t code);
void passage_reject(struct passage *s, uint32_t how);
void passage_tarpit(struct passage *s);

/* engine/path_ask.c */

/* The rest of a passage's beginning, for packets that ask rules. */
void passage_begin_walk(struct passage *s);

/* What rules are told of the packet's tuple is that which it has now. */
void passage_note_tuple(struct passage *s);

/* Whether there are rules that the packet must ask. */
static inline bool passage_has_rules(const struct passage *s, enum weir_table table,
				     enum weir_hook hook)
{
	return policy_asks(s->policy, s->six, table, hook) && !s->exempt;
}

/* => false: a rule stops the packet. *verdict is what it said. */
bool passage_ask_for(struct passage *s, enum weir_table table, enum weir_hook hook,
		     enum walk_verdict *verdict);
bool passage_ask_rules(struct passage *s, enum weir_table table, enum weir_hook hook);

/* Most hooks have no rules, and cost this. */
static inline bool passage_ask(struct passage *s, enum weir_table table, enum weir_hook hook)
{
	return !passage_has_rules(s, table, hook) || passage_ask_rules(s, table, hook);
}

/* engine/path_nat.c */

/* The tuple that a connection's packets of one direction have once they are translated. */
void passage_target(const struct conn *c, bool six, uint8_t dir, struct tuple *target);

/* One side's translation: decided with a connection's first packet, then done to each. */
bool passage_translate(struct passage *s, enum nat_side side, enum weir_hook hook);

/* Rewrites one side by what the connection's tuples say. */
bool passage_rewrite_side(struct passage *s, enum nat_side side);

/* The same, if that side is translated. */
static inline bool passage_rewrite(struct passage *s, enum nat_side side)
{
	const struct conn *c = s->t.conn;
	uint16_t bit = (side == NAT_DST) == (s->io->dir == WEIR_ORIGINAL) ? WEIR_STATUS_DSTNAT
									  : WEIR_STATUS_SRCNAT;

	return LIKELY(!c || !(c->status & bit)) || passage_rewrite_side(s, side);
}

/* Whether a masqueraded connection still leaves by the interface whose address it has; asked
 * where its route is not known already. If not it ends: nobody would answer it there. */
bool passage_at_home(struct passage *s, uint16_t out);

/* engine/path_route.c */

/* Where the packet goes, into `taken`. */
bool passage_route(struct passage *s, uint16_t table, const union weir_addr *dst);

/* One hop more. */
bool passage_hop(struct passage *s);

#endif
