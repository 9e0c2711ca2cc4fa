/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_nat.c - the tables of /ip firewall nat and /ipv6 firewall nat.
 *
 * Constant data; the check is a pure function, run once for each rule that changes.
 */
#include "model/menu_rule.h"

#include <string.h>

#include "base/bytes.h"
#include "model/model.h"
#include "model/syntax.h"

/* clang-format off */
static const struct value_name actions[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "dst-nat", NULL},
	{4, "endpoint-independent-nat", NULL}, {5, "jump", NULL}, {6, "log", NULL},
	{7, "masquerade", NULL}, {8, "netmap", NULL}, {9, "passthrough", NULL},
	{10, "redirect", NULL}, {11, "return", NULL}, {12, "same", NULL}, {13, "socksify", NULL},
	{14, "src-nat", NULL}, {0, NULL, NULL},
};

static const struct value_name actions_v6[] = {
	{0, "accept", NULL}, {1, "add-dst-to-address-list", NULL},
	{2, "add-src-to-address-list", NULL}, {3, "dst-nat", NULL}, {4, "jump", NULL},
	{5, "log", NULL}, {6, "masquerade", NULL}, {7, "netmap", NULL}, {8, "passthrough", NULL},
	{9, "redirect", NULL}, {10, "return", NULL}, {11, "src-nat", NULL}, {0, NULL, NULL},
};

#define NAT_TO_PORTS \
	P("to-ports", "port or range of ports that it translates to", NUMBER_UP_TO(65535), \
	  FORM(KIND_RANGE), .show = PROP_UNSET_MARK)
#define NAT_RANDOMISE \
	P("randomise-ports", "whether ports are chosen at random", BOOL, SINCE(7, 10))

#define NAT_SHARE \
	P("ports-per-source", "connections of a protocol that one source may have translated", \
	  NUMBER_OF(1, 65535), .show = PROP_EXTRA)

static const struct property nat[] = {
	RULE_HEAD(actions)
	P("to-addresses", "address, range or prefix that it translates to",
	  SYNTAX(syntax_address_range), .kind.family = WEIR_IPV4, .show = PROP_UNSET_MARK)
	NAT_TO_PORTS
	P("same-not-by-dst", "action=same: the destination does not count", BOOL)
	NAT_RANDOMISE
	NAT_SHARE
	P("port-block", "ports that each inside address has to itself", NUMBER_OF(1, 65535),
	  .show = PROP_EXTRA)
	P("port-block-inside", "the inside addresses, in the order of their blocks",
	  SYNTAX(syntax_address_range), .kind.family = WEIR_IPV4, .show = PROP_EXTRA)
	P("socksify-service", "service of /ip socksify", STRING, SINCE(7, 20), RULE_INERT)
	P("socks5-server", "SOCKS5 server of action=socksify", ADDRESS(WEIR_IPV4), SINCE(7, 20),
	  RULE_INERT)
	P("socks5-port", "its port", NUMBER_UP_TO(65535), SINCE(7, 20), RULE_INERT)
	RULE_TLS_HOST(UNTIL(7, 16))
	RULE_MATCHERS(WEIR_IPV4, YES, NO, YES)
	RULE_TAIL
};

static const struct property nat_v6[] = {
	RULE_HEAD(actions_v6)
	P("to-address", "address or prefix that it translates to", .also = "to-addresses",
	  SYNTAX(syntax_address_range), .kind.family = WEIR_IPV6, .show = PROP_UNSET_MARK)
	NAT_TO_PORTS
	NAT_RANDOMISE
	NAT_SHARE
	RULE_TCP_FLAGS
	P("connection-state", "what tracking makes of the packet", ENUM(rule_connection_states),
	  FORM(KIND_NOT | KIND_SET | KIND_EMPTY))
	RULE_TLS_HOST(UNTIL(7, 16))
	RULE_MATCHERS(WEIR_IPV6, NO, YES, YES)
	RULE_TAIL
};
/* clang-format on */

static const char *const chains[] = {"srcnat", "dstnat", "input", "output", NULL};
static const char *const source_chains[] = {"srcnat", "input", NULL};
static const char *const destination_chains[] = {"dstnat", "output", NULL};

