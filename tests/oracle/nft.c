/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oracle/nft.c - says rules, addresses and routes as ip and nft want them. See nft.h.
 */
#include "nft.h"

#include <arpa/inet.h>
#include <string.h>
#include <weir/conn.h>

#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *addr(bool six, const union weir_addr *a, char text[INET6_ADDRSTRLEN])
{
	return inet_ntop(six ? AF_INET6 : AF_INET, a, text, INET6_ADDRSTRLEN);
}

void nft_devices(FILE *out, const struct story_router *router)
{
	static const char *const types[] = {"", "blackhole", "unreachable", "prohibit"};
	char text[INET6_ADDRSTRLEN];
	size_t i, a;

	for (i = 0; i < router->interface_count; i++) {
		const struct router_interface *port = &router->interfaces[i];

		fprintf(out, "link add name far%zu type veth peer name %s\n", i, port->name);
		fprintf(out, "link set dev %s mtu 65535 arp off addrgenmode none up\n", port->name);
		fprintf(out, "link set dev far%zu mtu 65535 arp off addrgenmode none up\n", i);
		for (a = 0; a < port->address_count; a++) {
			const struct weir_interface_address *own = &port->addresses[a];
			bool six = own->family == WEIR_IPV6;

			fprintf(out, "addr add %s/%u dev %s%s\n", addr(six, &own->addr, text),
				own->length, port->name, six ? " nodad" : " brd +");
		}
	}
	for (i = 0; i < router->route_count; i++) {
		const struct weir_route *r = &router->routes[i].route;
		bool six = r->family == WEIR_IPV6;

		if (router->routes[i].connected)
			continue;
		fprintf(out, "route add %s %s/%u", types[r->type], addr(six, &r->prefix, text),
			r->length);
		if (r->type == WEIR_ROUTE_UNICAST)
			fprintf(out, " dev %s", router->interfaces[r->interface].name);
		if (r->via)
			fprintf(out, " via %s", addr(six, &r->gateway, text));
		fputc('\n', out);
	}
}

static void say_ports(FILE *out, const char *what, const struct weir_match *m, const char *no)
{
	fprintf(out, " th %s %s {", what, no);
	for (unsigned i = 0; i < m->count; i++)
		fprintf(out, "%s %u-%u", i ? "," : "", m->ports[i].first, m->ports[i].last);
	fputs(" }", out);
}

static void say_states(FILE *out, const struct weir_match *m, const char *no)
{
	static const char *const states[] = {"",	"invalid", "established",
					     "related", "new",	   "untracked"};
	const char *comma = "";

	fprintf(out, " ct state %s {", no);
	for (unsigned i = 1; i < COUNT(states); i++)
		if (m->bits & 1u << i) {
			fprintf(out, "%s %s", comma, states[i]);
			comma = ",";
		}
	fputs(" }", out);
}

static void say_interface(FILE *out, const struct story_router *router, const char *what,
			  const struct weir_match *m, const char *no)
{
	for (size_t i = 0; i < router->interface_count; i++)
		if (m->interfaces[i / 64] >> i % 64 & 1)
			fprintf(out, " %s %s \"%s\"", what, no, router->interfaces[i].name);
}

static void say_range(FILE *out, bool six, const char *what, const struct weir_match *m,
		      const char *no)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	addr(six, &m->range.first, first);
	addr(six, &m->range.last, last);
	fprintf(out, " %s %s %s %s", six ? "ip6" : "ip", what, no, first);
	if (strcmp(first, last))
		fprintf(out, "-%s", last);
}

static int say_type(FILE *out, const char *what, const struct weir_match *m, const char *no,
		    char why[STORY_ERROR])
{
	static const char *const types[] = {"unicast", "local", "broadcast", "multicast"};

	for (unsigned i = 0; i < COUNT(types); i++)
		if (m->bits == 1u << i) {
			fprintf(out, " fib %s type %s %s", what, no, types[i]);
			return 0;
		}
	return word_fail(why, "a type of address that nft does not tell likewise");
}

