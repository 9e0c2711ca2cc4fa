/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_shares.c - ports that belong to somebody: to a source by its block, to a worker by the hash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/nat/rig.h"

/* Blocks of ports: whose a port is can be told from it and the address alone. */
static void test_blocks(void **state)
{
	static const struct {
		const char *client, *address; /* NULL: refused */
		unsigned first;
	} cases[] = {
		{"100.64.0.0", "203.0.113.1", 10000}, {"100.64.0.1", "203.0.113.1", 10100},
		{"100.64.0.8", "203.0.113.1", 10800}, {"100.64.0.9", "203.0.113.2", 10000},
		{"100.64.0.26", "203.0.113.3", 10800}, {"100.64.0.27", NULL, 0},
		{"100.63.255.255", NULL, 0},	      {"255.255.255.255", NULL, 0},
	};
	struct nat_range blocks =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", "203.0.113.3"), 10000, 10950);
	struct rig *r = rig_create(22, 0, 1);
	struct born b;

	(void)state;
	blocks.flags |= WEIR_NAT_BLOCK;
	blocks.block = 100;
	addr_of("100.64.0.0", &blocks.inside);
	memset(blocks.inside.v6 + 4, RUBBISH, 12);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		for (unsigned n = 0; n < 101; n++) {
			b = begin(flow(n % 2 ? PROTO_TCP : PROTO_UDP, cases[i].client, 10050 + n,
				       "8.8.8.8", 80 + n % 2));
			if (n % 10 == 0)
				b = begin(flow(PROTO_ICMP, cases[i].client, n, "8.8.8.8", 8 << 8));
			side(r, &b, NAT_SRC, &blocks);
			assert_int_equal(b.result,
					 cases[i].address ? NAT_DONE : NAT_REFUSED);
			if (!cases[i].address)
				continue;
			is_addr(&b.reply.dst, cases[i].address);
			assert_in_range(n % 10 ? b.reply.dst_port : b.reply.src_port,
					cases[i].first, cases[i].first + 99);
			confirm(r, &b);
		}
	/* One who uses all of his up takes nothing from the others. */
	for (unsigned n = 0; n < 101; n++) {
		b = add(r, flow(PROTO_TCP, "100.64.0.3", 20000 + n, "9.9.9.9", 443), NAT_SRC,
			&blocks);
		assert_int_equal(b.result, n < 100 ? NAT_DONE : NAT_EXHAUSTED);
	}
	b = add(r, flow(PROTO_TCP, "100.64.0.4", 20000, "9.9.9.9", 443), NAT_SRC, &blocks);
	assert_int_equal(b.result, NAT_DONE);
	/* A protocol without ports; all the ports there are; too many; none. */
	b = add(r, flow(99, "100.64.0.9", 0, "9.9.9.9", 0), NAT_SRC, &blocks);
	is_addr(&b.reply.dst, "203.0.113.2");
	blocks.flags &= ~WEIR_NAT_PORTS;
	blocks.block = 64512;
	b = add(r, flow(PROTO_UDP, "100.64.0.2", 1024, "9.9.9.9", 1), NAT_SRC, &blocks);
	is_addr(&b.reply.dst, "203.0.113.3");
	for (unsigned n = 0; n < 2; n++) {
		blocks.block = n ? 64513 : 0;
		b = add(r, flow(PROTO_UDP, "100.64.0.0", 1024, "9.9.9.9", 1), NAT_SRC, &blocks);
		assert_int_equal(b.result, NAT_REFUSED);
	}
	rig_destroy(r);
}

