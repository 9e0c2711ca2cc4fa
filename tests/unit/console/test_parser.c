/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parses, and where what does not parse is wrong: every text that an error can have, with
 * its line and column. What completion is told of the end of a text.
 */
#include "console.h"

#include "base/bytes.h"
#include "console/context.h"

static void check(const struct exchange *exchanges, size_t count)
{
	struct console c;

	console_begin(&c);
	console_talk(&c, exchanges, count);
	console_end(&c);
}

static void test_commands(void **state)
{
	static const struct exchange talk[] = {
	        {"foo", "bad command name foo (line 1 column 1)\n"},
	        {"/nonsense command", "bad command name nonsense (line 1 column 2)\n"},
	        {"/ip firewall foo", "bad command name foo (line 1 column 14)\n"},
	        {"/nonsense/command", "syntax error (line 1 column 10)\n"},
	        {"/ip/address/print bogus=1",
	         "expected end of command (line 1 column 19)\n"},
	        {"/ip/address/print bogus", "expected end of command (line 1 column 19)\n"},
	        {"/ip firewall filter set bogus=1",
	         "expected end of command (line 1 column 30)\n"},
	        {"/ip service set api-ssl enabled=yes",
	         "expected end of command (line 1 column 25)\n"},
	        {"/ip address 5", "expected command name (line 1 column 13)\n"},
	        {"/ip address =", "expected command name (line 1 column 13)\n"},
	        {":PUT x", "expected command name (line 1 column 2)\n"},
	        {"/IP", "expected command name (line 1 column 2)\n"},
	        {":nonsense", "bad command name nonsense (line 1 column 2)\n"},
	        {":system identity get name", "bad command name system (line 1 column 2)\n"},
	        {"/tool email send", "bad command name email (line 1 column 7)\n"},
	        {"/ip se", "ambiguous command name se (line 1 column 5)\n"},
	        {"{ :put 1", "expected closing brace (line 1 column 9)\n"},
	        {"{ :put 1\n\n:put 2 # }", "expected closing brace (line 3 column 11)\n"},
	        {":put [:len a", "expected closing bracket (line 1 column 13)\n"},
	        {":put \"abc", "expected closing quote (line 1 column 6)\n"},
	        {":put )", "syntax error (line 1 column 6)\n"},
	        {"}", "expected command name (line 1 column 1)\n"},
	        {":put 1 2", "expected end of command (line 1 column 8)\n"},
	        {"print", "bad command name print (line 1 column 1)\n"},
	        {":put 1; :put 2; bad", "bad command name bad (line 1 column 17)\n"},
	        {":put 1\n:put 2\n  bad", "bad command name bad (line 3 column 3)\n"},
	};

	(void)state;
	check(talk, ARRAY_COUNT(talk));
}

static void test_values(void **state)
{
	static const struct exchange talk[] = {
	        {":put $x", "syntax error (line 1 column 7)\n"},
	        {":put (1 + $x)", "syntax error (line 1 column 12)\n"},
	        {":set x 1", "syntax error (line 1 column 6)\n"},
	        {":put 'x'", "syntax error (line 1 column 6)\n"},
	        {":put {}", "syntax error (line 1 column 7)\n"},
	        {":put \"a\\qb\"", "syntax error (line 1 column 9)\n"},
	        {":put \"a$\"", "syntax error (line 1 column 9)\n"},
	        {":put a\\b", "syntax error (line 1 column 7)\n"},
	        {"/ip address add address=1.1.1.1 \\", "syntax error (line 1 column 33)\n"},
	        {":local a 1; :if ($a = 1\n|| $a = 2) do={ :put x }",
	         "syntax error (line 1 column 24)\n"},
	        {":put (1 +)", "syntax error (line 1 column 10)\n"},
	        {":put (1 == 1)", "syntax error (line 1 column 10)\n"},
	        {":put (and)", "syntax error (line 1 column 7)\n"},
	        {":put 1=2", "expected end of command (line 1 column 7)\n"},
	        {"/ip address add address = 1.1.1.1",
	         "expected end of command (line 1 column 17)\n"},
	        {"/ip firewall filter add chain=forward protocol=foo",
	         "syntax error (line 1 column 48)\n"},
	        {"/ip firewall filter add chain=forward action=foo",
	         "syntax error (line 1 column 46)\n"},
	        {"/ip firewall filter add chain=forward in-interface=nope",
	         "input does not match any value of interface\n"},
	        {"/ip firewall filter add chain=forward in-interface-list=nope",
	         "input does not match any value of interface-list\n"},
	        {"/ip firewall filter add chain=forward in-interface=ether",
	         "ambiguous value of interface, more than one possible value matches input\n"},
	        {"/ip address add address=x interface=ether1",
	         "invalid value for argument address\n"},
	        {"/ip firewall connection tracking set udp-timeout=x",
	         "invalid time value for argument udp-timeout\n"},
	        {"/ip firewall filter add chain=forward disabled=maybe", "expected yes or no\n"},
	        {"/ip firewall filter add chain=forward src-address=x",
	         "value of range expects range of ip addresses\n"},
	        {"/ip firewall filter add action=drop",
	         "missing value(s) of argument(s) chain\n"},
	        {"/ip firewall filter remove",
	         "missing value(s) of argument(s) numbers\n"},
	        {"/ip firewall filter remove 0", "no such item\n"},
	        {"/ip firewall filter remove *77", "no such item\n"},
	        {"/ip firewall filter add chain=forward dst-port=1",
	         "failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp\n"},
	        {":put (\"a\" !~ \"b\")", "cannot invert string\n"},
	        {"/interface wireless add name=x disabled=no",
	         "failure: weir has no /interface wireless\n"},
	};

	(void)state;
	check(talk, ARRAY_COUNT(talk));
}

