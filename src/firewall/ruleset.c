/* SPDX-License-Identifier: Apache-2.0 */
/*
 * firewall/ruleset.c - from the embedder's rules to those that packets meet.
 *
 * Everything is copied into blocks that belong to the ruleset: nothing of the embedder's is
 * needed afterwards. Rules that do nothing are left out; a rule's matches are put into the
 * order of struct weir_match's types, except that those whose answer is the same for a whole
 * connection come first: so as few packets as possible have to be asked one by one. The matches
 * that remember keep their own order at the end.
 *
 * What is the former ruleset's is taken over, as ruleset.h tells.
 *
 * Cost: linear in what it copies; the lists are sorted. A rule that is the former's costs the
 * copying of its struct.
 */
#include <stdio.h>

#include "firewall/classify.h"
#include "firewall/memory.h"
#include "firewall/rule_again.h"
#include "firewall/ruleset_check.h"

#define APART_FROM 64u /* rules from which on a chain's parts are apart */

struct build {
	struct ruleset *set;
	struct alloc *alloc;
	const struct weir_ruleset *from;
	struct weir_rules_error *error;
	struct plan plan;
	uint8_t family;
	bool bad; /* *error is filled in; else it is memory that is missing */
};

static void *get(struct build *b, size_t count, size_t size)
{
	return count > SIZE_MAX / 2 / size ? NULL : ruleset_get(b->set, b->alloc, count * size);
}

static const void *copy(struct build *b, const void *from, size_t count, size_t size)
{
	void *to = get(b, count, size);

	if (to && count > 0)
		memcpy(to, from, count * size);
	return to;
}

static const char *copy_text(struct build *b, const char *text, size_t size)
{
	char *to = get(b, size + 1, 1);

	if (to)
		memcpy(to, text, size); /* and a NUL, as the memory is zeroed */
	return to;
}

static bool copy_interfaces(struct build *b)
{
	const struct weir_ruleset *from = b->from;
	struct weir_interface *to = get(b, from->interface_count, sizeof *to);

	if (!to)
		return false;
	for (size_t i = 0; i < from->interface_count; i++) {
		to[i] = from->interfaces[i];
		to[i].addresses = copy(b, to[i].addresses, to[i].address_count,
				       sizeof *to[i].addresses);
		if (!to[i].addresses)
			return false;
	}
	b->set->interfaces = to;
	b->set->interface_count = (uint32_t)from->interface_count;
	return true;
}

static bool compile_list(struct build *b, struct address_list *to,
			 const struct weir_address_list *from)
{
	bool good;

	to->part = b->set->into = part_create(b->alloc);
	if (to->part)
		to->name = copy_text(b, from->name, strlen(from->name));
	good = to->name && address_list_compile(b->set, b->alloc, to, from);
	b->set->into = b->set->own;
	return good;
}

static bool copy_lists(struct build *b)
{
	const struct weir_ruleset *from = b->from;
	struct address_list *to = get(b, from->list_count, sizeof *to);

	if (!to)
		return false;
	b->set->lists = to;
	for (size_t i = 0; i < from->list_count; i++) {
		const struct address_list *former = plan_list(&b->plan, from, i);

		b->set->list_count++;
		if (former) {
			to[i] = *former;
			to[i].filled = false;
			part_hold(to[i].part);
		} else if (!compile_list(b, &to[i], &from->lists[i])) {
			return false;
		}
		to[i].id = (uint32_t)i + 1;
		to[i].by_id = (uint32_t)i;
		to[i].version = from->list_versions ? from->list_versions[i] : 0;
	}
	b->set->next_list = b->set->list_count + 1;
	return true;
}

/* What a match points at, and addresses as numbers. */
static bool copy_values(struct build *b, struct weir_match *m)
{
	switch (m->type) {
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_IN_BRIDGE_PORT:
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		m->interfaces = copy(b, m->interfaces, WEIR_INTERFACE_WORDS, sizeof(uint64_t));
		return m->interfaces != NULL;
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		m->ports = copy(b, m->ports, m->count, sizeof *m->ports);
		return m->ports != NULL;
	case WEIR_MATCH_TLS_HOST:
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		m->text = copy_text(b, m->text, m->count);
		return m->text != NULL;
	case WEIR_MATCH_SRC_ADDRESS:
	case WEIR_MATCH_DST_ADDRESS:
		m->range.first = addr_number(b->family, &m->range.first);
		m->range.last = addr_number(b->family, &m->range.last);
		return true;
	default:
		return true;
	}
}

