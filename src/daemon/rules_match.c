/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_match.c - what rules match by: one row for each property, in the order in which
 * the engine asks (weir/rules.h).
 *
 * A reader turns the kept form, without its `!`, into a match. What weir has not got, a
 * hotspot or routing realms, never holds: a rule that asks for it is left out, and one that asks
 * for its contrary does not ask.
 */
#include <string.h>
#include <weir/helper.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menu_connection.h"
#include "model/menus.h"
#include "model/syntax.h"

enum reading { TAKEN, NEVER, WRONG };

typedef enum reading match_reader(struct rule_reading *r, const struct kept *kept,
                                  struct weir_match *match);

/* Numbers and spans of them */

static enum reading read_number(struct rule_reading *r, const struct kept *kept,
                                struct weir_match *match)
{
	struct number_range range;

	(void)r;
	if (!number_range_parse(kept->text, kept->len, UINT32_MAX, &range))
		return WRONG;
	match->number = (uint32_t)range.first;
	return TAKEN;
}

static enum reading read_span(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	struct number_range range;

	(void)r;
	if (!number_range_parse(kept->text, kept->len, UINT64_MAX, &range))
		return WRONG;
	match->span.first = range.first;
	match->span.last = range.last;
	return TAKEN;
}

static enum reading read_bytes(struct rule_reading *r, const struct kept *kept,
                               struct weir_match *match)
{
	struct number_range range;

	(void)r;
	if (!connection_bytes_parse(kept->text, kept->len, &range))
		return WRONG;
	match->span.first = range.first;
	match->span.last = range.last == UINT64_MAX ? 0 : range.last;
	return TAKEN;
}

static enum reading read_ttl(struct rule_reading *r, const struct kept *kept,
                             struct weir_match *match)
{
	struct ttl_match ttl;

	(void)r;
	if (!ttl_match_parse(kept->text, kept->len, &ttl))
		return WRONG;
	match->span.first = match->span.last = ttl.value;
	switch (ttl.test) {
	case TTL_EQUAL:
		break;
	case TTL_NOT_EQUAL:
		match->negate = true;
		break;
	case TTL_LESS_THAN:
		if (ttl.value == 0)
			return NEVER;
		match->span.first = 0;
		match->span.last--;
		break;
	case TTL_GREATER_THAN:
		if (ttl.value == UINT8_MAX)
			return NEVER;
		match->span.first++;
		match->span.last = UINT8_MAX;
		break;
	}
	return TAKEN;
}

static enum reading read_tos(struct rule_reading *r, const struct kept *kept,
                             struct weir_match *match)
{
	struct tos_match tos;

	(void)r;
	if (!tos_match_parse(kept->text, kept->len, &tos))
		return WRONG;
	match->number = tos.value;
	match->mask = tos.mask;
	return TAKEN;
}

/* Names */

/* The number of a name in a list of them. */
static bool name_number(const struct value_name *names, const char *text, size_t len,
                        uint64_t *number)
{
	for (; names->name; names++) {
		if (strlen(names->name) == len && memcmp(names->name, text, len) == 0) {
			*number = names->number;
			return true;
		}
	}
	return false;
}

static enum reading read_protocol(struct rule_reading *r, const struct kept *kept,
                                  struct weir_match *match)
{
	uint64_t number;

	if (!name_number(protocol_names, kept->text, kept->len, &number))
		return read_number(r, kept, match);
	match->number = (uint32_t)number;
	return TAKEN;
}

struct bit_name {
	const char *name;
	uint32_t bit;
};

/* A set of names as bits. */
static enum reading read_bits(const struct bit_name *names, const struct kept *kept,
                              struct weir_match *match)
{
	const char *at = kept->text, *end = at + kept->len;

	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		const struct kept one = {at, (size_t)((comma ? comma : end) - at)};
		const struct bit_name *name = names;

