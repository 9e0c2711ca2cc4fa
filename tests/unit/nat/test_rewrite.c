/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rewrite.c - another address and port in a packet's bytes. A packet is built from a
 * specification; what rewriting makes of it must be, byte for byte, what is built from the
 * specification with that address and port, however much of it was captured, and back again.
 * The same for packets that ICMP errors quote.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "nat/nat.h"
#include "packet/checksum.h"
#include "unit/memory.h"
#include "unit/packet/assemble.h"

#define ROOM 2048u

/* What stands between an IPv6 header and the upper layer, or in IPv4 options. */
enum between { NOTHING, OPTIONS, HOME_ADDRESS, ROUTING, SEGMENTS, UNREADABLE, FRAGMENT, BETWEENS };

struct spec {
	union weir_addr addr[2]; /* by side, of the IP header */
	union weir_addr other;   /* that the checksum covers in its place */
	uint16_t port[2];        /* by side; ICMP: the identifier in both */
	uint8_t family, proto;
	uint8_t between;         /* enum between */
	bool no_check;           /* UDP: sent without a checksum */
	uint8_t covered;         /* UDP-Lite, DCCP: less than everything */
	uint8_t gre;             /* version */
	uint8_t icmp;            /* type of a query */
	uint16_t payload;        /* bytes */
	uint64_t seed;           /* of the payload and of what else does not matter */
};

static uint32_t slow_crc(const uint8_t *data, uint32_t size)
{
	uint32_t crc = 0xffffffff;

	for (uint32_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0x82f63b78 : crc >> 1;
	}
	return ~crc;
}

static void put_random(uint8_t *to, uint32_t size, uint64_t seed)
{
	uint64_t random = seed | 1;

	for (uint32_t i = 0; i < size; i++)
		to[i] = (uint8_t)(next_random(&random) >> 40);
}

/* The transport checksum over its pseudo header, the slow way. */
static uint16_t check_of(const struct spec *s, const uint8_t *l4, uint32_t length,
			 uint32_t covered)
{
	const union weir_addr *src = s->between == HOME_ADDRESS ? &s->other : &s->addr[NAT_SRC];
	bool rerouted = s->between == ROUTING || s->between == SEGMENTS || s->between == UNREADABLE;
	const union weir_addr *dst = rerouted ? &s->other : &s->addr[NAT_DST];
	uint32_t size = s->family == WEIR_IPV4 ? 4 : 16, at = 2 * size;
	uint8_t pseudo[40] = {0};

	if (s->proto == PROTO_ICMP)
		return slow_checksum(NULL, 0, l4, covered);
	memcpy(pseudo, src, size);
	memcpy(pseudo + size, dst, size);
	if (s->family == WEIR_IPV4) {
		pseudo[at + 1] = s->proto;
		put_be16(pseudo + at + 2, (uint16_t)length);
		return slow_checksum(pseudo, 12, l4, covered);
	}
	put_be32(pseudo + at, length);
	pseudo[at + 7] = s->proto;
	return slow_checksum(pseudo, 40, l4, covered);
}

static void put_check(const struct spec *s, uint8_t *l4, uint32_t length, uint32_t covered,
		      uint32_t field)
{
	uint16_t check;

	put_be16(l4 + field, 0);
	check = check_of(s, l4, length, covered);
	if (!check && (s->proto == PROTO_UDP || s->proto == PROTO_UDPLITE))
		check = 0xffff;
	put_be16(l4 + field, check);
}

/* => the length of the header */
static uint32_t put_header(const struct spec *s, uint8_t *l4)
{
	put_random(l4, 20, s->seed);
	put_be16(l4, s->port[NAT_SRC]);
	put_be16(l4 + 2, s->port[NAT_DST]);
	switch (s->proto) {
	case PROTO_TCP:
		l4[12] = 0x50;
		l4[13] = TCP_ACK;
		return 20;
	case PROTO_UDP:
	case PROTO_UDPLITE:
		return 8;
	case PROTO_SCTP:
		return 12;
	case PROTO_DCCP:
		l4[4] = 5;
		l4[5] = s->covered;
		l4[8] = 1; /* a request with long numbers */
		return 20;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		l4[0] = s->icmp;
		l4[1] = 0;
		put_be16(l4 + 4, s->port[NAT_SRC]);
		return 8;
	case PROTO_GRE:
		l4[0] = s->gre ? 0x20 : 0;
		l4[1] = s->gre;
		put_be16(l4 + 2, 0x880b);
		put_be16(l4 + 6, s->port[NAT_DST]);
		return s->gre ? 8 : 4;
	default:
		return 0;
	}
}

