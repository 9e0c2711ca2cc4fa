/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/classify.h - which rules of a long chain a packet need not be asked about.
 *
 * A chain is cut into segments of up to 1024 rules. For each field that rules of a segment look
 * at (protocol, interfaces, state, destination port, addresses) its values fall into classes
 * that the rules cannot tell apart, and each class has a row of bits: the rules that such a
 * packet may meet. The rows of a packet's classes and-ed leave few rules, in order; those are
 * asked in full. So the answer is the same as without, and so is everything that rules
 * remember: a rule that is passed over would have failed at a match that remembers nothing and
 * that comes before all that do.
 *
 * Life: made with the ruleset, in its memory, immutable. Memory: a row is 128 bytes, a rule adds
 * two classes at most for an address and each port range. Cost: a packet pays one binary search
 * a field and segment, and a few reads for each 64 rules, instead of one rule after the other.
 */
#ifndef FIREWALL_CLASSIFY_H
#define FIREWALL_CLASSIFY_H

#include "firewall/ruleset.h"

#define CLASSIFY_FROM 10u /* rules from which on a chain is worth it */
#define SEGMENT_RULES 1024u
#define SEGMENT_WORDS (SEGMENT_RULES / 64)

enum class_field {
	CLASS_PROTOCOL,
	CLASS_STATE,
	CLASS_IN,
	CLASS_OUT,
	CLASS_DST_PORT,
	CLASS_SRC,
	CLASS_DST,
	CLASS_FIELDS
};

struct dimension {
	uint8_t field;         /* enum class_field */
	uint32_t classes;      /* of values; DST_PORT has one row more: no ports at all */
	const uint16_t *map;   /* the class of each value, of fields with few */
	const uint32_t *start; /* or where each class begins: ports, IPv4 */
	const uint64_t (*start6)[2]; /* IPv6 */
	const uint64_t *rows;  /* of segment.words words each */
};

struct segment {
	uint32_t first, count; /* rules */
	uint32_t words;
	uint32_t dimension_count;
	struct dimension dimension[CLASS_FIELDS];
};

/* A walk through the candidates of a chain. */
struct candidates {
	const uint64_t *row[CLASS_FIELDS]; /* of this segment */
	uint64_t bits;                     /* of this word, not yet taken */
	uint32_t segment, word;
};

/* Fills in chain->segments. => false: no memory */
bool classify_chain(struct ruleset *ruleset, struct alloc *alloc, uint8_t family,
		    struct chain *chain);

void candidates_begin(struct candidates *c, const struct chain *chain, const struct walk *walk);

/* => the next rule's number, UINT32_MAX: there is none */
uint32_t candidates_next(struct candidates *c, const struct chain *chain, const struct walk *walk);

#endif