		while (name->name && !kept_is(&one, name->name))
			name++;
		if (!name->name)
			return WRONG;
		match->bits |= name->bit;
		at += one.len + 1;
	}
	return match->bits ? TAKEN : NEVER;
}

static enum reading read_address_type(struct rule_reading *r, const struct kept *kept,
                                      struct weir_match *match)
{
	static const struct bit_name names[] = {
	        {"unicast", WEIR_ADDRESS_UNICAST},         {"local", WEIR_ADDRESS_LOCAL},
	        {"broadcast", WEIR_ADDRESS_BROADCAST},     {"multicast", WEIR_ADDRESS_MULTICAST},
	        {"blackhole", WEIR_ADDRESS_BLACKHOLE},     {"anycast", WEIR_ADDRESS_ANYCAST},
	        {"unreachable", WEIR_ADDRESS_UNREACHABLE}, {"prohibit", WEIR_ADDRESS_PROHIBIT},
	        {NULL, 0},
	};

	(void)r;
	return read_bits(names, kept, match);
}

static enum reading read_state(struct rule_reading *r, const struct kept *kept,
                               struct weir_match *match)
{
	static const struct bit_name names[] = {
	        {"invalid", 1u << WEIR_STATE_INVALID},
	        {"established", 1u << WEIR_STATE_ESTABLISHED},
	        {"related", 1u << WEIR_STATE_RELATED},
	        {"new", 1u << WEIR_STATE_NEW},
	        {"untracked", 1u << WEIR_STATE_UNTRACKED},
	        {NULL, 0},
	};

	(void)r;
	return read_bits(names, kept, match);
}

static enum reading read_nat_state(struct rule_reading *r, const struct kept *kept,
                                   struct weir_match *match)
{
	static const struct bit_name names[] = {
	        {"srcnat", WEIR_STATUS_SRCNAT},
	        {"dstnat", WEIR_STATUS_DSTNAT},
	        {"ein-snat", WEIR_EIN_SNAT},
	        {"ein-dnat", WEIR_EIN_DNAT},
	        {NULL, 0},
	};

	(void)r;
	return read_bits(names, kept, match);
}

static enum reading read_ipv4_options(struct rule_reading *r, const struct kept *kept,
                                      struct weir_match *match)
{
	static const struct {
		const char *name;
		enum weir_options number;
	} names[] = {
	        {"any", WEIR_OPTIONS_ANY},
	        {"none", WEIR_OPTIONS_NONE},
	        {"strict-source-routing", WEIR_OPTIONS_STRICT_ROUTE},
	        {"loose-source-routing", WEIR_OPTIONS_LOOSE_ROUTE},
	        {"no-source-routing", WEIR_OPTIONS_NO_SOURCE_ROUTE},
	        {"record-route", WEIR_OPTIONS_RECORD_ROUTE},
	        {"no-record-route", WEIR_OPTIONS_NO_RECORD_ROUTE},
	        {"router-alert", WEIR_OPTIONS_ROUTER_ALERT},
	        {"no-router-alert", WEIR_OPTIONS_NO_ROUTER_ALERT},
	        {"timestamp", WEIR_OPTIONS_TIMESTAMP},
	        {"no-timestamp", WEIR_OPTIONS_NO_TIMESTAMP},
	};

	(void)r;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (!kept_is(kept, names[i].name))
			continue;
		match->number = names[i].number;
		return TAKEN;
	}
	return WRONG;
}

static enum reading read_yes_no(struct rule_reading *r, const struct kept *kept,
                                struct weir_match *match)
{
	(void)r;
	match->negate = kept_is(kept, "no");
	return TAKEN;
}

/* Marks, lists, tables: numbers that others gave to the names */

static enum reading read_mark(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	uint32_t place;

	match->number = 0;
	if (kept_is(kept, "no-mark"))
		return TAKEN;
	place = names_add(&r->build->numbers->marks, kept->text, kept->len);
	if (place == NO_NAME)
		build_out_of_memory(r->build);
	match->number = place + 1;
	return TAKEN;
}