static uint32_t put_transport(const struct spec *s, uint8_t *l4)
{
	uint32_t header = put_header(s, l4), length = header + s->payload, covered = length;

	put_random(l4 + header, s->payload, s->seed + 99);
	switch (s->proto) {
	case PROTO_TCP:
		put_check(s, l4, length, length, 16);
		break;
	case PROTO_UDP:
		put_be16(l4 + 4, (uint16_t)length);
		put_be16(l4 + 6, 0);
		if (!s->no_check)
			put_check(s, l4, length, length, 6);
		break;
	case PROTO_UDPLITE:
		put_be16(l4 + 4, s->covered);
		put_check(s, l4, length, s->covered ? s->covered : length, 6);
		break;
	case PROTO_DCCP:
		if (s->covered)
			covered = header + (s->covered - 1u) * 4;
		put_check(s, l4, length, covered, 6);
		break;
	case PROTO_SCTP:
		put_be32(l4 + 8, 0);
		put_be32(l4 + 8, __builtin_bswap32(slow_crc(l4, length)));
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		put_check(s, l4, length, length, 2);
		break;
	default:
		break;
	}
	return length;
}

static uint32_t put_ip4(const struct spec *s, uint8_t *l3)
{
	uint32_t header = s->between ? 32 : 20, total;

	put_random(l3, header, s->seed + 5);
	l3[0] = (uint8_t)(0x40 | header / 4);
	put_be16(l3 + 6, s->between == FRAGMENT ? 0x2000 : 0x4000);
	l3[9] = s->proto;
	memcpy(l3 + 12, &s->addr[NAT_SRC], 4);
	memcpy(l3 + 16, &s->addr[NAT_DST], 4);
	memset(l3 + 20, 1, header - 20);
	total = header + put_transport(s, l3 + header);
	put_be16(l3 + 2, (uint16_t)total);
	put_be16(l3 + 10, 0);
	put_be16(l3 + 10, slow_checksum(NULL, 0, l3, header));
	return total;
}

/* => the length of the extension header at h, whose next one is s->proto */
static uint32_t put_between(const struct spec *s, uint8_t *h, uint8_t *next)
{
	static const uint8_t protos[BETWEENS] = {
		[OPTIONS] = PROTO_HOPOPT, [HOME_ADDRESS] = PROTO_DSTOPTS,
		[ROUTING] = PROTO_ROUTING, [SEGMENTS] = PROTO_ROUTING,
		[UNREADABLE] = PROTO_ROUTING, [FRAGMENT] = PROTO_FRAGMENT};
	uint32_t size = s->between == OPTIONS || s->between == FRAGMENT ? 8 : 24;

	if (s->between == NOTHING)
		return 0;
	*next = protos[s->between];
	memset(h, 0, size);
	h[0] = s->proto;
	h[1] = s->between == FRAGMENT ? 0 : (uint8_t)(size / 8 - 1);
	switch (s->between) {
	case OPTIONS:
		h[2] = 1;
		h[3] = 4;
		break;
	case HOME_ADDRESS:
		h[2] = 1;
		h[3] = 2;
		h[6] = 0xc9;
		h[7] = 16;
		break;
	case FRAGMENT:
		h[3] = 1;
		break;
	default:
		h[2] = s->between == ROUTING ? 0 : s->between == SEGMENTS ? 4 : 99;
		h[3] = 1;
		break;
	}
	if (size == 24)
		memcpy(h + 8, &s->other, 16);
	return size;
}

static uint32_t put_ip6(const struct spec *s, uint8_t *l3)
{
	uint32_t header;

	put_random(l3, 8, s->seed + 5);
	l3[0] = 0x60;
	l3[6] = s->proto;
	l3[7] = 64;
	memcpy(l3 + 8, &s->addr[NAT_SRC], 16);
	memcpy(l3 + 24, &s->addr[NAT_DST], 16);
	header = 40 + put_between(s, l3 + 40, &l3[6]);
	header += put_transport(s, l3 + header);
	put_be16(l3 + 4, (uint16_t)(header - 40));
	return header;
}

