/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The global commands, one call at a time: a session that only notes what a command writes,
 * logs, waits for and fails with stands in for the real one.
 */
#include <stdio.h>
#include <time.h>

#include "base/bytes.h"
#include "console/call.h"
#include "console/service.h"
#include "unit/console/note.h"

/* The session */

struct session {
	struct strbuf said; /* output, the log, waits */
	struct strbuf error;
	struct console_services services;
	unsigned width;
	bool fails; /* blocks do */
};

const struct argument *call_argument(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->count; i++) {
		if (strcmp(call->arguments[i].parameter->name, name) == 0)
			return &call->arguments[i];
	}
	return NULL;
}

static struct strbuf argument_text;

const char *call_text(struct call *call, const struct argument *argument, size_t *len)
{
	(void)call;
	strbuf_reset(&argument_text);
	cell_argument(&argument->value, &argument_text);
	*len = argument_text.len;
	return strbuf_text(&argument_text);
}

bool call_code(struct call *call, const struct argument *argument)
{
	assert_int_equal(argument->parameter->shape, PARAMETER_CODE);
	strbuf_str(&call->session->said, "(block)");
	return !call->session->fails;
}

bool session_fail(struct session *session, struct place place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vprintf(&session->error, format, args);
	va_end(args);
	if (place.line)
		strbuf_printf(&session->error, " (line %u column %u)", place.line, place.column);
	return false;
}

bool session_write(struct session *session, const char *data, size_t len)
{
	strbuf_add(&session->said, data, len);
	return true;
}

bool session_wait(struct session *session, uint64_t nanoseconds)
{
	strbuf_printf(&session->said, "wait %ju", (uintmax_t)nanoseconds);
	return true;
}

unsigned session_width(const struct session *session)
{
	return session->width;
}

const char *session_job(const struct session *session)
{
	(void)session;
	return NULL;
}

const struct console_services *session_services(const struct session *session)
{
	return &session->services;
}

/* The global variables: two of them. */

static void variable(struct menu_source *source, const void *item, const struct property *property,
                     struct value *value);

static const struct property variable_properties[] = {
        {.name = "name", .kind = {.type = VALUE_STRING}, .get = variable},
        {.name = "value", .kind = {.type = VALUE_STRING}, .get = variable},
};

const struct menu menu_script_environment = {
        .path = "/system script environment", .properties = variable_properties, .count = 2};

static const char *const variables[][2] = {{"counter", "5"}, {"list", "1;2"}};
static size_t next_at;

static void variable(struct menu_source *source, const void *item, const struct property *property,
                     struct value *value)
{
	const char *const *texts = item;

	(void)source;
	*value = (struct value){.type = VALUE_STRING};
	value->text = texts[property != variable_properties];
	value->len = strlen(value->text);
}

static const void *next_variable(struct menu_source *source)
{
	(void)source;
	return next_at < ARRAY_COUNT(variables) ? variables[next_at++] : NULL;
}

struct menu_source *model_open(struct model *model, const struct menu *menu)
{
	static struct menu_source source = {.next = next_variable};

	(void)model;
	next_at = 0;
	source.menu = menu;
	return &source;
}

void model_close(struct menu_source *source)
{
	assert_non_null(source);
}

static uint64_t fixed_now(void *ctx, int32_t *offset)
{
	(void)ctx;
	*offset = 3600;
	return UINT64_C(1700000000500000000);
}

static void note_log(void *ctx, const char *topics, const char *message)
{
	strbuf_printf(ctx, "%s: %s", topics, message);
}

/* Calls */

#define ARGUMENTS 5

struct builtin {
	const char *name;
	const char *arguments[ARGUMENTS]; /* notes in their places, or name=note */
	const char *type, *want; /* of the result. type NULL: want is the error */
	const char *said;        /* NULL: nothing */
};

static const struct command *command_of(const char *name)
{
	for (size_t i = 0; global_commands[i]; i++) {
		if (strcmp(global_commands[i]->name, name) == 0)
			return global_commands[i];
	}
	fail_msg("no command %s", name);
	return NULL;
}

