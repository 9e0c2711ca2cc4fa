/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/tcp_fast.c - what is known of the sequence numbers of a FastTracked connection, whose
 * packets meet no window check: enough that nobody ends it who only guesses.
 *
 * Of each side two numbers are kept, in the place of its window: what the peer had
 * acknowledged (`fast_seq`) when the side had carried so many bytes (`fast_bytes`, moved back by
 * the window that the peer offered then). A segment's payload is no longer than its packet, so
 *
 *	fast_seq <= the side's next sequence number <= fast_seq + (bytes - fast_bytes)
 *
 * modulo 2^32, and `bytes` is counted for each packet anyhow: the fast path does nothing for
 * it. What lies outside was not sent by the side; a RST or FIN there is invalid.
 * A RST exactly at fast_seq closes, any other one inside may be challenged (RFC 5961) and leaves
 * the connection a grace.
 *
 * The bounds widen with what the side carries. So the sweep asks, once in its turn, of each
 * connection that carried something (TCP_SIDE_ASKED): the next packet of either direction is
 * looked at for its acknowledgement and window, if it lies within the bounds itself. When a
 * side's bytes overflow their 32 bits it is not known, until its peer's next packet. Only a side
 * that carries 4 GiB but for a window between two looks, and ends just then, finds its RST
 * refused.
 *
 * Threads: the owner of the connection. Cost: a comparison a FastTracked packet, in what it has
 * read; a packet a second and direction reads the connection's second line.
 */
#include "track/seq.h"
#include "track/tcp.h"

/* How far below what was acknowledged a repeated segment may end. */
#define REPEATED_MAX 65536u

/* How far above fast_seq the side may have come. */
static uint32_t span_of(const struct conn *c, unsigned dir)
{
	return c->bytes[dir] - c->tcp.fast_bytes[dir];
}

static bool within(const struct conn *c, unsigned dir, uint32_t seq, uint32_t below, uint32_t above)
{
	return !(c->tcp.flags[dir] & TCP_SIDE_KNOWN) ||
	       (uint64_t)(seq - c->tcp.fast_seq[dir] + below) <=
		       (uint64_t)span_of(c, dir) + below + above;
}

void tcp_fast_begin(struct conn *c)
{
	struct conn_tcp *tcp = &c->tcp;
	uint32_t first[2], last[2];

	for (unsigned dir = 0; dir < 2; dir++) {
		const struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];

		last[dir] = seq_after(from->end, from->maxend) ? from->end : from->maxend;
		first[dir] = from->end;
		if (tcp->flags[!dir] & TCP_SIDE_MAXACK_SET && seq_before(to->maxack, from->end))
			first[dir] = to->maxack;
		/* Picked up in mid-stream, the scale of its windows is not known. */
		tcp->flags[dir] &= (uint8_t)~(TCP_SIDE_KNOWN | TCP_SIDE_ASKED);
		if (from->maxwin != 0 && !(tcp->flags[dir] & TCP_SIDE_LIBERAL))
			tcp->flags[dir] |= TCP_SIDE_KNOWN;
	}
	for (unsigned dir = 0; dir < 2; dir++) {
		tcp->fast_seq[dir] = first[dir];
		tcp->fast_bytes[dir] = c->bytes[dir] - (last[dir] - first[dir]);
	}
}

void tcp_fast_ask(struct conn *c)
{
	c->tcp.flags[0] |= TCP_SIDE_ASKED;
	c->tcp.flags[1] |= TCP_SIDE_ASKED;
	c->status &= (uint16_t)~CONN_FAST_PATH;
}

void tcp_fast_forget(struct conn *c, enum weir_dir dir)
{
	c->tcp.flags[dir] &= (uint8_t)~TCP_SIDE_KNOWN;
	tcp_fast_ask(c);
}

/* What a packet tells of its sender's peer. */
static void note(struct conn *c, const struct packet *p, enum weir_dir dir)
{
	struct conn_tcp *tcp = &c->tcp;
	const uint8_t *h = p->l4;
	uint32_t payload = p->l4_len - (h[12] >> 4) * 4u;
	uint32_t end = be32(h + 4) + payload, ack = be32(h + 8);
	unsigned scale = tcp->flags[dir] & TCP_SIDE_LIBERAL ? TCP_SCALE_MAX : tcp->scale[dir];

	if (!within(c, dir, end, REPEATED_MAX, payload) || !within(c, !dir, ack, 0, 0))
		return;
	tcp->fast_seq[!dir] = ack;
	tcp->fast_bytes[!dir] = c->bytes[!dir] - ((uint32_t)be16(h + 14) << scale);
	tcp->flags[!dir] |= TCP_SIDE_KNOWN;
	tcp->flags[dir] &= (uint8_t)~TCP_SIDE_ASKED;
}

bool tcp_fast_again(struct conn *c, const struct packet *p, enum weir_dir dir)
{
	struct conn_tcp *tcp = &c->tcp;

	if (c->proto != PROTO_TCP || tcp->state != WEIR_TCP_ESTABLISHED ||
	    p->tcp_event != TCP_EV_ACK)
		return false;
	if (tcp->flags[dir] & TCP_SIDE_ASKED)
		note(c, p, dir);
	if (!((tcp->flags[0] | tcp->flags[1]) & TCP_SIDE_ASKED))
		c->status |= CONN_FAST_PATH;
	return true;
}

enum tcp_fast_place tcp_fast_place(const struct conn *c, enum weir_dir dir,
				   const struct tcp_segment *seg)
{
	const struct conn_tcp *tcp = &c->tcp;

	if (!(tcp->flags[dir] & TCP_SIDE_KNOWN))
		return TCP_FAST_INSIDE;
	if (seg->seq == tcp->fast_seq[dir])
		return TCP_FAST_EXACT;
	if (within(c, dir, seg->end, 0, seg->end - seg->seq))
		return TCP_FAST_INSIDE;
	return seq_before(seg->seq, tcp->fast_seq[dir]) ? TCP_FAST_BELOW : TCP_FAST_ABOVE;
}

bool track_tcp_sent(const struct track *t, const struct conn *c, enum weir_dir dir, uint32_t seq)
{
	const struct conn_tcp *tcp = &c->tcp;
	const struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];
	uint32_t first;

	if (t->set->liberal || tcp->flags[dir] & TCP_SIDE_LIBERAL)
		return true;
	/* A keep-alive lies one below. */
	if (c->status & WEIR_STATUS_FASTTRACK)
		return within(c, dir, seq, 1, 0);
	if (from->maxwin == 0)
		return true;
	if (c->status & WEIR_STATUS_SEQ_ADJUST)
		seq -= (uint32_t)seq_ack_offset(t->ext, c, dir ^ 1, seq);
	if (tcp->flags[!dir] & TCP_SIDE_MAXACK_SET && !seq_after(to->maxack, from->end))
		first = to->maxack - 1;
	else
		first = from->end - 1 -
			(to->maxwin > TCP_ACK_REACH_MIN ? to->maxwin : TCP_ACK_REACH_MIN);
	return seq - first <= from->end - first;
}
