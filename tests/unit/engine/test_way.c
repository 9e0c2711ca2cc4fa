/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_way.c - ways: each stands once, keeps its number while the list grows, and the list has an
 * end; memory that runs out costs nothing but the new way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "engine/way.h"

#include <cmocka.h>

#include "unit/memory.h"

static struct way way_of(uint32_t n)
{
	struct way way;

	memset(&way, 0, sizeof way);
	way.out = (uint16_t)(n & 7);
	way.count = 1;
	way.met[0] = n;
	return way;
}

static void begin(struct ways *ways, struct alloc *alloc, struct memory *memory)
{
	const struct weir_allocator hooks = {memory_alloc, memory_free, memory};

	*memory = (struct memory){.fail_from = UINT64_MAX};
	alloc_init(alloc, &hooks);
	ways_init(ways, alloc);
}

static void test_once(void **state)
{
	struct memory memory;
	struct alloc alloc;
	struct ways ways;

	(void)state;
	begin(&ways, &alloc, &memory);
	for (int turn = 0; turn < 2; turn++)
		for (uint32_t n = 1; n <= 1000; n++) {
			struct way way = way_of(n);

			assert_int_equal(ways_find(&ways, &way), n);
			assert_memory_equal(ways_at(&ways, (uint16_t)n), &way, sizeof way);
		}
	ways_clear(&ways);
	for (uint32_t n = 1; n <= 100; n++) {
		struct way way = way_of(n + 500);

		assert_int_equal(ways_find(&ways, &way), n);
	}
	ways_fini(&ways);
	assert_int_equal(memory.blocks, 0);
}

static void test_full(void **state)
{
	struct memory memory;
	struct alloc alloc;
	struct ways ways;
	struct way way;

	(void)state;
	begin(&ways, &alloc, &memory);
	for (uint32_t n = 1; n < WAY_FREE; n++) {
		way = way_of(n);
		assert_int_equal(ways_find(&ways, &way), n);
	}
	way = way_of(WAY_FREE);
	assert_int_equal(ways_find(&ways, &way), WAY_NONE);
	way = way_of(WAY_FREE - 1);
	assert_int_equal(ways_find(&ways, &way), WAY_FREE - 1);
	ways_fini(&ways);
	assert_int_equal(memory.blocks, 0);
}

static void test_no_memory(void **state)
{
	struct memory memory;
	struct alloc alloc;
	struct ways ways;

	(void)state;
	begin(&ways, &alloc, &memory);
	memory.fail_one_in = 2;
	memory.random = 99;
	for (uint32_t n = 1, wanted = 1; wanted <= 500; n++) {
		struct way way = way_of(wanted);
		uint16_t number = ways_find(&ways, &way);

		assert_true(n < 2000);
		if (number == WAY_NONE)
			continue;
		assert_int_equal(number, wanted);
		wanted++;
	}
	for (uint32_t n = 1; n <= 500; n++) {
		struct way way = way_of(n);

		assert_int_equal(ways_find(&ways, &way), n);
	}
	ways_fini(&ways);
	assert_int_equal(memory.blocks, 0);
	assert_int_equal(memory.bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
