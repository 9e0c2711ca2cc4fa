/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Helpers on the path, where stories do not come: memory that runs out, a call that changes more
 * packets than there is room for, workers that share what is expected, what is left behind.
 */
#include "router.h"

enum { FTP = 21, TFTP = 69 };

static void begin(struct router *r, unsigned workers)
{
	struct weir_rule *rule;

	router_begin_workers(r, workers);
	rule = rule_in(r, WEIR_IPV4, WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING, WEIR_ACTION_MASQUERADE,
		       1);
	when(r, rule,
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r->wan_bit});
	apply(r);
}

/* A packet with this text. => its length */
static uint32_t write_text(uint8_t *p, struct say say, const char *text, uint32_t size)
{
	uint32_t header = say.proto == TCP ? 20 : 8;
	uint8_t *check = p + 20 + (say.proto == TCP ? 16 : 6);
	unsigned sum;

	say.data = (uint16_t)size;
	write_packet(p, &say);
	memcpy(p + 20 + header, text, size);
	put16(check, 0);
	sum = ~transport_sum(p, say.proto, p + 20, header + size) & 0xffff;
	put16(check, sum ? sum : 0xffff);
	return 20 + header + size;
}

static const struct weir_packet *inject_text(struct router *r, uint16_t port, struct say say,
					     const char *text, uint32_t size)
{
	return inject_bytes(r, port, write_text(r->bytes, say, text, size));
}

static struct say client_says(uint16_t sport, uint8_t flags, uint32_t seq, uint32_t ack)
{
	return (struct say){"192.168.1.2", "198.51.100.7", sport, FTP, TCP, flags,
			    .seq = seq, .ack = ack};
}

static struct say server_says(uint16_t dport, uint8_t flags, uint32_t seq, uint32_t ack)
{
	return (struct say){"198.51.100.7", "203.0.113.1", FTP, dport, TCP, flags,
			    .seq = seq, .ack = ack};
}

/* A control connection whose next command will be read. => its id */
static uint64_t open_control(struct router *r, uint16_t port)
{
	uint64_t id = inject(r, LAN_PORT, client_says(port, SYN, 100, 0))->conn;

	assert_int_not_equal(id, 0);
	inject(r, WAN, server_says(port, SYN | ACK, 500, 101));
	inject_text(r, LAN_PORT, client_says(port, ACK, 101, 501), "NOOP\r\n", 6);
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	return id;
}

static const char port_text[] = "PORT 192,168,1,2,7,208\r\n";
static const char port_seen[] = "PORT 203,0,113,1,7,208\r\n";
#define PORT_SIZE ((uint32_t)sizeof port_text - 1)

static uint64_t expectations(struct router *r)
{
	struct weir_stats stats;

	weir_stats_get(r->engine, &stats);
	return stats.expectations;
}

static void test_list(void **state)
{
	struct weir_expectation list[4];
	struct weir_stats stats;
	struct weir_conn conn;
	uint32_t cursor = 0;
	struct router r;
	uint64_t id;

	(void)state;
	begin(&r, 1);
	id = open_control(&r, 1025);
	inject_text(&r, LAN_PORT, client_says(1025, ACK, 107, 501), port_text, PORT_SIZE);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_memory_equal(r.io.out + 40, port_seen, PORT_SIZE);
	assert_ptr_not_equal(r.io.out, r.bytes);
	assert_int_equal(weir_expectation_list(r.engine, &cursor, r.now, list, 4), 1);
	assert_int_equal(list[0].master, id);
	assert_int_equal(list[0].helper, WEIR_HELPER_FTP);
	assert_int_equal(list[0].tuple.dst_port, 2000);
	assert_int_equal(list[0].to.v4, addr_of("192.168.1.2").v4);
	assert_int_equal(list[0].timeout, 300 * WEIR_SEC);
	assert_int_equal(weir_expectation_list(r.engine, &cursor, r.now, list, 4), 0);
	assert_int_equal(weir_conn_get(r.worker, id, r.now, &conn), WEIR_OK);
	assert_int_equal(conn.helper, WEIR_HELPER_FTP);
	assert_true(conn.status & WEIR_STATUS_HELPER);
	weir_stats_get(r.engine, &stats);
	assert_int_equal(stats.expectations_added, 1);
	/* They end with time without packets too. */
	weir_expire(r.worker, r.now + 301 * WEIR_SEC);
	assert_int_equal(expectations(&r), 0);
	router_end(&r);
}

