/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/table.c - see table.h.
 *
 * The hash of a tuple treats both ends alike: each end becomes a word (IPv4:
 * address and port; IPv6: a keyed hash of the address, and the port), and the
 * smaller word goes first. ICMP has one identifier for both ends and a pair of
 * types, of which the request's stands for both.
 */
#include "track/table.h"

#include <string.h>

static uint64_t end_word6(const struct hash_key *key, const union weir_addr *addr, uint16_t port)
{
	struct hash_in in = {.lo = addr->u64[0], .hi = addr->u64[1]};

	return hash_one(key, in) + (uint64_t)port * UINT64_C(0x9e3779b97f4a7c15);
}

/* The type that stands for a query and its answer (RFC 792, 950, 4443, 4620):
 * 0 and 8, 13 and 14, 15 and 16, 17 and 18, 128 and 129, 139 and 140. */
static uint16_t icmp_pair(uint16_t type_code)
{
	unsigned type = type_code >> 8;

	if (type == 0)
		type = 8;
	else if (type == 14 || type == 16 || type == 18 || type == 129 || type == 140)
		type--;
	return (uint16_t)(type << 8 | (type_code & 0xff));
}

struct hash_in tuple_hash_in_other(const struct hash_key *key, const struct tuple *tuple)
{
	uint16_t src_port = tuple->src_port, dst_port = tuple->dst_port;
	uint64_t extra = (uint64_t)tuple->proto << 48, icmp = 0;
	struct hash_in in;

	/* Type and code get bits of their own: laid over an address, a sender could have
	 * them cancel out and give many connections one hash. */
	if (tuple->proto == PROTO_ICMP || tuple->proto == PROTO_ICMPV6) {
		icmp = (uint64_t)icmp_pair(dst_port) << 48;
		dst_port = src_port;
	}
	if (tuple->family == WEIR_IPV4)
		in = hash_in_ends((uint64_t)tuple->src.v4 << 16 | src_port,
				  (uint64_t)tuple->dst.v4 << 16 | dst_port, extra);
	else
		in = hash_in_ends(end_word6(key, &tuple->src, src_port),
				  end_word6(key, &tuple->dst, dst_port), ~extra);
	in.lo ^= icmp;
	return in;
}

/* What to hash for one place. As tuple_hash_in(), but straight from the entry where that
 * goes: a growing index asks often. */
static struct hash_in place_hash_in(const struct table *t, uint32_t ref)
{
	enum weir_dir dir = ref & REF_REPLY ? WEIR_REPLY : WEIR_ORIGINAL;
	const struct conn *c = table_at(t, ref);
	struct tuple tuple;

	if (LIKELY(!(ref & REF_FAMILY6) && c->proto != PROTO_ICMP)) {
		const struct conn_tuple *own = &c->tuple[dir];

		return hash_in_ends((uint64_t)own->src << 16 | own->src_port,
				    (uint64_t)own->dst << 16 | own->dst_port,
				    (uint64_t)c->proto << 48);
	}
	conn_tuple_get(c, ref & REF_FAMILY6, dir, &tuple);
	return tuple_hash_in(&t->key, &tuple);
}

static void hash_places(void *ctx, const uint32_t *refs, uint64_t *hashes, unsigned n)
{
	const struct table *t = ctx;
	struct hash_in in[INDEX_WAYS];

	for (unsigned i = 0; i < n; i++)
		in[i] = place_hash_in(t, refs[i]);
	hash_many(&t->key, in, hashes, n);
}

static uint64_t hash_of_ref(const struct table *t, uint32_t ref)
{
	return hash_one(&t->key, place_hash_in(t, ref));
}

static void prefetch_ref(void *ctx, uint32_t ref)
{
	const uint8_t *c = (const uint8_t *)table_at(ctx, ref);

	__builtin_prefetch(c);
	if (ref & REF_FAMILY6)
		__builtin_prefetch(c + sizeof(struct conn));
}

bool table_init(struct table *t, struct alloc *alloc, struct spare *spare,
		const struct hash_key *key)
{
	const struct index_ops ops = {.hash = hash_places, .prefetch = prefetch_ref, .ctx = t};

	t->key = *key;
	slab_init(&t->slab4, alloc, spare, WEIR_IPV4);
	slab_init(&t->slab6, alloc, spare, WEIR_IPV6);
	return index_init(&t->index, alloc, spare, &ops);
}

void table_fini(struct table *t)
{
	index_fini(&t->index);
	slab_fini(&t->slab4);
	slab_fini(&t->slab6);
}

static bool same_addr6(const union weir_addr *a, const union weir_addr *b)
{
	return a->u64[0] == b->u64[0] && a->u64[1] == b->u64[1];
}

bool conn_matches6(const struct conn6 *c, const struct tuple *tuple, enum weir_dir *dir)
{
	if (c->conn.proto != tuple->proto)
		return false;
	for (int d = WEIR_ORIGINAL; d <= WEIR_REPLY; d++) {
		const struct conn_tuple *own = &c->conn.tuple[d];

		if (own->src_port == tuple->src_port && own->dst_port == tuple->dst_port &&
		    same_addr6(&c->addr[d][0], &tuple->src) &&
		    same_addr6(&c->addr[d][1], &tuple->dst)) {
			*dir = (enum weir_dir)d;
			return true;
		}
	}
	return false;
}

