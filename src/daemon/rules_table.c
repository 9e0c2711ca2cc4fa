/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_table.c - the eight menus of rules as chains in their order; see rules_build.h.
 *
 * A chain is there by being named, in `chain` or as a target: one that only a target names
 * is empty. Its rules stand together, so the menu is walked once for the names and once for the
 * rules.
 *
 * The records of the build before are met in step: as long as the next item is the next
 * record's, there is nothing to look for. Where it is not, something was added, removed or moved,
 * and the record is looked for among the next few, and then where the rule stood.
 */
#include <stdlib.h>
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

#define LOOK_AHEAD 8

/* A table while it is read. */
struct table_reading {
	struct rule_reading rule;
	struct rule_records *records;
	const struct rule_records *former; /* NULL: none */
	size_t next;                       /* of the former's: that which is likely to be met */
	struct placing chains;             /* of the table */
	struct weir_match matches[RULE_MATCHES_MAX];
};

/* Where the former has an item's record. => its count: nowhere */
static size_t find_record(const struct table_reading *t, const struct item *item)
{
	const struct rule_records *former = t->former;
	const struct rules_build *before = t->rule.build->former;
	uint32_t counter;
	size_t at;

	for (at = t->next; at < former->count && at < t->next + LOOK_AHEAD; at++) {
		if (former->item[at] == item)
			return at;
	}
	counter = numbers_counter(t->rule.build->numbers, item_menu(item), item_id(item));
	if (counter == NO_COUNTER || counter >= before->places || !before->place[counter].menu)
		return former->count;
	at = before->place[counter].number;
	return at < former->count && former->item[at] == item ? at : former->count;
}

/* Whether what a record says of others is still so. */
static bool still_good(struct table_reading *t, const struct rule_record *record)
{
	struct rules_build *build = t->rule.build;

	if (record->refers && build->referred)
		return false;
	for (unsigned i = 0; i < record->lists; i++) {
		if (build_list_number(build, record->list[i].place) != record->list[i].number)
			return false;
	}
	return !build->failed;
}

/* The former's record of an item, if it is good. */
static struct rule_record *known_record(struct table_reading *t, const struct item *item)
{
	const struct rule_records *former = t->former;
	struct rule_record *record;
	size_t at;

	if (!former)
		return NULL;
	at = find_record(t, item);
	if (at == former->count) {
		/* Likely it is the next one's, changed. */
		if (t->next < former->count && item_id(former->item[t->next]) == item_id(item))
			t->next++;
		return NULL;
	}
	t->next = at + 1;
	record = former->record[at];
	if (!still_good(t, record))
		return NULL;
	t->records->taken[at / 8] |= (uint8_t)(1u << at % 8);
	return record;
}

/* A rule that says what it said, as only its comment is another, keeps its version. */
static struct rule_record *read_record(struct table_reading *t, const struct item *item,
                                       uint32_t number)
{
	const struct rule_records *former = t->former;
	const struct rules_build *before = t->rule.build->former;
	struct rule_record *record;
	uint32_t counter, at;

	t->rule.item = item;
	record = rule_record_read(&t->rule, number);
	if (!record || !former || !record->read)
		return record;
	counter = record->rule.counter;
	if (counter >= before->places || before->place[counter].id != item_id(item) ||
	    before->place[counter].menu != item_menu(item))
		return record;
	at = before->place[counter].number;
	if (at < former->count && rule_record_same(record, former->record[at]))
		record->rule.version = former->record[at]->rule.version;
	return record;
}

static bool place_record(struct table_reading *t, const struct rule_record *record,
                         uint32_t number)
{
	struct rules_build *build = t->rule.build;
	struct rule_place place = {item_menu(record->item), item_id(record->item), number};

	if (record->chain == NO_NAME)
		return true;
	if (placing_number(&t->chains, record->chain) == NO_NAME)
		return build_out_of_memory(build);
	if (!record->read)
		return true;
	if (record->rule.action == WEIR_ACTION_JUMP &&
	    placing_number(&t->chains, record->rule.chain) == NO_NAME)
		return build_out_of_memory(build);
	build->place[record->rule.counter] = place;
	if (record->never && !build->never_count++)
		build->never = place;
	return true;
}

