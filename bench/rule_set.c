/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/rule_set.c - see rule_set.h.
 */
#include "rule_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "flows.h"

#define TCP 6
#define UDP 17
#define ICMP 1
#define CUSTOMERS 200 /* interfaces 2 to 201; 0 is the way out, 1 the servers' */

static uint64_t one_interface[CUSTOMERS + 2][WEIR_INTERFACE_WORDS];

static uint32_t pick(struct rule_set *s, uint32_t below)
{
	return (uint32_t)random_below(&s->random, below);
}

static uint32_t any_address(struct rule_set *s)
{
	return (uint32_t)random_next(&s->random);
}

static struct weir_match *add(struct weir_rule *r, uint8_t type)
{
	/* They belong to the set, and are writable. */
	struct weir_match *m = (struct weir_match *)(uintptr_t)&r->matches[r->match_count++];

	m->type = type;
	return m;
}

static void add_prefix(struct weir_rule *r, uint8_t type, uint32_t address, unsigned length)
{
	struct weir_match *m = add(r, type);
	uint32_t mask = length ? UINT32_MAX << (32 - length) : 0;

	m->range.first.v4 = be32_swap(address & mask);
	m->range.last.v4 = be32_swap(address | ~mask);
}

static void add_ports(struct rule_set *s, struct weir_rule *r, uint16_t first, uint16_t last)
{
	struct weir_match *m = add(r, WEIR_MATCH_DST_PORT);
	struct weir_ports *ports = s->ports[r - s->rules];

	ports[0] = (struct weir_ports){first, last};
	m->ports = ports;
	m->count = 1;
}

static void add_interface(struct weir_rule *r, unsigned interface)
{
	add(r, WEIR_MATCH_IN_INTERFACE)->interfaces = one_interface[interface];
}

static void make_random(struct rule_set *s, struct weir_rule *r)
{
	unsigned fields = 1 + pick(s, 31);

	if (fields & 1)
		add_prefix(r, WEIR_MATCH_SRC_ADDRESS, any_address(s), 12 + pick(s, 21));
	if (fields & 2 || !(fields & 13))
		add_prefix(r, WEIR_MATCH_DST_ADDRESS, any_address(s), 12 + pick(s, 21));
	if (fields & 4) {
		uint16_t port = (uint16_t)pick(s, 65536);

		add(r, WEIR_MATCH_PROTOCOL)->number = pick(s, 2) ? TCP : UDP;
		add_ports(s, r, port, pick(s, 4) ? port : (uint16_t)(port | 255));
	}
	if (fields & 8)
		add_interface(r, 2 + pick(s, CUSTOMERS));
	if ((fields & 24) == 24 && r->match_count < SET_MATCHES)
		add(r, WEIR_MATCH_CONNECTION_STATE)->bits = 1u << (1 + pick(s, 4));
}

