/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route/route.c - see route.h.
 *
 * A routing table is two tries, one for each family, whose values are places in one array of
 * results, counted from one. The array is sorted, so that routes which share a prefix's packets stand
 * side by side, and the trie names the first of them. One more pair of tries holds what concerns the router itself, with
 * the address type as the value.
 */
#include "route/route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "route/trie.h"

struct route_table {
	uint16_t number;
	struct trie trie[2]; /* IPv4, IPv6 */
};

struct routes {
	struct route_table *table; /* by number; the first is main */
	size_t tables;
	struct route_result *result;
	size_t results;
	struct trie special[2]; /* what is not just unicast, whatever the routes say */
};

static unsigned family_index(uint8_t family)
{
	return family == WEIR_IPV6;
}

/* Room to gather prefixes in. */
struct gathering {
	uint32_t *order; /* the routes, sorted */
	struct trie_prefix *prefix;
	size_t room, count;
};

static void gather(struct gathering *g, const union weir_addr *addr, uint8_t length, uint32_t value)
{
	g->prefix[g->count++] =
		(struct trie_prefix){.addr = *addr, .length = length, .value = value};
}

static bool refuse(struct weir_rules_error *error, const char *what, uint8_t family, uint8_t length,
		   const union weir_addr *addr, const char *why)
{
	char text[ADDR_TEXT] = "?";

	if (family == WEIR_IPV4 || family == WEIR_IPV6)
		addr_print(text, family, addr);
	snprintf(error->text, sizeof error->text, "%s %s/%u: %s", what, text, length, why);
	return false;
}

static bool fits(uint8_t family, uint8_t length)
{
	return (family == WEIR_IPV4 || family == WEIR_IPV6) && length <= addr_bits(family);
}

static bool check_routes(const struct weir_ruleset *rules, struct weir_rules_error *error)
{
	char why[64];

	for (size_t i = 0; i < rules->route_count; i++) {
		const struct weir_route *r = &rules->routes[i];

		if (!fits(r->family, r->length))
			return refuse(error, "route", r->family, r->length, &r->prefix,
				      "no such prefix");
		if (r->type > WEIR_ROUTE_PROHIBIT)
			return refuse(error, "route", r->family, r->length, &r->prefix,
				      "no such type");
		if (r->type == WEIR_ROUTE_UNICAST && r->interface >= rules->interface_count) {
			snprintf(why, sizeof why, "unknown interface %u", r->interface);
			return refuse(error, "route", r->family, r->length, &r->prefix, why);
		}
	}
	return true;
}

/* => the number of addresses; *good false: one is wrong */
static size_t check_addresses(const struct weir_ruleset *rules, struct weir_rules_error *error,
			      bool *good)
{
	size_t count = 0;

	*good = true;
	for (size_t i = 0; i < rules->interface_count; i++)
		for (size_t a = 0; a < rules->interfaces[i].address_count; a++) {
			const struct weir_interface_address *own =
				&rules->interfaces[i].addresses[a];

			count++;
			if (fits(own->family, own->length))
				continue;
			*good = refuse(error, "address", own->family, own->length, &own->addr,
				       "no such prefix");
			return 0;
		}
	return count;
}

static void set_host_bits(union weir_addr *addr, uint8_t family, uint8_t length, bool ones)
{
	for (unsigned bit = length; bit < addr_bits(family); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (ones)
			addr->v6[bit / 8] |= mask;
		else
			addr->v6[bit / 8] &= (uint8_t)~mask;
	}
}

/* The ends of an interface's network. Networks of two addresses and of one have no broadcast
 * (RFC 3021), nor have point-to-point links routers to choose among (RFC 6164). */
static void gather_ends(struct gathering *g, const struct weir_interface_address *own)
{
	union weir_addr end = own->addr;

	if (own->length + 2u > addr_bits(own->family))
		return;
	set_host_bits(&end, own->family, own->length, false);
	if (own->family == WEIR_IPV6) {
		gather(g, &end, 128, WEIR_ADDRESS_ANYCAST);
		return;
	}
	gather(g, &end, 32, WEIR_ADDRESS_BROADCAST);
	set_host_bits(&end, own->family, own->length, true);
	gather(g, &end, 32, WEIR_ADDRESS_BROADCAST);
}

/* What every router has. */
static void gather_common(struct gathering *g, uint8_t family)
{
	union weir_addr addr;

	memset(&addr, 0, sizeof addr);
	if (family == WEIR_IPV4) {
		gather(g, &addr, 8, WEIR_ADDRESS_BROADCAST);
		addr.v6[0] = 127;
		gather(g, &addr, 8, WEIR_ADDRESS_LOCAL);
		addr.v6[0] = 224;
		gather(g, &addr, 4, WEIR_ADDRESS_MULTICAST);
		memset(&addr, 0xff, 4);
		gather(g, &addr, 32, WEIR_ADDRESS_BROADCAST);
		return;
	}
	addr.v6[15] = 1;
	gather(g, &addr, 128, WEIR_ADDRESS_LOCAL);
	addr.v6[15] = 0;
	addr.v6[0] = 0xff;
	gather(g, &addr, 8, WEIR_ADDRESS_MULTICAST);
}

