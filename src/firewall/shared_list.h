/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/shared_list.h - what the workers of an engine know together of the lists that rules
 * fill: which id a list's name has, and with several workers, which addresses are in the lists.
 *
 * Each worker has entries of its own (dynamic_list.h), which its packets ask. What one adds, and
 * what is taken out, it enters here too, under a lock, and the place goes into a journal; the
 * others look into that at the beginning of each batch, which is one load if there is nothing,
 * and take over what is new. So all know it from their next batch on.
 *
 * Nothing is lost: here stands the last word on each entry, and when it was said, as a position
 * of the journal. Who comes too late for records that were overwritten goes through all entries
 * for what was said since; who has no room or memory for an entry goes through them again, a
 * slice a batch, until it has. Who finds no room here keeps an entry to itself, counts that, and
 * tries again later. A worker among whose rules a list is not any more, or not yet, passes its
 * entries by or keeps them: ids belong to names, and are given when rules are set, in the
 * order of the rulesets.
 *
 * Renewals are told to the others when they move the end of an entry by more than a second, or by
 * more than a sixteenth of its time: so long before its end may an entry end elsewhere. The end
 * is a time of the engine; workers whose clocks differ by a little differ by so much.
 *
 * Life: an entry that is over, or was taken out, goes when all workers have seen that it is.
 *
 * Threads: any worker's, under the lock; names are the thread's that sets rules. Cost: an
 * addition is a lookup here and a lookup with each worker. An entry takes 48 bytes here.
 */
#ifndef FIREWALL_SHARED_LIST_H
#define FIREWALL_SHARED_LIST_H

#include <pthread.h>

#include "base/journal.h"
#include "firewall/dynamic_list.h"

#define SHARED_CHANGES 16384u /* that a worker may be behind without going through all */

struct shared_lists {
	struct journal changes; /* places in `all`; without room for one worker */
	_Alignas(64) pthread_mutex_t mutex;
	struct dynamic_lists all;
	uint64_t *when[DYNAMIC_SEGMENTS]; /* by place: the journal's count when it changed last */
	uint64_t *have; /* by worker: what it had read when it read last; UINT64_MAX: it has not
			   joined */
	unsigned workers;
};

/* A worker's: how far it has read. */
struct list_follower {
	unsigned worker;
	uint64_t cursor;
	uint64_t missed; /* what was said since may lack, though it was read; NOTHING_MISSED */
	uint32_t at;     /* a walk for what was said since `since` is here; 0: there is none */
	uint64_t since;
};

#define NOTHING_MISSED UINT64_MAX

/* => NULL: no memory. workers 1: for names alone */
struct shared_lists *shared_lists_create(struct alloc *alloc, const struct hash_key *key,
					 unsigned workers);
void shared_lists_destroy(struct shared_lists *s); /* NULL is fine */

/* Gives the lists of a ruleset, which nobody else has yet, their ids: those of the former
 * ruleset's lists with the same names. In two steps as dynamic_lists_prepare(): the names that
 * are returned (NULL: no memory) are for shared_names_take() right before the ruleset is
 * published, or for shared_names_free(). */
struct dynamic_name *shared_lists_name(struct shared_lists *s, struct ruleset *ruleset);
void shared_names_take(struct shared_lists *s, struct dynamic_name *names,
		       const struct ruleset *ruleset);
void shared_names_free(struct shared_lists *s, struct dynamic_name *names,
		       const struct ruleset *ruleset);

/* From now on the worker follows. */
void shared_lists_join(struct shared_lists *s, struct list_follower *f, unsigned worker);

enum shared_how {
	SHARED_TOLD,  /* an addition is told of, a renewal too if it moves the end by a second */
	SHARED_ONCE,  /* an addition alone */
	SHARED_LATER, /* what was told of when it was made, and had no place here */
};

/* What became of an addition. */
struct shared_added {
	bool fresh; /* it was not there */
	bool tell;  /* somebody is to be told; one worker hears it */
};

/* Adds or renews. => false: no room or no memory */
bool shared_lists_add(struct shared_lists *s, struct list_follower *f,
		      const struct dynamic_key *key, weir_time expires, weir_time now,
		      enum shared_how how, struct shared_added *added);

/* => whether it was there */
bool shared_lists_remove(struct shared_lists *s, const struct dynamic_key *key, weir_time now);

/* Takes over into a worker's own lists what is new. */
void shared_lists_read(struct shared_lists *s, struct list_follower *f, struct dynamic_lists *own,
		       weir_time now);

static inline void shared_lists_follow(struct shared_lists *s, struct list_follower *f,
				       struct dynamic_lists *own, weir_time now)
{
	if (UNLIKELY(journal_news(&s->changes, f->cursor) || f->missed != NOTHING_MISSED ||
		     f->at != 0))
		shared_lists_read(s, f, own, now);
}

#endif
