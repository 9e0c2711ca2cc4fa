/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_where.c - any bytes as a where-expression over the menu of all kinds.
 *
 * The first byte of the input says how: bit 0 with a reader, bit 1 one that only skips, bit 2 the
 * expression may end early, bit 3 without a scope, bit 4 the reader gives ids of its own. What is
 * left is the expression. The reader gives what stands between brackets, or the letters behind a
 * `$`. What was read is asked about every item; what was not has a reason and a place.
 */
#include <stdlib.h>
#include <string.h>

#include "../tests/unit/model/kinds.h"
#include "model/where.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool skim(const char *text, size_t len, size_t *at, struct strbuf *out,
                 struct where_error *error)
{
	static const char opens[] = "[(\"", closes[] = "])\"";
	size_t start = *at, end = start + 1;
	const char *open;

	must(start < len && text[start] && strchr("[(\"$", text[start]));
	open = strchr(opens, text[start]);
	if (open == NULL) {
		while (end < len && text[end] >= 'a' && text[end] <= 'z')
			end++;
		strbuf_add(out, text + start + 1, end - start - 1);
		*at = end;
		return true;
	}
	while (end < len && text[end] != closes[open - opens])
		end++;
	if (end == len)
		return where_fail(error, start, "expected '%c'", closes[open - opens]);
	strbuf_add(out, text + start + 1, end - start - 1);
	*at = end + 1;
	return true;
}

static bool operand(void *ctx, const char *text, size_t len, size_t *at, struct strbuf *out,
                    struct where_error *error)
{
	(void)ctx;
	return skim(text, len, at, out, error);
}

/* Every byte is an id. */
static bool items(void *ctx, const char *text, size_t len, size_t *at, uint64_t **ids,
                  size_t *count, struct where_error *error)
{
	struct strbuf bytes = STRBUF_INIT;
	bool ok = skim(text, len, at, &bytes, error);

	(void)ctx;
	*count = ok ? bytes.len : 0;
	*ids = *count ? malloc(*count * sizeof **ids) : NULL;
	must(*ids || *count == 0);
	for (size_t i = 0; i < *count; i++)
		(*ids)[i] = (uint8_t)bytes.data[i] % 16;
	strbuf_free(&bytes);
	return ok;
}

static uint64_t place(struct menu_source *source, const void *item)
{
	(void)source;
	for (uint64_t i = 0; i < KINDS_ITEMS; i++) {
		if (item == kinds_items[i])
			return i;
	}
	abort();
}

static void ask(struct where *where)
{
	struct kinds_source source;
	const void *item;

	kinds_open(&source);
	while ((item = source.source.next(&source.source)) != NULL)
		must(where_match(where, &source.source, item) ==
		     where_match(where, &source.source, item));
	strbuf_free(&source.room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct where_error error = {0, ""};
	const struct property *property;
	const char *text, *equals;
	struct where *where;
	size_t end = 0;
	unsigned how;

	if (size == 0)
		return 0;
	how = data[0];
	text = (const char *)data + 1;
	where = where_read(&kinds_menu, how & 8 ? NULL : &kinds_scope, text, size - 1,
	                   how & 1 ? &(struct where_reader){.operand = operand,
	                                                    .items = items,
	                                                    .skips = how & 2,
	                                                    .end = how & 4 ? &end : NULL,
	                                                    .id = how & 16 ? place : NULL}
	                           : NULL,
	                   &error);
	must(end <= size - 1);
	if (where == NULL) {
		must(error.column > 0 && error.column <= size && error.text[0]);
		must(!strchr(error.text, '\n'));
		return 0;
	}
	(void)where_is_equal(where, &property, &equals);
	if (!(how & 1 && how & 2))
		ask(where);
	where_free(where);
	return 0;
}
