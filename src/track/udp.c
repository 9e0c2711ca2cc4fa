/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/udp.c - UDP and UDP-Lite: how long a flow without a handshake lives.
 *
 * A flow begins with udp-timeout. Once both sides have spoken it may become a
 * stream, with udp-stream-timeout and ASSURED: UDP-Lite at once, UDP only when
 * two seconds have gone by since its first packet, so that a question with one
 * answer (DNS) does not occupy its place for minutes.
 *
 * Threads: the owning worker. Cost: a comparison, and for young flows one read
 * of the entry's second line.
 */
#include "base/bytes.h"
#include "track/track.h"

#define STREAM_AFTER ((uint32_t)(2 * WEIR_SEC / TICK_NS))

/* stream_tick is compared modulo 2^32: before a flow that nobody answers gets so
 * old that the comparison turns round, the tick is pulled along behind it. */
#define STREAM_TICK_OLD (UINT32_C(1) << 30)

static bool is_stream(const struct track *t, struct conn *c)
{
	uint32_t age;

	if (c->status & WEIR_STATUS_ASSURED)
		return true;
	if (c->proto == PROTO_UDPLITE)
		return c->status & WEIR_STATUS_SEEN_REPLY;

	age = t->now - c->udp.stream_tick;
	if (UNLIKELY(tick_after(t->now, c->udp.stream_tick) && age > STREAM_TICK_OLD))
		c->udp.stream_tick = t->now - 1;
	return (c->status & WEIR_STATUS_SEEN_REPLY) && tick_after(t->now, c->udp.stream_tick);
}

enum track_result track_udp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	(void)p;
	(void)dir;

	if (!(c->status & WEIR_STATUS_CONFIRMED)) {
		c->udp.stream_tick = t->now + STREAM_AFTER;
		t->timeout = t->set->timeout[WEIR_T_UDP];
		return TRACK_ACCEPT;
	}
	if (is_stream(t, c)) {
		track_assure(t, c);
		t->timeout = t->set->timeout[WEIR_T_UDP_STREAM];
	} else {
		t->timeout = t->set->timeout[WEIR_T_UDP];
	}
	return TRACK_ACCEPT;
}
