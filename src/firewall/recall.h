/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/recall.h - what a match remembers of hosts, blocks and connections: a table of values
 * by address, so bounded that no flood of sources makes it larger.
 *
 * Life: entries are in the order in which they were used last. Who creates the table says how
 * many there may be at most; then the oldest goes for a new one, or the new one is refused.
 * The table grows a bucket at a time (linear hashing), so that no packet pays for all entries
 * at once; what it has grown to it keeps.
 *
 * Threads: the worker's own. Cost: a look reads a bucket head and an entry or two; an entry takes
 * 64 bytes and its value.
 */
#ifndef FIREWALL_RECALL_H
#define FIREWALL_RECALL_H

#include "base/alloc.h"
#include "base/hash.h"
#include "packet/packet.h"

#define RECALL_SEGMENT 256u /* entries or bucket heads that are allocated together */

/* All of it counts, so all of it is to be filled in. */
struct recall_key {
	union weir_addr a, b;
	uint16_t a_port, b_port;
	uint8_t proto, family, kind, zero;
};

struct recall_entry {
	struct recall_key key;
	weir_time used;
	uint32_t hash;
	uint32_t next;         /* in the bucket, or of the free ones; 0 ends */
	uint32_t older, newer; /* 0 ends */
	uint8_t value[] __attribute__((aligned(8)));
};

struct recall {
	struct alloc *alloc;
	struct hash_key hash;
	size_t size;     /* of an entry with its value */
	uint32_t most;   /* entries */
	bool oldest_out; /* when there are so many */
	uint32_t segments;
	uint8_t **entries; /* segments of them; entry 0 is not used */
	uint32_t **heads;
	uint32_t buckets, top, free, used;
	uint32_t oldest, newest;
};

/* => NULL: no memory. most: a multiple of RECALL_SEGMENT */
struct recall *recall_create(struct alloc *alloc, const struct hash_key *hash, uint32_t most,
			     size_t value_size, bool oldest_out);
void recall_destroy(struct recall *recall); /* NULL is fine */

/* The value of a key, good until the next call that takes or drops; NULL: there is none. It
 * keeps its age. */
void *recall_find(const struct recall *recall, const struct recall_key *key);

/* The same, made if it is not there (*fresh: its bytes are zero), and the newest from now on.
 * => NULL: no memory, or no room where the oldest does not go */
void *recall_take(struct recall *recall, const struct recall_key *key, weir_time now, bool *fresh);

/* => whether it was there */
bool recall_drop(struct recall *recall, const struct recall_key *key);

/* Drops what was last used at `until` or before, `work` entries at most. */
void recall_expire(struct recall *recall, weir_time until, unsigned work);

/* The key that a connection, or what of a packet has the same form, is known by. */
void recall_key_tuple(struct recall_key *key, const struct tuple *tuple);

#endif
