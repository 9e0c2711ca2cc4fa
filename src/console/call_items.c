/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/call_items.c - which items an argument means: numbers of the last print, ranges of
 * them, names, ids, what [find] gave, and lists of all these with commas; see call.h.
 *
 * A menu that was not printed yet is numbered as if it had been. Life: the numbers of a menu are
 * remembered until its next print or the session's end. Cost: eight bytes an item printed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/run.h"
#include "model/menus.h"

struct remembered {
	struct remembered *next;
	const struct menu *menu;
	uint64_t *ids;
	size_t count;
};

static const struct place nowhere;

void remembered_free(struct remembered *remembered)
{
	while (remembered) {
		struct remembered *next = remembered->next;

		free(remembered->ids);
		free(remembered);
		remembered = next;
	}
}

static struct remembered *find_remembered(const struct session *session, const struct menu *menu)
{
	struct remembered *r = session->remembered;

	while (r && r->menu != menu)
		r = r->next;
	return r;
}

bool session_remember(struct session *session, const struct menu *menu, const uint64_t *ids,
                      size_t count)
{
	struct remembered *r = find_remembered(session, menu);
	uint64_t *copy = malloc((count + 1) * sizeof *copy);

	if (copy == NULL)
		return false;
	if (count)
		memcpy(copy, ids, count * sizeof *copy);
	if (r == NULL) {
		r = calloc(1, sizeof *r);
		if (r == NULL) {
			free(copy);
			return false;
		}
		r->menu = menu;
		r->next = session->remembered;
		session->remembered = r;
	}
	free(r->ids);
	r->ids = copy;
	r->count = count;
	return true;
}

/* As if the menu had been printed. => NULL: no memory */
static const struct remembered *number_items(struct session *session, const struct menu *menu)
{
	struct remembered *r = find_remembered(session, menu);
	struct menu_source *source;
	struct id_list list = {0};
	const void *item;
	bool good = true;

	if (r)
		return r;
	source = model_open(session->model, menu);
	if (source == NULL)
		return NULL;
	while (good && (item = source->next(source)) != NULL) {
		if (list.count == list.size) {
			size_t size = list.size ? 2 * list.size : 64;
			uint64_t *ids = realloc(list.ids, size * sizeof *ids);

			good = ids != NULL;
			if (!good)
				break;
			list.ids = ids;
			list.size = size;
		}
		list.ids[list.count++] = model_id(source, item);
	}
	model_close(source);
	good = good && session_remember(session, menu, list.ids, list.count);
	free(list.ids);
	return good ? find_remembered(session, menu) : NULL;
}

static bool add_id(struct session *session, struct id_list *list, uint64_t id)
{
	if (list->count == list->size) {
		size_t size = list->size ? 2 * list->size : 4;
		uint64_t *ids = realloc(list->ids, size * sizeof *ids);

		if (ids == NULL)
			return run_no_memory(session);
		list->ids = ids;
		list->size = size;
	}
	list->ids[list->count++] = id;
	return true;
}

/* Whether items of a menu can be called by a name. */
static bool has_names(const struct menu *menu)
{
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->properties[i].show & PROP_NAME)
			return true;
	}
	return menu->store == MENU_UNION;
}

static bool no_such_item(struct session *session)
{
	return session_fail(session, nowhere, "no such item");
}

/* A port by its number where the machine has fewer, in a configuration that is loaded: 0 is
 * ether1. => 0: there is none */
static uint64_t loaded_port(struct session *session, const struct menu *menu, uint64_t number)
{
	enum { PORTS_MAX = 128 };
	char name[32];

	if (menu != &menu_ethernet || !model_lenient(session->model) || number >= PORTS_MAX)
		return 0;
	snprintf(name, sizeof name, "ether%u", (unsigned)number + 1);
	return model_find_hardware(session->model, name);
}

static bool add_numbers(struct session *session, const struct menu *menu, uint64_t first,
                        uint64_t last, struct id_list *list)
{
	const struct remembered *r = number_items(session, menu);

	if (r == NULL)
		return run_no_memory(session);
	if (first > last)
		return no_such_item(session);
	for (; first <= last; first++) {
		uint64_t id = first < r->count ? r->ids[first] : loaded_port(session, menu, first);

		/* 0: a print with a condition left this one out, and it has that number still */
		if (id == 0)
			return no_such_item(session);
		if (!add_id(session, list, id))
			return false;
	}
	return true;
}

