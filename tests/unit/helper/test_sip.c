/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What SIP messages let expect, of connections that are not translated; what is dropped; streams.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PHONE "10.0.0.2:5060>198.51.100.1:5060"
#define INVITE "INVITE sip:eve@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\nv=0\r\n"
#define OWN "c=IN IP4 10.0.0.2\r\n"
#define PEER "c=IN IP4 198.51.100.1\r\n"
#define TO_PHONE(port, class) "udp 198.51.100.1:*>10.0.0.2:" port " " class " 180s\n"
#define TO_SERVER(port, class) "udp 10.0.0.2:*>198.51.100.1:" port " " class " 180s\n"
#define AUDIO TO_PHONE("4000", "audio") TO_PHONE("4001", "audio")
#define AUDIO_OUT TO_SERVER("6000", "audio") TO_SERVER("6001", "audio")

/* One message of the phone's. */
static const struct row {
	const char *text;
	const char *expected; /* NULL: dropped as malformed */
} rows[] = {
	/* Media. */
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\n", AUDIO},
	{INVITE OWN "m=audio 4001 RTP/AVP 0\r\n", AUDIO},
	{INVITE "m=audio 4000 RTP/AVP 0\r\n" OWN, AUDIO},
	{INVITE "c=IN IP4 10.0.0.3\r\nm=audio 4000 RTP/AVP 0\r\n" OWN, AUDIO},
	{INVITE OWN "m=video 4000/2 RTP/AVP 31\nm=image 5000 udptl t38\n",
	 TO_PHONE("4000", "video") TO_PHONE("4001", "video") TO_PHONE("5000", "image")
		 TO_PHONE("5001", "image")},
	{INVITE OWN "m=image 5000 TCP t38\r\n", "tcp 198.51.100.1:*>10.0.0.2:5000 image 180s\n"},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\na=rtcp:4001\r\n", AUDIO},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n", AUDIO},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\na=rtcp:5000\r\n",
	 TO_PHONE("4000", "audio") TO_PHONE("5000", "audio")},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\na=rtcp:4000\r\n", TO_PHONE("4000", "audio")},
	{INVITE OWN "m=audio 65535 RTP/AVP 0\r\n",
	 TO_PHONE("65534", "audio") TO_PHONE("65535", "audio")},
	{INVITE OWN "m=audio 1024 RTP/AVP 0\r\n",
	 TO_PHONE("1024", "audio") TO_PHONE("1025", "audio")},
	/* Two media of a class, of which each has two ports; the oldest of more give way. */
	{INVITE OWN "m=audio 4000 X\r\nm=audio 5000 X\r\nm=audio 6000 X\r\n",
	 TO_PHONE("5000", "audio") TO_PHONE("5001", "audio") TO_PHONE("6000", "audio")
		 TO_PHONE("6001", "audio")},
	/* None. */
	{INVITE OWN "m=audio 0 RTP/AVP 0\r\n", ""},
	{INVITE OWN "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", ""},
	{INVITE OWN "m=application 4000 TCP/BFCP *\r\n", ""},
	{INVITE OWN, ""},
	{INVITE "c=IN IP4 10.0.0.3\r\nm=audio 4000 RTP/AVP 0\r\n", ""},
	{INVITE "c=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 0\r\n", ""},
	{INVITE "c=IN IP4 phone.invalid\r\nm=audio 4000 RTP/AVP 0\r\n", ""},
	{INVITE "c=IN IP6 2001:db8::2\r\nm=audio 4000 RTP/AVP 0\r\n", ""},
	{INVITE PEER "m=audio 4000 RTP/AVP 0\r\n", ""},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 10.0.0.3\r\n", ""},
	/* What cannot be. */
	{INVITE OWN "m=audio 1023 RTP/AVP 0\r\n", NULL},
	{INVITE OWN "m=audio 65536 RTP/AVP 0\r\n", NULL},
	{INVITE OWN "m=audio 4294971296 RTP/AVP 0\r\n", NULL},
	{INVITE OWN "m=audio 18446744073709555616 RTP/AVP 0\r\n", NULL},
	{INVITE OWN "m=audio 4000x RTP/AVP 0\r\n", NULL},
	{INVITE OWN "m=audio\r\n", NULL},
	{INVITE OWN "m=audio 4000 RTP/AVP 0\r\na=rtcp:x\r\n", NULL},
	{INVITE "m=audio 4000 RTP/AVP 0\r\n", NULL},
	{INVITE "c=IN\r\nm=audio 4000 RTP/AVP 0\r\n", NULL},
	{"INVITE sip:eve@a SIP/2.0\r\n\r\n", NULL},
	{"SIP/2.0 200 OK\r\n\r\n", NULL},
	{"SIP/2.0 abc OK\r\nCSeq: 1 INVITE\r\n\r\n", NULL},
	{"SIP/2.0 99 OK\r\nCSeq: 1 INVITE\r\n\r\n", NULL},
	{"SIP/2.0 2000 OK\r\nCSeq: 1 INVITE\r\n\r\n", NULL},
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: x INVITE\r\n\r\n", NULL},
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: 4294967296 INVITE\r\n\r\n", NULL},
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: 1 INVITE\r\nCSeq: 1 INVITE\r\n\r\n", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: -1\r\n\r\n", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: 4294967296\r\n\r\n", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: 18446744073709551616\r\n\r\n", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: 1\r\n\r\n", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: 0\r\nl: 1\r\n\r\nx", NULL},
	{"OPTIONS sip:eve@a SIP/2.0\r\nContent-Length: 0x1\r\n\r\nx", NULL},
	/* Only what belongs to the message, and only what is a description. */
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: 1 INVITE\r\nl: 3\r\n\r\nv=0\r\n" OWN "m=audio 0x", ""},
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: 1 INVITE\r\nc: text/plain\r\n\r\nv=0\r\n" OWN
	 "m=audio 4000 RTP/AVP 0\r\n", ""},
	{"INVITE sip:eve@a SIP/2.0\r\nCSeq: 1 INVITE\r\nc: multipart/mixed;boundary=b\r\n\r\n"
	 "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n" OWN "m=audio 4000 RTP/AVP 0\r\n"
	 "--b\r\nContent-Type: text/plain\r\n\r\nm=audio 5000 RTP/AVP 0\r\n", AUDIO},
	/* Which messages. */
	{"ACK sip:eve@a SIP/2.0\r\nCSeq: 1 ACK\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", AUDIO},
	{"update sip:eve@a sip/2.0\r\ncseq : 1 UPDATE\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n",
	 AUDIO},
	{"PRACK sip:eve@a SIP/2.0\r\nCSeq: 1 PRACK\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", AUDIO},
	{"OPTIONS sip:eve@a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n",
	 ""},
	{"SIP/2.0 183 X\r\nCSeq: 1 INVITE\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", AUDIO},
	{"SIP/2.0 299 X\r\nCSeq: 1 PRACK\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", AUDIO},
	{"SIP/2.0 300 X\r\nCSeq: 1 INVITE\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", ""},
	{"SIP/2.0 200 X\r\nCSeq: 1 OPTIONS\r\n\r\nv=0\r\n" OWN "m=audio 4000 X\r\n", ""},
	/* No messages. */
	{"\r\n\r\n", ""},
	{"jaK", ""},
	{"INVITE sip:eve@a", ""},
	{"INVITE sip:eve@a SIP/2.0", ""},
	{"INVITE\r\n", ""},
	{"INVITE sip:eve@a HTTP/1.1\r\nCSeq: x\r\n\r\n", ""},
	{" INVITE sip:eve@a SIP/2.0\r\n\r\n", ""},
	{"POST / HTTP/1.1\r\n\r\n" INVITE OWN "m=audio 4000 X\r\n", ""},
	{"\1\1\0\4 INVITE sip:eve@a SIP/2.0\r\n\r\n", ""},
};