/* Whether the answer may always differ between packets of one connection that go one way. */
static bool match_varies(const struct weir_match *m)
{
	switch (m->type) {
	case WEIR_MATCH_SRC_MAC:
	case WEIR_MATCH_TTL:
	case WEIR_MATCH_DSCP:
	case WEIR_MATCH_TOS:
	case WEIR_MATCH_PACKET_SIZE:
	case WEIR_MATCH_FRAGMENT:
	case WEIR_MATCH_IPV4_OPTIONS:
	case WEIR_MATCH_HEADERS:
	case WEIR_MATCH_TCP_FLAGS:
	case WEIR_MATCH_TCP_MSS:
	case WEIR_MATCH_INGRESS_PRIORITY:
	case WEIR_MATCH_CONNECTION_BYTES:
	case WEIR_MATCH_CONNECTION_RATE:
		return true;
	default:
		return memory_keeps(m->type) && memory_varies(m);
	}
}

static unsigned match_order(const struct match *m)
{
	/* The lists say themselves whether the answer lasts. */
	bool list = m->is.type == WEIR_MATCH_SRC_LIST || m->is.type == WEIR_MATCH_DST_LIST;
	unsigned group = memory_keeps(m->is.type) ? 2 : m->varies || list;

	return group << 8 | m->is.type;
}

static bool compile_matches(struct build *b, struct rule *rule, const struct weir_rule *from)
{
	struct match *matches = get(b, from->match_count, sizeof *matches), next;

	if (!matches)
		return false;
	for (size_t i = 0, j; i < from->match_count; i++) {
		next = (struct match){.is = from->matches[i], .slot = NO_SLOT};
		next.varies = match_varies(&next.is);
		if (!copy_values(b, &next.is))
			return false;
		for (j = i; j > 0 && match_order(&matches[j - 1]) > match_order(&next); j--)
			matches[j] = matches[j - 1];
		matches[j] = next;
	}
	rule->matches = matches;
	rule->match_count = (uint32_t)from->match_count;
	return true;
}

/* Whether an action has to be done for each packet, not only found out. */
static bool action_varies(const struct weir_rule *r)
{
	switch (r->action) {
	case WEIR_ACTION_LOG:
	case WEIR_ACTION_ADD_SRC_TO_LIST:
	case WEIR_ACTION_ADD_DST_TO_LIST:
	case WEIR_ACTION_CHANGE_MSS:
	case WEIR_ACTION_CHANGE_TTL:
	case WEIR_ACTION_CHANGE_DSCP:
	case WEIR_ACTION_CLEAR_DF:
	case WEIR_ACTION_STRIP_OPTIONS:
	case WEIR_ACTION_SNPT:
	case WEIR_ACTION_DNPT:
	case WEIR_ACTION_REJECT:
	case WEIR_ACTION_TARPIT:
		return true;
	case WEIR_ACTION_SET_PRIORITY:
		return r->change.how != WEIR_CHANGE_SET;
	default:
		return r->log;
	}
}

static void note_counter(struct ruleset *set, uint32_t counter)
{
	uint32_t page = counter / COUNTERS_PAGE;

	set->counter_pages[page / 64] |= UINT64_C(1) << page % 64;
}

static uint32_t count_slots(const struct weir_rule *r)
{
	uint32_t slots = 0;

	for (size_t i = 0; i < r->match_count; i++)
		slots += memory_keeps(r->matches[i].type);
	return slots;
}

/* A rule that is read: its matches go into the part for those kept, unless they have slots. */
static bool compile_rule(struct build *b, struct chain *chain, struct rule *rule,
			 const struct weir_rule *from, bool keep)
{
	bool good;

	rule->is = *from;
	rule->is.matches = NULL;
	rule->is.match_count = 0;
	rule->varies = action_varies(from);
	rule->slots = count_slots(from);
	rule->kept = keep && rule->slots == 0;
	b->set->into = rule->kept ? chain->kept : chain->own;
	good = compile_matches(b, rule, from);
	b->set->into = chain->own;
	return good;
}

