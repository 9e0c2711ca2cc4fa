/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_binding.c - who translates a connection: the list of pairs of rules, what connections and
 * requests tell of it, and the numbers of policies, which come round without deceiving anybody.
 */
#include "unit/engine/router.h"

#include "engine/worker.h"

static const char lan_host[] = "192.168.1.2", server[] = "198.51.100.7";

static void begin(struct bindings *bindings, struct alloc *alloc, struct memory *memory)
{
	const struct weir_allocator hooks = {memory_alloc, memory_free, memory};

	*memory = (struct memory){.fail_from = UINT64_MAX};
	alloc_init(alloc, &hooks);
	bindings_init(bindings, alloc);
}

static void test_pairs(void **state)
{
	struct bindings bindings;
	struct memory memory;
	struct alloc alloc;
	uint64_t uses[2];
	uint16_t dst, both;

	(void)state;
	begin(&bindings, &alloc, &memory);
	assert_int_equal(bindings_uses(&bindings, 7, uses), 0);
	dst = bindings_find(&bindings, BINDING_NONE, NAT_DST, 7);
	bindings_hold(&bindings, dst);
	both = bindings_find(&bindings, dst, NAT_SRC, 9);
	bindings_hold(&bindings, both);
	bindings_hold(&bindings, both);
	assert_int_not_equal(dst, both);
	assert_int_equal(bindings_find(&bindings, BINDING_NONE, NAT_DST, 7), dst);
	assert_int_equal(bindings_find(&bindings, dst, NAT_SRC, 9), both);
	assert_int_equal(bindings_rule(&bindings, dst, NAT_SRC), BINDING_NO_RULE);
	assert_int_equal(bindings_rule(&bindings, both, NAT_SRC), 9);
	assert_int_equal(bindings_rule(&bindings, both, NAT_DST), 7);
	assert_int_equal(bindings_uses(&bindings, 7, uses), 3);
	assert_int_equal(uses[NAT_DST], 3);
	assert_int_equal(uses[NAT_SRC], 0);
	assert_int_equal(bindings_uses(&bindings, 9, uses), 2);
	assert_int_equal(uses[NAT_SRC], 2);
	assert_int_equal(bindings_uses(&bindings, BINDING_NO_RULE, uses), 0);
	/* The same rule on both sides is one connection. */
	both = bindings_find(&bindings, bindings_find(&bindings, 0, NAT_DST, 3), NAT_SRC, 3);
	bindings_hold(&bindings, both);
	assert_int_equal(bindings_uses(&bindings, 3, uses), 1);
	assert_int_equal(uses[NAT_SRC] + uses[NAT_DST], 2);
	bindings_fini(&bindings);
	assert_int_equal(memory.blocks, 0);
}

/* What nobody holds makes place; what is held keeps its number while the list grows. */
static void test_places(void **state)
{
	struct bindings bindings;
	struct memory memory;
	struct alloc alloc;
	uint64_t uses[2];

	(void)state;
	begin(&bindings, &alloc, &memory);
	for (uint32_t n = 0; n < 100000; n++)
		assert_in_range(bindings_find(&bindings, 0, NAT_SRC, n), 1, 15);
	for (uint32_t n = 0; n < 65535; n++) {
		uint16_t number = bindings_find(&bindings, 0, NAT_SRC, n);

		assert_int_not_equal(number, BINDING_NONE);
		bindings_hold(&bindings, number);
	}
	assert_int_equal(bindings_find(&bindings, 0, NAT_SRC, 65535), BINDING_NONE);
	for (uint32_t n = 0; n < 65535; n++) {
		assert_int_equal(bindings_uses(&bindings, n, uses), 1);
		if (n % 1000)
			n += 997; /* a few are enough */
	}
	bindings_release(&bindings, bindings_find(&bindings, 0, NAT_SRC, 500));
	assert_int_not_equal(bindings_find(&bindings, 0, NAT_SRC, 65535), BINDING_NONE);
	assert_int_equal(bindings_uses(&bindings, 500, uses), 0);
	bindings_fini(&bindings);
	assert_int_equal(memory.blocks, 0);
}

static void test_memory(void **state)
{
	struct bindings bindings;
	struct memory memory;
	struct alloc alloc;
	uint32_t n = 0;

	(void)state;
	begin(&bindings, &alloc, &memory);
	memory.fail_one_in = 2;
	memory.random = 1;
	while (n < 200) {
		uint16_t number = bindings_find(&bindings, 0, NAT_DST, n);

		bindings_hold(&bindings, number);
		if (number != BINDING_NONE)
			assert_int_equal(bindings_rule(&bindings, number, NAT_DST), n++);
	}
	bindings_fini(&bindings);
	assert_int_equal(memory.blocks, 0);
}

/* On the path. */

