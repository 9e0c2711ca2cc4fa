/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weir/request.h - asking a worker for something from another thread.
 *
 * A request is memory of the asker's. It is posted to the worker's mailbox, the
 * worker serves it in slices between batches (weir_process() or weir_poll()),
 * and marks it done; until then the asker leaves it alone.
 */
#ifndef WEIR_REQUEST_H
#define WEIR_REQUEST_H

#include <weir/conn.h>

#ifdef __cplusplus
extern "C" {
#endif

enum weir_request_op {
	WEIR_REQUEST_LIST,   /* fill conns[] from `cursor` on */
	WEIR_REQUEST_GET,    /* connection `id` into conns[0] */
	WEIR_REQUEST_REMOVE, /* connection `id` */
	WEIR_REQUEST_COUNT,  /* the number of connections into `count` */
	WEIR_REQUEST_STATS,  /* what this worker counted into *stats (weir/weir.h) */
	WEIR_REQUEST_COUNTERS, /* of rules (weir/rules.h): of numbers from `first` on, into
				  counters[0..capacity) */
	WEIR_REQUEST_RESET_COUNTERS, /* of the number `first`, UINT32_MAX: of all */
	WEIR_REQUEST_RULE_USES, /* how many connections the rule with counter `first` translates,
				into `count` and *uses; WEIR_ENOMEM: it still does for new ones,
				for want of memory for the rules that were set */
	WEIR_REQUEST_REMOVE_RULE, /* all of them, `count` in the end; `cursor` is 0 at first */
	WEIR_REQUEST_UNLIST, /* takes the address that a rule put into a list (weir/event.h) out
				of it, for all workers: family, list and addr of *listed */
};

/* What a rule translates: a connection may be on both sides. */
struct weir_rule_uses {
	uint64_t srcnat, dstnat;
};

struct weir_stats;
struct weir_rule_counters;
struct weir_listed;

struct weir_request {
	/* In. */
	enum weir_request_op op;
	uint64_t id;
	uint64_t cursor; /* in and out, as in weir_conn_list() */
	struct weir_conn *conns;
	size_t capacity; /* of conns[] or counters[] */
	struct weir_stats *stats;
	uint32_t first;
	struct weir_rule_counters *counters;
	const struct weir_listed *listed;
	struct weir_rule_uses *uses;

	/* Out, readable once weir_request_done() says so. */
	size_t count; /* connections or counters written; with COUNT and rules, the number */
	int error;    /* WEIR_OK, or WEIR_ENOENT; WEIR_ENOMEM with RULE_USES */

	/* The library's. */
	void *link;
	int done;
};

/* Posts a request; any thread may. The request must stay in place until done. */
WEIR_API void weir_request_post(struct weir_worker *worker, struct weir_request *request);

/* => 1 once the request has been served */
WEIR_API int weir_request_done(const struct weir_request *request);

#ifdef __cplusplus
}
#endif
#endif
