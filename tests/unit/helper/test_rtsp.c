/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What transports of the Real Time Streaming Protocol let expect, and what the other side must
 * read of them.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "helper/rtsp_transport.h"

#define ORIGINAL "10.0.0.2:1025>198.51.100.1:554"
#define MASQUERADED "198.51.100.1:554>192.0.2.1:1025"
#define FORWARDED "10.9.9.9:554>10.0.0.2:1025"

#define SETUP(transport) "SETUP rtsp://a/v RTSP/1.0\r\nCSeq: 2\r\nTransport: " transport "\r\n\r\n"
#define ANSWER(transport)                                                                          \
	"RTSP/1.0 200 OK\r\nCSeq: 2\r\nSession: 77\r\nTransport: " transport "\r\n\r\n"
#define PAIR "RTP/AVP;unicast;client_port=4588-4589"
#define PAIR_EXPECTED                                                                              \
	"udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"                                            \
	"udp 198.51.100.1:*>10.0.0.2:4589 audio 300s\n"
/* And what the client sends to ports 7000 and 7001. */
#define ANSWERED                                                                                   \
	"udp 10.0.0.2:4588>198.51.100.1:7000 video 300s\n"                                         \
	"udp 10.0.0.2:4589>198.51.100.1:7001 video 300s\n" PAIR_EXPECTED
#define PAIR_BEHIND                                                                                \
	"udp 198.51.100.1:*>192.0.2.1:4588 to 10.0.0.2:4588 from 198.51.100.1 audio 300s\n"        \
	"udp 198.51.100.1:*>192.0.2.1:4589 to 10.0.0.2:4589 from 198.51.100.1 audio 300s\n"

static void begin(struct call *c, const char *reply)
{
	static const char options[] = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";

	call_begin(c, HELPER_PARSER_RTSP, ORIGINAL, reply);
	call_read(c, WEIR_ORIGINAL, options);
	call_out(c, options);
}

/* What a transport of an untranslated client's lets expect. */
static void test_transports(void **state)
{
	static const struct {
		const char *transport, *expected;
	} cases[] = {
		{PAIR, PAIR_EXPECTED},
		{"rtp/avp/udp; Unicast ;Client_Port=4588-4589", PAIR_EXPECTED},
		{"RTP/SAVPF/UDP;client_port=4588-4589;mode=\"PLAY, x;y\"", PAIR_EXPECTED},
		{"MP2T/H2221/UDP;unicast;client_port=4588-4589", PAIR_EXPECTED},
		{PAIR ";destination=10.0.0.2", PAIR_EXPECTED},
		{"RTP/AVP/UDP;unicast;dest_addr=\":4588\"/\":4589\"", PAIR_EXPECTED},
		{"RTP/AVP/UDP;dest_addr=\"10.0.0.2:4588\"/\"10.0.0.2:4589\";RTCP-mux",
		 PAIR_EXPECTED},
		{"RTP/AVP;unicast;client_port=4588",
		 "udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"},
		{"RTP/AVP;unicast;client_port=4588-4588",
		 "udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"},
		{"RTP/AVP;dest_addr=\":4588\"", "udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"},
		/* The client would take any of them. */
		{"RTP/AVP/TCP;interleaved=0-1," PAIR ",RTP/AVP;unicast;client_port=5000",
		 PAIR_EXPECTED "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		/* Nothing is needed. */
		{"RTP/AVP/TCP;unicast;interleaved=0-1", ""},
		{"RTP/AVP/TCP;unicast;client_port=4588-4589", ""},
		{"RTP/AVP;interleaved=0-1;client_port=4588-4589", ""},
		{"RTP/AVP;multicast;client_port=4588-4589", ""},
		{"RTP/AVP;multicast;port=4588-4589;ttl=5", ""},
		{"RTP/AVP;unicast", ""},
		/* A third host, or somebody who could be one. */
		{PAIR ";destination=10.0.0.3", ""},
		{PAIR ";destination=198.51.100.1", ""},
		{PAIR ";destination=192.0.2.1", ""},
		{PAIR ";destination=victim.example", ""},
		{PAIR ";destination=10.0.0.2x", ""},
		{PAIR ";destination=", ""},
		{"RTP/AVP;dest_addr=\"10.0.0.3:4588\"/\"10.0.0.2:4589\"", ""},
		{"RTP/AVP;dest_addr=\"10.0.0.2:4588\"/\"10.0.0.3:4589\"", ""},
		/* Ports that cannot be. */
		{"RTP/AVP;unicast;client_port=554-555", ""},
		{"RTP/AVP;unicast;client_port=1023-1024", ""},
		{"RTP/AVP;unicast;client_port=65535-65536", ""},
		{"RTP/AVP;unicast;client_port=65535-1", ""},
		{"RTP/AVP;unicast;client_port=70124-70125", ""},
		{"RTP/AVP;unicast;client_port=4588-4600", ""},
		{"RTP/AVP;unicast;client_port=4589-4588", ""},
		{"RTP/AVP;unicast;client_port=4588-",
		 "udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"},
		{"RTP/AVP;unicast;client_port=", ""},
		{"RTP/AVP;unicast;client_port=x", ""},
		{"RTP/AVP;unicast;client_port=-4588", ""},
		{"RTP/AVP;unicast;client_port=4588-4589-4590", ""},
		{"RTP/AVP;dest_addr=4588", ""},
		{"RTP/AVP;dest_addr=\"4588\"", ""},
		{"RTP/AVP;dest_addr=\"[10.0.0.2:4588\"", ""},
		{"RTP/AVP;dest_addr=\":4588\"/", "udp 198.51.100.1:*>10.0.0.2:4588 audio 300s\n"},
		{"RTP;client_port=4588-4589", ""},
		{"X/Y;client_port=4588-4589", ""},
		{";;,;=;", ""},
		{"\"", ""},
		{"", ""},
	};
	char text[512];
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&c, NULL);
		snprintf(text, sizeof text, "SETUP rtsp://a/v RTSP/1.0\r\nTransport:%s\r\n\r\n",
			 cases[i].transport);
		call_read(&c, WEIR_ORIGINAL, text);
		call_out(&c, text);
		call_expected(&c, cases[i].expected);
		call_end(&c);
	}
}

