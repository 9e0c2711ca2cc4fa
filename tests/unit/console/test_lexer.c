/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text before it is parsed: joined lines, places in the file, open brackets, where a
 * statement ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "console/scan.h"
#include "console/session.h"
#include "console/source.h"

static void test_joined_lines(void **state)
{
	static const struct {
		const char *file, *text;
	} cases[] = {
	        {"add a=1", "add a=1"},
	        {"add a=\\\n    1", "add a=1"},
	        {"add a=\\\r\n    1\r\n", "add a=1\r\n"},
	        {"add a=\\\r  \t1", "add a=1"},
	        {"add a=\"x \\\n    y\"", "add a=\"x y\""},
	        {"add a=\"x\\_\\\n    y\"", "add a=\"x\\_y\""},
	        {"add a=\"x\\\\\n    y\"", "add a=\"x\\\\\n    y\""}, /* an escaped backslash */
	        {"# a \\\nadd", "# a \\\nadd"},                        /* of a comment */
	        {"add \"# a \\\n b\"", "add \"# a b\""},
	        {"a\\\n\\\n  b", "ab"},
	        {"a\\", "a\\"},
	        {"a\\\n", "a"},
	        {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct source source = SOURCE_INIT;

		assert_true(source_set(&source, cases[i].file, strlen(cases[i].file), 1));
		assert_int_equal(source.len, strlen(cases[i].text));
		assert_memory_equal(source.text, cases[i].text, source.len);
		source_free(&source);
	}
}

static void assert_place(struct source *source, const char *word, unsigned line, unsigned column)
{
	const char *at = memmem(source->text, source->len, word, strlen(word));
	struct place place;

	assert_non_null(at);
	place = source_place(source, (size_t)(at - source->text));
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
}

static void test_places(void **state)
{
	static const char file[] = "one two\r\nthree \\\n    four \\\n  five\rsix\n\nseven";
	struct source source = SOURCE_INIT;

	(void)state;
	for (unsigned first = 1; first < 1000; first += 500) {
		assert_true(source_set(&source, file, strlen(file), first));
		assert_place(&source, "one", first, 1);
		assert_place(&source, "two", first, 5);
		assert_place(&source, "three", first + 1, 1);
		assert_place(&source, "four", first + 2, 5);
		assert_place(&source, "five", first + 3, 3);
		assert_place(&source, "six", first + 4, 1);
		assert_place(&source, "seven", first + 6, 1);
		assert_place(&source, "two", first, 5); /* back */
		assert_place(&source, "even", first + 6, 2);
		assert_place(&source, "five", first + 3, 3);
	}
	source_free(&source);
}

static void test_statements(void **state)
{
	static const char *const pieces[] = {
	        "add a=1\n",
	        "# comment ( \" \\\n",
	        "add a=\"x\ny\" b=2\r\n",
	        ":if (1) do={\n\t:put \"}\"\n}\r",
	        "add a=\\\n    b\n",
	        ":put (1 +\n", /* no line goes on in ( ) */
	        "2)\n",
	        ":put \"$[:len \"a\n\"]\"\n",
	        "\n",
	        ":put [find\n]\n",
	        "add a=b # { not open\n",
	        "add a=b#{\n}\n", /* no comment within a word */
	        "last {",
	};
	struct strbuf all = STRBUF_INIT;
	const char *at;
	size_t left;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(pieces); i++)
		strbuf_str(&all, pieces[i]);
	at = strbuf_text(&all);
	left = all.len;
	for (size_t i = 0; i < ARRAY_COUNT(pieces); i++) {
		assert_int_equal(scan_statement(at, left), strlen(pieces[i]));
		at += strlen(pieces[i]);
		left -= strlen(pieces[i]);
	}
	assert_int_equal(left, 0);
	strbuf_free(&all);
}

static void test_incomplete(void **state)
{
	static const struct {
		const char *text;
		bool incomplete;
		const char *open;
	} cases[] = {
	        {"", false, ""},
	        {"/ip address print", false, ""},
	        {":if (1) do={", true, "{"},
	        {":if (1) do={ :put (1 + \"a", true, "{(\""},
	        {":put \"$[find name=\"x", true, "\"[\""},
	        {":put \"a\\\"", true, "\""},
	        {"add comment=\"ends\"", false, ""},
	        {"add a=1 \\", true, "\\"},
	        {"add a=1 \\\n", true, "\\"},
	        {"{ :put (\\", true, "{(\\"},
	        {"add a=1 \\\n b=2", false, ""},
	        {"# a comment { \\", false, ""},
	        {":put {1;2}", false, ""},
	        {"}", false, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf open = STRBUF_INIT;

		assert_int_equal(session_incomplete(cases[i].text, strlen(cases[i].text), &open),
		                 cases[i].incomplete);
		assert_string_equal(strbuf_text(&open), cases[i].open);
		strbuf_free(&open);
	}
}

static void test_deep(void **state)
{
	struct strbuf text = STRBUF_INIT, open = STRBUF_INIT;

	(void)state;
	strbuf_fill(&text, '{', 100000);
	assert_int_equal(scan_statement(strbuf_text(&text), text.len), text.len);
	assert_true(session_incomplete(strbuf_text(&text), text.len, &open));
	assert_int_equal(open.len, NESTING_MAX);
	strbuf_free(&text);
	strbuf_free(&open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_joined_lines), cmocka_unit_test(test_places),
	        cmocka_unit_test(test_statements),   cmocka_unit_test(test_incomplete),
	        cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