/* Whether what the former keeps is worth keeping: most of the rules are among it, and most of it
 * is of rules. */
static bool worth_keeping(const struct chain_plan *plan, const struct weir_chain *from)
{
	size_t kept = 0;

	if (!plan || !plan->former || !plan->former->kept || from->count < APART_FROM)
		return false;
	for (size_t i = 0; i < from->count; i++)
		kept += plan->same[i] != PLAN_NEW && plan->former->rules[plan->same[i]].kept;
	return kept >= from->count / 4 * 3 && kept >= plan->former->kept_count / 2;
}

static bool make_parts(struct build *b, struct chain *chain, const struct weir_chain *from,
		       const struct chain *former)
{
	chain->own = b->set->into = part_create(b->alloc);
	if (!chain->own)
		return false;
	if (from->count < APART_FROM)
		return true;
	if (former) {
		chain->kept = part_hold(former->kept);
		chain->kept_count = former->kept_count;
		return true;
	}
	chain->kept = part_create(b->alloc);
	return chain->kept != NULL;
}

/* former: whose kept matches are kept; NULL: all are read. */
static bool compile_rules(struct build *b, struct chain *chain, const struct weir_chain *from,
			  const struct chain *former, const uint32_t *same)
{
	struct rule *rules = (struct rule *)(uintptr_t)chain->rules;
	uint32_t *index = (uint32_t *)(uintptr_t)chain->index;

	for (size_t i = 0; i < from->count; i++) {
		const struct weir_rule *r = &from->rules[i];
		const struct rule *known =
			former && same[i] != PLAN_NEW ? &former->rules[same[i]] : NULL;
		struct rule *rule = &rules[chain->count];

		if (r->action == WEIR_ACTION_INERT)
			continue;
		if (known && known->kept)
			*rule = *known;
		else if (!compile_rule(b, chain, rule, r, chain->kept && !former))
			return false;
		chain->kept_count += !former && rule->kept;
		chain->slots += rule->slots;
		index[chain->count++] = (uint32_t)i;
	}
	return true;
}

/* How a chain is searched: as the former one, or anew. */
static bool compile_search(struct build *b, struct chain *chain, const struct chain_plan *plan)
{
	bool good;

	if (plan && plan->former && search_again(b->set, b->alloc, chain, plan, &good))
		return good;
	if (chain->kept) {
		chain->search = b->set->into = part_create(b->alloc);
		if (!chain->search)
			return false;
	}
	good = classify_chain(b->set, b->alloc, b->family, chain);
	b->set->into = chain->own;
	return good;
}

static bool compile_anew(struct build *b, struct chain *chain, const struct weir_chain *from,
			 const struct chain_plan *plan)
{
	const struct chain *former = worth_keeping(plan, from) ? plan->former : NULL;
	size_t count = 0;

	if (!make_parts(b, chain, from, former))
		return false;
	for (size_t i = 0; i < from->count; i++)
		count += from->rules[i].action != WEIR_ACTION_INERT;
	chain->given = (uint32_t)from->count;
	chain->slot = b->set->slot_count;
	chain->name = copy_text(b, from->name, strlen(from->name));
	chain->rules = get(b, count, sizeof *chain->rules);
	chain->index = get(b, count, sizeof *chain->index);
	return chain->name && chain->rules && chain->index &&
	       compile_rules(b, chain, from, former, plan ? plan->same : NULL) &&
	       compile_search(b, chain, plan);
}

/* The former's chain, whole. */
static void take_chain(struct chain *chain, const struct chain *former, uint32_t slot)
{
	*chain = *former;
	chain->slot = slot;
	part_hold(chain->own);
	part_hold(chain->kept);
	part_hold(chain->search);
}

static bool compile_chain(struct build *b, struct chain *chain, const struct weir_chain *from,
			  const struct chain_plan *plan)
{
	bool good = true;

	if (plan && plan->whole &&
	    (plan->former->slots == 0 || plan->former->slot == b->set->slot_count))
		take_chain(chain, plan->former, b->set->slot_count);
	else
		good = compile_anew(b, chain, from, plan);
	b->set->into = b->set->own;
	b->set->slot_count += chain->slots;
	return good;
}

