/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_match.c - the operator `~`: whether a regular expression is found in a text, or
 * in any element of an array.
 *
 * Life: the expression is compiled for one use. Threads: pure functions. Cost: bounded by
 * PCRE2's limits; what reaches them is an error, so that a script does not take "too much
 * work" for "no".
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "console/cell.h"
#include "console/cell_store.h"

#define MATCH_LIMIT 100000
#define MATCH_DEPTH 1000
#define MATCH_HEAP_KIB 256

struct matcher {
	pcre2_code *regex;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	struct strbuf text; /* of a value that is no string */
};

static bool fail(struct strbuf *error, int code)
{
	PCRE2_UCHAR message[120];

	if (code == PCRE2_ERROR_NOMEMORY || pcre2_get_error_message(code, message, 120) < 0)
		strbuf_str(error, "out of memory");
	else
		strbuf_printf(error, "bad regular expression: %s", (const char *)message);
	return false;
}

static bool prepare(struct matcher *m, const struct strbuf *pattern, struct strbuf *error)
{
	PCRE2_SIZE offset;
	int code = PCRE2_ERROR_NOMEMORY;

	m->regex = pcre2_compile((PCRE2_SPTR)strbuf_text(pattern), pattern->len,
	                         PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
	if (m->regex == NULL)
		return fail(error, code);
	m->data = pcre2_match_data_create_from_pattern(m->regex, NULL);
	m->limits = pcre2_match_context_create(NULL);
	if (m->data == NULL || m->limits == NULL)
		return fail(error, PCRE2_ERROR_NOMEMORY);
	pcre2_set_match_limit(m->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(m->limits, MATCH_DEPTH);
	pcre2_set_heap_limit(m->limits, MATCH_HEAP_KIB);
	return true;
}

static bool match_text(struct matcher *m, const char *text, size_t len, bool *found,
                       struct strbuf *error)
{
	int code = pcre2_match(m->regex, (PCRE2_SPTR)text, len, 0, 0, m->data, m->limits);

	*found = code >= 0;
	if (code >= 0 || code == PCRE2_ERROR_NOMATCH)
		return true;
	strbuf_str(error, "regular expression needs too much work");
	return false;
}

static bool match_cell(struct matcher *m, const struct cell *cell, bool *found,
                       struct strbuf *error)
{
	size_t count = cell_array_count(cell);

	*found = false;
	if (cell->type == CELL_STR)
		return match_text(m, cell->text->data, cell->text->len, found, error);
	if (cell->type == CELL_ARRAY) {
		for (size_t i = 0; i < count && !*found; i++) {
			if (!match_cell(m, cell_array_at(cell, i, NULL, NULL), found, error))
				return false;
		}
		return true;
	}
	strbuf_reset(&m->text);
	cell_print(cell, &m->text);
	if (m->text.failed)
		return fail(error, PCRE2_ERROR_NOMEMORY);
	return match_text(m, strbuf_text(&m->text), m->text.len, found, error);
}

bool cell_match(const struct cell *text, const struct cell *pattern, bool *found,
                struct strbuf *error)
{
	struct matcher m = {.text = STRBUF_INIT};
	struct strbuf written = STRBUF_INIT;
	bool good;

	cell_print(pattern, &written);
	if (written.failed)
		good = fail(error, PCRE2_ERROR_NOMEMORY);
	else
		good = prepare(&m, &written, error) && match_cell(&m, text, found, error);
	strbuf_free(&written);
	strbuf_free(&m.text);
	pcre2_match_context_free(m.limits);
	pcre2_match_data_free(m.data);
	pcre2_code_free(m.regex);
	return good;
}
