/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_choices.c - any connections by any rules: what must hold of every choice (nobody else has
 * it, it is allowed, it can be undone).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/nat/rig.h"

/* Anything at random. */

static struct tuple random_flow(uint64_t *random)
{
	static const uint8_t protos[] = {PROTO_TCP, PROTO_UDP, PROTO_UDPLITE, PROTO_SCTP,
					 PROTO_DCCP, PROTO_ICMP, PROTO_GRE, 99};
	uint64_t x = next_random(random);
	bool six = x >> 60 < 5;
	struct tuple t;

	t = six ? flow(0, "fd00::", 0, "2001:db8::", 0) : flow(0, "10.0.0.0", 0, "198.51.100.0", 0);
	t.src.v6[six ? 15 : 3] = (uint8_t)(x & 7);
	t.dst.v6[six ? 15 : 3] = (uint8_t)(x >> 3 & 1);
	t.proto = protos[x >> 4 & 7];
	t.src_port = (uint16_t)(x >> 8 & (x >> 40 & 1 ? 3 : 0x7ff));
	t.dst_port = (uint16_t)(x >> 24 & 1);
	if (t.proto == PROTO_ICMP) {
		t.proto = six ? PROTO_ICMPV6 : PROTO_ICMP;
		t.dst_port = (uint16_t)((six ? 128 : 8) << 8);
	} else if (t.proto == PROTO_GRE) {
		t.src_port = 0;
	} else if (t.proto == 99) {
		t.src_port = t.dst_port = 0;
	}
	return t;
}

static struct nat_range random_range(uint64_t *random, bool six)
{
	static const uint8_t actions[] = {WEIR_ACTION_SRC_NAT, WEIR_ACTION_MASQUERADE,
					  WEIR_ACTION_NETMAP, WEIR_ACTION_SAME};
	uint64_t x = next_random(random);
	struct nat_range r;

	if (six)
		r = range(actions[x & 3], "2001:db8:5::", x & 4 ? "2001:db8:5::3" : NULL);
	else
		r = range(actions[x & 3], "203.0.113.0", x & 4 ? "203.0.113.3" : NULL);
	if (x >> 8 & 1)
		r = ports(r, 100, 100 + (x >> 9 & 15));
	if (x >> 16 & 1)
		r.flags |= WEIR_NAT_RANDOM;
	if (x >> 17 & 1)
		r.flags |= WEIR_NAT_NOT_BY_DST;
	return r;
}

static bool has_ports(uint8_t proto)
{
	return proto != PROTO_GRE && proto != 99;
}

/* side() checks what is unique; here, that it is allowed, and that the table stays sound. */
static void test_properties(void **state)
{
	uint64_t random = 4711, done = 0, refused = 0;
	struct rig *r = rig_create(20, 0, 1);

	(void)state;
	for (unsigned i = 0; i < 60000; i++) {
		struct born b = begin(random_flow(&random));
		bool six = b.original.family == WEIR_IPV6;
		struct nat_range want = random_range(&random, six);
		uint16_t port;
		unsigned low;

		if (is_known(r, &b.original)) {
			end(r, &b.original);
			continue;
		}
		if (side(r, &b, NAT_SRC, &want) != NAT_DONE) {
			refused++;
			continue;
		}
		low = b.reply.dst.v6[six ? 15 : 3];
		assert_memory_equal(&b.reply.dst, &want.first, six ? 15 : 3);
		assert_in_range(low, 0, want.last.v6[six ? 15 : 3]);
		if (want.action == WEIR_ACTION_NETMAP)
			assert_int_equal(low, b.original.src.v6[six ? 15 : 3] &
						      want.last.v6[six ? 15 : 3]);
		port = b.original.proto == PROTO_ICMP || b.original.proto == PROTO_ICMPV6
			       ? b.reply.src_port
			       : b.reply.dst_port;
		if (!has_ports(b.original.proto))
			assert_int_equal(port, 0);
		else if (want.flags & WEIR_NAT_PORTS)
			assert_in_range(port, want.first_port, want.last_port);
		confirm(r, &b);
		done++;
		if (i % 10000 == 0)
			assert_null(table_validate(&r->table));
	}
	assert_null(table_validate(&r->table));
	assert_true(done > 10000 && refused > 1000);
	rig_destroy(r);
}

/* Connections that live, of few sockets toward few others, by rules that translate each its way. */
#define LIVE 600

struct living {
	struct born born;
	struct conn6 conn;
	bool lives;
};

static bool same_socket(const struct tuple *a, const struct tuple *b)
{
	return a->src.v4 == b->src.v4 && a->src_port == b->src_port;
}

/* What must hold of a connection beside another: no two share a reply, and two that are mapped
 * share a public end where they have one socket, and only there. */
static void beside(const struct living *a, const struct living *b)
{
	const struct tuple *one = &a->born.reply, *two = &b->born.reply;
	bool mapped = a->conn.conn.udp.mapping[NAT_SRC] && b->conn.conn.udp.mapping[NAT_SRC];

	assert_false(tuple_equal(one, two));
	if (mapped)
		assert_int_equal(one->dst.v4 == two->dst.v4 && one->dst_port == two->dst_port,
				 same_socket(&a->born.original, &b->born.original));
}

static void bear(struct rig *r, struct living *l, uint64_t x)
{
	char client[32], host[32];
	struct nat_range want = ports(range(x & 1 ? WEIR_ACTION_ENDPOINT_INDEPENDENT
						  : WEIR_ACTION_SRC_NAT,
					    "203.0.113.0", NULL),
				      100, 163);

	snprintf(client, sizeof client, "10.0.0.%u", (unsigned)(x >> 8 & 3));
	snprintf(host, sizeof host, "8.8.8.%u", (unsigned)(x >> 16 & 15));
	if (x >> 2 & 1)
		want.flags |= WEIR_NAT_RANDOM;
	l->born = begin(flow(PROTO_UDP, client, 100 + (x >> 24 & 15), host, 53));
	if (is_known(r, &l->born.original) || side(r, &l->born, NAT_SRC, &want) != NAT_DONE)
		return;
	conn_begin(&l->conn, &l->born.original, &l->born.reply);
	l->conn.conn.status = l->born.status;
	l->conn.conn.udp.mapping[NAT_SRC] = r->nat.mapped;
	nat_conn_begin(&r->nat, &l->conn.conn, false);
	confirm(r, &l->born);
	l->lives = true;
}

static void test_living(void **state)
{
	static struct living all[LIVE];
	uint64_t random = 4712, born = 0, mapped = 0;
	struct rig *r = rig_create(21, 0, 1);

	(void)state;
	memset(all, 0, sizeof all);
	for (unsigned i = 0; i < 30000; i++) {
		uint64_t x = next_random(&random);
		struct living *l = &all[x % LIVE];

		r->nat.now += x >> 40 & 0x3ffffff;
		mappings_expire(&r->nat.mappings, r->nat.now, 2);
		if (l->lives) {
			nat_conn_end(&r->nat, &l->conn.conn, false);
			end(r, &l->born.original);
			l->lives = false;
			continue;
		}
		bear(r, l, x >> 20);
		if (!l->lives)
			continue;
		born++;
		mapped += l->conn.conn.udp.mapping[NAT_SRC] != 0;
		for (unsigned j = 0; j < LIVE; j++)
			if (all[j].lives && &all[j] != l)
				beside(l, &all[j]);
	}
	assert_true(born > 3000 && mapped > 1000);
	assert_null(table_validate(&r->table));
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_living),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
