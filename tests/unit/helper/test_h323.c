/* SPDX-License-Identifier: Apache-2.0 */
/*
 * H.323 calls: what call signalling and H.245 let expect, and how their addresses are translated.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/addr.h"
#include "h323_kinds.h"
#include "h323_messages.h"
#include "h323_swap.h"

#define CALL "10.0.0.2:1025>198.51.100.1:1720"
#define CALL_BEHIND "198.51.100.1:1720>192.0.2.1:2000"
#define CONTROL "10.0.0.2:1026>198.51.100.1:3000"
#define CONTROL_BEHIND "198.51.100.1:3000>192.0.2.1:2001"
#define INSIDE "10.0.0.2"
#define OUTSIDE "192.0.2.1"
#define CALLED "198.51.100.1"

#define READ(c, dir, message) call_read_bytes(c, dir, message, sizeof(message))
#define SAME(c, message) call_out_bytes(c, message, sizeof(message))

/* What leaves is the message with other ends. */
#define COPY(copy, message)                                                                        \
	uint8_t copy[sizeof(message)];                                                             \
	memcpy(copy, message, sizeof(message))

static void test_not_translated(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
	READ(&c, WEIR_ORIGINAL, h323_setup);
	SAME(&c, h323_setup);
	call_expected(&c, "");
	READ(&c, WEIR_REPLY, h323_proceeding);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:3002 signalling 240s parser 8\n");
	READ(&c, WEIR_REPLY, h323_alerting);
	READ(&c, WEIR_REPLY, h323_progress);
	READ(&c, WEIR_REPLY, h323_connect);
	SAME(&c, h323_connect);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:3000 signalling 240s parser 8\n"
			  "tcp 10.0.0.2:*>198.51.100.1:3001 signalling 240s parser 8\n"
			  "tcp 10.0.0.2:*>198.51.100.1:3002 signalling 240s parser 8\n"
			  "tcp 10.0.0.2:*>198.51.100.1:3003 signalling 240s parser 8\n"
			  "udp 10.0.0.2:*>198.51.100.1:6000 audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6001 audio 240s\n");
	call_end(&c);
}

/* A caller behind source translation. */
static void test_source(void **state)
{
	struct call c;
	COPY(setup, h323_setup);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	READ(&c, WEIR_ORIGINAL, h323_setup);
	swap(setup, sizeof setup, INSIDE, 1025, OUTSIDE, 2000);
	SAME(&c, setup);
	READ(&c, WEIR_REPLY, h323_connect);
	SAME(&c, h323_connect);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:3000 to 198.51.100.1:3000 from 192.0.2.1 "
			  "signalling 240s parser 8\n");
	call_end(&c);
}

/* Who is called is behind destination translation: 10.0.0.9 takes the calls of 198.51.100.1. */
static void test_destination(void **state)
{
	struct call c;
	COPY(setup, h323_setup);
	COPY(inside, h323_connect);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, "10.0.0.9:1721>10.0.0.2:1025");
	READ(&c, WEIR_ORIGINAL, h323_setup);
	swap(setup, sizeof setup, CALLED, 1720, "10.0.0.9", 1721);
	SAME(&c, setup);
	swap(inside, sizeof inside, CALLED, 3000, "10.0.0.9", 3000);
	READ(&c, WEIR_REPLY, inside);
	SAME(&c, h323_connect);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:3000 to 10.0.0.9:3000 from 10.0.0.2 "
			  "signalling 240s parser 8\n");
	call_end(&c);
}

/* The port that a message names is taken by another connection: another is found, and the same
 * one when the message comes again. */
