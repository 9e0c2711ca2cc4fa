/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracking settings: what each of the menu's properties is to the engine, and the table's
 * defaults against the engine's.
 */
#include "model/menu_tracking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

static void set(struct weir_settings *settings, const char *name, const char *text)
{
	const struct property *property = menu_find(&menu_tracking, name, strlen(name));
	struct value value;

	assert_non_null(property);
	assert_true(value_parse(&property->kind, text, strlen(text), &value));
	tracking_apply(settings, property, &value);
}

static void test_set(void **state)
{
	struct weir_settings s;

	(void)state;
	weir_settings_init(&s);
	set(&s, "enabled", "no");
	assert_int_equal(s.enabled, WEIR_ENABLED_NO);
	set(&s, "enabled", "yes");
	assert_int_equal(s.enabled, WEIR_ENABLED_YES);
	set(&s, "tcp-loose-tracking", "no");
	assert_int_equal(s.loose, 0);
	set(&s, "loose-tcp-tracking", "yes");
	assert_int_equal(s.loose, 1);
	set(&s, "liberal-tcp-tracking", "yes");
	assert_int_equal(s.liberal, 1);
	set(&s, "checksum", "no");
	assert_int_equal(s.checksum, 0);
	set(&s, "ignore-invalid-rst", "yes");
	assert_int_equal(s.ignore_invalid_rst, 1);
	set(&s, "max-retrans", "0");
	assert_int_equal(s.max_retrans, 0);
	set(&s, "max-entries", "8192");
	assert_int_equal(s.max_entries, 8192);
	set(&s, "half-open-max", "100");
	assert_int_equal(s.max_half_open, 100);
	set(&s, "udp-stream-timeout", "00:02:00");
	assert_int_equal(s.timeout[WEIR_T_UDP_STREAM], 120 * WEIR_SEC);
	set(&s, "tcp-established-timeout", "1h");
	assert_int_equal(s.timeout[WEIR_T_TCP_ESTABLISHED], 3600 * WEIR_SEC);
}

/* What is only told, and what the engine does not know. */
static void test_nothing(void **state)
{
	struct weir_settings s, before;

	(void)state;
	weir_settings_init(&s);
	memcpy(&before, &s, sizeof s);
	set(&s, "active-ipv4", "yes");
	set(&s, "total-entries", "5");
	set(&s, "tcp-syncookie", "yes");
	assert_memory_equal(&s, &before, sizeof s);
}

/* Every timeout of the engine is a setting, under its own name. */
static void test_all_timeouts(void **state)
{
	struct weir_settings s;

	(void)state;
	weir_settings_init(&s);
	for (unsigned i = 0; i < WEIR_TIMEOUT_COUNT; i++) {
		struct strbuf text = STRBUF_INIT;

		strbuf_printf(&text, "%us", 1000 + i);
		set(&s, weir_timeout_name((enum weir_timeout)i), strbuf_text(&text));
		assert_int_equal(s.timeout[i], (1000 + i) * WEIR_SEC);
		strbuf_free(&text);
	}
}

/* Setting each property to the table's default makes the engine's defaults. */
static void test_defaults(void **state)
{
	struct weir_settings s, defaults;
	unsigned count = 0;

	(void)state;
	weir_settings_init(&defaults);
	memset(&s, 0, sizeof s);
	memcpy(&s.needed, &defaults.needed, 1);
	for (size_t i = 0; i < menu_tracking.count; i++) {
		const struct property *property = &menu_tracking.properties[i];

		if (property->initial == NULL)
			continue;
		set(&s, property->name, property->initial);
		count++;
	}
	assert_int_equal(count, WEIR_TIMEOUT_COUNT + 10);
	assert_int_equal(s.enabled, defaults.enabled);
	assert_int_equal(s.loose, defaults.loose);
	assert_int_equal(s.liberal, defaults.liberal);
	assert_int_equal(s.checksum, defaults.checksum);
	assert_int_equal(s.ignore_invalid_rst, defaults.ignore_invalid_rst);
	assert_int_equal(s.max_retrans, defaults.max_retrans);
	assert_int_equal(s.max_entries, defaults.max_entries);
	assert_int_equal(s.max_half_open, defaults.max_half_open);
	assert_int_equal(s.max_expectations, defaults.max_expectations);
	assert_memory_equal(s.timeout, defaults.timeout, sizeof s.timeout);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_set),
	        cmocka_unit_test(test_nothing),
	        cmocka_unit_test(test_all_timeouts),
	        cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
