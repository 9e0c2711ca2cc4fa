/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/firewall.h - rules asked about a packet.
 *
 * A struct ruleset is compiled from a struct weir_ruleset, immutable, shared by all workers and
 * part of the engine's snapshot. What rules remember (counters, limits) is a worker's own, in its
 * struct firewall, and so are the lists that rules fill; of what comes into these and goes the
 * workers tell each other (shared_list.h).
 *
 * Cost: a rule that does not match costs its first match that fails.
 */
#ifndef FIREWALL_FIREWALL_H
#define FIREWALL_FIREWALL_H

#include <weir/event.h>
#include <weir/rules.h>

#include "base/alloc.h"
#include "route/route.h"
#include "track/ext.h"

struct ruleset;
struct firewall;
struct shared_lists;

#define WALK_MET 12

/* A packet on its way past the rules. The engine fills it in and keeps it true: after a
 * translation `tuple` is the new one, after routing `out` is known.
 *
 * A compiled action may stand for all this once a walk of an established packet through the
 * same hooks left only_once unset: then the packets of that connection and direction that come
 * in by the same interface have the same answers as long as the ruleset, the connection's mark
 * and its status stay, and each counts for the rules in met[]. */
struct walk {
	struct packet *packet; /* its l3 and l4 are where the bytes are now */
	struct conn *conn;     /* NULL: invalid or untracked. Private until it is confirmed */
	uint8_t state;         /* enum weir_state */
	uint8_t dir;           /* enum weir_dir */
	uint8_t family;        /* of the packet, and so of the rules that are asked */
	uint16_t in, out;      /* interfaces (of a bridge port: the bridge), or
				  WEIR_INTERFACE_NONE */
	uint16_t in_port, out_port; /* the bridge ports themselves */
	struct tuple tuple;    /* as the packet is now, of an ICMP error its own addresses; proto
				  and family are set for malformed packets too */
	const struct routes *routes;  /* for address types */
	const struct ext_pool *ext;   /* the worker's, for connection-bytes */
	uint32_t packet_mark, routing_mark; /* 0: none, main */
	uint16_t priority, ingress_priority;
	weir_time now;
	bool endpoint;  /* endpoint-independent-nat can translate the packet; set by the engine
			   before the table nat is asked */
	bool only_once; /* something that was asked or done may differ, or is to be done, for each
			   packet of the connection (or met[] was too short) */
	uint8_t met_count;
	uint32_t met[WALK_MET]; /* counters of the rules that matched, in order */

	/* What the rules want besides their verdict. */
	const struct weir_rule *nat; /* with WALK_NAT: the rule that acts; lives as the ruleset */
	uint32_t reject;             /* enum weir_reject */
	bool fasttrack;
	bool marked;                 /* the connection's mark was changed */
	bool rewritten;              /* bytes of the packet were changed */
	bool collected;              /* layer7-protocol has this packet's bytes */
	uint32_t decided;            /* counter of the rule that ended the last table that a rule
					ended; UINT32_MAX, which the engine sets, none did */
};

enum walk_verdict {
	WALK_ACCEPT, /* also: no rule said anything */
	WALK_DROP,
	WALK_REJECT,
	WALK_TARPIT,
	WALK_NOTRACK,
	WALK_NAT, /* walk.nat is set: table nat, or SNPT and DNPT of mangle */
};

/* Who wants to know what rules do; called from within firewall_ask(). */
struct firewall_sink {
	void *ctx;
	void (*log)(void *ctx, const struct weir_log *log);
	void (*listed)(void *ctx, const struct weir_listed *listed);
};

/* Compiles. => NULL: *error says why, or there is no memory (error->text empty) */
struct ruleset *ruleset_create(struct alloc *alloc, const struct weir_ruleset *rules,
			       struct weir_rules_error *error);
/* The same, and shares what is the former's, by the embedder's versions; former NULL: none. */
struct ruleset *ruleset_renew(struct alloc *alloc, const struct ruleset *former,
			      const struct weir_ruleset *rules, struct weir_rules_error *error);
void ruleset_destroy(struct ruleset *ruleset, struct alloc *alloc); /* NULL is fine */

/* Whether a table has rules for a family at a hook: nothing else need be prepared if not. */
bool ruleset_asks(const struct ruleset *ruleset, uint8_t family, enum weir_table table,
		  enum weir_hook hook);

/* The interface's own addresses, for masquerade and redirect. => false: it has none */
bool ruleset_address(const struct ruleset *ruleset, uint16_t interface, uint8_t family,
		     union weir_addr *addr);

/* The bridge that an interface is a port of, or the interface itself. */
uint16_t ruleset_bridge(const struct ruleset *ruleset, uint16_t interface);

/* Of the way out, or 0: not known. */
uint16_t ruleset_mtu(const struct ruleset *ruleset, uint16_t interface);

/* A worker's part; alloc must outlive it. seed: for what is random and for the keys of hashes.
 * sink NULL or a NULL in it: nobody wants to know. => NULL: no memory */
struct firewall *firewall_create(struct alloc *alloc, uint64_t seed,
				 const struct firewall_sink *sink);
void firewall_destroy(struct firewall *firewall); /* NULL is fine */

/* Makes the worker's part fit a new ruleset, before it is asked: counters stay with their
 * numbers, lists with their names, what limits remember with their rules.
 * => false: no memory, the old one must go on */
bool firewall_adopt(struct firewall *firewall, const struct ruleset *ruleset);

/* With several workers: what they have in common, once, before anything is asked; and at the
 * beginning of each batch, after firewall_adopt(): what is new of it. Costs a load if nothing is. */
void firewall_join(struct firewall *firewall, struct shared_lists *shared, unsigned worker);
void firewall_follow(struct firewall *firewall, weir_time now);

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

/* As if all connections had ended: for who did not tell of some. */
void firewall_conns_forget(struct firewall *firewall);

/* Forgets what is over: list entries, limits' buckets. A slice at a time. */
void firewall_expire(struct firewall *firewall, weir_time now, unsigned work);

/* What rules have put into lists. The list is named as in the ruleset adopted last. */

/* => false: no such list, no room or no memory. timeout 0: no end */
bool firewall_list_add(struct firewall *firewall, const char *list, uint8_t family,
		       const union weir_addr *addr, weir_time timeout, weir_time now);

/* => false: no worker had it */
bool firewall_list_remove(struct firewall *firewall, const char *list, uint8_t family,
			  const union weir_addr *addr, weir_time now);

struct firewall_list_entry {
	const char *list; /* good until the next firewall_adopt() */
	uint8_t family;
	union weir_addr addr;
	weir_time expires; /* 0: never */
};

/* Copies entries out; *cursor is 0 at the start. => how many; 0: the end */
size_t firewall_list_entries(const struct firewall *firewall, uint32_t *cursor, weir_time now,
			     struct firewall_list_entry *entries, size_t count);

struct firewall_stats {
	uint64_t list_entries; /* now; with several workers all have the same */
	uint64_t list_full;    /* entries refused, for want of room or memory */
	uint64_t match_failed; /* matches that did not hold for want of room, memory or time */
};

void firewall_stats_get(const struct firewall *firewall, struct firewall_stats *stats);

#endif
