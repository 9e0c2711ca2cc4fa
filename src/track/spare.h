/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/spare.h - 2 MiB blocks that were touched before anybody needs them.
 *
 * The first touch of a fresh page can cost a millisecond. spare_fill() does it
 * in a housekeeping thread, spare_take() gives the worker a block that is ready, or, if
 * there is none, a fresh one that it will have to wait for.
 *
 * Threads: one filler and one taker. A slot goes NULL -> block by the filler (release,
 * pairs with the acquire in spare_take) and block -> NULL by the taker (release, pairs with the
 * acquire in spare_fill).
 */
#ifndef TRACK_SPARE_H
#define TRACK_SPARE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/alloc.h"

#define SPARE_BLOCKS 8

struct spare {
	struct alloc *alloc;
	_Atomic(void *) block[SPARE_BLOCKS];
	_Atomic unsigned wanted; /* how many to hold ready, set by the taker */
	unsigned taken;          /* blocks in use; the taker's alone */
};

void spare_init(struct spare *s, struct alloc *alloc);
void spare_fini(struct spare *s);

/* => a zeroed block of ALLOC_BLOCK bytes, or NULL if there is no memory */
void *spare_take(struct spare *s);
void spare_put(struct spare *s, void *block);

/* Gets ready what is wanted. => whether there was anything to do */
bool spare_fill(struct spare *s);

#endif
