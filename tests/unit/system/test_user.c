/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users: passwords and their hashes, rights, addresses, the one that must remain; who is
 * logged in, and what runs.
 */
#include "system/user.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "menus.h"
#include "system/active.h"
#include "system/job.h"

struct fixture {
	struct clock *clock;
	struct model *model;
	struct users *users;
	struct active *active;
	struct jobs *jobs;
	struct strbuf text, error;
	unsigned stopped;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->clock = clock_create(true);
	clock_set(f->clock, UINT64_C(1795276800) * 1000000000);
	f->model = model_create(NULL);
	assert_non_null(f->model);
	f->users = users_create(f->model, f->clock);
	f->active = active_create(f->model, f->clock);
	f->jobs = jobs_create(f->model, f->clock);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	users_destroy(f->users);
	active_destroy(f->active);
	jobs_destroy(f->jobs);
	clock_destroy(f->clock);
	strbuf_free(&f->text);
	strbuf_free(&f->error);
	free(f);
	return 0;
}

#define APPLY(path, id, ...)                                                                       \
	menu_apply(f->model, path, id, (const char *const[]){__VA_ARGS__, NULL})
#define REFUSED(path, id, why, ...)                                                                \
	do {                                                                                       \
		strbuf_reset(&f->error);                                                           \
		assert_false(menu_try(f->model, path, id,                                          \
				      (const char *const[]){__VA_ARGS__, NULL}, &f->error));       \
		assert_string_equal(strbuf_text(&f->error), why);                                  \
	} while (0)

static bool login(struct fixture *f, const char *name, const char *password)
{
	struct user user;
	bool found = user_find(f->model, name, &user);
	bool ok = user_password_matches(&user, password) && found;

	user_free(&user);
	return ok;
}

static void test_passwords(void **state)
{
	struct fixture *f = *state;
	char *hash, assignment[400];
	struct user user;

	assert_true(login(f, "admin", "")); /* as a router begins */
	assert_false(login(f, "admin", "x"));
	APPLY("/user", 0, "name=eve", "group=read", "password=correct horse");
	assert_true(login(f, "eve", "correct horse"));
	assert_false(login(f, "eve", "correct hors"));
	assert_false(login(f, "eve", ""));
	assert_false(login(f, "ev", "correct horse")); /* no part of a name */
	assert_false(login(f, "nobody", ""));
	assert_false(login(f, "", ""));
	assert_true(user_find(f->model, "eve", &user));
	hash = strdup(user.hash);
	assert_memory_equal(hash, "$y$", 3);
	user_free(&user);
	/* The hash itself, as a stored configuration has it. */
	snprintf(assignment, sizeof assignment, "password=%s", hash);
	APPLY("/user", 0, "name=twin", "group=read", assignment);
	assert_true(login(f, "twin", "correct horse"));
	assert_false(login(f, "twin", hash));
	APPLY("/user", menu_named(f->model, "/user", "eve"), "disabled=yes");
	assert_false(login(f, "eve", "correct horse"));
	APPLY("/user", menu_named(f->model, "/user", "twin"), "password=");
	assert_true(login(f, "twin", ""));
	free(hash);
}

static int64_t time_of(struct fixture *f, const char *name)
{
	struct timespec from, to;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	assert_false(login(f, name, "wrong"));
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	return (to.tv_sec - from.tv_sec) * INT64_C(1000000) + (to.tv_nsec - from.tv_nsec) / 1000;
}

static void test_groups(void **state)
{
	struct fixture *f = *state;
	const struct menu *menu = model_menu(f->model, "/user group");
	struct change *change;
	uint64_t id;

	APPLY("/user group", 0, "name=some", "policy=read");
	APPLY("/user", 0, "name=eve", "group=some");
	id = menu_named(f->model, "/user group", "some");
	change = change_begin(f->model, NULL);
	assert_int_equal(change_remove(change, menu, &id, 1, &f->error), MODEL_OK);
	assert_int_equal(change_commit(change, &f->error), MODEL_FAILURE);
	assert_string_equal(strbuf_text(&f->error), "failure: group has some users");
	assert_int_equal(menu_named(f->model, "/user group", "some"), id);
}

/* Who is not there takes as much work as who is. */
static void test_nobody_takes_as_long(void **state)
{
	struct fixture *f = *state;

	APPLY("/user", 0, "name=eve", "group=read", "password=secret");
	assert_true(time_of(f, "nobody") * 4 > time_of(f, "eve"));
}

static void test_rights(void **state)
{
	struct fixture *f = *state;
	struct user user;
	struct actor actor;

	assert_int_equal(user_policies("read,api,!write,rest-api"),
			 POLICY_BIT(READ) | POLICY_BIT(API) | POLICY_BIT(REST_API));
	assert_int_equal(user_policies(""), 0);
	APPLY("/user group", 0, "name=api-ro", "policy=read,api,!write");
	APPLY("/user", 0, "name=eve", "group=api-ro");
	assert_true(user_find(f->model, "eve", &user));
	actor = user_actor(&user, "api");
	assert_string_equal(actor.user, "eve");
	assert_string_equal(actor.via, "api");
	assert_int_equal(actor.policies, POLICY_BIT(READ) | POLICY_BIT(API));
	assert_string_equal(user.group, "api-ro");
	user_free(&user);
}

