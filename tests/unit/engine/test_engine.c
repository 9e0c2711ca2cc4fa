/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_engine.c - the engine through its public functions: memory that runs out, bounds under
 * a flood, engines beside each other, settings and requests while packets run, events that are
 * lost, packets for another worker, time that goes back or leaps.
 *
 * A flow is a number; make() writes any packet of its conversation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <weir/weir.h>

#include <cmocka.h>

#include "unit/memory.h"

enum { BYTES = 64, BATCH = 32 };

enum kind {
	SYN,
	SYN_ACK, /* the server's */
	ACK,
	RST, /* the server's */
	UDP,
	UDP_ANSWER,
	UDP6,
	UDP6_ANSWER,
	UNREACHABLE, /* the server's: ICMP about UDP */
	KINDS
};

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put_ip_checksum(uint8_t *p)
{
	uint32_t sum = 0;

	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(p + 10, ~sum & 0xffff);
}

/* Client 10.flow's high 16 bits.1, port from its low 16; server 10.255.255.254, port 80. */
static void put_ip4(uint8_t *p, uint32_t flow, int protocol, unsigned len, bool answer)
{
	uint8_t *client = p + (answer ? 16 : 12), *server = p + (answer ? 12 : 16);

	p[0] = 0x45;
	put16(p + 2, len);
	p[8] = 64;
	p[9] = (uint8_t)protocol;
	client[0] = server[0] = 10;
	put16(client + 1, flow >> 16);
	client[3] = 1;
	put16(server + 1, 0xffff);
	server[3] = 254;
	put_ip_checksum(p);
}

static void put_ports(uint8_t *p, uint32_t flow, bool answer)
{
	put16(p + (answer ? 2 : 0), flow & 0xffff);
	put16(p + (answer ? 0 : 2), 80);
}

static uint32_t make_tcp(uint8_t *p, uint32_t flow, bool answer, unsigned flags)
{
	put_ip4(p, flow, 6, 40, answer);
	put_ports(p + 20, flow, answer);
	p[27] = flags & 0x02 ? 0 : 1;
	p[31] = flags & 0x10 ? 1 : 0;
	p[32] = 0x50;
	p[33] = (uint8_t)flags;
	p[34] = 0x20;
	return 40;
}

static uint32_t make_udp(uint8_t *p, uint32_t flow, bool answer)
{
	put_ip4(p, flow, 17, 28, answer);
	put_ports(p + 20, flow, answer);
	p[25] = 8;
	return 28;
}

static uint32_t make_udp6(uint8_t *p, uint32_t flow, bool answer)
{
	p[0] = 0x60;
	p[5] = 8;
	p[6] = 17;
	p[7] = 64;
	p[8] = p[24] = 0xfd;
	put16(p + (answer ? 38 : 22), flow >> 16);
	p[answer ? 9 : 25] = 1; /* the server's network */
	put_ports(p + 40, flow, answer);
	p[45] = 8;
	return 48;
}

static uint32_t make(uint8_t *p, uint32_t flow, enum kind kind)
{
	memset(p, 0, BYTES);
	switch (kind) {
	case SYN:
		return make_tcp(p, flow, false, 0x02);
	case SYN_ACK:
		return make_tcp(p, flow, true, 0x12);
	case ACK:
		return make_tcp(p, flow, false, 0x10);
	case RST:
		return make_tcp(p, flow, true, 0x14);
	case UDP:
	case UDP_ANSWER:
		return make_udp(p, flow, kind == UDP_ANSWER);
	case UDP6:
	case UDP6_ANSWER:
		return make_udp6(p, flow, kind == UDP6_ANSWER);
	default:
		make_udp(p + 28, flow, false);
		put_ip4(p, flow, 1, 56, true);
		p[20] = 3;
		p[21] = 3;
		return 56;
	}
}

/* One packet through a worker. */
static struct weir_packet send_to(struct weir_worker *worker, uint32_t flow, enum kind kind,
				  weir_time now)
{
	uint8_t bytes[BYTES];
	struct weir_packet packet = {.data = bytes};

	packet.caplen = make(bytes, flow, kind);
	weir_process(worker, &packet, 1, now);
	packet.data = packet.out = NULL; /* they end here */
	return packet;
}

