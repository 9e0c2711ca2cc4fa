/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/way.c - see way.h.
 *
 * The table is open-addressed, at most half full, and holds numbers. Which ways there are is
 * up to the configuration, not to who sends packets: the hash needs no key.
 */
#include "engine/way.h"

#define ROOM_FIRST 64u
#define ROOM_MAX 65536u
#define WAYS_MAX (ROOM_MAX - 1) /* [0] and WAY_FREE are no ways */

void ways_init(struct ways *ways, struct alloc *alloc)
{
	*ways = (struct ways){.alloc = alloc, .count = 1};
}

void ways_fini(struct ways *ways)
{
	if (ways->room) {
		alloc_put(ways->alloc, ways->way, ways->room * sizeof *ways->way);
		alloc_put(ways->alloc, ways->table, 2 * ways->room * sizeof *ways->table);
	}
	ways_init(ways, ways->alloc);
}

void ways_clear(struct ways *ways)
{
	ways_fini(ways);
}

static uint32_t hash_of(const struct way *way)
{
	const uint8_t *bytes = (const uint8_t *)way;
	uint64_t hash = 0;

	for (size_t i = 0; i < sizeof *way; i += 8) {
		hash = (hash ^ raw64(bytes + i)) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return (uint32_t)(hash >> 32);
}

/* The place of a way in a table, or the empty one where it would stand. */
static uint16_t *place_of(const struct way *ways, uint16_t *table, uint32_t room,
			  const struct way *way)
{
	uint32_t mask = 2 * room - 1, at = hash_of(way) & mask;

	while (table[at] && memcmp(&ways[table[at]], way, sizeof *way) != 0)
		at = (at + 1) & mask;
	return &table[at];
}

static bool grow(struct ways *ways)
{
	uint32_t room = ways->room ? ways->room * 2 : ROOM_FIRST, count = ways->count;
	struct way *way = alloc_get(ways->alloc, room * sizeof *way, 64);
	uint16_t *table = alloc_get(ways->alloc, 2 * room * sizeof *table, 64);
	struct alloc *alloc = ways->alloc;

	if (!way || !table) {
		alloc_put(alloc, way, room * sizeof *way);
		alloc_put(alloc, table, 2 * room * sizeof *table);
		return false;
	}
	if (ways->room)
		memcpy(way, ways->way, count * sizeof *way);
	for (uint32_t i = 1; i < count; i++)
		*place_of(way, table, room, &way[i]) = (uint16_t)i;
	ways_fini(ways);
	*ways = (struct ways){.alloc = alloc, .way = way, .table = table, .count = count,
			      .room = room};
	return true;
}

uint16_t ways_find(struct ways *ways, const struct way *way)
{
	uint16_t *place;

	if (ways->room) {
		place = place_of(ways->way, ways->table, ways->room, way);
		if (*place)
			return *place;
	}
	if (ways->count == WAYS_MAX || (ways->count >= ways->room && !grow(ways)))
		return WAY_NONE;
	place = place_of(ways->way, ways->table, ways->room, way);
	ways->way[ways->count] = *way;
	*place = (uint16_t)ways->count++;
	return *place;
}
