/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/prefix.c - translation of one IPv6 prefix into another (RFC 6296).
 *
 * What the prefix changes in the one's complement sum of the address, one word behind it changes
 * back, so no checksum above has to. That word is the subnet's for /48 and shorter, else
 * the first of the interface identifier that is not all ones. Nothing is remembered; any thread.
 */
#include "nat/nat.h"

#include "base/bytes.h"
#include "packet/checksum.h"

/* Copies the first `length` bits. */
static void copy_bits(uint8_t *to, const uint8_t *from, unsigned length)
{
	unsigned whole = length / 8;
	uint8_t mask = (uint8_t)(0xff00 >> length % 8);

	memcpy(to, from, whole);
	if (length % 8)
		to[whole] = (uint8_t)((to[whole] & ~mask) | (from[whole] & mask));
}

/* Where the word begins that is to make up for it. => 16: nowhere */
static unsigned neutral_word(const union weir_addr *addr, unsigned length)
{
	unsigned at = length <= 48 ? 6 : length <= 64 ? 8 : (length + 15) / 16 * 2;

	if (length > 48)
		while (at < 16 && raw16(addr->v6 + at) == 0xffff)
			at += 2;
	else if (raw16(addr->v6 + at) == 0xffff)
		return 16;
	return at;
}

bool nat_prefix(union weir_addr *addr, const union weir_addr *from, const union weir_addr *to,
		uint8_t length)
{
	union weir_addr old = {.u64 = {0, 0}}, new = {.u64 = {0, 0}};
	unsigned at = neutral_word(addr, length);
	uint64_t sum;
	uint16_t word;

	if (at >= 16)
		return false;
	copy_bits(old.v6, from->v6, length);
	copy_bits(new.v6, to->v6, length);
	sum = checksum_sum(old.v6, sizeof old.v6, raw16(addr->v6 + at));
	sum += (uint16_t)~checksum_fold(checksum_sum(new.v6, sizeof new.v6, 0));
	word = checksum_fold(sum);
	if (word == 0xffff)
		word = 0;
	copy_bits(addr->v6, to->v6, length);
	memcpy(addr->v6 + at, &word, sizeof word);
	return true;
}