static void test_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct call c;

		call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
		call_read(&c, WEIR_ORIGINAL, rows[i].text);
		if ((c.result == HELPER_DROP) != !rows[i].expected)
			fail_msg("%s: %s", c.result == HELPER_DROP ? "dropped" : "passed",
				 rows[i].text);
		if (rows[i].expected)
			call_out(&c, rows[i].text);
		else
			call_dropped(&c, WEIR_R_HELPER_MALFORMED);
		call_expected(&c, rows[i].expected ? rows[i].expected : "");
		assert_int_equal(c.call.timeout, c.set.sip_timeout);
		call_end(&c);
	}
}

static void say(struct call *c, enum weir_dir dir, const char *text, const char *expected)
{
	call_read(c, dir, text);
	call_out(c, text);
	call_expected(c, expected);
}

#define SAY(first, cseq, sdp) first "\r\nCSeq: " cseq "\r\n\r\n" sdp
#define OFFER "v=0\r\n" OWN "m=audio 4000 RTP/AVP 0\r\n"
#define OFFER2 "v=0\r\n" OWN "m=audio 5000 RTP/AVP 0\r\n"
#define REPLY_SDP "v=0\r\n" PEER "m=audio 6000 RTP/AVP 0\r\n"
#define INVITE_1 SAY("INVITE sip:a SIP/2.0", "1 INVITE", OFFER)
#define AUDIO2 TO_PHONE("5000", "audio") TO_PHONE("5001", "audio")

