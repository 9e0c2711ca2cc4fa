/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_system.c - commands of /system, /log and /file that no table gives: running
 * a script, watching the processor, ending the process, writing to the log, reading a file.
 *
 * Threads: the session's; /system resource monitor gives up the model's lock while it waits.
 *
 * Source: RouterOS manual, "Scripting" (run), "Resource", "Log", "Files".
 */
#include "console/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "console/service.h"
#include "model/menus.h"

static const struct place nowhere;

static bool unavailable(struct call *call)
{
	return session_fail(call->session, nowhere, "failure: not available here");
}

/* /system script run */

/* Copies a property of an item of the call's menu; it may change while it is used. */
static bool copy_text(struct call *call, uint64_t id, const char *name, struct strbuf *text)
{
	const struct menu *menu = call->node->menu;
	const struct property *property = menu_find(menu, name, strlen(name));
	struct menu_source *source = model_open(call->model, menu);
	struct value value = value_none();
	const void *item;

	if (source == NULL)
		return command_no_memory(call);
	item = model_find(source, id);
	if (item && property) {
		source_getter(source, property)(source, item, property, &value);
		value_print(&property->kind, &value, VALUE_CONSOLE, text);
	}
	model_close(source);
	if (item == NULL)
		return session_fail(call->session, nowhere, "no such item");
	return !text->failed || command_no_memory(call);
}

/* Runs it in this session, listed as a job meanwhile. */
static bool run_listed(struct call *call, uint64_t id, const struct strbuf *name,
                       const struct strbuf *source)
{
	const struct console_services *services = session_services(call->session);
	bool listed = services && services->script_begin, good;
	uint64_t job = 0;

	if (listed)
		job = services->script_begin(services->ctx, id, strbuf_text(name),
		                             session_actor(call->session));
	good = call_script(call, strbuf_text(name), strbuf_text(source), source->len);
	if (listed)
		services->script_end(services->ctx, job);
	return good;
}

static bool run_script(struct call *call)
{
	struct strbuf name = STRBUF_INIT, source = STRBUF_INIT;
	uint64_t *ids;
	size_t count;
	bool good = true;

	if (!command_may(call, call->command->needs) ||
	    !call_items(call, call_argument(call, "number"), &ids, &count))
		return false;
	for (size_t i = 0; good && i < count; i++) {
		strbuf_reset(&name);
		strbuf_reset(&source);
		good = copy_text(call, ids[i], "name", &name) &&
		       copy_text(call, ids[i], "source", &source) &&
		       run_listed(call, ids[i], &name, &source);
	}
	free(ids);
	strbuf_free(&name);
	strbuf_free(&source);
	return good;
}

static const struct parameter script_parameters[] = {
        {.name = "number",
         .help = "the script: its number, name or id",
         .shape = PARAMETER_ITEMS,
         .positional = 1,
         .required = true},
        {0},
};

const struct command command_script_run = {
        .name = "run",
        .help = "runs a script",
        .parameters = script_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_script,
};

/* /system resource monitor */

struct sample {
	bool cpu, memory; /* known */
	uint64_t load, free;
	struct strbuf per_cpu; /* "2%,3%" */
};

/* A number that an item has; false: it has none. */
static bool number_of(struct menu_source *source, const void *item, const char *name,
                      uint64_t *number)
{
	const struct property *property = menu_find(source->menu, name, strlen(name));
	struct value value = value_none();

	if (property == NULL || item == NULL)
		return false;
	source_getter(source, property)(source, item, property, &value);
	*number = value.number;
	return value.type == VALUE_NUMBER || value.type == VALUE_COUNTER;
}

static void sample_cpus(struct call *call, struct sample *sample)
{
	struct menu_source *source = model_open(call->model, &menu_resource_cpu);
	const void *item;
	uint64_t load;

	while (source && (item = source->next(source)) != NULL) {
		if (number_of(source, item, "load", &load))
			strbuf_printf(&sample->per_cpu, "%s%" PRIu64 "%%",
			              sample->per_cpu.len ? "," : "", load);
	}
	model_close(source);
}

static bool take_sample(struct call *call, struct sample *sample)
{
	struct menu_source *source;
	const void *item;
	void *ctx;

	if (model_live(call->model, &menu_resource, &ctx) == NULL)
		return unavailable(call);
	source = model_open(call->model, &menu_resource);
	if (source == NULL)
		return command_no_memory(call);
	item = source->next(source);
	sample->cpu = number_of(source, item, "cpu-load", &sample->load);
	sample->memory = number_of(source, item, "free-memory", &sample->free);
	model_close(source);
	strbuf_reset(&sample->per_cpu);
	if (model_live(call->model, &menu_resource_cpu, &ctx))
		sample_cpus(call, sample);
	return !sample->per_cpu.failed || command_no_memory(call);
}

