/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/mailbox.c - serving what other threads ask a worker, in slices, so that
 * a listing of millions never holds up a packet.
 *
 * Requests are served one after the other. A listing that does not fit into a slice
 * keeps its cursor in the request and goes on behind the next batch.
 */
#include <string.h>

#include "engine/worker.h"

#define SLOTS_A_CONNECTION 16 /* empty ones that are looked at in the time of one copied */

static struct mail *mail_of(struct weir_request *request)
{
	return (struct mail *)(void *)&request->link;
}

static struct weir_request *request_of(struct mail *mail)
{
	if (!mail)
		return NULL;
	return (struct weir_request *)(void *)((uint8_t *)mail -
					       offsetof(struct weir_request, link));
}

void weir_request_post(struct weir_worker *worker, struct weir_request *request)
{
	request->count = 0;
	request->error = WEIR_OK;
	__atomic_store_n(&request->done, 0, __ATOMIC_RELAXED);
	mailbox_post(&worker->requests, mail_of(request));
}

int weir_request_done(const struct weir_request *request)
{
	/* Pairs with the release in finish(). */
	return __atomic_load_n(&request->done, __ATOMIC_ACQUIRE);
}

/* From here on the request is the asker's again. */
static void finish(struct weir_request *request)
{
	__atomic_store_n(&request->done, 1, __ATOMIC_RELEASE);
}

/* => work left over; if the listing is not finished, it goes on in the next slice */
static size_t serve_list(struct weir_worker *w, struct weir_request *r, size_t work, bool *done)
{
	size_t room = r->capacity - r->count, want = room < work ? room : work, got;
	bool end;

	got = conn_list_some(w, &r->cursor, work * SLOTS_A_CONNECTION, r->conns + r->count, want,
			     &end);
	r->count += got;
	*done = end || r->count == r->capacity;
	return work - got;
}

/* The rules that judge are those that were set, as of the call that serves this; without memory
 * for them they may be former ones. */
static void serve_uses(struct weir_worker *w, struct weir_request *r)
{
	uint64_t uses[2];

	r->count = bindings_uses(&w->bindings, r->first, uses);
	*r->uses = (struct weir_rule_uses){uses[NAT_SRC], uses[NAT_DST]};
	if (w->policy != w->snapshot->policy)
		r->error = WEIR_ENOMEM;
}

static void serve_counters(struct weir_worker *w, struct weir_request *r)
{
	if (w->firewall)
		firewall_counters(w->firewall, r->first, r->counters, (uint32_t)r->capacity);
	else
		memset(r->counters, 0, r->capacity * sizeof *r->counters);
	r->count = r->capacity;
}

static size_t serve(struct weir_worker *w, struct weir_request *r, size_t work, bool *done)
{
	*done = true;
	switch (r->op) {
	case WEIR_REQUEST_LIST:
		return serve_list(w, r, work, done);
	case WEIR_REQUEST_GET:
		r->error = weir_conn_get(w, r->id, w->now, r->conns);
		r->count = r->error == WEIR_OK;
		break;
	case WEIR_REQUEST_REMOVE:
		r->error = weir_conn_remove(w, r->id, w->now);
		break;
	case WEIR_REQUEST_COUNT:
		r->count = table_count(&w->table);
		break;
	case WEIR_REQUEST_STATS:
		worker_stats(w, r->stats);
		break;
	case WEIR_REQUEST_COUNTERS:
		serve_counters(w, r);
		break;
	case WEIR_REQUEST_RESET_COUNTERS:
		if (w->firewall)
			firewall_reset(w->firewall, r->first);
		break;
	case WEIR_REQUEST_RULE_USES:
		serve_uses(w, r);
		break;
	case WEIR_REQUEST_REMOVE_RULE:
		r->count += conn_remove_some(w, &r->cursor, work * SLOTS_A_CONNECTION, r->first,
					     done);
		return *done ? work - 1 : 0;
	case WEIR_REQUEST_UNLIST:
		if (!w->firewall || !firewall_list_remove(w->firewall, r->listed->list,
							  r->listed->family, &r->listed->addr, w->now))
			r->error = WEIR_ENOENT;
		break;
	}
	return work - 1;
}

void requests_serve(struct weir_worker *w, size_t work)
{
	if (!w->serving)
		w->serving = request_of(mailbox_take(&w->requests));
	while (w->serving && work > 0) {
		struct weir_request *r = w->serving;
		struct weir_request *next = request_of(mail_of(r)->next);
		bool done;

		work = serve(w, r, work, &done);
		if (!done)
			return;
		w->serving = next;
		finish(r);
		if (!next)
			w->serving = request_of(mailbox_take(&w->requests));
	}
}
