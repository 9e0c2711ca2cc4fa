/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/table.h - the connection table of one worker: slabs for both families
 * and the index that finds a connection by either of its tuples.
 *
 * A tuple and its inverse have the same hash, so a connection without address
 * translation has one place in the index, and one with it has two. Which
 * direction a packet has is decided by comparing it with the entry.
 *
 * An entry begins in its packet's own memory (conn_begin); when that packet has come
 * through it gets a slot (table_take) and is made findable (table_insert).
 * table_end takes it out again.
 *
 * Threads: the owning worker's alone.
 */
#ifndef TRACK_TABLE_H
#define TRACK_TABLE_H

#include "base/hash.h"
#include "track/index.h"
#include "track/slab.h"

struct table {
	struct slab slab4, slab6;
	struct index index;
	struct hash_key key;
};

/* => false if out of memory */
bool table_init(struct table *t, struct alloc *alloc, struct spare *spare,
		const struct hash_key *key);
void table_fini(struct table *t);

/* Connections in it, confirmed or not. */
static inline uint32_t table_count(const struct table *t)
{
	return t->slab4.live + t->slab6.live;
}

/* The connection of a slot in use. Only slot and family of ref count. */
static inline struct conn *table_at(const struct table *t, uint32_t ref)
{
	if (UNLIKELY(ref & REF_FAMILY6))
		return slab_at6(&t->slab6, ref & REF_SLOT);
	return slab_at4(&t->slab4, ref & REF_SLOT);
}

static inline struct conn6 *conn6(struct conn *c)
{
	return (struct conn6 *)(void *)c;
}

/* Two ends of a tuple as one input, whichever way round they came. */
static inline struct hash_in hash_in_ends(uint64_t a, uint64_t b, uint64_t extra)
{
	return (struct hash_in){.lo = a < b ? a : b, .hi = (a < b ? b : a) ^ extra};
}

/* tuple_hash_in() for IPv6, whose addresses are hashed down to a word each, and
 * for ICMP. */
struct hash_in tuple_hash_in_other(const struct hash_key *key, const struct tuple *tuple);

/* What to feed to hash_many() for a tuple. */
static inline struct hash_in tuple_hash_in(const struct hash_key *key, const struct tuple *tuple)
{
	if (UNLIKELY(tuple->family != WEIR_IPV4 || tuple->proto == PROTO_ICMP))
		return tuple_hash_in_other(key, tuple);
	return hash_in_ends((uint64_t)tuple->src.v4 << 16 | tuple->src_port,
			    (uint64_t)tuple->dst.v4 << 16 | tuple->dst_port,
			    (uint64_t)tuple->proto << 48);
}

static inline uint64_t table_hash(const struct table *t, const struct tuple *tuple)
{
	return hash_one(&t->key, tuple_hash_in(&t->key, tuple));
}

/* Whether the packet's tuple is one of the entry's; says which. */
static inline bool conn_matches4(const struct conn *c, const struct tuple *tuple,
				 enum weir_dir *dir)
{
	const struct conn_tuple want = {.src = tuple->src.v4,
					.dst = tuple->dst.v4,
					.src_port = tuple->src_port,
					.dst_port = tuple->dst_port};
	uint64_t addrs = raw64(&want.src);
	uint32_t ports = raw32(&want.src_port);
	/* No branch on the direction: it is as random as the traffic. */
	uint64_t original = (raw64(&c->tuple[WEIR_ORIGINAL].src) ^ addrs) |
			    (raw32(&c->tuple[WEIR_ORIGINAL].src_port) ^ ports);
	uint64_t reply = (raw64(&c->tuple[WEIR_REPLY].src) ^ addrs) |
			 (raw32(&c->tuple[WEIR_REPLY].src_port) ^ ports);

	*dir = (enum weir_dir)(original != 0);
	return c->proto == tuple->proto && (bool)((original == 0) | (reply == 0));
}

bool conn_matches6(const struct conn6 *c, const struct tuple *tuple, enum weir_dir *dir);

/* Whether the entry behind ref is the packet's. */
static inline bool ref_matches(const struct table *t, uint32_t ref, const struct tuple *tuple,
			       enum weir_dir *dir)
{
	if (LIKELY(tuple->family == WEIR_IPV4))
		return !(ref & REF_FAMILY6) &&
		       conn_matches4(slab_at4(&t->slab4, ref & REF_SLOT), tuple, dir);
	return (ref & REF_FAMILY6) &&
	       conn_matches6(conn6(slab_at6(&t->slab6, ref & REF_SLOT)), tuple, dir);
}

/* => the ref of the connection that has this tuple, 0 if there is none */
uint32_t table_find(const struct table *t, uint64_t hash, const struct tuple *tuple,
		    enum weir_dir *dir);

/* Begins an entry in the caller's own memory: zero but for its protocol and both
 * tuples. The IPv6 part is left alone for IPv4. */
void conn_begin(struct conn6 *fresh, const struct tuple *original, const struct tuple *reply);

/* Takes a slot and copies an entry into it. It is not findable yet.
 * => its ref, 0 if out of memory */
uint32_t table_take(struct table *t, const struct conn6 *fresh, bool family6);

/* Gives an entry that was never inserted back. */
void table_drop(struct table *t, uint32_t ref);

/* Makes an entry findable by both tuples; `hash` is its original tuple's.
 * => false if out of memory: nothing was inserted */
bool table_insert(struct table *t, uint32_t ref, uint64_t hash);

/* Takes an inserted entry out of the index and frees its slot. */
void table_end(struct table *t, uint32_t ref);

/* Gives a block or two back that nobody needs any more. Only when no pointer
 * into the table is held. */
void table_trim(struct table *t);

/* One tuple of an entry, in the form that packets have. */
static inline void conn_tuple_get(const struct conn *c, bool family6, enum weir_dir dir,
				  struct tuple *tuple)
{
	const struct conn_tuple *own = &c->tuple[dir];

	*tuple = (struct tuple){
		.src_port = own->src_port,
		.dst_port = own->dst_port,
		.proto = (uint8_t)c->proto,
		.family = family6 ? WEIR_IPV6 : WEIR_IPV4,
	};
	if (family6) {
		const struct conn6 *c6 = (const struct conn6 *)(const void *)c;

		tuple->src = c6->addr[dir][0];
		tuple->dst = c6->addr[dir][1];
	} else {
		tuple->src.v4 = own->src;
		tuple->dst.v4 = own->dst;
	}
}

/* Changes one tuple of an entry that is not inserted. */
static inline void conn_tuple_set(struct conn *c, bool family6, enum weir_dir dir,
				  const struct tuple *tuple)
{
	c->tuple[dir].src_port = tuple->src_port;
	c->tuple[dir].dst_port = tuple->dst_port;
	if (family6) {
		conn6(c)->addr[dir][0] = tuple->src;
		conn6(c)->addr[dir][1] = tuple->dst;
	} else {
		c->tuple[dir].src = tuple->src.v4;
		c->tuple[dir].dst = tuple->dst.v4;
	}
}

/* The public id of an entry, and the ref of one if it is still the same.
 *   id = worker << 56 | generation << 32 | family6 << 31 | slot */
static inline uint64_t conn_id(const struct conn *c, uint32_t ref, unsigned worker)
{
	return (uint64_t)(worker << 24 | c->gen) << 32 | (ref & ~REF_REPLY);
}

/* => 0 if the connection has ended or never was */
uint32_t table_ref(const struct table *t, uint64_t id);

/* Checks slabs and index against each other, for tests. => NULL, or what is wrong */
const char *table_validate(const struct table *t);

#endif