static bool read_rules(struct table_reading *t, const struct item *const *items, size_t count,
                       uint64_t skip)
{
	struct rule_records *records = t->records;
	const struct item **kept = build_take(t->rule.build, count, sizeof *kept);

	records->record = build_take(t->rule.build, count, sizeof *records->record);
	records->taken = build_take(t->rule.build, t->former ? t->former->count / 8 + 1 : 1, 1);
	if (!kept || !records->record || !records->taken)
		return false;
	records->item = kept;
	for (size_t i = 0; i < count; i++) {
		uint32_t number = (uint32_t)records->count;
		struct rule_record *record;

		if (skip && item_id(items[i]) == skip)
			continue;
		record = known_record(t, items[i]);
		if (!record)
			record = read_record(t, items[i], number);
		if (!record || !place_record(t, record, number))
			return false;
		kept[number] = items[i];
		records->record[records->count++] = record;
	}
	return true;
}

static bool has_rule(const struct rule_record *record)
{
	return record->read && !record->never;
}

static void put_rule(const struct table_reading *t, const struct rule_record *record,
                     struct weir_rule *rule)
{
	*rule = record->rule;
	if (rule->action == WEIR_ACTION_JUMP)
		rule->chain = t->chains.number[rule->chain];
}

/* The rules of each chain, in the order of the menu. */
static bool sort_rules(const struct table_reading *t, struct weir_table_rules *table)
{
	struct rules_build *build = t->rule.build;
	const struct rule_records *records = t->records;
	uint32_t count = t->chains.count;
	struct weir_chain *chains = build_take(build, count, sizeof *chains);
	struct weir_rule **next = build_take(build, count, sizeof *next), *rules;
	size_t all = 0;

	if (!chains || !next)
		return false;
	for (size_t i = 0; i < records->count; i++) {
		if (!has_rule(records->record[i]))
			continue;
		chains[t->chains.number[records->record[i]->chain]].count++;
		all++;
	}
	rules = build_take(build, all, sizeof *rules);
	if (!rules)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		chains[i].name = build->numbers->chains.name[t->chains.place[i]];
		chains[i].rules = next[i] = rules;
		rules += chains[i].count;
	}
	for (size_t i = 0; i < records->count; i++) {
		const struct rule_record *record = records->record[i];

		if (has_rule(record))
			put_rule(t, record, next[t->chains.number[record->chain]]++);
	}
	table->chains = chains;
	table->count = count;
	return true;
}

/* The number of a chain by its name. => WEIR_NO_CHAIN: none */
static uint32_t find_chain(const struct table_reading *t, const char *name)
{
	uint32_t place = name ? names_find(&t->rule.build->numbers->chains, name, strlen(name))
	                      : NO_NAME;

	return place < t->chains.places ? t->chains.number[place] : WEIR_NO_CHAIN;
}

static bool read_table(struct rules_build *build, unsigned v6, enum weir_table number)
{
	struct weir_table_rules *table = &build->set.tables[v6][number];
	struct table_reading t = {
	        .rule = {.build = build, .family = v6 ? WEIR_IPV6 : WEIR_IPV4,
	                 .table = (uint8_t)number},
	        .records = &build->records[v6][number],
	        .former = build->former ? &build->former->records[v6][number] : NULL,
	};
	size_t count;
	const struct item *const *items = model_items(build->model, menus[v6][number], &count);
	bool good;

	t.rule.match = t.matches;
	good = read_rules(&t, items, count, number == WEIR_TABLE_FILTER ? build->skip[v6] : 0) &&
	       sort_rules(&t, table);
	for (unsigned hook = 0; good && hook < WEIR_HOOK_COUNT; hook++)
		table->builtin[hook] = find_chain(&t, builtin[number][hook]);
	placing_free(&t.chains);
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

/* The records */

static void free_left(const struct rule_records *left, const struct rule_records *taken)
{
	for (size_t i = 0; i < left->count; i++) {
		if (!taken || !(taken->taken[i / 8] >> i % 8 & 1))
			rule_record_free(left->record[i]);
	}
}

void rules_build_own(struct rules_build *build, struct rules_build *former)
{
	for (unsigned i = 0; former && i < 2 * WEIR_TABLE_COUNT; i++) {
		unsigned v6 = i / WEIR_TABLE_COUNT, t = i % WEIR_TABLE_COUNT;

		free_left(&former->records[v6][t], build->former ? &build->records[v6][t] : NULL);
	}
	if (former)
		former->owner = false;
	build->owner = true;
	build->fresh = NULL;
	build->former = NULL;
}

void build_records_free(struct rules_build *build)
{
	for (unsigned i = 0; build->owner && i < 2 * WEIR_TABLE_COUNT; i++)
		free_left(&build->records[i / WEIR_TABLE_COUNT][i % WEIR_TABLE_COUNT], NULL);
	while (build->fresh) {
		struct rule_record *next = build->fresh->next;

		rule_record_free(build->fresh);
		build->fresh = next;
	}
}