static enum reading read_routing_mark(struct rule_reading *r, const struct kept *kept,
                                      struct weir_match *match)
{
	match->number = names_add(&r->build->numbers->tables, kept->text, kept->len);
	if (match->number == NO_NAME)
		build_out_of_memory(r->build);
	return match->number <= UINT16_MAX ? TAKEN : NEVER;
}

static enum reading read_list(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	match->number = rule_list(r, kept);
	return TAKEN;
}

/* Interfaces */

static enum reading read_interface(struct rule_reading *r, const struct kept *kept,
                                   struct weir_match *match)
{
	build_interface_set(r->build, kept, &match->interfaces);
	return TAKEN;
}

static enum reading read_interface_list(struct rule_reading *r, const struct kept *kept,
                                        struct weir_match *match)
{
	build_list_set(r->build, kept, &match->interfaces);
	return TAKEN;
}

/* Addresses, ports, headers */

static enum reading read_address(struct rule_reading *r, const struct kept *kept,
                                 struct weir_match *match)
{
	struct address_range range;

	if (!address_range_parse(kept->text, kept->len, r->family, &range))
		return WRONG;
	match->range.first = range.first;
	match->range.last = range.last;
	return TAKEN;
}

static enum reading read_mac(struct rule_reading *r, const struct kept *kept,
                             struct weir_match *match)
{
	static const struct value_kind kind = {.type = VALUE_MAC};
	struct value value;

	(void)r;
	if (!value_parse(&kind, kept->text, kept->len, &value))
		return WRONG;
	memcpy(match->mac, value.mac, sizeof match->mac);
	return TAKEN;
}

static enum reading read_ports(struct rule_reading *r, const struct kept *kept,
                               struct weir_match *match)
{
	const char *at = kept->text, *end = at + kept->len;
	struct weir_ports *ports;
	size_t count = 1;

	for (size_t i = 0; i < kept->len; i++)
		count += kept->text[i] == ',';
	ports = count <= UINT16_MAX ? build_take(r->build, count, sizeof *ports) : NULL;
	if (!ports)
		return WRONG;
	match->ports = ports;
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		size_t len = (size_t)((comma ? comma : end) - at);
		struct number_range range;

		if (!number_range_parse(at, len, UINT16_MAX, &range))
			return WRONG;
		ports[match->count++] = (struct weir_ports){(uint16_t)range.first,
		                                            (uint16_t)range.last};
		at += len + 1;
	}
	return TAKEN;
}

static enum reading read_tcp_flags(struct rule_reading *r, const struct kept *kept,
                                   struct weir_match *match)
{
	struct tcp_flags flags;

	(void)r;
	if (!tcp_flags_parse(kept->text, kept->len, &flags))
		return WRONG;
	match->negate = flags.negated;
	match->flags.set = flags.set;
	match->flags.clear = flags.clear;
	return TAKEN;
}

static enum reading read_icmp(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	struct icmp_options icmp;

	(void)r;
	if (!icmp_options_parse(kept->text, kept->len, &icmp))
		return WRONG;
	match->icmp.type = icmp.type;
	match->icmp.first_code = icmp.first_code;
	match->icmp.last_code = icmp.last_code;
	return TAKEN;
}

static enum reading read_headers(struct rule_reading *r, const struct kept *kept,
                                 struct weir_match *match)
{
	struct header_match headers;

	(void)r;
	if (!header_match_parse(kept->text, kept->len, &headers))
		return WRONG;
	match->bits = headers.headers;
	match->number = headers.exact;
	return TAKEN;
}

static enum reading read_ipsec(struct rule_reading *r, const struct kept *kept,
                               struct weir_match *match)
{
	struct ipsec_match ipsec;

	(void)r;
	if (!ipsec_match_parse(kept->text, kept->len, &ipsec))
		return WRONG;
	match->number = ipsec.out;
	match->bits = ipsec.ipsec;
	return TAKEN;
}

