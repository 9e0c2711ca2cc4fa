/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/nursery.c - see nursery.h.
 */
#include "track/nursery.h"

#include <string.h>

#define CAPACITY_MIN 1024
#define LOOKAHEAD 8

void nursery_init(struct nursery *n, struct alloc *alloc)
{
	*n = (struct nursery){.alloc = alloc};
}

void nursery_fini(struct nursery *n)
{
	alloc_put(n->alloc, n->ids, n->capacity * sizeof *n->ids);
}

static uint64_t at(const struct nursery *n, uint32_t i)
{
	return n->ids[i & (n->capacity - 1)];
}

/* The ref of an id whose connection still belongs here, else 0. */
static uint32_t still_unassured(const struct table *t, uint64_t id)
{
	uint32_t ref = table_ref(t, id);

	if (!ref || table_at(t, ref)->status & WEIR_STATUS_ASSURED)
		return 0;
	return ref;
}

static void prefetch_head(const struct nursery *n, const struct table *t)
{
	if (n->tail - n->head > LOOKAHEAD) {
		uint64_t id = at(n, n->head + LOOKAHEAD);
		const struct conn *c = slab_look(id & REF_FAMILY6 ? &t->slab6 : &t->slab4,
						 (uint32_t)id & REF_SLOT);

		__builtin_prefetch(c);
	}
}

/* Forgets heads that are done with, `looks` of them at most; a head that still
 * belongs here goes to the end if the ring is full, else stays. */
static void tidy(struct nursery *n, const struct table *t, int looks)
{
	while (looks-- > 0 && n->head != n->tail) {
		uint64_t id = at(n, n->head);

		prefetch_head(n, t);
		if (still_unassured(t, id)) {
			if (n->tail - n->head < n->capacity)
				return;
			n->ids[n->tail++ & (n->capacity - 1)] = id;
		}
		n->head++;
	}
}

static bool grow(struct nursery *n)
{
	uint32_t capacity = n->capacity ? n->capacity * 2 : CAPACITY_MIN, length = 0;
	uint64_t *ids = alloc_get(n->alloc, capacity * sizeof *ids, 64);

	if (!ids)
		return false;
	for (uint32_t i = n->head; i != n->tail; i++)
		ids[length++] = at(n, i);
	nursery_fini(n);
	*n = (struct nursery){.alloc = n->alloc, .ids = ids, .capacity = capacity, .tail = length};
	return true;
}

bool nursery_push(struct nursery *n, const struct table *t, uint64_t id)
{
	tidy(n, t, 2);
	if (n->tail - n->head == n->capacity && !grow(n))
		return false;
	n->ids[n->tail++ & (n->capacity - 1)] = id;
	return true;
}

uint32_t nursery_pop(struct nursery *n, const struct table *t)
{
	while (n->head != n->tail) {
		uint32_t ref = still_unassured(t, at(n, n->head));

		prefetch_head(n, t);
		n->head++;
		if (ref)
			return ref;
	}
	return 0;
}
