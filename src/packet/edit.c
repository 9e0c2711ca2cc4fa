/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/edit.c - see edit.h. Checksums follow by what changed, so that a packet that came damaged
 * leaves damaged and its receiver can tell; a UDP checksum of zero stays zero.
 *
 * Any thread; nothing is kept but in the edit.
 */
#include "packet/edit.h"

#include "packet/checksum.h"

#define PACKET_MAX 65535u
#define IP6_MAX (PACKET_MAX + 40u) /* its length does not count the header */
#define TCP_MIN 20u
#define TCP_CHECK 16u
#define UDP_HEADER 8u
#define UDP_LENGTH 4u
#define UDP_CHECK 6u
#define IP4_LENGTH 2u
#define IP4_CHECK 10u
#define IP6_LENGTH 4u
#define IP6_FIXED 40u

/* Bytes of transport header and payload that count, and of them the header. => false: not whole */
static bool transport_size(const struct packet *p, uint32_t *size, uint32_t *header)
{
	if (p->l4_cap != p->l4_len || p->l4_len < UDP_HEADER)
		return false;
	if (p->tuple.proto == PROTO_UDP) {
		*header = UDP_HEADER;
		*size = be16(p->l4 + UDP_LENGTH);
		return *size >= UDP_HEADER && *size <= p->l4_len;
	}
	if (p->tuple.proto != PROTO_TCP || p->l4_len < TCP_MIN)
		return false;
	*header = (p->l4[12] >> 4) * 4u;
	*size = p->l4_len;
	return *header >= TCP_MIN && *header <= *size;
}

bool edit_payload(const struct packet *p, const uint8_t **data, uint32_t *size)
{
	uint32_t whole, header;

	if (!transport_size(p, &whole, &header))
		return false;
	*data = p->l4 + header;
	*size = whole - header;
	return true;
}

bool edit_begin(struct edit *e, const struct packet *p, uint8_t *memory, uint32_t room)
{
	uint32_t before = (uint32_t)(p->l4 - p->l3), size, header;

	if (!transport_size(p, &size, &header) || before + size > room)
		return false;
	memcpy(memory, p->l3, before + size);
	*e = (struct edit){
		.data = memory, .size = before + size, .room = room, .payload = before + header};
	return true;
}

bool edit_splice(struct edit *e, uint32_t offset, uint32_t old, const void *bytes, uint32_t length)
{
	uint32_t most = e->data[0] >> 4 == 4 ? PACKET_MAX : IP6_MAX, from;
	uint64_t size = (uint64_t)e->size - old + length;

	if (offset > e->size - e->payload || old > e->size - e->payload - offset ||
	    size > e->room || size > most)
		return false;
	from = e->payload + offset;
	if (old != length)
		memmove(e->data + from + length, e->data + from + old, e->size - from - old);
	if (length)
		memcpy(e->data + from, bytes, length);
	e->size = (uint32_t)size;
	return true;
}

/* A field that is a length in a header which the IPv4 checksum covers, or none does. */
static void put_length(uint8_t *at, uint32_t length, uint8_t *check)
{
	uint16_t old = raw16(at), new, sum;

	put_be16(at, (uint16_t)length);
	new = raw16(at);
	if (!check || old == new)
		return;
	sum = checksum_update16(raw16(check), old, new);
	memcpy(check, &sum, sizeof sum);
}

/* The transport checksum, which stands at `check` of both with the same value: old bytes out, new
 * ones in; so do the lengths in the pseudo headers. */
static void put_check(const uint8_t *old, uint32_t old_size, uint8_t *new, uint32_t new_size,
		      uint32_t check)
{
	uint16_t was = raw16(old + check), sum;
	uint64_t change;

	change = (uint16_t)~checksum_fold(checksum_sum(old, old_size, 0));
	change += (uint16_t)~be16_swap((uint16_t)old_size);
	change += checksum_fold(checksum_sum(new, new_size, 0));
	change += be16_swap((uint16_t)new_size);
	sum = (uint16_t)~checksum_fold((uint64_t)(uint16_t)~was + change);
	memcpy(new + check, &sum, sizeof sum);
}

static void put_transport(const struct packet *p, uint8_t *l4, uint32_t new_size)
{
	uint32_t old_size, header;
	uint16_t check;

	if (!transport_size(p, &old_size, &header))
		return; /* edit_begin() has seen to that */
	if (p->tuple.proto == PROTO_TCP) {
		put_check(p->l4, old_size, l4, new_size, TCP_CHECK);
		return;
	}
	put_be16(l4 + UDP_LENGTH, (uint16_t)new_size);
	check = raw16(p->l4 + UDP_CHECK);
	if (!check)
		return;
	put_check(p->l4, old_size, l4, new_size, UDP_CHECK);
	if (!raw16(l4 + UDP_CHECK)) {
		check = UINT16_MAX;
		memcpy(l4 + UDP_CHECK, &check, sizeof check);
	}
}

void edit_end(struct edit *e, struct packet *p)
{
	uint32_t before = (uint32_t)(p->l4 - p->l3);

	put_transport(p, e->data + before, e->size - before);
	if (e->data[0] >> 4 == 4)
		put_length(e->data + IP4_LENGTH, e->size, e->data + IP4_CHECK);
	else
		put_length(e->data + IP6_LENGTH, e->size - IP6_FIXED, NULL);
	p->l3 = e->data;
	p->l4 = e->data + before;
	p->len = e->size;
	p->l4_len = p->l4_cap = e->size - before;
	p->io->out = e->data;
	p->io->out_len = e->size;
}
