/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rulesets share: after each of many random changes of rules that have versions, the ruleset
 * that was made from the one before is compared, field by field and by the packets that it
 * decides about, with one that was made from nothing. Memory fails now and then, and nothing may
 * be left in the end.
 */
#include "firewall/classify.h"
#include "sample.h"

#define CHAINS 4
#define POOL 600
#define MATCHES 4
#define STEPS 1500
#define LISTS 3

struct entry {
	struct weir_rule rule;
	struct weir_match matches[MATCHES];
	struct weir_ports ports[2];
	char text[4];
};

static uint64_t seed, version;
static struct entry pool[POOL];
static uint32_t order[CHAINS][POOL], counts[CHAINS]; /* entries of each chain */
static struct weir_rule given[CHAINS][POOL];
static struct weir_address_range ranges[LISTS][4];
static struct weir_address_list lists[LISTS];
static uint64_t list_versions[LISTS];
static const uint64_t sets[2][WEIR_INTERFACE_WORDS] = {{1u << 1}, {6}};

static uint32_t pick(uint32_t below)
{
	return (uint32_t)(next_random(&seed) % below);
}

static void make_match(struct entry *e, struct weir_match *m)
{
	static const uint8_t types[] = {
		WEIR_MATCH_PROTOCOL, WEIR_MATCH_IN_INTERFACE, WEIR_MATCH_DST_PORT,
		WEIR_MATCH_SRC_ADDRESS, WEIR_MATCH_SRC_ADDRESS, WEIR_MATCH_DST_ADDRESS,
		WEIR_MATCH_SRC_LIST, WEIR_MATCH_CONTENT, WEIR_MATCH_LIMIT, WEIR_MATCH_LAYER7};

	memset(m, 0, sizeof *m);
#ifdef LAYER7
	m->type = types[pick(pick(8) ? 7 : ARRAY_COUNT(types))];
#else
	m->type = types[pick(pick(8) ? 7 : ARRAY_COUNT(types) - 1)];
#endif
	m->negate = pick(6) == 0;
	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		m->number = pick(2) ? 6 : 17;
		break;
	case WEIR_MATCH_IN_INTERFACE:
		m->interfaces = sets[pick(2)];
		break;
	case WEIR_MATCH_DST_PORT:
		e->ports[0] = (struct weir_ports){(uint16_t)pick(500), (uint16_t)(500 + pick(500))};
		m->ports = e->ports;
		m->count = 1;
		break;
	case WEIR_MATCH_SRC_LIST:
		m->number = pick((uint32_t)LISTS);
		break;
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		e->text[0] = (char)('a' + pick(3));
		m->text = e->text;
		m->count = 1;
		break;
	case WEIR_MATCH_LIMIT:
		m->limit.rate = 1 + pick(9);
		m->limit.time = WEIR_SEC;
		break;
	default:
		m->range.first.v4 = m->range.last.v4 = be32_swap(0x0a000000 + pick(512));
	}
}

static void make_action(struct entry *e, unsigned chain)
{
	static const uint8_t actions[] = {WEIR_ACTION_ACCEPT, WEIR_ACTION_DROP, WEIR_ACTION_DROP,
					  WEIR_ACTION_LOG, WEIR_ACTION_JUMP, WEIR_ACTION_INERT,
					  WEIR_ACTION_ADD_SRC_TO_LIST, WEIR_ACTION_REJECT};

	e->rule.action = actions[pick(ARRAY_COUNT(actions))];
	e->rule.log = pick(8) == 0;
	memset(&e->rule.nat, 0, sizeof e->rule.nat);
	if (e->rule.action == WEIR_ACTION_JUMP && chain + 1 < CHAINS)
		e->rule.chain = chain + 1;
	else if (e->rule.action == WEIR_ACTION_JUMP)
		e->rule.action = WEIR_ACTION_RETURN;
	else if (e->rule.action == WEIR_ACTION_ADD_SRC_TO_LIST)
		e->rule.list.number = pick((uint32_t)LISTS);
	else if (e->rule.action == WEIR_ACTION_REJECT)
		e->rule.reject = pick(3);
}

