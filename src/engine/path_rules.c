/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_rules.c - what a packet meets besides tracking, when there are rules.
 *
 *	raw               before tracking; may except the packet from it
 *	mangle            prerouting, or output of what the router sends
 *	dst-nat           by a rule for the first packet, by the tuples for all others
 *	route             to the router itself, or by an interface and a next hop
 *	to the router     mangle input, filter input, nat input
 *	through it        time to live, mangle forward, filter forward
 *	out               mangle postrouting, src-nat
 *
 * A walk through the rules that ends well, of an established packet, and that asked nothing
 * that differs from packet to packet, becomes a way (engine/way.h): the connection's next packets
 * in that direction are translated, counted for the same rules and sent on. So does the
 * route of a FastTracked connection, for which no rule counts.
 *
 * How rules are asked, a side is translated and a way is found stands in path_ask.c, path_nat.c and
 * path_route.c, what is answered in path_answer.c.
 */
#include "engine/path_helper.h"
#include "engine/path_rules.h"

/* Beginning. */

void passage_begin(struct passage *s, struct weir_worker *w, struct packet *p)
{
	struct weir_packet *io = p->io;

	io->mark = 0;
	io->out_port = WEIR_INTERFACE_NONE;
	io->next_hop = (union weir_addr){.u64 = {0, 0}};
	s->w = w;
	s->policy = w->policy;
	s->p = p;
	s->io = io;
	s->t = (struct tracked){.conn = NULL};
	s->way = NULL;
	s->six = io->out[0] >> 4 == 6;
	s->asked_raw = s->exempt = s->notrack = s->dst_rewritten = false;
	s->walk.packet = p;
	s->walk.family = s->six ? WEIR_IPV6 : WEIR_IPV4;
	s->walk.in = WEIR_INTERFACE_NONE;
	if (io->port != WEIR_PORT_HOST)
		s->walk.in = ruleset_bridge(s->policy->ruleset, io->port);
}

bool passage_raw(struct passage *s)
{
	enum walk_verdict verdict;
	bool on;

	passage_begin_walk(s);
	s->asked_raw = true;
	on = passage_ask_for(s, WEIR_TABLE_RAW,
			     passage_is_out(s) ? WEIR_HOOK_OUTPUT : WEIR_HOOK_PREROUTING, &verdict);
	s->notrack = verdict == WALK_NOTRACK;
	return on;
}

void passage_known(struct passage *s, struct conn *c, enum weir_dir dir)
{
	const struct way *way;
	uint16_t number = c->next_hop[dir];

	if (UNLIKELY(c->epoch != s->w->epoch)) {
		s->exempt = s->policy->new_only;
		return;
	}
	s->exempt = number == WAY_FREE;
	if (number == WAY_NONE || number == WAY_FREE || s->io->trace)
		return;
	way = ways_at(&s->w->ways, number);
	if ((way->use == WAY_EXEMPT || (way->use == WAY_JUDGED && way->in == s->io->port)) &&
	    (way->path != WEIR_PATH_FORWARD || passage_ttl(s) > 1))
		s->way = way;
}

static bool route_walk(struct passage *s)
{
	if (!passage_route(s, (uint16_t)s->walk.routing_mark, &s->walk.tuple.dst))
		return false;
	s->walk.out = s->taken.path == WEIR_PATH_INPUT ? WEIR_INTERFACE_NONE : s->taken.out;
	return true;
}

/* Leaving. */

static void leave(struct passage *s, const struct way *way)
{
	struct weir_packet *io = s->io;

	io->path = way->path;
	io->out_port = way->out;
	io->mark = way->mark;
	if (way->via) {
		io->next_hop = way->gateway;
	} else if (s->six) {
		memcpy(&io->next_hop, io->out + 24, 16);
	} else {
		io->next_hop.v4 = raw32(io->out + 16);
	}
}

/* Goes a known way. */
static bool go(struct passage *s, const struct way *way)
{
	if (!passage_rewrite(s, NAT_DST))
		return false;
	if (way->path == WEIR_PATH_FORWARD && !passage_hop(s))
		return false;
	for (unsigned i = 0; i < way->count; i++)
		firewall_count(s->w->firewall, way->met[i], s->p->len);
	if (!passage_rewrite(s, NAT_SRC))
		return false;
	leave(s, way);
	return true;
}

/* Notes that a connection was judged by this policy. */
static void note_judged(const struct passage *s, struct conn *c)
{
	if (c->epoch == s->w->epoch)
		return;
	c->epoch = s->w->epoch;
	c->next_hop[0] = c->next_hop[1] = s->exempt ? WAY_FREE : WAY_NONE;
}

/* Behind a walk that ended well: may its answer stand for the connection's next packets? */
static void note_way(struct passage *s)
{
	struct conn *c = s->t.conn;
	const struct walk *walk = &s->walk;
	uint16_t number;

	if (!c)
		return;
	if (s->p->kind == PACKET_PLAIN)
		note_judged(s, c);
	if (walk->marked) {
		conn_forget_ways(c);
		if (s->w->has_events && s->t.ref)
			event_emit(s->w, WEIR_EVENT_UPDATED, s->t.ref, WEIR_END_NONE);
		return;
	}
	if (!s->t.ref || s->p->kind != PACKET_PLAIN || walk->state != WEIR_STATE_ESTABLISHED ||
	    walk->only_once || s->io->trace || !s->asked_raw || s->t.end)
		return;
	s->taken.use = s->exempt ? WAY_EXEMPT : WAY_JUDGED;
	s->taken.in = s->exempt ? 0 : s->io->port;
	s->taken.count = walk->met_count;
	memcpy(s->taken.met, walk->met, walk->met_count * sizeof walk->met[0]);
	number = ways_find(&s->w->ways, &s->taken);
	if (number != WAY_NONE)
		c->next_hop[walk->dir] = number;
}

