/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of SIP messages under translation: each as it comes and as it leaves, whole.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A phone behind a masquerade that has moved its port, and a server behind dst-nat. */
#define PHONE "10.0.0.2:5060>198.51.100.1:5060"
#define MASQUERADED "198.51.100.1:5060>192.0.2.1:1025"
#define CALLER "203.0.113.9:5062>192.0.2.1:5060"
#define FORWARDED "10.0.0.5:5070>203.0.113.9:5062"

#define REQUEST "OPTIONS sip:bob@example.com SIP/2.0\r\n"
#define ANSWER "SIP/2.0 200 OK\r\n"
#define CSEQ "CSeq: 7 OPTIONS\r\n"
#define END "Content-Length: 0\r\n\r\n"

static const struct row {
	enum weir_dir dir;
	const char *in, *out; /* out NULL: as it came */
} masqueraded[] = {
	/* Via of a request, and its parameters. */
	{WEIR_ORIGINAL,
	 REQUEST "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK1\r\n" CSEQ END,
	 REQUEST "Via: SIP/2.0/UDP 192.0.2.1:1025;branch=z9hG4bK1\r\n" CSEQ END},
	{WEIR_ORIGINAL,
	 REQUEST "v: sip / 2.0 / udp\r\n  10.0.0.2;rport;branch=z9hG4bK1\r\n" CSEQ END,
	 REQUEST "v: sip / 2.0 / udp\r\n  192.0.2.1:1025;rport;branch=z9hG4bK1\r\n" CSEQ END},
	{WEIR_ORIGINAL,
	 REQUEST "Via: SIP/2.0/UDP 10.0.0.2;maddr=10.0.0.2;branch=z9\r\n" CSEQ END,
	 REQUEST "Via: SIP/2.0/UDP 192.0.2.1:1025;maddr=192.0.2.1;branch=z9\r\n" CSEQ END},
	/* Only the topmost one. */
	{WEIR_ORIGINAL,
	 REQUEST "Via: SIP/2.0/UDP 10.0.0.2, SIP/2.0/UDP 10.0.0.2\r\n"
		 "Via: SIP/2.0/UDP 10.0.0.2\r\n" CSEQ END,
	 REQUEST "Via: SIP/2.0/UDP 192.0.2.1:1025, SIP/2.0/UDP 10.0.0.2\r\n"
		 "Via: SIP/2.0/UDP 10.0.0.2\r\n" CSEQ END},
	/* Of another protocol, host, or a name. */
	{WEIR_ORIGINAL, REQUEST "Via: SIP/2.0/TCP 10.0.0.2\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL, REQUEST "Via: SIP/2.0/UDP 10.0.0.3\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL, REQUEST "Via: SIP/2.0/UDP phone.invalid\r\n" CSEQ END, NULL},
	/* Via of an answer. */
	{WEIR_REPLY,
	 ANSWER "Via: SIP/2.0/UDP 192.0.2.1:1025;received=192.0.2.1;rport=1025\r\n" CSEQ END,
	 ANSWER "Via: SIP/2.0/UDP 10.0.0.2:5060;received=10.0.0.2;rport=5060\r\n" CSEQ END},
	{WEIR_REPLY,
	 ANSWER "Via: SIP/2.0/UDP phone.invalid;rport=1025;received=192.0.2.1\r\n" CSEQ END,
	 ANSWER "Via: SIP/2.0/UDP phone.invalid;rport=5060;received=10.0.0.2\r\n" CSEQ END},
	{WEIR_REPLY, ANSWER "Via: SIP/2.0/UDP 10.0.0.2;rport=1026\r\n" CSEQ END, NULL},
	/* The request URI. */
	{WEIR_REPLY, "OPTIONS sip:bob@192.0.2.1:1025;ob SIP/2.0\r\n" CSEQ END,
	 "OPTIONS sip:bob@10.0.0.2:5060;ob SIP/2.0\r\n" CSEQ END},
	{WEIR_REPLY, "OPTIONS sips:192.0.2.1:1025 SIP/2.0\r\n" CSEQ END,
	 "OPTIONS sips:10.0.0.2:5060 SIP/2.0\r\n" CSEQ END},
	{WEIR_REPLY, "OPTIONS sip:bob@192.0.2.1 SIP/2.0\r\n" CSEQ END, NULL},
	{WEIR_REPLY, "OPTIONS tel:+4930123456 SIP/2.0\r\n" CSEQ END, NULL},
	/* Headers of addresses, however they are written. */
	{WEIR_ORIGINAL, REQUEST "Contact: <sip:bob@10.0.0.2:5060>;q=1\r\n" CSEQ END,
	 REQUEST "Contact: <sip:bob@192.0.2.1:1025>;q=1\r\n" CSEQ END},
	{WEIR_ORIGINAL, REQUEST "m:sip:bob@10.0.0.2;q=1\r\n" CSEQ END,
	 REQUEST "m:sip:bob@192.0.2.1:1025;q=1\r\n" CSEQ END},
	{WEIR_ORIGINAL,
	 REQUEST "Contact: \"<sip:x@10.0.0.2>, \\\"\" <sip:bob@10.0.0.2>,\r\n"
		 "\tsip:10.0.0.3, <SIP:10.0.0.2;lr>\r\n" CSEQ END,
	 REQUEST "Contact: \"<sip:x@10.0.0.2>, \\\"\" <sip:bob@192.0.2.1:1025>,\r\n"
		 "\tsip:10.0.0.3, <SIP:192.0.2.1:1025;lr>\r\n" CSEQ END},
	{WEIR_ORIGINAL, REQUEST "Contact: <sip:bob@10.0.0.2:5062>\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL, REQUEST "Contact: <sip:10.0.0.2@example.com>\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL, REQUEST "Contact: *\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL,
	 REQUEST "From: Bob <sip:bob@10.0.0.2>;tag=1\r\nf: <sip:bob@10.0.0.2>\r\n" CSEQ END,
	 REQUEST "From: Bob <sip:bob@192.0.2.1:1025>;tag=1\r\n"
		 "f: <sip:bob@192.0.2.1:1025>\r\n" CSEQ END},
	{WEIR_REPLY,
	 ANSWER "To: Bob <sip:bob@192.0.2.1:1025>;tag=1\r\n"
		"t: <sip:bob@192.0.2.1:1025>\r\n" CSEQ END,
	 ANSWER "To: Bob <sip:bob@10.0.0.2:5060>;tag=1\r\n"
		"t: <sip:bob@10.0.0.2:5060>\r\n" CSEQ END},
	{WEIR_ORIGINAL, REQUEST "Record-Route: <sip:10.0.0.2;lr>\r\n" CSEQ END,
	 REQUEST "Record-Route: <sip:192.0.2.1:1025;lr>\r\n" CSEQ END},
	{WEIR_REPLY, REQUEST "Route: <sip:192.0.2.1:1025;lr>, <sip:198.51.100.7;lr>\r\n" CSEQ END,
	 REQUEST "Route: <sip:10.0.0.2:5060;lr>, <sip:198.51.100.7;lr>\r\n" CSEQ END},
	/* The other end is as it says. */
	{WEIR_REPLY, REQUEST "Contact: <sip:198.51.100.1>\r\nFrom: <sip:198.51.100.1>\r\n" CSEQ END,
	 NULL},
	{WEIR_ORIGINAL, "OPTIONS sip:198.51.100.1 SIP/2.0\r\n" CSEQ END, NULL},
	/* No addresses, whatever they look like. */
	{WEIR_ORIGINAL,
	 REQUEST "Call-ID: 1@10.0.0.2\r\nUser-Agent: sip:10.0.0.2\r\n"
		 "X: <sip:bob@10.0.0.2>\r\n" CSEQ END,
	 NULL},
	/* Headers without a description have no length to change; lines may end in LF. */
	{WEIR_ORIGINAL, "OPTIONS sip:a SIP/2.0\nm: <sip:10.0.0.2>\nCSeq: 1 OPTIONS\n\nbody",
	 "OPTIONS sip:a SIP/2.0\nm: <sip:192.0.2.1:1025>\nCSeq: 1 OPTIONS\n\nbody"},
	/* No message, or one of another version. */
	{WEIR_ORIGINAL, "\r\n\r\n", NULL},
	{WEIR_ORIGINAL, "OPTIONS sip:a SIP/3.0\r\nm: <sip:10.0.0.2>\r\n\r\n", NULL},
	{WEIR_ORIGINAL, "\r\n" REQUEST "m: <sip:10.0.0.2>\r\n" CSEQ END,
	 "\r\n" REQUEST "m: <sip:192.0.2.1:1025>\r\n" CSEQ END},
}, forwarded[] = {
	{WEIR_ORIGINAL,
	 "OPTIONS sip:pbx@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9:5062;rport\r\n"
	 "To: <sip:pbx@192.0.2.1>\r\nFrom: <sip:eve@203.0.113.9:5062>\r\n"
	 "Route: <sip:192.0.2.1;lr>\r\nContact: <sip:eve@203.0.113.9:5062>\r\n" CSEQ END,
	 "OPTIONS sip:pbx@10.0.0.5:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 203.0.113.9:5062;rport\r\n"
	 "To: <sip:pbx@10.0.0.5:5070>\r\nFrom: <sip:eve@203.0.113.9:5062>\r\n"
	 "Route: <sip:10.0.0.5:5070;lr>\r\nContact: <sip:eve@203.0.113.9:5062>\r\n" CSEQ END},
	{WEIR_REPLY,
	 ANSWER "Via: SIP/2.0/UDP 203.0.113.9:5062;rport=5062;received=203.0.113.9\r\n"
		"To: <sip:pbx@10.0.0.5:5070>;tag=2\r\nFrom: <sip:eve@203.0.113.9:5062>\r\n"
		"Record-Route: <sip:10.0.0.5:5070;lr>\r\n"
		"Contact: <sip:pbx@10.0.0.5:5070>\r\n" CSEQ END,
	 ANSWER "Via: SIP/2.0/UDP 203.0.113.9:5062;rport=5062;received=203.0.113.9\r\n"
		"To: <sip:pbx@192.0.2.1:5060>;tag=2\r\nFrom: <sip:eve@203.0.113.9:5062>\r\n"
		"Record-Route: <sip:192.0.2.1:5060;lr>\r\n"
		"Contact: <sip:pbx@192.0.2.1:5060>\r\n" CSEQ END},
	{WEIR_REPLY,
	 REQUEST "Via: SIP/2.0/UDP 10.0.0.5:5070;branch=z9\r\n"
		 "Contact: <sip:pbx@10.0.0.5:5070>\r\n" CSEQ END,
	 REQUEST "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9\r\n"
		 "Contact: <sip:pbx@192.0.2.1:5060>\r\n" CSEQ END},
	{WEIR_ORIGINAL,
	 ANSWER "Via: SIP/2.0/UDP 192.0.2.1:5060;received=192.0.2.1;rport=5060\r\n" CSEQ END,
	 ANSWER "Via: SIP/2.0/UDP 10.0.0.5:5070;received=10.0.0.5;rport=5070\r\n" CSEQ END},
	/* Its answer may come on another of its ports, which nobody outside knows. */
	{WEIR_REPLY, ANSWER "Contact: <sip:pbx@10.0.0.5>\r\n" CSEQ END, NULL},
}, six[] = {
	{WEIR_ORIGINAL,
	 REQUEST "Via: SIP/2.0/UDP [2001:db8::2];maddr=[2001:db8::2]\r\n"
		 "Contact: <sip:bob@[2001:DB8:0::2]:5060>\r\n" CSEQ END,
	 REQUEST "Via: SIP/2.0/UDP [2001:db8:2::1]:1025;maddr=[2001:db8:2::1]\r\n"
		 "Contact: <sip:bob@[2001:db8:2::1]:1025>\r\n" CSEQ END},
	{WEIR_REPLY,
	 ANSWER "Via: SIP/2.0/UDP [2001:db8:2::1]:1025;received=2001:db8:2::1;rport=1025\r\n" CSEQ
	 END,
	 ANSWER "Via: SIP/2.0/UDP [2001:db8::2]:5060;received=2001:db8::2;rport=5060\r\n" CSEQ END},
	{WEIR_ORIGINAL, REQUEST "Contact: <sip:bob@2001:db8::2>\r\n" CSEQ END, NULL},
	{WEIR_ORIGINAL, REQUEST "Contact: <sip:bob@[2001:db8::2>\r\n" CSEQ END, NULL},
};

