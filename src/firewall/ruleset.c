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
 * Cost: linear in what it copies; the lists are sorted.
 */
#include <stdio.h>

#include "firewall/classify.h"
#include "firewall/memory.h"
#include "firewall/ruleset_check.h"

#define CHUNK_SIZE ((size_t)64 << 10)

struct ruleset_chunk {
	struct ruleset_chunk *next;
	size_t size, used; /* of all, header included */
};

struct build {
	struct ruleset *set;
	struct alloc *alloc;
	const struct weir_ruleset *from;
	struct weir_rules_error *error;
	uint8_t family;
	bool bad; /* *error is filled in; else it is memory that is missing */
};

void *ruleset_get(struct ruleset *ruleset, struct alloc *alloc, size_t size)
{
	struct ruleset_chunk *chunk = ruleset->chunks;
	size_t head = (sizeof *chunk + 15) & ~(size_t)15, all;
	void *ptr;

	size = (size + 15) & ~(size_t)15;
	if (!chunk || chunk->size - chunk->used < size) {
		all = head + size > CHUNK_SIZE ? head + size : CHUNK_SIZE;
		chunk = alloc_get(alloc, all, 64);
		if (!chunk)
			return NULL;
		chunk->size = all;
		chunk->used = head;
		chunk->next = ruleset->chunks;
		ruleset->chunks = chunk;
	}
	ptr = (uint8_t *)chunk + chunk->used;
	chunk->used += size;
	return ptr;
}

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

static bool copy_lists(struct build *b)
{
	const struct weir_ruleset *from = b->from;
	struct address_list *to = get(b, from->list_count, sizeof *to);

	if (!to)
		return false;
	for (size_t i = 0; i < from->list_count; i++) {
		to[i].name = copy_text(b, from->lists[i].name, strlen(from->lists[i].name));
		to[i].id = (uint32_t)i + 1;
		to[i].by_id = (uint32_t)i;
		if (!to[i].name ||
		    !address_list_compile(b->set, b->alloc, &to[i], &from->lists[i]))
			return false;
	}
	b->set->lists = to;
	b->set->list_count = (uint32_t)from->list_count;
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
	for (size_t i = 0; i < from->match_count; i++)
		b->set->slot_count += memory_keeps(matches[i].is.type);
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

static bool compile_chain(struct build *b, struct chain *chain, const struct weir_chain *from)
{
	size_t count = 0;
	struct rule *rules;
	uint32_t *index;

	for (size_t i = 0; i < from->count; i++)
		count += from->rules[i].action != WEIR_ACTION_INERT;
	chain->name = copy_text(b, from->name, strlen(from->name));
	chain->rules = rules = get(b, count, sizeof *rules);
	chain->index = index = get(b, count, sizeof *index);
	if (!chain->name || !rules || !index)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		const struct weir_rule *r = &from->rules[i];
		struct rule *rule = &rules[chain->count];

		if (r->action == WEIR_ACTION_INERT)
			continue;
		rule->is = *r;
		rule->is.matches = NULL;
		rule->is.match_count = 0;
		rule->varies = action_varies(r);
		if (!compile_matches(b, rule, r))
			return false;
		note_counter(b->set, r->counter);
		index[chain->count++] = (uint32_t)i;
	}
	return true;
}

static bool compile_table(struct build *b, struct table_rules *to,
			  const struct weir_table_rules *from)
{
	to->chains = get(b, from->count, sizeof *to->chains);
	if (!to->chains)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		if (!compile_chain(b, &to->chains[i], &from->chains[i]) ||
		    !classify_chain(b->set, b->alloc, b->family, &to->chains[i]))
			return false;
	}
	to->count = (uint32_t)from->count;
	for (unsigned hook = 0; hook < WEIR_HOOK_COUNT; hook++) {
		uint32_t chain = from->count > 0 ? from->builtin[hook] : WEIR_NO_CHAIN;

		/* An empty chain need not be asked. */
		to->builtin[hook] = chain != WEIR_NO_CHAIN && to->chains[chain].count > 0
					    ? chain
					    : WEIR_NO_CHAIN;
	}
	return true;
}

