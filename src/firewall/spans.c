/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/spans.c - see spans.h.
 *
 * Of several matches of one kind the first speaks for the rule: the spans may say too much, never
 * too little, as whoever finds a rule by them asks it in full.
 */
#include <stdlib.h>

#include "firewall/spans.h"

/* The field that a match is about. => CLASS_FIELDS: none of these */
static enum class_field field_of(const struct weir_match *m)
{
	switch (m->type) {
	case WEIR_MATCH_CONNECTION_STATE:
		return CLASS_STATE;
	case WEIR_MATCH_PROTOCOL:
		return CLASS_PROTOCOL;
	case WEIR_MATCH_IN_INTERFACE:
		return CLASS_IN;
	case WEIR_MATCH_OUT_INTERFACE:
		return CLASS_OUT;
	case WEIR_MATCH_DST_PORT:
		return CLASS_DST_PORT;
	case WEIR_MATCH_SRC_PORT:
		return CLASS_SRC_PORT;
	case WEIR_MATCH_DST_ADDRESS:
		return CLASS_DST;
	case WEIR_MATCH_SRC_ADDRESS:
		return CLASS_SRC;
	default:
		return CLASS_FIELDS;
	}
}

static const uint32_t field_most[CLASS_FIELDS] = {
	[CLASS_STATE] = WEIR_STATE_COUNT - 1,
	[CLASS_PROTOCOL] = 255,
	[CLASS_IN] = CLASS_NO_INTERFACE,
	[CLASS_OUT] = CLASS_NO_INTERFACE,
	[CLASS_DST_PORT] = CLASS_NO_PORTS,
	[CLASS_SRC_PORT] = CLASS_NO_PORTS,
	[CLASS_DST] = UINT32_MAX,
	[CLASS_SRC] = UINT32_MAX,
};

/* A rule's first match of each field, NULL: none. */
static void find_matches(const struct rule *rule, const struct weir_match *found[CLASS_FIELDS + 1])
{
	memset(found, 0, (CLASS_FIELDS + 1) * sizeof *found);
	for (uint32_t i = rule->match_count; i > 0; i--)
		found[field_of(&rule->matches[i - 1].is)] = &rule->matches[i - 1].is;
}

/* One range of values, or all but those. => how many spans */
static uint32_t put_range(struct span *to, uint32_t first, uint32_t last, uint32_t most,
			  bool negate)
{
	uint32_t n = 0;

	if (!negate) {
		to[n++] = (struct span){first, last};
		return n;
	}
	if (first > 0)
		to[n++] = (struct span){0, first - 1};
	if (last < most)
		to[n++] = (struct span){last + 1, most};
	return n;
}

static uint32_t put_states(struct span *to, const struct weir_match *m)
{
	uint32_t n = 0;

	for (uint32_t v = 0; v < WEIR_STATE_COUNT; v++) {
		if ((m->bits >> v & 1) == m->negate)
			continue;
		if (n > 0 && to[n - 1].last + 1 == v)
			to[n - 1].last = v;
		else
			to[n++] = (struct span){v, v};
	}
	return n;
}

/* No interface is in no set. */
static uint32_t put_interfaces(struct span *to, const struct weir_match *m)
{
	uint64_t flip = m->negate ? ~UINT64_C(0) : 0, bits;
	uint32_t n = 0, v;

	for (uint32_t w = 0; w <= WEIR_INTERFACE_WORDS; w++) {
		bits = w < WEIR_INTERFACE_WORDS ? m->interfaces[w] ^ flip : flip & 1;
		for (; bits; bits &= bits - 1) {
			v = w * 64 + (uint32_t)__builtin_ctzll(bits);
			if (n > 0 && to[n - 1].last + 1 == v)
				to[n - 1].last = v;
			else
				to[n++] = (struct span){v, v};
		}
	}
	return n;
}

/* Sorted, and each apart from the next. */
static uint32_t tidy(struct span *s, uint32_t count)
{
	uint32_t n = 0;

	for (uint32_t i = 1, j; i < count; i++) {
		struct span next = s[i];

		for (j = i; j > 0 && s[j - 1].first > next.first; j--)
			s[j] = s[j - 1];
		s[j] = next;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (n > 0 && s[i].first <= s[n - 1].last + 1) {
			if (s[i].last > s[n - 1].last)
				s[n - 1].last = s[i].last;
		} else {
			s[n++] = s[i];
		}
	}
	return n;
}

static uint32_t put_ports(struct span *to, const struct weir_match *m)
{
	uint32_t n = 0, count, next = 0;

	for (uint32_t i = 0; i < m->count; i++) {
		if (m->ports[i].first <= m->ports[i].last)
			to[n++] = (struct span){m->ports[i].first, m->ports[i].last};
	}
	count = tidy(to, n);
	if (!m->negate)
		return count;
	/* What lies before each; the ones written stay behind those that are read. */
	n = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct span s = to[i];

		if (s.first > next)
			to[n++] = (struct span){next, s.first - 1};
		next = s.last + 1;
	}
	if (next < CLASS_NO_PORTS)
		to[n++] = (struct span){next, CLASS_NO_PORTS - 1};
	return n;
}

/* How many spans a match may come to. */
static uint32_t room_for(const struct weir_match *m)
{
	uint32_t runs = 2;

	switch (m->type) {
	case WEIR_MATCH_CONNECTION_STATE:
		return WEIR_STATE_COUNT;
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
		return m->count + 1u;
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
		for (uint32_t w = 0; w < WEIR_INTERFACE_WORDS; w++)
			runs += (uint32_t)__builtin_popcountll(m->interfaces[w] &
							       ~(m->interfaces[w] << 1));
		return runs;
	default:
		return 2;
	}
}

