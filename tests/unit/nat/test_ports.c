/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_ports.c - which port a new connection gets: kept, moved, drawn, taken from one that is over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/nat/rig.h"

/* A client keeps its port; a second one with the same cannot have it toward the same server,
 * and gets one of the same class, which it keeps toward another. */
static void test_keeps(void **state)
{
	static const struct {
		uint8_t proto;
		unsigned port, first, last;
	} cases[] = {
		{PROTO_TCP, 40000, 1024, 65535}, {PROTO_UDP, 1024, 1024, 65535},
		{PROTO_UDP, 1023, 600, 1023},	 {PROTO_TCP, 512, 600, 1023},
		{PROTO_TCP, 511, 1, 511},	 {PROTO_UDP, 1, 1, 511},
		{PROTO_UDP, 0, 1, 511},		 {PROTO_SCTP, 5000, 1024, 65535},
		{PROTO_DCCP, 5000, 1024, 65535}, {PROTO_UDPLITE, 700, 600, 1023},
		{PROTO_UDP, 65535, 1024, 65535},
	};
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct rig *r = rig_create(i, 0, 1);
		uint8_t proto = cases[i].proto;
		unsigned port = cases[i].port;
		struct born a, b, c;

		a = add(r, flow(proto, "10.0.0.1", port, "8.8.8.8", 53), NAT_SRC, &masquerade);
		b = add(r, flow(proto, "10.0.0.2", port, "8.8.8.8", 53), NAT_SRC, &masquerade);
		c = add(r, flow(proto, "10.0.0.2", port, "8.8.4.4", 53), NAT_SRC, &masquerade);
		assert_int_equal(a.reply.dst_port, port);
		is_addr(&a.reply.dst, "203.0.113.1");
		is_addr(&a.reply.src, "8.8.8.8");
		assert_int_equal(a.reply.src_port, 53);
		assert_int_not_equal(b.reply.dst_port, port);
		assert_in_range(b.reply.dst_port, cases[i].first, cases[i].last);
		is_addr(&b.reply.dst, "203.0.113.1");
		assert_int_equal(c.reply.dst_port, b.reply.dst_port);
		assert_null(table_validate(&r->table));
		rig_destroy(r);
	}
}

/* A socket that was moved has one port toward everybody, as long as it has a connection; then
 * its own again. */
static void test_one_socket(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range other = range(WEIR_ACTION_SRC_NAT, "203.0.113.2", NULL);
	struct rig *r = rig_create(3, 0, 1);
	struct born moved[200], elsewhere;
	char server[32];

	(void)state;
	add(r, flow(PROTO_UDP, "10.0.0.1", 5060, "198.51.100.0", 53), NAT_SRC, &masquerade);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(server, sizeof server, "198.51.100.%u", i);
		moved[i] = add(r, flow(PROTO_UDP, "10.0.0.2", 5060, server, 53), NAT_SRC,
			       &masquerade);
		assert_int_not_equal(moved[i].reply.dst_port, 5060);
		assert_int_equal(moved[i].reply.dst_port, moved[0].reply.dst_port);
	}
	/* By another rule it has another address; its other sockets keep their own ports. */
	elsewhere = begin(flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.99.1", 53));
	assert_int_equal(side(r, &elsewhere, NAT_SRC, &other), NAT_DONE);
	is_addr(&elsewhere.reply.dst, "203.0.113.2");
	for (unsigned port = 1; port < 65536; port++) {
		struct born b = begin(flow(PROTO_UDP, "10.0.0.2", port, "198.51.99.1", 53));

		if (port == 5060)
			continue;
		assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
		assert_int_equal(b.reply.dst_port, port);
	}
	for (unsigned i = 0; i < 200; i++)
		end(r, &moved[i].original);
	moved[0] = add(r, flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.100.9", 53), NAT_SRC,
		       &masquerade);
	assert_int_equal(moved[0].reply.dst_port, 5060);
	rig_destroy(r);
}

