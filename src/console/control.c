/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/control.c - the commands that decide whether and how often a block runs, and those that
 * declare variables; see run.h. Their values are evaluated here, not before: a condition of
 * :while is asked again and again.
 *
 * Source: RouterOS manual, "Scripting": global commands, loops and conditional statements.
 */
#include <string.h>

#include "console/context.h"
#include "console/parser.h"
#include "console/run.h"

static const struct place nowhere;

/* What an argument means now; CELL_NOTHING if it was not given. */
static bool value_now(struct call *call, const char *name, struct cell *to)
{
	const struct argument *argument = call_argument(call, name);
	const struct syntax_argument *source = argument ? argument->source : NULL;

	*to = CELL_NONE;
	if (argument && source == NULL) { /* the user was asked for it */
		*to = cell_copy(&argument->value);
		return true;
	}
	if (source && source->code) {
		*to = code_cell(call->session->script, source->code);
		return to->type != CELL_NIL || run_no_memory(call->session);
	}
	if (source && source->value)
		return evaluate(call->session, source->value, to);
	if (source && source->written_empty) {
		*to = cell_str("", 0);
		return to->type != CELL_NIL || run_no_memory(call->session);
	}
	return true;
}

static bool truth_now(struct call *call, const char *name, bool *truth)
{
	struct strbuf error = STRBUF_INIT;
	struct cell value;
	bool good;

	if (!value_now(call, name, &value))
		return false;
	good = cell_truth(&value, truth, &error);
	if (!good)
		session_fail(call->session, nowhere, "%s", strbuf_text(&error));
	strbuf_free(&error);
	cell_free(&value);
	return good;
}

static const char *name_of(const struct call *call, size_t *len)
{
	return cell_str_text(&call_argument(call, "name")->value, len);
}

static bool run_code(struct call *call, const char *name)
{
	const struct argument *argument = call_argument(call, name);

	return argument == NULL || call_code(call, argument);
}

/* One turn of a loop. => false: the loop is over; *good: not for an error or the like */
static bool loop_goes_on(struct session *session, bool ran, bool *good)
{
	*good = true;
	if (!ran && session->flow == FLOW_CONTINUE)
		session->flow = FLOW_NONE;
	else if (!ran && session->flow == FLOW_BREAK)
		session->flow = FLOW_NONE, *good = false;
	else if (!ran)
		*good = false;
	if (*good)
		return run_step(session) || (*good = false);
	*good = session->flow == FLOW_NONE;
	return false;
}

/* Variables */

/* The value of `value` or the function of `do`. */
static bool variable_value(struct call *call, bool *given, struct cell *value)
{
	*given = call_argument(call, "value") || call_argument(call, "do");
	return value_now(call, call_argument(call, "do") ? "do" : "value", value);
}

static bool declare(struct call *call, bool global)
{
	struct session *session = call->session;
	struct variable *v;
	struct cell value;
	bool given;
	size_t len;
	const char *name = name_of(call, &len);

	if (!variable_value(call, &given, &value))
		return false;
	v = scope_declare(session->scope, name, len, global);
	if (v == NULL) {
		cell_free(&value);
		return run_no_memory(session);
	}
	if (!global) {
		v->value = value;
		return true;
	}
	if (session->options.interactive && session->scope->outer == &session->shared &&
	    scope_declare(&session->shared, name, len, true) == NULL) {
		cell_free(&value);
		return run_no_memory(session);
	}
	if (!given && environment_get(session->environment, name, len))
		return true;
	return environment_set(session->environment, name, len, session->user, value) ||
	       run_no_memory(session);
}

static bool local_run(struct call *call)
{
	return declare(call, false);
}

static bool global_run(struct call *call)
{
	return declare(call, true);
}

/* How many `->` may stand in a row where an element is set. */
#define KEYS_MAX 32

/* The keys of $a->"b"->0, in that order. => false: session->flow says why; *count are to be
 * freed always */
static bool element_keys(struct session *session, const struct expression *e, struct cell *keys,
                         size_t *count)
{
	if (e->kind != EXPRESSION_BINARY)
		return true;
	if (!element_keys(session, e->left, keys, count))
		return false;
	if (*count == KEYS_MAX)
		return session_fail(session, nowhere, "failure: too many elements in a row");
	if (!evaluate(session, e->right, &keys[*count]))
		return false;
	++*count;
	return true;
}

