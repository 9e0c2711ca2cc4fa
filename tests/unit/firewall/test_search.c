/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_search.c - matches that look into packets: content, tls-host, layer7-protocol.
 */
#include "sample.h"

#include "firewall/search.h"
#include "firewall/tls_hello.h"

#define TCP "ip4:06 tcp:18"
#define UDP "ip4:11 udp"
#define M(name, str) {.type = WEIR_MATCH_##name, .text = str, .count = sizeof(str) - 1}

static struct weir_rule rule;

static void begin(struct sample *s, const struct weir_match *match)
{
	sample_begin(s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	rule = (struct weir_rule){.action = WEIR_ACTION_DROP, .matches = match, .match_count = 1};
	sample_rules(s, &rule, 1);
	sample_compile(s);
}

/* A match of a packet without a connection, and its negation. */
static enum match_result ask(const char *line, struct weir_match m)
{
	enum match_result found = MATCH_NEVER;

	for (int negate = 0; negate < 2; negate++) {
		struct sample s;

		m.negate = negate;
		begin(&s, &m);
		sample_packet(&s, line);
		if (sample_ask(&s) == WALK_DROP)
			found = negate ? MATCH_NO : MATCH_YES;
		sample_end(&s);
	}
	return found;
}

static void test_content(void **state)
{
	static const struct {
		const char *line;
		struct weir_match match;
		enum match_result expect;
	} rows[] = {
		{TCP " 616263", M(CONTENT, "abc"), MATCH_YES},
		{TCP " 00616263", M(CONTENT, "c"), MATCH_YES},
		{TCP " 616263", M(CONTENT, "abcd"), MATCH_NO},
		{TCP " 616263", M(CONTENT, "ABC"), MATCH_NO},
		{TCP " 616263 cut:42", M(CONTENT, "abc"), MATCH_NO},
		{TCP " 616263 cut:42", M(CONTENT, "ab"), MATCH_YES},
		{TCP " 6100", M(CONTENT, "a\0"), MATCH_YES},
		{TCP, M(CONTENT, "\0"), MATCH_NO},                   /* headers are no content */
		{TCP " 00", M(CONTENT, "\x50\x18"), MATCH_NO},
		{"ip4:06 tcp:18 01010101 61 !32=60", M(CONTENT, "\1"), MATCH_NO}, /* nor are options */
		{"ip4:06 tcp:18 01010101 61 !32=60", M(CONTENT, "a"), MATCH_YES},
		{UDP " 6162", M(CONTENT, "ab"), MATCH_YES},
		{"ip6:11 udp 6162", M(CONTENT, "ab"), MATCH_YES},
		{"ip4:2f 20006162", M(CONTENT, "ab"), MATCH_YES},
		{UDP " 6162 pad:4", M(CONTENT, "\0\0\0"), MATCH_NO}, /* of the link */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (ask(rows[i].line, rows[i].match) != rows[i].expect)
			fail_msg("row %zu", i);
	}
}

static void test_glob(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{"a.com", "a.com", true},       {"a.com", "A.CoM", true},   {"A.COM", "a.com", true},
		{"a.com", "xa.com", false},     {"a.com", "a.comx", false}, {"*", "", true},
		{"", "", true},                 {"", "a", false},           {"?", "", false},
		{"*.a.com", "b.a.com", true},   {"*.a.com", "a.com", false}, {"*a.com", "a.com", true},
		{"a*b*c", "axbxbxc", true},     {"a*b*c", "axbxbx", false}, {"a?c", "abc", true},
		{"**b**", "aba", true},         {"*.vk.*", "m.vk.ru", true}, {"[", "{", false},
		{"@", "`", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (glob_matches(rows[i].pattern, strlen(rows[i].pattern),
				 (const uint8_t *)rows[i].text,
				 strlen(rows[i].text)) != rows[i].matches)
			fail_msg("row %zu", i);
	}
}

/* A hello for "a.Example" behind an extension of two bytes. */
#define NAME "612e4578616d706c65"
#define HELLO_BODY \
	"0303 *32 00 0002 1301 01 00 001a " /* version to compression methods, extensions */ \
	"000a0002001d "                     \
	"0000000e 000c 00 0009 " NAME " 0017"
#define HELLO "16 0301 0049 01 000045 " HELLO_BODY

static void test_tls_host(void **state)
{
	static const struct {
		const char *line;
		struct weir_match match;
		enum match_result expect;
	} rows[] = {
		{TCP " " HELLO, M(TLS_HOST, "a.example"), MATCH_YES},
		{TCP " " HELLO, M(TLS_HOST, "*.EXAMPLE"), MATCH_YES},
		{TCP " " HELLO, M(TLS_HOST, "*.example.com"), MATCH_NO},
		{"ip6:06 tcp:18 " HELLO, M(TLS_HOST, "a.example"), MATCH_YES},
		{TCP " " HELLO " cut:107", M(TLS_HOST, "*"), MATCH_NEVER},
		{TCP " " HELLO " cut:116", M(TLS_HOST, "*"), MATCH_YES}, /* the rest need not be there */
		{TCP, M(TLS_HOST, "*"), MATCH_NEVER},
		{UDP " " HELLO, M(TLS_HOST, "*"), MATCH_NEVER},
		{TCP " " HELLO " !40=17", M(TLS_HOST, "*"), MATCH_NEVER}, /* no handshake */
		{TCP " " HELLO " !41=02", M(TLS_HOST, "*"), MATCH_NEVER}, /* SSL 2 */
		{TCP " " HELLO " !45=02", M(TLS_HOST, "*"), MATCH_NEVER}, /* the server's */
		{TCP " " HELLO " !43=0010", M(TLS_HOST, "*"), MATCH_NEVER}, /* records end before */
		{TCP " " HELLO " !46=000010", M(TLS_HOST, "*"), MATCH_NEVER},
		{TCP " " HELLO " !83=ff", M(TLS_HOST, "*"), MATCH_NEVER}, /* session id */
		{TCP " " HELLO " !90=0006", M(TLS_HOST, "*"), MATCH_NEVER}, /* extensions */
		{TCP " " HELLO " !100=0002", M(TLS_HOST, "*"), MATCH_NEVER}, /* server name */
		{TCP " " HELLO " !104=01", M(TLS_HOST, "*"), MATCH_NEVER}, /* no host */
		{TCP " " HELLO " !105=0000", M(TLS_HOST, "*"), MATCH_NEVER},
		{TCP " " HELLO " !105=0008", M(TLS_HOST, "a.exampl"), MATCH_YES},
		{TCP " " HELLO " !105=ffff", M(TLS_HOST, "*"), MATCH_NEVER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		enum match_result found = ask(rows[i].line, rows[i].match);

		if (found != rows[i].expect)
			fail_msg("row %zu: %d", i, found);
	}
}

/* However short it is cut, nothing behind is read and no wrong name found. */
static void test_tls_cut(void **state)
{
	struct assembled hello = assemble(TCP " " HELLO);
	const uint8_t *host;
	unsigned found = 0;
	size_t length;

	(void)state;
	for (size_t size = 0; size <= hello.caplen - 40; size++) {
		uint8_t *copy = malloc(size ? size : 1);

		memcpy(copy, hello.data + 40, size);
		if (tls_hello_host(copy, size, &host, &length)) {
			assert_int_equal(length, 9);
			found++;
		}
		free(copy);
	}
	assert_int_equal(found, 3);
	free(hello.data);
}

#ifdef LAYER7

/* One more packet of the sample's connection; the first makes it. => whether the match holds */
static bool next(struct sample *s, enum weir_dir dir, const char *line)
{
	bool first = !s->walk.conn;

	sample_packet(s, line);
	if (first)
		sample_conn(s);
	s->walk.conn = &s->conn.conn;
	s->walk.dir = dir;
	s->conn.conn.packets[dir]++;
	if (sample_ask(s) == WALK_DROP)
		return true;
	s->conn.conn.status |= WEIR_STATUS_CONFIRMED;
	return false;
}

static void test_layer7(void **state)
{
	struct weir_match m = M(LAYER7, "^get .*ok$");
	struct sample s;

	(void)state;
	begin(&s, &m);
	assert_false(next(&s, WEIR_ORIGINAL, "ip4:06 tcp:02"));
	assert_false(next(&s, WEIR_REPLY, "ip4:06 tcp:12"));
	assert_false(next(&s, WEIR_ORIGINAL, TCP " 4745"));      /* GE */
	assert_false(next(&s, WEIR_ORIGINAL, TCP " 00540020"));  /* T, between zeros */
	assert_false(next(&s, WEIR_REPLY, TCP " 0a4f"));         /* a line's end, O */
	s.walk.only_once = false;
	assert_true(next(&s, WEIR_REPLY, TCP " 6b"));            /* k: in both directions together */
	/* It has matched for good, and need not be asked again. */
	assert_true(next(&s, WEIR_ORIGINAL, TCP " 787878"));
	assert_false(s.walk.only_once);
	assert_true(next(&s, WEIR_REPLY, "ip4:06 tcp:10"));
	/* Until it ends. */
	firewall_conn_end(s.firewall, s.ruleset, &s.conn.conn, WEIR_IPV4);
	s.walk.conn = NULL;
	assert_false(next(&s, WEIR_ORIGINAL, TCP " 6f6b"));
	sample_end(&s);
}

static void test_layer7_ends(void **state)
{
	struct weir_match m = M(LAYER7, "end");
	char line[64];
	struct sample s;

	(void)state;
	/* By packets */
	begin(&s, &m);
	for (int i = 0; i < 10; i++) {
		assert_false(next(&s, WEIR_ORIGINAL, TCP " 78"));
		assert_true(s.walk.only_once);
	}
	assert_false(next(&s, WEIR_ORIGINAL, TCP " 656e64"));
	assert_false(s.walk.only_once);
	sample_end(&s);
	/* By bytes */
	begin(&s, &m);
	snprintf(line, sizeof line, TCP " *1400 @40=%s", "656e");
	assert_false(next(&s, WEIR_ORIGINAL, line)); /* two bytes: zeros do not count */
	assert_true(next(&s, WEIR_ORIGINAL, TCP " 64"));
	sample_end(&s);
}

/* The bytes of a packet are taken once, however many rules ask. */
static void test_layer7_once(void **state)
{
	struct weir_match first = M(LAYER7, "^ab$"), second = M(LAYER7, "^abab$");
	struct weir_rule rules[] = {
		{.counter = 0, .action = WEIR_ACTION_PASSTHROUGH, .matches = &first, .match_count = 1},
		{.counter = 1, .action = WEIR_ACTION_PASSTHROUGH, .matches = &second, .match_count = 1},
		{.counter = 2, .action = WEIR_ACTION_PASSTHROUGH, .matches = &second, .match_count = 1},
	};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, rules, 3);
	sample_compile(&s);
	next(&s, WEIR_ORIGINAL, TCP " 6162");
	sample_ask(&s);
	assert_int_equal(sample_count(&s, 0), 2);
	assert_int_equal(sample_count(&s, 1), 0);
	next(&s, WEIR_ORIGINAL, TCP " 6162");
	assert_int_equal(sample_count(&s, 0), 3);
	assert_int_equal(sample_count(&s, 1), 1);
	assert_int_equal(sample_count(&s, 2), 1);
	sample_end(&s);
}

/* Many connections at once: the oldest is given up, and memory is bounded. */
static void test_layer7_flood(void **state)
{
	struct weir_match m = M(LAYER7, "^abab$");
	struct sample s;
	int64_t bytes = 0;

	(void)state;
	begin(&s, &m);
	for (uint16_t port = 1; port <= 3000; port++) {
		s.walk.conn = NULL;
		sample_packet(&s, UDP " 6162");
		s.packet.tuple.src_port = port;
		sample_conn(&s)->packets[0]++;
		s.conn.conn.status |= WEIR_STATUS_CONFIRMED;
		assert_int_equal(sample_ask(&s), WALK_ACCEPT);
		if (port == 1025)
			bytes = s.memory.bytes;
	}
	assert_int_equal(s.memory.bytes, bytes);
	s.walk.collected = false; /* its next packet */
	assert_int_equal(sample_ask(&s), WALK_DROP);
	sample_packet(&s, UDP " 6162");
	s.packet.tuple.src_port = 1;
	sample_conn(&s)->packets[0] += 2;
	s.conn.conn.status |= WEIR_STATUS_CONFIRMED;
	assert_int_equal(sample_ask(&s), WALK_ACCEPT);
	sample_end(&s);
}

/* Expressions that take for ever, or more memory than there is, do not match and are counted. */
static void test_layer7_limits(void **state)
{
	struct weir_match m = M(LAYER7, "^(a|aa)+$");
	struct firewall_stats stats;
	char line[256] = TCP " ";
	struct sample s;

	(void)state;
	for (int i = 0; i < 40; i++)
		strcat(line, "61");
	strcat(line, "63");
	for (int negate = 0; negate < 2; negate++) {
		m.negate = negate;
		begin(&s, &m);
		assert_false(next(&s, WEIR_ORIGINAL, line));
		firewall_stats_get(s.firewall, &stats);
		assert_int_equal(stats.match_failed, 1);
		sample_end(&s);
	}
	m = (struct weir_match)M(LAYER7, "a");
	begin(&s, &m);
	s.memory.fail_from = s.memory.calls;
	assert_false(next(&s, WEIR_ORIGINAL, line));
	firewall_stats_get(s.firewall, &stats);
	assert_int_equal(stats.match_failed, 1);
	s.memory.fail_from = UINT64_MAX;
	assert_true(next(&s, WEIR_ORIGINAL, line));
	sample_end(&s);
}

/* At whatever allocation memory runs out, a ruleset is whole or there is none. */
static void test_layer7_memory(void **state)
{
	struct weir_match m = M(LAYER7, "(x|y[[:digit:]]+)z");
	struct weir_rule r = {.matches = &m, .match_count = 1};
	struct firewall *f;
	struct sample s;
	unsigned failed;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, &r, 1);
	for (failed = 0; !s.ruleset; failed++) {
		s.memory.fail_from = s.memory.calls + failed;
		s.memory.fail_to = s.memory.fail_from + 1;
		s.ruleset = ruleset_create(&s.alloc, &s.rules, &s.error);
		assert_string_equal(s.error.text, "");
	}
	assert_true(failed > 4);
	s.memory.fail_from = UINT64_MAX;
	f = firewall_create(&s.alloc, 1, NULL);
	for (failed = 0;; failed++) {
		s.memory.fail_from = s.memory.calls + failed;
		s.memory.fail_to = s.memory.fail_from + 1;
		if (firewall_adopt(f, s.ruleset))
			break;
	}
	assert_true(failed > 8);
	firewall_destroy(f);
	s.memory.fail_from = UINT64_MAX;
	m = (struct weir_match)M(LAYER7, "a(b");
	assert_null(ruleset_create(&s.alloc, &s.rules, &s.error));
	assert_string_equal(s.error.text,
			    "layer7-protocol: at 3: missing closing parenthesis");
	sample_end(&s);
}

#else

static void test_layer7_refused(void **state)
{
	struct weir_match m = M(LAYER7, "a");
	struct weir_rule r = {.matches = &m, .match_count = 1};
	struct sample s;

	(void)state;
	sample_begin(&s, WEIR_TABLE_FILTER, WEIR_HOOK_FORWARD);
	sample_rules(&s, &r, 1);
	assert_null(ruleset_create(&s.alloc, &s.rules, &s.error));
	assert_string_equal(s.error.text,
			    "layer7-protocol: this build has no regular expressions");
	sample_end(&s);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_tls_host),
		cmocka_unit_test(test_tls_cut),
#ifdef LAYER7
		cmocka_unit_test(test_layer7),
		cmocka_unit_test(test_layer7_ends),
		cmocka_unit_test(test_layer7_once),
		cmocka_unit_test(test_layer7_flood),
		cmocka_unit_test(test_layer7_limits),
		cmocka_unit_test(test_layer7_memory),
#else
		cmocka_unit_test(test_layer7_refused),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