/* More changed packets in one call than there is room for: those left are dropped, no more. */
static void test_room(void **state)
{
	enum { COUNT = 100, SIZE = 1400 };
	static uint8_t bytes[COUNT][ROOM];
	static char text[SIZE];
	struct weir_packet io[COUNT];
	unsigned passed = 0, dropped = 0;
	struct router r;

	(void)state;
	begin(&r, 1);
	open_control(&r, 1025);
	memset(text, ' ', sizeof text);
	memcpy(text, port_text, PORT_SIZE);
	memcpy(text + SIZE - 2, "\r\n", 2);
	for (unsigned call = 0; call < 2; call++) {
		memset(io, 0, sizeof io);
		for (unsigned i = 0; i < COUNT; i++) {
			io[i].data = bytes[i];
			io[i].port = LAN_PORT;
			/* Sent again and again. */
			io[i].len = io[i].caplen =
				write_text(bytes[i], client_says(1025, ACK, 107, 501), text, SIZE);
		}
		weir_process(r.worker, io, COUNT, r.now);
		passed = dropped = 0;
		for (unsigned i = 0; i < COUNT; i++) {
			if (io[i].verdict == WEIR_ACCEPT) {
				assert_memory_equal(io[i].out + 40, port_seen, PORT_SIZE - 2);
				check_sums(io[i].out, io[i].out_len);
				passed++;
			} else {
				assert_int_equal(io[i].reason, WEIR_R_HELPER_ROOM);
				dropped++;
			}
		}
		assert_true(passed >= 32 && dropped > 0);
	}
	router_end(&r);
}

/* What is expected by one worker's connection is met at another's. */
static void test_workers(void **state)
{
	struct router r;
	unsigned seen[2] = {0, 0};

	(void)state;
	begin(&r, 2);
	for (uint16_t port = 1025; port < 1057; port++) {
		struct say data = {"198.51.100.7", "203.0.113.1", (uint16_t)(3000 + port), 2000,
				   TCP, SYN, .seq = 1};
		struct say syn = client_says(port, SYN, 100, 0), answer;
		uint32_t size = write_packet(r.bytes, &syn);
		unsigned at;
		uint16_t seen_port;

		r.worker = weir_engine_worker(r.engine, 0);
		if (inject_bytes(&r, LAN_PORT, size)->verdict == WEIR_HANDOVER)
			r.worker = weir_engine_worker(r.engine, r.io.worker);
		inject(&r, LAN_PORT, syn);
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		seen_port = (uint16_t)get16(r.io.out + 20);
		answer = server_says(seen_port, SYN | ACK, 500, 101);
		inject(&r, WAN, answer);
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		inject_text(&r, LAN_PORT, client_says(port, ACK, 101, 501), "NOOP\r\n", 6);
		inject_text(&r, LAN_PORT, client_says(port, ACK, 107, 501), port_text, PORT_SIZE);
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		at = (unsigned)r.io.worker;
		r.worker = weir_engine_worker(r.engine, 0);
		if (inject(&r, WAN, data)->verdict == WEIR_HANDOVER) {
			r.worker = weir_engine_worker(r.engine, r.io.worker);
			inject(&r, WAN, data);
		}
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		assert_int_equal(r.io.state, WEIR_STATE_RELATED);
		assert_int_equal(get16(r.io.out + 22), 2000);
		seen[r.io.worker != at]++;
		/* Its answer comes to the same worker, which has it. */
		struct say back = {"192.168.1.2", "198.51.100.7", 2000,
				   (uint16_t)get16(r.io.out + 20), TCP, SYN | ACK, .seq = 9,
				   .ack = 2};

		inject(&r, LAN_PORT, back);
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
		assert_int_equal(r.io.state, WEIR_STATE_ESTABLISHED);
	}
	assert_true(seen[0] && seen[1]);
	assert_int_equal(expectations(&r), 0);
	router_end(&r);
}

/* PPTP: a packet of a tunnel. => its length */
static uint32_t write_tunnel(uint8_t *p, const char *src, const char *dst, unsigned call)
{
	struct say say = {.src = src, .dst = dst, .proto = 47};
	uint32_t at = write_ip(p, &say, 12);

	put16(p + at, 0x2001); /* has a key; version 1 */
	put16(p + at + 2, 0x880b);
	put16(p + at + 4, 0);
	put16(p + at + 6, call);
	put32(p + at + 8, 0x5a5a5a5a);
	return at + 12;
}

