/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/text.h - what a packet carries, as a story writes it: quoted text with escapes, bytes in
 * hex, and values that only the router knows, such as a port of its choice, by a name: {p}.
 *
 * A value has no number before a packet has shown it; a check that meets it first takes its
 * number from there. {p+1}, {p/256} and {p%256} are reckoned with it. {length} is how many bytes
 * follow the next empty line, as SIP and RTSP tell it.
 */
#ifndef SCENARIO_TEXT_H
#define SCENARIO_TEXT_H

#include "story.h"

enum story_piece_kind {
	PIECE_BYTES,
	PIECE_VALUE,  /* in decimal digits */
	PIECE_BINARY, /* in two bytes */
	PIECE_LENGTH,
};

/* What is to be met where a name stands: its value, plus, divided by or modulo `by`. */
struct story_name {
	unsigned name; /* of the story's names */
	char how;      /* '+', '/', '%' */
	uint32_t by;
};

struct story_piece {
	enum story_piece_kind kind;
	const uint8_t *bytes;
	size_t len;
	struct story_name name;
};

/* Reads a name from "{p}" on; with `add` one that is new is added.
 * => how many characters, 0: there is none; -1 and error */
int text_name(struct story_names *names, const char *at, bool add, struct story_name *name,
              char error[STORY_ERROR]);

/* The bytes of a quoted word (which begins with its quote). => how many, or -1 and error */
int text_bytes(const char *word, uint8_t *bytes, size_t room, char error[STORY_ERROR]);

/* Puts numbers in place of all names in the words of a packet; values NULL: any number.
 * *late: there were some. => the words; NULL and error */
char **text_fill(void **memory, char **words, struct story_names *names,
                 const struct story_values *values, bool *late, char error[STORY_ERROR]);

/* Reads `text "..."` and `payload HEX` up to the end. => 0, or -1 and error */
int text_pieces(void **memory, struct story_names *names, char ***word, struct story_check *check,
                char error[STORY_ERROR]);

/* The number that is to be met, if it is known; else takes `got` for it. */
uint16_t text_value(struct story_values *values, const struct story_name *name, uint16_t got);

/* Compares bytes with what a check has; names get their values only if all is alike.
 * => -1: alike; else which byte is not, and what was expected there */
int text_match(struct story_values *values, const struct story_check *check, const uint8_t *data,
               size_t len, char *expected, size_t size);

/* Bytes as a story would write them, cut at `size`. */
void text_show(const uint8_t *data, size_t len, char *text, size_t size);

#endif