/* The parameter that a note is for; what is left of the note is its value. */
static const struct parameter *parameter_of(const struct command *command, const char **note,
                                            unsigned place)
{
	for (const struct parameter *p = command->parameters; p && p->name; p++) {
		size_t len = strlen(p->name);

		if (strncmp(*note, p->name, len) == 0 && (*note)[len] == '=') {
			*note += len + 1;
			return p;
		}
	}
	for (const struct parameter *p = command->parameters; p && p->name; p++) {
		if (p->positional == place)
			return p;
	}
	fail_msg("%s: no parameter for %s", command->name, *note);
	return NULL;
}

static size_t read_arguments(const struct command *command, const char *const *notes,
                             struct argument *arguments)
{
	unsigned place = 1;
	size_t count = 0;

	for (; count < ARGUMENTS && notes[count]; count++) {
		const char *note = notes[count];

		arguments[count] = (struct argument){
		        .parameter = parameter_of(command, &note, place),
		        .place = {1, (unsigned)count + 1},
		};
		arguments[count].value = value_of(note);
		place += note == notes[count];
	}
	return count;
}

static bool run(struct session *session, const char *name, const char *const *notes,
                struct cell *result)
{
	struct argument arguments[ARGUMENTS];
	struct call call = {.session = session, .command = command_of(name), .result = result};
	bool good;

	*result = CELL_NONE;
	call.arguments = arguments;
	call.count = read_arguments(call.command, notes, arguments);
	good = call.command->run(&call);
	for (size_t i = 0; i < call.count; i++)
		cell_free(&arguments[i].value);
	strbuf_free(&argument_text);
	return good;
}

static void begin(struct session *session)
{
	*session = (struct session){.said = STRBUF_INIT, .error = STRBUF_INIT, .width = 80};
	session->services.now = fixed_now;
	session->services.log = note_log;
	session->services.ctx = &session->said;
}

static void end(struct session *session)
{
	strbuf_free(&session->said);
	strbuf_free(&session->error);
}

static void expect_builtin(const struct builtin *c)
{
	struct session session;
	struct cell result;
	bool good;

	begin(&session);
	good = run(&session, c->name, c->arguments, &result);
	if (c->type == NULL) {
		assert_string_equal(strbuf_text(&session.error), c->want);
		assert_false(good);
		assert_int_equal(result.type, CELL_NOTHING);
	} else {
		assert_string_equal(strbuf_text(&session.error), "");
		assert_true(good);
		expect_text(&result, c->want);
		assert_string_equal(cell_type_name(&result), c->type);
	}
	assert_string_equal(strbuf_text(&session.said), c->said ? c->said : "");
	cell_free(&result);
	end(&session);
}

static void expect_builtins(const struct builtin *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect_builtin(&cases[i]);
}

static void test_text(void **state)
{
	static const struct builtin cases[] = {
	        {"len", {"'abc'"}, "num", "3", NULL},
	        {"len", {"''"}, "num", "0", NULL},
	        {"len", {"nil"}, "num", "0", NULL},
	        {"len", {"1234"}, "num", "4", NULL},
	        {"len", {"[1;2;a=3]"}, "num", "3", NULL},
	        {"len", {"[]"}, "num", "0", NULL},
	        {"pick", {"'abcdef'", "1", "3"}, "str", "bc", NULL},
	        {"pick", {"'abcdef'", "1"}, "str", "b", NULL},
	        {"pick", {"'abcdef'", "0", "99"}, "str", "abcdef", NULL},
	        {"pick", {"'abcdef'", "2", "nil"}, "str", "cdef", NULL},
	        {"pick", {"'abcdef'", "3", "2"}, "str", "", NULL},
	        {"pick", {"'abcdef'", "-1", "2"}, "str", "ab", NULL},
	        {"pick", {"'abcdef'", "6"}, "nil", "", NULL},
	        {"pick", {"'abcdef'", "6", "7"}, "nil", "", NULL},
	        {"pick", {"12345", "1", "3"}, "str", "23", NULL},
	        {"pick", {"nil", "0", "1"}, "nil", "", NULL},
	        {"pick", {"[5;6;7;k=8]", "1"}, "num", "6", NULL},
	        {"pick", {"[5;6;7;k=8]", "1", "3"}, "array", "6;7", NULL},
	        {"pick", {"[5;6;7;k=8]", "2", "9"}, "array", "7;k=8", NULL},
	        {"pick", {"[5;6]", "2"}, "nil", "", NULL},
	        {"pick", {"'abc'", "'x'"}, NULL,
	         "invalid value for argument begin (line 1 column 2)", NULL},
	        {"find", {"'abcabc'", "'c'"}, "num", "2", NULL},
	        {"find", {"'abcabc'", "'c'", "2"}, "num", "5", NULL},
	        {"find", {"'abcabc'", "'a'", "-1"}, "num", "0", NULL},
	        {"find", {"'abcabc'", "'a'", "0"}, "num", "3", NULL},
	        {"find", {"'abcabc'", "'x'"}, "nil", "", NULL},
	        {"find", {"'abc'", "''"}, "nil", "", NULL},
	        {"find", {"'abc'", "'a'", "9223372036854775807"}, "nil", "", NULL},
	        {"find", {"10.0.0.1", "'.'"}, "num", "2", NULL},
	        {"find", {"[a;b;c]", "'b'"}, "num", "1", NULL},
	        {"find", {"[1;2;k=2]", "2", "1"}, "num", "2", NULL},
	        {"find", {"[1;2]", "3"}, "nil", "", NULL},
	        {"typeof", {"1h"}, "str", "time", NULL},
	        {"typeof", {"nothing"}, "str", "nothing", NULL},
	        {"typeof", {"nil"}, "str", "nil", NULL},
	        {"typeof", {"10.0.0.0/8"}, "str", "ip-prefix", NULL},
	        {"nothing", {NULL}, "nothing", "", NULL},
	};

	(void)state;
	expect_builtins(cases, ARRAY_COUNT(cases));
}

