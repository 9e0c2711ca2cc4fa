/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/q931.c - H.323 call signalling: Q.931 messages with an H.225.0 user-user element.
 *
 * Any message may have an h245Address, to which the other end opens the H.245 connection, and a
 * fast start, whose channels are as in H.245 itself (h245.c); H.245 messages may be tunnelled
 * in it. Setup tells who calls and who is called; both are rewritten as the connection's ends
 * are. The alternativeAddress of Facility is where the caller is to call instead: it is expected
 * if it is the sender's own; another host's is none of ours, and calling it is a new connection
 * that the rules decide upon.
 *
 * A message that cannot be read passes as it is. Dropping it would break calls over every
 * extension that a vendor got wrong, and what is not understood opens nothing.
 *
 * Cost of a segment: FRAMES of h323.c messages, each with ELEMENTS and a user-user element of
 * PER_WORK at most.
 */
#include "helper/h225.h"
#include "helper/h323.h"
#include "helper/view.h"

#define ELEMENTS 64u
#define CALLS_MOST 4u  /* all together 20 */
#define AUDIO_MOST 14u /* seven pairs */
#define DATA_MOST 2u

#define PROTOCOL_Q931 8u
#define USER_USER 0x7e
#define USER_USER_ASN1 5u

static bool expect_tcp(struct h323_packet *p, const struct h323_address *a,
		       enum helper_parser_id parser)
{
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_SIGNALLING,
		.parser = (uint8_t)parser,
		.limit = CALLS_MOST,
	};

	return h323_listen(p->call, a, &want, &p->left);
}

/* => false: no room */
static bool read_address(struct h323_packet *p, uint8_t tag, const struct h323_address *a)
{
	bool own = h323_is_own(p->call, a);

	switch (tag) {
	case H323_H245:
		return !own || expect_tcp(p, a, HELPER_PARSER_H245);
	case H323_ALTERNATIVE:
		return !own || expect_tcp(p, a, HELPER_PARSER_Q931);
	case H323_SOURCE:
		return !own || h323_put_own(p->call, a);
	case H323_DESTINATION:
		return !h323_is_peer(p->call, a) || h323_put_peer(p->call, a);
	default:
		return true;
	}
}

static void read_user_user(struct h323_packet *p, uint32_t offset, uint32_t size, uint32_t present)
{
	struct per_notes notes;
	struct h323_address a;

	if (!per_read(&h225_user_information, p->call->data + offset, size, present, &notes))
		return;
	for (uint32_t i = 0; i < notes.count; i++) {
		const struct per_note *n = &notes.note[i];

		if (n->tag == H323_MEDIA || n->tag == H323_T120)
			h323_channel(p, n, offset);
		else if (h323_address(p->call, n, offset, &a) && !read_address(p, n->tag, &a))
			p->no_room = true;
	}
}

static void read_message(struct h323_packet *p, uint32_t offset, uint32_t size, uint32_t present)
{
	struct view v = view_of(p->call->data + offset, present);
	uint32_t length;

	if (view_8(&v) != PROTOCOL_Q931)
		return;
	view_take(&v, view_8(&v) & 15); /* call reference */
	view_8(&v);                     /* message type */
	for (unsigned i = 0; i < ELEMENTS && view_left(&v) && !v.short_; i++) {
		uint8_t element = view_8(&v);

		if (element & 0x80) /* is one byte long */
			continue;
		if (element != USER_USER) {
			view_take(&v, view_8(&v));
			continue;
		}
		length = view_16(&v);
		if (!length || length > size - v.at || view_8(&v) != USER_USER_ASN1)
			return;
		length--;
		read_user_user(p, offset + v.at, length,
			       length < view_left(&v) ? length : view_left(&v));
		return;
	}
}

enum helper_result helper_q931(struct helper_call *call)
{
	struct h323_packet p = {
		.call = call,
		.memory = call->memory,
		.audio = AUDIO_MOST,
		.data = DATA_MOST,
		.left = HELPER_CHANGES,
	};

	return h323_read_stream(call, &p, read_message);
}
