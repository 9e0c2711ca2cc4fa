/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of address lists that stand for names' addresses: who holds what, and that nothing is lost
 * or left over where memory runs out on the way.
 */
#include "daemon/list_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "model/menus.h"

/* Memory that ends at the nth request; 0: it does not. */
static unsigned long requests, end_at;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool ended(void)
{
	return ++requests >= end_at && end_at;
}

void *__wrap_malloc(size_t size)
{
	return ended() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return ended() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return ended() ? NULL : __real_realloc(old, size);
}

#define AT (100 * WEIR_SEC)

static bool hold(struct list_rows *rows, struct list_holder **holders, const char *name,
                 const char *address, unsigned seconds)
{
	union weir_addr addr = {0};
	uint8_t family;

	assert_true(addr_parse(address, strlen(address), &family, &addr));
	return list_rows_hold(rows, holders, name, &menu_address_list, "x", &addr,
	                      AT + seconds * WEIR_SEC);
}

/* The list's entries, "192.0.2.1 a.example 10s, ". */
static void show(struct model *model, struct strbuf *out)
{
	static const char *const names[] = {"address", "comment"};
	struct menu_source *source = model_open(model, &menu_address_list);
	const struct item *item;

	assert_non_null(source);
	strbuf_reset(out);
	while ((item = source->next(source)) != NULL) {
		for (size_t i = 0; i < 2; i++) {
			const char *text;
			size_t len;

			assert_true(item_kept(model, item,
			                      menu_find(&menu_address_list, names[i],
			                                strlen(names[i])),
			                      &text, &len));
			strbuf_str(out, i ? " " : "");
			strbuf_add(out, text, len);
		}
		strbuf_str(out, item_dynamic(item) ? ", " : " by hand, ");
	}
	model_close(source);
	assert_false(out->failed);
}

static void check(struct model *model, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	show(model, &out);
	assert_string_equal(strbuf_text(&out), expected);
	strbuf_free(&out);
}

static uint64_t add_by_hand(struct model *model, const char *address)
{
	const struct assignment assignments[] = {
	        {menu_find(&menu_address_list, "list", 4), "x", 1},
	        {menu_find(&menu_address_list, "address", 7), address, strlen(address)},
	};
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, NULL);
	uint64_t id;

	assert_non_null(change);
	assert_int_equal(change_add(change, &menu_address_list, assignments, 2, MODEL_END, 0, &id,
	                            &error),
	                 MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	strbuf_free(&error);
	return id;
}

static void remove_by_hand(struct model *model, uint64_t id)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(model, NULL);

	assert_non_null(change);
	assert_int_equal(change_remove(change, &menu_address_list, &id, 1, &error), MODEL_OK);
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	strbuf_free(&error);
}

static void write_rows(struct list_rows *rows, weir_time at)
{
	struct strbuf error = STRBUF_INIT;

	assert_true(list_rows_write(rows, at, &error));
	assert_null(rows->dirty);
	strbuf_free(&error);
}

static void test_holders(void **state)
{
	struct model *model = model_create(NULL);
	struct list_rows rows = {.model = model};
	struct list_holder *a = NULL, *b = NULL;
	uint64_t mine;

	(void)state;
	assert_non_null(model);
	mine = add_by_hand(model, "192.0.2.3");
	assert_true(hold(&rows, &a, "a", "192.0.2.1", 10));
	assert_true(hold(&rows, &a, "a", "192.0.2.2", 10));
	assert_true(hold(&rows, &b, "b", "192.0.2.2", 5));
	assert_true(hold(&rows, &b, "b", "192.0.2.3", 20));
	write_rows(&rows, AT);
	check(model, "192.0.2.3  by hand, 192.0.2.1 a, 192.0.2.2 a, ");
	assert_int_equal(rows.blocked, 1);
	remove_by_hand(model, mine);
	list_rows_unblock(&rows);
	write_rows(&rows, AT);
	check(model, "192.0.2.1 a, 192.0.2.2 a, 192.0.2.3 b, ");
	assert_int_equal(rows.blocked, 0);
	list_rows_drop(&rows, &a, UINT64_MAX);
	write_rows(&rows, AT);
	check(model, "192.0.2.2 b, 192.0.2.3 b, ");
	list_rows_drop(&rows, &b, AT + 5 * WEIR_SEC);
	write_rows(&rows, AT + 5 * WEIR_SEC);
	check(model, "192.0.2.3 b, ");
	list_rows_drop(&rows, &b, UINT64_MAX);
	write_rows(&rows, AT);
	check(model, "");
	assert_null(a);
	assert_null(b);
	assert_int_equal(rows.count, 0);
	list_rows_free(&rows);
	model_destroy(model);
}

/* => whether memory sufficed; whatever happens, all is right once there is some again */
static bool run_out(unsigned long at)
{
	struct model *model = model_create(NULL);
	struct list_rows rows = {.model = model};
	struct list_holder *a = NULL, *b = NULL;
	struct strbuf error = STRBUF_INIT;
	bool good;

	assert_non_null(model);
	requests = 0;
	end_at = at;
	good = hold(&rows, &a, "a", "192.0.2.1", 10);
	good &= hold(&rows, &a, "a", "192.0.2.2", 10);
	good &= hold(&rows, &b, "b", "192.0.2.2", 20);
	good &= list_rows_write(&rows, AT, &error);
	list_rows_drop(&rows, &a, UINT64_MAX);
	good &= list_rows_write(&rows, AT + WEIR_SEC, &error);
	end_at = 0;
	assert_true(hold(&rows, &b, "b", "192.0.2.2", 20));
	assert_true(hold(&rows, &b, "b", "192.0.2.4", 20));
	write_rows(&rows, AT + 3 * WEIR_SEC);
	check(model, "192.0.2.2 b, 192.0.2.4 b, ");
	list_rows_drop(&rows, &b, UINT64_MAX);
	write_rows(&rows, AT + 3 * WEIR_SEC);
	check(model, "");
	assert_int_equal(rows.count, 0);
	strbuf_free(&error);
	list_rows_free(&rows);
	model_destroy(model);
	return good;
}

static void test_no_memory(void **state)
{
	unsigned long at = 1;

	(void)state;
	while (!run_out(at))
		at++;
	assert_true(at > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_holders),
	        cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
