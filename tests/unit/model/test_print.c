/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Print: the sample connections in every layout, compared to the letter; other
 * menus for what connections do not have; sources and writers that fail.
 */
#include "model/print.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "sample.h"

/* clang-format off */
static const char brief[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; D - DYING; s - SRCNAT\n"
	"Columns: PROTOCOL, SRC-ADDRESS, SRC-PORT, DST-ADDRESS, DST-PORT, TCP-STATE, TIMEOUT, "
	"ORIG-RATE, REPL-RATE, ORIG-PACKETS, REPL-PACKETS, ORIG-BYTES, REPL-BYTES\n"
	"#       PROTOCOL  SRC-ADDRESS        SRC-PORT  DST-ADDRESS        DST-PORT  TCP-STATE   "
	" TIMEOUT    ORIG-RATE  REPL-RATE  ORIG-PACKETS  REPL-PACKETS  ORIG-BYTES  REPL-BYTES\n"
	"0 SAC s tcp       192.168.8.59:1643            203.0.113.172:443            established "
	" 23h59m58s  6.4kbps    1760bps               7             8       1 804       6 169\n"
	"1 S C   icmp      10.0.0.1                     10.0.0.2                                 "
	" 9s         0bps       0bps                  1             1          84          84\n"
	"2   C   udp       2001:db8::1            5353  ff02::fb               5353              "
	" 30s        0bps       0bps         50 507 925             0           1           0\n"
	"3   C   gre       10.0.0.1                     10.0.0.2                                 "
	" 10m        0bps       0bps                  1             0          36           0\n"
	"4   C   sctp      10.0.0.1:1000                10.0.0.2:2000                            "
	" 3s         0bps       0bps                  1             0          52           0\n"
	"5   CD  139       10.0.0.1                     10.0.0.2                                 "
	" 0s         0bps       0bps                  1             0          44           0\n";

static const char brief_tcp[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; s - SRCNAT\n"
	"Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS, TCP-STATE, TIMEOUT, ORIG-RATE, REPL-RATE, "
	"ORIG-PACKETS, REPL-PACKETS, ORIG-BYTES, REPL-BYTES\n"
	"#      PROTOCOL  SRC-ADDRESS        DST-ADDRESS        TCP-STATE    TIMEOUT    "
	"ORIG-RATE  REPL-RATE  ORIG-PACKETS  REPL-PACKETS  ORIG-BYTES  REPL-BYTES\n"
	"0 SACs tcp       192.168.8.59:1643  203.0.113.172:443  established  23h59m58s  6.4kbps  "
	"  1760bps               7             8       1 804       6 169\n";

static const char brief_narrow[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; s - SRCNAT\n"
	"Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS, TCP-STATE, TIMEOUT, ORIG-RATE, REPL-RATE, "
	"ORIG-PACKETS, REPL-PACKETS, ORIG-BYTES\n"
	"#      PROT  SRC-ADDRESS        DST-ADDRESS        TCP-STATE    TIMEOUT    ORIG-RATE  "
	"REPL-RATE  O  R  ORIG-\n"
	"0 SACs tcp   192.168.8.59:1643  203.0.113.172:443  established  23h59m58s  6.4kbps    "
	"1760bps    7  8  1 804\n"
	"1 S C  icmp  10.0.0.1           10.0.0.2                        9s         0bps       "
	"0bps       1  1     84\n";

static const char brief_narrower[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; s - SRCNAT\n"
	"Columns: PROTOCOL, SRC-ADDRESS, DST-ADDRESS\n"
	"#      PROTOCOL  SRC-ADDRESS        DST-ADDRESS\n"
	"0 SACs tcp       192.168.8.59:1643  203.0.113.172:443\n"
	"1 S C  icmp      10.0.0.1           10.0.0.2\n";

static const char brief_proplist[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; s - SRCNAT\n"
	"Columns: DST-PORT, PROTOCOL, CONNECTION-MARK, CONNECTION-STATE, .ID\n"
	"#      DST-PORT  PROTOCOL  CONNECTION-MARK  CONNECTION-STATE  .ID\n"
	"0 SACs      443  tcp                        established       *1\n"
	"1 S C            icmp                       established       *2\n"
	"2   C      5353  udp       WAN 1            new               *3\n"
	"3   C            gre                        new               *1F\n"
	"4   C      2000  sctp                       new               *5\n";

static const char brief_ids[] =
	"Flags: S - SEEN-REPLY; A - ASSURED; C - CONFIRMED; D - DYING; s - SRCNAT\n"
	"Columns: PROTOCOL, ORIG-BYTES\n"
	"  #       PROTOCOL  ORIG-BYTES\n"
	" *1 SAC s tcp            1 804\n"
	" *2 S C   icmp              84\n"
	" *3   C   udp                1\n"
	"*1F   C   gre               36\n"
	" *5   C   sctp              52\n"
	" *6   CD  139               44\n";

static const char detail[] =
	"Flags: E - expected, S - seen-reply, A - assured, C - confirmed, D - dying, "
	"F - fasttrack, H - hw-offload, s - srcnat, d - dstnat, h - uses-helper\n"
	" 0  SAC   s   protocol=tcp src-address=192.168.8.59:1643\n"
	"              dst-address=203.0.113.172:443 reply-src-address=203.0.113.172:443\n"
	"              reply-dst-address=198.51.100.65:1643 tcp-state=established\n"
	"              timeout=23h59m58s orig-packets=7 orig-bytes=1 804\n"
	"              orig-fasttrack-packets=0 orig-fasttrack-bytes=0 repl-packets=8\n"
	"              repl-bytes=6 169 repl-fasttrack-packets=0 repl-fasttrack-bytes=0\n"
	"              orig-rate=6.4kbps repl-rate=1760bps\n"
	"\n"
	" 1  S C       protocol=icmp src-address=10.0.0.1 dst-address=10.0.0.2\n"
	"              reply-src-address=10.0.0.2 reply-dst-address=10.0.0.1 icmp-type=8\n"
	"              icmp-code=0 icmp-id=69 timeout=9s orig-packets=1 orig-bytes=84\n"
	"              orig-fasttrack-packets=0 orig-fasttrack-bytes=0 repl-packets=1\n"
	"              repl-bytes=84 repl-fasttrack-packets=0 repl-fasttrack-bytes=0\n"
	"              orig-rate=0bps repl-rate=0bps\n"
	"\n"
	" 2    C       protocol=udp src-address=2001:db8::1 src-port=5353\n"
	"              dst-address=ff02::fb dst-port=5353 reply-src-address=ff02::fb\n"
	"              reply-src-port=5353 reply-dst-address=2001:db8::1\n"
	"              reply-dst-port=5353 timeout=30s connection-mark=\"WAN 1\"\n"
	"              orig-packets=50 507 925 orig-bytes=1 orig-fasttrack-packets=0\n"
	"              orig-fasttrack-bytes=0 repl-packets=0 repl-bytes=0\n"
	"              repl-fasttrack-packets=0 repl-fasttrack-bytes=0 orig-rate=0bps\n"
	"              repl-rate=0bps\n"
	"\n"
	" 3    C       protocol=gre src-address=10.0.0.1 dst-address=10.0.0.2\n"
	"              reply-src-address=10.0.0.2 reply-dst-address=10.0.0.1\n"
	"              gre-protocol=34827 gre-version=1 gre-key=291 timeout=10m\n"
	"              orig-packets=1 orig-bytes=36 orig-fasttrack-packets=0\n"
	"              orig-fasttrack-bytes=0 repl-packets=0 repl-bytes=0\n"
	"              repl-fasttrack-packets=0 repl-fasttrack-bytes=0 orig-rate=0bps\n"
	"              repl-rate=0bps\n"
	"\n"
	" 4    C       protocol=sctp src-address=10.0.0.1:1000 dst-address=10.0.0.2:2000\n"
	"              reply-src-address=10.0.0.2:2000 reply-dst-address=10.0.0.1:1000\n"
	"              timeout=3s orig-packets=1 orig-bytes=52 orig-fasttrack-packets=0\n"
	"              orig-fasttrack-bytes=0 repl-packets=0 repl-bytes=0\n"
	"              repl-fasttrack-packets=0 repl-fasttrack-bytes=0 orig-rate=0bps\n"
	"              repl-rate=0bps\n";

static const char detail_unlimited[] =
	"Flags: E - expected, S - seen-reply, A - assured, C - confirmed, D - dying, "
	"F - fasttrack, H - hw-offload, s - srcnat, d - dstnat, h - uses-helper\n"
	" 5    CD      protocol=139 src-address=10.0.0.1 assured=no\n";

static const char terse[] =
	" 2    C       protocol=udp src-address=2001:db8::1 src-port=5353 dst-address=ff02::fb "
	"dst-port=5353 reply-src-address=ff02::fb reply-src-port=5353 "
	"reply-dst-address=2001:db8::1 reply-dst-port=5353 timeout=30s connection-mark=\"WAN 1\" "
	"orig-packets=50 507 925 orig-bytes=1 orig-fasttrack-packets=0 orig-fasttrack-bytes=0 "
	"repl-packets=0 repl-bytes=0 repl-fasttrack-packets=0 repl-fasttrack-bytes=0 "
	"orig-rate=0bps repl-rate=0bps\n"
	" 3    C       protocol=gre src-address=10.0.0.1 dst-address=10.0.0.2 "
	"reply-src-address=10.0.0.2 reply-dst-address=10.0.0.1 gre-protocol=34827 gre-version=1 "
	"gre-key=291 timeout=10m orig-packets=1 orig-bytes=36 orig-fasttrack-packets=0 "
	"orig-fasttrack-bytes=0 repl-packets=0 repl-bytes=0 repl-fasttrack-packets=0 "
	"repl-fasttrack-bytes=0 orig-rate=0bps repl-rate=0bps\n";

static const char value_list[] =
	"              protocol: tcp                icmp     udp\n"
	"           src-address: 192.168.8.59:1643  10.0.0.1 2001:db8::1\n"
	"              src-port:                             5353\n"
	"           dst-address: 203.0.113.172:443  10.0.0.2 ff02::fb\n"
	"              dst-port:                             5353\n"
	"     reply-src-address: 203.0.113.172:443  10.0.0.2 ff02::fb\n"
	"        reply-src-port:                             5353\n"
	"     reply-dst-address: 198.51.100.65:1643 10.0.0.1 2001:db8::1\n"
	"        reply-dst-port:                             5353\n"
	"             tcp-state: established\n"
	"             icmp-type:                    8\n"
	"             icmp-code:                    0\n"
	"               icmp-id:                    69\n"
	"               timeout: 23h59m58s          9s       30s\n"
	"       connection-mark:                             \"WAN 1\"\n"
	"          orig-packets: 7                  1        50 507 925\n"
	"            orig-bytes: 1 804              84       1\n"
	"orig-fasttrack-packets: 0                  0        0\n"
	"  orig-fasttrack-bytes: 0                  0        0\n"
	"          repl-packets: 8                  1        0\n"
	"            repl-bytes: 6 169              84       0\n"
	"repl-fasttrack-packets: 0                  0        0\n"
	"  repl-fasttrack-bytes: 0                  0        0\n"
	"             orig-rate: 6.4kbps            0bps     0bps\n"
	"             repl-rate: 1760bps            0bps     0bps\n"
	"            seen-reply: yes                yes      no\n"
	"               assured: yes                no       no\n"
	"             confirmed: yes                yes      yes\n"
	"                srcnat: yes                no       no\n";

static const char json[] =
	"[\n"
	"{\".id\":\"*1\",\"protocol\":\"tcp\",\"src-address\":\"192.168.8.59:1643\","
	"\"src-port\":1643,\"dst-address\":\"203.0.113.172:443\",\"dst-port\":443,"
	"\"reply-src-address\":\"203.0.113.172:443\",\"reply-src-port\":443,"
	"\"reply-dst-address\":\"198.51.100.65:1643\",\"reply-dst-port\":1643,"
	"\"tcp-state\":\"established\",\"timeout\":\"23h59m58s\",\"orig-packets\":7,"
	"\"orig-bytes\":1804,\"orig-fasttrack-packets\":0,\"orig-fasttrack-bytes\":0,"
	"\"repl-packets\":8,\"repl-bytes\":6169,\"repl-fasttrack-packets\":0,"
	"\"repl-fasttrack-bytes\":0,\"orig-rate\":6400,\"repl-rate\":1760,\"expected\":false,"
	"\"seen-reply\":true,\"assured\":true,\"confirmed\":true,\"dying\":false,"
	"\"fasttrack\":false,\"hw-offload\":false,\"srcnat\":true,\"dstnat\":false,"
	"\"uses-helper\":false},\n"
	"{\".id\":\"*3\",\"protocol\":\"udp\",\"src-address\":\"2001:db8::1\",\"src-port\":5353,"
	"\"dst-address\":\"ff02::fb\",\"dst-port\":5353,\"reply-src-address\":\"ff02::fb\","
	"\"reply-src-port\":5353,\"reply-dst-address\":\"2001:db8::1\",\"reply-dst-port\":5353,"
	"\"timeout\":\"30s\",\"connection-mark\":\"WAN 1\",\"orig-packets\":50507925,"
	"\"orig-bytes\":1,\"orig-fasttrack-packets\":0,\"orig-fasttrack-bytes\":0,"
	"\"repl-packets\":0,\"repl-bytes\":0,\"repl-fasttrack-packets\":0,"
	"\"repl-fasttrack-bytes\":0,\"orig-rate\":0,\"repl-rate\":0,\"expected\":false,"
	"\"seen-reply\":false,\"assured\":false,\"confirmed\":true,\"dying\":false,"
	"\"fasttrack\":false,\"hw-offload\":false,\"srcnat\":false,\"dstnat\":false,"
	"\"uses-helper\":false}\n"
	"]\n";

static const char json_proplist[] =
	"[\n"
	"{\"src-address\":\"10.0.0.1\",\"timeout\":\"9s\",\"connection-state\":\"established\","
	"\"seen-reply\":true},\n"
	"{\"src-address\":\"10.0.0.1:1000\",\"src-port\":1000,\"timeout\":\"3s\","
	"\"connection-state\":\"new\",\"seen-reply\":false}\n"
	"]\n";

static const char count_only[] =
	"2\n";

static const struct {
	enum print_layout layout;
	unsigned width;
	const char *where, *proplist;
	bool ids;
	const char *want;
} cases[] = {
	{PRINT_BRIEF, 0, "",
	 "", false, brief},
	{PRINT_BRIEF, 0, "protocol=tcp",
	 "", false, brief_tcp},
	{PRINT_BRIEF, 110, "protocol=tcp or protocol=icmp",
	 "", false, brief_narrow},
	{PRINT_BRIEF, 60, "protocol=tcp or protocol=icmp",
	 "", false, brief_narrower},
	{PRINT_BRIEF, 0, "!dying",
	 "dst-port,protocol,connection-mark,connection-state,.id", false, brief_proplist},
	{PRINT_BRIEF, 0, "confirmed",
	 "protocol,orig-bytes", true, brief_ids},
	{PRINT_DETAIL, 80, "protocol!=139",
	 "", false, detail},
	{PRINT_DETAIL, 0, "dying",
	 "protocol,src-address,icmp-id,assured", false, detail_unlimited},
	{PRINT_TERSE, 80, "protocol=udp or protocol=gre",
	 "", false, terse},
	{PRINT_VALUE_LIST, 0, "protocol=tcp or protocol=udp or protocol=icmp",
	 "", false, value_list},
	{PRINT_JSON, 0, "protocol=tcp or protocol=udp",
	 "", false, json},
	{PRINT_JSON, 0, "protocol=sctp or protocol=icmp",
	 "src-address,src-port,timeout,connection-state,seen-reply", false, json_proplist},
	{PRINT_COUNT_ONLY, 0, "seen-reply",
	 "", false, count_only},
	{PRINT_BRIEF, 0, "protocol=ospf", "", false, ""},
	{PRINT_DETAIL, 0, "protocol=ospf", "", false, ""},
	{PRINT_TERSE, 0, "protocol=ospf", "", false, ""},
	{PRINT_VALUE_LIST, 0, "protocol=ospf", "", false, ""},
	{PRINT_JSON, 0, "protocol=ospf", "", false, "[]\n"},
	{PRINT_COUNT_ONLY, 0, "protocol=ospf", "", false, "0\n"},
};
/* clang-format on */

static const char *mark_name(void *ctx, uint32_t mark)
{
	(void)ctx;
	return mark == 7 ? "WAN 1" : NULL;
}

static void test_layouts(void **state)
{
	struct weir_conn conns[SAMPLES];
	struct conn_source source;

	(void)state;
	samples(conns);
	conn_source_array(&source, conns, SAMPLES);
	source.mark_name = mark_name;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct print_options options = {.layout = cases[i].layout,
		                                .width = cases[i].width,
		                                .show_ids = cases[i].ids};
		struct strbuf text = STRBUF_INIT;
		struct print_out out = print_to_strbuf(&text);
		struct where_error error;

		options.where = where_parse(&menu_connection, cases[i].where, &error);
		assert_non_null(options.where);
		if (cases[i].proplist[0])
			assert_true(print_proplist_parse(&menu_connection, cases[i].proplist,
			                                 &options.proplist, &text));
		assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
		assert_string_equal(strbuf_text(&text), cases[i].want);
		where_free(options.where);
		strbuf_free(&text);
	}
}

/* Another menu: flags that share a place, texts that need quotes, other alphabets. */
struct thing {
	bool off, bad, dynamic;
	const char *name;
};

enum { T_OFF, T_BAD, T_DYNAMIC, T_NAME };

static void thing_get(struct menu_source *source, const void *item, const struct property *property,
                      struct value *value)
{
	const struct thing *t = item;

	(void)source;
	if (property->id == T_NAME)
		*value = (struct value){
		        .type = VALUE_STRING, .text = t->name, .len = strlen(t->name)};
	else
		*value = value_number(VALUE_BOOL, property->id == T_OFF   ? t->off
		                                  : property->id == T_BAD ? t->bad
		                                                          : t->dynamic);
}

static const struct property thing_properties[] = {
        {.name = "off", .id = T_OFF, .kind.type = VALUE_BOOL, .flag = 'X', .flag_group = 1},
        {.name = "bad", .id = T_BAD, .kind.type = VALUE_BOOL, .flag = 'I', .flag_group = 1},
        {.name = "dynamic", .id = T_DYNAMIC, .kind.type = VALUE_BOOL, .flag = 'D'},
        {.name = "name", .id = T_NAME, .kind.type = VALUE_STRING, .brief = 1},
};

static const struct menu thing_menu = {.path = "/thing",
                                       .properties = thing_properties,
                                       .count = ARRAY_COUNT(thing_properties),
                                       .get = thing_get};

struct thing_source {
	struct menu_source source;
	size_t at;
};

static const void *thing_next(struct menu_source *source)
{
	static const struct thing things[] = {{true, false, false, "b\xc3\xa4r"},
	                                      {false, true, true, "two\nlines"},
	                                      {false, false, false, "plain"}};
	struct thing_source *s = (struct thing_source *)source;

	return s->at < ARRAY_COUNT(things) ? &things[s->at++] : NULL;
}

static void thing_rewind(struct menu_source *source)
{
	((struct thing_source *)source)->at = 0;
}

static void expect_things(enum print_layout layout, const char *want)
{
	struct thing_source source = {
	        .source = {.menu = &thing_menu, .next = thing_next, .rewind = thing_rewind}};
	struct print_options options = {.layout = layout};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);

	assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&text), want);
	strbuf_free(&text);
}

static void test_other_menu(void **state)
{
	(void)state;
	expect_things(PRINT_BRIEF, "Flags: X - OFF, I - BAD; D - DYNAMIC\n"
	                           "Columns: NAME\n"
	                           "#    NAME\n"
	                           "0 X  b\xc3\xa4r\n"
	                           "1 ID \"two\\nlines\"\n"
	                           "2    plain\n");
	expect_things(PRINT_DETAIL, "Flags: X - off, I - bad; D - dynamic\n"
	                            " 0 X  name=\"b\xc3\xa4r\"\n"
	                            "\n"
	                            " 1 ID name=\"two\\nlines\"\n"
	                            "\n"
	                            " 2    name=\"plain\"\n");
	expect_things(PRINT_TERSE, " 0 X  name=b\xc3\xa4r\n"
	                           " 1 ID name=\"two\\nlines\"\n"
	                           " 2    name=plain\n");
	expect_things(PRINT_VALUE_LIST, "    off: yes   no           no\n"
	                                "    bad: no    yes          no\n"
	                                "dynamic: no    yes          no\n"
	                                "   name: \"b\xc3\xa4r\" \"two\\nlines\" \"plain\"\n");
	expect_things(PRINT_JSON,
	              "[\n"
	              "{\"off\":true,\"bad\":false,\"dynamic\":false,\"name\":\"b\xc3\xa4r\"},\n"
	              "{\"off\":false,\"bad\":true,\"dynamic\":true,\"name\":\"two\\nlines\"},\n"
	              "{\"off\":false,\"bad\":false,\"dynamic\":false,\"name\":\"plain\"}\n"
	              "]\n");
}

/* A list longer than a batch and than the output's buffer is the same from an
 * array and from a callback, family by family. */
#define MANY 1000

static struct weir_conn many[MANY];

static size_t fetch(void *ctx, uint64_t *cursor, struct weir_conn *conns, size_t count)
{
	size_t n = 0;

	(void)ctx;
	for (; n < count && n < 7 && *cursor < MANY; n++)
		conns[n] = many[(*cursor)++];
	return n;
}

static void print_many(struct conn_source *source, enum print_layout layout, struct strbuf *text)
{
	struct print_options options = {.layout = layout};
	struct print_out out = print_to_strbuf(text);

	assert_int_equal(print_menu(&source->source, &options, &out), PRINT_OK);
}

static void test_sources(void **state)
{
	static struct conn_source array, list;
	struct weir_conn conns[SAMPLES];

	(void)state;
	samples(conns);
	for (size_t i = 0; i < MANY; i++) {
		many[i] = conns[i % SAMPLES];
		many[i].id = i + 1;
	}
	conn_source_array(&array, many, MANY);
	conn_source_list(&list, fetch, NULL);
	for (int layout = 0; layout < PRINT_LAYOUT_COUNT; layout++) {
		struct strbuf a = STRBUF_INIT, b = STRBUF_INIT;

		print_many(&array, (enum print_layout)layout, &a);
		print_many(&list, (enum print_layout)layout, &b);
		assert_string_equal(strbuf_text(&a), strbuf_text(&b));
		if (layout == PRINT_JSON) {
			json_t *array_json = json_loads(strbuf_text(&a), 0, NULL);

			assert_int_equal(json_array_size(array_json), MANY);
			json_decref(array_json);
		}
		strbuf_reset(&a);
		list.family = WEIR_IPV6;
		print_many(&list, PRINT_COUNT_ONLY, &a);
		assert_string_equal(strbuf_text(&a), "167\n");
		list.family = 0;
		strbuf_free(&a);
		strbuf_free(&b);
	}
}

static bool write_twice(void *ctx, const char *data, size_t len)
{
	(void)data, (void)len;
	return (*(unsigned *)ctx)++ < 2;
}

static void test_write_refused(void **state)
{
	static struct conn_source array;
	struct print_options options = {.layout = PRINT_TERSE};
	unsigned calls = 0;
	struct print_out out = {write_twice, &calls};

	(void)state;
	conn_source_array(&array, many, MANY);
	assert_int_equal(print_menu(&array.source, &options, &out), PRINT_NOT_WRITTEN);
	assert_int_equal(calls, 3);
}

static void test_names(void **state)
{
	struct print_proplist list;
	struct strbuf error = STRBUF_INIT;
	enum print_layout layout;

	(void)state;
	assert_true(print_layout_find("value-list", &layout));
	assert_int_equal(layout, PRINT_VALUE_LIST);
	assert_false(print_layout_find("table", &layout));
	assert_false(print_proplist_parse(&menu_connection, "protocol,src-adress", &list, &error));
	assert_string_equal(strbuf_text(&error), "no property 'src-adress' in /ip firewall "
	                                         "connection; did you mean src-address?");
	strbuf_reset(&error);
	assert_false(print_proplist_parse(&menu_connection, "protocol,", &list, &error));
	assert_string_equal(strbuf_text(&error), "no property '' in /ip firewall connection");
	strbuf_free(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_layouts), cmocka_unit_test(test_other_menu),
	        cmocka_unit_test(test_sources), cmocka_unit_test(test_write_refused),
	        cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
