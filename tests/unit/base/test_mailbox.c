/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mailbox: oldest first, nothing lost, each poster's order kept with several
 * of them at once (run it under ThreadSanitizer to check the orderings too).
 */
#include "base/mailbox.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct letter {
	struct mail mail; /* first: a mail is its letter */
	unsigned from, number;
};

static struct letter *letter_of(struct mail *mail)
{
	return (struct letter *)mail;
}

static void test_order(void **state)
{
	struct letter letters[5];
	struct mailbox box;
	struct mail *mail;
	unsigned n = 0;

	(void)state;
	mailbox_init(&box);
	assert_null(mailbox_take(&box));
	for (unsigned i = 0; i < 5; i++) {
		letters[i].number = i;
		assert_int_equal(mailbox_post(&box, &letters[i].mail), i == 0);
	}
	for (mail = mailbox_take(&box); mail; mail = mail->next)
		assert_int_equal(letter_of(mail)->number, n++);
	assert_int_equal(n, 5);
	assert_null(mailbox_take(&box));
	assert_true(mailbox_post(&box, &letters[3].mail));
	mail = mailbox_take(&box);
	assert_ptr_equal(mail, &letters[3].mail);
	assert_null(mail->next);
}

#define POSTERS 3u
#define LETTERS 50000u

struct poster {
	struct mailbox *box;
	struct letter *letters;
	unsigned from;
};

static void *post(void *arg)
{
	struct poster *p = arg;

	for (unsigned i = 0; i < LETTERS; i++) {
		p->letters[i].from = p->from;
		p->letters[i].number = i;
		mailbox_post(p->box, &p->letters[i].mail);
	}
	return NULL;
}

static void test_threads(void **state)
{
	unsigned next[POSTERS] = {0}, got = 0, wrong = 0;
	struct poster posters[POSTERS];
	pthread_t threads[POSTERS];
	struct mailbox box;

	(void)state;
	mailbox_init(&box);
	for (unsigned i = 0; i < POSTERS; i++) {
		posters[i] = (struct poster){&box, calloc(LETTERS, sizeof(struct letter)), i};
		assert_non_null(posters[i].letters);
		assert_int_equal(pthread_create(&threads[i], NULL, post, &posters[i]), 0);
	}
	while (got < POSTERS * LETTERS) {
		struct mail *mail = mailbox_take(&box);

		if (!mail)
			sched_yield();
		for (; mail; mail = mail->next, got++)
			wrong += letter_of(mail)->number != next[letter_of(mail)->from]++;
	}
	for (unsigned i = 0; i < POSTERS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(next[i], LETTERS);
		free(posters[i].letters);
	}
	assert_int_equal(wrong, 0);
	assert_null(mailbox_take(&box));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