/* What is looked for in the packet */

static enum reading read_text(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	char *text;

	if (kept->len > UINT16_MAX)
		return WRONG;
	text = build_take(r->build, kept->len + 1, 1);
	if (!text)
		return WRONG;
	memcpy(text, kept->text, kept->len);
	match->text = text;
	match->count = (uint16_t)kept->len;
	return TAKEN;
}

static enum reading read_layer7(struct rule_reading *r, const struct kept *kept,
                                struct weir_match *match)
{
	uint64_t id = build_reference(r->build, r->item, "layer7-protocol");
	const struct item *item = id ? model_item(r->build->model, &menu_layer7, id) : NULL;
	struct kept expression;

	(void)kept;
	if (!item || !build_kept(r->build, item, "regexp", &expression))
		return NEVER;
	return read_text(r, &expression, match);
}

/* Limits and what else remembers */

static void take_limit(const struct rate_limit *limit, struct weir_match *match)
{
	match->limit.rate = limit->rate;
	match->limit.burst = limit->burst;
	match->limit.time = limit->time;
	match->limit.bits = limit->bits;
}

static enum reading read_limit(struct rule_reading *r, const struct kept *kept,
                               struct weir_match *match)
{
	struct rate_limit limit;

	(void)r;
	if (!rate_limit_parse(kept->text, kept->len, &limit))
		return WRONG;
	take_limit(&limit, match);
	return TAKEN;
}

static enum reading read_dst_limit(struct rule_reading *r, const struct kept *kept,
                                   struct weir_match *match)
{
	struct dst_limit limit;

	(void)r;
	if (!dst_limit_parse(kept->text, kept->len, &limit))
		return WRONG;
	take_limit(&limit.limit, match);
	match->limit.fields = limit.fields;
	match->limit.expire = limit.expire;
	return TAKEN;
}

static enum reading read_connection_limit(struct rule_reading *r, const struct kept *kept,
                                          struct weir_match *match)
{
	struct connection_limit limit;

	(void)r;
	if (!connection_limit_parse(kept->text, kept->len, &limit))
		return WRONG;
	match->number = limit.count;
	match->bits = limit.bits;
	return TAKEN;
}

static enum reading read_time(struct rule_reading *r, const struct kept *kept,
                              struct weir_match *match)
{
	struct time_of_week time;

	(void)r;
	if (!time_of_week_parse(kept->text, kept->len, &time))
		return WRONG;
	match->week.start = time.start;
	match->week.end = time.end;
	match->week.days = time.days;
	return TAKEN;
}

static enum reading read_psd(struct rule_reading *r, const struct kept *kept,
                             struct weir_match *match)
{
	struct port_scan psd;

	(void)r;
	if (!port_scan_parse(kept->text, kept->len, &psd))
		return WRONG;
	match->psd.weight = psd.weight;
	match->psd.delay = psd.delay;
	match->psd.low_weight = psd.low_weight;
	match->psd.high_weight = psd.high_weight;
	return TAKEN;
}

static enum reading read_nth(struct rule_reading *r, const struct kept *kept,
                             struct weir_match *match)
{
	struct nth nth;

	(void)r;
	if (!nth_parse(kept->text, kept->len, &nth))
		return WRONG;
	match->nth.every = nth.every;
	match->nth.packet = nth.packet;
	return TAKEN;
}

static enum reading read_classifier(struct rule_reading *r, const struct kept *kept,
                                    struct weir_match *match)
{
	struct classifier classifier;

	(void)r;
	if (!classifier_parse(kept->text, kept->len, &classifier))
		return WRONG;
	match->classifier.fields = classifier.fields;
	match->classifier.denominator = classifier.denominator;
	match->classifier.remainder = classifier.remainder;
	return TAKEN;
}

