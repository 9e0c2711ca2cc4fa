/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/value_time.c - times as text, in every form that RouterOS reads:
 *
 *	600  0.5            seconds
 *	1w2d3h4m5s600ms     parts with units, the larger first, each at most once
 *	00:10:00  1:30      hours, minutes and, if given, seconds
 *	1d02:03:04  1d 02:03:04
 *
 * They are written as parts with units, without those that are zero.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/put.h"
#include "model/value.h"

static const struct {
	char name[3];
	weir_time ns;
} units[] = {
        {"w", 604800 * WEIR_SEC},
        {"d", 86400 * WEIR_SEC},
        {"h", 3600 * WEIR_SEC},
        {"m", 60 * WEIR_SEC},
        {"s", WEIR_SEC},
        {"ms", WEIR_MSEC},
        {"us", 1000},
        {"ns", 1},
};

#define UNIT_HOURS 2
#define UNIT_SECONDS 4

struct reader {
	const char *text;
	size_t len, at;
	weir_time total;
};

static bool at_digit(const struct reader *r)
{
	return r->at < r->len && r->text[r->at] >= '0' && r->text[r->at] <= '9';
}

static bool number(struct reader *r, uint64_t *value)
{
	if (!at_digit(r))
		return false;
	*value = 0;
	while (at_digit(r)) {
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(r->text[r->at] - '0'), value))
			return false;
		r->at++;
	}
	return true;
}

static bool add(struct reader *r, uint64_t count, weir_time unit)
{
	weir_time part;

	return !__builtin_mul_overflow(count, unit, &part) &&
	       !__builtin_add_overflow(r->total, part, &r->total);
}

/* ".5" after seconds, to the nanosecond. Nothing there is fine. */
static bool fraction(struct reader *r)
{
	weir_time digit = WEIR_SEC;

	if (r->at == r->len || r->text[r->at] != '.')
		return true;
	r->at++;
	if (!at_digit(r))
		return false;
	for (; at_digit(r); r->at++) {
		digit /= 10;
		if (!add(r, (uint64_t)(r->text[r->at] - '0'), digit))
			return false;
	}
	return true;
}

/* The rest of "hours:minutes:seconds", from the first colon to the end. */
static bool clock_rest(struct reader *r, uint64_t hours)
{
	uint64_t minutes, seconds;

	r->at++;
	if (!add(r, hours, units[UNIT_HOURS].ns) || !number(r, &minutes) || minutes > 59 ||
	    !add(r, minutes, 60 * WEIR_SEC))
		return false;
	if (r->at == r->len)
		return true;
	if (r->text[r->at++] != ':' || !number(r, &seconds) || seconds > 59 ||
	    !add(r, seconds, WEIR_SEC) || !fraction(r))
		return false;
	return r->at == r->len;
}

/* => the unit that stands here, or ARRAY_COUNT(units) */
static size_t unit(struct reader *r)
{
	size_t start = r->at, u;

	while (r->at < r->len && r->text[r->at] >= 'a' && r->text[r->at] <= 'z')
		r->at++;
	for (u = 0; u < ARRAY_COUNT(units); u++) {
		if (strlen(units[u].name) == r->at - start &&
		    memcmp(units[u].name, r->text + start, r->at - start) == 0)
			break;
	}
	return u;
}

static bool parts(struct reader *r)
{
	size_t next = 0; /* the largest unit that may still come */

	for (;;) {
		uint64_t count;
		size_t u, dot;

		if (!number(r, &count))
			return false;
		if (r->at < r->len && r->text[r->at] == ':')
			return next <= UNIT_HOURS && clock_rest(r, count);
		dot = r->at;
		if (!fraction(r))
			return false;
		if (r->at == r->len)
			return next == 0 && add(r, count, WEIR_SEC);
		u = unit(r);
		if (u == ARRAY_COUNT(units) || u < next || !add(r, count, units[u].ns))
			return false;
		if (u != UNIT_SECONDS && r->text[dot] == '.')
			return false;
		next = u + 1;
		if (r->at == r->len)
			return true;
		if (r->text[r->at] == ' ')
			r->at++;
	}
}

bool value_parse_time(const char *text, size_t len, weir_time *time)
{
	struct reader r = {text, len, 0, 0};

	if (!parts(&r))
		return false;
	*time = r.total;
	return true;
}

static char *put_unit(char *to, uint64_t count, char unit)
{
	if (count == 0)
		return to;
	to = put_u64(to, count);
	*to = unit;
	return to + 1;
}

static char *put_below_second(char *to, unsigned ns)
{
	static const char unit[] = "mun";

	for (unsigned u = 0, size = 1000000; u < 3; u++, size /= 1000) {
		unsigned count = ns / size;

		if (count) {
			to = put_unit(to, count, unit[u]);
			*to++ = 's';
		}
		ns -= count * size;
	}
	return to;
}

char *value_put_time(char *to, weir_time time)
{
	weir_time seconds = time / WEIR_SEC;
	unsigned ns = (unsigned)(time % WEIR_SEC), day = (unsigned)(seconds % 86400);

	if (time == 0)
		return PUT(to, "0s");
	if (seconds >= 86400) {
		weir_time days = seconds / 86400;

		to = put_unit(to, days / 7, 'w');
		to = put_unit(to, days % 7, 'd');
	}
	to = put_unit(to, day / 3600, 'h');
	to = put_unit(to, day / 60 % 60, 'm');
	to = put_unit(to, day % 60, 's');
	return ns ? put_below_second(to, ns) : to;
}

void value_print_time(weir_time time, struct strbuf *out)
{
	char *to = strbuf_reserve(out, VALUE_ROOM);

	if (to)
		strbuf_commit(out, value_put_time(to, time));
}
