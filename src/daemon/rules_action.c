/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_action.c - what rules do, and with what: the action and the properties that it
 * makes use of; see rules_build.h.
 */
#include <string.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menus.h"
#include "model/syntax.h"

/* RouterOS has them, and here they do nothing, or have another name. */
static const struct {
	const char *name;
	uint8_t action;
} others[] = {
        {"change-hop-limit", WEIR_ACTION_CHANGE_TTL},
        {"route", WEIR_ACTION_INERT},
        {"sniff-pc", WEIR_ACTION_INERT},
        {"sniff-tzsp", WEIR_ACTION_INERT},
        {"socksify", WEIR_ACTION_INERT},
};

static const char *const names[] = {
#define X(name, text) [WEIR_ACTION_##name] = text,
        WEIR_ACTIONS(X)
#undef X
};

static bool find_action(const struct kept *kept, uint8_t *action)
{
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (i != WEIR_ACTION_INERT && kept_is(kept, names[i])) {
			*action = (uint8_t)i;
			return true;
		}
	}
	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		if (kept_is(kept, others[i].name)) {
			*action = others[i].action;
			return true;
		}
	}
	return false;
}

/* A parameter; the menu's check has seen to it that there is one. */
static bool parameter(struct rule_reading *r, const char *property, struct kept *kept)
{
	if (build_kept(r->build, r->item, property, kept))
		return true;
	strbuf_printf(r->build->error, "failure: the action needs %s", property);
	return build_fail(r->build);
}

static bool wrong(struct rule_reading *r, const char *property, const struct kept *kept)
{
	strbuf_printf(r->build->error, "failure: %s=%.*s cannot be used", property, (int)kept->len,
	              kept->text);
	return build_fail(r->build);
}

static bool take_name(struct rule_reading *r, struct names *from, const struct kept *kept,
                      uint32_t *place)
{
	*place = names_add(from, kept->text, kept->len);
	return *place == NO_NAME ? build_out_of_memory(r->build) : true;
}

static bool read_jump(struct rule_reading *r)
{
	struct kept kept;

	return parameter(r, "jump-target", &kept) &&
	       take_name(r, &r->build->numbers->chains, &kept, &r->rule->chain);
}

static bool read_reject(struct rule_reading *r)
{
	static const struct {
		const char *name;
		uint32_t reject;
	} answers[] = {
	        {"icmp-network-unreachable", WEIR_REJECT_NETWORK_UNREACHABLE},
	        {"icmp-host-unreachable", WEIR_REJECT_HOST_UNREACHABLE},
	        {"icmp-protocol-unreachable", WEIR_REJECT_PROTOCOL_UNREACHABLE},
	        {"icmp-port-unreachable", WEIR_REJECT_PORT_UNREACHABLE},
	        {"icmp-net-prohibited", WEIR_REJECT_NET_PROHIBITED},
	        {"icmp-host-prohibited", WEIR_REJECT_HOST_PROHIBITED},
	        {"icmp-admin-prohibited", WEIR_REJECT_ADMIN_PROHIBITED},
	        {"icmp-no-route", WEIR_REJECT_NETWORK_UNREACHABLE},
	        {"icmp-not-neighbour", WEIR_REJECT_NOT_NEIGHBOUR},
	        {"icmp-address-unreachable", WEIR_REJECT_HOST_UNREACHABLE},
	        {"icmp-err-src-routing-header", WEIR_REJECT_SOURCE_ROUTING},
	        {"icmp-headers-too-long", WEIR_REJECT_HEADERS_TOO_LONG},
	        {"tcp-reset", WEIR_REJECT_TCP_RESET},
	};
	struct kept kept;

	r->rule->reject = WEIR_REJECT_NETWORK_UNREACHABLE;
	if (!build_kept(r->build, r->item, "reject-with", &kept))
		return true;
	for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
		if (!kept_is(&kept, answers[i].name))
			continue;
		r->rule->reject = answers[i].reject;
		return true;
	}
	return wrong(r, "reject-with", &kept);
}

static bool read_mark(struct rule_reading *r, const char *property)
{
	struct kept kept;
	uint32_t place;

	r->rule->mark = 0;
	if (!parameter(r, property, &kept))
		return false;
	if (kept_is(&kept, "no-mark"))
		return true;
	if (!take_name(r, &r->build->numbers->marks, &kept, &place))
		return false;
	r->rule->mark = place + 1;
	return true;
}

