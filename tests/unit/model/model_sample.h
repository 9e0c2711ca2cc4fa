/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What tests of the model share: a clock and a log of their own, changes of one operation
 * written as text ("chain=forward action=drop"), and a menu's items as text.
 */
#ifndef UNIT_MODEL_MODEL_SAMPLE_H
#define UNIT_MODEL_MODEL_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/menus.h"
#include "model/model.h"

struct clock_and_log {
	uint64_t now;
	char log[200]; /* the last line */
};

static inline uint64_t sample_now(void *ctx)
{
	return ((struct clock_and_log *)ctx)->now;
}

static inline void sample_log(void *ctx, const char *topics, const char *message)
{
	struct clock_and_log *world = ctx;

	assert_string_equal(topics, "system,info");
	strncpy(world->log, message, sizeof world->log - 1);
}

static const struct actor admin = {"admin", "console", POLICY_ALL};

#define ASSIGNMENTS_MAX 16

/* Reads "name=value !name name=value"; values go on to the next blank. */
static inline size_t sample_assignments(const struct menu *menu, const char *text,
                                        struct assignment *to)
{
	size_t n = 0;

	while (*text) {
		bool unset = *text == '!';
		const char *name = text + unset;
		size_t len = strcspn(name, "= ");

		to[n].property = menu_find(menu, name, len);
		if (to[n].property == NULL)
			fail_msg("%s has no %.*s", menu->path, (int)len, name);
		text = name + len + (name[len] == '=');
		to[n].text = unset ? NULL : text;
		to[n].len = strcspn(text, " ");
		text += unset ? 0 : to[n].len;
		text += *text == ' ';
		n++;
	}
	return n;
}

static inline enum model_refusal sample_add(struct change *change, const struct menu *menu,
                                            const char *text, uint64_t *id, struct strbuf *error)
{
	struct assignment a[ASSIGNMENTS_MAX];

	return change_add(change, menu, a, sample_assignments(menu, text, a), MODEL_END, 0, id,
	                  error);
}

static inline enum model_refusal sample_set(struct change *change, const struct menu *menu,
                                            uint64_t id, const char *text, struct strbuf *error)
{
	struct assignment a[ASSIGNMENTS_MAX];

	return change_set(change, menu, id, a, sample_assignments(menu, text, a), error);
}

/* Each of these is a change of its own. */
static inline uint64_t add(struct model *model, const struct menu *menu, const char *text)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, &admin);
	uint64_t id = 0;

	if (sample_add(change, menu, text, &id, &error) != MODEL_OK ||
	    change_commit(change, &error) != MODEL_OK)
		fail_msg("add %s: %s", text, strbuf_text(&error));
	strbuf_free(&error);
	return id;
}

static inline void set(struct model *model, const struct menu *menu, uint64_t id, const char *text)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, &admin);

	if (sample_set(change, menu, id, text, &error) != MODEL_OK ||
	    change_commit(change, &error) != MODEL_OK)
		fail_msg("set %s: %s", text, strbuf_text(&error));
	strbuf_free(&error);
}

static inline void take(struct model *model, const struct menu *menu, uint64_t id)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, &admin);

	assert_int_equal(change_remove(change, menu, &id, 1, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	strbuf_free(&error);
}

static inline void move(struct model *model, const struct menu *menu, uint64_t id, uint64_t before)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, &admin);

	assert_int_equal(change_move(change, menu, &id, 1, before, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	strbuf_free(&error);
}

static inline void refused(enum model_refusal got, enum model_refusal want, struct strbuf *error,
                           const char *text)
{
	assert_string_equal(strbuf_text(error), text);
	assert_int_equal(got, want);
	strbuf_reset(error);
}

/* One property of all items, as "value,value": what is not set is "-". */
static inline const char *listed(struct model *model, const struct menu *menu, const char *name)
{
	static struct strbuf out;
	const struct property *property = menu_find(menu, name, strlen(name));
	struct menu_source *source = model_open(model, menu);
	const void *item;
	struct value value;

	strbuf_free(&out);
	assert_non_null(property);
	assert_non_null(source);
	while ((item = source->next(source)) != NULL) {
		if (out.len)
			strbuf_char(&out, ',');
		source_getter(source, property)(source, item, property, &value);
		if (value.type == VALUE_NONE)
			strbuf_char(&out, '-');
		else if (value.type == VALUE_STRING)
			strbuf_add(&out, value.text, value.len);
		else
			value_print(&property->kind, &value, VALUE_CONSOLE, &out);
	}
	model_close(source);
	return strbuf_text(&out);
}

/* One property of one item. */
static inline const char *shown(struct model *model, const struct menu *menu, uint64_t id,
                                const char *name)
{
	static struct strbuf out;
	const struct property *property = menu_find(menu, name, strlen(name));
	struct menu_source *source = model_open(model, menu);
	const void *item = model_find(source, id);
	struct value value;

	strbuf_free(&out);
	assert_non_null(property);
	if (item) {
		source_getter(source, property)(source, item, property, &value);
		if (value.type == VALUE_STRING)
			strbuf_add(&out, value.text, value.len);
		else
			value_print(&property->kind, &value, VALUE_CONSOLE, &out);
	} else {
		strbuf_str(&out, "no such item");
	}
	model_close(source);
	return strbuf_text(&out);
}

#endif