/* What the rules of a chain count in and fill. */
static void take_stock(struct ruleset *set, const struct chain *chain)
{
	for (uint32_t i = 0; i < chain->count; i++) {
		const struct weir_rule *r = &chain->rules[i].is;

		note_counter(set, r->counter);
		if (r->action == WEIR_ACTION_ADD_SRC_TO_LIST ||
		    r->action == WEIR_ACTION_ADD_DST_TO_LIST)
			set->lists[r->list.number].filled = true;
	}
}

static bool compile_table(struct build *b, struct table_rules *to,
			  const struct weir_table_rules *from, const struct chain_plan *plans)
{
	to->chains = get(b, from->count, sizeof *to->chains);
	if (!to->chains)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		to->count++;
		if (!compile_chain(b, &to->chains[i], &from->chains[i], plans ? &plans[i] : NULL))
			return false;
		take_stock(b->set, &to->chains[i]);
	}
	for (unsigned hook = 0; hook < WEIR_HOOK_COUNT; hook++) {
		uint32_t chain = from->count > 0 ? from->builtin[hook] : WEIR_NO_CHAIN;

		/* An empty chain need not be asked. */
		to->builtin[hook] = chain != WEIR_NO_CHAIN && to->chains[chain].count > 0
					    ? chain
					    : WEIR_NO_CHAIN;
	}
	return true;
}

/* A match of a rule that remembers: its slot, and what it needs, unless it has it. */
static bool compile_memory(struct build *b, const struct rule *rule, struct match *m, uint8_t nth,
			   bool ready)
{
	struct ruleset *set = b->set;
	struct slot *slot = &set->slots[set->slot_count];
	const char *fault = NULL;
	bool no_memory = false;

	*slot = (struct slot){.match = m, .counter = rule->is.counter, .nth = nth};
	if (!ready) {
		m->slot = set->slot_count;
		fault = memory_compile(set, b->alloc, m, &no_memory);
	}
	if (no_memory)
		return false;
	set->slot_count++;
	if (!fault)
		return true;
	b->bad = true;
	b->error->counter = rule->is.counter;
	snprintf(b->error->text, sizeof b->error->text, "%s: %s",
		 weir_match_text((enum weir_match_type)m->is.type), fault);
	return false;
}

static bool compile_rule_memory(struct build *b, const struct rule *rule, bool ready)
{
	uint8_t nth = 0;

	for (uint32_t i = 0; i < rule->match_count; i++) {
		/* They were made here: writable in truth. */
		struct match *m = (struct match *)(uintptr_t)&rule->matches[i];

		if (!memory_keeps(m->is.type))
			continue;
		nth = i > 0 && rule->matches[i - 1].is.type == m->is.type ? (uint8_t)(nth + 1) : 0;
		if (!compile_memory(b, rule, m, nth, ready))
			return false;
	}
	return true;
}

/* A chain that others hold too is ready. */
static bool compile_memories(struct build *b)
{
	struct ruleset *set = b->set;

	set->slots = get(b, set->slot_count, sizeof *set->slots);
	set->slot_count = 0;
	if (!set->slots)
		return false;
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct table_rules *t = &set->tables[i / WEIR_TABLE_COUNT]
							  [i % WEIR_TABLE_COUNT];

		for (uint32_t j = 0; j < t->count; j++) {
			const struct chain *chain = &t->chains[j];

			for (uint32_t k = 0; chain->slots > 0 && k < chain->count; k++) {
				if (chain->rules[k].slots > 0 &&
				    !compile_rule_memory(b, &chain->rules[k],
							 !part_last(chain->own)))
					return false;
			}
		}
	}
	return true;
}

/* Room for ruleset_check() to note each chain of a table. */
static bool check(struct build *b)
{
	size_t most = 0;
	uint8_t *depth;

	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		size_t count = b->from->tables[i / WEIR_TABLE_COUNT][i % WEIR_TABLE_COUNT].count;

		if (count > most)
			most = count;
	}
	depth = get(b, most < CHECK_CHAINS_MAX ? most : CHECK_CHAINS_MAX, 1);
	if (!depth)
		return false;
	b->bad = !ruleset_check(b->from, &b->plan, depth, b->error);
	return !b->bad;
}