/* Ports and texts are the entry's: one match of each kind. */
static void make_entry(struct entry *e, unsigned chain)
{
	e->rule.match_count = 1 + pick(MATCHES - 1);
	for (size_t i = 0; i < e->rule.match_count; i++) {
		make_match(e, &e->matches[i]);
		for (size_t j = 0; j < i; j++) {
			if (e->matches[j].type == e->matches[i].type)
				i = e->rule.match_count = j + 1;
		}
	}
	e->rule.matches = e->matches;
	make_action(e, chain);
	e->rule.version = pick(20) ? ++version : 0;
}

static void put(unsigned chain, uint32_t at, uint32_t entry)
{
	memmove(&order[chain][at + 1], &order[chain][at],
		(counts[chain] - at) * sizeof order[0][0]);
	order[chain][at] = entry;
	counts[chain]++;
}

static uint32_t take(unsigned chain, uint32_t at)
{
	uint32_t entry = order[chain][at];

	counts[chain]--;
	memmove(&order[chain][at], &order[chain][at + 1],
		(counts[chain] - at) * sizeof order[0][0]);
	return entry;
}

static uint32_t unused(void)
{
	for (uint32_t i = 0; i < POOL; i++) {
		if (pool[i].rule.match_count == 0)
			return i;
	}
	return POOL;
}

static void add_rules(unsigned chain, uint32_t many)
{
	for (uint32_t i = 0; i < many; i++) {
		uint32_t entry = unused();

		if (entry == POOL)
			return;
		make_entry(&pool[entry], chain);
		pool[entry].rule.counter = entry;
		put(chain, pick(counts[chain] + 1), entry);
	}
}

static void remove_rules(unsigned chain, uint32_t many)
{
	for (uint32_t i = 0; i < many && counts[chain] > 0; i++)
		pool[take(chain, pick(counts[chain]))].rule.match_count = 0;
}

static void make_list(unsigned i)
{
	for (unsigned j = 0; j < 4; j++) {
		ranges[i][j].family = WEIR_IPV4;
		ranges[i][j].first.v4 = ranges[i][j].last.v4 = be32_swap(0x0a000000 + pick(512));
	}
	lists[i] = (struct weir_address_list){&"abc"[i], ranges[i], 1 + pick(4)};
	list_versions[i] = ++version;
}

static void change(void)
{
	unsigned chain = pick(CHAINS);
	uint32_t at = counts[chain] ? pick(counts[chain]) : 0;
	struct entry *e = counts[chain] ? &pool[order[chain][at]] : NULL;

	switch (pick(9)) {
	case 0:
		add_rules(chain, pick(10) ? 1 + pick(3) : 150);
		break;
	case 1:
		remove_rules(chain, pick(10) ? 1 + pick(3) : 200);
		break;
	case 2:
	case 3:
		if (e)
			make_entry(e, chain);
		break;
	case 4:
	case 5: /* its matches stay */
		if (!e)
			break;
		make_action(e, chain);
		e->rule.version = ++version;
		break;
	case 6:
		if (e) {
			uint32_t entry = take(chain, at);

			put(chain, pick(counts[chain] + 1), entry);
		}
		break;
	case 7:
		make_list(pick(LISTS));
		break;
	default: /* nothing */
		break;
	}
}

static void give(struct sample *s)
{
	static const char *const names[CHAINS] = {"forward", "one", "two", "three"};

	for (unsigned c = 0; c < CHAINS; c++) {
		for (uint32_t i = 0; i < counts[c]; i++)
			given[c][i] = pool[order[c][i]].rule;
		sample_chain(s, c, names[c], given[c], counts[c]);
	}
	s->rules.tables[1][WEIR_TABLE_FILTER].count = 0;
	s->rules.lists = lists;
	s->rules.list_count = LISTS;
	s->rules.list_versions = list_versions;
}

/* Comparing */

