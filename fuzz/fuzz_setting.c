/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_setting.c - any bytes as a setting of any kind.
 *
 * The first byte of the input chooses the property of the menu of all kinds, what is left is
 * what somebody wrote. What is accepted is shown as what reads as the same; what is refused
 * leaves nothing and has a reason of one line. Values, references and completion come along.
 */
#include <stdlib.h>
#include <string.h>

#include "../tests/unit/model/kinds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static bool same(const struct strbuf *a, const struct strbuf *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static void count_id(void *ctx, uint64_t id)
{
	(void)id;
	++*(unsigned *)ctx;
}

static void whole_word(void *ctx, const char *word, const char *help)
{
	(void)ctx, (void)help;
	must(word && *word);
}

/* A kept form: shown, read again, as a value, in every form. */
static void check_kept(const struct value_kind *kind, const struct strbuf *kept)
{
	struct strbuf shown = STRBUF_INIT, again = STRBUF_INIT, error = STRBUF_INIT;
	struct strbuf room = STRBUF_INIT, out = STRBUF_INIT;
	const char *text = strbuf_text(kept);
	struct value value;
	unsigned ids = 0;

	setting_show(kind, text, kept->len, &kinds_scope, &shown);
	must(setting_read(kind, "x", strbuf_text(&shown), shown.len, &kinds_scope, &again, &error));
	must(same(kept, &again));
	setting_value(kind, text, kept->len, &kinds_scope, &room, &value);
	for (enum value_form form = VALUE_CONSOLE; form <= VALUE_JSON; form++)
		value_print(kind, &value, form, &out);
	setting_references(kind, text, kept->len, count_id, &ids);
	must(ids == 0 || setting_refers(kind));
	strbuf_free(&shown);
	strbuf_free(&again);
	strbuf_free(&error);
	strbuf_free(&room);
	strbuf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strbuf kept = STRBUF_INIT, error = STRBUF_INIT;
	const struct value_kind *kind;
	const char *text;

	if (size == 0)
		return 0;
	kind = &kinds_properties[data[0] % ARRAY_COUNT(kinds_properties)].kind;
	text = (const char *)data + 1;
	must(setting_complete(kind, text, size - 1, whole_word, NULL) <= size - 1);
	if (setting_read(kind, "x", text, size - 1, &kinds_scope, &kept, &error)) {
		must(error.len == 0);
		check_kept(kind, &kept);
	} else {
		must(kept.len == 0 && error.len > 0 && !memchr(error.data, '\n', error.len));
	}
	strbuf_free(&kept);
	strbuf_free(&error);
	return 0;
}
