/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/peer.h - DPDK's rte_hash, bulk lookup of 16-byte keys, as a peer for
 * lookups. It only looks up: no parsing, no window check, no counters.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdint.h>

struct peer_ns {
	double hit, miss;
};

/* => zeros if the peer is not built in or has no memory for so many */
struct peer_ns peer_measure(uint64_t entries);

#endif
