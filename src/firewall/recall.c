/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/recall.c - see recall.h.
 *
 * Linear hashing: of the buckets 0..buckets-1 those below `buckets - half` were split already
 * (half: the largest power of two below or at `buckets`). Each entry that is added splits one
 * as long as there are more entries than buckets; without memory the buckets become longer.
 */
#include "firewall/recall.h"

#include <assert.h>

#include "base/bytes.h"

static_assert(sizeof(struct recall_key) == 40, "a key has no holes");

static inline struct recall_entry *entry_at(const struct recall *r, uint32_t index)
{
	return (struct recall_entry *)(void *)(r->entries[index / RECALL_SEGMENT] +
					       index % RECALL_SEGMENT * r->size);
}

struct recall *recall_create(struct alloc *alloc, const struct hash_key *hash, uint32_t most,
			     size_t value_size, bool oldest_out)
{
	struct recall *r = alloc_get(alloc, sizeof *r, 64);

	if (!r)
		return NULL;
	r->alloc = alloc;
	r->hash = *hash;
	r->size = sizeof(struct recall_entry) + ((value_size + 7) & ~(size_t)7);
	r->most = most;
	r->oldest_out = oldest_out;
	r->segments = most / RECALL_SEGMENT + 1; /* as entry 0 is not used */
	r->top = 1;
	r->entries = alloc_get(alloc, r->segments * sizeof *r->entries, 64);
	r->heads = alloc_get(alloc, r->segments * sizeof *r->heads, 64);
	if (r->entries && r->heads)
		return r;
	recall_destroy(r);
	return NULL;
}

void recall_destroy(struct recall *recall)
{
	struct recall *r = recall;

	if (!r)
		return;
	for (uint32_t i = 0; r->entries && r->heads && i < r->segments; i++) {
		alloc_put(r->alloc, r->entries[i], RECALL_SEGMENT * r->size);
		alloc_put(r->alloc, r->heads[i], RECALL_SEGMENT * sizeof **r->heads);
	}
	alloc_put(r->alloc, r->entries, r->segments * sizeof *r->entries);
	alloc_put(r->alloc, r->heads, r->segments * sizeof *r->heads);
	alloc_put(r->alloc, r, sizeof *r);
}

static uint32_t hash_of(const struct recall *r, const struct recall_key *key)
{
	uint64_t words[5], h;

	memcpy(words, key, sizeof words);
	h = hash_one(&r->hash, (struct hash_in){words[0], words[1]});
	h = hash_one(&r->hash, (struct hash_in){h ^ words[2], words[3]});
	return (uint32_t)hash_one(&r->hash, (struct hash_in){h, words[4]});
}

static uint32_t *head_of(const struct recall *r, uint32_t hash)
{
	uint32_t half = 1u << (31 - __builtin_clz(r->buckets)), bucket = hash & (half - 1);

	if (bucket < r->buckets - half)
		bucket = hash & (2 * half - 1);
	return &r->heads[bucket / RECALL_SEGMENT][bucket % RECALL_SEGMENT];
}

/* The link to an entry, or to the 0 at the end of its bucket. */
static uint32_t *find(const struct recall *r, const struct recall_key *key, uint32_t hash)
{
	uint32_t *link = head_of(r, hash);

	while (*link) {
		struct recall_entry *e = entry_at(r, *link);

		if (e->hash == hash && memcmp(&e->key, key, sizeof *key) == 0)
			break;
		link = &e->next;
	}
	return link;
}

void *recall_find(const struct recall *recall, const struct recall_key *key)
{
	uint32_t *link;

	if (recall->used == 0)
		return NULL;
	link = find(recall, key, hash_of(recall, key));
	return *link ? entry_at(recall, *link)->value : NULL;
}

static void unchain(struct recall *r, struct recall_entry *e)
{
	if (e->newer)
		entry_at(r, e->newer)->older = e->older;
	else
		r->newest = e->older;
	if (e->older)
		entry_at(r, e->older)->newer = e->newer;
	else
		r->oldest = e->newer;
}

static void chain_newest(struct recall *r, struct recall_entry *e, uint32_t index)
{
	e->newer = 0;
	e->older = r->newest;
	if (r->newest)
		entry_at(r, r->newest)->newer = index;
	else
		r->oldest = index;
	r->newest = index;
}

