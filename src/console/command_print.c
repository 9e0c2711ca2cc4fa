/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_print.c - `print` with all its modifiers.
 *
 * A listing streams from its source to the terminal or the file, so its length costs no memory
 * but for the numbers that the session remembers: at most REMEMBER_MAX of them.
 * What repeats (interval=, follow) is in print_repeat.c.
 *
 * Threads: the session's; the model's lock is given up while output waits.
 *
 * Source: RouterOS manual, "General commands": print.
 */
#include "console/command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "console/paging.h"
#include "console/print_call.h"
#include "model/menus.h"

#define STOP_EVERY 4096
#define REMEMBER_MAX 131072
#define INTERVAL_MIN (WEIR_SEC / 5)

static const struct place nowhere;

/* Numbers */

static void remember(void *ctx, uint64_t number, struct menu_source *source, const void *item)
{
	struct print_call *print = ctx;

	if (number >= REMEMBER_MAX)
		return;
	if (number >= print->numbers_size) {
		size_t size = print->numbers_size ? 2 * print->numbers_size : 64;
		uint64_t *numbers;

		while (size <= number)
			size *= 2;
		numbers = realloc(print->numbers, size * sizeof *numbers);
		if (numbers == NULL)
			return; /* it cannot be referred to by its number */
		memset(numbers + print->numbers_size, 0,
		       (size - print->numbers_size) * sizeof *numbers);
		print->numbers = numbers;
		print->numbers_size = size;
	}
	print->numbers[number] = model_id(source, item);
	if (number >= print->numbers_count)
		print->numbers_count = (size_t)number + 1;
}

/* Options */

/* Words that stand for a condition, where the menu has the flag. */
static const struct filter_word {
	const char *word, *flag, *where;
} filter_words[] = {
        {"active", "active", "active"},       {"disabled", "disabled", "disabled"},
        {"dynamic", "dynamic", "dynamic"},    {"invalid", "invalid", "invalid"},
        {"running", "running", "running"},    {"static", "dynamic", "!dynamic"},
};

/* Ands a condition that the command itself writes. */
static bool add_condition(struct print_call *print, const char *text)
{
	struct where_error error;
	struct where *where = where_parse(print->menu, text, &error);

	if (where == NULL)
		return session_fail(print->call->session, nowhere, "failure: %s", error.text);
	print->where = where_and(print->where, where);
	return true;
}

static bool add_word(struct print_call *print, const struct filter_word *word)
{
	const struct argument *argument = call_argument(print->call, word->word);

	if (argument == NULL)
		return true;
	if (menu_find(print->menu, word->flag, strlen(word->flag)) == NULL)
		return session_fail(print->call->session, argument->place,
		                    "expected end of command");
	return call_flag(print->call, "all") || add_condition(print, word->where);
}

static bool add_chain(struct print_call *print)
{
	const struct argument *argument = call_argument(print->call, "chain");
	struct strbuf text = STRBUF_INIT;
	const char *chain;
	size_t len;
	bool good;

	if (argument == NULL)
		return true;
	if (menu_find(print->menu, "chain", 5) == NULL)
		return session_fail(print->call->session, argument->place,
		                    "expected end of command");
	chain = call_text(print->call, argument, &len);
	if (chain == NULL)
		return command_no_memory(print->call);
	strbuf_str(&text, "chain=");
	value_quote(chain, len, &text);
	good = text.failed ? command_no_memory(print->call)
	                   : add_condition(print, strbuf_text(&text));
	strbuf_free(&text);
	return good;
}

static bool read_where(struct print_call *print)
{
	if (call_argument(print->call, "where") && !call_where(print->call, &print->where))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(filter_words); i++) {
		if (!add_word(print, &filter_words[i]))
			return false;
	}
	return add_chain(print);
}

static bool read_layout(struct print_call *print)
{
	static const enum print_layout layouts[] = {
	        PRINT_BRIEF, PRINT_DETAIL, PRINT_TERSE, PRINT_VALUE_LIST, PRINT_COUNT_ONLY,
	};
	static const char *const words[] = {
	        "brief", "detail", "terse", "value-list", "count-only",
	};
	const struct call *call = print->call;
	bool chosen = false;

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (call_flag(call, words[i])) {
			print->options.layout = layouts[i];
			chosen = true;
		}
	}
	print->options.stats = call_flag(call, "stats");
	if (!chosen)
		print->options.layout = print->menu->detail && !print->options.stats &&
		                                        !call_argument(call, "proplist")
		                                ? PRINT_DETAIL
		                                : PRINT_BRIEF;
	print->options.show_ids = call_flag(call, "show-ids");
	return true;
}

