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

#include "daemon/command.h"
#include "daemon/connections.h"
#include "model/menus.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/log.h"
#include "system/store.h"

#define FILE_READ_MAX (UINT64_C(1) << 30)

struct router {
	struct router_options options;
	struct clock *clock;
	struct files *files;
	struct log *log;
	struct model *model;
	struct environment *environment;
	struct store *store;
	struct engine_access access;
	struct tracking_bond *bond;
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

static void wire_services(struct router *r)
{
	r->services.ctx = r;
	r->services.now = service_now;
	r->services.log = write_log;
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
		complain("--files: \"%s\": %s", r->options.files, strbuf_text(&error));
	strbuf_free(&error);
	return r->files ? STATUS_OK : STATUS_BAD_INPUT;
}

static bool bind_parts(struct router *r)
{
	model_lock(r->model);
	if (r->files)
		files_bind(r->files, r->model);
	if (!clock_bind(r->clock, r->model) || !log_bind(r->log, r->model)) {
		model_unlock(r->model);
		return false;
	}
	model_unlock(r->model);
	return true;
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
	r->environment = r->model ? environment_create(r->model) : NULL;
	if (!r->environment || !bind_parts(r))
		return no_memory();
	wire_services(r);
	return STATUS_OK;
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
	if (r->store && !store_destroy(r->store))
		complain("the last changes could not be stored");
	environment_destroy(r->environment);
	model_destroy(r->model);
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

static int make_engine(struct router *r)
{
	bool always = !r->options.config;
	struct weir_config config;
	int error;

	weir_config_init(&config);
	model_lock(r->model);
	connections_settings(r->model, always, &config.settings);
	error = weir_engine_create(&r->access.engine, &config);
	if (!error) {
		r->access.worker = weir_engine_worker(r->access.engine, 0);
		r->bond = connections_bind(r->model, &r->access, always);
	}
	model_unlock(r->model);
	if (error)
		complain("%s", weir_error_text(error));
	else if (!r->bond)
		return no_memory();
	return error ? STATUS_FAILED : STATUS_OK;
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

int router_make(struct router *r)
{
	int status = make_engine(r);

	return status == STATUS_OK ? open_store(r) : status;
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

void router_set_time(struct router *r, uint64_t now)
{
	clock_set(r->clock, now);
	r->access.now = now;
}

struct console_server *router_consoles(struct router *r)
{
	return console_server_create(r->model, &r->services, r->environment);
}

uint64_t router_tick(struct router *r)
{
	uint64_t now = clock_now(r->clock, NULL), next;

	model_lock(r->model);
	next = model_expire(r->model);
	model_unlock(r->model);
	if (next <= now)
		return 0;
	return next - now < UINT64_C(1000000000) ? next - now : UINT64_C(1000000000);
}
