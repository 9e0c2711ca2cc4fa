/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route/trie.c - see trie.h.
 *
 * Prefixes are sorted by address, then length, so that a prefix stands before all that lie
 * within it, and those within one slot of a node stand together. A node is filled from its
 * stretch of the sorted prefixes: those that end in this step paint slots, the
 * longer ones behind them become the slot's own node, which begins with the slot's paint.
 */
#include "route/trie.h"

#include <stdlib.h>

#include "base/bytes.h"

#define STEP 6u
#define SLOTS 64u
#define ROOM_FIRST 16u

/* An address as a number, left-aligned: the first bit is the highest. */
static inline unsigned __int128 number_of(uint8_t family, const union weir_addr *addr)
{
	if (family == WEIR_IPV4)
		return (unsigned __int128)be32(addr) << 96;
	return (unsigned __int128)be32(addr->v6) << 96 | (unsigned __int128)be32(addr->v6 + 4) << 64 |
	       (uint64_t)be32(addr->v6 + 8) << 32 | be32(addr->v6 + 12);
}

/* The six bits from `depth` on; zeros stand behind the last. */
static inline unsigned slot_at(unsigned __int128 number, unsigned depth)
{
	return (unsigned)(number << depth >> 122);
}

uint32_t trie_find(const struct trie *trie, const union weir_addr *addr)
{
	const struct trie_node *n = trie->node;
	unsigned __int128 number;
	unsigned slot;

	if (!n)
		return 0;
	number = number_of(trie->family, addr);
	slot = slot_at(number, 0);
	while (n->down >> slot & 1) {
		uint64_t before = n->down & ((UINT64_C(1) << slot) - 1);

		n = &trie->node[n->nodes + (unsigned)__builtin_popcountll(before)];
		number <<= STEP;
		slot = slot_at(number, 0);
	}
	/* Slot 63 shifts everything out, which leaves all ones as it should. */
	return trie->leaf[n->leaves - 1 +
			  (unsigned)__builtin_popcountll(n->change &
							 ((UINT64_C(2) << slot) - 1))];
}

struct build {
	struct trie *trie;
	struct alloc *alloc;
	const struct trie_prefix *prefix;
};

/* Sees to room for `more` elements, doubling. => false: no memory */
static bool grow(struct alloc *alloc, void *array, uint32_t *room, uint32_t used, uint32_t more,
		 size_t size)
{
	uint64_t want = *room ? *room : ROOM_FIRST;
	void *old, *wider;

	if (used + more <= *room)
		return true;
	while (want < (uint64_t)used + more)
		want *= 2;
	if (want > UINT32_MAX / 2)
		return false;
	wider = alloc_get(alloc, (size_t)want * size, 8);
	if (!wider)
		return false;
	memcpy(&old, array, sizeof old);
	if (used)
		memcpy(wider, old, used * size);
	alloc_put(alloc, old, *room * size);
	memcpy(array, &wider, sizeof wider);
	*room = (uint32_t)want;
	return true;
}

/* A node's slots while it is filled. */
struct painting {
	uint32_t value[SLOTS];
	size_t from[SLOTS], to[SLOTS]; /* prefixes of the node below, empty: none */
};

static uint64_t paint(const struct build *b, struct painting *p, size_t from, size_t to,
		      unsigned depth)
{
	uint64_t down = 0;

	for (size_t i = from; i < to; i++) {
		const struct trie_prefix *prefix = &b->prefix[i];
		unsigned slot = slot_at(number_of(b->trie->family, &prefix->addr), depth), count;

		if (prefix->length > depth + STEP) {
			if (!(down >> slot & 1))
				p->from[slot] = i;
			p->to[slot] = i + 1;
			down |= UINT64_C(1) << slot;
			continue;
		}
		count = 1u << (depth + STEP - prefix->length);
		for (unsigned s = slot; s < slot + count; s++)
			p->value[s] = prefix->value;
	}
	return down;
}

/* Writes the values of the slots that end here. */
static bool put_leaves(const struct build *b, const struct painting *p, struct trie_node *node)
{
	struct trie *t = b->trie;
	uint32_t last = 0;

	if (!grow(b->alloc, &t->leaf, &t->leaf_room, t->leaves, SLOTS, sizeof *t->leaf))
		return false;
	node->leaves = t->leaves;
	for (unsigned s = 0; s < SLOTS; s++) {
		if (node->down >> s & 1)
			continue;
		if (node->change && p->value[s] == last)
			continue;
		last = p->value[s];
		node->change |= UINT64_C(1) << s;
		t->leaf[t->leaves++] = last;
	}
	return true;
}

