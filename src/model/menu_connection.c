/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_connection.c - the table of a connection's properties and how each
 * is read out of a struct weir_conn; see menu_connection.h.
 *
 * IPv4 shows a port with its address ("192.0.2.1:80") as RouterOS 7 long did, and
 * has the separate -port properties on request and in JSON; IPv6 shows the two
 * apart.
 */
#include "model/menu_connection.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* Protocol numbers that decide which properties there are. */
enum { ICMP = 1, TCP = 6, UDP = 17, DCCP = 33, GRE = 47, ICMPV6 = 58, SCTP = 132, UDP_LITE = 136 };

/* clang-format off */
/* The commonest first: they are what an error offers as examples. */
static const struct value_name protocols[] = {
	{6, "tcp", NULL},
	{17, "udp", NULL},
	{1, "icmp", NULL},
	{58, "icmpv6", "ipv6-icmp"},
	{2, "igmp", NULL},
	{3, "ggp", NULL},
	{4, "ipencap", NULL},
	{5, "st", NULL},
	{8, "egp", NULL},
	{12, "pup", NULL},
	{20, "hmp", NULL},
	{22, "xns-idp", NULL},
	{27, "rdp", NULL},
	{29, "iso-tp4", NULL},
	{33, "dccp", NULL},
	{36, "xtp", NULL},
	{37, "ddp", NULL},
	{38, "idpr-cmtp", NULL},
	{41, "ipv6-encap", "ipv6"},
	{43, "ipv6-route", NULL},
	{44, "ipv6-frag", NULL},
	{46, "rsvp", NULL},
	{47, "gre", NULL},
	{50, "ipsec-esp", "esp"},
	{51, "ipsec-ah", "ah"},
	{59, "ipv6-nonxt", NULL},
	{60, "ipv6-opts", NULL},
	{73, "rspf", NULL},
	{81, "vmtp", NULL},
	{89, "ospf", NULL},
	{94, "ipip", NULL},
	{97, "etherip", NULL},
	{98, "encap", NULL},
	{103, "pim", NULL},
	{112, "vrrp", NULL},
	{115, "l2tp", NULL},
	{132, "sctp", NULL},
	{136, "udp-lite", "udplite"},
	{0, NULL, NULL},
};

static const struct value_name tcp_states[] = {
#define X(name, text, linux_text) {WEIR_TCP_##name, text, NULL},
	WEIR_TCP_STATES(X)
#undef X
	{WEIR_TCP_SYN_RECV, "syn-received", NULL}, /* as RouterOS 6 wrote it; never printed */
	{0, NULL, NULL},
};

static const struct value_name states[] = {
#define X(name, text) {WEIR_STATE_##name, text, NULL},
	WEIR_STATES(X)
#undef X
	{0, NULL, NULL},
};
/* clang-format on */

enum {
	P_ID,
	P_PROTOCOL,
	P_SRC_ADDRESS,
	P_SRC_PORT,
	P_DST_ADDRESS,
	P_DST_PORT,
	P_REPLY_SRC_ADDRESS,
	P_REPLY_SRC_PORT,
	P_REPLY_DST_ADDRESS,
	P_REPLY_DST_PORT,
	P_TCP_STATE,
	P_ICMP_TYPE,
	P_ICMP_CODE,
	P_ICMP_ID,
	P_GRE_PROTOCOL,
	P_GRE_VERSION,
	P_GRE_KEY,
	P_CONNECTION_TYPE,
	P_TIMEOUT,
	P_CONNECTION_MARK,
	P_ORIG_PACKETS,
	P_ORIG_BYTES,
	P_ORIG_FASTTRACK_PACKETS,
	P_ORIG_FASTTRACK_BYTES,
	P_REPL_PACKETS,
	P_REPL_BYTES,
	P_REPL_FASTTRACK_PACKETS,
	P_REPL_FASTTRACK_BYTES,
	P_ORIG_RATE,
	P_REPL_RATE,
	P_CONNECTION_STATE,
	P_FLAG, /* and the status bit */
};

/* clang-format off */
#define PROP(n, i, type_, ...) \
	{.name = n, .id = i, .kind.type = type_, .show = PROP_READ_ONLY, __VA_ARGS__}
#define FLAG(n, letter, bit, help_) \
	{.name = n, .id = P_FLAG + (bit), .kind.type = VALUE_BOOL, .show = PROP_READ_ONLY, \
	 .flag = letter, .help = help_}