static void play(const char *original, const char *reply, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct call c;

		call_begin(&c, HELPER_PARSER_SIP_UDP, original, reply);
		call_read(&c, rows[i].dir, rows[i].in);
		call_out(&c, rows[i].out ? rows[i].out : rows[i].in);
		call_expected(&c, "");
		call_end(&c);
		/* What nobody translates stays as it is. */
		call_begin(&c, HELPER_PARSER_SIP_UDP, original, NULL);
		call_read(&c, rows[i].dir, rows[i].in);
		call_out(&c, rows[i].in);
		assert_null(c.call.edit.data);
		call_end(&c);
	}
}

static void test_masqueraded(void **state)
{
	(void)state;
	play(PHONE, MASQUERADED, masqueraded, ARRAY_COUNT(masqueraded));
}

static void test_forwarded(void **state)
{
	(void)state;
	play(CALLER, FORWARDED, forwarded, ARRAY_COUNT(forwarded));
}

static void test_six(void **state)
{
	(void)state;
	play("[2001:db8::2]:5060>[2001:db8:1::1]:5060",
	     "[2001:db8:1::1]:5060>[2001:db8:2::1]:1025", six, ARRAY_COUNT(six));
}

#define SDP_HEAD "Content-Type: application/sdp\r\nContent-Length: "
#define RTP(from, to, port, own, class)                                                            \
	"udp " from ":*>" to ":" port " to " own " from " from " " class " 180s\n"

