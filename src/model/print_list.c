/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_list.c - layouts without a table: value-list (a line per property,
 * an item per column), json, and the block of a settings menu.
 */
#include <stdlib.h>
#include <string.h>

#include "model/print_job.h"

static void put_name(struct print_job *job, const struct property *property, size_t width)
{
	size_t len = strlen(property->name);

	strbuf_fill(&job->buf, ' ', width - len);
	job_colour(job, COLOUR_NAME, &job->buf);
	strbuf_add(&job->buf, property->name, len);
	job_colour(job, COLOUR_END, &job->buf);
	strbuf_char(&job->buf, ':');
}

/* value-list */

struct value_list {
	struct print_job *job;
	size_t *width; /* of each item's column */
	size_t items, size;
	bool used[PRINT_COLUMNS_MAX]; /* by property: has a value, or for flags is on */
	struct strbuf cell;
};

static bool make_cell(struct value_list *v, const void *item, const struct print_column *column)
{
	const struct property *property = column->property;
	struct value value;

	strbuf_reset(&v->cell);
	job_value(v->job, item, column, &value);
	job_text(column, &value, true, &v->cell);
	if (v->cell.failed)
		v->job->buf.failed = true;
	return value.type != VALUE_NONE && (!property->flag || value.number || v->job->named);
}

static bool add_width(struct value_list *v, size_t width)
{
	if (v->items == v->size) {
		size_t size = v->size ? 2 * v->size : 64;
		size_t *grown = realloc(v->width, size * sizeof *grown);

		if (grown == NULL) {
			v->job->buf.failed = true;
			return false;
		}
		v->width = grown;
		v->size = size;
	}
	v->width[v->items++] = width;
	return true;
}

static void measure(struct value_list *v)
{
	struct print_job *job = v->job;
	const void *item;
	uint64_t number;

	while ((item = job_next(job, &number)) != NULL) {
		size_t widest = 0;

		for (size_t i = 0; i < job->columns; i++) {
			size_t width;

			v->used[i] |= make_cell(v, item, &job->column[i]);
			width = text_width(strbuf_text(&v->cell), v->cell.len);
			if (width > widest)
				widest = width;
		}
		if (!add_width(v, widest))
			return;
	}
}

/* Blanks before a value, not after it, so that lines do not end in them. */
static void put_property(struct value_list *v, const struct print_column *column, size_t name_width)
{
	struct print_job *job = v->job;
	size_t blanks = 1, at = 0;
	const void *item;
	uint64_t number;

	put_name(job, column->property, name_width);
	job_rewind(job);
	while ((item = job_next(job, &number)) != NULL && at < v->items) {
		size_t width;

		make_cell(v, item, column);
		width = text_width(strbuf_text(&v->cell), v->cell.len);
		if (width) {
			strbuf_fill(&job->buf, ' ', blanks);
			strbuf_add(&job->buf, strbuf_text(&v->cell), v->cell.len);
			blanks = 0;
		}
		blanks += v->width[at++] - width + 1;
	}
	strbuf_char(&job->buf, '\n');
}

void print_value_list(struct print_job *job)
{
	struct value_list v = {.job = job, .cell = STRBUF_INIT};
	size_t name_width = 0;

	measure(&v);
	for (size_t i = 0; i < job->columns; i++) {
		size_t len = v.used[i] ? strlen(job->column[i].property->name) : 0;

		if (len > name_width)
			name_width = len;
	}
	for (size_t i = 0; i < job->columns; i++) {
		if (v.used[i])
			put_property(&v, &job->column[i], name_width);
	}
	if (v.cell.failed)
		job->buf.failed = true;
	free(v.width);
	strbuf_free(&v.cell);
}

/* json */

static void put_object(struct print_job *job, const void *item)
{
	struct strbuf *out = &job->buf;
	size_t start = out->len;

	/* Names are the tables' own: letters, digits, '-' and '.'. */
	job_cells(job, item, 0, job->columns, out);
	if (out->len == start)
		strbuf_char(out, '{');
	else
		out->data[start] = '{'; /* for the comma of the first */
	strbuf_char(out, '}');
}

void print_json(struct print_job *job)
{
	const void *item;
	uint64_t number;
	bool first = true;

	if (job->menu->settings) {
		item = job_next(job, &number);
		if (item)
			put_object(job, item);
		strbuf_char(&job->buf, '\n');
		return;
	}
	strbuf_char(&job->buf, '[');
	while ((item = job_next(job, &number)) != NULL) {
		strbuf_str(&job->buf, first ? "\n" : ",\n");
		put_object(job, item);
		first = false;
	}
	strbuf_str(&job->buf, first ? "]\n" : "\n]\n");
}

/* Settings */

/* The widest name of what is shown: settings that stand at their default may be left out. */
static size_t widest_shown(struct print_job *job, const void *item)
{
	size_t widest = 0;

	for (size_t i = 0; i < job->columns; i++) {
		size_t len = strlen(job->column[i].property->name);
		struct value value;

		job_value(job, item, &job->column[i], &value);
		if (value.type != VALUE_NONE && len > widest)
			widest = len;
	}
	return widest;
}

void print_settings(struct print_job *job)
{
	const void *item;
	size_t width;
	uint64_t number;
	struct value value;

	item = job_next(job, &number);
	width = item ? widest_shown(job, item) + 2 : 0;
	for (size_t i = 0; item && i < job->columns; i++) {
		const struct property *property = job->column[i].property;

		job_value(job, item, &job->column[i], &value);
		if (value.type == VALUE_NONE)
			continue;
		put_name(job, property, width);
		if (value.type != VALUE_STRING || value.len)
			strbuf_char(&job->buf, ' ');
		job_bare(&property->kind, &value, &job->buf);
		strbuf_char(&job->buf, '\n');
	}
	strbuf_char(&job->buf, '\n');
}
