/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/router.c - see router.h.
 *
 * The rules are what a router of a home begins with, and what its owner adds: 25 that a new
 * connection from inside passes in the chain forward, then masquerade. Connections are TCP,
 * 16,384 to each server, so that the ports of one outer address suffice. What comes from outside is
 * addressed to the port that the first packet left with.
 */
#include "router.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <weir/weir.h>

#include "base/bytes.h"
#include "floor.h"
#include "flows.h"

#define BATCH 32
#define WAN 0
#define LAN 1
#define OUTER 0xcb007101u /* 203.0.113.1 */
#define TO_SERVER 14      /* bits of a flow's number within its server */
#define RULES 40

struct home {
	struct weir_engine *engine;
	struct weir_worker *worker;
	struct train train;
	uint32_t flow[TRAIN];
	uint16_t *port; /* of each flow, outside; NULL: nothing is translated */
	uint64_t size, random;
	weir_time now;
	_Atomic bool stop;

	struct weir_rule rules[RULES];
	struct weir_match matches[RULES][4];
	struct weir_ports ports[RULES][2];
	struct weir_address_range listed;
	struct weir_address_list list;
	uint64_t wan[WEIR_INTERFACE_WORDS], lan[WEIR_INTERFACE_WORDS];
	struct weir_interface_address addresses[2];
	struct weir_interface interfaces[2];
	struct weir_route routes[3];
	struct weir_chain chains[2];
	struct weir_ruleset set;
	unsigned count;
};

static void die(const char *text)
{
	fprintf(stderr, "bench: %s\n", text);
	exit(1);
}

/* Rules. */

static struct weir_rule *add_rule(struct home *h, uint8_t action)
{
	struct weir_rule *r = &h->rules[h->count];

	*r = (struct weir_rule){.counter = h->count, .action = action, .passthrough = true,
				.matches = h->matches[h->count]};
	h->count++;
	return r;
}

static struct weir_match *when(struct home *h, uint8_t type)
{
	struct weir_rule *r = &h->rules[h->count - 1];
	struct weir_match *m = &h->matches[h->count - 1][r->match_count++];

	*m = (struct weir_match){.type = type};
	return m;
}

static void when_state(struct home *h, unsigned bits)
{
	when(h, WEIR_MATCH_CONNECTION_STATE)->bits = bits;
}

static void when_port(struct home *h, unsigned protocol, uint16_t first, uint16_t last)
{
	struct weir_ports *ports = h->ports[h->count - 1];
	struct weir_match *m;

	when(h, WEIR_MATCH_PROTOCOL)->number = protocol;
	m = when(h, WEIR_MATCH_DST_PORT);
	ports[0] = (struct weir_ports){first, last};
	m->ports = ports;
	m->count = 1;
}

static void when_net(struct home *h, uint8_t type, uint32_t first, uint32_t last)
{
	struct weir_match *m = when(h, type);

	m->range.first.v4 = be32_swap(first);
	m->range.last.v4 = be32_swap(last);
}

/* What routers come with. */
static void begin_forward(struct home *h, bool fasttrack)
{
	struct weir_match *m;

	for (unsigned out = 0; out < 2; out++) {
		add_rule(h, WEIR_ACTION_ACCEPT);
		m = when(h, WEIR_MATCH_IPSEC_POLICY);
		m->number = out;
		m->bits = 1;
	}
	if (fasttrack) {
		add_rule(h, WEIR_ACTION_FASTTRACK);
		when_state(h, 1u << WEIR_STATE_ESTABLISHED | 1u << WEIR_STATE_RELATED);
	}
	add_rule(h, WEIR_ACTION_ACCEPT);
	when_state(h, 1u << WEIR_STATE_ESTABLISHED | 1u << WEIR_STATE_RELATED |
			      1u << WEIR_STATE_UNTRACKED);
	add_rule(h, WEIR_ACTION_DROP);
	when_state(h, 1u << WEIR_STATE_INVALID);
	add_rule(h, WEIR_ACTION_DROP);
	when_state(h, 1u << WEIR_STATE_NEW);
	m = when(h, WEIR_MATCH_CONNECTION_NAT_STATE);
	m->bits = WEIR_STATUS_DSTNAT;
	m->negate = true;
	when(h, WEIR_MATCH_IN_INTERFACE)->interfaces = h->wan;
}

