/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_nat.c - translation on the packet's path: both sides, both directions, errors about
 * translated connections, fragments, hairpins, ports that run out, and what becomes of
 * connections when the rules or the addresses change.
 */
#include "unit/engine/router.h"

static const char lan_host[] = "192.168.1.2", server[] = "198.51.100.7";

static struct weir_rule *nat(struct router *r, int hook, uint8_t action, uint32_t counter)
{
	return rule_in(r, WEIR_IPV4, WEIR_TABLE_NAT, hook, action, counter);
}

static struct weir_rule *srcnat(struct router *r, uint8_t action, uint32_t counter)
{
	return when(
		r, nat(r, WEIR_HOOK_POSTROUTING, action, counter),
		(struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r->wan_bit});
}

static void to_addresses(struct weir_rule *rule, const char *first, const char *last)
{
	rule->nat.flags |= WEIR_NAT_ADDRESS;
	rule->nat.first = addr_of(first);
	rule->nat.last = addr_of(last);
}

static void to_ports(struct weir_rule *rule, uint16_t first, uint16_t last)
{
	rule->nat.flags |= WEIR_NAT_PORTS;
	rule->nat.first_port = first;
	rule->nat.last_port = last;
}

static void masquerade_router(struct router *r)
{
	router_begin(r);
	srcnat(r, WEIR_ACTION_MASQUERADE, 1);
	apply(r);
}

static struct say udp(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return (struct say){
		.src = src, .sport = sport, .dst = dst, .dport = dport, .proto = UDP, .data = 30};
}

static void test_masquerade(void **state)
{
	struct weir_conn conn;
	struct router r;

	(void)state;
	masquerade_router(&r);
	for (int i = 0; i < 4; i++) {
		expect_out(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WAN,
			   "203.0.113.1:4000>198.51.100.7:53");
		assert_int_equal(r.io.dir, WEIR_ORIGINAL);
		expect_out(inject(&r, WAN, udp(server, 53, "203.0.113.1", 4000)), LAN,
			   "198.51.100.7:53>192.168.1.2:4000");
		assert_int_equal(r.io.dir, WEIR_REPLY);
		assert_int_equal(r.io.out[8], 63);
		assert_int_equal(r.io.next_hop.v4, addr_of(lan_host).v4);
	}
	assert_int_equal(connections(&r), 1);
	assert_int_equal(met(&r, 1), 1); /* rules of this table are asked once a connection */
	conn = conn_of(&r, r.io.conn);
	assert_int_equal(conn.status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT),
			 WEIR_STATUS_SRCNAT);
	assert_true(conn.status & WEIR_STATUS_SRCNAT_DONE);
	assert_true(conn.status & WEIR_STATUS_DSTNAT_DONE);
	assert_int_equal(conn.status & 0x1800, 0); /* bits that stay inside */
	assert_int_equal(conn.tuple[WEIR_REPLY].dst.v4, addr_of("203.0.113.1").v4);
	/* A stranger does not come in. */
	expect_out(inject(&r, WAN, udp("198.51.100.8", 53, "203.0.113.1", 4000)), WEIR_PORT_HOST,
		   "198.51.100.8:53>203.0.113.1:4000");
	router_end(&r);
}

static void test_ping(void **state)
{
	struct say echo = {.src = "192.168.1.2",
			   .dst = "198.51.100.7",
			   .sport = 77,
			   .dport = 0x0800,
			   .proto = ICMP,
			   .data = 8};
	struct say answer = {.src = "198.51.100.7",
			     .dst = "203.0.113.1",
			     .sport = 77,
			     .dport = 0,
			     .proto = ICMP,
			     .data = 8};
	struct router r;

	(void)state;
	masquerade_router(&r);
	expect_out(inject(&r, LAN, echo), WAN, "203.0.113.1>198.51.100.7 id 77 8/0");
	expect_out(inject(&r, WAN, answer), LAN, "198.51.100.7>192.168.1.2 id 77 0/0");
	/* The same identifier of another host cannot be kept. */
	echo.src = "192.168.1.3";
	assert_int_equal(inject(&r, LAN, echo)->verdict, WEIR_ACCEPT);
	answer.sport = (uint16_t)get16(r.io.out + 24);
	assert_int_not_equal(answer.sport, 77);
	expect_out(inject(&r, WAN, answer), LAN, "198.51.100.7>192.168.1.3 id 77 0/0");
	router_end(&r);
}

