/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/nursery.h - the connections that are not assured yet, oldest first, so
 * that early drop finds its victim at once.
 *
 * A queue of ids in the order of creation, in blocks of 4 KiB. An id stays until it comes to
 * the head, where it is looked at: if its connection has ended or become assured
 * it is forgotten. Each push looks at two heads; one that still belongs here stays, or goes to
 * the end once the queue is twice as long as there are unassured connections: a
 * long-lived one at the head may not hold up the rest.
 *
 * Threads: the owning worker's alone. Cost: eight bytes written in order per new
 * connection, and a look at an old entry or two, prefetched.
 */
#ifndef TRACK_NURSERY_H
#define TRACK_NURSERY_H

#include "track/table.h"

struct nursery_block;

struct nursery {
	struct alloc *alloc;
	struct nursery_block *first, *last; /* NULL: none yet */
	struct nursery_block *kept;         /* an empty one, against flutter */
	uint32_t head, tail;                /* into first, and into last */
	uint64_t length;
};

void nursery_init(struct nursery *n, struct alloc *alloc);
void nursery_fini(struct nursery *n);

/* Adds a connection; `unassured` is how many there are in the table.
 * => false if out of memory */
bool nursery_push(struct nursery *n, const struct table *t, uint64_t id, uint32_t unassured);

/* Forgets heads that are done with: at most `looks` looks, none behind one that
 * still belongs here. */
void nursery_tidy(struct nursery *n, const struct table *t, unsigned looks);

/* Takes the oldest connection that is not assured. => its ref, 0 if there is none */
uint32_t nursery_pop(struct nursery *n, const struct table *t);

#endif