/* What owners add: services that nobody is to use, guests, lists. None is for our packets. */
static void add_forward(struct home *h)
{
	static const uint16_t services[] = {25, 135, 137, 139, 445, 1900, 3389, 5353, 6881, 23};

	for (unsigned i = 0; i < sizeof services / sizeof *services; i++) {
		add_rule(h, WEIR_ACTION_DROP);
		when_port(h, i % 3 ? 6 : 17, services[i], services[i]);
		when(h, WEIR_MATCH_OUT_INTERFACE)->interfaces = h->wan;
	}
	add_rule(h, WEIR_ACTION_DROP);
	when(h, WEIR_MATCH_DST_LIST)->number = 0;
	while (h->count < 25) {
		uint32_t guest = 0xc0a80000u + (h->count << 8);

		add_rule(h, h->count % 2 ? WEIR_ACTION_ACCEPT : WEIR_ACTION_DROP);
		when_net(h, WEIR_MATCH_SRC_ADDRESS, guest, guest + 255);
		when_port(h, 6, 443, 443);
	}
}

static void make_rules(struct home *h, bool fasttrack)
{
	struct weir_table_rules *filter = &h->set.tables[0][WEIR_TABLE_FILTER];
	struct weir_table_rules *nat = &h->set.tables[0][WEIR_TABLE_NAT];

	h->count = 0;
	begin_forward(h, fasttrack);
	add_forward(h);
	h->chains[0] = (struct weir_chain){"forward", h->rules, h->count};
	h->chains[1] = (struct weir_chain){"srcnat", &h->rules[h->count], 1};
	add_rule(h, WEIR_ACTION_MASQUERADE);
	when(h, WEIR_MATCH_OUT_INTERFACE)->interfaces = h->wan;
	filter->chains = &h->chains[0];
	filter->count = 1;
	filter->builtin[WEIR_HOOK_FORWARD] = 0;
	nat->chains = &h->chains[1];
	nat->count = 1;
	nat->builtin[WEIR_HOOK_POSTROUTING] = 0;
}

static void make_network(struct home *h)
{
	static const uint32_t own[] = {OUTER, 0x0a000001u}, prefix[] = {OUTER & ~255u, 0x0a000000u};

	h->wan[0] = 1 << WAN;
	h->lan[0] = 1 << LAN;
	for (unsigned i = 0; i < 2; i++) {
		h->addresses[i] = (struct weir_interface_address){
			.family = WEIR_IPV4, .length = i ? 8 : 24, .addr.v4 = be32_swap(own[i])};
		h->interfaces[i] = (struct weir_interface){.bridge = WEIR_INTERFACE_NONE,
							   .addresses = &h->addresses[i],
							   .address_count = 1};
		h->routes[i] = (struct weir_route){.family = WEIR_IPV4,
						   .length = h->addresses[i].length,
						   .interface = (uint16_t)i,
						   .prefix.v4 = be32_swap(prefix[i])};
	}
	h->routes[2] = (struct weir_route){.family = WEIR_IPV4, .interface = WAN, .via = true,
					   .gateway.v4 = be32_swap(OUTER + 253)};
	h->listed = (struct weir_address_range){WEIR_IPV4, {.v4 = be32_swap(0xc0000200u)},
						{.v4 = be32_swap(0xc00002ffu)}};
	h->list = (struct weir_address_list){"bad", &h->listed, 1};
	h->set = (struct weir_ruleset){.interfaces = h->interfaces, .interface_count = 2,
				       .routes = h->routes, .route_count = 3,
				       .lists = &h->list, .list_count = 1};
	memset(&h->set.forward, 1, sizeof h->set.forward);
	memset(&h->set.fasttrack, 1, sizeof h->set.fasttrack);
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT * WEIR_HOOK_COUNT; i++)
		h->set.tables[i & 1][i / 2 % WEIR_TABLE_COUNT]
			.builtin[i / 2 / WEIR_TABLE_COUNT] = WEIR_NO_CHAIN;
}

