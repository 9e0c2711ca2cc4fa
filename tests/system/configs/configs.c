/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole configurations: each is loaded, exported, and compared with what it was; then the
 * export is loaded and exported again, which changes nothing.
 *
 *	configs OWN-DIRECTORY [DIRECTORY]
 *
 * The own directory has made-up ones, *-verbose.rsc and others; the other has what routers
 * exported (lab-router-*: verbose; office-*: compact), compared to the letter, and scripts that
 * people wrote, compared property by property. Of the second only what is there is tested: it
 * is no part of the project.
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
#include "console/session.h"
#include "model/export.h"

static const char *own_directory, *other_directory;

/* Loading and exporting */

static bool keep_output(void *ctx, const char *data, size_t len)
{
	strbuf_add(ctx, data, len);
	return true;
}

static struct model *load(const char *name, const char *text, size_t len)
{
	struct strbuf said = STRBUF_INIT;
	struct console_services services = {0};
	struct session_options options = {.actor = {"admin", "load", POLICY_ALL},
	                                  .ctx = &said,
	                                  .write = keep_output,
	                                  .services = &services};
	struct load_options how = {.name = name, .lenient = true};
	struct load_summary summary;
	struct model *model = model_create(NULL);
	struct session *session;

	assert_non_null(model);
	options.environment = environment_create(model);
	assert_non_null(options.environment);
	session = session_create(model, &options);
	assert_non_null(session);
	if (session_load(session, text, len, &how, &summary) != SESSION_OK)
		fail_msg("%s: %s", name, strbuf_text(&said));
	session_destroy(session);
	environment_destroy(options.environment);
	strbuf_free(&said);
	return model;
}

static struct strbuf export(struct model *model, enum export_mode mode)
{
	struct export_options options = {.mode = mode, .header = true, .sensitive = true};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);

	model_lock(model);
	assert_int_equal(export_model(model, &options, &out), PRINT_OK);
	model_unlock(model);
	return text;
}

static struct strbuf load_and_export(const char *name, const char *text, size_t len,
                                     enum export_mode mode)
{
	struct model *model = load(name, text, len);
	struct strbuf exported = export(model, mode);

	model_destroy(model);
	return exported;
}

/* Reads a file, without the CR of its line ends. */
static struct strbuf read_text(const char *path)
{
	struct strbuf text = STRBUF_INIT;
	FILE *file = fopen(path, "rb");
	int c;

	if (file == NULL)
		fail_msg("cannot read %s", path);
	while ((c = getc(file)) != EOF) {
		if (c != '\r')
			strbuf_char(&text, (char)c);
	}
	fclose(file);
	assert_false(text.failed);
	return text;
}

/* Statements */

/* One statement, its lines joined, or if `lines` as it stands, with what separates its lines.
 * => where the next begins, NULL: there is none */
static const char *next_statement(const char *text, bool lines, struct strbuf *statement)
{
	strbuf_reset(statement);
	while (*text == '#' || *text == '\n')
		text += *text == '#' ? strcspn(text, "\n") : 1;
	if (*text == '\0')
		return NULL;
	while (*text && *text != '\n') {
		if (text[0] == '\\' && text[1] == '\n' && !lines) {
			text += 2;
			text += strspn(text, " ");
			if (text[0] == '\\' && text[1] == '_') {
				strbuf_char(statement, ' ');
				text += 2;
			}
			continue;
		}
		if (text[0] == '\\' && text[1])
			strbuf_char(statement, *text++);
		strbuf_char(statement, *text++);
	}
	return text;
}

/* A menu's statements in a text, one a line, or lines as they stand. */
static struct strbuf statements_of(const char *text, const char *path, bool lines)
{
	struct strbuf found = STRBUF_INIT, statement = STRBUF_INIT;
	bool inside = false;

