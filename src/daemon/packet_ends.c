/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_ends.c - see packet_ends.h.
 */
#include "daemon/packet_ends.h"

#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"

#define EXTENSIONS_MAX 16

static void read_ports(const uint8_t *data, uint32_t len, uint32_t at, struct packet_ends *ends)
{
	switch (ends->protocol) {
	case 6:
	case 17:
	case 33:
	case 132:
	case 136:
		if (at + 4 > len)
			return;
		ends->ports = true;
		ends->src.port = be16(data + at);
		ends->dst.port = be16(data + at + 2);
		break;
	default:
		break;
	}
}

static void read_v4(const uint8_t *data, uint32_t len, struct packet_ends *ends)
{
	if (len < 20)
		return;
	ends->family = WEIR_IPV4;
	ends->protocol = data[9];
	ends->src.addr.v4 = raw32(data + 12);
	ends->dst.addr.v4 = raw32(data + 16);
	/* Later fragments have no ports. */
	if ((be16(data + 6) & 0x1fff) == 0)
		read_ports(data, len, 4u * (data[0] & 15), ends);
}

static void read_v6(const uint8_t *data, uint32_t len, struct packet_ends *ends)
{
	uint32_t at = 40;
	uint8_t next, header;

	if (len < at)
		return;
	ends->family = WEIR_IPV6;
	memcpy(ends->src.addr.v6, data + 8, 16);
	memcpy(ends->dst.addr.v6, data + 24, 16);
	next = data[6];
	for (unsigned i = 0; i < EXTENSIONS_MAX && at + 8 <= len; i++) {
		if (next == 44 && (be16(data + at + 2) & 0xfff8)) {
			ends->protocol = data[at];
			return;
		}
		if (next != 0 && next != 43 && next != 44 && next != 60)
			break;
		header = data[at];
		at += next == 44 ? 8 : 8u * (data[at + 1] + 1u);
		next = header;
	}
	ends->protocol = next;
	read_ports(data, len, at, ends);
}

void packet_ends_read(const uint8_t *data, uint32_t len, struct packet_ends *ends)
{
	memset(ends, 0, sizeof *ends);
	if (len && data[0] >> 4 == 4)
		read_v4(data, len, ends);
	else if (len && data[0] >> 4 == 6)
		read_v6(data, len, ends);
}

bool packet_end_same(const struct packet_end *a, const struct packet_end *b)
{
	return a->port == b->port && memcmp(&a->addr, &b->addr, sizeof a->addr) == 0;
}

void packet_end_print(const struct packet_ends *of, const struct packet_end *end,
                      struct strbuf *out)
{
	char text[ADDR_TEXT];

	if (!of->family)
		return;
	addr_print(text, of->family, &end->addr);
	strbuf_printf(out, of->ports && of->family == WEIR_IPV6 ? "[%s]" : "%s", text);
	if (of->ports)
		strbuf_printf(out, ":%u", end->port);
}

void packet_ends_print(const struct packet_ends *ends, struct strbuf *out)
{
	packet_end_print(ends, &ends->src, out);
	strbuf_str(out, "->");
	packet_end_print(ends, &ends->dst, out);
}
