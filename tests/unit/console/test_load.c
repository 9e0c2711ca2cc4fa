/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files: one change for all of it, errors with their place in the file, menus that are passed
 * over, the header's version, /import.
 */
#include "console.h"

#include "base/bytes.h"

/* What a load told, a line each. */
struct told {
	struct strbuf errors, passed, foreign;
};

static void note_error(void *ctx, const struct load_error *error)
{
	strbuf_printf(&((struct told *)ctx)->errors, "%u:%u %s\n", error->place.line,
	              error->place.column, error->text);
}

static void note_passed(void *ctx, const char *path, unsigned statements)
{
	strbuf_printf(&((struct told *)ctx)->passed, "%s %u\n", path, statements);
}

static void note_foreign(void *ctx, const char *statement, size_t len)
{
	struct told *told = ctx;

	strbuf_add(&told->foreign, statement, len);
	strbuf_char(&told->foreign, '\n');
}

struct file {
	const char *text, *errors, *passed, *foreign;
	const char *question, *answer; /* afterwards, on the console */
};

static struct load_summary load(struct console *c, const struct file *file, bool lenient)
{
	struct told told = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	const struct load_options options = {.name = "test.rsc",
	                                     .lenient = lenient,
	                                     .ctx = &told,
	                                     .error = note_error,
	                                     .passed_over = note_passed,
	                                     .foreign = note_foreign};
	struct load_summary summary;
	enum session_status status =
	        session_load(c->session, file->text, strlen(file->text), &options, &summary);

	assert_string_equal(strbuf_text(&told.errors), file->errors);
	assert_string_equal(strbuf_text(&told.passed), file->passed ? file->passed : "");
	assert_string_equal(strbuf_text(&told.foreign), file->foreign ? file->foreign : "");
	assert_int_equal(status, *file->errors ? SESSION_FAILED : SESSION_OK);
	if (file->question)
		assert_string_equal(console_type(c, file->question), file->answer);
	strbuf_free(&told.errors);
	strbuf_free(&told.passed);
	strbuf_free(&told.foreign);
	return summary;
}

static void check(const struct file *files, size_t count, bool lenient)
{
	for (size_t i = 0; i < count; i++) {
		struct console c;

		console_begin(&c);
		load(&c, &files[i], lenient);
		console_end(&c);
	}
}

static void test_files(void **state)
{
	static const struct file files[] = {
	        {"", "", .question = ":put 1", .answer = "1\n"},
	        {"\xEF\xBB\xBF# x\r\n/ip firewall address-list\r\nadd list=a \\\r\n    "
	         "address=1.2.3.4\r\nadd list=b address=\\\r\n    1.2.3.5\r\n",
	         "", .question = ":put [/ip firewall address-list find]", .answer = "*1;*2\n"},
	        {"/ip firewall filter\radd chain=input\radd chain=forward", "",
	         .question = "/ip firewall filter print count-only", .answer = "2\n"},
	        {"/ip firewall filter add chain=input\n/ip/firewall/filter/add chain=input\n"
	         "/ip firewall\nfilter add chain=output\n..\nfirewall filter add chain=x",
	         "", .question = "/ip firewall filter print count-only", .answer = "4\n"},
	        {":local n forward\n/ip firewall filter\n:for i from=1 to=3 do={\n  add chain=$n "
	         "comment=\"n$i\"\n}\n:global f do={ :return $1 }\nadd chain=[$f input]\n",
	         "", .question = "/ip firewall filter print count-only", .answer = "4\n"},
	        {"# a comment ( with \" and {\n/system identity\nset name=\"a \\\n    b\"\n", "",
	         .question = ":put [/system identity get name]", .answer = "a b\n"},
	        {"/ip firewall filter\nadd chain=input\n:return\nadd chain=input\n", "",
	         .question = "/ip firewall filter print count-only", .answer = "1\n"},
	};

	(void)state;
	check(files, ARRAY_COUNT(files), false);
	check(files, ARRAY_COUNT(files), true);
}

