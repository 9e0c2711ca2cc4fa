/* SPDX-License-Identifier: Apache-2.0 */
/*
 * router.h - for tests: a router with three networks, a ruleset that grows rule by rule, and
 * packets that are written, sent through it and read again.
 *
 *	wan   0  203.0.113.1/24, 2001:db8::1/64       default route by .254 and ::fe
 *	lan   1  192.168.1.1/24, 2001:db8:1::1/64     a bridge; its port is 2
 *	dmz   3  10.0.0.1/24, 2001:db8:2::1/64
 */
#ifndef TESTS_ROUTER_H
#define TESTS_ROUTER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <weir/weir.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "unit/memory.h"

enum { WAN = 0, LAN = 1, LAN_PORT = 2, DMZ = 3, INTERFACES = 4 };
enum { RULES = 8, MATCHES = 64, ROUTES = 16, ROOM = 2048 };
enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { ICMP = 1, TCP = 6, UDP = 17, ICMP6 = 58 };

struct router {
	struct memory memory;
	struct weir_engine *engine;
	struct weir_worker *worker;
	weir_time now;
	struct weir_ruleset set;
	struct weir_interface_address addresses[INTERFACES][2];
	struct weir_interface interfaces[INTERFACES];
	struct weir_route routes[ROUTES];
	struct weir_rule rules[2][WEIR_TABLE_COUNT][WEIR_HOOK_COUNT][RULES];
	struct weir_chain chains[2][WEIR_TABLE_COUNT][WEIR_HOOK_COUNT];
	struct weir_match matches[MATCHES];
	unsigned match_count;
	uint64_t lan_bit[WEIR_INTERFACE_WORDS], wan_bit[WEIR_INTERFACE_WORDS];
	struct weir_ports ports[8];
	struct weir_packet io; /* the last packet */
	uint8_t bytes[ROOM];
};

/* What a packet says, in order to be written or as it was read. */
struct say {
	const char *src, *dst;
	uint16_t sport, dport; /* ICMP: identifier; type and code */
	uint8_t proto, flags;
	uint8_t ttl; /* 0: 64 */
	uint32_t seq, ack;
	uint16_t data; /* bytes behind the transport header */
};

static inline int family_of(const char *text)
{
	return strchr(text, ':') ? WEIR_IPV6 : WEIR_IPV4;
}

static inline union weir_addr addr_of(const char *text)
{
	union weir_addr addr = {.u64 = {0, 0}};

	assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, &addr), 1);
	return addr;
}

/* The ruleset. */

static inline struct weir_rule *rule_in(struct router *r, int family, int table, int hook,
					uint8_t action, uint32_t counter)
{
	struct weir_chain *chain = &r->chains[family == WEIR_IPV6][table][hook];
	struct weir_rule *rule = &r->rules[family == WEIR_IPV6][table][hook][chain->count];

	assert_true(chain->count < RULES);
	chain->count++;
	*rule = (struct weir_rule){.counter = counter, .action = action, .passthrough = true};
	return rule;
}

static inline struct weir_rule *filter(struct router *r, int hook, uint8_t action, uint32_t counter)
{
	return rule_in(r, WEIR_IPV4, WEIR_TABLE_FILTER, hook, action, counter);
}

/* Matches of one rule are given one after the other. */
static inline struct weir_rule *when(struct router *r, struct weir_rule *rule,
				     struct weir_match match)
{
	assert_true(r->match_count < MATCHES);
	if (rule->match_count++ == 0)
		rule->matches = &r->matches[r->match_count];
	r->matches[r->match_count++] = match;
	return rule;
}

static inline struct weir_rule *when_state(struct router *r, struct weir_rule *rule,
					   unsigned states)
{
	return when(r, rule,
		    (struct weir_match){.type = WEIR_MATCH_CONNECTION_STATE, .bits = states});
}

static inline struct weir_rule *when_proto(struct router *r, struct weir_rule *rule, unsigned proto)
{
	return when(r, rule, (struct weir_match){.type = WEIR_MATCH_PROTOCOL, .number = proto});
}

static inline struct weir_rule *when_port(struct router *r, struct weir_rule *rule, uint16_t port)
{
	struct weir_ports *ports = &r->ports[r->match_count % 8];

	*ports = (struct weir_ports){port, port};
	return when(r, rule,
		    (struct weir_match){.type = WEIR_MATCH_DST_PORT, .count = 1, .ports = ports});
}

