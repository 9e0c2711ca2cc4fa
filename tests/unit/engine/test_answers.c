/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_answers.c - what the engine answers: ICMP errors and TCP resets of both families, the
 * tarpit, what gets no answer, and how many there may be in one call.
 */
#include "unit/engine/router.h"

static const char host[] = "192.168.1.2", far[] = "198.51.100.7";
static const char host6[] = "2001:db8:1::2", far6[] = "2001:db8:9::7";

static struct weir_rule *reject_all(struct router *r, int family, uint32_t how)
{
	struct weir_rule *rule =
		rule_in(r, family, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD, WEIR_ACTION_REJECT, 1);

	rule->reject = how;
	return rule;
}

static struct say udp(const char *src, const char *dst)
{
	return (struct say){
		.src = src, .sport = 4000, .dst = dst, .dport = 53, .proto = UDP, .data = 10};
}

static struct say tcp(const char *src, const char *dst, unsigned flags)
{
	return (struct say){.src = src,
			    .sport = 4000,
			    .dst = dst,
			    .dport = 80,
			    .proto = TCP,
			    .flags = (uint8_t)flags,
			    .seq = 1000,
			    .ack = 7000};
}

static void test_rejects(void **state)
{
	static const struct {
		uint32_t how;
		uint8_t type4, code4, type6, code6;
	} rows[] = {
		{WEIR_REJECT_NETWORK_UNREACHABLE, 3, 0, 1, 0},
		{WEIR_REJECT_HOST_UNREACHABLE, 3, 1, 1, 3},
		{WEIR_REJECT_PROTOCOL_UNREACHABLE, 3, 2, 1, 4},
		{WEIR_REJECT_PORT_UNREACHABLE, 3, 3, 1, 4},
		{WEIR_REJECT_NET_PROHIBITED, 3, 9, 1, 1},
		{WEIR_REJECT_HOST_PROHIBITED, 3, 10, 1, 1},
		{WEIR_REJECT_ADMIN_PROHIBITED, 3, 13, 1, 1},
	};
	struct router r;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const uint8_t *a;

		router_begin(&r);
		reject_all(&r, WEIR_IPV4, rows[i].how);
		reject_all(&r, WEIR_IPV6, rows[i].how);
		apply(&r);
		expect_drop(inject(&r, LAN, udp(host, far)), WEIR_R_RULE_REJECT);
		assert_int_equal(r.io.rule, 1);
		a = r.io.answer;
		assert_int_equal(r.io.answer_len, 20 + 8 + 38);
		assert_string_equal(strtok((char *)(uintptr_t)says(a), " "),
				    "192.168.1.1>192.168.1.2");
		assert_int_equal(a[20], rows[i].type4);
		assert_int_equal(a[21], rows[i].code4);
		assert_int_equal(a[1], 0xc0);
		assert_int_equal(a[8], 64);
		assert_string_equal(says(a + 28), "192.168.1.2:4000>198.51.100.7:53");
		assert_int_equal(a[28 + 8], 63);
		expect_drop(inject(&r, LAN, udp(host6, far6)), WEIR_R_RULE_REJECT);
		a = r.io.answer;
		assert_int_equal(r.io.answer_len, 40 + 8 + 58);
		assert_int_equal(a[40], rows[i].type6);
		assert_int_equal(a[41], rows[i].code6);
		assert_string_equal(says(a + 48), "2001:db8:1::2:4000>2001:db8:9::7:53");
		assert_int_equal(connections(&r), 0);
		assert_int_equal(stats_of(&r).answers, 2);
		router_end(&r);
	}
}

/* The address that was asked answers itself if it is the router's. */
static void test_source(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_INPUT, WEIR_ACTION_REJECT, 1)->reject = WEIR_REJECT_PORT_UNREACHABLE;
	filter(&r, WEIR_HOOK_OUTPUT, WEIR_ACTION_REJECT, 2)->reject = WEIR_REJECT_PORT_UNREACHABLE;
	apply(&r);
	inject(&r, LAN, udp(host, "203.0.113.1"));
	assert_string_equal(says(r.io.answer), "203.0.113.1>192.168.1.2 id 0 3/3");
	inject(&r, WEIR_PORT_HOST, udp("10.0.0.1", far));
	assert_string_equal(says(r.io.answer), "10.0.0.1>10.0.0.1 id 0 3/3");
	/* Without an address nobody answers. */
	forget_rules(&r);
	reject_all(&r, WEIR_IPV4, WEIR_REJECT_PORT_UNREACHABLE);
	r.interfaces[LAN].address_count = 0;
	apply(&r);
	expect_drop(inject(&r, LAN, udp(host, far)), WEIR_R_RULE_REJECT);
	assert_null(r.io.answer);
	router_end(&r);
}

