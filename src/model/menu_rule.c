/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_rule.c - names, checks and derived values that firewall rules share; see
 * menu_rule.h.
 *
 * The texts of the errors are RouterOS' own where it has one. Cost: a check compares a few
 * short texts; it runs once for each rule that is added or changed.
 */
#include "model/menu_rule.h"

#include <string.h>

#include "model/model.h"

/* clang-format off */
const struct value_name rule_address_types[] = {
	{0, "unicast", NULL}, {1, "local", NULL}, {2, "broadcast", NULL}, {3, "multicast", NULL},
	{4, "blackhole", NULL}, {5, "unreachable", NULL}, {6, "prohibit", NULL}, {0, NULL, NULL},
};

const struct value_name rule_address_types_v6[] = {
	{0, "unicast", NULL}, {1, "local", NULL}, {2, "anycast", NULL}, {3, "multicast", NULL},
	{4, "unreachable", NULL}, {0, NULL, NULL},
};

const struct value_name rule_any_interfaces[] = {
	{0, "all-ethernet", NULL}, {1, "all-ppp", NULL}, {2, "all-vlan", NULL},
	{3, "all-wireless", NULL}, {0, NULL, NULL},
};

/* In this order they are kept and exported. */
const struct value_name rule_connection_states[] = {
	{0, "invalid", NULL}, {1, "established", NULL}, {2, "related", NULL}, {3, "new", NULL},
	{4, "untracked", NULL}, {0, NULL, NULL},
};

const struct value_name rule_connection_types[] = {
	{0, "ftp", NULL}, {1, "tftp", NULL}, {2, "irc", NULL}, {3, "h323", NULL}, {4, "sip", NULL},
	{5, "pptp", NULL}, {6, "quake3", NULL}, {7, "rtsp", NULL}, {0, NULL, NULL},
};

const struct value_name rule_nat_states[] = {
	{0, "srcnat", NULL}, {1, "dstnat", NULL}, {0, NULL, NULL},
};

const struct value_name rule_nat_states_ein[] = {
	{0, "srcnat", NULL}, {1, "dstnat", NULL}, {2, "ein-snat", NULL}, {3, "ein-dnat", NULL},
	{0, NULL, NULL},
};

const struct value_name rule_p2p[] = {
	{0, "all-p2p", NULL}, {1, "bit-torrent", NULL}, {2, "blubster", NULL},
	{3, "direct-connect", NULL}, {4, "edonkey", NULL}, {5, "fasttrack", NULL},
	{6, "gnutella", NULL}, {7, "soulseek", NULL}, {8, "warez", NULL}, {9, "winmx", NULL},
	{0, NULL, NULL},
};

const struct value_name rule_ipv4_options[] = {
	{0, "any", NULL}, {1, "loose-source-routing", NULL}, {2, "no-record-route", NULL},
	{3, "no-router-alert", NULL}, {4, "no-source-routing", NULL}, {5, "no-timestamp", NULL},
	{6, "none", NULL}, {7, "record-route", NULL}, {8, "router-alert", NULL},
	{9, "strict-source-routing", NULL}, {10, "timestamp", NULL}, {0, NULL, NULL},
};

const struct value_name rule_list_timeouts[] = {
	{0, "none-dynamic", NULL}, {1, "none-static", NULL}, {0, NULL, NULL},
};
/* clang-format on */

bool rule_one_of(const char *text, const char *const *list)
{
	for (; text && *list; list++) {
		if (strcmp(text, *list) == 0)
			return true;
	}
	return false;
}

bool rule_missing(const char *property, struct strbuf *error)
{
	strbuf_printf(error, "missing value(s) of argument(s) %s", property);
	return false;
}

static bool is(const struct item_view *view, const char *property, const char *text)
{
	const char *value = view_text(view, property);

	return value && strcmp(value, text) == 0;
}

static bool refuse(const char *text, struct strbuf *error)
{
	strbuf_str(error, text);
	return false;
}

/* What only one protocol, or a few, can have. */
static bool check_protocol(const struct item_view *view, struct strbuf *error)
{
	static const char *const with_ports[] = {"tcp", "udp", "udp-lite", "dccp", "sctp", NULL};
	static const char *const icmp[] = {"icmp", "icmpv6", NULL};
	static const char *const ports[] = {"src-port", "dst-port", "port"};
	const char *protocol = view_text(view, "protocol");
	bool tcp = protocol && strcmp(protocol, "tcp") == 0;

	for (size_t i = 0; i < ARRAY_COUNT(ports); i++) {
		if (view_text(view, ports[i]) && !rule_one_of(protocol, with_ports))
			return refuse("failure: ports can be specified if proto is "
			              "tcp,udp,udp-lite,dccp,sctp", error);
	}
	if (view_text(view, "tcp-flags") && !tcp)
		return refuse("failure: tcp flags can be specified if proto is tcp", error);
	if (view_text(view, "tcp-mss") && !tcp)
		return refuse("failure: tcp mss can be specified if proto is tcp", error);
	if (view_text(view, "icmp-options") && !rule_one_of(protocol, icmp))
		return refuse("failure: icmp options can be specified if proto is icmp", error);
	if (is(view, "action", "reject") && is(view, "reject-with", "tcp-reset") && !tcp)
		return refuse("failure: tcp-reset can be specified if proto is tcp", error);
	return true;
}

static bool check_sides(const struct item_view *view, const struct rule_hooks *hooks,
                        struct strbuf *error)
{
	static const char *const in[] = {"in-interface", "in-interface-list", "in-bridge-port",
	                                 "in-bridge-port-list"};
	static const char *const out[] = {"out-interface", "out-interface-list", "out-bridge-port",
	                                  "out-bridge-port-list"};
	const char *chain = view_text(view, "chain");
	bool no_in = rule_one_of(chain, hooks->no_in);
	bool no_out = rule_one_of(chain, hooks->no_out);

	for (size_t i = 0; i < ARRAY_COUNT(in); i++) {
		if (no_in && view_text(view, in[i]))
			return refuse("failure: incoming interface matching not possible in output "
			              "and postrouting chains", error);
		if (no_out && view_text(view, out[i]))
			return refuse("failure: outgoing interface matching not possible in input "
			              "and prerouting chains", error);
	}
	return true;
}

bool rule_check(const struct item_view *view, const struct rule_hooks *hooks,
                struct strbuf *error)
{
	static const char *const adds[] = {"add-src-to-address-list", "add-dst-to-address-list",
	                                   NULL};

	if (is(view, "action", "jump") && view_text(view, "jump-target") == NULL)
		return rule_missing("jump-target", error);
	if (rule_one_of(view_text(view, "action"), adds) &&
	    view_text(view, "address-list") == NULL)
		return rule_missing("address-list", error);
	return check_protocol(view, error) && check_sides(view, hooks, error);
}

bool rule_derive(const struct item_view *view, const struct property *property,
                 struct strbuf *kept)
{
	const char *action = view_text(view, "action");
	const char *text = NULL;

	if (action == NULL)
		return false;
	if (strcmp(property->name, "reject-with") == 0 && strcmp(action, "reject") == 0)
		text = property->kind.names[0].name;
	else if (strcmp(property->name, "address-list-timeout") == 0 &&
	         strncmp(action, "add-", 4) == 0)
		text = "none-dynamic";
	else if (strcmp(property->name, "passthrough") == 0 &&
	         (strncmp(action, "mark-", 5) == 0 || strncmp(action, "change-", 7) == 0 ||
	          strcmp(action, "set-priority") == 0))
		text = "yes";
	if (text)
		strbuf_str(kept, text);
	return text != NULL;
}
