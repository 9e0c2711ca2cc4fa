/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/classify.c - see classify.h.
 */
#include <stdlib.h>

#include "firewall/classify.h"
#include "firewall/worker_state.h"

#define INTERFACE_VALUES (WEIR_INTERFACES_MAX + 1) /* the last stands for all that are none */

static const uint8_t field_match[CLASS_FIELDS] = {
	[CLASS_PROTOCOL] = WEIR_MATCH_PROTOCOL,       [CLASS_STATE] = WEIR_MATCH_CONNECTION_STATE,
	[CLASS_IN] = WEIR_MATCH_IN_INTERFACE,         [CLASS_OUT] = WEIR_MATCH_OUT_INTERFACE,
	[CLASS_DST_PORT] = WEIR_MATCH_DST_PORT,       [CLASS_SRC] = WEIR_MATCH_SRC_ADDRESS,
	[CLASS_DST] = WEIR_MATCH_DST_ADDRESS,
};

/* The number of values of a field that has few; 0: it has many. */
static const uint32_t field_values[CLASS_FIELDS] = {
	[CLASS_PROTOCOL] = 256,
	[CLASS_STATE] = WEIR_STATE_COUNT,
	[CLASS_IN] = INTERFACE_VALUES,
	[CLASS_OUT] = INTERFACE_VALUES,
};

/* A value of any field, the high word first, as addr_number() has it. */
struct value {
	uint64_t high, low;
};

struct making {
	struct ruleset *ruleset;
	struct alloc *alloc;
	uint8_t family;
	const struct chain *chain;
	struct segment *segment;
	struct dimension *dimension;
	const struct weir_match *match[SEGMENT_RULES]; /* of each rule on this field, or NULL */
	uint64_t wild[SEGMENT_WORDS];                  /* the rules without one */
};

static bool bit(const uint64_t *row, uint32_t i)
{
	return row[i / 64] >> i % 64 & 1;
}

/* Finds what the segment's rules say about a field. => whether any says something */
static bool gather(struct making *m, enum class_field field)
{
	bool any = false;

	memset(m->wild, 0, sizeof m->wild);
	for (uint32_t i = 0; i < m->segment->count; i++) {
		const struct rule *rule = &m->chain->rules[m->segment->first + i];

		m->match[i] = NULL;
		for (uint32_t j = 0; j < rule->match_count && !m->match[i]; j++) {
			if (rule->matches[j].is.type == field_match[field])
				m->match[i] = &rule->matches[j].is;
		}
		if (m->match[i])
			any = true;
		else
			m->wild[i / 64] |= UINT64_C(1) << i % 64;
	}
	return any;
}

static bool value_holds(const struct weir_match *match, enum class_field field, uint32_t value)
{
	bool holds;

	if (field == CLASS_PROTOCOL)
		holds = match->number == value;
	else if (field == CLASS_STATE)
		holds = match->bits >> value & 1;
	else
		holds = value < WEIR_INTERFACES_MAX && bit(match->interfaces, value);
	return holds != match->negate;
}

/* A field of few values: each has its row, and equal rows are one class. */
static bool make_map(struct making *m, enum class_field field)
{
	uint32_t words = m->segment->words, values = field_values[field], classes = 0, c;
	uint16_t *map = ruleset_get(m->ruleset, m->alloc, values * sizeof *map);
	size_t size = (size_t)values * words * sizeof(uint64_t);
	uint64_t *rows = alloc_get(m->alloc, size, 64), *row, *kept = NULL;

	for (uint32_t v = 0; rows && v < values; v++) {
		row = rows + (size_t)classes * words;
		memcpy(row, m->wild, words * sizeof *row);
		for (uint32_t i = 0; i < m->segment->count; i++) {
			if (m->match[i] && value_holds(m->match[i], field, v))
				row[i / 64] |= UINT64_C(1) << i % 64;
		}
		for (c = 0; c < classes; c++) {
			if (memcmp(rows + (size_t)c * words, row, words * sizeof *row) == 0)
				break;
		}
		if (map)
			map[v] = (uint16_t)c;
		classes += c == classes;
	}
	if (rows)
		kept = ruleset_get(m->ruleset, m->alloc, (size_t)classes * words * sizeof *kept);
	if (kept)
		memcpy(kept, rows, (size_t)classes * words * sizeof *kept);
	alloc_put(m->alloc, rows, size);
	m->dimension->classes = classes;
	m->dimension->map = map;
	m->dimension->rows = kept;
	return map && kept;
}

static uint32_t range_count(const struct weir_match *match)
{
	return match->type == WEIR_MATCH_DST_PORT ? match->count : 1;
}

static void range_get(const struct making *m, const struct weir_match *match, uint32_t i,
		      struct value *first, struct value *last)
{
	if (match->type == WEIR_MATCH_DST_PORT) {
		*first = (struct value){0, match->ports[i].first};
		*last = (struct value){0, match->ports[i].last};
	} else if (m->family == WEIR_IPV4) {
		*first = (struct value){0, match->range.first.v4};
		*last = (struct value){0, match->range.last.v4};
	} else {
		*first = (struct value){match->range.first.u64[0], match->range.first.u64[1]};
		*last = (struct value){match->range.last.u64[0], match->range.last.u64[1]};
	}
}

