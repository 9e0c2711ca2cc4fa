/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper/rtsp_transport.h - the Transport header of RTSP: what it says of ports and addresses,
 * and where in the text it says it.
 *
 *	RTP/AVP;unicast;client_port=4588-4589;source=192.0.2.1		RFC 2326 section 12.39
 *	RTP/AVP/UDP;unicast;dest_addr=":4588"/":4589"			RFC 7826 section 18.54
 *
 * Any thread; nothing is kept.
 */
#ifndef HELPER_RTSP_TRANSPORT_H
#define HELPER_RTSP_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

enum rtsp_field_kind {
	RTSP_CLIENT_PORT, /* "4588" or "4588-4589" */
	RTSP_SERVER_PORT,
	RTSP_DESTINATION, /* an address */
	RTSP_SOURCE,
	RTSP_DEST_ADDR, /* one of the list: ":4588", "192.0.2.1:4588", "[2001:db8::1]:4588" */
	RTSP_SRC_ADDR,
};

struct rtsp_field {
	uint8_t kind;             /* enum rtsp_field_kind */
	uint32_t at, length;      /* its text, without quotes */
	uint32_t host, host_size; /* the address in it; may be of no bytes */
	uint16_t port, last;      /* *_PORT: both, or the same twice; *_ADDR: the port */
};

#define RTSP_FIELDS 8

/* One of the transports that a header lists. */
struct rtsp_transport {
	uint32_t end; /* the comma behind it, or the end */
	bool udp;     /* by UDP to one host: neither multicast nor within the connection */
	uint8_t count;
	struct rtsp_field field[RTSP_FIELDS]; /* in the order of the text; others are not kept */
};

/* Reads the transport that begins at `at`. => false: it has more fields than are kept, or one that
 * cannot be read */
bool rtsp_transport_read(const uint8_t *text, uint32_t size, uint32_t at, struct rtsp_transport *t);

#endif
