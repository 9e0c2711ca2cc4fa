/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset_check.c - what an embedder's ruleset must be like before it is compiled:
 * indexes within what they point into, ranges that begin before they end, actions where they
 * belong, jumps that come to an end.
 *
 * Nothing is changed and nothing kept; the error names the rule by its counter. Cost: once over
 * all rules and list entries that are not the former ruleset's.
 */
#include <stdarg.h>
#include <stdio.h>

#include "firewall/ruleset_check.h"

#define MARK_MAX UINT16_MAX /* of a connection: struct conn has 16 bits for it */

struct check {
	const struct weir_ruleset *rules;
	const struct plan *plan;
	struct weir_rules_error *error;
	const struct weir_table_rules *chains; /* of the table at hand */
	enum weir_table table;
	uint8_t family;
	uint8_t *depth; /* of the table's chains: 0 not seen, CHECK_OPEN on the way, else 1 + jumps
			 */
};

#define CHECK_OPEN 0xff

__attribute__((format(printf, 3, 4))) static bool fail(struct check *c, uint32_t counter,
						       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(c->error->text, sizeof c->error->text, format, args);
	va_end(args);
	c->error->counter = counter;
	return false;
}

/* => whether first lies behind last, as big-endian numbers */
static bool out_of_order(uint8_t family, const union weir_addr *first, const union weir_addr *last)
{
	return memcmp(first->v6, last->v6, family == WEIR_IPV4 ? 4 : 16) > 0;
}

static bool check_interfaces(struct check *c)
{
	const struct weir_ruleset *r = c->rules;

	if (r->interface_count > WEIR_INTERFACES_MAX)
		return fail(c, UINT32_MAX, "%zu interfaces, %u at most", r->interface_count,
			    (unsigned)WEIR_INTERFACES_MAX);
	for (size_t i = 0; i < r->interface_count; i++) {
		const struct weir_interface *f = &r->interfaces[i];

		if (f->bridge != WEIR_INTERFACE_NONE && f->bridge >= r->interface_count)
			return fail(c, UINT32_MAX,
				    "interface %zu: its bridge %u of %zu does not exist", i,
				    f->bridge, r->interface_count);
		for (size_t j = 0; j < f->address_count; j++) {
			const struct weir_interface_address *a = &f->addresses[j];

			if (a->family != WEIR_IPV4 && a->family != WEIR_IPV6)
				return fail(c, UINT32_MAX, "interface %zu: address of family %u", i,
					    a->family);
			if (a->length > (a->family == WEIR_IPV4 ? 32 : 128))
				return fail(c, UINT32_MAX, "interface %zu: prefix of %u bits", i,
					    a->length);
		}
	}
	return true;
}

static bool check_lists(struct check *c)
{
	for (size_t i = 0; i < c->rules->list_count; i++) {
		const struct weir_address_list *l = &c->rules->lists[i];

		if (!l->name || strlen(l->name) >= WEIR_LIST_NAME)
			return fail(c, UINT32_MAX,
				    "address list %zu: name missing or longer than %d bytes", i,
				    WEIR_LIST_NAME - 1);
		if (plan_list(c->plan, c->rules, i))
			continue;
		for (size_t j = 0; j < l->count; j++) {
			const struct weir_address_range *a = &l->ranges[j];

			if (a->family != WEIR_IPV4 && a->family != WEIR_IPV6)
				return fail(c, UINT32_MAX,
					    "address list \"%s\": entry %zu of family %u", l->name,
					    j, a->family);
			if (out_of_order(a->family, &a->first, &a->last))
				return fail(c, UINT32_MAX,
					    "address list \"%s\": entry %zu ends before it begins",
					    l->name, j);
		}
	}
	return true;
}

static bool check_listeners(struct check *c)
{
	for (size_t i = 0; i < c->rules->listener_count; i++) {
		const struct weir_listener *l = &c->rules->listeners[i];

		if (l->family != WEIR_IPV4 && l->family != WEIR_IPV6)
			return fail(c, UINT32_MAX, "listener %zu: family %u", i, l->family);
	}
	return true;
}

