/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/build.h - from the readable form of a packet to its bytes.
 *
 * Lengths and checksums come out right unless the words say otherwise; every
 * other field has a default. The words are listed in README.md.
 */
#ifndef SCENARIO_BUILD_H
#define SCENARIO_BUILD_H

#include "story.h"

#define BUILD_MAX 66000

/* A packet line cut into words, and what it may refer to. */
struct build_line {
	const struct story_host *hosts;
	size_t host_count;
	const struct story_router *router; /* NULL: none */
	struct story_names *names;         /* values that are known by then */
	const struct story_step *earlier; /* steps whose labels may be named */
	size_t earlier_count;
	unsigned index; /* how often this line has been repeated: added to ports with a + */
	char **words;   /* from behind the label on; NULL at the end */
};

/* Builds one packet; data (BUILD_MAX bytes) and the lengths in *step are filled in.
 * => 0; or -1 and `error` says what is wrong (without file and line) */
int build_packet(const struct build_line *line, struct story_step *step, uint8_t *data,
                 char error[STORY_ERROR]);

/* Reads "client:40000"; the + behind a port adds index. => 0, or -1 and error */
int build_end(const struct build_line *line, const char *word, struct story_end *end,
              char error[STORY_ERROR]);

/* The number of a protocol's name ("tcp", "89", "proto-89"), or -1. */
int build_protocol(const char *name);

/* The Internet checksum over bytes, continuing from `sum`; fold with build_fold(). */
uint32_t build_sum(const uint8_t *data, size_t len, uint32_t sum);
uint16_t build_fold(uint32_t sum);

/* CRC32c, as SCTP uses it. */
uint32_t build_crc32c(const uint8_t *data, size_t len);

#endif
