/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/dynamic_list.h - the addresses that rules have put into address lists.
 *
 * All lists of a worker are one hash table of (list, family, address). It grows a bucket at a
 * time (linear hashing), so that no packet pays for all entries at once; at a million entries it
 * is full. A list is known by its name: a new ruleset that has a list of the same name finds its
 * entries there, the entries of a list that is gone go with it.
 *
 * Life: what is over does not count any more and is taken out by the next look at its bucket or
 * by dynamic_lists_expire().
 *
 * Threads: the worker's own. Cost: a lookup reads a bucket head and an entry or two; an entry
 * takes 40 bytes and about 4 for its bucket.
 */
#ifndef FIREWALL_DYNAMIC_LIST_H
#define FIREWALL_DYNAMIC_LIST_H

#include "base/hash.h"
#include "firewall/ruleset.h"

#define DYNAMIC_ENTRIES (1u << 20) /* at most */
#define DYNAMIC_SEGMENT 4096u      /* entries or bucket heads that are allocated together */
#define DYNAMIC_SEGMENTS (DYNAMIC_ENTRIES / DYNAMIC_SEGMENT)

struct dynamic_entry {
	union weir_addr addr;
	weir_time expires; /* 0: never */
	weir_time told;    /* when it would have expired when it was last told of */
	uint32_t list;     /* the id of its name << 1 | IPv6; 0: the entry is free */
	uint32_t next;     /* in the bucket or of the free ones; 0 ends */
};

struct dynamic_name {
	char name[WEIR_LIST_NAME];
	uint32_t id; /* never used again */
};

struct dynamic_lists {
	struct alloc *alloc;
	struct hash_key key;
	struct dynamic_name *names; /* by the number of the list in the ruleset */
	uint32_t name_count, next_id;
	struct dynamic_entry *entries[DYNAMIC_SEGMENTS]; /* entry 0 is not used */
	uint32_t *heads[DYNAMIC_SEGMENTS];
	uint32_t buckets; /* in use; grows up to DYNAMIC_ENTRIES */
	uint32_t top;     /* entries that were ever used, 0 included */
	uint32_t free, used;
	uint32_t hand; /* of dynamic_lists_expire() */
	uint32_t gone; /* entries it has yet to look at for those whose list is gone */
	uint64_t full; /* entries refused */
};

void dynamic_lists_init(struct dynamic_lists *d, struct alloc *alloc, const struct hash_key *key);
void dynamic_lists_fini(struct dynamic_lists *d);

/* Makes the lists those of a ruleset. In two steps, since others have to be asked in between:
 * dynamic_lists_prepare() allocates (=> NULL: no memory), dynamic_lists_take() keeps that. */
struct dynamic_name *dynamic_lists_prepare(struct dynamic_lists *d, const struct ruleset *ruleset,
					   uint32_t *next_id);
void dynamic_lists_take(struct dynamic_lists *d, struct dynamic_name *names, uint32_t count,
			uint32_t next_id);
void dynamic_names_free(struct dynamic_lists *d, struct dynamic_name *names, uint32_t count);

/* list: its number in the ruleset. */
bool dynamic_list_has(struct dynamic_lists *d, uint32_t list, uint8_t family,
		      const union weir_addr *addr, weir_time now);

/* Adds or refreshes. => the entry, good until the next call; NULL: full or no memory. *fresh:
 * it was not there. */
struct dynamic_entry *dynamic_list_add(struct dynamic_lists *d, uint32_t list, uint8_t family,
				       const union weir_addr *addr, weir_time expires,
				       weir_time now, bool *fresh);

/* => whether it was there */
bool dynamic_list_remove(struct dynamic_lists *d, uint32_t list, uint8_t family,
			 const union weir_addr *addr);

/* Looks at `work` entries and takes out those that are over or whose list is gone. */
void dynamic_lists_expire(struct dynamic_lists *d, weir_time now, uint32_t work);

/* The number of a name, or UINT32_MAX. */
uint32_t dynamic_list_number(const struct dynamic_lists *d, const char *name);

/* The number of the list that an entry is in, or UINT32_MAX: it is gone. */
uint32_t dynamic_entry_list(const struct dynamic_lists *d, const struct dynamic_entry *e);

static inline struct dynamic_entry *dynamic_entry_at(const struct dynamic_lists *d, uint32_t index)
{
	return &d->entries[index / DYNAMIC_SEGMENT][index % DYNAMIC_SEGMENT];
}

static inline bool dynamic_entry_over(const struct dynamic_entry *e, weir_time now)
{
	return e->expires != 0 && e->expires <= now;
}

#endif
