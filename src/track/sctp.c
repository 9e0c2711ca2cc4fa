/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/sctp.c - SCTP associations: chunks move the state, verification tags
 * say whether a packet belongs to it.
 *
 * vtag[d] is the tag that packets of direction d must carry. An INIT or INIT-ACK
 * names the tag for the packets that come back. A second path of a multi-homed
 * association opens with a HEARTBEAT, of which only the own tag is known until its
 * HEARTBEAT-ACK shows the other.
 *
 * A packet changes the entry as a whole or, if one of its chunks is refused, not at all:
 * the work is done on a copy of the entry's part.
 *
 * The parser has seen the common header. Chunks are judged as far as their bytes are
 * present; where a capture cut the packet, what is missing is taken to be in order.
 *
 * Threads: the owning worker. Cost: two walks over the chunk headers.
 */
#include "base/bytes.h"
#include "track/track.h"

enum chunk_type {
	CHUNK_DATA = 0,
	CHUNK_INIT = 1,
	CHUNK_INIT_ACK = 2,
	CHUNK_SACK = 3,
	CHUNK_HEARTBEAT = 4,
	CHUNK_HEARTBEAT_ACK = 5,
	CHUNK_ABORT = 6,
	CHUNK_SHUTDOWN = 7,
	CHUNK_SHUTDOWN_ACK = 8,
	CHUNK_ERROR = 9,
	CHUNK_COOKIE_ECHO = 10,
	CHUNK_COOKIE_ACK = 11,
	CHUNK_ECNE = 12,
	CHUNK_CWR = 13,
	CHUNK_SHUTDOWN_COMPLETE = 14,
	CHUNK_TYPES, /* those beyond change no state */
};

#define BIT(type) (1u << (type))

#define HEADER_LEN 12 /* ports, tag, checksum */
#define CHUNK_LEN 4   /* type, flags, length */
#define INIT_LEN 20   /* chunk header and the fixed part of INIT and INIT-ACK */
#define TAG_LEN 8     /* of it up to the end of the initiate tag */
#define FLAG_T 0x01u  /* ABORT, SHUTDOWN-COMPLETE: the tag is the receiver's own reflected */

/* conn_sctp.flags */
#define SCTP_HEARTBEAT_STRANGE 0x01u /* a HEARTBEAT came by with another tag, from last_dir */

/* Chunks of which at least one carries a tag rule of its own. */
#define OWN_TAG_RULE                                                                               \
	(BIT(CHUNK_INIT) | BIT(CHUNK_SHUTDOWN_COMPLETE) | BIT(CHUNK_COOKIE_ECHO) |                 \
	 BIT(CHUNK_ABORT) | BIT(CHUNK_SHUTDOWN_ACK) | BIT(CHUNK_HEARTBEAT) |                       \
	 BIT(CHUNK_HEARTBEAT_ACK))
/* Must be the only chunk of a packet. */
#define ALONE (BIT(CHUNK_INIT) | BIT(CHUNK_INIT_ACK) | BIT(CHUNK_SHUTDOWN_COMPLETE))
/* Must be the first. */
#define FIRST (BIT(CHUNK_COOKIE_ECHO) | BIT(CHUNK_COOKIE_ACK))
/* Never in a packet that opens an association. */
#define NEVER_OPENS (BIT(CHUNK_ABORT) | BIT(CHUNK_SHUTDOWN_COMPLETE) | BIT(CHUNK_COOKIE_ACK))

#define NO WEIR_SCTP_NONE
#define CL WEIR_SCTP_CLOSED
#define CW WEIR_SCTP_COOKIE_WAIT
#define CE WEIR_SCTP_COOKIE_ECHOED
#define ES WEIR_SCTP_ESTABLISHED
#define SS WEIR_SCTP_SHUTDOWN_SENT
#define SR WEIR_SCTP_SHUTDOWN_RECD
#define SA WEIR_SCTP_SHUTDOWN_ACK_SENT
#define HS WEIR_SCTP_HEARTBEAT_SENT
#define IV WEIR_SCTP_STATE_COUNT /* the packet is invalid */

