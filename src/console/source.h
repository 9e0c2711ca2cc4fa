/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/source.h - the text of a script as the parser reads it, and where in the file each byte
 * of it stands. A line that ends in a backslash goes on in the next, whose leading blanks are
 * dropped, within quotes as well; a backslash at the end of a comment joins nothing.
 *
 * Life: source_set() any number of times, source_free(). A text without joined lines is borrowed,
 * else a copy is made. Threads: one at a time. Cost: one look at each byte; asking for places in
 * rising order passes over the text once more.
 */
#ifndef CONSOLE_SOURCE_H
#define CONSOLE_SOURCE_H

#include "base/strbuf.h"
#include "console/call.h"

struct source_join; /* from a byte of the text on, how many bytes of the file are not in it */

struct source {
	const char *text; /* what is parsed */
	size_t len;
	const char *file; /* as it was written */
	size_t file_len;
	unsigned first_line; /* of file[0], from 1 */
	struct strbuf joined;
	struct source_join *joins;
	size_t join_count, join_size;
	/* The last place that was asked for, its line's start and how far lines were counted, both
	 * in the file, and the next join. */
	size_t at, line_start, seen, join;
	unsigned line;
};

/* clang-format off */
#define SOURCE_INIT { .first_line = 1, .joined = STRBUF_INIT }
/* clang-format on */

/* Takes a text of which the first byte stands at the beginning of a line. => false: no memory */
bool source_set(struct source *source, const char *file, size_t len, unsigned first_line);
void source_free(struct source *source);

/* Where a byte of source->text stands in the file. */
struct place source_place(struct source *source, size_t at);

#endif
