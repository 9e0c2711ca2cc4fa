/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/change.c - changes: operations on items, nesting, commit and abort; see model/model.h.
 *
 * All open changes share the model's journal; each knows where its part begins, and an
 * operation that is refused takes back its own. Only the outermost is published.
 */
#include <stdlib.h>
#include <string.h>

#include "model/state.h"

struct change *change_begin(struct model *model, const struct actor *actor)
{
	const char *user = actor && actor->user ? actor->user : "";
	const char *via = actor && actor->via ? actor->via : "";
	size_t user_size = strlen(user) + 1, via_size = strlen(via) + 1;
	struct change *change = calloc(1, sizeof(*change) + user_size + via_size);

	if (change == NULL)
		return NULL;
	memcpy(change->texts, user, user_size);
	memcpy(change->texts + user_size, via, via_size);
	change->actor.user = change->texts;
	change->actor.via = change->texts + user_size;
	change->actor.policies = actor ? actor->policies : POLICY_ALL;
	change->nobody = actor == NULL;
	change->model = model;
	change->outer = model->change;
	change->mark = model->journal.count;
	change->release = model->release;
	model->change = change;
	return change;
}

/* Takes it off the model. Those begun inside it that are open still end with it. */
static void leave(struct change *change)
{
	struct model *model = change->model;

	if (change->over)
		return;
	for (struct change *inner = model->change; inner != change; inner = inner->outer)
		inner->over = true;
	model->change = change->outer;
}

void change_end(struct change *change)
{
	leave(change);
	free(change->net);
	free(change);
}

void change_abort(struct change *change)
{
	if (!change->over) {
		edit_revert(change->model, change->mark);
		change->model->release = change->release;
	}
	change_end(change);
}

static enum model_refusal failure(struct strbuf *error, const char *text)
{
	strbuf_str(error, "failure: ");
	strbuf_str(error, text);
	return MODEL_FAILURE;
}

static enum model_refusal no_item(struct strbuf *error)
{
	strbuf_str(error, "no such item");
	return MODEL_NO_ITEM;
}

/* Whether an operation may begin on a menu. */
static enum model_refusal open_table(const struct change *change, const struct menu *menu,
                                     struct table **table, struct strbuf *error)
{
	*table = model_table(change->model, menu);
	if (change->over)
		return failure(error, "the change around this one has ended");
	if (*table == NULL || menu->store == MENU_LIVE)
		return failure(error, "cannot be changed here");
	return MODEL_OK;
}

static enum model_refusal fill(struct item_view *draft, const struct assignment *assignments,
                               size_t count, bool adding, struct strbuf *error)
{
	struct model *model = draft->table->model;

	model->culprit = NULL;
	for (size_t i = 0; i < count; i++) {
		enum model_refusal refusal = draft_assign(draft, &assignments[i], adding, error);

		if (refusal == MODEL_OK)
			continue;
		if (refusal == MODEL_BAD_VALUE)
			model->culprit = assignments[i].property;
		return refusal;
	}
	return MODEL_OK;
}

/* What another item of the menu has, but what only it can have. */
static bool copy(struct item_view *draft, const struct item *from)
{
	const struct menu *menu = draft->table->menu;

	if (!draft_begin(draft, draft->table, from))
		return false;
	for (size_t i = 0; i < menu->count; i++) {
		if (menu->properties[i].show & (PROP_NAME | PROP_FIXED | PROP_READ_ONLY))
			draft_unset(draft, (uint16_t)i);
	}
	draft->flags = 0;
	return true;
}

struct addition {
	struct table *table;
	uint64_t before, copy_from;
	weir_time timeout;
	unsigned flags; /* ITEM_* */
};

static enum model_refusal find_place(const struct addition *addition, size_t *place,
                                     struct strbuf *error)
{
	struct table *table = addition->table;
	const struct item *item;

	*place = table->count;
	if (addition->before == MODEL_END)
		return MODEL_OK;
	item = table_item(table, addition->before);
	if (item == NULL) {
		strbuf_str(error, "failure: item referred by 'place-before' does not exist");
		return MODEL_NO_ITEM;
	}
	*place = table_place(table, item);
	return MODEL_OK;
}

/* What only references had named so far and what is now made under that name, or NULL. */
static struct item *only_named(const struct item_view *draft)
{
	const struct table *table = draft->table;
	size_t len = 0;
	const char *name = table->model->lenient ? draft_text(draft, table->name, &len) : NULL;
	struct item *item = name ? space_find_name(table->space, name, len) : NULL;

