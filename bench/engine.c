/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/engine.c - what a packet, a connection and a listing cost.
 *
 *	engine [--json FILE] [--quick] [CONNECTIONS...]
 *
 * Without sizes: 64 thousand, 1, 16 and 64 million connections, those for which
 * half of the machine's memory is enough. One core, flows in random order, packets of 40 bytes, batches
 * of 32, full TCP tracking. Packets are built before the clock starts. `floor` is
 * what the machine takes for the cache lines alone (two for a hit, one for a miss),
 * `peer` what DPDK's rte_hash takes for the lookup alone.
 *
 * "new" is measured while the table fills up to its size, growth included; a
 * second thread calls weir_prepare(). The longest batches of that time stand beside
 * those of as many batches that do not grow: what both have is the machine's.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "floor.h"
#include "flows.h"
#include "peer.h"
#include "result.h"

#define BATCH 32
#define BYTES_EACH 160 /* what a connection may take, to decide what fits */
#define LIST_CHUNK 1024

struct bench {
	struct report report;
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct train train;
	uint64_t size, random;
	weir_time now;
	struct floor_ns floor;
	struct peer_ns peer;
	unsigned reps;
	bool ipv6;
	_Atomic bool stop;
};

static void *prepare_thread(void *arg)
{
	struct bench *b = arg;

	while (!atomic_load_explicit(&b->stop, memory_order_relaxed))
		if (!weir_prepare(b->engine))
			usleep(200);
	return NULL;
}

static uint64_t resident_bytes(void)
{
	unsigned long long total = 0, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f) {
		if (fscanf(f, "%llu %llu", &total, &resident) != 2)
			resident = 0;
		fclose(f);
	}
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Runs the train through the engine. => nanoseconds per packet */
static double run_train(struct bench *b)
{
	uint64_t start = clock_ns();

	for (unsigned k = 0; k < TRAIN; k += BATCH)
		weir_process(b->worker, &b->train.packet[k], BATCH, b->now);
	return (double)(clock_ns() - start) / TRAIN;
}

/* The same, with the time of each batch. */
static void time_train(struct bench *b, uint32_t *took)
{
	for (unsigned k = 0; k < TRAIN; k += BATCH) {
		uint64_t start = clock_ns(), ns;

		weir_process(b->worker, &b->train.packet[k], BATCH, b->now);
		ns = clock_ns() - start;
		*took++ = ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
	}
}

/* Every packet of the last train must have had this state. */
static void demand(const struct bench *b, enum weir_state state)
{
	for (unsigned k = 0; k < TRAIN; k++)
		if (b->train.packet[k].state != state) {
			char text[128];

			weir_reason_text(&b->train.packet[k], text, sizeof text);
			fprintf(stderr, "bench: a packet was %s, not %s: %s\n",
				weir_state_text(b->train.packet[k].state), weir_state_text(state),
				text);
			exit(1);
		}
}

static void engine_begin(struct bench *b, uint64_t size)
{
	struct weir_config config;

	weir_config_init(&config);
	config.settings.max_entries = (uint32_t)(size + size / 4 + 100000);
	config.settings.max_half_open = config.settings.max_entries;
	config.settings.timeout[WEIR_T_TCP_SYN_SENT] = 3600 * WEIR_SEC;
	config.settings.timeout[WEIR_T_TCP_SYN_RECEIVED] = 3600 * WEIR_SEC;
	memset(config.seed, 0x5a, sizeof config.seed);
	if (weir_engine_create(&b->engine, &config) != WEIR_OK) {
		fprintf(stderr, "bench: no memory\n");
		exit(1);
	}
	b->worker = weir_engine_worker(b->engine, 0);
	b->now = WEIR_SEC;
	b->size = size;
}

/* The longest batches among `count` times, in microseconds. */
static void add_longest(struct bench *b, const char *what, uint32_t *took, uint64_t count);

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Makes the train a packet each of TRAIN flows in a row. */
static void make_row(struct bench *b, uint64_t first, enum flow_packet kind)
{
	for (unsigned k = 0; k < TRAIN; k++)
		train_set(&b->train, k, first + k, kind, b->ipv6);
}

/* Opens all flows, a train at a time: a timed SYN, and the rest of the handshake. The time of
 * each batch of SYNs goes into took[]. => nanoseconds per SYN */
