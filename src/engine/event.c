/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/event.c - events into the worker's ring. A full ring loses the event,
 * counts it, and marks the next one that finds room, so that the reader knows.
 */
#include "engine/worker.h"

/* => the place of an event, to be filled in and committed; NULL: it is lost */
static struct weir_event *begin(struct weir_worker *w, enum weir_event_type type)
{
	struct weir_event *event = ring_reserve(&w->events);

	if (!event) {
		w->stats.events_lost++;
		w->events_lost = true;
		return NULL;
	}
	event->time = w->now;
	event->type = (uint8_t)type;
	event->why = WEIR_END_NONE;
	event->lost = w->events_lost;
	w->events_lost = false;
	return event;
}

void event_emit(struct weir_worker *w, enum weir_event_type type, uint32_t ref, enum weir_end why)
{
	struct weir_event *event = begin(w, type);

	if (!event)
		return;
	event->why = (uint8_t)why;
	conn_view(w, ref, &event->conn);
	ring_commit(&w->events);
}

static void emit_log(void *ctx, const struct weir_log *log)
{
	struct weir_worker *w = ctx;
	struct weir_event *event = w->has_events ? begin(w, WEIR_EVENT_LOG) : NULL;

	if (!event)
		return;
	event->log = *log;
	ring_commit(&w->events);
}

static void emit_listed(void *ctx, const struct weir_listed *listed)
{
	struct weir_worker *w = ctx;
	struct weir_event *event = w->has_events ? begin(w, WEIR_EVENT_LIST_ADDED) : NULL;

	if (!event)
		return;
	event->listed = *listed;
	ring_commit(&w->events);
}

/* Whether something may be told of a rule's pool now. The place that was used longest ago is given
 * to another rule once its minute is over. */
static bool may_tell(struct weir_worker *w, const struct weir_pool *pool)
{
	struct pool_told *place = &w->pools[0];

	for (unsigned i = 0; i < POOLS_TOLD; i++) {
		struct pool_told *p = &w->pools[i];

		if (p->again && p->rule == pool->rule && p->what == pool->what) {
			place = p;
			break;
		}
		if (p->again < place->again)
			place = p;
	}
	if (place->again > w->now)
		return false;
	*place = (struct pool_told){pool->rule, pool->what, w->now + UINT64_C(60) * WEIR_SEC};
	return true;
}

void event_pool(struct weir_worker *w, const struct weir_pool *pool)
{
	struct weir_event *event;

	if (!w->has_events || (pool->what != WEIR_POOL_BLOCK && !may_tell(w, pool)))
		return;
	event = begin(w, WEIR_EVENT_POOL);
	if (!event)
		return;
	event->pool = *pool;
	ring_commit(&w->events);
}

const struct firewall_sink event_sink = {.log = emit_log, .listed = emit_listed};

size_t weir_event_read(struct weir_worker *worker, struct weir_event *events, size_t count)
{
	return ring_read(&worker->events, events, count);
}
