/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/icmp.c - ICMP and ICMPv6: queries, errors and what they quote.
 *
 * A query has a tuple of its own: the identifier in the place of the source
 * port, type and code in that of the destination port. An error has the tuple
 * that answers to the quoted packet have, so that one look-up finds the
 * connection and the direction in which the error travels. Neighbour discovery
 * and multicast listener messages belong to the link and are not tracked.
 *
 * A quote is read where it lies, within the error's bytes; nothing in it is
 * trusted beyond its tuple, and an error that goes to somebody else than the
 * sender of what it quotes is refused here.
 */
#include "packet/checksum.h"
#include "packet/transport.h"

#define ICMP_HEADER 8u
#define CHECK_ICMP 2
#define IP4_HEADER 20u
#define REDIRECT6_HEADER 40u /* type to destination address */
#define OPTION_REDIRECTED 4  /* the option that holds the quoted packet */
#define OPTION_REDIRECTED_HEADER 8u

enum icmp4_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_SOURCE_QUENCH = 4,
	ICMP_REDIRECT = 5,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETER = 12,
	ICMP_TIMESTAMP = 13,
	ICMP_TIMESTAMP_REPLY = 14,
	ICMP_INFO = 15,
	ICMP_INFO_REPLY = 16,
	ICMP_MASK = 17,
	ICMP_MASK_REPLY = 18,
};

enum icmp6_type {
	ICMP6_ECHO = 128, /* all below are errors */
	ICMP6_ECHO_REPLY = 129,
	ICMP6_MLD_QUERY = 130, /* 130 to 136: MLD, router and neighbour discovery */
	ICMP6_NEIGHBOUR_ADVERTISEMENT = 136,
	ICMP6_REDIRECT = 137,
	ICMP6_NODE_QUERY = 139,
	ICMP6_NODE_REPLY = 140,
	ICMP6_MLD2_REPORT = 143,
};

enum icmp_class { CLASS_OTHER, CLASS_REQUEST, CLASS_REPLY, CLASS_ERROR, CLASS_LINK };

struct icmp_rule {
	uint8_t class;
	uint8_t answer; /* type of the other direction, for requests and replies */
};

static const struct icmp_rule icmp4_rules[] = {
        [ICMP_ECHO_REPLY] = {CLASS_REPLY, ICMP_ECHO},
        [ICMP_UNREACHABLE] = {CLASS_ERROR, 0},
        [ICMP_SOURCE_QUENCH] = {CLASS_ERROR, 0},
        [ICMP_REDIRECT] = {CLASS_ERROR, 0},
        [ICMP_ECHO] = {CLASS_REQUEST, ICMP_ECHO_REPLY},
        [ICMP_TIME_EXCEEDED] = {CLASS_ERROR, 0},
        [ICMP_PARAMETER] = {CLASS_ERROR, 0},
        [ICMP_TIMESTAMP] = {CLASS_REQUEST, ICMP_TIMESTAMP_REPLY},
        [ICMP_TIMESTAMP_REPLY] = {CLASS_REPLY, ICMP_TIMESTAMP},
        [ICMP_INFO] = {CLASS_REQUEST, ICMP_INFO_REPLY},
        [ICMP_INFO_REPLY] = {CLASS_REPLY, ICMP_INFO},
        [ICMP_MASK] = {CLASS_REQUEST, ICMP_MASK_REPLY},
        [ICMP_MASK_REPLY] = {CLASS_REPLY, ICMP_MASK},
};

static struct icmp_rule icmp6_rule(uint8_t type)
{
	struct icmp_rule rule = {CLASS_OTHER, 0};

