/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/judge.h - compares what the engine did with what a story expects.
 */
#ifndef SCENARIO_JUDGE_H
#define SCENARIO_JUDGE_H

#include <weir/weir.h>

#include "story.h"

/* One story being played. */
struct play {
	const struct story_file *file;
	const struct story *story;
	struct weir_engine *engine;
	struct weir_worker *worker;
	weir_time now;
	uint64_t *ids; /* by step: the connection of a packet, 0 if none */
	unsigned failures;
};

/* A port as it is to be shown: one of those that an end allows looks like the first. */
uint16_t judge_port(const struct story_end *end, uint16_t port);

/* Prints "file:line: ..." and counts. */
__attribute__((format(printf, 3, 4))) void judge_fail(struct play *play, unsigned line,
                                                      const char *format, ...);

/* Checks a packet just processed against its step. */
void judge_packet(struct play *play, const struct story_step *step,
                  const struct weir_packet *packet);

/* Checks an `expect` line. What is due has expired already. */
void judge_expect(struct play *play, const struct story_step *step);

/* An item about what a router does (judge_router.c). => false: it is none */
bool judge_router(struct play *play, const struct story_check *check,
                  const struct weir_packet *packet);

/* What must be true of any packet that leaves and of any answer, whatever is expected: checksums
 * that were right when it came are right. */
void judge_sums(struct play *play, const struct story_step *step,
                const struct weir_packet *packet);

/* How many packets a rule has counted. */
void judge_counted(struct play *play, const struct story_check *check);

/* The connection that a label stands for, 0 if its packet had none. */
uint64_t judge_id(const struct play *play, const char *label);

#endif
