/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/port_scan.c - the match psd: a host that asks for many ports in a short time.
 *
 * Each port that a host had not asked for yet weighs something, ports below 1024 more than
 * others; as long as the next one comes within `delay` they add up, and from `weight` on each
 * packet to another new port matches. What a host answers is no scan: TCP with ACK or RST to a
 * new port does not count.
 *
 * Life: a host is forgotten when it asked for no new port for `delay`. Of its ports the first
 * PORTS_MOST are remembered; more than those weigh each time. Cost: a look into a table, and
 * through the ports.
 */
#include "firewall/memory_state.h"

#define PORTS_MOST 28
#define PORTS_LOW 1024

struct scan {
	weir_time last; /* new port */
	uint32_t weight;
	uint32_t count;
	uint16_t ports[PORTS_MOST];
};

static_assert(sizeof(struct scan) == PORT_SCAN_SIZE, "what a table of them is created for");

static bool is_answer(const struct walk *walk)
{
	const struct packet *p = walk->packet;

	return walk->tuple.proto == PROTO_TCP &&
	       (p->l4_cap < 14 || (p->l4[13] & (TCP_ACK | TCP_RST)));
}

static bool knows(const struct scan *scan, uint16_t port)
{
	for (uint32_t i = 0; i < scan->count; i++) {
		if (scan->ports[i] == port)
			return true;
	}
	return false;
}

/* => whether the host is over the limit now */
static bool add(struct scan *scan, const struct weir_match *match, uint16_t port, weir_time now)
{
	uint64_t weight = scan->weight;

	weight += port < PORTS_LOW ? match->psd.low_weight : match->psd.high_weight;
	scan->weight = weight < match->psd.weight ? (uint32_t)weight : match->psd.weight;
	scan->last = now;
	if (scan->count < PORTS_MOST)
		scan->ports[scan->count++] = port;
	return scan->weight == match->psd.weight;
}

enum match_result port_scan_match(struct memory *memory, struct kept *kept,
				  const struct weir_match *match, const struct walk *walk)
{
	const struct tuple *t = &walk->tuple;
	struct recall_key key = {.family = walk->family};
	struct scan *scan;
	bool fresh, over;

	if ((t->proto != PROTO_TCP && t->proto != PROTO_UDP) || walk->packet->l4_cap < 4)
		return MATCH_NEVER;
	if (walk->family == WEIR_IPV4)
		key.a.v4 = t->src.v4;
	else
		key.a = t->src;
	scan = recall_find(kept->table, &key);
	over = !scan || walk->now - scan->last > match->psd.delay;
	if ((!over && knows(scan, t->dst_port)) || is_answer(walk))
		return MATCH_NO;
	scan = recall_take(kept->table, &key, walk->now, &fresh);
	if (!scan)
		return memory_failed(memory);
	if (over)
		memset(scan, 0, sizeof *scan);
	return add(scan, match, t->dst_port, walk->now) ? MATCH_YES : MATCH_NO;
}
