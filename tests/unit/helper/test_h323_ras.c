/* SPDX-License-Identifier: Apache-2.0 */
/*
 * H.323 registration: what RAS messages let expect, and how their addresses are translated.
 */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/addr.h"
#include "h323_messages.h"
#include "h323_swap.h"

#define RAS "10.0.0.2:2000>198.51.100.1:1719"
#define RAS_BEHIND "198.51.100.1:1719>192.0.2.1:3000"
#define INSIDE "10.0.0.2"
#define OUTSIDE "192.0.2.1"
#define KEEPER "198.51.100.1"

#define READ(c, dir, message) call_read_bytes(c, dir, message, sizeof(message))
#define SAME(c, message) call_out_bytes(c, message, sizeof(message))
#define COPY(copy, message)                                                                        \
	uint8_t copy[sizeof(message)];                                                             \
	memcpy(copy, message, sizeof(message))

#define INACTIVE "tcp 198.51.100.1:*>10.0.0.2:1720 signalling 240s permanent inactive parser 7\n"

static uint32_t ticks(unsigned seconds)
{
	return ticks_from_ns(seconds * WEIR_SEC);
}

static void test_registration(void **state)
{
	struct call c;
	COPY(other, ras_rcf);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	SAME(&c, ras_rrq);
	assert_int_equal(c.call.timeout, 0);
	call_expected(&c, INACTIVE);
	/* Neither the answer to another request nor one from this side makes it active. */
	assert_int_equal(other[3], 1); /* requestSeqNum 2 */
	other[3] = 2;
	READ(&c, WEIR_REPLY, other);
	READ(&c, WEIR_ORIGINAL, ras_rcf);
	call_expected(&c, INACTIVE);
	READ(&c, WEIR_REPLY, ras_rcf);
	SAME(&c, ras_rcf);
	assert_int_equal(c.call.timeout, ticks(90));
	call_expected(&c, "tcp 198.51.100.1:*>10.0.0.2:1720 signalling 90s permanent parser 7\n");
	/* Renewed: active all along, and as long as the answer says, or the request. */
	c.now += 60 * WEIR_SEC;
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	call_expected(&c, "tcp 198.51.100.1:*>10.0.0.2:1720 signalling 30s permanent parser 7\n");
	READ(&c, WEIR_REPLY, ras_rcf_plain);
	assert_int_equal(c.call.timeout, ticks(60));
	call_expected(&c, "tcp 198.51.100.1:*>10.0.0.2:1720 signalling 60s permanent parser 7\n");
	/* The end. */
	READ(&c, WEIR_ORIGINAL, ras_urq);
	SAME(&c, ras_urq);
	assert_int_equal(c.call.timeout, ticks(30));
	call_expected(&c, "");
	call_end(&c);
}

static void test_rejected(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	READ(&c, WEIR_ORIGINAL, ras_rrj);
	call_expected(&c, INACTIVE);
	READ(&c, WEIR_REPLY, ras_rrj);
	call_expected(&c, "");
	/* What comes behind the answer is none. */
	READ(&c, WEIR_REPLY, ras_rcf);
	assert_int_equal(c.call.timeout, 0);
	call_end(&c);
}

/* No registration lasts longer than a day here. */
static void test_long_life(void **state)
{
	struct call c;
	COPY(rcf, ras_rcf);
	uint8_t longer[sizeof ras_rcf + 3];
	uint32_t at = sizeof rcf - 4; /* size 2, count of bytes 1, time to live 90 less 1 */

	(void)state;
	assert_memory_equal(rcf + at - 1, ((uint8_t[]){2, 0, 89}), 3);
	memcpy(longer, rcf, at);
	memcpy(longer + at - 1, (uint8_t[]){5, 0xc0, 0xff, 0xff, 0xff, 0xfe}, 6);
	memcpy(longer + at + 5, rcf + at + 2, 2);
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	call_read_bytes(&c, WEIR_REPLY, longer, sizeof longer);
	assert_int_equal(c.call.timeout, ticks(24 * 60 * 60));
	call_end(&c);
}

