/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario/rule.c - reads one rule: its matches and what its action needs, by RouterOS' names. See
 * rule.h; README.md lists the names.
 */
#include "rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weir/conn.h>
#include <weir/helper.h>

#include "word.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define X(name, text) text,
static const char *const tables[] = {WEIR_TABLES(X)};
static const char *const actions[] = {WEIR_ACTIONS(X)};
static const char *const states[] = {"none", WEIR_STATES(X)};
#undef X
#define X(name, text, on, ...) text,
static const char *const helpers[] = {"none", WEIR_HELPERS(X)};
#undef X

static const struct {
	const char *name;
	enum weir_reject how;
} rejects[] = {
        {"icmp-network-unreachable", WEIR_REJECT_NETWORK_UNREACHABLE},
        {"icmp-host-unreachable", WEIR_REJECT_HOST_UNREACHABLE},
        {"icmp-protocol-unreachable", WEIR_REJECT_PROTOCOL_UNREACHABLE},
        {"icmp-port-unreachable", WEIR_REJECT_PORT_UNREACHABLE},
        {"icmp-net-prohibited", WEIR_REJECT_NET_PROHIBITED},
        {"icmp-host-prohibited", WEIR_REJECT_HOST_PROHIBITED},
        {"icmp-admin-prohibited", WEIR_REJECT_ADMIN_PROHIBITED},
        {"icmp-no-route", WEIR_REJECT_NETWORK_UNREACHABLE},
        {"icmp-address-unreachable", WEIR_REJECT_HOST_UNREACHABLE},
        {"tcp-reset", WEIR_REJECT_TCP_RESET},
};

/* A rule being read. */
struct reader {
	void **memory;
	const struct story_router *router;
	struct router_rule *rule;
	const struct build_line *names;
	char *error;
};

int rule_address(const char *word, const struct build_line *names, uint8_t *family,
                 union weir_addr *addr)
{
	for (size_t i = 0; names && i < names->host_count; i++)
		if (!strcmp(names->hosts[i].name, word)) {
			*family = names->hosts[i].family;
			*addr = names->hosts[i].addr;
			return 0;
		}
	return word_address(word, family, addr);
}

int rule_prefix(const char *word, const struct build_line *names, uint8_t *family,
                union weir_addr *addr, uint8_t *length, char error[STORY_ERROR])
{
	char text[128];
	uint64_t bits;
	char *rest;

	snprintf(text, sizeof(text), "%s", word);
	rest = word_cut(text, '/');
	if (rule_address(text, names, family, addr))
		return word_fail(error, "\"%s\" is no address", text);
	bits = *family == WEIR_IPV4 ? 32 : 128;
	if (rest && word_number(rest, bits, &bits, error))
		return -1;
	*length = (uint8_t)bits;
	return 0;
}

/* "A", "A/24" or "A-B". Names of hosts may hold a - too. */
static int read_range(struct reader *r, const char *word, union weir_addr *first,
                      union weir_addr *last)
{
	uint8_t family, other, length, size = r->rule->six ? 128 : 32;
	char text[128], ignored[STORY_ERROR];

	for (const char *dash = strchr(word, '-'); dash; dash = strchr(dash + 1, '-')) {
		snprintf(text, sizeof(text), "%.*s", (int)(dash - word), word);
		if (!rule_address(text, r->names, &family, first) &&
		    !rule_address(dash + 1, r->names, &other, last)) {
			if (family != other || (family == WEIR_IPV6) != r->rule->six)
				return word_fail(r->error, "\"%s\" is of the wrong family", word);
			return 0;
		}
	}
	if (rule_prefix(word, r->names, &family, first, &length, ignored))
		return word_fail(r->error, "\"%s\" is no address, prefix or range", word);
	if ((family == WEIR_IPV6) != r->rule->six)
		return word_fail(r->error, "\"%s\" is of the wrong family", word);
	*last = *first;
	for (unsigned i = length; i < size; i++) {
		first->v6[i / 8] &= (uint8_t)~(0x80u >> i % 8);
		last->v6[i / 8] |= (uint8_t)(0x80u >> i % 8);
	}
	return 0;
}

/* "80" or "1000-2000" */
static int read_ports(struct reader *r, char *word, struct weir_ports *ports)
{
	char *rest = word_cut(word, '-');
	uint64_t first, last;

	if (word_number(word, UINT16_MAX, &first, r->error))
		return -1;
	last = first;
	if (rest && word_number(rest, UINT16_MAX, &last, r->error))
		return -1;
	ports->first = (uint16_t)first;
	ports->last = (uint16_t)last;
	return 0;
}

/* Matches, each by what its value is. */

static int match_protocol(struct reader *r, struct weir_match *m, char *value)
{
	int number = build_protocol(value);

	m->number = (uint32_t)number;
	return number < 0 ? word_fail(r->error, "\"%s\" is no protocol", value) : 0;
}

