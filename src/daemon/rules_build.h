/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_build.h - from the menus to a struct weir_ruleset: what its parts share.
 *
 * A build holds everything that the ruleset points at; it is made from the model as it stands
 * and never changed. Whatever fails is noted once, in `error`, and the rest is not looked at.
 *
 * Life: rules_build() to rules_build_free(). Threads: with the model's lock held.
 * Cost: a rule is read property by property, some microseconds; a list's entry some 100 ns, and
 * only where the lists were touched: builds share them.
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

struct rules_block;

struct rules_build {
	struct weir_ruleset set;
	struct rules_lists *lists;
	struct rule_place *place;
	uint32_t places;
	bool empty; /* there is nothing that would decide about a packet */
	struct rule_place never; /* the first rule that asks for what no packet here has */
	uint32_t never_count;    /* such rules: they are left out */

	/* While it is made. */
	struct model *model;
	struct numbers *numbers;
	const uint64_t *skip; /* ids of rows of filter that are the router's own, by family */
	struct strbuf *error;
	bool no_memory, failed;
	void (*fresh)(void *ctx, uint32_t counter); /* a counter that must begin at 0 */
	void *ctx;
	struct rules_block *blocks;
	struct list_set *list_sets;
	struct address_note *addresses; /* the last first */
	struct route_list *routes;
	struct weir_interface *interfaces; /* = set.interfaces */
	struct weir_listener *listeners;   /* = set.listeners */
	struct vlan_interface *vlans;
	size_t vlan_count;
	uint64_t *all_ethernet, *all_ppp, *all_vlan, *all_wireless;
	struct names list_names; /* of set.lists: those that have entries, then the others */
};

struct rules_options {
	struct model *model;
	struct numbers *numbers;
	struct rules_lists *lists; /* of a build before, still good; NULL: they are read */
	const struct made *made;
	uint64_t skip[2];
	void (*fresh)(void *ctx, uint32_t counter);
	void *ctx;
};

/* => NULL: *error says why, or nothing where there is no memory */
struct rules_build *rules_build(const struct rules_options *options, struct strbuf *error);
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
bool build_interfaces(struct rules_build *build);
/* The set that a match for an interface, or for a list of them, asks about. */
bool build_interface_set(struct rules_build *build, const struct kept *kept,
                         const uint64_t **words);
bool build_list_set(struct rules_build *build, const struct kept *kept, const uint64_t **words);

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
bool build_list_heads(struct rules_build *build);

/* Rules (rules_table.c, rules_match.c, rules_action.c). */
bool build_tables(struct rules_build *build);

#define RULE_MATCHES_MAX 64

/* A rule while it is read. */
struct rule_reading {
	struct rules_build *build;
	const struct item *item;
	uint8_t family, table; /* enum weir_family, enum weir_table */
	struct names *chains;  /* of its table */
	struct weir_rule *rule;
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

bool rule_read_matches(struct rule_reading *reading);
bool rule_read_action(struct rule_reading *reading);

#endif
