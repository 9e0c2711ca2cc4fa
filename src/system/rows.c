/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/rows.c - a listing of things that are no part of the configuration; see rows.h.
 */
#include "system/rows.h"

#include <stdlib.h>

#include "system/field.h"

struct rows {
	struct menu_source source;
	const struct rows_kind *kind;
	void *ctx;
	struct row *row;
	size_t count, at;
	struct strbuf room; /* the last value's text */
};

static const void *next(struct menu_source *source)
{
	struct rows *r = (struct rows *)source;

	return r->at < r->count ? &r->row[r->at++] : NULL;
}

static void rewind_rows(struct menu_source *source)
{
	((struct rows *)source)->at = 0;
}

static const void *find(struct menu_source *source, uint64_t id)
{
	struct rows *r = (struct rows *)source;

	for (size_t i = 0; i < r->count; i++)
		if (r->row[i].id == id)
			return &r->row[i];
	return NULL;
}

static void get(struct menu_source *source, const void *item, const struct property *property,
		struct value *value)
{
	struct rows *r = (struct rows *)source;
	const struct row *row = item;

	if (property->show & PROP_ID) {
		*value = value_number(VALUE_ID, row->id);
		return;
	}
	strbuf_reset(&r->room);
	if (r->kind->text(r->ctx, row, property, &r->room) && !r->room.failed)
		field_answer(property, strbuf_text(&r->room), r->room.len, value);
	else
		*value = value_none();
}

static void close_rows(struct menu_source *source)
{
	struct rows *r = (struct rows *)source;

	for (size_t i = 0; r->kind->release && i < r->count; i++)
		r->kind->release(r->ctx, r->row[i].data);
	free(r->row);
	strbuf_free(&r->room);
	free(r);
}

struct menu_source *rows_open(const struct menu *menu, const struct rows_kind *kind, void *ctx,
			      struct row *rows, size_t count)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		for (size_t i = 0; kind->release && i < count; i++)
			kind->release(ctx, rows[i].data);
		free(rows);
		return NULL;
	}
	r->source = (struct menu_source){.menu = menu,
					 .next = next,
					 .rewind = rewind_rows,
					 .find = find,
					 .close = close_rows,
					 .get = get};
	r->kind = kind;
	r->ctx = ctx;
	r->row = rows;
	r->count = count;
	return &r->source;
}
