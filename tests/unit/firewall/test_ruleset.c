/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a ruleset wrong, in words; what of it is kept; and memory that runs out anywhere.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02"

static const struct weir_ports backwards[] = {{1, 2}, {80, 79}};
static const struct weir_ports ports[] = {{80, 80}};

#define M(name, ...) {.type = WEIR_MATCH_##name, __VA_ARGS__}

/* A rule of one match, and the text of the error. */
static const struct {
	struct weir_match match;
	const char *text;
} match_errors[] = {
	{{.type = WEIR_MATCH_COUNT}, "no such match: 47"},
	{M(PROTOCOL, .number = 256), "protocol: value out of range"},
	{M(DSCP, .number = 64), "dscp: value out of range"},
	{M(TOS, .number = 256), "tos: value out of range"},
	{M(TOS, .mask = 256), "tos: value out of range"},
	{M(IPV4_OPTIONS, .number = WEIR_OPTIONS_COUNT), "ipv4-options: value out of range"},
	{M(HEADERS, .number = 2), "headers: value out of range"},
	{M(PRIORITY, .number = 64), "priority: value out of range"},
	{M(CONNECTION_MARK, .number = 65536), "connection-mark: value out of range"},
	{M(IPSEC_POLICY, .number = 2), "ipsec-policy: value out of range"},
	{M(IN_INTERFACE, .interfaces = NULL), "in-interface: interfaces are missing"},
	{M(SRC_ADDRESS, .range = {{.v6 = {2}}, {.v6 = {1, 255}}}),
	 "src-address: range ends before it begins"},
	{M(DST_LIST, .number = 1), "dst-address-list: no such address list"},
	{M(TTL, .span = {2, 1}), "ttl: range ends before it begins"},
	{M(CONNECTION_RATE, .span = {2, 1}), "connection-rate: range ends before it begins"},
	{M(DST_PORT, .count = 0, .ports = ports), "dst-port: no ports"},
	{M(ANY_PORT, .count = 1, .ports = NULL), "port: no ports"},
	{M(SRC_PORT, .count = 2, .ports = backwards), "src-port: range ends before it begins"},
	{M(ICMP, .icmp = {3, 2, 1}), "icmp-options: range ends before it begins"},
	{M(CONTENT, .count = 0, .text = "x"), "content: text is empty"},
	{M(TLS_HOST, .count = 1, .text = NULL), "tls-host: text is empty"},
};

#define R(name, ...) {.counter = 5, .action = WEIR_ACTION_##name, __VA_ARGS__}