/* What a masqueraded client's says behind translation. */
static void test_translated(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{PAIR, PAIR},
		{PAIR ";destination=10.0.0.2;x=y", PAIR ";destination=192.0.2.1;x=y"},
		{PAIR ";destination=192.0.2.1", PAIR ";destination=192.0.2.1"},
		{"RTP/AVP;dest_addr=\":4588\"/\":4589\"", "RTP/AVP;dest_addr=\":4588\"/\":4589\""},
		{"RTP/AVP;dest_addr=\"10.0.0.2:4588\"/\"10.0.0.2:4589\"",
		 "RTP/AVP;dest_addr=\"192.0.2.1:4588\"/\"192.0.2.1:4589\""},
	};
	char text[512], want[512];
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&c, MASQUERADED);
		snprintf(text, sizeof text,
			 "SETUP rtsp://a/v RTSP/1.0\r\nTransport: %s\r\nX: y\r\n\r\n", cases[i].in);
		snprintf(want, sizeof want,
			 "SETUP rtsp://a/v RTSP/1.0\r\nTransport: %s\r\nX: y\r\n\r\n",
			 cases[i].out);
		call_read(&c, WEIR_ORIGINAL, text);
		call_out(&c, want);
		call_expected(&c, PAIR_BEHIND);
		call_end(&c);
	}
}

/* What is expected of somebody else. */
static void take(struct call *c, uint16_t port)
{
	struct expectation e = {
		.any_src = true, .any_src_port = true, .master = 99, .expires = UINT64_MAX};

	e.tuple = c->tuple[WEIR_REPLY];
	e.tuple.proto = PROTO_UDP;
	e.tuple.dst_port = port;
	assert_int_equal(expect_add(&c->expectations, &e, 8, c->now), EXPECT_OK);
}

/* By which port the client's packets to the server's port 7000 or 7001 leave, if expected. */
static unsigned sent_as(struct call *c, uint16_t port)
{
	struct expectation e;
	struct tuple t = c->tuple[WEIR_ORIGINAL];

	t.proto = PROTO_UDP;
	t.src_port = port;
	t.dst_port = (uint16_t)(port - 4588 + 7000);
	return expect_take(&c->expectations, &t, c->now, &e) ? e.new_src_port : 0;
}

