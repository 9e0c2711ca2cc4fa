/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passing rules over changes nothing: random rulesets and packets, asked with and without (who
 * traces all rules gets them asked one after the other), must agree in everything, what limits
 * and their like remember included.
 */
#include "firewall/lanes.h"
#include "sample.h"

#define CHAINS 4
#define RULES_MAX 10000
#define MATCHES_MAX 4

static uint64_t seed;
static bool spread; /* many values, so that rules are told apart by them; few: all overlap */
static uint32_t match_total;

static uint32_t pick(uint32_t below)
{
	return (uint32_t)(next_random(&seed) % below);
}

static const uint64_t sets[3][WEIR_INTERFACE_WORDS] = {
	{1u << 1}, {6, [WEIR_INTERFACE_WORDS - 1] = UINT64_C(1) << 63}, {0}};

static struct weir_rule rules[CHAINS][RULES_MAX];
static struct weir_match matches[CHAINS * RULES_MAX * MATCHES_MAX];
static struct weir_ports ports[CHAINS * RULES_MAX * MATCHES_MAX][2];

/* Few values, so that rules do match, and the ends of what there is. */
static uint16_t a_port(void)
{
	static const uint16_t some[] = {0, 1, 22, 80, 443, 1023, 1024, 65534, 65535};

	return spread && pick(8) ? (uint16_t)pick(65536) : some[pick(ARRAY_COUNT(some))];
}

static union weir_addr an_address(uint8_t family)
{
	union weir_addr a = {.u64 = {0, 0}};
	unsigned size = family == WEIR_IPV4 ? 4 : 16;

	if (pick(8) == 0) {
		memset(a.v6, pick(2) ? 0xff : 0, size);
		return a;
	}
	a.v6[0] = 10;
	if (spread) {
		put_be32(a.v6 + (pick(2) ? 0 : size - 4), pick(UINT32_MAX));
		return a;
	}
	a.v6[size - 2] = (uint8_t)pick(3);
	a.v6[size - 1] = (uint8_t)pick(40);
	return a;
}

static void a_range(uint8_t family, struct weir_match *m)
{
	union weir_addr a = an_address(family), b = an_address(family);
	bool order = memcmp(a.v6, b.v6, 16) <= 0;

	m->range.first = order ? a : b;
	m->range.last = pick(3) == 0 ? m->range.first : order ? b : a;
	if (spread && pick(4)) { /* a prefix */
		m->range.first = m->range.last = a;
		for (unsigned byte = family == WEIR_IPV4 ? 4 : 16, n = pick(3); n > 0; n--) {
			m->range.first.v6[--byte] = 0;
			m->range.last.v6[byte] = 0xff;
		}
	}
}

/* An end of a rule's addresses, or right beside it. */
static union weir_addr an_end(uint8_t family)
{
	unsigned size = family == WEIR_IPV4 ? 4 : 16;

	for (unsigned tries = 0; spread && tries < 20; tries++) {
		const struct weir_match *m = &matches[pick(match_total)];
		union weir_addr a = pick(2) ? m->range.first : m->range.last;

		if (m->type != WEIR_MATCH_SRC_ADDRESS && m->type != WEIR_MATCH_DST_ADDRESS)
			continue;
		a.v6[size - 1] = (uint8_t)(a.v6[size - 1] + (pick(3) ? 0 : pick(3)));
		return a;
	}
	return an_address(family);
}