	while ((text = next_statement(text, lines, &statement)) != NULL) {
		if (statement.data[0] == '/') {
			inside = strcmp(strbuf_text(&statement), path) == 0;
			continue;
		}
		if (inside) {
			strbuf_add(&found, statement.data, statement.len);
			strbuf_char(&found, '\n');
		}
	}
	strbuf_free(&statement);
	return found;
}

/* Whether an export has a menu that what it was made from has not. A router without the
 * package of IPv6 exports nothing of it. */
static void check_no_more(const char *name, const char *original, const char *exported,
                          bool verbose)
{
	for (size_t i = 0; export_order[i]; i++) {
		struct strbuf was = statements_of(original, export_order[i], false);
		struct strbuf is = statements_of(exported, export_order[i], false);

		bool package = verbose && strncmp(export_order[i], "/ipv6 ", 6) == 0;

		if (was.len == 0 && is.len && !package)
			fail_msg("%s: %s was not there:\n%s", name, export_order[i],
			         strbuf_text(&is));
		strbuf_free(&was);
		strbuf_free(&is);
	}
}

/* To the letter, menu by menu: which menu comes first is another matter. */
static void check_letters(const char *name, const char *original, const char *exported,
                          bool verbose)
{
	/* Routers do not wrap what they write to a file any more. */
	bool lines = strstr(original, "\\\n") != NULL;
	unsigned menus = 0;

	for (size_t i = 0; export_order[i]; i++) {
		struct strbuf was = statements_of(original, export_order[i], lines);
		struct strbuf is = statements_of(exported, export_order[i], lines);

		if (was.len) {
			assert_string_equal(strbuf_text(&is), strbuf_text(&was));
			menus++;
		}
		strbuf_free(&was);
		strbuf_free(&is);
	}
	if (menus == 0)
		fail_msg("%s: nothing to compare", name);
	check_no_more(name, original, exported, verbose);
}

/* What is loaded again is the same. */
static void check_again(const char *name, const struct strbuf *exported, enum export_mode mode)
{
	struct strbuf again =
	        load_and_export(name, strbuf_text(exported), exported->len, mode);

	assert_string_equal(strbuf_text(&again), strbuf_text(exported));
	strbuf_free(&again);
}

static void check_file(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	bool verbose = strstr(name, "verbose") || strncmp(name, "lab-router-", 11) == 0;
	enum export_mode mode = verbose ? EXPORT_VERBOSE : EXPORT_COMPACT;
	struct strbuf original = read_text(path);
	struct strbuf exported =
	        load_and_export(name, strbuf_text(&original), original.len, mode);

	check_letters(name, strbuf_text(&original), strbuf_text(&exported), verbose);
	check_again(name, &exported, mode);
	strbuf_free(&original);
	strbuf_free(&exported);
}

/* => how many files there are */
static size_t check_files(const char *directory, const char *pattern)
{
	char path[512];
	glob_t found;
	size_t count = 0;

	snprintf(path, sizeof path, "%s/%s", directory, pattern);
	if (glob(path, 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			check_file(found.gl_pathv[i]);
		count = found.gl_pathc;
		globfree(&found);
	}
	return count;
}

static void test_own(void **state)
{
	(void)state;
	assert_true(check_files(own_directory, "*.rsc") >= 2);
}

static void test_routers(void **state)
{
	size_t count = 0;

	(void)state;
	if (other_directory) {
		count += check_files(other_directory, "lab-router-*.rsc");
		count += check_files(other_directory, "office-*.rsc");
	}
	if (count == 0) {
		print_message("no exports of routers in %s: skipped\n",
		              other_directory ? other_directory : "(none)");
		skip();
	}
	print_message("%zu exports\n", count);
}

/* Scripts that people wrote: their properties are in any order, and times in any form. */

#define WORDS_MAX 64

struct words {
	char *text; /* what they lie in */
	char *word[WORDS_MAX];
	size_t count;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct words split(const char *statement, size_t len)
{
	struct words words = {.text = strndup(statement, len)};
	char *at = words.text;
	bool quoted = false;

	assert_non_null(words.text);
	while (*at) {
		assert_true(words.count < WORDS_MAX);
		words.word[words.count++] = at;
		for (; *at && (quoted || *at != ' '); at++) {
			if (*at == '\\' && at[1])
				at++;
			else if (*at == '"')
				quoted = !quoted;
		}
		while (*at == ' ')
			*at++ = '\0';
	}
	qsort(words.word, words.count, sizeof *words.word, by_text);
	return words;
}

/* The bytes of a text in quotes, as a reader takes them. */
static void unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		unsigned byte;

		if (*text == '"')
			continue;
		if (text[0] == '\\' && sscanf(text + 1, "%2X", &byte) == 1 && text[2]) {
			*to++ = (char)byte;
			text += 2;
		} else {
			text += *text == '\\';
			*to++ = *text;
		}
	}
	*to = '\0';
}

