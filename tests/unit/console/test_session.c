/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a session does beside its scripts: safe mode and how it ends, conditions that are too
 * costly, items that are none, brackets as statements, jobs, owners.
 */
#include "console.h"

#include "base/bytes.h"

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

/* Safe mode */

static void toggle(struct console *c, const char *says)
{
	struct strbuf said = STRBUF_INIT;

	session_safe_toggle(c->session, &said);
	assert_string_equal(strbuf_text(&said), says);
	strbuf_free(&said);
}

/* How the session ends, and the name that the router has afterwards. */
static void safe_mode_ends(const char *last, const char *name)
{
	struct console c;
	struct strbuf expected = STRBUF_INIT;

	console_begin(&c);
	console_type(&c, "/system identity set name=before");
	toggle(&c, "[Safe Mode taken]");
	console_type(&c, "/system identity set name=within");
	assert_string_equal(
	        console_type(&c, ":foreach h in=[/system history find] do={ :put "
	                         "([/system history get $h floating-undo] . \" \" . "
	                         "[/system history get $h undoable]) }"),
	        "true false\nfalse true\n");
	console_type(&c, last);
	console_sit_down(&c, POLICY_ALL, false, 0, 0);
	strbuf_printf(&expected, "%s\n", name);
	assert_string_equal(console_type(&c, ":put [/system identity get name]"),
	                    strbuf_text(&expected));
	strbuf_free(&expected);
	toggle(&c, "[Safe Mode taken]"); /* nobody holds it any more */
	toggle(&c, "[Safe Mode released]");
	console_end(&c);
}

static void test_safe_mode(void **state)
{
	(void)state;
	safe_mode_ends("", "before"); /* the session just ends */
	safe_mode_ends("/quit", "within");
	safe_mode_ends(":put 1; { :if true do={ /quit } }", "within");
	safe_mode_ends("/system identity set name=", "before");
}

/* Conditions */

#define COSTLY "comment~\"^(a|aa)+[^ab]\""
#define MANY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"

static void test_too_costly(void **state)
{
	CHECK({"/ip firewall address-list add list=a address=10.0.0.1 comment=" MANY_A, ""},
	      {"/ip firewall address-list add list=a address=10.0.0.2 comment=x", ""},
	      {"/ip firewall address-list print count-only where " COSTLY,
	       "0\nfailure: the regular expression was too costly for 1 item, which was taken as "
	       "not matching\n"},
	      {"/ip firewall address-list add list=a address=10.0.0.3 comment=" MANY_A, ""},
	      {"/ip firewall address-list print where " COSTLY " or " COSTLY,
	       "failure: the regular expression was too costly for 2 items, which were taken as "
	       "not matching\n"},
	      {"/ip firewall address-list remove [find where !" COSTLY "]",
	       "failure: the regular expression was too costly for 2 items, which were taken as "
	       "not matching\n"},
	      {"/ip firewall address-list export where list=a " COSTLY,
	       "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n#\n"
	       "failure: the regular expression was too costly for 2 items, which were taken as "
	       "not matching\n"},
	      {"/ip firewall address-list print count-only where comment~\"^a+b\"", "2\n"},
	      {"/ip firewall address-list print count-only", "3\n"});
}

/* Items */

static void test_no_items(void **state)
{
	CHECK({"/ip firewall filter remove abc", "expected item id (line 1 column 28)\n"},
	      {"/ip firewall filter set numbers=a,0 chain=input",
	       "expected item id (line 1 column 33)\n"},
	      {"/ip address remove 10.0.0.1/24", "expected item id (line 1 column 20)\n"},
	      {"/ip firewall filter remove 5", "no such item\n"},
	      {"/ip firewall filter remove *5", "no such item\n"},
	      {"/ip firewall filter remove 3-1", "no such item\n"},
	      {"/interface set nowhere mtu=1400", "no such item\n"},
	      {"/interface ethernet set 10.0.0.1 mtu=1400", "no such item\n"},
	      {"/ip firewall filter remove [find where chain=input]", ""});
}

static void test_nothing_referred(void **state)
{
	CHECK({"/ip address add address=10.0.0.1/24 interface=\"\"",
	       "ambiguous value of interface, more than one possible value matches input\n"},
	      {"/ip firewall filter add chain=input in-interface=",
	       "ambiguous value of interface, more than one possible value matches input\n"},
	      {"/ip firewall filter add chain=input in-interface-list=\"\"",
	       "ambiguous value of interface-list, more than one possible value matches input\n"},
	      {"/ip firewall filter add chain=input action=drop", ""},
	      {"/ip firewall filter set 0 out-interface=\"\"",
	       "ambiguous value of interface, more than one possible value matches input\n"},
	      {"/ip firewall filter add chain=input protocol=tcp dst-port=70000",
	       "value of dst-port out of range (0..65535)\n"},
	      {"/ip service set telnet port=70000", "value of port out of range (1..65535)\n"});
}

