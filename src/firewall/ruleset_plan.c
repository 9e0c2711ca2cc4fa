/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset_plan.c - which rules, chains and lists are the former ruleset's; see
 * ruleset_plan.h.
 *
 * Both are walked in step. Where rules differ, something was added, taken out or moved: each is
 * looked for among the next few of the other. What is not found there is read anew, which costs
 * time and is as right.
 *
 * Cost: a look at both versions of a rule, some nanoseconds; 4 bytes each while it lasts.
 */
#include "firewall/ruleset_plan.h"

#define LOOK_AHEAD 64

/* Whether the numbers that a former rule names are those of something still. */
static bool within(const struct rule *rule, const struct weir_ruleset *rules)
{
	if ((rule->is.action == WEIR_ACTION_ADD_SRC_TO_LIST ||
	     rule->is.action == WEIR_ACTION_ADD_DST_TO_LIST) &&
	    rule->is.list.number >= rules->list_count)
		return false;
	for (uint32_t i = 0; i < rule->match_count; i++) {
		const struct weir_match *m = &rule->matches[i].is;

		if ((m->type == WEIR_MATCH_SRC_LIST || m->type == WEIR_MATCH_DST_LIST) &&
		    m->number >= rules->list_count)
			return false;
	}
	return true;
}

static bool same_rule(const struct rule *former, const struct weir_rule *rule)
{
	return former->is.version == rule->version && rule->version != 0 &&
	       former->is.counter == rule->counter && former->is.action == rule->action &&
	       (rule->action != WEIR_ACTION_JUMP || former->is.chain == rule->chain);
}

/* The place of a rule from `at` on. => PLAN_NEW: not among the next */
static uint32_t find_ahead(const struct chain *former, uint32_t at, const struct weir_rule *rule)
{
	for (uint32_t i = at; i < former->count && i - at < LOOK_AHEAD; i++) {
		if (same_rule(&former->rules[i], rule))
			return i;
	}
	return PLAN_NEW;
}

/* Whether the former's rule at `at` comes among the next of the new ones. */
static bool comes_later(const struct chain *former, uint32_t at, const struct weir_chain *chain,
			size_t from)
{
	if (at >= former->count)
		return false;
	for (size_t i = from; i < chain->count && i - from < LOOK_AHEAD; i++) {
		if (same_rule(&former->rules[at], &chain->rules[i]))
			return true;
	}
	return false;
}

static void plan_rules(struct chain_plan *plan, const struct chain *former,
		       const struct weir_chain *chain, const struct weir_ruleset *rules,
		       bool fewer_lists, uint32_t *same)
{
	uint32_t next = 0, found = 0, in_order = 0;
	size_t acting = 0;

	for (size_t i = 0; i < chain->count; i++) {
		const struct weir_rule *rule = &chain->rules[i];
		uint32_t at = next;

		same[i] = PLAN_NEW;
		if (rule->action == WEIR_ACTION_INERT)
			continue;
		acting++;
		if (at >= former->count || !same_rule(&former->rules[at], rule)) {
			at = rule->version ? find_ahead(former, next, rule) : PLAN_NEW;
			if (at != PLAN_NEW && fewer_lists && !within(&former->rules[at], rules))
				at = PLAN_NEW;
			if (at == PLAN_NEW) {
				/* It is in the place of another, or before it. */
				next += !comes_later(former, next, chain, i + 1) &&
					next < former->count;
				continue;
			}
			/* One that was moved from further down is met where it stood. */
			if (at > next && comes_later(former, next, chain, i + 1)) {
				same[i] = at;
				found++;
				continue;
			}
		}
		if (fewer_lists && !within(&former->rules[at], rules)) {
			next = at + 1;
			continue;
		}
		same[i] = at;
		in_order += at == found && former->index[at] == i;
		found++;
		next = at + 1;
	}
	plan->former = found ? former : NULL;
	plan->same = same;
	plan->whole = found == acting && in_order == acting && acting == former->count &&
		      chain->count == former->given && acting > 0;
}

/* A chain's place is mostly the same. => NULL: not found */
static const struct chain *find_chain(const struct table_rules *former, const char *name, size_t at)
{
	size_t from = at > 4 ? at - 4 : 0;

	if (at < former->count && strcmp(former->chains[at].name, name) == 0)
		return &former->chains[at];
	for (size_t i = former->count <= LOOK_AHEAD ? 0 : from;
	     i < former->count && i < from + LOOK_AHEAD; i++) {
		if (strcmp(former->chains[i].name, name) == 0)
			return &former->chains[i];
	}
	return NULL;
}

static size_t count_rules(const struct weir_ruleset *rules)
{
	size_t count = 0;

	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct weir_table_rules *t =
			&rules->tables[i / WEIR_TABLE_COUNT][i % WEIR_TABLE_COUNT];

		for (size_t j = 0; j < t->count; j++)
			count += t->chains[j].count;
	}
	return count;
}

static void plan_table(struct chain_plan *plans, const struct table_rules *former,
		       const struct weir_table_rules *table, const struct weir_ruleset *rules,
		       bool fewer_lists, uint32_t **same)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct weir_chain *chain = &table->chains[i];
		const struct chain *known =
			chain->name && chain->count ? find_chain(former, chain->name, i) : NULL;

		if (known)
			plan_rules(&plans[i], known, chain, rules, fewer_lists, *same);
		*same += known ? chain->count : 0;
	}
}

bool plan_make(struct plan *plan, struct alloc *alloc, const struct ruleset *former,
	       const struct weir_ruleset *rules)
{
	bool fewer_lists = former && rules->list_count < former->list_count;
	uint32_t *same;

	*plan = (struct plan){.former = former};
	if (!former)
		return true;
	plan->same_count = count_rules(rules);
	if (plan->same_count == 0)
		return true;
	same = plan->same = alloc_get(alloc, plan->same_count * sizeof *same, 64);
	if (!same)
		return false;
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		unsigned f = i / WEIR_TABLE_COUNT, t = i % WEIR_TABLE_COUNT;
		const struct weir_table_rules *table = &rules->tables[f][t];
		struct chain_plan *plans;

		if (table->count == 0)
			continue;
		plans = alloc_get(alloc, table->count * sizeof *plans, 8);
		if (!plans) {
			plan_free(plan, alloc);
			return false;
		}
		plan->chains[f][t] = plans;
		plan->counts[f][t] = table->count;
		plan_table(plans, &former->tables[f][t], table, rules, fewer_lists, &same);
	}
	return true;
}

void plan_free(struct plan *plan, struct alloc *alloc)
{
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		unsigned f = i / WEIR_TABLE_COUNT, t = i % WEIR_TABLE_COUNT;

		alloc_put(alloc, plan->chains[f][t],
			  plan->counts[f][t] * sizeof *plan->chains[f][t]);
	}
	alloc_put(alloc, plan->same, plan->same_count * sizeof *plan->same);
	*plan = (struct plan){0};
}

const struct address_list *plan_list(const struct plan *plan, const struct weir_ruleset *rules,
				     size_t number)
{
	const struct ruleset *former = plan->former;
	uint64_t version = rules->list_versions ? rules->list_versions[number] : 0;
	const struct address_list *list;

	if (!former || version == 0 || number >= former->list_count)
		return NULL;
	list = &former->lists[number];
	return list->version == version && strcmp(list->name, rules->lists[number].name) == 0
		       ? list
		       : NULL;
}
