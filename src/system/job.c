/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/job.c - what runs now; see job.h.
 */
#include "system/job.h"

#include <stdlib.h>

#include "system/field.h"
#include "system/rows.h"

#define MENU "/system script job"
#define SCRIPTS "/system script"
#define SECOND INT64_C(1000000000)

struct running {
	struct job job; /* its texts are ours */
	uint64_t id;
	int64_t since;
	struct running *next; /* later ones */
	unsigned owners;      /* the list, and listings */
	bool stopped;
	char texts[];
};

struct runs {
	uint64_t script;
	uint64_t count;
	int64_t last;
};

struct jobs {
	struct clock *clock;
	struct running *first;
	size_t count;
	uint64_t last_id;
	struct runs *runs;
	size_t scripts;
	struct strbuf room; /* the last value's text */
};

static void release(void *ctx, void *data)
{
	struct running *running = data;

	(void)ctx;
	if (--running->owners == 0)
		free(running);
}

static void print_policies(uint32_t policies, struct strbuf *out)
{
	static const char *const names[] = {
#define X(name, text) text,
		POLICIES(X)
#undef X
	};
	const char *comma = "";

	for (unsigned i = 0; i < POLICY_COUNT; i++) {
		if (policies & 1u << i) {
			strbuf_printf(out, "%s%s", comma, names[i]);
			comma = ",";
		}
	}
}

static bool text(void *ctx, const struct row *row, const struct property *property,
		 struct strbuf *out)
{
	const struct jobs *jobs = ctx;
	const struct running *r = row->data;

	if (strcmp(property->name, "type") == 0)
		strbuf_str(out, r->job.type);
	else if (strcmp(property->name, "script") == 0 && r->job.script)
		strbuf_str(out, r->job.script);
	else if (strcmp(property->name, "owner") == 0)
		strbuf_str(out, r->job.owner);
	else if (strcmp(property->name, "policy") == 0)
		print_policies(r->job.policies, out);
	else if (strcmp(property->name, "started") == 0)
		clock_print(jobs->clock, r->since, out);
	else if (strcmp(property->name, "parent") == 0 && r->job.parent)
		strbuf_printf(out, "*%llX", (unsigned long long)r->job.parent);
	else
		return false;
	return true;
}

static struct menu_source *open_list(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = text, .release = release};
	struct jobs *jobs = ctx;
	struct row *rows = malloc((jobs->count + 1) * sizeof *rows);
	size_t count = 0;

	if (rows == NULL)
		return NULL;
	for (struct running *r = jobs->first; r; r = r->next) {
		r->owners++;
		rows[count++] = (struct row){.id = r->id, .data = r};
	}
	return rows_open(menu, &kind, jobs, rows, count);
}

static void stop(struct running *r)
{
	if (!r->stopped && r->job.stop)
		r->job.stop(r->job.ctx);
	r->stopped = true;
}

static enum model_refusal remove_job(void *ctx, const struct menu *menu, const struct actor *actor,
				     uint64_t id, struct strbuf *error)
{
	struct jobs *jobs = ctx;

	(void)menu;
	(void)actor;
	for (struct running *r = jobs->first; r; r = r->next) {
		if (r->id == id) {
			stop(r);
			return MODEL_OK;
		}
	}
	strbuf_str(error, "no such item");
	return MODEL_NO_ITEM;
}

static struct runs *runs_of(struct jobs *jobs, uint64_t script)
{
	for (size_t i = 0; i < jobs->scripts; i++)
		if (jobs->runs[i].script == script)
			return &jobs->runs[i];
	return NULL;
}

static void show_script(void *ctx, const struct menu *menu, const struct item *item,
			const struct property *property, struct value *value)
{
	struct jobs *jobs = ctx;
	const struct runs *runs = runs_of(jobs, item_id(item));

	(void)menu;
	*value = value_none();
	strbuf_reset(&jobs->room);
	if (strcmp(property->name, "run-count") == 0)
		strbuf_u64(&jobs->room, runs ? runs->count : 0);
	else if (strcmp(property->name, "last-started") == 0 && runs)
		clock_print(jobs->clock, runs->last, &jobs->room);
	else
		return;
	if (!jobs->room.failed)
		field_answer(property, strbuf_text(&jobs->room), jobs->room.len, value);
}

struct jobs *jobs_create(struct model *model, struct clock *clk)
{
	static const struct menu_live live = {.open = open_list, .remove = remove_job};
	static const struct menu_live script_live = {.value = show_script};
	const struct menu *menu = model_menu(model, MENU), *scripts = model_menu(model, SCRIPTS);
	struct jobs *jobs = calloc(1, sizeof *jobs);

	if (jobs == NULL)
		return NULL;
	jobs->clock = clk;
	if (menu)
		model_bind(model, menu, &live, jobs);
	if (scripts)
		model_bind(model, scripts, &script_live, jobs);
	return jobs;
}

void jobs_destroy(struct jobs *jobs)
{
	if (jobs == NULL)
		return;
	while (jobs->first)
		job_end(jobs, jobs->first->id);
	free(jobs->runs);
	strbuf_free(&jobs->room);
	free(jobs);
}

static void count_run(struct jobs *jobs, uint64_t script, int64_t now)
{
	struct runs *runs = runs_of(jobs, script), *grown;

	if (runs == NULL) {
		grown = realloc(jobs->runs, (jobs->scripts + 1) * sizeof *grown);
		if (grown == NULL)
			return; /* it is not counted, nothing else */
		jobs->runs = grown;
		runs = &grown[jobs->scripts++];
		*runs = (struct runs){.script = script};
	}
	runs->count++;
	runs->last = now;
}

uint64_t job_begin(struct jobs *jobs, const struct job *job)
{
	size_t type = strlen(job->type) + 1, owner = strlen(job->owner) + 1;
	size_t script = job->script ? strlen(job->script) + 1 : 0;
	struct running *r = calloc(1, sizeof *r + type + owner + script), **at = &jobs->first;

	if (r == NULL)
		return 0;
	r->job = *job;
	r->job.type = memcpy(r->texts, job->type, type);
	r->job.owner = memcpy(r->texts + type, job->owner, owner);
	if (job->script)
		r->job.script = memcpy(r->texts + type + owner, job->script, script);
	r->id = ++jobs->last_id;
	r->since = (int64_t)clock_now(jobs->clock, NULL) / SECOND;
	r->owners = 1;
	while (*at)
		at = &(*at)->next;
	*at = r;
	jobs->count++;
	if (job->script_id)
		count_run(jobs, job->script_id, r->since);
	return r->id;
}

void job_end(struct jobs *jobs, uint64_t id)
{
	for (struct running **at = &jobs->first; *at; at = &(*at)->next) {
		struct running *r = *at;

		if (r->id != id)
			continue;
		*at = r->next;
		jobs->count--;
		release(jobs, r);
		return;
	}
}

size_t jobs_stop(struct jobs *jobs)
{
	for (struct running *r = jobs->first; r; r = r->next)
		stop(r);
	return jobs->count;
}