static int match_interface(struct reader *r, struct weir_match *m, char *value)
{
	int port = router_port(r->router, value);
	uint64_t *words;

	if (port < 0 || port == WEIR_PORT_HOST)
		return word_fail(r->error, "no interface \"%s\" before this line", value);
	words = word_alloc(r->memory, WEIR_INTERFACE_WORDS * sizeof(*words));
	words[port / 64] |= UINT64_C(1) << port % 64;
	m->interfaces = words;
	return 0;
}

static int match_range(struct reader *r, struct weir_match *m, char *value)
{
	return read_range(r, value, &m->range.first, &m->range.last);
}

static int match_ports(struct reader *r, struct weir_match *m, char *value)
{
	struct weir_ports *ports = NULL;
	size_t count = 0;

	while (value) {
		char *rest = word_cut(value, ',');

		if (read_ports(r, value,
		               word_more(r->memory, &ports, &count, sizeof(*ports))))
			return -1;
		value = rest;
	}
	m->ports = ports;
	m->count = (uint16_t)count;
	return 0;
}

static int match_state(struct reader *r, struct weir_match *m, char *value)
{
	while (value) {
		char *rest = word_cut(value, ',');
		int state = word_find(states, COUNT(states), value);

		if (state <= 0)
			return word_fail(r->error, "\"%s\" is no connection-state", value);
		m->bits |= 1u << state;
		value = rest;
	}
	return 0;
}

static int match_nat_state(struct reader *r, struct weir_match *m, char *value)
{
	while (value) {
		char *rest = word_cut(value, ',');

		if (!strcmp(value, "srcnat"))
			m->bits |= WEIR_STATUS_SRCNAT;
		else if (!strcmp(value, "dstnat"))
			m->bits |= WEIR_STATUS_DSTNAT;
		else if (!strcmp(value, "ein-snat"))
			m->bits |= WEIR_EIN_SNAT;
		else if (!strcmp(value, "ein-dnat"))
			m->bits |= WEIR_EIN_DNAT;
		else
			return word_fail(r->error, "\"%s\" is no connection-nat-state", value);
		value = rest;
	}
	return 0;
}

static int match_type(struct reader *r, struct weir_match *m, char *value)
{
	static const char *const types[] = {"unicast",   "local",     "broadcast",   "multicast",
	                                    "blackhole", "anycast",   "unreachable", "prohibit"};
	int type = word_find(types, COUNT(types), value);

	m->bits = type < 0 ? 0 : 1u << type;
	return type < 0 ? word_fail(r->error, "\"%s\" is no type of address", value) : 0;
}

static int match_number(struct reader *r, struct weir_match *m, char *value)
{
	uint64_t number;

	if (word_number(value, UINT32_MAX, &number, r->error))
		return -1;
	m->number = (uint32_t)number;
	return 0;
}

/* "syn,!ack" */
static int match_flags(struct reader *r, struct weir_match *m, char *value)
{
	static const char *const flags[] = {"fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"};

	while (value) {
		char *rest = word_cut(value, ',');
		bool clear = *value == '!';
		int flag = word_find(flags, COUNT(flags), value + clear);

		if (flag < 0)
			return word_fail(r->error, "\"%s\" is no TCP flag", value);
		if (clear)
			m->flags.clear |= (uint8_t)(1u << flag);
		else
			m->flags.set |= (uint8_t)(1u << flag);
		value = rest;
	}
	return 0;
}

/* "8:0" or "8" */
static int match_icmp(struct reader *r, struct weir_match *m, char *value)
{
	char *rest = word_cut(value, ':');
	uint64_t type, code = 0;

	if (word_number(value, UINT8_MAX, &type, r->error) ||
	    (rest && word_number(rest, UINT8_MAX, &code, r->error)))
		return -1;
	m->icmp.type = (uint8_t)type;
	m->icmp.first_code = (uint8_t)code;
	m->icmp.last_code = rest ? (uint8_t)code : UINT8_MAX;
	return 0;
}

static int match_helper(struct reader *r, struct weir_match *m, char *value)
{
	int helper = word_find(helpers, COUNT(helpers), value);

	m->number = (uint32_t)helper;
	return helper <= 0 ? word_fail(r->error, "\"%s\" is no helper", value) : 0;
}

static const struct {
	const char *name;
	enum weir_match_type type;
	int (*read)(struct reader *r, struct weir_match *m, char *value);
} matches[] = {
        {"protocol", WEIR_MATCH_PROTOCOL, match_protocol},
        {"in-interface", WEIR_MATCH_IN_INTERFACE, match_interface},
        {"out-interface", WEIR_MATCH_OUT_INTERFACE, match_interface},
        {"src-address", WEIR_MATCH_SRC_ADDRESS, match_range},
        {"dst-address", WEIR_MATCH_DST_ADDRESS, match_range},
        {"src-address-type", WEIR_MATCH_SRC_TYPE, match_type},
        {"dst-address-type", WEIR_MATCH_DST_TYPE, match_type},
        {"src-port", WEIR_MATCH_SRC_PORT, match_ports},
        {"dst-port", WEIR_MATCH_DST_PORT, match_ports},
        {"port", WEIR_MATCH_ANY_PORT, match_ports},
        {"tcp-flags", WEIR_MATCH_TCP_FLAGS, match_flags},
        {"icmp-options", WEIR_MATCH_ICMP, match_icmp},
        {"connection-state", WEIR_MATCH_CONNECTION_STATE, match_state},
        {"connection-nat-state", WEIR_MATCH_CONNECTION_NAT_STATE, match_nat_state},
        {"connection-mark", WEIR_MATCH_CONNECTION_MARK, match_number},
        {"packet-mark", WEIR_MATCH_PACKET_MARK, match_number},
        {"connection-type", WEIR_MATCH_CONNECTION_TYPE, match_helper},
};

