/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_memory.c - matches that remember: exact sequences by a clock, what is forgotten, bounds,
 * and memory that runs out.
 */
#include "sample.h"

#define TCP "ip4:06 tcp:02"
#define UDP "ip4:11 udp"
#define START (UINT64_C(1000) * WEIR_SEC)
#define MS WEIR_MSEC
#define CLASS_TCP4 634
#define CLASS_TCP6 906
#define M(name, ...) {.type = WEIR_MATCH_##name, __VA_ARGS__}

static struct weir_rule rule;

/* A sample with a rule that drops what the match holds for. */
static void begin(struct sample *s, const struct weir_match *match)
{
	sample_begin(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	rule = (struct weir_rule){.action = WEIR_ACTION_DROP, .matches = match, .match_count = 1};
	sample_rules(s, &rule, 1);
	sample_compile(s);
}

static bool holds_now(struct sample *s, weir_time now)
{
	s->walk.now = START + now;
	return sample_ask(s) == WALK_DROP;
}

static bool holds(struct sample *s, const char *line, weir_time now)
{
	sample_packet(s, line);
	return holds_now(s, now);
}

static uint64_t failures(const struct sample *s)
{
	struct firewall_stats stats;

	firewall_stats_get(s->firewall, &stats);
	return stats.match_failed;
}

/* Times in milliseconds and what is expected then. */
struct step {
	const char *line;
	uint32_t at;
	bool holds;
};

static void run(const struct weir_match *match, const struct step *steps, size_t count)
{
	struct sample s;

	for (int negate = 0; negate < 2; negate++) {
		struct weir_match m = *match;

		m.negate = negate;
		begin(&s, &m);
		for (size_t i = 0; i < count; i++) {
			if (holds(&s, steps[i].line, steps[i].at * MS) != (steps[i].holds != m.negate))
				fail_msg("step %zu, at %u ms, negated %d", i, steps[i].at, negate);
		}
		sample_end(&s);
	}
}

#define RUN(match, steps) run(&(match), steps, ARRAY_COUNT(steps))

static void test_limit(void **state)
{
	struct weir_match m = M(LIMIT, .limit = {.rate = 5, .burst = 3, .time = WEIR_SEC});
	static const struct step steps[] = {
		{TCP, 0, true},    {TCP, 0, true},   {TCP, 0, true},    {TCP, 0, false},
		{TCP, 199, false}, {TCP, 200, true}, {TCP, 200, false}, {UDP, 399, false},
		{UDP, 400, true},  {TCP, 999, true}, {TCP, 999, true},  {TCP, 999, false},
		{TCP, 1000, true}, {TCP, 9000, true}, {TCP, 9000, true}, {TCP, 9000, true},
		{TCP, 9000, false},
	};
	struct weir_match third = M(LIMIT, .limit = {.rate = 3, .burst = 2, .time = WEIR_SEC});
	struct weir_match none = M(LIMIT, .limit = {.rate = 1, .burst = 0, .time = 60 * WEIR_SEC});
	static const struct step rare[] = {
		{TCP, 0, true}, {TCP, 59999, false}, {TCP, 60000, true}, {TCP, 60000, false},
	};
	struct sample s;

	(void)state;
	RUN(m, steps);
	RUN(none, rare);
	begin(&s, &third);
	assert_true(holds(&s, TCP, 0));
	assert_true(holds(&s, TCP, 0));
	assert_false(holds(&s, TCP, 333333333));
	assert_true(holds(&s, TCP, 333333334));
	assert_false(holds(&s, TCP, 666666666));
	assert_true(holds(&s, TCP, 666666667));
	assert_true(holds(&s, TCP, WEIR_SEC));
	assert_false(holds(&s, TCP, WEIR_SEC));
	/* Time does not run backwards. */
	assert_false(holds(&s, TCP, 0));
	assert_false(holds(&s, TCP, WEIR_SEC));
	assert_true(holds(&s, TCP, 4 * WEIR_SEC / 3 + 1));
	sample_end(&s);
}

static void test_limit_bits(void **state)
{
	/* A packet has 320 bits. */
	struct weir_match m =
		M(LIMIT, .limit = {.rate = 8000, .burst = 640, .time = WEIR_SEC, .bits = true});
	static const struct step steps[] = {
		{TCP, 0, true},   {TCP, 0, true},  {TCP, 0, false},         {TCP, 39, false},
		{TCP, 40, true},  {TCP, 79, false}, {TCP " *40", 119, false},
		{TCP, 119, true}, {TCP " *40", 160, true}, {TCP, 160, false},
	};
	/* A bucket that is smaller than a packet. */
	struct weir_match small =
		M(LIMIT, .limit = {.rate = 8000, .burst = 8, .time = WEIR_SEC, .bits = true});
	static const struct step debts[] = {
		{TCP, 0, true}, {TCP, 39, false}, {TCP, 40, true}, {TCP, 79, false}, {TCP, 80, true},
	};
	struct weir_match fast = M(LIMIT, .limit = {.rate = UINT64_C(32000000000),
						    .burst = UINT64_C(2000000000),
						    .time = WEIR_SEC, .bits = true});
	struct sample s;

	(void)state;
	RUN(m, steps);
	RUN(small, debts);
	begin(&s, &fast);
	for (weir_time now = 0; now < UINT64_C(1) << 62; now = now * 7 + 1)
		assert_true(holds(&s, TCP, now));
	sample_end(&s);
}

#define TO3 "ip4:06 tcp:02 !16=0a000003"
#define FROM3 "ip4:06 tcp:02 !12=0a000003"
#define TO80 "ip4:06 tcp:02 !22=0050"
#define ICMP "ip4:01 icmp:0800"

static void test_dst_limit(void **state)
{
	struct weir_match m =
		M(DST_LIMIT, .limit = {.rate = 1, .burst = 2, .time = WEIR_SEC,
				       .fields = WEIR_FIELD_DST_ADDRESS, .expire = 3 * WEIR_SEC});
	static const struct step steps[] = {
		{TCP, 0, true},  {FROM3, 0, true},    {TCP, 0, false},    {TO80, 0, false},
		{TO3, 0, true},  {TO3, 0, true},      {TO3, 0, false},    {"ip6:06 tcp:02", 0, true},
		{TO3, 1000, true}, {TO3, 1000, false},
	};
	struct weir_match ports = M(DST_LIMIT, .limit = {.rate = 1, .burst = 1, .time = WEIR_SEC,
							 .fields = 15});
	static const struct step by_port[] = {
		{TCP, 0, true},   {TCP, 0, false},  {UDP, 0, false}, {TO80, 0, true}, {TO3, 0, true},
		{FROM3, 0, true}, {ICMP, 0, true},  {"ip4:01 icmp:0000", 0, false},
		{"ip4:06 tcp:02 !20=0007", 0, true},
	};
	/* Slow, so that only what is forgotten is full again. */
	struct weir_match slow =
		M(DST_LIMIT, .limit = {.rate = 1, .burst = 1, .time = 3600 * WEIR_SEC,
				       .fields = WEIR_FIELD_SRC_ADDRESS});
	static const struct step forgotten[] = {
		{TCP, 0, true},       {TCP, 9999, false},  {TCP, 19998, false}, {TCP, 29998, true},
		{TCP, 30000, false},  {FROM3, 30000, true}, {TCP, 39999, false}, {FROM3, 40000, true},
	};

	(void)state;
	RUN(m, steps);
	RUN(ports, by_port);
	RUN(slow, forgotten);
}

/* Hosts without number take no more memory than so many, and the oldest is out. */
static void test_flood(void **state)
{
	struct weir_match matches[] = {
		M(DST_LIMIT, .limit = {.rate = 1, .burst = 1, .time = 3600 * WEIR_SEC,
				       .fields = WEIR_FIELD_SRC_ADDRESS, .expire = 3600 * WEIR_SEC}),
		M(PSD, .psd = {.weight = 1000, .low_weight = 1, .high_weight = 1,
			       .delay = 3600 * WEIR_SEC}),
	};
	struct sample s;
	int64_t bytes = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(matches); i++) {
		begin(&s, &matches[i]);
		sample_packet(&s, TCP);
		assert_int_equal(holds_now(&s, 0), i == 0);
		assert_false(holds_now(&s, 0));
		for (uint32_t host = 1; host <= 3 * 65536; host++) {
			s.walk.tuple.src.v4 = host;
			holds_now(&s, host);
			if (host == 65537)
				bytes = s.memory.bytes;
		}
		assert_int_equal(s.memory.bytes, bytes);
		assert_true(bytes < 20 << 20);
		assert_int_equal(failures(&s), 0);
		if (i == 0) {
			/* The last ones are known, the first one is new again. */
			s.walk.tuple.src.v4 = 2 * 65536 + 2;
			assert_false(holds_now(&s, 200000));
			s.walk.tuple.src.v4 = 1;
			assert_true(holds_now(&s, 200000));
			firewall_expire(s.firewall, START + 4000 * WEIR_SEC, 1u << 20);
			s.walk.tuple.src.v4 = 2 * 65536 + 2;
			assert_true(holds_now(&s, 200000));
		}
		sample_end(&s);
	}
}

