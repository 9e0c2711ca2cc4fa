/* SPDX-License-Identifier: Apache-2.0 */
/*
 * system/zone.c - a time zone from a zoneinfo file; see zone.h.
 *
 * A file (RFC 8536) lists the moments at which the offset changes, and ends with a rule in the
 * form of POSIX' TZ variable for the time after them. It is data from outside: counts are
 * checked against the file's size, and what is odd makes no zone.
 */
#include "system/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "system/civil.h"

#define FILE_MOST (1u << 20)
#define HEADER 44
#define TYPES_MOST 256
#define OFFSET_MOST (26 * 3600)

struct kind {
	int32_t offset;
	bool summer;
};

/* When summer begins or ends: M3.5.0/1, J60, 59 */
struct turn {
	char form; /* 'M', 'J', or '0': days from 0 with 29 February counted */
	unsigned month, week, day;
	int32_t time; /* seconds after that day's midnight */
};

struct zone {
	size_t count; /* of changes */
	int64_t *times;
	uint8_t *to; /* the kind that holds from then on */
	struct kind kinds[TYPES_MOST];
	bool rule, rule_turns; /* there is a rule, and it has summers */
	struct kind standard, summer;
	struct turn begin, end;
};

static uint64_t be64_at(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

/* Rules */

static bool skip_name(const char **at)
{
	const char *start = *at;

	if (*start == '<') {
		const char *close = strchr(start, '>');

		*at = close ? close + 1 : start;
		return close != NULL;
	}
	while ((**at | 0x20) >= 'a' && (**at | 0x20) <= 'z')
		++*at;
	return *at - start >= 3;
}

static bool number_at(const char **at, unsigned most, unsigned *number)
{
	unsigned value = 0;

	if (**at < '0' || **at > '9')
		return false;
	while (**at >= '0' && **at <= '9') {
		value = 10 * value + (unsigned)(*(*at)++ - '0');
		if (value > most)
			return false;
	}
	*number = value;
	return true;
}

/* [+-]hh[:mm[:ss]] as seconds */
static bool seconds_at(const char **at, int32_t *seconds)
{
	bool negative = **at == '-';
	unsigned hour, minute = 0, second = 0;

	if (**at == '-' || **at == '+')
		++*at;
	if (!number_at(at, 167, &hour))
		return false;
	if (**at == ':') {
		++*at;
		if (!number_at(at, 59, &minute))
			return false;
		if (**at == ':') {
			++*at;
			if (!number_at(at, 59, &second))
				return false;
		}
	}
	*seconds = (int32_t)(3600 * hour + 60 * minute + second);
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool turn_at(const char **at, struct turn *turn)
{
	turn->form = '0';
	if (**at == 'M' || **at == 'J')
		turn->form = *(*at)++;
	if (turn->form == 'M') {
		if (!number_at(at, 12, &turn->month) || *(*at)++ != '.' ||
		    !number_at(at, 5, &turn->week) || *(*at)++ != '.' ||
		    !number_at(at, 6, &turn->day) || turn->month == 0 || turn->week == 0)
			return false;
	} else if (!number_at(at, 365, &turn->day) || (turn->form == 'J' && turn->day == 0)) {
		return false;
	}
	turn->time = 7200;
	if (**at != '/')
		return true;
	++*at;
	return seconds_at(at, &turn->time);
}

static bool read_rule(struct zone *z, const char *text)
{
	int32_t west;

	if (!skip_name(&text) || !seconds_at(&text, &west))
		return false;
	z->standard = (struct kind){.offset = -west};
	z->rule = true;
	if (*text == '\0')
		return true;
	if (!skip_name(&text))
		return false;
	z->summer = (struct kind){.offset = z->standard.offset + 3600, .summer = true};
	if (*text != ',') {
		if (!seconds_at(&text, &west))
			return false;
		z->summer.offset = -west;
	}
	z->rule_turns = true;
	return *text++ == ',' && turn_at(&text, &z->begin) && *text++ == ',' &&
	       turn_at(&text, &z->end) && *text == '\0';
}

/* The local time of a turn in a year. */
static int64_t turn_local(const struct turn *turn, int year)
{
	int64_t first;
	unsigned day, last;

	if (turn->form != 'M') {
		bool leap = civil_month_length(year, 2) == 29;

		day = turn->form == 'J' ? turn->day - 1 + (leap && turn->day > 59) : turn->day;
		return CIVIL_DAY * (civil_days(year, 1, 1) + day) + turn->time;
	}
	first = civil_days(year, turn->month, 1);
	/* 1970-01-01 was a thursday */
	day = (unsigned)((turn->day + 7 - (unsigned)(((first + 4) % 7 + 7) % 7)) % 7);
	day += 7 * (turn->week - 1);
	last = civil_month_length(year, turn->month);
	if (day >= last)
		day -= 7;
	return CIVIL_DAY * (first + day) + turn->time;
}

static const struct kind *by_rule(const struct zone *z, int64_t utc)
{
	struct civil civil;
	int64_t begin, end;

	if (!z->rule_turns)
		return &z->standard;
	civil_from_seconds(utc + z->standard.offset, &civil);
	begin = turn_local(&z->begin, civil.year) - z->standard.offset;
	end = turn_local(&z->end, civil.year) - z->summer.offset;
	if (begin < end)
		return utc >= begin && utc < end ? &z->summer : &z->standard;
	return utc >= end && utc < begin ? &z->standard : &z->summer;
}

/* Files */

struct counts {
	uint32_t is_utc, is_standard, leaps, times, kinds, letters;
};

/* => the bytes of a block, header and all; 0: it is none or longer than it may be */
static size_t block_size(const uint8_t *data, size_t size, unsigned wide, struct counts *c)
{
	uint64_t total;

	if (size < HEADER || memcmp(data, "TZif", 4) != 0)
		return 0;
	c->is_utc = be32(data + 20);
	c->is_standard = be32(data + 24);
	c->leaps = be32(data + 28);
	c->times = be32(data + 32);
	c->kinds = be32(data + 36);
	c->letters = be32(data + 40);
	total = HEADER + (uint64_t)c->times * (wide + 1) + (uint64_t)c->kinds * 6 + c->letters +
		(uint64_t)c->leaps * (wide + 4) + c->is_standard + c->is_utc;
	return total <= size && c->kinds > 0 && c->kinds <= TYPES_MOST ? (size_t)total : 0;
}

static bool read_block(struct zone *z, const uint8_t *data, unsigned wide, const struct counts *c)
{
	const uint8_t *times = data + HEADER, *to = times + (size_t)c->times * wide;
	const uint8_t *kinds = to + c->times;

	z->times = calloc(c->times + 1, sizeof *z->times);
	z->to = calloc(c->times + 1, 1);
	if (z->times == NULL || z->to == NULL)
		return false;
	z->count = c->times;
	for (size_t i = 0; i < c->times; i++) {
		z->times[i] =
			wide == 8 ? (int64_t)be64_at(times + 8 * i) : (int32_t)be32(times + 4 * i);
		z->to[i] = to[i];
		if (to[i] >= c->kinds || (i && z->times[i] <= z->times[i - 1]))
			return false;
	}
	for (size_t i = 0; i < c->kinds; i++, kinds += 6) {
		z->kinds[i].offset = (int32_t)be32(kinds);
		z->kinds[i].summer = kinds[4];
		if (z->kinds[i].offset > OFFSET_MOST || z->kinds[i].offset < -OFFSET_MOST)
			return false;
	}
	return true;
}

static bool read_footer(struct zone *z, const uint8_t *data, size_t size)
{
	char text[128];

	if (size < 2 || data[0] != '\n' || data[size - 1] != '\n' || size - 2 >= sizeof text)
		return false;
	memcpy(text, data + 1, size - 2);
	text[size - 2] = '\0';
	return text[0] == '\0' || read_rule(z, text);
}

struct zone *zone_parse(const void *bytes, size_t size)
{
	const uint8_t *data = bytes;
	struct zone *z = calloc(1, sizeof *z);
	struct counts counts;
	size_t first, second = 0;
	bool ok;

	if (z == NULL)
		return NULL;
	first = block_size(data, size, 4, &counts);
	ok = first != 0;
	if (ok && data[4] == '\0') {
		ok = read_block(z, data, 4, &counts);
	} else if (ok) { /* from version 2 on the same follows with wide times, and the rule */
		data += first;
		second = block_size(data, size - first, 8, &counts);
		ok = second && read_block(z, data, 8, &counts) &&
		     read_footer(z, data + second, size - first - second);
	}
	if (!ok) {
		zone_free(z);
		return NULL;
	}
	return z;
}

/* No name leads out of the directory. */
static bool name_fits(const char *name)
{
	if (*name == '\0' || *name == '/' || strlen(name) > 64 || strstr(name, ".."))
		return false;
	return name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				 "_+-/")] == '\0';
}

