/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/action.c - what rules of the table mangle do to a packet: marks, and bytes that are
 * rewritten in place with their checksums.
 *
 * Only bytes that are present are touched; a packet that was captured short keeps what lies
 * behind its end. A packet's length never changes: change-mss changes an MSS option that is
 * there and never raises it (a higher value than the host asked for would be of no use to it).
 */
#include "firewall/worker_state.h"
#include "packet/checksum.h"

#define IP4_HEADER 20u
#define IP6_HEADER 40u
#define TCP_HEADER 20u
#define OPTION_END 0
#define OPTION_NOP 1

/* The packet's bytes are the embedder's or the engine's own, writable both. */
static uint8_t *writable(const uint8_t *bytes)
{
	return (uint8_t *)(uintptr_t)bytes;
}

/* Changes the 16 bits at an even offset of an IPv4 header. */
static void change_ip4(struct walk *walk, unsigned at, uint16_t value)
{
	uint8_t *l3 = writable(walk->packet->l3);
	uint16_t old = raw16(l3 + at), check = raw16(l3 + 10), new;

	put_be16(l3 + at, value);
	new = raw16(l3 + at);
	check = checksum_update16(check, old, new);
	memcpy(l3 + 10, &check, sizeof check);
	walk->rewritten |= old != new;
}

static void mark_connection(const struct weir_rule *r, struct walk *walk)
{
	if (!walk->conn || walk->conn->mark == r->mark)
		return;
	walk->conn->mark = (uint16_t)r->mark;
	walk->marked = true;
}

/* The largest segment that fits the links on the way; 0: not known. */
static uint32_t path_mss(const struct ruleset *ruleset, const struct walk *walk)
{
	uint32_t in = ruleset_mtu(ruleset, walk->in), out = ruleset_mtu(ruleset, walk->out);
	uint32_t mtu = in == 0 || (out > 0 && out < in) ? out : in;
	uint32_t headers = TCP_HEADER + (walk->family == WEIR_IPV4 ? IP4_HEADER : IP6_HEADER);

	return mtu > headers ? mtu - headers : 0;
}

