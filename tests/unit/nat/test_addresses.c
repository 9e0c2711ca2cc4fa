/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_addresses.c - which address a new connection gets, what has no port, and what cannot be
 * translated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/nat/rig.h"

/* What addresses of a range a client gets toward many servers: a bit for each. */
static unsigned addresses_of(struct rig *r, const char *client, const struct nat_range *want)
{
	unsigned seen = 0;

	for (unsigned i = 1; i < 100; i++) {
		char server[32];
		struct born b;

		snprintf(server, sizeof server, "198.51.100.%u", i);
		b = begin(flow(PROTO_TCP, client, 30000 + i, server, 443));
		assert_int_equal(side(r, &b, NAT_SRC, want), NAT_DONE);
		assert_int_equal(b.reply.dst_port, 30000 + i);
		seen |= 1u << (be32(&b.reply.dst) - 0xcb007108);
	}
	return seen;
}

static void test_addresses(void **state)
{
	struct nat_range pool = range(WEIR_ACTION_SRC_NAT, "203.0.113.8", "203.0.113.15");
	struct nat_range same = range(WEIR_ACTION_SAME, "203.0.113.8", "203.0.113.15");
	struct rig *r = rig_create(10, 0, 1);
	unsigned all = 0;

	(void)state;
	assert_int_equal(addresses_of(r, "10.0.0.1", &pool), 0xff);
	assert_int_equal(addresses_of(r, "10.0.0.1", &same), 0xff);
	same.flags |= WEIR_NAT_NOT_BY_DST;
	for (unsigned i = 1; i < 100; i++) {
		char client[32];
		unsigned seen;

		snprintf(client, sizeof client, "10.0.0.%u", i);
		seen = addresses_of(r, client, &same);
		assert_int_equal(__builtin_popcount(seen), 1);
		assert_int_equal(seen, addresses_of(r, client, &same));
		all |= seen;
	}
	assert_int_equal(all, 0xff);
	rig_destroy(r);
}

/* The range of a whole /32 of IPv6 and more. */
static void test_addresses6(void **state)
{
	static const char *const ranges[][2] = {
		{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"2001:db8::ffff:ffff:ffff:fffe", "2001:db8:0:1::1"},
	};
	struct rig *r = rig_create(11, 0, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(ranges); i++) {
		struct nat_range pool = range(WEIR_ACTION_SRC_NAT, ranges[i][0], ranges[i][1]);

		for (unsigned port = 2000; port < 2100; port++) {
			struct born b = begin(
				flow(PROTO_UDP, "fd00::1", port, "2001:db8:9::1", port));

			assert_int_equal(side(r, &b, NAT_SRC, &pool), NAT_DONE);
			assert_true(memcmp(&b.reply.dst, &pool.first, 16) >= 0 &&
				    memcmp(&b.reply.dst, &pool.last, 16) <= 0);
		}
	}
	rig_destroy(r);
}

/* Where the addresses of a range are all that there is to choose, the next ones are tried;
 * `same` rather gives up. */
static void test_portless(void **state)
{
	struct nat_range pool = range(WEIR_ACTION_SRC_NAT, "203.0.113.8", "203.0.113.10");
	struct nat_range same = range(WEIR_ACTION_SAME, "203.0.113.8", "203.0.113.10");
	static const uint8_t protos[] = {PROTO_GRE, 50, 99};

	(void)state;
	same.flags |= WEIR_NAT_NOT_BY_DST;
	for (size_t p = 0; p < ARRAY_COUNT(protos); p++) {
		struct rig *r = rig_create(12, 0, 1);
		unsigned good = 0, seen = 0;
		char client[32];

		for (unsigned i = 1; i < 9; i++) {
			struct born b;

			snprintf(client, sizeof client, "10.0.0.%u", i);
			b = add(r, flow(protos[p], client, 0, "198.51.100.1", 0), NAT_SRC, &pool);
			good += b.result == NAT_DONE;
			if (b.result == NAT_DONE)
				seen |= 1u << (be32(&b.reply.dst) - 0xcb007108);
			assert_int_equal(b.reply.dst_port | b.reply.src_port, 0);
		}
		assert_int_equal(good, 3);
		assert_int_equal(seen, 7);
		good = 0;
		for (unsigned i = 1; i < 9; i++) {
			struct born b, tcp;

			snprintf(client, sizeof client, "10.0.0.%u", i);
			b = add(r, flow(protos[p], client, 0, "198.51.100.2", 0), NAT_SRC, &same);
			tcp = begin(flow(PROTO_TCP, client, 9, "198.51.100.3", 9));
			assert_int_equal(side(r, &tcp, NAT_SRC, &same), NAT_DONE);
			if (b.result == NAT_DONE)
				assert_memory_equal(&b.reply.dst, &tcp.reply.dst, 16);
			good += b.result == NAT_DONE;
		}
		assert_in_range(good, 1, 3);
		rig_destroy(r);
	}
}

