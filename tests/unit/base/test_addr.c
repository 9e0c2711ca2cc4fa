/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses and prefixes: RFC 5952's forms, what is refused, and random texts and
 * addresses against the C library's inet_pton() and inet_ntop().
 */
#include "base/addr.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

static void test_forms(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
	        {"::", "::"},
	        {"0:0:0:0:0:0:0:1", "::1"},
	        {"1::", "1::"},
	        {"2001:0DB8::1", "2001:db8::1"},
	        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	        {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
	        {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
	        {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
	        {"192.0.2.255", "192.0.2.255"},
	        {"0.0.0.0", "0.0.0.0"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		union weir_addr addr;
		uint8_t family;
		char text[ADDR_TEXT];

		assert_true(addr_parse(cases[i].in, strlen(cases[i].in), &family, &addr));
		assert_int_equal(addr_print(text, family, &addr), strlen(cases[i].out));
		assert_string_equal(text, cases[i].out);
	}
}

static void test_refused(void **state)
{
	static const char *const cases[] = {
	        "",
	        ":",
	        ":1",
	        "1:",
	        "1:::2",
	        "::1::",
	        "12345::",
	        "1.2.3",
	        "1.2.3.4.",
	        "01.2.3.4",
	        "256.1.1.1",
	        "1.2.3.4 ",
	        "g::",
	        "1:2:3:4:5:6:7",
	        "1:2:3:4:5:6:7:8:9",
	        "1:2:3:4:5:6:7:1.2.3.4",
	        "::1.2.3",
	        "1:2:3:4:5:6:7:8::",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		union weir_addr addr;
		uint8_t family = 77;

		assert_false(addr_parse(cases[i], strlen(cases[i]), &family, &addr));
		assert_int_equal(family, 77);
	}
}

static void test_against_libc(void **state)
{
	static const char letters[] = "01fF:::::..2";

	(void)state;
	srand(1);
	for (int n = 0; n < 200000; n++) {
		union weir_addr addr, again;
		char ours[ADDR_TEXT], theirs[ADDR_TEXT];

		for (int i = 0; i < 16; i++)
			addr.v6[i] = (uint8_t)(rand() & 3 ? 0 : rand());
		addr_print(ours, WEIR_IPV6, &addr);
		inet_ntop(AF_INET6, &addr, theirs, sizeof theirs);
		/* The C library writes more addresses with a dotted end than RFC 5952. */
		if (!strchr(theirs, '.'))
			assert_string_equal(ours, theirs);
		assert_true(addr_parse_v6(ours, strlen(ours), &again));
		assert_memory_equal(&addr, &again, sizeof addr);
	}
	for (int n = 0; n < 200000; n++) {
		union weir_addr ours, theirs;
		char text[24];
		size_t len = (size_t)rand() % 20;
		bool good;

		for (size_t i = 0; i < len; i++)
			text[i] = letters[(size_t)rand() % (sizeof letters - 1)];
		text[len] = '\0';
		good = inet_pton(AF_INET6, text, &theirs) == 1;
		if (addr_parse_v6(text, len, &ours) != good)
			fail_msg("differs: %s", text);
		if (good)
			assert_memory_equal(&ours, &theirs, sizeof ours);
	}
}

static void test_prefix(void **state)
{
	static const struct {
		const char *in, *out, *inside, *outside;
	} cases[] = {
	        {"192.168.77.7/21", "192.168.72.0/21", "192.168.79.255", "192.168.80.0"},
	        {"10.0.0.1", "10.0.0.1/32", "10.0.0.1", "10.0.0.2"},
	        {"0.0.0.0/0", "0.0.0.0/0", "255.255.255.255", "::"},
	        {"2001:db8:ffff::/33", "2001:db8:8000::/33", "2001:db8:8000::1",
	         "2001:db8:7fff::1"},
	        {"::/0", "::/0", "ffff::", "0.0.0.0"},
	        {"::1", "::1/128", "::1", "::2"},
	};
	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/", "::/129",     "10.0.0.0/-1",
	                                  "10.0.0.0/08", "/8",        "10.0.0.0/8 "};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct prefix prefix;
		union weir_addr addr;
		uint8_t family;
		char text[PREFIX_TEXT];

		assert_true(prefix_parse(cases[i].in, strlen(cases[i].in), &prefix));
		prefix_print(text, &prefix);
		assert_string_equal(text, cases[i].out);
		assert_true(addr_parse(cases[i].inside, strlen(cases[i].inside), &family, &addr));
		assert_true(prefix_contains(&prefix, family, &addr));
		assert_true(addr_parse(cases[i].outside, strlen(cases[i].outside), &family, &addr));
		assert_false(prefix_contains(&prefix, family, &addr));
	}
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct prefix prefix;

		assert_false(prefix_parse(bad[i], strlen(bad[i]), &prefix));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_forms),
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_against_libc),
	        cmocka_unit_test(test_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