/* The state after a chunk, by direction, chunk type and state before. */
/* clang-format off */
static const uint8_t next_state[2][CHUNK_TYPES][WEIR_SCTP_STATE_COUNT] = {
	[WEIR_ORIGINAL] = {
					/* NO  CL  CW  CE  ES  SS  SR  SA  HS */
		[CHUNK_DATA] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_INIT] =              {CL, CL, CW, CE, ES, CL, CL, SA, CW},
		[CHUNK_INIT_ACK] =          {CL, CL, CW, CE, ES, SS, SR, SA, CL},
		[CHUNK_SACK] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_HEARTBEAT] =         {HS, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_HEARTBEAT_ACK] =     {CL, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_ABORT] =             {CL, CL, CL, CL, CL, CL, CL, CL, CL},
		[CHUNK_SHUTDOWN] =          {CL, CL, CW, CE, SS, SS, SR, SA, CL},
		[CHUNK_SHUTDOWN_ACK] =      {SA, CL, CW, CE, ES, SA, SA, SA, SA},
		[CHUNK_ERROR] =             {CL, CL, CW, CE, ES, SS, SR, SA, CL},
		[CHUNK_COOKIE_ECHO] =       {CL, CL, CE, CE, ES, SS, SR, SA, CL},
		[CHUNK_COOKIE_ACK] =        {CL, CL, CW, ES, ES, SS, SR, SA, CL},
		[CHUNK_ECNE] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_CWR] =               {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_SHUTDOWN_COMPLETE] = {CL, CL, CW, CE, ES, SS, SR, CL, CL},
	},
	[WEIR_REPLY] = {
		[CHUNK_DATA] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_INIT] =              {IV, CL, CW, CE, ES, SS, SR, SA, IV},
		[CHUNK_INIT_ACK] =          {IV, CW, CW, CE, ES, SS, SR, SA, IV},
		[CHUNK_SACK] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_HEARTBEAT] =         {IV, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_HEARTBEAT_ACK] =     {IV, CL, CW, CE, ES, SS, SR, SA, ES},
		[CHUNK_ABORT] =             {IV, CL, CL, CL, CL, CL, CL, CL, IV},
		[CHUNK_SHUTDOWN] =          {IV, CL, CW, CE, SR, SS, SR, SA, IV},
		[CHUNK_SHUTDOWN_ACK] =      {IV, CL, CW, CE, ES, SA, SA, SA, IV},
		[CHUNK_ERROR] =             {IV, CL, CW, CL, ES, SS, SR, SA, IV},
		[CHUNK_COOKIE_ECHO] =       {IV, CL, CE, CE, ES, SS, SR, SA, IV},
		[CHUNK_COOKIE_ACK] =        {IV, CL, CW, ES, ES, SS, SR, SA, IV},
		[CHUNK_ECNE] =              {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_CWR] =               {NO, CL, CW, CE, ES, SS, SR, SA, HS},
		[CHUNK_SHUTDOWN_COMPLETE] = {IV, CL, CW, CE, ES, SS, SR, CL, IV},
	},
};
/* clang-format on */

static const uint8_t state_timeout[WEIR_SCTP_STATE_COUNT] = {
	[NO] = WEIR_T_SCTP_CLOSED, /* no packet leaves an entry in this state */
	[CL] = WEIR_T_SCTP_CLOSED,
	[CW] = WEIR_T_SCTP_COOKIE_WAIT,
	[CE] = WEIR_T_SCTP_COOKIE_ECHOED,
	[ES] = WEIR_T_SCTP_ESTABLISHED,
	[SS] = WEIR_T_SCTP_SHUTDOWN_SENT,
	[SR] = WEIR_T_SCTP_SHUTDOWN_RECD,
	[SA] = WEIR_T_SCTP_SHUTDOWN_ACK_SENT,
	[HS] = WEIR_T_SCTP_HEARTBEAT_SENT,
};

#undef NO
#undef CL
#undef CW
#undef CE
#undef ES
#undef SS
#undef SR
#undef SA
#undef HS

/* A chunk as its header describes it. */
struct chunk {
	const uint8_t *at;
	uint32_t offset; /* of it from the SCTP header */
	uint8_t type, flags;
	uint16_t length;
};

/* Reads the chunk at `offset`. => false: none there, or not present */
static bool chunk_read(const struct packet *p, uint32_t offset, struct chunk *k)
{
	if (offset + CHUNK_LEN > p->l4_cap)
		return false;
	k->at = p->l4 + offset;
	k->offset = offset;
	k->type = k->at[0];
	k->flags = k->at[1];
	k->length = be16(k->at + 2);
	return true;
}

/* Where the chunk behind k begins; chunks are padded to 4 bytes. */
static uint32_t chunk_end(const struct chunk *k)
{
	return k->offset + ((k->length + 3u) & ~3u);
}