static uint32_t build(const struct spec *s, uint8_t *to)
{
	memset(to, 0, ROOM);
	return s->family == WEIR_IPV4 ? put_ip4(s, to) : put_ip6(s, to);
}

/* An ICMP error: who sends it to whom is `outer`; `kept` bytes of the quote are in it. */
static uint32_t build_error(const struct spec *outer, const struct spec *quote, uint32_t kept,
			    uint8_t *to)
{
	uint32_t header = outer->family == WEIR_IPV4 ? 20 : 40, size;
	uint8_t inner[ROOM];

	size = build(quote, inner);
	if (kept > size)
		kept = size;
	memset(to, 0, ROOM);
	put_random(to, 8, outer->seed);
	to[header] = outer->icmp;
	to[header + 1] = 1;
	memcpy(to + header + 8, inner, kept);
	size = 8 + kept;
	put_be16(to + header + 2, check_of(outer, to + header, size, size));
	to[0] = outer->family == WEIR_IPV4 ? 0x45 : 0x60;
	if (outer->family == WEIR_IPV6) {
		put_be16(to + 4, (uint16_t)size);
		to[6] = PROTO_ICMPV6;
		memcpy(to + 8, &outer->addr[NAT_SRC], 16);
		memcpy(to + 24, &outer->addr[NAT_DST], 16);
		return header + size;
	}
	put_be16(to + 2, (uint16_t)(header + size));
	put_be16(to + 6, 0);
	to[9] = PROTO_ICMP;
	memcpy(to + 12, &outer->addr[NAT_SRC], 4);
	memcpy(to + 16, &outer->addr[NAT_DST], 4);
	put_be16(to + 10, slow_checksum(NULL, 0, to, 20));
	return header + size;
}

/* Random specifications. */

static void random_addr(uint64_t *random, uint8_t family, union weir_addr *addr)
{
	memset(addr, 0, sizeof *addr);
	put_random(addr->v6, family == WEIR_IPV4 ? 4 : 16, next_random(random));
	if (next_random(random) >> 61 == 0) /* what sums like to get wrong */
		memset(addr->v6, next_random(random) >> 63 ? 0xff : 0, family == WEIR_IPV4 ? 4 : 16);
}

static uint16_t random_port(uint64_t *random)
{
	static const uint16_t edges[] = {0, 1, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff};
	uint64_t x = next_random(random);

	return x >> 61 == 0 ? edges[x >> 20 & 7] : (uint16_t)(x >> 8);
}

static struct spec random_spec(uint64_t *random, bool whole)
{
	static const uint8_t protos[] = {PROTO_TCP, PROTO_UDP, PROTO_UDPLITE, PROTO_SCTP,
					 PROTO_DCCP, PROTO_ICMP, PROTO_GRE, 99};
	uint64_t x = next_random(random);
	struct spec s = {.seed = x, .family = x & 1 ? WEIR_IPV4 : WEIR_IPV6};
	bool six = s.family == WEIR_IPV6;

	s.proto = protos[x >> 1 & 7];
	if (s.proto == PROTO_ICMP && six)
		s.proto = PROTO_ICMPV6;
	random_addr(random, s.family, &s.addr[NAT_SRC]);
	random_addr(random, s.family, &s.addr[NAT_DST]);
	random_addr(random, s.family, &s.other);
	if (x >> 10 & 1)
		s.between = (uint8_t)((x >> 11 & 63) % (six ? BETWEENS : 2));
	else if (!whole && x >> 17 & 1)
		s.between = FRAGMENT;
	if (whole && s.between == FRAGMENT)
		s.between = NOTHING;
	s.payload = (uint16_t)((x >> 20 & 0xff) * (x >> 28 & 3));
	s.no_check = x >> 30 & 1;
	if (x >> 31 & 1)
		s.covered = s.proto == PROTO_DCCP ? 1 : 8;
	if (s.proto == PROTO_UDPLITE && s.covered && s.payload > 9)
		s.covered = 17;
	s.gre = x >> 32 & 1;
	s.icmp = (uint8_t)(x >> 33 & 1 ? (six ? 128 : 8) : (six ? 129 : 0));
	s.port[NAT_SRC] = random_port(random);
	s.port[NAT_DST] = random_port(random);
	return s;
}

