/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/h323.c - see h323.h.
 *
 * Streams. Messages come in TPKT frames (RFC 1006): 3, 0, and a length that counts these four
 * bytes. Where the next one begins is remembered, so the middle of a message is never taken for
 * a beginning, and a direction whose first bytes are no frame is never read again: what a
 * browser can be made to send begins with a request of its own. A segment that was sent before
 * or behind a hole is read if it begins with a frame. A header may come without its body, and a
 * part of a header without the rest.
 *
 * A message that goes on in the next segment is read as far as it is there: its first part is
 * translated, the rest passes as it is, for a dropped segment would come again just the same.
 *
 * Cost of a segment: FRAMES messages at most.
 */
#include "helper/h323.h"

#define FRAMES 8u
#define FRAME_HEADER 4u

/* Addresses. */

bool h323_address(const struct helper_call *call, const struct per_note *note, uint32_t base,
		  struct h323_address *a)
{
	uint8_t family = call->tuple[0].family;
	uint32_t size = family == WEIR_IPV4 ? 4 : 16, offset = base + note->offset;

	if (note->note != (family == WEIR_IPV4 ? H323_IPV4 : H323_IPV6) || offset > call->size ||
	    call->size - offset < size + 2)
		return false;
	*a = (struct h323_address){.family = family, .offset = offset};
	memcpy(&a->addr, call->data + offset, size);
	a->port = be16(call->data + offset + size);
	return true;
}

bool h323_is_own(const struct helper_call *call, const struct h323_address *a)
{
	return helper_addr_equal(a->family, &a->addr, helper_own(call));
}

bool h323_is_peer(const struct helper_call *call, const struct h323_address *a)
{
	return helper_addr_equal(a->family, &a->addr, helper_peer(call));
}

bool h323_put(struct helper_call *call, const struct h323_address *a, const union weir_addr *addr,
	      uint16_t port)
{
	uint32_t size = a->family == WEIR_IPV4 ? 4 : 16;
	uint8_t bytes[18];

	if (!call->translated)
		return true;
	memcpy(bytes, addr, size);
	put_be16(bytes + size, port);
	return helper_replace(call, a->offset, size + 2, bytes, size + 2);
}

bool h323_put_own(struct helper_call *call, const struct h323_address *a)
{
	uint16_t port = a->port;

	if (port == call->tuple[call->dir].src_port)
		port = call->tuple[!call->dir].dst_port;
	return h323_put(call, a, helper_seen(call), port);
}

bool h323_put_peer(struct helper_call *call, const struct h323_address *a)
{
	uint16_t port = a->port;

	if (port == call->tuple[call->dir].dst_port)
		port = call->tuple[!call->dir].src_port;
	return h323_put(call, a, helper_peer_own(call), port);
}

bool h323_listen(struct helper_call *call, const struct h323_address *a, struct helper_want *want,
		 unsigned *left)
{
	want->port = a->port;
	want->ports = 1;
	want->seconds = H323_SECONDS;
	if (!*left || !helper_expect(call, want)) {
		want->seen = 0;
		return true;
	}
	--*left;
	return h323_put(call, a, helper_seen(call), want->seen);
}

/* Media. */

/* => where the pair is or may be */
static unsigned find_pair(const struct h323_pairs *pairs, uint16_t own)
{
	unsigned i, unused = H323_PAIRS;

	for (i = 0; i < H323_PAIRS; i++) {
		if (pairs->own[i] == own)
			return i;
		if (!pairs->own[i])
			unused = i;
	}
	return unused < H323_PAIRS ? unused : own / 2 % H323_PAIRS;
}

/* RTP has an even port and RTCP the next: either names both. Channels that are offered in several
 * ways name the same pair again and again. */
static bool expect_pair(struct h323_packet *p, const struct h323_address *a)
{
	uint16_t own = (uint16_t)((a->port & ~1u) | (p->call->dir == WEIR_REPLY));
	unsigned i = find_pair(&p->memory->pairs, own);
	bool told = p->memory->pairs.own[i] == own;
	struct helper_want want = {
		.proto = PROTO_UDP,
		.class = EXPECT_AUDIO,
		.port = a->port & ~1u,
		.first = told ? p->memory->pairs.seen[i] : 0,
		.ports = 2,
		.limit = p->audio,
		.seconds = H323_SECONDS,
	};

	if (!told || p->expected[i] != own) {
		if (p->left < 2 || !helper_expect(p->call, &want))
			return true;
		p->left -= 2;
		p->memory->pairs.own[i] = p->expected[i] = own;
		p->memory->pairs.seen[i] = want.seen;
	}
	return h323_put(p->call, a, helper_seen(p->call),
			p->memory->pairs.seen[i] | (a->port & 1u));
}

