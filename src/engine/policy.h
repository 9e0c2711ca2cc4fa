/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/policy.h - everything that decides about packets beyond tracking, compiled from one
 * struct weir_ruleset: rules, routes, and what the engine asks of them before each packet.
 *
 * Life: weir_rules_set() makes one; the snapshots that were published with it hold it, and it
 * goes with the last of them. Immutable but for that count, which the thread that sets alone
 * touches. A worker takes it over at the beginning of a batch (engine/worker.c).
 *
 * Its generation, never 0, tells connections that they were judged by another one. It counts up
 * with each ruleset, so a connection would have to sleep through 2^32 of them to be deceived.
 */
#ifndef ENGINE_POLICY_H
#define ENGINE_POLICY_H

#include "firewall/firewall.h"
#include "route/route.h"

struct policy {
	struct ruleset *ruleset;
	struct routes *routes;
	uint32_t generation;
	uint32_t holders; /* snapshots */
	bool forward, new_only, fasttrack;
	bool nat[2];      /* by family, IPv4 first: there are rules that translate */
	uint8_t asks[2][WEIR_HOOK_COUNT]; /* by family: a bit for each table that has rules there */
};

/* => NULL: *error says why, or there is no memory (error->text empty) */
struct policy *policy_create(struct alloc *alloc, const struct weir_ruleset *rules,
			     struct weir_rules_error *error);

/* One holder less; the last one's going frees it. NULL is fine. */
void policy_release(struct policy *policy, struct alloc *alloc);

static inline bool policy_asks(const struct policy *policy, unsigned family6,
			       enum weir_table table, enum weir_hook hook)
{
	return policy->asks[family6][hook] >> table & 1;
}

#endif
