/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/expectations.c - listing expectations; see expectations.h.
 *
 * The engine's table of them is locked, so it is asked without its workers.
 */
#include "daemon/expectations.h"

#include <stdlib.h>

#include "model/menu_expectation.h"

static size_t fetch(void *ctx, uint32_t *cursor, struct weir_expectation *list, size_t count)
{
	struct engine_access *access = ctx;

	return weir_expectation_list(access->engine, cursor, access_now(access), list, count);
}

static void close_listing(struct menu_source *source)
{
	free(source);
}

static struct menu_source *open_listing(void *ctx, const struct menu *menu)
{
	struct expectation_source *source = malloc(sizeof *source);

	if (!source)
		return NULL;
	expectation_source_init(source, menu, fetch, ctx);
	source->source.close = close_listing;
	return &source->source;
}

static const struct menu_live live = {.open = open_listing};

void expectations_bind(struct model *model, struct engine_access *access)
{
	model_bind(model, &menu_expectation, &live, access);
	model_bind(model, &menu_expectation_v6, &live, access);
}
