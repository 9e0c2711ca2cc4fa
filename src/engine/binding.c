/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/binding.c - see binding.h.
 *
 * The table is open-addressed, at most half full, and holds numbers. Pairs that nobody holds
 * any more are collected when the list has no place left, and it grows if they were few. Which
 * pairs there are is up to the configuration: the hash needs no key.
 */
#include "engine/binding.h"

#define ROOM_FIRST 16u
#define ROOM_MAX 65536u

void bindings_init(struct bindings *bindings, struct alloc *alloc)
{
	*bindings = (struct bindings){.alloc = alloc, .count = 1};
}

void bindings_fini(struct bindings *bindings)
{
	if (bindings->room) {
		alloc_put(bindings->alloc, bindings->list,
			  bindings->room * sizeof *bindings->list);
		alloc_put(bindings->alloc, bindings->table,
			  2 * bindings->room * sizeof *bindings->table);
	}
	bindings_init(bindings, bindings->alloc);
}

static bool is_free(const struct binding *binding)
{
	return binding->rule[0] == BINDING_NO_RULE && binding->rule[1] == BINDING_NO_RULE;
}

/* The place of a pair in the table, or the empty one where it would stand. */
static uint16_t *place_of(const struct bindings *b, const uint32_t rule[2])
{
	uint64_t hash = ((uint64_t)rule[0] << 32 | rule[1]) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t mask = 2 * b->room - 1, at = (uint32_t)(hash >> 32) & mask;

	while (b->table[at] && (b->list[b->table[at]].rule[0] != rule[0] ||
				b->list[b->table[at]].rule[1] != rule[1]))
		at = (at + 1) & mask;
	return &b->table[at];
}

static void fill_table(struct bindings *b)
{
	memset(b->table, 0, 2 * b->room * sizeof *b->table);
	for (uint32_t i = 1; i < b->count; i++)
		if (!is_free(&b->list[i]))
			*place_of(b, b->list[i].rule) = (uint16_t)i;
}

/* Frees the places of pairs that nobody holds. => how many */
static uint32_t collect(struct bindings *b)
{
	uint32_t freed = 0;

	for (uint32_t i = 1; i < b->count; i++) {
		struct binding *binding = &b->list[i];

		if (binding->conns > 0 || is_free(binding))
			continue;
		*binding = (struct binding){{BINDING_NO_RULE, BINDING_NO_RULE}, 0, b->free};
		b->free = i;
		freed++;
	}
	if (freed)
		fill_table(b);
	return freed;
}

static bool grow(struct bindings *b)
{
	uint32_t room = b->room ? b->room * 2 : ROOM_FIRST;
	struct bindings grown = {.alloc = b->alloc, .count = b->count, .room = room,
				 .free = b->free};

	grown.list = alloc_get(b->alloc, room * sizeof *grown.list, 64);
	grown.table = alloc_get(b->alloc, 2 * room * sizeof *grown.table, 64);
	if (!grown.list || !grown.table) {
		alloc_put(b->alloc, grown.list, room * sizeof *grown.list);
		alloc_put(b->alloc, grown.table, 2 * room * sizeof *grown.table);
		return false;
	}
	if (b->room)
		memcpy(grown.list, b->list, b->count * sizeof *b->list);
	fill_table(&grown);
	bindings_fini(b);
	*b = grown;
	return true;
}

/* Makes sure of a place for one more. */
static bool make_room(struct bindings *b)
{
	if (b->free || b->count < b->room)
		return true;
	if (collect(b) > b->room / 4)
		return true;
	return (b->room < ROOM_MAX && grow(b)) || b->free;
}

uint16_t bindings_find(struct bindings *bindings, uint16_t number, enum nat_side side,
		       uint32_t rule)
{
	struct bindings *b = bindings;
	uint32_t wanted[2] = {[NAT_SRC] = bindings_rule(b, number, NAT_SRC),
			      [NAT_DST] = bindings_rule(b, number, NAT_DST)};
	uint16_t *place;
	uint32_t at;

	wanted[side] = rule;
	if (wanted[0] == BINDING_NO_RULE && wanted[1] == BINDING_NO_RULE)
		return BINDING_NONE;
	if (b->room) {
		place = place_of(b, wanted);
		if (*place)
			return *place;
	}
	if (!make_room(b))
		return BINDING_NONE;
	at = b->free;
	if (at)
		b->free = b->list[at].next;
	else
		at = b->count++;
	place = place_of(b, wanted);
	b->list[at] = (struct binding){{wanted[0], wanted[1]}, 0, 0};
	*place = (uint16_t)at;
	return *place;
}

uint64_t bindings_uses(const struct bindings *bindings, uint32_t rule, uint64_t uses[2])
{
	uint64_t either = 0;

	uses[NAT_DST] = uses[NAT_SRC] = 0;
	for (uint32_t i = 1; rule != BINDING_NO_RULE && i < bindings->count; i++) {
		const struct binding *binding = &bindings->list[i];
		bool dst = binding->rule[NAT_DST] == rule, src = binding->rule[NAT_SRC] == rule;

		uses[NAT_DST] += dst ? binding->conns : 0;
		uses[NAT_SRC] += src ? binding->conns : 0;
		either += dst || src ? binding->conns : 0;
	}
	return either;
}
