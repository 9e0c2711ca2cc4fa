/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/model.c - a model's life, its tables, what references are resolved by, and the small
 * questions; see model.h. Changing is change.c, listing source.c, undoing history.c.
 *
 * Cost: a menu's table is found by binary search among some sixty.
 */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "model/state.h"

uint64_t model_now(const struct model *model)
{
	return model->world.now ? model->world.now(model->world.ctx) : 0;
}

static int compare_menus(const void *a, const void *b)
{
	const struct table *x = a, *y = b;
	uintptr_t left = (uintptr_t)x->menu, right = (uintptr_t)y->menu;

	return left < right ? -1 : left > right;
}

struct table *model_table(const struct model *model, const struct menu *menu)
{
	struct table key = {.menu = menu};

	return bsearch(&key, model->table, model->tables, sizeof(key), compare_menus);
}

struct table *model_table_at(const struct model *model, const char *path)
{
	size_t low = 0, high = model->tables;

	while (low < high) {
		size_t middle = (low + high) / 2;
		struct table *table = &model->table[model->by_path[middle]];
		int order = strcmp(path, table->menu->path);

		if (order == 0)
			return table;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

/* References. */

static bool port_word(const char *name, size_t len)
{
	static const char *const words[] = {"ether",    "sfp",        "sfp-sfpplus", "sfpplus",
	                                    "sfp28",    "qsfp",       "qsfpplus",    "qsfp28",
	                                    "qsfp28-",  "qsfpplus",   "combo",       "sfp28-",
	                                    "sfp-sfp+", "qsfp56-dd-", "sfp56-",      NULL};

	for (size_t i = 0; words[i]; i++) {
		if (strlen(words[i]) == len && memcmp(words[i], name, len) == 0)
			return true;
	}
	return false;
}

bool hardware_name(const char *name, size_t len)
{
	size_t end = len;

	/* Numbers, dashes between them: qsfp28-1-1 is qsfp28- and 1-1. */
	for (size_t i = 1; i < len; i++) {
		if (name[i] < '0' || name[i] > '9' || strspn(name + i, "0123456789-") < len - i)
			continue;
		end = i;
		if (port_word(name, end))
			return true;
	}
	return false;
}

/* Whether what a loaded configuration names there is made where there is none. */
static bool makes_named(const struct model *model, const char *path)
{
	return model->lenient && model->change &&
	       (strcmp(path, "/interface") == 0 || strcmp(path, "/interface list") == 0);
}

/* A port that a loaded configuration sets under the name that its hardware gives it. */
static bool find_loaded_port(struct model *model, const struct menu *menu, const char *text,
                             size_t len, uint64_t *id)
{
	char name[32];

	if (!model->lenient || len >= sizeof name || !hardware_name(text, len) ||
	    (strcmp(menu->path, "/interface") != 0 &&
	     strcmp(menu->path, "/interface ethernet") != 0))
		return false;
	memcpy(name, text, len);
	name[len] = '\0';
	*id = model_find_hardware(model, name);
	return *id != 0;
}

/* The name of an item of a live menu is asked for: whoever has the items knows no names. */
static enum setting_found find_live_name(struct model *model, const struct table *table,
                                         const char *name, size_t len, uint64_t *id)
{
	const struct menu *menu = table->menu;
	const struct property *property = &menu->properties[table->name];
	struct menu_source *source = model_open(model, menu);
	enum setting_found found = SETTING_NONE;
	const void *item;

	while (source && (item = source->next(source)) != NULL) {
		struct value value = value_none();

		source_getter(source, property)(source, item, property, &value);
		if (value.type != VALUE_STRING || value.len < len ||
		    memcmp(value.text, name, len) != 0)
			continue;
		if (value.len == len || found == SETTING_NONE)
			*id = model_id(source, item);
		found = value.len == len || found == SETTING_NONE ? SETTING_ONE : SETTING_SEVERAL;
		if (value.len == len)
			break;
	}
	model_close(source);
	return found;
}

enum setting_found model_find_name(struct model *model, const struct menu *menu, const char *name,
                                   size_t len, uint64_t *id)
{
	struct table *table = model_table(model, menu);
	const struct item *found = NULL;
	struct item_field field;

	if (table == NULL)
		return SETTING_NONE;
	if (menu->store == MENU_LIVE)
		return table->name == NO_PROPERTY || len == 0
		               ? SETTING_NONE
		               : find_live_name(model, table, name, len, id);
	found = space_find_name(table->space, name, len);
	if (found && table_has(table, found)) {
		*id = found->id;
		return SETTING_ONE;
	}
	if (find_loaded_port(model, menu, name, len, id))
		return SETTING_ONE;
	found = NULL;
	for (size_t t = 0; t < model->tables; t++) {
		const struct table *own = &model->table[t];

		if (own != table && (menu->store != MENU_UNION || own->space != table->space))
			continue;
		for (size_t i = 0; i < own->count; i++) {
			if (!item_name(own->order[i], &field) || field.len < len ||
			    memcmp(field.text, name, len) != 0)
				continue;
			if (found)
				return SETTING_SEVERAL;
			found = own->order[i];
		}
	}
	if (found == NULL)
		return SETTING_NONE;
	*id = found->id;
	return SETTING_ONE;
}

static enum setting_found scope_find(void *ctx, const struct value_kind *kind, const char *name,
                                     size_t len, uint64_t *id)
{
	struct model *model = ctx;
	struct table *table = kind->refers ? model_table_at(model, kind->refers) : NULL;
	bool make = table && makes_named(model, kind->refers);
	struct item *exact;

	if (table == NULL)
		return SETTING_NONE;
	for (const struct value_name *n = kind->names; make && n && n->name; n++)
		make = strlen(n->name) != len || memcmp(n->name, name, len) != 0;
	if (!make)
		return model_find_name(model, table->menu, name, len, id);
	/* A name that an export has is whole: ether1 is not ether10. */
	exact = space_find_name(table->space, name, len);
	if (exact)
		*id = exact->id;
	else
		*id = make_named(model, table, name, len);
	model->starved |= *id == 0;
	return *id ? SETTING_ONE : SETTING_NONE;
}

static bool scope_name(void *ctx, const struct value_kind *kind, uint64_t id, const char **name,
                       size_t *len)
{
	const struct model *model = ctx;
	const struct table *table = kind->refers ? model_table_at(model, kind->refers) : NULL;
	const struct item *item = table ? table_item(table, id) : NULL;
	struct item_field field;

	if (item == NULL || !item_name(item, &field))
		return false;
	*name = field.text;
	*len = field.len;
	return true;
}

const struct setting_scope *model_scope(struct model *model)
{
	return &model->scope;
}

/* What tables begin with. */

/* Reads "name=value " off a row; values may stand in quotes, with a backslash before what is
 * to be taken as it is. => false: it is no such thing */
static bool read_pair(const char **at, const char **name, size_t *name_len, struct strbuf *value)
{
	const char *p = *at;
	bool quoted;

	*name = p;
	*name_len = strcspn(p, "= ");
	p += *name_len;
	if (*p++ != '=')
		return false;
	strbuf_reset(value);
	quoted = *p == '"';
	p += quoted;
	while (*p && *p != (quoted ? '"' : ' ')) {
		if (quoted && *p == '\\' && p[1])
			p++;
		strbuf_char(value, *p++);
	}
	p += quoted && *p == '"';
	*at = p + strspn(p, " ");
	return true;
}

/* Rows may write what users may not. */
static bool fill_row(struct item_view *draft, const char *row, struct strbuf *value,
                     struct strbuf *error)
{
	struct table *table = draft->table;
	const struct menu *menu = table->menu;

	while (*row) {
		const struct property *property;
		const char *name;
		size_t len, offset = draft->bytes.len;

		if (!read_pair(&row, &name, &len, value) || value->failed)
			return false;
		property = menu_find(menu, name, len);
		if (property == NULL ||
		    !setting_read(&property->kind, property->name, strbuf_text(value), value->len,
		                  &table->model->scope, &draft->bytes, error) ||
		    !draft_take(draft, (uint16_t)(property - menu->properties), offset, false))
			return false;
	}
	return true;
}

/* => false: the row cannot be (yet): what it refers to is not there */
static bool add_row(struct model *model, struct table *table, const char *row)
{
	struct item_view *draft = &model->draft[0];
	struct strbuf value = STRBUF_INIT, error = STRBUF_INIT;
	struct item *item = NULL;
	bool ok;

	ok = draft_begin(draft, table, NULL) && fill_row(draft, row, &value, &error);
	draft->flags = ITEM_BUILTIN;
	ok = ok && draft_complete(draft, NULL, &error) == MODEL_OK;
	strbuf_free(&value);
	strbuf_free(&error);
	if (ok)
		item = item_make(draft, table->space->next_id);
	if (item == NULL)
		return false;
	if (!table_reserve(table, 1)) {
		item_release(item);
		return false;
	}
	table->space->next_id++;
	table->order[table->count] = item;
	item->place = (uint32_t)table->count++;
	table_index(table, item);
	table->initial[table->initial_count++] = item_own(item);
	return true;
}

static const char *const no_rows[] = {NULL}, *const one_row[] = {"", NULL};

static const char *const *rows_of(const struct menu *menu)
{
	if (menu->rows)
		return menu->rows;
	return menu->store == MENU_SETTINGS ? one_row : no_rows;
}

static bool make_rows(struct model *model)
{
	bool all, progress;

	for (size_t t = 0; t < model->tables; t++) {
		struct table *table = &model->table[t];
		size_t count = 0;

		while (rows_of(table->menu)[count])
			count++;
		table->initial = calloc(count + 1, sizeof(*table->initial));
		if (table->initial == NULL)
			return false;
	}
	/* Rows may refer to rows of other menus, which then come first. */
	do {
		all = true;
		progress = false;
		for (size_t t = 0; t < model->tables; t++) {
			struct table *table = &model->table[model->by_path[t]];
			const char *const *rows = rows_of(table->menu);

			while (rows[table->count] && add_row(model, table, rows[table->count]))
				progress = true;
			all &= rows[table->count] == NULL;
		}
	} while (!all && progress);
	return all;
}

/* Life. */

static struct space *space_of(struct model *model, const struct menu *menu)
{
	struct space *space = model->space;

	while (menu->space && space < model->space + model->spaces) {
		if (space->name && strcmp(space->name, menu->space) == 0)
			return space;
		space++;
	}
	space = &model->space[model->spaces++];
	space_init(space, menu->space, &model->key);
	return space;
}

static void sort_paths(struct model *model)
{
	for (size_t i = 0; i < model->tables; i++) {
		size_t at = i;

		while (at && strcmp(model->table[model->by_path[at - 1]].menu->path,
		                    model->table[i].menu->path) > 0) {
			model->by_path[at] = model->by_path[at - 1];
			at--;
		}
		model->by_path[at] = (uint16_t)i;
	}
}

static bool make_tables(struct model *model, const struct menu *const *menus)
{
	size_t count = 0;

	while (menus[count])
		count++;
	model->table = calloc(count + 1, sizeof(*model->table));
	model->space = calloc(count + 1, sizeof(*model->space));
	model->by_path = calloc(count + 1, sizeof(*model->by_path));
	if (model->table == NULL || model->space == NULL || model->by_path == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		model->table[i].menu = menus[i];
	qsort(model->table, count, sizeof(*model->table), compare_menus);
	for (size_t i = 0; i < count; i++) {
		const struct menu *menu = model->table[i].menu;

		model->tables++;
		if (!table_begin(&model->table[i], model, menu, space_of(model, menu)))
			return false;
		model->table[i].number = (uint16_t)i;
	}
	sort_paths(model);
	return make_rows(model);
}

struct model *model_create_of(const struct menu *const *menus, const struct menu_step *steps,
                              const char *const *foreign, const struct model_world *world)
{
	struct model *model = calloc(1, sizeof(*model));
	uint8_t seed[32] = {0};

	if (model == NULL)
		return NULL;
	/* Without it the indexes work as well, but strangers could guess what shares a slot. */
	if (getrandom(seed, sizeof seed, GRND_NONBLOCK) < 0)
		memcpy(seed, &model, sizeof(model));
	hash_key_init(&model->key, seed, 1);
	pthread_mutex_init(&model->lock, NULL);
	if (world)
		model->world = *world;
	model_set_version(model, VERSION_OURS);
	model->scope = (struct setting_scope){model, scope_find, scope_name, false};
	model->root = tree_create_of(menus, steps, foreign);
	if (model->root == NULL || !make_tables(model, menus)) {
		model_destroy(model);
		return NULL;
	}
	history_bind(model);
	return model;
}

void model_destroy(struct model *model)
{
	if (model == NULL)
		return;
	history_free(model);
	for (size_t i = 0; i < model->tables; i++)
		table_free(&model->table[i]);
	for (size_t i = 0; i < model->spaces; i++)
		space_free(&model->space[i]);
	journal_free(&model->journal);
	draft_free(&model->draft[0]);
	draft_free(&model->draft[1]);
	free(model->observer);
	free(model->table);
	free(model->space);
	free(model->by_path);
	if (model->root)
		tree_destroy(model->root);
	pthread_mutex_destroy(&model->lock);
	free(model);
}

/* Small questions. */

void model_lock(struct model *model)
{
	pthread_mutex_lock(&model->lock);
}

void model_unlock(struct model *model)
{
	pthread_mutex_unlock(&model->lock);
}

const struct menu_node *model_root(const struct model *model)
{
	return model->root;
}

const struct menu *model_menu(const struct model *model, const char *path)
{
	const struct menu_node *node = tree_find(model->root, path);

	return node ? node->menu : NULL;
}

unsigned model_version(const struct model *model)
{
	return model->release.version;
}

void model_set_version(struct model *model, unsigned version)
{
	struct release *release = &model->release;

	release->version = version;
	if (version == VERSION_OURS)
		strcpy(release->name, RELEASE_OURS);
	else
		snprintf(release->name, sizeof release->name, "%u.%u", version / 100, version % 100);
}

const char *model_release(const struct model *model)
{
	return model->release.name;
}

/* Digits at the beginning of a text. => false: none, or more than a version has */
static bool read_part(const char **at, const char *end, unsigned *part)
{
	const char *first = *at;

	*part = 0;
	for (; *at < end && **at >= '0' && **at <= '9' && *part < 100; ++*at)
		*part = *part * 10 + (unsigned)(**at - '0');
	return *at > first && *part < 100;
}

bool model_set_release(struct model *model, const char *name, size_t len)
{
	const char *at = name, *end = name + len;
	unsigned major, minor = 0;

	if (len >= MODEL_RELEASE_MAX || !read_part(&at, end, &major))
		return false;
	if (at < end && *at == '.') {
		at++;
		if (!read_part(&at, end, &minor))
			return false;
	}
	model->release.version = MENU_VERSION(major, minor);
	memcpy(model->release.name, name, len);
	model->release.name[len] = '\0';
	return true;
}

const char *model_initial(const struct model *model, const struct property *property)
{
	if (property->initial_v6 && model->release.version < MENU_VERSION(7, 0))
		return property->initial_v6;
	return property->initial;
}

const struct item *model_item(struct model *model, const struct menu *menu, uint64_t id)
{
	const struct table *table = model_table(model, menu);

	return table ? table_item(table, id) : NULL;
}

const struct item *model_settings(struct model *model, const struct menu *menu)
{
	const struct table *table = model_table(model, menu);

	return table && table->count ? table->order[0] : NULL;
}

const struct item *const *model_items(const struct model *model, const struct menu *menu,
                                      size_t *count)
{
	const struct table *table = model_table(model, menu);

	*count = table ? table->count : 0;
	return table ? (const struct item *const *)table->order : NULL;
}

bool item_refers(const struct item *item)
{
	const struct table *table = item->table;
	struct item_field field;

	for (unsigned i = 0; i < table->refers_count; i++) {
		if (item_field(item, table->refers[i], &field))
			return true;
	}
	return false;
}

struct dangling {
	const struct space *space;
	bool found;
};

static void look_up(void *ctx, uint64_t id)
{
	struct dangling *dangling = ctx;

	dangling->found |= space_find(dangling->space, id) == NULL;
}

bool item_invalid(struct model *model, const struct item *item)
{
	const struct table *table = item->table;

	for (unsigned i = 0; i < table->refers_count; i++) {
		const struct value_kind *kind = &table->menu->properties[table->refers[i]].kind;
		const struct table *target = kind->refers ? model_table_at(model, kind->refers)
		                                          : NULL;
		struct dangling dangling = {target ? target->space : NULL, false};
		struct item_field field;

		if (target == NULL || target->menu->store == MENU_LIVE ||
		    !item_field(item, table->refers[i], &field))
			continue;
		setting_references(kind, field.text, field.len, look_up, &dangling);
		if (dangling.found)
			return true;
	}
	if (table->live && table->live->invalid)
		return table->live->invalid(table->live_ctx, table->menu, item);
	return false;
}

void model_set_lenient(struct model *model, bool lenient)
{
	model->lenient = lenient;
	model->scope.strays = lenient;
}

bool model_lenient(const struct model *model)
{
	return model->lenient;
}

const struct property *model_culprit(const struct model *model)
{
	return model->culprit;
}

void model_bind(struct model *model, const struct menu *menu, const struct menu_live *live,
                void *ctx)
{
	struct table *table = model_table(model, menu);

	if (table) {
		table->live = live;
		table->live_ctx = ctx;
	}
}

const struct menu_live *model_live(struct model *model, const struct menu *menu, void **ctx)
{
	const struct table *table = model_table(model, menu);

	if (table == NULL || table->live == NULL)
		return NULL;
	*ctx = table->live_ctx;
	return table->live;
}

bool model_observe(struct model *model, const struct model_observer *observer)
{
	struct model_observer *grown =
	        realloc(model->observer, (model->observers + 1) * sizeof(*grown));

	if (grown == NULL)
		return false;
	model->observer = grown;
	grown[model->observers++] = *observer;
	return true;
}

uint64_t model_generation(const struct model *model)
{
	return model->generation;
}
