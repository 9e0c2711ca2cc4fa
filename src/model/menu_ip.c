/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_ip.c - the tables of addresses, routes and routing tables, and of what holds for
 * all of IPv4 and all of IPv6.
 *
 * Constant data; what is derived and checked are pure functions.
 */
#include "model/menu_table.h"

#include <string.h>

#include "base/addr.h"
#include "model/model.h"

/* clang-format off */
#define INERT .show = PROP_INERT

static const struct property address[] = {
	ID
	COMMENT
	P("address", "the address and the length of its network: 192.168.88.1/24",
	  SYNTAX(syntax_interface_address), .kind.family = WEIR_IPV4, .brief = 1,
	  .show = PROP_REQUIRED)
	P("network", "the network's address, or the other end's", ADDRESS(WEIR_IPV4), .brief = 2,
	  .show = PROP_DERIVED | PROP_ALWAYS)
	P("interface", "the interface that has it", REFERENCE("/interface"), .brief = 3,
	  .show = PROP_REQUIRED)
	P("actual-interface", "the interface that has it in fact: the bridge of a port", STRING,
	  READ_ONLY)
	DISABLED(1)
	INVALID(1)
	DYNAMIC
};

static const struct property address_v6[] = {
	ID
	COMMENT
	P("address", "the address and the length of its prefix: 2001:db8::1/64",
	  SYNTAX(syntax_interface_address), .kind.family = WEIR_IPV6, .brief = 1,
	  .show = PROP_REQUIRED)
	P("from-pool", "pool that the prefix comes from", STRING, FORM(KIND_EMPTY),
	  .initial = "", .brief = 2, INERT)
	P("interface", "the interface that has it", REFERENCE("/interface"), .brief = 3,
	  .show = PROP_REQUIRED)
	P("actual-interface", "the interface that has it in fact: the bridge of a port", STRING,
	  READ_ONLY)
	P("eui-64", "whether its lower half comes from the MAC address", BOOL, .initial = "no")
	P("advertise", "whether hosts may make addresses of the prefix", BOOL, .initial = "yes",
	  .brief = 4)
	P("no-dad", "whether it is used without asking if another has it", BOOL, .initial = "no")
	P("auto-link-local", "whether the interface gets a link-local address too", BOOL,
	  .initial = "yes", SINCE(7, 14), INERT)
	DISABLED(1)
	INVALID(1)
	DYNAMIC
	FLAG("global", 'G', 2, "it is good everywhere")
	FLAG("link-local", 'L', 2, "it is good on its link only")
	FLAG("deprecated", 'd', 0, "it is not for new connections")
};

static const struct value_name check_gateway_names[] = {
	{0, "none", NULL}, {1, "arp", NULL}, {2, "bfd", NULL}, {3, "bfd-multihop", NULL},
	{4, "ping", NULL}, {0, NULL, NULL},
};

static const struct value_name route_types[] = {
	{0, "unicast", NULL}, {1, "blackhole", NULL}, {2, "prohibit", NULL},
	{3, "unreachable", NULL}, {0, NULL, NULL},
};

#define ROUTE(name, family_, everywhere) \
	static const struct property name[] = { \
		ID \
		COMMENT \
		P("dst-address", "where to", PREFIX(family_), .initial = everywhere, .brief = 1) \
		P("routing-table", "the table that it stands in", REFERENCE("/routing table"), \
		  .initial = "main", SINCE(7, 0), .brief = 4) \
		P("routing-mark", "the mark that it is for", STRING, UNTIL(7, 0)) \
		P("gateway", "next hops: addresses, interfaces, address%interface", STRING, \
		  FORM(KIND_LIST | KIND_EMPTY), .brief = 2) \
		P("immediate-gw", "the next hop in fact", STRING, READ_ONLY) \
		P("pref-src", "source address of the router's own packets", ADDRESS(family_), \
		  FORM(KIND_EMPTY)) \
		P("check-gateway", "how it is found out whether the gateway is there", \
		  ENUM(check_gateway_names), .show = PROP_INERT) \
		P("type", "what happens to packets", ENUM(route_types), .initial = "unicast", \
		  UNTIL(7, 0), .show = PROP_SPARSE) \
		P("blackhole", "whether packets are dropped", BOOL, .initial = "no", \
		  SINCE(7, 0), .show = PROP_BARE | PROP_SPARSE) \
		P("distance", "of several routes the nearest is taken", NUMBER_OF(1, 255), \
		  .initial = "1", .brief = 3) \
		P("scope", "which routes may have it as their way", NUMBER_UP_TO(255), \
		  .initial = "30") \
		P("target-scope", "scope of the routes that lead to its gateway", \
		  NUMBER_UP_TO(255), .initial = "10") \
		P("suppress-hw-offload", "whether the switch chip does not get it", BOOL, \
		  .initial = "no", SINCE(7, 1), .show = PROP_INERT) \
		P("vrf-interface", "the interface of a VRF that its gateway is on", \
		  REFERENCE("/interface"), SINCE(7, 0), .show = PROP_INERT) \
		DYNAMIC \
		DISABLED(1) \
		FLAG("inactive", 'I', 1, "another is taken, or its gateway is not there") \
		FLAG("active", 'A', 1, "it is in use") \
		FLAG("connect", 'c', 2, "it comes from an address") \
		FLAG("static", 's', 2, "it was written by hand") \
		FLAG("dhcp", 'd', 2, "it comes from DHCP") \
		FLAG("ecmp", '+', 0, "others to the same place are in use as well") \
	}