/* `count` flows from `first` on, one packet each, in batches. */
static void send_many(struct weir_worker *worker, uint32_t first, uint32_t count, enum kind kind,
		      weir_time now)
{
	uint8_t bytes[BATCH][BYTES];
	struct weir_packet packets[BATCH];

	for (uint32_t done = 0; done < count;) {
		uint32_t n = count - done < BATCH ? count - done : BATCH;

		memset(packets, 0, sizeof packets);
		for (uint32_t i = 0; i < n; i++) {
			packets[i].data = bytes[i];
			packets[i].caplen = make(bytes[i], first + done + i, kind);
		}
		weir_process(worker, packets, n, now);
		done += n;
	}
}

static void establish(struct weir_worker *worker, uint32_t first, uint32_t count, weir_time now)
{
	send_many(worker, first, count, SYN, now);
	send_many(worker, first, count, SYN_ACK, now);
	send_many(worker, first, count, ACK, now);
}

static void config_init(struct weir_config *config)
{
	weir_config_init(config);
	config->settings.checksum = 0; /* these packets carry none */
}

static struct weir_engine *engine_create(const struct weir_config *config)
{
	struct weir_engine *engine = NULL;

	assert_int_equal(weir_engine_create(&engine, config), WEIR_OK);
	assert_non_null(engine);
	return engine;
}

static struct weir_stats stats_of(struct weir_engine *engine)
{
	struct weir_stats stats;

	weir_stats_get(engine, &stats);
	return stats;
}

static void test_create_without_memory(void **state)
{
	struct memory memory = {0};
	struct weir_config config;
	struct weir_engine *engine;
	uint64_t calls;

	(void)state;
	config_init(&config);
	config.workers = 3;
	config.event_ring = 64;
	config.allocator = (struct weir_allocator){memory_alloc, memory_free, &memory};
	engine = engine_create(&config);
	calls = memory.calls;
	assert_int_equal(stats_of(engine).memory, memory.bytes);
	weir_engine_destroy(engine);
	assert_int_equal(memory.blocks, 0);
	for (uint64_t n = 0; n < calls; n++) {
		struct weir_engine *untouched = engine = (struct weir_engine *)&memory;

		memory = (struct memory){.fail_from = n, .fail_to = n + 1};
		assert_int_equal(weir_engine_create(&engine, &config), WEIR_ENOMEM);
		assert_ptr_equal(engine, untouched);
		assert_int_equal(memory.blocks, 0);
		assert_int_equal(memory.bytes, 0);
	}
	/* Both hooks or none. */
	config.allocator.free = NULL;
	assert_int_equal(weir_engine_create(&engine, &config), WEIR_EINVAL);
}

/* Which reason the packets that were not accepted had. */
static void test_packets_without_memory(void **state)
{
	enum { FLOWS = 40000 };

	(void)state;
	for (uint64_t n = 0; n < 12; n++) {
		struct memory memory = {0};
		struct weir_config config;
		struct weir_engine *engine;
		struct weir_worker *worker;
		struct weir_stats stats;

		config_init(&config);
		config.event_ring = 16;
		config.allocator = (struct weir_allocator){memory_alloc, memory_free, &memory};
		engine = engine_create(&config);
		worker = weir_engine_worker(engine, 0);
		memory.fail_from = memory.calls + n;
		memory.fail_to = UINT64_MAX;
		send_many(worker, 0, FLOWS, SYN, WEIR_SEC);
		send_many(worker, 0, FLOWS, UDP6, WEIR_SEC);
		stats = stats_of(engine);
		assert_true(stats.reason[WEIR_R_NO_MEMORY] > 0);
		assert_int_equal(stats.verdict[WEIR_DROP], stats.reason[WEIR_R_NO_MEMORY]);
		assert_int_equal(stats.created + stats.verdict[WEIR_DROP], 2 * FLOWS);
		assert_int_equal(stats.connections, stats.created);
		assert_int_equal(stats.half_open, stats.created);
		assert_int_equal(stats.memory, memory.bytes);
		/* What was let in lives on, and the rest comes in once there is memory. */
		memory.fail_to = 0;
		send_many(worker, 0, FLOWS, SYN, 2 * WEIR_SEC);
		send_many(worker, 0, FLOWS, UDP6, 2 * WEIR_SEC);
		assert_int_equal(stats_of(engine).created, 2 * FLOWS);
		assert_int_equal(stats_of(engine).connections, 2 * FLOWS);
		weir_engine_destroy(engine);
		assert_int_equal(memory.blocks, 0);
		assert_int_equal(memory.bytes, 0);
	}
}

