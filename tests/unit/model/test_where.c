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
	        {"src-address=10.0.0.1:1000", "1345"},
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
	        {"assured=maybe", 9, "expected yes or no for assured"},
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_matches),
	        cmocka_unit_test(test_errors),
	        cmocka_unit_test(test_bounds),
	        cmocka_unit_test(test_gives_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
