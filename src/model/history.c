/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/history.c - what was changed, by whom, and how it is undone; safe mode.
 *
 * A step is a published change with its journal. Undoing it is a change whose journal becomes
 * the step's: undone again, that is redone. A new change forgets what could be redone.
 *
 * Life: at most HISTORY_STEPS steps, the oldest goes; those of safe mode stay until it ends.
 * A step owns the items that it needs. Threads: with the model's lock held.
 * Cost: 24 bytes for each item that was touched, and the items that are no more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

/* How the log and the history call the items of a menu. */
static const char *noun(const struct menu *menu)
{
	static const char *const nouns[][2] = {
	        {"/ip firewall filter", "filter rule"},
	        {"/ip firewall nat", "nat rule"},
	        {"/ip firewall mangle", "mangle rule"},
	        {"/ip firewall raw", "raw rule"},
	        {"/ip firewall address-list", "address list entry"},
	        {"/ipv6 firewall filter", "filter rule"},
	        {"/ipv6 firewall nat", "nat rule"},
	        {"/ipv6 firewall mangle", "mangle rule"},
	        {"/ipv6 firewall raw", "raw rule"},
	        {"/ipv6 firewall address-list", "address list entry"},
	        {"/ip address", "address"},
	        {"/ipv6 address", "address"},
	        {"/ip route", "route"},
	        {"/ipv6 route", "route"},
	        {"/user", "user"},
	        {"/user group", "group"},
	        {"/system script", "script"},
	        {"/system scheduler", "scheduled task"},
	        {"/interface list", "interface list"},
	        {"/interface list member", "interface list member"},
	        {"/interface bridge port", "bridge port"},
	};

	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
		if (strcmp(nouns[i][0], menu->path) == 0)
			return nouns[i][1];
	}
	if (menu->space && strcmp(menu->space, "/interface") == 0)
		return "device";
	return menu->store == MENU_SETTINGS ? menu->path + 1 : "item";
}

static const char *verb(const struct record *record)
{
	if (record->flags & RECORD_MOVED)
		return "moved";
	return record->kind == RECORD_ADD       ? "added"
	       : record->kind == RECORD_REPLACE ? "changed"
	                                        : "removed";
}

/* One menu and one verb, or a configuration. Interfaces that come along do not count. */
void change_describe(const struct change *change, char *to, size_t size)
{
	const struct model *model = change->model;
	const struct journal *journal = &model->journal;
	const struct record *last = journal->count ? &journal->record[journal->count - 1] : NULL;
	bool mixed = last == NULL;

	for (size_t i = 0; i + 1 < journal->count && !mixed; i++) {
		const struct record *r = &journal->record[i];
		const struct item *item = r->after ? r->after : r->before;

		mixed = (r->table != last->table || strcmp(verb(r), verb(last)) != 0) &&
		        !(item->flags & ITEM_DYNAMIC);
	}
	if (mixed)
		snprintf(to, size, "configuration changed");
	else
		snprintf(to, size, "%s %s", noun(model->table[last->table].menu), verb(last));
}

struct step *step_make(struct change *change)
{
	size_t size = strlen(change->actor.user) + 1;
	struct step *step = calloc(1, sizeof(*step) + size);

	if (step == NULL)
		return NULL;
	memcpy(step->by, change->actor.user, size);
	step->time = model_now(change->model);
	change_describe(change, step->action, sizeof step->action);
	return step;
}

void step_free(struct step *step)
{
	if (step == NULL)
		return;
	journal_free(&step->journal);
	free(step);
}

static void free_steps(struct step **steps)
{
	while (*steps) {
		struct step *step = *steps;

		*steps = step->next;
		step_free(step);
	}
}

/* The oldest go, but those that safe mode may need. */
static void trim(struct history *history)
{
	struct step **at = &history->done;
	size_t kept = 0;

	while (*at && (kept < HISTORY_STEPS || (history->holder && (*at)->number > history->mark))) {
		at = &(*at)->next;
		kept++;
	}
	free_steps(at);
	history->count = kept;
}