static int say_match(FILE *out, const struct story_router *router, bool six,
		     const struct weir_match *m, char why[STORY_ERROR])
{
	const char *no = m->negate ? "!=" : "";

	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		fprintf(out, " meta l4proto %s %u", no, m->number);
		return 0;
	case WEIR_MATCH_IN_INTERFACE:
		say_interface(out, router, "iifname", m, no);
		return 0;
	case WEIR_MATCH_OUT_INTERFACE:
		say_interface(out, router, "oifname", m, no);
		return 0;
	case WEIR_MATCH_SRC_ADDRESS:
		say_range(out, six, "saddr", m, no);
		return 0;
	case WEIR_MATCH_DST_ADDRESS:
		say_range(out, six, "daddr", m, no);
		return 0;
	case WEIR_MATCH_SRC_TYPE:
		return say_type(out, "saddr", m, no, why);
	case WEIR_MATCH_DST_TYPE:
		return say_type(out, "daddr", m, no, why);
	case WEIR_MATCH_SRC_PORT:
		say_ports(out, "sport", m, no);
		return 0;
	case WEIR_MATCH_DST_PORT:
		say_ports(out, "dport", m, no);
		return 0;
	case WEIR_MATCH_TCP_FLAGS:
		fprintf(out, " tcp flags & %u == %u", m->flags.set | m->flags.clear, m->flags.set);
		return 0;
	case WEIR_MATCH_CONNECTION_STATE:
		say_states(out, m, no);
		return 0;
	case WEIR_MATCH_CONNECTION_MARK:
		fprintf(out, " ct mark %s %u", no, m->number);
		return 0;
	case WEIR_MATCH_PACKET_MARK:
		fprintf(out, " meta mark %s %u", no, m->number);
		return 0;
	case WEIR_MATCH_CONNECTION_NAT_STATE:
		if (m->negate || (m->bits != WEIR_STATUS_SRCNAT && m->bits != WEIR_STATUS_DSTNAT))
			break;
		fprintf(out, " ct status %s", m->bits == WEIR_STATUS_SRCNAT ? "snat" : "dnat");
		return 0;
	case WEIR_MATCH_ICMP:
		fprintf(out, " %s type %u", six ? "icmpv6" : "icmp", m->icmp.type);
		if (m->icmp.first_code == m->icmp.last_code)
			fprintf(out, " %s code %u", six ? "icmpv6" : "icmp", m->icmp.first_code);
		return 0;
	default:
		break;
	}
	return word_fail(why, "a match that nft does not know likewise");
}

static int say_reject(FILE *out, bool six, uint32_t how, char why[STORY_ERROR])
{
	static const char *const names[2][WEIR_REJECT_COUNT] = {
		{
			[WEIR_REJECT_NETWORK_UNREACHABLE] = "net-unreachable",
			[WEIR_REJECT_HOST_UNREACHABLE] = "host-unreachable",
			[WEIR_REJECT_PROTOCOL_UNREACHABLE] = "prot-unreachable",
			[WEIR_REJECT_PORT_UNREACHABLE] = "port-unreachable",
			[WEIR_REJECT_NET_PROHIBITED] = "net-prohibited",
			[WEIR_REJECT_HOST_PROHIBITED] = "host-prohibited",
			[WEIR_REJECT_ADMIN_PROHIBITED] = "admin-prohibited",
		},
		{
			[WEIR_REJECT_NETWORK_UNREACHABLE] = "no-route",
			[WEIR_REJECT_HOST_UNREACHABLE] = "addr-unreachable",
			[WEIR_REJECT_PORT_UNREACHABLE] = "port-unreachable",
			[WEIR_REJECT_ADMIN_PROHIBITED] = "admin-prohibited",
		},
	};

	if (how == WEIR_REJECT_TCP_RESET) {
		fputs(" reject with tcp reset", out);
		return 0;
	}
	if (!names[six][how])
		return word_fail(why, "a rejection that nft does not know");
	fprintf(out, " reject with %s type %s", six ? "icmpv6" : "icmp", names[six][how]);
	return 0;
}

static void say_nat(FILE *out, bool six, const char *what, const struct weir_rule *rule)
{
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	fprintf(out, " %s%s", what, rule->nat.flags ? " to " : "");
	if (rule->nat.flags & WEIR_NAT_ADDRESS) {
		addr(six, &rule->nat.first, first);
		addr(six, &rule->nat.last, last);
		fprintf(out, six ? "[%s]" : "%s", first);
		if (strcmp(first, last))
			fprintf(out, six ? "-[%s]" : "-%s", last);
	}
	if (rule->nat.flags & WEIR_NAT_PORTS) {
		fprintf(out, ":%u", rule->nat.first_port);
		if (rule->nat.first_port != rule->nat.last_port)
			fprintf(out, "-%u", rule->nat.last_port);
	}
}

