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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
