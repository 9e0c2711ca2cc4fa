/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each match that reads the packet: one that holds, one that does not, and one that the packet
 * has no such field for, which its negation does not match either.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02"

static const uint64_t first_interface[WEIR_INTERFACE_WORDS] = {1u << 1};
static const uint64_t last_interface[WEIR_INTERFACE_WORDS] = {
	[WEIR_INTERFACE_WORDS - 1] = UINT64_C(1) << 63};
static const struct weir_ports port_1000[] = {{1000, 1000}};
static const struct weir_ports port_2000[] = {{80, 80}, {1999, 2001}};
static const struct weir_ports all_ports[] = {{0, 65535}};
static const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};
static const struct weir_address_range listed[] = {
	{WEIR_IPV4, {.v6 = {10, 0, 0, 1}}, {.v6 = {10, 0, 0, 1}}},
	{WEIR_IPV6, {.v6 = {0x20, 1}}, {.v6 = {0x20, 2}}},
};
static const struct weir_address_list lists[] = {{"some", listed, ARRAY_COUNT(listed)}};

static void set_mac(struct sample *s)
{
	s->io.src_mac = mac;
}

static void set_marks(struct sample *s)
{
	s->walk.packet_mark = 5;
	s->walk.routing_mark = 6;
	s->walk.priority = 3;
	s->walk.ingress_priority = 4;
	sample_conn(s)->mark = 7;
}

static void set_connection(struct sample *s)
{
	struct conn *c = sample_conn(s);

	c->status = WEIR_STATUS_DSTNAT;
	c->bytes[WEIR_ORIGINAL] = 1000;
	c->bytes[WEIR_REPLY] = 234;
	c->rate[WEIR_ORIGINAL] = 100;
	c->rate[WEIR_REPLY] = 25;
}

static void set_last_interface(struct sample *s)
{
	s->walk.in = 1023;
	s->walk.out = WEIR_INTERFACE_NONE;
	s->walk.in_port = 1;
}

#define M(name, ...) {.type = WEIR_MATCH_##name, __VA_ARGS__}
#define RANGE(a, b) .range = {{.v6 = {10, 0, 0, a}}, {.v6 = {10, 0, 0, b}}}
#define PORTS(p) .count = ARRAY_COUNT(p), .ports = p
#define OPT(bytes) "ip4:06 " bytes " tcp:02 !0=46"
#define MSS "ip4:06 tcp:02 01020405b4000000 !32=70"