static const struct {
	uint8_t table;
	struct weir_rule rule;
	const char *text;
} rule_errors[] = {
	{WEIR_TABLE_RAW, {.counter = 1u << 20}, "counter 1048576 of a rule, 1048575 at most"},
	{WEIR_TABLE_RAW, R(COUNT), "no such action: 31"},
	{WEIR_TABLE_RAW, R(REJECT), "action reject does not belong into the table raw"},
	{WEIR_TABLE_NAT, R(DROP), "action drop does not belong into the table nat"},
	{WEIR_TABLE_FILTER, R(MASQUERADE),
	 "action masquerade does not belong into the table filter"},
	{WEIR_TABLE_FILTER, R(NOTRACK), "action notrack does not belong into the table filter"},
	{WEIR_TABLE_RAW, R(MARK_PACKET), "action mark-packet does not belong into the table raw"},
	{WEIR_TABLE_FILTER, R(JUMP, .chain = 2), "action jump: no such chain"},
	{WEIR_TABLE_FILTER, R(REJECT, .reject = WEIR_REJECT_COUNT),
	 "action reject: no such answer"},
	{WEIR_TABLE_FILTER, R(ADD_SRC_TO_LIST, .list = {.number = 1}),
	 "action add-src-to-address-list: no such address list"},
	{WEIR_TABLE_MANGLE, R(MARK_CONNECTION, .mark = 65536),
	 "action mark-connection: mark above 65535"},
	{WEIR_TABLE_MANGLE, R(MARK_ROUTING, .mark = 65536),
	 "action mark-routing: routing table above 65535"},
	{WEIR_TABLE_MANGLE, R(CHANGE_MSS, .change = {WEIR_CHANGE_SET, 65536}),
	 "action change-mss: value out of range"},
	{WEIR_TABLE_MANGLE, R(CHANGE_MSS, .change = {WEIR_CHANGE_INCREMENT, 1}),
	 "action change-mss: cannot change it in this way"},
	{WEIR_TABLE_MANGLE, R(CHANGE_TTL, .change = {WEIR_CHANGE_SET, 256}),
	 "action change-ttl: value out of range"},
	{WEIR_TABLE_MANGLE, R(CHANGE_TTL, .change = {WEIR_CHANGE_CLAMP, 1}),
	 "action change-ttl: cannot change it in this way"},
	{WEIR_TABLE_MANGLE, R(CHANGE_DSCP, .change = {WEIR_CHANGE_FROM_INGRESS, 1}),
	 "action change-dscp: cannot change it in this way"},
	{WEIR_TABLE_MANGLE, R(SET_PRIORITY, .change = {99, 1}),
	 "action set-priority: cannot change it in this way"},
	{WEIR_TABLE_NAT,
	 R(SRC_NAT, .nat = {.flags = WEIR_NAT_PORTS, .first_port = 2, .last_port = 1}),
	 "action src-nat: ports end before they begin"},
	{WEIR_TABLE_NAT,
	 R(DST_NAT, .nat = {.flags = WEIR_NAT_ADDRESS, .first = {.v6 = {9}}, .last = {.v6 = {8}}}),
	 "action dst-nat: addresses end before they begin"},
	{WEIR_TABLE_NAT, R(NETMAP, .nat = {.flags = WEIR_NAT_BLOCK, .block = 9}),
	 "action netmap: blocks of ports are for src-nat and masquerade"},
	{WEIR_TABLE_NAT, R(SRC_NAT, .nat = {.flags = WEIR_NAT_BLOCK, .block = 9}),
	 "action src-nat: blocks of ports need addresses"},
	{WEIR_TABLE_NAT, R(MASQUERADE, .nat = {.flags = WEIR_NAT_BLOCK}),
	 "action masquerade: no block of ports fits"},
	{WEIR_TABLE_NAT,
	 R(MASQUERADE, .nat = {.flags = WEIR_NAT_BLOCK | WEIR_NAT_PORTS,
			       .first_port = 7,
			       .last_port = 9,
			       .block = 4}),
	 "action masquerade: no block of ports fits"},
	{WEIR_TABLE_FILTER, R(DROP, .match_count = 1), "matches are missing"},
};

static const struct weir_address_list one_list[] = {{"list", NULL, 0}};

static void begin(struct sample *s, uint8_t table)
{
	sample_begin(s, (enum weir_table)table,
		     table == WEIR_TABLE_FILTER ? WEIR_HOOK_FORWARD : WEIR_HOOK_PREROUTING);
	s->rules.lists = one_list;
	s->rules.list_count = 1;
}

static void refused(struct sample *s, uint32_t counter, const char *text)
{
	assert_null(ruleset_create(&s->alloc, &s->rules, &s->error));
	assert_string_equal(s->error.text, text);
	assert_int_equal(s->error.counter, counter);
	sample_end(s);
}

static void test_wrong_rules(void **state)
{
	struct sample s;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(match_errors); i++) {
		struct weir_rule rules[] = {R(ACCEPT),
					    {.counter = 6, .action = WEIR_ACTION_DROP,
					     .matches = &match_errors[i].match, .match_count = 1}};

		begin(&s, WEIR_TABLE_FILTER);
		sample_rules(&s, rules, 2);
		refused(&s, 6, match_errors[i].text);
	}
	for (size_t i = 0; i < ARRAY_COUNT(rule_errors); i++) {
		begin(&s, rule_errors[i].table);
		sample_chain(&s, 1, "other", &rule_errors[i].rule, 1);
		refused(&s, rule_errors[i].rule.counter, rule_errors[i].text);
	}
}

