/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_again.h - a chain that is searched as the one before it.
 */
#ifndef FIREWALL_RULE_AGAIN_H
#define FIREWALL_RULE_AGAIN_H

#include "firewall/ruleset_plan.h"

/* Whether the rules of a chain that has been compiled, all but how it is searched, have the
 * matches of the former one's rules, in their order; then its classifier is made from the
 * former's. *good: there was memory for it. */
bool search_again(struct ruleset *set, struct alloc *alloc, struct chain *chain,
		  const struct chain_plan *plan, bool *good);

#endif