static void test_nth(void **state)
{
	struct weir_match m = M(NTH, .nth = {3, 2});
	static const struct step steps[] = {
		{TCP, 0, false}, {TCP, 0, true}, {UDP, 9, false}, {TCP, 9, false}, {TCP, 9, true},
		{TCP, 9, false}, {TCP, 9, false}, {TCP, 9, true},
	};
	struct weir_match each = M(NTH, .nth = {1, 1});
	static const struct step all[] = {{TCP, 0, true}, {TCP, 0, true}};

	(void)state;
	RUN(m, steps);
	RUN(each, all);
}

/* A match is only asked when those before it hold, so it counts no others. */
static void test_order(void **state)
{
	struct weir_match m[] = {M(NTH, .nth = {2, 1}), M(PROTOCOL, .number = 6)};
	struct sample s;

	(void)state;
	begin(&s, m);
	rule.match_count = 2;
	sample_compile(&s);
	for (int i = 0; i < 3; i++) {
		assert_true(holds(&s, TCP, 0));
		assert_false(holds(&s, UDP, 0));
		assert_false(holds(&s, TCP, 0));
	}
	sample_end(&s);
}

static void test_random(void **state)
{
	struct weir_match m = M(RANDOM, .number = 30);
	uint8_t first[1000], second;
	unsigned count = 0;
	struct sample s;

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		begin(&s, &m);
		sample_packet(&s, TCP);
		for (size_t i = 0; i < sizeof first; i++) {
			second = holds_now(&s, 0);
			if (turn == 1)
				assert_int_equal(second, first[i]);
			first[i] = second;
			count += second;
		}
		sample_end(&s);
	}
	assert_in_range(count, 500, 700);
	m.number = 0;
	begin(&s, &m);
	assert_false(holds(&s, TCP, 0));
	m.number = 100;
	sample_compile(&s);
	assert_true(holds(&s, TCP, 0));
	sample_end(&s);
}

