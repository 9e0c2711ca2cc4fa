/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scripts and what they say: values, variables and their scopes, loops, functions, errors, the
 * current menu, items by number and name, what cannot go on for ever.
 */
#include "console.h"

#include <pthread.h>

#include "base/bytes.h"
#include "console/run.h"

static void check(const struct exchange *exchanges, size_t count)
{
	struct console c;

	console_begin(&c);
	console_talk(&c, exchanges, count);
	console_end(&c);
}

#define CHECK(...)                                                                                 \
	do {                                                                                       \
		static const struct exchange talk[] = {__VA_ARGS__};                               \
                                                                                                   \
		(void)state;                                                                       \
		check(talk, ARRAY_COUNT(talk));                                                    \
	} while (0)

static void test_values(void **state)
{
	CHECK({":put hello", "hello\n"}, {"put hello", "hello\n"}, {"/put hello", "hello\n"},
	      {":put \"a \\\"b\\\" \\41\\_\\$x\"", "a \"b\" A $x\n"},
	      {":put {1;2;a=3;\"b c\"=\"x\"}", "1;2;a=3;b c=x\n"}, {":put {\n1;\n2\n}", "1;2\n"},
	      {":put (1,2,3)", "1;2;3\n"}, {":put 1.2.3.4/24", "1.2.3.4/24\n"},
	      {":put [:typeof 1d2h]", "time\n"}, {":put [:typeof *1F]", "id\n"},
	      {":put [:typeof [:len abc]]", "num\n"}, {":put -5", "-5\n"},
	      {":local x 5; :put \"x is $x, sum $($x + 1), len $[:len \"ab\"] and $y.\"",
	       "x is 5, sum 6, len 2 and .\n"},
	      {":local \"na-me\" 7; :put $\"na-me\"; :put \"$\"na-me\"\"", "7\n7\n"},
	      {":local a {1;{2;3};x=4}; :put ($a->1->0); :put ($a->\"x\"); :put $a->0",
	       "2\n4\n1\n"},
	      {":put 10.0.0.$[:len \"abc\"]", "10.0.0.3\n"}, {":put \"\"", "\n"});
}

static void test_operators(void **state)
{
	CHECK({":put (1 + 2 * 3)", "7\n"}, {":put ((1 + 2) * 3)", "9\n"},
	      {":put (10 - 2 - 3)", "5\n"}, {":put (10/2)", "5\n"}, {":put (10 / 2)", "5\n"},
	      {":put (10.0.0.0/8)", "10.0.0.0/8\n"}, {":put (7 % 4)", "3\n"},
	      {":put (10.0.0.5 in 10.0.0.0/8)", "true\n"}, {":put (1 << 2 + 1)", "8\n"},
	      {":put (1 | 6 & 3)", "3\n"}, {":put (6 & 3 = 2)", "true\n"},
	      {":put (\"a\" . \"b\" = \"ab\")", "true\n"}, {":put (1 . 2)", "12\n"},
	      {":put (1 = 1 and 2 = 3 or true)", "true\n"}, {":put (!true || !false)", "true\n"},
	      {":put (false && $[:error no])", "false\n"},
	      {":put (-5 + 3)", "-2\n"}, {":put (- (5))", "-5\n"}, {":put (5-3)", "2\n"},
	      {":put (\"abc\" ~ \"^a.c\\$\")", "true\n"},
	      {":put (5 / 0)", "cannot divide by zero\n"},
	      {":put ({a=1;b=2}->\"b\")", "2\n"}, {":put (~0)", "-1\n"});
}