static void test_quote_limits(void **state)
{
	struct say say = udp(host, far), say6 = udp(host6, far6);
	struct router r;

	(void)state;
	router_begin(&r);
	reject_all(&r, WEIR_IPV4, WEIR_REJECT_PORT_UNREACHABLE);
	reject_all(&r, WEIR_IPV6, WEIR_REJECT_PORT_UNREACHABLE);
	apply(&r);
	say.data = say6.data = 1400;
	inject(&r, LAN, say);
	assert_int_equal(r.io.answer_len, 576);
	assert_memory_equal(r.io.answer + 28 + 20, r.bytes + 20, 576 - 28 - 20);
	inject(&r, LAN, say6);
	assert_int_equal(r.io.answer_len, 1280);
	assert_memory_equal(r.io.answer + 48 + 40, r.bytes + 40, 1280 - 48 - 40);
	router_end(&r);
}

static void test_no_answer(void **state)
{
	static const struct {
		uint16_t port;
		struct say say;
	} rows[] = {
		/* An ICMP error, and one of an unknown type. */
		{LAN, {.src = host, .dst = far, .proto = ICMP, .dport = 0x0301}},
		{LAN, {.src = host, .dst = far, .proto = ICMP, .dport = 0x2a00}},
		/* Sources that are no host. */
		{LAN, {.src = "0.0.0.0", .dst = far, .proto = UDP}},
		{LAN, {.src = "127.0.0.1", .dst = far, .proto = UDP}},
		{LAN, {.src = "224.0.0.5", .dst = far, .proto = UDP}},
		{LAN, {.src = "255.255.255.255", .dst = far, .proto = UDP}},
		{LAN, {.src = "192.168.1.255", .dst = far, .proto = UDP}},
		{LAN, {.src = "::", .dst = far6, .proto = UDP}},
		{LAN, {.src = "ff02::5", .dst = far6, .proto = UDP}},
		/* For many. */
		{LAN, {.src = host, .dst = "192.168.1.255", .proto = UDP}},
		{LAN, {.src = host, .dst = "255.255.255.255", .proto = UDP}},
		{LAN, {.src = host, .dst = "224.0.0.251", .proto = UDP}},
		{LAN, {.src = host6, .dst = "ff02::1", .proto = UDP}},
		{LAN, {.src = host6, .dst = far6, .proto = ICMP6, .dport = 0x0104}},
	};
	struct router r;

	(void)state;
	router_begin(&r);
	for (int six = 0; six < 2; six++)
		for (int hook = WEIR_HOOK_INPUT; hook <= WEIR_HOOK_FORWARD; hook++)
			rule_in(&r, six ? WEIR_IPV6 : WEIR_IPV4, WEIR_TABLE_FILTER, hook,
				WEIR_ACTION_REJECT, 1)
				->reject = WEIR_REJECT_PORT_UNREACHABLE;
	apply(&r);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct say say = rows[i].say;

		if (say.proto == UDP)
			say.sport = say.dport = 1000;
		inject(&r, rows[i].port, say);
		assert_int_equal(r.io.verdict, WEIR_DROP);
		assert_int_equal(r.io.rule, 1);
		assert_null(r.io.answer);
	}
	assert_int_equal(stats_of(&r).answers, 0);
	router_end(&r);
}

static void test_bad_checksum(void **state)
{
	struct say say = udp(host, far);
	struct router r;
	uint32_t size;

	(void)state;
	router_begin(&r);
	reject_all(&r, WEIR_IPV4, WEIR_REJECT_PORT_UNREACHABLE);
	apply(&r);
	size = write_packet(r.bytes, &say);
	r.bytes[size - 1] ^= 1;
	inject_bytes(&r, LAN, size);
	assert_int_equal(r.io.verdict, WEIR_DROP);
	assert_int_equal(r.io.state, WEIR_STATE_INVALID);
	assert_null(r.io.answer);
	router_end(&r);
}

/* RFC 9293 section 3.10.7.1. */
static void test_reset(void **state)
{
	static const struct {
		unsigned flags;
		uint16_t data;
		bool answered;
		uint32_t seq, ack;
		unsigned answer;
	} rows[] = {
		{SYN, 0, true, 0, 1001, RST | ACK}, {SYN, 10, true, 0, 1011, RST | ACK},
		{ACK, 0, true, 7000, 0, RST},	    {ACK, 10, true, 7000, 0, RST},
		{FIN | ACK, 0, true, 7000, 0, RST}, {SYN | ACK, 0, true, 7000, 0, RST},
		{RST, 0, false, 0, 0, 0},	    {RST | ACK, 0, false, 0, 0, 0},
	};
	struct router r;

	(void)state;
	for (int six = 0; six < 2; six++)
		for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
			struct say say = tcp(six ? host6 : host, six ? far6 : far, rows[i].flags);
			const uint8_t *l4;

			router_begin(&r);
			reject_all(&r, six ? WEIR_IPV6 : WEIR_IPV4, WEIR_REJECT_TCP_RESET);
			apply(&r);
			say.data = rows[i].data;
			inject(&r, LAN, say);
			assert_int_equal(r.io.verdict, WEIR_DROP);
			if (rows[i].answered) {
				assert_non_null(r.io.answer);
				assert_string_equal(says(r.io.answer),
						    six ? "2001:db8:9::7:80>2001:db8:1::2:4000"
							: "198.51.100.7:80>192.168.1.2:4000");
				l4 = r.io.answer + (six ? 40 : 20);
				assert_int_equal(get32(l4 + 4), rows[i].seq);
				assert_int_equal(get32(l4 + 8), rows[i].ack);
				assert_int_equal(l4[13], rows[i].answer);
				assert_int_equal(get16(l4 + 14), 0);
			} else {
				assert_null(r.io.answer);
			}
			router_end(&r);
		}
}