static unsigned class_of(struct sample *s, unsigned denominator)
{
	unsigned found = denominator;

	for (unsigned i = 0; i < denominator; i++) {
		struct weir_match m = M(CLASSIFIER, .classifier = {denominator, i, 0});
		struct match match = {.is = m};

		match.is.classifier.fields = (uint8_t)s->walk.priority;
		if (memory_match(s->firewall->memory, s->ruleset, &match, &s->walk) == MATCH_YES) {
			assert_int_equal(found, denominator); /* only one class each */
			found = i;
		}
	}
	assert_int_not_equal(found, denominator);
	return found;
}

static void test_classifier(void **state)
{
	struct weir_match m = M(CLASSIFIER, .classifier = {2, 0, 15});
	unsigned counts[3] = {0}, before;
	struct sample s;

	(void)state;
	begin(&s, &m);
	sample_packet(&s, TCP);
	s.walk.priority = WEIR_FIELD_SRC_ADDRESS; /* for class_of() */
	for (uint32_t i = 0; i < 3000; i++) {
		s.walk.tuple.src.v4 = be32_swap(0x0a000000 + i);
		counts[class_of(&s, 3)]++;
	}
	for (unsigned i = 0; i < 3; i++)
		assert_in_range(counts[i], 900, 1100);
	/* Only the fields that are named count. */
	s.walk.priority = WEIR_FIELD_SRC_ADDRESS | WEIR_FIELD_SRC_PORT;
	before = class_of(&s, 1000);
	s.walk.tuple.dst.v4++;
	s.walk.tuple.dst_port++;
	assert_int_equal(class_of(&s, 1000), before);
	s.walk.tuple.src_port++;
	assert_int_not_equal(class_of(&s, 1000), before);
	s.walk.only_once = false;
	holds_now(&s, 0);
	assert_false(s.walk.only_once);
	/* The same after every restart and on every machine. */
	sample_packet(&s, TCP);
	s.walk.priority = 15;
	assert_int_equal(class_of(&s, 1000), CLASS_TCP4);
	sample_packet(&s, "ip6:06 tcp:02");
	s.walk.priority = 15;
	assert_int_equal(class_of(&s, 1000), CLASS_TCP6);
	sample_end(&s);
}

