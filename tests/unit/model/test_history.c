/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Undo, redo, safe mode, /system history. Then random histories of nested changes, aborts,
 * undo and redo beside a slow and obvious model: whole copies of what should be there.
 */
#include "model_sample.h"

#include <stdio.h>

#include "../memory.h"

static void test_undo(void **state)
{
	struct clock_and_log world = {.now = UINT64_C(1790000000) * WEIR_SEC};
	struct model_world w = {&world, sample_now, sample_log};
	struct model *m = model_create(&w);
	struct strbuf error = STRBUF_INIT;

	(void)state;
	refused(model_undo(m, &admin, &error), MODEL_FAILURE, &error, "failure: nothing to undo");
	refused(model_redo(m, &admin, &error), MODEL_FAILURE, &error, "failure: nothing to redo");
	add(m, &menu_filter, "chain=a");
	add(m, &menu_filter, "chain=b");
	move(m, &menu_filter, 2, 1);
	set(m, &menu_filter, 1, "comment=x");
	take(m, &menu_filter, 2);
	set(m, &menu_identity, 0, "name=r1");
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_string_equal(world.log, "undo: system identity changed by admin");
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, "chain"), "b,a");
	assert_string_equal(listed(m, &menu_history, "action"),
	                    "system identity changed,filter rule removed,filter rule changed,"
	                    "filter rule moved,filter rule added,filter rule added");
	assert_string_equal(listed(m, &menu_history, "redoable"), "yes,yes,no,no,no,no");
	assert_string_equal(listed(m, &menu_history, "undoable"), "no,no,yes,yes,yes,yes");
	assert_string_equal(listed(m, &menu_history, "by"), "admin,admin,admin,admin,admin,admin");
	assert_string_equal(shown(m, &menu_history, 2, "time"), "2026-09-21 14:13:20");
	assert_int_equal(model_count(m, &menu_history), 6);
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, "chain"), "a,b");
	assert_int_equal(model_redo(m, &admin, &error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, "chain"), "b,a");
	add(m, &menu_filter, "chain=c");
	refused(model_redo(m, &admin, &error), MODEL_FAILURE, &error, "failure: nothing to redo");
	assert_int_equal(model_count(m, &menu_history), 4);
	for (unsigned i = 0; i < 120; i++)
		set(m, &menu_filter, 1, i % 2 ? "comment=y" : "comment=z");
	assert_int_equal(model_count(m, &menu_history), 100);
	strbuf_free(&error);
	model_destroy(m);
}

