/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/saver.c - a thread that puts something on the disk soon after it changed; see saver.h.
 *
 * Marks are counted. What the thread stores covers all marks that came before it began; so
 * `stored` trails `marked`, and they are the same when nothing is left to do.
 */
#include "system/saver.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct saver {
	struct saver_options options;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t work; /* for the thread: a mark, somebody waits, the end */
	pthread_cond_t done; /* for those who wait: an attempt is over */

	uint64_t marked, stored;
	uint64_t attempts; /* that are over */
	uint64_t asked;	   /* the attempt of that number is to be made at once: somebody waits */
	bool busy, ending;
	struct strbuf reason; /* of the last attempt that failed; empty: it did not */
};

static struct timespec from_now(uint64_t nanoseconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)(nanoseconds / 1000000000);
	t.tv_nsec += (long)(nanoseconds % 1000000000);
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return t;
}

/* Lets time pass, unless somebody waits or it is to end. The lock is held. */
static void pause_for(struct saver *s, uint64_t nanoseconds)
{
	struct timespec until = from_now(nanoseconds);

	while (!s->ending && s->asked <= s->attempts)
		if (pthread_cond_timedwait(&s->work, &s->lock, &until) != 0)
			return;
}

static void remember(struct saver *s, bool ok, struct strbuf *error)
{
	bool other = s->reason.len != error->len ||
		     strcmp(strbuf_text(&s->reason), strbuf_text(error)) != 0;
	bool tell = ok ? s->reason.len != 0 : other;

	if (tell && s->options.failed) {
		pthread_mutex_unlock(&s->lock);
		s->options.failed(s->options.ctx, ok ? NULL : strbuf_text(error));
		pthread_mutex_lock(&s->lock);
	}
	strbuf_reset(&s->reason);
	if (!ok)
		strbuf_add(&s->reason, strbuf_text(error), error->len);
}

/* One attempt. The lock is held, but not while it stores. */
static bool attempt(struct saver *s)
{
	struct strbuf error = STRBUF_INIT;
	uint64_t covers = s->marked;
	bool ok;

	s->busy = true;
	pthread_mutex_unlock(&s->lock);
	ok = s->options.store(s->options.ctx, &error);
	if (!ok && error.len == 0)
		strbuf_str(&error, "out of memory");
	pthread_mutex_lock(&s->lock);
	remember(s, ok, &error);
	s->busy = false;
	s->attempts++;
	if (ok)
		s->stored = covers;
	pthread_cond_broadcast(&s->done);
	strbuf_free(&error);
	return ok;
}

static void *run(void *arg)
{
	struct saver *s = arg;
	uint64_t retry = s->options.retry;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		while (s->stored == s->marked && !s->ending)
			pthread_cond_wait(&s->work, &s->lock);
		if (s->stored == s->marked)
			break;
		pause_for(s, s->options.gather);
		if (attempt(s)) {
			retry = s->options.retry;
			continue;
		}
		if (s->ending)
			break;
		pause_for(s, retry);
		retry = retry < s->options.retry_most / 2 ? 2 * retry : s->options.retry_most;
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static void release(struct saver *s)
{
	pthread_cond_destroy(&s->done);
	pthread_cond_destroy(&s->work);
	pthread_mutex_destroy(&s->lock);
	strbuf_free(&s->reason);
	free(s);
}

struct saver *saver_create(const struct saver_options *options)
{
	struct saver *s = calloc(1, sizeof *s);
	pthread_condattr_t attr;

	if (s == NULL)
		return NULL;
	s->options = *options;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->work, &attr);
	pthread_cond_init(&s->done, NULL);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&s->thread, NULL, run, s) != 0) {
		release(s);
		return NULL;
	}
	return s;
}

bool saver_destroy(struct saver *s)
{
	bool ok;

	if (s == NULL)
		return true;
	pthread_mutex_lock(&s->lock);
	s->ending = true;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	ok = s->stored == s->marked;
	release(s);
	return ok;
}

void saver_mark(struct saver *s)
{
	pthread_mutex_lock(&s->lock);
	s->marked++;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->lock);
}

bool saver_flush(struct saver *s, struct strbuf *error)
{
	uint64_t target, asked;
	bool ok;

	pthread_mutex_lock(&s->lock);
	target = s->marked;
	/* One that is under way may have begun before the mark: the next is meant. */
	asked = s->attempts + s->busy + 1;
	if (s->stored < target && asked > s->asked)
		s->asked = asked;
	pthread_cond_signal(&s->work);
	while (s->stored < target && s->attempts < asked)
		pthread_cond_wait(&s->done, &s->lock);
	ok = s->stored >= target;
	if (!ok)
		strbuf_add(error, strbuf_text(&s->reason), s->reason.len);
	pthread_mutex_unlock(&s->lock);
	return ok;
}
