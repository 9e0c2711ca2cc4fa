/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_address_list.c - the lists that rules look addresses up in: /ip firewall
 * address-list, its twin of IPv6, and /ip firewall layer7-protocol.
 *
 * An entry with a timeout is dynamic, and goes when its time has come. Constant data.
 */
#include "model/menu_rule.h"

/* clang-format off */
#define ADDRESS_LIST(name, family_, example) \
	static const struct property name[] = { \
		ID \
		COMMENT \
		P("list", "the list's name; it need not exist before", STRING, FORM(KIND_WORD), \
		  .brief = 1, \
		  .show = PROP_REQUIRED) \
		P("address", example, SYNTAX(syntax_list_address), .kind.family = family_, \
		  .brief = 2, .show = PROP_REQUIRED) \
		P("creation-time", "when it was added", STRING, FORM(KIND_WORD), READ_ONLY, .brief = 3) \
		P("timeout", "when it goes of itself; without: never", \
		  TIME_UP_TO(RULE_TIMEOUT_MAX), .brief = 4) \
		DISABLED(0) \
		P("dynamic", "whether it is kept in memory only", BOOL, .flag = 'D', \
		  .initial = "no", .show = PROP_SPARSE | PROP_FIXED) \
	}

ADDRESS_LIST(properties, WEIR_IPV4, "address, prefix, range or DNS name");
ADDRESS_LIST(properties_v6, WEIR_IPV6, "IPv6 address, prefix or DNS name");

static const struct property layer7[] = {
	ID
	COMMENT
	P("name", "what rules call it", STRING, .brief = 1, .show = PROP_NAME | PROP_REQUIRED)
	P("regexp", "regular expression that a connection's first 2 KB are searched for", STRING,
	  FORM(KIND_EMPTY), .initial = "", .brief = 2)
};
/* clang-format on */

const struct menu menu_address_list = {
        .path = "/ip firewall address-list",
        .help = "named lists of addresses",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_SET,
        .unique = "list address",
        .expires = "timeout",
};

const struct menu menu_address_list_v6 = {
        .path = "/ipv6 firewall address-list",
        .help = "named lists of IPv6 addresses",
        .properties = properties_v6,
        .count = ARRAY_COUNT(properties_v6),
        .store = MENU_SET,
        .unique = "list address",
        .expires = "timeout",
};

const struct menu menu_layer7 = {
        .path = "/ip firewall layer7-protocol",
        .help = "expressions that a connection's first data are searched for",
        .properties = layer7,
        .count = ARRAY_COUNT(layer7),
        .store = MENU_SET,
};
