/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rules.c - the packet's path with rules: where packets go, which rules they meet and
 * count for, what remains of those that are dropped, and what a change of the rules does to
 * connections that are under way.
 */
#include "unit/engine/router.h"

#define NEW (1u << WEIR_STATE_NEW)
#define ESTABLISHED (1u << WEIR_STATE_ESTABLISHED)
#define INVALID (1u << WEIR_STATE_INVALID)
#define UNTRACKED (1u << WEIR_STATE_UNTRACKED)

static const struct say query = {.src = "192.168.1.2",
				 .dst = "198.51.100.7",
				 .sport = 4000,
				 .dport = 53,
				 .proto = UDP,
				 .data = 10};
static const struct say response = {.src = "198.51.100.7",
				    .dst = "192.168.1.2",
				    .sport = 53,
				    .dport = 4000,
				    .proto = UDP,
				    .data = 20};
static const struct say to_router = {
	.src = "192.168.1.2", .dst = "192.168.1.1", .sport = 4000, .dport = 53, .proto = UDP};

static struct say ack(uint32_t seq, uint16_t data)
{
	return (struct say){.src = "192.168.1.2",
			    .dst = "198.51.100.7",
			    .sport = 4000,
			    .dport = 80,
			    .proto = TCP,
			    .flags = ACK,
			    .seq = seq,
			    .ack = 5001,
			    .data = data};
}

