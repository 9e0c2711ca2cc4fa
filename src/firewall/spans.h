/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/spans.h - which values of a packet's fields a rule may meet, as spans of numbers.
 *
 * Fields that stay while a packet walks through a chain and that rules compare with plain
 * values: state, protocol, interfaces, ports, addresses. A value is a number of 32 bits; an IPv6
 * address is the number of the last place before it where the answer of any rule changes.
 *
 * Life: made and gone within classify_chain(). A rule without spans is asked about any value.
 */
#ifndef FIREWALL_SPANS_H
#define FIREWALL_SPANS_H

#include "firewall/ruleset.h"

/* Those that cost least to look at first. */
enum class_field {
	CLASS_STATE,
	CLASS_PROTOCOL,
	CLASS_IN,
	CLASS_OUT,
	CLASS_DST_PORT,
	CLASS_SRC_PORT,
	CLASS_DST,
	CLASS_SRC,
	CLASS_FIELDS
};

#define CLASS_NO_PORTS 0x10000u                   /* the port of a packet that has none */
#define CLASS_NO_INTERFACE WEIR_INTERFACES_MAX    /* and the number of no interface */

struct span {
	uint32_t first, last;
};

struct spans {
	struct span *all;
	uint32_t *at;    /* a rule's are at[rule] to at[rule + 1] - 1, in order and apart */
	uint32_t rules;  /* that have some */
	uint32_t most;   /* the highest value */
	uint64_t (*wide)[2]; /* IPv6 addresses: where each number begins, the high word first */
	uint32_t wide_count;
	size_t sizes[3]; /* of the three, bytes */
};

/* What all rules of a chain say, by field. => false: no memory, nothing is left */
bool spans_gather(struct spans spans[CLASS_FIELDS], struct alloc *alloc, const struct chain *chain,
		  uint8_t family);
void spans_free(struct spans spans[CLASS_FIELDS], struct alloc *alloc);

#endif
