/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence numbers that are moved: which segment by how much, and what comes back.
 */
#include "track/seq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../packet/assemble.h"
#include "packet/packet.h"

#define O WEIR_ORIGINAL
#define R WEIR_REPLY

struct sample {
	struct alloc alloc;
	struct ext_pool pool;
	struct conn conn;
};

static void begin(struct sample *s)
{
	memset(s, 0, sizeof *s);
	alloc_init(&s->alloc, NULL);
	ext_pool_create(&s->pool, &s->alloc);
	s->conn.ext = ext_take(&s->pool);
	assert_int_not_equal(s->conn.ext, 0);
}

static void end(struct sample *s)
{
	ext_pool_destroy(&s->pool);
}

static void test_offsets(void **state)
{
	struct sample s;

	(void)state;
	begin(&s);
	seq_note(&s.pool, &s.conn, O, 1000, 0);
	assert_false(s.conn.status & WEIR_STATUS_SEQ_ADJUST);

	seq_note(&s.pool, &s.conn, O, 1000, 3);
	assert_true(s.conn.status & WEIR_STATUS_SEQ_ADJUST);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 999), 0);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 1000), 0);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 1001), 3);
	assert_int_equal(seq_offset(&s.pool, &s.conn, R, 1001), 0);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, R, 1000), 0);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, R, 1030), 3);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, O, 1030), 0);

	/* Sent again, or one before it: nothing new. */
	seq_note(&s.pool, &s.conn, O, 1000, 3);
	seq_note(&s.pool, &s.conn, O, 900, 3);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 1001), 3);

	/* The next one; the two differences stand side by side. */
	seq_note(&s.pool, &s.conn, O, 2000, -5);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 1001), 3);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 2000), 3);
	assert_int_equal(seq_offset(&s.pool, &s.conn, O, 2001), -2);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, R, 2003), 3);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, R, 2004), -2);
	end(&s);
}

static void test_wrap(void **state)
{
	struct sample s;

	(void)state;
	begin(&s);
	seq_note(&s.pool, &s.conn, R, 0xfffffff0, 40);
	assert_int_equal(seq_offset(&s.pool, &s.conn, R, 0xfffffff0), 0);
	assert_int_equal(seq_offset(&s.pool, &s.conn, R, 5), 40);
	assert_int_equal(seq_ack_offset(&s.pool, &s.conn, O, 45), 40);
	end(&s);
}

/* Packets whose sender's numbers were moved by 3 behind 1000, the other's by 7 behind 5000. Data
 * offset, sequence number and acknowledgement stand at 20 of the packet. */
static const struct {
	const char *name, *line;
	uint32_t seq, ack; /* as they leave */
	uint32_t edge[2];  /* of a SACK block at `at`, 0: none */
	uint32_t at;
} rows[] = {
	{"before", "ip4:06 tcp:10 !24=000003e8 !28=00001388", 1000, 5000, {0, 0}, 0},
	{"behind", "ip4:06 tcp:10 616263 !24=000003e9 !28=000013a0", 1004, 5017, {0, 0}, 0},
	{"no acknowledgement", "ip4:06 tcp:04 !24=000003e9 !28=000013a0", 1004, 5024, {0, 0}, 0},
	{"SACK", "ip4:06 tcp:10 0101050a000013a0000013b0 !24=000003e9 !28=00001388 !32=80", 1004,
	 5000, {5017, 5033}, 44},
	{"SACK, odd", "ip4:06 tcp:10 01050a000013a0000013b000 !24=000003e9 !28=00001388 !32=80",
	 1004, 5000, {5017, 5033}, 43},
	{"a list that is broken", "ip4:06 tcp:10 0105ff00 !24=000003e9 !28=000013a0 !32=60", 1004,
	 5017, {0, 0}, 0},
	{"six", "ip6:06 tcp:10 616263 !44=000003e9 !48=000013a0", 1004, 5017, {0, 0}, 0},
};

static void test_packets(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct assembled a = assemble(rows[i].line);
		struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
		struct packet_checks checks = {.checksum = true};
		struct packet p = {.io = &io};
		struct sample s;

		begin(&s);
		seq_note(&s.pool, &s.conn, O, 1000, 3);
		seq_note(&s.pool, &s.conn, R, 5000, 7);
		packet_parse(&p, &checks);
		assert_int_equal(io.reason, WEIR_R_NONE);
		seq_adjust_packet(&s.pool, &s.conn, O, &p);
		packet_parse(&p, &checks);
		if (io.reason != WEIR_R_NONE)
			fail_msg("%s: %s", rows[i].name, weir_reason_name(io.reason));
		assert_int_equal(be32(p.l4 + 4), rows[i].seq);
		assert_int_equal(be32(p.l4 + 8), rows[i].ack);
		if (rows[i].at) {
			assert_int_equal(be32(p.l3 + rows[i].at), rows[i].edge[0]);
			assert_int_equal(be32(p.l3 + rows[i].at + 4), rows[i].edge[1]);
		}
		end(&s);
		free(a.data);
	}
}

/* A header of which a capture has only a part is moved as far as it goes. */
static void test_cut(void **state)
{
	struct assembled a =
		assemble("ip4:06 tcp:10 0101050a000013a0000013b0 !24=000003e9 !32=80 cut:47");
	struct weir_packet io = {.data = a.data, .caplen = a.caplen, .len = a.len};
	struct packet_checks checks = {.checksum = true};
	struct packet p = {.io = &io};
	struct sample s;

	(void)state;
	begin(&s);
	seq_note(&s.pool, &s.conn, O, 1000, 3);
	packet_parse(&p, &checks);
	seq_adjust_packet(&s.pool, &s.conn, O, &p);
	assert_int_equal(be32(p.l4 + 4), 1004);
	end(&s);
	free(a.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_packets),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