static inline void forget_rules(struct router *r)
{
	memset(r->chains, 0, sizeof r->chains);
	r->match_count = 0;
}

static inline int try_apply(struct router *r)
{
	struct weir_rules_error error;

	for (int six = 0; six < 2; six++)
		for (int table = 0; table < WEIR_TABLE_COUNT; table++) {
			struct weir_table_rules *rules = &r->set.tables[six][table];

			rules->chains = r->chains[six][table];
			rules->count = WEIR_HOOK_COUNT;
			for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++) {
				r->chains[six][table][hook].rules = r->rules[six][table][hook];
				r->chains[six][table][hook].name = weir_hook_text(
					(enum weir_table)table, (enum weir_hook)hook);
				rules->builtin[hook] = r->chains[six][table][hook].count
							       ? (uint32_t)hook
							       : WEIR_NO_CHAIN;
			}
		}
	return weir_rules_set(r->engine, &r->set, &error);
}

static inline void apply(struct router *r)
{
	assert_int_equal(try_apply(r), WEIR_OK);
}

static inline void add_route(struct router *r, const char *prefix, unsigned length, int interface,
			     const char *gateway, int type)
{
	struct weir_route *route = &r->routes[r->set.route_count++];

	assert_true(r->set.route_count <= ROUTES);
	*route = (struct weir_route){.family = (uint8_t)family_of(prefix),
				     .length = (uint8_t)length,
				     .type = (uint8_t)type,
				     .interface = (uint16_t)interface,
				     .via = gateway != NULL,
				     .prefix = addr_of(prefix)};
	if (gateway)
		route->gateway = addr_of(gateway);
}

static inline void add_address(struct router *r, int interface, const char *addr, unsigned length)
{
	struct weir_interface *i = &r->interfaces[interface];

	i->addresses = r->addresses[interface];
	r->addresses[interface][i->address_count++] =
		(struct weir_interface_address){.family = (uint8_t)family_of(addr),
						.length = (uint8_t)length,
						.addr = addr_of(addr)};
}

static inline void router_begin_workers(struct router *r, unsigned workers)
{
	struct weir_config config;

	memset(r, 0, sizeof *r);
	weir_config_init(&config);
	config.event_ring = 64;
	config.workers = workers;
	config.allocator = (struct weir_allocator){memory_alloc, memory_free, &r->memory};
	r->memory.fail_from = UINT64_MAX;
	assert_int_equal(weir_engine_create(&r->engine, &config), WEIR_OK);
	r->worker = weir_engine_worker(r->engine, 0);
	r->now = WEIR_SEC;
	for (int i = 0; i < INTERFACES; i++)
		r->interfaces[i].bridge = i == LAN_PORT ? LAN : WEIR_INTERFACE_NONE;
	r->set.interfaces = r->interfaces;
	r->set.interface_count = INTERFACES;
	r->set.routes = r->routes;
	for (unsigned family = 0; family < 2; family++)
		r->set.forward[family] = r->set.fasttrack[family] = true;
	r->lan_bit[0] = 1 << LAN;
	r->wan_bit[0] = 1 << WAN;
	add_address(r, WAN, "203.0.113.1", 24);
	add_address(r, LAN, "192.168.1.1", 24);
	add_address(r, DMZ, "10.0.0.1", 24);
	add_address(r, WAN, "2001:db8::1", 64);
	add_address(r, LAN, "2001:db8:1::1", 64);
	add_address(r, DMZ, "2001:db8:2::1", 64);
	add_route(r, "203.0.113.0", 24, WAN, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "192.168.1.0", 24, LAN, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "10.0.0.0", 24, DMZ, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "0.0.0.0", 0, WAN, "203.0.113.254", WEIR_ROUTE_UNICAST);
	add_route(r, "2001:db8::", 64, WAN, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "2001:db8:1::", 64, LAN, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "2001:db8:2::", 64, DMZ, NULL, WEIR_ROUTE_UNICAST);
	add_route(r, "::", 0, WAN, "2001:db8::fe", WEIR_ROUTE_UNICAST);
}

static inline void router_begin(struct router *r)
{
	router_begin_workers(r, 1);
}