static bool is_icmp(const struct spec *s)
{
	return s->proto == PROTO_ICMP || s->proto == PROTO_ICMPV6;
}

/* Puts into the specification what rewriting one of its sides does. */
static void want(struct spec *s, enum nat_side side, const union weir_addr *addr, uint16_t port)
{
	s->addr[side] = *addr;
	s->port[side] = port;
	if (is_icmp(s))
		s->port[NAT_SRC] = s->port[NAT_DST] = port;
	if (s->proto == PROTO_GRE && (side == NAT_SRC || !s->gre))
		s->port[side] = 0; /* is not in the packet */
}

/* A packet as an engine sees it. */
struct seen {
	struct weir_packet io;
	struct packet p;
};

/* Reads the first cap bytes in memory of just that size. */
static void see(struct seen *s, const uint8_t *bytes, uint32_t size, uint32_t cap)
{
	static const struct packet_checks checks = {.checksum = true};

	memset(s, 0, sizeof *s);
	s->io.data = malloc(cap ? cap : 1);
	assert_non_null(s->io.data);
	memcpy(s->io.data, bytes, cap);
	s->io.caplen = cap;
	s->io.len = size;
	s->p.io = &s->io;
	packet_parse(&s->p, &checks);
}

static struct tuple random_to(uint64_t *random, uint8_t family)
{
	struct tuple to;

	memset(&to, 0, sizeof to);
	to.family = family;
	random_addr(random, family, &to.src);
	random_addr(random, family, &to.dst);
	to.src_port = random_port(random);
	to.dst_port = random_port(random);
	return to;
}

/* The tuple that rewriting leaves is the one that parsing its bytes gives. */
static void must_read_alike(const struct seen *s)
{
	struct seen again;

	see(&again, s->io.data, s->io.len, s->io.caplen);
	assert_int_equal(again.p.kind, s->p.kind);
	if (s->p.tuple.proto == PROTO_GRE) /* its source key is in no packet */
		again.p.tuple.src_port = s->p.tuple.src_port;
	if (s->p.tuple.proto == PROTO_GRE && s->p.gre_version != 1)
		again.p.tuple.dst_port = s->p.tuple.dst_port;
	if (s->p.tuple.proto == 99) {
		again.p.tuple.src_port = s->p.tuple.src_port;
		again.p.tuple.dst_port = s->p.tuple.dst_port;
	}
	assert_true(tuple_equal(&again.p.tuple, &s->p.tuple));
	free(again.io.data);
}

/* How much of a packet of this size was captured: mostly all of it. */
static uint32_t random_cap(uint64_t *random, uint32_t size, uint32_t header)
{
	uint64_t x = next_random(random);

	if (x >> 62 != 0 || size <= header + 28)
		return size;
	return header + 28 + (uint32_t)(x >> 8 & 0xffff) % (size - header - 28);
}

static void one_packet(uint64_t *random)
{
	struct spec s = random_spec(random, true), after = s;
	enum nat_side side = next_random(random) >> 63 ? NAT_SRC : NAT_DST;
	struct tuple to = random_to(random, s.family), back;
	uint8_t bytes[ROOM], expected[ROOM];
	uint32_t size = build(&s, bytes), cap;
	struct seen seen;

	cap = random_cap(random, size, s.family == WEIR_IPV4 ? 32 : 64);
	see(&seen, bytes, size, cap);
	assert_int_equal(seen.p.kind, PACKET_PLAIN);
	back = seen.p.tuple;
	want(&after, side, side == NAT_SRC ? &to.src : &to.dst,
	     side == NAT_SRC || is_icmp(&s) ? to.src_port : to.dst_port);
	assert_int_equal(build(&after, expected), size);
	assert_true(nat_rewrite(&seen.p, side, &to));
	assert_memory_equal(seen.io.data, expected, cap);
	must_read_alike(&seen);
	assert_true(nat_rewrite(&seen.p, side, &back));
	assert_memory_equal(seen.io.data, bytes, cap);
	assert_true(tuple_equal(&seen.p.tuple, &back));
	free(seen.io.data);
}

