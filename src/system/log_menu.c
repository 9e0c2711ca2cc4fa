/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/log_menu.c - /log, and the log following what /system logging says.
 */
#include <stdlib.h>

#include "system/field.h"
#include "system/log.h"
#include "system/rows.h"

#define LOG "/log"
#define RULES "/system logging"
#define ACTIONS "/system logging action"
#define IDENTITY "/system identity"

static bool text(void *ctx, const struct row *row, const struct property *property,
		 struct strbuf *out)
{
	struct log_binding *b = ctx;
	const struct log_line *line = row->data;
	struct clock *clk = log_clock(b->log);
	const struct menu *actions = model_menu(b->model, ACTIONS);
	const struct item *action;

	if (strcmp(property->name, "message") == 0)
		strbuf_str(out, line->message);
	else if (strcmp(property->name, "topics") == 0)
		strbuf_str(out, line->topics);
	else if (strcmp(property->name, "time") == 0 && clk)
		clock_print_short(clk, (int64_t)(line->time / UINT64_C(1000000000)), out);
	else if (strcmp(property->name, "buffer") == 0 && actions &&
		 (action = model_item(b->model, actions, line->buffer)) != NULL)
		return field_text(b->model, action, "name", out);
	else
		return false;
	return true;
}

static void release(void *ctx, void *data)
{
	(void)ctx;
	log_line_release(data);
}

static struct menu_source *open_log(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = text, .release = release};
	struct log_binding *b = ctx;
	struct log_line **lines;
	struct row *rows;
	size_t count;
	bool failed;

	lines = log_lines(b->log, &count, &failed);
	if (failed)
		return NULL;
	rows = malloc((count + 1) * sizeof *rows);
	for (size_t i = 0; i < count; i++) {
		if (rows)
			rows[i] = (struct row){.id = lines[i]->id, .data = lines[i]};
		else
			log_line_release(lines[i]);
	}
	free(lines);
	return rows ? rows_open(menu, &kind, b, rows, count) : NULL;
}

static bool touches(struct model *model, const struct change *change, const char *path)
{
	const struct menu *menu = model_menu(model, path);

	return menu && change_touched(change, menu);
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct log_binding *b = ctx;

	if (!touches(b->model, change, RULES) && !touches(b->model, change, ACTIONS) &&
	    !touches(b->model, change, IDENTITY))
		return true;
	b->pending = log_setup_of(b->model, error);
	return b->pending != NULL;
}

static void publish(void *ctx, struct change *change)
{
	struct log_binding *b = ctx;

	(void)change;
	if (b->pending)
		log_configure(b->log, b->pending);
	b->pending = NULL;
}

static void discard(void *ctx, struct change *change)
{
	struct log_binding *b = ctx;

	(void)change;
	log_setup_free(b->pending);
	b->pending = NULL;
}

bool log_bind(struct log *log, struct model *model)
{
	static const struct menu_live live = {.open = open_log};
	const struct menu *menu = model_menu(model, LOG);
	struct log_binding *b = log_binding(log);
	struct strbuf error = STRBUF_INIT;
	struct log_setup *setup = log_setup_of(model, &error);

	strbuf_free(&error);
	if (setup == NULL)
		return false;
	b->log = log;
	b->model = model;
	if (!model_observe(model, &(struct model_observer){.ctx = b,
							   .prepare = prepare,
							   .publish = publish,
							   .discard = discard})) {
		log_setup_free(setup);
		return false;
	}
	log_configure(log, setup);
	if (menu)
		model_bind(model, menu, &live, b);
	return true;
}