static struct say udp(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	return (struct say){
		.src = src, .sport = sport, .dst = dst, .dport = dport, .proto = UDP, .data = 30};
}

static void nat_rules(struct router *r)
{
	struct weir_rule *dst;

	router_begin(r);
	when(r, rule_in(r, WEIR_IPV4, WEIR_TABLE_NAT, WEIR_HOOK_POSTROUTING,
			WEIR_ACTION_MASQUERADE, 21),
	     (struct weir_match){.type = WEIR_MATCH_OUT_INTERFACE, .interfaces = r->wan_bit});
	dst = rule_in(r, WEIR_IPV4, WEIR_TABLE_NAT, WEIR_HOOK_PREROUTING, WEIR_ACTION_DST_NAT, 22);
	when_port(r, when_proto(r, dst, UDP), 80);
	dst->nat.flags = WEIR_NAT_ADDRESS;
	dst->nat.first = dst->nat.last = addr_of("10.0.0.2");
	apply(r);
}

static struct weir_request uses_of(struct router *r, uint32_t rule, struct weir_rule_uses *uses)
{
	struct weir_request request = {.op = WEIR_REQUEST_RULE_USES, .first = rule, .uses = uses};

	weir_request_post(r->worker, &request);
	weir_poll(r->worker, r->now);
	assert_true(weir_request_done(&request));
	return request;
}

static void expect_rules(struct router *r, uint64_t id, uint32_t srcnat, uint32_t dstnat)
{
	struct weir_conn conn = conn_of(r, id);

	assert_int_equal(conn.srcnat_rule, srcnat);
	assert_int_equal(conn.dstnat_rule, dstnat);
}

static void test_connections(void **state)
{
	struct weir_rule_uses uses;
	struct router r;

	(void)state;
	nat_rules(&r);
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	expect_rules(&r, r.io.conn, 21, UINT32_MAX);
	inject(&r, WAN, udp(server, 4000, "203.0.113.1", 80));
	expect_out(&r.io, DMZ, "198.51.100.7:4000>10.0.0.2:80");
	expect_rules(&r, r.io.conn, UINT32_MAX, 22);
	inject(&r, LAN, udp(lan_host, 4000, "10.0.0.9", 53));
	expect_rules(&r, r.io.conn, UINT32_MAX, UINT32_MAX);
	assert_int_equal(uses_of(&r, 21, &uses).count, 1);
	assert_int_equal(uses.srcnat, 1);
	assert_int_equal(uses.dstnat, 0);
	assert_int_equal(uses_of(&r, 22, &uses).count, 1);
	assert_int_equal(uses.dstnat, 1);
	assert_int_equal(uses_of(&r, 23, &uses).count, 0);
	/* The rule goes, what it made stays, and still knows it. */
	forget_rules(&r);
	apply(&r);
	expect_out(inject(&r, WAN, udp(server, 53, "203.0.113.1", 4000)), LAN,
		   "198.51.100.7:53>192.168.1.2:4000");
	expect_rules(&r, r.io.conn, 21, UINT32_MAX);
	r.now += 31 * WEIR_SEC; /* but for the one that has no answer */
	weir_expire(r.worker, r.now);
	assert_int_equal(uses_of(&r, 22, &uses).count, 0);
	router_end(&r);
}

/* A refused first packet leaves nothing held. */
static void test_refused(void **state)
{
	struct weir_rule_uses uses;
	struct router r;

	(void)state;
	nat_rules(&r);
	rule_in(&r, WEIR_IPV4, WEIR_TABLE_MANGLE, WEIR_HOOK_POSTROUTING, WEIR_ACTION_PASSTHROUGH,
		23);
	filter(&r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 24);
	apply(&r);
	for (uint16_t port = 1000; port < 1100; port++)
		expect_drop(inject(&r, WAN, udp(server, port, "203.0.113.1", 80)),
			    WEIR_R_RULE_DROP);
	assert_int_equal(uses_of(&r, 22, &uses).count, 0);
	assert_int_equal(connections(&r), 0);
	router_end(&r);
}

