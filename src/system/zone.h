/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/zone.h - a time zone: how far local time is from UTC, at any moment.
 *
 * Zones come from the system's zoneinfo files (RFC 8536), read here so that a process may use
 * any zone without having one of its own (TZ).
 *
 * Life: zone_load() or zone_fixed() to zone_free(); constant between. Threads: any.
 * Cost: a binary search for each question.
 */
#ifndef SYSTEM_ZONE_H
#define SYSTEM_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_DIRECTORY "/usr/share/zoneinfo"

struct zone;

/* The zone of that name, "Europe/London"; directory: NULL means ZONE_DIRECTORY.
 * => NULL: there is none, or no memory */
struct zone *zone_load(const char *directory, const char *name);

/* The zone that a zoneinfo file's bytes describe. => NULL: they do not, or no memory */
struct zone *zone_parse(const void *data, size_t size);

/* The zone that is always so many seconds east of UTC. => NULL: no memory */
struct zone *zone_fixed(int32_t offset);

void zone_free(struct zone *zone); /* NULL is fine */

/* The offset in seconds east of UTC, at a moment in seconds since 1970 UTC. zone NULL: UTC.
 * *summer, if asked for: whether it is daylight saving time */
int32_t zone_offset(const struct zone *zone, int64_t utc, bool *summer);

/* The moment at which clocks show a local time (seconds since 1970 as if it were UTC). Of two,
 * the first; where clocks leap over it, the time that they would have shown without. */
int64_t zone_to_utc(const struct zone *zone, int64_t local);

#endif
