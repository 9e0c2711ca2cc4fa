/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/background.c - a thread for each script; see background.h.
 *
 * `running` is guarded by the model's lock. A thread takes itself off it as its last act, so
 * whoever destroys waits until it is empty.
 */
#include "daemon/background.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_KEPT 240

struct running {
	struct running *next;
	struct background *background;
	struct session *session;
	uint64_t job;
	size_t len;
	char *name, *source;
	struct service_file *file; /* or NULL */
	size_t said; /* of the last line that it wrote */
	bool line_done;
	char line[LINE_MAX_KEPT];
};

struct background {
	struct model *model;
	struct jobs *jobs;
	const struct console_services *services;
	struct environment *environment;
	struct running *running;
	unsigned count;
};

static bool write_to_file(struct running *r, const char *data, size_t len)
{
	struct background *b = r->background;
	bool written;

	if (!r->file)
		return true;
	model_lock(b->model);
	written = b->services->file_write(r->file, data, len);
	model_unlock(b->model);
	return written;
}

/* With the lock held. */
static bool end_file(struct running *r, bool keep, struct strbuf *error)
{
	struct service_file *file = r->file;

	r->file = NULL;
	return !file || r->background->services->file_end(file, keep, error);
}

/* Keeps the last line: if the script fails, that is why. */
static bool keep_line(void *ctx, const char *data, size_t len)
{
	struct running *r = ctx;

	for (size_t i = 0; i < len; i++) {
		if (r->line_done)
			r->said = 0;
		r->line_done = data[i] == '\n';
		if (!r->line_done && r->said < sizeof r->line - 1)
			r->line[r->said++] = data[i];
	}
	r->line[r->said] = '\0';
	return write_to_file(r, data, len);
}

static void log_failure(struct running *r)
{
	const struct console_services *services = r->background->services;
	struct strbuf text = STRBUF_INIT;

	if (*r->name)
		strbuf_printf(&text, "script %s: ", r->name);
	strbuf_str(&text, r->line);
	if (services->log && !text.failed)
		services->log(services->ctx, "script,error", strbuf_text(&text));
	strbuf_free(&text);
}

/* With the lock held. */
static void running_free(struct running *r)
{
	session_destroy_locked(r->session);
	free(r->name);
	free(r->source);
	free(r);
}

/* Nobody stops it any more, then it ends its session, then it is gone for who waits for it. */
static void leave(struct running *r)
{
	struct background *b = r->background;

	model_lock(b->model);
	job_end(b->jobs, r->job);
	for (struct running **at = &b->running; *at; at = &(*at)->next) {
		if (*at == r) {
			*at = r->next;
			b->count--;
			break;
		}
	}
	running_free(r);
	model_unlock(b->model);
}

/* What could not be written is told by the log: nobody else is there. */
static void keep_file(struct running *r)
{
	struct strbuf error = STRBUF_INIT;

	model_lock(r->background->model);
	if (!end_file(r, true, &error) && !error.failed) {
		snprintf(r->line, sizeof r->line, "%s", strbuf_text(&error));
		log_failure(r);
	}
	model_unlock(r->background->model);
	strbuf_free(&error);
}

static void *run(void *ctx)
{
	struct running *r = ctx;

	if (session_run(r->session, r->source, r->len) == SESSION_FAILED)
		log_failure(r);
	keep_file(r);
	leave(r);
	return NULL;
}

/* The job was removed. */
static void stop(void *ctx)
{
	session_interrupt(((struct running *)ctx)->session);
}

static struct running *running_create(struct background *b, const struct background_script *script)
{
	struct running *r = calloc(1, sizeof *r);
	struct session_options options = {
	        .actor = script->actor,
	        .ctx = r,
	        .write = keep_line,
	        .services = b->services,
	        .environment = b->environment,
	};

	if (!r)
		return NULL;
	r->background = b;
	r->name = strdup(script->name);
	r->source = malloc(script->len + 1);
	r->len = script->len;
	if (r->source) {
		memcpy(r->source, script->source, script->len);
		r->source[script->len] = '\0';
	}
	if (r->name && r->source)
		r->session = session_create(b->model, &options);
	if (r->session)
		return r;
	running_free(r);
	return NULL;
}

static bool start_thread(struct running *r)
{
	pthread_attr_t detached;
	pthread_t thread;
	bool started;

	if (pthread_attr_init(&detached) != 0)
		return false;
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	started = pthread_create(&thread, &detached, run, r) == 0;
	pthread_attr_destroy(&detached);
	return started;
}

static bool begin_file(struct running *r, const char *name, struct strbuf *error)
{
	const struct console_services *services = r->background->services;

	if (!name)
		return true;
	if (services->file_begin)
		r->file = services->file_begin(services->ctx, name, false, error);
	else
		strbuf_str(error, "not available here");
	return r->file != NULL;
}

uint64_t background_begin(struct background *b, const struct background_script *script,
                          struct strbuf *error)
{
	struct running *r = NULL;
	struct job job = {
	        .type = "command",
	        .script = *script->name ? script->name : NULL,
	        .owner = script->actor.user,
	        .policies = script->actor.policies,
	        .script_id = script->script_id,
	        .stop = stop,
	};
	uint64_t id;

	if (b->count >= BACKGROUND_MAX) {
		strbuf_printf(error, "there are %d jobs already", BACKGROUND_MAX);
		return 0;
	}
	r = running_create(b, script);
	job.ctx = r;
	id = r && begin_file(r, script->file, error) ? job_begin(b->jobs, &job) : 0;
	if (id) {
		r->job = id;
		r->next = b->running;
		b->running = r;
		b->count++;
		if (start_thread(r))
			return id;
		b->running = r->next;
		b->count--;
		job_end(b->jobs, id);
	}
	if (r) {
		end_file(r, false, error);
		running_free(r);
	}
	if (error->len == 0)
		strbuf_str(error, "out of memory");
	return 0;
}

struct background *background_create(struct model *model, struct jobs *jobs,
                                     const struct console_services *services,
                                     struct environment *environment)
{
	struct background *b = calloc(1, sizeof *b);

	if (b)
		*b = (struct background){model, jobs, services, environment, NULL, 0};
	return b;
}

void background_destroy(struct background *b)
{
	unsigned left = 1;

	if (!b)
		return;
	while (left) {
		model_lock(b->model);
		for (struct running *r = b->running; r; r = r->next) {
			if (r->session)
				session_interrupt(r->session);
		}
		left = b->count;
		model_unlock(b->model);
		if (left)
			nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	free(b);
}