/* A description: addresses, ports that had to give way, and the length. */
static void test_description(void **state)
{
	struct expectation other = {
		.tuple = {.proto = PROTO_UDP, .family = WEIR_IPV4, .dst_port = 4001},
		.any_src_port = true,
		.class = EXPECT_AUDIO,
		.master = 5,
		.expires = UINT64_MAX,
	};
	static const char description[] =
		"v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0\r\na=rtcp:4001 IN IP4 10.0.0.2\r\n"
		"m=video 5000/1 RTP/AVP 31\r\nc=IN IP4 10.0.0.2\r\n";
	char invite[1024], out[1024], form[1024];
	unsigned port, rtcp;
	struct call c;
	int end = 0;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	other.tuple.src = c.tuple[1].src;
	other.tuple.dst = c.tuple[1].dst;
	assert_int_equal(expect_add(&c.expectations, &other, 4, c.now), EXPECT_OK);
	snprintf(invite, sizeof invite,
		 "INVITE sip:eve@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n" SDP_HEAD
		 "%zu\r\n\r\n%s",
		 sizeof description - 1, description);
	call_read(&c, WEIR_ORIGINAL, invite);
	assert_int_equal(c.result, HELPER_PASS);
	assert_true(c.size < sizeof out);
	memcpy(out, c.data, c.size);
	out[c.size] = '\0';
	assert_non_null(strstr(out, "m=audio "));
	assert_int_equal(sscanf(strstr(out, "m=audio "), "m=audio %u RTP/AVP 0\r\na=rtcp:%u %n",
				&port, &rtcp, &end), 2);
	assert_true(port >= 1024 && port % 2 == 0 && port != 4000 && rtcp == port + 1);
	snprintf(form, sizeof form,
		 "INVITE sip:eve@example.com SIP/2.0\r\nCSeq: 1 INVITE\r\n" SDP_HEAD "%zu\r\n\r\n"
		 "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
		 "m=audio %u RTP/AVP 0\r\na=rtcp:%u IN IP4 192.0.2.1\r\n"
		 "m=video 5000/1 RTP/AVP 31\r\nc=IN IP4 192.0.2.1\r\n",
		 strlen(strstr(out, "v=0")), port, rtcp);
	call_out(&c, form);
	/* The other one may go; what was told stays, even when the media flow and the message comes
	 * again. */
	assert_int_equal(expect_forget(&c.expectations, 5, EXPECT_ALL), 1);
	assert_int_equal(expect_forget(&c.expectations, CALL_MASTER, EXPECT_ALL), 4);
	call_read(&c, WEIR_ORIGINAL, invite);
	call_out(&c, form);
	assert_int_equal(expect_forget(&c.expectations, CALL_MASTER, EXPECT_ALL), 4);
	call_end(&c);
}