static void test_random(void **state)
{
	uint64_t random = 20240607;

	(void)state;
	for (unsigned i = 0; i < 60000; i++)
		one_packet(&random);
}

/* What came damaged leaves damaged. */
static void test_damaged(void **state)
{
	static const uint32_t field[256] = {[PROTO_TCP] = 16, [PROTO_UDP] = 6, [PROTO_UDPLITE] = 6,
					    [PROTO_DCCP] = 6, [PROTO_SCTP] = 9, [PROTO_ICMP] = 2,
					    [PROTO_ICMPV6] = 2};
	static const struct packet_checks unchecked = {.checksum = false};
	uint64_t random = 77;
	unsigned tried = 0;

	(void)state;
	while (tried < 5000) {
		struct spec s = random_spec(&random, true);
		struct tuple to = random_to(&random, s.family);
		uint8_t bytes[ROOM];
		uint32_t size = build(&s, bytes);
		struct seen seen;

		see(&seen, bytes, size, size);
		if (!field[s.proto] || (s.proto == PROTO_UDP && s.no_check) ||
		    s.between == UNREADABLE) {
			free(seen.io.data);
			continue;
		}
		seen.io.data[(uint32_t)(seen.p.l4 - seen.p.l3) + field[s.proto]] ^= 0x10;
		seen.io.reason = WEIR_R_NONE;
		packet_parse(&seen.p, &unchecked);
		assert_int_equal(seen.p.kind, PACKET_PLAIN);
		assert_true(nat_rewrite(&seen.p, NAT_SRC, &to));
		assert_true(nat_rewrite(&seen.p, NAT_DST, &to));
		packet_parse(&seen.p, &(struct packet_checks){.checksum = true});
		assert_int_equal(seen.io.reason, WEIR_R_L4_CHECKSUM);
		free(seen.io.data);
		tried++;
	}
}

/* As much as an error must quote of a packet, and as much as it may. */
static uint32_t random_kept(uint64_t *random, const struct spec *quote)
{
	uint32_t header = quote->family == WEIR_IPV4 ? 20 : 40;
	uint64_t x = next_random(random);

	if (quote->family == WEIR_IPV4 && quote->between)
		header = 32;
	if (quote->family == WEIR_IPV6 && quote->between)
		header += quote->between == OPTIONS || quote->between == FRAGMENT ? 8 : 24;
	/* Nobody can tell the CRC of a datagram from its first fragment alone. */
	if (quote->between == FRAGMENT && quote->proto == PROTO_SCTP)
		return header + 8;
	header += 8 + (uint32_t)(x >> 8 & (x >> 62 ? 0x1f : 0x3ff));
	return header % 2 && quote->proto == PROTO_TCP ? header + 1 : header; /* no half sums */
}

static void one_error(uint64_t *random)
{
	struct spec quote = random_spec(random, false), outer = random_spec(random, true);
	enum nat_side side = next_random(random) >> 63 ? NAT_SRC : NAT_DST;
	enum nat_side inside = side == NAT_SRC ? NAT_DST : NAT_SRC;
	struct tuple to = random_to(random, quote.family), back;
	uint32_t kept = random_kept(random, &quote), size, cap;
	struct spec quote_after = quote, outer_after;
	uint8_t bytes[ROOM], expected[ROOM];
	struct seen seen;

	outer.family = quote.family;
	outer.between = NOTHING;
	outer.proto = quote.family == WEIR_IPV4 ? PROTO_ICMP : PROTO_ICMPV6;
	outer.icmp = quote.family == WEIR_IPV4 ? 3 : 1;
	random_addr(random, outer.family, &outer.addr[NAT_SRC]);
	outer.addr[NAT_DST] = quote.addr[NAT_SRC];
	outer_after = outer;
	size = build_error(&outer, &quote, kept, bytes);
	cap = random_cap(random, size, size < 160 ? size : 160);
	see(&seen, bytes, size, cap);
	assert_int_equal(seen.p.kind, PACKET_ICMP_ERROR);
	back = seen.p.tuple;
	outer_after.addr[side] = side == NAT_SRC ? to.src : to.dst;
	want(&quote_after, inside, &outer_after.addr[side],
	     side == NAT_SRC || is_icmp(&quote) ? to.src_port : to.dst_port);
	assert_int_equal(build_error(&outer_after, &quote_after, kept, expected), size);
	assert_true(nat_rewrite_error(&seen.p, side, &to));
	assert_memory_equal(seen.io.data, expected, cap);
	if (side == NAT_DST) {
		must_read_alike(&seen);
		assert_true(nat_rewrite_error(&seen.p, side, &back));
		assert_memory_equal(seen.io.data, bytes, cap);
	}
	free(seen.io.data);
}

