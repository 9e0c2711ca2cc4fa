/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values: what each type reads and how it writes it, in each form; that what was
 * written reads as the same; what is refused; how values compare.
 */
#include "model/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static const struct value_name colours[] = {
        {1, "red", NULL}, {2, "green", "verde"}, {0, NULL, NULL}};

static const struct value_kind number = {.type = VALUE_NUMBER, .names = NULL, .min = 0, .max = 65535};
static const struct value_kind boolean = {.type = VALUE_BOOL};
static const struct value_kind duration = {.type = VALUE_TIME};
static const struct value_kind address = {.type = VALUE_ADDRESS};
static const struct value_kind colour = {.type = VALUE_ENUM, .names = colours, .min = 0, .max = 0};
static const struct value_kind open_colour = {.type = VALUE_ENUM, .names = colours, .min = 0, .max = 9};
static const struct value_kind string = {.type = VALUE_STRING};
static const struct value_kind rate = {.type = VALUE_RATE};
static const struct value_kind counter = {.type = VALUE_COUNTER};
static const struct value_kind id = {.type = VALUE_ID};

static const struct value_name words[] = {
        {0, "auto", NULL}, {0, "none", "nothing"}, {0, NULL, NULL}};
static const struct value_kind mtu = {.type = VALUE_NUMBER, .names = words, .max = 65535};
static const struct value_kind lasting = {.type = VALUE_TIME, .names = words};
static const struct value_kind size = {.type = VALUE_NUMBER, .form = KIND_UNITS};
static const struct value_kind memory = {.type = VALUE_NUMBER, .form = KIND_BYTES};
static const struct value_kind share = {.type = VALUE_NUMBER, .form = KIND_PERCENT, .max = 100};
static const struct value_kind speed = {.type = VALUE_NUMBER, .form = KIND_MHZ};
static const struct value_kind priority = {.type = VALUE_NUMBER, .form = KIND_HEX, .max = 65535};
static const struct value_kind prefix = {.type = VALUE_PREFIX};
static const struct value_kind prefix4 = {.type = VALUE_PREFIX, .family = WEIR_IPV4};
static const struct value_kind address6 = {.type = VALUE_ADDRESS, .family = WEIR_IPV6};
static const struct value_kind mac = {.type = VALUE_MAC};
static const struct value_kind reference = {.type = VALUE_REFERENCE, .refers = "/interface"};
static const struct value_kind ports = {.type = VALUE_NUMBER, .form = KIND_LIST | KIND_RANGE};

static void expect_form(const struct value_kind *kind, const struct value *value,
                        enum value_form form, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	value_print(kind, value, form, &out);
	assert_string_equal(strbuf_text(&out), want);
	strbuf_free(&out);
}

