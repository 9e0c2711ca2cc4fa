/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/progress.h - a line on the terminal that says how far a long replay is: bytes,
 * packets a second, connections, time left.
 *
 * It appears after half a second and only if stderr is a terminal, is written anew
 * ten times a second, and is wiped before anything else is printed there.
 */
#ifndef DAEMON_PROGRESS_H
#define DAEMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool active, shown;
	unsigned countdown; /* packets until the clock is looked at */
	uint64_t started;   /* nanoseconds of the monotonic clock */
	uint64_t drawn;
	uint64_t packets_drawn;
};

/* What to show. */
struct progress_state {
	uint64_t position, size; /* bytes of input; size 0: unknown */
	uint64_t packets, connections;
};

/* active false: never show anything. */
void progress_init(struct progress *progress, bool active);

/* Cheap, to be asked for each packet. => whether progress_draw() is due */
bool progress_due(struct progress *progress);
void progress_draw(struct progress *progress, const struct progress_state *state);
void progress_wipe(struct progress *progress);

/* Nanoseconds since progress_init(). */
uint64_t progress_elapsed(const struct progress *progress);

#endif