/* Gives an element of a variable a value, which is taken over; nothing: takes it away. */
static bool set_element(struct session *session, const struct expression *e, struct variable *v,
                        struct cell value)
{
	struct strbuf error = STRBUF_INIT;
	struct cell keys[KEYS_MAX], *cell = &v->value;
	size_t count = 0;
	bool good = element_keys(session, e, keys, &count);

	/* Only now: a key may be a command that changes variables. */
	if (good && v->global)
		cell = environment_change(session->environment, v->name, v->len);
	if (good && cell == NULL)
		good = session_fail(session, nowhere, "no such element");
	if (!good) {
		cell_free(&value);
	} else if (!cell_assign(cell, keys, count, value, &error)) {
		good = session_fail(session, nowhere, "%s",
		                    error.failed ? "out of memory" : strbuf_text(&error));
	}
	strbuf_free(&error);
	while (count)
		cell_free(&keys[--count]);
	return good;
}

static bool set_run(struct call *call)
{
	const struct syntax_argument *named = call_argument(call, "name")->source;
	struct session *session = call->session;
	struct variable *v;
	struct cell value, old;
	bool given;
	size_t len;
	const char *name = name_of(call, &len);

	if (!variable_value(call, &given, &value))
		return false;
	v = scope_find(session->scope, name, len);
	if (v == NULL) { /* within a function names are not looked at before */
		cell_free(&value);
		return session_fail(session, nowhere, "failure: no variable %.*s here",
		                    (int)(len < 100 ? len : 100), name);
	}
	if (named && named->value)
		return set_element(session, named->value, v, value);
	if (!v->global) {
		old = v->value;
		v->value = value;
		cell_free(&old);
		return true;
	}
	if (given)
		return environment_set(session->environment, name, len, session->user, value) ||
		       run_no_memory(session);
	environment_unset(session->environment, name, len);
	return true;
}

/* Conditions and loops */

static bool if_run(struct call *call)
{
	bool truth;

	if (!truth_now(call, "condition", &truth))
		return false;
	return run_code(call, truth ? "do" : "else");
}

static bool while_run(struct call *call)
{
	bool truth, good;

	do {
		if (!truth_now(call, "condition", &truth))
			return false;
		if (!truth)
			return true;
	} while (loop_goes_on(call->session, run_code(call, "do"), &good));
	return good;
}

/* Runs on-error= if what ran failed, and only then. */
static bool caught(struct call *call, bool ran)
{
	struct session *session = call->session;

	if (ran || session->flow != FLOW_ERROR || !call_argument(call, "on-error"))
		return ran;
	session->flow = FLOW_NONE;
	return run_code(call, "on-error");
}

static bool do_run(struct call *call)
{
	bool truth, good;

	if (!call_argument(call, "while"))
		return caught(call, run_code(call, "command"));
	while (loop_goes_on(call->session, run_code(call, "command"), &good)) {
		if (!truth_now(call, "while", &truth))
			return caught(call, false);
		if (!truth)
			return true;
	}
	return caught(call, good);
}

/* One turn with the loop's variables. value is taken over; key may be NULL. */
static bool turn(struct call *call, const char *names, size_t len, struct cell *key,
                 struct cell value)
{
	struct session *session = call->session;
	struct scope scope = {.outer = session->scope}, *outer = session->scope;
	const char *comma = memchr(names, ',', len);
	size_t first = comma ? (size_t)(comma - names) : len;
	const char *value_name = key && comma ? comma + 1 : names;
	size_t value_len = key && comma ? len - first - 1 : first;
	struct variable *v = scope_declare(&scope, value_name, value_len, false);
	bool good;

	if (v)
		v->value = value;
	else
		cell_free(&value);
	if (v && key && comma) {
		v = scope_declare(&scope, names, first, false);
		if (v)
			v->value = cell_copy(key);
	}
	session->scope = &scope;
	good = v ? run_code(call, "do") : run_no_memory(session);
	session->scope = outer;
	scope_end(&scope);
	return good;
}

static bool foreach_array(struct call *call, const struct cell *array)
{
	bool good = true, goes_on = true;
	size_t len;
	const char *names = name_of(call, &len);

	for (size_t i = 0; goes_on && i < cell_array_count(array); i++) {
		const char *key_text;
		size_t key_len;
		const struct cell *value = cell_array_at(array, i, &key_text, &key_len);
		struct cell key = key_text ? cell_str(key_text, key_len) : cell_num((int64_t)i);

		goes_on = loop_goes_on(call->session,
		                       turn(call, names, len, &key, cell_copy(value)), &good);
		cell_free(&key);
	}
	return good;
}

