/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_live.c - the counters of rules in their menus, and the row that shows what was
 * FastTracked past them; see rules_live.h.
 *
 * A listing asks for two numbers of each rule; they come from one request that takes all, good
 * for some milliseconds.
 */
#include "daemon/rules_live.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/menus.h"

#define GOOD_FOR (20 * WEIR_MSEC)

static weir_time monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (weir_time)now.tv_sec * WEIR_SEC + (weir_time)now.tv_nsec;
}

/* => false: no memory */
static bool count(struct rules *rules)
{
	uint32_t n = rules->numbers.counters;
	weir_time now = monotonic();

	if (rules->counted_at && rules->counter_count == n && now - rules->counted_at < GOOD_FOR)
		return true;
	if (n > rules->counter_count || !rules->counters) {
		struct weir_rule_counters *grown =
		        reallocarray(rules->counters, n + 1, sizeof *grown);

		if (!grown)
			return false;
		rules->counters = grown;
	}
	rules->counter_count = n;
	memset(rules->counters, 0, n * sizeof *rules->counters);
	if (n)
		access_counters(rules->access, rules->counters, n);
	memset(&rules->stats, 0, sizeof rules->stats);
	access_stats(rules->access, &rules->stats);
	rules->counted_at = now;
	return true;
}

static void value(void *ctx, const struct menu *menu, const struct item *item,
                  const struct property *property, struct value *out)
{
	struct rules *rules = ctx;
	bool bytes = strcmp(property->name, "bytes") == 0;
	uint64_t id = item_id(item);
	uint32_t counter;

	if ((!bytes && strcmp(property->name, "packets") != 0) || !count(rules))
		return;
	for (unsigned v6 = 0; v6 < 2; v6++) {
		if (id == rules->dummy[v6] && menu == (v6 ? &menu_filter_v6 : &menu_filter)) {
			value_set_number(out, property->kind.type,
			                 bytes ? rules->stats.fasttracked_bytes[v6] -
			                                 rules->fasttracked[v6].bytes
			                       : rules->stats.fasttracked[v6] -
			                                 rules->fasttracked[v6].packets);
			return;
		}
	}
	counter = numbers_counter(&rules->numbers, menu, id);
	if (counter >= rules->counter_count)
		value_set_number(out, property->kind.type, 0);
	else
		value_set_number(out, property->kind.type,
		                 bytes ? rules->counters[counter].bytes
		                       : rules->counters[counter].packets);
}

static void reset_one(struct rules *rules, const struct menu *menu, uint64_t id)
{
	uint32_t counter = numbers_counter(&rules->numbers, menu, id);
	bool v6 = menu == &menu_filter_v6;

	if (id == rules->dummy[v6] && (v6 || menu == &menu_filter) && count(rules))
		rules->fasttracked[v6] = (struct weir_rule_counters){
		        rules->stats.fasttracked[v6], rules->stats.fasttracked_bytes[v6]};
	if (counter != NO_COUNTER)
		access_reset_counters(rules->access, counter);
}

static void reset_counters(void *ctx, const struct menu *menu, uint64_t id)
{
	struct rules *rules = ctx;
	struct menu_source *source = id ? NULL : model_open(rules->model, menu);
	const struct item *item;

	if (id)
		reset_one(rules, menu, id);
	while (source && (item = source->next(source)) != NULL)
		reset_one(rules, menu, item_id(item));
	model_close(source);
	rules->counted_at = 0;
}

/* What /ip settings and /ipv6 settings tell of the fast path. */
static void settings_value(void *ctx, const struct menu *menu, const struct item *item,
                           const struct property *property, struct value *out)
{
	struct rules *rules = ctx;
	bool v6 = menu == &menu_ipv6_settings;
	const char *name = strchr(property->name, '-');

	(void)item;
	if (!(property->show & PROP_READ_ONLY) || !name || !count(rules))
		return;
	if (strcmp(name, "-fasttrack-active") == 0)
		value_set_number(out, VALUE_BOOL, rules->stats.fasttracked[v6] != 0);
	else if (strcmp(name, "-fasttrack-packets") == 0)
		value_set_number(out, VALUE_COUNTER, rules->stats.fasttracked[v6]);
	else if (strcmp(name, "-fasttrack-bytes") == 0)
		value_set_number(out, VALUE_COUNTER, rules->stats.fasttracked_bytes[v6]);
}

static const struct menu_live live = {.value = value, .reset_counters = reset_counters};
static const struct menu_live settings_live = {.value = settings_value};

void rules_live_bind(struct rules *rules)
{
	for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
		model_bind(rules->model, rules_menu(WEIR_IPV4, (enum weir_table)t), &live, rules);
		model_bind(rules->model, rules_menu(WEIR_IPV6, (enum weir_table)t), &live, rules);
	}
	model_bind(rules->model, &menu_ip_settings, &settings_live, rules);
	model_bind(rules->model, &menu_ipv6_settings, &settings_live, rules);
}

/* The row of FastTrack */

static uint64_t first_rule(struct rules *rules, const struct menu *menu)
{
	struct menu_source *source = model_open(rules->model, menu);
	const struct item *item = source ? source->next(source) : NULL;
	uint64_t id = item ? item_id(item) : 0;

	model_close(source);
	return id;
}

static bool add_row(struct change *change, struct rules *rules, unsigned v6, struct strbuf *error)
{
	const struct menu *menu = v6 ? &menu_filter_v6 : &menu_filter;
	static const char *const comments[] = {"special dummy rule to show fasttrack counters",
	                                       "special dummy rule to show fasttrack6 counters"};
	const char *const texts[][2] = {
	        {"chain", "forward"}, {"action", "passthrough"}, {"comment", comments[v6]}};
	struct assignment assignments[3];
	uint64_t first = first_rule(rules, menu), id;

	for (size_t i = 0; i < 3; i++) {
		assignments[i].property = menu_find(menu, texts[i][0], strlen(texts[i][0]));
		assignments[i].text = texts[i][1];
		assignments[i].len = strlen(texts[i][1]);
	}
	if (change_add_dynamic(change, menu, assignments, 3, 0, &id, error) != MODEL_OK)
		return false;
	if (first && change_move(change, menu, &id, 1, first, error) != MODEL_OK)
		return false;
	rules->dummy[v6] = id;
	return true;
}

/* The row stays once it is there. Without memory it is tried again. */
static void show_row(struct rules *rules, unsigned v6)
{
	struct change *change = change_begin(rules->model, NULL);
	struct strbuf error = STRBUF_INIT;

	if (!change)
		return;
	rules->own = true;
	if (!add_row(change, rules, v6, &error)) {
		change_abort(change);
		rules->dummy[v6] = 0;
	} else if (change_commit(change, &error) != MODEL_OK) {
		rules->dummy[v6] = 0;
	}
	rules->own = false;
	strbuf_free(&error);
}

void rules_show_fasttrack(struct rules *rules)
{
	struct weir_stats stats = {0};
	bool there = true;

	for (unsigned v6 = 0; v6 < 2; v6++) {
		if (rules->dummy[v6] && !model_item(rules->model, v6 ? &menu_filter_v6 : &menu_filter,
		                                    rules->dummy[v6]))
			rules->dummy[v6] = 0;
		there &= rules->dummy[v6] != 0;
	}
	if (there || rules->current->empty)
		return;
	access_stats(rules->access, &stats);
	for (unsigned v6 = 0; v6 < 2; v6++) {
		if (!rules->dummy[v6] && stats.fasttracked[v6])
			show_row(rules, v6);
	}
}