static bool add_property(struct print_call *print, const char *name, size_t len)
{
	struct print_proplist *list = &print->options.proplist;
	const struct property *property;

	/* Ids are given where values are, and shown with show-ids. */
	if (len == 3 && memcmp(name, ".id", 3) == 0) {
		print->options.show_ids = true;
		return true;
	}
	property = menu_find(print->menu, name, len);
	if (property == NULL)
		return session_fail(print->call->session, nowhere,
		                    "input does not match any value of proplist");
	if (list->count == PRINT_COLUMNS_MAX)
		return session_fail(print->call->session, nowhere,
		                    "failure: more than %d properties", PRINT_COLUMNS_MAX);
	list->property[list->count++] = property;
	return true;
}

static bool read_proplist(struct print_call *print)
{
	const struct argument *argument = call_argument(print->call, "proplist");
	const char *text, *end;
	size_t len;

	if (argument == NULL)
		return true;
	text = call_text(print->call, argument, &len);
	if (text == NULL)
		return command_no_memory(print->call);
	for (end = text + len; text < end; text += len + 1) {
		len = strcspn(text, ",;");
		if (!add_property(print, text, len))
			return false;
	}
	return true;
}

static bool read_file(struct print_call *print)
{
	const struct argument *argument = call_argument(print->call, "file");
	const char *text;
	size_t len;

	if (argument == NULL)
		return true;
	text = call_text(print->call, argument, &len);
	if (text == NULL)
		return command_no_memory(print->call);
	strbuf_add(&print->file, text, len);
	if (len < 4 || memcmp(text + len - 4, ".txt", 4) != 0)
		strbuf_str(&print->file, ".txt");
	return !print->file.failed || command_no_memory(print->call);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool print_from(void *ctx, struct menu_source *source, const void *item)
{
	const struct print_call *print = ctx;
	uint64_t id = model_id(source, item);

	return print->from_count && bsearch(&id, print->from, print->from_count, sizeof id,
	                                    by_number) != NULL;
}

static bool read_from(struct print_call *print, const struct argument *from)
{
	if (!call_items(print->call, from, &print->from, &print->from_count))
		return false;
	if (print->from_count)
		qsort(print->from, print->from_count, sizeof *print->from, by_number);
	print->options.wanted = print_from;
	return true;
}

static bool read_options(struct print_call *print)
{
	struct call *call = print->call;
	const struct argument *from = call_argument(call, "from");
	const struct argument *interval = call_argument(call, "interval");

	if (!read_layout(print) || !read_proplist(print) || !read_where(print) ||
	    !read_file(print))
		return false;
	if (interval && !command_time(call, interval, INTERVAL_MIN, &print->interval))
		return false;
	print->options.where = print->where;
	print->options.ctx = print;
	if (from && !read_from(print, from))
		return false;
	if (print->file.len == 0) {
		print->options.width = session_width(call->session);
		print->options.colours = session_colours(call->session);
	}
	if (print->file.len == 0 && !print->menu->settings)
		print->options.numbered = remember;
	return true;
}

/* One pass */

bool print_once(struct print_call *print, struct paging *paging)
{
	struct menu_source *source = model_open(print->call->model, print->menu);
	struct print_out out = paging_out(paging);
	enum print_result result;

	if (source == NULL)
		return command_no_memory(print->call);
	print->numbers_count = 0;
	if (print->numbers)
		memset(print->numbers, 0, print->numbers_size * sizeof *print->numbers);
	result = print_menu(source, &print->options, &out);
	model_close(source);
	if (print->numbers_count &&
	    !session_remember(print->call->session, print->menu, print->numbers,
	                      print->numbers_count))
		return command_no_memory(print->call);
	if (result == PRINT_NO_MEMORY)
		return command_no_memory(print->call);
	if (result == PRINT_NOT_WRITTEN && paging->file && !session_stopped(print->call->session))
		return session_fail(print->call->session, nowhere, "failure: %s cannot be written",
		                    strbuf_text(&print->file));
	return result == PRINT_OK || paging->quit;
}

static bool repeats(const struct print_call *print)
{
	return print->interval || call_flag(print->call, "follow") ||
	       call_flag(print->call, "follow-only");
}

static bool print_to_session(struct print_call *print)
{
	struct paging paging;

	if (repeats(print))
		return print_repeat(print);
	paging_to_session(&paging, print->call->session,
	                  !call_flag(print->call, "without-paging"));
	return print_once(print, &paging);
}

static bool print_to_a_file(struct print_call *print)
{
	struct strbuf error = STRBUF_INIT;
	struct paging paging;
	bool good;

	if (repeats(print))
		return session_fail(print->call->session, nowhere,
		                    "failure: a file is written once, not again and again");
	good = paging_to_file(&paging, print->call->session, strbuf_text(&print->file),
	                           call_flag(print->call, "append"), &error);

	if (good) {
		good = print_once(print, &paging);
		if (!paging_end(&paging, good, &error) && good)
			good = session_fail(print->call->session, nowhere, "failure: %s",
			                    strbuf_text(&error));
	} else {
		session_fail(print->call->session, nowhere, "failure: %s", strbuf_text(&error));
	}
	strbuf_free(&error);
	return good;
}

/* as-value, count-only */

/* Calls `each` for all items asked for. => false: it failed, or stopped */
static bool walk(struct print_call *print,
                 bool (*each)(struct print_call *print, struct menu_source *source,
                              const void *item))
{
	struct menu_source *source = model_open(print->call->model, print->menu);
	const void *item;
	bool good = true;

	if (source == NULL)
		return command_no_memory(print->call);
	for (uint64_t n = 1; good && (item = source->next(source)) != NULL; n++) {
		if (where_match(print->where, source, item) &&
		    (print->options.wanted == NULL || print->options.wanted(print, source, item)))
			good = each(print, source, item);
		if (n % STOP_EVERY == 0 && session_stopped(print->call->session))
			good = false;
	}
	model_close(source);
	return good;
}

static bool count_one(struct print_call *print, struct menu_source *source, const void *item)
{
	(void)source;
	(void)item;
	print->counted++;
	return true;
}

/* What the seeds of tracking ask for: how many connections there are. */
static uint64_t total_entries(struct print_call *print)
{
	return model_count(print->call->model, &menu_connection) +
	       model_count(print->call->model, &menu_connection_v6);
}

bool print_count(struct print_call *print)
{
	print->counted = 0;
	if (print->menu == &menu_tracking)
		print->counted = total_entries(print);
	else if (print->where == NULL && print->options.wanted == NULL)
		print->counted = model_count(print->call->model, print->menu);
	else
		return walk(print, count_one);
	return true;
}

static bool show_count(struct print_call *print)
{
	char text[24];

	if (!print_count(print))
		return false;
	*print->call->result = cell_num((int64_t)print->counted);
	if (print->call->bracketed || call_flag(print->call, "as-value"))
		return true;
	snprintf(text, sizeof text, "%" PRIu64, print->counted);
	return session_puts(print->call->session, text);
}

/* The columns that a value has: those of the table, or all. */
static void value_columns(struct print_call *print)
{
	struct print_proplist *list = &print->options.proplist;

	if (list->count || print->options.layout != PRINT_BRIEF || print->menu->settings)
		return;
	for (size_t i = 0; i < print->menu->count && list->count < PRINT_COLUMNS_MAX; i++) {
		const struct property *property = &print->menu->properties[i];

		if (property->brief || property->flag || (property->show & PROP_COMMENT))
			list->property[list->count++] = property;
	}
}

static bool add_row(struct print_call *print, struct menu_source *source, const void *item)
{
	const struct print_proplist *list = &print->options.proplist;
	bool named = call_argument(print->call, "proplist") != NULL;
	struct cell row =
	        command_row(source, item, list->count ? list : NULL, named, false);

	if (row.type != CELL_ARRAY)
		return command_no_memory(print->call);
	if (print->menu->settings) {
		cell_free(print->call->result);
		*print->call->result = row;
		return true;
	}
	return cell_array_add(print->call->result, row) || command_no_memory(print->call);
}

static bool give_values(struct print_call *print)
{
	*print->call->result = cell_array_new();
	if (print->call->result->type != CELL_ARRAY)
		return command_no_memory(print->call);
	value_columns(print);
	return walk(print, add_row);
}

/* The command */

static bool print_some_way(struct print_call *print)
{
	if (!read_options(print))
		return false;
	if (print->file.len)
		return print_to_a_file(print);
	if (print->options.layout == PRINT_COUNT_ONLY && !repeats(print))
		return show_count(print);
	if (call_flag(print->call, "as-value"))
		return give_values(print);
	return print_to_session(print);
}

/* A menu that weir has not is an empty list. */
static bool print_foreign(struct call *call)
{
	if (call_flag(call, "as-value")) {
		*call->result = cell_array_new();
		return call->result->type == CELL_ARRAY || command_no_memory(call);
	}
	if (!call_flag(call, "count-only"))
		return true;
	*call->result = cell_num(0);
	return call->bracketed || session_puts(call->session, "0");
}

static bool run_print(struct call *call)
{
	struct print_call print = {.call = call, .menu = call->node->menu, .file = STRBUF_INIT};
	bool good;

	if (!command_may(call, call->command->needs))
		return false;
	if (print.menu == NULL)
		return print_foreign(call);
	good = print_some_way(&print) && command_decided(call, print.where);
	free(print.from);
	free(print.numbers);
	where_free(print.where);
	strbuf_free(&print.file);
	return good;
}

/* Tables */

/* clang-format off */
#define APPEND {.name = "append", .help = "adds to the file", .shape = PARAMETER_FLAG}
#define AS_VALUE {.name = "as-value", .help = "gives values instead of showing them", \
	.shape = PARAMETER_FLAG}
