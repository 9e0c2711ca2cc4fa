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
	struct story_file *file;
	const struct story *story;
	struct weir_engine *engine;
	struct weir_worker *worker;
	weir_time now;
	uint64_t *ids; /* by step: the connection of a packet, 0 if none */
	struct story_values values;
	uint8_t *room; /* BUILD_MAX bytes, for packets that are late */
	unsigned failures;
};

/* The port that is to be expected where `got` was found: one of a range, a value that has a
 * name. */
uint16_t judge_port(struct play *play, const struct story_end *end, uint16_t got);

/* What a packet's bytes say. */
struct judge_said {
	uint8_t family, protocol;
	bool fragment;
	union weir_addr src, dst;
	const uint8_t *l4;
	uint32_t l4_len;
	uint16_t src_port, dst_port; /* with ports */
	bool ports;
};

/* => false: this is no IP packet, or one whose length is not that of the bytes */
bool judge_read(const uint8_t *data, uint32_t len, struct judge_said *said);

/* "192.0.2.1:80", "[2001:db8::1]:80"; without ports the address alone. */
void judge_end_text(const union weir_addr *addr, uint8_t family, bool ports, uint16_t port,
                    char *text, size_t size);

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

/* An item about what leaves: payload, sequence numbers (judge_helper.c). => false: it is none */
bool judge_out(struct play *play, const struct story_check *check,
               const struct weir_packet *packet);

/* What helpers expect. */
void judge_pending(struct play *play, const struct story_check *check);
void judge_expectations(struct play *play, const struct story_check *check);

/* What must be true of any packet that leaves and of any answer, whatever is expected: checksums
 * that were right when it came are right. */
void judge_sums(struct play *play, const struct story_step *step,
                const struct weir_packet *packet);

/* How many packets a rule has counted. */
void judge_counted(struct play *play, const struct story_check *check);

/* The connection that a label stands for, 0 if its packet had none. */
uint64_t judge_id(const struct play *play, const char *label);

#endif
