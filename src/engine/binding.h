/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/binding.h - which rules of the table nat made the translations that live: who removes a
 * rule can be told of the connections that keep what it made, and remove them.
 *
 * A router of a million translated connections has few pairs of a rule for the destination
 * and one for the source. Each pair stands once in the worker's list; a connection keeps
 * two bytes (conn.binding) that name it. Rules are named by their counters, which outlive rulesets.
 *
 * Life: a pair is there from bindings_find() on, and as long as connections hold it; one that
 * nobody holds is good until the next bindings_find(), which may use its place for another. At
 * most 65535 pairs are held at a time; a connection that finds the list full, or no memory for
 * it, does not know its rules (BINDING_NONE).
 *
 * Threads: the owning worker's alone. Cost: a new translated connection hashes 8 bytes and
 * counts one up, its end counts one down; counting a rule's connections passes over the list.
 */
#ifndef ENGINE_BINDING_H
#define ENGINE_BINDING_H

#include "base/alloc.h"
#include "nat/nat.h"

#define BINDING_NONE 0
#define BINDING_NO_RULE UINT32_MAX

struct binding {
	uint32_t rule[2]; /* counters by enum nat_side; both BINDING_NO_RULE: the place is free */
	uint32_t conns;   /* that hold it */
	uint32_t next;    /* free place, 0: none */
};

struct bindings {
	struct alloc *alloc;
	struct binding *list; /* [0] stands for BINDING_NONE where it is there */
	uint16_t *table;      /* 2 * room places: numbers, 0: empty */
	uint32_t count, room; /* pairs, free ones and [0]; a power of two, or 0 */
	uint32_t free;        /* the first free place; 0: none */
};

void bindings_init(struct bindings *bindings, struct alloc *alloc);
void bindings_fini(struct bindings *bindings);

/* The number of what `number` stands for with another rule on one side.
 * => BINDING_NONE: no memory, or too many */
uint16_t bindings_find(struct bindings *bindings, uint16_t number, enum nat_side side,
		       uint32_t rule);

/* The connections whose translation of a side a rule made; => of either side */
uint64_t bindings_uses(const struct bindings *bindings, uint32_t rule, uint64_t uses[2]);

/* The rule that made a side. => BINDING_NO_RULE: none, or it is not known */
static inline uint32_t bindings_rule(const struct bindings *bindings, uint16_t number,
				     enum nat_side side)
{
	return number == BINDING_NONE ? BINDING_NO_RULE : bindings->list[number].rule[side];
}

/* A connection begins, or ends. */
static inline void bindings_hold(struct bindings *bindings, uint16_t number)
{
	if (number != BINDING_NONE)
		bindings->list[number].conns++;
}

static inline void bindings_release(struct bindings *bindings, uint16_t number)
{
	if (number != BINDING_NONE)
		bindings->list[number].conns--;
}

#endif
