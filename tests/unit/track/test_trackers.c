/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trackers of everything but TCP: each test is a conversation, packet by
 * packet, with what the tracker must say of it.
 *
 * The harness does what the engine does around a tracker: it sets CONFIRMED after
 * the first packet and SEEN_REPLY after the first reply that was let by.
 */
#include "track/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

typedef enum track_result (*tracker)(struct track *t, struct packet *p, struct conn *c,
				     enum weir_dir dir);

/* One connection under test. */
struct lab {
	tracker track;
	struct track_settings set;
	struct track t;
	struct conn c;
	struct weir_packet io;
	struct packet p;
	uint8_t bytes[256];
	uint32_t size;
};

#define O WEIR_ORIGINAL
#define R WEIR_REPLY
#define SECONDS(s) ((uint32_t)((s) * WEIR_SEC / TICK_NS))

static void lab_init(struct lab *l, tracker track, uint8_t proto)
{
	struct weir_settings settings;

	memset(l, 0, sizeof(*l));
	weir_settings_init(&settings);
	assert_int_equal(track_settings_compile(&settings, 1, &l->set), WEIR_OK);
	l->track = track;
	l->t.set = &l->set;
	l->t.now = UINT32_MAX - SECONDS(1); /* the ticks turn round during the tests */
	l->c.proto = proto;
	l->p.io = &l->io;
	l->p.opens = 1;
	l->p.l4 = l->bytes;
}

/* Gives the packet in l->bytes to the tracker, `after` seconds after the last. */
static enum track_result step(struct lab *l, enum weir_dir dir, double after)
{
	enum track_result result;

	l->t.now += (uint32_t)(after * 250);
	l->t.timeout = 0;
	l->t.changed = 0;
	l->io.reason = WEIR_R_NONE;
	l->io.detail[0] = l->io.detail[1] = 0;
	l->p.l4_len = l->p.l4_cap = l->size;
	result = l->track(&l->t, &l->p, &l->c, dir);
	assert_int_equal(l->io.reason == WEIR_R_NONE, result != TRACK_INVALID);
	assert_int_equal(l->t.timeout == 0, result != TRACK_ACCEPT);
	if (result != TRACK_INVALID) {
		l->c.status |= WEIR_STATUS_CONFIRMED;
		if (dir == R)
			l->c.status |= WEIR_STATUS_SEEN_REPLY;
	}
	return result;
}

static bool assured(const struct lab *l)
{
	return l->c.status & WEIR_STATUS_ASSURED;
}

/* A step that must be accepted; => the lifetime in seconds */
static uint32_t accept(struct lab *l, enum weir_dir dir, double after)
{
	assert_int_equal(step(l, dir, after), TRACK_ACCEPT);
	return l->t.timeout / SECONDS(1);
}

/* UDP and UDP-Lite */

static void test_udp_stream_after_two_seconds(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_udp, PROTO_UDP);
	assert_int_equal(accept(&l, O, 0), 30);
	assert_int_equal(accept(&l, R, 0.1), 30);
	assert_int_equal(accept(&l, O, 0.1), 30);
	assert_int_equal(accept(&l, R, 1.8), 30); /* exactly two seconds: not yet */
	assert_false(assured(&l));
	assert_int_equal(accept(&l, O, 0.004), 180);
	assert_true(assured(&l));
	assert_int_equal(l.t.changed, TRACK_CHANGED_ASSURED);
	assert_int_equal(accept(&l, R, 0), 180);
	assert_int_equal(l.t.changed, 0);
}

static void test_udp_late_reply(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_udp, PROTO_UDP);
	assert_int_equal(accept(&l, O, 0), 30);
	assert_int_equal(accept(&l, O, 20), 30);
	assert_int_equal(accept(&l, R, 20), 30); /* no reply had been seen before it */
	assert_false(assured(&l));
	assert_int_equal(accept(&l, O, 0), 180);
	assert_true(assured(&l));
}

/* Half a turn of the ticks is 99 days: neither a stream nor an unanswered flow may forget
 * its age then. */
