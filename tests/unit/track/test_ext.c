/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extension records, the counters that carry into them, and packed rates.
 */
#include "track/ext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "track/rate.h"

/* An allocator that fails while `refuse` is set. */
struct hooks {
	bool refuse;
	unsigned live;
};

static void *hook_alloc(void *ctx, size_t size, size_t align)
{
	struct hooks *h = ctx;

	if (h->refuse)
		return NULL;
	h->live++;
	size = (size + align - 1) / align * align;
	return memset(aligned_alloc(align, size), 0, size);
}

static void hook_free(void *ctx, void *ptr, size_t size)
{
	struct hooks *h = ctx;

	(void)size;
	h->live--;
	free(ptr);
}

struct lab {
	struct hooks hooks;
	struct alloc alloc;
	struct ext_pool pool;
	struct conn c;
};

static void lab_init(struct lab *l)
{
	struct weir_allocator allocator = {hook_alloc, hook_free, &l->hooks};

	memset(l, 0, sizeof(*l));
	alloc_init(&l->alloc, &allocator);
	ext_pool_create(&l->pool, &l->alloc);
}

static void lab_fini(struct lab *l)
{
	ext_pool_destroy(&l->pool);
	assert_int_equal(l->hooks.live, 0);
	assert_int_equal(l->alloc.used, 0);
}

static void test_pool(void **state)
{
	const uint32_t many = 20 * EXT_BLOCK_RECORDS; /* the directory grows once */
	struct lab l;

	(void)state;
	lab_init(&l);
	assert_int_equal(l.hooks.live, 0); /* nothing before it is needed */
	ext_put(&l.pool, 0);
	for (uint32_t i = 1; i < many; i++) {
		assert_int_equal(ext_take(&l.pool), i);
		ext_at(&l.pool, i)->packets_hi[0] = i;
		ext_at(&l.pool, i)->slow_bytes_hi[1] = ~i;
	}
	for (uint32_t i = 1; i < many; i++) {
		assert_int_equal(ext_at(&l.pool, i)->packets_hi[0], i);
		assert_int_equal(ext_at(&l.pool, i)->slow_bytes_hi[1], ~i);
	}
	assert_int_equal(l.pool.used, many - 1);
	assert_int_equal((uintptr_t)ext_at(&l.pool, 5) % 64, 0);

	ext_put(&l.pool, 70);
	ext_put(&l.pool, 5);
	assert_int_equal(ext_take(&l.pool), 5);
	assert_int_equal(ext_at(&l.pool, 5)->packets_hi[0], 0); /* a fresh one is zero */
	assert_int_equal(ext_at(&l.pool, 5)->slow_bytes_hi[1], 0);
	assert_int_equal(ext_take(&l.pool), 70);
	lab_fini(&l);
	ext_pool_destroy(&l.pool); /* twice is fine */
}

static void test_no_memory(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l);
	l.hooks.refuse = true;
	assert_int_equal(ext_take(&l.pool), 0);
	l.hooks.refuse = false;
	assert_int_equal(ext_take(&l.pool), 1);
	for (uint32_t i = 2; i < EXT_BLOCK_RECORDS; i++)
		assert_int_equal(ext_take(&l.pool), i);
	l.hooks.refuse = true;
	assert_int_equal(ext_take(&l.pool), 0);
	ext_put(&l.pool, 9);
	assert_int_equal(ext_take(&l.pool), 9);
	l.hooks.refuse = false;
	assert_int_equal(ext_take(&l.pool), EXT_BLOCK_RECORDS);
	lab_fini(&l);
}

static void test_count(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l);
	conn_count(&l.pool, &l.c, WEIR_REPLY, 1500);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_REPLY), 1);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_REPLY), 1500);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_ORIGINAL), 0);
	assert_int_equal(l.c.ext, 0);

	/* Bytes carry, packets do not. */
	l.c.bytes[0] = UINT32_MAX - 1499;
	conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 1499);
	assert_int_equal(l.c.ext, 0);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_ORIGINAL), UINT32_MAX);
	conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 100);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_ORIGINAL), UINT64_C(0x100000063));
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_ORIGINAL), 2);
	assert_int_equal(l.pool.used, 1);

	/* Packets carry, bytes do not. */
	l.c.packets[1] = UINT32_MAX;
	conn_count(&l.pool, &l.c, WEIR_REPLY, 40);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_REPLY), UINT64_C(1) << 32);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_REPLY), 1540);

	/* Both, and the directions stay apart. */
	l.c.packets[1] = l.c.bytes[1] = UINT32_MAX;
	conn_count(&l.pool, &l.c, WEIR_REPLY, 2);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_REPLY), UINT64_C(2) << 32);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_REPLY), UINT64_C(0x100000001));
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_ORIGINAL), 2);
	assert_int_equal(l.pool.used, 1);
	lab_fini(&l);
}

