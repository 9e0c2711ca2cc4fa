/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration's file: after a failure of any step, after the process was ended at any
 * step or at any moment, it is one whole version, the one before or the one after.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

#include "../memory.h"
#include "scratch.h"
#include "system/store.h"

#define VERSION_SIZE 200000

/* A text of a version: every byte tells which, and the last line that it is whole. */
static char *version(char letter)
{
	char *text = malloc(VERSION_SIZE + 1);
	size_t head;

	if (text == NULL)
		abort();
	head = (size_t)sprintf(text, "# 2026-11-20 by RouterOS 7.16.2\n%s\n", STORE_MARK);
	memset(text + head, letter, VERSION_SIZE - head);
	memcpy(text + VERSION_SIZE - 5, "\nend\n", 5);
	text[VERSION_SIZE] = '\0';
	return text;
}

static bool write_version(const struct scratch *s, const char *text,
			  const struct replace_hook *hook, struct strbuf *error)
{
	return store_write(scratch_path(s, "router.rsc"), text, strlen(text), hook, error);
}

struct fault {
	unsigned at, seen; /* the step that is to fail, counted from 0 */
	bool ends;	   /* the process, instead */
	enum replace_step step;
};

static int fail_at(void *ctx, enum replace_step step)
{
	struct fault *fault = ctx;

	if (fault->seen++ != fault->at)
		return 0;
	fault->step = step;
	if (fault->ends)
		_exit(7);
	return ENOSPC;
}

