/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_tree.c - makes a chain's classifier; see classify.h.
 *
 * A node takes the field whose cut leaves the fewest rules to ask. Rules that are in several
 * intervals of it stand in several leaves; COPIES bounds how many of those there are in all, and
 * a cut that would pass that is not made. What tells no rules apart is left to rows of bits.
 *
 * Cost: of each field's spans a sort, and then about so much for each cut.
 */
#include "firewall/lanes.h"
#include "firewall/rule_tree.h"

#define COPIES 4        /* of each rule, at most, on average */
#define NARROW 8u       /* intervals that a rule may cover in its group's field */
#define GROUP_PART 8u   /* a rule's field tells it from all but one in so many */
#define LEAF_RULES 4u   /* that need not be told apart */
#define LIST_RULES 12u  /* that are asked one by one where no cut helps */
#define INDEX_FROM 8u   /* intervals from which on a search has an index */
#define INDEX_FINE 1024u /* below which it has many parts */
#define DIRECT_MOST 64u /* values that have each a place, */
#define DIRECT_EACH 16u /* and so many more for each interval */
#define RADIX_FROM 256u
#define NO_GROUP 0xffu
#define GROUP_LEAST 64u  /* rules that are worth another group */

uint32_t part_add(struct maker *m, struct part *part, uint32_t count)
{
	uint32_t at = part->used;
	uint64_t want = (uint64_t)at + count, room = part->room;
	void *data;

	if (m->failed || want > KIND_MASK) {
		m->failed = true;
		return 0;
	}
	if (want > room) {
		room = want > 2 * room ? want + 64 : 2 * room;
		data = alloc_get(m->alloc, room * part->element, 64);
		if (!data) {
			m->failed = true;
			return 0;
		}
		if (at > 0)
			memcpy(data, part->data, at * part->element);
		alloc_put(m->alloc, part->data, part->room * part->element);
		part->data = data;
		part->room = (uint32_t)room;
	}
	part->used = (uint32_t)want;
	return at;
}

/* Sorting numbers. */

static void insert_sort(uint32_t *a, size_t count)
{
	for (size_t i = 1, j; i < count; i++) {
		uint32_t next = a[i];

		for (j = i; j > 0 && a[j - 1] > next; j--)
			a[j] = a[j - 1];
		a[j] = next;
	}
}

/* Eleven bits at a time. An odd number of passes: the last copies back. */
static void radix_sort(uint32_t *a, uint32_t *other, size_t count)
{
	static const unsigned shifts[] = {0, 11, 22};
	uint32_t *from = a, *to = other, *swap;

	for (unsigned p = 0; p < 3; p++) {
		uint32_t at[2048] = {0}, sum = 0;

		for (size_t i = 0; i < count; i++)
			at[from[i] >> shifts[p] & 2047]++;
		for (unsigned i = 0; i < 2048; i++) {
			uint32_t n = at[i];

			at[i] = sum;
			sum += n;
		}
		for (size_t i = 0; i < count; i++)
			to[at[from[i] >> shifts[p] & 2047]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	memcpy(a, from, count * sizeof *a);
}

static void sift(uint32_t *a, size_t at, size_t count)
{
	uint32_t value = a[at];

	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		child += child + 1 < count && a[child + 1] > a[child];
		if (a[child] <= value)
			break;
		a[at] = a[child];
	}
	a[at] = value;
}

static void heap_sort(uint32_t *a, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		sift(a, i - 1, count);
	for (size_t i = count; i > 1; i--) {
		uint32_t most = a[0];

		a[0] = a[i - 1];
		a[i - 1] = most;
		sift(a, 0, i - 1);
	}
}

static void sort(struct maker *m, uint32_t *a, size_t count)
{
	if (count <= 24)
		insert_sort(a, count);
	else if (count < RADIX_FROM)
		heap_sort(a, count);
	else
		radix_sort(a, m->sort[2], count);
}

/* Boundaries. */

uint32_t maker_bounds(struct maker *m, const uint32_t *list, uint32_t count,
		      enum class_field field)
{
	const struct spans *s = &m->spans[field];
	uint32_t *bounds = m->sort[0], n = 1, kept = 1;

	bounds[0] = 0;
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = s->at[list[i]]; j < s->at[list[i] + 1]; j++) {
			if (s->all[j].first > 0)
				bounds[n++] = s->all[j].first;
			if (s->all[j].last < s->most)
				bounds[n++] = s->all[j].last + 1;
		}
	}
	sort(m, bounds + 1, n - 1);
	for (uint32_t i = 1; i < n; i++) {
		if (bounds[i] != bounds[kept - 1])
			bounds[kept++] = bounds[i];
	}
	return kept;
}

