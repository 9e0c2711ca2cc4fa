/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_print.c - values as text: as :put shows them, and as an argument takes them.
 *
 *	            :put              argument
 *	time        1d01:01:01        1d1h1m1s
 *	bool        true              yes
 *	array       1;2;a=1           1,2,a=1
 *
 * Arrays within arrays are written as if their elements were the outer one's.
 *
 * Threads: as cell.h. Cost: no allocation but the strbuf's.
 */
#include "base/addr.h"
#include "base/put.h"
#include "console/cell.h"
#include "console/cell_store.h"
#include "model/value.h"

static uint64_t magnitude(int64_t num)
{
	return num < 0 ? -(uint64_t)num : (uint64_t)num;
}

static void print_num(int64_t num, struct strbuf *out)
{
	if (num < 0)
		strbuf_char(out, '-');
	strbuf_u64(out, magnitude(num));
}

/* ".5" of a second, in groups of three digits. */
static void print_fraction(unsigned ns, struct strbuf *out)
{
	if (ns == 0)
		return;
	if (ns % 1000)
		strbuf_printf(out, ".%09u", ns);
	else if (ns % 1000000)
		strbuf_printf(out, ".%06u", ns / 1000);
	else
		strbuf_printf(out, ".%03u", ns / 1000000);
}

/* 1w2d03:04:05 */
static void print_clock(int64_t time, struct strbuf *out)
{
	uint64_t ns = magnitude(time), seconds = ns / WEIR_SEC, days = seconds / 86400;
	unsigned day = (unsigned)(seconds % 86400);

	if (time < 0)
		strbuf_char(out, '-');
	if (days / 7)
		strbuf_printf(out, "%juw", (uintmax_t)(days / 7));
	if (days % 7)
		strbuf_printf(out, "%ud", (unsigned)(days % 7));
	strbuf_printf(out, "%02u:%02u:%02u", day / 3600, day / 60 % 60, day % 60);
	print_fraction((unsigned)(ns % WEIR_SEC), out);
}

static void print_time(int64_t time, bool argument, struct strbuf *out)
{
	if (!argument) {
		print_clock(time, out);
		return;
	}
	if (time < 0)
		strbuf_char(out, '-');
	value_print_time(magnitude(time), out);
}

static void print_bool(bool truth, bool argument, struct strbuf *out)
{
	if (argument)
		strbuf_str(out, truth ? "yes" : "no");
	else
		strbuf_str(out, truth ? "true" : "false");
}

static void print_address(const struct cell *cell, struct strbuf *out)
{
	bool v4 = cell->type == CELL_IP || cell->type == CELL_IP_PREFIX;
	char text[ADDR_TEXT];
	size_t len = addr_print(text, v4 ? WEIR_IPV4 : WEIR_IPV6, &cell->addr);

	strbuf_add(out, text, len);
	if (cell->type == CELL_IP_PREFIX || cell->type == CELL_IP6_PREFIX) {
		strbuf_char(out, '/');
		strbuf_u64(out, cell->length);
	}
}

static void print(const struct cell *cell, bool argument, struct strbuf *out);

static void print_array(const struct cell *array, bool argument, struct strbuf *out)
{
	size_t count = cell_array_count(array);

	for (size_t i = 0; i < count; i++) {
		const char *key;
		size_t key_len;
		const struct cell *value = cell_array_at(array, i, &key, &key_len);

		if (i)
			strbuf_char(out, argument ? ',' : ';');
		if (key) {
			strbuf_add(out, key, key_len);
			strbuf_char(out, '=');
		}
		print(value, argument, out);
	}
}

static void print(const struct cell *cell, bool argument, struct strbuf *out)
{
	switch ((enum cell_type)cell->type) {
	case CELL_NUM:
		print_num(cell->num, out);
		break;
	case CELL_BOOL:
		print_bool(cell->truth, argument, out);
		break;
	case CELL_STR:
		strbuf_add(out, cell->text->data, cell->text->len);
		break;
	case CELL_IP:
	case CELL_IP_PREFIX:
	case CELL_IP6:
	case CELL_IP6_PREFIX:
		print_address(cell, out);
		break;
	case CELL_ID:
		strbuf_printf(out, "*%jX", (uintmax_t)cell->id);
		break;
	case CELL_TIME:
		print_time(cell->num, argument, out);
		break;
	case CELL_ARRAY:
		print_array(cell, argument, out);
		break;
	case CELL_CODE:
		cell->code->print(cell->code, out);
		break;
	case CELL_NOTHING:
	case CELL_NIL:
	case CELL_TYPE_COUNT:
		break;
	}
}

void cell_print(const struct cell *cell, struct strbuf *out)
{
	print(cell, false, out);
}

void cell_argument(const struct cell *cell, struct strbuf *out)
{
	print(cell, true, out);
}
