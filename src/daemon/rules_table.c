/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_table.c - the eight menus of rules as chains in their order; see rules_build.h.
 *
 * A chain is there by being named, in `chain` or as a target: one that only a target names
 * is empty. Its rules stand together, so the menu is walked once for the names and once for the
 * rules.
 */
#include <string.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menus.h"

static const struct menu *const menus[2][WEIR_TABLE_COUNT] = {
        {&menu_raw, &menu_mangle, &menu_nat, &menu_filter},
        {&menu_raw_v6, &menu_mangle_v6, &menu_nat_v6, &menu_filter_v6},
};

/* The chains that packets come to by themselves, by enum weir_hook. */
static const char *const builtin[WEIR_TABLE_COUNT][WEIR_HOOK_COUNT] = {
        [WEIR_TABLE_RAW] = {"prerouting", NULL, NULL, "output", NULL},
        [WEIR_TABLE_MANGLE] = {"prerouting", "input", "forward", "output", "postrouting"},
        [WEIR_TABLE_NAT] = {"dstnat", "input", NULL, "output", "srcnat"},
        [WEIR_TABLE_FILTER] = {NULL, "input", "forward", "output", NULL},
};

const struct menu *rules_menu(uint8_t family, enum weir_table table)
{
	return menus[family == WEIR_IPV6][table];
}

/* A table while it is read. */
struct table_reading {
	struct rule_reading rule;
	struct weir_rule *rules;  /* all of the menu's, as they come */
	uint32_t *chain;          /* of each */
	size_t count;
	struct weir_match matches[RULE_MATCHES_MAX];
};

static bool place_rule(struct rules_build *build, const struct menu *menu, const struct item *item,
                       uint32_t number, uint32_t *counter)
{
	bool reused;

	*counter = numbers_add_counter(build->numbers, menu, item_id(item), &reused);
	if (*counter == NO_COUNTER && build->numbers->counters == COUNTERS_MAX) {
		strbuf_printf(build->error, "failure: more than %u rules", COUNTERS_MAX);
		return build_fail(build);
	}
	if (*counter == NO_COUNTER)
		return build_out_of_memory(build);
	if (reused)
		build->fresh(build->ctx, *counter);
	build->place[*counter] = (struct rule_place){menu, item_id(item), number};
	return true;
}

/* Matches in the engine's order: those that an action adds come last and belong further up. */
static bool keep_matches(struct rules_build *build, struct weir_rule *rule,
                         const struct weir_match *matches)
{
	struct weir_match *kept = build_take(build, rule->match_count, sizeof *kept);

	if (!kept)
		return false;
	for (size_t i = 0; i < rule->match_count; i++) {
		size_t at = i;

		for (; at > 0 && kept[at - 1].type > matches[i].type; at--)
			kept[at] = kept[at - 1];
		kept[at] = matches[i];
	}
	rule->matches = kept;
	return true;
}

static bool read_rule(struct table_reading *t, const struct item *item, uint32_t number)
{
	struct rules_build *build = t->rule.build;
	struct weir_rule *rule = &t->rules[t->count];
	size_t error = build->error->len;
	struct kept chain;
	uint32_t place;

	if (!build_kept(build, item, "chain", &chain))
		return true;
	place = names_add(t->rule.chains, chain.text, chain.len);
	if (place == NO_NAME)
		return build_out_of_memory(build);
	if (item_disabled(item) || item_invalid(build->model, item))
		return true;
	memset(rule, 0, sizeof *rule);
	t->rule.item = item;
	t->rule.rule = rule;
	t->rule.never = false;
	if (!place_rule(build, item_menu(item), item, number, &rule->counter))
		return false;
	if (!rule_read_matches(&t->rule) || !rule_read_action(&t->rule)) {
		if (build->error->len > error)
			strbuf_printf(build->error, " (%s, item %u)", item_menu(item)->path, number);
		return false;
	}
	if (t->rule.never) {
		if (!build->never_count++)
			build->never = (struct rule_place){item_menu(item), item_id(item), number};
		return true;
	}
	t->chain[t->count++] = place;
	return keep_matches(build, rule, t->matches);
}

static bool read_rules(struct table_reading *t, const struct menu *menu, uint64_t skip)
{
	struct rules_build *build = t->rule.build;
	struct menu_source *source = model_open(build->model, menu);
	const struct item *item;
	uint32_t number = 0;

	if (!source)
		return build_out_of_memory(build);
	while (!build->failed && (item = source->next(source)) != NULL) {
		if (item_id(item) != skip)
			read_rule(t, item, number++);
	}
	model_close(source);
	return !build->failed;
}

/* The rules of each chain, in the order of the menu. */
static bool sort_rules(struct table_reading *t, struct weir_table_rules *table)
{
	struct rules_build *build = t->rule.build;
	struct names *names = t->rule.chains;
	struct weir_chain *chains = build_take(build, names->count, sizeof *chains);
	struct weir_rule *rules = build_take(build, t->count, sizeof *rules), *next = rules;

	if (!chains || !rules)
		return false;
	for (uint32_t i = 0; i < names->count; i++) {
		size_t size = strlen(names->name[i]) + 1;
		char *name = build_take(build, size, 1);

		if (!name)
			return false;
		memcpy(name, names->name[i], size);
		chains[i].name = name;
	}
	for (size_t i = 0; i < t->count; i++)
		chains[t->chain[i]].count++;
	for (uint32_t i = 0; i < names->count; i++) {
		chains[i].rules = next;
		next += chains[i].count;
		chains[i].count = 0;
	}
	for (size_t i = 0; i < t->count; i++) {
		struct weir_chain *chain = &chains[t->chain[i]];

		rules[(size_t)(chain->rules - rules) + chain->count++] = t->rules[i];
	}
	table->chains = chains;
	table->count = names->count;
	return true;
}

static bool read_table(struct rules_build *build, unsigned v6, enum weir_table number)
{
	struct weir_table_rules *table = &build->set.tables[v6][number];
	const struct menu *menu = menus[v6][number];
	uint64_t count = model_count(build->model, menu);
	struct names chains = {0};
	struct table_reading t = {
	        .rule = {.build = build, .family = v6 ? WEIR_IPV6 : WEIR_IPV4,
	                 .table = (uint8_t)number, .chains = &chains},
	};
	bool good;

	t.rule.match = t.matches;
	t.rules = build_take(build, count, sizeof *t.rules);
	t.chain = build_take(build, count, sizeof *t.chain);
	good = t.rules && t.chain &&
	       read_rules(&t, menu, number == WEIR_TABLE_FILTER ? build->skip[v6] : 0) &&
	       sort_rules(&t, table);
	for (unsigned hook = 0; good && hook < WEIR_HOOK_COUNT; hook++) {
		const char *name = builtin[number][hook];

		table->builtin[hook] = name ? names_find(&chains, name, strlen(name)) : NO_NAME;
	}
	names_free(&chains);
	return good;
}

/* Room for the places of all rules that there are and may be. */
static bool make_places(struct rules_build *build)
{
	uint64_t count = build->numbers->counters;

	for (unsigned v6 = 0; v6 < 2; v6++) {
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++)
			count += model_count(build->model, menus[v6][t]);
	}
	build->place = build_take(build, count, sizeof *build->place);
	build->places = (uint32_t)count;
	return build->place != NULL;
}

bool build_tables(struct rules_build *build)
{
	if (!make_places(build))
		return false;
	for (unsigned v6 = 0; v6 < 2; v6++) {
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			if (!read_table(build, v6, (enum weir_table)t))
				return false;
		}
	}
	return true;
}
