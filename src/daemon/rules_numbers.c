/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_numbers.c - see rules_numbers.h.
 */
#include "daemon/rules_numbers.h"

#include <stdlib.h>
#include <string.h>

#include "model/menus.h"

/* Names. They are the administrator's, so that a hash without a key will do. */

static uint32_t hash_name(const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * 16777619u;
	return hash ^ hash >> 15;
}

void names_free(struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
	free(names->slot);
	*names = (struct names){0};
}

static bool same(const char *a, const char *b, size_t len)
{
	return strncmp(a, b, len) == 0 && a[len] == '\0';
}

/* The slot of a name, or the free one that it would get. */
static uint32_t *name_slot(const struct names *names, const char *name, size_t len)
{
	uint32_t mask = names->slots - 1, at = hash_name(name, len) & mask;

	while (names->slot[at] && !same(names->name[names->slot[at] - 1], name, len))
		at = (at + 1) & mask;
	return &names->slot[at];
}

uint32_t names_find(const struct names *names, const char *name, size_t len)
{
	uint32_t place = names->slots ? *name_slot(names, name, len) : 0;

	return place ? place - 1 : NO_NAME;
}

static bool names_grow(struct names *names)
{
	uint32_t room = names->room ? 2 * names->room : 16;
	char **name = reallocarray(names->name, room, sizeof *name);
	uint32_t *slot;

	if (!name)
		return false;
	names->name = name;
	slot = calloc(2 * (size_t)room, sizeof *slot);
	if (!slot)
		return false;
	free(names->slot);
	names->slot = slot;
	names->slots = 2 * room;
	names->room = room;
	for (uint32_t i = 0; i < names->count; i++)
		*name_slot(names, name[i], strlen(name[i])) = i + 1;
	return true;
}

uint32_t names_add(struct names *names, const char *name, size_t len)
{
	uint32_t place = names_find(names, name, len);
	char *copy;

	if (place != NO_NAME)
		return place;
	if (names->count == names->room && !names_grow(names))
		return NO_NAME;
	copy = strndup(name, len);
	if (!copy)
		return NO_NAME;
	names->name[names->count] = copy;
	*name_slot(names, name, len) = names->count + 1;
	return names->count++;
}

/* Numbers of a build's own */

static bool placing_reach(struct placing *placing, uint32_t place)
{
	uint32_t places = placing->places ? placing->places : 16;
	uint32_t *number;

	while (places <= place)
		places *= 2;
	number = reallocarray(placing->number, places, sizeof *number);
	if (!number)
		return false;
	for (uint32_t i = placing->places; i < places; i++)
		number[i] = NO_NAME;
	placing->number = number;
	placing->places = places;
	return true;
}

uint32_t placing_number(struct placing *placing, uint32_t place)
{
	if (place < placing->places && placing->number[place] != NO_NAME)
		return placing->number[place];
	if (place >= placing->places && !placing_reach(placing, place))
		return NO_NAME;
	if (placing->count == placing->room) {
		uint32_t room = placing->room ? 2 * placing->room : 16;
		uint32_t *grown = reallocarray(placing->place, room, sizeof *grown);

		if (!grown)
			return NO_NAME;
		placing->place = grown;
		placing->room = room;
	}
	placing->place[placing->count] = place;
	placing->number[place] = placing->count;
	return placing->count++;
}

void placing_free(struct placing *placing)
{
	free(placing->number);
	free(placing->place);
	*placing = (struct placing){0};
}

/* All of them */

bool numbers_init(struct numbers *numbers)
{
	memset(numbers, 0, sizeof *numbers);
	return names_add(&numbers->tables, "main", strlen("main")) == 0;
}

void numbers_free(struct numbers *numbers)
{
	names_free(&numbers->marks);
	names_free(&numbers->tables);
	names_free(&numbers->lists);
	names_free(&numbers->chains);
	free(numbers->counter);
	free(numbers->slot);
	memset(numbers, 0, sizeof *numbers);
}

uint16_t numbers_interface(const struct numbers *numbers, uint64_t id)
{
	for (uint32_t i = 0; i < numbers->interfaces; i++) {
		if (numbers->interface[i] == id)
			return (uint16_t)i;
	}
	return WEIR_INTERFACE_NONE;
}

uint16_t numbers_add_interface(struct numbers *numbers, uint64_t id)
{
	uint16_t number = numbers_interface(numbers, id);

	if (number != WEIR_INTERFACE_NONE)
		return number;
	number = numbers_interface(numbers, 0);
	if (number == WEIR_INTERFACE_NONE) {
		if (numbers->interfaces == WEIR_INTERFACES_MAX)
			return number;
		number = (uint16_t)numbers->interfaces++;
	}
	numbers->interface[number] = id;
	return number;
}

/* Counters */

static uint32_t *counter_slot(const struct numbers *numbers, const struct menu *menu, uint64_t id)
{
	uint64_t key = (id + (uintptr_t)menu) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t mask = numbers->slots - 1, at = (uint32_t)(key >> 32) & mask;

	for (; numbers->slot[at]; at = (at + 1) & mask) {
		const struct counted *c = &numbers->counter[numbers->slot[at] - 1];

		if (c->menu == menu && c->id == id)
			break;
	}
	return &numbers->slot[at];
}

uint32_t numbers_counter(const struct numbers *numbers, const struct menu *menu, uint64_t id)
{
	uint32_t place = numbers->slots ? *counter_slot(numbers, menu, id) : 0;

	return place ? place - 1 : NO_COUNTER;
}

static void index_counters(struct numbers *numbers)
{
	memset(numbers->slot, 0, numbers->slots * sizeof *numbers->slot);
	for (uint32_t i = 0; i < numbers->counters; i++) {
		const struct counted *c = &numbers->counter[i];

		if (c->menu)
			*counter_slot(numbers, c->menu, c->id) = i + 1;
	}
}