/* A GRE key that a control connection has told is like a port. */
static void test_gre(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(13, 0, 1);
	struct born a, b;

	(void)state;
	a = add(r, flow(PROTO_GRE, "10.0.0.1", 7, "198.51.100.1", 9), NAT_SRC, &masquerade);
	b = add(r, flow(PROTO_GRE, "10.0.0.2", 7, "198.51.100.1", 9), NAT_SRC, &masquerade);
	assert_int_equal(a.reply.dst_port, 7);
	assert_int_equal(b.result, NAT_DONE);
	assert_int_not_equal(b.reply.dst_port, 7);
	assert_int_not_equal(b.reply.dst_port, 0);
	assert_int_equal(b.reply.src_port, 9);
	rig_destroy(r);
}

static void test_icmp(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range ids = ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10, 11);
	struct nat_range to = ports(range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL), 80, 90);
	struct rig *r = rig_create(14, 0, 1);
	unsigned echo = 8 << 8;
	struct born a, b, c;

	(void)state;
	a = add(r, flow(PROTO_ICMP, "10.0.0.1", 77, "8.8.8.8", echo), NAT_SRC, &masquerade);
	b = add(r, flow(PROTO_ICMP, "10.0.0.2", 77, "8.8.8.8", echo), NAT_SRC, &masquerade);
	c = add(r, flow(PROTO_ICMP, "10.0.0.2", 77, "8.8.4.4", echo), NAT_SRC, &masquerade);
	assert_int_equal(a.reply.src_port, 77);
	assert_int_equal(a.reply.dst_port, 0);
	assert_int_not_equal(b.reply.src_port, 77);
	assert_int_equal(c.reply.src_port, b.reply.src_port);
	for (unsigned i = 1; i < 4; i++) {
		char client[32];

		snprintf(client, sizeof client, "10.0.0.%u", i);
		a = add(r, flow(PROTO_ICMP, client, 77, "9.9.9.9", echo), NAT_SRC, &ids);
		assert_int_equal(a.result, i < 3 ? NAT_DONE : NAT_EXHAUSTED);
		if (i < 3)
			assert_in_range(a.reply.src_port, 10, 11);
	}
	/* A destination has no identifier of its own. */
	a = add(r, flow(PROTO_ICMP, "198.51.100.1", 77, "203.0.113.1", echo), NAT_DST, &to);
	is_addr(&a.reply.src, "10.0.0.9");
	assert_int_equal(a.reply.src_port, 77);
	rig_destroy(r);
}

static void test_netmap(void **state)
{
	static const struct {
		const char *first, *last, *src, *dst;
		enum nat_side side;
		const char *becomes;
	} cases[] = {
		{"203.0.113.0", "203.0.113.255", "10.0.7.9", "8.8.8.8", NAT_SRC, "203.0.113.9"},
		{"203.0.113.16", "203.0.113.31", "10.0.7.255", "8.8.8.8", NAT_SRC, "203.0.113.31"},
		{"203.0.113.7", "203.0.113.7", "10.0.7.255", "8.8.8.8", NAT_SRC, "203.0.113.7"},
		{"10.1.0.0", "10.1.255.255", "8.8.8.8", "203.0.113.9", NAT_DST, "10.1.113.9"},
		{"0.0.0.0", "255.255.255.255", "8.8.8.8", "203.0.113.9", NAT_DST, "203.0.113.9"},
		{"2001:db8:5::", "2001:db8:5:ffff:ffff:ffff:ffff:ffff", "fd00:1:2:3::4", "fd01::1",
		 NAT_SRC, "2001:db8:5:3::4"},
		{"fd00::", "fd00::ffff", "fd05::1", "2001:db8::1:2", NAT_DST, "fd00::2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct nat_range map =
			range(WEIR_ACTION_NETMAP, cases[i].first, cases[i].last);
		struct rig *r = rig_create(15, 0, 1);
		struct born b = add(r, flow(PROTO_TCP, cases[i].src, 3000, cases[i].dst, 80),
				    cases[i].side, &map);

		assert_int_equal(b.result, NAT_DONE);
		is_addr(cases[i].side == NAT_SRC ? &b.reply.dst : &b.reply.src, cases[i].becomes);
		assert_int_equal(b.reply.dst_port, 3000);
		assert_int_equal(b.reply.src_port, 80);
		rig_destroy(r);
	}
}

/* Destinations. One port is taken as it is and the source side makes it unique; of several
 * the first that is free, from the lowest. */
static void test_dst(void **state)
{
	struct nat_range plain = range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL);
	struct nat_range one = ports(plain, 8080, 8080), some = ports(plain, 8000, 8003);
	struct nat_range bare = ports(range(WEIR_ACTION_DST_NAT, NULL, NULL), 81, 81);
	struct nat_range redirect = ports(range(WEIR_ACTION_REDIRECT, "203.0.113.1", NULL), 3128,
					  3128);
	struct rig *r = rig_create(16, 0, 1);
	struct born b, c;

	(void)state;
	b = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.1", 80), NAT_DST, &plain);
	is_addr(&b.reply.src, "10.0.0.9");
	assert_int_equal(b.reply.src_port, 80);
	assert_int_equal(b.status, WEIR_STATUS_DSTNAT | WEIR_STATUS_DSTNAT_DONE |
					   WEIR_STATUS_SRCNAT_DONE);
	/* Two public addresses that lead to one server: the second client's port must move. */
	c = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.2", 80), NAT_DST, &plain);
	assert_int_not_equal(c.reply.dst_port, 5000);
	assert_true(c.status & WEIR_STATUS_SRCNAT);
	/* And so must one that comes straight there. */
	c = begin(flow(PROTO_TCP, "8.8.8.8", 5000, "10.0.0.9", 80));
	assert_int_equal(side(r, &c, NAT_SRC, NULL), NAT_DONE);
	assert_int_not_equal(c.reply.dst_port, 5000);
	is_addr(&c.reply.dst, "8.8.8.8");
	b = add(r, flow(PROTO_TCP, "8.8.8.8", 5000, "203.0.113.1", 443), NAT_DST, &one);
	assert_int_equal(b.reply.src_port, 8080);
	assert_int_equal(b.reply.dst_port, 5000);
	for (unsigned i = 0; i < 4; i++) {
		b = add(r, flow(PROTO_TCP, "8.8.4.4", 6000, "203.0.113.1", 100 + i), NAT_DST, &some);
		assert_int_equal(b.reply.src_port, 8000 + i);
		assert_int_equal(b.reply.dst_port, 6000);
	}
	b = begin(flow(PROTO_TCP, "8.8.4.4", 6000, "203.0.113.1", 104));
	assert_int_equal(side(r, &b, NAT_DST, &some), NAT_EXHAUSTED);
	b = add(r, flow(PROTO_TCP, "8.8.4.5", 6000, "203.0.113.1", 8002), NAT_DST, &some);
	assert_int_equal(b.reply.src_port, 8002);
	b = add(r, flow(PROTO_UDP, "8.8.4.4", 6000, "203.0.113.1", 80), NAT_DST, &bare);
	is_addr(&b.reply.src, "203.0.113.1");
	assert_int_equal(b.reply.src_port, 81);
	b = add(r, flow(PROTO_TCP, "10.0.0.1", 6000, "8.8.8.8", 80), NAT_DST, &redirect);
	is_addr(&b.reply.src, "203.0.113.1");
	assert_int_equal(b.reply.src_port, 3128);
	is_addr(&b.reply.dst, "10.0.0.1");
	b = add(r, flow(99, "10.0.0.1", 0, "8.8.8.8", 0), NAT_DST, &one);
	is_addr(&b.reply.src, "10.0.0.9");
	assert_int_equal(b.reply.src_port, 0);
	rig_destroy(r);
}

