/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/files.h - the files that /file shows: those of one directory, and of those below it.
 *
 *	backups                directory
 *	backups/router.rsc     also written /backups/router.rsc
 *
 * No name leads out of the directory: every step is opened without following symbolic links.
 * A file is written as a whole (system/replace.h): who reads it meanwhile reads the old one.
 *
 * Life: files_create() to files_destroy(). Threads: files_begin(), files_list() and the menu with
 * the model's lock; the others any, for they keep nothing; a file being written belongs to one
 * thread. Cost: opening the directories of a name each time; a listing walks everything.
 */
#ifndef SYSTEM_FILES_H
#define SYSTEM_FILES_H

#include "model/model.h"
#include "system/clock.h"

/* What `contents` shows and sets; what is longer has none. */
#define FILES_CONTENTS 61440

struct files;
struct file_writer;

/* The directory is made if it is not there (its parent must be). clock may be NULL: UTC.
 * => NULL: *error says why */
struct files *files_create(const char *directory, struct clock *clock, struct strbuf *error);
void files_destroy(struct files *files); /* NULL is fine */

/* In all of these `name` is a text with a NUL, and *error is in the router's words without
 * "failure: ". => false (or NULL): *error says why, nothing has changed */

/* Appends a file's contents; if it is longer than `most`, nothing: "file is too large". */
bool files_read(struct files *files, const char *name, size_t most, struct strbuf *contents,
		struct strbuf *error);

/* Writes a file anew, or behind what it has. */
struct file_writer *files_begin(struct files *files, const char *name, bool append,
				struct strbuf *error);
bool files_write(struct file_writer *writer, const char *data, size_t len);
/* Ends it; with keep false as if it had never been begun. NULL is fine: false */
bool files_end(struct file_writer *writer, bool keep, struct strbuf *error);

bool files_make_directory(struct files *files, const char *name, struct strbuf *error);
bool files_rename(struct files *files, const char *from, const char *to, struct strbuf *error);
/* A directory must be empty. */
bool files_remove(struct files *files, const char *name, struct strbuf *error);

/* A descriptor of a file to append to, made if it is not there; -1: *error says why. */
int files_open_append(struct files *files, const char *name, struct strbuf *error);

/* How many bytes are free and how many there are, where the directory lies. */
bool files_space(struct files *files, uint64_t *free, uint64_t *total);

/* Shows itself as /file (files_menu.c). */
void files_bind(struct files *files, struct model *model);

/* A listing, for files_menu.c: each file's name, in order. */
struct file_entry {
	char *name; /* "backups/router.rsc" */
	uint64_t id, size;
	int64_t modified; /* seconds since 1970 UTC */
	bool directory;
};
/* => false: no memory. *entries is given back by files_free_entries() */
bool files_list(struct files *files, struct file_entry **entries, size_t *count);
void files_free_entries(struct file_entry *entries, size_t count);

#endif
