/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/sweep.c - the clock hand that ends what is due and samples the rates.
 *
 * Nothing is re-armed when a packet comes: an entry carries the tick at which it
 * ends, lookups compare it, and the hand passes over the slab in order, a slice
 * behind each batch. A turn takes a second, or longer in large tables: the hand
 * moves at most two million slots a second, about a hundredth of a core.
 * The hand also forgets epochs that are about to come round (engine/policy.h).
 * An entry that is due but not passed yet is never found and never listed; it
 * only holds its memory.
 *
 * The rate of a direction is what it carried between two passes over its block that
 * were a second apart or more, divided by the time between them.
 */
#include "engine/worker.h"
#include "track/rate.h"

#define TURN_NS WEIR_SEC
#define SLOTS_PER_SECOND 2000000
#define SAMPLE_TICKS ((uint32_t)(WEIR_SEC / TICK_NS))

static uint32_t slots_of(const struct slab *s)
{
	return s->top * s->per_block;
}

/* A FastTracked connection that carried something is asked where its sides are. */
static void sample(struct conn *c, uint32_t ticks)
{
	bool carried = false;

	for (unsigned d = 0; d < 2; d++) {
		uint32_t bytes = c->bytes[d] - c->sampled_bytes[d];

		if (bytes == 0 && c->rate[d] == 0)
			continue;
		c->rate[d] = rate_pack((uint64_t)bytes * WEIR_SEC / (ticks * TICK_NS));
		carried |= bytes > 0;
		c->sampled_bytes[d] = c->bytes[d];
	}
	if (carried && c->status & CONN_FAST_PATH && c->proto == PROTO_TCP)
		tcp_fast_ask(c);
}

/* The hand enters a block: it samples in it if the last time was a second ago. */
static void enter_block(struct slab_block *b, uint32_t now)
{
	uint32_t ticks = now - b->swept_tick;

	b->sample_ticks = 0;
	if (b->swept_tick && ticks < SAMPLE_TICKS)
		return;
	if (b->swept_tick)
		b->sample_ticks = ticks;
	b->swept_tick = now ? now : 1;
}

/* One block's part of a slice: slots from..to-1. */
static void pass_over(struct weir_worker *w, struct slab *s, uint32_t block, uint32_t from,
		      uint32_t to, uint32_t ticks)
{
	for (uint32_t slot = from; slot < to && s->base[block]; slot++) {
		struct conn *c = slab_look(s, slot);

		if (!c || !conn_in_use(c))
			continue;
		if (UNLIKELY(policy_half(c->epoch) != policy_half(w->epoch) && c->epoch))
			c->epoch = 0; /* engine/policy.h */
		if (conn_expired(w, c))
			path_end(w, slot | (s == &w->table.slab6 ? REF_FAMILY6 : 0),
				 WEIR_END_TIMEOUT);
		else if (ticks > 0)
			sample(c, ticks);
	}
}

/* Passes over at most `slots` of the slab that the hand is in, from where it is. => how many */
static uint32_t sweep_slab(struct weir_worker *w, struct slab *s, uint32_t slots)
{
	uint32_t end = slots_of(s), done = 0;

	while (done < slots && w->sweep.slot < end) {
		uint32_t block = w->sweep.slot / s->per_block;
		uint32_t to = (block + 1) * s->per_block;
		struct slab_block *b = &s->block[block];

		if (!s->base[block]) {
			w->sweep.slot = to;
			continue;
		}
		if (w->sweep.slot <= block * s->per_block + (block == 0))
			enter_block(b, w->track.now);
		if (to > b->fresh)
			to = b->fresh;
		if (to - w->sweep.slot > slots - done)
			to = w->sweep.slot + slots - done;
		done += to - w->sweep.slot;
		pass_over(w, s, block, w->sweep.slot, to, b->sample_ticks);
		w->sweep.slot = to;
		if (!s->base[block] || to >= b->fresh)
			w->sweep.slot = (block + 1) * s->per_block;
	}
	return done;
}

void sweep_slots(struct weir_worker *w, uint32_t slots)
{
	for (int slabs = 0; slabs < 3 && slots > 0; slabs++) {
		struct slab *s = w->sweep.family6 ? &w->table.slab6 : &w->table.slab4;

		slots -= sweep_slab(w, s, slots);
		if (w->sweep.slot >= slots_of(s)) {
			w->sweep.family6 = !w->sweep.family6;
			w->sweep.slot = 1;
			if (!w->sweep.family6) {
				w->sweep.begun = w->now;
				w->sweep.turns++;
			}
		}
	}
}

void sweep_some(struct weir_worker *w, uint32_t slots)
{
	uint64_t all = (uint64_t)slots_of(&w->table.slab4) + slots_of(&w->table.slab6);
	uint64_t elapsed = w->now - w->sweep.then, due;

	if (elapsed > TURN_NS)
		elapsed = TURN_NS;
	due = (all < SLOTS_PER_SECOND ? all : SLOTS_PER_SECOND) * elapsed / TURN_NS;
	if (due == 0)
		return;
	w->sweep.then = w->now;
	sweep_slots(w, due < slots ? (uint32_t)due : slots);
}

void sweep_all(struct weir_worker *w)
{
	w->sweep = (struct sweep){
		.slot = 1, .then = w->now, .begun = w->now, .turns = w->sweep.turns + 1};
	sweep_slab(w, &w->table.slab4, UINT32_MAX);
	w->sweep.family6 = true;
	w->sweep.slot = 1;
	sweep_slab(w, &w->table.slab6, UINT32_MAX);
	w->sweep.family6 = false;
	w->sweep.slot = 1;
}

static void count_slab(struct weir_worker *w, const struct slab *s)
{
	for (uint32_t slot = 1; slot < slots_of(s); slot++) {
		const struct conn *c = s->base[slot / s->per_block] ? slab_look(s, slot) : NULL;

		if (c && conn_in_use(c) && c->status & WEIR_STATUS_CONFIRMED)
			nat_conn_count(&w->nat, c, s == &w->table.slab6);
	}
}

void sweep_count(struct weir_worker *w)
{
	count_slab(w, &w->table.slab4);
	count_slab(w, &w->table.slab6);
}

/* Ticks can be compared over 99 days. No timeout is longer than 90, and nothing is overdue by
 * more than a turn: so a stop 90 days ahead sees everything that is in the table end. */
void sweep_overdue(struct weir_worker *w, weir_time now)
{
	weir_time stop = now - w->now < WEIR_TIMEOUT_MAX ? now : w->now + WEIR_TIMEOUT_MAX;

	w->now = now;
	w->track.now = tick_from_ns(stop);
	sweep_all(w);
	w->track.now = tick_from_ns(now);
}
