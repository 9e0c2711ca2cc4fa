/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/source.c - listing the items of a menu, and reading their properties; see model.h.
 *
 * A source walks the table itself as long as items only come at its end. Before anything else
 * is done to the order, it takes down the ids that are left, and goes on by them. A union is
 * walked by ids from the start.
 *
 * Life: model_open() to model_close(). Threads: with the model's lock held.
 * Cost: a pointer an item; by ids 8 bytes for each that is left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

/* => the ids of the tables that a menu lists, from a place on; NULL: no memory */
static uint64_t *take_ids(const struct table *table, size_t from, size_t *count)
{
	const struct model *model = table->model;
	size_t room = table->count, n = 0;
	uint64_t *ids;

	for (size_t t = 0; table->menu->store == MENU_UNION && t < model->tables; t++)
		room += model->table[t].space == table->space ? model->table[t].count : 0;
	ids = malloc((room + 1) * sizeof(*ids));
	if (ids == NULL)
		return NULL;
	for (size_t t = 0; t < model->tables; t++) {
		const struct table *own = &model->table[t];

		if (own != table &&
		    (table->menu->store != MENU_UNION || own->space != table->space))
			continue;
		for (size_t i = own == table ? from : 0; i < own->count; i++)
			ids[n++] = own->order[i]->id;
	}
	*count = n;
	return ids;
}

bool source_freeze(struct table *table)
{
	bool frozen = true;

	for (struct source *s = table->sources; s; s = s->next_of_table) {
		if (s->ids)
			continue;
		s->ids = take_ids(table, s->at < table->count ? s->at : table->count, &s->count);
		if (s->ids)
			s->at = 0;
		else
			frozen = false;
	}
	return frozen;
}

static const void *hold(struct source *s, struct item *item)
{
	if (item)
		item_own(item);
	item_release(s->held);
	s->held = item;
	return item;
}

static const void *next(struct menu_source *menu_source)
{
	struct source *s = (struct source *)menu_source;

	if (s->ids == NULL)
		return hold(s, s->at < s->table->count ? s->table->order[s->at++] : NULL);
	while (s->at < s->count) {
		struct item *item = table_item(s->table, s->ids[s->at++]);

		if (item)
			return hold(s, item);
	}
	return hold(s, NULL);
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A union's items in the order of their ids, which is that in which they came. */
static bool list_union(struct source *s)
{
	size_t count;
	uint64_t *ids = take_ids(s->table, 0, &count);

	if (ids == NULL)
		return false;
	qsort(ids, count, sizeof(*ids), compare_ids);
	free(s->ids);
	s->ids = ids;
	s->count = count;
	return true;
}

static void rewind_source(struct menu_source *menu_source)
{
	struct source *s = (struct source *)menu_source;

	hold(s, NULL);
	s->at = 0;
	if (s->table->menu->store == MENU_UNION) {
		/* Without memory the list of before is walked again. */
		list_union(s);
	} else {
		free(s->ids);
		s->ids = NULL;
	}
}

static const void *find(struct menu_source *menu_source, uint64_t id)
{
	struct source *s = (struct source *)menu_source;

	return hold(s, table_item(s->table, id));
}

static void close_source(struct menu_source *menu_source)
{
	struct source *s = (struct source *)menu_source;
	struct source **at = &s->table->sources;

	while (*at != s)
		at = &(*at)->next_of_table;
	*at = s->next_of_table;
	item_release(s->held);
	strbuf_free(&s->room);
	free(s->ids);
	free(s);
}

/* Reading. */

static void set_text(struct source *s, struct value *value)
{
	if (s->room.failed)
		value_set_none(value);
	else
		*value = (struct value){.type = VALUE_STRING,
		                        .text = strbuf_text(&s->room), .len = s->room.len};
}

/* The day of a number of days since 1970, by the Gregorian calendar's cycles of 400 years
 * (146097 days), counted from a March, so that the leap day is a year's last. */
static void date_of(uint64_t days, unsigned *year, unsigned *month, unsigned *day)
{
	uint64_t since = days + 719468, era = since / 146097;
	unsigned of_era = (unsigned)(since % 146097);
	unsigned y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = (unsigned)(y + era * 400) + (*month <= 2);
}

void put_date_time(const struct model *model, uint64_t seconds, struct strbuf *out)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	unsigned year, month, day, second = (unsigned)(seconds % 86400);

	date_of(seconds / 86400, &year, &month, &day);
	if (model->release.version < MENU_VERSION(7, 10))
		strbuf_printf(out, "%.3s/%02u/%04u", months + 3 * (month - 1), day, year);
	else
		strbuf_printf(out, "%04u-%02u-%02u", year, month, day);
	strbuf_printf(out, " %02u:%02u:%02u", second / 3600, second / 60 % 60, second % 60);
}

static bool is(const struct property *property, const char *name)
{
	return strcmp(property->name, name) == 0;
}

/* The kind of an interface is the word of its menu. */
static void put_type(const struct item *item, struct strbuf *out)
{
	const struct menu *menu = item->table->menu;
	const char *word = strrchr(menu->path, ' ');

	if (menu->store == MENU_UNION)
		strbuf_str(out, "unknown");
	else
		strbuf_str(out, word && strcmp(word, " ethernet") == 0 ? "ether"
		                : word                                 ? word + 1
		                                                       : menu->path + 1);
}

