/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of the console where memory runs out: every allocation in turn fails, and afterwards
 * everything is given back, what was there before is unchanged, and the failure was told.
 *
 * Linked with --wrap for malloc() and its like.
 */
#include "console/cell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);

static long countdown = -1; /* allocations until one fails; below 0: none does */
static long blocks;

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

static void *counted(void *ptr)
{
	blocks += ptr != NULL;
	return ptr;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__real_calloc(count, size));
}

void *__wrap_realloc(void *ptr, size_t size)
{
	void *new = fails() ? NULL : __real_realloc(ptr, size);

	blocks += ptr == NULL && new;
	return new;
}

void __wrap_free(void *ptr)
{
	blocks -= ptr != NULL;
	__real_free(ptr);
}

struct values {
	struct cell text, list, keyed, number;
};

static struct values make_values(void)
{
	struct values v = {
	        .text = cell_str("10.0.0.1,b,c", 12),
	        .list = cell_array_new(),
	        .keyed = cell_array_new(),
	        .number = cell_num(7),
	};

	for (unsigned i = 0; i < 9; i++)
		assert_true(cell_array_add(&v.list, cell_copy(&v.text)));
	assert_true(cell_array_set(&v.keyed, "a", 1, cell_num(1)));
	assert_true(cell_array_set(&v.keyed, "c", 1, cell_copy(&v.list)));
	return v;
}

static void free_values(struct values *v)
{
	cell_free(&v->text);
	cell_free(&v->list);
	cell_free(&v->keyed);
	cell_free(&v->number);
}

/* Each does one thing. => whether it told that memory ran out */

static bool told(struct cell made)
{
	bool nil = made.type == CELL_NIL;

	cell_free(&made);
	return nil;
}

static bool make_text(struct values *v)
{
	(void)v;
	return told(cell_str("text", 4));
}

static bool make_literal(struct values *v)
{
	(void)v;
	return told(cell_literal("text", 4));
}

static bool make_array(struct values *v)
{
	(void)v;
	return told(cell_array_new());
}

static bool split(struct values *v)
{
	return told(cell_to_array(&v->text));
}

static bool to_text(struct values *v)
{
	return told(cell_to_str(&v->keyed));
}

/* On a copy: the array has two owners and is copied first. */
static bool change(struct values *v, bool (*how)(struct cell *array, struct cell element))
{
	struct cell copy = cell_copy(&v->keyed);
	bool good = how(&copy, cell_copy(&v->text));

	assert_int_equal(cell_array_count(&v->keyed), 2);
	if (!good)
		assert_ptr_equal(copy.array, v->keyed.array);
	cell_free(&copy);
	return !good;
}

static bool set_new(struct cell *array, struct cell element)
{
	return cell_array_set(array, "b", 1, element);
}

static bool set_old(struct cell *array, struct cell element)
{
	return cell_array_set(array, "a", 1, element);
}

static bool replace(struct cell *array, struct cell element)
{
	return cell_array_replace(array, 1, element);
}

static bool remove_first(struct cell *array, struct cell element)
{
	cell_free(&element);
	return cell_array_remove(array, 0);
}

static bool change_add(struct values *v)
{
	struct cell copy = cell_copy(&v->list);
	bool good = cell_array_add(&copy, cell_copy(&v->text));

	assert_int_equal(cell_array_count(&v->list), 9);
	cell_free(&copy);
	return !good;
}

static bool change_new(struct values *v)
{
	struct cell copy = cell_copy(&v->keyed);
	bool good = set_new(&copy, cell_copy(&v->text));

	assert_int_equal(cell_array_count(&v->keyed), 2);
	assert_int_equal(cell_array_count(&copy), good ? 3 : 2);
	cell_free(&copy);
	return !good;
}

static bool change_old(struct values *v)
{
	return change(v, set_old);
}

static bool change_replace(struct values *v)
{
	return change(v, replace);
}

static bool change_remove(struct values *v)
{
	return change(v, remove_first);
}

static bool apply(enum cell_operator op, const struct cell *left, const struct cell *right)
{
	struct strbuf error = STRBUF_INIT;
	struct cell to;
	bool good = cell_apply(op, left, right, &to, &error);

	if (!good)
		assert_true(error.failed || strcmp(strbuf_text(&error), "out of memory") == 0);
	cell_free(&to);
	strbuf_free(&error);
	return !good;
}

static bool concatenate(struct values *v)
{
	return apply(OP_CONCATENATE, &v->text, &v->number);
}

static bool concatenate_arrays(struct values *v)
{
	return apply(OP_CONCATENATE, &v->list, &v->keyed);
}

static bool append(struct values *v)
{
	return apply(OP_APPEND, &v->keyed, &v->list);
}

static bool append_scalars(struct values *v)
{
	return apply(OP_APPEND, &v->number, &v->text);
}

static bool match(struct values *v)
{
	return apply(OP_MATCH, &v->number, &v->text);
}

/* Two arrays down, in a copy, and in one that is made. */
static bool assign(struct values *v)
{
	struct cell keys[] = {cell_str("c", 1), cell_num(9)}, copy = cell_copy(&v->keyed);
	struct strbuf error = STRBUF_INIT;
	bool good = keys[0].type == CELL_STR &&
	            cell_assign(&copy, keys, 2, cell_copy(&v->text), &error);

	cell_free(&copy);
	good = good && cell_assign(&copy, keys, 1, cell_copy(&v->text), &error);
	cell_free(&copy);
	cell_free(&keys[0]);
	strbuf_free(&error);
	return !good;
}

static void test_each_fails(void **state)
{
	static bool (*const actions[])(struct values *v) = {
	        make_text,      make_literal,   make_array,    split,      to_text,
	        change_add,     change_new,     change_old,    change_replace, change_remove,
	        concatenate,    concatenate_arrays, append,    append_scalars, match,
	        assign,
	};
	struct values v = make_values(), same = make_values();
	long before = blocks;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(actions); i++) {
		unsigned failures = 0;
		bool failed;

		do {
			countdown = failures;
			failed = actions[i](&v);
			assert_true(failed == (countdown < 0));
			countdown = -1;
			assert_int_equal(blocks, before);
			failures += failed;
		} while (failed);
		assert_true(failures > 0);
		assert_int_equal(cell_compare(&v.text, &same.text), 0);
		assert_int_equal(cell_compare(&v.list, &same.list), 0);
		assert_int_equal(cell_compare(&v.keyed, &same.keyed), 0);
	}
	free_values(&v);
	free_values(&same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_fails)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