static void test_remove_rule(void **state)
{
	struct weir_request request = {.op = WEIR_REQUEST_REMOVE_RULE, .first = 21};
	struct router r;
	unsigned slices = 0;

	(void)state;
	nat_rules(&r);
	for (uint16_t port = 0; port < 3000; port++) {
		inject(&r, LAN, udp(lan_host, (uint16_t)(4000 + port), server, 53));
		inject(&r, WAN, udp(server, (uint16_t)(4000 + port), "203.0.113.1", 80));
	}
	assert_int_equal(connections(&r), 6000);
	weir_request_post(r.worker, &request);
	for (; !weir_request_done(&request); slices++)
		weir_process(r.worker, NULL, 0, r.now);
	assert_int_equal(request.error, WEIR_OK);
	assert_int_equal(request.count, 3000);
	assert_true(slices > 3);
	assert_int_equal(connections(&r), 3000);
	assert_int_equal(stats_of(&r).ended[WEIR_END_REMOVED], 3000);
	expect_out(inject(&r, WAN, udp(server, 4000, "203.0.113.1", 80)), DMZ,
		   "198.51.100.7:4000>10.0.0.2:80");
	/* None: nothing is meant by it. */
	request = (struct weir_request){.op = WEIR_REQUEST_REMOVE_RULE, .first = UINT32_MAX};
	weir_request_post(r.worker, &request);
	weir_poll(r.worker, r.now);
	assert_true(weir_request_done(&request));
	assert_int_equal(request.count, 0);
	assert_int_equal(connections(&r), 3000);
	router_end(&r);
}

/* Without memory for the list a connection does not know its rules, and is all right. */
static void test_unknown(void **state)
{
	struct router r;

	(void)state;
	nat_rules(&r);
	bindings_fini(&r.worker->bindings);
	inject(&r, LAN, udp(lan_host, 4000, "10.0.0.9", 53)); /* tables have their memory */
	r.memory.fail_from = r.memory.calls;
	r.memory.fail_to = UINT64_MAX;
	inject(&r, LAN, udp(lan_host, 4000, server, 53));
	r.memory.fail_from = UINT64_MAX;
	expect_out(&r.io, WAN, "203.0.113.1:4000>198.51.100.7:53");
	expect_rules(&r, r.io.conn, UINT32_MAX, UINT32_MAX);
	assert_int_equal(stats_of(&r).rule_unknown, 1);
	router_end(&r);
}

/* Numbers of policies. */

static void next_policy(struct router *r)
{
	struct weir_rules_error error;

	assert_int_equal(weir_rules_set(r->engine, &r->set, &error), WEIR_OK);
	weir_poll(r->worker, r->now);
}

static void end_round(struct router *r, uint16_t sport)
{
	struct say data = {.src = lan_host, .dst = server, .sport = sport, .dport = 80,
			   .proto = TCP, .flags = ACK, .seq = 1001, .ack = 5001};
	const uint16_t epoch = r->worker->epoch;

	expect_out(inject(r, LAN, data), WAN, "192.168.1.2:4000>198.51.100.7:80");
	filter(r, WEIR_HOOK_FORWARD, WEIR_ACTION_DROP, 1);
	apply(r);
	assert_in_range(epoch, 1, 9);
	r->worker->epoch = INT16_MAX; /* nobody has those in between */
	next_policy(r);
	r->worker->epoch = UINT16_MAX;
	do
		next_policy(r);
	while (r->worker->epoch != epoch);
	expect_drop(inject(r, LAN, data), WEIR_R_RULE_DROP);
	forget_rules(r);
	apply(r);
}

/* A connection whose way is known sleeps until its policy's number has come round: it meets the
 * rules all the same. Time stands still, so that no turn of the hand ends by itself. */
static void test_round(void **state)
{
	struct router r;

	(void)state;
	router_begin(&r);
	apply(&r);
	handshake(&r, 4000, server, WAN, 80, lan_host, 4000);
	end_round(&r, 4000);
	router_end(&r);
}

/* The same with the hand's help: each half of the numbers lasts some turns. */
static void test_round_swept(void **state)
{
	struct router r;
	uint64_t id;

	(void)state;
	router_begin(&r);
	apply(&r);
	id = handshake(&r, 4000, server, WAN, 80, lan_host, 4000);
	for (int half = 0; half < 3; half++) {
		uint32_t turns = r.worker->sweep.turns;
		uint32_t ref = table_ref(&r.worker->table, id);
		uint16_t epoch = r.worker->epoch;

		assert_int_equal(table_at(&r.worker->table, ref)->epoch, epoch);
		r.worker->epoch = policy_half(epoch) ? UINT16_MAX : INT16_MAX;
		next_policy(&r);
		assert_int_not_equal(policy_half(r.worker->epoch), policy_half(epoch));
		assert_int_not_equal(table_at(&r.worker->table, ref)->epoch, 0);
		/* Not a turn was made at once, but for the first time. */
		assert_int_equal(r.worker->sweep.turns, turns + (half == 0));
		for (int i = 0; i < 5; i++) {
			r.now += WEIR_SEC;
			weir_poll(r.worker, r.now);
		}
		assert_true(r.worker->sweep.turns >= turns + 2);
		assert_int_equal(table_at(&r.worker->table, ref)->epoch, 0);
		inject(&r, LAN,
		       (struct say){.src = lan_host, .dst = server, .sport = 4000, .dport = 80,
				    .proto = TCP, .flags = ACK, .seq = 1001, .ack = 5001});
	}
	router_end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_connections),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_remove_rule),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_round_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