	return item && item->flags & ITEM_FORCED && !(item->flags & ITEM_BUILTIN) ? item : NULL;
}

/* Who adds an item that is somebody's. */
static enum model_refusal give_owner(const struct change *change, struct item_view *draft,
                                     struct strbuf *error)
{
	const struct menu *menu = draft->table->menu;
	const struct property *property =
	        menu->owner ? menu_find(menu, menu->owner, strlen(menu->owner)) : NULL;
	const struct assignment owner = {property, change->actor.user, strlen(change->actor.user)};

	if (property == NULL || change->nobody || owner.len == 0 ||
	    draft->field[property - menu->properties].there)
		return MODEL_OK;
	return draft_assign(draft, &owner, true, error);
}

static enum model_refusal make_draft(const struct change *change, const struct addition *addition,
                                     const struct assignment *assignments, size_t count,
                                     struct strbuf *error)
{
	struct item_view *draft = &change->model->draft[0];
	struct table *table = addition->table;
	const struct item *from = NULL;
	enum model_refusal refusal;
	uint64_t now = model_now(table->model);

	if (addition->copy_from) {
		from = table_item(table, addition->copy_from);
		if (from == NULL)
			return no_item(error);
	}
	if (!draft_begin(draft, table, NULL) || (from && !copy(draft, from)))
		return out_of_memory(error);
	draft->created = (uint32_t)(now / WEIR_SEC);
	draft->flags = (uint16_t)addition->flags;
	if (addition->timeout)
		draft->expires = now + addition->timeout;
	refusal = fill(draft, assignments, count, true, error);
	if (refusal == MODEL_OK)
		refusal = give_owner(change, draft, error);
	return refusal == MODEL_OK ? draft_complete(draft, only_named(draft), error) : refusal;
}

/* The id for the draft: a new one, or that of what only references had named, which goes. */
static enum model_refusal take_id(struct model *model, const struct addition *addition,
                                  size_t *place, uint64_t *id, struct strbuf *error)
{
	struct item *named = only_named(&model->draft[0]);

	if (named == NULL) {
		*id = addition->table->space->next_id;
		return MODEL_OK;
	}
	*id = named->id;
	named->flags |= ITEM_MARK;
	if (!edit_remove_marked(model, named->table, 1))
		return out_of_memory(error);
	return find_place(addition, place, error);
}

static enum model_refusal add(struct change *change, const struct addition *addition,
                              const struct assignment *assignments, size_t count, uint64_t *id,
                              struct strbuf *error)
{
	struct model *model = change->model;
	struct space *space = addition->table->space;
	size_t mark = model->journal.count, place;
	enum model_refusal refusal = find_place(addition, &place, error);
	struct item *item;

	if (refusal != MODEL_OK)
		return refusal;
	refusal = make_draft(change, addition, assignments, count, error);
	if (refusal == MODEL_OK)
		refusal = take_id(model, addition, &place, id, error);
	if (refusal != MODEL_OK) {
		edit_revert(model, mark);
		return refusal;
	}
	item = item_make(&model->draft[0], *id);
	if (item == NULL || !edit_add(model, item, place)) {
		item_release(item);
		edit_revert(model, mark);
		return out_of_memory(error);
	}
	space->next_id += *id == space->next_id;
	return MODEL_OK;
}

enum model_refusal change_add(struct change *change, const struct menu *menu,
                              const struct assignment *assignments, size_t count, uint64_t before,
                              uint64_t copy_from, uint64_t *id, struct strbuf *error)
{
	struct addition addition = {.before = before, .copy_from = copy_from};
	enum model_refusal refusal = open_table(change, menu, &addition.table, error);

	if (refusal != MODEL_OK)
		return refusal;
	if (menu->store != MENU_LIST && menu->store != MENU_SET)
		return failure(error, "cannot add here");
	return add(change, &addition, assignments, count, id, error);
}

enum model_refusal change_add_dynamic(struct change *change, const struct menu *menu,
                                      const struct assignment *assignments, size_t count,
                                      weir_time timeout, uint64_t *id, struct strbuf *error)
{
	struct addition addition = {.before = MODEL_END, .timeout = timeout, .flags = ITEM_FORCED};
	enum model_refusal refusal = open_table(change, menu, &addition.table, error);

	return refusal == MODEL_OK ? add(change, &addition, assignments, count, id, error)
	                           : refusal;
}

