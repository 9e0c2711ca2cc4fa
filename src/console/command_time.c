/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_time.c - :time, :delay, :timestamp.
 *
 * Source: RouterOS manual, "Scripting": global commands. Threads: as console/call.h; :delay
 * sleeps without the lock.
 */
#include <time.h>

#include "console/global.h"
#include "console/service.h"

/* :time. It measures with a clock that nobody sets. */

static int64_t elapsed(const struct timespec *since)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec - since->tv_sec) * (int64_t)WEIR_SEC +
	       (now.tv_nsec - since->tv_nsec);
}

static bool run_time(struct call *call)
{
	struct timespec begin;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	if (!call_code(call, call_argument(call, "command")))
		return false;
	*call->result = cell_time(elapsed(&begin));
	return true;
}

static const struct parameter time_parameters[] = {
        {.name = "command",
         .help = "what is run",
         .shape = PARAMETER_CODE,
         .positional = 1,
         .required = true},
        {0},
};

const struct command command_time_code = {
        .name = "time",
        .help = "how long a block takes",
        .parameters = time_parameters,
        .run = run_time,
};

/* :delay */

static bool run_delay(struct call *call)
{
	const struct argument *argument = call_argument(call, "delay-time");
	struct cell time = cell_to_time(&argument->value);

	if (time.type != CELL_TIME || time.num < 0)
		return session_fail(call->session, argument->place,
		                    "invalid time value for argument delay-time");
	return session_wait(call->session, (uint64_t)time.num);
}

static const struct parameter delay_parameters[] = {
        {.name = "delay-time",
         .help = "how long: 500ms, 3s; a number is seconds",
         .positional = 1,
         .required = true,
         .kind = {.type = VALUE_TIME}},
        {0},
};

const struct command command_delay = {
        .name = "delay",
        .help = "waits",
        .parameters = delay_parameters,
        .run = run_delay,
};

/* :timestamp */

static bool run_timestamp(struct call *call)
{
	const struct console_services *services = session_services(call->session);
	int32_t offset;

	if (services == NULL || services->now == NULL)
		return global_fail(call, "not available here");
	*call->result = cell_time((int64_t)services->now(services->ctx, &offset));
	return true;
}

const struct command command_timestamp = {
        .name = "timestamp",
        .help = "the time since 1970-01-01 UTC",
        .run = run_timestamp,
};
