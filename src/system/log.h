/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log.h - the log: lines with topics, kept in memory, written to files, echoed to
 * consoles and sent to other machines, as the rules of /system logging say.
 *
 * A line goes to every action that a rule names whose topics it all has (and of those with `!`
 * none), to each once. Lines in memory have an id that grows.
 *
 * Life: log_create() before the model, so that it can log; log_bind() once there is a model;
 * log_destroy() after the model's end. Threads: log_write() any, others as they say; a lock
 * that is the log's alone is held while a line is written, so echo() must not log.
 * Cost: a line costs a comparison of topics for each rule, an allocation, and for files and
 * datagrams a system call.
 */
#ifndef SYSTEM_LOG_H
#define SYSTEM_LOG_H

#include "model/model.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/log_setup.h"

struct log;

struct log_options {
	struct clock *clock; /* NULL: it is always 1970 */
	struct files *files; /* where those of action disk are; NULL: there is no disk */
	void *ctx;
	/* Shows a line to who is logged in. NULL: nobody is */
	void (*echo)(void *ctx, const char *topics, const char *message);
};

/* With the rules that a router begins with. => NULL: no memory */
struct log *log_create(const struct log_options *options);
void log_destroy(struct log *log); /* NULL is fine */

/* Writes a line: "firewall,info". Control characters in the message become `?`, but line ends
 * and tabs. A line for which there is no memory is lost, and counted. Any thread */
void log_write(struct log *log, const char *topics, const char *message);

/* How many lines were lost. Any thread */
uint64_t log_lost(struct log *log);

/* Replaces rules and actions; the setup is the log's from now on. Lines of actions that stay
 * are kept. Any thread */
void log_configure(struct log *log, struct log_setup *setup);

/* Shows itself as /log and follows /system logging; with the model's lock (log_menu.c).
 * => false: no memory */
bool log_bind(struct log *log, struct model *model);

/* The lines in memory, for log_menu.c. */
struct log_line {
	_Atomic unsigned owners;
	uint64_t id;
	uint64_t time;	       /* nanoseconds since 1970 UTC */
	uint64_t buffer;       /* the action's id */
	struct log_line *next; /* by id */
	struct log_line *next_in_buffer;
	struct log_line *before; /* by id */
	const char *topics, *message;
	char texts[];
};

/* All lines, the oldest first, each counted once more: given back by log_line_release().
 * => NULL: no memory, *count is 0; or there are none. The caller frees the array */
struct log_line **log_lines(struct log *log, size_t *count, bool *failed);
void log_line_release(struct log_line *line);
struct clock *log_clock(const struct log *log);

/* What ties a log to its model. */
struct log_binding {
	struct log *log;
	struct model *model;
	struct log_setup *pending; /* of a change that is being prepared */
};
struct log_binding *log_binding(struct log *log);

#endif