static const struct property properties[] = {
	{.name = ".id", .id = P_ID, .kind.type = VALUE_ID, .show = PROP_READ_ONLY | PROP_ID,
	 .help = "the connection's number, never used again"},
	PROP("protocol", P_PROTOCOL, VALUE_ENUM, .kind.names = protocols, .kind.max = 255,
	     .brief = 1, .help = "IP protocol"),
	PROP("src-address", P_SRC_ADDRESS, VALUE_ADDRESS, .brief = 2,
	     .help = "where the first packet came from"),
	PROP("src-port", P_SRC_PORT, VALUE_NUMBER, .kind.max = 65535, .brief = 3,
	     .help = "its source port"),
	PROP("dst-address", P_DST_ADDRESS, VALUE_ADDRESS, .brief = 4,
	     .help = "where the first packet was sent to, before translation"),
	PROP("dst-port", P_DST_PORT, VALUE_NUMBER, .kind.max = 65535, .brief = 5,
	     .help = "its destination port"),
	PROP("reply-src-address", P_REPLY_SRC_ADDRESS, VALUE_ADDRESS,
	     .help = "where replies come from: the true server"),
	PROP("reply-src-port", P_REPLY_SRC_PORT, VALUE_NUMBER, .kind.max = 65535,
	     .help = "the replies' source port"),
	PROP("reply-dst-address", P_REPLY_DST_ADDRESS, VALUE_ADDRESS,
	     .help = "where replies are sent to: the translated client"),
	PROP("reply-dst-port", P_REPLY_DST_PORT, VALUE_NUMBER, .kind.max = 65535,
	     .help = "the replies' destination port"),
	PROP("tcp-state", P_TCP_STATE, VALUE_ENUM, .kind.names = tcp_states, .brief = 6,
	     .help = "state of a TCP connection"),
	PROP("icmp-type", P_ICMP_TYPE, VALUE_NUMBER, .kind.max = 255,
	     .help = "ICMP type of the first packet"),
	PROP("icmp-code", P_ICMP_CODE, VALUE_NUMBER, .kind.max = 255,
	     .help = "ICMP code of the first packet"),
	PROP("icmp-id", P_ICMP_ID, VALUE_NUMBER, .kind.max = 65535,
	     .help = "ICMP identifier"),
	PROP("gre-protocol", P_GRE_PROTOCOL, VALUE_NUMBER, .kind.max = 65535,
	     .help = "EtherType of what GRE carries"),
	PROP("gre-version", P_GRE_VERSION, VALUE_NUMBER, .kind.max = 7,
	     .help = "0 for GRE, 1 for PPTP"),
	PROP("gre-key", P_GRE_KEY, VALUE_NUMBER, .kind.max = UINT32_MAX,
	     .help = "GRE key, or call id of PPTP"),
	PROP("connection-type", P_CONNECTION_TYPE, VALUE_STRING,
	     .help = "helper at work, such as ftp"),
	PROP("timeout", P_TIMEOUT, VALUE_TIME, .brief = 7,
	     .help = "time until it expires, in whole seconds"),
	PROP("connection-mark", P_CONNECTION_MARK, VALUE_STRING,
	     .help = "mark set by mangle"),
	PROP("orig-packets", P_ORIG_PACKETS, VALUE_COUNTER, .brief = 10,
	     .help = "packets in the original direction"),
	PROP("orig-bytes", P_ORIG_BYTES, VALUE_COUNTER, .brief = 12,
	     .help = "bytes in the original direction, with IP headers"),
	PROP("orig-fasttrack-packets", P_ORIG_FASTTRACK_PACKETS, VALUE_COUNTER,
	     .help = "FastTracked part of orig-packets"),
	PROP("orig-fasttrack-bytes", P_ORIG_FASTTRACK_BYTES, VALUE_COUNTER,
	     .help = "FastTracked part of orig-bytes"),
	PROP("repl-packets", P_REPL_PACKETS, VALUE_COUNTER, .brief = 11,
	     .help = "packets in the reply direction"),
	PROP("repl-bytes", P_REPL_BYTES, VALUE_COUNTER, .brief = 13,
	     .help = "bytes in the reply direction, with IP headers"),
	PROP("repl-fasttrack-packets", P_REPL_FASTTRACK_PACKETS, VALUE_COUNTER,
	     .help = "FastTracked part of repl-packets"),
	PROP("repl-fasttrack-bytes", P_REPL_FASTTRACK_BYTES, VALUE_COUNTER,
	     .help = "FastTracked part of repl-bytes"),
	PROP("orig-rate", P_ORIG_RATE, VALUE_RATE, .brief = 8,
	     .help = "bits in the original direction over the last second"),
	PROP("repl-rate", P_REPL_RATE, VALUE_RATE, .brief = 9,
	     .help = "bits in the reply direction over the last second"),
	{.name = "connection-state", .id = P_CONNECTION_STATE, .kind.type = VALUE_ENUM,
	 .kind.names = states, .show = PROP_READ_ONLY | PROP_ON_REQUEST,
	 .help = "what the next packet in the original direction would be"},
	FLAG("expected", 'E', WEIR_STATUS_EXPECTED, "a helper foresaw it"),
	FLAG("seen-reply", 'S', WEIR_STATUS_SEEN_REPLY, "there was a packet in the reply direction"),
	FLAG("assured", 'A', WEIR_STATUS_ASSURED, "it is not dropped when the table is full"),
	FLAG("confirmed", 'C', WEIR_STATUS_CONFIRMED, "its first packet went through"),
	FLAG("dying", 'D', WEIR_STATUS_DYING, "it is on its way out"),
	FLAG("fasttrack", 'F', WEIR_STATUS_FASTTRACK, "it is FastTracked"),
	FLAG("hw-offload", 'H', WEIR_STATUS_HW_OFFLOAD, "hardware forwards it"),
	FLAG("srcnat", 's', WEIR_STATUS_SRCNAT, "its source is translated"),
	FLAG("dstnat", 'd', WEIR_STATUS_DSTNAT, "its destination is translated"),
	FLAG("uses-helper", 'h', WEIR_STATUS_HELPER, "a helper reads it"),
};
/* clang-format on */

