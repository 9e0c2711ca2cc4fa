/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/table.c - the items of a menu and their indexes; see table.h.
 *
 * An index holds pointers and half of each hash, so that it grows, closes gaps and passes over
 * what is not meant without reading the items. Eight neighbouring ids share a cache line; the
 * eights are scattered, as one long run of slots would have to be walked for each that falls
 * empty. Names and unique properties are hashed under a key, as an address list may be filled
 * by strangers.
 */
#include "model/table.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_FIRST 8
#define NEAR 64 /* how far an item is looked for around its place of before */

bool index_reserve(struct index *index, size_t more)
{
	size_t size = index->size ? index->size : INDEX_FIRST;
	struct index grown = *index;

	while (size / 4 * 3 < index->count + more)
		size *= 2;
	if (size == index->size)
		return true;
	if (size > UINT32_MAX)
		return false;
	grown.slot = calloc(size, sizeof(*grown.slot) + sizeof(*grown.tag));
	if (grown.slot == NULL)
		return false;
	grown.tag = (uint32_t *)(grown.slot + size);
	grown.size = size;
	grown.count = 0;
	for (size_t i = 0; i < index->size; i++) {
		if (index->slot[i])
			index_put(&grown, index->tag[i], index->slot[i]);
	}
	free(index->slot);
	*index = grown;
	return true;
}

void index_put(struct index *index, uint64_t hash, struct item *item)
{
	size_t mask = index->size - 1, at = hash & mask;

	while (index->slot[at])
		at = (at + 1) & mask;
	index->slot[at] = item;
	index->tag[at] = (uint32_t)hash;
	index->count++;
}

/* Those behind the slot that falls empty move up, unless they would stand before their place. */
void index_take(struct index *index, uint64_t hash, const struct item *item)
{
	size_t mask = index->size - 1, hole = hash & mask;

	while (index->slot[hole] != item)
		hole = (hole + 1) & mask;
	for (size_t at = (hole + 1) & mask; index->slot[at]; at = (at + 1) & mask) {
		size_t home = index->tag[at] & mask;

		if (((at - home) & mask) >= ((at - hole) & mask)) {
			index->slot[hole] = index->slot[at];
			index->tag[hole] = index->tag[at];
			hole = at;
		}
	}
	index->slot[hole] = NULL;
	index->count--;
}

static uint64_t scatter(uint64_t id)
{
	return (id >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 32 << 3 | (id & 7);
}

static uint64_t hash_id(const struct item *item)
{
	return scatter(item->id);
}

static uint64_t hash_name(const struct item *item)
{
	struct item_field field;

	item_name(item, &field);
	return hash_bytes(item->table->space->key, field.text, field.len);
}

/* One hash over all unique properties; rotated, so that their order counts. */
static uint64_t add_hash(const struct hash_key *key, uint64_t hash, const char *text, size_t len)
{
	return (hash << 9 | hash >> 55) ^ hash_bytes(key, text, len);
}

static uint64_t hash_unique(const struct item *item)
{
	const struct table *table = item->table;
	struct item_field field;
	uint64_t hash = 0;

	for (unsigned i = 0; i < table->unique_count; i++) {
		if (!item_field(item, table->unique[i], &field))
			field = (struct item_field){.text = ""};
		hash = add_hash(table->space->key, hash, field.text, field.len);
	}
	return hash;
}

static uint64_t hash_draft(const struct table *table, const struct item_view *draft)
{
	uint64_t hash = 0;

	for (unsigned i = 0; i < table->unique_count; i++) {
		size_t len = 0;
		const char *text = draft_text(draft, table->unique[i], &len);

		hash = add_hash(table->space->key, hash, text ? text : "", len);
	}
	return hash;
}

static bool same_unique(const struct item *item, const struct item_view *draft)
{
	const struct table *table = item->table;

	for (unsigned i = 0; i < table->unique_count; i++) {
		size_t len = 0;
		const char *text = draft_text(draft, table->unique[i], &len);
		struct item_field field = {.text = ""};

		if (!item_field(item, table->unique[i], &field))
			field.len = 0;
		if (field.len != len || (len && memcmp(field.text, text, len) != 0))
			return false;
	}
	return true;
}

void space_init(struct space *space, const char *name, struct hash_key *key)
{
	*space = (struct space){.name = name, .next_id = 1, .key = key,
	                        .by_id.hash = hash_id, .by_name.hash = hash_name};
}

void space_free(struct space *space)
{
	free(space->by_id.slot);
	free(space->by_name.slot);
}

static uint16_t property_named(const struct menu *menu, const char *name, size_t len)
{
	const struct property *p = menu_find(menu, name, len);

	return p ? (uint16_t)(p - menu->properties) : NO_PROPERTY;
}

static void find_unique(struct table *table)
{
	const char *at = table->menu->unique;

	while (at && *at && table->unique_count < UNIQUE_MAX) {
		size_t len = strcspn(at, " ");
		uint16_t property = property_named(table->menu, at, len);

		if (property != NO_PROPERTY)
			table->unique[table->unique_count++] = property;
		at += len;
		at += strspn(at, " ");
	}
}

bool table_begin(struct table *table, struct model *model, const struct menu *menu,
                struct space *space)
{
	*table = (struct table){.model = model, .menu = menu, .space = space,
	                        .name = NO_PROPERTY, .next_expiry = UINT64_MAX,
	                        .by_unique.hash = hash_unique};
	table->disabled = property_named(menu, "disabled", strlen("disabled"));
	table->dynamic = property_named(menu, "dynamic", strlen("dynamic"));
	table->expires = menu->expires
	                         ? property_named(menu, menu->expires, strlen(menu->expires))
	                         : NO_PROPERTY;
	find_unique(table);
	table->refers = malloc((menu->count + 1) * sizeof(*table->refers));
	if (table->refers == NULL)
		return false;
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->properties[i].show & PROP_NAME)
			table->name = (uint16_t)i;
		if (setting_refers(&menu->properties[i].kind))
			table->refers[table->refers_count++] = (uint16_t)i;
	}
	return true;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		item_release(table->order[i]);
	for (size_t i = 0; i < table->initial_count; i++)
		item_release(table->initial[i]);
	free(table->order);
	free(table->initial);
	free(table->refers);
	free(table->by_unique.slot);
}

