/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/conn.h - the connection: two adjacent cache lines that every packet of
 * it touches, and for IPv6 a third with the addresses.
 *
 *   line 0   who it is, how long it lives, what it carried: all that lookup,
 *            counting and a FastTracked packet need
 *   line 1   what the protocol's tracker remembers, and the rate samples
 *   line 2   IPv6 only: the four addresses
 *
 * Life: an entry begins in the memory of the packet that opens it (conn_begin); it
 * is private until the engine confirms it (it gets a slot, its tuples go into the
 * index, CONFIRMED is set). It ends by timeout, RST, reopen, removal or early drop;
 * then its slot is freed and its generation counted up, so that its id is never
 * handed out again.
 *
 * Threads: the owning worker alone reads and writes it.
 */
#ifndef TRACK_CONN_H
#define TRACK_CONN_H

#include <assert.h>
#include <weir/conn.h>

#include "packet/packet.h"

/* Time in an entry: ticks of 4 ms in 32 bits, compared modulo 2^32. */
#define TICK_NS UINT64_C(4000000)

static inline uint32_t tick_from_ns(uint64_t ns)
{
	return (uint32_t)(ns / TICK_NS);
}

/* A duration in ticks, rounded up. */
static inline uint32_t ticks_from_ns(uint64_t ns)
{
	return (uint32_t)((ns + TICK_NS - 1) / TICK_NS);
}

/* Whether tick a lies after tick b. */
static inline bool tick_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* A bit of conn.status that stays inside: FastTracked, and nothing to ask or tell the tracker as
 * long as no SYN, FIN or RST comes. So the fast path reads line 0 alone. */
#define CONN_FAST_PATH 0x1000u

/* Another: its source is the address of the interface that it leaves by. */
#define CONN_MASQUERADE 0x0800u

#define CONN_INSIDE (CONN_FAST_PATH | CONN_MASQUERADE)

/* One direction's part of a tuple as an entry stores it. IPv6: src and dst are
 * unused here and stand in conn6.addr. */
struct conn_tuple {
	uint32_t src, dst; /* network byte order */
	uint16_t src_port, dst_port;
};

/* What is known of one side of a TCP connection; the names are the sequence
 * space of what that side sends. */
struct tcp_side {
	uint32_t end;    /* highest sequence number sent, plus one */
	uint32_t maxend; /* highest it may send: what the peer has offered */
	uint32_t maxwin; /* largest window it has offered, scaled; 0: nothing seen of it yet */
	uint32_t maxack; /* highest acknowledgement it has sent (TCP_SIDE_MAXACK_SET) */
};

/* tcp_side flags */
#define TCP_SIDE_WINDOW_SCALE 0x01u
#define TCP_SIDE_SACK_PERM 0x02u
#define TCP_SIDE_CLOSE_INIT 0x04u
#define TCP_SIDE_LIBERAL 0x08u
#define TCP_SIDE_UNACKED 0x10u
#define TCP_SIDE_MAXACK_SET 0x20u
#define TCP_SIDE_KNOWN 0x40u /* FastTracked: fast_seq and fast_bytes mean something */
#define TCP_SIDE_ASKED 0x80u /* FastTracked: the side's next packet tells of its peer */
/* last_flags has these besides */
#define TCP_LAST_CHALLENGE_ACK 0x40u
#define TCP_LAST_SIMULTANEOUS 0x80u

struct conn_tcp {
	union {
		struct tcp_side side[2]; /* by direction */
		struct {
			uint32_t slow_packets[2]; /* FastTracked: what went the slow path */
			uint32_t slow_bytes[2];
			uint32_t fast_seq[2]; /* and where the sides are (track/tcp_fast.c) */
			uint32_t fast_bytes[2];
		};
	};
	uint32_t last_seq, last_ack; /* of the last packet noted */
	uint16_t last_len;           /* its length in sequence space: last_end - last_seq */
	uint16_t last_win;           /* its window, not scaled */
	uint8_t state : 4;           /* enum weir_tcp_state */
	uint8_t last_wscale : 4;
	uint8_t last_event : 3; /* enum tcp_event */
	uint8_t last_dir : 1;
	uint8_t scale[2]; /* of the windows that side offers, by direction */
	uint8_t retrans; /* identical ACKs in a row, saturating */
	uint8_t last_flags;
	uint8_t flags[2]; /* TCP_SIDE_*, by direction */
};

struct conn_udp {
	uint32_t slow_packets[2]; /* as in conn_tcp: the same place */
	uint32_t slow_bytes[2];
	uint32_t stream_tick; /* from then on a two-way flow is a stream */
	uint32_t mapping[2];  /* by side, source first: of nat/mapping.h; 0: none */
	bool answered;        /* it holds its destination's mapping */
};

struct conn_gre {
	uint32_t key;
	uint16_t protocol;
	uint8_t version;
};

struct conn_sctp {
	uint32_t vtag[2]; /* expected in packets of that direction; 0 unknown */
	uint8_t state;    /* enum weir_sctp_state */
	uint8_t last_dir; /* of the heartbeat remembered */
	uint8_t flags;    /* the tracker's own */
	uint8_t init[2];  /* by direction: an INIT was seen from it */
};

struct conn_dccp {
	uint32_t handshake_seq[2]; /* high and low half of the sequence number */
	uint8_t state;     /* the tracker's own */
	uint8_t role[2];   /* by direction: client or server */
	uint8_t last_type;
	uint8_t last_dir;
};

struct conn {
	/* line 0 */
	struct conn_tuple tuple[2]; /* by direction */
	uint32_t gen : 24;          /* generation of the slot */
	uint32_t proto : 8;
	uint32_t expires;      /* tick; see above */
	uint16_t status;       /* enum weir_status bits; 0 together with proto 0: slot is free */
	uint16_t mark;         /* connection mark */
	uint32_t ext;          /* extension record, 0 for none (track/ext.h) */
	uint16_t epoch;        /* of the policy (engine/policy.h) that last judged it; 0: none */
	uint16_t binding;      /* the rules that translate it (engine/binding.h) */
	uint16_t next_hop[2];  /* by direction: its way under that policy (engine/way.h) */
	uint32_t packets[2];   /* low words by direction; what overflows is in the extension */
	uint32_t bytes[2];

	/* line 1 */
	union {
		struct conn_tcp tcp;
		struct conn_udp udp;
		struct conn_gre gre;
		struct conn_sctp sctp;
		struct conn_dccp dccp;
		uint8_t l4[52];
	};
	uint32_t sampled_bytes[2]; /* bytes[] when the sweep last passed */
	uint16_t rate[2];          /* what it found then, packed (track/rate.h) */
};

struct conn6 {
	struct conn conn;
	union weir_addr addr[2][2]; /* line 2: by direction, source and destination */
};

static_assert(sizeof(struct conn) == 128, "a connection is two cache lines");
static_assert(offsetof(struct conn, tcp) == 64, "the tracker's state begins the second");
static_assert(sizeof(struct conn6) == 192, "and three with IPv6 addresses");

#endif