static void begin_call(struct call *c)
{
	call_begin(c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
	say(c, WEIR_ORIGINAL, INVITE_1, AUDIO);
	say(c, WEIR_REPLY, SAY("SIP/2.0 100 Trying", "1 INVITE", ""), AUDIO);
	say(c, WEIR_REPLY, SAY("SIP/2.0 183 Progress", "1 INVITE", REPLY_SDP), AUDIO_OUT AUDIO);
}

static void test_call(void **state)
{
	struct call c;

	(void)state;
	/* Sent again it changes nothing, but begins its time anew. */
	begin_call(&c);
	c.now += 100 * WEIR_SEC;
	say(&c, WEIR_REPLY, SAY("SIP/2.0 200 OK", "1 INVITE", REPLY_SDP),
	    AUDIO_OUT "udp 198.51.100.1:*>10.0.0.2:4000 audio 80s\n"
		      "udp 198.51.100.1:*>10.0.0.2:4001 audio 80s\n");
	say(&c, WEIR_ORIGINAL, INVITE_1,
	    "udp 10.0.0.2:*>198.51.100.1:6000 audio 180s\n"
	    "udp 10.0.0.2:*>198.51.100.1:6001 audio 180s\n" AUDIO);
	/* A new offer replaces all. */
	say(&c, WEIR_ORIGINAL, SAY("INVITE sip:a SIP/2.0", "2 INVITE", OFFER2), AUDIO2);
	say(&c, WEIR_REPLY, SAY("INVITE sip:a SIP/2.0", "2 INVITE", REPLY_SDP), AUDIO_OUT);
	say(&c, WEIR_ORIGINAL, SAY("UPDATE sip:a SIP/2.0", "3 UPDATE", OFFER2), AUDIO_OUT AUDIO2);
	say(&c, WEIR_REPLY, SAY("BYE sip:a SIP/2.0", "4 BYE", ""), "");
	call_end(&c);

	begin_call(&c);
	say(&c, WEIR_ORIGINAL, SAY("CANCEL sip:a SIP/2.0", "1 CANCEL", ""), "");
	call_end(&c);
}

/* Only the answer to the last invitation, from its other side, refuses it. */
static void test_refused(void **state)
{
	static const char *const refusals[] = {
		SAY("SIP/2.0 302 Moved", "1 INVITE", ""), SAY("SIP/2.0 401 Who?", "1 INVITE", ""),
		SAY("SIP/2.0 486 Busy", "1 invite", REPLY_SDP),
		SAY("SIP/2.0 603 No", "1 INVITE", "")};
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(refusals); i++) {
		begin_call(&c);
		say(&c, WEIR_ORIGINAL, refusals[i], AUDIO_OUT AUDIO);
		say(&c, WEIR_REPLY, refusals[i], "");
		call_end(&c);
	}
	begin_call(&c);
	say(&c, WEIR_REPLY, SAY("SIP/2.0 486 Busy", "2 INVITE", ""), AUDIO_OUT AUDIO);
	say(&c, WEIR_REPLY, SAY("SIP/2.0 486 Busy", "1 OPTIONS", ""), AUDIO_OUT AUDIO);
	call_end(&c);
}