static void test_tcp_fasttracked(void **state)
{
	struct say data = {.src = "192.168.1.2",
			   .dst = "198.51.100.7",
			   .sport = 4000,
			   .dport = 80,
			   .proto = TCP,
			   .flags = ACK,
			   .seq = 1001,
			   .ack = 5001,
			   .data = 5};
	struct say back = {.src = "198.51.100.7",
			   .dst = "203.0.113.1",
			   .sport = 80,
			   .dport = 4000,
			   .proto = TCP,
			   .flags = ACK,
			   .seq = 5001,
			   .ack = 1006,
			   .data = 5};
	struct router r;

	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		router_begin(&r);
		srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
		if (fast)
			filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_FASTTRACK, 2);
		apply(&r);
		handshake(&r, 4000, server, WAN, 80, "203.0.113.1", 4000);
		for (int i = 0; i < 3; i++) {
			expect_out(inject(&r, LAN, data), WAN, "203.0.113.1:4000>198.51.100.7:80");
			assert_int_equal(r.io.fasttracked, fast);
			expect_out(inject(&r, WAN, back), LAN, "198.51.100.7:80>192.168.1.2:4000");
			assert_int_equal(r.io.fasttracked, fast);
			assert_int_equal(r.io.state, WEIR_STATE_ESTABLISHED);
		}
		router_end(&r);
	}
}

/* A server that refuses: the RST ends the connection and still finds its way back. */
static void test_refused(void **state)
{
	struct router r;

	(void)state;
	masquerade_router(&r);
	expect_out(inject(&r, LAN,
			  (struct say){.src = lan_host,
				       .dst = server,
				       .sport = 4000,
				       .dport = 80,
				       .proto = TCP,
				       .flags = SYN,
				       .seq = 9}),
		   WAN, "203.0.113.1:4000>198.51.100.7:80");
	expect_out(inject(&r, WAN,
			  (struct say){.src = server,
				       .dst = "203.0.113.1",
				       .sport = 80,
				       .dport = 4000,
				       .proto = TCP,
				       .flags = RST | ACK,
				       .ack = 10}),
		   LAN, "198.51.100.7:80>192.168.1.2:4000");
	assert_int_equal(connections(&r), 0);
	assert_int_equal(stats_of(&r).ended[WEIR_END_RESET], 1);
	router_end(&r);
}

static void forward_port(struct router *r)
{
	struct weir_rule *rule = nat(r, WEIR_HOOK_PREROUTING, WEIR_ACTION_DST_NAT, 1);

	when(r, rule,
	     (struct weir_match){.type = WEIR_MATCH_DST_ADDRESS,
				 .range = {addr_of("203.0.113.1"), addr_of("203.0.113.1")}});
	when_proto(r, rule, UDP);
	when_port(r, rule, 8080);
	to_addresses(rule, "192.168.1.9", "192.168.1.9");
	to_ports(rule, 80, 80);
}

static void test_dstnat(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	forward_port(&r);
	apply(&r);
	for (int i = 0; i < 3; i++) {
		expect_out(inject(&r, WAN, udp(server, 5000, "203.0.113.1", 8080)), LAN,
			   "198.51.100.7:5000>192.168.1.9:80");
		assert_int_equal(r.io.next_hop.v4, addr_of("192.168.1.9").v4);
		expect_out(inject(&r, LAN, udp("192.168.1.9", 80, server, 5000)), WAN,
			   "203.0.113.1:8080>198.51.100.7:5000");
	}
	assert_int_equal(met(&r, 1), 1);
	assert_int_equal(conn_of(&r, r.io.conn).status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT),
			 WEIR_STATUS_DSTNAT);
	expect_out(inject(&r, WAN, udp(server, 5000, "203.0.113.1", 8081)), WEIR_PORT_HOST,
		   "198.51.100.7:5000>203.0.113.1:8081");
	router_end(&r);
}

/* A client in the LAN asks for the public address of a server that stands beside it. */
static void test_hairpin(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	forward_port(&r);
	rule = nat(&r, WEIR_HOOK_POSTROUTING, WEIR_ACTION_MASQUERADE, 2);
	when(&r, rule,
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r.lan_bit});
	apply(&r);
	for (int i = 0; i < 3; i++) {
		expect_out(inject(&r, LAN, udp(lan_host, 4000, "203.0.113.1", 8080)), LAN,
			   "192.168.1.1:4000>192.168.1.9:80");
		expect_out(inject(&r, LAN, udp("192.168.1.9", 80, "192.168.1.1", 4000)), LAN,
			   "203.0.113.1:8080>192.168.1.2:4000");
	}
	assert_int_equal(connections(&r), 1);
	assert_int_equal(conn_of(&r, r.io.conn).status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT),
			 WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT);
	router_end(&r);
}

