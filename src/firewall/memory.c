/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/memory.c - what the matches of a worker remember: one struct kept for each slot of
 * the ruleset; and those that remember little: limit, dst-limit, nth, random, time,
 * per-connection-classifier.
 *
 * Life: memory_adopt() makes what a new ruleset has more of and takes over what is the same
 * match of the same rule. Tables grow while packets ask, up to a bound.
 *
 * Workers share nothing, so each has its own limits and its own nth.
 *
 * Cost: a limit is a few multiplications, a dst-limit a look into a table besides.
 */
#include "firewall/memory_state.h"
#include "firewall/search.h"

#define KEY_MEMORY 17 /* what hash_key_init() is told: other than the engine's own purposes */
#define EXPIRE_DEFAULT (10 * WEIR_SEC) /* of a dst-limit that names none */
#define EXPIRE_AT_ONCE 2 /* entries that are over, for each that is used */
#define DAY_SECONDS 86400
#define EPOCH_WEEKDAY 4 /* 1970 began on a thursday */

/* What a ruleset needs. */

static const char *limit_fault(const struct weir_match *m)
{
	if (m->limit.rate == 0 || m->limit.time == 0)
		return "rate is zero";
	if (m->limit.burst > TOKENS_MOST)
		return "burst out of range";
	return m->limit.fields > 15 ? "no such fields" : NULL;
}

static const char *value_fault(const struct weir_match *m)
{
	switch ((enum weir_match_type)m->type) {
	case WEIR_MATCH_CONNECTION_LIMIT:
		return m->bits > 128 ? "prefix length out of range" : NULL;
	case WEIR_MATCH_TIME:
		return m->week.start > DAY_SECONDS || m->week.end > DAY_SECONDS
			       ? "time of day out of range"
			       : NULL;
	case WEIR_MATCH_PSD:
		return m->psd.weight == 0 ? "weight is zero" : NULL;
	case WEIR_MATCH_RANDOM:
		return m->number > 100 ? "more than 100 per cent" : NULL;
	case WEIR_MATCH_NTH:
		return m->nth.packet == 0 || m->nth.packet > m->nth.every ? "packet out of range"
									  : NULL;
	case WEIR_MATCH_CLASSIFIER:
		if (m->classifier.fields == 0 || m->classifier.fields > 15)
			return "no such fields";
		return m->classifier.remainder >= m->classifier.denominator
			       ? "remainder out of range"
			       : NULL;
	case WEIR_MATCH_LIMIT:
	case WEIR_MATCH_DST_LIMIT:
		return limit_fault(m);
	default:
		return NULL;
	}
}

const char *memory_compile(struct ruleset *ruleset, struct alloc *alloc, struct match *match,
			   bool *no_memory)
{
	const char *fault = value_fault(&match->is);
	char *text;

	if (fault || match->is.type != WEIR_MATCH_LAYER7)
		return fault;
	text = ruleset_get(ruleset, alloc, REGEX_FAULT);
	if (text)
		match->compiled = regex_compile(alloc, match->is.text, match->is.count, text);
	if (match->compiled)
		return NULL;
	*no_memory = !text || !text[0];
	return text;
}

void memory_release(struct match *match, struct alloc *alloc)
{
	if (match->compiled)
		regex_release(match->compiled, alloc);
	match->compiled = NULL;
}

/* A worker's part. */

struct memory *memory_create(struct alloc *alloc, uint64_t seed)
{
	struct memory *m = alloc_get(alloc, sizeof *m, 64);
	uint8_t seeds[32];

	if (!m)
		return NULL;
	for (unsigned i = 0; i < sizeof seeds; i += sizeof seed)
		memcpy(seeds + i, &seed, sizeof seed);
	hash_key_init(&m->hash, seeds, KEY_MEMORY);
	m->alloc = alloc;
	m->random = seed;
	return m;
}

static void free_kept(struct memory *m, struct kept *kept, uint32_t count)
{
	for (uint32_t i = 0; kept && i < count; i++)
		recall_destroy(kept[i].table);
	alloc_put(m->alloc, kept, (count + 1) * sizeof *kept);
}

void memory_destroy(struct memory *memory)
{
	struct memory *m = memory;

	if (!m)
		return;
	free_kept(m, m->kept, m->count);
	alloc_put(m->alloc, m->watchers, (m->count + 1) * sizeof *m->watchers);
	recall_destroy(m->flows);
	regex_runner_destroy(m->runner);
	alloc_put(m->alloc, m, sizeof *m);
}

uint64_t memory_failures(const struct memory *memory)
{
	return memory->failures;
}

