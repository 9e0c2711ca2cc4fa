/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines as conntrack 1.4.7 wrote them for the same connections (with `-L -o
 * extended` and counting switched on).
 */
#include "model/conntrack_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <weir/helper.h>

#include "sample.h"

static void expect_line(const struct weir_conn *conn, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	conntrack_line(conn, &out);
	assert_string_equal(strbuf_text(&out), want);
	strbuf_free(&out);
}

static void test_tcp(void **state)
{
	struct weir_conn c = sample_conn(1, 6, "127.0.0.1", 49460, "127.0.0.1", 5555, "127.0.0.1");

	(void)state;
	c.tcp_state = WEIR_TCP_TIME_WAIT;
	c.timeout = 119 * WEIR_SEC + 999 * WEIR_MSEC;
	c.status |= WEIR_STATUS_ASSURED;
	sample_counts(&c, 5, 270, 3, 164);
	expect_line(&c,
	            "ipv4     2 tcp      6 119 TIME_WAIT src=127.0.0.1 dst=127.0.0.1 sport=49460 "
	            "dport=5555 packets=5 bytes=270 src=127.0.0.1 dst=127.0.0.1 sport=5555 "
	            "dport=49460 packets=3 bytes=164 [ASSURED] mark=0 use=1\n");
	c.helper = WEIR_HELPER_FTP;
	c.status |= WEIR_STATUS_HELPER;
	expect_line(&c,
	            "ipv4     2 tcp      6 119 TIME_WAIT src=127.0.0.1 dst=127.0.0.1 sport=49460 "
	            "dport=5555 packets=5 bytes=270 src=127.0.0.1 dst=127.0.0.1 sport=5555 "
	            "dport=49460 packets=3 bytes=164 [ASSURED] mark=0 helper=ftp use=1\n");
	c = sample_conn(1, 6, "::1", 53324, "::1", 5556, "::1");
	c.tcp_state = WEIR_TCP_SYN_SENT;
	c.timeout = 9 * WEIR_SEC;
	sample_counts(&c, 2, 152, 0, 0);
	expect_line(&c, "ipv6     10 tcp      6 9 SYN_SENT src=::1 dst=::1 sport=53324 dport=5556 "
	                "packets=2 bytes=152 [UNREPLIED] src=::1 dst=::1 sport=5556 dport=53324 "
	                "packets=0 bytes=0 mark=0 use=1\n");
}

static void test_icmp(void **state)
{
	struct weir_conn c = sample_conn(1, 1, "127.0.0.1", 0, "127.0.0.1", 0, "127.0.0.1");

	(void)state;
	c.icmp_type = 13;
	c.icmp_id = 7;
	c.timeout = 29 * WEIR_SEC;
	sample_counts(&c, 1, 40, 0, 0);
	expect_line(&c, "ipv4     2 icmp     1 29 src=127.0.0.1 dst=127.0.0.1 type=13 code=0 id=7 "
	                "packets=1 bytes=40 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 type=14 code=0 "
	                "id=7 packets=0 bytes=0 mark=0 use=1\n");
	c = sample_conn(1, 58, "::1", 0, "::1", 0, "::1");
	c.icmp_type = 128;
	c.icmp_id = 9946;
	c.mark = 7;
	c.timeout = 29 * WEIR_SEC;
	sample_counts(&c, 1, 104, 1, 104);
	expect_line(&c,
	            "ipv6     10 icmpv6   58 29 src=::1 dst=::1 type=128 code=0 id=9946 packets=1 "
	            "bytes=104 src=::1 dst=::1 type=129 code=0 id=9946 packets=1 bytes=104 mark=7 "
	            "use=1\n");
}

static void test_gre_sctp_udplite(void **state)
{
	struct weir_conn c = sample_conn(1, 47, "127.0.0.1", 0, "127.0.0.1", 0x123, "127.0.0.1");

	(void)state;
	c.timeout = 29 * WEIR_SEC;
	c.mark = 7;
	sample_counts(&c, 1, 36, 0, 0);
	expect_line(&c,
	            "ipv4     2 gre      47 29 src=127.0.0.1 dst=127.0.0.1 srckey=0x0 dstkey=0x123 "
	            "packets=1 bytes=36 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 srckey=0x123 "
	            "dstkey=0x0 packets=0 bytes=0 mark=7 use=1\n");
	c = sample_conn(1, 132, "127.0.0.1", 1000, "127.0.0.1", 2000, "127.0.0.1");
	c.sctp_state = WEIR_SCTP_CLOSED;
	c.timeout = 9 * WEIR_SEC;
	sample_counts(&c, 1, 52, 0, 0);
	expect_line(&c, "ipv4     2 sctp     132 9 CLOSED src=127.0.0.1 dst=127.0.0.1 sport=1000 "
	                "dport=2000 packets=1 bytes=52 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 "
	                "sport=2000 dport=1000 packets=0 bytes=0 mark=0 use=1\n");
	c = sample_conn(1, 136, "127.0.0.1", 51128, "127.0.0.1", 9, "127.0.0.1");
	c.timeout = 29 * WEIR_SEC;
	sample_counts(&c, 1, 33, 0, 0);
	expect_line(&c,
	            "ipv4     2 udplite  136 29 src=127.0.0.1 dst=127.0.0.1 sport=51128 dport=9 "
	            "packets=1 bytes=33 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=9 "
	            "dport=51128 packets=0 bytes=0 mark=0 use=1\n");
}

static void test_unknown(void **state)
{
	struct weir_conn c = sample_conn(1, 50, "::1", 0, "::1", 0, "::1");

	(void)state;
	c.timeout = 599 * WEIR_SEC;
	c.mark = 7;
	sample_counts(&c, 1, 56, 0, 0);
	expect_line(&c,
	            "ipv6     10 unknown  50 599 src=::1 dst=::1 packets=1 bytes=56 [UNREPLIED] "
	            "src=::1 dst=::1 packets=0 bytes=0 mark=7 use=1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_tcp),
	        cmocka_unit_test(test_icmp),
	        cmocka_unit_test(test_gre_sctp_udplite),
	        cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
