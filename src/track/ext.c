/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/ext.c - extension records and the counters that use them; see ext.h.
 *
 * A block is never moved, so a record's address holds while the record is taken. The
 * directory of blocks doubles when it is full.
 */
#include "track/ext.h"
#include "track/track.h"

#include <string.h>

#define BLOCK_SIZE (EXT_BLOCK_RECORDS * sizeof(struct ext_record))
#define DIRECTORY_FIRST 16u
#define BLOCKS_MAX (UINT32_C(1) << (32 - EXT_BLOCK_BITS)) /* what an index can name */

void ext_pool_create(struct ext_pool *pool, struct alloc *alloc)
{
	*pool = (struct ext_pool){.alloc = alloc};
}

void ext_pool_destroy(struct ext_pool *pool)
{
	for (uint32_t i = 0; i < pool->block_count; i++)
		alloc_put(pool->alloc, pool->blocks[i], BLOCK_SIZE);
	if (pool->blocks)
		alloc_put(pool->alloc, pool->blocks, pool->block_room * sizeof(*pool->blocks));
	*pool = (struct ext_pool){.alloc = pool->alloc};
}

static bool directory_grow(struct ext_pool *pool)
{
	uint32_t room = pool->block_room ? pool->block_room * 2 : DIRECTORY_FIRST;
	struct ext_record **blocks;

	if (pool->block_room >= BLOCKS_MAX)
		return false;
	blocks = alloc_get(pool->alloc, room * sizeof(*blocks), sizeof(*blocks));
	if (!blocks)
		return false;
	if (pool->blocks) {
		memcpy(blocks, pool->blocks, pool->block_count * sizeof(*blocks));
		alloc_put(pool->alloc, pool->blocks, pool->block_room * sizeof(*blocks));
	}
	pool->blocks = blocks;
	pool->block_room = room;
	return true;
}

/* Adds a block and links its records so that the lowest is taken first. */
static bool block_add(struct ext_pool *pool)
{
	uint32_t first = pool->block_count << EXT_BLOCK_BITS;
	struct ext_record *block;

	if (pool->block_count == pool->block_room && !directory_grow(pool))
		return false;
	block = alloc_get(pool->alloc, BLOCK_SIZE, sizeof(struct ext_record));
	if (!block)
		return false;
	pool->blocks[pool->block_count++] = block;
	for (uint32_t i = EXT_BLOCK_RECORDS; i-- > 0;) {
		if (first + i == 0)
			break; /* index 0 means none */
		block[i].next_free = pool->free;
		pool->free = first + i;
	}
	return true;
}

uint32_t ext_take(struct ext_pool *pool)
{
	struct ext_record *record;
	uint32_t index;

	if (!pool->free && !block_add(pool))
		return 0;
	index = pool->free;
	record = ext_at(pool, index);
	pool->free = record->next_free;
	pool->used++;
	memset(record, 0, sizeof(*record));
	return index;
}

void ext_put(struct ext_pool *pool, uint32_t index)
{
	if (!index)
		return;
	ext_at(pool, index)->next_free = pool->free;
	pool->free = index;
	pool->used--;
}

/* The entry's record, a fresh one if it has none. => NULL if there is no memory */
static struct ext_record *record_of(struct ext_pool *pool, struct conn *c)
{
	if (!c->ext)
		c->ext = ext_take(pool);
	return c->ext ? ext_at(pool, c->ext) : NULL;
}

/* Adds to a counter of two words; with nowhere to carry to it stops at its top. */
static void add(uint32_t *lo, uint32_t *hi, uint32_t amount)
{
	uint32_t sum = *lo + amount;

	if (sum < amount) {
		if (!hi) {
			*lo = UINT32_MAX;
			return;
		}
		++*hi;
	}
	*lo = sum;
}

__attribute__((cold, noinline)) void conn_count_carry(struct ext_pool *pool, struct conn *c,
						      enum weir_dir dir, uint32_t bytes)
{
	struct ext_record *r = record_of(pool, c);

	add(&c->packets[dir], r ? &r->packets_hi[dir] : NULL, 1);
	add(&c->bytes[dir], r ? &r->bytes_hi[dir] : NULL, bytes);
	if (c->status & WEIR_STATUS_FASTTRACK && c->proto == PROTO_TCP)
		tcp_fast_forget(c, dir);
}

void conn_slow_begin(struct ext_pool *pool, struct conn *c)
{
	struct ext_record *r = c->ext ? ext_at(pool, c->ext) : NULL;

	for (unsigned dir = 0; dir < 2; dir++) {
		c->tcp.slow_packets[dir] = c->packets[dir];
		c->tcp.slow_bytes[dir] = c->bytes[dir];
		if (r) {
			r->slow_packets_hi[dir] = r->packets_hi[dir];
			r->slow_bytes_hi[dir] = r->bytes_hi[dir];
		}
	}
}

void conn_count_slow(struct ext_pool *pool, struct conn *c, enum weir_dir dir, uint32_t bytes)
{
	uint32_t *packets_lo = &c->tcp.slow_packets[dir], *bytes_lo = &c->tcp.slow_bytes[dir];
	struct ext_record *r;

	/* The total carries no later than its slow part, so it has taken the record. */
	conn_count(pool, c, dir, bytes);
	r = c->ext ? ext_at(pool, c->ext) : NULL;
	add(packets_lo, r ? &r->slow_packets_hi[dir] : NULL, 1);
	add(bytes_lo, r ? &r->slow_bytes_hi[dir] : NULL, bytes);
}

/* A total that stood still for want of memory may lie below its part. */
static uint64_t less(uint64_t total, uint64_t slow)
{
	return total > slow ? total - slow : 0;
}

uint64_t conn_fasttrack_packets(const struct ext_pool *pool, const struct conn *c,
				enum weir_dir dir)
{
	uint64_t hi = c->ext ? ext_at(pool, c->ext)->slow_packets_hi[dir] : 0;

	if (!(c->status & WEIR_STATUS_FASTTRACK))
		return 0;
	return less(conn_packets(pool, c, dir), hi << 32 | c->tcp.slow_packets[dir]);
}

uint64_t conn_fasttrack_bytes(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir)
{
	uint64_t hi = c->ext ? ext_at(pool, c->ext)->slow_bytes_hi[dir] : 0;

	if (!(c->status & WEIR_STATUS_FASTTRACK))
		return 0;
	return less(conn_bytes(pool, c, dir), hi << 32 | c->tcp.slow_bytes[dir]);
}
