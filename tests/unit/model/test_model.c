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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
