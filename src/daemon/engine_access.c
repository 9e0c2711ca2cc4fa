/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/engine_access.c - direct calls, or requests and waiting; see engine_access.h.
 */
#include "daemon/engine_access.h"

#include <stdlib.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

/* How long to give way before sleeping, and how long to sleep. A slice of the worker's is some
 * microseconds. */
#define YIELDS 200
#define SLEEP_NS 20000

static void ask(struct engine_access *access, struct weir_request *request)
{
	static const uint64_t one = 1;

	weir_request_post(access->worker, request);
	if (access->wake < 0) {
		while (!weir_request_done(request))
			weir_poll(access->worker, access->now);
		return;
	}
	/* A full eventfd has woken it already. */
	if (write(access->wake, &one, sizeof one) < 0)
		sched_yield();
	for (unsigned i = 0; !weir_request_done(request); i++) {
		if (i < YIELDS)
			sched_yield();
		else
			nanosleep(&(struct timespec){.tv_nsec = SLEEP_NS}, NULL);
	}
}

size_t access_list(struct engine_access *access, uint64_t *cursor, struct weir_conn *conns,
                   size_t count)
{
	struct weir_request request = {.op = WEIR_REQUEST_LIST, .cursor = *cursor, .conns = conns,
	                               .capacity = count};

	if (access->wake < 0)
		return weir_conn_list(access->worker, cursor, access->now, conns, count);
	ask(access, &request);
	*cursor = request.cursor;
	return request.count;
}

int access_get(struct engine_access *access, uint64_t id, struct weir_conn *conn)
{
	struct weir_request request = {.op = WEIR_REQUEST_GET, .id = id, .conns = conn,
	                               .capacity = 1};

	if (access->wake < 0)
		return weir_conn_get(access->worker, id, access->now, conn);
	ask(access, &request);
	return request.error;
}

int access_remove(struct engine_access *access, uint64_t id)
{
	struct weir_request request = {.op = WEIR_REQUEST_REMOVE, .id = id};

	if (access->wake < 0)
		return weir_conn_remove(access->worker, id, access->now);
	ask(access, &request);
	return request.error;
}

void access_stats(struct engine_access *access, struct weir_stats *stats)
{
	struct weir_request request = {.op = WEIR_REQUEST_STATS, .stats = stats};

	if (access->wake < 0)
		weir_stats_get(access->engine, stats);
	else
		ask(access, &request);
}

void access_counters(struct engine_access *access, struct weir_rule_counters *counters,
                     uint32_t count)
{
	struct weir_request request = {.op = WEIR_REQUEST_COUNTERS, .counters = counters,
	                               .capacity = count};

	ask(access, &request);
}

void access_reset_counters(struct engine_access *access, uint32_t counter)
{
	struct weir_request request = {.op = WEIR_REQUEST_RESET_COUNTERS, .first = counter};

	ask(access, &request);
}

bool access_rule_uses(struct engine_access *access, uint32_t counter, uint64_t *count,
                      struct weir_rule_uses *uses)
{
	struct weir_request request = {.op = WEIR_REQUEST_RULE_USES, .first = counter,
	                               .uses = uses};

	ask(access, &request);
	*count = request.count;
	return request.error == WEIR_OK;
}

void access_unlist(struct engine_access *access, const struct weir_listed *listed)
{
	struct weir_request request = {.op = WEIR_REQUEST_UNLIST, .listed = listed};

	ask(access, &request);
}

weir_time access_now(const struct engine_access *access)
{
	struct timespec now;

	if (access->wake < 0)
		return access->now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (weir_time)now.tv_sec * WEIR_SEC + (weir_time)now.tv_nsec;
}
