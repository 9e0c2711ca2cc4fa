/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/walk.c - a packet asks the rules of a table, one after the other.
 *
 * The first rule whose matches all hold acts; most actions end the walk, the others let it go
 * on. Only those rules are asked that may match: short chains compare all at once (lanes.h), long
 * ones are searched (classify.h), the shortest are asked one by one. Jumps go onto a stack that
 * ruleset_check() has seen to be deep enough; there is one search's state, and a long chain that
 * is come back to from another is searched again. Every rule that matched counts, also
 * one that only jumped.
 *
 * Nothing is kept but what the rules themselves want kept.
 */
#include "firewall/lanes.h"
#include "track/table.h"

#define STORED_HOLD (UINT64_C(10) * WEIR_SEC) /* how long an entry that the embedder is to store
						 counts here, until the embedder has had its turn */

enum way {
	WAY_ALL, /* the chain is very short, or who traces wants to see all rules */
	WAY_LANES,
	WAY_STREAMS,
};

struct place {
	const struct chain *chain;
	uint64_t left; /* lanes of this word */
	uint32_t next; /* rule; of lanes: word */
	uint8_t way;   /* enum way */
};

struct asking {
	struct firewall *firewall;
	const struct ruleset *ruleset;
	const struct table_rules *rules;
	struct walk *walk;
	enum weir_table table;
	enum weir_hook hook;
	struct place at;
	struct place stack[CHAIN_DEPTH];
	unsigned depth;
	bool valued;       /* the packet's values are known */
	unsigned searched; /* the depth of the chain that the streams are of */
	struct values values;
	struct stream streams[GROUPS];
};

static void trace(const struct asking *a, const struct rule *rule, bool matched, uint8_t failed)
{
	struct weir_trace *t = a->walk->packet->io->trace;

	if (!matched && !t->all)
		return;
	if (t->count < t->room) {
		t->steps[t->count] = (struct weir_trace_step){
			.table = (uint8_t)a->table,
			.hook = (uint8_t)a->hook,
			.action = rule->is.action,
			.matched = matched,
			.failed = failed,
			.chain = (uint32_t)(a->at.chain - a->rules->chains),
			.index = a->at.chain->index[rule - a->at.chain->rules],
			.counter = rule->is.counter,
		};
	}
	t->count++;
}

static void log_tuple(const struct tuple *from, struct weir_tuple *to)
{
	to->src = from->src;
	to->dst = from->dst;
	if (has_ports(from->proto)) {
		to->src_port = from->src_port;
		to->dst_port = from->dst_port;
	}
}

static void log_connection(const struct walk *walk, struct weir_log *log)
{
	struct tuple tuple;

	log->status = walk->conn->status & ~CONN_INSIDE;
	for (int dir = WEIR_ORIGINAL; dir <= WEIR_REPLY; dir++) {
		conn_tuple_get(walk->conn, walk->family == WEIR_IPV6, (enum weir_dir)dir, &tuple);
		log_tuple(&tuple, &log->conn[dir]);
	}
}

__attribute__((noinline)) static void tell_log(const struct asking *a, const struct weir_rule *r)
{
	const struct walk *walk = a->walk;
	const struct packet *p = walk->packet;
	struct weir_log log = {
		.rule = r->counter,
		.table = (uint8_t)a->table,
		.hook = (uint8_t)a->hook,
		.family = walk->family,
		.protocol = walk->tuple.proto,
		.state = walk->state,
		.dir = walk->dir,
		.in = walk->in,
		.out = walk->out,
		.ingress_priority = walk->ingress_priority,
		.priority = walk->priority,
		.len = p->len,
	};

	if (!a->firewall->sink.log)
		return;
	log_tuple(&walk->tuple, &log.tuple);
	if (walk->conn)
		log_connection(walk, &log);
	if (p->io->src_mac) {
		log.has_mac = 1;
		memcpy(log.src_mac, p->io->src_mac, sizeof log.src_mac);
	}
	if (walk->tuple.proto == PROTO_TCP && p->l4_cap > 13) {
		log.flags = p->l4[13];
	} else if ((walk->tuple.proto == PROTO_ICMP || walk->tuple.proto == PROTO_ICMPV6) &&
		   p->l4_cap > 1) {
		log.icmp_type = p->l4[0];
		log.icmp_code = p->l4[1];
	}
	a->firewall->sink.log(a->firewall->sink.ctx, &log);
}

