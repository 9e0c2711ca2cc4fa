/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/listeners.c - sorted lists of who listens and of the router's own addresses, and a bit for
 * each port that stands in the former; see listeners.h.
 */
#include "nat/listeners.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* A port of a protocol at an address, or an address alone. In order by their bytes. */
struct place {
	uint8_t family, protocol;
	uint8_t port[2];
	uint8_t addr[16]; /* zeros: any of the router's own */
};

struct listeners {
	size_t size; /* of the whole, for who frees it */
	uint64_t ports[65536 / 64];
	size_t count, own_count;
	struct place *own; /* the router's addresses; protocol and port 0 */
	struct place place[];
};

static struct place place_of(uint8_t family, uint8_t protocol, uint16_t port,
			     const union weir_addr *addr)
{
	struct place p = {.family = family, .protocol = protocol};

	put_be16(p.port, port);
	if (addr)
		memcpy(p.addr, addr->v6, family == WEIR_IPV4 ? 4 : 16);
	return p;
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct place));
}

static bool has(const struct place *list, size_t count, struct place p)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(&list[middle], &p);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static size_t count_addresses(const struct weir_ruleset *rules)
{
	size_t count = 0;

	for (size_t i = 0; i < rules->interface_count; i++)
		count += rules->interfaces[i].address_count;
	return count;
}

static void fill(struct listeners *l, const struct weir_ruleset *rules)
{
	for (size_t i = 0; i < rules->listener_count; i++) {
		const struct weir_listener *from = &rules->listeners[i];

		l->place[l->count++] =
			place_of(from->family, from->protocol, from->port, &from->addr);
		l->ports[from->port / 64] |= UINT64_C(1) << from->port % 64;
	}
	for (size_t i = 0; i < rules->interface_count; i++) {
		const struct weir_interface *interface = &rules->interfaces[i];

		for (size_t j = 0; j < interface->address_count; j++)
			l->own[l->own_count++] = place_of(interface->addresses[j].family, 0, 0,
							  &interface->addresses[j].addr);
	}
	qsort(l->place, l->count, sizeof *l->place, compare);
	qsort(l->own, l->own_count, sizeof *l->own, compare);
}

bool listeners_create(struct listeners **listeners, struct alloc *alloc,
		      const struct weir_ruleset *rules)
{
	size_t size = sizeof **listeners;

	*listeners = NULL;
	if (rules->listener_count == 0)
		return true;
	size += (rules->listener_count + count_addresses(rules)) * sizeof(struct place);
	*listeners = alloc_get(alloc, size, 64);
	if (!*listeners)
		return false;
	(*listeners)->size = size;
	(*listeners)->own = (*listeners)->place + rules->listener_count;
	fill(*listeners, rules);
	return true;
}

void listeners_destroy(struct listeners *listeners, struct alloc *alloc)
{
	if (listeners)
		alloc_put(alloc, listeners, listeners->size);
}

bool listeners_have(const struct listeners *l, const struct tuple *tuple)
{
	uint16_t port = tuple->src_port;

	if (!(l->ports[port / 64] >> port % 64 & 1))
		return false;
	if (has(l->place, l->count,
		place_of(tuple->family, tuple->proto, port, &tuple->src)))
		return true;
	return has(l->place, l->count, place_of(tuple->family, tuple->proto, port, NULL)) &&
	       has(l->own, l->own_count, place_of(tuple->family, 0, 0, &tuple->src));
}