static void set_rules(struct home *h)
{
	struct weir_rules_error error;

	if (weir_rules_set(h->engine, &h->set, &error) != WEIR_OK)
		die(error.text);
}

/* Packets. */

static void set_packet(struct home *h, unsigned k, uint64_t flow, enum flow_packet kind)
{
	bool up = kind == FLOW_SYN || kind == FLOW_ACK;
	uint8_t *ip = h->train.bytes[k], client[4], server[4];
	uint16_t port = (uint16_t)(20000 + (flow & ((1u << TO_SERVER) - 1)));
	uint32_t inside = 0x0a000000u | (uint32_t)(flow & 0xffffff), sum = 0;

	train_set(&h->train, k, flow, kind, false);
	if (h->port && !up) {
		inside = OUTER;
		port = h->port[flow];
	}
	put_be32(client, inside);
	put_be32(server, 0xc6120000u + (uint32_t)(flow >> TO_SERVER));
	memcpy(ip + (up ? 12 : 16), client, 4);
	memcpy(ip + (up ? 16 : 12), server, 4);
	put_be16(ip + 20 + (up ? 0 : 2), port);
	put_be16(ip + 10, 0);
	for (unsigned i = 0; i < 20; i += 2)
		sum += be16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	put_be16(ip + 10, (uint16_t)~(sum + (sum >> 16)));
	h->train.packet[k].port = up ? LAN : WAN;
	h->flow[k] = (uint32_t)flow;
}

static double run_train(struct home *h)
{
	uint64_t start = clock_ns();

	for (unsigned k = 0; k < TRAIN; k += BATCH)
		weir_process(h->worker, &h->train.packet[k], BATCH, h->now);
	return (double)(clock_ns() - start) / TRAIN;
}

static void demand(const struct home *h, enum weir_state state, bool fasttracked)
{
	char text[128];

	for (unsigned k = 0; k < TRAIN; k++) {
		const struct weir_packet *p = &h->train.packet[k];

		if (p->state == state && p->verdict == WEIR_ACCEPT && p->fasttracked == fasttracked)
			continue;
		weir_reason_text(p, text, sizeof text);
		fprintf(stderr,
			"bench: packet %u was %s, not %s, verdict %u, fasttracked %u: %s\n", k,
			weir_state_text(p->state), weir_state_text(state), p->verdict,
			p->fasttracked, text);
		exit(1);
	}
}

/* Notes what ports the train's connections have outside. */
static void note_ports(struct home *h)
{
	for (unsigned k = 0; h->port && k < TRAIN; k++) {
		const uint8_t *out = h->train.packet[k].out;

		if (be32(out + 12) != OUTER)
			die("a packet was not translated");
		h->port[h->flow[k]] = be16(out + 20);
	}
}

static void make_row(struct home *h, uint64_t first, enum flow_packet kind)
{
	for (unsigned k = 0; k < TRAIN; k++)
		set_packet(h, k, first + k, kind);
}

static void *prepare_thread(void *arg)
{
	struct home *h = arg;

	while (!atomic_load_explicit(&h->stop, memory_order_relaxed))
		if (!weir_prepare(h->engine))
			usleep(200);
	return NULL;
}

/* Opens all connections. => nanoseconds for the first packet of each */
static double open_all(struct home *h)
{
	pthread_t thread;
	double sum = 0;

	atomic_store(&h->stop, false);
	pthread_create(&thread, NULL, prepare_thread, h);
	usleep(20000);
	for (uint64_t flow = 0; flow < h->size; flow += TRAIN) {
		make_row(h, flow, FLOW_SYN);
		sum += run_train(h);
		demand(h, WEIR_STATE_NEW, false);
		note_ports(h);
		make_row(h, flow, FLOW_SYNACK);
		run_train(h);
		make_row(h, flow, FLOW_ACK);
		run_train(h);
	}
	atomic_store(&h->stop, true);
	pthread_join(thread, NULL);
	return sum / (double)(h->size / TRAIN);
}