/* Without the memory for that, everything goes on. */
static void test_no_memory(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(3, 0, 1);
	struct tuple t = flow(PROTO_UDP, "10.0.0.2", 5060, "198.51.100.1", 53);
	struct born b;

	(void)state;
	add(r, flow(PROTO_UDP, "10.0.0.1", 5060, "198.51.100.1", 53), NAT_SRC, &masquerade);
	r->memory.fail_from = r->memory.calls;
	r->memory.fail_to = r->memory.calls + 1;
	b = begin(t);
	assert_int_equal(side(r, &b, NAT_SRC, &masquerade), NAT_DONE);
	assert_int_equal(r->memory.calls, r->memory.fail_to);
	assert_int_not_equal(b.reply.dst_port, 5060);
	rig_destroy(r);
}

struct watch {
	struct rig *rig;
	unsigned asked, pressed;
	bool over; /* everything is */
	bool waits; /* everything may go under pressure */
};

static bool release(void *ctx, uint32_t ref, bool pressed)
{
	struct watch *w = ctx;

	w->asked++;
	w->pressed += pressed;
	if (!w->over && !(w->waits && pressed))
		return false;
	table_end(&w->rig->table, ref);
	return true;
}

/* A pool of ten ports is ten connections to each server, not one less; then nothing is left, and
 * to find that out each is looked at once. */
static void test_exhaustion(void **state)
{
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 2000, 2009);
	struct rig *r = rig_create(5, 0, 1);
	struct watch watch = {.rig = r};
	struct born b[11];
	unsigned seen = 0;
	char client[32];

	(void)state;
	r->nat.release = release;
	r->nat.release_ctx = &watch;
	for (unsigned server = 1; server < 4; server++) {
		char to[32];

		snprintf(to, sizeof to, "198.51.100.%u", server);
		seen = 0;
		for (unsigned i = 0; i < 11; i++) {
			snprintf(client, sizeof client, "10.0.0.%u", i + 1);
			watch.asked = watch.pressed = 0;
			b[i] = add(r, flow(PROTO_TCP, client, 40000, to, 443), NAT_SRC, &pool);
			assert_int_equal(b[i].result, i < 10 ? NAT_DONE : NAT_EXHAUSTED);
			if (i < 10)
				seen |= 1u << (b[i].reply.dst_port - 2000);
		}
		assert_int_equal(seen, 0x3ff);
		assert_int_equal(watch.asked, 10);
		assert_int_equal(watch.pressed, 3);
	}
	end(r, &b[4].original);
	b[10] = add(r, b[10].original, NAT_SRC, &pool);
	assert_int_equal(b[10].result, NAT_DONE);
	assert_int_equal(b[10].reply.dst_port, b[4].reply.dst_port);
	/* Ports that wait for the end make way when nothing else does, and what is over, always. */
	watch.waits = true;
	b[4] = add(r, flow(PROTO_TCP, "10.0.0.99", 40000, "198.51.100.2", 443), NAT_SRC, &pool);
	assert_int_equal(b[4].result, NAT_DONE);
	watch = (struct watch){.rig = r, .over = true};
	b[4] = add(r, flow(PROTO_TCP, "10.0.0.98", 2000, "198.51.100.2", 443), NAT_SRC, &pool);
	assert_int_equal(b[4].reply.dst_port, 2000);
	assert_int_equal(watch.asked, 1);
	assert_null(table_validate(&r->table));
	rig_destroy(r);
}

