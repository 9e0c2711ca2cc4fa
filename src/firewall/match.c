/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/match.c - whether one match of a rule holds for a packet.
 *
 * A packet that has no such field (ports of ICMP, TCP flags of UDP) is not matched by the field's
 * negation either. A packet without a connection has no mark, was not translated and carried
 * nothing. Every read is bounded by the bytes that are present: what is not there matches as a
 * field that the packet does not have.
 *
 * Nothing is kept here. Cost: a few compares; MSS, IPv4 options and IPv6 headers walk through
 * what they look for.
 */
#include "firewall/worker_state.h"
#include "track/rate.h"

#define IP4_HEADER 20u
#define IP6_HEADER 40u
#define TCP_HEADER 20u
#define OPTION_END 0
#define OPTION_NOP 1
#define PROTO_ESP 50
#define HEADERS_MAX 16u

static inline enum match_result result(bool holds)
{
	return holds ? MATCH_YES : MATCH_NO;
}

static inline bool in_span(const struct weir_match *m, uint64_t value)
{
	return value >= m->span.first && value <= m->span.last;
}

static enum match_result match_mac(const struct weir_match *m, const struct walk *walk)
{
	const uint8_t *mac = walk->packet->io->src_mac;

	return mac ? result(memcmp(mac, m->mac, sizeof m->mac) == 0) : MATCH_NEVER;
}

/* No interface is in no set. */
static inline bool match_interface(const struct weir_match *m, uint16_t interface)
{
	return interface < WEIR_INTERFACES_MAX &&
	       (m->interfaces[interface / 64] >> interface % 64 & 1);
}

static inline bool match_range(const struct weir_match *m, uint8_t family,
			       const union weir_addr *addr)
{
	union weir_addr n = addr_number(family, addr);
	const uint64_t *first = m->range.first.u64, *last = m->range.last.u64;

	if (family == WEIR_IPV4)
		return n.v4 >= m->range.first.v4 && n.v4 <= m->range.last.v4;
	return (n.u64[0] > first[0] || (n.u64[0] == first[0] && n.u64[1] >= first[1])) &&
	       (n.u64[0] < last[0] || (n.u64[0] == last[0] && n.u64[1] <= last[1]));
}

static bool match_type(const struct weir_match *m, const struct walk *walk,
		       const union weir_addr *addr)
{
	return walk->routes && (route_address_type(walk->routes, walk->family, addr) & m->bits);
}

/* What a rule put there goes again, and what is not there a rule may put there: that answer is
 * for this packet only. */
static bool match_list(struct firewall *firewall, const struct ruleset *ruleset, uint32_t number,
		       struct walk *walk, const union weir_addr *addr)
{
	const struct address_list *list = &ruleset->lists[number];
	bool added;

	if (address_list_has(list, walk->family, addr))
		return true;
	added = dynamic_list_has(&firewall->added, number, walk->family, addr, walk->now);
	walk->only_once |= added || list->filled;
	return added;
}

static uint8_t hop_limit(const struct walk *walk)
{
	return walk->packet->l3[walk->family == WEIR_IPV4 ? 8 : 7];
}

/* The byte of type of service or traffic class. */
static uint8_t type_of_service(const struct walk *walk)
{
	const uint8_t *l3 = walk->packet->l3;

	return walk->family == WEIR_IPV4 ? l3[1] : (uint8_t)(be16(l3) >> 4);
}

#define SEEN_ANY 0x01u
#define SEEN_STRICT 0x02u
#define SEEN_LOOSE 0x04u
#define SEEN_RECORD 0x08u
#define SEEN_ALERT 0x10u
#define SEEN_TIME 0x20u

static unsigned option_seen(uint8_t type)
{
	switch (type) {
	case 7:
		return SEEN_ANY | SEEN_RECORD;
	case 68:
		return SEEN_ANY | SEEN_TIME;
	case 131:
		return SEEN_ANY | SEEN_LOOSE;
	case 137:
		return SEEN_ANY | SEEN_STRICT;
	case 148:
		return SEEN_ANY | SEEN_ALERT;
	default:
		return SEEN_ANY;
	}
}

