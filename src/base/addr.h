/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/addr.h - IPv4 and IPv6 addresses and prefixes: text to value and back.
 *
 * Text is taken with its length, so that it may stand inside a longer line.
 * Printing follows RFC 5952: lower case, no leading zeros, the longest run of
 * two or more zero groups (the first of equals) as "::", IPv4-mapped addresses
 * with a dotted end. Parsing takes every form of RFC 4291 2.2, but in IPv4 neither
 * octal nor short forms: what a person could read in two ways is refused.
 *
 * Threads: pure functions.
 */
#ifndef BASE_ADDR_H
#define BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <weir/types.h>

#define ADDR_TEXT 46   /* the longest address and its NUL */
#define PREFIX_TEXT 50 /* the longest prefix and its NUL */

struct prefix {
	uint8_t family;       /* enum weir_family */
	uint8_t bits;         /* 0 to 32 or 128 */
	union weir_addr addr; /* bits beyond the prefix are zero */
};

/* The bits of an address: 32 or 128. */
static inline unsigned addr_bits(uint8_t family)
{
	return family == WEIR_IPV4 ? 32 : 128;
}

/* Each reads all len bytes or refuses: *family and *addr are untouched then. */
bool addr_parse_v4(const char *text, size_t len, union weir_addr *addr);
bool addr_parse_v6(const char *text, size_t len, union weir_addr *addr);
bool addr_parse(const char *text, size_t len, uint8_t *family, union weir_addr *addr);

/* Writes the text and a NUL. => its length */
size_t addr_print(char out[ADDR_TEXT], uint8_t family, const union weir_addr *addr);

/* IPv4 before IPv6, then as big-endian numbers. => below, at or above 0 */
int addr_compare(uint8_t a_family, const union weir_addr *a, uint8_t b_family,
                 const union weir_addr *b);

/* Reads "address/bits"; an address alone is its own prefix. Bits beyond the
 * prefix may be set ("192.168.1.7/24") and become zero. */
bool prefix_parse(const char *text, size_t len, struct prefix *prefix);

/* Writes "address/bits" and a NUL. => its length */
size_t prefix_print(char out[PREFIX_TEXT], const struct prefix *prefix);

/* => whether the address lies in the prefix; never if the families differ */
bool prefix_contains(const struct prefix *prefix, uint8_t family, const union weir_addr *addr);

#endif