/* An invitation and its answer, through a masquerade and to a server behind dst-nat. */
static void test_call(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL,
		  "INVITE sip:eve@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2\r\n"
		  "CSeq: 1 INVITE\r\nContact: <sip:bob@10.0.0.2>\r\nl: 74\r\n\r\n"
		  "v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
		  "m=audio 4000 RTP/AVP 0\r\n");
	call_dropped(&c, WEIR_R_HELPER_MALFORMED); /* a byte less than it says */
	call_read(&c, WEIR_ORIGINAL,
		  "INVITE sip:eve@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.2\r\n"
		  "CSeq: 1 INVITE\r\nContact: <sip:bob@10.0.0.2>\r\nl: 73\r\n\r\n"
		  "v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\nc=IN IP4 10.0.0.2\r\n"
		  "m=audio 4000 RTP/AVP 0\r\n");
	call_out(&c, "INVITE sip:eve@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:1025\r\n"
		     "CSeq: 1 INVITE\r\nContact: <sip:bob@192.0.2.1:1025>\r\nl: 75\r\n\r\n"
		     "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4 192.0.2.1\r\n"
		     "m=audio 4000 RTP/AVP 0\r\n");
	call_expected(&c,
		      RTP("198.51.100.1", "192.0.2.1", "4000", "10.0.0.2:4000", "audio")
		      RTP("198.51.100.1", "192.0.2.1", "4001", "10.0.0.2:4001", "audio"));
	call_read(&c, WEIR_REPLY,
		  "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1:1025\r\nCSeq: 1 INVITE\r\n\r\n"
		  "v=0\r\nc=IN IP4 198.51.100.1\r\nm=audio 6000 RTP/AVP 0\r\n");
	call_out(&c, "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.2:5060\r\nCSeq: 1 INVITE\r\n\r\n"
		     "v=0\r\nc=IN IP4 198.51.100.1\r\nm=audio 6000 RTP/AVP 0\r\n");
	call_expected(&c,
		      "udp 10.0.0.2:*>198.51.100.1:6000 to 198.51.100.1:6000 from 192.0.2.1 audio "
		      "180s\n"
		      "udp 10.0.0.2:*>198.51.100.1:6001 to 198.51.100.1:6001 from 192.0.2.1 audio "
		      "180s\n" RTP("198.51.100.1", "192.0.2.1", "4000", "10.0.0.2:4000", "audio")
			      RTP("198.51.100.1", "192.0.2.1", "4001", "10.0.0.2:4001", "audio"));
	call_end(&c);
}

