/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/import.c - /import: a file of /file is loaded as one change. Menus that weir has not
 * are passed over, and told once each.
 *
 * Source: RouterOS manual, "Configuration Management": import, its verbose and dry-run.
 */
#include "console/context.h"
#include "console/load.h"
#include "console/service.h"

static const struct place nowhere;

/* The first error fails the command; of a dry run all are shown. */
struct import {
	struct session *session;
	bool dry_run;
	struct strbuf error, passed;
};

static void note_passed(void *ctx, const char *path, unsigned statements)
{
	struct import *import = ctx;

	strbuf_printf(&import->passed, "passed over %s, which weir has not: %u statement%s\n",
	              path, statements, statements == 1 ? "" : "s");
}

static void note_error(void *ctx, const struct load_error *error)
{
	struct import *import = ctx;
	struct strbuf line = STRBUF_INIT;

	strbuf_printf(&line, "Script Error: %s", error->text);
	if (error->place.line)
		strbuf_printf(&line, " (line %u column %u)", error->place.line,
		              error->place.column);
	if (import->dry_run)
		session_puts(import->session, strbuf_text(&line));
	else if (import->error.len == 0)
		strbuf_add(&import->error, strbuf_text(&line), line.len);
	strbuf_free(&line);
}

static bool finish(struct import *import, enum session_status status, unsigned errors)
{
	struct session *session = import->session;

	if (status == SESSION_INTERRUPTED)
		return false;
	if ((import->dry_run || status == SESSION_OK) &&
	    !session_write(session, strbuf_text(&import->passed), import->passed.len))
		return false;
	if (import->dry_run && errors)
		return session_fail(session, nowhere, "found %u error(s) in import file", errors);
	if (status != SESSION_OK)
		return session_fail(session, nowhere, "%s", strbuf_text(&import->error));
	return session_puts(session, import->dry_run
	                                     ? "No syntax errors found in the import file"
	                                     : "Script file loaded and executed successfully");
}

static bool read_file(struct call *call, const char *name, struct strbuf *text)
{
	const struct console_services *services = session_services(call->session);
	struct strbuf error = STRBUF_INIT;
	bool good;

	if (services == NULL || services->file_read == NULL)
		return session_fail(call->session, nowhere, "failure: not available here");
	good = services->file_read(services->ctx, name, text, &error);
	if (!good)
		session_fail(call->session, nowhere, "failure: %s", strbuf_text(&error));
	strbuf_free(&error);
	return good;
}

static bool wants_echo(struct call *call, bool *verbose)
{
	const struct argument *argument = call_argument(call, "verbose");
	struct cell truth;

	*verbose = false;
	if (argument == NULL)
		return true;
	truth = cell_to_bool(&argument->value);
	*verbose = truth.type == CELL_BOOL && truth.truth;
	return truth.type == CELL_BOOL ||
	       session_fail(call->session, argument->place, "expected yes or no");
}

static bool import_run(struct call *call)
{
	struct import import = {call->session, call_flag(call, "dry-run"), STRBUF_INIT,
	                        STRBUF_INIT};
	struct load_options options = {.dry_run = import.dry_run, .ctx = &import,
	                               .error = note_error,
	                               .passed_over = note_passed};
	struct load_summary summary = {0, 0, 0};
	struct strbuf text = STRBUF_INIT;
	enum session_status status;
	size_t len;
	bool good;

	options.name = call_text(call, call_argument(call, "file-name"), &len);
	good = wants_echo(call, &options.verbose) && read_file(call, options.name, &text);
	if (good) {
		status = load_text(call->session, strbuf_text(&text), text.len, &options, &summary);
		good = finish(&import, status, summary.errors);
	}
	strbuf_free(&text);
	strbuf_free(&import.error);
	strbuf_free(&import.passed);
	return good;
}

static const struct parameter parameters[] = {
        {.name = "file-name", .help = "a file of /file", .shape = PARAMETER_VALUE, .positional = 1,
         .required = true, .kind.type = VALUE_STRING},
        {.name = "verbose", .help = "shows each statement before it is run",
         .shape = PARAMETER_VALUE, .kind.type = VALUE_BOOL},
        {.name = "dry-run", .help = "looks for errors and runs nothing", .shape = PARAMETER_FLAG},
        {.name = NULL},
};

const struct command command_import = {
        .name = "import",
        .help = "runs the statements of a file as one change",
        .parameters = parameters,
        .needs = POLICY_BIT(WRITE),
        .run = import_run,
};
