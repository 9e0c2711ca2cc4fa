/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/memory_none.c - a build without the matches that remember: rulesets that have them
 * are refused.
 */
#include "firewall/memory.h"

struct memory {
	struct alloc *alloc;
};

const char *memory_compile(struct ruleset *ruleset, struct alloc *alloc, struct match *match,
			   bool *no_memory)
{
	(void)ruleset, (void)alloc, (void)match, (void)no_memory;
	return "not in this build";
}

void memory_release(struct match *match, struct alloc *alloc)
{
	(void)match, (void)alloc;
}

struct memory *memory_create(struct alloc *alloc, uint64_t seed)
{
	struct memory *memory = alloc_get(alloc, sizeof *memory, 64);

	(void)seed;
	if (memory)
		memory->alloc = alloc;
	return memory;
}

void memory_destroy(struct memory *memory)
{
	if (memory)
		alloc_put(memory->alloc, memory, sizeof *memory);
}

bool memory_adopt(struct memory *memory, const struct ruleset *ruleset)
{
	(void)memory, (void)ruleset;
	return true;
}

bool memory_match(struct memory *memory, const struct ruleset *ruleset, const struct match *match,
		  struct walk *walk)
{
	(void)memory, (void)ruleset, (void)match, (void)walk;
	return false;
}

bool memory_varies(const struct weir_match *match)
{
	(void)match;
	return true;
}

void memory_conn_begin(struct memory *memory, const struct ruleset *ruleset,
		       const struct conn *conn, uint8_t family)
{
	(void)memory, (void)ruleset, (void)conn, (void)family;
}

void memory_conn_end(struct memory *memory, const struct ruleset *ruleset,
		     const struct conn *conn, uint8_t family)
{
	(void)memory, (void)ruleset, (void)conn, (void)family;
}

void memory_expire(struct memory *memory, weir_time now, unsigned work)
{
	(void)memory, (void)now, (void)work;
}
