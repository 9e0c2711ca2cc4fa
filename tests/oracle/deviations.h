/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/deviations.h - the deliberate differences, as docs/deviations.md lists them.
 *
 * A row of the table below DEVIATIONS_HEADING there, the first cell of which is code:
 *
 *	| `story` | `what` | `weir` | `kernel` | reason |
 *
 * The first four are patterns of fnmatch(3). A story is named "topic/file: title". All memory is
 *the list's until deviations_free(). One thread.
 */
#ifndef ORACLE_DEVIATIONS_H
#define ORACLE_DEVIATIONS_H

#include <stdbool.h>
#include <stddef.h>

#define DEVIATIONS_HEADING "## What the oracle may find"

enum { DEVIATION_STORY, DEVIATION_WHAT, DEVIATION_WEIR, DEVIATION_KERNEL, DEVIATION_CELLS };

struct deviation {
	char *cell[DEVIATION_CELLS];
	char *reason;
	unsigned line;
	bool used; /* a difference matched, or might have: its story was not played */
};

struct deviations {
	struct deviation *rows;
	size_t count;
};

/* => 0, or -1 and `error` (size bytes) says file, line and what is wrong */
int deviations_load(struct deviations *list, const char *name, char *error, size_t size);
void deviations_free(struct deviations *list);

/* Looks for a row that allows a difference, and marks it as used. => NULL if none does */
const struct deviation *deviations_find(struct deviations *list,
                                        const char *const difference[DEVIATION_CELLS]);

/* Marks the rows of a story that was not played. */
void deviations_excuse(struct deviations *list, const char *story);

#endif
