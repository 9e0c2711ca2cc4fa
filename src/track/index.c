/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/index.c - see index.h.
 *
 * Overflow buckets of a home bucket form a list through `link`; the filter
 * in a link covers all that lies behind it. A removal pulls an entry of the last
 * overflow bucket into the hole, so lists are as short as they can be.
 *
 * A move may not fail half-way: before a bucket is moved there are as many
 * overflow buckets and home blocks ready as the move could need; if there is no
 * memory for them, the move waits and the table works on, a little fuller.
 */
#include "track/index.h"

#include <string.h>

#define BUCKETS_MIN 512        /* 3584 entries; 2^k */
#define LOAD_MAX 7             /* entries a bucket before the index grows */
#define MOVE_READY 6           /* overflow buckets that one move may need, and some */

static bool array_reserve(struct index *x, struct bucket_array *a, uint64_t buckets)
{
	uint32_t blocks = (uint32_t)((buckets + INDEX_BLOCK_BUCKETS - 1) / INDEX_BLOCK_BUCKETS);
	uint32_t room = pow2_ceil(blocks < 16 ? 16 : blocks);
	struct bucket **bigger;

	if (blocks <= a->blocks)
		return true;
	bigger = alloc_get(x->alloc, room * sizeof *bigger, 64);
	if (!bigger)
		return false;
	if (a->blocks) {
		memcpy(bigger, a->block, a->blocks * sizeof *bigger);
		alloc_put(x->alloc, a->block, a->blocks * sizeof *bigger);
	}
	a->block = bigger;
	a->blocks = room;
	return true;
}

static bool array_touch(struct index *x, struct bucket_array *a, uint64_t i)
{
	struct bucket **block = &a->block[i / INDEX_BLOCK_BUCKETS];

	if (!*block)
		*block = spare_take(x->spare);
	return *block != NULL;
}

static void array_free(struct index *x, struct bucket_array *a)
{
	for (uint32_t i = 0; i < a->blocks; i++)
		alloc_put(x->alloc, a->block[i], ALLOC_BLOCK);
	alloc_put(x->alloc, a->block, a->blocks * sizeof *a->block);
}

bool index_init(struct index *x, struct alloc *alloc, struct spare *spare,
		const struct index_ops *ops)
{
	*x = (struct index){.alloc = alloc, .spare = spare, .ops = *ops, .overflow_next = 1};
	x->buckets = x->target = BUCKETS_MIN;
	x->top = 1;
	if (!array_reserve(x, &x->home, BUCKETS_MIN) || !array_touch(x, &x->home, 0))
		return false;
	/* So that the first packet does not meet the first touch. */
	memset(x->home.block[0], 0, BUCKETS_MIN * sizeof(struct bucket));
	return true;
}

void index_fini(struct index *x)
{
	array_free(x, &x->home);
	array_free(x, &x->overflow);
}

/* Overflow buckets: a free list, then fresh ones. */

static bool overflow_ready(struct index *x, uint32_t count)
{
	while (x->overflow_spare < count) {
		uint32_t i = x->overflow_next;

		if (i > LINK_BUCKET || !array_reserve(x, &x->overflow, (uint64_t)i + 1) ||
		    !array_touch(x, &x->overflow, i))
			return false;
		bucket_at(&x->overflow, i)->link = x->overflow_free;
		x->overflow_free = i;
		x->overflow_next++;
		x->overflow_spare++;
	}
	return true;
}

static uint32_t overflow_take(struct index *x)
{
	uint32_t i = x->overflow_free;
	struct bucket *b = bucket_at(&x->overflow, i);

	x->overflow_free = b->link;
	x->overflow_spare--;
	memset(b, 0, sizeof *b);
	return i;
}

static void overflow_put(struct index *x, uint32_t i)
{
	bucket_at(&x->overflow, i)->link = x->overflow_free;
	x->overflow_free = i;
	x->overflow_spare++;
}

/* Puts a place into a bucket or behind it. An overflow bucket must be ready. */
static void place(struct index *x, struct bucket *b, uint16_t tag, uint32_t ref)
{
	for (;;) {
		unsigned hole = bucket_match(b, 0);

		if (hole) {
			unsigned i = (unsigned)__builtin_ctz(hole);

			b->tag[i] = tag;
			b->ref[i] = ref;
			return;
		}
		if (!(b->link & LINK_BUCKET))
			b->link |= overflow_take(x);
		b->link |= link_filter(tag);
		b = bucket_at(&x->overflow, b->link & LINK_BUCKET);
	}
}

