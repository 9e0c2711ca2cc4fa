/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/edit.h - a TCP or UDP packet whose payload is changed, in a copy of its own.
 *
 * edit_begin() copies the packet into memory with room to grow; edit_splice() changes bytes there;
 * edit_end() puts lengths and checksums right and lets the packet be read there from now on. In
 * between the original is as it was.
 *
 * Cost: two copies of the payload at worst; a checksum over the whole segment.
 */
#ifndef PACKET_EDIT_H
#define PACKET_EDIT_H

#include "packet/packet.h"

struct edit {
	uint8_t *data;         /* the copy, from the IP header on; NULL: not begun */
	uint32_t size, room;   /* its bytes, and the memory behind data */
	uint32_t payload;      /* where in it the payload begins */
};

#define EDIT_GROWTH 2048u /* by which a packet may grow at most */

/* The payload of a TCP or UDP packet. => false: not all of the packet's bytes are present, or it is
 * of another protocol */
bool edit_payload(const struct packet *p, const uint8_t **data, uint32_t *size);

/* All of the packet's bytes must be present. `memory` has `room` bytes. => false: it has not the
 * room that the packet needs to begin with. What follows UDP's own length is left behind. */
bool edit_begin(struct edit *e, const struct packet *p, uint8_t *memory, uint32_t room);

/* Puts `length` bytes in place of `old` ones at `offset` of the payload.
 * => false: no room, or the packet would be longer than 65535 bytes; nothing was changed */
bool edit_splice(struct edit *e, uint32_t offset, uint32_t old, const void *bytes,
		  uint32_t length);

/* The packet is the copy from now on: io->out, l3, l4, lengths. */
void edit_end(struct edit *e, struct packet *p);

#endif
