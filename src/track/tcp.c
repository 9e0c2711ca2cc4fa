/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/tcp.c - the states of a TCP connection as a router on its way sees them.
 *
 * One table says what each kind of packet does to each state, by direction;
 * around it stands what the table cannot say: a SYN may begin anew, a packet may
 * show that the hosts know better than we do, a RST must fit (RFC 5961), and the
 * sequence numbers must lie in the window (tcp_window.c). docs/tracking.md has the picture.
 *
 *   track_tcp()
 *     ACK in ESTABLISHED, in the window  ------------------------->  settle()
 *     anything else: open() if it is the first packet, then
 *       table -> special cases by the state it gives -> window -> settle()
 *
 * A packet that is out of step is either INVALID, or PASSes: the hosts may be
 * right and we wrong, and their answers will tell. Of such packets enough is noted
 * (last_*) to understand the answer.
 *
 * A FastTracked connection has no windows (its side[] holds counters): it follows
 * the table alone.
 *
 * Life: conn.tcp is all zero when its first packet comes; state NONE says so. In one case
 * the tracker itself cuts conn.expires, since the packet is invalid: note_outside().
 * Threads: the owner of the connection. Cost: one cache line besides the entry's
 * first and the header; no allocation, no loop but over TCP options.
 */
#include "track/tcp.h"

#include "track/seq.h"

#define TABLE_INVALID 0 /* NONE is nobody's next state: what the table leaves out is invalid */
#define TABLE_PASS WEIR_TCP_STATE_COUNT

/* An invalid FIN or RST cuts no lifetime below this, in ticks. */
#define CUT_FLOOR ((uint32_t)(120 * WEIR_SEC / TICK_NS))

#define NONE WEIR_TCP_NONE
#define SYN_SENT WEIR_TCP_SYN_SENT
#define SYN_RECV WEIR_TCP_SYN_RECV
#define ESTABLISHED WEIR_TCP_ESTABLISHED
#define FIN_WAIT WEIR_TCP_FIN_WAIT
#define CLOSE_WAIT WEIR_TCP_CLOSE_WAIT
#define LAST_ACK WEIR_TCP_LAST_ACK
#define TIME_WAIT WEIR_TCP_TIME_WAIT
#define CLOSE WEIR_TCP_CLOSE
#define SYN_SENT2 WEIR_TCP_SYN_SENT2

