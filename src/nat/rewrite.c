/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/rewrite.c - another address and port in a packet's bytes.
 *
 * Checksums follow by what changed (RFC 1624; CRC32c is linear too), never anew: a packet that came
 * damaged leaves damaged and its receiver can tell, and a packet that a capture cut short
 * comes out as the whole one would.
 *
 * An ICMP error carries the head of a packet that went the other way: there the same is done
 * to the other side, and the error's own checksum follows.
 *
 * Any thread; nothing is kept. Only bytes that are present are touched.
 */
#include "nat/nat.h"

#include "base/bytes.h"
#include "packet/chain.h"
#include "packet/checksum.h"

#define IP4_HEADER 20u
#define IP4_CHECK 10u
#define IP4_FRAGMENT 0x3fffu /* offset, and more to come */
#define ICMP_HEADER 8u
#define ICMP_CHECK 2u
#define ICMP_ID 4u
#define ICMP6_REDIRECT 137
#define TCP_CHECK 16u
#define UDP_CHECK 6u
#define DCCP_CHECK 6u
#define SCTP_CHECK 8u
#define SCTP_HEADER 12u
#define GRE_CALL 6u
#define GRE_VERSION 7u

/* A packet's headers: its own, or those of the packet that an error quotes. */
struct headers {
	uint8_t *l3, *l4;
	uint32_t cap;    /* bytes present at l4 */
	uint32_t length; /* of the transport header and payload; 0: not known */
	uint8_t family, proto;
	bool covered[2]; /* by side: the transport checksum covers this very address */
};

/* What a side is to have. */
struct wish {
	enum nat_side side;
	const union weir_addr *addr;
	uint16_t port, id;
};

/* The part of a sum that changes, old and new of 16 or 32 bits at a time. */
static void note16(uint64_t *change, uint16_t old, uint16_t new)
{
	if (old != new)
		*change += (uint64_t)(uint16_t)~old + new;
}

static void note32(uint64_t *change, uint32_t old, uint32_t new)
{
	if (old != new)
		*change += (uint64_t)(uint32_t)~old + new;
}

static void adjust(uint8_t *field, uint64_t change)
{
	uint16_t check = raw16(field);

	if (!change)
		return;
	check = (uint16_t)~checksum_fold((uint64_t)(uint16_t)~check + change);
	memcpy(field, &check, sizeof check);
}

/* Where the checksum stands that covers addresses and ports. => 0: there is none */
static uint32_t check_offset(const struct headers *h)
{
	switch (h->proto) {
	case PROTO_TCP:
		return TCP_CHECK;
	case PROTO_UDP:
	case PROTO_UDPLITE:
		return UDP_CHECK;
	case PROTO_DCCP:
		return DCCP_CHECK;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return ICMP_CHECK;
	default:
		return 0;
	}
}

/* Where the field stands that the side may change. => 0 bytes of it: there is none */
static uint32_t port_offset(const struct headers *h, enum nat_side side, uint32_t *size)
{
	*size = 2;
	switch (h->proto) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
	case PROTO_DCCP:
		return side == NAT_SRC ? 0 : 2;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return ICMP_ID;
	case PROTO_GRE:
		/* The call id is the receiver's. */
		if (side == NAT_DST && h->cap >= GRE_CALL + 2 && (h->l4[1] & GRE_VERSION) == 1)
			return GRE_CALL;
		break;
	default:
		break;
	}
	*size = 0;
	return 0;
}

static bool is_icmp(uint8_t proto)
{
	return proto == PROTO_ICMP || proto == PROTO_ICMPV6;
}

static bool has_port(const struct headers *h, enum nat_side side)
{
	uint32_t size, at = port_offset(h, side, &size);

	return h->cap >= at + size;
}

static uint64_t put_address(const struct headers *h, const struct wish *wish)
{
	uint32_t at = h->family == WEIR_IPV4 ? 12 : 8, size = h->family == WEIR_IPV4 ? 4 : 16;
	uint8_t *old = h->l3 + at + (wish->side == NAT_DST ? size : 0);
	uint64_t change = 0;

	for (uint32_t i = 0; i < size; i += 4)
		note32(&change, raw32(old + i), raw32(wish->addr->v6 + i));
	memcpy(old, wish->addr->v6, size);
	if (h->family == WEIR_IPV4)
		adjust(h->l3 + IP4_CHECK, change);
	return change;
}

static uint64_t put_port(const struct headers *h, const struct wish *wish)
{
	uint16_t port = be16_swap(is_icmp(h->proto) ? wish->id : wish->port), old;
	uint32_t size, at = port_offset(h, wish->side, &size);
	uint64_t change = 0;

	if (!size)
		return 0;
	old = raw16(h->l4 + at);
	note16(&change, old, port);
	memcpy(h->l4 + at, &port, sizeof port);
	return change;
}

