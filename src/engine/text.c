/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine/text.c - the words for what the engine counts and answers, all made from
 * the lists in the public headers.
 *
 * String constants and snprintf(); no state, any thread. Not on the packet path.
 */
#include <stdio.h>
#include <weir/event.h>
#include <weir/helper.h>
#include <weir/packet.h>
#include <weir/reason.h>
#include <weir/types.h>

/* For numbers that stand in none of the lists. */
#define UNKNOWN "unknown"

const char *weir_error_text(int error)
{
	switch (error) {
	case WEIR_OK:
		return "no error";
#define X(name, value, text)                                                                       \
	case WEIR_E##name:                                                                         \
		return text;
		WEIR_ERRORS(X)
#undef X
	default:
		return "unknown error";
	}
}

const char *weir_state_text(enum weir_state state)
{
	switch (state) {
	case WEIR_STATE_NONE:
		return "none";
#define X(name, text)                                                                              \
	case WEIR_STATE_##name:                                                                    \
		return text;
		WEIR_STATES(X)
#undef X
	case WEIR_STATE_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_helper_text(enum weir_helper helper)
{
	switch (helper) {
	case WEIR_HELPER_NONE:
		return "";
#define X(name, text, on, ...)                                                                     \
	case WEIR_HELPER_##name:                                                                   \
		return text;
		WEIR_HELPERS(X)
#undef X
	case WEIR_HELPER_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_verdict_text(enum weir_verdict verdict)
{
	switch (verdict) {
#define X(name, text)                                                                              \
	case WEIR_##name:                                                                          \
		return text;
		WEIR_VERDICTS(X)
#undef X
	case WEIR_VERDICT_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_tcp_state_text(enum weir_tcp_state state)
{
	switch (state) {
#define X(name, text, linux_text)                                                                  \
	case WEIR_TCP_##name:                                                                      \
		return text;
		WEIR_TCP_STATES(X)
#undef X
	case WEIR_TCP_STATE_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_event_text(enum weir_event_type type)
{
	switch (type) {
#define X(name, text)                                                                              \
	case WEIR_EVENT_##name:                                                                    \
		return text;
		WEIR_EVENTS(X)
#undef X
	case WEIR_EVENT_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_end_text(enum weir_end why)
{
	switch (why) {
#define X(name, text)                                                                              \
	case WEIR_END_##name:                                                                      \
		return text;
		WEIR_ENDS(X)
#undef X
	case WEIR_END_COUNT:
		break;
	}
	return UNKNOWN;
}

const char *weir_reason_name(enum weir_reason reason)
{
	switch (reason) {
	case WEIR_R_NONE:
		return "none";
#define X(name, counter, text)                                                                     \
	case WEIR_R_##name:                                                                        \
		return counter;
		WEIR_REASONS(X)
#undef X
	case WEIR_REASON_COUNT:
		break;
	}
	return UNKNOWN;
}

/* Whether a reason compares the packet with one side of its connection, so that it
 * matters which side sent it. */
static int about_side(unsigned reason)
{
	return reason == WEIR_R_TCP_SEQ_ABOVE || reason == WEIR_R_TCP_ACK_ABOVE ||
	       reason == WEIR_R_TCP_RST_SEQ;
}

/* Most sentences use fewer numbers than they are given. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-extra-args"

int weir_reason_text(const struct weir_packet *packet, char *buf, size_t size)
{
	unsigned a = packet->detail[0], b = packet->detail[1];
	const char *side = "";

	if (packet->conn && packet->dir == WEIR_REPLY && about_side(packet->reason))
		side = "reply ";

	switch (packet->reason) {
	case WEIR_R_NONE:
		return snprintf(buf, size, "%s", side);
#define X(name, counter, text)                                                                     \
	case WEIR_R_##name:                                                                        \
		return snprintf(buf, size, "%s" text, side, a, b);
		WEIR_REASONS(X)
#undef X
	default:
		return snprintf(buf, size, "unknown reason %u", packet->reason);
	}
}

#pragma GCC diagnostic pop
