/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/shared_list.c - see shared_list.h.
 *
 * An entry that was taken out stays as one that was over long ago (REMOVED), so that who comes to
 * read it learns just that. It may go once no worker has read less than when that was said;
 * whoever adds something looks at a few for that, so they never are many more than those
 * that count.
 *
 * What is read is copied out under the lock, a slice at a time, and taken over without it.
 */
#include "firewall/shared_list.h"

#include <stdlib.h>

#define REMOVED 1u /* as an entry's end */
#define COLLECT 4u /* entries that an addition looks at */
#define COLLECT_FULL 4096u
#define SLICE 64u   /* entries that are copied out at once */
#define LOOKS 1024u /* of a walk at once */

/* What was said of an entry. */
struct news {
	struct dynamic_key key;
	weir_time expires;
	uint64_t when;
};

struct shared_lists *shared_lists_create(struct alloc *alloc, const struct hash_key *key,
					 unsigned workers)
{
	struct shared_lists *s = alloc_get(alloc, sizeof *s, 64);

	if (!s)
		return NULL;
	dynamic_lists_init(&s->all, alloc, key);
	s->workers = workers;
	s->have = alloc_get(alloc, workers * sizeof *s->have, 64);
	if (!s->have ||
	    (workers > 1 && !journal_init(&s->changes, alloc, SHARED_CHANGES, sizeof(uint32_t))))
		goto fail;
	for (unsigned i = 0; i < workers; i++)
		s->have[i] = UINT64_MAX;
	if (pthread_mutex_init(&s->mutex, NULL) == 0)
		return s;
fail:
	journal_fini(&s->changes, alloc);
	alloc_put(alloc, s->have, workers * sizeof *s->have);
	alloc_put(alloc, s, sizeof *s);
	return NULL;
}

void shared_lists_destroy(struct shared_lists *s)
{
	struct alloc *alloc;

	if (!s)
		return;
	alloc = s->all.alloc;
	pthread_mutex_destroy(&s->mutex);
	journal_fini(&s->changes, alloc);
	for (unsigned i = 0; i < DYNAMIC_SEGMENTS; i++)
		alloc_put(alloc, s->when[i], DYNAMIC_SEGMENT * sizeof **s->when);
	alloc_put(alloc, s->have, s->workers * sizeof *s->have);
	dynamic_lists_fini(&s->all);
	alloc_put(alloc, s, sizeof *s);
}

/* Names */

/* Ids above numbers of lists. */
static int compare_ids(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Reads what this thread alone writes, so without the lock. */
struct dynamic_name *shared_lists_name(struct shared_lists *s, struct ruleset *ruleset)
{
	uint32_t count = ruleset->list_count, id = s->all.next_id, old;
	size_t size = (count + 1) * sizeof(uint64_t);
	uint64_t *order = alloc_get(s->all.alloc, size, 64);

	if (!order)
		return NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct address_list *list = &ruleset->lists[i];

		/* Lists keep their places, mostly. */
		old = i < s->all.name_count && strcmp(s->all.names[i].name, list->name) == 0
			      ? i
			      : dynamic_list_number(&s->all, list->name);
		list->id = old == UINT32_MAX ? id++ : s->all.names[old].id;
		order[i] = (uint64_t)list->id << 32 | i;
	}
	ruleset->next_list = id;
	qsort(order, count, sizeof *order, compare_ids);
	for (uint32_t i = 0; i < count; i++)
		ruleset->lists[i].by_id = (uint32_t)order[i];
	alloc_put(s->all.alloc, order, size);
	return dynamic_lists_prepare(&s->all, ruleset);
}

void shared_names_take(struct shared_lists *s, struct dynamic_name *names,
		       const struct ruleset *ruleset)
{
	pthread_mutex_lock(&s->mutex);
	dynamic_lists_take(&s->all, names, ruleset);
	pthread_mutex_unlock(&s->mutex);
}

void shared_names_free(struct shared_lists *s, struct dynamic_name *names,
		       const struct ruleset *ruleset)
{
	dynamic_names_free(&s->all, names, ruleset->list_count);
}

/* Entries, under the lock */

static uint64_t *when_of(const struct shared_lists *s, uint32_t place)
{
	return &s->when[place / DYNAMIC_SEGMENT][place % DYNAMIC_SEGMENT];
}

/* Whether an entry with this end does not count. */
static bool is_over(weir_time expires, weir_time now)
{
	return expires == REMOVED || (expires != 0 && expires <= now);
}

