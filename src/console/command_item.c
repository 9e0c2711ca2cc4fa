/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_item.c - what changes items: add, set, unset, remove, enable, disable, move,
 * comment.
 *
 * Each command is one change of the model: it is carried out for all its items or for none. An
 * item that [find] gave and that has ended since is passed over, one that was named is missed.
 *
 * Threads: the session's, with the model's lock held. Cost: what the model's operations cost.
 *
 * Source: RouterOS manual, "General commands".
 */
#include "console/command.h"

#include <stdlib.h>
#include <string.h>

#define STOP_EVERY 1024

static const struct place nowhere;

/* What a command does to a menu's items. */
struct work {
	struct call *call;
	const struct menu *menu;
	const struct menu_live *live; /* of a MENU_LIVE */
	void *ctx;
	struct change *change; /* of all others */
	struct assignment *assignments;
	size_t count;
	uint64_t *ids;
	size_t items;
	bool found; /* the ids come from a list: one that has ended is passed over */
	struct strbuf error;
};

/* Assignments */

static bool assign(struct work *work, const struct argument *argument)
{
	struct assignment *to = &work->assignments[work->count];

	*to = (struct assignment){.property = argument->property};
	if (!argument->unset) {
		to->text = call_text(work->call, argument, &to->len);
		if (to->text == NULL)
			return command_no_memory(work->call);
	}
	work->count++;
	return true;
}

static bool collect(struct work *work)
{
	struct call *call = work->call;

	if (call->count == 0)
		return true;
	work->assignments = calloc(call->count, sizeof *work->assignments);
	if (work->assignments == NULL)
		return command_no_memory(call);
	for (size_t i = 0; i < call->count; i++) {
		if (call->arguments[i].property && !assign(work, &call->arguments[i]))
			return false;
	}
	return true;
}

static bool items(struct work *work, const char *parameter)
{
	const struct argument *argument = call_argument(work->call, parameter);

	work->found = argument && argument->value.type == CELL_ARRAY;
	if (call_items(work->call, argument, &work->ids, &work->items))
		return true;
	session_blame(work->call->session, argument);
	return false;
}

/* Begin and end */

/* => false: the call has failed; end() is to be called in any case */
static bool begin(struct work *work, struct call *call)
{
	const struct menu *menu = call->node->menu;

	*work = (struct work){.call = call, .menu = menu};
	if (!command_may(call, call->command->needs | command_write_policies(menu)))
		return false;
	if (menu == NULL)
		return command_foreign(call);
	if (menu->store == MENU_LIVE) {
		work->live = model_live(call->model, menu, &work->ctx);
		if (work->live == NULL)
			return session_fail(call->session, nowhere, "failure: not available here");
	}
	return true;
}

static bool begin_change(struct work *work)
{
	if (work->live)
		return true;
	work->change = change_begin(work->call->model, session_actor(work->call->session));
	return work->change || command_no_memory(work->call);
}

static bool end(struct work *work, bool good)
{
	if (work->change && good)
		good = command_refused(work->call, change_commit(work->change, &work->error),
		                       &work->error);
	else if (work->change)
		change_abort(work->change);
	strbuf_free(&work->error);
	free(work->assignments);
	free(work->ids);
	return good;
}

/* The argument whose value the model refused. */
static void blame(const struct call *call)
{
	const struct property *culprit = model_culprit(call->model);

	for (size_t i = 0; culprit && i < call->count; i++) {
		const struct argument *argument = &call->arguments[i];

		if (argument->property && strcmp(argument->property->name, culprit->name) == 0)
			session_blame(call->session, argument);
	}
}

static bool refused(struct work *work, enum model_refusal refusal)
{
	if (refusal == MODEL_NO_ITEM && work->found) {
		strbuf_reset(&work->error);
		return true;
	}
	if (command_refused(work->call, refusal, &work->error))
		return true;
	if (refusal == MODEL_BAD_VALUE && work->live == NULL)
		blame(work->call);
	return false;
}

/* The menu that an item is kept in: of a union one of those below it. NULL: it is gone. */
static const struct menu *home(struct work *work, uint64_t id)
{
	const struct item *item;

	if (work->menu->store != MENU_UNION)
		return work->menu;
	item = model_item(work->call->model, work->menu, id);
	return item ? item_menu(item) : NULL;
}

/* The properties of a union by those of an item's own menu. */
static bool at_home(struct work *work, const struct menu *menu, struct assignment *to)
{
	for (size_t i = 0; i < work->count; i++) {
		const char *name = work->assignments[i].property->name;

		to[i] = work->assignments[i];
		to[i].property = menu_find(menu, name, strlen(name));
		if (to[i].property == NULL)
			return session_fail(work->call->session, nowhere,
			                    "failure: %s has no %s", menu->path, name);
	}
	return true;
}