/* The port is taken: the server is told another pair, and the client that it has its own. */
static void test_other_port(void **state)
{
	static const char *const forms[][2] = {
		{"RTP/AVP;unicast;client_port=%u-%u",
		 "RTP/AVP;client_port=%u-%u;server_port=7000-7001"},
		{"RTP/AVP;unicast;dest_addr=\":%u\"/\":%u\"",
		 "RTP/AVP;dest_addr=\":%u\"/\":%u\";src_addr=\"198.51.100.1:7000\"/\":7001\""},
	};
	char in[256], out[256], format[256];
	unsigned port, next;
	struct call c;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		begin(&c, MASQUERADED);
		take(&c, 4589);
		snprintf(format, sizeof format,
			 "SETUP rtsp://a/v RTSP/1.0\r\nCSeq: 2\r\nTransport: %s\r\n\r\n",
			 forms[i][0]);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(in, sizeof in, format, 4588, 4589);
		call_read(&c, WEIR_ORIGINAL, in);
		assert_int_equal(c.result, HELPER_PASS);
		snprintf(out, sizeof out, "%.*s", (int)c.size, (const char *)c.data);
		assert_int_equal(sscanf(out, format, &port, &next), 2);
		assert_int_equal(port % 2, 0);
		assert_int_equal(next, port + 1);
		assert_int_not_equal(port, 4588);
		/* Sent again: the same. */
		c.seq[WEIR_ORIGINAL] -= (uint32_t)strlen(in);
		call_read(&c, WEIR_ORIGINAL, in);
		call_out(&c, out);
		assert_int_equal(c.expectations.count, 3);
		snprintf(format, sizeof format,
			 "RTSP/1.0 200 OK\r\nTransport: %s\r\nCSeq: 2\r\n\r\n", forms[i][1]);
		snprintf(in, sizeof in, format, port, next);
		snprintf(out, sizeof out, format, 4588, 4589);
#pragma GCC diagnostic pop
		call_read(&c, WEIR_REPLY, in);
		call_out(&c, out);
		assert_int_equal(c.expectations.count, 5);
		assert_int_equal(sent_as(&c, 4588), port);
		assert_int_equal(sent_as(&c, 4589), next);
		/* Not an answer to that request. */
		call_read(&c, WEIR_REPLY,
			  "RTSP/1.0 200 OK\r\nCSeq: 3\r\nTransport: "
			  "RTP/AVP;client_port=9000-9001\r\n\r\n");
		call_out(&c, "RTSP/1.0 200 OK\r\nCSeq: 3\r\nTransport: "
			     "RTP/AVP;client_port=9000-9001\r\n\r\n");
		expect_forget(&c.expectations, 99, EXPECT_ALL);
		call_end(&c);
	}
}

/* A server behind translation: its answer names addresses that the client cannot know. */
static void test_forwarded(void **state)
{
	struct call c;

	(void)state;
	begin(&c, FORWARDED);
	call_read(&c, WEIR_ORIGINAL, SETUP(PAIR ";destination=10.0.0.2"));
	call_out(&c, SETUP(PAIR ";destination=10.0.0.2"));
	call_expected(
		&c, "udp 10.9.9.9:*>10.0.0.2:4588 to 10.0.0.2:4588 from 198.51.100.1 audio 300s\n"
		    "udp 10.9.9.9:*>10.0.0.2:4589 to 10.0.0.2:4589 from 198.51.100.1 audio 300s\n");
	call_read(&c, WEIR_REPLY,
		  ANSWER(PAIR ";source=10.9.9.9;server_port=7000-7001;destination=10.0.0.2"));
	call_out(&c,
		 ANSWER(PAIR ";source=198.51.100.1;server_port=7000-7001;destination=10.0.0.2"));
	call_expected(
		&c, "udp 10.0.0.2:4588>198.51.100.1:7000 to 10.9.9.9:7000 from 10.0.0.2:4588 "
		    "video 300s\n"
		    "udp 10.0.0.2:4589>198.51.100.1:7001 to 10.9.9.9:7001 from 10.0.0.2:4589 "
		    "video 300s\n"
		    "udp 10.9.9.9:*>10.0.0.2:4588 to 10.0.0.2:4588 from 198.51.100.1 audio 300s\n"
		    "udp 10.9.9.9:*>10.0.0.2:4589 to 10.0.0.2:4589 from 198.51.100.1 audio 300s\n");
	call_read(&c, WEIR_REPLY, ANSWER(PAIR ";source=10.9.9.8;server_port=7000-7001"));
	call_out(&c, ANSWER(PAIR ";source=10.9.9.8;server_port=7000-7001"));
	call_read(&c, WEIR_REPLY,
		  ANSWER("RTP/AVP;dest_addr=\":4588\"/\":4589\";src_addr=\"10.9.9.9:7000\"/"
			 "\"10.9.9.9:7001\""));
	call_out(&c, ANSWER("RTP/AVP;dest_addr=\":4588\"/\":4589\";"
			    "src_addr=\"198.51.100.1:7000\"/\"198.51.100.1:7001\""));
	call_end(&c);
}

