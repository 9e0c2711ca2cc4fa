/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of the console: literals and how they are written, every operator with its errors,
 * conversions, order.
 */
#include "console/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "unit/console/note.h"
#include "unit/memory.h"

static void test_literals(void **state)
{
	static const struct {
		const char *in, *type, *shown, *argument;
	} cases[] = {
	        {"42", "num", "42", "42"},
	        {"-42", "num", "-42", "-42"},
	        {"0x2A", "num", "42", "42"},
	        {"0xFFFFFFFFFFFFFFFF", "num", "-1", "-1"},
	        {"0x1FFFFFFFFFFFFFFFF", "str", "0x1FFFFFFFFFFFFFFFF", "0x1FFFFFFFFFFFFFFFF"},
	        {"0x", "str", "0x", "0x"},
	        {"007", "num", "7", "7"},
	        {"9223372036854775807", "num", "9223372036854775807", "9223372036854775807"},
	        {"-9223372036854775808", "num", "-9223372036854775808", "-9223372036854775808"},
	        {"9223372036854775808", "str", "9223372036854775808", "9223372036854775808"},
	        {"-", "str", "-", "-"},
	        {"--1", "str", "--1", "--1"},
	        {"yes", "bool", "true", "yes"},
	        {"false", "bool", "false", "no"},
	        {"Yes", "str", "Yes", "Yes"},
	        {"*1F", "id", "*1F", "*1F"},
	        {"*1f", "id", "*1F", "*1F"},
	        {"*0", "id", "*0", "*0"},
	        {"*", "str", "*", "*"},
	        {"*g", "str", "*g", "*g"},
	        {"10.0.0.1", "ip", "10.0.0.1", "10.0.0.1"},
	        {"10.0.0.256", "str", "10.0.0.256", "10.0.0.256"},
	        {"10.1", "str", "10.1", "10.1"},
	        {"10.0.0.0/24", "ip-prefix", "10.0.0.0/24", "10.0.0.0/24"},
	        {"10.0.0.5/24", "ip-prefix", "10.0.0.5/24", "10.0.0.5/24"},
	        {"10.0.0.5/33", "str", "10.0.0.5/33", "10.0.0.5/33"},
	        {"10.0.0.5/", "str", "10.0.0.5/", "10.0.0.5/"},
	        {"2001:db8::1", "ip6", "2001:db8::1", "2001:db8::1"},
	        {"2001:DB8:0::/32", "ip6-prefix", "2001:db8::/32", "2001:db8::/32"},
	        {"::/0", "ip6-prefix", "::/0", "::/0"},
	        {"1h30m", "time", "01:30:00", "1h30m"},
	        {"00:05:00", "time", "00:05:00", "5m"},
	        {"1d01:01:01", "time", "1d01:01:01", "1d1h1m1s"},
	        {"8d", "time", "1w1d00:00:00", "1w1d"},
	        {"2w", "time", "2w00:00:00", "2w"},
	        {"0s", "time", "00:00:00", "0s"},
	        {"500ms", "time", "00:00:00.500", "500ms"},
	        {"1s5us", "time", "00:00:01.000005", "1s5us"},
	        {"1ns", "time", "00:00:00.000000001", "1ns"},
	        {"-5s", "time", "-00:00:05", "-5s"},
	        {"0.5", "str", "0.5", "0.5"},
	        {"02:00:5E:10:00:01", "str", "02:00:5E:10:00:01", "02:00:5E:10:00:01"},
	        {"", "str", "", ""},
	        {"ether1", "str", "ether1", "ether1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct cell cell = cell_literal(cases[i].in, strlen(cases[i].in));
		struct strbuf out = STRBUF_INIT;

		assert_string_equal(cell_type_name(&cell), cases[i].type);
		expect_text(&cell, cases[i].shown);
		cell_argument(&cell, &out);
		assert_string_equal(strbuf_text(&out), cases[i].argument);
		strbuf_free(&out);
		cell_free(&cell);
	}
}

/* What is written reads as the same value, for random values of each type. */
static void test_round_trip(void **state)
{
	uint64_t random = 88172645463325252;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&random) >> next_random(&random) % 64;
		struct cell cells[] = {
		        cell_num((int64_t)bits),
		        cell_num((int64_t)-bits),
		        cell_time((int64_t)bits),
		        cell_time((int64_t)-bits),
		        cell_id(bits),
		        cell_bool(bits & 1),
		        {.type = CELL_IP, .addr.v4 = (uint32_t)bits},
		        {.type = CELL_IP_PREFIX, .length = bits % 33, .addr.v4 = (uint32_t)bits},
		        {.type = CELL_IP6, .addr.u64 = {bits, next_random(&random)}},
		        {.type = CELL_IP6_PREFIX, .length = bits % 129, .addr.u64 = {bits, bits}},
		};

		for (size_t c = 0; c < ARRAY_COUNT(cells); c++) {
			struct strbuf out = STRBUF_INIT;
			struct cell back;

			cell_print(&cells[c], &out);
			back = cell_literal(strbuf_text(&out), out.len);
			assert_int_equal(back.type, cells[c].type);
			assert_int_equal(cell_compare(&back, &cells[c]), 0);
			strbuf_reset(&out);
			cell_argument(&cells[c], &out);
			back = cell_literal(strbuf_text(&out), out.len);
			assert_int_equal(back.type, cells[c].type);
			assert_int_equal(cell_compare(&back, &cells[c]), 0);
			strbuf_free(&out);
		}
	}
}