static double open_flows(struct bench *b, uint32_t *took)
{
	uint64_t all = 0;

	for (uint64_t flow = 0; flow < b->size; flow += TRAIN) {
		make_row(b, flow, FLOW_SYN);
		time_train(b, took);
		demand(b, WEIR_STATE_NEW);
		for (unsigned k = 0; k < TRAIN / BATCH; k++)
			all += *took++;
		make_row(b, flow, FLOW_SYNACK);
		run_train(b);
		make_row(b, flow, FLOW_ACK);
		run_train(b);
		demand(b, WEIR_STATE_ESTABLISHED);
	}
	return (double)all / (double)b->size;
}

static void add_longest(struct bench *b, const char *what, uint32_t *took, uint64_t count)
{
	static const struct {
		const char *name;
		double part;
	} rows[] = {{"median", 0.5}, {"99.9 %", 0.999}, {"longest", 1}};

	qsort(took, count, sizeof *took, by_size);
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		char work[48];
		uint64_t at = (uint64_t)((double)(count - 1) * rows[i].part);

		snprintf(work, sizeof work, "batch %s, %s", what, rows[i].name);
		result_value(report_add(&b->report, work, b->size, "us"), took[at] / 1000.0);
	}
}

/* Fills the table: the rows for new connections, growth and memory. */
static void fill(struct bench *b)
{
	uint64_t before = resident_bytes(), batches = b->size / BATCH;
	uint32_t *took = calloc(batches, sizeof *took);
	uint64_t own = batches * sizeof *took;
	struct result *res;
	pthread_t thread;

	if (!took)
		exit(1);
	atomic_store(&b->stop, false);
	pthread_create(&thread, NULL, prepare_thread, b);
	usleep(20000); /* it gets the first blocks ready, as before any traffic */
	res = report_add(&b->report, b->ipv6 ? "new, IPv6" : "new", b->size, "ns");
	result_value(res, open_flows(b, took));
	res->budget = b->ipv6 ? 0 : 125;
	atomic_store(&b->stop, true);
	pthread_join(thread, NULL);
	add_longest(b, "growing", took, batches);
	res = report_add(&b->report, b->ipv6 ? "memory, IPv6" : "memory", b->size, "bytes");
	result_value(res, (double)(resident_bytes() - before - own) / (double)b->size);
	res->budget = b->ipv6 ? 224 : 144;
	free(took);
}

typedef void (*make_fn)(struct bench *b, unsigned k);

static void make_known(struct bench *b, unsigned k)
{
	uint64_t r = random_next(&b->random);

	train_set(&b->train, k, random_below(&b->random, b->size), r & 1 ? FLOW_ACK : FLOW_REPLY,
		  b->ipv6);
}

/* An answer to nothing: it finds no connection and opens none. */
static void make_stranger(struct bench *b, unsigned k)
{
	train_set(&b->train, k, b->size * 2 + random_below(&b->random, b->size), FLOW_SYNACK,
		  b->ipv6);
}

static struct result *measure(struct bench *b, const char *work, make_fn make,
			      enum weir_state state)
{
	struct result *res = report_add(&b->report, work, b->size, "ns");
	unsigned trains = 64, tries = 0;

	while (res->count < b->reps && tries++ < b->reps * 4) {
		double sum = 0;
		bool steady = speed_steady();

		for (unsigned t = 0; t < trains; t++) {
			for (unsigned k = 0; k < TRAIN; k++)
				make(b, k);
			sum += run_train(b);
		}
		demand(b, state);
		if ((speed_steady() && steady) || tries > b->reps * 3)
			result_value(res, sum / trains);
	}
	return res;
}

static double budget_for(uint64_t size, double small, double million, double many, double most)
{
	if (size <= 65536)
		return small;
	if (size <= 1u << 20)
		return million;
	return size <= 1u << 24 ? many : most;
}

static void measure_packets(struct bench *b)
{
	struct result *res = measure(b, b->ipv6 ? "established, IPv6" : "established", make_known,
				     WEIR_STATE_ESTABLISHED);

	res->floor = b->floor.two;
	res->peer = b->peer.hit;
	res->budget = b->ipv6 ? 0 : budget_for(b->size, 15, 22, 30, 38);
	res = measure(b, b->ipv6 ? "finds nothing, IPv6" : "finds nothing", make_stranger,
		      WEIR_STATE_INVALID);
	res->floor = b->floor.one;
	res->peer = b->peer.miss;
	res->budget = b->ipv6 ? 0 : 12;
}

