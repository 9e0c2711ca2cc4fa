/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/path_ask.c - rules asked about a packet on its passage: what they are told of it, and what
 * becomes of it by what they say.
 *
 * The prefix translation of IPv6 is an action of theirs that acts at once, since it knows no
 * connections.
 */
#include "engine/path_rules.h"

#include "packet/transport.h"

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

void passage_note_tuple(struct passage *s)
{
	if (s->p->kind == PACKET_PLAIN)
		s->walk.tuple = s->p->tuple;
	else
		outer_tuple(s->p, &s->walk.tuple);
}

void passage_begin_walk(struct passage *s)
{
	struct walk *walk = &s->walk;

	passage_note_tuple(s);
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

bool passage_ask_for(struct passage *s, enum weir_table table, enum weir_hook hook,
		    enum walk_verdict *verdict)
{
	*verdict = WALK_ACCEPT;
	if (!passage_has_rules(s, table, hook))
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

bool passage_ask_rules(struct passage *s, enum weir_table table, enum weir_hook hook)
{
	enum walk_verdict verdict;

	if (!passage_ask_for(s, table, hook, &verdict))
		return false;
	return verdict != WALK_NAT || translate_prefix(s);
}
