/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and global commands as a user types them: scripts and exactly what they write.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "console/session.h"

static bool take(void *ctx, const char *data, size_t len)
{
	strbuf_add(ctx, data, len);
	return true;
}

static uint64_t fixed_now(void *ctx, int32_t *offset)
{
	(void)ctx;
	*offset = 0;
	return UINT64_C(1700000000000000000);
}

static void note_log(void *ctx, const char *topics, const char *message)
{
	strbuf_printf(ctx, "[%s] %s\n", topics, message);
}

/* A session of its own for each script. */
static void expect(const char *script, const char *want)
{
	struct strbuf said = STRBUF_INIT;
	struct console_services services = {.ctx = &said, .now = fixed_now, .log = note_log};
	struct session_options options = {
	        .actor = {"admin", "console", POLICY_ALL},
	        .ctx = &said,
	        .write = take,
	        .services = &services,
	};
	struct model_world world = {.ctx = NULL};
	struct model *model = model_create(&world);
	struct environment *environment = environment_create(model);
	struct session *session;

	options.environment = environment;
	session = session_create(model, &options);
	assert_non_null(session);
	session_run(session, script, strlen(script));
	if (strcmp(strbuf_text(&said), want) != 0)
		print_error("%s\n", script);
	assert_string_equal(strbuf_text(&said), want);
	session_destroy(session);
	environment_destroy(environment);
	model_destroy(model);
	strbuf_free(&said);
}

struct script {
	const char *text, *want;
};

static void expect_all(const struct script *scripts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		expect(scripts[i].text, scripts[i].want);
}

static void test_values(void **state)
{
	static const struct script scripts[] = {
	        {":put \"text\"", "text\n"},
	        {":put 0x2A", "42\n"},
	        {":put -5", "-5\n"},
	        {":put yes", "true\n"},
	        {":put 1d1h1m1s", "1d01:01:01\n"},
	        {":put *1f", "*1F\n"},
	        {":put 2001:db8::/32", "2001:db8::/32\n"},
	        {":put {1;2;a=1}", "1;2;a=1\n"},
	        {":put {b=2;\"a b\"=1;5}", "5;a b=1;b=2\n"},
	        {":put [:nothing]", "\n"},
	        {":put [:typeof 10.0.0.1]", "ip\n"},
	        {":put [:typeof \"10.0.0.1\"]", "str\n"},
	        {":put [:typeof {1}]", "array\n"},
	        {":put [:typeof [:nothing]]", "nothing\n"},
	        {":put [:typeof [:tonum x]]", "nil\n"},
	        {":put [:typeof (1 = 1)]", "bool\n"},
	};

	(void)state;
	expect_all(scripts, ARRAY_COUNT(scripts));
}

static void test_operators(void **state)
{
	static const struct script scripts[] = {
	        {":put (1 + 2 * 3)", "7\n"},
	        {":put (7 % 4 - 5)", "-2\n"},
	        {":put (10.0.0.1 + 5)", "10.0.0.6\n"},
	        {":put (192.168.88.77&255.255.255.0)", "192.168.88.0\n"},
	        {":put (10.0.0.9 - 10.0.0.1)", "8\n"},
	        {":put (10.0.0.5 in 10.0.0.0/8)", "true\n"},
	        {":put (1h + 30m)", "01:30:00\n"},
	        {":put (\"5\" = 5)", "true\n"},
	        {":put (\"a\" . 5 . yes)", "a5true\n"},
	        {":put (1,2,{3;4})", "1;2;3;4\n"},
	        {":put ({1;2} . \"x\")", "1x;2x\n"},
	        {":put (\"ether1\"~\"^ether[0-9]\\$\")", "true\n"},
	        {":put ({a=1;2}->\"a\")", "1\n"},
	        {":put ({a={b=7}}->\"a\"->\"b\")", "7\n"},
	        {":put (!true)", "false\n"},
	        {":put (1 / 0)", "cannot divide by zero\n"},
	        {":put (\"x\" + 1)", "cannot add string to integer number\n"},
	        {":put (!\"x\")", "cannot invert string\n"},
	};

	(void)state;
	expect_all(scripts, ARRAY_COUNT(scripts));
}

