/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checksums against slow ones, published values, and each other.
 */
#include "packet/checksum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "assemble.h"

#define SIZE 2100u

/* The same "random" bytes each time. */
static void fill(uint8_t *p, uint32_t size, uint32_t seed)
{
	for (uint32_t i = 0; i < size; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static uint16_t fast(const uint8_t *data, uint32_t size)
{
	return be16_swap((uint16_t)~checksum_fold(checksum_sum(data, size, 0)));
}

/* Every length, at every alignment. */
static void test_lengths(void **state)
{
	uint8_t bytes[SIZE + 8];

	(void)state;
	fill(bytes, sizeof bytes, 1);
	for (uint32_t size = 0; size <= SIZE; size++)
		for (uint32_t at = 0; at < 8; at += size < 80 ? 1 : 7)
			assert_int_equal(fast(bytes + at, size),
			                 slow_checksum(NULL, 0, bytes + at, size));
}

/* All ones carry the most. */
static void test_carries(void **state)
{
	uint8_t *bytes = malloc(65536);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xff, 65536);
	for (uint32_t size = 1; size <= 65536; size = size * 2 + size % 3)
		assert_int_equal(fast(bytes, size), slow_checksum(NULL, 0, bytes, size));
	free(bytes);
	assert_int_equal(checksum_fold(UINT64_MAX), 0xffff);
	assert_int_equal(checksum_fold(0), 0);
	assert_int_equal(checksum_fold(0xffff), 0xffff);
	assert_int_equal(checksum_fold(0x10000), 1);
	assert_int_equal(checksum_fold(UINT64_C(0xffffffff00000000)), 0xffff);
	assert_int_equal(checksum_fold(UINT64_C(0xfffffffffffffffe)), 0xfffe);
	assert_int_equal(checksum_fold(UINT64_C(0x1ffff)), 1);
}

/* RFC 1071 section 3. */
static void test_rfc1071(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(be16_swap(checksum_fold(checksum_sum(bytes, sizeof bytes, 0))), 0xddf2);
}

/* In parts it is the same as at once. */
static void test_parts(void **state)
{
	uint8_t bytes[400];

	(void)state;
	fill(bytes, sizeof bytes, 2);
	for (uint32_t cut = 0; cut <= 399; cut += 2) {
		uint64_t sum = checksum_sum(bytes + cut, 399 - cut, checksum_sum(bytes, cut, 0));

		assert_int_equal(checksum_fold(sum), checksum_fold(checksum_sum(bytes, 399, 0)));
	}
}

static void test_ip4_header(void **state)
{
	uint8_t bytes[20];

	(void)state;
	for (uint32_t seed = 0; seed < 1000; seed++) {
		fill(bytes, sizeof bytes, seed);
		assert_int_equal(checksum_fold(checksum_ip4_header(bytes)),
		                 checksum_fold(checksum_sum(bytes, 20, 0)));
	}
}

static void test_pseudo(void **state)
{
	uint8_t ip4[12], ip6[40];

	(void)state;
	for (uint32_t seed = 0; seed < 1000; seed++) {
		uint32_t length = seed * 65;

		fill(ip4, 8, seed);
		ip4[8] = 0;
		ip4[9] = (uint8_t)seed;
		put_be16(ip4 + 10, (uint16_t)length);
		assert_int_equal(be16_swap((uint16_t)~checksum_fold(
		                         checksum_pseudo4(ip4, ip4 + 4, (uint8_t)seed, length))),
		                 slow_checksum(ip4, sizeof ip4, NULL, 0));
		fill(ip6, 32, seed);
		put_be32(ip6 + 32, length * 3);
		put_be32(ip6 + 36, seed & 0xff);
		assert_int_equal(be16_swap((uint16_t)~checksum_fold(checksum_pseudo6(
		                         ip6, ip6 + 16, (uint8_t)seed, length * 3))),
		                 slow_checksum(ip6, sizeof ip6, NULL, 0));
	}
}

/* An updated checksum is the one that computing it again gives. */
static void test_update(void **state)
{
	uint8_t bytes[40];

	(void)state;
	for (uint32_t seed = 0; seed < 5000; seed++) {
		uint32_t at = seed % 20 * 2;
		uint16_t check, old16, new16 = (uint16_t)(seed * 40503);
		uint32_t old32, new32 = seed * 2654435761u;

		fill(bytes, sizeof bytes, seed);
		check = (uint16_t)~checksum_fold(checksum_sum(bytes, sizeof bytes, 0));
		old16 = raw16(bytes + at);
		memcpy(bytes + at, &new16, 2);
		check = checksum_update16(check, old16, new16);
		assert_int_equal(be16_swap(check), slow_checksum(NULL, 0, bytes, sizeof bytes));
		at = seed % 19 * 2;
		old32 = raw32(bytes + at);
		memcpy(bytes + at, &new32, 4);
		check = checksum_update32(check, old32, new32);
		assert_int_equal(be16_swap(check), slow_checksum(NULL, 0, bytes, sizeof bytes));
	}
	/* The case that equation 2 of RFC 1624 gets wrong. */
	assert_int_equal(be16_swap(checksum_update16(be16_swap((uint16_t)0xdd2f),
	                                             be16_swap((uint16_t)0x5555),
	                                             be16_swap((uint16_t)0x3285))),
	                 0x0000);
}

/* RFC 3720 appendix B.4, with four zero bytes where the field is taken to be. */
static void test_crc_known(void **state)
{
	uint8_t bytes[32];

	(void)state;
	memset(bytes, 0, sizeof bytes);
	assert_int_equal(crc32c(bytes, 32, 8), 0x8a9136aau);
	assert_int_equal(crc32c_portable(bytes, 32, 8), 0x8a9136aau);
}

static void test_crc_same(void **state)
{
	uint8_t bytes[SIZE];

	(void)state;
	fill(bytes, sizeof bytes, 3);
	for (uint32_t size = 12; size < SIZE; size += 1 + size / 40) {
		uint32_t zero_at = size % 8, crc = crc32c(bytes, size, zero_at);

		assert_int_equal(crc, crc32c_portable(bytes, size, zero_at));
		bytes[zero_at + 3] ^= 0xff; /* the field itself does not count */
		assert_int_equal(crc, crc32c(bytes, size, zero_at));
		bytes[size - 1] ^= 1; /* but the last bit does */
		assert_int_not_equal(crc, crc32c(bytes, size, zero_at));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_lengths),    cmocka_unit_test(test_carries),
	        cmocka_unit_test(test_rfc1071),    cmocka_unit_test(test_parts),
	        cmocka_unit_test(test_ip4_header), cmocka_unit_test(test_pseudo),
	        cmocka_unit_test(test_update),     cmocka_unit_test(test_crc_known),
	        cmocka_unit_test(test_crc_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