static void test_translated(void **state)
{
	struct call c;
	COPY(grq, ras_grq);
	COPY(rrq, ras_rrq);
	COPY(arq, ras_arq);
	COPY(irr, ras_irr);
	COPY(urq, ras_urq);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
	READ(&c, WEIR_ORIGINAL, ras_grq);
	swap(grq, sizeof grq, INSIDE, 2000, OUTSIDE, 3000);
	SAME(&c, grq);
	READ(&c, WEIR_REPLY, ras_gcf);
	SAME(&c, ras_gcf);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	swap(rrq, sizeof rrq, INSIDE, 2000, OUTSIDE, 3000);
	swap(rrq, sizeof rrq, INSIDE, 1720, OUTSIDE, 1720);
	SAME(&c, rrq);
	READ(&c, WEIR_REPLY, ras_rcf);
	SAME(&c, ras_rcf);
	call_expected(&c, "tcp 198.51.100.1:*>192.0.2.1:1720 to 10.0.0.2:1720 from 198.51.100.1 "
			  "signalling 90s permanent parser 7\n");
	READ(&c, WEIR_ORIGINAL, ras_arq);
	swap(arq, sizeof arq, INSIDE, 1720, OUTSIDE, 1720);
	SAME(&c, arq);
	READ(&c, WEIR_ORIGINAL, ras_irr);
	swap(irr, sizeof irr, INSIDE, 2000, OUTSIDE, 3000);
	swap(irr, sizeof irr, INSIDE, 1720, OUTSIDE, 1720);
	SAME(&c, irr);
	READ(&c, WEIR_ORIGINAL, ras_urq);
	swap(urq, sizeof urq, INSIDE, 1720, OUTSIDE, 1720);
	SAME(&c, urq);
	call_expected(&c, "");
	call_end(&c);
}

/* Port 1720 of the address outside is another endpoint's already. */
static void test_port_taken(void **state)
{
	struct call c;
	struct expectation other = {
		.tuple = {.dst_port = 1720, .proto = PROTO_TCP, .family = WEIR_IPV4},
		.any_src = true,
		.any_src_port = true,
		.helper = WEIR_HELPER_H323,
		.master = 99,
	};
	COPY(rrq, ras_rrq);
	COPY(arq, ras_arq);
	COPY(acf, ras_acf);
	COPY(inside, ras_acf);
	uint16_t port;

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
	other.tuple.dst = c.tuple[WEIR_REPLY].dst;
	other.expires = c.now + 1000 * WEIR_SEC;
	assert_int_equal(expect_add(&c.expectations, &other, 1, c.now), EXPECT_OK);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	swap(rrq, sizeof rrq, INSIDE, 2000, OUTSIDE, 3000);
	for (uint32_t i = 0;; i++) {
		assert_true(i + 6 <= sizeof rrq);
		if (memcmp(rrq + i, "\12\0\0\2\6\270", 6) != 0)
			continue;
		port = be16(c.data + i + 4);
		break;
	}
	assert_int_not_equal(port, 1720);
	swap(rrq, sizeof rrq, INSIDE, 1720, OUTSIDE, port);
	SAME(&c, rrq);
	/* Whoever names it later names the same. */
	READ(&c, WEIR_REPLY, ras_rcf);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	SAME(&c, rrq);
	READ(&c, WEIR_ORIGINAL, ras_arq);
	swap(arq, sizeof arq, INSIDE, 1720, OUTSIDE, port);
	SAME(&c, arq);
	/* Also the gatekeeper, of the endpoint that it sees. */
	swap(acf, sizeof acf, KEEPER, 1720, OUTSIDE, port);
	call_read_bytes(&c, WEIR_REPLY, acf, sizeof acf);
	swap(inside, sizeof inside, KEEPER, 1720, INSIDE, 1720);
	SAME(&c, inside);
	expect_forget(&c.expectations, 99, EXPECT_ALL);
	call_end(&c);
}

/* The gatekeeper takes the call itself, or has RAS at another port. */
static void test_gatekeeper(void **state)
{
	struct call c;
	COPY(elsewhere, ras_lcf);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	/* Answers that nobody has asked for, and the endpoint's own. */
	READ(&c, WEIR_REPLY, ras_acf);
	READ(&c, WEIR_REPLY, ras_gcf_other);
	READ(&c, WEIR_ORIGINAL, ras_arq);
	READ(&c, WEIR_ORIGINAL, ras_gcf_other);
	call_expected(&c, "");
	READ(&c, WEIR_REPLY, ras_acf);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1720 signalling 240s parser 7\n");
	READ(&c, WEIR_REPLY, ras_gcf_other);
	READ(&c, WEIR_ORIGINAL, ras_lrq);
	SAME(&c, ras_lrq);
	READ(&c, WEIR_REPLY, ras_lcf);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1720 signalling 240s parser 7\n"
			  "udp 10.0.0.2:*>198.51.100.1:1800 signalling 240s parser 9\n");
	call_end(&c);
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	READ(&c, WEIR_ORIGINAL, ras_lrq);
	swap(elsewhere, sizeof elsewhere, KEEPER, 1720, "203.0.113.9", 1720);
	swap(elsewhere, sizeof elsewhere, KEEPER, 1719, "203.0.113.9", 1719);
	READ(&c, WEIR_REPLY, elsewhere);
	SAME(&c, elsewhere);
	call_expected(&c, "");
	call_end(&c);
}

/* A gatekeeper behind destination translation. */
static void test_gatekeeper_inside(void **state)
{
	struct call c;
	COPY(rcf, ras_rcf);
	COPY(arq, ras_arq);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, "10.1.0.1:1719>10.0.0.2:2000");
	swap(rcf, sizeof rcf, KEEPER, 1720, "10.1.0.1", 1720);
	READ(&c, WEIR_REPLY, rcf);
	SAME(&c, ras_rcf);
	READ(&c, WEIR_ORIGINAL, ras_arq);
	swap(arq, sizeof arq, KEEPER, 1720, "10.1.0.1", 1720);
	SAME(&c, arq);
	call_end(&c);
}