/* Of equal prefixes the last given counts: the router's own addresses. */
static bool build_special(struct routes *routes, struct alloc *alloc,
			  const struct weir_ruleset *rules, uint8_t family, struct gathering *g)
{
	g->count = 0;
	gather_common(g, family);
	for (int own = 0; own < 2; own++)
		for (size_t i = 0; i < rules->interface_count; i++)
			for (size_t a = 0; a < rules->interfaces[i].address_count; a++) {
				const struct weir_interface_address *at =
					&rules->interfaces[i].addresses[a];

				if (at->family != family)
					continue;
				if (own)
					gather(g, &at->addr, (uint8_t)addr_bits(family),
					       WEIR_ADDRESS_LOCAL);
				else
					gather_ends(g, at);
			}
	return trie_build(&routes->special[family_index(family)], alloc, family, g->prefix,
			  g->count);
}

/* Gathers a table's routes: of each prefix the best one, whose place stands for all that are as
 * good. They have been sorted. */
static bool build_trie(struct trie *trie, struct alloc *alloc, const struct routes *routes,
		       const struct weir_ruleset *rules, uint16_t number, uint8_t family,
		       struct gathering *g)
{
	g->count = 0;
	for (size_t i = 0; i < routes->results; i++) {
		const struct weir_route *r = &rules->routes[g->order[i]];

		if (r->table == number && r->family == family && routes->result[i].ways)
			gather(g, &r->prefix, r->length, (uint32_t)i + 1);
	}
	return trie_build(trie, alloc, family, g->prefix, g->count);
}

/* Finds the tables that there are; main is always one. => false: no memory */
static bool make_tables(struct routes *routes, struct alloc *alloc,
			const struct weir_ruleset *rules)
{
	uint64_t *seen = alloc_get(alloc, 65536 / 8, 8);
	size_t count = 0;

	if (!seen)
		return false;
	seen[0] = 1;
	for (size_t i = 0; i < rules->route_count; i++)
		seen[rules->routes[i].table / 64] |= UINT64_C(1) << rules->routes[i].table % 64;
	for (unsigned i = 0; i < 65536 / 64; i++)
		count += (unsigned)__builtin_popcountll(seen[i]);
	routes->table = alloc_get(alloc, count * sizeof *routes->table, 8);
	if (routes->table)
		for (unsigned i = 0; i < 65536; i++)
			if (seen[i / 64] >> i % 64 & 1)
				routes->table[routes->tables++].number = (uint16_t)i;
	alloc_put(alloc, seen, 65536 / 8);
	return routes->table != NULL;
}

static bool build_tables(struct routes *routes, struct alloc *alloc,
			 const struct weir_ruleset *rules, struct gathering *g)
{
	if (!make_tables(routes, alloc, rules))
		return false;
	for (size_t i = 0; i < routes->tables; i++) {
		struct route_table *t = &routes->table[i];

		if (!build_trie(&t->trie[0], alloc, routes, rules, t->number, WEIR_IPV4, g) ||
		    !build_trie(&t->trie[1], alloc, routes, rules, t->number, WEIR_IPV6, g))
			return false;
	}
	return true;
}

/* Sorts by table, family, prefix and distance, and then as they were given. */
static int compare_prefixes(const struct weir_route *a, const struct weir_route *b)
{
	unsigned bytes = a->length / 8, rest = a->length % 8;
	int order;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	order = memcmp(&a->prefix, &b->prefix, bytes);
	if (order || !rest)
		return order;
	return (a->prefix.v6[bytes] >> (8 - rest)) - (b->prefix.v6[bytes] >> (8 - rest));
}

static int compare_routes(const void *a, const void *b, void *ctx)
{
	const struct weir_route *routes = ctx;
	uint32_t i = raw32(a), j = raw32(b);
	int order = compare_prefixes(&routes[i], &routes[j]);

	if (order)
		return order;
	if (routes[i].distance != routes[j].distance)
		return routes[i].distance < routes[j].distance ? -1 : 1;
	return i < j ? -1 : i > j;
}

static struct route_result result_of(const struct weir_route *r)
{
	struct route_result result = {.type = r->type, .interface = WEIR_INTERFACE_NONE};

	if (r->type != WEIR_ROUTE_UNICAST)
		return result;
	result.interface = r->interface;
	result.via = r->via;
	if (r->via && r->family == WEIR_IPV4)
		result.gateway.v4 = r->gateway.v4;
	else if (r->via)
		result.gateway = r->gateway;
	return result;
}

