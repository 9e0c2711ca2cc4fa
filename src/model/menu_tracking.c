/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_tracking.c - the table of the tracking settings; see
 * menu_tracking.h. The timeouts' names and defaults come from weir/settings.h.
 */
#include "model/menu_tracking.h"

#include <string.h>

#include "base/bytes.h"

/* clang-format off */
static const struct value_name enabled_names[] = {
	{WEIR_ENABLED_AUTO, "auto", NULL},
	{WEIR_ENABLED_YES, "yes", "true"},
	{WEIR_ENABLED_NO, "no", "false"},
	{0, NULL, NULL},
};
/* clang-format on */

enum {
	S_ENABLED,
	S_ACTIVE_IPV4,
	S_ACTIVE_IPV6,
	S_LOOSE,
	S_LIBERAL,
	S_CHECKSUM,
	S_IGNORE_INVALID_RST,
	S_MAX_RETRANS,
	S_MAX_ENTRIES,
	S_HALF_OPEN_MAX,
	S_MAX_EXPECTATIONS,
	S_SYNCOOKIE,
	S_TOTAL_ENTRIES,
	S_TOTAL_IP4,
	S_TOTAL_IP6,
	S_TIMEOUT, /* and the enum weir_timeout */
};

/* Each timeout's name and default, so that the table below need not repeat them. */
#define X(id, text, seconds) static const char name_##id[] = text, initial_##id[] = #seconds "s";
WEIR_TIMEOUTS(X)
#undef X

/* clang-format off */
#define TIMEOUT(t, help_, ...) \
	{.name = name_##t, .initial = initial_##t, .id = S_TIMEOUT + WEIR_T_##t, \
	 .kind = {.type = VALUE_TIME, .min = WEIR_MSEC, .max = WEIR_TIMEOUT_MAX}, .help = help_, \
	 __VA_ARGS__}
/* What RouterOS has no setting for. */
#define EXTRA(t, help_) TIMEOUT(t, help_, .show = PROP_EXTRA)
#define SETTING(n, i, type_, ...) {.name = n, .id = i, .kind.type = type_, __VA_ARGS__}
#define TOTAL(n, i, type_, help_) \
	{.name = n, .id = i, .kind.type = type_, .show = PROP_READ_ONLY, .help = help_}