static bool has_ports(const struct weir_conn *conn)
{
	switch (conn->protocol) {
	case TCP:
	case UDP:
	case DCCP:
	case SCTP:
	case UDP_LITE:
		return true;
	default:
		return false;
	}
}

static struct value address(const struct weir_conn *conn, const union weir_addr *addr,
                            uint16_t port)
{
	return (struct value){.type = VALUE_ADDRESS,
	                      .family = conn->family,
	                      .with_port = has_ports(conn),
	                      .port_apart = conn->family == WEIR_IPV6,
	                      .port = port,
	                      .addr = *addr};
}

static struct value port_number(const struct weir_conn *conn, uint16_t port)
{
	struct value value = value_none();

	if (has_ports(conn)) {
		value = value_number(VALUE_NUMBER, port);
		value.implied = conn->family == WEIR_IPV4;
	}
	return value;
}

static struct value number_if(bool present, uint64_t number)
{
	return present ? value_number(VALUE_NUMBER, number) : value_none();
}

static struct value string(const char *text)
{
	return text ? (struct value){.type = VALUE_STRING, .text = text, .len = strlen(text)}
	            : value_none();
}

static struct value mark(struct conn_source *source, uint32_t number)
{
	const char *name = NULL;

	if (number == 0)
		return value_none();
	if (source->mark_name)
		name = source->mark_name(source->ctx, number);
	if (name)
		return string(name);
	snprintf(source->mark_text, sizeof source->mark_text, "%ju", (uintmax_t)number);
	return string(source->mark_text);
}

/* Who: addresses, ports, and what stands for ports in other protocols. */
static bool get_tuple(const struct weir_conn *c, unsigned id, struct value *value)
{
	const struct weir_tuple *orig = &c->tuple[WEIR_ORIGINAL], *repl = &c->tuple[WEIR_REPLY];
	bool icmp = c->protocol == (c->family == WEIR_IPV4 ? ICMP : ICMPV6);
	bool gre = c->protocol == GRE;

	switch (id) {
	case P_SRC_ADDRESS:
		return *value = address(c, &orig->src, orig->src_port), true;
	case P_SRC_PORT:
		return *value = port_number(c, orig->src_port), true;
	case P_DST_ADDRESS:
		return *value = address(c, &orig->dst, orig->dst_port), true;
	case P_DST_PORT:
		return *value = port_number(c, orig->dst_port), true;
	case P_REPLY_SRC_ADDRESS:
		return *value = address(c, &repl->src, repl->src_port), true;
	case P_REPLY_SRC_PORT:
		return *value = port_number(c, repl->src_port), true;
	case P_REPLY_DST_ADDRESS:
		return *value = address(c, &repl->dst, repl->dst_port), true;
	case P_REPLY_DST_PORT:
		return *value = port_number(c, repl->dst_port), true;
	case P_ICMP_TYPE:
		return *value = number_if(icmp, c->icmp_type), true;
	case P_ICMP_CODE:
		return *value = number_if(icmp, c->icmp_code), true;
	case P_ICMP_ID:
		return *value = number_if(icmp, c->icmp_id), true;
	case P_GRE_PROTOCOL:
		return *value = number_if(gre, c->gre_protocol), true;
	case P_GRE_VERSION:
		return *value = number_if(gre, c->gre_version), true;
	case P_GRE_KEY:
		return *value = number_if(gre, c->gre_key), true;
	default:
		return false;
	}
}