/* Of the names that RouterOS knows, quake3 is no helper here. */
static enum reading read_helper(struct rule_reading *r, const struct kept *kept,
                                struct weir_match *match)
{
	static const char *const names[] = {
#define X(name, text, on, ...) text,
	        WEIR_HELPERS(X)
#undef X
	};

	(void)r;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		if (kept_is(kept, names[i])) {
			match->number = (uint32_t)i + 1;
			return TAKEN;
		}
	}
	return NEVER;
}

/* What is not here */

static enum reading read_absent(struct rule_reading *r, const struct kept *kept,
                                struct weir_match *match)
{
	(void)r;
	(void)kept;
	(void)match;
	return NEVER;
}

/* Nobody has come through a hotspot: only what is asked to be absent holds. */
static enum reading read_hotspot(struct rule_reading *r, const struct kept *kept,
                                 struct weir_match *match)
{
	bool start = true;

	(void)r;
	for (size_t i = 0; i < kept->len; i++) {
		if (start && kept->text[i] != '!')
			return NEVER;
		start = kept->text[i] == ',';
	}
	match->type = WEIR_MATCH_COUNT;
	return TAKEN;
}

/* In the order of WEIR_MATCHES. */
static const struct {
	const char *property;
	uint8_t type; /* enum weir_match_type; WEIR_MATCH_COUNT: none */
	match_reader *read;
} rows[] = {
        {"protocol", WEIR_MATCH_PROTOCOL, read_protocol},
        {"src-mac-address", WEIR_MATCH_SRC_MAC, read_mac},
        {"in-interface", WEIR_MATCH_IN_INTERFACE, read_interface},
        {"in-interface-list", WEIR_MATCH_IN_INTERFACE, read_interface_list},
        {"out-interface", WEIR_MATCH_OUT_INTERFACE, read_interface},
        {"out-interface-list", WEIR_MATCH_OUT_INTERFACE, read_interface_list},
        {"in-bridge-port", WEIR_MATCH_IN_BRIDGE_PORT, read_interface},
        {"in-bridge-port-list", WEIR_MATCH_IN_BRIDGE_PORT, read_interface_list},
        {"out-bridge-port", WEIR_MATCH_OUT_BRIDGE_PORT, read_interface},
        {"out-bridge-port-list", WEIR_MATCH_OUT_BRIDGE_PORT, read_interface_list},
        {"src-address", WEIR_MATCH_SRC_ADDRESS, read_address},
        {"dst-address", WEIR_MATCH_DST_ADDRESS, read_address},
        {"src-address-type", WEIR_MATCH_SRC_TYPE, read_address_type},
        {"dst-address-type", WEIR_MATCH_DST_TYPE, read_address_type},
        {"src-address-list", WEIR_MATCH_SRC_LIST, read_list},
        {"dst-address-list", WEIR_MATCH_DST_LIST, read_list},
        {"ttl", WEIR_MATCH_TTL, read_ttl},
        {"hop-limit", WEIR_MATCH_TTL, read_ttl},
        {"dscp", WEIR_MATCH_DSCP, read_number},
        {"tos", WEIR_MATCH_TOS, read_tos},
        {"packet-size", WEIR_MATCH_PACKET_SIZE, read_span},
        {"fragment", WEIR_MATCH_FRAGMENT, read_yes_no},
        {"ipv4-options", WEIR_MATCH_IPV4_OPTIONS, read_ipv4_options},
        {"headers", WEIR_MATCH_HEADERS, read_headers},
        {"dst-port", WEIR_MATCH_DST_PORT, read_ports},
        {"src-port", WEIR_MATCH_SRC_PORT, read_ports},
        {"port", WEIR_MATCH_ANY_PORT, read_ports},
        {"tcp-flags", WEIR_MATCH_TCP_FLAGS, read_tcp_flags},
        {"tcp-mss", WEIR_MATCH_TCP_MSS, read_span},
        {"icmp-options", WEIR_MATCH_ICMP, read_icmp},
        {"priority", WEIR_MATCH_PRIORITY, read_number},
        {"ingress-priority", WEIR_MATCH_INGRESS_PRIORITY, read_number},
        {"packet-mark", WEIR_MATCH_PACKET_MARK, read_mark},
        {"routing-mark", WEIR_MATCH_ROUTING_MARK, read_routing_mark},
        {"connection-mark", WEIR_MATCH_CONNECTION_MARK, read_mark},
        {"connection-state", WEIR_MATCH_CONNECTION_STATE, read_state},
        {"connection-nat-state", WEIR_MATCH_CONNECTION_NAT_STATE, read_nat_state},
        {"connection-bytes", WEIR_MATCH_CONNECTION_BYTES, read_bytes},
        {"connection-rate", WEIR_MATCH_CONNECTION_RATE, read_span},
        {"connection-type", WEIR_MATCH_CONNECTION_TYPE, read_helper},
        {"ipsec-policy", WEIR_MATCH_IPSEC_POLICY, read_ipsec},
        {"connection-limit", WEIR_MATCH_CONNECTION_LIMIT, read_connection_limit},
        {"tls-host", WEIR_MATCH_TLS_HOST, read_text},
        {"content", WEIR_MATCH_CONTENT, read_text},
        {"layer7-protocol", WEIR_MATCH_LAYER7, read_layer7},
        {"time", WEIR_MATCH_TIME, read_time},
        {"psd", WEIR_MATCH_PSD, read_psd},
        {"random", WEIR_MATCH_RANDOM, read_number},
        {"nth", WEIR_MATCH_NTH, read_nth},
        {"per-connection-classifier", WEIR_MATCH_CLASSIFIER, read_classifier},
        {"limit", WEIR_MATCH_LIMIT, read_limit},
        {"dst-limit", WEIR_MATCH_DST_LIMIT, read_dst_limit},
        {"p2p", WEIR_MATCH_COUNT, read_absent},
        {"realm", WEIR_MATCH_COUNT, read_absent},
        {"hotspot", WEIR_MATCH_COUNT, read_hotspot},
};

