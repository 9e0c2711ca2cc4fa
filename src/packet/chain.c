/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/chain.c - walking IPv6 extension headers.
 *
 * Hop-by-hop, routing, destination options, authentication and mobility
 * headers are stepped over in any order, as hosts do on receipt. A Mobility
 * header that says that nothing follows it, and that is every one that RFC 6275
 * allows, is the upper layer itself.
 *
 * Each header costs a bounds check and an addition; options are only read where
 * a home address may stand.
 */
#include "packet/chain.h"

#include "base/bytes.h"
#include "packet/packet.h"

#define OPTION_PAD1 0
#define OPTION_HOME_ADDRESS 0xc9

enum {
	ROUTING_SOURCE = 0,  /* RFC 2460, deprecated */
	ROUTING_MOBILE = 2,  /* RFC 6275 */
	ROUTING_SEGMENT = 4, /* RFC 8754 */
};

void chain_begin(struct ip6_chain *c, const uint8_t *l3)
{
	c->src = l3 + 8;
	c->dst = l3 + 24;
	c->off = IP6_HEADER;
	c->nh_off = 6;
	c->proto = l3[6];
	c->count = 0;
	c->rerouted = false;
}

/* A Routing header with segments left: the checksum covers the last of them. */
static void read_routing(struct ip6_chain *c, const uint8_t *h, uint32_t length)
{
	uint32_t addresses = (length - 8) / 16;
	uint8_t type = h[2], left = h[3];

	if (left == 0)
		return;
	if ((type == ROUTING_SOURCE || type == ROUTING_MOBILE) && left <= addresses)
		c->dst = h + 8 + 16 * (addresses - 1);
	else if (type == ROUTING_SEGMENT && left <= addresses)
		c->dst = h + 8; /* the list is in reverse order */
	else
		c->rerouted = true;
}

static void read_options(struct ip6_chain *c, const uint8_t *h, uint32_t length)
{
	uint32_t at = 2;

	while (at + 2 <= length) {
		if (h[at] == OPTION_PAD1) {
			at++;
			continue;
		}
		if (at + 2 + h[at + 1] > length)
			return;
		if (h[at] == OPTION_HOME_ADDRESS && h[at + 1] == 16)
			c->src = h + at + 2;
		at += 2 + h[at + 1];
	}
}

/* The length of an extension header from its second byte on. => 0 if proto is none */
static uint32_t header_length(uint8_t proto, const uint8_t *h)
{
	switch (proto) {
	case PROTO_HOPOPT:
	case PROTO_ROUTING:
	case PROTO_DSTOPTS:
	case PROTO_MOBILITY:
		return (h[1] + 1u) * 8;
	case PROTO_AH:
		return (h[1] + 2u) * 4;
	default:
		return 0;
	}
}

static bool is_extension(uint8_t proto)
{
	return proto == PROTO_HOPOPT || proto == PROTO_ROUTING || proto == PROTO_DSTOPTS ||
	       proto == PROTO_AH || proto == PROTO_MOBILITY || proto == PROTO_FRAGMENT;
}

enum chain_end chain_walk(struct ip6_chain *c, const uint8_t *l3, uint32_t size)
{
	while (is_extension(c->proto)) {
		const uint8_t *h = l3 + c->off;
		uint32_t left = size > c->off ? size - c->off : 0, length;

		if (c->count == CHAIN_HEADERS)
			return CHAIN_LONG;
		if (c->proto == PROTO_FRAGMENT)
			return left < IP6_FRAGMENT ? CHAIN_TRUNCATED : CHAIN_FRAGMENT;
		if (left < 8)
			return CHAIN_TRUNCATED;
		length = header_length(c->proto, h);
		if (length > left)
			return CHAIN_TRUNCATED;
		if (c->proto == PROTO_MOBILITY && h[0] == PROTO_NONE)
			return CHAIN_UPPER;
		if (c->proto == PROTO_ROUTING)
			read_routing(c, h, length);
		else if (c->proto == PROTO_DSTOPTS)
			read_options(c, h, length);
		c->count++;
		c->nh_off = c->off;
		c->off += length;
		c->proto = h[0];
	}
	return c->proto == PROTO_NONE ? CHAIN_NONE : CHAIN_UPPER;
}

void chain_pass_fragment(struct ip6_chain *c, const uint8_t *l3)
{
	c->count++;
	c->nh_off = c->off;
	c->proto = l3[c->off];
	c->off += IP6_FRAGMENT;
}