/* Brackets as statements */

static void test_brackets(void **state)
{
	CHECK({"[:parse \":put 5\"]", "5\n"}, {"[:parse \":put \\$1\"] 7", "7\n"},
	      {"[:parse \":put \\$x\"] x=8; :put 9", "8\n9\n"}, {"[:put 6]", "6\n"},
	      {":local f [:parse \":put 5\"]; $f", "5\n"}, {"[:len abc]", ""},
	      {"[:len abc] 1", "failure: this variable is no function\n"},
	      {"[:parse \"foo\"]", "bad command name foo (line 1 column 1)\n"},
	      {":if true do={ [:put a]; [:put b] }", "a\nb\n"},
	      {":put [[:parse \":return 4\"]]", "4\n"},
	      {"[:put 6", "expected closing bracket (line 1 column 8)\n"});
}

/* Hints */

static void test_hints(void **state)
{
	static const struct exchange talk[] = {
	        {"/ip service set api-ssl enabled=yes",
	         "expected end of command (line 1 column 25)\ndid you mean disabled=no?\n"},
	        {"/ip service set api-ssl enabled=no",
	         "expected end of command (line 1 column 25)\ndid you mean disabled=yes?\n"},
	        {"/ip service set api-ssl enabled=$x",
	         "expected end of command (line 1 column 25)\ndid you mean disabled?\n"},
	        {"/ip service set enabled=yes",
	         "expected end of command (line 1 column 24)\ndid you mean disabled=no?\n"},
	        {"/tool email send to=a",
	         "bad command name email (line 1 column 7)\ndid you mean e-mail?\n"},
	        {":put [:system date format=%Y]",
	         "bad command name system (line 1 column 8)\n"
	         "did you mean /system clock get date?\n"},
	        {":put [/system date]",
	         "bad command name date (line 1 column 15)\n"
	         "did you mean /system clock get date?\n"},
	        {":put [:system identity get name]",
	         "bad command name system (line 1 column 8)\ndid you mean /system?\n"},
	        {"/file directory create name=x ignore-existing=yes",
	         "bad command name directory (line 1 column 7)\n"
	         "did you mean /file add name=... type=directory?\n"},
	        {"/ip firewall connection tracking set udp-timeuot=5s",
	         "expected end of command (line 1 column 38)\ndid you mean udp-timeout?\n"},
	        {"/ip firewall connection tracking set !udp-timeuot",
	         "expected end of command (line 1 column 38)\ndid you mean udp-timeout?\n"},
	        {"/ip firewall connection tracking set bogus=1",
	         "expected end of command (line 1 column 38)\n"},
	        {"/ip firewall filter add chain = forward",
	         "expected end of command (line 1 column 25)\ndid you mean chain=...?\n"},
	        {"/ip firewall fitler print",
	         "bad command name fitler (line 1 column 14)\ndid you mean filter?\n"},
	        {"/ip firewall filter pritn", "bad command name pritn (line 1 column 21)\n"
	                                      "did you mean print?\n"},
	        {"/ip firewall filter print detial",
	         "expected end of command (line 1 column 27)\ndid you mean detail?\n"},
	        {":foreahc i in=5 do={}",
	         "bad command name foreahc (line 1 column 2)\ndid you mean :foreach?\n"},
	        {"foo", "bad command name foo (line 1 column 1)\n"},
	        {"/nonsense", "bad command name nonsense (line 1 column 2)\n"},
	        {"/ip firewall filter add chain=input", ""},
	        /* not what a script sees, nor what runs later */
	        {":onerror e in={ [:parse \"/ip fierwall\"] } do={ :put $e }",
	         "bad command name fierwall (line 1 column 5)\n"},
	        {"/system script add name=s source=\"/ip fierwall\"", ""},
	        {"/system script run s", "bad command name fierwall (line 1 column 5)\n"},
	        {"/ip firewall filter remove 7", "no such item\n"},
	};
	struct console c;
	struct session_options options = {
	        .actor = {"admin", "console", POLICY_ALL}, .hints = true, .write = console_write};

	(void)state;
	console_begin(&c);
	session_destroy(c.session);
	options.ctx = &c;
	options.services = &c.services;
	c.session = session_create(c.model, &options);
	assert_non_null(c.session);
	console_talk(&c, talk, ARRAY_COUNT(talk));
	console_sit_down(&c, POLICY_ALL, false, 0, 0);
	assert_string_equal(console_type(&c, "/ip firewall fitler"),
	                    "bad command name fitler (line 1 column 14)\n");
	console_end(&c);
}

