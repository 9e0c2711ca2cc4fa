/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet/checksum.c - sums over many bytes.
 *
 * The internet checksum adds the two halves of 64-bit words to two 64-bit sums
 * each, which cannot overflow before 2^32 words; four words a turn keep the
 * adders busy. CRC32c uses the processor's instruction, eight bytes at a time,
 * where there is one, else a table of half bytes: that way costs some 6 ns a
 * byte and needs no cache.
 *
 * Nothing is kept; any thread may call any of it.
 */
#include "packet/checksum.h"

uint64_t checksum_sum(const void *data, size_t size, uint64_t sum)
{
	const uint8_t *p = data;
	uint64_t low = 0, high = 0, a, b, c, d;

	for (; size >= 32; size -= 32, p += 32) {
		a = raw64(p);
		b = raw64(p + 8);
		c = raw64(p + 16);
		d = raw64(p + 24);
		low += (a & 0xffffffff) + (b & 0xffffffff) + (c & 0xffffffff) + (d & 0xffffffff);
		high += (a >> 32) + (b >> 32) + (c >> 32) + (d >> 32);
	}
	for (; size >= 4; size -= 4, p += 4)
		low += raw32(p);
	if (size >= 2) {
		high += raw16(p);
		size -= 2;
		p += 2;
	}
	if (size) {
		uint8_t last[2] = {*p, 0};

		low += raw16(last);
	}
	/* Folding each keeps the result far from 2^64 however long the chain of parts. */
	return (sum & 0xffffffff) + (sum >> 32) + checksum_fold(low) + checksum_fold(high);
}

/* The remainders of the sixteen half bytes, polynomial 0x1edc6f41 reflected. */
static const uint32_t crc_nibble[16] = {
        0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3,
        0x61c69362, 0x7198540d, 0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
        0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

static uint32_t crc_bytes(uint32_t crc, const uint8_t *p, size_t size)
{
	for (; size; size--, p++) {
		crc ^= *p;
		crc = crc >> 4 ^ crc_nibble[crc & 15];
		crc = crc >> 4 ^ crc_nibble[crc & 15];
	}
	return crc;
}

static const uint8_t crc_zero[4];

uint32_t crc32c_portable(const void *data, size_t size, size_t zero_at)
{
	const uint8_t *p = data;
	uint32_t crc = 0xffffffff;

	crc = crc_bytes(crc, p, zero_at);
	crc = crc_bytes(crc, crc_zero, sizeof crc_zero);
	return ~crc_bytes(crc, p + zero_at + 4, size - zero_at - 4);
}

#if defined(__x86_64__)
#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc_fast(uint32_t crc, const uint8_t *p,
                                                           size_t size)
{
	uint64_t wide = crc;

	for (; size >= 8; size -= 8, p += 8)
		wide = _mm_crc32_u64(wide, raw64(p));
	crc = (uint32_t)wide;
	for (; size; size--, p++)
		crc = _mm_crc32_u8(crc, *p);
	return crc;
}

uint32_t crc32c(const void *data, size_t size, size_t zero_at)
{
	const uint8_t *p = data;
	uint32_t crc = 0xffffffff;

	if (!__builtin_cpu_supports("sse4.2"))
		return crc32c_portable(data, size, zero_at);
	crc = crc_fast(crc, p, zero_at);
	crc = crc_fast(crc, crc_zero, sizeof crc_zero);
	return ~crc_fast(crc, p + zero_at + 4, size - zero_at - 4);
}
#else
uint32_t crc32c(const void *data, size_t size, size_t zero_at)
{
	return crc32c_portable(data, size, zero_at);
}
#endif

/* The product of two remainders; the highest bit is the coefficient of x^0. */
static uint32_t crc_multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;

	for (; a; a <<= 1) {
		if (a & 0x80000000)
			product ^= b;
		b = b >> 1 ^ (b & 1 ? 0x82f63b78 : 0);
	}
	return product;
}

/* A CRC is linear but for its start and end, which are alike before and after: what changes
 * is the remainder of the changed bits, moved up by all that follows. */
uint32_t crc32c_change(uint32_t crc, uint32_t change, size_t behind)
{
	uint32_t shift = 0x80000000, power = 0x00800000; /* x^0, x^8 */

	for (size_t bytes = behind + 4; bytes; bytes >>= 1) {
		if (bytes & 1)
			shift = crc_multiply(power, shift);
		power = crc_multiply(power, power);
	}
	return crc ^ crc_multiply(le32_swap(change), shift);
}
