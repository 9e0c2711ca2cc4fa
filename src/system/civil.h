/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/civil.h - days and times of the calendar: seconds to dates and back, dates as text.
 *
 * Everything is in the proleptic Gregorian calendar, without leap seconds, in whatever zone the
 * seconds are counted. Years 1 to 9999. Threads: pure functions.
 */
#ifndef SYSTEM_CIVIL_H
#define SYSTEM_CIVIL_H

#include "base/strbuf.h"

#define CIVIL_DAY 86400

struct civil {
	int year;
	unsigned month, day; /* from 1 */
	unsigned hour, minute, second;
	unsigned weekday; /* 0: sunday; not looked at by civil_seconds() */
};

/* Days from 1970-01-01 to a date. */
int64_t civil_days(int year, unsigned month, unsigned day);

unsigned civil_month_length(int year, unsigned month);

/* Seconds since 1970-01-01 00:00:00, and back. Seconds beyond the years become the last that
 * there are. */
int64_t civil_seconds(const struct civil *civil);
void civil_from_seconds(int64_t seconds, struct civil *civil);

/* Appends 2026-11-21 or, with `old`, as RouterOS before 7.10 wrote it: nov/21/2026. */
void civil_print_date(const struct civil *civil, bool old, struct strbuf *out);

/* Appends 16:00:00. */
void civil_print_time(const struct civil *civil, struct strbuf *out);

/* Reads either form of a date into year, month and day. => false: none, nothing is changed */
bool civil_parse_date(const char *text, size_t len, struct civil *civil);

/* Reads 16:00 or 16:00:00 into hour, minute and second. => false: none, nothing is changed */
bool civil_parse_time(const char *text, size_t len, struct civil *civil);

/* "Jan" to "Dec"; month from 1. */
const char *civil_month_name(unsigned month);

#endif