struct operator_case {
	enum cell_operator op;
	const char *left, *right; /* right NULL: unary */
	const char *type, *want;  /* type NULL: want is the error */
};

static void expect_operator(const struct operator_case *c)
{
	struct cell left = value_of(c->left), right = CELL_NONE, to;
	struct strbuf error = STRBUF_INIT;
	bool good;

	if (c->right)
		right = value_of(c->right);
	good = cell_apply(c->op, &left, c->right ? &right : NULL, &to, &error);
	if (c->type == NULL) {
		assert_string_equal(strbuf_text(&error), c->want);
		assert_false(good);
		assert_int_equal(to.type, CELL_NOTHING);
	} else {
		assert_string_equal(strbuf_text(&error), "");
		assert_true(good);
		expect_text(&to, c->want);
		assert_string_equal(cell_type_name(&to), c->type);
	}
	cell_free(&left);
	cell_free(&right);
	cell_free(&to);
	strbuf_free(&error);
}

static void expect_operators(const struct operator_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_operator(&cases[i]);
}

static void test_arithmetic(void **state)
{
	static const struct operator_case cases[] = {
	        {OP_ADD, "1", "2", "num", "3"},
	        {OP_ADD, "9223372036854775807", "1", "num", "-9223372036854775808"},
	        {OP_ADD, "'5'", "3", "num", "8"},
	        {OP_ADD, "nothing", "1", "num", "1"},
	        {OP_ADD, "nil", "1s", "time", "00:00:01"},
	        {OP_ADD, "1h", "30m", "time", "01:30:00"},
	        {OP_ADD, "1h", "5", "time", "01:00:05"},
	        {OP_ADD, "10.0.0.1", "5", "ip", "10.0.0.6"},
	        {OP_ADD, "5", "10.0.0.1", "ip", "10.0.0.6"},
	        {OP_ADD, "255.255.255.255", "1", "ip", "0.0.0.0"},
	        {OP_ADD, "'x'", "1", NULL, "cannot add string to integer number"},
	        {OP_ADD, "'x'", "[1]", NULL, "cannot add string to array"},
	        {OP_ADD, "yes", "1", NULL, "cannot add boolean to integer number"},
	        {OP_ADD, "10.0.0.1", "10.0.0.1", NULL, "cannot add ip address to ip address"},
	        {OP_ADD, "::1", "1", NULL, "cannot add ipv6 address to integer number"},
	        {OP_SUBTRACT, "1", "2", "num", "-1"},
	        {OP_SUBTRACT, "-9223372036854775808", "1", "num", "9223372036854775807"},
	        {OP_SUBTRACT, "10.0.0.9", "10.0.0.1", "num", "8"},
	        {OP_SUBTRACT, "0.0.0.0", "255.255.255.255", "num", "-4294967295"},
	        {OP_SUBTRACT, "10.0.1.0", "1", "ip", "10.0.0.255"},
	        {OP_SUBTRACT, "1m", "90s", "time", "-00:00:30"},
	        {OP_SUBTRACT, "1", "10.0.0.1", NULL,
	         "cannot subtract ip address from integer number"},
	        {OP_MULTIPLY, "6", "-7", "num", "-42"},
	        {OP_MULTIPLY, "4611686018427387904", "4", "num", "0"},
	        {OP_MULTIPLY, "10s", "3", "time", "00:00:30"},
	        {OP_MULTIPLY, "3", "10s", "time", "00:00:30"},
	        {OP_MULTIPLY, "1s", "1s", NULL,
	         "cannot multiply time interval by time interval"},
	        {OP_DIVIDE, "7", "2", "num", "3"},
	        {OP_DIVIDE, "-7", "2", "num", "-3"},
	        {OP_DIVIDE, "-9223372036854775808", "-1", "num", "-9223372036854775808"},
	        {OP_DIVIDE, "1", "0", NULL, "cannot divide by zero"},
	        {OP_DIVIDE, "1", "nil", NULL, "cannot divide by zero"},
	        {OP_DIVIDE, "1m", "4", "time", "00:00:15"},
	        {OP_DIVIDE, "1m", "15s", "num", "4"},
	        {OP_DIVIDE, "4", "1s", NULL, "cannot divide integer number by time interval"},
	        {OP_MODULO, "7", "4", "num", "3"},
	        {OP_MODULO, "-7", "4", "num", "-3"},
	        {OP_MODULO, "-9223372036854775808", "-1", "num", "0"},
	        {OP_MODULO, "7", "0", NULL, "cannot divide by zero"},
	        {OP_MODULO, "90s", "1m", "time", "00:00:30"},
	        {OP_MODULO, "90s", "7", NULL,
	         "cannot compute remainder of time interval by integer number"},
	        {OP_NEGATE, "5", NULL, "num", "-5"},
	        {OP_NEGATE, "-9223372036854775808", NULL, "num", "-9223372036854775808"},
	        {OP_NEGATE, "5s", NULL, "time", "-00:00:05"},
	        {OP_NEGATE, "'x'", NULL, NULL, "cannot negate string"},
	};

	(void)state;
	expect_operators(cases, ARRAY_COUNT(cases));
}

