/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/router.c - the parts of a router and the wires between them; see router.h.
 *
 * What is made first is freed last: the menus are bound to parts that outlive the model, but for
 * the environment and the store, which end before it.
 */
#include "daemon/router.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/background.h"
#include "daemon/command.h"
#include "daemon/connections.h"
#include "daemon/expectations.h"
#include "daemon/list_names.h"
#include "daemon/rules.h"
#include "model/menus.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/job.h"
#include "system/log.h"
#include "system/resource.h"
#include "system/scheduler.h"
#include "system/store.h"
#include "system/user.h"

#define FILE_READ_MAX (UINT64_C(1) << 30)

/* What may happen between two looks of a router that runs, 100 ms. */
#define EVENT_RING 16384
#define LOOK_AGAIN UINT64_C(100000000)

struct router {
	struct router_options options;
	struct clock *clock;
	struct files *files;
	struct log *log;
	struct model *model;
	struct jobs *jobs;
	struct users *users;
	struct resource *resource;
	struct scheduler *scheduler; /* of a live router */
	struct environment *environment;
	struct background *background;
	struct store *store;
	struct engine_access access;
	struct tracking_bond *bond;
	struct rules *rules;
	struct list_names *list_names; /* of a live router */
	struct configuration configuration;
	struct console_services services;
};

static int no_memory(void)
{
	complain("out of memory");
	return STATUS_FAILED;
}

/* What the parts ask of each other */

static uint64_t world_now(void *ctx)
{
	return clock_now(((struct router *)ctx)->clock, NULL);
}

static uint64_t service_now(void *ctx, int32_t *offset)
{
	return clock_now(((struct router *)ctx)->clock, offset);
}

static void write_log(void *ctx, const char *topics, const char *message)
{
	log_write(((struct router *)ctx)->log, topics, message);
}

/* What concerns who started the program reaches them too. */
static void write_urgent(void *ctx, const char *topics, const char *message)
{
	write_log(ctx, topics, message);
	complain("%s", message);
}

static bool take_notice(void *ctx, struct strbuf *out)
{
	struct router *r = ctx;
	bool any;

	if (!out) {
		if (r->rules)
			rules_log_notice(r->rules);
		return false;
	}
	any = r->bond && connections_take_notice(r->bond, out);
	return (r->rules && rules_take_notice(r->rules, out)) || any;
}

static bool file_read(void *ctx, const char *name, struct strbuf *contents, struct strbuf *error)
{
	return files_read(((struct router *)ctx)->files, name, FILE_READ_MAX, contents, error);
}

static struct service_file *file_begin(void *ctx, const char *name, bool append,
                                       struct strbuf *error)
{
	return (struct service_file *)files_begin(((struct router *)ctx)->files, name, append,
	                                          error);
}

static bool file_write(struct service_file *file, const char *data, size_t len)
{
	return files_write((struct file_writer *)file, data, len);
}

static bool file_end(struct service_file *file, bool keep, struct strbuf *error)
{
	return files_end((struct file_writer *)file, keep, error);
}

static uint64_t begin_job(void *ctx, const char *source, size_t len, const char *file,
                          const struct actor *actor, struct strbuf *error)
{
	const struct background_script script = {
	        .name = "", .source = source, .len = len, .file = file, .actor = *actor};

	return background_begin(((struct router *)ctx)->background, &script, error);
}

static uint64_t begin_script(void *ctx, uint64_t script, const char *name,
                             const struct actor *actor)
{
	const struct job job = {
	        .type = "command",
	        .script = name,
	        .owner = actor->user,
	        .policies = actor->policies,
	        .script_id = script,
	};

	return job_begin(((struct router *)ctx)->jobs, &job);
}

static void end_script(void *ctx, uint64_t job)
{
	job_end(((struct router *)ctx)->jobs, job);
}

static void wire_services(struct router *r)
{
	r->services.ctx = r;
	r->services.now = service_now;
	r->services.log = write_log;
	r->services.notice = take_notice;
	r->services.job_begin = begin_job;
	r->services.script_begin = begin_script;
	r->services.script_end = end_script;
	if (!r->files)
		return;
	r->services.file_read = file_read;
	r->services.file_begin = file_begin;
	r->services.file_write = file_write;
	r->services.file_end = file_end;
}

/* Making */

static int open_files(struct router *r)
{
	struct strbuf error = STRBUF_INIT;

	if (!r->options.files)
		return STATUS_OK;
	r->files = files_create(r->options.files, r->clock, &error);
	if (!r->files)
		complain("--files: %s", strbuf_text(&error));
	strbuf_free(&error);
	return r->files ? STATUS_OK : STATUS_BAD_INPUT;
}