static bool foreach_run(struct call *call)
{
	struct cell in;
	bool good = true;
	size_t len;
	const char *names = name_of(call, &len);

	if (!value_now(call, "in", &in))
		return false;
	if (in.type == CELL_ARRAY) {
		good = foreach_array(call, &in);
	} else if (in.type != CELL_NOTHING && in.type != CELL_NIL) {
		struct cell key = cell_num(0);

		loop_goes_on(call->session, turn(call, names, len, &key, cell_copy(&in)), &good);
	}
	cell_free(&in);
	return good;
}

static bool number_now(struct call *call, const char *name, int64_t *number)
{
	struct cell value, num;

	if (!value_now(call, name, &value))
		return false;
	if (value.type == CELL_NOTHING)
		return true;
	num = cell_to_num(&value);
	cell_free(&value);
	if (num.type != CELL_NUM)
		return session_fail(call->session, call_argument(call, name)->place,
		                    "invalid value for argument %s", name);
	*number = num.num;
	return true;
}

static bool for_run(struct call *call)
{
	int64_t from = 0, to = 0, step = 0, i;
	bool good = true;
	size_t len;
	const char *name = name_of(call, &len);

	if (!number_now(call, "from", &from) || !number_now(call, "to", &to) ||
	    !number_now(call, "step", &step))
		return false;
	if (step == 0) {
		if (call_argument(call, "step"))
			return session_fail(call->session, call_argument(call, "step")->place,
			                    "invalid value for argument step");
		step = from <= to ? 1 : -1;
	}
	for (i = from; step > 0 ? i <= to : i >= to;) {
		if (!loop_goes_on(call->session, turn(call, name, len, NULL, cell_num(i)), &good))
			return good;
		if (__builtin_add_overflow(i, step, &i))
			break;
	}
	return true;
}

static bool break_run(struct call *call)
{
	call->session->flow = FLOW_BREAK;
	return false;
}

static bool continue_run(struct call *call)
{
	call->session->flow = FLOW_CONTINUE;
	return false;
}

/* Errors and results */

static bool onerror_run(struct call *call)
{
	struct session *session = call->session;
	struct cell text;
	size_t len;
	const char *name = name_of(call, &len);

	if (run_code(call, "in"))
		return true;
	if (session->flow != FLOW_ERROR)
		return false;
	session->flow = FLOW_NONE;
	text = cell_str(strbuf_text(&session->error), session->error.len);
	if (text.type == CELL_NIL)
		return run_no_memory(session);
	return turn(call, name, len, NULL, text);
}

static bool error_run(struct call *call)
{
	struct strbuf text = STRBUF_INIT;
	struct cell value;

	if (!value_now(call, "message", &value))
		return false;
	cell_print(&value, &text);
	cell_free(&value);
	session_fail(call->session, nowhere, "%s", strbuf_text(&text));
	strbuf_free(&text);
	return false;
}

static bool return_run(struct call *call)
{
	struct cell value;

	if (!value_now(call, "value", &value))
		return false;
	cell_free(&call->session->returned);
	call->session->returned = value;
	call->session->flow = FLOW_RETURN;
	return false;
}

static bool retry_run(struct call *call)
{
	int64_t most = 1;
	struct cell delay, time;
	uint64_t wait = 0;

	if (!number_now(call, "max", &most) || !value_now(call, "delay", &delay))
		return false;
	time = cell_to_time(&delay);
	cell_free(&delay);
	if (time.type == CELL_TIME && time.num > 0)
		wait = (uint64_t)time.num;
	for (int64_t i = 1; !run_code(call, "command"); i++) {
		if (call->session->flow != FLOW_ERROR)
			return false;
		if (i >= most)
			return caught(call, false);
		call->session->flow = FLOW_NONE;
		if (wait && !session_wait(call->session, wait))
			return false;
	}
	return true;
}

/* Texts as scripts */

static bool text_now(struct call *call, const char *name, struct strbuf *text)
{
	struct cell value;

	if (!value_now(call, name, &value))
		return false;
	cell_print(&value, text);
	cell_free(&value);
	return !text->failed || run_no_memory(call->session);
}

