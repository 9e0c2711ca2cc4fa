/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/context.h - what the parser expects at the end of a text: for completion and help.
 *
 *	/ip firewall filter add chain=forw
 *	'-------- node -------' '-' '---' '- the word; kind VALUE, property chain
 *	                     command
 *
 * Life: context_read() fills one in, context_free() ends it; it borrows from the text.
 * Threads: the session's, with the model's lock held. Cost: one parse of the text.
 */
#ifndef CONSOLE_CONTEXT_H
#define CONSOLE_CONTEXT_H

#include "console/call.h"

enum context_kind {
	CONTEXT_NOTHING,  /* nothing that has a name: within a comment, after an error */
	CONTEXT_COMMAND,  /* a word of the path or a command of `node`; `globals` says what else */
	CONTEXT_ARGUMENT, /* the name of a parameter or property, a flag, or a positional value */
	CONTEXT_VALUE,    /* the value of `parameter` or `property` */
	CONTEXT_VARIABLE, /* the name of a variable, after `$` or where a command takes one */
	CONTEXT_WHERE,    /* the name of a property of `node` in a condition */
};

enum context_globals {
	CONTEXT_GLOBALS_NONE,
	CONTEXT_GLOBALS_TOO, /* those that nothing of `node` shadows */
	CONTEXT_GLOBALS_ONLY /* after `:` */
};

struct context_name {
	const char *name;
	size_t len;
};

struct context {
	enum context_kind kind;
	enum context_globals globals; /* COMMAND */
	size_t start;     /* where the word begins in the text; its end is the text's */
	const char *word; /* the word so far, without an opening quote */
	size_t len;
	bool quoted;      /* VALUE: within quotes */
	bool unset;       /* ARGUMENT: after `!` */
	const struct menu_node *node;    /* the menu; never NULL */
	const struct command *command;   /* ARGUMENT, VALUE; NULL for a call of a function */
	/* VALUE: one of the two or none. ARGUMENT: the positional parameter whose value may stand
	 * here, or NULL. */
	const struct parameter *parameter;
	const struct property *property;
	/* ARGUMENT: the parameters and properties that were given already. */
	struct context_name *given;
	size_t given_count;
	/* VARIABLE: what can be named here, the nearest first. */
	struct context_name *variables;
	size_t variable_count;
};

/* => false: no memory. Always to be followed by context_free(). */
bool context_read(struct session *session, const char *text, size_t len, struct context *context);
void context_free(struct context *context);

/* The commands that the interpreter itself brings (:if, :foreach, :local), beside
 * global_commands[]; ends with NULL. */
extern const struct command *const control_commands[];

/* /import, for the root's commands. */
extern const struct command command_import;

#endif