/* The first error ends it, and nothing of the file stays. */
static void test_errors(void **state)
{
	static const struct file files[] = {
	        {"/ip firewall filter\nadd chain=input\nadd chain=input foo=1\nadd bar\n",
	         "3:17 expected end of command\n",
	         .question = "/ip firewall filter print count-only", .answer = "0\n"},
	        {"/ip firewall filter\nadd chain=input\nadd chain=\\\n    input \\\n    foo=1\n",
	         "5:5 expected end of command\n",
	         .question = "/ip firewall filter print count-only", .answer = "0\n"},
	        {"/ip firewall filter\nadd chain=input\nadd action=drop\n",
	         "3:1 missing value(s) of argument(s) chain\n",
	         .question = "/ip firewall filter print count-only", .answer = "0\n"},
	        {"/nope\nadd x=1\n", "1:2 bad command name nope\n", .question = NULL},
	        {"/ip firewall filter\nadd comment=\"not closed\nadd chain=input\n",
	         "2:13 expected closing quote\n", .question = NULL},
	        {":if (1 = 1\n|| 2 = 2) do={}\n", "1:11 syntax error\n", .question = NULL},
	        {"/ip firewall filter add chain=input\n:error \"stop\"\n", "2:2 stop\n",
	         .question = "/ip firewall filter print count-only", .answer = "0\n"},
	        {":put $x\n", "1:7 syntax error\n", .question = NULL},
	};

	(void)state;
	check(files, ARRAY_COUNT(files), false);
}

static void test_lenient(void **state)
{
	static const struct file files[] = {
	        {"/ip firewall filter\nadd chain=input foo=1\nadd chain=input\nadd action=drop\n"
	         "/nope\nadd x=1\n/ip address\nadd address=x interface=ether1\n",
	         "2:17 expected end of command\n4:1 missing value(s) of argument(s) chain\n"
	         "5:2 bad command name nope\n8:13 invalid value for argument address\n",
	         .question = "/ip firewall filter print count-only", .answer = "0\n"},
	        {":if (1 = 1\n|| 2 = 2) do={}\n",
	         "1:11 syntax error\n2:1 expected command name\n", .question = NULL},
	        {"/interface wireless\nset [ find default-name=wlan1 ] ssid=\"a ] \\\" b\"\n"
	         "add x={ a; b } y=(1;2)\n/interface wireless security-profiles\n"
	         "set [ find default=yes ] a=b\n/queue simple add name=x\n"
	         "/interface/wireless/add z=1; :put 5\n/system identity\nset name=lab\n",
	         "",
	         "/interface wireless 3\n/interface wireless security-profiles 1\n"
	         "/queue simple 1\n",
	         "/interface wireless set [ find default-name=wlan1 ] ssid=\"a ] \\\" b\"\n"
	         "/interface wireless add x={ a; b } y=(1;2)\n"
	         "/interface wireless security-profiles set [ find default=yes ] a=b\n"
	         "/queue simple add name=x\n/interface wireless add z=1\n",
	         ":put [/system identity get name]", "lab\n"},
	        {"/interface wireless not-known here\nadd x=1\n/interface wireless\nadd y=1\n", "",
	         "/interface wireless not-known here 1\n/interface wireless 1\n",
	         "/interface wireless not-known here add x=1\n/interface wireless add y=1\n",
	         .question = NULL},
	        {"/ip firewall filter\nadd chain=input in-interface=sfp1\n", "",
	         .question = ":put [/ip firewall filter get 0 in-interface]", .answer = "sfp1\n"},
	        /* What is gone on the other router is gone here, whatever has that id. */
	        {"/ip firewall layer7-protocol\nadd name=first regexp=x\n/ip firewall filter\n"
	         "add chain=forward in-interface=!*1 layer7-protocol=*1 out-interface=*FF0\n"
	         "set [find layer7-protocol=*1] comment=found\n",
	         "",
	         .question = "/ip firewall filter; print terse; export terse; "
	                     ":put [find layer7-protocol=first]",
	         .answer = " 0 I  comment=found chain=forward action=accept layer7-protocol=*1 "
	                   "in-interface=!*1 out-interface=*FF0 log=no log-prefix=\"\"\n"
	                   "# 2026-11-21 13:00:00 by RouterOS 7.16.2\n#\n"
	                   "/ip firewall filter add action=accept chain=forward comment=found "
	                   "in-interface=!*1 layer7-protocol=*1 out-interface=*FF0\n\n"},
	        {"/interface ethernet\nset [ find default-name=ether9 ] comment=up\n", "",
	         .question = ":put [/interface get ether9 comment]", .answer = "up\n"},
	        /* Ports by their numbers and names; ether1 and ether2 are there. */
	        {"/interface ethernet\nset 0 name=WAN\nset 3 name=LAN comment=a\nset 3 comment=b\n"
	         "set ether4 mtu=1400\nset sfp1 name=up\n/interface set ether1 comment=c\n"
	         "/interface list set [find name=none] comment=x\n",
	         "",
	         .question = ":foreach i in=[/interface ethernet find] do={:put ("
	                     "[/interface ethernet get $i default-name] . \" \" . "
	                     "[/interface ethernet get $i name])}; /interface ethernet; "
	                     ":put ([get LAN comment] . [get LAN mtu] . [get WAN comment])",
	         .answer = "ether1 WAN\nether2 ether2\nether4 LAN\nsfp1 up\nb1400c\n"},
	        {"/interface ethernet\nset 900 name=x\nset lan name=x\n/interface list\n"
	         "set [find name=nope] comment=x\n",
	         "2:5 no such item\n3:5 no such item\n",
	         .question = "/interface print count-only", .answer = "2\n"},
	        /* A list that only a reference names, and what is made after it was named. */
	        {"/ip firewall filter\nadd chain=a in-interface-list=WAN out-interface-list=!LAN\n"
	         "add chain=a in-interface=br out-interface=v9\n/interface list\n"
	         "add name=LAN comment=here\n/interface bridge add name=br\n",
	         "",
	         .question = "/interface list; :put [get WAN dynamic]; :put [get LAN comment]; "
	                     "export terse; /interface; :put [get v9 dynamic]; "
	                     ":put [get br type]; /ip firewall filter; "
	                     ":put ([get 0 out-interface-list] . [get 1 in-interface]); "
	                     "/interface bridge set br name=br2; "
	                     ":put [get 1 in-interface]",
	         .answer = "true\nhere\n# 2026-11-21 13:00:00 by RouterOS 7.16.2\n#\n"
	                   "/interface list add comment=here name=LAN\n"
	                   "true\nbridge\n!LANbr\nbr2\n"},
	        /* What is wrong has its place: a value, an item, else the statement. */
	        {"/ip firewall filter\nadd chain=input \\\n    src-address=nope protocol=tcp\n"
	         "add chain=input dst-port=80\nset numbers=7 chain=a\n"
	         "add chain=input !log place-before=9\n:do {add chain=a limit=x} on-error={ add "
	         "action=drop }\n/interface bridge\nadd name=b\n/interface set b mtu=x\n",
	         "3:17 value of range expects range of ip addresses\n"
	         "4:1 failure: ports can be specified if proto is tcp,udp,udp-lite,dccp,sctp\n"
	         "5:13 no such item\n6:35 no such item\n"
	         "7:38 missing value(s) of argument(s) chain\n"
	         "10:22 invalid value for argument mtu\n",
	         .question = NULL},
	        {"/ip firewall nat\nadd chain=srcnat action=masquerade out-interface-list=all-out "
	         "routing-mark=x\n/user add name=x group=nobody password=x\n",
	         "3:24 input does not match any value of group\n",
	         .question = "/interface list print count-only", .answer = "4\n"},
	};

	(void)state;
	check(files, ARRAY_COUNT(files), true);
}

