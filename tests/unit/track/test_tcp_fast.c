/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tcp_fast.c - the bounds of a FastTracked connection's sequence numbers: what they are at first,
 * how they widen, what packets tell, and what becomes of them when counters overflow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "track/ext.h"
#include "track/tcp.h"

#include <cmocka.h>

enum { CLIENT, SERVER };

/* Both sides have sent 1000 bytes from 1000 and 5000 on, the server's last 500 are not acknowledged;
 * both offer 8000. */
static struct conn begun(void)
{
	struct conn c = {.proto = PROTO_TCP,
			 .status = WEIR_STATUS_FASTTRACK | CONN_FAST_PATH,
			 .bytes = {4000, 6000}};

	c.tcp.state = WEIR_TCP_ESTABLISHED;
	c.tcp.side[CLIENT] = (struct tcp_side){2000, 10000, 8000, 5500};
	c.tcp.side[SERVER] = (struct tcp_side){6000, 13500, 8000, 2000};
	c.tcp.flags[CLIENT] = c.tcp.flags[SERVER] = TCP_SIDE_MAXACK_SET;
	tcp_fast_begin(&c);
	return c;
}

static enum tcp_fast_place place(const struct conn *c, unsigned dir, uint32_t seq, uint32_t len)
{
	struct tcp_segment seg = {.seq = seq, .end = seq + len};

	return tcp_fast_place(c, (enum weir_dir)dir, &seg);
}

/* An ACK on the fast path, if it is looked at; then it is counted. */
static void pass(struct conn *c, unsigned dir, uint32_t seq, uint32_t ack, uint16_t win,
		 uint32_t payload)
{
	uint8_t header[20] = {0};
	struct packet p = {.l4 = header, .l4_len = 20 + payload, .l4_cap = 20,
			   .tcp_event = TCP_EV_ACK};

	put_be32(header + 4, seq);
	put_be32(header + 8, ack);
	header[12] = 0x50;
	put_be16(header + 14, win);
	if (!(c->status & CONN_FAST_PATH))
		assert_true(tcp_fast_again(c, &p, (enum weir_dir)dir));
	c->bytes[dir] += 40 + payload;
}

static void test_begin(void **state)
{
	struct conn c = begun();

	(void)state;
	assert_int_equal(place(&c, CLIENT, 2000, 0), TCP_FAST_EXACT);
	assert_int_equal(place(&c, CLIENT, 1999, 0), TCP_FAST_BELOW);
	assert_int_equal(place(&c, CLIENT, 10000, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, CLIENT, 10001, 0), TCP_FAST_ABOVE);
	assert_int_equal(place(&c, SERVER, 5500, 0), TCP_FAST_EXACT);
	assert_int_equal(place(&c, SERVER, 5499, 0), TCP_FAST_BELOW);
	assert_int_equal(place(&c, SERVER, 6000, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 13500, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 13501, 0), TCP_FAST_ABOVE);
	/* A FIN that repeats data in part, and one with data at the end. */
	assert_int_equal(place(&c, SERVER, 5400, 101), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 5400, 99), TCP_FAST_BELOW);
	assert_int_equal(place(&c, SERVER, 13500, 100), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 5500 + (1u << 31), 0), TCP_FAST_BELOW);
}

/* What a side carries widens its own bounds. */
static void test_carried(void **state)
{
	struct conn c = begun();

	(void)state;
	pass(&c, SERVER, 6000, 2000, 8000, 1000);
	assert_int_equal(place(&c, SERVER, 13500 + 1040, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 13501 + 1040, 0), TCP_FAST_ABOVE);
	assert_int_equal(place(&c, CLIENT, 10001, 0), TCP_FAST_ABOVE);
}