#define PORT(p) "ip4:06 tcp:02 !22=" p
#define UDP_PORT(p) "ip4:11 udp !22=" p

static void test_psd(void **state)
{
	struct weir_match m = M(PSD, .psd = {.weight = 7, .delay = 3 * WEIR_SEC, .low_weight = 3,
					     .high_weight = 1});
	static const struct step steps[] = {
		{PORT("0050"), 0, false},          /* 3 */
		{PORT("0050"), 100, false},        /* known */
		{PORT("0400"), 200, false},        /* 4 */
		{"ip4:06 tcp:10 !22=0401", 300, false}, /* an answer */
		{"ip4:06 tcp:04 !22=0401", 300, false},
		{UDP_PORT("0401"), 300, false},    /* 5 */
		{"ip4:06 tcp:02 !12=0a000003 !22=0019", 300, false}, /* of another host */
		{PORT("0402"), 3300, false},       /* 6, just in time */
		{PORT("0403"), 3400, true},        /* 7 */
		{PORT("0403"), 3400, false},       /* known */
		{PORT("0404"), 3500, true},
		{PORT("0405"), 6501, false},       /* forgotten: 1 */
		{PORT("0050"), 6502, false},       /* 4 */
		{PORT("0051"), 6503, true},        /* 7 */
	};
	struct weir_match icmp = m;
	struct sample s;

	(void)state;
	begin(&s, &m);
	for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
		if (holds(&s, steps[i].line, steps[i].at * MS) != steps[i].holds)
			fail_msg("step %zu", i);
	}
	assert_false(holds(&s, ICMP, 0));
	sample_end(&s);
	icmp.negate = true;
	begin(&s, &icmp);
	assert_false(holds(&s, ICMP, 0)); /* it has no ports */
	assert_true(holds(&s, TCP, 0));
	sample_end(&s);
	/* More ports than are remembered. */
	m.psd.weight = 60;
	begin(&s, &m);
	sample_packet(&s, TCP);
	for (uint16_t port = 2001; port < 2060; port++) {
		s.walk.tuple.dst_port = port;
		assert_false(holds_now(&s, 0));
	}
	s.walk.tuple.dst_port++;
	assert_true(holds_now(&s, 0));
	sample_end(&s);
}

/* A connection's first packet asks, and then it is confirmed. */
static bool open(struct sample *s, struct conn6 *conn, uint8_t host, uint16_t port)
{
	struct tuple reply;
	bool held;

	sample_packet(s, TCP);
	s->packet.tuple.src.v6[3] = host;
	s->packet.tuple.src_port = port;
	s->walk.tuple = s->packet.tuple;
	assert_true(tuple_invert(&s->packet.tuple, &reply));
	conn_begin(conn, &s->packet.tuple, &reply);
	s->walk.conn = &conn->conn;
	held = holds_now(s, 0);
	if (!held) {
		conn->conn.status |= WEIR_STATUS_CONFIRMED;
		firewall_conn_begin(s->firewall, s->ruleset, &conn->conn, WEIR_IPV4);
	}
	return held;
}

static void close_conn(struct sample *s, const struct conn6 *conn)
{
	firewall_conn_end(s->firewall, s->ruleset, &conn->conn, WEIR_IPV4);
}