static bool set_one(struct work *work, uint64_t id)
{
	const struct menu *menu = home(work, id);
	struct assignment *own;
	bool good;

	if (work->live && work->live->set == NULL)
		return session_fail(work->call->session, nowhere, "failure: not available here");
	if (work->live)
		return refused(work, work->live->set(work->ctx, work->menu,
		                                     session_actor(work->call->session), id,
		                                     work->assignments, work->count,
		                                     &work->error));
	if (menu == NULL)
		return refused(work, MODEL_NO_ITEM);
	if (menu == work->menu || work->count == 0)
		return refused(work, change_set(work->change, menu, id, work->assignments,
		                                work->count, &work->error));
	own = calloc(work->count, sizeof *own);
	if (own == NULL)
		return command_no_memory(work->call);
	good = at_home(work, menu, own) &&
	       refused(work, change_set(work->change, menu, id, own, work->count, &work->error));
	free(own);
	return good;
}

static bool set_all(struct work *work)
{
	for (size_t i = 0; i < work->items; i++) {
		if (!set_one(work, work->ids[i]))
			return false;
		if (i % STOP_EVERY == STOP_EVERY - 1 && session_stopped(work->call->session))
			return false;
	}
	return true;
}

/* add */

/* The one item that an argument names. *id stays as it is where there is no such argument. */
static bool one_item(struct call *call, const char *parameter, uint64_t *id)
{
	const struct argument *argument = call_argument(call, parameter);
	uint64_t *ids;
	size_t count;

	if (argument == NULL)
		return true;
	if (call_items(call, argument, &ids, &count)) {
		if (count)
			*id = ids[0];
		free(ids);
		if (count == 1)
			return true;
		session_fail(call->session, nowhere,
		             "failure: item referred by '%s' does not exist", parameter);
	}
	session_blame(call->session, argument);
	return false;
}

static bool add(struct work *work, uint64_t *id)
{
	struct call *call = work->call;
	uint64_t before = MODEL_END, copy_from = 0;

	if (!one_item(call, "place-before", &before) || !one_item(call, "copy-from", &copy_from) ||
	    !collect(work) || !begin_change(work))
		return false;
	if (work->live == NULL)
		return refused(work, change_add(work->change, work->menu, work->assignments,
		                                work->count, before, copy_from, id, &work->error));
	if (work->live->add == NULL)
		return session_fail(call->session, nowhere, "failure: not available here");
	return refused(work, work->live->add(work->ctx, work->menu, session_actor(call->session),
	                                     work->assignments, work->count, id, &work->error));
}

static bool run_add(struct call *call)
{
	struct work work;
	uint64_t id = 0;
	bool good = begin(&work, call) && add(&work, &id);

	good = end(&work, good);
	if (good)
		*call->result = cell_id(id);
	return good;
}

/* set, unset, enable, disable, comment */

static bool run_set(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && items(&work, "numbers") && collect(&work) &&
	                          begin_change(&work) && set_all(&work));
}

static bool run_set_settings(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && collect(&work) && begin_change(&work) &&
	                          set_one(&work, 0));
}

/* Makes an assignment of one property for all items. */
static bool set_property(struct work *work, const char *name, const char *text, size_t len)
{
	const struct property *property = menu_find(work->menu, name, strlen(name));

	if (property == NULL)
		return session_fail(work->call->session, nowhere, "failure: %s has no %s",
		                    work->menu->path, name);
	work->assignments = calloc(1, sizeof *work->assignments);
	if (work->assignments == NULL)
		return command_no_memory(work->call);
	work->assignments[work->count++] = (struct assignment){property, text, len};
	return set_all(work);
}

static bool run_disabled(struct call *call, const char *value)
{
	struct work work;

	return end(&work, begin(&work, call) && items(&work, "numbers") && begin_change(&work) &&
	                          set_property(&work, "disabled", value, strlen(value)));
}

static bool run_enable(struct call *call)
{
	return run_disabled(call, "no");
}

static bool run_disable(struct call *call)
{
	return run_disabled(call, "yes");
}

static bool run_comment(struct call *call)
{
	const struct argument *argument = call_argument(call, "comment");
	struct work work;
	const char *text = "";
	size_t len = 0;

	if (argument)
		text = call_text(call, argument, &len);
	if (text == NULL)
		return command_no_memory(call);
	return end(&work, begin(&work, call) && items(&work, "numbers") && begin_change(&work) &&
	                          set_property(&work, "comment", text, len));
}

/* Makes assignments that unset the properties named in "a,b". */
static bool collect_names(struct work *work)
{
	const struct argument *argument = call_argument(work->call, "value-name");
	size_t len, names = 1;
	const char *text = argument ? call_text(work->call, argument, &len) : "";

	if (argument == NULL)
		return session_fail(work->call->session, nowhere,
		                    "missing value(s) of argument(s) value-name");
	if (text == NULL)
		return command_no_memory(work->call);
	for (size_t i = 0; i < len; i++)
		names += text[i] == ',' || text[i] == ';';
	work->assignments = calloc(names, sizeof *work->assignments);
	if (work->assignments == NULL)
		return command_no_memory(work->call);
	while (names--) {
		size_t name = strcspn(text, ",;");
		const struct property *property = command_property(work->call, text, name);

		if (property == NULL)
			return false;
		work->assignments[work->count++].property = property;
		text += name + 1;
	}
	return true;
}

