/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_store.h - how cells are kept, for the files cell_*.c alone.
 *
 * Texts and arrays count their owners; the last one's end frees them. What has one owner may
 * be changed in place, what has more is copied first. An array knows how deep its arrays nest
 * and what it would weigh written out, so that `{$a;$a}` repeated sixty times is refused where
 * it is made rather than felt where it is printed, compared or freed.
 *
 * Threads: as cell.h.
 */
#ifndef CONSOLE_CELL_STORE_H
#define CONSOLE_CELL_STORE_H

#include "console/cell.h"

#define CELL_DEPTH_MAX 100
#define CELL_WEIGHT_MAX ((size_t)256 << 20) /* bytes, about */
#define CELL_TEXT_MAX ((size_t)64 << 20)

struct cell_text {
	unsigned owners;
	size_t len;
	char data[]; /* len bytes and a NUL */
};

struct cell_element {
	struct cell value;
	struct cell_text *key; /* NULL: none */
};

struct cell_elements {
	struct cell_element *at;
	size_t count, size;
};

struct cell_array {
	unsigned owners;
	unsigned depth; /* 1: it has no arrays in it. It does not shrink */
	size_t weight;
	struct cell_elements plain, keyed; /* keyed: sorted by their keys' bytes */
};

/* => NULL: no memory, or longer than CELL_TEXT_MAX */
struct cell_text *cell_text_new(const char *text, size_t len);
void cell_text_free(struct cell_text *text); /* one owner less; NULL is fine */

void cell_array_free(struct cell_array *array); /* one owner less */

/* What a word means as a literal, if anything but a string. => false: it is a string */
bool cell_literal_plain(const char *text, size_t len, struct cell *to);

/* Whether the operators = and != take two values for the same; with *ordered whether < and >
 * mean something for them, and then *order. */
bool cell_relate(const struct cell *a, const struct cell *b, bool *ordered, int *order);

/* The operator `~`. => false: *error says why */
bool cell_match(const struct cell *text, const struct cell *pattern, bool *found,
                struct strbuf *error);

/* What a type is called in an error: "string", "integer number". */
const char *cell_type_words(const struct cell *cell);

static inline bool cell_is_absent(const struct cell *cell)
{
	return cell->type == CELL_NOTHING || cell->type == CELL_NIL;
}

#endif
