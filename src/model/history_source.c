/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/history_source.c - /system history: the steps as rows, the newest first.
 *
 * Life: a row is a copy, so that its step may go while it is printed; what was copied is the
 * source's until its next call. Threads: with the model's lock held.
 * Cost: each row walks the steps, of which there are a hundred.
 */
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

struct row {
	uint64_t number, time;
	bool done, floating;
	char action[sizeof(((struct step *)0)->action)];
	struct strbuf by;
};

struct history_source {
	struct menu_source source;
	struct model *model;
	uint64_t last; /* the number of the row before */
	struct row row;
	struct strbuf room;
};

/* The newest step before a number. */
static const struct step *before(const struct step *steps, uint64_t number,
                                 const struct step *best)
{
	for (; steps; steps = steps->next) {
		if (steps->number < number && (best == NULL || steps->number > best->number))
			best = steps;
	}
	return best;
}

static const void *take(struct history_source *s, const struct step *step)
{
	const struct history *history = &s->model->history;
	const struct step *done = history->done;

	if (step == NULL)
		return NULL;
	while (done && done != step)
		done = done->next;
	s->row.number = step->number;
	s->row.time = step->time;
	s->row.done = done != NULL;
	s->row.floating = done && history->holder && step->number > history->mark;
	memcpy(s->row.action, step->action, sizeof step->action);
	strbuf_reset(&s->row.by);
	strbuf_str(&s->row.by, step->by);
	return &s->row;
}

static const void *next(struct menu_source *source)
{
	struct history_source *s = (struct history_source *)source;
	const struct history *history = &s->model->history;
	const struct step *step =
	        before(history->done, s->last, before(history->undone, s->last, NULL));

	if (step)
		s->last = step->number;
	return take(s, step);
}

static void rewind_source(struct menu_source *source)
{
	((struct history_source *)source)->last = UINT64_MAX;
}

static const void *find(struct menu_source *source, uint64_t id)
{
	struct history_source *s = (struct history_source *)source;
	const struct history *history = &s->model->history;
	const struct step *step =
	        before(history->done, id + 1, before(history->undone, id + 1, NULL));

	return step && step->number == id ? take(s, step) : NULL;
}

static void close_source(struct menu_source *source)
{
	struct history_source *s = (struct history_source *)source;

	strbuf_free(&s->row.by);
	strbuf_free(&s->room);
	free(s);
}

static bool flag_of(const struct row *row, const char *name)
{
	if (strcmp(name, "undoable") == 0)
		return row->done && !row->floating;
	if (strcmp(name, "redoable") == 0)
		return !row->done;
	return strcmp(name, "floating-undo") == 0 && row->floating;
}

static void get(struct menu_source *source, const void *item, const struct property *property,
                struct value *value)
{
	struct history_source *s = (struct history_source *)source;
	const struct row *row = item;

	value_set_none(value);
	strbuf_reset(&s->room);
	if (property->show & PROP_ID)
		value_set_number(value, VALUE_ID, row->number);
	else if (property->kind.type == VALUE_BOOL)
		value_set_number(value, VALUE_BOOL, flag_of(row, property->name));
	else if (strcmp(property->name, "action") == 0)
		strbuf_str(&s->room, row->action);
	else if (strcmp(property->name, "by") == 0)
		strbuf_str(&s->room, strbuf_text(&row->by));
	else if (strcmp(property->name, "policy") == 0)
		strbuf_str(&s->room, "write");
	else if (strcmp(property->name, "time") == 0)
		put_date_time(s->model, row->time / WEIR_SEC, &s->room);
	if (s->room.len && !s->room.failed)
		*value = (struct value){.type = VALUE_STRING, .text = strbuf_text(&s->room),
		                        .len = s->room.len};
}

static struct menu_source *open_history(void *ctx, const struct menu *menu)
{
	struct history_source *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->source = (struct menu_source){.menu = menu, .next = next, .rewind = rewind_source,
	                                 .find = find, .close = close_source, .get = get};
	s->model = ctx;
	s->last = UINT64_MAX;
	return &s->source;
}

static bool count_history(void *ctx, const struct menu *menu, uint64_t *count)
{
	const struct history *history = &((struct model *)ctx)->history;

	(void)menu;
	*count = history->count;
	for (const struct step *step = history->undone; step; step = step->next)
		++*count;
	return true;
}

static const struct menu_live live = {.open = open_history, .count = count_history};

void history_bind(struct model *model)
{
	struct table *table = model_table_at(model, "/system history");

	if (table) {
		table->live = &live;
		table->live_ctx = model;
	}
}
