/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/addr.c - addresses and prefixes as text; see addr.h.
 */
#include "base/addr.h"

#include <string.h>

#include "base/bytes.h"
#include "base/put.h"

#define GROUPS 8

/* Decimal without leading zeros, at most max. => digits read, 0 if there is no such number */
static size_t decimal(const char *text, size_t len, unsigned max, unsigned *value)
{
	size_t at = 0;
	unsigned sum = 0;

	while (at < len && text[at] >= '0' && text[at] <= '9') {
		if (at && text[0] == '0')
			return 0;
		sum = sum * 10 + (unsigned)(text[at++] - '0');
		if (sum > max)
			return 0;
	}
	*value = sum;
	return at;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_quad(const char *text, size_t len, uint8_t out[4])
{
	size_t at = 0;

	for (unsigned i = 0; i < 4; i++) {
		unsigned value;
		size_t digits;

		if (i && (at == len || text[at++] != '.'))
			return false;
		digits = decimal(text + at, len - at, 255, &value);
		if (digits == 0)
			return false;
		at += digits;
		out[i] = (uint8_t)value;
	}
	return at == len;
}

bool addr_parse_v4(const char *text, size_t len, union weir_addr *addr)
{
	uint8_t quad[4];

	if (!parse_quad(text, len, quad))
		return false;
	memset(addr, 0, sizeof *addr);
	memcpy(&addr->v4, quad, sizeof quad);
	return true;
}

/* Puts the gap's zeros where "::" stood. */
static bool close_gap(uint8_t out[16], unsigned have, int gap)
{
	unsigned tail;

	if (gap < 0)
		return have == GROUPS;
	if (have >= GROUPS)
		return false;
	tail = have - (unsigned)gap;
	memmove(out + 16 - 2 * tail, out + 2 * gap, 2 * tail);
	memset(out + 2 * gap, 0, 2 * (GROUPS - have));
	return true;
}

bool addr_parse_v6(const char *text, size_t len, union weir_addr *addr)
{
	uint8_t out[16] = {0};
	unsigned have = 0;
	int gap = -1;
	size_t at = 0;

	if (len >= 2 && text[0] == ':' && text[1] == ':') {
		gap = 0;
		at = 2;
	}
	while (at < len) {
		unsigned value = 0;
		size_t start = at;

		if (have == GROUPS)
			return false;
		while (at < len && at - start < 4 && hex_digit(text[at]) >= 0)
			value = value << 4 | (unsigned)hex_digit(text[at++]);
		if (at < len && text[at] == '.') {
			if (have > GROUPS - 2 ||
			    !parse_quad(text + start, len - start, out + 2 * have))
				return false;
			have += 2;
			break;
		}
		if (at == start)
			return false;
		out[2 * have] = (uint8_t)(value >> 8);
		out[2 * have++ + 1] = (uint8_t)value;
		if (at == len)
			break;
		if (text[at++] != ':' || at == len)
			return false;
		if (text[at] == ':') {
			if (gap >= 0)
				return false;
			gap = (int)have;
			at++;
		}
	}
	if (!close_gap(out, have, gap))
		return false;
	memcpy(addr->v6, out, sizeof out);
	return true;
}

bool addr_parse(const char *text, size_t len, uint8_t *family, union weir_addr *addr)
{
	if (addr_parse_v4(text, len, addr))
		*family = WEIR_IPV4;
	else if (addr_parse_v6(text, len, addr))
		*family = WEIR_IPV6;
	else
		return false;
	return true;
}

/* The run of zero groups that "::" stands for. => its length, 0 if there is none of two */
static unsigned zero_run(const uint8_t v6[16], unsigned *start)
{
	unsigned best = 1, run = 0;

	for (unsigned i = 0; i < GROUPS; i++) {
		run = v6[2 * i] || v6[2 * i + 1] ? 0 : run + 1;
		if (run > best) {
			best = run;
			*start = i + 1 - run;
		}
	}
	return best > 1 ? best : 0;
}

static char *put_v6(char *to, const uint8_t v6[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned start = GROUPS, run;
	uint32_t v4;

	if (memcmp(v6, mapped, sizeof mapped) == 0) {
		memcpy(to, "::ffff:", 7);
		memcpy(&v4, v6 + 12, sizeof v4);
		return put_ipv4(to + 7, v4);
	}
	run = zero_run(v6, &start);
	for (unsigned i = 0; i < GROUPS; i++) {
		if (run && i == start) {
			*to++ = ':';
			*to++ = ':';
			i += run - 1;
			continue;
		}
		if (i && !(run && i == start + run))
			*to++ = ':';
		to = put_hex16(to, (unsigned)v6[2 * i] << 8 | v6[2 * i + 1]);
	}
	return to;
}

size_t addr_print(char out[ADDR_TEXT], uint8_t family, const union weir_addr *addr)
{
	char *end;

	if (family == WEIR_IPV4)
		end = put_ipv4(out, addr->v4);
	else
		end = put_v6(out, addr->v6);
	*end = '\0';
	return (size_t)(end - out);
}

int addr_compare(uint8_t a_family, const union weir_addr *a, uint8_t b_family,
                 const union weir_addr *b)
{
	if (a_family != b_family)
		return a_family < b_family ? -1 : 1;
	return memcmp(a, b, addr_bits(a_family) / 8);
}

/* Clears the bits beyond the prefix. */
static void mask(union weir_addr *addr, unsigned bits)
{
	for (unsigned i = 0; i < 16; i++) {
		unsigned keep = bits > 8 * i ? bits - 8 * i : 0;

		if (keep < 8)
			addr->v6[i] &= (uint8_t)(0xff00u >> keep);
	}
}

bool prefix_parse(const char *text, size_t len, struct prefix *prefix)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash ? (size_t)(slash - text) : len;
	struct prefix p;
	unsigned bits;

	if (!addr_parse(text, addr_len, &p.family, &p.addr))
		return false;
	bits = addr_bits(p.family);
	if (slash) {
		size_t rest = len - addr_len - 1;

		if (rest == 0 || decimal(slash + 1, rest, bits, &bits) != rest)
			return false;
	}
	mask(&p.addr, bits);
	p.bits = (uint8_t)bits;
	*prefix = p;
	return true;
}

size_t prefix_print(char out[PREFIX_TEXT], const struct prefix *prefix)
{
	char *end = out + addr_print(out, prefix->family, &prefix->addr);

	*end++ = '/';
	end = put_small(end, prefix->bits);
	*end = '\0';
	return (size_t)(end - out);
}

static uint64_t word(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

/* The bits in which two big-endian words differ, without those beyond the first `bits`. */
static uint64_t differ(uint64_t a, uint64_t b, unsigned bits)
{
	return bits ? (a ^ b) >> (64 - bits) : 0;
}

bool prefix_contains(const struct prefix *prefix, uint8_t family, const union weir_addr *addr)
{
	const uint8_t *a = addr->v6, *b = prefix->addr.v6;
	unsigned bits = prefix->bits;

	if (family != prefix->family)
		return false;
	if (family == WEIR_IPV4)
		return differ((uint64_t)be32(a) << 32, (uint64_t)be32(b) << 32, bits) == 0;
	if (bits <= 64)
		return differ(word(a), word(b), bits) == 0;
	return word(a) == word(b) && differ(word(a + 8), word(b + 8), bits - 64) == 0;
}
