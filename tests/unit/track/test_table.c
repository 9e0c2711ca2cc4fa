/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_table.c - the connection table (table, index, slab, nursery) against a model that
 * is an array and a loop, under random histories with fixed seeds: nothing may be lost,
 * found twice, found under a wrong tuple, or come back under an old id, while the index
 * grows and shrinks, and whichever allocation fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "track/nursery.h"
#include "track/table.h"
#include "unit/memory.h"

/* A table with all it needs. */

struct rig {
	struct memory memory;
	struct alloc alloc;
	struct spare spare;
	struct table table;
	struct nursery nursery;
};

static struct rig *rig_create(uint64_t seed)
{
	struct rig *r = calloc(1, sizeof *r);
	uint8_t key_seed[32] = {(uint8_t)seed, (uint8_t)(seed >> 8)};
	struct weir_allocator hooks = {memory_alloc, memory_free, &r->memory};
	struct hash_key key;

	assert_non_null(r);
	r->memory.random = seed | 1;
	alloc_init(&r->alloc, &hooks);
	spare_init(&r->spare, &r->alloc);
	nursery_init(&r->nursery, &r->alloc);
	hash_key_init(&key, key_seed, 1);
	if (!table_init(&r->table, &r->alloc, &r->spare, &key))
		fail_msg("no memory for an empty table");
	return r;
}

static void rig_fini(struct rig *r)
{
	table_fini(&r->table);
	nursery_fini(&r->nursery);
	spare_fini(&r->spare);
	assert_int_equal(r->memory.bytes, 0);
	assert_int_equal(r->memory.blocks, 0);
	assert_int_equal(r->alloc.used, 0);
}

static void rig_destroy(struct rig *r)
{
	rig_fini(r);
	free(r);
}

/* As the engine does between batches, until nothing is left to give back. */
static void trim(struct rig *r)
{
	uint64_t before;

	do {
		before = r->alloc.used;
		table_trim(&r->table);
	} while (r->alloc.used != before);
}

static void must_be_valid(const struct rig *r)
{
	const char *wrong = table_validate(&r->table);

	if (wrong)
		fail_msg("%s", wrong);
}

/* The model: connections in an array. */

struct known {
	struct tuple tuple[2];
	uint64_t id;
	uint32_t ref;
};

struct model {
	struct known *conn;
	uint32_t count, room;
	uint64_t random;
	uint32_t spread; /* how many different addresses and ports there are */
};

static void model_init(struct model *m, uint64_t seed, uint32_t room, uint32_t spread)
{
	*m = (struct model){.room = room, .random = seed * 2654435761u + 1, .spread = spread};
	m->conn = calloc(room, sizeof *m->conn);
	assert_non_null(m->conn);
}

static uint32_t roll(struct model *m, uint32_t sides)
{
	return (uint32_t)(next_random(&m->random) >> 32) % sides;
}

static bool model_has(const struct model *m, const struct tuple *tuple, uint32_t *which,
		      enum weir_dir *dir)
{
	for (uint32_t i = 0; i < m->count; i++)
		for (int d = 0; d < 2; d++)
			if (tuple_equal(&m->conn[i].tuple[d], tuple)) {
				*which = i;
				*dir = (enum weir_dir)d;
				return true;
			}
	return false;
}

static void random_addr(struct model *m, union weir_addr *addr, bool family6)
{
	*addr = (union weir_addr){.v4 = 0};
	if (!family6) {
		addr->v4 = 0x0a000000u + roll(m, m->spread);
		return;
	}
	addr->u64[0] = 0x20010db8u;
	addr->u64[1] = roll(m, m->spread);
}

static void random_tuple(struct model *m, struct tuple *tuple)
{
	static const uint8_t protos[] = {PROTO_TCP, PROTO_TCP, PROTO_UDP, PROTO_ICMP, 99};
	bool family6 = roll(m, 3) == 0;

	memset(tuple, 0, sizeof *tuple);
	tuple->family = family6 ? WEIR_IPV6 : WEIR_IPV4;
	tuple->proto = protos[roll(m, ARRAY_COUNT(protos))];
	random_addr(m, &tuple->src, family6);
	random_addr(m, &tuple->dst, family6);
	if (tuple->proto == PROTO_ICMP) {
		if (family6)
			tuple->proto = PROTO_ICMPV6;
		tuple->src_port = (uint16_t)roll(m, m->spread);
		tuple->dst_port = (uint16_t)((family6 ? 128 : 8) << 8 | roll(m, 4));
	} else if (tuple->proto != 99) {
		tuple->src_port = (uint16_t)roll(m, m->spread);
		tuple->dst_port = (uint16_t)roll(m, m->spread);
	}
}

