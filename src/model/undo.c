/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/undo.c - the contrary of what a journal says, done as a change of its own.
 *
 * Steps are undone in the order opposite to that in which they were done, so the items are as
 * the step left them, but for what never is a step: entries whose time came, and what the
 * system did. What is gone is passed over; what is another item now, or took a name that is
 * needed, refuses the undo.
 *
 * Threads: with the model's lock held. Cost: as the edits it consists of; a few words for each
 * item of an edit while it goes on.
 */
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

static enum model_refusal changed_since(struct strbuf *error)
{
	strbuf_str(error, "failure: can not undo, the item has changed since");
	return MODEL_FAILURE;
}

/* Whether an item may stand in its table again. */
static enum model_refusal check(struct model *model, const struct item *item,
                                const struct item *replaced, struct strbuf *error)
{
	struct item_view *draft = &model->draft[0];

	if (!draft_begin(draft, item->table, item))
		return out_of_memory(error);
	return draft_complete(draft, replaced, error);
}

static enum model_refusal put_back(struct model *model, const struct record *record,
                                   struct strbuf *error)
{
	const struct item *now = space_find(record->after->table->space, record->after->id);
	enum model_refusal refusal;

	if (now == NULL)
		return MODEL_OK;
	if (now != record->after)
		return changed_since(error);
	refusal = check(model, record->before, now, error);
	if (refusal != MODEL_OK)
		return refusal;
	if (!edit_replace(model, item_own(record->before))) {
		item_release(record->before);
		return out_of_memory(error);
	}
	return MODEL_OK;
}

static enum model_refusal take_added(struct model *model, const struct record *records, size_t n,
                                     struct strbuf *error)
{
	struct table *table = &model->table[records[0].table];
	size_t marked = 0;

	for (size_t i = 0; i < n; i++) {
		struct item *now = space_find(table->space, records[i].after->id);

		if (now && now != records[i].after) {
			for (size_t j = 0; j < i; j++)
				records[j].after->flags &= (uint16_t)~ITEM_MARK;
			return changed_since(error);
		}
		if (now)
			now->flags |= ITEM_MARK;
		marked += now != NULL;
	}
	return edit_remove_marked(model, table, marked) ? MODEL_OK : out_of_memory(error);
}

/* Items that go to their places of before, as far as the table has so many. */
struct placing {
	struct item **items;
	uint32_t *places;
	size_t count;
};

static bool placing_init(struct placing *placing, size_t n)
{
	*placing = (struct placing){.items = malloc(n * sizeof(*placing->items)),
	                            .places = malloc(n * sizeof(*placing->places))};
	return placing->items && placing->places;
}

static void placing_free(struct placing *placing)
{
	free(placing->items);
	free(placing->places);
}

static void place(struct placing *placing, struct item *item, size_t at, size_t others)
{
	size_t most = others + placing->count;

	placing->items[placing->count] = item;
	placing->places[placing->count++] = (uint32_t)(at < most ? at : most);
}

static enum model_refusal put_removed(struct model *model, const struct record *records, size_t n,
                                      struct strbuf *error)
{
	struct table *table = &model->table[records[0].table];
	enum model_refusal refusal = MODEL_OK;
	struct placing placing;
	bool good = placing_init(&placing, n);

	for (size_t i = 0; good && i < n && refusal == MODEL_OK; i++) {
		refusal = check(model, records[i].before, NULL, error);
		place(&placing, records[i].before, records[i].place, table->count);
	}
	if (refusal == MODEL_OK &&
	    (!good || !edit_insert(model, table, placing.items, placing.places, n, 0)))
		refusal = out_of_memory(error);
	placing_free(&placing);
	return refusal;
}

/* records: those that tell where the items were. */
static enum model_refusal move_back(struct model *model, const struct record *records, size_t n,
                                    struct strbuf *error)
{
	struct table *table = &model->table[records[0].table];
	struct placing placing;
	bool good = placing_init(&placing, n);
	size_t there = 0;

	for (size_t i = 0; good && i < n; i++)
		there += table_item(table, records[i].before->id) != NULL;
	for (size_t i = 0; good && i < n; i++) {
		struct item *now = table_item(table, records[i].before->id);

		if (now == NULL)
			continue;
		now->flags |= ITEM_MARK;
		place(&placing, now, records[i].place, table->count - there);
	}
	good = good && edit_move_marked(model, table, placing.items, placing.count, 0,
	                                placing.places);
	placing_free(&placing);
	return good ? MODEL_OK : out_of_memory(error);
}

/* Items that were added one after the other go together. */
static size_t first_added(const struct record *records, size_t first)
{
	while (first && records[first - 1].kind == RECORD_ADD &&
	       records[first - 1].table == records[first].table &&
	       !(records[first - 1].flags & RECORD_MOVED))
		first--;
	return first;
}

/* One edit, its records from `first` to before `end`. => how many records of it there were */
static size_t invert(struct model *model, const struct journal *journal, size_t end,
                     enum model_refusal *refusal, struct strbuf *error)
{
	const struct record *records = journal->record;
	size_t first = end - 1, n;

	while (first && records[first - 1].flags & RECORD_MORE)
		first--;
	n = end - first;
	if (records[first].flags & RECORD_MOVED) {
		/* What was put in had been taken out just before. */
		*refusal = move_back(model, &records[first - n], n, error);
		return 2 * n;
	}
	if (records[first].kind == RECORD_ADD) {
		first = first_added(records, first);
		n = end - first;
		*refusal = take_added(model, &records[first], n, error);
	} else if (records[first].kind == RECORD_REMOVE) {
		*refusal = put_removed(model, &records[first], n, error);
	} else {
		*refusal = put_back(model, &records[first], error);
	}
	return n;
}

enum model_refusal journal_invert(struct model *model, const struct journal *journal,
                                  struct strbuf *error)
{
	size_t mark = model->journal.count, end = journal->count;
	enum model_refusal refusal = MODEL_OK;

	while (end && refusal == MODEL_OK)
		end -= invert(model, journal, end, &refusal, error);
	if (refusal != MODEL_OK)
		edit_revert(model, mark);
	return refusal;
}