/* One packet of it, at whichever worker it belongs to. => the worker */
static unsigned tunnel(struct router *r, uint16_t port, const char *src, const char *dst,
		       unsigned call)
{
	uint32_t size = write_tunnel(r->bytes, src, dst, call);

	r->io.verdict = WEIR_HANDOVER;
	r->io.worker = 0;
	for (int i = 0; i < 2 && r->io.verdict == WEIR_HANDOVER; i++) {
		struct weir_worker *worker = weir_engine_worker(r->engine, r->io.worker);

		memset(&r->io, 0, sizeof r->io);
		r->io.data = r->bytes;
		r->io.caplen = r->io.len = size;
		r->io.port = port;
		weir_process(worker, &r->io, 1, r->now);
	}
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	assert_int_equal(r->io.reason, WEIR_R_NONE);
	return r->io.worker;
}

/* A message: its type, two ids or whatever stands there, and the result. */
static const char *message(unsigned type, unsigned first, unsigned second, unsigned result)
{
	static uint8_t m[20];

	memset(m, 0, sizeof m);
	put16(m, sizeof m);
	put16(m + 2, 1);
	put32(m + 4, 0x1a2b3c4d);
	put16(m + 8, type);
	put16(m + 12, first);
	put16(m + 14, second);
	m[16] = (uint8_t)result;
	return (const char *)m;
}

/* The messages of a client's call, whose id is 7 as everybody's. => its id outside */
static unsigned make_call(struct router *r, uint16_t port, unsigned server_id)
{
	struct say out = client_says(port, SYN, 100, 0), in;
	unsigned seen;

	out.dport = 1723;
	r->worker = weir_engine_worker(r->engine, 0);
	if (inject(r, LAN_PORT, out)->verdict == WEIR_HANDOVER) {
		r->worker = weir_engine_worker(r->engine, r->io.worker);
		inject(r, LAN_PORT, out);
	}
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	in = server_says((uint16_t)get16(r->io.out + 20), SYN | ACK, 500, 101);
	in.sport = 1723;
	inject(r, WAN, in);
	out.flags = in.flags = ACK;
	out.seq = 101;
	out.ack = in.seq = 501;
	inject_text(r, LAN_PORT, out, message(1, 0, 0, 0), 20);
	in.ack = out.seq += 20;
	inject_text(r, WAN, in, message(2, 0, 0x100, 0), 20);
	out.ack = in.seq += 20;
	inject_text(r, LAN_PORT, out, message(7, 7, 1, 0), 20);
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	seen = get16(r->io.out + 40 + 12);
	in.ack = out.seq += 20;
	inject_text(r, WAN, in, message(8, server_id, seen, 1), 20);
	assert_int_equal(r->io.verdict, WEIR_ACCEPT);
	assert_int_equal(get16(r->io.out + 40 + 14), 7);
	return seen;
}