static void test_tarpit(void **state)
{
	static const struct {
		unsigned flags;
		bool answered;
		uint32_t seq, ack;
		unsigned answer;
	} rows[] = {
		{SYN, true, 0, 1001, SYN | ACK},    {ACK, true, 7000, 1000, ACK},
		{ACK | PSH, true, 7000, 1000, ACK}, {SYN | ACK, false, 0, 0, 0},
		{FIN | ACK, false, 0, 0, 0},	    {RST, false, 0, 0, 0},
	};
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_TARPIT, 1);
	apply(&r);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const uint8_t *l4;

		inject(&r, LAN, tcp(host, far, rows[i].flags));
		assert_int_equal(r.io.verdict, WEIR_DROP);
		if (!rows[i].answered) {
			assert_null(r.io.answer);
			continue;
		}
		assert_int_equal(r.io.reason, WEIR_R_RULE_TARPIT);
		assert_non_null(r.io.answer);
		assert_string_equal(says(r.io.answer), "198.51.100.7:80>192.168.1.2:4000");
		l4 = r.io.answer + 20;
		assert_int_equal(get32(l4 + 4), rows[i].seq);
		assert_int_equal(get32(l4 + 8), rows[i].ack);
		assert_int_equal(l4[13], rows[i].answer);
		assert_int_equal(get16(l4 + 14), 0);
	}
	assert_int_equal(connections(&r), 0);
	router_end(&r);
}

static void test_ttl(void **state)
{
	struct say say = udp(host, far), say6 = udp(host6, far6), own = udp(host, "192.168.1.1");
	struct router r;

	(void)state;
	router_begin(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_PASSTHROUGH, 1);
	apply(&r);
	say.ttl = say6.ttl = own.ttl = 1;
	expect_drop(inject(&r, LAN, say), WEIR_R_TTL_EXPIRED);
	assert_string_equal(says(r.io.answer), "192.168.1.1>192.168.1.2 id 0 11/0");
	assert_int_equal(r.io.rule, UINT32_MAX);
	expect_drop(inject(&r, LAN, say6), WEIR_R_TTL_EXPIRED);
	assert_int_equal(r.io.answer[40], 3);
	assert_int_equal(r.io.answer[41], 0);
	assert_int_equal(met(&r, 1), 0);
	assert_int_equal(connections(&r), 0);
	expect_out(inject(&r, LAN, own), WEIR_PORT_HOST, "192.168.1.2:4000>192.168.1.1:53");
	say.ttl = 2;
	expect_out(inject(&r, LAN, say), WAN, "192.168.1.2:4000>198.51.100.7:53");
	assert_int_equal(r.io.out[8], 1);
	router_end(&r);
}

/* Many in one call have an answer each, as far as there is room. */
static void test_room(void **state)
{
	enum { COUNT = 40, ROOM_FOR = 32 };
	static uint8_t bytes[COUNT][64];
	struct weir_packet packets[COUNT];
	struct router r;

	(void)state;
	router_begin(&r);
	reject_all(&r, WEIR_IPV4, WEIR_REJECT_PORT_UNREACHABLE);
	apply(&r);
	for (int turn = 0; turn < 2; turn++) {
		memset(packets, 0, sizeof packets);
		for (int i = 0; i < COUNT; i++) {
			struct say say = udp(host, far);

			say.sport = (uint16_t)(1000 + i);
			packets[i].data = bytes[i];
			packets[i].caplen = write_packet(bytes[i], &say);
			packets[i].port = LAN;
		}
		weir_process(r.worker, packets, COUNT, r.now);
		for (int i = 0; i < COUNT; i++) {
			assert_int_equal(packets[i].verdict, WEIR_DROP);
			if (i >= ROOM_FOR) {
				assert_null(packets[i].answer);
				continue;
			}
			check_sums(packets[i].answer, packets[i].answer_len);
			assert_int_equal(get16(packets[i].answer + 28 + 20), 1000 + i);
		}
		assert_int_equal(stats_of(&r).answers, (turn + 1) * ROOM_FOR);
		assert_int_equal(stats_of(&r).answers_lost, (turn + 1) * (COUNT - ROOM_FOR));
	}
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rejects),	     cmocka_unit_test(test_source),
		cmocka_unit_test(test_quote_limits), cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_bad_checksum), cmocka_unit_test(test_reset),
		cmocka_unit_test(test_tarpit),	     cmocka_unit_test(test_ttl),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
