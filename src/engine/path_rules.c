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
 */
#include "engine/path_helper.h"
#include "engine/path_rules.h"

#include "packet/checksum.h"
#include "packet/transport.h"

#define TTL4 8 /* offsets */
#define TTL6 7
#define ICMP4_REDIRECT 5
#define ICMP6_REDIRECT 137

/* Asking rules. */

static inline bool has_to_ask(const struct passage *s, enum weir_table table, enum weir_hook hook)
{
	return policy_asks(s->policy, s->six, table, hook) && !s->exempt;
}

/* => false: a rule stops the packet. *verdict is what it said. */
static bool ask_for(struct passage *s, enum weir_table table, enum weir_hook hook,
		    enum walk_verdict *verdict)
{
	*verdict = WALK_ACCEPT;
	if (!has_to_ask(s, table, hook))
		return true;
	*verdict = firewall_ask(s->w->firewall, s->policy->ruleset, table, hook, &s->walk);
	switch (*verdict) {
	case WALK_ACCEPT:
	case WALK_NOTRACK:
	case WALK_NAT:
		return true;
	case WALK_DROP:
		s->io->rule = s->walk.decided;
		return passage_stop(s, WEIR_R_RULE_DROP, 0);
	case WALK_REJECT:
		s->io->rule = s->walk.decided;
		passage_reject(s, s->walk.reject);
		return passage_stop(s, WEIR_R_RULE_REJECT, 0);
	case WALK_TARPIT:
		s->io->rule = s->walk.decided;
		passage_tarpit(s);
		return passage_stop(s, WEIR_R_RULE_TARPIT, 0);
	}
	return true;
}

/* The prefix translation of IPv6, which knows no connections. */
static bool translate_prefix(struct passage *s)
{
	const struct weir_rule *rule = s->walk.nat;
	bool source = rule->action == WEIR_ACTION_SNPT;
	union weir_addr *addr = source ? &s->walk.tuple.src : &s->walk.tuple.dst;
	union weir_addr own = *addr;
	unsigned length = 0;

	if (!s->six || (rule->action != WEIR_ACTION_SNPT && rule->action != WEIR_ACTION_DNPT))
		return true;
	while (length < 128 && !((rule->nat.first.v6[length / 8] ^ rule->nat.last.v6[length / 8]) >>
					 (7 - length % 8) &
				 1))
		length++;
	if (!nat_prefix(addr, &own, &rule->nat.first, (uint8_t)length))
		return passage_stop(s, WEIR_R_NAT_REFUSED, 0);
	memcpy(s->io->out + (source ? 8 : 24), addr, 16);
	s->walk.only_once = true;
	return true;
}

static bool ask_rules(struct passage *s, enum weir_table table, enum weir_hook hook)
{
	enum walk_verdict verdict;

	if (!ask_for(s, table, hook, &verdict))
		return false;
	return verdict != WALK_NAT || translate_prefix(s);
}

/* Most hooks have no rules, and cost this. */
static inline bool ask(struct passage *s, enum weir_table table, enum weir_hook hook)
{
	return !has_to_ask(s, table, hook) || ask_rules(s, table, hook);
}

/* Beginning. */

/* The tuple of a packet's own header, of what has none for tracking. */
static void outer_tuple(const struct packet *p, struct tuple *t)
{
	const uint8_t *l3 = p->l3;
	uint32_t present = p->io->out_len;
	struct ip6_chain chain;

	memset(t, 0, sizeof *t);
	if (l3[0] >> 4 == 4) {
		t->family = WEIR_IPV4;
		t->src.v4 = raw32(l3 + 12);
		t->dst.v4 = raw32(l3 + 16);
		t->proto = l3[9];
	} else {
		t->family = WEIR_IPV6;
		memcpy(&t->src, l3 + 8, 16);
		memcpy(&t->dst, l3 + 24, 16);
		chain_begin(&chain, l3);
		chain_walk(&chain, l3, present);
		t->proto = chain.proto;
	}
	if (t->proto == PROTO_ICMP || t->proto == PROTO_ICMPV6)
		t->dst_port = p->l4_cap >= 2 ? be16(p->l4) : 0;
	else
		(void)transport_ports(t, t->proto, p->l4, p->l4_cap);
}

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

