/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings and where-expressions when memory runs out, at every allocation in turn, once or from
 * there on: they report it or do without it, and leave nothing half-done.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kinds.h"
#include "model/where.h"

#define TRIES 60

/* The linker sends the allocations of the code here. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static long good = -1; /* so many allocations come before one that fails; -1: all are good */
static bool for_good;  /* all that follow fail too */

static bool fails(void)
{
	if (good != 0) {
		good -= good > 0;
		return false;
	}
	if (!for_good)
		good = -1;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __real_realloc(ptr, size);
}

static void ask(struct where *where)
{
	struct kinds_source source;
	const void *item;

	kinds_open(&source);
	while ((item = source.source.next(&source.source)) != NULL)
		(void)where_match(where, &source.source, item);
	good = -1;
	strbuf_free(&source.room);
}

/* => whether memory ran out */
static bool read_where(const char *text)
{
	struct where_error error = {0, ""};
	struct where *where =
	        where_read(&kinds_menu, &kinds_scope, text, strlen(text), NULL, &error);

	if (where)
		ask(where);
	good = -1;
	where_free(where);
	if (where == NULL)
		assert_string_equal(error.text, "out of memory");
	return where == NULL;
}

static void test_where(void **state)
{
	static const char *const texts[] = {
	        ("src-address in 10.0.0.0/8 or in-interface=bridge limit=5,10 comment~\"^a\" "
	         "(mtu=auto and timeout>5m)=no"),
	        "prot=tc dst-port=\"0x50,443\" chain=\"x\" chain!=\"\"",
	        "in-interface=\"nothing\" dst-port=80,443 connection-state=rel,est",
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_COUNT(texts); i++) {
		unsigned out = 0;

		for (long n = 0; n < TRIES; n++) {
			for_good = i & 1;
			good = n;
			out += read_where(texts[i / 2]);
		}
		assert_in_range(out, 3, TRIES - 10);
	}
}

/* => whether memory ran out */
static bool read_setting(const char *name, const char *text)
{
	const struct property *property = menu_find(&kinds_menu, name, strlen(name));
	struct strbuf kept = STRBUF_INIT, error = STRBUF_INIT;
	bool read = setting_read(&property->kind, name, text, strlen(text), &kinds_scope, &kept,
	                         &error);

	good = -1;
	assert_true(read == !kept.failed);
	assert_true(read || kept.len == 0);
	strbuf_free(&kept);
	strbuf_free(&error);
	return !read;
}

static void test_setting(void **state)
{
	static const struct {
		const char *name, *text;
	} cases[] = {
	        {"src-address", "!10.0.0.1-10.0.0.9"},
	        {"in-interface", "!bridge"},
	        {"dst-port", "!80,443,8000-8080,9000,9001,9002,9003,9004,9005,9006,9007,9008,9009"},
	        {"connection-state", "rel,est"},
	        {"per-connection-classifier", "both-addresses-and-ports:2/0"},
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_COUNT(cases); i++) {
		unsigned out = 0;

		for (long n = 0; n < 10; n++) {
			for_good = i & 1;
			good = n;
			out += read_setting(cases[i / 2].name, cases[i / 2].text);
		}
		assert_in_range(out, 1, 5);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_where),
	        cmocka_unit_test(test_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
