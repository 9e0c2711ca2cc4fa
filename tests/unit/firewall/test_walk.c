/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way through chains: which rule acts, which count, what is told of it.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02"
#define UDP "ip4:11 udp *4"

static const struct weir_match tcp = {.type = WEIR_MATCH_PROTOCOL, .number = 6};
static const struct weir_match udp = {.type = WEIR_MATCH_PROTOCOL, .number = 17};
static const struct weir_match ttl = {.type = WEIR_MATCH_TTL, .span = {0, 10}};

#define R(n, name, ...) {.counter = n, .action = WEIR_ACTION_##name, __VA_ARGS__}
#define IF(m) .matches = &m, .match_count = 1
#define RULES(s, ...)                                                                              \
	const struct weir_rule rules[] = {__VA_ARGS__};                                            \
	sample_rules(s, rules, ARRAY_COUNT(rules))

static void begin(struct sample *s)
{
	sample_begin(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
}

static void test_first_match(void **state)
{
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, PASSTHROUGH), R(2, ACCEPT, IF(udp)), R(3, LOG, IF(udp)), R(4, INERT),
	      R(5, DROP, IF(tcp)), R(6, DROP));
	sample_compile(&s);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_DROP);
	assert_int_equal(s.walk.decided, 5);
	assert_int_equal(s.walk.met_count, 2);
	assert_int_equal(s.walk.met[0], 1);
	assert_int_equal(s.walk.met[1], 5);
	assert_false(s.walk.only_once);
	sample_packet(&s, UDP);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	assert_int_equal(s.walk.decided, 2);
	assert_int_equal(sample_count(&s, 1), 2);
	assert_int_equal(sample_count(&s, 2), 1);
	assert_int_equal(sample_count(&s, 3) + sample_count(&s, 4) + sample_count(&s, 6), 0);
	/* The other family's table has the same chains here; another table has none. */
	sample_packet(&s, "ip6:06 tcp:02");
	assert_int_equal(sample_ask(&s), WALK_DROP);
	assert_true(ruleset_asks(s.ruleset, WEIR_IPV4, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD));
	assert_false(ruleset_asks(s.ruleset, WEIR_IPV4, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT));
	assert_false(ruleset_asks(s.ruleset, WEIR_IPV6, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING));
	sample_end(&s);
}

static void test_jumps(void **state)
{
	const struct weir_rule a[] = {R(10, JUMP, .chain = 2), R(11, PASSTHROUGH),
				      R(12, RETURN, IF(udp)), R(13, DROP)};
	const struct weir_rule b[] = {R(20, PASSTHROUGH), R(21, RETURN), R(22, DROP)};
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, JUMP, .chain = 1, IF(tcp)), R(2, JUMP, .chain = 1, IF(udp)),
	      R(3, JUMP, .chain = 3), R(4, RETURN), R(5, DROP));
	sample_chain(&s, 1, "a", a, ARRAY_COUNT(a));
	sample_chain(&s, 2, "b", b, ARRAY_COUNT(b));
	sample_chain(&s, 3, "empty", NULL, 0);
	sample_compile(&s);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_DROP);
	assert_int_equal(s.walk.decided, 13);
	sample_packet(&s, UDP);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT); /* a return ends a built-in chain */
	assert_int_equal(s.walk.decided, UINT32_MAX);
	for (unsigned i = 0; i < 30; i++) {
		static const uint8_t expect[30] = {
			[1] = 1,  [2] = 1,  [3] = 1,  [4] = 1,	[10] = 2,
			[11] = 2, [12] = 1, [13] = 1, [20] = 2, [21] = 2};

		assert_int_equal(sample_count(&s, i), expect[i]);
	}
	sample_end(&s);
}

/* 64 jumps inside each other, and what is at the bottom. */
static void test_deepest(void **state)
{
	struct weir_rule jump[CHAIN_DEPTH + 1];
	struct sample s;

	(void)state;
	begin(&s);
	for (unsigned i = 0; i <= CHAIN_DEPTH; i++) {
		jump[i] = (struct weir_rule)R(i, JUMP, .chain = i + 1);
		if (i == CHAIN_DEPTH)
			jump[i].action = WEIR_ACTION_REJECT, jump[i].reject = WEIR_REJECT_TCP_RESET;
		sample_chain(&s, i, "deep", &jump[i], 1);
	}
	sample_compile(&s);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_REJECT);
	assert_int_equal(s.walk.reject, WEIR_REJECT_TCP_RESET);
	assert_int_equal(s.walk.decided, CHAIN_DEPTH);
	assert_true(s.walk.only_once); /* more rules than met[] holds */
	sample_end(&s);
}

