/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/result.h - figures of a benchmark: several repetitions each, kept only
 * while the processor ran at full speed, shown as a table and written as JSON.
 *
 * The processor may change its speed for seconds at a time (shared machines do).
 * A fixed loop of arithmetic is timed before and after each repetition; one
 * during which it ran slower than 1.1 times its best is taken again.
 */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RESULT_REPS 32

struct result {
	char work[48];
	uint64_t size;    /* connections, 0 if it does not matter */
	const char *unit; /* "ns", "bytes" ... */
	double value[RESULT_REPS];
	unsigned count;
	double floor;  /* the machine's own for this access pattern, 0: none */
	double peer;   /* the same work by another, 0: none */
	double budget; /* 0: none */
};

struct report {
	struct result *results;
	size_t count, room;
};

uint64_t clock_ns(void);

/* => whether the processor ran at full speed since the last call */
bool speed_steady(void);

struct result *report_add(struct report *r, const char *work, uint64_t size, const char *unit);
void result_value(struct result *res, double value);
double result_median(const struct result *res);

/* The table on `out`; JSON into the file. => false if that cannot be written */
void report_print(const struct report *r, FILE *out);
bool report_json(const struct report *r, const char *path);

#endif
