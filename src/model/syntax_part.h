/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_part.h - the parts that the syntaxes (syntax.h) are made of: pieces between
 * separators, numbers with or without units, words, times.
 *
 * Life: a part borrows its text. Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#ifndef MODEL_SYNTAX_PART_H
#define MODEL_SYNTAX_PART_H

#include "model/syntax.h"

struct part {
	const char *text;
	size_t len;
};

/* Takes what stands before the next separator off the rest, and the separator; all of the rest
 * if there is none. => whether there was one */
bool part_cut(struct part *rest, char separator, struct part *piece);

/* Each reads all of a part. => false: it is no such thing, the result is untouched */
bool part_number(struct part part, uint64_t max, uint64_t *number); /* decimal */
bool part_units(struct part part, uint64_t max, uint64_t *number);  /* 64k, 1.5M */
bool part_time(struct part part, weir_time max, weir_time *time);
/* A name, or what only one name begins with. */
bool part_word(struct part part, const struct value_name *names, uint64_t *number);

/* Takes a character off the front if it stands there. */
bool part_take(struct part *part, char c);

/* Append a number with the largest unit that divides it, and a word by its number. */
void part_put_units(struct strbuf *out, uint64_t number);
void part_put_word(struct strbuf *out, const struct value_name *names, uint64_t number);

#endif
