/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/ring.h - a bounded ring of fixed-size records from one thread to another.
 *
 * The producer reserves the next record, fills it in place and commits it; the consumer
 * copies records out. Neither waits for the other: a full ring gives the producer
 * NULL, an empty one the consumer 0.
 *
 * Life: ring_init() before either side uses it, ring_fini() when neither does any
 * more. A ring of zeros has no room and nothing in it.
 *
 * Threads: one producer (ring_reserve, ring_commit) and one consumer (ring_read); who
 * they are may change if the old one and the new one synchronize. Each side owns one
 * counter and keeps a copy of the other's, which it refreshes only when the copy says full or
 * empty: so a cache line goes over once in many records. The counters run freely in 32 bits
 * and are masked when used.
 */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stdatomic.h>
#include <weir/types.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define RING_COUNT_MAX (UINT32_C(1) << 31)

struct ring {
	uint8_t *records;
	size_t record; /* bytes of one */
	uint32_t mask; /* capacity less one */
	uint32_t room; /* capacity; 0 before ring_init() */

	/* The producer's line. */
	_Alignas(64) _Atomic uint32_t written; /* records ever committed */
	uint32_t read_seen;                    /* `read` as it last saw it */

	/* The consumer's line. */
	_Alignas(64) _Atomic uint32_t read; /* records ever read */
	uint32_t written_seen;              /* `written` as it last saw it */
};

/* Makes a ring of `count` records, rounded up to a power of two.
 * => WEIR_OK; WEIR_ERANGE if count is 0 or above RING_COUNT_MAX or a record is empty;
 *    WEIR_ENOMEM. After an error the ring is one of zeros. */
static inline int ring_init(struct ring *r, struct alloc *a, uint32_t count, size_t record)
{
	memset(r, 0, sizeof(*r));
	if (count == 0 || count > RING_COUNT_MAX || record == 0)
		return WEIR_ERANGE;
	count = pow2_ceil(count);
	if (record > SIZE_MAX / count)
		return WEIR_ERANGE;
	r->records = alloc_get(a, count * record, 64);
	if (!r->records)
		return WEIR_ENOMEM;
	r->record = record;
	r->mask = count - 1;
	r->room = count;
	return WEIR_OK;
}

/* Frees what is in the ring. A ring of zeros is fine. */
static inline void ring_fini(struct ring *r, struct alloc *a)
{
	if (r->records)
		alloc_put(a, r->records, r->room * r->record);
	memset(r, 0, sizeof(*r));
}

/* Producer. => where to write the next record; NULL if the ring is full. Asked again
 * without ring_commit() it gives the same place. */
static inline void *ring_reserve(struct ring *r)
{
	uint32_t written = atomic_load_explicit(&r->written, memory_order_relaxed); /* our own */

	if (written - r->read_seen >= r->room) {
		/* Pairs with the release in ring_read(): the copy out of the place we are
		 * about to overwrite is done. */
		r->read_seen = atomic_load_explicit(&r->read, memory_order_acquire);
		if (written - r->read_seen >= r->room)
			return NULL;
	}
	return r->records + (size_t)(written & r->mask) * r->record;
}

/* Producer. Hands the reserved record over. */
static inline void ring_commit(struct ring *r)
{
	uint32_t written = atomic_load_explicit(&r->written, memory_order_relaxed); /* our own */

	/* Pairs with the acquire in ring_read(): it sees the record filled in. */
	atomic_store_explicit(&r->written, written + 1, memory_order_release);
}

/* Consumer. Copies up to `count` records out, oldest first. => how many */
static inline size_t ring_read(struct ring *r, void *records, size_t count)
{
	uint32_t read = atomic_load_explicit(&r->read, memory_order_relaxed); /* our own */
	uint8_t *out = records;
	uint32_t ready = r->written_seen - read, at, first;

	if (ready < count) {
		/* Pairs with the release in ring_commit(). */
		r->written_seen = atomic_load_explicit(&r->written, memory_order_acquire);
		ready = r->written_seen - read;
		if (ready < count)
			count = ready;
	}
	if (count == 0)
		return 0;
	at = read & r->mask;
	first = r->room - at;
	if (first > count)
		first = (uint32_t)count;
	memcpy(out, r->records + at * r->record, first * r->record);
	if (first < count)
		memcpy(out + first * r->record, r->records, (count - first) * r->record);
	/* Pairs with the acquire in ring_reserve(): we are done with these places. */
	atomic_store_explicit(&r->read, read + (uint32_t)count, memory_order_release);
	return count;
}

#endif
