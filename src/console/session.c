/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/session.c - a session's life, its output, its waits and the model's lock; see run.h
 * and session.h.
 *
 * Output is gathered and written in pieces of some kilobytes, at the latest when the line has
 * run, before a wait and before a question. Errors are output.
 */
#include "console/session.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "console/parser.h"
#include "console/prompt.h"
#include "console/run.h"
#include "console/scan.h"

#define OUTPUT_PIECE ((size_t)8 << 10)
#define CAPTURE_MAX ((size_t)16 << 20)

/* How often a script looks whether it is to stop, and lets others at the model. */
#define STEPS_PER_LOOK 64
#define STEPS_PER_YIELD 4096

#define WAIT_SLICE UINT64_C(50000000)

/* Life */

static bool copy_actor(struct session *session, const struct actor *actor)
{
	session->user = strdup(actor->user ? actor->user : "");
	session->via = strdup(actor->via ? actor->via : "console");
	session->actor = (struct actor){session->user, session->via, actor->policies};
	return session->user && session->via;
}

struct session *session_create(struct model *model, const struct session_options *options)
{
	struct session *session = calloc(1, sizeof *session);

	if (session == NULL)
		return NULL;
	session->model = model;
	session->options = *options;
	session->node = model_root(model);
	session->environment = options->environment;
	atomic_init(&session->interrupted, false);
	atomic_init(&session->width, options->width);
	atomic_init(&session->height, options->height);
	if (session->environment == NULL)
		session->environment = session->own = environment_create(NULL);
	if (session->environment == NULL || !copy_actor(session, &options->actor)) {
		session_destroy_locked(session); /* the caller may hold the lock or not */
		return NULL;
	}
	return session;
}

void session_destroy_locked(struct session *session)
{
	if (session == NULL)
		return;
	if (model_safe_held(session->model, session) && session->user)
		model_safe_unroll(session->model, session, &session->actor);
	scope_end(&session->shared);
	cell_free(&session->returned);
	environment_destroy(session->own);
	remembered_free(session->remembered);
	strbuf_free(&session->out);
	strbuf_free(&session->error);
	strbuf_free(&session->hint);
	free(session->user);
	free(session->via);
	free(session);
}

void session_destroy(struct session *session)
{
	struct model *model = session ? session->model : NULL;

	if (session == NULL)
		return;
	model_lock(model);
	session_destroy_locked(session);
	model_unlock(model);
}

void session_resize(struct session *session, unsigned width, unsigned height)
{
	atomic_store_explicit(&session->width, width, memory_order_relaxed);
	atomic_store_explicit(&session->height, height, memory_order_relaxed);
}

void session_interrupt(struct session *session)
{
	atomic_store(&session->interrupted, true);
}

void session_forget_interrupt(struct session *session)
{
	atomic_store(&session->interrupted, false);
}

void session_limit(struct session *session, uint64_t steps)
{
	session->steps_max = steps;
}

/* The lock */

static void unlock(struct session *session)
{
	if (session->loading == 0)
		model_unlock(session->model);
}

static void lock(struct session *session)
{
	if (session->loading == 0)
		model_lock(session->model);
}

bool session_stopped(struct session *session)
{
	return session->gone || atomic_load_explicit(&session->interrupted, memory_order_relaxed);
}

bool run_step(struct session *session)
{
	uint64_t step = ++session->steps;

	if ((session->steps_max && step > session->steps_max) ||
	    (step % STEPS_PER_LOOK == 0 && session_stopped(session))) {
		session->flow = FLOW_STOP;
		return false;
	}
	if (step % STEPS_PER_YIELD == 0) {
		unlock(session);
		sched_yield();
		lock(session);
	}
	return true;
}

/* Output */

bool session_flush(struct session *session)
{
	bool written;

	if (session->out.failed)
		session->gone = true;
	if (session->out.len && !session->gone && session->options.write) {
		unlock(session);
		written = session->options.write(session->options.ctx, session->out.data,
		                                 session->out.len);
		lock(session);
		if (!written)
			session->gone = true;
	}
	strbuf_reset(&session->out);
	return !session->gone;
}

bool session_write(struct session *session, const char *data, size_t len)
{
	struct strbuf *to = session->capture ? session->capture : &session->out;

	strbuf_add(to, data, len);
	if (session->capture && to->len > CAPTURE_MAX)
		return session_fail(session, (struct place){0, 0}, "failure: too much output");
	if (session->capture == NULL && to->len >= OUTPUT_PIECE && !session_flush(session))
		return false;
	return !session_stopped(session) && !to->failed;
}