uint32_t table_find(const struct table *t, uint64_t hash, const struct tuple *tuple,
		    enum weir_dir *dir)
{
	const struct bucket *b = index_home(&t->index, hash);
	uint16_t tag = index_tag(hash);

	for (; b; b = bucket_next(&t->index, b, tag))
		for (unsigned mask = bucket_match(b, tag); mask; mask &= mask - 1) {
			uint32_t ref = b->ref[__builtin_ctz(mask)];

			if (ref_matches(t, ref, tuple, dir))
				return ref;
		}
	return 0;
}

void conn_begin(struct conn6 *fresh, const struct tuple *original, const struct tuple *reply)
{
	bool family6 = original->family == WEIR_IPV6;

	memset(&fresh->conn, 0, sizeof fresh->conn);
	fresh->conn.proto = original->proto;
	conn_tuple_set(&fresh->conn, family6, WEIR_ORIGINAL, original);
	conn_tuple_set(&fresh->conn, family6, WEIR_REPLY, reply);
}

uint32_t table_take(struct table *t, const struct conn6 *fresh, bool family6)
{
	struct slab *s = family6 ? &t->slab6 : &t->slab4;
	uint32_t ref = slab_take(s), gen;
	struct conn *c;

	if (!ref)
		return 0;
	if (family6)
		ref |= REF_FAMILY6;
	c = table_at(t, ref);
	gen = c->gen;
	memcpy(c, &fresh->conn, sizeof *c);
	if (family6)
		memcpy(conn6(c)->addr, fresh->addr, sizeof fresh->addr);
	c->gen = gen & SLAB_GEN_MAX;
	return ref;
}

void table_drop(struct table *t, uint32_t ref)
{
	slab_free(ref & REF_FAMILY6 ? &t->slab6 : &t->slab4, ref & REF_SLOT);
}

/* Whether the reply tuple has a hash of its own. */
static bool two_places(const struct table *t, const struct conn *c, uint32_t ref, uint64_t hash,
		       uint64_t *reply_hash)
{
	if (!(c->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT)))
		return false;
	*reply_hash = hash_of_ref(t, ref | REF_REPLY);
	return *reply_hash != hash;
}

bool table_insert(struct table *t, uint32_t ref, uint64_t hash)
{
	uint64_t reply_hash;

	if (!index_insert(&t->index, hash, ref))
		return false;
	if (!two_places(t, table_at(t, ref), ref, hash, &reply_hash))
		return true;
	if (index_insert(&t->index, reply_hash, ref | REF_REPLY))
		return true;
	index_remove(&t->index, hash, ref);
	return false;
}

void table_end(struct table *t, uint32_t ref)
{
	uint64_t hash, reply_hash;

	ref &= ~REF_REPLY;
	hash = hash_of_ref(t, ref);
	index_remove(&t->index, hash, ref);
	if (two_places(t, table_at(t, ref), ref, hash, &reply_hash))
		index_remove(&t->index, reply_hash, ref | REF_REPLY);
	table_drop(t, ref);
}

void table_trim(struct table *t)
{
	slab_trim(&t->slab4);
	slab_trim(&t->slab6);
	index_trim(&t->index);
}

uint32_t table_ref(const struct table *t, uint64_t id)
{
	uint32_t low = (uint32_t)id, gen = (uint32_t)(id >> 32) & SLAB_GEN_MAX;
	const struct conn *c =
		slab_look(low & REF_FAMILY6 ? &t->slab6 : &t->slab4, low & REF_SLOT);

	if (!c || !conn_in_use(c) || c->gen != gen || low & REF_REPLY)
		return 0;
	return low;
}

const char *table_validate(const struct table *t)
{
	const struct slab *slabs[] = {&t->slab4, &t->slab6};

	for (unsigned s = 0; s < ARRAY_COUNT(slabs); s++) {
		uint32_t live = 0, end = slabs[s]->top * slabs[s]->per_block;

		for (uint32_t slot = 1; slot < end; slot++) {
			const struct conn *c = slab_look(slabs[s], slot);
			uint32_t ref = slot | (s ? REF_FAMILY6 : 0);
			struct tuple tuple;
			enum weir_dir dir;

			if (!c || !conn_in_use(c))
				continue;
			live++;
			conn_tuple_get(c, s, WEIR_REPLY, &tuple);
			if ((table_find(t, table_hash(t, &tuple), &tuple, &dir) & ~REF_REPLY) != ref)
				return "a connection that its reply tuple does not find";
			conn_tuple_get(c, s, WEIR_ORIGINAL, &tuple);
			if ((table_find(t, table_hash(t, &tuple), &tuple, &dir) & ~REF_REPLY) != ref)
				return "a connection that its original tuple does not find";
		}
		if (live != slabs[s]->live)
			return "a slab that counts wrong";
	}
	return index_validate(&t->index);
}
