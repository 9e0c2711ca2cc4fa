/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address lists: what the embedder gave against a slow search, what rules add against a model,
 * and how the two come together.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02"

static union weir_addr v4(uint32_t host)
{
	return (union weir_addr){.v4 = be32_swap(host)};
}

static union weir_addr v6(uint64_t high, uint64_t low)
{
	union weir_addr a;

	put_be32(a.v6, (uint32_t)(high >> 32));
	put_be32(a.v6 + 4, (uint32_t)high);
	put_be32(a.v6 + 8, (uint32_t)(low >> 32));
	put_be32(a.v6 + 12, (uint32_t)low);
	return a;
}

static const struct address_list *compile(struct sample *s, const struct weir_address_list *list)
{
	sample_begin(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s->rules.lists = list;
	s->rules.list_count = 1;
	sample_compile(s);
	return &s->ruleset->lists[0];
}

static bool slow_has(const struct weir_address_list *list, uint8_t family, const union weir_addr *a)
{
	size_t size = family == WEIR_IPV4 ? 4 : 16;

	for (size_t i = 0; i < list->count; i++) {
		const struct weir_address_range *r = &list->ranges[i];

		if (r->family == family && memcmp(a->v6, r->first.v6, size) >= 0 &&
		    memcmp(a->v6, r->last.v6, size) <= 0)
			return true;
	}
	return false;
}

/* Ends of ranges, their neighbours, and what lies anywhere. */
static void compare(const struct address_list *list, const struct weir_address_list *from,
		    uint64_t *random)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct weir_address_range *r = &from->ranges[i];

		for (int d = -1; d <= 1; d++) {
			union weir_addr a = addr_number(r->family, d & 1 ? &r->first : &r->last), b;

			b = r->family == WEIR_IPV4 ? v4(a.v4 + (uint32_t)d)
						   : v6(a.u64[0], a.u64[1] + (uint64_t)(int64_t)d);
			assert_int_equal(address_list_has(list, r->family, &b),
					 slow_has(from, r->family, &b));
		}
		union weir_addr a = v4((uint32_t)next_random(random));
		union weir_addr b = v6(next_random(random) % 5, next_random(random));

		assert_int_equal(address_list_has(list, WEIR_IPV4, &a),
				 slow_has(from, WEIR_IPV4, &a));
		assert_int_equal(address_list_has(list, WEIR_IPV6, &b),
				 slow_has(from, WEIR_IPV6, &b));
	}
}

static void test_static_random(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (unsigned turn = 0; turn < 60; turn++) {
		struct weir_address_range ranges[900];
		struct weir_address_list list = {"some", ranges, 0};
		const struct address_list *compiled;
		struct sample s;

		list.count = turn < 10 ? turn : next_random(&random) % 900;
		for (size_t i = 0; i < list.count; i++) {
			uint64_t first = next_random(&random), spread = next_random(&random) % 33;
			uint32_t at = turn % 2 ? (uint32_t)first : (uint32_t)first % 4096;
			uint32_t size = (uint32_t)(next_random(&random) & ((1ull << spread) - 1));
			uint32_t last = at + size < at ? UINT32_MAX : at + size;

			if (next_random(&random) % 3) {
				ranges[i] =
					(struct weir_address_range){WEIR_IPV4, v4(at), v4(last)};
			} else {
				uint64_t high = first % 5, more = high + size % 2;

				ranges[i] = (struct weir_address_range){
					WEIR_IPV6, v6(high, first),
					v6(more, more > high || first + size < first
							 ? UINT64_MAX
							 : first + size)};
			}
		}
		compiled = compile(&s, &list);
		compare(compiled, &list, &random);
		sample_end(&s);
	}
}

static void test_static_ends(void **state)
{
	const struct weir_address_range ranges[] = {
		{WEIR_IPV4, v4(0), v4(0)},
		{WEIR_IPV4, v4(UINT32_MAX), v4(UINT32_MAX)},
		{WEIR_IPV4, v4(5), v4(9)},
		{WEIR_IPV4, v4(10), v4(10)},
		{WEIR_IPV6, v6(UINT64_MAX, UINT64_MAX), v6(UINT64_MAX, UINT64_MAX)},
	};
	const struct weir_address_list list = {"some", ranges, ARRAY_COUNT(ranges)};
	const struct weir_address_list all = {
		"all", &(struct weir_address_range){WEIR_IPV4, v4(0), v4(UINT32_MAX)}, 1};
	uint64_t random = 2;
	struct sample s;
	const struct address_list *c = compile(&s, &list);

	(void)state;
	compare(c, &list, &random);
	assert_int_equal(c->v4.count, 3); /* 5 to 9 and 10 are one */
	sample_end(&s);
	compare(compile(&s, &all), &all, &random);
	sample_end(&s);
}

