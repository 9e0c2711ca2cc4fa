/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The saver: marks are gathered, a flush waits for what was marked before it, failures are
 * told once and tried again.
 */
#include "system/saver.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct disk {
	_Atomic unsigned value, stored; /* what is to be stored, what is */
	_Atomic unsigned attempts, slow;
	const char *_Atomic reason; /* why it fails; NULL: it works */
	char told[256];
};

static bool store(void *ctx, struct strbuf *error)
{
	struct disk *disk = ctx;
	unsigned value = disk->value;

	disk->attempts++;
	if (disk->slow)
		usleep(disk->slow);
	if (disk->reason) {
		strbuf_str(error, disk->reason);
		return false;
	}
	disk->stored = value;
	return true;
}

static void failed(void *ctx, const char *reason)
{
	struct disk *disk = ctx;
	size_t len = strlen(disk->told);

	snprintf(disk->told + len, sizeof disk->told - len, "%s;", reason ? reason : "works");
}

static struct saver *make(struct disk *disk, uint64_t gather_ms, uint64_t retry_ms)
{
	struct saver *saver = saver_create(&(struct saver_options){
		.ctx = disk,
		.store = store,
		.failed = failed,
		.gather = gather_ms * 1000000,
		.retry = retry_ms * 1000000,
		.retry_most = 8 * retry_ms * 1000000,
	});

	assert_non_null(saver);
	return saver;
}

static void change(struct disk *disk, struct saver *saver)
{
	disk->value++;
	saver_mark(saver);
}

static void test_gathers(void **state)
{
	struct disk disk = {0};
	struct saver *saver = make(&disk, 60000, 60000);
	struct strbuf error = STRBUF_INIT;

	(void)state;
	assert_true(saver_flush(saver, &error)); /* nothing to do */
	assert_int_equal(disk.attempts, 0);
	for (unsigned i = 0; i < 100; i++)
		change(&disk, saver);
	assert_int_equal(disk.stored, 0); /* a minute is not over */
	assert_true(saver_flush(saver, &error));
	assert_int_equal(disk.stored, 100);
	assert_int_equal(disk.attempts, 1);
	change(&disk, saver);
	assert_true(saver_destroy(saver)); /* and what is left is stored at the end */
	assert_int_equal(disk.stored, 101);
	assert_string_equal(disk.told, "");
	strbuf_free(&error);
}

static void test_alone(void **state)
{
	struct disk disk = {0};
	struct saver *saver = make(&disk, 1, 1);

	(void)state;
	change(&disk, saver);
	for (unsigned i = 0; i < 5000 && disk.stored != 1; i++)
		usleep(1000);
	assert_int_equal(disk.stored, 1);
	assert_true(saver_destroy(saver));
	assert_int_equal(disk.attempts, 1);
}

static void test_failures(void **state)
{
	struct disk disk = {.reason = "disk full"};
	struct saver *saver = make(&disk, 0, 1);
	struct strbuf error = STRBUF_INIT;

	(void)state;
	change(&disk, saver);
	assert_false(saver_flush(saver, &error));
	assert_string_equal(strbuf_text(&error), "disk full");
	for (unsigned i = 0; i < 5000 && disk.attempts < 4; i++)
		usleep(1000);
	assert_true(disk.attempts >= 4); /* of its own */
	disk.reason = "no disk";
	for (unsigned i = 0; i < 3; i++) {
		strbuf_reset(&error);
		assert_false(saver_flush(saver, &error));
	}
	assert_string_equal(strbuf_text(&error), "no disk");
	disk.reason = NULL;
	strbuf_reset(&error);
	assert_true(saver_flush(saver, &error));
	assert_int_equal(disk.stored, 1);
	assert_true(saver_destroy(saver));
	assert_string_equal(disk.told, "disk full;no disk;works;");
	strbuf_free(&error);
}

static void test_ends_failing(void **state)
{
	struct disk disk = {.reason = "disk full"};
	struct saver *saver = make(&disk, 60000, 60000);

	(void)state;
	change(&disk, saver);
	assert_false(saver_destroy(saver));
	assert_true(disk.attempts >= 1);
}

struct writer {
	struct disk *disk;
	struct saver *saver;
	unsigned wrong;
};

static void *writes(void *arg)
{
	struct writer *w = arg;
	struct strbuf error = STRBUF_INIT;

	for (unsigned i = 0; i < 200; i++) {
		unsigned mine = ++w->disk->value;

		saver_mark(w->saver);
		if (!saver_flush(w->saver, &error) || w->disk->stored < mine)
			w->wrong++;
	}
	strbuf_free(&error);
	return NULL;
}

/* A flush never answers for an attempt that had begun before the mark. */
static void test_many(void **state)
{
	struct disk disk = {.slow = 100};
	struct saver *saver = make(&disk, 1, 1);
	struct writer writers[4];
	pthread_t threads[4];

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		writers[i] = (struct writer){&disk, saver, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, writes, &writers[i]), 0);
	}
	for (unsigned i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(writers[i].wrong, 0);
	}
	assert_true(saver_destroy(saver));
	assert_int_equal(disk.stored, 800);
	assert_true(disk.attempts < 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gathers),	 cmocka_unit_test(test_alone),
		cmocka_unit_test(test_failures), cmocka_unit_test(test_ends_failing),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