static void test_udp_very_old(void **state)
{
	const double day = 86400;
	struct lab l;

	(void)state;
	lab_init(&l, track_udp, PROTO_UDP);
	accept(&l, O, 0);
	for (int i = 0; i < 120; i++)
		assert_int_equal(accept(&l, O, day), 30);
	accept(&l, R, 0);
	assert_int_equal(accept(&l, O, 0), 180);
	for (int i = 0; i < 120; i++)
		assert_int_equal(accept(&l, R, day), 180);
}

static void test_udplite_has_no_two_seconds(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_udp, PROTO_UDPLITE);
	assert_int_equal(accept(&l, O, 0), 30);
	assert_int_equal(accept(&l, O, 9), 30);
	assert_int_equal(accept(&l, R, 0), 30);
	assert_false(assured(&l));
	assert_int_equal(accept(&l, R, 0), 180);
	assert_true(assured(&l));
}

/* ICMP, GRE, generic */

static void test_icmp(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_icmp, PROTO_ICMP);
	l.p.opens = 0;
	l.p.tuple.dst_port = 14 << 8 | 3;
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_ICMP_TYPE);
	assert_int_equal(l.io.detail[0], 14);
	assert_int_equal(l.io.detail[1], 3);

	l.p.opens = 1;
	assert_int_equal(accept(&l, O, 0), 10);
	l.p.opens = 0; /* an answer opens nothing, and need not */
	assert_int_equal(accept(&l, R, 1), 10);
	l.p.opens = 1;
	assert_int_equal(accept(&l, O, 1), 10);
	assert_false(assured(&l));
}

static void test_gre(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_gre, PROTO_GRE);
	l.p.gre_key = 0x01020304;
	l.p.gre_protocol = 0x0800;
	assert_int_equal(accept(&l, O, 0), 30);
	l.p.gre_key = 9;
	l.p.gre_protocol = 0x86dd;
	l.p.gre_version = 1;
	assert_int_equal(accept(&l, R, 0), 30);
	assert_false(assured(&l));
	assert_int_equal(accept(&l, O, 0), 180);
	assert_true(assured(&l));
	assert_int_equal(l.c.gre.key, 0x01020304);
	assert_int_equal(l.c.gre.protocol, 0x0800);
	assert_int_equal(l.c.gre.version, 0);
}

static void test_generic(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_generic, 89);
	assert_int_equal(accept(&l, O, 0), 600);
	assert_int_equal(accept(&l, R, 0), 600);
	assert_int_equal(accept(&l, O, 0), 600);
	assert_false(assured(&l));
}

/* SCTP */

enum {
	DATA,
	INIT,
	INIT_ACK,
	SACK,
	HB,
	HB_ACK,
	ABORT,
	SHUTDOWN,
	SHUTDOWN_ACK,
	ERROR,
	COOKIE_ECHO,
	COOKIE_ACK,
	SHUTDOWN_COMPLETE = 14,
	ASCONF = 0xc1,
};

static void sctp(struct lab *l, uint32_t tag)
{
	memset(l->bytes, 0, sizeof(l->bytes));
	put_be32(l->bytes + 4, tag);
	l->size = 12;
}

static void chunk(struct lab *l, uint8_t type, uint8_t flags, uint16_t length)
{
	l->bytes[l->size] = type;
	l->bytes[l->size + 1] = flags;
	put_be16(l->bytes + l->size + 2, length);
	l->size += (length + 3u) & ~3u;
}

/* A packet of one chunk. */
static enum track_result one(struct lab *l, enum weir_dir dir, uint32_t tag, uint8_t type)
{
	sctp(l, tag);
	chunk(l, type, 0, 16);
	return step(l, dir, 0);
}

/* INIT or INIT-ACK that names `names` for the way back. */
static enum track_result init(struct lab *l, enum weir_dir dir, uint32_t tag, uint8_t type,
			      uint32_t names)
{
	sctp(l, tag);
	chunk(l, type, 0, 20);
	put_be32(l->bytes + 16, names);
	return step(l, dir, 0);
}