static bool same_value(const struct weir_match *a, const struct weir_match *b)
{
	switch ((enum weir_match_type)a->type) {
	case WEIR_MATCH_CONNECTION_LIMIT:
		return a->bits == b->bits;
	case WEIR_MATCH_PSD:
		return a->psd.weight == b->psd.weight && a->psd.delay == b->psd.delay;
	case WEIR_MATCH_NTH:
		return a->nth.every == b->nth.every;
	case WEIR_MATCH_LIMIT:
	case WEIR_MATCH_DST_LIMIT:
		return a->limit.rate == b->limit.rate && a->limit.burst == b->limit.burst &&
		       a->limit.time == b->limit.time && a->limit.bits == b->limit.bits &&
		       a->limit.fields == b->limit.fields;
	default:
		return true;
	}
}

/* Whether a slot of a new ruleset is what was kept for one before. */
static bool same_slot(const struct kept *old, const struct kept *new)
{
	return old->counter == new->counter && old->match.type == new->match.type &&
	       old->nth == new->nth && old->text == new->text && same_value(&old->match, &new->match);
}

static void describe(const struct memory *m, const struct slot *slot, struct kept *kept)
{
	const struct weir_match *match = &slot->match->is;

	kept->match = *match;
	kept->counter = slot->counter;
	kept->nth = slot->nth;
	if (match->type == WEIR_MATCH_LAYER7)
		kept->text = hash_bytes(&m->hash, match->text, match->count);
}

/* => false: no memory */
static bool make_table(struct memory *m, struct kept *kept)
{
	struct recall **table = &kept->table;

	switch ((enum weir_match_type)kept->match.type) {
	case WEIR_MATCH_DST_LIMIT:
		*table = recall_create(m->alloc, &m->hash, HOSTS_MOST, sizeof(struct tokens), true);
		return *table;
	case WEIR_MATCH_PSD:
		*table = recall_create(m->alloc, &m->hash, HOSTS_MOST, PORT_SCAN_SIZE, true);
		return *table;
	case WEIR_MATCH_LAYER7:
		*table = recall_create(m->alloc, &m->hash, HOSTS_MOST, 0, true);
		return *table;
	case WEIR_MATCH_CONNECTION_LIMIT:
		*table = recall_create(m->alloc, &m->hash, COUNTED_MOST, sizeof(uint32_t), false);
		return *table;
	case WEIR_MATCH_LIMIT:
		/* Full, however early the first packet comes. */
		tokens_fill(&kept->tokens, &kept->match, 0);
		return true;
	default:
		return true;
	}
}

/* The places of what is kept now by the counters of their rules: chains through `next`, which
 * holds places plus one, as does `heads`. */
struct places {
	uint32_t *heads, *next;
	uint32_t mask;
};

static uint32_t *place_head(const struct places *p, uint32_t counter)
{
	return &p->heads[(counter * 0x9e3779b1u >> 8) & p->mask];
}

static size_t places_size(uint32_t count)
{
	return ((size_t)pow2_ceil(count + 1) + count) * sizeof(uint32_t);
}

static bool places_make(struct memory *m, struct places *p)
{
	p->mask = pow2_ceil(m->count + 1) - 1;
	p->heads = alloc_get(m->alloc, places_size(m->count), 64);
	if (!p->heads)
		return false;
	p->next = p->heads + p->mask + 1;
	for (uint32_t i = m->count; i-- > 0;) {
		uint32_t *head = place_head(p, m->kept[i].counter);

		p->next[i] = *head;
		*head = i + 1;
	}
	return true;
}

/* Takes the place of what is the same as a new slot out. => its place plus one; 0: none */
static uint32_t place_take(const struct memory *m, const struct places *p, const struct kept *new)
{
	for (uint32_t *link = place_head(p, new->counter); *link; link = &p->next[*link - 1]) {
		uint32_t place = *link;

		if (same_slot(&m->kept[place - 1], new)) {
			*link = p->next[place - 1];
			return place;
		}
	}
	return 0;
}

/* Fills in what a ruleset's slots keep. What there is already is left where it is: from[] says
 * where, plus one. => false: no memory */
static bool prepare(struct memory *m, const struct ruleset *set, struct kept *kept, uint32_t *from,
		    uint32_t *watchers, uint32_t *watcher_count)
{
	struct places places;
	bool good = true;

	if (!places_make(m, &places))
		return false;
	*watcher_count = 0;
	for (uint32_t i = 0; good && i < set->slot_count; i++) {
		uint8_t type = set->slots[i].match->is.type;

		describe(m, &set->slots[i], &kept[i]);
		from[i] = place_take(m, &places, &kept[i]);
		if (type == WEIR_MATCH_CONNECTION_LIMIT || type == WEIR_MATCH_LAYER7)
			watchers[(*watcher_count)++] = i;
		if (!from[i])
			good = make_table(m, &kept[i]);
		if (good && type == WEIR_MATCH_LAYER7 && !m->flows)
			good = (m->flows = recall_create(m->alloc, &m->hash, FLOWS_MOST,
							 sizeof(struct flow), true)) != NULL;
		if (good && type == WEIR_MATCH_LAYER7 && !m->runner)
			good = (m->runner = regex_runner_create(m->alloc)) != NULL;
	}
	alloc_put(m->alloc, places.heads, places_size(m->count));
	return good;
}

