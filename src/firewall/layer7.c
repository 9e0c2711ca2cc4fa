/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/layer7.c - the match layer7-protocol: a regular expression over the beginning of what
 * a connection carries.
 *
 * The payloads of a connection's first PACKETS_MOST packets, both ways, are put behind each
 * other without their zero bytes, FLOW_BYTES at most, and each match that is asked looks through
 * what there is so far. A connection that has matched does so from then on; one that has
 * not by then never will.
 *
 * Life: what is collected goes with the connection, when nothing came for FLOW_KEPT, or for that
 * of a newer one when FLOWS_MOST are collected from: then nothing more is found in it. That a
 * connection has matched is kept in the match's table until the connection ends. Handshakes
 * carry nothing and take no room.
 *
 * Cost: after PACKETS_MOST packets a look into a table; before, what the expression takes,
 * bounded by firewall/regex.h.
 */
#include "firewall/memory_state.h"
#include "firewall/search.h"

#define PACKETS_MOST 10
#define FLOW_KEPT (60 * WEIR_SEC)

static void append(struct flow *flow, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size && flow->size < FLOW_BYTES; i++) {
		if (data[i])
			flow->bytes[flow->size++] = data[i];
	}
}

/* Collects from a packet when it first asks. => MATCH_YES: *flow is what there is; else the
 * match's answer */
static enum match_result collect(struct memory *memory, const struct recall_key *key,
				 struct walk *walk, struct flow **flow)
{
	const uint8_t *data;
	size_t size;
	bool fresh;

	data = packet_payload(walk, &size);
	if (walk->collected) {
		*flow = data ? recall_find(memory->flows, key) : NULL;
		return *flow ? MATCH_YES : MATCH_NO;
	}
	walk->collected = true;
	/* Left over from one that was dropped at its first packet. */
	if (!(walk->conn->status & WEIR_STATUS_CONFIRMED))
		recall_drop(memory->flows, key);
	if (!data)
		return MATCH_NO;
	*flow = recall_take(memory->flows, key, walk->now, &fresh);
	if (!*flow)
		return memory_failed(memory);
	append(*flow, data, size);
	return MATCH_YES;
}

enum match_result layer7_match(struct memory *memory, struct kept *kept, const struct match *match,
			       struct walk *walk)
{
	const struct conn *c = walk->conn;
	enum match_result result;
	struct recall_key key;
	struct flow *flow;
	bool fresh;

	if (!c)
		return MATCH_NO;
	conn_key(&key, c, walk->family);
	if (!(c->status & WEIR_STATUS_CONFIRMED))
		recall_drop(kept->table, &key);
	else if (recall_find(kept->table, &key))
		return MATCH_YES;
	if (conn_packets(walk->ext, c, WEIR_ORIGINAL) + conn_packets(walk->ext, c, WEIR_REPLY) >
	    PACKETS_MOST)
		return MATCH_NO;
	walk->only_once = true;
	result = collect(memory, &key, walk, &flow);
	if (result != MATCH_YES)
		return result;
	switch (regex_run(memory->runner, match->compiled, flow->bytes, flow->size)) {
	case 0:
		return MATCH_NO;
	case 1:
		/* Without memory it is only this packet that is known to match. */
		if (!recall_take(kept->table, &key, walk->now, &fresh))
			memory->failures++;
		return MATCH_YES;
	default:
		return memory_failed(memory);
	}
}

void layer7_expire(struct memory *memory, weir_time now, unsigned work)
{
	if (now > FLOW_KEPT)
		recall_expire(memory->flows, now - FLOW_KEPT, work);
}
