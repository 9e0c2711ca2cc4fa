/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of enhanced GRE, against a list that is searched from end to end, with memory that
 * runs out.
 */
#include "track/gre_key.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "unit/memory.h"

#define MOST 100u

struct lab {
	struct memory memory;
	struct alloc alloc;
	struct gre_keys keys;
};

static void lab_init(struct lab *l, uint32_t most)
{
	struct weir_allocator hooks = {memory_alloc, memory_free, &l->memory};

	memset(l, 0, sizeof *l);
	alloc_init(&l->alloc, &hooks);
	assert_true(gre_keys_init(&l->keys, &l->alloc, most));
}

static void lab_fini(struct lab *l)
{
	gre_keys_fini(&l->keys);
	assert_int_equal(l->memory.blocks, 0);
	assert_int_equal(l->alloc.used, 0);
}

/* Beyond IPv4's addresses there is whatever was there before. */
static struct tuple tuple4(uint32_t src, uint32_t dst, uint16_t from_call, uint16_t call)
{
	struct tuple t;

	memset(&t, (int)(src + call), sizeof t);
	t.src.v4 = src;
	t.dst.v4 = dst;
	t.src_port = from_call;
	t.dst_port = call;
	t.proto = PROTO_GRE;
	t.family = WEIR_IPV4;
	return t;
}

static uint16_t found(struct lab *l, uint32_t src, uint32_t dst, uint16_t call)
{
	struct tuple t = tuple4(src, dst, 0, call);
	uint64_t master = 0;
	bool there = gre_key_find(&l->keys, &t, &master);

	assert_int_equal(there, t.src_port != 0);
	assert_int_equal(master != 0, t.src_port != 0);
	return t.src_port;
}

static bool add(struct lab *l, uint64_t master, uint32_t src, uint32_t dst, uint16_t from_call,
		uint16_t call)
{
	struct tuple t = tuple4(src, dst, from_call, call);

	return gre_key_add(&l->keys, master, &t);
}

static void test_both_directions(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	assert_int_equal(found(&l, 1, 2, 20), 0);
	assert_true(add(&l, 7, 1, 2, 10, 20));
	assert_true(add(&l, 7, 2, 1, 20, 10));
	assert_int_equal(found(&l, 1, 2, 20), 10);
	assert_int_equal(found(&l, 2, 1, 10), 20);
	assert_int_equal(found(&l, 1, 2, 10), 0);
	assert_int_equal(found(&l, 1, 3, 20), 0);
	assert_int_equal(found(&l, 3, 2, 20), 0);
	lab_fini(&l);
}

static void test_masters(void **state)
{
	struct tuple t = tuple4(1, 2, 0, 20);
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	assert_true(add(&l, 7, 1, 2, 0, 20)); /* only taken */
	assert_int_equal(found(&l, 1, 2, 20), 0);
	assert_false(add(&l, 8, 1, 2, 11, 20));
	assert_true(add(&l, 7, 1, 2, 10, 20));
	assert_int_equal(found(&l, 1, 2, 20), 10);
	gre_key_drop(&l.keys, 8, &t);
	assert_int_equal(found(&l, 1, 2, 20), 10);
	gre_key_forget(&l.keys, 8);
	assert_int_equal(found(&l, 1, 2, 20), 10);
	gre_key_drop(&l.keys, 7, &t);
	assert_int_equal(found(&l, 1, 2, 20), 0);
	assert_int_equal(l.keys.count, 0);
	assert_true(add(&l, 9, 1, 2, 12, 20));
	lab_fini(&l);
}

static void test_families(void **state)
{
	struct tuple six = tuple4(1, 2, 10, 20), t;
	uint64_t master;
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	memset(&six.src, 0, sizeof six.src);
	memset(&six.dst, 0, sizeof six.dst);
	six.src.v4 = 1;
	six.dst.v4 = 2;
	six.family = WEIR_IPV6;
	assert_true(gre_key_add(&l.keys, 7, &six));
	assert_true(add(&l, 8, 1, 2, 30, 20));
	t = six;
	t.src_port = 0;
	assert_true(gre_key_find(&l.keys, &t, &master));
	assert_int_equal(t.src_port, 10);
	assert_int_equal(master, 7);
	t = six;
	t.src_port = 0;
	t.src.v6[15] = 1;
	assert_false(gre_key_find(&l.keys, &t, &master));
	assert_int_equal(t.src_port, 0);
	assert_int_equal(found(&l, 1, 2, 20), 30);
	lab_fini(&l);
}

