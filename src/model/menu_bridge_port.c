/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_bridge_port.c - the tables of what belongs to interfaces: the ports of bridges and
 * what all bridges do, the lists of interfaces and their members.
 *
 * Constant data.
 */
#include "model/menu_table.h"

/* clang-format off */
static const struct value_name yes_no_auto[] = {
	{0, "auto", NULL}, {1, "no", NULL}, {2, "yes", NULL}, {0, NULL, NULL},
};

static const struct value_name edge_names[] = {
	{0, "auto", NULL}, {1, "no", NULL}, {2, "no-discover", NULL}, {3, "yes", NULL},
	{4, "yes-discover", NULL}, {0, NULL, NULL},
};

static const struct value_name multicast_router_names[] = {
	{0, "disabled", NULL}, {1, "permanent", NULL}, {2, "temporary-query", NULL},
	{0, NULL, NULL},
};

static const struct value_name none_word[] = {
	{0, "none", NULL}, {0, NULL, NULL},
};

static const struct value_name frame_types[] = {
	{0, "admit-all", NULL}, {1, "admit-only-untagged-and-priority-tagged", NULL},
	{2, "admit-only-vlan-tagged", NULL}, {0, NULL, NULL},
};

#define INERT .show = PROP_INERT
#define SWITCH(name_, default_, help_) P(name_, help_, BOOL, .initial = default_, INERT)

static const struct property port[] = {
	ID
	COMMENT
	P("interface", "the interface that is a port", REFERENCE("/interface"), .brief = 1,
	  .show = PROP_REQUIRED)
	P("bridge", "the bridge that it is a port of", REFERENCE("/interface"), .brief = 2,
	  .show = PROP_REQUIRED)
	P("hw", "whether the switch chip may forward", BOOL, .initial = "yes", .brief = 3, INERT)
	P("pvid", "VLAN of untagged frames", NUMBER_OF(1, 4094), .initial = "1", .brief = 4,
	  INERT)
	P("priority", "spanning tree priority of the port", NUMBER_UP_TO(255), FORM(KIND_HEX),
	  .initial = "0x80", .brief = 5, INERT)
	P("path-cost", "spanning tree cost of the port", NUMBER_OF(1, 200000000),
	  .initial_v6 = "10", .brief = 6, INERT)
	P("internal-path-cost", "cost within an MSTP region", NUMBER_OF(1, 200000000),
	  .initial_v6 = "10", .brief = 7, INERT)
	P("edge", "whether no bridge stands behind it", ENUM(edge_names), .initial = "auto",
	  INERT)
	P("point-to-point", "whether one bridge at most stands behind it", ENUM(yes_no_auto),
	  .initial = "auto", INERT)
	P("learn", "whether it learns the hosts behind it", ENUM(yes_no_auto), .initial = "auto",
	  INERT)
	P("horizon", "ports of one number do not forward to each other",
	  NUMBER_UP_TO(4294967295u), WORDS(none_word), .initial = "none", .brief = 8, INERT)
	SWITCH("auto-isolate", "no", "forward only once a spanning tree message was seen")
	SWITCH("restricted-role", "no", "never the way to the root")
	SWITCH("restricted-tcn", "no", "topology changes are not passed on")
	P("frame-types", "frames that are let in", ENUM(frame_types), .initial = "admit-all",
	  INERT)
	P("ingress-filtering", "whether a VLAN that the port is not of is dropped", BOOL,
	  .initial = "yes", .initial_v6 = "no", INERT)
	SWITCH("unknown-unicast-flood", "yes", "send it what goes to an unknown host")
	SWITCH("unknown-multicast-flood", "yes", "send it multicast that nobody asked for")
	SWITCH("broadcast-flood", "yes", "send it broadcasts")
	SWITCH("tag-stacking", "no", "add a tag to frames that have one")
	SWITCH("bpdu-guard", "no", "switch it off when a spanning tree message comes")
	SWITCH("trusted", "no", "let DHCP answers in")
	P("multicast-router", "whether a multicast router stands behind it",
	  ENUM(multicast_router_names), .initial = "temporary-query", INERT)
	SWITCH("fast-leave", "no", "end a multicast group at the first leave")
	P("mvrp-applicant-state", "whether it announces VLANs", STRING,
	  .initial = "normal-participant", SINCE(7, 15), INERT)
	P("mvrp-registrar-state", "whether it learns VLANs", STRING, .initial = "normal",
	  SINCE(7, 15), INERT)
	DISABLED(1)
	FLAG("inactive", 'I', 1, "its link is down or its interface is gone")
	DYNAMIC
	FLAG("hw-offload", 'H', 0, "the switch chip forwards")
};

static const struct property settings[] = {
	P("use-ip-firewall", "whether bridged packets meet the firewall", BOOL, .initial = "no")
	P("use-ip-firewall-for-vlan", "also those with a VLAN tag", BOOL, .initial = "no")
	P("use-ip-firewall-for-pppoe", "also those within PPPoE", BOOL, .initial = "no")
	P("allow-fast-path", "whether bridged packets may take the fast path", BOOL,
	  .initial = "yes")
	P("bridge-fast-path-active", "whether they do", BOOL, READ_ONLY)
	P("bridge-fast-path-packets", "packets that did", COUNTER, READ_ONLY)
	P("bridge-fast-path-bytes", "their bytes", COUNTER, READ_ONLY)
};

static const struct property list[] = {
	ID
	COMMENT
	P("name", "what rules call it", STRING, .brief = 1, .show = PROP_NAME | PROP_REQUIRED)
	P("include", "lists whose members are its own", REFERENCE("/interface list"),
	  FORM(KIND_LIST | KIND_EMPTY), .initial = "", .brief = 2)
	P("exclude", "lists whose members are taken out again", REFERENCE("/interface list"),
	  FORM(KIND_LIST | KIND_EMPTY), .initial = "", .brief = 3)
	FLAG("builtin", '*', 0, "it is always there")
	DYNAMIC
};

static const struct property member[] = {
	ID
	COMMENT
	P("list", "the list", REFERENCE("/interface list"), .brief = 1, .show = PROP_REQUIRED)
	P("interface", "the interface that is in it", REFERENCE("/interface"), .brief = 2)
	DISABLED(0)
	DYNAMIC
};
/* clang-format on */

static const char *const list_rows[] = {
        "name=all comment=\"contains all interfaces\"",
        "name=none comment=\"contains no interfaces\"",
        "name=dynamic comment=\"contains dynamic interfaces\"",
        "name=static comment=\"contains static interfaces\"",
        NULL,
};

const struct menu menu_bridge_port = {
        .path = "/interface bridge port",
        .help = "interfaces that are ports of bridges",
        .properties = port,
        .count = ARRAY_COUNT(port),
        .store = MENU_SET,
        .unique = "interface",
};

const struct menu menu_bridge_settings = {
        .path = "/interface bridge settings",
        .help = "what all bridges do",
        .properties = settings,
        .count = ARRAY_COUNT(settings),
        .settings = true,
        .store = MENU_SETTINGS,
};

const struct menu menu_interface_list = {
        .path = "/interface list",
        .help = "lists of interfaces",
        .properties = list,
        .count = ARRAY_COUNT(list),
        .store = MENU_SET,
        .export_key = EXPORT_BY_FIND,
        .find_by = "name",
        .rows = list_rows,
        .rows_v6 = 3,
};

const struct menu menu_list_member = {
        .path = "/interface list member",
        .help = "the interfaces in those lists",
        .properties = member,
        .count = ARRAY_COUNT(member),
        .store = MENU_SET,
        .unique = "list interface",
};