static void note_change(struct shared_lists *s, uint32_t place)
{
	uint32_t *record = journal_append(&s->changes);

	*record = place;
	*when_of(s, place) = journal_written(&s->changes);
}

/* What all workers have read. */
static uint64_t all_have(const struct shared_lists *s)
{
	uint64_t least = UINT64_MAX;

	for (unsigned i = 0; i < s->workers; i++)
		least = s->have[i] < least ? s->have[i] : least;
	return least;
}

/* Looks at so many entries for those that may go. */
static void collect(struct shared_lists *s, weir_time now, uint32_t looks)
{
	uint64_t least = all_have(s);

	for (uint32_t i = 0; i < looks && i < s->all.top; i++) {
		bool gone;
		uint32_t place = dynamic_lists_look(&s->all, now, &gone);
		struct dynamic_key key;

		if (!place || (!gone && *when_of(s, place) > least))
			continue;
		key = dynamic_entry_key(dynamic_entry_at(&s->all, place));
		*when_of(s, place) = 0;
		dynamic_lists_drop(&s->all, &key);
	}
}

/* => 0: no room or no memory */
static uint32_t put_entry(struct shared_lists *s, const struct dynamic_key *key, weir_time now,
			  bool *there)
{
	uint32_t place = dynamic_lists_put(&s->all, key, there);
	uint64_t **when;

	if (!place && s->all.used > 0) {
		collect(s, now, COLLECT_FULL);
		place = dynamic_lists_put(&s->all, key, there);
	}
	if (!place)
		return 0;
	when = &s->when[place / DYNAMIC_SEGMENT];
	if (!*when)
		*when = alloc_get(s->all.alloc, DYNAMIC_SEGMENT * sizeof **when, 64);
	if (*when)
		return place;
	dynamic_lists_drop(&s->all, key);
	return 0;
}

/* The later of two ends. */
static weir_time later(weir_time a, weir_time b)
{
	return a == 0 || b == 0 ? 0 : a > b ? a : b;
}

static void renew(struct dynamic_entry *e, bool there, weir_time expires, weir_time now,
		  enum shared_how how, struct shared_added *added)
{
	added->fresh = !there || is_over(e->expires, now);
	added->tell =
		how != SHARED_LATER &&
		(added->fresh || (how == SHARED_TOLD && !dynamic_near(e->told, expires, WEIR_SEC)));
	if (added->tell)
		e->told = expires;
	else if (added->fresh)
		e->told = REMOVED; /* so the next renewal is told of */
	e->expires = how == SHARED_LATER && !added->fresh ? later(e->expires, expires) : expires;
}

/* Those of a list that the newest rules have no more are the adder's alone, until it has these. */
static bool add_entry(struct shared_lists *s, const struct dynamic_key *key, weir_time expires,
		      weir_time now, enum shared_how how, struct shared_added *added)
{
	uint32_t place;
	bool there;

	*added = (struct shared_added){false, false};
	if (dynamic_key_gone(&s->all, key))
		return true;
	place = put_entry(s, key, now, &there);
	if (!place)
		return false;
	renew(dynamic_entry_at(&s->all, place), there, expires, now, how, added);
	note_change(s, place);
	collect(s, now, COLLECT);
	return true;
}

bool shared_lists_add(struct shared_lists *s, struct list_follower *f,
		      const struct dynamic_key *key, weir_time expires, weir_time now,
		      enum shared_how how, struct shared_added *added)
{
	uint64_t before;
	bool done;

	pthread_mutex_lock(&s->mutex);
	before = journal_written(&s->changes);
	done = add_entry(s, key, expires, now, how, added);
	/* Who has read everything need not read its own, unless it is told otherwise there. */
	if (f->cursor == before && how != SHARED_LATER)
		s->have[f->worker] = f->cursor = journal_written(&s->changes);
	pthread_mutex_unlock(&s->mutex);
	return done;
}

bool shared_lists_remove(struct shared_lists *s, const struct dynamic_key *key, weir_time now)
{
	struct dynamic_entry *e;
	bool there = false;
	uint32_t place;

	pthread_mutex_lock(&s->mutex);
	place = dynamic_lists_find(&s->all, key);
	if (place) {
		e = dynamic_entry_at(&s->all, place);
		there = !is_over(e->expires, now);
		e->expires = REMOVED;
		note_change(s, place);
	}
	pthread_mutex_unlock(&s->mutex);
	return there;
}

