/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/lanes.h - all rules of a short chain compared at once.
 *
 * A rule is a lane, or a few where it names several ranges: lanes of one rule have no packet in
 * common. Of a field that is a number of many (ports, addresses) a column has the range of each
 * lane, and vector instructions compare sixteen of them with the packet's value; of a field with
 * few values (state, protocol, interfaces) a row of bits has the lanes of each value, whatever
 * set of values a rule names. What neither speaks of is not looked at. The lanes that are left,
 * in order, are the rules that the packet may meet, nearly always the first of them it does.
 *
 * The vectors are those of the machine that makes the ruleset: AVX-512 where it costs no clock
 * (Ice Lake, Zen 4), AVX2, else what the compiler makes of four numbers side by side.
 *
 * Life: made with the chain, in its memory, immutable. Any thread may read. Cost: about three
 * instructions for each column and sixteen lanes with AVX-512, twelve with AVX2, 35 without.
 */
#ifndef FIREWALL_LANES_H
#define FIREWALL_LANES_H

#include "firewall/classify.h"

#define LANES_FROM 2u   /* rules from which on a chain is worth it */
#define LANES_MOST 256u /* of a chain; longer ones have a classifier */
#define LANES_BLOCK 16u
#define LANES_COLUMNS 4u
#define LANES_ROWS 4u

enum lanes_how { LANES_PLAIN, LANES_AVX2, LANES_AVX512 };

/* A column of sixteen lanes. */
struct lane_block {
	uint32_t first[LANES_BLOCK];
	uint32_t width[LANES_BLOCK]; /* last less first */
};

struct lane_row {
	uint32_t at;   /* of value 0, among a word's bits */
	uint32_t most; /* from this value on all have the same */
	uint32_t field;
};

/* What a lane's rule is, and how much of it need still be asked. */
struct lane {
	uint32_t rule; /* with the bits below */
	uint32_t counter;
};

#define LANE_SHIFT 3
#define LANE_SURE 1u /* nothing; then also ENDS bits */

struct lanes;

/* => the lanes of a word that a packet with these values is in */
typedef uint64_t (*lanes_fn)(const struct lanes *l, const uint32_t *of, uint32_t word);

struct lanes {
	lanes_fn find;                  /* lanes_use()'s */
	const struct lane_block *block; /* those of a block's columns one behind the other */
	const uint64_t *bits;           /* of each word the lanes that there are, and its rows */
	const struct lane *lane;
	uint32_t bits_size;             /* of a word, words */
	uint8_t words;                  /* of 64 lanes */
	uint8_t blocks;
	bool wide;                      /* IPv6: addresses are numbers of places, see spans.h */
	uint8_t columns, row_count;
	uint8_t fields[LANES_COLUMNS];  /* of the columns */
	struct lane_row rows[LANES_ROWS];
	const uint64_t (*places[2])[2]; /* destination, source */
	uint32_t place_count[2];
};

/* The best that the machine has. */
enum lanes_how lanes_machine(void);

/* How they are compared. The machine must be able to. */
void lanes_use(struct lanes *l, enum lanes_how how);

/* Of IPv6 packets: the values that lanes compare. */
void lanes_places(const struct lanes *l, const struct values *v, uint32_t of[CLASS_FIELDS]);

/* => the lanes of a word that the packet is in */
static inline uint64_t lanes_word(const struct lanes *l, const struct values *v, uint32_t word)
{
	uint32_t of[CLASS_FIELDS];

	if (LIKELY(!l->wide))
		return l->find(l, v->of, word);
	lanes_places(l, v, of);
	return l->find(l, of, word);
}

#endif
