/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_output.c - commands that write: :put, :log, :beep, :environment print;
 * and :jobname.
 *
 * Source: RouterOS manual, "Scripting": global commands. Threads: as console/call.h.
 */
#include <stdio.h>
#include <string.h>

#include "console/global.h"
#include "console/service.h"
#include "model/menus.h"

/* :put */

static bool run_put(struct call *call)
{
	struct strbuf text = STRBUF_INIT;
	bool good = false;

	cell_print(global_value(call, "message"), &text);
	strbuf_char(&text, '\n');
	if (text.failed)
		global_no_memory(call);
	else
		good = session_write(call->session, text.data, text.len);
	strbuf_free(&text);
	return good;
}

static const struct parameter put_parameters[] = {
        {.name = "message", .help = "what is shown", .positional = 1, .required = true},
        {0},
};

const struct command command_put = {
        .name = "put",
        .help = "shows a value on a line of its own",
        .parameters = put_parameters,
        .run = run_put,
};

/* :log */

static const struct value_name severities[] = {
        {0, "debug", NULL}, {1, "error", NULL}, {2, "info", NULL}, {3, "warning", NULL},
        {0, NULL, NULL},
};

static bool run_log(struct call *call)
{
	const struct console_services *services = session_services(call->session);
	struct strbuf text = STRBUF_INIT;
	unsigned severity = 0;
	char topics[32];
	bool good;

	if (!global_word(call, "topics", &severity))
		return false;
	if (services == NULL || services->log == NULL)
		return global_fail(call, "not available here");
	good = global_text(call, global_value(call, "message"), &text);
	if (good) {
		snprintf(topics, sizeof topics, "script,%s", severities[severity].name);
		services->log(services->ctx, topics, strbuf_text(&text));
	}
	strbuf_free(&text);
	return good;
}

static const struct parameter log_parameters[] = {
        {.name = "topics",
         .help = "how much it matters",
         .positional = 1,
         .required = true,
         .kind = {.type = VALUE_ENUM, .names = severities}},
        {.name = "message", .help = "the text", .positional = 2, .required = true},
        {0},
};

const struct command command_log = {
        .name = "log",
        .help = "writes a line to the log",
        .parameters = log_parameters,
        .run = run_log,
};

/* :beep */

#define TONE_HZ 1000
#define TONE_MS 100

/* Pitch and length as terminals are told (CSI 10 and 11), and the bell. What is no terminal has
 * no bell. */
static bool run_beep(struct call *call)
{
	int64_t frequency = TONE_HZ;
	struct cell length = cell_time(TONE_MS * (int64_t)WEIR_MSEC);
	const struct argument *argument = call_argument(call, "length");
	char text[64];
	int len;

	if (!global_number(call, "frequency", 20, 20000, &frequency))
		return false;
	if (argument)
		length = cell_to_time(&argument->value);
	if (length.type != CELL_TIME || length.num < 0 || length.num > 60 * (int64_t)WEIR_SEC)
		return session_fail(call->session, argument->place,
		                    "invalid time value for argument length");
	if (session_width(call->session) == 0)
		return true;
	len = snprintf(text, sizeof text, "\033[10;%d]\033[11;%d]\a", (int)frequency,
	               (int)(length.num / (int64_t)WEIR_MSEC));
	return session_write(call->session, text, (size_t)len);
}

static const struct parameter beep_parameters[] = {
        {.name = "frequency", .help = "in hertz", .kind = {.type = VALUE_NUMBER}},
        {.name = "length", .help = "how long, at most a minute", .kind = {.type = VALUE_TIME}},
        {0},
};

const struct command command_beep = {
        .name = "beep",
        .help = "rings the terminal's bell",
        .parameters = beep_parameters,
        .run = run_beep,
};

/* :jobname */

static bool run_jobname(struct call *call)
{
	const char *name = session_job(call->session);

	return global_result(call, name ? cell_str(name, strlen(name))
	                                : (struct cell){.type = CELL_NOTHING});
}

const struct command command_jobname = {
        .name = "jobname",
        .help = "the name of the script that runs",
        .run = run_jobname,
};

/* :environment print */

static const struct value_name environment_words[] = {{0, "print", NULL}, {0, NULL, NULL}};

/* name=value */
static void print_variable(struct menu_source *source, const void *item, struct strbuf *out)
{
	static const char *const names[] = {"name", "value"};

	for (unsigned i = 0; i < 2; i++) {
		const struct property *property =
		        menu_find(source->menu, names[i], strlen(names[i]));
		struct value value = {.type = VALUE_NONE};

		if (property)
			source_getter(source, property)(source, item, property, &value);
		if (property && value.type != VALUE_NONE)
			value_print(&property->kind, &value, VALUE_CONSOLE, out);
		strbuf_char(out, i ? '\n' : '=');
	}
}

static bool run_environment(struct call *call)
{
	struct menu_source *source;
	struct strbuf out = STRBUF_INIT;
	unsigned word = 0;
	const void *item;
	bool good = true;

	if (!global_word(call, "command", &word))
		return false;
	source = model_open(call->model, &menu_script_environment);
	if (source == NULL)
		return global_no_memory(call);
	while ((item = source->next(source)) != NULL)
		print_variable(source, item, &out);
	model_close(source);
	if (out.failed)
		good = global_no_memory(call);
	else if (out.len)
		good = session_write(call->session, out.data, out.len);
	strbuf_free(&out);
	return good;
}

static const struct parameter environment_parameters[] = {
        {.name = "command",
         .help = "print: all global variables and their values",
         .positional = 1,
         .required = true,
         .kind = {.type = VALUE_ENUM, .names = environment_words}},
        {0},
};

const struct command command_environment = {
        .name = "environment",
        .help = "shows the global variables",
        .parameters = environment_parameters,
        .run = run_environment,
};
