/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/resource.c - what the machine is, and how busy it is; see resource.h.
 */
#include "system/resource.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <time.h>

#include "system/rows.h"

#define MENU "/system resource"
#define CPUS "/system resource cpu"
#define PACKAGE "/system package"
#define SECOND UINT64_C(1000000000)
#define CPUS_MOST 1024

/* Ticks since the machine started. */
struct ticks {
	uint64_t all, idle, wait, irq;
};

struct resource {
	struct resource_options options;
	char *proc;
	uint64_t started; /* of the monotonic clock */
	uint64_t sampled; /* the last sample's moment */
	size_t cpus;
	struct ticks *last; /* [0]: all cores together; then each */
	struct resource_load *load;
};

static uint64_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static FILE *open_proc(const struct resource *r, const char *name)
{
	struct strbuf path = STRBUF_INIT;
	FILE *file;

	strbuf_printf(&path, "%s/%s", r->proc, name);
	file = path.failed ? NULL : fopen(path.data, "re");
	strbuf_free(&path);
	return file;
}

/* How busy */

/* Reads "cpu3 user nice system idle iowait irq softirq steal ...".
 * => its number from 1, 0: all of them, -1: another line */
static long read_ticks(const char *line, struct ticks *ticks)
{
	uint64_t n[8] = {0};
	long cpu = 0;
	char *at;

	if (strncmp(line, "cpu", 3) != 0)
		return -1;
	line += 3;
	if (*line != ' ') {
		cpu = strtol(line, &at, 10) + 1;
		if (at == line || cpu < 1 || cpu > CPUS_MOST)
			return -1;
		line = at;
	}
	*ticks = (struct ticks){0};
	for (size_t i = 0; i < 8; i++) {
		n[i] = strtoull(line, &at, 10);
		if (at == line)
			break;
		line = at;
		ticks->all += n[i];
	}
	ticks->idle = n[3];
	ticks->wait = n[4];
	ticks->irq = n[5] + n[6];
	return cpu;
}

static unsigned part(uint64_t now, uint64_t before, uint64_t all)
{
	uint64_t n = now > before ? now - before : 0;

	return n > all ? 100 : (unsigned)((100 * n + all / 2) / all);
}

static void measure(struct resource_load *load, const struct ticks *before, const struct ticks *now)
{
	uint64_t all = now->all > before->all ? now->all - before->all : 0;

	if (all == 0)
		return; /* no tick has passed: what it was */
	load->irq = part(now->irq, before->irq, all);
	load->disk = part(now->wait, before->wait, all);
	load->load = 100 - part(now->idle + now->wait, before->idle + before->wait, all);
}

/* Makes room for a core that was not seen before. */
static bool have(struct resource *r, size_t cpus)
{
	struct ticks *last;
	struct resource_load *load;

	if (cpus <= r->cpus)
		return true;
	last = realloc(r->last, (cpus + 1) * sizeof *last);
	if (last)
		r->last = last;
	load = realloc(r->load, (cpus + 1) * sizeof *load);
	if (load)
		r->load = load;
	if (last == NULL || load == NULL)
		return false;
	memset(&last[r->cpus + 1], 0, (cpus - r->cpus) * sizeof *last);
	memset(&load[r->cpus + 1], 0, (cpus - r->cpus) * sizeof *load);
	r->cpus = cpus;
	return true;
}

static void sample(struct resource *r)
{
	uint64_t now = monotonic();
	FILE *file;
	char line[512];

	if (r->sampled && now - r->sampled < SECOND)
		return;
	file = open_proc(r, "stat");
	if (file == NULL)
		return;
	while (fgets(line, sizeof line, file)) {
		struct ticks ticks;
		long cpu = read_ticks(line, &ticks);

		if (cpu < 0 || !have(r, (size_t)cpu))
			continue;
		measure(&r->load[cpu], &r->last[cpu], &ticks);
		r->last[cpu] = ticks;
	}
	fclose(file);
	r->sampled = now;
}

