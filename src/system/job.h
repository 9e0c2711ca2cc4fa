/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/job.h - /system script job: what runs now, and how often each script has run.
 *
 * Who runs a script says so here, and is told when somebody removes the job.
 *
 * Life: jobs_create() until after the model's end. Threads: with the model's lock held.
 */
#ifndef SYSTEM_JOB_H
#define SYSTEM_JOB_H

#include "model/model.h"
#include "system/clock.h"

struct jobs;

struct job {
	const char *type;   /* "command", "login", "scheduler" */
	const char *script; /* its name; NULL: none */
	const char *owner;
	uint32_t policies;
	uint64_t parent;    /* the job that began it, 0: none */
	uint64_t script_id; /* in /system script, 0: none */
	void *ctx;
	/* The job was removed: it is to end soon, and to call job_end() then. May be NULL */
	void (*stop)(void *ctx);
};

/* => NULL: no memory */
struct jobs *jobs_create(struct model *model, struct clock *clock);
void jobs_destroy(struct jobs *jobs); /* NULL is fine; all have ended */

/* A job begins, and its script has run once more. Texts are copied. => its id, 0: no memory */
uint64_t job_begin(struct jobs *jobs, const struct job *job);
void job_end(struct jobs *jobs, uint64_t id); /* 0 is fine */

/* Tells every job to stop. => how many there are */
size_t jobs_stop(struct jobs *jobs);

#endif