static void test_wrong_chains(void **state)
{
	struct weir_rule jumps[CHAIN_DEPTH + 2];
	struct sample s;

	(void)state;
	for (unsigned i = 0; i < ARRAY_COUNT(jumps); i++)
		jumps[i] = (struct weir_rule){.counter = 100 + i, .action = WEIR_ACTION_JUMP,
					      .chain = i + 1};
	begin(&s, WEIR_TABLE_FILTER);
	jumps[1].chain = 0;
	sample_rules(&s, &jumps[0], 1);
	sample_chain(&s, 1, "back", &jumps[1], 1);
	refused(&s, 101, "chain \"back\" jumps to \"forward\" in a loop");
	begin(&s, WEIR_TABLE_FILTER);
	jumps[1].chain = 1;
	sample_chain(&s, 1, "self", &jumps[1], 1);
	refused(&s, 101, "chain \"self\" jumps to \"self\" in a loop");
	jumps[1].chain = 2;
	/* One too deep, whichever end the chains are looked at from. */
	for (unsigned turn = 0; turn < 2; turn++) {
		begin(&s, WEIR_TABLE_FILTER);
		for (unsigned i = 0; i <= CHAIN_DEPTH + 1; i++) {
			unsigned at = turn ? CHAIN_DEPTH + 1 - i : i;

			jumps[at].chain = turn ? at - 1 : at + 1;
			sample_chain(&s, at, "deep", &jumps[at], i <= CHAIN_DEPTH);
		}
		assert_null(ruleset_create(&s.alloc, &s.rules, &s.error));
		assert_string_equal(s.error.text, "more than 64 jumps inside each other");
		assert_true(s.error.counter >= 100);
		sample_end(&s);
	}
	begin(&s, WEIR_TABLE_FILTER);
	s.chains[0].name = NULL;
	refused(&s, UINT32_MAX, "table filter: chain 0 has no name");
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.tables[0][WEIR_TABLE_FILTER].builtin[WEIR_HOOK_INPUT] = 1;
	refused(&s, UINT32_MAX, "table filter, chain input: chain 1 of 1 does not exist");
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.tables[1][WEIR_TABLE_FILTER].builtin[WEIR_HOOK_PREROUTING] = 0;
	refused(&s, UINT32_MAX, "the table filter has no chain prerouting");
	begin(&s, WEIR_TABLE_NAT);
	s.rules.tables[0][WEIR_TABLE_NAT].builtin[WEIR_HOOK_FORWARD] = 0;
	refused(&s, UINT32_MAX, "the table nat has no chain forward");
}

static void test_wrong_others(void **state)
{
	struct weir_interface_address address = {WEIR_IPV4, 33, {.v4 = 0}};
	struct weir_interface interface = {.bridge = 1};
	struct weir_address_range range = {WEIR_IPV4, {.v6 = {1}}, {.v6 = {0, 9}}};
	char name[WEIR_LIST_NAME + 1] = {0};
	struct weir_address_list list = {name, &range, 1};
	struct sample s;

	(void)state;
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.interfaces = &interface;
	s.rules.interface_count = 1;
	refused(&s, UINT32_MAX, "interface 0: its bridge 1 of 1 does not exist");
	interface = (struct weir_interface){.bridge = 0, .addresses = &address, .address_count = 1};
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.interfaces = &interface;
	s.rules.interface_count = 1;
	refused(&s, UINT32_MAX, "interface 0: prefix of 33 bits");
	address.family = 5;
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.interfaces = &interface;
	s.rules.interface_count = 1;
	refused(&s, UINT32_MAX, "interface 0: address of family 5");
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.interface_count = WEIR_INTERFACES_MAX + 1;
	refused(&s, UINT32_MAX, "1025 interfaces, 1024 at most");
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.lists = &list;
	refused(&s, UINT32_MAX, "address list \"\": entry 0 ends before it begins");
	range.family = 0;
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.lists = &list;
	refused(&s, UINT32_MAX, "address list \"\": entry 0 of family 0");
	memset(name, 'x', WEIR_LIST_NAME);
	begin(&s, WEIR_TABLE_FILTER);
	s.rules.lists = &list;
	refused(&s, UINT32_MAX, "address list 0: name missing or longer than 63 bytes");
}

