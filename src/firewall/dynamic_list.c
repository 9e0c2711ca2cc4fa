/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/dynamic_list.c - see dynamic_list.h.
 *
 * Linear hashing: of the buckets 0..buckets-1 those below `buckets - half` were split already
 * (half: the largest power of two below or at `buckets`), so a hash is taken modulo half, or
 * modulo twice as much if that bucket was split. Each entry that is added splits one bucket as
 * long as there are more entries than buckets.
 *
 * A name's id is never used twice: entries of a list that is gone match nothing, and the hand
 * collects them.
 */
#include "firewall/dynamic_list.h"

void dynamic_lists_init(struct dynamic_lists *d, struct alloc *alloc, const struct hash_key *key)
{
	memset(d, 0, sizeof *d);
	d->alloc = alloc;
	d->key = *key;
	d->top = 1;
	d->next_id = 1;
}

void dynamic_names_free(struct dynamic_lists *d, struct dynamic_name *names, uint32_t count)
{
	alloc_put(d->alloc, names, (count + 1) * sizeof *names);
}

void dynamic_lists_fini(struct dynamic_lists *d)
{
	for (unsigned i = 0; i < DYNAMIC_SEGMENTS; i++) {
		alloc_put(d->alloc, d->entries[i], DYNAMIC_SEGMENT * sizeof **d->entries);
		alloc_put(d->alloc, d->heads[i], DYNAMIC_SEGMENT * sizeof **d->heads);
	}
	dynamic_names_free(d, d->names, d->name_count);
}

uint32_t dynamic_list_number(const struct dynamic_lists *d, const char *name)
{
	for (uint32_t i = 0; i < d->name_count; i++) {
		if (strcmp(d->names[i].name, name) == 0)
			return i;
	}
	return UINT32_MAX;
}