/* What the model itself knows of an item beside its settings. => false: it is not that */
static bool own_value(const struct item *item, const struct property *property,
                      struct value *value)
{
	struct model *model = item->table->model;

	if (property->show & PROP_ID)
		value_set_number(value, VALUE_ID, item->id);
	else if (is(property, "dynamic"))
		value_set_number(value, VALUE_BOOL, item_dynamic(item));
	else if (is(property, "invalid"))
		value_set_number(value, VALUE_BOOL, item_invalid(model, item));
	else if (is(property, "builtin") || (is(property, "default") && property->flag))
		value_set_number(value, VALUE_BOOL, item_builtin(item));
	else
		return false;
	return true;
}

static void known_value(struct source *s, const struct item *item, const struct property *property,
                        struct value *value)
{
	strbuf_reset(&s->room);
	if (is(property, "creation-time"))
		put_date_time(item->table->model, item->created, &s->room);
	else if (is(property, "type") && s->table->menu->store == MENU_UNION)
		put_type(item, &s->room);
	if (s->room.len)
		set_text(s, value);
}

/* What the owners of the menu know: the item's own, then a union's. */
static void live_value(struct source *s, const struct item *item, const struct property *property,
                       uint16_t index, struct value *value)
{
	const struct table *own = item->table, *asked = s->table;

	value_set_none(value);
	if (own->live && own->live->value && index != NO_PROPERTY)
		own->live->value(own->live_ctx, own->menu, item, &own->menu->properties[index],
		                 value);
	if (value->type == VALUE_NONE && asked != own && asked->live && asked->live->value)
		asked->live->value(asked->live_ctx, asked->menu, item, property, value);
}

static void get(struct menu_source *menu_source, const void *void_item,
                const struct property *property, struct value *value)
{
	struct source *s = (struct source *)menu_source;
	const struct item *item = void_item;
	struct model *model = item->table->model;
	uint16_t index = table_property(item->table, property);
	const char *kept;
	size_t len;

	if ((property->flag || property->show & PROP_READ_ONLY) &&
	    own_value(item, property, value))
		return;
	if (index != NO_PROPERTY && index == item->table->expires && item->expires) {
		uint64_t now = model_now(model);

		/* Whole seconds, and none that has begun is over. */
		value_set_number(value, VALUE_TIME,
		                 item->expires > now ? (item->expires - now + WEIR_SEC - 1) /
		                                               WEIR_SEC * WEIR_SEC
		                                     : 0);
		return;
	}
	if (index != NO_PROPERTY && item_kept(model, item, property, &kept, &len)) {
		setting_value(&item->table->menu->properties[index].kind, kept, len, &model->scope,
		              &s->room, value);
		if (s->room.failed)
			value_set_none(value);
		return;
	}
	live_value(s, item, property, index, value);
	if (value->type == VALUE_NONE)
		known_value(s, item, property, value);
}

/* Sources of any menu. */

static struct menu_source *open_table(struct table *table)
{
	struct source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->table = table;
	s->source = (struct menu_source){.menu = table->menu, .next = next,
	                                 .rewind = rewind_source, .find = find,
	                                 .close = close_source, .get = get};
	s->next_of_table = table->sources;
	table->sources = s;
	if (table->menu->store == MENU_UNION && !list_union(s)) {
		close_source(&s->source);
		return NULL;
	}
	return &s->source;
}

struct menu_source *model_open(struct model *model, const struct menu *menu)
{
	struct table *table = model_table(model, menu);

	if (table == NULL)
		return NULL;
	if (menu->store == MENU_LIVE && table->live && table->live->open)
		return table->live->open(table->live_ctx, menu);
	return open_table(table);
}

void model_close(struct menu_source *source)
{
	if (source && source->close)
		source->close(source);
}

uint64_t model_id(struct menu_source *source, const void *item)
{
	const struct menu *menu = source->menu;
	struct value value;

	if (source->get == get)
		return ((const struct item *)item)->id;
	for (size_t i = 0; i < menu->count; i++) {
		const struct property *property = &menu->properties[i];

		if (!(property->show & PROP_ID))
			continue;
		source_getter(source, property)(source, item, property, &value);
		return value.type == VALUE_NONE ? 0 : value.number;
	}
	return menu->settings ? 1 : 0;
}

const void *model_find(struct menu_source *source, uint64_t id)
{
	const void *item;

	if (source->find)
		return source->find(source, id);
	source->rewind(source);
	while ((item = source->next(source)) != NULL) {
		if (model_id(source, item) == id)
			return item;
	}
	return NULL;
}

uint64_t model_count(struct model *model, const struct menu *menu)
{
	const struct table *table = model_table(model, menu);
	struct menu_source *source;
	uint64_t count = 0;

	if (table == NULL)
		return 0;
	if (menu->store == MENU_UNION)
		return table->space->by_id.count;
	if (menu->store != MENU_LIVE)
		return table->count;
	if (table->live == NULL ||
	    (table->live->count && table->live->count(table->live_ctx, menu, &count)))
		return count;
	source = model_open(model, menu);
	while (source && source->next(source))
		count++;
	model_close(source);
	return count;
}