/* A prefix for the one that the rule matches. */
static int say_netmap(FILE *out, const struct router_rule *r, char why[STORY_ERROR])
{
	bool source = !strcmp(r->chain, "srcnat");
	uint8_t type = source ? WEIR_MATCH_SRC_ADDRESS : WEIR_MATCH_DST_ADDRESS;
	const char *side = source ? "saddr" : "daddr";
	char from[2][INET6_ADDRSTRLEN], to[2][INET6_ADDRSTRLEN];

	for (size_t i = 0; i < r->match_count; i++) {
		const struct weir_match *m = &r->matches[i];

		if (m->type != type || m->negate)
			continue;
		fprintf(out, " %s %s prefix to %s %s map { %s-%s : %s-%s }",
			source ? "snat" : "dnat", r->six ? "ip6" : "ip", r->six ? "ip6" : "ip",
			side, addr(r->six, &m->range.first, from[0]),
			addr(r->six, &m->range.last, from[1]),
			addr(r->six, &r->rule.nat.first, to[0]),
			addr(r->six, &r->rule.nat.last, to[1]));
		return 0;
	}
	return word_fail(why, "netmap without the prefix that it replaces");
}

static int say_action(FILE *out, const struct router_rule *r, const char *table,
		      char why[STORY_ERROR])
{
	const struct weir_rule *rule = &r->rule;

	switch (rule->action) {
	case WEIR_ACTION_ACCEPT:
		fputs(" accept", out);
		return 0;
	case WEIR_ACTION_DROP:
		fputs(" drop", out);
		return 0;
	case WEIR_ACTION_RETURN:
		fputs(" return", out);
		return 0;
	case WEIR_ACTION_PASSTHROUGH:
		fputs(" counter", out);
		return 0;
	case WEIR_ACTION_NOTRACK:
		fputs(" notrack", out);
		return 0;
	case WEIR_ACTION_JUMP:
		fprintf(out, " jump %s_%s", table, r->jump);
		return 0;
	case WEIR_ACTION_MARK_CONNECTION:
		fprintf(out, " ct mark set %u", rule->mark);
		return 0;
	case WEIR_ACTION_MARK_PACKET:
		fprintf(out, " meta mark set %u", rule->mark);
		return 0;
	case WEIR_ACTION_REJECT:
		return say_reject(out, r->six, rule->reject, why);
	case WEIR_ACTION_SRC_NAT:
		say_nat(out, r->six, "snat", rule);
		return 0;
	case WEIR_ACTION_MASQUERADE:
		say_nat(out, r->six, "masquerade", rule);
		return 0;
	case WEIR_ACTION_DST_NAT:
		say_nat(out, r->six, "dnat", rule);
		return 0;
	case WEIR_ACTION_NETMAP:
		return say_netmap(out, r, why);
	case WEIR_ACTION_REDIRECT:
		say_nat(out, r->six, "redirect", rule);
		return 0;
	default:
		return word_fail(why, "an action that nft does not know likewise");
	}
}

/* Where a built-in chain hooks in. */
static const struct {
	const char *table, *chain, *hook;
} hooks[] = {
	{"raw", "prerouting", "type filter hook prerouting priority -300"},
	{"raw", "output", "type filter hook output priority -300"},
	{"mangle", "prerouting", "type filter hook prerouting priority -150"},
	{"mangle", "input", "type filter hook input priority -150"},
	{"mangle", "forward", "type filter hook forward priority -150"},
	{"mangle", "output", "type route hook output priority -150"},
	{"mangle", "postrouting", "type filter hook postrouting priority -150"},
	{"nat", "dstnat", "type nat hook prerouting priority -100"},
	{"nat", "output", "type nat hook output priority -100"},
	{"nat", "input", "type nat hook input priority 100"},
	{"nat", "srcnat", "type nat hook postrouting priority 100"},
	{"filter", "input", "type filter hook input priority 0"},
	{"filter", "forward", "type filter hook forward priority 0"},
	{"filter", "output", "type filter hook output priority 0"},
};

