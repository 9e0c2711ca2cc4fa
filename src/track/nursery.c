/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/nursery.c - see nursery.h.
 */
#include "track/nursery.h"

#define BLOCK_BYTES 4096
#define BLOCK_IDS (BLOCK_BYTES / 8 - 1)
#define LOOKAHEAD 8
#define SLACK 1024

struct nursery_block {
	struct nursery_block *next;
	uint64_t id[BLOCK_IDS];
};

static_assert(sizeof(struct nursery_block) == BLOCK_BYTES, "no bytes lost");

void nursery_init(struct nursery *n, struct alloc *alloc)
{
	*n = (struct nursery){.alloc = alloc};
}

void nursery_fini(struct nursery *n)
{
	while (n->first) {
		struct nursery_block *block = n->first;

		n->first = block->next;
		alloc_put(n->alloc, block, sizeof *block);
	}
	alloc_put(n->alloc, n->kept, sizeof *n->kept);
}

static bool add_block(struct nursery *n)
{
	struct nursery_block *block = n->kept;

	n->kept = NULL;
	if (!block)
		block = alloc_get(n->alloc, sizeof *block, 64);
	if (!block)
		return false;
	block->next = NULL;
	if (n->last)
		n->last->next = block;
	else
		n->first = block;
	n->last = block;
	n->tail = 0;
	return true;
}

static bool append(struct nursery *n, uint64_t id)
{
	if ((!n->last || n->tail == BLOCK_IDS) && !add_block(n))
		return false;
	n->last->id[n->tail++] = id;
	n->length++;
	return true;
}

static void drop_head(struct nursery *n)
{
	struct nursery_block *block = n->first;

	n->length--;
	if (++n->head < BLOCK_IDS)
		return;
	n->head = 0;
	n->first = block->next;
	if (!n->first)
		n->last = NULL;
	alloc_put(n->alloc, n->kept, sizeof *n->kept);
	n->kept = block;
}

static void prefetch_ahead(const struct nursery *n, const struct table *t)
{
	uint64_t id;

	if (n->length <= LOOKAHEAD || n->head + LOOKAHEAD >= BLOCK_IDS)
		return;
	id = n->first->id[n->head + LOOKAHEAD];
	__builtin_prefetch(slab_look(id & REF_FAMILY6 ? &t->slab6 : &t->slab4,
				     (uint32_t)id & REF_SLOT));
}

/* The ref of an id whose connection still belongs here, else 0. */
static uint32_t still_unassured(const struct table *t, uint64_t id)
{
	uint32_t ref = table_ref(t, id);

	if (!ref || table_at(t, ref)->status & WEIR_STATUS_ASSURED)
		return 0;
	return ref;
}

bool nursery_push(struct nursery *n, const struct table *t, uint64_t id, uint32_t unassured)
{
	for (int looks = 0; looks < 2 && n->length > 0; looks++) {
		uint64_t oldest = n->first->id[n->head];

		prefetch_ahead(n, t);
		if (still_unassured(t, oldest)) {
			if (n->length <= 2 * (uint64_t)unassured + SLACK || !append(n, oldest))
				break;
		}
		drop_head(n);
	}
	return append(n, id);
}

void nursery_tidy(struct nursery *n, const struct table *t, unsigned looks)
{
	while (looks-- > 0 && n->length > 0 && !still_unassured(t, n->first->id[n->head])) {
		prefetch_ahead(n, t);
		drop_head(n);
	}
}

uint32_t nursery_pop(struct nursery *n, const struct table *t)
{
	while (n->length > 0) {
		uint32_t ref = still_unassured(t, n->first->id[n->head]);

		prefetch_ahead(n, t);
		drop_head(n);
		if (ref)
			return ref;
	}
	return 0;
}
