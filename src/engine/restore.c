/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/restore.c - a packet as it came in, made of one that was recorded where it had left.
 *
 * A capture of one side of a router shows what arrives there as it came, and what leaves there as
 * it is after translation. To be judged, the latter needs its former addresses back. The connection
 * knows them: behind translation its packets of one direction are the inverse of the other
 * direction's tuple. Of a connection that is only expected, the expectation knows.
 *
 * What comes with it: the time to live that the router took. Not undone is what helpers changed in
 * payloads, and a fragment stays as it is.
 *
 * Threads: the worker's. For replays: nothing on the packet's path calls this.
 */
#include <weir/helper.h>

#include "engine/worker.h"
#include "packet/checksum.h"

#define TTL4 8 /* offsets */
#define TTL6 7
#define CHECK4 10
#define EXPECTATIONS 64

static struct conn *find_live(struct weir_worker *w, const struct tuple *tuple, bool *six,
			      enum weir_dir *dir)
{
	uint32_t ref = table_find(&w->table, table_hash(&w->table, tuple), tuple, dir);
	struct conn *c = ref ? table_at(&w->table, ref & ~REF_REPLY) : NULL;

	*six = ref & REF_FAMILY6;
	return c && !conn_expired(w, c) ? c : NULL;
}

/* What a translated connection's packets with this tuple were before. */
static bool came_of_connection(struct weir_worker *w, const struct tuple *left, struct tuple *came)
{
	struct tuple answer;
	enum weir_dir dir;
	const struct conn *c;
	bool six;

	if (find_live(w, left, &six, &dir) || !tuple_invert(left, &answer))
		return false;
	c = find_live(w, &answer, &six, &dir);
	if (!c || !(c->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT)))
		return false;
	conn_tuple_get(c, six, dir == WEIR_ORIGINAL ? WEIR_REPLY : WEIR_ORIGINAL, came);
	return true;
}

static bool same_addr(const union weir_addr *a, const union weir_addr *b)
{
	return a->u64[0] == b->u64[0] && a->u64[1] == b->u64[1];
}

static bool expects(const struct weir_expectation *e, const struct tuple *left)
{
	return e->family == left->family && e->protocol == left->proto &&
	       !(e->flags & WEIR_EXPECT_INACTIVE) && same_addr(&e->to, &left->dst) &&
	       e->to_port == left->dst_port && (e->any_src || same_addr(&e->tuple.src, &left->src)) &&
	       (e->any_src_port || e->tuple.src_port == left->src_port) &&
	       (e->tuple.dst_port != left->dst_port || !same_addr(&e->tuple.dst, &left->dst));
}

/* The same for the first packet of one that is expected. */
static bool came_as_expected(struct weir_worker *w, weir_time now, const struct tuple *left,
			     struct tuple *came)
{
	struct weir_expectation list[EXPECTATIONS];
	uint32_t cursor = 0;
	size_t count;

	while ((count = weir_expectation_list(w->engine, &cursor, now, list, EXPECTATIONS)) > 0)
		for (size_t i = 0; i < count; i++) {
			if (!expects(&list[i], left))
				continue;
			*came = *left;
			came->dst = list[i].tuple.dst;
			came->dst_port = list[i].tuple.dst_port;
			return true;
		}
	return false;
}

static void restore_hop(struct packet *p)
{
	uint8_t *l3 = p->io->out;
	uint16_t check, old, new;

	if (l3[0] >> 4 == 6) {
		l3[TTL6] += l3[TTL6] < 255;
		return;
	}
	old = raw16(l3 + TTL4);
	l3[TTL4] += l3[TTL4] < 255;
	new = raw16(l3 + TTL4);
	check = checksum_update16(raw16(l3 + CHECK4), old, new);
	memcpy(l3 + CHECK4, &check, 2);
}

static bool put(struct packet *p, enum nat_side side, const struct tuple *came)
{
	return p->kind == PACKET_ICMP_ERROR ? nat_rewrite_error(p, side, came)
					    : nat_rewrite(p, side, came);
}

int weir_packet_restore(struct weir_worker *worker, struct weir_packet *packet, weir_time now)
{
	struct packet p = {.io = packet, .len = packet->caplen};
	struct tuple came;
	bool done = true;

	worker_begin(worker, now);
	if (!worker->policy)
		return 0;
	packet->out = packet->data;
	packet->out_len = packet->caplen;
	packet_parse(&p, &worker->track.set->checks);
	if ((p.kind != PACKET_PLAIN && p.kind != PACKET_ICMP_ERROR) ||
	    (!came_of_connection(worker, &p.tuple, &came) &&
	     (p.kind != PACKET_PLAIN || !came_as_expected(worker, now, &p.tuple, &came))))
		return 0;
	if (!same_addr(&came.src, &p.tuple.src) || came.src_port != p.tuple.src_port)
		done = put(&p, NAT_SRC, &came);
	if (!same_addr(&came.dst, &p.tuple.dst) || came.dst_port != p.tuple.dst_port)
		done &= put(&p, NAT_DST, &came);
	restore_hop(&p);
	return done;
}
