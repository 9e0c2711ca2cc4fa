/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_routes.c - addresses, the routes that follow from them, and those of /ip route and
 * /ipv6 route; see rules_build.h.
 *
 * A route whose gateway cannot be reached is inactive: it is left out. A gateway that is an
 * address lies behind the most precise route to it whose scope is at most the route's
 * target-scope: a connected one, which has 10, or one that was given such a scope. Several gateways
 * are several routes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menus.h"

#define SCOPE_CONNECTED 10

/* A route before it is known whether it can be used. */
struct candidate {
	struct weir_route route;
	struct kept gateways;
	uint8_t scope, target_scope;
	bool resolved;
};

struct route_list {
	struct candidate *candidate;
	size_t count, room;
	uint32_t *way; /* those that a gateway may lie behind */
	size_t ways;
};

static bool add_candidate(struct rules_build *build, const struct candidate *candidate)
{
	struct route_list *list = build->routes;

	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct candidate *grown = reallocarray(list->candidate, room, sizeof *grown);

		if (!grown)
			return build_out_of_memory(build);
		list->candidate = grown;
		list->room = room;
	}
	list->candidate[list->count++] = *candidate;
	return true;
}

/* Addresses */

/* An interface that packets can use: of a bridge's port that is the bridge. */
static uint16_t usable(const struct rules_build *build, uint64_t id)
{
	uint16_t number = numbers_interface(build->numbers, id);
	const struct item *item = id ? model_item(build->model, &menu_interface, id) : NULL;

	if (number == WEIR_INTERFACE_NONE || !item || item_disabled(item))
		return WEIR_INTERFACE_NONE;
	if (build->interfaces[number].bridge != WEIR_INTERFACE_NONE)
		return build->interfaces[number].bridge;
	return number;
}

static bool add_connected(struct rules_build *build, uint16_t interface,
                          const struct prefix *prefix)
{
	const struct candidate candidate = {
	        .route = {.family = prefix->family, .length = prefix->bits, .interface = interface,
	                  .prefix = prefix->addr},
	        .scope = SCOPE_CONNECTED,
	        .resolved = true,
	};

	return add_candidate(build, &candidate);
}

/* Its own address, host bits included; the prefix has them cut. */
static bool address_of(const struct kept *text, struct weir_interface_address *own,
                       struct prefix *prefix)
{
	const char *slash = memchr(text->text, '/', text->len);
	size_t len = slash ? (size_t)(slash - text->text) : text->len;

	if (!addr_parse(text->text, len, &own->family, &own->addr) ||
	    !prefix_parse(text->text, text->len, prefix))
		return false;
	own->length = prefix->bits;
	return true;
}

struct address_note {
	struct address_note *next;
	uint16_t interface;
	struct weir_interface_address address;
};

static bool add_address(struct rules_build *build, const struct item *item)
{
	uint16_t interface = usable(build, build_reference(build, item, "interface"));
	struct weir_interface_address own;
	struct address_note *note;
	struct kept text, network;
	struct prefix prefix;

	/* What comes from a pool is only known once there is one. */
	if (interface == WEIR_INTERFACE_NONE || build_kept(build, item, "from-pool", &text) ||
	    !build_kept(build, item, "address", &text) || !address_of(&text, &own, &prefix))
		return true;
	note = build_take(build, 1, sizeof *note);
	if (!note)
		return false;
	note->interface = interface;
	note->address = own;
	note->next = build->addresses;
	build->addresses = note;
	build->interfaces[interface].address_count++;
	/* The other end of a point-to-point link. */
	if (prefix.bits == addr_bits(prefix.family) && build_kept(build, item, "network", &network))
		prefix_parse(network.text, network.len, &prefix);
	return add_connected(build, interface, &prefix);
}

bool build_addresses(struct rules_build *build)
{
	build->routes = build_take(build, 1, sizeof *build->routes);
	if (!build->routes || !build_each(build, &menu_ip_address, add_address) ||
	    !build_each(build, &menu_ipv6_address, add_address))
		return false;
	for (size_t i = 0; i < build->set.interface_count; i++) {
		struct weir_interface *interface = &build->interfaces[i];
		size_t at = interface->address_count;
		struct weir_interface_address *room = build_take(build, at, sizeof *room);

		if (!room)
			return false;
		/* The notes begin with the last. */
		for (struct address_note *n = build->addresses; n; n = n->next) {
			if (n->interface == i)
				room[--at] = n->address;
		}
		interface->addresses = room;
	}
	return true;
}

