/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/syntax.h - a script after parsing: blocks of statements, statements with arguments,
 * expressions. Names and texts point into the script's text or its arena.
 *
 * Life: a script is counted: whoever parses it has one hold, each code cell that came out of it
 * another. Everything in it ends with it. It is constant once parsed. Threads: with the model's
 * lock held.
 */
#ifndef CONSOLE_SYNTAX_H
#define CONSOLE_SYNTAX_H

#include "console/arena.h"
#include "console/source.h"

enum expression_kind {
	EXPRESSION_CONSTANT, /* a literal that is no text */
	EXPRESSION_TEXT,     /* text as it is */
	EXPRESSION_VARIABLE,
	EXPRESSION_JOINED,   /* "a $b c": the texts of the parts */
	EXPRESSION_ARRAY,    /* {1;2;a=3} */
	EXPRESSION_COMMAND,  /* [ ] */
	EXPRESSION_UNARY,
	EXPRESSION_BINARY,
};

struct element;

struct expression {
	uint8_t kind;
	uint8_t op; /* enum cell_operator */
	struct place place;
	union {
		struct cell constant;
		struct {
			const char *text; /* TEXT, VARIABLE: its name */
			size_t len;
		};
		struct {
			struct expression *left, *right; /* UNARY: left */
		};
		struct element *elements; /* JOINED, ARRAY */
		struct block *block;      /* COMMAND */
	};
};

struct element {
	struct element *next;
	const char *key; /* NULL: none */
	size_t key_len;
	struct expression *value;
};

/* What stands in the place of a value in a condition. */
struct where_operand {
	struct where_operand *next;
	size_t from, to; /* in the condition's text */
	struct expression *value;
};

struct syntax_where {
	const char *text;
	size_t len;
	struct place place;
	struct where_operand *operands;
};

struct syntax_argument {
	struct syntax_argument *next;
	const struct parameter *parameter;
	const struct property *property;
	const char *name; /* calls: of a named argument, else NULL; VARIABLE: the variable's */
	size_t name_len;
	struct expression *value; /* NULL: none, or empty. VARIABLE: the element that is meant */
	struct block *code;
	struct syntax_where *where;
	bool unset, written_empty;
	struct place place;
};

enum statement_kind {
	STATEMENT_COMMAND,
	STATEMENT_BLOCK, /* { }, or a path before it */
	STATEMENT_CALL,  /* $function 1 a=2 */
	STATEMENT_MENU,  /* a path alone */
};

struct statement {
	struct statement *next;
	uint8_t kind;
	struct place place;
	const char *text; /* its own, for :parse's value and errors */
	size_t len;
	const char *rest; /* where what follows the path and the command begins */
	const struct menu_node *node; /* COMMAND: NULL for global ones */
	const struct command *command;
	struct syntax_argument *arguments;
	size_t count;
	struct block *block;       /* BLOCK */
	struct expression *callee; /* CALL */
};

struct block {
	struct statement *first;
	bool function; /* its own variables only */
};

struct script {
	unsigned owners;
	struct arena arena;
	struct source source;
	char *text; /* its copy, if it has to outlive the text it was made of */
	struct block *block;
	char *error; /* of a :parse that failed; in the arena */
};

/* => NULL: no memory */
struct script *script_create(void);
struct script *script_hold(struct script *script);
void script_release(struct script *script); /* NULL is fine */

#endif
