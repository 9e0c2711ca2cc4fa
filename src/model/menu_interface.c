/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_interface.c - the tables of /interface: all interfaces, those of each kind, the
 * lists that name several.
 *
 * Interfaces of all kinds are one space: a name and an id mean the same one in /interface and
 * in the menu of its kind. Constant data.
 */
#include "model/menu_table.h"

/* clang-format off */
static const struct value_name arp_names[] = {
	{0, "enabled", NULL}, {1, "disabled", NULL}, {2, "local-proxy-arp", NULL},
	{3, "proxy-arp", NULL}, {4, "reply-only", NULL}, {0, NULL, NULL},
};

static const struct value_name auto_word[] = {
	{0, "auto", NULL}, {0, NULL, NULL},
};

static const struct value_name loop_protect_names[] = {
	{0, "default", NULL}, {1, "off", NULL}, {2, "on", NULL}, {0, NULL, NULL},
};

static const struct value_name link_modes[] = {
	{0, "10M-half", NULL}, {1, "10M-full", NULL}, {2, "100M-half", NULL},
	{3, "100M-full", NULL}, {4, "1000M-half", NULL}, {5, "1000M-full", NULL},
	{6, "2500M-full", NULL}, {7, "5000M-full", NULL}, {8, "10000M-full", NULL},
	{9, "10M-baseT-half", NULL}, {10, "10M-baseT-full", NULL}, {11, "100M-baseT-half", NULL},
	{12, "100M-baseT-full", NULL}, {13, "1G-baseT-half", NULL}, {14, "1G-baseT-full", NULL},
	{15, "1G-baseX", NULL}, {16, "2.5G-baseT", NULL}, {17, "2.5G-baseX", NULL},
	{18, "5G-baseT", NULL}, {19, "10G-baseT", NULL}, {20, "10G-baseSR-LR", NULL},
	{21, "10G-baseCR", NULL}, {22, "25G-baseSR-LR", NULL}, {23, "25G-baseCR", NULL},
	{24, "40G-baseSR4-LR4", NULL}, {25, "40G-baseCR4", NULL}, {26, "50G-baseSR2-LR2", NULL},
	{27, "50G-baseCR2", NULL}, {28, "100G-baseSR4-LR4", NULL}, {29, "100G-baseCR4", NULL},
	{0, NULL, NULL},
};

static const struct value_name speeds[] = {
	{0, "10Mbps", NULL}, {1, "100Mbps", NULL}, {2, "1Gbps", NULL}, {3, "2.5Gbps", NULL},
	{4, "5Gbps", NULL}, {5, "10Gbps", NULL}, {6, "25Gbps", NULL}, {7, "40Gbps", NULL},
	{8, "100Gbps", NULL}, {9, "10M-baseT-half", NULL}, {10, "10M-baseT-full", NULL},
	{11, "100M-baseT-half", NULL}, {12, "100M-baseT-full", NULL}, {13, "1G-baseT-half", NULL},
	{14, "1G-baseT-full", NULL}, {15, "1G-baseX", NULL}, {16, "2.5G-baseT", NULL},
	{17, "2.5G-baseX", NULL}, {18, "5G-baseT", NULL}, {19, "10G-baseT", NULL},
	{20, "10G-baseSR-LR", NULL}, {21, "10G-baseCR", NULL}, {22, "25G-baseSR-LR", NULL},
	{23, "25G-baseCR", NULL}, {24, "40G-baseSR4-LR4", NULL}, {25, "40G-baseCR4", NULL},
	{26, "50G-baseSR2-LR2", NULL}, {27, "50G-baseCR2", NULL}, {28, "100G-baseSR4-LR4", NULL},
	{29, "100G-baseCR4", NULL}, {0, NULL, NULL},
};

static const struct value_name flow_control[] = {
	{0, "off", NULL}, {1, "on", NULL}, {2, "auto", NULL}, {0, NULL, NULL},
};

