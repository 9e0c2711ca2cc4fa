/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/floor.c - see floor.h. The lines are written to, as a connection's are;
 * the second of two lies at a place computed from the first's contents, so that
 * it cannot be fetched before.
 */
#include "floor.h"

#include <sys/mman.h>

#include "flows.h"
#include "result.h"

#define BATCH 32
#define BATCHES 8192

static double run(volatile uint64_t *mem, size_t lines, bool two)
{
	uint64_t state = 88172645463325252u, at[BATCH], start = clock_ns();

	for (int b = 0; b < BATCHES; b++) {
		for (int i = 0; i < BATCH; i++) {
			at[i] = random_below(&state, lines);
			__builtin_prefetch((const void *)(uintptr_t)&mem[at[i] * 8], 1);
		}
		for (int i = 0; two && i < BATCH; i++) {
			uint64_t next = at[i] + mem[at[i] * 8] + lines / 2;

			at[i] = next < lines ? next : next - lines;
			__builtin_prefetch((const void *)(uintptr_t)&mem[at[i] * 8], 1);
		}
		for (int i = 0; i < BATCH; i++)
			mem[at[i] * 8 + 1]++;
	}
	return (double)(clock_ns() - start) / (BATCH * BATCHES);
}

struct floor_ns floor_measure(size_t bytes)
{
	struct floor_ns best = {0, 0};
	uint64_t *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mem == MAP_FAILED)
		return best;
	madvise(mem, bytes, MADV_HUGEPAGE);
	for (size_t i = 0; i < bytes / 8; i += 512)
		mem[i] = 0;
	for (int rep = 0; rep < 7; rep++) {
		double one = run(mem, bytes / 64, false), two = run(mem, bytes / 64, true);

		if (rep == 0 || one < best.one)
			best.one = one;
		if (rep == 0 || two < best.two)
			best.two = two;
	}
	munmap(mem, bytes);
	return best;
}
