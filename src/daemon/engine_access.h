/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/engine_access.h - asking an engine about its connections, whoever runs it: the thread
 * that asks (a replay that has ended), or a worker's thread of its own (a router that runs).
 *
 * Threads: one at a time (the model's lock). A worker on a thread of its own is asked by
 * requests and woken through `wake`, so that an idle one answers at once.
 */
#ifndef DAEMON_ENGINE_ACCESS_H
#define DAEMON_ENGINE_ACCESS_H

#include <weir/request.h>
#include <weir/weir.h>

struct rules;

struct engine_access {
	struct weir_engine *engine;
	struct weir_worker *worker;
	int wake;      /* an eventfd that the worker's thread waits on; -1: ask directly */
	weir_time now; /* where wake is -1 */
	struct rules *rules; /* who knows the marks of connections by name; may be NULL */
};

size_t access_list(struct engine_access *access, uint64_t *cursor, struct weir_conn *conns,
                   size_t count);
int access_get(struct engine_access *access, uint64_t id, struct weir_conn *conn);
int access_remove(struct engine_access *access, uint64_t id);
void access_stats(struct engine_access *access, struct weir_stats *stats);

/* Of rules: what the numbers below count have counted; one of them at 0 again; an address that a
 * rule has put into a list taken out of it. */
void access_counters(struct engine_access *access, struct weir_rule_counters *counters,
                     uint32_t count);
void access_reset_counters(struct engine_access *access, uint32_t counter);
/* How many connections a rule of nat translates. => false: it may still translate others, since
 * there is no memory for the rules that were set */
bool access_rule_uses(struct engine_access *access, uint32_t counter, uint64_t *count,
                      struct weir_rule_uses *uses);
void access_unlist(struct engine_access *access, const struct weir_listed *listed);

/* The engine's time. */
weir_time access_now(const struct engine_access *access);

#endif