/* The rest of a walk's beginning, for packets that ask rules. */
static void begin_walk(struct passage *s)
{
	struct packet *p = s->p;
	struct walk *walk = &s->walk;

	if (p->kind == PACKET_PLAIN)
		walk->tuple = p->tuple;
	else
		outer_tuple(p, &walk->tuple);
	s->came = walk->tuple;
	walk->conn = NULL;
	walk->state = WEIR_STATE_NONE;
	walk->dir = WEIR_ORIGINAL;
	walk->in_port = walk->in == s->io->port ? WEIR_INTERFACE_NONE : s->io->port;
	walk->out = walk->out_port = WEIR_INTERFACE_NONE;
	walk->routes = s->policy->routes;
	walk->ext = &s->w->ext;
	walk->packet_mark = walk->routing_mark = 0;
	walk->priority = walk->ingress_priority = 0;
	walk->now = s->w->now;
	walk->only_once = walk->fasttrack = walk->marked = walk->rewritten = false;
	walk->collected = false;
	walk->met_count = 0;
	walk->nat = NULL;
	walk->reject = 0;
	walk->decided = UINT32_MAX;
	memset(&s->taken, 0, sizeof s->taken);
}

static bool path_is_out(const struct passage *s)
{
	return s->io->port == WEIR_PORT_HOST;
}

bool passage_raw(struct passage *s)
{
	enum walk_verdict verdict;
	bool on;

	begin_walk(s);
	s->asked_raw = true;
	on = ask_for(s, WEIR_TABLE_RAW, path_is_out(s) ? WEIR_HOOK_OUTPUT : WEIR_HOOK_PREROUTING,
		     &verdict);
	s->notrack = verdict == WALK_NOTRACK;
	return on;
}

static uint8_t ttl_of(const struct passage *s)
{
	return s->io->out[s->six ? TTL6 : TTL4];
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
	    (way->path != WEIR_PATH_FORWARD || ttl_of(s) > 1))
		s->way = way;
}

/* Translation. */

/* The tuple that a connection's packets of one direction have once they are translated. */
static void target_of(const struct conn *c, bool six, uint8_t dir, struct tuple *target)
{
	struct tuple other;

	conn_tuple_get(c, six, dir == WEIR_ORIGINAL ? WEIR_REPLY : WEIR_ORIGINAL, &other);
	if (!tuple_invert(&other, target))
		*target = other; /* no connection is of a type without inverse */
}

static bool is_redirect(const struct passage *s)
{
	return s->p->kind == PACKET_ICMP_ERROR &&
	       s->p->l4[0] == (s->six ? ICMP6_REDIRECT : ICMP4_REDIRECT);
}

/* Most packets: the other direction's tuple has what the side becomes on its other side. */
static inline bool rewrite4(struct packet *p, enum nat_side side, const struct conn_tuple *other)
{
	if (side == NAT_SRC)
		return nat_rewrite4(p, side, other->dst, other->dst_port);
	return nat_rewrite4(p, side, other->src, other->src_port);
}

/* Rewrites one side by what the connection's tuples say, if it is translated. */
static bool rewrite_side(struct passage *s, enum nat_side side)
{
	const struct conn *c = s->t.conn;
	struct packet *p = s->p;
	struct tuple target;
	bool done;

	if (LIKELY(p->kind == PACKET_PLAIN && nat_is_simple(&p->tuple))) {
		done = rewrite4(p, side, &c->tuple[s->io->dir == WEIR_ORIGINAL]);
	} else {
		target_of(c, s->six, s->io->dir, &target);
		done = p->kind == PACKET_ICMP_ERROR ? nat_rewrite_error(p, side, &target)
						    : nat_rewrite(p, side, &target);
	}
	if (!done)
		return passage_stop(s, WEIR_R_NAT_SHORT, 0);
	if (side == NAT_DST)
		s->dst_rewritten = p->kind == PACKET_PLAIN;
	return true;
}

