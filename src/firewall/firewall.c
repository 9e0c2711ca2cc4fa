/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/firewall.c - a worker's part: its counters, the lists that its rules fill, and what
 * its matches remember.
 *
 * Counters are kept in pages by the rules' numbers; firewall_adopt() makes those that a ruleset
 * needs, so that counting asks for no memory, and none goes before the worker does.
 */
#include "firewall/worker_state.h"

#define KEY_LISTS 16 /* what hash_key_init() is told: other than the engine's own purposes */

struct firewall *firewall_create(struct alloc *alloc, uint64_t seed,
				 const struct firewall_sink *sink)
{
	struct firewall *f = alloc_get(alloc, sizeof *f, 64);
	uint8_t seeds[32];
	struct hash_key key;

	if (!f)
		return NULL;
	f->alloc = alloc;
	if (sink)
		f->sink = *sink;
	for (unsigned i = 0; i < sizeof seeds; i += sizeof seed)
		memcpy(seeds + i, &seed, sizeof seed);
	hash_key_init(&key, seeds, KEY_LISTS);
	dynamic_lists_init(&f->added, alloc, &key);
	f->memory = memory_create(alloc, seed);
	if (f->memory)
		return f;
	firewall_destroy(f);
	return NULL;
}

void firewall_destroy(struct firewall *firewall)
{
	if (!firewall)
		return;
	memory_destroy(firewall->memory);
	dynamic_lists_fini(&firewall->added);
	for (unsigned i = 0; i < COUNTERS_PAGES; i++)
		alloc_put(firewall->alloc, firewall->counters[i],
			  COUNTERS_PAGE * sizeof **firewall->counters);
	alloc_put(firewall->alloc, firewall, sizeof *firewall);
}

static bool make_counters(struct firewall *f, const struct ruleset *ruleset)
{
	for (unsigned i = 0; i < COUNTERS_PAGES; i++) {
		if (f->counters[i] || !(ruleset->counter_pages[i / 64] >> i % 64 & 1))
			continue;
		f->counters[i] = alloc_get(f->alloc, COUNTERS_PAGE * sizeof **f->counters, 64);
		if (!f->counters[i])
			return false;
	}
	return true;
}

bool firewall_adopt(struct firewall *firewall, const struct ruleset *ruleset)
{
	struct dynamic_name *names;

	if (!make_counters(firewall, ruleset))
		return false;
	names = dynamic_lists_prepare(&firewall->added, ruleset);
	if (!names)
		return false;
	if (!memory_adopt(firewall->memory, ruleset)) {
		dynamic_names_free(&firewall->added, names, ruleset->list_count);
		return false;
	}
	dynamic_lists_take(&firewall->added, names, ruleset);
	return true;
}

void firewall_join(struct firewall *firewall, struct shared_lists *shared, unsigned worker)
{
	firewall->shared = shared;
	shared_lists_join(shared, &firewall->follower, worker);
}

void firewall_follow(struct firewall *firewall, weir_time now)
{
	if (firewall->shared)
		shared_lists_follow(firewall->shared, &firewall->follower, &firewall->added, now);
}

void firewall_count(struct firewall *firewall, uint32_t counter, uint32_t bytes)
{
	if (counter < COUNTERS_MAX && firewall->counters[counter / COUNTERS_PAGE])
		counter_add(firewall, counter, bytes);
}

void firewall_counters(const struct firewall *firewall, uint32_t first,
		       struct weir_rule_counters *counters, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t at = (uint64_t)first + i;
		const struct weir_rule_counters *page =
			at < COUNTERS_MAX ? firewall->counters[at / COUNTERS_PAGE] : NULL;

		counters[i] = page ? page[at % COUNTERS_PAGE] : (struct weir_rule_counters){0, 0};
	}
}

void firewall_reset(struct firewall *firewall, uint32_t counter)
{
	struct weir_rule_counters *page;

	for (unsigned i = 0; counter == UINT32_MAX && i < COUNTERS_PAGES; i++) {
		if (firewall->counters[i])
			memset(firewall->counters[i], 0, COUNTERS_PAGE * sizeof *page);
	}
	page = counter < COUNTERS_MAX ? firewall->counters[counter / COUNTERS_PAGE] : NULL;
	if (page)
		page[counter % COUNTERS_PAGE] = (struct weir_rule_counters){0, 0};
}

void firewall_conn_begin(struct firewall *firewall, const struct ruleset *ruleset,
			 const struct conn *conn, uint8_t family)
{
	memory_conn_begin(firewall->memory, ruleset, conn, family);
}

void firewall_conn_end(struct firewall *firewall, const struct ruleset *ruleset,
		       const struct conn *conn, uint8_t family)
{
	memory_conn_end(firewall->memory, ruleset, conn, family);
}

void firewall_conns_forget(struct firewall *firewall)
{
	memory_conns_forget(firewall->memory);
}

void firewall_expire(struct firewall *firewall, weir_time now, unsigned work)
{
	dynamic_lists_expire(&firewall->added, now, work);
	if (UNLIKELY(firewall->alone > 1))
		listing_retry(firewall, now, work);
	memory_expire(firewall->memory, now, work);
}

bool firewall_list_add(struct firewall *firewall, const char *list, uint8_t family,
		       const union weir_addr *addr, weir_time timeout, weir_time now)
{
	uint32_t number = dynamic_list_number(&firewall->added, list);
	struct shared_added added;
	struct dynamic_key key;

	if (number == UINT32_MAX)
		return false;
	key = dynamic_key_of(&firewall->added, number, family, addr);
	return listing_add(firewall, &key, timeout, now, SHARED_TOLD, &added);
}

bool firewall_list_remove(struct firewall *firewall, const char *list, uint8_t family,
			  const union weir_addr *addr, weir_time now)
{
	uint32_t number = dynamic_list_number(&firewall->added, list);
	struct dynamic_key key;

	if (number == UINT32_MAX)
		return false;
	key = dynamic_key_of(&firewall->added, number, family, addr);
	return listing_remove(firewall, &key, now);
}

size_t firewall_list_entries(const struct firewall *firewall, uint32_t *cursor, weir_time now,
			     struct firewall_list_entry *entries, size_t count)
{
	const struct dynamic_lists *d = &firewall->added;
	size_t n = 0;

	if (*cursor == 0)
		*cursor = 1;
	for (; n < count && *cursor < d->top; ++*cursor) {
		const struct dynamic_entry *e = dynamic_entry_at(d, *cursor);
		uint32_t list;

		if (e->list == 0 || dynamic_entry_over(e, now))
			continue;
		list = dynamic_entry_number(d, e);
		if (list == UINT32_MAX)
			continue;
		entries[n++] = (struct firewall_list_entry){
			.list = d->names[list].name,
			.family = e->list & 1 ? WEIR_IPV6 : WEIR_IPV4,
			.addr = e->addr,
			.expires = e->expires,
		};
	}
	return n;
}

void firewall_stats_get(const struct firewall *firewall, struct firewall_stats *stats)
{
	stats->list_entries = firewall->added.used;
	stats->list_full = firewall->added.full;
	stats->match_failed = memory_failures(firewall->memory);
}
