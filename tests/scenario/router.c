/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/router.c - reads interfaces and routes, and puts a story's ruleset together. See
 * router.h; what a rule says is read in rule.c.
 */
#include "router.h"

#include <stdio.h>
#include <string.h>

#include "rule.h"
#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool in_prefix(const union weir_addr *addr, const union weir_addr *prefix, unsigned length)
{
	unsigned bytes = length / 8, bits = length % 8;

	if (memcmp(addr->v6, prefix->v6, bytes) != 0)
		return false;
	return !bits || !((addr->v6[bytes] ^ prefix->v6[bytes]) >> (8 - bits));
}

struct story_router *router_copy(void **memory, const struct story_router *from)
{
	struct story_router *to = word_alloc(memory, sizeof(*to));

	if (!from)
		return to;
	for (size_t i = 0; i < from->interface_count; i++)
		*(struct router_interface *)word_more(memory, &to->interfaces,
		                                      &to->interface_count,
		                                      sizeof(*to->interfaces)) =
		        from->interfaces[i];
	for (size_t i = 0; i < from->route_count; i++)
		*(struct router_route *)word_more(memory, &to->routes, &to->route_count,
		                                  sizeof(*to->routes)) = from->routes[i];
	for (size_t i = 0; i < from->rule_count; i++)
		*(struct router_rule *)word_more(memory, &to->rules, &to->rule_count,
		                                 sizeof(*to->rules)) = from->rules[i];
	for (size_t i = 0; i < from->listener_count; i++)
		*(struct weir_listener *)word_more(memory, &to->listeners,
		                                   &to->listener_count,
		                                   sizeof(*to->listeners)) =
		        from->listeners[i];
	return to;
}

int router_port(const struct story_router *router, const char *name)
{
	if (!strcmp(name, "local"))
		return WEIR_PORT_HOST;
	for (size_t i = 0; i < router->interface_count; i++)
		if (!strcmp(router->interfaces[i].name, name))
			return (int)i;
	return -1;
}

const char *router_port_name(const struct story_router *router, uint16_t port)
{
	if (port == WEIR_PORT_HOST)
		return "local";
	return port < router->interface_count ? router->interfaces[port].name : "nowhere";
}

static struct weir_route *add_route(void **memory, struct story_router *router, uint8_t family,
                                    const union weir_addr *prefix, uint8_t length)
{
	struct router_route *route = word_more(memory, &router->routes, &router->route_count,
	                                       sizeof(*router->routes));

	route->route.family = family;
	route->route.length = length;
	route->route.distance = 1;
	route->route.interface = WEIR_INTERFACE_NONE;
	for (unsigned i = 0; i < length; i++)
		route->route.prefix.v6[i / 8] |= prefix->v6[i / 8] & (0x80u >> i % 8);
	return &route->route;
}

/* "interface lan 192.168.1.1/24 2001:db8::1/64" */
int router_interface(void **memory, struct story_router *router, char **words,
                     char error[STORY_ERROR])
{
	struct router_interface *interface;
	uint16_t number = (uint16_t)router->interface_count;

	if (!words[1] || strlen(words[1]) >= STORY_NAME)
		return word_fail(error, "\"interface NAME ADDRESS/LENGTH\" expected");
	if (router_port(router, words[1]) >= 0)
		return word_fail(error, "a second interface \"%s\"", words[1]);
	if (number == WEIR_INTERFACES_MAX)
		return word_fail(error, "more than %d interfaces", WEIR_INTERFACES_MAX);
	interface = word_more(memory, &router->interfaces, &router->interface_count,
	                      sizeof(*router->interfaces));
	strcpy(interface->name, words[1]);
	for (words += 2; *words; words++) {
		struct weir_interface_address *address =
		        word_more(memory, &interface->addresses, &interface->address_count,
		                  sizeof(*interface->addresses));
		struct weir_route *route;

		if (rule_prefix(*words, NULL, &address->family, &address->addr, &address->length,
		                error))
			return -1;
		route = add_route(memory, router, address->family, &address->addr,
		                  address->length);
		route->distance = 0;
		route->interface = number;
		router->routes[router->route_count - 1].connected = true;
	}
	return 0;
}

