/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pool.c - pools of ports on the packet's path: replies are the inverse of what left, with
 * right checksums, whatever the rule; a share that is set while connections are under way;
 * what is told of pools, and how often.
 */
#include "unit/engine/router.h"
#include "unit/memory.h"

static const char server[] = "198.51.100.7";

static struct weir_rule *masquerade(struct router *r, uint16_t first, uint16_t last)
{
	struct weir_rule *rule = rule_in(r, WEIR_IPV4, WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING,
					 WEIR_ACTION_MASQUERADE, 1);

	rule->nat.flags = WEIR_NAT_PORTS;
	rule->nat.first_port = first;
	rule->nat.last_port = last;
	return when(
		r, rule,
		(struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r->wan_bit});
}

static struct say packet(uint8_t proto, const char *src, unsigned sport, const char *dst,
			 unsigned dport)
{
	return (struct say){.src = src,
			    .dst = dst,
			    .sport = (uint16_t)sport,
			    .dport = (uint16_t)dport,
			    .proto = proto,
			    .flags = proto == TCP ? 0x02 : 0,
			    .data = proto == TCP ? 0 : 30};
}

/* Sends one out and its answer back. => false: there was no port */
static bool round_trip(struct router *r, uint64_t x, uint8_t proto)
{
	char client[32], text[64], want[64];
	unsigned sport = 1000 + (x >> 8 & 31), dport = 53 + (x >> 16 & 1);
	struct say back;

	snprintf(client, sizeof client, "192.168.1.%u", 2 + (unsigned)(x & 3));
	inject(r, LAN, packet(proto, client, sport, server, dport));
	if (r->io.verdict != WEIR_ACCEPT) {
		expect_drop(&r->io, WEIR_R_NAT_EXHAUSTED);
		return false;
	}
	assert_int_equal(r->io.out_port, WAN);
	back = packet(proto, server, dport, "203.0.113.1", get16(r->io.out + 20));
	if (proto == TCP)
		back.flags = 0x12;
	snprintf(want, sizeof want, "203.0.113.1:%u>%s:%u", back.dport, server, dport);
	snprintf(text, sizeof text, "%s", says(r->io.out));
	assert_string_equal(text, want);
	snprintf(want, sizeof want, "%s:%u>%s:%u", server, dport, client, sport);
	expect_out(inject(r, WAN, back), LAN, want);
	assert_int_equal(r->io.dir, WEIR_REPLY);
	return true;
}

static void test_round_trips(void **state)
{
	static const uint8_t actions[] = {WEIR_ACTION_MASQUERADE,
					  WEIR_ACTION_ENDPOINT_INDEPENDENT};
	uint64_t random = 99, done = 0, refused = 0;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		struct weir_rule *rule;
		struct router r;

		router_begin(&r);
		rule = masquerade(&r, 1000, 1063);
		rule->action = actions[i & 1];
		if (i & 2)
			rule->nat.flags |= WEIR_NAT_RANDOM;
		apply(&r);
		for (unsigned n = 0; n < 500; n++) {
			if (round_trip(&r, next_random(&random), i & 1 || i & 4 ? UDP : TCP))
				done++;
			else
				refused++;
		}
		router_end(&r);
	}
	assert_true(done > 1000 && refused > 500);
}

/* The connections that were there count when a rule comes that asks. */
static void test_share_comes_late(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = masquerade(&r, 2000, 2999);
	apply(&r);
	for (unsigned i = 0; i < 3; i++)
		inject(&r, LAN, packet(UDP, "192.168.1.2", 4000 + i, server, 53));
	assert_int_equal(connections(&r), 3);
	rule->nat.flags |= WEIR_NAT_SHARE;
	rule->nat.share = 3;
	apply(&r);
	expect_drop(inject(&r, LAN, packet(UDP, "192.168.1.2", 4009, server, 53)),
		    WEIR_R_NAT_SHARE);
	assert_int_equal(r.io.detail[0], 3);
	inject(&r, LAN, packet(UDP, "192.168.1.3", 4009, server, 53));
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	router_end(&r);
}

static unsigned pools_told(struct router *r, struct weir_pool *last)
{
	struct weir_event events[64];
	size_t count = weir_event_read(r->worker, events, 64);
	unsigned told = 0;

	for (size_t i = 0; i < count; i++) {
		if (events[i].type != WEIR_EVENT_POOL)
			continue;
		*last = events[i].pool;
		told++;
	}
	return told;
}

static void test_told_once_a_minute(void **state)
{
	struct weir_pool pool;
	struct router r;

	(void)state;
	router_begin(&r);
	masquerade(&r, 2000, 2000);
	apply(&r);
	for (unsigned i = 0; i < 4; i++)
		inject(&r, LAN, packet(UDP, "192.168.1.2", 4000 + i, server, 53));
	assert_int_equal(pools_told(&r, &pool), 1);
	assert_int_equal(pool.what, WEIR_POOL_EMPTY);
	assert_int_equal(pool.rule, 1);
	assert_int_equal(pool.src_port, 4001);
	assert_int_equal(pool.dst_port, 53);
	for (unsigned i = 0; i < 3; i++) {
		r.now += 29 * WEIR_SEC;
		inject(&r, LAN, packet(UDP, "192.168.1.2", 4000, server, 53));
		expect_drop(inject(&r, LAN, packet(UDP, "192.168.1.2", 4010, server, 53)),
			    WEIR_R_NAT_EXHAUSTED);
		assert_int_equal(pools_told(&r, &pool), i == 2);
	}
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_share_comes_late),
		cmocka_unit_test(test_told_once_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