static uint8_t chunk_next_state(const struct chunk *k, enum weir_dir dir, uint8_t state)
{
	return k->type < CHUNK_TYPES ? next_state[dir][k->type][state] : state;
}

static bool refuse(struct packet *p, enum weir_reason reason, uint32_t a, uint32_t b)
{
	packet_reason(p, reason, a, b);
	return false;
}

/* Whether the chunks may stand in one packet like this; *seen gets a bit for each
 * known type. */
static bool chunks_check(struct packet *p, uint32_t *seen)
{
	struct chunk k;
	uint32_t at, bit, count = 0;

	*seen = 0;
	for (at = HEADER_LEN; chunk_read(p, at, &k); at = chunk_end(&k), count++) {
		if (k.length == 0)
			return refuse(p, WEIR_R_SCTP_CHUNK, k.type, 0);
		bit = k.type < CHUNK_TYPES ? BIT(k.type) : 0;
		if (count > 0 && ((bit & FIRST) || ((bit | *seen) & ALONE)))
			return refuse(p, WEIR_R_SCTP_CHUNK_ALONE, k.type, 0);
		*seen |= bit;
	}
	if (count == 0)
		return refuse(p, WEIR_R_L4_TRUNCATED, p->l4_cap, HEADER_LEN + CHUNK_LEN);
	return true;
}

/* Whether the packet may open an association; its tag is noted. An INIT's tags
 * are the affair of chunk_tag() and chunk_init(). */
static bool open_association(struct packet *p, struct conn_sctp *s, uint32_t tag, uint32_t seen)
{
	struct chunk k;
	uint32_t at;

	for (at = HEADER_LEN; chunk_read(p, at, &k); at = chunk_end(&k)) {
		uint32_t bit = k.type < CHUNK_TYPES ? BIT(k.type) : 0;

		if ((bit & NEVER_OPENS) ||
		    chunk_next_state(&k, WEIR_ORIGINAL, WEIR_SCTP_NONE) == WEIR_SCTP_NONE)
			return refuse(p, WEIR_R_SCTP_NOT_OPENER, k.type, 0);
		if (bit & BIT(CHUNK_HEARTBEAT))
			s->vtag[WEIR_ORIGINAL] = tag;
		else if (bit & BIT(CHUNK_SHUTDOWN_ACK))
			s->vtag[WEIR_REPLY] = tag; /* what is answered to it reflects it */
	}
	/* Nobody has named a tag yet, so what must carry one comes out of nowhere. */
	if ((!(seen & OWN_TAG_RULE) || (seen & BIT(CHUNK_COOKIE_ECHO))) &&
	    tag != s->vtag[WEIR_ORIGINAL])
		return refuse(p, WEIR_R_SCTP_NOT_OPENER, p->l4[HEADER_LEN], 0);
	return true;
}

/* A HEARTBEAT or its answer shows a tag that we did not know, or another than we
 * knew: then one side may have begun anew over this path, which we believe once
 * the other side has answered.
 * => false: invalid. *strange: let the packet by, but it means nothing yet */
static bool heartbeat_tag(struct packet *p, struct conn_sctp *s, const struct chunk *k,
			  enum weir_dir dir, uint32_t tag, uint32_t seen, bool *strange)
{
	if (s->vtag[dir] == 0) {
		s->vtag[dir] = tag;
		return true;
	}
	if (tag == s->vtag[dir]) {
		s->flags &= (uint8_t)~SCTP_HEARTBEAT_STRANGE;
		return true;
	}
	if ((seen & BIT(CHUNK_DATA)) || *strange)
		return refuse(p, WEIR_R_SCTP_TAG, tag, s->vtag[dir]);
	if (k->type == CHUNK_HEARTBEAT) {
		s->flags |= SCTP_HEARTBEAT_STRANGE;
		s->last_dir = (uint8_t)dir;
		*strange = true;
		return true;
	}
	if (!(s->flags & SCTP_HEARTBEAT_STRANGE) || s->last_dir == dir)
		return refuse(p, WEIR_R_SCTP_TAG, tag, s->vtag[dir]);
	s->flags &= (uint8_t)~SCTP_HEARTBEAT_STRANGE;
	s->vtag[dir] = tag;
	s->vtag[!dir] = 0;
	return true;
}

/* Whether the packet's tag is right for this chunk (RFC 9260, 8.5.1). */
static bool chunk_tag(struct packet *p, struct conn_sctp *s, const struct chunk *k,
		      enum weir_dir dir, uint32_t tag, uint32_t seen, bool *strange)
{
	uint32_t expected = s->vtag[dir];

