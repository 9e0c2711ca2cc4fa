/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/store.h - the configuration's file: what the model holds is what it says, a moment
 * after each change, at whatever moment the power goes.
 *
 * The file is an export with everything in it, passwords' hashes too, so only its owner may
 * read it. Statements of menus that weir has not are kept word for word at its end. A file
 * that weir did not write is kept beside it, as FILE.orig, before it is first replaced.
 *
 * Life: store_create() once the configuration is loaded; store_destroy() before the model's
 * end, and no change may come after. Threads: the saver's own takes the model's lock to
 * export, and gives it up before it writes. Cost: an export of everything for each change, or
 * for many that come within a tenth of a second.
 */
#ifndef SYSTEM_STORE_H
#define SYSTEM_STORE_H

#include "model/model.h"
#include "system/replace.h"

struct store;

struct store_options {
	const char *path;
	void *ctx;
	/* Nanoseconds since 1970-01-01 UTC, and the offset of local time in seconds; NULL: 0 */
	uint64_t (*now)(void *ctx, int32_t *offset);
	/* "system,error,critical" and the text. Called without the model's lock; NULL: nobody */
	void (*log)(void *ctx, const char *topics, const char *message);
	const struct replace_hook *hook; /* for tests, or NULL */
};

/* Observes the model from now on. The file need not be there yet, its directory must.
 * => NULL: *error says why */
struct store *store_create(struct model *model, const struct store_options *options,
			   struct strbuf *error);

/* Stores what is not stored yet, and ends. NULL is fine. => whether all is on the disk */
bool store_destroy(struct store *store);

/* Statements to be kept at the end, as they were written. With the model's lock held.
 * => false: no memory, those before are kept */
bool store_set_foreign(struct store *store, const char *text, size_t len);

/* Waits until all that was committed is on the disk. Without the model's lock.
 * => false: it cannot be stored, *error says why; the store goes on trying */
bool store_flush(struct store *store, struct strbuf *error);

/* Replaces a configuration's file at once, as a store does; for who has no model at hand.
 * => false: *error says why */
bool store_write(const char *path, const char *text, size_t len, const struct replace_hook *hook,
		 struct strbuf *error);

/* => whether there is a directory for it; if not, *error says why */
bool store_check(const char *path, struct strbuf *error);

/* The line that says of a file that weir wrote it. */
#define STORE_MARK "# kept by weir"

#endif