/* A request with another RAS port of the sender's opens none. */
static void test_other_port(void **state)
{
	struct call c;
	COPY(grq, ras_grq);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
	swap(grq, sizeof grq, INSIDE, 2000, INSIDE, 2001);
	READ(&c, WEIR_ORIGINAL, grq);
	SAME(&c, grq);
	call_expected(&c, "");
	call_end(&c);
}

static void test_third_host(void **state)
{
	struct call c;
	COPY(rrq, ras_rrq);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
	swap(rrq, sizeof rrq, INSIDE, 1720, "10.0.0.7", 1720);
	swap(rrq, sizeof rrq, INSIDE, 2000, "10.0.0.7", 2000);
	READ(&c, WEIR_ORIGINAL, rrq);
	SAME(&c, rrq);
	READ(&c, WEIR_REPLY, ras_rcf);
	call_expected(&c, "");
	call_end(&c);
}

static void test_no_room(void **state)
{
	struct call c;

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
	c.room = 0;
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	call_dropped(&c, WEIR_R_HELPER_ROOM);
	call_end(&c);
}

/* Either end may be the one that registers, and its ports are none of the other's. */
static void test_other_way(void **state)
{
	struct call c;
	COPY(rrq, ras_rrq);

	(void)state;
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	READ(&c, WEIR_ORIGINAL, ras_rrq);
	swap(rrq, sizeof rrq, INSIDE, 1720, KEEPER, 1725);
	READ(&c, WEIR_REPLY, rrq);
	READ(&c, WEIR_REPLY, ras_rcf);
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1725 signalling 240s permanent inactive "
			  "parser 7\n" INACTIVE);
	READ(&c, WEIR_ORIGINAL, ras_rcf);
	assert_int_equal(c.call.timeout, ticks(90));
	call_expected(&c, "tcp 10.0.0.2:*>198.51.100.1:1725 signalling 90s permanent parser 7\n"
			  INACTIVE);
	call_end(&c);
}

/* Any byte may be any other, and the end anywhere. */
static void test_malformed(void **state)
{
	struct call c;

	(void)state;
	for (uint32_t at = 0; at < sizeof ras_rrq; at++) {
		for (unsigned value = 0; value < 256; value += 15) {
			COPY(rrq, ras_rrq);

			rrq[at] = (uint8_t)value;
			call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
			READ(&c, WEIR_ORIGINAL, rrq);
			assert_int_equal(c.result, HELPER_PASS);
			assert_true(atomic_load(&c.expectations.count) <= 2);
			call_end(&c);
		}
		call_begin(&c, HELPER_PARSER_RAS, RAS, RAS_BEHIND);
		call_read_bytes(&c, WEIR_ORIGINAL, ras_rrq, at);
		call_out_bytes(&c, ras_rrq, at);
		call_expected(&c, "");
		call_end(&c);
	}
}

/* A list of addresses without end. */
static void test_many(void **state)
{
	uint8_t rrq[SWAP_ROOM];
	const uint32_t list = 12; /* bytes before the list of callSignalAddress */
	uint32_t size = list;
	struct call c;

	(void)state;
	memcpy(rrq, ras_rrq, list);
	rrq[size++] = 60;
	for (uint16_t i = 0; i < 60; i++) {
		memcpy(rrq + size, ras_rrq + list + 1, 7);
		put_be16(rrq + size + 5, 2000 + i);
		size += 7;
	}
	memcpy(rrq + size, ras_rrq + list + 8, sizeof ras_rrq - list - 8);
	size += (uint32_t)sizeof ras_rrq - list - 8;
	call_begin(&c, HELPER_PARSER_RAS, RAS, NULL);
	call_read_bytes(&c, WEIR_ORIGINAL, rrq, size);
	assert_int_equal(atomic_load(&c.expectations.count), HELPER_CHANGES);
	for (unsigned i = 0; i < 10; i++) {
		c.now += 1 * WEIR_SEC;
		rrq[list + 1 + 5] ^= (uint8_t)(i + 1);
		call_read_bytes(&c, WEIR_ORIGINAL, rrq, size);
	}
	assert_in_range(atomic_load(&c.expectations.count), HELPER_CHANGES, 32);
	call_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registration),
		cmocka_unit_test(test_rejected),
		cmocka_unit_test(test_long_life),
		cmocka_unit_test(test_translated),
		cmocka_unit_test(test_port_taken),
		cmocka_unit_test(test_gatekeeper),
		cmocka_unit_test(test_gatekeeper_inside),
		cmocka_unit_test(test_other_port),
		cmocka_unit_test(test_third_host),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_other_way),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
