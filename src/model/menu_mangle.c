/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_mangle.c - the tables of /ip firewall mangle and /ipv6 firewall mangle.
 *
 * Constant data; the check is a pure function, run once for each rule that changes.
 */
#include "model/menu_rule.h"

#include <string.h>

#include "model/model.h"

/* clang-format off */
static const struct value_name actions[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "change-dscp", NULL}, {4, "change-mss", NULL},
	{5, "change-ttl", NULL}, {6, "clear-df", NULL}, {7, "drop", NULL},
	{8, "fasttrack-connection", NULL}, {9, "jump", NULL}, {10, "log", NULL},
	{11, "mark-connection", NULL}, {12, "mark-packet", NULL}, {13, "mark-routing", NULL},
	{14, "passthrough", NULL}, {15, "return", NULL}, {16, "route", NULL},
	{17, "set-priority", NULL}, {18, "sniff-pc", NULL}, {19, "sniff-tzsp", NULL},
	{20, "strip-ipv4-options", NULL}, {0, NULL, NULL},
};

static const struct value_name actions_v6[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "change-dscp", NULL},
	{4, "change-hop-limit", NULL}, {5, "change-mss", NULL}, {6, "dnpt", NULL},
	{7, "drop", NULL}, {8, "jump", NULL}, {9, "log", NULL}, {10, "mark-connection", NULL},
	{11, "mark-packet", NULL}, {12, "mark-routing", NULL}, {13, "passthrough", NULL},
	{14, "return", NULL}, {15, "set-priority", NULL}, {16, "sniff-pc", NULL},
	{17, "sniff-tzsp", NULL}, {18, "snpt", NULL}, {0, NULL, NULL},
};

static const struct value_name mss_words[] = {
	{0, "clamp-to-pmtu", NULL}, {0, NULL, NULL},
};

static const struct value_name dscp_words[] = {
	{0, "from-priority", NULL}, {1, "from-priority-to-high-3-bits", NULL}, {0, NULL, NULL},
};

static const struct value_name priority_words[] = {
	{0, "from-dscp", NULL}, {1, "from-dscp-high-3-bits", NULL}, {2, "from-ingress", NULL},
	{0, NULL, NULL},
};

#define MANGLE_MARKS \
	P("new-packet-mark", "mark that action=mark-packet gives", STRING, FORM(KIND_WORD)) \
	P("new-connection-mark", "mark that action=mark-connection gives, or no-mark", STRING, \
	  FORM(KIND_WORD)) \
	P("new-routing-mark", "routing table that action=mark-routing chooses", STRING, \
	  FORM(KIND_WORD)) \
	P("new-mss", "segment size that action=change-mss writes", NUMBER_OF(40, 65534), \
	  WORDS(mss_words)) \
	P("new-dscp", "DSCP value that action=change-dscp writes", NUMBER_UP_TO(63), \
	  WORDS(dscp_words)) \
	P("new-priority", "priority that action=set-priority gives", NUMBER_UP_TO(63), \
	  WORDS(priority_words))

#define MANGLE_PASSTHROUGH \
	P("passthrough", "whether the next rule is looked at after a mark or a change", BOOL, \
	  .show = PROP_DERIVED | PROP_ALWAYS)

#define MANGLE_SNIFF \
	P("sniff-target", "where copies of packets are sent", ADDRESS(WEIR_IPV4), RULE_INERT) \
	P("sniff-target-port", "UDP port there", NUMBER_UP_TO(65535), RULE_INERT) \
	P("sniff-id", "number in the copies", NUMBER_UP_TO(UINT32_MAX), RULE_INERT)

static const struct property mangle[] = {
	RULE_HEAD(actions)
	MANGLE_MARKS
	P("new-ttl", "what action=change-ttl does: set:64, increment:1, decrement:1",
	  SYNTAX(syntax_new_ttl))
	MANGLE_PASSTHROUGH
	RULE_TCP_FLAGS
	RULE_P2P
	RULE_STATES(rule_nat_states)
	MANGLE_SNIFF
	P("route-dst", "gateway of action=route", ADDRESS(WEIR_IPV4), RULE_INERT)
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV4, YES, NO, YES)
	RULE_TAIL
};

static const struct property mangle_v6[] = {
	RULE_HEAD(actions_v6)
	MANGLE_MARKS
	P("new-hop-limit", "what action=change-hop-limit does: set:64, increment:1, decrement:1",
	  SYNTAX(syntax_new_ttl))
	MANGLE_PASSTHROUGH
	P("src-prefix", "prefix that is replaced by dst-prefix", PREFIX(WEIR_IPV6))
	P("dst-prefix", "prefix that action=snpt or dnpt writes", PREFIX(WEIR_IPV6))
	RULE_TCP_FLAGS
	RULE_STATES(rule_nat_states)
	MANGLE_SNIFF
	RULE_TLS_HOST()
	RULE_MATCHERS(WEIR_IPV6, NO, YES, YES)
	RULE_TAIL
};
/* clang-format on */

/* What an action cannot do without. */
static const struct {
	const char *action, *needs;
} needs[] = {
        {"mark-packet", "new-packet-mark"},
        {"mark-connection", "new-connection-mark"},
        {"mark-routing", "new-routing-mark"},
        {"change-mss", "new-mss"},
        {"change-dscp", "new-dscp"},
        {"change-ttl", "new-ttl"},
        {"change-hop-limit", "new-hop-limit"},
        {"set-priority", "new-priority"},
        {"route", "route-dst"},
        {"snpt", "src-prefix"},
        {"snpt", "dst-prefix"},
        {"dnpt", "src-prefix"},
        {"dnpt", "dst-prefix"},
};

static bool check(const struct item_view *view, struct strbuf *error)
{
	static const char *const no_in[] = {"output", "postrouting", NULL};
	static const char *const no_out[] = {"input", "prerouting", NULL};
	static const struct rule_hooks hooks = {.no_in = no_in, .no_out = no_out};
	static const char *const too_late[] = {"input", "forward", "postrouting", NULL};
	const char *action = view_text(view, "action");

	for (size_t i = 0; action && i < ARRAY_COUNT(needs); i++) {
		if (strcmp(action, needs[i].action) == 0 &&
		    view_text(view, needs[i].needs) == NULL)
			return rule_missing(needs[i].needs, error);
	}
	if (action && strcmp(action, "mark-routing") == 0 &&
	    rule_one_of(view_text(view, "chain"), too_late)) {
		strbuf_str(error, "failure: mark-routing action only possible in prerouting and "
		                  "output chains");
		return false;
	}
	return rule_check(view, &hooks, error);
}

const struct menu menu_mangle =
        RULE_MENU("/ip firewall mangle", "rules that mark packets or change their headers", mangle,
                  check);
const struct menu menu_mangle_v6 =
        RULE_MENU("/ipv6 firewall mangle", "rules that mark IPv6 packets or change their headers",
                  mangle_v6, check);