/* As many batches as it took to fill the table, without growth: what the longest of
 * those that grew are to be compared with. */
static void measure_quiet(struct bench *b)
{
	uint64_t batches = b->size / BATCH;
	uint32_t *took = calloc(batches, sizeof *took);

	for (uint64_t at = 0; took && at < batches; at += TRAIN / BATCH) {
		for (unsigned k = 0; k < TRAIN; k++)
			make_known(b, k);
		time_train(b, took + at);
	}
	if (took)
		add_longest(b, "not growing", took, batches);
	free(took);
}

static void fasttrack_all(struct bench *b)
{
	static struct weir_conn conns[LIST_CHUNK];
	uint64_t cursor = 0;
	size_t n;

	while ((n = weir_conn_list(b->worker, &cursor, b->now, conns, LIST_CHUNK)) > 0)
		for (size_t i = 0; i < n; i++)
			if (weir_conn_fasttrack(b->worker, conns[i].id) != WEIR_OK)
				exit(1);
}

static void measure_list(struct bench *b)
{
	static struct weir_conn conns[LIST_CHUNK];
	struct result *res = report_add(&b->report, "list, binary", b->size, "M/s");

	for (unsigned rep = 0; rep < (b->size > 1u << 22 ? 2 : b->reps); rep++) {
		uint64_t cursor = 0, start = clock_ns(), listed = 0;
		size_t n;

		while ((n = weir_conn_list(b->worker, &cursor, b->now, conns, LIST_CHUNK)) > 0)
			listed += n;
		result_value(res, (double)listed * 1000.0 / (double)(clock_ns() - start));
		if (listed != b->size)
			exit(1);
	}
	res->budget = 25;
}

static void measure_expiry(struct bench *b)
{
	struct result *res = report_add(&b->report, "expiry", b->size, "ns");
	struct weir_stats stats;
	uint64_t start;

	b->now += 40 * 86400 * WEIR_SEC;
	start = clock_ns();
	weir_expire(b->worker, b->now);
	result_value(res, (double)(clock_ns() - start) / (double)b->size);
	weir_stats_get(b->engine, &stats);
	if (stats.connections != 0)
		exit(1);
}

static void bench_size(struct bench *b, uint64_t size, bool ipv6)
{
	size = (size + TRAIN - 1) / TRAIN * TRAIN;
	b->ipv6 = ipv6;
	b->floor = floor_measure(size * 128 < 1u << 21 ? 1u << 21 : size * 128);
	if (!ipv6)
		b->peer = size <= 1u << 24 ? peer_measure(size) : (struct peer_ns){0, 0};
	engine_begin(b, size);
	fill(b);
	measure_packets(b);
	if (!ipv6) {
		struct result *res;

		fasttrack_all(b);
		res = measure(b, "FastTracked", make_known, WEIR_STATE_ESTABLISHED);
		res->floor = b->floor.two;
		res->peer = b->peer.hit;
		res->budget = size <= 65536 ? 9 : size <= 1u << 20 ? 0 : 24;
		measure_quiet(b);
		measure_list(b);
	}
	measure_expiry(b);
	weir_engine_destroy(b->engine);
	b->engine = NULL;
	report_print(&b->report, stdout);
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct bench b;
	static const uint64_t sizes[] = {65536, 1u << 20, 1u << 24, 1u << 26};
	const char *json = "bench-engine.json";
	uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	bool given = false;

	b.random = 88172645463325252u;
	b.reps = 15;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0) {
			b.reps = 3;
		} else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
			json = argv[++i];
		} else {
			given = true;
			bench_size(&b, strtoull(argv[i], NULL, 10), false);
		}
	}
	for (size_t i = 0; !given && i < sizeof sizes / sizeof *sizes; i++)
		if (sizes[i] * BYTES_EACH < memory / 2)
			bench_size(&b, sizes[i], false);
	if (!given)
		bench_size(&b, 1u << 20, true);
	if (!report_json(&b.report, json)) {
		perror(json);
		return 1;
	}
	return 0;
}
