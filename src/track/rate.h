/* SPDX-License-Identifier: Apache-2.0 */
/*
 * track/rate.h - a rate in bytes per second packed into 16 bits.
 *
 * Eleven bits of mantissa and five of exponent: exact up to 2047, within
 * one part in 2048 above, up to 4.3 terabytes a second (35 Tbit/s). Packed rates compare
 * like the rates themselves.
 */
#ifndef TRACK_RATE_H
#define TRACK_RATE_H

#include <stdint.h>

#define RATE_MANTISSA_BITS 11
#define RATE_MANTISSA_MASK ((1u << RATE_MANTISSA_BITS) - 1)
#define RATE_EXPONENT_MAX 31u

/* Packs to the nearest value there is, halves upward; what is too large becomes
 * the largest. */
static inline uint16_t rate_pack(uint64_t rate)
{
	uint64_t mantissa;
	unsigned exponent;

	if (rate <= RATE_MANTISSA_MASK)
		return (uint16_t)rate;
	exponent = 64u - RATE_MANTISSA_BITS - (unsigned)__builtin_clzll(rate);
	/* The bits cut off, rounded: one more if the first of them is set. */
	mantissa = (rate >> exponent) + ((rate >> (exponent - 1)) & 1);
	if (mantissa > RATE_MANTISSA_MASK) {
		mantissa >>= 1;
		exponent++;
	}
	if (exponent > RATE_EXPONENT_MAX)
		return UINT16_MAX;
	return (uint16_t)(exponent << RATE_MANTISSA_BITS | mantissa);
}

static inline uint64_t rate_unpack(uint16_t packed)
{
	return (uint64_t)(packed & RATE_MANTISSA_MASK) << (packed >> RATE_MANTISSA_BITS);
}

#endif
