/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/transport.c - TCP, UDP, UDP-Lite, SCTP, DCCP and GRE headers.
 *
 * What a plain packet of these guarantees to the trackers, in bytes present at l4:
 * TCP 20, SCTP 12, DCCP the fixed header of its type (12 to 28), UDP and UDP-Lite
 * the ports. TCP options, SCTP chunks and whatever else follows may be missing
 * in a capture that was cut short: l4_cap tells.
 *
 * UDP-Lite's pseudo header carries protocol 136 (RFC 3828 section 3.2).
 */
#include "packet/transport.h"

#include "packet/checksum.h"

#define UDP_HEADER 8u
#define SCTP_HEADER 12u
#define DCCP_HEADER 12u
#define GRE_HEADER 4u
#define GRE_ENHANCED 8u /* up to and with the call id */
#define PORTS 4u

#define GRE_CHECKSUM 0x8000u
#define GRE_ROUTING 0x4000u
#define GRE_KEY 0x2000u
#define GRE_VERSION 0x0007u
#define ETHERTYPE_PPP 0x880bu

/* Where the checksum stands in each header. */
enum {
	CHECK_TCP = 16,
	CHECK_UDP = 6,
	CHECK_SCTP = 8,
	CHECK_DCCP = 6,
};

uint64_t transport_pseudo(const struct packet *p, const struct ip6_chain *chain, uint8_t proto,
                          uint32_t length)
{
	if (chain)
		return checksum_pseudo6(chain->src, chain->dst, proto, length);
	return checksum_pseudo4(p->l3 + 12, p->l3 + 16, proto, length);
}

bool transport_checksum(struct packet *p, uint64_t pseudo, uint32_t length, unsigned field)
{
	uint16_t found = raw16(p->l4 + field), expected;
	uint64_t sum = checksum_sum(p->l4, length, pseudo);

	if (LIKELY(checksum_fold(sum) == 0xffff))
		return true;
	expected = (uint16_t)~checksum_fold(sum + (uint16_t)~found);
	packet_malformed(p, WEIR_R_L4_CHECKSUM, be16_swap(found), be16_swap(expected));
	return false;
}

/* Checks that `need` bytes of header exist and are present. */
static inline bool has_header(struct packet *p, uint32_t need)
{
	if (LIKELY(p->l4_cap >= need))
		return true;
	packet_malformed(p, WEIR_R_L4_TRUNCATED, p->l4_cap, need);
	return false;
}

static inline void plain(struct packet *p, uint8_t proto, uint16_t src_port, uint16_t dst_port)
{
	p->kind = PACKET_PLAIN;
	p->opens = 1;
	p->tuple.proto = proto;
	p->tuple.src_port = src_port;
	p->tuple.dst_port = dst_port;
}

/* PSH never matters, nor do ECE and CWR. */
#define EVENT(flags, event) [flags] = (event) + 1, [(flags) | TCP_PSH] = (event) + 1
const uint8_t tcp_events[64] = {
        EVENT(TCP_SYN, TCP_EV_SYN),
        EVENT(TCP_SYN | TCP_URG, TCP_EV_SYN),
        EVENT(TCP_SYN | TCP_ACK, TCP_EV_SYNACK),
        EVENT(TCP_FIN | TCP_ACK, TCP_EV_FIN),
        EVENT(TCP_FIN | TCP_ACK | TCP_URG, TCP_EV_FIN),
        EVENT(TCP_ACK, TCP_EV_ACK),
        EVENT(TCP_ACK | TCP_URG, TCP_EV_ACK),
        EVENT(TCP_RST, TCP_EV_RST),
        EVENT(TCP_RST | TCP_ACK, TCP_EV_RST),
};
#undef EVENT

static inline void tcp_parse(struct packet *p, const struct ip6_chain *chain, bool verify)
{
	const uint8_t *h = p->l4;
	uint32_t offset;
	uint8_t event;

	if (UNLIKELY(!has_header(p, TCP_HEADER)))
		return;
	offset = (h[12] >> 4) * 4u;
	if (UNLIKELY(offset < TCP_HEADER || offset > p->l4_len)) {
		packet_malformed(p, WEIR_R_TCP_OFFSET, offset, p->l4_len);
		return;
	}
	if (verify && p->l4_cap == p->l4_len &&
	    !transport_checksum(p, transport_pseudo(p, chain, PROTO_TCP, p->l4_len), p->l4_len,
	                        CHECK_TCP))
		return;
	event = tcp_events[h[13] & 0x3f];
	if (UNLIKELY(!event)) {
		packet_malformed(p, WEIR_R_TCP_FLAGS, h[13], 0);
		return;
	}
	p->tcp_flags = h[13];
	p->tcp_event = event - 1;
	plain(p, PROTO_TCP, be16(h), be16(h + 2));
}