static void test_bits(void **state)
{
	static const struct operator_case cases[] = {
	        {OP_BIT_AND, "12", "10", "num", "8"},
	        {OP_BIT_OR, "12", "10", "num", "14"},
	        {OP_BIT_XOR, "12", "10", "num", "6"},
	        {OP_BIT_NOT, "0", NULL, "num", "-1"},
	        {OP_BIT_AND, "192.168.88.77", "255.255.255.0", "ip", "192.168.88.0"},
	        {OP_BIT_AND, "'192.168.88.77'", "255.255.255.0", "ip", "192.168.88.0"},
	        {OP_BIT_OR, "10.0.0.0", "257", "ip", "10.0.1.1"},
	        {OP_BIT_XOR, "255", "10.0.0.1", "ip", "10.0.0.254"},
	        {OP_BIT_NOT, "255.255.255.0", NULL, "ip", "0.0.0.255"},
	        {OP_BIT_AND, "2001:db8::5", "ffff:ffff::", "ip6", "2001:db8::"},
	        {OP_BIT_NOT, "::", NULL, "ip6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	        {OP_BIT_AND, "::1", "1", NULL,
	         "cannot compute bitwise and of ipv6 address and integer number"},
	        {OP_BIT_NOT, "'x'", NULL, NULL, "cannot compute bitwise not of string"},
	        {OP_SHIFT_LEFT, "1", "4", "num", "16"},
	        {OP_SHIFT_LEFT, "1", "64", "num", "0"},
	        {OP_SHIFT_LEFT, "1", "-1", "num", "0"},
	        {OP_SHIFT_RIGHT, "-16", "2", "num", "-4"},
	        {OP_SHIFT_RIGHT, "-16", "200", "num", "-1"},
	        {OP_SHIFT_LEFT, "255.255.255.255", "8", "ip", "255.255.255.0"},
	        {OP_SHIFT_RIGHT, "10.0.0.0", "24", "ip", "0.0.0.10"},
	        {OP_SHIFT_RIGHT, "255.255.255.255", "32", "ip", "0.0.0.0"},
	        {OP_SHIFT_LEFT, "255.255.255.255", "32", "ip", "0.0.0.0"},
	        {OP_SHIFT_LEFT, "255.255.255.255", "99", "ip", "0.0.0.0"},
	        {OP_SHIFT_LEFT, "::1", "1", NULL,
	         "cannot shift ipv6 address left by integer number"},
	};

	(void)state;
	expect_operators(cases, ARRAY_COUNT(cases));
}