/* The parts that all have. */
#define LAST_UP \
	P("last-link-down-time", "when the link went down last", STRING, READ_ONLY) \
	P("last-link-up-time", "when the link came up last", STRING, READ_ONLY) \
	P("link-downs", "how often the link went down", NUMBER, READ_ONLY)
#define TRAFFIC \
	P("rx-byte", "bytes received", COUNTER, .show = PROP_READ_ONLY | PROP_STATS) \
	P("tx-byte", "bytes sent", COUNTER, .show = PROP_READ_ONLY | PROP_STATS) \
	P("rx-packet", "packets received", COUNTER, .show = PROP_READ_ONLY | PROP_STATS) \
	P("tx-packet", "packets sent", COUNTER, .show = PROP_READ_ONLY | PROP_STATS) \
	P("rx-drop", "received packets that were dropped", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("tx-drop", "packets to be sent that were dropped", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("tx-queue-drop", "packets that the queue had no room for", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("rx-error", "packets received with errors", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("tx-error", "packets that could not be sent", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("fp-rx-byte", "bytes received on the fast path", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("fp-tx-byte", "bytes sent on the fast path", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("fp-rx-packet", "packets received on the fast path", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS) \
	P("fp-tx-packet", "packets sent on the fast path", COUNTER, \
	  .show = PROP_READ_ONLY | PROP_STATS)
#define NAME(column) \
	P("name", "what everything else calls it", STRING, .brief = column, \
	  .show = PROP_NAME | PROP_REQUIRED)
#define ARP(column) \
	P("arp", "whether it answers and asks by ARP", ENUM(arp_names), .initial = "enabled", \
	  .brief = column) \
	P("arp-timeout", "how long an ARP entry stays", TIME, WORDS(auto_word), \
	  .initial = "auto")
#define LOOP_PROTECT \
	P("loop-protect", "whether loops are looked for", ENUM(loop_protect_names), \
	  .initial = "default", INERT) \
	P("loop-protect-disable-time", "how long a port with a loop is off", TIME, \
	  .initial = "5m", INERT) \
	P("loop-protect-send-interval", "time between two probes", TIME, \
	  .initial = "5s", INERT) \
	P("loop-protect-status", "what the probes have found", STRING, READ_ONLY)
#define INERT .show = PROP_INERT
#define RUNNING FLAG("running", 'R', 1, "its link is up")
#define SLAVE FLAG("slave", 'S', 0, "it is a port of a bridge")
/* As their menus have it: off, or running. */
#define STATES DISABLED(1) RUNNING SLAVE

static const struct property all[] = {
	ID
	COMMENT
	NAME(1)
	P("default-name", "the name that the hardware gave it", STRING,
	  .show = PROP_READ_ONLY | PROP_FIXED)
	P("type", "kind of interface", STRING, READ_ONLY, .brief = 2)
	P("mtu", "largest packet in bytes", NUMBER_OF(68, 65535), WORDS(auto_word))
	P("actual-mtu", "largest packet in use", NUMBER, READ_ONLY, .brief = 3)
	P("l2mtu", "largest frame without its header", NUMBER_UP_TO(65535), .brief = 4)
	P("max-l2mtu", "largest that the hardware can do", NUMBER, READ_ONLY, .brief = 5)
	P("mac-address", "its MAC address", MAC, READ_ONLY, .brief = 6)
	LAST_UP
	FLAG("dynamic", 'D', 0, "it was made by the router and is not stored")
	STATES
	TRAFFIC
};

static const struct property ethernet[] = {
	ID
	COMMENT
	NAME(1)
	P("default-name", "the name that the hardware gave it", STRING, .show = PROP_FIXED)
	P("mtu", "largest packet in bytes", NUMBER_OF(68, 65535), .initial = "1500", .brief = 2)
	P("l2mtu", "largest frame without its header", NUMBER_UP_TO(65535))
	P("mac-address", "its MAC address", MAC, .brief = 3)
	P("orig-mac-address", "the MAC address that the hardware has", MAC)
	ARP(4)
	LOOP_PROTECT
	P("auto-negotiation", "whether both sides agree on the speed", BOOL, .initial = "yes",
	  INERT)
	P("advertise", "speeds that are offered", ENUM(link_modes), FORM(KIND_SET | KIND_EMPTY),
	  INERT)
	P("full-duplex", "whether both sides send at a time", BOOL, .initial = "yes",
	  INERT)
	P("tx-flow-control", "whether it asks the other side to pause", ENUM(flow_control),
	  .initial = "off", INERT)
	P("rx-flow-control", "whether it pauses when asked to", ENUM(flow_control),
	  .initial = "off", INERT)
	P("speed", "speed where it is not negotiated", ENUM(speeds), .initial_v6 = "100Mbps",
	  INERT)
	P("bandwidth", "limit of what it receives and sends", SYNTAX(syntax_bandwidth),
	  .initial = "unlimited/unlimited", INERT)
	P("switch", "switch chip that it belongs to", STRING, READ_ONLY)
	LAST_UP
	STATES
	TRAFFIC
};

static const struct value_name protocol_modes[] = {
	{0, "none", NULL}, {1, "rstp", NULL}, {2, "stp", NULL}, {3, "mstp", NULL}, {0, NULL, NULL},
};

static const struct value_name ether_types[] = {
	{0, "0x8100", NULL}, {1, "0x88a8", NULL}, {2, "0x9100", NULL}, {0, NULL, NULL},
};

static const struct value_name frame_types[] = {
	{0, "admit-all", NULL}, {1, "admit-only-untagged-and-priority-tagged", NULL},
	{2, "admit-only-vlan-tagged", NULL}, {0, NULL, NULL},
};

static const struct value_name multicast_router_names[] = {
	{0, "disabled", NULL}, {1, "permanent", NULL}, {2, "temporary-query", NULL},
	{0, NULL, NULL},
};

static const struct value_name cost_modes[] = {
	{0, "long", NULL}, {1, "short", NULL}, {0, NULL, NULL},
};

/* What RouterOS exports only where it is in use, it exports where it is not the default. */
#define SPARSE .show = PROP_SPARSE

static const struct property bridge[] = {
	ID
	COMMENT
	NAME(1)
	P("mtu", "largest packet in bytes", NUMBER_OF(68, 65535), WORDS(auto_word),
	  .initial = "auto")
	P("actual-mtu", "largest packet in use", NUMBER, READ_ONLY)
	P("l2mtu", "largest frame without its header", NUMBER, READ_ONLY)
	ARP(0)
	P("mac-address", "its MAC address", MAC, READ_ONLY, .brief = 2)
	P("protocol-mode", "spanning tree protocol", ENUM(protocol_modes), .initial = "rstp",
	  .brief = 3, INERT)
	P("fast-forward", "whether two ports forward on a short path", BOOL, .initial = "yes",
	  INERT)
	P("igmp-snooping", "whether multicast goes only where it is asked for", BOOL,
	  .initial = "no", INERT)
	P("multicast-router", "whether a multicast router stands at the bridge",
	  ENUM(multicast_router_names), SPARSE, .initial = "temporary-query")
	P("auto-mac", "whether it takes the MAC address of a port", BOOL, .initial = "yes")
	P("admin-mac", "MAC address in its place", MAC)
	P("ageing-time", "how long it remembers a host", TIME, .initial = "5m")
	P("priority", "spanning tree priority", NUMBER_UP_TO(65535), FORM(KIND_HEX),
	  .initial = "0x8000", INERT)
	P("max-message-age", "how long a spanning tree message is good", TIME,
	  .initial = "20s", INERT)
	P("forward-delay", "how long a port listens before it forwards", TIME, .initial = "15s",
	  INERT)
	P("transmit-hold-count", "spanning tree messages a second", NUMBER_OF(1, 10),
	  .initial = "6", INERT)
	P("region-name", "MSTP region", STRING, FORM(KIND_EMPTY), SPARSE, .initial = "")
	P("region-revision", "its revision", NUMBER_UP_TO(65535), SPARSE, .initial = "0")
	P("vlan-filtering", "whether it forwards by VLAN", BOOL, .initial = "no",
	  INERT)
	P("ether-type", "EtherType of a VLAN tag", ENUM(ether_types), SPARSE,
	  .initial = "0x8100")
	P("pvid", "VLAN of untagged frames", NUMBER_OF(1, 4094), SPARSE, .initial = "1")
	P("frame-types", "frames that are let in", ENUM(frame_types), SPARSE,
	  .initial = "admit-all")
	P("ingress-filtering", "whether a VLAN that the port is not of is dropped", BOOL, SPARSE,
	  .initial = "yes", .initial_v6 = "no")
	P("dhcp-snooping", "whether DHCP answers come from trusted ports only", BOOL,
	  .initial = "no", INERT)
	P("add-dhcp-option82", "whether DHCP requests are marked with their port", BOOL, SPARSE,
	  .initial = "no")
	P("port-cost-mode", "how a port's cost follows from its speed", ENUM(cost_modes),
	  .initial = "long", SINCE(7, 13), INERT)
	P("mvrp", "whether VLANs are announced", BOOL, .initial = "no", SINCE(7, 15),
	  INERT)
	P("max-learned-entries", "hosts that it remembers", NUMBER_UP_TO(UINT32_MAX),
	  WORDS(auto_word), .initial = "auto", SINCE(7, 16), INERT)
	FLAG("dynamic", 'D', 0, "it was made by the router and is not stored")
	DISABLED(1)
	RUNNING
};

static const struct property vlan[] = {
	ID
	COMMENT
	NAME(1)
	P("mtu", "largest packet in bytes", NUMBER_OF(68, 65535), .initial = "1500", .brief = 2)
	P("l2mtu", "largest frame without its header", NUMBER, READ_ONLY)
	P("mac-address", "its MAC address", MAC, READ_ONLY)
	ARP(3)
	LOOP_PROTECT
	P("vlan-id", "VLAN number of its frames", NUMBER_OF(1, 4095), .initial = "1", .brief = 4,
	  .show = PROP_ALWAYS)
	P("interface", "where they come from and go to", REFERENCE("/interface"), .brief = 5,
	  .show = PROP_REQUIRED)
	P("use-service-tag", "whether the tag is 802.1ad", BOOL, .initial = "no")
	P("mvrp", "whether the VLAN is announced", BOOL, .initial = "no", SINCE(7, 15),
	  INERT)
	DISABLED(1)
	RUNNING
	SLAVE
};
/* clang-format on */

#define SPACE "/interface"

const struct menu menu_interface = {
        .path = SPACE,
        .help = "all interfaces",
        .properties = all,
        .count = ARRAY_COUNT(all),
        .store = MENU_UNION,
        .counters = true,
        .space = SPACE,
};

const struct menu menu_ethernet = {
        .path = "/interface ethernet",
        .help = "Ethernet interfaces",
        .properties = ethernet,
        .count = ARRAY_COUNT(ethernet),
        .store = MENU_FIXED,
        .export_key = EXPORT_BY_FIND,
        .find_by = "default-name",
        .counters = true,
        .space = SPACE,
};

const struct menu menu_bridge = {
        .path = "/interface bridge",
        .help = "bridges: several interfaces as one network",
        .properties = bridge,
        .count = ARRAY_COUNT(bridge),
        .store = MENU_SET,
        .detail = true,
        .space = SPACE,
};

const struct menu menu_vlan = {
        .path = "/interface vlan",
        .help = "VLANs on top of other interfaces",
        .properties = vlan,
        .count = ARRAY_COUNT(vlan),
        .store = MENU_SET,
        .space = SPACE,
};
