/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_lanes.c - makes the lanes of a chain; see lanes.h.
 *
 * Cost: of each column eight bytes a lane; of each field with rows a bit a lane for each of its
 * values up to the highest that any rule names.
 */
#include "firewall/lanes.h"
#include "firewall/rule_tree.h"

#define SPLIT_MOST 16u /* lanes of one rule; with more ranges it is asked in full */

static bool has_column(const struct maker *m, unsigned f)
{
	return f >= CLASS_DST_PORT && m->spans[f].rules > 0;
}

static bool has_rows(const struct maker *m, unsigned f)
{
	return f < CLASS_DST_PORT && m->spans[f].rules > 0;
}

/* How many lanes a rule's ranges come to; 0: too many. */
static uint32_t lanes_for(const struct maker *m, uint32_t rule)
{
	uint32_t lanes = 1;

	for (unsigned f = CLASS_DST_PORT; f < CLASS_FIELDS; f++) {
		uint32_t ranges = m->spans[f].at[rule + 1] - m->spans[f].at[rule];

		lanes *= ranges ? ranges : 1;
		if (lanes > SPLIT_MOST)
			return 0;
	}
	return lanes;
}

uint32_t maker_lane_count(const struct maker *m)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < m->chain->count && count <= LANES_MOST; i++) {
		uint32_t lanes = lanes_for(m, i);

		count += lanes ? lanes : 1;
	}
	return count;
}

/* The nth lane of a rule: of each field that has several ranges one. `split` is false where
 * there are too many: from the lowest value to the highest. */
static void fill_columns(const struct maker *m, const struct lanes *l, struct lane_block *block,
			 uint32_t rule, uint32_t nth, uint32_t lane, bool split)
{
	struct lane_block *b = block + lane / LANES_BLOCK * l->columns;
	uint32_t at = lane % LANES_BLOCK;

	for (unsigned c = 0; c < l->columns; c++, b++) {
		const struct spans *s = &m->spans[l->fields[c]];
		uint32_t from = s->at[rule], to = s->at[rule + 1], ranges = to - from;

		b->first[at] = 0;
		b->width[at] = UINT32_MAX;
		if (ranges == 0)
			continue;
		if (split) {
			from += nth % ranges;
			to = from + 1;
			nth /= ranges;
		}
		b->first[at] = s->all[from].first;
		b->width[at] = s->all[to - 1].last - s->all[from].first;
	}
}

/* The last value where the answer of any rule changes. */
static uint32_t last_change(const struct spans *s, uint32_t rules)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < s->at[rules]; i++) {
		uint32_t change = s->all[i].last < s->most ? s->all[i].last + 1 : s->all[i].first;

		last = change > last ? change : last;
	}
	return last;
}

static void set_lane(const struct lanes *l, const struct lane_row *row, uint64_t *bits,
		     const struct spans *s, uint32_t rule, uint32_t lane)
{
	struct span all = {0, row->most};
	uint32_t from = s->at[rule], count = s->at[rule + 1] - from;
	const struct span *span = count ? s->all + from : &all;

	for (count += count == 0; count > 0; count--, span++) {
		for (uint32_t v = span->first; v <= span->last && v <= row->most; v++)
			bits[lane / 64 * l->bits_size + row->at + v] |= UINT64_C(1) << lane % 64;
	}
}

/* => LANE_SURE and ENDS bits */
static uint32_t known_of(const struct maker *m, uint32_t rule)
{
	return m->exact[rule] & RULE_SURE ? LANE_SURE | rule_ends(&m->chain->rules[rule]) : 0;
}

static void fill(const struct maker *m, const struct lanes *l, struct lane_block *block,
		 uint64_t *bits, struct lane *to)
{
	uint32_t lane = 0;

	for (uint32_t rule = 0; rule < m->chain->count; rule++) {
		uint32_t lanes = lanes_for(m, rule);
		bool split = lanes > 0;

		for (uint32_t n = 0; n < lanes + !split; n++, lane++) {
			to[lane].rule = rule << LANE_SHIFT | (split ? known_of(m, rule) : 0);
			to[lane].counter = m->chain->rules[rule].is.counter;
			fill_columns(m, l, block, rule, n, lane, split);
			bits[lane / 64 * l->bits_size] |= UINT64_C(1) << lane % 64;
			for (unsigned r = 0; r < l->row_count; r++)
				set_lane(l, &l->rows[r], bits, &m->spans[l->rows[r].field], rule,
					 lane);
		}
	}
}

/* What there is to look at. */
static void choose(const struct maker *m, struct lanes *l)
{
	uint32_t at = 1;

	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		if (has_column(m, f))
			l->fields[l->columns++] = (uint8_t)f;
		if (!has_rows(m, f))
			continue;
		l->rows[l->row_count].field = (uint8_t)f;
		l->rows[l->row_count].at = at;
		l->rows[l->row_count].most = last_change(&m->spans[f], m->chain->count);
		at += l->rows[l->row_count++].most + 1;
	}
	l->bits_size = at;
}

static bool keep_places(const struct maker *m, struct ruleset *ruleset, struct lanes *l)
{
	for (unsigned which = 0; which < 2; which++) {
		const struct spans *s = &m->spans[CLASS_DST + which];
		uint64_t (*to)[2];

		if (!s->wide)
			continue;
		to = ruleset_get(ruleset, m->alloc, s->wide_count * sizeof *to);
		if (!to)
			return false;
		memcpy(to, s->wide, s->wide_count * sizeof *to);
		l->wide = true;
		l->places[which] = (const uint64_t (*)[2])to;
		l->place_count[which] = s->wide_count;
	}
	return true;
}

/* Cache lines of their own. */
static void *get_lines(const struct maker *m, struct ruleset *ruleset, size_t size)
{
	uintptr_t at = (uintptr_t)ruleset_get(ruleset, m->alloc, size + 48);

	return (void *)((at + 63) & ~(uintptr_t)63);
}

const struct lanes *maker_lanes(const struct maker *m, struct ruleset *ruleset, uint32_t count)
{
	struct lanes *l = ruleset_get(ruleset, m->alloc, sizeof *l);
	struct lane *lane = ruleset_get(ruleset, m->alloc, count * sizeof *lane);
	struct lane_block *block;
	uint64_t *bits;

	if (!l || !lane || !keep_places(m, ruleset, l))
		return NULL;
	l->words = (uint8_t)((count + 63) / 64);
	l->blocks = (uint8_t)((count + LANES_BLOCK - 1) / LANES_BLOCK);
	choose(m, l);
	lanes_use(l, lanes_machine());
	block = get_lines(m, ruleset, (size_t)l->blocks * l->columns * sizeof *block);
	bits = get_lines(m, ruleset, l->words * l->bits_size * sizeof *bits);
	if (!block || !bits)
		return NULL;
	l->block = block;
	l->bits = bits;
	l->lane = lane;
	fill(m, l, block, bits, lane);
	return l;
}