static void add_to_list(const struct asking *a, const struct weir_rule *r)
{
	const struct walk *walk = a->walk;
	bool source = r->action == WEIR_ACTION_ADD_SRC_TO_LIST;
	const union weir_addr *addr = source ? &walk->tuple.src : &walk->tuple.dst;
	struct firewall *firewall = a->firewall;
	struct dynamic_key key;
	struct shared_added added;
	struct weir_listed listed = {
		.rule = r->counter,
		.family = walk->family,
		.stored = r->list.stored,
		.addr = *addr,
		.timeout = r->list.stored ? 0 : r->list.timeout,
	};

	/* The embedder holds it already: nothing to add to. */
	if (r->list.stored &&
	    address_list_has(&a->ruleset->lists[r->list.number], walk->family, addr))
		return;
	key = dynamic_key_of(&firewall->added, r->list.number, walk->family, addr);
	if (!listing_add(firewall, &key, r->list.stored ? STORED_HOLD : r->list.timeout, walk->now,
			 r->list.stored ? SHARED_ONCE : SHARED_TOLD, &added) ||
	    !added.tell || !firewall->sink.listed)
		return;
	listed.fresh = added.fresh;
	memcpy(listed.list, a->ruleset->lists[r->list.number].name,
	       strlen(a->ruleset->lists[r->list.number].name));
	firewall->sink.listed(firewall->sink.ctx, &listed);
}

static inline bool rule_holds(const struct asking *a, const struct rule *rule)
{
	for (uint32_t i = 0; i < rule->match_count; i++) {
		if (LIKELY(!match_holds(a->firewall, a->ruleset, &rule->matches[i], a->walk))) {
			if (UNLIKELY(a->walk->packet->io->trace != NULL))
				trace(a, rule, false, rule->matches[i].is.type);
			return false;
		}
	}
	if (UNLIKELY(rule->is.action == WEIR_ACTION_ENDPOINT_INDEPENDENT && !a->walk->endpoint)) {
		if (a->walk->packet->io->trace != NULL)
			trace(a, rule, false, WEIR_MATCH_COUNT);
		return false;
	}
	return true;
}

static inline void count(struct firewall *firewall, struct walk *walk, uint32_t counter)
{
	counter_add(firewall, counter, walk->packet->len);
	if (LIKELY(walk->met_count < WALK_MET))
		walk->met[walk->met_count++] = counter;
	else
		walk->only_once = true;
}

/* What every rule that matched does. */
static inline void note(const struct asking *a, const struct rule *rule)
{
	struct walk *walk = a->walk;

	count(a->firewall, walk, rule->is.counter);
	walk->only_once |= rule->varies;
	if (UNLIKELY(walk->packet->io->trace != NULL))
		trace(a, rule, true, 0);
	if (UNLIKELY(rule->is.log || rule->is.action == WEIR_ACTION_LOG))
		tell_log(a, &rule->is);
}

static inline void enter(struct asking *a, const struct chain *c)
{
	const struct weir_trace *t = a->walk->packet->io->trace;

	a->at.chain = c;
	a->at.next = 0;
	a->at.way = WAY_ALL;
	if ((!c->lanes && !c->classifier) || UNLIKELY(t && t->all))
		return;
	if (!a->valued)
		values_get(&a->values, a->walk);
	a->valued = true;
	if (c->lanes) {
		a->at.way = WAY_LANES;
		a->at.left = lanes_word(c->lanes, &a->values, 0);
	} else {
		a->at.way = WAY_STREAMS;
		a->searched = a->depth;
		streams_begin(a->streams, c->classifier, &a->values);
	}
}

/* The chain's next rule that matches, of lanes. */
static inline const struct rule *find_lane(struct asking *a)
{
	const struct lanes *l = a->at.chain->lanes;

	for (;;) {
		while (a->at.left) {
			uint32_t next = l->lane[a->at.next * 64 +
						(unsigned)__builtin_ctzll(a->at.left)].rule;
			const struct rule *rule = &a->at.chain->rules[next >> LANE_SHIFT];

			a->at.left &= a->at.left - 1;
			if (next & LANE_SURE || rule_holds(a, rule))
				return rule;
		}
		if (++a->at.next >= l->words)
			return NULL;
		a->at.left = lanes_word(l, &a->values, a->at.next);
	}
}

/* The chain's next rule that matches, of streams. */
static inline const struct rule *find_rule(struct asking *a)
{
	const struct chain *chain = a->at.chain;
	const struct classifier *c = chain->classifier;

	for (;;) {
		struct stream *s = streams_first(a->streams, c);
		uint32_t next = s->head;
		const struct rule *rule = &chain->rules[next >> RULE_SHIFT];

		if (next == NO_RULE)
			return NULL;
		a->at.next = (next >> RULE_SHIFT) + 1;
		stream_next(s, c, &a->values);
		if (next & RULE_MET || rule_holds(a, rule))
			return rule;
	}
}

/* The chain's next rule that matches, NULL: there is none. */
static inline const struct rule *next_rule(struct asking *a)
{
	const struct chain *chain = a->at.chain;

	if (a->at.way == WAY_LANES)
		return find_lane(a);
	if (a->at.way == WAY_STREAMS)
		return find_rule(a);
	while (a->at.next < chain->count) {
		const struct rule *rule = &chain->rules[a->at.next++];

		if (rule_holds(a, rule))
			return rule;
	}
	return NULL;
}