/* Makes a connection up that the model does not have, every fourth one with source NAT. */
static bool make_up(struct model *m, struct tuple tuple[2], bool *nat)
{
	enum weir_dir dir;
	uint32_t which;

	random_tuple(m, &tuple[0]);
	assert_true(tuple_invert(&tuple[0], &tuple[1]));
	*nat = roll(m, 4) == 0;
	if (*nat) {
		random_addr(m, &tuple[1].dst, tuple[0].family == WEIR_IPV6);
		if (tuple[0].proto == PROTO_TCP || tuple[0].proto == PROTO_UDP)
			tuple[1].dst_port = (uint16_t)roll(m, m->spread);
	}
	return !model_has(m, &tuple[0], &which, &dir) && !model_has(m, &tuple[1], &which, &dir);
}

/* => the ref, 0 if there was no memory */
static uint32_t rig_insert(struct rig *r, const struct tuple tuple[2], bool nat)
{
	struct conn6 fresh;
	uint32_t ref;

	conn_begin(&fresh, &tuple[0], &tuple[1]);
	if (nat)
		fresh.conn.status |= WEIR_STATUS_SRCNAT;
	ref = table_take(&r->table, &fresh, tuple[0].family == WEIR_IPV6);
	if (!ref)
		return 0;
	if (!table_insert(&r->table, ref, table_hash(&r->table, &tuple[0]))) {
		table_drop(&r->table, ref);
		return 0;
	}
	table_at(&r->table, ref)->status |= WEIR_STATUS_CONFIRMED;
	return ref;
}

static void model_add(struct model *m, struct rig *r)
{
	struct known *k = &m->conn[m->count];
	bool nat;

	if (m->count == m->room || !make_up(m, k->tuple, &nat))
		return;
	k->ref = rig_insert(r, k->tuple, nat);
	if (!k->ref)
		return;
	k->id = conn_id(table_at(&r->table, k->ref), k->ref, 0);
	m->count++;
}

static void model_end(struct model *m, struct rig *r)
{
	struct known *k;

	if (m->count == 0)
		return;
	k = &m->conn[roll(m, m->count)];
	table_end(&r->table, k->ref);
	assert_int_equal(table_ref(&r->table, k->id), 0);
	*k = m->conn[--m->count];
}

/* Asks both about a tuple. */
static void ask(const struct model *m, const struct rig *r, const struct tuple *tuple)
{
	enum weir_dir dir = WEIR_ORIGINAL, want_dir = WEIR_ORIGINAL;
	uint32_t which, ref;

	ref = table_find(&r->table, table_hash(&r->table, tuple), tuple, &dir) & ~REF_REPLY;
	if (!model_has(m, tuple, &which, &want_dir)) {
		assert_int_equal(ref, 0);
		return;
	}
	assert_int_equal(ref, m->conn[which].ref);
	assert_int_equal(dir, want_dir);
	assert_int_equal(table_ref(&r->table, m->conn[which].id), ref);
}

static void ask_all(const struct model *m, const struct rig *r)
{
	assert_int_equal(table_count(&r->table), m->count);
	for (uint32_t i = 0; i < m->count; i++) {
		ask(m, r, &m->conn[i].tuple[0]);
		ask(m, r, &m->conn[i].tuple[1]);
	}
}

/* Histories. */

struct history {
	uint64_t seed;
	uint32_t steps, room, spread, every; /* table_validate() every so many steps */
	uint64_t fail_one_in;
};

static void run_history(const struct history *h)
{
	struct rig *r = rig_create(h->seed);
	struct model m;

	model_init(&m, h->seed, h->room, h->spread);
	r->memory.fail_one_in = h->fail_one_in;
	for (uint32_t step = 0; step < h->steps; step++) {
		/* Tides: mostly coming in one half of the time, mostly going in the other. */
		bool rising = step / (h->room * 2) % 2 == 0;
		struct tuple tuple;

		switch (roll(&m, 8)) {
		case 0:
			random_tuple(&m, &tuple);
			ask(&m, r, &tuple);
			break;
		case 1:
			index_step(&r->table.index);
			break;
		case 2:
			if (rising)
				model_end(&m, r);
			else
				model_add(&m, r);
			break;
		default:
			if (rising)
				model_add(&m, r);
			else
				model_end(&m, r);
		}
		table_trim(&r->table);
		if (step % h->every == 0)
			must_be_valid(r);
	}
	must_be_valid(r);
	ask_all(&m, r);
	while (m.count > 0)
		model_end(&m, r);
	must_be_valid(r);
	assert_int_equal(r->table.index.count, 0);
	free(m.conn);
	rig_destroy(r);
}