static void test_from_anyone(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
	c.settings.sip_direct_media = false;
	call_settings(&c);
	say(&c, WEIR_ORIGINAL, INVITE_1,
	    "udp *:*>10.0.0.2:4000 audio 180s\nudp *:*>10.0.0.2:4001 audio 180s\n");
	say(&c, WEIR_ORIGINAL, INVITE "c=IN IP4 10.0.0.3\r\nm=audio 4000 RTP/AVP 0\r\n",
	    "udp *:*>10.0.0.2:4000 audio 180s\nudp *:*>10.0.0.2:4001 audio 180s\n");
	call_end(&c);
}

static void test_six(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, "[2001:db8::2]:5060>[2001:db8:1::1]:5060", NULL);
	say(&c, WEIR_ORIGINAL, INVITE "c=IN IP6 2001:db8::2\r\nm=audio 4000 RTP/AVP 0\r\n",
	    "udp [2001:db8:1::1]:*>[2001:db8::2]:4000 audio 180s\n"
	    "udp [2001:db8:1::1]:*>[2001:db8::2]:4001 audio 180s\n");
	say(&c, WEIR_ORIGINAL,
	    SAY("REGISTER sip:a SIP/2.0", "5 REGISTER\r\nm: <sip:[2001:db8::2]:5080>", ""),
	    "udp [2001:db8:1::1]:*>[2001:db8::2]:4000 audio 180s\n"
	    "udp [2001:db8:1::1]:*>[2001:db8::2]:4001 audio 180s\n"
	    "udp [2001:db8:1::1]:*>[2001:db8::2]:5080 signalling 180s permanent inactive parser "
	    "4\n");
	call_end(&c);
}

#define REGISTER(rest) SAY("REGISTER sip:a SIP/2.0", "5 REGISTER\r\n" rest, "")
#define ANSWER(code, rest) SAY("SIP/2.0 " code, "5 REGISTER\r\n" rest, "")
#define SIGNALLING(seconds, flags)                                                                 \
	"udp 198.51.100.1:*>10.0.0.2:5060 signalling " seconds " permanent" flags " parser 4\n"
#define WAITS SIGNALLING("180s", " inactive")

