/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/flows.c - see flows.h. The transport checksum is left zero: the packets
 * say that their port has verified it, as network cards do.
 */
#include "flows.h"

#include <string.h>

#include "base/bytes.h"

#define CLIENT_SEQ 1000
#define SERVER_SEQ 5000

static uint16_t header_sum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < 20; i += 2)
		sum += be16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

static void write_ip4(uint8_t *ip, const uint8_t *src, const uint8_t *dst)
{
	static const uint8_t start[12] = {0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0};

	memcpy(ip, start, sizeof start);
	memcpy(ip + 12, src, 4);
	memcpy(ip + 16, dst, 4);
	put_be16(ip + 10, header_sum(ip));
}

static void write_ip6(uint8_t *ip, const uint8_t *src, const uint8_t *dst)
{
	static const uint8_t start[8] = {0x60, 0, 0, 0, 0, 20, 6, 64};
	static const uint8_t prefix[12] = {0x20, 0x01, 0x0d, 0xb8};

	memcpy(ip, start, sizeof start);
	memcpy(ip + 8, prefix, 12);
	memcpy(ip + 20, src, 4);
	memcpy(ip + 24, prefix, 12);
	memcpy(ip + 36, dst, 4);
}

static void write_tcp(uint8_t *tcp, enum flow_packet kind, uint16_t client, uint16_t window)
{
	bool up = kind == FLOW_SYN || kind == FLOW_ACK;
	static const uint8_t flags[] = {0x02, 0x12, 0x10, 0x10};
	static const uint32_t seq[] = {CLIENT_SEQ, SERVER_SEQ, CLIENT_SEQ + 1, SERVER_SEQ + 1};
	static const uint32_t ack[] = {0, CLIENT_SEQ + 1, SERVER_SEQ + 1, CLIENT_SEQ + 1};

	memset(tcp, 0, 20);
	put_be16(tcp, up ? client : 443);
	put_be16(tcp + 2, up ? 443 : client);
	put_be32(tcp + 4, seq[kind]);
	put_be32(tcp + 8, ack[kind]);
	tcp[12] = 0x50;
	tcp[13] = flags[kind];
	put_be16(tcp + 14, window);
}

void train_set(struct train *t, unsigned k, uint64_t flow, enum flow_packet kind, bool ipv6)
{
	bool up = kind == FLOW_SYN || kind == FLOW_ACK;
	uint8_t client[4], server[4] = {198, 51, 100, 7}, *ip = t->bytes[k];

	put_be32(client, 0x0a000000u | (uint32_t)(flow & 0xffffff));
	if (ipv6)
		write_ip6(ip, up ? client : server, up ? server : client);
	else
		write_ip4(ip, up ? client : server, up ? server : client);
	write_tcp(ip + (ipv6 ? 40 : 20), kind, (uint16_t)(1024 + (flow >> 24)),
		  (uint16_t)(30000 + (t->salt++ & 0xfff)));
	t->packet[k] = (struct weir_packet){
		.data = ip, .caplen = ipv6 ? 60 : 40, .flags = WEIR_PKT_CHECKSUM_OK};
}
