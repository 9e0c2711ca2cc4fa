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

#include <weir/weir.h>

struct engine_access {
	struct weir_engine *engine;
	struct weir_worker *worker;
	int wake;      /* an eventfd that the worker's thread waits on; -1: ask directly */
	weir_time now; /* where wake is -1 */
};

size_t access_list(struct engine_access *access, uint64_t *cursor, struct weir_conn *conns,
                   size_t count);
int access_get(struct engine_access *access, uint64_t id, struct weir_conn *conn);
int access_remove(struct engine_access *access, uint64_t id);
void access_stats(struct engine_access *access, struct weir_stats *stats);

#endif
