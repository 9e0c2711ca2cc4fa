/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset_part.c - the memory of rulesets: parts that several may hold; see ruleset.h.
 *
 * A part is chunks, the first ones small, since there may be as many parts as chains.
 */
#include "firewall/ruleset.h"

#define CHUNK_LEAST ((size_t)1 << 10)
#define CHUNK_MOST ((size_t)64 << 10)

struct chunk {
	struct chunk *next;
	size_t size, used; /* of all, header included */
};

struct ruleset_part {
	uint32_t holders;
	struct chunk *chunks;
};

static size_t rounded(size_t size)
{
	return (size + 15) & ~(size_t)15;
}

struct ruleset_part *part_create(struct alloc *alloc)
{
	struct ruleset_part *part = alloc_get(alloc, sizeof *part, 8);

	if (part)
		part->holders = 1;
	return part;
}

struct ruleset_part *part_hold(struct ruleset_part *part)
{
	if (part)
		part->holders++;
	return part;
}

bool part_last(const struct ruleset_part *part)
{
	return part->holders == 1;
}

void part_release(struct ruleset_part *part, struct alloc *alloc)
{
	struct chunk *chunk, *next;

	if (!part || --part->holders > 0)
		return;
	for (chunk = part->chunks; chunk; chunk = next) {
		next = chunk->next;
		alloc_put(alloc, chunk, chunk->size);
	}
	alloc_put(alloc, part, sizeof *part);
}

static struct chunk *add_chunk(struct ruleset_part *part, struct alloc *alloc, size_t size)
{
	size_t head = rounded(sizeof(struct chunk)), least = CHUNK_LEAST;
	struct chunk *chunk;

	if (part->chunks)
		least = part->chunks->size < CHUNK_MOST / 2 ? 2 * part->chunks->size : CHUNK_MOST;
	if (size < least - head)
		size = least - head;
	chunk = alloc_get(alloc, head + size, 64);
	if (!chunk)
		return NULL;
	chunk->size = head + size;
	chunk->used = head;
	chunk->next = part->chunks;
	part->chunks = chunk;
	return chunk;
}

void *ruleset_get(struct ruleset *ruleset, struct alloc *alloc, size_t size)
{
	struct chunk *chunk = ruleset->into->chunks;
	void *ptr;

	size = rounded(size);
	if (!chunk || chunk->size - chunk->used < size)
		chunk = add_chunk(ruleset->into, alloc, size);
	if (!chunk)
		return NULL;
	ptr = (uint8_t *)chunk + chunk->used;
	chunk->used += size;
	return ptr;
}
