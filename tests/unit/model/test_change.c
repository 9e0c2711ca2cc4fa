/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes: what operations do and what they say when they refuse, nesting, observers, and that
 * whatever is refused, aborted or out of memory leaves nothing of itself.
 */
#include "model_sample.h"

struct fixture {
	struct clock_and_log world;
	struct model *model;
	struct strbuf error;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct model_world world = {f, sample_now, sample_log};

	f->world.now = 1000 * WEIR_SEC;
	f->model = model_create(&world);
	*state = f;
	return f->model ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	strbuf_free(&f->error);
	free(f);
	return 0;
}

static void test_add(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	uint64_t id = add(m, &menu_filter, "chain=forward action=drop comment=b");

	assert_int_equal(id, 1);
	assert_string_equal(f->world.log, "filter rule added by admin");
	assert_int_equal(add(m, &menu_filter, "chain=input protocol=tc dst-port=80"), 2);
	assert_string_equal(listed(m, &menu_filter, "chain"), "forward,input");
	assert_string_equal(listed(m, &menu_filter, "action"), "drop,accept");
	assert_string_equal(listed(m, &menu_filter, "protocol"), "-,tcp");
	assert_string_equal(listed(m, &menu_filter, "disabled"), "no,no");
	assert_string_equal(listed(m, &menu_filter, ".id"), "*1,*2");
	set(m, &menu_filter, 1, "disabled=yes !comment");
	assert_string_equal(f->world.log, "filter rule changed by admin");
	assert_true(item_disabled(model_item(m, &menu_filter, 1)));
	assert_false(item_written(model_item(m, &menu_filter, 1),
	                          menu_find(&menu_filter, "comment", 7)));
	take(m, &menu_filter, 1);
	assert_null(model_item(m, &menu_filter, 1));
	assert_int_equal(add(m, &menu_filter, "chain=input"), 3);
	assert_int_equal(model_count(m, &menu_filter), 2);
}

static void test_places(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	struct change *change;
	struct assignment a = {menu_find(&menu_filter, "chain", 5), "input", 5};
	uint64_t id, both[] = {4, 1};

	for (const char *c = "a\0b\0c\0d\0"; *c; c += 2) {
		char text[32] = "chain=input comment=";

		add(m, &menu_filter, strcat(text, c));
	}
	move(m, &menu_filter, 4, 1);
	assert_string_equal(f->world.log, "filter rule moved by admin");
	assert_string_equal(listed(m, &menu_filter, ".id"), "*4,*1,*2,*3");
	move(m, &menu_filter, 4, MODEL_END);
	assert_string_equal(listed(m, &menu_filter, ".id"), "*1,*2,*3,*4");
	change = change_begin(m, &admin);
	assert_int_equal(change_move(change, &menu_filter, both, 2, 3, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, ".id"), "*2,*4,*1,*3");
	assert_int_equal(change_add(change, &menu_filter, &a, 1, 1, 4, &id, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, ".id"), "*2,*4,*5,*1,*3");
	assert_string_equal(listed(m, &menu_filter, "comment"), "b,d,d,a,c");
	refused(change_move(change, &menu_filter, both, 2, 1, &f->error), MODEL_FAILURE, &f->error,
	        "failure: can not move object before itself");
	refused(change_move(change, &menu_filter, both, 2, 99, &f->error), MODEL_NO_ITEM,
	        &f->error, "no such item");
	refused(change_add(change, &menu_filter, &a, 1, 99, 0, &id, &f->error), MODEL_NO_ITEM,
	        &f->error, "failure: item referred by 'place-before' does not exist");
	refused(change_add(change, &menu_filter, &a, 1, MODEL_END, 99, &id, &f->error),
	        MODEL_NO_ITEM, &f->error, "no such item");
	change_abort(change);
	assert_string_equal(listed(m, &menu_filter, ".id"), "*1,*2,*3,*4");
	/* The marks of what was refused are gone: one item goes, not three. */
	take(m, &menu_filter, 2);
	assert_string_equal(listed(m, &menu_filter, ".id"), "*1,*3,*4");
}

