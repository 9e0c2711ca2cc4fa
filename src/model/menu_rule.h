/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_rule.h - what the tables of firewall rules have in common: filter, nat, mangle and
 * raw, of IPv4 and IPv6. Each property is written once here; a table takes the runs of them
 * that it has, in the order in which RouterOS prints them.
 *
 *	static const struct property filter[] = {
 *		RULE_HEAD(filter_actions)
 *		RULE_STATES(rule_nat_states)
 *		RULE_MATCHERS(WEIR_IPV4, YES, NO, YES)
 *		RULE_TAIL
 *	};
 *
 * YES and NO are handed over as the selectors IF4, IF6 and TRACKED: what stands in them is
 * there or not. Source: RouterOS manual, "Filter", "NAT", "Mangle", "Common Firewall
 * Matchers". Threads: constant data and pure functions.
 */
#ifndef MODEL_MENU_RULE_H
#define MODEL_MENU_RULE_H

#include "model/menu_connection.h"
#include "model/menu_table.h"

extern const struct value_name rule_address_types[], rule_address_types_v6[];
extern const struct value_name rule_any_interfaces[];
extern const struct value_name rule_connection_states[], rule_connection_types[];
extern const struct value_name rule_nat_states[], rule_nat_states_ein[];
extern const struct value_name rule_p2p[], rule_ipv4_options[], rule_list_timeouts[];

/* The longest timeout of an address list's entry: 35w3d13h13m56s. */
#define RULE_TIMEOUT_MAX (UINT64_C(21474836) * WEIR_SEC)

/* clang-format off */

#define YES(...) __VA_ARGS__
#define NO(...)

#define RULE_PORTS NUMBER_UP_TO(65535), FORM(KIND_NOT | KIND_LIST | KIND_RANGE)
#define RULE_INERT .show = PROP_INERT

#define RULE_HEAD(actions) \
	ID \
	COMMENT \
	P("chain", "the chain it stands in: a built-in one, or any name", STRING, \
	  FORM(KIND_WORD), .brief = 1, \
	  .show = PROP_REQUIRED | PROP_STATS) \
	P("action", "what happens to a packet that matches", ENUM(actions), .initial = "accept", \
	  .brief = 2, .show = PROP_ALWAYS | PROP_STATS) \
	P("jump-target", "the chain that action=jump goes to", STRING, FORM(KIND_WORD))

#define RULE_TCP_FLAGS \
	P("tcp-flags", "TCP flags that are set, or with ! clear", SYNTAX(syntax_tcp_flags))

/* What the tables see that know the state of a connection, and the name in a TLS hello. */
#define RULE_STATES(nat_states) \
	P("connection-state", "what tracking makes of the packet", ENUM(rule_connection_states), \
	  FORM(KIND_NOT | KIND_SET | KIND_EMPTY)) \
	P("connection-nat-state", "how its connection is translated", ENUM(nat_states), \
	  FORM(KIND_NOT | KIND_SET | KIND_EMPTY))

#define RULE_P2P \
	P("p2p", "peer-to-peer program, of RouterOS 6", ENUM(rule_p2p), FORM(KIND_NOT), RULE_INERT)

#define RULE_TLS_HOST(...) \
	P("tls-host", "server name of a TLS connection, * stands for anything", STRING, \
	  FORM(KIND_NOT), __VA_ARGS__)

#define RULE_LIST_OF(side, what) \
	P(side "-address-list", what " address is in this address list", STRING, FORM(KIND_NOT))

#define RULE_INTERFACE(side, what) \
	P(side "-interface", what " interface", REFERENCE("/interface"), \
	  WORDS(rule_any_interfaces), FORM(KIND_NOT))

#define RULE_INTERFACE_LIST(side, what) \
	P(side "-interface-list", what " interface is in this list", \
	  REFERENCE("/interface list"), FORM(KIND_NOT))

#define RULE_BRIDGE_PORT(side, what) \
	P(side "-bridge-port", what " port of the bridge", REFERENCE("/interface"), \
	  FORM(KIND_NOT)) \
	P(side "-bridge-port-list", what " port of the bridge is in this interface list", \
	  REFERENCE("/interface list"), FORM(KIND_NOT))