/* A mixture of packets that follows from a seed, and what became of it as one number. */

struct mixture {
	uint64_t random;
	weir_time now;
	uint64_t result; /* of all that went out */
};

static void mix_in(struct mixture *m, uint64_t value)
{
	m->result = (m->result ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	m->result ^= m->result >> 29;
}

static void run_mixture(struct weir_worker *worker, struct mixture *m, unsigned batches)
{
	uint8_t bytes[BATCH][BYTES];
	struct weir_packet packets[BATCH];

	for (unsigned b = 0; b < batches; b++) {
		size_t n = next_random(&m->random) % BATCH + 1;

		memset(packets, 0, sizeof packets);
		for (size_t i = 0; i < n; i++) {
			uint64_t r = next_random(&m->random) >> 16;

			packets[i].data = bytes[i];
			packets[i].caplen = make(bytes[i], (uint32_t)(r >> 8) % 500,
						 (enum kind)(r % KINDS));
		}
		m->now += next_random(&m->random) % (200 * WEIR_MSEC);
		weir_process(worker, packets, n, m->now);
		for (size_t i = 0; i < n; i++) {
			mix_in(m, (uint64_t)packets[i].verdict << 32 | packets[i].reason);
			mix_in(m, (uint64_t)packets[i].state << 8 | packets[i].dir);
			mix_in(m, packets[i].conn);
		}
	}
}

static void mix_in_events(struct weir_worker *worker, struct mixture *m)
{
	struct weir_event event;

	while (weir_event_read(worker, &event, 1)) {
		mix_in(m, event.time);
		mix_in(m, (uint64_t)event.type << 16 | (uint64_t)event.why << 8 | event.lost);
		mix_in(m, event.conn.id);
		mix_in(m, event.conn.counters[WEIR_ORIGINAL].bytes);
	}
}

static void test_same_again_and_side_by_side(void **state)
{
	struct weir_config config;
	struct mixture mixture[3];
	struct weir_engine *engine[3];

	(void)state;
	config_init(&config);
	config.event_ring = 4096;
	config.settings.max_entries = 300;
	/* 0 runs alone; 1 the same again while 2 does something else in between. */
	for (int i = 0; i < 3; i++) {
		mixture[i] = (struct mixture){.random = i == 2 ? 99 : 7};
		engine[i] = engine_create(&config);
	}
	for (int round = 0; round < 40; round++) {
		run_mixture(weir_engine_worker(engine[0], 0), &mixture[0], 50);
		mix_in_events(weir_engine_worker(engine[0], 0), &mixture[0]);
	}
	weir_engine_destroy(engine[0]);
	for (int round = 0; round < 40; round++)
		for (int i = 1; i < 3; i++) {
			run_mixture(weir_engine_worker(engine[i], 0), &mixture[i], 50);
			mix_in_events(weir_engine_worker(engine[i], 0), &mixture[i]);
		}
	assert_int_equal(mixture[0].result, mixture[1].result);
	assert_int_not_equal(mixture[1].result, mixture[2].result);
	weir_engine_destroy(engine[1]);
	assert_true(stats_of(engine[2]).connections > 0);
	weir_engine_destroy(engine[2]);
}

static void test_settings_while_running(void **state)
{
	struct weir_config config;
	struct weir_settings set, got;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_conn conn;
	uint64_t id, memory;

	(void)state;
	config_init(&config);
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	id = send_to(worker, 1, UDP, WEIR_SEC).conn;
	set = config.settings;
	set.timeout[WEIR_T_UDP] = 100 * WEIR_SEC;
	assert_int_equal(weir_settings_set(engine, &set), WEIR_OK);
	/* It keeps the timeout it has until its next packet. */
	assert_int_equal(weir_conn_get(worker, id, WEIR_SEC, &conn), WEIR_OK);
	assert_int_equal(conn.timeout, 30 * WEIR_SEC);
	send_to(worker, 1, UDP, WEIR_SEC);
	assert_int_equal(weir_conn_get(worker, id, WEIR_SEC, &conn), WEIR_OK);
	assert_int_equal(conn.timeout, 100 * WEIR_SEC);
	set.timeout[WEIR_T_UDP] = 0;
	assert_int_equal(weir_settings_set(engine, &set), WEIR_ERANGE);
	weir_settings_get(engine, &got);
	assert_int_equal(got.timeout[WEIR_T_UDP], 100 * WEIR_SEC);
	set = got;
	set.enabled = WEIR_ENABLED_NO;
	assert_int_equal(weir_settings_set(engine, &set), WEIR_OK);
	assert_int_equal(send_to(worker, 1, UDP, WEIR_SEC).state, WEIR_STATE_UNTRACKED);
	set.enabled = WEIR_ENABLED_AUTO;
	assert_int_equal(weir_settings_set(engine, &set), WEIR_OK);
	assert_int_equal(send_to(worker, 1, UDP_ANSWER, WEIR_SEC).state, WEIR_STATE_ESTABLISHED);
	/* Old settings do not pile up while the worker goes on. */
	memory = stats_of(engine).memory;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(weir_settings_set(engine, &set), WEIR_OK);
		weir_poll(worker, WEIR_SEC);
	}
	assert_true(stats_of(engine).memory < memory + 4 * sizeof(struct weir_settings) + 4096);
	weir_engine_destroy(engine);
}

