/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules of mangle do: bytes at their place, checksums right, nothing else changed; marks.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02 *10"
#define MSS "ip4:06 tcp:02 020405b4 *9 !32=60"
#define MSS_ODD "ip4:06 tcp:02 01020405b4000000 *9 !32=70"
#define MSS6 "ip6:06 tcp:02 020405b4 *9 !52=60"

static const struct weir_interface interfaces[] = {
	{.bridge = WEIR_INTERFACE_NONE},
	{.bridge = WEIR_INTERFACE_NONE, .mtu = 1500},
	{.bridge = WEIR_INTERFACE_NONE, .mtu = 1492},
};

#define A(name, way, n) {.action = WEIR_ACTION_##name, .change = {WEIR_CHANGE_##way, n}}

/* The line of the packet before and behind the rule. */
static const struct {
	const char *before;
	struct weir_rule rule;
	const char *after; /* NULL: it stays as it is */
} table[] = {
	{TCP, A(CHANGE_TTL, SET, 5), TCP " !8=05"},
	{TCP, A(CHANGE_TTL, INCREMENT, 3), TCP " !8=43"},
	{TCP, A(CHANGE_TTL, INCREMENT, 250), TCP " !8=ff"},
	{TCP, A(CHANGE_TTL, DECREMENT, 1), TCP " !8=3f"},
	{TCP, A(CHANGE_TTL, DECREMENT, 65), TCP " !8=00"},
	{TCP, A(CHANGE_TTL, SET, 64), NULL},
	{"ip6:06 tcp:02", A(CHANGE_TTL, SET, 255), "ip6:06 tcp:02 !7=ff"},
	{"ip6:06 tcp:02", A(CHANGE_TTL, DECREMENT, 100), "ip6:06 tcp:02 !7=00"},
	{TCP " !1=03", A(CHANGE_DSCP, SET, 46), TCP " !1=bb"},
	{TCP " !1=ff", A(CHANGE_DSCP, SET, 0), TCP " !1=03"},
	{TCP, A(CHANGE_DSCP, FROM_OTHER, 0), TCP " !1=14"}, /* the priority is 5 */
	{TCP, A(CHANGE_DSCP, FROM_HIGH, 0), TCP " !1=a0"},
	{"ip6:06 tcp:02 !0=6fffffff", A(CHANGE_DSCP, SET, 10), "ip6:06 tcp:02 !0=62bfffff"},
	{TCP " !6=4000", A(CLEAR_DF, SET, 0), TCP},
	{TCP " !6=8000", A(CLEAR_DF, SET, 0), NULL},
	{"ip6:06 tcp:02", A(CLEAR_DF, SET, 0), NULL},
	{"ip4:06 94040000 83030400 tcp:02 !0=47", A(STRIP_OPTIONS, SET, 0),
	 "ip4:06 01010101 01010101 tcp:02 !0=47"},
	{TCP, A(STRIP_OPTIONS, SET, 0), NULL},
	{"ip6:00 0600010400000000 tcp:02", A(STRIP_OPTIONS, SET, 0), NULL},
	{MSS, A(CHANGE_MSS, SET, 1300), "ip4:06 tcp:02 02040514 *9 !32=60"},
	{MSS, A(CHANGE_MSS, SET, 1460), NULL},
	{MSS, A(CHANGE_MSS, SET, 1461), NULL}, /* never up */
	{MSS, A(CHANGE_MSS, CLAMP, 0), "ip4:06 tcp:02 020405ac *9 !32=60"},
	{MSS_ODD, A(CHANGE_MSS, SET, 1300), "ip4:06 tcp:02 0102040514000000 *9 !32=70"},
	{MSS6, A(CHANGE_MSS, SET, 536), "ip6:06 tcp:02 02040218 *9 !52=60"},
	{MSS6, A(CHANGE_MSS, CLAMP, 0), "ip6:06 tcp:02 02040598 *9 !52=60"},
	{"ip4:06 tcp:12 020405b4 !32=60", A(CHANGE_MSS, SET, 1), "ip4:06 tcp:12 02040001 !32=60"},
	{"ip4:06 tcp:10 020405b4 !32=60", A(CHANGE_MSS, SET, 1), NULL}, /* no SYN */
	{TCP, A(CHANGE_MSS, SET, 1), NULL},
	{"ip4:06 tcp:02 0104020405b400 !32=60", A(CHANGE_MSS, SET, 1), NULL}, /* in the data */
	{"ip4:06 tcp:02 02000000 !32=60", A(CHANGE_MSS, SET, 1), NULL},
	{"ip4:06 tcp:02 00020405 !32=60", A(CHANGE_MSS, SET, 1), NULL},
	{"ip4:11 udp *20", A(CHANGE_MSS, SET, 1), NULL},
};

static void begin(struct sample *s, const struct weir_rule *rules, size_t count)
{
	sample_begin(s, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD);
	s->rules.interfaces = interfaces;
	s->rules.interface_count = ARRAY_COUNT(interfaces);
	sample_rules(s, rules, count);
	sample_compile(s);
}

