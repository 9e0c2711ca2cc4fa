/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/dynamic_list.h - the addresses that rules have put into address lists.
 *
 * All lists of a worker are one hash table of (list, family, address). It grows a bucket at a
 * time (linear hashing), so that no packet pays for all entries at once; at a million entries it
 * is full. A list is known by the id that its name has (shared_list.h): a new ruleset that has a
 * list of the same name finds its entries there, the entries of a list that is gone go with it.
 * Entries of an id that the ruleset is too old to know of are kept for the one that does.
 *
 * Life: what is over does not count any more and is taken out by the next look at its bucket or
 * by dynamic_lists_expire().
 *
 * Threads: the owner's, a worker or who holds the lock of what all share. Cost: a lookup reads a
 * bucket head and an entry or two; an entry takes 40 bytes and about 4 for its bucket.
 */
#ifndef FIREWALL_DYNAMIC_LIST_H
#define FIREWALL_DYNAMIC_LIST_H

#include "base/hash.h"
#include "firewall/ruleset.h"

#define DYNAMIC_ENTRIES (1u << 20) /* at most */
#define DYNAMIC_SEGMENT 4096u      /* entries or bucket heads that are allocated together */
#define DYNAMIC_SEGMENTS (DYNAMIC_ENTRIES / DYNAMIC_SEGMENT)

/* What an entry is found by. */
struct dynamic_key {
	union weir_addr addr; /* what IPv4 does not use is zero */
	uint32_t list;        /* the id of its name << 1 | IPv6 */
};

struct dynamic_entry {
	union weir_addr addr;
	uint32_t list;     /* 0: the entry is free */
	uint32_t next;     /* in the bucket or of the free ones; 0 ends */
	weir_time expires; /* 0: never */
	weir_time told;    /* when it would have expired when it was last told of; of a worker
			      among others: as all of them know it, or DYNAMIC_ALONE */
};

#define DYNAMIC_ALONE UINT64_MAX /* nobody else knows of it, for want of room or memory */

struct dynamic_name {
	char name[WEIR_LIST_NAME];
	uint32_t id;    /* never used again */
	uint32_t by_id; /* the number of the list with the so-manieth lowest id */
};

struct dynamic_lists {
	struct alloc *alloc;
	struct hash_key key;
	struct dynamic_name *names; /* by the number of the list in the ruleset */
	uint32_t name_count;
	uint32_t next_id; /* those from here on the ruleset is too old to know */
	struct dynamic_entry *entries[DYNAMIC_SEGMENTS]; /* entry 0 is not used */
	uint32_t *heads[DYNAMIC_SEGMENTS];
	uint32_t buckets; /* in use; grows up to DYNAMIC_ENTRIES */
	uint32_t top;     /* entries that were ever used, 0 included */
	uint32_t free, used;
	uint32_t hand; /* of dynamic_lists_look() */
	uint32_t gone; /* entries it has yet to look at for those whose list is gone */
	uint64_t full; /* entries refused */
};

void dynamic_lists_init(struct dynamic_lists *d, struct alloc *alloc, const struct hash_key *key);
void dynamic_lists_fini(struct dynamic_lists *d);

/* Makes the lists those of a ruleset. In two steps, since others have to be asked in between:
 * dynamic_lists_prepare() allocates (=> NULL: no memory), dynamic_lists_take() keeps that. */
struct dynamic_name *dynamic_lists_prepare(struct dynamic_lists *d, const struct ruleset *ruleset);
void dynamic_lists_take(struct dynamic_lists *d, struct dynamic_name *names,
			const struct ruleset *ruleset);
void dynamic_names_free(struct dynamic_lists *d, struct dynamic_name *names, uint32_t count);

/* The number of a name, or UINT32_MAX. */
uint32_t dynamic_list_number(const struct dynamic_lists *d, const char *name);

/* The number of the list that an entry is in, or UINT32_MAX: it is gone, or not known yet. */
uint32_t dynamic_entry_number(const struct dynamic_lists *d, const struct dynamic_entry *e);

/* Whether there is no such list any more. */
bool dynamic_key_gone(const struct dynamic_lists *d, const struct dynamic_key *key);

/* list: its number in the ruleset. */
struct dynamic_key dynamic_key_of(const struct dynamic_lists *d, uint32_t list, uint8_t family,
				  const union weir_addr *addr);

/* What has an answer for packets: what is over is taken out on the way. */
bool dynamic_list_has(struct dynamic_lists *d, uint32_t list, uint8_t family,
		      const union weir_addr *addr, weir_time now);

/* An entry's place, of which dynamic_entry_at() makes it; good until it is taken out. => 0: it is
 * not there */
uint32_t dynamic_lists_find(const struct dynamic_lists *d, const struct dynamic_key *key);

/* Finds it, or makes one with nothing but its key. => 0: full or no memory */
uint32_t dynamic_lists_put(struct dynamic_lists *d, const struct dynamic_key *key, bool *there);

/* => whether it was there */
bool dynamic_lists_drop(struct dynamic_lists *d, const struct dynamic_key *key);

/* Moves the hand by an entry. => its place, if it is over or its list is gone; else 0 */
uint32_t dynamic_lists_look(struct dynamic_lists *d, weir_time now, bool *gone);

/* Looks at `work` entries and takes out those that are over or whose list is gone. */
void dynamic_lists_expire(struct dynamic_lists *d, weir_time now, uint32_t work);

static inline struct dynamic_entry *dynamic_entry_at(const struct dynamic_lists *d, uint32_t index)
{
	return &d->entries[index / DYNAMIC_SEGMENT][index % DYNAMIC_SEGMENT];
}

static inline struct dynamic_key dynamic_entry_key(const struct dynamic_entry *e)
{
	return (struct dynamic_key){e->addr, e->list};
}

static inline bool dynamic_entry_over(const struct dynamic_entry *e, weir_time now)
{
	return e->expires != 0 && e->expires <= now;
}

/* Whether two ends of an entry differ by less than that. */
static inline bool dynamic_near(weir_time a, weir_time b, weir_time grace)
{
	return a == b || (a != 0 && b != 0 && (a < b ? b - a : a - b) < grace);
}

#endif
