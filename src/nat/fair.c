/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nat/fair.c - whether one source may take yet another port of a pool that is all but used up.
 *
 * A pool is the ports of a range's addresses toward one destination. Nobody counts what each
 * source has of it: the table knows whose each port is, so a sample of SAMPLE ports at random
 * tells how full the pool is and who has it. Once FULL of them are taken (which may happen when
 * nine tenths of the pool are, and mostly does when a hundredth is left), a source that has at
 * least HEAVY of the sample, and more than it would have if one source more came and all
 * shared alike, gets no more: what is left is for the others, and it is not asked about again
 * for PRESSED. As long as a pool is not so full nobody is held back (RFC 6888, requirement 4, asks
 * for a limit that is configured; that is ports-per-source).
 *
 * Pools of fewer than SMALL_POOL ports go to who comes first.
 *
 * Threads: the worker's. Cost: SAMPLE look-ups, for a search that does not find a port
 * soon, and then for each new connection while pools are taken for full (nat.pressed).
 */
#include "nat/choice.h"

#include "base/bytes.h"

#define SAMPLE 64u
#define FULL 63u
#define HEAVY 4u
#define SMALL_POOL 1024u
#define PRESSED WEIR_SEC
#define FOR_HEAVY 6 /* what the hash is asked for; choose.c has the others */

struct sample {
	unsigned looked, taken, own;
	unsigned sources; /* different ones */
	uint64_t source[SAMPLE];
};

/* Of IPv6 a network is a source. */
static uint64_t source_of(const struct tuple *tuple)
{
	return tuple->family == WEIR_IPV4 ? tuple->src.v4 : tuple->src.u64[0];
}

static void note_holder(struct sample *s, const struct choice *c)
{
	bool six = c->now.family == WEIR_IPV6;
	struct tuple own;
	uint64_t source;

	s->taken++;
	if (!c->holder)
		return;
	conn_tuple_get(table_at(c->nat->table, c->holder), six, WEIR_ORIGINAL, &own);
	source = source_of(&own);
	s->own += source == source_of(c->original);
	for (unsigned i = 0; i < s->sources; i++)
		if (s->source[i] == source)
			return;
	s->source[s->sources++] = source;
}

static void take_sample(struct sample *s, const struct choice *c, uint64_t addresses)
{
	uint32_t size = (uint32_t)c->last_port - c->first_port + 1;
	unsigned __int128 first = choice_number(c, &c->first);
	struct choice probe = *c;

	*s = (struct sample){.looked = 0};
	for (unsigned i = 0; i < 4 * SAMPLE * c->nat->workers && s->looked < SAMPLE; i++) {
		uint64_t random = choice_draw(c->nat);
		enum taken taken;

		choice_put_number(c, &probe.next.src, first + (random >> 20) % addresses);
		*choice_port(&probe.next, NAT_SRC) =
			(uint16_t)(c->first_port + (random & 0xfffff) % size);
		taken = choice_look(&probe, false);
		if (taken == FOREIGN)
			continue;
		s->looked++;
		if (taken == TAKEN)
			note_holder(s, &probe);
	}
}

/* Where it is noted that a source has its share of a pool, and what stands there then. */
static struct nat_heavy *place_of(const struct choice *c, uint64_t *key)
{
	const struct tuple *now = &c->now;
	struct hash_in in = {.lo = source_of(c->original) ^ (uint64_t)FOR_HEAVY << 56,
			     .hi = now->dst.u64[0]};

	in.lo = hash_one(&c->nat->key, in);
	in.hi = now->dst.u64[1] ^ ((uint64_t)now->proto << 16 | now->dst_port);
	*key = hash_one(&c->nat->key, in);
	return &c->nat->heavy[*key % ARRAY_COUNT(c->nat->heavy)];
}

static bool refuse(struct choice *c, uint32_t held)
{
	c->nat->held = held;
	c->unfair = true;
	return false;
}

bool choice_is_fair(struct choice *c)
{
	uint64_t size = (uint64_t)c->last_port - c->first_port + 1, key;
	unsigned __int128 count = choice_number(c, &c->last) - choice_number(c, &c->first) + 1;
	struct nat *nat = c->nat;
	struct nat_heavy *place = place_of(c, &key);
	struct sample s;

	c->judged = true;
	if (count == 0 || count > UINT32_MAX || (uint64_t)count * size < SMALL_POOL)
		return true;
	if (place->key == key && nat->now < place->until)
		return refuse(c, place->held);
	take_sample(&s, c, (uint64_t)count);
	if (s.looked < SAMPLE || s.taken < FULL)
		return true;
	nat->pressed = nat->now + PRESSED;
	if (s.own < HEAVY || s.own * (s.sources + 1) <= s.taken)
		return true;
	*place = (struct nat_heavy){
		.key = key,
		.until = nat->now + PRESSED,
		.held = (uint32_t)((uint64_t)count * size * s.own / s.looked),
	};
	return refuse(c, place->held);
}
