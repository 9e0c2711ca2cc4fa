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

#endif
