/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/ext.h - extension records, for the few connections that need more than
 * their two cache lines: those that carried more than 4 GiB or 2^32 packets, and those that a
 * helper reads or expected.
 *
 * A record is a cache line found by a 32-bit index that the connection keeps in
 * `ext`; 0 means none. Records come from a pool in blocks, are linked into a free
 * list when given back, and blocks go back to the allocator with the pool only. What a helper
 * remembers of a connection is a second record, all its own.
 *
 * Life: a record is taken by the first counter that overflows, by FastTrack or by a helper, and
 * given back by whoever frees the connection.
 *
 * Threads: the owning worker. Cost: a packet that overflows nothing reads no
 * record; counting it is two additions and two comparisons.
 */
#ifndef TRACK_EXT_H
#define TRACK_EXT_H

#include "base/alloc.h"
#include "base/bytes.h"
#include "track/conn.h"

/* By how much the sequence numbers of one TCP direction are moved (track/seq.h). */
struct seq_adjust {
	uint32_t position;     /* the last segment whose length was changed, as it came */
	int32_t before, after; /* what is added up to there and behind */
};

struct ext_record {
	union {
		struct {
			/* By direction: the high words of what the entry counts in 32 bits. */
			uint32_t packets_hi[2], bytes_hi[2];
			uint32_t slow_packets_hi[2], slow_bytes_hi[2]; /* see conn_tcp */
			struct seq_adjust seq[2]; /* by direction, of WEIR_STATUS_SEQ_ADJUST */
			uint32_t memory;          /* record of the helper's, 0 for none */
			uint8_t helper; /* enum weir_helper: who reads or expected it */
			uint8_t parser; /* enum helper_parser_id: who reads it; 0 nobody */
		};
		uint32_t next_free; /* while it is free */
		uint8_t line[64];
	};
};

static_assert(sizeof(struct ext_record) == 64, "a record is a cache line");

#define EXT_BLOCK_BITS 12 /* records a block: 256 KiB of them */
#define EXT_BLOCK_RECORDS (1u << EXT_BLOCK_BITS)

struct ext_pool {
	struct alloc *alloc;
	struct ext_record **blocks;
	uint32_t block_count, block_room; /* in use, and what `blocks` has room for */
	uint32_t free;                    /* first free record, 0 for none */
	uint32_t used;                    /* records taken now */
};

/* Makes an empty pool; memory is taken with the first record. */
void ext_pool_create(struct ext_pool *pool, struct alloc *alloc);

/* Frees all records and blocks. A pool of zeros is fine. */
void ext_pool_destroy(struct ext_pool *pool);

/* => the index of a record of zeros; 0 if there is no memory */
uint32_t ext_take(struct ext_pool *pool);

/* Gives a record back; 0 is fine. */
void ext_put(struct ext_pool *pool, uint32_t index);

/* The record of an index that ext_take() gave, good until ext_put(). */
static inline struct ext_record *ext_at(const struct ext_pool *pool, uint32_t index)
{
	return &pool->blocks[index >> EXT_BLOCK_BITS][index & (EXT_BLOCK_RECORDS - 1)];
}

/* Adds to counters of which at least one overflows its 32 bits; for conn_count(). */
void conn_count_carry(struct ext_pool *pool, struct conn *c, enum weir_dir dir, uint32_t bytes);

/* Counts one packet of an entry. If a carry finds no memory for its record, the
 * counter stands still at 2^32 - 1 until there is some, then goes on from there. */
static inline void conn_count(struct ext_pool *pool, struct conn *c, enum weir_dir dir,
			      uint32_t bytes)
{
	uint32_t packets_now = c->packets[dir] + 1;
	uint32_t bytes_now = c->bytes[dir] + bytes;

	if (UNLIKELY(packets_now == 0 || bytes_now < bytes)) {
		conn_count_carry(pool, c, dir, bytes);
		return;
	}
	c->packets[dir] = packets_now;
	c->bytes[dir] = bytes_now;
}

/* What an entry carried in one direction. */
static inline uint64_t conn_packets(const struct ext_pool *pool, const struct conn *c,
				    enum weir_dir dir)
{
	uint64_t hi = c->ext ? ext_at(pool, c->ext)->packets_hi[dir] : 0;

	return hi << 32 | c->packets[dir];
}

static inline uint64_t conn_bytes(const struct ext_pool *pool, const struct conn *c,
				  enum weir_dir dir)
{
	uint64_t hi = c->ext ? ext_at(pool, c->ext)->bytes_hi[dir] : 0;

	return hi << 32 | c->bytes[dir];
}

/* Makes everything counted so far the slow part, when FASTTRACK is set on a TCP or
 * UDP entry. The tracker's state that lies in the same place (conn_tcp.side) is lost. */
void conn_slow_begin(struct ext_pool *pool, struct conn *c);

/* As conn_count(), for a packet of a FastTracked entry that went the slow way. */
void conn_count_slow(struct ext_pool *pool, struct conn *c, enum weir_dir dir, uint32_t bytes);

/* The part of conn_packets() and conn_bytes() that was FastTracked: the total less
 * the slow part, 0 without FASTTRACK. */
uint64_t conn_fasttrack_packets(const struct ext_pool *pool, const struct conn *c,
				enum weir_dir dir);
uint64_t conn_fasttrack_bytes(const struct ext_pool *pool, const struct conn *c,
			      enum weir_dir dir);

#endif
