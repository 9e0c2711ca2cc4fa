/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/memory.h - an allocator for engines that are fuzzed: it counts what is taken, can refuse, and
 * maps large blocks, since zeroing 2 MiB for each input would be all that a fuzzer does.
 *
 * Each fuzzer is one program of one file, so this is all static.
 */
#ifndef FUZZ_MEMORY_H
#define FUZZ_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MAP_FROM ((size_t)256 << 10)

/* Not assert(): a finding must be one in every kind of build. */
#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

struct memory {
	size_t bytes;   /* taken and not given back */
	uint8_t refuse; /* how many of the next calls fail */
};

static void *memory_map(size_t size, size_t align)
{
	uint8_t *map = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t before;

	if (map == MAP_FAILED)
		return NULL;
	before = (align - (uintptr_t)map % align) % align;
	if (before)
		munmap(map, before);
	munmap(map + before + size, align - before);
	return map + before;
}

static void *memory_alloc(void *ctx, size_t size, size_t align)
{
	struct memory *memory = ctx;
	void *block;

	if (memory->refuse) {
		memory->refuse--;
		return NULL;
	}
	if (size >= MAP_FROM) {
		size_t page = align < 4096 ? 4096 : align;

		block = memory_map((size + 4095) & ~(size_t)4095, page);
	} else {
		size_t unit = align < sizeof(void *) ? sizeof(void *) : align;

		block = aligned_alloc(unit, (size + unit - 1) / unit * unit);
		if (block)
			memset(block, 0, size);
	}
	if (block)
		memory->bytes += size;
	return block;
}

static void memory_free(void *ctx, void *block, size_t size)
{
	struct memory *memory = ctx;

	MUST(block && size);
	memory->bytes -= size;
	if (size >= MAP_FROM)
		munmap(block, (size + 4095) & ~(size_t)4095);
	else
		free(block);
}

#endif