	if (type < ICMP6_ECHO)
		rule.class = CLASS_ERROR;
	else if (type == ICMP6_ECHO)
		rule = (struct icmp_rule){CLASS_REQUEST, ICMP6_ECHO_REPLY};
	else if (type == ICMP6_ECHO_REPLY)
		rule = (struct icmp_rule){CLASS_REPLY, ICMP6_ECHO};
	else if (type == ICMP6_NODE_QUERY)
		rule = (struct icmp_rule){CLASS_REQUEST, ICMP6_NODE_REPLY};
	else if (type == ICMP6_NODE_REPLY)
		rule = (struct icmp_rule){CLASS_REPLY, ICMP6_NODE_QUERY};
	else if (type == ICMP6_REDIRECT)
		rule.class = CLASS_ERROR;
	else if (type <= ICMP6_NEIGHBOUR_ADVERTISEMENT || type == ICMP6_MLD2_REPORT)
		rule.class = CLASS_LINK;
	return rule;
}

static struct icmp_rule icmp_rule(uint8_t proto, uint8_t type)
{
	if (proto == PROTO_ICMPV6)
		return icmp6_rule(type);
	if (type < ARRAY_COUNT(icmp4_rules))
		return icmp4_rules[type];
	return (struct icmp_rule){CLASS_OTHER, 0};
}

/* Whether a tuple's ports are an ICMP identifier, type and code. */
static bool is_icmp(const struct tuple *t)
{
	return t->proto == (t->family == WEIR_IPV6 ? PROTO_ICMPV6 : PROTO_ICMP);
}

bool tuple_invert_icmp(const struct tuple *tuple, struct tuple *inverse)
{
	struct icmp_rule rule = icmp_rule(tuple->proto, (uint8_t)(tuple->dst_port >> 8));
	struct tuple t = *tuple;

	if (rule.class != CLASS_REQUEST && rule.class != CLASS_REPLY)
		return false;
	t.src = tuple->dst;
	t.dst = tuple->src;
	t.dst_port = (uint16_t)(rule.answer << 8 | (t.dst_port & 0xff));
	*inverse = t;
	return true;
}

/* The tuple of a quoted packet from its transport header on. */
static bool quoted_transport(struct packet *p, struct tuple *t, uint8_t proto, const uint8_t *l4,
			     uint32_t size)
{
	t->proto = proto;
	p->quotes_seq = proto == PROTO_TCP && size >= 8;
	if (p->quotes_seq)
		p->quoted_seq = be32(l4 + 4);
	if (!is_icmp(t))
		return transport_ports(t, proto, l4, size);
	if (size < ICMP_HEADER)
		return false;
	t->src_port = be16(l4 + 4);
	t->dst_port = be16(l4);
	return true;
}

static bool quoted_ip4(struct packet *p, struct tuple *t, const uint8_t *q, uint32_t size)
{
	uint32_t length;

	if (size < IP4_HEADER || q[0] >> 4 != 4)
		return false;
	length = (q[0] & 15u) * 4;
	if (length < IP4_HEADER || length > size || (be16(q + 6) & 0x1fff))
		return false;
	memset(t, 0, sizeof *t);
	t->family = WEIR_IPV4;
	t->src.v4 = raw32(q + 12);
	t->dst.v4 = raw32(q + 16);
	return quoted_transport(p, t, q[9], q + length, size - length);
}

static bool quoted_ip6(struct packet *p, struct tuple *t, const uint8_t *q, uint32_t size)
{
	struct ip6_chain chain;
	enum chain_end end;

	if (size < IP6_HEADER || q[0] >> 4 != 6)
		return false;
	chain_begin(&chain, q);
	while ((end = chain_walk(&chain, q, size)) == CHAIN_FRAGMENT) {
		if (be16(q + chain.off + 2) & 0xfff8)
			return false;
		chain_pass_fragment(&chain, q);
	}
	if (end != CHAIN_UPPER)
		return false;
	t->family = WEIR_IPV6;
	memcpy(&t->src, q + 8, 16);
	memcpy(&t->dst, q + 24, 16);
	return quoted_transport(p, t, chain.proto, q + chain.off, size - chain.off);
}

static bool same_address(const struct tuple *a, const union weir_addr *b)
{
	return a->family == WEIR_IPV4 ? a->dst.v4 == b->v4 : !memcmp(&a->dst, b, sizeof *b);
}

