/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists that rules fill, with workers that are threads: each puts hosts into a list and says so;
 * who has heard it knows the host with its next batch, or does not know it any more once it was
 * taken out. Meanwhile rules are set over and over, in which the list has another place each time,
 * and addresses that all fight for are put in and taken out. Under ThreadSanitizer this checks the
 * orderings; without it, that nothing is lost, that each addition is told of once, and that in
 * the end all workers have the same.
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

enum { WORKERS = 3, ROUNDS = 250, HOSTS = 8, FOUGHT = 16, PACKET = 28 };
enum { KNOCK = 1000, GATE = 2000 };
enum { OWN = 1, COMMON = 200 }; /* kinds of hosts: the address's second byte */

struct crowd {
	struct weir_engine *engine;
	_Atomic unsigned said[WORKERS];	 /* rounds of which this one's hosts are in the list */
	_Atomic unsigned heard[WORKERS]; /* rounds of the others that this one has checked */
	_Atomic bool stop;
	_Atomic unsigned faults;
	_Atomic unsigned done;
	unsigned changes;
	unsigned fresh; /* additions of OWN hosts that were told of */
};

struct hand {
	struct crowd *crowd;
	unsigned index;
};

static void make(uint8_t *p, const uint8_t src[4], uint16_t sport, uint16_t dport)
{
	const uint8_t head[PACKET] = {0x45,
				      0,
				      0,
				      PACKET,
				      0,
				      0,
				      0,
				      0,
				      64,
				      17,
				      0,
				      0,
				      src[0],
				      src[1],
				      src[2],
				      src[3],
				      10,
				      255,
				      0,
				      1,
				      (uint8_t)(sport >> 8),
				      (uint8_t)sport,
				      (uint8_t)(dport >> 8),
				      (uint8_t)dport,
				      0,
				      8,
				      0,
				      0};
	uint32_t sum = 0;

	memcpy(p, head, PACKET);
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	p[10] = (uint8_t)(~sum >> 8);
	p[11] = (uint8_t)~sum;
}

static void address(uint8_t src[4], unsigned kind, unsigned round, unsigned host)
{
	src[0] = 10;
	src[1] = (uint8_t)(kind + (round >> 8));
	src[2] = (uint8_t)round;
	src[3] = (uint8_t)(1 + host);
}

/* A packet of a host in a connection that this worker has. => whether it came by */
static bool passes(struct crowd *crowd, unsigned index, const uint8_t src[4], uint16_t dport)
{
	static _Thread_local uint16_t sport;
	uint8_t bytes[PACKET];
	struct weir_packet packet;

	do {
		memset(&packet, 0, sizeof packet);
		packet.data = bytes;
		packet.caplen = packet.len = PACKET;
		make(bytes, src, ++sport, dport);
		weir_process(weir_engine_worker(crowd->engine, index), &packet, 1, WEIR_SEC);
	} while (packet.verdict == WEIR_HANDOVER);
	return packet.verdict == WEIR_ACCEPT;
}

static void fight(struct crowd *crowd, unsigned index, unsigned round)
{
	uint8_t src[4];

	address(src, COMMON, 0, (round * 7 + index) % FOUGHT);
	passes(crowd, index, src, KNOCK);
}

/* The others' hosts of a round are in the list, or were taken out of it. */
static void check(struct crowd *crowd, unsigned index, unsigned round)
{
	for (unsigned other = 0; other < WORKERS; other++) {
		if (other == index)
			continue;
		while (atomic_load(&crowd->said[other]) <= round) {
			weir_poll(weir_engine_worker(crowd->engine, index), WEIR_SEC);
			sched_yield();
		}
		for (unsigned host = 0; host < HOSTS; host++) {
			uint8_t src[4];

			address(src, OWN + other * 16, round, host);
			crowd->faults += passes(crowd, index, src, GATE);
		}
	}
	atomic_store(&crowd->heard[index], round + 1);
}

static void *work(void *arg)
{
	const struct hand *hand = arg;
	struct crowd *crowd = hand->crowd;
	struct weir_worker *worker = weir_engine_worker(crowd->engine, hand->index);

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned host = 0; host < HOSTS; host++) {
			uint8_t src[4];

			address(src, OWN + hand->index * 16, round, host);
			crowd->faults += !passes(crowd, hand->index, src, KNOCK);
		}
		atomic_store(&crowd->said[hand->index], round + 1);
		fight(crowd, hand->index, round);
		check(crowd, hand->index, round);
	}
	atomic_fetch_add(&crowd->done, 1);
	while (!atomic_load(&crowd->stop)) {
		weir_poll(worker, WEIR_SEC);
		sched_yield();
	}
	weir_poll(worker, WEIR_SEC);
	return NULL;
}

static int unlist(struct crowd *crowd, unsigned index, const uint8_t src[4])
{
	struct weir_listed listed = {.family = WEIR_IPV4, .list = "banned"};
	struct weir_request request = {.op = WEIR_REQUEST_UNLIST, .listed = &listed};

	memcpy(&listed.addr, src, 4);
	weir_request_post(weir_engine_worker(crowd->engine, index), &request);
	while (!weir_request_done(&request))
		sched_yield();
	return request.error;
}

