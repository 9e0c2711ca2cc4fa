/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What DCC offers of Internet Relay Chat let expect, and what is no offer.
 *
 * 10.0.0.2 is 167772162, 192.0.2.1 is 3221225985, 10.0.0.3 is 167772163.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define ORIGINAL "10.0.0.2:1025>198.51.100.1:6667"
#define REPLY "198.51.100.1:6667>192.0.2.1:1025"
#define ANYONE "tcp *:*>10.0.0.2:5000 data 300s\n"
#define OFFER "PRIVMSG bob :\001DCC SEND f 167772162 5000\001\r\n"

static void begin(struct call *c, const char *reply)
{
	call_begin(c, HELPER_PARSER_IRC, ORIGINAL, reply);
	call_read(c, WEIR_ORIGINAL, "NICK alice\r\n");
	call_out(c, "NICK alice\r\n");
}

/* A line of an untranslated client's: what it lets expect. */
static void test_lines(void **state)
{
	static const struct {
		const char *line, *expected;
	} lines[] = {
		{OFFER, ANYONE},
		{"PRIVMSG bob :\001DCC SEND f 167772162 5000 31337\001\r\n", ANYONE},
		{"PRIVMSG #c,bob :\001DCC CHAT chat 167772162 5000\001\n", ANYONE},
		{"PRIVMSG bob :\001DCC MOVE f 167772162 5000\001\r\n", ANYONE},
		{"PRIVMSG bob :\001DCC TSEND f 167772162 5000\001\r\n", ANYONE},
		{"PRIVMSG bob :\001DCC SCHAT chat 167772162 5000\001\r\n", ANYONE},
		{"NOTICE bob :\001DCC CHAT chat 167772162 5000\001\r\n", ANYONE},
		{"privmsg bob :\001dcc send f 167772162 5000\001\r\n", ANYONE},
		{"PRIVMSG bob \001DCC SEND f 167772162 5000\001\r\n", ANYONE},
		{"PRIVMSG bob :\001DCC SEND \"my file\" 167772162 5000\001\r\n", ANYONE},
		{"PRIVMSG bob :\001DCC SEND f  167772162  5000\001\r\n", ANYONE},
		{"PING x\r\n" OFFER, ANYONE},
		{"PRIVMSG bob :\001DCC SEND f 167772162 5000\001", ANYONE},
		{"PRIVMSG bob :\001DCC SEND f 3221225985 5000\001\r\n", ""}, /* not translated */
		/* A third host's, the server's. */
		{"PRIVMSG bob :\001DCC SEND f 167772163 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 3325256705 5000\001\r\n", ""},
		/* Beyond what an address or port can be; 4462739458 is 10.0.0.2 + 2^32. */
		{"PRIVMSG bob :\001DCC SEND f 4462739458 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 167772162 70536\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 167772162 1023\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 167772162 0 77\001\r\n",
		 ""}, /* the peer is to listen */
		{"PRIVMSG bob :\001DCC SEND f 167772162\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 10.0.0.2 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f -167772162 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND\001\r\n", ""},
		{"PRIVMSG bob :\001DCC RESUME f 5000 77\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SENDER f 167772162 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC XMIT f 167772162 5000\001\r\n", ""},
		/* Not at the beginning. */
		{"PRIVMSG bob :see \001DCC SEND f 167772162 5000\001\r\n", ""},
		{"PRIVMSG bob :DCC SEND f 167772162 5000\r\n", ""},
		{"TOPIC #c :PRIVMSG bob :\001DCC SEND f 167772162 5000\001\r\n", ""},
		{" " OFFER, ""},
		{"\001DCC SEND f 167772162 5000\001\r\n", ""},
		{"PRIVMSGS bob :\001DCC SEND f 167772162 5000\001\r\n", ""},
		{"PRIVMSG bob :\001DCC SEND f 167772162 50\r\n00\001\r\n", ""},
		{"\r\n", ""},
		{"\n\n\n", ""},
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		begin(&c, NULL);
		call_read(&c, WEIR_ORIGINAL, lines[i].line);
		call_out(&c, lines[i].line);
		call_expected(&c, lines[i].expected);
		call_end(&c);
	}
}

