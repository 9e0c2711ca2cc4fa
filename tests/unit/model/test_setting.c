/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings: what each kind makes of what is written, that its shown form reads as the same, the
 * console's errors, references by id, completion.
 */
#include "model/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/syntax.h"
#include "model/tree.h"
#include "unit/memory.h"

static const struct value_name states[] = {{8, "invalid", NULL},   {1, "established", NULL},
                                           {2, "related", NULL},   {4, "new", NULL},
                                           {16, "untracked", NULL}, {0, NULL, NULL}};
static const struct value_name protocols[] = {
        {6, "tcp", NULL},         {17, "udp", NULL},      {136, "udp-lite", NULL},
        {50, "ipsec-esp", "esp"}, {51, "ipsec-ah", "ah"}, {0, NULL, NULL}};
static const struct value_name topics[] = {
        {1, "info", NULL}, {2, "firewall", NULL}, {3, "debug", NULL}, {0, NULL, NULL}};
static const struct value_name autos[] = {{0, "auto", NULL}, {0, NULL, NULL}};
static const struct value_name nones[] = {
        {0, "none-dynamic", NULL}, {1, "none-static", NULL}, {0, NULL, NULL}};
static const struct value_name groups[] = {
        {1, "all-ethernet", NULL}, {2, "all-ppp", NULL}, {0, NULL, NULL}};

#define KIND(name, ...) static const struct value_kind name = {__VA_ARGS__}

KIND(port, .type = VALUE_NUMBER, .max = 65535);
KIND(distance, .type = VALUE_NUMBER, .min = 1, .max = 254);
KIND(ports, .type = VALUE_NUMBER, .max = 65535, .form = KIND_NOT | KIND_LIST | KIND_RANGE);
KIND(mtu, .type = VALUE_NUMBER, .max = 65535, .names = autos);
KIND(size, .type = VALUE_NUMBER, .form = KIND_UNITS);
KIND(memory, .type = VALUE_NUMBER, .form = KIND_BYTES);
KIND(share, .type = VALUE_NUMBER, .form = KIND_PERCENT, .max = 100);
KIND(priority, .type = VALUE_NUMBER, .max = 65535, .form = KIND_HEX);
KIND(spans, .type = VALUE_NUMBER, .names = autos, .form = KIND_LIST | KIND_RANGE);
KIND(truth, .type = VALUE_BOOL);
KIND(duration, .type = VALUE_TIME, .max = 35 * 604800 * WEIR_SEC, .names = nones);
KIND(interval, .type = VALUE_TIME, .min = WEIR_SEC, .max = 60 * WEIR_SEC);
KIND(address, .type = VALUE_ADDRESS);
KIND(address4, .type = VALUE_ADDRESS, .family = WEIR_IPV4, .form = KIND_RANGE);
KIND(prefix, .type = VALUE_PREFIX);
KIND(prefix6, .type = VALUE_PREFIX, .family = WEIR_IPV6, .form = KIND_NOT);
KIND(prefixes, .type = VALUE_PREFIX, .form = KIND_LIST | KIND_EMPTY);
KIND(mac, .type = VALUE_MAC, .form = KIND_NOT);
KIND(protocol, .type = VALUE_ENUM, .names = protocols, .max = 255, .form = KIND_NOT);
KIND(state, .type = VALUE_ENUM, .names = states, .form = KIND_NOT | KIND_SET);
KIND(topic, .type = VALUE_ENUM, .names = topics, .form = KIND_SET | KIND_EACH_NOT | KIND_EMPTY);
KIND(text, .type = VALUE_STRING);
KIND(prefix_text, .type = VALUE_STRING, .max = 5);
KIND(not_text, .type = VALUE_STRING, .form = KIND_NOT);
KIND(texts, .type = VALUE_STRING, .form = KIND_LIST);
KIND(rate, .type = VALUE_RATE);
KIND(counter, .type = VALUE_COUNTER);
KIND(item_id, .type = VALUE_ID);
KIND(interface, .type = VALUE_REFERENCE, .refers = "/interface", .names = groups,
     .form = KIND_NOT);
KIND(list, .type = VALUE_REFERENCE, .refers = "/interface list", .form = KIND_NOT);
KIND(table, .type = VALUE_REFERENCE, .refers = "/routing table");
KIND(lists, .type = VALUE_REFERENCE, .refers = "/interface list",
     .form = KIND_LIST | KIND_EACH_NOT | KIND_EMPTY);