/* What members of a struct weir_match a type uses, and the most that they may be. */
enum form {
	FORM_NUMBER, FORM_BITS, FORM_TOS, FORM_MAC, FORM_INTERFACES, FORM_RANGE, FORM_SPAN,
	FORM_PORTS, FORM_ICMP, FORM_TEXT, FORM_LIST, FORM_NONE,
};

static const struct {
	uint8_t form;
	uint32_t most;
} forms[WEIR_MATCH_COUNT] = {
	[WEIR_MATCH_PROTOCOL] = {FORM_NUMBER, 255},
	[WEIR_MATCH_SRC_MAC] = {FORM_MAC, 0},
	[WEIR_MATCH_IN_INTERFACE] = {FORM_INTERFACES, 0},
	[WEIR_MATCH_OUT_INTERFACE] = {FORM_INTERFACES, 0},
	[WEIR_MATCH_IN_BRIDGE_PORT] = {FORM_INTERFACES, 0},
	[WEIR_MATCH_OUT_BRIDGE_PORT] = {FORM_INTERFACES, 0},
	[WEIR_MATCH_SRC_ADDRESS] = {FORM_RANGE, 0},
	[WEIR_MATCH_DST_ADDRESS] = {FORM_RANGE, 0},
	[WEIR_MATCH_SRC_TYPE] = {FORM_BITS, 0},
	[WEIR_MATCH_DST_TYPE] = {FORM_BITS, 0},
	[WEIR_MATCH_SRC_LIST] = {FORM_LIST, 0},
	[WEIR_MATCH_DST_LIST] = {FORM_LIST, 0},
	[WEIR_MATCH_TTL] = {FORM_SPAN, 0},
	[WEIR_MATCH_DSCP] = {FORM_NUMBER, 63},
	[WEIR_MATCH_TOS] = {FORM_TOS, 255},
	[WEIR_MATCH_PACKET_SIZE] = {FORM_SPAN, 0},
	[WEIR_MATCH_FRAGMENT] = {FORM_NONE, 0},
	[WEIR_MATCH_IPV4_OPTIONS] = {FORM_NUMBER, WEIR_OPTIONS_COUNT - 1},
	[WEIR_MATCH_HEADERS] = {FORM_NUMBER, 1},
	[WEIR_MATCH_DST_PORT] = {FORM_PORTS, 0},
	[WEIR_MATCH_SRC_PORT] = {FORM_PORTS, 0},
	[WEIR_MATCH_ANY_PORT] = {FORM_PORTS, 0},
	[WEIR_MATCH_TCP_FLAGS] = {FORM_NONE, 0},
	[WEIR_MATCH_TCP_MSS] = {FORM_SPAN, 0},
	[WEIR_MATCH_ICMP] = {FORM_ICMP, 0},
	[WEIR_MATCH_PRIORITY] = {FORM_NUMBER, 63},
	[WEIR_MATCH_INGRESS_PRIORITY] = {FORM_NUMBER, 63},
	[WEIR_MATCH_PACKET_MARK] = {FORM_NUMBER, UINT32_MAX},
	[WEIR_MATCH_ROUTING_MARK] = {FORM_NUMBER, UINT16_MAX},
	[WEIR_MATCH_CONNECTION_MARK] = {FORM_NUMBER, MARK_MAX},
	[WEIR_MATCH_CONNECTION_STATE] = {FORM_BITS, 0},
	[WEIR_MATCH_CONNECTION_NAT_STATE] = {FORM_BITS, 0},
	[WEIR_MATCH_CONNECTION_BYTES] = {FORM_NONE, 0}, /* its last may be 0 */
	[WEIR_MATCH_CONNECTION_RATE] = {FORM_SPAN, 0},
	[WEIR_MATCH_CONNECTION_TYPE] = {FORM_NUMBER, UINT32_MAX},
	[WEIR_MATCH_IPSEC_POLICY] = {FORM_NUMBER, 1},
	[WEIR_MATCH_CONNECTION_LIMIT] = {FORM_NONE, 0}, /* from here on memory_compile() looks */
	[WEIR_MATCH_TLS_HOST] = {FORM_TEXT, 0},
	[WEIR_MATCH_CONTENT] = {FORM_TEXT, 0},
	[WEIR_MATCH_LAYER7] = {FORM_TEXT, 0},
	[WEIR_MATCH_TIME] = {FORM_NONE, 0},
	[WEIR_MATCH_PSD] = {FORM_NONE, 0},
	[WEIR_MATCH_RANDOM] = {FORM_NONE, 0},
	[WEIR_MATCH_NTH] = {FORM_NONE, 0},
	[WEIR_MATCH_CLASSIFIER] = {FORM_NONE, 0},
	[WEIR_MATCH_LIMIT] = {FORM_NONE, 0},
	[WEIR_MATCH_DST_LIMIT] = {FORM_NONE, 0},
};