static void test_control(void **state)
{
	CHECK({":if (1 < 2) do={ :put a } else={ :put b }", "a\n"},
	      {":if (1 > 2) do={ :put a } else={ :put b }", "b\n"},
	      {":if (1 > 2) do={ :put a }", ""},
	      {":for i from=1 to=3 do={ :put $i }", "1\n2\n3\n"},
	      {":for i from= 10 to= 4 step= -3 do={ :put $i }", "10\n7\n4\n"},
	      {":for i from=3 to=1 do={ :put $i }", "3\n2\n1\n"},
	      {":for i from=1 to=2 step=0 do={ }", "invalid value for argument step (line 1 "
	                                           "column 25)\n"},
	      {":foreach v in={1;2;a=3} do={ :put $v }", "1\n2\n3\n"},
	      {":foreach k,v in={1;2;a=3} do={ :put \"$k=$v\" }", "0=1\n1=2\na=3\n"},
	      {":foreach v in=abc do={ :put $v }", "abc\n"},
	      {":local n 0; :while ($n < 3) do={ :set n ($n + 1); :put $n }", "1\n2\n3\n"},
	      {":local n 0; :do { :set n ($n + 1); :put $n } while=($n < 2)", "1\n2\n"},
	      {":for i from=1 to=9 do={ :if ($i = 2) do={ :continue }; :if ($i = 4) do={ :break }; "
	       ":put $i }", "1\n3\n"},
	      {":do { :error boom } on-error={ :put caught }", "caught\n"},
	      {":onerror e in={ :error \"boom\" } do={ :put \"got $e\" }", "got boom\n"},
	      {":onerror e in={ /ip firewall filter remove 5 } do={ :put $e }",
	       "no such item\n"},
	      {":onerror e in={ :put fine } do={ :put $e }", "fine\n"},
	      {":error \"boom\"", "boom\n"}, {":put 1; :return 2; :put 3", "1\n"},
	      {":local n 0; :retry command={ :set n ($n + 1); :if ($n < 3) do={ :error x } } "
	       "delay=1ms max=5; :put $n", "3\n"},
	      {":retry command={ :error x } max=2 on-error={ :put never }", "never\n"},
	      {":if (5) do={ :put a }", "conditional not boolean\n"});
}

static void test_scopes(void **state)
{
	CHECK({"{ :local a 1; { :local a 2; :put $a }; :put $a }", "2\n1\n"},
	      {":if true do={ :local a 1 }; :put $a", "syntax error (line 1 column 35)\n"},
	      {":local a 1", ""}, {":put $a", "syntax error (line 1 column 7)\n"},
	      {":global g 5", ""}, {":global g; :put $g", "5\n"},
	      {":global g; :set g 6; :put $g", "6\n"},
	      {":put $g", "syntax error (line 1 column 7)\n"},
	      {":global g; :set g", ""}, {":global g; :put [:typeof $g]", "nothing\n"},
	      {":local x; :put [:typeof $x]", "nothing\n"},
	      {":local x 1; :set x; :put [:typeof $x]", "nothing\n"});
}

static void test_functions(void **state)
{
	CHECK({":global add do={ :return ($1 + $b) }; :put [$add 5 b=2]", "7\n"},
	      {":global add; :put [$add 1 b=1]; $add 1 b=1", "2\n"},
	      {":local f do={ :put \"$1-$2-$x\" }; $f a \"b c\" x=3", "a-b c-3\n"},
	      {":local a 1; :local f do={ :put [:typeof $a] }; $f", "nil\n"},
	      {":global fac do={ :global fac; :if ($1 < 2) do={ :return 1 }; "
	       ":return ($1 * [$fac ($1 - 1)]) }; :put [$fac 10]", "3628800\n"},
	      {":global inf do={ :global inf; $inf }; $inf",
	       "failure: nested more than 400 deep\n"},
	      {":local f [:parse \":put \\\"hi \\$1\\\"\"]; $f you", "hi you\n"},
	      {":put [:parse \"/ip address print\"]", "(evl /ip/address/print)\n"},
	      {":put [:parse \"foo\"]", "(<% bad command name foo (line 1 column 1))\n"},
	      {":local f [:parse \"foo\"]; $f", "bad command name foo (line 1 column 1)\n"},
	      {":local x 5; :put [$x]", "5\n"},
	      {":local x 5; $x 1", "failure: this variable is no function\n"},
	      {":put [:execute \":put hi\" as-string]", "hi\n\n"},
	      {":put [:execute { :put hi } as-string]", "hi\n\n"},
	      {":execute \":put hi\"", "failure: not available here\n"},
	      {":global f do={ :global f; :set f; :return done }; :put [$f]", "done\n"});
}

static void test_menus(void **state)
{
	CHECK({"/ip firewall filter", ""}, {"add chain=input; print count-only", "1\n"},
	      {"print count-only", "1\n"}, {"..", ""}, {"filter print count-only", "1\n"},
	      {"../firewall/filter print count-only", "1\n"}, {"nat", ""},
	      {".. filter print count-only", "1\n"}, {"/", ""},
	      {"print", "bad command name print (line 1 column 1)\n"},
	      {"/ip firewall { filter print count-only; nat print count-only }", "1\n0\n"},
	      {"/ip/firewall filter/print count-only", "1\n"}, {"/ip fi fi p c", "1\n"},
	      {"/ip firewall filter\nadd chain=forward\nprint count-only\n/", "2\n"},
	      {"{ /ip firewall filter; print count-only }; print",
	       "bad command name print (line 1 column 44)\n"},
	      {"/ip firewall filter disable [find chain=forward]; "
	       ":put [/ip firewall filter get 1 disabled]", "true\n"},
	      {"/ip firewall filter # a comment", ""}, {"add chain=output # more", ""},
	      {"print count-only where chain=output", "1\n"});
}

