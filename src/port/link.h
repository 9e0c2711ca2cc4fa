/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port/link.h - from a frame of a link layer to the IP packet in it.
 *
 * A pure function over the frame's bytes: it allocates nothing, keeps nothing and reads
 * within `caplen` only. One step per header (tag, label), so its cost is bounded by
 * the frame's length.
 */
#ifndef PORT_LINK_H
#define PORT_LINK_H

#include <stdbool.h>
#include <stdint.h>

/* What the first byte of a frame is. */
enum link_type {
	LINK_UNKNOWN,
	LINK_ETHERNET,
	LINK_IP,         /* no link header; IPv4 or IPv6 by the first nibble */
	LINK_COOKED,     /* Linux "any" device, version 1 */
	LINK_COOKED2,    /* and version 2 */
	LINK_LOOPBACK,   /* BSD: four bytes of address family, in either byte order */
	LINK_PPP,        /* with or without address and control bytes */
	LINK_PPP_SERIAL, /* the same, or Cisco's HDLC */
	LINK_PPPOE,      /* from the PPPoE header on */
};

/* Link types as people are told of them. */
#define LINK_TYPES_TEXT "Ethernet, raw IP, Linux cooked, BSD loopback or PPP"

#define LINK_NAME_SIZE 48
#define LINK_TAGS 2 /* VLAN tags that are told; what more there are is passed over */

/* What a frame carries. */
struct link_packet {
	bool ip;
	/* With ip: the packet. It is not looked at but for its version, which must not
	 * contradict the link layer. */
	uint32_t offset; /* of the IP header in the frame */
	uint32_t caplen; /* bytes present from there on, maybe none */
	uint32_t len;    /* bytes on the wire from there on, padding included */
	bool outgoing;   /* the link layer says that whoever recorded it sent it */
	uint8_t tags;    /* of vlan[] */
	uint16_t vlan[LINK_TAGS]; /* the VLANs of its tags, the outer first; 0: priority alone */
	/* Without: what it is instead, for people: "ARP", "EtherType 0x88b5". */
	char name[LINK_NAME_SIZE];
};

/* The link type of a libpcap DLT_ value. => LINK_UNKNOWN if it is none of ours */
enum link_type link_type_from_dlt(int dlt);

/* Finds the IP packet in a frame of which caplen of len bytes are present at data.
 * len below caplen is taken as caplen. */
void link_decode(enum link_type type, const uint8_t *data, uint32_t caplen, uint32_t len,
		 struct link_packet *packet);

#endif