/* => what is wrong with the value, or NULL */
static const char *match_fault(const struct check *c, const struct weir_match *m)
{
	switch ((enum form)forms[m->type].form) {
	case FORM_NUMBER:
		return m->number > forms[m->type].most ? "value out of range" : NULL;
	case FORM_TOS:
		return m->number > 255 || m->mask > 255 ? "value out of range" : NULL;
	case FORM_LIST:
		return m->number >= c->rules->list_count ? "no such address list" : NULL;
	case FORM_INTERFACES:
		return !m->interfaces ? "interfaces are missing" : NULL;
	case FORM_RANGE:
		return out_of_order(c->family, &m->range.first, &m->range.last)
			       ? "range ends before it begins"
			       : NULL;
	case FORM_SPAN:
		return m->span.first > m->span.last ? "range ends before it begins" : NULL;
	case FORM_ICMP:
		return m->icmp.first_code > m->icmp.last_code ? "range ends before it begins"
							      : NULL;
	case FORM_TEXT:
		return !m->text || m->count == 0 ? "text is empty" : NULL;
	case FORM_PORTS:
		if (!m->ports || m->count == 0)
			return "no ports";
		for (unsigned i = 0; i < m->count; i++) {
			if (m->ports[i].first > m->ports[i].last)
				return "range ends before it begins";
		}
		return NULL;
	case FORM_BITS:
	case FORM_MAC:
	case FORM_NONE:
		break;
	}
	return NULL;
}

#define RAW (1u << WEIR_TABLE_RAW)
#define MANGLE (1u << WEIR_TABLE_MANGLE)
#define NAT (1u << WEIR_TABLE_NAT)
#define FILTER (1u << WEIR_TABLE_FILTER)
#define ALL (RAW | MANGLE | NAT | FILTER)

/* The tables whose rules may do it. */
static const uint8_t action_tables[WEIR_ACTION_COUNT] = {
	[WEIR_ACTION_ACCEPT] = ALL,
	[WEIR_ACTION_DROP] = RAW | MANGLE | FILTER,
	[WEIR_ACTION_REJECT] = FILTER,
	[WEIR_ACTION_TARPIT] = FILTER,
	[WEIR_ACTION_FASTTRACK] = MANGLE | FILTER,
	[WEIR_ACTION_JUMP] = ALL,
	[WEIR_ACTION_RETURN] = ALL,
	[WEIR_ACTION_LOG] = ALL,
	[WEIR_ACTION_PASSTHROUGH] = ALL,
	[WEIR_ACTION_ADD_SRC_TO_LIST] = ALL,
	[WEIR_ACTION_ADD_DST_TO_LIST] = ALL,
	[WEIR_ACTION_NOTRACK] = RAW,
	[WEIR_ACTION_MARK_CONNECTION] = MANGLE,
	[WEIR_ACTION_MARK_PACKET] = MANGLE,
	[WEIR_ACTION_MARK_ROUTING] = MANGLE,
	[WEIR_ACTION_CHANGE_MSS] = MANGLE,
	[WEIR_ACTION_CHANGE_TTL] = MANGLE,
	[WEIR_ACTION_CHANGE_DSCP] = MANGLE,
	[WEIR_ACTION_SET_PRIORITY] = MANGLE,
	[WEIR_ACTION_CLEAR_DF] = MANGLE,
	[WEIR_ACTION_STRIP_OPTIONS] = MANGLE,
	[WEIR_ACTION_SRC_NAT] = NAT,
	[WEIR_ACTION_MASQUERADE] = NAT,
	[WEIR_ACTION_DST_NAT] = NAT,
	[WEIR_ACTION_REDIRECT] = NAT,
	[WEIR_ACTION_NETMAP] = NAT,
	[WEIR_ACTION_SAME] = NAT,
	[WEIR_ACTION_ENDPOINT_INDEPENDENT] = NAT,
	[WEIR_ACTION_SNPT] = MANGLE | NAT,
	[WEIR_ACTION_DNPT] = MANGLE | NAT,
	[WEIR_ACTION_INERT] = ALL,
};

