/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/firewall.h - rules asked about a packet.
 *
 * A struct ruleset is compiled from a struct weir_ruleset, immutable, shared by all workers and
 * part of the engine's snapshot. What rules remember (counters, limits, lists that rules fill)
 * is a worker's own, in its struct firewall.
 *
 * Cost: a rule that does not match costs its first match that fails.
 */
#ifndef FIREWALL_FIREWALL_H
#define FIREWALL_FIREWALL_H

#include <weir/rules.h>

#include "base/alloc.h"
#include "track/conn.h"

struct ruleset;
struct firewall;

/* A packet on its way past the rules. The engine fills it in and keeps it true: after a
 * translation `tuple` is the new one, after routing `out` is known. */
struct walk {
	struct packet *packet; /* its l3 and l4 are where the bytes are now */
	struct conn *conn;     /* NULL: invalid or untracked. Private as long as it is not confirmed */
	uint8_t state;         /* enum weir_state */
	uint8_t dir;           /* enum weir_dir */
	uint8_t family;
	uint16_t in, out;      /* interfaces (of a bridge port: the bridge), or WEIR_INTERFACE_NONE */
	uint16_t in_port, out_port; /* the bridge ports themselves */
	struct tuple tuple;    /* as the packet is now; without ports of what has none */
	uint32_t packet_mark, routing_mark; /* 0: none, main */
	uint16_t priority;
	weir_time now;
	uint64_t rate;         /* of the connection, bits per second; filled in when asked for */
	bool only_once;        /* a rule that was met must be asked anew for each packet */

	/* What the rules want besides their verdict. */
	const struct weir_rule *nat; /* the rule of the table nat that acts */
	uint32_t reject;             /* enum weir_reject */
	bool fasttrack;
	uint32_t decided;            /* counter of the rule that dropped, rejected or accepted */
};

enum walk_verdict {
	WALK_ACCEPT, /* also: no rule said anything */
	WALK_DROP,
	WALK_REJECT,
	WALK_TARPIT,
	WALK_NOTRACK,
	WALK_NAT, /* walk.nat is set */
};

/* Compiles. => NULL: *error says why, or there is no memory (error->text empty) */
struct ruleset *ruleset_create(struct alloc *alloc, const struct weir_ruleset *rules,
			       struct weir_rules_error *error);
void ruleset_destroy(struct ruleset *ruleset, struct alloc *alloc); /* NULL is fine */

/* Whether a table has rules for a family at a hook: nothing else need be prepared if not. */
bool ruleset_asks(const struct ruleset *ruleset, uint8_t family, enum weir_table table,
		  enum weir_hook hook);

/* The interface's own addresses, for masquerade and redirect. => false: it has none */
bool ruleset_address(const struct ruleset *ruleset, uint16_t interface, uint8_t family,
		     union weir_addr *addr);

/* A worker's part. seed: for what is random. => NULL: no memory */
struct firewall *firewall_create(struct alloc *alloc, uint64_t seed);
void firewall_destroy(struct firewall *firewall); /* NULL is fine */

/* Makes the worker's part fit a new ruleset: counters stay with their numbers, lists with
 * their names. => false: no memory, the old one must go on */
bool firewall_adopt(struct firewall *firewall, const struct ruleset *ruleset);

/* Asks a table at a hook. Counts, traces (walk->packet->io->trace), logs (an event), marks,
 * rewrites (mangle), fills lists. */
enum walk_verdict firewall_ask(struct firewall *firewall, const struct ruleset *ruleset,
			       enum weir_table table, enum weir_hook hook, struct walk *walk);

/* Counts a packet for a rule that it need not be asked again (compiled actions). */
void firewall_count(struct firewall *firewall, uint32_t counter, uint32_t bytes);

/* counters[0..count), of all numbers below count. */
void firewall_counters(const struct firewall *firewall, uint32_t first,
		       struct weir_rule_counters *counters, uint32_t count);
void firewall_reset(struct firewall *firewall, uint32_t counter); /* UINT32_MAX: all */

/* Connections that come and go, for connection-limit. */
void firewall_conn_begin(struct firewall *firewall, const struct ruleset *ruleset,
			 const struct conn *conn, uint8_t family);
void firewall_conn_end(struct firewall *firewall, const struct ruleset *ruleset,
		       const struct conn *conn, uint8_t family);

/* Forgets what is over: list entries, limits' buckets. A slice at a time. */
void firewall_expire(struct firewall *firewall, weir_time now, unsigned work);

#endif