static void sctp_establish(struct lab *l)
{
	lab_init(l, track_sctp, PROTO_SCTP);
	assert_int_equal(init(l, O, 0, INIT, 0xbb), TRACK_ACCEPT);
	assert_int_equal(l->c.sctp.state, WEIR_SCTP_CLOSED);
	assert_int_equal(l->t.changed, TRACK_CHANGED_STATE);
	assert_int_equal(l->t.timeout, SECONDS(10));
	assert_int_equal(init(l, R, 0xbb, INIT_ACK, 0xaa), TRACK_ACCEPT);
	assert_int_equal(l->c.sctp.state, WEIR_SCTP_COOKIE_WAIT);
	assert_int_equal(l->t.timeout, SECONDS(3));
	assert_int_equal(one(l, O, 0xaa, COOKIE_ECHO), TRACK_ACCEPT);
	assert_int_equal(l->c.sctp.state, WEIR_SCTP_COOKIE_ECHOED);
	assert_false(assured(l));
	sctp(l, 0xbb); /* data may follow in the same packet */
	chunk(l, COOKIE_ACK, 0, 4);
	chunk(l, DATA, 3, 17);
	assert_int_equal(step(l, R, 0), TRACK_ACCEPT);
	assert_int_equal(l->c.sctp.state, WEIR_SCTP_ESTABLISHED);
	assert_int_equal(l->t.changed, TRACK_CHANGED_STATE | TRACK_CHANGED_ASSURED);
	assert_int_equal(l->t.timeout, SECONDS(210));
}

static void test_sctp_life(void **state)
{
	struct lab l;

	(void)state;
	sctp_establish(&l);
	assert_int_equal(one(&l, O, 0xaa, DATA), TRACK_ACCEPT);
	assert_int_equal(l.t.changed, 0);
	assert_int_equal(one(&l, R, 0xbb, SACK), TRACK_ACCEPT);
	assert_int_equal(one(&l, R, 0xbb, ASCONF), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_ESTABLISHED);
	assert_int_equal(one(&l, O, 0xaa, SHUTDOWN), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_SHUTDOWN_SENT);
	assert_int_equal(l.t.timeout, SECONDS(3));
	assert_int_equal(one(&l, R, 0xbb, SHUTDOWN_ACK), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_SHUTDOWN_ACK_SENT);
	assert_int_equal(one(&l, O, 0xaa, SHUTDOWN_COMPLETE), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_CLOSED);
	assert_int_equal(l.t.timeout, SECONDS(10));
	assert_true(assured(&l));
}

static void test_sctp_tags(void **state)
{
	struct lab l;

	(void)state;
	sctp_establish(&l);
	assert_int_equal(one(&l, O, 0xbb, DATA), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_TAG);
	assert_int_equal(l.io.detail[0], 0xbb);
	assert_int_equal(l.io.detail[1], 0xaa);
	assert_int_equal(one(&l, R, 0xaa, SHUTDOWN), TRACK_INVALID);
	assert_int_equal(init(&l, O, 0xaa, INIT, 7), TRACK_INVALID); /* INIT: tag 0 */

	/* ABORT: one's own tag, or with the T bit the other's. */
	assert_int_equal(one(&l, O, 0xbb, ABORT), TRACK_INVALID);
	sctp(&l, 0xaa);
	chunk(&l, ABORT, 1, 4);
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_ESTABLISHED);
	sctp(&l, 0xbb);
	chunk(&l, ABORT, 1, 4);
	assert_int_equal(step(&l, O, 0), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_CLOSED);

	sctp_establish(&l);
	assert_int_equal(one(&l, R, 0xbb, ABORT), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_CLOSED);
}

/* Which INIT-ACK may bring a new tag, as Linux 6.18 has it. */
static void test_sctp_new_tags(void **state)
{
	struct lab l;

	(void)state;
	sctp_establish(&l);
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 7), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_TAG);
	assert_int_equal(l.c.sctp.vtag[O], 0xaa);
	/* One side begins anew. */
	assert_int_equal(init(&l, O, 0, INIT, 5), TRACK_ACCEPT);
	assert_int_equal(init(&l, R, 5, INIT_ACK, 8), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.vtag[O], 8);
	assert_int_equal(one(&l, R, 5, COOKIE_ACK), TRACK_ACCEPT);
	assert_int_equal(init(&l, R, 5, INIT_ACK, 9), TRACK_INVALID);

	/* Handshakes that cross: each side echoes the other's cookie. */
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(init(&l, O, 0, INIT, 0xbb), TRACK_ACCEPT);
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xaa), TRACK_ACCEPT);
	assert_int_equal(one(&l, R, 0xbb, COOKIE_ECHO), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_COOKIE_ECHOED);
	assert_int_equal(one(&l, O, 0xaa, COOKIE_ACK), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_ESTABLISHED);

	/* A HEARTBEAT-ACK that opens shows the tag of its own direction alone. */
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(one(&l, O, 9, HB_ACK), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.vtag[O], 9);
	assert_int_equal(l.c.sctp.vtag[R], 0);
}

