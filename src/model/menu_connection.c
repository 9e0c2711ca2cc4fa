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

#include <stddef.h>
#include <string.h>
#include <weir/helper.h>

#include "base/bytes.h"
#include "base/put.h"

/* Protocol numbers that decide which properties there are. */
enum { ICMP = 1, TCP = 6, UDP = 17, DCCP = 33, GRE = 47, ICMPV6 = 58, SCTP = 132, UDP_LITE = 136 };

/* clang-format off */
/* The commonest first: they are what an error offers as examples. */
const struct value_name protocol_names[] = {
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

/* How each property is read; property->id says which one of those that a function serves. */

enum { ORIG_SRC, ORIG_DST, REPL_SRC, REPL_DST };
enum { ICMP_TYPE, ICMP_CODE, ICMP_ID };
enum { GRE_PROTOCOL, GRE_VERSION, GRE_KEY };
enum { NAT_SOURCE, NAT_DESTINATION };

/* clang-format off */
#define GET(name) \
	static void name(struct menu_source *source __attribute__((unused)), const void *item, \
	                 const struct property *property __attribute__((unused)), \
	                 struct value *value)
/* clang-format on */

static const union weir_addr *end(const struct weir_conn *c, unsigned which, uint16_t *port)
{
	const struct weir_tuple *tuple = &c->tuple[which / 2];

	*port = which % 2 ? tuple->dst_port : tuple->src_port;
	return which % 2 ? &tuple->dst : &tuple->src;
}

GET(get_address)
{
	const struct weir_conn *c = item;

	value->addr = *end(c, property->id, &value->port);
	value->type = VALUE_ADDRESS;
	value->family = c->family;
	value->with_port = has_ports(c);
	value->port_apart = c->family == WEIR_IPV6;
	value->implied = false;
}

GET(get_port)
{
	const struct weir_conn *c = item;
	uint16_t port;

	value_set_none(value);
	if (!has_ports(c))
		return;
	end(c, property->id, &port);
	value_set_number(value, VALUE_NUMBER, port);
	value->implied = c->family == WEIR_IPV4;
}

GET(get_counter)
{
	uint64_t number;

	memcpy(&number, (const char *)item + property->id, sizeof number);
	value_set_number(value, (uint8_t)property->kind.type, number);
}

GET(get_icmp)
{
	const struct weir_conn *c = item;

	value_set_none(value);
	if (c->protocol == (c->family == WEIR_IPV4 ? ICMP : ICMPV6))
		value_set_number(value, VALUE_NUMBER,
		                 property->id == ICMP_TYPE   ? c->icmp_type
		                 : property->id == ICMP_CODE ? c->icmp_code
		                                             : c->icmp_id);
}

GET(get_gre)
{
	const struct weir_conn *c = item;

	value_set_none(value);
	if (c->protocol == GRE)
		value_set_number(value, VALUE_NUMBER,
		                 property->id == GRE_PROTOCOL  ? c->gre_protocol
		                 : property->id == GRE_VERSION ? c->gre_version
		                                               : c->gre_key);
}

GET(get_id)
{
	value_set_number(value, VALUE_ID, ((const struct weir_conn *)item)->id);
}

GET(get_protocol)
{
	value_set_number(value, VALUE_ENUM, ((const struct weir_conn *)item)->protocol);
}

GET(get_tcp_state)
{
	const struct weir_conn *c = item;

	value_set_none(value);
	if (c->protocol == TCP)
		value_set_number(value, VALUE_ENUM, c->tcp_state);
}

GET(get_state)
{
	const struct weir_conn *c = item;

	value_set_none(value);
	if (c->state != WEIR_STATE_NONE)
		value_set_number(value, VALUE_ENUM, c->state);
}

GET(get_timeout)
{
	weir_time timeout = ((const struct weir_conn *)item)->timeout;

	value_set_number(value, VALUE_TIME, timeout - timeout % WEIR_SEC);
}

GET(get_flag)
{
	const struct weir_conn *c = item;

	value_set_number(value, VALUE_BOOL, (c->status & property->flag_bit) != 0);
}

static void set_string(struct value *value, const char *text)
{
	value_set_none(value);
	if (text == NULL)
		return;
	value->type = VALUE_STRING;
	value->text = text;
	value->len = strlen(text);
}

GET(get_type)
{
	static const char *const names[WEIR_HELPER_COUNT] = {
	        NULL,
#define X(name, text, on, ...) text,
	        WEIR_HELPERS(X)
#undef X
	};
	uint8_t helper = ((const struct weir_conn *)item)->helper;

	set_string(value, helper < WEIR_HELPER_COUNT ? names[helper] : NULL);
}

GET(get_mark)
{
	struct conn_source *s = (struct conn_source *)source;
	uint32_t number = ((const struct weir_conn *)item)->mark;
	const char *name = NULL;

	value_set_none(value);
	if (number == 0)
		return;
	if (s->mark_name)
		name = s->mark_name(s->ctx, number);
	if (name == NULL) {
		*put_u64(s->mark_text, number) = '\0';
		name = s->mark_text;
	}
	set_string(value, name);
}

GET(get_nat_rule)
{
	struct conn_source *s = (struct conn_source *)source;
	const struct weir_conn *c = item;
	uint32_t counter = property->id == NAT_SOURCE ? c->srcnat_rule : c->dstnat_rule;
	uint64_t id = counter != UINT32_MAX && s->nat_rule ? s->nat_rule(s->ctx, counter) : 0;

	value_set_none(value);
	if (id)
		value_set_number(value, VALUE_ID, id);
}

/* clang-format off */
#define PROP(n, get_, i, type_, ...) \
	{.name = n, .get = get_, .id = i, .kind.type = type_, .show = PROP_READ_ONLY, __VA_ARGS__}
#define COUNT(dir, member) offsetof(struct weir_conn, counters[dir].member)
#define FLAG(n, letter, bit, help_) \
	{.name = n, .get = get_flag, .flag_bit = bit, .kind.type = VALUE_BOOL, \
	 .show = PROP_READ_ONLY, .flag = letter, .help = help_}

static const struct property properties[] = {
	{.name = ".id", .get = get_id, .kind.type = VALUE_ID, .show = PROP_READ_ONLY | PROP_ID,
	 .help = "the connection's number, never used again"},
	PROP("protocol", get_protocol, 0, VALUE_ENUM, .kind.names = protocol_names, .kind.max = 255,
	     .brief = 1, .help = "IP protocol"),
	PROP("src-address", get_address, ORIG_SRC, VALUE_ADDRESS, .brief = 2,
	     .help = "where the first packet came from"),
	PROP("src-port", get_port, ORIG_SRC, VALUE_NUMBER, .kind.max = 65535, .brief = 3,
	     .help = "its source port"),
	PROP("dst-address", get_address, ORIG_DST, VALUE_ADDRESS, .brief = 4,
	     .help = "where the first packet was sent to, before translation"),
	PROP("dst-port", get_port, ORIG_DST, VALUE_NUMBER, .kind.max = 65535, .brief = 5,
	     .help = "its destination port"),
	PROP("reply-src-address", get_address, REPL_SRC, VALUE_ADDRESS,
	     .help = "where replies come from: the true server"),
	PROP("reply-src-port", get_port, REPL_SRC, VALUE_NUMBER, .kind.max = 65535,
	     .help = "the replies' source port"),
	PROP("reply-dst-address", get_address, REPL_DST, VALUE_ADDRESS,
	     .help = "where replies are sent to: the translated client"),
	PROP("reply-dst-port", get_port, REPL_DST, VALUE_NUMBER, .kind.max = 65535,
	     .help = "the replies' destination port"),
	PROP("tcp-state", get_tcp_state, 0, VALUE_ENUM, .kind.names = tcp_states, .brief = 6,
	     .help = "state of a TCP connection"),
	PROP("icmp-type", get_icmp, ICMP_TYPE, VALUE_NUMBER, .kind.max = 255,
	     .help = "ICMP type of the first packet"),
	PROP("icmp-code", get_icmp, ICMP_CODE, VALUE_NUMBER, .kind.max = 255,
	     .help = "ICMP code of the first packet"),
	PROP("icmp-id", get_icmp, ICMP_ID, VALUE_NUMBER, .kind.max = 65535,
	     .help = "ICMP identifier"),
	PROP("gre-protocol", get_gre, GRE_PROTOCOL, VALUE_NUMBER, .kind.max = 65535,
	     .help = "EtherType of what GRE carries"),
	PROP("gre-version", get_gre, GRE_VERSION, VALUE_NUMBER, .kind.max = 7,
	     .help = "0 for GRE, 1 for PPTP"),
	PROP("gre-key", get_gre, GRE_KEY, VALUE_NUMBER, .kind.max = UINT32_MAX,
	     .help = "GRE key, or call id of PPTP"),
	PROP("connection-type", get_type, 0, VALUE_STRING,
	     .help = "the helper that reads it or expected it, such as ftp"),
	PROP("timeout", get_timeout, 0, VALUE_TIME, .brief = 7,
	     .help = "time until it expires, in whole seconds"),
	PROP("connection-mark", get_mark, 0, VALUE_STRING,
	     .help = "mark set by mangle"),
	PROP("orig-packets", get_counter, COUNT(0, packets), VALUE_COUNTER, .brief = 10,
	     .help = "packets in the original direction"),
	PROP("orig-bytes", get_counter, COUNT(0, bytes), VALUE_COUNTER, .brief = 12,
	     .help = "bytes in the original direction, with IP headers"),
	PROP("orig-fasttrack-packets", get_counter, COUNT(0, fasttrack_packets), VALUE_COUNTER,
	     .help = "FastTracked part of orig-packets"),
	PROP("orig-fasttrack-bytes", get_counter, COUNT(0, fasttrack_bytes), VALUE_COUNTER,
	     .help = "FastTracked part of orig-bytes"),
	PROP("repl-packets", get_counter, COUNT(1, packets), VALUE_COUNTER, .brief = 11,
	     .help = "packets in the reply direction"),
	PROP("repl-bytes", get_counter, COUNT(1, bytes), VALUE_COUNTER, .brief = 13,
	     .help = "bytes in the reply direction, with IP headers"),
	PROP("repl-fasttrack-packets", get_counter, COUNT(1, fasttrack_packets), VALUE_COUNTER,
	     .help = "FastTracked part of repl-packets"),
	PROP("repl-fasttrack-bytes", get_counter, COUNT(1, fasttrack_bytes), VALUE_COUNTER,
	     .help = "FastTracked part of repl-bytes"),
	PROP("orig-rate", get_counter, COUNT(0, rate), VALUE_RATE, .brief = 8,
	     .help = "bits in the original direction over the last second"),
	PROP("repl-rate", get_counter, COUNT(1, rate), VALUE_RATE, .brief = 9,
	     .help = "bits in the reply direction over the last second"),
	{.name = "connection-state", .get = get_state, .kind.type = VALUE_ENUM,
	 .kind.names = states, .show = PROP_READ_ONLY | PROP_ON_REQUEST,
	 .help = "what the next packet in the original direction would be"},
	{.name = "src-nat-rule", .get = get_nat_rule, .id = NAT_SOURCE, .kind.type = VALUE_ID,
	 .show = PROP_READ_ONLY | PROP_ON_REQUEST | PROP_EXTRA,
	 .help = "the rule of nat that translates its source, there or not"},
	{.name = "dst-nat-rule", .get = get_nat_rule, .id = NAT_DESTINATION, .kind.type = VALUE_ID,
	 .show = PROP_READ_ONLY | PROP_ON_REQUEST | PROP_EXTRA,
	 .help = "the rule of nat that translates its destination, there or not"},
	FLAG("expected", 'E', WEIR_STATUS_EXPECTED, "a helper expected it"),
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

static void get(struct menu_source *source, const void *item, const struct property *property,
                struct value *value)
{
	property->get(source, item, property, value);
}

static uint32_t flags(struct menu_source *source, const void *item)
{
	(void)source;
	return ((const struct weir_conn *)item)->status;
}

const struct menu menu_connection = {
        .path = "/ip firewall connection",
        .help = "the tracked connections",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_LIVE,
        .not_exported = true,
        .get = get,
        .flags = flags,
};

const struct menu menu_connection_v6 = {
        .path = "/ipv6 firewall connection",
        .help = "the tracked connections of IPv6",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_LIVE,
        .not_exported = true,
        .get = get,
        .flags = flags,
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
