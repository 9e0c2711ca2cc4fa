/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_nat.c - a packet's translation on its passage: decided by the rules of nat for a
 * connection's first packet, done to each by what the connection's tuples say.
 *
 * A side that no rule translates is decided too: its source is made unique if it has to be, and
 * the connection keeps that whatever rules come later.
 */
#include "engine/path_rules.h"

#define ICMP4_REDIRECT 5
#define ICMP6_REDIRECT 137

void passage_target(const struct conn *c, bool six, uint8_t dir, struct tuple *target)
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

bool passage_rewrite_side(struct passage *s, enum nat_side side)
{
	const struct conn *c = s->t.conn;
	struct packet *p = s->p;
	struct tuple target;
	bool done;

	if (LIKELY(p->kind == PACKET_PLAIN && nat_is_simple(&p->tuple))) {
		done = rewrite4(p, side, &c->tuple[s->io->dir == WEIR_ORIGINAL]);
	} else {
		passage_target(c, s->six, s->io->dir, &target);
		done = p->kind == PACKET_ICMP_ERROR ? nat_rewrite_error(p, side, &target)
						    : nat_rewrite(p, side, &target);
	}
	if (!done)
		return passage_stop(s, WEIR_R_NAT_SHORT, 0);
	if (side == NAT_DST)
		s->dst_rewritten = p->kind == PACKET_PLAIN;
	return true;
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
	if (!passage_ask_for(s, WEIR_TABLE_NAT, hook, &verdict))
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

bool passage_at_home(struct passage *s, uint16_t out)
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

bool passage_translate(struct passage *s, enum nat_side side, enum weir_hook hook)
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
	if (!passage_rewrite(s, side))
		return false;
	passage_note_tuple(s);
	return true;
}
