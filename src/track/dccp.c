/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/dccp.c - DCCP connections (RFC 4340): one state for both ends, moved by
 * the packet types, and by who sends them.
 *
 *	client                      server
 *	Request   ->  REQUEST
 *	              RESPOND   <-  Response
 *	Ack       ->  PARTOPEN                 assured, if it acknowledges the Response
 *	              OPEN      <-  Data, Ack, DataAck
 *	              CLOSEREQ  <-  CloseReq
 *	Close     ->  CLOSING   <-  Close
 *	Reset     ->  TIMEWAIT  <-  Reset
 *
 * The client is the side whose Request opened the connection: normally the original
 * direction's, but a Request of the other side may find the table behind the times
 * (both hosts began anew); it is let by, and if it is answered the roles change.
 * Only a Request opens a connection; nothing is picked up midway. A Request in TIMEWAIT
 * is a new connection.
 *
 * Threads: the owning worker.
 */
#include "base/bytes.h"
#include "track/track.h"

enum dccp_type {
	DCCP_REQUEST,
	DCCP_RESPONSE,
	DCCP_DATA,
	DCCP_ACK,
	DCCP_DATAACK,
	DCCP_CLOSEREQ,
	DCCP_CLOSE,
	DCCP_RESET,
	DCCP_SYNC,
	DCCP_SYNCACK,
	DCCP_TYPES, /* the parser lets no other by */
};

enum dccp_role {
	ROLE_CLIENT,
	ROLE_SERVER,
};

/* conn_dccp.state */
enum dccp_state {
	STATE_NONE, /* no packet leaves an entry in it */
	STATE_REQUEST,
	STATE_RESPOND,
	STATE_PARTOPEN,
	STATE_OPEN,
	STATE_CLOSEREQ,
	STATE_CLOSING,
	STATE_TIMEWAIT,
	STATE_COUNT,
	/* What a table cell says besides: */
	STATE_PASS = STATE_COUNT, /* let it by, without effect */
	STATE_INVALID,
};

#define NO STATE_NONE
#define RQ STATE_REQUEST
#define RS STATE_RESPOND
#define PO STATE_PARTOPEN
#define OP STATE_OPEN
#define CR STATE_CLOSEREQ
#define CG STATE_CLOSING
#define TW STATE_TIMEWAIT
#define PA STATE_PASS
#define IV STATE_INVALID

/* The state after a packet, by its sender's role, its type and the state before. */
/* clang-format off */
static const uint8_t next_state[2][DCCP_TYPES][STATE_COUNT] = {
	[ROLE_CLIENT] = {
				/* NO  RQ  RS  PO  OP  CR  CG  TW */
		/* Repeated, or by a host that forgot the connection: the answer tells. */
		[DCCP_REQUEST] =  {RQ, RQ, PA, PA, PA, PA, PA, RQ},
		/* Not for a client, unless it answers a Request that was let by. */
		[DCCP_RESPONSE] = {IV, PA, PA, PA, PA, PA, PA, IV},
		/* A client has data to send once it is past PARTOPEN. */
		[DCCP_DATA] =     {IV, IV, IV, IV, OP, CR, CG, IV},
		[DCCP_ACK] =      {IV, IV, PO, PO, OP, CR, CG, IV},
		[DCCP_DATAACK] =  {IV, IV, PO, PO, OP, CR, CG, IV},
		[DCCP_CLOSEREQ] = {IV, IV, IV, IV, IV, IV, IV, IV},
		[DCCP_CLOSE] =    {IV, CG, CG, CG, CG, CG, CG, IV},
		/* Repeated in TIMEWAIT it must not prolong it. */
		[DCCP_RESET] =    {IV, TW, TW, TW, TW, TW, TW, PA},
		/* These say nothing about the state. */
		[DCCP_SYNC] =     {IV, PA, PA, PA, PA, PA, PA, PA},
		[DCCP_SYNCACK] =  {IV, PA, PA, PA, PA, PA, PA, PA},
	},
	[ROLE_SERVER] = {
		/* Both ends may begin anew with the roles changed, but not while the
		 * first Request waits for its answer. */
		[DCCP_REQUEST] =  {IV, IV, PA, PA, PA, PA, PA, RQ},
		/* To a Request that was let by, once the client has gone on. */
		[DCCP_RESPONSE] = {IV, RS, RS, PA, PA, PA, PA, IV},
		/* The first packet after the client's Ack ends PARTOPEN. */
		[DCCP_DATA] =     {IV, IV, IV, OP, OP, CR, CG, IV},
		[DCCP_ACK] =      {IV, IV, IV, OP, OP, CR, CG, IV},
		[DCCP_DATAACK] =  {IV, IV, IV, OP, OP, CR, CG, IV},
		/* Crossing a Close, or repeated after it. */
		[DCCP_CLOSEREQ] = {IV, IV, CR, CR, CR, CR, PA, IV},
		[DCCP_CLOSE] =    {IV, IV, CG, CG, CG, CG, CG, IV},
		[DCCP_RESET] =    {IV, TW, TW, TW, TW, TW, TW, PA},
		[DCCP_SYNC] =     {IV, PA, PA, PA, PA, PA, PA, PA},
		[DCCP_SYNCACK] =  {IV, PA, PA, PA, PA, PA, PA, PA},
	},
};
/* clang-format on */