static void test_histories(void **state)
{
	static const struct history histories[] = {
		{1, 600, 40, 3, 1, 0},	 {2, 600, 100, 4, 1, 0}, {3, 4000, 400, 7, 16, 0},
		{4, 4000, 900, 9, 16, 0}, {5, 8000, 1500, 40, 64, 0},
		{6, 6000, 600, 9, 16, 3},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(histories); i++)
		run_history(&histories[i]);
}

/* Growing and shrinking far, where asking a model would take too long: connection i has a
 * tuple that follows from i. */

static void numbered_tuple(uint32_t i, struct tuple tuple[2])
{
	bool family6 = i % 3 == 0;

	memset(tuple, 0, 2 * sizeof *tuple);
	tuple[0].family = family6 ? WEIR_IPV6 : WEIR_IPV4;
	tuple[0].proto = i % 2 ? PROTO_TCP : PROTO_UDP;
	tuple[0].src.v4 = 0x0a000000u | i >> 8;
	tuple[0].dst.v4 = 0xc0000201u;
	if (family6) {
		tuple[0].src.u64[1] = i;
		tuple[0].dst.u64[1] = 99;
	}
	tuple[0].src_port = (uint16_t)(1024 + (i & 0xff));
	tuple[0].dst_port = 443;
	tuple_invert(&tuple[0], &tuple[1]);
	if (i % 5 == 0) {
		tuple[1].dst.v4 = 0xcb007100u | i >> 14;
		tuple[1].dst_port = (uint16_t)(i & 0x3fff);
		if (family6) {
			tuple[1].dst.u64[0] = 1;
			tuple[1].dst.u64[1] = i;
		}
	}
}

static uint32_t find_numbered(const struct rig *r, uint32_t i, enum weir_dir dir)
{
	struct tuple tuple[2];
	enum weir_dir found;
	uint32_t ref;

	numbered_tuple(i, tuple);
	ref = table_find(&r->table, table_hash(&r->table, &tuple[dir]), &tuple[dir], &found);
	if (ref)
		assert_int_equal(found, dir);
	return ref & ~REF_REPLY;
}

static void test_grow_and_shrink_far(void **state)
{
	enum { MANY = 300000 };
	static const uint32_t stops[] = {4097, 5000, 6200, 50000, 99000, 200000, 262145, MANY};
	struct rig *r = rig_create(11);
	uint32_t *refs = calloc(MANY, sizeof *refs);
	int changing = 0;

	(void)state;
	assert_non_null(refs);
	for (uint32_t i = 0, stop = 0; i < MANY; i++) {
		struct tuple tuple[2];

		numbered_tuple(i, tuple);
		refs[i] = rig_insert(r, tuple, i % 5 == 0);
		assert_int_not_equal(refs[i], 0);
		if (i + 1 == stops[stop]) {
			stop++;
			changing += r->table.index.target != r->table.index.buckets;
			must_be_valid(r);
		}
	}
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(find_numbered(r, i, WEIR_ORIGINAL), refs[i]);
		assert_int_equal(find_numbered(r, i, WEIR_REPLY), refs[i]);
	}
	/* Out in another order: i * 7919 modulo MANY meets each i once. */
	for (uint32_t k = 0; k < MANY; k++) {
		uint32_t i = (uint32_t)((uint64_t)k * 7919 % MANY), left = MANY - 1 - k;

		table_end(&r->table, refs[i]);
		assert_int_equal(find_numbered(r, i, WEIR_REPLY), 0);
		for (size_t s = 0; s < ARRAY_COUNT(stops); s++)
			if (left == stops[s]) {
				changing += r->table.index.target != r->table.index.buckets;
				must_be_valid(r);
			}
	}
	assert_true(changing >= 4); /* the stops did meet the index half-way */
	must_be_valid(r);
	for (int i = 0; i < 300000 && r->table.index.buckets > 512; i++)
		index_step(&r->table.index);
	assert_int_equal(r->table.index.buckets, 512);
	trim(r);
	must_be_valid(r);
	/* Home and overflow of the index, one block of each slab. */
	assert_true(r->alloc.used < 8 * ALLOC_BLOCK);
	free(refs);
	rig_destroy(r);
}

