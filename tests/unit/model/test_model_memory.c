/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The model where memory runs out: every allocation of every operation fails in turn, and the
 * model is as before. And what an entry of a long list takes.
 *
 * Linked with --wrap for malloc() and its like.
 */
#include <malloc.h>
#include <stdio.h>

#include "model_sample.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void __real_free(void *ptr);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void __wrap_free(void *ptr);

#define BLOCK_HEAD 8 /* of the C library's allocator, before each block */

static long countdown = -1; /* allocations until one fails; below 0: none does */
static size_t used;

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

static void *counted(void *ptr)
{
	used += ptr ? malloc_usable_size(ptr) + BLOCK_HEAD : 0;
	return ptr;
}

static void uncount(void *ptr)
{
	used -= ptr ? malloc_usable_size(ptr) + BLOCK_HEAD : 0;
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
	void *new;

	if (fails())
		return NULL;
	uncount(ptr);
	new = __real_realloc(ptr, size);
	return counted(new ? new : ptr) == new ? new : NULL;
}

void __wrap_free(void *ptr)
{
	uncount(ptr);
	__real_free(ptr);
}

static void dump(struct model *model, struct strbuf *out)
{
	static const struct menu *const menus[] = {&menu_filter,       &menu_bridge,
	                                           &menu_ethernet,     &menu_interface,
	                                           &menu_address_list, &menu_interface_list};
	static const char *const names[] = {".id", "name", "comment", "chain", "in-interface",
	                                    "address", "disabled"};

	strbuf_reset(out);
	for (size_t i = 0; i < ARRAY_COUNT(menus); i++) {
		for (size_t j = 0; j < ARRAY_COUNT(names); j++) {
			if (menu_find(menus[i], names[j], strlen(names[j])))
				strbuf_printf(out, "%s;", listed(model, menus[i], names[j]));
		}
	}
	strbuf_printf(out, "%u", (unsigned)model_count(model, &menu_history));
}

static struct model *made(void)
{
	struct model *m = model_create(NULL);

	add(m, &menu_bridge, "name=br");
	add(m, &menu_interface_list, "name=WAN");
	add(m, &menu_filter, "chain=a in-interface=br comment=one");
	add(m, &menu_filter, "chain=b comment=two");
	add(m, &menu_filter, "chain=c comment=three");
	add(m, &menu_address_list, "list=a address=10.0.0.1 timeout=1s");
	set(m, &menu_filter, 1, "comment=first");
	return m;
}

/* Operations, each within a change. */

static enum model_refusal op_add(struct change *c, struct strbuf *error)
{
	uint64_t id;

	return sample_add(c, &menu_filter, "chain=d in-interface=br comment=four", &id, error);
}

static enum model_refusal op_add_lenient(struct change *c, struct strbuf *error)
{
	uint64_t id;

	return sample_add(c, &menu_filter, "chain=d in-interface=ether7 out-interface=tunnel", &id,
	                  error);
}

static enum model_refusal op_add_before(struct change *c, struct strbuf *error)
{
	struct assignment a[ASSIGNMENTS_MAX];
	uint64_t id;

	return change_add(c, &menu_filter, a, sample_assignments(&menu_filter, "chain=e", a), 1, 2,
	                  &id, error);
}

static enum model_refusal op_many(struct change *c, struct strbuf *error)
{
	enum model_refusal refusal = MODEL_OK;
	char text[40];
	uint64_t id;

	for (unsigned i = 0; i < 20 && refusal == MODEL_OK; i++) {
		snprintf(text, sizeof text, "list=a address=10.1.0.%u", i);
		refusal = sample_add(c, &menu_address_list, text, &id, error);
	}
	return refusal;
}

static enum model_refusal op_set(struct change *c, struct strbuf *error)
{
	return sample_set(c, &menu_filter, 2, "comment=a-longer-comment-than-before in-interface=br",
	                  error);
}

static enum model_refusal op_remove(struct change *c, struct strbuf *error)
{
	static const uint64_t ids[] = {3, 1};

	return change_remove(c, &menu_filter, ids, 2, error);
}

static enum model_refusal op_move(struct change *c, struct strbuf *error)
{
	static const uint64_t ids[] = {3, 2};

	return change_move(c, &menu_filter, ids, 2, 1, error);
}

static enum model_refusal op_reset(struct change *c, struct strbuf *error)
{
	return change_reset(c, error);
}

typedef enum model_refusal operation(struct change *change, struct strbuf *error);

static enum model_refusal in_change(struct model *m, operation *op, struct strbuf *error)
{
	struct change *change = change_begin(m, &admin);
	enum model_refusal refusal;

