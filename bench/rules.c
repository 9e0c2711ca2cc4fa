/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/rules.c - what rules cost: chains of 25, 1,000 and 100,000, lists, a new ruleset, and
 * packets through a router of a home.
 *
 *	rules [--json FILE] [--quick] [--only WORD] [--rules N] [--connections N]...
 *
 * A chain's row is the time of one packet from the first rule to the one that acts (or past
 * the last), rules met uniformly, packets made before the clock starts; `peer` is the obvious
 * loop over the same rules (rule_set.c), which must find the same rule for every packet, and
 * `floor` one random cache line out of as much memory as the compiled rules take.
 *
 * --only chain, list, change or router leaves the others out. --rules: a chain of its own length
 * instead. --connections: those of the router;
 * 64 thousand, 1 and 16 million as far as half of the memory is enough.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firewall/ruleset.h"
#include "firewall/worker_state.h"
#include "floor.h"
#include "flows.h"
#include "result.h"
#include "router.h"
#include "rule_set.h"

#define PACKETS 4096
#define CHECKED_FEW 256 /* of a long chain, where the obvious loop takes its time */
#define LIST_SIZE 1000000u

struct bench {
	struct report report;
	struct alloc alloc;
	unsigned reps;
	struct rule_set set;
	struct ruleset *ruleset;
	struct firewall *firewall;
	size_t memory; /* that the ruleset takes */
	struct probe probes[PACKETS];
	struct weir_packet io[PACKETS];
	struct packet packets[PACKETS];
	struct walk walks[PACKETS];
	uint32_t met[PACKETS];
};

static void die(const char *text)
{
	fprintf(stderr, "bench: %s\n", text);
	exit(1);
}

/* Repeats until there are as many figures as wanted, taken at full speed. */
static void repeat(struct bench *b, struct result *res, double (*once)(struct bench *b))
{
	for (unsigned tries = 0; res->count < b->reps && tries < b->reps * 4; tries++) {
		bool steady = speed_steady();
		double value = once(b);

		if ((speed_steady() && steady) || tries > b->reps * 3)
			result_value(res, value);
	}
}

/* Chains. */

static void compile(struct bench *b)
{
	struct weir_rules_error error;

	b->ruleset = ruleset_create(&b->alloc, &b->set.set, &error);
	if (!b->ruleset)
		die(error.text);
	b->memory = atomic_load(&b->alloc.used);
	b->firewall = firewall_create(&b->alloc, 1, NULL);
	if (!b->firewall || !firewall_adopt(b->firewall, b->ruleset))
		die("no memory");
}

static void drop(struct bench *b)
{
	firewall_destroy(b->firewall);
	ruleset_destroy(b->ruleset, &b->alloc);
}

static void make_walk(struct bench *b, unsigned k)
{
	const struct probe *p = &b->probes[k];
	static uint8_t bytes[FRAME] = {0x45};

	b->io[k] = (struct weir_packet){.data = bytes, .caplen = FRAME, .len = FRAME};
	b->packets[k] = (struct packet){.io = &b->io[k], .l3 = bytes, .l4 = bytes + 20,
					.l4_cap = FRAME - 20, .len = FRAME};
	b->walks[k] = (struct walk){
		.packet = &b->packets[k],
		.state = p->state,
		.family = WEIR_IPV4,
		.in = p->in,
		.out = p->out,
		.in_port = WEIR_INTERFACE_NONE,
		.out_port = WEIR_INTERFACE_NONE,
		.decided = UINT32_MAX,
		.tuple = {.src.v4 = p->src, .dst.v4 = p->dst, .src_port = p->src_port,
			  .dst_port = p->dst_port, .proto = p->protocol, .family = WEIR_IPV4},
	};
}

static double walk_all(struct bench *b)
{
	uint64_t start = clock_ns();

	for (unsigned k = 0; k < PACKETS; k++) {
		struct walk *w = &b->walks[k];

		w->met_count = 0;
		w->decided = UINT32_MAX;
		firewall_ask(b->firewall, b->ruleset, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD, w);
	}
	return (double)(clock_ns() - start) / PACKETS;
}

static unsigned linear_count(const struct bench *b)
{
	return b->set.count > 10000 ? CHECKED_FEW : PACKETS;
}

static double linear_all(struct bench *b)
{
	uint64_t start = clock_ns();
	unsigned count = linear_count(b);

	for (unsigned k = 0; k < count; k++)
		b->met[k] = rule_set_linear(&b->set, &b->probes[k]);
	return (double)(clock_ns() - start) / count;
}

/* Both must have met the same rules. */
static void demand_same(struct bench *b)
{
	walk_all(b);
	for (unsigned k = 0; k < PACKETS; k++) {
		uint32_t met = k < linear_count(b) ? b->met[k]
						   : rule_set_linear(&b->set, &b->probes[k]);

		if (met == b->walks[k].decided)
			continue;
		fprintf(stderr, "bench: packet %u met rule %u, not %u\n", k, b->walks[k].decided,
			met);
		exit(1);
	}
}

