/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where-expressions: which of the sample connections each leaves, and for each
 * mistake the column and what was expected.
 */
#include "model/where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "kinds.h"
#include "sample.h"

static const char *mark_name(void *ctx, uint32_t mark)
{
	(void)ctx;
	return mark == 7 ? "WAN 1" : NULL;
}

/* The samples that an expression leaves, as digits: "013". */
static void leaves(const char *text, char left[SAMPLES + 1])
{
	struct weir_conn conns[SAMPLES];
	struct conn_source source;
	struct where_error error;
	struct where *where = where_parse(&menu_connection, text, &error);
	const void *item;
	size_t used = 0;

	if (where == NULL)
		fail_msg("%s: column %u: %s", text, error.column, error.text);
	samples(conns);
	conn_source_array(&source, conns, SAMPLES);
	source.mark_name = mark_name;
	while ((item = source.source.next(&source.source)) != NULL) {
		if (where_match(where, &source.source, item))
			left[used++] = (char)('0' + ((const struct weir_conn *)item - conns));
	}
	left[used] = '\0';
	assert_int_equal(where_gave_up(where), 0);
	where_free(where);
}

static void test_matches(void **state)
{
	static const struct {
		const char *text, *left;
	} cases[] = {
	        {"", "012345"},
	        {"   ", "012345"},
	        {"protocol=tcp", "0"},
	        {"protocol=tcp tcp-state=established", "0"},
	        {"protocol=6", "0"},
	        {"protocol=139", "5"},
	        {"protocol!=tcp", "12345"},
	        {"protocol = tcp", "0"},
	        {"protocol=\"tcp\"", "0"},
	        {"tcp-state!=established", "12345"},
	        {"tcp-state=established", "0"},
	        {"tcp-state=syn-recv", ""},
	        {"tcp-state=syn-received", ""},
	        {"tcp-state", "0"},
	        {"!tcp-state", "12345"},
	        {"tcp-state~\"^est\"", "0"},
	        {"seen-reply", "01"},
	        {"!seen-reply", "2345"},
	        {"seen-reply=no", "2345"},
	        {"seen-reply=false", "2345"},
	        {"seen-reply!=yes", "2345"},
	        {"dying", "5"},
	        {"srcnat=yes", "0"},
	        {"src-address=192.168.8.59", "0"},
	        {"src-address=192.168.8.59:1643", "0"},
	        {"src-address=192.168.8.59:1644", ""},
	        {"src-address=10.0.0.1", "1345"},
	        {"src-address=10.0.0.1:1000", "4"},
	        {"src-address=2001:db8::1", "2"},
	        {"src-address=[2001:db8::1]:5353", "2"},
	        {"src-address=[2001:db8::1]:53", ""},
	        {"src-address in 10.0.0.0/8", "1345"},
	        {"src-address in 10.0.0.1", "1345"},
	        {"src-address in 2001:db8::/32", "2"},
	        {"src-address in 0.0.0.0/0", "01345"},
	        {"src-address>10.0.0.1", "02"},
	        {"src-address~\"192.168.8.59:16\"", "0"},
	        {"dst-address~\"^10\\\\.\"", "1345"},
	        {"dst-address~\"^10\\.\"", "1345"},
	        {"dst-port=5353 or dst-port=443", "02"},
	        {"dst-port=443 || dst-port=2000", "04"},
	        {"dst-port=443||dst-port=2000", "04"},
	        {"src-port>1000 and src-port<=5353", "02"},
	        {"protocol=udp&&timeout=30s", "2"},
	        {"timeout<30s", "145"},
	        {"timeout>=00:10:00", "03"},
	        {"timeout=23h59m58s", "0"},
	        {"orig-bytes>1000", "0"},
	        {"orig-packets=\"50 507 925\"", "2"},
	        {"orig-rate>=6k", "0"},
	        {"connection-mark=\"WAN 1\"", "2"},
	        {"connection-mark=\"\"", "01345"},
	        {"connection-mark!=\"\"", "2"},
	        {"connection-mark", "2"},
	        {"connection-state=established", "01"},
	        {"connection-state=new", "2345"},
	        {"icmp-type=8 icmp-id=69", "1"},
	        {"gre-version=1 gre-protocol=34827 gre-key=0x123", "3"},
	        {".id=*1F", "3"},
	        {"(protocol=tcp or protocol=icmp) and !assured", "1"},
	        {"protocol=tcp or protocol=icmp and !assured", "01"},
	        {"protocol=tcp or protocol=icmp !assured", "01"},
	        {"!(protocol=tcp or protocol=icmp)", "2345"},
	        {"(protocol=tcp)=no", "12345"},
	        {"!!seen-reply", "01"},
	        {"(src-address in 10.0.0.0/8 or dst-port=5353) and !seen-reply timeout<1m", "245"},
	        {"confirmed(protocol=tcp)(assured)", "0"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char left[SAMPLES + 1];

		leaves(cases[i].text, left);
		if (strcmp(left, cases[i].left) != 0)
			fail_msg("%s leaves '%s', not '%s'", cases[i].text, left, cases[i].left);
	}
}

static void test_errors(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *part;
	} cases[] = {
	        {"protocl=tcp", 1, "there is no 'protocl'; did you mean protocol?"},
	        {"protocol=tcp zzz", 14, "expected a property such as protocol"},
	        {"protocol=foo", 10,
	         "expected a name such as tcp, udp, icmp, icmpv6, or a number from 0 "
	         "to 255 for protocol"},
	        {"tcp-state=opened", 11, "expected one of none, syn-sent"},
	        {"timeout<abc", 9, "expected a time such as 30s, 1h30m or 00:05:00 for timeout"},
	        {"dst-port=70000", 10, "expected a number from 0 to 65535 for dst-port"},
	        {"assured=maybe", 9, "expected yes or no"},
	        {"src-address=10.0.0.0/8", 13, "write src-address in 10.0.0.0/8"},
	        {"src-address in 10.0.0", 16, "expected a prefix such as"},
	        {"src-port in 10.0.0.0/8", 10, "only addresses can be 'in' a prefix"},
	        {"assured<yes", 8, "expected = or != after assured"},
	        {"protocol<tcp", 9, "expected = or != after protocol"},
	        {"assured~yes", 8, "expected = or != after assured"},
	        {"src-address!~\"10\"", 12, "write !(src-address~...)"},
	        {"src-address~\"([\"", 16, "expected a regular expression: "},
	        {"src-address~(a|b)", 13, "put quotes around"},
	        {"protocol=", 10, "expected a name such as"},
	        {"protocol==tcp", 10, "put quotes around one that begins with '='"},
	        {"protocol=\"tcp", 10, "expected a closing quote"},
	        {"protocol=tcp and", 17, "the expression ends here"},
	        {"protocol=tcp or", 16, "the expression ends here"},
	        {"!", 2, "the expression ends here"},
	        {"and", 1, "there is no 'and'"},
	        {"((protocol=tcp)", 16, "expected ')' for the '(' in column 1"},
	        {"protocol=tcp)", 13, "expected the end of the expression"},
	        {"()", 2, "expected a property, '!' or '(', not ')'"},
	        {"(assured)=maybe", 11, "expected yes or no"},
	        {"protocol=\"tcp\"assured", 15, "expected a blank"},
	        {"@", 1, "expected a property, '!' or '(', not '@'"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct where_error error;

		if (where_parse(&menu_connection, cases[i].text, &error) != NULL)
			fail_msg("no error: %s", cases[i].text);
		if (error.column != cases[i].column || !strstr(error.text, cases[i].part) ||
		    strchr(error.text, '\n'))
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
	}
}

/* Depth, size and the cost of a regular expression are bounded. */
static void test_bounds(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct where_error error;

	(void)state;
	strbuf_fill(&text, '(', 100000);
	assert_null(where_parse(&menu_connection, strbuf_text(&text), &error));
	assert_int_equal(error.column, 65);
	strbuf_reset(&text);
	for (int i = 0; i < 5000; i++)
		strbuf_str(&text, "assured or ");
	strbuf_str(&text, "assured");
	assert_null(where_parse(&menu_connection, strbuf_text(&text), &error));
	assert_non_null(strstr(error.text, "4096"));
	strbuf_free(&text);
}

static const char *many_a(void *ctx, uint32_t mark)
{
	(void)ctx, (void)mark;
	return "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
}

static void test_gives_up(void **state)
{
	struct weir_conn conn = sample_conn(1, 6, "10.0.0.1", 1, "10.0.0.2", 2, "10.0.0.1");
	struct conn_source source;
	struct where_error error;
	struct where *where =
	        where_parse(&menu_connection, "connection-mark~\"^(a|aa)+[^ab]\"", &error);

	(void)state;
	assert_non_null(where);
	conn.mark = 1;
	conn_source_array(&source, &conn, 1);
	source.mark_name = many_a;
	assert_false(where_match(where, &source.source, &conn));
	assert_int_equal(where_gave_up(where), 1);
	where_free(where);
}

/* Settings: items "012" of the menu of all kinds. */
static void setting_leaves(struct where *where, char left[KINDS_ITEMS + 1])
{
	struct kinds_source source;
	const void *item;
	size_t used = 0;

	kinds_open(&source);
	for (size_t i = 0; (item = kinds_next(&source.source)) != NULL; i++) {
		if (where_match(where, &source.source, item))
			left[used++] = (char)('0' + i);
	}
	left[used] = '\0';
	strbuf_free(&source.room);
}

static void test_settings(void **state)
{
	static const struct {
		const char *text, *left;
	} cases[] = {
	        {"protocol=tcp", "0"},
	        {"prot=6", "0"},
	        {"protocol=!udp-", ""},
	        {"protocol=!udp", "1"},
	        {"protocol=!17", "1"},
	        {"protocol=\"!udp\"", "1"},
	        {"protocol", "01"},
	        {"chain=input", "0"},
	        {"chain=\"in put\"", "1"},
	        {"ch=forward", "2"},
	        {"chain~\"^in\"", "01"},
	        {"disabled", "1"},
	        {"disabled=yes", "1"},
	        {"disabled=true", "1"},
	        {"!disabled", "02"},
	        {"disabled=no", "02"},
	        {"disabled=\"maybe\"", ""},
	        {"disabled!=\"maybe\"", "012"},
	        {"dynamic", "2"},
	        {"dynamic=no", "01"},
	        {"dynamic!=yes", "01"},
	        {"src-address=10.1.2.3/16", "0"},
	        {"src-address=10.1.0.0/255.255.0.0", "0"},
	        {"src-address=!10.0.0.0/8", "1"},
	        {"src-address=192.168.0.1-192.168.0.9", "2"},
	        {"src-address in 10.0.0.0/8", "0"},
	        {"src-address in 10.1.1.0/24", ""},
	        {"src-address in 192.168.0.0/28", "2"},
	        {"src-address in 192.168.0.0/29", ""},
	        {"list-address in 10.0.0.0/8", "0"},
	        {"list-address=www.example.com", "2"},
	        {"address in 10.9.0.0/24", "0"},
	        {"address=10.9.0.1/255.255.0.0", "0"},
	        {"prefix in 10.0.0.0/8", "0"},
	        {"prefix in 10.0.0.0/9", ""},
	        {"prefix=192.168.5.5/16", "1"},
	        {"prefix>10.0.0.0/8", "1"},
	        {"gateway in 2001:db8::/32", "2"},
	        {"dst-port=80,443", "0"},
	        {"dst-port=0x50,443", "0"},
	        {"dst-port=80", ""},
	        {"dst-port=!1-1023", "2"},
	        {"dst-port~\"443\"", "0"},
	        {"connection-state=related,established", "0"},
	        {"connection-state=rel,est", "0"},
	        {"connection-state=\"\"", "12"},
	        {"connection-state~\"related\"", "0"},
	        {"topics=!firewall,info", "1"},
	        {"in-interface=ether1", "0"},
	        {"in-interface=*1", "0"},
	        {"in-interface=!bridge", "1"},
	        {"in-interface=all-ppp", "2"},
	        {"in-interface=\"nothing\"", ""},
	        {"in-interface!=\"nothing\"", "012"},
	        {"in-interface~\"^!br\"", "1"},
	        {"include=LAN", ""},
	        {"include=ether10,!bridge", "1"},
	        {"timeout=600", "0"},
	        {"timeout>5m", "0"},
	        {"timeout<5m", ""},
	        {"timeout=none-d", "1"},
	        {"timeout=none-static", ""},
	        {"mtu=auto", "1"},
	        {"mtu>=1500", "0"},
	        {"mtu!=auto", "02"},
	        {"mac-address=02-00-5e-10-00-01", "1"},
	        {"size=64000", "2"},
	        {"size>63.9k", "2"},
	        {"memory=1MiB", "2"},
	        {"priority=32768", "2"},
	        {"bytes=\"50 507\"", "0"},
	        {"rate>=64000", "1"},
	        {"limit=5,10", "1"},
	        {"tcp-flags", ""},
	        {"tcp-flags=\"\"", "012"},
	        {"pool=10.0.0.1-10.0.0.9", "2"},
	        {".id=*a", "1"},
	        {".id=*A or .id=*3", "12"},
	        {"comment=\"a \\\"b\\\"\"", "0"},
	        {"interval=30", "2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char left[KINDS_ITEMS + 1];
		struct where_error error;
		struct where *where =
		        where_read(&kinds_menu, &kinds_scope, cases[i].text, strlen(cases[i].text),
		                   NULL, &error);

		if (where == NULL)
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
		setting_leaves(where, left);
		if (strcmp(left, cases[i].left) != 0)
			fail_msg("%s leaves '%s', not '%s'", cases[i].text, left, cases[i].left);
		where_free(where);
	}
}

/* A reader as the console is one: $ and a word is that word's value, [1,10] are ids, (text) and
 * "text" are their text. */
struct asked {
	unsigned operands, items;
};

static bool reads_until(const char *text, size_t len, size_t *at, char close, struct strbuf *out,
                        struct where_error *error)
{
	const char *end = memchr(text + *at + 1, close, len - *at - 1);

	if (end == NULL)
		return where_fail(error, *at, "expected '%c'", close);
	strbuf_add(out, text + *at + 1, (size_t)(end - text) - *at - 1);
	*at = (size_t)(end - text) + 1;
	return true;
}

static bool operand(void *ctx, const char *text, size_t len, size_t *at, struct strbuf *out,
                    struct where_error *error)
{
	size_t end = *at + 1;

	((struct asked *)ctx)->operands++;
	if (text[*at] == '"' || text[*at] == '(')
		return reads_until(text, len, at, text[*at] == '(' ? ')' : '"', out, error);
	if (text[*at] == '[')
		return reads_until(text, len, at, ']', out, error);
	while (end < len && text[end] >= 'a' && text[end] <= 'z')
		end++;
	if (end - *at == 5 && memcmp(text + *at, "$port", 5) == 0)
		strbuf_str(out, "443,80");
	*at = end;
	return true;
}

static bool items(void *ctx, const char *text, size_t len, size_t *at, uint64_t **ids,
                  size_t *count, struct where_error *error)
{
	struct strbuf list = STRBUF_INIT;
	bool ok;

	((struct asked *)ctx)->items++;
	ok = reads_until(text, len, at, text[*at] == '[' ? ']' : '$', &list, error);
	*count = 0;
	*ids = NULL;
	if (ok && list.len) {
		*ids = malloc(2 * sizeof **ids);
		assert_non_null(*ids);
		(*ids)[0] = strtoull(strbuf_text(&list), NULL, 10);
		(*ids)[1] = 1;
		*count = 2;
	}
	strbuf_free(&list);
	return ok;
}

static uint64_t place(struct menu_source *source, const void *item)
{
	(void)source;
	return item == kinds_items[0] ? 10 : item == kinds_items[1] ? 20 : 1;
}

static void test_reader(void **state)
{
	static const struct {
		const char *text, *left;
		unsigned operands, items;
		size_t end;
		bool places;
	} cases[] = {
	        {"chain=\"input\"", "0", 1, 0, 13, false},
	        {"chain=(in put) disabled", "1", 1, 0, 23, false},
	        {"chain=$nothing", "", 1, 0, 14, false},
	        {"comment=$nothing", "12", 1, 0, 16, false},
	        {"dst-port=$port", "", 1, 0, 14, false},
	        {"dst-port!=$port", "012", 1, 0, 15, false},
	        {"timeout>[5m] && mtu=\"1500\"", "0", 2, 0, 26, false},
	        {"timeout=$nothing", "2", 1, 0, 16, false},
	        {"[10]", "01", 0, 1, 4, false},
	        {"![10]", "2", 0, 1, 5, false},
	        {"[10] disabled", "1", 0, 1, 13, false},
	        {"[]", "", 0, 1, 2, false},
	        {"$10$ or chain=forward", "012", 0, 1, 21, false},
	        {"[10]", "02", 0, 1, 4, true},
	        {"disabled]; x", "1", 0, 0, 8, false},
	        {"  ] x", "012", 0, 0, 2, false},
	        {"chain=input; x", "0", 0, 0, 11, false},
	        {"chain=input }", "0", 0, 0, 12, false},
	        {"chain=input\nprint", "0", 0, 0, 11, false},
	        {"(chain=input or\n  disabled)\n", "01", 0, 0, 27, false},
	        {"chain~(^f) || .id=*1", "02", 1, 0, 20, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char left[KINDS_ITEMS + 1];
		struct asked asked = {0, 0};
		struct where_error error;
		size_t end = 999;
		struct where_reader reader = {.ctx = &asked,
		                              .operand = operand,
		                              .items = items,
		                              .id = cases[i].places ? place : NULL,
		                              .end = &end};
		size_t len = strlen(cases[i].text);
		struct where *where =
		        where_read(&kinds_menu, &kinds_scope, cases[i].text, len, &reader, &error);

		if (where == NULL)
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
		setting_leaves(where, left);
		if (strcmp(left, cases[i].left) != 0)
			fail_msg("%s leaves '%s', not '%s'", cases[i].text, left, cases[i].left);
		assert_int_equal(asked.operands, cases[i].operands);
		assert_int_equal(asked.items, cases[i].items);
		assert_int_equal(end, cases[i].end);
		where_free(where);
	}
}

static void test_setting_errors(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *part;
	} cases[] = {
	        {"protocol=foo", 10, "input does not match any value of protocol"},
	        {"in-interface=wlan1", 14, "input does not match any value of interface"},
	        {"in-interface=ether", 14, "ambiguous value of interface"},
	        {"src-address=10.0", 13, "value of range expects range of ip addresses"},
	        {"dst-port>80", 9, "its values have no order"},
	        {"limit=5", 7, "invalid value for argument limit"},
	        {"connection=x", 1, "'connection' may be connection-state or connection-bytes"},
	        {"mtu>x", 5, "expected a number from 0 to 65535 or auto for mtu"},
	        {"mtu>\"x\"", 5, "expected a number from 0 to 65535 or auto for mtu"},
	        {"chain in 10.0.0.0/8", 7, "only addresses can be 'in' a prefix"},
	        {"chain=input ]", 13, "not ']'"},
	        {"chain=(x", 7, "expected ')'"},
	        {"(chain=input", 13, "expected ')' for the '(' in column 1"},
	        {"[10", 1, "expected ']'"},
	        {"chain~(a[)", 7, "expected a regular expression"},
	        {"chain=input\nor", 12, "expected a blank, 'and', 'or' or the end, not '?'"},
	};
	struct asked asked = {0, 0};
	struct where_reader reader = {.ctx = &asked, .operand = operand, .items = items};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct where_error error;

		if (where_read(&kinds_menu, &kinds_scope, cases[i].text, strlen(cases[i].text),
		               &reader, &error) != NULL)
			fail_msg("no error: %s", cases[i].text);
		if (error.column != cases[i].column || !strstr(error.text, cases[i].part))
			fail_msg("%s: column %u: %s", cases[i].text, error.column, error.text);
	}
	assert_null(where_read(&kinds_menu, NULL, "[10]", 4, NULL, &(struct where_error){0, ""}));
}

/* While it only skips, values are not looked at: they may not be known yet. */
static void test_skips(void **state)
{
	struct asked asked = {0, 0};
	struct where_reader reader = {
	        .ctx = &asked, .operand = operand, .items = items, .skips = true};
	struct where_error error;
	const char *text = "in-interface=wlan9 and timeout>$later mtu<(x) or chain~\"([\"";
	struct where *where =
	        where_read(&kinds_menu, &kinds_scope, text, strlen(text), &reader, &error);

	(void)state;
	assert_non_null(where);
	assert_int_equal(asked.operands, 3);
	where_free(where);
	assert_null(where_read(&kinds_menu, &kinds_scope, "nonsense=$x", 11, &reader, &error));
	assert_int_equal(error.column, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_matches),
	        cmocka_unit_test(test_errors),
	        cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_gives_up),
	        cmocka_unit_test(test_settings),
	        cmocka_unit_test(test_reader),
	        cmocka_unit_test(test_setting_errors),
	        cmocka_unit_test(test_skips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