/* Of several workers each gives ports whose answers come back to it, and no two the same. */
static void test_workers(void **state)
{
	enum { WORKERS = 3 };
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 3000, 3299);
	struct rig *r[WORKERS];
	uint8_t owner[300];
	unsigned given = 0;

	(void)state;
	memset(owner, 0xff, sizeof owner);
	for (unsigned w = 0; w < WORKERS; w++)
		r[w] = rig_create(19, w, WORKERS);
	for (unsigned i = 0; i < 400 * WORKERS; i++) {
		unsigned w = i % WORKERS, at;
		char client[32];
		uint64_t hash;
		struct born b;

		snprintf(client, sizeof client, "10.0.%u.%u", i / 256, i % 256);
		b = add(r[w], flow(PROTO_TCP, client, 3000 + i % 300, "8.8.8.8", 80), NAT_SRC,
			&pool);
		if (b.result != NAT_DONE)
			continue;
		hash = table_hash(&r[w]->table, &b.reply);
		assert_int_equal((hash >> 16 & 0xffff) * WORKERS >> 16, w);
		at = b.reply.dst_port - 3000u;
		assert_int_equal(owner[at], 0xff);
		owner[at] = (uint8_t)w;
		given++;
	}
	assert_int_equal(given, 300);
	for (unsigned w = 0; w < WORKERS; w++)
		rig_destroy(r[w]);
}

/* A source that would take a whole pool leaves something to the others. */
static void test_fair(void **state)
{
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", "203.0.113.2"), 10000, 12047);
	struct rig *r = rig_create(31, 0, 1);
	unsigned given = 0, shares = 0, late = 0;
	struct born b;

	(void)state;
	for (unsigned n = 0; n < 40000; n++) {
		r->nat.now = n * WEIR_MSEC;
		b = add(r, flow(PROTO_TCP, "10.0.0.1", 1024 + n, "8.8.8.8", 443), NAT_SRC, &pool);
		given += b.result == NAT_DONE;
		shares += b.result == NAT_SHARE;
		assert_int_not_equal(b.result, NAT_REFUSED);
	}
	assert_in_range(given, 3700, 4080);
	assert_true(shares > 30000);
	assert_in_range(r->nat.held, 3700, 4096);
	/* Toward another destination it is as ever. */
	b = add(r, flow(PROTO_TCP, "10.0.0.1", 1024, "8.8.4.4", 443), NAT_SRC, &pool);
	assert_int_equal(b.result, NAT_DONE);
	for (unsigned n = 0; n < 12; n++) {
		char client[32];

		snprintf(client, sizeof client, "10.0.1.%u", n);
		b = add(r, flow(PROTO_TCP, client, 1024, "8.8.8.8", 443), NAT_SRC, &pool);
		late += b.result == NAT_DONE;
	}
	assert_in_range(late, 9, 12);
	/* When time goes by it is asked again, and finds it as full. */
	r->nat.now += UINT64_C(10) * WEIR_SEC;
	for (unsigned n = 0, more = 0; n < 100; n++) {
		b = add(r, flow(PROTO_TCP, "10.0.0.1", 50000 + n, "8.8.8.8", 443), NAT_SRC, &pool);
		more += b.result == NAT_DONE;
		assert_true(more <= 4);
	}
	rig_destroy(r);
}

/* Many who share a pool alike fill it to its end. */
static void test_fair_to_many(void **state)
{
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10000, 12047);
	struct rig *r = rig_create(32, 0, 1);
	unsigned given = 0;

	(void)state;
	for (unsigned n = 0; n < 6000; n++) {
		char client[32];
		struct born b;

		snprintf(client, sizeof client, "10.0.%u.%u", n % 600 / 200, n % 200);
		b = add(r, flow(PROTO_UDP, client, 1024 + n, "8.8.8.8", 443), NAT_SRC, &pool);
		assert_true(b.result == NAT_DONE || b.result == NAT_EXHAUSTED);
		given += b.result == NAT_DONE;
	}
	assert_in_range(given, 2030, 2048);
	rig_destroy(r);
}

static void begin_counted(struct rig *r, const struct born *b, struct conn6 *conn)
{
	conn_begin(conn, &b->original, &b->reply);
	conn->conn.status = b->status;
	nat_conn_begin(&r->nat, &conn->conn, b->original.family == WEIR_IPV6);
}