typedef void (*make_fn)(struct rule_set *s, uint32_t rule, struct probe *p);

static void make_any(struct rule_set *s, uint32_t rule, struct probe *p)
{
	(void)rule;
	probe_any(s, p);
}

static void make_none(struct rule_set *s, uint32_t rule, struct probe *p)
{
	(void)rule;
	probe_none(s, p);
}

static void bench_packets(struct bench *b, const char *work, make_fn make, double budget,
			  double floor)
{
	struct result *peer, *res;
	char name[48];

	for (unsigned k = 0; k < PACKETS; k++) {
		/* Packets that meet nothing are found by the obvious loop: in long chains few. */
		if (make == make_none && k >= CHECKED_FEW && b->set.count > 10000)
			b->probes[k] = b->probes[k % CHECKED_FEW];
		else
			make(&b->set, (uint32_t)random_below(&b->set.random, b->set.count),
			     &b->probes[k]);
		make_walk(b, k);
	}
	snprintf(name, sizeof name, "%.32s, one by one", work);
	peer = report_add(&b->report, name, b->set.count, "ns");
	result_value(peer, linear_all(b));
	demand_same(b);
	res = report_add(&b->report, work, b->set.count, "ns");
	repeat(b, res, walk_all);
	res->floor = floor;
	res->peer = result_median(res - 1);
	res->budget = budget;
}

static void bench_chain(struct bench *b, uint32_t count, double budget)
{
	static const char *const kinds[] = {"random", "realistic"};
	struct result *res;
	char work[48];
	double floor;

	for (int kind = SET_RANDOM; kind <= SET_REALISTIC; kind++) {
		rule_set_make(&b->set, (enum set_kind)kind, count);
		compile(b);
		floor = floor_measure(b->memory < 65536 ? 65536 : b->memory).one;
		snprintf(work, sizeof work, "rules, %s, meets one", kinds[kind]);
		bench_packets(b, work, probe_for, budget, floor);
		snprintf(work, sizeof work, "rules, %s, meets none", kinds[kind]);
		bench_packets(b, work, make_none, budget, floor);
		if (kind == SET_RANDOM)
			bench_packets(b, "rules, random, any packet", make_any, budget, floor);
		snprintf(work, sizeof work, "rules, %s, memory", kinds[kind]);
		res = report_add(&b->report, work, count, "bytes");
		result_value(res, (double)b->memory / count);
		drop(b);
		rule_set_free(&b->set);
	}
}

/* Lists. */

static struct weir_address_range *list_ranges;
static union weir_addr list_asked[PACKETS];

static double ask_list(struct bench *b)
{
	uint64_t start = clock_ns();
	unsigned found = 0;

	for (unsigned k = 0; k < PACKETS; k++)
		found += address_list_has(&b->ruleset->lists[0], WEIR_IPV4, &list_asked[k]);
	__asm__ volatile("" : : "r"(found));
	return (double)(clock_ns() - start) / PACKETS;
}

static double load_list(struct bench *b)
{
	const struct weir_address_list list = {"list", list_ranges, LIST_SIZE};
	struct weir_rules_error error;
	uint64_t start = clock_ns();
	struct rule_set *s = &b->set;

	ruleset_destroy(b->ruleset, &b->alloc);
	s->set.lists = &list;
	s->set.list_count = 1;
	b->ruleset = ruleset_create(&b->alloc, &s->set, &error);
	if (!b->ruleset)
		die(error.text);
	return (double)(clock_ns() - start) / 1e6;
}

static void bench_list(struct bench *b)
{
	uint64_t random = 1;
	struct result *res;
	double floor;

	list_ranges = calloc(LIST_SIZE, sizeof *list_ranges);
	if (!list_ranges)
		die("no memory");
	for (unsigned i = 0; i < LIST_SIZE; i++) {
		list_ranges[i].family = WEIR_IPV4;
		list_ranges[i].first.v4 = list_ranges[i].last.v4 = (uint32_t)random_next(&random);
	}
	rule_set_make(&b->set, SET_RANDOM, 1);
	b->ruleset = NULL;
	repeat(b, report_add(&b->report, "list, load", LIST_SIZE, "ms"), load_list);
	b->memory = atomic_load(&b->alloc.used);
	result_value(report_add(&b->report, "list, memory", LIST_SIZE, "bytes"),
		     (double)b->memory / LIST_SIZE);
	floor = floor_measure(b->memory).one;
	for (unsigned k = 0; k < PACKETS; k++)
		list_asked[k].v4 = list_ranges[random_below(&random, LIST_SIZE)].first.v4;
	res = report_add(&b->report, "list, has it", LIST_SIZE, "ns");
	repeat(b, res, ask_list);
	res->floor = floor;
	for (unsigned k = 0; k < PACKETS; k++)
		list_asked[k].v4 = (uint32_t)random_next(&random);
	res = report_add(&b->report, "list, has it not", LIST_SIZE, "ns");
	repeat(b, res, ask_list);
	res->floor = floor;
	ruleset_destroy(b->ruleset, &b->alloc);
	rule_set_free(&b->set);
	free(list_ranges);
}