static void test_conversions(void **state)
{
	static const struct builtin cases[] = {
	        {"tonum", {"'0x1F'"}, "num", "31", NULL},
	        {"tonum", {"'x'"}, "nil", "", NULL},
	        {"tostr", {"[1;a=2]"}, "str", "1;a=2", NULL},
	        {"toip", {"'10.0.0.1'"}, "ip", "10.0.0.1", NULL},
	        {"toip6", {"'::1'"}, "ip6", "::1", NULL},
	        {"totime", {"'1h30m'"}, "time", "01:30:00", NULL},
	        {"tobool", {"'yes'"}, "bool", "true", NULL},
	        {"toarray", {"'a,b,c'"}, "array", "a;b;c", NULL},
	        {"toid", {"'*1F'"}, "id", "*1F", NULL},
	        {"tonsec", {"1s5ns"}, "num", "1000000005", NULL},
	        {"tonsec", {"'x'"}, "nil", "", NULL},
	};

	(void)state;
	expect_builtins(cases, ARRAY_COUNT(cases));
}

static void test_output(void **state)
{
	static const struct builtin cases[] = {
	        {"put", {"'text'"}, "nothing", "", "text\n"},
	        {"put", {"[1;2;a=1]"}, "nothing", "", "1;2;a=1\n"},
	        {"put", {"yes"}, "nothing", "", "true\n"},
	        {"put", {"nil"}, "nothing", "", "\n"},
	        {"put", {"1d1h1m1s"}, "nothing", "", "1d01:01:01\n"},
	        {"log", {"'info'", "'it is so'"}, "nothing", "", "script,info: it is so"},
	        {"log", {"'warn'", "5"}, "nothing", "", "script,warning: 5"},
	        {"log", {"'fatal'", "'x'"}, NULL,
	         "input does not match any value of topics (line 1 column 1)", NULL},
	        {"log", {"''", "'x'"}, NULL,
	         "input does not match any value of topics (line 1 column 1)", NULL},
	        {"beep", {NULL}, "nothing", "", "\033[10;1000]\033[11;100]\a"},
	        {"beep", {"frequency=440", "length=2s"}, "nothing", "",
	         "\033[10;440]\033[11;2000]\a"},
	        {"beep", {"frequency=1"}, NULL,
	         "value of frequency out of range (20..20000) (line 1 column 1)", NULL},
	        {"beep", {"length='x'"}, NULL,
	         "invalid time value for argument length (line 1 column 1)", NULL},
	        {"environment", {"'print'"}, "nothing", "", "counter=5\nlist=1;2\n"},
	        {"environment", {"'set'"}, NULL,
	         "input does not match any value of command (line 1 column 1)", NULL},
	        {"delay", {"500ms"}, "nothing", "", "wait 500000000"},
	        {"delay", {"2"}, "nothing", "", "wait 2000000000"},
	        {"delay", {"'1m'"}, "nothing", "", "wait 60000000000"},
	        {"delay", {"'x'"}, NULL,
	         "invalid time value for argument delay-time (line 1 column 1)", NULL},
	        {"delay", {"-1s"}, NULL,
	         "invalid time value for argument delay-time (line 1 column 1)", NULL},
	        {"timestamp", {NULL}, "time", "2810w5d22:13:20.500", NULL},
	};

	(void)state;
	expect_builtins(cases, ARRAY_COUNT(cases));
}

