/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/parse.c - the IP header: how long the packet is, whether it is whole,
 * what it carries.
 *
 * Lengths come from the headers; bytes behind the IP total length are padding of
 * the link. A packet that a capture cut short is read as far as its bytes go. A fault
 * of the IP header itself drops the packet, since nobody could tell where it would
 * go; a fault of what follows makes it invalid, and the rules decide.
 *
 * Any thread; nothing is kept. The packet that there are most of, TCP on IPv4 without
 * options, fragments or a checksum to verify, goes straight through ip4_tcp() in 6 to 9 ns
 * from the cache; whatever is in any way different takes the long way from the start.
 */
#include "packet/checksum.h"
#include "packet/transport.h"

#define IP4_HEADER 20u
#define IP4_OFFSET 0x1fffu
#define IP4_MORE 0x2000u

static void drop(struct packet *p, enum weir_reason reason, uint32_t a, uint32_t b)
{
	p->kind = PACKET_MALFORMED;
	p->drop = 1;
	packet_reason(p, reason, a, b);
}

static bool verify_transport(const struct packet *p, const struct packet_checks *checks)
{
	return checks->checksum && !(p->io->flags & WEIR_PKT_CHECKSUM_OK);
}

/* Sets l4 and its lengths: the transport header begins `off` bytes into the packet,
 * `present` of whose bytes are there. */
static inline void set_l4(struct packet *p, uint32_t off, uint32_t present)
{
	p->l4 = p->l3 + off;
	p->l4_len = p->len - off;
	p->l4_cap = present > off ? present - off : 0;
}

static inline void ip4_addresses(struct tuple *t, const uint8_t *l3)
{
	t->src.u64[0] = t->src.u64[1] = 0;
	t->dst.u64[0] = t->dst.u64[1] = 0;
	t->src.v4 = raw32(l3 + 12);
	t->dst.v4 = raw32(l3 + 16);
	t->family = WEIR_IPV4;
}

/* Checks the fixed and the variable part of an IPv4 header.
 * => its length; 0 and the packet marked if there is something wrong */
static inline uint32_t ip4_header(struct packet *p, const uint8_t *l3, uint32_t wire)
{
	uint32_t cap = p->io->caplen, length = (l3[0] & 15u) * 4, total = be16(l3 + 2);
	uint64_t sum = checksum_ip4_header(l3);

	if (UNLIKELY(length != IP4_HEADER)) {
		if (length < IP4_HEADER) {
			drop(p, WEIR_R_IP_HEADER_LENGTH, length, 0);
			return 0;
		}
		if (length > wire) {
			drop(p, WEIR_R_IP_TRUNCATED, wire, length);
			return 0;
		}
		if (length <= cap)
			sum = checksum_sum(l3 + IP4_HEADER, length - IP4_HEADER, sum);
	}
	if (UNLIKELY(checksum_fold(sum) != 0xffff && length <= cap)) {
		drop(p, WEIR_R_IP_CHECKSUM, 0, 0);
		return 0;
	}
	if (UNLIKELY(total < length || total > wire)) {
		drop(p, WEIR_R_IP_TOTAL_LENGTH, total, wire);
		return 0;
	}
	p->len = total;
	return length;
}

static inline void ip4_parse(struct packet *p, const struct packet_checks *checks, uint32_t wire)
{
	const uint8_t *l3 = p->l3;
	uint32_t cap = p->io->caplen, field, length;

	if (UNLIKELY(cap < IP4_HEADER)) {
		drop(p, WEIR_R_IP_TRUNCATED, cap, IP4_HEADER);
		return;
	}
	length = ip4_header(p, l3, wire);
	if (UNLIKELY(!length))
		return;
	set_l4(p, length, cap < p->len ? cap : p->len);
	field = be16(l3 + 6);
	if (UNLIKELY(field & (IP4_OFFSET | IP4_MORE))) {
		p->kind = PACKET_FRAGMENT;
		p->frag_id = raw16(l3 + 4);
		p->frag_offset = (uint16_t)((field & IP4_OFFSET) * 8);
		p->frag_more = (field & IP4_MORE) != 0;
		p->frag_proto = l3[9];
		p->frag_l4_off = (uint16_t)length;
		return;
	}
	ip4_addresses(&p->tuple, l3);
	transport_parse(p, l3[9], NULL, verify_transport(p, checks));
}

static void ip6_fragment(struct packet *p, const struct ip6_chain *chain, uint32_t size)
{
	const uint8_t *h = p->l3 + chain->off;
	uint32_t field = be16(h + 2);

	set_l4(p, chain->off + IP6_FRAGMENT, size);
	p->kind = PACKET_FRAGMENT;
	p->frag_id = raw32(h + 4);
	p->frag_offset = (uint16_t)(field & 0xfff8);
	p->frag_more = field & 1;
	p->frag_proto = h[0];
	p->frag_hdr_off = (uint16_t)chain->off;
	p->frag_nh_off = (uint16_t)chain->nh_off;
	p->frag_l4_off = (uint16_t)(chain->off + IP6_FRAGMENT);
}

