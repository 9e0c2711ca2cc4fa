/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/mapping.h - the mappings of action=endpoint-independent-nat: an inside address and port
 * and the public address and port that stand for it toward everybody (RFC 4787 section 4.1), and
 * by which everybody may reach it (section 5). IPv4, UDP.
 *
 * While a mapping lives its public end is of no use to any other inside socket, whichever rule
 * translates that. What was translated before the mapping was made keeps what it has.
 *
 * Life: made for an inside socket's first connection. Connections hold it: those opened from
 * inside, and those from outside once the inside has answered. MAPPING_IDLE behind the
 * end of the last that held it, it takes in nobody new from outside (RFC 4787 REQ-5), and it
 * goes with its last connection. Packets from outside alone prolong nothing (REQ-6): a connection
 * from outside that nobody answers ends with its first timeout, however many packets it has.
 *
 * An id tells a mapping from all that had its place before, but for one in 32768.
 *
 * Threads: the worker's own. Cost: 56 bytes each, in pages; 512 KiB for the heads of the chains
 * with the first. A look-up reads a head and, with MAPPINGS_MAX of them, two mappings on average.
 */
#ifndef NAT_MAPPING_H
#define NAT_MAPPING_H

#include <stdbool.h>
#include <weir/types.h>

#include "base/alloc.h"
#include "base/hash.h"

#define MAPPING_IDLE (UINT64_C(120) * WEIR_SEC)
#define MAPPINGS_MAX ((1u << 17) - 1) /* of a worker */
#define MAPPING_PAGE 1024u
#define MAPPING_PAGES ((MAPPINGS_MAX + 1) / MAPPING_PAGE)

/* One end; the address in network byte order. */
struct mapping_end {
	uint32_t addr;
	uint16_t port;
};

struct mapping {
	struct mapping_end inside, public;
	uint32_t conns;   /* that have its id */
	uint32_t holders; /* of them, those that hold it */
	weir_time until;  /* without holders it is open until then */
	uint32_t next[2]; /* in the chains by inside and by public; of a free one the next free */
	uint32_t id;      /* what connections know it by; never 0 */
	bool used;
};

struct mappings {
	struct alloc *alloc;
	struct hash_key key;
	uint32_t *heads; /* both kinds of chains; NULL before the first mapping */
	struct mapping *pages[MAPPING_PAGES]; /* mapping 0 is not used */
	uint32_t count, top, free;
	uint32_t hand; /* of mappings_expire() */
};

void mappings_init(struct mappings *m, struct alloc *alloc, const struct hash_key *key);
void mappings_fini(struct mappings *m);

/* The inside socket's whose public address lies between two (host byte order). => NULL: none */
struct mapping *mapping_inside(struct mappings *m, struct mapping_end inside, uint32_t first,
			       uint32_t last, weir_time now);

/* Whose public end this is. => NULL: nobody's */
struct mapping *mapping_public(struct mappings *m, struct mapping_end public, weir_time now);

/* A new one; there must be none with this public end. => NULL: no room or no memory */
struct mapping *mapping_add(struct mappings *m, struct mapping_end inside,
			    struct mapping_end public, weir_time now);

/* Whether new connections from outside come in by it. */
static inline bool mapping_open(const struct mapping *mapping, weir_time now)
{
	return mapping->holders > 0 || now < mapping->until;
}

/* => NULL: it is gone */
struct mapping *mapping_at(const struct mappings *m, uint32_t id);

/* A connection has its id, and no longer. */
void mapping_use(struct mapping *mapping, bool holds);
void mapping_release(struct mapping *mapping, bool held, weir_time now);

/* Looks at `work` places and frees what is over. */
void mappings_expire(struct mappings *m, weir_time now, uint32_t work);

#endif