static void test_call_in(void **state)
{
	static const char image[] =
		RTP("203.0.113.9", "192.0.2.1", "4000", "10.0.0.5:4000", "image")
		RTP("203.0.113.9", "192.0.2.1", "4001", "10.0.0.5:4001", "image");
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, CALLER, FORWARDED);
	call_read(&c, WEIR_REPLY,
		  "SIP/2.0 183 Progress\r\nCSeq: 1 INVITE\r\nContent-Length: 43\r\n\r\n"
		  "v=0\r\nc=IN IP4 10.0.0.5\r\nm=image 4000 udptl\r\n");
	call_out(&c, "SIP/2.0 183 Progress\r\nCSeq: 1 INVITE\r\nContent-Length: 44\r\n\r\n"
		     "v=0\r\nc=IN IP4 192.0.2.1\r\nm=image 4000 udptl\r\n");
	call_expected(&c, image);
	/* A third host is nobody that this connection could speak for. */
	call_read(&c, WEIR_REPLY,
		  "SIP/2.0 183 Progress\r\nCSeq: 1 INVITE\r\nContent-Length: 43\r\n\r\n"
		  "v=0\r\nc=IN IP4 10.0.0.6\r\nm=audio 4000 RTP/A\r\n");
	call_out(&c, "SIP/2.0 183 Progress\r\nCSeq: 1 INVITE\r\nContent-Length: 43\r\n\r\n"
		     "v=0\r\nc=IN IP4 10.0.0.6\r\nm=audio 4000 RTP/A\r\n");
	call_expected(&c, image);
	call_end(&c);
}

#define REGISTER(uri)                                                                              \
	"REGISTER sip:example.com SIP/2.0\r\nCSeq: 3 REGISTER\r\nContact: <sip:bob@" uri ">\r\n" END
#define REGISTERED(uri)                                                                            \
	"SIP/2.0 200 OK\r\nCSeq: 3 REGISTER\r\nContact: <sip:bob@" uri ">;expires=60\r\n" END

