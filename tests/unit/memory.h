/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory.h - for tests: memory that fails when told to and knows what is out, as
 * hooks of struct weir_allocator, and the random numbers that tests repeat.
 */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct memory {
	uint64_t calls;
	uint64_t fail_from, fail_to; /* calls that fail: from <= call < to */
	uint64_t fail_one_in;        /* 0: none at random */
	uint64_t random;
	int64_t bytes, blocks;
};

static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static inline void *memory_alloc(void *ctx, size_t size, size_t align)
{
	struct memory *m = ctx;
	uint64_t call = m->calls++;
	void *ptr;

	if (call >= m->fail_from && call < m->fail_to)
		return NULL;
	if (m->fail_one_in && next_random(&m->random) % m->fail_one_in == 0)
		return NULL;
	if (posix_memalign(&ptr, align, size) != 0)
		return NULL;
	m->bytes += (int64_t)size;
	m->blocks++;
	return memset(ptr, 0, size);
}

static inline void memory_free(void *ctx, void *ptr, size_t size)
{
	struct memory *m = ctx;

	m->bytes -= (int64_t)size;
	m->blocks--;
	memset(ptr, 0xdd, size < 4096 ? size : 4096); /* who uses it still shall notice */
	free(ptr);
}

#endif
