/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/policy.h - everything that decides about packets beyond tracking, compiled from one
 * struct weir_ruleset: rules, routes, and what the engine asks of them before each packet.
 *
 * Life: weir_rules_set() makes one; the snapshots that were published with it hold it, and it
 * goes with the last of them. Immutable but for that count, which the thread that sets alone
 * touches. A worker takes it over at the beginning of a batch (engine/worker.c).
 *
 * Epochs tell connections that they were judged by another one: a worker gives each policy that
 * it takes over the next number of 16 bits, never 0 (policy_epoch), and a connection keeps that of
 * the one that judged it last (conn.epoch). No connection is deceived by a number that comes round:
 *
 *	The numbers are two halves, by their highest bit. As long as the worker's epoch is in
 *	one half, the sweep (engine/sweep.c) sets every epoch of the other half that it meets in
 *	a connection to 0, and connections are given numbers of this half alone. So
 *	once a whole turn of the hand has begun and ended within a half, no connection has
 *	a number of the other one.
 *	When the epoch is about to enter the other half and no such turn has been, the worker
 *	makes one at once. So no connection has a number of a half that is being entered, and
 *	within it each number is given to one policy.
 *
 * The turn at once costs a listing of the table, and is made only where 32768 policies came
 * within two turns, or time stood still meanwhile.
 */
#ifndef ENGINE_POLICY_H
#define ENGINE_POLICY_H

#include "firewall/firewall.h"
#include "nat/listeners.h"
#include "route/route.h"

struct policy {
	struct ruleset *ruleset;
	struct routes *routes;
	uint32_t holders; /* snapshots */
	bool forward[2], off[2], fasttrack[2]; /* by family */
	bool hash_ports[2];
	bool new_only;
	bool nat[2];      /* by family, IPv4 first: there are rules that translate */
	struct listeners *listeners; /* NULL: none */
	bool counting;    /* a rule has to know what each source has (nat_count()) */
	bool udp_here;    /* all UDP of IPv4 is the first worker's (nat_owner()) */
	uint8_t asks[2][WEIR_HOOK_COUNT]; /* by family: a bit for each table that has rules there */
};

/* The epoch behind this one, and which half a number is in. */
static inline uint16_t policy_epoch(uint16_t epoch)
{
	return epoch == UINT16_MAX ? 1 : (uint16_t)(epoch + 1);
}

static inline unsigned policy_half(uint16_t epoch)
{
	return epoch >> 15;
}

/* former: in force, of which what is the same is shared; NULL: none.
 * => NULL: *error says why, or there is no memory (error->text empty) */
struct policy *policy_create(struct alloc *alloc, const struct policy *former,
			     const struct weir_ruleset *rules, struct weir_rules_error *error);

/* One holder less; the last one's going frees it. NULL is fine. */
void policy_release(struct policy *policy, struct alloc *alloc);

static inline bool policy_asks(const struct policy *policy, unsigned family6,
			       enum weir_table table, enum weir_hook hook)
{
	return policy->asks[family6][hook] >> table & 1;
}

#endif