static bool parse_run(struct call *call)
{
	struct strbuf text = STRBUF_INIT;
	struct cell code;

	if (!text_now(call, "source", &text)) {
		strbuf_free(&text);
		return false;
	}
	code = code_parse(call->session, strbuf_text(&text), text.len);
	strbuf_free(&text);
	if (code.type == CELL_NIL)
		return run_no_memory(call->session);
	cell_free(call->result);
	*call->result = code;
	return true;
}

static bool execute_here(struct call *call, const struct strbuf *text)
{
	struct session *session = call->session;
	struct strbuf *outer = session->capture, captured = STRBUF_INIT;
	bool good;

	session->capture = &captured;
	good = call_script(call, "", strbuf_text(text), text->len);
	session->capture = outer;
	if (good) {
		*call->result = cell_str(strbuf_text(&captured), captured.len);
		good = (!captured.failed && call->result->type != CELL_NIL) ||
		       run_no_memory(session);
	}
	strbuf_free(&captured);
	return good;
}

/* `print file=` and this add the same to a name. */
static bool file_now(struct call *call, struct strbuf *name)
{
	if (call_argument(call, "file") == NULL)
		return true;
	if (!text_now(call, "file", name))
		return false;
	if (name->len < 4 || strcmp(strbuf_text(name) + name->len - 4, ".txt") != 0)
		strbuf_str(name, ".txt");
	return !name->failed || run_no_memory(call->session);
}

static bool execute_job(struct call *call, const struct strbuf *text, const struct strbuf *file)
{
	const struct console_services *services = session_services(call->session);
	struct strbuf error = STRBUF_INIT;
	uint64_t id;

	if (services == NULL || services->job_begin == NULL)
		return session_fail(call->session, nowhere, "failure: not available here");
	id = services->job_begin(services->ctx, strbuf_text(text), text->len,
	                         file->len ? strbuf_text(file) : NULL,
	                         session_actor(call->session), &error);
	if (id == 0)
		session_fail(call->session, nowhere, "failure: %s", strbuf_text(&error));
	else
		*call->result = cell_id(id);
	strbuf_free(&error);
	return id != 0;
}

static bool execute_run(struct call *call)
{
	struct strbuf text = STRBUF_INIT, file = STRBUF_INIT;
	bool good = text_now(call, "script", &text) && file_now(call, &file);

	if (good)
		good = call_flag(call, "as-string") ? execute_here(call, &text)
		                                    : execute_job(call, &text, &file);
	strbuf_free(&text);
	strbuf_free(&file);
	return good;
}

/* The tables */

#define VARIABLE                                                                                   \
	{.name = "name", .help = "the variable's name", .shape = PARAMETER_VARIABLE,               \
	 .positional = 1, .required = true}
#define VALUE(name_, place_, help_)                                                                \
	{.name = name_, .help = help_, .shape = PARAMETER_VALUE, .positional = place_}
#define NEEDED(name_, place_, help_)                                                               \
	{.name = name_, .help = help_, .shape = PARAMETER_VALUE, .positional = place_,             \
	 .required = true}
#define CODE(name_, place_, help_)                                                                 \
	{.name = name_, .help = help_, .shape = PARAMETER_CODE, .positional = place_}
#define NEEDED_CODE(name_, place_, help_)                                                          \
	{.name = name_, .help = help_, .shape = PARAMETER_CODE, .positional = place_,              \
	 .required = true}
#define PARAMETERS(name_, ...)                                                                     \
	static const struct parameter name_[] = {__VA_ARGS__, {.name = NULL}}

PARAMETERS(variable_parameters, VARIABLE, VALUE("value", 2, "its value"),
           CODE("do", 0, "the block of a function"));
PARAMETERS(if_parameters, NEEDED("condition", 1, "what has to be true"),
           CODE("do", 0, "what then is run"), CODE("else", 0, "what else is run"));
PARAMETERS(for_parameters, VARIABLE, NEEDED("from", 0, "the first value"),
           NEEDED("to", 0, "the last value"), VALUE("step", 0, "how far it goes each time"),
           NEEDED_CODE("do", 0, "what is run for each value"));
PARAMETERS(foreach_parameters, VARIABLE, NEEDED("in", 0, "the array"),
           NEEDED_CODE("do", 0, "what is run for each element"));
