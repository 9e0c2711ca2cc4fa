/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route/trie.h - from an address to the value of the longest prefix that holds it.
 *
 * A multibit trie of six bits a step with its leaves pushed down and both compressed by bit
 * maps (Asai and Ohara, "Poptrie", 2015): a node says which of its 64 slots lead further down and
 * where among the others the value changes, so that it is 24 bytes however much it holds.
 *
 * Life: built in one go from prefixes, then immutable; any thread may look.
 * Cost: a lookup reads one node a step and one leaf, at most six steps for IPv4; building is a sort
 * and a pass that is linear in prefixes. A million IPv4 routes take some 10 MB.
 */
#ifndef ROUTE_TRIE_H
#define ROUTE_TRIE_H

#include <stdbool.h>
#include <weir/types.h>

#include "base/alloc.h"

struct trie_prefix {
	union weir_addr addr; /* bits beyond the length do not count */
	uint8_t length;
	uint32_t value; /* not 0 */
};

struct trie_node {
	uint64_t down;   /* slots that have a node of their own */
	uint64_t change; /* of the others, those whose value is not that of the one before */
	uint32_t nodes, leaves; /* where its own begin */
};

struct trie {
	struct trie_node *node;
	uint32_t *leaf;
	uint32_t nodes, leaves;         /* in use */
	uint32_t node_room, leaf_room;
	uint8_t family;
};

/* Sorts the prefixes, masks their addresses, and builds. Of equal prefixes the last one given
 * counts. No prefixes are fine. => false: no memory, and nothing to free */
bool trie_build(struct trie *trie, struct alloc *alloc, uint8_t family,
		struct trie_prefix *prefixes, size_t count);
void trie_free(struct trie *trie, struct alloc *alloc); /* one that is all zero is fine */

/* => the value of the longest prefix, 0: there is none. Zero tries hold nothing. */
uint32_t trie_find(const struct trie *trie, const union weir_addr *addr);

#endif