/* In the sorted order. The first of a prefix says how many share it; the others say 0. */
static bool copy_results(struct routes *routes, struct alloc *alloc,
			 const struct weir_ruleset *rules, struct gathering *g)
{
	struct weir_route *given = NULL;
	size_t first = 0;

	if (!rules->route_count)
		return true;
	routes->result = alloc_get(alloc, rules->route_count * sizeof *routes->result, 8);
	if (!routes->result)
		return false;
	routes->results = rules->route_count;
	for (size_t i = 0; i < rules->route_count; i++)
		g->order[i] = (uint32_t)i;
	memcpy(&given, &rules->routes, sizeof given); /* qsort_r() knows no const */
	qsort_r(g->order, rules->route_count, sizeof *g->order, compare_routes, given);
	for (size_t i = 0; i < rules->route_count; i++) {
		const struct weir_route *r = &given[g->order[i]], *best = &given[g->order[first]];

		routes->result[i] = result_of(r);
		routes->result[i].place = (uint32_t)i;
		if (i == 0 || compare_prefixes(best, r) != 0) {
			routes->result[i].ways = 1;
			first = i;
		} else if (r->distance == best->distance && r->type == WEIR_ROUTE_UNICAST &&
			   best->type == WEIR_ROUTE_UNICAST &&
			   routes->result[first].ways == i - first &&
			   routes->result[first].ways < UINT16_MAX) {
			routes->result[first].ways++;
		}
	}
	return true;
}

static bool build_all(struct routes *routes, struct alloc *alloc, const struct weir_ruleset *rules,
		      struct gathering *g)
{
	return copy_results(routes, alloc, rules, g) && build_tables(routes, alloc, rules, g) &&
	       build_special(routes, alloc, rules, WEIR_IPV4, g) &&
	       build_special(routes, alloc, rules, WEIR_IPV6, g);
}

struct routes *routes_create(struct alloc *alloc, const struct weir_ruleset *rules,
			     struct weir_rules_error *error)
{
	struct gathering g = {0};
	struct routes *routes;
	size_t addresses;
	bool good;

	*error = (struct weir_rules_error){.counter = UINT32_MAX};
	addresses = check_addresses(rules, error, &good);
	if (!good || !check_routes(rules, error))
		return NULL;
	if (rules->route_count >= UINT32_MAX || rules->interface_count > WEIR_INTERFACES_MAX) {
		snprintf(error->text, sizeof error->text, "too many %s",
			 rules->interface_count > WEIR_INTERFACES_MAX ? "interfaces" : "routes");
		return NULL;
	}
	routes = alloc_get(alloc, sizeof *routes, 8);
	if (!routes)
		return NULL;
	g.room = 3 * addresses + 4; /* each with two ends, and what is common */
	if (g.room < rules->route_count)
		g.room = rules->route_count;
	g.prefix = alloc_get(alloc, g.room * sizeof *g.prefix, 8);
	g.order = alloc_get(alloc, (rules->route_count + 1) * sizeof *g.order, 8);
	good = g.prefix && g.order && build_all(routes, alloc, rules, &g);
	alloc_put(alloc, g.order, (rules->route_count + 1) * sizeof *g.order);
	alloc_put(alloc, g.prefix, g.room * sizeof *g.prefix);
	if (good)
		return routes;
	routes_destroy(routes, alloc);
	return NULL;
}

void routes_destroy(struct routes *routes, struct alloc *alloc)
{
	if (!routes)
		return;
	for (size_t i = 0; i < routes->tables; i++)
		for (unsigned f = 0; f < 2; f++)
			trie_free(&routes->table[i].trie[f], alloc);
	for (unsigned f = 0; f < 2; f++)
		trie_free(&routes->special[f], alloc);
	alloc_put(alloc, routes->table, routes->tables * sizeof *routes->table);
	alloc_put(alloc, routes->result, routes->results * sizeof *routes->result);
	alloc_put(alloc, routes, sizeof *routes);
}

static const struct route_table *find_table(const struct routes *routes, uint16_t number)
{
	size_t low = 0, high = routes->tables;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (routes->table[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < routes->tables && routes->table[low].number == number)
		return &routes->table[low];
	return NULL;
}

bool route_find(const struct routes *routes, uint16_t table, uint8_t family,
		const union weir_addr *addr, struct route_result *result)
{
	const struct route_table *t = table ? find_table(routes, table) : NULL;
	unsigned f = family_index(family);
	uint32_t found = t ? trie_find(&t->trie[f], addr) : 0;

	if (!found)
		found = trie_find(&routes->table[0].trie[f], addr);
	if (!found)
		return false;
	*result = routes->result[found - 1];
	return true;
}

void route_pick(const struct routes *routes, uint64_t hash, struct route_result *result)
{
	if (result->ways > 1)
		*result = routes->result[result->place + hash % result->ways];
}

uint32_t route_special_type(const struct routes *routes, uint8_t family,
			    const union weir_addr *addr)
{
	return trie_find(&routes->special[family_index(family)], addr);
}

uint32_t route_address_type(const struct routes *routes, uint8_t family,
			    const union weir_addr *addr)
{
	uint32_t type = route_special_type(routes, family, addr);
	struct route_result result;

	if (type)
		return type;
	if (!route_find(routes, 0, family, addr, &result) || result.type == WEIR_ROUTE_UNICAST)
		return WEIR_ADDRESS_UNICAST;
	return result.type == WEIR_ROUTE_BLACKHOLE ? WEIR_ADDRESS_BLACKHOLE
						   : WEIR_ADDRESS_UNREACHABLE;
}