/* Hashes that are the same. */

/* What an ICMP error quotes or a host pings is anybody's choice: tuples that differ may
 * not be made to share a hash without the key. Code and address must not cancel out. */
static void test_icmp_codes_do_not_cancel_out(void **state)
{
	enum { CODES = 256 };
	struct rig *r = rig_create(5);
	uint64_t hash[4 * CODES];
	static const uint8_t types[] = {8, 13, 15, 17};

	(void)state;
	for (unsigned t = 0; t < 4; t++)
		for (unsigned code = 0; code < CODES; code++) {
			struct tuple tuple = {.family = WEIR_IPV4, .proto = PROTO_ICMP,
					      .src_port = 7};

			tuple.src.v4 = 0x01000001u;
			tuple.dst.v4 = 0x7f000002u ^ ((uint32_t)(types[t] << 8 | code) << 16);
			tuple.dst_port = (uint16_t)(types[t] << 8 | code);
			hash[t * CODES + code] = table_hash(&r->table, &tuple);
		}
	for (unsigned i = 0; i < 4 * CODES; i++)
		for (unsigned k = 0; k < i; k++)
			if (hash[i] == hash[k])
				fail_msg("tuples %u and %u share a hash", i, k);
	rig_destroy(r);
}

/* Two hosts that ping each other with the same identifier: two connections, one hash. */
static void test_crossed_pings(void **state)
{
	struct rig *r = rig_create(6);
	struct tuple a[2], b[2];
	enum weir_dir dir;
	uint32_t ref_a, ref_b;

	(void)state;
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	a[0] = (struct tuple){.family = WEIR_IPV4, .proto = PROTO_ICMP, .src_port = 9,
			      .dst_port = 8 << 8};
	a[0].src.v4 = 1;
	a[0].dst.v4 = 2;
	b[0] = a[0];
	b[0].src.v4 = 2;
	b[0].dst.v4 = 1;
	assert_true(tuple_invert(&a[0], &a[1]) && tuple_invert(&b[0], &b[1]));
	for (int d = 0; d < 2; d++)
		assert_int_equal(table_hash(&r->table, &a[0]), table_hash(&r->table, d ? &b[1] : &b[0]));
	ref_a = rig_insert(r, a, false);
	ref_b = rig_insert(r, b, false);
	assert_int_not_equal(ref_a, ref_b);
	for (int d = 0; d < 2; d++) {
		uint64_t hash = table_hash(&r->table, &a[0]);

		assert_int_equal(table_find(&r->table, hash, &a[d], &dir), ref_a);
		assert_int_equal(dir, d);
		assert_int_equal(table_find(&r->table, hash, &b[d], &dir), ref_b);
		assert_int_equal(dir, d);
	}
	must_be_valid(r);
	table_end(&r->table, ref_a);
	must_be_valid(r);
	assert_int_equal(table_find(&r->table, table_hash(&r->table, &b[0]), &b[0], &dir), ref_b);
	rig_destroy(r);
}

/* The index alone, with hashes of our choice: ref i has hash[i]. */

struct bare {
	struct memory memory;
	struct alloc alloc;
	struct spare spare;
	struct index index;
	uint64_t hash[20000];
};

static void bare_hash(void *ctx, const uint32_t *refs, uint64_t *hashes, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		hashes[i] = ((struct bare *)ctx)->hash[refs[i]];
}

static void bare_prefetch(void *ctx, uint32_t ref)
{
	(void)ctx;
	(void)ref;
}

static struct bare *bare_create(void)
{
	struct bare *b = calloc(1, sizeof *b);
	struct weir_allocator hooks = {memory_alloc, memory_free, &b->memory};
	struct index_ops ops = {bare_hash, bare_prefetch, b};

	assert_non_null(b);
	alloc_init(&b->alloc, &hooks);
	spare_init(&b->spare, &b->alloc);
	assert_true(index_init(&b->index, &b->alloc, &b->spare, &ops));
	return b;
}

static void bare_destroy(struct bare *b)
{
	index_fini(&b->index);
	spare_fini(&b->spare);
	assert_int_equal(b->memory.blocks, 0);
	free(b);
}