uint32_t bounds_find(const uint32_t *bounds, uint32_t count, uint32_t value)
{
	uint32_t low = 0;

	while (count > 1) {
		uint32_t half = count / 2;

		low += bounds[low + half] <= value ? half : 0;
		count -= half;
	}
	return low;
}

/* The child of each value up to the last start, where that is not too many. */
static bool make_direct(struct maker *m, struct search *s, const uint32_t *starts,
			const uint32_t *children)
{
	uint32_t last = starts[s->count - 1] ^ BOX_TURN, at = 0, *index;

	if (last > DIRECT_MOST + DIRECT_EACH * s->count)
		return false;
	s->direct = true;
	s->parts = last;
	s->index = part_add(m, &m->index, last + 1);
	if (m->failed)
		return true;
	index = part_at(&m->index, s->index);
	for (uint32_t value = 0; value <= last; value++) {
		at += at + 1 < s->count && (starts[at + 1] ^ BOX_TURN) == value;
		index[value] = children[at];
	}
	return true;
}

/* So many starts behind the one that is known not to be above. */
static uint8_t rounds_for(uint32_t starts)
{
	uint8_t rounds = 0;

	while (starts >= SEARCH_LAST << rounds)
		rounds++;
	return rounds;
}

/* Parts of equal size, a few for each interval. */
static void make_index(struct maker *m, struct search *s, const uint32_t *starts)
{
	uint32_t span = starts[s->count - 1] - starts[1], at = 0, longest = 0, *index;
	uint64_t most = (s->count < INDEX_FINE ? 8 : 2) * (uint64_t)s->count;

	s->base = starts[1] ^ BOX_TURN;
	while (span >> s->shift > most)
		s->shift++;
	s->parts = (span >> s->shift) + 1;
	s->index = part_add(m, &m->index, s->parts + 2);
	if (m->failed)
		return;
	index = part_at(&m->index, s->index);
	for (uint32_t part = 1; part <= s->parts; part++) {
		uint32_t begin = s->base + ((part - 1) << s->shift);

		while (at + 1 < s->count && (starts[at + 1] ^ BOX_TURN) <= begin)
			at++;
		index[part] = at;
	}
	index[s->parts + 1] = s->count - 1;
	for (uint32_t part = 1; part <= s->parts; part++) {
		if (index[part + 1] - index[part] > longest)
			longest = index[part + 1] - index[part];
	}
	s->rounds = rounds_for(longest);
}

void maker_search(struct maker *m, uint32_t at, enum class_field field, const uint32_t *bounds,
		  const uint32_t *children, uint32_t count)
{
	const struct spans *spans = &m->spans[field];
	struct search s = {.field = (uint8_t)field, .wide = NO_INDEX, .index = NO_INDEX};
	uint32_t *starts, *kept;
	uint64_t (*wide)[2];

	s.steps = part_add(m, &m->starts, count + SEARCH_LAST);
	part_add(m, &m->children, count + SEARCH_LAST);
	if (spans->wide)
		s.wide = part_add(m, &m->wide, count);
	if (m->failed)
		return;
	starts = part_at(&m->starts, s.steps);
	kept = part_at(&m->children, s.steps);
	for (uint32_t i = 0; i < count; i++) {
		if (i > 0 && children[i] == kept[s.count - 1])
			continue;
		if (spans->wide) {
			wide = part_at(&m->wide, s.wide + s.count);
			memcpy(wide, spans->wide[bounds[i]], sizeof *wide);
		}
		starts[s.count] = bounds[i] ^ BOX_TURN;
		kept[s.count++] = children[i];
	}
	for (uint32_t i = 0; i < SEARCH_LAST; i++)
		starts[s.count + i] = UINT32_MAX ^ BOX_TURN;
	s.rounds = rounds_for(s.count - 1);
	if (spans->wide)
		m->wide.used = s.wide + s.count;
	else if (!make_direct(m, &s, starts, kept) && s.count >= INDEX_FROM)
		make_index(m, &s, starts);
	m->starts.used = s.direct ? s.steps : s.steps + s.count + SEARCH_LAST;
	m->children.used = m->starts.used;
	if (!m->failed)
		*(struct search *)part_at(&m->searches, at) = s;
}