/* A datagram may be shorter than the IP payload, and without a checksum on IPv6 too. */
static inline void udp_parse(struct packet *p, const struct ip6_chain *chain, bool verify)
{
	const uint8_t *h = p->l4;
	uint32_t length;

	if (UNLIKELY(p->l4_len < UDP_HEADER)) {
		packet_malformed(p, WEIR_R_L4_TRUNCATED, p->l4_len, UDP_HEADER);
		return;
	}
	if (UNLIKELY(!has_header(p, PORTS)))
		return;
	if (LIKELY(p->l4_cap >= UDP_HEADER)) {
		length = be16(h + 4);
		if (UNLIKELY(length < UDP_HEADER || length > p->l4_len)) {
			packet_malformed(p, WEIR_R_UDP_LENGTH, length, p->l4_len);
			return;
		}
		if (verify && p->l4_cap >= length && raw16(h + CHECK_UDP) != 0 &&
		    !transport_checksum(p, transport_pseudo(p, chain, PROTO_UDP, length), length,
		                        CHECK_UDP))
			return;
	}
	plain(p, PROTO_UDP, be16(h), be16(h + 2));
}

static void udplite_parse(struct packet *p, const struct ip6_chain *chain, bool verify)
{
	const uint8_t *h = p->l4;
	uint32_t covered;

	if (p->l4_len < UDP_HEADER) {
		packet_malformed(p, WEIR_R_L4_TRUNCATED, p->l4_len, UDP_HEADER);
		return;
	}
	if (!has_header(p, PORTS))
		return;
	if (p->l4_cap >= UDP_HEADER) {
		covered = be16(h + 4);
		if ((covered && covered < UDP_HEADER) || covered > p->l4_len) {
			packet_malformed(p, WEIR_R_UDPLITE_COVERAGE, covered, p->l4_len);
			return;
		}
		if (raw16(h + CHECK_UDP) == 0) {
			packet_malformed(p, WEIR_R_UDPLITE_CHECKSUM_ZERO, 0, 0);
			return;
		}
		if (!covered)
			covered = p->l4_len;
		if (verify && p->l4_cap >= covered &&
		    !transport_checksum(p, transport_pseudo(p, chain, PROTO_UDPLITE, p->l4_len),
		                        covered, CHECK_UDP))
			return;
	}
	plain(p, PROTO_UDPLITE, be16(h), be16(h + 2));
}

static void sctp_parse(struct packet *p, bool verify)
{
	const uint8_t *h = p->l4;
	uint32_t found, expected;

	if (!has_header(p, SCTP_HEADER))
		return;
	if (verify && p->l4_cap == p->l4_len) {
		found = raw32(h + CHECK_SCTP);
		expected = le32_swap(crc32c(h, p->l4_len, CHECK_SCTP));
		if (found != expected) {
			packet_malformed(p, WEIR_R_L4_CHECKSUM, be32_swap(found),
			                 be32_swap(expected));
			return;
		}
	}
	plain(p, PROTO_SCTP, be16(h), be16(h + 2));
}

/* The least length of a DCCP header by type, with 24 and with 48 bits of sequence number;
 * 0: not allowed (RFC 4340 section 5). */
static const uint8_t dccp_lengths[16][2] = {
        {0, 20},  /* Request */
        {0, 28},  /* Response */
        {12, 16}, /* Data */
        {16, 24}, /* Ack */
        {16, 24}, /* DataAck */
        {0, 24},  /* CloseReq */
        {0, 24},  /* Close */
        {0, 28},  /* Reset */
        {0, 24},  /* Sync */
        {0, 24},  /* SyncAck */
};

/* Bytes that the checksum covers: all, or the header and some words more. */
static uint32_t dccp_coverage(const struct packet *p, uint32_t offset)
{
	uint32_t words = p->l4[5] & 15;

	return words ? offset + (words - 1) * 4 : p->l4_len;
}

