/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/where_tree.h - what a where-expression is once it is read: nodes in one array that name
 * each other by index, so that it is freed at once, and its depth is bounded by the nesting that
 * the parser allows. where_read.c makes it, where_value.c its right-hand sides, where.c asks it.
 *
 * Life, threads: see where.h.
 */
#ifndef MODEL_WHERE_TREE_H
#define MODEL_WHERE_TREE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "model/where.h"

enum node_kind {
	AND,
	OR,
	NOT,
	IS_SET,
	EQUAL,
	UNEQUAL,
	BELOW,
	ABOVE,
	AT_MOST,
	AT_LEAST,
	LIKE,
	IN,
	IS_ONE_OF
};

struct node {
	enum node_kind kind;
	uint16_t left, right; /* AND, OR; NOT: left */
	const struct property *property; /* IS_ONE_OF: of the id, or NULL: where.id */
	property_get *get;
	struct value value;   /* VALUE_NONE: compared with "" */
	char *text;           /* what value borrows from */
	size_t len;           /* of text, which may hold any byte and ends with a NUL */
	struct prefix prefix; /* IN */
	pcre2_code *regex;    /* LIKE */
	pcre2_match_data *match;
	uint64_t *ids; /* IS_ONE_OF: ascending */
	size_t id_count;
};

struct where {
	struct node *nodes;
	size_t count, size;
	uint16_t root;
	pcre2_match_context *limits;
	struct strbuf text; /* of the value at hand, where texts are compared */
	bool gave_up;       /* a regular expression did, at the item at hand */
	uint64_t missed;    /* items that one did at */
	uint64_t (*id)(struct menu_source *source, const void *item); /* or NULL */
	struct where *also; /* has to hold as well: where_and() */
};

/* The right-hand side of a term being read. */
struct right_side {
	const struct setting_scope *scope;
	size_t at;    /* where it begins */
	bool literal; /* a bare word: has to be a value of the property */
	bool quoted;  /* written in quotes: places in it are one further */
};

/* Whether an operator suits a property. => false: *error says why */
bool where_suits(enum node_kind kind, const struct property *property, size_t at,
                 struct where_error *error);

/* Makes node->value and its like from node->text. => false: *error says why */
bool where_compile(struct where *where, struct node *node, const struct right_side *operand,
                   struct where_error *error);

/* "expected a number from 0 to 255 for x" => false */
bool where_expected(const struct property *property, size_t at, struct where_error *error);

#endif
