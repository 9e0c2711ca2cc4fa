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
 * An item's comment is a line before its row. Only flags that are on somewhere and
 * columns that have a value somewhere are shown; two blanks lie between columns.
 * Columns that a narrow terminal has no room for are dropped from the right; to keep
 * as many as can be, the headers of columns whose values are shorter are cut, the one
 * that gains most first.
 *
 * And the lines of a log, which are no table:
 *
 *	 12:48:14 system,info router rebooted
 */
#include <string.h>

#include "base/put.h"
#include "model/print_job.h"

struct column {
	const struct print_column *made;
	uint64_t largest; /* number, of a column that is aligned on the right */
	uint64_t seen;    /* numbers below 64 that were measured, of other columns */
	size_t values;    /* the widest value; at the end in a column on the right */
	size_t width, gap;
	bool right, address;
};

struct table {
	struct print_job *job;
	struct print_survey survey;
	struct column column[PRINT_COLUMNS_MAX];
	size_t columns;
	size_t flag_places;
	size_t row_room;
	struct strbuf cell;
};

static void make_cell(struct table *t, const struct column *c, const struct value *value)
{
	strbuf_reset(&t->cell);
	job_bare(&c->made->property->kind, value, &t->cell);
	if (t->cell.failed)
		t->job->buf.failed = true;
}

static void measure_item(struct table *t, const void *item, char *scratch)
{
	for (size_t i = 0; i < t->columns; i++) {
		struct column *c = &t->column[i];
		struct value value;
		size_t width;

		job_value(t->job, item, c->made, &value);
		if (value.type == VALUE_NONE)
			continue;
		if (c->right) {
			if (value.number >= c->largest) {
				c->largest = value.number;
				c->values = 1;
			}
			continue;
		}
		if (value.type == c->made->type) {
			if (value.number < 64 && !c->address) {
				if (c->seen & UINT64_C(1) << value.number)
					continue;
				c->seen |= UINT64_C(1) << value.number;
			}
			if (c->values >= value_width_limit(&value))
				continue;
			width = (size_t)(c->made->put(scratch, &c->made->property->kind, &value,
			                              VALUE_CONSOLE) -
			                 scratch);
		} else {
			make_cell(t, c, &value);
			width = text_width(strbuf_text(&t->cell), t->cell.len);
		}
		if (width > c->values)
			c->values = width;
	}
}

/* Drops columns without values. */
static void keep_used(struct table *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->columns; i++) {
		struct column *c = &t->column[i];
		size_t header = strlen(c->made->property->name);

		if (c->values == 0)
			continue;
		if (c->right)
			c->values = c->made->width_of(c->largest);
		c->width = header > c->values ? header : c->values;
		c->gap = kept ? 2 : 1;
		t->column[kept++] = *c;
	}
	t->columns = kept;
}

static void measure(struct table *t)
{
	struct print_job *job = t->job;
	struct strbuf scratch = STRBUF_INIT;
	const void *item;
	uint64_t number;
	char *to = strbuf_reserve(&scratch, job->line_room);

	t->columns = job->columns;
	for (size_t i = 0; i < t->columns; i++) {
		t->column[i].made = &job->column[i];
		t->column[i].right = job->column[i].width_of != NULL;
		t->column[i].address = job->column[i].type == VALUE_ADDRESS;
	}
	while (to && (item = job_next(job, &number)) != NULL) {
		job_survey(job, &t->survey, item, number);
		measure_item(t, item, to);
	}
	job_survey_end(job, &t->survey);
	keep_used(t);
	if (scratch.failed)
		job->buf.failed = true;
	strbuf_free(&scratch);
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

	strbuf_fill(out, ' ', c->gap);
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

	if (t->job->options->continued)
		return;
	job_legend(t->job, t->survey.flags_used, true);
	if (t->columns == 0)
		return;
	strbuf_str(out, "Columns: ");
	for (size_t i = 0; i < t->columns; i++) {
		if (i)
			strbuf_str(out, ", ");
		put_upper(out, t->column[i].made->property->name,
		          strlen(t->column[i].made->property->name));
	}
	strbuf_char(out, '\n');
	job_colour(t->job, COLOUR_NAME, out);
	start = out->len;
	strbuf_fill(out, ' ', t->survey.number_width - 1);
	strbuf_char(out, '#');
	if (t->flag_places)
		strbuf_fill(out, ' ', 1 + t->flag_places);
	for (size_t i = 0; i < t->columns; i++) {
		size_t len = strlen(t->column[i].made->property->name);

		strbuf_reset(&t->cell);
		put_upper(&t->cell, t->column[i].made->property->name,
		          len < t->column[i].width ? len : t->column[i].width);
		put_cell(t, i, strbuf_text(&t->cell), t->cell.len);
	}
	end_line(out, start);
	if (t->job->options->colours) {
		strbuf_cut(out, out->len - 1);
		strbuf_str(out, COLOUR_END "\n");
	}
}

