/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal: readers at their own pace, what is overwritten before it is read, no memory, and
 * threads that append and read at once, which look without the lock (run it under
 * ThreadSanitizer).
 */
#include "base/journal.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 8, THREADS = 3, EACH = 20000 };

static void begin(struct journal *j, struct alloc *a)
{
	static const struct weir_allocator own;

	alloc_init(a, &own);
	assert_true(journal_init(j, a, ROOM, sizeof(uint64_t)));
}

static void append(struct journal *j, uint64_t number)
{
	uint64_t *record = journal_append(j);

	*record = number;
}

/* Reads all; they follow each other up to `last`. => how many were missed */
static uint64_t read_all(const struct journal *j, uint64_t *cursor, uint64_t first, uint64_t last)
{
	uint64_t missed = 0, gap, expect = first;
	const uint64_t *record;

	while ((record = journal_next(j, cursor, &gap))) {
		missed += gap;
		expect += gap;
		assert_int_equal(*record, expect++);
	}
	assert_int_equal(gap, 0);
	assert_int_equal(expect, last + 1);
	assert_false(journal_news(j, *cursor));
	return missed;
}

static void test_readers(void **state)
{
	uint64_t early = 0, late = 0, gap;
	struct journal j;
	struct alloc a;

	(void)state;
	begin(&j, &a);
	assert_false(journal_news(&j, early));
	assert_null(journal_next(&j, &early, &gap));
	for (uint64_t number = 1; number <= 30; number++) {
		append(&j, number);
		assert_true(journal_news(&j, early));
		assert_int_equal(read_all(&j, &early, number, number), 0);
		assert_true(journal_news(&j, late));
		if (number == ROOM)
			assert_int_equal(read_all(&j, &late, 1, number), 0);
		if (number == 2 * ROOM + 1)
			assert_int_equal(read_all(&j, &late, ROOM + 1, number), 1);
	}
	assert_int_equal(read_all(&j, &late, 2 * ROOM + 2, 30), 30 - 3 * ROOM - 1);
	late = journal_written(&j);
	assert_null(journal_next(&j, &late, &gap));
	late = 0;
	assert_int_equal(read_all(&j, &late, 1, 30), 30 - ROOM);
	journal_fini(&j, &a);
	journal_fini(&j, &a);
	assert_int_equal(atomic_load(&a.used), 0);
}

static void *no_alloc(void *ctx, size_t size, size_t align)
{
	(void)ctx;
	(void)size;
	(void)align;
	return NULL;
}

static void no_free(void *ctx, void *ptr, size_t size)
{
	(void)ctx;
	(void)ptr;
	(void)size;
}

static void test_no_memory(void **state)
{
	const struct weir_allocator none = {.alloc = no_alloc, .free = no_free};
	struct journal j;
	struct alloc a;

	(void)state;
	alloc_init(&a, &none);
	assert_false(journal_init(&j, &a, ROOM, 4));
	journal_fini(&j, &a);
}

struct shared {
	struct journal j;
	pthread_mutex_t mutex;
};

/* Appends, and reads what all have appended: each thread's numbers come in order. */
static void *work(void *arg)
{
	static _Atomic uint64_t threads;
	uint64_t own = atomic_fetch_add(&threads, 1), last[THREADS] = {0}, seen = 0, missed = 0;
	uint64_t cursor = 0, next = 1;
	struct shared *s = arg;

	while (seen + missed < (uint64_t)THREADS * EACH) {
		if (next <= EACH) {
			pthread_mutex_lock(&s->mutex);
			append(&s->j, next++ * THREADS + own);
			pthread_mutex_unlock(&s->mutex);
		}
		if (!journal_news(&s->j, cursor)) {
			sched_yield();
			continue;
		}
		pthread_mutex_lock(&s->mutex);
		for (uint64_t gap; cursor < journal_written(&s->j); missed += gap, seen++) {
			uint64_t number = *(const uint64_t *)journal_next(&s->j, &cursor, &gap);

			if (number / THREADS <= last[number % THREADS])
				return (void *)s;
			last[number % THREADS] = number / THREADS;
		}
		pthread_mutex_unlock(&s->mutex);
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct shared s = {.mutex = PTHREAD_MUTEX_INITIALIZER};
	pthread_t thread[THREADS];
	struct alloc a;
	void *bad;

	(void)state;
	begin(&s.j, &a);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, work, &s), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &bad), 0);
		assert_null(bad);
	}
	assert_int_equal(journal_written(&s.j), THREADS * EACH);
	journal_fini(&s.j, &a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
