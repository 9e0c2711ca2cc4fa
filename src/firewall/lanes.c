/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/lanes.c - the packet's way through lanes; see lanes.h. How they are made stands in
 * rule_lanes.c.
 */
#include "firewall/lanes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define QUADS (LANES_BLOCK / 4)
#define INLINE static inline __attribute__((always_inline))

/* What is compared: the blocks of a word, and the packet's values of all fields. */
struct compare {
	const struct lane_block *block;
	unsigned blocks; /* 1 to 4 */
	const uint32_t *of;
	const uint8_t *fields; /* of the columns */
};

typedef uint32_t quad __attribute__((vector_size(16)));

INLINE quad load4(const uint32_t *from)
{
	quad q;

	memcpy(&q, from, sizeof q);
	return q;
}

INLINE uint64_t compare_plain(const struct compare *c, unsigned columns)
{
	const struct lane_block *b = c->block;
	uint64_t word = 0;

	for (unsigned i = 0; i < c->blocks; i++, b += columns) {
		quad bit = {1, 2, 4, 8}, bits = {0};

		for (unsigned q = 0; q < QUADS; q++, bit <<= 4) {
			quad out = {0};

			for (unsigned n = 0; n < columns; n++) {
				uint32_t of = c->of[c->fields[n]];
				quad v = {of, of, of, of};

				out |= (quad)(v - load4(b[n].first + 4 * q) >
					      load4(b[n].width + 4 * q));
			}
			bits |= ~out & bit;
		}
		word |= (uint64_t)(bits[0] | bits[1] | bits[2] | bits[3]) << (i * LANES_BLOCK);
	}
	return word;
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f")))

INLINE AVX2 __m256i load8(const uint32_t *from)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* All ones where the value lies in the range. */
INLINE AVX2 __m256i inside8(const uint32_t *first, const uint32_t *width, __m256i v)
{
	__m256i w = load8(width);

	return _mm256_cmpeq_epi32(_mm256_max_epu32(_mm256_sub_epi32(v, load8(first)), w), w);
}

INLINE AVX2 uint64_t compare_avx2(const struct compare *c, unsigned columns)
{
	const struct lane_block *b = c->block;
	__m256i v[LANES_COLUMNS];
	uint64_t word = 0;

	for (unsigned n = 0; n < columns; n++)
		v[n] = _mm256_set1_epi32((int)c->of[c->fields[n]]);
	for (unsigned i = 0; i < c->blocks; i++, b += columns) {
		__m256i low = inside8(b->first, b->width, v[0]);
		__m256i high = inside8(b->first + 8, b->width + 8, v[0]), both;

		for (unsigned n = 1; n < columns; n++) {
			low = _mm256_and_si256(low, inside8(b[n].first, b[n].width, v[n]));
			high = _mm256_and_si256(high,
						inside8(b[n].first + 8, b[n].width + 8, v[n]));
		}
		/* Packing goes by halves of a vector: 0-3, 8-11, 4-7, 12-15. */
		both = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
		word |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_packs_epi16(
				_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1)))
			<< (i * LANES_BLOCK);
	}
	return word;
}

INLINE AVX512 uint64_t compare_avx512(const struct compare *c, unsigned columns)
{
	const struct lane_block *b = c->block;
	__m512i v[LANES_COLUMNS];
	uint64_t word = 0;

	for (unsigned n = 0; n < columns; n++)
		v[n] = _mm512_set1_epi32((int)c->of[c->fields[n]]);
	for (unsigned i = 0; i < c->blocks; i++, b += columns) {
		__mmask16 in = _mm512_cmple_epu32_mask(
			_mm512_sub_epi32(v[0], _mm512_loadu_si512(b->first)),
			_mm512_loadu_si512(b->width));

		for (unsigned n = 1; n < columns; n++)
			in = _mm512_mask_cmple_epu32_mask(
				in, _mm512_sub_epi32(v[n], _mm512_loadu_si512(b[n].first)),
				_mm512_loadu_si512(b[n].width));
		word |= (uint64_t)in << (i * LANES_BLOCK);
	}
	return word;
}
#endif

enum lanes_how lanes_machine(void)
{
#if defined(__x86_64__)
	/* The first processors with VBMI2 are those that do not slow down. */
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vbmi2"))
		return LANES_AVX512;
	if (__builtin_cpu_supports("avx2"))
		return LANES_AVX2;
#endif
	return LANES_PLAIN;
}

/* The place of an IPv6 address: the last that is not above; the first is 0. */
static uint32_t find_place(const struct lanes *l, unsigned which, const struct values *v)
{
	const uint64_t (*places)[2] = l->places[which];
	const uint64_t *value = v->wide[which];
	uint32_t low = 0;

	for (uint32_t count = l->place_count[which], half; count > 1; count -= half) {
		const uint64_t *at = places[low + (half = count / 2)];

		low += at[0] < value[0] || (at[0] == value[0] && at[1] <= value[1]) ? half : 0;
	}
	return low;
}

void lanes_places(const struct lanes *l, const struct values *v, uint32_t of[CLASS_FIELDS])
{
	memcpy(of, v->of, sizeof v->of);
	of[CLASS_DST] = find_place(l, 0, v);
	of[CLASS_SRC] = find_place(l, 1, v);
}

/* The lanes that the rows leave. */
INLINE uint64_t word_of_rows(const struct lanes *l, const uint32_t *of, uint32_t word)
{
	const uint64_t *bits = l->bits + word * l->bits_size;
	uint64_t left = bits[0];

	for (unsigned i = 0; i < l->row_count; i++) {
		const struct lane_row *r = &l->rows[i];
		uint32_t value = of[r->field];

		value = value < r->most ? value : r->most;
		left &= bits[r->at + value];
	}
	return left;
}

INLINE struct compare what(const struct lanes *l, const uint32_t *of, uint32_t word,
			   unsigned columns)
{
	unsigned blocks = l->blocks - word * 4;

	return (struct compare){
		.block = l->block + word * 4 * columns,
		.blocks = blocks < 4 ? blocks : 4,
		.of = of,
		.fields = l->fields,
	};
}

/* A function for each number of columns, as the compiler is to know it. */
#define FIND(how, target, columns)                                                                 \
	target static uint64_t find_##how##_##columns(const struct lanes *l, const uint32_t *of,   \
						      uint32_t word)                               \
	{                                                                                          \
		struct compare c = what(l, of, word, columns);                                     \
												   \
		return word_of_rows(l, of, word) & compare_##how(&c, columns);                     \
	}
#define FINDS(how, target)                                                                         \
	FIND(how, target, 1) FIND(how, target, 2) FIND(how, target, 3) FIND(how, target, 4)

static uint64_t find_rows(const struct lanes *l, const uint32_t *of, uint32_t word)
{
	return word_of_rows(l, of, word);
}

FINDS(plain, )
#if defined(__x86_64__)
FINDS(avx2, AVX2)
FINDS(avx512, AVX512)
#endif

void lanes_use(struct lanes *l, enum lanes_how how)
{
#define OF(how) {find_rows, find_##how##_1, find_##how##_2, find_##how##_3, find_##how##_4}
	static const lanes_fn finds[][LANES_COLUMNS + 1] = {
		[LANES_PLAIN] = OF(plain),
#if defined(__x86_64__)
		[LANES_AVX2] = OF(avx2),
		[LANES_AVX512] = OF(avx512),
#endif
	};
#undef OF

	l->find = finds[how][l->columns];
}