/* [direction][event][state] => next state, TABLE_INVALID or TABLE_PASS */
static const uint8_t transition[2][TCP_EV_NONE + 1][WEIR_TCP_STATE_COUNT] = {
	[WEIR_ORIGINAL] = {
		/* Opens; is repeated; meets a connection that we may be wrong about;
		 * begins anew after one that is over. */
		[TCP_EV_SYN] = {
			[NONE] = SYN_SENT,
			[SYN_SENT] = SYN_SENT,
			[SYN_SENT2] = SYN_SENT2,
			[SYN_RECV] = TABLE_PASS,
			[ESTABLISHED] = TABLE_PASS,
			[FIN_WAIT] = TABLE_PASS,
			[CLOSE_WAIT] = TABLE_PASS,
			[LAST_ACK] = TABLE_PASS,
			[TIME_WAIT] = SYN_SENT,
			[CLOSE] = SYN_SENT,
		},
		/* The opener answers only when both opened at once. */
		[TCP_EV_SYNACK] = {
			[SYN_SENT2] = SYN_RECV,
			[SYN_RECV] = SYN_RECV,
		},
		/* The first FIN, the second (whoever sends it), repeated ones. */
		[TCP_EV_FIN] = {
			[SYN_RECV] = FIN_WAIT,
			[ESTABLISHED] = FIN_WAIT,
			[FIN_WAIT] = LAST_ACK,
			[CLOSE_WAIT] = LAST_ACK,
			[LAST_ACK] = LAST_ACK,
			[TIME_WAIT] = TIME_WAIT,
			[CLOSE] = CLOSE,
		},
		/* Picks up in mid-stream; completes the handshake; acknowledges the
		 * first FIN, the second. */
		[TCP_EV_ACK] = {
			[NONE] = ESTABLISHED,
			[SYN_RECV] = ESTABLISHED,
			[ESTABLISHED] = ESTABLISHED,
			[FIN_WAIT] = CLOSE_WAIT,
			[CLOSE_WAIT] = CLOSE_WAIT,
			[LAST_ACK] = TIME_WAIT,
			[TIME_WAIT] = TIME_WAIT,
			[CLOSE] = CLOSE,
		},
		/* Ends everything, if reset_place() agrees. */
		[TCP_EV_RST] = {
			[SYN_SENT] = CLOSE,
			[SYN_SENT2] = CLOSE,
			[SYN_RECV] = CLOSE,
			[ESTABLISHED] = CLOSE,
			[FIN_WAIT] = CLOSE,
			[CLOSE_WAIT] = CLOSE,
			[LAST_ACK] = CLOSE,
			[TIME_WAIT] = CLOSE,
			[CLOSE] = CLOSE,
		},
	},
	[WEIR_REPLY] = {
		/* Both open at once; the server opens after the connection is over. */
		[TCP_EV_SYN] = {
			[SYN_SENT] = SYN_SENT2,
			[SYN_SENT2] = SYN_SENT2,
			[TIME_WAIT] = SYN_SENT,
		},
		/* Answers; later ones may answer a SYN that was let by. */
		[TCP_EV_SYNACK] = {
			[SYN_SENT] = SYN_RECV,
			[SYN_SENT2] = SYN_RECV,
			[SYN_RECV] = TABLE_PASS,
			[ESTABLISHED] = TABLE_PASS,
			[FIN_WAIT] = TABLE_PASS,
			[CLOSE_WAIT] = TABLE_PASS,
			[LAST_ACK] = TABLE_PASS,
			[TIME_WAIT] = TABLE_PASS,
			[CLOSE] = TABLE_PASS,
		},
		/* As in the other direction: no state says who closes. */
		[TCP_EV_FIN] = {
			[SYN_RECV] = FIN_WAIT,
			[ESTABLISHED] = FIN_WAIT,
			[FIN_WAIT] = LAST_ACK,
			[CLOSE_WAIT] = LAST_ACK,
			[LAST_ACK] = LAST_ACK,
			[TIME_WAIT] = TIME_WAIT,
			[CLOSE] = CLOSE,
		},
		/* To a SYN: the server thinks of an older connection (a challenge). Only
		 * the opener's ACK completes the handshake. */
		[TCP_EV_ACK] = {
			[SYN_SENT] = TABLE_PASS,
			[SYN_SENT2] = TABLE_PASS,
			[SYN_RECV] = SYN_RECV,
			[ESTABLISHED] = ESTABLISHED,
			[FIN_WAIT] = CLOSE_WAIT,
			[CLOSE_WAIT] = CLOSE_WAIT,
			[LAST_ACK] = TIME_WAIT,
			[TIME_WAIT] = TIME_WAIT,
			[CLOSE] = CLOSE,
		},
		[TCP_EV_RST] = {
			[SYN_SENT] = CLOSE,
			[SYN_SENT2] = CLOSE,
			[SYN_RECV] = CLOSE,
			[ESTABLISHED] = CLOSE,
			[FIN_WAIT] = CLOSE,
			[CLOSE_WAIT] = CLOSE,
			[LAST_ACK] = CLOSE,
			[TIME_WAIT] = CLOSE,
			[CLOSE] = CLOSE,
		},
	},
};

/* How long an entry lives in each state. SYN_SENT2 has no setting of its own. */
static const uint8_t state_timeout[WEIR_TCP_STATE_COUNT] = {
	[NONE] = WEIR_T_TCP_SYN_SENT,
	[SYN_SENT] = WEIR_T_TCP_SYN_SENT,
	[SYN_SENT2] = WEIR_T_TCP_SYN_SENT,
	[SYN_RECV] = WEIR_T_TCP_SYN_RECEIVED,
	[ESTABLISHED] = WEIR_T_TCP_ESTABLISHED,
	[FIN_WAIT] = WEIR_T_TCP_FIN_WAIT,
	[CLOSE_WAIT] = WEIR_T_TCP_CLOSE_WAIT,
	[LAST_ACK] = WEIR_T_TCP_LAST_ACK,
	[TIME_WAIT] = WEIR_T_TCP_TIME_WAIT,
	[CLOSE] = WEIR_T_TCP_CLOSE,
};

/* One packet on its way through the tracker. */
struct step {
	struct track *t;
	struct packet *p;
	struct conn *c;
	struct conn_tcp *tcp;
	enum weir_dir dir;
	uint8_t old, next; /* enum weir_tcp_state; `next` as the table gives it */
	struct tcp_segment seg;
};

/* Reads the header; its flags and event are parameters so that a caller who knows them
 * gets code that knows them too. */