/* The ways of meaning the number that an action knows, as bits, and the number's limit. */
static const char *change_fault(const struct weir_rule *r)
{
	uint32_t ways = 1u << WEIR_CHANGE_SET, most = 63;

	if (r->action == WEIR_ACTION_CHANGE_MSS) {
		ways |= 1u << WEIR_CHANGE_CLAMP;
		most = UINT16_MAX;
	} else if (r->action == WEIR_ACTION_CHANGE_TTL) {
		ways |= 1u << WEIR_CHANGE_INCREMENT | 1u << WEIR_CHANGE_DECREMENT;
		most = 255;
	} else {
		ways |= 1u << WEIR_CHANGE_FROM_OTHER | 1u << WEIR_CHANGE_FROM_HIGH;
		if (r->action == WEIR_ACTION_SET_PRIORITY)
			ways |= 1u << WEIR_CHANGE_FROM_INGRESS;
	}
	if (r->change.how > WEIR_CHANGE_FROM_INGRESS || !(ways >> r->change.how & 1))
		return "cannot change it in this way";
	return r->change.number > most ? "value out of range" : NULL;
}

static const char *block_fault(const struct weir_rule *r)
{
	uint32_t ports = 65536 - 1024;

	if (r->action != WEIR_ACTION_SRC_NAT && r->action != WEIR_ACTION_MASQUERADE)
		return "blocks of ports are for src-nat and masquerade";
	if (r->action == WEIR_ACTION_SRC_NAT && !(r->nat.flags & WEIR_NAT_ADDRESS))
		return "blocks of ports need addresses";
	if (r->nat.flags & WEIR_NAT_PORTS)
		ports = r->nat.last_port - r->nat.first_port + 1u;
	if (r->nat.block == 0 || r->nat.block > ports)
		return "no block of ports fits";
	return NULL;
}

static const char *share_fault(const struct weir_rule *r)
{
	if (r->action != WEIR_ACTION_SRC_NAT && r->action != WEIR_ACTION_MASQUERADE &&
	    r->action != WEIR_ACTION_SAME)
		return "shares of ports are for src-nat, masquerade and same";
	return r->nat.share == 0 ? "a share of no ports" : NULL;
}

static const char *nat_fault(const struct check *c, const struct weir_rule *r)
{
	if (r->nat.flags & WEIR_NAT_ADDRESS && out_of_order(c->family, &r->nat.first, &r->nat.last))
		return "addresses end before they begin";
	if (r->nat.flags & WEIR_NAT_PORTS && r->nat.first_port > r->nat.last_port)
		return "ports end before they begin";
	if (r->action == WEIR_ACTION_ENDPOINT_INDEPENDENT && c->family != WEIR_IPV4)
		return "it is for IPv4";
	if (r->nat.flags & WEIR_NAT_BLOCK && block_fault(r))
		return block_fault(r);
	return r->nat.flags & WEIR_NAT_SHARE ? share_fault(r) : NULL;
}

