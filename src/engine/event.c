/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/event.c - events into the worker's ring. A full ring loses the event,
 * counts it, and marks the next one that finds room, so that the reader knows.
 */
#include "engine/worker.h"

void event_emit(struct weir_worker *w, enum weir_event_type type, uint32_t ref, enum weir_end why)
{
	struct weir_event *event = ring_reserve(&w->events);

	if (!event) {
		w->stats.events_lost++;
		w->events_lost = true;
		return;
	}
	event->time = w->now;
	event->type = (uint8_t)type;
	event->why = (uint8_t)why;
	event->lost = w->events_lost;
	w->events_lost = false;
	conn_view(w, ref, &event->conn);
	ring_commit(&w->events);
}

size_t weir_event_read(struct weir_worker *worker, struct weir_event *events, size_t count)
{
	return ring_read(&worker->events, events, count);
}
