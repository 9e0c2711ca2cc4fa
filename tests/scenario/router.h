/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/router.h - the router that a story is about: its interfaces, routes and rules.
 *
 * The lines `interface`, `route`, `rule` and `rule6` fill a struct story_router; router_finish()
 * makes the struct weir_ruleset of them that an engine takes. All memory is the story file's.
 */
#ifndef SCENARIO_ROUTER_H
#define SCENARIO_ROUTER_H

#include <weir/rules.h>

#include "build.h"

struct router_interface {
	char name[STORY_NAME];
	struct weir_interface_address *addresses;
	size_t address_count;
};

struct router_route {
	struct weir_route route;
	bool connected;
};

/* A rule as it was written. Its counter is its index among the story's rules. */
struct router_rule {
	unsigned line;
	bool six;
	enum weir_table table;
	const char *chain, *jump, *comment; /* comment "": it has none */
	struct weir_rule rule;
	struct weir_match *matches;
	size_t match_count;
	const char *text; /* for messages */
};

struct story_router {
	struct router_interface *interfaces;
	size_t interface_count;
	struct router_route *routes; /* connected ones included */
	size_t route_count;
	struct router_rule *rules;
	size_t rule_count;
	struct weir_listener *listeners;
	size_t listener_count;
	struct weir_ruleset set; /* after router_finish() */
};

/* A router of its own with what another one has. => it; from NULL: an empty one */
struct story_router *router_copy(void **memory, const struct story_router *from);

/* Each reads the words of a line, the first included. => 0, or -1 and error */
int router_interface(void **memory, struct story_router *router, char **words,
                     char error[STORY_ERROR]);
int router_route(void **memory, struct story_router *router, char **words,
                 const struct build_line *names, char error[STORY_ERROR]);
int router_listen(void **memory, struct story_router *router, char **words,
                  const struct build_line *names, char error[STORY_ERROR]);
int router_rule(void **memory, struct story_router *router, unsigned line, char **words,
                const struct build_line *names, char error[STORY_ERROR]);

/* Makes router->set. => 0; or -1, error, and *line is the rule's */
int router_finish(void **memory, struct story_router *router, unsigned *line,
                  char error[STORY_ERROR]);

/* The number of an interface; `local` is WEIR_PORT_HOST, the router itself. => -1: no such */
int router_port(const struct story_router *router, const char *name);
const char *router_port_name(const struct story_router *router, uint16_t port);

/* The interface that a packet comes in by, by its source address: that network's, else that of
 * the route there. => -1: there is none */
int router_way_in(const struct story_router *router, const uint8_t *data, uint32_t len);

/* The rule with a comment. => its counter, or -1 */
int router_find_rule(const struct story_router *router, const char *comment);

#endif