/* A new ruleset. */

static struct weir_engine *change_engine;

static uint64_t last_version;

static double set_rules(struct bench *b)
{
	struct weir_rules_error error;
	uint64_t start = clock_ns();
	static struct weir_packet none;

	if (weir_rules_set(change_engine, &b->set.set, &error) != WEIR_OK)
		die(error.text);
	start = clock_ns() - start;
	/* The worker takes it over, and the one before can go. */
	weir_process(weir_engine_worker(change_engine, 0), &none, 0, WEIR_SEC);
	return (double)start / 1e6;
}

static double set_anew(struct bench *b)
{
	struct weir_rules_error error;
	static struct weir_packet none;

	if (weir_rules_set(change_engine, NULL, &error) != WEIR_OK)
		die(error.text);
	weir_process(weir_engine_worker(change_engine, 0), &none, 0, WEIR_SEC);
	return set_rules(b);
}

/* One rule in the middle has another action. */
static double change_rule(struct bench *b)
{
	struct weir_rule *r = &b->set.rules[random_below(&b->set.random, b->set.count)];

	r->action = r->action == WEIR_ACTION_DROP ? WEIR_ACTION_ACCEPT : WEIR_ACTION_DROP;
	r->version = ++last_version;
	return set_rules(b);
}

/* One rule goes from somewhere to somewhere else. */
static double move_rule(struct bench *b)
{
	struct weir_rule *rules = b->set.rules, moved;
	uint32_t from = (uint32_t)random_below(&b->set.random, b->set.count);
	uint32_t to = (uint32_t)random_below(&b->set.random, b->set.count);

	moved = rules[from];
	if (from < to)
		memmove(rules + from, rules + from + 1, (to - from) * sizeof *rules);
	else
		memmove(rules + to + 1, rules + to, (from - to) * sizeof *rules);
	rules[to] = moved;
	return set_rules(b);
}

static void bench_change(struct bench *b, uint32_t count)
{
	static const char *const kinds[] = {"random", "realistic"};
	struct weir_config config;
	struct result *res;
	char work[48];

	for (int kind = SET_RANDOM; kind <= SET_REALISTIC; kind++) {
		rule_set_make(&b->set, (enum set_kind)kind, count);
		for (uint32_t i = 0; i < count; i++)
			b->set.rules[i].version = ++last_version;
		weir_config_init(&config);
		if (weir_engine_create(&change_engine, &config) != WEIR_OK)
			die("no memory");
		snprintf(work, sizeof work, "all rules set, %s", kinds[kind]);
		res = report_add(&b->report, work, count, "ms");
		repeat(b, res, set_anew);
		res->budget = 500;
		snprintf(work, sizeof work, "one rule changed, %s", kinds[kind]);
		res = report_add(&b->report, work, count, "ms");
		repeat(b, res, change_rule);
		res->budget = 5;
		snprintf(work, sizeof work, "one rule moved, %s", kinds[kind]);
		res = report_add(&b->report, work, count, "ms");
		repeat(b, res, move_rule);
		res->budget = 5;
		weir_engine_destroy(change_engine);
		rule_set_free(&b->set);
	}
}

int main(int argc, char **argv)
{
	static struct bench b;
	static const uint64_t sizes[] = {65536, 1u << 20, 1u << 24};
	const char *json = "bench-rules.json", *only = NULL;
	uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t given[8];
	unsigned count = 0, rules = 0;

	b.reps = 15;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0)
			b.reps = 3;
		else if (strcmp(argv[i], "--json") == 0 && i + 1 < argc)
			json = argv[++i];
		else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
			only = argv[++i];
		else if (strcmp(argv[i], "--rules") == 0 && i + 1 < argc)
			rules = (unsigned)strtoul(argv[++i], NULL, 10);
		else if (strcmp(argv[i], "--connections") == 0 && i + 1 < argc && count < 8)
			given[count++] = strtoull(argv[++i], NULL, 10);
	}
	for (unsigned i = 0; count < 3 && i < 3 && sizes[i] * ROUTER_BYTES_EACH < memory / 2; i++)
		given[count++] = sizes[i];
	alloc_init(&b.alloc, NULL);
	if (rules > 0) {
		bench_chain(&b, rules, 0);
	} else if (!only || !strcmp(only, "chain")) {
		bench_chain(&b, 25, 10);
		bench_chain(&b, 1000, 35);
		bench_chain(&b, 100000, 120);
	}
	if (!only || !strcmp(only, "list"))
		bench_list(&b);
	if (!only || !strcmp(only, "change"))
		bench_change(&b, 100000);
	for (unsigned i = 0; i < count && (!only || !strcmp(only, "router")); i++)
		router_bench(&b.report, given[i], b.reps);
	report_print(&b.report, stdout);
	if (!report_json(&b.report, json)) {
		perror(json);
		return 1;
	}
	return 0;
}