static void test_bytes(void **state)
{
	struct sample s;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		struct assembled want = assemble(table[i].after ? table[i].after : table[i].before);

		begin(&s, &table[i].rule, 1);
		sample_packet(&s, table[i].before);
		assert_int_equal(s.packet.kind, PACKET_PLAIN);
		s.walk.priority = 5;
		assert_int_equal(sample_ask(&s), WALK_ACCEPT);
		assert_int_equal(s.bytes.caplen, want.caplen);
		if (memcmp(s.bytes.data, want.data, want.caplen) != 0)
			fail_msg("%zu: %s of \"%s\"", i,
				 weir_action_text((enum weir_action)table[i].rule.action),
				 table[i].before);
		assert_int_equal(s.walk.rewritten, table[i].after != NULL);
		assert_true(s.walk.only_once);
		free(want.data);
		sample_end(&s);
	}
}

/* What was captured short is left alone. */
static void test_short(void **state)
{
	static const struct {
		const char *line;
		struct weir_rule rule;
	} cases[] = {
		{"ip4:06 94040000 tcp:02 !0=46 cut:23", A(STRIP_OPTIONS, SET, 0)},
		{MSS " cut:42", A(CHANGE_MSS, SET, 1)},
		{MSS " cut:33", A(CHANGE_MSS, SET, 1)},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct assembled want = assemble(cases[i].line);
		struct sample s;

		begin(&s, &cases[i].rule, 1);
		sample_packet(&s, cases[i].line);
		s.walk.tuple.proto = PROTO_TCP;
		assert_int_equal(sample_ask(&s), WALK_ACCEPT);
		assert_memory_equal(s.bytes.data, want.data, want.caplen);
		assert_false(s.walk.rewritten);
		free(want.data);
		sample_end(&s);
	}
}

static void test_unknown_mtu(void **state)
{
	struct weir_rule rule = A(CHANGE_MSS, CLAMP, 0);
	struct sample s;

	(void)state;
	begin(&s, &rule, 1);
	sample_packet(&s, MSS);
	s.walk.in = 0;
	s.walk.out = WEIR_INTERFACE_NONE;
	sample_ask(&s);
	assert_int_equal(be16(s.packet.l4 + 22), 1460);
	s.walk.in = 1; /* 1500: as it is */
	sample_ask(&s);
	assert_int_equal(be16(s.packet.l4 + 22), 1460);
	s.walk.in = 0;
	s.walk.out = 2;
	sample_ask(&s);
	assert_int_equal(be16(s.packet.l4 + 22), 1452);
	sample_end(&s);
}

static void test_priority(void **state)
{
	static const struct {
		uint8_t how;
		uint32_t number;
		uint16_t priority;
	} ways[] = {
		{WEIR_CHANGE_SET, 7, 7},
		{WEIR_CHANGE_FROM_OTHER, 0, 46},
		{WEIR_CHANGE_FROM_HIGH, 0, 5},
		{WEIR_CHANGE_FROM_INGRESS, 0, 3},
	};

	(void)state;
	for (unsigned i = 0; i < 2 * ARRAY_COUNT(ways); i++) {
		struct weir_rule rule = {.action = WEIR_ACTION_SET_PRIORITY,
					 .change = {ways[i / 2].how, ways[i / 2].number}};
		struct sample s;

		begin(&s, &rule, 1);
		sample_packet(&s, i % 2 ? "ip6:06 tcp:02 !0=6b80" : TCP " !1=b8");
		s.walk.ingress_priority = 3;
		sample_ask(&s);
		assert_int_equal(s.walk.priority, ways[i / 2].priority);
		assert_int_equal(s.walk.only_once, ways[i / 2].how != WEIR_CHANGE_SET);
		sample_end(&s);
	}
}

static void test_marks(void **state)
{
	struct weir_rule rules[] = {
		{.counter = 1,
		 .action = WEIR_ACTION_MARK_CONNECTION,
		 .mark = 65535,
		 .passthrough = true},
		{.counter = 2,
		 .action = WEIR_ACTION_MARK_PACKET,
		 .mark = 70000,
		 .passthrough = true},
		{.counter = 3, .action = WEIR_ACTION_MARK_ROUTING, .mark = 9},
		{.counter = 4, .action = WEIR_ACTION_DROP},
	};
	struct sample s;

	(void)state;
	begin(&s, rules, ARRAY_COUNT(rules));
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT); /* there is no connection to mark */
	assert_false(s.walk.marked);
	assert_int_equal(s.walk.packet_mark, 70000);
	assert_int_equal(s.walk.routing_mark, 9);
	assert_int_equal(s.walk.decided, 3);
	sample_conn(&s);
	sample_ask(&s);
	assert_true(s.walk.marked);
	assert_int_equal(s.conn.conn.mark, 65535);
	assert_false(s.walk.only_once);
	s.walk.marked = false;
	sample_ask(&s);
	assert_false(s.walk.marked); /* it had that one */
	assert_int_equal(sample_count(&s, 4), 0);
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),      cmocka_unit_test(test_short),
		cmocka_unit_test(test_unknown_mtu), cmocka_unit_test(test_priority),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