static struct item *find_item(const struct table *table, uint64_t id)
{
	if (id == 0 && table->menu->store == MENU_SETTINGS && table->count)
		return table->order[0];
	return table_item(table, id);
}

enum model_refusal change_set(struct change *change, const struct menu *menu, uint64_t id,
                              const struct assignment *assignments, size_t count,
                              struct strbuf *error)
{
	struct model *model = change->model;
	struct item_view *draft = &model->draft[0];
	size_t mark = model->journal.count;
	struct table *table;
	struct item *old, *item;
	enum model_refusal refusal = open_table(change, menu, &table, error);

	if (refusal != MODEL_OK)
		return refusal;
	old = find_item(table, id);
	if (old == NULL)
		return no_item(error);
	if (!draft_begin(draft, old->table, old))
		return out_of_memory(error);
	/* A port that only a reference had named is worth keeping once somebody sets it. */
	if (old->flags & ITEM_HARDWARE)
		draft->flags &= (uint16_t)~ITEM_FORCED;
	refusal = fill(draft, assignments, count, false, error);
	if (refusal == MODEL_OK)
		refusal = draft_complete(draft, old, error);
	if (refusal != MODEL_OK) {
		edit_revert(model, mark);
		return refusal;
	}
	item = item_make(draft, old->id);
	if (item && item_same(item, old)) {
		item_release(item);
	} else if (item == NULL || !edit_replace(model, item)) {
		item_release(item);
		edit_revert(model, mark);
		return out_of_memory(error);
	}
	return MODEL_OK;
}

static void unmark(const struct table *table, const uint64_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct item *item = table_item(table, ids[i]);

		if (item)
			item->flags &= (uint16_t)~ITEM_MARK;
	}
}

/* What comes and goes by itself is not the user's, but entries that have a time. */
static bool stays(const struct change *change, const struct item *item)
{
	const struct menu *menu = item->table->menu;

	return item->flags & ITEM_DYNAMIC && !change->nobody && menu->expires == NULL &&
	       (menu->store == MENU_LIST || menu->store == MENU_UNION || menu->space);
}

static enum model_refusal mark_for_removal(const struct change *change, const struct table *table,
                                           const uint64_t *ids, size_t count,
                                           struct strbuf *error)
{
	for (size_t i = 0; i < count; i++) {
		struct item *item = table_item(table, ids[i]);

		if (item == NULL)
			return no_item(error);
		if (item->flags & ITEM_BUILTIN || item->table->menu->store == MENU_SETTINGS)
			return failure(error, "cannot remove builtin");
		if (stays(change, item))
			return failure(error, "cannot remove dynamic");
		item->flags |= ITEM_MARK;
	}
	return MODEL_OK;
}

/* How many of a table are marked, each once. */
static size_t count_marked(const struct table *from, const struct table *table,
                           const uint64_t *ids, size_t count)
{
	size_t marked = 0;

	for (size_t i = 0; i < count; i++) {
		struct item *item = table_item(from, ids[i]);

		if (item && item->table == table && item->flags & ITEM_MARK) {
			item->flags &= (uint16_t)~ITEM_MARK;
			marked++;
		}
	}
	for (size_t i = 0; marked && i < count; i++) {
		struct item *item = table_item(from, ids[i]);

		if (item && item->table == table)
			item->flags |= ITEM_MARK;
	}
	return marked;
}

enum model_refusal change_remove(struct change *change, const struct menu *menu,
                                 const uint64_t *ids, size_t count, struct strbuf *error)
{
	struct model *model = change->model;
	size_t mark = model->journal.count;
	struct table *table;
	enum model_refusal refusal = open_table(change, menu, &table, error);

	if (refusal != MODEL_OK)
		return refusal;
	refusal = mark_for_removal(change, table, ids, count, error);
	for (size_t t = 0; t < model->tables && refusal == MODEL_OK; t++) {
		struct table *own = &model->table[t];

		if (own->space != table->space)
			continue;
		if (!edit_remove_marked(model, own, count_marked(table, own, ids, count)))
			refusal = out_of_memory(error);
	}
	if (refusal != MODEL_OK) {
		edit_revert(model, mark);
		unmark(table, ids, count);
	}
	return refusal;
}

/* The items in the order of their ids, each once and marked. */
static enum model_refusal mark_for_move(const struct table *table, const uint64_t *ids,
                                        size_t count, struct item **items, size_t *n,
                                        struct strbuf *error)
{
	for (size_t i = 0; i < count; i++) {
		struct item *item = table_item(table, ids[i]);

		if (item == NULL)
			return no_item(error);
		if (!(item->flags & ITEM_MARK))
			items[(*n)++] = item;
		item->flags |= ITEM_MARK;
	}
	return MODEL_OK;
}

