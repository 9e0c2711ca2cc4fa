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
 * that is on, a value that is set. "" equals what is not set. A property's name may
 * be cut short as long as it is the only one that begins so; an enumeration's word too.
 *
 * A bare word must be a value of the property's kind. What stands in quotes or comes from
 * a reader need not be for = and !=: it is compared as text then, and equals nothing.
 * Properties of compound kinds and references (model/setting.h) are compared by their
 * shown text; `in` takes addresses, prefixes and ranges, which must lie in the prefix whole.
 *
 * Life: where_read() makes a tree that belongs to one menu, where_free() ends it. Nothing of
 * the text, the scope or the reader is kept, but where_reader.id.
 * Threads: one at a time (a regular expression has scratch space).
 * Cost: a comparison per term; a regular expression is bounded by a match limit.
 */
#ifndef MODEL_WHERE_H
#define MODEL_WHERE_H

#include "model/menu.h"
#include "model/setting.h"

struct where;

struct where_error {
	unsigned column; /* from 1, in bytes of the expression */
	char text[240];  /* "expected ...": one line, without the column */
};

/* How the console takes part: what it evaluates at the place of a value or of a term. `text` and
 * `len` are those of where_read(), *at is where the thing begins; the callback moves it behind the
 * thing. => false: *error is filled in (where_fail() helps), and where_read() fails with it */
struct where_reader {
	void *ctx;
	/* A value that begins with `$`, `[`, `(` or `"`: appends its text. */
	bool (*operand)(void *ctx, const char *text, size_t len, size_t *at, struct strbuf *out,
	                struct where_error *error);
	/* A term that begins with `[` or `$`: the ids of items. It is true for an item whose id is
	 * among them. *ids comes from malloc() and is where_read()'s to free from then on, or NULL
	 * where *count is 0. NULL: such terms are errors */
	bool (*items)(void *ctx, const char *text, size_t len, size_t *at, uint64_t **ids,
	              size_t *count, struct where_error *error);
	/* An item's id for such terms (model_id() fits); NULL: the menu's property with PROP_ID */
	uint64_t (*id)(struct menu_source *source, const void *item);
	/* The callbacks only skip: what they give is not looked at, and the expression is of no use
	 * but that it is well formed. Free it. */
	bool skips;
	/* NULL: the expression is all of the text. Else it may end earlier, where a `]`, `}`, `;`
	 * or the end of a line stands outside of quotes, and *end says where. */
	size_t *end;
};

/* => the expression, or NULL and *error filled in. An empty text matches everything.
 * scope: may be NULL, references are compared by the text as written then.
 * reader: may be NULL, values are bare words or in quotes then */
struct where *where_read(const struct menu *menu, const struct setting_scope *scope,
                         const char *text, size_t len, const struct where_reader *reader,
                         struct where_error *error);

/* The plain case: no scope, no reader. */
struct where *where_parse(const struct menu *menu, const char *text, struct where_error *error);

/* Fills in an error at an offset (from 0) of the text. => false, so that callers can return it */
bool where_fail(struct where_error *error, size_t at, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

void where_free(struct where *where); /* NULL is fine */

/* Both have to hold. Takes both over; either may be NULL: everything. */
struct where *where_and(struct where *a, struct where *b);

/* Whether it is nothing but `property=text`. *text is good until where_free(). */
bool where_is_equal(const struct where *where, const struct property **property, const char **text);

/* => whether the item is meant; where NULL: always */
bool where_match(struct where *where, struct menu_source *source, const void *item);

/* At how many items a regular expression reached its match limit and was taken as not matching. */
uint64_t where_gave_up(const struct where *where); /* NULL is fine */
/* The items are asked again from the first: they are counted anew. */
void where_restart(struct where *where); /* NULL is fine */

#endif