static void bare_must_be_valid(const struct bare *b)
{
	const char *wrong = index_validate(&b->index);

	if (wrong)
		fail_msg("%s", wrong);
}

static bool bare_has(const struct bare *b, uint32_t ref)
{
	const struct bucket *at = index_home(&b->index, b->hash[ref]);
	uint16_t tag = index_tag(b->hash[ref]);

	for (; at; at = bucket_next(&b->index, at, tag))
		for (unsigned mask = bucket_match(at, tag); mask; mask &= mask - 1)
			if (at->ref[__builtin_ctz(mask)] == ref)
				return true;
	return false;
}

/* A thousand entries of one hash: a long list, and the index must grow past it. */
static void test_one_hash_for_many(void **state)
{
	enum { SAME = 1000, ALL = 20000 };
	struct bare *b = bare_create();
	uint64_t random = 77;

	(void)state;
	for (uint32_t i = 1; i < ALL; i++)
		b->hash[i] = i <= SAME ? UINT64_C(0x9123456789abcdef) : next_random(&random);
	for (uint32_t i = 1; i < ALL; i++) {
		assert_true(index_insert(&b->index, b->hash[i], i));
		if (i % 997 == 0)
			bare_must_be_valid(b);
	}
	bare_must_be_valid(b);
	assert_true(b->index.buckets * 10 >= b->index.count); /* it did grow */
	for (uint32_t i = 1; i < ALL; i++)
		assert_true(bare_has(b, i));
	for (uint32_t i = ALL - 1; i > 0; i--) {
		index_remove(&b->index, b->hash[i], i);
		assert_false(bare_has(b, i));
		if (i % 997 == 0)
			bare_must_be_valid(b);
	}
	assert_int_equal(b->index.count, 0);
	bare_must_be_valid(b);
	bare_destroy(b);
}

/* Hashes that crowd together: the lists are long, and the size is right all the same. */
static void test_uneven_hashes(void **state)
{
	enum { ALL = 20000 };
	struct bare *b = bare_create();
	uint64_t random = 78;

	(void)state;
	for (uint32_t i = 1; i < ALL; i++)
		b->hash[i] = next_random(&random) >> 6; /* the lowest 64th of the hash space */
	for (uint32_t i = 1; i < ALL; i++)
		assert_true(index_insert(&b->index, b->hash[i], i));
	for (int i = 0; i < 20000; i++)
		index_step(&b->index);
	assert_int_equal(b->index.buckets, b->index.target);
	assert_true(b->index.buckets * 10 >= b->index.count);
	bare_must_be_valid(b);
	for (uint32_t i = 1; i < ALL; i++)
		assert_true(bare_has(b, i));
	bare_destroy(b);
}

/* Slabs. */

static struct conn *slab_conn(struct slab *s, uint32_t slot)
{
	struct conn *c = slab_look(s, slot);

	assert_non_null(c);
	return c;
}

static void test_blocks_given_back(void **state)
{
	enum { BLOCKS = 5 };
	struct rig *r = rig_create(21);
	struct slab *s = &r->table.slab4;
	uint32_t count = BLOCKS * s->per_block - 1;
	uint8_t *gens = calloc(count + 1, 1);
	uint64_t before;

	(void)state;
	assert_non_null(gens);
	before = r->alloc.used;
	for (int turn = 0; turn < 3; turn++) {
		for (uint32_t i = 1; i <= count; i++) {
			uint32_t slot = slab_take(s);
			struct conn *c = slab_conn(s, slot);

			assert_int_equal(slot, i); /* the lowest block first */
			/* Slot and generation have never been together before. */
			assert_true(turn == 0 || c->gen > gens[slot]);
			gens[slot] = (uint8_t)c->gen;
			c->status = WEIR_STATUS_CONFIRMED;
		}
		assert_int_equal(s->live, count);
		for (uint32_t i = count; i > 0; i--)
			slab_free(s, i);
		assert_int_equal(s->live, 0);
		trim(r);
		/* One block is kept against flutter; besides there are the slab's arrays. */
		assert_true(r->alloc.used < before + 2 * ALLOC_BLOCK);
	}
	free(gens);
	rig_destroy(r);
}

