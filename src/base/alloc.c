/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/alloc.c - see alloc.h. A large block comes from mmap() with one block
 * more than asked for, trimmed to its alignment, so that the kernel can back it
 * with huge pages; whether it does is the kernel's choice and only speed depends on it.
 */
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *map_blocks(size_t size)
{
	uint8_t *raw = mmap(NULL, size + ALLOC_BLOCK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint8_t *at;
	size_t head;

	if (raw == MAP_FAILED)
		return NULL;
	at = (uint8_t *)(((uintptr_t)raw + ALLOC_BLOCK - 1) & ~(uintptr_t)(ALLOC_BLOCK - 1));
	head = (size_t)(at - raw);
	if (head > 0)
		munmap(raw, head);
	munmap(at + size, ALLOC_BLOCK - head);
	madvise(at, size, MADV_HUGEPAGE);
	return at;
}

static void *own_alloc(void *ctx, size_t size, size_t align)
{
	void *ptr;

	(void)ctx;
	if (size >= ALLOC_BLOCK && size % ALLOC_BLOCK == 0)
		return map_blocks(size);
	if (posix_memalign(&ptr, align, size) != 0)
		return NULL;
	return memset(ptr, 0, size);
}

static void own_free(void *ctx, void *ptr, size_t size)
{
	(void)ctx;
	if (size >= ALLOC_BLOCK && size % ALLOC_BLOCK == 0)
		munmap(ptr, size);
	else
		free(ptr);
}

void alloc_init(struct alloc *a, const struct weir_allocator *hooks)
{
	if (hooks && hooks->alloc)
		a->hooks = *hooks;
	else
		a->hooks = (struct weir_allocator){.alloc = own_alloc, .free = own_free};
	atomic_init(&a->used, 0);
}

void *alloc_get(struct alloc *a, size_t size, size_t align)
{
	void *ptr = a->hooks.alloc(a->hooks.ctx, size, align < 8 ? 8 : align);

	if (ptr)
		atomic_fetch_add_explicit(&a->used, size, memory_order_relaxed);
	return ptr;
}

void alloc_put(struct alloc *a, void *ptr, size_t size)
{
	if (!ptr)
		return;
	a->hooks.free(a->hooks.ctx, ptr, size);
	atomic_fetch_sub_explicit(&a->used, size, memory_order_relaxed);
}
