/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/call.h - what a command is to the interpreter: a table of parameters, which the
 * parser checks a statement against and completion offers, and a function that runs with the
 * arguments evaluated.
 *
 *	/ip firewall filter print stats where action=drop
 *	'------- node ------' '-+-' '-+-' '----- where ----'
 *	                     command  flag
 *
 * A menu's commands follow from what kind of menu it is (command_menu.c and its like); the
 * global ones (:put, :len) stand in tables of their own. Commands that decide whether and how
 * often a block runs (:if, :foreach) are the interpreter's.
 *
 * Threads: the session's, with the model's lock held.
 */
#ifndef CONSOLE_CALL_H
#define CONSOLE_CALL_H

#include "console/cell.h"
#include "model/model.h"
#include "model/where.h"

struct session;
struct call;

/* A place in the source that is run, both from 1. */
struct place {
	unsigned line, column;
};

enum parameter_shape {
	PARAMETER_VALUE, /* name=value, or the value alone if it is positional */
	PARAMETER_FLAG,  /* a bare word: stats, count-only, detail */
	PARAMETER_CODE,  /* name={...} */
	PARAMETER_WHERE, /* `where` and all that follows; bare where `positional` says so (find) */
	PARAMETER_ITEMS, /* items: numbers, names, ids, [find ...], commas between them */
	PARAMETER_VARIABLE, /* the bare name of a variable: `:local x` */
};

struct parameter {
	const char *name;
	const char *help;
	uint8_t shape;      /* enum parameter_shape */
	uint8_t positional; /* its place among the unnamed, from 1; 0: only by name */
	bool required;
	bool several;       /* more unnamed values may follow: they are all its */
	struct value_kind kind; /* VALUE: what completion offers; type VALUE_NONE: anything */
};

struct command {
	const char *name; /* "print" */
	const char *help;
	const struct parameter *parameters; /* ends with a NULL name; NULL: none */
	bool properties; /* the menu's properties are parameters as well: add, set */
	bool unsets;     /* and `!name` is one */
	uint32_t needs;  /* policies (model/model.h), 0: none */
	/* => false: it failed and session_fail() told why. The result is in call->result, which is
	 * CELL_NOTHING before. */
	bool (*run)(struct call *call);
};

struct argument {
	const struct parameter *parameter; /* one of the two */
	const struct property *property;
	struct cell value;   /* FLAG: true; WHERE: nothing, see call_where(); VARIABLE: its name */
	bool unset;          /* !name */
	bool written_empty;  /* name="" or name= */
	struct place place;  /* of the value; of the name where there is none */
	const void *source;  /* the interpreter's */
};

struct call {
	struct session *session;
	struct model *model;
	const struct menu_node *node;  /* the menu; NULL for global commands */
	const struct command *command;
	const struct argument *arguments;
	size_t count;
	struct place place; /* of the command's word */
	bool bracketed;     /* within [ ]: the result is used */
	struct cell *result;
};

/* The commands of a menu; ends with NULL. The root's are /import, /export, /quit and so on. */
const struct command *const *menu_commands(const struct menu_node *node);

/* The global commands, with or without `:`; ends with NULL. */
extern const struct command *const global_commands[];

/* The argument of a parameter; NULL: it was not given. */
const struct argument *call_argument(const struct call *call, const char *name);
bool call_flag(const struct call *call, const char *name);

/* The text of an argument's value as a property reads it. Good until the call ends. */
const char *call_text(struct call *call, const struct argument *argument, size_t *len);

/* The condition of a `where`, its variables and commands evaluated now. Given back by
 * where_free(). => false: session_fail() told why; *where may be NULL: there is none */
bool call_where(struct call *call, struct where **where);

/* The items that a PARAMETER_ITEMS argument names. *ids is given back by free().
 * => false: session_fail() told why */
bool call_items(struct call *call, const struct argument *argument, uint64_t **ids, size_t *count);

/* Runs a block (PARAMETER_CODE) once. => false: it failed, or the session ends */
bool call_code(struct call *call, const struct argument *argument);

/* Runs a text as a script of its own, in the root menu and with variables of its own; what it
 * writes goes where the call's output goes. => false: it failed, or the session ends */
bool call_script(struct call *call, const char *name, const char *source, size_t len);

/* What commands may ask of the session. */

/* Ends the command: the message, without its place. A place of line 0 is left out:
 * "no such item", "failure: already have such entry". => false */
bool session_fail(struct session *session, struct place place, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* After session_fail(): the argument that is to blame, for who loads a file; the session's own
 * message does not say it. NULL: none */
void session_blame(struct session *session, const struct argument *argument);

/* Output. => false: stop, the reader has gone or pressed Ctrl-C */
bool session_write(struct session *session, const char *data, size_t len);
bool session_puts(struct session *session, const char *text); /* and a newline */

/* Sleeps without the lock. => false: stop */
bool session_wait(struct session *session, uint64_t nanoseconds);
bool session_stopped(struct session *session); /* Ctrl-C was pressed, or the reader has gone */

/* Whether somebody sits there and can be asked. */
bool session_interactive(const struct session *session);

/* Asks for a line, or for one key, without the lock; the text is appended.
 * => false: nobody can be asked, or there is no answer */
bool session_ask(struct session *session, const char *prompt, bool key, struct strbuf *answer);

/* The session ends once the command has returned. */
void session_quit(struct session *session);

unsigned session_width(const struct session *session);  /* columns; 0: no limit */
unsigned session_height(const struct session *session); /* lines; 0: no paging */
bool session_colours(const struct session *session);
const struct actor *session_actor(const struct session *session);
/* The name of the script of its own that runs; NULL: none does. */
const char *session_job(const struct session *session);
const struct console_services *session_services(const struct session *session);

/* The numbers of the last print in a menu, for items by number. ids are copied. */
bool session_remember(struct session *session, const struct menu *menu, const uint64_t *ids,
                      size_t count);

#endif