/* Routes */

static uint8_t small_number(const struct rules_build *build, const struct item *item,
                            const char *property, uint8_t otherwise)
{
	struct kept kept;
	unsigned number = 0;

	if (!build_kept(build, item, property, &kept) || kept.len > 3)
		return otherwise;
	for (size_t i = 0; i < kept.len; i++)
		number = 10 * number + (unsigned)(kept.text[i] - '0');
	return number <= UINT8_MAX ? (uint8_t)number : otherwise;
}

/* The table that a route stands in: by name, of RouterOS 6 its mark. => NO_NAME: it failed */
static uint32_t table_of(struct rules_build *build, const struct item *item)
{
	uint64_t id = build_reference(build, item, "routing-table");
	const struct item *table = id ? model_item(build->model, &menu_routing_table, id) : NULL;
	struct kept name = {"main", 4};
	uint32_t number;

	if (!table || !build_kept(build, table, "name", &name))
		build_kept(build, item, "routing-mark", &name);
	number = names_add(&build->numbers->tables, name.text, name.len);
	if (number == NO_NAME)
		build_out_of_memory(build);
	return number;
}

static uint8_t type_of(const struct rules_build *build, const struct item *item)
{
	if (build_is(build, item, "blackhole", "yes") || build_is(build, item, "type", "blackhole"))
		return WEIR_ROUTE_BLACKHOLE;
	if (build_is(build, item, "type", "unreachable"))
		return WEIR_ROUTE_UNREACHABLE;
	if (build_is(build, item, "type", "prohibit"))
		return WEIR_ROUTE_PROHIBIT;
	return WEIR_ROUTE_UNICAST;
}

/* Each of several gateways is a route of its own: those that can be reached share the packets. */
static bool add_gateways(struct rules_build *build, const struct candidate *route)
{
	const char *at = route->gateways.text, *end = at + route->gateways.len;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct candidate one = *route;

		one.gateways = (struct kept){at, (size_t)((comma ? comma : end) - at)};
		if (!add_candidate(build, &one))
			return false;
		at += one.gateways.len + 1;
	}
	return true;
}

static bool add_route(struct rules_build *build, const struct item *item)
{
	struct candidate c = {.route.type = type_of(build, item)};
	uint32_t table = table_of(build, item);
	struct kept text;
	struct prefix prefix;

	if (table == NO_NAME)
		return false;
	if (table > UINT16_MAX) {
		strbuf_printf(build->error, "failure: more than %d routing tables", UINT16_MAX);
		return build_fail(build);
	}
	if (!build_kept(build, item, "dst-address", &text) ||
	    !prefix_parse(text.text, text.len, &prefix))
		return true;
	c.route.family = prefix.family;
	c.route.length = prefix.bits;
	c.route.prefix = prefix.addr;
	c.route.table = (uint16_t)table;
	c.route.distance = small_number(build, item, "distance", 1);
	c.route.interface = WEIR_INTERFACE_NONE;
	c.scope = small_number(build, item, "scope", 30);
	c.target_scope = small_number(build, item, "target-scope", 10);
	c.resolved = c.route.type != WEIR_ROUTE_UNICAST;
	if (c.resolved)
		return add_candidate(build, &c);
	return !build_kept(build, item, "gateway", &c.gateways) || add_gateways(build, &c);
}

/* The interface of that name. */
static uint16_t by_name(const struct rules_build *build, const char *name, size_t len)
{
	char text[256];
	uint64_t id;

	if (len >= sizeof text)
		return WEIR_INTERFACE_NONE;
	memcpy(text, name, len);
	text[len] = '\0';
	if (model_find_name(build->model, &menu_interface, text, len, &id) != SETTING_ONE)
		return WEIR_INTERFACE_NONE;
	return usable(build, id);
}

/* The route that a gateway lies behind. */
static const struct candidate *way_to(const struct rules_build *build, const struct candidate *of,
                                      const union weir_addr *gateway)
{
	const struct candidate *best = NULL;

	for (size_t i = 0; i < build->routes->ways; i++) {
		const struct candidate *c = &build->routes->candidate[build->routes->way[i]];
		const struct prefix prefix = {c->route.family, c->route.length, c->route.prefix};

		if (c == of || !c->resolved || c->scope > of->target_scope ||
		    !prefix_contains(&prefix, of->route.family, gateway))
			continue;
		if (!best || c->route.length > best->route.length ||
		    (c->route.length == best->route.length &&
		     c->route.distance < best->route.distance))
			best = c;
	}
	return best;
}

