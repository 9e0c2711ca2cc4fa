/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/item.h - an item of the configuration: what is written of its properties, packed into
 * one block, never changed once it stands in a table.
 *
 * Life: item_make() gives one owner; tables, records of changes and sources are owners too, and
 * the last one's item_release() ends it. Threads: with the model's lock held.
 * Cost: 40 bytes, and for each property that is written its kept form and 7 bytes more.
 * Properties at their default cost nothing.
 */
#ifndef MODEL_ITEM_H
#define MODEL_ITEM_H

#include "model/model.h"

struct table;

#define ITEM_DISABLED 0x01u
#define ITEM_DYNAMIC 0x02u
#define ITEM_BUILTIN 0x04u  /* one of menu.rows, or a port of the router */
#define ITEM_HARDWARE 0x08u /* a port of the router */
#define ITEM_FORCED 0x10u   /* dynamic whatever its properties say */
#define ITEM_MARK 0x8000u   /* scratch: about to be taken out of its table */

struct item {
	struct table *table;
	uint64_t id;
	uint64_t expires; /* nanoseconds of model_world.now(); 0: never */
	uint32_t created; /* seconds since 1970 */
	uint32_t owners;
	uint32_t place; /* where it was when somebody last looked: a hint */
	uint16_t flags; /* ITEM_* */
	uint16_t fields;
	unsigned char bytes[]; /* fields, by property: index, length, kept form, NUL */
};

/* A property's place in the menu's table. */
#define NO_PROPERTY UINT16_MAX

struct item_field {
	uint16_t property;
	bool derived; /* it was not written: menu.derive() made it */
	uint32_t len;
	const char *text; /* with a NUL after it */
};

/* Walks the fields; a walk begins zeroed. => false: no more */
struct item_walk {
	const unsigned char *at;
	unsigned number;
};
bool item_next(const struct item *item, struct item_walk *walk, struct item_field *field);

/* The field of a property. => false: there is none, it is at its default */
bool item_field(const struct item *item, uint16_t property, struct item_field *field);

static inline struct item *item_own(struct item *item)
{
	item->owners++;
	return item;
}

/* Whether two items of a table say the same. */
bool item_same(const struct item *a, const struct item *b);

void item_release(struct item *item); /* NULL is fine */

/* A new item's properties while they are put together; what menu.check() looks at. */
struct draft_field {
	uint32_t offset, len; /* in bytes */
	bool there;
	bool derived;
};

struct item_view {
	struct table *table;
	struct draft_field *field; /* by property */
	size_t room;
	struct strbuf bytes;
	uint64_t expires;
	uint32_t created;
	uint16_t flags;
};

void draft_free(struct item_view *draft);

/* Begins with what an item has, or with nothing. => false: no memory */
bool draft_begin(struct item_view *draft, struct table *table, const struct item *from);

/* What is written at the end of bytes, from `offset` on, becomes the property's. */
bool draft_take(struct item_view *draft, uint16_t property, size_t offset, bool derived);
bool draft_write(struct item_view *draft, uint16_t property, const char *text, size_t len);
void draft_unset(struct item_view *draft, uint16_t property);
bool draft_written(const struct item_view *draft, uint16_t property);
const char *draft_text(const struct item_view *draft, uint16_t property, size_t *len);

/* => an item with one owner and that id, or NULL: no memory */
struct item *item_make(const struct item_view *draft, uint64_t id);

#endif
