/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_numbers.h - the engine knows interfaces, marks, routing tables and counters by
 * numbers, the menus by names and ids: which stands for which.
 *
 * A number keeps its meaning as long as what it stands for is there, whatever is changed around
 * it: ports of packets, marks of connections and what rules have counted stay true. Marks, tables
 * and the names of lists and chains keep theirs for good.
 *
 * Life: with the router. Threads: with the model's lock held.
 * Cost: a name is found by its hash; an interface by walking their numbers.
 */
#ifndef DAEMON_RULES_NUMBERS_H
#define DAEMON_RULES_NUMBERS_H

#include <weir/rules.h>

#include "model/menu.h"

/* Names, and for each its place, from 0. */
struct names {
	char **name;
	uint32_t *slot; /* open addressing; 0: free, else the place + 1 */
	uint32_t count, room, slots;
};

#define NO_NAME UINT32_MAX

void names_free(struct names *names);
uint32_t names_find(const struct names *names, const char *name, size_t len); /* or NO_NAME */
/* Adds it if it is not there. => NO_NAME: no memory */
uint32_t names_add(struct names *names, const char *name, size_t len);

/* For names that keep their places for good, numbers from 0 in the order in which something asks:
 * a build's own, without gaps. */
struct placing {
	uint32_t *number; /* by the name's place; NO_NAME: not asked yet */
	uint32_t *place;  /* by number */
	uint32_t count, room, places;
};

uint32_t placing_number(struct placing *placing, uint32_t place); /* => NO_NAME: no memory */
void placing_free(struct placing *placing);

/* A rule that counts. */
struct counted {
	const struct menu *menu; /* NULL: the number is free */
	uint64_t id;
	bool used; /* it has been another's: what the engine counted there must be forgotten */
};

#define COUNTERS_MAX (1u << 20)
#define NO_COUNTER UINT32_MAX

struct numbers {
	uint64_t interface[WEIR_INTERFACES_MAX]; /* ids; 0: free */
	uint32_t interfaces;                     /* none is in use from there on */
	struct names marks;  /* of packets and connections: the place + 1 */
	struct names tables; /* of routes: the place; the first is main */
	struct names lists;  /* of addresses, by names alone; a build numbers those that it has */
	struct names chains; /* of all tables, likewise */
	uint64_t version;    /* the last that was given to a rule or a list of addresses */
	struct counted *counter;
	uint32_t counters, counter_room;
	uint32_t *slot; /* by menu and id; 0: free, else the counter + 1 */
	uint32_t slots;
};

/* => false: no memory */
bool numbers_init(struct numbers *numbers);
void numbers_free(struct numbers *numbers);

/* => WEIR_INTERFACE_NONE: it has none, or all are in use */
uint16_t numbers_interface(const struct numbers *numbers, uint64_t id);
uint16_t numbers_add_interface(struct numbers *numbers, uint64_t id);

/* The counter of a rule; *fresh: it must begin at 0. => NO_COUNTER: none, or there is no memory, or
 * no number is left */
uint32_t numbers_counter(const struct numbers *numbers, const struct menu *menu, uint64_t id);
uint32_t numbers_add_counter(struct numbers *numbers, const struct menu *menu, uint64_t id,
                             bool *fresh);

/* Frees the numbers of what `there` does not know any more. */
void numbers_sweep(struct numbers *numbers,
                   bool (*there)(void *ctx, const struct menu *menu, uint64_t id), void *ctx);

/* From numbers to numbers; 0 is no key. */
struct map {
	struct map_slot {
		uint64_t key, value;
	} *slot; /* open addressing */
	uint32_t count, slots;
};

void map_free(struct map *map);
bool map_find(const struct map *map, uint64_t key, uint64_t *value);
bool map_put(struct map *map, uint64_t key, uint64_t value); /* false: no memory */

/* Entries of address lists that rules have added: the engine has them already. */
struct made {
	struct map by_id;   /* of the menu's entries: what they are found by */
	struct map by_what; /* of list and address: the id */
};

void made_free(struct made *made);
bool made_has(const struct made *made, const struct menu *menu, uint64_t id);
uint64_t made_what(const struct menu *menu, const char *list, const char *address);
bool made_find(const struct made *made, uint64_t what, uint64_t *id);
bool made_add(struct made *made, const struct menu *menu, uint64_t id, uint64_t what);
void made_sweep(struct made *made,
                bool (*there)(void *ctx, const struct menu *menu, uint64_t id), void *ctx);

#endif
