/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model of all menus of weir: what it begins with, names and references, interfaces that
 * only a reference names, versions, live menus, listing while things change.
 */
#include "model_sample.h"

static void test_begins(void **state)
{
	struct model *model = model_create(NULL);

	(void)state;
	assert_non_null(model);
	assert_non_null(model_settings(model, &menu_tracking));
	assert_string_equal(shown(model, &menu_tracking, 1, "udp-timeout"), "30s");
	assert_string_equal(listed(model, &menu_filter, "chain"), "");
	assert_int_equal(model_count(model, &menu_filter), 0);
	assert_ptr_equal(model_menu(model, "/ip firewall filter"), &menu_filter);
	assert_ptr_equal(model_menu(model, "/ip/firewall/filter"), &menu_filter);
	assert_null(model_menu(model, "/ip firewall"));
	assert_null(model_menu(model, "/ip firewall fil"));
	model_destroy(model);
}

/* References are kept as ids: a rename needs no change, what is gone shows as its id. */
static void test_references(void **state)
{
	struct model *model = model_create(NULL);
	uint64_t bridge = add(model, &menu_bridge, "name=bridge1"), rule, id;
	struct change *change;
	struct strbuf error = STRBUF_INIT;

	(void)state;
	rule = add(model, &menu_filter, "chain=a in-interface=!bri out-interface=*99");
	assert_string_equal(shown(model, &menu_filter, rule, "in-interface"), "!bridge1");
	assert_string_equal(shown(model, &menu_filter, rule, "out-interface"), "*99");
	assert_string_equal(shown(model, &menu_filter, rule, "invalid"), "yes");
	set(model, &menu_filter, rule, "!out-interface");
	assert_string_equal(shown(model, &menu_filter, rule, "invalid"), "no");
	set(model, &menu_bridge, bridge, "name=lan");
	assert_string_equal(shown(model, &menu_filter, rule, "in-interface"), "!lan");
	/* *99 must not come to mean what is made later. */
	assert_true(add(model, &menu_bridge, "name=other") > 0x99);
	add(model, &menu_bridge, "name=lan2");
	assert_int_equal(model_find_name(model, &menu_interface, "la", 2, &id), SETTING_SEVERAL);
	assert_int_equal(model_find_name(model, &menu_interface, "lan", 3, &id), SETTING_ONE);
	assert_int_equal(model_find_name(model, &menu_vlan, "lan", 3, &id), SETTING_NONE);
	take(model, &menu_interface, bridge);
	assert_string_equal(shown(model, &menu_filter, rule, "in-interface"), "!*1");
	assert_true(item_invalid(model, model_item(model, &menu_filter, rule)));
	assert_string_equal(listed(model, &menu_interface, "name"), "other,lan2");
	assert_string_equal(listed(model, &menu_interface, "type"), "bridge,bridge");
	set(model, &menu_interface, model_count(model, &menu_interface) + 0x99 - 1,
	    "comment=x disabled=yes");
	assert_string_equal(listed(model, &menu_bridge, "disabled"), "yes,no");
	change = change_begin(model, &admin);
	refused(sample_set(change, &menu_filter, rule, "in-interface=l", &error), MODEL_OK, &error,
	        "");
	change_abort(change);
	strbuf_free(&error);
	model_destroy(model);
}

static void test_hardware(void **state)
{
	struct model *model = model_create(NULL);
	struct strbuf error = STRBUF_INIT;
	uint64_t port = model_add_hardware(model, "ether1"), id, rule;
	struct change *change;

	(void)state;
	assert_int_equal(model_add_hardware(model, "ether1"), port);
	assert_int_equal(model_find_hardware(model, "ether2"), 0);
	assert_int_equal(model_count(model, &menu_history), 0);
	model_set_lenient(model, true);
	change = change_begin(model, &admin);
	assert_int_equal(sample_add(change, &menu_filter,
	                            "chain=a in-interface=sfp-sfpplus1 out-interface=l2tp-x", &rule,
	                            &error),
	                 MODEL_OK);
	id = model_find_hardware(model, "sfp-sfpplus1");
	assert_int_not_equal(model_find_hardware(model, "ether3"), 0);
	assert_string_equal(listed(model, &menu_ethernet, "name"), "ether1,sfp-sfpplus1,ether3");
	assert_string_equal(listed(model, &menu_interface, "name"),
	                    "ether1,sfp-sfpplus1,l2tp-x,ether3");
	assert_string_equal(listed(model, &menu_interface, "dynamic"), "no,yes,yes,yes");
	assert_string_equal(listed(model, &menu_interface, "type"), "ether,ether,unknown,ether");
	refused(change_remove(change, &menu_interface, &id, 1, &error), MODEL_FAILURE, &error,
	        "failure: cannot remove builtin");
	/* Set, it is worth keeping; and the machine may have it after all. */
	assert_int_equal(sample_set(change, &menu_ethernet, id, "name=uplink", &error), MODEL_OK);
	assert_string_equal(shown(model, &menu_filter, rule, "in-interface"), "uplink");
	assert_false(item_dynamic(model_item(model, &menu_ethernet, id)));
	change_abort(change);
	assert_string_equal(listed(model, &menu_interface, "name"), "ether1");
	model_set_lenient(model, false);
	change = change_begin(model, &admin);
	refused(sample_add(change, &menu_filter, "chain=a in-interface=ether9", &rule, &error),
	        MODEL_BAD_VALUE, &error, "input does not match any value of interface");
	change_abort(change);
	strbuf_free(&error);
	model_destroy(model);
}