/* A refused chunk takes back what the chunks before it did. */
static void test_sctp_all_or_nothing(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(one(&l, O, 5, HB), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_HEARTBEAT_SENT);
	sctp(&l, 6);
	chunk(&l, HB_ACK, 0, 8); /* would establish and learn tag 6 */
	chunk(&l, HB, 0, 8);
	chunk(&l, ABORT, 1, 4); /* wants tag 5 */
	assert_int_equal(step(&l, R, 0), TRACK_INVALID);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_HEARTBEAT_SENT);
	assert_int_equal(l.c.sctp.vtag[R], 0);
	assert_false(assured(&l));
	assert_int_equal(one(&l, R, 6, HB_ACK), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_ESTABLISHED);
	assert_int_equal(l.c.sctp.vtag[R], 6);
	assert_true(assured(&l));
}

/* What Linux 6.18 makes of a first packet. */
static void test_sctp_openers(void **state)
{
	static const struct {
		uint8_t types[2]; /* of the chunks, 255: none */
		uint32_t tag;
		uint8_t after; /* sctp-state; NONE: it opens nothing */
	} rows[] = {
		{{INIT, 255}, 0, WEIR_SCTP_CLOSED},
		{{INIT, 255}, 5, WEIR_SCTP_NONE},
		{{HB, 255}, 5, WEIR_SCTP_HEARTBEAT_SENT},
		{{HB_ACK, 255}, 5, WEIR_SCTP_CLOSED},
		{{SHUTDOWN_ACK, 255}, 5, WEIR_SCTP_SHUTDOWN_ACK_SENT},
		{{DATA, 255}, 5, WEIR_SCTP_NONE},
		{{DATA, 255}, 0, WEIR_SCTP_NONE},
		{{SACK, 255}, 5, WEIR_SCTP_NONE},
		{{SHUTDOWN, 255}, 5, WEIR_SCTP_NONE},
		{{SHUTDOWN, 255}, 0, WEIR_SCTP_CLOSED},
		{{ERROR, 255}, 5, WEIR_SCTP_NONE},
		{{ERROR, 255}, 0, WEIR_SCTP_CLOSED},
		{{COOKIE_ECHO, 255}, 5, WEIR_SCTP_NONE},
		{{COOKIE_ECHO, 255}, 0, WEIR_SCTP_CLOSED},
		{{COOKIE_ECHO, DATA}, 5, WEIR_SCTP_NONE},
		{{COOKIE_ACK, 255}, 0, WEIR_SCTP_NONE},
		{{ABORT, 255}, 0, WEIR_SCTP_NONE},
		{{SHUTDOWN_COMPLETE, 255}, 0, WEIR_SCTP_NONE},
		{{INIT_ACK, 255}, 5, WEIR_SCTP_NONE},
		{{HB, ERROR}, 5, WEIR_SCTP_CLOSED},
		{{HB_ACK, HB}, 5, WEIR_SCTP_CLOSED},
		{{HB, SACK}, 5, WEIR_SCTP_NONE},
		{{HB, ASCONF}, 5, WEIR_SCTP_NONE},
		{{HB, ABORT}, 5, WEIR_SCTP_NONE},
		{{SHUTDOWN_ACK, SHUTDOWN}, 5, WEIR_SCTP_SHUTDOWN_ACK_SENT},
	};
	struct lab l;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		bool opens = rows[i].after != WEIR_SCTP_NONE;

		lab_init(&l, track_sctp, PROTO_SCTP);
		sctp(&l, rows[i].tag);
		for (int k = 0; k < 2; k++)
			if (rows[i].types[k] != 255)
				chunk(&l, rows[i].types[k], 0, 20);
		if (step(&l, O, 0) != (opens ? TRACK_ACCEPT : TRACK_INVALID) ||
		    l.c.sctp.state != rows[i].after)
			fail_msg("opener %zu: state %u, reason %u", i, l.c.sctp.state,
				 l.io.reason);
	}

	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(one(&l, O, 5, SACK), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_NOT_OPENER);
	assert_int_equal(l.io.detail[0], SACK);
	assert_int_equal(one(&l, O, 5, COOKIE_ECHO), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_NOT_OPENER);
	assert_int_equal(l.io.detail[0], COOKIE_ECHO);
}