/* Nothing of the embedder's is needed once it is compiled. */
static void test_copies(void **state)
{
	uint64_t interfaces[WEIR_INTERFACE_WORDS] = {2};
	struct weir_ports some[] = {{2000, 2000}};
	char name[] = "list", chain[] = "forward";
	struct weir_address_range range = {WEIR_IPV4, {.v6 = {10, 0, 0, 1}}, {.v6 = {10, 0, 0, 1}}};
	struct weir_address_list list = {name, &range, 1};
	struct weir_interface_address address = {WEIR_IPV6, 64, {.v6 = {0x20, 1}}};
	struct weir_interface interface[] = {
		{.bridge = WEIR_INTERFACE_NONE,
		 .mtu = 1400,
		 .addresses = &address,
		 .address_count = 1},
		{.bridge = 0},
	};
	struct weir_match matches[] = {M(DST_PORT, .count = 1, .ports = some),
				       M(SRC_LIST, .number = 0),
				       M(IN_INTERFACE, .interfaces = interfaces)};
	struct weir_rule rule = {.action = WEIR_ACTION_DROP, .matches = matches, .match_count = 3};
	union weir_addr own;
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = &list;
	s.rules.list_count = 1;
	s.rules.interfaces = interface;
	s.rules.interface_count = 2;
	s.chains[0].name = chain;
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	memset(interfaces, 0, sizeof interfaces);
	memset(some, 0, sizeof some);
	memset(name, 0, sizeof name);
	memset(chain, 0, sizeof chain);
	memset(&range, 0, sizeof range);
	memset(&list, 0, sizeof list);
	memset(&address, 0, sizeof address);
	memset(interface, 0, sizeof interface);
	memset(matches, 0, sizeof matches);
	memset(&rule, 0, sizeof rule);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_DROP);
	assert_true(ruleset_address(s.ruleset, 0, WEIR_IPV6, &own));
	assert_int_equal(own.v6[0], 0x20);
	assert_false(ruleset_address(s.ruleset, 0, WEIR_IPV4, &own));
	assert_false(ruleset_address(s.ruleset, 2, WEIR_IPV6, &own));
	assert_int_equal(ruleset_bridge(s.ruleset, 1), 0);
	assert_int_equal(ruleset_bridge(s.ruleset, 0), 0);
	assert_int_equal(ruleset_bridge(s.ruleset, 7), 7);
	assert_int_equal(ruleset_mtu(s.ruleset, 0), 1400);
	assert_int_equal(ruleset_mtu(s.ruleset, WEIR_INTERFACE_NONE), 0);
	sample_end(&s);
}

/* Cheap and lasting matches first, then what differs from packet to packet. */
static void test_order(void **state)
{
	const struct weir_match matches[] = {
		M(CONNECTION_STATE, .bits = 1), M(TTL, .span = {0, 1}), M(PROTOCOL, .number = 6),
		M(PACKET_SIZE, .span = {0, 9}), M(SRC_ADDRESS), M(SRC_MAC)};
	static const uint8_t expect[] = {WEIR_MATCH_PROTOCOL, WEIR_MATCH_SRC_ADDRESS,
					 WEIR_MATCH_CONNECTION_STATE, WEIR_MATCH_SRC_MAC,
					 WEIR_MATCH_TTL, WEIR_MATCH_PACKET_SIZE};
	struct weir_rule rule = {.action = WEIR_ACTION_DROP, .matches = matches,
				 .match_count = ARRAY_COUNT(matches)};
	struct sample s;

	(void)state;
	begin(&s, WEIR_TABLE_FILTER);
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	for (unsigned i = 0; i < ARRAY_COUNT(expect); i++) {
		const struct match *m =
			&s.ruleset->tables[0][WEIR_TABLE_FILTER].chains[0].rules[0].matches[i];

		assert_int_equal(m->is.type, expect[i]);
		assert_int_equal(m->varies, i > 2);
	}
	sample_end(&s);
}