static void test_verdicts(void **state)
{
	static const struct {
		enum weir_table table;
		enum weir_hook hook;
		uint8_t action;
		enum walk_verdict verdict;
	} cases[] = {
		{WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING, WEIR_ACTION_NOTRACK, WALK_NOTRACK},
		{WEIR_TABLE_RAW, WEIR_HOOK_OUTPUT, WEIR_ACTION_DROP, WALK_DROP},
		{WEIR_TABLE_FILTER, WEIR_HOOK_INPUT, WEIR_ACTION_TARPIT, WALK_TARPIT},
		{WEIR_TABLE_FILTER, WEIR_HOOK_INPUT, WEIR_ACTION_FASTTRACK, WALK_ACCEPT},
		{WEIR_TABLE_NAT, WEIR_HOOK_PREROUTING, WEIR_ACTION_DST_NAT, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_PREROUTING, WEIR_ACTION_REDIRECT, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING, WEIR_ACTION_SRC_NAT, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING, WEIR_ACTION_MASQUERADE, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING, WEIR_ACTION_NETMAP, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_INPUT, WEIR_ACTION_SAME, WALK_NAT},
		{WEIR_TABLE_NAT, WEIR_HOOK_OUTPUT, WEIR_ACTION_ACCEPT, WALK_ACCEPT},
		{WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING, WEIR_ACTION_SNPT, WALK_NAT},
		{WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING, WEIR_ACTION_DNPT, WALK_NAT},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct weir_rule rule = {.counter = 7, .action = cases[i].action};
		struct sample s;

		sample_begin(&s, cases[i].table, cases[i].hook);
		sample_rules(&s, &rule, 1);
		sample_compile(&s);
		sample_packet(&s, TCP);
		sample_conn(&s);
		assert_int_equal(sample_ask(&s), cases[i].verdict);
		assert_int_equal(sample_count(&s, 7), 1);
		assert_int_equal(s.walk.fasttrack, cases[i].action == WEIR_ACTION_FASTTRACK);
		if (cases[i].verdict == WALK_NAT)
			assert_int_equal(s.walk.nat->action, cases[i].action);
		else
			assert_null(s.walk.nat);
		sample_end(&s);
	}
}

/* Fasttrack goes on to the next rule, and needs a connection. */
static void test_fasttrack(void **state)
{
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, FASTTRACK), R(2, ACCEPT));
	sample_compile(&s);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	assert_false(s.walk.fasttrack);
	assert_int_equal(s.walk.decided, 2);
	sample_conn(&s);
	sample_ask(&s);
	assert_true(s.walk.fasttrack);
	assert_int_equal(sample_count(&s, 1), 2);
	assert_int_equal(sample_count(&s, 2), 2);
	sample_end(&s);
}

/* What differs between packets is only asked when the rest holds. */
static void test_only_once(void **state)
{
	const struct weir_match both[] = {ttl, udp};
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, DROP, .matches = both, .match_count = 2), R(2, ACCEPT));
	sample_compile(&s);
	sample_packet(&s, TCP);
	sample_ask(&s);
	assert_false(s.walk.only_once);
	sample_packet(&s, UDP);
	sample_ask(&s);
	assert_true(s.walk.only_once);
	assert_int_equal(s.walk.decided, 2);
	sample_end(&s);
}

static void test_counters(void **state)
{
	struct weir_rule_counters c[3];
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(COUNTERS_PAGE, PASSTHROUGH), R(COUNTERS_MAX - 1, DROP, IF(udp)));
	sample_compile(&s);
	sample_packet(&s, TCP " pad:6");
	sample_ask(&s);
	sample_packet(&s, UDP);
	sample_ask(&s);
	firewall_counters(s.firewall, COUNTERS_PAGE - 1, c, 3);
	assert_int_equal(c[0].packets, 0);
	assert_int_equal(c[1].packets, 2);
	assert_int_equal(c[1].bytes, 40 + 32);
	assert_int_equal(c[2].bytes, 0);
	firewall_count(s.firewall, COUNTERS_MAX - 1, 100);
	firewall_count(s.firewall, 2 * COUNTERS_PAGE, 100); /* of no rule: nobody counts */
	firewall_count(s.firewall, COUNTERS_MAX, 100);
	firewall_counters(s.firewall, COUNTERS_MAX - 1, c, 2);
	assert_int_equal(c[0].packets, 2);
	assert_int_equal(c[0].bytes, 132);
	assert_int_equal(c[1].packets, 0);
	/* Another ruleset: the numbers go on. */
	s.chains[0].count = 1;
	sample_compile(&s);
	sample_ask(&s);
	assert_int_equal(sample_count(&s, COUNTERS_PAGE), 3);
	assert_int_equal(sample_count(&s, COUNTERS_MAX - 1), 2);
	firewall_reset(s.firewall, COUNTERS_PAGE);
	assert_int_equal(sample_count(&s, COUNTERS_PAGE), 0);
	assert_int_equal(sample_count(&s, COUNTERS_MAX - 1), 2);
	firewall_reset(s.firewall, UINT32_MAX);
	assert_int_equal(sample_count(&s, COUNTERS_MAX - 1), 0);
	sample_end(&s);
}