static void same_match(const struct match *a, const struct match *b)
{
	assert_int_equal(a->is.type, b->is.type);
	assert_int_equal(a->is.negate, b->is.negate);
	assert_int_equal(a->is.count, b->is.count);
	assert_int_equal(a->varies, b->varies);
	assert_int_equal(a->slot, b->slot);
	assert_int_equal(a->compiled != NULL, b->compiled != NULL);
	if (a->is.type == WEIR_MATCH_IN_INTERFACE)
		assert_memory_equal(a->is.interfaces, b->is.interfaces, sizeof sets[0]);
	else if (a->is.type == WEIR_MATCH_DST_PORT)
		assert_memory_equal(a->is.ports, b->is.ports, sizeof *a->is.ports);
	else if (a->is.type == WEIR_MATCH_CONTENT || a->is.type == WEIR_MATCH_LAYER7)
		assert_memory_equal(a->is.text, b->is.text, a->is.count);
	else
		assert_memory_equal(&a->is.limit, &b->is.limit, sizeof a->is.limit);
}

static void same_rule(const struct rule *a, const struct rule *b)
{
	assert_int_equal(a->is.counter, b->is.counter);
	assert_int_equal(a->is.version, b->is.version);
	assert_int_equal(a->is.action, b->is.action);
	assert_int_equal(a->is.log, b->is.log);
	assert_memory_equal(&a->is.nat, &b->is.nat, sizeof a->is.nat);
	assert_int_equal(a->varies, b->varies);
	assert_int_equal(a->slots, b->slots);
	assert_int_equal(a->match_count, b->match_count);
	for (uint32_t i = 0; i < a->match_count; i++)
		same_match(&a->matches[i], &b->matches[i]);
}

static void same_chain(const struct chain *a, const struct chain *b)
{
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->given, b->given);
	assert_int_equal(a->slot, b->slot);
	assert_int_equal(a->slots, b->slots);
	assert_int_equal(a->lanes != NULL, b->lanes != NULL);
	assert_int_equal(a->classifier != NULL, b->classifier != NULL);
	for (uint32_t i = 0; i < a->count; i++) {
		assert_int_equal(a->index[i], b->index[i]);
		same_rule(&a->rules[i], &b->rules[i]);
	}
}

static void same_rulesets(const struct ruleset *a, const struct ruleset *b)
{
	const struct table_rules *x = &a->tables[0][WEIR_TABLE_FILTER];
	const struct table_rules *y = &b->tables[0][WEIR_TABLE_FILTER];

	assert_int_equal(x->count, y->count);
	assert_memory_equal(x->builtin, y->builtin, sizeof x->builtin);
	for (uint32_t i = 0; i < x->count; i++)
		same_chain(&x->chains[i], &y->chains[i]);
	assert_memory_equal(a->counter_pages, b->counter_pages, sizeof a->counter_pages);
	assert_int_equal(a->slot_count, b->slot_count);
	for (uint32_t i = 0; i < a->slot_count; i++) {
		assert_int_equal(a->slots[i].counter, b->slots[i].counter);
		assert_int_equal(a->slots[i].nth, b->slots[i].nth);
		same_match(a->slots[i].match, b->slots[i].match);
	}
	assert_int_equal(a->list_count, b->list_count);
	for (uint32_t i = 0; i < a->list_count; i++) {
		const struct ranges4 *v = &a->lists[i].v4, *w = &b->lists[i].v4;

		assert_string_equal(a->lists[i].name, b->lists[i].name);
		assert_int_equal(a->lists[i].filled, b->lists[i].filled);
		assert_int_equal(v->count, w->count);
		assert_memory_equal(v->first, w->first, v->count * sizeof *v->first);
		assert_memory_equal(v->last, w->last, v->count * sizeof *v->last);
	}
}