static void test_redirect(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = nat(&r, WEIR_HOOK_PREROUTING, WEIR_ACTION_REDIRECT, 1);
	to_ports(rule, 3128, 3128);
	apply(&r);
	/* By way of a bridge's port: the address is the bridge's. */
	expect_out(inject(&r, LAN_PORT, udp(lan_host, 4000, server, 80)), WEIR_PORT_HOST,
		   "192.168.1.2:4000>192.168.1.1:3128");
	assert_int_equal(r.io.path, WEIR_PATH_INPUT);
	expect_out(inject(&r, WEIR_PORT_HOST, udp("192.168.1.1", 3128, lan_host, 4000)), LAN,
		   "198.51.100.7:80>192.168.1.2:4000");
	assert_int_equal(r.io.path, WEIR_PATH_OUTPUT);
	router_end(&r);
}

static void test_output(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = when_port(&r, nat(&r, WEIR_HOOK_OUTPUT, WEIR_ACTION_DST_NAT, 1), 53);
	to_addresses(rule, "10.0.0.53", "10.0.0.53");
	apply(&r);
	expect_out(inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 999, server, 53)), DMZ,
		   "203.0.113.1:999>10.0.0.53:53");
	assert_int_equal(r.io.out[8], 64);
	expect_out(inject(&r, DMZ, udp("10.0.0.53", 53, "203.0.113.1", 999)), WEIR_PORT_HOST,
		   "198.51.100.7:53>203.0.113.1:999");
	router_end(&r);
}

/* An error about a packet that was sent: quoted as `say`, from `from` to `to`. => its length */
static uint32_t write_error(uint8_t *p, const char *from, const char *to, uint8_t type,
			    uint8_t code, const struct say *say)
{
	struct say error = {.src = from, .dst = to, .proto = ICMP};
	uint8_t quote[ROOM];
	uint32_t size = write_packet(quote, say);

	if (size > 48)
		size = 48;
	write_ip(p, &error, 8 + size);
	memset(p + 20, 0, 8);
	p[20] = type;
	p[21] = code;
	memcpy(p + 28, quote, size);
	put16(p + 22, ~sum16(p + 20, 8 + size, 0) & 0xffff);
	return 28 + size;
}