static void test_refusals(void **state)
{
	static const struct {
		const struct menu *menu;
		const char *assignments;
		enum model_refusal refusal;
		const char *error;
	} adds[] = {
	        {&menu_filter, "action=drop", MODEL_MISSING,
	         "missing value(s) of argument(s) chain"},
	        {&menu_address_list, "comment=x", MODEL_MISSING,
	         "missing value(s) of argument(s) list address"},
	        {&menu_address_list, "list=a address=10.0.0.1/32", MODEL_FAILURE,
	         "failure: already have such entry"},
	        {&menu_bridge, "name=v1", MODEL_FAILURE,
	         "failure: already have interface with such name"},
	        {&menu_interface_list, "name=WAN", MODEL_FAILURE,
	         "failure: already have such name"},
	        {&menu_filter, "chain=input in-interface=nowhere", MODEL_BAD_VALUE,
	         "input does not match any value of interface"},
	        {&menu_filter, "chain=input disabled=perhaps", MODEL_BAD_VALUE,
	         "expected yes or no"},
	        {&menu_filter, "chain=input bytes=1", MODEL_BAD_VALUE, "bytes is read-only"},
	        {&menu_ip_service, "name=x", MODEL_FAILURE, "failure: cannot add here"},
	        {&menu_tracking, "udp-timeout=5", MODEL_FAILURE, "failure: cannot add here"},
	        {&menu_log, "", MODEL_FAILURE, "failure: cannot be changed here"},
	};
	struct fixture *f = *state;
	struct model *m = f->model;
	uint64_t bridge = add(m, &menu_bridge, "name=br"), id = 0, ids[] = {1, 77};
	struct change *change;

	add(m, &menu_vlan, "name=v1 interface=br vlan-id=5");
	add(m, &menu_interface_list, "name=WAN");
	add(m, &menu_address_list, "list=a address=10.0.0.1");
	for (size_t i = 0; i < ARRAY_COUNT(adds); i++) {
		uint64_t generation = model_generation(m);

		change = change_begin(m, &admin);
		refused(sample_add(change, adds[i].menu, adds[i].assignments, &id, &f->error),
		        adds[i].refusal, &f->error, adds[i].error);
		assert_int_equal(change_commit(change, &f->error), MODEL_OK);
		assert_int_equal(model_generation(m), generation);
	}
	change = change_begin(m, &admin);
	refused(sample_set(change, &menu_filter, 9, "comment=x", &f->error), MODEL_NO_ITEM,
	        &f->error, "no such item");
	refused(sample_set(change, &menu_vlan, bridge, "comment=x", &f->error), MODEL_NO_ITEM,
	        &f->error, "no such item");
	refused(sample_set(change, &menu_bridge, bridge, "name=v1", &f->error), MODEL_FAILURE,
	        &f->error, "failure: already have interface with such name");
	refused(change_remove(change, &menu_address_list, ids, 2, &f->error), MODEL_NO_ITEM,
	        &f->error, "no such item");
	refused(change_remove(change, &menu_interface_list, ids, 1, &f->error), MODEL_FAILURE,
	        &f->error, "failure: cannot remove builtin");
	change_abort(change);
	assert_int_equal(model_count(m, &menu_address_list), 1);
}

static void test_nesting(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	struct change *outer = change_begin(m, &admin), *inner;
	uint64_t id, one = 1;

	assert_int_equal(sample_add(outer, &menu_filter, "chain=a", &id, &f->error), MODEL_OK);
	inner = change_begin(m, &admin);
	assert_int_equal(sample_add(inner, &menu_filter, "chain=b", &id, &f->error), MODEL_OK);
	assert_int_equal(change_remove(inner, &menu_filter, &one, 1, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_filter, "chain"), "b");
	change_abort(inner);
	assert_string_equal(listed(m, &menu_filter, "chain"), "a");
	inner = change_begin(m, &admin);
	assert_int_equal(sample_set(inner, &menu_filter, 1, "chain=c", &f->error), MODEL_OK);
	assert_int_equal(change_commit(inner, &f->error), MODEL_OK);
	assert_int_equal(model_generation(m), 0);
	assert_true(change_touched(outer, &menu_filter));
	assert_false(change_touched(outer, &menu_nat));
	assert_int_equal(change_commit(outer, &f->error), MODEL_OK);
	assert_int_equal(model_generation(m), 1);
	assert_string_equal(listed(m, &menu_filter, "chain"), "c");

	/* The inner of two that the outer one did not wait for. */
	outer = change_begin(m, &admin);
	inner = change_begin(m, &admin);
	assert_int_equal(sample_add(inner, &menu_filter, "chain=d", &id, &f->error), MODEL_OK);
	change_abort(outer);
	refused(sample_add(inner, &menu_filter, "chain=e", &id, &f->error), MODEL_FAILURE,
	        &f->error, "failure: the change around this one has ended");
	change_abort(inner);
	assert_string_equal(listed(m, &menu_filter, "chain"), "c");
}

struct watcher {
	bool refuse;
	unsigned prepared, published, discarded;
	struct strbuf seen;
};

static void note(void *ctx, const struct item *before, const struct item *after)
{
	struct watcher *w = ctx;
	const struct item *item = after ? after : before;

	strbuf_printf(&w->seen, "%c%u ", before == NULL ? '+' : after == NULL ? '-' : '=',
	              (unsigned)item_id(item));
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct watcher *w = ctx;

	w->prepared++;
	strbuf_reset(&w->seen);
	if (change_touched(change, &menu_filter))
		change_items(change, &menu_filter, note, w);
	if (w->refuse)
		strbuf_str(error, "failure: too many rules");
	return !w->refuse;
}

static void publish(void *ctx, struct change *change)
{
	(void)change;
	((struct watcher *)ctx)->published++;
}

static void discard(void *ctx, struct change *change)
{
	(void)change;
	((struct watcher *)ctx)->discarded++;
}