/* A rule said that the connection be FastTracked. */
static void take_fast_path(struct passage *s)
{
	const struct conn *c = s->t.conn;

	if (!s->walk.fasttrack || !s->policy->fasttrack[s->six] || !c || !s->t.ref || s->t.end ||
	    s->walk.state != WEIR_STATE_ESTABLISHED || s->p->kind != PACKET_PLAIN ||
	    !(c->status & WEIR_STATUS_SEEN_REPLY) ||
	    c->status & (WEIR_STATUS_FASTTRACK | CONN_HELPED) ||
	    (c->proto != PROTO_TCP && c->proto != PROTO_UDP))
		return;
	path_fasttrack(s->w, s->t.ref);
}

/* Walking. */

static bool walk_in(struct passage *s)
{
	return passage_ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_INPUT) &&
	       passage_ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT) &&
	       passage_translate(s, NAT_SRC, WEIR_HOOK_INPUT);
}

static bool walk_out(struct passage *s)
{
	return passage_at_home(s, s->walk.out) &&
	       passage_ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING) &&
	       passage_translate(s, NAT_SRC, WEIR_HOOK_POSTROUTING);
}

/* From outside. */
static bool walk_prerouting(struct passage *s)
{
	if (!passage_ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING) ||
	    !passage_translate(s, NAT_DST, WEIR_HOOK_PREROUTING) || !route_walk(s))
		return false;
	if (s->taken.path == WEIR_PATH_INPUT)
		return walk_in(s);
	return passage_hop(s) && passage_ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD) &&
	       passage_ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD) && walk_out(s);
}

/* From the router itself: routed before the rules are asked, and again behind them, since
 * they may change the routing mark and the destination. */
static bool walk_output(struct passage *s)
{
	if (!route_walk(s) || !passage_ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_OUTPUT) ||
	    !passage_translate(s, NAT_DST, WEIR_HOOK_OUTPUT) || !route_walk(s) ||
	    !passage_ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_OUTPUT))
		return false;
	return s->taken.path == WEIR_PATH_INPUT || walk_out(s);
}

/* Past the rules. */
__attribute__((noinline)) static bool walk(struct passage *s)
{
	struct weir_packet *io = s->io;

	if (!s->t.ref)
		s->exempt = false; /* what was found is no more, or not the packet's */
	if (!s->asked_raw && !passage_raw(s))
		return false;
	s->walk.conn = s->t.conn;
	s->walk.state = io->state;
	s->walk.dir = io->dir;
	if (!(passage_is_out(s) ? walk_output(s) : walk_prerouting(s)))
		return false;
	s->taken.mark = s->walk.packet_mark;
	leave(s, &s->taken);
	note_way(s);
	take_fast_path(s);
	return true;
}

bool passage_walk(struct passage *s)
{
	const struct tracked *t = &s->t;

	if (s->way && t->conn && t->ref && s->io->state == WEIR_STATE_ESTABLISHED && !t->end)
		return go(s, s->way);
	return walk(s);
}

/* The way of a FastTracked connection's packets, if it is known. */
static const struct way *fast_way(const struct passage *s, const struct conn *c, enum weir_dir dir)
{
	uint16_t number = c->next_hop[dir];
	const struct way *way;

	if (c->epoch != s->w->epoch || number == WAY_NONE || number == WAY_FREE)
		return NULL;
	way = ways_at(&s->w->ways, number);
	return way->use == WAY_JUDGED ? NULL : way;
}

/* Its route, in the main table, for the packets to come. */
static bool find_fast_way(struct passage *s, struct conn *c, enum weir_dir dir)
{
	struct tuple target;
	uint16_t number;

	passage_target(c, s->six, (uint8_t)dir, &target);
	memset(&s->taken, 0, sizeof s->taken);
	s->exempt = s->policy->new_only && c->epoch != s->w->epoch;
	if (!passage_route(s, 0, &target.dst) || !passage_at_home(s, s->taken.out))
		return false;
	note_judged(s, c);
	s->taken.use = c->next_hop[dir] == WAY_FREE ? WAY_EXEMPT : WAY_FAST;
	number = ways_find(&s->w->ways, &s->taken);
	if (number != WAY_NONE)
		c->next_hop[dir] = number;
	return true;
}

void passage_fasttrack(struct passage *s, struct conn *c, uint32_t ref, enum weir_dir dir)
{
	const struct way *way = fast_way(s, c, dir);

	s->t = (struct tracked){.conn = c, .ref = ref};
	s->came = s->p->tuple;
	if (!way && find_fast_way(s, c, dir))
		way = &s->taken;
	if (way)
		go(s, way);
	if (s->t.end)
		path_end(s->w, ref, (enum weir_end)s->t.end);
}