static void push(struct step **steps, struct step *step)
{
	step->next = *steps;
	*steps = step;
}

void history_add(struct model *model, struct step *step)
{
	struct history *history = &model->history;

	free_steps(&history->undone);
	step->number = ++history->last;
	push(&history->done, step);
	if (++history->count > HISTORY_STEPS)
		trim(history);
}

void history_free(struct model *model)
{
	free_steps(&model->history.done);
	free_steps(&model->history.undone);
}

/* Does the contrary of a step, whose journal is then the contrary's. */
static enum model_refusal reverse(struct model *model, struct step *step, const char *how,
                                  const struct actor *actor, struct strbuf *error)
{
	struct change *change;
	enum model_refusal refusal;
	char action[96];

	if (model->change) {
		strbuf_str(error, "failure: another change is not finished");
		return MODEL_FAILURE;
	}
	change = change_begin(model, actor);
	if (change == NULL)
		return out_of_memory(error);
	refusal = journal_invert(model, &step->journal, error);
	if (refusal == MODEL_OK)
		refusal = change_publish(change, step, error);
	if (refusal == MODEL_OK) {
		snprintf(action, sizeof action, "%s: %s", how, step->action);
		change_log(change, action);
	}
	change_end(change);
	return refusal;
}

static enum model_refusal shift(struct model *model, struct step **from, struct step **to,
                                const char *how, const struct actor *actor, struct strbuf *error)
{
	struct step *step = *from;
	enum model_refusal refusal;

	if (step == NULL) {
		strbuf_printf(error, "failure: nothing to %s", how);
		return MODEL_FAILURE;
	}
	refusal = reverse(model, step, how, actor, error);
	if (refusal != MODEL_OK)
		return refusal;
	*from = step->next;
	push(to, step);
	return MODEL_OK;
}

enum model_refusal model_undo(struct model *model, const struct actor *actor, struct strbuf *error)
{
	struct history *history = &model->history;
	enum model_refusal refusal =
	        shift(model, &history->done, &history->undone, "undo", actor, error);

	if (refusal == MODEL_OK)
		history->count--;
	return refusal;
}

enum model_refusal model_redo(struct model *model, const struct actor *actor, struct strbuf *error)
{
	struct history *history = &model->history;
	enum model_refusal refusal =
	        shift(model, &history->undone, &history->done, "redo", actor, error);

	if (refusal == MODEL_OK)
		history->count++;
	return refusal;
}

/* Safe mode. */

bool model_safe_take(struct model *model, const void *holder)
{
	struct history *history = &model->history;

	if (history->holder)
		return history->holder == holder;
	history->holder = holder;
	history->mark = history->last;
	return true;
}

bool model_safe_held(const struct model *model, const void *holder)
{
	return holder && model->history.holder == holder;
}

void model_safe_release(struct model *model, const void *holder)
{
	if (!model_safe_held(model, holder))
		return;
	model->history.holder = NULL;
	trim(&model->history);
}

unsigned model_safe_unroll(struct model *model, const void *holder, const struct actor *actor)
{
	struct history *history = &model->history;
	struct strbuf error = STRBUF_INIT;
	unsigned undone = 0;

	if (!model_safe_held(model, holder))
		return 0;
	while (history->done && history->done->number > history->mark) {
		struct step *step = history->done;

		if (reverse(model, step, "undo", actor, &error) != MODEL_OK)
			break;
		history->done = step->next;
		history->count--;
		step_free(step);
		undone++;
	}
	strbuf_free(&error);
	/* What came after the mark and was undone already is not to be redone either. */
	while (history->undone && history->undone->number > history->mark) {
		struct step *step = history->undone;

		history->undone = step->next;
		step_free(step);
	}
	model_safe_release(model, holder);
	return undone;
}
