/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_sweep.c - what happens behind the packets as time goes by: rates are sampled, what is
 * due ends, datagrams that lack a fragment are given up and counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <weir/weir.h>

#include <cmocka.h>

enum { UP, DOWN };

static struct weir_engine *engine_create(void)
{
	struct weir_engine *engine = NULL;
	struct weir_config config;

	weir_config_init(&config);
	assert_int_equal(weir_engine_create(&engine, &config), WEIR_OK);
	return engine;
}

/* An IPv4 packet of `len` bytes with a UDP header of one flow, without a UDP checksum. */
static void make(uint8_t *ip, unsigned len, int way, unsigned frag)
{
	static const uint8_t addr[2][4] = {{10, 0, 0, 1}, {10, 0, 0, 2}};
	static const uint8_t port[2] = {7, 9};
	uint32_t sum = 0;

	memset(ip, 0, len);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(len >> 8);
	ip[3] = (uint8_t)len;
	ip[6] = (uint8_t)(frag >> 8);
	ip[7] = (uint8_t)frag;
	ip[8] = 64;
	ip[9] = 17;
	memcpy(ip + 12, addr[way], 4);
	memcpy(ip + 16, addr[!way], 4);
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	ip[10] = (uint8_t)(~sum >> 8);
	ip[11] = (uint8_t)~sum;
	ip[21] = port[way];
	ip[23] = port[!way];
	ip[24] = (uint8_t)((len - 20) >> 8);
	ip[25] = (uint8_t)(len - 20);
}

static uint64_t send_one(struct weir_worker *w, unsigned len, int way, unsigned frag, weir_time now)
{
	uint8_t bytes[1500];
	struct weir_packet packet = {.data = bytes, .caplen = len};

	make(bytes, len, way, frag);
	weir_process(w, &packet, 1, now);
	return packet.conn;
}

/* Ten packets a second of 1000 bytes one way and of 100 the other. */
static void test_rates(void **state)
{
	struct weir_engine *engine = engine_create();
	struct weir_worker *w = weir_engine_worker(engine, 0);
	weir_time now = WEIR_SEC;
	struct weir_conn conn;
	uint64_t id = 0;

	(void)state;
	for (int i = 0; i < 100; i++, now += 100 * WEIR_MSEC) {
		id = send_one(w, 1000, UP, 0, now);
		assert_int_equal(send_one(w, 100, DOWN, 0, now), id);
		assert_int_equal(weir_conn_get(w, id, now, &conn), WEIR_OK);
		if (i < 5) { /* less than a second: nothing to say yet */
			assert_int_equal(conn.counters[WEIR_ORIGINAL].rate, 0);
			assert_int_equal(conn.counters[WEIR_REPLY].rate, 0);
		}
		if (i >= 40) { /* a sample may hold a packet more or less, and rounds */
			assert_in_range(conn.counters[WEIR_ORIGINAL].rate, 72000, 88500);
			assert_in_range(conn.counters[WEIR_REPLY].rate, 7200, 8850);
		}
	}
	for (int i = 0; i < 40; i++, now += 100 * WEIR_MSEC)
		weir_poll(w, now);
	assert_int_equal(weir_conn_get(w, id, now, &conn), WEIR_OK);
	assert_int_equal(conn.counters[WEIR_ORIGINAL].rate, 0);
	assert_int_equal(conn.counters[WEIR_REPLY].rate, 0);
	assert_int_equal(conn.counters[WEIR_ORIGINAL].bytes, 100000);
	weir_engine_destroy(engine);
}

/* Polling alone ends what is due, within two turns of a second. */
static void test_poll_ends(void **state)
{
	struct weir_engine *engine = engine_create();
	struct weir_worker *w = weir_engine_worker(engine, 0);
	struct weir_stats stats;
	weir_time now = WEIR_SEC;

	(void)state;
	send_one(w, 100, UP, 0, now);
	for (; now < 31 * WEIR_SEC; now += 10 * WEIR_MSEC)
		weir_poll(w, now);
	weir_stats_get(engine, &stats);
	assert_int_equal(stats.connections, 1); /* 30 s are not over */
	for (; now < 34 * WEIR_SEC; now += 10 * WEIR_MSEC)
		weir_poll(w, now);
	weir_stats_get(engine, &stats);
	assert_int_equal(stats.connections, 0);
	assert_int_equal(stats.ended[WEIR_END_TIMEOUT], 1);
	weir_engine_destroy(engine);
}

static void test_unfinished(void **state)
{
	struct weir_engine *engine = engine_create();
	struct weir_worker *w = weir_engine_worker(engine, 0);
	struct weir_stats stats;

	(void)state;
	send_one(w, 100, UP, 0x2000, WEIR_SEC);
	weir_poll(w, 20 * WEIR_SEC);
	weir_stats_get(engine, &stats);
	assert_int_equal(stats.unfinished, 0);
	assert_true(stats.fragments_held > 0);
	weir_poll(w, 32 * WEIR_SEC);
	weir_stats_get(engine, &stats);
	assert_int_equal(stats.unfinished, 1);
	assert_int_equal(stats.fragments_held, 0);
	weir_engine_destroy(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_poll_ends),
		cmocka_unit_test(test_unfinished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
