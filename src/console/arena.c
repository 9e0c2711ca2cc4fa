/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/arena.c - chunks of memory; see arena.h. The first has 4 KiB, each next one twice as
 * much as the one before, up to 256 KiB; a piece larger than that gets a chunk of its own.
 */
#include "console/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_MIN ((size_t)4 << 10)
#define CHUNK_MAX ((size_t)256 << 10)

struct arena_chunk {
	struct arena_chunk *older;
	size_t size, used;
	uint64_t bytes[];
};

static struct arena_chunk *grow(struct arena *arena, size_t need)
{
	size_t size = arena->chunk ? 2 * arena->chunk->size : CHUNK_MIN;
	struct arena_chunk *chunk;

	if (size > CHUNK_MAX)
		size = CHUNK_MAX;
	if (size < need)
		size = need;
	chunk = malloc(sizeof *chunk + size);
	if (chunk == NULL)
		return NULL;
	chunk->older = arena->chunk;
	chunk->size = size;
	chunk->used = 0;
	return arena->chunk = chunk;
}

void *arena_get(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunk;
	char *piece;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + 7) & ~(size_t)7;
	if (chunk == NULL || chunk->size - chunk->used < size) {
		chunk = grow(arena, size);
		if (chunk == NULL)
			return NULL;
	}
	piece = (char *)chunk->bytes + chunk->used;
	chunk->used += size;
	return memset(piece, 0, size);
}

char *arena_copy(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_get(arena, len + 1);

	if (copy && len)
		memcpy(copy, text, len);
	return copy;
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunk;

	if (chunk == NULL)
		return;
	while (chunk->older) {
		struct arena_chunk *older = chunk->older;

		chunk->older = older->older;
		free(older);
	}
	chunk->used = 0;
}

void arena_free(struct arena *arena)
{
	arena_reset(arena);
	free(arena->chunk);
	arena->chunk = NULL;
}