/* Requests, posted and served by one thread in turn. */

static void serve(struct weir_worker *worker, struct weir_request *request)
{
	weir_request_post(worker, request);
	for (int i = 0; i < 100000 && !weir_request_done(request); i++)
		weir_poll(worker, WEIR_SEC);
	assert_true(weir_request_done(request));
}

static void test_requests(void **state)
{
	enum { FLOWS = 5000 };
	struct weir_conn *conns = calloc(2 * FLOWS, sizeof *conns), one;
	struct weir_request request = {.op = WEIR_REQUEST_COUNT}, second = request;
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	bool *seen = calloc(2 * FLOWS, sizeof *seen);
	size_t total = 0;

	(void)state;
	assert_true(conns && seen);
	config_init(&config);
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	send_many(worker, 0, FLOWS, UDP, WEIR_SEC);
	send_many(worker, 0, FLOWS, UDP6, WEIR_SEC);
	serve(worker, &request);
	assert_int_equal(request.count, 2 * FLOWS);
	/* In portions that are no divisor; others come and go behind and before the cursor. */
	request = (struct weir_request){.op = WEIR_REQUEST_LIST, .conns = conns, .capacity = 777};
	for (uint32_t round = 0; total < 4 * FLOWS; round++) {
		serve(worker, &request);
		if (request.count == 0)
			break;
		for (size_t i = 0; i < request.count; i++) {
			uint32_t flow = conns[i].tuple[0].src_port;

			if (conns[i].tuple[0].dst_port != 80 || flow >= FLOWS)
				continue;
			flow += conns[i].family == WEIR_IPV6 ? FLOWS : 0;
			assert_false(seen[flow]);
			seen[flow] = true;
			total++;
		}
		send_many(worker, 0x10000 + round * 64, 64, SYN, WEIR_SEC);
		send_many(worker, 0x10000 + round * 64, 64, RST, WEIR_SEC);
	}
	assert_int_equal(total, 2 * FLOWS);
	/* One that is there, one that is not, and two at once. */
	one = conns[0] = (struct weir_conn){0};
	request = (struct weir_request){.op = WEIR_REQUEST_LIST, .conns = &one, .capacity = 1};
	serve(worker, &request);
	second = (struct weir_request){.op = WEIR_REQUEST_REMOVE, .id = one.id};
	request = (struct weir_request){.op = WEIR_REQUEST_GET, .id = one.id, .conns = conns,
					.capacity = 1};
	weir_request_post(worker, &request);
	serve(worker, &second);
	assert_true(weir_request_done(&request));
	assert_int_equal(request.error, WEIR_OK);
	assert_int_equal(conns[0].id, one.id);
	assert_int_equal(second.error, WEIR_OK);
	serve(worker, &request);
	assert_int_equal(request.error, WEIR_ENOENT);
	free(conns);
	free(seen);
	weir_engine_destroy(engine);
}