static void test_sctp_bundling(void **state)
{
	static const struct {
		uint8_t first, second;
		uint16_t reason;
	} rows[] = {
		{INIT, DATA, WEIR_R_SCTP_CHUNK_ALONE},
		{DATA, INIT, WEIR_R_SCTP_CHUNK_ALONE},
		{INIT_ACK, SACK, WEIR_R_SCTP_CHUNK_ALONE},
		{SHUTDOWN_COMPLETE, SHUTDOWN_COMPLETE, WEIR_R_SCTP_CHUNK_ALONE},
		{SHUTDOWN_COMPLETE, ASCONF, WEIR_R_SCTP_CHUNK_ALONE},
		{DATA, COOKIE_ECHO, WEIR_R_SCTP_CHUNK_ALONE},
		{DATA, COOKIE_ACK, WEIR_R_SCTP_CHUNK_ALONE},
		{COOKIE_ECHO, DATA, WEIR_R_NONE},
		{SACK, DATA, WEIR_R_NONE},
		{DATA, ASCONF, WEIR_R_NONE},
	};
	struct lab l;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		sctp_establish(&l);
		sctp(&l, 0xaa);
		chunk(&l, rows[i].first, 0, 20);
		chunk(&l, rows[i].second, 0, 20);
		step(&l, O, 0);
		assert_int_equal(l.io.reason, rows[i].reason);
		if (rows[i].reason)
			assert_int_equal(l.io.detail[0], rows[i].second);
	}
}

static void test_sctp_malformed(void **state)
{
	struct lab l;

	(void)state;
	sctp_establish(&l);
	sctp(&l, 0xaa); /* no chunk */
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_L4_TRUNCATED);
	l.size = 15; /* less than a chunk */
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	sctp(&l, 0xaa);
	chunk(&l, SACK, 0, 4);
	l.size += 4; /* a second one of type and length 0 */
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_CHUNK);

	lab_init(&l, track_sctp, PROTO_SCTP);
	sctp(&l, 0);
	chunk(&l, INIT, 0, 16); /* shorter than its fixed part */
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_CHUNK);
	assert_int_equal(l.io.detail[0], INIT);

	/* A chunk longer than the packet is the last one. */
	sctp_establish(&l);
	sctp(&l, 0xaa);
	chunk(&l, DATA, 0, 20);
	put_be16(l.bytes + 14, 65535);
	assert_int_equal(step(&l, O, 0), TRACK_ACCEPT);
}

/* The capture kept only the first bytes: what is there is judged. */
static void test_sctp_cut(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_sctp, PROTO_SCTP);
	sctp(&l, 0);
	chunk(&l, INIT, 0, 20);
	put_be32(l.bytes + 16, 0xbb);
	l.p.l4_len = 32;
	l.p.l4_cap = 20;
	assert_int_equal(track_sctp(&l.t, &l.p, &l.c, O), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.vtag[R], 0xbb);
	l.p.l4_cap = 19;
	assert_int_equal(track_sctp(&l.t, &l.p, &l.c, O), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_CHUNK);
	l.p.l4_cap = 15;
	assert_int_equal(track_sctp(&l.t, &l.p, &l.c, O), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_L4_TRUNCATED);
}

static void test_sctp_init_repeated(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(init(&l, O, 0, INIT, 0xbb), TRACK_ACCEPT);
	assert_int_equal(init(&l, O, 0, INIT, 0xbc), TRACK_PASS); /* not refreshed */
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xaa), TRACK_INVALID); /* the old tag */
	assert_int_equal(init(&l, R, 0xbc, INIT_ACK, 0xaa), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_COOKIE_WAIT);
	assert_int_equal(init(&l, O, 0, INIT, 0xbd), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_COOKIE_WAIT);
}

