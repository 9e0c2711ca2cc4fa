/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/session.h - one user at the console, or one script that runs: the menu they are in,
 * their variables, and where their output goes.
 *
 * Life: session_create() to session_destroy(), which unrolls safe mode if it is held; `/quit`
 * has released it.
 * Threads: a session belongs to one thread. session_run() takes the model's lock for itself
 * and gives it up whenever it sleeps or its output waits; session_resize() and the functions of
 * interrupts may be called by any thread, session_interrupt() by signal handlers too.
 */
#ifndef CONSOLE_SESSION_H
#define CONSOLE_SESSION_H

#include "console/service.h"
#include "model/model.h"

struct session;

/* What sessions share and what outlives them: global variables (/system script environment). */
struct environment;
struct environment *environment_create(struct model *model); /* NULL: no memory; binds its menu */
void environment_destroy(struct environment *environment);

struct session_options {
	struct actor actor;     /* its texts are copied */
	unsigned width, height; /* of the terminal; 0: none */
	bool colours;
	bool hints;       /* an error in what is typed may be followed by `did you mean disabled=no?` */
	bool interactive; /* asks for what is missing, pages, has safe mode */
	void *ctx;
	/* Takes output. May block; called without the lock. => false: nobody reads any more */
	bool (*write)(void *ctx, const char *data, size_t len);
	/* Asks for one line or one key (`key`), without the lock; the text is appended.
	 * => false: no answer. NULL: nobody can be asked */
	bool (*ask)(void *ctx, const char *prompt, bool key, struct strbuf *answer);
	const struct console_services *services;
	struct environment *environment;
};

/* => NULL: no memory */
struct session *session_create(struct model *model, const struct session_options *options);
void session_destroy(struct session *session); /* NULL is fine */
/* The same for who holds the model's lock. */
void session_destroy_locked(struct session *session);

void session_resize(struct session *session, unsigned width, unsigned height);
void session_interrupt(struct session *session);

/* Before a run begins: an interrupt from before is not meant for it. Each run forgets its own. */
void session_forget_interrupt(struct session *session);

enum session_status {
	SESSION_OK,
	SESSION_FAILED,      /* a command failed; its error was written */
	SESSION_INTERRUPTED, /* Ctrl-C, or the reader has gone */
	SESSION_QUIT,        /* /quit */
};

/* Runs a line, or a text of many. What an error says is written like output:
 * "bad command name foo (line 1 column 1)". The current menu stays changed afterwards. */
enum session_status session_run(struct session *session, const char *text, size_t len);

/* The same for a value: its text as :put shows it is appended. */
enum session_status session_evaluate(struct session *session, const char *text, size_t len,
                                     struct strbuf *result);

/* The prompt: "[admin@weir] /ip/firewall> ", with <SAFE> where it is on. */
void session_prompt(struct session *session, struct strbuf *out);

/* Whether a text wants more lines: brackets or quotes are open, or it ends in a backslash.
 * Then what is open is appended: "{(\"". */
bool session_incomplete(const char *text, size_t len, struct strbuf *open);

/* Safe mode, as Ctrl-X toggles it; the sentence to show is appended to *said. */
void session_safe_toggle(struct session *session, struct strbuf *said);

/* Completion. */

enum completion_style {
	COMPLETION_MENU, COMPLETION_COMMAND, COMPLETION_ARGUMENT, COMPLETION_VALUE,
	COMPLETION_VARIABLE,
};

struct completion_word {
	const char *word, *help; /* help may be NULL */
	uint8_t style;           /* enum completion_style */
};

struct completion {
	size_t start;         /* where the word begins that is to be completed */
	struct strbuf common; /* what all candidates begin with; one candidate: all of it and the
	                         blank or `=` after it */
	struct completion_word *words; /* sorted */
	size_t count;
	struct strbuf store; /* what the words lie in */
};

/* What may stand at the end of `text`, the line up to the cursor. */
void session_complete(struct session *session, const char *text, size_t len,
                      struct completion *completion);
void completion_free(struct completion *completion);

/* Loading and importing. */

struct load_error {
	struct place_in_file {
		unsigned line, column;
	} place; /* of the value that is wrong; else of the statement */
	const char *text; /* "invalid value for argument address" */
};

struct load_options {
	const char *name;  /* of the file, for messages */
	bool dry_run;      /* parse only */
	bool verbose;      /* echo what is run */
	bool lenient;      /* a whole configuration: model_set_lenient(), and after an error it goes
	                      on to find the others */
	void *ctx;
	void (*error)(void *ctx, const struct load_error *error); /* NULL: written to the session */
	/* A menu that was passed over, once each at the end: its path and how many statements. */
	void (*passed_over)(void *ctx, const char *path, unsigned statements);
	/* The text of a statement that was passed over, path included. */
	void (*foreign)(void *ctx, const char *statement, size_t len);
};

struct load_summary {
	unsigned errors, statements;
	unsigned version; /* MENU_VERSION() of the header "# ... by RouterOS 6.43.8"; 0: none */
};

/* Runs a configuration as one change: any error takes all of it back. The version of its
 * header becomes the model's when it is lenient. Statements are read one by one, so a file's
 * size costs no memory but its own.
 * => SESSION_OK: it is in force (dry run: it could be) */
enum session_status session_load(struct session *session, const char *text, size_t len,
                                 const struct load_options *options, struct load_summary *summary);

#endif