static void test_routes(void **state)
{
	static const struct {
		uint16_t in;
		struct say say;
		uint16_t out;
		uint8_t path;
		const char *next_hop;
	} rows[] = {
		{LAN,
		 {.src = "192.168.1.2", .dst = "198.51.100.7"},
		 WAN,
		 WEIR_PATH_FORWARD,
		 "203.0.113.254"},
		{LAN,
		 {.src = "192.168.1.2", .dst = "203.0.113.9"},
		 WAN,
		 WEIR_PATH_FORWARD,
		 "203.0.113.9"},
		{LAN_PORT,
		 {.src = "192.168.1.2", .dst = "10.0.0.9"},
		 DMZ,
		 WEIR_PATH_FORWARD,
		 "10.0.0.9"},
		{WAN,
		 {.src = "198.51.100.7", .dst = "203.0.113.1"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "192.168.1.2", .dst = "203.0.113.1"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "192.168.1.2", .dst = "192.168.1.255"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "192.168.1.2", .dst = "255.255.255.255"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "192.168.1.2", .dst = "224.0.0.251"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{WEIR_PORT_HOST,
		 {.src = "203.0.113.1", .dst = "198.51.100.7"},
		 WAN,
		 WEIR_PATH_OUTPUT,
		 "203.0.113.254"},
		{WEIR_PORT_HOST,
		 {.src = "192.168.1.1", .dst = "192.168.1.255"},
		 LAN,
		 WEIR_PATH_OUTPUT,
		 "192.168.1.255"},
		{WEIR_PORT_HOST,
		 {.src = "192.168.1.1", .dst = "10.0.0.1"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "2001:db8:1::2", .dst = "2001:db8:9::1"},
		 WAN,
		 WEIR_PATH_FORWARD,
		 "2001:db8::fe"},
		{LAN,
		 {.src = "2001:db8:1::2", .dst = "2001:db8:2::9"},
		 DMZ,
		 WEIR_PATH_FORWARD,
		 "2001:db8:2::9"},
		{LAN,
		 {.src = "2001:db8:1::2", .dst = "2001:db8::1"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
		{LAN,
		 {.src = "2001:db8:1::2", .dst = "ff02::1"},
		 WEIR_PORT_HOST,
		 WEIR_PATH_INPUT,
		 NULL},
	};
	struct router r;

	(void)state;
	router_begin(&r);
	apply(&r);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct say say = rows[i].say;
		const struct weir_packet *io;
		bool six = family_of(say.src) == WEIR_IPV6;

		say.proto = UDP;
		say.sport = say.dport = (uint16_t)(1000 + i);
		io = inject(&r, rows[i].in, say);
		assert_int_equal(io->verdict, WEIR_ACCEPT);
		assert_int_equal(io->path, rows[i].path);
		assert_int_equal(io->out_port, rows[i].out);
		assert_int_equal(io->out[six ? 7 : 8], rows[i].path == WEIR_PATH_FORWARD ? 63 : 64);
		if (rows[i].next_hop) {
			union weir_addr want = addr_of(rows[i].next_hop);

			assert_memory_equal(&io->next_hop, &want, sizeof want);
		}
		assert_int_equal(io->created, 1);
	}
	router_end(&r);
}

static void test_unroutable(void **state)
{
	static const struct {
		const char *dst;
		enum weir_reason reason;
		int type, code; /* of the answer, -1: none */
	} rows[] = {
		{"100.64.0.1", WEIR_R_ROUTE_BLACKHOLE, -1, -1},
		{"100.65.0.1", WEIR_R_NO_ROUTE, 3, 1},
		{"100.66.0.1", WEIR_R_NO_ROUTE, 3, 13},
		{"8.8.8.8", WEIR_R_NO_ROUTE, 3, 0},
	};
	struct say say = query;
	struct router r;

	(void)state;
	router_begin(&r);
	r.set.route_count = 3; /* the IPv4 networks alone */
	add_route(&r, "100.64.0.0", 16, 0, NULL, WEIR_ROUTE_BLACKHOLE);
	add_route(&r, "100.65.0.0", 16, 0, NULL, WEIR_ROUTE_UNREACHABLE);
	add_route(&r, "100.66.0.0", 16, 0, NULL, WEIR_ROUTE_PROHIBIT);
	apply(&r);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		say.dst = rows[i].dst;
		expect_drop(inject(&r, LAN, say), rows[i].reason);
		if (rows[i].type < 0) {
			assert_null(r.io.answer);
			continue;
		}
		assert_int_equal(r.io.answer[20], rows[i].type);
		assert_int_equal(r.io.answer[21], rows[i].code);
	}
	assert_int_equal(connections(&r), 0);
	router_end(&r);
}

static void test_forward_off(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	r.set.forward[0] = false;
	apply(&r);
	expect_drop(inject(&r, LAN, query), WEIR_R_FORWARD_OFF);
	assert_null(r.io.answer);
	assert_int_equal(connections(&r), 0);
	expect_out(inject(&r, LAN, to_router), WEIR_PORT_HOST, "192.168.1.2:4000>192.168.1.1:53");
	expect_out(inject(&r, WEIR_PORT_HOST,
			  (struct say){.src = "203.0.113.1",
				       .dst = "198.51.100.7",
				       .sport = 1,
				       .dport = 2,
				       .proto = UDP}),
		   WAN, "203.0.113.1:1>198.51.100.7:2");
	router_end(&r);
}

/* Which tables and hooks a packet meets, in their order. */
static void test_hooks(void **state)
{
	static const struct {
		uint16_t in;
		struct say say;
		const char *order;
	} rows[] = {
		{LAN,
		 {.src = "192.168.1.2", .dst = "198.51.100.7"},
		 "raw-prerouting mangle-prerouting nat-dstnat mangle-forward filter-forward "
		 "mangle-postrouting nat-srcnat "},
		{LAN,
		 {.src = "192.168.1.2", .dst = "192.168.1.1"},
		 "raw-prerouting mangle-prerouting nat-dstnat mangle-input filter-input "
		 "nat-input "},
		{WEIR_PORT_HOST,
		 {.src = "203.0.113.1", .dst = "198.51.100.7"},
		 "raw-output mangle-output nat-output filter-output mangle-postrouting "
		 "nat-srcnat "},
	};
	struct weir_trace_step steps[32];
	struct weir_trace trace = {.steps = steps, .room = 32};
	struct router r;

	(void)state;
	router_begin(&r);
	for (int table = 0; table < WEIR_TABLE_COUNT; table++)
		for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++) {
			bool raw = table == WEIR_TABLE_RAW, nat = table == WEIR_TABLE_NAT;

			if ((raw && hook != WEIR_HOOK_PREROUTING && hook != WEIR_HOOK_OUTPUT) ||
			    (nat && hook == WEIR_HOOK_FORWARD) ||
			    (table == WEIR_TABLE_FILTER &&
			     (hook == WEIR_HOOK_PREROUTING || hook == WEIR_HOOK_POSTROUTING)))
				continue;
			rule_in(&r, WEIR_IPV4, table, hook, WEIR_ACTION_PASSTHROUGH,
				(uint32_t)(table * 8 + hook));
		}
	apply(&r);
	r.io.trace = &trace;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct say say = rows[i].say;
		char order[256] = "";

		say.proto = UDP;
		say.sport = say.dport = 1000;
		trace.count = 0;
		assert_int_equal(inject(&r, rows[i].in, say)->verdict, WEIR_ACCEPT);
		for (uint32_t k = 0; k < trace.count; k++) {
			enum weir_table table = (enum weir_table)steps[k].table;

			assert_true(steps[k].matched);
			strcat(strcat(order, weir_table_text(table)), "-");
			strcat(strcat(order, weir_hook_text(table, (enum weir_hook)steps[k].hook)),
			       " ");
		}
		assert_string_equal(order, rows[i].order);
	}
	router_end(&r);
}