_Static_assert(ARRAY_COUNT(rows) <= RULE_MATCHES_MAX - 2, "room for what actions ask as well");

bool rule_matches_by(const char *property, enum weir_match_type type)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		if (rows[i].type == type && strcmp(rows[i].property, property) == 0)
			return true;
	}
	return false;
}

static bool read_row(struct rule_reading *r, size_t row, struct kept kept)
{
	struct weir_match *match = &r->match[r->rule->match_count];
	bool negate = false;
	enum reading reading;

	if (rows[row].read != read_tcp_flags && rows[row].read != read_hotspot &&
	    kept.text[0] == '!') {
		negate = true;
		kept.text++;
		kept.len--;
	}
	memset(match, 0, sizeof *match);
	match->type = rows[row].type;
	reading = rows[row].read(r, &kept, match);
	if (r->build->failed)
		return false;
	match->negate ^= negate;
	if (reading == WRONG) {
		strbuf_printf(r->build->error, "failure: %s=%.*s cannot be used",
		              rows[row].property, (int)kept.len, kept.text);
		return build_fail(r->build);
	}
	if (reading == NEVER)
		r->never |= !match->negate;
	else if (match->type != WEIR_MATCH_COUNT)
		r->rule->match_count++;
	return true;
}

/* Names are looked up once for a menu, not for each of its rules. */
static void find_properties(struct rule_reading *r, const struct menu *menu)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		r->property[i] = menu_find(menu, rows[i].property, strlen(rows[i].property));
	r->menu = menu;
}

bool rule_read_matches(struct rule_reading *r)
{
	if (r->menu != item_menu(r->item))
		find_properties(r, item_menu(r->item));
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
		struct kept kept;

		if (r->property[i] &&
		    item_kept(r->build->model, r->item, r->property[i], &kept.text, &kept.len) &&
		    kept.len && !read_row(r, i, kept))
			return false;
	}
	return true;
}