/* Reads, writes, reads what was written and writes that. */
static void test_round_trip(void **state)
{
	static const struct {
		const struct value_kind *kind;
		const char *in, *console, *api, *json;
	} cases[] = {
	        {&number, "0", "0", "0", "0"},
	        {&number, "0x2A", "42", "42", "42"},
	        {&number, "65535", "65535", "65535", "65535"},
	        {&boolean, "yes", "yes", "true", "true"},
	        {&boolean, "false", "no", "false", "false"},
	        {&duration, "600", "10m", "10m", "\"10m\""},
	        {&duration, "10m", "10m", "10m", "\"10m\""},
	        {&duration, "90m", "1h30m", "1h30m", "\"1h30m\""},
	        {&duration, "00:10:00", "10m", "10m", "\"10m\""},
	        {&duration, "1:30", "1h30m", "1h30m", "\"1h30m\""},
	        {&duration, "1d 00:00:00", "1d", "1d", "\"1d\""},
	        {&duration, "1d02:03:04", "1d2h3m4s", "1d2h3m4s", "\"1d2h3m4s\""},
	        {&duration, "1w3d", "1w3d", "1w3d", "\"1w3d\""},
	        {&duration, "500ms", "500ms", "500ms", "\"500ms\""},
	        {&duration, "12.5s", "12s500ms", "12s500ms", "\"12s500ms\""},
	        {&duration, "0.001", "1ms", "1ms", "\"1ms\""},
	        {&duration, "00:00:01.25", "1s250ms", "1s250ms", "\"1s250ms\""},
	        {&duration, "86398", "23h59m58s", "23h59m58s", "\"23h59m58s\""},
	        {&duration, "0", "0s", "0s", "\"0s\""},
	        {&duration, "3us7ns", "3us7ns", "3us7ns", "\"3us7ns\""},
	        {&address, "192.0.2.1", "192.0.2.1", "192.0.2.1", "\"192.0.2.1\""},
	        {&address, "192.0.2.1:80", "192.0.2.1:80", "192.0.2.1:80", "\"192.0.2.1:80\""},
	        {&address, "2001:DB8:0:0::1", "2001:db8::1", "2001:db8::1", "\"2001:db8::1\""},
	        {&address, "[2001:db8::1]:80", "[2001:db8::1]:80", "[2001:db8::1]:80",
	         "\"[2001:db8::1]:80\""},
	        {&address, "[::1]", "::1", "::1", "\"::1\""},
	        {&colour, "red", "red", "red", "\"red\""},
	        {&colour, "verde", "green", "green", "\"green\""},
	        {&open_colour, "2", "green", "green", "\"green\""},
	        {&open_colour, "7", "7", "7", "\"7\""},
	        {&string, "a b", "a b", "a b", "\"a b\""},
	        {&string, "a\"\\\n", "a\"\\\n", "a\"\\\n", "\"a\\\"\\\\\\n\""},
	        {&rate, "0", "0bps", "0", "0"},
	        {&rate, "1344", "1344bps", "1344", "1344"},
	        {&rate, "1760bps", "1760bps", "1760", "1760"},
	        {&rate, "6400", "6.4kbps", "6400", "6400"},
	        {&rate, "64k", "64kbps", "64000", "64000"},
	        {&rate, "1.5M", "1.5Mbps", "1500000", "1500000"},
	        {&rate, "10Gbps", "10Gbps", "10000000000", "10000000000"},
	        {&counter, "804", "804", "804", "804"},
	        {&counter, "1804", "1 804", "1804", "1804"},
	        {&counter, "50 507 925 242", "50 507 925 242", "50507925242", "50507925242"},
	        {&counter, "1000000", "1 000 000", "1000000", "1000000"},
	        {&id, "*1f", "*1F", "*1F", "\"*1F\""},
	        {&id, "*0", "*0", "*0", "\"*0\""},
	        {&mtu, "1500", "1500", "1500", "1500"},
	        {&mtu, "auto", "auto", "auto", "\"auto\""},
	        {&lasting, "nothing", "none", "none", "\"none\""},
	        {&lasting, "90", "1m30s", "1m30s", "\"1m30s\""},
	        {&size, "64000", "64k", "64k", "\"64k\""},
	        {&size, "2000000000", "2G", "2G", "\"2G\""},
	        {&size, "1.234M", "1234k", "1234k", "\"1234k\""},
	        {&size, "1999", "1999", "1999", "\"1999\""},
	        {&memory, "1023", "1023", "1023", "1023"},
	        {&memory, "1536", "1.5KiB", "1536", "1536"},
	        {&memory, "1GiB", "1.0GiB", "1073741824", "1073741824"},
	        {&share, "2%", "2%", "2", "2"},
	        {&share, "100", "100%", "100", "100"},
	        {&speed, "800MHz", "800MHz", "800", "800"},
	        {&speed, "800", "800MHz", "800", "800"},
	        {&priority, "32768", "0x8000", "0x8000", "\"0x8000\""},
	        {&prefix, "10.1.2.3/8", "10.0.0.0/8", "10.0.0.0/8", "\"10.0.0.0/8\""},
	        {&prefix, "10.1.2.3/255.255.255.0", "10.1.2.0/24", "10.1.2.0/24",
	         "\"10.1.2.0/24\""},
	        {&prefix, "10.1.2.3/32", "10.1.2.3", "10.1.2.3", "\"10.1.2.3\""},
	        {&prefix, "2001:DB8::1/32", "2001:db8::/32", "2001:db8::/32", "\"2001:db8::/32\""},
	        {&prefix, "::1/128", "::1", "::1", "\"::1\""},
	        {&prefix, "0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/0", "\"0.0.0.0/0\""},
	        {&address6, "::1", "::1", "::1", "\"::1\""},
	        {&mac, "02:00:5e:10:00:0f", "02:00:5E:10:00:0F", "02:00:5E:10:00:0F",
	         "\"02:00:5E:10:00:0F\""},
	        {&mac, "02-00-5E-10-00-01", "02:00:5E:10:00:01", "02:00:5E:10:00:01",
	         "\"02:00:5E:10:00:01\""},
	        {&reference, "ether1", "ether1", "ether1", "\"ether1\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct value value, again;

		if (!value_parse(cases[i].kind, cases[i].in, strlen(cases[i].in), &value))
			fail_msg("refused: %s", cases[i].in);
		expect_form(cases[i].kind, &value, VALUE_CONSOLE, cases[i].console);
		expect_form(cases[i].kind, &value, VALUE_API, cases[i].api);
		expect_form(cases[i].kind, &value, VALUE_JSON, cases[i].json);
		assert_true(value_parse(cases[i].kind, cases[i].console, strlen(cases[i].console),
		                        &again));
		assert_int_equal(value_compare(&value, &again), 0);
		assert_true(value_parse(cases[i].kind, cases[i].api, strlen(cases[i].api), &again));
		assert_int_equal(value_compare(&value, &again), 0);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const struct value_kind *kind;
		const char *text;
	} cases[] = {
	        {&number, ""},
	        {&number, "65536"},
	        {&number, "-1"},
	        {&number, "1 "},
	        {&number, "0x"},
	        {&number, "18446744073709551616"},
	        {&boolean, "maybe"},
	        {&boolean, ""},
	        {&boolean, "YES"},
	        {&duration, ""},
	        {&duration, "1h30"},
	        {&duration, "5x"},
	        {&duration, "30m1h"},
	        {&duration, "1m1m"},
	        {&duration, "00:60:00"},
	        {&duration, "00:00:60"},
	        {&duration, "1:2:3:4"},
	        {&duration, "1.5h"},
	        {&duration, "1d "},
	        {&duration, "99999999999w"},
	        {&duration, "1."},
	        {&duration, "-5s"},
	        {&duration, "10s 00:01:00"},
	        {&address, "192.0.2"},
	        {&address, "192.0.2.1:"},
	        {&address, "192.0.2.1:65536"},
	        {&address, "[::1"},
	        {&address, "[::1]80"},
	        {&address, "192.0.2.0/24"},
	        {&address, "host"},
	        {&colour, "re"},
	        {&colour, "2"},
	        {&open_colour, "10"},
	        {&rate, "k"},
	        {&rate, "1.2.3k"},
	        {&rate, "20000000000G"},
	        {&counter, "1 80"},
	        {&counter, "1804 000"},
	        {&counter, " 804"},
	        {&counter, "10 0000"},
	        {&id, "1f"},
	        {&id, "*"},
	        {&mtu, "aut"},
	        {&mtu, "65536"},
	        {&number, "64k"},
	        {&size, "k"},
	        {&size, "1KiB"},
	        {&size, "99999999999G"},
	        {&priority, "0x10000"},
	        {&prefix, "10.0.0.0/33"},
	        {&prefix, "10.0.0.0/255.0.255.0"},
	        {&prefix, "10.0.0.0/"},
	        {&prefix, "2001:db8::/255.0.0.0"},
	        {&prefix4, "::1"},
	        {&address6, "10.0.0.1"},
	        {&mac, "02:00:5E:10:00"},
	        {&mac, "02:00:5E:10:00:0x"},
	        {&mac, "02.00.5E.10.00.01"},
	};
	struct value value = value_number(VALUE_ID, 99);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		if (value_parse(cases[i].kind, cases[i].text, strlen(cases[i].text), &value))
			fail_msg("not refused: '%s'", cases[i].text);
		assert_int_equal(value.number, 99);
	}
}