static void test_convert(void **state)
{
	static const struct builtin cases[] = {
	        {"convert", {"'hello'", "to='base64'"}, "str", "aGVsbG8=", NULL},
	        {"convert", {"'hell'", "to='base64'"}, "str", "aGVsbA==", NULL},
	        {"convert", {"'hel'", "to='base64'"}, "str", "aGVs", NULL},
	        {"convert", {"''", "to='base64'"}, "str", "", NULL},
	        {"convert", {"'aGVsbG8='", "from='base64'"}, "str", "hello", NULL},
	        {"convert", {"'aGVsbG8'", "from='base64'"}, "str", "hello", NULL},
	        {"convert", {"'aGVsb!8='", "from='base64'"}, NULL, "failure: value is not base64",
	         NULL},
	        {"convert", {"'a'", "from='base64'"}, NULL, "failure: value is not base64", NULL},
	        {"convert", {"'a===='", "from='base64'"}, NULL, "failure: value is not base64",
	         NULL},
	        {"convert", {"'hello'", "to='base32'"}, "str", "NBSWY3DP", NULL},
	        {"convert", {"'hell'", "to='base32'"}, "str", "NBSWY3A=", NULL},
	        {"convert", {"'NBSWY3A='", "from='base32'"}, "str", "hell", NULL},
	        {"convert", {"'hello'", "to='hex'"}, "str", "68656c6c6f", NULL},
	        {"convert", {"'68656C6c6f'", "from='hex'"}, "str", "hello", NULL},
	        {"convert", {"'686'", "from='hex'"}, NULL, "failure: value is not hex", NULL},
	        {"convert", {"'68='", "from='hex'"}, NULL, "failure: value is not hex", NULL},
	        {"convert", {"'a b&c'", "to='url'"}, "str", "a%20b%26c", NULL},
	        {"convert", {"'a%20b%26c'", "from='url'"}, "str", "a b&c", NULL},
	        {"convert", {"'a%2'", "from='url'"}, NULL, "failure: value is not url", NULL},
	        {"convert", {"'a%zz'", "from='url'"}, NULL, "failure: value is not url", NULL},
	        {"convert", {"'AB'", "to='byte-array'"}, "array", "65;66", NULL},
	        {"convert", {"[65;66]", "from='byte-array'", "to='hex'"}, "str", "4142", NULL},
	        {"convert", {"[65;256]", "from='byte-array'"}, NULL,
	         "failure: value is not byte-array", NULL},
	        {"convert", {"'Hello'", "transform='lc'"}, "str", "hello", NULL},
	        {"convert", {"'Hello'", "transform='uc'"}, "str", "HELLO", NULL},
	        {"convert", {"'hello'", "transform='ucfirst'"}, "str", "Hello", NULL},
	        {"convert", {"'HELLO'", "transform='lcfirst'"}, "str", "hELLO", NULL},
	        {"convert", {"'hello'", "transform='reverse'"}, "str", "olleh", NULL},
	        {"convert", {"'Hello, Nn'", "transform='rot13'"}, "str", "Uryyb, Aa", NULL},
	        {"convert", {"''", "transform='reverse'"}, "str", "", NULL},
	        {"convert", {"'6869'", "from='hex'", "to='base64'"}, "str", "aGk=", NULL},
	        {"convert", {"'x'", "to='morse'"}, NULL,
	         "input does not match any value of to (line 1 column 2)", NULL},
	        {"convert", {"'x'", "to='base'"}, NULL,
	         "ambiguous value of to, more than one possible value matches input (line 1 "
	         "column 2)",
	         NULL},
	};

	(void)state;
	expect_builtins(cases, ARRAY_COUNT(cases));
}

