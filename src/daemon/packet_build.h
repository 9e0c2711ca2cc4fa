/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_build.h - an IP packet put together from what people say of it, with right
 * lengths and checksums.
 *
 * Pure functions. TCP, UDP, UDP-Lite and ICMP have headers of their own; of other protocols only
 * the IP header and the payload are there.
 */
#ifndef DAEMON_PACKET_BUILD_H
#define DAEMON_PACKET_BUILD_H

#include "daemon/packet_ends.h"

struct packet_plan {
	struct packet_ends ends; /* family, protocol, addresses, ports */
	uint8_t ttl, tos;
	uint8_t tcp_flags; /* as in the header */
	uint32_t seq, ack;
	uint8_t icmp_type, icmp_code;
	uint16_t icmp_id;
	uint16_t size; /* of the whole packet; less than it needs: as many as it needs */
};

#define PACKET_BUILD_MAX 65535

/* Writes at `to`, which has room for PACKET_BUILD_MAX bytes. => its length */
uint32_t packet_build(const struct packet_plan *plan, uint8_t *to);

#endif