static void test_asked(void **state)
{
	struct conn c = begun();

	(void)state;
	c.bytes[SERVER] += 100000;
	assert_int_equal(place(&c, SERVER, 100000, 0), TCP_FAST_INSIDE);
	tcp_fast_ask(&c);
	assert_int_equal(c.status & CONN_FAST_PATH, 0);
	pass(&c, SERVER, 50000, 2000, 100, 0); /* tells of the client */
	assert_int_equal(place(&c, CLIENT, 2100, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, CLIENT, 2101, 0), TCP_FAST_ABOVE);
	assert_int_equal(c.status & CONN_FAST_PATH, 0);
	pass(&c, CLIENT, 2000, 50000, 200, 0); /* and of the server */
	assert_int_equal(place(&c, SERVER, 49999, 0), TCP_FAST_BELOW);
	assert_int_equal(place(&c, SERVER, 50000, 0), TCP_FAST_EXACT);
	assert_int_equal(place(&c, SERVER, 50200, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 50201, 0), TCP_FAST_ABOVE);
	assert_int_equal(c.status & CONN_FAST_PATH, CONN_FAST_PATH);
}

/* Who does not know where the sides are tells nothing. */
static void test_forged(void **state)
{
	struct conn c = begun();

	(void)state;
	tcp_fast_ask(&c);
	pass(&c, SERVER, 900000000, 2000, 65535, 0);
	pass(&c, SERVER, 6000, 900000000, 65535, 0);
	pass(&c, SERVER, 6000, 1999, 65535, 0);
	assert_int_equal(place(&c, CLIENT, 2000, 0), TCP_FAST_EXACT);
	assert_int_equal(place(&c, CLIENT, 10001, 0), TCP_FAST_ABOVE);
	assert_int_equal(c.status & CONN_FAST_PATH, 0);
	pass(&c, SERVER, 5500, 2000, 8000, 500); /* repeated */
	pass(&c, CLIENT, 2000, 6000, 8000, 0);
	assert_int_equal(c.status & CONN_FAST_PATH, CONN_FAST_PATH);
}

/* A counter overflows: the side is not known until its peer has spoken. */
static void test_overflow(void **state)
{
	struct conn c = begun();
	const struct weir_allocator hooks = {NULL, NULL, NULL};
	struct alloc alloc;
	struct ext_pool pool;

	(void)state;
	alloc_init(&alloc, &hooks);
	ext_pool_create(&pool, &alloc);
	c.bytes[SERVER] = 3000000000u;
	assert_int_equal(place(&c, SERVER, 3000000000u, 0), TCP_FAST_INSIDE);
	c.bytes[SERVER] = UINT32_MAX - 10;
	conn_count(&pool, &c, WEIR_REPLY, 100);
	assert_int_equal(c.status & CONN_FAST_PATH, 0);
	for (uint32_t seq = 0; seq < 16; seq++)
		assert_int_equal(place(&c, SERVER, seq << 28, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, CLIENT, 10001, 0), TCP_FAST_ABOVE);
	pass(&c, CLIENT, 2000, 123456789, 100, 0);
	assert_int_equal(place(&c, SERVER, 123456789, 0), TCP_FAST_EXACT);
	assert_int_equal(place(&c, SERVER, 123456889, 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 123456890, 0), TCP_FAST_ABOVE);
	ext_pool_destroy(&pool);
}

static void test_mid_stream(void **state)
{
	struct conn c = begun();

	(void)state;
	c.tcp.side[CLIENT] = (struct tcp_side){2000, 2010, 10, 5500};
	c.tcp.side[SERVER] = (struct tcp_side){6000, 6010, 10, 2000};
	c.tcp.flags[CLIENT] = c.tcp.flags[SERVER] = TCP_SIDE_MAXACK_SET | TCP_SIDE_LIBERAL;
	tcp_fast_begin(&c);
	assert_int_equal(place(&c, SERVER, 4000000000u, 0), TCP_FAST_INSIDE);
	tcp_fast_ask(&c);
	pass(&c, CLIENT, 2000, 6000, 10, 0); /* whatever the scale is */
	assert_int_equal(place(&c, SERVER, 6000 + (10 << 14), 0), TCP_FAST_INSIDE);
	assert_int_equal(place(&c, SERVER, 6001 + (10 << 14), 0), TCP_FAST_ABOVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begin),   cmocka_unit_test(test_carried),
		cmocka_unit_test(test_asked),   cmocka_unit_test(test_forged),
		cmocka_unit_test(test_overflow), cmocka_unit_test(test_mid_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
