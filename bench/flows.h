/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/flows.h - TCP flows by number, and batches of their packets ready made.
 *
 * Flow i is a client address and port of its own towards one server, so any
 * number of them can be made without remembering any. A `train` is a run of
 * packets of random flows, built before the clock starts.
 */
#ifndef BENCH_FLOWS_H
#define BENCH_FLOWS_H

#include <stdbool.h>
#include <weir/weir.h>

#define TRAIN 2048
#define FRAME 64

enum flow_packet {
	FLOW_SYN,
	FLOW_SYNACK,
	FLOW_ACK,   /* client to server, in window */
	FLOW_REPLY, /* server to client, in window */
};

struct train {
	struct weir_packet packet[TRAIN];
	uint8_t bytes[TRAIN][FRAME];
	uint32_t salt; /* varies the window, so that no ACK repeats the one before */
};

/* Makes train member k a packet of a flow. */
void train_set(struct train *t, unsigned k, uint64_t flow, enum flow_packet kind, bool ipv6);

/* xorshift64*: state must not be 0. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * UINT64_C(2685821657736338717);
}

static inline uint64_t random_below(uint64_t *state, uint64_t n)
{
	return (uint64_t)((unsigned __int128)random_next(state) * n >> 64);
}

#endif
