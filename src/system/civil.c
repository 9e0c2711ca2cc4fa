/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/civil.c - days and times of the calendar; see civil.h.
 *
 * Years are counted from March here, so that the day that some years have more is their last.
 */
#include "system/civil.h"

#include <strings.h>

#define DAYS_IN_400 146097
#define DAYS_TO_1970 719468	      /* from 0000-03-01 */
#define FIRST (-INT64_C(62135596800)) /* 0001-01-01 00:00:00 */
#define LAST INT64_C(253402300799)    /* 9999-12-31 23:59:59 */

static const char month_names[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int64_t civil_days(int year, unsigned month, unsigned day)
{
	int64_t from_march = year - (month < 3);
	int64_t era = (from_march >= 0 ? from_march : from_march - 399) / 400;
	int64_t year_of_era = from_march - 400 * era;
	int64_t day_of_year =
		(153 * (int64_t)(month < 3 ? month + 9 : month - 3) + 2) / 5 + day - 1;

	return era * DAYS_IN_400 + 365 * year_of_era + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - DAYS_TO_1970;
}

unsigned civil_month_length(int year, unsigned month)
{
	if (month == 12)
		return 31;
	return (unsigned)(civil_days(year, month + 1, 1) - civil_days(year, month, 1));
}

int64_t civil_seconds(const struct civil *c)
{
	return CIVIL_DAY * civil_days(c->year, c->month, c->day) + 3600 * c->hour + 60 * c->minute +
	       c->second;
}

void civil_from_seconds(int64_t seconds, struct civil *c)
{
	int64_t days, era, day_of_era, year_of_era, day_of_year, month;
	unsigned rest;

	if (seconds < FIRST)
		seconds = FIRST;
	if (seconds > LAST)
		seconds = LAST;
	/* From a day that no year comes before, so that nothing below is negative. */
	days = (seconds - FIRST) / CIVIL_DAY;
	rest = (unsigned)((seconds - FIRST) % CIVIL_DAY);
	c->weekday = (unsigned)((days + 1) % 7); /* 0001-01-01 was a monday */
	days += 306;				 /* from 0000-03-01 */
	era = days / DAYS_IN_400;
	day_of_era = days % DAYS_IN_400;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
		       day_of_era / (DAYS_IN_400 - 1)) /
		      365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	c->day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1);
	c->month = (unsigned)(month < 10 ? month + 3 : month - 9);
	c->year = (int)(year_of_era + 400 * era + (c->month < 3));
	c->hour = rest / 3600;
	c->minute = rest / 60 % 60;
	c->second = rest % 60;
}

const char *civil_month_name(unsigned month)
{
	return month_names[month - 1];
}

void civil_print_date(const struct civil *c, bool old, struct strbuf *out)
{
	if (old)
		strbuf_printf(out, "%c%s/%02u/%04d", month_names[c->month - 1][0] | 0x20,
			      month_names[c->month - 1] + 1, c->day, c->year);
	else
		strbuf_printf(out, "%04d-%02u-%02u", c->year, c->month, c->day);
}

void civil_print_time(const struct civil *c, struct strbuf *out)
{
	strbuf_printf(out, "%02u:%02u:%02u", c->hour, c->minute, c->second);
}

/* Reads up to `most` digits. => false: not one is there */
static bool digits(const char **at, const char *end, unsigned most, unsigned *number)
{
	unsigned n = 0, value = 0;

	while (*at < end && n < most && **at >= '0' && **at <= '9') {
		value = 10 * value + (unsigned)(*(*at)++ - '0');
		n++;
	}
	*number = value;
	return n > 0;
}

static bool letter(const char **at, const char *end, char c)
{
	if (*at == end || **at != c)
		return false;
	++*at;
	return true;
}

static unsigned month_of(const char *text)
{
	for (unsigned i = 0; i < 12; i++)
		if (strncasecmp(text, month_names[i], 3) == 0)
			return i + 1;
	return 0;
}

bool civil_parse_date(const char *text, size_t len, struct civil *civil)
{
	const char *at = text, *end = text + len;
	unsigned year, month, day;

	if (len > 4 && text[3] == '/') {
		month = month_of(text);
		at += 4;
		if (!digits(&at, end, 2, &day) || !letter(&at, end, '/') ||
		    !digits(&at, end, 4, &year))
			return false;
	} else if (!digits(&at, end, 4, &year) || !letter(&at, end, '-') ||
		   !digits(&at, end, 2, &month) || !letter(&at, end, '-') ||
		   !digits(&at, end, 2, &day)) {
		return false;
	}
	if (at != end || year == 0 || month == 0 || month > 12 || day == 0 ||
	    day > civil_month_length((int)year, month))
		return false;
	civil->year = (int)year;
	civil->month = month;
	civil->day = day;
	return true;
}

bool civil_parse_time(const char *text, size_t len, struct civil *civil)
{
	const char *at = text, *end = text + len;
	unsigned hour, minute, second = 0;

	if (!digits(&at, end, 2, &hour) || !letter(&at, end, ':') || !digits(&at, end, 2, &minute))
		return false;
	if (letter(&at, end, ':') && !digits(&at, end, 2, &second))
		return false;
	if (at != end || hour > 23 || minute > 59 || second > 59)
		return false;
	civil->hour = hour;
	civil->minute = minute;
	civil->second = second;
	return true;
}