static inline bool rewrite(struct passage *s, enum nat_side side)
{
	const struct conn *c = s->t.conn;
	uint16_t bit = (side == NAT_DST) == (s->io->dir == WEIR_ORIGINAL) ? WEIR_STATUS_DSTNAT
									  : WEIR_STATUS_SRCNAT;

	return LIKELY(!c || !(c->status & bit)) || rewrite_side(s, side);
}

/* The walk's tuple after a translation. */
static void note_translated(struct passage *s)
{
	if (s->p->kind == PACKET_PLAIN)
		s->walk.tuple = s->p->tuple;
	else
		outer_tuple(s->p, &s->walk.tuple);
}

static bool is_unset(const struct passage *s, const union weir_addr *addr)
{
	return s->six ? !addr->u64[0] && !addr->u64[1] : !addr->v4;
}

static void loopback(const struct passage *s, union weir_addr *addr)
{
	*addr = (union weir_addr){.u64 = {0, 0}};
	if (s->six) {
		addr->v6[15] = 1;
	} else {
		const uint8_t home[4] = {127, 0, 0, 1};

		memcpy(&addr->v4, home, 4);
	}
}

/* endpoint-independent-nat without addresses: those of the interface, as masquerade has them. */
static bool leaves_as_interface(const struct weir_rule *rule, enum weir_hook hook)
{
	return rule->action == WEIR_ACTION_ENDPOINT_INDEPENDENT &&
	       !(rule->nat.flags & WEIR_NAT_ADDRESS) &&
	       (hook == WEIR_HOOK_POSTROUTING || hook == WEIR_HOOK_INPUT);
}

/* What a rule wants a side to become. => false: it names an interface without an address */
static bool range_of(const struct passage *s, const struct weir_rule *rule, enum weir_hook hook,
		     struct nat_range *range)
{
	bool has = true;

	*range = (struct nat_range){
		.flags = rule->nat.flags,
		.action = rule->action,
		.first = rule->nat.first,
		.last = rule->nat.last,
		.first_port = rule->nat.first_port,
		.last_port = rule->nat.last_port,
		.block = rule->nat.block,
		.inside = rule->nat.inside,
		.share = rule->nat.share,
	};
	if (rule->action == WEIR_ACTION_REDIRECT && hook == WEIR_HOOK_OUTPUT)
		loopback(s, &range->first);
	else if (rule->action == WEIR_ACTION_REDIRECT)
		has = ruleset_address(s->policy->ruleset, s->walk.in, s->walk.family,
				      &range->first);
	else if (rule->action == WEIR_ACTION_MASQUERADE || leaves_as_interface(rule, hook))
		has = ruleset_address(s->policy->ruleset, s->walk.out, s->walk.family,
				      &range->first);
	else
		return true;
	range->flags |= WEIR_NAT_ADDRESS;
	range->last = range->first;
	return has;
}

/* Notes whose translation a side of a new connection has. */
static void bind_rule(const struct passage *s, struct conn *c, enum nat_side side)
{
	uint16_t number =
		bindings_find(&s->w->bindings, c->binding, side, s->walk.nat->counter);

	if (number == BINDING_NONE)
		s->w->stats.rule_unknown++;
	else
		c->binding = number;
}