static void test_sctp_init_ack_tags(void **state)
{
	struct lab l;

	(void)state;
	/* O sent no INIT but its tag is known (from a HEARTBEAT): another is refused. */
	sctp_establish(&l);
	l.c.sctp.init[O] = 0;
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xab), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_TAG);
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xaa), TRACK_ACCEPT);

	/* Both sent INITs: each INIT-ACK must name what its sender's INIT named. */
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(init(&l, O, 0, INIT, 0xbb), TRACK_ACCEPT);
	assert_int_equal(init(&l, R, 0, INIT, 0xaa), TRACK_PASS);
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xac), TRACK_INVALID);
	assert_int_equal(init(&l, R, 0xbb, INIT_ACK, 0xaa), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.state, WEIR_SCTP_COOKIE_WAIT);
}

static void test_sctp_heartbeat_restart(void **state)
{
	struct lab l;

	(void)state;
	sctp_establish(&l);
	assert_int_equal(one(&l, O, 0xaa, HB), TRACK_ACCEPT);
	/* Another tag: let by, and believed only when the other side answers it. */
	assert_int_equal(one(&l, O, 0x99, HB), TRACK_PASS);
	assert_int_equal(l.c.sctp.vtag[O], 0xaa);
	assert_int_equal(one(&l, O, 0x98, HB_ACK), TRACK_INVALID); /* its own answer */
	assert_int_equal(one(&l, R, 0x77, HB_ACK), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.vtag[R], 0x77);
	assert_int_equal(l.c.sctp.vtag[O], 0);
	assert_int_equal(one(&l, O, 0x99, HB), TRACK_ACCEPT);
	assert_int_equal(l.c.sctp.vtag[O], 0x99);
	/* Without a strange HEARTBEAT before it a strange answer is refused. */
	assert_int_equal(one(&l, R, 0x66, HB_ACK), TRACK_INVALID);
	/* And so is one that comes with data. */
	sctp(&l, 0x55);
	chunk(&l, HB, 0, 8);
	chunk(&l, DATA, 0, 20);
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	sctp(&l, 0x55);
	chunk(&l, HB, 0, 8);
	chunk(&l, HB, 0, 8);
	assert_int_equal(step(&l, O, 0), TRACK_INVALID);
	/* The right tag again ends the suspicion. */
	assert_int_equal(one(&l, O, 0x55, HB), TRACK_PASS);
	assert_int_equal(one(&l, O, 0x99, HB), TRACK_ACCEPT);
	assert_int_equal(one(&l, R, 0x66, HB_ACK), TRACK_INVALID);
}

static void test_sctp_state_refused(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_sctp, PROTO_SCTP);
	assert_int_equal(one(&l, O, 5, HB), TRACK_ACCEPT);
	assert_int_equal(one(&l, R, 5, SHUTDOWN_ACK), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_SCTP_STATE);
	assert_int_equal(l.io.detail[0], SHUTDOWN_ACK);
	assert_int_equal(l.io.detail[1], WEIR_SCTP_HEARTBEAT_SENT);
}

/* DCCP */

enum {
	REQUEST,
	RESPONSE,
	DDATA,
	ACK,
	DATAACK,
	CLOSEREQ,
	CLOSE,
	RESET,
	SYNC,
	SYNCACK,
};

/* The tracker's states, in its order. */
enum {
	S_NONE,
	S_REQUEST,
	S_RESPOND,
	S_PARTOPEN,
	S_OPEN,
	S_CLOSEREQ,
	S_CLOSING,
	S_TIMEWAIT,
};

#define SEQ UINT64_C(0x123456789abc)

static enum track_result dccp(struct lab *l, enum weir_dir dir, uint8_t type, uint64_t seq,
			      uint64_t ack)
{
	memset(l->bytes, 0, sizeof(l->bytes));
	l->bytes[4] = 7;
	l->bytes[8] = (uint8_t)(type << 1 | 1);
	put_be16(l->bytes + 10, (uint16_t)(seq >> 32));
	put_be32(l->bytes + 12, (uint32_t)seq);
	put_be16(l->bytes + 18, (uint16_t)(ack >> 32));
	put_be32(l->bytes + 20, (uint32_t)ack);
	l->size = 28;
	return step(l, dir, 0);
}

