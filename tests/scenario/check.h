/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/check.h - reads expectations: what stands behind `->` and `expect`.
 */
#ifndef SCENARIO_CHECK_H
#define SCENARIO_CHECK_H

#include "build.h"
#include "story.h"

/* Reads one `->` line and appends to the packet's checks. => 0, or -1 and error */
int check_packet(void **memory, struct story_step *step, unsigned line, char *text,
                 const struct build_line *names, char error[STORY_ERROR]);

/* Adds what goes without saying: accepted, not created here, no reason. An invalid or
 * dropped packet must name its reason. => 0, or -1 and error */
int check_complete(void **memory, struct story_step *step, char error[STORY_ERROR]);

/* Reads one `expect` line. => 0, or -1 and error */
int check_expect(void **memory, struct story_step *step, unsigned line, char *text,
                 const struct build_line *names, char error[STORY_ERROR]);

/* The names of the counters that CHECK_STAT may have, in the order of struct weir_stats. */
extern const char *const check_stats[];

/* Texts of the lists in include/weir, by value, without an engine linked. */
const char *check_reason_name(uint64_t reason);
const char *check_state_name(uint64_t state);
const char *check_verdict_name(uint64_t verdict);
const char *check_tcp_name(uint64_t state);
const char *check_sctp_name(uint64_t state);
const char *check_event_name(uint64_t event);
const char *check_end_name(uint64_t end);
const char *check_helper_name(uint64_t helper);
/* The names of all bits set in status, separated by blanks. */
void check_status_names(uint64_t status, char *text, size_t size);

#endif