static void test_error_from_outside(void **state)
{
	struct say seen = udp("203.0.113.1", 4000, server, 53);
	struct router r;

	(void)state;
	masquerade_router(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	expect_out(inject_bytes(&r, WAN,
				write_error(r.bytes, "100.64.0.1", "203.0.113.1", 3, 1, &seen)),
		   LAN, "100.64.0.1>192.168.1.2 id 0 3/1");
	assert_int_equal(r.io.state, WEIR_STATE_RELATED);
	assert_string_equal(says(r.io.out + 28), "192.168.1.2:4000>198.51.100.7:53");
	assert_int_equal(sum16(r.io.out + 28, 20, 0), 0xffff);
	/* A redirect would teach the host about a connection that it does not have. */
	expect_drop(inject_bytes(&r, WAN,
				 write_error(r.bytes, "203.0.113.254", "203.0.113.1", 5, 1, &seen)),
		    WEIR_R_NAT_REDIRECT);
	router_end(&r);
}

/* A host inside complains about an answer; its address becomes the public one. */
static void test_error_from_inside(void **state)
{
	struct say seen = udp(server, 53, lan_host, 4000);
	struct router r;

	(void)state;
	masquerade_router(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	expect_out(inject_bytes(&r, LAN, write_error(r.bytes, lan_host, server, 3, 3, &seen)), WAN,
		   "203.0.113.1>198.51.100.7 id 0 3/3");
	assert_string_equal(says(r.io.out + 28), "198.51.100.7:53>203.0.113.1:4000");
	router_end(&r);
}

/* The router's own error about a packet to a translated destination says what the sender knows. */
static void test_answer_about_translated(void **state)
{
	struct say late = udp(server, 5000, "203.0.113.1", 8080);
	struct router r;

	(void)state;
	router_begin(&r);
	forward_port(&r);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_REJECT, 2)->reject = WEIR_REJECT_PORT_UNREACHABLE;
	apply(&r);
	expect_drop(inject(&r, WAN, late), WEIR_R_RULE_REJECT);
	assert_string_equal(says(r.io.answer), "203.0.113.1>198.51.100.7 id 0 3/3");
	assert_string_equal(says(r.io.answer + 28), "198.51.100.7:5000>203.0.113.1:8080");
	late.ttl = 1;
	expect_drop(inject(&r, WAN, late), WEIR_R_TTL_EXPIRED);
	assert_string_equal(says(r.io.answer + 28), "198.51.100.7:5000>203.0.113.1:8080");
	assert_int_equal(connections(&r), 0);
	router_end(&r);
}

static void test_fragments(void **state)
{
	struct say whole = {.src = "192.168.1.2",
			    .dst = "198.51.100.7",
			    .sport = 4000,
			    .dport = 53,
			    .proto = UDP,
			    .data = 100};
	uint8_t full[ROOM];
	struct router r;
	uint32_t size;

	(void)state;
	masquerade_router(&r);
	size = write_packet(full, &whole);
	assert_int_equal(size, 128);
	for (int part = 0; part < 2; part++) {
		uint32_t length = part ? 28 : 80;

		memcpy(r.bytes, full, 20);
		memcpy(r.bytes + 20, full + 20 + (part ? 80 : 0), length);
		put16(r.bytes + 2, 20 + length);
		put16(r.bytes + 4, 99);
		put16(r.bytes + 6, part ? 10 : 0x2000);
		put16(r.bytes + 10, 0);
		put16(r.bytes + 10, ~sum16(r.bytes, 20, 0) & 0xffff);
		inject_bytes(&r, LAN, 20 + length);
		if (!part)
			assert_int_equal(r.io.verdict, WEIR_HELD);
	}
	expect_out(&r.io, WAN, "203.0.113.1:4000>198.51.100.7:53");
	assert_int_equal(r.io.out_len, 128);
	router_end(&r);
}

static void test_exhausted(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	to_ports(srcnat(&r, WEIR_ACTION_MASQUERADE, 1), 7000, 7001);
	apply(&r);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(
			inject(&r, LAN, udp(lan_host, (uint16_t)(4000 + i), server, 53))->verdict,
			WEIR_ACCEPT);
		assert_in_range(get16(r.io.out + 20), 7000, 7001);
	}
	expect_drop(inject(&r, LAN, udp(lan_host, 4002, server, 53)), WEIR_R_NAT_EXHAUSTED);
	assert_int_equal(connections(&r), 2);
	/* To another server both ports are free. */
	assert_int_equal(inject(&r, LAN, udp(lan_host, 4002, "198.51.100.8", 53))->verdict,
			 WEIR_ACCEPT);
	/* What is over makes room, swept or not. */
	r.now += 60 * WEIR_SEC;
	assert_int_equal(inject(&r, LAN, udp(lan_host, 4003, server, 53))->verdict, WEIR_ACCEPT);
	router_end(&r);
}

static void test_no_address(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
	r.interfaces[WAN].address_count = 0;
	apply(&r);
	expect_drop(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WEIR_R_NAT_REFUSED);
	assert_int_equal(connections(&r), 0);
	router_end(&r);
}

static void test_invalid_is_not_translated(void **state)
{
	struct router r;

	(void)state;
	masquerade_router(&r);
	handshake(&r, 4000, server, WAN, 80, "203.0.113.1", 4000);
	inject(&r, LAN,
	       (struct say){.src = lan_host,
			    .dst = server,
			    .sport = 4000,
			    .dport = 80,
			    .proto = TCP,
			    .flags = ACK,
			    .seq = 900000000,
			    .ack = 5001});
	assert_int_equal(r.io.state, WEIR_STATE_INVALID);
	assert_string_equal(says(r.io.out), "192.168.1.2:4000>198.51.100.7:80");
	assert_int_equal(connections(&r), 1);
	router_end(&r);
}

