/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu.h - a menu: a table of typed properties and a source of items.
 *
 * The console, the API, where-expressions and every layout of print know a menu
 * only through this. A menu is constant data; what its items are comes with the
 * source, which the caller makes over data of its own.
 *
 * Life: menus live forever; a source as long as its maker says; an item until
 * the source's next call. Threads: a source belongs to one thread at a time.
 */
#ifndef MODEL_MENU_H
#define MODEL_MENU_H

#include "model/value.h"

/* property.show */
#define PROP_READ_ONLY 0x01u
#define PROP_ON_REQUEST 0x02u /* only where it is named (proplist, where), never by default */
#define PROP_ID 0x04u         /* the item's id: in JSON and on request */

struct menu_source;
struct property;

/* Gives the value of a property of an item; VALUE_NONE if it has none. Text in it
 * is good until the next call. */
typedef void property_get(struct menu_source *source, const void *item,
                          const struct property *property, struct value *value);

struct property {
	const char *name;
	const char *also;    /* another name that is accepted, or NULL */
	const char *help;    /* one line, for people */
	const char *initial; /* the default as text, or NULL */
	struct value_kind kind;
	uint8_t show;       /* PROP_* */
	uint8_t brief;      /* its place among the columns of `print brief`, from 1; 0: none */
	char flag;          /* letter of a flag, 0 for others. The table's order is the letters' */
	uint8_t flag_group; /* neighbours with the same number other than 0 exclude each other and
	                       share a place */
	unsigned id;        /* the menu's own number for it */
	uint32_t flag_bit;  /* a flag's bit in what the menu's flags() returns */
	property_get *get;  /* NULL: the menu's. Long lists are faster with one of its own */
};

struct menu;

/* Where items come from. */
struct menu_source {
	const struct menu *menu;
	/* => the next item, good until the next call, or NULL: no more */
	const void *(*next)(struct menu_source *source);
	/* Begins again. The items must be the same as long as somebody prints them. */
	void (*rewind)(struct menu_source *source);
};

struct menu {
	const char *path; /* "/ip firewall connection" */
	const struct property *properties;
	size_t count;
	bool settings; /* one item, printed as a block of `name: value` */

	property_get *get; /* of the properties that have none of their own */

	/* All flags of an item at once, or NULL: they are asked one by one. */
	uint32_t (*flags)(struct menu_source *source, const void *item);

	/* Changes a property, or NULL: all are read-only. The value is of the
	 * property's kind and within its limits. => false: refused, *error says why */
	bool (*set)(void *item, const struct property *property, const struct value *value,
	            struct strbuf *error);
};

static inline property_get *menu_getter(const struct menu *menu, const struct property *property)
{
	return property->get ? property->get : menu->get;
}

/* The property of that name or its other name; NULL if there is none. */
const struct property *menu_find(const struct menu *menu, const char *name, size_t len);

/* The name closest to a wrong one, or NULL if none is close. */
const char *menu_suggest(const struct menu *menu, const char *name, size_t len);

/* Carries out "name=value" on an item. The value may stand in double quotes.
 * => false: nothing was changed, and *error has one line that names the property
 * and what was expected */
bool menu_assign(const struct menu *menu, void *item, const char *text, struct strbuf *error);

#endif
