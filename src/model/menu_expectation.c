/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_expectation.c - the table of an expectation's properties and how each is read out of
 * a struct weir_expectation; see menu_expectation.h.
 *
 * Addresses are written as those of connections are: with the port in IPv4 ("192.0.2.1:20") and
 * beside it in IPv6. Where any address or any port may come, it is not there.
 */
#include "model/menu_expectation.h"

#include <string.h>

#include "base/bytes.h"
#include "model/menu_connection.h"

enum { SRC, DST, TO };
enum { GRE = 47 };

/* clang-format off */
#define GET(name) \
	static void name(struct menu_source *source __attribute__((unused)), const void *item, \
	                 const struct property *property __attribute__((unused)), \
	                 struct value *value)
/* clang-format on */

static const union weir_addr *end(const struct weir_expectation *e, unsigned which, uint16_t *port)
{
	*port = which == SRC ? e->tuple.src_port : which == DST ? e->tuple.dst_port : e->to_port;
	return which == SRC ? &e->tuple.src : which == DST ? &e->tuple.dst : &e->to;
}

/* Whether there is a port to tell; GRE has call ids. */
static bool has_port(const struct weir_expectation *e, unsigned which)
{
	return e->protocol != GRE && !(which == SRC && e->any_src_port);
}

/* What tells it from the others: no two wait for the same packet. */
GET(get_id)
{
	const struct weir_expectation *e = item;
	const uint8_t *bytes = (const uint8_t *)&e->tuple;
	uint64_t id = UINT64_C(0xcbf29ce484222325) ^ e->protocol; /* FNV-1a */

	for (size_t i = 0; i < sizeof e->tuple; i++)
		id = (id ^ bytes[i]) * UINT64_C(0x100000001b3);
	/* Ids are written in hex: not too long, and not 0. */
	value_set_number(value, VALUE_ID, (id >> 32 ^ id) % UINT32_MAX + 1);
}

GET(get_address)
{
	const struct weir_expectation *e = item;

	value_set_none(value);
	if (property->id == SRC && e->any_src)
		return;
	value->addr = *end(e, property->id, &value->port);
	value->type = VALUE_ADDRESS;
	value->family = e->family;
	value->with_port = has_port(e, property->id);
	value->port_apart = e->family == WEIR_IPV6;
	value->implied = false;
}

GET(get_port)
{
	const struct weir_expectation *e = item;
	uint16_t port;

	value_set_none(value);
	if (!has_port(e, property->id))
		return;
	end(e, property->id, &port);
	value_set_number(value, VALUE_NUMBER, port);
	value->implied = e->family == WEIR_IPV4 && !(property->id == SRC && e->any_src);
}

/* The call id that GRE's packets carry. */
GET(get_key)
{
	const struct weir_expectation *e = item;

	value_set_none(value);
	if (e->protocol == GRE)
		value_set_number(value, VALUE_NUMBER, e->tuple.dst_port);
}

GET(get_protocol)
{
	value_set_number(value, VALUE_ENUM, ((const struct weir_expectation *)item)->protocol);
}

GET(get_type)
{
	static const char *const names[WEIR_HELPER_COUNT] = {
	        "",
#define X(name, text, on, ...) text,
	        WEIR_HELPERS(X)
#undef X
	};
	uint8_t helper = ((const struct weir_expectation *)item)->helper;

	value_set_none(value);
	if (helper == WEIR_HELPER_NONE || helper >= WEIR_HELPER_COUNT)
		return;
	value->type = VALUE_STRING;
	value->text = names[helper];
	value->len = strlen(names[helper]);
}

GET(get_timeout)
{
	weir_time timeout = ((const struct weir_expectation *)item)->timeout;

	value_set_number(value, VALUE_TIME, timeout - timeout % WEIR_SEC);
}

GET(get_master)
{
	value_set_number(value, VALUE_ID, ((const struct weir_expectation *)item)->master);
}

GET(get_flag)
{
	const struct weir_expectation *e = item;

	value_set_number(value, VALUE_BOOL, (e->flags & property->flag_bit) != 0);
}

