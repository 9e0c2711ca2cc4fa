/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/chain.h - the headers between an IPv6 header and its upper layer.
 *
 * A walk stops at what it finds first: an upper layer, a Fragment header, or a
 * reason to go no further. One walk may be taken up again behind a Fragment
 * header, which is how a quoted first fragment is read and how the first
 * fragment of a datagram is checked; the bound on headers counts over all of it.
 *
 * It also notes the addresses that the transport checksum covers where they are
 * not those of the IPv6 header: the final destination of a Routing header
 * (RFC 8200 section 8.1) and the home address of a mobile node (RFC 6275
 * section 6.3).
 */
#ifndef PACKET_CHAIN_H
#define PACKET_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define IP6_HEADER 40u
#define IP6_FRAGMENT 8u   /* length of a Fragment header */
#define CHAIN_HEADERS 16u /* extension headers at most */

enum chain_end {
	CHAIN_UPPER,     /* `proto` begins at `off` */
	CHAIN_FRAGMENT,  /* a Fragment header, all of it present, begins at `off` */
	CHAIN_NONE,      /* next header 59: nothing follows */
	CHAIN_TRUNCATED, /* header `proto` is not all there */
	CHAIN_LONG,      /* more than CHAIN_HEADERS */
};

struct ip6_chain {
	const uint8_t *src, *dst; /* for the pseudo header; borrow the packet's bytes */
	uint32_t off;             /* bytes from the IPv6 header to the present header */
	uint32_t nh_off;          /* bytes from the IPv6 header to the field that names it */
	uint8_t proto;            /* what it is */
	uint8_t count;            /* headers passed so far */
	bool rerouted;            /* on its way to a destination that we cannot read */
};

/* Begins a walk; the IPv6 header must be present. */
void chain_begin(struct ip6_chain *c, const uint8_t *l3);

/* Walks on; `size` bytes are present from l3 on. */
enum chain_end chain_walk(struct ip6_chain *c, const uint8_t *l3, uint32_t size);

/* Steps over the Fragment header that a walk has stopped at. */
void chain_pass_fragment(struct ip6_chain *c, const uint8_t *l3);

#endif