bool resource_load_all(struct resource *r, struct resource_load *load)
{
	sample(r);
	*load = r->load[0];
	return true;
}

bool resource_load_of(struct resource *r, size_t cpu, struct resource_load *load)
{
	sample(r);
	if (cpu >= r->cpus)
		return false;
	*load = r->load[cpu + 1];
	return true;
}

size_t resource_cpus(struct resource *r)
{
	sample(r);
	return r->cpus;
}

/* What it is */

bool resource_memory(struct resource *r, uint64_t *available, uint64_t *total)
{
	FILE *file = open_proc(r, "meminfo");
	bool has_free = false, has_total = false;
	char line[256];
	uint64_t kib;

	if (file == NULL)
		return false;
	while (fgets(line, sizeof line, file)) {
		if (sscanf(line, "MemAvailable: %" SCNu64, &kib) == 1) {
			*available = kib * 1024;
			has_free = true;
		} else if (sscanf(line, "MemTotal: %" SCNu64, &kib) == 1) {
			*total = kib * 1024;
			has_total = true;
		}
	}
	fclose(file);
	return has_free && has_total;
}

/* What /proc/cpuinfo says first of something: "model name". */
static bool add_cpuinfo(struct resource *r, const char *name, struct strbuf *out)
{
	FILE *file = open_proc(r, "cpuinfo");
	size_t len = strlen(name);
	bool found = false;
	char line[512];

	while (file && !found && fgets(line, sizeof line, file)) {
		const char *colon = strchr(line, ':');

		if (colon == NULL || strncmp(line, name, len) != 0 ||
		    (line[len] != '\t' && line[len] != ' ' && line[len] != ':'))
			continue;
		colon += 1 + strspn(colon + 1, " \t");
		strbuf_add(out, colon, strcspn(colon, "\n"));
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

static bool add_frequency(struct resource *r, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	bool found = add_cpuinfo(r, "cpu MHz", &text);

	if (found)
		strbuf_printf(out, "%.0f", strtod(strbuf_text(&text), NULL));
	strbuf_free(&text);
	return found;
}

static bool add_architecture(struct strbuf *out)
{
	struct utsname names;

	if (uname(&names) < 0)
		return false;
	strbuf_str(out, strcmp(names.machine, "aarch64") == 0 ? "arm64" : names.machine);
	return true;
}

static bool add_space(struct resource *r, bool available, struct strbuf *out)
{
	uint64_t unused, total;

	if (r->options.files == NULL || !files_space(r->options.files, &unused, &total))
		return false;
	strbuf_u64(out, available ? unused : total);
	return true;
}

static bool add_memory(struct resource *r, bool available, struct strbuf *out)
{
	uint64_t unused, total;

	if (!resource_memory(r, &unused, &total))
		return false;
	strbuf_u64(out, available ? unused : total);
	return true;
}

static bool add_build_time(struct resource *r, struct strbuf *out)
{
	if (r->options.build_time)
		strbuf_str(out, r->options.build_time);
	return r->options.build_time != NULL;
}

static bool text(void *ctx, const struct row *row, const struct property *property,
		 struct strbuf *out)
{
	struct resource *r = ctx;
	const char *name = property->name;
	struct resource_load load;

	(void)row;
	if (strcmp(name, "uptime") == 0)
		value_print_time((monotonic() - r->started) / SECOND * SECOND, out);
	else if (strcmp(name, "version") == 0)
		strbuf_str(out, RESOURCE_VERSION " (stable)");
	else if (strcmp(name, "factory-software") == 0)
		strbuf_str(out, RESOURCE_VERSION);
	else if (strcmp(name, "build-time") == 0)
		return add_build_time(r, out);
	else if (strcmp(name, "free-memory") == 0 || strcmp(name, "total-memory") == 0)
		return add_memory(r, name[0] == 'f', out);
	else if (strcmp(name, "free-hdd-space") == 0 || strcmp(name, "total-hdd-space") == 0)
		return add_space(r, name[0] == 'f', out);
	else if (strcmp(name, "cpu") == 0)
		return add_cpuinfo(r, "model name", out);
	else if (strcmp(name, "cpu-count") == 0)
		strbuf_u64(out, resource_cpus(r));
	else if (strcmp(name, "cpu-frequency") == 0)
		return add_frequency(r, out);
	else if (strcmp(name, "cpu-load") == 0 && resource_load_all(r, &load))
		strbuf_u64(out, load.load);
	else if (strcmp(name, "architecture-name") == 0)
		return add_architecture(out);
	else if (strcmp(name, "board-name") == 0)
		strbuf_str(out, "weir");
	else if (strcmp(name, "platform") == 0)
		strbuf_str(out, "MikroTik"); /* clients ask whether they know it */
	else
		return false;
	return true;
}

static bool cpu_text(void *ctx, const struct row *row, const struct property *property,
		     struct strbuf *out)
{
	struct resource_load load;
	const char *name = property->name;
	size_t cpu = (size_t)row->id - 1;

	if (strcmp(name, "cpu") == 0) {
		strbuf_printf(out, "cpu%zu", cpu);
		return true;
	}
	if (!resource_load_of(ctx, cpu, &load))
		return false;
	if (strcmp(name, "load") == 0)
		strbuf_u64(out, load.load);
	else if (strcmp(name, "irq") == 0)
		strbuf_u64(out, load.irq);
	else if (strcmp(name, "disk") == 0)
		strbuf_u64(out, load.disk);
	else
		return false;
	return true;
}

static bool package_text(void *ctx, const struct row *row, const struct property *property,
			 struct strbuf *out)
{
	(void)row;
	if (strcmp(property->name, "name") == 0)
		strbuf_str(out, "weir");
	else if (strcmp(property->name, "version") == 0)
		strbuf_str(out, RESOURCE_VERSION);
	else if (strcmp(property->name, "build-time") == 0)
		return add_build_time(ctx, out);
	else if (strcmp(property->name, "disabled") == 0 ||
		 strcmp(property->name, "available") == 0)
		strbuf_str(out, "no");
	else
		return false;
	return true;
}

/* The menus */

static struct menu_source *open_count(struct resource *r, const struct menu *menu,
				      const struct rows_kind *kind, size_t count)
{
	struct row *rows = calloc(count + 1, sizeof *rows);

	if (rows == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		rows[i].id = i + 1;
	return rows_open(menu, kind, r, rows, count);
}

static struct menu_source *open_resource(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = text};

	return open_count(ctx, menu, &kind, 1);
}

static struct menu_source *open_cpus(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = cpu_text};

	return open_count(ctx, menu, &kind, resource_cpus(ctx));
}

static struct menu_source *open_package(void *ctx, const struct menu *menu)
{
	static const struct rows_kind kind = {.text = package_text};

	return open_count(ctx, menu, &kind, 1);
}

static void bind_menu(struct resource *r, struct model *model, const char *path,
		      const struct menu_live *live)
{
	const struct menu *menu = model_menu(model, path);

	if (menu)
		model_bind(model, menu, live, r);
}

struct resource *resource_create(struct model *model, const struct resource_options *options)
{
	static const struct menu_live resource = {.open = open_resource};
	static const struct menu_live cpus = {.open = open_cpus};
	static const struct menu_live package = {.open = open_package};
	struct resource *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->options = *options;
	r->started = monotonic();
	r->proc = strdup(options->proc ? options->proc : "/proc");
	r->last = calloc(1, sizeof *r->last);
	r->load = calloc(1, sizeof *r->load);
	if (r->proc == NULL || r->last == NULL || r->load == NULL) {
		resource_destroy(r);
		return NULL;
	}
	bind_menu(r, model, MENU, &resource);
	bind_menu(r, model, CPUS, &cpus);
	bind_menu(r, model, PACKAGE, &package);
	return r;
}

void resource_destroy(struct resource *r)
{
	if (r == NULL)
		return;
	free(r->proc);
	free(r->last);
	free(r->load);
	free(r);
}
