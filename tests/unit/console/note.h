/* SPDX-License-Identifier: Apache-2.0 */
/*
 * note.h - for tests: values of the console made of short notes, and their text.
 */
#ifndef TESTS_CONSOLE_NOTE_H
#define TESTS_CONSOLE_NOTE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/cell.h"

static inline void expect_text(const struct cell *cell, const char *want)
{
	struct strbuf out = STRBUF_INIT;

	cell_print(cell, &out);
	assert_string_equal(strbuf_text(&out), want);
	strbuf_free(&out);
}

/* Makes a value of a note: a literal, 'text in quotes', [1;2;a=3], "nil" or "nothing". */
static inline struct cell value_of(const char *note);

static inline struct cell array_of(const char *note, size_t len)
{
	struct cell array = cell_array_new();
	char *copy = strndup(note, len), *rest = copy, *part;

	while (len && (part = strsep(&rest, ";")) != NULL) {
		char *equal = strchr(part, '=');

		if (equal)
			assert_true(cell_array_set(&array, part, (size_t)(equal - part),
			                           value_of(equal + 1)));
		else
			assert_true(cell_array_add(&array, value_of(part)));
	}
	free(copy);
	return array;
}

static inline struct cell value_of(const char *note)
{
	size_t len = strlen(note);

	if (note[0] == '\'')
		return cell_str(note + 1, len - 2);
	if (note[0] == '[')
		return array_of(note + 1, len - 2);
	if (strcmp(note, "nil") == 0)
		return (struct cell){.type = CELL_NIL};
	if (strcmp(note, "nothing") == 0)
		return CELL_NONE;
	return cell_literal(note, len);
}

#endif
