/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/rows.h - a listing of a few things that are no part of the configuration (log, files,
 * jobs): taken as it is when the listing begins, and told as text property by property.
 *
 * Life: rows_open() takes the array over; model_close() releases it and every row. Threads: as
 * of any source. Cost: an array, and a text for each value that is asked for.
 */
#ifndef SYSTEM_ROWS_H
#define SYSTEM_ROWS_H

#include "model/menu.h"

struct row {
	uint64_t id;
	void *data;
};

struct rows_kind {
	/* Appends a property's value in the form that its kind reads. => false: it is not set */
	bool (*text)(void *ctx, const struct row *row, const struct property *property,
		     struct strbuf *out);
	void (*release)(void *ctx, void *data); /* NULL: there is nothing to release */
};

/* Lists rows in the order they have; they are the source's from now on, also if it fails, and
 * were allocated by malloc(); NULL if there are none. Ids ascend or the listing is short.
 * => NULL: no memory */
struct menu_source *rows_open(const struct menu *menu, const struct rows_kind *kind, void *ctx,
			      struct row *rows, size_t count);

#endif
