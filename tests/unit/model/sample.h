/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handful of connections that between them have every property: TCP behind
 * source NAT, ping, IPv6 UDP with a mark, PPTP's GRE, SCTP, and a protocol without a name.
 */
#ifndef UNIT_MODEL_SAMPLE_H
#define UNIT_MODEL_SAMPLE_H

#include <assert.h>
#include <string.h>
#include <weir/conn.h>

#include "base/addr.h"
#include "model/menu_connection.h"

#define SAMPLES 6

static inline void sample_end(union weir_addr *addr, uint16_t *port, const char *text,
                              uint16_t number)
{
	uint8_t family;
	bool ok = addr_parse(text, strlen(text), &family, addr);

	assert(ok);
	(void)ok;
	*port = number;
}

static inline struct weir_conn sample_conn(uint64_t id, uint8_t protocol, const char *src,
                                           uint16_t src_port, const char *dst, uint16_t dst_port,
                                           const char *nat)
{
	struct weir_conn c = {.id = id,
	                      .family = strchr(src, ':') ? WEIR_IPV6 : WEIR_IPV4,
	                      .protocol = protocol,
	                      .state = WEIR_STATE_NEW,
	                      .status = WEIR_STATUS_CONFIRMED};

	sample_end(&c.tuple[0].src, &c.tuple[0].src_port, src, src_port);
	sample_end(&c.tuple[0].dst, &c.tuple[0].dst_port, dst, dst_port);
	sample_end(&c.tuple[1].src, &c.tuple[1].src_port, dst, dst_port);
	sample_end(&c.tuple[1].dst, &c.tuple[1].dst_port, nat, src_port);
	return c;
}

static inline void sample_counts(struct weir_conn *c, uint64_t packets, uint64_t bytes,
                                 uint64_t reply_packets, uint64_t reply_bytes)
{
	c->counters[0].packets = packets;
	c->counters[0].bytes = bytes;
	c->counters[1].packets = reply_packets;
	c->counters[1].bytes = reply_bytes;
	if (reply_packets) {
		c->status |= WEIR_STATUS_SEEN_REPLY;
		c->state = WEIR_STATE_ESTABLISHED;
	}
}

static inline void samples(struct weir_conn c[SAMPLES])
{
	c[0] = sample_conn(1, 6, "192.168.8.59", 1643, "203.0.113.172", 443, "198.51.100.65");
	c[0].tcp_state = WEIR_TCP_ESTABLISHED;
	c[0].status |= WEIR_STATUS_ASSURED | WEIR_STATUS_SRCNAT;
	c[0].timeout = 86398 * WEIR_SEC + 700 * WEIR_MSEC;
	sample_counts(&c[0], 7, 1804, 8, 6169);
	c[0].counters[0].rate = 6400;
	c[0].counters[1].rate = 1760;

	c[1] = sample_conn(2, 1, "10.0.0.1", 0, "10.0.0.2", 0, "10.0.0.1");
	c[1].icmp_type = 8;
	c[1].icmp_id = 69;
	c[1].timeout = 9 * WEIR_SEC;
	sample_counts(&c[1], 1, 84, 1, 84);

	c[2] = sample_conn(3, 17, "2001:db8::1", 5353, "ff02::fb", 5353, "2001:db8::1");
	c[2].mark = 7;
	c[2].timeout = 30 * WEIR_SEC;
	sample_counts(&c[2], 50507925, 1, 0, 0);

	c[3] = sample_conn(0x1f, 47, "10.0.0.1", 0, "10.0.0.2", 0x123, "10.0.0.1");
	c[3].gre_version = 1;
	c[3].gre_protocol = 34827;
	c[3].gre_key = 0x123;
	c[3].timeout = 600 * WEIR_SEC;
	sample_counts(&c[3], 1, 36, 0, 0);

	c[4] = sample_conn(5, 132, "10.0.0.1", 1000, "10.0.0.2", 2000, "10.0.0.1");
	c[4].sctp_state = WEIR_SCTP_COOKIE_WAIT;
	c[4].timeout = 3 * WEIR_SEC;
	sample_counts(&c[4], 1, 52, 0, 0);

	c[5] = sample_conn(6, 139, "10.0.0.1", 0, "10.0.0.2", 0, "10.0.0.1");
	c[5].status |= WEIR_STATUS_DYING;
	sample_counts(&c[5], 1, 44, 0, 0);
}

#endif