ROUTE(route, WEIR_IPV4, "0.0.0.0/0");
ROUTE(route_v6, WEIR_IPV6, "::/0");

static const struct property table[] = {
	ID
	COMMENT
	P("name", "what routes and rules call it", STRING, .brief = 1,
	  .show = PROP_NAME | PROP_REQUIRED)
	P("fib", "whether packets are forwarded by it", BOOL, .initial = "no", .brief = 2,
	  .show = PROP_BARE | PROP_SPARSE)
	DISABLED(1)
	INVALID(1)
	DYNAMIC
};

static const struct value_name rp_filters[] = {
	{0, "no", NULL}, {1, "loose", NULL}, {2, "strict", NULL}, {0, NULL, NULL},
};

static const struct value_name hash_policies[] = {
	{0, "l3", NULL}, {1, "l3-inner", NULL}, {2, "l4", NULL}, {0, NULL, NULL},
};

static const struct value_name timestamps[] = {
	{0, "random-offset", NULL}, {1, "enabled", NULL}, {2, "disabled", NULL}, {0, NULL, NULL},
};

#define ACTIVE(name_, help_) P(name_, help_, BOOL, READ_ONLY)
#define COUNT(name_, help_) P(name_, help_, COUNTER, READ_ONLY)

static const struct property settings[] = {
	P("ip-forward", "whether packets are forwarded", BOOL, .initial = "yes")
	P("send-redirects", "whether hosts are told of a shorter way", BOOL, .initial = "yes", INERT)
	P("accept-source-route", "whether a packet may choose its way", BOOL, .initial = "no", INERT)
	P("accept-redirects", "whether the router heeds ICMP redirects", BOOL, .initial = "no", INERT)
	P("secure-redirects", "whether only those from a gateway", BOOL, .initial = "yes", INERT)
	P("rp-filter", "whether a packet's source must be where it came from", ENUM(rp_filters),
	  .initial = "no", INERT)
	P("tcp-syncookies", "whether the router's own services answer a SYN flood with cookies",
	  BOOL, .initial = "no", INERT)
	P("tcp-timestamps", "what the router writes in TCP timestamps", ENUM(timestamps),
	  .initial = "random-offset", SINCE(7, 16), INERT)
	P("max-neighbor-entries", "ARP entries at most", NUMBER_OF(1, UINT32_MAX),
	  .initial = "16384", .initial_v6 = "8192", INERT)
	P("arp-timeout", "how long an ARP entry stays", TIME, .initial = "30s", INERT)
	P("icmp-rate-limit", "milliseconds between two ICMP messages to one host",
	  NUMBER_UP_TO(UINT32_MAX), .initial = "10", INERT)
	P("icmp-rate-mask", "ICMP types that this holds for", NUMBER_UP_TO(UINT32_MAX),
	  FORM(KIND_HEX), .initial = "0x1818", INERT)
	P("icmp-errors-use-inbound-interface-address",
	  "whether ICMP errors come from the interface that a packet came in by", BOOL,
	  .initial = "no", SINCE(7, 18), INERT)
	P("route-cache", "whether routes are cached", BOOL, .initial = "yes", UNTIL(7, 0), INERT)
	P("allow-fast-path", "whether packets may take the fast path", BOOL, .initial = "yes")
	P("reevaluate-connections", "whether connections under way meet rules that were changed",
	  BOOL, .initial = "yes", .show = PROP_EXTRA)
	P("ipv4-multipath-hash-policy", "what several next hops are chosen by",
	  ENUM(hash_policies), .initial = "l3", SINCE(7, 16))
	ACTIVE("ipv4-fast-path-active", "whether the fast path is in use")
	COUNT("ipv4-fast-path-packets", "packets on the fast path")
	COUNT("ipv4-fast-path-bytes", "bytes on the fast path")
	ACTIVE("ipv4-fasttrack-active", "whether connections are FastTracked")
	COUNT("ipv4-fasttrack-packets", "packets of FastTracked connections")
	COUNT("ipv4-fasttrack-bytes", "bytes of FastTracked connections")
};

static const struct value_name unless_forwarding[] = {
	{0, "no", NULL}, {1, "yes", NULL}, {2, "yes-if-forwarding-disabled", NULL}, {0, NULL, NULL},
};