KIND(source, .type = VALUE_STRING, .form = KIND_NOT, .syntax = &syntax_address_range);
KIND(flags, .type = VALUE_STRING, .syntax = &syntax_tcp_flags, .form = KIND_EMPTY);
KIND(limit, .type = VALUE_STRING, .syntax = &syntax_limit, .form = KIND_NOT, .names = nones);

/* Five interfaces; ids are places from 1, as they are for lists. */
static const char *const names[] = {"ether1", "ether10", "bridge", "LAN", "a,b"};

static enum setting_found find(void *ctx, const struct value_kind *kind, const char *name,
                               size_t len, uint64_t *id)
{
	unsigned begun = 0;

	(void)ctx, (void)kind;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (strncmp(names[i], name, len) != 0)
			continue;
		if (names[i][len] == '\0') {
			*id = i + 1;
			return SETTING_ONE;
		}
		*id = i + 1;
		begun++;
	}
	return begun > 1 ? SETTING_SEVERAL : begun ? SETTING_ONE : SETTING_NONE;
}

static bool name_of(void *ctx, const struct value_kind *kind, uint64_t id, const char **name,
                    size_t *len)
{
	(void)ctx, (void)kind;
	if (id == 0 || id > ARRAY_COUNT(names))
		return false;
	*name = names[id - 1];
	*len = strlen(*name);
	return true;
}

static const struct setting_scope scope = {.find = find, .name = name_of};

static void test_kept_and_shown(void **state_)
{
	/* NULL: the same as the one before it */
	static const struct {
		const struct value_kind *kind;
		const char *text, *kept, *shown;
	} cases[] = {
	        {&port, "0x50", "80", NULL},
	        {&ports, "80", NULL, NULL},
	        {&ports, "80,443,8000-8080", NULL, NULL},
	        {&ports, "!0x50,90-90", "!80,90", NULL},
	        {&mtu, "auto", NULL, NULL},
	        {&mtu, "a", "auto", NULL},
	        {&mtu, "0", NULL, NULL},
	        {&size, "64k", NULL, NULL},
	        {&size, "64000", "64k", NULL},
	        {&size, "1.5M", "1500k", NULL},
	        {&size, "1501", NULL, NULL},
	        {&size, "0", NULL, NULL},
	        {&memory, "1KiB", "1024", NULL},
	        {&share, "7%", "7", NULL},
	        {&priority, "32768", "0x8000", NULL},
	        {&spans, "1-5,auto", NULL, NULL},
	        {&truth, "true", "yes", NULL},
	        {&truth, "n", "no", NULL},
	        {&truth, "fal", "no", NULL},
	        {&duration, "00:10:00", "10m", NULL},
	        {&duration, "1d1h1s500ms", NULL, NULL},
	        {&duration, "none-dynamic", NULL, NULL},
	        {&duration, "none-s", "none-static", NULL},
	        {&address, "2001:DB8::0", "2001:db8::", NULL},
	        {&address4, "10.0.0.1-10.0.0.9", NULL, NULL},
	        {&address4, "10.0.0.1-10.0.0.1", "10.0.0.1", NULL},
	        {&prefix, "192.168.0.5/24", "192.168.0.0/24", NULL},
	        {&prefix, "10.1.1.1/255.0.0.0", "10.0.0.0/8", NULL},
	        {&prefix, "10.1.1.1/32", "10.1.1.1", NULL},
	        {&prefix, "fe80::1/128", "fe80::1", NULL},
	        {&prefix6, "!fe80::1/10", "!fe80::/10", NULL},
	        {&prefixes, "10.0.0.1/8,::/0", "10.0.0.0/8,::/0", NULL},
	        {&prefixes, "", "", NULL},
	        {&mac, "!02:00:5e:10:00:01", "!02:00:5E:10:00:01", NULL},
	        {&mac, "02-00-5e-10-00-ff", "02:00:5E:10:00:FF", NULL},
	        {&protocol, "6", "tcp", NULL},
	        {&protocol, "tc", "tcp", NULL},
	        {&protocol, "udp", NULL, NULL},
	        {&protocol, "udp-", "udp-lite", NULL},
	        {&protocol, "!esp", "!ipsec-esp", NULL},
	        {&protocol, "139", NULL, NULL},
	        {&state, "untracked,established", "established,untracked", NULL},
	        {&state, "!rel,est,est", "!established,related", NULL},
	        {&topic, "!firewall,info", "info,!firewall", NULL},
	        {&topic, "", "", NULL},
	        {&text, "", NULL, NULL},
	        {&text, "!a,b\xff", NULL, NULL},
	        {&prefix_text, "abcde", NULL, NULL},
	        {&not_text, "!abc", NULL, NULL},
	        {&texts, "b,a", NULL, NULL},
	        {&rate, "1500000", "1500k", NULL},
	        {&rate, "10Mbps", "10M", NULL},
	        {&counter, "50 507", "50507", NULL},
	        {&item_id, "*1f", "*1F", NULL},
	        {&interface, "bridge", "*3", "bridge"},
	        {&interface, "!br", "!*3", "!bridge"},
	        {&interface, "ether1", "*1", "ether1"},
	        {&interface, "all-ethernet", NULL, NULL},
	        {&interface, "!all-p", "!all-ppp", NULL},
	        {&interface, "*c", "*C", "*C"},
	        {&interface, "*3", "*3", "bridge"},
	        {&lists, "LAN,!bridge", "*4,!*3", "LAN,!bridge"},
	        {&lists, "", "", NULL},
	        {&source, "!10.0.0.1/8", "!10.0.0.0/8", NULL},
	        {&flags, "!,ack,syn", "!,syn,ack", NULL},
	        {&flags, "", "", NULL},
	        {&limit, "!5,5", "!5,5:packet", NULL},
	        {&limit, "none-static", NULL, NULL},
	        {&limit, "none-s", "none-static", NULL},
	};

	(void)state_;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const char *kept = cases[i].kept ? cases[i].kept : cases[i].text;
		const char *shown = cases[i].shown ? cases[i].shown : kept;
		struct strbuf out = STRBUF_INIT, error = STRBUF_INIT;

		strbuf_str(&out, "before ");
		if (!setting_read(cases[i].kind, "x", cases[i].text, strlen(cases[i].text), &scope,
		                  &out, &error))
			fail_msg("%s: %s", cases[i].text, strbuf_text(&error));
		assert_string_equal(strbuf_text(&out) + 7, kept);
		strbuf_reset(&out);
		setting_show(cases[i].kind, kept, strlen(kept), &scope, &out);
		assert_string_equal(strbuf_text(&out), shown);
		strbuf_reset(&out);
		assert_true(setting_read(cases[i].kind, "x", shown, strlen(shown), &scope, &out,
		                         &error));
		assert_string_equal(strbuf_text(&out), kept);
		assert_int_equal(error.len, 0);
		strbuf_free(&out);
		strbuf_free(&error);
	}
}