static void test_port_taken(void **state)
{
	struct call c;
	struct expectation other = {
		.tuple = {.dst_port = 5000, .proto = PROTO_UDP, .family = WEIR_IPV4},
		.any_src = true,
		.any_src_port = true,
		.class = EXPECT_AUDIO,
		.helper = WEIR_HELPER_H323,
		.master = 99,
	};
	COPY(first, h323_setup_fast);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	other.tuple.dst = c.tuple[WEIR_REPLY].dst;
	other.expires = c.now + 1000 * WEIR_SEC;
	assert_int_equal(expect_add(&c.expectations, &other, 1, c.now), EXPECT_OK);
	READ(&c, WEIR_ORIGINAL, h323_setup_fast);
	assert_int_equal(c.result, HELPER_PASS);
	assert_memory_not_equal(c.data, first, sizeof first);
	memcpy(first, c.data, c.size);
	assert_int_equal(atomic_load(&c.expectations.count), 3);
	/* Both have come of it, and the segment comes again. */
	expect_forget(&c.expectations, CALL_MASTER, EXPECT_AUDIO);
	c.seq[WEIR_ORIGINAL] = CALL_SEQ;
	READ(&c, WEIR_ORIGINAL, h323_setup_fast);
	SAME(&c, first);
	expect_forget(&c.expectations, 99, EXPECT_ALL);
	call_end(&c);
}

static void test_fast_start(void **state)
{
	struct call c;
	COPY(setup, h323_setup_fast);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	READ(&c, WEIR_ORIGINAL, h323_setup_fast);
	/* A signalling port that is not the connection's stays. */
	swap(setup, sizeof setup, INSIDE, 1720, OUTSIDE, 1720);
	swap(setup, sizeof setup, INSIDE, 5000, OUTSIDE, 5000);
	swap(setup, sizeof setup, INSIDE, 5001, OUTSIDE, 5001);
	SAME(&c, setup);
	call_expected(&c, "udp 198.51.100.1:*>192.0.2.1:5000 to 10.0.0.2:5000 from 198.51.100.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5001 to 10.0.0.2:5001 from 198.51.100.1 "
			  "audio 240s\n");
	READ(&c, WEIR_REPLY, h323_connect_fast);
	SAME(&c, h323_connect_fast);
	call_expected(&c, "udp 10.0.0.2:*>198.51.100.1:6000 to 198.51.100.1:6000 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6001 to 198.51.100.1:6001 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5000 to 10.0.0.2:5000 from 198.51.100.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5001 to 10.0.0.2:5001 from 198.51.100.1 "
			  "audio 240s\n");
	call_end(&c);
}

static void test_tunnel(void **state)
{
	struct call c;
	COPY(tunnel, h323_facility_tunnel);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	READ(&c, WEIR_ORIGINAL, h323_facility_tunnel);
	swap(tunnel, sizeof tunnel, INSIDE, 5001, OUTSIDE, 5001);
	SAME(&c, tunnel);
	call_expected(&c, "udp 198.51.100.1:*>192.0.2.1:5000 to 10.0.0.2:5000 from 198.51.100.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5001 to 10.0.0.2:5001 from 198.51.100.1 "
			  "audio 240s\n");
	call_end(&c);
}

/* A third host is nobody's business: neither expected nor translated. */
static void test_third_host(void **state)
{
	struct call c;
	COPY(elsewhere, h323_connect);
	COPY(media, h323_setup_fast);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	swap(media, sizeof media, INSIDE, 5000, "10.0.0.7", 5000);
	swap(media, sizeof media, INSIDE, 5001, "10.0.0.7", 5001);
	swap(media, sizeof media, INSIDE, 1720, "10.0.0.7", 1720);
	swap(media, sizeof media, CALLED, 1720, "203.0.113.9", 1720);
	READ(&c, WEIR_ORIGINAL, media);
	SAME(&c, media);
	READ(&c, WEIR_REPLY, h323_facility_elsewhere);
	SAME(&c, h323_facility_elsewhere);
	swap(elsewhere, sizeof elsewhere, CALLED, 3000, INSIDE, 3000);
	READ(&c, WEIR_REPLY, elsewhere);
	SAME(&c, elsewhere);
	/* A low port is not expected either. */
	swap(elsewhere, sizeof elsewhere, INSIDE, 3000, CALLED, 1023);
	READ(&c, WEIR_REPLY, elsewhere);
	SAME(&c, elsewhere);
	call_expected(&c, "");
	/* The sender's own alternative is. */
	READ(&c, WEIR_REPLY, h323_facility);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1721 to 198.51.100.1:1721 from 192.0.2.1 "
			  "signalling 240s parser 7\n"
			  "tcp 10.0.0.2:*>198.51.100.1:3004 to 198.51.100.1:3004 from 192.0.2.1 "
			  "signalling 240s parser 8\n");
	call_end(&c);
}