static void test_random_errors(void **state)
{
	uint64_t random = 19991231;

	(void)state;
	for (unsigned i = 0; i < 60000; i++)
		one_error(&random);
}

/* RFC 1624's arithmetic for all of the 16 bits against the definition: the checksum of some
 * rest and the old word becomes that of the rest and the new one. */
static void test_update(void **state)
{
	static const uint16_t edges[] = {0,	 1,	 2,	 0xff,	 0x100,	 0x7ffe, 0x7fff,
					 0x8000, 0x8001, 0xfeff, 0xff00, 0xfffd, 0xfffe, 0xffff};
	uint64_t random = 5;

	(void)state;
	for (unsigned old = 0; old < 65536; old++)
		for (unsigned i = 0; i < 14 + 8; i++)
			for (unsigned j = 0; j < 14 + 2; j++) {
				uint16_t new = i < 14 ? edges[i] : (uint16_t)next_random(&random);
				uint16_t rest = j < 14 ? edges[j] : (uint16_t)next_random(&random);
				uint16_t check = (uint16_t)~checksum_fold((uint64_t)rest + old);
				uint16_t want_check = (uint16_t)~checksum_fold((uint64_t)rest + new);
				uint16_t got = checksum_update16(check, (uint16_t)old, new);

				/* Nothing but zeros has the sum zero, which no packet has. */
				if (rest == 0 && (old == 0 || new == 0))
					continue;
				if (got != want_check)
					fail_msg("%04x: %04x to %04x: %04x, not %04x", check, old, new,
						 got, want_check);
			}
}

/* Every port there is, in a datagram and in an error: one of them has the sum zero. */
static void test_every_port(void **state)
{
	uint64_t random = 6;
	unsigned zeros = 0;

	(void)state;
	for (unsigned proto = 0; proto < 2; proto++) {
		struct spec s = random_spec(&random, true), after;
		uint8_t bytes[ROOM], expected[ROOM];
		struct seen seen;
		uint32_t size;

		s.family = WEIR_IPV4;
		s.proto = proto ? PROTO_UDP : PROTO_TCP;
		s.between = NOTHING;
		s.no_check = false;
		s.payload = 7;
		random_addr(&random, s.family, &s.addr[0]);
		random_addr(&random, s.family, &s.addr[1]);
		after = s;
		size = build(&s, bytes);
		see(&seen, bytes, size, size);
		for (unsigned port = 0; port < 65536; port++) {
			struct tuple to = seen.p.tuple;

			to.src_port = after.port[NAT_SRC] = (uint16_t)port;
			assert_true(nat_rewrite(&seen.p, NAT_SRC, &to));
			build(&after, expected);
			assert_memory_equal(seen.io.data, expected, size);
			zeros += proto && raw16(expected + 26) == 0xffff;
		}
		free(seen.io.data);
	}
	assert_in_range(zeros, 1, 2);
}

/* An answer to a ping of zeros whose identifier becomes zero too: its sum is zero, and the
 * checksum all ones. */
static void test_nothing(void **state)
{
	struct spec s = {.family = WEIR_IPV4, .proto = PROTO_ICMP, .port = {7, 7}};
	uint8_t bytes[ROOM], expected[ROOM];
	struct seen seen;
	struct tuple to;
	uint32_t size;

	(void)state;
	s.addr[NAT_SRC].v4 = s.addr[NAT_DST].v4 = be32_swap(0x0a000001);
	build(&s, bytes);
	memset(bytes + 26, 0, 2); /* its sequence number; the checksum is to follow */
	put_be16(bytes + 22, 0);
	put_be16(bytes + 22, slow_checksum(NULL, 0, bytes + 20, 8));
	size = 28;
	see(&seen, bytes, size, size);
	assert_int_equal(seen.p.kind, PACKET_PLAIN);
	to = seen.p.tuple;
	to.src_port = 0;
	memcpy(expected, bytes, size);
	memset(expected + 22, 0xff, 2);
	memset(expected + 24, 0, 2);
	assert_true(nat_rewrite(&seen.p, NAT_DST, &to));
	assert_memory_equal(seen.io.data, expected, size);
	must_read_alike(&seen);
	free(seen.io.data);
}

