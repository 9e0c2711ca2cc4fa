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
#define PROP_REQUIRED 0x08u   /* `add` fails without it */
#define PROP_NAME 0x10u       /* the item's name: it is referred to by it, no two are the same */
#define PROP_COMMENT 0x20u    /* shown as a line `;;; text` before the item */
#define PROP_SENSITIVE 0x40u  /* exported only with show-sensitive, never printed without it */
#define PROP_ALWAYS 0x80u     /* exported even where it has its default: action=accept */
#define PROP_SPARSE 0x100u    /* left out of `export verbose` too where it has its default */
#define PROP_UNSET_MARK 0x200u /* `export verbose` writes !name where it is not set */
#define PROP_EXTRA 0x400u     /* not of RouterOS: printed and exported only where it differs
                                 from its default */
#define PROP_FIXED 0x800u     /* given by the hardware or once at `add`; `set` refuses it */
#define PROP_INERT 0x1000u    /* kept, printed and exported, and acts on nothing here */
#define PROP_STATS 0x2000u    /* a column of `print stats` */
#define PROP_DERIVED 0x4000u  /* its default follows from the item's other properties:
                                 menu.derive */
#define PROP_BARE 0x8000u     /* a BOOL: `name` alone is name=yes, and exported so: fib */

/* A version of RouterOS as properties name it. */
#define MENU_VERSION(major, minor) ((major) * 100 + (minor))

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
	const char *initial_v6; /* the default in RouterOS 6 where it is another, or NULL */
	uint16_t since, until; /* the versions that spell it: since <= version < until; 0: no limit */
	uint16_t show;      /* PROP_* */
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
	/* Begins again. */
	void (*rewind)(struct menu_source *source);
	/* => the item of that id, good until the next call, or NULL. May be NULL: it is looked for */
	const void *(*find)(struct menu_source *source, uint64_t id);
	/* Frees the source, or NULL: it is its maker's. */
	void (*close)(struct menu_source *source);
	/* How its items are read where they are not what the menu's own functions take: those of
	 * the configuration. NULL: property.get, menu.get */
	property_get *get;
};

/* How the items of a menu come to be, and what may be done to them. */
enum menu_store {
	MENU_LIVE,     /* somebody else's (connections, files, log): whoever is bound to it */
	MENU_SETTINGS, /* one item, always there */
	MENU_LIST,     /* a list in its user's order: add, remove, move */
	MENU_SET,      /* items without an order that matters: add, remove */
	MENU_FIXED,    /* the rows that the menu begins with: set, enable, disable */
	MENU_UNION,    /* all items of the menus below it: /interface */
};

/* How an export names a row that an `add` cannot make. */
enum menu_export_key {
	EXPORT_BY_INDEX, /* set 0 */
	EXPORT_BY_NAME,  /* set telnet */
	EXPORT_BY_FIND,  /* set [ find default-name=ether1 ]; by menu.find_by */
};

struct item_view;

struct menu {
	const char *path; /* "/ip firewall connection" */
	const char *help; /* one line, for people */
	const struct property *properties;
	size_t count;
	bool settings; /* one item, printed as a block of `name: value` */

	/* What the configuration keeps (model/model.h). */
	uint8_t store;         /* enum menu_store */
	uint8_t export_key;    /* enum menu_export_key, for rows of `rows` */
	bool counters;         /* reset-counters and reset-counters-all */
	bool detail;           /* `print` alone is `print detail`, as of firewall rules */
	bool lines;            /* `print` alone is a line an item, its values and nothing else: a log */
	bool not_exported;     /* users, history */
	uint16_t since, until; /* the versions that have it, as of a property */
	const char *find_by;   /* EXPORT_BY_FIND: the property's name */
	const char *unique;    /* names of the properties that no two items share all of, separated
	                          by blanks: "list address" */
	const char *expires;   /* the property whose time makes an item dynamic, and ends it */
	const char *owner;     /* the property that has the user who added an item */
	const char *space;     /* menus of one space share ids and names: "/interface" */
	const char *const *rows; /* what is there from the start, as assignments: "name=telnet
	                            port=23"; ends with NULL */
	uint8_t rows_v6;         /* how many of them RouterOS 6 has, from the first; 0: all */
	/* Whether the properties go together. => false: refused, *error says why in RouterOS'
	 * words ("failure: ...", "missing value(s) of argument(s) ...") */
	bool (*check)(const struct item_view *view, struct strbuf *error);
	/* Appends the kept form of a PROP_DERIVED property that was not written: the network of an
	 * address. => false: it has none */
	bool (*derive)(const struct item_view *view, const struct property *property,
	               struct strbuf *kept);

	property_get *get; /* of the properties that have none of their own */

	/* All flags of an item at once, or NULL: they are asked one by one. */
	uint32_t (*flags)(struct menu_source *source, const void *item);
};

/* NULL: only a source of its own can read it. */
static inline property_get *menu_getter(const struct menu *menu, const struct property *property)
{
	return property->get ? property->get : menu->get;
}

static inline property_get *source_getter(const struct menu_source *source,
                                          const struct property *property)
{
	return source->get ? source->get : menu_getter(source->menu, property);
}

/* Whether a value is what the table gives as its default, in whatever way either is written.
 * Print leaves out what is not of RouterOS, and empty comments, where they are that. */
bool property_is_initial(const struct property *property, const struct value *value);

/* The property of that name or its other name; NULL if there is none. */
const struct property *menu_find(const struct menu *menu, const char *name, size_t len);

/* How many edits (insert, delete, replace a letter, exchange two neighbours) make a name of a
 * word; UINT_MAX: one of them is too long to tell. */
unsigned name_distance(const char *word, size_t len, const char *name);

/* The name closest to a wrong one, or NULL if none is close. */
const char *menu_suggest(const struct menu *menu, const char *name, size_t len);

#endif