/* What the system did in between does not stand in the way, unless it is the same item. */
static void test_undo_between(void **state)
{
	struct model *m = model_create(NULL);
	struct strbuf error = STRBUF_INIT;
	uint64_t id = add(m, &menu_bridge, "name=b1"), other;
	struct change *change;

	(void)state;
	take(m, &menu_bridge, id);
	change = change_begin(m, NULL);
	assert_int_equal(sample_add(change, &menu_bridge, "name=b1", &other, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	refused(model_undo(m, &admin, &error), MODEL_FAILURE, &error,
	        "failure: already have interface with such name");
	change = change_begin(m, NULL);
	assert_int_equal(change_remove(change, &menu_bridge, &other, 1, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_int_equal(model_item(m, &menu_bridge, id) != NULL, 1);
	change = change_begin(m, NULL);
	assert_int_equal(sample_set(change, &menu_bridge, id, "comment=x", &error), MODEL_OK);
	refused(model_undo(m, &admin, &error), MODEL_FAILURE, &error,
	        "failure: another change is not finished");
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	refused(model_undo(m, &admin, &error), MODEL_FAILURE, &error,
	        "failure: can not undo, the item has changed since");
	strbuf_free(&error);
	model_destroy(m);
}

static void test_safe_mode(void **state)
{
	struct model *m = model_create(NULL);
	struct strbuf error = STRBUF_INIT;
	int one, two;

	(void)state;
	add(m, &menu_filter, "chain=a");
	assert_true(model_safe_take(m, &one));
	assert_true(model_safe_take(m, &one));
	assert_false(model_safe_take(m, &two));
	assert_true(model_safe_held(m, &one));
	assert_false(model_safe_held(m, &two));
	for (unsigned i = 0; i < 130; i++)
		add(m, &menu_filter, "chain=b");
	assert_string_equal(shown(m, &menu_history, 1, "undoable"), "no such item");
	assert_string_equal(shown(m, &menu_history, 2, "floating-undo"), "yes");
	assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
	assert_int_equal(model_safe_unroll(m, &two, &admin), 0);
	assert_int_equal(model_safe_unroll(m, &one, &admin), 129);
	assert_string_equal(listed(m, &menu_filter, "chain"), "a");
	refused(model_redo(m, &admin, &error), MODEL_FAILURE, &error, "failure: nothing to redo");
	assert_true(model_safe_take(m, &two));
	add(m, &menu_filter, "chain=c");
	model_safe_release(m, &two);
	assert_string_equal(listed(m, &menu_filter, "chain"), "a,c");
	assert_int_equal(model_safe_unroll(m, &two, &admin), 0);
	strbuf_free(&error);
	model_destroy(m);
}

/* What a configuration says as it is loaded is no event. */
static void test_load_not_logged(void **state)
{
	static const struct actor loader = {"admin", "load", POLICY_ALL};
	struct clock_and_log world = {.now = UINT64_C(1790000000) * WEIR_SEC};
	struct model_world w = {&world, sample_now, sample_log};
	struct model *m = model_create(&w);
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(m, &loader);
	const struct assignment name = {menu_find(&menu_identity, "name", 4), "lab", 3};

	(void)state;
	assert_non_null(change);
	assert_int_equal(change_set(change, &menu_identity, 0, &name, 1, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	assert_string_equal(world.log, "");
	assert_int_equal(model_count(m, &menu_history), 0);
	set(m, &menu_identity, 0, "name=r1");
	assert_string_equal(world.log, "system identity changed by admin");
	model_destroy(m);
}

/* The slow model. */

#define ITEMS 60
#define DEPTH 4
#define STEPS 100

struct line {
	uint64_t id;
	char text[8];
};

struct copy {
	size_t rules, bridges;
	struct line rule[ITEMS], bridge[ITEMS];
};

struct slow {
	struct model *model;
	struct copy now;
	uint64_t next_rule, next_bridge;
	struct copy before[DEPTH]; /* of each open change */
	unsigned edits[DEPTH + 1]; /* in it, that count as a change */
	struct change *change[DEPTH];
	size_t depth;
	struct copy step[STEPS + 1]; /* [at] is now; those before can be undone, behind redone */
	size_t at, end;
	uint64_t random;
	struct strbuf error, left, right;
};

static size_t below(struct slow *s, size_t n)
{
	return (size_t)(next_random(&s->random) % n);
}

static void put_lines(struct strbuf *out, const struct line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_printf(out, "*%X=%s ", (unsigned)lines[i].id, lines[i].text);
	strbuf_str(out, "/ ");
}

static void put_items(struct strbuf *out, struct model *model, const struct menu *menu,
                      const char *name)
{
	const struct property *property = menu_find(menu, name, strlen(name));
	struct menu_source *source = model_open(model, menu);
	const struct item *item;
	const char *kept;
	size_t len;

	while ((item = source->next(source)) != NULL) {
		bool there = item_kept(model, item, property, &kept, &len);

		assert_true(there);
		strbuf_printf(out, "*%X=%s ", (unsigned)item_id(item), kept);
		assert_ptr_equal(model_item(model, menu, item_id(item)), item);
	}
	strbuf_str(out, "/ ");
	model_close(source);
}

static void compare(struct slow *s)
{
	uint64_t id;

	strbuf_reset(&s->left);
	strbuf_reset(&s->right);
	put_lines(&s->left, s->now.rule, s->now.rules);
	put_lines(&s->left, s->now.bridge, s->now.bridges);
	put_items(&s->right, s->model, &menu_filter, "comment");
	put_items(&s->right, s->model, &menu_bridge, "name");
	assert_string_equal(strbuf_text(&s->left), strbuf_text(&s->right));
	for (size_t i = 0; i < s->now.bridges; i++) {
		const struct line *line = &s->now.bridge[i];

		assert_int_equal(model_find_name(s->model, &menu_bridge, line->text,
		                                 strlen(line->text), &id),
		                 SETTING_ONE);
		assert_int_equal(id, line->id);
	}
	assert_int_equal(model_count(s->model, &menu_filter), s->now.rules);
}

static bool has(const struct line *lines, size_t n, const char *name, uint64_t but)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(lines[i].text, name) == 0 && lines[i].id != but)
			return true;
	}
	return false;
}

static void insert_line(struct line *lines, size_t *n, size_t at, uint64_t id, const char *text)
{
	memmove(&lines[at + 1], &lines[at], (*n - at) * sizeof(*lines));
	lines[at].id = id;
	strcpy(lines[at].text, text);
	++*n;
}

static void remove_line(struct line *lines, size_t *n, size_t at)
{
	memmove(&lines[at], &lines[at + 1], (*n - at - 1) * sizeof(*lines));
	--*n;
}

static void add_rule(struct slow *s)
{
	struct assignment a[ASSIGNMENTS_MAX];
	char text[8], assignments[40];
	size_t at = below(s, s->now.rules + 1);
	uint64_t id, before = at < s->now.rules ? s->now.rule[at].id : MODEL_END;

	if (s->now.rules == ITEMS)
		return;
	snprintf(text, sizeof text, "r%u", (unsigned)below(s, 1000));
	snprintf(assignments, sizeof assignments, "chain=x comment=%s", text);
	assert_int_equal(change_add(s->change[s->depth - 1], &menu_filter, a,
	                            sample_assignments(&menu_filter, assignments, a), before, 0,
	                            &id, &s->error),
	                 MODEL_OK);
	/* What was aborted or refused uses up ids or not, but none comes twice. */
	assert_true(id >= s->next_rule);
	s->next_rule = id + 1;
	insert_line(s->now.rule, &s->now.rules, at, id, text);
	s->edits[s->depth]++;
}

static void bridge(struct slow *s)
{
	char text[8], assignments[20];
	bool adding = s->now.bridges == 0 || (s->now.bridges < ITEMS && below(s, 2));
	size_t at = adding ? s->now.bridges : below(s, s->now.bridges);
	uint64_t id = adding ? 0 : s->now.bridge[at].id;
	struct change *change = s->change[s->depth - 1];
	bool taken;
	enum model_refusal refusal;

	snprintf(text, sizeof text, "b%u", (unsigned)below(s, 30));
	snprintf(assignments, sizeof assignments, "name=%s", text);
	taken = has(s->now.bridge, s->now.bridges, text, id);
	refusal = adding ? sample_add(change, &menu_bridge, assignments, &id, &s->error)
	                 : sample_set(change, &menu_bridge, id, assignments, &s->error);
	if (taken) {
		refused(refusal, MODEL_FAILURE, &s->error,
		        "failure: already have interface with such name");
		return;
	}
	assert_int_equal(refusal, MODEL_OK);
	if (adding) {
		assert_true(id >= s->next_bridge);
		s->next_bridge = id + 1;
		insert_line(s->now.bridge, &s->now.bridges, at, id, text);
	} else if (strcmp(s->now.bridge[at].text, text) == 0) {
		return;
	}
	strcpy(s->now.bridge[at].text, text);
	s->edits[s->depth]++;
}

static void set_rule(struct slow *s)
{
	char assignments[20];
	size_t at;

	if (s->now.rules == 0)
		return;
	at = below(s, s->now.rules);
	snprintf(assignments, sizeof assignments, "comment=s%u", (unsigned)below(s, 10));
	assert_int_equal(sample_set(s->change[s->depth - 1], &menu_filter, s->now.rule[at].id,
	                            assignments, &s->error),
	                 MODEL_OK);
	if (strcmp(s->now.rule[at].text, assignments + 8) == 0)
		return;
	strcpy(s->now.rule[at].text, assignments + 8);
	s->edits[s->depth]++;
}

static void remove_some(struct slow *s)
{
	bool rules = below(s, 3) > 0;
	const struct menu *menu = rules ? &menu_filter : &menu_bridge;
	struct line *lines = rules ? s->now.rule : s->now.bridge;
	size_t *n = rules ? &s->now.rules : &s->now.bridges, count = 0;
	uint64_t ids[ITEMS];

	for (size_t want = below(s, 5); want && *n; want--) {
		size_t at = below(s, *n);

		ids[count++] = lines[at].id;
		remove_line(lines, n, at);
	}
	assert_int_equal(change_remove(s->change[s->depth - 1], menu, ids, count, &s->error),
	                 MODEL_OK);
	s->edits[s->depth] += count > 0;
}

static void move_some(struct slow *s)
{
	struct line moved[4];
	uint64_t ids[4], before;
	size_t count = 0, at;

	for (size_t want = 1 + below(s, 4); want && s->now.rules; want--) {
		at = below(s, s->now.rules);
		ids[count] = s->now.rule[at].id;
		moved[count++] = s->now.rule[at];
		remove_line(s->now.rule, &s->now.rules, at);
	}
	at = below(s, s->now.rules + 1);
	before = at < s->now.rules ? s->now.rule[at].id : MODEL_END;
	for (size_t i = 0; i < count; i++)
		insert_line(s->now.rule, &s->now.rules, at + i, moved[i].id, moved[i].text);
	assert_int_equal(change_move(s->change[s->depth - 1], &menu_filter, ids, count, before,
	                             &s->error),
	                 MODEL_OK);
	s->edits[s->depth] += count > 0;
}

static void begin(struct slow *s)
{
	if (s->depth == DEPTH)
		return;
	s->change[s->depth] = change_begin(s->model, &admin);
	s->before[s->depth] = s->now;
	s->edits[++s->depth] = 0;
}

static void add_step(struct slow *s)
{
	if (s->at == STEPS) {
		memmove(s->step, s->step + 1, STEPS * sizeof(*s->step));
		s->at--;
	}
	s->step[++s->at] = s->now;
	s->end = s->at;
}

static void end(struct slow *s)
{
	struct change *change = s->change[--s->depth];
	unsigned edits = s->edits[s->depth + 1];

	if (below(s, 3) == 0) {
		change_abort(change);
		s->now = s->before[s->depth];
		return;
	}
	assert_int_equal(change_commit(change, &s->error), MODEL_OK);
	s->edits[s->depth] += edits;
	if (s->depth == 0 && edits)
		add_step(s);
}

static void undo_redo(struct slow *s)
{
	bool undo = below(s, 2);
	enum model_refusal refusal = undo ? model_undo(s->model, &admin, &s->error)
	                                  : model_redo(s->model, &admin, &s->error);

	if (undo ? s->at == 0 : s->at == s->end) {
		assert_int_equal(refusal, MODEL_FAILURE);
		strbuf_reset(&s->error);
		return;
	}
	assert_int_equal(refusal, MODEL_OK);
	s->now = s->step[undo ? --s->at : ++s->at];
}

static void step(struct slow *s)
{
	static void (*const inside[])(struct slow *) = {add_rule,    add_rule,  bridge, bridge,
	                                                set_rule,    set_rule,  begin,  end,
	                                                remove_some, move_some, end};

	if (s->depth == 0) {
		if (below(s, 3))
			begin(s);
		else
			undo_redo(s);
	} else {
		inside[below(s, ARRAY_COUNT(inside))](s);
	}
	compare(s);
}

static void test_random(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct slow *s = calloc(1, sizeof(*s));

		assert_non_null(s);
		s->random = seed * UINT64_C(0x9e3779b97f4a7c15);
		s->model = model_create(NULL);
		for (unsigned i = 0; i < 3000; i++)
			step(s);
		while (s->depth)
			end(s);
		compare(s);
		model_destroy(s->model);
		strbuf_free(&s->error);
		strbuf_free(&s->left);
		strbuf_free(&s->right);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_undo),
	        cmocka_unit_test(test_undo_between),
	        cmocka_unit_test(test_safe_mode),
	        cmocka_unit_test(test_load_not_logged),
	        cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