/* Changing the size. */

static uint64_t size_above(uint64_t n)
{
	return n & (n - 1) ? n / 3 * 4 : n / 2 * 3;
}

static uint64_t size_below(uint64_t n)
{
	return n & (n - 1) ? n / 3 * 2 : n / 4 * 3;
}

static void start_change(struct index *x)
{
	if (x->count > x->buckets * LOAD_MAX) {
		uint64_t n = size_above(x->buckets);

		if (!array_reserve(x, &x->home, n))
			return;
		x->target = n;
		x->frontier = x->buckets;
	} else if (x->buckets > BUCKETS_MIN && x->count < x->buckets * LOAD_MAX * 2 / 5) {
		x->target = size_below(x->buckets);
		x->frontier = 0;
	}
}

void index_trim(struct index *x)
{
	uint64_t needed = x->target > x->buckets ? x->target : x->buckets;
	struct bucket **last;

	if (LIKELY((uint64_t)x->top * INDEX_BLOCK_BUCKETS < needed + INDEX_BLOCK_BUCKETS))
		return;
	last = &x->home.block[--x->top];
	if (*last)
		spare_put(x->spare, *last);
	*last = NULL;
}

/* Fetches what the next move needs: the connections of the bucket, and where they go. */
static void prefetch_move(const struct index *x, uint64_t i)
{
	const struct bucket *b = bucket_at(&x->home, i);
	uint64_t to = i * x->target / x->buckets;

	if (x->home.block[to / INDEX_BLOCK_BUCKETS])
		__builtin_prefetch(bucket_at(&x->home, to), 1);
	for (unsigned k = 0; k < INDEX_WAYS; k++)
		if (b->tag[k])
			x->ops.prefetch(x->ops.ctx, b->ref[k]);
}

/* The home blocks that bucket i's entries may go to. */
static bool move_ready(struct index *x, uint64_t i)
{
	uint64_t first = i * x->target / x->buckets;
	uint64_t last = ((i + 1) * x->target + x->buckets - 1) / x->buckets;

	if (last >= x->target)
		last = x->target - 1;
	if (x->top <= last / INDEX_BLOCK_BUCKETS)
		x->top = (uint32_t)(last / INDEX_BLOCK_BUCKETS) + 1;
	return overflow_ready(x, MOVE_READY) && array_touch(x, &x->home, first) &&
	       array_touch(x, &x->home, last);
}

static void place_again(struct index *x, const struct bucket *from)
{
	uint64_t hashes[INDEX_WAYS];
	uint32_t refs[INDEX_WAYS];
	unsigned n = 0;

	for (unsigned k = 0; k < INDEX_WAYS; k++) {
		refs[n] = from->ref[k];
		n += from->tag[k] != 0;
	}
	x->ops.hash(x->ops.ctx, refs, hashes, n);
	for (unsigned k = 0; k < n; k++)
		place(x, bucket_at(&x->home, index_scale(hashes[k], x->target)),
		      index_tag(hashes[k]), refs[k]);
}

/* Moves a home bucket and the list behind it. Each overflow bucket is free again before
 * its entries are placed, and the entries of one bucket spread over three at most: MOVE_READY
 * covers the difference, however long the list is. */
static bool move_bucket(struct index *x, uint64_t i)
{
	struct bucket *home = bucket_at(&x->home, i), from;

	if (!move_ready(x, i))
		return false;
	from = *home;
	memset(home, 0, sizeof *home);
	place_again(x, &from);
	while (from.link & LINK_BUCKET) {
		uint32_t next = from.link & LINK_BUCKET;

		from = *bucket_at(&x->overflow, next);
		overflow_put(x, next);
		place_again(x, &from);
	}
	x->version++;
	return true;
}

