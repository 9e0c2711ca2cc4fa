/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/classify.h - which rules of a long chain a packet need not be asked about.
 *
 * The rules of a chain are put into a few groups, each by the field (addresses, ports,
 * interfaces, protocol, state) that tells its rules apart best. A group is a tree: each node
 * cuts the values of one field where an answer may change, and a leaf has the few rules that a
 * packet may still meet. Where no cut helps, as ranges overlap in every field, a leaf has rows
 * of bits: for each field and class of its values the rules that such a packet may meet; the
 * rows of a packet's classes and-ed leave few, and a summary of each row's words tells which
 * words need not be looked at. Short chains have lanes instead (lanes.h).
 *
 * The rules that the groups leave are asked in the order of the chain: first whether the packet's
 * values lie in the rule's box, and then, unless that was all the rule says, in full. So the answer
 * is the same as without, and so is everything that rules remember: a rule that is passed over
 * would have failed at a match that remembers nothing and that comes before all that do.
 *
 * Life: made with the chain, in its memory, immutable. Memory: a rule stands in a bounded number
 * of leaves (COPIES on average). Cost: a packet pays one path from root to leaf for each group,
 * whatever is sent.
 */
#ifndef FIREWALL_CLASSIFY_H
#define FIREWALL_CLASSIFY_H

#include "firewall/spans.h"
#include "firewall/worker_state.h"

#define GROUPS 8u
#define BITS_RULES 1024u  /* of one leaf's rows */
#define NO_RULE 0x3fffffffu
#define NO_INDEX UINT32_MAX
#define SEARCH_LAST 8u     /* intervals that are compared at once */
#define LIST_PART 4u       /* rules of a list that are looked at at once */

/* A rule in a leaf: its number, and how much of it need still be asked. */
#define RULE_SHIFT 2
#define RULE_SURE 1u  /* nothing: who is led here meets it */
#define RULE_BOXED 2u /* its box alone */
#define RULE_MET (RULE_SURE | RULE_BOXED) /* enough for who is in the box */

/* Whoever meets the rule is through, and nothing else is done: */
#define ENDS 2u
#define ENDS_DROP 4u /* it is dropped, else let pass */

/* A packet's values of all fields; of IPv6 addresses 0. */
struct values {
	uint32_t of[CLASS_FIELDS];
	uint64_t wide[2][2]; /* IPv6: destination, source */
};

/* Between which values of each field a rule's lie: as signed numbers with their highest bit
 * turned, since those are what vectors of any machine compare. */
#define BOX_TURN 0x80000000u

struct box {
	uint32_t first[CLASS_FIELDS];
	int32_t width[CLASS_FIELDS]; /* last less first */
};

struct outcome {
	uint32_t counter;
	uint32_t ends; /* ENDS bits */
};

/* What a place in a tree is: the upper two bits of a number, the others say which. */
#define KIND_RULE 0u /* a rule; the one behind the last: none */
#define KIND_LIST 1u /* a place in the pool: how many fours, and each four and NO_RULE */
#define KIND_NODE 2u
#define KIND_BITS 3u
#define KIND_SHIFT 30
#define KIND_MASK 0x3fffffffu

/* In which of the intervals of a field a value is. */
struct search {
	uint8_t field, shift;
	uint8_t rounds;  /* that halve what the index leaves, until it is SEARCH_LAST */
	bool direct;     /* the index has the child of each value up to `parts`, from where on all
			    have the same */
	uint32_t count;  /* intervals; the first begins at 0 */
	uint32_t steps;  /* the first, of starts and children */
	uint32_t wide;   /* IPv6: where the intervals begin stands there */
	uint32_t index;  /* the first step of what is below `base`, and of `parts` parts of equal
			    size from there on */
	uint32_t base, parts;
};

/* Rows of bits over a leaf's rules. */
struct bits {
	uint32_t rules;    /* in the pool */
	uint32_t count, words;
	uint32_t searches; /* of fields */
	uint8_t fields;
	bool more;         /* the leaf goes on with the next of its kind */
};

