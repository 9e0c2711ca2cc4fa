/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/put.h - text written where room for it is known to be: numbers, IPv4
 * addresses, constants. For lines that are written by the million; others append
 * to a strbuf.
 *
 * Each function writes at `to` and returns where the text ends, without a NUL. It
 * may write up to PUT_SLACK bytes more than the text has, so that short texts cost
 * no branch: leave room for them.
 *
 * Threads: pure functions. Cost: a table of 3 KB, a look-up for three digits.
 */
#ifndef BASE_PUT_H
#define BASE_PUT_H

#include <stdint.h>
#include <string.h>

#define PUT_U64 26 /* the longest number, grouped */
#define PUT_SLACK 32

/* "000001002...999" */
extern const char put_triples[3001];

/* Powers of ten, but 0 for the first: 0 has a digit too. */
extern const uint64_t put_powers[20];

/* A constant: a string literal. */
#define PUT(to, literal) ((char *)memcpy(to, literal, sizeof(literal) - 1) + sizeof(literal) - 1)

/* A number below 1000. */
static inline char *put_small(char *to, unsigned number)
{
	unsigned skip = (number < 100) + (number < 10);

	memcpy(to, put_triples + 3 * number + skip, 4);
	return to + 3 - skip;
}

/* A number below 1000 as three digits. */
static inline char *put_three(char *to, unsigned number)
{
	memcpy(to, put_triples + 3 * number, 4);
	return to + 3;
}

/* A number of any size, the groups of three apart by a blank if `apart` is 1, not if 0. */
char *put_groups(char *to, uint64_t number, unsigned apart);

static inline char *put_grouped(char *to, uint64_t number, unsigned apart)
{
	unsigned thousands;

	if (number < 1000)
		return put_small(to, (unsigned)number);
	if (number >= 1000000)
		return put_groups(to, number, apart);
	thousands = (unsigned)number / 1000;
	to = put_small(to, thousands);
	*to = ' ';
	return put_three(to + apart, (unsigned)number - 1000 * thousands);
}

static inline char *put_u64(char *to, uint64_t number)
{
	return put_grouped(to, number, 0);
}

/* The digits that put_u64() writes. */
static inline unsigned put_u64_width(uint64_t number)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(number | 1);
	unsigned guess = bits * 1233 >> 12; /* log10(2) is nearly 1233 / 4096 */

	return guess + (number >= put_powers[guess]);
}

/* An address in network byte order. */
static inline char *put_ipv4(char *to, uint32_t v4)
{
	uint8_t quad[4];

	memcpy(quad, &v4, sizeof quad);
	to = put_small(to, quad[0]);
	*to++ = '.';
	to = put_small(to, quad[1]);
	*to++ = '.';
	to = put_small(to, quad[2]);
	*to++ = '.';
	return put_small(to, quad[3]);
}

/* 16 bits in hexadecimal, lower case, without leading zeros. */
static inline char *put_hex16(char *to, unsigned number)
{
	static const char hex[16] = "0123456789abcdef";
	unsigned digits = (35 - (unsigned)__builtin_clz(number | 1)) / 4;
	unsigned left = number << (16 - 4 * digits);

	to[0] = hex[left >> 12 & 15];
	to[1] = hex[left >> 8 & 15];
	to[2] = hex[left >> 4 & 15];
	to[3] = hex[left & 15];
	return to + digits;
}

static inline char *put_blanks(char *to, size_t count)
{
	memset(to, ' ', 16);
	if (count > 16)
		memset(to + 16, ' ', count - 16);
	return to + count;
}

/* Bytes of which at least PUT_SLACK may be read. */
static inline char *put_padded(char *to, const char *text, size_t len)
{
	memcpy(to, text, PUT_SLACK);
	if (len > PUT_SLACK)
		memcpy(to + PUT_SLACK, text + PUT_SLACK, len - PUT_SLACK);
	return to + len;
}

#endif
