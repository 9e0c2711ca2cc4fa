/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/parser.h - text to statements. Paths, commands and arguments are looked up while
 * parsing, so that what parses can be run, and what cannot be run tells its place.
 *
 *	parser.c            blocks and statements
 *	parse_path.c        words of a path, menus, commands
 *	parse_argument.c    names and values of arguments
 *	parse_expression.c  ( ) and its operators
 *	parse_value.c       quotes, variables, arrays, bare words
 *	parse_where.c       conditions
 *
 * Life: a parser lives for one parse (parser_begin() to parser_end()); what it makes lies in the
 * script's arena. Threads: with the model's lock held. Cost: linear in the text.
 */
#ifndef CONSOLE_PARSER_H
#define CONSOLE_PARSER_H

#include "console/context.h"
#include "console/syntax.h"

struct scope;

/* A variable that can be named here. */
struct declared {
	const struct declared *outer;
	const char *name;
	size_t len;
};

/* Where property names were found before: a configuration names few of them very often. */
#define MEMO_SIZE 64
struct parser_memo {
	const struct menu *menu;
	const struct property *property;
};

struct parser {
	struct model *model;
	struct script *script;
	const char *text; /* script->source's */
	size_t at, len;
	const struct menu_node *node;    /* the current menu */
	const struct declared *declared; /* in this text, the nearest first */
	const struct scope *scope;       /* from before it */
	bool any_variable; /* within a function: names that are not declared may be parameters */
	bool lenient;      /* foreign menus are passed over */
	unsigned depth;
	struct parser_memo memo[MEMO_SIZE];

	bool failed;
	size_t error_at;
	struct strbuf error; /* without the place */
	bool hints;          /* what may have been meant is wanted: in `hint` (console/hint.h) */
	struct strbuf hint;

	/* Whether the statement was one of a foreign menu and passed over: what it says behind its
	 * path, which is the node's and then the words of `tail`, if tail_node is that node. */
	const struct menu_node *foreign, *tail_node;
	size_t foreign_at;
	struct strbuf tail;
	void (*passed_over)(void *ctx, struct parser *p, const char *text, size_t len);
	void *ctx;

	struct context *context; /* NULL: nobody wants to know */
};

/* Prepares for script->source; the node, scope and so on are the caller's to set. */
void parser_begin(struct parser *p, struct model *model, struct script *script);
void parser_end(struct parser *p);

/* Goes on with another text: of the next statement of a file. */
void parser_text(struct parser *p);

/* All of the text. => NULL: p->error says why */
struct block *parse_script(struct parser *p);
/* All of the text as one value, as of an argument. */
struct expression *parse_whole_value(struct parser *p);

/* Between the files of the parser. Each => false or NULL: p->failed */

bool parse_fail(struct parser *p, size_t at, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
bool parse_no_memory(struct parser *p);
void *parse_get(struct parser *p, size_t size);
struct place parse_place(struct parser *p, size_t at);
bool parse_enter(struct parser *p); /* one level of nesting more */
void parse_leave(struct parser *p);

static inline char parse_peek(const struct parser *p)
{
	return p->at < p->len ? p->text[p->at] : '\0';
}

void parse_blanks(struct parser *p);            /* and a comment */
bool parse_at_end(const struct parser *p);      /* of a statement: ; ] } ) newline or the text's */
size_t parse_word_len(const struct parser *p);  /* letters, digits, - . _ */

/* Statements up to `closer`, which is taken ('\0': the end of the text). */
struct block *parse_block(struct parser *p, char closer);
/* { } as the value of an argument. */
struct block *parse_code(struct parser *p, bool function);
struct expression *parse_command(struct parser *p); /* [ ] */

bool parse_path(struct parser *p, struct statement *statement);
bool parse_arguments(struct parser *p, struct statement *statement);
bool parse_call_arguments(struct parser *p, struct statement *statement);

/* What a value is for. */
struct value_place {
	const struct command *command;
	const struct parameter *parameter;
	const struct property *property;
	bool text; /* bare words stay text */
};
/* One value, without blanks before it. */
struct expression *parse_value(struct parser *p, const struct value_place *place);
/* $name; a quoted text; {1;2}; a text as an expression. */
struct expression *parse_variable(struct parser *p);
struct expression *parse_quoted(struct parser *p);
struct expression *parse_array(struct parser *p);
struct expression *parse_literal(struct parser *p, size_t at, size_t len, bool text);
struct expression *parse_parentheses(struct parser *p); /* ( ) */
struct expression *parse_operation(struct parser *p, enum cell_operator op, size_t at,
                                   struct expression *left, struct expression *right);
struct expression *parse_new(struct parser *p, enum expression_kind kind, size_t at);
/* The condition from here to the end of the statement. */
bool parse_where(struct parser *p, const struct menu_node *node, struct syntax_argument *argument);

bool parse_declare(struct parser *p, const char *name, size_t len);
bool parse_known(const struct parser *p, const char *name, size_t len);

/* Which commands of the interpreter declare variables, and how. */
enum declaring { DECLARES_NOTHING, DECLARES_HERE, DECLARES_INSIDE };
enum declaring command_declares(const struct command *command);
bool command_function(const struct statement *statement); /* its blocks are functions */

/* What is expected where the text ends, if it ends here. */
void context_command(struct parser *p, size_t start, const struct menu_node *node,
                     enum context_globals globals);
void context_argument(struct parser *p, size_t start, const struct statement *statement,
                      const struct parameter *positional, bool unset);
void context_value(struct parser *p, size_t start, const struct value_place *place, bool quoted);
void context_variable(struct parser *p, size_t start, bool existing);
void context_where(struct parser *p, size_t start, const struct menu_node *node);

#endif
