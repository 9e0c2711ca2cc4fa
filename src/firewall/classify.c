/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/classify.c - the packet's way through a classifier; see classify.h. How one is made
 * stands in rule_tree.c and rule_bits.c.
 */
#include "firewall/classify.h"

/* The last start that is not above; the first is 0. */
static inline uint32_t find_wide(const uint64_t (*start)[2], uint32_t count,
				 const uint64_t value[2])
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

typedef uint32_t quad __attribute__((vector_size(16)));
typedef int32_t signed_quad __attribute__((vector_size(16)));
typedef int64_t pair __attribute__((vector_size(16)));

static inline quad load(const void *from)
{
	quad q;

	memcpy(&q, from, sizeof q);
	return q;
}

/* How many of the next starts are not above. */
static inline uint32_t count_starts(const uint32_t *starts, int32_t value)
{
	signed_quad v = {value, value, value, value};
	signed_quad above = ((signed_quad)load(starts) > v) + ((signed_quad)load(starts + 4) > v);

	return SEARCH_LAST + (uint32_t)(above[0] + above[1] + above[2] + above[3]);
}

/* What is not known is not branched on: as many rounds for every value. */
static inline uint32_t child_of(const struct classifier *c, const struct search *s,
				const struct values *v)
{
	const uint32_t *starts = c->starts + s->steps, *children = c->children + s->steps;
	uint32_t low = 0, high, value, part;
	int32_t turned;

	if (UNLIKELY(s->wide != NO_INDEX))
		return children[find_wide(c->wide + s->wide, s->count,
					  v->wide[s->field - CLASS_DST])];
	value = v->of[s->field];
	if (s->direct)
		return c->index[s->index + (value < s->parts ? value : s->parts)];
	high = s->count - 1;
	if (s->index != NO_INDEX) {
		const uint32_t *index = c->index + s->index;

		part = (value - s->base) >> s->shift;
		part = part < s->parts ? part + 1 : s->parts;
		part = value < s->base ? 0 : part;
		low = index[part];
		high = index[part + 1];
	}
	turned = (int32_t)(value ^ BOX_TURN);
	for (unsigned n = s->rounds; n > 0; n--) {
		uint32_t at = low + (SEARCH_LAST << (n - 1));

		at = at < high ? at : high;
		low = (int32_t)starts[at] <= turned ? at : low;
	}
	low += count_starts(starts + low + 1, turned);
	return children[low < high ? low : high];
}

/* The rules of a leaf's last word. */
static inline uint64_t all_of(const struct bits *b)
{
	return b->count % 64 ? (UINT64_C(1) << b->count % 64) - 1 : ~UINT64_C(0);
}

static inline void enter_word(struct stream *s, const struct classifier *c, const struct bits *b,
			      const struct values *v)
{
	const struct search *searches = c->searches + b->searches;
	uint64_t left = all_of(b);

	for (unsigned i = 0; i < b->fields; i++)
		left &= c->rows[child_of(c, &searches[i], v)];
	s->left = left;
	s->words = 0;
	s->word = 0;
}

/* Each row begins with its summary: a bit for each word that is not all zero. */
static void enter_words(struct stream *s, const struct classifier *c, const struct bits *b,
			const struct values *v)
{
	const struct search *searches = c->searches + b->searches;
	uint64_t words = (UINT64_C(1) << b->words) - 1;

	for (unsigned i = 0; i < b->fields; i++) {
		s->row[i] = child_of(c, &searches[i], v);
		words &= c->rows[s->row[i]];
	}
	s->left = 0;
	s->words = words;
}

static inline void enter_bits(struct stream *s, const struct classifier *c, const struct bits *b,
		       const struct values *v)
{
	s->bits = b;
	if (b->words == 1)
		enter_word(s, c, b, v);
	else
		enter_words(s, c, b, v);
}

/* => the next word that has a rule; 0: the rows are at their end */
static uint64_t next_word(struct stream *s, const struct classifier *c)
{
	const struct bits *b = s->bits;
	uint64_t left = 0;

	while (left == 0 && s->words) {
		s->word = (uint32_t)__builtin_ctzll(s->words);
		s->words &= s->words - 1;
		left = ~UINT64_C(0);
		if (s->word == b->words - 1)
			left = all_of(b);
		for (unsigned i = 0; i < b->fields; i++)
			left &= c->rows[s->row[i] + 1 + s->word];
	}
	return left;
}