/* A million entries, every second address of one network and some others. */
static void test_static_many(void **state)
{
	enum { COUNT = 1000000 };
	struct weir_address_range *ranges = calloc(COUNT, sizeof *ranges);
	struct weir_address_list list = {"many", ranges, COUNT};
	const struct address_list *c;
	struct sample s;

	(void)state;
	assert_non_null(ranges);
	for (uint32_t i = 0; i < COUNT; i++) {
		uint32_t addr = (uint32_t)(i * UINT64_C(7919) % COUNT) * 2 + 0x0a000000;

		ranges[i] = (struct weir_address_range){WEIR_IPV4, v4(addr), v4(addr)};
	}
	c = compile(&s, &list);
	assert_int_equal(c->v4.count, COUNT);
	for (uint32_t i = 0; i < 2 * COUNT; i++) {
		union weir_addr a = v4(0x0a000000 + i);

		if (address_list_has(c, WEIR_IPV4, &a) != !(i & 1))
			fail_msg("address %u", i);
	}
	free(ranges);
	sample_end(&s);
}

#define ADDRESSES 3000u

static union weir_addr some_address(uint32_t n)
{
	return n % 2 ? v4(n) : v6(n / 100, n);
}

/* Adding, refreshing, removing, expiring, against a plain array. */
static void test_added_random(void **state)
{
	static weir_time until[3][ADDRESSES]; /* 0: is not there */
	const struct weir_address_list lists[] = {{"a", NULL, 0}, {"b", NULL, 0}, {"c", NULL, 0}};
	uint64_t random = 3;
	weir_time now = 1;
	struct firewall_list_entry entries[100];
	struct sample s;
	uint32_t cursor = 0;
	size_t count = 0, n, expect = 0;

	(void)state;
	memset(until, 0, sizeof until);
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = lists;
	s.rules.list_count = 3;
	sample_compile(&s);
	for (unsigned turn = 0; turn < 200000; turn++, now += 10) {
		uint32_t list = next_random(&random) % 3, n_addr = next_random(&random) % ADDRESSES;
		union weir_addr a = some_address(n_addr);
		uint8_t family = n_addr % 2 ? WEIR_IPV4 : WEIR_IPV6;
		weir_time *u = &until[list][n_addr];
		weir_time timeout = next_random(&random) % 200000 + 1;

		switch (next_random(&random) % 8) {
		case 0:
			assert_int_equal(
				firewall_list_remove(s.firewall, lists[list].name, family, &a,
						     now) &&
					*u > now,
				*u > now);
			*u = 0;
			break;
		case 1:
		case 2:
			assert_true(firewall_list_add(s.firewall, lists[list].name, family, &a,
						      timeout, now));
			*u = now + timeout;
			break;
		case 3:
			firewall_expire(s.firewall, now, 10);
			break;
		default:
			assert_int_equal(
				dynamic_list_has(&s.firewall->added, list, family, &a, now),
				*u > now);
		}
	}
	for (unsigned l = 0; l < 3; l++) {
		for (unsigned i = 0; i < ADDRESSES; i++)
			expect += until[l][i] > now;
	}
	while ((n = firewall_list_entries(s.firewall, &cursor, now, entries, 100)) > 0)
		count += n;
	assert_int_equal(count, expect);
	firewall_expire(s.firewall, now, UINT32_MAX);
	assert_int_equal(s.firewall->added.used, expect);
	sample_end(&s);
}

/* Lists go by their names from one ruleset to the next. */
static void test_added_names(void **state)
{
	const struct weir_address_list before[] = {{"a", NULL, 0}, {"b", NULL, 0}};
	const struct weir_address_list after[] = {{"c", NULL, 0}, {"b", NULL, 0}, {"d", NULL, 0}};
	union weir_addr one = v4(1), two = v4(2);
	struct firewall_list_entry entry;
	struct firewall_stats stats;
	uint32_t cursor = 0;
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = before;
	s.rules.list_count = 2;
	sample_compile(&s);
	assert_true(firewall_list_add(s.firewall, "a", WEIR_IPV4, &one, 0, 5));
	assert_true(firewall_list_add(s.firewall, "b", WEIR_IPV4, &two, 0, 5));
	assert_false(firewall_list_add(s.firewall, "c", WEIR_IPV4, &two, 0, 5));
	assert_false(firewall_list_remove(s.firewall, "c", WEIR_IPV4, &two, 5));
	s.rules.lists = after;
	s.rules.list_count = 3;
	sample_compile(&s);
	for (uint32_t l = 0; l < 3; l++) {
		assert_false(dynamic_list_has(&s.firewall->added, l, WEIR_IPV4, &one, 6));
		assert_int_equal(dynamic_list_has(&s.firewall->added, l, WEIR_IPV4, &two, 6),
				 l == 1);
		assert_false(dynamic_list_has(&s.firewall->added, l, WEIR_IPV6, &two, 6));
	}
	assert_int_equal(firewall_list_entries(s.firewall, &cursor, 6, &entry, 1), 1);
	assert_string_equal(entry.list, "b");
	assert_int_equal(entry.addr.v4, two.v4);
	assert_int_equal(entry.family, WEIR_IPV4);
	assert_int_equal(firewall_list_entries(s.firewall, &cursor, 6, &entry, 1), 0);
	firewall_expire(s.firewall, 6, 100);
	firewall_stats_get(s.firewall, &stats);
	assert_int_equal(stats.list_entries, 1); /* that of the list that is gone went too */
	s.rules.lists = before;
	s.rules.list_count = 2;
	sample_compile(&s);
	assert_false(dynamic_list_has(&s.firewall->added, 0, WEIR_IPV4, &one, 6));
	sample_end(&s);
}

