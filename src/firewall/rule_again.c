/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_again.c - see rule_again.h. A classifier follows from what a chain's rules match;
 * only what becomes of who meets them (outcomes) does not, and is written anew.
 */
#include "firewall/rule_again.h"

#include "firewall/rule_tree.h"

static bool same_value(const struct weir_match *a, const struct weir_match *b)
{
	switch (a->type) {
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_IN_BRIDGE_PORT:
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		return memcmp(a->interfaces, b->interfaces,
			      WEIR_INTERFACE_WORDS * sizeof *a->interfaces) == 0;
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		return memcmp(a->ports, b->ports, a->count * sizeof *a->ports) == 0;
	case WEIR_MATCH_TLS_HOST:
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		return memcmp(a->text, b->text, a->count) == 0;
	default:
		return memcmp(&a->limit, &b->limit, sizeof a->limit) == 0;
	}
}

static bool same_matches(const struct rule *a, const struct rule *b)
{
	bool ein = a->is.action == WEIR_ACTION_ENDPOINT_INDEPENDENT;

	/* Such a rule is never sure (rule_box.c). */
	if (a->match_count != b->match_count ||
	    ein != (b->is.action == WEIR_ACTION_ENDPOINT_INDEPENDENT))
		return false;
	for (uint32_t i = 0; i < a->match_count; i++) {
		const struct weir_match *x = &a->matches[i].is, *y = &b->matches[i].is;

		if (x->type != y->type || x->negate != y->negate || x->count != y->count ||
		    !same_value(x, y))
			return false;
	}
	return true;
}

static bool same_chain(const struct chain *chain, const struct chain_plan *plan)
{
	if (chain->count != plan->former->count)
		return false;
	for (uint32_t i = 0; i < chain->count; i++) {
		if (plan->same[chain->index[i]] != i &&
		    !same_matches(&chain->rules[i], &plan->former->rules[i]))
			return false;
	}
	return true;
}

static const struct outcome *make_outcomes(struct ruleset *set, struct alloc *alloc,
					   const struct chain *chain)
{
	struct outcome *outcomes = ruleset_get(set, alloc, chain->count * sizeof *outcomes);

	for (uint32_t i = 0; outcomes && i < chain->count; i++) {
		outcomes[i].counter = chain->rules[i].is.counter;
		outcomes[i].ends = rule_ends(&chain->rules[i]);
	}
	return outcomes;
}

bool search_again(struct ruleset *set, struct alloc *alloc, struct chain *chain,
		  const struct chain_plan *plan, bool *good)
{
	const struct chain *former = plan->former;
	struct classifier *c;

	if (!former->search || !former->classifier || !chain->kept || !same_chain(chain, plan))
		return false;
	c = ruleset_get(set, alloc, sizeof *c);
	*good = false;
	if (!c)
		return true;
	*c = *former->classifier;
	c->outcomes = make_outcomes(set, alloc, chain);
	*good = c->outcomes != NULL;
	chain->classifier = c;
	chain->search = part_hold(former->search);
	return true;
}