/* What shows itself in the model. */
static bool bind_parts(struct router *r)
{
	const struct resource_options resource = {.files = r->files};
	bool bound;

	model_lock(r->model);
	if (r->files)
		files_bind(r->files, r->model);
	bound = clock_bind(r->clock, r->model) && log_bind(r->log, r->model);
	r->jobs = jobs_create(r->model, r->clock);
	r->users = users_create(r->model, r->clock);
	r->resource = resource_create(r->model, &resource);
	model_unlock(r->model);
	r->environment = environment_create(r->model);
	return bound && r->jobs && r->users && r->resource && r->environment;
}

static int make_parts(struct router *r)
{
	struct model_world world = {r, world_now, write_log};
	struct log_options log = {.ctx = r};
	int status;

	r->clock = clock_create(r->options.replay);
	if (!r->clock)
		return no_memory();
	status = open_files(r);
	if (status != STATUS_OK)
		return status;
	log.clock = r->clock;
	log.files = r->files;
	r->log = log_create(&log);
	r->model = r->log ? model_create(&world) : NULL;
	if (!r->model || !bind_parts(r))
		return no_memory();
	wire_services(r);
	r->background = background_create(r->model, r->jobs, &r->services, r->environment);
	return r->background ? STATUS_OK : no_memory();
}

int router_create(struct router **router, const struct router_options *options)
{
	struct router *r = calloc(1, sizeof *r);
	int status;

	if (!r)
		return no_memory();
	r->options = *options;
	r->access.wake = -1;
	status = make_parts(r);
	if (status == STATUS_OK)
		*router = r;
	else
		router_destroy(r);
	return status;
}

void router_destroy(struct router *r)
{
	if (!r)
		return;
	background_destroy(r->background);
	if (r->store && !store_destroy(r->store))
		complain("the last changes could not be stored");
	environment_destroy(r->environment);
	list_names_stop(r->list_names);
	model_destroy(r->model);
	list_names_destroy(r->list_names);
	scheduler_destroy(r->scheduler);
	resource_destroy(r->resource);
	users_destroy(r->users);
	jobs_destroy(r->jobs);
	rules_unbind(r->rules);
	connections_unbind(r->bond);
	weir_engine_destroy(r->access.engine);
	log_destroy(r->log);
	files_destroy(r->files);
	clock_destroy(r->clock);
	configuration_free(&r->configuration);
	free(r);
}

int router_add_port(struct router *r, const char *name)
{
	uint64_t id;

	model_lock(r->model);
	id = model_add_hardware(r->model, name);
	model_unlock(r->model);
	return id ? STATUS_OK : no_memory();
}

/* Rules that the engine cannot take are the configuration's fault. */
static int bind_rules(struct router *r)
{
	const struct rules_world world = {r, service_now, write_log, r->options.replay};
	struct strbuf error = STRBUF_INIT;
	int status = STATUS_OK;

	r->rules = rules_bind(r->model, &r->access, &world, &error);
	r->access.rules = r->rules;
	if (!r->rules && !error.len) {
		status = no_memory();
	} else if (!r->rules) {
		complain("%s: %s", r->options.config ? r->options.config : "rules",
		         strbuf_text(&error));
		status = STATUS_BAD_INPUT;
	}
	strbuf_free(&error);
	return status;
}

static int make_engine(struct router *r)
{
	bool always = !r->options.config;
	struct weir_config config;
	int error, status = STATUS_OK;

	weir_config_init(&config);
	/* Without a configuration a replay has nothing that would tell of anything. */
	if (r->options.config || !r->options.replay)
		config.event_ring = EVENT_RING;
	model_lock(r->model);
	error = connections_settings(r->model, always, &config.settings)
	                ? weir_engine_create(&r->access.engine, &config)
	                : WEIR_ENOMEM;
	if (!error) {
		r->access.worker = weir_engine_worker(r->access.engine, 0);
		r->bond = connections_bind(r->model, &r->access, always);
		expectations_bind(r->model, &r->access);
		status = r->bond ? bind_rules(r) : no_memory();
	}
	model_unlock(r->model);
	if (error)
		complain("%s", weir_error_text(error));
	return error ? STATUS_FAILED : status;
}

static int open_store(struct router *r)
{
	struct store_options options = {
	        .path = r->options.config,
	        .ctx = r,
	        .now = service_now,
	        .log = write_urgent,
	};
	struct strbuf error = STRBUF_INIT;
	bool kept;

	if (!r->options.config || r->options.frozen || r->options.replay)
		return STATUS_OK;
	model_lock(r->model);
	r->store = store_create(r->model, &options, &error);
	kept = r->store && store_set_foreign(r->store, strbuf_text(&r->configuration.foreign),
	                                     r->configuration.foreign.len);
	model_unlock(r->model);
	if (!r->store)
		complain("%s: %s", r->options.config, strbuf_text(&error));
	strbuf_free(&error);
	if (r->store && !kept)
		return no_memory();
	return r->store ? STATUS_OK : STATUS_FAILED;
}

int router_load(struct router *r)
{
	int status;

	if (!r->options.config || (!r->options.replay && !r->options.frozen &&
	                           access(r->options.config, F_OK) != 0))
		return STATUS_OK;
	status = configuration_load(&r->configuration, r->model, r->options.config, stderr);
	configuration_passed(&r->configuration, stderr);
	return status;
}

