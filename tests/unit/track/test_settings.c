/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tracking settings: defaults, names, limits, and what a worker gets.
 */
#include "track/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int compile(const struct weir_settings *in, struct track_settings *out)
{
	return track_settings_compile(in, 1, out);
}

static void test_defaults(void **state)
{
	struct weir_settings s;
	struct track_settings t;

	(void)state;
	memset(&s, 0xff, sizeof(s));
	weir_settings_init(&s);
	assert_int_equal(s.enabled, WEIR_ENABLED_AUTO);
	assert_int_equal(s.max_retrans, 3);
	assert_int_equal(s.timeout[WEIR_T_TCP_ESTABLISHED], 86400 * WEIR_SEC);
	assert_int_equal(s.timeout[WEIR_T_DCCP_TIMEWAIT], 240 * WEIR_SEC);
	assert_int_equal(s.max_expectations, 4096);
	assert_int_equal(s.sip_direct_media, 1);
	assert_int_equal(s.sip_timeout, 3600 * WEIR_SEC);
	assert_true(s.helper[WEIR_HELPER_FTP].on);
	assert_false(s.helper[WEIR_HELPER_RTSP].on);
	assert_int_equal(s.helper[WEIR_HELPER_SIP].port_count, 2);
	assert_int_equal(s.helper[WEIR_HELPER_SIP].ports[1], 5061);

	assert_int_equal(compile(&s, &t), WEIR_OK);
	assert_true(t.active);
	assert_true(t.loose);
	assert_true(t.checks.checksum);
	assert_false(t.liberal);
	assert_false(t.ignore_invalid_rst);
	assert_int_equal(t.max_retrans, 3);
	assert_int_equal(t.max_entries, 1048576);
	assert_int_equal(t.max_half_open, 524288);
	assert_int_equal(t.timeout[WEIR_T_UDP], 7500);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(weir_timeout_name(WEIR_T_UDP_STREAM), "udp-stream-timeout");
	assert_string_equal(weir_timeout_name(WEIR_T_TCP_SYN_SENT), "tcp-syn-sent-timeout");
	assert_string_equal(weir_timeout_name(WEIR_TIMEOUT_COUNT), "unknown");
	for (int i = 0; i < WEIR_TIMEOUT_COUNT; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(weir_timeout_name(i), weir_timeout_name(k));
}

static void test_enabled(void **state)
{
	static const struct {
		uint8_t enabled, needed;
		bool active;
	} rows[] = {
		{WEIR_ENABLED_AUTO, 0, false}, {WEIR_ENABLED_AUTO, 1, true},
		{WEIR_ENABLED_YES, 0, true},   {WEIR_ENABLED_YES, 1, true},
		{WEIR_ENABLED_NO, 0, false},   {WEIR_ENABLED_NO, 1, false},
	};
	struct weir_settings s;
	struct track_settings t;

	(void)state;
	weir_settings_init(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s.enabled = rows[i].enabled;
		s.needed = rows[i].needed;
		assert_int_equal(compile(&s, &t), WEIR_OK);
		assert_int_equal(t.active, rows[i].active);
	}
	s.enabled = WEIR_ENABLED_NO + 1;
	assert_int_equal(compile(&s, &t), WEIR_ERANGE);
}

static void test_timeout_limits(void **state)
{
	struct weir_settings s;
	struct track_settings t;

	(void)state;
	weir_settings_init(&s);
	for (int i = 0; i < WEIR_TIMEOUT_COUNT; i++) {
		uint64_t good = s.timeout[i];

		s.timeout[i] = WEIR_MSEC;
		assert_int_equal(compile(&s, &t), WEIR_OK);
		assert_int_equal(t.timeout[i], 1); /* a part of a tick is one */
		s.timeout[i] = WEIR_TIMEOUT_MAX;
		assert_int_equal(compile(&s, &t), WEIR_OK);
		assert_int_equal(t.timeout[i], 90u * 86400 * 250);
		assert_true(tick_after(123 + t.timeout[i], 123)); /* comparable */

		memset(&t, 0x5a, sizeof(t));
		s.timeout[i] = WEIR_MSEC - 1;
		assert_int_equal(compile(&s, &t), WEIR_ERANGE);
		s.timeout[i] = WEIR_TIMEOUT_MAX + 1;
		assert_int_equal(compile(&s, &t), WEIR_ERANGE);
		assert_int_equal(t.max_entries, 0x5a5a5a5a); /* untouched */
		s.timeout[i] = good;
	}
}

static void test_other_limits(void **state)
{
	struct weir_settings good, s;
	struct track_settings t;

	(void)state;
	weir_settings_init(&good);
	assert_int_equal(track_settings_compile(&good, 0, &t), WEIR_ERANGE);
	s = good;
	s.max_entries = 0;
	assert_int_equal(compile(&s, &t), WEIR_ERANGE);
	for (int i = 0; i < 5; i++) {
		uint8_t *flags[] = {&s.needed, &s.loose, &s.liberal, &s.checksum,
				    &s.ignore_invalid_rst};

		s = good;
		*flags[i] = 2;
		assert_int_equal(compile(&s, &t), WEIR_ERANGE);
		*flags[i] = 1;
		assert_int_equal(compile(&s, &t), WEIR_OK);
	}
	assert_true(t.ignore_invalid_rst);
}

static void test_helper_limits(void **state)
{
	struct weir_settings good, s;
	struct track_settings t;

	(void)state;
	weir_settings_init(&good);
	for (int i = 0; i < 7; i++) {
		s = good;
		if (i == 0)
			s.max_expectations = 0;
		else if (i == 1)
			s.max_expectations = 65537;
		else if (i == 2)
			s.sip_direct_media = 2;
		else if (i == 3)
			s.sip_timeout = WEIR_TIMEOUT_MAX + 1;
		else if (i == 4)
			s.sip_timeout = 0;
		else if (i == 5)
			s.helper[WEIR_HELPER_IRC].port_count = WEIR_HELPER_PORTS + 1;
		else
			s.helper[WEIR_HELPER_IRC].ports[0] = 0;
		assert_int_equal(compile(&s, &t), WEIR_ERANGE);
	}
}

static void test_shares(void **state)
{
	static const struct {
		uint32_t entries, half_open;
		unsigned workers;
		uint32_t share, half_share;
	} rows[] = {
		{1, 0, 1, 1, 1},
		{1, 0, 4, 1, 1},
		{3, 0, 1, 3, 1},
		{10, 0, 3, 3, 1},
		{10, 4, 3, 3, 1},
		{10, 99, 1, 10, 10}, /* no more than there are */
		{UINT32_MAX, 0, 1, UINT32_MAX, UINT32_MAX / 2},
		{UINT32_MAX, UINT32_MAX, 2, INT32_MAX, INT32_MAX},
	};
	struct weir_settings s;
	struct track_settings t;

	(void)state;
	weir_settings_init(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		s.max_entries = rows[i].entries;
		s.max_half_open = rows[i].half_open;
		assert_int_equal(track_settings_compile(&s, rows[i].workers, &t), WEIR_OK);
		assert_int_equal(t.max_entries, rows[i].share);
		assert_int_equal(t.max_half_open, rows[i].half_share);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),       cmocka_unit_test(test_names),
		cmocka_unit_test(test_enabled),        cmocka_unit_test(test_timeout_limits),
		cmocka_unit_test(test_other_limits),   cmocka_unit_test(test_helper_limits),
		cmocka_unit_test(test_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