/* Both directions of a tunnel belong to the worker that has its control connection. */
static void test_tunnels(void **state)
{
	enum { WORKERS = 4, CALLS = 24 };
	struct weir_stats stats;
	unsigned used = 0;
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	for (unsigned i = 0; i < CALLS; i++) {
		static const char server[] = "198.51.100.7", inside[] = "192.168.1.2";
		unsigned seen = make_call(&r, (uint16_t)(1025 + i), 200 + i);
		struct weir_worker *control = r.worker;
		unsigned at, turn;

		for (turn = 0; turn < 4; turn++) {
			/* Half of the tunnels begin at the server. */
			bool out = (turn + i) % 2;

			at = out ? tunnel(&r, LAN_PORT, inside, server, 200 + i)
				 : tunnel(&r, WAN, server, "203.0.113.1", seen);
			assert_ptr_equal(weir_engine_worker(r.engine, at), control);
			assert_int_equal(r.io.state,
					 turn ? WEIR_STATE_ESTABLISHED : WEIR_STATE_RELATED);
			assert_int_equal(get16(r.io.out + 26), out ? 200 + i : 7);
		}
		used |= 1u << at;
	}
	assert_int_equal(used, (1u << WORKERS) - 1);
	weir_stats_get(r.engine, &stats);
	assert_int_equal(stats.connections, 2 * CALLS);
	assert_int_equal(stats.expectations, 0);
	/* With the control connections they end. */
	for (unsigned i = 0; i < WORKERS; i++) {
		struct weir_conn conns[2 * CALLS];
		uint64_t cursor = 0;
		struct weir_worker *w = weir_engine_worker(r.engine, i);
		size_t got = weir_conn_list(w, &cursor, r.now, conns, 2 * CALLS);

		for (size_t n = 0; n < got; n++)
			if (conns[n].protocol == TCP)
				assert_int_equal(weir_conn_remove(w, conns[n].id, r.now), WEIR_OK);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		weir_process(weir_engine_worker(r.engine, i), NULL, 0, r.now);
	weir_stats_get(r.engine, &stats);
	assert_int_equal(stats.connections, 0);
	router_end(&r);
}

static const char request[] = "\0\1file\0octet";

static struct say asks(uint16_t port)
{
	return (struct say){.src = "192.168.1.2",
			    .dst = "198.51.100.7",
			    .sport = port,
			    .dport = TFTP,
			    .proto = UDP};
}

/* Whatever fails, nothing is left of it. */
static void test_no_memory(void **state)
{
	unsigned passed = 0, failed = 0;

	(void)state;
	for (uint64_t call = 0; call < 24; call++) {
		struct router r;

		begin(&r, 1);
		r.memory.fail_to = UINT64_MAX;
		r.memory.fail_from = r.memory.calls + call;
		inject_text(&r, LAN_PORT, asks(2000), request, sizeof request);
		r.memory.fail_from = UINT64_MAX;
		if (r.io.verdict == WEIR_ACCEPT) {
			assert_int_equal(expectations(&r), 1);
			passed++;
		} else {
			assert_true(r.io.reason == WEIR_R_NO_MEMORY ||
				    r.io.reason == WEIR_R_HELPER_FULL);
			assert_int_equal(expectations(&r), 0);
			failed++;
		}
		router_end(&r);
	}
	assert_true(passed > 0 && failed > 0);
}

/* An expected connection for which there is no memory. */
static void test_no_record(void **state)
{
	struct say data = {"198.51.100.7", "203.0.113.1", 3000, 2000, UDP, .data = 4};
	struct weir_stats stats;
	struct router r;

	(void)state;
	begin(&r, 1);
	inject_text(&r, LAN_PORT, asks(2000), request, sizeof request);
	assert_int_equal(expectations(&r), 1);
	/* Records of one block are used up. */
	for (unsigned i = 0; i < 2046; i++) {
		struct say ask = asks((uint16_t)(3000 + i));

		inject_text(&r, LAN_PORT, ask, "\0\5", 2);
		assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	}
	r.memory.fail_to = UINT64_MAX;
	r.memory.fail_from = r.memory.calls;
	inject(&r, WAN, data); /* the block has one more: 4095 */
	assert_int_equal(r.io.state, WEIR_STATE_RELATED);
	inject_text(&r, LAN_PORT, asks(9000), "\0\5", 2);
	expect_drop(&r.io, WEIR_R_NO_MEMORY);
	weir_stats_get(r.engine, &stats);
	assert_int_equal(stats.connections, 2048);
	router_end(&r);
}

/* The rules go, and with them translation: what was expected comes as it is. */
static void test_rules_gone(void **state)
{
	struct say data = {"198.51.100.7", "203.0.113.1", 3000, 2000, UDP, .data = 4};
	struct weir_rules_error error;
	struct router r;

	(void)state;
	begin(&r, 1);
	inject_text(&r, LAN_PORT, asks(2000), request, sizeof request);
	assert_int_equal(weir_rules_set(r.engine, NULL, &error), WEIR_OK);
	inject(&r, WAN, data);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_equal(r.io.state, WEIR_STATE_RELATED);
	assert_string_equal(says(r.io.out), "198.51.100.7:3000>203.0.113.1:2000");
	router_end(&r);
}

/* A packet of which a capture has only the beginning is not read. */
static void test_cut(void **state)
{
	struct router r;
	uint32_t size;

	(void)state;
	begin(&r, 1);
	open_control(&r, 1025);
	size = write_text(r.bytes, client_says(1025, ACK, 107, 501), port_text, PORT_SIZE);
	memset(&r.io, 0, sizeof r.io);
	r.io.data = r.bytes;
	r.io.caplen = size - 4;
	r.io.len = size;
	r.io.port = LAN_PORT;
	weir_process(r.worker, &r.io, 1, r.now);
	assert_int_equal(r.io.verdict, WEIR_ACCEPT);
	assert_int_equal(expectations(&r), 0);
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),       cmocka_unit_test(test_room),
		cmocka_unit_test(test_workers),    cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_record),  cmocka_unit_test(test_rules_gone),
		cmocka_unit_test(test_cut),        cmocka_unit_test(test_tunnels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