/* Rules of translation that change do not touch what is translated. */
static void test_rule_goes(void **state)
{
	struct router r;

	(void)state;
	masquerade_router(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	forget_rules(&r);
	apply(&r);
	expect_out(inject(&r, WAN, udp(server, 53, "203.0.113.1", 4000)), LAN,
		   "198.51.100.7:53>192.168.1.2:4000");
	expect_out(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WAN,
		   "203.0.113.1:4000>198.51.100.7:53");
	expect_out(inject(&r, LAN, udp(lan_host, 4001, server, 53)), WAN,
		   "192.168.1.2:4001>198.51.100.7:53");
	router_end(&r);
}

/* The interface gets another address: what was masqueraded to the former one begins anew. */
static void test_address_goes(void **state)
{
	struct router r;
	uint64_t id;

	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		router_begin(&r);
		srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
		if (fast)
			filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_FASTTRACK, 2);
		apply(&r);
		inject(&r, LAN, udp(lan_host, 4000, server, 53));
		inject(&r, WAN, udp(server, 53, "203.0.113.1", 4000));
		inject(&r, LAN, udp(lan_host, 4000, server, 53));
		id = r.io.conn;
		assert_int_equal(!!(conn_of(&r, id).status & WEIR_STATUS_FASTTRACK), fast);
		apply(&r); /* nothing changed for it */
		expect_out(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WAN,
			   "203.0.113.1:4000>198.51.100.7:53");
		assert_int_equal(r.io.conn, id);
		r.addresses[WAN][0].addr = addr_of("203.0.113.2");
		apply(&r);
		expect_out(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WAN,
			   "203.0.113.2:4000>198.51.100.7:53");
		assert_int_not_equal(r.io.conn, id);
		assert_int_equal(r.io.created, 1);
		assert_int_equal(stats_of(&r).ended[WEIR_END_READDRESSED], 1);
		assert_int_equal(connections(&r), 1);
		router_end(&r);
	}
}

/* It leaves by another interface from now on, where its address does not belong. */
static void test_interface_changes(void **state)
{
	struct router r;

	(void)state;
	for (int fast = 0; fast < 2; fast++) {
		router_begin(&r);
		srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
		if (fast)
			filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_FASTTRACK, 2);
		apply(&r);
		inject(&r, LAN, udp(lan_host, 4000, server, 53));
		inject(&r, WAN, udp(server, 53, "203.0.113.1", 4000));
		inject(&r, LAN, udp(lan_host, 4000, server, 53));
		add_route(&r, "198.51.100.0", 24, DMZ, "10.0.0.254", WEIR_ROUTE_UNICAST);
		apply(&r);
		expect_drop(inject(&r, LAN, udp(lan_host, 4000, server, 53)), WEIR_R_NAT_REFUSED);
		assert_int_equal(connections(&r), 0);
		assert_int_equal(stats_of(&r).ended[WEIR_END_READDRESSED], 1);
		expect_out(inject(&r, LAN, udp(lan_host, 4000, server, 53)), DMZ,
			   "192.168.1.2:4000>198.51.100.7:53");
		router_end(&r);
	}
}

/* A flow that nobody translates gives way to a translated one that has its answers. */
static void test_null_binding(void **state)
{
	struct router r;

	(void)state;
	masquerade_router(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	expect_out(inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 999, server, 53)), WAN,
		   "203.0.113.1:999>198.51.100.7:53");
	inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 4000, server, 53));
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_not_equal(get16(r.io.out + 20), 4000);
	router_end(&r);
}

/* Rules of nat have gone, and a translated connection has not: nobody else gets its tuple. */
static void test_clash(void **state)
{
	struct weir_rules_error error;
	struct weir_conn conn;
	struct router r;
	uint64_t translated;

	(void)state;
	masquerade_router(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	translated = r.io.conn;
	forget_rules(&r);
	apply(&r);
	inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 4000, server, 53));
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	conn = conn_of(&r, r.io.conn);
	assert_true(conn.status & WEIR_STATUS_SRCNAT);
	assert_int_not_equal(conn.tuple[WEIR_REPLY].dst_port, 4000);
	/* Others keep what they have. */
	expect_out(inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 4001, server, 53)), WAN,
		   "203.0.113.1:4001>198.51.100.7:53");
	/* Without any rules nothing can be moved. */
	assert_int_equal(weir_rules_set(r.engine, NULL, &error), WEIR_OK);
	assert_int_equal(weir_conn_remove(r.worker, conn.id, r.now), WEIR_OK);
	expect_drop(inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 4000, server, 53)),
		    WEIR_R_NAT_CLASH);
	assert_int_equal(weir_conn_remove(r.worker, translated, r.now), WEIR_OK);
	inject(&r, WEIR_PORT_HOST, udp("203.0.113.1", 4000, server, 53));
	assert_true(r.io.created);
	router_end(&r);
}