bool session_puts(struct session *session, const char *text)
{
	return session_write(session, text, strlen(text)) && session_write(session, "\n", 1);
}

bool session_fail(struct session *session, struct place place, const char *format, ...)
{
	va_list args;

	strbuf_reset(&session->error);
	va_start(args, format);
	strbuf_vprintf(&session->error, format, args);
	va_end(args);
	session->error_place = place;
	session->blamed = (struct place){0, 0};
	session->flow = FLOW_ERROR;
	return false;
}

void session_blame(struct session *session, const struct argument *argument)
{
	if (argument)
		session->blamed = argument->place;
}

/* Waiting and asking */

bool session_wait(struct session *session, uint64_t nanoseconds)
{
	struct timespec end, now;

	if (session->steps_max) /* its steps are bounded, so is its time */
		return session_flush(session) && run_step(session);
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (nanoseconds > UINT64_C(1000000000) * 86400 * 36500)
		nanoseconds = UINT64_C(1000000000) * 86400 * 36500;
	end.tv_sec += (time_t)(nanoseconds / 1000000000);
	end.tv_nsec += (long)(nanoseconds % 1000000000);
	if (!session_flush(session))
		return false;
	unlock(session);
	while (!session_stopped(session)) {
		struct timespec slice = {0, (long)WAIT_SLICE};
		int64_t left;

		clock_gettime(CLOCK_MONOTONIC, &now);
		left = (int64_t)(end.tv_sec - now.tv_sec) * 1000000000 + end.tv_nsec - now.tv_nsec;
		if (left <= 0)
			break;
		if (left < (int64_t)WAIT_SLICE)
			slice.tv_nsec = (long)left;
		nanosleep(&slice, NULL);
	}
	lock(session);
	return !session_stopped(session);
}

bool session_interactive(const struct session *session)
{
	return session->options.interactive && session->options.ask && session->loading == 0 &&
	       session->scripts == 0;
}

bool session_ask(struct session *session, const char *prompt, bool key, struct strbuf *answer)
{
	bool answered;

	if (session->options.ask == NULL || session->loading || !session_flush(session))
		return false;
	unlock(session);
	answered = session->options.ask(session->options.ctx, prompt, key, answer);
	lock(session);
	return answered && !session_stopped(session);
}

void session_quit(struct session *session)
{
	session->flow = FLOW_QUIT;
}

unsigned session_width(const struct session *session)
{
	return atomic_load_explicit(&session->width, memory_order_relaxed);
}

unsigned session_height(const struct session *session)
{
	return atomic_load_explicit(&session->height, memory_order_relaxed);
}

bool session_colours(const struct session *session)
{
	return session->options.colours;
}

const struct actor *session_actor(const struct session *session)
{
	return &session->actor;
}

const char *session_job(const struct session *session)
{
	return session->job;
}

const struct console_services *session_services(const struct session *session)
{
	return session->options.services;
}

/* Running lines */

static void write_error(struct session *session, const char *text, struct place place)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_str(&line, text);
	if (place.line)
		strbuf_printf(&line, " (line %u column %u)", place.line, place.column);
	strbuf_char(&line, '\n');
	session_write(session, strbuf_text(&line), line.len);
	strbuf_free(&line);
}

static void write_hint(struct session *session)
{
	strbuf_char(&session->hint, '?');
	session_write(session, "did you mean ", 13);
	session_puts(session, strbuf_text(&session->hint));
}

/* What became of a run, its error told. */
static enum session_status settle(struct session *session, bool good)
{
	enum flow flow = session->flow;

	session->flow = FLOW_NONE;
	cell_free(&session->returned);
	if (flow == FLOW_QUIT) {
		/* Who leaves on purpose keeps what they did; only a session that dies undoes. */
		model_safe_release(session->model, session);
		return SESSION_QUIT;
	}
	if (good || flow == FLOW_RETURN || flow == FLOW_BREAK || flow == FLOW_CONTINUE)
		return SESSION_OK;
	if (flow == FLOW_ERROR) {
		write_error(session, strbuf_text(&session->error), session->error_place);
		if (session->hint.len && !session->hint.failed)
			write_hint(session);
		return SESSION_FAILED;
	}
	if (!session->gone)
		write_error(session, "interrupted", (struct place){0, 0});
	return SESSION_INTERRUPTED;
}

