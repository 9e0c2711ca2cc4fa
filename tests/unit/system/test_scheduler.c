/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler: when entries of every kind run, by night and day and when clocks change, and
 * what is given to who runs them.
 */
#include "system/scheduler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "menus.h"
#include "system/civil.h"

struct fixture {
	struct clock *clock;
	struct model *model;
	struct scheduler *scheduler;
	struct strbuf text, error;
};

static void to(struct fixture *f, const char *date, const char *time)
{
	struct civil civil = {0};

	assert_true(civil_parse_date(date, strlen(date), &civil));
	assert_true(civil_parse_time(time, strlen(time), &civil));
	clock_set(f->clock, (uint64_t)civil_seconds(&civil) * UINT64_C(1000000000));
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->clock = clock_create(true);
	f->model = model_create(NULL);
	assert_non_null(f->model);
	to(f, "2026-03-27", "12:00:00");
	assert_true(clock_bind(f->clock, f->model));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	scheduler_destroy(f->scheduler);
	clock_destroy(f->clock);
	strbuf_free(&f->text);
	strbuf_free(&f->error);
	free(f);
	return 0;
}

#define ADD(...)                                                                                   \
	menu_apply(f->model, "/system scheduler", 0, (const char *const[]){__VA_ARGS__, NULL})
#define SCRIPT(...)                                                                                \
	menu_apply(f->model, "/system script", 0, (const char *const[]){__VA_ARGS__, NULL})

static void start(struct fixture *f)
{
	f->scheduler = scheduler_create(f->model, f->clock);
	assert_non_null(f->scheduler);
}

/* Goes to a moment, and runs what was missed until then. */
static void skip_to(struct fixture *f, const char *date, const char *time)
{
	struct scheduler_event event;

	to(f, date, time);
	assert_true(scheduler_take(f->scheduler, &event));
	scheduler_event_free(&event);
	assert_false(scheduler_take(f->scheduler, &event));
}

/* The next moments at which anything runs, in UTC: goes from one to the next. */
static const char *runs(struct fixture *f, unsigned count)
{
	struct scheduler_event event;

	strbuf_reset(&f->text);
	for (unsigned i = 0; i < count; i++) {
		int64_t due = scheduler_due(f->scheduler);
		struct civil civil;

		if (due == SCHEDULER_NEVER) {
			strbuf_str(&f->text, "never\n");
			break;
		}
		if ((int64_t)(clock_now(f->clock, NULL) / UINT64_C(1000000000)) < due) {
			clock_set(f->clock, (uint64_t)(due - 1) * UINT64_C(1000000000));
			assert_false(scheduler_take(f->scheduler, &event));
		}
		clock_set(f->clock, (uint64_t)due * UINT64_C(1000000000));
		assert_true(scheduler_take(f->scheduler, &event));
		civil_from_seconds(due, &civil);
		civil_print_date(&civil, false, &f->text);
		strbuf_char(&f->text, ' ');
		civil_print_time(&civil, &f->text);
		strbuf_printf(&f->text, " %s\n", event.name);
		scheduler_event_free(&event);
	}
	return strbuf_text(&f->text);
}

static void test_daily(void **state)
{
	struct fixture *f = *state;

	menu_apply(f->model, "/system clock", 0,
		   (const char *const[]){"time-zone-name=Europe/London", NULL});
	ADD("name=d", "start-date=2026-01-01", "start-time=03:00:00", "interval=1d");
	start(f);
	/* On 29 March clocks go forward, so three o'clock comes an hour earlier. */
	assert_string_equal(runs(f, 3), "2026-03-28 03:00:00 d\n2026-03-29 02:00:00 d\n"
					"2026-03-30 02:00:00 d\n");
	skip_to(f, "2026-10-24", "01:59:59");
	assert_string_equal(runs(f, 3), "2026-10-24 02:00:00 d\n2026-10-25 03:00:00 d\n"
					"2026-10-26 03:00:00 d\n");
}

/* At an hour that is not, or is twice: once a day all the same. */
static void test_odd_hours(void **state)
{
	struct fixture *f = *state;

	menu_apply(f->model, "/system clock", 0,
		   (const char *const[]){"time-zone-name=Europe/London", NULL});
	ADD("name=d", "start-date=2026-01-01", "start-time=01:30:00", "interval=1d");
	start(f);
	assert_string_equal(runs(f, 3), "2026-03-28 01:30:00 d\n2026-03-29 01:30:00 d\n"
					"2026-03-30 00:30:00 d\n");
	skip_to(f, "2026-10-24", "00:00:00");
	assert_string_equal(runs(f, 3), "2026-10-24 00:30:00 d\n2026-10-25 00:30:00 d\n"
					"2026-10-26 01:30:00 d\n");
}

