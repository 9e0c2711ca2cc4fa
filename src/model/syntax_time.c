/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/syntax_time.c - times of the week, dates, times of the day, zones.
 *
 *	8h-17h,mon,tue		0s-1d,sun,mon		a span of the day, on some days
 *	2026-11-21		jan/02/1970		a date, as written from 7.10 on and before
 *	2026-11-21 03:00:00	jan/01/1970 00:00:00	with the time
 *	03:00:00		startup			a time of the day, or the start
 *	+02:00						a zone
 *
 * A date keeps the style that it is written in.
 *
 * Threads: pure functions. Cost: no allocation but the strbuf's.
 */
#include <string.h>

#include "model/syntax_part.h"

#define DAY (86400 * WEIR_SEC)

/* time */

static const struct value_name days[] = {{1, "sun", NULL},  {2, "mon", NULL},  {4, "tue", NULL},
                                         {8, "wed", NULL},  {16, "thu", NULL}, {32, "fri", NULL},
                                         {64, "sat", NULL}, {0, NULL, NULL}};

static bool parse_days(struct part rest, uint8_t *set)
{
	bool more = true;

	*set = 0;
	while (more) {
		struct part day;
		uint64_t bit;

		more = part_cut(&rest, ',', &day);
		if (!part_word(day, days, &bit))
			return false;
		*set |= (uint8_t)bit;
	}
	return true;
}

bool time_of_week_parse(const char *text, size_t len, struct time_of_week *time)
{
	struct part rest = {text, len}, span, first;
	weir_time start, end;
	uint8_t set = 0x7f;

	if (part_cut(&rest, ',', &span) && !parse_days(rest, &set))
		return false;
	if (!part_cut(&span, '-', &first) || !part_time(first, DAY, &start) ||
	    !part_time(span, DAY, &end))
		return false;
	time->start = (uint32_t)(start / WEIR_SEC);
	time->end = (uint32_t)(end / WEIR_SEC);
	time->days = set;
	return true;
}

static bool read_time_of_week(const struct value_kind *kind, const char *text, size_t len,
                              struct strbuf *canonical, struct strbuf *error)
{
	struct time_of_week time;

	(void)kind, (void)error;
	if (!time_of_week_parse(text, len, &time))
		return false;
	value_print_time(time.start * WEIR_SEC, canonical);
	strbuf_char(canonical, '-');
	value_print_time(time.end * WEIR_SEC, canonical);
	for (const struct value_name *d = days; memchr(text, ',', len) && d->name; d++) {
		if (time.days & d->number)
			strbuf_printf(canonical, ",%s", d->name);
	}
	return true;
}

/* Dates */

static const struct value_name months[] = {
        {1, "jan", "Jan"},  {2, "feb", "Feb"},  {3, "mar", "Mar"},  {4, "apr", "Apr"},
        {5, "may", "May"},  {6, "jun", "Jun"},  {7, "jul", "Jul"},  {8, "aug", "Aug"},
        {9, "sep", "Sep"},  {10, "oct", "Oct"}, {11, "nov", "Nov"}, {12, "dec", "Dec"},
        {0, NULL, NULL},
};

struct date {
	uint64_t year, month, day;
	bool iso;
};

static bool is_date(const struct date *date)
{
	static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = date->year % 4 == 0 && (date->year % 100 || date->year % 400 == 0);

	return date->year >= 1970 && date->month >= 1 && date->month <= 12 && date->day >= 1 &&
	       date->day <= lengths[date->month - 1] + (uint64_t)(date->month == 2 && leap);
}

static bool parse_date(struct part part, struct date *date)
{
	struct part rest = part, first, second;

	date->iso = memchr(part.text, '/', part.len) == NULL;
	if (!part_cut(&rest, date->iso ? '-' : '/', &first) ||
	    !part_cut(&rest, date->iso ? '-' : '/', &second))
		return false;
	if (date->iso)
		return part_number(first, 9999, &date->year) &&
		       part_number(second, 12, &date->month) && part_number(rest, 31, &date->day) &&
		       is_date(date);
	return part_word(first, months, &date->month) && part_number(second, 31, &date->day) &&
	       part_number(rest, 9999, &date->year) && is_date(date);
}

static void put_date(struct strbuf *out, const struct date *date)
{
	if (date->iso)
		strbuf_printf(out, "%04u-%02u-%02u", (unsigned)date->year, (unsigned)date->month,
		              (unsigned)date->day);
	else
		strbuf_printf(out, "%s/%02u/%04u", months[date->month - 1].name,
		              (unsigned)date->day, (unsigned)date->year);
}

static void put_clock(struct strbuf *out, weir_time time)
{
	unsigned seconds = (unsigned)(time / WEIR_SEC);

	strbuf_printf(out, "%02u:%02u:%02u", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static bool read_date(const struct value_kind *kind, const char *text, size_t len,
                      struct strbuf *canonical, struct strbuf *error)
{
	struct date date;

	(void)kind, (void)error;
	if (!parse_date((struct part){text, len}, &date))
		return false;
	put_date(canonical, &date);
	return true;
}

static bool read_date_time(const struct value_kind *kind, const char *text, size_t len,
                           struct strbuf *canonical, struct strbuf *error)
{
	struct part rest = {text, len}, day;
	struct date date;
	weir_time time = 0;

	(void)kind, (void)error;
	if (part_cut(&rest, ' ', &day) && !part_time(rest, DAY - 1, &time))
		return false;
	if (!parse_date(day, &date))
		return false;
	put_date(canonical, &date);
	strbuf_char(canonical, ' ');
	put_clock(canonical, time);
	return true;
}

/* Times of the day */

static const struct value_name starts[] = {{0, "startup", NULL}, {0, NULL, NULL}};

static bool read_time_of_day(const struct value_kind *kind, const char *text, size_t len,
                             struct strbuf *canonical, struct strbuf *error)
{
	struct part part = {text, len};
	uint64_t startup;
	weir_time time;

	(void)kind, (void)error;
	if (part_word(part, starts, &startup)) {
		strbuf_str(canonical, starts[startup].name);
		return true;
	}
	if (!part_time(part, DAY - 1, &time))
		return false;
	put_clock(canonical, time);
	return true;
}

/* Zones: [+|-]hours[:minutes] */

static bool read_time_zone(const struct value_kind *kind, const char *text, size_t len,
                           struct strbuf *canonical, struct strbuf *error)
{
	struct part rest = {text, len}, hours;
	uint64_t h, m = 0;
	bool west = part_take(&rest, '-');

	(void)kind, (void)error;
	if (!west)
		part_take(&rest, '+');
	if (part_cut(&rest, ':', &hours) && !part_number(rest, 59, &m))
		return false;
	if (!part_number(hours, 14, &h))
		return false;
	strbuf_printf(canonical, "%c%02u:%02u", west && h + m ? '-' : '+', (unsigned)h,
	              (unsigned)m);
	return true;
}

const struct value_syntax syntax_time_of_week = {
        "start-end,days such as 8h-17h,mon,tue", read_time_of_week};
const struct value_syntax syntax_date = {"a date such as 2026-11-21 or jan/02/1970", read_date};
const struct value_syntax syntax_date_time = {
        "a date and a time such as 2026-11-21 03:00:00", read_date_time};
const struct value_syntax syntax_time_of_day = {"a time of the day such as 03:00:00, or startup",
                                                read_time_of_day};
const struct value_syntax syntax_time_zone = {"hours and minutes such as +02:00", read_time_zone};