#define X(name, text) text,
static const char *const tables[] = {WEIR_TABLES(X)};
#undef X

int nft_rules(FILE *out, const struct story_router *router, char why[STORY_ERROR])
{
	/* Chains first, so that any rule may jump to any. */
	for (size_t i = 0; i < router->rule_count; i++) {
		const struct router_rule *r = &router->rules[i];
		const char *table = tables[r->table], *family = r->six ? "ip6" : "ip";
		const char *hook = NULL;

		for (size_t h = 0; h < COUNT(hooks); h++)
			if (!strcmp(hooks[h].table, table) && !strcmp(hooks[h].chain, r->chain))
				hook = hooks[h].hook;
		fprintf(out, "add table %s story\nadd chain %s story %s_%s", family, family, table,
			r->chain);
		if (hook)
			fprintf(out, " { %s; }", hook);
		fputc('\n', out);
	}
	for (size_t i = 0; i < router->rule_count; i++) {
		const struct router_rule *r = &router->rules[i];
		const char *table = tables[r->table];

		fprintf(out, "add rule %s story %s_%s", r->six ? "ip6" : "ip", table, r->chain);
		for (size_t m = 0; m < r->match_count; m++)
			if (say_match(out, router, r->six, &r->matches[m], why))
				return -1;
		if (say_action(out, r, table, why))
			return -1;
		fputc('\n', out);
	}
	return 0;
}

/* Linux' helpers; ports of 0 are the setting's. */
static const struct {
	const char *name, *type, *protocol;
	enum weir_helper helper;
	uint16_t port;
} helpers[] = {
	{"ftp", "ftp", "tcp", WEIR_HELPER_FTP, 0},
	{"tftp", "tftp", "udp", WEIR_HELPER_TFTP, 0},
	{"irc", "irc", "tcp", WEIR_HELPER_IRC, 0},
	{"sip_udp", "sip", "udp", WEIR_HELPER_SIP, 0},
	{"sip_tcp", "sip", "tcp", WEIR_HELPER_SIP, 0},
	{"pptp", "pptp", "tcp", WEIR_HELPER_PPTP, 1723},
	{"q931", "Q.931", "tcp", WEIR_HELPER_H323, 1720},
	{"ras", "RAS", "udp", WEIR_HELPER_H323, 1719},
};

static void say_helpers(FILE *out, const struct weir_settings *settings, const char *chain)
{
	for (unsigned i = 0; i < COUNT(helpers); i++) {
		const struct weir_helper_settings *set = &settings->helper[helpers[i].helper];
		unsigned count = helpers[i].port ? 1 : set->port_count;

		for (unsigned p = 0; set->on && p < count; p++)
			fprintf(out, "add rule inet reading %s %s dport %u ct helper set \"%s\"\n",
				chain, helpers[i].protocol,
				helpers[i].port ? helpers[i].port : set->ports[p], helpers[i].name);
	}
}

void nft_helpers(FILE *out, const struct weir_settings *settings)
{
	fputs("add table inet reading\ndelete table inet reading\nadd table inet reading\n", out);
	for (unsigned i = 0; i < COUNT(helpers); i++)
		if (settings->helper[helpers[i].helper].on)
			fprintf(out,
				"add ct helper inet reading %s { type \"%s\" protocol %s; }\n",
				helpers[i].name, helpers[i].type, helpers[i].protocol);
	/* Behind dst-nat: a helper is chosen by where the connection goes in the end. */
	fputs("add chain inet reading come { type filter hook prerouting priority -95; }\n"
	      "add chain inet reading own { type filter hook output priority -95; }\n",
	      out);
	say_helpers(out, settings, "come");
	say_helpers(out, settings, "own");
}

bool nft_helpers_differ(const struct weir_settings *a, const struct weir_settings *b)
{
	for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++) {
		const struct weir_helper_settings *x = &a->helper[i], *y = &b->helper[i];

		if (x->on != y->on ||
		    (x->on && (x->port_count != y->port_count ||
			       memcmp(x->ports, y->ports, x->port_count * sizeof(*x->ports)))))
			return true;
	}
	return false;
}
