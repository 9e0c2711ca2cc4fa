/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench/rule_set.h - rulesets of one long chain, packets for them, and the obvious way to ask
 * them: from the first rule to the last, each match as it stands.
 *
 * Two kinds: `random` has prefixes, protocols, ports, interfaces and states in any mixture, over
 * the whole space of addresses; `realistic` has what access lists have: servers and their
 * ports, networks that may or may not, interfaces of customers, lists, a few states.
 */
#ifndef BENCH_RULE_SET_H
#define BENCH_RULE_SET_H

#include <weir/rules.h>

enum set_kind { SET_RANDOM, SET_REALISTIC };

#define SET_LISTS 8
#define SET_LIST_ENTRIES 256
#define SET_MATCHES 5
#define SET_NONE UINT32_MAX

struct rule_set {
	uint32_t count;
	struct weir_rule *rules;
	struct weir_match (*matches)[SET_MATCHES];
	struct weir_ports (*ports)[2];
	struct weir_address_range entries[SET_LISTS][SET_LIST_ENTRIES];
	struct weir_address_list lists[SET_LISTS];
	struct weir_chain chain;
	struct weir_ruleset set; /* the chain is filter's forward */
	uint64_t random;
};

/* What rules compare; addresses in network byte order, as the engine has them. */
struct probe {
	uint32_t src, dst;
	uint16_t src_port, dst_port;
	uint16_t in, out;
	uint8_t protocol, state;
};

void rule_set_make(struct rule_set *s, enum set_kind kind, uint32_t count);
void rule_set_free(struct rule_set *s);

/* A packet: for a rule (perhaps one before it takes it), any, or one that meets none. */
void probe_for(struct rule_set *s, uint32_t rule, struct probe *p);
void probe_any(struct rule_set *s, struct probe *p);
void probe_none(struct rule_set *s, struct probe *p);

/* => the number of the first rule that matches, SET_NONE: none */
uint32_t rule_set_linear(const struct rule_set *s, const struct probe *p);

#endif
