/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/worker_state.h - a worker's part of the firewall from the inside.
 */
#ifndef FIREWALL_WORKER_STATE_H
#define FIREWALL_WORKER_STATE_H

#include "firewall/dynamic_list.h"
#include "firewall/memory.h"
#include "firewall/shared_list.h"

struct firewall {
	struct alloc *alloc;
	struct firewall_sink sink;
	struct weir_rule_counters *counters[COUNTERS_PAGES]; /* NULL: no rule counts there */
	struct dynamic_lists added;
	struct shared_lists *shared; /* NULL: there is no other worker */
	struct list_follower follower;
	uint32_t alone; /* entries yet to be looked at for those that nobody else knows of */
	struct memory *memory;
};

static inline void counter_add(struct firewall *firewall, uint32_t counter, uint32_t bytes)
{
	struct weir_rule_counters *c =
		&firewall->counters[counter / COUNTERS_PAGE][counter % COUNTERS_PAGE];

	c->packets++;
	c->bytes += bytes;
}

/* listing.c: puts an address into a list, or renews it. => false: no room or no memory */
bool listing_add(struct firewall *firewall, const struct dynamic_key *key, weir_time timeout,
		 weir_time now, enum shared_how how, struct shared_added *added);
bool listing_remove(struct firewall *firewall, const struct dynamic_key *key, weir_time now);

/* Tells the others of what they had no room for, looking at `work` entries. */
void listing_retry(struct firewall *firewall, weir_time now, uint32_t work);

/* match.c: whether a match of a rule holds, negation included. */
bool match_holds(struct firewall *firewall, const struct ruleset *ruleset,
		 const struct match *match, struct walk *walk);

/* action.c: what a rule does to the packet, its marks and its connection. */
void action_apply(const struct ruleset *ruleset, const struct rule *rule, struct walk *walk);

/* Bytes of a packet that are present from its IP header on. */
static inline uint32_t packet_present(const struct packet *p)
{
	if (p->l3 == p->io->data)
		return p->io->caplen < p->len ? p->io->caplen : p->len;
	return (uint32_t)(p->l4 - p->l3) + p->l4_cap;
}

static inline bool has_ports(uint8_t proto)
{
	/* Packets of different protocols follow each other: no branches. */
	static const uint64_t with[4] = {
		UINT64_C(1) << PROTO_TCP | UINT64_C(1) << PROTO_UDP | UINT64_C(1) << PROTO_DCCP, 0,
		UINT64_C(1) << (PROTO_SCTP - 128) | UINT64_C(1) << (PROTO_UDPLITE - 128), 0};

	return with[proto / 64] >> proto % 64 & 1;
}

#endif