static void test_channels(void **state)
{
	struct call c;
	COPY(open, h323_both);

	(void)state;
	call_begin(&c, HELPER_PARSER_H245, CONTROL, CONTROL_BEHIND);
	READ(&c, WEIR_ORIGINAL, h323_both);
	swap(open, sizeof open, INSIDE, 5000, OUTSIDE, 5000);
	swap(open, sizeof open, INSIDE, 5001, OUTSIDE, 5001);
	SAME(&c, open);
	READ(&c, WEIR_REPLY, h323_both_ack);
	SAME(&c, h323_both_ack);
	call_expected(&c, "udp 10.0.0.2:*>198.51.100.1:6000 to 198.51.100.1:6000 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6001 to 198.51.100.1:6001 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6002 to 198.51.100.1:6002 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6003 to 198.51.100.1:6003 from 192.0.2.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5000 to 10.0.0.2:5000 from 198.51.100.1 "
			  "audio 240s\n"
			  "udp 198.51.100.1:*>192.0.2.1:5001 to 10.0.0.2:5001 from 198.51.100.1 "
			  "audio 240s\n");
	call_end(&c);
}

static void test_one_way(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_H245, CONTROL, NULL);
	READ(&c, WEIR_ORIGINAL, h323_open_channel);
	call_expected(&c, "udp 198.51.100.1:*>10.0.0.2:5000 audio 240s\n"
			  "udp 198.51.100.1:*>10.0.0.2:5001 audio 240s\n");
	READ(&c, WEIR_REPLY, h323_open_channel_ack);
	call_expected(&c, "udp 10.0.0.2:*>198.51.100.1:6000 audio 240s\n"
			  "udp 10.0.0.2:*>198.51.100.1:6001 audio 240s\n"
			  "udp 198.51.100.1:*>10.0.0.2:5000 audio 240s\n"
			  "udp 198.51.100.1:*>10.0.0.2:5001 audio 240s\n");
	call_end(&c);
	call_begin(&c, HELPER_PARSER_H245, "[2001:db8::2]:1026>[2001:db8:1::1]:3000",
		   "[2001:db8:1::1]:3000>[2001:db8:2::1]:1026");
	READ(&c, WEIR_ORIGINAL, h323_open_channel_six);
	call_expected(&c, "udp [2001:db8:1::1]:*>[2001:db8:2::1]:5000 to [2001:db8::2]:5000 from "
			  "2001:db8:1::1 audio 240s\n"
			  "udp [2001:db8:1::1]:*>[2001:db8:2::1]:5001 to [2001:db8::2]:5001 from "
			  "2001:db8:1::1 audio 240s\n");
	call_end(&c);
}

static void test_t120(void **state)
{
	struct call c;
	COPY(t120, h323_t120);

	(void)state;
	call_begin(&c, HELPER_PARSER_H245, CONTROL, CONTROL_BEHIND);
	READ(&c, WEIR_ORIGINAL, h323_t120);
	swap(t120, sizeof t120, INSIDE, 1503, OUTSIDE, 1503);
	SAME(&c, t120);
	READ(&c, WEIR_REPLY, h323_t120_ack);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1503 to 198.51.100.1:1503 from 192.0.2.1 "
			  "data 240s permanent\n"
			  "tcp 198.51.100.1:*>192.0.2.1:1503 to 10.0.0.2:1503 from 198.51.100.1 "
			  "data 240s permanent\n");
	call_end(&c);
}

