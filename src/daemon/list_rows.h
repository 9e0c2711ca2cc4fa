/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/list_rows.h - the dynamic entries of address lists that stand for names' addresses; a
 * part of list_names.h.
 *
 * Two names of one list may have the same address: they hold one row together, which lasts as
 * long as one of them wants it. An address that is in the list by other means has no row until
 * that entry is gone. What a row should be is noted first, and written by list_rows_write() as
 * one change; what was refused then is tried again by the next.
 *
 * Life: a row is there from the first holder to the last. Threads: the event loop's; the model's
 * lock is held throughout. Cost: a row is found by its hash.
 */
#ifndef DAEMON_LIST_ROWS_H
#define DAEMON_LIST_ROWS_H

#include "model/model.h"

struct list_row;

/* A name's wish that an address be in a list. */
struct list_holder {
	struct list_holder *next;        /* of the name */
	struct list_holder *next_of_row; /* of the row */
	struct list_row *row;
	const char *name;
	weir_time until; /* of the monotonic clock */
};

struct list_rows {
	struct model *model;
	struct list_row **slot; /* by menu, list and address, chained */
	size_t slots, count;
	struct list_row *dirty, *last_dirty; /* what is not as it should be in the menus */
	size_t blocked;         /* rows whose address is in the list by other means */
	weir_time retry;        /* nothing is written before: it has just failed */
};

void list_rows_free(struct list_rows *rows);

/* Sees to it that a list has an address until then; the name stays the caller's for as long as it
 * holds anything. => false: no memory */
bool list_rows_hold(struct list_rows *rows, struct list_holder **holders, const char *name,
                    const struct menu *menu, const char *list, const union weir_addr *addr,
                    weir_time until);

/* Drops a name's wishes whose time is over by then; UINT64_MAX: all. */
void list_rows_drop(struct list_rows *rows, struct list_holder **holders, weir_time now);

/* Entries have gone: addresses that they had may want rows. */
void list_rows_unblock(struct list_rows *rows);

/* => false: *error says why; it will be tried again */
bool list_rows_write(struct list_rows *rows, weir_time now, struct strbuf *error);

#endif