static bool read_routing_mark(struct rule_reading *r)
{
	struct kept kept;

	return parameter(r, "new-routing-mark", &kept) &&
	       take_name(r, &r->build->numbers->tables, &kept, &r->rule->mark) &&
	       (r->rule->mark <= UINT16_MAX || wrong(r, "new-routing-mark", &kept));
}

static bool read_list(struct rule_reading *r)
{
	struct kept kept;
	weir_time time;

	if (!parameter(r, "address-list", &kept))
		return false;
	r->rule->list.number = rule_list(r, &kept);
	if (r->build->failed)
		return false;
	if (!build_kept(r->build, r->item, "address-list-timeout", &kept) ||
	    kept_is(&kept, "none-dynamic"))
		return true;
	if (kept_is(&kept, "none-static"))
		r->rule->list.stored = true;
	else if (value_parse_time(kept.text, kept.len, &time))
		r->rule->list.timeout = time;
	else
		return wrong(r, "address-list-timeout", &kept);
	return true;
}

static bool read_ttl(struct rule_reading *r)
{
	const char *property = r->family == WEIR_IPV4 ? "new-ttl" : "new-hop-limit";
	struct ttl_change change;
	struct kept kept;

	if (!parameter(r, property, &kept))
		return false;
	if (!ttl_change_parse(kept.text, kept.len, &change))
		return wrong(r, property, &kept);
	r->rule->change.number = change.value;
	r->rule->change.how = change.how == TTL_SET         ? WEIR_CHANGE_SET
	                      : change.how == TTL_INCREMENT ? WEIR_CHANGE_INCREMENT
	                                                    : WEIR_CHANGE_DECREMENT;
	return true;
}

/* A number, or a word for where it comes from. */
static bool read_change(struct rule_reading *r, const char *property)
{
	static const struct {
		const char *word;
		uint8_t how;
	} words[] = {
	        {"clamp-to-pmtu", WEIR_CHANGE_CLAMP},
	        {"from-priority", WEIR_CHANGE_FROM_OTHER},
	        {"from-priority-to-high-3-bits", WEIR_CHANGE_FROM_HIGH},
	        {"from-dscp", WEIR_CHANGE_FROM_OTHER},
	        {"from-dscp-high-3-bits", WEIR_CHANGE_FROM_HIGH},
	        {"from-ingress", WEIR_CHANGE_FROM_INGRESS},
	};
	struct number_range range;
	struct kept kept;

	if (!parameter(r, property, &kept))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (!kept_is(&kept, words[i].word))
			continue;
		r->rule->change.how = words[i].how;
		return true;
	}
	if (!number_range_parse(kept.text, kept.len, UINT16_MAX, &range))
		return wrong(r, property, &kept);
	r->rule->change.how = WEIR_CHANGE_SET;
	r->rule->change.number = (uint32_t)range.first;
	return true;
}

static bool read_to_address(struct rule_reading *r)
{
	const char *property = r->family == WEIR_IPV4 ? "to-addresses" : "to-address";
	struct address_range range;
	struct kept kept;

	if (!build_kept(r->build, r->item, property, &kept))
		return true;
	if (!address_range_parse(kept.text, kept.len, r->family, &range))
		return wrong(r, property, &kept);
	r->rule->nat.flags |= WEIR_NAT_ADDRESS;
	r->rule->nat.first = range.first;
	r->rule->nat.last = range.last;
	return true;
}

/* The match that a rule has besides those that are written: its packets' source or destination. */
static void only_from(struct rule_reading *r, enum weir_match_type type,
                      const struct address_range *range)
{
	struct weir_match *match = &r->match[r->rule->match_count++];

	memset(match, 0, sizeof *match);
	match->type = type;
	match->range.first = range->first;
	match->range.last = range->last;
}

/* weir's own: what one source may have. */
static bool read_pool(struct rule_reading *r)
{
	struct number_range number;
	struct address_range inside;
	struct kept kept;

	if (build_kept(r->build, r->item, "ports-per-source", &kept)) {
		if (!number_range_parse(kept.text, kept.len, UINT16_MAX, &number))
			return wrong(r, "ports-per-source", &kept);
		r->rule->nat.flags |= WEIR_NAT_SHARE;
		r->rule->nat.share = (uint32_t)number.first;
	}
	if (!build_kept(r->build, r->item, "port-block", &kept))
		return true;
	if (!number_range_parse(kept.text, kept.len, UINT16_MAX, &number))
		return wrong(r, "port-block", &kept);
	r->rule->nat.flags |= WEIR_NAT_BLOCK;
	r->rule->nat.block = (uint16_t)number.first;
	if (!parameter(r, "port-block-inside", &kept))
		return false;
	if (!address_range_parse(kept.text, kept.len, r->family, &inside))
		return wrong(r, "port-block-inside", &kept);
	r->rule->nat.inside = inside.first;
	only_from(r, WEIR_MATCH_SRC_ADDRESS, &inside);
	return true;
}

