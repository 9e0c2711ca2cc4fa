/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/index.h - from the hash of a tuple to the connections that may have it.
 *
 *   bucket, one cache line:  tag[10]  16 bits of each entry's hash, 0 if empty
 *                            link     overflow bucket, and a filter of the tags in it
 *                            ref[10]  which connection: slot, family, direction
 *
 * A hash h belongs to bucket floor(h * n / 2^64): buckets are stretches of the hash
 * space in order. So the number of buckets n can grow to n' from the top down, in place:
 * bucket i's entries go to floor(h * n' / 2^64) >= i, where everything above has been
 * moved already; and shrink from the bottom up alike. `frontier` says how far that is. Sizes
 * are 2^k and 3 * 2^(k-1), so the load stays between 4.7 and 7 of ten.
 *
 * Which bucket a moving entry goes to needs its whole hash, which only its
 * connection knows: index_ops.hash recomputes it, and index_ops.prefetch is called for the next
 * bucket's entries one step ahead.
 *
 * What does not fit into a bucket goes into overflow buckets behind it (one in
 * twenty at the average load). An insertion or removal moves at most one bucket.
 *
 * Threads: the owning worker's alone. Cost of a lookup: one cache line, and one
 * more where the filter says so.
 */
#ifndef TRACK_INDEX_H
#define TRACK_INDEX_H

#include <assert.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "track/spare.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define INDEX_WAYS 10

/* ref: what the index stores of a connection. */
#define REF_FAMILY6 0x80000000u
#define REF_REPLY 0x40000000u /* this is the reply tuple's place */
#define REF_SLOT 0x3fffffffu

struct bucket {
	uint16_t tag[INDEX_WAYS];
	uint32_t link; /* low 24 bits: overflow bucket, 0 for none; high 8: filter */
	uint32_t ref[INDEX_WAYS];
};

static_assert(sizeof(struct bucket) == 64, "a bucket is one cache line");

struct index_ops {
	/* The hashes of n places, at most INDEX_WAYS. */
	void (*hash)(void *ctx, const uint32_t *refs, uint64_t *hashes, unsigned n);
	void (*prefetch)(void *ctx, uint32_t ref);
	void *ctx;
};

struct bucket_array {
	struct bucket **block; /* of 32768 buckets; NULL: not there */
	uint32_t blocks;       /* length of block[] */
};

struct index {
	struct alloc *alloc;
	struct spare *spare;
	struct index_ops ops;
	struct bucket_array home, overflow;
	uint32_t overflow_free; /* linked through bucket.link */
	uint32_t overflow_next; /* never used from here on */
	uint32_t overflow_spare; /* in the free list */
	uint64_t count;         /* entries */
	uint64_t buckets;       /* n */
	uint64_t target;        /* n' while it changes, else n */
	uint64_t frontier;      /* growing: buckets from here on have moved; shrinking: below here */
	uint32_t top;           /* home blocks from here on are not there */
	uint64_t version;       /* counts up with every insertion and move */
};

/* => false if out of memory */
bool index_init(struct index *x, struct alloc *alloc, struct spare *spare,
		const struct index_ops *ops);
void index_fini(struct index *x);

/* Adds or removes one place. The tuple's owner sees to it that nothing is added
 * twice, and removes only what is there.
 * => insert: false if out of memory, nothing was changed */
bool index_insert(struct index *x, uint64_t hash, uint32_t ref);
void index_remove(struct index *x, uint64_t hash, uint32_t ref);

/* Moves one bucket if the size is changing: for quiet times. */
void index_step(struct index *x);

/* Gives one block back that a smaller size left behind, if there is one. */
void index_trim(struct index *x);

/* Checks every rule that the structure obeys, for tests. => NULL, or what is wrong */
const char *index_validate(const struct index *x);

#define INDEX_BLOCK_BUCKETS ((uint32_t)(ALLOC_BLOCK / sizeof(struct bucket)))

static inline uint64_t index_scale(uint64_t hash, uint64_t n)
{
	return (uint64_t)((unsigned __int128)hash * n >> 64);
}

static inline struct bucket *bucket_at(const struct bucket_array *a, uint64_t i)
{
	return &a->block[i / INDEX_BLOCK_BUCKETS][i % INDEX_BLOCK_BUCKETS];
}

/* The home bucket of a hash. */
static inline struct bucket *index_home(const struct index *x, uint64_t hash)
{
	uint64_t i = index_scale(hash, x->buckets);

	if (UNLIKELY(x->target != x->buckets)) {
		bool moved = x->target > x->buckets ? i >= x->frontier : i < x->frontier;

		if (moved)
			i = index_scale(hash, x->target);
	}
	return bucket_at(&x->home, i);
}

static inline uint16_t index_tag(uint64_t hash)
{
	uint16_t tag = (uint16_t)hash;

	return tag ? tag : 1;
}

/* Bit i is set if place i of the bucket has this tag. */
static inline unsigned bucket_match(const struct bucket *b, uint16_t tag)
{
#if defined(__SSE2__)
	__m128i want = _mm_set1_epi16((short)tag);
	__m128i low = _mm_loadu_si128((const __m128i *)(const void *)b);
	__m128i high = _mm_loadu_si128((const __m128i *)(const void *)b + 1);
	unsigned mask = (unsigned)_mm_movemask_epi8(
		_mm_packs_epi16(_mm_cmpeq_epi16(low, want), _mm_cmpeq_epi16(high, want)));

	return mask & ((1u << INDEX_WAYS) - 1);
#else
	unsigned mask = 0;

	for (unsigned i = 0; i < INDEX_WAYS; i++)
		mask |= (unsigned)(b->tag[i] == tag) << i;
	return mask;
#endif
}

#define LINK_BUCKET 0x00ffffffu

static inline uint32_t link_filter(uint16_t tag)
{
	return 0x01000000u << (tag & 7);
}

/* The overflow bucket that may hold the tag, or NULL. */
static inline const struct bucket *bucket_next(const struct index *x, const struct bucket *b,
					       uint16_t tag)
{
	if (LIKELY(!(b->link & link_filter(tag))))
		return NULL;
	return bucket_at(&x->overflow, b->link & LINK_BUCKET);
}

#endif
