/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_detail.c - all properties of each item as name=value: `detail`
 * wrapped at the terminal's width under a legend of the flags in use, `terse` in
 * one line an item.
 *
 *	 0  SAC    s   protocol=tcp src-address=192.168.8.59:1643
 *	               dst-address=203.0.113.172:443 timeout=23h59m58s
 *
 * Every flag has its own place, whether in use or not.
 */
#include <string.h>

#include "model/print_job.h"

static bool plain(const struct value *value)
{
	for (size_t i = 0; i < value->len; i++) {
		unsigned char c = (unsigned char)value->text[i];

		if (c <= 0x20 || c == 0x7f || strchr("\"\\;=$", c))
			return false;
	}
	return value->len != 0;
}

/* Appends a blank and "name=value", or nothing if there is no value. Texts are
 * quoted: in detail always, in terse where they need it. */
static void put_pair(struct print_job *job, const void *item, const struct property *property,
                     struct strbuf *out)
{
	bool always = job->options->layout == PRINT_DETAIL;
	struct value value;

	job_value(job, item, property, &value);
	if (value.type == VALUE_NONE)
		return;
	strbuf_char(out, ' ');
	strbuf_str(out, property->name);
	strbuf_char(out, '=');
	if (value.type == VALUE_STRING && (always || !plain(&value)))
		value_quote(value.text, value.len, out);
	else
		value_print(&property->kind, &value, VALUE_CONSOLE, out);
}

/* Puts what was appended from `start` on, if it does not fit the line any more,
 * onto the next. => the line's width then */
static size_t wrap(struct strbuf *out, size_t start, size_t column, size_t indent, size_t width)
{
	size_t len = text_width(strbuf_text(out) + start, out->len - start);

	if (width && column > indent && column + len > width) {
		struct strbuf pair = STRBUF_INIT;

		strbuf_add(&pair, strbuf_text(out) + start, out->len - start);
		strbuf_cut(out, start);
		strbuf_char(out, '\n');
		strbuf_fill(out, ' ', indent);
		strbuf_add(out, strbuf_text(&pair), pair.len);
		out->failed |= pair.failed;
		strbuf_free(&pair);
		column = indent;
	}
	return column + len;
}

/* width 0: no limit */
static void put_item(struct print_job *job, const void *item, uint64_t number,
                     const struct print_survey *survey, size_t width)
{
	struct strbuf *out = &job->buf;
	size_t start = out->len, indent, column;

	strbuf_char(out, ' ');
	job_number(job, item, number, survey->number_width, out);
	if (job->flags) {
		strbuf_char(out, ' ');
		job_flags(job, item, UINT32_MAX, out);
	}
	column = indent = out->len - start;
	for (size_t i = 0; i < job->columns; i++) {
		start = out->len;
		put_pair(job, item, job->column[i], out);
		if (width && out->len > start)
			column = wrap(out, start, column, indent, width);
	}
	strbuf_char(out, '\n');
}

static struct print_survey survey_all(struct print_job *job)
{
	struct print_survey survey = {0, 0, 0};
	const void *item;
	uint64_t number;

	while ((item = job_next(job, &number)) != NULL)
		job_survey(job, &survey, item, number);
	job_rewind(job);
	return survey;
}

void print_detail(struct print_job *job)
{
	struct print_survey survey = survey_all(job);
	const void *item;
	uint64_t number;
	bool first = true;

	job_legend(job, survey.flags_used, false);
	while ((item = job_next(job, &number)) != NULL) {
		if (!first)
			strbuf_char(&job->buf, '\n');
		put_item(job, item, number, &survey, job->options->width);
		first = false;
	}
}

void print_terse(struct print_job *job)
{
	struct print_survey survey = survey_all(job);
	const void *item;
	uint64_t number;

	while ((item = job_next(job, &number)) != NULL)
		put_item(job, item, number, &survey, 0);
}
