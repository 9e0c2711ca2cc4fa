/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/seq.c - see seq.h.
 */
#include "track/seq.h"

#include "packet/checksum.h"

#define TCP_HEADER 20u
#define SEQ 4u
#define ACK 8u
#define CHECK 16u
#define OPTION_END 0
#define OPTION_NOP 1
#define OPTION_SACK 5

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static const struct seq_adjust *adjust_of(const struct ext_pool *pool, const struct conn *c,
					  enum weir_dir dir)
{
	return &ext_at(pool, c->ext)->seq[dir];
}

void seq_note(const struct ext_pool *pool, struct conn *c, enum weir_dir dir, uint32_t seq,
	      int32_t delta)
{
	struct seq_adjust *a = &ext_at(pool, c->ext)->seq[dir];

	if (!delta)
		return;
	c->status |= WEIR_STATUS_SEQ_ADJUST;
	if (a->before != a->after && !after(seq, a->position))
		return;
	a->position = seq;
	a->before = a->after;
	a->after = (int32_t)((uint32_t)a->after + (uint32_t)delta);
}

int32_t seq_offset(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		   uint32_t seq)
{
	const struct seq_adjust *a = adjust_of(pool, c, dir);

	return after(seq, a->position) ? a->after : a->before;
}

int32_t seq_ack_offset(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		       uint32_t ack)
{
	const struct seq_adjust *a =
		adjust_of(pool, c, dir == WEIR_ORIGINAL ? WEIR_REPLY : WEIR_ORIGINAL);

	return after(ack - (uint32_t)a->before, a->position) ? a->after : a->before;
}

static void move_ack(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		     uint8_t *at)
{
	uint32_t ack = be32(at);

	put_be32(at, ack - (uint32_t)seq_ack_offset(pool, c, dir, ack));
}

/* The edges of SACK blocks, in options of `size` bytes. */
static void move_sack(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		      uint8_t *options, uint32_t size)
{
	uint32_t at = 0;

	while (at < size && options[at] != OPTION_END) {
		uint8_t length;

		if (options[at] == OPTION_NOP) {
			at++;
			continue;
		}
		if (size - at < 2)
			return;
		length = options[at + 1];
		if (length < 2 || length > size - at)
			return;
		if (options[at] == OPTION_SACK && length % 8 == 2)
			for (uint32_t edge = 2; edge < length; edge += 4)
				move_ack(pool, c, dir, options + at + edge);
		at += length;
	}
}

void seq_adjust_packet(const struct ext_pool *pool, const struct conn *c, enum weir_dir dir,
		       struct packet *p)
{
	uint8_t *l4 = (uint8_t *)(uintptr_t)p->l4; /* the embedder's or the engine's: writable */
	uint32_t header, seq;
	uint64_t change;
	uint16_t check;

	if (p->l4_cap < TCP_HEADER)
		return;
	header = (l4[12] >> 4) * 4u;
	if (header > p->l4_cap)
		header = p->l4_cap;
	change = (uint16_t)~checksum_fold(checksum_sum(l4, header, 0));
	seq = be32(l4 + SEQ);
	put_be32(l4 + SEQ, seq + (uint32_t)seq_offset(pool, c, dir, seq));
	if (l4[13] & TCP_ACK) {
		move_ack(pool, c, dir, l4 + ACK);
		move_sack(pool, c, dir, l4 + TCP_HEADER, header - TCP_HEADER);
	}
	change += checksum_fold(checksum_sum(l4, header, 0));
	check = raw16(l4 + CHECK);
	check = (uint16_t)~checksum_fold((uint64_t)(uint16_t)~check + change);
	memcpy(l4 + CHECK, &check, sizeof check);
}