static void make_realistic(struct rule_set *s, struct weir_rule *r)
{
	static const uint16_t services[] = {22,  25,  53,  80,  110,  143,
					   443, 465, 587, 993, 3306, 8080};
	unsigned kind = pick(s, 100);
	uint32_t server = 0xc6120000u + pick(s, s->count / 4 + 16);
	uint32_t network = 0x0a000000u + (pick(s, s->count / 8 + 16) << 8);
	uint16_t service = services[pick(s, sizeof services / sizeof *services)];

	if (kind < 45) { /* a server's port */
		add_prefix(r, WEIR_MATCH_DST_ADDRESS, server, 32);
		add(r, WEIR_MATCH_PROTOCOL)->number = service == 53 ? UDP : TCP;
		add_ports(s, r, service, service);
	} else if (kind < 65) { /* who may not at all */
		add_prefix(r, WEIR_MATCH_SRC_ADDRESS, any_address(s), 16 + pick(s, 17));
	} else if (kind < 80) { /* one network to another */
		add_prefix(r, WEIR_MATCH_SRC_ADDRESS, network, 24);
		add_prefix(r, WEIR_MATCH_DST_ADDRESS, server, 28);
	} else if (kind < 90) { /* what a customer's network may ask */
		add_interface(r, 2 + pick(s, CUSTOMERS));
		add_prefix(r, WEIR_MATCH_SRC_ADDRESS, network, 24);
		add(r, WEIR_MATCH_PROTOCOL)->number = TCP;
		add_ports(s, r, (uint16_t)(1024 + pick(s, 60000)), 65535);
	} else if (kind < 97 || s->count > 2000) { /* a port that nobody may use */
		uint16_t port = (uint16_t)(1024 + pick(s, 64000));

		add(r, WEIR_MATCH_PROTOCOL)->number = pick(s, 2) ? TCP : UDP;
		add_ports(s, r, port, (uint16_t)(port + pick(s, 8)));
	} else {
		add_interface(r, 2 + pick(s, CUSTOMERS));
		add(r, WEIR_MATCH_CONNECTION_STATE)->bits = 1u << WEIR_STATE_NEW;
		add(r, WEIR_MATCH_SRC_LIST)->number = pick(s, SET_LISTS);
	}
}

static void make_lists(struct rule_set *s)
{
	static char names[SET_LISTS][8];

	for (unsigned l = 0; l < SET_LISTS; l++) {
		for (unsigned i = 0; i < SET_LIST_ENTRIES; i++) {
			struct weir_address_range *r = &s->entries[l][i];

			r->family = WEIR_IPV4;
			r->first.v4 = r->last.v4 = any_address(s);
		}
		snprintf(names[l], sizeof names[l], "list%u", l);
		s->lists[l] = (struct weir_address_list){names[l], s->entries[l], SET_LIST_ENTRIES};
	}
	s->set.lists = s->lists;
	s->set.list_count = SET_LISTS;
}

static void *room(size_t count, size_t size)
{
	void *p = calloc(count, size);

	if (!p) {
		fprintf(stderr, "bench: no memory\n");
		exit(1);
	}
	return p;
}

void rule_set_make(struct rule_set *s, enum set_kind kind, uint32_t count)
{
	memset(s, 0, sizeof *s);
	s->random = 88172645463325252u + count;
	s->count = count;
	s->rules = room(count, sizeof *s->rules);
	s->matches = room(count, sizeof *s->matches);
	s->ports = room(count, sizeof *s->ports);
	for (unsigned i = 0; i < CUSTOMERS + 2; i++)
		one_interface[i][i / 64] = UINT64_C(1) << i % 64;
	make_lists(s);
	for (uint32_t i = 0; i < count; i++) {
		struct weir_rule *r = &s->rules[i];

		r->counter = i;
		r->action = pick(s, 2) ? WEIR_ACTION_ACCEPT : WEIR_ACTION_DROP;
		r->matches = s->matches[i];
		if (kind == SET_RANDOM)
			make_random(s, r);
		else
			make_realistic(s, r);
	}
	s->chain = (struct weir_chain){"forward", s->rules, count};
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT * WEIR_HOOK_COUNT; i++)
		s->set.tables[i & 1][i / 2 % WEIR_TABLE_COUNT]
			.builtin[i / 2 / WEIR_TABLE_COUNT] = WEIR_NO_CHAIN;
	s->set.tables[0][WEIR_TABLE_FILTER].chains = &s->chain;
	s->set.tables[0][WEIR_TABLE_FILTER].count = 1;
	s->set.tables[0][WEIR_TABLE_FILTER].builtin[WEIR_HOOK_FORWARD] = 0;
}

void rule_set_free(struct rule_set *s)
{
	free(s->rules);
	free(s->matches);
	free(s->ports);
}

/* Packets. */

