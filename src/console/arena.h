/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/arena.h - memory for what is made together and ends together: the syntax of a script.
 *
 * Life: `struct arena a = ARENA_INIT;` ... arena_free(). arena_reset() ends everything in it and
 * keeps one chunk, so that a million statements read one after the other need no allocation.
 * Threads: one at a time. Cost: an addition per piece.
 */
#ifndef CONSOLE_ARENA_H
#define CONSOLE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* the newest; older ones hang on it */
};

/* clang-format off */
#define ARENA_INIT { NULL }
/* clang-format on */

/* Zeroed and aligned to 8. => NULL: no memory */
void *arena_get(struct arena *arena, size_t size);

/* A copy of text with a NUL after it. => NULL: no memory */
char *arena_copy(struct arena *arena, const char *text, size_t len);

void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

#endif