static void test_answers(void **state)
{
	static const struct {
		const char *answer, *expected;
	} cases[] = {
		{ANSWER(PAIR ";server_port=7000-7001"), ANSWERED},
		{ANSWER(PAIR ";server_port=7000-7001;source=198.51.100.1"), ANSWERED},
		{ANSWER(PAIR ";src_addr=\"198.51.100.1:7000\"/\":7001\""), ANSWERED},
		{ANSWER(PAIR ";server_port=7000"),
		 "udp 10.0.0.2:4588>198.51.100.1:7000 video 300s\n" PAIR_EXPECTED},
		{ANSWER("RTP/AVP;client_port=5000;server_port=7000-7001"),
		 "udp 10.0.0.2:5000>198.51.100.1:7000 video 300s\n"
		 "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		/* From a third host, or to a low port. */
		{ANSWER(PAIR ";server_port=7000-7001;source=198.51.100.2"), PAIR_EXPECTED},
		{ANSWER(PAIR ";src_addr=\"198.51.100.2:7000\"/\"198.51.100.1:7001\""),
		 PAIR_EXPECTED},
		{ANSWER(PAIR ";server_port=1023-1024"), PAIR_EXPECTED},
		{ANSWER(PAIR ";server_port=7000-7002"), PAIR_EXPECTED},
		{ANSWER(PAIR), PAIR_EXPECTED},
		/* By UDP, but it does not say where. */
		{ANSWER("RTP/AVP;unicast;server_port=7000-7001"),
		 PAIR_EXPECTED "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		{"RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n",
		 PAIR_EXPECTED "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		{"RTSP/1.0 100 Continue\r\nCSeq: 2\r\n\r\n",
		 PAIR_EXPECTED "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		{"RTSP/1.0 461 Unsupported Transport\r\nCSeq: 7\r\n\r\n",
		 PAIR_EXPECTED "udp 198.51.100.1:*>10.0.0.2:5000 audio 300s\n"},
		{ANSWER("RTP/AVP/TCP;interleaved=0-1"), ""},
		{"RTSP/1.0 461 Unsupported Transport\r\nCSeq: 2\r\n\r\n", ""},
		{"RTSP/2.0 500 No\nCseq:2\n\n", ""},
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&c, NULL);
		call_read(&c, WEIR_ORIGINAL, SETUP(PAIR ",RTP/AVP;unicast;client_port=5000"));
		call_read(&c, WEIR_REPLY, cases[i].answer);
		call_out(&c, cases[i].answer);
		call_expected(&c, cases[i].expected);
		call_end(&c);
	}
}

static void test_teardown(void **state)
{
	struct call c;

	(void)state;
	begin(&c, NULL);
	call_read(&c, WEIR_ORIGINAL, SETUP(PAIR));
	call_read(&c, WEIR_REPLY, ANSWER(PAIR ";server_port=7000-7001"));
	call_read(&c, WEIR_REPLY, "TEARDOWN rtsp://a/v RTSP/1.0\r\nCSeq: 3\r\n\r\n");
	call_expected(&c, ANSWERED);
	call_read(&c, WEIR_ORIGINAL, "TEARDOWN rtsp://a/v RTSP/1.0\r\nCSeq: 3\r\n\r\n");
	call_expected(&c, "");
	call_end(&c);
}

