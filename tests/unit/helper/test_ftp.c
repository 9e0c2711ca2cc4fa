/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What commands and answers of the File Transfer Protocol let expect, and what becomes of them
 * under translation.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT "10.0.0.2:1025>198.51.100.1:21"
#define MASQUERADED "198.51.100.1:21>192.0.2.1:1025"
#define CLIENT6 "[2001:db8::2]:1025>[2001:db8:1::1]:21"

/* The first line of each direction is only that. */
static void begin(struct call *c, const char *original, const char *reply)
{
	call_begin(c, HELPER_PARSER_FTP, original, reply);
	call_read(c, WEIR_REPLY, "220 hello\r\n");
	call_out(c, "220 hello\r\n");
	call_read(c, WEIR_ORIGINAL, "USER me\r\n");
	call_out(c, "USER me\r\n");
	call_expected(c, "");
}

static const struct row {
	enum weir_dir dir;
	const char *text;
	const char *expected; /* NULL: dropped as a part */
} rows[] = {
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n", "tcp 198.51.100.1:*>10.0.0.2:1025 data 300s\n"},
	{WEIR_ORIGINAL, "port 10,0,0,2,255,255\r\n",
	 "tcp 198.51.100.1:*>10.0.0.2:65535 data 300s\n"},
	{WEIR_ORIGINAL, "PORT   10,0,0,2,4,1\r\n", NULL},
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\n", NULL},
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4,1", NULL},
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4\r\n", NULL},
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4,1,2\r\n", NULL},
	{WEIR_ORIGINAL, "PORT\r\n", NULL},
	{WEIR_ORIGINAL, "PORT ", NULL},
	{WEIR_ORIGINAL, "POR", NULL},
	{WEIR_ORIGINAL, "e", NULL},
	{WEIR_ORIGINAL, "PORT 10,0,0,3,4,1\r\n", ""}, /* a third host */
	{WEIR_ORIGINAL, "PORT 10,0,0,2,3,255\r\n", ""}, /* a low port */
	{WEIR_ORIGINAL, "PORT 10,0,0,2,0,0\r\n", ""},
	{WEIR_ORIGINAL, "PORT 10,0,0,2,4,256\r\n", ""},
	{WEIR_ORIGINAL, "PORT 266,0,0,2,4,1\r\n", ""},
	{WEIR_ORIGINAL, "PORT 4294967306,0,0,2,4,1\r\n", ""},
	{WEIR_ORIGINAL, "227 (10,0,0,2,4,1)\r\n", ""}, /* an answer by the wrong side */
	{WEIR_ORIGINAL, "LIST\r\n", ""},
	{WEIR_ORIGINAL, "XPORT 10,0,0,2,4,1\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|1025|\r\n",
	 "tcp 198.51.100.1:*>10.0.0.2:1025 data 300s\n"},
	{WEIR_ORIGINAL, "EPRT !1!10.0.0.2!1025!\r\n",
	 "tcp 198.51.100.1:*>10.0.0.2:1025 data 300s\n"},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.3|1025|\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.258|1025|\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|1023|\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|66561|\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|0|\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|1025\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0|1025|\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |1||1025|\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |2|2001:db8::1|1025|\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT 515105025515\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |1|", NULL},
	{WEIR_REPLY, "227 Entering (198,51,100,1,4,1).\r\n",
	 "tcp 10.0.0.2:*>198.51.100.1:1025 data 300s\n"},
	{WEIR_REPLY, "227 =198,51,100,1,4,1\r\n", "tcp 10.0.0.2:*>198.51.100.1:1025 data 300s\n"},
	{WEIR_REPLY, "227 (10,0,0,2,4,1)\r\n", ""},
	{WEIR_REPLY, "227 (198,51,100,1,4,1", NULL},
	{WEIR_REPLY, "227 nothing\r\n", NULL},
	{WEIR_REPLY, "229 Extended (|||1025|)\r\n", "tcp 10.0.0.2:*>198.51.100.1:1025 data 300s\n"},
	{WEIR_REPLY, "229 (||1025|)\r\n", NULL},
	{WEIR_REPLY, "229 (|||x|)\r\n", NULL},
	{WEIR_REPLY, "229 |||1025|\r\n", NULL},
	{WEIR_REPLY, "229 (|||80|)\r\n", ""},
	{WEIR_REPLY, "226 done\r\n", ""},
	{WEIR_REPLY, "PORT 198,51,100,1,4,1\r\n", ""},
};