static void test_drop_leaves_nothing(void **state)
{
	static const int places[][2] = {
		{WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING},
		{WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD},
		{WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING},
		{WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING},
	};
	struct router r;

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct weir_event event;

		/* The table mangle has no drop of its own: a route that is missing stands for one.
		 */
		router_begin(&r);
		if (places[i][0] == WEIR_TABLE_MANGLE)
			r.set.route_count = 3;
		rule_in(&r, WEIR_IPV4, places[i][0], places[i][1],
			places[i][0] == WEIR_TABLE_MANGLE ? WEIR_ACTION_PASSTHROUGH
							  : WEIR_ACTION_DROP,
			7);
		apply(&r);
		inject(&r, LAN, query);
		assert_int_equal(r.io.verdict, WEIR_DROP);
		assert_int_equal(r.io.rule, places[i][0] == WEIR_TABLE_MANGLE ? UINT32_MAX : 7);
		assert_int_equal(r.io.conn, 0);
		assert_int_equal(r.io.state,
				 places[i][0] == WEIR_TABLE_RAW ? WEIR_STATE_NONE : WEIR_STATE_NEW);
		assert_int_equal(connections(&r), 0);
		assert_int_equal(stats_of(&r).created, 0);
		assert_int_equal(stats_of(&r).half_open, 0);
		assert_int_equal(weir_event_read(r.worker, &event, 1), 0);
		router_end(&r);
	}
}

static void test_notrack(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	when_proto(&r,
		   rule_in(&r, WEIR_IPV4, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING, WEIR_ACTION_NOTRACK,
			   1),
		   UDP);
	when_state(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 2), UNTRACKED);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 3);
	apply(&r);
	expect_out(inject(&r, LAN, query), WAN, "192.168.1.2:4000>198.51.100.7:53");
	assert_int_equal(r.io.state, WEIR_STATE_UNTRACKED);
	assert_int_equal(r.io.conn, 0);
	assert_int_equal(connections(&r), 0);
	expect_drop(inject(&r, LAN,
			   (struct say){.src = "192.168.1.2",
					.dst = "198.51.100.7",
					.sport = 9,
					.dport = 0x0800,
					.proto = ICMP}),
		    WEIR_R_RULE_DROP);
	assert_int_equal(met(&r, 1), 1);
	assert_int_equal(met(&r, 2), 1);
	assert_int_equal(met(&r, 3), 1);
	router_end(&r);
}

