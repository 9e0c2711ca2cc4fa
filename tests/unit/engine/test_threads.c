/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that the engine lets several threads do at once, at once: two workers with
 * packets, one thread that lists through requests, one that changes settings and rules, one that
 * reads events, one that gets memory ready. Under ThreadSanitizer this checks the orderings;
 * without it, that a listing shows what lives throughout exactly once, whatever happens
 * around it, and that events and counters agree.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <weir/weir.h>

#include <cmocka.h>

#define WORKERS 2
#define STABLE 40   /* connections of each worker that live throughout */
#define BATCHES 4000
#define BATCH 16
#define CHUNK 7     /* connections that a request asks for */

struct crowd {
	struct weir_engine *engine;
	uint64_t stable[WORKERS][STABLE]; /* ids, written before `ready` */
	_Atomic unsigned ready;           /* workers that have opened theirs */
	_Atomic unsigned done;            /* workers that have no packets any more */
	_Atomic bool stop;                /* everybody may go */
	unsigned listings;                /* whole ones, of both workers */
	unsigned faults;                  /* a stable connection was not there just once */
	unsigned changes, rules;          /* of the settings, of the rules */
	uint64_t created, destroyed;      /* as the events say */
	bool lost;
};

struct hand {
	struct crowd *crowd;
	unsigned index;
};

/* A UDP packet of 28 bytes from a source that `flow` names. */
static void make(uint8_t *p, uint32_t flow)
{
	uint32_t sum = 0;

	memset(p, 0, 28);
	p[0] = 0x45;
	p[3] = 28;
	p[8] = 64;
	p[9] = 17;
	p[12] = p[16] = 10;
	p[13] = (uint8_t)(flow >> 24);
	p[14] = (uint8_t)(flow >> 16);
	p[15] = 1;
	p[19] = 2;
	p[20] = (uint8_t)(flow >> 8);
	p[21] = (uint8_t)flow;
	p[23] = 53;
	p[25] = 8;
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	p[10] = (uint8_t)(~sum >> 8);
	p[11] = (uint8_t)~sum;
}

/* Opens connections until STABLE of them are this worker's own. */
static void open_stable(struct crowd *crowd, unsigned index)
{
	struct weir_worker *worker = weir_engine_worker(crowd->engine, index);
	unsigned count = 0;

	for (uint32_t flow = 0; count < STABLE; flow++) {
		uint8_t bytes[28];
		struct weir_packet packet = {.data = bytes, .caplen = sizeof(bytes)};

		make(bytes, flow);
		weir_process(worker, &packet, 1, WEIR_SEC);
		if (packet.verdict == WEIR_ACCEPT && packet.created)
			crowd->stable[index][count++] = packet.conn;
	}
}

/* Short-lived connections, a batch of new ones at a time; time goes on, so that those of
 * before end. The stable ones are kept alive by a packet each now and then. */
static void *work(void *arg)
{
	const struct hand *hand = arg;
	struct crowd *crowd = hand->crowd;
	struct weir_worker *worker = weir_engine_worker(crowd->engine, hand->index);
	static _Thread_local uint8_t bytes[STABLE * 8][28];
	struct weir_packet packets[STABLE * 8];
	weir_time now = WEIR_SEC;

	open_stable(crowd, hand->index);
	atomic_fetch_add(&crowd->ready, 1);
	while (atomic_load(&crowd->ready) < WORKERS)
		sched_yield();
	for (unsigned batch = 0; batch < BATCHES; batch++) {
		bool keep = batch % 16 == 0;
		unsigned count = keep ? STABLE * 8 : BATCH;

		memset(packets, 0, sizeof(packets));
		for (unsigned i = 0; i < count; i++) {
			make(bytes[i], keep ? i : 0x10000 + batch * BATCH + i);
			packets[i].data = bytes[i];
			packets[i].caplen = 28;
		}
		now += 50 * WEIR_MSEC;
		weir_process(worker, packets, count, now);
		sched_yield();
	}
	atomic_fetch_add(&crowd->done, 1);
	while (!atomic_load(&crowd->stop)) {
		weir_poll(worker, now);
		sched_yield();
	}
	return NULL;
}

static void wait_for(struct weir_worker *worker, struct weir_request *request)
{
	weir_request_post(worker, request);
	while (!weir_request_done(request))
		sched_yield();
}

static void list_once(struct crowd *crowd, unsigned index)
{
	struct weir_worker *worker = weir_engine_worker(crowd->engine, index);
	struct weir_conn conns[CHUNK];
	struct weir_request request;
	unsigned seen[STABLE] = {0};
	uint64_t cursor = 0;

	do {
		memset(&request, 0, sizeof(request));
		request.op = WEIR_REQUEST_LIST;
		request.cursor = cursor;
		request.conns = conns;
		request.capacity = CHUNK;
		wait_for(worker, &request);
		cursor = request.cursor;
		for (size_t i = 0; i < request.count; i++)
			for (unsigned k = 0; k < STABLE; k++)
				seen[k] += conns[i].id == crowd->stable[index][k];
	} while (request.count);
	for (unsigned k = 0; k < STABLE; k++)
		crowd->faults += seen[k] != 1;

	memset(&request, 0, sizeof(request));
	request.op = WEIR_REQUEST_COUNT;
	wait_for(worker, &request);
	crowd->faults += request.count < STABLE;
}