static void test_ipv6(void **state)
{
	struct weir_rule *rule;
	struct router r;

	(void)state;
	router_begin(&r);
	rule = rule_in(&r, WEIR_IPV6, WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING, WEIR_ACTION_MASQUERADE,
		       1);
	when(&r, rule,
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r.wan_bit});
	apply(&r);
	for (int i = 0; i < 3; i++) {
		expect_out(inject(&r, LAN, udp("2001:db8:1::2", 4000, "2001:db8:9::7", 53)), WAN,
			   "2001:db8::1:4000>2001:db8:9::7:53");
		assert_int_equal(r.io.out[7], 63);
		expect_out(inject(&r, WAN, udp("2001:db8:9::7", 53, "2001:db8::1", 4000)), LAN,
			   "2001:db8:9::7:53>2001:db8:1::2:4000");
	}
	assert_int_equal(connections(&r), 1);
	router_end(&r);
}

/* What has left becomes again what came in. => whether it was taken for such a packet */
static bool restores(struct router *r, uint16_t port, struct say say)
{
	uint8_t came[2048], left[2048];
	uint32_t size = write_packet(came, &say);
	struct weir_packet again = {.data = left, .caplen = size, .len = size};
	bool restored;

	inject(r, port, say);
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	assert_int_equal(r->io.out_len, size);
	memcpy(left, r->io.out, size);
	restored = weir_packet_restore(r->worker, &again, r->now);
	assert_memory_equal(left, restored ? came : r->io.out, size);
	return restored;
}

static void test_restore(void **state)
{
	struct say echo = {.src = "192.168.1.2", .dst = server, .sport = 77, .dport = 0x0800,
			   .proto = ICMP, .data = 8};
	struct router r;

	(void)state;
	router_begin(&r);
	srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
	to_addresses(when_port(&r, when_proto(&r, nat(&r, WEIR_HOOK_PREROUTING,
						     WEIR_ACTION_DST_NAT, 2), TCP), 8080),
		     "192.168.1.9", "192.168.1.9");
	when(&r, rule_in(&r, WEIR_IPV6, WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING,
			 WEIR_ACTION_MASQUERADE, 3),
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r.wan_bit});
	apply(&r);
	assert_true(restores(&r, LAN, udp(lan_host, 4000, server, 53)));
	assert_true(restores(&r, WAN, udp(server, 53, "203.0.113.1", 4000)));
	assert_true(restores(&r, LAN, udp("2001:db8:1::2", 4000, "2001:db8:9::7", 53)));
	assert_true(restores(&r, WAN, udp("2001:db8:9::7", 53, "2001:db8::1", 4000)));
	/* An identifier that had to move. */
	assert_true(restores(&r, LAN, echo));
	echo.src = "192.168.1.3";
	assert_true(restores(&r, LAN, echo));
	echo.src = server;
	echo.dst = "203.0.113.1";
	echo.sport = (uint16_t)get16(r.io.out + 24);
	echo.dport = 0;
	assert_true(restores(&r, WAN, echo));
	/* A forwarded port, both ways. */
	assert_true(restores(&r, WAN, (struct say){.src = server, .sport = 9, .dst = "203.0.113.1",
						   .dport = 8080, .proto = TCP, .flags = 2}));
	assert_true(restores(&r, LAN, (struct say){.src = "192.168.1.9", .sport = 8080, .dst = server,
						   .dport = 9, .proto = TCP, .flags = 0x12,
						   .ack = 1}));
	/* Others are left alone. */
	assert_false(restores(&r, LAN, udp(lan_host, 4000, "10.0.0.7", 53)));
	assert_false(restores(&r, DMZ, udp("10.0.0.7", 53, lan_host, 4000)));
	router_end(&r);
}

/* RFC 6296: another prefix, no connection, checksums stay right by themselves. */
static void test_prefix(void **state)
{
	struct weir_rule *rule;
	char text[2][64];
	struct router r;

	(void)state;
	router_begin(&r);
	rule = rule_in(&r, WEIR_IPV6, WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING, WEIR_ACTION_SNPT,
		       1);
	when(&r, rule,
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r.wan_bit});
	to_addresses(rule, "2001:db8:f::", "2001:db8:f:ffff:ffff:ffff:ffff:ffff");
	apply(&r);
	for (int i = 0; i < 3; i++) {
		inject(&r, LAN, udp("2001:db8:1::2", 4000, "2001:db8:9::7", 53));
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		assert_int_equal(r.io.out_port, WAN);
		inet_ntop(AF_INET6, r.io.out + 8, text[i & 1], sizeof text[0]);
		assert_memory_equal(text[i & 1], "2001:db8:f:", 11);
		if (i)
			assert_string_equal(text[0], text[1]);
		inject(&r, WAN, udp("2001:db8:9::7", 53, "2001:db8:1::2", 4000));
	}
	assert_int_equal(met(&r, 1), 3);
	router_end(&r);
}