struct classifier {
	const struct search *searches; /* nodes, and fields of bits */
	const uint32_t *starts;   /* of intervals, BOX_TURN turned; behind each search's the
				     highest value, SEARCH_LAST times */
	const uint32_t *children; /* of each: of a node a place; of rows of bits where its begins */
	const uint64_t (*wide)[2];
	const uint32_t *index;
	const uint32_t *pool;
	const uint64_t *rows;
	const struct bits *bits;
	const struct box *boxes; /* of all rules of the chain; behind them one that nothing is in */
	const struct outcome *outcomes; /* of all rules */
	uint32_t groups;
	uint32_t root[GROUPS];
};

/* A group's rules that a packet may meet. */
struct stream {
	uint32_t head;            /* the next that has the packet in its box, with RULE_* bits;
				     NO_RULE: none */
	uint32_t hits;            /* those behind it of a list's four */
	const uint32_t *at, *end; /* of a list: the four, and where they end; NULL: no list */
	const struct bits *bits;  /* NULL: no rows */
	uint64_t left, words;     /* of this word's rules; of the words behind it */
	uint32_t word;
	uint32_t row[CLASS_FIELDS]; /* where each field's row begins */
};

/* => false: no memory. A short chain has lanes instead, the shortest neither. */
bool classify_chain(struct ruleset *ruleset, struct alloc *alloc, uint8_t family,
		    struct chain *chain);

static inline uint32_t interface_value(uint16_t interface)
{
	return interface < WEIR_INTERFACES_MAX ? interface : CLASS_NO_INTERFACE;
}

static inline void values_get(struct values *v, const struct walk *walk)
{
	const struct tuple *t = &walk->tuple;
	uint32_t some = has_ports(t->proto) & (walk->packet->l4_cap >= 4);
	uint32_t none = some - 1; /* all bits or none */

	v->of[CLASS_STATE] = walk->state;
	v->of[CLASS_PROTOCOL] = t->proto;
	v->of[CLASS_IN] = interface_value(walk->in);
	v->of[CLASS_OUT] = interface_value(walk->out);
	v->of[CLASS_DST_PORT] = (t->dst_port & ~none) | (CLASS_NO_PORTS & none);
	v->of[CLASS_SRC_PORT] = (t->src_port & ~none) | (CLASS_NO_PORTS & none);
	if (LIKELY(walk->family == WEIR_IPV4)) {
		v->of[CLASS_DST] = be32_swap(t->dst.v4);
		v->of[CLASS_SRC] = be32_swap(t->src.v4);
	} else {
		union weir_addr n = addr_number(WEIR_IPV6, &t->dst);

		v->of[CLASS_DST] = v->of[CLASS_SRC] = 0;
		memcpy(v->wide[0], n.u64, sizeof n.u64);
		n = addr_number(WEIR_IPV6, &t->src);
		memcpy(v->wide[1], n.u64, sizeof n.u64);
	}
}

/* Finds the leaves, into streams[0..groups). */
void streams_begin(struct stream *streams, const struct classifier *c, const struct values *v);

/* Goes past the rules before one. */
void streams_skip(struct stream *streams, const struct classifier *c, const struct values *v,
		  uint32_t rule);

/* Makes the next rule of a stream its head. */
void stream_next(struct stream *s, const struct classifier *c, const struct values *v);

/* => the stream with the first rule of all, or one at its end: then all are */
static inline struct stream *streams_first(struct stream *streams, const struct classifier *c)
{
	uint32_t head = streams[0].head, first = 0;

	/* Which it is differs from packet to packet: no branches. */
	for (uint32_t i = 1; i < c->groups; i++) {
		bool less = streams[i].head < head;

		first = less ? i : first;
		head = less ? streams[i].head : head;
	}
	return &streams[first];
}

#endif
