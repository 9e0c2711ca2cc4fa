/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/nursery.h - the connections that are not assured yet, oldest first, so
 * that early drop finds its victim at once.
 *
 * A ring of ids in the order of creation. An id stays until it comes to the head, where it is
 * looked at: if its connection has ended or become assured it is forgotten. The
 * ring grows to twice the bound and no further, so there is always room after a
 * look at two heads per push.
 *
 * Threads: the owning worker's alone. Cost: eight bytes written in order per new
 * connection, and at the bound one look at an old entry, prefetched.
 */
#ifndef TRACK_NURSERY_H
#define TRACK_NURSERY_H

#include "track/table.h"

struct nursery {
	struct alloc *alloc;
	uint64_t *ids;
	uint32_t capacity; /* power of two */
	uint32_t head, tail; /* run free; tail - head is the length */
};

void nursery_init(struct nursery *n, struct alloc *alloc);
void nursery_fini(struct nursery *n);

/* Adds a connection. => false if out of memory */
bool nursery_push(struct nursery *n, const struct table *t, uint64_t id);

/* Takes the oldest connection that is not assured. => its ref, 0 if there is none */
uint32_t nursery_pop(struct nursery *n, const struct table *t);

#endif