static inline void segment_read(struct tcp_segment *seg, const struct packet *p, uint8_t flags,
				uint8_t event)
{
	const uint8_t *h = p->l4;
	uint32_t header = (h[12] >> 4) * 4u;

	seg->seq = be32(h + 4);
	seg->ack = seg->sack = be32(h + 8);
	seg->win = be16(h + 14);
	seg->end = seg->seq + (p->l4_len - header) + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	seg->flags = flags;
	seg->event = event;
	seg->options = h + TCP_HEADER_LEN;
	seg->options_len = 0;
	if (header > TCP_HEADER_LEN)
		seg->options_len =
			(uint16_t)((header < p->l4_cap ? header : p->l4_cap) - TCP_HEADER_LEN);
}

/* How long the entry lives after an accepted packet. */
static inline uint32_t lifetime(const struct track_settings *set, const struct conn_tcp *tcp,
				uint8_t event, uint8_t state)
{
	const uint32_t *timeout = set->timeout;
	uint32_t usual = timeout[state_timeout[state]];

	if (UNLIKELY(tcp->retrans >= set->max_retrans && usual > timeout[WEIR_T_TCP_MAX_RETRANS]))
		return timeout[WEIR_T_TCP_MAX_RETRANS];
	if (UNLIKELY(event == TCP_EV_RST))
		return timeout[WEIR_T_TCP_CLOSE];
	if (((tcp->flags[0] | tcp->flags[1]) & TCP_SIDE_UNACKED) &&
	    usual > timeout[WEIR_T_TCP_UNACKED])
		return timeout[WEIR_T_TCP_UNACKED];
	if (UNLIKELY(tcp->last_win == 0 && usual > timeout[WEIR_T_TCP_MAX_RETRANS]))
		return timeout[WEIR_T_TCP_MAX_RETRANS];
	return usual;
}

/* A packet was accepted: the lifetime it gives the entry, and what it is worth. */
static inline enum track_result refresh(struct track *t, struct conn *c, uint8_t event, uint8_t old,
					uint8_t next)
{
	t->timeout = lifetime(t->set, &c->tcp, event, next);
	if (LIKELY(c->status & WEIR_STATUS_SEEN_REPLY)) {
		if (next == ESTABLISHED && (old == SYN_RECV || old == ESTABLISHED))
			track_assure(t, c);
		return TRACK_ACCEPT;
	}
	if (event == TCP_EV_RST)
		return TRACK_END; /* refused, or given up, before there was anything */
	if (event == TCP_EV_SYN && old == SYN_SENT)
		return TRACK_PASS; /* else who repeats SYNs keeps an entry for ever */
	if (next == ESTABLISHED && t->timeout > t->set->timeout[WEIR_T_TCP_UNACKED])
		t->timeout = t->set->timeout[WEIR_T_TCP_UNACKED]; /* picked up, unanswered */
	return TRACK_ACCEPT;
}

/* The same, and enters the next state. */
static enum track_result settle(struct track *t, struct conn *c, enum weir_dir dir, uint8_t event,
				uint8_t old, uint8_t next)
{
	struct conn_tcp *tcp = &c->tcp;

	tcp->last_event = event & 7;
	tcp->last_dir = dir & 1;
	if (tcp->state != next) {
		if (next == FIN_WAIT)
			tcp->flags[dir] |= TCP_SIDE_CLOSE_INIT;
		tcp->state = next & 15;
		t->changed |= TRACK_CHANGED_STATE;
	}
	return refresh(t, c, event, old, next);
}

static enum track_result refuse(const struct step *s, enum weir_reason reason)
{
	packet_reason(s->p, reason, s->seg.flags, s->old);
	return TRACK_INVALID;
}

bool track_tcp_may_open(const struct track *t, struct packet *p)
{
	uint8_t next = transition[WEIR_ORIGINAL][p->tcp_event][NONE];

	if (next == TABLE_INVALID) {
		packet_reason(p, WEIR_R_TCP_NOT_OPENER, p->tcp_flags, NONE);
		return false;
	}
	if (next == ESTABLISHED && !t->set->loose) {
		packet_reason(p, WEIR_R_TCP_LOOSE_OFF, p->tcp_flags, NONE);
		return false;
	}
	return true;
}

/* The first packet of a connection. => whether it opens one; if not the reason is set */
static bool open_conn(struct step *s)
{
	if (!track_tcp_may_open(s->t, s->p))
		return false;
	tcp_window_open(s->tcp, &s->seg);
	s->tcp->last_event = TCP_EV_NONE;
	return true;
}

