/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: what a change committed is in the file after a flush, with the mark, users and
 * what weir does not know; a disk that fails is told once, and what it missed comes later.
 */
#include "system/store.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

#include "menus.h"
#include "model/menus.h"
#include "scratch.h"

struct fixture {
	struct scratch scratch;
	struct model *model;
	struct store *store;
	struct strbuf error, text, log;
	_Atomic int fail; /* what every step fails with; 0: nothing */
	char path[128];
};

static uint64_t now(void *ctx, int32_t *offset)
{
	(void)ctx;
	*offset = 3600;
	return UINT64_C(1795276800) * 1000000000;
}

static void write_log(void *ctx, const char *topics, const char *message)
{
	struct fixture *f = ctx;

	strbuf_printf(&f->log, "%s: %s\n", topics, message);
}

static int before(void *ctx, enum replace_step step)
{
	struct fixture *f = ctx;

	return step == REPLACE_SYNC ? f->fail : 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	static struct replace_hook hook;

	scratch_make(&f->scratch);
	snprintf(f->path, sizeof f->path, "%s/router.rsc", f->scratch.path);
	hook = (struct replace_hook){.ctx = f, .before = before};
	f->model = model_create(NULL);
	assert_non_null(f->model);
	f->store = store_create(
		f->model,
		&(struct store_options){
			.path = f->path, .ctx = f, .now = now, .log = write_log, .hook = &hook},
		&f->error);
	assert_non_null(f->store);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	store_destroy(f->store);
	model_destroy(f->model);
	scratch_end(&f->scratch);
	strbuf_free(&f->error);
	strbuf_free(&f->text);
	strbuf_free(&f->log);
	free(f);
	return 0;
}

static void set(struct fixture *f, const char *path, uint64_t id, const char *text)
{
	model_lock(f->model);
	menu_apply(f->model, path, id, (const char *const[]){text, NULL});
	model_unlock(f->model);
}

static bool in_file(struct fixture *f, const char *part)
{
	assert_true(scratch_read(&f->scratch, "router.rsc", &f->text));
	return strstr(strbuf_text(&f->text), part) != NULL;
}

static void test_store(void **state)
{
	struct fixture *f = *state;
	static const char start[] = "# 2026-11-21 17:00:00 by RouterOS 7.16.2\n" STORE_MARK "\n";

	assert_true(store_flush(f->store, &f->error));
	assert_false(scratch_read(&f->scratch, "router.rsc", &f->text)); /* nothing to store */
	set(f, "/system identity", 0, "name=gate");
	assert_true(store_flush(f->store, &f->error));
	assert_true(in_file(f, "/system identity\nset name=gate\n"));
	assert_memory_equal(strbuf_text(&f->text), start, strlen(start));
	assert_false(in_file(f, "/interface wireless"));
	model_lock(f->model);
	assert_true(store_set_foreign(f->store, "/interface wireless\nadd ssid=\"a b\"", 34));
	menu_apply(f->model, "/user", 0,
		   (const char *const[]){"name=eve", "group=read", "password=secret", NULL});
	model_unlock(f->model);
	assert_true(store_flush(f->store, &f->error));
	assert_true(in_file(f, "\n/interface wireless\nadd ssid=\"a b\"\n"));
	assert_true(in_file(f, "name=eve"));
	assert_true(in_file(f, "/user\n"));
	assert_false(in_file(f, "secret")); /* only its hash */
	assert_int_equal(scratch_count(&f->scratch), 1);
	assert_int_equal(f->log.len, 0);
}

/* Entries that come and go by themselves are not in the file, which need not be written. */
static void test_dynamic(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {"list=x", "address=192.0.2.1", NULL};
	struct assignment assignments[16];
	size_t count = menu_assignments(&menu_address_list, texts, assignments);
	uint64_t id;

	set(f, "/system identity", 0, "name=one");
	assert_true(store_flush(f->store, &f->error));
	assert_int_equal(unlink(f->path), 0);
	for (int dynamic = 1; dynamic >= 0; dynamic--) {
		struct change *change;

		model_lock(f->model);
		change = change_begin(f->model, NULL);
		assert_non_null(change);
		if (dynamic)
			assert_int_equal(change_add_dynamic(change, &menu_address_list, assignments,
							    count, WEIR_SEC, &id, &f->error),
			                 MODEL_OK);
		else
			assert_int_equal(change_remove(change, &menu_address_list, &id, 1, &f->error),
			                 MODEL_OK);
		assert_int_equal(change_commit(change, &f->error), MODEL_OK);
		model_unlock(f->model);
		assert_true(store_flush(f->store, &f->error));
		assert_int_equal(access(f->path, F_OK), -1);
	}
	model_lock(f->model);
	menu_apply(f->model, "/ip firewall address-list", 0, texts);
	model_unlock(f->model);
	assert_true(store_flush(f->store, &f->error));
	assert_true(in_file(f, "add address=192.0.2.1 list=x\n"));
}

static void test_failure(void **state)
{
	struct fixture *f = *state;
	char expected[400];

	f->fail = ENOSPC;
	set(f, "/system identity", 0, "name=one");
	assert_false(store_flush(f->store, &f->error));
	assert_string_equal(strbuf_text(&f->error), "No space left on device (sync)");
	set(f, "/system identity", 0, "name=two");
	assert_false(store_flush(f->store, &f->error));
	assert_false(scratch_read(&f->scratch, "router.rsc", &f->text));
	f->fail = 0;
	assert_true(store_flush(f->store, &f->error));
	assert_true(in_file(f, "set name=two\n"));
	snprintf(expected, sizeof expected,
		 "system,error,critical: configuration could not be stored in %s: "
		 "No space left on device (sync)\n"
		 "system,info: configuration is stored in %s again\n",
		 f->path, f->path);
	assert_string_equal(strbuf_text(&f->log), expected);
}

static void test_end(void **state)
{
	struct fixture *f = *state;

	set(f, "/system identity", 0, "name=last");
	assert_true(store_destroy(f->store));
	f->store = NULL;
	assert_true(in_file(f, "set name=last\n"));
}

static void test_no_directory(void **state)
{
	struct fixture *f = *state;

	assert_null(store_create(f->model, &(struct store_options){.path = "/nonexistent/x/y"},
				 &f->error));
	assert_string_equal(strbuf_text(&f->error),
			    "No such file or directory (open the directory)");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_store),
		TEST(test_dynamic),
		TEST(test_failure),
		TEST(test_end),
		TEST(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
