/* SPDX-License-Identifier: Apache-2.0 */
/*
 * route/route.h - where a packet goes: the longest prefix of a routing table, and whether an
 * address is the router's own.
 *
 * Life: compiled from the ruleset's routes and interfaces, immutable, part of the snapshot.
 * Cost: a lookup is a few dependent reads (a multibit trie), for both families.
 */
#ifndef ROUTE_ROUTE_H
#define ROUTE_ROUTE_H

#include <weir/rules.h>

#include "base/alloc.h"

struct routes;

struct route_result {
	uint8_t type;       /* enum weir_route_type */
	uint16_t interface; /* the way out */
	bool via;
	union weir_addr gateway;
};

/* => NULL: *error says why, or no memory (error->text empty) */
struct routes *routes_create(struct alloc *alloc, const struct weir_ruleset *rules,
			     struct weir_rules_error *error);
void routes_destroy(struct routes *routes, struct alloc *alloc);

/* => false: no route. A table without one falls back to main (0), as RouterOS' routing rules do. */
bool route_find(const struct routes *routes, uint16_t table, uint8_t family,
		const union weir_addr *addr, struct route_result *result);

/* What an address is: WEIR_ADDRESS_* bits. */
uint32_t route_address_type(const struct routes *routes, uint8_t family,
			    const union weir_addr *addr);

#endif