static double run_known(struct home *h)
{
	double sum = 0;

	for (unsigned t = 0; t < 64; t++) {
		for (unsigned k = 0; k < TRAIN; k++) {
			uint64_t flow = random_below(&h->random, h->size);

			set_packet(h, k, flow,
				   random_next(&h->random) & 1 ? FLOW_ACK : FLOW_REPLY);
		}
		sum += run_train(h);
	}
	return sum / 64;
}

static double budget_for(uint64_t size, double small, double million, double many)
{
	return size <= 65536 ? small : size <= 1u << 20 ? million : size <= 1u << 24 ? many : 0;
}

static struct result *measure(struct report *report, struct home *h, const char *work,
			      bool fasttracked, unsigned reps)
{
	struct result *res = report_add(report, work, h->size, "ns");

	/* All have gone both ways once, so that their way is known. */
	for (uint64_t flow = 0; flow < h->size; flow += TRAIN) {
		make_row(h, flow, FLOW_ACK);
		run_train(h);
		make_row(h, flow, FLOW_REPLY);
		run_train(h);
	}
	for (unsigned tries = 0; res->count < reps && tries < reps * 4; tries++) {
		bool steady = speed_steady();
		double ns = run_known(h);

		demand(h, WEIR_STATE_ESTABLISHED, fasttracked);
		if ((speed_steady() && steady) || tries > reps * 3)
			result_value(res, ns);
	}
	return res;
}

static void begin(struct home *h, uint64_t size)
{
	struct weir_config config;

	weir_config_init(&config);
	config.settings.max_entries = (uint32_t)(size + size / 4 + 100000);
	config.settings.max_half_open = config.settings.max_entries;
	config.settings.timeout[WEIR_T_TCP_SYN_SENT] = 3600 * WEIR_SEC;
	config.settings.timeout[WEIR_T_TCP_SYN_RECEIVED] = 3600 * WEIR_SEC;
	memset(config.seed, 0x5a, sizeof config.seed);
	if (weir_engine_create(&h->engine, &config) != WEIR_OK)
		die("no memory");
	h->worker = weir_engine_worker(h->engine, 0);
	h->now = WEIR_SEC;
	h->size = (size + TRAIN - 1) / TRAIN * TRAIN;
	h->random = 88172645463325252u;
}

void router_bench(struct report *report, uint64_t connections, unsigned reps)
{
	static struct home h;
	struct floor_ns floor = floor_measure(connections * 128 < 1u << 21 ? 1u << 21
									    : connections * 128);
	struct result *plain, *res;

	begin(&h, connections);
	result_value(report_add(report, "new, no rules", h.size, "ns"), open_all(&h));
	plain = measure(report, &h, "established, no rules", false, reps);
	plain->floor = floor.two;
	weir_engine_destroy(h.engine);

	begin(&h, connections);
	h.port = calloc(h.size, sizeof *h.port);
	if (!h.port)
		die("no memory");
	make_network(&h);
	make_rules(&h, false);
	set_rules(&h);
	res = report_add(report, "new, 25 rules, masquerade", h.size, "ns");
	result_value(res, open_all(&h));
	res->budget = 125;
	res = measure(report, &h, "established, masquerade", false, reps);
	res->floor = floor.two;
	res->budget = budget_for(h.size, 15, 22, 30);
	make_rules(&h, true);
	set_rules(&h);
	res = measure(report, &h, "FastTracked, masquerade", true, reps);
	res->floor = floor.two;
	res->budget = budget_for(h.size, 9, 0, 24);
	weir_engine_destroy(h.engine);
	free(h.port);
	h.port = NULL;
}
