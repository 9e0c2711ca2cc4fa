/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route/route.h - where a packet goes: the longest prefix of a routing table, and whether an
 * address is the router's own.
 *
 * Life: compiled from the ruleset's routes and interfaces, immutable, part of the snapshot; it
 * borrows nothing from the ruleset. Any thread may ask.
 * Cost: a lookup is a few dependent reads (route/trie.h), for both families.
 */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include <weir/rules.h>

#include "base/alloc.h"

struct routes;

struct route_result {
	uint8_t type;       /* enum weir_route_type */
	uint16_t interface; /* the way out; WEIR_INTERFACE_NONE if the type leads nowhere */
	bool via;
	uint16_t ways;      /* routes of the same prefix, table and distance: this and the next */
	uint32_t place;     /* of the route, for route_pick() */
	union weir_addr gateway;
};

/* An interface's number is its index among rules->interfaces. Of routes to one prefix of one
 * table those of the lowest distance count; several that lead somewhere share what goes there.
 * => NULL: *error says why, or no memory (error->text empty) */
struct routes *routes_create(struct alloc *alloc, const struct weir_ruleset *rules,
			     struct weir_rules_error *error);
void routes_destroy(struct routes *routes, struct alloc *alloc); /* NULL is fine */

/* => false: no route. A table without one falls back to main (0), as RouterOS' routing rules do. */
bool route_find(const struct routes *routes, uint16_t table, uint8_t family,
		const union weir_addr *addr, struct route_result *result);

/* Of several ways the one that a hash chooses: the same for the same hash. */
void route_pick(const struct routes *routes, uint64_t hash, struct route_result *result);

/* As route_address_type(), of what is not just unicast whatever the routes say: LOCAL, BROADCAST,
 * ANYCAST, MULTICAST. => 0: none of these */
uint32_t route_special_type(const struct routes *routes, uint8_t family,
			    const union weir_addr *addr);

/* What an address is: one of the WEIR_ADDRESS_* bits. LOCAL: an interface's own, or of the loopback
 * network; BROADCAST: all ones, 0.0.0.0/8, or either end of an interface's network;
 * ANYCAST: the routers of an interface's IPv6 network. What main routes into a hole is BLACKHOLE
 * or UNREACHABLE, everything else that is not MULTICAST is UNICAST. */
uint32_t route_address_type(const struct routes *routes, uint8_t family,
			    const union weir_addr *addr);

#endif