static void test_items(void **state)
{
	CHECK({"/ip firewall address-list", ""},
	      {":for i from=1 to=6 do={ add list=x address=\"10.0.0.$i\" comment=\"n$i\" }", ""},
	      {":put [find]", "*1;*2;*3;*4;*5;*6\n"}, {"remove 1,3-4", ""},
	      {":put [find]", "*1;*3;*6\n"}, {"set *6,[find comment=n1] list=y", ""},
	      {":put [find where list=y]", "*1;*6\n"}, {"remove 7", "no such item\n"},
	      {"remove 2-1", "no such item\n"}, {"remove \"\"", ""}, {"remove [find list=z]", ""},
	      {":local i [find list=y]; remove $i; :put [find]", "*3\n"},
	      {":local l x; :put [find where list=$l and comment=(\"n\" . 3)]", "*3\n"},
	      {":put [find where [find list=x]]", "*3\n"},
	      {"/interface set ether1 comment=up", ""},
	      {":put [/interface get ether1 comment]", "up\n"},
	      {":put [/interface get [find name=ether1] name]", "ether1\n"},
	      {"/interface set ether comment=up",
	       "ambiguous value of numbers, more than one possible value matches input\n"},
	      {"/interface set nope comment=up", "no such item\n"});
}

static void test_foreign(void **state)
{
	CHECK({"/interface wireless print", ""}, {"/interface wireless print count-only", "0\n"},
	      {":put [/interface wireless find where name=x]", "\n"},
	      {"/interface wireless add name=x ssid=\"a b\" security={ x }",
	       "failure: weir has no /interface wireless\n"},
	      {"/interface wireless", ""}, {"print count-only", "0\n"});
}

/* What a seed or a user of routers types, as it stands. */
static void test_verbatim(void **state)
{
	CHECK({"/ip firewall filter add action=fasttrack-connection chain=forward "
	       "connection-state=established,related", ""},
	      {"/ip firewall filter disable [find action=fasttrack-connection]", ""},
	      {"/ip firewall connection tracking set tcp-established-timeout=1h", ""},
	      {"/ip firewall connection tracking set tcp-loose-tracking=no max-entries=8192 "
	       "tcp-syncookie=no icmp-timeout=30s # note", ""},
	      {"/ip settings set rp-filter=loose", ""},
	      {"/ip firewall connection print count-only where seen-reply=no protocol=udp", "2\n"},
	      {"/ip/firewall/connection/print count-only where dst-address~\"192\" timeout<30s",
	       "2\n"},
	      {"/ip firewall connection remove [find src-address~\"192.168.131.50\"]", ""},
	      {":local ip 10.0.0.6; /ip firewall connection remove [find where src-address=$ip or "
	       "dst-address=$ip or reply-src-address=$ip]", ""},
	      {":put [/ip firewall connection print count-only]", "2\n"},
	      {":foreach i in=[/ip firewall connection find where protocol=udp] do={ :put "
	       "[/ip firewall connection get $i timeout] }", "00:00:10\n"},
	      {":local backup_path (\"/disk1/backups/\") # Adjust\n:put $backup_path",
	       "/disk1/backups/\n"},
	      {":put (\"a-\" . [/system identity get name] . \".rsc\")", "a-weir.rsc\n"},
	      {"/interface list\nadd name=LAN\nadd name=WAN\n/interface list member\n"
	       "add list=LAN interface=ether1\n/", ""},
	      {"/system script add name=x source={ :log info \"hi\" }\n/system script run x", ""},
	      {"/ip firewall filter reset-counters-all", ""});
}

static void test_asks(void **state)
{
	static const char *const answers[] = {"0", NULL};
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_ALL, true, 0, 0);
	console_type(&c, "/ip firewall filter add chain=input");
	c.answers = answers;
	assert_string_equal(console_type(&c, "/ip firewall filter remove"), "numbers: ");
	assert_string_equal(console_type(&c, "/ip firewall filter remove"),
	                    "numbers: missing value(s) of argument(s) numbers\n");
	/* What an interactive line declares global, the lines after it know. */
	assert_string_equal(console_type(&c, ":global f do={ :put hi }"), "");
	assert_string_equal(console_type(&c, "$f"), "hi\n");
	console_end(&c);
}