/* => what options an IPv4 header has; false: not all of it is there */
static bool read_options(const struct packet *p, unsigned *seen)
{
	uint32_t end = (p->l3[0] & 15) * 4u, at = IP4_HEADER;

	*seen = 0;
	if (end > packet_present(p))
		return false;
	while (at < end && p->l3[at] != OPTION_END) {
		if (p->l3[at] == OPTION_NOP) {
			at++;
			continue;
		}
		*seen |= option_seen(p->l3[at]);
		if (at + 1 >= end || p->l3[at + 1] < 2)
			break;
		at += p->l3[at + 1];
	}
	return true;
}

static enum match_result match_options(const struct weir_match *m, const struct walk *walk)
{
	unsigned seen;

	if (walk->family != WEIR_IPV4 || !read_options(walk->packet, &seen))
		return MATCH_NEVER;
	switch ((enum weir_options)m->number) {
	case WEIR_OPTIONS_ANY:
		return result(seen);
	case WEIR_OPTIONS_NONE:
		return result(!seen);
	case WEIR_OPTIONS_STRICT_ROUTE:
		return result(seen & SEEN_STRICT);
	case WEIR_OPTIONS_LOOSE_ROUTE:
		return result(seen & SEEN_LOOSE);
	case WEIR_OPTIONS_NO_SOURCE_ROUTE:
		return result(!(seen & (SEEN_STRICT | SEEN_LOOSE)));
	case WEIR_OPTIONS_RECORD_ROUTE:
		return result(seen & SEEN_RECORD);
	case WEIR_OPTIONS_NO_RECORD_ROUTE:
		return result(!(seen & SEEN_RECORD));
	case WEIR_OPTIONS_ROUTER_ALERT:
		return result(seen & SEEN_ALERT);
	case WEIR_OPTIONS_NO_ROUTER_ALERT:
		return result(!(seen & SEEN_ALERT));
	case WEIR_OPTIONS_TIMESTAMP:
		return result(seen & SEEN_TIME);
	case WEIR_OPTIONS_NO_TIMESTAMP:
		return result(!(seen & SEEN_TIME));
	case WEIR_OPTIONS_COUNT:
		break;
	}
	return MATCH_NEVER;
}

/* The bit of an IPv6 extension header; 0: it is none. */
static unsigned header_bit(uint8_t proto)
{
	switch (proto) {
	case PROTO_HOPOPT:
		return WEIR_HEADER_HOP;
	case PROTO_DSTOPTS:
		return WEIR_HEADER_DST;
	case PROTO_ROUTING:
		return WEIR_HEADER_ROUTE;
	case PROTO_FRAGMENT:
		return WEIR_HEADER_FRAG;
	case PROTO_AH:
		return WEIR_HEADER_AH;
	case PROTO_ESP:
		return WEIR_HEADER_ESP;
	case PROTO_NONE:
		return WEIR_HEADER_NONE;
	default:
		return 0;
	}
}

static uint32_t header_length(uint8_t proto, uint8_t length)
{
	if (proto == PROTO_FRAGMENT)
		return 8;
	return proto == PROTO_AH ? (length + 2u) * 4 : (length + 1u) * 8;
}

/* => false: a header is cut short */
static bool read_headers(const struct packet *p, unsigned *seen)
{
	uint32_t present = packet_present(p), off = IP6_HEADER, length;
	uint8_t proto = p->l3[6];

	*seen = 0;
	for (unsigned i = 0; i < HEADERS_MAX; i++) {
		unsigned bit = header_bit(proto);

		*seen |= bit ? bit : WEIR_HEADER_PROTO;
		if (!bit || bit & (WEIR_HEADER_ESP | WEIR_HEADER_NONE))
			return true;
		if (off + 8 > present)
			return false;
		/* Behind the first fragment's header no other follows. */
		if (proto == PROTO_FRAGMENT && be16(p->l3 + off + 2) & 0xfff8)
			return true;
		length = header_length(proto, p->l3[off + 1]);
		proto = p->l3[off];
		off += length;
		if (off > present)
			return false;
	}
	return false;
}

static enum match_result match_headers(const struct weir_match *m, const struct walk *walk)
{
	unsigned seen;

	if (walk->family != WEIR_IPV6 || !read_headers(walk->packet, &seen))
		return MATCH_NEVER;
	return result(m->number == 1 ? seen == m->bits : (seen & m->bits) == m->bits);
}

static inline bool in_ports(const struct weir_match *m, uint16_t port)
{
	for (unsigned i = 0; i < m->count; i++) {
		if (port >= m->ports[i].first && port <= m->ports[i].last)
			return true;
	}
	return false;
}

