/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of several workers against one plain list: whatever they add and take out, however late
 * they read and wherever memory runs out, in the end each has what was said last.
 */
#include "sample.h"

enum { WORKERS = 3, KEYS = 600, LISTS = 2 };

struct crowd {
	struct sample s;
	struct shared_lists *shared;
	struct firewall *worker[WORKERS];
	weir_time until[LISTS][KEYS]; /* what was said last; 0: it is not there */
	uint64_t random;
	weir_time now;
	unsigned fresh;
};

static const struct weir_address_list lists[LISTS] = {{"a", NULL, 0}, {"b", NULL, 0}};

static void crowd_begin(struct crowd *c, uint64_t random)
{
	struct dynamic_name *names;

	memset(c, 0, sizeof *c);
	c->random = random;
	c->now = WEIR_SEC;
	sample_begin(&c->s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	c->s.rules.lists = lists;
	c->s.rules.list_count = LISTS;
	sample_compile(&c->s);
	c->shared = shared_lists_create(&c->s.alloc, &(struct hash_key){{7}}, WORKERS);
	assert_non_null(c->shared);
	names = shared_lists_name(c->shared, c->s.ruleset);
	assert_non_null(names);
	shared_names_take(c->shared, names, c->s.ruleset);
	for (unsigned w = 0; w < WORKERS; w++) {
		c->worker[w] = firewall_create(&c->s.alloc, 10 + w, NULL);
		assert_non_null(c->worker[w]);
		assert_true(firewall_adopt(c->worker[w], c->s.ruleset));
		firewall_join(c->worker[w], c->shared, w);
	}
}

static void crowd_end(struct crowd *c)
{
	for (unsigned w = 0; w < WORKERS; w++)
		firewall_destroy(c->worker[w]);
	shared_lists_destroy(c->shared);
	sample_end(&c->s);
}

static struct dynamic_key key_of(const struct crowd *c, unsigned list, unsigned n)
{
	union weir_addr addr = {.u64 = {n + 1, 0}};

	return dynamic_key_of(&c->worker[0]->added, list, n % 2 ? WEIR_IPV4 : WEIR_IPV6, &addr);
}

/* A second at least goes by, so each renewal is one that all hear of. */
static void add(struct crowd *c, unsigned w, unsigned list, unsigned n)
{
	weir_time timeout = (1 + next_random(&c->random) % 5000) * WEIR_SEC;
	struct dynamic_key key = key_of(c, list, n);
	struct shared_added added;

	c->now += 2 * WEIR_SEC;
	if (listing_add(c->worker[w], &key, timeout, c->now, SHARED_TOLD, &added))
		c->until[list][n] = c->now + timeout;
	c->fresh += added.fresh;
}

static void compare(struct crowd *c)
{
	uint64_t expect = 0;

	for (unsigned w = 0; w < WORKERS; w++) {
		struct dynamic_lists *own = &c->worker[w]->added;
		unsigned there = 0;

		expect = 0;
		for (unsigned list = 0; list < LISTS; list++)
			for (unsigned n = 0; n < KEYS; n++) {
				struct dynamic_key key = key_of(c, list, n);
				uint32_t place = dynamic_lists_find(own, &key);
				weir_time until = c->until[list][n];

				if (place &&
				    dynamic_entry_over(dynamic_entry_at(own, place), c->now))
					place = 0;
				if (!place != (until <= c->now))
					fail_msg("worker %u, list %u, %u: %u", w, list, n, place);
				if (place)
					assert_int_equal(dynamic_entry_at(own, place)->expires,
							 until);
				there += place != 0;
				expect += until > c->now;
			}
		assert_int_equal(there, expect);
	}
	assert_true(expect > 0);
}

/* Two act at every turn, one sleeps for up to 40000. */
static void test_random(void **state)
{
	unsigned told = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct crowd c;

		crowd_begin(&c, seed);
		for (unsigned turn = 0; turn < 120000; turn++) {
			unsigned w = next_random(&c.random) % WORKERS;
			unsigned list = next_random(&c.random) % LISTS;
			unsigned n = next_random(&c.random) % KEYS;
			struct dynamic_key key = key_of(&c, list, n);
			bool there = c.until[list][n] > c.now;

			if (w == 2 && turn % 40000 != 0)
				w = turn % 2;
			if (next_random(&c.random) % 3 == 0)
				firewall_follow(c.worker[w], c.now);
			if (next_random(&c.random) % 8 == 0) {
				assert_int_equal(listing_remove(c.worker[w], &key, c.now), there);
				c.until[list][n] = 0;
			} else {
				told = c.fresh;
				there = c.until[list][n] > c.now + 2 * WEIR_SEC;
				add(&c, w, list, n);
				assert_int_equal(c.fresh - told, !there);
			}
			firewall_expire(c.worker[w], c.now, 4);
			if (turn % 10007 == 0) {
				firewall_follow(c.worker[0], c.now);
				firewall_follow(c.worker[1], c.now);
			}
		}
		for (unsigned w = 0; w < WORKERS; w++)
			firewall_follow(c.worker[w], c.now);
		compare(&c);
		assert_true(c.shared->all.top <= LISTS * KEYS + 1);
		crowd_end(&c);
	}
}

/* Memory that fails every second time: what a worker has and cannot tell, and what it cannot
 * read, comes with time. */
static void test_no_memory(void **state)
{
	unsigned full = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct firewall_stats stats;
		struct crowd c;

		crowd_begin(&c, seed);
		c.s.memory.random = seed;
		for (unsigned turn = 0; turn < 300; turn++) {
			unsigned w = next_random(&c.random) % WORKERS;

			c.s.memory.fail_one_in = turn < 200 ? 2 : 0;
			firewall_follow(c.worker[w], c.now);
			if (turn < 200)
				add(&c, w, turn % LISTS, turn);
			firewall_expire(c.worker[w], c.now, 1000);
		}
		for (unsigned w = 0; w < WORKERS; w++) {
			firewall_follow(c.worker[w], c.now);
			firewall_stats_get(c.worker[w], &stats);
			full += stats.list_full > 0;
		}
		compare(&c);
		crowd_end(&c);
	}
	assert_true(full > 0);
}

/* One adds by itself; the others read. What is over makes room. */
static void test_room(void **state)
{
	struct crowd c;
	struct shared_added added;

	(void)state;
	crowd_begin(&c, 1);
	for (uint32_t i = 0; i < 40000; i++) {
		union weir_addr addr = {.v4 = i};
		struct dynamic_key key = dynamic_key_of(&c.worker[0]->added, 0, WEIR_IPV4, &addr);

		assert_true(listing_add(c.worker[0], &key, WEIR_SEC, c.now, SHARED_TOLD, &added));
		assert_true(added.fresh && added.tell);
		firewall_expire(c.worker[0], c.now, 4);
		for (unsigned w = 1; w < WORKERS && i % 8 == 0; w++) {
			firewall_follow(c.worker[w], c.now);
			firewall_expire(c.worker[w], c.now, 32);
		}
		c.now += WEIR_MSEC;
	}
	assert_true(c.shared->all.top < 2000);
	crowd_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