/* Back to behind the jump. => false: the walk is over */
static bool leave(struct asking *a)
{
	if (a->depth == 0)
		return false;
	a->at = a->stack[--a->depth];
	if (a->at.way == WAY_STREAMS && a->searched != a->depth) {
		const struct classifier *c = a->at.chain->classifier;

		a->searched = a->depth;
		streams_begin(a->streams, c, &a->values);
		streams_skip(a->streams, c, &a->values, a->at.next);
	}
	return true;
}

/* => whether the walk goes on; else *verdict says how it ended */
static bool act(struct asking *a, const struct rule *rule, enum walk_verdict *verdict)
{
	const struct weir_rule *r = &rule->is;

	*verdict = WALK_ACCEPT;
	switch ((enum weir_action)r->action) {
	case WEIR_ACTION_JUMP:
		a->stack[a->depth++] = a->at;
		enter(a, &a->rules->chains[r->chain]);
		return true;
	case WEIR_ACTION_RETURN:
		return leave(a);
	case WEIR_ACTION_LOG:
	case WEIR_ACTION_PASSTHROUGH:
		return true;
	case WEIR_ACTION_FASTTRACK:
		a->walk->fasttrack = a->walk->conn != NULL;
		return true;
	case WEIR_ACTION_ADD_SRC_TO_LIST:
	case WEIR_ACTION_ADD_DST_TO_LIST:
		add_to_list(a, r);
		return true;
	case WEIR_ACTION_ACCEPT:
		break;
	case WEIR_ACTION_DROP:
		*verdict = WALK_DROP;
		break;
	case WEIR_ACTION_REJECT:
		a->walk->reject = r->reject;
		*verdict = WALK_REJECT;
		break;
	case WEIR_ACTION_TARPIT:
		*verdict = WALK_TARPIT;
		break;
	case WEIR_ACTION_NOTRACK:
		*verdict = WALK_NOTRACK;
		break;
	case WEIR_ACTION_SRC_NAT:
	case WEIR_ACTION_MASQUERADE:
	case WEIR_ACTION_DST_NAT:
	case WEIR_ACTION_REDIRECT:
	case WEIR_ACTION_NETMAP:
	case WEIR_ACTION_SAME:
	case WEIR_ACTION_ENDPOINT_INDEPENDENT:
	case WEIR_ACTION_SNPT:
	case WEIR_ACTION_DNPT:
		a->walk->nat = r;
		*verdict = WALK_NAT;
		break;
	default:
		action_apply(a->ruleset, rule, a->walk);
		if (r->passthrough)
			return true;
		break;
	}
	a->walk->decided = r->counter;
	return false;
}

/* What most rules do that end a walk: nothing but to count. */
static inline enum walk_verdict end(struct firewall *firewall, struct walk *walk,
				    uint32_t counter, uint32_t ends)
{
	count(firewall, walk, counter);
	walk->decided = counter;
	return ends & ENDS_DROP ? WALK_DROP : WALK_ACCEPT;
}

/* Most walks: nothing to be asked but where the packet lies, nothing to be done but to end.
 * => false: the walk goes on from a->at */
static inline bool ends_at_once(struct firewall *firewall, struct walk *walk, struct asking *a,
				enum walk_verdict *verdict)
{
	const struct chain *chain = a->at.chain;
	uint32_t head;

	if (chain->lanes) {
		struct lane lane;

		if (a->at.left == 0)
			return chain->lanes->words == 1;
		lane = chain->lanes->lane[__builtin_ctzll(a->at.left)];
		if (lane.rule & ENDS)
			*verdict = end(firewall, walk, lane.counter, lane.rule);
		return lane.rule & ENDS;
	}
	head = streams_first(a->streams, chain->classifier)->head;
	if (head == NO_RULE)
		return true;
	if (head & RULE_MET) {
		struct outcome is = chain->classifier->outcomes[head >> RULE_SHIFT];

		if (is.ends)
			*verdict = end(firewall, walk, is.counter, is.ends);
		return is.ends;
	}
	return false;
}

enum walk_verdict firewall_ask(struct firewall *firewall, const struct ruleset *ruleset,
			       enum weir_table table, enum weir_hook hook, struct walk *walk)
{
	const struct table_rules *rules = &ruleset->tables[walk->family == WEIR_IPV6][table];
	enum walk_verdict verdict = WALK_ACCEPT;
	struct asking a;

	if (rules->builtin[hook] == WEIR_NO_CHAIN)
		return WALK_ACCEPT;
	a.walk = walk;
	a.depth = 0;
	a.valued = false;
	enter(&a, &rules->chains[rules->builtin[hook]]);
	if (LIKELY(a.at.way != WAY_ALL && !walk->packet->io->trace) &&
	    ends_at_once(firewall, walk, &a, &verdict))
		return verdict;
	a.firewall = firewall;
	a.ruleset = ruleset;
	a.rules = rules;
	a.table = table;
	a.hook = hook;
	for (;;) {
		const struct rule *rule = next_rule(&a);

		if (!rule) {
			if (!leave(&a))
				return WALK_ACCEPT;
			continue;
		}
		note(&a, rule);
		if (!act(&a, rule, &verdict))
			return verdict;
	}
}