/* Leaves. */

static uint32_t in_leaf(const struct maker *m, uint32_t rule)
{
	return rule << RULE_SHIFT | (m->exact[rule] & RULE_BOXED);
}

static uint32_t make_list(struct maker *m, const uint32_t *list, uint32_t count)
{
	uint32_t at, *pool, parts = (count + LIST_PART - 1) / LIST_PART;
	uint32_t none = m->chain->count << RULE_SHIFT;

	if (count <= 1)
		return count ? in_leaf(m, list[0]) : none;
	at = part_add(m, &m->pool, 1 + parts * (LIST_PART + 1));
	if (m->failed)
		return NO_RULE;
	pool = part_at(&m->pool, at);
	*pool++ = parts;
	for (uint32_t i = 0; i < parts * LIST_PART; i++) {
		*pool++ = i < count ? in_leaf(m, list[i]) : none;
		if (i % LIST_PART == LIST_PART - 1)
			*pool++ = NO_RULE;
	}
	return at | KIND_LIST << KIND_SHIFT;
}

/* Nodes. */

/* What a cut comes to. */
struct cut {
	uint64_t entries; /* of rules in intervals */
	uint64_t squares; /* entries that share an interval with each */
	uint32_t intervals;
	uint32_t wild;    /* rules that are in all */
};

static void measure_cut(struct maker *m, const uint32_t *list, uint32_t count,
			enum class_field field, struct cut *cut)
{
	const struct spans *s = &m->spans[field];
	uint32_t *first = m->sort[0], *last = m->sort[1], n = 0, k = 0, i = 0, j = 0, next;
	uint64_t active;

	*cut = (struct cut){.wild = 0};
	for (uint32_t r = 0; r < count; r++) {
		uint32_t from = s->at[list[r]], to = s->at[list[r] + 1];

		cut->wild += from == to;
		for (; from < to; from++) {
			first[n++] = s->all[from].first;
			if (s->all[from].last < s->most)
				last[k++] = s->all[from].last;
		}
	}
	if (n == 0)
		return;
	sort(m, first, n);
	sort(m, last, k);
	active = cut->wild;
	for (uint64_t at = 0;;) {
		for (; i < n && first[i] <= at; i++)
			active++;
		for (; j < k && last[j] < at; j++)
			active--;
		cut->intervals++;
		cut->entries += active;
		cut->squares += active * active;
		if (i == n && j == k)
			return;
		next = i < n ? first[i] : UINT32_MAX;
		at = j < k && last[j] < next ? (uint64_t)last[j] + 1 : next;
	}
}

static uint32_t build(struct maker *m, const uint32_t *list, uint32_t count, unsigned tried);

/* The lists of the intervals, one behind the other. */
struct lists {
	uint32_t *bounds, *children, *from, *rules;
	uint32_t count;
	size_t size;
};

static bool lists_get(struct maker *m, struct lists *l, const struct cut *cut)
{
	size_t n = cut->intervals;

	l->size = (3 * n + 1 + cut->entries) * sizeof *l->bounds;
	l->bounds = m->failed ? NULL : alloc_get(m->alloc, l->size, 64);
	m->failed |= !l->bounds;
	if (m->failed)
		return false;
	l->children = l->bounds + n;
	l->from = l->children + n;
	l->rules = l->from + n + 1;
	return true;
}