static inline void router_end(struct router *r)
{
	weir_engine_destroy(r->engine);
	assert_int_equal(r->memory.blocks, 0);
	assert_int_equal(r->memory.bytes, 0);
}

/* Bytes, written without the library's help. */

static inline void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline unsigned get16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

static inline void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static inline unsigned sum16(const uint8_t *p, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum over a transport header with its pseudo header: 0xffff if the checksum is right. */
static inline unsigned transport_sum(const uint8_t *p, uint8_t proto, const uint8_t *l4,
				     uint32_t length)
{
	uint32_t sum = 0;

	if (p[0] >> 4 == 6)
		sum = sum16(p + 8, 32, proto + length);
	else if (proto != ICMP)
		sum = sum16(p + 12, 8, proto + length);
	return sum16(l4, length, sum);
}

static inline uint32_t write_ip(uint8_t *p, const struct say *say, uint32_t payload)
{
	union weir_addr src = addr_of(say->src), dst = addr_of(say->dst);
	uint8_t ttl = say->ttl ? say->ttl : 64;

	if (family_of(say->src) == WEIR_IPV6) {
		memset(p, 0, 40);
		p[0] = 0x60;
		put16(p + 4, payload);
		p[6] = say->proto;
		p[7] = ttl;
		memcpy(p + 8, &src, 16);
		memcpy(p + 24, &dst, 16);
		return 40;
	}
	memset(p, 0, 20);
	p[0] = 0x45;
	put16(p + 2, 20 + payload);
	p[8] = ttl;
	p[9] = say->proto;
	memcpy(p + 12, &src, 4);
	memcpy(p + 16, &dst, 4);
	put16(p + 10, ~sum16(p, 20, 0) & 0xffff);
	return 20;
}

/* => the length of the packet */
static inline uint32_t write_packet(uint8_t *p, const struct say *say)
{
	uint32_t header = say->proto == TCP ? 20 : 8, length = header + say->data, ip;
	unsigned check = say->proto == TCP ? 16 : say->proto == UDP ? 6 : 2;
	uint8_t *l4;

	ip = write_ip(p, say, length);
	l4 = p + ip;
	memset(l4, 0, header);
	for (unsigned i = 0; i < say->data; i++)
		l4[header + i] = (uint8_t)i;
	if (say->proto == TCP || say->proto == UDP) {
		put16(l4, say->sport);
		put16(l4 + 2, say->dport);
	} else {
		put16(l4, say->dport);
		put16(l4 + 4, say->sport);
	}
	if (say->proto == TCP) {
		put32(l4 + 4, say->seq);
		put32(l4 + 8, say->ack);
		l4[12] = 0x50;
		l4[13] = say->flags;
		put16(l4 + 14, 60000);
	} else if (say->proto == UDP) {
		put16(l4 + 4, length);
	}
	put16(l4 + check, ~transport_sum(p, say->proto, l4, length) & 0xffff);
	return ip + length;
}

/* Whether all checksums of a packet are right. */
static inline void check_sums(const uint8_t *p, uint32_t size)
{
	bool six = p[0] >> 4 == 6;
	uint32_t header = six ? 40 : (p[0] & 15u) * 4;
	uint8_t proto = p[six ? 6 : 9];

	if (!six)
		assert_int_equal(sum16(p, header, 0), 0xffff);
	assert_int_equal(size, six ? 40 + get16(p + 4) : get16(p + 2));
	assert_int_equal(transport_sum(p, proto, p + header, size - header), 0xffff);
}

/* "src:port>dst:port" of a packet; for ICMP "src>dst id type/code". The text is good until the
 * second call behind. */
static inline const char *says(const uint8_t *p)
{
	static char texts[2][160];
	static unsigned turn;
	char src[48], dst[48], *text = texts[turn++ % 2];
	bool six = p[0] >> 4 == 6;
	const uint8_t *l4 = p + (six ? 40 : (p[0] & 15) * 4);
	uint8_t proto = p[six ? 6 : 9];

	inet_ntop(six ? AF_INET6 : AF_INET, p + (six ? 8 : 12), src, sizeof src);
	inet_ntop(six ? AF_INET6 : AF_INET, p + (six ? 24 : 16), dst, sizeof dst);
	if (proto == TCP || proto == UDP)
		snprintf(text, sizeof texts[0], "%s:%u>%s:%u", src, get16(l4), dst, get16(l4 + 2));
	else
		snprintf(text, sizeof texts[0], "%s>%s id %u %u/%u", src, dst, get16(l4 + 4), l4[0],
			 l4[1]);
	return text;
}

/* Sending. */

static inline const struct weir_packet *inject_bytes(struct router *r, uint16_t port, uint32_t size)
{
	struct weir_trace *trace = r->io.trace;

	memset(&r->io, 0xee, sizeof r->io);
	r->io.data = r->bytes;
	r->io.caplen = r->io.len = size;
	r->io.port = port;
	r->io.flags = 0;
	r->io.src_mac = NULL;
	r->io.trace = trace;
	weir_process(r->worker, &r->io, 1, r->now);
	if (r->io.verdict == WEIR_ACCEPT)
		check_sums(r->io.out, r->io.out_len);
	if (r->io.answer)
		check_sums(r->io.answer, r->io.answer_len);
	return &r->io;
}

static inline const struct weir_packet *inject(struct router *r, uint16_t port, struct say say)
{
	return inject_bytes(r, port, write_packet(r->bytes, &say));
}

/* What must come out: the packet's text, and the interface by which it leaves. */
static inline void expect_out(const struct weir_packet *io, uint16_t out_port, const char *text)
{
	assert_int_equal(io->reason, WEIR_R_NONE);
	assert_int_equal(io->verdict, WEIR_ACCEPT);
	assert_string_equal(says(io->out), text);
	assert_int_equal(io->out_port, out_port);
	assert_null(io->answer);
}

static inline void expect_drop(const struct weir_packet *io, enum weir_reason reason)
{
	assert_int_equal(io->verdict, WEIR_DROP);
	assert_int_equal(io->reason, reason);
	assert_null(io->out);
	assert_int_equal(io->created, 0);
}

static inline uint64_t met(struct router *r, uint32_t counter)
{
	struct weir_rule_counters counters = {0, 0};
	struct weir_request request = {.op = WEIR_REQUEST_COUNTERS,
				       .first = counter,
				       .counters = &counters,
				       .capacity = 1};

	weir_request_post(r->worker, &request);
	weir_poll(r->worker, r->now);
	assert_true(weir_request_done(&request));
	assert_int_equal(request.count, 1);
	return counters.packets;
}

static inline struct weir_stats stats_of(struct router *r)
{
	struct weir_stats stats;

	weir_stats_get(r->engine, &stats);
	return stats;
}

static inline uint64_t connections(struct router *r)
{
	return stats_of(r).connections;
}

static inline struct weir_conn conn_of(struct router *r, uint64_t id)
{
	struct weir_conn conn;

	assert_int_equal(weir_conn_get(r->worker, id, r->now, &conn), WEIR_OK);
	return conn;
}

/* A TCP handshake from the LAN to a server; its packets come out. => the connection */
static inline uint64_t handshake(struct router *r, uint16_t sport, const char *server,
				 uint16_t server_port, uint16_t dport, const char *seen,
				 uint16_t seen_port)
{
	const struct weir_packet *io;

	io = inject(r, LAN,
		    (struct say){.src = "192.168.1.2",
				 .dst = server,
				 .sport = sport,
				 .dport = dport,
				 .proto = TCP,
				 .flags = SYN,
				 .seq = 1000});
	assert_int_equal(io->verdict, WEIR_ACCEPT);
	assert_int_equal(io->state, WEIR_STATE_NEW);
	io = inject(r, server_port,
		    (struct say){.src = server,
				 .dst = seen,
				 .sport = dport,
				 .dport = seen_port,
				 .proto = TCP,
				 .flags = SYN | ACK,
				 .seq = 5000,
				 .ack = 1001});
	assert_int_equal(io->verdict, WEIR_ACCEPT);
	assert_int_equal(io->state, WEIR_STATE_ESTABLISHED);
	io = inject(r, LAN,
		    (struct say){.src = "192.168.1.2",
				 .dst = server,
				 .sport = sport,
				 .dport = dport,
				 .proto = TCP,
				 .flags = ACK,
				 .seq = 1001,
				 .ack = 5001});
	assert_int_equal(io->verdict, WEIR_ACCEPT);
	return io->conn;
}

#endif
