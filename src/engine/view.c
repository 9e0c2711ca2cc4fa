/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/view.c - connections as others see them: copied out, listed, removed,
 * marked, FastTracked.
 *
 * A listing walks the slabs by slot number, which a connection keeps for life:
 * so one that lives throughout is seen exactly once, whatever happens around it.
 * The cursor is the last slot seen, with the family bit for IPv6, which comes
 * second.
 */
#include <string.h>

#include "engine/path_helper.h"
#include "track/rate.h"

static void view_tuple(const struct conn *c, bool family6, enum weir_dir dir,
		       struct weir_tuple *out)
{
	struct tuple tuple;

	conn_tuple_get(c, family6, dir, &tuple);
	out->src = tuple.src;
	out->dst = tuple.dst;
	if (c->proto != PROTO_ICMP && c->proto != PROTO_ICMPV6) {
		out->src_port = tuple.src_port;
		out->dst_port = tuple.dst_port;
	}
}

static void view_counters(const struct weir_worker *w, const struct conn *c, enum weir_dir dir,
			  struct weir_counters *out)
{
	out->packets = conn_packets(&w->ext, c, dir);
	out->bytes = conn_bytes(&w->ext, c, dir);
	out->rate = rate_unpack(c->rate[dir]) * 8;
	if (c->status & WEIR_STATUS_FASTTRACK) {
		out->fasttrack_packets = conn_fasttrack_packets(&w->ext, c, dir);
		out->fasttrack_bytes = conn_fasttrack_bytes(&w->ext, c, dir);
	}
}

static void view_protocol(const struct conn *c, struct weir_conn *out)
{
	switch (c->proto) {
	case PROTO_TCP:
		out->tcp_state = c->tcp.state;
		break;
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		out->icmp_id = c->tuple[WEIR_ORIGINAL].src_port;
		out->icmp_type = (uint8_t)(c->tuple[WEIR_ORIGINAL].dst_port >> 8);
		out->icmp_code = (uint8_t)c->tuple[WEIR_ORIGINAL].dst_port;
		break;
	case PROTO_GRE:
		out->gre_version = c->gre.version;
		out->gre_protocol = c->gre.protocol;
		out->gre_key = c->gre.key;
		break;
	case PROTO_SCTP:
		out->sctp_state = c->sctp.state;
		break;
	default:
		break;
	}
}

static uint8_t next_state(const struct conn *c)
{
	if (c->status & WEIR_STATUS_SEEN_REPLY)
		return WEIR_STATE_ESTABLISHED;
	return c->status & WEIR_STATUS_EXPECTED ? WEIR_STATE_RELATED : WEIR_STATE_NEW;
}

void conn_view(const struct weir_worker *w, uint32_t ref, struct weir_conn *conn)
{
	const struct conn *c = table_at(&w->table, ref);
	bool family6 = ref & REF_FAMILY6;

	memset(conn, 0, sizeof *conn);
	conn->id = conn_id(c, ref, w->index);
	conn->family = family6 ? WEIR_IPV6 : WEIR_IPV4;
	conn->protocol = (uint8_t)c->proto;
	conn->state = next_state(c);
	conn->status = c->status & ~CONN_INSIDE;
	conn->mark = c->mark;
	conn->helper = c->ext ? ext_at(&w->ext, c->ext)->helper : WEIR_HELPER_NONE;
	conn->srcnat_rule = bindings_rule(&w->bindings, c->binding, NAT_SRC);
	conn->dstnat_rule = bindings_rule(&w->bindings, c->binding, NAT_DST);
	if (tick_after(c->expires, w->track.now))
		conn->timeout = (c->expires - w->track.now) * TICK_NS;
	view_protocol(c, conn);
	for (int d = WEIR_ORIGINAL; d <= WEIR_REPLY; d++) {
		view_tuple(c, family6, (enum weir_dir)d, &conn->tuple[d]);
		view_counters(w, c, (enum weir_dir)d, &conn->counters[d]);
	}
}

/* The ref of an id that is in the table and not due. */
static uint32_t live_ref(const struct weir_worker *w, uint64_t id)
{
	uint32_t ref = (unsigned)(id >> 56) == w->index ? table_ref(&w->table, id) : 0;

	return ref && !conn_expired(w, table_at(&w->table, ref)) ? ref : 0;
}

int weir_conn_get(struct weir_worker *worker, uint64_t id, weir_time now, struct weir_conn *conn)
{
	uint32_t ref;

	worker_begin(worker, now);
	ref = live_ref(worker, id);
	if (!ref)
		return WEIR_ENOENT;
	conn_view(worker, ref, conn);
	return WEIR_OK;
}

static uint32_t slots_of(const struct slab *s)
{
	return s->top * s->per_block;
}

/* What is done to each connection of a pass. => whether it counts */
typedef bool each_conn(struct weir_worker *w, uint32_t ref, void *ctx);