/* Reading */

void shared_lists_join(struct shared_lists *s, struct list_follower *f, unsigned worker)
{
	*f = (struct list_follower){.worker = worker, .missed = NOTHING_MISSED};
	pthread_mutex_lock(&s->mutex);
	s->have[worker] = 0;
	pthread_mutex_unlock(&s->mutex);
}

static void copy_out(const struct shared_lists *s, uint32_t place, struct news *news)
{
	const struct dynamic_entry *e = dynamic_entry_at(&s->all, place);

	*news = (struct news){dynamic_entry_key(e), e->expires, *when_of(s, place)};
}

/* A slice of the journal. Of what has changed again since, the later record tells. => how many;
 * *missed: some records were there no more */
static unsigned read_changes(struct shared_lists *s, struct list_follower *f, struct news *news,
			     bool *missed)
{
	unsigned count = 0;

	pthread_mutex_lock(&s->mutex);
	/* All before has been taken over, but what a walk is to find. */
	if (!*missed)
		s->have[f->worker] = f->cursor;
	for (unsigned i = 0; i < SLICE; i++) {
		uint64_t gap;
		const uint32_t *place = journal_next(&s->changes, &f->cursor, &gap);

		*missed |= gap > 0;
		if (!place)
			break;
		if (*when_of(s, *place) == f->cursor)
			copy_out(s, *place, &news[count++]);
	}
	pthread_mutex_unlock(&s->mutex);
	return count;
}

/* A slice of a walk through all entries. */
static unsigned read_entries(struct shared_lists *s, struct list_follower *f, struct news *news)
{
	unsigned count = 0;
	uint32_t looks = LOOKS;

	pthread_mutex_lock(&s->mutex);
	for (; f->at < s->all.top && count < SLICE && looks > 0; f->at++, looks--) {
		if (dynamic_entry_at(&s->all, f->at)->list != 0 && *when_of(s, f->at) > f->since)
			copy_out(s, f->at, &news[count++]);
	}
	if (f->at >= s->all.top)
		f->at = 0;
	pthread_mutex_unlock(&s->mutex);
	return count;
}

/* => false: no room or no memory */
static bool take_over(struct dynamic_lists *own, const struct news *news, weir_time now)
{
	struct dynamic_entry *e;
	uint32_t place;
	bool there;

	if (is_over(news->expires, now)) {
		dynamic_lists_drop(own, &news->key);
		return true;
	}
	if (dynamic_key_gone(own, &news->key))
		return true;
	place = dynamic_lists_put(own, &news->key, &there);
	if (!place)
		return false;
	e = dynamic_entry_at(own, place);
	/* What is known already: renewed meanwhile, not by so much that others were told. */
	if (there && e->told == news->expires)
		return true;
	e->expires = e->told = news->expires;
	return true;
}

/* => how many there was no room for; they are to be walked for */
static unsigned take_all(struct list_follower *f, struct dynamic_lists *own,
			 const struct news *news, unsigned count, weir_time now)
{
	unsigned refused = 0;

	for (unsigned i = 0; i < count; i++) {
		if (take_over(own, &news[i], now))
			continue;
		refused++;
		if (news[i].when - 1 < f->missed)
			f->missed = news[i].when - 1;
	}
	return refused;
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Goes through all entries for what was missed: to the end, or a slice of it. */
static void walk(struct shared_lists *s, struct list_follower *f, struct dynamic_lists *own,
		 weir_time now, bool to_end)
{
	struct news news[SLICE];

	if (f->at == 0) {
		f->since = f->missed;
		f->missed = NOTHING_MISSED;
		f->at = 1;
	}
	do
		take_all(f, own, news, read_entries(s, f, news), now);
	while (to_end && f->at != 0);
}

__attribute__((cold)) void shared_lists_read(struct shared_lists *s, struct list_follower *f,
					     struct dynamic_lists *own, weir_time now)
{
	uint64_t from = f->cursor, until = journal_written(&s->changes);
	struct news news[SLICE];
	bool missed = false;

	while (f->cursor < until)
		own->full += take_all(f, own, news, read_changes(s, f, news, &missed), now);
	if (missed) {
		f->missed = lower(f->missed, from);
		if (f->at != 0)
			f->missed = lower(f->missed, f->since);
		f->at = 0;
	}
	if (f->at != 0 || f->missed != NOTHING_MISSED)
		walk(s, f, own, now, missed);
}