/* All that may stand before an address is measured right. */

static void read_hex(struct call *c, const char *hex)
{
	uint32_t size = (uint32_t)strlen(hex) / 2;
	uint8_t *data = malloc(size);

	for (uint32_t i = 0; i < size; i++) {
		unsigned byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		data[i] = (uint8_t)byte;
	}
	call_read_bytes(c, WEIR_ORIGINAL, data, size);
	free(data);
}

static void test_kinds(void **state)
{
	struct call c;

	(void)state;
	for (unsigned i = 0; i < ARRAY_COUNT(h323_data_types); i++) {
		print_message("%s\n", h323_data_types[i].name);
		call_begin(&c, HELPER_PARSER_H245, CONTROL, NULL);
		read_hex(&c, h323_data_types[i].hex);
		call_expected(&c, "udp 198.51.100.1:*>10.0.0.2:5000 audio 240s\n"
				  "udp 198.51.100.1:*>10.0.0.2:5001 audio 240s\n");
		call_end(&c);
	}
	for (unsigned i = 0; i < ARRAY_COUNT(h323_bodies); i++) {
		const char *want = "udp 198.51.100.1:*>10.0.0.2:5002 audio 240s\n"
				   "udp 198.51.100.1:*>10.0.0.2:5003 audio 240s\n";
		const char *more = "udp 198.51.100.1:*>10.0.0.2:5000 audio 240s\n"
				   "udp 198.51.100.1:*>10.0.0.2:5001 audio 240s\n"
				   "udp 198.51.100.1:*>10.0.0.2:5002 audio 240s\n"
				   "udp 198.51.100.1:*>10.0.0.2:5003 audio 240s\n";

		print_message("%s\n", h323_bodies[i].name);
		call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
		read_hex(&c, h323_bodies[i].hex);
		call_expected(&c, strcmp(h323_bodies[i].name, "information") ? want : more);
		call_end(&c);
	}
	call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
	read_hex(&c, h323_full_setup.hex);
	call_expected(&c, "tcp 198.51.100.1:*>10.0.0.2:3100 signalling 240s parser 8\n"
			  "udp 198.51.100.1:*>10.0.0.2:5000 audio 240s\n"
			  "udp 198.51.100.1:*>10.0.0.2:5001 audio 240s\n");
	call_end(&c);
}

/* Segments. */

#define STREAM_EXPECTED                                                                            \
	"tcp 10.0.0.2:*>198.51.100.1:1503 data 240s permanent\n"                                   \
	"udp 10.0.0.2:*>198.51.100.1:6000 audio 240s\n"                                            \
	"udp 10.0.0.2:*>198.51.100.1:6001 audio 240s\n"

/* An empty frame, an Ack and another. => size */
static uint32_t make_stream(uint8_t *stream)
{
	static const uint8_t empty[] = {3, 0, 0, 4};
	uint32_t size = sizeof empty;

	memcpy(stream, empty, size);
	memcpy(stream + size, h323_open_channel_ack, sizeof h323_open_channel_ack);
	size += (uint32_t)sizeof h323_open_channel_ack;
	memcpy(stream + size, h323_t120_ack, sizeof h323_t120_ack);
	return size + (uint32_t)sizeof h323_t120_ack;
}