static void *ask(void *arg)
{
	struct crowd *crowd = arg;

	while (atomic_load(&crowd->ready) < WORKERS)
		sched_yield();
	do {
		for (unsigned i = 0; i < WORKERS; i++)
			list_once(crowd, i);
		crowd->listings++;
	} while (atomic_load(&crowd->done) < WORKERS);
	atomic_store(&crowd->stop, true);
	return NULL;
}

/* Rules that let everything by, counted. */
static bool set_rules(struct crowd *crowd, uint32_t counter)
{
	const struct weir_rule rule = {.counter = counter, .action = WEIR_ACTION_ACCEPT};
	const struct weir_chain chain = {.name = "forward", .rules = &rule, .count = 1};
	const struct weir_route route = {.family = WEIR_IPV4};
	const struct weir_interface wire = {.bridge = WEIR_INTERFACE_NONE};
	struct weir_ruleset set = {.interfaces = &wire, .interface_count = 1, .routes = &route,
				   .route_count = 1, .forward = {true, true}};
	struct weir_rules_error error;

	for (int six = 0; six < 2; six++)
		for (int table = 0; table < WEIR_TABLE_COUNT; table++)
			for (int hook = 0; hook < WEIR_HOOK_COUNT; hook++)
				set.tables[six][table].builtin[hook] = WEIR_NO_CHAIN;
	set.tables[0][WEIR_TABLE_FILTER].chains = &chain;
	set.tables[0][WEIR_TABLE_FILTER].count = 1;
	set.tables[0][WEIR_TABLE_FILTER].builtin[WEIR_HOOK_FORWARD] = 0;
	return weir_rules_set(crowd->engine, &set, &error) == WEIR_OK;
}

static void *change(void *arg)
{
	struct crowd *crowd = arg;
	struct weir_settings settings;
	struct weir_rules_error error;

	for (uint32_t turn = 0; !atomic_load(&crowd->stop); turn++) {
		weir_settings_get(crowd->engine, &settings);
		settings.timeout[WEIR_T_ICMP] += WEIR_MSEC;
		crowd->changes += weir_settings_set(crowd->engine, &settings) == WEIR_OK;
		if (turn % 8 < 7)
			crowd->rules += set_rules(crowd, turn % 100);
		else
			crowd->rules += weir_rules_set(crowd->engine, NULL, &error) == WEIR_OK;
		sched_yield();
	}
	return NULL;
}

static void read_events(struct crowd *crowd, unsigned index)
{
	struct weir_event events[32];
	size_t count;

	while ((count = weir_event_read(weir_engine_worker(crowd->engine, index), events, 32)))
		for (size_t i = 0; i < count; i++) {
			crowd->created += events[i].type == WEIR_EVENT_NEW;
			crowd->destroyed += events[i].type == WEIR_EVENT_DESTROYED;
			crowd->lost |= events[i].lost;
		}
}

static void *watch(void *arg)
{
	struct crowd *crowd = arg;

	while (!atomic_load(&crowd->stop)) {
		for (unsigned i = 0; i < WORKERS; i++)
			read_events(crowd, i);
		sched_yield();
	}
	return NULL;
}

static void *prepare(void *arg)
{
	struct crowd *crowd = arg;

	while (!atomic_load(&crowd->stop)) {
		weir_prepare(crowd->engine);
		sched_yield();
	}
	return NULL;
}

static void test_all_at_once(void **state)
{
	void *(*const others[])(void *) = {ask, change, watch, prepare};
	pthread_t worker[WORKERS], other[4];
	struct hand hand[WORKERS];
	struct crowd crowd = {.engine = NULL};
	struct weir_config config;
	struct weir_stats stats;
	uint64_t ended = 0;

	(void)state;
	weir_config_init(&config);
	config.workers = WORKERS;
	config.event_ring = 1 << 17;
	config.settings.timeout[WEIR_T_UDP] = 3 * WEIR_SEC;
	assert_int_equal(weir_engine_create(&crowd.engine, &config), WEIR_OK);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&other[i], NULL, others[i], &crowd), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		hand[i] = (struct hand){&crowd, i};
		assert_int_equal(pthread_create(&worker[i], NULL, work, &hand[i]), 0);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(worker[i], NULL);
	for (unsigned i = 0; i < 4; i++)
		pthread_join(other[i], NULL);
	for (unsigned i = 0; i < WORKERS; i++)
		read_events(&crowd, i);

	weir_stats_get(crowd.engine, &stats);
	for (unsigned i = 0; i < WEIR_END_COUNT; i++)
		ended += stats.ended[i];
	assert_true(crowd.listings > 0 && crowd.changes > 0 && crowd.rules > 0);
	assert_int_equal(stats.verdict[WEIR_DROP], 0);
	assert_int_equal(crowd.faults, 0);
	assert_true(stats.created > BATCHES && ended > BATCHES);
	assert_int_equal(stats.created - ended, stats.connections);
	assert_int_equal(stats.events_lost, 0);
	assert_false(crowd.lost);
	assert_int_equal(crowd.created, stats.created);
	assert_int_equal(crowd.destroyed, ended);
	weir_engine_destroy(crowd.engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