static void test_ended(void **state)
{
	uint64_t cursor = 0, other = 0;
	struct tuple t;
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	add(&l, 7, 1, 2, 10, 20);
	add(&l, 7, 2, 1, 20, 10);
	add(&l, 7, 5, 6, 0, 9); /* nothing can have come of it */
	add(&l, 8, 3, 4, 10, 20);
	assert_false(gre_key_ended(&l.keys, &cursor, &t));
	gre_key_forget(&l.keys, 7);
	assert_true(gre_key_ended(&l.keys, &cursor, &t));
	assert_int_equal(t.src_port + t.dst_port, 30);
	assert_int_equal(t.src.v4 + t.dst.v4, 3);
	assert_int_equal(t.proto, PROTO_GRE);
	assert_int_equal(t.family, WEIR_IPV4);
	assert_true(gre_key_ended(&l.keys, &cursor, &t));
	assert_int_equal(t.src_port + t.dst_port, 30);
	assert_false(gre_key_ended(&l.keys, &cursor, &t));
	assert_true(gre_key_ended(&l.keys, &other, &t)); /* each worker sees them */
	t = tuple4(3, 4, 0, 20);
	gre_key_drop(&l.keys, 8, &t);
	assert_true(gre_key_ended(&l.keys, &cursor, &t));
	assert_int_equal(t.src.v4, 3);
	assert_int_equal(t.src_port, 10);
	assert_false(gre_key_ended(&l.keys, &cursor, &t));
	lab_fini(&l);
}

/* Who sleeps misses the oldest, and sees each of the others once. */
static void test_ended_late(void **state)
{
	uint64_t cursor = 0;
	uint32_t seen = 0;
	struct tuple t;
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	for (uint16_t i = 1; i <= GRE_ENDED + 10; i++) {
		add(&l, 7, 1, 2, i, 20);
		gre_key_forget(&l.keys, 7);
	}
	while (gre_key_ended(&l.keys, &cursor, &t))
		assert_int_equal(t.src_port, 11 + seen++);
	assert_int_equal(seen, GRE_ENDED);
	lab_fini(&l);
}

static void test_full(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	for (uint16_t i = 1; i <= MOST; i++)
		assert_true(add(&l, 7, 1, 2, i, i));
	assert_false(add(&l, 7, 1, 2, 1, MOST + 1));
	assert_true(add(&l, 7, 1, 2, 9, MOST)); /* is there already */
	assert_int_equal(found(&l, 1, 2, MOST), 9);
	gre_key_forget(&l.keys, 7);
	assert_true(add(&l, 7, 1, 2, 1, MOST + 1));
	lab_fini(&l);
}

static void test_no_memory(void **state)
{
	struct gre_keys keys;
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	l.memory.fail_from = l.memory.calls;
	l.memory.fail_to = UINT64_MAX;
	assert_false(gre_keys_init(&keys, &l.alloc, MOST));
	assert_false(add(&l, 7, 1, 2, 10, 20));
	assert_int_equal(found(&l, 1, 2, 20), 0);
	l.memory.fail_to = 0;
	for (uint16_t i = 1; i <= 16; i++)
		assert_true(add(&l, 7, 1, 2, i, i));
	l.memory.fail_to = UINT64_MAX;
	assert_false(add(&l, 7, 1, 2, 17, 17));
	for (uint16_t i = 1; i <= 16; i++)
		assert_int_equal(found(&l, 1, 2, i), i);
	lab_fini(&l);
}

/* A random history beside the plain list. */
static void test_model(void **state)
{
	struct {
		uint64_t master;
		struct tuple t;
	} model[MOST];
	uint64_t random = 1;
	uint32_t count = 0;
	struct lab l;

	(void)state;
	lab_init(&l, MOST);
	for (int step = 0; step < 20000; step++) {
		uint64_t r = next_random(&random), master = 1 + (r >> 8) % 5;
		struct tuple t =
			tuple4((r >> 16) % 4, (r >> 24) % 4, 1 + (r >> 32) % 9, (r >> 48) % 8);
		uint32_t at = 0;

		while (at < count &&
		       (model[at].t.src.v4 != t.src.v4 || model[at].t.dst.v4 != t.dst.v4 ||
			model[at].t.dst_port != t.dst_port))
			at++;
		assert_int_equal(found(&l, t.src.v4, t.dst.v4, t.dst_port),
				 at < count ? model[at].t.src_port : 0);
		if (r % 16 == 0) {
			gre_key_forget(&l.keys, master);
			for (uint32_t i = 0; i < count;)
				if (model[i].master == master)
					model[i] = model[--count];
				else
					i++;
		} else if (r % 4 == 0) {
			gre_key_drop(&l.keys, master, &t);
			if (at < count && model[at].master == master)
				model[at] = model[--count];
		} else if (at < count) {
			assert_int_equal(gre_key_add(&l.keys, master, &t),
					 model[at].master == master);
			if (model[at].master == master)
				model[at].t = t;
		} else {
			assert_int_equal(gre_key_add(&l.keys, master, &t), count < MOST);
			if (count < MOST) {
				model[count].master = master;
				model[count++].t = t;
			}
		}
		assert_int_equal(l.keys.count, count);
	}
	lab_fini(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_directions), cmocka_unit_test(test_masters),
		cmocka_unit_test(test_families),        cmocka_unit_test(test_ended),
		cmocka_unit_test(test_ended_late),      cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_memory),       cmocka_unit_test(test_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