static enum match_result match_ports(const struct weir_match *m, const struct walk *walk)
{
	const struct tuple *t = &walk->tuple;

	if (!has_ports(t->proto) || walk->packet->l4_cap < 4)
		return MATCH_NEVER;
	if (m->type == WEIR_MATCH_DST_PORT)
		return result(in_ports(m, t->dst_port));
	if (m->type == WEIR_MATCH_SRC_PORT)
		return result(in_ports(m, t->src_port));
	return result(in_ports(m, t->src_port) || in_ports(m, t->dst_port));
}

static enum match_result match_tcp_flags(const struct weir_match *m, const struct walk *walk)
{
	const struct packet *p = walk->packet;

	if (walk->tuple.proto != PROTO_TCP || p->l4_cap < TCP_HEADER)
		return MATCH_NEVER;
	return result((p->l4[13] & m->flags.set) == m->flags.set && !(p->l4[13] & m->flags.clear));
}

/* => the MSS option's value, -1: there is none, -2: it is no TCP header or not all of it there */
static int read_mss(const struct walk *walk)
{
	const struct packet *p = walk->packet;
	uint32_t at = TCP_HEADER, end;

	if (walk->tuple.proto != PROTO_TCP || p->l4_cap < TCP_HEADER)
		return -2;
	end = (p->l4[12] >> 4) * 4u;
	if (end < TCP_HEADER || end > p->l4_cap)
		return -2;
	while (at + 1 < end && p->l4[at] != OPTION_END) {
		if (p->l4[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (p->l4[at] == 2 && p->l4[at + 1] == 4 && at + 4 <= end)
			return be16(p->l4 + at + 2);
		if (p->l4[at + 1] < 2)
			break;
		at += p->l4[at + 1];
	}
	return -1;
}

static enum match_result match_mss(const struct weir_match *m, const struct walk *walk)
{
	int mss = read_mss(walk);

	if (mss == -2)
		return MATCH_NEVER;
	return result(mss >= 0 && in_span(m, (uint64_t)mss));
}

static enum match_result match_icmp(const struct weir_match *m, const struct walk *walk)
{
	const struct packet *p = walk->packet;
	uint8_t proto = walk->family == WEIR_IPV4 ? PROTO_ICMP : PROTO_ICMPV6;

	if (walk->tuple.proto != proto || p->l4_cap < 2)
		return MATCH_NEVER;
	return result(p->l4[0] == m->icmp.type && p->l4[1] >= m->icmp.first_code &&
		      p->l4[1] <= m->icmp.last_code);
}

/* Both directions together, this packet included as far as the engine has counted it. */
static enum match_result match_bytes(const struct weir_match *m, const struct walk *walk)
{
	uint64_t bytes;

	if (!walk->conn)
		return MATCH_NEVER;
	bytes = conn_bytes(walk->ext, walk->conn, WEIR_ORIGINAL) +
		conn_bytes(walk->ext, walk->conn, WEIR_REPLY);
	return result(bytes >= m->span.first && (m->span.last == 0 || bytes <= m->span.last));
}

static enum match_result match_rate(const struct weir_match *m, const struct walk *walk)
{
	const struct conn *c = walk->conn;

	if (!c)
		return MATCH_NEVER;
	return result(in_span(m, 8 * (rate_unpack(c->rate[0]) + rate_unpack(c->rate[1]))));
}

/* What the link, the addresses and the IP header say. */
static enum match_result match_header(struct firewall *firewall, const struct ruleset *ruleset,
				      const struct weir_match *m, struct walk *walk)
{
	switch ((enum weir_match_type)m->type) {
	case WEIR_MATCH_PROTOCOL:
		return result(walk->tuple.proto == m->number);
	case WEIR_MATCH_SRC_MAC:
		return match_mac(m, walk);
	case WEIR_MATCH_IN_INTERFACE:
		return result(match_interface(m, walk->in));
	case WEIR_MATCH_OUT_INTERFACE:
		return result(match_interface(m, walk->out));
	case WEIR_MATCH_IN_BRIDGE_PORT:
		return result(match_interface(m, walk->in_port));
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		return result(match_interface(m, walk->out_port));
	case WEIR_MATCH_SRC_ADDRESS:
		return result(match_range(m, walk->family, &walk->tuple.src));
	case WEIR_MATCH_DST_ADDRESS:
		return result(match_range(m, walk->family, &walk->tuple.dst));
	case WEIR_MATCH_SRC_TYPE:
		return result(match_type(m, walk, &walk->tuple.src));
	case WEIR_MATCH_DST_TYPE:
		return result(match_type(m, walk, &walk->tuple.dst));
	case WEIR_MATCH_SRC_LIST:
		return result(match_list(firewall, ruleset, m->number, walk, &walk->tuple.src));
	case WEIR_MATCH_DST_LIST:
		return result(match_list(firewall, ruleset, m->number, walk, &walk->tuple.dst));
	case WEIR_MATCH_TTL:
		return result(in_span(m, hop_limit(walk)));
	case WEIR_MATCH_DSCP:
		return result(type_of_service(walk) >> 2 == (int)m->number);
	case WEIR_MATCH_TOS:
		return result((type_of_service(walk) & m->mask) == m->number);
	case WEIR_MATCH_PACKET_SIZE:
		return result(in_span(m, walk->packet->len));
	case WEIR_MATCH_FRAGMENT:
		return result(walk->packet->kind == PACKET_FRAGMENT &&
			      walk->packet->frag_offset > 0);
	case WEIR_MATCH_IPV4_OPTIONS:
		return match_options(m, walk);
	case WEIR_MATCH_HEADERS:
		return match_headers(m, walk);
	default:
		return MATCH_NEVER;
	}
}

/* Whether the connection has a side that bits ask for from endpoint-independent-nat. */
static bool is_endpoint(const struct conn *c, uint32_t bits)
{
	return c->proto == PROTO_UDP && ((bits & WEIR_EIN_SNAT && c->udp.mapping[0]) ||
					 (bits & WEIR_EIN_DNAT && c->udp.mapping[1]));
}

/* What the transport header, the marks and the connection say. */
static enum match_result match_connection(const struct weir_match *m, const struct walk *walk)
{
	const struct conn *c = walk->conn;

	switch ((enum weir_match_type)m->type) {
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		return match_ports(m, walk);
	case WEIR_MATCH_TCP_FLAGS:
		return match_tcp_flags(m, walk);
	case WEIR_MATCH_TCP_MSS:
		return match_mss(m, walk);
	case WEIR_MATCH_ICMP:
		return match_icmp(m, walk);
	case WEIR_MATCH_PRIORITY:
		return result(walk->priority == m->number);
	case WEIR_MATCH_INGRESS_PRIORITY:
		return result(walk->ingress_priority == m->number);
	case WEIR_MATCH_PACKET_MARK:
		return result(walk->packet_mark == m->number);
	case WEIR_MATCH_ROUTING_MARK:
		return result(walk->routing_mark == m->number);
	case WEIR_MATCH_CONNECTION_MARK:
		return result((c ? c->mark : 0) == m->number);
	case WEIR_MATCH_CONNECTION_STATE:
		return result(m->bits >> walk->state & 1);
	case WEIR_MATCH_CONNECTION_NAT_STATE:
		return result(c && ((c->status & m->bits) ||
				    (m->bits & (WEIR_EIN_SNAT | WEIR_EIN_DNAT) &&
				     is_endpoint(c, m->bits))));
	case WEIR_MATCH_CONNECTION_BYTES:
		return match_bytes(m, walk);
	case WEIR_MATCH_CONNECTION_RATE:
		return match_rate(m, walk);
	case WEIR_MATCH_CONNECTION_TYPE:
		return result(c && c->ext && ext_at(walk->ext, c->ext)->helper == m->number);
	case WEIR_MATCH_IPSEC_POLICY:
		/* No packet of this engine's comes from or goes into IPsec. */
		return result(m->bits == 0);
	default:
		return MATCH_NEVER;
	}
}

bool match_holds(struct firewall *firewall, const struct ruleset *ruleset,
		 const struct match *match, struct walk *walk)
{
	const struct weir_match *m = &match->is;
	enum match_result found;

	walk->only_once |= match->varies;
	if (m->type < WEIR_MATCH_DST_PORT)
		found = match_header(firewall, ruleset, m, walk);
	else if (memory_keeps(m->type))
		found = memory_match(firewall->memory, ruleset, match, walk);
	else
		found = match_connection(m, walk);
	return found == MATCH_NEVER ? false : (found == MATCH_YES) != m->negate;
}
