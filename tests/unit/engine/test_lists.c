/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_lists.c - address lists that rules fill, with several workers: what one adds, renews or
 * takes out all know from their next batch on, whoever slept meanwhile, whichever rules come and
 * wherever memory runs out.
 *
 * Who knocks at KNOCK is banned for a minute, at KNOCK_LONG without an end; GATE says whether one
 * is.
 */
#include "unit/engine/router.h"

enum { WORKERS = 3, KNOCK = 1000, KNOCK_LONG = 1001, KNOCK_STORED = 1002, GATE = 2000 };
enum { MANY = 17000 }; /* more than a worker may be behind without going through all */

static const struct weir_address_list lists[] = {
	{"banned", NULL, 0}, {"other", NULL, 0}, {"third", NULL, 0}};
static const struct weir_address_list turned[] = {
	{"more", NULL, 0}, {"third", NULL, 0}, {"banned", NULL, 0}};
static const struct weir_address_list without[] = {{"other", NULL, 0}};

/* The rules, about the list with this number; UINT32_MAX: none about lists. */
static void write_rules(struct router *r, const struct weir_address_list *all, size_t count,
			uint32_t number)
{
	static const uint16_t port[] = {KNOCK, KNOCK_LONG, KNOCK_STORED};

	forget_rules(r);
	r->set.lists = all;
	r->set.list_count = count;
	for (uint32_t i = 0; i < 3 && number != UINT32_MAX; i++) {
		struct weir_rule *rule =
			filter(r, WEIR_HOOK_INPUT, WEIR_ACTION_ADD_SRC_TO_LIST, 1 + i);

		when_port(r, when_proto(r, rule, UDP), port[i]);
		rule->list.number = number;
		rule->list.stored = i == 2;
		rule->list.timeout = i == 0 ? 60 * WEIR_SEC : 0;
	}
	if (number != UINT32_MAX)
		when(r,
		     when_port(r,
			       when_proto(r, filter(r, WEIR_HOOK_INPUT, WEIR_ACTION_DROP, 9), UDP),
			       GATE),
		     (struct weir_match){.type = WEIR_MATCH_SRC_LIST, .number = number});
}

static void begin(struct router *r, unsigned workers)
{
	router_begin_workers(r, workers);
	write_rules(r, lists, 3, 0);
	apply(r);
	for (unsigned w = 0; w < workers; w++)
		weir_poll(weir_engine_worker(r->engine, w), r->now);
}

/* A packet of a host of the LAN, in a connection that this worker has. */
static const struct weir_packet *send_by(struct router *r, unsigned w, uint32_t host, uint16_t port)
{
	static uint16_t sport;
	char src[32];
	const struct weir_packet *io;

	snprintf(src, sizeof src, "192.168.%u.%u", 2 + host / 200, 1 + host % 200);
	r->worker = weir_engine_worker(r->engine, w);
	do
		io = inject(r, LAN,
			    (struct say){.src = src,
					 .dst = "192.168.1.1",
					 .sport = ++sport,
					 .dport = port,
					 .proto = UDP});
	while (io->verdict == WEIR_HANDOVER);
	return io;
}

static void knock(struct router *r, unsigned w, uint32_t host)
{
	assert_int_equal(send_by(r, w, host, KNOCK)->verdict, WEIR_ACCEPT);
}

static bool banned(struct router *r, unsigned w, uint32_t host)
{
	return send_by(r, w, host, GATE)->verdict == WEIR_DROP;
}

static void expect_banned(struct router *r, unsigned workers, uint32_t host, bool is)
{
	for (unsigned w = 0; w < workers; w++)
		if (banned(r, w, host) != is)
			fail_msg("worker %u, host %u: not %u", w, host, is);
}

static struct weir_listed listed_host(uint32_t host)
{
	struct weir_listed listed = {.family = WEIR_IPV4, .list = "banned"};
	char text[32];

