/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: names that lead out of the directory do not, a file is the old or the new one, and
 * what each operation says when it is refused.
 */
#include "system/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "menus.h"
#include "scratch.h"

struct fixture {
	struct scratch scratch;
	struct files *files;
	struct model *model;
	struct strbuf error, text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char path[128];

	scratch_make(&f->scratch);
	scratch_write(&f->scratch, "outside", "secret");
	snprintf(path, sizeof path, "%s/files", f->scratch.path);
	f->files = files_create(path, NULL, &f->error);
	assert_non_null(f->files);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	files_destroy(f->files);
	strbuf_free(&f->error);
	strbuf_free(&f->text);
	scratch_end(&f->scratch);
	free(f);
	return 0;
}

static bool put(struct fixture *f, const char *name, const char *text, bool append)
{
	struct file_writer *w = files_begin(f->files, name, append, &f->error);

	if (w == NULL)
		return false;
	files_write(w, text, strlen(text));
	return files_end(w, true, &f->error);
}

static void expect(struct fixture *f, const char *name, const char *text)
{
	strbuf_reset(&f->text);
	assert_true(files_read(f->files, name, 100, &f->text, &f->error));
	assert_string_equal(strbuf_text(&f->text), text);
}

static void says(struct fixture *f, bool done, const char *error)
{
	assert_false(done);
	assert_string_equal(strbuf_text(&f->error), error);
	strbuf_reset(&f->error);
}

static void test_write(void **state)
{
	struct fixture *f = *state;
	struct file_writer *w;

	assert_true(put(f, "a.txt", "one", false));
	assert_true(put(f, "/a.txt", "two", true));
	expect(f, "a.txt", "onetwo");
	assert_true(put(f, "new.txt", "x", true));
	w = files_begin(f->files, "a.txt", false, &f->error);
	assert_true(files_write(w, "three", 5));
	expect(f, "a.txt", "onetwo");
	assert_false(files_end(w, false, &f->error));
	expect(f, "a.txt", "onetwo");
	assert_int_equal(f->error.len, 0);
	strbuf_reset(&f->text);
	says(f, files_read(f->files, "a.txt", 5, &f->text, &f->error), "file is too large");
	assert_int_equal(f->text.len, 0);
	assert_true(files_read(f->files, "a.txt", 6, &f->text, &f->error));
}

static void test_directories(void **state)
{
	struct fixture *f = *state;

	says(f, put(f, "/disk1/backups/x.rsc", "x", false), "no such file or directory");
	assert_true(files_make_directory(f->files, "/disk1", &f->error));
	assert_true(files_make_directory(f->files, "/disk1/backups/", &f->error));
	assert_true(put(f, "/disk1/backups/x.rsc", "x", false));
	expect(f, "disk1//backups/x.rsc", "x");
	says(f, files_make_directory(f->files, "disk1", &f->error),
	     "already have file with such name");
	says(f, put(f, "disk1", "x", false), "is a directory");
	says(f, files_read(f->files, "disk1", 9, &f->text, &f->error), "is a directory");
	says(f, put(f, "disk1/backups/x.rsc/y", "x", false), "not a directory");
	says(f, files_remove(f->files, "disk1", &f->error), "directory is not empty");
	assert_true(files_rename(f->files, "disk1/backups/x.rsc", "y.rsc", &f->error));
	expect(f, "y.rsc", "x");
	assert_true(put(f, "z.rsc", "z", false));
	says(f, files_rename(f->files, "y.rsc", "z.rsc", &f->error),
	     "already have file with such name");
	assert_true(files_remove(f->files, "disk1/backups", &f->error));
	assert_true(files_remove(f->files, "disk1", &f->error));
	says(f, files_remove(f->files, "disk1", &f->error), "no such file or directory");
}

/* None of these reads, writes, makes, renames or removes anything. */
static void test_outside(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name, *error;
	} cases[] = {
		{"", "bad file name"},
		{"/", "bad file name"},
		{"..", "bad file name"},
		{".", "bad file name"},
		{"../outside", "bad file name"},
		{"/../outside", "bad file name"},
		{"./x", "bad file name"},
		{"dir/../../outside", "bad file name"},
		{"new\nline", "bad file name"},
		{".weir-new.1", "bad file name"},
		{"link/outside", "not a directory"},
	};
	char name[400];

	assert_true(files_make_directory(f->files, "dir", &f->error));
	assert_int_equal(symlinkat("..", f->scratch.fd, "files/link"), 0);
	assert_int_equal(symlinkat("../outside", f->scratch.fd, "files/alias"), 0);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const char *n = cases[i].name, *e = cases[i].error;

		says(f, files_read(f->files, n, 99, &f->text, &f->error), e);
		says(f, put(f, n, "x", false), e);
		says(f, put(f, n, "x", true), e);
		says(f, files_make_directory(f->files, n, &f->error), e);
		says(f, files_remove(f->files, n, &f->error), e);
		says(f, files_rename(f->files, "dir", n, &f->error), e);
		says(f, files_open_append(f->files, n, &f->error) >= 0, e);
	}
	says(f, files_read(f->files, "alias", 99, &f->text, &f->error),
	     "no such file or directory");
	says(f, put(f, "alias", "x", false), "already have file with such name");
	says(f, files_open_append(f->files, "alias", &f->error) >= 0, "no such file or directory");
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	says(f, put(f, name, "x", false), "bad file name");
	assert_true(scratch_read(&f->scratch, "outside", &f->text));
	assert_string_equal(strbuf_text(&f->text), "secret");
}

