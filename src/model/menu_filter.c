/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_filter.c - the tables of /ip firewall filter and /ip firewall raw, and their
 * twins of IPv6.
 *
 * Constant data; the checks are pure functions, run once for each rule that changes.
 */
#include "model/menu_rule.h"

/* clang-format off */
static const struct value_name filter_actions[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "drop", NULL}, {4, "fasttrack-connection", NULL},
	{5, "jump", NULL}, {6, "log", NULL}, {7, "passthrough", NULL}, {8, "reject", NULL},
	{9, "return", NULL}, {10, "tarpit", NULL}, {0, NULL, NULL},
};

static const struct value_name filter_actions_v6[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "drop", NULL}, {4, "fasttrack-connection", NULL},
	{5, "jump", NULL}, {6, "log", NULL}, {7, "passthrough", NULL}, {8, "reject", NULL},
	{9, "return", NULL}, {0, NULL, NULL},
};

static const struct value_name raw_actions[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "drop", NULL}, {4, "jump", NULL},
	{5, "log", NULL}, {6, "notrack", NULL}, {7, "passthrough", NULL}, {8, "return", NULL},
	{0, NULL, NULL},
};

/* The first is the default. */
static const struct value_name reject_with[] = {
	{0, "icmp-network-unreachable", NULL}, {1, "icmp-host-unreachable", NULL},
	{2, "icmp-protocol-unreachable", NULL}, {3, "icmp-port-unreachable", NULL},
	{4, "icmp-net-prohibited", NULL}, {5, "icmp-host-prohibited", NULL},
	{6, "icmp-admin-prohibited", NULL}, {7, "tcp-reset", NULL}, {0, NULL, NULL},
};

static const struct value_name reject_with_v6[] = {
	{0, "icmp-no-route", NULL}, {1, "icmp-admin-prohibited", NULL},
	{2, "icmp-not-neighbour", NULL}, {3, "icmp-address-unreachable", NULL},
	{4, "icmp-port-unreachable", NULL}, {5, "tcp-reset", NULL},
	{6, "icmp-err-src-routing-header", NULL}, {7, "icmp-headers-too-long", NULL},
	{0, NULL, NULL},
};

#define FILTER_ANSWERS(names) \
	P("reject-with", "the answer of action=reject", ENUM(names), \
	  .show = PROP_DERIVED | PROP_ALWAYS) \
	P("hw-offload", "whether hardware may forward what is FastTracked", BOOL, SINCE(7, 1))

static const struct property filter[] = {
	RULE_HEAD(filter_actions)
	FILTER_ANSWERS(reject_with)
	RULE_TCP_FLAGS
	RULE_P2P
	RULE_STATES(rule_nat_states_ein)
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV4, YES, NO, YES)
	RULE_TAIL
};

static const struct property filter_v6[] = {
	RULE_HEAD(filter_actions_v6)
	FILTER_ANSWERS(reject_with_v6)
	RULE_TCP_FLAGS
	RULE_STATES(rule_nat_states)
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV6, NO, YES, YES)
	RULE_TAIL
};

static const struct property raw[] = {
	RULE_HEAD(raw_actions)
	RULE_TCP_FLAGS
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV4, YES, NO, NO)
	RULE_TAIL
};

static const struct property raw_v6[] = {
	RULE_HEAD(raw_actions)
	RULE_TCP_FLAGS
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV6, NO, YES, NO)
	RULE_TAIL
};
/* clang-format on */

static const char *const output[] = {"output", NULL};
static const char *const input[] = {"input", NULL};
static const char *const prerouting[] = {"prerouting", NULL};

static bool check_filter(const struct item_view *view, struct strbuf *error)
{
	static const struct rule_hooks hooks = {.no_in = output, .no_out = input};

	return rule_check(view, &hooks, error);
}

static bool check_raw(const struct item_view *view, struct strbuf *error)
{
	static const struct rule_hooks hooks = {.no_in = output, .no_out = prerouting};

	return rule_check(view, &hooks, error);
}

const struct menu menu_filter =
        RULE_MENU("/ip firewall filter", "rules that let packets through or drop them", filter,
                  check_filter);
const struct menu menu_filter_v6 =
        RULE_MENU("/ipv6 firewall filter", "rules that let IPv6 packets through or drop them",
                  filter_v6, check_filter);
const struct menu menu_raw =
        RULE_MENU("/ip firewall raw", "rules that packets meet before they are tracked", raw,
                  check_raw);
const struct menu menu_raw_v6 =
        RULE_MENU("/ipv6 firewall raw", "rules that IPv6 packets meet before they are tracked",
                  raw_v6, check_raw);
