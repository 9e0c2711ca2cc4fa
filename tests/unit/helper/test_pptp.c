/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PPTP's calls: what their messages let expect, which ids others must read, and the keys by which
 * packets of a tunnel find their connection.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT "10.0.0.2"
#define SERVER "198.51.100.1"
#define ORIGINAL "10.0.0.2:1025>198.51.100.1:1723"
#define MASQUERADED "198.51.100.1:1723>192.0.2.1:3000"
#define FORWARDED "10.9.9.9:1723>10.0.0.2:1025"

enum {
	START_REQUEST = 1,
	START_REPLY,
	STOP_REQUEST,
	STOP_REPLY,
	ECHO_REQUEST,
	ECHO_REPLY,
	OUT_REQUEST,
	OUT_REPLY,
	IN_REQUEST,
	IN_REPLY,
	IN_CONNECTED,
	CLEAR_REQUEST,
	DISCONNECT_NOTIFY,
	WAN_ERROR,
	SET_LINK_INFO,
};

struct bytes {
	uint8_t data[1024];
	uint32_t size;
};

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* A message with the lengths of RFC 2637: ids, and the result behind them. */
static void add(struct bytes *b, unsigned type, unsigned first, unsigned second, unsigned result)
{
	static const uint8_t length[] = {0,  156, 156, 16, 16, 16,  20, 168,
					 32, 220, 24,  28, 16, 148, 40, 24};
	uint8_t *m = b->data + b->size;

	memset(m, 0, length[type]);
	put16(m, length[type]);
	put16(m + 2, 1);
	put16(m + 4, 0x1a2b);
	put16(m + 6, 0x3c4d);
	put16(m + 8, type);
	put16(m + 12, first);
	put16(m + 14, second);
	if (type == START_REPLY)
		m[14] = (uint8_t)result;
	else if (type == STOP_REPLY)
		m[12] = (uint8_t)result;
	else
		m[16] = (uint8_t)result;
	b->size += length[type];
}

/* Sends one and compares with what must leave. */
static void say(struct call *c, enum weir_dir dir, unsigned type, unsigned first, unsigned second,
		unsigned result, unsigned first_out, unsigned second_out)
{
	struct bytes in = {.size = 0}, out = {.size = 0};

	add(&in, type, first, second, result);
	add(&out, type, first_out, second_out, result);
	call_read_bytes(c, dir, in.data, in.size);
	call_out_bytes(c, out.data, out.size);
}

/* One that leaves as it came. */
static void pass(struct call *c, enum weir_dir dir, unsigned type, unsigned first, unsigned second,
		 unsigned result)
{
	say(c, dir, type, first, second, result, first, second);
}

static void begin(struct call *c, const char *reply)
{
	call_begin(c, HELPER_PARSER_PPTP, ORIGINAL, reply);
	pass(c, WEIR_ORIGINAL, START_REQUEST, 0, 0, 0);
	pass(c, WEIR_REPLY, START_REPLY, 0, 0, 1);
}

/* The source key of a packet of a tunnel. */
static unsigned key(struct call *c, const char *src, const char *dst, unsigned call_id)
{
	struct tuple t = {.proto = PROTO_GRE, .family = WEIR_IPV4, .dst_port = (uint16_t)call_id};
	uint64_t master;

	assert_int_not_equal(
		helper_addr_read(WEIR_IPV4, (const uint8_t *)src, (uint32_t)strlen(src), &t.src),
		0);
	assert_int_not_equal(
		helper_addr_read(WEIR_IPV4, (const uint8_t *)dst, (uint32_t)strlen(dst), &t.dst),
		0);
	gre_key_find(&c->gre_keys, &t, &master);
	return t.src_port;
}

/* Tuples whose connections are to end. */
static unsigned ended(struct call *c, uint64_t *cursor)
{
	unsigned count = 0;
	struct tuple t;

	while (gre_key_ended(&c->gre_keys, cursor, &t))
		count++;
	return count;
}

#define PLAIN                                                                                      \
	"gre 10.0.0.2:100>198.51.100.1:200 data 300s pair\n"                                       \
	"gre 198.51.100.1:200>10.0.0.2:100 data 300s pair\n"
#define BEHIND                                                                                     \
	"gre 10.0.0.2:100>198.51.100.1:200 to 198.51.100.1:200 from 192.0.2.1:3000 "               \
	"data 300s pair\n"                                                                         \
	"gre 198.51.100.1:200>192.0.2.1:3000 to 10.0.0.2:100 from 198.51.100.1:200 "               \
	"data 300s pair\n"