	snprintf(text, sizeof text, "192.168.%u.%u", 2 + host / 200, 1 + host % 200);
	listed.addr = addr_of(text);
	return listed;
}

static int unlist(struct router *r, unsigned w, uint32_t host)
{
	struct weir_worker *worker = weir_engine_worker(r->engine, w);
	struct weir_listed listed = listed_host(host);
	struct weir_request request = {.op = WEIR_REQUEST_UNLIST, .listed = &listed};

	weir_request_post(worker, &request);
	weir_poll(worker, r->now);
	assert_true(weir_request_done(&request));
	return request.error;
}

/* What was told by all workers since. */
struct told {
	unsigned count, fresh, stored;
};

static struct told told(struct router *r)
{
	struct told told = {0, 0, 0};
	struct weir_event events[32];
	size_t n;

	for (unsigned w = 0; w < weir_engine_workers(r->engine); w++) {
		while ((n = weir_event_read(weir_engine_worker(r->engine, w), events, 32)) > 0)
			for (size_t i = 0; i < n; i++) {
				if (events[i].type != WEIR_EVENT_LIST_ADDED)
					continue;
				assert_string_equal(events[i].listed.list, "banned");
				told.count++;
				told.fresh += events[i].listed.fresh;
				told.stored += events[i].listed.stored;
			}
	}
	return told;
}

/* Nothing is shared with one worker, and all is as with several. */
static void test_known_to_all(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers <= WORKERS; workers++) {
		struct router r;

		begin(&r, workers);
		for (unsigned w = 0; w < workers; w++) {
			expect_banned(&r, workers, w, false);
			knock(&r, w, w);
			expect_banned(&r, workers, w, true);
			assert_int_equal(told(&r).fresh, 1);
			knock(&r, (w + 1) % workers, w);
			assert_int_equal(told(&r).count, 0);
			assert_int_equal(stats_of(&r).list_entries, w + 1);
		}
		r.now += 60 * WEIR_SEC;
		for (unsigned w = 0; w < workers; w++)
			expect_banned(&r, workers, w, false);
		assert_int_equal(stats_of(&r).list_full, 0);
		router_end(&r);
	}
}

static void test_renewed(void **state)
{
	struct router r;
	struct told t;

	(void)state;
	begin(&r, WORKERS);
	knock(&r, 0, 7);
	assert_int_equal(told(&r).fresh, 1);
	r.now += 40 * WEIR_SEC;
	knock(&r, 1, 7);
	t = told(&r);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.fresh, 0);
	r.now += 59 * WEIR_SEC;
	expect_banned(&r, WORKERS, 7, true);
	r.now += WEIR_SEC;
	expect_banned(&r, WORKERS, 7, false);
	/* By little: the others need not know; by much little: they do, and it is told of. */
	knock(&r, 2, 7);
	assert_int_equal(told(&r).fresh, 1);
	for (unsigned i = 0; i < 100; i++) {
		r.now += WEIR_SEC / 2;
		knock(&r, 2 - i % 2, 7);
	}
	t = told(&r);
	assert_int_equal(t.fresh, 0);
	assert_in_range(t.count, 25, 50);
	r.now += 58 * WEIR_SEC;
	expect_banned(&r, WORKERS, 7, true);
	r.now += 2 * WEIR_SEC;
	expect_banned(&r, WORKERS, 7, false);
	router_end(&r);
}

static void test_taken_out(void **state)
{
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	assert_int_equal(unlist(&r, 1, 3), WEIR_ENOENT);
	knock(&r, 0, 3);
	knock(&r, 0, 4);
	assert_int_equal(told(&r).fresh, 2);
	assert_int_equal(unlist(&r, 1, 3), WEIR_OK); /* which has not even heard of it */
	expect_banned(&r, WORKERS, 3, false);
	expect_banned(&r, WORKERS, 4, true);
	for (unsigned w = 0; w < WORKERS; w++)
		assert_int_equal(unlist(&r, w, 3), WEIR_ENOENT);
	knock(&r, 2, 3); /* who knocks again is new again */
	assert_int_equal(told(&r).fresh, 1);
	expect_banned(&r, WORKERS, 3, true);
	router_end(&r);
}

