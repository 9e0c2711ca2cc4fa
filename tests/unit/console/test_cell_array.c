/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arrays of the console: against a slow and obvious model, their sharing, their limits, and
 * elements that are set within arrays within arrays.
 */
#include "console/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "unit/console/note.h"
#include "unit/memory.h"

#define MODEL_MAX 64

/* An array as anybody would write one: numbers, and numbers under keys "k0" to "k31". */
struct naive {
	int64_t plain[MODEL_MAX];
	size_t count;
	int64_t keyed[32];
	bool set[32];
};

static void expect_same(const struct cell *array, const struct naive *naive)
{
	size_t at = 0;

	for (size_t i = 0; i < naive->count; i++) {
		const char *key;
		size_t len;
		const struct cell *cell = cell_array_at(array, at++, &key, &len);

		assert_int_equal(cell->num, naive->plain[i]);
		assert_null(key);
	}
	for (unsigned k = 0; k < 32; k++) {
		char name[4];
		const struct cell *cell;
		int len = snprintf(name, sizeof name, "%c%c", 'a' + (char)(k / 6),
		                   'a' + (char)(k % 6));

		cell = cell_array_get(array, name, (size_t)len);
		assert_int_equal(cell != NULL, naive->set[k]);
		if (!cell)
			continue;
		assert_int_equal(cell->num, naive->keyed[k]);
		assert_ptr_equal(cell_array_at(array, at++, NULL, NULL), cell);
	}
	assert_int_equal(cell_array_count(array), at);
}

static void change(struct cell *array, struct naive *naive, uint64_t random)
{
	int64_t num = (int64_t)(random >> 32);
	unsigned k = random >> 8 & 31;
	char name[] = {(char)('a' + k / 6), (char)('a' + k % 6)};
	size_t at = naive->count ? (random >> 16) % naive->count : 0;

	switch (random % 4) {
	case 0:
		if (naive->count == MODEL_MAX)
			break;
		assert_true(cell_array_add(array, cell_num(num)));
		naive->plain[naive->count++] = num;
		break;
	case 1:
		assert_true(cell_array_set(array, name, sizeof name, cell_num(num)));
		naive->keyed[k] = num;
		naive->set[k] = true;
		break;
	case 2:
		if (naive->count == 0)
			break;
		assert_true(cell_array_replace(array, at, cell_num(num)));
		naive->plain[at] = num;
		break;
	case 3:
		if (naive->count < MODEL_MAX / 2)
			break;
		assert_true(cell_array_remove(array, at));
		naive->count--;
		memmove(naive->plain + at, naive->plain + at + 1,
		        (naive->count - at) * sizeof naive->plain[0]);
	}
}

/* Random histories; now and then somebody else holds on to the array as it was. */
static void test_array_model(void **state)
{
	uint64_t random = 4101842887655102017;
	struct naive naive = {.count = 0}, held_naive = {.count = 0};
	struct cell array = cell_array_new(), held = cell_copy(&array);

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		if (next_random(&random) % 16 == 0) {
			cell_free(&held);
			held = cell_copy(&array);
			held_naive = naive;
		}
		change(&array, &naive, next_random(&random));
		expect_same(&array, &naive);
		expect_same(&held, &held_naive);
	}
	for (size_t k = cell_array_count(&array); k > 0; k--)
		assert_true(cell_array_remove(&array, k - 1));
	assert_int_equal(cell_array_count(&array), 0);
	assert_false(cell_array_remove(&array, 0));
	assert_false(cell_array_replace(&array, 0, cell_num(1)));
	cell_free(&array);
	cell_free(&held);
}

/* A hundred thousand elements, of both kinds, are built in no time. */
static void test_array_large(void **state)
{
	struct cell array = cell_array_new();

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		char key[8];
		int len = snprintf(key, sizeof key, "%06u", i);

		assert_true(cell_array_add(&array, cell_num(i)));
		assert_true(cell_array_set(&array, key, (size_t)len, cell_num(i)));
	}
	assert_int_equal(cell_array_count(&array), 200000);
	assert_int_equal(cell_array_get(&array, "012345", 6)->num, 12345);
	cell_free(&array);
}

