/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wrapping an export's statements: to the letter, each case checked by hand against the rule
 * in model/export_wrap.c; values with and without quotes; and, where the directory that is
 * named as the argument has exports of routers (lab-router-*.rsc), all their statements, joined
 * and wrapped again.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/export.h"

static const char *configs;

/* clang-format off */
static const char *const wrapped[] = {
	"add name=LAN\n",
	"/ip firewall filter\n",
	/* cut where the line is full */
	"add chain=forward comment=\"a text that no line has room for is cut where the l\\\n"
	"    ine is full, the rest stands on the next\" connection-state=\\\n"
	"    established,related\n",
	/* what can be seen ends in column 77, not in 78 */
	"add action=accept chain=forward comment=\"the last word ends in column 77\" a=1\n",
	"add action=accept chain=forward comment=\"the last word ends in column 78\" ab=\\\n"
	"    1\n",
	/* the blank behind it may be in column 78 */
	"add action=accept chain=forward comment=\"the blank after it is in column 78\" \\\n"
	"    a=1 b=2\n",
	"add action=accept chain=forward comment=\"its value goes to the next line\" \\\n"
	"    disabled=yes\n",
	"set [ find default-name=ether1 ] comment=\\\n"
	"    \"in brackets everything is a word, too\" name=ether1\n",
	/* a blank at the cut */
	"add comment=\"blank at the cut: the column where it happens is number eighty...\\\n"
	"    \\_                     see\" list=x\n",
	/* an escape is never parted */
	"add comment=\"escapes stay together: 012345678901234567890123456789012345678901\\\n"
	"    \\\"\\\"\\\"678901234567890\"\n",
	"add comment=\"escapes stay together: 01234567890123456789012345678901234567890\\\n"
	"    \\\"\\\"\\\"678901234567890\"\n",
	"add comment=\"escapes stay together: 0123456789012345678901234567890123456789\\\n"
	"    \\E2\\82\\AC78901234567890\"\n",
	/* lines of a text */
	"add name=s source=\":local a 1\\r\\\n"
	"    \\n:put \\$a\\\n"
	"    \\n\" policy=read\n",
	"add name=s source=\"\\\n"
	"    \\n\\\n"
	"    \\n\"\n",
	"add interval=1d name=#backup+of+everything+there+is on-event=\\\n"
	"    \"/system script run #####backup-by-mail&more\\r\\\n"
	"    \\n\" policy=\\\n"
	"    ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon \\\n"
	"    start-date=sep/03/2026\n",
	/* a value that exactly fits, and one that does not */
	"add address=\\\n"
	"    0123456789012345678901234567890123456789012345678901234567890123456789012 \\\n"
	"    list=x\n",
	"add address=\"01234567890123456789012345678901234567890123456789012345678901234\\\n"
	"    567890123\" list=x\n",
};
/* clang-format on */

/* What a reader makes of it. => the statements, to be freed by strbuf_free() */
static struct strbuf join(const char *text)
{
	struct strbuf joined = STRBUF_INIT;

	while (*text) {
		if (text[0] == '\\' && text[1] == '\n') {
			assert_memory_equal(text + 2, "    ", 4);
			text += 6;
			if (text[0] == '\\' && text[1] == '_') {
				strbuf_char(&joined, ' ');
				text += 2;
			}
			continue;
		}
		strbuf_char(&joined, *text++);
	}
	return joined;
}

static void test_wrap(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(wrapped); i++) {
		struct strbuf statement = join(wrapped[i]), out = STRBUF_INIT;

		export_wrap(strbuf_text(&statement), statement.len - 1, &out);
		assert_string_equal(strbuf_text(&out), wrapped[i]);
		strbuf_free(&statement);
		strbuf_free(&out);
	}
}

/* Text of all lengths, with escapes, blanks and lines anywhere: it is the same when joined,
 * and no line is too long. */