static void test_generations_run_out(void **state)
{
	struct rig *r = rig_create(22);
	struct slab *s = &r->table.slab4;
	uint32_t slot, last_gen = 0;

	(void)state;
	slot = slab_take(s);
	assert_int_equal(slot, 1);
	slab_conn(s, slot)->gen = SLAB_GEN_MAX - 3;
	for (int i = 0; i < 3; i++) {
		struct conn *c = slab_conn(s, 1);

		assert_int_equal(slot, 1);
		assert_true(c->gen > last_gen);
		last_gen = c->gen;
		c->status = WEIR_STATUS_CONFIRMED;
		slab_free(s, 1);
		slot = slab_take(s);
	}
	assert_int_equal(slot, 2); /* slot 1 is used up */
	assert_int_equal(s->live, 1);
	rig_destroy(r);
}

/* The nursery. */

static uint64_t push_numbered(struct rig *r, uint32_t i, uint32_t unassured)
{
	struct tuple tuple[2];
	uint32_t ref;
	uint64_t id;

	numbered_tuple(i, tuple);
	ref = rig_insert(r, tuple, false);
	assert_int_not_equal(ref, 0);
	id = conn_id(table_at(&r->table, ref), ref, 0);
	assert_true(nursery_push(&r->nursery, &r->table, id, unassured));
	return id;
}

static void test_nursery_order(void **state)
{
	enum { COUNT = 20000 }; /* over two of its blocks */
	struct rig *r = rig_create(31);
	uint64_t *ids = calloc(COUNT, sizeof *ids);

	(void)state;
	assert_non_null(ids);
	assert_int_equal(nursery_pop(&r->nursery, &r->table), 0);
	for (uint32_t i = 0; i < COUNT; i++)
		ids[i] = push_numbered(r, i + i % 5 * COUNT, i);
	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t ref = table_ref(&r->table, ids[i]);

		if (i % 3 == 1)
			table_at(&r->table, ref)->status |= WEIR_STATUS_ASSURED;
		else if (i % 3 == 2)
			table_end(&r->table, ref);
	}
	/* What is neither assured nor gone, oldest first. */
	for (uint32_t i = 0; i < COUNT; i += 3) {
		uint32_t ref = nursery_pop(&r->nursery, &r->table);

		assert_int_equal(ref, table_ref(&r->table, ids[i]));
		table_end(&r->table, ref);
	}
	assert_int_equal(nursery_pop(&r->nursery, &r->table), 0);
	assert_int_equal(r->nursery.length, 0);
	free(ids);
	rig_destroy(r);
}

/* One that stays at the head must not let the queue grow: a thousand half-open at a time, a
 * hundred thousand that come and go. */
static void test_nursery_bounded(void **state)
{
	enum { ALIVE = 1000, COUNT = 100000 };
	struct rig *r = rig_create(32);
	uint64_t ids[ALIVE], stays, longest = 0;
	uint32_t ref;

	(void)state;
	stays = push_numbered(r, 1u << 20, 0);
	for (uint32_t i = 0; i < COUNT; i++) {
		if (i >= ALIVE)
			table_end(&r->table, table_ref(&r->table, ids[i % ALIVE]));
		ids[i % ALIVE] = push_numbered(r, i, i < ALIVE ? i + 1 : ALIVE);
		if (r->nursery.length > longest)
			longest = r->nursery.length;
	}
	assert_true(longest < 2 * (2 * ALIVE + 1024));
	/* It is still there, once. */
	for (uint32_t i = 0, seen = 0; i <= ALIVE; i++) {
		ref = nursery_pop(&r->nursery, &r->table);
		assert_int_not_equal(ref, 0);
		seen += ref == table_ref(&r->table, stays);
		table_end(&r->table, ref);
		if (i == ALIVE)
			assert_int_equal(seen, 1);
	}
	assert_int_equal(nursery_pop(&r->nursery, &r->table), 0);
	assert_int_equal(table_count(&r->table), 0);
	rig_destroy(r);
}

/* Failing allocations: whichever call fails, what is in stays findable, what was refused left
 * nothing, and all memory comes back. */

enum { TIDES = 2, TIDE = 40000 };