void probe_any(struct rule_set *s, struct probe *p)
{
	*p = (struct probe){
		.src = any_address(s),
		.dst = any_address(s),
		.src_port = (uint16_t)(1024 + pick(s, 64000)),
		.dst_port = (uint16_t)pick(s, 65536),
		.in = (uint16_t)pick(s, CUSTOMERS + 2),
		.out = 0,
		.protocol = pick(s, 2) ? TCP : UDP,
		.state = WEIR_STATE_NEW,
	};
}

static uint32_t address_in(struct rule_set *s, const struct weir_match *m)
{
	uint32_t first = be32_swap(m->range.first.v4), last = be32_swap(m->range.last.v4);

	return be32_swap(first + (uint32_t)random_below(&s->random, (uint64_t)last - first + 1));
}

void probe_for(struct rule_set *s, uint32_t rule, struct probe *p)
{
	const struct weir_rule *r = &s->rules[rule];

	probe_any(s, p);
	for (size_t i = 0; i < r->match_count; i++) {
		const struct weir_match *m = &r->matches[i];

		switch (m->type) {
		case WEIR_MATCH_SRC_ADDRESS:
			p->src = address_in(s, m);
			break;
		case WEIR_MATCH_DST_ADDRESS:
			p->dst = address_in(s, m);
			break;
		case WEIR_MATCH_PROTOCOL:
			p->protocol = (uint8_t)m->number;
			break;
		case WEIR_MATCH_DST_PORT:
			p->dst_port = m->ports[0].first;
			p->dst_port += (uint16_t)pick(s, m->ports[0].last - p->dst_port + 1u);
			break;
		case WEIR_MATCH_IN_INTERFACE:
			for (p->in = 0; !(m->interfaces[p->in / 64] >> p->in % 64 & 1); p->in++)
				;
			break;
		case WEIR_MATCH_CONNECTION_STATE:
			p->state = (uint8_t)__builtin_ctz(m->bits);
			break;
		case WEIR_MATCH_SRC_LIST:
			p->src = s->entries[m->number][pick(s, SET_LIST_ENTRIES)].first.v4;
			break;
		default:
			break;
		}
	}
}

void probe_none(struct rule_set *s, struct probe *p)
{
	do {
		probe_any(s, p);
		if (pick(s, 2)) {
			p->protocol = ICMP;
			p->src_port = p->dst_port = 0;
		}
		p->in = 1;
	} while (rule_set_linear(s, p) != SET_NONE);
}

/* The obvious way. */

static bool in_range(const struct weir_match *m, uint32_t address)
{
	uint32_t a = be32_swap(address);

	return a >= be32_swap(m->range.first.v4) && a <= be32_swap(m->range.last.v4);
}

static bool in_list(const struct rule_set *s, uint32_t list, uint32_t address)
{
	for (unsigned i = 0; i < SET_LIST_ENTRIES; i++) {
		if (s->entries[list][i].first.v4 == address)
			return true;
	}
	return false;
}

static bool holds(const struct rule_set *s, const struct weir_match *m, const struct probe *p)
{
	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		return p->protocol == m->number;
	case WEIR_MATCH_SRC_ADDRESS:
		return in_range(m, p->src);
	case WEIR_MATCH_DST_ADDRESS:
		return in_range(m, p->dst);
	case WEIR_MATCH_DST_PORT:
		return (p->protocol == TCP || p->protocol == UDP) &&
		       p->dst_port >= m->ports[0].first && p->dst_port <= m->ports[0].last;
	case WEIR_MATCH_IN_INTERFACE:
		return m->interfaces[p->in / 64] >> p->in % 64 & 1;
	case WEIR_MATCH_CONNECTION_STATE:
		return m->bits >> p->state & 1;
	case WEIR_MATCH_SRC_LIST:
		return in_list(s, m->number, p->src);
	default:
		abort();
	}
}

uint32_t rule_set_linear(const struct rule_set *s, const struct probe *p)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct weir_rule *r = &s->rules[i];
		size_t j = 0;

		while (j < r->match_count && holds(s, &r->matches[j], p))
			j++;
		if (j == r->match_count)
			return i;
	}
	return SET_NONE;
}
