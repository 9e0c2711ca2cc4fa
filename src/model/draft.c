/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/draft.c - what users assign, put into a draft, and whether it may become an item: values
 * are read by their kinds, names are free, what is required is there, the menu agrees.
 *
 * Threads: with the model's lock held. Cost: a pass over the menu's properties, and one look
 * into each index.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

enum model_refusal out_of_memory(struct strbuf *error)
{
	strbuf_str(error, "out of memory");
	return MODEL_NO_MEMORY;
}

/* "" means that a text is not set, unless the kind says that it is a value. What refers to
 * items says so with !name only: every item's name begins with nothing. */
static bool unsets(const struct assignment *assignment)
{
	const struct value_kind *kind = &assignment->property->kind;

	return assignment->text == NULL ||
	       (assignment->len == 0 && !(kind->form & KIND_EMPTY) &&
	        kind->type != VALUE_REFERENCE &&
	        (kind->type == VALUE_STRING || kind->form & KIND_COMPOUND || kind->syntax));
}

static enum model_refusal refuse_read_only(const struct property *property, struct strbuf *error)
{
	strbuf_printf(error, "%s is read-only", property->name);
	return MODEL_BAD_VALUE;
}

/* The time that ends an item. Without one it stays. */
static void set_expiry(struct item_view *draft, const char *text, size_t len)
{
	weir_time time = 0;

	if (text)
		value_parse_time(text, len, &time);
	draft->expires = time ? model_now(draft->table->model) + time : 0;
}

enum model_refusal draft_assign(struct item_view *draft, const struct assignment *assignment,
                                bool adding, struct strbuf *error)
{
	struct table *table = draft->table;
	uint16_t index = table_property(table, assignment->property);
	const struct property *property;
	size_t offset = draft->bytes.len, len = 0;

	if (index == NO_PROPERTY)
		return refuse_read_only(assignment->property, error);
	property = &table->menu->properties[index];
	if (property->show & PROP_READ_ONLY || (property->show & PROP_FIXED && !adding))
		return refuse_read_only(property, error);
	if (unsets(assignment)) {
		draft_unset(draft, index);
	} else {
		struct model *model = table->model;
		size_t said = error->len;
		bool read;

		model->starved = false;
		read = setting_read(&property->kind, property->name, assignment->text,
		                    assignment->len, &model->scope, &draft->bytes, error);
		if (!read && !draft->bytes.failed && !model->starved)
			return MODEL_BAD_VALUE;
		if (!read || !draft_take(draft, index, offset, false)) {
			strbuf_cut(error, said);
			return out_of_memory(error);
		}
	}
	if (index == table->expires) {
		const char *text = draft_text(draft, index, &len);

		set_expiry(draft, text, len);
	}
	return MODEL_OK;
}

static bool yes(const struct item_view *draft, uint16_t property)
{
	const char *text;
	size_t len = 0;

	if (property == NO_PROPERTY)
		return false;
	text = draft_text(draft, property, &len);
	if (text == NULL)
		text = model_initial(draft->table->model,
		                     &draft->table->menu->properties[property]);
	return text && strcmp(text, "yes") == 0;
}

static void set_flags(struct item_view *draft)
{
	draft->flags &= (uint16_t)~(ITEM_DISABLED | ITEM_DYNAMIC);
	if (yes(draft, draft->table->disabled))
		draft->flags |= ITEM_DISABLED;
	if (draft->flags & ITEM_FORCED || draft->expires || yes(draft, draft->table->dynamic))
		draft->flags |= ITEM_DYNAMIC;
}

/* Names are made where none is given: bridge1, list2. */
static bool make_name(struct item_view *draft)
{
	struct table *table = draft->table;
	const char *word = strrchr(table->menu->path, '/') + 1;
	char name[80];

	if (strrchr(word, ' '))
		word = strrchr(word, ' ') + 1;
	for (unsigned i = 1;; i++) {
		int len = snprintf(name, sizeof name, "%.60s%u", word, i);

		if (space_find_name(table->space, name, (size_t)len) == NULL)
			return draft_write(draft, table->name, name, (size_t)len);
	}
}