static uint32_t number_of(const struct dynamic_lists *d, uint32_t id)
{
	uint32_t low = 0, high = d->name_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2, number = d->names[middle].by_id;

		if (d->names[number].id == id)
			return number;
		if (d->names[number].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return UINT32_MAX;
}

uint32_t dynamic_entry_number(const struct dynamic_lists *d, const struct dynamic_entry *e)
{
	return number_of(d, e->list >> 1);
}

static bool is_gone(const struct dynamic_lists *d, uint32_t id)
{
	return id < d->next_id && number_of(d, id) == UINT32_MAX;
}

bool dynamic_key_gone(const struct dynamic_lists *d, const struct dynamic_key *key)
{
	return is_gone(d, key->list >> 1);
}

struct dynamic_name *dynamic_lists_prepare(struct dynamic_lists *d, const struct ruleset *ruleset)
{
	uint32_t count = ruleset->list_count;
	struct dynamic_name *names = alloc_get(d->alloc, (count + 1) * sizeof *names, 64);

	for (uint32_t i = 0; names && i < count; i++) {
		const struct address_list *list = &ruleset->lists[i];

		memcpy(names[i].name, list->name, strlen(list->name));
		names[i].id = list->id;
		names[i].by_id = list->by_id;
	}
	return names;
}

void dynamic_lists_take(struct dynamic_lists *d, struct dynamic_name *names,
			const struct ruleset *ruleset)
{
	dynamic_names_free(d, d->names, d->name_count);
	d->names = names;
	d->name_count = ruleset->list_count;
	d->next_id = ruleset->next_list;
	d->gone = d->top;
}

static uint64_t hash_of(const struct dynamic_lists *d, uint32_t list, const union weir_addr *addr)
{
	uint64_t h = hash_one(&d->key, (struct hash_in){addr->u64[0], addr->u64[1]});

	/* The address's part is secret; the list only has to move it. */
	return (h ^ list) * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

static uint32_t *head_of(const struct dynamic_lists *d, uint64_t hash)
{
	uint32_t half = 1u << (31 - __builtin_clz(d->buckets));
	uint32_t bucket = (uint32_t)hash & (half - 1);

	if (bucket < d->buckets - half)
		bucket = (uint32_t)hash & (2 * half - 1);
	return &d->heads[bucket / DYNAMIC_SEGMENT][bucket % DYNAMIC_SEGMENT];
}

struct dynamic_key dynamic_key_of(const struct dynamic_lists *d, uint32_t list, uint8_t family,
				  const union weir_addr *addr)
{
	struct dynamic_key key = {.list = d->names[list].id << 1 | (family == WEIR_IPV6)};

	if (family == WEIR_IPV4)
		key.addr.v4 = addr->v4;
	else
		key.addr = *addr;
	return key;
}

static void release(struct dynamic_lists *d, uint32_t *link)
{
	uint32_t place = *link;
	struct dynamic_entry *e = dynamic_entry_at(d, place);

	*link = e->next;
	e->list = 0;
	e->next = d->free;
	d->free = place;
	d->used--;
}

/* The link to an entry, or to the 0 at the end of its bucket. */
static uint32_t *find(const struct dynamic_lists *d, const struct dynamic_key *key)
{
	uint32_t *link = head_of(d, hash_of(d, key->list, &key->addr));

	while (*link) {
		struct dynamic_entry *e = dynamic_entry_at(d, *link);

		if (e->list == key->list && e->addr.u64[0] == key->addr.u64[0] &&
		    e->addr.u64[1] == key->addr.u64[1])
			break;
		link = &e->next;
	}
	return link;
}

bool dynamic_list_has(struct dynamic_lists *d, uint32_t list, uint8_t family,
		      const union weir_addr *addr, weir_time now)
{
	struct dynamic_key key;
	uint32_t *link;

	if (d->used == 0)
		return false;
	key = dynamic_key_of(d, list, family, addr);
	link = find(d, &key);
	if (!*link)
		return false;
	if (!dynamic_entry_over(dynamic_entry_at(d, *link), now))
		return true;
	release(d, link);
	return false;
}

uint32_t dynamic_lists_find(const struct dynamic_lists *d, const struct dynamic_key *key)
{
	return d->used > 0 ? *find(d, key) : 0;
}

/* One bucket more, and the entries of the one that it is split off are shared out. Without
 * memory the buckets become longer instead. */
static void split(struct dynamic_lists *d)
{
	uint32_t segment = d->buckets / DYNAMIC_SEGMENT, *link, *head;
	uint32_t half = 1u << (31 - __builtin_clz(d->buckets));

	if (d->buckets == DYNAMIC_ENTRIES)
		return;
	if (!d->heads[segment]) {
		d->heads[segment] = alloc_get(d->alloc, DYNAMIC_SEGMENT * sizeof **d->heads, 64);
		if (!d->heads[segment])
			return;
	}
	link = &d->heads[(d->buckets - half) / DYNAMIC_SEGMENT]
			[(d->buckets - half) % DYNAMIC_SEGMENT];
	head = &d->heads[segment][d->buckets % DYNAMIC_SEGMENT];
	while (*link) {
		struct dynamic_entry *e = dynamic_entry_at(d, *link);
		uint32_t index = *link;

		if (hash_of(d, e->list, &e->addr) & half) {
			*link = e->next;
			e->next = *head;
			*head = index;
		} else {
			link = &e->next;
		}
	}
	d->buckets++;
}

/* => a free entry's index, 0: there is none */
static uint32_t take(struct dynamic_lists *d)
{
	uint32_t index = d->free, segment;

	if (index) {
		d->free = dynamic_entry_at(d, index)->next;
		return index;
	}
	if (d->top == DYNAMIC_ENTRIES)
		return 0;
	segment = d->top / DYNAMIC_SEGMENT;
	if (!d->entries[segment]) {
		d->entries[segment] =
			alloc_get(d->alloc, DYNAMIC_SEGMENT * sizeof **d->entries, 64);
		if (!d->entries[segment])
			return 0;
	}
	return d->top++;
}

static bool begin(struct dynamic_lists *d)
{
	if (d->buckets > 0)
		return true;
	d->heads[0] = alloc_get(d->alloc, DYNAMIC_SEGMENT * sizeof **d->heads, 64);
	d->buckets = d->heads[0] ? 1 : 0;
	return d->buckets > 0;
}

uint32_t dynamic_lists_put(struct dynamic_lists *d, const struct dynamic_key *key, bool *there)
{
	uint32_t place, *link;

	*there = false;
	if (!begin(d))
		return 0;
	link = find(d, key);
	if (*link) {
		*there = true;
		return *link;
	}
	place = take(d);
	if (!place)
		return 0;
	*dynamic_entry_at(d, place) = (struct dynamic_entry){.addr = key->addr, .list = key->list};
	*link = place;
	if (++d->used > d->buckets)
		split(d);
	return place;
}

bool dynamic_lists_drop(struct dynamic_lists *d, const struct dynamic_key *key)
{
	uint32_t *link;

	if (d->used == 0)
		return false;
	link = find(d, key);
	if (!*link)
		return false;
	release(d, link);
	return true;
}

uint32_t dynamic_lists_look(struct dynamic_lists *d, weir_time now, bool *gone)
{
	const struct dynamic_entry *e;

	*gone = false;
	if (d->top == 1)
		return 0;
	d->hand = d->hand + 1 < d->top ? d->hand + 1 : 1;
	e = dynamic_entry_at(d, d->hand);
	if (d->gone > 0) {
		d->gone--;
		*gone = e->list != 0 && is_gone(d, e->list >> 1);
	}
	return *gone || (e->list != 0 && dynamic_entry_over(e, now)) ? d->hand : 0;
}

void dynamic_lists_expire(struct dynamic_lists *d, weir_time now, uint32_t work)
{
	bool gone;

	if (d->used == 0)
		return;
	for (uint32_t i = 0; i < work && i < d->top; i++) {
		uint32_t place = dynamic_lists_look(d, now, &gone);
		struct dynamic_key key;

		if (!place)
			continue;
		key = dynamic_entry_key(dynamic_entry_at(d, place));
		release(d, find(d, &key));
	}
}
