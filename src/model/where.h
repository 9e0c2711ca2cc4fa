/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where.h - where-expressions: which items of a menu are meant.
 *
 *	protocol=tcp tcp-state=established
 *	(src-address in 10.0.0.0/8 or dst-port=53) and !fasttrack timeout<30s
 *
 * Terms are joined by `and`, `&&` or a blank, and by `or`, `||`, which binds
 * looser; `!` negates, parentheses group. A term is a property with = != < > <=
 * >= ~ (regular expression) or `in` (address prefix), or a property alone: a flag
 * that is on, a value that is set. "" equals what is not set.
 *
 * Life: where_parse() makes a tree that belongs to one menu, where_free() ends it.
 * Threads: one at a time (a regular expression has scratch space).
 * Cost: a comparison per term; a regular expression is bounded by a match limit.
 */
#ifndef MODEL_WHERE_H
#define MODEL_WHERE_H

#include "model/menu.h"

struct where;

struct where_error {
	unsigned column; /* from 1, in bytes of the expression */
	char text[240];  /* "expected ...": one line, without the column */
};

/* => the expression, or NULL and *error filled in. An empty text matches everything. */
struct where *where_parse(const struct menu *menu, const char *text, struct where_error *error);

void where_free(struct where *where); /* NULL is fine */

/* Both have to hold. Takes both over; either may be NULL: everything. */
struct where *where_and(struct where *a, struct where *b);

/* => whether the item is meant; where NULL: always */
bool where_match(struct where *where, struct menu_source *source, const void *item);

/* How often a regular expression reached its match limit and was taken as not matching. */
uint64_t where_gave_up(const struct where *where);

#endif
