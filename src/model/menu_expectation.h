/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_expectation.h - /ip firewall connection expectation and its twin of IPv6, over copies
 * of expectations (struct weir_expectation) that the caller supplies. weir's own: RouterOS shows
 * nobody what its helpers expect.
 */
#ifndef MODEL_MENU_EXPECTATION_H
#define MODEL_MENU_EXPECTATION_H

#include <weir/helper.h>

#include "model/menu.h"

extern const struct menu menu_expectation, menu_expectation_v6;

/* Copies expectations out, as weir_expectation_list() does: *cursor is 0 at the start.
 * => how many; 0 means the end */
typedef size_t expectation_fetch(void *ctx, uint32_t *cursor, struct weir_expectation *list,
                                 size_t count);

#define EXPECTATION_BATCH 32

/* Expectations as a source of items; an item is a const struct weir_expectation. */
struct expectation_source {
	struct menu_source source;
	uint8_t family; /* enum weir_family: only these */

	/* The source's own. */
	expectation_fetch *fetch;
	void *ctx;
	size_t at, count;
	uint32_t cursor;
	struct weir_expectation batch[EXPECTATION_BATCH];
};

void expectation_source_init(struct expectation_source *source, const struct menu *menu,
                             expectation_fetch *fetch, void *ctx);

#endif