static void test_outgoing(void **state)
{
	uint64_t cursor = 0;
	struct call c;

	(void)state;
	begin(&c, NULL);
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	call_expected(&c, "");
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 0);
	pass(&c, WEIR_REPLY, OUT_REPLY, 200, 100, 1);
	call_expected(&c, PLAIN);
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 100);
	assert_int_equal(key(&c, SERVER, CLIENT, 100), 200);
	pass(&c, WEIR_ORIGINAL, SET_LINK_INFO, 200, 0, 0);
	pass(&c, WEIR_REPLY, WAN_ERROR, 100, 0, 0);
	pass(&c, WEIR_REPLY, ECHO_REQUEST, 0, 0, 0);
	pass(&c, WEIR_ORIGINAL, ECHO_REPLY, 0, 0, 1);
	pass(&c, WEIR_ORIGINAL, CLEAR_REQUEST, 100, 0, 0);
	call_expected(&c, PLAIN);
	assert_int_equal(ended(&c, &cursor), 0);
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 200, 0x100, 0);
	call_expected(&c, "");
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 0);
	assert_int_equal(key(&c, SERVER, CLIENT, 100), 0);
	assert_int_equal(ended(&c, &cursor), 2);
	call_end(&c);
}

static void test_behind(void **state)
{
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	assert_int_equal(c.gre_keys.count, 1); /* taken */
	assert_true(c.call.expects);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1); /* sent again */
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1, 200, 100);
	call_expected(&c, BEHIND);
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 100);
	assert_int_equal(key(&c, SERVER, "192.0.2.1", 3000), 200);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1, 200, 100);
	call_expected(&c, BEHIND);
	pass(&c, WEIR_ORIGINAL, SET_LINK_INFO, 200, 0, 0);
	say(&c, WEIR_REPLY, SET_LINK_INFO, 3000, 0, 0, 100, 0);
	say(&c, WEIR_REPLY, WAN_ERROR, 3000, 0, 0, 100, 0);
	say(&c, WEIR_ORIGINAL, CLEAR_REQUEST, 100, 0, 0, 3000, 0);
	pass(&c, WEIR_ORIGINAL, CLEAR_REQUEST, 101, 0, 0);
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 200, 0, 0);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	call_end(&c);
}

/* Some servers name the call by the client's id when it is over. */
static void test_disconnect_by_peer(void **state)
{
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1, 200, 100);
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 0, 0, 0);
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 201, 0, 0);
	call_expected(&c, BEHIND);
	say(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 3000, 0, 0, 100, 0);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	call_end(&c);
}

static void test_forwarded(void **state)
{
	struct call c;

	(void)state;
	begin(&c, FORWARDED);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 1025, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 1025, 1, 200, 100);
	call_expected(&c, "gre 10.0.0.2:100>198.51.100.1:200 to 10.9.9.9:200 from 10.0.0.2:1025 "
			  "data 300s pair\n"
			  "gre 10.9.9.9:200>10.0.0.2:1025 to 10.0.0.2:100 from 198.51.100.1:200 "
			  "data 300s pair\n");
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 100);
	assert_int_equal(key(&c, "10.9.9.9", CLIENT, 1025), 200);
	call_end(&c);
}

/* The server calls the client. */
static void test_incoming(void **state)
{
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	pass(&c, WEIR_REPLY, IN_REQUEST, 200, 1, 0);
	pass(&c, WEIR_ORIGINAL, IN_REPLY, 100, 201, 1); /* of no call */
	say(&c, WEIR_ORIGINAL, IN_REPLY, 100, 200, 1, 3000, 200);
	say(&c, WEIR_ORIGINAL, IN_REPLY, 100, 200, 1, 3000, 200);
	call_expected(&c, "");
	pass(&c, WEIR_REPLY, IN_CONNECTED, 3001, 0, 0);
	call_expected(&c, "");
	say(&c, WEIR_REPLY, IN_CONNECTED, 3000, 0, 0, 100, 0);
	call_expected(&c, BEHIND);
	say(&c, WEIR_REPLY, IN_CONNECTED, 3000, 0, 0, 100, 0);
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 200, 0, 0);
	call_expected(&c, "");
	/* Refused. */
	pass(&c, WEIR_REPLY, IN_REQUEST, 202, 2, 0);
	pass(&c, WEIR_ORIGINAL, IN_REPLY, 102, 202, 2);
	pass(&c, WEIR_REPLY, IN_CONNECTED, 3000, 0, 0);
	call_expected(&c, "");
	call_end(&c);
}

