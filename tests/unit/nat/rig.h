/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit/nat/rig.h - for the tests of choices: a worker's table and its part of translation, and
 * connections that are born, live and end there. Each choice is checked for what must hold
 * of every one.
 */
#ifndef UNIT_NAT_RIG_H
#define UNIT_NAT_RIG_H

#include "nat/nat.h"
#include "unit/memory.h"

/* What an embedder may leave beyond an IPv4 address. */
#define RUBBISH 0x5a

struct rig {
	struct memory memory;
	struct alloc alloc;
	struct spare spare;
	struct table table;
	struct nat nat;
};

/* A connection under way to its place in the table. */
struct born {
	struct tuple original, reply;
	uint16_t status;
	enum nat_result result;
};

struct rig *rig_create(uint64_t seed, unsigned worker, unsigned workers);
void rig_destroy(struct rig *r);
uint8_t addr_of(const char *text, union weir_addr *addr);
struct tuple flow(uint8_t proto, const char *src, unsigned sport, const char *dst, unsigned dport);
struct nat_range range(uint8_t action, const char *first, const char *last);
struct nat_range ports(struct nat_range r, unsigned first, unsigned last);
struct born begin(struct tuple original);
bool is_known(struct rig *r, const struct tuple *t);
enum nat_result side(struct rig *r, struct born *b, enum nat_side which,
		     const struct nat_range *want);
uint32_t confirm(struct rig *r, const struct born *b);
struct born add(struct rig *r, struct tuple original, enum nat_side which,
		const struct nat_range *want);
void is_addr(const union weir_addr *addr, const char *text);
void end(struct rig *r, const struct tuple *t);

#endif
