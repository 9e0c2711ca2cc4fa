/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/peer_dpdk.c - see peer.h. Runs in a child process, since DPDK keeps
 * memory and signal handlers of its own; the figures come back through a pipe.
 */
#include "peer.h"

#include <rte_config.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_hash.h>
#include <rte_hash_crc.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flows.h"
#include "result.h"

#define BULK 32
#define BULKS 16384
#define REPS 5

struct key {
	uint64_t word[2];
};

static struct key key_of(uint64_t i)
{
	return (struct key){{0x0a000000u + i, i * 2654435761u}};
}

static double lookups(const struct rte_hash *hash, uint64_t first, uint64_t entries)
{
	static struct key keys[BULK * 64];
	uint64_t state = 88172645463325252u, took = 0;
	const void *ptrs[BULK];
	void *data[BULK];

	for (int b = 0; b < BULKS; b += 64) {
		for (int k = 0; k < BULK * 64; k++)
			keys[k] = key_of(first + random_below(&state, entries));
		uint64_t start = clock_ns(), mask;

		for (int u = 0; u < 64; u++) {
			for (int k = 0; k < BULK; k++)
				ptrs[k] = &keys[u * BULK + k];
			rte_hash_lookup_bulk_data(hash, ptrs, BULK, &mask, data);
		}
		took += clock_ns() - start;
	}
	return (double)took / (BULK * BULKS);
}

static void child(uint64_t entries, int out)
{
	char name[] = "weir-bench", a[] = "--no-huge", b[] = "--no-pci", c[] = "-m", d[24],
	     e[] = "--no-telemetry", f[] = "--log-level=1";
	char *argv[] = {name, a, b, c, d, e, f, NULL};
	struct rte_hash_parameters params = {
		.name = "peer",
		.entries = (uint32_t)(entries + entries / 8 + 64),
		.key_len = sizeof(struct key),
		.hash_func = rte_hash_crc,
		.socket_id = 0,
	};
	struct peer_ns best = {0, 0};
	struct rte_hash *hash;

	snprintf(d, sizeof d, "%llu", (unsigned long long)(entries / 12000 + 256));
	if (!freopen("/dev/null", "w", stdout) || rte_eal_init(7, argv) < 0)
		_exit(1);
	hash = rte_hash_create(&params);
	for (uint64_t i = 0; hash && i < entries; i++) {
		struct key key = key_of(i);

		if (rte_hash_add_key_data(hash, &key, NULL) < 0)
			_exit(1);
	}
	if (!hash)
		_exit(1);
	for (int rep = 0; rep < REPS; rep++) {
		double hit = lookups(hash, 0, entries), miss = lookups(hash, entries, entries);

		if (rep == 0 || hit < best.hit)
			best.hit = hit;
		if (rep == 0 || miss < best.miss)
			best.miss = miss;
	}
	_exit(write(out, &best, sizeof best) == sizeof best ? 0 : 1);
}

struct peer_ns peer_measure(uint64_t entries)
{
	struct peer_ns result = {0, 0};
	int fds[2];
	pid_t pid;

	if (pipe(fds) != 0)
		return result;
	pid = fork();
	if (pid == 0)
		child(entries, fds[1]);
	close(fds[1]);
	if (pid > 0) {
		if (read(fds[0], &result, sizeof result) != sizeof result)
			result = (struct peer_ns){0, 0};
		waitpid(pid, NULL, 0);
	}
	close(fds[0]);
	return result;
}
