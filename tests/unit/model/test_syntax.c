/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Syntaxes: the canonical form of what each reads, that reading it again gives the same, what is
 * refused, and the structs that the firewall takes from them.
 */
#include "model/syntax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

#define RANGE_ERROR "value of range expects range of ip addresses"

struct sample {
	const struct value_syntax *syntax;
	uint8_t family;
	const char *text;
	const char *canonical; /* NULL: the same */
};

static bool reads(const struct sample *s, const char *text, struct strbuf *out,
                  struct strbuf *error)
{
	struct value_kind kind = {
	        .type = VALUE_STRING, .family = s->family, .syntax = s->syntax};

	return s->syntax->read(&kind, text, strlen(text), out, error);
}

static const struct sample good[] = {
        {&syntax_address_range, 0, "10.0.0.1", NULL},
        {&syntax_address_range, 0, "10.0.0.1/32", "10.0.0.1"},
        {&syntax_address_range, 0, "1.1.1.1/24", "1.1.1.0/24"},
        {&syntax_address_range, 0, "1.1.1.1/255.255.255.0", "1.1.1.0/24"},
        {&syntax_address_range, 0, "1.1.1.1/0.0.0.0", "0.0.0.0/0"},
        {&syntax_address_range, 0, "10.0.0.1-10.0.0.9", NULL},
        {&syntax_address_range, 0, "10.0.0.1-10.0.0.1", "10.0.0.1"},
        {&syntax_address_range, 0, "192.168.0.0-192.168.1.255", NULL},
        {&syntax_address_range, WEIR_IPV6, "2001:DB8::1/32", "2001:db8::/32"},
        {&syntax_address_range, WEIR_IPV6, "fe80::1/128", "fe80::1"},
        {&syntax_list_address, 0, "192.168.0.0-192.168.1.255", "192.168.0.0/23"},
        {&syntax_list_address, 0, "192.168.0.5-192.168.0.5", "192.168.0.5"},
        {&syntax_list_address, 0, "192.168.1.0-192.168.2.255", NULL},
        {&syntax_list_address, 0, "0.0.0.0-255.255.255.255", "0.0.0.0/0"},
        {&syntax_list_address, 0, "192.168.3.7/24", "192.168.3.0/24"},
        {&syntax_list_address, 0, "www.example.com", NULL},
        {&syntax_list_address, 0, "3com.example", NULL},
        {&syntax_list_address, WEIR_IPV6, "fe80::/10", NULL},
        {&syntax_list_address, WEIR_IPV6, "host", NULL},
        {&syntax_interface_address, WEIR_IPV4, "192.168.88.1/24", NULL},
        {&syntax_interface_address, WEIR_IPV4, "192.168.88.1/255.255.255.0", "192.168.88.1/24"},
        {&syntax_interface_address, WEIR_IPV4, "192.168.88.1/32", "192.168.88.1"},
        {&syntax_interface_address, WEIR_IPV4, "192.168.88.1", NULL},
        {&syntax_interface_address, WEIR_IPV6, "2001:db8::1", "2001:db8::1/64"},
        {&syntax_interface_address, WEIR_IPV6, "2001:db8::1/128", NULL},
        {&syntax_icmp_options, 0, "8:0-255", NULL},
        {&syntax_icmp_options, 0, "8:0", NULL},
        {&syntax_icmp_options, 0, "3:1-1", "3:1"},
        {&syntax_icmp_options, 0, "135", NULL},
        {&syntax_tcp_flags, 0, "syn,!ack", NULL},
        {&syntax_tcp_flags, 0, "!ack,fin", "fin,!ack"},
        {&syntax_tcp_flags, 0, "!fin,!syn,!rst,!ack", NULL},
        {&syntax_tcp_flags, 0, "!,syn,ack", NULL},
        {&syntax_tcp_flags, 0, "!,!ack,s", "!,syn,!ack"},
        {&syntax_connection_bytes, 0, "500000-0", NULL},
        {&syntax_connection_bytes, 0, "500k-1M", "500000-1000000"},
        {&syntax_connection_bytes, 0, "0-0", NULL},
        {&syntax_connection_rate, 0, "200k-100M", NULL},
        {&syntax_connection_rate, 0, "200000-100000000", "200k-100M"},
        {&syntax_connection_rate, 0, "0-1500", NULL},
        {&syntax_connection_limit, 0, "100,32", NULL},
        {&syntax_connection_limit, WEIR_IPV6, "3,128", NULL},
        {&syntax_limit, 0, "5,10:packet", NULL},
        {&syntax_limit, 0, "10,5", "10,5:packet"},
        {&syntax_limit, 0, "1/1m,9", "1/1m,9:packet"},
        {&syntax_limit, 0, "50/1s,5:packet", "50,5:packet"},
        {&syntax_limit, 0, "10000000,0:bit", "10M,0:bit"},
        {&syntax_dst_limit, 0, "32,32,src-and-dst-addresses/10s", NULL},
        {&syntax_dst_limit, 0, "1/60,9,dst-address/1m", "1/1m,9,dst-address/1m"},
        {&syntax_dst_limit, 0, "5,5,addresses-and-dst-port", NULL},
        {&syntax_nth, 0, "2,1", NULL},
        {&syntax_nth, 0, "2", NULL},
        {&syntax_per_connection_classifier, 0, "both-addresses:2/0", NULL},
        {&syntax_per_connection_classifier, 0, "src-address:3/2", NULL},
        {&syntax_per_connection_classifier, 0, "both-addresses-and-ports:4/3", NULL},
        {&syntax_psd, 0, "21,3s,3,1", NULL},
        {&syntax_psd, 0, "21,00:00:03,3,1", "21,3s,3,1"},
        {&syntax_time_of_week, 0, "8h-17h,mon,tue", NULL},
        {&syntax_time_of_week, 0, "08:00:00-17:30,tue,mon", "8h-17h30m,mon,tue"},
        {&syntax_time_of_week, 0, "0s-1d,sun,mon,tue,wed,thu,fri,sat", NULL},
        {&syntax_time_of_week, 0, "22h-6h", NULL},
        {&syntax_ttl, 0, "equal:1", NULL},
        {&syntax_ttl, 0, "less-than:5", NULL},
        {&syntax_new_ttl, 0, "set:64", NULL},
        {&syntax_new_ttl, 0, "inc:1", "increment:1"},
        {&syntax_hotspot, 0, "!auth,from-client", "from-client,!auth"},
        {&syntax_hotspot, 0, "http", NULL},
        {&syntax_ipsec_policy, 0, "in,ipsec", NULL},
        {&syntax_ipsec_policy, 0, "out,none", NULL},
        {&syntax_headers, 0, "frag,hop:exact", "hop,frag:exact"},
        {&syntax_headers, 0, "ah:contains", NULL},
        {&syntax_headers, 0, "proto", NULL},
        {&syntax_tos, 0, "16/255", NULL},
        {&syntax_tos, 0, "0x10", "16"},
        {&syntax_bandwidth, 0, "unlimited/unlimited", NULL},
        {&syntax_bandwidth, 0, "10000000/1500", "10M/1500"},
        {&syntax_bandwidth, 0, "10M", "10M/10M"},
        {&syntax_date, 0, "2026-11-21", NULL},
        {&syntax_date, 0, "jan/02/1970", NULL},
        {&syntax_date, 0, "Feb/29/2024", "feb/29/2024"},
        {&syntax_date_time, 0, "jan/01/1970 00:00:00", NULL},
        {&syntax_date_time, 0, "2026-11-21", "2026-11-21 00:00:00"},
        {&syntax_date_time, 0, "2026-11-21 3:4:5", "2026-11-21 03:04:05"},
        {&syntax_time_of_day, 0, "03:00:00", NULL},
        {&syntax_time_of_day, 0, "3h30m", "03:30:00"},
        {&syntax_time_of_day, 0, "startup", NULL},
        {&syntax_time_zone, 0, "+02:00", NULL},
        {&syntax_time_zone, 0, "-5:30", "-05:30"},
        {&syntax_time_zone, 0, "-0", "+00:00"},
};

