/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/tcp_window.c - whether a TCP packet lies within what both sides have
 * agreed on, after G. van Rooij, "Real Stateful TCP Packet Filtering in IP Filter".
 *
 * A router sees what the hosts send, not what they receive. So it bounds from both sides:
 * of each host it knows the highest sequence number sent (`end`), the highest it may send
 * (`maxend`: the peer's acknowledgement plus window), and the largest window it
 * has offered (`maxwin`). A packet is in the window if
 *
 *                 from.end - to.maxwin            from.maxend
 *   I, II   ..............|==================================|..............> seq
 *                          end of the packet: at or after
 *                                          its begin: at or before
 *
 *                 to.end - max(from.maxwin, 66000)    to.end
 *   III, IV ..............|==================================|..............> ack
 *
 * Above the bounds (I, III) it is invalid: nobody honest sends that. Below them (II, IV) it
 * is an old duplicate, which the receiver answers and which therefore passes, but changes nothing.
 *
 * Works on bytes that parse.c has found present; options are read within
 * seg->options_len whatever they claim. Threads: the owner of the connection.
 */
#include "track/tcp.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_SCALE = 3,
	OPTION_SACK_PERM = 4,
	OPTION_SACK = 5,
};

/* Steps over one option of the `len` bytes at `options`.
 * => its kind, with *at behind it and *body, *size its bytes behind kind and length;
 *    OPTION_END where the list ends or goes wrong */
static unsigned int option_next(const uint8_t *options, uint32_t len, uint32_t *at,
				const uint8_t **body, uint32_t *size)
{
	uint32_t i = *at;
	uint8_t kind, whole;

	while (i < len && options[i] == OPTION_NOP)
		i++;
	if (len - i < 2)
		return OPTION_END;
	kind = options[i];
	whole = options[i + 1];
	if (kind == OPTION_END || whole < 2 || whole > len - i)
		return OPTION_END;
	*body = options + i + 2;
	*size = whole - 2u;
	*at = i + whole;
	return kind;
}

uint8_t tcp_options_read(const struct tcp_segment *seg, uint32_t *scale)
{
	uint32_t at = 0, size;
	const uint8_t *body;
	unsigned int kind;
	uint8_t found = 0;

	*scale = 0;
	while ((kind = option_next(seg->options, seg->options_len, &at, &body, &size)) !=
	       OPTION_END) {
		if (kind == OPTION_SACK_PERM && size == 0) {
			found |= TCP_SIDE_SACK_PERM;
		} else if (kind == OPTION_SCALE && size == 1) {
			found |= TCP_SIDE_WINDOW_SCALE;
			*scale = body[0] > TCP_SCALE_MAX ? TCP_SCALE_MAX : body[0];
		}
	}
	return found;
}

uint32_t tcp_options_sack(const uint8_t *options, uint32_t len, uint32_t ack)
{
	uint32_t at = 0, size, highest = ack;
	const uint8_t *body;
	unsigned int kind;

	while ((kind = option_next(options, len, &at, &body, &size)) != OPTION_END) {
		if (kind != OPTION_SACK || size < 8 || size % 8 != 0)
			continue;
		for (uint32_t i = 0; i < size; i += 8) {
			uint32_t edge = be32(body + i + 4);

			if (seq_after(edge, highest))
				highest = edge;
		}
		break;
	}
	return highest;
}

static uint32_t at_least_1(uint32_t win)
{
	return win ? win : 1;
}

/* Begins a side from its SYN or SYN/ACK. */
static void side_from_syn(struct conn_tcp *tcp, unsigned int dir, const struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[dir];
	uint32_t scale;

	from->end = from->maxend = seg->end;
	from->maxwin = at_least_1(seg->win);
	if (seg->options_len) {
		uint8_t found = tcp_options_read(seg, &scale);

		tcp->flags[dir] = (uint8_t)((tcp->flags[dir] & TCP_SIDE_LIBERAL) | found);
		tcp->scale[dir] = (uint8_t)scale;
	}
}

void tcp_window_open(struct conn_tcp *tcp, const struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[WEIR_ORIGINAL];

	if (seg->flags & TCP_SYN) {
		side_from_syn(tcp, WEIR_ORIGINAL, seg);
		return;
	}
	/* The options were in SYNs that we have not seen: suppose SACK, and since the
	 * window's scale is unknown, hold nothing against either side. */
	from->end = seg->end;
	from->maxwin = at_least_1(seg->win);
	from->maxend = from->end + from->maxwin;
	for (unsigned int dir = 0; dir < 2; dir++)
		tcp->flags[dir] = TCP_SIDE_SACK_PERM | TCP_SIDE_LIBERAL;
}

