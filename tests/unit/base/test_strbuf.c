/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The growing string: content and end after each kind of append, and that running
 * out of memory sticks and harms nothing that was there.
 */
#include "base/strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_append(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	assert_string_equal(strbuf_text(&sb), "");
	strbuf_str(&sb, "ab");
	strbuf_char(&sb, 'c');
	strbuf_add(&sb, "de\0f", 4);
	strbuf_fill(&sb, '.', 3);
	strbuf_u64(&sb, 0);
	strbuf_u64(&sb, UINT64_MAX);
	strbuf_printf(&sb, "|%5d|", 42);
	assert_int_equal(sb.len, 38);
	assert_memory_equal(sb.data, "abcde\0f...018446744073709551615|   42|", 39);
	strbuf_cut(&sb, 3);
	assert_string_equal(strbuf_text(&sb), "abc");
	strbuf_cut(&sb, 9);
	assert_int_equal(sb.len, 3);
	strbuf_free(&sb);
	assert_null(sb.data);
}

/* Every length around the places where it grows. */
static void test_growth(void **state)
{
	(void)state;
	for (size_t n = 0; n < 300; n++) {
		struct strbuf sb = STRBUF_INIT;

		strbuf_fill(&sb, 'x', n);
		strbuf_printf(&sb, "%s", "y");
		assert_int_equal(sb.len, n + 1);
		assert_int_equal(strlen(strbuf_text(&sb)), n + 1);
		assert_int_equal(strbuf_text(&sb)[n], 'y');
		strbuf_free(&sb);
	}
}

static void test_failure_sticks(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	strbuf_str(&sb, "kept");
	strbuf_fill(&sb, 'x', SIZE_MAX / 2);
	assert_true(sb.failed);
	strbuf_str(&sb, "no");
	strbuf_printf(&sb, "%d", 1);
	assert_string_equal(strbuf_text(&sb), "kept");
	assert_true(sb.failed);
	strbuf_reset(&sb);
	assert_false(sb.failed);
	strbuf_str(&sb, "again");
	assert_string_equal(strbuf_text(&sb), "again");
	strbuf_fill(&sb, 'x', SIZE_MAX / 2);
	assert_null(strbuf_take(&sb));
	assert_null(sb.data);
}

static void test_take(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	char *text;

	(void)state;
	text = strbuf_take(&sb);
	assert_string_equal(text, "");
	free(text);
	strbuf_str(&sb, "mine");
	text = strbuf_take(&sb);
	assert_string_equal(text, "mine");
	assert_int_equal(sb.len, 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_append),
	        cmocka_unit_test(test_growth),
	        cmocka_unit_test(test_failure_sticks),
	        cmocka_unit_test(test_take),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
