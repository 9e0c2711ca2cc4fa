/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_parse.c - any bytes as one packet.
 *
 * The first byte of the input says how: bit 0 verify checksums, bit 1 the port has
 * done so, bits 2 to 7 the bytes in eights that the capture has cut away. What is left is the
 * packet. Beyond what the sanitizers see, what packet_parse() promises is checked.
 */
#include <stdlib.h>
#include <string.h>

#include "packet/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void check_tuple(const struct packet *p)
{
	struct tuple inverse, back;

	must(p->tuple.family == (p->l3[0] >> 4 == 4 ? WEIR_IPV4 : WEIR_IPV6));
	must(tuple_equal(&p->tuple, &p->tuple));
	must(tuple_invert(&p->tuple, &inverse));
	must(tuple_invert(&inverse, &back));
	must(tuple_equal(&p->tuple, &back));
	if (p->tuple.family == WEIR_IPV4)
		must(!p->tuple.src.u64[1] && !p->tuple.dst.u64[1]);
}

static void check(const struct packet *p)
{
	const struct weir_packet *io = p->io;

	must((p->kind == PACKET_MALFORMED) == (io->reason != WEIR_R_NONE));
	if (p->kind == PACKET_MALFORMED)
		return;
	must(p->l3 == io->data && p->len <= (io->len > io->caplen ? io->len : io->caplen));
	must(p->l4 > p->l3 && (uint32_t)(p->l4 - p->l3) + p->l4_len == p->len);
	must(p->l4_cap <= p->l4_len);
	must(!p->l4_cap || (uint32_t)(p->l4 - p->l3) + p->l4_cap <= io->caplen);
	if (p->kind == PACKET_PLAIN || p->kind == PACKET_ICMP_ERROR)
		check_tuple(p);
	if (p->kind == PACKET_PLAIN && p->tuple.proto == PROTO_TCP)
		must(p->l4_cap >= 20 && p->tcp_event < TCP_EV_NONE && p->opens);
	if (p->kind == PACKET_PLAIN && p->tuple.proto == PROTO_SCTP)
		must(p->l4_cap >= 12);
	if (p->kind == PACKET_PLAIN && p->tuple.proto == PROTO_DCCP)
		must(p->l4_cap >= 12);
	if (p->kind == PACKET_FRAGMENT)
		must(p->frag_l4_off == p->l4 - p->l3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet_checks checks;
	struct weir_packet io;
	struct packet p;
	uint8_t how;

	if (size < 1 || size > 65536)
		return 0;
	how = data[0];
	memset(&io, 0, sizeof io);
	memset(&p, 0, sizeof p);
	checks.checksum = how & 1;
	io.flags = how & 2 ? WEIR_PKT_CHECKSUM_OK : 0;
	io.caplen = (uint32_t)size - 1;
	io.len = io.caplen + (how >> 2) * 8u;
	io.data = malloc(io.caplen ? io.caplen : 1);
	if (!io.data)
		return 0;
	memcpy(io.data, data + 1, io.caplen);
	p.io = &io;
	packet_parse(&p, &checks);
	check(&p);
	free(io.data);
	return 0;
}
