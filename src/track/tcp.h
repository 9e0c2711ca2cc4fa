/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/tcp.h - what the two halves of the TCP tracker share: tcp.c knows the
 * states, tcp_window.c the sequence numbers. Nobody else includes this.
 *
 * What every packet in the middle of a connection runs through (the four
 * conditions and what an accepted packet leaves behind) is inline: called across
 * files it costs about a third more (measured: 12.4 for 9.6 ns a packet), and it is the
 * one path that is walked millions of times a second.
 *
 * Names: `from` is the side that sent the packet, `to` the one it is for. All
 * comparisons of sequence numbers are modulo 2^32.
 */
#ifndef TRACK_TCP_H
#define TRACK_TCP_H

#include "base/bytes.h"
#include "track/track.h"

#define TCP_HEADER_LEN 20u
#define TCP_SCALE_MAX 14u /* RFC 7323: a larger shift counts as this */

/* How far an acknowledgement may lag behind at least, whatever window was offered. */
#define TCP_ACK_REACH_MIN 66000u

/* A TCP header, read. */
struct tcp_segment {
	uint32_t seq, end; /* first sequence number, and the one after the last */
	uint32_t ack;
	uint32_t sack; /* highest that it acknowledges, selectively or not; `ack` until looked for */
	uint32_t win;  /* not scaled */
	uint8_t flags; /* TCP_SYN ... as on the wire */
	uint8_t event; /* enum tcp_event */
	uint16_t options_len; /* bytes present at `options`, at most 40 */
	const uint8_t *options;
};

/* Where a packet lies. */
enum tcp_place {
	TCP_IN_WINDOW,
	TCP_IGNORED, /* outside, but nothing to hold against it: passes, counts for nothing */
	TCP_OUTSIDE, /* packet_reason() says why */
};

static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a) < 0;
}

static inline uint32_t tcp_last_end(const struct conn_tcp *tcp)
{
	return tcp->last_seq + tcp->last_len;
}

/* Where a RST or FIN of a FastTracked connection lies. */
enum tcp_fast_place {
	TCP_FAST_EXACT,  /* where its sender is */
	TCP_FAST_INSIDE, /* where it may be, as far as is known */
	TCP_FAST_BELOW,
	TCP_FAST_ABOVE,
};

enum tcp_fast_place tcp_fast_place(const struct conn *c, enum weir_dir dir,
				   const struct tcp_segment *seg);

/* What a SYN's options say of the window scale and of SACK.
 * => TCP_SIDE_WINDOW_SCALE and TCP_SIDE_SACK_PERM as found; *scale is 0 without the former */
uint8_t tcp_options_read(const struct tcp_segment *seg, uint32_t *scale);

/* The highest right edge of the SACK blocks, or `ack` if none lies above. By value, so that the
 * caller's segment can live in registers. */
uint32_t tcp_options_sack(const uint8_t *options, uint32_t len, uint32_t ack);

/* The same for the side that receives `seg`, which must have agreed to SACK to be told so. Nearly
 * every packet of a modern host carries a timestamp and nothing else. */
static inline uint32_t tcp_sack(const struct tcp_segment *seg, uint8_t receiver_flags)
{
	static const uint8_t timestamp_only[4] = {1, 1, 8, 10};

	if (!seg->options_len || !(receiver_flags & TCP_SIDE_SACK_PERM))
		return seg->ack;
	if (LIKELY(seg->options_len == 12 && raw32(seg->options) == raw32(timestamp_only)))
		return seg->ack;
	return tcp_options_sack(seg->options, seg->options_len, seg->ack);
}

/* Begins the side that sends the first packet of a connection: a SYN, or what
 * picks one up in mid-stream. */
void tcp_window_open(struct conn_tcp *tcp, const struct tcp_segment *seg);

/* Judges any packet, and notes what it tells if it is in the window. seg->sack is looked for. */
enum tcp_place tcp_window_check(const struct track_settings *set, struct packet *p,
				struct conn_tcp *tcp, enum weir_dir dir, struct tcp_segment *seg);

