/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's resources as a made-up /proc has them, how busy its cores are from one sample
 * to the next, and that a /proc that is broken or missing leaves values out.
 */
#include "system/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "menus.h"
#include "model/print.h"
#include "scratch.h"

struct fixture {
	struct scratch scratch;
	struct model *model;
	struct resource *resource;
	struct strbuf text;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	scratch_make(&f->scratch);
	f->model = model_create(NULL);
	assert_non_null(f->model);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	model_destroy(f->model);
	resource_destroy(f->resource);
	scratch_end(&f->scratch);
	strbuf_free(&f->text);
	free(f);
	return 0;
}

static void start(struct fixture *f, const char *stat)
{
	scratch_write(&f->scratch, "stat", stat);
	f->resource = resource_create(
		f->model, &(struct resource_options){.proc = f->scratch.path,
						     .build_time = "2026-11-21 16:00:00"});
	assert_non_null(f->resource);
}

static const char *const cpu_names[] = {".id", "cpu", "load", "irq", "disk", NULL};

/* Numbers without their units, for programs. */
static void resource_as_json(struct fixture *f)
{
	struct print_options options = {.layout = PRINT_JSON};
	struct print_out out = print_to_strbuf(&f->text);
	struct menu_source *source;
	const struct menu *menu = model_menu(f->model, "/system resource");
	struct strbuf error = STRBUF_INIT;

	source = model_open(f->model, menu);
	assert_non_null(source);
	assert_true(print_proplist_parse(
		menu, "free-memory,cpu-count,cpu-frequency,cpu-load", &options.proplist, &error));
	strbuf_reset(&f->text);
	assert_int_equal(print_menu(source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&f->text),
			    "{\"free-memory\":67108864,\"cpu-count\":1,\"cpu-frequency\":2600,"
			    "\"cpu-load\":60}\n");
	model_close(source);
}

static void test_menus(void **state)
{
	static const char *const names[] = {"uptime",	   "version",	    "build-time",
					    "free-memory", "total-memory",  "cpu",
					    "cpu-count",   "cpu-frequency", "cpu-load",
					    "board-name",  "platform",	    "free-hdd-space",
					    NULL};
	static const char *const package[] = {"name", "version", "build-time", "disabled", NULL};
	struct fixture *f = *state;

	scratch_write(&f->scratch, "meminfo",
		      "MemTotal:        131072 kB\nMemFree: 1 kB\nMemAvailable:     65536 kB\n");
	scratch_write(&f->scratch, "cpuinfo",
		      "processor\t: 0\nmodel name\t: Some CPU @ 2\ncpu MHz\t\t: 2599.998\n");
	start(f, "cpu  30 0 20 40 0 4 6 0 0 0\ncpu0 30 0 20 40 0 4 6 0 0 0\nintr 5\n");
	assert_string_equal(menu_rows(f->model, "/system resource", names, &f->text),
			    "0s 7.16.2 (stable) 2026-11-21 16:00:00 64.0MiB 128.0MiB "
			    "Some CPU @ 2 1 2600MHz 60% weir MikroTik \n");
	assert_string_equal(menu_rows(f->model, "/system resource cpu", cpu_names, &f->text),
			    "*1 cpu0 60% 10% 0%\n");
	resource_as_json(f);
	assert_string_equal(menu_rows(f->model, "/system package", package, &f->text),
			    "weir 7.16.2 2026-11-21 16:00:00 no\n");
}

static void test_load(void **state)
{
	struct fixture *f = *state;
	struct resource_load load;

	start(f, "cpu  0 0 0 100 0 0 0 0\ncpu0 0 0 0 50 0 0 0 0\ncpu1 0 0 0 50 0 0 0 0\n");
	assert_true(resource_load_all(f->resource, &load));
	assert_int_equal(load.load, 0);
	scratch_write(&f->scratch, "stat",
		      "cpu  50 0 0 130 20 0 0 0\ncpu0 50 0 0 50 0 0 0 0\n"
		      "cpu1 0 0 0 80 20 0 0 0\ncpu2 1 0 0 3 0 0 0 0\n");
	assert_true(resource_load_all(f->resource, &load));
	assert_int_equal(load.load, 0); /* a second is not over */
	usleep(1010000);
	assert_true(resource_load_all(f->resource, &load));
	assert_int_equal(load.load, 50);
	assert_int_equal(load.disk, 20);
	assert_string_equal(menu_rows(f->model, "/system resource cpu", cpu_names, &f->text),
			    "*1 cpu0 100% 0% 0%\n*2 cpu1 0% 0% 40%\n*3 cpu2 25% 0% 0%\n");
	assert_false(resource_load_of(f->resource, 3, &load));
}

static void test_broken(void **state)
{
	static const char *const names[] = {"free-memory", "cpu", "cpu-frequency", "cpu-load",
					    NULL};
	struct fixture *f = *state;

	scratch_write(&f->scratch, "meminfo", "MemTotal: 5 kB\n");
	scratch_write(&f->scratch, "cpuinfo", "model name\nmodel names: x\n:\n");
	start(f, "cpu\ncpux 1 2\ncpu99999 1 2 3\ncpu-4 1 2\nc");
	assert_string_equal(menu_rows(f->model, "/system resource", names, &f->text), "   0%\n");
	assert_string_equal(menu_rows(f->model, "/system resource cpu", cpu_names, &f->text), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {TEST(test_menus), TEST(test_load), TEST(test_broken)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
