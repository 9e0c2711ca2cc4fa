/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/gre_key.c - see gre_key.h. The keys are an array in order of their tuples, so a packet
 * finds its own by halves and no choice of call ids makes that longer; entering and taking back
 * move what is behind, which a few thousand calls can bear.
 *
 * Threads: any, under the lock.
 */
#include "track/gre_key.h"

#include <pthread.h>

#include "base/bytes.h"

#define ROOM_FIRST 16u

/* What a packet shows, with nothing between and zeros behind IPv4's addresses. */
struct shown {
	uint8_t src[16], dst[16];
	uint16_t dst_port;
	uint8_t family, zero;
};

struct gre_key_entry {
	struct shown shown;
	uint16_t src_port;
	uint64_t master;
};

struct gre_key_lock {
	pthread_mutex_t mutex;
};

static void lock(struct gre_keys *keys)
{
	pthread_mutex_lock(&keys->lock->mutex);
}

static void unlock(struct gre_keys *keys)
{
	pthread_mutex_unlock(&keys->lock->mutex);
}

/* Written under the lock alone; the loads without it pair with nothing: who sees a number late
 * has a packet that came early. */
static uint32_t count_of(const struct gre_keys *keys)
{
	return atomic_load_explicit(&keys->count, memory_order_relaxed);
}

static void set_count(struct gre_keys *keys, uint32_t count)
{
	atomic_store_explicit(&keys->count, count, memory_order_relaxed);
}

bool gre_keys_init(struct gre_keys *keys, struct alloc *alloc, uint32_t most)
{
	memset(keys, 0, sizeof *keys);
	keys->alloc = alloc;
	keys->most = most;
	keys->lock = alloc_get(alloc, sizeof *keys->lock, 64);
	if (keys->lock && journal_init(&keys->ended, alloc, GRE_ENDED, sizeof(struct tuple)) &&
	    pthread_mutex_init(&keys->lock->mutex, NULL) == 0)
		return true;
	journal_fini(&keys->ended, alloc);
	alloc_put(alloc, keys->lock, sizeof *keys->lock);
	keys->lock = NULL;
	return false;
}

void gre_keys_fini(struct gre_keys *keys)
{
	if (!keys->lock)
		return;
	pthread_mutex_destroy(&keys->lock->mutex);
	journal_fini(&keys->ended, keys->alloc);
	alloc_put(keys->alloc, keys->lock, sizeof *keys->lock);
	alloc_put(keys->alloc, keys->entries, keys->room * sizeof *keys->entries);
	memset(keys, 0, sizeof *keys);
}

static void shown_of(const struct tuple *t, struct shown *shown)
{
	size_t size = t->family == WEIR_IPV4 ? 4 : 16;

	memset(shown, 0, sizeof *shown);
	memcpy(shown->src, t->src.v6, size);
	memcpy(shown->dst, t->dst.v6, size);
	shown->dst_port = t->dst_port;
	shown->family = t->family;
}

static void tuple_of(const struct gre_key_entry *e, struct tuple *t)
{
	memset(t, 0, sizeof *t);
	memcpy(t->src.v6, e->shown.src, sizeof e->shown.src);
	memcpy(t->dst.v6, e->shown.dst, sizeof e->shown.dst);
	t->src_port = e->src_port;
	t->dst_port = e->shown.dst_port;
	t->proto = PROTO_GRE;
	t->family = e->shown.family;
}

/* Where it is, or belongs. */
static uint32_t place_of(const struct gre_keys *keys, const struct shown *shown, bool *there)
{
	uint32_t low = 0, high = count_of(keys);

	*there = false;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = memcmp(shown, &keys->entries[middle].shown, sizeof *shown);

		if (order == 0) {
			*there = true;
			return middle;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static bool grow(struct gre_keys *keys)
{
	uint32_t room = keys->room ? keys->room * 2 : ROOM_FIRST;
	struct gre_key_entry *entries;

	if (room > keys->most)
		room = keys->most;
	if (room <= keys->room)
		return false;
	entries = alloc_get(keys->alloc, room * sizeof *entries, 64);
	if (!entries)
		return false;
	if (keys->room)
		memcpy(entries, keys->entries, keys->room * sizeof *entries);
	alloc_put(keys->alloc, keys->entries, keys->room * sizeof *entries);
	keys->entries = entries;
	keys->room = room;
	return true;
}

static bool insert(struct gre_keys *keys, uint32_t at, const struct gre_key_entry *entry)
{
	uint32_t count = count_of(keys);

	if (count == keys->room && !grow(keys))
		return false;
	memmove(keys->entries + at + 1, keys->entries + at, (count - at) * sizeof *keys->entries);
	keys->entries[at] = *entry;
	set_count(keys, count + 1);
	return true;
}

bool gre_key_add(struct gre_keys *keys, uint64_t master, const struct tuple *tuple)
{
	struct gre_key_entry entry = {.src_port = tuple->src_port, .master = master};
	bool there, done = true;
	uint32_t at;

	shown_of(tuple, &entry.shown);
	lock(keys);
	at = place_of(keys, &entry.shown, &there);
	if (!there)
		done = insert(keys, at, &entry);
	else if (keys->entries[at].master == master)
		keys->entries[at].src_port = tuple->src_port;
	else
		done = false;
	unlock(keys);
	return done;
}

/* Enters a connection's tuple; there is none of a key that was only taken. */
static void note_ended(struct gre_keys *keys, const struct gre_key_entry *entry)
{
	if (entry->src_port)
		tuple_of(entry, journal_append(&keys->ended));
}

void gre_key_drop(struct gre_keys *keys, uint64_t master, const struct tuple *tuple)
{
	struct shown shown;
	uint32_t at, count;
	bool there;

	shown_of(tuple, &shown);
	lock(keys);
	at = place_of(keys, &shown, &there);
	if (there && keys->entries[at].master == master) {
		count = count_of(keys) - 1;
		note_ended(keys, &keys->entries[at]);
		memmove(keys->entries + at, keys->entries + at + 1,
			(count - at) * sizeof *keys->entries);
		set_count(keys, count);
	}
	unlock(keys);
}

void gre_key_forget(struct gre_keys *keys, uint64_t master)
{
	uint32_t kept = 0, count;

	if (!count_of(keys))
		return;
	lock(keys);
	count = count_of(keys);
	for (uint32_t i = 0; i < count; i++) {
		if (keys->entries[i].master == master)
			note_ended(keys, &keys->entries[i]);
		else
			keys->entries[kept++] = keys->entries[i];
	}
	set_count(keys, kept);
	unlock(keys);
}

bool gre_key_find(struct gre_keys *keys, struct tuple *tuple, uint64_t *master)
{
	struct shown shown;
	uint32_t at;
	bool there;

	if (LIKELY(!count_of(keys)))
		return false;
	shown_of(tuple, &shown);
	lock(keys);
	at = place_of(keys, &shown, &there);
	there = there && keys->entries[at].src_port != 0;
	if (there) {
		tuple->src_port = keys->entries[at].src_port;
		*master = keys->entries[at].master;
	}
	unlock(keys);
	return there;
}

bool gre_key_ended(struct gre_keys *keys, uint64_t *cursor, struct tuple *tuple)
{
	const struct tuple *ended;
	uint64_t missed;

	if (LIKELY(!journal_news(&keys->ended, *cursor)))
		return false;
	lock(keys);
	ended = journal_next(&keys->ended, cursor, &missed);
	*tuple = *ended;
	unlock(keys);
	return true;
}