static void test_connection_limit(void **state)
{
	struct weir_match m = M(CONNECTION_LIMIT, .number = 2, .bits = 31);
	struct conn6 a, b, c, d, e;
	struct sample s;

	(void)state;
	begin(&s, &m);
	assert_false(open(&s, &a, 2, 1));
	assert_false(open(&s, &b, 3, 1));
	assert_true(open(&s, &c, 2, 2)); /* the third of 10.0.0.2/31; it is not confirmed */
	assert_true(open(&s, &c, 2, 2));
	assert_false(open(&s, &c, 4, 1)); /* another block */
	close_conn(&s, &b);
	close_conn(&s, &b); /* who ends twice is taken off once */
	assert_false(open(&s, &d, 2, 2));
	assert_true(open(&s, &e, 2, 3));
	/* Packets of connections that are there count nothing more, either way. */
	s.walk.conn = &d.conn;
	conn_tuple_get(&d.conn, false, WEIR_REPLY, &s.walk.tuple);
	s.walk.dir = WEIR_REPLY;
	assert_false(holds_now(&s, 0)); /* its source is the server */
	conn_tuple_get(&d.conn, false, WEIR_ORIGINAL, &s.walk.tuple);
	s.walk.dir = WEIR_ORIGINAL;
	s.walk.tuple.src.v6[0] = 99; /* it was translated */
	assert_false(holds_now(&s, 0));
	/* No connection: only looked up. */
	s.walk.conn = NULL;
	conn_tuple_get(&d.conn, false, WEIR_ORIGINAL, &s.walk.tuple);
	assert_false(holds_now(&s, 0));
	/* Another number keeps the counts, another length counts anew. */
	m.number = 1;
	sample_compile(&s);
	assert_true(open(&s, &e, 2, 3));
	m.bits = 32;
	sample_compile(&s);
	assert_false(open(&s, &e, 2, 3));
	s.walk.conn = &a.conn; /* counted as soon as it asks */
	conn_tuple_get(&a.conn, false, WEIR_ORIGINAL, &s.walk.tuple);
	assert_true(holds_now(&s, 0));
	firewall_conns_forget(s.firewall);
	s.walk.conn = &e.conn;
	assert_false(holds_now(&s, 0));
	sample_end(&s);
}

static void test_connection_limit_flood(void **state)
{
	struct weir_match m = M(CONNECTION_LIMIT, .number = 1000000, .bits = 24);
	struct sample s;
	struct conn6 c;
	int64_t bytes;

	(void)state;
	begin(&s, &m);
	for (int turn = 0; turn < 2; turn++) {
		for (uint16_t i = 1; i < 2000; i++)
			assert_false(open(&s, &c, (uint8_t)i, i));
		bytes = s.memory.bytes;
		for (uint16_t i = 1; i < 2000; i++) {
			struct tuple reply;

			s.packet.tuple.src.v6[3] = (uint8_t)i;
			s.packet.tuple.src_port = i;
			assert_true(tuple_invert(&s.packet.tuple, &reply));
			conn_begin(&c, &s.packet.tuple, &reply);
			close_conn(&s, &c);
		}
	}
	assert_int_equal(s.memory.bytes, bytes);
	/* Nothing is left of those that have ended. */
	m.number = 0;
	sample_compile(&s);
	s.walk.conn = NULL;
	assert_false(holds_now(&s, 0));
	sample_end(&s);
}

