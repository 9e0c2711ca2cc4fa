/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_record.c - a rule's item, read once and kept as a record; see rules_build.h.
 *
 * A record is one block: the rule, its matches, and the ports and texts that these point at. The
 * sets of interfaces are the builds', which is why rules that refer to some are read again when
 * those are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"

uint32_t rule_list(struct rule_reading *r, const struct kept *name)
{
	uint32_t number = build_list(r->build, name);

	if (number != NO_NAME && r->list_count < RULE_LISTS_MAX)
		r->lists[r->list_count++] = r->build->list_placing.place[number];
	return number;
}

/* What a match points at that the record is to have: => its size */
static size_t value_size(const struct weir_match *match)
{
	switch (match->type) {
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		return match->count * sizeof *match->ports;
	case WEIR_MATCH_TLS_HOST:
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		return match->count + (size_t)1;
	default:
		return 0;
	}
}

/* Matches in the engine's order: those that an action adds come last and belong further up. */
static void put_matches(struct rule_record *record, const struct weir_match *from, size_t count)
{
	char *at = (char *)&record->matches[count];

	for (size_t i = 0; i < count; i++) {
		struct weir_match match = from[i];
		size_t size = value_size(&match), to = i;

		if (size) {
			memcpy(at, match.text, size);
			match.text = at;
			at += (size + 7) & ~(size_t)7;
		}
		for (; to > 0 && record->matches[to - 1].type > match.type; to--)
			record->matches[to] = record->matches[to - 1];
		record->matches[to] = match;
	}
}

/* => a record with room for matches and what they point at; NULL: no memory */
static struct rule_record *make_record(struct rule_reading *r, size_t count)
{
	struct rule_record *record;
	size_t size = 0;

	for (size_t i = 0; i < count; i++)
		size += (value_size(&r->match[i]) + 7) & ~(size_t)7;
	record = calloc(1, sizeof *record + count * sizeof *record->matches + size);
	if (!record) {
		build_out_of_memory(r->build);
		return NULL;
	}
	record->item = item_hold(r->item);
	record->chain = NO_NAME;
	record->refers = item_refers(r->item);
	record->next = r->build->fresh;
	r->build->fresh = record;
	return record;
}

void rule_record_free(struct rule_record *record)
{
	item_drop(record->item);
	free(record);
}

static bool same_match(const struct weir_match *a, const struct weir_match *b)
{
	size_t size = value_size(a);

	if (a->type != b->type || a->negate != b->negate || a->count != b->count)
		return false;
	switch (a->type) {
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_IN_BRIDGE_PORT:
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		return memcmp(a->interfaces, b->interfaces,
		              WEIR_INTERFACE_WORDS * sizeof *a->interfaces) == 0;
	default:
		return size ? memcmp(a->text, b->text, size) == 0
		            : memcmp(&a->limit, &b->limit, sizeof a->limit) == 0;
	}
}

bool rule_record_same(const struct rule_record *a, const struct rule_record *b)
{
	const struct weir_rule *x = &a->rule, *y = &b->rule;

	if (a->read != b->read || a->never != b->never || x->counter != y->counter ||
	    x->action != y->action || x->log != y->log || x->passthrough != y->passthrough ||
	    x->match_count != y->match_count || memcmp(&x->nat, &y->nat, sizeof x->nat) != 0)
		return false;
	for (size_t i = 0; i < x->match_count; i++) {
		if (!same_match(&x->matches[i], &y->matches[i]))
			return false;
	}
	return true;
}

static bool take_counter(struct rule_reading *r, uint32_t *counter)
{
	struct rules_build *build = r->build;
	bool reused;

	*counter = numbers_add_counter(build->numbers, item_menu(r->item), item_id(r->item),
	                               &reused);
	if (*counter == NO_COUNTER && build->numbers->counters == COUNTERS_MAX) {
		strbuf_printf(build->error, "failure: more than %u rules", COUNTERS_MAX);
		return build_fail(build);
	}
	if (*counter == NO_COUNTER)
		return build_out_of_memory(build);
	if (reused)
		build->fresh_counter(build->ctx, *counter);
	return true;
}

static bool read_rule(struct rule_reading *r, uint32_t number)
{
	struct strbuf *error = r->build->error;
	size_t before = error->len;

	if (!take_counter(r, &r->rule->counter))
		return false;
	if (rule_read_matches(r) && rule_read_action(r))
		return true;
	if (error->len > before)
		strbuf_printf(error, " (%s, item %u)", item_menu(r->item)->path, number);
	return false;
}

struct rule_record *rule_record_read(struct rule_reading *r, uint32_t number)
{
	struct rules_build *build = r->build;
	struct weir_rule rule;
	struct rule_record *record;
	uint32_t chain = NO_NAME;
	struct kept kept;
	bool read;

	memset(&rule, 0, sizeof rule); /* all of its union */
	r->rule = &rule;
	r->never = false;
	r->list_count = 0;
	if (build_kept(build, r->item, "chain", &kept)) {
		chain = names_add(&build->numbers->chains, kept.text, kept.len);
		if (chain == NO_NAME) {
			build_out_of_memory(build);
			return NULL;
		}
	}
	read = chain != NO_NAME && !item_disabled(r->item) && !item_invalid(build->model, r->item);
	if (read && !read_rule(r, number))
		return NULL;
	record = make_record(r, rule.match_count);
	if (!record)
		return NULL;
	record->chain = chain;
	record->read = read;
	record->never = r->never;
	put_matches(record, r->match, rule.match_count);
	record->rule = rule;
	record->rule.matches = record->matches;
	record->rule.version = ++build->numbers->version;
	record->lists = r->list_count;
	for (unsigned i = 0; i < r->list_count; i++) {
		record->list[i].place = r->lists[i];
		record->list[i].number = build_list_number(build, r->lists[i]);
	}
	return build->failed ? NULL : record;
}