static void test_json(void **state)
{
	static const struct builtin cases[] = {
	        {"serialize", {"[1;2;x]", "to='json'"}, "str", "[1,2,\"x\"]", NULL},
	        {"serialize", {"[a=1;b=yes;c=nil]", "to='json'"}, "str",
	         "{\"a\":1,\"b\":true,\"c\":null}", NULL},
	        {"serialize", {"[5;a=1]", "to='json'"}, "str", "{\"0\":5,\"a\":1}", NULL},
	        {"serialize", {"[]", "to='json'"}, "str", "[]", NULL},
	        {"serialize", {"nil", "to='json'"}, "str", "null", NULL},
	        {"serialize", {"1h", "to='json'"}, "str", "\"01:00:00\"", NULL},
	        {"serialize", {"10.0.0.1", "to='json'"}, "str", "\"10.0.0.1\"", NULL},
	        {"serialize", {"'a\"b'", "to='json'"}, "str", "\"a\\\"b\"", NULL},
	        {"serialize", {"'12'", "to='json'"}, "str", "12", NULL},
	        {"serialize", {"'012'", "to='json'"}, "str", "\"012\"", NULL},
	        {"serialize", {"'12'", "to='json'", "options='json.no-string-conversion'"}, "str",
	         "\"12\"", NULL},
	        {"serialize", {"[a=1]", "to='json'", "options='json.pretty'"}, "str",
	         "{\n    \"a\": 1\n}", NULL},
	        {"serialize", {"[a=1]", "to='json'", "options='json.ugly'"}, NULL,
	         "input does not match any value of options (line 1 column 3)", NULL},
	        {"serialize", {"'\xff'", "to='json'"}, NULL,
	         "failure: value cannot be written as json: it is no UTF-8 text", NULL},
	        {"serialize", {"1", "to='xml'"}, NULL,
	         "input does not match any value of to (line 1 column 2)", NULL},
	        {"deserialize", {"'[1,\"x\",true,null]'", "from='json'"}, "array", "1;x;true;",
	         NULL},
	        {"deserialize", {"'{\"b\":1,\"a\":{\"c\":[2,3]}}'", "from='json'"}, "array",
	         "a=c=2;3;b=1", NULL},
	        {"deserialize", {"'\"12\"'", "from='json'"}, "num", "12", NULL},
	        {"deserialize", {"'\"12\"'", "from='json'", "options='json.no-string-conversion'"},
	         "str", "12", NULL},
	        {"deserialize", {"'1.5'", "from='json'"}, "str", "1.5", NULL},
	        {"deserialize", {"'0.1'", "from='json'"}, "str", "0.1", NULL},
	        {"deserialize", {"'false'", "from='json'"}, "bool", "false", NULL},
	        {"deserialize", {"'null'", "from='json'"}, "nil", "", NULL},
	        {"deserialize", {"'[]'", "from='json'"}, "array", "", NULL},
	        {"deserialize", {"'{\"a\":'", "from='json'"}, NULL,
	         "failure: value is no json: unexpected token near end of file (line 1 column 5)",
	         NULL},
	};

	(void)state;
	expect_builtins(cases, ARRAY_COUNT(cases));
}

/* Lists nested deeper than a value may be are refused, not cut off. */
static void test_json_deep(void **state)
{
	char text[2 * 101 + 3] = "'", want[] = "failure: value is too large, or nests too deep";
	struct builtin deep = {"deserialize", {text, "from='json'"}, NULL, want, NULL};
	struct builtin fine = {"deserialize", {text, "from='json'"}, "array", "", NULL};

	(void)state;
	memset(text + 1, '[', 101);
	memset(text + 102, ']', 101);
	strcpy(text + 203, "'");
	expect_builtin(&deep);
	memset(text + 1, '[', 100);
	memset(text + 101, ']', 100);
	strcpy(text + 201, "'");
	expect_builtin(&fine);
}

static void test_time(void **state)
{
	static const char *const arguments[ARGUMENTS] = {"'code'"};
	struct session session;
	struct cell result;

	(void)state;
	begin(&session);
	assert_true(run(&session, "time", arguments, &result));
	assert_int_equal(result.type, CELL_TIME);
	assert_in_range(result.num, 0, 10 * (int64_t)WEIR_SEC);
	assert_string_equal(strbuf_text(&session.said), "(block)");
	session.fails = true;
	assert_false(run(&session, "time", arguments, &result));
	assert_int_equal(result.type, CELL_NOTHING);
	end(&session);
}

