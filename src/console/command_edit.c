/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_edit.c - `edit`, which asks for the new text of a property, and the counters
 * of rules, which begin again with `reset-counters`.
 *
 * A text of several lines (a script's source) is asked for line by line until a line that is a
 * single `.`; all others are one line. An empty answer leaves everything as it is.
 *
 * Threads: the session's; the model's lock is given up while it is asked, so the item may have
 * ended when the answer comes.
 *
 * Source: RouterOS manual, "General commands": edit, reset-counters.
 */
#include "console/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const struct place nowhere;

/* edit */

struct edit {
	struct call *call;
	const struct property *property;
	uint64_t id;
	struct strbuf old, text, error;
};

static bool read_old(struct edit *edit)
{
	struct menu_source *source = model_open(edit->call->model, edit->call->node->menu);
	struct value value = value_none();
	const void *item;

	if (source == NULL)
		return command_no_memory(edit->call);
	item = source->menu->settings ? source->next(source) : model_find(source, edit->id);
	if (item) {
		source_getter(source, edit->property)(source, item, edit->property, &value);
		value_print(&edit->property->kind, &value, VALUE_CONSOLE, &edit->old);
	}
	model_close(source);
	return item ? !edit->old.failed || command_no_memory(edit->call)
	            : session_fail(edit->call->session, nowhere, "no such item");
}

/* Texts that may have several lines. */
static bool many_lines(const struct edit *edit)
{
	static const char *const names[] = {"source", "on-event", "contents", "note"};

	if (memchr(strbuf_text(&edit->old), '\n', edit->old.len))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (strcmp(edit->property->name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool show_old(struct edit *edit, bool lines)
{
	struct session *session = edit->call->session;
	struct strbuf out = STRBUF_INIT;
	bool good;

	strbuf_printf(&out, "%s: ", edit->property->name);
	if (lines && edit->old.len)
		strbuf_char(&out, '\n');
	strbuf_add(&out, strbuf_text(&edit->old), edit->old.len);
	if (lines)
		strbuf_str(&out, "\n(new text, ended by a line that is a single .)");
	strbuf_char(&out, '\n');
	good = !out.failed && session_write(session, out.data, out.len);
	strbuf_free(&out);
	return good;
}

/* => false: there is no answer */
static bool ask_lines(struct edit *edit)
{
	struct strbuf line = STRBUF_INIT;
	bool good;

	while ((good = session_ask(edit->call->session, "> ", false, &line))) {
		if (line.len && line.data[line.len - 1] == '\n')
			strbuf_cut(&line, line.len - 1);
		if (line.len == 1 && line.data[0] == '.')
			break;
		if (edit->text.len)
			strbuf_char(&edit->text, '\n');
		strbuf_add(&edit->text, strbuf_text(&line), line.len);
		strbuf_reset(&line);
	}
	strbuf_free(&line);
	return good;
}

static bool ask_line(struct edit *edit)
{
	struct strbuf prompt = STRBUF_INIT;
	bool good;

	strbuf_printf(&prompt, "new %s: ", edit->property->name);
	good = session_ask(edit->call->session, strbuf_text(&prompt), false, &edit->text);
	strbuf_free(&prompt);
	if (good && edit->text.len && edit->text.data[edit->text.len - 1] == '\n')
		strbuf_cut(&edit->text, edit->text.len - 1);
	return good;
}

static bool store(struct edit *edit)
{
	struct call *call = edit->call;
	const struct menu *menu = call->node->menu;
	struct assignment assignment = {edit->property, strbuf_text(&edit->text), edit->text.len};
	const struct actor *actor = session_actor(call->session);
	enum model_refusal refusal;
	struct change *change;

	if (menu->store == MENU_LIVE) {
		void *ctx;
		const struct menu_live *live = model_live(call->model, menu, &ctx);

		if (live == NULL || live->set == NULL)
			return session_fail(call->session, nowhere,
			                    "failure: not available here");
		refusal = live->set(ctx, menu, actor, edit->id, &assignment, 1, &edit->error);
		return command_refused(call, refusal, &edit->error);
	}
	if (menu->store == MENU_UNION) {
		const struct item *item = model_item(call->model, menu, edit->id);

		menu = item ? item_menu(item) : menu;
		assignment.property =
		        menu_find(menu, edit->property->name, strlen(edit->property->name));
		if (assignment.property == NULL)
			return session_fail(call->session, nowhere, "failure: %s has no %s",
			                    menu->path, edit->property->name);
	}
	change = change_begin(call->model, actor);
	if (change == NULL)
		return command_no_memory(call);
	refusal = change_set(change, menu, edit->id, &assignment, 1, &edit->error);
	if (refusal == MODEL_OK)
		refusal = change_commit(change, &edit->error);
	else
		change_abort(change);
	return command_refused(call, refusal, &edit->error);
}

static bool ask_and_store(struct edit *edit)
{
	const struct argument *name = call_argument(edit->call, "value-name");
	struct session *session = edit->call->session;
	const char *text;
	size_t len;
	bool lines;

	if (name == NULL)
		return session_fail(session, nowhere, "missing value(s) of argument(s) value-name");
	text = call_text(edit->call, name, &len);
	if (text == NULL)
		return command_no_memory(edit->call);
	edit->property = command_property(edit->call, text, len);
	if (edit->property == NULL)
		return false;
	if (edit->property->show & PROP_SENSITIVE &&
	    !command_may(edit->call, POLICY_BIT(SENSITIVE)))
		return false;
	if (!session_interactive(session))
		return session_fail(session, nowhere,
		                    "failure: edit asks for the text and nobody is there to ask; "
		                    "use set");
	if (!read_old(edit))
		return false;
	lines = many_lines(edit);
	if (!show_old(edit, lines) || !(lines ? ask_lines(edit) : ask_line(edit)))
		return false;
	if (edit->text.failed)
		return command_no_memory(edit->call);
	return edit->text.len == 0 || store(edit);
}

static bool edit(struct call *call, uint64_t id)
{
	struct edit e = {.call = call, .id = id,
	                 .old = STRBUF_INIT, .text = STRBUF_INIT, .error = STRBUF_INIT};
	bool good = ask_and_store(&e);

	strbuf_free(&e.old);
	strbuf_free(&e.text);
	strbuf_free(&e.error);
	return good;
}

static bool may_write(struct call *call)
{
	const struct menu *menu = call->node->menu;

	return command_may(call, call->command->needs | command_write_policies(menu)) &&
	       (menu || command_foreign(call));
}

static bool run_edit(struct call *call)
{
	uint64_t *ids, id;
	size_t count;

	if (!may_write(call) || !call_items(call, call_argument(call, "number"), &ids, &count))
		return false;
	id = count ? ids[0] : 0;
	free(ids);
	if (count == 0)
		return session_fail(call->session, nowhere, "no such item");
	if (count > 1)
		return session_fail(call->session, nowhere, "invalid internal item number");
	return edit(call, id);
}

static bool run_edit_settings(struct call *call)
{
	return may_write(call) && edit(call, 0);
}

/* reset-counters */

static bool reset(struct call *call, const uint64_t *ids, size_t count)
{
	void *ctx;
	const struct menu_live *live = model_live(call->model, call->node->menu, &ctx);

	/* Nobody counts here: all counters are 0 as it is. */
	for (size_t i = 0; live && live->reset_counters && i < count; i++)
		live->reset_counters(ctx, call->node->menu, ids[i]);
	return true;
}

static bool run_reset_counters(struct call *call)
{
	uint64_t *ids;
	size_t count;

	if (!may_write(call) || !call_items(call, call_argument(call, "numbers"), &ids, &count))
		return false;
	reset(call, ids, count);
	free(ids);
	return true;
}

static bool run_reset_counters_all(struct call *call)
{
	static const uint64_t all;

	return may_write(call) && reset(call, &all, 1);
}

/* Tables */

static const struct parameter edit_parameters[] = {
        {.name = "number",
         .help = "the item: its number, name or id",
         .shape = PARAMETER_ITEMS,
         .positional = 1,
         .required = true},
        {.name = "value-name", .help = "the property", .positional = 2, .required = true},
        {0},
};

static const struct parameter edit_settings_parameters[] = {
        {.name = "value-name", .help = "the property", .positional = 1, .required = true},
        {0},
};

static const struct parameter reset_parameters[] = {
        {.name = "numbers",
         .help = "the items: numbers, names, ids or [find ...]",
         .shape = PARAMETER_ITEMS,
         .positional = 1,
         .required = true},
        {0},
};

const struct command command_edit = {
        .name = "edit",
        .help = "asks for the new text of a property",
        .parameters = edit_parameters,
        .needs = POLICY_BIT(WRITE),
        .run = run_edit,
};

const struct command command_edit_settings = {
        .name = "edit",
        .help = "asks for the new text of a property",
        .parameters = edit_settings_parameters,
        .needs = POLICY_BIT(WRITE),
        .run = run_edit_settings,
};

const struct command command_reset_counters = {
        .name = "reset-counters",
        .help = "the counters of items begin again at 0",
        .parameters = reset_parameters,
        .needs = POLICY_BIT(WRITE),
        .run = run_reset_counters,
};

const struct command command_reset_counters_all = {
        .name = "reset-counters-all",
        .help = "all counters of the menu begin again at 0",
        .needs = POLICY_BIT(WRITE),
        .run = run_reset_counters_all,
};
