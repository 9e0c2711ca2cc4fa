/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/journal.h - a bounded record of what happened, which any number of readers go through,
 * each with a cursor of its own.
 *
 * The journal belongs to something that a lock of the owner's guards: records are appended and
 * read under it. Only journal_news() is asked without, by readers that look in now and then: one
 * plain load tells them that there is nothing. Who comes too late for a record is told how many
 * it has missed; what to do about it is the owner's to say.
 *
 * Life: journal_init() before anybody uses it, journal_fini() when nobody does any more.
 *
 * Cost: the room is taken at once. Positions count from 0 and never come round.
 */
#ifndef BASE_JOURNAL_H
#define BASE_JOURNAL_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"

struct journal {
	uint8_t *records;
	size_t record;		  /* bytes of one */
	uint32_t room;		  /* a power of two */
	_Atomic uint64_t written; /* records ever appended; changes under the lock alone */
};

/* room: a power of two. => false: no memory */
static inline bool journal_init(struct journal *j, struct alloc *a, uint32_t room, size_t record)
{
	j->records = alloc_get(a, room * record, 64);
	j->record = record;
	j->room = room;
	atomic_init(&j->written, 0);
	return j->records != NULL;
}

/* One of zeros is fine. */
static inline void journal_fini(struct journal *j, struct alloc *a)
{
	alloc_put(a, j->records, j->room * j->record);
	j->records = NULL;
}

/* Relaxed: the lock orders the records, and who sees a number late has looked early. */
static inline uint64_t journal_written(const struct journal *j)
{
	return atomic_load_explicit(&j->written, memory_order_relaxed);
}

/* Any thread, without the lock: whether there is something behind a cursor, which is 0 for who
 * wants to know all, journal_written() for who wants what comes. */
static inline bool journal_news(const struct journal *j, uint64_t cursor)
{
	return journal_written(j) != cursor;
}

/* => where the new record is to be written, before the lock is given up */
static inline void *journal_append(struct journal *j)
{
	uint64_t written = journal_written(j);

	atomic_store_explicit(&j->written, written + 1, memory_order_relaxed);
	return j->records + (written & (j->room - 1)) * j->record;
}

/* => the record at the cursor, which moves behind it; NULL: there is none yet. *missed: how many
 * were overwritten before it; the cursor passed them. */
static inline const void *journal_next(const struct journal *j, uint64_t *cursor, uint64_t *missed)
{
	uint64_t written = journal_written(j);

	*missed = 0;
	if (*cursor == written)
		return NULL;
	if (written - *cursor > j->room) {
		*missed = written - *cursor - j->room;
		*cursor = written - j->room;
	}
	return j->records + ((*cursor)++ & (j->room - 1)) * j->record;
}

#endif
