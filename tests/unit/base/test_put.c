/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text written in place against what printf writes: every number that decides a
 * branch, every group of 16 bits, every octet; and never beyond the slack.
 */
#include "base/put.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define FENCE 'x'

static char text[128];

static char *fresh(void)
{
	memset(text, FENCE, sizeof text);
	return text;
}

static void expect(const char *end, const char *wanted, size_t longest)
{
	assert_int_equal(end - text, strlen(wanted));
	assert_memory_equal(text, wanted, strlen(wanted));
	for (size_t i = longest + PUT_SLACK; i < sizeof text; i++)
		assert_int_equal(text[i], FENCE);
}

static void check_number(uint64_t number)
{
	char wanted[32], grouped[32];
	size_t len, to = 0;

	len = (size_t)snprintf(wanted, sizeof wanted, "%" PRIu64, number);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			grouped[to++] = ' ';
		grouped[to++] = wanted[i];
	}
	grouped[to] = '\0';
	expect(put_u64(fresh(), number), wanted, len);
	expect(put_grouped(fresh(), number, 1), grouped, to);
	assert_int_equal(put_u64_width(number), len);
}

static void test_numbers(void **state)
{
	(void)state;
	for (uint64_t n = 0; n < 20000; n++)
		check_number(n);
	for (uint64_t power = 10; power < UINT64_MAX / 10; power *= 10) {
		check_number(power - 1);
		check_number(power);
		check_number(power + 1);
		check_number(7 * power + power / 10 + 1);
	}
	for (unsigned bit = 0; bit < 64; bit++) {
		check_number(UINT64_C(1) << bit);
		check_number((UINT64_C(1) << bit) - 1);
	}
	check_number(UINT64_MAX);
}

static void test_three(void **state)
{
	char wanted[8];

	(void)state;
	for (unsigned n = 0; n < 1000; n++) {
		snprintf(wanted, sizeof wanted, "%03u", n);
		expect(put_three(fresh(), n), wanted, 3);
	}
}

static void test_ipv4(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 256; n++) {
		uint8_t quad[4] = {(uint8_t)n, (uint8_t)(255 - n), (uint8_t)(n / 3),
		                   (uint8_t)(n * 7)};
		char wanted[16];
		uint32_t v4;

		snprintf(wanted, sizeof wanted, "%u.%u.%u.%u", quad[0], quad[1], quad[2], quad[3]);
		memcpy(&v4, quad, sizeof v4);
		expect(put_ipv4(fresh(), v4), wanted, 15);
	}
}

static void test_hex(void **state)
{
	char wanted[8];

	(void)state;
	for (unsigned n = 0; n < 65536; n++) {
		snprintf(wanted, sizeof wanted, "%x", n);
		expect(put_hex16(fresh(), n), wanted, 4);
	}
}

static void test_copies(void **state)
{
	static const char source[2 * PUT_SLACK + 1] =
	        "The quick brown fox jumps over the lazy dog and runs on, far";
	char wanted[2 * PUT_SLACK + 1];

	(void)state;
	for (size_t len = 0; len <= PUT_SLACK + 20; len++) {
		memcpy(wanted, source, len);
		wanted[len] = '\0';
		expect(put_padded(fresh(), source, len), wanted, len);
		memset(wanted, ' ', len);
		expect(put_blanks(fresh(), len), wanted, len);
	}
	expect(PUT(PUT(fresh(), "a="), "bc"), "a=bc", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_numbers), cmocka_unit_test(test_three),
	        cmocka_unit_test(test_ipv4),    cmocka_unit_test(test_hex),
	        cmocka_unit_test(test_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
