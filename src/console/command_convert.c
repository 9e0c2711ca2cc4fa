/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_convert.c - :tonum, :tostr and so on: the conversions of cell.h as commands.
 * What cannot be converted gives nil.
 *
 * Source: RouterOS manual, "Scripting": global commands. Threads: as console/call.h.
 */
#include "console/global.h"

static const struct parameter parameters[] = {
        {.name = "value", .help = "the value", .positional = 1, .required = true},
        {0},
};

static struct cell to_nanoseconds(const struct cell *value)
{
	struct cell time = cell_to_time(value);

	return time.type == CELL_TIME ? cell_num(time.num) : time;
}

/* clang-format off */
#define CONVERSION(name_, convert, help_) \
	static bool run_##name_(struct call *call) \
	{ \
		*call->result = convert(global_value(call, "value")); \
		return true; \
	} \
	const struct command command_##name_ = { \
		.name = #name_, .help = help_, .parameters = parameters, .run = run_##name_}

CONVERSION(tostr, cell_to_str, "a value as text");
CONVERSION(tonum, cell_to_num, "a value as a number");
CONVERSION(toip, cell_to_ip, "a value as an address");
CONVERSION(toip6, cell_to_ip6, "a value as an IPv6 address");
CONVERSION(totime, cell_to_time, "a value as a time");
CONVERSION(tobool, cell_to_bool, "a value as true or false");
CONVERSION(toarray, cell_to_array, "a value as an array: a text is split at commas");
CONVERSION(toid, cell_to_id, "a value as an item's id");
CONVERSION(tonsec, to_nanoseconds, "a time's nanoseconds as a number");
/* clang-format on */