/* The ports are the first four of all the bytes. What changes in the CRC changes in each of its
 * bytes alone, so a part of it is good too. */
static void put_sctp(const struct headers *h, const struct wish *wish)
{
	uint32_t change = raw32(h->l4);

	put_port(h, wish);
	change ^= raw32(h->l4);
	if (!change || h->length < SCTP_HEADER)
		return;
	change = crc32c_change(0, change, h->length - 4);
	for (uint32_t at = SCTP_CHECK; at < SCTP_HEADER && at < h->cap; at++, change >>= 8)
		h->l4[at] ^= (uint8_t)change;
}

/* An echo reply of nothing but zeros: the only sum that is zero and not all ones, since no pseudo
 * header is in it. */
static bool is_nothing(const struct headers *h)
{
	for (uint32_t i = 0; i < h->cap; i++)
		if (h->l4[i])
			return false;
	return true;
}

static void put_transport(const struct headers *h, const struct wish *wish, uint64_t change)
{
	uint32_t at = check_offset(h);
	static const uint8_t zero[2], ones[2] = {0xff, 0xff};
	bool none;

	if (h->proto == PROTO_SCTP) {
		put_sctp(h, wish);
		return;
	}
	if (!h->covered[wish->side] || h->proto == PROTO_ICMP)
		change = 0;
	change += put_port(h, wish);
	if (!at || h->cap < at + 2)
		return;
	none = h->proto == PROTO_UDP && !memcmp(h->l4 + at, zero, sizeof zero);
	if (none)
		return;
	adjust(h->l4 + at, change);
	if (LIKELY(memcmp(h->l4 + at, zero, sizeof zero) != 0))
		return;
	if (h->proto == PROTO_UDP || h->proto == PROTO_UDPLITE ||
	    (h->proto == PROTO_ICMP && is_nothing(h)))
		memcpy(h->l4 + at, ones, sizeof ones);
}

static void apply(const struct headers *h, const struct wish *wish)
{
	put_transport(h, wish, put_address(h, wish));
}

/* Notes which addresses of an IPv6 packet its pseudo header takes from elsewhere. */
static void note_covered(struct headers *h, const struct ip6_chain *chain)
{
	h->covered[NAT_SRC] = chain->src == h->l3 + 8;
	h->covered[NAT_DST] = chain->dst == h->l3 + 24 && !chain->rerouted;
}

/* The bytes of a packet are the embedder's or the engine's, and writable. */
static uint8_t *writable(const uint8_t *bytes)
{
	return (uint8_t *)(uintptr_t)bytes;
}

static void own_headers(const struct packet *p, struct headers *h, uint8_t proto)
{
	struct ip6_chain chain;

	*h = (struct headers){
		.l3 = writable(p->l3),
		.l4 = writable(p->l4),
		.cap = p->l4_cap,
		.length = p->l4_len,
		.family = p->tuple.family,
		.proto = proto,
		.covered = {true, true},
	};
	if (h->family == WEIR_IPV4 || p->l4 == p->l3 + IP6_HEADER)
		return;
	chain_begin(&chain, p->l3);
	if (chain_walk(&chain, p->l3, (uint32_t)(p->l4 - p->l3)) == CHAIN_UPPER)
		note_covered(h, &chain);
}

/* packet_parse() has found the quote whole enough. */
static bool quoted4(struct headers *h, uint32_t size)
{
	uint32_t length = size ? (h->l3[0] & 15u) * 4 : 0, total;

	if (length < IP4_HEADER || length > size)
		return false;
	h->proto = h->l3[9];
	h->l4 = h->l3 + length;
	h->cap = size - length;
	total = be16(h->l3 + 2);
	h->length = total > length && !(be16(h->l3 + 6) & IP4_FRAGMENT) ? total - length : 0;
	return true;
}

static bool quoted6(struct headers *h, uint32_t size)
{
	bool fragment = false;
	struct ip6_chain chain;
	enum chain_end end;
	uint32_t total;

	if (size < IP6_HEADER)
		return false;
	chain_begin(&chain, h->l3);
	while ((end = chain_walk(&chain, h->l3, size)) == CHAIN_FRAGMENT) {
		fragment = true;
		chain_pass_fragment(&chain, h->l3);
	}
	if (end != CHAIN_UPPER || chain.off > size)
		return false;
	note_covered(h, &chain);
	h->proto = chain.proto;
	h->l4 = h->l3 + chain.off;
	h->cap = size - chain.off;
	total = IP6_HEADER + be16(h->l3 + 4);
	h->length = total > chain.off && !fragment ? total - chain.off : 0;
	return true;
}

