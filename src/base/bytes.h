/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/bytes.h - unaligned loads and stores, byte order, small bit helpers.
 *
 * Everything is inline and free of undefined behaviour: memcpy() becomes one
 * instruction. "be" is network byte order in memory, the value is host order;
 * "raw" keeps the bytes as they lie.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline uint16_t raw16(const void *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint32_t raw32(const void *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint64_t raw64(const void *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define be16_swap(v) __builtin_bswap16(v)
#define be32_swap(v) __builtin_bswap32(v)
#define le32_swap(v) (v)
#else
#define be16_swap(v) (v)
#define be32_swap(v) (v)
#define le32_swap(v) __builtin_bswap32(v)
#endif

static inline uint16_t be16(const void *p)
{
	return be16_swap(raw16(p));
}

static inline uint32_t be32(const void *p)
{
	return be32_swap(raw32(p));
}

static inline void put_be16(void *p, uint16_t v)
{
	v = be16_swap(v);
	memcpy(p, &v, sizeof v);
}

static inline void put_be32(void *p, uint32_t v)
{
	v = be32_swap(v);
	memcpy(p, &v, sizeof v);
}

/* The smallest power of two that is at least v, for v from 1 to 2^31. */
static inline uint32_t pow2_ceil(uint32_t v)
{
	return v <= 1 ? 1 : 1u << (32 - __builtin_clz(v - 1));
}

#endif