static void test_added_full(void **state)
{
	const struct weir_address_list list = {"a", NULL, 0};
	struct firewall_stats stats;
	struct sample s;
	union weir_addr a;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = &list;
	s.rules.list_count = 1;
	sample_compile(&s);
	for (uint32_t i = 1; i < DYNAMIC_ENTRIES; i++) {
		a = v4(i);
		if (!firewall_list_add(s.firewall, "a", WEIR_IPV4, &a, 1000, 0))
			fail_msg("entry %u", i);
	}
	a = v4(DYNAMIC_ENTRIES);
	assert_false(firewall_list_add(s.firewall, "a", WEIR_IPV4, &a, 0, 0));
	firewall_stats_get(s.firewall, &stats);
	assert_int_equal(stats.list_full, 1);
	assert_int_equal(stats.list_entries, DYNAMIC_ENTRIES - 1);
	a = v4(7);
	assert_true(firewall_list_add(s.firewall, "a", WEIR_IPV4, &a, 0, 0)); /* refreshed */
	firewall_expire(s.firewall, 1000, UINT32_MAX);
	firewall_stats_get(s.firewall, &stats);
	assert_int_equal(stats.list_entries, 1);
	a = v4(DYNAMIC_ENTRIES);
	assert_true(firewall_list_add(s.firewall, "a", WEIR_IPV4, &a, 0, 1000));
	sample_end(&s);
}

static void test_added_no_memory(void **state)
{
	const struct weir_address_list list = {"a", NULL, 0};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = &list;
	s.rules.list_count = 1;
	sample_compile(&s);
	s.memory.fail_one_in = 2;
	for (uint32_t i = 0; i < 40000; i++) {
		union weir_addr a = v4(i);
		bool added = firewall_list_add(s.firewall, "a", WEIR_IPV4, &a, 0, 0);

		assert_int_equal(dynamic_list_has(&s.firewall->added, 0, WEIR_IPV4, &a, 0), added);
	}
	assert_true(s.firewall->added.full > 0);
	sample_end(&s);
}

/* A rule that bans who knocks, and one before it that drops the banned. */
static void test_rules(void **state)
{
	const struct weir_address_list lists[] = {{"other", NULL, 0}, {"banned", NULL, 0}};
	const struct weir_match banned = {.type = WEIR_MATCH_SRC_LIST, .number = 1};
	const struct weir_match udp = {.type = WEIR_MATCH_PROTOCOL, .number = 17};
	const struct weir_rule rules[] = {
		{.counter = 1, .action = WEIR_ACTION_DROP, .matches = &banned, .match_count = 1},
		{.counter = 2, .action = WEIR_ACTION_ADD_DST_TO_LIST, .list = {0, false, 0},
		 .matches = &udp, .match_count = 1},
		{.counter = 3, .action = WEIR_ACTION_ADD_SRC_TO_LIST,
		 .list = {1, false, 60 * WEIR_SEC}},
	};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT);
	s.rules.lists = lists;
	s.rules.list_count = 2;
	sample_rules(&s, rules, ARRAY_COUNT(rules));
	sample_compile(&s);
	sample_packet(&s, TCP);
	s.walk.now = 1000;
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	assert_true(s.walk.only_once);
	assert_int_equal(s.listed, 1);
	assert_string_equal(s.entry.list, "banned");
	assert_int_equal(s.entry.rule, 3);
	assert_int_equal(s.entry.timeout, 60 * WEIR_SEC);
	assert_int_equal(s.entry.fresh, 1);
	assert_int_equal(s.entry.stored, 0);
	assert_int_equal(s.entry.addr.v4, s.walk.tuple.src.v4);
	assert_int_equal(sample_ask(&s), WALK_DROP);
	s.walk.now += 60 * WEIR_SEC;
	assert_int_equal(sample_ask(&s), WALK_ACCEPT); /* over; and banned again */
	assert_int_equal(s.listed, 2);
	assert_int_equal(sample_ask(&s), WALK_DROP);
	sample_packet(&s, "ip6:11 udp");
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	assert_int_equal(s.listed, 4);
	assert_int_equal(sample_count(&s, 1), 2);
	sample_end(&s);
}