/* Both sides of one connection: a client that reaches its neighbour by the public address. */
static void test_hairpin(void **state)
{
	struct nat_range to = ports(range(WEIR_ACTION_DST_NAT, "10.0.0.9", NULL), 8080, 8080);
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "10.0.0.254", NULL);
	struct rig *r = rig_create(17, 0, 1);
	struct born b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "203.0.113.1", 80));

	(void)state;
	assert_int_equal(side(r, &b, NAT_DST, &to), NAT_DONE);
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	is_addr(&b.reply.src, "10.0.0.9");
	is_addr(&b.reply.dst, "10.0.0.254");
	assert_int_equal(b.reply.src_port, 8080);
	assert_int_equal(b.reply.dst_port, 5000);
	assert_int_equal(b.status, WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT |
					   WEIR_STATUS_SRCNAT_DONE | WEIR_STATUS_DSTNAT_DONE);
	rig_destroy(r);
}

static void test_refused(void **state)
{
	struct nat_range cases[] = {
		range(WEIR_ACTION_MASQUERADE, NULL, NULL), range(WEIR_ACTION_SAME, NULL, NULL),
		range(WEIR_ACTION_NETMAP, NULL, NULL),
		range(WEIR_ACTION_SRC_NAT, "203.0.113.2", "203.0.113.1"),
		ports(range(WEIR_ACTION_SRC_NAT, NULL, NULL), 2, 1),
	};
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range redirect = range(WEIR_ACTION_REDIRECT, NULL, NULL);
	struct rig *r = rig_create(18, 0, 1);
	struct born b;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "8.8.8.8", 80));
		assert_int_equal(side(r, &b, NAT_SRC, &cases[i]), NAT_REFUSED);
	}
	b = begin(flow(PROTO_TCP, "10.0.0.1", 5000, "8.8.8.8", 80));
	assert_int_equal(side(r, &b, NAT_DST, &redirect), NAT_REFUSED);
	/* Who has no address yet keeps it. */
	b = begin(flow(PROTO_UDP, "0.0.0.0", 68, "8.8.8.8", 67));
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	is_addr(&b.reply.dst, "0.0.0.0");
	assert_int_equal(b.status, WEIR_STATUS_SRCNAT_DONE);
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_addresses6),
		cmocka_unit_test(test_portless),
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_netmap),
		cmocka_unit_test(test_dst),
		cmocka_unit_test(test_hairpin),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