static void test_canonical(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
		const char *want = good[i].canonical ? good[i].canonical : good[i].text;
		struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT, error = STRBUF_INIT;

		if (!reads(&good[i], good[i].text, &once, &error))
			fail_msg("refused: %s", good[i].text);
		assert_string_equal(strbuf_text(&once), want);
		if (!reads(&good[i], want, &twice, &error))
			fail_msg("refused again: %s", want);
		assert_string_equal(strbuf_text(&twice), want);
		assert_int_equal(error.len, 0);
		strbuf_free(&once);
		strbuf_free(&twice);
		strbuf_free(&error);
	}
}

static void test_refused(void **state)
{
	/* canonical is the error here */
	static const struct sample bad[] = {
	        {&syntax_address_range, 0, "10.0.0", RANGE_ERROR},
	        {&syntax_address_range, 0, "10.0.0.0/33", RANGE_ERROR},
	        {&syntax_address_range, 0, "10.0.0.0/255.0.255.0", RANGE_ERROR},
	        {&syntax_address_range, 0, "10.0.0.9-10.0.0.1", RANGE_ERROR},
	        {&syntax_address_range, WEIR_IPV4, "::1", RANGE_ERROR},
	        {&syntax_address_range, WEIR_IPV4, "", RANGE_ERROR},
	        {&syntax_address_range, WEIR_IPV6, "10.0.0.1", ""},
	        {&syntax_address_range, WEIR_IPV6, "fe80::1-fe80::2", ""},
	        {&syntax_list_address, 0, "10.0.0", ""},
	        {&syntax_list_address, 0, "10.0.0.300", ""},
	        {&syntax_list_address, 0, "a..b", ""},
	        {&syntax_list_address, 0, "-a.b", ""},
	        {&syntax_list_address, 0, "a b", ""},
	        {&syntax_list_address, 0, "", ""},
	        {&syntax_interface_address, WEIR_IPV4, "10.0.0.1/33", ""},
	        {&syntax_interface_address, WEIR_IPV4, "::1/64", ""},
	        {&syntax_interface_address, WEIR_IPV4, "ether1", ""},
	        {&syntax_icmp_options, 0, "256", ""},
	        {&syntax_icmp_options, 0, "8:", ""},
	        {&syntax_icmp_options, 0, "8:5-1", ""},
	        {&syntax_tcp_flags, 0, "", ""},
	        {&syntax_tcp_flags, 0, "!", ""},
	        {&syntax_tcp_flags, 0, "!,", ""},
	        {&syntax_tcp_flags, 0, "syn,", ""},
	        {&syntax_tcp_flags, 0, "syn,!syn", ""},
	        {&syntax_tcp_flags, 0, "sin", ""},
	        {&syntax_connection_bytes, 0, "5", ""},
	        {&syntax_connection_bytes, 0, "5-4", ""},
	        {&syntax_connection_rate, 0, "200k", ""},
	        {&syntax_connection_rate, 0, "0-5G", ""},
	        {&syntax_connection_limit, 0, "100", ""},
	        {&syntax_connection_limit, 0, "100,33", "value of netmask out of range (0..32)"},
	        {&syntax_limit, 0, "5", ""},
	        {&syntax_limit, 0, "0,5", ""},
	        {&syntax_limit, 0, "5/0s,5", ""},
	        {&syntax_limit, 0, "5,5:byte", ""},
	        {&syntax_limit, 0, "5,5:", ""},
	        {&syntax_limit, 0, "33000000000,5", ""},
	        {&syntax_dst_limit, 0, "5,5", ""},
	        {&syntax_dst_limit, 0, "5,5,both", ""},
	        {&syntax_dst_limit, 0, "5,5,dst-address/", ""},
	        {&syntax_nth, 0, "2,3", ""},
	        {&syntax_nth, 0, "2,0", ""},
	        {&syntax_nth, 0, "0", ""},
	        {&syntax_nth, 0, "2,1,1", ""},
	        {&syntax_per_connection_classifier, 0, "both-addresses:2/2", ""},
	        {&syntax_per_connection_classifier, 0, "both:2/1", ""},
	        {&syntax_per_connection_classifier, 0, "both-ports:0/0", ""},
	        {&syntax_psd, 0, "21,3s,3", ""},
	        {&syntax_psd, 0, "21,3s,3,1,1", ""},
	        {&syntax_time_of_week, 0, "8h", ""},
	        {&syntax_time_of_week, 0, "8h-25h", ""},
	        {&syntax_time_of_week, 0, "8h-17h,", ""},
	        {&syntax_time_of_week, 0, "8h-17h,m0n", ""},
	        {&syntax_ttl, 0, "1", ""},
	        {&syntax_ttl, 0, "equal:256", ""},
	        {&syntax_new_ttl, 0, "equal:1", ""},
	        {&syntax_hotspot, 0, "from-client,!from-client", ""},
	        {&syntax_ipsec_policy, 0, "in", ""},
	        {&syntax_ipsec_policy, 0, "in,all", ""},
	        {&syntax_headers, 0, "!hop", ""},
	        {&syntax_headers, 0, "hop:all", ""},
	        {&syntax_tos, 0, "256", ""},
	        {&syntax_tos, 0, "1/", ""},
	        {&syntax_bandwidth, 0, "fast/slow", ""},
	        {&syntax_date, 0, "2026-02-29", ""},
	        {&syntax_date, 0, "1969-12-31", ""},
	        {&syntax_date, 0, "foo/01/1970", ""},
	        {&syntax_date, 0, "2026", ""},
	        {&syntax_date_time, 0, "2026-11-21 24:00:00", ""},
	        {&syntax_time_of_day, 0, "24:00:00", ""},
	        {&syntax_time_of_day, 0, "", ""},
	        {&syntax_time_zone, 0, "", ""},
	        {&syntax_time_zone, 0, "+02:60", ""},
	        {&syntax_time_zone, 0, "+15:00", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		struct strbuf out = STRBUF_INIT, error = STRBUF_INIT;

		if (reads(&bad[i], bad[i].text, &out, &error))
			fail_msg("not refused: %s", bad[i].text);
		assert_string_equal(strbuf_text(&error), bad[i].canonical);
		strbuf_free(&out);
		strbuf_free(&error);
	}
}

#define PARSE(parse, text, to) assert_true(parse(text, strlen(text), to))

static uint32_t last_octet(const union weir_addr *addr)
{
	return be32(addr) & 0xff;
}

static void test_ranges(void **state)
{
	struct address_range r;
	struct number_range n;

	(void)state;
	assert_true(address_range_parse("10.0.0.8/29", 11, 0, &r));
	assert_int_equal(r.family, WEIR_IPV4);
	assert_int_equal(last_octet(&r.first), 8);
	assert_int_equal(last_octet(&r.last), 15);
	assert_true(address_range_parse("10.0.0.3-10.0.0.7", 17, 0, &r));
	assert_int_equal(last_octet(&r.first), 3);
	assert_int_equal(last_octet(&r.last), 7);
	assert_true(address_range_parse("2001:db8::/33", 13, WEIR_IPV6, &r));
	assert_int_equal(r.last.v6[3], 0xb8);
	assert_int_equal(r.last.v6[4], 0x7f);
	assert_int_equal(r.last.v6[15], 0xff);
	assert_false(address_range_parse("10.0.0.1", 8, WEIR_IPV6, &r));
	assert_true(number_range_parse("80", 2, 65535, &n));
	assert_true(n.first == 80 && n.last == 80);
	assert_true(number_range_parse("80-90", 5, 65535, &n));
	assert_true(n.first == 80 && n.last == 90);
	assert_false(number_range_parse("80-65536", 8, 65535, &n));
	assert_false(number_range_parse("90-80", 5, 65535, &n));
	PARSE(connection_bytes_parse, "500000-0", &n);
	assert_true(n.first == 500000 && n.last == UINT64_MAX);
}

static void test_packets(void **state)
{
	struct icmp_options icmp;
	struct tcp_flags flags;
	struct classifier pcc;
	struct nth nth;
	struct ttl_match ttl;
	struct ttl_change change;
	struct tos_match tos;
	struct ipsec_match ipsec;
	struct header_match headers;

	(void)state;
	PARSE(icmp_options_parse, "135", &icmp);
	assert_true(icmp.type == 135 && icmp.first_code == 0 && icmp.last_code == 255);
	PARSE(icmp_options_parse, "3:4", &icmp);
	assert_true(icmp.type == 3 && icmp.first_code == 4 && icmp.last_code == 4);
	PARSE(tcp_flags_parse, "syn,!ack", &flags);
	assert_true(flags.set == 2 && flags.clear == 16 && !flags.negated);
	PARSE(tcp_flags_parse, "!,syn,ack", &flags);
	assert_true(flags.set == 18 && flags.clear == 0 && flags.negated);
	PARSE(classifier_parse, "dst-address-and-port:7/3", &pcc);
	assert_int_equal(pcc.fields, FIELD_DST_ADDRESS | FIELD_DST_PORT);
	assert_true(pcc.denominator == 7 && pcc.remainder == 3);
	PARSE(nth_parse, "5", &nth);
	assert_true(nth.every == 5 && nth.packet == 1);
	PARSE(ttl_match_parse, "greater-than:9", &ttl);
	assert_true(ttl.test == TTL_GREATER_THAN && ttl.value == 9);
	PARSE(ttl_change_parse, "decrement:1", &change);
	assert_true(change.how == TTL_DECREMENT && change.value == 1);
	PARSE(tos_match_parse, "4/252", &tos);
	assert_true(tos.value == 4 && tos.mask == 252);
	PARSE(ipsec_match_parse, "out,ipsec", &ipsec);
	assert_true(ipsec.out && ipsec.ipsec);
	PARSE(header_match_parse, "dst,frag:exact", &headers);
	assert_true(headers.headers == 10 && headers.exact);
}

static void test_rates_and_times(void **state)
{
	struct rate_limit limit;
	struct dst_limit dst;
	struct connection_limit count;
	struct port_scan psd;
	struct time_of_week time;

	(void)state;
	PARSE(rate_limit_parse, "2k/1m,7:bit", &limit);
	assert_true(limit.rate == 2000 && limit.time == 60 * WEIR_SEC && limit.burst == 7 &&
	            limit.bits);
	PARSE(dst_limit_parse, "32,31,addresses-and-dst-port/10s", &dst);
	assert_true(dst.limit.rate == 32 && dst.limit.time == WEIR_SEC && dst.limit.burst == 31 &&
	            dst.fields == (FIELD_SRC_ADDRESS | FIELD_DST_ADDRESS | FIELD_DST_PORT) &&
	            dst.expire == 10 * WEIR_SEC);
	PARSE(connection_limit_parse, "100,24", &count);
	assert_true(count.count == 100 && count.bits == 24);
	PARSE(port_scan_parse, "21,3s,3,1", &psd);
	assert_true(psd.weight == 21 && psd.delay == 3 * WEIR_SEC && psd.low_weight == 3 &&
	            psd.high_weight == 1);
	PARSE(time_of_week_parse, "8h-17h,mon,tue", &time);
	assert_true(time.start == 28800 && time.end == 61200 && time.days == 6);
	PARSE(time_of_week_parse, "0s-1d", &time);
	assert_true(time.start == 0 && time.end == 86400 && time.days == 127);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_canonical),       cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_ranges),          cmocka_unit_test(test_packets),
	        cmocka_unit_test(test_rates_and_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
