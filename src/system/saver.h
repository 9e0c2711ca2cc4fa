/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/saver.h - a thread that puts something on the disk soon after it changed: changes
 * that come close together are stored once, what could not be stored is tried again, later and
 * later, and who needs to know waits for it.
 *
 * Life: saver_create() to saver_destroy(), which stores what is not stored yet. Threads: any
 * may call saver_mark(); saver_flush() blocks, so its caller holds nothing that `store` takes.
 * `store` runs in the saver's own thread. Cost: a mark is a lock and a number.
 */
#ifndef SYSTEM_SAVER_H
#define SYSTEM_SAVER_H

#include "base/strbuf.h"

struct saver;

struct saver_options {
	void *ctx;
	/* Stores what there is when it is called. => false: *error says why */
	bool (*store)(void *ctx, struct strbuf *error);
	/* Is told once when storing begins to fail (and once for each other reason), and with
	 * NULL when it works again. In the saver's thread. */
	void (*failed)(void *ctx, const char *reason);
	uint64_t gather;	    /* nanoseconds from the first change to storing */
	uint64_t retry, retry_most; /* from a failure to the next attempt: doubled up to the most */
};

/* => NULL: no memory, no thread */
struct saver *saver_create(const struct saver_options *options);

/* Stores what is left, tries once, and ends. NULL is fine. => whether all is stored */
bool saver_destroy(struct saver *saver);

/* There is something to store. */
void saver_mark(struct saver *saver);

/* Waits until what was marked before is stored, without gathering.
 * => false: an attempt failed, *error says why; it will be tried again */
bool saver_flush(struct saver *saver, struct strbuf *error);

#endif