/* What a service is missing for is told. */
static void test_without_services(void **state)
{
	static const char *const none[ARGUMENTS] = {NULL};
	static const char *const line[ARGUMENTS] = {"'info'", "'x'"};
	struct session session;
	struct cell result;

	(void)state;
	begin(&session);
	session.services = (struct console_services){0};
	session.width = 0;
	assert_false(run(&session, "timestamp", none, &result));
	assert_string_equal(strbuf_text(&session.error), "failure: not available here");
	strbuf_reset(&session.error);
	assert_false(run(&session, "log", line, &result));
	assert_string_equal(strbuf_text(&session.error), "failure: not available here");
	assert_true(run(&session, "beep", none, &result));
	assert_string_equal(strbuf_text(&session.said), "");
	end(&session);
}

static void expect_number(const char *from, const char *to, int64_t least, int64_t most)
{
	const char *const arguments[ARGUMENTS] = {from, to};
	bool saw_least = false, saw_most = false;
	struct session session;

	begin(&session);
	for (unsigned i = 0; i < 2000; i++) {
		struct cell result;

		assert_true(run(&session, "rndnum", arguments, &result));
		assert_int_equal(result.type, CELL_NUM);
		assert_true(result.num >= least && result.num <= most);
		saw_least |= result.num == least;
		saw_most |= result.num == most;
	}
	if ((uint64_t)most - (uint64_t)least < 10)
		assert_true(saw_least && saw_most);
	end(&session);
}

static void test_random_numbers(void **state)
{
	static const struct builtin refused = {
	        "rndnum", {"from=5", "to=4"}, NULL, "failure: from must not be more than to", NULL};

	(void)state;
	expect_number("from=1", "to=6", 1, 6);
	expect_number("from=-2", "to=2", -2, 2);
	expect_number("from=7", "to=7", 7, 7);
	expect_number("from=-9223372036854775808", "to=9223372036854775807", INT64_MIN, INT64_MAX);
	expect_number(NULL, NULL, 0, INT64_MAX);
	expect_builtin(&refused);
}

static void test_random_texts(void **state)
{
	static const char *const usual[ARGUMENTS] = {NULL};
	static const struct builtin cases[] = {
	        {"rndstr", {"length=3", "from='x'"}, "str", "xxx", NULL},
	        {"rndstr", {"length=0", "from='x'"}, "str", "", NULL},
	        {"rndstr", {"length=0", "from=''"}, "str", "", NULL},
	        {"rndstr", {"length=3", "from=''"}, NULL, "failure: from is empty", NULL},
	        {"rndstr", {"length=65537"}, NULL,
	         "value of length out of range (0..65536) (line 1 column 1)", NULL},
	};
	struct session session;
	struct cell one, other;
	size_t len;

	(void)state;
	begin(&session);
	assert_true(run(&session, "rndstr", usual, &one) && run(&session, "rndstr", usual, &other));
	assert_int_equal(strspn(cell_str_text(&one, &len), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	                                                   "abcdefghijklmnopqrstuvwxyz"),
	                 16);
	assert_int_equal(len, 16);
	assert_int_not_equal(cell_compare(&one, &other), 0);
	cell_free(&one);
	cell_free(&other);
	end(&session);
	expect_builtins(cases, ARRAY_COUNT(cases));
}

/* The table is sorted, complete with help, and says which parameters are positional without a
 * gap. */
static void test_table(void **state)
{
	(void)state;
	for (size_t i = 0; global_commands[i]; i++) {
		const struct command *command = global_commands[i];
		unsigned place = 0;

		assert_non_null(command->help);
		assert_true(i == 0 || strcmp(global_commands[i - 1]->name, command->name) < 0);
		for (const struct parameter *p = command->parameters; p && p->name; p++) {
			assert_non_null(p->help);
			if (p->positional)
				assert_int_equal(p->positional, ++place);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_text),           cmocka_unit_test(test_conversions),
	        cmocka_unit_test(test_output),         cmocka_unit_test(test_convert),
	        cmocka_unit_test(test_json),           cmocka_unit_test(test_json_deep),
	        cmocka_unit_test(test_time),           cmocka_unit_test(test_without_services),
	        cmocka_unit_test(test_random_numbers), cmocka_unit_test(test_random_texts),
	        cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