/* An answer to what was not asked, or before the session stands, opens nothing. */
static void test_ignored(void **state)
{
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	pass(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	pass(&c, WEIR_REPLY, OUT_REPLY, 200, 3001, 1);
	pass(&c, WEIR_REPLY, OUT_REPLY, 200, 100, 1);
	pass(&c, WEIR_ORIGINAL, OUT_REPLY, 200, 3000, 1); /* the client's own */
	say(&c, WEIR_REPLY, OUT_REPLY, 0, 3000, 1, 0, 100);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 0, 1, 0);
	pass(&c, WEIR_REPLY, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_REPLY, IN_REQUEST, 0, 1, 0);
	assert_int_equal(c.gre_keys.count, 0);
	call_end(&c);
	/* Refused: the id is free again. */
	begin(&c, MASQUERADED);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 4, 200, 100);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 101, 2, 0, 3000, 2);
	call_end(&c);
}

static void test_session(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_PPTP, ORIGINAL, MASQUERADED);
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_REPLY, START_REPLY, 0, 0, 1); /* not asked for */
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_ORIGINAL, START_REQUEST, 0, 0, 0);
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_REPLY, START_REPLY, 0, 0, 2); /* refused */
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_REPLY, IN_REQUEST, 200, 1, 0);
	pass(&c, WEIR_ORIGINAL, IN_REPLY, 100, 200, 1);
	assert_int_equal(c.gre_keys.count, 0);
	pass(&c, WEIR_ORIGINAL, START_REQUEST, 0, 0, 0);
	pass(&c, WEIR_REPLY, START_REPLY, 0, 0, 1);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1, 200, 100);
	pass(&c, WEIR_ORIGINAL, STOP_REQUEST, 0x100, 0, 0);
	pass(&c, WEIR_REPLY, STOP_REPLY, 0, 0, 2);
	call_expected(&c, BEHIND);
	pass(&c, WEIR_REPLY, STOP_REPLY, 0, 0, 1);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	call_end(&c);
}

/* Several calls of one connection, and one more than are kept. */
static void test_calls(void **state)
{
	uint16_t seen[5];
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	for (unsigned i = 0; i < 4; i++) {
		struct bytes in = {.size = 0};

		add(&in, OUT_REQUEST, 100 + i, i, 0);
		call_read_bytes(&c, WEIR_ORIGINAL, in.data, in.size);
		assert_int_equal(c.result, HELPER_PASS);
		seen[i] = (uint16_t)(c.data[12] << 8 | c.data[13]);
		assert_int_equal(i == 0, seen[i] == 3000);
		say(&c, WEIR_REPLY, OUT_REPLY, 200 + i, seen[i], 1, 200 + i, 100 + i);
	}
	assert_int_equal(c.expectations.count, 8);
	assert_int_equal(c.gre_keys.count, 8);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(key(&c, CLIENT, SERVER, 200 + i), 100 + i);
		assert_int_equal(key(&c, SERVER, "192.0.2.1", seen[i]), 200 + i);
	}
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 104, 5, 0);
	pass(&c, WEIR_REPLY, IN_REQUEST, 204, 5, 0);
	/* A tunnel's packet takes the pair out, and no other. */
	{
		struct expectation e;
		struct tuple t = c.tuple[WEIR_ORIGINAL];

		t.proto = PROTO_GRE;
		t.src_port = 101;
		t.dst_port = 201;
		assert_true(expect_take(&c.expectations, &t, c.now, &e));
		assert_int_equal(e.new_src_port, seen[1]);
		assert_int_equal(c.expectations.count, 6);
	}
	pass(&c, WEIR_REPLY, DISCONNECT_NOTIFY, 202, 0, 0);
	assert_int_equal(c.expectations.count, 4);
	assert_int_equal(c.gre_keys.count, 6);
	assert_int_equal(key(&c, CLIENT, SERVER, 203), 103);
	call_end(&c);
}

/* The id that the client has outside is taken: another one, that stays. */
static void test_taken(void **state)
{
	struct bytes in = {.size = 0};
	struct tuple taken;
	unsigned seen;
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	taken = c.tuple[WEIR_REPLY];
	taken.proto = PROTO_GRE;
	taken.dst_port = 3000;
	assert_true(gre_key_add(&c.gre_keys, 99, &taken));
	add(&in, OUT_REQUEST, 100, 1, 0);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, in.size);
	assert_int_equal(c.result, HELPER_PASS);
	seen = (unsigned)c.data[12] << 8 | c.data[13];
	assert_int_not_equal(seen, 3000);
	assert_int_not_equal(seen, 0);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, seen, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, seen, 1, 200, 100);
	assert_int_equal(key(&c, SERVER, "192.0.2.1", seen), 200);
	gre_key_forget(&c.gre_keys, 99);
	call_end(&c);
}