static bool same_word(char *a, char *b)
{
	char *x = strchr(a, '='), *y = strchr(b, '=');
	weir_time left, right;

	if (strcmp(a, b) == 0)
		return true;
	if (x == NULL || y == NULL || x - a != y - b || memcmp(a, b, (size_t)(x - a)) != 0)
		return false;
	if (value_parse_time(x + 1, strlen(x + 1), &left) &&
	    value_parse_time(y + 1, strlen(y + 1), &right))
		return left == right;
	unescape(x);
	unescape(y);
	return strcmp(x, y) == 0;
}

static void check_words(const char *was, size_t was_len, const char *is, size_t is_len)
{
	struct words a = split(was, was_len), b = split(is, is_len);
	bool same = a.count == b.count;

	for (size_t i = 0; same && i < a.count; i++)
		same = same_word(a.word[i], b.word[i]);
	if (!same)
		fail_msg("%.*s\nbecame\n%.*s", (int)was_len, was, (int)is_len, is);
	free(a.text);
	free(b.text);
}

static unsigned check_properties(const char *original, const char *exported)
{
	unsigned statements = 0;

	for (size_t i = 0; export_order[i]; i++) {
		struct strbuf was = statements_of(original, export_order[i], false);
		struct strbuf is = statements_of(exported, export_order[i], false);
		const char *a = strbuf_text(&was), *b = strbuf_text(&is);

		while (*a || *b) {
			size_t a_len = strcspn(a, "\n"), b_len = strcspn(b, "\n");

			check_words(a, a_len, b, b_len);
			a += a_len + (a[a_len] == '\n');
			b += b_len + (b[b_len] == '\n');
			statements++;
		}
		strbuf_free(&was);
		strbuf_free(&is);
	}
	return statements;
}

/* => how many statements */
static unsigned check_script(const char *name)
{
	struct strbuf text, exported;
	unsigned statements;
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", other_directory ? other_directory : ".", name);
	file = fopen(path, "rb");
	if (file == NULL)
		return 0;
	fclose(file);
	text = read_text(path);
	exported = load_and_export(name, strbuf_text(&text), text.len, EXPORT_COMPACT);
	statements = check_properties(strbuf_text(&text), strbuf_text(&exported));
	check_again(name, &exported, EXPORT_COMPACT);
	strbuf_free(&text);
	strbuf_free(&exported);
	return statements;
}

static void test_scripts(void **state)
{
	unsigned statements = check_script("dual-wan.rsc") + check_script("raw-table.rsc");

	(void)state;
	if (statements == 0) {
		print_message("no scripts in %s: skipped\n",
		              other_directory ? other_directory : "(none)");
		skip();
	}
	print_message("%u statements\n", statements);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_own),
	        cmocka_unit_test(test_routers),
	        cmocka_unit_test(test_scripts),
	};

	own_directory = argc > 1 ? argv[1] : ".";
	other_directory = argc > 2 ? argv[2] : NULL;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