static void a_match(struct weir_match *m, struct weir_ports *p, uint8_t family)
{
	static const uint8_t types[] = {
		WEIR_MATCH_PROTOCOL, WEIR_MATCH_PROTOCOL, WEIR_MATCH_CONNECTION_STATE,
		WEIR_MATCH_IN_INTERFACE, WEIR_MATCH_OUT_INTERFACE, WEIR_MATCH_DST_PORT,
		WEIR_MATCH_DST_PORT, WEIR_MATCH_SRC_ADDRESS, WEIR_MATCH_DST_ADDRESS,
		WEIR_MATCH_SRC_LIST, WEIR_MATCH_TTL, WEIR_MATCH_SRC_PORT,
		WEIR_MATCH_CONNECTION_MARK, WEIR_MATCH_PACKET_MARK, WEIR_MATCH_NTH,
		WEIR_MATCH_RANDOM, WEIR_MATCH_LIMIT, WEIR_MATCH_DST_LIMIT, WEIR_MATCH_CLASSIFIER};

	*m = (struct weir_match){.type = types[pick(ARRAY_COUNT(types))], .negate = pick(4) == 0};
	switch (m->type) {
	case WEIR_MATCH_PROTOCOL:
		m->number = pick(2) ? 6 : 17;
		break;
	case WEIR_MATCH_CONNECTION_STATE:
		m->bits = pick(64);
		break;
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
		m->interfaces = sets[pick(3)];
		break;
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_DST_PORT:
		m->count = (uint16_t)(1 + pick(2));
		for (unsigned i = 0; i < m->count; i++) {
			uint16_t a = a_port(), b = a_port();

			p[i] = (struct weir_ports){a < b ? a : b, a < b ? b : a};
		}
		m->ports = p;
		break;
	case WEIR_MATCH_SRC_ADDRESS:
	case WEIR_MATCH_DST_ADDRESS:
		a_range(family, m);
		break;
	case WEIR_MATCH_TTL:
		m->span.last = pick(128);
		break;
	case WEIR_MATCH_NTH:
		m->nth.every = 3;
		m->nth.packet = 1 + pick(3);
		break;
	case WEIR_MATCH_RANDOM:
		m->number = 1 + pick(99);
		break;
	case WEIR_MATCH_LIMIT:
	case WEIR_MATCH_DST_LIMIT:
		m->limit.rate = 1 + pick(20);
		m->limit.burst = 1 + pick(5);
		m->limit.time = WEIR_SEC;
		m->limit.expire = WEIR_SEC;
		if (m->type == WEIR_MATCH_DST_LIMIT)
			m->limit.fields = WEIR_FIELD_SRC_ADDRESS;
		break;
	case WEIR_MATCH_CLASSIFIER:
		m->classifier.denominator = 3;
		m->classifier.remainder = pick(3);
		m->classifier.fields = WEIR_FIELD_SRC_ADDRESS | WEIR_FIELD_DST_PORT;
		break;
	default:
		m->number = pick(2);
		break;
	}
}

/* Jumps go to later chains only. */
static void an_action(struct weir_rule *r, unsigned chain)
{
	static const uint8_t actions[] = {
		WEIR_ACTION_ACCEPT, WEIR_ACTION_DROP, WEIR_ACTION_JUMP, WEIR_ACTION_RETURN,
		WEIR_ACTION_PASSTHROUGH, WEIR_ACTION_PASSTHROUGH, WEIR_ACTION_ADD_SRC_TO_LIST,
		WEIR_ACTION_MARK_CONNECTION, WEIR_ACTION_MARK_PACKET, WEIR_ACTION_CHANGE_TTL,
		WEIR_ACTION_INERT};

	r->action = actions[pick(ARRAY_COUNT(actions))];
	r->passthrough = pick(4) > 0;
	if (r->action == WEIR_ACTION_JUMP) {
		r->chain = chain + 1 + pick(2);
		if (r->chain >= CHAINS)
			r->action = WEIR_ACTION_PASSTHROUGH;
	} else if (r->action == WEIR_ACTION_ADD_SRC_TO_LIST) {
		r->list.number = pick(2);
		r->list.timeout = WEIR_SEC / 50 * (1 + pick(20));
	} else if (r->action == WEIR_ACTION_CHANGE_TTL) {
		r->change.how = WEIR_CHANGE_DECREMENT;
		r->change.number = 1;
	} else if (r->action != WEIR_ACTION_INERT) {
		r->mark = pick(3);
	}
}

static void make_rules(struct sample *s, uint8_t family, uint32_t most)
{
	uint32_t counter = 0, used = 0;

	memset(rules, 0, sizeof rules);
	for (unsigned c = 0; c < CHAINS; c++) {
		uint32_t count = pick(4) ? pick(most) : CHAINS * 10;
		/* Many matches and few rules that end it: packets come far. */
		uint32_t least = pick(3);

		for (uint32_t i = 0; i < count; i++) {
			struct weir_rule *r = &rules[c][i];

			r->counter = counter++;
			r->matches = &matches[used];
			r->match_count = least + pick(MATCHES_MAX - least + 1);
			for (uint32_t j = 0; j < r->match_count; j++, used++)
				a_match(&matches[used], ports[used], family);
			an_action(r, c);
		}
		sample_chain(s, c, "chain", rules[c], count);
	}
	match_total = used;
	s->rules.tables[family == WEIR_IPV4][WEIR_TABLE_MANGLE].count = 0; /* the other family's */
}

