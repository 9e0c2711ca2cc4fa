/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of what is expected: what meets an expectation, what stands in another's way, what goes
 * with its master, its time, its class.
 */
#include "track/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/memory.h"

#define NOW (1000 * WEIR_SEC)

struct sample {
	struct memory memory;
	struct alloc alloc;
	struct expectations x;
};

static void begin(struct sample *s)
{
	static const uint8_t seed[32] = {3};
	struct weir_allocator hooks = {.alloc = memory_alloc, .free = memory_free};

	memset(s, 0, sizeof *s);
	s->memory.fail_from = s->memory.fail_to = UINT64_MAX;
	hooks.ctx = &s->memory;
	alloc_init(&s->alloc, &hooks);
	assert_true(expect_init(&s->x, &s->alloc, seed));
	expect_set_most(&s->x, 4096);
}

static void end(struct sample *s)
{
	expect_fini(&s->x);
	assert_int_equal(s->memory.blocks, 0);
	assert_int_equal(atomic_load(&s->alloc.used), 0);
}

static struct expectation make(uint64_t master, uint32_t src, uint16_t port)
{
	return (struct expectation){
		.tuple = {.src = {.v4 = src},
			  .dst = {.v4 = 7},
			  .dst_port = port,
			  .proto = PROTO_TCP,
			  .family = WEIR_IPV4},
		.any_src_port = true,
		.class = EXPECT_DATA,
		.master = master,
		.expires = NOW + 300 * WEIR_SEC,
	};
}

static enum expect_result add(struct sample *s, const struct expectation *e, uint32_t limit)
{
	return expect_add(&s->x, e, limit, NOW);
}

static uint32_t count(const struct sample *s)
{
	return atomic_load(&s->x.count);
}

static void test_met(void **state)
{
	struct sample s;
	struct expectation e = make(1, 5, 1025), got;
	struct tuple t = e.tuple;

	(void)state;
	begin(&s);
	t.src_port = 4000;
	assert_false(expect_take(&s.x, &t, NOW, &got));
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	for (int i = 0; i < 4; i++) {
		struct tuple other = t;

		if (i == 0)
			other.src.v4++;
		else if (i == 1)
			other.dst.v4++;
		else if (i == 2)
			other.dst_port++;
		else
			other.proto = PROTO_UDP;
		assert_false(expect_take(&s.x, &other, NOW, &got));
	}
	assert_false(expect_take(&s.x, &t, e.expires, &got));
	assert_true(expect_take(&s.x, &t, NOW, &got));
	assert_int_equal(got.master, 1);
	assert_false(expect_take(&s.x, &t, NOW, &got)); /* once */
	end(&s);
}

static void test_flags(void **state)
{
	struct sample s;
	struct expectation e = make(1, 5, 1025), got;
	struct tuple t = e.tuple;

	(void)state;
	begin(&s);
	e.flags = WEIR_EXPECT_PERMANENT | WEIR_EXPECT_INACTIVE;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	assert_false(expect_take(&s.x, &t, NOW, &got));
	e.flags = WEIR_EXPECT_PERMANENT;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	assert_int_equal(count(&s), 1);
	assert_true(expect_take(&s.x, &t, NOW, &got));
	assert_true(expect_take(&s.x, &t, NOW, &got));
	end(&s);
}

static void test_pair(void **state)
{
	struct sample s;
	struct expectation a = make(1, 5, 1025), b = make(1, 5, 1026), c = make(1, 5, 1027), got;

	(void)state;
	begin(&s);
	a.pair = b.pair = true;
	c.class = EXPECT_AUDIO;
	assert_int_equal(add(&s, &a, 2), EXPECT_OK);
	assert_int_equal(add(&s, &b, 2), EXPECT_OK);
	assert_int_equal(add(&s, &c, 2), EXPECT_OK);
	assert_true(expect_take(&s.x, &b.tuple, NOW, &got));
	assert_int_equal(count(&s), 1);
	assert_true(expect_take(&s.x, &c.tuple, NOW, &got));
	end(&s);
}