static void test_register(void **state)
{
	struct call c;

	(void)state;
	/* The connection's own port: the contact is where it is seen. */
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL, REGISTER("10.0.0.2"));
	call_out(&c, REGISTER("192.0.2.1:1025"));
	call_expected(&c, "udp 198.51.100.1:*>192.0.2.1:1025 to 10.0.0.2:5060 from 198.51.100.1 "
			  "signalling 180s permanent inactive parser 4\n");
	call_read(&c, WEIR_REPLY, REGISTERED("192.0.2.1:1025"));
	call_out(&c, REGISTERED("10.0.0.2:5060"));
	call_expected(&c, "udp 198.51.100.1:*>192.0.2.1:1025 to 10.0.0.2:5060 from 198.51.100.1 "
			  "signalling 60s permanent parser 4\n");
	call_end(&c);
	/* Another one, and by TCP. */
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL, REGISTER("10.0.0.2:5071;transport=TCP"));
	call_out(&c, REGISTER("192.0.2.1:5071;transport=TCP"));
	call_read(&c, WEIR_REPLY, REGISTERED("192.0.2.1:5071;transport=tcp"));
	call_out(&c, REGISTERED("10.0.0.2:5071;transport=tcp"));
	call_expected(&c, "tcp 198.51.100.1:*>192.0.2.1:5071 to 10.0.0.2:5071 from 198.51.100.1 "
			  "signalling 60s permanent parser 5\n");
	call_end(&c);
}

/* A phone that sends from one port and listens at another. */
static void test_other_port(void **state)
{
	static const char answer[] =
		"SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 192.0.2.1:1025\r\n" CSEQ END;
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, "10.0.0.2:49152>198.51.100.1:5060", MASQUERADED);
	call_read(&c, WEIR_ORIGINAL,
		  REQUEST "Via: SIP/2.0/UDP 10.0.0.2:5060\r\nContact: <sip:10.0.0.2>\r\n" CSEQ END);
	call_out(&c, REQUEST "Via: SIP/2.0/UDP 192.0.2.1:1025\r\n"
			     "Contact: <sip:192.0.2.1:1025>\r\n" CSEQ END);
	c.dst_port = 5060;
	call_read(&c, WEIR_REPLY, answer);
	call_out(&c, "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 10.0.0.2:5060\r\n" CSEQ END);
	call_read(&c, WEIR_REPLY, REQUEST CSEQ END);
	call_out(&c, REQUEST CSEQ END);
	c.dst_port = 0; /* no message */
	call_read(&c, WEIR_REPLY, "\r\n\r\n");
	/* rport says that it listens where it sends. */
	call_read(&c, WEIR_ORIGINAL,
		  REQUEST "Via: SIP/2.0/UDP 10.0.0.2:5060;rport\r\n" CSEQ END);
	call_read(&c, WEIR_REPLY, REQUEST CSEQ END);
	call_out(&c, REQUEST CSEQ END);
	call_end(&c);
}

static void test_no_room(void **state)
{
	static const char message[] = REQUEST "m: <sip:10.0.0.2>\r\n" CSEQ END;
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	c.room = 0;
	call_read(&c, WEIR_ORIGINAL, message);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	c.room = 28 + sizeof message - 1;
	call_read(&c, WEIR_ORIGINAL, message);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	c.room += 6;
	call_read(&c, WEIR_ORIGINAL, message);
	call_out(&c, REQUEST "m: <sip:192.0.2.1:1025>\r\n" CSEQ END);
	call_end(&c);
}

/* More addresses than anybody writes. */
static void test_crowd(void **state)
{
	char message[8192] = REQUEST CSEQ "Contact: <sip:10.0.0.2>";
	struct call c;

	(void)state;
	for (unsigned i = 1; i < 96; i++)
		strcat(message, ",<sip:10.0.0.2>");
	strcat(message, "\r\n\r\n");
	call_begin(&c, HELPER_PARSER_SIP_UDP, PHONE, MASQUERADED);
	call_read(&c, WEIR_ORIGINAL, message);
	assert_int_equal(c.call.delta, 96 * 6);
	strcpy(message + strlen(message) - 4, ",<sip:10.0.0.2>\r\n\r\n");
	call_read(&c, WEIR_ORIGINAL, message);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masqueraded), cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_six),         cmocka_unit_test(test_description),
		cmocka_unit_test(test_call),        cmocka_unit_test(test_call_in),
		cmocka_unit_test(test_register),    cmocka_unit_test(test_other_port),
		cmocka_unit_test(test_no_room),     cmocka_unit_test(test_crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
