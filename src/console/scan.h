/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/scan.h - which brackets and quotes are open at a place of a text: what decides whether
 * a line goes on, where a statement of a file ends, and whether `#` begins a comment. It looks at
 * single bytes and knows nothing of commands.
 *
 * Life: `struct scan s = SCAN_INIT;` and a call for each byte. Threads: pure. Cost: a few
 * nanoseconds a byte.
 */
#ifndef CONSOLE_SCAN_H
#define CONSOLE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* How deep brackets may nest, in a text and when it runs. */
#define NESTING_MAX 128

struct scan {
	char open[NESTING_MAX + 1]; /* each open bracket or quote; those deeper are only counted */
	size_t depth;
	bool comment; /* within one, until the line ends */
	bool fresh;   /* a token may begin here */
	char before;  /* within quotes: the byte before, if it means something for the next */
};

/* clang-format off */
#define SCAN_INIT { .fresh = true }
/* clang-format on */

static inline bool scan_quoted(const struct scan *scan)
{
	return scan->depth && scan->depth <= NESTING_MAX && scan->open[scan->depth - 1] == '"';
}

/* Takes one byte. An escape's second byte is taken as what it is: no bracket, no quote. */
void scan_byte(struct scan *scan, char c);

/* The length of the end of a line at text (LF, CRLF, CR); 0: it is none. */
static inline size_t scan_eol(const char *text, size_t len)
{
	if (len == 0)
		return 0;
	if (*text == '\n')
		return 1;
	return *text == '\r' ? 1 + (len > 1 && text[1] == '\n') : 0;
}

/* Where the statement that begins at text ends: behind the end of its last line, or behind
 * everything. Lines go on in brackets, in quotes and after a backslash, but not in ( ). */
size_t scan_statement(const char *text, size_t len);

#endif