static void test_in_the_way(void **state)
{
	struct sample s;
	struct expectation a = make(1, 5, 1025), b = make(2, 5, 1025);

	(void)state;
	begin(&s);
	assert_int_equal(add(&s, &a, 1), EXPECT_OK);
	assert_int_equal(add(&s, &a, 1), EXPECT_OK); /* the same again */
	assert_int_equal(add(&s, &b, 1), EXPECT_BUSY); /* another master's */
	b.master = 1;
	b.class = EXPECT_AUDIO;
	assert_int_equal(add(&s, &b, 1), EXPECT_BUSY); /* another class */
	b.class = EXPECT_DATA;
	b.any_src = true;
	assert_int_equal(add(&s, &b, 1), EXPECT_BUSY); /* more than the same */
	b.any_src = false;
	b.tuple.src.v4++;
	b.master = 2;
	assert_int_equal(add(&s, &b, 1), EXPECT_OK); /* other packets */
	/* What is over stands in nobody's way. */
	b = make(3, 5, 1025);
	b.expires = a.expires + 1;
	assert_int_equal(expect_add(&s.x, &b, 1, a.expires), EXPECT_OK);
	assert_int_equal(count(&s), 1);
	end(&s);
}

static void test_limit(void **state)
{
	struct sample s;
	struct expectation e, got;

	(void)state;
	begin(&s);
	for (uint16_t port = 2000; port < 2005; port++) {
		e = make(1, 5, port);
		assert_int_equal(add(&s, &e, 3), EXPECT_OK);
	}
	assert_int_equal(count(&s), 3);
	for (uint16_t port = 2000; port < 2005; port++) {
		e = make(1, 5, port);
		assert_int_equal(expect_take(&s.x, &e.tuple, NOW, &got), port >= 2002);
	}
	end(&s);
}

static void test_most(void **state)
{
	struct sample s;
	struct expect_counters counters;
	struct expectation e;

	(void)state;
	begin(&s);
	expect_set_most(&s.x, 2);
	for (uint64_t master = 1; master < 5; master++) {
		e = make(master, 5, (uint16_t)(2000 + master));
		assert_int_equal(add(&s, &e, 1), master < 3 ? EXPECT_OK : EXPECT_FULL);
	}
	expect_count(&s.x, &counters);
	assert_int_equal(counters.now, 2);
	assert_int_equal(counters.added, 2);
	assert_int_equal(counters.refused, 2);
	/* The oldest of the class makes room for its own. */
	e = make(1, 5, 3000);
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	end(&s);
}

/* One host has a quarter of them at most, whoever expects them and under whatever address. */
static void test_host(void **state)
{
	struct expectation e;
	struct sample s;

	(void)state;
	begin(&s);
	expect_set_most(&s.x, 400);
	for (uint16_t i = 0; i < 101; i++) {
		e = make(1 + i, 5, (uint16_t)(2000 + i));
		e.translate = i % 2;
		e.new_dst.v4 = 7;
		e.tuple.dst.v4 = i % 2 ? 9 : 7;
		assert_int_equal(add(&s, &e, 1), i < 100 ? EXPECT_OK : EXPECT_FULL);
	}
	e.new_dst.v4 = e.tuple.dst.v4 = 8;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	assert_int_equal(expect_forget(&s.x, 1, EXPECT_ALL), 1);
	e.new_dst.v4 = e.tuple.dst.v4 = 7;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	end(&s);
}

/* Addresses of IPv6 are for the taking: a network counts as one host. */
static void test_network(void **state)
{
	struct expectation e;
	struct sample s;

	(void)state;
	begin(&s);
	expect_set_most(&s.x, 400);
	for (uint16_t i = 0; i < 101; i++) {
		e = make(1 + i, 5, 2000);
		e.tuple.family = WEIR_IPV6;
		e.tuple.dst = (union weir_addr){.u64 = {1, i}};
		assert_int_equal(add(&s, &e, 1), i < 100 ? EXPECT_OK : EXPECT_FULL);
	}
	e.tuple.dst.u64[0] = 2;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	end(&s);
}

/* What a packet to one port has to look at is bounded. */
static void test_same_port(void **state)
{
	struct expectation e;
	struct sample s;

	(void)state;
	begin(&s);
	for (uint32_t i = 0; i < EXPECT_SAME + 1; i++) {
		e = make(1 + i, 5 + i, 2000);
		assert_int_equal(add(&s, &e, 1), i < EXPECT_SAME ? EXPECT_OK : EXPECT_BUSY);
	}
	e.tuple.dst_port = 2001;
	assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	assert_int_equal(expect_forget(&s.x, 1, EXPECT_ALL), 1);
	e.tuple.dst_port = 2000;
	assert_int_equal(add(&s, &e, 2), EXPECT_OK);
	/* Those whose time is over are in nobody's way. */
	e = make(200, 200, 2000);
	assert_int_equal(add(&s, &e, 1), EXPECT_BUSY);
	e.expires += 300 * WEIR_SEC;
	assert_int_equal(expect_add(&s.x, &e, 1, NOW + 300 * WEIR_SEC), EXPECT_OK);
	assert_int_equal(count(&s), 1 + 1);
	end(&s);
}