static void test_trace(void **state)
{
	const struct weir_rule a[] = {R(10, PASSTHROUGH, IF(udp)), R(11, INERT), R(12, DROP)};
	struct weir_trace_step steps[8];
	struct weir_trace trace = {.steps = steps, .room = 8};
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, ACCEPT, IF(udp)), R(2, JUMP, .chain = 1));
	sample_chain(&s, 1, "a", a, ARRAY_COUNT(a));
	sample_compile(&s);
	sample_packet(&s, TCP);
	s.io.trace = &trace;
	sample_ask(&s);
	assert_int_equal(trace.count, 2);
	assert_int_equal(steps[0].counter, 2);
	assert_int_equal(steps[0].table, WEIR_TABLE_FILTER);
	assert_int_equal(steps[0].hook, WEIR_HOOK_FORWARD);
	assert_int_equal(steps[0].action, WEIR_ACTION_JUMP);
	assert_int_equal(steps[0].chain, 0);
	assert_int_equal(steps[0].index, 1);
	assert_int_equal(steps[1].counter, 12);
	assert_int_equal(steps[1].chain, 1);
	assert_int_equal(steps[1].index, 2); /* as the embedder counts */
	trace = (struct weir_trace){.steps = steps, .room = 3, .all = true};
	sample_ask(&s);
	assert_int_equal(trace.count, 4); /* one found no room */
	assert_false(steps[0].matched);
	assert_int_equal(steps[0].failed, WEIR_MATCH_PROTOCOL);
	assert_true(steps[1].matched);
	assert_int_equal(steps[2].counter, 10);
	sample_end(&s);
}

static void test_log(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};
	struct sample s;

	(void)state;
	begin(&s);
	RULES(&s, R(1, ACCEPT, IF(udp)), R(2, LOG, IF(tcp)), R(3, PASSTHROUGH, .log = true));
	sample_compile(&s);
	sample_packet(&s, UDP);
	sample_ask(&s);
	assert_int_equal(s.logs, 0);
	sample_packet(&s, TCP);
	s.io.src_mac = mac;
	sample_conn(&s)->status = WEIR_STATUS_SRCNAT | CONN_FAST_PATH;
	s.conn.conn.tuple[WEIR_REPLY].dst_port = 40000;
	sample_ask(&s);
	assert_int_equal(s.logs, 2);
	assert_true(s.walk.only_once);
	assert_int_equal(s.log.rule, 3);
	assert_int_equal(s.log.table, WEIR_TABLE_FILTER);
	assert_int_equal(s.log.hook, WEIR_HOOK_FORWARD);
	assert_int_equal(s.log.family, WEIR_IPV4);
	assert_int_equal(s.log.protocol, PROTO_TCP);
	assert_int_equal(s.log.state, WEIR_STATE_NEW);
	assert_int_equal(s.log.flags, TCP_SYN);
	assert_int_equal(s.log.in, 1);
	assert_int_equal(s.log.out, 2);
	assert_int_equal(s.log.len, 40);
	assert_int_equal(s.log.status, WEIR_STATUS_SRCNAT);
	assert_int_equal(s.log.tuple.src_port, 1000);
	assert_int_equal(s.log.conn[WEIR_REPLY].dst_port, 40000);
	assert_int_equal(s.log.has_mac, 1);
	assert_memory_equal(s.log.src_mac, mac, 6);
	sample_packet(&s, "ip6:3a icmp6:8001");
	sample_ask(&s);
	assert_int_equal(s.logs, 3);
	assert_int_equal(s.log.icmp_type, 128);
	assert_int_equal(s.log.icmp_code, 1);
	assert_int_equal(s.log.tuple.src_port, 0);
	assert_int_equal(s.log.has_mac, 0);
	assert_int_equal(s.log.status, 0);
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_match), cmocka_unit_test(test_jumps),
		cmocka_unit_test(test_deepest),     cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_fasttrack),   cmocka_unit_test(test_only_once),
		cmocka_unit_test(test_counters),    cmocka_unit_test(test_trace),
		cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
