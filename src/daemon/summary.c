/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/summary.c - see summary.h.
 */
#include "daemon/summary.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "model/value.h"

void summary_count(struct summary *summary, bool ip, const struct weir_packet *packet)
{
	summary->frames++;
	summary->not_ip += !ip;
	if (!packet)
		return;
	if (packet->verdict == WEIR_DROP)
		summary->dropped[packet->reason]++;
	else if (packet->reason != WEIR_R_NONE)
		summary->invalid[packet->reason]++;
}

static void print_states(const struct weir_stats *stats)
{
	const char *separator = "";

	fprintf(stderr, "%-12s", "states");
	for (int i = 1; i < WEIR_STATE_COUNT; i++) {
		fprintf(stderr, "%s%s %" PRIu64, separator, weir_state_text((enum weir_state)i),
			stats->state[i]);
		separator = ", ";
	}
	fputc('\n', stderr);
}

/* A line of counters by reason, and none if nothing was counted. */
static void print_reasons(const char *title, const uint64_t count[WEIR_REASON_COUNT])
{
	uint64_t sum = 0;
	const char *separator = ": ";

	for (int i = 0; i < WEIR_REASON_COUNT; i++)
		sum += count[i];
	if (!sum)
		return;
	fprintf(stderr, "%-12s%" PRIu64, title, sum);
	for (int i = 0; i < WEIR_REASON_COUNT; i++) {
		if (!count[i])
			continue;
		fprintf(stderr, "%s%s %" PRIu64, separator, weir_reason_name((enum weir_reason)i),
			count[i]);
		separator = ", ";
	}
	fputc('\n', stderr);
}

void summary_print(const struct summary *summary, const struct weir_stats *stats,
		   uint64_t elapsed, bool interrupted)
{
	struct strbuf span = STRBUF_INIT;

	value_print_time((summary->last - summary->first) / WEIR_MSEC * WEIR_MSEC, &span);
	fprintf(stderr, "%-12s%" PRIu64 ", of them %" PRIu64 " not IP; %" PRIu64
			" bytes of IP; %s of capture%s\n",
		"packets", summary->frames, summary->not_ip, stats->bytes, strbuf_text(&span),
		interrupted ? "; interrupted" : "");
	strbuf_free(&span);
	print_states(stats);
	print_reasons("dropped", summary->dropped);
	print_reasons("invalid", summary->invalid);
	if (stats->reassembled)
		fprintf(stderr, "%-12s%" PRIu64 " datagrams\n", "reassembled", stats->reassembled);
	if (stats->unfinished)
		fprintf(stderr, "%-12s%" PRIu64 " datagrams, of which a fragment never came in time\n",
			"unfinished", stats->unfinished);
	fprintf(stderr, "%-12s%" PRIu64 " created, %" PRIu64 " at most at once, %" PRIu64
			" at the end\n",
		"connections", stats->created, stats->peak, stats->connections);
	fprintf(stderr, "%-12s%.0f packets/s, %.3f s\n", "speed",
		elapsed ? (double)summary->frames * 1e9 / (double)elapsed : 0.0,
		(double)elapsed / 1e9);
}