/* => what is wrong with what the action is told, or NULL */
static const char *action_fault(const struct check *c, const struct weir_rule *r)
{
	switch (r->action) {
	case WEIR_ACTION_JUMP:
		return r->chain >= c->chains->count ? "no such chain" : NULL;
	case WEIR_ACTION_REJECT:
		return r->reject >= WEIR_REJECT_COUNT ? "no such answer" : NULL;
	case WEIR_ACTION_ADD_SRC_TO_LIST:
	case WEIR_ACTION_ADD_DST_TO_LIST:
		return r->list.number >= c->rules->list_count ? "no such address list" : NULL;
	case WEIR_ACTION_MARK_CONNECTION:
		return r->mark > MARK_MAX ? "mark above 65535" : NULL;
	case WEIR_ACTION_MARK_ROUTING:
		return r->mark > UINT16_MAX ? "routing table above 65535" : NULL;
	case WEIR_ACTION_CHANGE_MSS:
	case WEIR_ACTION_CHANGE_TTL:
	case WEIR_ACTION_CHANGE_DSCP:
	case WEIR_ACTION_SET_PRIORITY:
		return change_fault(r);
	case WEIR_ACTION_SRC_NAT:
	case WEIR_ACTION_MASQUERADE:
	case WEIR_ACTION_DST_NAT:
	case WEIR_ACTION_REDIRECT:
	case WEIR_ACTION_NETMAP:
	case WEIR_ACTION_SAME:
	case WEIR_ACTION_ENDPOINT_INDEPENDENT:
	case WEIR_ACTION_SNPT:
	case WEIR_ACTION_DNPT:
		return nat_fault(c, r);
	default:
		return NULL;
	}
}

static bool check_rule(struct check *c, const struct weir_rule *r)
{
	const char *fault;

	if (r->counter >= COUNTERS_MAX)
		return fail(c, r->counter, "counter %u of a rule, %u at most", r->counter,
			    COUNTERS_MAX - 1);
	if (r->action >= WEIR_ACTION_COUNT)
		return fail(c, r->counter, "no such action: %u", r->action);
	if (!(action_tables[r->action] >> c->table & 1))
		return fail(c, r->counter, "action %s does not belong into the table %s",
			    weir_action_text(r->action), weir_table_text(c->table));
	fault = action_fault(c, r);
	if (fault)
		return fail(c, r->counter, "action %s: %s", weir_action_text(r->action), fault);
	if (r->match_count > 0 && !r->matches)
		return fail(c, r->counter, "matches are missing");
	for (size_t i = 0; i < r->match_count; i++) {
		const struct weir_match *m = &r->matches[i];

		if (m->type >= WEIR_MATCH_COUNT)
			return fail(c, r->counter, "no such match: %u", m->type);
		fault = match_fault(c, m);
		if (fault)
			return fail(c, r->counter, "%s: %s", weir_match_text(m->type), fault);
	}
	return true;
}

/* Follows the jumps of a chain; level: jumps on the way to it. Deep chains are refused, so the
 * recursion is bounded. */
static bool check_jumps(struct check *c, uint32_t index, unsigned level)
{
	const struct weir_chain *chain = &c->chains->chains[index];
	uint8_t deepest = 0;

	c->depth[index] = CHECK_OPEN;
	for (size_t i = 0; i < chain->count; i++) {
		const struct weir_rule *r = &chain->rules[i];
		const char *target;

		if (r->action != WEIR_ACTION_JUMP)
			continue;
		target = c->chains->chains[r->chain].name;
		if (c->depth[r->chain] == CHECK_OPEN)
			return fail(c, r->counter, "chain \"%.40s\" jumps to \"%.40s\" in a loop",
				    chain->name, target);
		if (c->depth[r->chain] == 0 &&
		    (level == CHAIN_DEPTH || !check_jumps(c, r->chain, level + 1))) {
			if (level < CHAIN_DEPTH)
				return false;
			return fail(c, r->counter, "more than %d jumps inside each other",
				    CHAIN_DEPTH);
		}
		if (c->depth[r->chain] > deepest)
			deepest = c->depth[r->chain];
		if (deepest > CHAIN_DEPTH)
			return fail(c, r->counter, "more than %d jumps inside each other",
				    CHAIN_DEPTH);
	}
	c->depth[index] = (uint8_t)(deepest + 1);
	return true;
}