/* Takes out, of a worker that has not put it in, what all have seen; it is there but once. */
static void *take_out(void *arg)
{
	struct crowd *crowd = arg;
	unsigned round = 0;

	while (round < ROUNDS) {
		uint8_t src[4];
		bool heard = true;

		address(src, COMMON, 0, round % FOUGHT);
		unlist(crowd, round % WORKERS, src);
		for (unsigned i = 0; i < WORKERS; i++)
			heard &= atomic_load(&crowd->heard[i]) > round;
		if (!heard)
			continue;
		for (unsigned i = 0; i < WORKERS; i++) {
			address(src, OWN + i * 16, round, 0);
			crowd->faults += unlist(crowd, (i + 1) % WORKERS, src) != WEIR_OK;
			crowd->faults += unlist(crowd, (i + 2) % WORKERS, src) != WEIR_ENOENT;
		}
		round++;
	}
	while (atomic_load(&crowd->done) < WORKERS)
		sched_yield();
	atomic_store(&crowd->stop, true);
	return NULL;
}

/* Whoever knocks is put into the list, whoever is in it does not come by the gate. */
static bool set_rules(struct crowd *crowd, uint32_t number)
{
	const struct weir_address_list lists[] = {{number == 0 ? "banned" : "other", NULL, 0},
						  {number == 0 ? "third" : "banned", NULL, 0}};
	const struct weir_ports knock = {KNOCK, KNOCK}, gate = {GATE, GATE};
	const struct weir_match udp = {.type = WEIR_MATCH_PROTOCOL, .number = 17};
	const struct weir_match knocks[] = {
		udp, {.type = WEIR_MATCH_DST_PORT, .count = 1, .ports = &knock}};
	const struct weir_match banned[] = {
		udp,
		{.type = WEIR_MATCH_DST_PORT, .count = 1, .ports = &gate},
		{.type = WEIR_MATCH_SRC_LIST, .number = number}};
	const struct weir_rule rules[] = {
		{.counter = 1,
		 .action = WEIR_ACTION_ADD_SRC_TO_LIST,
		 .matches = knocks,
		 .match_count = 2,
		 .list = {.number = number}},
		{.counter = 2, .action = WEIR_ACTION_DROP, .matches = banned, .match_count = 3}};
	const struct weir_chain chain = {.name = "forward", .rules = rules, .count = 2};
	const struct weir_route route = {.family = WEIR_IPV4};
	const struct weir_interface wire = {.bridge = WEIR_INTERFACE_NONE};
	struct weir_ruleset set = {.interfaces = &wire,
				   .interface_count = 1,
				   .routes = &route,
				   .route_count = 1,
				   .forward = {true, true},
				   .lists = lists,
				   .list_count = 2};
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

	for (unsigned turn = 0; !atomic_load(&crowd->stop); turn++) {
		crowd->changes += set_rules(crowd, turn % 2);
		sched_yield();
	}
	return NULL;
}

static void read_events(struct crowd *crowd)
{
	struct weir_event events[32];
	size_t count;

	for (unsigned w = 0; w < WORKERS; w++)
		while ((count = weir_event_read(weir_engine_worker(crowd->engine, w), events, 32)))
			for (size_t i = 0; i < count; i++) {
				crowd->faults += events[i].lost;
				if (events[i].type == WEIR_EVENT_LIST_ADDED &&
				    events[i].listed.addr.v6[1] < COMMON)
					crowd->fresh += events[i].listed.fresh;
			}
}

static void *watch(void *arg)
{
	struct crowd *crowd = arg;

	while (!atomic_load(&crowd->stop)) {
		read_events(crowd);
		sched_yield();
	}
	return NULL;
}

/* All workers say the same of a host. => what they say */
static bool in_list(struct crowd *crowd, const uint8_t src[4])
{
	bool first = !passes(crowd, 0, src, GATE);

	for (unsigned w = 1; w < WORKERS; w++)
		assert_int_equal(!passes(crowd, w, src, GATE), first);
	return first;
}

static void test_lists(void **state)
{
	void *(*const others[])(void *) = {take_out, change, watch};
	pthread_t worker[WORKERS], other[3];
	struct hand hand[WORKERS];
	struct crowd crowd = {.engine = NULL};
	struct weir_config config;
	uint8_t src[4];

	(void)state;
	weir_config_init(&config);
	config.workers = WORKERS;
	config.event_ring = 1 << 17;
	assert_int_equal(weir_engine_create(&crowd.engine, &config), WEIR_OK);
	assert_true(set_rules(&crowd, 0));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&other[i], NULL, others[i], &crowd), 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		hand[i] = (struct hand){&crowd, i};
		assert_int_equal(pthread_create(&worker[i], NULL, work, &hand[i]), 0);
	}
	for (unsigned i = 0; i < WORKERS; i++)
		pthread_join(worker[i], NULL);
	for (unsigned i = 0; i < 3; i++)
		pthread_join(other[i], NULL);
	read_events(&crowd);
	assert_true(crowd.changes > 1);
	assert_int_equal(crowd.faults, 0);
	assert_int_equal(crowd.fresh, WORKERS * ROUNDS * HOSTS);
	for (unsigned round = 0; round < ROUNDS; round += 13)
		for (unsigned host = 0; host < HOSTS; host++)
			for (unsigned i = 0; i < WORKERS; i++) {
				address(src, OWN + i * 16, round, host);
				assert_int_equal(in_list(&crowd, src), host > 0);
			}
	for (unsigned host = 0; host < FOUGHT; host++) {
		address(src, COMMON, 0, host);
		in_list(&crowd, src);
	}
	weir_engine_destroy(crowd.engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