/* A SYN/ACK fits no state but acknowledges the SYN just let by: the hosts are in step
 * and we are not. Takes the connection as theirs.
 * => false: it is another SYN/ACK, nothing done */
static bool take_over(struct step *s)
{
	struct conn_tcp *tcp = s->tcp;
	unsigned int opener = tcp->last_dir;
	struct tcp_side *side;

	if (s->seg.event != TCP_EV_SYNACK || tcp->last_event != TCP_EV_SYN || opener == s->dir ||
	    s->seg.ack != tcp_last_end(tcp))
		return false;
	s->next = SYN_RECV;
	side = &tcp->side[opener];
	side->end = side->maxend = tcp_last_end(tcp);
	side->maxwin = tcp->last_win ? tcp->last_win : 1;
	tcp->scale[opener] = tcp->last_wscale;
	tcp->last_flags &= (uint8_t)~TCP_LAST_CHALLENGE_ACK;
	tcp->flags[opener] = tcp->last_flags;
	tcp->side[s->dir] = (struct tcp_side){0};
	tcp->flags[s->dir] &= TCP_SIDE_LIBERAL;
	tcp->scale[s->dir] = 0;
	return true;
}

/* Lets a packet by that fits no state, and notes what its answer will refer to. */
static enum track_result let_by(const struct step *s)
{
	struct conn_tcp *tcp = s->tcp;
	const struct tcp_segment *seg = &s->seg;

	tcp->last_event = seg->event & 7;
	tcp->last_dir = s->dir & 1;
	tcp->last_seq = seg->seq;
	tcp->last_len = (uint16_t)(seg->end - seg->seq);
	tcp->last_win = (uint16_t)seg->win;
	if (seg->event == TCP_EV_SYN && s->dir == WEIR_ORIGINAL) {
		uint32_t scale;

		tcp->last_flags = tcp_options_read(seg, &scale);
		tcp->last_wscale = scale & 15;
		if (s->old == LAST_ACK)
			tcp->last_flags |= TCP_LAST_CHALLENGE_ACK;
	}
	if (seg->event == TCP_EV_ACK && s->dir == WEIR_REPLY && s->old == SYN_SENT)
		tcp->last_ack = seg->ack;
	return TRACK_PASS;
}

/* Whether a SYN that finds TIME_WAIT or CLOSE begins a new connection: one was closed
 * properly, or its sender himself has aborted the old one. */
static bool may_reopen(const struct step *s)
{
	const struct conn_tcp *tcp = s->tcp;

	return ((tcp->flags[0] | tcp->flags[1]) & TCP_SIDE_CLOSE_INIT) ||
	       (tcp->last_dir == s->dir && tcp->last_event == TCP_EV_RST);
}

/* What the table's answer means apart from windows.
 * => TRACK_ACCEPT: go on with s->next; else the packet's result */
static enum track_result look_up(struct step *s, bool fasttracked)
{
	struct conn_tcp *tcp = s->tcp;

	s->next = transition[s->dir][s->seg.event][s->old];
	switch (s->next) {
	case TABLE_INVALID:
		return refuse(s, WEIR_R_TCP_STATE);
	case SYN_SENT:
		if (s->old != TIME_WAIT && s->old != CLOSE)
			break;
		return may_reopen(s) ? TRACK_REOPEN : let_by(s);
	case TABLE_PASS:
		if (!fasttracked && take_over(s))
			break;
		return let_by(s);
	case SYN_SENT2:
		tcp->last_flags |= TCP_LAST_SIMULTANEOUS;
		break;
	case SYN_RECV:
		if (s->dir == WEIR_REPLY && s->seg.event == TCP_EV_ACK &&
		    (tcp->last_flags & TCP_LAST_SIMULTANEOUS))
			s->next = ESTABLISHED;
		break;
	case TIME_WAIT:
		/* RFC 5961: the answer to a SYN let by, no acknowledgement of the last FIN. */
		if (s->old == LAST_ACK && s->seg.event == TCP_EV_ACK && tcp->last_dir != s->dir &&
		    tcp->last_event == TCP_EV_SYN &&
		    (tcp->last_flags & TCP_LAST_CHALLENGE_ACK)) {
			tcp->last_flags &= (uint8_t)~TCP_LAST_CHALLENGE_ACK;
			return TRACK_PASS;
		}
		break;
	}
	return TRACK_ACCEPT;
}