static void a_packet(struct sample *s, uint8_t family, struct conn *conn)
{
	static const char *const lines[2][4] = {
		{"ip4:06 tcp:02", "ip4:11 udp", "ip4:01 icmp:0800", "ip4:06 tcp:02 cut:22"},
		{"ip6:06 tcp:02", "ip6:11 udp", "ip6:3a icmp6:8000", "ip6:06 tcp:02 cut:42"}};
	struct walk *w = &s->walk;

	sample_packet(s, lines[family == WEIR_IPV6][pick(4)]);
	w->tuple.family = family;
	if (s->packet.l4_cap < 4)
		w->tuple.proto = PROTO_TCP;
	w->tuple.src = an_end(family);
	w->tuple.dst = an_end(family);
	if (has_ports(w->tuple.proto)) {
		w->tuple.src_port = a_port();
		w->tuple.dst_port = a_port();
	}
	w->state = (uint8_t)pick(WEIR_STATE_COUNT);
	w->in = pick(4) ? (uint16_t)pick(4) : 1023;
	w->out = pick(4) ? (uint16_t)pick(4) : WEIR_INTERFACE_NONE;
	w->conn = pick(4) ? conn : NULL;
}

static void agree(struct sample *s, struct firewall *linear, unsigned packets, uint8_t family)
{
	struct weir_trace trace = {.all = true};
	enum walk_verdict a, b;
	struct conn conn;
	struct walk before;

	for (unsigned i = 0; i < packets; i++) {
		uint8_t ttl_at = family == WEIR_IPV4 ? 8 : 7, ttl;

		memset(&conn, 0, sizeof conn);
		a_packet(s, family, &conn);
		s->walk.now = i * (WEIR_SEC / 50);
		before = s->walk;
		ttl = s->bytes.data[ttl_at];
		a = sample_ask(s);

		struct walk one = s->walk;
		uint16_t mark = conn.mark;
		uint8_t ttl_one = s->bytes.data[ttl_at];

		s->walk = before;
		conn.mark = 0;
		s->bytes.data[ttl_at] = ttl;
		s->io.trace = &trace;
		b = firewall_ask(linear, s->ruleset, s->table, s->hook, &s->walk);
		assert_int_equal(a, b);
		assert_int_equal(mark, conn.mark);
		assert_int_equal(ttl_one, s->bytes.data[ttl_at]);
		assert_memory_equal(&one, &s->walk, sizeof one);
	}
}

/* Each time with the vectors of another machine, as far as this one has them. */
static void use_other_vectors(const struct sample *s)
{
	static unsigned turn;
	enum lanes_how how = (enum lanes_how)(turn++ % (lanes_machine() + 1u));

	for (unsigned i = 0; i < 2 * WEIR_TABLE_COUNT; i++) {
		const struct table_rules *t = &s->ruleset->tables[i % 2][i / 2];

		for (uint32_t c = 0; c < t->count; c++) {
			if (t->chains[c].lanes)
				lanes_use((struct lanes *)(uintptr_t)t->chains[c].lanes, how);
		}
	}
}

static void one_ruleset(uint8_t family, uint32_t most, unsigned packets)
{
	static struct weir_rule_counters a[CHAINS * RULES_MAX], b[CHAINS * RULES_MAX];
	const struct weir_address_range range = {family, {.v6 = {9}}, {.v6 = {10, 1}}};
	const struct weir_address_list lists[] = {{"a", &range, 1}, {"b", NULL, 0}};
	struct firewall *linear;
	struct sample s;

	sample_begin(&s, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD);
	s.rules.lists = lists;
	s.rules.list_count = 2;
	make_rules(&s, family, most);
	sample_compile(&s);
	use_other_vectors(&s);
	linear = firewall_create(&s.alloc, 1, NULL);
	assert_non_null(linear);
	assert_true(firewall_adopt(linear, s.ruleset));
	agree(&s, linear, packets, family);
	firewall_counters(s.firewall, 0, a, ARRAY_COUNT(a));
	firewall_counters(linear, 0, b, ARRAY_COUNT(b));
	assert_memory_equal(a, b, sizeof a);
	firewall_destroy(linear);
	sample_end(&s);
}

