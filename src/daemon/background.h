/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/background.h - scripts that nobody waits for: what the scheduler wants to be run, and
 * :execute. Each has a thread and a session of its own and is listed as a job; what it
 * writes is nobody's, and what makes it fail goes to the log.
 *
 * Life: background_create() to background_destroy(), which stops all that runs and waits for
 * it. Threads: background_begin() with the model's lock held, background_destroy() without.
 */
#ifndef DAEMON_BACKGROUND_H
#define DAEMON_BACKGROUND_H

#include "console/session.h"
#include "system/job.h"

/* As many at once: a scheduler whose scripts never end must not take the machine. */
#define BACKGROUND_MAX 64

struct background;

/* All is borrowed. => NULL: no memory */
struct background *background_create(struct model *model, struct jobs *jobs,
                                     const struct console_services *services,
                                     struct environment *environment);
void background_destroy(struct background *background); /* NULL is fine */

struct background_script {
	const char *name; /* for the log and the list of jobs; "": it has none */
	const char *source;
	size_t len;
	const char *file; /* of /file, for what it writes; NULL: none */
	struct actor actor;
	uint64_t script_id; /* in /system script, 0: it is not there */
};

/* => the job's id; 0: *error says why, in the console's words without "failure: " */
uint64_t background_begin(struct background *background, const struct background_script *script,
                          struct strbuf *error);

#endif
