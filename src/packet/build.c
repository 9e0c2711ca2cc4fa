/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/build.c - see build.h.
 *
 * The answers of a router are datagrams that nobody fragments: IPv4 goes with "don't fragment"
 * and the identification 0 (RFC 6864). ICMPv4 errors have the precedence "internetwork control"
 * (RFC 1812 section 4.3.2.5).
 */
#include "packet/build.h"

#include "packet/checksum.h"
#include "packet/transport.h"

#define IP4_HEADER 20u
#define ICMP_HEADER 8u
#define ICMP4_MAX 576u
#define HOPS 64
#define TOS_CONTROL 0xc0
#define TOS_BITS 0x1e /* of the packet's TOS: what is kept beside the precedence */

/* Whether an address is one host's, as far as the address itself tells. */
static bool is_host4(uint32_t addr)
{
	uint8_t first;

	memcpy(&first, &addr, 1);
	return first != 0 && first != 127 && first < 224;
}

static bool is_host6(const union weir_addr *addr)
{
	return addr->v6[0] != 0xff && (addr->u64[0] || addr->u64[1]);
}

static bool is_multicast(const struct tuple *t)
{
	uint8_t first;

	if (t->family == WEIR_IPV6)
		return t->dst.v6[0] == 0xff;
	memcpy(&first, &t->dst.v4, 1);
	return first >= 224;
}

static bool may_be_answered(const struct packet *about)
{
	const struct tuple *t = &about->tuple;

	if (about->kind != PACKET_PLAIN || is_multicast(t))
		return false;
	return t->family == WEIR_IPV6 ? is_host6(&t->src) : is_host4(t->src.v4);
}

static void put_header4(uint8_t *to, uint32_t length, uint8_t tos, uint8_t proto, uint32_t src,
			uint32_t dst)
{
	uint16_t sum;

	memset(to, 0, IP4_HEADER);
	to[0] = 0x45;
	to[1] = tos;
	put_be16(to + 2, (uint16_t)length);
	put_be16(to + 6, 0x4000);
	to[8] = HOPS;
	to[9] = proto;
	memcpy(to + 12, &src, 4);
	memcpy(to + 16, &dst, 4);
	sum = (uint16_t)~checksum_fold(checksum_ip4_header(to));
	memcpy(to + 10, &sum, 2);
}

static void put_header6(uint8_t *to, uint32_t length, uint8_t proto, const union weir_addr *src,
			const union weir_addr *dst)
{
	memset(to, 0, 8);
	to[0] = 0x60;
	put_be16(to + 4, (uint16_t)(length - IP6_HEADER));
	to[6] = proto;
	to[7] = HOPS;
	memcpy(to + 8, src, 16);
	memcpy(to + 24, dst, 16);
}

/* The checksum of a transport header with its payload, whose field holds zero. */
static uint16_t transport_sum(const uint8_t *packet, uint8_t family, uint8_t proto,
			      const uint8_t *l4, uint32_t length)
{
	uint64_t pseudo;

	if (family == WEIR_IPV4)
		pseudo = checksum_pseudo4(packet + 12, packet + 16, proto, length);
	else
		pseudo = checksum_pseudo6(packet + 8, packet + 24, proto, length);
	return (uint16_t)~checksum_fold(checksum_sum(l4, length, pseudo));
}

uint32_t build_icmp_error(uint8_t *to, const struct packet *about, uint8_t type, uint8_t code,
			  const union weir_addr *from)
{
	const struct tuple *t = &about->tuple;
	bool v6 = t->family == WEIR_IPV6;
	uint32_t header = v6 ? IP6_HEADER : IP4_HEADER, max = v6 ? BUILD_MAX : ICMP4_MAX;
	uint32_t quote = (uint32_t)(about->l4 - about->l3) + about->l4_cap;
	uint8_t *icmp = to + header;
	uint16_t sum;

	if (!may_be_answered(about))
		return 0;
	if (quote > max - header - ICMP_HEADER)
		quote = max - header - ICMP_HEADER;
	memset(icmp, 0, ICMP_HEADER);
	icmp[0] = type;
	icmp[1] = code;
	memcpy(icmp + ICMP_HEADER, about->l3, quote);
	if (v6) {
		put_header6(to, header + ICMP_HEADER + quote, PROTO_ICMPV6, from, &t->src);
		sum = transport_sum(to, WEIR_IPV6, PROTO_ICMPV6, icmp, ICMP_HEADER + quote);
	} else {
		put_header4(to, header + ICMP_HEADER + quote,
			    (uint8_t)((about->l3[1] & TOS_BITS) | TOS_CONTROL), PROTO_ICMP,
			    from->v4, t->src.v4);
		sum = (uint16_t)~checksum_fold(checksum_sum(icmp, ICMP_HEADER + quote, 0));
	}
	memcpy(icmp + 2, &sum, 2);
	return header + ICMP_HEADER + quote;
}

/* A segment without data in the direction back to the sender. */
static uint32_t put_segment(uint8_t *to, const struct packet *about, uint32_t seq, uint32_t ack,
			    uint8_t flags)
{
	const struct tuple *t = &about->tuple;
	uint32_t header = t->family == WEIR_IPV6 ? IP6_HEADER : IP4_HEADER;
	uint8_t *tcp = to + header;
	uint16_t sum;

	if (t->family == WEIR_IPV6)
		put_header6(to, header + TCP_HEADER, PROTO_TCP, &t->dst, &t->src);
	else
		put_header4(to, header + TCP_HEADER, 0, PROTO_TCP, t->dst.v4, t->src.v4);
	memset(tcp, 0, TCP_HEADER);
	put_be16(tcp, t->dst_port);
	put_be16(tcp + 2, t->src_port);
	put_be32(tcp + 4, seq);
	put_be32(tcp + 8, ack);
	tcp[12] = TCP_HEADER / 4 << 4;
	tcp[13] = flags;
	sum = transport_sum(to, t->family, PROTO_TCP, tcp, TCP_HEADER);
	memcpy(tcp + 16, &sum, 2);
	return header + TCP_HEADER;
}

/* What a segment takes in sequence space. */
static uint32_t segment_length(const struct packet *p)
{
	uint32_t offset = (p->l4[12] >> 4) * 4u;

	return p->l4_len - offset + !!(p->tcp_flags & TCP_SYN) + !!(p->tcp_flags & TCP_FIN);
}

uint32_t build_tcp_reset(uint8_t *to, const struct packet *about)
{
	if (!may_be_answered(about) || about->tuple.proto != PROTO_TCP ||
	    about->tcp_flags & TCP_RST)
		return 0;
	if (about->tcp_flags & TCP_ACK)
		return put_segment(to, about, be32(about->l4 + 8), 0, TCP_RST);
	return put_segment(to, about, 0, be32(about->l4 + 4) + segment_length(about),
			   TCP_RST | TCP_ACK);
}

uint32_t build_tcp_tarpit(uint8_t *to, const struct packet *about)
{
	uint32_t seq;

	if (!may_be_answered(about) || about->tuple.proto != PROTO_TCP ||
	    about->tcp_flags & (TCP_RST | TCP_FIN))
		return 0;
	seq = be32(about->l4 + 4);
	if (!(about->tcp_flags & TCP_SYN))
		return put_segment(to, about, be32(about->l4 + 8), seq, TCP_ACK);
	if (about->tcp_flags & TCP_ACK)
		return 0;
	return put_segment(to, about, 0, seq + 1, TCP_SYN | TCP_ACK);
}