static int compare(const void *a, const void *b)
{
	const struct value *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

/* The class that a value begins. */
static uint32_t class_at(const struct value *starts, uint32_t count, const struct value *value)
{
	const struct value *at = bsearch(value, starts, count, sizeof *starts, compare);

	return at ? (uint32_t)(at - starts) : count;
}

/* Every place where an answer may change, sorted, each once; the first is zero. => how many */
static uint32_t find_starts(const struct making *m, struct value *starts)
{
	uint32_t n = 0, count = 0;

	starts[n++] = (struct value){0, 0};
	for (uint32_t i = 0; i < m->segment->count; i++) {
		for (uint32_t j = 0; m->match[i] && j < range_count(m->match[i]); j++) {
			struct value first, last;

			range_get(m, m->match[i], j, &first, &last);
			starts[n++] = first;
			last.low++;
			last.high += last.low == 0;
			if (last.low != 0 || last.high != 0)
				starts[n++] = last;
		}
	}
	qsort(starts, n, sizeof *starts, compare);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || compare(&starts[i], &starts[count - 1]) != 0)
			starts[count++] = starts[i];
	}
	return count;
}

/* A rule's bit in the rows of the classes that its ranges cover, or of all others. */
static void set_rule(const struct making *m, uint64_t *rows, const struct value *starts,
		     uint32_t classes, uint32_t rule)
{
	const struct weir_match *match = m->match[rule];
	uint32_t words = m->segment->words;
	uint64_t mask = UINT64_C(1) << rule % 64;

	if (match->negate) {
		for (uint32_t c = 0; c < classes; c++)
			rows[(size_t)c * words + rule / 64] |= mask;
	}
	for (uint32_t i = 0; i < range_count(match); i++) {
		struct value first, last;
		uint32_t end;

		range_get(m, match, i, &first, &last);
		last.low++;
		last.high += last.low == 0;
		end = last.low == 0 && last.high == 0 ? classes : class_at(starts, classes, &last);
		for (uint32_t c = class_at(starts, classes, &first); c < end; c++) {
			uint64_t *word = &rows[(size_t)c * words + rule / 64];

			*word = match->negate ? *word & ~mask : *word | mask;
		}
	}
}

/* The starts as the packet's values are compared with them. */
static bool keep_starts(struct making *m, enum class_field field, const struct value *starts,
			uint32_t count)
{
	uint64_t (*start6)[2];
	uint32_t *start;

	if (field != CLASS_DST_PORT && m->family == WEIR_IPV6) {
		m->dimension->start6 = start6 =
			ruleset_get(m->ruleset, m->alloc, count * sizeof *start6);
		for (uint32_t i = 0; start6 && i < count; i++) {
			start6[i][0] = starts[i].high;
			start6[i][1] = starts[i].low;
		}
		return start6;
	}
	m->dimension->start = start = ruleset_get(m->ruleset, m->alloc, count * sizeof *start);
	for (uint32_t i = 0; start && i < count; i++)
		start[i] = (uint32_t)starts[i].low;
	return start;
}

/* A field of many values: its classes are intervals. What ends behind an IPv4 address's or a
 * port's last value makes a class that no packet is in. */
static bool make_intervals(struct making *m, enum class_field field)
{
	uint32_t words = m->segment->words, classes = 0;
	size_t room = 1, size;
	struct value *starts;
	uint64_t *rows = NULL;

	for (uint32_t i = 0; i < m->segment->count; i++)
		room += m->match[i] ? 2 * range_count(m->match[i]) : 0;
	size = room * sizeof *starts;
	starts = alloc_get(m->alloc, size, 64);
	if (!starts)
		return false;
	classes = find_starts(m, starts);
	/* The one behind the last value would not fit 32 bits, and nothing is there. */
	if (m->family == WEIR_IPV4 && field != CLASS_DST_PORT &&
	    starts[classes - 1].low > UINT32_MAX)
		classes--;
	rows = ruleset_get(m->ruleset, m->alloc, (size_t)(classes + 1) * words * sizeof *rows);
	for (uint32_t c = 0; rows && c <= classes; c++)
		memcpy(rows + (size_t)c * words, m->wild, words * sizeof *rows);
	for (uint32_t i = 0; rows && i < m->segment->count; i++) {
		if (m->match[i])
			set_rule(m, rows, starts, classes, i);
	}
	m->dimension->classes = classes;
	m->dimension->rows = rows;
	rows = keep_starts(m, field, starts, classes) ? rows : NULL;
	alloc_put(m->alloc, starts, size);
	return rows;
}

static bool make_segment(struct making *m)
{
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		enum class_field field = (enum class_field)f;

		if (!gather(m, field))
			continue;
		m->dimension = &m->segment->dimension[m->segment->dimension_count++];
		m->dimension->field = (uint8_t)f;
		if (!(field_values[f] > 0 ? make_map(m, field) : make_intervals(m, field)))
			return false;
	}
	return true;
}