static bool show_sample(struct call *call, const struct sample *sample)
{
	struct strbuf out = STRBUF_INIT;
	bool good;

	if (sample->cpu)
		strbuf_printf(&out, "          cpu-used: %" PRIu64 "%%\n", sample->load);
	if (sample->per_cpu.len)
		strbuf_printf(&out, "  cpu-used-per-cpu: %s\n", strbuf_text(&sample->per_cpu));
	if (sample->memory)
		strbuf_printf(&out, "       free-memory: %" PRIu64 "KiB\n", sample->free / 1024);
	strbuf_char(&out, '\n');
	good = out.failed ? command_no_memory(call)
	                  : session_write(call->session, out.data, out.len);
	strbuf_free(&out);
	return good;
}

static bool put(struct cell *row, const char *key, struct cell value)
{
	return cell_array_set(row, key, strlen(key), value);
}

static bool give_sample(struct call *call, const struct sample *sample)
{
	struct cell row = cell_array_new();
	bool good = row.type == CELL_ARRAY;

	if (good && sample->cpu)
		good = put(&row, "cpu-used", cell_num((int64_t)sample->load));
	if (good && sample->per_cpu.len)
		good = put(&row, "cpu-used-per-cpu",
		           cell_str(sample->per_cpu.data, sample->per_cpu.len));
	if (good && sample->memory)
		good = put(&row, "free-memory", cell_num((int64_t)sample->free / 1024));
	if (!good) {
		cell_free(&row);
		return command_no_memory(call);
	}
	cell_free(call->result);
	*call->result = row;
	return true;
}

struct monitor {
	bool once, as_value;
	weir_time interval, duration;
};

static bool monitor_options(struct call *call, struct monitor *monitor)
{
	const struct argument *interval = call_argument(call, "interval");
	const struct argument *duration = call_argument(call, "duration");

	*monitor = (struct monitor){
	        .once = call_flag(call, "once"),
	        .as_value = call_flag(call, "as-value"),
	        .interval = WEIR_SEC,
	        .duration = UINT64_MAX,
	};
	return (interval == NULL ||
	        command_time(call, interval, WEIR_SEC / 5, &monitor->interval)) &&
	       (duration == NULL || command_time(call, duration, 0, &monitor->duration));
}

static bool monitor(struct call *call, const struct monitor *options, struct sample *sample)
{
	const struct argument *code = call_argument(call, "do");

	for (weir_time passed = 0;; passed += options->interval) {
		if (!take_sample(call, sample))
			return false;
		if (!(options->as_value ? give_sample(call, sample) : show_sample(call, sample)))
			return false;
		if (code && !call_code(call, code))
			return false;
		if (options->once || options->duration - passed <= options->interval)
			return true;
		if (!session_wait(call->session, options->interval))
			return false;
	}
}

static bool run_monitor(struct call *call)
{
	struct sample sample = {.per_cpu = STRBUF_INIT};
	struct monitor options;
	bool good = command_may(call, call->command->needs) && monitor_options(call, &options) &&
	            monitor(call, &options, &sample);

	strbuf_free(&sample.per_cpu);
	return good;
}

static const struct parameter monitor_parameters[] = {
        {.name = "as-value", .help = "gives the values as an array", .shape = PARAMETER_FLAG},
        {.name = "do", .help = "runs each time", .shape = PARAMETER_CODE},
        {.name = "duration", .help = "how long", .kind.type = VALUE_TIME},
        {.name = "interval", .help = "how often", .kind.type = VALUE_TIME},
        {.name = "once", .help = "one time", .shape = PARAMETER_FLAG},
        {0},
};

const struct command command_resource_monitor = {
        .name = "monitor",
        .help = "shows processor and memory in use until it is stopped",
        .parameters = monitor_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_monitor,
};

/* /system shutdown */

static bool run_shutdown(struct call *call)
{
	const struct console_services *services = session_services(call->session);
	struct strbuf answer = STRBUF_INIT;
	bool sure = true;

	if (!command_may(call, call->command->needs))
		return false;
	if (services == NULL || services->shutdown == NULL)
		return unavailable(call);
	if (session_interactive(call->session)) {
		sure = session_ask(call->session, "Shutdown, yes? [y/N]: ", false, &answer) &&
		       answer.len && (answer.data[0] == 'y' || answer.data[0] == 'Y');
		strbuf_free(&answer);
	}
	if (!sure)
		return session_puts(call->session, "action cancelled");
	if (!session_puts(call->session, "system will shutdown"))
		return false;
	services->shutdown(services->ctx);
	return true;
}