static void test_comparing(void **state)
{
	static const struct operator_case cases[] = {
	        {OP_EQUAL, "5", "5", "bool", "true"},
	        {OP_EQUAL, "'5'", "5", "bool", "true"},
	        {OP_EQUAL, "5", "'5x'", "bool", "false"},
	        {OP_UNEQUAL, "5", "'5x'", "bool", "true"},
	        {OP_EQUAL, "'5'", "'05'", "bool", "false"},
	        {OP_EQUAL, "60", "1m", "bool", "true"},
	        {OP_EQUAL, "'1m'", "60s", "bool", "true"},
	        {OP_EQUAL, "'yes'", "true", "bool", "true"},
	        {OP_EQUAL, "'10.0.0.1'", "10.0.0.1", "bool", "true"},
	        {OP_EQUAL, "*1", "'*1'", "bool", "true"},
	        {OP_EQUAL, "nil", "nothing", "bool", "true"},
	        {OP_EQUAL, "nil", "''", "bool", "true"},
	        {OP_EQUAL, "nil", "0", "bool", "false"},
	        {OP_EQUAL, "[]", "''", "bool", "true"},
	        {OP_EQUAL, "[1;2]", "'1;2'", "bool", "true"},
	        {OP_EQUAL, "[1;2]", "[1;2]", "bool", "true"},
	        {OP_EQUAL, "[1;a=2]", "[1;b=2]", "bool", "false"},
	        {OP_EQUAL, "[1;2]", "[1;2;3]", "bool", "false"},
	        {OP_EQUAL, "10.0.0.0/8", "10.0.0.0/9", "bool", "false"},
	        {OP_LESS, "2", "10", "bool", "true"},
	        {OP_LESS, "'2'", "'10'", "bool", "false"},
	        {OP_LESS, "'abc'", "'abd'", "bool", "true"},
	        {OP_LESS, "'ab'", "'abc'", "bool", "true"},
	        {OP_GREATER, "10.0.0.2", "10.0.0.1", "bool", "true"},
	        {OP_GREATER, "200.0.0.0", "9.0.0.0", "bool", "true"},
	        {OP_AT_MOST, "30s", "30", "bool", "true"},
	        {OP_AT_LEAST, "29s", "30s", "bool", "false"},
	        {OP_LESS, "9223372036854775807s", "1s", NULL,
	         "cannot compare if string is less than time interval"},
	        {OP_LESS, "1s", "9223372036854775807", "bool", "true"},
	        {OP_LESS, "'x'", "1", NULL,
	         "cannot compare if string is less than integer number"},
	        {OP_GREATER, "nil", "1", NULL,
	         "cannot compare if nil is more than integer number"},
	        {OP_AT_LEAST, "[1]", "[1]", NULL,
	         "cannot compare if array is more than or equal to array"},
	        {OP_AT_MOST, "yes", "yes", NULL,
	         "cannot compare if boolean is less than or equal to boolean"},
	        {OP_NOT, "yes", NULL, "bool", "false"},
	        {OP_NOT, "'yes'", NULL, NULL, "cannot invert string"},
	        {OP_AND, "yes", "no", "bool", "false"},
	        {OP_OR, "yes", "no", "bool", "true"},
	        {OP_AND, "yes", "1", NULL,
	         "cannot compute logical and of boolean and integer number"},
	        {OP_IN, "10.1.2.3", "10.0.0.0/8", "bool", "true"},
	        {OP_IN, "10.1.2.3", "10.1.9.9/16", "bool", "true"},
	        {OP_IN, "10.1.2.3", "10.1.9.9/17", "bool", "true"},
	        {OP_IN, "10.1.200.3", "10.1.9.9/17", "bool", "false"},
	        {OP_IN, "11.1.2.3", "10.0.0.0/8", "bool", "false"},
	        {OP_IN, "10.1.0.0/16", "10.0.0.0/8", "bool", "true"},
	        {OP_IN, "10.0.0.0/8", "10.1.0.0/16", "bool", "false"},
	        {OP_IN, "10.0.0.1", "10.0.0.1", "bool", "true"},
	        {OP_IN, "'10.1.2.3'", "'10.0.0.0/8'", "bool", "true"},
	        {OP_IN, "2001:db8::1", "2001:db8::/32", "bool", "true"},
	        {OP_IN, "10.0.0.1", "::/0", "bool", "false"},
	        {OP_IN, "2", "[1;2;3]", "bool", "true"},
	        {OP_IN, "'b'", "[a;k=b]", "bool", "true"},
	        {OP_IN, "4", "[1;2;3]", "bool", "false"},
	        {OP_IN, "1", "2", NULL, "cannot check if integer number is in integer number"},
	};

	(void)state;
	expect_operators(cases, ARRAY_COUNT(cases));
}