/* Tells of what a rule's pool was asked for. */
static void tell_pool(const struct passage *s, enum weir_pool_what what,
		      const struct tuple *original, const struct tuple *reply)
{
	bool ports = original->proto != PROTO_ICMP && original->proto != PROTO_ICMPV6;
	struct weir_pool pool = {
		.rule = s->walk.nat->counter,
		.what = (uint8_t)what,
		.family = original->family,
		.protocol = original->proto,
		.src_port = ports ? original->src_port : 0,
		.dst_port = ports ? original->dst_port : 0,
		.source = original->src,
		.destination = original->dst,
	};

	if (what == WEIR_POOL_SHARE)
		pool.ports = s->w->nat.held;
	if (what == WEIR_POOL_BLOCK) {
		pool.address = reply->dst;
		pool.first_port = s->w->nat.block_first;
		pool.last_port = s->w->nat.block_last;
	}
	event_pool(s->w, &pool);
}

/* Nothing was found to translate to. => false */
static bool stop_untranslated(struct passage *s, enum nat_result result,
			      const struct tuple *original, const struct nat_range *wanted)
{
	if (result == NAT_REFUSED)
		return passage_stop(s, WEIR_R_NAT_REFUSED, 0);
	if (wanted)
		tell_pool(s, result == NAT_SHARE ? WEIR_POOL_SHARE : WEIR_POOL_EMPTY, original,
			  NULL);
	return result == NAT_SHARE ? passage_stop(s, WEIR_R_NAT_SHARE, s->w->nat.held)
				   : passage_stop(s, WEIR_R_NAT_EXHAUSTED, 0);
}

/* Decides a side of a new connection. */
static bool choose(struct passage *s, enum nat_side side, enum weir_hook hook)
{
	struct conn *c = s->t.conn;
	const struct nat_range *wanted = NULL;
	struct tuple original, reply;
	struct nat_range range;
	enum walk_verdict verdict;
	enum nat_result result;

	s->walk.endpoint = s->policy->udp_here &&
			   nat_has_endpoint(&s->w->nat, side, &s->walk.tuple);
	if (!ask_for(s, WEIR_TABLE_NAT, hook, &verdict))
		return false;
	if (verdict == WALK_NAT &&
	    !(is_unset(s, &s->walk.tuple.src) &&
	      (s->walk.nat->action == WEIR_ACTION_MASQUERADE ||
	       leaves_as_interface(s->walk.nat, hook)))) {
		if (!range_of(s, s->walk.nat, hook, &range))
			return passage_stop(s, WEIR_R_NAT_REFUSED, 0);
		wanted = &range;
	}
	/* What is not translated is made unique by its source, later. */
	if (!wanted && side == NAT_DST) {
		c->status |= WEIR_STATUS_DSTNAT_DONE;
		return true;
	}
	conn_tuple_get(c, s->six, WEIR_ORIGINAL, &original);
	conn_tuple_get(c, s->six, WEIR_REPLY, &reply);
	result = nat_choose(&s->w->nat, side, wanted, &original, &reply, &c->status);
	if (result != NAT_DONE)
		return stop_untranslated(s, result, &original, wanted);
	if (UNLIKELY(s->w->nat.block_taken))
		tell_pool(s, WEIR_POOL_BLOCK, &original, &reply);
	conn_tuple_set(c, s->six, WEIR_REPLY, &reply);
	if (wanted && c->status & (side == NAT_SRC ? WEIR_STATUS_SRCNAT : WEIR_STATUS_DSTNAT))
		bind_rule(s, c, side);
	if (s->w->nat.mapped)
		c->udp.mapping[side] = s->w->nat.mapped;
	if (wanted && c->status & WEIR_STATUS_SRCNAT &&
	    (range.action == WEIR_ACTION_MASQUERADE || leaves_as_interface(s->walk.nat, hook)))
		c->status |= CONN_MASQUERADE;
	return true;
}