static void test_versions(void **state)
{
	struct model *model = model_create(NULL);
	struct change *change = change_begin(model, &admin);

	(void)state;
	model_set_version(model, MENU_VERSION(6, 43));
	assert_string_equal(shown(model, &menu_tracking, 1, "udp-timeout"), "10s");
	change_abort(change);
	assert_int_equal(model_version(model), MENU_VERSION(7, 16));
	assert_string_equal(shown(model, &menu_tracking, 1, "udp-timeout"), "30s");
	model_destroy(model);
}

/* Items that stay are listed once, whatever comes, goes and moves meanwhile. */
static void test_listing(void **state)
{
	struct model *model = model_create(NULL);
	struct menu_source *source;
	const struct item *item;
	uint64_t seen[20] = {0}, number = 0;

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		add(model, &menu_filter, "chain=a");
	source = model_open(model, &menu_filter);
	while ((item = source->next(source)) != NULL) {
		uint64_t id = item_id(item);

		assert_true(id < ARRAY_COUNT(seen));
		seen[id]++;
		number++;
		if (number == 2) {
			move(model, &menu_filter, 1, MODEL_END);
			move(model, &menu_filter, 8, 3);
		} else if (number == 3) {
			take(model, &menu_filter, id);
			/* It is the source's until its next call. */
			assert_int_equal(item_id(item), id);
			set(model, &menu_filter, 5, "comment=x");
		} else if (number == 4) {
			take(model, &menu_filter, 6);
			add(model, &menu_filter, "chain=b");
		}
	}
	for (unsigned id = 1; id <= 8; id++)
		assert_int_equal(seen[id], id == 6 ? 0 : 1);
	source->rewind(source);
	item = source->next(source);
	assert_int_equal(item_id(item), 2);
	item = model_find(source, 5);
	assert_int_equal(model_id(source, item), 5);
	assert_null(model_find(source, 6));
	model_close(source);
	model_destroy(model);
}

static void value_of(void *ctx, const struct menu *menu, const struct item *item,
                     const struct property *property, struct value *value)
{
	(void)menu;
	if (strcmp(property->name, "packets") == 0)
		value_set_number(value, VALUE_COUNTER, *(uint64_t *)ctx + item_id(item));
}

static void test_live_values(void **state)
{
	struct model *model = model_create(NULL);
	const struct menu_live live = {.value = value_of};
	uint64_t base = 1000;
	void *ctx;

	(void)state;
	add(model, &menu_filter, "chain=a");
	assert_string_equal(listed(model, &menu_filter, "packets"), "-");
	model_bind(model, &menu_filter, &live, &base);
	assert_ptr_equal(model_live(model, &menu_filter, &ctx), &live);
	assert_ptr_equal(ctx, &base);
	assert_string_equal(listed(model, &menu_filter, "packets"), "1 001");
	assert_string_equal(listed(model, &menu_filter, "bytes"), "-");
	assert_string_equal(listed(model, &menu_log, ".id"), "");
	model_bind(model, &menu_filter, NULL, NULL);
	assert_null(model_live(model, &menu_filter, &ctx));
	model_destroy(model);
}

static void test_tree(void **state)
{
	const struct menu_node *root = tree_create(), *ip, *node;
	bool ambiguous;

	(void)state;
	ip = tree_find(root, "/ip");
	assert_non_null(ip);
	assert_string_equal(ip->path, "/ip");
	node = tree_find(root, "/ip/firewall/filter");
	assert_ptr_equal(node->menu, &menu_filter);
	assert_string_equal(node->path, "/ip firewall filter");
	assert_ptr_equal(node->parent, tree_find(root, "/ip firewall"));
	assert_ptr_equal(tree_child(node->parent, "fil", 3, &ambiguous), node);
	assert_null(tree_child(ip, "s", 1, &ambiguous));
	assert_true(ambiguous);
	assert_null(tree_child(ip, "nonsense", 8, &ambiguous));
	assert_false(ambiguous);
	assert_true(tree_find(root, "/interface wireless")->foreign);
	assert_false(ip->foreign);
	for (node = ip->child; node->next; node = node->next)
		assert_true(strcmp(node->word, node->next->word) < 0);
	tree_destroy(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_begins),     cmocka_unit_test(test_references),
	        cmocka_unit_test(test_hardware),   cmocka_unit_test(test_versions),
	        cmocka_unit_test(test_listing),    cmocka_unit_test(test_live_values),
	        cmocka_unit_test(test_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