/* 1970-01-01 was a thursday; the engine's clock began at noon of that day. */
static void test_time(void **state)
{
	static const struct {
		uint32_t start, end;
		uint8_t days;
		int32_t utc_offset;
		uint32_t at; /* seconds of the engine's */
		bool holds;
	} rows[] = {
		{0, 86400, 0x7f, 0, 0, true},
		{0, 86400, 0x10, 0, 0, true},         /* thursday */
		{0, 86400, 0x6f, 0, 0, false},
		{0, 86400, 0x10, 0, 43199, true},
		{0, 86400, 0x10, 0, 43200, false},    /* friday */
		{0, 86400, 0x20, 0, 43200, true},
		{0, 86400, 0x20, 43200, 0, true},     /* further east */
		{0, 86400, 0x08, -43201, 0, true},    /* further west: wednesday, before 1970 */
		{0, 86400, 0x01, 0, 3 * 86400, true}, /* sunday */
		{43200, 43260, 0x7f, 0, 0, true},
		{43200, 43260, 0x7f, 0, 60, true},
		{43200, 43260, 0x7f, 0, 61, false},
		{43201, 43260, 0x7f, 0, 0, false},
		{79200, 21600, 0x7f, 0, 0, false},    /* 22h to 6h */
		{79200, 21600, 0x7f, 0, 36000, true},
		{79200, 21600, 0x7f, 0, 43200, true},
		{79200, 21600, 0x7f, 0, 43200 + 21601, false},
	};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct weir_match m = M(TIME, .week = {rows[i].start, rows[i].end, rows[i].days});

		for (int negate = 0; negate < 2; negate++) {
			m.negate = negate;
			begin(&s, &m);
			s.rules.utc_offset = rows[i].utc_offset;
			s.rules.wall = 43200 * WEIR_SEC - START;
			sample_compile(&s);
			if (holds(&s, TCP, rows[i].at * WEIR_SEC) != (rows[i].holds != m.negate))
				fail_msg("row %zu, negated %d", i, negate);
			sample_end(&s);
		}
	}
}

/* What is remembered stays with its rule while others come and go. */
static void test_adopt(void **state)
{
	struct weir_match limit = M(LIMIT, .limit = {.rate = 1, .burst = 1, .time = 3600 * WEIR_SEC});
	struct weir_match nth = M(NTH, .nth = {2, 2});
	struct weir_match dst = M(DST_LIMIT, .limit = {.rate = 1, .burst = 1,
						       .time = 3600 * WEIR_SEC, .fields = 1});
	struct weir_rule rules[] = {
		{.counter = 7, .action = WEIR_ACTION_PASSTHROUGH, .matches = &limit, .match_count = 1},
		{.counter = 3, .action = WEIR_ACTION_PASSTHROUGH, .matches = &nth, .match_count = 1},
		{.counter = 5, .action = WEIR_ACTION_PASSTHROUGH, .matches = &dst, .match_count = 1},
	};
	struct weir_rule other[] = {rules[2], rules[1], rules[0]};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, rules, 3);
	sample_compile(&s);
	holds(&s, TCP, 0);
	assert_int_equal(sample_count(&s, 7), 1);
	assert_int_equal(sample_count(&s, 3), 0);
	assert_int_equal(sample_count(&s, 5), 1);
	sample_rules(&s, other, 3);
	sample_compile(&s);
	holds(&s, TCP, 0);
	assert_int_equal(sample_count(&s, 7), 1);
	assert_int_equal(sample_count(&s, 3), 1);
	assert_int_equal(sample_count(&s, 5), 1);
	/* Another limit begins anew; a rule that was gone as well. */
	limit.limit.burst = 2;
	sample_rules(&s, rules, 2);
	sample_compile(&s);
	holds(&s, TCP, 0);
	holds(&s, TCP, 0);
	assert_int_equal(sample_count(&s, 7), 3);
	sample_rules(&s, other, 3);
	sample_compile(&s);
	holds(&s, TCP, 0);
	assert_int_equal(sample_count(&s, 5), 2);
	assert_int_equal(sample_count(&s, 7), 3);
	sample_end(&s);
}

