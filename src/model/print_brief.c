/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_brief.c - the table that `print` shows by default:
 *
 *	Flags: C - CONFIRMED; s - SRCNAT
 *	Columns: PROTOCOL, SRC-ADDRESS, TIMEOUT, ORIG-PACKETS
 *	 #    PROTOCOL  SRC-ADDRESS            TIMEOUT  ORIG-PACKETS
 *	13 C  udp       192.0.2.14:57447       0s                  2
 *	27 Cs udp       192.168.202.197:45463  2s                  2
 *
 * Only flags that are on somewhere and columns that have a value somewhere are
 * shown; two blanks lie between columns. Columns that a narrow terminal has no
 * room for are dropped from the right; to keep as many as can be, the headers of
 * columns whose values are shorter are cut, the one that gains most first.
 */
#include <string.h>

#include "model/print_job.h"

struct column {
	const struct property *property;
	size_t values; /* the widest value */
	size_t width;
	bool right;
};

struct table {
	struct print_job *job;
	struct print_survey survey;
	struct column column[PRINT_COLUMNS_MAX];
	size_t columns;
	size_t flag_places;
	struct strbuf cell;
};

/* A text that would break the line is quoted. */
static void make_cell(struct table *t, const void *item, const struct property *property)
{
	struct value value;

	strbuf_reset(&t->cell);
	job_value(t->job, item, property, &value);
	if (value.type == VALUE_STRING) {
		for (size_t i = 0; i < value.len; i++) {
			unsigned char c = (unsigned char)value.text[i];

			if (c < 0x20 || c == 0x7f) {
				value_quote(value.text, value.len, &t->cell);
				return;
			}
		}
	}
	value_print(&property->kind, &value, VALUE_CONSOLE, &t->cell);
}

static void measure(struct table *t)
{
	struct print_job *job = t->job;
	const void *item;
	uint64_t number;
	size_t kept = 0;

	for (size_t i = 0; i < job->columns; i++) {
		t->column[i].property = job->column[i];
		t->column[i].right = value_right_aligned(job->column[i]->kind.type);
	}
	while ((item = job_next(job, &number)) != NULL) {
		job_survey(job, &t->survey, item, number);
		for (size_t i = 0; i < job->columns; i++) {
			size_t width;

			make_cell(t, item, job->column[i]);
			width = text_width(strbuf_text(&t->cell), t->cell.len);
			if (width > t->column[i].values)
				t->column[i].values = width;
		}
	}
	for (size_t i = 0; i < job->columns; i++) {
		size_t header = strlen(job->column[i]->name);

		if (t->column[i].values == 0)
			continue;
		t->column[kept] = t->column[i];
		t->column[kept].width = header > t->column[i].values ? header : t->column[i].values;
		kept++;
	}
	t->columns = kept;
}

/* What a line takes with headers cut as far as they can be, or not at all. */
static size_t total_width(const struct table *t, bool cut)
{
	size_t width = t->survey.number_width;

	if (t->flag_places)
		width += 1 + t->flag_places;
	for (size_t i = 0; i < t->columns; i++)
		width += (i ? 2 : 1) + (cut ? t->column[i].values : t->column[i].width);
	return width;
}

/* The column whose header can give up most, of numbers or of the others; the last
 * of equals. => NULL: none can */
static struct column *squeezable(struct table *t, bool right)
{
	struct column *best = NULL;
	size_t gain = 1;

	for (size_t i = 0; i < t->columns; i++) {
		struct column *c = &t->column[i];

		if (c->right == right && c->width - c->values >= gain) {
			gain = c->width - c->values;
			best = c;
		}
	}
	return best;
}

static void fit(struct table *t)
{
	size_t limit = t->job->options->width;

	if (limit == 0)
		return;
	while (t->columns > 1 && total_width(t, true) > limit)
		t->columns--;
	while (total_width(t, false) > limit) {
		struct column *c = squeezable(t, true);

		if (c == NULL)
			c = squeezable(t, false);
		if (c == NULL)
			return;
		c->width = c->values;
	}
}

static void put_upper(struct strbuf *out, const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		strbuf_char(out, name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i]);
}

/* Appends a cell's text at its place. The last column gets no blanks behind it. */
static void put_cell(struct table *t, size_t i, const char *text, size_t len)
{
	const struct column *c = &t->column[i];
	struct strbuf *out = &t->job->buf;
	size_t width = text_width(text, len);
	size_t blanks = width < c->width ? c->width - width : 0;

	strbuf_str(out, i ? "  " : " ");
	if (c->right)
		strbuf_fill(out, ' ', blanks);
	strbuf_add(out, text, len);
	if (!c->right)
		strbuf_fill(out, ' ', blanks);
}

/* Ends a line that began at `start`, without blanks at its end. */
static void end_line(struct strbuf *out, size_t start)
{
	while (out->len > start && out->data[out->len - 1] == ' ')
		strbuf_cut(out, out->len - 1);
	strbuf_char(out, '\n');
}

static void put_header(struct table *t)
{
	struct strbuf *out = &t->job->buf;
	size_t start;

	job_legend(t->job, t->survey.flags_used, true);
	strbuf_str(out, "Columns: ");
	for (size_t i = 0; i < t->columns; i++) {
		if (i)
			strbuf_str(out, ", ");
		put_upper(out, t->column[i].property->name, strlen(t->column[i].property->name));
	}
	strbuf_char(out, '\n');
	start = out->len;
	strbuf_fill(out, ' ', t->survey.number_width - 1);
	strbuf_char(out, '#');
	if (t->flag_places)
		strbuf_fill(out, ' ', 1 + t->flag_places);
	for (size_t i = 0; i < t->columns; i++) {
		size_t len = strlen(t->column[i].property->name);

		strbuf_reset(&t->cell);
		put_upper(&t->cell, t->column[i].property->name,
		          len < t->column[i].width ? len : t->column[i].width);
		put_cell(t, i, strbuf_text(&t->cell), t->cell.len);
	}
	end_line(out, start);
}

static void put_row(struct table *t, const void *item, uint64_t number)
{
	struct strbuf *out = &t->job->buf;
	size_t start = out->len;

	job_number(t->job, item, number, t->survey.number_width, out);
	if (t->flag_places) {
		strbuf_char(out, ' ');
		job_flags(t->job, item, t->survey.flags_used, out);
	}
	for (size_t i = 0; i < t->columns; i++) {
		make_cell(t, item, t->column[i].property);
		put_cell(t, i, strbuf_text(&t->cell), t->cell.len);
	}
	end_line(out, start);
}

void print_brief(struct print_job *job)
{
	struct table t = {.job = job, .cell = STRBUF_INIT};
	const void *item;
	uint64_t number;

	measure(&t);
	if (t.survey.items) {
		t.flag_places = job_flags(job, NULL, t.survey.flags_used, &t.cell);
		fit(&t);
		put_header(&t);
		job_rewind(job);
		while ((item = job_next(job, &number)) != NULL)
			put_row(&t, item, number);
	}
	if (t.cell.failed)
		job->buf.failed = true;
	strbuf_free(&t.cell);
}