static uint64_t id_of(struct fixture *f, const char *name, size_t expected)
{
	struct file_entry *entries;
	uint64_t id = 0;
	size_t count;

	assert_true(files_list(f->files, &entries, &count));
	assert_int_equal(count, expected);
	for (size_t i = 0; i < count; i++)
		if (strcmp(entries[i].name, name) == 0)
			id = entries[i].id;
	files_free_entries(entries, count);
	return id;
}

/* Ids stay while the name is there, and never come again. */
static void test_list(void **state)
{
	struct fixture *f = *state;
	uint64_t b, c;

	assert_int_equal(id_of(f, "none", 0), 0);
	assert_true(put(f, "b", "x", false));
	b = id_of(f, "b", 1);
	assert_true(files_make_directory(f->files, "a", &f->error));
	assert_true(put(f, "a/c", "12345", false));
	c = id_of(f, "a/c", 3);
	assert_int_equal(id_of(f, "b", 3), b);
	assert_true(put(f, "b", "y", false));
	assert_int_equal(id_of(f, "b", 3), b);
	assert_true(files_remove(f->files, "b", &f->error));
	assert_int_equal(id_of(f, "a/c", 2), c);
	assert_true(put(f, "b", "y", false));
	assert_true(id_of(f, "b", 3) > c);
}

/* What a killed writer left is not listed, and gone with the next start. */
static void test_left_over(void **state)
{
	struct fixture *f = *state;
	char path[128];

	snprintf(path, sizeof path, "%s/files", f->scratch.path);
	assert_true(files_make_directory(f->files, "a", &f->error));
	scratch_write(&f->scratch, "files/.weir-new.7", "half");
	scratch_write(&f->scratch, "files/a/.weir-new.9", "half");
	assert_int_equal(id_of(f, "x", 1), 0);
	files_destroy(f->files);
	f->files = files_create(path, NULL, &f->error);
	assert_non_null(f->files);
	assert_int_equal(faccessat(f->scratch.fd, "files/.weir-new.7", F_OK, 0), -1);
	assert_int_equal(faccessat(f->scratch.fd, "files/a/.weir-new.9", F_OK, 0), -1);
}

static enum model_refusal call(struct fixture *f, const char *what, uint64_t *id,
			       const char *const *texts)
{
	const struct menu *menu = model_menu(f->model, "/file");
	struct assignment assignment[16];
	size_t count = texts ? menu_assignments(menu, texts, assignment) : 0;
	const struct menu_live *live;
	void *ctx;

	live = model_live(f->model, menu, &ctx);
	strbuf_reset(&f->error);
	if (*what == 'a')
		return live->add(ctx, menu, NULL, assignment, count, id, &f->error);
	if (*what == 's')
		return live->set(ctx, menu, NULL, *id, assignment, count, &f->error);
	return live->remove(ctx, menu, NULL, *id, &f->error);
}

#define ADD(id, ...) call(f, "add", id, (const char *const[]){__VA_ARGS__, NULL})
#define SET(id, ...) call(f, "set", id, (const char *const[]){__VA_ARGS__, NULL})

/* /file: every operation, and what it lists. */
static void test_menu(void **state)
{
	static const char *const names[] = {"name", "type", "size", "contents", NULL};
	static const char *const dates[] = {".id", "name", "last-modified", NULL};
	struct fixture *f = *state;
	uint64_t a, b, d, gone = 99;
	struct timespec times[2] = {{.tv_sec = 1795276800}, {.tv_sec = 1795276800}};

	f->model = model_create(NULL);
	assert_non_null(f->model);
	files_bind(f->files, f->model);
	assert_int_equal(ADD(&a, "name=a.txt", "contents=hello"), MODEL_OK);
	assert_int_equal(ADD(&d, "name=dir", "type=directory"), MODEL_OK);
	assert_int_equal(ADD(&b, "name=/dir/b.rsc"), MODEL_OK);
	assert_string_equal(menu_rows(f->model, "/file", names, &f->text),
			    "a.txt .txt file 5 hello\ndir directory  \ndir/b.rsc script 0 \n");
	assert_int_equal(ADD(&gone, "name=a.txt"), MODEL_FAILURE);
	assert_string_equal(strbuf_text(&f->error), "failure: already have file with such name");
	assert_int_equal(ADD(&gone, "contents=x"), MODEL_MISSING);
	assert_int_equal(SET(&gone, "contents=x"), MODEL_NO_ITEM);
	assert_int_equal(SET(&b, "contents=x y", "name=b.backup"), MODEL_OK);
	assert_int_equal(SET(&a, "name=../x"), MODEL_FAILURE);
	assert_string_equal(strbuf_text(&f->error), "failure: bad file name");
	assert_int_equal(call(f, "remove", &a, NULL), MODEL_OK);
	assert_int_equal(call(f, "remove", &a, NULL), MODEL_NO_ITEM);
	assert_int_equal(call(f, "remove", &d, NULL), MODEL_OK);
	assert_string_equal(menu_rows(f->model, "/file", names, &f->text),
			    "b.backup backup 3 x y\n");
	assert_int_equal(utimensat(f->scratch.fd, "files/b.backup", times, 0), 0);
	assert_string_equal(menu_rows(f->model, "/file", dates, &f->text),
			    "*4 b.backup 2026-11-21 16:00:00\n");
	model_destroy(f->model);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_write), TEST(test_directories), TEST(test_outside),
		TEST(test_list),  TEST(test_left_over),	  TEST(test_menu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
