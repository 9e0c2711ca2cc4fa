/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/hash.h - a keyed hash of 16 bytes to 64 bits, many at once.
 *
 * Three AES rounds under the engine's secret where the processor has them,
 * SipHash-1-3 where not; the two give different values, which only matters to
 * somebody who compares tables of two machines. Without the key nobody can tell
 * which tuples share a bucket, so nobody can fold the table.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t word[8]; /* expanded from the seed */
};

/* What is hashed: two words, so that IPv4 tuples need no copying. */
struct hash_in {
	uint64_t lo, hi;
};

void hash_key_init(struct hash_key *key, const uint8_t seed[32], uint64_t purpose);

/* Hashes n inputs. */
void hash_many(const struct hash_key *key, const struct hash_in *in, uint64_t *out, size_t n);

static inline uint64_t hash_one(const struct hash_key *key, struct hash_in in)
{
	uint64_t out;
	hash_many(key, &in, &out, 1);
	return out;
}

/* Hashes a string of bytes of any length (SipHash-1-3). */
uint64_t hash_bytes(const struct hash_key *key, const void *data, size_t size);

#endif