void index_step(struct index *x)
{
	bool growing;
	uint64_t at;

	if (LIKELY(x->target == x->buckets)) {
		start_change(x);
		if (LIKELY(x->target == x->buckets))
			return;
	}
	growing = x->target > x->buckets;
	at = growing ? x->frontier - 1 : x->frontier;
	if (!move_bucket(x, at))
		return;
	x->frontier = growing ? at : at + 1;
	if (x->frontier == (growing ? 0 : x->buckets))
		x->buckets = x->target;
	else
		prefetch_move(x, growing ? at - 1 : at + 1);
}

bool index_insert(struct index *x, uint64_t hash, uint32_t ref)
{
	/* Every other insertion moves a bucket: a change of size needs one for every two and
	 * a third, to be done before the next. */
	if (x->count & 1)
		index_step(x);
	if (!overflow_ready(x, 1))
		return false;
	place(x, index_home(x, hash), index_tag(hash), ref);
	x->count++;
	x->version++;
	return true;
}

/* The last place of the list that begins at b. */
static struct bucket *last_bucket(const struct index *x, struct bucket *b, struct bucket **before)
{
	*before = NULL;
	while (b->link & LINK_BUCKET) {
		*before = b;
		b = bucket_at(&x->overflow, b->link & LINK_BUCKET);
	}
	return b;
}

/* Fills the hole at b->tag[i] from the end of the list, unless it is there already, and
 * unlinks an overflow bucket that becomes empty. */
static void close_hole(struct index *x, struct bucket *home, struct bucket *b, unsigned i)
{
	struct bucket *before, *last = last_bucket(x, home, &before);
	unsigned used = ~bucket_match(last, 0) & ((1u << INDEX_WAYS) - 1);

	if (!before)
		return;
	if (last != b) {
		unsigned k = 31u - (unsigned)__builtin_clz(used);

		b->tag[i] = last->tag[k];
		b->ref[i] = last->ref[k];
		last->tag[k] = 0;
		last->ref[k] = 0;
		used &= ~(1u << k);
	}
	if (!used) {
		overflow_put(x, before->link & LINK_BUCKET);
		before->link = 0;
	}
}

void index_remove(struct index *x, uint64_t hash, uint32_t ref)
{
	struct bucket *home = index_home(x, hash), *b = home;
	uint16_t tag = index_tag(hash);

	for (;;) {
		for (unsigned mask = bucket_match(b, tag); mask; mask &= mask - 1) {
			unsigned i = (unsigned)__builtin_ctz(mask);

			if (b->ref[i] != ref)
				continue;
			b->tag[i] = 0;
			b->ref[i] = 0;
			close_hole(x, home, b, i);
			x->count--;
			index_step(x);
			return;
		}
		if (!(b->link & link_filter(tag)))
			return;
		b = bucket_at(&x->overflow, b->link & LINK_BUCKET);
	}
}

/* Validation. */

static const char *validate_list(const struct index *x, uint64_t i, uint64_t *count)
{
	const struct bucket *b = bucket_at(&x->home, i), *home = b;
	uint32_t filters = 0xff000000u;

	for (;;) {
		for (unsigned k = 0; k < INDEX_WAYS; k++) {
			uint64_t hash;

			if (!b->tag[k] != !b->ref[k])
				return "a place with half an entry";
			if (!b->tag[k])
				continue;
			x->ops.hash(x->ops.ctx, &b->ref[k], &hash, 1);
			if (index_tag(hash) != b->tag[k])
				return "a tag that is not its entry's";
			if (index_home(x, hash) != home)
				return "an entry in another's bucket";
			if (b != home && !(filters & link_filter(b->tag[k])))
				return "an overflow entry that the filter hides";
			++*count;
		}
		if (!(b->link & LINK_BUCKET))
			return b->link ? "a filter without a list" : NULL;
		if (b == home && bucket_match(b, 0))
			return "a list behind a bucket with room";
		filters &= b->link;
		b = bucket_at(&x->overflow, b->link & LINK_BUCKET);
	}
}

const char *index_validate(const struct index *x)
{
	uint64_t top = x->target > x->buckets ? x->target : x->buckets, count = 0;

	for (uint64_t i = 0; i < top; i++) {
		const char *wrong;

		if (!x->home.block[i / INDEX_BLOCK_BUCKETS])
			continue;
		wrong = validate_list(x, i, &count);
		if (wrong)
			return wrong;
	}
	return count == x->count ? NULL : "a count that is not that of the entries";
}