/* Digits only, within what can be. */
static bool read_number(const char *text, size_t len, unsigned base, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < len; i++) {
		const char *digits = "0123456789ABCDEFabcdef";
		const char *digit = text[i] ? strchr(digits, text[i]) : NULL;
		unsigned value = digit ? (unsigned)(digit - digits) : base;

		if (value >= 16 && base == 16)
			value -= 6;
		if (value >= base || i >= 16)
			return false;
		*number = *number * base + value;
	}
	return len != 0;
}

static bool read_range(const char *text, size_t len, uint64_t *first, uint64_t *last)
{
	const char *dash = memchr(text, '-', len);

	if (dash == NULL || dash == text)
		return read_number(text, len, 10, first) && read_number(text, len, 10, last);
	return read_number(text, (size_t)(dash - text), 10, first) &&
	       read_number(dash + 1, len - (size_t)(dash - text) - 1, 10, last);
}

/* One element. What looks like a number is one, whatever names there are; a script of its own has
 * printed nothing that would have numbers. */
static bool add_word(struct session *session, const struct menu *menu, const char *text,
                     size_t len, struct id_list *list)
{
	uint64_t first, last;

	if (len && *text == '*' && read_number(text + 1, len - 1, 16, &first))
		return add_id(session, list, first);
	if (read_range(text, len, &first, &last)) {
		if (session->scripts == 0)
			return add_numbers(session, menu, first, last, list);
		if (!has_names(menu))
			return no_such_item(session);
	}
	if (!has_names(menu))
		return session_fail(session, list->place, "expected item id");
	switch (model_find_name(session->model, menu, text, len, &first)) {
	case SETTING_ONE:
		return add_id(session, list, first);
	case SETTING_SEVERAL:
		return session_fail(session, nowhere,
		                    "ambiguous value of numbers, more than one possible value "
		                    "matches input");
	case SETTING_NONE:
		break;
	}
	return no_such_item(session);
}

static bool add_words(struct session *session, const struct menu *menu, const char *text,
                      size_t len, struct id_list *list)
{
	const char *end = text + len;

	while (text < end) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		size_t word = (size_t)((comma ? comma : end) - text);

		if (word && !add_word(session, menu, text, word, list))
			return false;
		text += word + 1;
	}
	return true;
}

static bool add_text(struct session *session, const struct menu *menu, const struct cell *value,
                     struct id_list *list)
{
	struct strbuf text = STRBUF_INIT;
	bool good;

	cell_argument(value, &text);
	good = text.failed ? run_no_memory(session)
	                   : add_words(session, menu, strbuf_text(&text), text.len, list);
	strbuf_free(&text);
	return good;
}

bool items_of(struct session *session, const struct menu *menu, const struct cell *value,
              struct id_list *list)
{
	const char *text;
	size_t len;

	switch ((enum cell_type)value->type) {
	case CELL_NOTHING:
	case CELL_NIL:
		return true;
	case CELL_ID:
		return add_id(session, list, value->id);
	case CELL_ARRAY:
		for (size_t i = 0; i < cell_array_count(value); i++) {
			const char *key;
			size_t key_len;

			if (!items_of(session, menu, cell_array_at(value, i, &key, &key_len), list))
				return false;
		}
		return true;
	case CELL_STR:
		text = cell_str_text(value, &len);
		return add_words(session, menu, text, len, list);
	default:
		return add_text(session, menu, value, list);
	}
}

bool call_items(struct call *call, const struct argument *argument, uint64_t **ids, size_t *count)
{
	struct id_list list = {0};

	*ids = NULL;
	*count = 0;
	if (argument)
		list.place = argument->place;
	if (argument == NULL || call->node == NULL || call->node->menu == NULL)
		return true;
	if (!items_of(call->session, call->node->menu, &argument->value, &list)) {
		free(list.ids);
		return false;
	}
	*ids = list.ids;
	*count = list.count;
	return true;
}