static bool needs_name(const struct item_view *draft)
{
	const struct table *table = draft->table;
	const struct property *property;

	if (table->name == NO_PROPERTY || draft->field[table->name].there ||
	    table->menu->store == MENU_SETTINGS)
		return false;
	property = &table->menu->properties[table->name];
	return !(property->show & (PROP_REQUIRED | PROP_READ_ONLY)) && property->initial == NULL;
}

static enum model_refusal check_required(const struct item_view *draft, struct strbuf *error)
{
	const struct menu *menu = draft->table->menu;
	const char *before = "missing value(s) of argument(s) ";
	bool missing = false;

	for (size_t i = 0; i < menu->count; i++) {
		if (!(menu->properties[i].show & PROP_REQUIRED) || draft->field[i].there)
			continue;
		strbuf_printf(error, "%s%s", before, menu->properties[i].name);
		before = " ";
		missing = true;
	}
	return missing ? MODEL_MISSING : MODEL_OK;
}

/* What RouterOS says, letter for letter, to a name that is taken. */
static const char *same_name(const struct table *table)
{
	const char *space = table->space->name;

	if (space && strcmp(space, "/interface") == 0)
		return "already have interface with such name";
	if (strcmp(table->menu->path, "/user") == 0)
		return "user with the same name already exisits";
	return "already have such name";
}

static bool of_addresses(const struct menu *menu)
{
	return strcmp(menu->path, "/ip address") == 0 || strcmp(menu->path, "/ipv6 address") == 0;
}

static enum model_refusal check_unique(const struct item_view *draft, const struct item *replaced,
                                       struct strbuf *error)
{
	const struct table *table = draft->table;
	const struct item *other;
	size_t len = 0;
	const char *name = draft_text(draft, table->name, &len);

	other = name ? space_find_name(table->space, name, len) : NULL;
	if (other && other != replaced) {
		strbuf_printf(error, "failure: %s", same_name(table));
		return MODEL_FAILURE;
	}
	other = table_find_same(table, draft);
	if (other && other != replaced) {
		strbuf_printf(error, "failure: already have such %s",
		              of_addresses(table->menu) ? "address" : "entry");
		return MODEL_FAILURE;
	}
	return MODEL_OK;
}

static bool derive(struct item_view *draft)
{
	const struct menu *menu = draft->table->menu;

	for (size_t i = 0; menu->derive && i < menu->count; i++) {
		const struct property *property = &menu->properties[i];
		size_t offset = draft->bytes.len;

		if (!(property->show & PROP_DERIVED) || draft->field[i].there)
			continue;
		if (menu->derive(draft, property, &draft->bytes) &&
		    !draft_take(draft, (uint16_t)i, offset, true))
			return false;
	}
	return !draft->bytes.failed;
}

static void pass_id(void *ctx, uint64_t id)
{
	struct space *space = ctx;

	if (id >= space->next_id && id < UINT32_MAX && space_find(space, id) == NULL)
		space->next_id = id + 1;
}

/* What leads nowhere shall not lead to something that is made later. */
static void pass_references(const struct item_view *draft)
{
	const struct table *table = draft->table;

	for (unsigned i = 0; i < table->refers_count; i++) {
		const struct value_kind *kind = &table->menu->properties[table->refers[i]].kind;
		size_t len = 0;
		const char *text = draft_text(draft, table->refers[i], &len);
		const struct table *target =
		        text && kind->refers ? model_table_at(table->model, kind->refers) : NULL;

		if (target)
			setting_references(kind, text, len, pass_id, target->space);
	}
}

enum model_refusal draft_complete(struct item_view *draft, const struct item *replaced,
                                  struct strbuf *error)
{
	const struct menu *menu = draft->table->menu;
	enum model_refusal refusal;

	if ((needs_name(draft) && !make_name(draft)) || !derive(draft))
		return out_of_memory(error);
	set_flags(draft);
	refusal = check_required(draft, error);
	if (refusal == MODEL_OK)
		refusal = check_unique(draft, replaced, error);
	if (refusal != MODEL_OK)
		return refusal;
	if (menu->check && !menu->check(draft, error))
		return strncmp(strbuf_text(error), "missing", 7) == 0 ? MODEL_MISSING
		                                                      : MODEL_FAILURE;
	pass_references(draft);
	return MODEL_OK;
}