/* clang-format off */
#define PROP(n, get_, i, type_, ...) \
	{.name = n, .get = get_, .id = i, .kind.type = type_, .show = PROP_READ_ONLY, __VA_ARGS__}
#define FLAG(n, letter, bit, help_) \
	{.name = n, .get = get_flag, .flag_bit = bit, .kind.type = VALUE_BOOL, \
	 .show = PROP_READ_ONLY, .flag = letter, .help = help_}
#define PORT .kind.max = 65535

static const struct property properties[] = {
	{.name = ".id", .get = get_id, .kind.type = VALUE_ID, .show = PROP_READ_ONLY | PROP_ID,
	 .help = "a number that follows from its addresses and ports"},
	PROP("protocol", get_protocol, 0, VALUE_ENUM, .kind.names = protocol_names, .kind.max = 255,
	     .brief = 1, .help = "IP protocol"),
	PROP("src-address", get_address, SRC, VALUE_ADDRESS, .brief = 2,
	     .help = "where it must come from; not there: from anywhere"),
	PROP("src-port", get_port, SRC, VALUE_NUMBER, PORT, .brief = 3,
	     .help = "the port that it must come from; not there: from any"),
	PROP("dst-address", get_address, DST, VALUE_ADDRESS, .brief = 4,
	     .help = "where its first packet is sent to"),
	PROP("dst-port", get_port, DST, VALUE_NUMBER, PORT, .brief = 5,
	     .help = "the port that its first packet is sent to"),
	PROP("to-address", get_address, TO, VALUE_ADDRESS, .brief = 6,
	     .help = "where it goes, translated"),
	PROP("to-port", get_port, TO, VALUE_NUMBER, PORT, .brief = 7,
	     .help = "the port that it goes to"),
	PROP("gre-key", get_key, 0, VALUE_NUMBER, PORT,
	     .help = "call id of its first packet, with GRE"),
	PROP("connection-type", get_type, 0, VALUE_STRING, .brief = 8,
	     .help = "the helper that expects it"),
	PROP("timeout", get_timeout, 0, VALUE_TIME, .brief = 9,
	     .help = "time until it is forgotten, in whole seconds"),
	PROP("master", get_master, 0, VALUE_ID, .brief = 10,
	     .help = "the connection that named it"),
	FLAG("permanent", 'P', WEIR_EXPECT_PERMANENT, "it stays when a connection has come of it"),
	FLAG("inactive", 'I', WEIR_EXPECT_INACTIVE, "no connection comes of it yet"),
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
	return ((const struct weir_expectation *)item)->flags;
}

const struct menu menu_expectation = {
        .path = "/ip firewall connection expectation",
        .help = "connections that helpers expect",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_LIVE,
        .not_exported = true,
        .get = get,
        .flags = flags,
};

const struct menu menu_expectation_v6 = {
        .path = "/ipv6 firewall connection expectation",
        .help = "connections of IPv6 that helpers expect",
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
	struct expectation_source *s = (struct expectation_source *)menu_source;

	for (;;) {
		const struct weir_expectation *e;

		if (s->at == s->count) {
			s->at = 0;
			s->count = s->fetch(s->ctx, &s->cursor, s->batch, EXPECTATION_BATCH);
			if (s->count == 0)
				return NULL;
		}
		e = &s->batch[s->at++];
		if (e->family == s->family)
			return e;
	}
}

static void rewind_source(struct menu_source *menu_source)
{
	struct expectation_source *s = (struct expectation_source *)menu_source;

	s->at = s->count = 0;
	s->cursor = 0;
}

void expectation_source_init(struct expectation_source *source, const struct menu *menu,
                             expectation_fetch *fetch, void *ctx)
{
	memset(source, 0, sizeof *source);
	source->source.menu = menu;
	source->source.next = next;
	source->source.rewind = rewind_source;
	source->family = menu == &menu_expectation_v6 ? WEIR_IPV6 : WEIR_IPV4;
	source->fetch = fetch;
	source->ctx = ctx;
}