/* A packet through whichever worker it belongs to. */
static const struct weir_packet *inject_any(struct router *r, uint16_t port, struct say say)
{
	inject(r, port, say);
	if (r->io.verdict == WEIR_HANDOVER) {
		r->worker = weir_engine_worker(r->engine, r->io.worker);
		inject(r, port, say);
	}
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	return &r->io;
}

/* The answers of translated connections come to the worker that has the connection. */
static void test_workers(void **state)
{
	unsigned kept = 0, seen[4] = {0};
	struct router r;

	(void)state;
	router_begin_workers(&r, 4);
	srcnat(&r, WEIR_ACTION_MASQUERADE, 1);
	apply(&r);
	for (unsigned i = 0; i < 100; i++) {
		char text[64];
		uint16_t mine = (uint16_t)(4000 + i), port;

		inject_any(&r, LAN, udp(lan_host, mine, server, 53));
		assert_int_equal(r.io.created, 1);
		seen[r.io.worker]++;
		port = (uint16_t)get16(r.io.out + 20);
		kept += port == mine;
		inject(&r, WAN, udp(server, 53, "203.0.113.1", port));
		snprintf(text, sizeof text, "198.51.100.7:53>192.168.1.2:%u", mine);
		expect_out(&r.io, LAN, text);
	}
	assert_true(kept < 60); /* most had to move */
	for (unsigned i = 0; i < 4; i++)
		assert_in_range(seen[i], 5, 60);
	assert_int_equal(connections(&r), 100);
	router_end(&r);
}

/* One public port toward all and from all: then UDP is one worker's. */
static void test_workers_endpoint(void **state)
{
	struct router r;
	char text[64];

	(void)state;
	router_begin_workers(&r, 4);
	srcnat(&r, WEIR_ACTION_ENDPOINT_INDEPENDENT, 1);
	rule_in(&r, WEIR_IPV4, WEIR_TABLE_NAT, WEIR_HOOK_PREROUTING,
		WEIR_ACTION_ENDPOINT_INDEPENDENT, 2);
	apply(&r);
	for (unsigned i = 0; i < 50; i++) {
		char host[32];

		snprintf(host, sizeof host, "198.51.100.%u", i + 10);
		snprintf(text, sizeof text, "203.0.113.1:4000>%s:53", host);
		expect_out(inject_any(&r, LAN, udp(lan_host, 4000, host, 53)), WAN, text);
		assert_int_equal(r.io.worker, 0);
		snprintf(text, sizeof text, "%s:53>192.168.1.2:4000", host);
		expect_out(inject_any(&r, WAN, udp(host, 53, "203.0.113.1", 4000)), LAN, text);
		assert_int_equal(r.io.created, 0);
		snprintf(text, sizeof text, "%s:99>192.168.1.2:4000", host);
		expect_out(inject_any(&r, WAN, udp(host, 99, "203.0.113.1", 4000)), LAN, text);
		assert_int_equal(r.io.created, 1);
	}
	assert_int_equal(met(&r, 1), 50);
	assert_int_equal(met(&r, 2), 50);
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masquerade),
		cmocka_unit_test(test_ping),
		cmocka_unit_test(test_tcp_fasttracked),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_dstnat),
		cmocka_unit_test(test_hairpin),
		cmocka_unit_test(test_redirect),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_error_from_outside),
		cmocka_unit_test(test_error_from_inside),
		cmocka_unit_test(test_answer_about_translated),
		cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_exhausted),
		cmocka_unit_test(test_no_address),
		cmocka_unit_test(test_invalid_is_not_translated),
		cmocka_unit_test(test_rule_goes),
		cmocka_unit_test(test_address_goes),
		cmocka_unit_test(test_interface_changes),
		cmocka_unit_test(test_null_binding),
		cmocka_unit_test(test_clash),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_restore),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_workers_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