static bool run_unset(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && items(&work, "numbers") && collect_names(&work) &&
	                          begin_change(&work) && set_all(&work));
}

static bool run_unset_settings(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && collect_names(&work) && begin_change(&work) &&
	                          set_one(&work, 0));
}

/* remove */

static bool remove_live(struct work *work)
{
	if (work->live->remove == NULL)
		return session_fail(work->call->session, nowhere, "failure: not available here");
	for (size_t i = 0; i < work->items; i++) {
		if (!refused(work, work->live->remove(work->ctx, work->menu,
		                                      session_actor(work->call->session),
		                                      work->ids[i], &work->error)))
			return false;
		if (i % STOP_EVERY == STOP_EVERY - 1 && session_stopped(work->call->session))
			return false;
	}
	return true;
}

/* Leaves out of a found list what has ended since. */
static void keep_present(struct work *work)
{
	size_t kept = 0;

	for (size_t i = 0; work->found && i < work->items; i++) {
		if (model_item(work->call->model, work->menu, work->ids[i]))
			work->ids[kept++] = work->ids[i];
	}
	if (work->found)
		work->items = kept;
}

/* All in one operation, or for a union one for each run of items of one menu. */
static bool remove_all(struct work *work)
{
	size_t first = 0;

	if (work->live)
		return remove_live(work);
	keep_present(work);
	while (first < work->items) {
		const struct menu *menu = home(work, work->ids[first]);
		size_t last = first + 1;

		if (menu == NULL)
			return refused(work, MODEL_NO_ITEM);
		while (last < work->items && home(work, work->ids[last]) == menu)
			last++;
		if (!refused(work, change_remove(work->change, menu, work->ids + first,
		                                 last - first, &work->error)))
			return false;
		first = last;
	}
	return true;
}

static bool run_remove(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && items(&work, "numbers") && begin_change(&work) &&
	                          remove_all(&work));
}

/* move */

static bool move_all(struct work *work)
{
	uint64_t before = MODEL_END;
	const struct argument *to = call_argument(work->call, "destination");

	if (to && !one_item(work->call, "destination", &before))
		return false;
	keep_present(work);
	return work->items == 0 ||
	       refused(work, change_move(work->change, work->menu, work->ids, work->items, before,
	                                 &work->error));
}

static bool run_move(struct call *call)
{
	struct work work;

	return end(&work, begin(&work, call) && items(&work, "numbers") && begin_change(&work) &&
	                          move_all(&work));
}

/* Tables */

/* clang-format off */
#define NUMBERS {.name = "numbers", .help = "the items: numbers, names, ids or [find ...]", \
	.shape = PARAMETER_ITEMS, .positional = 1, .required = true}
/* clang-format on */

static const struct parameter add_parameters[] = {
        {.name = "copy-from",
         .help = "the item whose properties it begins with",
         .shape = PARAMETER_ITEMS},
        {.name = "place-before", .help = "the item that it comes before", .shape = PARAMETER_ITEMS},
        {0},
};

static const struct parameter items_parameters[] = {NUMBERS, {0}};

static const struct parameter unset_parameters[] = {
        NUMBERS,
        {.name = "value-name", .help = "properties, with commas between", .positional = 2,
         .required = true},
        {0},
};

static const struct parameter unset_settings_parameters[] = {
        {.name = "value-name", .help = "properties, with commas between", .positional = 1,
         .required = true},
        {0},
};

static const struct parameter comment_parameters[] = {
        NUMBERS,
        {.name = "comment", .help = "the text", .positional = 2},
        {0},
};

static const struct parameter move_parameters[] = {
        NUMBERS,
        {.name = "destination",
         .help = "the item that they come before; the end where it is left out",
         .shape = PARAMETER_ITEMS,
         .positional = 2},
        {0},
};

/* clang-format off */
#define WRITES(symbol, word, text, ...) \
	const struct command command_##symbol = {.name = word, .help = text, \
		.needs = POLICY_BIT(WRITE), __VA_ARGS__}

WRITES(add, "add", "makes a new item",
       .parameters = add_parameters, .properties = true, .unsets = true, .run = run_add);
WRITES(set, "set", "changes properties of items",
       .parameters = items_parameters, .properties = true, .unsets = true, .run = run_set);
WRITES(set_settings, "set", "changes properties",
       .properties = true, .unsets = true, .run = run_set_settings);
WRITES(unset, "unset", "takes properties away from items",
       .parameters = unset_parameters, .run = run_unset);
WRITES(unset_settings, "unset", "puts properties back to their defaults",
       .parameters = unset_settings_parameters, .run = run_unset_settings);
WRITES(remove, "remove", "removes items", .parameters = items_parameters, .run = run_remove);
WRITES(enable, "enable", "takes items into use", .parameters = items_parameters,
       .run = run_enable);
WRITES(disable, "disable", "takes items out of use", .parameters = items_parameters,
       .run = run_disable);
WRITES(move, "move", "changes the order of items", .parameters = move_parameters,
       .run = run_move);
WRITES(comment, "comment", "sets the comment of items", .parameters = comment_parameters,
       .run = run_comment);
/* clang-format on */
