/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/progress.c - see progress.h. The clock is read every 256 packets.
 */
#include "daemon/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <weir/types.h>

#define PROGRESS_DELAY (500 * WEIR_MSEC)
#define PROGRESS_INTERVAL (100 * WEIR_MSEC)
#define PROGRESS_PACKETS 256
#define PROGRESS_BAR 24

static uint64_t clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * WEIR_SEC + (uint64_t)ts.tv_nsec;
}

void progress_init(struct progress *progress, bool active)
{
	*progress = (struct progress){
		.active = active && isatty(STDERR_FILENO),
		.started = clock_now(),
	};
}

uint64_t progress_elapsed(const struct progress *progress)
{
	return clock_now() - progress->started;
}

bool progress_due(struct progress *progress)
{
	uint64_t now;

	if (!progress->active)
		return false;
	if (progress->countdown) {
		progress->countdown--;
		return false;
	}
	progress->countdown = PROGRESS_PACKETS;
	now = clock_now();
	return now - progress->started >= PROGRESS_DELAY &&
	       now - progress->drawn >= PROGRESS_INTERVAL;
}

#define BYTES_TEXT 32

/* "12.3 MB" */
static const char *bytes_text(uint64_t bytes, char text[BYTES_TEXT])
{
	static const char units[][3] = { "kB", "MB", "GB", "TB" };
	uint64_t tenths = bytes / 100;
	unsigned unit = 0;

	for (; tenths >= 10000 && unit < sizeof units / sizeof units[0] - 1; unit++)
		tenths /= 1000;
	snprintf(text, BYTES_TEXT, "%" PRIu64 ".%u %s", tenths / 10, (unsigned)(tenths % 10),
		 units[unit]);
	return text;
}

static void draw_bar(const struct progress_state *state, uint64_t elapsed)
{
	double part = (double)state->position / (double)state->size;
	char bar[PROGRESS_BAR + 1], size[BYTES_TEXT];
	unsigned full;

	if (part > 1) /* a file that still grows */
		part = 1;
	full = (unsigned)(part * PROGRESS_BAR);
	memset(bar, ' ', PROGRESS_BAR);
	memset(bar, '=', full);
	bar[PROGRESS_BAR] = '\0';
	fprintf(stderr, " of %s [%s] %u%%", bytes_text(state->size, size), bar,
		(unsigned)(part * 100));
	if (part > 0.01)
		fprintf(stderr, "  %.0f s left", (double)elapsed / 1e9 * (1 - part) / part);
}

void progress_draw(struct progress *progress, const struct progress_state *state)
{
	uint64_t now = clock_now();
	uint64_t since = progress->drawn ? progress->drawn : progress->started;
	double seconds = (double)(now - since) / 1e9;
	double rate = seconds > 0 ? (double)(state->packets - progress->packets_drawn) / seconds :
				    0;
	char position[BYTES_TEXT];

	fprintf(stderr, "\r\033[K%s", bytes_text(state->position, position));
	if (state->size)
		draw_bar(state, now - progress->started);
	fprintf(stderr, "  %.0f packets/s  %" PRIu64 " connections", rate, state->connections);
	progress->shown = true;
	progress->drawn = now;
	progress->packets_drawn = state->packets;
}

void progress_wipe(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