/* What is the same moves to its new slot; what is left goes. */
static void take_over(struct memory *m, struct kept *kept, const uint32_t *from, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct kept *old = from[i] ? &m->kept[from[i] - 1] : NULL;

		if (!old)
			continue;
		kept[i].table = old->table;
		kept[i].tokens = old->tokens;
		kept[i].asked = old->asked;
		old->table = NULL;
	}
	free_kept(m, m->kept, m->count);
}

bool memory_adopt(struct memory *memory, const struct ruleset *ruleset)
{
	struct memory *m = memory;
	uint32_t count = ruleset->slot_count, watcher_count;
	struct kept *kept = alloc_get(m->alloc, (count + 1) * sizeof *kept, 64);
	uint32_t *from = alloc_get(m->alloc, (count + 1) * sizeof *from, 64);
	uint32_t *watchers = alloc_get(m->alloc, (count + 1) * sizeof *watchers, 64);
	bool good = kept && from && watchers &&
		    prepare(m, ruleset, kept, from, watchers, &watcher_count);

	if (good) {
		take_over(m, kept, from, count);
		alloc_put(m->alloc, m->watchers, (m->count + 1) * sizeof *m->watchers);
		m->kept = kept;
		m->watchers = watchers;
		m->watcher_count = watcher_count;
		m->count = count;
		m->pending.count = 0;
		m->hand = 0;
	} else {
		free_kept(m, kept, count);
		alloc_put(m->alloc, watchers, (count + 1) * sizeof *watchers);
	}
	alloc_put(m->alloc, from, (count + 1) * sizeof *from);
	return good;
}

/* Matches. */

static weir_time expire_time(const struct weir_match *m)
{
	return m->limit.expire ? m->limit.expire : EXPIRE_DEFAULT;
}

/* Of the fields that a match names; others are zero. Ports of a protocol that has none are. */
static void fields_key(struct recall_key *key, uint8_t fields, const struct tuple *t,
		       uint8_t family)
{
	struct tuple taken = {.family = family};

	if (fields & WEIR_FIELD_SRC_ADDRESS)
		taken.src = t->src;
	if (fields & WEIR_FIELD_DST_ADDRESS)
		taken.dst = t->dst;
	if (fields & WEIR_FIELD_SRC_PORT && has_ports(t->proto))
		taken.src_port = t->src_port;
	if (fields & WEIR_FIELD_DST_PORT && has_ports(t->proto))
		taken.dst_port = t->dst_port;
	recall_key_tuple(key, &taken);
}

static enum match_result match_dst_limit(struct memory *m, struct kept *kept,
					 const struct weir_match *match, const struct walk *walk)
{
	weir_time expire = expire_time(match);
	struct recall_key key;
	struct tokens *tokens;
	bool fresh;

	if (walk->now >= expire)
		recall_expire(kept->table, walk->now - expire, EXPIRE_AT_ONCE);
	fields_key(&key, match->limit.fields, &walk->tuple, walk->family);
	tokens = recall_take(kept->table, &key, walk->now, &fresh);
	if (!tokens)
		return memory_failed(m);
	if (fresh || (walk->now > tokens->last && walk->now - tokens->last >= expire))
		tokens_fill(tokens, match, walk->now);
	return tokens_take(tokens, match, walk->packet->len, walk->now) ? MATCH_YES : MATCH_NO;
}

