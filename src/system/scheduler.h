/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/scheduler.h - /system scheduler: what is to be run when.
 *
 * It knows when each entry is due and what belongs to it; who created it asks it for what is
 * due and runs that. Times are local: what runs daily at 03:00 does so in summer too. What was
 * missed, because the clock leapt or the owner was late, is run once.
 *
 * Life: scheduler_create() once the configuration is loaded; scheduler_destroy() after the
 * model's end. Threads: with the model's lock held. Cost: after a change of the configuration
 * a walk over the entries.
 */
#ifndef SYSTEM_SCHEDULER_H
#define SYSTEM_SCHEDULER_H

#include "model/model.h"
#include "system/clock.h"

struct scheduler;

/* Moments in seconds since 1970 UTC. */
#define SCHEDULER_NEVER INT64_MAX

/* From now on, which is when the router starts. => NULL: no memory */
struct scheduler *scheduler_create(struct model *model, struct clock *clock);
void scheduler_destroy(struct scheduler *scheduler); /* NULL is fine */

/* When the next entry is due, SCHEDULER_NEVER: none is. To be asked again after every change
 * of /system scheduler or /system clock, and when the machine's clock was set. */
int64_t scheduler_due(struct scheduler *scheduler);

/* What one entry wants to be run. */
struct scheduler_event {
	uint64_t id;	   /* in /system scheduler */
	char *name;	   /* its name there */
	uint64_t script;   /* the id of the script that on-event names; 0: it is a script itself */
	char *source;	   /* what to run */
	char *owner;	   /* "" if nobody */
	uint32_t policies; /* POLICY_BIT() */
	bool forbidden;	   /* the script may do more than the entry: it must not run */
};

/* Takes the entry that is due, the one that has waited longest first, and counts it as run.
 * => false: none is, or no memory: it stays due */
bool scheduler_take(struct scheduler *scheduler, struct scheduler_event *event);
void scheduler_event_free(struct scheduler_event *event);

#endif