static bool expect_t120(struct h323_packet *p, const struct h323_address *a)
{
	struct helper_want want = {
		.proto = PROTO_TCP,
		.class = EXPECT_DATA,
		.flags = WEIR_EXPECT_PERMANENT, /* T.120 opens several */
		.limit = p->data,
	};

	return h323_listen(p->call, a, &want, &p->left);
}

void h323_channel(struct h323_packet *p, const struct per_note *note, uint32_t base)
{
	struct h323_address a;

	if ((note->tag != H323_MEDIA && note->tag != H323_T120) ||
	    !h323_address(p->call, note, base, &a) || !h323_is_own(p->call, &a))
		return;
	if (!(note->tag == H323_MEDIA ? expect_pair(p, &a) : expect_t120(p, &a)))
		p->no_room = true;
}

/* Streams. */

static bool is_frame(const uint8_t *data, uint32_t size)
{
	return size >= FRAME_HEADER && data[0] == 3 && data[1] == 0 &&
	       be16(data + 2) >= FRAME_HEADER;
}

/* Whether whole frames fill the first bytes of a segment. */
static bool are_frames(const uint8_t *data, uint32_t size)
{
	for (unsigned i = 0; i < FRAMES && size; i++) {
		uint32_t length = is_frame(data, size) ? be16(data + 2) : 0;

		if (!length || length > size)
			return false;
		data += length;
		size -= length;
	}
	return !size;
}

/* Where in the segment the first frame begins or goes on. => false: nowhere */
static bool find_start(const struct helper_call *call, const struct h323_stream *stream,
		       bool known, struct h323_place *place)
{
	uint32_t ahead = stream->next.seq - call->seq;

	*place = (struct h323_place){.seq = call->seq};
	if (!known)
		return true;
	if (ahead < call->size) {
		if (stream->next.have || !are_frames(call->data, ahead))
			*place = stream->next;
		return true;
	}
	if (stream->split.have && stream->split.seq == call->seq) {
		*place = stream->split;
		return true;
	}
	return is_frame(call->data, call->size);
}

enum header { HEADER_WHOLE, HEADER_CUT, HEADER_BAD };

/* Reads the bytes of a header that are still missing. */
static enum header read_header(const struct helper_call *call, struct h323_place *place)
{
	static const uint8_t begin[2] = {3, 0};

	while (place->have < FRAME_HEADER) {
		uint32_t at = place->seq - call->seq;
		uint8_t byte;

		if (at >= call->size)
			return HEADER_CUT;
		byte = call->data[at];
		if (place->have < 2 && byte != begin[place->have])
			return HEADER_BAD;
		if (place->have == 2)
			place->length = byte;
		if (place->have == 3) {
			uint32_t length = (uint32_t)place->length << 8 | byte;

			if (length < FRAME_HEADER)
				return HEADER_BAD;
			place->body = (uint16_t)(length - FRAME_HEADER);
		}
		place->have++;
		place->seq++;
	}
	return HEADER_WHOLE;
}

/* Reads what the segment has from a place on, which ends up behind it. => false: no frames */
static bool read_frames(struct h323_packet *p, h323_reader *reader, struct h323_place *place)
{
	struct helper_call *call = p->call;

	for (unsigned i = 0; i < FRAMES && place->seq - call->seq < call->size; i++) {
		enum header header = read_header(call, place);
		uint32_t at = place->seq - call->seq, here = call->size - at;

		if (header != HEADER_WHOLE)
			return header == HEADER_CUT;
		if (!here && place->body) {
			p->memory->stream[call->dir].split = *place;
			return true;
		}
		if (place->body)
			reader(p, at, place->body, here < place->body ? here : place->body);
		*place = (struct h323_place){.seq = place->seq + place->body};
	}
	return true;
}

enum helper_result h323_read_stream(struct helper_call *call, struct h323_packet *p,
				    h323_reader *reader)
{
	struct h323_stream *stream = &p->memory->stream[call->dir];
	uint8_t bit = (uint8_t)(1u << call->dir);
	bool known = p->memory->known & bit;
	struct h323_place place;

	if (!call->established || (p->memory->off & bit) ||
	    !find_start(call, stream, known, &place))
		return HELPER_PASS;
	if (!read_frames(p, reader, &place)) {
		p->memory->off |= bit;
		return HELPER_PASS;
	}
	if (p->no_room)
		return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
	if (!known || (int32_t)(place.seq - stream->next.seq) > 0)
		stream->next = place;
	p->memory->known |= bit;
	return HELPER_PASS;
}
