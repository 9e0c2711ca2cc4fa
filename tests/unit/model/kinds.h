/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A menu with a property of every kind, three items whose properties are kept as a
 * configuration keeps them, and the interfaces that they refer to. For the tests and fuzzers
 * of settings and where-expressions.
 */
#ifndef UNIT_MODEL_KINDS_H
#define UNIT_MODEL_KINDS_H

#include <string.h>

#include "base/bytes.h"
#include "model/menu.h"
#include "model/setting.h"
#include "model/syntax.h"

static const struct value_name kinds_states[] = {
        {8, "invalid", NULL}, {1, "established", NULL}, {2, "related", NULL},
        {4, "new", NULL},     {16, "untracked", NULL},  {0, NULL, NULL}};
static const struct value_name kinds_protocols[] = {
        {6, "tcp", NULL}, {17, "udp", NULL}, {136, "udp-lite", NULL}, {50, "ipsec-esp", "esp"},
        {0, NULL, NULL}};
static const struct value_name kinds_topics[] = {
        {1, "info", NULL}, {2, "firewall", NULL}, {3, "debug", NULL}, {0, NULL, NULL}};
static const struct value_name kinds_auto[] = {{0, "auto", NULL}, {0, NULL, NULL}};
static const struct value_name kinds_none[] = {
        {0, "none-dynamic", NULL}, {0, "none-static", NULL}, {0, NULL, NULL}};
static const struct value_name kinds_groups[] = {
        {1, "all-ethernet", NULL}, {2, "all-ppp", NULL}, {0, NULL, NULL}};

#define SYNTAX_KIND(syntax_) .kind.type = VALUE_STRING, .kind.syntax = &syntax_

static const struct property kinds_properties[] = {
        {.name = ".id", .kind.type = VALUE_ID, .show = PROP_ID | PROP_READ_ONLY},
        {.name = "comment", .kind.type = VALUE_STRING, .show = PROP_COMMENT},
        {.name = "disabled", .kind.type = VALUE_BOOL},
        {.name = "dynamic", .kind.type = VALUE_BOOL, .show = PROP_READ_ONLY},
        {.name = "chain", .kind.type = VALUE_STRING, .kind.max = 31},
        {.name = "protocol", .kind.type = VALUE_ENUM, .kind.names = kinds_protocols,
         .kind.max = 255, .kind.form = KIND_NOT},
        {.name = "src-address", SYNTAX_KIND(syntax_address_range), .kind.form = KIND_NOT},
        {.name = "list-address", SYNTAX_KIND(syntax_list_address)},
        {.name = "address", SYNTAX_KIND(syntax_interface_address)},
        {.name = "dst-port", .kind.type = VALUE_NUMBER, .kind.max = 65535,
         .kind.form = KIND_NOT | KIND_LIST | KIND_RANGE},
        {.name = "connection-state", .kind.type = VALUE_ENUM, .kind.names = kinds_states,
         .kind.form = KIND_NOT | KIND_SET | KIND_EMPTY},
        {.name = "topics", .kind.type = VALUE_ENUM, .kind.names = kinds_topics,
         .kind.form = KIND_SET | KIND_EACH_NOT},
        {.name = "in-interface", .kind.type = VALUE_REFERENCE, .kind.refers = "/interface",
         .kind.names = kinds_groups, .kind.form = KIND_NOT},
        {.name = "include", .kind.type = VALUE_REFERENCE, .kind.refers = "/interface list",
         .kind.form = KIND_LIST | KIND_EACH_NOT | KIND_EMPTY},
        {.name = "prefix", .kind.type = VALUE_PREFIX},
        {.name = "gateway", .kind.type = VALUE_ADDRESS},
        {.name = "pool", .kind.type = VALUE_ADDRESS, .kind.family = WEIR_IPV4,
         .kind.form = KIND_RANGE},
        {.name = "mac-address", .kind.type = VALUE_MAC},
        {.name = "timeout", .kind.type = VALUE_TIME, .kind.names = kinds_none},
        {.name = "interval", .kind.type = VALUE_TIME, .kind.min = WEIR_SEC,
         .kind.max = 60 * WEIR_SEC},
        {.name = "mtu", .kind.type = VALUE_NUMBER, .kind.max = 65535, .kind.names = kinds_auto},
        {.name = "size", .kind.type = VALUE_NUMBER, .kind.form = KIND_UNITS},
        {.name = "memory", .kind.type = VALUE_NUMBER, .kind.form = KIND_BYTES},
        {.name = "priority", .kind.type = VALUE_NUMBER, .kind.form = KIND_HEX},
        {.name = "bytes", .kind.type = VALUE_COUNTER},
        {.name = "rate", .kind.type = VALUE_RATE},
        {.name = "limit", SYNTAX_KIND(syntax_limit), .kind.form = KIND_NOT},
        {.name = "tcp-flags", SYNTAX_KIND(syntax_tcp_flags), .kind.form = KIND_EMPTY},
        {.name = "icmp-options", SYNTAX_KIND(syntax_icmp_options), .kind.form = KIND_NOT},
        {.name = "connection-bytes", SYNTAX_KIND(syntax_connection_bytes)},
        {.name = "connection-rate", SYNTAX_KIND(syntax_connection_rate)},
        {.name = "connection-limit", SYNTAX_KIND(syntax_connection_limit)},
        {.name = "dst-limit", SYNTAX_KIND(syntax_dst_limit)},
        {.name = "nth", SYNTAX_KIND(syntax_nth)},
        {.name = "per-connection-classifier", SYNTAX_KIND(syntax_per_connection_classifier)},
        {.name = "psd", SYNTAX_KIND(syntax_psd)},
        {.name = "time", SYNTAX_KIND(syntax_time_of_week), .kind.form = KIND_NOT},
        {.name = "ttl", SYNTAX_KIND(syntax_ttl)},
        {.name = "new-ttl", SYNTAX_KIND(syntax_new_ttl)},
        {.name = "hotspot", SYNTAX_KIND(syntax_hotspot)},
        {.name = "ipsec-policy", SYNTAX_KIND(syntax_ipsec_policy)},
        {.name = "headers", SYNTAX_KIND(syntax_headers), .kind.form = KIND_NOT},
        {.name = "tos", SYNTAX_KIND(syntax_tos), .kind.form = KIND_NOT},
        {.name = "bandwidth", SYNTAX_KIND(syntax_bandwidth)},
        {.name = "start-date", SYNTAX_KIND(syntax_date)},
        {.name = "dst-start", SYNTAX_KIND(syntax_date_time)},
        {.name = "start-time", SYNTAX_KIND(syntax_time_of_day)},
        {.name = "time-zone", SYNTAX_KIND(syntax_time_zone)},
};

