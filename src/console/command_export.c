/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_export.c - `export`: the configuration of a menu and of those below it, or
 * of everything, as a script, on the terminal or into a file.
 *
 * Threads: the session's. Cost: what model/export.h says; it streams.
 *
 * Source: RouterOS manual, "Configuration Management".
 */
#include "console/command.h"

#include <string.h>

#include "console/paging.h"
#include "console/service.h"
#include "model/export.h"

static const struct place nowhere;

static uint64_t local_time(struct session *session)
{
	const struct console_services *services = session_services(session);
	int32_t offset = 0;
	uint64_t now;

	if (services == NULL || services->now == NULL)
		return 0;
	now = services->now(services->ctx, &offset);
	return now + (uint64_t)((int64_t)offset * (int64_t)WEIR_SEC);
}

/* => false: session_fail() told */
static bool options_of(struct call *call, struct export_options *options)
{
	*options = (struct export_options){.header = true, .now = local_time(call->session)};
	options->path = call->node->parent ? call->node->path : NULL;
	if (call_flag(call, "verbose") && !call_flag(call, "compact"))
		options->mode = EXPORT_VERBOSE;
	else if (call_flag(call, "terse"))
		options->mode = EXPORT_TERSE;
	options->sensitive = call_flag(call, "show-sensitive") &&
	                     !call_flag(call, "hide-sensitive");
	if (options->sensitive && !command_may(call, POLICY_BIT(SENSITIVE)))
		return false;
	return call_argument(call, "where") == NULL || call_where(call, &options->where);
}

/* "backup" is backup.rsc, "backup.rsc" too. */
static void add_name(struct strbuf *name, const char *text, size_t len)
{
	strbuf_add(name, text, len);
	if (len < 4 || memcmp(text + len - 4, ".rsc", 4) != 0)
		strbuf_str(name, ".rsc");
}

static bool export_to_file(struct call *call, const struct export_options *options,
                           const char *name, struct strbuf *error)
{
	struct paging paging;
	struct print_out out;
	enum print_result result;

	if (!paging_to_file(&paging, call->session, name, false, error))
		return session_fail(call->session, nowhere, "failure: %s", strbuf_text(error));
	out = paging_out(&paging);
	result = export_model(call->model, options, &out);
	if (!paging_end(&paging, result == PRINT_OK, error) && result == PRINT_OK)
		return session_fail(call->session, nowhere, "failure: %s", strbuf_text(error));
	if (result == PRINT_NO_MEMORY)
		return command_no_memory(call);
	if (result == PRINT_NOT_WRITTEN && !session_stopped(call->session))
		return session_fail(call->session, nowhere, "failure: %s cannot be written", name);
	return result == PRINT_OK;
}

static bool export_to_session(struct call *call, const struct export_options *options)
{
	struct paging paging;
	struct print_out out;
	enum print_result result;

	paging_to_session(&paging, call->session, false);
	out = paging_out(&paging);
	result = export_model(call->model, options, &out);
	return result == PRINT_NO_MEMORY ? command_no_memory(call) : result == PRINT_OK;
}

static bool run_export(struct call *call)
{
	const struct argument *file = call_argument(call, "file");
	struct strbuf name = STRBUF_INIT, error = STRBUF_INIT;
	struct export_options options;
	const char *text = "";
	size_t len = 0;
	bool good;

	if (!command_may(call, call->command->needs) || !options_of(call, &options))
		return false;
	if (file)
		text = call_text(call, file, &len);
	if (text)
		add_name(&name, text, len);
	if (text == NULL || name.failed)
		good = command_no_memory(call);
	else if (file)
		good = export_to_file(call, &options, strbuf_text(&name), &error);
	else
		good = export_to_session(call, &options);
	good = good && command_decided(call, options.where);
	strbuf_free(&name);
	strbuf_free(&error);
	where_free(options.where);
	return good;
}

/* clang-format off */
#define COMMON \
	{.name = "compact", .help = "what differs from the defaults", .shape = PARAMETER_FLAG}, \
	{.name = "file", .help = "writes it to a file of that name"}, \
	{.name = "hide-sensitive", .help = "without passwords and keys", \
	 .shape = PARAMETER_FLAG}, \
	{.name = "show-sensitive", .help = "with passwords and keys", .shape = PARAMETER_FLAG}, \
	{.name = "terse", .help = "every line with its path, not wrapped", \
	 .shape = PARAMETER_FLAG}, \
	{.name = "verbose", .help = "every property", .shape = PARAMETER_FLAG}

static const struct parameter all_parameters[] = {COMMON, {0}};
static const struct parameter list_parameters[] = {
	COMMON,
	{.name = "where", .help = "which items", .shape = PARAMETER_WHERE},
	{0},
};

#define EXPORT(symbol, table) \
	const struct command symbol = {.name = "export", \
		.help = "writes the configuration as a script", .parameters = table, \
		.needs = POLICY_BIT(READ), .run = run_export}
/* clang-format on */

EXPORT(command_export, list_parameters);
EXPORT(command_export_all, all_parameters);