/* The output function of Steele, Lea and Flood's SplitMix (2014). */
static uint64_t mixed(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static bool match_random(struct memory *m, uint32_t per_cent)
{
	m->random += UINT64_C(0x9e3779b97f4a7c15);
	return (mixed(m->random) >> 32) * 100 >> 32 < per_cent;
}

static bool match_nth(struct kept *kept, const struct weir_match *match)
{
	if (++kept->asked > match->nth.every)
		kept->asked = 1;
	return kept->asked == match->nth.packet;
}

/* The same on every machine and in every worker: packets are to take the same way after a
 * restart. */
static bool match_classifier(const struct weir_match *match, const struct walk *walk)
{
	struct recall_key key;
	uint64_t hash = 0;

	fields_key(&key, match->classifier.fields, &walk->tuple, walk->family);
	for (unsigned i = 0; i < 16; i += 4) {
		hash = mixed(hash ^ be32(key.a.v6 + i));
		hash = mixed(hash ^ be32(key.b.v6 + i));
	}
	hash = mixed(hash ^ (uint32_t)key.a_port << 16 ^ key.b_port);
	return (uint32_t)(hash >> 32) % match->classifier.denominator ==
	       match->classifier.remainder;
}

static bool match_time(const struct weir_match *match, const struct ruleset *ruleset, weir_time now)
{
	int64_t local = (int64_t)((now + ruleset->wall) / WEIR_SEC) + ruleset->utc_offset;
	int64_t day = local / DAY_SECONDS, second = local % DAY_SECONDS;
	uint32_t start = match->week.start, end = match->week.end;

	if (second < 0) {
		second += DAY_SECONDS;
		day--;
	}
	if (!(match->week.days >> ((day % 7 + 7 + EPOCH_WEEKDAY) % 7) & 1))
		return false;
	if (start <= end)
		return second >= start && second <= end;
	return second >= start || second <= end;
}

enum match_result memory_match(struct memory *memory, const struct ruleset *ruleset,
			       const struct match *match, struct walk *walk)
{
	struct kept *kept = &memory->kept[match->slot];
	const struct weir_match *m = &match->is;

	switch ((enum weir_match_type)m->type) {
	case WEIR_MATCH_CONNECTION_LIMIT:
		return conn_limit_match(memory, match->slot, m, walk);
	case WEIR_MATCH_TLS_HOST:
		return search_tls_host(m, walk);
	case WEIR_MATCH_CONTENT:
		return search_content(m, walk);
	case WEIR_MATCH_LAYER7:
		return layer7_match(memory, kept, match, walk);
	case WEIR_MATCH_TIME:
		return match_time(m, ruleset, walk->now) ? MATCH_YES : MATCH_NO;
	case WEIR_MATCH_PSD:
		return port_scan_match(memory, kept, m, walk);
	case WEIR_MATCH_RANDOM:
		return match_random(memory, m->number) ? MATCH_YES : MATCH_NO;
	case WEIR_MATCH_NTH:
		return match_nth(kept, m) ? MATCH_YES : MATCH_NO;
	case WEIR_MATCH_CLASSIFIER:
		return match_classifier(m, walk) ? MATCH_YES : MATCH_NO;
	case WEIR_MATCH_LIMIT:
		return tokens_take(&kept->tokens, m, walk->packet->len, walk->now) ? MATCH_YES
										   : MATCH_NO;
	case WEIR_MATCH_DST_LIMIT:
		return match_dst_limit(memory, kept, m, walk);
	default:
		return MATCH_NEVER;
	}
}

bool memory_varies(const struct weir_match *match)
{
	return match->type != WEIR_MATCH_CLASSIFIER && match->type != WEIR_MATCH_LAYER7;
}

/* Connections. */

void memory_conn_begin(struct memory *memory, const struct ruleset *ruleset,
		       const struct conn *conn, uint8_t family)
{
	(void)ruleset;
	conn_limit_begin(memory, conn, family);
}

void memory_conn_end(struct memory *memory, const struct ruleset *ruleset,
		     const struct conn *conn, uint8_t family)
{
	struct recall_key key;

	(void)ruleset;
	if (memory->watcher_count == 0)
		return;
	conn_key(&key, conn, family);
	for (uint32_t i = 0; i < memory->watcher_count; i++) {
		struct kept *kept = &memory->kept[memory->watchers[i]];

		if (kept->match.type == WEIR_MATCH_CONNECTION_LIMIT)
			conn_limit_end(kept, &key);
		else
			recall_drop(kept->table, &key);
	}
	if (memory->flows)
		recall_drop(memory->flows, &key);
}

void memory_conns_forget(struct memory *memory)
{
	memory->pending.count = 0;
	for (uint32_t i = 0; i < memory->watcher_count; i++)
		recall_expire(memory->kept[memory->watchers[i]].table, UINT64_MAX, UINT32_MAX);
	if (memory->flows)
		recall_expire(memory->flows, UINT64_MAX, UINT32_MAX);
}

void memory_expire(struct memory *memory, weir_time now, unsigned work)
{
	for (uint32_t i = 0; i < work && i < memory->count; i++) {
		struct kept *kept;
		weir_time life;

		memory->hand = memory->hand + 1 < memory->count ? memory->hand + 1 : 0;
		kept = &memory->kept[memory->hand];
		if (kept->match.type == WEIR_MATCH_DST_LIMIT)
			life = expire_time(&kept->match);
		else if (kept->match.type == WEIR_MATCH_PSD)
			life = kept->match.psd.delay + 1;
		else
			continue;
		if (now >= life)
			recall_expire(kept->table, now - life, work);
	}
	if (memory->flows)
		layer7_expire(memory, now, work);
}