/* Jobs */

static char job_source[64], job_file[64];

static uint64_t begin_job(void *ctx, const char *source, size_t len, const char *file,
                          const struct actor *actor, struct strbuf *error)
{
	(void)ctx;
	assert_string_equal(actor->user, "admin");
	snprintf(job_source, sizeof job_source, "%.*s", (int)len, source);
	snprintf(job_file, sizeof job_file, "%s", file ? file : "none");
	if (file && strchr(file, '/')) {
		strbuf_str(error, "no such directory");
		return 0;
	}
	return 0x2a;
}

static void test_execute(void **state)
{
	static const struct {
		const char *line, *says, *source, *file;
	} cases[] = {
	        {":put [:execute \":put hi\"]", "*2A\n", ":put hi", "none"},
	        {":execute script={:put hi} file=out", "", ":put hi", "out.txt"},
	        {":execute file=out.txt script=\"/ip address print\"", "", "/ip address print",
	         "out.txt"},
	        {":put [:execute \":put 1\" file=a/b]", "failure: no such directory\n", ":put 1",
	         "a/b.txt"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	assert_string_equal(console_type(&c, ":execute x"), "failure: not available here\n");
	c.services.job_begin = begin_job;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_string_equal(console_type(&c, cases[i].line), cases[i].says);
		assert_string_equal(job_source, cases[i].source);
		assert_string_equal(job_file, cases[i].file);
	}
	console_end(&c);
}

/* Owners */

static void test_owners(void **state)
{
	CHECK({"/system script add name=a source=x", ""},
	      {"/system script add name=b source=x owner=eve", ""},
	      {":put [/system script get a owner]; :put [/system script get b owner]",
	       "admin\neve\n"},
	      {"/system script set a owner=bob", ""},
	      {"/system script set a source=y", ""}, {":put [/system script get a owner]", "bob\n"},
	      {"/system scheduler add name=s on-event=a", ""},
	      {":put [/system scheduler get s owner]", "admin\n"},
	      {"/system scheduler add name=t on-event=a owner=eve", ""},
	      {":put [/system scheduler get t owner]", "eve\n"});
}

/* /import */

static void test_import_foreign(void **state)
{
	struct console c;
	static const char text[] = "/interface wireless\nset [ find default-name=wlan1 ] ssid=x\n"
	                           "add name=y\n/queue simple add name=z\n"
	                           "/interface wireless add z=1\n/system identity set name=lab\n";

	(void)state;
	console_begin(&c);
	strcpy(c.files[0].name, "a.rsc");
	c.files[0].there = true;
	strbuf_str(&c.files[0].contents, text);
	assert_string_equal(
	        console_type(&c, "/import a.rsc"),
	        "passed over /interface wireless, which weir has not: 3 statements\n"
	        "passed over /queue simple, which weir has not: 1 statement\n"
	        "Script file loaded and executed successfully\n");
	assert_string_equal(console_type(&c, ":put [/system identity get name]"), "lab\n");
	assert_string_equal(
	        console_type(&c, "/import a.rsc dry-run"),
	        "passed over /interface wireless, which weir has not: 3 statements\n"
	        "passed over /queue simple, which weir has not: 1 statement\n"
	        "No syntax errors found in the import file\n");
	strbuf_str(&c.files[0].contents, "/system identity set name=lost\n/nonsense add a=b\n");
	assert_string_equal(console_type(&c, "/import a.rsc"),
	                    "Script Error: bad command name nonsense (line 8 column 2)\n");
	assert_string_equal(console_type(&c, ":put [/system identity get name]"), "lab\n");
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_safe_mode),      cmocka_unit_test(test_too_costly),
	        cmocka_unit_test(test_no_items),       cmocka_unit_test(test_nothing_referred),
	        cmocka_unit_test(test_brackets),       cmocka_unit_test(test_hints),
	             cmocka_unit_test(test_execute),
	        cmocka_unit_test(test_owners),         cmocka_unit_test(test_import_foreign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