/* Counts or puts a rule into the lists of the intervals it covers. */
static void note_rule(const struct lists *l, const struct spans *s, uint32_t rule, bool put)
{
	uint32_t from = s->at[rule], to = s->at[rule + 1];
	struct span all = {0, UINT32_MAX};
	const struct span *at = from == to ? &all : s->all + from;

	for (uint32_t n = from == to ? 1 : to - from; n > 0; n--, at++) {
		uint32_t c = bounds_find(l->bounds, l->count, at->first);

		for (; c < l->count && l->bounds[c] <= at->last; c++) {
			if (put)
				l->rules[l->from[c]] = rule;
			l->from[c]++;
		}
	}
}

static void fill_lists(struct lists *l, const struct spans *s, const uint32_t *list, uint32_t count)
{
	uint32_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		note_rule(l, s, list[i], false);
	for (uint32_t c = 0; c < l->count; c++) {
		uint32_t n = l->from[c];

		l->from[c] = sum;
		sum += n;
	}
	for (uint32_t i = 0; i < count; i++)
		note_rule(l, s, list[i], true);
	/* Now each begins where the next did. */
	memmove(l->from + 1, l->from, l->count * sizeof *l->from);
	l->from[0] = 0;
}

static uint32_t make_node(struct maker *m, const uint32_t *list, uint32_t count,
			  enum class_field field, const struct cut *cut, unsigned tried)
{
	uint32_t at = part_add(m, &m->searches, 1), wild = NO_INDEX;
	struct lists l;

	if (!lists_get(m, &l, cut))
		return NO_RULE;
	l.count = maker_bounds(m, list, count, field);
	memcpy(l.bounds, m->sort[0], l.count * sizeof *l.bounds);
	fill_lists(&l, &m->spans[field], list, count);
	m->copies -= (int64_t)(cut->entries - count);
	for (uint32_t c = 0; c < l.count && !m->failed; c++) {
		const uint32_t *rules = l.rules + l.from[c];
		uint32_t n = l.from[c + 1] - l.from[c];
		uint32_t before = c > 0 ? l.from[c] - l.from[c - 1] : 0;

		if (c > 0 && n == before && memcmp(rules, rules - n, n * sizeof *rules) == 0)
			l.children[c] = l.children[c - 1];
		else if (n == cut->wild && wild != NO_INDEX)
			l.children[c] = wild;
		else
			l.children[c] = build(m, rules, n, tried | 1u << field);
		if (n == cut->wild)
			wild = l.children[c];
	}
	maker_search(m, at, field, l.bounds, l.children, l.count);
	alloc_put(m->alloc, l.bounds, l.size);
	return at | KIND_NODE << KIND_SHIFT;
}

/* The cut after which a rule has the fewest beside it. => CLASS_FIELDS: none is worth it */
static enum class_field best_cut(struct maker *m, const uint32_t *list, uint32_t count,
				 unsigned tried, struct cut *best)
{
	enum class_field found = CLASS_FIELDS;
	struct cut cut;

	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		if (tried >> f & 1 || m->spans[f].rules == 0)
			continue;
		measure_cut(m, list, count, (enum class_field)f, &cut);
		if (cut.intervals < 2 || (int64_t)(cut.entries - count) > m->copies ||
		    cut.entries > COPIES * (uint64_t)count ||
		    cut.squares > cut.entries * (count - count / 4))
			continue;
		if (found == CLASS_FIELDS ||
		    cut.squares / cut.entries < best->squares / best->entries) {
			found = (enum class_field)f;
			*best = cut;
		}
	}
	return found;
}

static uint32_t build(struct maker *m, const uint32_t *list, uint32_t count, unsigned tried)
{
	enum class_field field;
	struct cut cut;

	if (m->failed || count <= LEAF_RULES)
		return make_list(m, list, count);
	field = best_cut(m, list, count, tried, &cut);
	if (field != CLASS_FIELDS)
		return make_node(m, list, count, field, &cut, tried);
	if (count <= LIST_RULES)
		return make_list(m, list, count);
	return maker_bits(m, list, count);
}

/* Groups. */

