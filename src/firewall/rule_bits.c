/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_bits.c - rows of bits over the rules of a leaf; see classify.h.
 *
 * Cost: of each field the classes times the words of a row, and for each rule the classes that
 * it covers.
 */
#include "firewall/rule_tree.h"

static void set_bit(uint64_t *row, uint32_t summary, uint32_t rule)
{
	row[summary + rule / 64] |= UINT64_C(1) << rule % 64;
	if (summary)
		row[0] |= UINT64_C(1) << rule / 64;
}

static bool any_speaks(const struct spans *s, const uint32_t *list, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (s->at[list[i]] < s->at[list[i] + 1])
			return true;
	}
	return false;
}

/* The rows of one field. `size` is that of a row, its summary included. */
static void make_rows(struct maker *m, uint32_t search, enum class_field field,
		      const uint32_t *list, uint32_t count, uint32_t size)
{
	const struct spans *s = &m->spans[field];
	uint32_t classes = maker_bounds(m, list, count, field), summary = size > 1, first;
	uint32_t *bounds = m->sort[0], *children = m->sort[1];
	uint64_t *rows;

	first = part_add(m, &m->rows, classes * size);
	if (m->failed)
		return;
	rows = part_at(&m->rows, first);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t from = s->at[list[i]], to = s->at[list[i] + 1];

		for (uint32_t c = 0; from == to && c < classes; c++)
			set_bit(rows + (size_t)c * size, summary, i);
		for (; from < to; from++) {
			uint32_t c = bounds_find(bounds, classes, s->all[from].first);

			for (; c < classes && bounds[c] <= s->all[from].last; c++)
				set_bit(rows + (size_t)c * size, summary, i);
		}
	}
	/* Equal neighbours are one, and their row stands once. */
	m->rows.used = first;
	for (uint32_t c = 0; c < classes; c++) {
		uint64_t *row = rows + (size_t)c * size;

		if (c == 0 || memcmp(row, part_at(&m->rows, m->rows.used - size),
				     size * sizeof *row) != 0) {
			memmove(part_at(&m->rows, m->rows.used), row, size * sizeof *row);
			m->rows.used += size;
		}
		children[c] = m->rows.used - size;
	}
	maker_search(m, search, field, bounds, children, classes);
	/* What stays behind must be zero for who comes next. */
	memset(part_at(&m->rows, m->rows.used), 0,
	       ((size_t)first + (size_t)classes * size - m->rows.used) * sizeof *rows);
}

static void make_one(struct maker *m, uint32_t at, const uint32_t *list, uint32_t count,
		     bool more)
{
	uint32_t words = (count + 63) / 64;
	struct bits b = {.count = count, .words = words, .more = more};

	for (unsigned f = 0; f < CLASS_FIELDS; f++)
		b.fields += any_speaks(&m->spans[f], list, count);
	b.searches = part_add(m, &m->searches, b.fields);
	b.rules = part_add(m, &m->pool, count);
	for (uint32_t i = 0; i < count && !m->failed; i++)
		*(uint32_t *)part_at(&m->pool, b.rules + i) =
			list[i] << RULE_SHIFT | (m->exact[list[i]] & RULE_SURE);
	for (unsigned f = 0, i = 0; f < CLASS_FIELDS && !m->failed; f++) {
		if (any_speaks(&m->spans[f], list, count))
			make_rows(m, b.searches + i++, (enum class_field)f, list, count,
				  words + (words > 1));
	}
	if (!m->failed)
		*(struct bits *)part_at(&m->bits, at) = b;
}

uint32_t maker_bits(struct maker *m, const uint32_t *list, uint32_t count)
{
	uint32_t leaves = (count + BITS_RULES - 1) / BITS_RULES;
	uint32_t at = part_add(m, &m->bits, leaves);

	for (uint32_t i = 0; i < leaves && !m->failed; i++) {
		uint32_t left = count - i * BITS_RULES;

		make_one(m, at + i, list + i * BITS_RULES, left < BITS_RULES ? left : BITS_RULES,
			 i + 1 < leaves);
	}
	return at | KIND_BITS << KIND_SHIFT;
}