static void dccp_parse(struct packet *p, const struct ip6_chain *chain, bool verify)
{
	const uint8_t *h = p->l4;
	uint32_t offset, covered;
	uint8_t type, least;

	if (!has_header(p, DCCP_HEADER))
		return;
	type = h[8] >> 1 & 15;
	least = dccp_lengths[type][h[8] & 1];
	offset = h[4] * 4u;
	covered = dccp_coverage(p, offset);
	if (!least || offset < least || offset > p->l4_len || covered > p->l4_len) {
		packet_malformed(p, WEIR_R_DCCP_HEADER, type, 0);
		return;
	}
	if (!has_header(p, least))
		return;
	if (verify && p->l4_cap >= covered &&
	    !transport_checksum(p, transport_pseudo(p, chain, PROTO_DCCP, p->l4_len), covered,
	                        CHECK_DCCP))
		return;
	plain(p, PROTO_DCCP, be16(h), be16(h + 2));
}

static uint32_t gre_key(const uint8_t *h, uint32_t size)
{
	uint32_t flags = be16(h), at = flags & (GRE_CHECKSUM | GRE_ROUTING) ? 8 : 4;

	return (flags & GRE_KEY) && size >= at + 4 ? be32(h + at) : 0;
}

/* A header too short to be read is one without a key, as Linux has it, unless it is the
 * capture that is too short. */
static void gre_parse(struct packet *p)
{
	const uint8_t *h = p->l4;
	uint32_t need = p->l4_len < GRE_HEADER ? 0 : GRE_HEADER;
	uint16_t call = 0;

	if (!has_header(p, need))
		return;
	p->gre_version = need ? h[1] & GRE_VERSION : 0;
	p->gre_protocol = need ? be16(h + 2) : 0;
	p->gre_key = 0;
	if (need && p->gre_version == 1 && p->l4_len >= GRE_ENHANCED) {
		if (!has_header(p, GRE_ENHANCED))
			return;
		if (p->gre_protocol != ETHERTYPE_PPP) {
			packet_malformed(p, WEIR_R_GRE_PROTOCOL, p->gre_protocol, 0);
			return;
		}
		call = be16(h + 6);
		p->gre_key = call;
	} else if (need && p->gre_version == 0) {
		p->gre_key = gre_key(h, p->l4_cap);
	}
	plain(p, PROTO_GRE, 0, call);
}

/* The ICMP of the other IP version: nobody answers it, so it opens nothing. */
static void foreign_icmp(struct packet *p)
{
	if (has_header(p, 2))
		packet_malformed(p, WEIR_R_ICMP_TYPE, p->l4[0], p->l4[1]);
}

void transport_parse(struct packet *p, uint8_t proto, const struct ip6_chain *chain, bool verify)
{
	if (LIKELY(proto == PROTO_TCP)) {
		tcp_parse(p, chain, verify);
		return;
	}
	if (LIKELY(proto == PROTO_UDP)) {
		udp_parse(p, chain, verify);
		return;
	}
	if (proto == (chain ? PROTO_ICMPV6 : PROTO_ICMP)) {
		icmp_parse(p, proto, chain, verify);
		return;
	}
	switch (proto) {
	case PROTO_UDPLITE:
		udplite_parse(p, chain, verify);
		break;
	case PROTO_SCTP:
		sctp_parse(p, verify);
		break;
	case PROTO_DCCP:
		dccp_parse(p, chain, verify);
		break;
	case PROTO_GRE:
		gre_parse(p);
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		foreign_icmp(p);
		break;
	default:
		plain(p, proto, 0, 0);
	}
}

bool transport_ports(struct tuple *t, uint8_t proto, const uint8_t *l4, uint32_t size)
{
	t->proto = proto;
	t->src_port = t->dst_port = 0;
	switch (proto) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
	case PROTO_DCCP:
		if (size < PORTS)
			return false;
		t->src_port = be16(l4);
		t->dst_port = be16(l4 + 2);
		return true;
	case PROTO_GRE:
		if (size < GRE_ENHANCED || (l4[1] & GRE_VERSION) != 1)
			return true;
		t->dst_port = be16(l4 + 6);
		return be16(l4 + 2) == ETHERTYPE_PPP;
	default:
		return true;
	}
}
