/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion: what may stand at the end of a line, in the order shown, and what Tab makes of it.
 */
#include "console.h"

#include "base/bytes.h"

struct wanted {
	const char *line;
	size_t start;       /* where the word begins */
	const char *common; /* what Tab puts there */
	const char *words;
};

/* clang-format off */
static const struct wanted wanted[] = {
	{"/ip", 1, "ip",
	 "ip ipv6"},
	{"/ip/fi", 4, "firewall/",
	 "firewall"},
	{"/ip firewall fi", 13, "filter ",
	 "filter"},
	{"/ip firewall ", 13, "",
	 "address-list connection export filter layer7-protocol mangle nat raw service"
	 "-port"},
	{"/ip firewall filter ", 20, "",
	 "add comment disable edit enable export find get move print remove reset-coun"
	 "ters reset-counters-all set unset"},
	{"/ip firewall filter pr", 20, "print ",
	 "print"},
	{"/ip firewall filter print s", 26, "s",
	 "show-ids static stats"},
	{"/ip firewall filter print where ac", 32, "action",
	 "action"},
	{"/ip firewall layer7-protocol print where ", 41, "",
	 ".id comment name regexp"},
	{"/ip firewall layer7-protocol print where !", 42, "",
	 ".id comment name regexp"},
	{"/ip firewall layer7-protocol print where name=x ", 48, "",
	 ".id comment name regexp"},
	{"/ip firewall filter print where action=dr", 39, "drop ",
	 "drop"},
	{"/ip firewall filter add ch", 24, "chain=",
	 "chain"},
	{"/ip firewall filter add chain=", 30, "",
	 "forward input output"},
	{"/ip firewall filter add chain=fo", 30, "forward ",
	 "forward"},
	{"/ip firewall filter add chain=forward co", 38, "co",
	 "comment connection-bytes connection-limit connection-mark connection-nat-sta"
	 "te connection-rate connection-state connection-type content copy-from"},
	{"/ip firewall filter add connection-state=est", 41, "established ",
	 "established"},
	{"/ip firewall filter add connection-state=established,", 53, "",
	 "established invalid new related untracked"},
	{"/ip firewall filter add connection-state=!est", 42, "established ",
	 "established"},
	{"/ip firewall filter add in-interface=", 37, "",
	 "all-ethernet all-ppp all-vlan all-wireless ether1 ether2"},
	{"/ip firewall filter add in-interface=!e", 38, "ether",
	 "ether1 ether2"},
	{"/ip firewall filter add disabled=", 33, "",
	 "no yes"},
	{"/ip firewall filter add protocol=t", 33, "tcp ",
	 "tcp"},
	{"/ip firewall filter set 0 !sr", 27, "src-",
	 "src-address src-address-list src-address-type src-mac-address src-port"},
	{"/ip firewall filter get 0 ac", 26, "action ",
	 "action"},
	{"/interface set e", 15, "ether",
	 "ether1 ether2"},
	{"/interface set ether1,", 22, "ether",
	 "ether1 ether2"},
	{"/ip firewall connection ", 24, "",
	 "expectation export find get print remove tracking"},
	{"/ip firewall connection print ", 30, "",
	 "append as-value brief count-only detail file follow follow-only from interva"
	 "l proplist show-ids terse value-list where without-paging"},
	{"/ip firewall connection print proplist=prot", 39, "protocol ",
	 "protocol"},
	{"/ip firewall connection print proplist=protocol,time", 48, "timeout ",
	 "timeout"},
	{"/ip firewall connection tracking ", 33, "",
	 "edit export get print set unset"},
	{"/ip firewall connection tracking print ", 39, "",
	 "append as-value count-only file interval without-paging"},
	{"/ip firewall connection tracking set ud", 37, "udp-",
	 "udp-stream-timeout udp-timeout"},
	{":pu", 1, "put ",
	 "put"},
	{":put $", 6, "",
	 ""},
	{":local abc 1; :put $a", 20, "abc ",
	 "abc"},
	{":if (1) do", 8, "do=",
	 "do"},
	{":put [/ip fi", 10, "firewall ",
	 "firewall"},
	{"/ip firewall filter add comment=\"x", 33, "x",
	 ""},
	{"/ip firewall filter add in-interface=\"e", 38, "ether",
	 "ether1 ether2"},
	{"# comment", 9, "",
	 ""},
	{"/nonsense ", 10, "",
	 ""},
	{"/system script run ", 19, "number=",
	 "number"},
	{"/log ", 5, "",
	 "debug error find get info print warning"},
	{"/interface w", 11, "w",
	 ""},
	{"/user add group=", 16, "",
	 "full read write"},
	{"/ip service set te", 16, "telnet ",
	 "telnet"},
	{"/system logging add topics=fi", 27, "firewall ",
	 "firewall"},
	{"/ip firewall address-list add list=", 35, "",
	 ""},
	{".", 0, ".",
	 ""},
	{"/file ", 6, "",
	 "add edit find get print read remove set"},
};
/* clang-format on */

