/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out, at every allocation in turn: what the system's parts begin, list and
 * write either works or is refused, and nothing crashes or is lost (a sanitizer looks).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "menus.h"
#include "scratch.h"
#include "system/active.h"
#include "system/job.h"
#include "system/log.h"
#include "system/resource.h"
#include "system/scheduler.h"
#include "system/user.h"

static unsigned long left; /* allocations until one fails; 0: none does */
static bool hit;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
char *__wrap_strdup(const char *text);

static bool fails(void)
{
	if (left == 0 || --left)
		return false;
	hit = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __real_realloc(ptr, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

struct parts {
	struct clock *clock;
	struct files *files;
	struct log *log;
	struct users *users;
	struct active *active;
	struct jobs *jobs;
	struct resource *resource;
	struct scheduler *scheduler;
};

/* Lists a menu: all of it, every property. */
static void list(struct model *model, const char *path)
{
	const struct menu *menu = model_menu(model, path);
	struct menu_source *source = model_open(model, menu);
	const void *item;
	struct value value;

	while (source && (item = source->next(source)) != NULL)
		for (size_t i = 0; i < menu->count; i++)
			source_getter(source, &menu->properties[i])(source, item,
								    &menu->properties[i], &value);
	model_close(source);
}

static void use(struct parts *p, struct model *model)
{
	struct scheduler_event event;
	struct strbuf error = STRBUF_INIT;
	struct file_writer *w = files_begin(p->files, "x.txt", true, &error);
	struct user user;

	if (w)
		files_write(w, "x", 1);
	files_end(w, true, &error);
	log_write(p->log, "system,info", "one");
	log_write(p->log, "debug", "two");
	user_find(model, "admin", &user);
	user_free(&user);
	users_logged_in(p->users, 1);
	active_remove(p->active, active_add(p->active, "a", "b", "c", "d"));
	active_add(p->active, "a", "b", "c", "d");
	job_begin(p->jobs, &(struct job){.type = "command", .owner = "eve", .script_id = 1});
	clock_set(p->clock, UINT64_C(10000000000));
	scheduler_due(p->scheduler);
	if (scheduler_take(p->scheduler, &event))
		scheduler_event_free(&event);
	list(model, "/log");
	list(model, "/file");
	list(model, "/user");
	list(model, "/user active");
	list(model, "/system script job");
	list(model, "/system resource");
	list(model, "/system resource cpu");
	list(model, "/system scheduler");
	strbuf_free(&error);
}

/* => whether all parts could begin */
static bool begin(struct parts *p, struct model *model, const struct scratch *s)
{
	struct strbuf error = STRBUF_INIT;
	bool ok;

	p->clock = clock_create(true);
	p->files = p->clock ? files_create(s->path, p->clock, &error) : NULL;
	strbuf_free(&error);
	p->log = p->files ? log_create(&(struct log_options){.clock = p->clock, .files = p->files})
			  : NULL;
	ok = p->log && clock_bind(p->clock, model) && log_bind(p->log, model);
	if (p->files)
		files_bind(p->files, model);
	p->users = ok ? users_create(model, p->clock) : NULL;
	p->active = p->users ? active_create(model, p->clock) : NULL;
	p->jobs = p->active ? jobs_create(model, p->clock) : NULL;
	p->resource = p->jobs ? resource_create(model, &(struct resource_options){0}) : NULL;
	p->scheduler = p->resource ? scheduler_create(model, p->clock) : NULL;
	return p->scheduler != NULL;
}

static void end(struct parts *p)
{
	scheduler_destroy(p->scheduler);
	resource_destroy(p->resource);
	jobs_destroy(p->jobs);
	active_destroy(p->active);
	users_destroy(p->users);
	log_destroy(p->log);
	files_destroy(p->files);
	clock_destroy(p->clock);
}

static void test_every_allocation(void **state)
{
	unsigned long at = 0;
	struct scratch s;

	(void)state;
	scratch_make(&s);
	do {
		struct model *model = model_create(NULL);
		struct parts parts = {0};

		assert_non_null(model);
		menu_apply(model, "/system logging", 0,
			   (const char *const[]){"topics=debug", "action=disk", NULL});
		menu_apply(model, "/system scheduler", 0,
			   (const char *const[]){"name=s", "start-time=startup", NULL});
		hit = false;
		left = ++at;
		if (begin(&parts, model, &s))
			use(&parts, model);
		left = 0;
		model_destroy(model);
		end(&parts);
	} while (hit);
	assert_true(at > 100);
	scratch_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