/* What the items have: names and kept values, ends with NULL. */
static const char *const kinds_items[][40] = {
        {".id", "*1", "comment", "a \"b\"", "disabled", "no", "chain", "input", "protocol", "tcp",
         "src-address", "10.1.0.0/16", "list-address", "10.0.0.1", "address", "10.9.0.1/16",
         "dst-port", "80,443", "connection-state", "established,related", "in-interface", "*1",
         "prefix", "10.0.0.0/8", "gateway", "10.0.0.1", "timeout", "10m", "mtu", "1500", "bytes",
         "50507", NULL},
        {".id", "*A", "disabled", "yes", "chain", "in put", "protocol", "!udp", "src-address",
         "!10.0.0.0/8", "in-interface", "!*3", "prefix", "192.168.0.0/16", "timeout",
         "none-dynamic", "mtu", "auto", "mac-address", "02:00:5E:10:00:01", "topics",
         "info,!firewall", "limit", "5,10:packet", "rate", "64k", "include", "*2,!*3", NULL},
        {".id", "*3", "disabled", "no", "dynamic", "yes", "chain", "forward", "src-address",
         "192.168.0.1-192.168.0.9", "list-address", "www.example.com", "dst-port", "!1-1023",
         "in-interface", "all-ppp", "size", "64k", "memory", "1048576", "priority", "0x8000",
         "tcp-flags", "", "pool", "10.0.0.1-10.0.0.9", "gateway", "2001:db8::1", "interval",
         "30s", NULL},
};

#define KINDS_ITEMS ARRAY_COUNT(kinds_items)

struct kinds_source {
	struct menu_source source;
	size_t at;
	const struct setting_scope *scope;
	struct strbuf room;
};

static inline void kinds_get(struct menu_source *source, const void *item,
                             const struct property *property, struct value *value)
{
	struct kinds_source *s = (struct kinds_source *)source;
	const char *const *pair = (const char *const *)item;

	value_set_none(value);
	for (; *pair; pair += 2) {
		if (strcmp(pair[0], property->name) == 0)
			setting_value(&property->kind, pair[1], strlen(pair[1]), s->scope, &s->room,
			              value);
	}
}

static const struct menu kinds_menu = {.path = "/kinds",
                                       .properties = kinds_properties,
                                       .count = ARRAY_COUNT(kinds_properties),
                                       .get = kinds_get};

static inline const void *kinds_next(struct menu_source *source)
{
	struct kinds_source *s = (struct kinds_source *)source;

	return s->at < KINDS_ITEMS ? kinds_items[s->at++] : NULL;
}

static inline void kinds_rewind(struct menu_source *source)
{
	((struct kinds_source *)source)->at = 0;
}

static const char *const kinds_interfaces[] = {"ether1", "ether10", "bridge", "LAN"};

/* Ids are places from 1. */
static inline enum setting_found kinds_find(void *ctx, const struct value_kind *kind,
                                            const char *name, size_t len, uint64_t *id)
{
	unsigned begun = 0;

	(void)ctx, (void)kind;
	for (size_t i = 0; i < ARRAY_COUNT(kinds_interfaces); i++) {
		const char *one = kinds_interfaces[i];

		if (strlen(one) < len || memcmp(one, name, len) != 0)
			continue;
		*id = i + 1;
		if (one[len] == '\0')
			return SETTING_ONE;
		begun++;
	}
	return begun > 1 ? SETTING_SEVERAL : begun ? SETTING_ONE : SETTING_NONE;
}

static inline bool kinds_name(void *ctx, const struct value_kind *kind, uint64_t id,
                              const char **name, size_t *len)
{
	(void)ctx, (void)kind;
	if (id == 0 || id > ARRAY_COUNT(kinds_interfaces))
		return false;
	*name = kinds_interfaces[id - 1];
	*len = strlen(*name);
	return true;
}

static const struct setting_scope kinds_scope = {.find = kinds_find, .name = kinds_name};

/* The source's room is to be freed. */
static inline void kinds_open(struct kinds_source *s)
{
	*s = (struct kinds_source){
	        .source = {.menu = &kinds_menu, .next = kinds_next, .rewind = kinds_rewind},
	        .scope = &kinds_scope,
	};
}

#endif