static bool build_all(struct build *b)
{
	if (!check(b) || !copy_interfaces(b) || !copy_lists(b))
		return false;
	for (unsigned f = 0; f < 2; f++) {
		b->family = f == 0 ? WEIR_IPV4 : WEIR_IPV6;
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			if (!compile_table(b, &b->set->tables[f][t], &b->from->tables[f][t],
					   b->plan.chains[f][t]))
				return false;
		}
	}
	return compile_memories(b);
}

struct ruleset *ruleset_renew(struct alloc *alloc, const struct ruleset *former,
			      const struct weir_ruleset *rules, struct weir_rules_error *error)
{
	struct build b = {.alloc = alloc, .from = rules, .error = error};
	bool good;

	error->counter = UINT32_MAX;
	error->text[0] = 0;
	b.set = alloc_get(alloc, sizeof *b.set, 64);
	if (!b.set)
		return NULL;
	b.set->utc_offset = rules->utc_offset;
	b.set->wall = rules->wall;
	b.set->own = b.set->into = part_create(alloc);
	good = b.set->own && plan_make(&b.plan, alloc, former, rules);
	good = good && build_all(&b);
	plan_free(&b.plan, alloc);
	if (good)
		return b.set;
	ruleset_destroy(b.set, alloc);
	return NULL;
}

struct ruleset *ruleset_create(struct alloc *alloc, const struct weir_ruleset *rules,
			       struct weir_rules_error *error)
{
	return ruleset_renew(alloc, NULL, rules, error);
}

/* What matches have compiled goes with the last who holds them. */
static void release_memories(const struct chain *chain, struct alloc *alloc)
{
	for (uint32_t i = 0; chain->slots > 0 && i < chain->count; i++) {
		const struct rule *rule = &chain->rules[i];

		for (uint32_t j = 0; rule->slots > 0 && j < rule->match_count; j++)
			memory_release((struct match *)(uintptr_t)&rule->matches[j], alloc);
	}
}

static void release_chain(const struct chain *chain, struct alloc *alloc)
{
	if (chain->own && part_last(chain->own))
		release_memories(chain, alloc);
	part_release(chain->search, alloc);
	part_release(chain->kept, alloc);
	part_release(chain->own, alloc);
}

void ruleset_destroy(struct ruleset *ruleset, struct alloc *alloc)
{
	if (!ruleset)
		return;
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct table_rules *t =
			&ruleset->tables[i / WEIR_TABLE_COUNT][i % WEIR_TABLE_COUNT];

		for (uint32_t j = 0; j < t->count; j++)
			release_chain(&t->chains[j], alloc);
	}
	for (uint32_t i = 0; i < ruleset->list_count; i++)
		part_release(ruleset->lists[i].part, alloc);
	part_release(ruleset->own, alloc);
	alloc_put(alloc, ruleset, sizeof *ruleset);
}

bool ruleset_asks(const struct ruleset *ruleset, uint8_t family, enum weir_table table,
		  enum weir_hook hook)
{
	return ruleset->tables[family == WEIR_IPV6][table].builtin[hook] != WEIR_NO_CHAIN;
}

bool ruleset_address(const struct ruleset *ruleset, uint16_t interface, uint8_t family,
		     union weir_addr *addr)
{
	const struct weir_interface *f;

	if (interface >= ruleset->interface_count)
		return false;
	f = &ruleset->interfaces[interface];
	for (size_t i = 0; i < f->address_count; i++) {
		if (f->addresses[i].family == family) {
			*addr = f->addresses[i].addr;
			return true;
		}
	}
	return false;
}

uint16_t ruleset_bridge(const struct ruleset *ruleset, uint16_t interface)
{
	if (interface >= ruleset->interface_count ||
	    ruleset->interfaces[interface].bridge == WEIR_INTERFACE_NONE)
		return interface;
	return ruleset->interfaces[interface].bridge;
}

uint16_t ruleset_mtu(const struct ruleset *ruleset, uint16_t interface)
{
	return interface < ruleset->interface_count ? ruleset->interfaces[interface].mtu : 0;
}
