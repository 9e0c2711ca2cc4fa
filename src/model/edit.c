/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/edit.c - the edits and how they are taken back; see edit.h.
 */
#include "model/edit.h"

#include <stdlib.h>
#include <string.h>

#include "model/state.h"

static void release_from(struct journal *journal, size_t mark)
{
	for (size_t i = mark; i < journal->count; i++) {
		item_release(journal->record[i].before);
		item_release(journal->record[i].after);
	}
	journal->count = mark;
}

void journal_free(struct journal *journal)
{
	release_from(journal, 0);
	free(journal->record);
	*journal = (struct journal){0};
}

void journal_trim(struct journal *journal)
{
	struct record *trimmed;

	if (journal->count == 0 || journal->count == journal->room)
		return;
	trimmed = realloc(journal->record, journal->count * sizeof(*trimmed));
	if (trimmed == NULL)
		return;
	journal->record = trimmed;
	journal->room = journal->count;
}

static bool reserve(struct journal *journal, size_t more)
{
	size_t room = journal->room ? journal->room : 4;
	struct record *grown;

	while (room < journal->count + more)
		room *= 2;
	if (room == journal->room)
		return true;
	grown = realloc(journal->record, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	journal->record = grown;
	journal->room = room;
	return true;
}

/* Room was made. Takes over both items. */
static void record(struct model *model, const struct table *table, enum record_kind kind,
                   struct item *before, struct item *after, size_t place, unsigned flags)
{
	struct journal *journal = &model->journal;

	journal->record[journal->count++] = (struct record){
	        .before = before, .after = after, .place = (uint32_t)place,
	        .table = table->number, .kind = (uint8_t)kind, .flags = (uint8_t)flags};
}

static struct item *item_of(const struct record *record)
{
	return record->after ? record->after : record->before;
}

/* The records' items into the table, at their places. The table owns them from then on. */
static void put_in(struct table *table, const struct record *records, size_t n)
{
	size_t from = table->count, to = table->count + n;

	table->count += n;
	while (n) {
		const struct record *r = &records[n - 1];
		size_t behind = to - 1 - r->place;
		struct item *item = item_of(r);

		memmove(&table->order[r->place + 1], &table->order[from - behind],
		        behind * sizeof(*table->order));
		from -= behind;
		to = r->place;
		table->order[to] = item_own(item);
		item->place = r->place;
		if (!(r->flags & RECORD_MOVED))
			table_index(table, item);
		n--;
	}
}

/* And out of it again. */
static void take_out(struct table *table, const struct record *records, size_t n)
{
	size_t to = records[0].place;

	for (size_t i = 0; i < n; i++) {
		const struct record *r = &records[i];
		size_t from = r->place + 1u;
		size_t end = i + 1 < n ? records[i + 1].place : table->count;
		struct item *item = table->order[r->place];

		if (!(r->flags & RECORD_MOVED))
			table_unindex(table, item);
		memmove(&table->order[to], &table->order[from],
		        (end - from) * sizeof(*table->order));
		to += end - from;
		item_release(item);
	}
	table->count = to;
}

bool edit_add(struct model *model, struct item *item, size_t place)
{
	struct table *table = item->table;

	if (!reserve(&model->journal, 1) || !table_reserve(table, 1) ||
	    (place < table->count && !source_freeze(table)))
		return false;
	record(model, table, RECORD_ADD, NULL, item, place, 0);
	put_in(table, &model->journal.record[model->journal.count - 1], 1);
	return true;
}

bool edit_replace(struct model *model, struct item *item)
{
	struct table *table = item->table;
	size_t place;

	if (!reserve(&model->journal, 1) || !table_reserve(table, 1))
		return false;
	place = table_place(table, table_item(table, item->id));
	/* The table's ownership of the old one becomes the record's. */
	record(model, table, RECORD_REPLACE, table->order[place], item, place, 0);
	table_swap(table, place, item_own(item));
	return true;
}

static void unmark(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		table->order[i]->flags &= (uint16_t)~ITEM_MARK;
}

/* Records of those marked. */
static void take_marked(struct model *model, struct table *table, size_t count, unsigned flags)
{
	struct journal *journal = &model->journal;
	size_t first = journal->count;

	for (size_t i = 0; i < table->count && journal->count - first < count; i++) {
		struct item *item = table->order[i];

		if (!(item->flags & ITEM_MARK))
			continue;
		item->flags &= (uint16_t)~ITEM_MARK;
		record(model, table, RECORD_REMOVE, item_own(item), NULL, i, flags | RECORD_MORE);
	}
	journal->record[journal->count - 1].flags &= (uint8_t)~RECORD_MORE;
	take_out(table, &journal->record[first], count);
}

bool edit_remove_marked(struct model *model, struct table *table, size_t count)
{
	if (count == 0)
		return true;
	if (!reserve(&model->journal, count) || !source_freeze(table)) {
		unmark(table);
		return false;
	}
	take_marked(model, table, count, 0);
	return true;
}

static void insert(struct model *model, struct table *table, struct item *const *items,
                   const uint32_t *places, size_t place, size_t count, unsigned flags)
{
	struct journal *journal = &model->journal;
	size_t first = journal->count;

	for (size_t i = 0; i < count; i++)
		record(model, table, RECORD_ADD, NULL, item_own(items[i]),
		       places ? places[i] : place + i,
		       flags | (i + 1 < count ? RECORD_MORE : 0));
	put_in(table, &journal->record[first], count);
}

bool edit_move_marked(struct model *model, struct table *table, struct item *const *items,
                      size_t count, size_t place, const uint32_t *places)
{
	size_t before = 0;

	if (count == 0)
		return true;
	if (!reserve(&model->journal, 2 * count) || !source_freeze(table)) {
		unmark(table);
		return false;
	}
	for (size_t i = 0; places == NULL && i < place; i++)
		before += (table->order[i]->flags & ITEM_MARK) != 0;
	take_marked(model, table, count, RECORD_MOVED);
	insert(model, table, items, places, place - before, count, RECORD_MOVED);
	return true;
}

bool edit_insert(struct model *model, struct table *table, struct item *const *items,
                 const uint32_t *places, size_t count, unsigned flags)
{
	if (count == 0)
		return true;
	if (!reserve(&model->journal, count) || !table_reserve(table, count) ||
	    !source_freeze(table))
		return false;
	insert(model, table, items, places, 0, count, flags);
	return true;
}

void edit_revert(struct model *model, size_t mark)
{
	struct journal *journal = &model->journal;
	size_t end = journal->count;

	while (end > mark) {
		size_t first = end - 1;
		struct record *records = journal->record;
		struct table *table = &model->table[records[first].table];

		while (first > mark && records[first - 1].flags & RECORD_MORE)
			first--;
		switch (records[first].kind) {
		case RECORD_ADD:
			source_freeze(table);
			take_out(table, &records[first], end - first);
			break;
		case RECORD_REMOVE:
			source_freeze(table);
			put_in(table, &records[first], end - first);
			break;
		default:
			table_swap(table, records[first].place, item_own(records[first].before));
			item_release(records[first].after);
			break;
		}
		end = first;
	}
	release_from(journal, mark);
}