/* An invalid packet meets the rules, and says why it is invalid even when they drop it. */
static void test_invalid(void **state)
{
	struct say wrong = ack(900000000, 0);
	struct router r;

	(void)state;
	router_begin(&r);
	when_state(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 4), INVALID);
	apply(&r);
	handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	inject(&r, LAN, ack(1001, 5));
	expect_drop(inject(&r, LAN, wrong), WEIR_R_TCP_SEQ_ABOVE);
	assert_int_equal(r.io.state, WEIR_STATE_INVALID);
	assert_int_equal(r.io.rule, 4);
	assert_int_equal(met(&r, 4), 1);
	forget_rules(&r);
	apply(&r);
	inject(&r, LAN, wrong);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_equal(r.io.reason, WEIR_R_TCP_SEQ_ABOVE);
	assert_int_equal(r.io.out_port, WAN);
	router_end(&r);
}

static void accept_established(struct router *r, uint8_t rest)
{
	rule_in(r, WEIR_IPV4, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING, WEIR_ACTION_PASSTHROUGH, 1);
	rule_in(r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD, WEIR_ACTION_MARK_PACKET, 2)
		->mark = 77;
	when_state(r, filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 3), ESTABLISHED);
	when_state(r, filter(r, WEIR_HOOK_FORWARD, rest, 4), NEW);
}

/* Each packet counts for the rules that it would have met, walked or not. */
static void test_counts_of_compiled(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	accept_established(&r, WEIR_ACTION_ACCEPT);
	apply(&r);
	handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	for (uint32_t i = 0; i < 10; i++) {
		expect_out(inject(&r, LAN, ack(1001 + i * 5, 5)), WAN,
			   "192.168.1.2:4000>198.51.100.7:80");
		assert_int_equal(r.io.mark, 77);
		assert_int_equal(r.io.out[8], 63);
		assert_int_equal(r.io.path, WEIR_PATH_FORWARD);
		assert_int_equal(r.io.next_hop.v4, addr_of("203.0.113.254").v4);
	}
	assert_int_equal(met(&r, 1), 13);
	assert_int_equal(met(&r, 2), 13);
	assert_int_equal(met(&r, 3), 12);
	assert_int_equal(met(&r, 4), 1);
	router_end(&r);
}