static void test_building(void **state)
{
	static const struct operator_case cases[] = {
	        {OP_CONCATENATE, "'ab'", "'cd'", "str", "abcd"},
	        {OP_CONCATENATE, "1", "2", "str", "12"},
	        {OP_CONCATENATE, "'t='", "1h", "str", "t=01:00:00"},
	        {OP_CONCATENATE, "'x'", "nil", "str", "x"},
	        {OP_CONCATENATE, "[1;2;k=3]", "'x'", "array", "1x;2x;k=3x"},
	        {OP_CONCATENATE, "'x'", "[1;2]", "array", "x1;x2"},
	        {OP_CONCATENATE, "[a;b]", "[1;2]", "array", "a1;a2;b1;b2"},
	        {OP_APPEND, "1", "2", "array", "1;2"},
	        {OP_APPEND, "[1;2]", "3", "array", "1;2;3"},
	        {OP_APPEND, "3", "[1;2]", "array", "3;1;2"},
	        {OP_APPEND, "[1;a=5]", "[2;a=6;b=7]", "array", "1;2;a=6;b=7"},
	        {OP_APPEND, "nothing", "1", "array", "1"},
	        {OP_MATCH, "'ether12'", "'^ether[0-9]+$'", "bool", "true"},
	        {OP_MATCH, "'ether12'", "'wlan'", "bool", "false"},
	        {OP_MATCH, "10.0.0.1", "'^10\\.'", "bool", "true"},
	        {OP_MATCH, "[wlan1;ether1]", "'ether'", "bool", "true"},
	        {OP_MATCH, "nil", "'^$'", "bool", "true"},
	        {OP_MATCH, "'x'", "'('", NULL,
	         "bad regular expression: missing closing parenthesis"},
	        {OP_MATCH, "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'", "'^(a+)+$'", NULL,
	         "regular expression needs too much work"},
	        {OP_ELEMENT, "[5;6;a=7]", "0", "num", "5"},
	        {OP_ELEMENT, "[5;6;a=7]", "2", "num", "7"},
	        {OP_ELEMENT, "[5;6;a=7]", "3", "nothing", ""},
	        {OP_ELEMENT, "[5;6;a=7]", "-1", "nothing", ""},
	        {OP_ELEMENT, "[5;6;a=7]", "'a'", "num", "7"},
	        {OP_ELEMENT, "[5;6;a=7]", "'b'", "nothing", ""},
	        {OP_ELEMENT, "nothing", "'b'", "nothing", ""},
	};

	(void)state;
	expect_operators(cases, ARRAY_COUNT(cases));
}