static void test_evaluate(void **state)
{
	struct strbuf value = STRBUF_INIT;
	struct console c;

	(void)state;
	console_begin(&c);
	assert_int_equal(session_evaluate(c.session, "(1 + 2)", 7, &value), SESSION_OK);
	assert_int_equal(session_evaluate(c.session, " \"-$[:len abc]\" ", 16, &value), SESSION_OK);
	assert_string_equal(strbuf_text(&value), "3-3");
	assert_int_equal(session_evaluate(c.session, "(1 + 2", 6, &value), SESSION_FAILED);
	assert_string_equal(strbuf_text(&c.out), "syntax error (line 1 column 7)\n");
	assert_int_equal(session_run(c.session, "/quit", 5), SESSION_QUIT);
	strbuf_free(&value);
	console_end(&c);
}

/* Sessions share their globals; the menu shows and changes them. */
static void test_environment(void **state)
{
	static const struct exchange talk[] = {
	        {":global b 6; :global a {1;2}", ""},
	        {"/system script environment print",
	         "Columns: NAME, VALUE\n# NAME  VALUE\n0 b     6\n1 a     1;2\n"},
	        {":put [/system script environment get [find name=a] value]", "1;2\n"},
	        {":put [/system script environment get a user]", "admin\n"},
	        {"/system script environment remove a", ""},
	        {":global a; :put [:typeof $a]", "nothing\n"},
	        {"/system script environment set [find name=b] value=1d", ""},
	        {":global b; :put [:typeof $b]", "time\n"},
	        {":global b; :set b", ""},
	        {"/system script environment print count-only", "1\n"},
	};
	struct environment *environment;
	struct session_options options = {.actor = {"admin", "console", POLICY_ALL},
	                                  .write = console_write};
	struct session *other;
	struct console c;

	(void)state;
	console_begin(&c);
	environment = environment_create(c.model);
	assert_non_null(environment);
	options.environment = environment;
	options.ctx = &c;
	other = session_create(c.model, &options);
	assert_non_null(other);
	assert_int_equal(session_run(other, ":global z 1", 11), SESSION_OK);
	assert_int_equal(session_run(other, ":global z; :set z", 17), SESSION_OK);
	session_destroy(c.session);
	c.session = session_create(c.model, &options);
	assert_non_null(c.session);
	console_talk(&c, talk, ARRAY_COUNT(talk));
	session_destroy(other);
	session_destroy(c.session);
	c.session = NULL;
	environment_destroy(environment);
	console_end(&c);
}

static void test_reader_goes(void **state)
{
	static const char loop[] = ":while true do={ :put \"some text that is not short\" }";
	struct console c;

	(void)state;
	console_begin(&c);
	c.room = 100000;
	assert_int_equal(session_run(c.session, loop, strlen(loop)), SESSION_INTERRUPTED);
	console_end(&c);
}

static void *interrupt(void *arg)
{
	struct timespec pause = {0, 20000000};

	nanosleep(&pause, NULL);
	session_interrupt(arg);
	return NULL;
}

static void test_interrupt(void **state)
{
	static const char *const endless[] = {
	        ":while true do={ }",
	        ":delay 1h",
	        ":global f do={ :global f; :do { $f } on-error={ } }; :while true do={ $f }",
	        ":do { :while true do={ } } on-error={ :put caught }",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(endless); i++) {
		struct console c;
		pthread_t thread;

		console_begin(&c);
		assert_int_equal(pthread_create(&thread, NULL, interrupt, c.session), 0);
		assert_int_equal(session_run(c.session, endless[i], strlen(endless[i])),
		                 SESSION_INTERRUPTED);
		assert_string_equal(strbuf_text(&c.out), "interrupted\n");
		pthread_join(thread, NULL);
		assert_string_equal(console_type(&c, ":put on"), "on\n");
		console_end(&c);
	}
}

static void test_limit(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	session_limit(c.session, 1000);
	assert_int_equal(session_run(c.session, ":while true do={ :put 1 }", 25),
	                 SESSION_INTERRUPTED);
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_values),      cmocka_unit_test(test_operators),
	        cmocka_unit_test(test_control),     cmocka_unit_test(test_scopes),
	        cmocka_unit_test(test_functions),   cmocka_unit_test(test_menus),
	        cmocka_unit_test(test_items),       cmocka_unit_test(test_foreign),
	        cmocka_unit_test(test_verbatim),    cmocka_unit_test(test_asks),
	        cmocka_unit_test(test_evaluate),    cmocka_unit_test(test_reader_goes),
	        cmocka_unit_test(test_interrupt),   cmocka_unit_test(test_limit),
	        cmocka_unit_test(test_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
