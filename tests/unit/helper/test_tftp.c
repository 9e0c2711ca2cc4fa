/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What requests of the Trivial File Transfer Protocol let expect.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char request[] = "\0\1file\0octet"; /* and a zero */
static const char data[] = "\0\3\0\1bytes";

static void test_request(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:2000>198.51.100.1:69", NULL);
	call_read_bytes(&c, WEIR_ORIGINAL, request, sizeof request);
	call_out_bytes(&c, request, sizeof request);
	call_expected(&c, "udp 198.51.100.1:*>10.0.0.2:2000 data 300s\n");
	/* Once more: not twice. */
	c.now += 10 * WEIR_SEC;
	call_read_bytes(&c, WEIR_ORIGINAL, "\0\2other\0octet", 14);
	call_expected(&c, "udp 198.51.100.1:*>10.0.0.2:2000 data 300s\n");
	call_end(&c);
}

static void test_translated(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:2000>198.51.100.1:69",
		   "198.51.100.1:69>192.0.2.1:3000");
	c.mark = 7;
	call_read_bytes(&c, WEIR_ORIGINAL, request, sizeof request);
	call_out_bytes(&c, request, sizeof request);
	call_expected(&c, "udp 198.51.100.1:*>192.0.2.1:3000 to 10.0.0.2:2000 from 198.51.100.1 "
			  "data 300s mark 7\n");
	call_end(&c);
}

static void test_six(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "[2001:db8::2]:2000>[2001:db8:1::1]:69", NULL);
	call_read_bytes(&c, WEIR_ORIGINAL, request, sizeof request);
	call_expected(&c, "udp [2001:db8:1::1]:*>[2001:db8::2]:2000 data 300s\n");
	call_end(&c);
}

static void test_other(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:2000>198.51.100.1:69", NULL);
	call_read_bytes(&c, WEIR_ORIGINAL, data, sizeof data);
	call_out_bytes(&c, data, sizeof data);
	call_read_bytes(&c, WEIR_ORIGINAL, "\0", 1);
	call_read_bytes(&c, WEIR_REPLY, request, sizeof request);
	call_out_bytes(&c, request, sizeof request);
	call_expected(&c, "");
	call_end(&c);
}

static void test_low_port(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:1023>198.51.100.1:69", NULL);
	call_read_bytes(&c, WEIR_ORIGINAL, request, sizeof request);
	call_out_bytes(&c, request, sizeof request);
	call_expected(&c, "");
	call_end(&c);
}

/* Somebody else waits for the same packets: the request is to be sent again later. */
static void test_taken(void **state)
{
	struct expectation other = {
		.tuple = {.proto = PROTO_UDP, .family = WEIR_IPV4, .dst_port = 2000},
		.any_src = true,
		.any_src_port = true,
		.class = EXPECT_DATA,
		.master = 5,
		.expires = UINT64_MAX,
	};
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_TFTP, "10.0.0.2:2000>198.51.100.1:69", NULL);
	other.tuple.dst = c.tuple[0].src;
	assert_int_equal(expect_add(&c.expectations, &other, 1, c.now), EXPECT_OK);
	call_read_bytes(&c, WEIR_ORIGINAL, request, sizeof request);
	call_dropped(&c, WEIR_R_HELPER_FULL);
	assert_int_equal(expect_forget(&c.expectations, 5, EXPECT_ALL), 1);
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),  cmocka_unit_test(test_translated),
		cmocka_unit_test(test_six),      cmocka_unit_test(test_other),
		cmocka_unit_test(test_low_port), cmocka_unit_test(test_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