static const struct {
	const char *line;
	struct weir_match match;
	enum match_result expect;
	void (*set)(struct sample *s);
} table[] = {
	{TCP, M(PROTOCOL, .number = 6), MATCH_YES, NULL},
	{TCP, M(PROTOCOL, .number = 17), MATCH_NO, NULL},
	{"ip6:00 0600010400000000 tcp:02", M(PROTOCOL, .number = 6), MATCH_YES, NULL},
	{TCP, M(SRC_MAC, .mac = {2, 0, 0, 0, 0, 9}), MATCH_YES, set_mac},
	{TCP, M(SRC_MAC, .mac = {2, 0, 0, 0, 0, 8}), MATCH_NO, set_mac},
	{TCP, M(SRC_MAC, .mac = {2, 0, 0, 0, 0, 9}), MATCH_NEVER, NULL},
	{TCP, M(IN_INTERFACE, .interfaces = first_interface), MATCH_YES, NULL},
	{TCP, M(OUT_INTERFACE, .interfaces = first_interface), MATCH_NO, NULL},
	{TCP, M(IN_INTERFACE, .interfaces = last_interface), MATCH_YES, set_last_interface},
	{TCP, M(OUT_INTERFACE, .interfaces = last_interface), MATCH_NO, set_last_interface},
	{TCP, M(IN_BRIDGE_PORT, .interfaces = first_interface), MATCH_YES, set_last_interface},
	{TCP, M(OUT_BRIDGE_PORT, .interfaces = first_interface), MATCH_NO, NULL},
	{TCP, M(SRC_ADDRESS, RANGE(1, 1)), MATCH_YES, NULL},
	{TCP, M(SRC_ADDRESS, RANGE(2, 9)), MATCH_NO, NULL},
	{TCP, M(SRC_ADDRESS, RANGE(0, 0)), MATCH_NO, NULL},
	{TCP, M(DST_ADDRESS, RANGE(2, 9)), MATCH_YES, NULL},
	{TCP, M(DST_ADDRESS, RANGE(0, 1)), MATCH_NO, NULL},
	{TCP, M(SRC_ADDRESS, .range = {{.v6 = {9, 255}}, {.v6 = {10, 1}}}), MATCH_YES, NULL},
	{"ip6:06 tcp:02",
	 M(SRC_ADDRESS,
	   .range = {{.v6 = {0x20, 1, 0xd, 0xb8}}, {.v6 = {0x20, 1, 0xd, 0xb8, [15] = 1}}}),
	 MATCH_YES, NULL},
	{"ip6:06 tcp:02",
	 M(SRC_ADDRESS,
	   .range = {{.v6 = {0x20, 1, 0xd, 0xb8, [15] = 2}}, {.v6 = {0x20, 1, 0xd, 0xb9}}}),
	 MATCH_NO, NULL},
	{"ip6:06 tcp:02",
	 M(DST_ADDRESS, .range = {{.v6 = {0}}, {.v6 = {0x20, 1, 0xd, 0xb8, [15] = 1}}}), MATCH_NO,
	 NULL},
	{TCP, M(SRC_LIST, .number = 0), MATCH_YES, NULL},
	{TCP, M(DST_LIST, .number = 0), MATCH_NO, NULL},
	{"ip6:06 tcp:02", M(DST_LIST, .number = 0), MATCH_YES, NULL},
	{TCP, M(TTL, .span = {64, 64}), MATCH_YES, NULL},
	{TCP, M(TTL, .span = {65, 255}), MATCH_NO, NULL},
	{"ip6:06 tcp:02 !7=01", M(TTL, .span = {0, 1}), MATCH_YES, NULL},
	{TCP " !1=b9", M(DSCP, .number = 46), MATCH_YES, NULL},
	{TCP " !1=b9", M(DSCP, .number = 45), MATCH_NO, NULL},
	{"ip6:06 tcp:02 !0=6b90", M(DSCP, .number = 46), MATCH_YES, NULL},
	{TCP " !1=b9", M(TOS, .number = 0x31, .mask = 0x3f), MATCH_NO, NULL},
	{TCP " !1=b9", M(TOS, .number = 0x39, .mask = 0x3f), MATCH_YES, NULL},
	{TCP, M(PACKET_SIZE, .span = {40, 40}), MATCH_YES, NULL},
	{TCP " pad:6", M(PACKET_SIZE, .span = {41, 100}), MATCH_NO, NULL},
	{TCP, M(FRAGMENT), MATCH_NO, NULL},
	{TCP " !6=2000", M(FRAGMENT), MATCH_NO, NULL},
	{TCP " !6=2001", M(FRAGMENT), MATCH_YES, NULL},
	{TCP, M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_NO, NULL},
	{TCP, M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NONE), MATCH_YES, NULL},
	{OPT("01010100"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_NO, NULL},
	{OPT("94040000"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_YES, NULL},
	{OPT("94040000"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NONE), MATCH_NO, NULL},
	{OPT("94040000"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ROUTER_ALERT), MATCH_YES, NULL},
	{OPT("01940300"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NO_ROUTER_ALERT), MATCH_NO, NULL},
	{OPT("89030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_STRICT_ROUTE), MATCH_YES, NULL},
	{OPT("89030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_LOOSE_ROUTE), MATCH_NO, NULL},
	{OPT("89030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NO_SOURCE_ROUTE), MATCH_NO, NULL},
	{OPT("83030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_LOOSE_ROUTE), MATCH_YES, NULL},
	{OPT("83030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_RECORD_ROUTE), MATCH_NO, NULL},
	{OPT("07030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_RECORD_ROUTE), MATCH_YES, NULL},
	{OPT("07030400"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NO_RECORD_ROUTE), MATCH_NO, NULL},
	{OPT("44040500"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_TIMESTAMP), MATCH_YES, NULL},
	{OPT("44040500"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NO_TIMESTAMP), MATCH_NO, NULL},
	{OPT("94000000"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_YES, NULL},
	{OPT("01010194"), M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_YES, NULL},
	{OPT("94040000") " cut:23", M(IPV4_OPTIONS, .number = WEIR_OPTIONS_ANY), MATCH_NEVER, NULL},
	{"ip6:06 tcp:02", M(IPV4_OPTIONS, .number = WEIR_OPTIONS_NONE), MATCH_NEVER, NULL},
	{"ip6:00 0600010400000000 tcp:02", M(HEADERS, .bits = WEIR_HEADER_HOP), MATCH_YES, NULL},
	{"ip6:00 0600010400000000 tcp:02", M(HEADERS, .bits = WEIR_HEADER_HOP | WEIR_HEADER_DST),
	 MATCH_NO, NULL},
	{"ip6:00 0600010400000000 tcp:02", M(HEADERS, .number = 1, .bits = WEIR_HEADER_HOP),
	 MATCH_NO, NULL},
	{"ip6:00 0600010400000000 tcp:02",
	 M(HEADERS, .number = 1, .bits = WEIR_HEADER_HOP | WEIR_HEADER_PROTO), MATCH_YES, NULL},
	{"ip6:00 3c00 *6 2b00 *6 3300 *6 3200fd00 *4 *16",
	 M(HEADERS, .number = 1,
	   .bits = WEIR_HEADER_HOP | WEIR_HEADER_DST | WEIR_HEADER_ROUTE | WEIR_HEADER_AH |
		   WEIR_HEADER_ESP),
	 MATCH_YES, NULL},
	{"ip6:2c 3b00000000000001 *8",
	 M(HEADERS, .number = 1, .bits = WEIR_HEADER_FRAG | WEIR_HEADER_NONE), MATCH_YES, NULL},
	{"ip6:2c 0600000100000001 *24", /* of the first fragment more is known */
	 M(HEADERS, .number = 1, .bits = WEIR_HEADER_FRAG | WEIR_HEADER_PROTO), MATCH_YES, NULL},
	{"ip6:2c 0600000900000001 *8", M(HEADERS, .number = 1, .bits = WEIR_HEADER_FRAG), MATCH_YES,
	 NULL},
	{"ip6:00 0609010400000000 tcp:02 cut:50", M(HEADERS, .bits = WEIR_HEADER_HOP), MATCH_NEVER,
	 NULL},
	{TCP, M(HEADERS, .bits = WEIR_HEADER_PROTO), MATCH_NEVER, NULL},
	{TCP, M(DST_PORT, PORTS(port_2000)), MATCH_YES, NULL},
	{TCP, M(DST_PORT, PORTS(port_1000)), MATCH_NO, NULL},
	{"ip4:11 udp", M(SRC_PORT, PORTS(port_1000)), MATCH_YES, NULL},
	{"ip4:11 udp", M(SRC_PORT, PORTS(port_2000)), MATCH_NO, NULL},
	{"ip6:84 sctp", M(ANY_PORT, PORTS(port_1000)), MATCH_YES, NULL},
	{"ip6:88 udplite", M(ANY_PORT, PORTS(port_2000)), MATCH_YES, NULL},
	{"ip4:01 icmp:0800", M(ANY_PORT, PORTS(all_ports)), MATCH_NEVER, NULL},
	{"ip4:2f *8", M(DST_PORT, PORTS(all_ports)), MATCH_NEVER, NULL},
	{TCP " cut:23", M(DST_PORT, PORTS(all_ports)), MATCH_NEVER, NULL},
	{TCP " cut:20", M(ANY_PORT, PORTS(all_ports)), MATCH_NEVER, NULL},
	{TCP, M(TCP_FLAGS, .flags = {TCP_SYN, TCP_ACK}), MATCH_YES, NULL},
	{"ip4:06 tcp:12", M(TCP_FLAGS, .flags = {TCP_SYN, TCP_ACK}), MATCH_NO, NULL},
	{"ip4:06 tcp:42", M(TCP_FLAGS, .flags = {0x40, 0x80}), MATCH_YES, NULL},
	{"ip4:11 udp *12", M(TCP_FLAGS, .flags = {0, 0}), MATCH_NEVER, NULL},
	{TCP " cut:39", M(TCP_FLAGS, .flags = {0, 0}), MATCH_NEVER, NULL},
	{MSS, M(TCP_MSS, .span = {1460, 1460}), MATCH_YES, NULL},
	{MSS, M(TCP_MSS, .span = {0, 1459}), MATCH_NO, NULL},
	{TCP, M(TCP_MSS, .span = {0, 65535}), MATCH_NO, NULL},
	{"ip4:06 tcp:02 02000000 !32=60", M(TCP_MSS, .span = {0, 65535}), MATCH_NO, NULL},
	{"ip4:06 tcp:02 01010204 !32=60", M(TCP_MSS, .span = {0, 65535}), MATCH_NO, NULL},
	{MSS " cut:44", M(TCP_MSS, .span = {0, 65535}), MATCH_NEVER, NULL},
	{"ip4:11 udp *16", M(TCP_MSS, .span = {0, 65535}), MATCH_NEVER, NULL},
	{"ip4:01 icmp:0800", M(ICMP, .icmp = {8, 0, 255}), MATCH_YES, NULL},
	{"ip4:01 icmp:0d01", M(ICMP, .icmp = {13, 2, 4}), MATCH_NO, NULL},
	{"ip6:3a icmp6:8000", M(ICMP, .icmp = {128, 0, 0}), MATCH_YES, NULL},
	{"ip4:3a icmp6:8000", M(ICMP, .icmp = {128, 0, 0}), MATCH_NEVER, NULL},
	{TCP, M(ICMP, .icmp = {3, 0, 255}), MATCH_NEVER, NULL},
	{"ip4:01 icmp:0800 cut:21", M(ICMP, .icmp = {8, 0, 255}), MATCH_NEVER, NULL},
	{TCP, M(PRIORITY, .number = 3), MATCH_YES, set_marks},
	{TCP, M(PRIORITY, .number = 3), MATCH_NO, NULL},
	{TCP, M(INGRESS_PRIORITY, .number = 4), MATCH_YES, set_marks},
	{TCP, M(INGRESS_PRIORITY, .number = 3), MATCH_NO, set_marks},
	{TCP, M(PACKET_MARK, .number = 5), MATCH_YES, set_marks},
	{TCP, M(PACKET_MARK, .number = 0), MATCH_YES, NULL},
	{TCP, M(PACKET_MARK, .number = 0), MATCH_NO, set_marks},
	{TCP, M(ROUTING_MARK, .number = 6), MATCH_YES, set_marks},
	{TCP, M(ROUTING_MARK, .number = 0), MATCH_NO, set_marks},
	{TCP, M(CONNECTION_MARK, .number = 7), MATCH_YES, set_marks},
	{TCP, M(CONNECTION_MARK, .number = 7), MATCH_NO, NULL},
	{TCP, M(CONNECTION_MARK, .number = 0), MATCH_YES, set_connection},
	{TCP, M(CONNECTION_STATE, .bits = 1u << WEIR_STATE_NEW), MATCH_YES, NULL},
	{TCP, M(CONNECTION_STATE, .bits = 1u << WEIR_STATE_ESTABLISHED), MATCH_NO, NULL},
	{TCP, M(CONNECTION_NAT_STATE, .bits = WEIR_STATUS_DSTNAT), MATCH_YES, set_connection},
	{TCP, M(CONNECTION_NAT_STATE, .bits = WEIR_STATUS_SRCNAT), MATCH_NO, set_connection},
	{TCP, M(CONNECTION_NAT_STATE, .bits = WEIR_STATUS_DSTNAT), MATCH_NO, NULL},
	{TCP, M(CONNECTION_BYTES, .span = {1234, 1234}), MATCH_YES, set_connection},
	{TCP, M(CONNECTION_BYTES, .span = {1000, 0}), MATCH_YES, set_connection},
	{TCP, M(CONNECTION_BYTES, .span = {0, 1233}), MATCH_NO, set_connection},
	{TCP, M(CONNECTION_BYTES, .span = {0, 0}), MATCH_NEVER, NULL},
	{TCP, M(CONNECTION_RATE, .span = {1000, 1000}), MATCH_YES, set_connection},
	{TCP, M(CONNECTION_RATE, .span = {0, 999}), MATCH_NO, set_connection},
	{TCP, M(CONNECTION_RATE, .span = {0, 1000}), MATCH_NEVER, NULL},
	{TCP, M(CONNECTION_TYPE, .number = 1), MATCH_NO, set_connection},
	{TCP, M(IPSEC_POLICY, .number = 1, .bits = 0), MATCH_YES, NULL},
	{TCP, M(IPSEC_POLICY, .number = 0, .bits = 1), MATCH_NO, NULL},
};

static bool holds(const char *line, const struct weir_match *match, void (*set)(struct sample *))
{
	struct sample s;
	struct weir_rule rule = {.action = WEIR_ACTION_DROP, .matches = match, .match_count = 1};
	bool dropped;

	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	s.rules.lists = lists;
	s.rules.list_count = ARRAY_COUNT(lists);
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	sample_packet(&s, line);
	if (set)
		set(&s);
	dropped = sample_ask(&s) == WALK_DROP;
	assert_int_equal(sample_count(&s, 0), dropped);
	sample_end(&s);
	return dropped;
}

/* The range of a match is for one family, so the other's table is left empty of it. */
static void test_matches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
		struct weir_match m = table[i].match;
		bool plain, negated;

		plain = holds(table[i].line, &m, table[i].set);
		m.negate = true;
		negated = holds(table[i].line, &m, table[i].set);
		if (plain != (table[i].expect == MATCH_YES) ||
		    negated != (table[i].expect == MATCH_NO))
			fail_msg("%zu: %s of \"%s\": %d, negated %d", i,
				 weir_match_text((enum weir_match_type)m.type), table[i].line,
				 plain, negated);
	}
}

static void test_address_types(void **state)
{
	struct weir_interface_address own = {WEIR_IPV4, 24, {.v6 = {10, 0, 0, 2}}};
	struct weir_interface interface = {WEIR_INTERFACE_NONE, 1500, &own, 1};
	struct weir_match m = {.type = WEIR_MATCH_DST_TYPE, .bits = WEIR_ADDRESS_LOCAL};
	struct weir_rule rule = {.action = WEIR_ACTION_DROP, .matches = &m, .match_count = 1};
	struct routes *routes;
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT);
	s.rules.interfaces = &interface;
	s.rules.interface_count = 1;
	sample_rules(&s, &rule, 1);
	sample_compile(&s);
	routes = routes_create(&s.alloc, &s.rules, &s.error);
	assert_non_null(routes);
	sample_packet(&s, TCP);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT); /* nobody knows */
	s.walk.routes = routes;
	assert_int_equal(sample_ask(&s), WALK_DROP);
	m.type = WEIR_MATCH_SRC_TYPE;
	sample_compile(&s);
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	routes_destroy(routes, &s.alloc);
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_address_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
