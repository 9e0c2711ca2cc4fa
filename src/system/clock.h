/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/clock.h - the router's clock, and the zone that it shows time in.
 *
 * The time is the machine's, or, for a replay, one that its owner sets. The zone is that of
 * /system clock; the process' own zone does not matter. Every date that a menu shows is
 * written here.
 *
 * Life: clock_create() to clock_destroy(), after the model's end if it is bound. Threads: any,
 * under a lock of its own; clock_bind() with the model's. Cost: a lock, a binary search.
 */
#ifndef SYSTEM_CLOCK_H
#define SYSTEM_CLOCK_H

#include "model/model.h"
#include "system/zone.h"

struct clock;

/* fixed: the time stands still until clock_set() moves it. => NULL: no memory */
struct clock *clock_create(bool fixed);
void clock_destroy(struct clock *clock); /* NULL is fine */

/* The time of a fixed clock, in nanoseconds since 1970 UTC. */
void clock_set(struct clock *clock, uint64_t now);

/* Nanoseconds since 1970 UTC, and, if asked for, the offset of local time in seconds. */
uint64_t clock_now(struct clock *clock, int32_t *offset);

/* The offset of local time at a moment, in seconds since 1970 UTC, and back. */
int32_t clock_offset(struct clock *clock, int64_t utc);
int64_t clock_to_utc(struct clock *clock, int64_t local);

/* Shows local time in a zone of the system ("Europe/London") or, with "manual", so many
 * seconds east of UTC. => false: there is no such zone, or no memory; nothing has changed */
bool clock_set_zone(struct clock *clock, const char *name, int32_t manual);

/* Appends a moment in local time: 2026-11-21 16:00:00 */
void clock_print(struct clock *clock, int64_t utc, struct strbuf *out);

/* Appends 16:00:00 for a moment of today, and the date before it for others. */
void clock_print_short(struct clock *clock, int64_t utc, struct strbuf *out);

/* Shows itself in /system clock and follows its settings. Once.
 * => false: no memory */
bool clock_bind(struct clock *clock, struct model *model);

#endif