#define COUNT_ONLY {.name = "count-only", .help = "how many there are", .shape = PARAMETER_FLAG}
#define FILE_NAME {.name = "file", .help = "writes to a file of that name"}
#define INTERVAL {.name = "interval", .help = "again and again", .kind.type = VALUE_TIME}
#define WITHOUT_PAGING {.name = "without-paging", .help = "does not pause", \
	.shape = PARAMETER_FLAG}
#define LAYOUTS \
	{.name = "brief", .help = "as a table", .shape = PARAMETER_FLAG}, \
	COUNT_ONLY, \
	{.name = "detail", .help = "all properties", .shape = PARAMETER_FLAG}
#define COMMON \
	APPEND, AS_VALUE, LAYOUTS, FILE_NAME, \
	{.name = "from", .help = "only these items", .shape = PARAMETER_ITEMS}, \
	INTERVAL, \
	{.name = "proplist", .help = "which properties, in which order"}, \
	{.name = "show-ids", .help = "ids in place of numbers", .shape = PARAMETER_FLAG}, \
	{.name = "terse", .help = "a line an item, all properties", .shape = PARAMETER_FLAG}, \
	{.name = "value-list", .help = "a line a property", .shape = PARAMETER_FLAG}, \
	{.name = "where", .help = "which items", .shape = PARAMETER_WHERE}, \
	WITHOUT_PAGING