#define RULE_ADDRESS(side, what, af) \
	P(side "-address", what " address, prefix or range", SYNTAX(syntax_address_range), \
	  .kind.family = af, FORM(KIND_NOT))

#define RULE_ADDRESS_TYPE(side, what, types) \
	P(side "-address-type", "kind of the " what " address", ENUM(types), \
	  FORM(KIND_NOT | KIND_SET | KIND_EMPTY))

#define RULE_MATCHERS(af, IF4, IF6, TRACKED) \
	TRACKED(P("connection-limit", "more connections than this from one block of addresses", \
		  SYNTAX(syntax_connection_limit), .kind.family = af, FORM(KIND_NOT))) \
	IF4(TRACKED(P("layer7-protocol", "the connection's first data match this expression", \
		      REFERENCE("/ip firewall layer7-protocol"), FORM(KIND_NOT)))) \
	IF4(TRACKED(P("realm", "routing realm", NUMBER_UP_TO(UINT32_MAX), FORM(KIND_NOT), \
		      RULE_INERT))) \
	P("protocol", "IP protocol, by name or number", ENUM(protocol_names), .kind.max = 255, \
	  FORM(KIND_NOT)) \
	RULE_ADDRESS("src", "source", af) \
	RULE_ADDRESS("dst", "destination", af) \
	IF4(P("fragment", "second or later fragment of a packet", BOOL)) \
	IF4(P("psd", "port scan: weight, delay, weight of a low and of a high port", \
	      SYNTAX(syntax_psd))) \
	IF4(P("ipv4-options", "options in the IPv4 header", ENUM(rule_ipv4_options))) \
	IF4(RULE_ADDRESS_TYPE("src", "source", rule_address_types)) \
	IF4(RULE_ADDRESS_TYPE("dst", "destination", rule_address_types)) \
	IF6(RULE_ADDRESS_TYPE("src", "source", rule_address_types_v6)) \
	IF6(RULE_ADDRESS_TYPE("dst", "destination", rule_address_types_v6)) \
	RULE_LIST_OF("src", "source") \
	RULE_LIST_OF("dst", "destination") \
	IF4(P("hotspot", "what the hotspot knows of the client", SYNTAX(syntax_hotspot), \
	      RULE_INERT)) \
	P("address-list", "the list that an add-...-to-address-list action adds to", STRING, \
	  FORM(KIND_WORD)) \
	P("address-list-timeout", "how long an entry so added stays", \
	  TIME_UP_TO(RULE_TIMEOUT_MAX), WORDS(rule_list_timeouts), \
	  .show = PROP_DERIVED | PROP_ALWAYS) \
	IF4(P("ttl", "time to live of the packet", SYNTAX(syntax_ttl))) \
	IF6(P("hop-limit", "hop limit of the packet", SYNTAX(syntax_ttl))) \
	IF6(P("headers", "extension headers", SYNTAX(syntax_headers), FORM(KIND_NOT))) \
	TRACKED(P("connection-mark", "mark of the connection, or no-mark", STRING, \
		  FORM(KIND_NOT))) \
	TRACKED(P("connection-type", "the helper that reads the connection", \
		  ENUM(rule_connection_types), FORM(KIND_NOT))) \
	TRACKED(P("connection-bytes", "bytes that the connection has carried", \
		  SYNTAX(syntax_connection_bytes))) \
	TRACKED(P("connection-rate", "bits that it carried in the last second", \
		  SYNTAX(syntax_connection_rate), FORM(KIND_NOT))) \
	TRACKED(P("routing-mark", "routing table that the packet is marked for", STRING, \
		  FORM(KIND_NOT))) \
	RULE_INTERFACE("in", "incoming") \
	RULE_INTERFACE("out", "outgoing") \
	RULE_INTERFACE_LIST("in", "incoming") \
	RULE_INTERFACE_LIST("out", "outgoing") \
	RULE_BRIDGE_PORT("in", "incoming") \
	RULE_BRIDGE_PORT("out", "outgoing") \
	P("packet-mark", "mark of the packet, or no-mark", STRING, FORM(KIND_NOT)) \
	P("src-port", "source ports and ranges of them", RULE_PORTS) \
	P("dst-port", "destination ports and ranges of them", RULE_PORTS) \
	P("port", "ports, source or destination", RULE_PORTS) \
	P("icmp-options", "ICMP type and codes", SYNTAX(syntax_icmp_options), FORM(KIND_NOT)) \
	P("src-mac-address", "MAC address of the sender", MAC, FORM(KIND_NOT)) \
	P("content", "text that the packet contains", STRING, FORM(KIND_NOT)) \
	P("ingress-priority", "priority that it arrived with", NUMBER_UP_TO(63), \
	  FORM(KIND_NOT)) \
	P("priority", "priority that it has now", NUMBER_UP_TO(63), FORM(KIND_NOT)) \
	P("dscp", "DSCP value", NUMBER_UP_TO(63), FORM(KIND_NOT)) \
	P("tos", "type of service, with a mask", SYNTAX(syntax_tos), FORM(KIND_NOT), \
	  SINCE(7, 21)) \
	P("limit", "as many packets or bits a time, then no match", SYNTAX(syntax_limit), \
	  FORM(KIND_NOT)) \
	P("dst-limit", "the same for each address or port", SYNTAX(syntax_dst_limit)) \
	P("time", "time of the day and days of the week", SYNTAX(syntax_time_of_week), \
	  FORM(KIND_NOT)) \
	P("random", "per cent of all packets", NUMBER_OF(1, 99)) \
	P("nth", "one packet of so many", SYNTAX(syntax_nth), FORM(KIND_NOT)) \
	P("tcp-mss", "segment size that a SYN announces", NUMBER_UP_TO(65535), \
	  FORM(KIND_NOT | KIND_RANGE)) \
	P("per-connection-classifier", "remainder of a hash over these fields", \
	  SYNTAX(syntax_per_connection_classifier), FORM(KIND_NOT)) \
	P("packet-size", "bytes of the packet, with its IP header", NUMBER_UP_TO(65535), \
	  FORM(KIND_NOT | KIND_RANGE)) \
	P("log", "whether a line goes to the log for each packet", BOOL, .initial = "no", \
	  .show = PROP_SPARSE) \
	P("log-prefix", "what that line begins with", STRING_UP_TO(31), FORM(KIND_EMPTY), \
	  .initial = "", .show = PROP_SPARSE) \
	P("ipsec-policy", "whether IPsec was, or will be, applied", SYNTAX(syntax_ipsec_policy))