static uint32_t put_narrow(struct span *to, const struct weir_match *m)
{
	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		return put_range(to, m->number, m->number, 255, m->negate);
	case WEIR_MATCH_CONNECTION_STATE:
		return put_states(to, m);
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
		return put_ports(to, m);
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
		return put_interfaces(to, m);
	default:
		return put_range(to, m->range.first.v4, m->range.last.v4, UINT32_MAX, m->negate);
	}
}

/* IPv6: the addresses as numbers of places. */

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	if (x[0] != y[0])
		return x[0] < y[0] ? -1 : 1;
	return (x[1] > y[1]) - (x[1] < y[1]);
}

/* => whether there is one behind it */
static bool next_of(const union weir_addr *a, uint64_t next[2])
{
	next[1] = a->u64[1] + 1;
	next[0] = a->u64[0] + (next[1] == 0);
	return next[0] != 0 || next[1] != 0;
}

static uint32_t place_of(const struct spans *s, const uint64_t value[2])
{
	const uint64_t (*at)[2] =
		bsearch(value, s->wide, s->wide_count, sizeof *s->wide, compare);

	return (uint32_t)(at - (const uint64_t (*)[2])s->wide);
}

static void find_places(struct spans *s, const struct chain *chain, enum class_field field)
{
	const struct weir_match *found[CLASS_FIELDS + 1], *m;
	uint32_t n = 1, count = 0;

	for (uint32_t i = 0; i < chain->count; i++) {
		find_matches(&chain->rules[i], found);
		m = found[field];
		if (!m)
			continue;
		memcpy(s->wide[n++], m->range.first.u64, sizeof *s->wide);
		n += next_of(&m->range.last, s->wide[n]);
	}
	qsort(s->wide, n, sizeof *s->wide, compare);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || compare(s->wide[i], s->wide[count - 1]) != 0)
			memmove(s->wide[count++], s->wide[i], sizeof *s->wide);
	}
	s->wide_count = count;
	s->most = count - 1;
}

static uint32_t put_wide(const struct spans *s, struct span *to, const struct weir_match *m)
{
	uint64_t next[2];
	uint32_t last = s->most;

	if (next_of(&m->range.last, next))
		last = place_of(s, next) - 1;
	return put_range(to, place_of(s, m->range.first.u64), last, s->most, m->negate);
}

/* All rules. */

static bool is_wide(uint8_t family, unsigned field)
{
	return family == WEIR_IPV6 && (field == CLASS_DST || field == CLASS_SRC);
}

static bool make_room(struct spans *s, struct alloc *alloc, const struct chain *chain,
		      size_t room, bool wide)
{
	if (room > UINT32_MAX / 8)
		return false;
	s->sizes[0] = room * sizeof *s->all;
	s->sizes[1] = (chain->count + (size_t)1) * sizeof *s->at;
	s->sizes[2] = wide ? (2 * (size_t)chain->count + 2) * sizeof *s->wide : 0;
	s->all = alloc_get(alloc, s->sizes[0], 64);
	s->at = alloc_get(alloc, s->sizes[1], 64);
	if (wide)
		s->wide = alloc_get(alloc, s->sizes[2], 64);
	return s->all && s->at && (!wide || s->wide);
}

static bool make_rooms(struct spans *spans, struct alloc *alloc, const struct chain *chain,
		       uint8_t family)
{
	const struct weir_match *found[CLASS_FIELDS + 1];
	size_t room[CLASS_FIELDS];

	for (unsigned f = 0; f < CLASS_FIELDS; f++)
		room[f] = 1;
	for (uint32_t i = 0; i < chain->count; i++) {
		find_matches(&chain->rules[i], found);
		for (unsigned f = 0; f < CLASS_FIELDS; f++)
			room[f] += found[f] ? room_for(found[f]) : 0;
	}
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		bool wide = is_wide(family, f);

		if (!make_room(&spans[f], alloc, chain, room[f], wide))
			return false;
		if (wide)
			find_places(&spans[f], chain, (enum class_field)f);
	}
	return true;
}

static void put_rule(struct spans *s, uint32_t rule, const struct weir_match *m)
{
	uint32_t before = s->at[rule], n = 0;

	if (m)
		n = s->wide ? put_wide(s, s->all + before, m) : put_narrow(s->all + before, m);
	s->at[rule + 1] = before + n;
	s->rules += n > 0;
}

bool spans_gather(struct spans spans[CLASS_FIELDS], struct alloc *alloc, const struct chain *chain,
		  uint8_t family)
{
	const struct weir_match *found[CLASS_FIELDS + 1];

	for (unsigned f = 0; f < CLASS_FIELDS; f++)
		spans[f] = (struct spans){.most = field_most[f]};
	if (!make_rooms(spans, alloc, chain, family)) {
		spans_free(spans, alloc);
		return false;
	}
	for (uint32_t i = 0; i < chain->count; i++) {
		find_matches(&chain->rules[i], found);
		for (unsigned f = 0; f < CLASS_FIELDS; f++)
			put_rule(&spans[f], i, found[f]);
	}
	return true;
}

void spans_free(struct spans spans[CLASS_FIELDS], struct alloc *alloc)
{
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		alloc_put(alloc, spans[f].all, spans[f].sizes[0]);
		alloc_put(alloc, spans[f].at, spans[f].sizes[1]);
		alloc_put(alloc, spans[f].wide, spans[f].sizes[2]);
		spans[f] = (struct spans){.all = NULL};
	}
}