static void test_commands(void **state)
{
	static const struct script scripts[] = {
	        {":put [:len \"abc\"]", "3\n"},
	        {":put [:pick \"abcdef\" 1 3]", "bc\n"},
	        {":put [:pick {1;2;3} 1]", "2\n"},
	        {":put [:find \"abc\" \"c\"]", "2\n"},
	        {":put [:find {a;b} b]", "1\n"},
	        {":put [:tonum \"0x1F\"]", "31\n"},
	        {":put [:totime \"00:05:00\"]", "00:05:00\n"},
	        {":put [:len [:toarray \"a,b,c\"]]", "3\n"},
	        {":put [:convert \"hello\" to=base64]", "aGVsbG8=\n"},
	        {":put [:convert from=hex to=none 6869]", "hi\n"},
	        {":put [:serialize to=json value={a=1;b=\"x\"}]", "{\"a\":1,\"b\":\"x\"}\n"},
	        {":put ([:deserialize from=json value=\"{\\\"a\\\":[1,2]}\"]->\"a\"->1)", "2\n"},
	        {":put [:rndnum from=4 to=4]", "4\n"},
	        {":put [:rndstr length=3 from=x]", "xxx\n"},
	        {":put [:timestamp]", "2810w5d22:13:20\n"},
	        {":log info \"text\"", "[script,info] text\n"},
	        {"/log warning \"text\"", "[script,warning] text\n"},
	        {":delay 1ms; :put [:typeof [:time {:delay 1ms}]]", "time\n"},
	        {":global x 5; :environment print", "x=5\n"},
	};

	(void)state;
	expect_all(scripts, ARRAY_COUNT(scripts));
}

static void test_elements(void **state)
{
	static const struct script scripts[] = {
	        {":local a {1;2;x=3}; :set ($a->0) 7; :set ($a->\"x\") 8\n"
	         ":set ($a->\"y\") 9; :put $a",
	         "7;2;x=8;y=9\n"},
	        {":local a {1;2;x=3}\n:set ($a->0); :set ($a->\"x\"); :put $a", "2\n"},
	        {":local a; :set ($a->\"x\"->\"y\") 5; :put ($a->\"x\"->\"y\")", "5\n"},
	        {":local a {1}; :local b $a; :set ($a->0) 2; :put \"$a $b\"", "2 1\n"},
	        {":local a {1}; :local k x; :set ($a->($k . \"y\")) 2; :put $a", "1;xy=2\n"},
	        {":global g {a=1}; :set ($g->\"b\") 2; :put $g; :environment print",
	         "a=1;b=2\ng=a=1;b=2\n"},
	        {":local a {1}; :set ($a->5) 2", "no such element\n"},
	        {":local a 5; :set ($a->0) 2", "cannot set element of integer number\n"},
	        {":local a 5; :set (1 + $a) 2", "syntax error (line 1 column 18)\n"},
	        {":set ($nowhere->0) 2", "syntax error (line 1 column 8)\n"},
	};

	(void)state;
	expect_all(scripts, ARRAY_COUNT(scripts));
}

/* What scripts do in loops: an array grows, a text is taken apart. */
static void test_loops(void **state)
{
	static const struct script scripts[] = {
	        {":local a [:toarray \"\"]; :for i from=1 to=2000 do={:set a ($a, $i)}\n"
	         ":put [:len $a]; :put ($a->1999)",
	         "2000\n2000\n"},
	        {":global n [:toarray \"\"]; :for i from=1 to=2000 do={:set ($n->\"k$i\") $i}\n"
	         ":put [:len $n]; :put ($n->\"k1999\")",
	         "2000\n1999\n"},
	        {":local s \"a=1,b=2\"; :foreach p in=[:toarray $s] do={\n"
	         ":local at [:find $p \"=\"]\n"
	         ":put ([:pick $p 0 $at] . \" is \" . [:pick $p ($at + 1) [:len $p]])}",
	         "a is 1\nb is 2\n"},
	        {":foreach k,v in={x=1;y=2;7} do={:put \"$k:$v\"}", "0:7\nx:1\ny:2\n"},
	};

	(void)state;
	expect_all(scripts, ARRAY_COUNT(scripts));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_values),
	        cmocka_unit_test(test_operators),
	        cmocka_unit_test(test_commands),
	        cmocka_unit_test(test_elements),
	        cmocka_unit_test(test_loops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