/* An answer lasts if the embedder gave the entry, or if no rule could make one. */
static void test_lasting(void **state)
{
	const struct weir_address_range range = {WEIR_IPV4, v4(0x0a000001), v4(0x0a000001)};
	const struct weir_address_list lists[] = {
		{"given", &range, 1}, {"empty", NULL, 0}, {"filled", NULL, 0}};
	struct weir_match match = {.type = WEIR_MATCH_SRC_LIST};
	const struct weir_rule rules[] = {
		{.action = WEIR_ACTION_DROP, .matches = &match, .match_count = 1},
		{.action = WEIR_ACTION_ACCEPT},
		{.action = WEIR_ACTION_ADD_DST_TO_LIST, .list = {2, false, 0}},
	};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT);
	s.rules.lists = lists;
	s.rules.list_count = 3;
	sample_rules(&s, rules, ARRAY_COUNT(rules));
	for (uint32_t list = 0; list < 3; list++) {
		match.number = list;
		sample_compile(&s);
		sample_packet(&s, TCP);
		assert_int_equal(sample_ask(&s), list == 0 ? WALK_DROP : WALK_ACCEPT);
		assert_int_equal(s.walk.only_once, list == 2);
		assert_true(firewall_list_add(s.firewall, lists[list].name, WEIR_IPV4,
					      &s.walk.tuple.src, 0, 0));
		s.walk.only_once = false;
		assert_int_equal(sample_ask(&s), WALK_DROP);
		assert_int_equal(s.walk.only_once, list > 0);
	}
	sample_end(&s);
}

/* Told of again when the timeout moved by a second; never for what has no end. */
static void test_refreshed(void **state)
{
	const struct weir_address_list list = {"a", NULL, 0};
	struct weir_rule rule = {.action = WEIR_ACTION_ADD_SRC_TO_LIST,
				 .list = {0, false, 10 * WEIR_SEC}};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING);
	s.rules.lists = &list;
	s.rules.list_count = 1;
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	sample_packet(&s, TCP);
	for (unsigned i = 0; i <= 20; i++, s.walk.now += WEIR_SEC / 10)
		sample_ask(&s);
	assert_int_equal(s.listed, 3);
	assert_int_equal(s.entry.fresh, 0);
	assert_true(dynamic_list_has(&s.firewall->added, 0, WEIR_IPV4, &s.walk.tuple.src,
				     s.walk.now + 9 * WEIR_SEC));
	rule.list.timeout = 0;
	sample_compile(&s);
	for (unsigned i = 0; i < 5; i++, s.walk.now += 100 * WEIR_SEC)
		sample_ask(&s);
	assert_int_equal(s.listed, 4);
	assert_int_equal(s.entry.timeout, 0);
	sample_end(&s);
}

/* none-static: the embedder is told once and has it from then on. */
static void test_stored(void **state)
{
	struct weir_address_list list = {"a", NULL, 0};
	const struct weir_rule rule = {.action = WEIR_ACTION_ADD_SRC_TO_LIST, .list = {0, true, 0}};
	struct weir_address_range range = {.family = WEIR_IPV4};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING);
	s.rules.lists = &list;
	s.rules.list_count = 1;
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	sample_packet(&s, TCP);
	s.walk.now = 1;
	sample_ask(&s);
	sample_ask(&s);
	assert_int_equal(s.listed, 1);
	assert_int_equal(s.entry.stored, 1);
	assert_int_equal(s.entry.timeout, 0);
	range.first = range.last = s.entry.addr;
	list.ranges = &range;
	list.count = 1;
	sample_compile(&s);
	s.walk.now += 100 * WEIR_SEC;
	sample_ask(&s);
	assert_int_equal(s.listed, 1);
	assert_false(dynamic_list_has(&s.firewall->added, 0, WEIR_IPV4, &s.entry.addr, s.walk.now));
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_static_random),	cmocka_unit_test(test_static_ends),
		cmocka_unit_test(test_static_many),	cmocka_unit_test(test_added_random),
		cmocka_unit_test(test_added_names),	cmocka_unit_test(test_added_full),
		cmocka_unit_test(test_added_no_memory), cmocka_unit_test(test_rules),
		cmocka_unit_test(test_lasting),		cmocka_unit_test(test_refreshed),
		cmocka_unit_test(test_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
