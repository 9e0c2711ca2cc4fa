/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/share.h - how many translated connections each source has, by protocol, and whose block
 * of ports has been told of. Kept only while a rule asks for it (ports-per-source, blocks).
 *
 * Life: made for a source's first connection, gone SHARE_IDLE behind its last.
 *
 * Threads: the worker's own. Cost: 64 bytes a source, in pages, SHARES_MAX of them at most; what
 * finds no room is not counted. A look-up reads a head and, when full, four of a chain.
 */
#ifndef NAT_SHARE_H
#define NAT_SHARE_H

#include <stdbool.h>
#include <weir/types.h>

#include "base/alloc.h"
#include "base/hash.h"

#define SHARE_IDLE (UINT64_C(600) * WEIR_SEC)
#define SHARES_MAX ((1u << 18) - 1)
#define SHARE_PAGE 1024u
#define SHARE_PAGES ((SHARES_MAX + 1) / SHARE_PAGE)

enum share_kind { SHARE_TCP, SHARE_UDP, SHARE_ICMP, SHARE_OTHER, SHARE_KINDS };

struct share {
	union weir_addr source;
	uint32_t conns[SHARE_KINDS];
	weir_time since; /* when it was used last; counts while there are no connections */
	uint32_t next;   /* in its chain, or of the free ones */
	uint8_t family;  /* 0: free */
	bool told;       /* of its block */
};

struct shares {
	struct alloc *alloc;
	struct hash_key key;
	uint32_t *heads; /* NULL before the first */
	struct share *pages[SHARE_PAGES]; /* share 0 is not used */
	uint32_t count, top, free;
	uint32_t hand; /* of shares_expire() */
};

void shares_init(struct shares *s, struct alloc *alloc, const struct hash_key *key);
void shares_fini(struct shares *s); /* as if it were new */

enum share_kind share_kind(uint8_t proto);

/* => NULL: there is none */
struct share *share_find(const struct shares *s, uint8_t family, const union weir_addr *source);

/* Makes it if there is none. => NULL: no room or no memory */
struct share *share_take(struct shares *s, uint8_t family, const union weir_addr *source,
			 weir_time now);

/* Looks at `work` places and frees those that nobody has used for long. */
void shares_expire(struct shares *s, weir_time now, uint32_t work);

#endif
