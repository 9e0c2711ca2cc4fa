/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages with other addresses in them, for the tests of H.323.
 */
#ifndef TESTS_H323_SWAP_H
#define TESTS_H323_SWAP_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SWAP_ROOM 2048u

/* An end as messages have it: "10.0.0.2", 5001. => bytes of address and port */
static inline uint32_t swap_end(const char *addr, uint16_t port, uint8_t bytes[18])
{
	union weir_addr a;
	uint8_t family;
	uint32_t size;

	assert_true(addr_parse(addr, strlen(addr), &family, &a));
	size = family == WEIR_IPV4 ? 4 : 16;
	memcpy(bytes, &a, size);
	put_be16(bytes + size, port);
	return size + 2;
}

/* Puts one end wherever another is, which must be somewhere. */
static inline void swap(uint8_t *message, uint32_t size, const char *from, uint16_t from_port,
			const char *to, uint16_t to_port)
{
	uint8_t a[18], b[18];
	uint32_t length = swap_end(from, from_port, a), found = 0;

	assert_int_equal(swap_end(to, to_port, b), length);
	for (uint32_t i = 0; i + length <= size; i++) {
		if (memcmp(message + i, a, length) != 0)
			continue;
		memcpy(message + i, b, length);
		found++;
	}
	assert_true(found > 0);
}

#endif