/* "route 0.0.0.0/0 wan via gateway", "route 10.0.0.0/8 blackhole" */
int router_route(void **memory, struct story_router *router, char **words,
                 const struct build_line *names, char error[STORY_ERROR])
{
	static const char *const types[] = {"", "blackhole", "unreachable", "prohibit"};
	union weir_addr prefix;
	uint8_t family, other, length;
	struct weir_route *route;
	int port;

	if (!words[1] || !words[2])
		return word_fail(error, "\"route ADDRESS/LENGTH INTERFACE\" expected");
	if (rule_prefix(words[1], names, &family, &prefix, &length, error))
		return -1;
	route = add_route(memory, router, family, &prefix, length);
	words += 2;
	if (word_find(types, COUNT(types), *words) > 0) {
		route->type = (uint8_t)word_find(types, COUNT(types), *words++);
	} else {
		port = router_port(router, *words);
		if (port < 0 || port == WEIR_PORT_HOST)
			return word_fail(error, "no interface \"%s\" before this line", *words);
		route->interface = (uint16_t)port;
		words++;
		if (words[0] && words[1] && !strcmp(words[0], "via")) {
			route->via = true;
			if (rule_address(words[1], names, &other, &route->gateway) ||
			    other != family)
				return word_fail(error, "\"%s\" is no gateway", words[1]);
			words += 2;
		}
	}
	return *words ? word_fail(error, "\"%s\" is too much", *words) : 0;
}

/* "listen tcp 22", "listen udp public:500": on all of the router's addresses of both families, or
 * on one. */
int router_listen(void **memory, struct story_router *router, char **words,
                  const struct build_line *names, char error[STORY_ERROR])
{
	int protocol = words[1] ? build_protocol(words[1]) : -1;
	char *port = protocol < 0 || !words[2] ? NULL : strrchr(words[2], ':');
	struct weir_listener listener = {.protocol = (uint8_t)protocol};
	uint64_t number;

	if (protocol < 0 || !words[2] || words[3])
		return word_fail(error, "\"listen PROTOCOL [ADDRESS:]PORT\" expected");
	if (port) {
		*port++ = '\0';
		if (rule_address(words[2], names, &listener.family, &listener.addr))
			return word_fail(error, "\"%s\" is no address", words[2]);
	}
	if (word_number(port ? port : words[2], UINT16_MAX, &number, error))
		return -1;
	listener.port = (uint16_t)number;
	for (unsigned six = 0; six < 2; six++) {
		uint8_t family = six ? WEIR_IPV6 : WEIR_IPV4;
		struct weir_listener *place;

		if (port && listener.family != family)
			continue;
		place = word_more(memory, &router->listeners, &router->listener_count,
		                  sizeof(*router->listeners));
		*place = listener;
		place->family = family;
	}
	return 0;
}

int router_rule(void **memory, struct story_router *router, unsigned line, char **words,
                const struct build_line *names, char error[STORY_ERROR])
{
	struct router_rule *rule =
	        word_more(memory, &router->rules, &router->rule_count, sizeof(*router->rules));

	rule->line = line;
	rule->six = !strcmp(words[0], "rule6");
	rule->rule.counter = (uint32_t)(router->rule_count - 1);
	rule->comment = "";
	return rule_read(memory, router, rule, words + 1, names, error);
}

int router_find_rule(const struct story_router *router, const char *comment)
{
	for (size_t i = 0; i < router->rule_count; i++)
		if (*comment && !strcmp(router->rules[i].comment, comment))
			return (int)i;
	return -1;
}

int router_way_in(const struct story_router *router, const uint8_t *data, uint32_t len)
{
	uint8_t family = len && data[0] >> 4 == 6 ? WEIR_IPV6 : WEIR_IPV4;
	size_t at = family == WEIR_IPV6 ? 8 : 12, size = family == WEIR_IPV6 ? 16 : 4;
	union weir_addr from = {.u64 = {0, 0}};
	int best = -1, longest = -1;

	if (len < at + size)
		return -1;
	memcpy(&from, data + at, size);
	for (size_t i = 0; i < router->interface_count; i++)
		for (size_t a = 0; a < router->interfaces[i].address_count; a++) {
			const struct weir_interface_address *own =
			        &router->interfaces[i].addresses[a];

			if (own->family == family && !memcmp(&own->addr, &from, sizeof(from)))
				return WEIR_PORT_HOST;
		}
	for (size_t i = 0; i < router->route_count; i++) {
		const struct weir_route *route = &router->routes[i].route;

		if (route->family != family || route->type != WEIR_ROUTE_UNICAST ||
		    route->length <= longest || !in_prefix(&from, &route->prefix, route->length))
			continue;
		longest = route->length;
		best = route->interface;
	}
	return best;
}

