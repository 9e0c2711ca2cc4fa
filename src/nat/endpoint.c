/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/endpoint.c - the choices of endpoint-independent-nat: a source gets the public end of its
 * mapping, a destination the inside of its own (nat/mapping.h).
 *
 * Threads: the worker's. Cost: a look-up in the table of mappings, and for a new one a search.
 */
#include "nat/choice.h"

bool nat_has_endpoint(struct nat *nat, enum nat_side side, const struct tuple *tuple)
{
	const struct mapping_end public = {tuple->dst.v4, tuple->dst_port};
	const struct mapping *mapping;

	if (!nat_is_udp4(tuple))
		return false;
	if (side == NAT_SRC)
		return true;
	mapping = mapping_public(&nat->mappings, public, nat->now);
	return mapping && mapping_open(mapping, nat->now);
}

/* A mapping keeps its public end for one inside socket. */
bool choice_is_mapped(const struct choice *c)
{
	const struct mapping_end public = {c->next.src.v4, c->next.src_port};
	const struct mapping *mapping;

	if (!nat_is_udp4(&c->now))
		return false;
	mapping = mapping_public(&c->nat->mappings, public, c->nat->now);
	return mapping && (mapping->inside.addr != c->original->src.v4 ||
			   mapping->inside.port != c->original->src_port);
}

/* The source of endpoint-independent-nat: the socket's mapping, or one that is made now. */
enum nat_result choice_leave_mapped(struct choice *c)
{
	struct nat *nat = c->nat;
	const struct mapping_end inside = {c->original->src.v4, c->original->src_port};
	struct mapping *mapping = mapping_inside(&nat->mappings, inside, be32(&c->first),
						 be32(&c->last), nat->now);
	enum nat_result result = NAT_DONE;

	if (mapping && choice_port_allowed(c, mapping->public.port)) {
		c->next = c->now;
		c->next.src.v4 = mapping->public.addr;
		c->next.src_port = mapping->public.port;
		if (choice_look(c, true) != FREE)
			return NAT_EXHAUSTED; /* rather none than another */
	} else {
		result = choice_search(c);
		if (result != NAT_DONE || tuple_equal(&c->next, &c->now))
			return result;
		mapping = mapping_add(&nat->mappings, inside,
				      (struct mapping_end){c->next.src.v4, c->next.src_port},
				      nat->now);
		if (!mapping)
			return NAT_EXHAUSTED;
	}
	nat->mapped = mapping->id;
	return NAT_DONE;
}

/* The destination: the inside socket of its mapping. */
enum nat_result choice_enter_mapped(struct choice *c)
{
	const struct mapping_end public = {c->now.dst.v4, c->now.dst_port};
	const struct mapping *mapping =
		mapping_public(&c->nat->mappings, public, c->nat->now);

	if (!mapping || !mapping_open(mapping, c->nat->now))
		return NAT_REFUSED;
	c->next = c->now;
	c->next.dst.v4 = mapping->inside.addr;
	c->next.dst_port = mapping->inside.port;
	c->nat->mapped = mapping->id;
	return tuple_invert(&c->next, &c->reply) ? NAT_DONE : NAT_REFUSED;
}
