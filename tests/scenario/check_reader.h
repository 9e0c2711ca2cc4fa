/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/check_reader.h - what the readers of expectations share while they read one line.
 */
#ifndef SCENARIO_CHECK_READER_H
#define SCENARIO_CHECK_READER_H

#include "build.h"

struct check_reader {
	void **memory;
	struct story_step *step;
	unsigned line;
	const struct build_line *names;
	char *error;
	char **word; /* the next one */
};

/* One more item. */
struct story_check *check_add(struct check_reader *r, enum story_check_kind kind, uint64_t value);

/* Each reads the next words. => 0, or -1 and error */
int check_number(struct check_reader *r, uint64_t max, uint64_t *value);
int check_label(struct check_reader *r, const char **text);
int check_end(struct check_reader *r, char *word, struct story_end *end);
int check_ends(struct check_reader *r, struct story_check *check);

/* Behind `out` (check_out.c). */
int check_out(struct check_reader *r);

/* "pending tcp server > client:2000", and what may follow it. => 1 if it was such a word, 0 if
 * not, -1 and error */
int check_pending_begin(struct check_reader *r);
int check_pending(struct check_reader *r, const char *word, struct story_pending *pending);

/* What follows is about this one; NULL: about none. */
struct story_pending *check_latest_pending(const struct check_reader *r);

/* By enum weir_helper. */
extern const char *const check_helpers[];

#endif
