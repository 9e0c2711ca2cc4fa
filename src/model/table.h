/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/table.h - the items of a menu in their order, and what they are found by: ids, names,
 * the properties that no two share. Ids and names belong to a space, which menus may share.
 *
 * What makes room may fail and changes nothing; what changes the table cannot fail, once room
 * was made, and whatever was taken out finds its room again until the change is over. So a
 * change can always be taken back.
 *
 * Life: with the model. Threads: with the model's lock held.
 * Cost: an item takes 8 to 16 bytes in the order and 16 to 32 in each index. Finding takes
 * constant time, its place too while few items moved, else one walk numbers them all anew.
 */
#ifndef MODEL_TABLE_H
#define MODEL_TABLE_H

#include "base/hash.h"
#include "model/item.h"

/* Items by a hash of something in them: open addressing, the next free slot. */
struct index {
	struct item **slot;
	uint32_t *tag;      /* the lower half of each slot's hash; lies behind the slots */
	size_t size, count; /* size: a power of two, or 0 */
	uint64_t (*hash)(const struct item *item);
};

/* Makes room for that many more. => false: no memory */
bool index_reserve(struct index *index, size_t more);
void index_put(struct index *index, uint64_t hash, struct item *item);
void index_take(struct index *index, uint64_t hash, const struct item *item);

struct space {
	const char *name; /* menu.space, or NULL: of one menu */
	uint64_t next_id;
	struct index by_id, by_name;
	struct hash_key *key;
};

#define UNIQUE_MAX 4

struct source;

struct table {
	struct model *model;
	const struct menu *menu;
	struct space *space;
	struct item **order;
	size_t count, room;
	struct index by_unique;
	uint16_t number; /* among the model's tables */
	uint16_t name, disabled, dynamic, expires; /* properties, or NO_PROPERTY */
	uint16_t unique[UNIQUE_MAX], unique_count;
	uint16_t *refers, refers_count; /* properties that may hold references */
	struct item **initial;          /* what it begins with, and begins with again */
	size_t initial_count;
	uint64_t next_expiry; /* none comes before; UINT64_MAX: never */
	const struct menu_live *live;
	void *live_ctx;
	struct source *sources; /* that walk it */
};

/* Fills in what follows from the menu. => false: no memory */
bool table_begin(struct table *table, struct model *model, const struct menu *menu,
                struct space *space);
void table_free(struct table *table);
void space_init(struct space *space, const char *name, struct hash_key *key);
void space_free(struct space *space);

/* A property's place in the table's menu. It may be of another menu (a union's): then by its
 * name. => NO_PROPERTY: there is none */
uint16_t table_property(const struct table *table, const struct property *property);

/* The table's own item of an id; NULL: none. Of a union all items of its space. */
struct item *table_item(const struct table *table, uint64_t id);
struct item *space_find(const struct space *space, uint64_t id);

/* Whether a table lists an item: its own, or of a union any. */
bool table_has(const struct table *table, const struct item *item);

/* The item of the space with that name; NULL: none. */
struct item *space_find_name(const struct space *space, const char *name, size_t len);

/* The item whose unique properties are the draft's; NULL: none. */
struct item *table_find_same(const struct table *table, const struct item_view *draft);

/* The name of an item. => false: it has none */
bool item_name(const struct item *item, struct item_field *field);

/* Where an item stands. */
size_t table_place(struct table *table, const struct item *item);

/* Room for that many more items. => false: no memory */
bool table_reserve(struct table *table, size_t more);

/* One item for another of the same id. The table's ownership goes with it. */
void table_swap(struct table *table, size_t place, struct item *item);

/* Into the indexes and out of them. */
void table_index(struct table *table, struct item *item);
void table_unindex(struct table *table, struct item *item);

#endif