PARAMETERS(while_parameters, NEEDED("condition", 1, "how long it goes on"),
           NEEDED_CODE("do", 0, "what is run meanwhile"));
PARAMETERS(do_parameters, NEEDED_CODE("command", 1, "what is run"),
           VALUE("while", 0, "how long it goes on"),
           CODE("on-error", 0, "what is run if it fails"));
PARAMETERS(onerror_parameters, VARIABLE, NEEDED_CODE("in", 0, "what is run"),
           NEEDED_CODE("do", 0, "what is run if it fails"));
PARAMETERS(error_parameters, NEEDED("message", 1, "what the error says"));
PARAMETERS(return_parameters, VALUE("value", 1, "the function's value"));
PARAMETERS(retry_parameters, NEEDED_CODE("command", 1, "what is run"),
           VALUE("delay", 0, "the time between attempts"),
           VALUE("max", 0, "how often it is tried"),
           CODE("on-error", 0, "what is run if the last one fails"));
PARAMETERS(parse_parameters, NEEDED("source", 1, "a text"));
PARAMETERS(execute_parameters,
           {.name = "script", .help = "a text, or a block", .shape = PARAMETER_VALUE,
            .positional = 1, .required = true, .kind.type = VALUE_STRING},
           {.name = "file", .help = "what it writes goes to a file of that name",
            .shape = PARAMETER_VALUE, .kind.type = VALUE_STRING},
           {.name = "as-string", .help = "waits, and gives what it wrote",
            .shape = PARAMETER_FLAG});

struct control {
	struct command command;
	uint8_t declares; /* enum declaring */
	bool function;    /* its blocks are functions */
};

static const struct control controls[] = {
        {{"break", "ends a loop", .run = break_run}, 0, false},
        {{"continue", "goes on with a loop's next turn", .run = continue_run}, 0, false},
        {{"do", "runs a block", do_parameters, .run = do_run}, 0, false},
        {{"error", "fails", error_parameters, .run = error_run}, 0, false},
        {{"execute", "runs a script of its own", execute_parameters, .run = execute_run}, 0, false},
        {{"for", "counts", for_parameters, .run = for_run}, DECLARES_INSIDE, false},
        {{"foreach", "passes over an array", foreach_parameters, .run = foreach_run},
         DECLARES_INSIDE, false},
        {{"global", "declares a global variable", variable_parameters, .run = global_run},
         DECLARES_HERE, true},
        {{"if", "runs a block on a condition", if_parameters, .run = if_run}, 0, false},
        {{"local", "declares a variable of this block", variable_parameters, .run = local_run},
         DECLARES_HERE, true},
        {{"onerror", "runs a block if another one fails", onerror_parameters, .run = onerror_run},
         DECLARES_INSIDE, false},
        {{"parse", "makes a function of a text", parse_parameters, .run = parse_run}, 0, false},
        {{"retry", "runs a block until it does not fail", retry_parameters, .run = retry_run},
         0, false},
        {{"return", "ends a function, with a value", return_parameters, .run = return_run},
         0, false},
        {{"set", "gives a variable a value", variable_parameters, .run = set_run}, 0, true},
        {{"while", "runs a block as long as a condition holds", while_parameters,
          .run = while_run}, 0, false},
};

#define CONTROLS (sizeof controls / sizeof *controls)
#define C(i) &controls[i].command

const struct command *const control_commands[] = {C(0),  C(1),  C(2),  C(3),  C(4),  C(5),
                                                  C(6),  C(7),  C(8),  C(9),  C(10), C(11),
                                                  C(12), C(13), C(14), C(15), NULL};

_Static_assert(sizeof control_commands / sizeof *control_commands == CONTROLS + 1,
               "every control stands among the commands");

static const struct control *control_of(const struct command *command)
{
	const char *first = (const char *)controls, *at = (const char *)command;

	return at >= first && at < first + sizeof controls ? (const struct control *)at : NULL;
}

enum declaring command_declares(const struct command *command)
{
	const struct control *control = control_of(command);

	return control ? (enum declaring)control->declares : DECLARES_NOTHING;
}

bool command_function(const struct statement *statement)
{
	const struct control *control = control_of(statement->command);

	return control && control->function;
}

bool command_lazy(const struct command *command)
{
	return control_of(command) != NULL;
}