bool path_readdressed(const struct weir_worker *w, const struct conn *c, bool six)
{
	struct tuple reply;

	if (!(c->status & CONN_MASQUERADE))
		return false;
	conn_tuple_get(c, six, WEIR_REPLY, &reply);
	return !(route_address_type(w->policy->routes, reply.family, &reply.dst) &
		 WEIR_ADDRESS_LOCAL);
}

/* Whether a masqueraded connection still leaves by the interface whose address it has; asked
 * where its route is not known already. If not it ends: nobody would answer it there. */
static bool still_at_home(struct passage *s, uint16_t out)
{
	const struct conn *c = s->t.conn;
	union weir_addr own;
	struct tuple reply;

	if (!c || !s->t.ref || !(c->status & CONN_MASQUERADE) || s->io->dir != WEIR_ORIGINAL ||
	    s->p->kind != PACKET_PLAIN)
		return true;
	conn_tuple_get(c, s->six, WEIR_REPLY, &reply);
	if (ruleset_address(s->policy->ruleset, out, s->walk.family, &own) &&
	    (s->six ? !memcmp(&own, &reply.dst, 16) : own.v4 == reply.dst.v4))
		return true;
	s->t.end = WEIR_END_READDRESSED;
	return passage_stop(s, WEIR_R_NAT_REFUSED, 0);
}

/* One side's translation: decided with a connection's first packet, then done to each. */
static bool translate(struct passage *s, enum nat_side side, enum weir_hook hook)
{
	const struct conn *c = s->t.conn;
	uint16_t decided = side == NAT_DST ? WEIR_STATUS_DSTNAT_DONE : WEIR_STATUS_SRCNAT_DONE;

	if (!c)
		return true;
	if (is_redirect(s) && c->status & (WEIR_STATUS_SRCNAT | WEIR_STATUS_DSTNAT))
		return passage_stop(s, WEIR_R_NAT_REDIRECT, 0);
	if (!s->t.ref && (s->policy->nat[s->six] || s->w->translated) &&
	    !(c->status & decided) && !choose(s, side, hook))
		return false;
	if (!rewrite(s, side))
		return false;
	note_translated(s);
	return true;
}

/* Routing. */

/* No way leads there: why, and what is answered. */
static bool stop_unroutable(struct passage *s, bool found, uint8_t type)
{
	if (found && type == WEIR_ROUTE_BLACKHOLE)
		return passage_stop(s, WEIR_R_ROUTE_BLACKHOLE, 0);
	if (!found)
		passage_reject(s, WEIR_REJECT_NETWORK_UNREACHABLE);
	else if (type == WEIR_ROUTE_PROHIBIT)
		passage_reject(s, WEIR_REJECT_ADMIN_PROHIBITED);
	else
		passage_reject(s, WEIR_REJECT_HOST_UNREACHABLE);
	return passage_stop(s, WEIR_R_NO_ROUTE, 0);
}

/* What several next hops are chosen by: the ends, or the whole tuple, so that a connection's
 * packets of one direction keep to one way (RFC 2992). */
static uint64_t way_hash(const struct passage *s, const union weir_addr *dst)
{
	struct tuple by = {.src = s->came.src, .dst = *dst, .family = s->came.family};

	if (s->policy->hash_ports[s->six]) {
		by.proto = s->came.proto;
		by.src_port = s->came.src_port;
		by.dst_port = s->came.dst_port;
	}
	return table_hash(&s->w->table, &by);
}

/* Where the packet goes, into `taken`. What comes in for a broadcast or multicast address is for
 * the router; what the router sends there needs a route. */
