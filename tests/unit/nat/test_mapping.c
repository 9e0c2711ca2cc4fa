/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mapping.c - the table of mappings: found by both ends, held by connections, over in time,
 * bounded, sound when memory is short; and against a list that is searched from end to end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "nat/mapping.h"
#include "unit/memory.h"

struct rig {
	struct memory memory;
	struct alloc alloc;
	struct mappings m;
};

static struct rig *rig_create(void)
{
	static const uint8_t seed[32] = {7};
	struct rig *r = calloc(1, sizeof *r);
	struct weir_allocator hooks = {memory_alloc, memory_free, &r->memory};
	struct hash_key key;

	assert_non_null(r);
	alloc_init(&r->alloc, &hooks);
	hash_key_init(&key, seed, 1);
	mappings_init(&r->m, &r->alloc, &key);
	return r;
}

static void rig_destroy(struct rig *r)
{
	mappings_fini(&r->m);
	assert_int_equal(r->memory.bytes, 0);
	free(r);
}

static struct mapping_end end_of(uint32_t addr, unsigned port)
{
	return (struct mapping_end){be32_swap(addr), (uint16_t)port};
}

static void test_both_ends(void **state)
{
	struct rig *r = rig_create();
	struct mapping *a = mapping_add(&r->m, end_of(1, 5), end_of(100, 50), 0), *b;

	(void)state;
	assert_non_null(a);
	assert_ptr_equal(mapping_inside(&r->m, end_of(1, 5), 0, UINT32_MAX, 0), a);
	assert_ptr_equal(mapping_inside(&r->m, end_of(1, 5), 100, 100, 0), a);
	assert_null(mapping_inside(&r->m, end_of(1, 5), 101, 200, 0));
	assert_null(mapping_inside(&r->m, end_of(1, 6), 0, UINT32_MAX, 0));
	assert_null(mapping_inside(&r->m, end_of(2, 5), 0, UINT32_MAX, 0));
	assert_ptr_equal(mapping_public(&r->m, end_of(100, 50), 0), a);
	assert_null(mapping_public(&r->m, end_of(1, 5), 0));
	/* One socket with a second public address. */
	b = mapping_add(&r->m, end_of(1, 5), end_of(200, 50), 0);
	assert_ptr_equal(mapping_inside(&r->m, end_of(1, 5), 150, 250, 0), b);
	assert_ptr_equal(mapping_inside(&r->m, end_of(1, 5), 50, 150, 0), a);
	assert_ptr_equal(mapping_at(&r->m, a->id), a);
	assert_null(mapping_at(&r->m, 0));
	assert_null(mapping_at(&r->m, 3));
	rig_destroy(r);
}

static void test_time(void **state)
{
	struct rig *r = rig_create();
	struct mapping *a = mapping_add(&r->m, end_of(1, 5), end_of(100, 50), 10);
	weir_time over = 10 + MAPPING_IDLE;
	uint32_t id = a->id;

	(void)state;
	mapping_use(a, true);
	assert_true(mapping_open(a, over * 100));
	assert_ptr_equal(mapping_public(&r->m, end_of(100, 50), over * 100), a);
	mapping_use(a, false);
	mapping_release(a, true, 50);
	over = 50 + MAPPING_IDLE;
	assert_true(mapping_open(a, over - 1));
	/* Nobody new comes in, but it is there for the one that is. */
	assert_false(mapping_open(a, over));
	assert_ptr_equal(mapping_public(&r->m, end_of(100, 50), over), a);
	mapping_release(a, false, over);
	assert_ptr_equal(mapping_at(&r->m, id), a);
	assert_null(mapping_public(&r->m, end_of(100, 50), over));
	assert_int_equal(r->m.count, 0);
	/* Its place is another's, its id nobody's. */
	a = mapping_add(&r->m, end_of(2, 5), end_of(100, 50), over);
	assert_non_null(a);
	assert_null(mapping_at(&r->m, id));
	assert_int_not_equal(a->id, id);
	mappings_expire(&r->m, over + MAPPING_IDLE - 1, 10);
	assert_int_equal(r->m.count, 1);
	mappings_expire(&r->m, over + MAPPING_IDLE, 10);
	assert_int_equal(r->m.count, 0);
	rig_destroy(r);
}