static bool quoted_headers(const struct headers *outer, struct headers *h)
{
	uint32_t size = outer->cap - ICMP_HEADER;

	*h = (struct headers){.l3 = outer->l4 + ICMP_HEADER,
			      .family = outer->family,
			      .covered = {true, true}};
	return h->family == WEIR_IPV4 ? quoted4(h, size) : quoted6(h, size);
}

/* In the tuple, as the bytes have it. */
static void put_tuple(struct packet *p, const struct wish *wish)
{
	struct tuple *t = &p->tuple;

	if (wish->side == NAT_SRC)
		t->src = *wish->addr;
	else
		t->dst = *wish->addr;
	if (is_icmp(t->proto))
		t->src_port = wish->id;
	else if (wish->side == NAT_SRC)
		t->src_port = wish->port;
	else
		t->dst_port = wish->port;
}

static struct wish wish_of(enum nat_side side, const struct tuple *to)
{
	return (struct wish){
		.side = side,
		.addr = side == NAT_SRC ? &to->src : &to->dst,
		.port = side == NAT_SRC ? to->src_port : to->dst_port,
		.id = to->src_port,
	};
}

/* One's complement: what a field of 32 bits adds to a sum beyond what it did. */
static inline uint64_t change_of(uint32_t old, uint32_t new)
{
	return old != new ? (uint64_t)(uint32_t)~old + new : 0;
}

bool nat_rewrite4(struct packet *packet, enum nat_side side, uint32_t addr, uint16_t port)
{
	uint8_t *l3 = writable(packet->l3), *l4 = writable(packet->l4);
	bool udp = packet->tuple.proto == PROTO_UDP, source = side == NAT_SRC;
	uint32_t at = source ? 0 : 2, check = udp ? UDP_CHECK : TCP_CHECK;
	uint16_t raw_port = be16_swap(port), zero = 0, ones = 0xffff;
	uint64_t change;

	if (packet->l4_cap < at + 2)
		return false;
	change = change_of(raw32(l3 + (source ? 12 : 16)), addr);
	memcpy(l3 + (source ? 12 : 16), &addr, sizeof addr);
	adjust(l3 + IP4_CHECK, change);
	if (packet->l4_cap >= check + 2 && !(udp && !memcmp(l4 + check, &zero, 2))) {
		if (raw16(l4 + at) != raw_port)
			change += (uint64_t)(uint16_t)~raw16(l4 + at) + raw_port;
		adjust(l4 + check, change);
		if (udp && !memcmp(l4 + check, &zero, 2))
			memcpy(l4 + check, &ones, 2);
	}
	memcpy(l4 + at, &raw_port, sizeof raw_port);
	if (source) {
		packet->tuple.src.v4 = addr;
		packet->tuple.src_port = port;
	} else {
		packet->tuple.dst.v4 = addr;
		packet->tuple.dst_port = port;
	}
	return true;
}

bool nat_rewrite(struct packet *packet, enum nat_side side, const struct tuple *to)
{
	struct wish wish = wish_of(side, to);
	struct headers h;
	uint32_t size;

	if (nat_is_simple(&packet->tuple))
		return nat_rewrite4(packet, side, wish.addr->v4, wish.port);
	own_headers(packet, &h, packet->tuple.proto);
	if (!has_port(&h, side))
		return false;
	apply(&h, &wish);
	put_tuple(packet, &wish);
	if (h.proto == PROTO_GRE && port_offset(&h, side, &size))
		packet->gre_key = wish.port;
	return true;
}

bool nat_rewrite_error(struct packet *packet, enum nat_side side, const struct tuple *to)
{
	struct wish wish = wish_of(side, to), inside = wish;
	struct headers h, quote;
	uint64_t change, before;
	uint32_t size;

	own_headers(packet, &h,
		    packet->tuple.family == WEIR_IPV4 ? PROTO_ICMP : PROTO_ICMPV6);
	if (h.cap < ICMP_HEADER || (h.family == WEIR_IPV6 && h.l4[0] == ICMP6_REDIRECT))
		return false;
	inside.side = side == NAT_SRC ? NAT_DST : NAT_SRC;
	if (!quoted_headers(&h, &quote) || !has_port(&quote, inside.side))
		return false;
	size = h.cap - ICMP_HEADER;
	before = checksum_sum(quote.l3, size, 0);
	apply(&quote, &inside);
	change = (uint16_t)~checksum_fold(before) + checksum_sum(quote.l3, size, 0);
	adjust(h.l4 + ICMP_CHECK, change);
	change = put_address(&h, &wish);
	if (h.family == WEIR_IPV6 && h.covered[side])
		adjust(h.l4 + ICMP_CHECK, change);
	put_tuple(packet, &wish);
	return true;
}