static void test_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct call c;

		begin(&c, CLIENT, NULL);
		call_read(&c, rows[i].dir, rows[i].text);
		if (!rows[i].expected != (c.result == HELPER_DROP))
			fail_msg("%s: %s", rows[i].text, c.result ? "dropped" : "passed");
		if (rows[i].expected)
			call_out(&c, rows[i].text);
		else
			call_dropped(&c, WEIR_R_HELPER_PARTIAL);
		call_expected(&c, rows[i].expected ? rows[i].expected : "");
		call_end(&c);
	}
}

static const struct row rows6[] = {
	{WEIR_ORIGINAL, "EPRT |2|2001:db8::2|1025|\r\n",
	 "tcp [2001:db8:1::1]:*>[2001:db8::2]:1025 data 300s\n"},
	{WEIR_ORIGINAL, "EPRT |2|2001:DB8:0:0:0:0:0:2|1025|\r\n",
	 "tcp [2001:db8:1::1]:*>[2001:db8::2]:1025 data 300s\n"},
	{WEIR_ORIGINAL, "EPRT |2|2001:db8::3|1025|\r\n", ""},
	{WEIR_ORIGINAL, "EPRT |2|2001:db8:::2|1025|\r\n", NULL},
	{WEIR_ORIGINAL, "EPRT |1|10.0.0.2|1025|\r\n", NULL},
	{WEIR_ORIGINAL, "PORT 32,1,13,184,4,1\r\n", ""},
	{WEIR_REPLY, "229 (|||1025|)\r\n", "tcp [2001:db8::2]:*>[2001:db8:1::1]:1025 data 300s\n"},
};

static void test_commands6(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows6); i++) {
		struct call c;

		begin(&c, CLIENT6, NULL);
		call_read(&c, rows6[i].dir, rows6[i].text);
		if (rows6[i].expected)
			call_out(&c, rows6[i].text);
		else
			call_dropped(&c, WEIR_R_HELPER_PARTIAL);
		call_expected(&c, rows6[i].expected ? rows6[i].expected : "");
		call_end(&c);
	}
}

static void test_masqueraded(void **state)
{
	struct call c;

	(void)state;
	begin(&c, CLIENT, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_out(&c, "PORT 192,0,2,1,4,1\r\n");
	call_expected(&c, "tcp 198.51.100.1:*>192.0.2.1:1025 to 10.0.0.2:1025 from 198.51.100.1 "
			  "data 300s\n");
	assert_int_equal(c.call.delta, 1);
	/* Another one takes its place. */
	call_read(&c, WEIR_ORIGINAL, "EPRT !1!10.0.0.2!2000!\r\n");
	call_out(&c, "EPRT |1|192.0.2.1|2000|\r\n");
	call_expected(&c, "tcp 198.51.100.1:*>192.0.2.1:2000 to 10.0.0.2:2000 from 198.51.100.1 "
			  "data 300s\n");
	/* The server is where it says that it is. */
	call_read(&c, WEIR_REPLY, "227 (198,51,100,1,8,0)\r\n");
	call_out(&c, "227 (198,51,100,1,8,0)\r\n");
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:2048 to 198.51.100.1:2048 from 192.0.2.1 "
			  "data 300s\n");
	assert_null(c.call.edit.data);
	call_end(&c);
}