static enum track_result dccp_short_ack(struct lab *l, enum weir_dir dir, uint32_t ack)
{
	memset(l->bytes, 0, sizeof(l->bytes));
	l->bytes[4] = 4;
	l->bytes[8] = ACK << 1;
	put_be32(l->bytes + 12, ack & 0xffffff);
	l->size = 16;
	return step(l, dir, 0);
}

static void dccp_open(struct lab *l)
{
	lab_init(l, track_dccp, PROTO_DCCP);
	assert_int_equal(dccp(l, O, REQUEST, 1, 0), TRACK_ACCEPT);
	assert_int_equal(l->c.dccp.state, S_REQUEST);
	assert_int_equal(l->t.timeout, SECONDS(240));
	assert_int_equal(dccp(l, R, RESPONSE, SEQ, 1), TRACK_ACCEPT);
	assert_int_equal(l->c.dccp.state, S_RESPOND);
	assert_int_equal(l->t.timeout, SECONDS(480));
	assert_int_equal(dccp(l, O, ACK, 2, SEQ), TRACK_ACCEPT);
	assert_int_equal(l->c.dccp.state, S_PARTOPEN);
	assert_true(assured(l));
	assert_int_equal(dccp(l, R, DATAACK, SEQ + 1, 2), TRACK_ACCEPT);
	assert_int_equal(l->c.dccp.state, S_OPEN);
	assert_int_equal(l->t.timeout, SECONDS(43200));
	assert_int_equal(l->t.changed, TRACK_CHANGED_STATE);
}

static void test_dccp_life(void **state)
{
	struct lab l;

	(void)state;
	dccp_open(&l);
	assert_int_equal(dccp(&l, O, DDATA, 3, 0), TRACK_ACCEPT);
	assert_int_equal(dccp(&l, R, CLOSEREQ, 4, 4), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_CLOSEREQ);
	assert_int_equal(l.t.timeout, SECONDS(64));
	assert_int_equal(dccp(&l, O, CLOSE, 5, 4), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_CLOSING);
	assert_int_equal(dccp(&l, R, CLOSEREQ, 5, 4), TRACK_PASS);
	assert_int_equal(dccp(&l, R, RESET, 6, 4), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_TIMEWAIT);
	assert_int_equal(l.t.timeout, SECONDS(240));
	assert_int_equal(dccp(&l, R, RESET, 7, 4), TRACK_PASS);
	assert_int_equal(dccp(&l, O, DDATA, 7, 4), TRACK_INVALID);
	assert_int_equal(l.io.reason, WEIR_R_DCCP_STATE);
	assert_int_equal(l.io.detail[0], DDATA);
	assert_int_equal(l.io.detail[1], S_TIMEWAIT);
	assert_int_equal(dccp(&l, R, REQUEST, 7, 0), TRACK_REOPEN);
	assert_int_equal(dccp(&l, O, REQUEST, 7, 0), TRACK_REOPEN);
}

static void test_dccp_openers(void **state)
{
	struct lab l;

	(void)state;
	for (uint8_t type = RESPONSE; type <= SYNCACK; type++) {
		lab_init(&l, track_dccp, PROTO_DCCP);
		assert_int_equal(dccp(&l, O, type, 1, 1), TRACK_INVALID);
		assert_int_equal(l.io.reason, WEIR_R_DCCP_NOT_OPENER);
		assert_int_equal(l.io.detail[0], type);
	}
}

static void test_dccp_assured_by_the_right_ack(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_dccp, PROTO_DCCP);
	dccp(&l, O, REQUEST, 1, 0);
	dccp(&l, R, RESPONSE, SEQ, 1);
	assert_int_equal(dccp(&l, O, ACK, 2, SEQ - 1), TRACK_ACCEPT);
	assert_false(assured(&l));
	assert_int_equal(dccp_short_ack(&l, O, (uint32_t)SEQ + 1), TRACK_ACCEPT);
	assert_false(assured(&l));
	assert_int_equal(dccp_short_ack(&l, O, (uint32_t)SEQ), TRACK_ACCEPT);
	assert_true(assured(&l));
}

