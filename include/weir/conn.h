/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/conn.h - a connection as others see it: a copy, valid forever, of what
 * the owning worker knew at that moment.
 *
 * Every function here that takes a worker must be called from the thread that
 * calls weir_process() for it; other threads send a request (weir/request.h).
 */
#ifndef WEIR_CONN_H
#define WEIR_CONN_H

#include <weir/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weir_worker;

/* Status bits. The values are Linux' own (CTA_STATUS) where Linux has the bit;
 * FASTTRACK and HELPER_ACTIVE stand for RouterOS' F and h. */
#define WEIR_STATUS_BITS(X)                                                                        \
	X(EXPECTED, 0, "expected")                                                                     \
	X(SEEN_REPLY, 1, "seen-reply")                                                                 \
	X(ASSURED, 2, "assured")                                                                       \
	X(CONFIRMED, 3, "confirmed")                                                                   \
	X(SRCNAT, 4, "srcnat")                                                                         \
	X(DSTNAT, 5, "dstnat")                                                                         \
	X(SEQ_ADJUST, 6, "seq-adjust")                                                                 \
	X(SRCNAT_DONE, 7, "srcnat-done")                                                               \
	X(DSTNAT_DONE, 8, "dstnat-done")                                                               \
	X(DYING, 9, "dying")                                                                           \
	X(FIXED_TIMEOUT, 10, "fixed-timeout")                                                          \
	X(HELPER, 13, "uses-helper")                                                                   \
	X(FASTTRACK, 14, "fasttrack")                                                                  \
	X(HW_OFFLOAD, 15, "hw-offload")

enum weir_status {
#define X(name, bit, text) WEIR_STATUS_##name = 1 << bit,
	WEIR_STATUS_BITS(X)
#undef X
};

/* One direction's addresses and transport part. */
struct weir_tuple {
	union weir_addr src, dst; /* network byte order */
	uint16_t src_port, dst_port; /* host byte order; 0 for protocols without ports. GRE
					version 1: source key and call id */
};

/* One direction's traffic. Bytes are IP total lengths. */
struct weir_counters {
	uint64_t packets, bytes;
	uint64_t fasttrack_packets, fasttrack_bytes; /* the part of them that was FastTracked */
	uint64_t rate;                               /* bits per second over the last second */
};

struct weir_conn {
	uint64_t id;      /* never 0, never reused while the engine lives */
	uint8_t family;   /* enum weir_family */
	uint8_t protocol; /* IANA protocol number */
	uint8_t state;    /* the connection-state that its next packet in the original direction
			     would have: enum weir_state */
	uint8_t tcp_state;  /* enum weir_tcp_state, TCP only */
	uint8_t sctp_state; /* enum weir_sctp_state, SCTP only */
	uint8_t icmp_type, icmp_code; /* of the original direction, ICMP and ICMPv6 only */
	uint8_t gre_version;          /* GRE only */
	uint8_t helper; /* enum weir_helper (weir/helper.h) that reads or expected it: RouterOS'
			   connection-type */
	uint16_t icmp_id;
	uint16_t gre_protocol; /* EtherType of what GRE carries */
	uint32_t gre_key;
	uint32_t status;       /* enum weir_status bits */
	uint32_t mark;         /* connection mark, 0 if none */
	uint32_t srcnat_rule, dstnat_rule; /* the counter (weir/rules.h) of the rule that translates
					      that side; UINT32_MAX: none, or it is not known */
	weir_time timeout;     /* nanoseconds until it expires */
	struct weir_tuple tuple[2];       /* indexed by enum weir_dir */
	struct weir_counters counters[2]; /* indexed by enum weir_dir */
};

/* Looks up one connection by its id.
 * => WEIR_OK and *conn filled in, or WEIR_ENOENT: it has ended or never was */
WEIR_API WEIR_MUST_CHECK int weir_conn_get(struct weir_worker *worker, uint64_t id, weir_time now,
					   struct weir_conn *conn);

/* Copies connections out, in the table's own order, `count` at most.
 * *cursor is 0 at the start and where to go on afterwards; it stays good when
 * connections come and go between calls: one that lives throughout is listed
 * exactly once.
 * => how many were written; 0 means the end */
WEIR_API size_t weir_conn_list(struct weir_worker *worker, uint64_t *cursor, weir_time now,
			       struct weir_conn *conns, size_t count);

/* Ends a connection: its next packet is a stranger.
 * => WEIR_OK, or WEIR_ENOENT */
WEIR_API int weir_conn_remove(struct weir_worker *worker, uint64_t id, weir_time now);

/* Sets the mark of a connection (RouterOS: mark-connection).
 * => WEIR_OK, or WEIR_ENOENT, or WEIR_ERANGE above 65535 */
WEIR_API int weir_conn_mark(struct weir_worker *worker, uint64_t id, uint32_t mark);

/* FastTracks an established TCP or UDP connection: from now on its packets meet
 * no window check, only FIN, RST and SYN still reach the TCP tracker.
 * => WEIR_OK, WEIR_ENOENT, or WEIR_EINVAL: other protocol, no reply seen yet, or a helper reads it
 *    or has changed it */
WEIR_API int weir_conn_fasttrack(struct weir_worker *worker, uint64_t id);

#ifdef __cplusplus
}
#endif
#endif