static void test_kinds(void **state)
{
	struct fixture *f = *state;

	ADD("name=startup", "start-time=startup");
	ADD("name=often", "start-time=startup", "interval=10s");
	ADD("name=once", "start-date=2026-03-27", "start-time=12:00:05");
	ADD("name=past", "start-date=2026-03-26", "start-time=12:00:05");
	ADD("name=off", "start-time=startup", "interval=1s", "disabled=yes");
	start(f);
	assert_string_equal(runs(f, 5), "2026-03-27 12:00:03 startup\n2026-03-27 12:00:03 often\n"
					"2026-03-27 12:00:05 once\n2026-03-27 12:00:13 often\n"
					"2026-03-27 12:00:23 often\n");
}

static void test_added_later(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_int_equal(scheduler_due(f->scheduler), SCHEDULER_NEVER);
	to(f, "2026-03-27", "12:30:00");
	ADD("name=startup", "start-time=startup"); /* with the next start */
	assert_int_equal(scheduler_due(f->scheduler), SCHEDULER_NEVER);
	ADD("name=i", "interval=90m");
	ADD("name=t", "start-time=12:00:00"); /* tomorrow */
	assert_string_equal(runs(f, 2), "2026-03-27 14:00:00 i\n2026-03-27 15:30:00 i\n");
	menu_apply(f->model, "/system scheduler", menu_named(f->model, "/system scheduler", "i"),
		   (const char *const[]){"interval=0s", NULL});
	assert_string_equal(runs(f, 2), "2026-03-28 12:00:00 t\nnever\n");
}

/* What was missed is run once; a clock that is put back stops nothing. */
static void test_leaps(void **state)
{
	struct fixture *f = *state;

	ADD("name=m", "start-date=2026-01-01", "start-time=00:00:00", "interval=1m");
	start(f);
	skip_to(f, "2028-01-01", "00:00:30");
	assert_string_equal(runs(f, 1), "2028-01-01 00:01:00 m\n");
	to(f, "2028-01-01", "00:00:30"); /* by half a minute: not a second time */
	assert_string_equal(runs(f, 1), "2028-01-01 00:02:00 m\n");
	to(f, "2026-06-01", "00:00:30");
	assert_string_equal(runs(f, 2), "2026-06-01 00:01:00 m\n2026-06-01 00:02:00 m\n");
}

static void test_events(void **state)
{
	struct fixture *f = *state;
	struct scheduler_event e;

	SCRIPT("name=backup", "source=/export", "policy=read");
	SCRIPT("name=strong", "source=:put 1", "policy=read,write");
	SCRIPT("name=any", "source=:put 2", "policy=read,write", "dont-require-permissions=yes");
	ADD("name=a", "start-time=startup", "on-event=backup", "policy=read,test", "owner=eve");
	ADD("name=b", "start-time=startup", "on-event=:log info x", "policy=read");
	ADD("name=c", "start-time=startup", "on-event=strong", "policy=read");
	ADD("name=d", "start-time=startup", "on-event=any", "policy=read");
	ADD("name=e", "start-time=startup", "on-event=back", "policy=");
	start(f);
	to(f, "2026-03-27", "12:00:03");
	assert_true(scheduler_take(f->scheduler, &e));
	assert_string_equal(e.source, "/export");
	assert_string_equal(e.owner, "eve");
	assert_int_equal(e.script, menu_named(f->model, "/system script", "backup"));
	assert_int_equal(e.policies, POLICY_BIT(READ) | POLICY_BIT(TEST));
	assert_false(e.forbidden);
	scheduler_event_free(&e);
	assert_true(scheduler_take(f->scheduler, &e));
	assert_string_equal(e.source, ":log info x");
	assert_int_equal(e.script, 0);
	scheduler_event_free(&e);
	assert_true(scheduler_take(f->scheduler, &e));
	assert_true(e.forbidden);
	scheduler_event_free(&e);
	assert_true(scheduler_take(f->scheduler, &e));
	assert_false(e.forbidden);
	assert_string_equal(e.source, ":put 2");
	scheduler_event_free(&e);
	assert_true(scheduler_take(f->scheduler, &e));
	assert_string_equal(e.source, "back"); /* the beginning of a name is none */
	assert_int_equal(e.policies, 0);
	scheduler_event_free(&e);
	assert_false(scheduler_take(f->scheduler, &e));
}

static void test_shown(void **state)
{
	static const char *const names[] = {"name", "run-count", "next-run", NULL};
	struct fixture *f = *state;

	ADD("name=i", "start-date=2026-03-27", "start-time=12:00:10", "interval=1h");
	ADD("name=s", "start-time=startup");
	start(f);
	assert_string_equal(menu_rows(f->model, "/system scheduler", names, &f->text),
			    "i 0 2026-03-27 12:00:10\ns 0 2026-03-27 12:00:03\n");
	runs(f, 3);
	assert_string_equal(menu_rows(f->model, "/system scheduler", names, &f->text),
			    "i 2 2026-03-27 14:00:10\ns 1 \n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_daily), TEST(test_odd_hours), TEST(test_kinds), TEST(test_added_later),
		TEST(test_leaps), TEST(test_events),	TEST(test_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