/* Which built-in chain of a table a name is. => WEIR_HOOK_COUNT: one of the user's */
static int hook_of(enum weir_table table, const char *name)
{
	static const char *const hooks[WEIR_TABLE_COUNT][WEIR_HOOK_COUNT] = {
	        [WEIR_TABLE_RAW] = {"prerouting", NULL, NULL, "output", NULL},
	        [WEIR_TABLE_MANGLE] = {"prerouting", "input", "forward", "output", "postrouting"},
	        [WEIR_TABLE_NAT] = {"dstnat", "input", NULL, "output", "srcnat"},
	        [WEIR_TABLE_FILTER] = {NULL, "input", "forward", "output", NULL},
	};
	int hook = word_find(hooks[table], WEIR_HOOK_COUNT, name);

	return hook < 0 ? WEIR_HOOK_COUNT : hook;
}

/* One table: its chains in the order in which they are first named. */
struct table {
	void **memory;
	struct weir_chain *chains;
	size_t count;
};

static uint32_t find_chain(const struct table *table, const char *name)
{
	for (uint32_t i = 0; i < table->count; i++)
		if (!strcmp(table->chains[i].name, name))
			return i;
	return WEIR_NO_CHAIN;
}

static void add_rule(struct table *table, const struct router_rule *rule)
{
	uint32_t at = find_chain(table, rule->chain);
	struct weir_rule *rules = NULL;
	struct weir_chain *chain;

	if (at == WEIR_NO_CHAIN) {
		chain = word_more(table->memory, &table->chains, &table->count, sizeof(*chain));
		chain->name = rule->chain;
	} else {
		chain = &table->chains[at];
		memcpy(&rules, &chain->rules, sizeof(rules));
	}
	*(struct weir_rule *)word_more(table->memory, &rules, &chain->count, sizeof(*rules)) =
	        rule->rule;
	chain->rules = rules;
}

static int finish_table(struct table *table, struct story_router *router, bool six,
                        enum weir_table number, unsigned *line, char error[STORY_ERROR])
{
	struct weir_table_rules *to = &router->set.tables[six][number];

	for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++)
		to->builtin[hook] = WEIR_NO_CHAIN;
	/* Twice: a rule may jump to a chain that comes later. */
	for (size_t i = 0; i < router->rule_count; i++)
		if (router->rules[i].six == six && router->rules[i].table == number)
			add_rule(table, &router->rules[i]);
	for (size_t i = 0; i < router->rule_count; i++) {
		struct router_rule *rule = &router->rules[i];

		if (rule->six != six || rule->table != number || !rule->jump)
			continue;
		rule->rule.chain = find_chain(table, rule->jump);
		*line = rule->line;
		if (rule->rule.chain == WEIR_NO_CHAIN)
			return word_fail(error, "no rule is in chain \"%s\"", rule->jump);
	}
	table->chains = NULL;
	table->count = 0;
	for (size_t i = 0; i < router->rule_count; i++)
		if (router->rules[i].six == six && router->rules[i].table == number)
			add_rule(table, &router->rules[i]);
	for (uint32_t i = 0; i < table->count; i++) {
		int hook = hook_of(number, table->chains[i].name);

		if (hook < WEIR_HOOK_COUNT)
			to->builtin[hook] = i;
	}
	to->chains = table->chains;
	to->count = table->count;
	return 0;
}

int router_finish(void **memory, struct story_router *router, unsigned *line,
                  char error[STORY_ERROR])
{
	struct weir_interface *interfaces =
	        word_alloc(memory, (router->interface_count + 1) * sizeof(*interfaces));
	struct weir_route *routes =
	        word_alloc(memory, (router->route_count + 1) * sizeof(*routes));

	for (size_t i = 0; i < router->interface_count; i++) {
		interfaces[i].bridge = WEIR_INTERFACE_NONE;
		interfaces[i].addresses = router->interfaces[i].addresses;
		interfaces[i].address_count = router->interfaces[i].address_count;
	}
	for (size_t i = 0; i < router->route_count; i++)
		routes[i] = router->routes[i].route;
	router->set = (struct weir_ruleset){
	        .interfaces = interfaces,
	        .interface_count = router->interface_count,
	        .routes = routes,
	        .route_count = router->route_count,
	        .listeners = router->listeners,
	        .listener_count = router->listener_count,
	        .forward = {true, true},
	        .fasttrack = {true, true},
	};
	for (int six = 0; six < 2; six++)
		for (int number = 0; number < WEIR_TABLE_COUNT; number++) {
			struct table table = {.memory = memory};

			if (finish_table(&table, router, six, (enum weir_table)number, line,
			                 error))
				return -1;
		}
	return 0;
}
