/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_load.c - any text as a configuration, loaded strictly, leniently and dry, into a
 * small model.
 *
 * What is checked: a load has errors exactly if it fails, each with a text and a place within the
 * file; what fails or only looks leaves the model as it was; whatever could be loaded is
 * exported, and what was exported can be loaded again and exports the same.
 */
#include <stdlib.h>
#include <string.h>

#include "console/run.h"
#include "console/session.h"
#include "model/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS 2000

static void must(bool good)
{
	if (!good)
		abort();
}

struct loading {
	unsigned errors, lines;
};

static void note_error(void *ctx, const struct load_error *error)
{
	struct loading *loading = ctx;

	loading->errors++;
	must(error->text[0] != '\0');
	must(error->place.line <= loading->lines);
}

static bool swallow(void *ctx, const char *data, size_t len)
{
	(void)ctx, (void)data, (void)len;
	return true;
}

static void export_all(struct model *model, struct strbuf *text)
{
	const struct export_options options = {.mode = EXPORT_COMPACT, .sensitive = true};
	const struct print_out out = print_to_strbuf(text);

	model_lock(model);
	must(export_model(model, &options, &out) == PRINT_OK);
	model_unlock(model);
}

/* One model for all loads, as new each time: making one takes longer than a load. */
static struct model *new_model(void)
{
	static const struct model_world world;
	static const struct actor actor = {"admin", "fuzz", POLICY_ALL};
	static struct model *model;
	static unsigned version;
	struct strbuf error = STRBUF_INIT;
	struct change *change;

	if (model == NULL) {
		model = model_create(&world);
		must(model != NULL);
		version = model_version(model);
	}
	model_lock(model);
	model_set_version(model, version);
	change = change_begin(model, &actor);
	must(change != NULL);
	must(change_reset(change, &error) == MODEL_OK);
	must(change_commit(change, &error) == MODEL_OK);
	model_unlock(model);
	strbuf_free(&error);
	return model;
}

/* => the text of the model afterwards in *after; false: the load was refused or ran too long */
static bool load(const char *text, size_t len, bool lenient, bool dry_run, struct strbuf *after)
{
	const struct session_options options = {.actor = {"admin", "load", POLICY_ALL},
	                                        .write = swallow};
	struct loading loading = {.lines = 1};
	const struct load_options load_options = {.dry_run = dry_run, .lenient = lenient,
	                                          .ctx = &loading, .error = note_error};
	struct model *model = new_model();
	struct strbuf before = STRBUF_INIT;
	struct load_summary summary;
	struct session *session;
	enum session_status status;

	session = session_create(model, &options);
	must(session != NULL);
	session_limit(session, STEPS);
	for (size_t i = 0; i < len; i++)
		loading.lines += text[i] == '\n' || text[i] == '\r';
	export_all(model, &before);
	status = session_load(session, text, len, &load_options, &summary);
	must(summary.errors == loading.errors);
	must(status == SESSION_INTERRUPTED || (status == SESSION_FAILED) == (summary.errors != 0));
	export_all(model, after);
	if (status != SESSION_OK || dry_run)
		must(strcmp(strbuf_text(&before), strbuf_text(after)) == 0);
	strbuf_free(&before);
	session_destroy(session);
	return status == SESSION_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT, unused = STRBUF_INIT;

	load(text, size, false, true, &unused);
	strbuf_reset(&unused);
	load(text, size, false, false, &unused);
	if (load(text, size, true, false, &first)) {
		must(load(strbuf_text(&first), first.len, true, false, &second));
		must(strcmp(strbuf_text(&first), strbuf_text(&second)) == 0);
	}
	strbuf_free(&first);
	strbuf_free(&second);
	strbuf_free(&unused);
	return 0;
}
