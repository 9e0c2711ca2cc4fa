/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset_plan.h - what of an embedder's ruleset is the former one's, by its versions.
 *
 * Life: plan_make() to plan_free(), while a ruleset is made. The former ruleset stays meanwhile.
 */
#ifndef FIREWALL_RULESET_PLAN_H
#define FIREWALL_RULESET_PLAN_H

#include "firewall/ruleset.h"

#define PLAN_NEW UINT32_MAX

struct chain_plan {
	const struct chain *former; /* NULL: none, or nothing of it is the same */
	const uint32_t *same; /* of each of the embedder's rules: its place in former->rules, or
				 PLAN_NEW */
	bool whole;           /* all are, in their order */
};

struct plan {
	const struct ruleset *former;
	struct chain_plan *chains[2][WEIR_TABLE_COUNT]; /* NULL: nothing is the former's */
	size_t counts[2][WEIR_TABLE_COUNT];
	uint32_t *same;
	size_t same_count;
};

/* former: NULL: none. => false: no memory, nothing is left */
bool plan_make(struct plan *plan, struct alloc *alloc, const struct ruleset *former,
	       const struct weir_ruleset *rules);
void plan_free(struct plan *plan, struct alloc *alloc);

/* The former's list of the name and version of a new one. => NULL: there is none */
const struct address_list *plan_list(const struct plan *plan, const struct weir_ruleset *rules,
				     size_t number);

#endif