static inline void take_bit(struct stream *s, const struct classifier *c)
{
	uint32_t bit = s->word * 64 + (uint32_t)__builtin_ctzll(s->left);

	s->head = c->pool[s->bits->rules + bit];
	s->left &= s->left - 1;
}

static void bits_next(struct stream *s, const struct classifier *c, const struct values *v)
{
	while (s->left == 0) {
		s->left = next_word(s, c);
		if (s->left)
			break;
		if (!s->bits->more) {
			s->head = NO_RULE;
			return;
		}
		enter_bits(s, c, s->bits + 1, v);
	}
	take_bit(s, c);
}

/* All ones where a value is outside. */
static inline signed_quad outside(const struct box *box, const struct values *v, unsigned from)
{
	signed_quad offset = (signed_quad)(load(v->of + from) - load(box->first + from));

	return offset > (signed_quad)load(box->width + from);
}

static inline bool box_has(const struct box *box, const struct values *v)
{
	pair out = (pair)(outside(box, v, 0) | outside(box, v, 4));

	return (out[0] | out[1]) == 0;
}

/* Which of a list's four have the packet in their boxes: all are looked at. */
static inline uint32_t look_at_four(const uint32_t *four, const struct classifier *c,
				    const struct values *v)
{
	uint32_t hits = 0;

	for (unsigned i = 0; i < LIST_PART; i++)
		hits |= (uint32_t)box_has(&c->boxes[four[i] >> RULE_SHIFT], v) << i;
	return hits;
}

static void list_next(struct stream *s, const struct classifier *c, const struct values *v)
{
	while (s->hits == 0 && s->at + LIST_PART + 1 < s->end) {
		s->at += LIST_PART + 1;
		s->hits = look_at_four(s->at, c, v);
	}
	/* Behind the four stands NO_RULE. */
	s->head = s->at[__builtin_ctz(s->hits | 1u << LIST_PART)];
	s->hits &= s->hits - 1;
}

static inline void begin_list(struct stream *s, const struct classifier *c,
			      const struct values *v, const uint32_t *list)
{
	s->at = list + 1;
	s->end = s->at + (size_t)list[0] * (LIST_PART + 1);
	s->hits = look_at_four(s->at, c, v);
	list_next(s, c, v);
}

static inline void begin_rule(struct stream *s, const struct classifier *c,
			      const struct values *v, uint32_t rule)
{
	s->head = box_has(&c->boxes[rule >> RULE_SHIFT], v) ? rule : NO_RULE;
}

static inline void begin_bits(struct stream *s, const struct classifier *c,
			      const struct values *v, const struct bits *bits)
{
	enter_bits(s, c, bits, v);
	if (s->left)
		take_bit(s, c);
	else
		bits_next(s, c, v);
}

void streams_begin(struct stream *streams, const struct classifier *c, const struct values *v)
{
	for (uint32_t i = 0; i < c->groups; i++) {
		struct stream *s = &streams[i];
		uint32_t place = c->root[i];

		while (place >> KIND_SHIFT == KIND_NODE)
			place = child_of(c, &c->searches[place & KIND_MASK], v);
		s->bits = NULL;
		s->at = NULL;
		if (place >> KIND_SHIFT == KIND_RULE)
			begin_rule(s, c, v, place);
		else if (place >> KIND_SHIFT == KIND_LIST)
			begin_list(s, c, v, c->pool + (place & KIND_MASK));
		else
			begin_bits(s, c, v, c->bits + (place & KIND_MASK));
	}
}

void stream_next(struct stream *s, const struct classifier *c, const struct values *v)
{
	if (s->bits)
		bits_next(s, c, v);
	else if (s->at)
		list_next(s, c, v);
	else
		s->head = NO_RULE;
}

void streams_skip(struct stream *streams, const struct classifier *c, const struct values *v,
		  uint32_t rule)
{
	for (uint32_t i = 0; i < c->groups; i++) {
		while (streams[i].head >> RULE_SHIFT < rule)
			stream_next(&streams[i], c, v);
	}
}
