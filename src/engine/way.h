/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/way.h - the ways that packets of connections take past the rules: what a walk through
 * them came to, so that the connection's next packets need not walk.
 *
 * A router of a million connections has few ways: which interface and gateway, which rules are
 * counted on the way there. Each stands once in the worker's list; a connection keeps two bytes
 * a direction (conn.next_hop) that name it. What a packet's translation is stands in the
 * connection's tuples already.
 *
 * Life: ways are added when a walk ends that may stand for others, and go all at once when
 * the worker takes another policy over (engine/policy.h): a connection's numbers mean something
 * only while its epoch is the worker's. There are at most 65534; a connection
 * that finds the list full walks.
 *
 * Threads: the owning worker's alone. Cost: adding hashes 80 bytes; the list grows by doubling.
 */
#ifndef ENGINE_WAY_H
#define ENGINE_WAY_H

#include "base/alloc.h"
#include "firewall/firewall.h"

enum way_use {
	WAY_JUDGED, /* rules were asked */
	WAY_FAST,   /* for FastTracked packets alone: only the route is known */
	WAY_EXEMPT, /* for all: rules are not to be asked (weir_ruleset.new_only) */
};

struct way {
	union weir_addr gateway; /* zero: the destination itself is the next hop */
	uint16_t in;             /* WAY_JUDGED: the port that it is for */
	uint16_t out;            /* as weir_packet.out_port */
	uint8_t path;            /* enum weir_path */
	uint8_t via;             /* through the gateway */
	uint8_t use;             /* enum way_use */
	uint8_t count;           /* of met[] */
	uint32_t mark;           /* packet mark */
	uint32_t met[WALK_MET];  /* counters of the rules that the packet counts for */
	uint32_t rest;           /* 0 */
};

static_assert(sizeof(struct way) == 80, "ways are compared byte by byte: no padding");

/* Numbers that are no way. */
#define WAY_NONE 0
#define WAY_FREE UINT16_MAX /* not known, but will be WAY_EXEMPT */

struct ways {
	struct alloc *alloc;
	struct way *way;         /* [0] is not used */
	uint16_t *table;         /* 2 * room places: numbers, 0: empty */
	uint32_t count, room;    /* ways and [0]; a power of two, or 0 */
};

void ways_init(struct ways *ways, struct alloc *alloc);
void ways_fini(struct ways *ways);

/* Forgets all of them. */
void ways_clear(struct ways *ways);

/* The number of a way like this one, which is added if there is none.
 * => WAY_NONE: no memory, or too many */
uint16_t ways_find(struct ways *ways, const struct way *way);

static inline const struct way *ways_at(const struct ways *ways, uint16_t number)
{
	return &ways->way[number];
}

#endif