#define WORDS \
	{.name = "active", .help = "only active ones", .shape = PARAMETER_FLAG}, \
	{.name = "disabled", .help = "only disabled ones", .shape = PARAMETER_FLAG}, \
	{.name = "dynamic", .help = "only dynamic ones", .shape = PARAMETER_FLAG}, \
	{.name = "invalid", .help = "only invalid ones", .shape = PARAMETER_FLAG}, \
	{.name = "running", .help = "only running ones", .shape = PARAMETER_FLAG}, \
	{.name = "static", .help = "only those that are not dynamic", .shape = PARAMETER_FLAG}

static const struct parameter list_parameters[] = {COMMON, WORDS, {0}};
static const struct parameter rules_parameters[] = {
	COMMON, WORDS,
	{.name = "all", .help = "dynamic ones too", .shape = PARAMETER_FLAG},
	{.name = "chain", .help = "only those of that chain"},
	{.name = "stats", .help = "counters", .shape = PARAMETER_FLAG},
	{0},
};
static const struct parameter follow_parameters[] = {
	COMMON,
	{.name = "follow", .help = "and what comes new, until it is stopped",
	 .shape = PARAMETER_FLAG},
	{.name = "follow-only", .help = "only what comes new, until it is stopped",
	 .shape = PARAMETER_FLAG},
	{0},
};
static const struct parameter settings_parameters[] = {
	APPEND, AS_VALUE, FILE_NAME, INTERVAL, WITHOUT_PAGING, {0},
};
static const struct parameter tracking_parameters[] = {
	APPEND, AS_VALUE, COUNT_ONLY, FILE_NAME, INTERVAL, WITHOUT_PAGING, {0},
};

#define PRINT(symbol, table, text) \
	const struct command symbol = {.name = "print", .help = text, .parameters = table, \
		.needs = POLICY_BIT(READ), .run = run_print}
/* clang-format on */

PRINT(command_print, list_parameters, "shows the items");
PRINT(command_print_rules, rules_parameters, "shows the items");
PRINT(command_print_follow, follow_parameters, "shows the items");
PRINT(command_print_settings, settings_parameters, "shows the settings");
PRINT(command_print_tracking, tracking_parameters, "shows the settings");