static const struct {
	const char *request, *waits; /* NULL: dropped */
	const char *answer, *then;
} registers[] = {
	{REGISTER("Contact: <sip:b@10.0.0.2>"), WAITS,
	 ANSWER("200 OK", "Contact: <sip:b@10.0.0.2>;expires=60"), SIGNALLING("60s", "")},
	{REGISTER("Contact: <sip:b@10.0.0.2:5060>\r\nExpires: 300"), WAITS,
	 ANSWER("200 OK", "Expires: 90\r\nm: <sip:x@10.0.0.9>, <sip:b@10.0.0.2>"),
	 SIGNALLING("90s", "")},
	{REGISTER("m: \"B\" <sip:b@10.0.0.2;expires=20>"), WAITS,
	 ANSWER("200 OK", "Expires: 90\r\nm: <sip:x@10.0.0.9>\r\nm: <sip:10.0.0.2>;q=1;expires=70"),
	 SIGNALLING("70s", "")},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS, ANSWER("100 Trying", ""), WAITS},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS, ANSWER("401 Who?", ""), ""},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS, ANSWER("200 OK", ""), ""},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS, ANSWER("200 OK", "m: <sip:b@10.0.0.2>"), ""},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS,
	 ANSWER("200 OK", "m: <sip:b@10.0.0.2:5061>;expires=5"), ""},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS,
	 ANSWER("200 OK", "m: <sip:b@10.0.0.2>;expires=0"), ""},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS,
	 SAY("SIP/2.0 200 OK", "4 REGISTER\r\nm: <sip:b@10.0.0.2>;expires=60", ""), WAITS},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS,
	 SAY("SIP/2.0 401 Who?", "4 REGISTER", ""), WAITS},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS, ANSWER("200 OK", "Expires: x"), NULL},
	{REGISTER("m: <sip:b@10.0.0.2>"), WAITS,
	 ANSWER("200 OK", "m: <sip:10.0.0.2>;expires=4294967296"), NULL},
	{REGISTER("m: <sip:b@10.0.0.2>;expires=0"), "", ANSWER("200 OK", ""), ""},
	{REGISTER("m: *\r\nExpires: 0"), "", ANSWER("200 OK", ""), ""},
	{REGISTER("m: <sip:b@10.0.0.3>"), "",
	 ANSWER("200 OK", "m: <sip:b@10.0.0.3>;expires=5"), ""},
	{REGISTER("m: <sip:b@198.51.100.1>"), "", ANSWER("200 OK", ""), ""},
	{REGISTER("m: <sip:b@phone.invalid>"), "", ANSWER("200 OK", ""), ""},
	{REGISTER("m: <sip:b@10.0.0.2;transport=tls>"), "", ANSWER("200 OK", ""), ""},
	{REGISTER("X: 1"), "", ANSWER("200 OK", "m: <sip:b@10.0.0.2>;expires=60"), ""},
	{REGISTER("m: <sip:b@10.0.0.2:1023>"), NULL, NULL, NULL},
	{REGISTER("m: <sip:b@10.0.0.2:0>"), NULL, NULL, NULL},
	{REGISTER("m: <sip:b@10.0.0.2:65536>"), NULL, NULL, NULL},
	{REGISTER("m: <sip:b@10.0.0.2>;expires=x"), NULL, NULL, NULL},
	{REGISTER("m: <sip:b@10.0.0.2>\r\nExpires: "), NULL, NULL, NULL},
};

static void step(struct call *c, enum weir_dir dir, const char *text, const char *expected)
{
	if (expected) {
		say(c, dir, text, expected);
		return;
	}
	call_read(c, dir, text);
	call_dropped(c, WEIR_R_HELPER_MALFORMED);
}

static void test_register(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(registers); i++) {
		struct call c;

		call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
		step(&c, WEIR_ORIGINAL, registers[i].request, registers[i].waits);
		if (!registers[i].answer) {
			call_end(&c);
			continue;
		}
		/* From the wrong side it is none. */
		say(&c, WEIR_ORIGINAL, "SIP/2.0 401 X\r\nCSeq: 5 REGISTER\r\n\r\n",
		    registers[i].waits);
		step(&c, WEIR_REPLY, registers[i].answer, registers[i].then);
		call_end(&c);
	}
}

/* Media of a call and the contact do not touch each other. */
static void test_register_and_call(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
	say(&c, WEIR_ORIGINAL, REGISTER("m: <sip:b@10.0.0.2>"), WAITS);
	say(&c, WEIR_ORIGINAL, INVITE_1, AUDIO WAITS);
	say(&c, WEIR_REPLY, ANSWER("403 No", ""), AUDIO);
	say(&c, WEIR_ORIGINAL, REGISTER("m: <sip:b@10.0.0.2>"), AUDIO WAITS);
	say(&c, WEIR_ORIGINAL, SAY("BYE sip:a SIP/2.0", "6 BYE", ""), WAITS);
	call_end(&c);
}

