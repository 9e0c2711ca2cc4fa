/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/expire.c - items whose time has come go (menu.expires).
 *
 * Each table knows a time before which none of its items ends, and is only walked after it.
 * Threads: with the model's lock held. Cost: a walk over a table whenever one of its items
 * ends, at most one a second.
 */
#include <string.h>

#include "model/state.h"

/* Marks what is due. => how many; *next: when the first of the others comes */
static size_t mark_due(const struct table *table, uint64_t now, uint64_t *next)
{
	size_t due = 0;

	*next = UINT64_MAX;
	for (size_t i = 0; i < table->count; i++) {
		struct item *item = table->order[i];

		if (item->expires == 0)
			continue;
		if (item->expires <= now) {
			item->flags |= ITEM_MARK;
			due++;
		} else if (item->expires < *next) {
			*next = item->expires;
		}
	}
	return due;
}

/* => false: it could not be done now */
static bool remove_due(struct model *model, uint64_t now)
{
	struct change *change = change_begin(model, NULL);
	struct strbuf error = STRBUF_INIT;
	bool good = change != NULL;

	for (size_t t = 0; good && t < model->tables; t++) {
		struct table *table = &model->table[t];
		uint64_t next;

		if (table->next_expiry > now)
			continue;
		good = edit_remove_marked(model, table, mark_due(table, now, &next));
		if (good)
			table->next_expiry = next;
	}
	if (good)
		good = change_commit(change, &error) == MODEL_OK;
	else if (change)
		change_abort(change);
	strbuf_free(&error);
	return good;
}

static uint64_t next_of_all(const struct model *model)
{
	uint64_t next = UINT64_MAX;

	for (size_t t = 0; t < model->tables; t++) {
		if (model->table[t].next_expiry < next)
			next = model->table[t].next_expiry;
	}
	return next;
}

uint64_t model_expire(struct model *model)
{
	uint64_t now = model_now(model), next = next_of_all(model);

	if (next <= now) {
		remove_due(model, now);
		next = next_of_all(model);
	}
	return next == UINT64_MAX || next > now + WEIR_SEC ? next : now + WEIR_SEC;
}
