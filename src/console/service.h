/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/service.h - what commands need of the router beside the model: files, the log, the
 * clock, jobs. The daemon wires them to src/system; a member that is NULL is not there, and the
 * command that needs it says "failure: not available here".
 *
 * Threads: called by sessions' threads with the model's lock held.
 */
#ifndef CONSOLE_SERVICE_H
#define CONSOLE_SERVICE_H

#include "base/strbuf.h"

struct actor;

/* A file being written (print file=, export file=): begin, any number of writes, end. */
struct service_file;

struct console_services {
	void *ctx;

	/* Nanoseconds since 1970-01-01 UTC, and the offset of local time in seconds. */
	uint64_t (*now)(void *ctx, int32_t *offset);

	/* "script,info" and the text. */
	void (*log)(void *ctx, const char *topics, const char *message);

	/* What there is to say to who has just made a change, once: lines, appended; out NULL:
	 * nobody sits there, it goes where it is read later. => false: nothing */
	bool (*notice)(void *ctx, struct strbuf *out);

	/* Files of /file, by their name there. Errors are RouterOS' words, without "failure: ". */
	bool (*file_read)(void *ctx, const char *name, struct strbuf *contents,
	                  struct strbuf *error);
	struct service_file *(*file_begin)(void *ctx, const char *name, bool append,
	                                   struct strbuf *error);
	bool (*file_write)(struct service_file *file, const char *data, size_t len);
	/* Ends it; with keep false as if it had never been begun. => false: not written */
	bool (*file_end)(struct service_file *file, bool keep, struct strbuf *error);

	/* Begins a script as a job of its own (:execute). What it writes goes to that file; NULL:
	 * to nobody. => its id, 0: *error says why, without "failure: " */
	uint64_t (*job_begin)(void *ctx, const char *source, size_t len, const char *file,
	                      const struct actor *actor, struct strbuf *error);

	/* A script runs in the caller's own session (/system script run): it is listed and counted
	 * while it does; Ctrl-C of the session ends it. => the job, 0: it is not listed */
	uint64_t (*script_begin)(void *ctx, uint64_t script, const char *name,
	                         const struct actor *actor);
	void (*script_end)(void *ctx, uint64_t job);

	/* Ends the process, for /system shutdown; NULL where that is not the console's business. */
	void (*shutdown)(void *ctx);
};

#endif
