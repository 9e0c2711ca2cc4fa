/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/result.c - see result.h.
 */
#include "result.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* A chain of dependent multiplications: its time is a count of cycles. */
static uint64_t probe(void)
{
	uint64_t start = clock_ns(), x = start | 1;

	for (int i = 0; i < 20000; i++)
		x = x * UINT64_C(6364136223846793005) + 1;
	__asm__ volatile("" : : "r"(x));
	return clock_ns() - start;
}

bool speed_steady(void)
{
	static uint64_t best = UINT64_MAX;
	uint64_t took = probe();

	if (took < best)
		best = took;
	return took * 10 <= best * 11;
}

struct result *report_add(struct report *r, const char *work, uint64_t size, const char *unit)
{
	struct result *res;

	if (r->count == r->room) {
		r->room = r->room ? r->room * 2 : 256;
		r->results = realloc(r->results, r->room * sizeof *r->results);
		if (!r->results)
			abort();
	}
	res = &r->results[r->count++];
	memset(res, 0, sizeof *res);
	snprintf(res->work, sizeof res->work, "%s", work);
	res->size = size;
	res->unit = unit;
	return res;
}

void result_value(struct result *res, double value)
{
	if (res->count < RESULT_REPS)
		res->value[res->count++] = value;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct spread {
	double low, median, high;
};

static struct spread spread_of(const struct result *res)
{
	double v[RESULT_REPS];

	if (res->count == 0)
		return (struct spread){0, 0, 0};
	memcpy(v, res->value, sizeof v);
	qsort(v, res->count, sizeof *v, by_value);
	return (struct spread){v[0], v[res->count / 2], v[res->count - 1]};
}

double result_median(const struct result *res)
{
	return spread_of(res).median;
}

static void print_optional(FILE *out, double value)
{
	if (value > 0)
		fprintf(out, " %10.1f", value);
	else
		fprintf(out, " %10s", "-");
}

void report_print(const struct report *r, FILE *out)
{
	fprintf(out, "%-34s %11s %-6s %10s %10s %10s %10s %10s %10s\n", "work", "connections",
		"unit", "median", "min", "max", "floor", "peer", "budget");
	for (size_t i = 0; i < r->count; i++) {
		const struct result *res = &r->results[i];
		struct spread s = spread_of(res);

		fprintf(out, "%-34s %11llu %-6s %10.1f %10.1f %10.1f", res->work,
			(unsigned long long)res->size, res->unit, s.median, s.low, s.high);
		print_optional(out, res->floor);
		print_optional(out, res->peer);
		print_optional(out, res->budget);
		fputc('\n', out);
	}
}

bool report_json(const struct report *r, const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return false;
	fputs("[\n", f);
	for (size_t i = 0; i < r->count; i++) {
		const struct result *res = &r->results[i];
		struct spread s = spread_of(res);

		fprintf(f,
			"{\"work\":\"%s\",\"connections\":%llu,\"unit\":\"%s\",\"median\":%.3f,"
			"\"min\":%.3f,\"max\":%.3f,\"repetitions\":%u,\"floor\":%.3f,"
			"\"peer\":%.3f,\"budget\":%.3f}%s\n",
			res->work, (unsigned long long)res->size, res->unit, s.median, s.low,
			s.high, res->count, res->floor, res->peer, res->budget,
			i + 1 < r->count ? "," : "");
	}
	fputs("]\n", f);
	return fclose(f) == 0;
}