static void expect(struct console *c, const struct wanted *w)
{
	struct completion completion;
	struct strbuf words = STRBUF_INIT;

	session_complete(c->session, w->line, strlen(w->line), &completion);
	for (size_t i = 0; i < completion.count; i++)
		strbuf_printf(&words, "%s%s", i ? " " : "", completion.words[i].word);
	if (strcmp(strbuf_text(&words), w->words) != 0 || completion.start != w->start ||
	    strcmp(strbuf_text(&completion.common), w->common) != 0)
		print_error("%s: %zu, '%s', %s\n", w->line, completion.start,
		            strbuf_text(&completion.common), strbuf_text(&words));
	assert_string_equal(strbuf_text(&words), w->words);
	assert_int_equal(completion.start, w->start);
	assert_string_equal(strbuf_text(&completion.common), w->common);
	completion_free(&completion);
	strbuf_free(&words);
}

static void test_lines(void **state)
{
	struct console c;

	(void)state;
	console_begin(&c);
	for (size_t i = 0; i < ARRAY_COUNT(wanted); i++)
		expect(&c, &wanted[i]);
	console_end(&c);
}

/* Names that come with the configuration. */
static void test_names(void **state)
{
	static const struct wanted names[] = {
	        {"/ip firewall filter add jump-target=", 36, "vpn ", "vpn"},
	        {"/ip firewall filter add src-address-list=b", 41, "bad ", "bad"},
	        {"/ip firewall filter add src-address-list=!b", 42, "bad ", "bad"},
	        {"/ip firewall address-list add list=", 35, "bad ", "bad"},
	        {"/ip firewall filter add chain=", 30, "", "forward input output vpn"},
	        {"/interface list member add list=L", 32, "LAN ", "LAN"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	console_type(&c, "/ip firewall filter add chain=vpn action=accept");
	console_type(&c, "/ip firewall address-list add list=bad address=10.0.0.1");
	console_type(&c, "/interface list add name=LAN");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		expect(&c, &names[i]);
	console_end(&c);
}

/* In a menu: its own things, and `..` of the path by its words. */
static void test_menu(void **state)
{
	static const struct wanted there[] = {
	        {"tr", 0, "tracking ", "tracking"},
	        {"/ip fi conn", 7, "connection ", "connection"},
	        {":len", 1, "len ", "len"},
	};
	struct console c;

	(void)state;
	console_begin(&c);
	console_type(&c, "/ip firewall connection");
	for (size_t i = 0; i < ARRAY_COUNT(there); i++)
		expect(&c, &there[i]);
	console_end(&c);
}

static void test_styles(void **state)
{
	static const struct {
		const char *line;
		enum completion_style style;
		const char *help;
	} styles[] = {
	        {"/ip firewall fi", COMPLETION_MENU, "rules that let packets through or drop them"},
	        {"/ip firewall filter pr", COMPLETION_COMMAND, "shows the items"},
	        {"/ip firewall filter add log-p", COMPLETION_ARGUMENT,
	         "what that line begins with"},
	        {"/ip firewall filter add action=dr", COMPLETION_VALUE, NULL},
	        {":local abc 1; :put $a", COMPLETION_VARIABLE, NULL},
	};
	struct completion completion;
	struct console c;

	(void)state;
	console_begin(&c);
	for (size_t i = 0; i < ARRAY_COUNT(styles); i++) {
		session_complete(c.session, styles[i].line, strlen(styles[i].line), &completion);
		assert_int_equal(completion.count, 1);
		assert_int_equal(completion.words[0].style, styles[i].style);
		if (styles[i].help)
			assert_string_equal(completion.words[0].help, styles[i].help);
		else
			assert_null(completion.words[0].help);
		completion_free(&completion);
	}
	console_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lines),
	        cmocka_unit_test(test_names),
	        cmocka_unit_test(test_menu),
	        cmocka_unit_test(test_styles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