/* An array that doubles sixty times is refused when it gets heavy, and one that nests is when
 * it gets deep; neither is printed or freed for hours, nor is anything lost. */
static void test_array_limits(void **state)
{
	struct cell array = cell_array_new();
	unsigned times = 0;

	(void)state;
	assert_true(cell_array_add(&array, cell_num(1)));
	for (; times < 100; times++) {
		struct cell twice = cell_array_new();

		if (!cell_array_add(&twice, cell_copy(&array)) ||
		    !cell_array_add(&twice, cell_copy(&array))) {
			cell_free(&twice);
			break;
		}
		cell_free(&array);
		array = twice;
	}
	assert_in_range(times, 15, 30);
	cell_free(&array);

	array = cell_array_new();
	for (times = 0; times < 1000; times++) {
		struct cell outer = cell_array_new();

		if (!cell_array_set(&outer, "k", 1, cell_copy(&array))) {
			cell_free(&outer);
			break;
		}
		cell_free(&array);
		array = outer;
	}
	assert_int_equal(times, 99);
	expect_text(&array, "k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k="
	                    "k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k="
	                    "k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k="
	                    "k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=k=");
	cell_free(&array);
}

/* Into itself: it holds what it was. */
static void test_array_in_itself(void **state)
{
	struct cell array = value_of("[1;2]");

	(void)state;
	assert_true(cell_array_add(&array, cell_copy(&array)));
	expect_text(&array, "1;2;1;2");
	assert_int_equal(cell_array_count(&array), 3);
	cell_free(&array);
}

/* `:set ($a->...)`. */
static void test_assign(void **state)
{
	static const struct {
		const char *before, *keys[3], *value;
		const char *after, *error; /* error NULL: it succeeds */
	} cases[] = {
	        {"[1;2;a=3]", {"0"}, "9", "9;2;a=3", NULL},
	        {"[1;2;a=3]", {"2"}, "9", "1;2;a=9", NULL},
	        {"[1;2;a=3]", {"'a'"}, "9", "1;2;a=9", NULL},
	        {"[1;2;a=3]", {"'b'"}, "9", "1;2;a=3;b=9", NULL},
	        {"[1;2]", {"2"}, "9", "1;2;9", NULL},
	        {"[1;2]", {"3"}, "9", "1;2", "no such element"},
	        {"[1;2]", {"-1"}, "9", "1;2", "no such element"},
	        {"[1;2;a=3]", {"1"}, "nothing", "1;a=3", NULL},
	        {"[1;2;a=3]", {"'a'"}, "nothing", "1;2", NULL},
	        {"[1;2;a=3]", {"'b'"}, "nothing", "1;2;a=3", NULL},
	        {"[1]", {"'a'", "'b'"}, "9", "1;a=b=9", NULL},
	        {"[1;a=5]", {"'a'", "'b'"}, "9", "1;a=5", "cannot set element of integer number"},
	        {"nothing", {"'a'", "'b'", "0"}, "9", "a=b=9", NULL},
	        {"nothing", {"'a'", "1"}, "9", "", "no such element"},
	        {"5", {"'a'"}, "9", "5", "cannot set element of integer number"},
	        {"[a=1]", {"10.0.0.1"}, "9", "10.0.0.1=9;a=1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct cell cell = value_of(cases[i].before), held = cell_copy(&cell), keys[3];
		struct strbuf error = STRBUF_INIT;
		size_t count = 0;

		for (; count < 3 && cases[i].keys[count]; count++)
			keys[count] = value_of(cases[i].keys[count]);
		assert_int_equal(cell_assign(&cell, keys, count, value_of(cases[i].value), &error),
		                 cases[i].error == NULL);
		assert_string_equal(strbuf_text(&error), cases[i].error ? cases[i].error : "");
		expect_text(&cell, cases[i].after);
		cell_free(&cell);
		cell = value_of(cases[i].before);
		assert_int_equal(cell_compare(&held, &cell), 0);
		cell_free(&cell);
		cell_free(&held);
		while (count)
			cell_free(&keys[--count]);
		strbuf_free(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_array_model),
	        cmocka_unit_test(test_array_large),
	        cmocka_unit_test(test_array_limits),
	        cmocka_unit_test(test_array_in_itself),
	        cmocka_unit_test(test_assign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
