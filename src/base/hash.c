/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/hash.c - see hash.h. Two AES rounds already let every input byte reach
 * every output byte; the third makes the bits that buckets and tags are cut from
 * independent of each other. SipHash after Aumasson and Bernstein (2012), with
 * one compression and three finalisation rounds.
 */
#include "base/hash.h"

#include "base/bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static inline uint64_t rotl(uint64_t v, unsigned n)
{
	return v << n | v >> (64 - n);
}

struct sip {
	uint64_t a, b, c, d;
};

static inline void sip_round(struct sip *s)
{
	s->a += s->b;
	s->b = rotl(s->b, 13) ^ s->a;
	s->a = rotl(s->a, 32);
	s->c += s->d;
	s->d = rotl(s->d, 16) ^ s->c;
	s->a += s->d;
	s->d = rotl(s->d, 21) ^ s->a;
	s->c += s->b;
	s->b = rotl(s->b, 17) ^ s->c;
	s->c = rotl(s->c, 32);
}

static inline void sip_init(struct sip *s, uint64_t k0, uint64_t k1)
{
	s->a = k0 ^ UINT64_C(0x736f6d6570736575);
	s->b = k1 ^ UINT64_C(0x646f72616e646f6d);
	s->c = k0 ^ UINT64_C(0x6c7967656e657261);
	s->d = k1 ^ UINT64_C(0x7465646279746573);
}

static inline void sip_word(struct sip *s, uint64_t word)
{
	s->d ^= word;
	sip_round(s);
	s->a ^= word;
}

static inline uint64_t sip_final(struct sip *s)
{
	s->c ^= 0xff;
	sip_round(s);
	sip_round(s);
	sip_round(s);
	return s->a ^ s->b ^ s->c ^ s->d;
}

void hash_key_init(struct hash_key *key, const uint8_t seed[32], uint64_t purpose)
{
	for (unsigned i = 0; i < ARRAY_COUNT(key->word); i++) {
		struct sip s;

		sip_init(&s, raw64(seed), raw64(seed + 8));
		sip_word(&s, raw64(seed + 16));
		sip_word(&s, raw64(seed + 24));
		sip_word(&s, purpose << 8 | i);
		key->word[i] = sip_final(&s);
	}
}

static void sip_many(const struct hash_key *key, const struct hash_in *in, uint64_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sip s;

		sip_init(&s, key->word[6], key->word[7]);
		sip_word(&s, in[i].lo);
		sip_word(&s, in[i].hi);
		sip_word(&s, UINT64_C(16) << 56);
		out[i] = sip_final(&s);
	}
}

#if defined(__x86_64__)
__attribute__((target("aes,sse4.1"))) static void
aes_many(const struct hash_key *key, const struct hash_in *in, uint64_t *out, size_t n)
{
	const __m128i k0 = _mm_loadu_si128((const __m128i *)(const void *)&key->word[0]);
	const __m128i k1 = _mm_loadu_si128((const __m128i *)(const void *)&key->word[2]);
	const __m128i k2 = _mm_loadu_si128((const __m128i *)(const void *)&key->word[4]);

	for (size_t i = 0; i < n; i++) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)&in[i]);

		x = _mm_aesenc_si128(_mm_xor_si128(x, k0), k1);
		x = _mm_aesenc_si128(x, k2);
		x = _mm_aesenc_si128(x, k0);
		out[i] = (uint64_t)_mm_cvtsi128_si64(x);
	}
}
#endif

void hash_many(const struct hash_key *key, const struct hash_in *in, uint64_t *out, size_t n)
{
#if defined(__x86_64__)
	if (LIKELY(__builtin_cpu_supports("aes"))) {
		aes_many(key, in, out, n);
		return;
	}
#endif
	sip_many(key, in, out, n);
}

uint64_t hash_bytes(const struct hash_key *key, const void *data, size_t size)
{
	const uint8_t *p = data;
	size_t left = size;
	uint8_t tail[8] = {0};
	struct sip s;

	sip_init(&s, key->word[6], key->word[7]);
	for (; left >= 8; left -= 8, p += 8)
		sip_word(&s, raw64(p));
	memcpy(tail, p, left);
	tail[7] = (uint8_t)size;
	sip_word(&s, raw64(tail));
	return sip_final(&s);
}