/* Fills node `at` from the prefixes [from, to), all of them longer than `depth`; `value` is what
 * holds for all of it. At most 22 deep. */
static bool fill(const struct build *b, uint32_t at, size_t from, size_t to, unsigned depth,
		 uint32_t value)
{
	struct trie *t = b->trie;
	struct trie_node node = {0};
	struct painting p;
	uint32_t below;

	for (unsigned s = 0; s < SLOTS; s++)
		p.value[s] = value;
	node.down = paint(b, &p, from, to, depth);
	below = (uint32_t)__builtin_popcountll(node.down);
	if (!put_leaves(b, &p, &node) ||
	    !grow(b->alloc, &t->node, &t->node_room, t->nodes, below, sizeof *t->node))
		return false;
	node.nodes = t->nodes;
	t->nodes += below;
	t->node[at] = node;
	below = node.nodes;
	for (unsigned s = 0; s < SLOTS; s++)
		if (node.down >> s & 1 &&
		    !fill(b, below++, p.from[s], p.to[s], depth + STEP, p.value[s]))
			return false;
	return true;
}

static void mask_addr(uint8_t family, struct trie_prefix *p)
{
	unsigned bytes = family == WEIR_IPV4 ? 4 : 16;

	for (unsigned i = 0; i < bytes; i++) {
		unsigned first = i * 8;

		if (p->length <= first)
			p->addr.v6[i] = 0;
		else if (p->length < first + 8)
			p->addr.v6[i] &= (uint8_t)(0xff00 >> (p->length - first));
	}
	for (unsigned i = bytes; i < 16; i++)
		p->addr.v6[i] = 0;
}

static int compare(const void *a, const void *b)
{
	const struct trie_prefix *x = a, *y = b;
	int order = memcmp(&x->addr, &y->addr, sizeof x->addr);

	return order ? order : x->length - y->length;
}

/* A merge sort, since of equal prefixes the last given is to come last. `spare` has as much room.
 * => where the sorted ones are: in either */
static struct trie_prefix *sort(struct trie_prefix *prefix, struct trie_prefix *spare, size_t count)
{
	for (size_t run = 1; run < count; run *= 2) {
		struct trie_prefix *other = prefix;

		for (size_t left = 0; left < count; left += 2 * run) {
			size_t middle = left + run < count ? left + run : count;
			size_t end = middle + run < count ? middle + run : count;
			size_t a = left, b = middle;

			for (size_t i = left; i < end; i++) {
				bool first = b == end ||
					     (a < middle && compare(&prefix[a], &prefix[b]) <= 0);

				spare[i] = first ? prefix[a++] : prefix[b++];
			}
		}
		prefix = spare;
		spare = other;
	}
	return prefix;
}

bool trie_build(struct trie *trie, struct alloc *alloc, uint8_t family,
		struct trie_prefix *prefixes, size_t count)
{
	struct build b = {.trie = trie, .alloc = alloc};
	struct trie_prefix *spare = NULL;
	bool good;

	memset(trie, 0, sizeof *trie);
	trie->family = family;
	if (count > 1) {
		spare = alloc_get(alloc, count * sizeof *spare, 8);
		if (!spare)
			return false;
	}
	for (size_t i = 0; i < count; i++)
		mask_addr(family, &prefixes[i]);
	b.prefix = sort(prefixes, spare, count);
	good = grow(alloc, &trie->node, &trie->node_room, 0, 1, sizeof *trie->node);
	if (good) {
		trie->nodes = 1;
		good = fill(&b, 0, 0, count, 0, 0);
	}
	alloc_put(alloc, spare, count * sizeof *spare);
	if (!good)
		trie_free(trie, alloc);
	return good;
}

void trie_free(struct trie *trie, struct alloc *alloc)
{
	alloc_put(alloc, trie->node, trie->node_room * sizeof *trie->node);
	alloc_put(alloc, trie->leaf, trie->leaf_room * sizeof *trie->leaf);
	memset(trie, 0, sizeof *trie);
}