	switch (k->type) {
	case CHUNK_INIT:
		expected = 0;
		break;
	case CHUNK_ABORT:
	case CHUNK_SHUTDOWN_COMPLETE:
		if (k->flags & FLAG_T)
			expected = s->vtag[!dir];
		break;
	case CHUNK_COOKIE_ECHO:
		break;
	case CHUNK_HEARTBEAT:
	case CHUNK_HEARTBEAT_ACK:
		return heartbeat_tag(p, s, k, dir, tag, seen, strange);
	default:
		return true; /* track_sctp() has compared it, or nobody knows */
	}
	return tag == expected || refuse(p, WEIR_R_SCTP_TAG, tag, expected);
}

/* Notes the tag that an INIT or INIT-ACK gives to the packets of the way back. An
 * INIT-ACK must not replace a tag that did not come from an INIT it answers, else
 * two sides that open at once would be told apart wrongly. */
static bool chunk_init(struct packet *p, struct conn_sctp *s, const struct chunk *k,
		       enum weir_dir dir)
{
	enum weir_dir back = !dir;
	uint32_t tag;

	if (k->offset + INIT_LEN > p->l4_len || k->offset + TAG_LEN > p->l4_cap)
		return refuse(p, WEIR_R_SCTP_CHUNK, k->type, 0);
	tag = be32(k->at + CHUNK_LEN);
	if (k->type == CHUNK_INIT) {
		s->init[dir] = 1;
	} else if (tag != s->vtag[back]) {
		bool known = !s->init[back] && s->vtag[back] != 0;

		if (known || (s->init[dir] && s->init[back]))
			return refuse(p, WEIR_R_SCTP_TAG, tag, s->vtag[back]);
	}
	s->vtag[back] = tag;
	return true;
}

/* Runs the chunks over the copy s. *pass: the packet is let by without effect on
 * the lifetime; *established: the association became so. */
static bool chunks_run(struct packet *p, struct conn_sctp *s, const struct conn *c,
		       enum weir_dir dir, uint32_t seen, bool *pass, bool *established)
{
	uint32_t tag = be32(p->l4 + 4);
	struct chunk k;
	uint32_t at;
	uint8_t next;

	for (at = HEADER_LEN; chunk_read(p, at, &k); at = chunk_end(&k)) {
		bool strange = *pass;

		if (!chunk_tag(p, s, &k, dir, tag, seen, &strange))
			return false;
		if (strange && !*pass) {
			*pass = true;
			continue;
		}
		next = chunk_next_state(&k, dir, s->state);
		if (next == IV)
			return refuse(p, WEIR_R_SCTP_STATE, k.type, s->state);
		if ((k.type == CHUNK_INIT || k.type == CHUNK_INIT_ACK) &&
		    !chunk_init(p, s, &k, dir))
			return false;
		/* The handshake is over: only a new INIT may bring new tags. */
		if (k.type == CHUNK_COOKIE_ACK)
			s->init[0] = s->init[1] = 0;
		/* Else whoever repeats INITs would keep the entry for ever. */
		if (k.type == CHUNK_INIT && s->state == WEIR_SCTP_CLOSED &&
		    next == WEIR_SCTP_CLOSED && (c->status & WEIR_STATUS_CONFIRMED))
			*pass = true;
		if (next == WEIR_SCTP_ESTABLISHED && s->state != next)
			*established = true;
		s->state = next;
	}
	return true;
}

enum track_result track_sctp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	struct conn_sctp s = c->sctp;
	bool pass = false, established = false;
	uint32_t seen, tag;

	if (!chunks_check(p, &seen))
		return TRACK_INVALID;
	tag = be32(p->l4 + 4);
	if (!(c->status & WEIR_STATUS_CONFIRMED) && !open_association(p, &s, tag, seen))
		return TRACK_INVALID;
	if (!(seen & OWN_TAG_RULE) && tag != s.vtag[dir]) {
		packet_reason(p, WEIR_R_SCTP_TAG, tag, s.vtag[dir]);
		return TRACK_INVALID;
	}
	if (!chunks_run(p, &s, c, dir, seen, &pass, &established))
		return TRACK_INVALID;

	if (s.state != c->sctp.state)
		t->changed |= TRACK_CHANGED_STATE;
	c->sctp = s;
	if (established)
		track_assure(t, c);
	if (pass)
		return TRACK_PASS;
	t->timeout = t->set->timeout[state_timeout[s.state]];
	return TRACK_ACCEPT;
}