/* Streams. */

#define TCP(text, sdp, length) text "\r\nl: " length "\r\n\r\n" sdp
#define OFFER_TCP TCP("INVITE sip:a SIP/2.0\r\nCSeq: 1 INVITE", OFFER, "48")
#define BYE_TCP TCP("BYE sip:a SIP/2.0\r\nCSeq: 2 BYE", "", "0")

static_assert(sizeof OFFER - 1 == 48, "what OFFER_TCP says");

static void begin_tcp(struct call *c, const char *reply)
{
	call_begin(c, HELPER_PARSER_SIP_TCP, PHONE, reply);
}

static void test_stream(void **state)
{
	struct call c;

	(void)state;
	begin_tcp(&c, NULL);
	say(&c, WEIR_ORIGINAL, OFFER_TCP, AUDIO);
	assert_int_equal(c.call.timeout, c.set.sip_timeout);
	say(&c, WEIR_ORIGINAL, "\r\n\r\n", AUDIO);
	/* Several in a segment, with empty lines between them. */
	say(&c, WEIR_ORIGINAL, BYE_TCP OFFER_TCP, AUDIO);
	say(&c, WEIR_ORIGINAL, OFFER_TCP "\r\n\r\n" BYE_TCP, "");
	/* No length, no end. */
	say(&c, WEIR_ORIGINAL, INVITE_1, "");
	call_end(&c);
}

/* What goes on in the next segment is left alone, however that begins. */
static void test_stream_cut(void **state)
{
	static const char head[] = TCP("INVITE sip:a SIP/2.0\r\nCSeq: 1 INVITE", "v=0\r\n", "500");
	struct call c;

	(void)state;
	begin_tcp(&c, NULL);
	say(&c, WEIR_ORIGINAL, head, "");
	say(&c, WEIR_ORIGINAL, OFFER_TCP, "");
	c.seq[0] = CALL_SEQ;
	say(&c, WEIR_ORIGINAL, OFFER_TCP, "");
	c.seq[0] = CALL_SEQ + (uint32_t)(sizeof head - 1 - 5 + 500 - 1);
	say(&c, WEIR_ORIGINAL, OFFER_TCP, "");
	c.seq[0] = CALL_SEQ + (uint32_t)(sizeof head - 1 - 5 + 500);
	say(&c, WEIR_ORIGINAL, OFFER_TCP, AUDIO);
	call_end(&c);

	/* Headers that go on have no end that is known; the next message is where it begins. */
	begin_tcp(&c, NULL);
	say(&c, WEIR_ORIGINAL, "INVITE sip:a SIP/2.0\r\nCSe", "");
	say(&c, WEIR_ORIGINAL, "q: 1 INVITE\r\nl: 0\r\n\r\n", "");
	say(&c, WEIR_ORIGINAL, OFFER_TCP "INVITE sip:a SI", AUDIO);
	say(&c, WEIR_ORIGINAL, "P/2.0\r\n\r\n", AUDIO);
	say(&c, WEIR_ORIGINAL, BYE_TCP, "");
	call_end(&c);
}

/* A stream that begins with anything else never is one: a browser writes what it is told to. */
static void test_stream_foreign(void **state)
{
	static const char *const begins[] = {
		"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "\x16\x03\x01", "GET /long", "x",
		" INVITE sip:a SIP/2.0\r\n", "OPTIONS * HTTP/1.1\r\n\r\n"};
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(begins); i++) {
		begin_tcp(&c, NULL);
		say(&c, WEIR_ORIGINAL, begins[i], "");
		assert_int_equal(c.call.timeout, 0);
		say(&c, WEIR_ORIGINAL, OFFER_TCP, "");
		say(&c, WEIR_REPLY, OFFER_TCP, "");
		assert_int_equal(c.call.timeout, 0);
		call_end(&c);
	}
	/* Neither if the other side spoke first. */
	begin_tcp(&c, NULL);
	say(&c, WEIR_REPLY, "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n", "");
	say(&c, WEIR_ORIGINAL, begins[0], "");
	say(&c, WEIR_ORIGINAL, OFFER_TCP, "");
	call_end(&c);
}

