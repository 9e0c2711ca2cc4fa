/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_console.c - any text as what a user types: read for completion, then run, in a small
 * model without services and for a bounded number of statements. A NUL ends a line; each line is
 * run by the same session, so that what one leaves behind meets the next.
 *
 * What is checked: a run ends and says something of every failure, an error has one line, output
 * stops when the reader goes, completion names a word that is the text's end, and brackets that
 * are open for the prompt make no whole script.
 */
#include <stdlib.h>
#include <string.h>

#include "console/context.h"
#include "console/run.h"
#include "console/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS 300
#define OUTPUT_MAX ((size_t)1 << 20)

static void must(bool good)
{
	if (!good)
		abort();
}

static bool take(void *ctx, const char *data, size_t len)
{
	size_t *taken = ctx;

	(void)data;
	*taken += len;
	return *taken < OUTPUT_MAX;
}

static void check_context(struct model *model, struct session *session, const char *text,
                          size_t len)
{
	struct context context;

	model_lock(model);
	must(context_read(session, text, len, &context));
	must(context.node != NULL && context.start <= len);
	must(context.word == text + context.start && context.len == len - context.start);
	must(context.kind != CONTEXT_ARGUMENT || context.given_count == 0 ||
	     context.given[0].len == strlen(context.given[0].name));
	context_free(&context);
	model_unlock(model);
}

static void run_line(struct model *model, struct session *session, size_t *taken, const char *text,
                     size_t len)
{
	struct strbuf open = STRBUF_INIT, value = STRBUF_INIT;
	size_t before = *taken;
	bool incomplete = session_incomplete(text, len, &open);
	enum session_status status;

	must(incomplete || open.len == 0);
	check_context(model, session, text, len);
	check_context(model, session, text, len / 2);
	status = session_run(session, text, len);
	must(status != SESSION_FAILED || *taken > before);
	if (open.len && open.data[0] == '{')
		must(status != SESSION_OK || memchr(text, '#', len));
	session_evaluate(session, text, len, &value);
	strbuf_free(&open);
	strbuf_free(&value);
}

/* One model for all inputs, as new each time: making one takes longer than an input. */
static struct model *new_model(void)
{
	static const struct model_world world;
	static const struct actor actor = {"admin", "fuzz", POLICY_ALL};
	static struct model *model;
	struct strbuf error = STRBUF_INIT;
	struct change *change;

	if (model == NULL)
		model = model_create(&world);
	must(model != NULL);
	model_lock(model);
	change = change_begin(model, &actor);
	must(change != NULL);
	must(change_reset(change, &error) == MODEL_OK);
	must(change_commit(change, &error) == MODEL_OK);
	model_unlock(model);
	strbuf_free(&error);
	return model;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model *model = new_model();
	size_t taken = 0;
	struct session_options options = {.actor = {"admin", "console", POLICY_ALL},
	                                  .interactive = true,
	                                  .ctx = &taken,
	                                  .write = take};
	const char *text = (const char *)data, *end = text + size;
	struct session *session;

	session = session_create(model, &options);
	must(session != NULL);
	session_limit(session, STEPS);
	for (unsigned lines = 0; text < end && lines < 8; lines++) {
		const char *nul = memchr(text, '\0', (size_t)(end - text));

		run_line(model, session, &taken, text, (size_t)((nul ? nul : end) - text));
		text = nul ? nul + 1 : end;
	}
	session_destroy(session);
	return 0;
}