static bool read_nat(struct rule_reading *r)
{
	struct number_range ports;
	struct kept kept;

	r->rule->nat.flags = 0;
	if (!read_to_address(r))
		return false;
	if (build_kept(r->build, r->item, "to-ports", &kept)) {
		if (!number_range_parse(kept.text, kept.len, UINT16_MAX, &ports))
			return wrong(r, "to-ports", &kept);
		r->rule->nat.flags |= WEIR_NAT_PORTS;
		r->rule->nat.first_port = (uint16_t)ports.first;
		r->rule->nat.last_port = (uint16_t)ports.last;
	}
	if (build_is(r->build, r->item, "randomise-ports", "yes"))
		r->rule->nat.flags |= WEIR_NAT_RANDOM;
	if (build_is(r->build, r->item, "same-not-by-dst", "yes"))
		r->rule->nat.flags |= WEIR_NAT_NOT_BY_DST;
	return read_pool(r);
}

/* Only addresses of the one prefix become such of the other. */
static bool read_prefixes(struct rule_reading *r)
{
	struct address_range range;
	struct kept kept;

	if (!parameter(r, "src-prefix", &kept))
		return false;
	if (!address_range_parse(kept.text, kept.len, r->family, &range))
		return wrong(r, "src-prefix", &kept);
	only_from(r,
	          r->rule->action == WEIR_ACTION_SNPT ? WEIR_MATCH_SRC_ADDRESS
	                                              : WEIR_MATCH_DST_ADDRESS,
	          &range);
	if (!parameter(r, "dst-prefix", &kept))
		return false;
	if (!address_range_parse(kept.text, kept.len, r->family, &range))
		return wrong(r, "dst-prefix", &kept);
	r->rule->nat.flags = WEIR_NAT_ADDRESS;
	r->rule->nat.first = range.first;
	r->rule->nat.last = range.last;
	return true;
}

static bool read_parameters(struct rule_reading *r)
{
	switch ((enum weir_action)r->rule->action) {
	case WEIR_ACTION_JUMP:
		return read_jump(r);
	case WEIR_ACTION_REJECT:
		return read_reject(r);
	case WEIR_ACTION_ADD_SRC_TO_LIST:
	case WEIR_ACTION_ADD_DST_TO_LIST:
		return read_list(r);
	case WEIR_ACTION_MARK_CONNECTION:
		return read_mark(r, "new-connection-mark");
	case WEIR_ACTION_MARK_PACKET:
		return read_mark(r, "new-packet-mark");
	case WEIR_ACTION_MARK_ROUTING:
		return read_routing_mark(r);
	case WEIR_ACTION_CHANGE_TTL:
		return read_ttl(r);
	case WEIR_ACTION_CHANGE_MSS:
		return read_change(r, "new-mss");
	case WEIR_ACTION_CHANGE_DSCP:
		return read_change(r, "new-dscp");
	case WEIR_ACTION_SET_PRIORITY:
		return read_change(r, "new-priority");
	case WEIR_ACTION_SRC_NAT:
	case WEIR_ACTION_MASQUERADE:
	case WEIR_ACTION_DST_NAT:
	case WEIR_ACTION_REDIRECT:
	case WEIR_ACTION_NETMAP:
	case WEIR_ACTION_SAME:
	case WEIR_ACTION_ENDPOINT_INDEPENDENT:
		return read_nat(r);
	case WEIR_ACTION_SNPT:
	case WEIR_ACTION_DNPT:
		return read_prefixes(r);
	default:
		return true;
	}
}

bool rule_read_action(struct rule_reading *r)
{
	struct kept kept;

	if (!parameter(r, "action", &kept))
		return false;
	if (!find_action(&kept, &r->rule->action))
		return wrong(r, "action", &kept);
	r->rule->log = build_is(r->build, r->item, "log", "yes");
	r->rule->passthrough = build_is(r->build, r->item, "passthrough", "yes");
	return read_parameters(r);
}