#define AMBIGUOUS(what) "ambiguous value of " what ", more than one possible value matches input"
#define NO_MATCH(what) "input does not match any value of " what

static void test_errors(void **state_)
{
	static const struct {
		const struct value_kind *kind;
		const char *name, *text, *error;
	} cases[] = {
	        {&port, "port", "70000", "value of port out of range (0..65535)"},
	        {&port, "port", "http", "invalid value for argument port"},
	        {&port, "port", "-1", "invalid value for argument port"},
	        {&port, "port", "", "invalid value for argument port"},
	        {&port, "port", "!1", "invalid value for argument port"},
	        {&port, "port", "1,2", "invalid value for argument port"},
	        {&distance, "distance", "0", "value of distance out of range (1..254)"},
	        {&ports, "dst-port", "80,65536", "value of dst-port out of range (0..65535)"},
	        {&ports, "dst-port", "80-", "invalid value for argument dst-port"},
	        {&ports, "dst-port", "90-80", "invalid value for argument dst-port"},
	        {&ports, "dst-port", "80,,90", "invalid value for argument dst-port"},
	        {&ports, "dst-port", "!", "invalid value for argument dst-port"},
	        {&ports, "dst-port", "80,!90", "invalid value for argument dst-port"},
	        {&spans, "spans", "5-auto", "invalid value for argument spans"},
	        {&truth, "disabled", "maybe", "expected yes or no"},
	        {&truth, "disabled", "", "expected yes or no"},
	        {&interval, "interval", "x", "invalid time value for argument interval"},
	        {&interval, "interval", "2m", "value of interval out of range (1s..1m)"},
	        {&duration, "timeout", "none", AMBIGUOUS("timeout")},
	        {&address, "address", "10.0.0", "invalid value for argument address"},
	        {&address, "address", "10.0.0.1:80", "invalid value for argument address"},
	        {&address4, "to-addresses", "::1", "value of range expects range of ip addresses"},
	        {&prefix, "address", "10.0.0.0/33", "invalid value for argument address"},
	        {&prefix6, "src-address", "10.0.0.0/8", "invalid value for argument src-address"},
	        {&mac, "mac", "02:00:5E:10:00", "invalid value for argument mac"},
	        {&mac, "mac", "02:00:5E:10:00:0g", "invalid value for argument mac"},
	        {&protocol, "protocol", "foo", NO_MATCH("protocol")},
	        {&protocol, "protocol", "ip", AMBIGUOUS("protocol")},
	        {&protocol, "protocol", "256", "value of protocol out of range (0..255)"},
	        {&state, "connection-state", "est,old", NO_MATCH("connection-state")},
	        {&state, "connection-state", "est,", "invalid value for argument connection-state"},
	        {&state, "connection-state", "est,!new", NO_MATCH("connection-state")},
	        {&topic, "topics", "info,!info", "invalid value for argument topics"},
	        {&topic, "topics", "!", "invalid value for argument topics"},
	        {&prefix_text, "log-prefix", "abcdef", "value of log-prefix is longer than 5 bytes"},
	        {&interface, "in-interface", "wlan1", NO_MATCH("interface")},
	        {&interface, "in-interface", "eth", AMBIGUOUS("interface")},
	        {&interface, "in-interface", "", AMBIGUOUS("interface")},
	        {&interface, "in-interface", "!", AMBIGUOUS("interface")},
	        {&interface, "in-interface", "all", AMBIGUOUS("interface")},
	        {&list, "in-interface-list", "WAN", NO_MATCH("interface-list")},
	        {&table, "table", "x", NO_MATCH("table")},
	        {&lists, "include", "LAN,,bridge", AMBIGUOUS("interface-list")},
	        {&source, "src-address", "10.0.0", "value of range expects range of ip addresses"},
	        {&flags, "tcp-flags", "sin", "invalid value for argument tcp-flags"},
	        {&limit, "limit", "5", "invalid value for argument limit"},
	};

	(void)state_;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf out = STRBUF_INIT, error = STRBUF_INIT;

		strbuf_str(&out, "before");
		if (setting_read(cases[i].kind, cases[i].name, cases[i].text, strlen(cases[i].text),
		                 &scope, &out, &error))
			fail_msg("not refused: %s=%s", cases[i].name, cases[i].text);
		assert_string_equal(strbuf_text(&error), cases[i].error);
		assert_string_equal(strbuf_text(&out), "before");
		strbuf_free(&out);
		strbuf_free(&error);
	}
}

