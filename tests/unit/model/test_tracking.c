/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracking settings: every setting by name, the table's defaults against the
 * engine's, what is refused and how, the printed block.
 */
#include "model/menu_tracking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/print.h"

static void set(struct weir_settings *settings, const char *assignment)
{
	struct strbuf error = STRBUF_INIT;

	if (!tracking_set(settings, assignment, &error))
		fail_msg("%s: %s", assignment, strbuf_text(&error));
	assert_int_equal(error.len, 0);
}

static void test_set(void **state)
{
	struct weir_settings s;

	(void)state;
	weir_settings_init(&s);
	set(&s, "enabled=no");
	assert_int_equal(s.enabled, WEIR_ENABLED_NO);
	set(&s, "enabled=yes");
	assert_int_equal(s.enabled, WEIR_ENABLED_YES);
	set(&s, "tcp-loose-tracking=no");
	assert_int_equal(s.loose, 0);
	set(&s, "loose-tcp-tracking=yes");
	assert_int_equal(s.loose, 1);
	set(&s, "liberal-tcp-tracking=yes");
	assert_int_equal(s.liberal, 1);
	set(&s, "checksum=no");
	assert_int_equal(s.checksum, 0);
	set(&s, "ignore-invalid-rst=yes");
	assert_int_equal(s.ignore_invalid_rst, 1);
	set(&s, "max-retrans=0");
	assert_int_equal(s.max_retrans, 0);
	set(&s, "max-entries=8192");
	assert_int_equal(s.max_entries, 8192);
	set(&s, "half-open-max=100");
	assert_int_equal(s.max_half_open, 100);
	set(&s, "udp-stream-timeout=\"00:02:00\"");
	assert_int_equal(s.timeout[WEIR_T_UDP_STREAM], 120 * WEIR_SEC);
	set(&s, "tcp-established-timeout=1h");
	assert_int_equal(s.timeout[WEIR_T_TCP_ESTABLISHED], 3600 * WEIR_SEC);
}

/* Every timeout of the engine is a setting, under its own name. */
static void test_all_timeouts(void **state)
{
	struct weir_settings s;

	(void)state;
	weir_settings_init(&s);
	for (unsigned i = 0; i < WEIR_TIMEOUT_COUNT; i++) {
		struct strbuf text = STRBUF_INIT;

		strbuf_printf(&text, "%s=%us", weir_timeout_name((enum weir_timeout)i), 1000 + i);
		set(&s, strbuf_text(&text));
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
		struct strbuf text = STRBUF_INIT;

		if (property->initial == NULL)
			continue;
		strbuf_printf(&text, "%s=%s", property->name, property->initial);
		set(&s, strbuf_text(&text));
		strbuf_free(&text);
		count++;
	}
	assert_int_equal(count, WEIR_TIMEOUT_COUNT + 8);
	assert_int_equal(s.enabled, defaults.enabled);
	assert_int_equal(s.loose, defaults.loose);
	assert_int_equal(s.liberal, defaults.liberal);
	assert_int_equal(s.checksum, defaults.checksum);
	assert_int_equal(s.ignore_invalid_rst, defaults.ignore_invalid_rst);
	assert_int_equal(s.max_retrans, defaults.max_retrans);
	assert_int_equal(s.max_entries, defaults.max_entries);
	assert_int_equal(s.max_half_open, defaults.max_half_open);
	assert_memory_equal(s.timeout, defaults.timeout, sizeof s.timeout);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
	        {"udp-timeout=abc",
	         "udp-timeout: expected a time such as 30s, 1h30m or 00:05:00, from 1ms to 12w6d, "
	         "not 'abc'"},
	        {"udp-timeout=0",
	         "udp-timeout: expected a time such as 30s, 1h30m or 00:05:00, from 1ms to 12w6d, "
	         "not '0'"},
	        {"udp-timeout=13w",
	         "udp-timeout: expected a time such as 30s, 1h30m or 00:05:00, from 1ms to 12w6d, "
	         "not '13w'"},
	        {"udp-timeout=\"1m",
	         "udp-timeout: expected a time such as 30s, 1h30m or 00:05:00, from 1ms to 12w6d, "
	         "not '\"1m'"},
	        {"enabled=perhaps", "enabled: expected one of auto, yes, no, not 'perhaps'"},
	        {"loose-tcp-tracking=1", "loose-tcp-tracking: expected yes or no, not '1'"},
	        {"max-retrans=256", "max-retrans: expected a number from 0 to 255, not '256'"},
	        {"max-entries=0", "max-entries: expected a number from 1 to 4294967295, not '0'"},
	        {"max-entries=", "max-entries: expected a number from 1 to 4294967295, not ''"},
	        {"udp-timeout", "expected udp-timeout= and a time such as 30s, 1h30m or 00:05:00, "
	                        "from 1ms to 12w6d"},
	        {"total-entries=5", "total-entries is read-only"},
	        {"active-ipv4=yes", "active-ipv4 is read-only"},
	        {"udp-timout=5",
	         "no setting 'udp-timout' in /ip firewall connection tracking; did you mean "
	         "udp-timeout?"},
	        {"=5", "no setting '' in /ip firewall connection tracking"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct weir_settings s, before;
		struct strbuf error = STRBUF_INIT;

		weir_settings_init(&s);
		memcpy(&before, &s, sizeof s);
		assert_false(tracking_set(&s, cases[i].text, &error));
		assert_string_equal(strbuf_text(&error), cases[i].error);
		assert_memory_equal(&s, &before, sizeof s);
		strbuf_free(&error);
	}
}

static void test_print(void **state)
{
	static const char head[] = "                         enabled: auto\n"
	                           "                     active-ipv4: yes\n"
	                           "                     active-ipv6: yes\n"
	                           "            tcp-syn-sent-timeout: 5s\n"
	                           "        tcp-syn-received-timeout: 5s\n"
	                           "         tcp-established-timeout: 1d\n";
	static const char tail[] = "                     max-entries: 1048576\n"
	                           "                   half-open-max: 0\n"
	                           "                   total-entries: 57\n"
	                           "               total-ip4-entries: 51\n"
	                           "               total-ip6-entries: 6\n"
	                           "\n";
	struct tracking tracking = {.total_ip4 = 51, .total_ip6 = 6};
	struct print_options options = {.layout = PRINT_BRIEF};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);
	struct tracking_source source;

	(void)state;
	weir_settings_init(&tracking.settings);
	tracking_source_init(&source, &tracking);
	assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
	assert_memory_equal(strbuf_text(&text), head, sizeof head - 1);
	assert_true(text.len > sizeof tail);
	assert_string_equal(strbuf_text(&text) + text.len - (sizeof tail - 1), tail);

	strbuf_reset(&text);
	tracking.settings.enabled = WEIR_ENABLED_NO;
	options.layout = PRINT_JSON;
	assert_true(print_proplist_parse(&menu_tracking,
	                                 "enabled,active-ipv4,udp-timeout,total-entries",
	                                 &options.proplist, &text));
	assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&text),
	                    "{\"enabled\":\"no\",\"active-ipv4\":false,\"udp-timeout\":\"30s\","
	                    "\"total-entries\":57}\n");
	strbuf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_set),      cmocka_unit_test(test_all_timeouts),
	        cmocka_unit_test(test_defaults), cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
