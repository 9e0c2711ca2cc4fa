/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/alloc.h - the engine's memory: the embedder's hooks or our own, counted.
 *
 * Our own takes blocks of 2 MiB and more straight from the kernel, aligned to
 * 2 MiB and marked for huge pages, and smaller ones from the C library. Every
 * allocation is zeroed, may fail, and is given back with its size.
 *
 * Threads: an alloc belongs to whoever made it; `used` is a relaxed atomic, so
 * that another thread may read it.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <weir/weir.h>

#define ALLOC_BLOCK ((size_t)2 << 20) /* the large block: one huge page */

struct alloc {
	struct weir_allocator hooks;
	_Atomic uint64_t used; /* bytes handed out now */
};

/* hooks with alloc == NULL: our own. */
void alloc_init(struct alloc *a, const struct weir_allocator *hooks);

/* Zeroed, aligned to `align` (a power of two; at least 8 is given). => NULL if there is none */
void *alloc_get(struct alloc *a, size_t size, size_t align);
void alloc_put(struct alloc *a, void *ptr, size_t size); /* NULL is fine */

#endif
