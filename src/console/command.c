/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command.c - what the commands of menus have in common: rights, refusals, names of
 * properties, values in the language's types; see command.h.
 *
 * Source: RouterOS manual, "Scripting" (data types), "User" (policies).
 */
#include "console/command.h"

#include <stdint.h>
#include <string.h>

#include "model/print.h"

static const struct place nowhere;

bool command_may(struct call *call, uint32_t policies)
{
	if ((session_actor(call->session)->policies & policies) == policies)
		return true;
	return session_fail(call->session, nowhere, "not enough permissions (9)");
}

uint32_t command_write_policies(const struct menu *menu)
{
	if (menu && strncmp(menu->path, "/user", 5) == 0 &&
	    (menu->path[5] == '\0' || menu->path[5] == ' '))
		return POLICY_BIT(WRITE) | POLICY_BIT(POLICY);
	return POLICY_BIT(WRITE);
}

bool command_no_memory(struct call *call)
{
	return session_fail(call->session, nowhere, "failure: out of memory");
}

bool command_refused(struct call *call, enum model_refusal refusal, const struct strbuf *error)
{
	if (refusal == MODEL_OK)
		return true;
	if (error->len && !error->failed)
		return session_fail(call->session, nowhere, "%s", strbuf_text(error));
	switch (refusal) {
	case MODEL_NO_ITEM:
		return session_fail(call->session, nowhere, "no such item");
	case MODEL_FORBIDDEN:
		return session_fail(call->session, nowhere, "not enough permissions (9)");
	case MODEL_NO_MEMORY:
		return command_no_memory(call);
	default:
		return session_fail(call->session, nowhere, "failure: refused");
	}
}

bool command_decided(struct call *call, const struct where *where)
{
	uint64_t missed = where_gave_up(where);

	if (missed == 0)
		return true;
	return session_fail(call->session, nowhere,
	                    "failure: the regular expression was too costly for %ju item%s, which %s "
	                    "taken as not matching",
	                    (uintmax_t)missed, missed == 1 ? "" : "s", missed == 1 ? "was" : "were");
}

bool command_foreign(struct call *call)
{
	return session_fail(call->session, nowhere, "failure: weir has no %s", call->node->path);
}

const struct property *command_property(struct call *call, const char *name, size_t len)
{
	const struct menu *menu = call->node->menu;
	const struct property *property = menu_find(menu, name, len), *found = NULL;
	bool several = false;

	if (property && !(property->show & PROP_ID))
		return property;
	for (size_t i = 0; len && property == NULL && i < menu->count; i++) {
		const struct property *each = &menu->properties[i];

		if ((each->show & PROP_ID) || strncmp(each->name, name, len) != 0)
			continue;
		several = found != NULL;
		found = each;
		if (several)
			break;
	}
	if (several)
		session_fail(call->session, nowhere,
		             "ambiguous value of value-name, more than one possible value matches "
		             "input");
	else if (found == NULL)
		session_fail(call->session, nowhere,
		             "input does not match any value of value-name");
	return several ? NULL : found;
}

bool command_time(struct call *call, const struct argument *argument, weir_time least,
                  weir_time *time)
{
	size_t len;
	const char *text = call_text(call, argument, &len);

	if (text == NULL)
		return command_no_memory(call);
	if (!value_parse_time(text, len, time))
		return session_fail(call->session, nowhere, "invalid time value for argument %s",
		                    argument->parameter->name);
	if (*time < least) {
		struct strbuf limit = STRBUF_INIT;

		value_print_time(least, &limit);
		session_fail(call->session, nowhere, "value of %s out of range (%s..)",
		             argument->parameter->name, strbuf_text(&limit));
		strbuf_free(&limit);
		return false;
	}
	return true;
}

/* Values */

static struct cell address_cell(const struct value *value)
{
	struct cell cell = {.type = value->family == WEIR_IPV4 ? CELL_IP : CELL_IP6};

	cell.addr = value->addr;
	return cell;
}

static struct cell prefix_cell(const struct value *value)
{
	bool v4 = value->family == WEIR_IPV4;
	struct cell cell = address_cell(value);

	if (value->length == (v4 ? 32 : 128))
		return cell;
	cell.type = v4 ? CELL_IP_PREFIX : CELL_IP6_PREFIX;
	cell.length = value->length;
	return cell;
}

static struct cell text_cell(const struct value_kind *kind, const struct value *value)
{
	struct strbuf text = STRBUF_INIT;
	struct cell cell = {.type = CELL_NIL};

	value_print(kind, value, VALUE_API, &text);
	if (!text.failed)
		cell = cell_str(strbuf_text(&text), text.len);
	strbuf_free(&text);
	return cell;
}

struct cell command_cell(const struct value_kind *kind, const struct value *value)
{
	switch (value->type) {
	case VALUE_NONE:
		return (struct cell){.type = CELL_NIL};
	case VALUE_NUMBER:
	case VALUE_COUNTER:
	case VALUE_RATE:
		return cell_num((int64_t)value->number);
	case VALUE_BOOL:
		return cell_bool(value->number != 0);
	case VALUE_TIME:
		return cell_time((int64_t)value->number);
	case VALUE_ID:
		return cell_id(value->number);
	case VALUE_STRING:
		return cell_str(value->text, value->len);
	case VALUE_ADDRESS:
		if (!value->with_port || value->port_apart)
			return address_cell(value);
		return text_cell(kind, value);
	case VALUE_PREFIX:
		return prefix_cell(value);
	default: /* names, addresses of the link layer */
		return text_cell(kind, value);
	}
}

/* What print leaves out as well, unless it is named. */
static bool left_out(const struct property *property, const struct value *value)
{
	return value->implied || ((property->show & (PROP_EXTRA | PROP_COMMENT)) &&
	                          property_is_initial(property, value));
}

static bool row_add(struct menu_source *source, const void *item, const struct property *property,
                    bool named, struct cell *row)
{
	struct value value = value_none();
	struct cell cell;

	if (property->show & PROP_ID)
		return true;
	source_getter(source, property)(source, item, property, &value);
	if (value.type == VALUE_NONE || (!named && left_out(property, &value)))
		return true;
	cell = command_cell(&property->kind, &value);
	if (cell.type == CELL_NIL)
		return false;
	return cell_array_set(row, property->name, strlen(property->name), cell);
}

struct cell command_row(struct menu_source *source, const void *item,
                        const struct print_proplist *only, bool named, bool sensitive)
{
	const struct menu *menu = source->menu;
	size_t count = only ? only->count : menu->count;
	struct cell row = cell_array_new();
	bool good = row.type == CELL_ARRAY;
	uint64_t id = menu->settings ? 0 : model_id(source, item);

	if (good && id)
		good = cell_array_set(&row, ".id", 3, cell_id(id));
	for (size_t i = 0; good && i < count; i++) {
		const struct property *property = only ? only->property[i] : &menu->properties[i];

		if (only == NULL && (property->show & PROP_ON_REQUEST))
			continue;
		if (sensitive || !(property->show & PROP_SENSITIVE))
			good = row_add(source, item, property, named, &row);
	}
	if (!good) {
		cell_free(&row);
		row.type = CELL_NIL;
	}
	return row;
}