/* Addresses of a range that is written down; 0: none is. At most 2^32. */
static uint64_t addresses_of(const struct item_view *view, const char *property)
{
	const char *text = view_text(view, property);
	struct address_range range;

	if (!text || !address_range_parse(text, strlen(text), WEIR_IPV4, &range))
		return 0;
	return (uint64_t)be32(range.last.v6) - be32(range.first.v6) + 1;
}

static bool refuse(struct strbuf *error, const char *why)
{
	strbuf_printf(error, "failure: %s", why);
	return false;
}

/* Each inside address is to have a block of its own (RFC 7422). */
static bool check_blocks(const struct item_view *view, const char *action, struct strbuf *error)
{
	const char *size = view_text(view, "port-block"), *ports = view_text(view, "to-ports");
	uint64_t inside = addresses_of(view, "port-block-inside"), blocks;
	struct number_range block, range;

	if (!size && !inside)
		return true;
	if (strcmp(action, "src-nat") != 0 && strcmp(action, "masquerade") != 0)
		return refuse(error, "port-block is for action=src-nat and masquerade");
	if (!size || !inside)
		return refuse(error, "port-block and port-block-inside belong together");
	if (strcmp(action, "src-nat") == 0 && !addresses_of(view, "to-addresses"))
		return refuse(error, "port-block needs to-addresses");
	if (!number_range_parse(size, strlen(size), UINT16_MAX, &block))
		return refuse(error, "port-block is no number");
	if (!ports || !number_range_parse(ports, strlen(ports), UINT16_MAX, &range))
		range = (struct number_range){1024, UINT16_MAX};
	blocks = (range.last - range.first + 1) / block.first;
	if (!blocks) {
		strbuf_printf(error, "failure: port-block=%u does not fit into ports %u-%u",
		              (unsigned)block.first, (unsigned)range.first, (unsigned)range.last);
		return false;
	}
	if (strcmp(action, "src-nat") == 0)
		blocks *= addresses_of(view, "to-addresses");
	if (inside > blocks) {
		strbuf_printf(error, "failure: port-block-inside has %llu addresses, there are %llu "
		              "blocks of %u ports", (unsigned long long)inside,
		              (unsigned long long)blocks, (unsigned)block.first);
		return false;
	}
	return true;
}

/* What is weir's own. */
static bool check_pool(const struct item_view *view, const char *action, struct strbuf *error)
{
	static const char *const pools[] = {"src-nat", "masquerade", "same", NULL};

	if (view_text(view, "ports-per-source") && !rule_one_of(action, pools))
		return refuse(error, "ports-per-source is for action=src-nat, masquerade and same");
	return check_blocks(view, action, error);
}

/* A built-in chain has one end of the packet to translate; what a user's chain has depends on
 * who jumps to it. */
static bool check(const struct item_view *view, struct strbuf *error)
{
	static const char *const no_in[] = {"srcnat", "output", NULL};
	static const char *const no_out[] = {"dstnat", "input", NULL};
	static const struct rule_hooks hooks = {.no_in = no_in, .no_out = no_out};
	static const char *const sources[] = {"src-nat", "masquerade", NULL};
	static const char *const destinations[] = {"dst-nat", "redirect", NULL};
	const char *chain = view_text(view, "chain"), *action = view_text(view, "action");

	if (rule_one_of(chain, chains)) {
		if (rule_one_of(action, sources) && !rule_one_of(chain, source_chains)) {
			strbuf_printf(error, "failure: %s action not possible in %s chain", action,
			              chain);
			return false;
		}
		if (rule_one_of(action, destinations) && !rule_one_of(chain, destination_chains)) {
			strbuf_printf(error, "failure: %s action not possible in %s chain", action,
			              chain);
			return false;
		}
	}
	return rule_check(view, &hooks, error) && check_pool(view, action, error);
}

const struct menu menu_nat = RULE_MENU(
        "/ip firewall nat", "rules that translate addresses and ports of new connections", nat,
        check);
const struct menu menu_nat_v6 = RULE_MENU(
        "/ipv6 firewall nat", "rules that translate addresses and ports of new IPv6 connections",
        nat_v6, check);
