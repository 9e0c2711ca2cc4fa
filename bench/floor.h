/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/floor.h - what the machine itself takes: nanoseconds for one and for two random
 * cache lines out of so many bytes, fetched in batches of 32 as the engine does.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stddef.h>

struct floor_ns {
	double one, two;
};

/* => zeros if there is no memory for it */
struct floor_ns floor_measure(size_t bytes);

#endif