/* Where a RST lies (RFC 5961): s->next is put back to the old state if it is near enough to
 * pass, but not exact enough to end an established connection.
 * => TCP_IN_WINDOW: accept at once; TCP_IGNORED: the window decides; TCP_OUTSIDE: invalid */
static enum tcp_place reset_place(struct step *s)
{
	const struct conn_tcp *tcp = s->tcp;
	const struct tcp_segment *seg = &s->seg;
	bool assured = s->c->status & WEIR_STATUS_ASSURED;
	bool established = tcp->state == ESTABLISHED && assured;
	uint32_t expected = tcp->side[!s->dir].maxack;

	/* There is little left to protect. */
	if (s->old == FIN_WAIT || s->old == CLOSE_WAIT || s->old == LAST_ACK ||
	    s->old == TIME_WAIT || s->old == CLOSE)
		return TCP_IN_WINDOW;

	if ((tcp->flags[!s->dir] & TCP_SIDE_MAXACK_SET) && tcp->last_event != TCP_EV_SYN) {
		/* Most likely answers a SYN that was let by. */
		if (seg->seq == 0 && !established)
			return TCP_IGNORED;
		if (seq_before(seg->seq, expected) && !s->t->set->ignore_invalid_rst) {
			packet_reason(s->p, WEIR_R_TCP_RST_SEQ, seg->seq, expected);
			return TCP_OUTSIDE;
		}
		if (!established || seg->seq == expected)
			return TCP_IGNORED;
		/* Right behind the data that its sender has sent before. */
		if (tcp->last_event == TCP_EV_ACK && tcp->last_dir == s->dir &&
		    seg->seq == tcp_last_end(tcp))
			return TCP_IGNORED;
		s->next = s->old; /* the receiver may challenge it instead of obeying */
	}
	/* Answers a SYN or an ACK that was let by. */
	if (seg->ack == tcp_last_end(tcp) &&
	    (((s->c->status & WEIR_STATUS_SEEN_REPLY) && tcp->last_event == TCP_EV_SYN &&
	      tcp->last_dir != s->dir) ||
	     (!assured && tcp->last_event == TCP_EV_ACK)))
		return TCP_IN_WINDOW;
	/* The opener resets the older connection that the peer's challenge speaks of. */
	if (s->old == SYN_SENT && tcp->last_event == TCP_EV_ACK && tcp->last_dir == WEIR_REPLY &&
	    seg->seq == tcp->last_ack)
		return TCP_IN_WINDOW;
	return TCP_IGNORED;
}

/* Notes a FIN or RST outside the window of an assured connection. If one comes from each
 * side the connection has ended without our understanding how: it lives on, but not for days. */
static void note_outside(const struct step *s)
{
	struct conn_tcp *tcp = s->tcp;
	uint32_t unacked = s->t->set->timeout[WEIR_T_TCP_UNACKED];
	int32_t left = (int32_t)(s->c->expires - s->t->now);

	if (s->seg.event != TCP_EV_FIN && s->seg.event != TCP_EV_RST)
		return;
	if (!(s->c->status & WEIR_STATUS_ASSURED) || (s->c->status & WEIR_STATUS_FIXED_TIMEOUT))
		return;
	if (tcp->last_dir == s->dir ||
	    (tcp->last_event != TCP_EV_FIN && tcp->last_event != TCP_EV_RST)) {
		tcp->last_event = s->seg.event & 7;
		tcp->last_dir = s->dir & 1;
	} else if (left >= (int32_t)CUT_FLOOR && (uint32_t)left > unacked) {
		s->c->expires = s->t->now + unacked;
	}
}

/* What ends a FastTracked connection must lie where its sender may be. => TRACK_ACCEPT: go on with
 * s->next, which is the old state again for a RST that may be challenged */
static enum track_result place_fast(struct step *s)
{
	const struct track_settings *set = s->t->set;
	const struct tcp_segment *seg = &s->seg;
	enum tcp_fast_place place = tcp_fast_place(s->c, s->dir, seg);
	uint32_t expected = s->tcp->fast_seq[s->dir];
	bool rst = seg->event == TCP_EV_RST;