/* Every allocation fails once: nothing is lost, and the old ruleset goes on. */
static void test_no_memory(void **state)
{
	struct weir_address_range ranges[3000];
	struct weir_address_list lists[] = {{"a", ranges, 3000}, {"b", NULL, 0}};
	struct weir_match match = M(SRC_LIST, .number = 0);
	struct weir_rule before = {.counter = 1, .action = WEIR_ACTION_DROP};
	struct weir_rule after[] = {
		{.counter = 2, .action = WEIR_ACTION_ACCEPT, .matches = &match, .match_count = 1},
		{.counter = 5000, .action = WEIR_ACTION_ACCEPT}};
	struct ruleset *fresh;
	unsigned failed = 0, refusals = 0;
	struct sample s;

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) {
		ranges[i] = (struct weir_address_range){.family = i % 2 ? WEIR_IPV4 : WEIR_IPV6};
		put_be32(ranges[i].first.v6, i * 1000);
		ranges[i].last = ranges[i].first;
	}
	begin(&s, WEIR_TABLE_FILTER);
	sample_rules(&s, &before, 1);
	sample_compile(&s);
	sample_packet(&s, TCP);
	sample_rules(&s, after, 2);
	s.rules.lists = lists;
	s.rules.list_count = 2;
	for (;; failed++) {
		s.memory.fail_from = s.memory.calls + failed;
		s.memory.fail_to = s.memory.fail_from + 1;
		fresh = ruleset_create(&s.alloc, &s.rules, &s.error);
		if (!fresh) {
			assert_string_equal(s.error.text, "");
			assert_int_equal(sample_ask(&s), WALK_DROP);
			refusals++;
			continue;
		}
		if (firewall_adopt(s.firewall, fresh))
			break;
		ruleset_destroy(fresh, &s.alloc);
		assert_int_equal(sample_ask(&s), WALK_DROP);
	}
	assert_true(refusals >= 4 && failed > refusals);
	s.memory.fail_from = s.memory.fail_to = UINT64_MAX;
	ruleset_destroy(s.ruleset, &s.alloc);
	s.ruleset = fresh;
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	assert_int_equal(sample_count(&s, 1), failed);
	assert_int_equal(sample_count(&s, 5000), 1);
	sample_end(&s);
	for (unsigned i = 0; i < 2; i++) {
		begin(&s, WEIR_TABLE_FILTER);
		s.memory.fail_from = i;
		s.memory.fail_to = i + 1;
		assert_null(firewall_create(&s.alloc, 1, NULL));
		sample_end(&s);
	}
}

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(weir_table_text(WEIR_TABLE_FILTER), "filter");
	assert_string_equal(weir_hook_text(WEIR_TABLE_NAT, WEIR_HOOK_PREROUTING), "dstnat");
	assert_string_equal(weir_hook_text(WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING), "srcnat");
	assert_string_equal(weir_hook_text(WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING), "prerouting");
	assert_string_equal(weir_action_text(WEIR_ACTION_FASTTRACK), "fasttrack-connection");
	assert_string_equal(weir_match_text(WEIR_MATCH_DST_LIMIT), "dst-limit");
	assert_string_equal(weir_match_text(WEIR_MATCH_COUNT), "unknown");
	assert_string_equal(weir_table_text(WEIR_TABLE_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_rules), cmocka_unit_test(test_wrong_chains),
		cmocka_unit_test(test_wrong_others), cmocka_unit_test(test_copies),
		cmocka_unit_test(test_order),       cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