static void test_without_scope(void **state_)
{
	struct strbuf out = STRBUF_INIT, error = STRBUF_INIT;

	(void)state_;
	assert_false(setting_read(&interface, "x", "bridge", 6, NULL, &out, &error));
	assert_string_equal(strbuf_text(&error), NO_MATCH("interface"));
	assert_true(setting_read(&interface, "x", "*5", 2, NULL, &out, &error));
	setting_show(&interface, "!*5", 3, NULL, &out);
	assert_string_equal(strbuf_text(&out), "*5!*5");
	strbuf_free(&out);
	strbuf_free(&error);
}

static void test_values(void **state_)
{
	struct strbuf room = STRBUF_INIT, out = STRBUF_INIT;
	struct value value;

	(void)state_;
	setting_value(&port, "80", 2, &scope, &room, &value);
	assert_true(value.type == VALUE_NUMBER && value.number == 80);
	setting_value(&port, "", 0, &scope, &room, &value);
	assert_int_equal(value.type, VALUE_NONE);
	setting_value(&distance, "0", 1, &scope, &room, &value);
	assert_true(value.type == VALUE_NUMBER && value.number == 0);
	setting_value(&prefixes, "", 0, &scope, &room, &value);
	assert_true(value.type == VALUE_STRING && value.len == 0);
	setting_value(&mtu, "auto", 4, &scope, &room, &value);
	assert_true(value.type == VALUE_STRING);
	value_print(&mtu, &value, VALUE_JSON, &out);
	assert_string_equal(strbuf_text(&out), "\"auto\"");
	setting_value(&rate, "1500k", 5, &scope, &room, &value);
	assert_true(value.type == VALUE_RATE && value.number == 1500000);
	setting_value(&interface, "!*3", 3, &scope, &room, &value);
	assert_true(value.type == VALUE_STRING && value.len == 7);
	assert_memory_equal(value.text, "!bridge", 7);
	setting_value(&ports, "80,90", 5, &scope, &room, &value);
	assert_true(value.type == VALUE_STRING && value.len == 5);
	setting_value(&prefix, "10.0.0.0/8", 10, &scope, &room, &value);
	assert_true(value.type == VALUE_PREFIX && value.length == 8);
	strbuf_free(&room);
	strbuf_free(&out);
}