/* An error: p->tuple holds the outer addresses and becomes the quoted packet's inverse. */
static void error_parse(struct packet *p, const uint8_t *quote, uint32_t size)
{
	struct tuple quoted, inverse;
	uint8_t type = p->l4[0];
	bool good;

	if (p->tuple.family == WEIR_IPV4)
		good = quoted_ip4(p, &quoted, quote, size);
	else
		good = quoted_ip6(p, &quoted, quote, size);
	if (!good || !tuple_invert(&quoted, &inverse)) {
		packet_malformed(p, WEIR_R_ICMP_QUOTE, type, 0);
		return;
	}
	if (!same_address(&p->tuple, &quoted.src)) {
		packet_malformed(p, WEIR_R_ICMP_MISDIRECTED, type, 0);
		return;
	}
	p->kind = PACKET_ICMP_ERROR;
	p->opens = 0;
	p->tuple = inverse;
}

static bool is_link_local(const uint8_t address[16])
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}

/* An ICMPv6 redirect comes from the next hop and quotes in an option (RFC 4861 section 8.1). */
static void redirect6_parse(struct packet *p)
{
	uint32_t at = REDIRECT6_HEADER, length;
	uint8_t hops = p->l3[7];

	if (hops != 255) {
		packet_malformed(p, WEIR_R_ICMP_HOP_LIMIT, hops, 0);
		return;
	}
	if (!is_link_local(p->l3 + 8)) {
		packet_malformed(p, WEIR_R_ICMP_SOURCE, 0, 0);
		return;
	}
	if (p->l4[1] != 0) {
		packet_malformed(p, WEIR_R_ICMP_TYPE, p->l4[0], p->l4[1]);
		return;
	}
	for (; at + OPTION_REDIRECTED_HEADER <= p->l4_cap; at += length) {
		length = p->l4[at + 1] * 8u;
		if (length == 0 || at + length > p->l4_len)
			break;
		if (p->l4[at] == OPTION_REDIRECTED) {
			uint32_t present = p->l4_cap - at;

			if (present > length)
				present = length;
			error_parse(p, p->l4 + at + OPTION_REDIRECTED_HEADER,
			            present - OPTION_REDIRECTED_HEADER);
			return;
		}
	}
	packet_malformed(p, WEIR_R_ICMP_QUOTE, p->l4[0], 0);
}

static void query_parse(struct packet *p, uint8_t proto, const struct icmp_rule *rule)
{
	p->kind = PACKET_PLAIN;
	p->opens = rule->class == CLASS_REQUEST;
	p->tuple.proto = proto;
	p->tuple.src_port = be16(p->l4 + 4);
	p->tuple.dst_port = be16(p->l4);
}

void icmp_parse(struct packet *p, uint8_t proto, const struct ip6_chain *chain, bool verify)
{
	struct icmp_rule rule;
	uint8_t type;

	if (p->l4_cap < ICMP_HEADER) {
		packet_malformed(p, WEIR_R_L4_TRUNCATED, p->l4_cap, ICMP_HEADER);
		return;
	}
	if (verify && p->l4_cap == p->l4_len &&
	    !transport_checksum(p, chain ? transport_pseudo(p, chain, proto, p->l4_len) : 0,
	                        p->l4_len, CHECK_ICMP))
		return;
	type = p->l4[0];
	rule = icmp_rule(proto, type);
	switch ((enum icmp_class)rule.class) {
	case CLASS_REQUEST:
	case CLASS_REPLY:
		query_parse(p, proto, &rule);
		break;
	case CLASS_ERROR:
		if (chain && type == ICMP6_REDIRECT)
			redirect6_parse(p);
		else
			error_parse(p, p->l4 + ICMP_HEADER, p->l4_cap - ICMP_HEADER);
		break;
	case CLASS_LINK:
		p->kind = PACKET_UNTRACKED;
		break;
	case CLASS_OTHER:
		packet_malformed(p, WEIR_R_ICMP_TYPE, type, p->l4[1]);
		break;
	}
}