static void test_random(void **state)
{
	(void)state;
	seed = 1;
	for (unsigned i = 0; i < 300; i++)
		one_ruleset(i % 2 ? WEIR_IPV4 : WEIR_IPV6, i % 3 ? 150 : 20, 60);
}

/* Chains of several groups and of several leaves of rows. */
static void test_long(void **state)
{
	(void)state;
	seed = 2;
	for (unsigned i = 0; i < 8; i++) {
		spread = i & 2;
		one_ruleset(i % 2 ? WEIR_IPV4 : WEIR_IPV6, 3000, 200);
	}
	for (unsigned i = 0; i < 4; i++) {
		spread = i & 2;
		one_ruleset(i % 2 ? WEIR_IPV4 : WEIR_IPV6, RULES_MAX, 40);
	}
	spread = false;
}

/* Ranges inside each other, which no cut tells apart: rows of bits, several leaves of them. */
static void test_nested(void **state)
{
	enum { DEPTH = 3000 };
	static const uint32_t at[] = {0, 1, 63, 64, 1023, 1024, 1025, 2047, 2048, 2999, 3000, 3001,
				      DEPTH * 2 - 1024, DEPTH * 2, DEPTH * 2 + 1};
	static struct weir_match range[DEPTH];
	struct sample s;

	(void)state;
	memset(rules, 0, sizeof rules);
	memset(range, 0, sizeof range);
	for (uint32_t i = 0; i < DEPTH; i++) {
		range[i].type = WEIR_MATCH_DST_ADDRESS;
		put_be32(range[i].range.first.v6, i);
		put_be32(range[i].range.last.v6, DEPTH * 2 - i);
		rules[0][i] = (struct weir_rule){.counter = i, .action = WEIR_ACTION_PASSTHROUGH,
						 .matches = &range[i], .match_count = 1};
	}
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, rules[0], DEPTH);
	s.rules.tables[1][WEIR_TABLE_FILTER].count = 0;
	sample_compile(&s);
	for (unsigned k = 0; k < ARRAY_COUNT(at); k++) {
		uint64_t before[DEPTH];

		for (uint32_t i = 0; i < DEPTH; i++)
			before[i] = sample_count(&s, i);
		sample_packet(&s, "ip4:11 udp");
		put_be32(s.walk.tuple.dst.v6, at[k]);
		sample_ask(&s);
		for (uint32_t i = 0; i < DEPTH; i++)
			assert_int_equal(sample_count(&s, i) - before[i],
					 at[k] >= i && at[k] <= DEPTH * 2 - i);
	}
	sample_end(&s);
}

/* Rules at the borders of words and segments, each met by its own packet alone. */
static void test_each(void **state)
{
	static const uint32_t counts[] = {
		LANES_FROM - 1, LANES_FROM, 3, 15, 16, 17, 63, 64, 65, LANES_MOST, LANES_MOST + 1,
		1023, 1024, 1025, 2049, RULES_MAX};
	static struct weir_match own[RULES_MAX];
	const struct chain *chain;
	struct sample s;

	(void)state;
	memset(rules, 0, sizeof rules);
	memset(own, 0, sizeof own);
	for (uint32_t i = 0; i < RULES_MAX; i++) {
		own[i].type = WEIR_MATCH_SRC_ADDRESS;
		put_be32(own[i].range.first.v6, i);
		own[i].range.last = own[i].range.first;
		rules[0][i] = (struct weir_rule){.counter = i, .action = WEIR_ACTION_DROP,
						 .matches = &own[i], .match_count = 1};
	}
	for (unsigned c = 0; c < ARRAY_COUNT(counts); c++) {
		sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
		sample_rules(&s, rules[0], counts[c]);
		s.rules.tables[1][WEIR_TABLE_FILTER].count = 0;
		sample_compile(&s);
		chain = &s.ruleset->tables[0][WEIR_TABLE_FILTER].chains[0];
		assert_int_equal(chain->classifier != NULL, counts[c] > LANES_MOST);
		assert_int_equal(chain->lanes != NULL,
				 counts[c] >= LANES_FROM && !chain->classifier);
		use_other_vectors(&s);
		sample_packet(&s, "ip4:11 udp");
		for (uint32_t i = 0; i <= counts[c]; i++) {
			put_be32(s.walk.tuple.src.v6, i);
			s.walk.decided = UINT32_MAX;
			assert_int_equal(sample_ask(&s), i < counts[c] ? WALK_DROP : WALK_ACCEPT);
			assert_int_equal(s.walk.decided, i < counts[c] ? i : UINT32_MAX);
		}
		sample_end(&s);
	}
}

