/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/packet.h - one packet on its way through the engine: what goes in and
 * what the engine says of it.
 *
 * The embedder owns the array of packets and the bytes that `data` points at.
 * weir_process() reads the first group of members and writes the second; it
 * keeps no pointer to either after it returns.
 */
#ifndef WEIR_PACKET_H
#define WEIR_PACKET_H

#include <weir/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a packet is to its connection (RouterOS: connection-state). The order is
 * that of RouterOS' own bit set. NONE: the packet was never classified (a
 * fragment that waits, a packet handed over to another worker). */
#define WEIR_STATES(X)                                                                             \
	X(INVALID, "invalid")                                                                          \
	X(ESTABLISHED, "established")                                                                  \
	X(RELATED, "related")                                                                          \
	X(NEW, "new")                                                                                  \
	X(UNTRACKED, "untracked")

enum weir_state {
	WEIR_STATE_NONE = 0,
#define X(name, text) WEIR_STATE_##name,
	WEIR_STATES(X)
#undef X
	WEIR_STATE_COUNT
};

/* What is to become of a packet. */
#define WEIR_VERDICTS(X)                                                                           \
	X(ACCEPT, "accept")     /* send it on */                                                       \
	X(DROP, "drop")         /* forget it; `reason` says why */                                     \
	X(HELD, "held")         /* a fragment: its bytes were copied and wait for the rest */          \
	X(HANDOVER, "handover") /* belongs to worker `worker`: process it there */

enum weir_verdict {
#define X(name, text) WEIR_##name,
	WEIR_VERDICTS(X)
#undef X
	WEIR_VERDICT_COUNT
};

/* What the tracker believes of a TCP connection. The order is Linux' own, which
 * puts the simultaneous open (SYN_SENT2) on the slot of LISTEN; RouterOS shows
 * that one as "listen". */
#define WEIR_TCP_STATES(X)                                                                         \
	X(NONE, "none", "NONE")                                                                        \
	X(SYN_SENT, "syn-sent", "SYN_SENT")                                                            \
	X(SYN_RECV, "syn-recv", "SYN_RECV")                                                            \
	X(ESTABLISHED, "established", "ESTABLISHED")                                                   \
	X(FIN_WAIT, "fin-wait", "FIN_WAIT")                                                            \
	X(CLOSE_WAIT, "close-wait", "CLOSE_WAIT")                                                      \
	X(LAST_ACK, "last-ack", "LAST_ACK")                                                            \
	X(TIME_WAIT, "time-wait", "TIME_WAIT")                                                         \
	X(CLOSE, "close", "CLOSE")                                                                     \
	X(SYN_SENT2, "listen", "SYN_SENT2")

enum weir_tcp_state {
#define X(name, text, linux_text) WEIR_TCP_##name,
	WEIR_TCP_STATES(X)
#undef X
	WEIR_TCP_STATE_COUNT
};

/* SCTP association states (RFC 9260 as Linux tracks it). */
#define WEIR_SCTP_STATES(X)                                                                        \
	X(NONE, "none", "NONE")                                                                        \
	X(CLOSED, "closed", "CLOSED")                                                                  \
	X(COOKIE_WAIT, "cookie-wait", "COOKIE_WAIT")                                                   \
	X(COOKIE_ECHOED, "cookie-echoed", "COOKIE_ECHOED")                                             \
	X(ESTABLISHED, "established", "ESTABLISHED")                                                   \
	X(SHUTDOWN_SENT, "shutdown-sent", "SHUTDOWN_SENT")                                             \
	X(SHUTDOWN_RECD, "shutdown-received", "SHUTDOWN_RECD")                                         \
	X(SHUTDOWN_ACK_SENT, "shutdown-ack-sent", "SHUTDOWN_ACK_SENT")                                 \
	X(HEARTBEAT_SENT, "heartbeat-sent", "HEARTBEAT_SENT")

enum weir_sctp_state {
#define X(name, text, linux_text) WEIR_SCTP_##name,
	WEIR_SCTP_STATES(X)
#undef X
	WEIR_SCTP_STATE_COUNT
};

/* weir_packet.flags */
#define WEIR_PKT_CHECKSUM_OK 0x01u /* the port has verified the transport checksum (NIC offload) */

struct weir_trace;

/* weir_packet.path: which way it went. */
#define WEIR_PATHS(X)                                                                              \
	X(NONE, "none")                                                                                \
	X(FORWARD, "forward") /* to leave by out_port */                                               \
	X(INPUT, "input")     /* for the router itself */                                              \
	X(OUTPUT, "output")   /* from the router itself, to leave by out_port */

enum weir_path {
#define X(name, text) WEIR_PATH_##name,
	WEIR_PATHS(X)
#undef X
	WEIR_PATH_COUNT
};

/* weir_packet.port of a packet that the router itself sends. */
#define WEIR_PORT_HOST 0xffffu

struct weir_packet {
	/* In: set by the embedder. */
	uint8_t *data;   /* first byte of the IP header; writable */
	uint32_t caplen; /* bytes present at data */
	uint32_t len;    /* bytes the packet had on the wire from the IP header on, link padding
			    included; 0 means caplen. More than caplen: the capture cut it short. */
	uint16_t port;   /* the port it came in by: any number of the embedder's */
	uint16_t flags;  /* WEIR_PKT_* */
	const uint8_t *src_mac; /* the link's source address, six bytes; NULL: not known */
	struct weir_trace *trace; /* where to write which rules it meets (weir/rules.h); NULL: nowhere */

	/* Out: set by weir_process(). */
	uint8_t verdict;   /* enum weir_verdict */
	uint8_t state;     /* enum weir_state */
	uint8_t dir;       /* enum weir_dir; meaningful when conn is not 0 */
	uint8_t created;   /* 1: this packet created `conn` */
	uint8_t path;      /* enum weir_path: which way it went; NONE without rules */
	uint8_t fasttracked; /* 1: it took the fast path */
	uint16_t reason;   /* enum weir_reason: of a drop or of an invalid packet, else WEIR_R_NONE */
	uint16_t worker;   /* with WEIR_HANDOVER: where it belongs */
	uint64_t conn;     /* id of its connection, 0 if it has none */
	uint32_t detail[2]; /* numbers that weir_reason_text() puts into the reason's sentence */
	uint8_t *out;      /* the packet that leaves: `data`, or for a datagram that this packet
			      completed the engine's own buffer, borrowed until the worker's next
			      weir_process(). With WEIR_HANDOVER, what to process there.
			      NULL with the other verdicts. */
	uint32_t out_len;  /* bytes present at out, without padding of the link */

	uint8_t *answer;   /* what the engine answers (RST, ICMP error), to be sent out of `port`;
			      borrowed until the worker's next weir_process(); NULL: nothing */
	uint32_t answer_len;

	/* Out, with rules (weir/rules.h); without they are left alone. */
	uint32_t rule;     /* counter of the rule that dropped or rejected it, UINT32_MAX: none */
	uint32_t mark;     /* packet mark */
	uint16_t out_port; /* of an accepted one: the interface by which it leaves; to the router
			      itself, WEIR_PORT_HOST */
	union weir_addr next_hop; /* the gateway, or the destination itself */
};

/* The text of a state, verdict or TCP state, as RouterOS spells it. Never NULL. */
WEIR_API const char *weir_state_text(enum weir_state state);
WEIR_API const char *weir_verdict_text(enum weir_verdict verdict);
WEIR_API const char *weir_tcp_state_text(enum weir_tcp_state state);

#ifdef __cplusplus
}
#endif
#endif
