/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call.h - a connection whose packets a helper's parser reads, for tests.
 *
 *	struct call c;
 *
 *	call_begin(&c, HELPER_PARSER_FTP, "10.0.0.2:1025>198.51.100.1:21",
 *		   "198.51.100.1:21>192.0.2.1:1025");
 *	call_read(&c, WEIR_ORIGINAL, "PORT 10,0,0,2,4,1\r\n");
 *	call_out(&c, "PORT 192,0,2,1,4,1\r\n");
 *	call_expected(&c, "tcp 198.51.100.1:*>192.0.2.1:1025 to 10.0.0.2:1025 from 198.51.100.1 "
 *			  "data 300s\n");
 *	call_end(&c);
 *
 * The expectation table is a real one. Each packet is a whole one with right checksums, as it is
 * behind translation, and what comes out is read again and must be as whole.
 *
 * IPv6 addresses stand in brackets. TCP sequence numbers go on by themselves, from CALL_SEQ.
 */
#ifndef TESTS_CALL_H
#define TESTS_CALL_H

#include "helper/helper.h"

#define CALL_SEQ 1000u
#define CALL_MASTER UINT64_C(0x100000007)
#define CALL_ROOM 70000u

struct call {
	struct expectations expectations;
	struct gre_keys gre_keys;
	struct alloc alloc;
	struct weir_settings settings; /* to be changed before call_settings() */
	struct helper_settings set;
	enum helper_parser_id parser;
	struct tuple tuple[2];
	uint32_t seq[2];               /* of the next packet by direction */
	uint64_t memory[HELPER_MEMORY / 8];
	weir_time now;
	uint16_t mark;
	uint32_t room;                 /* for a changed packet: CALL_ROOM, or what a test says */
	uint16_t dst_port;             /* to which packets leave, if a parser moves them; 0 */

	/* Of the last packet. */
	enum helper_result result;
	struct helper_call call;
	const uint8_t *data;           /* its payload as it leaves */
	uint32_t size;

	uint8_t *came, *left;          /* whole packets */
	struct packet packet;
	struct weir_packet io;
};

/* reply NULL: not translated. Fails the running test on what it cannot read. */
void call_begin(struct call *c, enum helper_parser_id parser, const char *original,
		const char *reply);

/* Takes c->settings over. */
void call_settings(struct call *c);

/* A packet with this text; the second for bytes. => what the parser said */
enum helper_result call_read(struct call *c, enum weir_dir dir, const char *text);
enum helper_result call_read_bytes(struct call *c, enum weir_dir dir, const void *data,
				   uint32_t size);

/* The last one passed, and left with this payload. */
void call_out(const struct call *c, const char *text);
void call_out_bytes(const struct call *c, const void *data, uint32_t size);

/* The last one was dropped for this. */
void call_dropped(const struct call *c, enum weir_reason reason);

/* All that is expected, a line each, in the order of their text: protocol, source (* for any),
 * destination; "to" and "from" if it is to be translated; class, seconds left; "permanent",
 * "inactive", "pair", "parser N", "mark N" where they hold. "" for nothing. */
void call_expected(struct call *c, const char *lines);

/* Ends the connection: nothing may be left. */
void call_end(struct call *c);

#endif