static void test_count_stands_still(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l);
	l.hooks.refuse = true;
	l.c.bytes[0] = UINT32_MAX - 10;
	for (int i = 0; i < 3; i++)
		conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 100);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_ORIGINAL), UINT32_MAX);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_ORIGINAL), 3);
	l.hooks.refuse = false;
	conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 100);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_ORIGINAL), UINT64_C(0xffffffff) + 100);
	lab_fini(&l);
}

static void test_fasttrack_share(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l);
	l.c.proto = PROTO_TCP;
	l.c.packets[0] = 7;
	l.c.bytes[0] = UINT32_MAX; /* and a carry before FastTrack */
	conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 11);
	assert_int_equal(conn_fasttrack_packets(&l.pool, &l.c, WEIR_ORIGINAL), 0);

	conn_slow_begin(&l.pool, &l.c);
	l.c.status |= WEIR_STATUS_FASTTRACK;
	assert_int_equal(conn_fasttrack_bytes(&l.pool, &l.c, WEIR_ORIGINAL), 0);
	conn_count(&l.pool, &l.c, WEIR_ORIGINAL, 1000);
	conn_count_slow(&l.pool, &l.c, WEIR_ORIGINAL, 40);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_ORIGINAL), 10);
	assert_int_equal(conn_bytes(&l.pool, &l.c, WEIR_ORIGINAL), UINT64_C(0xffffffff) + 1051);
	assert_int_equal(conn_fasttrack_packets(&l.pool, &l.c, WEIR_ORIGINAL), 1);
	assert_int_equal(conn_fasttrack_bytes(&l.pool, &l.c, WEIR_ORIGINAL), 1000);
	assert_int_equal(conn_fasttrack_packets(&l.pool, &l.c, WEIR_REPLY), 0);

	/* Total and slow part carry with the same packet. */
	l.c.packets[1] = UINT32_MAX;
	l.c.tcp.slow_packets[1] = UINT32_MAX;
	conn_count_slow(&l.pool, &l.c, WEIR_REPLY, 40);
	assert_int_equal(conn_packets(&l.pool, &l.c, WEIR_REPLY), UINT64_C(1) << 32);
	assert_int_equal(conn_fasttrack_packets(&l.pool, &l.c, WEIR_REPLY), 0);
	conn_count(&l.pool, &l.c, WEIR_REPLY, 40);
	assert_int_equal(conn_fasttrack_packets(&l.pool, &l.c, WEIR_REPLY), 1);
	lab_fini(&l);
}

/* Every packed value that rate_pack() gives comes back as itself, in order. */
static void test_rate_values(void **state)
{
	uint64_t before = 0;

	(void)state;
	for (uint32_t packed = 0; packed <= UINT16_MAX; packed++) {
		uint64_t rate = rate_unpack((uint16_t)packed);

		if (packed < 2048) {
			assert_int_equal(rate, packed);
			assert_int_equal(rate_pack(rate), packed);
		} else if ((packed & 2047) >= 1024) { /* others have a second spelling */
			assert_int_equal(rate_pack(rate), packed);
			assert_true(rate > before);
			/* Between two neighbours: to the nearer, the middle upward. */
			if ((rate - before) % 2 == 0) {
				uint64_t middle = before + (rate - before) / 2;

				assert_int_equal(rate_pack(middle), packed);
				assert_true(rate_pack(middle - 1) < packed);
			} else {
				assert_int_equal(rate - before, 1);
			}
		} else {
			continue;
		}
		before = rate;
	}
}

static void test_rate_steps(void **state)
{
	uint16_t before = 0;

	(void)state;
	for (uint64_t rate = 0; rate < 3000000; rate++) {
		uint16_t packed = rate_pack(rate);
		uint64_t back = rate_unpack(packed);
		uint64_t off = back > rate ? back - rate : rate - back;

		if (packed < before || off * 2048 > rate)
			fail_msg("%llu gives %u, back %llu", (unsigned long long)rate, packed,
				 (unsigned long long)back);
		before = packed;
	}
}

static void test_rate_top(void **state)
{
	const uint64_t top = UINT64_C(2047) << 31;

	(void)state;
	assert_int_equal(rate_unpack(UINT16_MAX), top);
	assert_int_equal(rate_pack(top), UINT16_MAX);
	assert_int_equal(rate_pack(top - 1), UINT16_MAX);
	assert_int_equal(rate_pack(top + (UINT64_C(1) << 31)), UINT16_MAX);
	assert_int_equal(rate_pack(UINT64_MAX), UINT16_MAX);
	assert_int_equal(rate_pack(UINT64_C(1) << 63), UINT16_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_count_stands_still),
		cmocka_unit_test(test_fasttrack_share),
		cmocka_unit_test(test_rate_values),
		cmocka_unit_test(test_rate_steps),
		cmocka_unit_test(test_rate_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
