/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_build.h - from the menus to a struct weir_ruleset: what its parts share.
 *
 * A build holds everything that the ruleset points at; it is made from the model as it stands
 * and never changed. Whatever fails is noted once, in `error`, and the rest is not looked at.
 *
 * What a build before has read need not be read again:
 *
 *	rules            a record for each, with the item that it was read from. It is good as
 *	                 long as the rule's item is the same one (items never change: a rule that
 *	                 is set is another item) and what the item names has not changed:
 *	  interfaces, interface lists, layer7-protocol
 *	                 their menus (rules_options.referred): then all rules that refer to an item
 *	                 are read again, those that were invalid too
 *	  address lists  numbers that each build gives anew: where a rule's list has another one, the
 *	                 rule is read again
 *	  chains         likewise, but they are not in the record: a build puts them in
 *	  marks, tables  nothing: their numbers are for good
 *	  defaults       the version that the configuration is of: all are read again
 *
 * A record that was read again and says the same keeps the version that the engine knows the rule
 * by (weir/rules.h), so that a comment costs it nothing.
 *
 *	address lists    until their menus are touched (rules_options.lists)
 *	interface sets   until the menus of interfaces and their lists are (rules_options.referred)
 *
 * Life: rules_build() to rules_build_free(). A build takes the records over from the one before
 * with rules_build_own(), once it is in force; until then these are the former's, and it has but
 * those that it has read itself. Threads: with the model's lock held.
 * Cost: a rule is read property by property, a microsecond or two; one that is known costs a look
 * at its item's address and its copying, some 20 ns. A list's entry costs some 100 ns, where they
 * are read.
 */
#ifndef DAEMON_RULES_BUILD_H
#define DAEMON_RULES_BUILD_H

#include "daemon/rules_numbers.h"
#include "model/model.h"

/* What the menus of address lists have, for both families. */
struct rules_lists {
	unsigned owners;
	struct names names;
	struct list_ranges {
		struct weir_address_range *range;
		size_t count, room;
	} *list; /* by the names' places */
	size_t room;
	size_t unresolved; /* entries that are names of hosts */
	uint64_t version;  /* of the first list; the others' follow */
};

/* Where a rule stands, by its counter. */
struct rule_place {
	const struct menu *menu; /* NULL: no rule has that counter */
	uint64_t id;
	uint32_t number; /* in its menu, as print numbers it without dynamic rows of the router's */
};

/* A VLAN's interface. */
struct vlan_interface {
	uint16_t parent, id; /* id: of its frames */
	uint16_t interface;
};

#define RULE_LISTS_MAX 3 /* of a source, of a destination, and of an action */

struct rules_block;
struct interface_sets;

/* What was read of a rule. */
struct rule_record {
	struct rule_record *next; /* of those that a build has read, until it owns all */
	const struct item *item;  /* held */
	struct weir_rule rule;    /* chain of a jump: its name's place; matches: those below */
	uint32_t chain;           /* its name's place; NO_NAME: it is in none */
	bool read;                /* it has a rule: it is neither disabled nor invalid */
	bool never;               /* it asks for what no packet here has */
	bool refers;              /* item_refers() */
	uint8_t lists;            /* that it names, in order; of each the name's place, and the
	                             number that the rule has it by */
	struct {
		uint32_t place, number;
	} list[RULE_LISTS_MAX];
	struct weir_match matches[]; /* and behind them what they point at */
};

/* The records of a menu of rules, in its order. */
struct rule_records {
	const struct item *const *item; /* of each */
	struct rule_record **record;
	size_t count;
	uint8_t *taken; /* a bit for each of the build before: it is among these */
};

struct rules_build {
	struct weir_ruleset set;
	struct rules_lists *lists;
	struct rule_place *place;
	uint32_t places;
	bool empty; /* there is nothing that would decide about a packet */
	struct rule_place never; /* the first rule that asks for what no packet here has */
	uint32_t never_count;    /* such rules: they are left out */
	struct rule_records records[2][WEIR_TABLE_COUNT]; /* IPv4 first */
	bool owner;                /* of all records; else of those in `fresh` */
	struct rule_record *fresh; /* those that it has read itself */
	unsigned version;          /* model_version() */

	/* While it is made. */
	struct model *model;
	struct numbers *numbers;
	const uint64_t *skip; /* ids of rows of filter that are the router's own, by family */
	struct strbuf *error;
	bool no_memory, failed;
	void (*fresh_counter)(void *ctx, uint32_t counter); /* one that must begin at 0 */
	void *ctx;
	struct rules_block *blocks;
	struct address_note *addresses; /* the last first */
	struct route_list *routes;
	struct weir_interface *interfaces; /* = set.interfaces */
	struct weir_listener *listeners;   /* = set.listeners */
	struct vlan_interface *vlans;
	size_t vlan_count;
	struct interface_sets *sets;
	struct placing list_placing; /* of set.lists: those that have entries, then the others */
	const struct rules_build *former; /* whose records are good as far as they are */
	bool referred;
};

