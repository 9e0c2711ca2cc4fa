/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/run.h - a session as the interpreter sees it, and the interpreter.
 *
 *	session.c     its life, output, waiting, the lock
 *	run.c         blocks, statements, calls of commands and functions
 *	evaluate.c    expressions
 *	control.c     :if, :foreach, :local and their like
 *	code.c        blocks as values
 *	call.c        what commands ask of their call
 *	call_items.c  which items an argument means
 *	load.c        files
 *
 * What runs returns false as soon as it is not to go on, and session->flow says why; whoever
 * understands that (a loop its :break, a function its :return, on-error= an error) sets it back.
 *
 * Threads: with the model's lock held, but for session_interrupt(). The lock is given up while
 * output is written, in waits, and for a moment every few thousand statements, unless a file is
 * being loaded: its change is open, and nobody else may see half of it.
 */
#ifndef CONSOLE_RUN_H
#define CONSOLE_RUN_H

#include <stdatomic.h>

#include "console/code.h"
#include "console/scope.h"
#include "console/session.h"
#include "console/syntax.h"

/* How deep blocks, brackets and functions may nest while they run. */
#define RUN_DEPTH_MAX 400

enum flow {
	FLOW_NONE,
	FLOW_ERROR,
	FLOW_RETURN,
	FLOW_BREAK,
	FLOW_CONTINUE,
	FLOW_STOP, /* Ctrl-C, or the reader has gone */
	FLOW_QUIT,
};

struct remembered; /* the numbers of a print */

struct session {
	struct model *model;
	struct session_options options;
	struct actor actor;
	char *user, *via;
	struct environment *own; /* where the options have none */
	struct environment *environment;
	const struct menu_node *node;

	struct script *script; /* that is being run */
	const char *job;       /* the name of the script of its own that runs, or NULL */
	struct scope *scope;   /* of the block that is being run */
	struct scope shared;   /* what an interactive line declared global; later lines know it */
	unsigned depth, loading, scripts; /* how many of them run, one in another */
	uint64_t steps, steps_max; /* 0: no limit */

	enum flow flow;
	struct strbuf error;       /* FLOW_ERROR */
	struct strbuf hint;        /* what may have been meant by what is typed; or empty */
	struct place error_place;  /* line 0: none */
	struct place blamed;       /* of the argument that is wrong; line 0: it is none */
	struct place place;        /* of the statement that ran last */
	struct cell returned;      /* FLOW_RETURN */

	struct strbuf out;
	struct strbuf *capture; /* where output goes instead, or NULL */
	bool gone; /* the reader */
	atomic_bool interrupted;
	atomic_uint width, height; /* of the terminal; any thread may tell a new size */
	struct remembered *remembered;
};

/* One call of a command with what belongs to it. */
struct frame {
	struct call call;
	struct script *script;
	struct scope *scope;
	struct strbuf *texts; /* of call_text() */
	size_t text_count;
};

/* Runs a block in a scope of its own. *result: NULL, or what its last statement gave. */
bool run_block(struct session *session, const struct block *block, struct cell *result);
/* The statements of a block, in the current scope. */
bool run_statements(struct session *session, const struct block *block, struct cell *result);

/* => false: session->flow says why; *to is CELL_NOTHING then */
bool evaluate(struct session *session, const struct expression *e, struct cell *to);
/* Appends the text of a value as it stands in an argument. */
bool evaluate_text(struct session *session, const struct expression *e, struct strbuf *out);

/* One more level of running. => false: too deep, session_fail() told */
bool run_enter(struct session *session);

/* Called now and then by whatever may run long. => false: it is to stop */
bool run_step(struct session *session);

bool run_no_memory(struct session *session); /* => false */

/* Output that has not been written yet. => false: nobody reads any more */
bool session_flush(struct session *session);

/* Whether the command is one that the interpreter evaluates the arguments of. */
bool command_lazy(const struct command *command);

/* Bounds how many statements a session runs in its life, and a wait takes no time but counts as
 * one; for tests of hostile scripts. */
void session_limit(struct session *session, uint64_t steps);

/* The ids that a value means in a menu, appended. => false: session_fail() told */
struct id_list {
	uint64_t *ids;
	size_t count, size;
	struct place place; /* of the value, for an error */
};
bool items_of(struct session *session, const struct menu *menu, const struct cell *value,
              struct id_list *list);
void remembered_free(struct remembered *remembered);

#endif