static bool grow_counters(struct numbers *numbers)
{
	uint32_t room = numbers->counter_room ? 2 * numbers->counter_room : 64;
	struct counted *counter = reallocarray(numbers->counter, room, sizeof *counter);
	uint32_t *slot;

	if (!counter)
		return false;
	numbers->counter = counter;
	slot = calloc(2 * (size_t)room, sizeof *slot);
	if (!slot)
		return false;
	free(numbers->slot);
	numbers->slot = slot;
	numbers->slots = 2 * room;
	numbers->counter_room = room;
	index_counters(numbers);
	return true;
}

/* A number that was another's, once there are no fresh ones without more room. */
static uint32_t free_counter(const struct numbers *numbers)
{
	for (uint32_t i = 0; i < numbers->counters; i++) {
		if (!numbers->counter[i].menu)
			return i;
	}
	return NO_COUNTER;
}

uint32_t numbers_add_counter(struct numbers *numbers, const struct menu *menu, uint64_t id,
                             bool *fresh)
{
	uint32_t number = numbers_counter(numbers, menu, id);

	*fresh = false;
	if (number != NO_COUNTER)
		return number;
	if (numbers->counters == numbers->counter_room)
		number = free_counter(numbers);
	if (number == NO_COUNTER) {
		if (numbers->counters == COUNTERS_MAX ||
		    (numbers->counters == numbers->counter_room && !grow_counters(numbers)))
			return NO_COUNTER;
		number = numbers->counters++;
		numbers->counter[number].used = false;
	}
	*fresh = numbers->counter[number].used;
	numbers->counter[number] = (struct counted){menu, id, true};
	*counter_slot(numbers, menu, id) = number + 1;
	return number;
}

void numbers_sweep(struct numbers *numbers,
                   bool (*there)(void *ctx, const struct menu *menu, uint64_t id), void *ctx)
{
	bool freed = false;

	for (uint32_t i = 0; i < numbers->counters; i++) {
		struct counted *c = &numbers->counter[i];

		if (c->menu && !there(ctx, c->menu, c->id)) {
			c->menu = NULL;
			freed = true;
		}
	}
	if (freed)
		index_counters(numbers);
	for (uint32_t i = 0; i < numbers->interfaces; i++) {
		if (numbers->interface[i] && !there(ctx, &menu_interface, numbers->interface[i]))
			numbers->interface[i] = 0;
	}
}

/* Maps */

static struct map_slot *map_slot(const struct map *map, uint64_t key)
{
	uint32_t mask = map->slots - 1;
	uint32_t at = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;

	while (map->slot[at].key && map->slot[at].key != key)
		at = (at + 1) & mask;
	return &map->slot[at];
}

void map_free(struct map *map)
{
	free(map->slot);
	*map = (struct map){0};
}

bool map_find(const struct map *map, uint64_t key, uint64_t *value)
{
	const struct map_slot *slot = map->count ? map_slot(map, key) : NULL;

	if (!slot || !slot->key)
		return false;
	*value = slot->value;
	return true;
}

bool map_put(struct map *map, uint64_t key, uint64_t value)
{
	struct map_slot *slot;

	if (2 * map->count >= map->slots) {
		struct map grown = {.slots = map->slots ? 2 * map->slots : 64, .count = map->count};

		grown.slot = calloc(grown.slots, sizeof *grown.slot);
		if (!grown.slot)
			return false;
		for (uint32_t i = 0; i < map->slots; i++) {
			if (map->slot[i].key)
				*map_slot(&grown, map->slot[i].key) = map->slot[i];
		}
		free(map->slot);
		*map = grown;
	}
	slot = map_slot(map, key);
	map->count += slot->key == 0;
	*slot = (struct map_slot){key, value};
	return true;
}

/* Entries of lists that rules have added */

static uint64_t made_key(const struct menu *menu, uint64_t id)
{
	return id << 1 | (menu == &menu_address_list_v6);
}

void made_free(struct made *made)
{
	map_free(&made->by_id);
	map_free(&made->by_what);
}

bool made_has(const struct made *made, const struct menu *menu, uint64_t id)
{
	uint64_t what;

	return map_find(&made->by_id, made_key(menu, id), &what);
}

uint64_t made_what(const struct menu *menu, const char *list, const char *address)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ (menu == &menu_address_list_v6);

	for (const char *text = list; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
	hash = (hash ^ '/') * UINT64_C(1099511628211);
	for (const char *text = address; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
	return hash | 1;
}

bool made_find(const struct made *made, uint64_t what, uint64_t *id)
{
	return map_find(&made->by_what, what, id);
}

bool made_add(struct made *made, const struct menu *menu, uint64_t id, uint64_t what)
{
	return map_put(&made->by_id, made_key(menu, id), what) &&
	       map_put(&made->by_what, what, id);
}

/* Without memory they stay: ids are never used again, and one that is gone is not refreshed. */
void made_sweep(struct made *made, bool (*there)(void *ctx, const struct menu *menu, uint64_t id),
                void *ctx)
{
	struct made left = {0};
	bool good = true, gone = false;

	for (uint32_t i = 0; good && i < made->by_id.slots; i++) {
		uint64_t key = made->by_id.slot[i].key;
		const struct menu *menu = key & 1 ? &menu_address_list_v6 : &menu_address_list;

		if (!key)
			continue;
		if (there(ctx, menu, key >> 1))
			good = made_add(&left, menu, key >> 1, made->by_id.slot[i].value);
		else
			gone = true;
	}
	if (!good || !gone) {
		made_free(&left);
		return;
	}
	made_free(made);
	*made = left;
}