/* => how many were refused */
static uint32_t run_tides(struct rig *r, uint32_t *refs)
{
	uint32_t refused = 0, in = 0;

	for (int tide = 0; tide < TIDES; tide++) {
		in = 0;
		for (uint32_t i = 0; i < TIDE; i++) {
			struct tuple tuple[2];

			numbered_tuple(i, tuple);
			refs[i] = rig_insert(r, tuple, i % 5 == 0);
			if (!refs[i]) {
				refused++;
				continue;
			}
			in++;
			if (!nursery_push(&r->nursery, &r->table,
					  conn_id(table_at(&r->table, refs[i]), refs[i], 0), in))
				refused++;
		}
		assert_int_equal(table_count(&r->table), in);
		for (uint32_t i = 0; i < TIDE; i += 7) {
			assert_int_equal(find_numbered(r, i, WEIR_ORIGINAL), refs[i]);
			assert_int_equal(find_numbered(r, i, WEIR_REPLY), refs[i]);
		}
		for (uint32_t i = 0; i < TIDE; i++)
			if (refs[i])
				table_end(&r->table, refs[i]);
		assert_int_equal(table_count(&r->table), 0);
		assert_int_equal(r->table.index.count, 0);
		trim(r);
	}
	return refused;
}

static void test_one_allocation_fails(void **state)
{
	uint32_t *refs = calloc(TIDE, sizeof *refs);
	uint64_t calls, first;
	struct rig *r;

	(void)state;
	assert_non_null(refs);
	r = rig_create(41);
	first = r->memory.calls;
	assert_int_equal(run_tides(r, refs), 0);
	calls = r->memory.calls;
	assert_true(calls > first + 15);
	rig_destroy(r);
	for (uint64_t n = first; n < calls; n++) {
		r = rig_create(41);
		r->memory.fail_from = n;
		r->memory.fail_to = n + 1;
		/* At most one is refused: the next asks again. */
		assert_true(run_tides(r, refs) <= 1);
		must_be_valid(r);
		rig_destroy(r);
	}
	free(refs);
}

static void test_allocations_fail_for_a_while(void **state)
{
	uint32_t *refs = calloc(TIDE, sizeof *refs);

	(void)state;
	assert_non_null(refs);
	for (uint64_t n = 2; n < 20; n += 3) {
		struct rig *r = rig_create(42);

		r->memory.fail_from = n;
		r->memory.fail_to = n + 500;
		assert_true(run_tides(r, refs) > 0);
		must_be_valid(r);
		/* And it works again as if nothing had been. */
		r->memory.fail_to = 0;
		assert_int_equal(run_tides(r, refs), 0);
		must_be_valid(r);
		rig_destroy(r);
	}
	free(refs);
}

static void test_no_memory_to_begin(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 2; n++) {
		struct rig r = {.memory = {.fail_from = n, .fail_to = n + 1}};
		struct weir_allocator hooks = {memory_alloc, memory_free, &r.memory};
		const struct hash_key key = {.word = {1}};

		alloc_init(&r.alloc, &hooks);
		spare_init(&r.spare, &r.alloc);
		nursery_init(&r.nursery, &r.alloc);
		assert_false(table_init(&r.table, &r.alloc, &r.spare, &key));
		rig_fini(&r);
	}
}

/* Blocks prepared ahead are used, and none is lost. */
static void test_prepared_blocks(void **state)
{
	struct rig *r = rig_create(51);
	void *block[SPARE_BLOCKS + 1];

	(void)state;
	assert_true(spare_fill(&r->spare)); /* two, from the start */
	assert_false(spare_fill(&r->spare));
	for (int i = 0; i <= SPARE_BLOCKS; i++) {
		uint64_t calls = r->memory.calls;

		block[i] = spare_take(&r->spare);
		assert_non_null(block[i]);
		assert_int_equal(r->memory.calls - calls, i < 2 ? 0 : 1);
	}
	assert_true(spare_fill(&r->spare));
	for (int i = 0; i <= SPARE_BLOCKS; i++)
		spare_put(&r->spare, block[i]);
	assert_false(spare_fill(&r->spare)); /* what shrinks wants none */
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_histories),
		cmocka_unit_test(test_grow_and_shrink_far),
		cmocka_unit_test(test_icmp_codes_do_not_cancel_out),
		cmocka_unit_test(test_crossed_pings),
		cmocka_unit_test(test_one_hash_for_many),
		cmocka_unit_test(test_uneven_hashes),
		cmocka_unit_test(test_blocks_given_back),
		cmocka_unit_test(test_generations_run_out),
		cmocka_unit_test(test_nursery_order),
		cmocka_unit_test(test_nursery_bounded),
		cmocka_unit_test(test_one_allocation_fails),
		cmocka_unit_test(test_allocations_fail_for_a_while),
		cmocka_unit_test(test_no_memory_to_begin),
		cmocka_unit_test(test_prepared_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
