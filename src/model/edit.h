/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/edit.h - the journal: what was done to the tables, a record an item, and how it is
 * taken back. Operations (change.c) and the history are made of these few edits.
 *
 * An edit finds all room before it begins: it is done, or nothing was. Taking back needs no
 * memory. Records that belong to one edit of many items stand together, all but the last with
 * RECORD_MORE, their places ascending: before the edit of those taken out, after it of those
 * put in.
 *
 * Life: a record owns its items. The journal of a published change becomes a step of the
 * history. Threads: with the model's lock held.
 * Cost: 24 bytes an item; an edit inside the table moves what stands behind it, once.
 */
#ifndef MODEL_EDIT_H
#define MODEL_EDIT_H

#include "model/table.h"

enum record_kind { RECORD_ADD, RECORD_REPLACE, RECORD_REMOVE };

#define RECORD_MORE 1u  /* the next record belongs to it */
#define RECORD_MOVED 2u /* the item stays: only its place is another */

struct record {
	struct item *before, *after; /* NULL where it was added, removed */
	uint32_t place;
	uint16_t table;
	uint8_t kind;  /* enum record_kind */
	uint8_t flags; /* RECORD_* */
};

struct journal {
	struct record *record;
	size_t count, room;
};

void journal_free(struct journal *journal); /* it is empty afterwards */
void journal_trim(struct journal *journal); /* gives back what it does not use */

/* All => false: no memory, nothing was done. */

/* Adds an item, whose owner the table becomes if it works. */
bool edit_add(struct model *model, struct item *item, size_t place);

/* Puts an item in the place of that with its id; takes it over if it works. */
bool edit_replace(struct model *model, struct item *item);

/* Takes out all `count` items of a table that have ITEM_MARK; the mark goes in any case. */
bool edit_remove_marked(struct model *model, struct table *table, size_t count);

/* The same, and puts them in again: items, which are those marked, in the order they are to
 * have. Either before the item that stands at `place`, or, if there are places, at those, which
 * ascend. */
bool edit_move_marked(struct model *model, struct table *table, struct item *const *items,
                      size_t count, size_t place, const uint32_t *places);

/* Puts items in that are in no table; places ascend, as they are to be afterwards. NULL: from the
 * first place on. */
bool edit_insert(struct model *model, struct table *table, struct item *const *items,
                 const uint32_t *places, size_t count, unsigned flags);

/* Takes back everything from a record on. */
void edit_revert(struct model *model, size_t mark);

#endif
