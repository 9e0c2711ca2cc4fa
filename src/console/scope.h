/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/scope.h - variables while a script runs: those of each block that is being run, from
 * the inside out, and the global ones, which all sessions of a router share and
 * /system script environment shows.
 *
 * A global has to be named by `:global x` in the block that uses it; the block then has a
 * variable that stands for it. Life: a scope lives on the stack of whoever runs the block, its
 * variables until scope_end(). Globals live until `:set x` without a value, removal from the
 * menu, or the environment's end. Threads: with the model's lock held.
 */
#ifndef CONSOLE_SCOPE_H
#define CONSOLE_SCOPE_H

#include "console/cell.h"
#include "console/session.h"

struct variable {
	struct variable *next;
	struct cell value;
	bool global; /* the environment has its value */
	size_t len;
	char name[];
};

struct scope {
	const struct scope *outer; /* NULL: none, as of a function */
	struct variable *variables;
};

void scope_end(struct scope *scope);

/* Declares a variable here, or again: its value is nothing then. => NULL: no memory */
struct variable *scope_declare(struct scope *scope, const char *name, size_t len, bool global);

/* The nearest variable of a name; NULL: there is none. */
struct variable *scope_find(const struct scope *scope, const char *name, size_t len);
bool scope_knows(const struct scope *scope, const char *name, size_t len);

/* The value of a global, or NULL. */
const struct cell *environment_get(struct environment *environment, const char *name, size_t len);

/* The same, for changing an element of it in place. */
struct cell *environment_change(struct environment *environment, const char *name, size_t len);

/* Takes over the value; `user` is who makes the variable if it is not there yet.
 * => false: no memory */
bool environment_set(struct environment *environment, const char *name, size_t len,
                     const char *user, struct cell value);
void environment_unset(struct environment *environment, const char *name, size_t len);

#endif
