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
#define JOB_NUMBER_ROOM 128 /* for job_number() and job_flags() */

/* A property of the listing, with all that does not depend on the item. */
struct print_column {
	const struct property *property;
	property_get *get;
	value_put *put;                       /* NULL: a text */
	unsigned (*width_of)(uint64_t value); /* of the types aligned on the right */
	size_t lead_at, lead_len;             /* what stands before a value, in the job's leads */
	size_t room;                          /* for a value */
	uint8_t type;                         /* what put writes */
	bool quote;                           /* put a quote after it; the lead ends in one */
	bool text;                            /* a string of people's, not a setting's form */
	bool extra;                           /* left out where it has its default */
};

/* The letters of one combination of flags. */
struct flag_letters {
	uint64_t key; /* the bits and JOB_FLAGS_KNOWN; 0: empty */
	char letters[JOB_FLAGS_MAX];
};

#define JOB_FLAGS_KNOWN (UINT64_C(1) << 32)
#define JOB_LETTERS 16 /* a power of two */

struct print_job {
	struct menu_source *source;
	const struct menu *menu;
	const struct print_options *options;
	const struct print_out *out;
	struct strbuf buf; /* printed, not yet written */
	bool refused;      /* write refused */

	struct print_column column[PRINT_COLUMNS_MAX]; /* in the order they are shown */
	size_t columns;
	bool named; /* they are the user's choice, so even implied values are shown */
	enum value_form form;
	struct strbuf leads; /* of all columns, and PUT_SLACK bytes */
	size_t line_room;    /* for all columns' leads and values */

	const struct property *id;   /* shown in place of numbers, or NULL */
	struct print_column comment; /* of the lines `;;; text`; without property: none */

	const struct property *flag[JOB_FLAGS_MAX];
	uint32_t flag_bit[JOB_FLAGS_MAX]; /* of each in job_bits() */
	size_t flags;
	uint32_t flag_places; /* the bits of those that have a place in the line */
	size_t flag_width;    /* the places */
	struct flag_letters known_letters[JOB_LETTERS];

	uint64_t next_number; /* the next item's, in the whole list */
};

/* What a first pass finds out. */
struct print_survey {
	uint64_t items;
	uint64_t largest;    /* number or id */
	size_t number_width; /* known after job_survey_end() */
	uint32_t flags_used; /* as in job_bits() */
};

/* Begins at the first item again. */
void job_rewind(struct print_job *job);

/* => the next item that is meant, and its number; NULL: no more, or the output failed */
const void *job_next(struct print_job *job, uint64_t *number);

/* Makes the columns ready. => false: no memory */
bool job_prepare(struct print_job *job);

/* The value to show of an item's property. */
static inline void job_value(struct print_job *job, const void *item,
                             const struct print_column *column, struct value *value)
{
	column->get(job->source, item, column->property, value);
	if (!job->named && (value->implied || (column->extra &&
	                                       property_is_initial(column->property, value))))
		value->type = VALUE_NONE;
}

/* Appends the item's values, each with its lead; nothing for those it has not. */
void job_cells(struct print_job *job, const void *item, size_t first, size_t count,
               struct strbuf *out);

/* Writes an item's number or id, right-aligned. => its end */
char *job_number(struct print_job *job, const void *item, uint64_t number, size_t width, char *to);

/* Counts an item in; after the last, job_survey_end(). */
void job_survey(struct print_job *job, struct print_survey *survey, const void *item,
                uint64_t number);
void job_survey_end(struct print_job *job, struct print_survey *survey);

/* Prints "Flags: ..." with the flags in use; nothing if there are none. */
void job_legend(struct print_job *job, uint32_t flags_used, bool upper);

/* Gives each of the flags a place; those that exclude each other share one. => how many places */
size_t job_flags_begin(struct print_job *job, uint32_t flags);

/* Writes an item's flag letters at their places. => the end */
char *job_flags(struct print_job *job, const void *item, char *to);

/* Writes out what has gathered. */
void job_flush(struct print_job *job);

/* Appends a value as text: strings of people in quotes, `always` or where they need them; of
 * others only what would not be one word. */
void job_text(const struct print_column *column, const struct value *value, bool always,
              struct strbuf *out);

/* Appends a value without quotes, but for a text that would break the line. */
void job_bare(const struct value_kind *kind, const struct value *value, struct strbuf *out);

/* Appends the item's comment as `;;; text` and a newline. => false: it has none */
bool job_comment(struct print_job *job, const void *item);

/* Switch to a colour and back, if colours are wanted. */
#define COLOUR_NAME "\033[32m"
#define COLOUR_FLAG "\033[1m"
#define COLOUR_COMMENT "\033[36m"
#define COLOUR_END "\033[m"
void job_colour(const struct print_job *job, const char *colour, struct strbuf *out);

/* Columns of the terminal that a text takes. */
size_t text_width(const char *text, size_t len);

void print_brief(struct print_job *job);
void print_lines(struct print_job *job);
void print_detail(struct print_job *job);
void print_terse(struct print_job *job);
void print_value_list(struct print_job *job);
void print_json(struct print_job *job);
void print_settings(struct print_job *job);

#endif