static void test_addresses(void **state)
{
	static const struct {
		const char *address;
		bool allowed;
	} cases[] = {
		{"10.1.2.3", true},
		{"11.1.2.3", false},
		{"2001:db8::7", true},
		{"2001:db9::7", false},
	};
	struct fixture *f = *state;
	union weir_addr addr;
	struct user user;
	uint8_t family;

	APPLY("/user", 0, "name=eve", "group=read", "address=10.0.0.0/8,2001:db8::/32");
	assert_true(user_find(f->model, "eve", &user));
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_true(addr_parse(cases[i].address, strlen(cases[i].address), &family, &addr));
		assert_int_equal(user_allows(&user, family, &addr), cases[i].allowed);
	}
	assert_true(user_allows(&user, 0, NULL));
	user_free(&user);
	assert_true(user_find(f->model, "admin", &user));
	assert_true(user_allows(&user, WEIR_IPV4, &addr));
	user_free(&user);
}

static void test_kept_whole(void **state)
{
	static const char *const names[] = {"name", "last-logged-in", NULL};
	static const char last[] = "failure: at least one user with full rights must remain";
	struct fixture *f = *state;
	uint64_t admin = menu_named(f->model, "/user", "admin");

	REFUSED("/user", admin, last, "disabled=yes");
	REFUSED("/user", admin, last, "group=read");
	APPLY("/user", 0, "name=eve", "group=full");
	APPLY("/user", admin, "disabled=yes");
	users_logged_in(f->users, menu_named(f->model, "/user", "eve"));
	assert_string_equal(menu_rows(f->model, "/user", names, &f->text),
			    "admin \neve 2026-11-21 16:00:00\n");
}

static void test_active(void **state)
{
	static const char *const names[] = {".id", "when", "name", "address", "via", "group", NULL};
	struct fixture *f = *state;
	uint64_t first = active_add(f->active, "admin", "", "console", "full");

	active_add(f->active, "eve", "192.0.2.1", "ssh", "read");
	assert_string_equal(menu_rows(f->model, "/user active", names, &f->text),
			    "*1 2026-11-21 16:00:00 admin  console full\n"
			    "*2 2026-11-21 16:00:00 eve 192.0.2.1 ssh read\n");
	active_remove(f->active, first);
	active_remove(f->active, 99);
	assert_string_equal(menu_rows(f->model, "/user active", names, &f->text),
			    "*2 2026-11-21 16:00:00 eve 192.0.2.1 ssh read\n");
}

static void stop(void *ctx)
{
	((struct fixture *)ctx)->stopped++;
}

static void test_jobs(void **state)
{
	static const char *const names[] = {".id",    "type",	 "script", "owner",
					    "policy", "started", "parent", NULL};
	static const char *const runs[] = {"name", "run-count", "last-started", NULL};
	struct fixture *f = *state;
	const struct menu *menu = model_menu(f->model, "/system script job");
	const struct menu_live *live;
	void *ctx;
	uint64_t id;

	APPLY("/system script", 0, "name=backup", "source=/export");
	id = job_begin(f->jobs,
		       &(struct job){.type = "command",
				     .script = "backup",
				     .owner = "eve",
				     .policies = POLICY_BIT(READ) | POLICY_BIT(TEST),
				     .parent = 26,
				     .script_id = menu_named(f->model, "/system script", "backup"),
				     .ctx = f,
				     .stop = stop});
	job_begin(f->jobs, &(struct job){.type = "login", .owner = "admin"});
	assert_string_equal(menu_rows(f->model, "/system script job", names, &f->text),
			    "*1 command backup eve read,test 2026-11-21 16:00:00 *1A\n"
			    "*2 login  admin  2026-11-21 16:00:00 \n");
	assert_string_equal(menu_rows(f->model, "/system script", runs, &f->text),
			    "backup 1 2026-11-21 16:00:00\n");
	live = model_live(f->model, menu, &ctx);
	assert_int_equal(live->remove(ctx, menu, NULL, id, &f->error), MODEL_OK);
	assert_int_equal(live->remove(ctx, menu, NULL, id, &f->error), MODEL_OK);
	assert_int_equal(live->remove(ctx, menu, NULL, 77, &f->error), MODEL_NO_ITEM);
	assert_int_equal(f->stopped, 1);
	job_end(f->jobs, id);
	assert_int_equal(jobs_stop(f->jobs), 1);
	assert_string_equal(menu_rows(f->model, "/system script job", names, &f->text),
			    "*2 login  admin  2026-11-21 16:00:00 \n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_passwords),  TEST(test_nobody_takes_as_long),
		TEST(test_rights),     TEST(test_addresses),
		TEST(test_kept_whole), TEST(test_groups),
		TEST(test_active),     TEST(test_jobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
