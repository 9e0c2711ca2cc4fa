/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/spare.c - see spare.h. Two blocks are held ready, since slab and index may
 * want one in the same moment, and one more for every 128 in use.
 */
#include "track/spare.h"

#define PAGE 4096
#define SPARE_MIN 2

void spare_init(struct spare *s, struct alloc *alloc)
{
	s->alloc = alloc;
	s->taken = 0;
	for (unsigned i = 0; i < SPARE_BLOCKS; i++)
		atomic_init(&s->block[i], NULL);
	atomic_init(&s->wanted, SPARE_MIN);
}

void spare_fini(struct spare *s)
{
	for (unsigned i = 0; i < SPARE_BLOCKS; i++)
		alloc_put(s->alloc, atomic_load_explicit(&s->block[i], memory_order_acquire),
			  ALLOC_BLOCK);
}

void *spare_take(struct spare *s)
{
	unsigned wanted = SPARE_MIN + ++s->taken / 128;

	if (wanted > SPARE_BLOCKS)
		wanted = SPARE_BLOCKS;
	atomic_store_explicit(&s->wanted, wanted, memory_order_relaxed);
	for (unsigned i = 0; i < SPARE_BLOCKS; i++) {
		void *block = atomic_load_explicit(&s->block[i], memory_order_acquire);

		if (block) {
			atomic_store_explicit(&s->block[i], NULL, memory_order_release);
			return block;
		}
	}
	return alloc_get(s->alloc, ALLOC_BLOCK, ALLOC_BLOCK);
}

void spare_put(struct spare *s, void *block)
{
	/* Shrinking: none need be ready. */
	s->taken--;
	atomic_store_explicit(&s->wanted, 0, memory_order_relaxed);
	alloc_put(s->alloc, block, ALLOC_BLOCK);
}

static void *touched_block(struct alloc *alloc)
{
	volatile uint8_t *block = alloc_get(alloc, ALLOC_BLOCK, ALLOC_BLOCK);

	for (size_t at = 0; block && at < ALLOC_BLOCK; at += PAGE)
		block[at] = 0;
	return (void *)(uintptr_t)block;
}

bool spare_fill(struct spare *s)
{
	unsigned wanted = atomic_load_explicit(&s->wanted, memory_order_relaxed);
	bool did = false;

	for (unsigned i = 0; i < wanted; i++) {
		if (atomic_load_explicit(&s->block[i], memory_order_acquire))
			continue;
		void *block = touched_block(s->alloc);

		if (!block)
			break;
		atomic_store_explicit(&s->block[i], block, memory_order_release);
		did = true;
	}
	return did;
}