struct zone *zone_load(const char *directory, const char *name)
{
	int dir, fd = -1;
	struct zone *z = NULL;
	struct stat st;
	char *data = NULL;
	ssize_t len;

	if (!name_fits(name))
		return NULL;
	dir = open(directory ? directory : ZONE_DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir >= 0)
		fd = openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_MOST)
		data = malloc((size_t)st.st_size + 1);
	if (data) {
		len = read(fd, data, (size_t)st.st_size);
		if (len > 0)
			z = zone_parse(data, (size_t)len);
	}
	free(data);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	return z;
}

struct zone *zone_fixed(int32_t offset)
{
	struct zone *z = calloc(1, sizeof *z);

	if (z)
		z->kinds[0].offset = offset;
	return z;
}

void zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->times);
	free(z->to);
	free(z);
}

static const struct kind *kind_at(const struct zone *z, int64_t utc)
{
	size_t low = 0, high = z->count; /* the first change that is later than utc */

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (z->times[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->count && z->rule)
		return by_rule(z, utc);
	return low ? &z->kinds[z->to[low - 1]] : &z->kinds[0];
}

int32_t zone_offset(const struct zone *z, int64_t utc, bool *summer)
{
	static const struct kind none;
	const struct kind *kind = z ? kind_at(z, utc) : &none;

	if (summer)
		*summer = kind->summer;
	return kind->offset;
}

int64_t zone_to_utc(const struct zone *z, int64_t local)
{
	/* Offsets change rarely: those a day before and after are the only ones that there are. */
	int32_t before = zone_offset(z, local - OFFSET_MOST, NULL);
	int32_t after = zone_offset(z, local + OFFSET_MOST, NULL);

	if (zone_offset(z, local - before, NULL) == before)
		return local - before;
	if (zone_offset(z, local - after, NULL) == after)
		return local - after;
	return local - before;
}