/* Another master has the tunnel already. */
static void test_clash(void **state)
{
	struct tuple taken;
	struct call c;

	(void)state;
	begin(&c, NULL);
	taken = c.tuple[WEIR_ORIGINAL];
	taken.proto = PROTO_GRE;
	taken.dst_port = 200;
	taken.src_port = 7;
	assert_true(gre_key_add(&c.gre_keys, 99, &taken));
	pass(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0);
	pass(&c, WEIR_REPLY, OUT_REPLY, 200, 100, 1);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 1);
	assert_int_equal(key(&c, CLIENT, SERVER, 200), 7);
	gre_key_forget(&c.gre_keys, 99);
	call_end(&c);
}

/* Several messages in a segment, and one that crosses into the next. */
static void test_segments(void **state)
{
	struct bytes in = {.size = 0}, out = {.size = 0};
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_PPTP, ORIGINAL, MASQUERADED);
	add(&in, START_REQUEST, 0, 0, 0);
	add(&in, ECHO_REQUEST, 0, 0, 0);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, in.size);
	pass(&c, WEIR_REPLY, START_REPLY, 0, 0, 1);
	in.size = 0;
	add(&in, ECHO_REQUEST, 0, 0, 0);
	add(&in, OUT_REQUEST, 100, 1, 0);
	add(&in, CLEAR_REQUEST, 100, 0, 0);
	add(&out, ECHO_REQUEST, 0, 0, 0);
	add(&out, OUT_REQUEST, 3000, 1, 0);
	add(&out, CLEAR_REQUEST, 3000, 0, 0);
	/* The request is cut behind its id; its rest is no message, whatever it looks like. */
	memcpy(in.data + 16 + 100, in.data + in.size - 16, 16);
	memcpy(out.data + 16 + 100, in.data + in.size - 16, 16);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, 16 + 100);
	call_out_bytes(&c, out.data, 16 + 100);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data + 16 + 100, in.size - 16 - 100);
	call_out_bytes(&c, out.data + 16 + 100, in.size - 16 - 100);
	/* Both once more. */
	c.seq[WEIR_ORIGINAL] -= in.size;
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, 16 + 100);
	call_out_bytes(&c, out.data, 16 + 100);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data + 16 + 100, in.size - 16 - 100);
	call_out_bytes(&c, out.data + 16 + 100, in.size - 16 - 100);
	/* Less than the id: dropped. */
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, 16 + 13);
	call_dropped(&c, WEIR_R_HELPER_PARTIAL);
	call_end(&c);
}

static void test_malformed(void **state)
{
	static const struct {
		unsigned at, value;
	} wrong[] = {{0, 0}, {0, 15},     {0, 221},    {0, 0xffff},
		     {2, 2}, {4, 0x1a2c}, {6, 0x3c4e}, {8, 99}};
	struct call c;

	(void)state;
	for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct bytes in = {.size = 0};

		begin(&c, MASQUERADED);
		add(&in, OUT_REQUEST, 100, 1, 0);
		put16(in.data + wrong[i].at, wrong[i].value);
		call_read_bytes(&c, WEIR_ORIGINAL, in.data, in.size);
		call_out_bytes(&c, in.data, in.size);
		assert_int_equal(c.gre_keys.count, 0);
		call_end(&c);
	}
}

static void test_no_room(void **state)
{
	struct bytes in = {.size = 0};
	struct call c;

	(void)state;
	begin(&c, MASQUERADED);
	c.room = 0;
	add(&in, OUT_REQUEST, 100, 1, 0);
	call_read_bytes(&c, WEIR_ORIGINAL, in.data, in.size);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
	/* Nothing may be expected: neither are there keys. */
	begin(&c, MASQUERADED);
	expect_set_most(&c.expectations, 0);
	say(&c, WEIR_ORIGINAL, OUT_REQUEST, 100, 1, 0, 3000, 1);
	say(&c, WEIR_REPLY, OUT_REPLY, 200, 3000, 1, 200, 100);
	call_expected(&c, "");
	assert_int_equal(c.gre_keys.count, 0);
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outgoing),
		cmocka_unit_test(test_behind),
		cmocka_unit_test(test_disconnect_by_peer),
		cmocka_unit_test(test_forwarded),
		cmocka_unit_test(test_incoming),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_session),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_clash),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
