/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/interface.c - interfaces that nobody adds: ports of the machine, and those that a
 * loaded configuration names though this machine has not got them. The same for lists of them.
 *
 * A port is an item of /interface ethernet with its default-name; any other name is an item of
 * /interface itself. They begin as dynamic where only a reference named them, and whoever adds
 * one under such a name takes over its id.
 *
 * Threads: with the model's lock held. Cost: a port is found by walking all ports.
 */
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

static struct table *ports(const struct model *model)
{
	return model_table_at(model, "/interface ethernet");
}

static uint16_t default_name(const struct table *table)
{
	const struct menu *menu = table->menu;
	const struct property *property = menu_find(menu, "default-name", strlen("default-name"));

	return property ? (uint16_t)(property - menu->properties) : NO_PROPERTY;
}

static uint64_t make(struct model *model, struct table *table, const char *name, size_t len,
                     bool port, unsigned flags)
{
	struct item_view *draft = &model->draft[1];
	struct strbuf error = STRBUF_INIT;
	uint16_t property;
	struct item *item;
	bool good;

	if (table == NULL || table->name == NO_PROPERTY || !draft_begin(draft, table, NULL))
		return 0;
	property = default_name(table);
	draft->created = (uint32_t)(model_now(model) / WEIR_SEC);
	draft->flags = (uint16_t)(flags | (port ? ITEM_BUILTIN | ITEM_HARDWARE : 0));
	good = draft_write(draft, table->name, name, len) &&
	       (!port || property == NO_PROPERTY || draft_write(draft, property, name, len)) &&
	       draft_complete(draft, NULL, &error) == MODEL_OK;
	strbuf_free(&error);
	item = good ? item_make(draft, table->space->next_id) : NULL;
	if (item == NULL)
		return 0;
	if (!edit_add(model, item, table->count)) {
		item_release(item);
		return 0;
	}
	return table->space->next_id++;
}

uint64_t make_named(struct model *model, struct table *table, const char *name, size_t len)
{
	bool port = table->menu->store == MENU_UNION && hardware_name(name, len);

	return make(model, port ? ports(model) : table, name, len, port, ITEM_FORCED);
}

static struct item *find_port(const struct model *model, const char *name)
{
	struct table *table = ports(model);
	uint16_t property = table ? default_name(table) : NO_PROPERTY;
	struct item_field field;

	for (size_t i = 0; property != NO_PROPERTY && i < table->count; i++) {
		if (item_field(table->order[i], property, &field) &&
		    strcmp(field.text, name) == 0)
			return table->order[i];
	}
	return NULL;
}

uint64_t model_find_hardware(struct model *model, const char *name)
{
	const struct item *port = find_port(model, name);

	if (port)
		return port->id;
	if (!model->lenient || model->change == NULL)
		return 0;
	return make(model, ports(model), name, strlen(name), true, ITEM_FORCED);
}

/* What a reference had made before becomes what it is: a port that is there. */
static bool keep(struct model *model, const struct item *port)
{
	struct item_view *draft = &model->draft[1];
	struct item *item;

	if (!draft_begin(draft, port->table, port))
		return false;
	draft->flags &= (uint16_t)~(ITEM_FORCED | ITEM_DYNAMIC);
	item = item_make(draft, port->id);
	if (item == NULL || !edit_replace(model, item)) {
		item_release(item);
		return false;
	}
	return true;
}

/* What a reset leaves: the port under its own name. */
static bool remember(struct table *table, struct item *item)
{
	struct item **grown = realloc(table->initial,
	                              (table->initial_count + 1) * sizeof(*grown));

	if (grown == NULL)
		return false;
	table->initial = grown;
	grown[table->initial_count++] = item_own(item);
	return true;
}

static uint64_t add_port(struct model *model, const char *name)
{
	struct item *port = find_port(model, name);
	uint64_t id;

	if (port && !(port->flags & ITEM_DYNAMIC))
		return port->id;
	if (port)
		id = keep(model, port) ? port->id : 0;
	else
		id = make(model, ports(model), name, strlen(name), true, 0);
	port = id ? table_item(ports(model), id) : NULL;
	return port && remember(port->table, port) ? id : 0;
}

uint64_t model_add_hardware(struct model *model, const char *name)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change;
	uint64_t id;

	/* While a configuration is loaded it is the configuration's. */
	if (model->lenient && model->change)
		return model_find_hardware(model, name);
	change = change_begin(model, NULL);
	if (change == NULL)
		return 0;
	id = add_port(model, name);
	if (id == 0)
		change_abort(change);
	else if (change_commit(change, &error) != MODEL_OK)
		id = 0;
	strbuf_free(&error);
	return id;
}