static const struct property settings_v6[] = {
	P("disable-ipv6", "whether there is no IPv6", BOOL, .initial = "no", SINCE(7, 0))
	P("forward", "whether packets are forwarded", BOOL, .initial = "yes")
	P("accept-redirects", "whether the router heeds ICMP redirects",
	  ENUM(unless_forwarding), .initial = "yes-if-forwarding-disabled", INERT)
	P("accept-router-advertisements", "whether it takes addresses from other routers",
	  ENUM(unless_forwarding), .initial = "yes-if-forwarding-disabled", INERT)
	P("disable-link-local-address", "whether interfaces have no link-local address", BOOL,
	  .initial = "no", SINCE(7, 14), INERT)
	P("max-neighbor-entries", "neighbours at most", NUMBER_OF(1, UINT32_MAX),
	  .initial = "16384", .initial_v6 = "8192", INERT)
	P("multipath-hash-policy", "what several next hops are chosen by", ENUM(hash_policies),
	  .initial = "l3", SINCE(7, 16))
	P("stale-neighbor-detect-interval", "time between two looks at old neighbours", TIME,
	  .initial = "30s", SINCE(7, 16), INERT)
	P("stale-neighbor-timeout", "how long an old neighbour stays",
	  NUMBER_UP_TO(UINT32_MAX), .initial = "60", SINCE(7, 16), INERT)
	P("allow-fast-path", "whether packets may take the fast path", BOOL, .initial = "yes",
	  SINCE(7, 18))
	ACTIVE("ipv6-fast-path-active", "whether the fast path is in use")
	COUNT("ipv6-fast-path-packets", "packets on the fast path")
	COUNT("ipv6-fast-path-bytes", "bytes on the fast path")
	ACTIVE("ipv6-fasttrack-active", "whether connections are FastTracked")
	COUNT("ipv6-fasttrack-packets", "packets of FastTracked connections")
	COUNT("ipv6-fasttrack-bytes", "bytes of FastTracked connections")
};
/* clang-format on */

/* The network is what the address lies in; the other end of a /32 is itself. */
static bool derive_network(const struct item_view *view, const struct property *property,
                           struct strbuf *kept)
{
	const char *text = view_text(view, "address");
	struct prefix prefix;
	char network[ADDR_TEXT];

	(void)property;
	if (text == NULL || !prefix_parse(text, strlen(text), &prefix) ||
	    prefix.family != WEIR_IPV4)
		return false;
	addr_print(network, prefix.family, &prefix.addr);
	strbuf_str(kept, network);
	return true;
}

/* A route needs somewhere to go. */
static bool check_route(const struct item_view *view, struct strbuf *error)
{
	const char *gateway = view_text(view, "gateway"), *type = view_text(view, "type");
	const char *blackhole = view_text(view, "blackhole");

	if (gateway && *gateway)
		return true;
	if ((blackhole && strcmp(blackhole, "yes") == 0) || (type && strcmp(type, "unicast") != 0))
		return true;
	strbuf_str(error, "missing value(s) of argument(s) gateway");
	return false;
}

static const char *const table_rows[] = {"name=main fib=yes", NULL};

const struct menu menu_ip_address = {
        .path = "/ip address",
        .help = "the router's IPv4 addresses",
        .properties = address,
        .count = ARRAY_COUNT(address),
        .store = MENU_SET,
        .unique = "address interface",
        .derive = derive_network,
};

const struct menu menu_ipv6_address = {
        .path = "/ipv6 address",
        .help = "the router's IPv6 addresses",
        .properties = address_v6,
        .count = ARRAY_COUNT(address_v6),
        .store = MENU_SET,
        .unique = "address interface",
};

const struct menu menu_ip_route = {
        .path = "/ip route",
        .help = "where IPv4 packets go",
        .properties = route,
        .count = ARRAY_COUNT(route),
        .store = MENU_SET,
        .check = check_route,
};

const struct menu menu_ipv6_route = {
        .path = "/ipv6 route",
        .help = "where IPv6 packets go",
        .properties = route_v6,
        .count = ARRAY_COUNT(route_v6),
        .store = MENU_SET,
        .check = check_route,
};

const struct menu menu_routing_table = {
        .path = "/routing table",
        .help = "tables of routes",
        .properties = table,
        .count = ARRAY_COUNT(table),
        .store = MENU_SET,
        .export_key = EXPORT_BY_NAME,
        .since = MENU_VERSION(7, 0),
        .rows = table_rows,
};

const struct menu menu_ip_settings = {
        .path = "/ip settings",
        .help = "what holds for all of IPv4",
        .properties = settings,
        .count = ARRAY_COUNT(settings),
        .settings = true,
        .store = MENU_SETTINGS,
};

const struct menu menu_ipv6_settings = {
        .path = "/ipv6 settings",
        .help = "what holds for all of IPv6",
        .properties = settings_v6,
        .count = ARRAY_COUNT(settings_v6),
        .settings = true,
        .store = MENU_SETTINGS,
};