static enum model_refusal move(struct model *model, struct table *table, const uint64_t *ids,
                               size_t count, uint64_t before, struct item **items,
                               struct strbuf *error)
{
	size_t n = 0, place = table->count;
	enum model_refusal refusal = mark_for_move(table, ids, count, items, &n, error);
	const struct item *target = before == MODEL_END ? NULL : table_item(table, before);

	if (refusal == MODEL_OK && before != MODEL_END) {
		if (target == NULL)
			refusal = no_item(error);
		else if (target->flags & ITEM_MARK)
			refusal = failure(error, "can not move object before itself");
		else
			place = table_place(table, target);
	}
	if (refusal == MODEL_OK && !edit_move_marked(model, table, items, n, place, NULL))
		refusal = out_of_memory(error);
	if (refusal != MODEL_OK)
		unmark(table, ids, count);
	return refusal;
}

enum model_refusal change_move(struct change *change, const struct menu *menu, const uint64_t *ids,
                               size_t count, uint64_t before, struct strbuf *error)
{
	struct table *table;
	struct item **items;
	enum model_refusal refusal = open_table(change, menu, &table, error);

	if (refusal != MODEL_OK)
		return refusal;
	if (menu->store != MENU_LIST)
		return failure(error, "cannot be moved");
	items = malloc((count + 1) * sizeof(*items));
	if (items == NULL)
		return out_of_memory(error);
	refusal = move(change->model, table, ids, count, before, items, error);
	free(items);
	return refusal;
}

enum model_refusal change_reset(struct change *change, struct strbuf *error)
{
	struct model *model = change->model;
	size_t mark = model->journal.count;
	bool done = true;

	if (change->over)
		return failure(error, "the change around this one has ended");
	/* All go before any comes: a name may have passed to another item. */
	for (size_t t = 0; t < model->tables && done; t++) {
		struct table *table = &model->table[t];

		for (size_t i = 0; i < table->count; i++)
			table->order[i]->flags |= ITEM_MARK;
		done = edit_remove_marked(model, table, table->count);
	}
	for (size_t t = 0; t < model->tables && done; t++) {
		struct table *table = &model->table[t];

		done = edit_insert(model, table, table->initial, NULL, table->initial_count, 0);
	}
	if (done)
		return MODEL_OK;
	edit_revert(model, mark);
	return out_of_memory(error);
}

void change_log(const struct change *change, const char *action)
{
	const struct model_world *world = &change->model->world;
	struct strbuf line = STRBUF_INIT;

	/* The log begins with what happens to the configuration, not with how it came to be. */
	if (world->log == NULL || change->nobody || strcmp(change->actor.via, "load") == 0)
		return;
	strbuf_printf(&line, "%s by %s", action, change->actor.user);
	if (!line.failed)
		world->log(world->ctx, "system,info", strbuf_text(&line));
	strbuf_free(&line);
}

/* Whether all of it is about items that come and go by themselves. */
static bool passing(const struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++) {
		const struct record *r = &journal->record[i];

		if (!((r->before == NULL || r->before->flags & ITEM_DYNAMIC) &&
		      (r->after == NULL || r->after->flags & ITEM_DYNAMIC)))
			return false;
	}
	return true;
}

static enum model_refusal commit(struct change *change, struct strbuf *error)
{
	struct model *model = change->model;
	bool kept = !change->nobody && strcmp(change->actor.via, "load") != 0 &&
	            !passing(&model->journal);
	struct step *step = kept ? step_make(change) : NULL;
	enum model_refusal refusal;
	char action[64];

	if (kept && step == NULL) {
		edit_revert(model, 0);
		return out_of_memory(error);
	}
	change_describe(change, action, sizeof action);
	refusal = change_publish(change, step, error);
	if (refusal != MODEL_OK) {
		step_free(step);
		return refusal;
	}
	if (step)
		history_add(model, step);
	change_log(change, action);
	return MODEL_OK;
}

enum model_refusal change_commit(struct change *change, struct strbuf *error)
{
	enum model_refusal refusal = MODEL_OK;

	if (change->over)
		refusal = failure(error, "the change around this one has ended");
	else if (change->outer == NULL && change->model->journal.count)
		refusal = commit(change, error);
	if (refusal != MODEL_OK && !change->over)
		change->model->release = change->release;
	change_end(change);
	return refusal;
}