/* What an action needs. => 1 if it was such a word, 0 if not, -1 and error */
static int argument(struct reader *r, const char *name, char *value)
{
	struct weir_rule *rule = &r->rule->rule;
	uint64_t number;

	if (!strcmp(name, "to-addresses")) {
		rule->nat.flags |= WEIR_NAT_ADDRESS;
		return read_range(r, value, &rule->nat.first, &rule->nat.last) ? -1 : 1;
	}
	if (!strcmp(name, "to-ports")) {
		struct weir_ports ports;

		if (read_ports(r, value, &ports))
			return -1;
		rule->nat.flags |= WEIR_NAT_PORTS;
		rule->nat.first_port = ports.first;
		rule->nat.last_port = ports.last;
		return 1;
	}
	if (!strcmp(name, "ports-per-source") || !strcmp(name, "port-block")) {
		bool block = *name && name[4] == '-';

		if (word_number(value, UINT16_MAX, &number, r->error))
			return -1;
		rule->nat.flags |= block ? WEIR_NAT_BLOCK : WEIR_NAT_SHARE;
		if (block)
			rule->nat.block = (uint16_t)number;
		else
			rule->nat.share = (uint32_t)number;
		return 1;
	}
	if (!strcmp(name, "port-block-inside")) {
		union weir_addr last;

		return read_range(r, value, &rule->nat.inside, &last) ? -1 : 1;
	}
	if (!strcmp(name, "randomise-ports") && !strcmp(value, "yes")) {
		rule->nat.flags |= WEIR_NAT_RANDOM;
		return 1;
	}
	if (!strcmp(name, "reject-with")) {
		for (size_t i = 0; i < COUNT(rejects); i++)
			if (!strcmp(rejects[i].name, value)) {
				rule->reject = rejects[i].how;
				return 1;
			}
		return word_fail(r->error, "\"%s\" is no way to reject", value);
	}
	if (!strcmp(name, "new-connection-mark") || !strcmp(name, "new-packet-mark")) {
		if (word_number(value, UINT16_MAX, &number, r->error))
			return -1;
		rule->mark = (uint32_t)number;
		return 1;
	}
	if (!strcmp(name, "jump-target"))
		r->rule->jump = value;
	else if (!strcmp(name, "comment"))
		r->rule->comment = value;
	else if (!strcmp(name, "passthrough") && !strcmp(value, "no"))
		rule->passthrough = false;
	else
		return 0;
	return 1;
}

static int read_word(struct reader *r, char *word)
{
	struct router_rule *rule = r->rule;
	char *value = word_cut(word, '=');
	struct weir_match *m;
	int got;

	if (!value)
		return word_fail(r->error, "name=value expected, not \"%s\"", word);
	got = argument(r, word, value);
	if (got)
		return got > 0 ? 0 : -1;
	for (size_t i = 0; i < COUNT(matches); i++) {
		if (strcmp(matches[i].name, word) != 0)
			continue;
		m = word_more(r->memory, &rule->matches, &rule->match_count, sizeof(*m));
		m->type = (uint8_t)matches[i].type;
		m->negate = *value == '!' && m->type != WEIR_MATCH_TCP_FLAGS;
		return matches[i].read(r, m, value + m->negate);
	}
	return word_fail(r->error, "a rule has no \"%s\" here", word);
}

int rule_read(void **memory, const struct story_router *router, struct router_rule *rule,
              char **words, const struct build_line *names, char error[STORY_ERROR])
{
	struct reader r = {memory, router, rule, names, error};
	int table, action;

	if (!words[0] || !words[1] || !words[2])
		return word_fail(error, "\"rule TABLE CHAIN ACTION\" expected");
	table = word_find(tables, COUNT(tables), words[0]);
	if (table < 0)
		return word_fail(error, "\"%s\" is no table", words[0]);
	action = word_find(actions, COUNT(actions), words[2]);
	if (action < 0)
		return word_fail(error, "\"%s\" is no action", words[2]);
	rule->table = (enum weir_table)table;
	rule->chain = words[1];
	rule->rule.action = (uint8_t)action;
	rule->rule.passthrough = true;
	for (words += 3; *words; words++)
		if (read_word(&r, *words))
			return -1;
	if ((action == WEIR_ACTION_JUMP) != (rule->jump != NULL))
		return word_fail(error, "jump and jump-target= belong together");
	rule->rule.matches = rule->matches;
	rule->rule.match_count = rule->match_count;
	return 0;
}