/* Which lists rules put something into; before the matches are compiled. */
static void note_filled(struct build *b)
{
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct weir_table_rules *t = &b->from->tables[i / WEIR_TABLE_COUNT]
								   [i % WEIR_TABLE_COUNT];

		for (size_t j = 0; j < t->count; j++) {
			for (size_t k = 0; k < t->chains[j].count; k++) {
				const struct weir_rule *r = &t->chains[j].rules[k];

				if (r->action == WEIR_ACTION_ADD_SRC_TO_LIST ||
				    r->action == WEIR_ACTION_ADD_DST_TO_LIST)
					b->set->lists[r->list.number].filled = true;
			}
		}
	}
}

/* A match of a rule that remembers: its slot, and what it needs. */
static bool compile_memory(struct build *b, const struct rule *rule, struct match *m, uint8_t nth)
{
	struct ruleset *set = b->set;
	struct slot *slot = &set->slots[set->slot_count];
	const char *fault;
	bool no_memory = false;

	m->slot = set->slot_count;
	*slot = (struct slot){.match = m, .counter = rule->is.counter, .nth = nth};
	fault = memory_compile(set, b->alloc, m, &no_memory);
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

static bool compile_rule_memory(struct build *b, const struct rule *rule)
{
	uint8_t nth = 0;

	for (uint32_t i = 0; i < rule->match_count; i++) {
		/* They were made here: writable in truth. */
		struct match *m = (struct match *)(uintptr_t)&rule->matches[i];

		if (!memory_keeps(m->is.type))
			continue;
		nth = i > 0 && rule->matches[i - 1].is.type == m->is.type ? (uint8_t)(nth + 1) : 0;
		if (!compile_memory(b, rule, m, nth))
			return false;
	}
	return true;
}

static bool compile_memories(struct build *b)
{
	struct ruleset *set = b->set;

	set->slots = get(b, set->slot_count, sizeof *set->slots);
	set->slot_count = 0; /* those that memory_release() has to see */
	if (!set->slots)
		return false;
	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct table_rules *t = &set->tables[i / WEIR_TABLE_COUNT]
							  [i % WEIR_TABLE_COUNT];

		for (uint32_t j = 0; j < t->count; j++) {
			for (uint32_t k = 0; k < t->chains[j].count; k++) {
				if (!compile_rule_memory(b, &t->chains[j].rules[k]))
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
	b->bad = !ruleset_check(b->from, depth, b->error);
	return !b->bad;
}

static bool build_all(struct build *b)
{
	if (!check(b) || !copy_interfaces(b) || !copy_lists(b))
		return false;
	note_filled(b);
	for (unsigned f = 0; f < 2; f++) {
		b->family = f == 0 ? WEIR_IPV4 : WEIR_IPV6;
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			if (!compile_table(b, &b->set->tables[f][t], &b->from->tables[f][t]))
				return false;
		}
	}
	return compile_memories(b);
}

struct ruleset *ruleset_create(struct alloc *alloc, const struct weir_ruleset *rules,
			       struct weir_rules_error *error)
{
	struct build b = {.alloc = alloc, .from = rules, .error = error};

	error->counter = UINT32_MAX;
	error->text[0] = 0;
	b.set = alloc_get(alloc, sizeof *b.set, 64);
	if (!b.set)
		return NULL;
	b.set->utc_offset = rules->utc_offset;
	b.set->wall = rules->wall;
	if (build_all(&b))
		return b.set;
	ruleset_destroy(b.set, alloc);
	return NULL;
}

void ruleset_destroy(struct ruleset *ruleset, struct alloc *alloc)
{
	struct ruleset_chunk *chunk, *next;

	if (!ruleset)
		return;
	for (uint32_t i = 0; i < ruleset->slot_count && ruleset->slots; i++)
		memory_release((struct match *)(uintptr_t)ruleset->slots[i].match, alloc);
	for (chunk = ruleset->chunks; chunk; chunk = next) {
		next = chunk->next;
		alloc_put(alloc, chunk, chunk->size);
	}
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
