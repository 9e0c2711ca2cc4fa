/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_convert.c - :tonum, :tostr and so on: a value of one type out of one of another.
 * What cannot be converted is CELL_NIL, not an error.
 *
 *	to num     "42" "0x2A", a time's seconds, an address as a number, true as 1
 *	to time    "1h30m" "00:05:00" "3600", a number's seconds
 *	to ip      "10.0.0.1", a number
 *	to array   "a,b,c"; of anything else an array that has it alone; nothing: empty
 *
 * Threads: as cell.h. Cost: allocates what the result needs.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "console/cell.h"
#include "console/cell_store.h"
#include "model/value.h"

static const struct cell nil = {.type = CELL_NIL};

/* The value itself, of a string what it means. A string that means nothing else is nil. */
static struct cell plain(const struct cell *cell)
{
	struct cell to;

	if (cell->type == CELL_ARRAY || cell->type == CELL_CODE)
		return nil;
	if (cell->type != CELL_STR)
		return *cell;
	return cell_literal_plain(cell->text->data, cell->text->len, &to) ? to : nil;
}

static struct cell only(const struct cell *cell, enum cell_type type)
{
	return cell->type == type ? *cell : nil;
}

struct cell cell_to_num(const struct cell *cell)
{
	struct cell from = plain(cell);

	switch (from.type) {
	case CELL_NUM:
		return from;
	case CELL_BOOL:
		return cell_num(from.truth);
	case CELL_TIME:
		return cell_num(from.num / (int64_t)WEIR_SEC);
	case CELL_IP:
		return cell_num(be32(&from.addr.v4));
	default:
		return nil;
	}
}

struct cell cell_to_str(const struct cell *cell)
{
	struct strbuf text = STRBUF_INIT;
	struct cell to;

	if (cell->type == CELL_STR)
		return cell_copy(cell);
	cell_print(cell, &text);
	to = text.failed ? nil : cell_str(text.data, text.len);
	strbuf_free(&text);
	return to;
}

struct cell cell_to_ip(const struct cell *cell)
{
	struct cell from = plain(cell), to = {.type = CELL_IP};

	if (from.type != CELL_NUM)
		return only(&from, CELL_IP);
	if (from.num < 0 || from.num > UINT32_MAX)
		return nil;
	put_be32(&to.addr.v4, (uint32_t)from.num);
	return to;
}

struct cell cell_to_ip6(const struct cell *cell)
{
	struct cell from = plain(cell);

	return only(&from, CELL_IP6);
}

/* What only :totime reads: seconds with a fraction, and "1d 00:05:00". */
static struct cell written_time(const struct cell_text *text)
{
	weir_time time;

	if (!value_parse_time(text->data, text->len, &time) || time > INT64_MAX)
		return nil;
	return cell_time((int64_t)time);
}

struct cell cell_to_time(const struct cell *cell)
{
	struct cell from = plain(cell);
	int64_t time;

	if (from.type == CELL_TIME)
		return from;
	if (from.type == CELL_NUM)
		return __builtin_mul_overflow(from.num, (int64_t)WEIR_SEC, &time) ? nil
		                                                                  : cell_time(time);
	return cell->type == CELL_STR ? written_time(cell->text) : nil;
}

struct cell cell_to_bool(const struct cell *cell)
{
	struct cell from = plain(cell);

	if (from.type == CELL_NUM)
		return cell_bool(from.num != 0);
	return only(&from, CELL_BOOL);
}

struct cell cell_to_id(const struct cell *cell)
{
	struct cell from = plain(cell);

	return only(&from, CELL_ID);
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

/* One part of "a, b": a literal, without the blanks around it. */
static struct cell part(const char *text, size_t len)
{
	while (len && blank(text[0]))
		text++, len--;
	while (len && blank(text[len - 1]))
		len--;
	return cell_literal(text, len);
}

static bool add_parts(struct cell *array, const struct cell_text *text)
{
	const char *at = text->data, *end = text->data + text->len;

	while (text->len) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const char *stop = comma ? comma : end;
		struct cell element = part(at, (size_t)(stop - at));

		if (element.type == CELL_NIL || !cell_array_add(array, element))
			return false;
		if (comma == NULL)
			break;
		at = comma + 1;
	}
	return true;
}

struct cell cell_to_array(const struct cell *cell)
{
	struct cell to;
	bool good = true;

	if (cell->type == CELL_ARRAY)
		return cell_copy(cell);
	to = cell_array_new();
	if (to.type != CELL_ARRAY)
		return nil;
	if (cell->type == CELL_STR)
		good = add_parts(&to, cell->text);
	else if (!cell_is_absent(cell))
		good = cell_array_add(&to, cell_copy(cell));
	if (good)
		return to;
	cell_free(&to);
	return nil;
}