/* A class can be used up to the last port; of a great pool only so much is looked at. */
static void test_full_class(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct nat_range pool =
		ports(range(WEIR_ACTION_SRC_NAT, "203.0.113.1", NULL), 10000, 19999);
	struct rig *r = rig_create(6, 0, 1);
	struct watch watch = {.rig = r};
	unsigned good = 0;
	char client[32];

	(void)state;
	r->nat.release = release;
	r->nat.release_ctx = &watch;
	for (unsigned i = 0; i < 520; i++) {
		snprintf(client, sizeof client, "10.0.%u.%u", i / 256, i % 256);
		good += add(r, flow(PROTO_UDP, client, 123, "198.51.100.1", 123), NAT_SRC,
			    &masquerade).result == NAT_DONE;
	}
	assert_int_equal(good, 511);
	for (unsigned i = good = 0; i < 11000; i++) {
		snprintf(client, sizeof client, "10.%u.%u.1", i / 256, i % 256);
		watch.asked = 0;
		good += add(r, flow(PROTO_UDP, client, 5000, "198.51.100.2", 53), NAT_SRC,
			    &pool).result == NAT_DONE;
		assert_in_range(watch.asked, 0, 514);
	}
	assert_in_range(good, 9900, 10000);
	rig_destroy(r);
}

/* Nobody who has seen some ports knows the next: the choices of clients that differ in as little
 * as they can are spread evenly, and neighbours have nothing in common. */
static void must_be_spread(uint32_t flags)
{
	enum { CLIENTS = 4096, CELLS = 64 };
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	unsigned cell[CELLS] = {0}, step[CELLS] = {0}, same = 0, equal = 0;
	struct rig *r = rig_create(7, 0, 1), *other = rig_create(8, 0, 1);
	uint16_t last = 0;
	char client[32];

	masquerade.flags |= flags;
	for (unsigned i = 0; i < 65536 / 16; i++) {
		struct born b, c;

		snprintf(client, sizeof client, "10.1.%u.%u", i / 256, i % 256);
		b = add(r, flow(PROTO_UDP, client, 40000, "8.8.8.8", 53), NAT_SRC, &masquerade);
		c = add(other, b.original, NAT_SRC, &masquerade);
		if (i == 0 && !flags)
			continue; /* the one that keeps its port */
		equal += b.reply.dst_port == c.reply.dst_port;
		cell[(b.reply.dst_port - 1024) * CELLS / 64512]++;
		step[(uint16_t)(b.reply.dst_port - last) * CELLS / 65536]++;
		same += (uint16_t)(b.reply.dst_port - last + 1) < 3;
		last = b.reply.dst_port;
	}
	/* 64 on average, with a deviation of 8. */
	for (unsigned i = 0; i < CELLS; i++) {
		assert_in_range(cell[i], 32, 96);
		assert_in_range(step[i], 24, 104);
	}
	assert_in_range(same, 0, 4);
	assert_in_range(equal, 0, 4); /* another secret: other ports */
	rig_destroy(r);
	rig_destroy(other);
}

static void test_unpredictable(void **state)
{
	(void)state;
	must_be_spread(0);
	must_be_spread(WEIR_NAT_RANDOM);
}

/* randomise-ports: a fresh port for each connection, though the client's own is free. */
static void test_random(void **state)
{
	struct nat_range masquerade = range(WEIR_ACTION_MASQUERADE, "203.0.113.1", NULL);
	struct rig *r = rig_create(9, 0, 1);
	unsigned kept = 0, same = 0;
	uint16_t last = 0;

	(void)state;
	masquerade.flags |= WEIR_NAT_RANDOM;
	for (unsigned i = 1; i < 200; i++) {
		char server[32];
		struct born b;

		snprintf(server, sizeof server, "198.51.100.%u", i);
		b = add(r, flow(PROTO_TCP, "10.0.0.1", 40000, server, 443), NAT_SRC, &masquerade);
		kept += b.reply.dst_port == 40000;
		same += b.reply.dst_port == last;
		last = b.reply.dst_port;
		assert_in_range(last, 1024, 65535);
	}
	assert_in_range(kept, 0, 1);
	assert_in_range(same, 0, 1);
	rig_destroy(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps),
		cmocka_unit_test(test_one_socket),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_exhaustion),
		cmocka_unit_test(test_full_class),
		cmocka_unit_test(test_unpredictable),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