/* Both decide the same about packets, asked by a worker that has them for the first time. */
static void same_answers(struct sample *s, const struct ruleset *a, const struct ruleset *b)
{
	struct firewall *first = firewall_create(&s->alloc, 1, NULL);
	struct firewall *second = firewall_create(&s->alloc, 1, NULL);

	assert_true(first && second && firewall_adopt(first, a) && firewall_adopt(second, b));
	for (unsigned i = 0; i < 30; i++) {
		struct walk before;
		enum walk_verdict verdict;
		uint32_t decided;

		sample_packet(s, pick(2) ? "ip4:06 tcp:02" : "ip4:11 udp");
		s->walk.in = (uint16_t)pick(3);
		s->walk.tuple.src.v4 = be32_swap(0x0a000000 + pick(512));
		s->walk.tuple.dst.v4 = be32_swap(0x0a000000 + pick(512));
		s->walk.tuple.dst_port = (uint16_t)pick(1000);
		before = s->walk;
		verdict = firewall_ask(first, a, s->table, s->hook, &s->walk);
		decided = s->walk.decided;
		s->walk = before;
		assert_int_equal(firewall_ask(second, b, s->table, s->hook, &s->walk), verdict);
		assert_int_equal(s->walk.decided, decided);
	}
	firewall_destroy(first);
	firewall_destroy(second);
}

static void step(struct sample *s)
{
	struct ruleset *next, *fresh;

	for (uint32_t n = 1 + pick(3); n > 0; n--)
		change();
	give(s);
	if (pick(4) == 0) {
		s->memory.fail_from = s->memory.calls + pick(40);
		s->memory.fail_to = s->memory.fail_from + 1;
	}
	next = ruleset_renew(&s->alloc, s->ruleset, &s->rules, &s->error);
	s->memory.fail_from = s->memory.fail_to = UINT64_MAX;
	assert_string_equal(s->error.text, "");
	if (!next)
		return;
	fresh = ruleset_create(&s->alloc, &s->rules, &s->error);
	assert_non_null(fresh);
	same_rulesets(next, fresh);
	same_answers(s, next, fresh);
	ruleset_destroy(fresh, &s->alloc);
	ruleset_destroy(s->ruleset, &s->alloc);
	s->ruleset = next;
}

static void begin(struct sample *s)
{
	seed = 7;
	memset(pool, 0, sizeof pool);
	memset(counts, 0, sizeof counts);
	for (unsigned i = 0; i < LISTS; i++)
		make_list(i);
	sample_begin(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
}

static void test_shared_as_fresh(void **state)
{
	struct sample s;

	(void)state;
	begin(&s);
	for (unsigned i = 0; i < STEPS; i++)
		step(&s);
	sample_end(&s);
}

/* What is shared lies where it lay. */
static void test_shares(void **state)
{
	const struct chain *a, *b;
	struct ruleset *next;
	struct sample s;

	(void)state;
	begin(&s);
	for (unsigned c = 0; c < 2; c++) {
		for (uint32_t i = 0; i < 200; i++) {
			struct entry *e = &pool[200 * c + i];

			e->rule = (struct weir_rule){.counter = 200 * c + i, .version = ++version,
						     .action = WEIR_ACTION_DROP,
						     .matches = e->matches, .match_count = 1};
			e->matches[0] = (struct weir_match){.type = WEIR_MATCH_SRC_ADDRESS};
			e->matches[0].range.first.v4 = be32_swap(0x0a000000 + 2 * i);
			e->matches[0].range.last = e->matches[0].range.first;
			put(c, counts[c], 200 * c + i);
		}
	}
	give(&s);
	s.ruleset = ruleset_create(&s.alloc, &s.rules, &s.error);
	assert_non_null(s.ruleset);
	pool[70].rule.action = WEIR_ACTION_REJECT;
	pool[70].rule.version = ++version;
	give(&s);
	next = ruleset_renew(&s.alloc, s.ruleset, &s.rules, &s.error);
	assert_non_null(next);
	a = s.ruleset->tables[0][WEIR_TABLE_FILTER].chains;
	b = next->tables[0][WEIR_TABLE_FILTER].chains;
	assert_ptr_equal(a[1].rules, b[1].rules);
	assert_ptr_equal(a[1].classifier, b[1].classifier);
	assert_ptr_not_equal(a[0].rules, b[0].rules);
	assert_ptr_equal(a[0].rules[71].matches, b[0].rules[71].matches);
	assert_ptr_not_equal(a[0].rules[70].matches, b[0].rules[70].matches);
	assert_ptr_equal(s.ruleset->lists[0].v4.first, next->lists[0].v4.first);
	ruleset_destroy(s.ruleset, &s.alloc);
	s.ruleset = next;
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_shared_as_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