/* A large table that is nearly empty: a listing may not hold up the packets, however few there
 * are to list. */
static void test_sparse_listing_in_slices(void **state)
{
	enum { FLOWS = 200000 };
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_conn conns[64];
	struct weir_request request = {.op = WEIR_REQUEST_LIST, .conns = conns, .capacity = 64};
	unsigned polls = 0, lists = 0;
	size_t total = 0;

	(void)state;
	config_init(&config);
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	send_many(worker, 0, FLOWS, SYN, WEIR_SEC);
	for (uint32_t flow = 0; flow < FLOWS; flow++)
		if (flow % 16384 != 8000) /* one a block stays */
			send_to(worker, flow, RST, WEIR_SEC);
	do {
		weir_request_post(worker, &request);
		while (!weir_request_done(&request)) {
			weir_poll(worker, WEIR_SEC);
			polls++;
		}
		total += request.count;
	} while (request.count > 0 && ++lists < 100);
	assert_int_equal(total, stats_of(engine).connections);
	assert_true(total > 10);
	assert_true(polls > lists + 8);
	weir_engine_destroy(engine);
}

static void test_event_ring_overflow(void **state)
{
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_event events[64];

	(void)state;
	config_init(&config);
	config.event_ring = 16;
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	send_many(worker, 0, 50, UDP, WEIR_SEC);
	assert_int_equal(stats_of(engine).events_lost, 34);
	assert_int_equal(weir_event_read(worker, events, 64), 16);
	for (int i = 0; i < 16; i++) {
		assert_int_equal(events[i].type, WEIR_EVENT_NEW);
		assert_int_equal(events[i].lost, 0);
		assert_int_equal(events[i].conn.tuple[0].src_port, i);
	}
	send_many(worker, 50, 2, UDP, WEIR_SEC);
	assert_int_equal(weir_event_read(worker, events, 64), 2);
	assert_int_equal(events[0].lost, 1);
	assert_int_equal(events[1].lost, 0);
	assert_int_equal(stats_of(engine).events_lost, 34);
	weir_engine_destroy(engine);
}

/* Bounds. */

static void test_flood_leaves_assured(void **state)
{
	enum { BOUND = 2000, ASSURED = 500 };
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_stats stats;
	weir_time now = WEIR_SEC;

	(void)state;
	config_init(&config);
	config.settings.max_entries = BOUND;
	config.settings.max_half_open = BOUND; /* the bound on all is what counts here */
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	establish(worker, 0, ASSURED, now);
	for (uint32_t flow = 0; flow < 10 * BOUND; flow += 100) {
		now += WEIR_MSEC;
		send_many(worker, 0x100000 + flow, 100, SYN, now);
		stats = stats_of(engine);
		assert_true(stats.connections <= BOUND);
		assert_int_equal(stats.half_open, stats.connections - ASSURED);
	}
	/* Each got in at the cost of the oldest that was not assured. */
	assert_int_equal(stats.created, ASSURED + 10 * BOUND);
	assert_int_equal(stats.ended[WEIR_END_EARLY_DROP], 10 * BOUND - (BOUND - ASSURED));
	assert_int_equal(stats.peak, BOUND);
	for (uint32_t flow = 0; flow < ASSURED; flow++)
		assert_int_equal(send_to(worker, flow, ACK, now).state, WEIR_STATE_ESTABLISHED);
	for (uint32_t flow = 10 * BOUND - (BOUND - ASSURED); flow < 10 * BOUND; flow++)
		assert_int_equal(send_to(worker, 0x100000 + flow, SYN_ACK, now).state,
				 WEIR_STATE_ESTABLISHED);
	weir_engine_destroy(engine);
}