static const struct property properties[] = {
	SETTING("enabled", S_ENABLED, VALUE_ENUM, .kind.names = enabled_names, .initial = "auto",
		.help = "whether to track; auto: once something needs it"),
	TOTAL("active-ipv4", S_ACTIVE_IPV4, VALUE_BOOL, "whether IPv4 is tracked now"),
	TOTAL("active-ipv6", S_ACTIVE_IPV6, VALUE_BOOL, "whether IPv6 is tracked now"),
	TIMEOUT(TCP_SYN_SENT, "after a SYN"),
	TIMEOUT(TCP_SYN_RECEIVED, "after the SYN's answer"),
	TIMEOUT(TCP_ESTABLISHED, "of an idle TCP connection"),
	TIMEOUT(TCP_FIN_WAIT, "after the first FIN"),
	TIMEOUT(TCP_CLOSE_WAIT, "after the first FIN's acknowledgement"),
	TIMEOUT(TCP_LAST_ACK, "after the second FIN"),
	TIMEOUT(TCP_TIME_WAIT, "after both sides have closed"),
	TIMEOUT(TCP_CLOSE, "after a RST"),
	TIMEOUT(TCP_MAX_RETRANS, "at most, after max-retrans retransmissions"),
	TIMEOUT(TCP_UNACKED, "at most, while data is not acknowledged"),
	SETTING("loose-tcp-tracking", S_LOOSE, VALUE_BOOL, .also = "tcp-loose-tracking",
		.initial = "yes", .since = MENU_VERSION(6, 44),
		.help = "pick up TCP connections in mid-stream"),
	SETTING("liberal-tcp-tracking", S_LIBERAL, VALUE_BOOL, .also = "tcp-liberal-tracking",
		.initial = "no", .since = MENU_VERSION(7, 20), .show = PROP_EXTRA,
		.help = "outside the window only RST is invalid"),
	TIMEOUT(UDP, "of UDP seen in one direction", .initial_v6 = "10s"),
	TIMEOUT(UDP_STREAM, "of UDP seen in both directions"),
	TIMEOUT(ICMP, "of ICMP and ICMPv6 queries"),
	TIMEOUT(GENERIC, "of every other protocol"),
	EXTRA(GRE, "of GRE seen in one direction"),
	EXTRA(GRE_STREAM, "of GRE seen in both directions"),
	EXTRA(SCTP_CLOSED, "of SCTP in closed"),
	EXTRA(SCTP_COOKIE_WAIT, "of SCTP in cookie-wait"),
	EXTRA(SCTP_COOKIE_ECHOED, "of SCTP in cookie-echoed"),
	EXTRA(SCTP_ESTABLISHED, "of SCTP in established"),
	EXTRA(SCTP_SHUTDOWN_SENT, "of SCTP in shutdown-sent"),
	EXTRA(SCTP_SHUTDOWN_RECD, "of SCTP in shutdown-received"),
	EXTRA(SCTP_SHUTDOWN_ACK_SENT, "of SCTP in shutdown-ack-sent"),
	EXTRA(SCTP_HEARTBEAT_SENT, "of SCTP in heartbeat-sent"),
	EXTRA(DCCP_REQUEST, "of DCCP in request"),
	EXTRA(DCCP_RESPOND, "of DCCP in respond"),
	EXTRA(DCCP_PARTOPEN, "of DCCP in partopen"),
	EXTRA(DCCP_OPEN, "of DCCP in open"),
	EXTRA(DCCP_CLOSEREQ, "of DCCP in closereq"),
	EXTRA(DCCP_CLOSING, "of DCCP in closing"),
	EXTRA(DCCP_TIMEWAIT, "of DCCP in timewait"),
	SETTING("checksum", S_CHECKSUM, VALUE_BOOL, .initial = "yes", .show = PROP_EXTRA,
		.help = "a wrong transport checksum makes a packet invalid"),
	SETTING("ignore-invalid-rst", S_IGNORE_INVALID_RST, VALUE_BOOL, .initial = "no",
		.show = PROP_EXTRA, .help = "a RST below the window is not invalid"),
	SETTING("max-retrans", S_MAX_RETRANS, VALUE_NUMBER, .kind.max = 255, .initial = "3",
		.show = PROP_EXTRA, .help = "retransmissions before tcp-max-retrans-timeout holds"),
	SETTING("max-entries", S_MAX_ENTRIES, VALUE_NUMBER, .kind.min = 1, .kind.max = UINT32_MAX,
		.initial = "1048576", .show = PROP_SPARSE, .help = "connections at most"),
	SETTING("half-open-max", S_HALF_OPEN_MAX, VALUE_NUMBER, .kind.max = UINT32_MAX,
		.initial = "0", .show = PROP_EXTRA,
		.help = "connections not assured at most; 0: half of max-entries"),
	SETTING("max-expectations", S_MAX_EXPECTATIONS, VALUE_NUMBER, .kind.min = 1,
		.kind.max = 65536, .initial = "4096", .show = PROP_EXTRA,
		.help = "connections at most that helpers expect"),
	SETTING("tcp-syncookie", S_SYNCOOKIE, VALUE_BOOL, .initial = "no",
		.show = PROP_EXTRA | PROP_ON_REQUEST | PROP_INERT,
		.help = "its old place; now /ip settings has tcp-syncookies"),
	TOTAL("total-entries", S_TOTAL_ENTRIES, VALUE_NUMBER, "connections now"),
	TOTAL("total-ip4-entries", S_TOTAL_IP4, VALUE_NUMBER, "IPv4 connections now"),
	TOTAL("total-ip6-entries", S_TOTAL_IP6, VALUE_NUMBER, "IPv6 connections now"),
};
/* clang-format on */

void tracking_apply(struct weir_settings *s, const struct property *property,
                    const struct value *value)
{
	uint64_t n = value->number;

	switch (property->id) {
	case S_ENABLED:
		s->enabled = (uint8_t)n;
		break;
	case S_LOOSE:
		s->loose = (uint8_t)n;
		break;
	case S_LIBERAL:
		s->liberal = (uint8_t)n;
		break;
	case S_CHECKSUM:
		s->checksum = (uint8_t)n;
		break;
	case S_IGNORE_INVALID_RST:
		s->ignore_invalid_rst = (uint8_t)n;
		break;
	case S_MAX_RETRANS:
		s->max_retrans = (uint8_t)n;
		break;
	case S_MAX_ENTRIES:
		s->max_entries = (uint32_t)n;
		break;
	case S_HALF_OPEN_MAX:
		s->max_half_open = (uint32_t)n;
		break;
	case S_MAX_EXPECTATIONS:
		s->max_expectations = (uint32_t)n;
		break;
	default:
		if (property->id >= S_TIMEOUT)
			s->timeout[property->id - S_TIMEOUT] = n;
	}
}

const struct menu menu_tracking = {
        .path = "/ip firewall connection tracking",
        .help = "how connections are tracked, IPv4 and IPv6",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .settings = true,
        .store = MENU_SETTINGS,
};
