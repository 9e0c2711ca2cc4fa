/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/rule_box.c - the boxes of a chain's rules; see classify.h.
 *
 * A box has the lowest and the highest value of each field that a rule may meet; compared all at
 * once it costs one cache line and no branch, where asking the matches costs several of each.
 * Of IPv6 addresses boxes say nothing.
 */
#include "firewall/rule_tree.h"

/* Whether spans of the field say all that a match of this type does. */
static bool is_spanned(const struct weir_match *m)
{
	switch (m->type) {
	case WEIR_MATCH_CONNECTION_STATE:
	case WEIR_MATCH_PROTOCOL:
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_DST_ADDRESS:
	case WEIR_MATCH_SRC_ADDRESS:
		return true;
	default:
		return false;
	}
}

/* Whether all of a rule's matches have spans, and no two the same ones. */
static bool is_sure(const struct maker *m, uint32_t rule)
{
	const struct rule *r = &m->chain->rules[rule];
	uint32_t fields = 0;

	for (unsigned f = 0; f < CLASS_FIELDS; f++)
		fields += m->spans[f].at[rule] < m->spans[f].at[rule + 1];
	for (uint32_t i = 0; i < r->match_count; i++) {
		if (!is_spanned(&r->matches[i].is))
			return false;
	}
	return fields == r->match_count && r->is.action != WEIR_ACTION_ENDPOINT_INDEPENDENT;
}

static void make_box(const struct maker *m, uint32_t rule, struct box *box, bool *whole)
{
	*whole = true;
	for (unsigned f = 0; f < CLASS_FIELDS; f++) {
		const struct spans *s = &m->spans[f];
		uint32_t from = s->at[rule], to = s->at[rule + 1];

		box->first[f] = BOX_TURN;
		box->width[f] = INT32_MAX;
		if (from == to)
			continue;
		*whole &= to - from == 1 && !s->wide;
		if (s->wide)
			continue;
		box->first[f] = s->all[from].first ^ BOX_TURN;
		box->width[f] = (int32_t)((s->all[to - 1].last - s->all[from].first) ^ BOX_TURN);
	}
}

void maker_exact(struct maker *m)
{
	for (uint32_t i = 0; i < m->chain->count; i++)
		m->exact[i] = is_sure(m, i) ? RULE_SURE : 0;
}

uint32_t rule_ends(const struct rule *rule)
{
	bool drop = rule->is.action == WEIR_ACTION_DROP;

	if ((!drop && rule->is.action != WEIR_ACTION_ACCEPT) || rule->is.log || rule->varies)
		return 0;
	return ENDS | (drop ? ENDS_DROP : 0);
}

void maker_boxes(struct maker *m)
{
	uint32_t count = m->chain->count;
	struct outcome *outcomes;
	struct box *boxes;
	bool whole;

	part_add(m, &m->boxes, count + 1);
	part_add(m, &m->outcomes, count);
	if (m->failed)
		return;
	boxes = part_at(&m->boxes, 0);
	outcomes = part_at(&m->outcomes, 0);
	for (uint32_t i = 0; i < count; i++) {
		make_box(m, i, &boxes[i], &whole);
		if (whole && m->exact[i] & RULE_SURE)
			m->exact[i] |= RULE_BOXED;
		outcomes[i].counter = m->chain->rules[i].is.counter;
		outcomes[i].ends = rule_ends(&m->chain->rules[i]);
	}
	/* No packet has such a state. */
	boxes[count] = (struct box){{0}, {0}};
	boxes[count].first[CLASS_STATE] = UINT32_MAX ^ BOX_TURN;
	boxes[count].width[CLASS_STATE] = INT32_MIN;
}
