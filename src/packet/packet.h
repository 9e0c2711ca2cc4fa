/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/packet.h - what the bytes of one packet say, before anybody asks what
 * connection it belongs to.
 *
 * packet_parse() reads a packet once, within the bytes that are present, checks
 * all that can be checked without a connection (header lengths, checksums, TCP
 * flag combinations, what an ICMP error quotes), and leaves what the later
 * stages need in a struct packet. It lives on the worker's stack or batch
 * array for one batch; its pointers borrow the packet's bytes.
 */
#ifndef PACKET_PACKET_H
#define PACKET_PACKET_H

#include <stdbool.h>
#include <weir/packet.h>
#include <weir/reason.h>

#include "base/bytes.h"

/* IANA protocol numbers that the engine knows by name. */
enum {
	PROTO_HOPOPT = 0,
	PROTO_ICMP = 1,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_DCCP = 33,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_AH = 51,
	PROTO_ICMPV6 = 58,
	PROTO_NONE = 59,
	PROTO_DSTOPTS = 60,
	PROTO_SCTP = 132,
	PROTO_MOBILITY = 135,
	PROTO_UDPLITE = 136,
};

/* One direction of a connection, as lookups compare it.
 *
 * ports: for TCP, UDP, UDP-Lite, SCTP and DCCP the ports; GRE version 1: source key and
 * call id; ICMP queries: the identifier as src_port, type << 8 | code as dst_port; else 0. All
 * in host byte order. Addresses in network byte order; IPv4 in .v4. */
struct tuple {
	union weir_addr src, dst;
	uint16_t src_port, dst_port;
	uint8_t proto;
	uint8_t family; /* enum weir_family */
};

enum packet_kind {
	PACKET_PLAIN,      /* has a tuple */
	PACKET_ICMP_ERROR, /* tuple is the inverse of the quoted packet's: look it up, create nothing */
	PACKET_UNTRACKED,  /* neighbour discovery and MLD: no tuple, state untracked */
	PACKET_FRAGMENT,   /* frag_* are set, no tuple */
	PACKET_MALFORMED,  /* io->reason is set; `drop` tells whether it goes no further */
};

/* The event classes of a TCP packet, in this order. */
enum tcp_event {
	TCP_EV_SYN,
	TCP_EV_SYNACK,
	TCP_EV_FIN,
	TCP_EV_ACK,
	TCP_EV_RST,
	TCP_EV_NONE,
};

#define TCP_FIN 0x01
#define TCP_SYN 0x02
#define TCP_RST 0x04
#define TCP_PSH 0x08
#define TCP_ACK 0x10
#define TCP_URG 0x20

struct packet {
	struct weir_packet *io;
	const uint8_t *l3; /* IP header */
	const uint8_t *l4; /* transport header */
	uint32_t len;      /* the packet's length by its IP header */
	uint32_t l4_len;   /* transport header and payload, by the headers */
	uint32_t l4_cap;   /* of these, bytes present at l4 */
	uint8_t kind;      /* enum packet_kind */
	uint8_t drop;      /* with MALFORMED */
	uint8_t tcp_event; /* enum tcp_event */
	uint8_t tcp_flags; /* as on the wire */
	uint8_t opens;     /* ICMP: a query that may open a connection. Set to 1 for other protocols */
	uint8_t quotes_seq; /* ICMP_ERROR: quoted_seq is set */
	uint8_t gre_version;
	uint8_t gre_worker;    /* of a tunnel whose keys are known: who has it (nat_has_keys()) */
	uint16_t gre_protocol; /* EtherType of what GRE carries */
	uint32_t gre_key;      /* as in the header, 0 if it has none; for version 1 the call id */
	uint32_t quoted_seq;   /* where the TCP segment begins that an ICMP_ERROR quotes */
	uint32_t frag_id;      /* the three of a fragment; id in network byte order */
	uint16_t frag_offset;  /* in bytes */
	uint8_t frag_more;
	uint8_t frag_proto;    /* IPv6: next header behind the fragment header */
	uint16_t frag_l4_off;  /* bytes from l3 to the fragment's payload; IPv6: behind the fragment header */
	uint16_t frag_hdr_off; /* IPv6: bytes from l3 to the fragment header */
	uint16_t frag_nh_off;  /* IPv6: bytes from l3 to the next-header field that names it */
	struct tuple tuple;
};

/* What packet_parse() is to check. */
struct packet_checks {
	bool checksum; /* transport checksums, where all bytes are present and the port did not */
};

/* Reads p->io->data and fills in p. p->io must be set; nothing else needs to be.
 * => p->kind says what it is; p->io->reason and detail are set if it is malformed,
 *    and left alone otherwise */
void packet_parse(struct packet *p, const struct packet_checks *checks);

/* tuple_invert() of ICMP, whose ports are an identifier, type and code. */
bool tuple_invert_icmp(const struct tuple *tuple, struct tuple *inverse);

/* The tuple that the answers to `tuple` have; see conntrack's table of ICMP pairs.
 * => false if the type has no inverse (ICMP errors and the like) */
static inline bool tuple_invert(const struct tuple *tuple, struct tuple *inverse)
{
	if (UNLIKELY(tuple->proto == (tuple->family == WEIR_IPV6 ? PROTO_ICMPV6 : PROTO_ICMP)))
		return tuple_invert_icmp(tuple, inverse);
	*inverse = (struct tuple){
		.src = tuple->dst,
		.dst = tuple->src,
		.src_port = tuple->dst_port,
		.dst_port = tuple->src_port,
		.proto = tuple->proto,
		.family = tuple->family,
	};
	return true;
}

bool tuple_equal(const struct tuple *a, const struct tuple *b);

/* Marks a packet as bad: reason and the numbers of its sentence. */
static inline void packet_reason(struct packet *p, enum weir_reason reason, uint32_t a, uint32_t b)
{
	p->io->reason = (uint16_t)reason;
	p->io->detail[0] = a;
	p->io->detail[1] = b;
}

#endif
