/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/publish.c - a change before its observers: what it came to, item by item, and how it
 * takes effect or does not.
 *
 * An item may have been touched many times; observers want to know what it was and what it is.
 * So the journal's records are sorted by item, once a change, which is quick where they are in
 * order already. Cost: 4 bytes a record while the change is published.
 */
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

static const struct item *record_item(const struct record *record)
{
	return record->after ? record->after : record->before;
}

static int compare_records(const void *a, const void *b, void *journal)
{
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct record *records = ((const struct journal *)journal)->record;
	const struct record *x = &records[i], *y = &records[j];
	uint64_t x_id = record_item(x)->id, y_id = record_item(y)->id;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	if (x_id != y_id)
		return x_id < y_id ? -1 : 1;
	return i < j ? -1 : i > j;
}

/* => false: no memory */
bool net_make(struct change *change)
{
	struct journal *journal = &change->model->journal;
	size_t n = journal->count;
	bool sorted = true;
	uint32_t *net;

	if (change->net_made && change->net_count == n)
		return true;
	if (n > UINT32_MAX)
		return false;
	net = realloc(change->net, (n + 1) * sizeof(*net));
	if (net == NULL)
		return false;
	change->net = net;
	for (size_t i = 0; i < n; i++) {
		net[i] = (uint32_t)i;
		sorted &= i == 0 || compare_records(&net[i - 1], &net[i], journal) < 0;
	}
	if (!sorted)
		qsort_r(net, n, sizeof(*net), compare_records, journal);
	change->net_count = n;
	change->net_made = true;
	return true;
}

/* The first record in `net` of a table or of one behind it. */
static size_t net_first(const struct change *change, unsigned table)
{
	const struct record *records = change->model->journal.record;
	size_t low = 0, high = change->net_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (records[change->net[middle]].table < table)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool change_touched(const struct change *change, const struct menu *menu)
{
	const struct model *model = change->model;
	const struct journal *journal = &model->journal;
	const struct table *table = model_table(model, menu);
	bool net = change->net_made && change->net_count == journal->count;
	bool all = menu->store == MENU_UNION;

	if (table == NULL)
		return false;
	if (net && !all) {
		size_t first = net_first(change, table->number);

		return first < change->net_count &&
		       journal->record[change->net[first]].table == table->number;
	}
	for (size_t i = change->mark; i < journal->count; i++) {
		const struct table *own = &model->table[journal->record[i].table];

		if (own == table || (all && own->space == table->space))
			return true;
	}
	return false;
}

/* The items of one table, each once: what it was first, what it is last. */
static void each_item(const struct change *change, const struct table *table,
                      void (*each)(void *ctx, const struct item *before,
                                   const struct item *after),
                      void *ctx)
{
	const struct record *records = change->model->journal.record;
	size_t at = net_first(change, table->number);

	while (at < change->net_count && records[change->net[at]].table == table->number) {
		const struct record *first = &records[change->net[at]], *last = first;
		uint64_t id = record_item(first)->id;

		while (++at < change->net_count &&
		       records[change->net[at]].table == table->number &&
		       record_item(&records[change->net[at]])->id == id)
			last = &records[change->net[at]];
		if (first->before != last->after)
			each(ctx, first->before, last->after);
	}
}

void change_items(const struct change *change, const struct menu *menu,
                  void (*each)(void *ctx, const struct item *before, const struct item *after),
                  void *ctx)
{
	const struct model *model = change->model;
	const struct table *table = model_table(model, menu);

	if (table == NULL || !change->net_made)
		return;
	if (menu->store != MENU_UNION) {
		each_item(change, table, each, ctx);
		return;
	}
	for (size_t t = 0; t < model->tables; t++) {
		if (model->table[t].space == table->space)
			each_item(change, &model->table[t], each, ctx);
	}
}

/* => how many observers prepared: all, or *refusal says why not */
static size_t prepare(struct change *change, enum model_refusal *refusal, struct strbuf *error)
{
	struct model *model = change->model;

	*refusal = MODEL_OK;
	for (size_t i = 0; i < model->observers; i++) {
		const struct model_observer *observer = &model->observer[i];

		/* The one before may have changed something itself. */
		if (!net_make(change)) {
			*refusal = out_of_memory(error);
			return i;
		}
		if (observer->prepare && !observer->prepare(observer->ctx, change, error)) {
			*refusal = MODEL_FAILURE;
			return i;
		}
	}
	if (!net_make(change))
		*refusal = out_of_memory(error);
	return model->observers;
}

enum model_refusal change_publish(struct change *change, struct step *step, struct strbuf *error)
{
	struct model *model = change->model;
	enum model_refusal refusal;
	size_t prepared = prepare(change, &refusal, error);

	if (refusal != MODEL_OK) {
		while (prepared--) {
			const struct model_observer *observer = &model->observer[prepared];

			if (observer->discard)
				observer->discard(observer->ctx, change);
		}
		edit_revert(model, 0);
		return refusal;
	}
	model->generation++;
	for (size_t i = 0; i < model->observers; i++) {
		const struct model_observer *observer = &model->observer[i];

		if (observer->publish)
			observer->publish(observer->ctx, change);
	}
	if (step) {
		journal_free(&step->journal);
		journal_trim(&model->journal);
		step->journal = model->journal;
		model->journal = (struct journal){0};
	} else {
		journal_free(&model->journal);
	}
	return MODEL_OK;
}