static void test_server_behind(void **state)
{
	struct call c;

	(void)state;
	begin(&c, "203.0.113.9:1025>192.0.2.1:21", "10.0.0.21:21>203.0.113.9:1025");
	call_read(&c, WEIR_REPLY, "227 Entering Passive Mode (10,0,0,21,8,0).\r\n");
	call_out(&c, "227 Entering Passive Mode (192,0,2,1,8,0).\r\n");
	call_expected(&c, "tcp 203.0.113.9:*>192.0.2.1:2048 to 10.0.0.21:2048 from 203.0.113.9 "
			  "data 300s\n");
	call_read(&c, WEIR_REPLY, "229 (!!!2049!)\r\n");
	call_out(&c, "229 (|||2049|)\r\n");
	call_expected(&c, "tcp 203.0.113.9:*>192.0.2.1:2049 to 10.0.0.21:2049 from 203.0.113.9 "
			  "data 300s\n");
	call_end(&c);
}

static void test_six_translated(void **state)
{
	struct call c;

	(void)state;
	begin(&c, CLIENT6, "[2001:db8:1::1]:21>[2001:db8:2::1]:1025");
	call_read(&c, WEIR_ORIGINAL, "EPRT |2|2001:db8::2|1025|\r\n");
	call_out(&c, "EPRT |2|2001:db8:2::1|1025|\r\n");
	call_expected(&c, "tcp [2001:db8:1::1]:*>[2001:db8:2::1]:1025 to [2001:db8::2]:1025 from "
			  "2001:db8:1::1 data 300s\n");
	call_end(&c);
}

/* Another client has the port: a random one is told, and the same when the command comes again. */
static void test_collision(void **state)
{
	struct expectation other = {
		.tuple = {.proto = PROTO_TCP, .family = WEIR_IPV4, .dst_port = 1025},
		.any_src_port = true,
		.class = EXPECT_DATA,
		.master = 5,
		.expires = UINT64_MAX,
	};
	unsigned high, low;
	char told[64];
	struct call c;

	(void)state;
	begin(&c, CLIENT, MASQUERADED);
	other.tuple.src = c.tuple[1].src;
	other.tuple.dst = c.tuple[1].dst;
	assert_int_equal(expect_add(&c.expectations, &other, 1, c.now), EXPECT_OK);
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	assert_int_equal(c.result, HELPER_PASS);
	assert_true(c.size < sizeof told);
	memcpy(told, c.data, c.size);
	told[c.size] = '\0';
	assert_int_equal(sscanf(told, "PORT 192,0,2,1,%u,%u", &high, &low), 2);
	assert_true(high << 8 >= 1024 && high < 256 && low < 256);
	assert_int_not_equal(high << 8 | low, 1025);
	c.seq[0] -= (uint32_t)strlen("PORT 10,0,0,2,4,1\r\n");
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_out(&c, told);
	assert_int_equal(expect_forget(&c.expectations, CALL_MASTER, EXPECT_ALL), 1);
	assert_int_equal(expect_forget(&c.expectations, 5, EXPECT_ALL), 1);
	call_end(&c);
}

/* Without translation there is no other port. */
static void test_taken(void **state)
{
	struct expectation other = {
		.tuple = {.proto = PROTO_TCP, .family = WEIR_IPV4, .dst_port = 1025},
		.any_src = true,
		.any_src_port = true,
		.class = EXPECT_DATA,
		.master = 5,
		.expires = UINT64_MAX,
	};
	struct call c;

	(void)state;
	begin(&c, CLIENT, NULL);
	other.tuple.dst = c.tuple[0].src;
	assert_int_equal(expect_add(&c.expectations, &other, 1, c.now), EXPECT_OK);
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_dropped(&c, WEIR_R_HELPER_FULL);
	assert_int_equal(expect_forget(&c.expectations, 5, EXPECT_ALL), 1);
	call_end(&c);
}