static void test_observers(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	struct watcher first = {0}, second = {0};
	struct model_observer observer = {&first, prepare, publish, discard};
	uint64_t id, gone[] = {2, 4};
	struct change *change;

	assert_true(model_observe(m, &observer));
	observer.ctx = &second;
	assert_true(model_observe(m, &observer));
	add(m, &menu_filter, "chain=a");
	add(m, &menu_filter, "chain=b");
	assert_string_equal(strbuf_text(&second.seen), "+2 ");
	change = change_begin(m, &admin);
	assert_int_equal(sample_add(change, &menu_filter, "chain=c", &id, &f->error), MODEL_OK);
	assert_int_equal(sample_add(change, &menu_filter, "chain=d", &id, &f->error), MODEL_OK);
	assert_int_equal(sample_set(change, &menu_filter, 1, "chain=e", &f->error), MODEL_OK);
	assert_int_equal(sample_set(change, &menu_filter, 3, "chain=f", &f->error), MODEL_OK);
	assert_int_equal(change_remove(change, &menu_filter, gone, 2, &f->error), MODEL_OK);
	second.refuse = true;
	refused(change_commit(change, &f->error), MODEL_FAILURE, &f->error,
	        "failure: too many rules");
	assert_string_equal(strbuf_text(&first.seen), "=1 -2 +3 ");
	assert_string_equal(listed(m, &menu_filter, "chain"), "a,b");
	assert_int_equal(first.discarded, 1);
	assert_int_equal(second.discarded, 0);
	assert_int_equal(first.published, 2);
	assert_int_equal(first.prepared, 3);
	strbuf_free(&first.seen);
	strbuf_free(&second.seen);
}

static void test_expiry(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	struct change *change;
	struct assignment a[2];
	uint64_t id;

	add(m, &menu_address_list, "list=a address=10.0.0.1");
	add(m, &menu_address_list, "list=a address=10.0.0.2 timeout=1m");
	add(m, &menu_address_list, "list=a address=10.0.0.3 timeout=2h");
	add(m, &menu_address_list, "list=a address=10.0.0.4 dynamic=yes");
	change = change_begin(m, NULL);
	assert_int_equal(change_add_dynamic(change, &menu_address_list, a,
	                                    sample_assignments(&menu_address_list,
	                                                       "list=a address=10.0.0.5", a),
	                                    90 * WEIR_SEC, &id, &f->error),
	                 MODEL_OK);
	assert_int_equal(change_commit(change, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_address_list, "dynamic"), "no,yes,yes,yes,yes");
	assert_string_equal(listed(m, &menu_address_list, "timeout"), "-,1m,2h,-,1m30s");
	assert_int_equal(model_expire(m), 1060 * WEIR_SEC);
	f->world.now += 10 * WEIR_SEC;
	set(m, &menu_address_list, 2, "comment=x");
	assert_string_equal(listed(m, &menu_address_list, "timeout"), "-,50s,1h59m50s,-,1m20s");
	f->world.now += 50 * WEIR_SEC;
	assert_int_equal(model_expire(m), 1090 * WEIR_SEC);
	assert_string_equal(listed(m, &menu_address_list, ".id"), "*1,*3,*4,*5");
	set(m, &menu_address_list, 3, "!timeout");
	set(m, &menu_address_list, 1, "timeout=30");
	assert_string_equal(listed(m, &menu_address_list, "dynamic"), "yes,no,yes,yes");
	f->world.now += 30 * WEIR_SEC;
	assert_int_equal(model_expire(m), UINT64_MAX);
	assert_string_equal(listed(m, &menu_address_list, ".id"), "*3,*4");
	assert_string_equal(shown(m, &menu_address_list, 3, "creation-time"),
	                    "1970-01-01 00:16:40");
}

static void test_reset(void **state)
{
	struct fixture *f = *state;
	struct model *m = f->model;
	uint64_t port = model_add_hardware(m, "ether1");
	struct change *change;

	assert_int_not_equal(port, 0);
	set(m, &menu_ethernet, port, "name=wan comment=x");
	add(m, &menu_bridge, "name=ether1");
	add(m, &menu_filter, "chain=a in-interface=wan");
	set(m, &menu_tracking, 0, "udp-timeout=5s");
	change = change_begin(m, &admin);
	assert_int_equal(change_reset(change, &f->error), MODEL_OK);
	assert_int_equal(change_commit(change, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_ethernet, "name"), "ether1");
	assert_string_equal(listed(m, &menu_bridge, "name"), "");
	assert_string_equal(listed(m, &menu_filter, "chain"), "");
	assert_string_equal(shown(m, &menu_tracking, 1, "udp-timeout"), "30s");
	assert_int_equal(model_undo(m, &admin, &f->error), MODEL_OK);
	assert_string_equal(listed(m, &menu_ethernet, "name"), "wan");
	assert_string_equal(listed(m, &menu_bridge, "name"), "ether1");
	assert_string_equal(listed(m, &menu_filter, "in-interface"), "wan");
	assert_string_equal(shown(m, &menu_tracking, 1, "udp-timeout"), "5s");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
	const struct CMUnitTest tests[] = {
	        TEST(add),       TEST(places), TEST(refusals), TEST(nesting),
	        TEST(observers), TEST(expiry), TEST(reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