static void test_half_open_bound(void **state)
{
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;

	(void)state;
	config_init(&config);
	config.settings.max_entries = 10000;
	config.settings.max_half_open = 100;
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	establish(worker, 0, 90, WEIR_SEC);
	for (uint32_t flow = 0; flow < 1000; flow++) {
		assert_int_equal(send_to(worker, 0x10000 + flow, SYN, WEIR_SEC).created, 1);
		assert_true(stats_of(engine).half_open <= 100);
	}
	assert_int_equal(stats_of(engine).connections, 190);
	assert_int_equal(stats_of(engine).ended[WEIR_END_EARLY_DROP], 900);
	weir_engine_destroy(engine);
}

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void test_table_full(void **state)
{
	enum { BOUND = 100000, REFUSED = 2000 };
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_packet packet;
	uint64_t begin, refused, sweeps;
	char text[128];

	(void)state;
	config_init(&config);
	config.settings.max_entries = BOUND;
	config.settings.max_half_open = BOUND;
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	establish(worker, 0, BOUND, WEIR_SEC);
	assert_int_equal(stats_of(engine).half_open, 0);
	packet = send_to(worker, BOUND, SYN, WEIR_SEC);
	assert_int_equal(packet.verdict, WEIR_DROP);
	assert_int_equal(packet.reason, WEIR_R_TABLE_FULL);
	assert_int_equal(packet.conn, 0);
	weir_reason_text(&packet, text, sizeof text);
	assert_non_null(strstr(text, "100000"));
	/* A refusal must be cheap: who floods a full table may not have it walked each time. */
	begin = clock_ns();
	send_many(worker, BOUND, REFUSED, SYN, 2 * WEIR_SEC);
	refused = clock_ns() - begin;
	begin = clock_ns();
	for (int i = 0; i < 10; i++)
		weir_expire(worker, 2 * WEIR_SEC);
	sweeps = clock_ns() - begin;
	assert_int_equal(stats_of(engine).reason[WEIR_R_TABLE_FULL], REFUSED + 1);
	assert_true(refused < 10 * sweeps); /* 2000 refusals, 100 walks */
	/* What is due makes room, although nobody has passed over it yet. */
	assert_int_equal(stats_of(engine).connections, BOUND);
	for (int i = 0; i < 400 && !packet.created; i++)
		packet = send_to(worker, BOUND, SYN, 86402 * WEIR_SEC);
	assert_int_equal(packet.created, 1);
	assert_int_equal(stats_of(engine).ended[WEIR_END_EARLY_DROP], 0);
	weir_engine_destroy(engine);
}

/* Workers. */

static void test_workers_agree(void **state)
{
	enum { WORKERS = 3, FLOWS = 1000 };
	static const enum kind kinds[] = {UDP, UDP_ANSWER, UDP, UNREACHABLE};
	struct weir_config config;
	struct weir_engine *engine;
	unsigned shares[WORKERS] = {0};

	(void)state;
	config_init(&config);
	config.workers = WORKERS;
	engine = engine_create(&config);
	for (uint32_t flow = 0; flow < FLOWS; flow++) {
		unsigned owner = WORKERS;
		uint64_t id = 0;

		for (unsigned k = 0; k < 4; k++) {
			unsigned first = (flow + k) % WORKERS;
			struct weir_packet packet =
				send_to(weir_engine_worker(engine, first), flow, kinds[k], WEIR_SEC);

			if (packet.verdict == WEIR_HANDOVER) {
				assert_int_not_equal(packet.worker, first);
				assert_int_equal(packet.state, WEIR_STATE_NONE);
				assert_int_equal(packet.conn, 0);
				first = packet.worker;
				packet = send_to(weir_engine_worker(engine, first), flow, kinds[k],
						 WEIR_SEC);
			}
			assert_int_equal(packet.verdict, WEIR_ACCEPT);
			if (k == 0) {
				owner = first;
				id = packet.conn;
				shares[owner]++;
				assert_int_equal(packet.created, 1);
				assert_int_equal(id >> 56, owner);
				continue;
			}
			assert_int_equal(first, owner);
			assert_int_equal(packet.conn, id);
			assert_int_equal(packet.state, kinds[k] == UNREACHABLE ?
							       WEIR_STATE_RELATED :
							       WEIR_STATE_ESTABLISHED);
		}
	}
	for (unsigned w = 0; w < WORKERS; w++)
		assert_in_range(shares[w], FLOWS / WORKERS * 3 / 4, FLOWS / WORKERS * 5 / 4);
	weir_engine_destroy(engine);
}

