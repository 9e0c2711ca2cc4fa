/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/summary.h - what a replay saw, told on stderr at its end.
 */
#ifndef DAEMON_SUMMARY_H
#define DAEMON_SUMMARY_H

#include <stdbool.h>
#include <weir/weir.h>

struct summary {
	uint64_t frames, not_ip;
	uint64_t dropped[WEIR_REASON_COUNT]; /* the engine's counters do not tell these two apart */
	uint64_t invalid[WEIR_REASON_COUNT];
	weir_time first, last; /* time stamps */
};

/* Counts a frame; packet is NULL if it was not processed. */
void summary_count(struct summary *summary, bool ip, const struct weir_packet *packet);

/* Prints it; elapsed is the time that the replay took, in nanoseconds. */
void summary_print(const struct summary *summary, const struct weir_stats *stats,
		   uint64_t elapsed, bool interrupted);

#endif
