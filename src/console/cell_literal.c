/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/cell_literal.c - what a word means as a literal.
 *
 *	42 -42 0x2A              a number
 *	yes no true false        a bool
 *	*1F                      an id
 *	10.0.0.1  2001:db8::1    an address, with /bits a prefix, whose host bits stay
 *	1h30m 1d01:01:01 500ms   a time: what has a unit or a colon
 *
 * Anything else is a string. What :put writes of a number, bool, id, address or time reads as
 * the same value.
 *
 * Threads: pure functions. Cost: no allocation, but for a string's cell.
 */
#include <string.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "console/cell.h"
#include "console/cell_store.h"
#include "model/value.h"

#define MAGNITUDE_MAX ((uint64_t)1 << 63) /* of a negative number */

static int digit(char c, unsigned base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < (int)base ? value : -1;
}

static bool read_digits(const char *text, size_t len, unsigned base, uint64_t *number)
{
	*number = 0;
	if (len == 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		int value = digit(text[i], base);

		if (value < 0 || __builtin_mul_overflow(*number, base, number) ||
		    __builtin_add_overflow(*number, (uint64_t)value, number))
			return false;
	}
	return true;
}

/* A number's or time's magnitude with its sign. */
static bool with_sign(uint64_t magnitude, bool negative, int64_t *to)
{
	if (magnitude > MAGNITUDE_MAX - !negative)
		return false;
	*to = (int64_t)(negative ? -magnitude : magnitude);
	return true;
}

static bool read_num(const char *text, size_t len, bool negative, struct cell *to)
{
	uint64_t magnitude;
	int64_t num;

	if (len > 2 && text[0] == '0' && text[1] == 'x') {
		/* Sixteen digits are the bits as they are: 0xFFFFFFFFFFFFFFFF is -1. */
		if (!read_digits(text + 2, len - 2, 16, &magnitude))
			return false;
		*to = cell_num((int64_t)(negative ? -magnitude : magnitude));
		return true;
	}
	if (!read_digits(text, len, 10, &magnitude) || !with_sign(magnitude, negative, &num))
		return false;
	*to = cell_num(num);
	return true;
}

static bool read_time(const char *text, size_t len, bool negative, struct cell *to)
{
	weir_time magnitude;
	bool marked = false;
	int64_t time;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ')
			return false;
		marked |= text[i] == ':' || (text[i] >= 'a' && text[i] <= 'z');
	}
	if (!marked || !value_parse_time(text, len, &magnitude) ||
	    !with_sign(magnitude, negative, &time))
		return false;
	*to = cell_time(time);
	return true;
}

static bool read_bool(const char *text, size_t len, struct cell *to)
{
	static const char words[][6] = {"no", "yes", "false", "true"};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0) {
			*to = cell_bool(i & 1);
			return true;
		}
	}
	return false;
}

static bool read_address(const char *text, size_t len, struct cell *to)
{
	const char *slash = memchr(text, '/', len);
	size_t addr_len = slash ? (size_t)(slash - text) : len;
	union weir_addr addr;
	uint64_t bits = 0;
	uint8_t family, type;

	if (!addr_parse(text, addr_len, &family, &addr))
		return false;
	type = family == WEIR_IPV4 ? CELL_IP : CELL_IP6;
	if (slash) {
		type = family == WEIR_IPV4 ? CELL_IP_PREFIX : CELL_IP6_PREFIX;
		if (!read_digits(slash + 1, len - addr_len - 1, 10, &bits) ||
		    bits > addr_bits(family))
			return false;
	}
	*to = (struct cell){.type = type, .length = (uint8_t)bits, .addr = addr};
	return true;
}

bool cell_literal_plain(const char *text, size_t len, struct cell *to)
{
	bool negative = len > 1 && text[0] == '-';
	uint64_t id;

	if (len == 0)
		return false;
	if (text[0] == '*') {
		if (!read_digits(text + 1, len - 1, 16, &id))
			return false;
		*to = cell_id(id);
		return true;
	}
	return read_num(text + negative, len - negative, negative, to) ||
	       read_bool(text, len, to) || read_address(text, len, to) ||
	       read_time(text + negative, len - negative, negative, to);
}

struct cell cell_literal(const char *text, size_t len)
{
	struct cell cell;

	return cell_literal_plain(text, len, &cell) ? cell : cell_str(text, len);
}
