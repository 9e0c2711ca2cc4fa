/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/track.h - what the protocol trackers are given and what they answer.
 *
 * The engine finds or makes the connection and asks the protocol's tracker what
 * the packet means for it. A tracker reads the packet and the entry, changes the entry's
 * own part (line 1) and its ASSURED bit, and nothing else: it neither counts nor
 * sets `expires` nor SEEN_REPLY. For the first packet of a connection CONFIRMED is
 * not set yet: the tracker decides whether the packet may open one and begins its part,
 * which is all zero.
 *
 * An entry keeps its state if the answer is TRACK_INVALID, but for what Linux
 * notes of such packets; an invalid FIN or RST may shorten its life, the one case in which a
 * tracker touches `expires` (see tcp.c).
 */
#ifndef TRACK_TRACK_H
#define TRACK_TRACK_H

#include <weir/settings.h>

#include "packet/packet.h"
#include "track/conn.h"

/* The tracking settings as the packet path reads them: part of the snapshot. */
struct track_settings {
	uint32_t timeout[WEIR_TIMEOUT_COUNT]; /* ticks */
	bool active;                          /* track at all */
	bool loose, liberal, ignore_invalid_rst;
	uint8_t max_retrans;
	struct packet_checks checks;
	uint32_t max_entries, max_half_open; /* this worker's share */
};

/* Bits of track.changed */
#define TRACK_CHANGED_STATE 0x01u   /* the protocol's state is another */
#define TRACK_CHANGED_ASSURED 0x02u /* ASSURED was set */

struct ext_pool;

struct track {
	const struct track_settings *set;
	const struct ext_pool *ext; /* of connections with SEQ_ADJUST */
	uint32_t now;     /* tick */
	uint32_t timeout; /* out, with TRACK_ACCEPT: ticks that the entry lives from now on */
	uint8_t changed;  /* out: TRACK_CHANGED_*; the caller clears it */
};

enum track_result {
	TRACK_ACCEPT,  /* count it, refresh the entry to `timeout` */
	TRACK_PASS,    /* let it by by its direction's state: neither count nor refresh */
	TRACK_INVALID, /* packet_reason() says why */
	TRACK_REOPEN,  /* the entry is over, and the packet begins a new connection */
	TRACK_END,     /* count it; the entry is over (RST to an unanswered opener) */
};

enum track_result track_tcp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
/* Whether a TCP packet that finds no connection may open one: asked before anything is
 * prepared for it, since a flood of strangers should cost as little as it can.
 * => false, and packet_reason() says why */
bool track_tcp_may_open(const struct track *t, struct packet *p);

/* Whether that side of a TCP connection may have sent a segment that began there and is not
 * acknowledged yet: of one that an ICMP error quotes (RFC 5927 section 4). */
bool track_tcp_sent(const struct track *t, const struct conn *c, enum weir_dir dir, uint32_t seq);

/* FastTracked connections of TCP (track/tcp_fast.c). */

/* One begins to be: before its windows are overwritten (conn_slow_begin). */
void tcp_fast_begin(struct conn *c);
/* Takes it off the fast path until either side has told of the other; or that once more, since what
 * was known of a side is no good any more. */
void tcp_fast_ask(struct conn *c);
void tcp_fast_forget(struct conn *c, enum weir_dir dir);
/* A packet of one that is not on the fast path. => whether it goes there all the same: it was looked
 * at for what it tells */
bool tcp_fast_again(struct conn *c, const struct packet *p, enum weir_dir dir);

enum track_result track_udp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
enum track_result track_icmp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
enum track_result track_gre(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
enum track_result track_sctp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
enum track_result track_dccp(struct track *t, struct packet *p, struct conn *c, enum weir_dir dir);
enum track_result track_generic(struct track *t, struct packet *p, struct conn *c,
				enum weir_dir dir);

/* Sets ASSURED and says so in t->changed, once. */
static inline void track_assure(struct track *t, struct conn *c)
{
	if (!(c->status & WEIR_STATUS_ASSURED)) {
		c->status |= WEIR_STATUS_ASSURED;
		t->changed |= TRACK_CHANGED_ASSURED;
	}
}

#endif