const struct command command_shutdown = {
        .name = "shutdown",
        .help = "ends weir",
        .needs = POLICY_BIT(REBOOT),
        .run = run_shutdown,
};

/* /log info and its like */

static bool run_log(struct call *call)
{
	const struct console_services *services = session_services(call->session);
	const struct argument *message = call_argument(call, "message");
	char topics[32] = "script,";
	const char *text;
	size_t len;

	if (!command_may(call, call->command->needs))
		return false;
	if (services == NULL || services->log == NULL)
		return unavailable(call);
	text = message ? call_text(call, message, &len) : "";
	if (text == NULL)
		return command_no_memory(call);
	strcat(topics, call->command->name); /* the longest is "warning" */
	services->log(services->ctx, topics, text);
	return true;
}

static const struct parameter log_parameters[] = {
        {.name = "message", .help = "the text", .positional = 1, .required = true},
        {0},
};

/* clang-format off */
#define LOG(severity) \
	const struct command command_log_##severity = {.name = #severity, \
		.help = "writes a line with the topics script," #severity, \
		.parameters = log_parameters, .needs = POLICY_BIT(READ), .run = run_log}
/* clang-format on */

LOG(info);
LOG(warning);
LOG(error);
LOG(debug);

/* /file read */

#define CHUNK_MAX 32768

/* A number of bytes. => false: session_fail() told */
static bool bytes_of(struct call *call, const char *name, uint64_t *number)
{
	static const struct value_kind kind = {.type = VALUE_NUMBER};
	const struct argument *argument = call_argument(call, name);
	struct value value;
	const char *text;
	size_t len;

	if (argument == NULL)
		return true;
	text = call_text(call, argument, &len);
	if (text == NULL)
		return command_no_memory(call);
	if (!value_parse(&kind, text, len, &value))
		return session_fail(call->session, nowhere, "invalid value for argument %s", name);
	*number = value.number;
	return true;
}

static bool give_chunk(struct call *call, const struct strbuf *contents, uint64_t offset,
                       uint64_t size)
{
	size_t from = offset < contents->len ? (size_t)offset : contents->len;
	size_t len = contents->len - from < size ? contents->len - from : (size_t)size;
	struct cell row;

	if (!call_flag(call, "as-value"))
		return session_write(call->session, strbuf_text(contents) + from, len) &&
		       session_puts(call->session, "");
	row = cell_array_new();
	if (row.type != CELL_ARRAY ||
	    !put(&row, "data", cell_str(strbuf_text(contents) + from, len))) {
		cell_free(&row);
		return command_no_memory(call);
	}
	*call->result = row;
	return true;
}

static bool run_file_read(struct call *call)
{
	const struct console_services *services = session_services(call->session);
	struct strbuf contents = STRBUF_INIT, error = STRBUF_INIT;
	uint64_t offset = 0, size = CHUNK_MAX;
	const char *name;
	size_t len;
	bool good;

	if (!command_may(call, call->command->needs) || !bytes_of(call, "offset", &offset) ||
	    !bytes_of(call, "chunk-size", &size))
		return false;
	if (size > CHUNK_MAX)
		return session_fail(call->session, nowhere,
		                    "value of chunk-size out of range (0..%d)", CHUNK_MAX);
	if (services == NULL || services->file_read == NULL)
		return unavailable(call);
	name = call_text(call, call_argument(call, "file"), &len);
	if (name == NULL)
		return command_no_memory(call);
	good = services->file_read(services->ctx, name, &contents, &error);
	if (good)
		good = give_chunk(call, &contents, offset, size);
	else
		session_fail(call->session, nowhere, "failure: %s", strbuf_text(&error));
	strbuf_free(&contents);
	strbuf_free(&error);
	return good;
}

static const struct parameter read_parameters[] = {
        {.name = "as-value", .help = "gives the bytes as an array", .shape = PARAMETER_FLAG},
        {.name = "chunk-size", .help = "bytes at most", .kind.type = VALUE_NUMBER},
        {.name = "file", .help = "its name", .positional = 1, .required = true},
        {.name = "offset", .help = "where to begin", .kind.type = VALUE_NUMBER},
        {0},
};

const struct command command_file_read = {
        .name = "read",
        .help = "shows a part of a file",
        .parameters = read_parameters,
        .needs = POLICY_BIT(READ),
        .run = run_file_read,
};
