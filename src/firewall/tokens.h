/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/tokens.h - a token bucket: for limit and dst-limit.
 *
 * It is full at first and gains `rate` tokens in each `time`, `burst` at most. A packet takes a
 * token, or one for each of its bits. Of a packet that is larger than a full bucket only that
 * is asked that the bucket be full; what it takes too much has to be gained before the next.
 *
 * Fractions of tokens are kept, so that the rate is exact whenever it is looked at.
 */
#ifndef FIREWALL_TOKENS_H
#define FIREWALL_TOKENS_H

#include <weir/rules.h>

#define TOKENS_MOST (UINT64_C(1) << 62)

struct tokens {
	int64_t count;
	uint64_t rest; /* of a token, in parts of rate's time */
	weir_time last;
};

static inline int64_t tokens_room(const struct weir_match *limit)
{
	return limit->limit.burst > 0 ? (int64_t)limit->limit.burst : 1;
}

static inline void tokens_fill(struct tokens *t, const struct weir_match *limit, weir_time now)
{
	*t = (struct tokens){tokens_room(limit), 0, now};
}

static inline void tokens_gain(struct tokens *t, const struct weir_match *limit, weir_time now)
{
	__extension__ typedef unsigned __int128 wide;
	uint64_t elapsed = now - t->last, room = (uint64_t)(tokens_room(limit) - t->count), sum;
	wide all, gained;

	t->last = now;
	if (!__builtin_mul_overflow(elapsed, limit->limit.rate, &sum) &&
	    !__builtin_add_overflow(sum, t->rest, &sum)) {
		gained = sum / limit->limit.time;
		t->rest = sum % limit->limit.time;
	} else {
		all = (wide)elapsed * limit->limit.rate + t->rest;
		gained = all / limit->limit.time;
		t->rest = (uint64_t)(all % limit->limit.time);
	}
	if (gained < room) {
		t->count += (int64_t)gained;
	} else {
		t->count = tokens_room(limit);
		t->rest = 0;
	}
}

/* => whether the packet is within the limit; then it took its tokens */
static inline bool tokens_take(struct tokens *t, const struct weir_match *limit, uint32_t bytes,
			       weir_time now)
{
	int64_t cost = limit->limit.bits ? (int64_t)bytes * 8 : 1, room = tokens_room(limit);

	if (now > t->last)
		tokens_gain(t, limit, now);
	if (t->count < (cost < room ? cost : room))
		return false;
	t->count -= cost;
	return true;
}

#endif
