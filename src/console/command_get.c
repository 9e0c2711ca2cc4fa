/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_get.c - `get` and `find`: values and ids for scripts.
 *
 * Values have the language's types: `:put [get 0 timeout]` shows a time as the language does.
 *
 * Threads: the session's. Cost: find takes a cell an item that it finds.
 *
 * Source: RouterOS manual, "Scripting", "General commands": get, find.
 */
#include "console/command.h"

#include <stdlib.h>
#include <string.h>

#include "model/menus.h"

/* How many items are passed over before it is looked whether to stop. */
#define STOP_EVERY 4096

static const struct place nowhere;

/* get */

static bool get_one(struct call *call, struct menu_source *source, const void *item,
                    const struct property *property)
{
	struct value value = value_none();

	source_getter(source, property)(source, item, property, &value);
	*call->result = command_cell(&property->kind, &value);
	return true;
}

static bool get_from(struct call *call, struct menu_source *source, uint64_t id)
{
	const struct argument *name = call_argument(call, "value-name");
	bool sensitive = session_actor(call->session)->policies & POLICY_BIT(SENSITIVE);
	const void *item = source->menu->settings ? source->next(source) : model_find(source, id);
	const struct property *property;
	const char *text;
	size_t len;

	if (item == NULL)
		return session_fail(call->session, nowhere, "no such item");
	if (name == NULL) {
		*call->result = command_row(source, item, NULL, false, sensitive);
		return call->result->type == CELL_ARRAY || command_no_memory(call);
	}
	text = call_text(call, name, &len);
	if (text == NULL)
		return command_no_memory(call);
	property = command_property(call, text, len);
	if (property == NULL)
		return false;
	if ((property->show & PROP_SENSITIVE) && !sensitive)
		return command_may(call, POLICY_BIT(SENSITIVE));
	return get_one(call, source, item, property);
}

static bool get(struct call *call, uint64_t id)
{
	struct menu_source *source = model_open(call->model, call->node->menu);
	bool good;

	if (source == NULL)
		return command_no_memory(call);
	good = get_from(call, source, id);
	model_close(source);
	return good;
}

static bool run_get(struct call *call)
{
	uint64_t *ids, id;
	size_t count;

	if (!command_may(call, call->command->needs))
		return false;
	if (call->node->menu == NULL)
		return session_fail(call->session, nowhere, "no such item");
	if (!call_items(call, call_argument(call, "number"), &ids, &count))
		return false;
	id = count ? ids[0] : 0;
	free(ids);
	if (count == 0)
		return session_fail(call->session, nowhere, "no such item");
	if (count > 1)
		return session_fail(call->session, nowhere, "invalid internal item number");
	return get(call, id);
}

static bool run_get_settings(struct call *call)
{
	return command_may(call, call->command->needs) && get(call, 0);
}

static const struct parameter get_parameters[] = {
        {.name = "number",
         .help = "the item: its number, name or id",
         .shape = PARAMETER_ITEMS,
         .positional = 1,
         .required = true},
        {.name = "value-name", .help = "the property; all of them where it is left out",
         .positional = 2},
        {0},
};

static const struct parameter get_settings_parameters[] = {
        {.name = "value-name", .help = "the property; all of them where it is left out",
         .positional = 1},
        {0},
};

const struct command command_get = {
        .name = "get",
        .help = "gives the value of a property",
        .parameters = get_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_get,
};

const struct command command_get_settings = {
        .name = "get",
        .help = "gives the value of a property",
        .parameters = get_settings_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_get_settings,
};

/* find */

static bool find_in(struct call *call, struct menu_source *source, struct where *where)
{
	const void *item;

	for (uint64_t passed = 1; (item = source->next(source)) != NULL; passed++) {
		if (where_match(where, source, item) &&
		    !cell_array_add(call->result, cell_id(model_id(source, item))))
			return command_no_memory(call);
		if (passed % STOP_EVERY == 0 && session_stopped(call->session))
			return false;
	}
	return true;
}

/* What an export names by its hardware's name is made where a configuration is loaded whose
 * hardware this is not. */
static bool find_hardware(struct call *call, const struct where *where)
{
	const struct menu *menu = call->node->menu;
	const struct property *property;
	const char *name;
	uint64_t id;

	if (cell_array_count(call->result) || menu != &menu_ethernet ||
	    !model_lenient(call->model) || !where_is_equal(where, &property, &name) ||
	    property != menu_find(menu, menu->find_by, strlen(menu->find_by)))
		return true;
	id = model_find_hardware(call->model, name);
	return id == 0 || cell_array_add(call->result, cell_id(id)) || command_no_memory(call);
}

static bool run_find(struct call *call)
{
	struct menu_source *source;
	struct where *where;
	bool good;

	if (!command_may(call, call->command->needs))
		return false;
	*call->result = cell_array_new();
	if (call->result->type != CELL_ARRAY)
		return command_no_memory(call);
	if (call->node->menu == NULL)
		return true;
	if (!call_where(call, &where))
		return false;
	source = model_open(call->model, call->node->menu);
	good = source ? find_in(call, source, where) : command_no_memory(call);
	model_close(source);
	good = good && find_hardware(call, where) && command_decided(call, where);
	where_free(where);
	return good;
}

static const struct parameter find_parameters[] = {
        {.name = "where",
         .help = "which items",
         .shape = PARAMETER_WHERE,
         .positional = 1},
        {0},
};

const struct command command_find = {
        .name = "find",
        .help = "gives the ids of items",
        .parameters = find_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_find,
};