static void test_stream_malformed(void **state)
{
	static const char *const texts[] = {
		"OPTIONS sip:a SIP/2.0\r\nl: 4294967295\r\n\r\n",
		"OPTIONS sip:a SIP/2.0\r\nl: 18446744073709551615\r\n\r\n",
		"OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\nxx",
		"SIP/2.0 200 OK\r\nl: 0\r\n\r\n",
		BYE_TCP "BYE sip:a SIP/2.0\r\nl: 0\r\n\r\n",
	};
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		begin_tcp(&c, NULL);
		call_read(&c, WEIR_ORIGINAL, texts[i]);
		call_dropped(&c, WEIR_R_HELPER_MALFORMED);
		call_end(&c);
	}
}

/* Each message of a segment gets its own lengths; what is cut keeps its place in the stream as it
 * came. */
static void test_stream_translated(void **state)
{
	static const char head[] = TCP("OPTIONS sip:a SIP/2.0\r\nCSeq: 3 OPTIONS", "xx", "9");
	static const char in[] = OFFER_TCP "\r\n" OFFER_TCP;
	char text[1024];
	struct call c;

	(void)state;
	snprintf(text, sizeof text, "%s%s", in, head);
	begin_tcp(&c, "198.51.100.1:5060>192.0.2.1:1025");
	call_read(&c, WEIR_ORIGINAL, text);
#define OUT_SDP "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n"
#define OUT TCP("INVITE sip:a SIP/2.0\r\nCSeq: 1 INVITE", OUT_SDP, "49")
	snprintf(text, sizeof text, "%s%s", OUT "\r\n" OUT, head);
	call_out(&c, text);
	assert_int_equal(c.call.delta, 2);
	/* Seven bytes are left of the last one. */
	call_read(&c, WEIR_ORIGINAL, BYE_TCP);
	assert_int_equal(atomic_load(&c.expectations.count), 2);
	c.seq[0] = CALL_SEQ + (uint32_t)(sizeof in - 1 + sizeof head - 1 + 7);
	call_read(&c, WEIR_ORIGINAL, BYE_TCP);
	call_expected(&c, "");
	/* Sent again the first ones are as they were. */
	c.seq[0] = CALL_SEQ;
	call_read(&c, WEIR_ORIGINAL, OFFER_TCP);
	call_out(&c, OUT);
	call_end(&c);
}

/* Bounds: as many header lines and kept headers as are allowed, and one more. */
static void test_bounds(void **state)
{
	static const struct {
		const char *line;
		unsigned most;
	} bounds[] = {{"X: 1\r\n", 126}, {"Route: <sip:a>\r\n", 62}};
	char text[8192];
	struct call c;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bounds); i++)
		for (unsigned more = 0; more < 2; more++) {
			strcpy(text, "OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n");
			for (unsigned k = 0; k < bounds[i].most + more; k++)
				strcat(text, bounds[i].line);
			strcat(text, i ? "\r\n" : "X: 1\r\n\r\n");
			call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, NULL);
			call_read(&c, WEIR_ORIGINAL, text);
			if (more)
				call_dropped(&c, WEIR_R_HELPER_MALFORMED);
			else
				call_out(&c, text);
			call_end(&c);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),         cmocka_unit_test(test_call),
		cmocka_unit_test(test_refused),          cmocka_unit_test(test_from_anyone),
		cmocka_unit_test(test_six),              cmocka_unit_test(test_register),
		cmocka_unit_test(test_register_and_call), cmocka_unit_test(test_stream),
		cmocka_unit_test(test_stream_cut),       cmocka_unit_test(test_stream_foreign),
		cmocka_unit_test(test_stream_malformed), cmocka_unit_test(test_stream_translated),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