static void add_id(void *ctx, uint64_t id)
{
	strbuf_printf((struct strbuf *)ctx, "%ju ", (uintmax_t)id);
}

static void test_references(void **state_)
{
	struct strbuf ids = STRBUF_INIT;

	(void)state_;
	assert_true(setting_refers(&interface));
	assert_false(setting_refers(&text));
	setting_references(&lists, "*4,!*3", 6, add_id, &ids);
	setting_references(&interface, "!*1F", 4, add_id, &ids);
	setting_references(&interface, "all-ppp", 7, add_id, &ids);
	setting_references(&text, "*5", 2, add_id, &ids);
	assert_string_equal(strbuf_text(&ids), "4 3 31 ");
	strbuf_free(&ids);
}

/* An id that was written elsewhere means nothing here, and is shown as it was. */
static void test_strays(void **state_)
{
	static const struct setting_scope elsewhere = {.find = find, .name = name_of,
	                                               .strays = true};
	struct strbuf kept = STRBUF_INIT, shown = STRBUF_INIT, ids = STRBUF_INIT;
	struct strbuf error = STRBUF_INIT;

	(void)state_;
	assert_true(setting_read(&lists, "list", "*1,!*C", 6, &elsewhere, &kept, &error));
	setting_show(&lists, strbuf_text(&kept), kept.len, &scope, &shown);
	assert_string_equal(strbuf_text(&shown), "*1,!*C");
	setting_references(&lists, strbuf_text(&kept), kept.len, add_id, &ids);
	assert_string_equal(strbuf_text(&ids), "9223372036854775809 9223372036854775820 ");
	/* Nobody writes one otherwise. */
	assert_false(setting_read(&lists, "list", strbuf_text(&kept), kept.len, &scope, &shown,
	                          &error));
	assert_string_equal(strbuf_text(&error), "input does not match any value of interface-list");
	strbuf_free(&kept);
	strbuf_free(&shown);
	strbuf_free(&ids);
	strbuf_free(&error);
}

static void add_word(void *ctx, const char *word, const char *help)
{
	assert_null(help);
	strbuf_printf((struct strbuf *)ctx, "%s ", word);
}

static void test_complete(void **state_)
{
	static const struct {
		const struct value_kind *kind;
		const char *text;
		size_t start;
		const char *words;
	} cases[] = {
	        {&truth, "", 0, "no yes "},
	        {&truth, "y", 0, "yes "},
	        {&protocol, "ud", 0, "udp udp-lite "},
	        {&protocol, "!ud", 1, "udp udp-lite "},
	        {&state, "est", 0, "established "},
	        {&state, "!established,r", 13, "related "},
	        {&topic, "info,!f", 6, "firewall "},
	        {&mtu, "", 0, "auto "},
	        {&text, "a", 0, ""},
	        {&interface, "all-e", 0, "all-ethernet "},
	};

	(void)state_;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf words = STRBUF_INIT;

		assert_int_equal(setting_complete(cases[i].kind, cases[i].text,
		                                  strlen(cases[i].text), add_word, &words),
		                 cases[i].start);
		assert_string_equal(strbuf_text(&words), cases[i].words);
		strbuf_free(&words);
	}
}

/* One element of generated text: something a user could write, or nearly. */
static void generate(uint64_t *random, struct strbuf *out)
{
	static const char *const pieces[] = {
	        "80",      "443",     "-",        ",",           "!",       "10.0.0.1", "/8",
	        "/24",     "::",      "2001:db8", "established", "related", "tcp",      "udp",
	        "info",    "ether1",  "bridge",   "*3",          "auto",    "5,10",     ":packet",
	        "1h",      "30",      "m",        "00:10:00",    "k",       "M",        "0x1F",
	        "syn",     "ack",     "02:00:",   "5e:10:00:01", "yes",     "none-static", "/",
	};

	for (uint64_t n = next_random(random) % 5; n-- + 1;)
		strbuf_str(out, pieces[next_random(random) % ARRAY_COUNT(pieces)]);
}