static void test_dccp_unanswered_reset(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_dccp, PROTO_DCCP);
	dccp(&l, O, REQUEST, 1, 0);
	assert_int_equal(dccp(&l, R, RESET, 1, 1), TRACK_END);
}

static void test_dccp_types_by_role(void **state)
{
	struct lab l;

	(void)state;
	lab_init(&l, track_dccp, PROTO_DCCP);
	dccp(&l, O, REQUEST, 1, 0);
	assert_int_equal(dccp(&l, O, REQUEST, 1, 0), TRACK_ACCEPT);
	assert_int_equal(dccp(&l, R, REQUEST, 1, 0), TRACK_INVALID);
	assert_int_equal(dccp(&l, O, ACK, 1, 0), TRACK_INVALID);
	assert_int_equal(dccp(&l, R, DDATA, 1, 0), TRACK_INVALID);
	assert_int_equal(dccp(&l, R, SYNC, 1, 0), TRACK_PASS);
	assert_int_equal(l.c.dccp.state, S_REQUEST);

	dccp_open(&l);
	assert_int_equal(dccp(&l, O, CLOSEREQ, 1, 0), TRACK_INVALID); /* the server's alone */
	assert_int_equal(dccp(&l, O, SYNC, 1, 0), TRACK_PASS);
	assert_int_equal(dccp(&l, R, SYNCACK, 1, 0), TRACK_PASS);
	assert_int_equal(l.c.dccp.state, S_OPEN);
}

/* Both hosts began anew, with the roles changed, while we held the old connection. */
static void test_dccp_resync(void **state)
{
	struct lab l;

	(void)state;
	dccp_open(&l);
	assert_int_equal(dccp(&l, O, RESPONSE, 9, 1), TRACK_PASS); /* to no Request */
	assert_int_equal(dccp(&l, R, REQUEST, 50, 0), TRACK_PASS);
	assert_int_equal(l.c.dccp.state, S_OPEN);
	assert_int_equal(dccp(&l, R, RESPONSE, 9, 1), TRACK_PASS); /* its own */
	assert_int_equal(dccp(&l, R, REQUEST, 51, 0), TRACK_PASS);
	assert_int_equal(dccp(&l, O, RESPONSE, 60, 51), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_RESPOND);
	assert_int_equal(dccp(&l, R, ACK, 52, 60), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_PARTOPEN);
	assert_int_equal(dccp(&l, O, DDATA, 61, 0), TRACK_ACCEPT);
	assert_int_equal(l.c.dccp.state, S_OPEN);
	assert_int_equal(dccp(&l, R, CLOSEREQ, 53, 61), TRACK_INVALID); /* a client now */
	assert_int_equal(dccp(&l, O, CLOSEREQ, 62, 53), TRACK_ACCEPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp_stream_after_two_seconds),
		cmocka_unit_test(test_udp_late_reply),
		cmocka_unit_test(test_udp_very_old),
		cmocka_unit_test(test_udplite_has_no_two_seconds),
		cmocka_unit_test(test_icmp),
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_generic),
		cmocka_unit_test(test_sctp_life),
		cmocka_unit_test(test_sctp_tags),
		cmocka_unit_test(test_sctp_new_tags),
		cmocka_unit_test(test_sctp_all_or_nothing),
		cmocka_unit_test(test_sctp_openers),
		cmocka_unit_test(test_sctp_bundling),
		cmocka_unit_test(test_sctp_malformed),
		cmocka_unit_test(test_sctp_cut),
		cmocka_unit_test(test_sctp_init_repeated),
		cmocka_unit_test(test_sctp_init_ack_tags),
		cmocka_unit_test(test_sctp_heartbeat_restart),
		cmocka_unit_test(test_sctp_state_refused),
		cmocka_unit_test(test_dccp_life),
		cmocka_unit_test(test_dccp_openers),
		cmocka_unit_test(test_dccp_assured_by_the_right_ack),
		cmocka_unit_test(test_dccp_unanswered_reset),
		cmocka_unit_test(test_dccp_types_by_role),
		cmocka_unit_test(test_dccp_resync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
