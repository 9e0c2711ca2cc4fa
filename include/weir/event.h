/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/event.h - what happened to connections, from a bounded ring that never
 * blocks the packets.
 */
#ifndef WEIR_EVENT_H
#define WEIR_EVENT_H

#include <weir/conn.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_EVENTS(X)                                                                             \
	X(NEW, "new")           /* confirmed: it is in the table */                                    \
	X(UPDATED, "updated")   /* tcp-state, seen-reply, mark or fasttrack changed */                 \
	X(ASSURED, "assured")   /* early drop will not take it any more */                             \
	X(DESTROYED, "destroyed") /* gone; `why` and the totals in `conn` are final */

enum weir_event_type {
#define X(name, text) WEIR_EVENT_##name,
	WEIR_EVENTS(X)
#undef X
	WEIR_EVENT_COUNT
};

/* Why a connection ended. */
#define WEIR_ENDS(X)                                                                               \
	X(NONE, "none")                                                                                \
	X(TIMEOUT, "timeout")                                                                          \
	X(RESET, "reset")           /* an unanswered opener was refused by RST */                      \
	X(REOPENED, "reopened")     /* a SYN began it anew */                                          \
	X(REMOVED, "removed")       /* somebody asked for it */                                        \
	X(EARLY_DROP, "early-drop") /* half-open, and its place was needed */

enum weir_end {
#define X(name, text) WEIR_END_##name,
	WEIR_ENDS(X)
#undef X
	WEIR_END_COUNT
};

struct weir_event {
	weir_time time;
	uint8_t type;  /* enum weir_event_type */
	uint8_t why;   /* enum weir_end, with DESTROYED */
	uint8_t lost;  /* 1: events were lost just before this one (the ring was full): what the
			  reader knows of the table is out of date, list it again */
	struct weir_conn conn;
};

/* Takes up to `count` events from a worker's ring. One thread at a time may
 * read; it may be another than the worker's.
 * => how many were written; 0 also if the engine was created without a ring */
WEIR_API size_t weir_event_read(struct weir_worker *worker, struct weir_event *events, size_t count);

WEIR_API const char *weir_event_text(enum weir_event_type type);
WEIR_API const char *weir_end_text(enum weir_end why);

#ifdef __cplusplus
}
#endif
#endif