static void ip6_transport(struct packet *p, const struct ip6_chain *chain,
                          const struct packet_checks *checks)
{
	struct tuple *t = &p->tuple;

	memcpy(&t->src, p->l3 + 8, 16);
	memcpy(&t->dst, p->l3 + 24, 16);
	t->family = WEIR_IPV6;
	transport_parse(p, chain->proto, chain, verify_transport(p, checks) && !chain->rerouted);
}

static void ip6_parse(struct packet *p, const struct packet_checks *checks, uint32_t wire)
{
	uint32_t cap = p->io->caplen, size;
	struct ip6_chain chain;
	enum chain_end end;

	if (cap < IP6_HEADER) {
		drop(p, WEIR_R_IP_TRUNCATED, cap, IP6_HEADER);
		return;
	}
	p->len = IP6_HEADER + be16(p->l3 + 4);
	if (p->len > wire) {
		drop(p, WEIR_R_IP_TOTAL_LENGTH, p->len, wire);
		return;
	}
	size = cap < p->len ? cap : p->len;
	chain_begin(&chain, p->l3);
	end = chain_walk(&chain, p->l3, size);
	set_l4(p, chain.off, size);
	switch (end) {
	case CHAIN_UPPER:
		ip6_transport(p, &chain, checks);
		break;
	case CHAIN_FRAGMENT:
		ip6_fragment(p, &chain, size);
		break;
	case CHAIN_NONE:
		packet_malformed(p, WEIR_R_IP6_NO_NEXT, 0, 0);
		break;
	case CHAIN_TRUNCATED:
		packet_malformed(p, WEIR_R_IP6_CHAIN_TRUNCATED, chain.proto, 0);
		break;
	case CHAIN_LONG:
		packet_malformed(p, WEIR_R_IP6_CHAIN_LONG, CHAIN_HEADERS, 0);
		break;
	}
}

/* The long way. Kept out of packet_parse(), which needs no stack without it. */
__attribute__((noinline)) static void ip_parse(struct packet *p, const struct packet_checks *checks,
                                               uint32_t wire)
{
	const struct weir_packet *io = p->io;
	unsigned version;

	p->l3 = io->data;
	if (UNLIKELY(io->caplen == 0)) {
		drop(p, WEIR_R_IP_TRUNCATED, 0, IP4_HEADER);
		return;
	}
	version = io->data[0] >> 4;
	if (LIKELY(version == 4))
		ip4_parse(p, checks, wire);
	else if (version == 6)
		ip6_parse(p, checks, wire);
	else
		drop(p, WEIR_R_IP_VERSION, version, 0);
}

/* The short way. => false if the packet is not of this kind; nothing counts then */
static inline bool ip4_tcp(struct packet *p, const struct packet_checks *checks, uint32_t wire)
{
	const struct weir_packet *io = p->io;
	const uint8_t *l3 = io->data, *l4 = l3 + IP4_HEADER;
	uint32_t cap = io->caplen, total, offset, l4_len;
	uint8_t event;

	if (cap < IP4_HEADER + TCP_HEADER || l3[0] != 0x45 || l3[9] != PROTO_TCP ||
	    (checks->checksum && !(io->flags & WEIR_PKT_CHECKSUM_OK)))
		return false;
	total = be16(l3 + 2);
	l4_len = total - IP4_HEADER;
	offset = (l4[12] >> 4) * 4u;
	event = tcp_events[l4[13] & 0x3f];
	if (UNLIKELY(total > wire || total < IP4_HEADER + TCP_HEADER || offset < TCP_HEADER ||
	             offset > l4_len || !event ||
	             (raw16(l3 + 6) & be16_swap((uint16_t)(IP4_OFFSET | IP4_MORE))) ||
	             checksum_fold(checksum_ip4_header(l3)) != 0xffff))
		return false;
	p->l3 = l3;
	p->l4 = l4;
	p->len = total;
	p->l4_len = l4_len;
	p->l4_cap = (cap < total ? cap : total) - IP4_HEADER;
	p->kind = PACKET_PLAIN;
	p->opens = 1;
	p->tcp_event = event - 1;
	p->tcp_flags = l4[13];
	ip4_addresses(&p->tuple, l3);
	p->tuple.src_port = be16(l4);
	p->tuple.dst_port = be16(l4 + 2);
	p->tuple.proto = PROTO_TCP;
	return true;
}

void packet_parse(struct packet *p, const struct packet_checks *checks)
{
	const struct weir_packet *io = p->io;
	uint32_t wire = io->len > io->caplen ? io->len : io->caplen;

	if (UNLIKELY(!ip4_tcp(p, checks, wire)))
		ip_parse(p, checks, wire);
}

bool tuple_equal(const struct tuple *a, const struct tuple *b)
{
	if (a->proto != b->proto || a->family != b->family || a->src_port != b->src_port ||
	    a->dst_port != b->dst_port)
		return false;
	if (a->family == WEIR_IPV4)
		return a->src.v4 == b->src.v4 && a->dst.v4 == b->dst.v4;
	return a->src.u64[0] == b->src.u64[0] && a->src.u64[1] == b->src.u64[1] &&
	       a->dst.u64[0] == b->dst.u64[0] && a->dst.u64[1] == b->dst.u64[1];
}
