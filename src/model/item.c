/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/item.c - items and the drafts they are made from; see item.h.
 *
 * Fields are looked for from the first on: items have a few of them.
 */
#include "model/item.h"

#include <stdlib.h>
#include <string.h>

#include "model/table.h"

#define DERIVED 0x8000u /* in a field's index */
#define FIELD_HEAD (sizeof(uint16_t) + sizeof(uint32_t))

static const unsigned char *read_field(const unsigned char *at, struct item_field *field)
{
	memcpy(&field->property, at, sizeof field->property);
	memcpy(&field->len, at + sizeof field->property, sizeof field->len);
	field->text = (const char *)at + FIELD_HEAD;
	field->derived = field->property & DERIVED;
	field->property &= (uint16_t)~DERIVED;
	return at + FIELD_HEAD + field->len + 1;
}

bool item_next(const struct item *item, struct item_walk *walk, struct item_field *field)
{
	if (walk->number == item->fields)
		return false;
	walk->at = read_field(walk->number++ ? walk->at : item->bytes, field);
	return true;
}

bool item_field(const struct item *item, uint16_t property, struct item_field *field)
{
	const unsigned char *at = item->bytes;

	for (unsigned i = 0; i < item->fields; i++) {
		at = read_field(at, field);
		if (field->property == property)
			return true;
		if (field->property > property)
			return false;
	}
	return false;
}

void item_release(struct item *item)
{
	if (item && --item->owners == 0)
		free(item);
}

bool item_same(const struct item *a, const struct item *b)
{
	struct item_walk in_a = {0}, in_b = {0};
	struct item_field x, y;

	if (a->flags != b->flags || a->expires != b->expires || a->fields != b->fields)
		return false;
	while (item_next(a, &in_a, &x) && item_next(b, &in_b, &y)) {
		if (x.property != y.property || x.derived != y.derived || x.len != y.len ||
		    memcmp(x.text, y.text, x.len) != 0)
			return false;
	}
	return true;
}

void draft_free(struct item_view *draft)
{
	free(draft->field);
	strbuf_free(&draft->bytes);
	draft->field = NULL;
	draft->room = 0;
}

bool draft_begin(struct item_view *draft, struct table *table, const struct item *from)
{
	struct item_walk walk = {0};
	size_t count = table->menu->count;
	struct item_field field;

	if (count > draft->room) {
		struct draft_field *grown = realloc(draft->field, count * sizeof *grown);

		if (grown == NULL)
			return false;
		draft->field = grown;
		draft->room = count;
	}
	memset(draft->field, 0, count * sizeof *draft->field);
	strbuf_reset(&draft->bytes);
	draft->table = table;
	draft->expires = from ? from->expires : 0;
	draft->created = from ? from->created : 0;
	draft->flags = from ? from->flags & (uint16_t)~ITEM_MARK : 0;
	while (from && item_next(from, &walk, &field)) {
		if (!field.derived &&
		    !draft_write(draft, field.property, field.text, field.len))
			return false;
	}
	return true;
}

bool draft_take(struct item_view *draft, uint16_t property, size_t offset, bool derived)
{
	struct draft_field *field = &draft->field[property];
	size_t len = draft->bytes.len - offset;

	strbuf_char(&draft->bytes, '\0');
	if (draft->bytes.failed || draft->bytes.len > UINT32_MAX)
		return false;
	*field = (struct draft_field){.offset = (uint32_t)offset, .len = (uint32_t)len,
	                              .there = true, .derived = derived};
	return true;
}

bool draft_write(struct item_view *draft, uint16_t property, const char *text, size_t len)
{
	size_t offset = draft->bytes.len;

	strbuf_add(&draft->bytes, text, len);
	return draft_take(draft, property, offset, false);
}

void draft_unset(struct item_view *draft, uint16_t property)
{
	draft->field[property].there = false;
}

bool draft_written(const struct item_view *draft, uint16_t property)
{
	return draft->field[property].there && !draft->field[property].derived;
}

const char *draft_text(const struct item_view *draft, uint16_t property, size_t *len)
{
	if (property == NO_PROPERTY || !draft->field[property].there)
		return NULL;
	*len = draft->field[property].len;
	return draft->bytes.data + draft->field[property].offset;
}

struct item *item_make(const struct item_view *draft, uint64_t id)
{
	size_t count = draft->table->menu->count, size = 0;
	struct item *item;
	unsigned char *to;

	for (size_t i = 0; i < count; i++) {
		if (draft->field[i].there)
			size += FIELD_HEAD + draft->field[i].len + 1;
	}
	item = malloc(sizeof *item + size);
	if (item == NULL)
		return NULL;
	*item = (struct item){.table = draft->table, .id = id, .expires = draft->expires,
	                      .created = draft->created, .owners = 1, .flags = draft->flags};
	to = item->bytes;
	for (size_t i = 0; i < count; i++) {
		const struct draft_field *field = &draft->field[i];
		uint16_t property = (uint16_t)(i | (field->derived ? DERIVED : 0));

		if (!field->there)
			continue;
		memcpy(to, &property, sizeof property);
		memcpy(to + sizeof property, &field->len, sizeof field->len);
		memcpy(to + FIELD_HEAD, draft->bytes.data + field->offset, field->len + 1);
		to += FIELD_HEAD + field->len + 1;
		item->fields++;
	}
	return item;
}

/* The contract's view of them (model/model.h). */

const struct menu *item_menu(const struct item *item)
{
	return item->table->menu;
}

uint64_t item_id(const struct item *item)
{
	return item->id;
}

bool item_disabled(const struct item *item)
{
	return item->flags & ITEM_DISABLED;
}

bool item_dynamic(const struct item *item)
{
	return item->flags & ITEM_DYNAMIC;
}

bool item_builtin(const struct item *item)
{
	return item->flags & ITEM_BUILTIN;
}

bool item_kept(const struct model *model, const struct item *item, const struct property *property,
               const char **kept, size_t *len)
{
	uint16_t index = table_property(item->table, property);
	struct item_field field;
	const char *initial;

	if (index == NO_PROPERTY)
		return false;
	if (item_field(item, index, &field)) {
		*kept = field.text;
		*len = field.len;
		return true;
	}
	initial = model_initial(model, &item->table->menu->properties[index]);
	if (initial == NULL)
		return false;
	*kept = initial;
	*len = strlen(initial);
	return true;
}

/* Items are made writable, and their owners are nothing that they say. */
const struct item *item_hold(const struct item *item)
{
	return item_own((struct item *)(uintptr_t)item);
}

void item_drop(const struct item *item)
{
	item_release((struct item *)(uintptr_t)item);
}

bool item_written(const struct item *item, const struct property *property)
{
	uint16_t index = table_property(item->table, property);
	struct item_field field;

	return index != NO_PROPERTY && item_field(item, index, &field) && !field.derived;
}

const char *view_text(const struct item_view *view, const char *property)
{
	const struct menu *menu = view->table->menu;
	const struct property *p = menu_find(menu, property, strlen(property));
	size_t len;
	const char *text;

	if (p == NULL)
		return NULL;
	text = draft_text(view, (uint16_t)(p - menu->properties), &len);
	return text ? text : model_initial(view->table->model, p);
}

bool view_written(const struct item_view *view, const char *property)
{
	const struct menu *menu = view->table->menu;
	const struct property *p = menu_find(menu, property, strlen(property));

	return p && draft_written(view, (uint16_t)(p - menu->properties));
}