/* In a replay time stands still, so nothing would ever be due. */
static int make_scheduler(struct router *r)
{
	if (r->options.replay)
		return STATUS_OK;
	model_lock(r->model);
	r->scheduler = scheduler_create(r->model, r->clock);
	model_unlock(r->model);
	return r->scheduler ? STATUS_OK : no_memory();
}

int router_make(struct router *r)
{
	int status = make_engine(r);

	if (status == STATUS_OK)
		status = make_scheduler(r);
	return status == STATUS_OK ? open_store(r) : status;
}

int router_resolve(struct router *r, struct event_base *base)
{
	const struct list_names_world world = {r, write_log};

	model_lock(r->model);
	r->list_names = list_names_create(r->model, base, &world);
	model_unlock(r->model);
	return r->list_names ? STATUS_OK : no_memory();
}

static enum model_refusal set_tracking(struct router *r, const struct assignment *assignment,
                                       struct strbuf *error)
{
	const struct actor actor = {"admin", "load", POLICY_ALL};
	struct change *change = change_begin(r->model, &actor);
	enum model_refusal refusal;

	if (!change)
		return MODEL_NO_MEMORY;
	refusal = change_set(change, &menu_tracking, 0, assignment, 1, error);
	if (refusal == MODEL_OK)
		return change_commit(change, error);
	change_abort(change);
	return refusal;
}

int router_set_tracking(struct router *r, const char *text)
{
	size_t len = strcspn(text, "=");
	struct assignment assignment = {.property = menu_find(&menu_tracking, text, len)};
	struct strbuf error = STRBUF_INIT;
	enum model_refusal refusal = MODEL_OK;

	if (!assignment.property) {
		const char *closest = menu_suggest(&menu_tracking, text, len);

		complain("--tracking: no setting \"%.*s\" in %s%s%s", (int)(len < 80 ? len : 80),
		         text, menu_tracking.path, closest ? "; did you mean " : "",
		         closest ? closest : "");
		return STATUS_BAD_INPUT;
	}
	assignment.text = text[len] ? text + len + 1 : "";
	assignment.len = strlen(assignment.text);
	model_lock(r->model);
	refusal = set_tracking(r, &assignment, &error);
	model_unlock(r->model);
	if (refusal == MODEL_BAD_VALUE) {
		strbuf_str(&error, "; expected ");
		value_expected(&assignment.property->kind, &error);
	}
	if (refusal != MODEL_OK)
		complain("--tracking: \"%s\": %s", text, strbuf_text(&error));
	strbuf_free(&error);
	return refusal == MODEL_OK ? STATUS_OK : STATUS_BAD_INPUT;
}

/* For its users */

struct model *router_model(struct router *r)
{
	return r->model;
}

struct engine_access *router_engine(struct router *r)
{
	return &r->access;
}

struct rules *router_rules(struct router *r)
{
	return r->rules;
}

void router_set_time(struct router *r, uint64_t now)
{
	clock_set(r->clock, now);
	r->access.now = now;
}

struct console_server *router_consoles(struct router *r)
{
	return console_server_create(r->model, &r->services, r->environment);
}

/* Begins what the scheduler wants to be run. With the model's lock held. */
static void run_scheduled(struct router *r)
{
	struct scheduler_event event;

	while (r->scheduler && scheduler_take(r->scheduler, &event)) {
		const struct background_script script = {
		        .name = event.name,
		        .source = event.source,
		        .len = strlen(event.source),
		        .actor = {event.owner, "scheduler", event.policies},
		        .script_id = event.script,
		};
		struct strbuf error = STRBUF_INIT;

		if (event.forbidden)
			strbuf_str(&error, "the script may do more than the scheduler's entry");
		else
			background_begin(r->background, &script, &error);
		if (error.len) {
			struct strbuf text = STRBUF_INIT;

			strbuf_printf(&text, "scheduler %s: %s", event.name, strbuf_text(&error));
			write_log(r, "script,error", strbuf_text(&text));
			strbuf_free(&text);
		}
		strbuf_free(&error);
		scheduler_event_free(&event);
	}
}

uint64_t router_tick(struct router *r)
{
	uint64_t now = clock_now(r->clock, NULL), next;
	int64_t due;

	model_lock(r->model);
	rules_tick(r->rules);
	if (r->list_names)
		list_names_tick(r->list_names);
	next = rules_expire(r->rules);
	run_scheduled(r);
	due = r->scheduler ? scheduler_due(r->scheduler) : SCHEDULER_NEVER;
	model_unlock(r->model);
	if (due < (int64_t)(next / 1000000000u))
		next = (uint64_t)(due < 0 ? 0 : due) * 1000000000u;
	if (next <= now)
		return 0;
	/* A change may make something due sooner, and rules have the engine tell of packets. */
	return next - now < LOOK_AGAIN ? next - now : LOOK_AGAIN;
}