/* I: begins no later than `from` was allowed to send. */
static inline bool tcp_seq_not_above(const struct tcp_side *from, const struct tcp_segment *seg)
{
	return !seq_after(seg->seq, from->maxend);
}

/* II: ends no earlier than one window before what `from` has sent already. */
static inline bool tcp_seq_not_below(const struct tcp_side *from, const struct tcp_side *to,
				     const struct tcp_segment *seg)
{
	return seq_after(seg->end, from->end - to->maxwin - 1);
}

/* III: acknowledges nothing that `to` has not sent. */
static inline bool tcp_ack_not_above(const struct tcp_side *to, const struct tcp_segment *seg)
{
	return !seq_after(seg->sack, to->end);
}

/* The lowest acknowledgement that condition IV takes. */
static inline uint32_t tcp_ack_floor(const struct tcp_side *from, const struct tcp_side *to)
{
	return to->end - (from->maxwin > TCP_ACK_REACH_MIN ? from->maxwin : TCP_ACK_REACH_MIN);
}

/* IV: acknowledges nothing long gone. */
static inline bool tcp_ack_not_below(const struct tcp_side *from, const struct tcp_side *to,
				     const struct tcp_segment *seg)
{
	return seq_after(seg->sack, tcp_ack_floor(from, to) - 1);
}

/* All four; `to` must be known. */
static inline bool tcp_in_bounds(const struct tcp_side *from, const struct tcp_side *to,
				 const struct tcp_segment *seg)
{
	return tcp_seq_not_above(from, seg) && tcp_seq_not_below(from, to, seg) &&
	       tcp_ack_not_above(to, seg) && tcp_ack_not_below(from, to, seg);
}

/* Counts how often the same acknowledgement came in a row. */
static inline void tcp_note_ack(struct conn_tcp *tcp, enum weir_dir dir,
				const struct tcp_segment *seg)
{
	uint16_t len = (uint16_t)(seg->end - seg->seq);

	if (tcp->last_seq == seg->seq && tcp->last_ack == seg->ack && tcp->last_len == len &&
	    tcp->last_win == seg->win && tcp->last_dir == dir) {
		if (tcp->retrans != UINT8_MAX)
			tcp->retrans++;
		return;
	}
	tcp->last_dir = dir & 1;
	tcp->last_seq = seg->seq;
	tcp->last_ack = seg->ack;
	tcp->last_len = len;
	tcp->last_win = (uint16_t)seg->win;
	tcp->retrans = 0;
}

/* Takes over what a packet inside the window tells about both sides. */
static inline void tcp_window_update(struct conn_tcp *tcp, enum weir_dir dir,
				     const struct tcp_segment *seg)
{
	struct tcp_side *from = &tcp->side[dir], *to = &tcp->side[!dir];
	uint32_t win = seg->flags & TCP_SYN ? seg->win : seg->win << tcp->scale[dir];
	uint32_t reach = win + (seg->sack - seg->ack);
	uint8_t *flags = tcp->flags;

	if (from->maxwin < reach)
		from->maxwin = reach;
	if (seq_after(seg->end, from->end)) {
		from->end = seg->end;
		flags[dir] |= TCP_SIDE_UNACKED;
	}
	if (seg->flags & TCP_ACK) {
		if (!(flags[dir] & TCP_SIDE_MAXACK_SET) || seq_after(seg->ack, from->maxack)) {
			from->maxack = seg->ack;
			flags[dir] |= TCP_SIDE_MAXACK_SET;
		}
	}
	if (to->maxwin != 0 && seq_after(seg->end, from->maxend))
		to->maxwin += seg->end - from->maxend;
	if (seq_after(seg->sack + win, to->maxend - 1))
		to->maxend = seg->sack + win + (win == 0);
	if (seg->ack == to->end)
		flags[!dir] &= (uint8_t)~TCP_SIDE_UNACKED;
	if (seg->event == TCP_EV_ACK)
		tcp_note_ack(tcp, dir, seg);
}

#endif
