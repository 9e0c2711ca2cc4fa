/* SPDX-License-Identifier: Apache-2.0 */
/*
 * menus.h - for tests: a model's menus read as lines of text, and changed by assignments.
 * To be included after <cmocka.h>.
 */
#ifndef TESTS_MENUS_H
#define TESTS_MENUS_H

#include "model/model.h"

/* Every item, a line each, with these properties as the console writes them. */
static inline const char *menu_rows(struct model *model, const char *path, const char *const *names,
				    struct strbuf *text)
{
	const struct menu *menu = model_menu(model, path);
	struct menu_source *source = model_open(model, menu);
	const void *item;

	assert_non_null(source);
	strbuf_reset(text);
	while ((item = source->next(source)) != NULL) {
		for (size_t i = 0; names[i]; i++) {
			const struct property *p = menu_find(menu, names[i], strlen(names[i]));
			struct value value;

			assert_non_null(p);
			source_getter(source, p)(source, item, p, &value);
			strbuf_str(text, i ? " " : "");
			value_print(&p->kind, &value, VALUE_CONSOLE, text);
		}
		strbuf_char(text, '\n');
	}
	model_close(source);
	return strbuf_text(text);
}

static inline size_t menu_assignments(const struct menu *menu, const char *const *texts,
				      struct assignment assignment[16])
{
	size_t count = 0;

	for (; texts[count]; count++) {
		const char *equals = strchr(texts[count], '=');

		assignment[count].property =
			menu_find(menu, texts[count], (size_t)(equals - texts[count]));
		assert_non_null(assignment[count].property);
		assignment[count].text = equals + 1;
		assignment[count].len = strlen(equals + 1);
	}
	return count;
}

/* Applies "name=value"s to an item, to the one of a settings menu, or with id 0 to a new one.
 * => whether it was taken; if not, *error says why */
static inline bool menu_try(struct model *model, const char *path, uint64_t id,
			    const char *const *texts, struct strbuf *error)
{
	const struct menu *menu = model_menu(model, path);
	struct change *change = change_begin(model, NULL);
	struct assignment assignment[16];
	size_t count = menu_assignments(menu, texts, assignment);
	enum model_refusal refusal;

	assert_non_null(change);
	if (id || menu->store == MENU_SETTINGS)
		refusal = change_set(change, menu, id, assignment, count, error);
	else
		refusal = change_add(change, menu, assignment, count, MODEL_END, 0, &id, error);
	if (refusal == MODEL_OK)
		return change_commit(change, error) == MODEL_OK;
	change_abort(change);
	return false;
}

static inline void menu_apply(struct model *model, const char *path, uint64_t id,
			      const char *const *texts)
{
	struct strbuf error = STRBUF_INIT;

	if (!menu_try(model, path, id, texts, &error))
		fail_msg("%s: %s", path, strbuf_text(&error));
	strbuf_free(&error);
}

static inline uint64_t menu_named(struct model *model, const char *path, const char *name)
{
	uint64_t id = 0;

	assert_int_equal(model_find_name(model, model_menu(model, path), name, strlen(name), &id),
			 SETTING_ONE);
	return id;
}

#endif