/* A lane for each of a rule's ranges; for a rule with very many a single one. */
static void test_ranges(void **state)
{
	enum { FEW = 16, MANY = 17 };
	static struct weir_ports odd[MANY];
	struct weir_match few = {.type = WEIR_MATCH_SRC_PORT, .count = FEW, .ports = odd};
	struct weir_match many = {.type = WEIR_MATCH_SRC_PORT, .count = MANY, .ports = odd};
	const struct weir_rule two[] = {{.counter = 1, .action = WEIR_ACTION_PASSTHROUGH,
					 .matches = &many, .match_count = 1},
					{.counter = 2, .action = WEIR_ACTION_PASSTHROUGH,
					 .matches = &few, .match_count = 1}};
	uint64_t met[2] = {0, 0};
	struct sample s;

	(void)state;
	for (uint16_t i = 0; i < MANY; i++)
		odd[i].first = odd[i].last = (uint16_t)(2 * i + 1);
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, two, 2);
	sample_compile(&s);
	assert_int_equal(s.ruleset->tables[0][WEIR_TABLE_FILTER].chains[0].lanes->blocks, 2);
	sample_packet(&s, "ip4:11 udp");
	for (uint16_t port = 0; port < 2 * MANY + 2; port++) {
		use_other_vectors(&s);
		s.walk.tuple.src_port = port;
		sample_ask(&s);
		met[0] += port % 2 && port < 2 * MANY;
		met[1] += port % 2 && port < 2 * FEW;
		assert_int_equal(sample_count(&s, 1), met[0]);
		assert_int_equal(sample_count(&s, 2), met[1]);
	}
	assert_int_equal(met[0], MANY);
	assert_int_equal(met[1], FEW);
	sample_end(&s);
}

/* Rules that say nothing about any field: all of them are asked. */
static void test_without_fields(void **state)
{
	struct sample s;

	(void)state;
	memset(rules, 0, sizeof rules);
	for (uint32_t i = 0; i < 100; i++)
		rules[0][i] = (struct weir_rule){.counter = i, .action = WEIR_ACTION_PASSTHROUGH};
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, rules[0], 100);
	sample_compile(&s);
	sample_packet(&s, "ip4:11 udp");
	sample_ask(&s);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(sample_count(&s, i), 1);
	sample_end(&s);
}

static void test_no_memory(void **state)
{
	struct ruleset *fresh = NULL;
	unsigned failed = 0;
	struct sample s;

	(void)state;
	seed = 3;
	sample_begin(&s, WEIR_TABLE_MANGLE, WEIR_HOOK_FORWARD);
	const struct weir_address_list lists[] = {{"a", NULL, 0}, {"b", NULL, 0}};

	s.rules.lists = lists;
	s.rules.list_count = 2;
	make_rules(&s, WEIR_IPV4, 1500);
	for (; !fresh; failed++) {
		s.memory.fail_from = s.memory.calls + failed;
		s.memory.fail_to = s.memory.fail_from + 1;
		fresh = ruleset_create(&s.alloc, &s.rules, &s.error);
		if (!fresh)
			assert_string_equal(s.error.text, "");
	}
	assert_true(failed > 20);
	ruleset_destroy(fresh, &s.alloc);
	sample_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random), cmocka_unit_test(test_long),
		cmocka_unit_test(test_each),   cmocka_unit_test(test_without_fields),
		cmocka_unit_test(test_nested), cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