/* Several messages in a segment; a header is cut off its body, and cut itself. */
static void test_frames(void **state)
{
	const uint32_t first = 4, second = 4 + sizeof h323_open_channel_ack;
	uint8_t stream[SWAP_ROOM];
	uint32_t size = make_stream(stream);
	struct call c;

	(void)state;
	for (uint32_t cut = 0; cut < size; cut++) {
		bool in_first = cut > first + 4 && cut < second;
		bool in_second = cut > second + 4;

		call_begin(&c, HELPER_PARSER_H245, CONTROL, NULL);
		if (cut)
			call_read_bytes(&c, WEIR_REPLY, stream, cut);
		call_read_bytes(&c, WEIR_REPLY, stream + cut, size - cut);
		/* A message that is cut is read up to there. */
		if (!in_first && !in_second)
			call_expected(&c, STREAM_EXPECTED);
		else if (in_second)
			assert_true(atomic_load(&c.expectations.count) >= 2);
		else
			assert_true(atomic_load(&c.expectations.count) >= 1);
		call_end(&c);
	}
	/* Three parts. */
	for (uint32_t a = first; a <= first + 4; a++) {
		for (uint32_t b = a; b <= first + 4; b++) {
			call_begin(&c, HELPER_PARSER_H245, CONTROL, NULL);
			call_read_bytes(&c, WEIR_REPLY, stream, a);
			if (b > a)
				call_read_bytes(&c, WEIR_REPLY, stream + a, b - a);
			call_read_bytes(&c, WEIR_REPLY, stream + b, size - b);
			call_expected(&c, STREAM_EXPECTED);
			call_end(&c);
		}
	}
}

/* What comes again is translated again, also a body whose header came alone. */
static void test_again(void **state)
{
	uint8_t both[2 * sizeof h323_open_channel];
	struct call c;
	COPY(open, h323_open_channel);

	(void)state;
	swap(open, sizeof open, INSIDE, 5001, OUTSIDE, 5001);
	call_begin(&c, HELPER_PARSER_H245, CONTROL, CONTROL_BEHIND);
	for (unsigned i = 0; i < 2; i++) {
		c.seq[WEIR_ORIGINAL] = CALL_SEQ;
		READ(&c, WEIR_ORIGINAL, h323_open_channel);
		SAME(&c, open);
	}
	for (unsigned i = 0; i < 2; i++) {
		c.seq[WEIR_ORIGINAL] = CALL_SEQ + sizeof open;
		call_read_bytes(&c, WEIR_ORIGINAL, h323_open_channel, 4);
		call_read_bytes(&c, WEIR_ORIGINAL, h323_open_channel + 4, sizeof open - 4);
		call_out_bytes(&c, open + 4, sizeof open - 4);
	}
	c.seq[WEIR_ORIGINAL] = CALL_SEQ;
	READ(&c, WEIR_ORIGINAL, h323_open_channel);
	SAME(&c, open);
	/* One that was there and one that was not, and one behind a hole. */
	memcpy(both, h323_open_channel, sizeof open);
	memcpy(both + sizeof open, h323_open_channel, sizeof open);
	c.seq[WEIR_ORIGINAL] = CALL_SEQ + sizeof open;
	READ(&c, WEIR_ORIGINAL, both);
	swap(both, sizeof both, INSIDE, 5001, OUTSIDE, 5001);
	SAME(&c, both);
	c.seq[WEIR_ORIGINAL] = CALL_SEQ + 5000;
	READ(&c, WEIR_ORIGINAL, h323_open_channel);
	SAME(&c, open);
	call_end(&c);
}

/* What is within another message, or behind bytes that are no frames, is not read. */
static void test_smuggled(void **state)
{
	static const char post[] = "POST / HTTP/1.1\r\n";
	uint8_t body[SWAP_ROOM] = {3, 0, 2, 0};
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
	call_read(&c, WEIR_ORIGINAL, post);
	READ(&c, WEIR_ORIGINAL, h323_setup_fast);
	call_expected(&c, "");
	/* The other direction is a stream of its own. */
	READ(&c, WEIR_REPLY, h323_connect);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:3000 signalling 240s parser 8\n");
	call_end(&c);

	call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
	memcpy(body + 100, h323_setup_fast, sizeof h323_setup_fast);
	call_read_bytes(&c, WEIR_ORIGINAL, body, 512);
	call_expected(&c, "");
	/* Frames that are no frames end the reading. */
	READ(&c, WEIR_ORIGINAL, post);
	READ(&c, WEIR_ORIGINAL, h323_setup_fast);
	call_expected(&c, "");
	call_end(&c);
}