	if (place == TCP_FAST_EXACT)
		return TRACK_ACCEPT;
	if (rst && s->old == ESTABLISHED && (place == TCP_FAST_INSIDE || set->ignore_invalid_rst)) {
		s->next = s->old;
		return TRACK_ACCEPT;
	}
	if (place == TCP_FAST_INSIDE || (!rst && set->liberal))
		return TRACK_ACCEPT;
	if (place == TCP_FAST_BELOW && !rst)
		return TRACK_PASS; /* a repeated one, which the receiver answers */
	packet_reason(s->p, place == TCP_FAST_BELOW ? WEIR_R_TCP_RST_SEQ : WEIR_R_TCP_SEQ_ABOVE,
		      seg->seq, expected);
	return TRACK_INVALID;
}

/* A FastTracked connection: the table, and where a side is; nothing in side[]. */
static enum track_result track_fast(struct step *s)
{
	struct conn_tcp *tcp = s->tcp;
	enum track_result result = look_up(s, true);

	if (result != TRACK_ACCEPT)
		return result;
	if ((s->old == SYN_RECV || s->old == ESTABLISHED) &&
	    (s->seg.event == TCP_EV_RST || s->seg.event == TCP_EV_FIN)) {
		result = place_fast(s);
		if (result != TRACK_ACCEPT)
			return result;
	}
	/* Nobody keeps these up to date any more. */
	tcp->flags[0] &= (uint8_t)~TCP_SIDE_UNACKED;
	tcp->flags[1] &= (uint8_t)~TCP_SIDE_UNACKED;
	tcp->retrans = 0;
	tcp->last_win = 1;
	return settle(s->t, s->c, s->dir, s->seg.event, s->old, s->next);
}

/* Whoever acknowledges bytes that a helper moved is told of by the numbers of their sender. */
static void move_back(const struct track *t, const struct conn *c, enum weir_dir dir,
		      struct tcp_segment *seg)
{
	seg->sack -= (uint32_t)seq_ack_offset(t->ext, c, dir, seg->sack);
	seg->ack -= (uint32_t)seq_ack_offset(t->ext, c, dir, seg->ack);
}

/* Everything but the common case. */
static enum track_result track_any(struct track *t, struct packet *p, struct conn *c,
				   enum weir_dir dir)
{
	struct step s = {.t = t, .p = p, .c = c, .tcp = &c->tcp, .dir = dir, .old = c->tcp.state};
	enum tcp_place place = TCP_IGNORED;
	enum track_result result;

	segment_read(&s.seg, p, p->tcp_flags, p->tcp_event);
	if (c->status & WEIR_STATUS_FASTTRACK)
		return track_fast(&s);
	if (s.old == NONE && !open_conn(&s))
		return TRACK_INVALID;
	result = look_up(&s, false);
	if (result != TRACK_ACCEPT)
		return result;
	if (s.seg.event == TCP_EV_RST)
		place = reset_place(&s);
	if (place == TCP_OUTSIDE)
		return TRACK_INVALID;
	if (place == TCP_IGNORED) {
		s.seg.sack = tcp_sack(&s.seg, s.tcp->flags[!dir]);
		if (UNLIKELY(c->status & WEIR_STATUS_SEQ_ADJUST))
			move_back(t, c, dir, &s.seg);
		place = tcp_window_check(t->set, p, s.tcp, dir, &s.seg);
		if (place == TCP_OUTSIDE) {
			note_outside(&s);
			return TRACK_INVALID;
		}
		if (place == TCP_IGNORED)
			return TRACK_PASS;
	}
	return settle(t, c, dir, s.seg.event, s.old, s.next);
}

/* An ACK, with data or without, inside the windows of an established connection, is dealt with
 * here, with all that it cannot be left out; whatever is not quite that begins again above. */
enum track_result track_tcp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir)
{
	struct conn_tcp *tcp = &c->tcp;
	struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];
	struct tcp_segment seg;

	if (UNLIKELY(p->tcp_event != TCP_EV_ACK || tcp->state != ESTABLISHED ||
		     (c->status & (WEIR_STATUS_FASTTRACK | WEIR_STATUS_SEQ_ADJUST)) ||
		     from->maxwin == 0 || to->maxwin == 0))
		return track_any(t, p, c, dir);
	segment_read(&seg, p, TCP_ACK, TCP_EV_ACK);
	seg.sack = tcp_sack(&seg, tcp->flags[!dir]);
	if (UNLIKELY(!tcp_in_bounds(from, to, &seg)))
		return track_any(t, p, c, dir);
	tcp_window_update(tcp, dir, &seg);
	tcp->last_event = TCP_EV_ACK;
	tcp->last_dir = dir & 1;
	return refresh(t, c, TCP_EV_ACK, ESTABLISHED, ESTABLISHED);
}