static void release(struct recall *r, uint32_t *link)
{
	uint32_t index = *link;
	struct recall_entry *e = entry_at(r, index);

	*link = e->next;
	unchain(r, e);
	e->next = r->free;
	r->free = index;
	r->used--;
}

static void release_oldest(struct recall *r)
{
	struct recall_entry *e = entry_at(r, r->oldest);

	release(r, find(r, &e->key, e->hash));
}

static void split(struct recall *r)
{
	uint32_t segment = r->buckets / RECALL_SEGMENT, *link, *head;
	uint32_t half = 1u << (31 - __builtin_clz(r->buckets)), from = r->buckets - half;

	if (r->buckets >= r->most)
		return;
	if (!r->heads[segment]) {
		r->heads[segment] = alloc_get(r->alloc, RECALL_SEGMENT * sizeof **r->heads, 64);
		if (!r->heads[segment])
			return;
	}
	link = &r->heads[from / RECALL_SEGMENT][from % RECALL_SEGMENT];
	head = &r->heads[segment][r->buckets % RECALL_SEGMENT];
	while (*link) {
		struct recall_entry *e = entry_at(r, *link);
		uint32_t index = *link;

		if (e->hash & half) {
			*link = e->next;
			e->next = *head;
			*head = index;
		} else {
			link = &e->next;
		}
	}
	r->buckets++;
}

/* => a free entry's index, 0: there is none */
static uint32_t take_free(struct recall *r)
{
	uint32_t index = r->free, segment = r->top / RECALL_SEGMENT;

	if (index) {
		r->free = entry_at(r, index)->next;
		return index;
	}
	if (!r->entries[segment]) {
		r->entries[segment] = alloc_get(r->alloc, RECALL_SEGMENT * r->size, 64);
		if (!r->entries[segment])
			return 0;
	}
	return r->top++;
}

static bool begin(struct recall *r)
{
	if (r->buckets > 0)
		return true;
	r->heads[0] = alloc_get(r->alloc, RECALL_SEGMENT * sizeof **r->heads, 64);
	r->buckets = r->heads[0] ? 1 : 0;
	return r->buckets > 0;
}

void *recall_take(struct recall *recall, const struct recall_key *key, weir_time now, bool *fresh)
{
	struct recall *r = recall;
	uint32_t hash, index, *link;
	struct recall_entry *e;

	*fresh = false;
	if (!begin(r))
		return NULL;
	hash = hash_of(r, key);
	link = find(r, key, hash);
	index = *link;
	if (index) {
		e = entry_at(r, index);
		unchain(r, e);
	} else {
		if (r->used == r->most && !r->oldest_out)
			return NULL;
		if (r->used == r->most)
			release_oldest(r);
		index = take_free(r);
		if (!index)
			return NULL;
		e = entry_at(r, index);
		memset(e, 0, r->size);
		e->key = *key;
		e->hash = hash;
		link = head_of(r, hash);
		e->next = *link;
		*link = index;
		*fresh = true;
	}
	chain_newest(r, e, index);
	e->used = now;
	if (*fresh && ++r->used > r->buckets)
		split(r);
	return e->value;
}

bool recall_drop(struct recall *recall, const struct recall_key *key)
{
	uint32_t *link;

	if (recall->used == 0)
		return false;
	link = find(recall, key, hash_of(recall, key));
	if (!*link)
		return false;
	release(recall, link);
	return true;
}

void recall_expire(struct recall *recall, weir_time until, unsigned work)
{
	while (work-- > 0 && recall->oldest && entry_at(recall, recall->oldest)->used <= until)
		release_oldest(recall);
}

void recall_key_tuple(struct recall_key *key, const struct tuple *tuple)
{
	memset(key, 0, sizeof *key);
	if (tuple->family == WEIR_IPV4) {
		key->a.v4 = tuple->src.v4;
		key->b.v4 = tuple->dst.v4;
	} else {
		key->a = tuple->src;
		key->b = tuple->dst;
	}
	key->a_port = tuple->src_port;
	key->b_port = tuple->dst_port;
	key->proto = tuple->proto;
	key->family = tuple->family;
}