/* The hooks at which a table is asked. */
static const uint8_t table_hooks[WEIR_TABLE_COUNT] = {
	[WEIR_TABLE_RAW] = 1u << WEIR_HOOK_PREROUTING | 1u << WEIR_HOOK_OUTPUT,
	[WEIR_TABLE_MANGLE] = (1u << WEIR_HOOK_COUNT) - 1,
	[WEIR_TABLE_NAT] = ((1u << WEIR_HOOK_COUNT) - 1) & ~(1u << WEIR_HOOK_FORWARD),
	[WEIR_TABLE_FILTER] = 1u << WEIR_HOOK_INPUT | 1u << WEIR_HOOK_FORWARD |
			      1u << WEIR_HOOK_OUTPUT,
};

static bool check_builtin(struct check *c, unsigned hook)
{
	uint32_t chain = c->chains->builtin[hook];

	if (chain == WEIR_NO_CHAIN)
		return true;
	if (!(table_hooks[c->table] >> hook & 1))
		return fail(c, UINT32_MAX, "the table %s has no chain %s",
			    weir_table_text(c->table), weir_hook_text(c->table, hook));
	if (chain >= c->chains->count)
		return fail(c, UINT32_MAX, "table %s, chain %s: chain %u of %zu does not exist",
			    weir_table_text(c->table), weir_hook_text(c->table, hook), chain,
			    c->chains->count);
	return true;
}

/* => whether its rules are fine; a chain without jumps has its depth already. */
static bool check_chain(struct check *c, size_t index, const uint32_t *same)
{
	const struct weir_chain *chain = &c->chains->chains[index];
	bool jumps = false;

	for (size_t i = 0; i < chain->count; i++) {
		const struct weir_rule *r = &chain->rules[i];

		jumps |= r->action == WEIR_ACTION_JUMP;
		/* There may be fewer chains now. */
		if (same && same[i] != PLAN_NEW &&
		    (r->action != WEIR_ACTION_JUMP || r->chain < c->chains->count))
			continue;
		if (!check_rule(c, r))
			return false;
	}
	c->depth[index] = !jumps;
	return true;
}

/* A table without chains need not say that it has no built-in ones. */
static bool check_table(struct check *c, const struct chain_plan *plans)
{
	if (c->chains->count == 0)
		return true;
	if (c->chains->count >= CHECK_CHAINS_MAX)
		return fail(c, UINT32_MAX, "table %s: %zu chains, %u at most",
			    weir_table_text(c->table), c->chains->count, CHECK_CHAINS_MAX);
	for (size_t i = 0; i < c->chains->count; i++) {
		const struct weir_chain *chain = &c->chains->chains[i];

		if (!chain->name)
			return fail(c, UINT32_MAX, "table %s: chain %zu has no name",
				    weir_table_text(c->table), i);
		if (!check_chain(c, i, plans && plans[i].former ? plans[i].same : NULL))
			return false;
	}
	for (uint32_t i = 0; i < c->chains->count; i++) {
		if (c->depth[i] == 0 && !check_jumps(c, i, 0))
			return false;
	}
	for (unsigned hook = 0; hook < WEIR_HOOK_COUNT; hook++) {
		if (!check_builtin(c, hook))
			return false;
	}
	return true;
}

bool ruleset_check(const struct weir_ruleset *rules, const struct plan *plan, uint8_t *depth,
		   struct weir_rules_error *error)
{
	struct check c = {.rules = rules, .plan = plan, .error = error, .depth = depth};

	if (!check_interfaces(&c) || !check_lists(&c) || !check_listeners(&c))
		return false;
	for (unsigned f = 0; f < 2; f++) {
		c.family = f == 0 ? WEIR_IPV4 : WEIR_IPV6;
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			c.table = (enum weir_table)t;
			c.chains = &rules->tables[f][t];
			if (!check_table(&c, plan->chains[f][t]))
				return false;
		}
	}
	return true;
}