	if (change == NULL)
		return MODEL_NO_MEMORY;
	refusal = op(change, error);
	if (refusal == MODEL_OK)
		return change_commit(change, error);
	change_abort(change);
	return refusal;
}

static void test_changes(void **state)
{
	static operation *const operations[] = {op_add, op_add_lenient, op_add_before, op_many,
	                                        op_set, op_remove,      op_move,       op_reset};
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT, error = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(operations); i++) {
		bool failed = true;

		for (long at = 0; failed; at++) {
			struct model *m = made();
			/* Open while the order changes; only its opening may not fail. */
			struct menu_source *source = model_open(m, &menu_filter);
			enum model_refusal refusal;

			source->next(source);
			model_set_lenient(m, true);
			dump(m, &before);
			countdown = at;
			refusal = in_change(m, operations[i], &error);
			failed = countdown < 0;
			countdown = -1;
			dump(m, &after);
			if (refusal == MODEL_OK) {
				/* What failed was not needed (memory to give back). */
				assert_string_not_equal(strbuf_text(&before), strbuf_text(&after));
				assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
			} else {
				assert_int_equal(refusal, MODEL_NO_MEMORY);
				assert_string_equal(strbuf_text(&before), strbuf_text(&after));
			}
			strbuf_reset(&error);
			while (source->next(source))
				;
			model_close(source);
			assert_true(refusal == MODEL_OK || failed);
			assert_int_equal(in_change(m, op_add, &error), MODEL_OK);
			model_destroy(m);
		}
	}
	strbuf_free(&before);
	strbuf_free(&after);
	strbuf_free(&error);
}

/* Undo of each kind of step, redo, and unrolling. */
static void test_undo(void **state)
{
	static operation *const operations[] = {op_add,  op_add_before, op_many, op_set,
	                                        op_remove, op_move,     op_reset};
	struct strbuf before = STRBUF_INIT, after = STRBUF_INIT, error = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_COUNT(operations); i++) {
		bool failed = true, redo = i % 2;

		for (long at = 0; failed; at++) {
			struct model *m = made();
			enum model_refusal refusal;

			assert_int_equal(in_change(m, operations[i / 2], &error), MODEL_OK);
			if (redo)
				assert_int_equal(model_undo(m, &admin, &error), MODEL_OK);
			dump(m, &before);
			countdown = at;
			refusal = redo ? model_redo(m, &admin, &error)
			               : model_undo(m, &admin, &error);
			failed = countdown < 0;
			countdown = -1;
			dump(m, &after);
			if (refusal == MODEL_OK) {
				assert_string_not_equal(strbuf_text(&before), strbuf_text(&after));
			} else {
				assert_int_equal(refusal, MODEL_NO_MEMORY);
				assert_string_equal(strbuf_text(&before), strbuf_text(&after));
			}
			strbuf_reset(&error);
			model_destroy(m);
		}
	}
	strbuf_free(&before);
	strbuf_free(&after);
	strbuf_free(&error);
}

static void test_create(void **state)
{
	struct model *m = NULL;
	size_t at_first;

	(void)state;
	listed(m = model_create(NULL), &menu_filter, "chain"); /* what it keeps is its own */
	model_destroy(m);
	at_first = used;
	for (long at = 0; (countdown = at, m = model_create(NULL)) == NULL; at++)
		assert_int_equal(used, at_first);
	countdown = -1;
	model_destroy(m);
	assert_int_equal(used, at_first);
}

/* Just after the indexes have grown, when they are at their emptiest. */
#define ENTRIES (UINT32_C(3) << 16 | 1)

static void test_entry(void **state)
{
	struct model *m = model_create(NULL);
	struct strbuf error = STRBUF_INIT;
	struct change *change = change_begin(m, &admin);
	size_t before = used;
	char text[60];
	uint64_t id;

	(void)state;
	for (uint32_t i = 0; i < ENTRIES; i++) {
		snprintf(text, sizeof text, "list=blocklist address=%u.%u.%u.%u", 100 + (i >> 16),
		         i >> 12 & 15, i >> 6 & 63, 100 + (i & 63));
		assert_int_equal(sample_add(change, &menu_address_list, text, &id, &error),
		                 MODEL_OK);
	}
	assert_int_equal(change_commit(change, &error), MODEL_OK);
	/* What undoing it takes is counted as well. */
	assert_in_range((used - before) / ENTRIES, 60, 199);
	model_destroy(m);
	strbuf_free(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_changes),
	        cmocka_unit_test(test_undo),
	        cmocka_unit_test(test_create),
	        cmocka_unit_test(test_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