/* One gateway: 192.0.2.1, ether1, 192.0.2.1%ether1; a table behind @ is main's. */
static bool resolve(struct rules_build *build, struct candidate *c, const char *text, size_t len)
{
	const char *at = memchr(text, '@', len), *percent;
	const struct candidate *way;
	uint8_t family;

	len = at ? (size_t)(at - text) : len;
	percent = memchr(text, '%', len);
	if (!addr_parse(text, percent ? (size_t)(percent - text) : len, &family,
	                &c->route.gateway)) {
		c->route.interface = by_name(build, text, len);
		return c->route.interface != WEIR_INTERFACE_NONE;
	}
	if (family != c->route.family)
		return false;
	c->route.via = true;
	if (percent) {
		c->route.interface = by_name(build, percent + 1, len - (size_t)(percent + 1 - text));
		return c->route.interface != WEIR_INTERFACE_NONE;
	}
	way = way_to(build, c, &c->route.gateway);
	if (!way)
		return false;
	c->route.interface = way->route.interface;
	/* Behind a gateway that is itself behind one. */
	if (way->route.via)
		c->route.gateway = way->route.gateway;
	return true;
}

static bool resolve_one(struct rules_build *build, struct candidate *c)
{
	c->route.via = false;
	memset(&c->route.gateway, 0, sizeof c->route.gateway);
	return resolve(build, c, c->gateways.text, c->gateways.len);
}

/* Few routes have such a scope, of which there may be a million. */
static bool find_ways(struct rules_build *build)
{
	struct route_list *list = build->routes;
	uint8_t scope = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->candidate[i].target_scope > scope)
			scope = list->candidate[i].target_scope;
	}
	list->way = build_take(build, list->count, sizeof *list->way);
	for (size_t i = 0; list->way && i < list->count; i++) {
		const struct candidate *c = &list->candidate[i];

		if (c->scope <= scope && !c->route.table && c->route.type == WEIR_ROUTE_UNICAST)
			list->way[list->ways++] = (uint32_t)i;
	}
	return list->way != NULL;
}

/* What is reached through other routes may wait for them. */
static void resolve_all(struct rules_build *build)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < build->routes->count; i++) {
			struct candidate *c = &build->routes->candidate[i];

			if (!c->resolved && resolve_one(build, c))
				c->resolved = more = true;
		}
	}
}

bool build_routes(struct rules_build *build)
{
	struct route_list *list = build->routes;
	struct weir_route *routes = NULL;
	size_t count = 0;

	if (build_each(build, &menu_ip_route, add_route) &&
	    build_each(build, &menu_ipv6_route, add_route) && find_ways(build)) {
		resolve_all(build);
		routes = build_take(build, list->count, sizeof *routes);
	}
	for (size_t i = 0; routes && i < list->count; i++) {
		if (list->candidate[i].resolved)
			routes[count++] = list->candidate[i].route;
	}
	build->set.routes = routes;
	build->set.route_count = count;
	return routes != NULL;
}

static bool has_route(const struct rules_build *build, uint8_t family)
{
	for (size_t i = 0; i < build->set.route_count; i++) {
		if (build->set.routes[i].family == family)
			return true;
	}
	return false;
}

/* The nameless interface behind the named ones. */
static uint16_t add_nameless(struct rules_build *build)
{
	uint16_t number = (uint16_t)build->set.interface_count;

	build->interfaces[number].bridge = WEIR_INTERFACE_NONE;
	build->set.interface_count++;
	return number;
}

bool build_way_out(struct rules_build *build)
{
	static const uint8_t families[] = {WEIR_IPV4, WEIR_IPV6};
	size_t count = build->set.route_count;
	struct weir_route *routes;
	uint16_t number;

	if ((has_route(build, WEIR_IPV4) && has_route(build, WEIR_IPV6)) ||
	    build->set.interface_count == WEIR_INTERFACES_MAX)
		return true;
	routes = build_take(build, count + 2, sizeof *routes);
	if (!routes)
		return false;
	if (count)
		memcpy(routes, build->set.routes, count * sizeof *routes);
	number = add_nameless(build);
	for (size_t i = 0; i < 2; i++) {
		if (has_route(build, families[i]))
			continue;
		routes[count].family = families[i];
		routes[count].interface = number;
		count++;
	}
	build->set.routes = routes;
	build->set.route_count = count;
	return true;
}

void build_routes_drop(struct rules_build *build)
{
	if (build->routes)
		free(build->routes->candidate);
	build->routes = NULL;
}