static bool mark_it(void *ctx, struct expectation *e)
{
	unsigned *seen = ctx;

	e->mark = (uint16_t)++*seen;
	return *seen < 2;
}

static void test_masters(void **state)
{
	struct sample s;
	struct expectation e, got;
	unsigned seen = 0;

	(void)state;
	begin(&s);
	for (uint16_t i = 0; i < 6; i++) {
		e = make(1 + i % 2, 5, (uint16_t)(2000 + i));
		e.class = i < 4 ? EXPECT_DATA : EXPECT_AUDIO;
		assert_int_equal(add(&s, &e, 8), EXPECT_OK);
	}
	expect_each(&s.x, 1, mark_it, &seen);
	assert_int_equal(seen, 2);
	expect_rename(&s.x, 1, 9);
	assert_int_equal(expect_forget(&s.x, 1, EXPECT_ALL), 0);
	assert_int_equal(expect_forget(&s.x, 9, EXPECT_AUDIO), 1);
	assert_int_equal(expect_forget(&s.x, 9, EXPECT_ALL), 2);
	e = make(2, 5, 2001);
	expect_cancel(&s.x, 1, &e);
	assert_int_equal(count(&s), 3);
	expect_cancel(&s.x, 2, &e);
	assert_int_equal(count(&s), 2);
	assert_false(expect_take(&s.x, &e.tuple, NOW, &got));
	e = make(2, 5, 2003);
	assert_true(expect_take(&s.x, &e.tuple, NOW, &got));
	end(&s);
}

/* Thousands, of which all are found, listed once, and end with their time. */
static void test_many(void **state)
{
	struct weir_expectation list[100];
	struct expectation e, got;
	uint32_t cursor = 0;
	struct sample s;
	size_t all = 0, n;

	(void)state;
	begin(&s);
	for (uint16_t i = 0; i < 3000; i++) {
		e = make(1 + i / 3, i % 7, (uint16_t)(2000 + i));
		e.tuple.dst.v4 = i % 5;
		e.expires = NOW + (i % 2 ? 10 : 20) * WEIR_SEC;
		assert_int_equal(add(&s, &e, 8), EXPECT_OK);
	}
	while ((n = expect_list(&s.x, &cursor, NOW, list, ARRAY_COUNT(list))) != 0)
		all += n;
	assert_int_equal(all, 3000);
	assert_true(list[0].any_src_port && !list[0].any_src);
	for (uint16_t i = 0; i < 3000; i += 100) {
		e = make(0, i % 7, (uint16_t)(2000 + i));
		e.tuple.dst.v4 = i % 5;
		assert_true(expect_take(&s.x, &e.tuple, NOW, &got));
		assert_int_equal(got.master, 1 + i / 3);
	}
	expect_expire(&s.x, NOW + 15 * WEIR_SEC, 8192);
	assert_int_equal(count(&s), 1500 - 30);
	expect_expire(&s.x, NOW + 25 * WEIR_SEC, 8192);
	assert_int_equal(count(&s), 0);
	end(&s);
}

static void test_no_memory(void **state)
{
	struct expectation e, got;
	struct sample s;
	unsigned added = 0;

	(void)state;
	begin(&s);
	s.memory.random = 77;
	s.memory.fail_one_in = 2;
	for (uint16_t i = 0; i < 300; i++) {
		e = make(1 + i, 5, (uint16_t)(2000 + i));
		if (add(&s, &e, 1) != EXPECT_OK)
			continue;
		added++;
		assert_true(expect_take(&s.x, &e.tuple, NOW, &got));
		assert_int_equal(add(&s, &e, 1), EXPECT_OK);
	}
	assert_int_equal(count(&s), added);
	assert_true(added > 64 && added < 300);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_met),     cmocka_unit_test(test_flags),
		cmocka_unit_test(test_pair),    cmocka_unit_test(test_in_the_way),
		cmocka_unit_test(test_limit),   cmocka_unit_test(test_most),
		cmocka_unit_test(test_host),    cmocka_unit_test(test_network),
		cmocka_unit_test(test_same_port),
		cmocka_unit_test(test_masters), cmocka_unit_test(test_many),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