/* Without memory a ruleset is not taken over, and the one before goes on. */
static void test_adopt_without_memory(void **state)
{
	struct weir_match m[] = {
		M(LIMIT, .limit = {.rate = 1, .burst = 1, .time = 3600 * WEIR_SEC}),
		M(PSD, .psd = {.weight = 9, .low_weight = 1, .high_weight = 1}),
		M(DST_LIMIT, .limit = {.rate = 1, .burst = 1, .time = WEIR_SEC}),
		M(CONNECTION_LIMIT, .number = 1, .bits = 32),
	};
	struct ruleset *more;
	struct sample s;
	unsigned failed = 0;

	(void)state;
	begin(&s, m);
	assert_true(holds(&s, TCP, 0));
	rule.match_count = ARRAY_COUNT(m);
	more = ruleset_create(&s.alloc, &s.rules, &s.error);
	assert_non_null(more);
	for (;; failed++) {
		s.memory.fail_from = s.memory.calls + failed;
		s.memory.fail_to = s.memory.fail_from + 1;
		if (firewall_adopt(s.firewall, more))
			break;
		assert_false(holds(&s, TCP, 0));
	}
	assert_true(failed >= 10);
	s.memory.fail_from = s.memory.fail_to = UINT64_MAX;
	ruleset_destroy(s.ruleset, &s.alloc);
	s.ruleset = more;
	assert_false(holds(&s, TCP, 0));
	sample_end(&s);
}

/* What cannot be remembered does not match, negated or not, and is counted. */
static void test_without_memory(void **state)
{
	struct weir_match matches[] = {
		M(DST_LIMIT, .limit = {.rate = 1, .burst = 1, .time = WEIR_SEC}),
		M(PSD, .psd = {.weight = 1, .low_weight = 1, .high_weight = 1}),
		M(CONNECTION_LIMIT, .number = 0, .bits = 32),
	};
	struct sample s;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_COUNT(matches); i++) {
		struct weir_match m = matches[i / 2];

		m.negate = i % 2;
		begin(&s, &m);
		sample_packet(&s, TCP);
		sample_conn(&s)->status |= WEIR_STATUS_CONFIRMED;
		for (unsigned n = 0; n < 2; n++) {
			s.memory.fail_from = s.memory.calls + n;
			s.memory.fail_to = UINT64_MAX;
			assert_false(holds_now(&s, 0));
			assert_int_equal(failures(&s), n + 1);
		}
		s.memory.fail_from = UINT64_MAX;
		assert_int_equal(holds_now(&s, 0), !m.negate);
		assert_int_equal(failures(&s), 2);
		sample_end(&s);
	}
}

static void test_faults(void **state)
{
	static const struct {
		struct weir_match match;
		const char *text;
	} rows[] = {
		{M(LIMIT, .limit = {.time = 1}), "limit: rate is zero"},
		{M(LIMIT, .limit = {.rate = 1}), "limit: rate is zero"},
		{M(LIMIT, .limit = {.rate = 1, .time = 1, .burst = UINT64_MAX}),
		 "limit: burst out of range"},
		{M(DST_LIMIT, .limit = {.rate = 1, .time = 1, .fields = 16}),
		 "dst-limit: no such fields"},
		{M(NTH, .nth = {0, 0}), "nth: packet out of range"},
		{M(NTH, .nth = {2, 3}), "nth: packet out of range"},
		{M(CLASSIFIER, .classifier = {0, 0, 1}),
		 "per-connection-classifier: remainder out of range"},
		{M(CLASSIFIER, .classifier = {2, 2, 1}),
		 "per-connection-classifier: remainder out of range"},
		{M(CLASSIFIER, .classifier = {2, 1, 0}),
		 "per-connection-classifier: no such fields"},
		{M(RANDOM, .number = 101), "random: more than 100 per cent"},
		{M(PSD, .psd = {.weight = 0}), "psd: weight is zero"},
		{M(TIME, .week = {0, 86401, 1}), "time: time of day out of range"},
		{M(CONNECTION_LIMIT, .bits = 129), "connection-limit: prefix length out of range"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct weir_match m = rows[i].match;
		struct weir_rule r = {.counter = 9, .matches = &m, .match_count = 1};
		struct sample s;

		sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
		sample_rules(&s, &r, 1);
		assert_null(ruleset_create(&s.alloc, &s.rules, &s.error));
		assert_string_equal(s.error.text, rows[i].text);
		assert_int_equal(s.error.counter, 9);
		sample_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_limit_bits),
		cmocka_unit_test(test_dst_limit),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_nth),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_classifier),
		cmocka_unit_test(test_psd),
		cmocka_unit_test(test_connection_limit),
		cmocka_unit_test(test_connection_limit_flood),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_adopt),
		cmocka_unit_test(test_adopt_without_memory),
		cmocka_unit_test(test_without_memory),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
