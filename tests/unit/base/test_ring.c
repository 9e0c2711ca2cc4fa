/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring: order, bounds, wrap-around of its counters, and two threads at once
 * (run it under ThreadSanitizer to check the orderings too).
 */
#include "base/ring.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct item {
	uint64_t number, check;
	uint8_t odd; /* a size that is no power of two */
};

static void *no_memory(void *ctx, size_t size, size_t align)
{
	(void)ctx;
	(void)size;
	(void)align;
	return NULL;
}

static void no_free(void *ctx, void *ptr, size_t size)
{
	(void)ctx;
	(void)ptr;
	(void)size;
}

static void own_alloc(struct alloc *a)
{
	static const struct weir_allocator own;

	alloc_init(a, &own);
}

static bool put(struct ring *r, uint64_t number)
{
	struct item *item = ring_reserve(r);

	if (!item)
		return false;
	item->number = number;
	item->check = ~number;
	ring_commit(r);
	return true;
}

static void test_bounds(void **state)
{
	const struct weir_allocator none = {.alloc = no_memory, .free = no_free};
	struct item out;
	struct alloc a;
	struct ring r;

	(void)state;
	own_alloc(&a);
	assert_int_equal(ring_init(&r, &a, 0, 8), WEIR_ERANGE);
	assert_int_equal(ring_init(&r, &a, RING_COUNT_MAX + 1, 8), WEIR_ERANGE);
	assert_int_equal(ring_init(&r, &a, 8, 0), WEIR_ERANGE);
	assert_int_equal(ring_init(&r, &a, 8, SIZE_MAX / 4), WEIR_ERANGE);
	assert_null(ring_reserve(&r)); /* a ring of zeros has no room */
	assert_int_equal(ring_read(&r, &out, 1), 0);
	ring_fini(&r, &a);
	assert_int_equal(a.used, 0);

	alloc_init(&a, &none);
	assert_int_equal(ring_init(&r, &a, 8, 8), WEIR_ENOMEM);
	assert_null(ring_reserve(&r));
}

static void test_order(void **state)
{
	struct item out[8];
	struct alloc a;
	struct ring r;

	(void)state;
	own_alloc(&a);
	assert_int_equal(ring_init(&r, &a, 5, sizeof(struct item)), WEIR_OK);
	assert_int_equal(ring_read(&r, out, 8), 0);
	for (unsigned i = 0; i < 8; i++) /* 5 becomes 8 */
		assert_true(put(&r, i));
	assert_false(put(&r, 8));
	assert_int_equal(ring_read(&r, out, 3), 3);
	assert_int_equal(out[2].number, 2);
	for (unsigned i = 8; i < 11; i++)
		assert_true(put(&r, i));
	assert_false(put(&r, 11));
	assert_int_equal(ring_read(&r, out, 8), 8); /* goes round the end */
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(out[i].number, 3 + i);
	assert_int_equal(ring_read(&r, out, 8), 0);
	ring_fini(&r, &a);
	assert_int_equal(a.used, 0);
}

static void test_reserve_keeps_place(void **state)
{
	struct item out;
	struct alloc a;
	struct ring r;

	(void)state;
	own_alloc(&a);
	assert_int_equal(ring_init(&r, &a, 2, sizeof(struct item)), WEIR_OK);
	assert_ptr_equal(ring_reserve(&r), ring_reserve(&r));
	assert_int_equal(ring_read(&r, &out, 1), 0); /* reserved is not committed */
	ring_fini(&r, &a);
}

/* The counters go past 2^32. */
static void test_counter_wrap(void **state)
{
	struct item out[4];
	struct alloc a;
	struct ring r;
	uint64_t expected = 0;

	(void)state;
	own_alloc(&a);
	assert_int_equal(ring_init(&r, &a, 4, sizeof(struct item)), WEIR_OK);
	r.written = r.read = r.read_seen = r.written_seen = UINT32_MAX - 5;
	for (uint64_t i = 0; i < 60;) {
		size_t got;

		while (i < 60 && put(&r, i))
			i++;
		got = ring_read(&r, out, 3);
		assert_int_equal(got, 3);
		for (size_t k = 0; k < got; k++)
			assert_int_equal(out[k].number, expected++);
	}
	assert_true(r.read < 100);
	ring_fini(&r, &a);
}

#define TRAFFIC 300000u

static void *produce(void *arg)
{
	struct ring *r = arg;

	for (uint64_t i = 0; i < TRAFFIC;)
		if (put(r, i))
			i++;
		else
			sched_yield();
	return NULL;
}

static void test_threads(void **state)
{
	struct item out[7];
	uint64_t expected = 0;
	pthread_t producer;
	struct alloc a;
	struct ring r;
	unsigned wrong = 0;

	(void)state;
	own_alloc(&a);
	assert_int_equal(ring_init(&r, &a, 16, sizeof(struct item)), WEIR_OK);
	assert_int_equal(pthread_create(&producer, NULL, produce, &r), 0);
	while (expected < TRAFFIC) {
		size_t got = ring_read(&r, out, 1 + expected % 7);

		for (size_t i = 0; i < got; i++, expected++)
			wrong += out[i].number != expected || out[i].check != ~expected;
		if (!got)
			sched_yield();
	}
	pthread_join(producer, NULL);
	assert_int_equal(wrong, 0);
	assert_int_equal(ring_read(&r, out, 7), 0);
	ring_fini(&r, &a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_reserve_keeps_place),
		cmocka_unit_test(test_counter_wrap),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