/* Behind frames, other messages and bodies, within a segment. */
static void test_segments(void **state)
{
	static const struct {
		const char *text;
		uint32_t size;
		bool found;
	} cases[] = {
#define S(text, found) {text, sizeof text - 1, found}
		S(SETUP(PAIR), true),
		S("PLAY * RTSP/1.0\r\nCSeq: 9\r\n\r\n" SETUP(PAIR), true),
		S("ANNOUNCE * RTSP/1.0\r\nContent-Length: 4\r\n\r\nbody" SETUP(PAIR), true),
		S("ANNOUNCE * RTSP/1.0\r\ncontent-length:5\r\n\r\nbody" SETUP(PAIR), false),
		S("ANNOUNCE * RTSP/1.0\r\nContent-Length: 4294967295\r\n\r\nbody" SETUP(PAIR),
		  false),
		S("ANNOUNCE * RTSP/1.0\r\nContent-Length: 900\r\n\r\n" SETUP(PAIR), false),
		S("$\0\0\4data$\1\0\0" SETUP(PAIR), true),
		S("$\0\0\5data" SETUP(PAIR), false),
		S("$\0\xff\xff" SETUP(PAIR), false),
		S("x\r\n" SETUP(PAIR), false),
		S("\r\n" SETUP(PAIR), false),
		S("SETUP rtsp://a/v HTTP/1.1\r\nTransport: " PAIR "\r\n\r\n", false),
		S("SETUP rtsp://a/v RTSP/3.0x\r\nTransport: " PAIR "\r\n\r\n", false),
		S("SETUPS rtsp://a/v RTSP/1.0\r\nTransport: " PAIR "\r\n\r\n", false),
		S("SETUP a RTSP/1.0\r\nX-Transport: " PAIR "\r\n\r\n", false),
		S("SETUP a RTSP/1.0\r\n\r\nTransport: " PAIR "\r\n\r\n", false),
		S("SETUP a RTSP/1.0\nTransport:" PAIR "\n\n", true),
		S("setup a rtsp/2.0\r\ntransport:" PAIR "\r\n\r\n", true),
#undef S
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&c, NULL);
		call_read_bytes(&c, WEIR_ORIGINAL, cases[i].text, cases[i].size);
		call_out_bytes(&c, cases[i].text, cases[i].size);
		call_expected(&c, cases[i].found ? PAIR_EXPECTED : "");
		call_end(&c);
	}
}

/* What says something else first is something else. */
static void test_first(void **state)
{
	static const char *const firsts[] = {
		"POST / HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"RTSP/1.0 200 OK\r\n\r\n",
		"OPTIONS * RTSP/1.0",
		"RTSP/1.0\r\n",
		"\r\n",
		"\n",
		"$",
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
		call_begin(&c, HELPER_PARSER_RTSP, ORIGINAL, NULL);
		call_read(&c, WEIR_ORIGINAL, firsts[i]);
		call_read(&c, WEIR_ORIGINAL, SETUP(PAIR));
		call_expected(&c, "");
		call_end(&c);
	}
	call_begin(&c, HELPER_PARSER_RTSP, ORIGINAL, NULL);
	call_read(&c, WEIR_REPLY, "anything\r\n");
	call_read(&c, WEIR_REPLY, SETUP(PAIR));
	call_read(&c, WEIR_ORIGINAL, SETUP(PAIR));
	call_expected(&c, PAIR_EXPECTED);
	call_end(&c);
}

