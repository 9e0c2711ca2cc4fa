/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/packet_ends.h - who sends an IP packet to whom, read from its bytes: for people, before
 * and after it went through the engine.
 *
 * Pure functions that read within `len` bytes.
 */
#ifndef DAEMON_PACKET_ENDS_H
#define DAEMON_PACKET_ENDS_H

#include <stdbool.h>
#include <weir/types.h>

#include "base/strbuf.h"

struct packet_end {
	union weir_addr addr;
	uint16_t port;
};

struct packet_ends {
	uint8_t family; /* enum weir_family; 0: it is no IP packet */
	uint8_t protocol;
	bool ports; /* it has ports, and they are there */
	struct packet_end src, dst;
};

void packet_ends_read(const uint8_t *data, uint32_t len, struct packet_ends *ends);
bool packet_end_same(const struct packet_end *a, const struct packet_end *b);

/* 192.0.2.1:80, [2001:db8::1]:80, 192.0.2.1 */
void packet_end_print(const struct packet_ends *of, const struct packet_end *end,
                      struct strbuf *out);
/* src->dst */
void packet_ends_print(const struct packet_ends *ends, struct strbuf *out);

#endif