/* The same for the second side, which settles whether windows are scaled.
 * => whether it was a plain SYN against ours, and with that is accepted */
static bool answer_from_syn(struct conn_tcp *tcp, enum weir_dir dir, const struct tcp_segment *seg)
{
	side_from_syn(tcp, dir, seg);
	if (dir != WEIR_REPLY)
		return false;
	if (!(tcp->flags[0] & tcp->flags[1] & TCP_SIDE_WINDOW_SCALE))
		tcp->scale[WEIR_ORIGINAL] = tcp->scale[WEIR_REPLY] = 0;
	return !(seg->flags & TCP_ACK);
}

/* Begins a side of which nothing was seen from a packet in mid-stream. */
static void side_from_middle(struct conn_tcp *tcp, enum weir_dir dir, const struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];

	from->end = seg->end;
	from->maxwin = at_least_1(seg->win << tcp->scale[dir]);
	from->maxend = from->end + from->maxwin;
	if (to->maxwin == 0)
		to->end = to->maxend = seg->sack;
	else if (seg->sack == to->end + 1)
		to->end++; /* it answers a keep-alive that lay before what we know */
}

/* Puts right what some packets do not say: without ACK they acknowledge what there is, and a
 * RST that answers a SYN need not know our numbers. */
static void fill_in(const struct conn_tcp *tcp, enum weir_dir dir, struct tcp_segment *seg)
{
	bool rst = seg->flags & TCP_RST;

	if (!(seg->flags & TCP_ACK) || (rst && seg->ack == 0))
		seg->ack = seg->sack = tcp->side[!dir].end;
	if (rst && seg->seq == 0 && tcp->state == WEIR_TCP_SYN_SENT)
		seg->seq = seg->end = tcp->side[dir].end;
}

/* Whether a packet that begins above the window is an otherwise flawless one from a
 * host that sends more than it may. If the receiver takes it, its acknowledgement must
 * not find us unaware. */
static bool overshoots(const struct tcp_side *from, const struct tcp_side *to,
		       const struct tcp_segment *seg)
{
	return to->maxwin != 0 && seg->end - from->maxend + 1 <= to->maxwin &&
	       tcp_seq_not_below(from, to, seg) && tcp_ack_not_above(to, seg) &&
	       tcp_ack_not_below(from, to, seg);
}

/* => the place of a packet that fails a condition; liberal tracking overlooks it */
static enum tcp_place misplaced(const struct track_settings *set, struct packet *p,
				struct conn_tcp *tcp, enum weir_dir dir,
				const struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];
	bool liberal = set->liberal || (tcp->flags[dir] & TCP_SIDE_LIBERAL);

	if (!tcp_seq_not_above(from, seg)) {
		if (overshoots(from, to, seg)) {
			from->end = seg->end;
			tcp->flags[dir] |= TCP_SIDE_UNACKED;
			return liberal ? TCP_IN_WINDOW : TCP_IGNORED;
		}
		if (!liberal)
			packet_reason(p, WEIR_R_TCP_SEQ_ABOVE, seg->seq, from->maxend);
	} else if (!tcp_ack_not_above(to, seg)) {
		if (!liberal)
			packet_reason(p, WEIR_R_TCP_ACK_ABOVE, seg->sack, to->end);
	} else {
		return liberal ? TCP_IN_WINDOW : TCP_IGNORED;
	}
	return liberal ? TCP_IN_WINDOW : TCP_OUTSIDE;
}

enum tcp_place tcp_window_check(const struct track_settings *set, struct packet *p,
				struct conn_tcp *tcp, enum weir_dir dir, struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];
	bool syn = seg->flags & TCP_SYN;

	if (from->maxwin == 0 && !syn) {
		side_from_middle(tcp, dir, seg);
	} else if (from->maxwin == 0 ||
		   (syn && seq_after(seg->end, from->end) &&
		    (tcp->state == WEIR_TCP_SYN_SENT || tcp->state == WEIR_TCP_SYN_RECV))) {
		/* The first, or one that begins anew with other numbers and options. */
		if (answer_from_syn(tcp, dir, seg))
			return TCP_IN_WINDOW;
	}
	fill_in(tcp, dir, seg);
	if (!tcp_seq_not_above(from, seg) || !tcp_ack_not_above(to, seg) ||
	    (to->maxwin != 0 && !tcp_seq_not_below(from, to, seg)) ||
	    !tcp_ack_not_below(from, to, seg))
		return misplaced(set, p, tcp, dir, seg);
	tcp_window_update(tcp, dir, seg);
	return TCP_IN_WINDOW;
}