static const uint8_t state_timeout[STATE_COUNT] = {
	[NO] = WEIR_T_DCCP_REQUEST,
	[RQ] = WEIR_T_DCCP_REQUEST,
	[RS] = WEIR_T_DCCP_RESPOND,
	[PO] = WEIR_T_DCCP_PARTOPEN,
	[OP] = WEIR_T_DCCP_OPEN,
	[CR] = WEIR_T_DCCP_CLOSEREQ,
	[CG] = WEIR_T_DCCP_CLOSING,
	[TW] = WEIR_T_DCCP_TIMEWAIT,
};

#undef NO
#undef RQ
#undef RS
#undef PO
#undef OP
#undef CR
#undef CG
#undef TW
#undef PA
#undef IV

#define SHORT_MASK UINT64_C(0xffffff)

/* What a DCCP header says. */
struct dccp {
	uint64_t seq, ack; /* 48 bits, or with short numbers 24 */
	bool is_short;
	uint8_t type;
};

static uint64_t be48(const uint8_t *at)
{
	return (uint64_t)be16(at) << 32 | be32(at + 2);
}

static uint32_t be24(const uint8_t *at)
{
	return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

static bool has_ack(uint8_t type)
{
	return type != DCCP_REQUEST && type != DCCP_DATA;
}

/* Reads a header, of which the parser has seen that it is whole and fits its type.
 * Data, Ack and DataAck may have short sequence numbers: 24 bits each instead of 48,
 * four bytes less in each part of the header. */
static struct dccp dccp_read(const struct packet *p)
{
	const uint8_t *h = p->l4;
	struct dccp d = {.type = (h[8] >> 1) & 0xf, .is_short = !(h[8] & 1)};

	d.seq = d.is_short ? be24(h + 9) : be48(h + 10);
	if (has_ack(d.type))
		d.ack = d.is_short ? be24(h + 13) : be48(h + 18);
	return d;
}

static void roles_set(struct conn_dccp *s, enum weir_dir client)
{
	s->role[client] = ROLE_CLIENT;
	s->role[!client] = ROLE_SERVER;
}

static void handshake_set(struct conn_dccp *s, uint64_t seq)
{
	s->handshake_seq[0] = (uint32_t)(seq >> 32);
	s->handshake_seq[1] = (uint32_t)seq;
}

/* Whether a packet acknowledges the Response that was seen last. */
static bool handshake_acked(const struct conn_dccp *s, const struct dccp *d)
{
	uint64_t seq = (uint64_t)s->handshake_seq[0] << 32 | s->handshake_seq[1];

	return d->ack == (d->is_short ? seq & SHORT_MASK : seq);
}

/* A packet that is let by. If it is a Response, and the last packet was the other
 * side's Request, then the hosts are in agreement and we were not: follow them.
 * => the state to go to, or STATE_PASS */
static uint8_t resync(struct conn_dccp *s, const struct dccp *d, enum weir_dir dir)
{
	if (d->type != DCCP_RESPONSE || s->last_type != DCCP_REQUEST || s->last_dir == dir)
		return STATE_PASS;
	roles_set(s, !dir);
	return STATE_RESPOND;
}

enum track_result track_dccp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	struct dccp d = dccp_read(p);
	struct conn_dccp *s = &c->dccp;
	uint8_t next;

	if (!(c->status & WEIR_STATUS_CONFIRMED)) {
		if (d.type != DCCP_REQUEST) {
			packet_reason(p, WEIR_R_DCCP_NOT_OPENER, d.type, 0);
			return TRACK_INVALID;
		}
		roles_set(s, dir);
	} else if (d.type == DCCP_RESET && !(c->status & WEIR_STATUS_SEEN_REPLY)) {
		return TRACK_END;
	} else if (d.type == DCCP_REQUEST && s->state == STATE_TIMEWAIT) {
		return TRACK_REOPEN;
	}

	next = next_state[s->role[dir]][d.type][s->state];
	if (next == STATE_INVALID) {
		packet_reason(p, WEIR_R_DCCP_STATE, d.type, s->state);
		return TRACK_INVALID;
	}
	if (next == STATE_PASS)
		next = resync(s, &d, dir);
	s->last_type = d.type;
	s->last_dir = (uint8_t)dir;
	if (next == STATE_PASS)
		return TRACK_PASS;

	if (next == STATE_RESPOND)
		handshake_set(s, d.seq);
	else if (next == STATE_PARTOPEN && handshake_acked(s, &d))
		track_assure(t, c);
	if (next != s->state)
		t->changed |= TRACK_CHANGED_STATE;
	s->state = next;
	t->timeout = t->set->timeout[state_timeout[next]];
	return TRACK_ACCEPT;
}
