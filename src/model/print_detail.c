/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print_detail.c - all properties of each item as name=value: `detail`
 * wrapped at the terminal's width under a legend of all flags, `terse` in
 * one line an item.
 *
 *	 0  SAC    s   protocol=tcp src-address=192.168.8.59:1643
 *	               dst-address=203.0.113.172:443 timeout=23h59m58s
 *
 *	 1 X  ;;; a comment
 *	      chain=input action=accept
 *
 * Every flag has its own place, whether in use or not.
 */
#include <string.h>

#include "model/print_job.h"

/* Columns that a text takes, without what switches colours. */
static size_t seen_width(const struct print_job *job, const char *text, size_t len)
{
	size_t width = text_width(text, len);

	if (!job->options->colours)
		return width;
	for (const char *end = text + len; (text = memchr(text, '\033', (size_t)(end - text)));) {
		const char *m = memchr(text, 'm', (size_t)(end - text));

		width -= (size_t)(m - text) + 1;
		text = m + 1;
	}
	return width;
}

/* Puts what was appended from `start` on, if it does not fit the line any more,
 * onto the next. => the line's width then */
static size_t wrap(struct print_job *job, size_t start, size_t column, size_t indent)
{
	struct strbuf *out = &job->buf;
	size_t width = job->options->width;
	size_t len = seen_width(job, strbuf_text(out) + start, out->len - start);
	char *pair, *end;

	if (column <= indent || column + len <= width)
		return column + len;
	if (strbuf_reserve(out, 1 + indent)) {
		pair = out->data + start;
		end = out->data + out->len;
		memmove(pair + 1 + indent, pair, (size_t)(end - pair));
		pair[0] = '\n';
		memset(pair + 1, ' ', indent);
		strbuf_commit(out, end + 1 + indent);
	}
	return indent + len;
}

/* width 0: no limit */
static void put_item(struct print_job *job, const void *item, uint64_t number,
                     const struct print_survey *survey, size_t width)
{
	struct strbuf *out = &job->buf;
	char *to = strbuf_reserve(out, JOB_NUMBER_ROOM);
	size_t start = out->len, line = start, indent, column;

	if (to == NULL)
		return;
	*to++ = ' ';
	to = job_number(job, item, number, survey->number_width, to);
	if (job->flags) {
		*to++ = ' ';
		to = job_flags(job, item, to);
	}
	strbuf_commit(out, to);
	column = indent = out->len - start;
	if (job->comment.property) {
		strbuf_char(out, ' ');
		if (job_comment(job, item))
			strbuf_fill(out, ' ', indent);
		else
			strbuf_cut(out, out->len - 1);
	}
	if (width == 0)
		job_cells(job, item, 0, job->columns, out);
	for (size_t i = 0; width && i < job->columns; i++) {
		start = out->len;
		job_cells(job, item, i, 1, out);
		if (out->len > start)
			column = wrap(job, start, column, indent);
	}
	while (out->len > line && out->data[out->len - 1] == ' ')
		strbuf_cut(out, out->len - 1);
	strbuf_char(out, '\n');
}

static struct print_survey survey_all(struct print_job *job)
{
	struct print_survey survey = {0, 0, 0, 0};
	const void *item;
	uint64_t number;

	while ((item = job_next(job, &number)) != NULL)
		job_survey(job, &survey, item, number);
	job_survey_end(job, &survey);
	job_flags_begin(job, UINT32_MAX);
	job_rewind(job);
	return survey;
}

void print_detail(struct print_job *job)
{
	struct print_survey survey = survey_all(job);
	const void *item;
	uint64_t number;
	bool first = true;

	if (survey.items) /* all flags, on or not */
		survey.flags_used = UINT32_MAX;
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