#define RULE_TAIL \
	RULE_DISABLED \
	INVALID(1) \
	DYNAMIC \
	P("bytes", "bytes of the packets that matched", COUNTER, .brief = 3, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("packets", "packets that matched", COUNTER, .brief = 4, \
	  .show = PROP_READ_ONLY | PROP_STATS)

#define RULE_DISABLED \
	P("disabled", "whether it is switched off", BOOL, .initial = "no", .flag = 'X', \
	  .flag_group = 1, .show = PROP_SPARSE)

#define RULE_MENU(path_, help_, table, check_) \
	{ \
		.path = path_, .help = help_, .properties = table, .count = ARRAY_COUNT(table), \
		.store = MENU_LIST, .counters = true, .detail = true, .check = check_, \
		.derive = rule_derive, \
	}

/* clang-format on */

/* Chains in which one of the sides is not known yet, or no longer. Each ends with NULL. */
struct rule_hooks {
	const char *const *no_in, *const *no_out;
};

/* Whether the properties of a rule go together, as far as it is the same in every table.
 * => false: *error says why */
bool rule_check(const struct item_view *view, const struct rule_hooks *hooks,
                struct strbuf *error);

/* Whether a text is one of a list that ends with NULL; never if it is NULL. */
bool rule_one_of(const char *text, const char *const *list);

/* Says that a property is missing. => false */
bool rule_missing(const char *property, struct strbuf *error);

/* menu.derive of rules: the first reject-with, passthrough=yes, none-dynamic, where the action
 * makes use of them. */
bool rule_derive(const struct item_view *view, const struct property *property,
                 struct strbuf *kept);

#endif
