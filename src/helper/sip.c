/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/sip.c - the Session Initiation Protocol over UDP and TCP: which media and which calls its
 * messages announce.
 *
 *   INVITE, UPDATE, ACK, PRACK, their answers   sip_media.c: media of a session description
 *   REGISTER and its answers                    sip_register.c: calls to a contact
 *   BYE, CANCEL, a refused INVITE               media are expected no longer
 *   all, of a translated connection             sip_translate.c: addresses in headers
 *
 * A datagram is a message. In a stream one must begin where a segment begins, or behind another
 * one in it; what continues in the next segment goes through unread. A stream whose first bytes
 * are no message is not read at all: what a browser can be made to send to port 5060 begins with
 * a request of HTTP or with TLS, whatever follows in the segments behind.
 *
 * Keep-alives, STUN and whatever else is no message pass. A message whose sense is needed and that
 * has none is dropped: no CSeq, numbers that overflow, a body that is shorter than it says.
 *
 * Bounds of a packet: STREAM_MESSAGES messages; of a message SIP_LINES header lines, SIP_MEDIA
 * media, SIP_SDP_LINES lines and SIP_PLACES addresses of a description, SIP_CHANGES changes.
 * Cost: each byte is looked at a few times; a change moves what follows it.
 *
 * Sources: RFC 3261 (SIP), 3264 (offers and answers), 3581 (rport), 8866 (SDP); which messages
 * count, and classes and their bounds as Linux' nf_conntrack_sip has them.
 */
#include "helper/sip.h"

#define STREAM_MESSAGES 16u

enum helper_result sip_malformed(struct sip *s, uint32_t at)
{
	return helper_drop(s->call, WEIR_R_HELPER_MALFORMED, s->at + at);
}

/* A new offer takes the place of what was offered before; one that is sent again does not. */
static enum helper_result read_invite(struct sip *s)
{
	struct sip_memory *memory = s->memory;
	uint8_t sender = (uint8_t)(s->call->dir + 1);
	enum helper_result result;

	if (memory->invited != sender || memory->invite_cseq != s->message.cseq)
		sip_media_forget(s);
	result = sip_media(s);
	if (result == HELPER_PASS) {
		memory->invited = sender;
		memory->invite_cseq = s->message.cseq;
	}
	return result;
}

static bool answers_invite(const struct sip *s)
{
	return s->memory->invited == !s->call->dir + 1 && s->memory->invite_cseq == s->message.cseq;
}

static enum helper_result read_request(struct sip *s)
{
	switch (s->message.method) {
	case SIP_INVITE:
		return read_invite(s);
	case SIP_UPDATE:
	case SIP_ACK:
	case SIP_PRACK:
		return sip_media(s);
	case SIP_BYE:
	case SIP_CANCEL:
		sip_media_forget(s);
		return HELPER_PASS;
	case SIP_REGISTER:
		return sip_register_request(s);
	}
	return HELPER_PASS;
}

static enum helper_result read_answer(struct sip *s)
{
	switch (s->message.method) {
	case SIP_INVITE:
	case SIP_UPDATE:
	case SIP_PRACK:
		if (s->message.code < 300)
			return sip_media(s);
		if (answers_invite(s))
			sip_media_forget(s);
		return HELPER_PASS;
	case SIP_REGISTER:
		return sip_register_answer(s);
	}
	return HELPER_PASS;
}

static enum helper_result read_message(struct sip *s)
{
	const struct sip_message *m = &s->message;
	enum helper_result result;

	s->change_count = 0;
	s->crowded = false;
	if (!m->has_cseq && (m->code || m->method != SIP_OTHER))
		return sip_malformed(s, 0);
	result = m->code ? read_answer(s) : read_request(s);
	if (result == HELPER_DROP || !s->call->translated)
		return result;
	sip_translate(s);
	return sip_change_make(s);
}

/* Before a message there may be empty lines, which keep a connection alive.
 * => false: there is nothing else */
static bool skip_lines(struct sip *s)
{
	const struct helper_call *call = s->call;

	while (s->at < call->size && (call->data[s->at] == '\r' || call->data[s->at] == '\n'))
		s->at++;
	return s->at < call->size;
}

static bool begin(struct sip *s, struct helper_call *call)
{
	s->call = call;
	s->memory = call->memory;
	s->at = 0;
	call->timeout = call->set->sip_timeout;
	return skip_lines(s);
}

enum helper_result helper_sip_udp(struct helper_call *call)
{
	enum helper_result result;
	struct sip s;

	if (!begin(&s, call))
		return HELPER_PASS;
	switch (sip_message_read(call->data + s.at, call->size - s.at, false, &s.message)) {
	case SIP_READ:
		break;
	case SIP_BAD:
		return sip_malformed(&s, s.message.bad_at);
	default:
		return HELPER_PASS;
	}
	result = read_message(&s);
	if (result == HELPER_PASS && !sip_translate_port(&s))
		return helper_drop(call, WEIR_R_HELPER_ROOM, 0);
	return result;
}

/* Whether a segment lies in a message whose beginning went through as it was. */
static bool continues(const struct sip_memory *memory, enum weir_dir dir, uint32_t seq)
{
	return seq - memory->unread[dir] < memory->next[dir] - memory->unread[dir];
}

/* From here on, up to where the message ends if that is known, the stream is not read. */
static void leave_unread(struct sip *s, uint32_t start)
{
	enum weir_dir dir = s->call->dir;

	s->memory->unread[dir] = start;
	s->memory->next[dir] = start + s->message.size;
}

/* => false: there is no message here; if the stream begins so there will be none */
static bool speaks(struct sip *s, enum sip_status status)
{
	uint8_t bit = (uint8_t)(1u << s->call->dir);

	if (!(s->memory->spoken & bit) && status == SIP_FOREIGN) {
		s->memory->foreign = true;
		s->call->timeout = 0;
	}
	s->memory->spoken |= bit;
	return status != SIP_FOREIGN;
}

/* Reads the next message of a segment. *more: there may be another one behind it. */
static enum helper_result read_next(struct sip *s, bool *more)
{
	struct helper_call *call = s->call;
	int32_t before = call->delta;
	enum helper_result result;
	enum sip_status status;

	*more = false;
	status = sip_message_read(call->data + s->at, call->size - s->at, true, &s->message);
	if (!speaks(s, status))
		return HELPER_PASS;
	if (status == SIP_BAD)
		return sip_malformed(s, s->message.bad_at);
	if (status == SIP_CUT) {
		leave_unread(s, call->seq + s->at - (uint32_t)before);
		return HELPER_PASS;
	}
	result = read_message(s);
	s->at += s->message.size + (uint32_t)(call->delta - before);
	*more = result == HELPER_PASS && skip_lines(s);
	return result;
}

enum helper_result helper_sip_tcp(struct helper_call *call)
{
	enum helper_result result = HELPER_PASS;
	struct sip s;
	bool more;

	s.memory = call->memory;
	if (!call->established || s.memory->foreign)
		return HELPER_PASS;
	more = begin(&s, call) && !continues(s.memory, call->dir, call->seq + s.at);
	for (unsigned i = 0; more && i < STREAM_MESSAGES; i++)
		result = read_next(&s, &more);
	return result;
}
