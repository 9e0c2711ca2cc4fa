/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/slab.c - see slab.h. A slot in use has a status other than 0 (the engine
 * sets a bit when it takes one and CONFIRMED later), a free one has 0.
 */
#include "track/slab.h"

#include <string.h>

#include "base/bytes.h"

#define NONE UINT32_MAX

void slab_init(struct slab *s, struct alloc *alloc, struct spare *spare, enum weir_family family)
{
	*s = (struct slab){
		.alloc = alloc,
		.spare = spare,
		.entry = family == WEIR_IPV6 ? sizeof(struct conn6) : sizeof(struct conn),
		.per_block = family == WEIR_IPV6 ? SLAB_PER_BLOCK6 : SLAB_PER_BLOCK4,
	};
}

static size_t room_words(uint32_t blocks)
{
	return (blocks + 63) / 64;
}

static void free_arrays(struct slab *s)
{
	alloc_put(s->alloc, s->base, s->blocks * sizeof *s->base);
	alloc_put(s->alloc, s->block, s->blocks * sizeof *s->block);
	alloc_put(s->alloc, s->room, room_words(s->blocks) * sizeof *s->room);
}

void slab_fini(struct slab *s)
{
	for (uint32_t b = 0; b < s->top; b++)
		alloc_put(s->alloc, s->base[b], ALLOC_BLOCK);
	free_arrays(s);
}

static bool grow_arrays(struct slab *s)
{
	uint32_t blocks = s->blocks ? s->blocks * 2 : 64;
	struct slab bigger = *s;

	if ((uint64_t)blocks * s->per_block > SLAB_SLOTS_MAX)
		return false;
	bigger.blocks = blocks;
	bigger.base = alloc_get(s->alloc, blocks * sizeof *s->base, 64);
	bigger.block = alloc_get(s->alloc, blocks * sizeof *s->block, 64);
	bigger.room = alloc_get(s->alloc, room_words(blocks) * sizeof *s->room, 64);
	if (!bigger.base || !bigger.block || !bigger.room) {
		free_arrays(&bigger);
		return false;
	}
	if (s->blocks) {
		memcpy(bigger.base, s->base, s->blocks * sizeof *s->base);
		memcpy(bigger.block, s->block, s->blocks * sizeof *s->block);
		memcpy(bigger.room, s->room, room_words(s->blocks) * sizeof *s->room);
		free_arrays(s);
	}
	*s = bigger;
	return true;
}

static void set_room(struct slab *s, uint32_t b, bool room)
{
	uint64_t bit = UINT64_C(1) << (b % 64);

	if (!room) {
		s->room[b / 64] &= ~bit;
		return;
	}
	s->room[b / 64] |= bit;
	if (b / 64 < s->room_hint)
		s->room_hint = b / 64;
}

/* The lowest block with room, making room for a new one at the top if there is none. */
static uint32_t block_with_room(struct slab *s)
{
	for (size_t w = s->room_hint; w < room_words(s->top); w++) {
		s->room_hint = (uint32_t)w;
		if (s->room[w])
			return (uint32_t)(w * 64 + (unsigned)__builtin_ctzll(s->room[w]));
	}
	if (s->top == s->blocks && !grow_arrays(s))
		return NONE;
	s->block[s->top] = (struct slab_block){0};
	set_room(s, s->top, true);
	return s->top++;
}

/* The first slot of all is left out: 0 means none. */
static uint32_t first_slot(const struct slab *s, uint32_t b)
{
	return b == 0 ? 1 : b * s->per_block;
}

static bool make_block(struct slab *s, uint32_t b)
{
	s->base[b] = spare_take(s->spare);
	if (!s->base[b])
		return false;
	s->block[b].fresh = first_slot(s, b);
	s->block[b].free_head = 0;
	s->empties++;
	return true;
}

uint32_t slab_take(struct slab *s)
{
	uint32_t b = block_with_room(s), slot, gen;
	struct slab_block *block;
	struct conn *c;

	if (b == NONE || (!s->base[b] && !make_block(s, b)))
		return 0;
	block = &s->block[b];
	if (block->free_head) {
		slot = block->free_head;
		c = slab_at(s, slot);
		block->free_head = c->expires;
		gen = c->gen;
	} else {
		slot = block->fresh++;
		c = slab_at(s, slot);
		gen = block->gen_floor;
	}
	c->gen = gen & SLAB_GEN_MAX;
	if (block->used++ == 0)
		s->empties--;
	s->live++;
	if (!block->free_head && block->fresh == (b + 1) * s->per_block)
		set_room(s, b, false);
	return slot;
}

/* Gives back an empty block's memory. Generations of its slots go on above the
 * highest that any of them had. */
static void drop_block(struct slab *s, uint32_t b)
{
	struct slab_block *block = &s->block[b];
	uint32_t highest = block->gen_top > block->gen_floor ? block->gen_top : block->gen_floor;

	spare_put(s->spare, s->base[b]);
	s->base[b] = NULL;
	*block = (struct slab_block){.gen_floor = highest};
	set_room(s, b, highest < SLAB_GEN_MAX);
}

void slab_free(struct slab *s, uint32_t slot)
{
	uint32_t b = slab_block_of(s, slot);
	struct slab_block *block = &s->block[b];
	struct conn *c = slab_at(s, slot);

	c->status = 0;
	c->proto = 0;
	c->gen = (c->gen + 1) & SLAB_GEN_MAX;
	if (c->gen > block->gen_top)
		block->gen_top = c->gen;
	if (c->gen < SLAB_GEN_MAX) {
		c->expires = block->free_head;
		block->free_head = slot;
		set_room(s, b, true);
	}
	s->live--;
	if (--block->used > 0)
		return;
	s->empties++;
	if (b > s->empty_high)
		s->empty_high = b;
}

void slab_trim(struct slab *s)
{
	uint32_t b = s->empty_high;

	if (LIKELY(s->empties < 2))
		return;
	while (!s->base[b] || s->block[b].used > 0)
		b--;
	drop_block(s, b);
	s->empties--;
	s->empty_high = b;
}