/* A property of yes or no that stands without a value where it is yes. */
static void test_bare(void **state)
{
	static const struct exchange talk[] = {
	        {"/routing table add fib name=wan2; :put [/routing table get wan2 fib]", "true\n"},
	        {"/routing table add name=wan3; :put [/routing table get wan3 fib]", "false\n"},
	        {"/routing table set wan3 fib; :put [/routing table get wan3 fib]", "true\n"},
	        {"/routing table set wan3 fib=no; :put [/routing table get wan3 fib]", "false\n"},
	        {"/ip route add blackhole dst-address=10.0.0.0/8; "
	         ":put [/ip route get [find dst-address=10.0.0.0/8] blackhole]", "true\n"},
	        {"/routing table add fibs name=wan4",
	         "expected end of command (line 1 column 20)\n"},
	        {"/routing table add name=wan4 disabled",
	         "expected end of command (line 1 column 30)\n"},
	};

	(void)state;
	check(talk, ARRAY_COUNT(talk));
}

static void test_rights(void **state)
{
	static const struct exchange talk[] = {
	        {"/ip firewall filter add chain=forward", "not enough permissions (9)\n"},
	        {":put 1", "1\n"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	console_sit_down(&c, POLICY_BIT(READ), false, 0, 0);
	console_talk(&c, talk, ARRAY_COUNT(talk));
	console_end(&c);
}

/* Nothing of a line runs if any of it is wrong. */
static void test_all_or_nothing(void **state)
{
	static const struct exchange talk[] = {
	        {"/ip firewall filter add chain=input; /ip firewall filter foo",
	         "bad command name foo (line 1 column 58)\n"},
	        {"/ip firewall filter print count-only", "0\n"},
	        {":put 1; :error stop; :put 2", "1\nstop\n"},
	};

	(void)state;
	check(talk, ARRAY_COUNT(talk));
}

static void test_nesting(void **state)
{
	static const char *const brackets[] = {"{", ":put [", ":put (", ":put {", ":do {",
	                                       ":put \"$["};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(brackets); i++) {
		struct strbuf text = STRBUF_INIT;
		struct console c;

		console_begin(&c);
		strbuf_str(&text, brackets[i]);
		for (unsigned n = 0; n < 5000; n++)
			strbuf_str(&text, brackets[i]);
		assert_non_null(strstr(console_type(&c, strbuf_text(&text)), " (line 1 column "));
		strbuf_reset(&text);
		strbuf_str(&text, ":put ");
		strbuf_fill(&text, '(', 5000);
		assert_string_equal(
		        console_type(&c, strbuf_text(&text)),
		        "syntax error, nested more than 128 deep (line 1 column 133)\n");
		strbuf_reset(&text);
		strbuf_str(&text, ":put (");
		strbuf_fill(&text, '!', 5000);
		assert_non_null(strstr(console_type(&c, strbuf_text(&text)), "nested more than"));
		strbuf_free(&text);
		console_end(&c);
	}
}

static void test_context(void **state)
{
	static const struct {
		const char *text;
		enum context_kind kind;
		const char *word, *node, *command, *name; /* of the property or parameter */
	} cases[] = {
	        {"", CONTEXT_COMMAND, "", "/", NULL, NULL},
	        {"/ip fi", CONTEXT_COMMAND, "fi", "/ip", NULL, NULL},
	        {"/ip firewall ", CONTEXT_COMMAND, "", "/ip firewall", NULL, NULL},
	        {"/ip/firewall/", CONTEXT_COMMAND, "", "/ip firewall", NULL, NULL},
	        {"/ip/firewall/fil", CONTEXT_COMMAND, "fil", "/ip firewall", NULL, NULL},
	        {":pu", CONTEXT_COMMAND, "pu", "/", NULL, NULL},
	        {"/ip address print; pri", CONTEXT_COMMAND, "pri", "/", NULL, NULL},
	        {"/ip firewall filter add cha", CONTEXT_ARGUMENT, "cha", "/ip firewall filter",
	         "add", NULL},
	        {"/ip firewall filter add chain=for", CONTEXT_VALUE, "for",
	         "/ip firewall filter", "add", "chain"},
	        {"/ip firewall filter add chain=\"for", CONTEXT_VALUE, "for",
	         "/ip firewall filter", "add", "chain"},
	        {"/ip firewall filter add connection-state=new,rel", CONTEXT_VALUE, "new,rel",
	         "/ip firewall filter", "add", "connection-state"},
	        {"/ip firewall filter add chain=forward ", CONTEXT_ARGUMENT, "",
	         "/ip firewall filter", "add", NULL},
	        {"/ip firewall filter disable [fi", CONTEXT_COMMAND, "fi",
	         "/ip firewall filter", NULL, NULL},
	        {"/ip firewall filter print where act", CONTEXT_WHERE, "act",
	         "/ip firewall filter", NULL, NULL},
	        {"/ip firewall filter print where action=dr", CONTEXT_VALUE, "dr",
	         "/ip firewall filter", NULL, "action"},
	        {":local abc 1; :put $a", CONTEXT_VARIABLE, "a", "/", NULL, NULL},
	        {"foo bar", CONTEXT_NOTHING, "", "/", NULL, NULL},
	        {"/ip address # com", CONTEXT_NOTHING, "", "/", NULL, NULL},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	model_lock(c.model);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct context context;
		const char *name;

		assert_true(context_read(c.session, cases[i].text, strlen(cases[i].text),
		                         &context));
		if (context.kind != cases[i].kind)
			print_error("%s\n", cases[i].text);
		assert_int_equal(context.kind, cases[i].kind);
		assert_int_equal(context.len, strlen(cases[i].word));
		assert_memory_equal(context.word, cases[i].word, context.len);
		assert_string_equal(context.node->path, cases[i].node);
		if (cases[i].command)
			assert_string_equal(context.command->name, cases[i].command);
		name = context.property    ? context.property->name
		       : context.parameter ? context.parameter->name
		                           : NULL;
		if (cases[i].name)
			assert_string_equal(name, cases[i].name);
		context_free(&context);
	}
	model_unlock(c.model);
	console_end(&c);
}

static void test_context_names(void **state)
{
	static const char text[] = ":local abc 1; :foreach k,v in={1} do={ :put $";
	static const char *const names[] = {"v", "k", "abc"};
	static const char given[] = "/ip firewall filter add chain=forward !protocol ";
	struct context context;
	struct console c;

	(void)state;
	console_begin(&c);
	model_lock(c.model);
	assert_true(context_read(c.session, text, strlen(text), &context));
	assert_int_equal(context.kind, CONTEXT_VARIABLE);
	assert_int_equal(context.variable_count, ARRAY_COUNT(names));
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		assert_int_equal(context.variables[i].len, strlen(names[i]));
		assert_memory_equal(context.variables[i].name, names[i], strlen(names[i]));
	}
	context_free(&context);
	assert_true(context_read(c.session, given, strlen(given), &context));
	assert_int_equal(context.given_count, 2);
	assert_string_equal(context.given[0].name, "chain");
	assert_string_equal(context.given[1].name, "protocol");
	context_free(&context);
	model_unlock(c.model);
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_commands),       cmocka_unit_test(test_values),
	        cmocka_unit_test(test_bare),
	        cmocka_unit_test(test_rights),         cmocka_unit_test(test_all_or_nothing),
	        cmocka_unit_test(test_nesting),        cmocka_unit_test(test_context),
	        cmocka_unit_test(test_context_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
