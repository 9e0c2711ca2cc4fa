/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/mapping.c - the table of mappings; see mapping.h.
 *
 * Each mapping is in two chains, by its inside and by its public end. What is over is taken
 * out by whoever comes across it, and by a hand that passes over all places.
 */
#include "nat/mapping.h"

#include "base/bytes.h"

#define CHAINS (1u << 16) /* of each kind */
#define HEADS_SIZE (2 * CHAINS * sizeof(uint32_t))
#define INDEX_BITS 17
#define INDEX_MASK ((1u << INDEX_BITS) - 1)

enum chain { INSIDE, PUBLIC };

void mappings_init(struct mappings *m, struct alloc *alloc, const struct hash_key *key)
{
	*m = (struct mappings){.alloc = alloc, .key = *key, .top = 1};
}

void mappings_fini(struct mappings *m)
{
	for (unsigned i = 0; i < MAPPING_PAGES; i++)
		alloc_put(m->alloc, m->pages[i], MAPPING_PAGE * sizeof **m->pages);
	alloc_put(m->alloc, m->heads, HEADS_SIZE);
	*m = (struct mappings){.alloc = m->alloc, .key = m->key, .top = 1};
}

static struct mapping *at(const struct mappings *m, uint32_t index)
{
	return &m->pages[index / MAPPING_PAGE][index % MAPPING_PAGE];
}

static bool same(struct mapping_end a, struct mapping_end b)
{
	return a.addr == b.addr && a.port == b.port;
}

static bool over(const struct mapping *mapping, weir_time now)
{
	return mapping->conns == 0 && !mapping_open(mapping, now);
}

static uint32_t *head(const struct mappings *m, enum chain chain, struct mapping_end end)
{
	struct hash_in in = {.lo = (uint64_t)end.addr << 16 | end.port, .hi = (uint64_t)chain};

	return &m->heads[chain * CHAINS + hash_one(&m->key, in) % CHAINS];
}

static void put(struct mappings *m, enum chain chain, struct mapping *mapping)
{
	uint32_t *first = head(m, chain, chain == INSIDE ? mapping->inside : mapping->public);

	mapping->next[chain] = *first;
	*first = mapping->id & INDEX_MASK;
}

static void take(struct mappings *m, enum chain chain, const struct mapping *mapping)
{
	uint32_t *link = head(m, chain, chain == INSIDE ? mapping->inside : mapping->public);

	while (at(m, *link) != mapping)
		link = &at(m, *link)->next[chain];
	*link = mapping->next[chain];
}

static void drop(struct mappings *m, struct mapping *mapping)
{
	uint32_t index = mapping->id & INDEX_MASK;

	take(m, INSIDE, mapping);
	take(m, PUBLIC, mapping);
	mapping->used = false;
	mapping->id = index | ((mapping->id >> INDEX_BITS) + 1) << INDEX_BITS;
	mapping->next[INSIDE] = m->free;
	m->free = index;
	m->count--;
}

struct mapping *mapping_inside(struct mappings *m, struct mapping_end inside, uint32_t first,
			       uint32_t last, weir_time now)
{
	uint32_t next;

	if (m->count == 0)
		return NULL;
	for (uint32_t i = *head(m, INSIDE, inside); i != 0; i = next) {
		struct mapping *mapping = at(m, i);
		uint32_t addr = be32_swap(mapping->public.addr);

		next = mapping->next[INSIDE];
		if (over(mapping, now))
			drop(m, mapping);
		else if (same(mapping->inside, inside) && addr >= first && addr <= last)
			return mapping;
	}
	return NULL;
}

struct mapping *mapping_public(struct mappings *m, struct mapping_end public, weir_time now)
{
	uint32_t next;

	if (m->count == 0)
		return NULL;
	for (uint32_t i = *head(m, PUBLIC, public); i != 0; i = next) {
		struct mapping *mapping = at(m, i);

		next = mapping->next[PUBLIC];
		if (over(mapping, now))
			drop(m, mapping);
		else if (same(mapping->public, public))
			return mapping;
	}
	return NULL;
}

/* A place for one more. => NULL: no room or no memory */
static struct mapping *take_place(struct mappings *m)
{
	struct mapping *mapping;
	uint32_t index = m->free;

	if (!m->heads)
		m->heads = alloc_get(m->alloc, HEADS_SIZE, 64);
	if (!m->heads)
		return NULL;
	if (index) {
		mapping = at(m, index);
		m->free = mapping->next[INSIDE];
		return mapping;
	}
	if (m->top > MAPPINGS_MAX)
		return NULL;
	index = m->top;
	if (!m->pages[index / MAPPING_PAGE])
		m->pages[index / MAPPING_PAGE] =
			alloc_get(m->alloc, MAPPING_PAGE * sizeof *mapping, 64);
	if (!m->pages[index / MAPPING_PAGE])
		return NULL;
	m->top++;
	mapping = at(m, index);
	mapping->id = index;
	return mapping;
}

struct mapping *mapping_add(struct mappings *m, struct mapping_end inside,
			    struct mapping_end public, weir_time now)
{
	struct mapping *mapping = take_place(m);

	if (!mapping)
		return NULL;
	*mapping = (struct mapping){
		.inside = inside,
		.public = public,
		.until = now + MAPPING_IDLE,
		.id = mapping->id,
		.used = true,
	};
	put(m, INSIDE, mapping);
	put(m, PUBLIC, mapping);
	m->count++;
	return mapping;
}

struct mapping *mapping_at(const struct mappings *m, uint32_t id)
{
	uint32_t index = id & INDEX_MASK;
	struct mapping *mapping;

	if (index == 0 || index >= m->top)
		return NULL;
	mapping = at(m, index);
	return mapping->used && mapping->id == id ? mapping : NULL;
}

void mapping_use(struct mapping *mapping, bool holds)
{
	mapping->conns++;
	mapping->holders += holds;
}

void mapping_release(struct mapping *mapping, bool held, weir_time now)
{
	mapping->conns--;
	mapping->holders -= held;
	if (held && now + MAPPING_IDLE > mapping->until)
		mapping->until = now + MAPPING_IDLE;
}

void mappings_expire(struct mappings *m, weir_time now, uint32_t work)
{
	for (uint32_t i = 0; i < work && m->count > 0; i++) {
		struct mapping *mapping;

		if (++m->hand >= m->top)
			m->hand = 1;
		mapping = at(m, m->hand);
		if (mapping->used && over(mapping, now))
			drop(m, mapping);
	}
}