/* A compiled packet whose time to live is over, or that comes in elsewhere, walks. */
static void test_compiled_or_not(void **state)
{
	struct say last = ack(1006, 5);
	struct router r;

	(void)state;
	router_begin(&r);
	accept_established(&r, WEIR_ACTION_ACCEPT);
	when(&r,
	     rule_in(&r, WEIR_IPV4, WEIR_TABLE_RAW, WEIR_HOOK_PREROUTING, WEIR_ACTION_PASSTHROUGH,
		     5),
	     (struct weir_match){.type = WEIR_MATCH_IN_INTERFACE, .interfaces = r.lan_bit});
	apply(&r);
	handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	inject(&r, LAN, ack(1001, 5));
	last.ttl = 1;
	expect_drop(inject(&r, LAN, last), WEIR_R_TTL_EXPIRED);
	assert_int_equal(r.io.detail[0], 1);
	assert_int_equal(r.io.answer[20], 11);
	assert_int_equal(met(&r, 1), 5);
	assert_int_equal(met(&r, 3), 3);
	assert_int_equal(met(&r, 5), 4);
	expect_out(inject(&r, DMZ, ack(1006, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(met(&r, 5), 4);
	expect_out(inject(&r, LAN_PORT, ack(1006, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(met(&r, 5), 5);
	router_end(&r);
}

static struct say back(uint32_t acked)
{
	return (struct say){.src = "198.51.100.7",
			    .dst = "192.168.1.2",
			    .sport = 80,
			    .dport = 4000,
			    .proto = TCP,
			    .flags = ACK,
			    .seq = 5001,
			    .ack = acked};
}

static void test_rules_change(void **state)
{
	struct router r;
	uint64_t id;

	(void)state;
	for (int new_only = 0; new_only < 2; new_only++) {
		router_begin(&r);
		r.set.new_only = new_only;
		accept_established(&r, WEIR_ACTION_ACCEPT);
		apply(&r);
		id = handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
		inject(&r, LAN, ack(1001, 5));
		forget_rules(&r);
		filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 9);
		apply(&r);
		for (int i = 0; i < 3; i++) {
			inject(&r, LAN, ack(1006, 5));
			if (new_only)
				expect_out(&r.io, WAN, "192.168.1.2:4000>198.51.100.7:80");
			else
				expect_drop(&r.io, WEIR_R_RULE_DROP);
			assert_int_equal(r.io.conn, id);
		}
		assert_int_equal(met(&r, 9), new_only ? 0 : 3);
		/* Its answers, too. */
		inject(&r, WAN, back(1006));
		assert_int_equal(r.io.verdict, new_only ? WEIR_ACCEPT : WEIR_DROP);
		assert_int_equal(connections(&r), 1);
		/* But not what does not belong to it. */
		inject(&r, LAN, ack(900000000, 5));
		assert_int_equal(r.io.state, WEIR_STATE_INVALID);
		assert_int_equal(r.io.verdict, WEIR_DROP);
		expect_drop(inject(&r, LAN, query), WEIR_R_RULE_DROP);
		/* And back. */
		forget_rules(&r);
		accept_established(&r, WEIR_ACTION_ACCEPT);
		apply(&r);
		expect_out(inject(&r, LAN, ack(1006, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
		router_end(&r);
	}
}

/* An error about a connection that rules are not to be asked about meets them itself, and takes
 * nothing from the connection. */
static void test_error_about_exempt(void **state)
{
	const struct say about = ack(1001, 5),
			 error = {.src = "203.0.113.254", .dst = "192.168.1.2", .proto = ICMP};
	struct router r;
	uint32_t size;

	(void)state;
	router_begin(&r);
	r.set.new_only = true;
	apply(&r);
	handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	when_state(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 1),
		   1u << WEIR_STATE_RELATED);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 2);
	apply(&r);
	size = write_packet(r.bytes + 28, &about);
	write_ip(r.bytes, &error, 8 + size);
	memset(r.bytes + 20, 0, 8);
	r.bytes[20] = 3;
	put16(r.bytes + 22, ~sum16(r.bytes + 20, 8 + size, 0) & 0xffff);
	inject_bytes(&r, WAN, 28 + size);
	assert_int_equal(r.io.state, WEIR_STATE_RELATED);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_equal(met(&r, 1), 1);
	inject(&r, LAN, ack(900000000, 5));
	assert_int_equal(r.io.state, WEIR_STATE_INVALID);
	assert_int_equal(r.io.verdict, WEIR_DROP);
	expect_out(inject(&r, LAN, ack(1001, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(met(&r, 2), 1);
	router_end(&r);
}

/* Routes are no rules: they hold at once for everybody. */
static void test_route_change(void **state)
{
	struct router r;

	(void)state;
	for (int new_only = 0; new_only < 2; new_only++) {
		router_begin(&r);
		r.set.new_only = new_only;
		apply(&r);
		handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
		expect_out(inject(&r, LAN, ack(1001, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
		add_route(&r, "198.51.100.0", 24, DMZ, "10.0.0.254", WEIR_ROUTE_UNICAST);
		apply(&r);
		for (int i = 0; i < 2; i++) {
			expect_out(inject(&r, LAN, ack(1006, 5)), DMZ,
				   "192.168.1.2:4000>198.51.100.7:80");
			assert_int_equal(r.io.next_hop.v4, addr_of("10.0.0.254").v4);
		}
		router_end(&r);
	}
}

static void test_no_rules_again(void **state)
{
	struct weir_rules_error error;
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 9);
	apply(&r);
	expect_drop(inject(&r, LAN, query), WEIR_R_RULE_DROP);
	assert_int_equal(weir_rules_set(r.engine, NULL, &error), WEIR_OK);
	inject(&r, LAN, query);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_equal(r.io.path, WEIR_PATH_NONE);
	assert_int_equal(r.io.out[8], 64);
	assert_null(r.io.answer);
	assert_int_equal(connections(&r), 1);
	assert_int_equal(met(&r, 9), 1);
	router_end(&r);
}

/* Settings and rules change one beside the other. */
static void test_settings_keep_rules(void **state)
{
	struct weir_settings settings;
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 9);
	apply(&r);
	weir_settings_get(r.engine, &settings);
	settings.timeout[WEIR_T_UDP] = 7 * WEIR_SEC;
	assert_int_equal(weir_settings_set(r.engine, &settings), WEIR_OK);
	expect_drop(inject(&r, LAN, query), WEIR_R_RULE_DROP);
	forget_rules(&r);
	apply(&r);
	weir_settings_get(r.engine, &settings);
	assert_int_equal(settings.timeout[WEIR_T_UDP], 7 * WEIR_SEC);
	inject(&r, LAN, query);
	assert_int_equal(conn_of(&r, r.io.conn).timeout, 7 * WEIR_SEC);
	for (int i = 0; i < 20; i++) {
		apply(&r);
		assert_int_equal(weir_settings_set(r.engine, &settings), WEIR_OK);
		inject(&r, LAN, query);
	}
	router_end(&r);
}

/* What was tracked before there were rules, and what is while tracking is off. */
static void test_tracking_off(void **state)
{
	struct weir_settings settings;
	struct router r;

	(void)state;
	router_begin(&r);
	when_state(&r, filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 9), UNTRACKED);
	apply(&r);
	weir_settings_get(r.engine, &settings);
	settings.enabled = WEIR_ENABLED_NO;
	assert_int_equal(weir_settings_set(r.engine, &settings), WEIR_OK);
	expect_drop(inject(&r, LAN, query), WEIR_R_RULE_DROP);
	assert_int_equal(r.io.state, WEIR_STATE_UNTRACKED);
	router_end(&r);
}

static void test_marks(void **state)
{
	struct weir_rule *rule;
	struct router r;
	uint64_t id;

	(void)state;
	router_begin(&r);
	rule = rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING,
		       WEIR_ACTION_MARK_ROUTING, 1);
	rule->mark = 5;
	when(&r, rule, (struct weir_match){.type = WEIR_MATCH_CONNECTION_MARK, .number = 3});
	add_route(&r, "0.0.0.0", 0, DMZ, "10.0.0.254", WEIR_ROUTE_UNICAST);
	r.routes[r.set.route_count - 1].table = 5;
	apply(&r);
	id = handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	expect_out(inject(&r, LAN, ack(1001, 5)), WAN, "192.168.1.2:4000>198.51.100.7:80");
	/* A mark from outside makes a compiled connection walk again. */
	assert_int_equal(weir_conn_mark(r.worker, id, 3), WEIR_OK);
	for (int i = 0; i < 2; i++)
		expect_out(inject(&r, LAN, ack(1006, 5)), DMZ, "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(met(&r, 1), 2);
	router_end(&r);
}

static void test_mark_connection(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING,
		       WEIR_ACTION_MARK_CONNECTION, 1);
	rule->mark = 12;
	when(&r, rule, (struct weir_match){.type = WEIR_MATCH_CONNECTION_MARK, .number = 0});
	rule = rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD, WEIR_ACTION_MARK_PACKET,
		       2);
	rule->mark = 13;
	when(&r, rule, (struct weir_match){.type = WEIR_MATCH_CONNECTION_MARK, .number = 12});
	apply(&r);
	for (int i = 0; i < 4; i++) {
		inject(&r, LAN, query);
		assert_int_equal(r.io.mark, 13);
		inject(&r, WAN, response);
		assert_int_equal(r.io.mark, 13);
	}
	assert_int_equal(conn_of(&r, r.io.conn).mark, 12);
	assert_int_equal(met(&r, 1), 1);
	assert_int_equal(met(&r, 2), 8);
	router_end(&r);
}

/* A mark that one direction sets holds at once for the other, whose way was known. */
static void test_mark_other_way(void **state)
{
	struct say marking = query;
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING,
		       WEIR_ACTION_MARK_CONNECTION, 1);
	rule->mark = 12;
	when(&r, rule,
	     (struct weir_match){.type = WEIR_MATCH_IN_INTERFACE, .interfaces = r.lan_bit});
	when(&r, rule, (struct weir_match){.type = WEIR_MATCH_TTL, .span = {50, 50}});
	rule = rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD, WEIR_ACTION_MARK_PACKET,
		       2);
	rule->mark = 13;
	when(&r, rule, (struct weir_match){.type = WEIR_MATCH_CONNECTION_MARK, .number = 12});
	apply(&r);
	for (int i = 0; i < 3; i++) {
		inject(&r, LAN, query);
		inject(&r, WAN, response);
		assert_int_equal(r.io.mark, 0);
	}
	marking.ttl = 50;
	inject(&r, LAN, marking);
	assert_int_equal(r.io.mark, 13);
	for (int i = 0; i < 3; i++) {
		inject(&r, WAN, response);
		assert_int_equal(r.io.mark, 13);
	}
	router_end(&r);
}

static void fasttrack_rules(struct router *r)
{
	when_state(r, filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_FASTTRACK, 1), ESTABLISHED);
	when_state(r, filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 2), ESTABLISHED);
	when_state(r, filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 3), NEW);
}

static void test_fasttrack(void **state)
{
	struct say last = ack(1201, 0);
	struct weir_conn conn;
	struct router r;
	uint64_t id;

	(void)state;
	router_begin(&r);
	fasttrack_rules(&r);
	apply(&r);
	id = handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	assert_true(conn_of(&r, id).status & WEIR_STATUS_FASTTRACK);
	for (uint32_t i = 0; i < 20; i++) {
		expect_out(inject(&r, LAN, ack(1001 + 10 * i, 10)), WAN,
			   "192.168.1.2:4000>198.51.100.7:80");
		assert_int_equal(r.io.fasttracked, 1);
		assert_int_equal(r.io.out[8], 63);
		assert_int_equal(r.io.next_hop.v4, addr_of("203.0.113.254").v4);
	}
	assert_int_equal(met(&r, 1), met(&r, 2));
	assert_true(met(&r, 1) <= 2);
	conn = conn_of(&r, id);
	assert_int_equal(conn.counters[WEIR_ORIGINAL].packets, 22);
	assert_true(conn.counters[WEIR_ORIGINAL].fasttrack_packets >= 20);
	/* Its time to live is over all the same. */
	last.ttl = 1;
	expect_drop(inject(&r, LAN, last), WEIR_R_TTL_EXPIRED);
	assert_int_equal(r.io.answer[20], 11);
	/* FIN goes the slow way. */
	last.ttl = 64;
	last.flags = FIN | ACK;
	expect_out(inject(&r, LAN, last), WAN, "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(r.io.fasttracked, 0);
	assert_int_equal(conn_of(&r, id).tcp_state, WEIR_TCP_FIN_WAIT);
	router_end(&r);
}

/* allow-fast-path=no; rules that change leave FastTracked connections be. */
static void test_fasttrack_changes(void **state)
{
	struct router r;
	uint64_t id;

	(void)state;
	router_begin(&r);
	fasttrack_rules(&r);
	r.set.fasttrack[0] = false;
	apply(&r);
	id = handshake(&r, 4000, "198.51.100.7", WAN, 80, "192.168.1.2", 4000);
	assert_false(conn_of(&r, id).status & WEIR_STATUS_FASTTRACK);
	r.set.fasttrack[0] = true;
	apply(&r);
	inject(&r, LAN, ack(1001, 5));
	assert_true(conn_of(&r, id).status & WEIR_STATUS_FASTTRACK);
	forget_rules(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 9);
	add_route(&r, "198.51.100.0", 24, DMZ, "10.0.0.254", WEIR_ROUTE_UNICAST);
	apply(&r);
	for (int i = 0; i < 2; i++) {
		expect_out(inject(&r, LAN, ack(1006, 5)), DMZ, "192.168.1.2:4000>198.51.100.7:80");
		assert_int_equal(r.io.fasttracked, 1);
	}
	r.set.fasttrack[0] = false;
	apply(&r);
	expect_drop(inject(&r, LAN, ack(1006, 5)), WEIR_R_RULE_DROP);
	assert_int_equal(r.io.fasttracked, 0);
	router_end(&r);
}

static void test_counters_reset(void **state)
{
	struct weir_request request = {.op = WEIR_REQUEST_RESET_COUNTERS, .first = 1};
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 1);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 2);
	assert_int_equal(met(&r, 1), 0); /* without rules, too */
	apply(&r);
	inject(&r, LAN, query);
	weir_request_post(r.worker, &request);
	weir_poll(r.worker, r.now);
	assert_int_equal(met(&r, 1), 0);
	assert_int_equal(met(&r, 2), 1);
	request.first = UINT32_MAX;
	weir_request_post(r.worker, &request);
	weir_poll(r.worker, r.now);
	assert_int_equal(met(&r, 2), 0);
	router_end(&r);
}

static void test_log_events(void **state)
{
	struct weir_event events[8];
	struct router r;
	size_t count, logs = 0;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 6)->log = true;
	apply(&r);
	for (int i = 0; i < 3; i++) {
		inject(&r, LAN, query);
		inject(&r, WAN, response);
	}
	count = weir_event_read(r.worker, events, 8);
	for (size_t i = 0; i < count; i++)
		if (events[i].type == WEIR_EVENT_LOG) {
			assert_int_equal(events[i].log.rule, 6);
			assert_int_equal(events[i].time, r.now);
			logs++;
		}
	assert_int_equal(logs, 6); /* established ones are logged each */
	router_end(&r);
}

