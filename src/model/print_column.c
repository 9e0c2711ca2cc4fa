/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_column.c - the columns of a listing, made ready once for all its
 * items: how a property is read, how its type is written, what stands before it.
 *
 * An item's line is written into room reserved for the longest one, so nothing is
 * checked, allocated or formatted by printf() on the way. Only texts, whose length
 * the table of properties does not bound, are appended to the strbuf.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/print_job.h"

/* What stands before a value: " name=", in JSON `,"name":` and the quote of a text. */
static void add_lead(struct print_job *job, const struct property *property, bool quote)
{
	if (job->options->layout == PRINT_JSON) {
		strbuf_str(&job->leads, ",\"");
		strbuf_str(&job->leads, property->name);
		strbuf_str(&job->leads, quote ? "\":\"" : "\":");
	} else {
		strbuf_char(&job->leads, ' ');
		if (job->options->layout != PRINT_TERSE)
			job_colour(job, COLOUR_NAME, &job->leads);
		strbuf_str(&job->leads, property->name);
		if (job->options->layout != PRINT_TERSE)
			job_colour(job, COLOUR_END, &job->leads);
		strbuf_char(&job->leads, '=');
	}
}

/* What does not depend on the layout. */
static void prepare_column(const struct print_job *job, struct print_column *c)
{
	const struct value_kind *kind = &c->property->kind;

	c->get = source_getter(job->source, c->property);
	c->text = kind->type == VALUE_STRING && kind->names == NULL && !value_compound(kind) &&
		          !(kind->form & KIND_WORD);
	c->extra = c->property->show & (PROP_EXTRA | PROP_COMMENT) && c->property->initial;
}

bool job_prepare(struct print_job *job)
{
	bool json = job->options->layout == PRINT_JSON;

	job->form = json ? VALUE_API : VALUE_CONSOLE;
	job->line_room = PUT_SLACK;
	if (job->comment.property)
		prepare_column(job, &job->comment);
	for (size_t i = 0; i < job->columns; i++) {
		struct print_column *c = &job->column[i];
		const struct value_kind *kind = &c->property->kind;
		const struct value_writer *writer = value_kind_writer(kind);

		prepare_column(job, c);
		c->put = writer->put;
		c->width_of = writer->width;
		c->type = writer->put ? (uint8_t)kind->type : VALUE_NONE;
		c->quote = json && writer->json_text;
		c->lead_at = job->leads.len;
		add_lead(job, c->property, c->quote);
		c->lead_len = job->leads.len - c->lead_at;
		c->room = value_room(kind);
		job->line_room += c->lead_len + c->room + 1;
	}
	strbuf_fill(&job->leads, ' ', PUT_SLACK);
	return !job->leads.failed;
}

static bool plain(const struct value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = (unsigned char)value->text[i];

		if (c <= 0x20 || c == 0x7f || strchr("\"\\;=$", c))
			return false;
	}
	return value->len != 0;
}

void job_text(const struct print_column *column, const struct value *value, bool always,
              struct strbuf *out)
{
	if (value->type == VALUE_STRING && ((always && column->text) || !plain(value)))
		value_quote(value->text, value->len, out);
	else
		value_print(&column->property->kind, value, VALUE_CONSOLE, out);
}

void job_bare(const struct value_kind *kind, const struct value *value, struct strbuf *out)
{
	for (size_t i = 0; value->type == VALUE_STRING && i < value->len; i++) {
		unsigned char c = (unsigned char)value->text[i];

		if (c < 0x20 || c == 0x7f) {
			value_quote(value->text, value->len, out);
			return;
		}
	}
	value_print(kind, value, VALUE_CONSOLE, out);
}

/* => the end, NULL: no memory */
static inline char *put_cell(struct print_job *job, const void *item, const struct print_column *c,
                             struct strbuf *out, char *to)
{
	struct value value;

	job_value(job, item, c, &value);
	if (value.type == VALUE_NONE)
		return to;
	to = put_padded(to, job->leads.data + c->lead_at, c->lead_len);
	if (LIKELY(value.type == c->type)) {
		to = c->put(to, &c->property->kind, &value, job->form);
		*to = '"';
		return to + c->quote;
	}
	strbuf_commit(out, to);
	if (job->options->layout == PRINT_JSON)
		value_print(&c->property->kind, &value, VALUE_JSON, out);
	else
		job_text(c, &value, job->options->layout == PRINT_DETAIL, out);
	return strbuf_reserve(out, job->line_room);
}

void job_cells(struct print_job *job, const void *item, size_t first, size_t count,
               struct strbuf *out)
{
	char *to = strbuf_reserve(out, job->line_room);
	const struct print_column *column = &job->column[first];

	for (size_t i = 0; to && i < count; i++)
		to = put_cell(job, item, &column[i], out, to);
	if (to)
		strbuf_commit(out, to);
}
