/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz/fuzz_cell.c - values of the console out of any text, and operators on pairs of them.
 *
 * Each line of the input is a word: the first byte picks what is made of it (a literal, a
 * string, an array split at commas, or an array of all values so far with the word as a key),
 * the second an operator that is applied to the value before and this one, or that this one
 * becomes an element of a copy of the one before; the result joins the values. What is checked:
 * a value's text reads as the same value where it should, converting twice is converting once,
 * what fails says why, and nothing changes a value that somebody else has.
 */
#include <stdlib.h>
#include <string.h>

#include "console/cell.h"
#include "console/cell_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VALUES 16
#define PRINT_MAX 4096

static void must(bool good)
{
	if (!good)
		abort();
}

/* Types whose text means the same value again. */
static bool readable(const struct cell *cell)
{
	return cell->type == CELL_NUM || cell->type == CELL_BOOL || cell->type == CELL_TIME ||
	       (cell->type >= CELL_IP && cell->type <= CELL_ID);
}

static void check_text(const struct cell *cell, bool argument)
{
	struct strbuf out = STRBUF_INIT;

	if (argument)
		cell_argument(cell, &out);
	else
		cell_print(cell, &out);
	must(!out.failed);
	if (readable(cell)) {
		struct cell back = cell_literal(strbuf_text(&out), out.len);

		must(cell_compare(&back, cell) == 0);
		cell_free(&back);
	}
	strbuf_free(&out);
}

static void check(const struct cell *cell)
{
	static struct cell (*const conversions[])(const struct cell *cell) = {
	        cell_to_num,  cell_to_str,  cell_to_ip,    cell_to_ip6,
	        cell_to_time, cell_to_bool, cell_to_array, cell_to_id,
	};

	must(cell_compare(cell, cell) == 0);
	if (cell->type == CELL_ARRAY && cell->array->weight > PRINT_MAX)
		return;
	check_text(cell, false);
	check_text(cell, true);
	for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++) {
		struct cell to = conversions[i](cell), again = conversions[i](&to);

		if (to.type != CELL_NIL)
			must(cell_compare(&to, &again) == 0);
		cell_free(&to);
		cell_free(&again);
	}
}

static struct cell make(uint8_t how, const char *word, size_t len, const struct cell *values,
                        size_t count)
{
	struct cell text, cell;

	switch (how % 4) {
	case 0:
		return cell_literal(word, len);
	case 1:
		return cell_str(word, len);
	case 2:
		text = cell_str(word, len);
		cell = cell_to_array(&text);
		cell_free(&text);
		return cell;
	}
	cell = cell_array_new();
	for (size_t i = 0; i < count; i++) {
		struct cell element = cell_copy(&values[i]);

		if (i & 1)
			cell_array_add(&cell, element);
		else
			cell_array_set(&cell, word, i < len ? i : len, element);
	}
	return cell;
}

/* => how many values there are then */
static size_t keep(struct cell *values, size_t count, struct cell value)
{
	check(&value);
	if (count == VALUES) {
		cell_free(&values[0]);
		memmove(values, values + 1, (VALUES - 1) * sizeof *values);
		count--;
	}
	values[count] = value;
	return count + 1;
}

/* Heavy values are slow to look at, not wrong. */
static bool light(const struct cell *cell)
{
	if (cell->type == CELL_STR)
		return cell->text->len < PRINT_MAX;
	return cell->type != CELL_ARRAY || cell->array->weight < PRINT_MAX;
}

/* The right value becomes an element of a copy of the left one, with itself as the key. */
static size_t assign(struct cell *values, size_t count, const struct cell *left,
                     const struct cell *right)
{
	struct cell to = cell_copy(left), before = cell_copy(left);
	struct strbuf error = STRBUF_INIT;

	if (cell_assign(&to, right, 1, cell_copy(right), &error))
		must(error.len == 0 && to.type == CELL_ARRAY);
	else
		must(error.len > 0 && cell_compare(&to, &before) == 0);
	must(cell_compare(left, &before) == 0);
	cell_free(&before);
	strbuf_free(&error);
	return keep(values, count, to);
}

static size_t apply(uint8_t op, struct cell *values, size_t count)
{
	struct strbuf error = STRBUF_INIT;
	const struct cell *left, *right = &values[count - 1];
	struct cell to;

	left = count > 1 ? &values[count - 2] : right;
	if (!light(left) || !light(right))
		return count;
	if (op % (OP_COUNT + 1) == OP_COUNT)
		return assign(values, count, left, right);
	if (cell_apply((enum cell_operator)(op % (OP_COUNT + 1)), left, right, &to, &error)) {
		must(error.len == 0);
		count = keep(values, count, to);
	} else {
		must(error.len > 0 && to.type == CELL_NOTHING);
	}
	strbuf_free(&error);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct cell values[VALUES];
	size_t count = 0;

	while (end - at >= 2) {
		const char *line = memchr(at + 2, '\n', (size_t)(end - at - 2));
		const char *stop = line ? line : end;

		count = keep(values, count,
		             make((uint8_t)at[0], at + 2, (size_t)(stop - at - 2), values, count));
		count = apply((uint8_t)at[1], values, count);
		at = line ? line + 1 : end;
	}
	while (count)
		cell_free(&values[--count]);
	return 0;
}
