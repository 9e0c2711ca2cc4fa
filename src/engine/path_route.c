/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_route.c - where a packet goes on its passage, and what a hop costs it.
 *
 * What comes in for a broadcast or multicast address is for the router; what the router sends
 * there needs a route.
 */
#include "engine/path_rules.h"

#include "packet/checksum.h"

/* No way leads there: why, and what is answered. */
static bool stop_unroutable(struct passage *s, bool found, uint8_t type)
{
	if (found && type == WEIR_ROUTE_BLACKHOLE)
		return passage_stop(s, WEIR_R_ROUTE_BLACKHOLE, 0);
	if (!found)
		passage_reject(s, WEIR_REJECT_NETWORK_UNREACHABLE);
	else if (type == WEIR_ROUTE_PROHIBIT)
		passage_reject(s, WEIR_REJECT_ADMIN_PROHIBITED);
	else
		passage_reject(s, WEIR_REJECT_HOST_UNREACHABLE);
	return passage_stop(s, WEIR_R_NO_ROUTE, 0);
}

/* What several next hops are chosen by: the ends, or the whole tuple, so that a connection's
 * packets of one direction keep to one way (RFC 2992). */
static uint64_t way_hash(const struct passage *s, const union weir_addr *dst)
{
	struct tuple by = {.src = s->came.src, .dst = *dst, .family = s->came.family};

	if (s->policy->hash_ports[s->six]) {
		by.proto = s->came.proto;
		by.src_port = s->came.src_port;
		by.dst_port = s->came.dst_port;
	}
	return table_hash(&s->w->table, &by);
}

bool passage_route(struct passage *s, uint16_t table, const union weir_addr *dst)
{
	bool out = passage_is_out(s), found;
	uint32_t ours = out ? WEIR_ADDRESS_LOCAL : WEIR_ADDRESS_LOCAL | PASSAGE_NO_HOST;
	struct route_result result = {.type = WEIR_ROUTE_UNICAST, .ways = 1};

	s->taken.path = out ? WEIR_PATH_OUTPUT : WEIR_PATH_FORWARD;
	s->taken.via = 0;
	s->taken.gateway = (union weir_addr){.u64 = {0, 0}};
	if (route_special_type(s->policy->routes, s->walk.family, dst) & ours) {
		s->taken.path = WEIR_PATH_INPUT;
		s->taken.out = WEIR_PORT_HOST;
		return true;
	}
	if (!out && !s->policy->forward[s->six])
		return passage_stop(s, WEIR_R_FORWARD_OFF, 0);
	found = route_find(s->policy->routes, table, s->walk.family, dst, &result);
	if (UNLIKELY(result.ways > 1))
		route_pick(s->policy->routes, way_hash(s, dst), &result);
	if (!found || result.type != WEIR_ROUTE_UNICAST)
		return stop_unroutable(s, found, result.type);
	s->taken.out = result.interface;
	s->taken.via = result.via;
	if (result.via)
		s->taken.gateway = result.gateway;
	return true;
}

bool passage_hop(struct passage *s)
{
	uint8_t *l3 = s->io->out, ttl = passage_ttl(s);
	uint16_t check, old, new;

	if (ttl <= 1) {
		passage_error(s, s->six ? 3 : 11, 0);
		return passage_stop(s, WEIR_R_TTL_EXPIRED, ttl);
	}
	if (s->six) {
		l3[PASSAGE_TTL6]--;
		return true;
	}
	old = raw16(l3 + PASSAGE_TTL4);
	l3[PASSAGE_TTL4]--;
	new = raw16(l3 + PASSAGE_TTL4);
	check = checksum_update16(raw16(l3 + 10), old, new);
	memcpy(l3 + 10, &check, 2);
	return true;
}
