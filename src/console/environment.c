/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/environment.c - the global variables, and the menu that shows them; see scope.h.
 *
 * A listing remembers the id of the variable that it showed last, so variables may come and go
 * while it is under way. Ids grow and are not used again. Source: RouterOS manual, "Scripting",
 * "Environment".
 */
#include <stdlib.h>
#include <string.h>

#include "console/scope.h"
#include "model/model.h"

struct global {
	struct global *next; /* ids rise */
	uint64_t id;
	struct cell value;
	const char *user; /* who made it; behind the name */
	size_t len;
	char name[]; /* and a NUL */
};

struct environment {
	struct model *model;
	const struct menu *menu; /* NULL: the model has none */
	struct global *first;
	uint64_t last_id;
};

struct listing {
	struct menu_source source;
	const struct environment *environment;
	uint64_t passed; /* the id of the last one */
	struct strbuf text;
};

static struct global **find(struct environment *environment, const char *name, size_t len)
{
	struct global **link = &environment->first;

	while (*link && ((*link)->len != len || memcmp((*link)->name, name, len) != 0))
		link = &(*link)->next;
	return link;
}

struct cell *environment_change(struct environment *environment, const char *name, size_t len)
{
	struct global *global = *find(environment, name, len);

	return global ? &global->value : NULL;
}

const struct cell *environment_get(struct environment *environment, const char *name, size_t len)
{
	return environment_change(environment, name, len);
}

static struct global *make(struct environment *environment, const char *name, size_t len,
                           const char *user)
{
	size_t user_size = strlen(user) + 1;
	struct global *global = malloc(sizeof *global + len + 1 + user_size);

	if (global == NULL)
		return NULL;
	*global = (struct global){.id = ++environment->last_id, .len = len};
	memcpy(global->name, name, len);
	global->name[len] = '\0';
	global->user = memcpy(global->name + len + 1, user, user_size);
	return global;
}

bool environment_set(struct environment *environment, const char *name, size_t len,
                     const char *user, struct cell value)
{
	struct global **link = find(environment, name, len);
	struct global *global = *link;
	struct cell old;

	if (global == NULL) {
		global = make(environment, name, len, user);
		if (global == NULL) {
			cell_free(&value);
			return false;
		}
		*link = global;
	}
	/* The old value may be the code that is running: it goes last. */
	old = global->value;
	global->value = value;
	cell_free(&old);
	return true;
}

static void unlink_global(struct global **link)
{
	struct global *global = *link;

	*link = global->next;
	cell_free(&global->value);
	free(global);
}

void environment_unset(struct environment *environment, const char *name, size_t len)
{
	struct global **link = find(environment, name, len);

	if (*link)
		unlink_global(link);
}

/* The menu */

static const void *listing_next(struct menu_source *source)
{
	struct listing *listing = (struct listing *)source;
	const struct global *global = listing->environment->first;

	while (global && global->id <= listing->passed)
		global = global->next;
	if (global)
		listing->passed = global->id;
	return global;
}

static void listing_rewind(struct menu_source *source)
{
	((struct listing *)source)->passed = 0;
}

static const void *listing_find(struct menu_source *source, uint64_t id)
{
	const struct global *global = ((struct listing *)source)->environment->first;

	while (global && global->id != id)
		global = global->next;
	return global;
}

static void listing_close(struct menu_source *source)
{
	struct listing *listing = (struct listing *)source;

	strbuf_free(&listing->text);
	free(listing);
}

static void listing_get(struct menu_source *source, const void *item,
                        const struct property *property, struct value *value)
{
	struct listing *listing = (struct listing *)source;
	const struct global *global = item;

	if (property->show & PROP_ID) {
		*value = value_number(VALUE_ID, global->id);
		return;
	}
	*value = value_none();
	value->type = VALUE_STRING;
	if (strcmp(property->name, "name") == 0) {
		value->text = global->name;
		value->len = global->len;
	} else if (strcmp(property->name, "value") == 0) {
		strbuf_reset(&listing->text);
		cell_print(&global->value, &listing->text);
		value->text = strbuf_text(&listing->text);
		value->len = listing->text.len;
	} else if (strcmp(property->name, "user") == 0) {
		value->text = global->user;
		value->len = strlen(global->user);
	} else {
		value->type = VALUE_NONE;
	}
}

static struct menu_source *open_listing(void *ctx, const struct menu *menu)
{
	struct listing *listing = calloc(1, sizeof *listing);

	if (listing == NULL)
		return NULL;
	listing->source = (struct menu_source){.menu = menu, .next = listing_next,
	                                       .rewind = listing_rewind, .find = listing_find,
	                                       .close = listing_close, .get = listing_get};
	listing->environment = ctx;
	return &listing->source;
}

static bool count_globals(void *ctx, const struct menu *menu, uint64_t *count)
{
	const struct environment *environment = ctx;

	(void)menu;
	*count = 0;
	for (const struct global *global = environment->first; global; global = global->next)
		++*count;
	return true;
}

static struct global **find_id(struct environment *environment, uint64_t id)
{
	struct global **link = &environment->first;

	while (*link && (*link)->id != id)
		link = &(*link)->next;
	return link;
}

static enum model_refusal set_global(void *ctx, const struct menu *menu, const struct actor *actor,
                                     uint64_t id, const struct assignment *assignments,
                                     size_t count, struct strbuf *error)
{
	struct global *global = *find_id(ctx, id);

	(void)menu, (void)actor;
	if (global == NULL) {
		strbuf_str(error, "no such item");
		return MODEL_NO_ITEM;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = assignments[i].text;
		struct cell value = cell_literal(text ? text : "", text ? assignments[i].len : 0);

		if (value.type == CELL_NIL)
			return MODEL_NO_MEMORY;
		cell_free(&global->value);
		global->value = value;
	}
	return MODEL_OK;
}

static enum model_refusal remove_global(void *ctx, const struct menu *menu,
                                        const struct actor *actor, uint64_t id,
                                        struct strbuf *error)
{
	struct global **link = find_id(ctx, id);

	(void)menu, (void)actor;
	if (*link == NULL) {
		strbuf_str(error, "no such item");
		return MODEL_NO_ITEM;
	}
	unlink_global(link);
	return MODEL_OK;
}

static const struct menu_live live = {
        .open = open_listing,
        .count = count_globals,
        .set = set_global,
        .remove = remove_global,
};

struct environment *environment_create(struct model *model)
{
	struct environment *environment = calloc(1, sizeof *environment);

	if (environment == NULL)
		return NULL;
	if (model == NULL)
		return environment;
	environment->model = model;
	model_lock(model);
	environment->menu = model_menu(model, "/system script environment");
	if (environment->menu)
		model_bind(model, environment->menu, &live, environment);
	model_unlock(model);
	return environment;
}

void environment_destroy(struct environment *environment)
{
	if (environment == NULL)
		return;
	if (environment->model)
		model_lock(environment->model);
	if (environment->menu)
		model_bind(environment->model, environment->menu, NULL, NULL);
	while (environment->first)
		unlink_global(&environment->first);
	if (environment->model)
		model_unlock(environment->model);
	free(environment);
}
