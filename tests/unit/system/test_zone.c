/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and zones: against the C library for many days and zones, at the hours that are not
 * or are twice, and files that are cut or wrong.
 */
#include "system/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "system/civil.h"

static int64_t at(int year, unsigned month, unsigned day, unsigned hour, unsigned minute)
{
	return civil_seconds(&(struct civil){year, month, day, hour, minute, 0, 0});
}

static void test_civil(void **state)
{
	(void)state;
	for (int64_t seconds = -62135596800; seconds < 253402300800; seconds += 86400 * 11 + 3671) {
		time_t t = (time_t)seconds;
		struct civil c;
		struct tm tm;

		gmtime_r(&t, &tm);
		civil_from_seconds(seconds, &c);
		assert_int_equal(c.year, tm.tm_year + 1900);
		assert_int_equal(c.month, tm.tm_mon + 1);
		assert_int_equal(c.day, tm.tm_mday);
		assert_int_equal(c.hour * 3600 + c.minute * 60 + c.second,
				 tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
		assert_int_equal(c.weekday, tm.tm_wday);
		assert_int_equal(civil_seconds(&c), seconds);
	}
}

static void test_civil_text(void **state)
{
	static const struct {
		const char *text, *printed, *old;
	} dates[] = {
		{"2026-11-21", "2026-11-21", "nov/21/2026"},
		{"jan/02/1970", "1970-01-02", "jan/02/1970"},
		{"FEB/29/2024", "2024-02-29", "feb/29/2024"},
		{"2024-2-9", "2024-02-09", "feb/09/2024"},
		{"2026-02-29", NULL, NULL},
		{"2026-13-01", NULL, NULL},
		{"2026-00-01", NULL, NULL},
		{"0000-01-01", NULL, NULL},
		{"foo/02/1970", NULL, NULL},
		{"jan/02/1970x", NULL, NULL},
		{"", NULL, NULL},
	};
	struct strbuf out = STRBUF_INIT;
	struct civil c;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(dates); i++) {
		bool ok = civil_parse_date(dates[i].text, strlen(dates[i].text), &c);

		assert_int_equal(ok, dates[i].printed != NULL);
		if (!ok)
			continue;
		strbuf_reset(&out);
		civil_print_date(&c, false, &out);
		assert_string_equal(strbuf_text(&out), dates[i].printed);
		strbuf_reset(&out);
		civil_print_date(&c, true, &out);
		assert_string_equal(strbuf_text(&out), dates[i].old);
	}
	assert_true(civil_parse_time("07:05", 5, &c));
	strbuf_reset(&out);
	civil_print_time(&c, &out);
	assert_string_equal(strbuf_text(&out), "07:05:00");
	assert_false(civil_parse_time("24:00:00", 8, &c));
	assert_false(civil_parse_time("1:60", 4, &c));
	assert_false(civil_parse_time("12", 2, &c));
	strbuf_free(&out);
}

/* Each zone at many moments from 1900 to 2100, as the C library has it. */
static void test_library(void **state)
{
	static const char *const names[] = {
		"Europe/London",     "America/New_York", "Asia/Kolkata",     "Australia/Lord_Howe",
		"America/Sao_Paulo", "Etc/UTC",		 "Pacific/Auckland", "Africa/Casablanca",
		"Asia/Tokyo",	     "America/St_Johns"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		struct zone *zone = zone_load(NULL, names[i]);
		int64_t step = 86400 * 3 + 12347;

		assert_non_null(zone);
		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t utc = -2208988800; utc < 4102444800; utc += step) {
			time_t t = (time_t)utc;
			struct tm tm;
			bool summer;

			localtime_r(&t, &tm);
			if (zone_offset(zone, utc, &summer) != tm.tm_gmtoff ||
			    summer != (tm.tm_isdst > 0))
				fail_msg("%s at %lld", names[i], (long long)utc);
		}
		zone_free(zone);
	}
	unsetenv("TZ");
	tzset();
}

static void test_local(void **state)
{
	struct zone *zone = zone_load(NULL, "Europe/London");

	(void)state;
	assert_non_null(zone);
	assert_int_equal(zone_to_utc(zone, at(2026, 1, 10, 12, 0)), at(2026, 1, 10, 12, 0));
	assert_int_equal(zone_to_utc(zone, at(2026, 7, 10, 12, 0)), at(2026, 7, 10, 11, 0));
	/* 29 March 2026: 01:00 to 02:00 is not; 25 October: it is twice. */
	assert_int_equal(zone_to_utc(zone, at(2026, 3, 29, 0, 59)), at(2026, 3, 29, 0, 59));
	assert_int_equal(zone_to_utc(zone, at(2026, 3, 29, 1, 30)), at(2026, 3, 29, 1, 30));
	assert_int_equal(zone_to_utc(zone, at(2026, 3, 29, 2, 0)), at(2026, 3, 29, 1, 0));
	assert_int_equal(zone_to_utc(zone, at(2026, 10, 25, 1, 30)), at(2026, 10, 25, 0, 30));
	assert_int_equal(zone_to_utc(zone, at(2026, 10, 25, 2, 0)), at(2026, 10, 25, 2, 0));
	zone_free(zone);
	zone = zone_fixed(-12600);
	assert_int_equal(zone_offset(zone, 0, NULL), -12600);
	assert_int_equal(zone_to_utc(zone, 0), 12600);
	zone_free(zone);
	assert_int_equal(zone_offset(NULL, 5, NULL), 0);
}

static void test_names(void **state)
{
	static const char *const names[] = {"",		"/etc/passwd", "../zoneinfo/UTC",
					    "Europe",	"Nowhere",     "Europe/../UTC",
					    "zone.tab", "tzdata.zi",   "a b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		assert_null(zone_load(NULL, names[i]));
	assert_null(zone_load("/nonexistent", "UTC"));
}

/* Every beginning of a file, and every byte of it changed: no zone, or one that answers. */
static void test_broken(void **state)
{
	FILE *file = fopen(ZONE_DIRECTORY "/Australia/Lord_Howe", "rb");
	uint8_t data[4096];
	size_t size;

	(void)state;
	assert_non_null(file);
	size = fread(data, 1, sizeof data, file);
	fclose(file);
	assert_in_range(size, 100, sizeof data - 1);
	for (size_t cut = 0; cut < size; cut++) {
		uint8_t *copy = malloc(cut + 1); /* so that a byte too far is seen */

		memcpy(copy, data, cut);
		assert_null(zone_parse(copy, cut));
		free(copy);
	}
	for (size_t i = 0; i < size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct zone *zone;

			data[i] ^= (uint8_t)(1u << bit);
			zone = zone_parse(data, size);
			if (zone) {
				zone_offset(zone, INT64_C(1790000000), NULL);
				zone_to_utc(zone, INT64_C(4100000000));
			}
			zone_free(zone);
			data[i] ^= (uint8_t)(1u << bit);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_civil),	cmocka_unit_test(test_civil_text),
		cmocka_unit_test(test_library), cmocka_unit_test(test_local),
		cmocka_unit_test(test_names),	cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