struct pass {
	each_conn *each;
	void *ctx;
	uint64_t slots; /* places to look at at most */
	size_t n, count; /* how many have counted, and at most may */
};

/* Passes over one slab from *slot on. */
static void pass_slab(struct weir_worker *w, const struct slab *s, uint32_t family, uint32_t *slot,
		      struct pass *pass)
{
	for (; pass->n < pass->count && pass->slots > 0 && *slot < slots_of(s); --pass->slots) {
		const struct conn *c = slab_look(s, *slot);

		if (!c) {
			/* The rest of this block was never used, or the block is not there. */
			*slot = (*slot / s->per_block + 1) * s->per_block;
			continue;
		}
		__builtin_prefetch((const uint8_t *)c + 4 * (size_t)s->entry);
		if (conn_in_use(c) && !conn_expired(w, c))
			pass->n += pass->each(w, *slot | family, pass->ctx);
		++*slot;
	}
}

/* Passes over both from the cursor on. => whether there are no more */
static bool pass_some(struct weir_worker *w, uint64_t *cursor, struct pass *pass)
{
	uint32_t slot = (uint32_t)*cursor & REF_SLOT;

	if (slot == 0)
		slot = 1;
	if (!(*cursor & REF_FAMILY6)) {
		pass_slab(w, &w->table.slab4, 0, &slot, pass);
		*cursor = slot;
		if (slot < slots_of(&w->table.slab4))
			return false;
		slot = 1;
	}
	pass_slab(w, &w->table.slab6, REF_FAMILY6, &slot, pass);
	*cursor = slot | REF_FAMILY6;
	return slot >= slots_of(&w->table.slab6);
}

static bool view_next(struct weir_worker *w, uint32_t ref, void *ctx)
{
	struct weir_conn **next = ctx;

	conn_view(w, ref, (*next)++);
	return true;
}

size_t conn_list_some(struct weir_worker *w, uint64_t *cursor, uint64_t slots,
		      struct weir_conn *conns, size_t count, bool *end)
{
	struct pass pass = {view_next, &conns, slots, 0, count};

	*end = pass_some(w, cursor, &pass);
	return pass.n;
}

static bool remove_translated(struct weir_worker *w, uint32_t ref, void *ctx)
{
	uint16_t number = table_at(&w->table, ref)->binding;
	const uint32_t *rule = ctx;

	if (number == BINDING_NONE || (bindings_rule(&w->bindings, number, NAT_SRC) != *rule &&
				       bindings_rule(&w->bindings, number, NAT_DST) != *rule))
		return false;
	path_end(w, ref, WEIR_END_REMOVED);
	return true;
}

size_t conn_remove_some(struct weir_worker *w, uint64_t *cursor, uint64_t slots, uint32_t rule,
			bool *end)
{
	struct pass pass = {remove_translated, &rule, slots, 0, SIZE_MAX};

	*end = rule == BINDING_NO_RULE || pass_some(w, cursor, &pass);
	return pass.n;
}

size_t weir_conn_list(struct weir_worker *worker, uint64_t *cursor, weir_time now,
		      struct weir_conn *conns, size_t count)
{
	bool end;

	worker_begin(worker, now);
	return conn_list_some(worker, cursor, UINT64_MAX, conns, count, &end);
}

int weir_conn_remove(struct weir_worker *worker, uint64_t id, weir_time now)
{
	uint32_t ref;

	worker_begin(worker, now);
	ref = live_ref(worker, id);
	if (!ref)
		return WEIR_ENOENT;
	path_end(worker, ref, WEIR_END_REMOVED);
	return WEIR_OK;
}

int weir_conn_mark(struct weir_worker *worker, uint64_t id, uint32_t mark)
{
	uint32_t ref = live_ref(worker, id);
	struct conn *c;

	if (!ref)
		return WEIR_ENOENT;
	if (mark > UINT16_MAX)
		return WEIR_ERANGE;
	c = table_at(&worker->table, ref);
	c->mark = (uint16_t)mark;
	conn_forget_ways(c);
	if (worker->has_events)
		event_emit(worker, WEIR_EVENT_UPDATED, ref, WEIR_END_NONE);
	return WEIR_OK;
}

size_t weir_expectation_list(struct weir_engine *engine, uint32_t *cursor, weir_time now,
			     struct weir_expectation *list, size_t count)
{
	return expect_list(&engine->expectations, cursor, now, list, count);
}

int weir_conn_fasttrack(struct weir_worker *worker, uint64_t id)
{
	uint32_t ref = live_ref(worker, id);
	struct conn *c;

	if (!ref)
		return WEIR_ENOENT;
	c = table_at(&worker->table, ref);
	if ((c->proto != PROTO_TCP && c->proto != PROTO_UDP) ||
	    !(c->status & WEIR_STATUS_SEEN_REPLY) || c->status & CONN_HELPED)
		return WEIR_EINVAL;
	if (!(c->status & WEIR_STATUS_FASTTRACK))
		path_fasttrack(worker, ref);
	return WEIR_OK;
}
