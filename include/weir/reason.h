/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/reason.h - why a packet was dropped or is invalid: one list that gives
 * the enum, the counter's name and the sentence.
 *
 * A reason that is counted with the verdict WEIR_ACCEPT marks an invalid packet
 * that the tracker let by (rules decide about it); with WEIR_DROP, a packet
 * that goes no further. An invalid packet that a rule drops keeps the reason why it is invalid;
 * weir_packet.rule tells of the rule. %u in a sentence takes weir_packet.detail[0], then [1].
 */
#ifndef WEIR_REASON_H
#define WEIR_REASON_H

#include <weir/packet.h>

#ifdef __cplusplus
extern "C" {
#endif

/* X(NAME, "counter-name", "sentence") */
#define WEIR_REASONS(X)                                                                            \
	/* IP headers: such packets are dropped before anything else sees them. */                     \
	X(IP_TRUNCATED, "ip-truncated", "IP header cut short: %u of %u bytes")                         \
	X(IP_VERSION, "ip-version", "IP version %u is neither 4 nor 6")                                \
	X(IP_HEADER_LENGTH, "ip-header-length", "IPv4 header length %u below 20 bytes")                \
	X(IP_TOTAL_LENGTH, "ip-total-length", "IP total length %u does not fit %u bytes received")     \
	X(IP_CHECKSUM, "ip-checksum", "bad IPv4 header checksum")                                      \
	/* IPv6 extension headers. */                                                                  \
	X(IP6_CHAIN_TRUNCATED, "ip6-chain-truncated", "IPv6 extension header %u cut short")            \
	X(IP6_CHAIN_LONG, "ip6-chain-long", "more than %u IPv6 extension headers")                     \
	X(IP6_NO_NEXT, "ip6-no-next-header", "IPv6 packet without an upper layer")                     \
	/* Fragments. */                                                                               \
	X(FRAG_OVERLAP, "frag-overlap", "fragment overlaps another at offset %u")                      \
	X(FRAG_LENGTH, "frag-length", "fragment of %u bytes is no multiple of 8 before the last")      \
	X(FRAG_TOO_LONG, "frag-too-long", "fragment reaches byte %u, beyond 65535")                    \
	X(FRAG_BOUNDS, "frag-bounds", "fragment ends at %u, the datagram at %u")                       \
	X(FRAG_TINY, "frag-tiny", "first fragment ends inside the IPv6 header chain")                  \
	X(FRAG_MEMORY, "frag-memory", "no memory left for fragments (%u bytes held)")                  \
	X(FRAG_DUPLICATE, "frag-duplicate", "fragment at offset %u received before")                   \
	X(FRAG_ECN, "frag-ecn", "fragments of one datagram differ in ECN")                             \
	X(FRAG_NESTED, "frag-nested", "fragment inside a fragment")                                    \
	/* Transport headers. */                                                                       \
	X(L4_TRUNCATED, "l4-truncated", "transport header cut short: %u of %u bytes")                  \
	X(L4_CHECKSUM, "l4-checksum", "bad transport checksum %u, expected %u")                        \
	X(TCP_OFFSET, "tcp-offset", "TCP data offset of %u bytes does not fit %u bytes")               \
	X(TCP_FLAGS, "tcp-flags", "impossible TCP flags 0x%02x")                                       \
	X(UDP_LENGTH, "udp-length", "UDP length %u does not fit %u bytes")                             \
	X(UDPLITE_COVERAGE, "udplite-coverage", "UDP-Lite checksum coverage %u of %u bytes")           \
	X(UDPLITE_CHECKSUM_ZERO, "udplite-checksum-zero", "UDP-Lite without a checksum")               \
	X(ICMP_TYPE, "icmp-type", "ICMP type %u code %u opens no connection")                          \
	X(ICMP_QUOTE, "icmp-quote", "ICMP error %u quotes no usable packet")                           \
	X(ICMP_NO_CONNECTION, "icmp-no-connection", "ICMP error %u about an unknown connection")       \
	X(ICMP_SEQ, "icmp-seq", "ICMP error %u about a TCP segment that is not under way: seq %u")     \
	X(ICMP_MISDIRECTED, "icmp-misdirected", "ICMP error %u sent to a host it does not concern")    \
	X(ICMP_HOP_LIMIT, "icmp-hop-limit", "ICMPv6 redirect with hop limit %u, not 255")              \
	X(ICMP_SOURCE, "icmp-source", "ICMPv6 redirect from beyond the link")                          \
	X(GRE_PROTOCOL, "gre-protocol", "enhanced GRE carries protocol 0x%04x, not PPP")               \
	X(SCTP_CHUNK, "sctp-chunk", "malformed SCTP chunk %u")                                         \
	X(SCTP_CHUNK_ALONE, "sctp-chunk-alone", "SCTP chunk %u bundled against the rules")             \
	X(DCCP_HEADER, "dccp-header", "malformed DCCP header of type %u")                              \
	/* What the trackers refuse. */                                                                \
	X(TCP_NOT_OPENER, "tcp-not-opener", "TCP packet with flags 0x%02x opens no connection")        \
	X(TCP_LOOSE_OFF, "tcp-loose-off", "mid-stream TCP packet while loose-tcp-tracking=no")         \
	X(TCP_STATE, "tcp-state", "TCP flags 0x%02x do not fit the tcp-state (%u)")                    \
	X(TCP_SEQ_ABOVE, "tcp-seq-above", "outside the receive window: seq %u above %u")               \
	X(TCP_ACK_ABOVE, "tcp-ack-above", "acknowledges data not seen: ack %u above %u")               \
	X(TCP_RST_SEQ, "tcp-rst-seq", "RST outside the receive window: seq %u below %u")               \
	X(SCTP_NOT_OPENER, "sctp-not-opener", "SCTP chunk %u opens no association")                    \
	X(SCTP_TAG, "sctp-tag", "SCTP verification tag %u, expected %u")                               \
	X(SCTP_STATE, "sctp-state", "SCTP chunk %u does not fit the association's state (%u)")         \
	X(DCCP_NOT_OPENER, "dccp-not-opener", "DCCP packet of type %u opens no connection")            \
	X(DCCP_STATE, "dccp-state", "DCCP packet of type %u does not fit the state (%u)")              \
	/* The table. */                                                                               \
	X(TABLE_FULL, "table-full", "connection table full: %u entries, none of them unassured")       \
	X(NO_MEMORY, "no-memory", "out of memory for a connection")                                    \
	/* Rules, routes, translation. */                                                              \
	X(RULE_DROP, "rule-drop", "a rule drops it")                                                   \
	X(RULE_REJECT, "rule-reject", "a rule rejects it")                                             \
	X(RULE_TARPIT, "rule-tarpit", "a rule holds its sender up")                                    \
	X(NO_ROUTE, "no-route", "no route to its destination")                                         \
	X(ROUTE_BLACKHOLE, "route-blackhole", "its route is a blackhole")                              \
	X(FORWARD_OFF, "forward-off", "not for the router, and forwarding is off")                     \
	X(FAMILY_OFF, "family-off", "IPv6 is switched off")                                            \
	X(TTL_EXPIRED, "ttl-expired", "its time to live is over (%u)")                                 \
	X(NAT_EXHAUSTED, "nat-exhausted", "no port is left to translate it to")                        \
	X(NAT_SHARE, "nat-share", "its source has %u of the pool's ports, its share")                  \
	X(NAT_REFUSED, "nat-refused", "no address to translate it to")                                 \
	X(NAT_CLASH, "nat-clash", "a translated connection has the tuple of its answers")              \
	X(NAT_SHORT, "nat-short", "too short to be translated")                                        \
	X(NAT_REDIRECT, "nat-redirect", "ICMP redirect about a translated connection")                 \
	/* Helpers. */                                                                                 \
	X(HELPER_PARTIAL, "helper-partial", "a message that names a connection is cut off at byte %u") \
	X(HELPER_MALFORMED, "helper-malformed", "the helper cannot read the message at byte %u")       \
	X(HELPER_ROOM, "helper-room", "no room for the message with translated addresses")             \
	X(HELPER_FULL, "helper-full", "no room to expect the connection to port %u that it names")

enum weir_reason {
	WEIR_R_NONE = 0,
#define X(name, counter, text) WEIR_R_##name,
	WEIR_REASONS(X)
#undef X
	WEIR_REASON_COUNT
};

/* The counter's name of a reason ("tcp-seq-below"); "none" for WEIR_R_NONE. */
WEIR_API const char *weir_reason_name(enum weir_reason reason);

/* Writes why `packet` was dropped or is invalid, as a sentence with its numbers,
 * into buf (at most size bytes, always ended by a NUL). A packet whose invalid
 * part lies on the reply side reads "reply outside the receive window: ...".
 * => returns the length that the whole text has, as snprintf() does. */
WEIR_API int weir_reason_text(const struct weir_packet *packet, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