/* Rates beyond four digits are rounded to one decimal. */
static void test_rate_rounds(void **state)
{
	static const struct {
		uint64_t bps;
		const char *text;
	} cases[] = {{9999, "9999bps"},        {11943, "11.9kbps"},
	             {505149999, "505.1Mbps"}, {999949, "999.9kbps"},
	             {999950, "1.0Mbps"},      {10000000001, "10.0Gbps"},
	             {1000, "1kbps"},          {UINT64_C(12000000000000), "12000Gbps"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct value value = value_number(VALUE_RATE, cases[i].bps);

		expect_form(&rate, &value, VALUE_CONSOLE, cases[i].text);
	}
}

static int compared(const struct value_kind *kind, const char *a, const char *b)
{
	struct value x, y;

	assert_true(value_parse(kind, a, strlen(a), &x));
	assert_true(value_parse(kind, b, strlen(b), &y));
	assert_int_equal(value_compare(&x, &y), -value_compare(&y, &x));
	return value_compare(&x, &y);
}

static void test_compare(void **state)
{
	(void)state;
	assert_true(compared(&number, "9", "10") < 0);
	assert_true(compared(&duration, "30s", "1m") < 0);
	assert_true(compared(&rate, "1M", "999k") > 0);
	assert_true(compared(&string, "ab", "abc") < 0);
	assert_true(compared(&string, "b", "abc") > 0);
	assert_true(compared(&address, "9.0.0.0", "10.0.0.0") < 0);
	assert_true(compared(&address, "255.0.0.0", "::") < 0);
	assert_true(compared(&address, "10.0.0.1:80", "10.0.0.1:443") < 0);
	assert_int_equal(compared(&address, "10.0.0.1:80", "10.0.0.1"), 0);
	assert_true(compared(&prefix, "10.0.0.0/8", "10.0.0.0/9") < 0);
	assert_true(compared(&prefix, "11.0.0.0/8", "10.0.0.0/9") > 0);
	assert_true(compared(&mac, "02:00:5E:10:00:01", "02:00:5E:10:00:02") < 0);
	assert_true(compared(&mtu, "5", "auto") < 0);
	assert_true(compared(&mtu, "none", "auto") > 0);
}

/* A writer of a kind is one for all values of it. */
static void test_kind_writer(void **state)
{
	(void)state;
	assert_ptr_equal(value_kind_writer(&number), value_writer(VALUE_NUMBER));
	assert_ptr_equal(value_kind_writer(&colour), value_writer(VALUE_ENUM));
	assert_null(value_kind_writer(&mtu)->put);
	assert_null(value_kind_writer(&ports)->put);
	assert_null(value_kind_writer(&memory)->put);
	assert_null(value_kind_writer(&share)->put);
	assert_null(value_kind_writer(&reference)->put);
	assert_true(value_compound(&ports));
	assert_false(value_compound(&reference));
}

static void test_absent_and_bad_utf8(void **state)
{
	struct value none = value_none();
	struct value bytes = {.type = VALUE_STRING, .text = "a\xff", .len = 2};

	(void)state;
	expect_form(&string, &none, VALUE_CONSOLE, "");
	expect_form(&string, &none, VALUE_JSON, "null");
	expect_form(&string, &bytes, VALUE_JSON, "\"a?\"");
}

static void test_quote(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	value_quote("a \"$\\\n\x01z", 8, &out);
	assert_string_equal(strbuf_text(&out), "\"a \\\"\\$\\\\\\n\\01z\"");
	strbuf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_round_trip),          cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_rate_rounds),         cmocka_unit_test(test_compare),
	        cmocka_unit_test(test_absent_and_bad_utf8), cmocka_unit_test(test_quote),
	        cmocka_unit_test(test_kind_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