/* => the bytes from the TCP header to the MSS option's value; 0: there is none */
static uint32_t find_mss(const struct packet *p)
{
	uint32_t at = TCP_HEADER, end = (p->l4[12] >> 4) * 4u;

	if (end > p->l4_cap)
		return 0;
	while (at + 4 <= end && p->l4[at] != OPTION_END) {
		if (p->l4[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (p->l4[at] == 2 && p->l4[at + 1] == 4)
			return at + 2;
		if (p->l4[at + 1] < 2)
			return 0;
		at += p->l4[at + 1];
	}
	return 0;
}

static void change_mss(const struct ruleset *ruleset, const struct weir_rule *r, struct walk *walk)
{
	const struct packet *p = walk->packet;
	uint32_t at, mss;
	uint8_t *l4;
	uint64_t sum;
	uint16_t check;

	if (walk->tuple.proto != PROTO_TCP || p->l4_cap < TCP_HEADER || !(p->l4[13] & TCP_SYN))
		return;
	mss = r->change.how == WEIR_CHANGE_CLAMP ? path_mss(ruleset, walk) : r->change.number;
	at = find_mss(p);
	l4 = writable(p->l4);
	if (at == 0 || mss == 0 || mss >= be16(l4 + at))
		return;
	/* The value may stand at an odd offset: then its bytes are in two words of the sum. */
	check = raw16(l4 + 16);
	sum = (uint16_t)~check;
	for (uint32_t i = at & ~1u; i < at + 2; i += 2)
		sum += (uint16_t)~raw16(l4 + i);
	put_be16(l4 + at, (uint16_t)mss);
	for (uint32_t i = at & ~1u; i < at + 2; i += 2)
		sum += raw16(l4 + i);
	check = (uint16_t)~checksum_fold(sum);
	memcpy(l4 + 16, &check, sizeof check);
	walk->rewritten = true;
}

static void change_ttl(const struct weir_rule *r, struct walk *walk)
{
	uint8_t *l3 = writable(walk->packet->l3);
	unsigned at = walk->family == WEIR_IPV4 ? 8 : 7;
	int ttl = (int)r->change.number;

	if (r->change.how == WEIR_CHANGE_INCREMENT)
		ttl = l3[at] + ttl;
	else if (r->change.how == WEIR_CHANGE_DECREMENT)
		ttl = l3[at] - ttl;
	ttl = ttl < 0 ? 0 : ttl > 255 ? 255 : ttl;
	if (walk->family == WEIR_IPV4) {
		change_ip4(walk, 8, (uint16_t)(ttl << 8 | l3[9]));
	} else {
		walk->rewritten |= l3[7] != ttl;
		l3[7] = (uint8_t)ttl;
	}
}

static void change_dscp(const struct weir_rule *r, struct walk *walk)
{
	uint8_t *l3 = writable(walk->packet->l3);
	uint32_t dscp = r->change.number;
	uint16_t word = be16(l3);

	if (r->change.how == WEIR_CHANGE_FROM_OTHER)
		dscp = walk->priority & 63u;
	else if (r->change.how == WEIR_CHANGE_FROM_HIGH)
		dscp = (walk->priority & 7u) << 3;
	if (walk->family == WEIR_IPV4) {
		change_ip4(walk, 0, (uint16_t)((word & 0xff03) | dscp << 2));
	} else {
		put_be16(l3, (uint16_t)((word & 0xf03f) | dscp << 6));
		walk->rewritten |= word != be16(l3);
	}
}

static void set_priority(const struct weir_rule *r, struct walk *walk)
{
	const uint8_t *l3 = walk->packet->l3;
	unsigned dscp = walk->family == WEIR_IPV4 ? l3[1] >> 2 : be16(l3) >> 6 & 63;

	switch ((enum weir_change)r->change.how) {
	case WEIR_CHANGE_FROM_OTHER:
		walk->priority = (uint16_t)dscp;
		break;
	case WEIR_CHANGE_FROM_HIGH:
		walk->priority = (uint16_t)(dscp >> 3);
		break;
	case WEIR_CHANGE_FROM_INGRESS:
		walk->priority = walk->ingress_priority;
		break;
	default:
		walk->priority = (uint16_t)r->change.number;
		break;
	}
}

static void strip_options(struct walk *walk)
{
	const uint8_t *l3 = walk->packet->l3;
	uint32_t end = (l3[0] & 15) * 4u;

	if (end > packet_present(walk->packet))
		return;
	for (uint32_t at = IP4_HEADER; at < end; at += 2)
		change_ip4(walk, at, OPTION_NOP << 8 | OPTION_NOP);
}

void action_apply(const struct ruleset *ruleset, const struct rule *rule, struct walk *walk)
{
	const struct weir_rule *r = &rule->is;

	switch ((enum weir_action)r->action) {
	case WEIR_ACTION_MARK_CONNECTION:
		mark_connection(r, walk);
		break;
	case WEIR_ACTION_MARK_PACKET:
		walk->packet_mark = r->mark;
		break;
	case WEIR_ACTION_MARK_ROUTING:
		walk->routing_mark = r->mark;
		break;
	case WEIR_ACTION_CHANGE_MSS:
		change_mss(ruleset, r, walk);
		break;
	case WEIR_ACTION_CHANGE_TTL:
		change_ttl(r, walk);
		break;
	case WEIR_ACTION_CHANGE_DSCP:
		change_dscp(r, walk);
		break;
	case WEIR_ACTION_SET_PRIORITY:
		set_priority(r, walk);
		break;
	case WEIR_ACTION_CLEAR_DF:
		if (walk->family == WEIR_IPV4)
			change_ip4(walk, 6, be16(walk->packet->l3 + 6) & 0xbfff);
		break;
	case WEIR_ACTION_STRIP_OPTIONS:
		if (walk->family == WEIR_IPV4)
			strip_options(walk);
		break;
	default:
		break;
	}
}
