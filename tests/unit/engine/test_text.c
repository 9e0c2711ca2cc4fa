/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words: every item of every list has one, numbers outside have one too, and
 * reasons read as sentences with their numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <weir/weir.h>

#include <cmocka.h>

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(weir_error_text(WEIR_OK), "no error");
	assert_string_equal(weir_error_text(WEIR_ENOMEM), "out of memory");
	assert_string_equal(weir_error_text(-99), "unknown error");
	assert_string_equal(weir_error_text(1), "unknown error");
	assert_string_equal(weir_state_text(WEIR_STATE_NONE), "none");
	assert_string_equal(weir_state_text(WEIR_STATE_UNTRACKED), "untracked");
	assert_string_equal(weir_state_text(WEIR_STATE_COUNT), "unknown");
	assert_string_equal(weir_verdict_text(WEIR_ACCEPT), "accept");
	assert_string_equal(weir_verdict_text(WEIR_HANDOVER), "handover");
	assert_string_equal(weir_verdict_text(WEIR_VERDICT_COUNT), "unknown");
	assert_string_equal(weir_tcp_state_text(WEIR_TCP_SYN_SENT2), "listen");
	assert_string_equal(weir_tcp_state_text(WEIR_TCP_STATE_COUNT), "unknown");
	assert_string_equal(weir_event_text(WEIR_EVENT_DESTROYED), "destroyed");
	assert_string_equal(weir_event_text(WEIR_EVENT_COUNT), "unknown");
	assert_string_equal(weir_end_text(WEIR_END_EARLY_DROP), "early-drop");
	assert_string_equal(weir_end_text(WEIR_END_COUNT), "unknown");
	assert_string_equal(weir_reason_name(WEIR_R_NONE), "none");
	assert_string_equal(weir_reason_name(WEIR_R_TCP_SEQ_ABOVE), "tcp-seq-above");
	assert_string_equal(weir_reason_name(WEIR_REASON_COUNT), "unknown");
}

static void test_every_reason(void **state)
{
	char text[200];

	(void)state;
	for (int i = 1; i < WEIR_REASON_COUNT; i++) {
		struct weir_packet p = {.reason = (uint16_t)i, .detail = {UINT32_MAX, UINT32_MAX}};
		int length = weir_reason_text(&p, text, sizeof(text));

		assert_in_range(length, 10, 120);
		assert_int_equal(length, strlen(text));
		assert_null(strchr(text, '%'));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(weir_reason_name(i), weir_reason_name(k));
	}
}

static void test_numbers(void **state)
{
	struct weir_packet p = {.reason = WEIR_R_TCP_SEQ_ABOVE, .detail = {180, 100}};
	char text[100];

	(void)state;
	weir_reason_text(&p, text, sizeof(text));
	assert_string_equal(text, "outside the receive window: seq 180 above 100");
	p.dir = WEIR_REPLY; /* of no connection: means nothing */
	weir_reason_text(&p, text, sizeof(text));
	assert_string_equal(text, "outside the receive window: seq 180 above 100");
	p.conn = 1;
	weir_reason_text(&p, text, sizeof(text));
	assert_string_equal(text, "reply outside the receive window: seq 180 above 100");
	p.reason = WEIR_R_TCP_FLAGS;
	p.detail[0] = 3;
	weir_reason_text(&p, text, sizeof(text));
	assert_string_equal(text, "impossible TCP flags 0x03");
	p.reason = WEIR_R_NONE;
	assert_int_equal(weir_reason_text(&p, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	p.reason = 9999;
	weir_reason_text(&p, text, sizeof(text));
	assert_string_equal(text, "unknown reason 9999");
}

static void test_room(void **state)
{
	struct weir_packet p = {.reason = WEIR_R_TCP_ACK_ABOVE,
				.detail = {7, 3},
				.conn = 1,
				.dir = WEIR_REPLY};
	const char whole[] = "reply acknowledges data not seen: ack 7 above 3";
	char text[sizeof(whole) + 1];

	(void)state;
	assert_int_equal(weir_reason_text(&p, NULL, 0), sizeof(whole) - 1);
	for (size_t size = 1; size <= sizeof(whole); size++) {
		memset(text, 'x', sizeof(text));
		assert_int_equal(weir_reason_text(&p, text, size), sizeof(whole) - 1);
		assert_int_equal(strlen(text), size - 1);
		assert_memory_equal(text, whole, size - 1);
		assert_int_equal(text[size], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_every_reason),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