/* A script of a text that is good until it ends. => NULL: no memory */
static struct script *begin_text(struct session *session, struct parser *parser, const char *text,
                                 size_t len)
{
	struct script *script = script_create();

	if (script == NULL)
		return NULL;
	/* A function made by the line outlives its text. */
	script->text = malloc(len + 1);
	if (script->text == NULL ||
	    !source_set(&script->source, memcpy(script->text, text, len), len, 1)) {
		script_release(script);
		return NULL;
	}
	parser_begin(parser, session->model, script);
	parser->node = session->node;
	parser->scope = &session->shared;
	parser->hints = session->options.hints;
	return script;
}

static bool fail_parse(struct session *session, struct parser *parser)
{
	strbuf_add(&session->hint, strbuf_text(&parser->hint), parser->hint.len);
	return session_fail(session, parse_place(parser, parser->error_at), "%s",
	                    strbuf_text(&parser->error));
}

static bool run_text(struct session *session, const char *text, size_t len, struct strbuf *result)
{
	struct scope scope = {.outer = &session->shared};
	struct parser parser;
	struct script *script = begin_text(session, &parser, text, len);
	struct expression *value = NULL;
	struct block *block = NULL;
	struct cell cell = CELL_NONE;
	bool good;

	if (script == NULL)
		return run_no_memory(session);
	if (result)
		value = parse_whole_value(&parser);
	else
		block = parse_script(&parser);
	good = !parser.failed || fail_parse(session, &parser);
	session->script = script;
	session->scope = &scope;
	if (good && value)
		good = evaluate(session, value, &cell);
	else if (good)
		good = run_statements(session, block, NULL);
	if (good && value)
		cell_print(&cell, result);
	cell_free(&cell);
	scope_end(&scope);
	session->scope = NULL;
	session->script = NULL;
	parser_end(&parser);
	script_release(script);
	return good;
}

static enum session_status run(struct session *session, const char *text, size_t len,
                               struct strbuf *result)
{
	enum session_status status;

	model_lock(session->model);
	session->depth = 0;
	strbuf_reset(&session->hint);
	status = settle(session, run_text(session, text, len, result));
	session_flush(session);
	model_unlock(session->model);
	/* Not at the beginning: one that comes with the command, or before a job's thread has got
	 * as far as this, is meant. */
	atomic_store(&session->interrupted, false);
	return status;
}

enum session_status session_run(struct session *session, const char *text, size_t len)
{
	return run(session, text, len, NULL);
}

enum session_status session_evaluate(struct session *session, const char *text, size_t len,
                                     struct strbuf *result)
{
	return run(session, text, len, result);
}

/* At the prompt */

void session_prompt(struct session *session, struct strbuf *out)
{
	model_lock(session->model);
	prompt_print(session->model, session->user, session->node,
	             model_safe_held(session->model, session), out);
	model_unlock(session->model);
}

void session_safe_toggle(struct session *session, struct strbuf *said)
{
	model_lock(session->model);
	if (model_safe_held(session->model, session)) {
		model_safe_release(session->model, session);
		strbuf_str(said, "[Safe Mode released]");
	} else if (model_safe_take(session->model, session)) {
		strbuf_str(said, "[Safe Mode taken]");
	} else {
		strbuf_str(said, "[Safe Mode is held by another session]");
	}
	model_unlock(session->model);
}

bool session_incomplete(const char *text, size_t len, struct strbuf *open)
{
	struct scan scan = SCAN_INIT;
	bool joins = false;

	for (size_t i = 0; i < len; i++) {
		size_t eol = i + 1 < len ? scan_eol(text + i + 1, len - i - 1) : 0;

		joins = !scan.comment && text[i] == '\\' && scan.before != '\\' &&
		        (i + 1 == len || i + 1 + eol == len);
		if (text[i] == '\\' && eol && !scan.comment && scan.before != '\\') {
			i += eol;
			continue;
		}
		scan_byte(&scan, text[i]);
	}
	strbuf_add(open, scan.open, scan.depth < NESTING_MAX ? scan.depth : NESTING_MAX);
	if (joins)
		strbuf_char(open, '\\');
	return scan.depth || joins;
}