bool classify_chain(struct ruleset *ruleset, struct alloc *alloc, uint8_t family,
		    struct chain *chain)
{
	struct making *m;
	uint32_t count = (chain->count + SEGMENT_RULES - 1) / SEGMENT_RULES;
	struct segment *segments;
	bool made = true;

	if (chain->count < CLASSIFY_FROM)
		return true;
	segments = ruleset_get(ruleset, alloc, count * sizeof *segments);
	m = alloc_get(alloc, sizeof *m, 64);
	if (m && segments) {
		*m = (struct making){.ruleset = ruleset, .alloc = alloc, .family = family,
				     .chain = chain};
	}
	for (uint32_t i = 0; m && segments && made && i < count; i++) {
		uint32_t left = chain->count - i * SEGMENT_RULES;

		m->segment = &segments[i];
		m->segment->first = i * SEGMENT_RULES;
		m->segment->count = left < SEGMENT_RULES ? left : SEGMENT_RULES;
		m->segment->words = (m->segment->count + 63) / 64;
		made = make_segment(m);
	}
	made = made && m && segments;
	alloc_put(alloc, m, sizeof *m);
	chain->segments = made ? segments : NULL;
	chain->segment_count = made ? count : 0;
	return made;
}

static inline uint32_t find32(const uint32_t *start, uint32_t count, uint32_t value)
{
	uint32_t low = 0;

	/* The last start that is not above; the first is 0. */
	while (count > 1) {
		uint32_t half = count / 2;

		low += start[low + half] <= value ? half : 0;
		count -= half;
	}
	return low;
}

static uint32_t find6(const uint64_t (*start)[2], uint32_t count, const uint64_t value[2])
{
	uint32_t low = 0;

	while (count > 1) {
		uint32_t half = count / 2;
		const uint64_t *at = start[low + half];

		low += at[0] < value[0] || (at[0] == value[0] && at[1] <= value[1]) ? half : 0;
		count -= half;
	}
	return low;
}

static uint32_t class_of_address(const struct dimension *d, uint8_t family,
				 const union weir_addr *addr)
{
	union weir_addr n;

	if (family == WEIR_IPV4)
		return find32(d->start, d->classes, be32_swap(addr->v4));
	n = addr_number(family, addr);
	return find6(d->start6, d->classes, n.u64);
}

static uint32_t class_of_interface(const struct dimension *d, uint16_t interface)
{
	return d->map[interface < WEIR_INTERFACES_MAX ? interface : WEIR_INTERFACES_MAX];
}

static uint32_t class_of(const struct dimension *d, const struct walk *walk)
{
	const struct tuple *t = &walk->tuple;

	switch ((enum class_field)d->field) {
	case CLASS_PROTOCOL:
		return d->map[t->proto];
	case CLASS_STATE:
		return d->map[walk->state];
	case CLASS_IN:
		return class_of_interface(d, walk->in);
	case CLASS_OUT:
		return class_of_interface(d, walk->out);
	case CLASS_DST_PORT:
		if (!has_ports(t->proto) || walk->packet->l4_cap < 4)
			return d->classes;
		return find32(d->start, d->classes, t->dst_port);
	case CLASS_SRC:
		return class_of_address(d, walk->family, &t->src);
	case CLASS_DST:
		return class_of_address(d, walk->family, &t->dst);
	case CLASS_FIELDS:
		break;
	}
	return 0;
}

static inline uint64_t word_of(const struct candidates *c, const struct segment *s)
{
	uint64_t bits = ~UINT64_C(0);

	for (uint32_t i = 0; i < s->dimension_count; i++)
		bits &= c->row[i][c->word];
	/* A segment that says nothing about any field has no rows to end it. */
	if (s->dimension_count == 0 && c->word == s->words - 1 && s->count % 64 != 0)
		bits &= (UINT64_C(1) << s->count % 64) - 1;
	return bits;
}

static void enter(struct candidates *c, const struct chain *chain, const struct walk *walk)
{
	const struct segment *s = &chain->segments[c->segment];

	for (uint32_t i = 0; i < s->dimension_count; i++) {
		const struct dimension *d = &s->dimension[i];

		c->row[i] = d->rows + (size_t)class_of(d, walk) * s->words;
	}
	c->word = 0;
	c->bits = word_of(c, s);
}

void candidates_begin(struct candidates *c, const struct chain *chain, const struct walk *walk)
{
	c->segment = 0;
	enter(c, chain, walk);
}

uint32_t candidates_next(struct candidates *c, const struct chain *chain, const struct walk *walk)
{
	const struct segment *s = &chain->segments[c->segment];
	uint32_t found;

	while (c->bits == 0) {
		if (++c->word < s->words) {
			c->bits = word_of(c, s);
		} else if (++c->segment < chain->segment_count) {
			enter(c, chain, walk);
			s = &chain->segments[c->segment];
		} else {
			return UINT32_MAX; /* and is not asked again */
		}
	}
	found = s->first + c->word * 64 + (uint32_t)__builtin_ctzll(c->bits);
	c->bits &= c->bits - 1;
	return found;
}