static void test_version(void **state)
{
	static const struct {
		const char *text;
		unsigned version;
		const char *release;
	} cases[] = {
	        {"# jan/02/1970 01:22:42 by RouterOS 6.43.8\r\n# software id = X\r\n",
	         MENU_VERSION(6, 43), "6.43.8"},
	        {"# 2025-03-04 17:25:33 by RouterOS 7.17\n:put 1\n", MENU_VERSION(7, 17), "7.17"},
	        {"# x\n#\n# by hand by RouterOS 7.2rc1\n", MENU_VERSION(7, 2), "7.2rc1"},
	        {"# no version\n:put \" by RouterOS 6.1\"\n", 0, "7.16.2"},
	        {"# by RouterOS", 0, "7.16.2"},
	        {"# by RouterOS \n", 0, "7.16.2"},
	        {"# x by RouterOS six\n", 0, "7.16.2"},
	        {"# x by RouterOS 6.100.1\n", 0, "7.16.2"},
	        {"# x by RouterOS 6.43.8-and-a-name-that-is-too-long\n", 0, "7.16.2"},
	        {"", 0, "7.16.2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct file file = {.text = cases[i].text, .errors = ""};
		struct load_summary summary;
		struct console c;
		unsigned before;
		char header[64];

		console_begin(&c);
		before = model_version(c.model);
		summary = load(&c, &file, true);
		assert_int_equal(summary.version, cases[i].version);
		assert_int_equal(model_version(c.model),
		                 cases[i].version ? cases[i].version : before);
		assert_string_equal(model_release(c.model), cases[i].release);
		snprintf(header, sizeof header, "by RouterOS %s\n", cases[i].release);
		assert_non_null(strstr(console_type(&c, "/export"), header));
		console_end(&c);
	}
}

/* A file that is refused leaves the model's version as it was. */
static void test_version_refused(void **state)
{
	struct file file = {.text = "# x by RouterOS 6.43.8\n/nope\n",
	                    .errors = "2:2 bad command name nope\n"};
	struct console c;
	unsigned before;

	(void)state;
	console_begin(&c);
	before = model_version(c.model);
	load(&c, &file, true);
	assert_int_equal(model_version(c.model), before);
	assert_string_equal(model_release(c.model), "7.16.2");
	console_end(&c);
}

static void write_file(struct console *c, const char *name, const char *text)
{
	struct strbuf error = STRBUF_INIT;
	struct service_file *file = console_file_begin(c, name, false, &error);

	assert_true(console_file_write(file, text, strlen(text)));
	assert_true(console_file_end(file, true, &error));
}

static void test_import(void **state)
{
	static const struct exchange talk[] = {
	        {"/import good.rsc", "Script file loaded and executed successfully\n"},
	        {"/ip firewall filter print count-only", "1\n"},
	        {"/import file-name=good.rsc verbose=yes",
	         "/ip firewall filter\nadd chain=input\n"
	         "Script file loaded and executed successfully\n"},
	        {"/import good.rsc dry-run", "No syntax errors found in the import file\n"},
	        {"/import bad.rsc",
	         "Script Error: expected end of command (line 3 column 17)\n"},
	        {"/import bad.rsc dry-run",
	         "Script Error: expected end of command (line 3 column 17)\n"
	         "Script Error: expected end of command (line 4 column 17)\n"
	         "found 2 error(s) in import file\n"},
	        {"/import twice.rsc", "Script file loaded and executed successfully\n"
	                              "Script file loaded and executed successfully\n"},
	        {"/import nested.rsc", "Script Error: Script Error: expected end of command "
	                               "(line 3 column 17) (line 2 column 2)\n"},
	        {"/import nope.rsc", "failure: no such file nope.rsc\n"},
	        {"/import", "missing value(s) of argument(s) file-name\n"},
	        {"/import names.rsc dry-run", "No syntax errors found in the import file\n"},
	        {"/import good.rsc verbose=maybe", "expected yes or no (line 1 column 26)\n"},
	        {"/ip firewall filter print count-only", "3\n"},
	        {"/ip address", ""},
	        {"/import good.rsc", "Script file loaded and executed successfully\n"},
	        {"print count-only", "0\n"}, /* the user is where they were */
	};
	struct console c;

	(void)state;
	console_begin(&c);
	write_file(&c, "good.rsc", "/ip firewall filter\nadd chain=input\n");
	write_file(&c, "bad.rsc", "/ip firewall filter\nadd chain=input\nadd chain=input foo=1\n"
	                          "add chain=input foo=1\n");
	write_file(&c, "twice.rsc", "/import good.rsc\n");
	write_file(&c, "names.rsc", ":local a 1\n:global b\n:put \"$a\"\n:set b $a\n");
	write_file(&c, "nested.rsc", "/ip firewall filter add chain=input\n/import bad.rsc\n");
	console_talk(&c, talk, ARRAY_COUNT(talk));
	console_end(&c);
}

/* A function that a file makes is good after it. */
static void test_functions_stay(void **state)
{
	struct file file = {":global f do={\n  :return ($1 . \"-\" . $2)\n}\n"
	                    "/ip firewall filter add chain=input\n",
	                    "", .question = ":global f; :put [$f a b]", .answer = "a-b\n"};
	struct console c;

	(void)state;
	console_begin(&c);
	load(&c, &file, true);
	console_end(&c);
}

static void test_many(void **state)
{
	enum { MANY = 20000 };
	struct strbuf text = STRBUF_INIT;
	struct load_summary summary;
	struct file file = {.errors = "",
	                    .question = "/ip firewall address-list print count-only",
	                    .answer = "20000\n"};
	struct console c;

	(void)state;
	strbuf_str(&text, "/ip firewall address-list\n");
	for (unsigned i = 0; i < MANY; i++)
		strbuf_printf(&text, "add list=x address=10.0.%u.%u\n", i / 256, i % 256);
	file.text = strbuf_text(&text);
	console_begin(&c);
	summary = load(&c, &file, true);
	assert_int_equal(summary.statements, MANY + 1);
	strbuf_str(&text, "add list=x address=10.0.0.1\n");
	file.text = strbuf_text(&text);
	file.errors = "20002:1 failure: already have such entry\n";
	console_type(&c, "/ip firewall address-list remove [find]");
	file.answer = "0\n";
	load(&c, &file, false);
	strbuf_free(&text);
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_files),           cmocka_unit_test(test_errors),
	        cmocka_unit_test(test_lenient),         cmocka_unit_test(test_version),
	        cmocka_unit_test(test_version_refused), cmocka_unit_test(test_import),
	        cmocka_unit_test(test_functions_stay),  cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
