/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_nat.c - any bytes as a packet that is translated.
 *
 * The input begins with 37 bytes: one that says how (bit 0: the source side, bit 1: checksums are
 * made right first, bits 2 to 7: the bytes in eights that the capture has cut away), two addresses
 * and two ports to translate to. What is left is the packet. Rewriting stays within the bytes,
 * leaves a packet that parses to the tuple that it says, with right checksums if they were right,
 * and can be taken back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "nat/nat.h"
#include "packet/checksum.h"

#define HEAD 37u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void read_to(const uint8_t *head, uint8_t family, struct tuple *to)
{
	uint32_t size = family == WEIR_IPV4 ? 4 : 16;

	memset(to, 0, sizeof *to);
	to->family = family;
	memcpy(&to->src, head + 1, size);
	memcpy(&to->dst, head + 17, size);
	to->src_port = be16(head + 33);
	to->dst_port = be16(head + 35);
}

static bool has_port(const struct packet *p, enum nat_side side)
{
	switch (p->tuple.proto) {
	case PROTO_TCP:
	case PROTO_UDP:
	case PROTO_UDPLITE:
	case PROTO_SCTP:
	case PROTO_DCCP:
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return true;
	case PROTO_GRE:
		return side == NAT_DST && p->gre_version == 1 && p->l4_cap >= 8;
	default:
		return false;
	}
}

/* A packet that says what its bytes do not is made to agree. */
static void forget_port(struct packet *p, enum nat_side side)
{
	if (p->kind == PACKET_ICMP_ERROR || has_port(p, side))
		return;
	if (side == NAT_SRC)
		p->tuple.src_port = 0;
	else
		p->tuple.dst_port = 0;
}

static void check_again(struct weir_packet *io, const struct packet *p, enum nat_side side,
			const struct packet_checks *checks)
{
	struct packet now = {.io = io};

	packet_parse(&now, checks);
	must(io->reason == WEIR_R_NONE && now.kind == p->kind);
	must(now.l4 == p->l4 && now.l4_cap == p->l4_cap);
	if (p->kind == PACKET_PLAIN) {
		must(tuple_equal(&now.tuple, &p->tuple));
		must(p->tuple.proto != PROTO_GRE || now.gre_key == p->gre_key);
	} else if (side == NAT_DST) {
		must(!memcmp(&now.tuple.dst, &p->tuple.dst, sizeof now.tuple.dst));
	}
}

/* The only two ways to write one sum: those that are equal but for a pair of bytes. */
static bool same_but_zero(const uint8_t *a, const uint8_t *b, uint32_t size)
{
	unsigned odd = 0;

	for (uint32_t i = 0; i < size; i++) {
		if (a[i] == b[i])
			continue;
		if ((uint8_t)(a[i] ^ b[i]) != 0xff || (a[i] && b[i]))
			return false;
		odd++;
	}
	return odd <= 8;
}

static void translate(struct packet *p, enum nat_side side, const struct tuple *to,
		      const struct packet_checks *checks)
{
	struct weir_packet *io = p->io;
	struct tuple back = p->tuple;
	uint8_t *before = malloc(io->caplen ? io->caplen : 1);
	bool error = p->kind == PACKET_ICMP_ERROR, good;

	must(before != NULL);
	memcpy(before, io->data, io->caplen);
	good = error ? nat_rewrite_error(p, side, to) : nat_rewrite(p, side, to);
	if (!good) {
		must(!memcmp(before, io->data, io->caplen) && tuple_equal(&back, &p->tuple));
		free(before);
		return;
	}
	forget_port(p, side);
	check_again(io, p, side, checks);
	if (!error) {
		must(nat_rewrite(p, side, &back));
		must(same_but_zero(before, io->data, io->caplen));
	}
	free(before);
}

/* Writes the checksums that packet_parse() says it expects. */
static void make_right(struct packet *p, const struct packet_checks *checks)
{
	static const uint8_t field[256] = {[PROTO_TCP] = 16,	[PROTO_UDP] = 6,  [PROTO_DCCP] = 6,
					   [PROTO_UDPLITE] = 6, [PROTO_ICMP] = 2,
					   [PROTO_ICMPV6] = 2};
	struct weir_packet *io = p->io;
	uint8_t *l3 = io->data, proto;
	uint16_t sum;

	if (io->reason == WEIR_R_IP_CHECKSUM) {
		memset(l3 + 10, 0, 2);
		sum = (uint16_t)~checksum_fold(checksum_sum(l3, (l3[0] & 15u) * 4, 0));
		memcpy(l3 + 10, &sum, sizeof sum);
		io->reason = WEIR_R_NONE;
		packet_parse(p, checks);
	}
	if (io->reason != WEIR_R_L4_CHECKSUM)
		return;
	proto = l3[0] >> 4 == 4 ? l3[9] : l3[6];
	if (!field[proto])
		return;
	put_be16(l3 + (p->l4 - p->l3) + field[proto], (uint16_t)io->detail[1]);
	io->reason = WEIR_R_NONE;
	packet_parse(p, checks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet_checks checks = {.checksum = true};
	struct weir_packet io;
	struct packet p;
	struct tuple to;

	if (size < HEAD || size > 65536)
		return 0;
	memset(&io, 0, sizeof io);
	memset(&p, 0, sizeof p);
	io.caplen = (uint32_t)size - HEAD;
	io.len = io.caplen + (data[0] >> 2) * 8u;
	io.data = malloc(io.caplen ? io.caplen : 1);
	if (!io.data)
		return 0;
	memcpy(io.data, data + HEAD, io.caplen);
	p.io = &io;
	packet_parse(&p, &checks);
	if (data[0] & 2)
		make_right(&p, &checks);
	if (io.reason == WEIR_R_L4_CHECKSUM) {
		/* As if nobody had looked: it must come through unharmed, and stay wrong. */
		checks.checksum = false;
		io.reason = WEIR_R_NONE;
		packet_parse(&p, &checks);
	}
	if (p.kind == PACKET_PLAIN || p.kind == PACKET_ICMP_ERROR) {
		read_to(data, p.tuple.family, &to);
		translate(&p, data[0] & 1 ? NAT_SRC : NAT_DST, &to, &checks);
	}
	free(io.data);
	return 0;
}
