/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/slab.h - where the connections of one family lie: numbered slots in
 * blocks of 2 MiB.
 *
 * A slot number stays with its connection for life and is what the index stores.
 * New connections go to the lowest block with room, so that a table that shrank
 * comes to lie in few blocks and the others can be given back; whoever frees the last
 * slot of a block gives it back, but for one kept against flutter.
 *
 * A slot's generation counts up each time it is freed and survives the block,
 * so slot and generation together never come back. A slot whose generations are
 * used up (2^24 of them) is never handed out again.
 *
 * Threads: the owning worker's alone. Cost: take and free touch the entry's
 * first line and one line of block bookkeeping.
 */
#ifndef TRACK_SLAB_H
#define TRACK_SLAB_H

#include "track/conn.h"
#include "track/spare.h"

#define SLAB_GEN_MAX ((1u << 24) - 1)
#define SLAB_SLOTS_MAX (1u << 30)

struct slab_block {
	uint32_t free_head;  /* slot, 0 for none; linked through conn.expires */
	uint32_t fresh;      /* slots from here to the block's end were never used */
	uint32_t used;       /* slots in use */
	uint32_t gen_floor;  /* generation that fresh slots begin with */
	uint32_t gen_top;    /* highest generation among the freed ones */
	uint32_t swept_tick; /* when the sweep last sampled in it, 0 if never */
	uint32_t sample_ticks; /* how long before this pass that was; 0: this one takes none */
};

struct slab {
	struct spare *spare;
	struct alloc *alloc;
	uint8_t **base;            /* by block; NULL: not there */
	struct slab_block *block;  /* by block */
	uint64_t *room;            /* bit per block: it has room or could be made */
	uint32_t blocks;           /* length of these arrays */
	uint32_t top;              /* blocks below this may be there */
	uint32_t room_hint;        /* no word of room[] below it has a bit */
	uint32_t live;             /* slots in use */
	uint32_t empties;          /* blocks that are there with no slot in use */
	uint32_t empty_high;       /* none of them lies above this one */
	uint32_t entry;            /* bytes of an entry */
	uint32_t per_block;        /* slots of a block */
};

void slab_init(struct slab *s, struct alloc *alloc, struct spare *spare, enum weir_family family);
void slab_fini(struct slab *s);

/* Takes a slot: only its generation means anything. => its number, 0 if there is no memory */
uint32_t slab_take(struct slab *s);

/* Frees a slot, which must be in use. Its memory stays readable until slab_trim(). */
void slab_free(struct slab *s, uint32_t slot);

/* Gives one empty block back if there are two. */
void slab_trim(struct slab *s);

/* The slot's memory; it must lie in a block that is there. The two families are two
 * functions so that the division is by a constant. */
#define SLAB_PER_BLOCK4 ((uint32_t)(ALLOC_BLOCK / sizeof(struct conn)))
#define SLAB_PER_BLOCK6 ((uint32_t)(ALLOC_BLOCK / sizeof(struct conn6)))

static inline struct conn *slab_at4(const struct slab *s, uint32_t slot)
{
	return (struct conn *)(void *)(s->base[slot / SLAB_PER_BLOCK4] +
				       (size_t)(slot % SLAB_PER_BLOCK4) * sizeof(struct conn));
}

static inline struct conn *slab_at6(const struct slab *s, uint32_t slot)
{
	return (struct conn *)(void *)(s->base[slot / SLAB_PER_BLOCK6] +
				       (size_t)(slot % SLAB_PER_BLOCK6) * sizeof(struct conn6));
}

/* The block that a slot lies in. */
static inline uint32_t slab_block_of(const struct slab *s, uint32_t slot)
{
	return s->entry == sizeof(struct conn) ? slot / SLAB_PER_BLOCK4 : slot / SLAB_PER_BLOCK6;
}

static inline struct conn *slab_at(const struct slab *s, uint32_t slot)
{
	return s->entry == sizeof(struct conn) ? slab_at4(s, slot) : slab_at6(s, slot);
}

/* The slot's memory if the slot exists, else NULL: for ids from outside. */
static inline struct conn *slab_look(const struct slab *s, uint32_t slot)
{
	uint32_t b = slab_block_of(s, slot);

	if (slot == 0 || b >= s->top || !s->base[b] || slot >= s->block[b].fresh)
		return NULL;
	return slab_at(s, slot);
}

/* Whether a slot's memory holds a connection. */
static inline bool conn_in_use(const struct conn *c)
{
	return c->status != 0;
}

#endif