/* From a first fragment nobody can tell how much follows the ports, so its CRC stays. */
static void test_quoted_fragment(void **state)
{
	uint64_t random = 3;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		struct spec quote = random_spec(&random, true), outer;
		struct tuple to = random_to(&random, quote.family);
		uint32_t header = quote.family == WEIR_IPV4 ? 20 : 40, size, crc;
		uint8_t bytes[ROOM];
		struct seen seen;

		quote.proto = PROTO_SCTP;
		quote.between = FRAGMENT;
		outer = quote;
		outer.between = NOTHING;
		outer.proto = quote.family == WEIR_IPV4 ? PROTO_ICMP : PROTO_ICMPV6;
		outer.icmp = quote.family == WEIR_IPV4 ? 3 : 1;
		outer.addr[NAT_DST] = quote.addr[NAT_SRC];
		size = build_error(&outer, &quote, 64, bytes);
		see(&seen, bytes, size, size);
		assert_int_equal(seen.p.kind, PACKET_ICMP_ERROR);
		assert_true(nat_rewrite_error(&seen.p, NAT_DST, &to));
		crc = header + 8 + (quote.family == WEIR_IPV4 ? 32 : 48) + 8;
		assert_memory_equal(seen.io.data + crc, bytes + crc, 4);
		assert_int_equal(be16(seen.io.data + crc - 8), to.dst_port);
		must_read_alike(&seen);
		free(seen.io.data);
	}
}

/* Too short for what is to be written: nothing is. */
static void test_short(void **state)
{
	static const struct {
		const char *packet;
		uint32_t cap;
	} cases[] = {
		{"ip4:11 udp *4", 23},
		{"ip4:6 tcp:02", 22},
		{"ip4:1 icmp:0800", 25},
		{"ip4:2f 3001880b0000abcd", 27},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		static const struct packet_checks checks = {.checksum = false};
		struct assembled a = assemble(cases[i].packet);
		struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
		struct packet p = {.io = &io};
		uint8_t before[64];
		struct tuple to;

		packet_parse(&p, &checks);
		assert_int_equal(p.kind, PACKET_PLAIN);
		to = p.tuple;
		to.dst.v4 ^= 0x01010101;
		to.dst_port ^= 0x5555;
		p.l4_cap = cases[i].cap - 20;
		if (p.tuple.proto == PROTO_TCP || p.tuple.proto == PROTO_UDP)
			p.l4_cap = 3;
		memcpy(before, a.data, a.caplen);
		if (p.tuple.proto == PROTO_GRE) {
			/* Without a call id it has an address at least. */
			assert_true(nat_rewrite(&p, NAT_DST, &to));
			assert_memory_equal(a.data + 20, before + 20, 8);
		} else {
			assert_false(nat_rewrite(&p, NAT_DST, &to));
			assert_memory_equal(a.data, before, a.caplen);
		}
		free(a.data);
	}
}

/* A redirect is about the link; a quote that is no packet is nobody's. */
static void test_no_error(void **state)
{
	struct assembled a = assemble("ip4:1 icmp:0301 *4 q4:11 udp");
	struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
	struct packet p = {.io = &io};
	uint8_t before[128];
	struct tuple to;

	(void)state;
	memset(&to, 0, sizeof to);
	memcpy(before, a.data, a.caplen);
	packet_parse(&p, &(struct packet_checks){.checksum = false});
	p.tuple.family = WEIR_IPV4;
	for (uint32_t cap = 0; cap < 8 + 20 + 4; cap++) {
		p.l4_cap = cap;
		assert_false(nat_rewrite_error(&p, NAT_DST, &to));
		assert_memory_equal(a.data, before, a.caplen);
	}
	free(a.data);
	a = assemble("ip6:3a icmp6:8900 *64");
	io = (struct weir_packet){.data = a.data, .caplen = a.caplen, .len = a.len};
	p.tuple.family = WEIR_IPV6;
	p.l3 = a.data;
	p.l4 = a.data + 40;
	p.l4_cap = p.l4_len = a.caplen - 40;
	assert_false(nat_rewrite_error(&p, NAT_DST, &to));
	free(a.data);
}

