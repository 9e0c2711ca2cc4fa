/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_live.h - the bond of daemon/rules.c from the inside, and its other parts: what
 * menus show of the engine (rules_live.c), what the engine tells (rules_events.c), and what rules
 * of nat leave behind (rules_nat.c).
 */
#ifndef DAEMON_RULES_LIVE_H
#define DAEMON_RULES_LIVE_H

#include "daemon/rules.h"

struct rules {
	struct model *model;
	struct engine_access *access;
	struct rules_world world;
	struct numbers numbers;
	struct made made;
	struct rules_build *current, *next; /* next: while a change is published */
	bool sweep; /* numbers may stand for what is gone or never was */
	bool nat_left; /* some are those of rules of nat that connections keep */
	bool own; /* a change that the engine itself has brought about */
	bool expiring; /* entries go because their time has come */
	uint64_t dummy[2]; /* the row of FastTrack in filter, by family; 0: none */

	/* What rules have counted, as of counted_at (monotonic clock). */
	struct weir_rule_counters *counters;
	uint32_t counter_count;
	weir_time counted_at;
	struct weir_stats stats;
	struct weir_rule_counters fasttracked[2]; /* when the row was reset, by family */
	struct strbuf line; /* of the log */

	struct strbuf notice; /* what rules_take_notice() gives */
	bool nat_changed;     /* by the change that is being published */
};

void rules_live_bind(struct rules *rules);

/* Entries and lines that wait in the engine's ring. */
void rules_take_events(struct rules *rules);

/* An entry that a rule has added is gone from the menu: the engine forgets it too. */
void rules_entry_gone(struct rules *rules, const struct menu *menu, const struct item *entry);

/* A change is published: what becomes of connections that rules of nat translate is noted. */
void rules_nat_publish(struct rules *rules, struct change *change);
/* Of a rule that is gone: its counter is still the one that connections name. */
bool rules_nat_kept(struct rules *rules, const struct menu *menu, uint64_t id);

/* Shows the row of FastTrack once something was FastTracked. */
void rules_show_fasttrack(struct rules *rules);

/* Writes what a log line says, without its prefix. */
struct weir_log;
void rules_log_line(const struct rules *rules, const struct weir_log *log, const char *chain,
                    struct strbuf *out);

#endif