static bool route(struct passage *s, uint16_t table, const union weir_addr *dst)
{
	bool out = path_is_out(s), found;
	uint32_t ours = out ? WEIR_ADDRESS_LOCAL : WEIR_ADDRESS_LOCAL | PASSAGE_NO_HOST;
	struct route_result result = {.type = WEIR_ROUTE_UNICAST, .ways = 1};

	s->taken.path = out ? WEIR_PATH_OUTPUT : WEIR_PATH_FORWARD;
	s->taken.via = 0;
	s->taken.gateway = (union weir_addr){.u64 = {0, 0}};
	if (route_special_type(s->policy->routes, s->walk.family, dst) & ours) {
		s->taken.path = WEIR_PATH_INPUT;
		s->taken.out = WEIR_PORT_HOST;
		return true;
	}
	if (!out && !s->policy->forward[s->six])
		return passage_stop(s, WEIR_R_FORWARD_OFF, 0);
	found = route_find(s->policy->routes, table, s->walk.family, dst, &result);
	if (UNLIKELY(result.ways > 1))
		route_pick(s->policy->routes, way_hash(s, dst), &result);
	if (!found || result.type != WEIR_ROUTE_UNICAST)
		return stop_unroutable(s, found, result.type);
	s->taken.out = result.interface;
	s->taken.via = result.via;
	if (result.via)
		s->taken.gateway = result.gateway;
	return true;
}

static bool route_walk(struct passage *s)
{
	if (!route(s, (uint16_t)s->walk.routing_mark, &s->walk.tuple.dst))
		return false;
	s->walk.out = s->taken.path == WEIR_PATH_INPUT ? WEIR_INTERFACE_NONE : s->taken.out;
	return true;
}

/* One hop more. */
static bool pass_hop(struct passage *s)
{
	uint8_t *l3 = s->io->out, ttl = ttl_of(s);
	uint16_t check, old, new;

	if (ttl <= 1) {
		passage_error(s, s->six ? 3 : 11, 0);
		return passage_stop(s, WEIR_R_TTL_EXPIRED, ttl);
	}
	if (s->six) {
		l3[TTL6]--;
		return true;
	}
	old = raw16(l3 + TTL4);
	l3[TTL4]--;
	new = raw16(l3 + TTL4);
	check = checksum_update16(raw16(l3 + 10), old, new);
	memcpy(l3 + 10, &check, 2);
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
	if (!rewrite(s, NAT_DST))
		return false;
	if (way->path == WEIR_PATH_FORWARD && !pass_hop(s))
		return false;
	for (unsigned i = 0; i < way->count; i++)
		firewall_count(s->w->firewall, way->met[i], s->p->len);
	if (!rewrite(s, NAT_SRC))
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
	return ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_INPUT) &&
	       ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_INPUT) && translate(s, NAT_SRC, WEIR_HOOK_INPUT);
}

static bool walk_out(struct passage *s)
{
	return still_at_home(s, s->walk.out) && ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING) &&
	       translate(s, NAT_SRC, WEIR_HOOK_POSTROUTING);
}

/* From outside. */
static bool walk_prerouting(struct passage *s)
{
	if (!ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_PREROUTING) ||
	    !translate(s, NAT_DST, WEIR_HOOK_PREROUTING) || !route_walk(s))
		return false;
	if (s->taken.path == WEIR_PATH_INPUT)
		return walk_in(s);
	return pass_hop(s) && ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD) &&
	       ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD) && walk_out(s);
}

/* From the router itself: routed before the rules are asked, and again behind them, since
 * they may change the routing mark and the destination. */
static bool walk_output(struct passage *s)
{
	if (!route_walk(s) || !ask(s, WEIR_TABLE_MANGLE, WEIR_HOOK_OUTPUT) ||
	    !translate(s, NAT_DST, WEIR_HOOK_OUTPUT) || !route_walk(s) ||
	    !ask(s, WEIR_TABLE_FILTER, WEIR_HOOK_OUTPUT))
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
	if (!(path_is_out(s) ? walk_output(s) : walk_prerouting(s)))
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

	target_of(c, s->six, (uint8_t)dir, &target);
	memset(&s->taken, 0, sizeof s->taken);
	s->exempt = s->policy->new_only && c->epoch != s->w->epoch;
	if (!route(s, 0, &target.dst) || !still_at_home(s, s->taken.out))
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