static void test_stored_once(void **state)
{
	struct router r;
	struct told t;

	(void)state;
	begin(&r, WORKERS);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(send_by(&r, i % WORKERS, 5, KNOCK_STORED)->verdict, WEIR_ACCEPT);
		r.now += 2 * WEIR_SEC;
	}
	t = told(&r);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.stored, 1);
	router_end(&r);
}

/* Worker 2 sleeps while more happens than the journal holds. */
static void test_late(void **state)
{
	struct router r;
	unsigned known = 0;

	(void)state;
	begin(&r, WORKERS);
	knock(&r, 2, 0);
	knock(&r, 2, 1);
	for (uint32_t host = 2; host < MANY; host++)
		assert_int_equal(send_by(&r, 0, host, KNOCK_LONG)->verdict, WEIR_ACCEPT);
	assert_int_equal(unlist(&r, 0, 1), WEIR_OK);
	assert_int_equal(unlist(&r, 0, 50), WEIR_OK);
	assert_int_equal(stats_of(&r).list_entries, MANY - 2);
	for (uint32_t host = 0; host < MANY; host += host < 100 ? 1 : 7) {
		bool is = banned(&r, 2, host);

		if (is != (host != 1 && host != 50))
			fail_msg("host %u", host);
		known += is;
	}
	assert_true(known > MANY / 8);
	r.now += 100 * WEIR_SEC;
	expect_banned(&r, WORKERS, 0, false);
	expect_banned(&r, WORKERS, MANY - 1, true);
	router_end(&r);
}

/* Lists go by their names, in the order in which rules are set: who skips some does not find in a
 * list what was in one of its name that is gone. */
static void test_rules_changed(void **state)
{
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	knock(&r, 0, 1);
	write_rules(&r, turned, 3, 2);
	apply(&r);
	knock(&r, 1, 2);
	expect_banned(&r, WORKERS, 1, true);
	expect_banned(&r, WORKERS, 2, true);
	write_rules(&r, turned, 3, 1); /* another list, filled before */
	apply(&r);
	expect_banned(&r, WORKERS, 1, false);
	write_rules(&r, lists, 3, 0);
	apply(&r);
	expect_banned(&r, WORKERS, 1, true);
	write_rules(&r, without, 1, UINT32_MAX);
	apply(&r);
	weir_poll(weir_engine_worker(r.engine, 0), r.now); /* the others sleep */
	write_rules(&r, lists, 3, 0);
	apply(&r);
	expect_banned(&r, WORKERS, 1, false);
	expect_banned(&r, WORKERS, 2, false);
	knock(&r, 1, 2);
	expect_banned(&r, WORKERS, 2, true);
	router_end(&r);
}

static void test_rules_gone_and_back(void **state)
{
	struct weir_rules_error error;
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	knock(&r, 0, 1);
	assert_int_equal(weir_rules_set(r.engine, NULL, &error), WEIR_OK);
	for (unsigned w = 0; w < WORKERS; w++)
		assert_false(banned(&r, w, 1));
	apply(&r);
	expect_banned(&r, WORKERS, 1, true);
	router_end(&r);
}

/* A worker that could not take new rules over hears of lists that it does not know, and finds
 * them filled when it does. Rules that could not be set change no names. */
