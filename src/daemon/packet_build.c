/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_build.c - see packet_build.h.
 */
#include "daemon/packet_build.h"

#include <string.h>

#include "base/bytes.h"

enum { ICMP = 1, TCP = 6, UDP = 17, ICMPV6 = 58, UDPLITE = 136 };

#define WINDOW 65535

/* The sum of 16-bit words, to be folded (RFC 1071). */
static uint32_t add_up(const uint8_t *data, uint32_t len, uint32_t sum)
{
	for (uint32_t i = 0; i + 1 < len; i += 2)
		sum += be16(data + i);
	if (len & 1)
		sum += (uint32_t)data[len - 1] << 8;
	return (sum & 0xffff) + (sum >> 16);
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Of addresses, length and protocol (RFC 9293 3.1, RFC 8200 8.1). */
static uint32_t pseudo_sum(const struct packet_plan *plan, const uint8_t *ip, uint32_t len)
{
	bool v6 = plan->ends.family == WEIR_IPV6;

	return add_up(v6 ? ip + 8 : ip + 12, v6 ? 32 : 8, len + plan->ends.protocol);
}

static uint32_t header_len(uint8_t protocol)
{
	return protocol == TCP ? 20 : protocol == UDP || protocol == UDPLITE || protocol == ICMP ||
	                                      protocol == ICMPV6
	                      ? 8
	                      : 0;
}

static void build_tcp(const struct packet_plan *plan, uint8_t *l4)
{
	put_be32(l4 + 4, plan->seq);
	put_be32(l4 + 8, plan->ack);
	l4[12] = 5 << 4;
	l4[13] = plan->tcp_flags;
	put_be16(l4 + 14, WINDOW);
}

static void build_transport(const struct packet_plan *plan, const uint8_t *ip, uint8_t *l4,
                            uint32_t len)
{
	uint8_t protocol = plan->ends.protocol;
	uint32_t at = protocol == TCP ? 16 : protocol == ICMP || protocol == ICMPV6 ? 2 : 6;
	uint16_t sum;

	if (protocol == ICMP || protocol == ICMPV6) {
		l4[0] = plan->icmp_type;
		l4[1] = plan->icmp_code;
		put_be16(l4 + 4, plan->icmp_id);
		put_be16(l4 + 6, 1);
	} else {
		put_be16(l4, plan->ends.src.port);
		put_be16(l4 + 2, plan->ends.dst.port);
		if (protocol == TCP)
			build_tcp(plan, l4);
		else
			put_be16(l4 + 4, (uint16_t)len);
	}
	sum = fold(add_up(l4, len, protocol == ICMP ? 0 : pseudo_sum(plan, ip, len)));
	put_be16(l4 + at, sum == 0 && protocol != TCP ? 0xffff : sum);
}

uint32_t packet_build(const struct packet_plan *plan, uint8_t *to)
{
	bool v6 = plan->ends.family == WEIR_IPV6;
	uint32_t ip = v6 ? 40 : 20, len = header_len(plan->ends.protocol);

	if (plan->size > ip + len)
		len = plan->size - ip;
	memset(to, 0, ip + len);
	if (v6) {
		put_be32(to, 6u << 28 | (uint32_t)plan->tos << 20);
		put_be16(to + 4, (uint16_t)len);
		to[6] = plan->ends.protocol;
		to[7] = plan->ttl;
		memcpy(to + 8, plan->ends.src.addr.v6, 16);
		memcpy(to + 24, plan->ends.dst.addr.v6, 16);
	} else {
		to[0] = 0x45;
		to[1] = plan->tos;
		put_be16(to + 2, (uint16_t)(ip + len));
		to[8] = plan->ttl;
		to[9] = plan->ends.protocol;
		memcpy(to + 12, &plan->ends.src.addr.v4, 4);
		memcpy(to + 16, &plan->ends.dst.addr.v4, 4);
		put_be16(to + 10, fold(add_up(to, ip, 0)));
	}
	if (header_len(plan->ends.protocol))
		build_transport(plan, to, to + ip, len);
	return ip + len;
}