static void test_translated(void **state)
{
	struct call c;

	(void)state;
	begin(&c, REPLY);
	c.mark = 3;
	call_read(&c, WEIR_ORIGINAL,
		  "PING x\r\n" OFFER
		  "NOTICE bob :\001DCC CHAT chat 3221225985 5001\001\r\nPING y\r\n");
	call_out(&c, "PING x\r\n"
		     "PRIVMSG bob :\001DCC SEND f 3221225985 5000\001\r\n"
		     "NOTICE bob :\001DCC CHAT chat 3221225985 5001\001\r\n"
		     "PING y\r\n");
	call_expected(
		&c, "tcp *:*>192.0.2.1:5000 to 10.0.0.2:5000 from 198.51.100.1 data 300s mark 3\n"
		    "tcp *:*>192.0.2.1:5001 to 10.0.0.2:5001 from 198.51.100.1 data 300s mark 3\n");
	call_end(&c);
}

/* Another port where the same one is taken, and the same port again for the same offer. */
static void test_other_port(void **state)
{
	struct expectation other = {
		.any_src = true, .any_src_port = true, .master = 99, .expires = UINT64_MAX};
	char first[64];
	struct call c;

	(void)state;
	begin(&c, REPLY);
	other.tuple = c.tuple[WEIR_REPLY];
	other.tuple.dst_port = 5000;
	assert_int_equal(expect_add(&c.expectations, &other, 8, c.now), EXPECT_OK);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	assert_int_equal(c.result, HELPER_PASS);
	assert_true(c.size > 40 && c.size < sizeof first);
	memcpy(first, c.data, c.size);
	first[c.size] = '\0';
	assert_memory_equal(first, "PRIVMSG bob :\001DCC SEND f 3221225985 ", 36);
	assert_string_not_equal(first, "PRIVMSG bob :\001DCC SEND f 3221225985 5000\001\r\n");
	c.seq[WEIR_ORIGINAL] -= (uint32_t)strlen(OFFER);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_out(&c, first);
	assert_int_equal(c.expectations.count, 2);
	expect_forget(&c.expectations, 99, EXPECT_ALL);
	call_end(&c);
}

/* Lines begin where a line has ended, not where a segment begins. */
static void test_segments(void **state)
{
	struct call c;

	(void)state;
	begin(&c, NULL);
	call_read(&c, WEIR_ORIGINAL, "PRIVMSG #c :some text that goes on ");
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, "");
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, ANYONE);
	helper_forget(&c.call, EXPECT_DATA);
	/* Sent again: both begin where they began. */
	c.seq[WEIR_ORIGINAL] -= (uint32_t)strlen(OFFER);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, ANYONE);
	helper_forget(&c.call, EXPECT_DATA);
	c.seq[WEIR_ORIGINAL] -= 2 * (uint32_t)strlen(OFFER);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, "");
	/* One was lost on the way to us: nobody knows what came before. */
	c.seq[WEIR_ORIGINAL] += 1000;
	call_read(&c, WEIR_ORIGINAL, OFFER OFFER);
	call_expected(&c, ANYONE);
	helper_forget(&c.call, EXPECT_DATA);
	c.seq[WEIR_ORIGINAL] += 1000;
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, "");
	call_end(&c);
}

/* What says something else first is something else. */
static void test_first(void **state)
{
	static const struct {
		const char *first;
		bool irc;
	} cases[] = {
		{"PASS secret\r\n", true},
		{"cap LS 302\r\n", true},
		{"USER a 0 * :A\r\nNICK a\r\n", true},
		{"PONG :x\n", true},
		{"QUIT\r\n", true},
		{"POST / HTTP/1.1\r\nHost: a\r\n\r\n", false},
		{"GET / HTTP/1.1\r\n", false},
		{"\026\003\001\002", false},
		{"NICKNAME x\r\n", false},
		{"NICK", false},
		{"\r\n", false},
		{"x\r\n", false},
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		call_begin(&c, HELPER_PARSER_IRC, ORIGINAL, NULL);
		call_read(&c, WEIR_ORIGINAL, cases[i].first);
		if (cases[i].first[strlen(cases[i].first) - 1] != '\n')
			call_read(&c, WEIR_ORIGINAL, "\r\n");
		call_read(&c, WEIR_ORIGINAL, OFFER);
		call_expected(&c, cases[i].irc ? ANYONE : "");
		call_end(&c);
	}
	/* The offer itself may be the first. */
	call_begin(&c, HELPER_PARSER_IRC, ORIGINAL, NULL);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, ANYONE);
	call_end(&c);
}