/* What each rule of a list is told apart by best. */
struct choice {
	uint8_t field; /* NO_GROUP: nothing */
	uint32_t crowd; /* rules of the list that it meets there, on average */
};

/* Notes the rules that a field tells apart better than the fields before. */
static void note_choices(struct maker *m, const uint32_t *list, uint32_t count,
			 enum class_field field, struct choice *choices)
{
	const struct spans *s = &m->spans[field];
	uint32_t n = maker_bounds(m, list, count, field), *bounds = m->sort[0];
	uint32_t *crowd = m->sort[1];

	/* The rules that begin less those that end, summed up. */
	memset(crowd, 0, (n + (size_t)1) * sizeof *crowd);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t j = s->at[list[i]]; j < s->at[list[i] + 1]; j++) {
			crowd[bounds_find(bounds, n, s->all[j].first)]++;
			crowd[bounds_find(bounds, n, s->all[j].last) + 1]--;
		}
	}
	for (uint32_t c = 1; c < n; c++)
		crowd[c] += crowd[c - 1];
	for (uint32_t i = 0; i < count; i++) {
		uint32_t from = s->at[list[i]], to = s->at[list[i] + 1], covers = 0;
		uint64_t met = 0;

		if (from == to)
			continue;
		for (; from < to && covers <= NARROW; from++) {
			uint32_t c = bounds_find(bounds, n, s->all[from].first);

			for (; c < n && bounds[c] <= s->all[from].last && covers <= NARROW; c++) {
				covers++;
				met += crowd[c];
			}
		}
		if (covers <= NARROW && met / covers < choices[i].crowd) {
			choices[i].field = (uint8_t)field;
			choices[i].crowd = (uint32_t)(met / covers);
		}
	}
}

/* A group of the rules that have chosen a field. => how many there were; 0: too few */
static uint32_t take_group(struct maker *m, struct classifier *c, const uint32_t *list,
			   uint32_t count, struct choice *choices, uint32_t *chosen,
			   enum class_field field)
{
	uint32_t n = 0;
	struct cut cut;

	for (uint32_t i = 0; i < count; i++) {
		if (choices[i].field == field)
			chosen[n++] = list[i];
	}
	if (n == 0)
		return 0;
	measure_cut(m, chosen, n, field, &cut);
	if (n * 32 < count || n < 16 || c->groups == GROUPS - 1 ||
	    (int64_t)(cut.entries - n) > m->copies) {
		for (uint32_t i = 0; i < count; i++) {
			if (choices[i].field == field)
				choices[i].field = NO_GROUP;
		}
		return 0;
	}
	c->root[c->groups++] = make_node(m, chosen, n, field, &cut, 0);
	return n;
}

/* Puts what fields tell apart into groups, and keeps the rest in the list. => how many are left */
static uint32_t make_groups(struct maker *m, struct classifier *c, uint32_t *list, uint32_t count,
			    struct choice *choices, uint32_t *chosen)
{
	uint32_t left = 0;

	for (uint32_t i = 0; i < count; i++)
		choices[i] = (struct choice){NO_GROUP, count / GROUP_PART + 1};
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		if (m->spans[f].rules > 0)
			note_choices(m, list, count, (enum class_field)f, choices);
	}
	for (unsigned f = 0; f < CLASS_FIELDS && !m->failed; f++)
		take_group(m, c, list, count, choices, chosen, (enum class_field)f);
	for (uint32_t i = 0; i < count; i++) {
		if (choices[i].field == NO_GROUP)
			list[left++] = list[i];
	}
	return left;
}

static void make_all(struct maker *m, struct classifier *c)
{
	uint32_t count = m->chain->count, left = count, before = 0;
	size_t size = count * (2 * sizeof(uint32_t) + sizeof(struct choice));
	struct choice *choices = alloc_get(m->alloc, size, 64);
	uint32_t *list, *chosen;

	m->failed |= !choices;
	if (m->failed)
		return;
	list = (uint32_t *)(choices + count);
	chosen = list + count;
	for (uint32_t i = 0; i < count; i++)
		list[i] = i;
	maker_boxes(m);
	while (left > GROUP_LEAST && left != before) {
		before = left;
		left = make_groups(m, c, list, left, choices, chosen);
	}
	if (left > 0)
		c->root[c->groups++] = build(m, list, left, 0);
	alloc_put(m->alloc, choices, size);
}

