/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/router.h - packets through the router of a home: rules, routes and masquerade beside
 * tracking alone.
 */
#ifndef BENCH_ROUTER_H
#define BENCH_ROUTER_H

#include "result.h"

#define ROUTER_BYTES_EACH 200 /* what a connection may take, to decide what fits */

/* The rows for so many connections: new, established and FastTracked, without rules and with. */
void router_bench(struct report *report, uint64_t connections, unsigned reps);

#endif