static bool get_counter(const struct weir_conn *c, unsigned id, struct value *value)
{
	const struct weir_counters *orig = &c->counters[WEIR_ORIGINAL];
	const struct weir_counters *repl = &c->counters[WEIR_REPLY];
	enum value_type type = VALUE_COUNTER;
	uint64_t number;

	switch (id) {
	case P_ORIG_PACKETS:
		number = orig->packets;
		break;
	case P_ORIG_BYTES:
		number = orig->bytes;
		break;
	case P_ORIG_FASTTRACK_PACKETS:
		number = orig->fasttrack_packets;
		break;
	case P_ORIG_FASTTRACK_BYTES:
		number = orig->fasttrack_bytes;
		break;
	case P_REPL_PACKETS:
		number = repl->packets;
		break;
	case P_REPL_BYTES:
		number = repl->bytes;
		break;
	case P_REPL_FASTTRACK_PACKETS:
		number = repl->fasttrack_packets;
		break;
	case P_REPL_FASTTRACK_BYTES:
		number = repl->fasttrack_bytes;
		break;
	case P_ORIG_RATE:
		type = VALUE_RATE;
		number = orig->rate;
		break;
	case P_REPL_RATE:
		type = VALUE_RATE;
		number = repl->rate;
		break;
	default:
		return false;
	}
	*value = value_number(type, number);
	return true;
}

static void get(struct menu_source *menu_source, const void *item, const struct property *property,
                struct value *value)
{
	struct conn_source *source = (struct conn_source *)menu_source;
	const struct weir_conn *c = item;

	if (property->id >= P_FLAG) {
		*value = value_number(VALUE_BOOL, (c->status & (property->id - P_FLAG)) != 0);
		return;
	}
	if (get_tuple(c, property->id, value) || get_counter(c, property->id, value))
		return;
	*value = value_none();
	switch (property->id) {
	case P_ID:
		*value = value_number(VALUE_ID, c->id);
		break;
	case P_PROTOCOL:
		*value = value_number(VALUE_ENUM, c->protocol);
		break;
	case P_TCP_STATE:
		if (c->protocol == TCP)
			*value = value_number(VALUE_ENUM, c->tcp_state);
		break;
	case P_CONNECTION_TYPE:
		if (source->type_name)
			*value = string(source->type_name(source->ctx, c));
		break;
	case P_TIMEOUT:
		*value = value_number(VALUE_TIME, c->timeout - c->timeout % WEIR_SEC);
		break;
	case P_CONNECTION_MARK:
		*value = mark(source, c->mark);
		break;
	case P_CONNECTION_STATE:
		if (c->state != WEIR_STATE_NONE)
			*value = value_number(VALUE_ENUM, c->state);
		break;
	}
}

const struct menu menu_connection = {
        .path = "/ip firewall connection",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .get = get,
};

const struct menu menu_connection_v6 = {
        .path = "/ipv6 firewall connection",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .get = get,
};

/* The source */

static const void *next(struct menu_source *menu_source)
{
	struct conn_source *s = (struct conn_source *)menu_source;

	for (;;) {
		const struct weir_conn *conn;

		if (s->at == s->count) {
			if (s->fetch == NULL)
				return NULL;
			s->at = 0;
			s->count = s->fetch(s->ctx, &s->cursor, s->batch, CONN_SOURCE_BATCH);
			if (s->count == 0)
				return NULL;
		}
		conn = &s->conns[s->at++];
		if (s->family == 0 || conn->family == s->family)
			return conn;
	}
}

static void rewind_source(struct menu_source *menu_source)
{
	struct conn_source *s = (struct conn_source *)menu_source;

	s->at = 0;
	s->cursor = 0;
	if (s->fetch)
		s->count = 0;
}

static void init(struct conn_source *source)
{
	memset(source, 0, sizeof *source);
	source->source.menu = &menu_connection;
	source->source.next = next;
	source->source.rewind = rewind_source;
}

void conn_source_array(struct conn_source *source, const struct weir_conn *conns, size_t count)
{
	init(source);
	source->conns = conns;
	source->count = count;
}

void conn_source_list(struct conn_source *source, conn_fetch *fetch, void *ctx)
{
	init(source);
	source->fetch = fetch;
	source->ctx = ctx;
	source->conns = source->batch;
}
