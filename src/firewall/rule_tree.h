/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_tree.h - a classifier while it is made.
 *
 * Its parts grow in blocks of their own; what is done is copied into the ruleset's memory. Where
 * memory is missing the maker notes it and goes on with nothing, and what it made is dropped.
 */
#ifndef FIREWALL_RULE_TREE_H
#define FIREWALL_RULE_TREE_H

#include "firewall/classify.h"

/* An array that grows. */
struct part {
	void *data;
	size_t element;
	uint32_t used, room;
};

struct maker {
	struct alloc *alloc;
	const struct chain *chain;
	uint8_t family;
	bool failed; /* no memory */
	struct spans spans[CLASS_FIELDS];
	struct part searches, starts, children, wide, index, pool, rows, bits, boxes, outcomes;
	uint8_t *exact; /* of each rule, see maker_exact() */
	int64_t copies;   /* of rules in leaves that may still be made */
	uint32_t *sort[3]; /* room for all spans of a field */
	size_t sort_size;
};

/* => the first of `count` elements; 0 when there is no memory */
uint32_t part_add(struct maker *m, struct part *part, uint32_t count);

static inline void *part_at(const struct part *part, uint32_t i)
{
	return (char *)part->data + i * part->element;
}

/* The boundaries of `count` intervals, and what is in each. Neighbours that are equal become
 * one. */
void maker_search(struct maker *m, uint32_t at, enum class_field field, const uint32_t *bounds,
		  const uint32_t *children, uint32_t count);

/* Where the answers of some rules about a field may change, sorted, the first 0, into
 * m->sort[0]. => how many */
uint32_t maker_bounds(struct maker *m, const uint32_t *list, uint32_t count,
		      enum class_field field);

/* The interval that a value is in. */
uint32_t bounds_find(const uint32_t *bounds, uint32_t count, uint32_t value);

/* rule_bits.c: rows of bits over the rules of a list. => the place */
uint32_t maker_bits(struct maker *m, const uint32_t *list, uint32_t count);

/* rule_box.c: how much is known of each rule: exact[rule] has RULE_SURE where the spans say all
 * that the rule asks; and the boxes of all rules: RULE_BOXED where its box does. */
void maker_exact(struct maker *m);
void maker_boxes(struct maker *m);

/* => ENDS bits; 0: there is more to do */
uint32_t rule_ends(const struct rule *rule);

/* rule_lanes.c: how many lanes a chain's rules come to (or some number above LANES_MOST), and
 * these. => NULL: no memory */
uint32_t maker_lane_count(const struct maker *m);
const struct lanes *maker_lanes(const struct maker *m, struct ruleset *ruleset, uint32_t count);

#endif