/* Cut off at every byte: dropped once if it must be translated, read as far as it goes if not. */
static void test_cut(void **state)
{
	static const char text[] = SETUP("RTP/AVP;client_port=4588-4589;destination=10.0.0.2");
	struct call c;
	char part[256];

	(void)state;
	for (size_t n = 1; n < sizeof text - 2; n++) {
		memcpy(part, text, n);
		part[n] = '\0';
		begin(&c, MASQUERADED);
		call_read(&c, WEIR_ORIGINAL, part);
		if (n < strlen("SETUP rtsp://a/v RTSP/1.0\r\n")) {
			call_out(&c, part);
		} else {
			call_dropped(&c, WEIR_R_HELPER_PARTIAL);
			c.seq[WEIR_ORIGINAL] -= (uint32_t)n;
			call_read(&c, WEIR_ORIGINAL, text);
			call_out(&c, SETUP("RTP/AVP;client_port=4588-4589;destination=192.0.2.1"));
		}
		call_end(&c);
		begin(&c, NULL);
		call_read(&c, WEIR_ORIGINAL, part);
		call_out(&c, part);
		call_expected(&c, n < sizeof text - 3 ? "" : PAIR_EXPECTED);
		call_end(&c);
	}
	begin(&c, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL, "SETUP a RTSP/1.0\r\nX: ");
	call_dropped(&c, WEIR_R_HELPER_PARTIAL);
	c.seq[WEIR_ORIGINAL] -= 21;
	call_read(&c, WEIR_ORIGINAL, "SETUP a RTSP/1.0\r\nX: ");
	call_out(&c, "SETUP a RTSP/1.0\r\nX: ");
	call_end(&c);
}

/* More than are remembered, and more than a connection may expect. */
static void test_limit(void **state)
{
	char text[256];
	struct call c;

	(void)state;
	begin(&c, NULL);
	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof text,
			 "SETUP a RTSP/1.0\r\nCSeq: %u\r\nTransport: "
			 "RTP/AVP;client_port=%u-%u\r\n\r\n",
			 i, 5000 + 2 * i, 5001 + 2 * i);
		call_read(&c, WEIR_ORIGINAL, text);
		call_out(&c, text);
	}
	assert_int_equal(c.expectations.count, 8);
	call_read(&c, WEIR_ORIGINAL,
		  SETUP("RTP/AVP;client_port=1-2;dest_addr=\":1\"/\":2\"/\":3\"/\":4\"/\":5\"/"
			"\":6\"/\":7\"/\":8\""));
	call_read(&c, WEIR_ORIGINAL, SETUP(",,,,,,,,,,,,,,,,,,,,,,,,,,,,," PAIR));
	assert_int_equal(c.expectations.count, 8);
	call_end(&c);
}

static void test_no_room(void **state)
{
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	c.room = 0;
	call_read(&c, WEIR_ORIGINAL, SETUP(PAIR ";destination=10.0.0.2"));
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
	begin(&c, MASQUERADED);
	expect_set_most(&c.expectations, 0);
	call_read(&c, WEIR_ORIGINAL, SETUP(PAIR ";destination=10.0.0.2"));
	call_out(&c, SETUP(PAIR ";destination=10.0.0.2"));
	call_end(&c);
}

static void test_six(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_RTSP, "[2001:db8::2]:1025>[2001:db8:1::1]:554",
		   "[2001:db8:1::1]:554>[2001:db8:2::1]:1025");
	call_read(&c, WEIR_ORIGINAL,
		  SETUP("RTP/AVP;dest_addr=\"[2001:db8::2]:4588\"/\"[2001:db8::2]:4589\""));
	call_out(&c, SETUP("RTP/AVP;dest_addr=\"[2001:db8:2::1]:4588\"/\"[2001:db8:2::1]:4589\""));
	call_expected(&c, "udp [2001:db8:1::1]:*>[2001:db8:2::1]:4588 to [2001:db8::2]:4588 "
			  "from 2001:db8:1::1 audio 300s\n"
			  "udp [2001:db8:1::1]:*>[2001:db8:2::1]:4589 to [2001:db8::2]:4589 "
			  "from 2001:db8:1::1 audio 300s\n");
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transports), cmocka_unit_test(test_translated),
		cmocka_unit_test(test_other_port), cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_answers),    cmocka_unit_test(test_teardown),
		cmocka_unit_test(test_segments),   cmocka_unit_test(test_first),
		cmocka_unit_test(test_cut),        cmocka_unit_test(test_limit),
		cmocka_unit_test(test_no_room),    cmocka_unit_test(test_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