static void test_server(void **state)
{
	struct call c;

	(void)state;
	begin(&c, NULL);
	call_read(&c, WEIR_REPLY, OFFER);
	call_read(&c, WEIR_REPLY, "PRIVMSG bob :\001DCC SEND f 3325256705 5000\001\r\n");
	call_expected(&c, "");
	call_end(&c);
}

static void test_limit(void **state)
{
	struct call c;
	char line[64];

	(void)state;
	begin(&c, NULL);
	for (int i = 0; i < 10; i++) {
		snprintf(line, sizeof line, "PRIVMSG bob :\001DCC CHAT chat 167772162 %d\001\r\n",
			 5000 + i);
		call_read(&c, WEIR_ORIGINAL, line);
	}
	call_expected(&c, "tcp *:*>10.0.0.2:5002 data 300s\ntcp *:*>10.0.0.2:5003 data 300s\n"
			  "tcp *:*>10.0.0.2:5004 data 300s\ntcp *:*>10.0.0.2:5005 data 300s\n"
			  "tcp *:*>10.0.0.2:5006 data 300s\ntcp *:*>10.0.0.2:5007 data 300s\n"
			  "tcp *:*>10.0.0.2:5008 data 300s\ntcp *:*>10.0.0.2:5009 data 300s\n");
	call_end(&c);
}

/* An offer that is cut off, at every byte: dropped once if it must be translated. */
static void test_cut(void **state)
{
	static const char line[] = "PRIVMSG bob :\001DCC SEND f 167772162 5000\001\r\n";
	struct call c;
	char part[64];

	(void)state;
	for (size_t n = 8; n < sizeof line - 4; n++) {
		memcpy(part, line, n);
		part[n] = '\0';
		begin(&c, REPLY);
		call_read(&c, WEIR_ORIGINAL, part);
		call_dropped(&c, WEIR_R_HELPER_PARTIAL);
		c.seq[WEIR_ORIGINAL] -= (uint32_t)n;
		call_read(&c, WEIR_ORIGINAL, part);
		call_out(&c, part);
		call_expected(&c, "");
		call_end(&c);
		begin(&c, NULL);
		call_read(&c, WEIR_ORIGINAL, part);
		call_out(&c, part);
		call_end(&c);
	}
	/* It comes again whole. */
	begin(&c, REPLY);
	call_read(&c, WEIR_ORIGINAL, "PRIVMSG bob :\001DCC SEND f 1677");
	call_dropped(&c, WEIR_R_HELPER_PARTIAL);
	c.seq[WEIR_ORIGINAL] -= 29;
	call_read(&c, WEIR_ORIGINAL, line);
	call_out(&c, "PRIVMSG bob :\001DCC SEND f 3221225985 5000\001\r\n");
	call_end(&c);
	/* Text is no offer wherever it is cut. */
	begin(&c, REPLY);
	call_read(&c, WEIR_ORIGINAL, "PRIVMSG bob :hello the");
	call_out(&c, "PRIVMSG bob :hello the");
	call_end(&c);
}

static void test_no_room(void **state)
{
	struct call c;

	(void)state;
	begin(&c, REPLY);
	c.room = 0;
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
	/* Nothing may be expected: the offer stays as it is. */
	begin(&c, REPLY);
	expect_set_most(&c.expectations, 0);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_out(&c, OFFER);
	call_end(&c);
}

static void test_six(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_IRC, "[2001:db8::2]:1025>[2001:db8:1::1]:6667", NULL);
	call_read(&c, WEIR_ORIGINAL, OFFER);
	call_expected(&c, "");
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),      cmocka_unit_test(test_translated),
		cmocka_unit_test(test_other_port), cmocka_unit_test(test_segments),
		cmocka_unit_test(test_first),      cmocka_unit_test(test_server),
		cmocka_unit_test(test_limit),      cmocka_unit_test(test_cut),
		cmocka_unit_test(test_no_room),    cmocka_unit_test(test_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