struct rules_options {
	struct model *model;
	struct numbers *numbers;
	struct rules_lists *lists; /* of a build before, still good; NULL: they are read */
	const struct made *made;
	const struct rules_build *former; /* in force, the owner of its records; NULL: none */
	bool referred; /* menus of what rules refer to were touched since */
	uint64_t skip[2];
	void (*fresh)(void *ctx, uint32_t counter);
	void *ctx;
};

/* => NULL: *error says why, or nothing where there is no memory */
struct rules_build *rules_build(const struct rules_options *options, struct strbuf *error);
/* The build is in force: the records are its own, and what is left of the former's goes. */
void rules_build_own(struct rules_build *build, struct rules_build *former); /* or NULL */
void rules_build_free(struct rules_build *build); /* NULL is fine */

/* Zeroed memory of the build's. => NULL: there is none, which is noted */
void *build_take(struct rules_build *build, size_t count, size_t size);

/* Notes that it failed; the caller has written why. => false */
bool build_fail(struct rules_build *build);
bool build_out_of_memory(struct rules_build *build);

/* A property's kept form. => false: it is not set, or empty, or the menu has none of that name */
struct kept {
	const char *text;
	size_t len;
};
bool build_kept(const struct rules_build *build, const struct item *item, const char *property,
                struct kept *kept);
bool build_is(const struct rules_build *build, const struct item *item, const char *property,
              const char *text);
/* The item that a reference means. => 0: none */
uint64_t build_reference(const struct rules_build *build, const struct item *item,
                         const char *property);

static inline bool kept_is(const struct kept *kept, const char *text)
{
	return kept->len == strlen(text) && memcmp(kept->text, text, kept->len) == 0;
}

/* Calls `each` for every item of a menu that acts: not disabled, not invalid. */
bool build_each(struct rules_build *build, const struct menu *menu,
                bool (*each)(struct rules_build *build, const struct item *item));

/* Interfaces, bridges, interface lists (rules_interfaces.c). */
bool build_interfaces(struct rules_build *build, struct interface_sets *former); /* or NULL */
void interface_sets_release(struct interface_sets *sets); /* NULL is fine */
/* The set that a match for an interface, or for a list of them, asks about. */
bool build_interface_set(struct rules_build *build, const struct kept *kept,
                         const uint64_t **words);
bool build_list_set(struct rules_build *build, const struct kept *kept, const uint64_t **words);

/* What it has of records goes (rules_table.c). */
void build_records_free(struct rules_build *build);

/* Addresses and routes (rules_routes.c). */
bool build_addresses(struct rules_build *build);
bool build_routes(struct rules_build *build);
/* A family that nothing is routed for gets one route for all, by an interface without a name: a
 * part of an export can be tried, and IPv4 rules alone do not stop IPv6. */
bool build_way_out(struct rules_build *build);
void build_routes_drop(struct rules_build *build); /* what only its making needed */

/* Ports that the router listens on (rules_listeners.c). */
bool build_listeners(struct rules_build *build);

/* Address lists (rules_lists.c). => NULL: no memory */
struct rules_lists *rules_lists_read(struct model *model, const struct made *made);
void rules_lists_release(struct rules_lists *lists); /* NULL is fine */
bool build_lists(struct rules_build *build);
/* The number of a list; one that is nowhere begins empty. => NO_NAME: it failed */
uint32_t build_list(struct rules_build *build, const struct kept *name);
uint32_t build_list_number(struct rules_build *build, uint32_t place); /* by its name's place */
bool build_list_heads(struct rules_build *build);

/* Rules (rules_table.c, rules_record.c, rules_match.c, rules_action.c). */
bool build_tables(struct rules_build *build);

#define RULE_MATCHES_MAX 64

/* A rule while it is read. */
struct rule_reading {
	struct rules_build *build;
	const struct item *item;
	uint8_t family, table; /* enum weir_family, enum weir_table */
	struct weir_rule *rule;
	uint32_t lists[RULE_LISTS_MAX]; /* names' places, as they come */
	uint8_t list_count;
	struct weir_match *match; /* RULE_MATCHES_MAX of them */
	bool never;               /* a match of it never holds */
	const struct menu *menu;  /* whose properties these are, one for each kind of match; NULL:
	                             not looked up yet, and where the menu has none */
	const struct property *property[RULE_MATCHES_MAX];
};

/* The menu of a table. */
const struct menu *rules_menu(uint8_t family, enum weir_table table);

/* Whether a property of a rule is such a match. */
bool rule_matches_by(const char *property, enum weir_match_type type);

/* The number of a list that the rule names. => NO_NAME: it failed */
uint32_t rule_list(struct rule_reading *reading, const struct kept *name);

/* Reads the item at hand; `number`: of it in its menu. The record is among the build's own.
 * => NULL: it failed */
struct rule_record *rule_record_read(struct rule_reading *reading, uint32_t number);
void rule_record_free(struct rule_record *record);
/* Whether both say the same to the engine. */
bool rule_record_same(const struct rule_record *a, const struct rule_record *b);

bool rule_read_matches(struct rule_reading *reading);
bool rule_read_action(struct rule_reading *reading);

#endif
