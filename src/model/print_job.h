/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_job.h - what the layouts of print share: the walk over the items
 * that are meant, the properties to show, flags, and output on its way out. Only
 * the print*.c files include it.
 *
 * Life: one job per call of print_menu().
 */
#ifndef MODEL_PRINT_JOB_H
#define MODEL_PRINT_JOB_H

#include "model/print.h"

#define JOB_FLAGS_MAX 32

struct print_job {
	struct menu_source *source;
	const struct menu *menu;
	const struct print_options *options;
	const struct print_out *out;
	struct strbuf buf; /* printed, not yet written */
	bool refused;      /* write refused */

	const struct property *column[PRINT_COLUMNS_MAX]; /* in the order they are shown */
	size_t columns;
	bool named; /* they are the user's choice, so even implied values are shown */

	const struct property *id; /* shown in place of numbers, or NULL */

	const struct property *flag[JOB_FLAGS_MAX];
	size_t flags;

	uint64_t next_number; /* the next item's, in the whole list */
};

/* What a first pass finds out. */
struct print_survey {
	uint64_t items;
	size_t number_width;
	uint32_t flags_used; /* bit per flag of the job */
};

/* Begins at the first item again. */
void job_rewind(struct print_job *job);

/* => the next item that is meant, and its number; NULL: no more, or the output failed */
const void *job_next(struct print_job *job, uint64_t *number);

/* The value to show of an item's property. */
void job_value(struct print_job *job, const void *item, const struct property *property,
               struct value *value);

/* Appends an item's number or id, right-aligned. */
void job_number(struct print_job *job, const void *item, uint64_t number, size_t width,
                struct strbuf *out);

/* Counts an item in. */
void job_survey(struct print_job *job, struct print_survey *survey, const void *item,
                uint64_t number);

/* Prints "Flags: ..." with the flags in use; nothing if there are none. */
void job_legend(struct print_job *job, uint32_t flags_used, bool upper);

/* Appends an item's flag letters, a place for each flag in `places`, and => how many places
 * that are; item NULL: blanks. */
size_t job_flags(struct print_job *job, const void *item, uint32_t places, struct strbuf *out);

/* Writes out what has gathered. */
void job_flush(struct print_job *job);

/* Columns of the terminal that a text takes. */
size_t text_width(const char *text, size_t len);

void print_brief(struct print_job *job);
void print_detail(struct print_job *job);
void print_terse(struct print_job *job);
void print_value_list(struct print_job *job);
void print_json(struct print_job *job);
void print_settings(struct print_job *job);

#endif
