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

static inline uint32_t child_of(const struct classifier *c, const struct search *s,
				const struct values *v)
{
	const struct step *steps = c->steps + s->steps;
	uint32_t low = 0, high, value, part;

	if (UNLIKELY(s->wide != NO_INDEX))
		return steps[find_wide(c->wide + s->wide, s->count,
				       v->wide[s->field - CLASS_DST])]
			.child;
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
	/* As many rounds for every value: what is not known is not branched on. */
	for (unsigned n = s->rounds; n > 0; n--) {
		uint32_t at = low + (1u << (n - 1));

		at = at < high ? at : high;
		low = steps[at].start <= value ? at : low;
	}
	return steps[low].child;
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

void stream_refill(struct stream *s, const struct classifier *c, const struct values *v)
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

static inline void begin_list(struct stream *s, const uint32_t *list)
{
	s->at = list + 2;
	s->end = list + 1 + list[0];
	s->head = list[1];
}

/* Of many rules few are in the cache. */
static inline void prefetch_rule(const struct classifier *c, uint32_t rule)
{
	__builtin_prefetch(&c->boxes[rule == NO_RULE ? 0 : rule >> RULE_SHIFT]);
}

void streams_begin(struct stream *streams, const struct classifier *c, const struct values *v)
{
	for (uint32_t i = 0; i < c->groups; i++) {
		struct stream *s = &streams[i];
		uint32_t place = c->root[i];

		while (place >> KIND_SHIFT == KIND_NODE)
			place = child_of(c, &c->searches[place & KIND_MASK], v);
		s->bits = NULL;
		s->at = s->end = NULL;
		if (place >> KIND_SHIFT == KIND_RULE) {
			s->head = place;
		} else if (place >> KIND_SHIFT == KIND_LIST) {
			begin_list(s, c->pool + (place & KIND_MASK));
		} else {
			enter_bits(s, c, c->bits + (place & KIND_MASK), v);
			if (s->left)
				take_bit(s, c);
			else
				stream_refill(s, c, v);
		}
		prefetch_rule(c, s->head);
	}
}

void streams_skip(struct stream *streams, const struct classifier *c, const struct values *v,
		  uint32_t rule)
{
	for (uint32_t i = 0; i < c->groups; i++) {
		while (streams[i].head >> RULE_SHIFT < rule)
			stream_next(&streams[i], c, v);
	}
}