uint16_t table_property(const struct table *table, const struct property *property)
{
	const struct menu *menu = table->menu;
	uintptr_t at = (uintptr_t)property, first = (uintptr_t)menu->properties;

	if (at >= first && at < first + menu->count * sizeof(*property))
		return (uint16_t)((at - first) / sizeof(*property));
	return property_named(menu, property->name, strlen(property->name));
}

bool table_has(const struct table *table, const struct item *item)
{
	return item->table == table ||
	       (table->menu->store == MENU_UNION && item->table->space == table->space);
}

struct item *space_find(const struct space *space, uint64_t id)
{
	const struct index *index = &space->by_id;
	size_t mask = index->size - 1;
	uint32_t tag = (uint32_t)scatter(id);

	if (index->size == 0)
		return NULL;
	for (size_t at = tag & mask; index->slot[at]; at = (at + 1) & mask) {
		if (index->tag[at] == tag && index->slot[at]->id == id)
			return index->slot[at];
	}
	return NULL;
}

struct item *table_item(const struct table *table, uint64_t id)
{
	struct item *item = space_find(table->space, id);

	return item && table_has(table, item) ? item : NULL;
}

bool item_name(const struct item *item, struct item_field *field)
{
	return item->table->name != NO_PROPERTY && item_field(item, item->table->name, field);
}

struct item *space_find_name(const struct space *space, const char *name, size_t len)
{
	const struct index *index = &space->by_name;
	size_t mask = index->size - 1;
	struct item_field field;
	uint32_t tag;

	if (index->size == 0)
		return NULL;
	tag = (uint32_t)hash_bytes(space->key, name, len);
	for (size_t at = tag & mask; index->slot[at]; at = (at + 1) & mask) {
		if (index->tag[at] != tag)
			continue;
		item_name(index->slot[at], &field);
		if (field.len == len && memcmp(field.text, name, len) == 0)
			return index->slot[at];
	}
	return NULL;
}

struct item *table_find_same(const struct table *table, const struct item_view *draft)
{
	const struct index *index = &table->by_unique;
	size_t mask = index->size - 1;
	uint32_t tag;

	if (index->size == 0 || table->unique_count == 0)
		return NULL;
	tag = (uint32_t)hash_draft(table, draft);
	for (size_t at = tag & mask; index->slot[at]; at = (at + 1) & mask) {
		if (index->tag[at] == tag && same_unique(index->slot[at], draft))
			return index->slot[at];
	}
	return NULL;
}

/* The items' hints are right again after this. */
static void number_all(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->order[i]->place = (uint32_t)i;
}

size_t table_place(struct table *table, const struct item *item)
{
	size_t place = item->place;

	for (size_t d = 0; d < NEAR; d++) {
		if (place >= d && place - d < table->count && table->order[place - d] == item)
			return place - d;
		if (place + d < table->count && table->order[place + d] == item)
			return place + d;
	}
	number_all(table);
	return item->place;
}

bool table_reserve(struct table *table, size_t more)
{
	size_t need = table->count + more, room = table->room ? table->room : 4;

	while (room < need)
		room *= 2;
	if (room > UINT32_MAX)
		return false;
	if (room != table->room) {
		struct item **grown = realloc(table->order, room * sizeof(*grown));

		if (grown == NULL)
			return false;
		table->order = grown;
		table->room = room;
	}
	return index_reserve(&table->space->by_id, more) &&
	       (table->name == NO_PROPERTY || index_reserve(&table->space->by_name, more)) &&
	       (table->unique_count == 0 || index_reserve(&table->by_unique, more));
}

void table_index(struct table *table, struct item *item)
{
	struct item_field field;

	index_put(&table->space->by_id, hash_id(item), item);
	if (item_name(item, &field))
		index_put(&table->space->by_name, hash_name(item), item);
	if (table->unique_count)
		index_put(&table->by_unique, hash_unique(item), item);
	if (item->expires && item->expires < table->next_expiry)
		table->next_expiry = item->expires;
}

void table_unindex(struct table *table, struct item *item)
{
	struct item_field field;

	index_take(&table->space->by_id, hash_id(item), item);
	if (item_name(item, &field))
		index_take(&table->space->by_name, hash_name(item), item);
	if (table->unique_count)
		index_take(&table->by_unique, hash_unique(item), item);
}

void table_swap(struct table *table, size_t place, struct item *item)
{
	struct item *old = table->order[place];

	table_unindex(table, old);
	table_index(table, item);
	table->order[place] = item;
	item->place = (uint32_t)place;
}
