/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/source.c - joining lines and finding places; see source.h.
 */
#include "console/source.h"

#include <stdlib.h>

#include "console/scan.h"

struct source_join {
	size_t at;   /* in the text */
	size_t skip; /* bytes of the file that were dropped before it, in all */
};

static bool add_join(struct source *source, size_t at, size_t skip)
{
	if (source->join_count == source->join_size) {
		size_t size = source->join_size ? 2 * source->join_size : 8;
		struct source_join *joins = realloc(source->joins, size * sizeof *joins);

		if (joins == NULL)
			return false;
		source->joins = joins;
		source->join_size = size;
	}
	source->joins[source->join_count++] = (struct source_join){at, skip};
	return true;
}

/* The length of a backslash, the end of its line and the blanks after it. 0: no join */
static size_t join_len(const char *text, size_t len)
{
	size_t eol, end;

	if (len < 2 || *text != '\\')
		return 0;
	eol = scan_eol(text + 1, len - 1);
	if (eol == 0)
		return 0;
	end = 1 + eol;
	while (end < len && (text[end] == ' ' || text[end] == '\t'))
		end++;
	return end;
}

/* Whether any backslash ends a line: most texts have none. */
static bool has_joins(const char *text, size_t len)
{
	const char *end = text + len;

	for (const char *c = text; len && (c = memchr(c, '\\', (size_t)(end - c))) != NULL; c++)
		if (join_len(c, (size_t)(end - c)))
			return true;
	return false;
}

static bool join(struct source *source)
{
	struct scan scan = SCAN_INIT;
	const char *file = source->file;
	size_t from = 0, at = 0, skip = 0;

	while (at < source->file_len) {
		size_t drop = 0;

		if (!scan.comment && scan.before != '\\')
			drop = join_len(file + at, source->file_len - at);
		if (drop == 0) {
			scan_byte(&scan, file[at++]);
			continue;
		}
		strbuf_add(&source->joined, file + from, at - from);
		at += drop;
		from = at;
		skip += drop;
		if (!add_join(source, at - skip, skip))
			return false;
	}
	strbuf_add(&source->joined, file + from, at - from);
	source->text = strbuf_text(&source->joined);
	source->len = source->joined.len;
	return !source->joined.failed;
}

bool source_set(struct source *source, const char *file, size_t len, unsigned first_line)
{
	source->text = source->file = file;
	source->len = source->file_len = len;
	source->first_line = source->line = first_line;
	source->at = source->line_start = source->seen = source->join = source->join_count = 0;
	strbuf_reset(&source->joined);
	return !has_joins(file, len) || join(source);
}

void source_free(struct source *source)
{
	strbuf_free(&source->joined);
	free(source->joins);
	source->joins = NULL;
	source->join_count = source->join_size = 0;
}

struct place source_place(struct source *source, size_t at)
{
	const char *file = source->file;

	if (at < source->at && source->at) {
		source->at = source->line_start = source->seen = source->join = 0;
		source->line = source->first_line;
	}
	while (source->join < source->join_count && source->joins[source->join].at <= at)
		source->join++;
	/* From here on `at` is a place in the file; source->at remembers one of the text. */
	source->at = at;
	if (source->join)
		at += source->joins[source->join - 1].skip;
	for (size_t c = source->seen; c < at;) {
		const char *end = memchr(file + c, '\n', at - c);
		const char *cr = memchr(file + c, '\r', (end ? (size_t)(end - file) : at) - c);

		if (cr)
			end = cr;
		if (end == NULL)
			break;
		c = (size_t)(end - file) + scan_eol(end, source->file_len - (size_t)(end - file));
		if (c > at)
			break;
		source->line_start = source->seen = c;
		source->line++;
	}
	if (source->seen < at)
		source->seen = at;
	return (struct place){source->line, (unsigned)(at - source->line_start) + 1};
}