/* A datagram that was put together here belongs there: its fragments would be waited for in
 * vain, so what is handed over is the whole. */
static void test_whole_datagrams_are_handed_over(void **state)
{
	struct weir_config config;
	struct weir_engine *engine;
	unsigned handed = 0;

	(void)state;
	config_init(&config);
	config.workers = 2;
	engine = engine_create(&config);
	for (uint32_t flow = 0; flow < 32; flow++) {
		uint8_t bytes[2][BYTES];
		struct weir_packet packets[2] = {{.data = bytes[0], .caplen = 28},
						 {.data = bytes[1], .caplen = 28}}, whole;

		/* 16 bytes of UDP in two halves. */
		make(bytes[0], flow, UDP);
		bytes[0][25] = 16;
		put16(bytes[0] + 4, flow);
		memcpy(bytes[1], bytes[0], 20);
		memset(bytes[1] + 20, 0x55, 8);
		put16(bytes[0] + 6, 0x2000);
		put16(bytes[1] + 6, 1);
		for (int i = 0; i < 2; i++) {
			put16(bytes[i] + 10, 0);
			put_ip_checksum(bytes[i]);
		}
		weir_process(weir_engine_worker(engine, 0), packets, 2, WEIR_SEC);
		assert_int_equal(packets[0].verdict, WEIR_HELD);
		assert_non_null(packets[1].out);
		assert_int_equal(packets[1].out_len, 36);
		if (packets[1].verdict != WEIR_HANDOVER)
			continue;
		handed++;
		whole = (struct weir_packet){.data = packets[1].out, .caplen = packets[1].out_len};
		weir_process(weir_engine_worker(engine, packets[1].worker), &whole, 1, WEIR_SEC);
		assert_int_equal(whole.verdict, WEIR_ACCEPT);
		assert_int_equal(whole.created, 1);
	}
	assert_in_range(handed, 4, 28);
	weir_engine_destroy(engine);
}

/* Time. */

static void test_time_goes_back(void **state)
{
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct weir_conn conn;
	uint64_t id;

	(void)state;
	config_init(&config);
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	id = send_to(worker, 1, UDP, 100 * WEIR_SEC).conn;
	/* No time has passed, and none is won back: it still ends at 130 s. */
	assert_int_equal(weir_conn_get(worker, id, 40 * WEIR_SEC, &conn), WEIR_OK);
	assert_int_equal(conn.timeout, 30 * WEIR_SEC);
	send_to(worker, 1, UDP, 0);
	assert_int_equal(weir_conn_get(worker, id, 110 * WEIR_SEC, &conn), WEIR_OK);
	assert_int_equal(conn.timeout, 20 * WEIR_SEC);
	assert_int_equal(weir_conn_get(worker, id, 130 * WEIR_SEC, &conn), WEIR_ENOENT);
	weir_engine_destroy(engine);
}

