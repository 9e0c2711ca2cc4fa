/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Helpers in several workers, each a thread: control connections of FTP and PPTP come to one of
 * them, what they expect to any, and all of it ends at the same time, while one thread lists what
 * is expected and another one changes settings and rules. Under ThreadSanitizer this checks the
 * orderings; without it, that what was expected is met and nothing is left.
 *
 * The first worker is where all packets come in. As an embedder does it, packets that are another
 * one's are put into its queue.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <weir/weir.h>

#include <cmocka.h>

#define WORKERS 3
#define SCRIPTS 4000
#define STAGES 10
#define QUEUE 1024
#define BATCH 16
#define ROOM 96
#define STEP (150 * WEIR_MSEC)

enum { RST = 4, SYN = 2, ACK = 16, TCP = 6, GRE = 47, FTP = 21, PPTP = 1723 };

struct slot {
	uint32_t size;
	uint8_t bytes[ROOM];
};

struct queue {
	pthread_mutex_t mutex;
	uint32_t head, tail;
	struct slot slot[QUEUE];
};

struct crowd {
	struct weir_engine *engine;
	struct queue queue[WORKERS];
	_Atomic uint64_t tick;
	_Atomic unsigned under_way; /* packets */
	_Atomic bool stop;
	unsigned listed, changes;
	_Atomic unsigned related;
};

struct hand {
	struct crowd *crowd;
	unsigned index;
};

/* => false: there is no room, and the packet is lost */
static bool put(struct crowd *crowd, unsigned index, const uint8_t *bytes, uint32_t size)
{
	struct queue *q = &crowd->queue[index];
	bool done;

	pthread_mutex_lock(&q->mutex);
	done = q->head - q->tail < QUEUE;
	if (done) {
		struct slot *slot = &q->slot[q->head++ % QUEUE];

		slot->size = size;
		memcpy(slot->bytes, bytes, size);
		atomic_fetch_add(&crowd->under_way, 1);
	}
	pthread_mutex_unlock(&q->mutex);
	return done;
}

static unsigned get(struct queue *q, struct slot *slots)
{
	unsigned count = 0;

	pthread_mutex_lock(&q->mutex);
	while (count < BATCH && q->tail != q->head)
		slots[count++] = q->slot[q->tail++ % QUEUE];
	pthread_mutex_unlock(&q->mutex);
	return count;
}

static weir_time now_of(struct crowd *crowd)
{
	return WEIR_SEC + atomic_load(&crowd->tick) * STEP;
}