/* A value with the blanks around it. => the end, NULL: no memory */
static char *put_value(struct table *t, size_t i, const struct value *value, char *to)
{
	const struct column *c = &t->column[i];
	const struct value_kind *kind = &c->made->property->kind;
	size_t gap = c->gap, width;
	char *start;

	if (value->type == VALUE_NONE)
		return put_blanks(to, gap + c->width);
	if (value->type != c->made->type) {
		strbuf_commit(&t->job->buf, to);
		make_cell(t, c, value);
		put_cell(t, i, strbuf_text(&t->cell), t->cell.len);
		return strbuf_reserve(&t->job->buf, t->row_room);
	}
	if (c->right) {
		width = c->made->width_of(value->number);
		to = put_blanks(to, gap + (width < c->width ? c->width - width : 0));
		return c->made->put(to, kind, value, VALUE_CONSOLE);
	}
	start = to = put_blanks(to, gap);
	to = c->made->put(to, kind, value, VALUE_CONSOLE);
	width = (size_t)(to - start);
	return put_blanks(to, width < c->width ? c->width - width : 0);
}

static void put_row(struct table *t, const void *item, uint64_t number)
{
	struct strbuf *out = &t->job->buf;
	size_t start;
	char *to;

	job_comment(t->job, item);
	start = out->len;
	to = strbuf_reserve(out, t->row_room);
	if (to == NULL)
		return;
	to = job_number(t->job, item, number, t->survey.number_width, to);
	if (t->flag_places) {
		*to++ = ' ';
		to = job_flags(t->job, item, to);
	}
	for (size_t i = 0; to && i < t->columns; i++) {
		struct value value;

		job_value(t->job, item, t->column[i].made, &value);
		to = put_value(t, i, &value, to);
	}
	if (to == NULL)
		return;
	strbuf_commit(out, to);
	end_line(out, start);
}

/* For the widest row there can be. */
static size_t room_for_row(const struct table *t)
{
	size_t room = JOB_NUMBER_ROOM + PUT_SLACK;

	for (size_t i = 0; i < t->columns; i++)
		room += 2 + t->column[i].width + t->column[i].made->room + PUT_SLACK;
	return room;
}

void print_brief(struct print_job *job)
{
	struct table t = {.job = job, .cell = STRBUF_INIT};
	const void *item;
	uint64_t number;

	measure(&t);
	if (t.survey.items) {
		t.flag_places = job_flags_begin(job, t.survey.flags_used);
		fit(&t);
		t.row_room = room_for_row(&t);
		put_header(&t);
		job_rewind(job);
		while ((item = job_next(job, &number)) != NULL)
			put_row(&t, item, number);
	}
	if (t.cell.failed)
		job->buf.failed = true;
	strbuf_free(&t.cell);
}

void print_lines(struct print_job *job)
{
	const void *item;
	uint64_t number;

	while ((item = job_next(job, &number)) != NULL) {
		for (size_t i = 0; i < job->columns; i++) {
			struct value value;

			job_value(job, item, &job->column[i], &value);
			if (value.type == VALUE_NONE ||
			    (value.type == VALUE_STRING && value.len == 0))
				continue;
			strbuf_char(&job->buf, ' ');
			job_bare(&job->column[i].property->kind, &value, &job->buf);
		}
		strbuf_char(&job->buf, '\n');
	}
}