static void test_bounds(void **state)
{
	struct rig *r = rig_create();

	(void)state;
	for (uint32_t i = 0; i < MAPPINGS_MAX; i++)
		assert_non_null(mapping_add(&r->m, end_of(i, 1), end_of(i, 2), 0));
	assert_null(mapping_add(&r->m, end_of(7, 7), end_of(7, 8), 0));
	assert_non_null(mapping_public(&r->m, end_of(MAPPINGS_MAX - 1, 2), 0));
	mappings_expire(&r->m, MAPPING_IDLE, 1000);
	assert_int_equal(r->m.count, MAPPINGS_MAX - 1000);
	assert_non_null(mapping_add(&r->m, end_of(7, 7), end_of(7, 8), MAPPING_IDLE));
	mappings_expire(&r->m, 2 * MAPPING_IDLE, MAPPINGS_MAX);
	assert_int_equal(r->m.count, 0);
	rig_destroy(r);
}

static void test_no_memory(void **state)
{
	struct rig *r;

	(void)state;
	for (uint64_t fail = 0; fail < 2; fail++) {
		r = rig_create();
		r->memory.fail_from = fail;
		r->memory.fail_to = fail + 1;
		assert_null(mapping_add(&r->m, end_of(1, 5), end_of(100, 50), 0));
		assert_null(mapping_inside(&r->m, end_of(1, 5), 0, UINT32_MAX, 0));
		mappings_expire(&r->m, 1, 100);
		assert_non_null(mapping_add(&r->m, end_of(1, 5), end_of(100, 50), 0));
		assert_non_null(mapping_public(&r->m, end_of(100, 50), 0));
		rig_destroy(r);
	}
}

/* Against a plain list. */

#define PORTS 40

struct known {
	struct mapping *mapping; /* NULL: none */
	unsigned conns, holders;
	weir_time until;
};

static bool is_over(const struct known *k, weir_time now)
{
	return !k->mapping || (k->conns == 0 && now >= k->until);
}

static void step(struct rig *r, struct known *known, uint64_t x, weir_time now)
{
	unsigned at = x % PORTS;
	struct known *k = &known[at];
	struct mapping *found = mapping_public(&r->m, end_of(9, at), now);

	assert_ptr_equal(found, is_over(k, now) ? NULL : k->mapping);
	assert_ptr_equal(mapping_inside(&r->m, end_of(at, 1), 9, 9, now), found);
	if (!found) {
		*k = (struct known){mapping_add(&r->m, end_of(at, 1), end_of(9, at), now), 0, 0,
				    now + MAPPING_IDLE};
		return;
	}
	assert_int_equal(mapping_open(found, now), k->holders > 0 || now < k->until);
	if (x >> 8 & 1) {
		bool holds = x >> 9 & 1;

		mapping_use(found, holds);
		k->conns++;
		k->holders += holds;
	} else if (k->conns > 0) {
		bool held = k->holders == k->conns || (k->holders > 0 && x >> 9 & 1);

		mapping_release(found, held, now);
		k->conns--;
		k->holders -= held;
		if (held && now + MAPPING_IDLE > k->until)
			k->until = now + MAPPING_IDLE;
	}
}

static void test_random(void **state)
{
	struct rig *r = rig_create();
	struct known known[PORTS] = {{NULL, 0, 0, 0}};
	uint64_t x = 88172645463325252u;
	weir_time now = 0;

	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		now += x >> 40 & 3 ? x % WEIR_SEC : x % (20 * WEIR_SEC);
		step(r, known, x >> 16, now);
		mappings_expire(&r->m, now, x & 3);
	}
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ends), cmocka_unit_test(test_time),
		cmocka_unit_test(test_bounds),	  cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
