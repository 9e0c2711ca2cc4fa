/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/settings.h - the tracking settings (RouterOS: /ip firewall connection
 * tracking), one list for both families.
 *
 * A plain value: copy it, change it, hand it to weir_settings_set().
 */
#ifndef WEIR_SETTINGS_H
#define WEIR_SETTINGS_H

#include <weir/helper.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, "name", default in seconds). The first fourteen are RouterOS' own
 * names and defaults; the rest are Linux' (net.netfilter.nf_conntrack_*), for
 * protocols that RouterOS gives no setting. */
#define WEIR_TIMEOUTS(X)                                                                           \
	X(TCP_SYN_SENT, "tcp-syn-sent-timeout", 5)                                                     \
	X(TCP_SYN_RECEIVED, "tcp-syn-received-timeout", 5)                                             \
	X(TCP_ESTABLISHED, "tcp-established-timeout", 86400)                                           \
	X(TCP_FIN_WAIT, "tcp-fin-wait-timeout", 10)                                                    \
	X(TCP_CLOSE_WAIT, "tcp-close-wait-timeout", 10)                                                \
	X(TCP_LAST_ACK, "tcp-last-ack-timeout", 10)                                                    \
	X(TCP_TIME_WAIT, "tcp-time-wait-timeout", 10)                                                  \
	X(TCP_CLOSE, "tcp-close-timeout", 10)                                                          \
	X(TCP_MAX_RETRANS, "tcp-max-retrans-timeout", 300)                                             \
	X(TCP_UNACKED, "tcp-unacked-timeout", 300)                                                     \
	X(UDP, "udp-timeout", 30)                                                                      \
	X(UDP_STREAM, "udp-stream-timeout", 180)                                                       \
	X(ICMP, "icmp-timeout", 10)                                                                    \
	X(GENERIC, "generic-timeout", 600)                                                             \
	X(GRE, "gre-timeout", 30)                                                                      \
	X(GRE_STREAM, "gre-stream-timeout", 180)                                                       \
	X(SCTP_CLOSED, "sctp-closed-timeout", 10)                                                      \
	X(SCTP_COOKIE_WAIT, "sctp-cookie-wait-timeout", 3)                                             \
	X(SCTP_COOKIE_ECHOED, "sctp-cookie-echoed-timeout", 3)                                         \
	X(SCTP_ESTABLISHED, "sctp-established-timeout", 210)                                           \
	X(SCTP_SHUTDOWN_SENT, "sctp-shutdown-sent-timeout", 3)                                         \
	X(SCTP_SHUTDOWN_RECD, "sctp-shutdown-received-timeout", 3)                                     \
	X(SCTP_SHUTDOWN_ACK_SENT, "sctp-shutdown-ack-sent-timeout", 3)                                 \
	X(SCTP_HEARTBEAT_SENT, "sctp-heartbeat-sent-timeout", 30)                                      \
	X(DCCP_REQUEST, "dccp-request-timeout", 240)                                                   \
	X(DCCP_RESPOND, "dccp-respond-timeout", 480)                                                   \
	X(DCCP_PARTOPEN, "dccp-partopen-timeout", 480)                                                 \
	X(DCCP_OPEN, "dccp-open-timeout", 43200)                                                       \
	X(DCCP_CLOSEREQ, "dccp-closereq-timeout", 64)                                                  \
	X(DCCP_CLOSING, "dccp-closing-timeout", 64)                                                    \
	X(DCCP_TIMEWAIT, "dccp-timewait-timeout", 240)

enum weir_timeout {
#define X(name, text, seconds) WEIR_T_##name,
	WEIR_TIMEOUTS(X)
#undef X
	WEIR_TIMEOUT_COUNT
};

/* The longest timeout that can be set: 90 days. (An entry stores when it ends as
 * 32 bits of 4 ms, and compares them modulo.) */
#define WEIR_TIMEOUT_MAX (UINT64_C(90) * 86400 * WEIR_SEC)

enum weir_enabled {
	WEIR_ENABLED_AUTO, /* track once something asks for it: see `needed` */
	WEIR_ENABLED_YES,
	WEIR_ENABLED_NO, /* every packet is untracked */
};

struct weir_settings {
	uint8_t enabled;  /* enum weir_enabled; default auto */
	uint8_t needed;   /* with auto: 1 if anything asks for tracking (a firewall rule, or an
			     embedder that wants the table); default 1 */
	uint8_t loose;    /* loose-tcp-tracking: pick up TCP mid-stream; default 1 */
	uint8_t liberal;  /* liberal-tcp-tracking: outside the window only RST is invalid; default 0 */
	uint8_t checksum; /* verify transport checksums (Linux: nf_conntrack_checksum); default 1 */
	uint8_t ignore_invalid_rst; /* RST below the window is no reason (Linux:
				       nf_conntrack_tcp_ignore_invalid_rst); default 0 */
	uint8_t max_retrans; /* retransmissions before tcp-max-retrans-timeout; default 3 */
	uint32_t max_entries;   /* connections at most, per engine; default 1048576 */
	uint32_t max_half_open; /* connections not assured at most; 0, the default: half of max_entries */
	uint32_t max_expectations; /* per engine, 1 to 65536; default 4096 */
	uint8_t sip_direct_media;  /* media is expected from the other end of the signalling alone;
				      default 1 */
	uint64_t sip_timeout; /* nanoseconds that a connection lives which the helper sip reads; default
				 an hour; 1 ms to WEIR_TIMEOUT_MAX */
	struct weir_helper_settings helper[WEIR_HELPER_COUNT]; /* by enum weir_helper; [NONE] is
								  not looked at */
	uint64_t timeout[WEIR_TIMEOUT_COUNT]; /* nanoseconds, 1 ms to WEIR_TIMEOUT_MAX */
};

/* Fills in every default. */
WEIR_API void weir_settings_init(struct weir_settings *settings);

/* The name of a timeout ("udp-stream-timeout"). Never NULL. */
WEIR_API const char *weir_timeout_name(enum weir_timeout timeout);

#ifdef __cplusplus
}
#endif
#endif