/* Packets. */

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned sum16(const uint8_t *p, size_t size, uint32_t sum)
{
	for (size_t i = 0; i < size; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Who talks: 10.0.x.y and 10.1.0.1. */
struct talk {
	unsigned client;
	uint16_t port, server_port;
};

static uint32_t finish(uint8_t *p, const struct talk *t, bool back, uint8_t proto, uint32_t size)
{
	uint8_t client[4] = {10, 0, (uint8_t)(t->client >> 8), (uint8_t)t->client};
	const uint8_t server[4] = {10, 1, 0, 1};

	memset(p, 0, 20);
	p[0] = 0x45;
	put16(p + 2, 20 + size);
	p[8] = 64;
	p[9] = proto;
	memcpy(p + 12, back ? server : client, 4);
	memcpy(p + 16, back ? client : server, 4);
	put16(p + 10, ~sum16(p, 20, 0) & 0xffff);
	return 20 + size;
}

static uint32_t tcp(uint8_t *p, const struct talk *t, bool back, uint8_t flags, uint32_t seq,
		    uint32_t ack, const char *data, uint32_t size)
{
	uint8_t *l4 = p + 20;

	memset(l4, 0, 20);
	put16(l4, back ? t->server_port : t->port);
	put16(l4 + 2, back ? t->port : t->server_port);
	put16(l4 + 6, seq);
	put16(l4 + 10, ack);
	l4[12] = 0x50;
	l4[13] = flags;
	put16(l4 + 14, 60000);
	if (size)
		memcpy(l4 + 20, data, size);
	finish(p, t, back, TCP, 20 + size);
	put16(l4 + 16, ~sum16(l4, 20 + size, sum16(p + 12, 8, TCP + 20 + size)) & 0xffff);
	return 40 + size;
}

static uint32_t pptp(uint8_t *p, const struct talk *t, bool back, uint32_t seq, uint32_t ack,
		     unsigned type, unsigned id, unsigned peer)
{
	char m[20] = {0, 20, 0, 1, 0x1a, 0x2b, 0x3c, 0x4d};

	put16((uint8_t *)m + 8, type);
	put16((uint8_t *)m + 12, id);
	put16((uint8_t *)m + 14, peer);
	m[16] = 1;
	return tcp(p, t, back, ACK, seq, ack, m, sizeof m);
}

static uint32_t tunnel(uint8_t *p, const struct talk *t, bool back, unsigned key)
{
	const uint8_t gre[12] = {0x20, 1, 0x88, 0x0b, 0, 4, (uint8_t)(key >> 8), (uint8_t)key};

	memcpy(p + 20, gre, sizeof gre);
	return finish(p, t, back, GRE, sizeof gre);
}

/* One packet of a script, the stages in order. => its size; 0: nothing is said */
static uint32_t write_ftp(uint8_t *p, const struct talk *t, unsigned stage)
{
	const struct talk data = {.client = t->client, .port = 2000, .server_port = 20};
	char text[40];
	int size;

	switch (stage) {
	case 2:
		return tcp(p, t, false, ACK, 1001, 5001, "USER me\r\n", 9);
	case 3:
		size = snprintf(text, sizeof text, "PORT 10,0,%u,%u,7,208\r\n", t->client >> 8,
				t->client & 255);
		return tcp(p, t, false, ACK, 1010, 5001, text, (uint32_t)size);
	case 4: /* of some the master ends when the other one comes */
		return t->client % 3 ? 0 : tcp(p, t, true, RST | ACK, 5001, 1010, NULL, 0);
	case 5:
	case 6:
		return tcp(p, &data, true, SYN, 77, 0, NULL, 0);
	case 9:
		return tcp(p, t, true, RST | ACK, 5001, 1010, NULL, 0);
	default:
		return 0;
	}
}

static uint32_t write_pptp(uint8_t *p, const struct talk *t, unsigned stage)
{
	switch (stage) {
	case 2:
		return pptp(p, t, false, 1001, 5001, 1, 0, 0);
	case 3:
		return pptp(p, t, true, 5001, 1021, 2, 0, 0x100);
	case 4:
		return pptp(p, t, false, 1021, 5021, 7, 7, 1);
	case 5:
		return pptp(p, t, true, 5021, 1041, 8, 9, 7);
	case 6:
		return tunnel(p, t, false, 9);
	case 7:
		return tunnel(p, t, true, 7);
	case 8: /* the call ends */
		return t->client % 3 ? 0 : pptp(p, t, true, 5041, 1041, 13, 9, 0);
	case 9:
		return tcp(p, t, true, RST | ACK, 5041, 1041, NULL, 0);
	default:
		return 0;
	}
}

static uint32_t write_stage(uint8_t *p, unsigned script, unsigned stage)
{
	bool is_pptp = script % 4 == 1;
	struct talk t = {.client = 1 + script % 1000,
			 .port = (uint16_t)(3000 + script / 1000),
			 .server_port = is_pptp ? PPTP : FTP};

	if (stage == 0)
		return tcp(p, &t, false, SYN, 1000, 0, NULL, 0);
	if (stage == 1)
		return tcp(p, &t, true, SYN | ACK, 5000, 1001, NULL, 0);
	return is_pptp ? write_pptp(p, &t, stage) : write_ftp(p, &t, stage);
}

/* Threads. */

/* Scripts follow each other by a stage, so that all stages are under way at once. */
static void *speak(void *arg)
{
	struct crowd *crowd = arg;
	uint8_t bytes[ROOM];

	for (unsigned turn = 0; turn < SCRIPTS + STAGES; turn++) {
		for (unsigned stage = 0; stage < STAGES && stage <= turn; stage++) {
			uint32_t size = turn - stage < SCRIPTS
						? write_stage(bytes, turn - stage, stage)
						: 0;

			while (size && !put(crowd, 0, bytes, size))
				sched_yield();
		}
		atomic_fetch_add(&crowd->tick, 1);
		while (atomic_load(&crowd->under_way) > STAGES * 4)
			sched_yield();
	}
	return NULL;
}

static void *work(void *arg)
{
	const struct hand *hand = arg;
	struct crowd *crowd = hand->crowd;
	struct weir_worker *worker = weir_engine_worker(crowd->engine, hand->index);
	static _Thread_local struct slot slots[BATCH];
	struct weir_packet packets[BATCH];

	while (!atomic_load(&crowd->stop)) {
		unsigned count = get(&crowd->queue[hand->index], slots);

		memset(packets, 0, sizeof packets);
		for (unsigned i = 0; i < count; i++) {
			packets[i].data = slots[i].bytes;
			packets[i].caplen = slots[i].size;
		}
		if (count)
			weir_process(worker, packets, count, now_of(crowd));
		else
			weir_poll(worker, now_of(crowd));
		for (unsigned i = 0; i < count; i++) {
			if (packets[i].verdict == WEIR_HANDOVER)
				(void)put(crowd, packets[i].worker, packets[i].out,
					  packets[i].out_len);
			else if (packets[i].state == WEIR_STATE_RELATED && packets[i].created)
				atomic_fetch_add(&crowd->related, 1);
		}
		atomic_fetch_sub(&crowd->under_way, count);
		if (!count)
			sched_yield();
	}
	return NULL;
}

static void *list(void *arg)
{
	struct crowd *crowd = arg;
	struct weir_expectation some[5];

	while (!atomic_load(&crowd->stop)) {
		uint32_t cursor = 0;
		size_t count;

		while ((count = weir_expectation_list(crowd->engine, &cursor, now_of(crowd), some, 5)))
			crowd->listed += (unsigned)count;
		sched_yield();
	}
	return NULL;
}

/* Rules that let everything by. */
static bool set_rules(struct crowd *crowd)
{
	const struct weir_route route = {.family = WEIR_IPV4};
	const struct weir_interface wire = {.bridge = WEIR_INTERFACE_NONE};
	struct weir_ruleset set = {.interfaces = &wire, .interface_count = 1, .routes = &route,
				   .route_count = 1, .forward = {true, true}};
	struct weir_rules_error error;

	for (int six = 0; six < 2; six++)
		for (int table = 0; table < WEIR_TABLE_COUNT; table++)
			for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++)
				set.tables[six][table].builtin[hook] = WEIR_NO_CHAIN;
	return weir_rules_set(crowd->engine, &set, &error) == WEIR_OK;
}

static void *change(void *arg)
{
	struct crowd *crowd = arg;
	struct weir_settings settings;
	struct weir_rules_error error;

	for (unsigned turn = 0; !atomic_load(&crowd->stop); turn++) {
		weir_settings_get(crowd->engine, &settings);
		settings.helper[WEIR_HELPER_FTP].on = turn % 8 != 3;
		settings.helper[WEIR_HELPER_PPTP].on = turn % 8 != 5;
		settings.max_expectations = turn % 8 == 7 ? 2 : 4096;
		crowd->changes += weir_settings_set(crowd->engine, &settings) == WEIR_OK;
		if (turn % 4 == 0)
			crowd->changes += set_rules(crowd);
		else if (turn % 4 == 2)
			crowd->changes +=
				weir_rules_set(crowd->engine, NULL, &error) == WEIR_OK;
		sched_yield();
	}
	return NULL;
}

/* What is left when everybody has gone, removed: then nothing is expected. */
static void end_all(struct crowd *crowd)
{
	static struct weir_conn conns[256];
	weir_time now = now_of(crowd);
	struct weir_stats stats;

	for (unsigned i = 0; i < WORKERS; i++) {
		struct weir_worker *worker = weir_engine_worker(crowd->engine, i);
		uint64_t cursor = 0;
		size_t count;

		weir_poll(worker, now);
		while ((count = weir_conn_list(worker, &cursor, now, conns, 256)))
			for (size_t k = 0; k < count; k++)
				assert_int_equal(weir_conn_remove(worker, conns[k].id, now), WEIR_OK);
	}
	weir_stats_get(crowd->engine, &stats);
	assert_int_equal(stats.expectations, 0);
	assert_true(stats.expectations_met > 0);
	assert_true(stats.expectations_added >= stats.expectations_met);
	for (unsigned i = 0; i < WORKERS; i++)
		weir_expire(weir_engine_worker(crowd->engine, i), now);
	weir_stats_get(crowd->engine, &stats);
	assert_int_equal(stats.connections, 0);
}

static void test_helpers_at_once(void **state)
{
	static struct crowd crowd;
	void *(*const others[])(void *) = {speak, list, change};
	pthread_t worker[WORKERS], other[3];
	struct hand hand[WORKERS];
	struct weir_config config;

	(void)state;
	weir_config_init(&config);
	config.workers = WORKERS;
	assert_int_equal(weir_engine_create(&crowd.engine, &config), WEIR_OK);
	for (unsigned i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_mutex_init(&crowd.queue[i].mutex, NULL), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		hand[i] = (struct hand){&crowd, i};
		assert_int_equal(pthread_create(&worker[i], NULL, work, &hand[i]), 0);
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&other[i], NULL, others[i], &crowd), 0);
	pthread_join(other[0], NULL);
	while (atomic_load(&crowd.under_way))
		sched_yield();
	atomic_store(&crowd.stop, true);
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(worker[i], NULL);
	for (unsigned i = 1; i < 3; i++)
		pthread_join(other[i], NULL);
	assert_true(crowd.changes > 0 && crowd.listed > 0);
	assert_true(atomic_load(&crowd.related) > SCRIPTS / 8);
	end_all(&crowd);
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_mutex_destroy(&crowd.queue[i].mutex);
	weir_engine_destroy(crowd.engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_helpers_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
