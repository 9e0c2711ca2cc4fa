/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/field.c - properties of the configuration's items read by name; see field.h.
 */
#include "system/field.h"

#include <stdlib.h>

static const struct property *kept_of(struct model *model, const struct item *item,
				      const char *name, const char **kept, size_t *len)
{
	const struct property *property = menu_find(item_menu(item), name, strlen(name));

	return property && item_kept(model, item, property, kept, len) ? property : NULL;
}

bool field_text(struct model *model, const struct item *item, const char *name, struct strbuf *out)
{
	const char *kept;
	size_t len;
	const struct property *property = kept_of(model, item, name, &kept, &len);

	if (property == NULL)
		return false;
	setting_show(&property->kind, kept, len, model_scope(model), out);
	return true;
}

char *field_copy(struct model *model, const struct item *item, const char *name,
		 const char *fallback, bool *failed)
{
	struct strbuf text = STRBUF_INIT;
	char *copy;

	if (!field_text(model, item, name, &text)) {
		if (fallback == NULL)
			return NULL;
		strbuf_str(&text, fallback);
	}
	copy = strbuf_take(&text);
	if (copy == NULL)
		*failed = true;
	return copy;
}

uint64_t field_number(struct model *model, const struct item *item, const char *name,
		      uint64_t fallback)
{
	struct strbuf room = STRBUF_INIT;
	struct value value;
	const char *kept;
	size_t len;
	const struct property *property = kept_of(model, item, name, &kept, &len);

	if (property == NULL)
		return fallback;
	setting_value(&property->kind, kept, len, model_scope(model), &room, &value);
	strbuf_free(&room);
	return value.type == VALUE_NUMBER || value.type == VALUE_ENUM || value.type == VALUE_BOOL ||
			       value.type == VALUE_TIME
		       ? value.number
		       : fallback;
}

bool field_yes(struct model *model, const struct item *item, const char *name, bool fallback)
{
	return field_number(model, item, name, fallback) != 0;
}

void field_answer(const struct property *property, const char *text, size_t len,
		  struct value *value)
{
	const struct value_kind *kind = &property->kind;

	value_set_none(value);
	if (kind->type == VALUE_STRING || kind->type == VALUE_REFERENCE || kind->syntax ||
	    (kind->form & KIND_COMPOUND)) {
		value->type = VALUE_STRING;
		value->text = text;
		value->len = len;
	} else if (!value_parse(kind, text, len, value)) {
		value_set_none(value);
	}
}

static void first(void *ctx, uint64_t id)
{
	uint64_t *found = ctx;

	if (*found == 0)
		*found = id;
}

uint64_t field_reference(struct model *model, const struct item *item, const char *name)
{
	uint64_t id = 0;
	const char *kept;
	size_t len;
	const struct property *property = kept_of(model, item, name, &kept, &len);

	if (property == NULL)
		return 0;
	setting_references(&property->kind, kept, len, first, &id);
	/* A default is a name still. */
	if (id == 0 && !item_written(item, property) && property->kind.refers &&
	    model_find_name(model, model_menu(model, property->kind.refers), kept, len, &id) !=
		    SETTING_ONE)
		return 0;
	return id;
}