/* Entries keep time in a few bits. However far the clock leaps, what is over stays over. */
static void test_time_leaps(void **state)
{
	static const uint64_t days[] = {1, 2, 60, 99, 100, 120, 198, 199, 250, 400, 20000};

	(void)state;
	for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
		struct weir_config config;
		struct weir_engine *engine;
		struct weir_worker *worker;
		weir_time now = WEIR_SEC, then = days[i] * 86400 * WEIR_SEC + 2 * WEIR_SEC;
		struct weir_packet packet;

		config_init(&config);
		engine = engine_create(&config);
		worker = weir_engine_worker(engine, 0);
		establish(worker, 0, 3000, now);
		send_many(worker, 0x10000, 3000, UDP, now);
		packet = send_to(worker, 5, ACK, then);
		assert_int_equal(packet.created, 1); /* picked up mid-stream, anew */
		assert_int_equal(send_to(worker, 0x10000 + 5, UDP, then).created, 1);
		weir_expire(worker, then);
		assert_int_equal(stats_of(engine).connections, 2);
		weir_engine_destroy(engine);
	}
}

/* A leap in several steps, each with too little work done to pass over everything. */
static void test_time_leaps_in_steps(void **state)
{
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;
	weir_time now = WEIR_SEC;

	(void)state;
	config_init(&config);
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	send_many(worker, 0, 30000, UDP, now);
	for (int step = 0; step < 5; step++) {
		now += UINT64_C(24) * 86400 * WEIR_SEC;
		weir_process(worker, NULL, 0, now);
	}
	assert_int_equal(send_to(worker, 29999, UDP, now).created, 1);
	weir_expire(worker, now);
	assert_int_equal(stats_of(engine).connections, 1);
	weir_engine_destroy(engine);
}

/* Within one batch a connection ends that was the last in its block, and packets of it and of
 * its successor follow. */
static void test_end_and_again_in_one_batch(void **state)
{
	enum { BLOCK = 16384, FLOWS = 3 * BLOCK };
	static const enum kind kinds[] = {RST, SYN_ACK, RST, SYN, RST, SYN, SYN_ACK, ACK};
	uint8_t bytes[8][BYTES];
	struct weir_packet packets[8];
	struct weir_config config;
	struct weir_engine *engine;
	struct weir_worker *worker;

	(void)state;
	config_init(&config);
	config.settings.loose = 0;
	engine = engine_create(&config);
	worker = weir_engine_worker(engine, 0);
	send_many(worker, 0, FLOWS, SYN, WEIR_SEC);
	send_many(worker, 0, FLOWS - 1, RST, WEIR_SEC);
	assert_int_equal(stats_of(engine).connections, 1);
	memset(packets, 0, sizeof packets);
	for (int i = 0; i < 8; i++) {
		packets[i].data = bytes[i];
		packets[i].caplen = make(bytes[i], FLOWS - 1, kinds[i]);
	}
	weir_process(worker, packets, 8, WEIR_SEC);
	assert_int_equal(packets[0].state, WEIR_STATE_ESTABLISHED);
	assert_int_equal(packets[1].state, WEIR_STATE_INVALID);
	assert_int_equal(packets[2].state, WEIR_STATE_INVALID);
	assert_int_equal(packets[3].created, 1);
	assert_int_equal(packets[5].created, 1);
	assert_int_not_equal(packets[5].conn, packets[3].conn);
	assert_int_equal(packets[7].conn, packets[5].conn);
	assert_int_equal(packets[7].state, WEIR_STATE_ESTABLISHED);
	assert_int_equal(stats_of(engine).connections, 1);
	weir_engine_destroy(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_without_memory),
		cmocka_unit_test(test_packets_without_memory),
		cmocka_unit_test(test_same_again_and_side_by_side),
		cmocka_unit_test(test_settings_while_running),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_sparse_listing_in_slices),
		cmocka_unit_test(test_event_ring_overflow),
		cmocka_unit_test(test_flood_leaves_assured),
		cmocka_unit_test(test_half_open_bound),
		cmocka_unit_test(test_table_full),
		cmocka_unit_test(test_workers_agree),
		cmocka_unit_test(test_whole_datagrams_are_handed_over),
		cmocka_unit_test(test_time_goes_back),
		cmocka_unit_test(test_time_leaps),
		cmocka_unit_test(test_time_leaps_in_steps),
		cmocka_unit_test(test_end_and_again_in_one_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