static void test_conversions(void **state)
{
	static const struct {
		struct cell (*convert)(const struct cell *cell);
		const char *from, *type, *want;
	} cases[] = {
	        {cell_to_num, "'0x1F'", "num", "31"},
	        {cell_to_num, "'42'", "num", "42"},
	        {cell_to_num, "'-42'", "num", "-42"},
	        {cell_to_num, "' 5'", "nil", ""},
	        {cell_to_num, "''", "nil", ""},
	        {cell_to_num, "'abc'", "nil", ""},
	        {cell_to_num, "yes", "num", "1"},
	        {cell_to_num, "1m1s", "num", "61"},
	        {cell_to_num, "10.0.0.1", "num", "167772161"},
	        {cell_to_num, "[1]", "nil", ""},
	        {cell_to_num, "nil", "nil", ""},
	        {cell_to_str, "42", "str", "42"},
	        {cell_to_str, "[1;a=2]", "str", "1;a=2"},
	        {cell_to_str, "nil", "str", ""},
	        {cell_to_str, "1d1s", "str", "1d00:00:01"},
	        {cell_to_ip, "'10.0.0.1'", "ip", "10.0.0.1"},
	        {cell_to_ip, "167772161", "ip", "10.0.0.1"},
	        {cell_to_ip, "4294967296", "nil", ""},
	        {cell_to_ip, "-1", "nil", ""},
	        {cell_to_ip, "'10.0.0.1/24'", "nil", ""},
	        {cell_to_ip, "'::1'", "nil", ""},
	        {cell_to_ip6, "'::1'", "ip6", "::1"},
	        {cell_to_ip6, "'10.0.0.1'", "nil", ""},
	        {cell_to_time, "'1h30m'", "time", "01:30:00"},
	        {cell_to_time, "'00:05:00'", "time", "00:05:00"},
	        {cell_to_time, "'3600'", "time", "01:00:00"},
	        {cell_to_time, "'0.5'", "time", "00:00:00.500"},
	        {cell_to_time, "'1d 00:05:00'", "time", "1d00:05:00"},
	        {cell_to_time, "90", "time", "00:01:30"},
	        {cell_to_time, "9223372036854775807", "nil", ""},
	        {cell_to_time, "'x'", "nil", ""},
	        {cell_to_bool, "'yes'", "bool", "true"},
	        {cell_to_bool, "'false'", "bool", "false"},
	        {cell_to_bool, "0", "bool", "false"},
	        {cell_to_bool, "2", "bool", "true"},
	        {cell_to_bool, "'maybe'", "nil", ""},
	        {cell_to_array, "'a,b,c'", "array", "a;b;c"},
	        {cell_to_array, "'a, b'", "array", "a;b"},
	        {cell_to_array, "''", "array", ""},
	        {cell_to_array, "','", "array", ";"},
	        {cell_to_array, "5", "array", "5"},
	        {cell_to_array, "nil", "array", ""},
	        {cell_to_array, "[1;2]", "array", "1;2"},
	        {cell_to_id, "'*1f'", "id", "*1F"},
	        {cell_to_id, "'1f'", "nil", ""},
	        {cell_to_id, "5", "nil", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct cell from = value_of(cases[i].from), to = cases[i].convert(&from);

		assert_string_equal(cell_type_name(&to), cases[i].type);
		expect_text(&to, cases[i].want);
		cell_free(&to);
		cell_free(&from);
	}
}

static void test_truth(void **state)
{
	struct strbuf error = STRBUF_INIT;
	struct cell yes = cell_bool(true), one = cell_num(1), none = CELL_NONE;
	bool truth = false;

	(void)state;
	assert_true(cell_truth(&yes, &truth, &error) && truth);
	assert_false(cell_truth(&one, &truth, &error));
	assert_string_equal(strbuf_text(&error), "conditional not boolean");
	assert_false(cell_truth(&none, &truth, &error));
	strbuf_free(&error);
}

/* Codes, order */

static unsigned destroyed;

static void destroy(struct cell_code *code)
{
	assert_int_equal(code->owners, 0);
	destroyed++;
}

static void show(const struct cell_code *code, struct strbuf *out)
{
	(void)code;
	strbuf_str(out, "(evl :put 1)");
}

static void test_code(void **state)
{
	struct cell_code code = {.owners = 1, .destroy = destroy, .print = show, .weight = 12};
	struct cell cell = {.type = CELL_CODE, .code = &code}, other = cell_copy(&cell);

	(void)state;
	assert_int_equal(cell_compare(&cell, &other), 0);
	cell_free(&cell);
	assert_int_equal(destroyed, 0);
	assert_string_equal(cell_type_name(&other), "code");
	expect_text(&other, "(evl :put 1)");
	cell_free(&other);
	assert_int_equal(destroyed, 1);
	assert_int_equal(other.type, CELL_NOTHING);
}

/* cell_compare() orders values of all types: a sign turned round, and no circles. */
static void test_order(void **state)
{
	static const char *const notes[] = {
	        "nothing", "nil", "-1",       "0",          "60",     "no",    "yes",  "''",
	        "'a'",     "'ab'", "9.0.0.0", "200.0.0.0", "10.0.0.0/8", "10.0.0.0/9", "::1",
	        "::/0",    "*1",  "*2",       "1m",         "[]",     "[1]",   "[1;2]", "[a=1]",
	};
	struct cell cells[ARRAY_COUNT(notes)];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(notes); i++)
		cells[i] = value_of(notes[i]);
	for (size_t a = 0; a < ARRAY_COUNT(notes); a++) {
		for (size_t b = 0; b < ARRAY_COUNT(notes); b++) {
			int order = cell_compare(&cells[a], &cells[b]);

			assert_int_equal(order == 0, a == b);
			assert_int_equal(order < 0, cell_compare(&cells[b], &cells[a]) > 0);
			for (size_t c = 0; c < ARRAY_COUNT(notes); c++) {
				if (order < 0 && cell_compare(&cells[b], &cells[c]) < 0)
					assert_true(cell_compare(&cells[a], &cells[c]) < 0);
			}
		}
	}
	for (size_t i = 0; i < ARRAY_COUNT(notes); i++)
		cell_free(&cells[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_literals),
	        cmocka_unit_test(test_round_trip),
	        cmocka_unit_test(test_arithmetic),
	        cmocka_unit_test(test_bits),
	        cmocka_unit_test(test_comparing),
	        cmocka_unit_test(test_building),
	        cmocka_unit_test(test_conversions),
	        cmocka_unit_test(test_truth),
	        cmocka_unit_test(test_code),
	        cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