/* Whatever is accepted is shown as what reads as the same. */
static void test_stable(void **state_)
{
	static const struct value_kind *const kinds[] = {
	        &port,     &ports,  &mtu,   &size,  &memory,   &priority, &spans,     &truth,
	        &duration, &address, &address4, &prefix, &prefix6, &prefixes, &mac,       &protocol,
	        &state,    &topic,  &text,  &texts, &not_text, &rate,     &interface, &lists,
	        &source,   &flags,  &limit, &counter};
	uint64_t random = 88172645463325252;
	unsigned accepted = 0;

	(void)state_;
	for (unsigned round = 0; round < 200000; round++) {
		const struct value_kind *kind = kinds[round % ARRAY_COUNT(kinds)];
		struct strbuf in = STRBUF_INIT, kept = STRBUF_INIT, shown = STRBUF_INIT;
		struct strbuf again = STRBUF_INIT, error = STRBUF_INIT;

		generate(&random, &in);
		if (setting_read(kind, "x", strbuf_text(&in), in.len, &scope, &kept, &error)) {
			setting_show(kind, strbuf_text(&kept), kept.len, &scope, &shown);
			if (!setting_read(kind, "x", strbuf_text(&shown), shown.len, &scope, &again,
			                  &error) ||
			    strcmp(strbuf_text(&kept), strbuf_text(&again)) != 0)
				fail_msg("'%s': kept '%s', shown '%s', again '%s'",
				         strbuf_text(&in), strbuf_text(&kept), strbuf_text(&shown),
				         strbuf_text(&again));
			accepted++;
		} else {
			assert_true(error.len > 0);
			assert_int_equal(kept.len, 0);
		}
		strbuf_free(&in);
		strbuf_free(&kept);
		strbuf_free(&shown);
		strbuf_free(&again);
		strbuf_free(&error);
	}
	assert_true(accepted > 10000);
}

/* Any name is the fifth item's: what the tables refer to is not there yet. */
static enum setting_found find_any(void *ctx, const struct value_kind *kind, const char *name,
                                   size_t len, uint64_t *id)
{
	(void)ctx, (void)kind, (void)name;
	*id = 5;
	return len ? SETTING_ONE : SETTING_NONE;
}

static void expect_default(const struct menu *menu, const struct property *property,
                           const char *written)
{
	static const struct setting_scope any = {.find = find_any, .name = name_of};
	struct strbuf kept = STRBUF_INIT, again = STRBUF_INIT, error = STRBUF_INIT;

	if (!setting_read(&property->kind, property->name, written, strlen(written), &any, &kept,
	                  &error))
		fail_msg("%s: %s", menu->path, strbuf_text(&error));
	assert_true(setting_read(&property->kind, property->name, strbuf_text(&kept), kept.len,
	                         &any, &again, &error));
	assert_string_equal(strbuf_text(&kept), strbuf_text(&again));
	strbuf_free(&kept);
	strbuf_free(&again);
	strbuf_free(&error);
}

/* The tables of all menus: kinds are complete, defaults are values of them. */
static void test_menus(void **state_)
{
	(void)state_;
	for (const struct menu *const *m = menu_list; *m; m++) {
		for (size_t i = 0; i < (*m)->count; i++) {
			const struct property *p = &(*m)->properties[i];
			const struct value_kind *kind = &p->kind;

			if ((kind->type == VALUE_ENUM && kind->names == NULL) ||
			    (kind->type == VALUE_REFERENCE && kind->refers == NULL) ||
			    (kind->max && kind->min > kind->max))
				fail_msg("%s: %s has half a kind", (*m)->path, p->name);
			if (p->initial)
				expect_default(*m, p, p->initial);
			if (p->initial_v6)
				expect_default(*m, p, p->initial_v6);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_kept_and_shown), cmocka_unit_test(test_errors),
	        cmocka_unit_test(test_without_scope),  cmocka_unit_test(test_values),
	        cmocka_unit_test(test_references),
	        cmocka_unit_test(test_strays),     cmocka_unit_test(test_complete),
	        cmocka_unit_test(test_stable),         cmocka_unit_test(test_menus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
