/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_remember.c - matches that remember, on the packet path: what is counted of connections that
 * come and go, and that no packet is spared the question by a compiled action.
 */
#include "router.h"

static struct say query(uint16_t sport, uint16_t dport)
{
	return (struct say){.src = "192.168.1.2",
			    .dst = "198.51.100.7",
			    .sport = sport,
			    .dport = dport,
			    .proto = UDP,
			    .data = 3};
}

static struct say reply(uint16_t sport, uint16_t dport)
{
	return (struct say){.src = "198.51.100.7",
			    .dst = "192.168.1.2",
			    .sport = dport,
			    .dport = sport,
			    .proto = UDP,
			    .data = 3};
}

static uint8_t ask(struct router *r, uint16_t sport, uint16_t dport)
{
	return inject(r, LAN, query(sport, dport))->verdict;
}

/* Two connections to port 53 at once. */
static void limit_connections(struct router *r)
{
	struct weir_rule *rule = filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 1);

	when_port(r, when_state(r, when_proto(r, rule, UDP), 1u << WEIR_STATE_NEW), 53);
	when(r, rule, (struct weir_match){.type = WEIR_MATCH_CONNECTION_LIMIT, .number = 2, .bits = 32});
	apply(r);
}

static void test_connection_limit(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	limit_connections(&r);
	assert_int_equal(ask(&r, 1, 80), WEIR_ACCEPT); /* not one of those */
	assert_int_equal(ask(&r, 2, 80), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 1, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 2, 53), WEIR_ACCEPT);
	for (int i = 0; i < 3; i++)
		assert_int_equal(ask(&r, 3, 53), WEIR_DROP);
	assert_int_equal(ask(&r, 1, 53), WEIR_ACCEPT);
	assert_int_equal(connections(&r), 4);
	assert_int_equal(met(&r, 1), 3);
	/* Rules change, and the counts stay. */
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 2);
	apply(&r);
	assert_int_equal(ask(&r, 3, 53), WEIR_DROP);
	/* All end by their timeout. */
	r.now += 3600 * WEIR_SEC;
	weir_poll(r.worker, r.now);
	assert_int_equal(connections(&r), 0);
	assert_int_equal(ask(&r, 4, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 5, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 6, 53), WEIR_DROP);
	router_end(&r);
}

/* Connections that end while there are no rules do not count afterwards. */
static void test_connection_limit_without_rules(void **state)
{
	struct weir_rules_error error;
	struct router r;

	(void)state;
	router_begin(&r);
	limit_connections(&r);
	ask(&r, 1, 53);
	ask(&r, 2, 53);
	assert_int_equal(ask(&r, 3, 53), WEIR_DROP);
	assert_int_equal(weir_rules_set(r.engine, NULL, &error), WEIR_OK);
	weir_poll(r.worker, r.now);
	r.now += 3600 * WEIR_SEC;
	weir_poll(r.worker, r.now);
	assert_int_equal(connections(&r), 0);
	apply(&r);
	assert_int_equal(ask(&r, 4, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 5, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 6, 53), WEIR_DROP);
	router_end(&r);
}

static void test_every_packet_asks(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	when(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 1),
	     (struct weir_match){.type = WEIR_MATCH_NTH, .nth = {4, 4}});
	when(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 2),
	     (struct weir_match){.type = WEIR_MATCH_LIMIT,
				 .limit = {.rate = 1, .burst = 5, .time = WEIR_SEC}});
	apply(&r);
	for (int i = 0; i < 10; i++) {
		inject(&r, LAN, query(1, 53));
		inject(&r, WAN, reply(1, 53));
	}
	assert_int_equal(met(&r, 1), 5);
	assert_int_equal(met(&r, 2), 5);
	r.now += 2 * WEIR_SEC;
	for (int i = 0; i < 4; i++)
		inject(&r, LAN, query(1, 53));
	assert_int_equal(met(&r, 1), 6);
	assert_int_equal(met(&r, 2), 7);
	router_end(&r);
}

/* Each packet carries 0, 1, 2: without zeros three of them are this. What has matched goes on
 * to be counted, by a compiled action as well. */
static void test_layer7(void **state)
{
	static const char text[] = "^\\x01\\x02\\x01\\x02\\x01\\x02$";
	struct router r;

	(void)state;
	router_begin(&r);
	when(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 1),
	     (struct weir_match){.type = WEIR_MATCH_LAYER7, .text = text, .count = sizeof text - 1});
	if (try_apply(&r) != WEIR_OK) {
		router_end(&r);
		skip(); /* a build without PCRE2 */
	}
	for (int i = 0; i < 20; i++) {
		inject(&r, LAN, query(1, 53));
		assert_int_equal(met(&r, 1), i == 0 ? 0 : 2 * i - 1);
		inject(&r, WAN, reply(1, 53));
		assert_int_equal(met(&r, 1), 2 * i);
	}
	for (int i = 0; i < 20; i++)
		inject(&r, LAN, query(2, 53));
	assert_int_equal(met(&r, 1), 38 + 18);
	router_end(&r);
}

/* What cannot be remembered is told. */
static void test_without_memory(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	limit_connections(&r);
	ask(&r, 1, 80);
	assert_int_equal(stats_of(&r).match_failed, 0);
	r.memory.fail_from = r.memory.calls;
	r.memory.fail_to = UINT64_MAX;
	for (uint16_t port = 1; port < 4; port++)
		assert_int_equal(ask(&r, port, 53), WEIR_ACCEPT);
	assert_int_equal(stats_of(&r).match_failed, 3);
	r.memory.fail_from = UINT64_MAX;
	/* Those are not counted. */
	assert_int_equal(ask(&r, 4, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 5, 53), WEIR_ACCEPT);
	assert_int_equal(ask(&r, 6, 53), WEIR_DROP);
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connection_limit),
		cmocka_unit_test(test_connection_limit_without_rules),
		cmocka_unit_test(test_every_packet_asks),
		cmocka_unit_test(test_layer7),
		cmocka_unit_test(test_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