/* Lengths that say less than their own bytes, or more than there is. */
static void test_lengths(void **state)
{
	static const uint8_t short_frame[] = {3, 0, 0, 3, 8, 2, 0, 0, 5};
	static const uint8_t no_user_user[] = {3, 0, 0, 13, 8, 2, 0, 0, 5, 0x7e, 0, 0, 5};
	static const uint8_t long_user_user[] = {3, 0, 0, 13, 8, 2, 0, 0, 5, 0x7e, 0xff, 0xff, 5};
	static const uint8_t cut_user_user[] = {3, 0, 0, 11, 8, 2, 0, 0, 5, 0x7e, 0};
	static const uint8_t long_element[] = {3, 0, 0, 12, 8, 2, 0, 0, 5, 4, 200, 0x7e};
	static const uint8_t long_reference[] = {3, 0, 0, 8, 8, 15, 0, 0};
	static const struct {
		const uint8_t *data;
		uint32_t size;
	} messages[] = {
		{short_frame, sizeof short_frame},       {no_user_user, sizeof no_user_user},
		{long_user_user, sizeof long_user_user}, {cut_user_user, sizeof cut_user_user},
		{long_element, sizeof long_element},     {long_reference, sizeof long_reference},
	};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < ARRAY_COUNT(messages); i++) {
		call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
		call_read_bytes(&c, WEIR_ORIGINAL, messages[i].data, messages[i].size);
		call_out_bytes(&c, messages[i].data, messages[i].size);
		call_expected(&c, "");
		call_end(&c);
	}
	/* Any byte of a message may be any other. */
	for (uint32_t at = 0; at < sizeof h323_setup_fast; at++) {
		for (unsigned value = 0; value < 256; value += 15) {
			COPY(setup, h323_setup_fast);

			setup[at] = (uint8_t)value;
			call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
			READ(&c, WEIR_ORIGINAL, setup);
			assert_int_equal(c.result, HELPER_PASS);
			assert_true(atomic_load(&c.expectations.count) <= 4);
			call_end(&c);
		}
	}
}

/* Without room for the translated message it goes no further. */
static void test_no_room(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, CALL_BEHIND);
	c.room = 0;
	READ(&c, WEIR_ORIGINAL, h323_setup);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	c.room = CALL_ROOM;
	c.seq[WEIR_ORIGINAL] = CALL_SEQ;
	READ(&c, WEIR_ORIGINAL, h323_setup);
	assert_int_equal(c.result, HELPER_PASS);
	call_end(&c);
	call_begin(&c, HELPER_PARSER_H245, CONTROL, CONTROL_BEHIND);
	c.room = 0;
	READ(&c, WEIR_ORIGINAL, h323_open_channel);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
}

/* The newest of a class stay. */
static void test_limits(void **state)
{
	struct call c;
	COPY(connect, h323_connect);
	COPY(ack, h323_open_channel_ack);

	(void)state;
	call_begin(&c, HELPER_PARSER_Q931, CALL, NULL);
	for (uint16_t port = 3000; port < 3030; port++) {
		READ(&c, WEIR_REPLY, connect);
		swap(connect, sizeof connect, CALLED, port, CALLED, port + 1);
	}
	assert_int_equal(atomic_load(&c.expectations.count), 4);
	call_end(&c);
	call_begin(&c, HELPER_PARSER_H245, CONTROL, NULL);
	for (uint16_t port = 6000; port < 6060; port += 2) {
		READ(&c, WEIR_REPLY, ack);
		swap(ack, sizeof ack, CALLED, port + 1, CALLED, port + 3);
		swap(ack, sizeof ack, CALLED, port, CALLED, port + 2);
	}
	assert_int_equal(atomic_load(&c.expectations.count), 16);
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_not_translated),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_destination),
		cmocka_unit_test(test_port_taken),
		cmocka_unit_test(test_fast_start),
		cmocka_unit_test(test_tunnel),
		cmocka_unit_test(test_third_host),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_one_way),
		cmocka_unit_test(test_t120),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_smuggled),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