static void test_any_text(void **state)
{
	static const char *const parts[] = {"x", "0123456", " ", "  ", "\\\"", "\\E2\\82",
	                                    "\\n", "\\r\\n", "\\\\"};
	uint32_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		struct strbuf statement = STRBUF_INIT, out = STRBUF_INIT, joined;
		size_t column = 0;

		strbuf_str(&statement, "add comment=\"");
		for (unsigned i = round % 60; i; i--) {
			random = random * 1664525 + 1013904223;
			strbuf_str(&statement, parts[(random >> 24) % ARRAY_COUNT(parts)]);
		}
		strbuf_str(&statement, "\" list=x");
		export_wrap(strbuf_text(&statement), statement.len, &out);
		joined = join(strbuf_text(&out));
		strbuf_cut(&joined, joined.len - 1);
		assert_string_equal(strbuf_text(&joined), strbuf_text(&statement));
		for (size_t i = 0; i < out.len; i++) {
			column = out.data[i] == '\n' ? 0 : column + 1;
			assert_true(column <= 79);
		}
		strbuf_free(&statement);
		strbuf_free(&out);
		strbuf_free(&joined);
	}
}

static void test_values(void **state)
{
	static const struct {
		const char *text, *written;
	} cases[] = {
	        {"", "\"\""},
	        {"LAN", "LAN"},
	        {"!192.168.0.0/16", "!192.168.0.0/16"},
	        {"#a%b*c+d,e-f.g:h<i>j@k_l~m", "#a%b*c+d,e-f.g:h<i>j@k_l~m"},
	        {"two words", "\"two words\""},
	        {"a=b", "\"a=b\""},
	        {"(x)", "\"(x)\""},
	        {"[x]", "\"[x]\""},
	        {"{x;y}", "\"{x;y}\""},
	        {"it's", "\"it's\""},
	        {"a|b^c&d", "\"a|b^c&d\""},
	        {"\"$?\\", "\"\\\"\\$\\?\\\\\""},
	        {"\a\b\t\n\v\f\r", "\"\\a\\b\\t\\n\\v\\f\\r\""},
	        {"\x01\x7f", "\"\\01\\7F\""},
	        {"\xe2\x82\xac", "\"\\E2\\82\\AC\""},
	        {"1234567890123456789012345678901234567890123456789012345678901234567890123",
	         "1234567890123456789012345678901234567890123456789012345678901234567890123"},
	        {"12345678901234567890123456789012345678901234567890123456789012345678901234",
	         "\"12345678901234567890123456789012345678901234567890123456789012345678901234\""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf out = STRBUF_INIT;

		export_value(cases[i].text, strlen(cases[i].text), &out);
		assert_string_equal(strbuf_text(&out), cases[i].written);
		strbuf_free(&out);
	}
}

/* Reads a file, without the CR of its line ends. */
static struct strbuf read_text(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	FILE *file = fopen(path, "rb");
	int c;

	assert_non_null(file);
	while ((c = getc(file)) != EOF) {
		if (c != '\r')
			strbuf_char(&text, (char)c);
	}
	fclose(file);
	assert_false(text.failed);
	return text;
}

static void check_statements(const char *path, size_t *statements)
{
	struct strbuf text = read_text(path), joined = join(strbuf_text(&text)), out = STRBUF_INIT;
	const char *line = strbuf_text(&joined);

	while (*line) {
		size_t len = strcspn(line, "\n");

		export_wrap(line, len, &out);
		line += len + (line[len] == '\n');
		++*statements;
	}
	assert_string_equal(strbuf_text(&out), strbuf_text(&text));
	strbuf_free(&text);
	strbuf_free(&joined);
	strbuf_free(&out);
}

static void test_routers(void **state)
{
	char pattern[512];
	size_t statements = 0;
	glob_t found;

	(void)state;
	snprintf(pattern, sizeof pattern, "%s/lab-router-*.rsc", configs ? configs : ".");
	if (glob(pattern, 0, NULL, &found) != 0) {
		print_message("no exports of routers in %s: skipped\n",
		              configs ? configs : "(none)");
		skip();
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_statements(found.gl_pathv[i], &statements);
	print_message("%zu statements of %zu files\n", statements, found.gl_pathc);
	assert_true(statements > 100);
	globfree(&found);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_wrap),
	        cmocka_unit_test(test_any_text),
	        cmocka_unit_test(test_values),
	        cmocka_unit_test(test_routers),
	};

	configs = argc > 1 ? argv[1] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
