/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/replay_rules.h - what rules add to a replay: by which interface a packet comes in, what it
 * met, what leaves and where that is written, what was dropped by which rule.
 *
 * Without rules it does nothing but give packets the numbers of their captures. One thread.
 */
#ifndef DAEMON_REPLAY_RULES_H
#define DAEMON_REPLAY_RULES_H

#include "daemon/replay_options.h"
#include "daemon/router.h"
#include "daemon/rules_trace.h"
#include "port/merge.h"

struct replay_rules;

/* => NULL: *status is the exit status, after a line on stderr. What is handed in is borrowed. */
struct replay_rules *replay_rules_open(const struct replay_options *options,
				       struct router *router, int *status);
/* Completes what was written. => an exit status as above. NULL is fine */
int replay_rules_close(struct replay_rules *rules);

/* Around weir_process(). => false: it is not to be processed, another capture has it come in */
bool replay_rules_before(struct replay_rules *rules, const struct capture_frame *frame,
			 const struct link_packet *ip, weir_time now, struct weir_packet *packet);
void replay_rules_after(struct replay_rules *rules, weir_time now, struct weir_packet *packet);

/* For packet lines: the port that the packet leaves by, or NULL; JSON members, or NULL; the
 * trace as text, "" if there is none. */
const char *replay_rules_out(const struct replay_rules *rules, const struct weir_packet *packet);
const struct strbuf *replay_rules_json(struct replay_rules *rules,
				       const struct weir_packet *packet);
const char *replay_rules_text(struct replay_rules *rules, const struct weir_packet *packet);

/* The trace of the packet that was processed last. */
const struct rules_trace *replay_rules_trace(const struct replay_rules *rules);

/* Tells on stderr what rules have dropped. */
void replay_rules_summary(const struct replay_rules *rules);

#endif
