/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/replace.h - a file's contents replaced as a whole: whoever reads it, and whoever
 * comes after a crash, finds what was there before or what is there now, never a part.
 *
 * What is written goes to a file beside it, which is synced and then renamed over it; then the
 * directory is synced. What a crash leaves beside it is taken over by the next one.
 *
 * Life: replace_begin(), any number of writes, replace_end(), which also frees. Threads: a
 * replacement belongs to one thread at a time; two of the same temporary name at once are the
 * caller's to prevent. Cost: two syncs, so milliseconds on a disk.
 */
#ifndef SYSTEM_REPLACE_H
#define SYSTEM_REPLACE_H

#include <sys/types.h>

#include "base/strbuf.h"

/* What the temporary files are called: this and something of the caller's. */
#define REPLACE_PREFIX ".weir-new."

/* What is done, in this order; WRITE once for each piece. */
#define REPLACE_STEPS(X)                                                                           \
	X(OPEN, "open")                                                                            \
	X(OWNER, "chown")                                                                          \
	X(WRITE, "write")                                                                          \
	X(SYNC, "sync")                                                                            \
	X(CLOSE, "close")                                                                          \
	X(RENAME, "rename")                                                                        \
	X(SYNC_DIRECTORY, "sync the directory")

enum replace_step {
#define X(name, text) REPLACE_##name,
	REPLACE_STEPS(X)
#undef X
		REPLACE_STEP_COUNT
};

/* For tests: comes before every step. */
struct replace_hook {
	void *ctx;
	/* => 0: go on; else the error that the step is to fail with */
	int (*before)(void *ctx, enum replace_step step);
	size_t piece; /* the most that one write takes; 0: as it comes */
};

struct replacement;

/* Begins to replace the file `name` in an open directory; `temporary` ends the name of the file
 * beside it. The new file has `mode`, and the old one's owner as far as we may give it. The
 * directory has to stay open. hook may be NULL.
 * => NULL: *error says why ("No space left on device") */
struct replacement *replace_begin(int directory, const char *name, const char *temporary,
				  mode_t mode, const struct replace_hook *hook,
				  struct strbuf *error);

/* => false: it cannot be written; replace_end() knows why, and later writes do nothing */
bool replace_write(struct replacement *replacement, const char *data, size_t len);

/* Ends it: the new contents are in place and on the disk, or, where keep is false or anything
 * failed, nothing has happened. NULL is fine: false.
 * => whether they are in place; if not and keep was asked for, *error says why. When the last
 * sync fails, they are in place for every reader but may not outlive a crash: false too */
bool replace_end(struct replacement *replacement, bool keep, struct strbuf *error);

#endif