static void test_first(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	struct scratch s;
	struct stat st;

	(void)state;
	scratch_make(&s);
	assert_true(store_write(scratch_path(&s, "router.rsc"), "a\n", 2, NULL, &error));
	assert_true(scratch_read(&s, "router.rsc", &text));
	assert_string_equal(strbuf_text(&text), "a\n");
	assert_int_equal(fstatat(s.fd, "router.rsc", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(scratch_count(&s), 1);
	assert_false(store_write(scratch_path(&s, "no/router.rsc"), "a", 1, NULL, &error));
	assert_string_equal(strbuf_text(&error), "No such file or directory (open the directory)");
	strbuf_free(&text);
	strbuf_free(&error);
	scratch_end(&s);
}

/* What weir did not write is kept, each of them; what it wrote is not. */
static void test_original(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	char *ours = version('a');
	struct scratch s;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, "router.rsc", "# oct/12/2018 by RouterOS 6.43.8\n/ip address\n");
	assert_true(write_version(&s, ours, NULL, &error));
	assert_true(write_version(&s, ours, NULL, &error));
	assert_int_equal(scratch_count(&s), 2);
	assert_true(scratch_read(&s, "router.rsc.orig", &text));
	assert_string_equal(strbuf_text(&text), "# oct/12/2018 by RouterOS 6.43.8\n/ip address\n");
	scratch_write(&s, "router.rsc", "/ip address\n" STORE_MARK "\n");
	assert_true(write_version(&s, ours, NULL, &error));
	assert_true(scratch_read(&s, "router.rsc.orig.1", &text));
	assert_string_equal(strbuf_text(&text), "/ip address\n" STORE_MARK "\n");
	assert_true(scratch_read(&s, "router.rsc", &text));
	assert_string_equal(strbuf_text(&text), ours);
	/* It was linked, and then the process ended. */
	scratch_write(&s, "router.rsc", "third\n");
	assert_int_equal(linkat(s.fd, "router.rsc", s.fd, "router.rsc.orig.2", 0), 0);
	assert_true(write_version(&s, ours, NULL, &error));
	assert_int_equal(scratch_count(&s), 4);
	strbuf_free(&text);
	strbuf_free(&error);
	free(ours);
	scratch_end(&s);
}

static void test_symbolic_link(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	struct scratch s;
	struct stat st;

	(void)state;
	scratch_make(&s);
	scratch_write(&s, "real.rsc", STORE_MARK "\n");
	assert_int_equal(symlinkat("real.rsc", s.fd, "router.rsc"), 0);
	assert_true(store_write(scratch_path(&s, "router.rsc"), "new", 3, NULL, &error));
	assert_int_equal(fstatat(s.fd, "router.rsc", &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_true(scratch_read(&s, "real.rsc", &text));
	assert_string_equal(strbuf_text(&text), "new");
	strbuf_free(&text);
	strbuf_free(&error);
	scratch_end(&s);
}

/* Each step fails once: the old version stays, nothing lies about, and the reason is told. */
static void test_every_failure(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	char *old = version('a'), *new = version('b');
	unsigned steps = 0;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	for (bool ok = false; !ok; steps++) {
		struct fault fault = {.at = steps};
		struct replace_hook hook = {.ctx = &fault, .before = fail_at, .piece = 60000};

		assert_true(write_version(&s, old, NULL, &error));
		strbuf_reset(&error);
		ok = write_version(&s, new, &hook, &error);
		assert_true(scratch_read(&s, "router.rsc", &text));
		assert_int_equal(scratch_count(&s), 1);
		if (ok)
			continue;
		assert_non_null(strstr(strbuf_text(&error), "No space left on device ("));
		assert_string_equal(strbuf_text(&text),
				    fault.step == REPLACE_SYNC_DIRECTORY ? new : old);
	}
	assert_int_equal(steps, 2 + 4 + 4 + 1); /* four pieces; and once with no failure */
	strbuf_free(&text);
	strbuf_free(&error);
	free(old);
	free(new);
	scratch_end(&s);
}

/* The process ends before each step; the next one is not disturbed by what is left. */
static void test_every_end(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	char *old = version('a'), *new = version('b');
	int status = -1;
	unsigned steps = 0;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	for (; status != 0; steps++) {
		struct fault fault = {.at = steps, .ends = true};
		struct replace_hook hook = {.ctx = &fault, .before = fail_at, .piece = 60000};
		pid_t child;

		assert_true(write_version(&s, old, NULL, &error));
		child = fork();
		if (child == 0)
			_exit(!write_version(&s, new, &hook, &error));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_true(WEXITSTATUS(status) == 7 || status == 0);
		assert_true(scratch_read(&s, "router.rsc", &text));
		/* Before the rename, steps 0 to 8, the old one; from then on the new. */
		assert_string_equal(strbuf_text(&text), steps < 9 ? old : new);
	}
	assert_int_equal(steps, 11);
	assert_true(write_version(&s, old, NULL, &error));
	assert_int_equal(scratch_count(&s), 1);
	strbuf_free(&text);
	strbuf_free(&error);
	free(old);
	free(new);
	scratch_end(&s);
}

static void alternate(const struct scratch *s, char *const versions[2], unsigned first)
{
	struct strbuf error = STRBUF_INIT;
	struct replace_hook hook = {.piece = 997};

	for (unsigned i = first;; i++)
		if (!write_version(s, versions[i % 2], &hook, &error))
			_exit(1);
}

/* A writer is killed hundreds of times, after a time that nobody chose. */
static void test_killed(void **state)
{
	struct strbuf text = STRBUF_INIT, error = STRBUF_INIT;
	char *versions[2] = {version('a'), version('b')};
	uint64_t random = 0x9e3779b97f4a7c15, window = 4000;
	unsigned seen[2] = {0, 0};
	struct scratch s;

	(void)state;
	scratch_make(&s);
	assert_true(write_version(&s, versions[0], NULL, &error));
	for (unsigned round = 0; round < 400; round++) {
		uint64_t wait = next_random(&random) % window;
		pid_t child = fork();
		int status;

		if (child == 0)
			alternate(&s, versions, round);
		nanosleep(&(struct timespec){.tv_nsec = (long)wait * 1000}, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		assert_true(scratch_read(&s, "router.rsc", &text));
		assert_int_equal(text.len, VERSION_SIZE);
		if (strcmp(text.data, versions[0]) == 0)
			seen[0]++;
		else if (strcmp(text.data, versions[1]) == 0)
			seen[1]++;
		else
			fail_msg("round %u: neither the one nor the other", round);
		/* A slow machine needs longer to finish one at all. */
		if (round % 50 == 49 && (seen[0] < round / 8 || seen[1] < round / 8))
			window *= 2;
	}
	assert_true(seen[0] && seen[1]);
	assert_true(write_version(&s, versions[0], NULL, &error));
	assert_int_equal(scratch_count(&s), 1);
	strbuf_free(&text);
	strbuf_free(&error);
	free(versions[0]);
	free(versions[1]);
	scratch_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first),	      cmocka_unit_test(test_original),
		cmocka_unit_test(test_symbolic_link), cmocka_unit_test(test_every_failure),
		cmocka_unit_test(test_every_end),     cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
