/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A payload that is changed: lengths and checksums follow, what was wrong stays wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "assemble.h"
#include "base/bytes.h"
#include "packet/edit.h"

#define ROOM 70000u

struct sample {
	struct assembled a;
	struct weir_packet io;
	struct packet p;
	struct edit e;
	uint8_t *memory;
};

static void begin(struct sample *s, const char *line, bool verify)
{
	struct packet_checks checks = {.checksum = verify};

	memset(s, 0, sizeof *s);
	s->a = assemble(line);
	s->io.data = s->io.out = s->a.data;
	s->io.caplen = s->io.out_len = s->a.caplen;
	s->io.len = s->a.len;
	s->p.io = &s->io;
	packet_parse(&s->p, &checks);
	assert_int_equal(s->p.kind, PACKET_PLAIN);
	s->memory = malloc(ROOM);
	assert_non_null(s->memory);
}

static void end(struct sample *s)
{
	free(s->a.data);
	free(s->memory);
}

/* The packet that leaves. => whether its checksums are right */
static bool read_again(const struct sample *s, const void *payload, uint32_t size)
{
	struct packet_checks checks = {.checksum = true};
	struct weir_packet io = {.data = s->io.out, .caplen = s->io.out_len, .len = s->io.out_len};
	struct packet p = {.io = &io};
	const uint8_t *data;
	uint32_t now;

	packet_parse(&p, &checks);
	if (io.reason == WEIR_R_L4_CHECKSUM)
		return false;
	assert_int_equal(io.reason, WEIR_R_NONE);
	assert_int_equal(p.len, io.caplen);
	assert_true(tuple_equal(&p.tuple, &s->p.tuple));
	assert_int_equal(p.l4_len, s->p.l4_len);
	assert_int_equal(p.l4_cap, s->p.l4_cap);
	assert_ptr_equal(p.l4, s->p.l4);
	assert_true(edit_payload(&p, &data, &now));
	assert_int_equal(now, size);
	assert_memory_equal(data, payload, size);
	return true;
}

static const struct {
	const char *line; /* whose payload is "abcde" */
	uint32_t offset, old;
	const char *bytes, *payload;
} rows[] = {
	{"ip4:06 tcp:10 6162636465", 1, 2, "XYZ", "aXYZde"},
	{"ip4:06 tcp:10 6162636465", 0, 5, "", ""},
	{"ip4:06 tcp:10 6162636465", 5, 0, "f", "abcdef"},
	{"ip4:06 tcp:10 6162636465", 0, 1, "A", "Abcde"},
	{"ip4:06 tcp:10 010203006162636465 !32=60", 4, 1, "", "abcd"},
	{"ip4:11 udp 6162636465", 2, 1, "0123456789", "ab0123456789de"},
	{"ip4:11 udp 6162636465 pad:3", 0, 0, "x", "xabcde"},
	{"ip6:06 tcp:10 6162636465", 1, 2, "XYZ", "aXYZde"},
	{"ip6:11 udp 6162636465", 4, 1, "", "abcd"},
};

static void test_replace(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct sample s;
		uint8_t *before;

		begin(&s, rows[i].line, true);
		before = malloc(s.a.caplen);
		assert_non_null(before);
		memcpy(before, s.a.data, s.a.caplen);
		assert_true(edit_begin(&s.e, &s.p, s.memory, ROOM));
		assert_true(edit_splice(&s.e, rows[i].offset, rows[i].old, rows[i].bytes,
					 (uint32_t)strlen(rows[i].bytes)));
		assert_ptr_equal(s.io.out, s.a.data);
		edit_end(&s.e, &s.p);
		assert_ptr_equal(s.io.out, s.memory);
		if (!read_again(&s, rows[i].payload, (uint32_t)strlen(rows[i].payload)))
			fail_msg("%s: checksum", rows[i].line);
		assert_memory_equal(before, s.a.data, s.a.caplen);
		free(before);
		end(&s);
	}
}

/* A checksum that was wrong is wrong afterwards, none stays none. */
static void test_checksums(void **state)
{
	struct sample s;

	(void)state;
	begin(&s, "ip4:06 tcp:10 6162636465 @36=0102", false);
	assert_true(edit_begin(&s.e, &s.p, s.memory, ROOM));
	assert_true(edit_splice(&s.e, 0, 1, "xyz", 3));
	edit_end(&s.e, &s.p);
	assert_false(read_again(&s, "xyzbcde", 7));
	end(&s);

	begin(&s, "ip4:11 udp 6162636465 @26=0000", true);
	assert_true(edit_begin(&s.e, &s.p, s.memory, ROOM));
	assert_true(edit_splice(&s.e, 0, 1, "xyz", 3));
	edit_end(&s.e, &s.p);
	assert_true(read_again(&s, "xyzbcde", 7));
	assert_int_equal(raw16(s.p.l4 + 6), 0);
	end(&s);
}

/* One that comes out as zero is written as all ones, which means the same. */
static void test_zero(void **state)
{
	struct sample s;

	(void)state;
	for (uint32_t i = 0; i < 65536; i++) {
		uint8_t bytes[2] = {(uint8_t)(i >> 8), (uint8_t)i};

		begin(&s, "ip4:11 udp 61626364", true);
		assert_true(edit_begin(&s.e, &s.p, s.memory, ROOM));
		assert_true(edit_splice(&s.e, 0, 4, bytes, 2));
		edit_end(&s.e, &s.p);
		assert_int_not_equal(raw16(s.p.l4 + 6), 0);
		if (raw16(s.p.l4 + 6) == 0xffff) {
			assert_true(read_again(&s, bytes, 2));
			end(&s);
			return;
		}
		end(&s);
	}
	fail();
}

static void test_bounds(void **state)
{
	static const char *const refused[] = {
		"ip4:06 tcp:10 6162636465 cut:44", /* a capture has not all of it */
		"ip4:01 icmp:0800 6162636465",
	};
	struct sample s;
	uint8_t *big;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
		begin(&s, refused[i], true);
		assert_false(edit_begin(&s.e, &s.p, s.memory, ROOM));
		end(&s);
	}
	begin(&s, "ip4:06 tcp:10 6162636465", true);
	assert_false(edit_begin(&s.e, &s.p, s.memory, 44));
	assert_true(edit_begin(&s.e, &s.p, s.memory, 46));
	assert_false(edit_splice(&s.e, 6, 0, "x", 1));
	assert_false(edit_splice(&s.e, 4, 2, "x", 1));
	assert_false(edit_splice(&s.e, 0, UINT32_MAX, "x", 1));
	assert_false(edit_splice(&s.e, 0, 0, "xy", 2));
	assert_true(edit_splice(&s.e, 0, 0, "x", 1));
	edit_end(&s.e, &s.p);
	assert_true(read_again(&s, "xabcde", 6));
	end(&s);

	/* No longer than a packet can be. */
	big = calloc(1, ROOM);
	assert_non_null(big);
	begin(&s, "ip4:06 tcp:10 6162636465", true);
	assert_true(edit_begin(&s.e, &s.p, s.memory, ROOM));
	assert_false(edit_splice(&s.e, 0, 0, big, 65535 - 45 + 1));
	assert_true(edit_splice(&s.e, 0, 0, big, 65535 - 45));
	edit_end(&s.e, &s.p);
	assert_int_equal(s.io.out_len, 65535);
	end(&s);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replace),
		cmocka_unit_test(test_checksums),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