static void test_rules_late(void **state)
{
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	knock(&r, 2, 1);
	write_rules(&r, turned, 3, 0); /* "more" is banned now */
	for (unsigned failed = 0;; failed++) {
		r.memory.fail_from = r.memory.calls + failed;
		r.memory.fail_to = r.memory.fail_from + 1;
		if (try_apply(&r) == WEIR_OK)
			break;
		assert_true(failed < 200);
	}
	r.memory.fail_from = UINT64_MAX;
	for (unsigned host = 10; host < 20; host++)
		assert_int_equal(send_by(&r, 0, host, KNOCK_LONG)->verdict, WEIR_ACCEPT);
	r.memory.fail_from = r.memory.calls;
	r.memory.fail_to = r.memory.fail_from + 1;
	weir_poll(weir_engine_worker(r.engine, 2), r.now);
	assert_int_equal(r.memory.calls, r.memory.fail_to);
	assert_int_equal(stats_of(&r).rules_late, 1);
	for (unsigned i = 0; i < 10; i++)
		weir_poll(weir_engine_worker(r.engine, 0), r.now);
	for (unsigned host = 10; host < 20; host++)
		assert_true(banned(&r, 2, host));
	assert_false(banned(&r, 2, 1));
	router_end(&r);
}

/* No memory to take over what the others have added: it comes when there is some. */
static void test_no_memory_to_read(void **state)
{
	struct router r;

	(void)state;
	begin(&r, WORKERS);
	assert_false(banned(&r, 2, 1)); /* so a connection needs no memory any more */
	for (unsigned host = 1; host <= 300; host++)
		knock(&r, 0, host);
	r.memory.fail_from = r.memory.calls;
	r.memory.fail_to = UINT64_MAX;
	for (unsigned i = 0; i < 20; i++)
		weir_poll(weir_engine_worker(r.engine, 2), r.now);
	assert_int_equal(stats_of(&r).list_full, 300);
	assert_false(banned(&r, 2, 300));
	/* Meanwhile one is renewed, one goes, others come. */
	r.memory.fail_from = UINT64_MAX;
	r.now += 30 * WEIR_SEC;
	knock(&r, 0, 5);
	assert_int_equal(unlist(&r, 0, 6), WEIR_OK);
	knock(&r, 1, 301);
	for (unsigned i = 0; i < 20; i++)
		weir_poll(weir_engine_worker(r.engine, 2), r.now);
	for (unsigned host = 1; host <= 301; host++)
		assert_int_equal(banned(&r, 2, host), host != 6);
	r.now += 30 * WEIR_SEC;
	for (unsigned host = 1; host <= 301; host++)
		assert_int_equal(banned(&r, 2, host), host == 5 || host == 301);
	router_end(&r);
}

/* Memory that fails once, wherever: in the end all know the same, or nobody knows anything and
 * it was counted. */
static void test_no_memory_to_add(void **state)
{
	unsigned refused = 0, alone = 0;

	(void)state;
	for (unsigned failed = 0; failed < 40; failed++) {
		struct router r;
		bool is;

		begin(&r, WORKERS);
		for (unsigned w = 0; w < WORKERS; w++)
			banned(&r, w, 1);
		r.memory.fail_from = r.memory.calls + failed;
		r.memory.fail_to = r.memory.fail_from + 1;
		knock(&r, 0, 1);
		is = banned(&r, 0, 1);
		refused += !is;
		alone += is && stats_of(&r).list_full > 0;
		assert_int_equal(told(&r).fresh, is);
		assert_true(is || stats_of(&r).list_full == 1);
		r.memory.fail_from = UINT64_MAX;
		for (unsigned w = 0; w < WORKERS; w++)
			weir_poll(weir_engine_worker(r.engine, w), r.now);
		expect_banned(&r, WORKERS, 1, is);
		knock(&r, 1, 1);
		assert_int_equal(told(&r).fresh, !is);
		expect_banned(&r, WORKERS, 1, true);
		router_end(&r);
	}
	assert_true(refused > 0 && alone > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_to_all),
		cmocka_unit_test(test_renewed),
		cmocka_unit_test(test_taken_out),
		cmocka_unit_test(test_stored_once),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_rules_changed),
		cmocka_unit_test(test_rules_gone_and_back),
		cmocka_unit_test(test_rules_late),
		cmocka_unit_test(test_no_memory_to_read),
		cmocka_unit_test(test_no_memory_to_add),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
