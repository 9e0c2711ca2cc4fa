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

uint32_t dynamic_entry_list(const struct dynamic_lists *d, const struct dynamic_entry *e)
{
	for (uint32_t i = 0; i < d->name_count; i++) {
		if (d->names[i].id == e->list >> 1)
			return i;
	}
	return UINT32_MAX;
}

struct dynamic_name *dynamic_lists_prepare(struct dynamic_lists *d, const struct ruleset *ruleset,
					   uint32_t *next_id)
{
	uint32_t count = ruleset->list_count, old, id = d->next_id;
	struct dynamic_name *names = alloc_get(d->alloc, (count + 1) * sizeof *names, 64);

	if (!names)
		return NULL;
	for (uint32_t i = 0; i < count; i++) {
		memcpy(names[i].name, ruleset->lists[i].name, strlen(ruleset->lists[i].name));
		/* Lists keep their places, mostly. */
		old = i < d->name_count && strcmp(d->names[i].name, names[i].name) == 0
			      ? i
			      : dynamic_list_number(d, names[i].name);
		names[i].id = old == UINT32_MAX ? id++ : d->names[old].id;
	}
	*next_id = id;
	return names;
}

void dynamic_lists_take(struct dynamic_lists *d, struct dynamic_name *names, uint32_t count,
			uint32_t next_id)
{
	dynamic_names_free(d, d->names, d->name_count);
	d->names = names;
	d->name_count = count;
	d->next_id = next_id;
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

/* The address as it is kept: what IPv4 does not use is zero. */
static union weir_addr key_addr(uint8_t family, const union weir_addr *addr)
{
	union weir_addr a = {.u64 = {0, 0}};

	if (family == WEIR_IPV4)
		a.v4 = addr->v4;
	else
		a = *addr;
	return a;
}

static uint32_t key_list(const struct dynamic_lists *d, uint32_t list, uint8_t family)
{
	return d->names[list].id << 1 | (family == WEIR_IPV6);
}

static void release(struct dynamic_lists *d, uint32_t *link)
{
	uint32_t index = *link;
	struct dynamic_entry *e = dynamic_entry_at(d, index);

	*link = e->next;
	e->list = 0;
	e->next = d->free;
	d->free = index;
	d->used--;
}

/* The link to an entry, or to the 0 at the end of its bucket. */
static uint32_t *find(struct dynamic_lists *d, uint32_t list, const union weir_addr *addr)
{
	uint32_t *link = head_of(d, hash_of(d, list, addr));

	while (*link) {
		struct dynamic_entry *e = dynamic_entry_at(d, *link);

		if (e->list == list && e->addr.u64[0] == addr->u64[0] &&
		    e->addr.u64[1] == addr->u64[1])
			break;
		link = &e->next;
	}
	return link;
}

bool dynamic_list_has(struct dynamic_lists *d, uint32_t list, uint8_t family,
		      const union weir_addr *addr, weir_time now)
{
	union weir_addr key;
	uint32_t *link;

	if (d->used == 0)
		return false;
	key = key_addr(family, addr);
	link = find(d, key_list(d, list, family), &key);
	if (!*link)
		return false;
	if (!dynamic_entry_over(dynamic_entry_at(d, *link), now))
		return true;
	release(d, link);
	return false;
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

struct dynamic_entry *dynamic_list_add(struct dynamic_lists *d, uint32_t list, uint8_t family,
				       const union weir_addr *addr, weir_time expires,
				       weir_time now, bool *fresh)
{
	union weir_addr key = key_addr(family, addr);
	uint32_t full_list = key_list(d, list, family), index, *link;
	struct dynamic_entry *e;

	if (!begin(d)) {
		d->full++;
		return NULL;
	}
	link = find(d, full_list, &key);
	if (*link) {
		e = dynamic_entry_at(d, *link);
		*fresh = dynamic_entry_over(e, now);
		e->expires = expires;
		return e;
	}
	index = take(d);
	if (!index) {
		d->full++;
		return NULL;
	}
	e = dynamic_entry_at(d, index);
	*e = (struct dynamic_entry){.addr = key, .expires = expires, .list = full_list};
	*link = index;
	if (++d->used > d->buckets)
		split(d);
	*fresh = true;
	return e;
}

bool dynamic_list_remove(struct dynamic_lists *d, uint32_t list, uint8_t family,
			 const union weir_addr *addr)
{
	union weir_addr key = key_addr(family, addr);
	uint32_t *link;

	if (d->used == 0)
		return false;
	link = find(d, key_list(d, list, family), &key);
	if (!*link)
		return false;
	release(d, link);
	return true;
}

void dynamic_lists_expire(struct dynamic_lists *d, weir_time now, uint32_t work)
{
	if (d->used == 0)
		return;
	for (uint32_t i = 0; i < work && i < d->top; i++) {
		struct dynamic_entry *e;

		d->hand = d->hand + 1 < d->top ? d->hand + 1 : 1;
		e = dynamic_entry_at(d, d->hand);
		if (e->list != 0 &&
		    (dynamic_entry_over(e, now) ||
		     (d->gone > 0 && dynamic_entry_list(d, e) == UINT32_MAX)))
			release(d, find(d, e->list, &e->addr));
		d->gone -= d->gone > 0;
	}
}
