/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_route.c - tries and routes: tables of what an address meets, random prefixes against a
 * loop over all of them, what is refused, and memory that runs out at every call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "route/route.h"
#include "route/trie.h"
#include "unit/memory.h"

struct rig {
	struct memory memory;
	struct alloc alloc;
};

static void rig_init(struct rig *r)
{
	struct weir_allocator hooks = {memory_alloc, memory_free, &r->memory};

	memset(r, 0, sizeof *r);
	alloc_init(&r->alloc, &hooks);
}

static void rig_empty(const struct rig *r)
{
	assert_int_equal(r->memory.bytes, 0);
	assert_int_equal(r->memory.blocks, 0);
}

static uint8_t addr_of(const char *text, union weir_addr *addr)
{
	uint8_t family = 0;

	memset(addr, 0, sizeof *addr);
	if (!addr_parse(text, strlen(text), &family, addr))
		fail_msg("no address: %s", text);
	return family;
}

/* The obvious way. */

static bool in_prefix(const struct trie_prefix *p, const union weir_addr *addr)
{
	for (unsigned bit = 0; bit < p->length; bit++)
		if ((p->addr.v6[bit / 8] ^ addr->v6[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static uint32_t slow_find(const struct trie_prefix *p, size_t count, const union weir_addr *addr)
{
	uint32_t value = 0;
	int length = -1;

	for (size_t i = 0; i < count; i++)
		if (p[i].length >= length && in_prefix(&p[i], addr)) {
			value = p[i].value;
			length = p[i].length;
		}
	return value;
}

/* Addresses that have much in common, so that prefixes nest. */
static void random_addr(uint64_t *random, uint8_t family, union weir_addr *addr)
{
	unsigned bytes = family == WEIR_IPV4 ? 4 : 16;
	uint64_t few = next_random(random);

	memset(addr, 0, sizeof *addr);
	for (unsigned i = 0; i < bytes; i++)
		addr->v6[i] = few >> i & 1 ? (uint8_t)next_random(random)
					   : (uint8_t)(0x10 + (next_random(random) >> 60));
}

static void flip(uint64_t *random, uint8_t family, union weir_addr *addr)
{
	unsigned bit = (unsigned)(next_random(random) >> 32) % addr_bits(family);

	addr->v6[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
}

static void compare_random(uint64_t seed, uint8_t family, size_t count)
{
	struct trie_prefix *p = calloc(count + 1, sizeof *p), *given = calloc(count + 1, sizeof *p);
	uint64_t random = seed * 2654435761u + 1;
	union weir_addr addr;
	struct trie trie;
	struct rig rig;

	rig_init(&rig);
	assert_non_null(p);
	assert_non_null(given);
	for (size_t i = 0; i < count; i++) {
		random_addr(&random, family, &p[i].addr);
		if (i && next_random(&random) >> 62 == 0)
			p[i].addr = p[i - 1].addr;
		p[i].length = (uint8_t)((next_random(&random) >> 32) % (addr_bits(family) + 1));
		p[i].value = (uint32_t)i + 1;
	}
	memcpy(given, p, count * sizeof *p);
	assert_true(trie_build(&trie, &rig.alloc, family, p, count));
	for (size_t i = 0; i < 3000; i++) {
		if (i % 3 == 0 || count == 0) {
			random_addr(&random, family, &addr);
		} else {
			addr = given[(next_random(&random) >> 32) % count].addr;
			if (i % 3 == 1)
				flip(&random, family, &addr);
		}
		assert_int_equal(trie_find(&trie, &addr), slow_find(given, count, &addr));
	}
	trie_free(&trie, &rig.alloc);
	rig_empty(&rig);
	free(p);
	free(given);
}

static void test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 12; seed++) {
		compare_random(seed, WEIR_IPV4, seed * 20);
		compare_random(seed, WEIR_IPV6, seed * 20);
	}
	compare_random(99, WEIR_IPV4, 1500);
	compare_random(99, WEIR_IPV6, 1500);
	compare_random(7, WEIR_IPV4, 0);
	compare_random(7, WEIR_IPV6, 1);
}

/* All /26 of one /16, and their opposites: no slot may touch its neighbour. */
static void test_neighbours(void **state)
{
	struct trie_prefix p[1024];
	union weir_addr addr;
	struct trie trie;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	memset(p, 0, sizeof p);
	for (unsigned i = 0; i < 1024; i++) {
		p[i].addr.v6[0] = 10;
		p[i].addr.v6[2] = (uint8_t)(i / 4);
		p[i].addr.v6[3] = (uint8_t)(i % 4 * 64);
		p[i].length = 26;
		p[i].value = i + 1;
	}
	assert_true(trie_build(&trie, &rig.alloc, WEIR_IPV4, p, 1024));
	memset(&addr, 0, sizeof addr);
	addr.v6[0] = 10;
	for (unsigned i = 0; i < 65536; i++) {
		addr.v6[2] = (uint8_t)(i >> 8);
		addr.v6[3] = (uint8_t)i;
		assert_int_equal(trie_find(&trie, &addr), i / 64 + 1);
	}
	addr.v6[1] = 1;
	assert_int_equal(trie_find(&trie, &addr), 0);
	trie_free(&trie, &rig.alloc);
	rig_empty(&rig);
}

/* A router of three interfaces. */

static struct weir_interface_address own[6];
static const struct weir_interface interfaces[] = {
	{.bridge = WEIR_INTERFACE_NONE, .addresses = &own[0], .address_count = 2},
	{.bridge = WEIR_INTERFACE_NONE, .addresses = &own[2], .address_count = 2},
	{.bridge = WEIR_INTERFACE_NONE, .addresses = &own[4], .address_count = 2},
};

static struct weir_route routes_given[32];
static struct weir_ruleset rules;

static void set_own(unsigned at, const char *addr, uint8_t length)
{
	own[at].family = addr_of(addr, &own[at].addr);
	own[at].length = length;
}

static struct weir_route *add_route(const char *prefix, uint8_t length, uint16_t table,
				    uint16_t interface)
{
	struct weir_route *r = &routes_given[rules.route_count++];

	memset(r, 0, sizeof *r);
	r->family = addr_of(prefix, &r->prefix);
	r->length = length;
	r->table = table;
	r->interface = interface;
	r->distance = 1;
	return r;
}

static void router(void)
{
	struct weir_route *r;

	rules = (struct weir_ruleset){.interfaces = interfaces, .interface_count = 3,
				      .routes = routes_given};
	set_own(0, "192.0.2.1", 24);
	set_own(1, "2001:db8::1", 64);
	set_own(2, "10.0.0.1", 8);
	set_own(3, "172.16.0.0", 31);
	set_own(4, "203.0.113.0", 24); /* on what others would call the network */
	set_own(5, "2001:db8:1::1", 127);
	r = add_route("0.0.0.0", 0, 0, 0);
	r->via = true;
	addr_of("192.0.2.254", &r->gateway);
	add_route("192.0.2.0", 24, 0, 0);
	add_route("10.0.0.0", 8, 0, 1);
	add_route("10.9.0.7", 16, 0, WEIR_INTERFACE_NONE)->type = WEIR_ROUTE_BLACKHOLE;
	add_route("10.8.0.0", 16, 0, 77)->type = WEIR_ROUTE_PROHIBIT;
	add_route("10.7.0.0", 16, 0, 0)->type = WEIR_ROUTE_UNREACHABLE;
	add_route("198.51.100.0", 24, 0, 1)->distance = 10;
	add_route("198.51.100.0", 24, 0, 2)->distance = 3;
	add_route("198.51.100.0", 24, 0, 0)->distance = 3;
	add_route("198.51.100.0", 24, 0, 0)->distance = 200;
	add_route("192.168.0.0", 16, 5, 2);
	add_route("0.0.0.0", 0, 9, 1);
	r = add_route("2001:db8:2::", 48, 0, 1);
	r->via = true;
	addr_of("fe80::1", &r->gateway);
	add_route("2001:db8:2::", 48, 5, 2);
}

struct find_case {
	uint16_t table;
	const char *addr;
	int type; /* enum weir_route_type, -1: none */
	uint16_t interface;
	const char *gateway;
};

static void test_find(void **state)
{
	static const struct find_case cases[] = {
		{0, "8.8.8.8", WEIR_ROUTE_UNICAST, 0, "192.0.2.254"},
		{0, "192.0.2.9", WEIR_ROUTE_UNICAST, 0, NULL},
		{0, "10.1.2.3", WEIR_ROUTE_UNICAST, 1, NULL},
		{0, "10.9.2.3", WEIR_ROUTE_BLACKHOLE, WEIR_INTERFACE_NONE, NULL},
		{0, "10.8.2.3", WEIR_ROUTE_PROHIBIT, WEIR_INTERFACE_NONE, NULL},
		{0, "10.7.255.255", WEIR_ROUTE_UNREACHABLE, WEIR_INTERFACE_NONE, NULL},
		{0, "198.51.100.1", WEIR_ROUTE_UNICAST, 2, NULL},
		{5, "192.168.1.1", WEIR_ROUTE_UNICAST, 2, NULL},
		{0, "192.168.1.1", WEIR_ROUTE_UNICAST, 0, "192.0.2.254"},
		{5, "10.9.0.1", WEIR_ROUTE_BLACKHOLE, WEIR_INTERFACE_NONE, NULL},
		{9, "10.9.0.1", WEIR_ROUTE_UNICAST, 1, NULL},
		{1234, "10.1.2.3", WEIR_ROUTE_UNICAST, 1, NULL},
		{0, "2001:db8:2::9", WEIR_ROUTE_UNICAST, 1, "fe80::1"},
		{5, "2001:db8:2::9", WEIR_ROUTE_UNICAST, 2, NULL},
		{9, "2001:db8:2::9", WEIR_ROUTE_UNICAST, 1, "fe80::1"},
		{0, "2001:db8:3::9", -1, 0, NULL},
	};
	struct weir_rules_error error;
	struct routes *routes;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	router();
	routes = routes_create(&rig.alloc, &rules, &error);
	assert_non_null(routes);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct find_case *c = &cases[i];
		union weir_addr addr, gateway = {.u64 = {0, 0}};
		uint8_t family = addr_of(c->addr, &addr);
		struct route_result result;

		print_message("%s in %u\n", c->addr, c->table);
		assert_int_equal(route_find(routes, c->table, family, &addr, &result),
				 c->type >= 0);
		if (c->type < 0)
			continue;
		assert_int_equal(result.type, c->type);
		assert_int_equal(result.interface, c->interface);
		assert_int_equal(result.via, c->gateway != NULL);
		if (c->gateway)
			addr_of(c->gateway, &gateway);
		assert_memory_equal(&result.gateway, &gateway, sizeof gateway);
	}
	routes_destroy(routes, &rig.alloc);
	rig_empty(&rig);
}

/* Routes of one prefix and distance share; others of the prefix, and equal ones elsewhere, do not. */
static void test_shared(void **state)
{
	static const uint16_t expected[] = {2, 0, 1};
	struct weir_rules_error error;
	struct route_result result;
	struct routes *routes;
	union weir_addr addr;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	router();
	add_route("198.51.100.77", 24, 0, 1)->distance = 3; /* host bits make it no other */
	add_route("198.51.100.0", 24, 4, 1)->distance = 3;
	add_route("198.51.100.0", 25, 0, 1)->distance = 9;
	add_route("198.51.100.0", 24, 0, 77)->distance = 3;
	routes_given[rules.route_count - 1].type = WEIR_ROUTE_BLACKHOLE;
	routes = routes_create(&rig.alloc, &rules, &error);
	assert_non_null(routes);
	addr_of("198.51.100.200", &addr);
	for (uint64_t hash = 0; hash < 9; hash++) {
		assert_true(route_find(routes, 0, WEIR_IPV4, &addr, &result));
		assert_int_equal(result.ways, 3);
		route_pick(routes, hash, &result);
		assert_int_equal(result.interface, expected[hash % 3]);
	}
	addr_of("198.51.100.1", &addr);
	assert_true(route_find(routes, 0, WEIR_IPV4, &addr, &result));
	assert_int_equal(result.ways, 1);
	route_pick(routes, 12345, &result);
	assert_int_equal(result.interface, 1);
	routes_destroy(routes, &rig.alloc);
	rig_empty(&rig);
}

static void test_types(void **state)
{
	static const struct {
		const char *addr;
		uint32_t type;
	} cases[] = {
		{"192.0.2.1", WEIR_ADDRESS_LOCAL},
		{"192.0.2.0", WEIR_ADDRESS_BROADCAST},
		{"192.0.2.255", WEIR_ADDRESS_BROADCAST},
		{"192.0.2.2", WEIR_ADDRESS_UNICAST},
		{"10.0.0.1", WEIR_ADDRESS_LOCAL},
		{"10.0.0.0", WEIR_ADDRESS_BROADCAST},
		{"10.255.255.255", WEIR_ADDRESS_BROADCAST},
		{"172.16.0.0", WEIR_ADDRESS_LOCAL}, /* of two, neither is a broadcast */
		{"172.16.0.1", WEIR_ADDRESS_UNICAST},
		{"203.0.113.0", WEIR_ADDRESS_LOCAL},
		{"203.0.113.255", WEIR_ADDRESS_BROADCAST},
		{"255.255.255.255", WEIR_ADDRESS_BROADCAST},
		{"0.0.0.0", WEIR_ADDRESS_BROADCAST},
		{"127.0.0.1", WEIR_ADDRESS_LOCAL},
		{"127.255.255.255", WEIR_ADDRESS_LOCAL},
		{"224.0.0.1", WEIR_ADDRESS_MULTICAST},
		{"239.255.255.255", WEIR_ADDRESS_MULTICAST},
		{"240.0.0.1", WEIR_ADDRESS_UNICAST},
		{"10.9.1.1", WEIR_ADDRESS_BLACKHOLE},
		{"10.8.1.1", WEIR_ADDRESS_UNREACHABLE},
		{"10.7.1.1", WEIR_ADDRESS_UNREACHABLE},
		{"8.8.8.8", WEIR_ADDRESS_UNICAST},
		{"2001:db8::1", WEIR_ADDRESS_LOCAL},
		{"2001:db8::", WEIR_ADDRESS_ANYCAST},
		{"2001:db8::2", WEIR_ADDRESS_UNICAST},
		{"2001:db8::ffff:ffff:ffff:ffff", WEIR_ADDRESS_UNICAST},
		{"2001:db8:1::1", WEIR_ADDRESS_LOCAL},
		{"2001:db8:1::", WEIR_ADDRESS_UNICAST},
		{"::1", WEIR_ADDRESS_LOCAL},
		{"::", WEIR_ADDRESS_UNICAST},
		{"ff02::1", WEIR_ADDRESS_MULTICAST},
	};
	struct weir_rules_error error;
	struct routes *routes;
	union weir_addr addr;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	router();
	routes = routes_create(&rig.alloc, &rules, &error);
	assert_non_null(routes);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t family = addr_of(cases[i].addr, &addr);

		print_message("%s\n", cases[i].addr);
		assert_int_equal(route_address_type(routes, family, &addr), cases[i].type);
		assert_int_equal(route_special_type(routes, family, &addr),
				 cases[i].type & (WEIR_ADDRESS_LOCAL | WEIR_ADDRESS_BROADCAST |
						  WEIR_ADDRESS_ANYCAST | WEIR_ADDRESS_MULTICAST));
	}
	routes_destroy(routes, &rig.alloc);
	rig_empty(&rig);
}

/* Nothing at all is a router too. */
static void test_empty(void **state)
{
	struct weir_ruleset none = {.interface_count = 0};
	struct weir_rules_error error;
	struct route_result result;
	struct routes *routes;
	union weir_addr addr;
	struct rig rig;

	(void)state;
	rig_init(&rig);
	routes = routes_create(&rig.alloc, &none, &error);
	assert_non_null(routes);
	addr_of("10.0.0.1", &addr);
	assert_false(route_find(routes, 0, WEIR_IPV4, &addr, &result));
	assert_false(route_find(routes, 3, WEIR_IPV6, &addr, &result));
	assert_int_equal(route_address_type(routes, WEIR_IPV4, &addr), WEIR_ADDRESS_UNICAST);
	routes_destroy(routes, &rig.alloc);
	routes_destroy(NULL, &rig.alloc);
	rig_empty(&rig);
}

static void must_refuse(const char *text)
{
	struct weir_rules_error error;
	struct rig rig;

	rig_init(&rig);
	assert_null(routes_create(&rig.alloc, &rules, &error));
	assert_string_equal(error.text, text);
	assert_int_equal(error.counter, UINT32_MAX);
	rig_empty(&rig);
}

static void test_refused(void **state)
{
	(void)state;
	router();
	add_route("10.77.0.0", 16, 0, 3);
	must_refuse("route 10.77.0.0/16: unknown interface 3");
	router();
	add_route("2001:db8:77::", 48, 4, WEIR_INTERFACE_NONE);
	must_refuse("route 2001:db8:77::/48: unknown interface 65535");
	router();
	add_route("10.77.0.0", 33, 0, 0);
	must_refuse("route 10.77.0.0/33: no such prefix");
	router();
	add_route("10.77.0.0", 16, 0, 0)->family = 5;
	must_refuse("route ?/16: no such prefix");
	router();
	add_route("10.77.0.0", 16, 0, 0)->type = 4;
	must_refuse("route 10.77.0.0/16: no such type");
	router();
	own[3].length = 64;
	must_refuse("address 172.16.0.0/64: no such prefix");
	router();
	rules.interface_count = WEIR_INTERFACES_MAX + 1;
	rules.interfaces = calloc(rules.interface_count, sizeof *rules.interfaces);
	assert_non_null(rules.interfaces);
	must_refuse("too many interfaces");
	free((void *)(uintptr_t)rules.interfaces);
}

static void test_no_memory(void **state)
{
	struct weir_rules_error error;
	struct routes *routes = NULL;
	struct rig rig;

	(void)state;
	router();
	for (uint64_t call = 0; !routes; call++) {
		assert_in_range(call, 0, 1000);
		rig_init(&rig);
		rig.memory.fail_from = call;
		rig.memory.fail_to = call + 1;
		routes = routes_create(&rig.alloc, &rules, &error);
		assert_string_equal(error.text, "");
		if (!routes)
			rig_empty(&rig);
		else
			assert_true(call > 10);
	}
	routes_destroy(routes, &rig.alloc);
	rig_empty(&rig);
}

/* As many as the whole internet has, of its usual lengths. */
static void test_many(void **state)
{
	size_t count = 1000000;
	struct trie_prefix *p = calloc(count, sizeof *p);
	uint64_t random = 88172645463325252u;
	struct trie_prefix some[64];
	struct trie trie;
	struct rig rig;

	(void)state;
	assert_non_null(p);
	rig_init(&rig);
	for (size_t i = 0; i < count; i++) {
		p[i].addr.v4 = (uint32_t)(next_random(&random) >> 16);
		p[i].length = (uint8_t)(i % 8 < 5 ? 24 : 16 + i % 8);
		p[i].value = (uint32_t)i + 1;
		if (i >= count - 64)
			some[i - (count - 64)] = p[i];
	}
	assert_true(trie_build(&trie, &rig.alloc, WEIR_IPV4, p, count));
	/* The last of equal ones counts, and nothing is longer than 24. */
	for (size_t i = 64; i-- > 0;)
		if (some[i].length == 24)
			assert_in_range(trie_find(&trie, &some[i].addr), count - 63 + i, count);
	assert_in_range(rig.alloc.used, 1, 64 << 20);
	trie_free(&trie, &rig.alloc);
	rig_empty(&rig);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),	   cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_find),	   cmocka_unit_test(test_shared),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_empty),	   cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_memory),  cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
