/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset.h - the compiled ruleset from the inside.
 *
 * Life: everything that a ruleset points at lies in parts, which it may share with rulesets made
 * before and after it; it is immutable once ruleset_create() returns, and a part goes with the last
 * ruleset that holds it.
 *
 * What a ruleset takes over from the former one, as far as the embedder's versions say that it is
 * the same (ruleset_plan.c):
 *
 *	a chain of which every rule is the same, whole;
 *	of a longer chain what its rules' matches point at (`kept`), which is most of it: those of
 *	rules that came later lie in the chain's own part, until they are too many or too few are
 *	left of the kept ones: then all are copied anew;
 *	and how it is searched, where the matches are the same and only actions are not;
 *	an address list.
 *
 * Matches that remember lie in the chain's own part: each has its slot's number.
 *
 * Threads: any may read it. Those who make and destroy rulesets of one engine take turns; the
 * parts' holders are theirs.
 */
#ifndef FIREWALL_RULESET_H
#define FIREWALL_RULESET_H

#include "base/bytes.h"
#include "firewall/firewall.h"

#define CHAIN_DEPTH 64 /* jumps inside each other */
#define COUNTERS_MAX (1u << 20)
#define COUNTERS_PAGE 1024u /* a worker's counters come in pages of so many */
#define COUNTERS_PAGES (COUNTERS_MAX / COUNTERS_PAGE)
#define NO_SLOT UINT32_MAX

/* What asking one match came to. NEVER: not even when negated, as the packet has no such
 * field, or there was no memory. */
enum match_result { MATCH_NO, MATCH_YES, MATCH_NEVER };

struct match {
	struct weir_match is; /* text, ports and interfaces point into the ruleset; the range is
				 made of addr_number() */
	bool varies;          /* the answer may differ between packets of one connection; lists
				 and layer7-protocol say so of each answer */
	uint32_t slot;        /* of what remembers: 0 to ruleset.slot_count - 1, else NO_SLOT */
	void *compiled;       /* memory_compile()'s, else NULL */
};

struct rule {
	struct weir_rule is; /* without `matches`: these are below */
	const struct match *matches;
	uint32_t match_count;
	uint32_t slots; /* of its matches */
	bool varies; /* what it does is to be done for each packet */
	bool kept;   /* the matches lie in the chain's kept part */
};

struct ruleset_part;

struct classifier;
struct lanes;

struct chain {
	const char *name;
	const struct rule *rules; /* without those that do nothing */
	const uint32_t *index;    /* of each in the embedder's chain */
	uint32_t count;
	uint32_t given;                      /* rules of the embedder's */
	uint32_t slot, slots;                /* the first one, and how many */
	uint32_t kept_count;                 /* rules whose matches `kept` was made with */
	struct ruleset_part *own, *kept, *search; /* kept, search: NULL where own has it all */
	const struct lanes *lanes;           /* of a short chain; lanes.h */
	const struct classifier *classifier; /* of a long one; classify.h */
};

struct table_rules {
	struct chain *chains;
	uint32_t count;
	uint32_t builtin[WEIR_HOOK_COUNT];
};

/* Disjoint ranges in order. */
struct ranges4 {
	uint32_t *first, *last; /* host byte order */
	uint32_t count;
	uint32_t *index; /* where the addresses with each of the 65536 upper halves begin; NULL
			    when there are few */
};

struct range6 {
	uint64_t first[2], last[2]; /* host byte order, the high word first */
};

struct address_list {
	const char *name;
	struct ranges4 v4;
	struct range6 *v6;
	uint32_t v6_count;
	uint64_t version;
	struct ruleset_part *part;
	bool filled; /* rules put addresses into it */
	uint32_t id; /* by which entries of rules know it (shared_list.h); from 1 in order, until
			it has another before the ruleset is published */
	uint32_t by_id; /* the number of the list with the so-manieth lowest id */
};

/* Something that remembers, in the order of its slots. */
struct slot {
	const struct match *match;
	uint32_t counter; /* of its rule */
	uint8_t nth;      /* among the rule's matches of the same type, from 0 */
};

struct ruleset {
	struct table_rules tables[2][WEIR_TABLE_COUNT]; /* [0] IPv4, [1] IPv6 */
	struct weir_interface *interfaces;
	uint32_t interface_count;
	struct address_list *lists;
	uint32_t list_count;
	uint32_t next_list; /* above all ids of lists */
	struct slot *slots;
	uint32_t slot_count;
	uint64_t counter_pages[COUNTERS_PAGES / 64]; /* a bit for each page that rules count in */
	int32_t utc_offset;
	weir_time wall;
	struct ruleset_part *own; /* what is no chain's and no list's */
	struct ruleset_part *into; /* while it is made: the part that ruleset_get() takes from */
};

/* An address as a number: of IPv4 v4 in host byte order; of IPv6 two words in host byte order,
 * the high one first. */
static inline union weir_addr addr_number(uint8_t family, const union weir_addr *addr)
{
	union weir_addr n = {.u64 = {0, 0}};

	if (family == WEIR_IPV4) {
		n.v4 = be32_swap(addr->v4);
		return n;
	}
	n.u64[0] = (uint64_t)be32(addr->v6) << 32 | be32(addr->v6 + 4);
	n.u64[1] = (uint64_t)be32(addr->v6 + 8) << 32 | be32(addr->v6 + 12);
	return n;
}

/* Zeroed memory of the part that is being made. => NULL: none */
void *ruleset_get(struct ruleset *ruleset, struct alloc *alloc, size_t size);

/* ruleset_part.c: a part with one holder; NULL: no memory. */
struct ruleset_part *part_create(struct alloc *alloc);
struct ruleset_part *part_hold(struct ruleset_part *part); /* NULL is fine */
bool part_last(const struct ruleset_part *part);           /* it has one holder */
void part_release(struct ruleset_part *part, struct alloc *alloc); /* NULL is fine */

/* address_list.c: what the embedder put into a list. */
bool address_list_compile(struct ruleset *ruleset, struct alloc *alloc, struct address_list *list,
			  const struct weir_address_list *from);
bool address_list_has(const struct address_list *list, uint8_t family, const union weir_addr *addr);

#endif