static void test_ports_per_source(void **state)
{
	struct nat_range pool = range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL);
	struct rig *r = rig_create(33, 0, 2);
	struct conn6 conns[4];
	struct born b;

	(void)state;
	pool.flags |= WEIR_NAT_SHARE;
	pool.share = 7; /* of two workers each allows four */
	assert_true(nat_count(&r->nat, true));
	assert_false(nat_count(&r->nat, true));
	for (unsigned n = 0; n < 5; n++) {
		b = begin(flow(PROTO_TCP, "10.0.0.1", 1024 + n, "8.8.8.8", 443));
		assert_int_equal(side(r, &b, NAT_SRC, &pool), n < 4 ? NAT_DONE : NAT_SHARE);
		if (n < 4)
			begin_counted(r, &b, &conns[n]);
	}
	assert_int_equal(r->nat.held, 4);
	nat_conn_end(&r->nat, &conns[2].conn, false);
	assert_int_equal(side(r, &b, NAT_SRC, &pool), NAT_DONE);
	/* Who is forgotten may begin again; what ends then was never counted. */
	assert_false(nat_count(&r->nat, false));
	assert_true(nat_count(&r->nat, true));
	nat_conn_end(&r->nat, &conns[1].conn, false);
	assert_int_equal(r->nat.shares.count, 0);
	rig_destroy(r);
}

/* The first connection of a source in its block is told, and again when it was idle for long. */
static void test_block_taken(void **state)
{
	struct nat_range blocks =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10000, 10999);
	struct rig *r = rig_create(34, 0, 1);
	struct conn6 conn;
	struct born b;

	(void)state;
	blocks.flags |= WEIR_NAT_BLOCK;
	blocks.block = 100;
	addr_of("100.64.0.0", &blocks.inside);
	nat_count(&r->nat, true);
	for (unsigned n = 0; n < 3; n++) {
		b = begin(flow(PROTO_TCP, "100.64.0.3", 1024 + n, "8.8.8.8", 443));
		assert_int_equal(side(r, &b, NAT_SRC, &blocks), NAT_DONE);
		assert_int_equal(r->nat.block_taken, n == 0);
		if (n == 0) {
			assert_int_equal(r->nat.block_first, 10300);
			assert_int_equal(r->nat.block_last, 10399);
			begin_counted(r, &b, &conn);
		}
	}
	r->nat.now = SHARE_IDLE * 3;
	shares_expire(&r->nat.shares, r->nat.now, 10);
	assert_int_equal(r->nat.shares.count, 1);
	nat_conn_end(&r->nat, &conn.conn, false);
	r->nat.now += SHARE_IDLE - 1;
	shares_expire(&r->nat.shares, r->nat.now, 10);
	assert_int_equal(r->nat.shares.count, 1);
	r->nat.now++;
	shares_expire(&r->nat.shares, r->nat.now, 10);
	assert_int_equal(r->nat.shares.count, 0);
	assert_int_equal(side(r, &b, NAT_SRC, &blocks), NAT_DONE);
	assert_true(r->nat.block_taken);
	rig_destroy(r);
}

/* The table of sources: bounded, and sound when memory is short. */
static void test_share_table(void **state)
{
	struct rig *r = rig_create(35, 0, 1);
	struct shares *s = &r->nat.shares;
	union weir_addr addr = {.u64 = {0, 0}};
	struct share *first;

	(void)state;
	for (uint64_t fail = 0; fail < 2; fail++) {
		r->memory.fail_from = r->memory.calls + fail;
		r->memory.fail_to = r->memory.fail_from + 1;
		shares_fini(s);
		assert_null(share_take(s, WEIR_IPV4, &addr, 0));
		assert_null(share_find(s, WEIR_IPV4, &addr));
	}
	for (uint32_t i = 0; i < SHARES_MAX; i++) {
		addr.v4 = i;
		assert_non_null(share_take(s, WEIR_IPV4, &addr, 0));
	}
	assert_null(share_take(s, WEIR_IPV6, &addr, 0));
	first = share_find(s, WEIR_IPV4, &addr);
	assert_ptr_equal(share_take(s, WEIR_IPV4, &addr, SHARE_IDLE), first);
	shares_expire(s, SHARE_IDLE, SHARES_MAX);
	assert_int_equal(s->count, 1);
	assert_ptr_equal(share_find(s, WEIR_IPV4, &addr), first);
	assert_non_null(share_take(s, WEIR_IPV6, &addr, 0));
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_workers),
		cmocka_unit_test(test_fair),
		cmocka_unit_test(test_fair_to_many),
		cmocka_unit_test(test_ports_per_source),
		cmocka_unit_test(test_block_taken),
		cmocka_unit_test(test_share_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