/* Prefixes. */

static void addr_of(const char *text, union weir_addr *addr)
{
	uint8_t family;

	if (!addr_parse(text, strlen(text), &family, addr))
		fail_msg("no address: %s", text);
}

static void test_prefix(void **state)
{
	static const struct {
		const char *addr, *from, *to;
		uint8_t length;
		const char *becomes; /* NULL: it cannot */
	} cases[] = {
		/* RFC 6296 section 3.4's own example */
		{"fd01:203:405:1::1234", "fd01:203:405::", "2001:db8:1::", 48,
		 "2001:db8:1:d550::1234"},
		{"2001:db8:1:d550::1234", "2001:db8:1::", "fd01:203:405::", 48,
		 "fd01:203:405:1::1234"},
		{"fd01:203:405:ffff::1", "fd01:203:405::", "2001:db8:1::", 48, NULL},
		{"fd00::1", "fd00::", "2001::", 16, "2001:0:0:dcff::1"},
		{"fd00:0:0:7::1", "fd00:0:0:7::", "2001:db8:0:7::", 64,
		 "2001:db8:0:7:cf47::1"},
		{"fd00:0:0:7:ffff::1", "fd00:0:0:7::", "2001:db8:0:7::", 64,
		 "2001:db8:0:7:ffff:cf47:0:1"},
		{"fd00:0:0:7:ffff:ffff:ffff:ffff", "fd00:0:0:7::", "2001:db8:0:7::", 64, NULL},
		{"fd00::1", "fd00::", "2001:db8::", 120, NULL},
		{"fd00::1", "fd00::", "fd00::", 48, "fd00::1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		union weir_addr addr, from, to, wanted;

		addr_of(cases[i].addr, &addr);
		addr_of(cases[i].from, &from);
		addr_of(cases[i].to, &to);
		addr_of(cases[i].becomes ? cases[i].becomes : cases[i].addr, &wanted);
		print_message("%s\n", cases[i].addr);
		assert_int_equal(nat_prefix(&addr, &from, &to, cases[i].length),
				 cases[i].becomes != NULL);
		assert_memory_equal(&addr, &wanted, sizeof addr);
	}
}

/* The sum of an address stays, and so does what is neither prefix nor the one word. */
static void test_prefix_random(void **state)
{
	uint64_t random = 8;

	(void)state;
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t length = (uint8_t)(next_random(&random) >> 40) % 113;
		union weir_addr addr, from, to, own;
		unsigned changed = 0;

		put_random(addr.v6, 16, next_random(&random));
		put_random(to.v6, 16, next_random(&random));
		if (i % 8 == 0)
			addr.u64[1] |= UINT64_C(0xffffffff);
		own = from = addr;
		put_random(from.v6 + (length + 7) / 8, 16 - (length + 7u) / 8, i);
		if (!nat_prefix(&addr, &from, &to, length)) {
			assert_memory_equal(&addr, &own, sizeof own);
			continue;
		}
		assert_int_equal(checksum_fold(checksum_sum(&addr, 16, 0)) % 0xffff,
				 checksum_fold(checksum_sum(&own, 16, 0)) % 0xffff);
		for (unsigned bit = 0; bit < length; bit++)
			assert_int_equal((addr.v6[bit / 8] ^ to.v6[bit / 8]) >> (7 - bit % 8) & 1, 0);
		for (unsigned at = (length + 15) / 16 * 2; at < 16; at += 2)
			changed += raw16(addr.v6 + at) != raw16(own.v6 + at);
		assert_in_range(changed, 0, 1);
		assert_true(nat_prefix(&addr, &to, &from, length));
		assert_memory_equal(&addr, &own, sizeof own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update),	       cmocka_unit_test(test_random),
		cmocka_unit_test(test_damaged),	       cmocka_unit_test(test_random_errors),
		cmocka_unit_test(test_every_port),     cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_quoted_fragment), cmocka_unit_test(test_short),
		cmocka_unit_test(test_no_error),       cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_prefix_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