/* Beginning and end. */

static bool begin(struct maker *m)
{
	size_t most = 0;

	if (!spans_gather(m->spans, m->alloc, m->chain, m->family))
		return false;
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		if (m->spans[f].at[m->chain->count] > most)
			most = m->spans[f].at[m->chain->count];
	}
	m->exact = alloc_get(m->alloc, m->chain->count, 64);
	if (!m->exact)
		return false;
	maker_exact(m);
	m->sort_size = (2 * most + 2) * sizeof *m->sort[0];
	for (unsigned i = 0; i < 3; i++) {
		m->sort[i] = alloc_get(m->alloc, m->sort_size, 64);
		if (!m->sort[i])
			return false;
	}
	return true;
}

static void end(struct maker *m)
{
	struct part *const parts[] = {&m->searches, &m->starts, &m->children, &m->wide, &m->index,
				      &m->pool, &m->rows, &m->bits, &m->boxes,
				      &m->outcomes};

	for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++)
		alloc_put(m->alloc, parts[i]->data, parts[i]->room * parts[i]->element);
	for (unsigned i = 0; i < 3; i++)
		alloc_put(m->alloc, m->sort[i], m->sort_size);
	alloc_put(m->alloc, m->exact, m->chain->count);
	spans_free(m->spans, m->alloc);
}

static const void *keep(struct maker *m, struct ruleset *ruleset, const struct part *part)
{
	void *to = ruleset_get(ruleset, m->alloc, part->used * part->element);

	m->failed |= !to;
	if (to && part->used > 0)
		memcpy(to, part->data, part->used * part->element);
	return to;
}

static void keep_all(struct maker *m, struct ruleset *ruleset, struct classifier *c)
{
	c->searches = keep(m, ruleset, &m->searches);
	c->starts = keep(m, ruleset, &m->starts);
	c->children = keep(m, ruleset, &m->children);
	c->wide = keep(m, ruleset, &m->wide);
	c->index = keep(m, ruleset, &m->index);
	c->pool = keep(m, ruleset, &m->pool);
	c->rows = keep(m, ruleset, &m->rows);
	c->bits = keep(m, ruleset, &m->bits);
	c->boxes = keep(m, ruleset, &m->boxes);
	c->outcomes = keep(m, ruleset, &m->outcomes);
}

static void make_classifier(struct maker *m, struct ruleset *ruleset, struct chain *chain)
{
	struct classifier *c = ruleset_get(ruleset, m->alloc, sizeof *c);

	m->failed |= !c;
	if (!m->failed)
		make_all(m, c);
	if (!m->failed)
		keep_all(m, ruleset, c);
	chain->classifier = c;
}

bool classify_chain(struct ruleset *ruleset, struct alloc *alloc, uint8_t family,
		    struct chain *chain)
{
	uint32_t lanes;
	struct maker m = {
		.alloc = alloc,
		.chain = chain,
		.family = family,
		.searches.element = sizeof(struct search),
		.starts.element = sizeof(uint32_t),
		.children.element = sizeof(uint32_t),
		.wide.element = sizeof(uint64_t[2]),
		.index.element = sizeof(uint32_t),
		.pool.element = sizeof(uint32_t),
		.rows.element = sizeof(uint64_t),
		.bits.element = sizeof(struct bits),
		.boxes.element = sizeof(struct box),
		.outcomes.element = sizeof(struct outcome),
		.copies = (int64_t)COPIES * chain->count,
	};

	if (chain->count < LANES_FROM)
		return true;
	if (!begin(&m)) {
		end(&m);
		return false;
	}
	lanes = maker_lane_count(&m);
	if (lanes <= LANES_MOST) {
		chain->lanes = maker_lanes(&m, ruleset, lanes);
		m.failed = !chain->lanes;
	} else {
		make_classifier(&m, ruleset, chain);
	}
	end(&m);
	return !m.failed;
}