/* Memory that runs out while rules are set: all or nothing, and a worker that cannot take them
 * over goes on with the former ones. */
static void test_out_of_memory(void **state)
{
	struct router r;

	(void)state;
	for (uint64_t fail = 0; fail < 40; fail++) {
		int result;

		router_begin(&r);
		filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_ACCEPT, 1);
		apply(&r);
		inject(&r, LAN, query);
		forget_rules(&r);
		filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 2);
		r.memory.fail_from = r.memory.calls + fail;
		r.memory.fail_to = UINT64_MAX;
		result = try_apply(&r);
		assert_true(result == WEIR_OK || result == WEIR_ENOMEM);
		for (int i = 0; i < 3; i++) {
			inject(&r, LAN, query);
			if (result != WEIR_OK || stats_of(&r).rules_late)
				assert_int_equal(r.io.verdict, WEIR_ACCEPT);
			else
				expect_drop(&r.io, WEIR_R_RULE_DROP);
		}
		/* With memory again the new ones hold. */
		r.memory.fail_from = UINT64_MAX;
		apply(&r);
		expect_drop(inject(&r, LAN, query), WEIR_R_RULE_DROP);
		router_end(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_unroutable),
		cmocka_unit_test(test_forward_off),
		cmocka_unit_test(test_hooks),
		cmocka_unit_test(test_drop_leaves_nothing),
		cmocka_unit_test(test_notrack),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_counts_of_compiled),
		cmocka_unit_test(test_compiled_or_not),
		cmocka_unit_test(test_rules_change),
		cmocka_unit_test(test_error_about_exempt),
		cmocka_unit_test(test_route_change),
		cmocka_unit_test(test_no_rules_again),
		cmocka_unit_test(test_settings_keep_rules),
		cmocka_unit_test(test_tracking_off),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_mark_connection),
		cmocka_unit_test(test_mark_other_way),
		cmocka_unit_test(test_fasttrack),
		cmocka_unit_test(test_fasttrack_changes),
		cmocka_unit_test(test_counters_reset),
		cmocka_unit_test(test_log_events),
		cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