/* Commands are read where lines begin, of which the latest two are known. */
static void test_places(void **state)
{
	static const char command[] = "PORT 10,0,0,2,4,1\r\n";
	static const char expected[] = "tcp 198.51.100.1:*>10.0.0.2:1025 data 300s\n";
	const uint32_t size = sizeof command - 1;
	struct call c;

	(void)state;
	/* The first one is not. */
	call_begin(&c, HELPER_PARSER_FTP, CLIENT, NULL);
	call_read(&c, WEIR_ORIGINAL, command);
	call_expected(&c, "");
	call_read(&c, WEIR_ORIGINAL, command);
	call_expected(&c, expected);
	call_end(&c);

	/* Behind half a line there is no beginning. */
	begin(&c, CLIENT, NULL);
	call_read(&c, WEIR_ORIGINAL, "STOR ");
	call_read(&c, WEIR_ORIGINAL, command);
	call_expected(&c, "");
	call_read(&c, WEIR_ORIGINAL, command);
	call_expected(&c, expected);
	call_end(&c);

	/* Sent again behind one line it is read, behind two it is not. */
	begin(&c, CLIENT, NULL);
	for (int lines = 1; lines <= 2; lines++) {
		call_read(&c, WEIR_ORIGINAL, command);
		call_expected(&c, expected);
		helper_forget(&c.call, EXPECT_DATA);
		for (int i = 1; i < lines; i++)
			call_read(&c, WEIR_ORIGINAL, "NOOP\r\n");
		c.seq[0] -= size + 6 * (uint32_t)(lines - 1);
		call_read(&c, WEIR_ORIGINAL, command);
		call_expected(&c, lines < 2 ? expected : "");
		helper_forget(&c.call, EXPECT_DATA);
	}
	call_end(&c);
}

/* What a browser is made to send is no FTP, however its segments end and begin. */
static void test_other(void **state)
{
	static const char *const first[] = {
		"POST /x HTTP/1.1\r\n", "GET /\r\n", "PUT /x HTTP/1.1\r\n", "US", "USER", "\r\n",
		"XUSER me\r\n", "USERS me\r\n", "US me\r\n", "\x16\x03\x01\n", "MI /\r\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(first); i++) {
		struct call c;

		call_begin(&c, HELPER_PARSER_FTP, CLIENT, MASQUERADED);
		call_read(&c, WEIR_REPLY, "220 hello\r\n");
		call_read(&c, WEIR_ORIGINAL, first[i]);
		call_out(&c, first[i]);
		call_read(&c, WEIR_ORIGINAL, "NOOP\r\n");
		call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
		call_out(&c, "PORT 10,0,0,2,4,1\r\n");
		call_read(&c, WEIR_REPLY, "227 (198,51,100,1,4,1)\r\n");
		call_expected(&c, "");
		call_end(&c);
	}
}

/* Commands of three letters and of four, in any case. */
static void test_first(void **state)
{
	static const char *const first[] = {"AUTH TLS\r\n", "pwd\r\n", "CWD /\n", "xrmd a\r\n",
					    "ABOR\r\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(first); i++) {
		struct call c;

		call_begin(&c, HELPER_PARSER_FTP, CLIENT, NULL);
		call_read(&c, WEIR_ORIGINAL, first[i]);
		call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
		call_expected(&c, "tcp 198.51.100.1:*>10.0.0.2:1025 data 300s\n");
		call_end(&c);
	}
}

static void test_no_room(void **state)
{
	struct call c;

	(void)state;
	begin(&c, CLIENT, MASQUERADED);
	c.room = 0;
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_expected(&c, "");
	c.seq[0] -= 19;
	c.room = 40 + 19; /* as long as it came */
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_expected(&c, "");
	c.seq[0] -= 19;
	c.room = 40 + 20;
	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
	call_out(&c, "PORT 192,0,2,1,4,1\r\n");
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),       cmocka_unit_test(test_commands6),
		cmocka_unit_test(test_masqueraded),    cmocka_unit_test(test_server_behind),
		cmocka_unit_test(test_six_translated), cmocka_unit_test(test_collision),
		cmocka_unit_test(test_taken),          cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_room),        cmocka_unit_test(test_other),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
