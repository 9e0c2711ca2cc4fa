/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_service_port.c - the table of /ip firewall service-port: the helpers that read
 * protocols which name further connections, such as FTP. See menu_service_port.h.
 *
 * Its rows are fixed. Those of udplite, dccp and sctp stand for trackers, not helpers: what is set
 * there is kept and exported, as RouterOS has it, and changes nothing.
 */
#include "model/menu_service_port.h"

#include <string.h>

#include "base/strbuf.h"
#include "model/menu_table.h"

/* clang-format off */
static const struct property properties[] = {
	ID
	P("name", "the helper; udplite, dccp and sctp are trackers, always at work",
	  STRING, .brief = 1, .show = PROP_NAME | PROP_FIXED)
	P("ports", "destination ports of the connections that it reads, eight at most",
	  NUMBER_OF(1, 65535), FORM(KIND_LIST), .brief = 2)
	P("sip-direct-media", "whether media is expected from the other end of the signalling alone",
	  BOOL)
	P("sip-timeout", "how long a SIP connection stays without traffic",
	  TIME_OF(WEIR_SEC, WEIR_TIMEOUT_MAX))
	DISABLED(1)
	FLAG("invalid", 'I', 1, "nothing is tracked, so it reads nothing")
};
/* clang-format on */

static const char *const rows[] = {
        "name=ftp ports=21",
        "name=tftp ports=69",
        "name=irc ports=6667",
        "name=h323",
        "name=sip ports=5060,5061 sip-direct-media=yes sip-timeout=1h",
        "name=pptp",
        "name=udplite",
        "name=dccp",
        "name=sctp",
        "name=rtsp ports=554 disabled=yes",
        NULL,
};

static const char *const names[WEIR_HELPER_COUNT] = {
        "",
#define X(id, text, on, ...) text,
        WEIR_HELPERS(X)
#undef X
};

/* Whose ports their protocol gives. */
static bool has_ports(enum weir_helper helper)
{
	return helper != WEIR_HELPER_NONE && helper != WEIR_HELPER_H323 &&
	       helper != WEIR_HELPER_PPTP;
}

static enum weir_helper helper_of(const char *name)
{
	for (unsigned i = 1; name && i < WEIR_HELPER_COUNT; i++) {
		if (strcmp(names[i], name) == 0)
			return (enum weir_helper)i;
	}
	return WEIR_HELPER_NONE;
}

static bool check(const struct item_view *view, struct strbuf *error)
{
	static const char *const of_sip[] = {"sip-direct-media", "sip-timeout"};
	const char *name = view_text(view, "name"), *ports = view_text(view, "ports");
	enum weir_helper helper = helper_of(name);
	unsigned count = 1;

	for (size_t i = 0; i < ARRAY_COUNT(of_sip); i++) {
		if (helper != WEIR_HELPER_SIP && view_text(view, of_sip[i])) {
			strbuf_printf(error, "failure: only sip has %s", of_sip[i]);
			return false;
		}
	}
	if (ports && !has_ports(helper)) {
		strbuf_printf(error, "failure: %s has no ports to set", name ? name : "this");
		return false;
	}
	for (const char *at = ports; at && (at = strchr(at, ',')) != NULL; at++)
		count++;
	if (count > WEIR_HELPER_PORTS) {
		strbuf_printf(error, "failure: %s can have %d ports at most", name,
		              WEIR_HELPER_PORTS);
		return false;
	}
	return true;
}

const struct menu menu_service_port = {
        .path = "/ip firewall service-port",
        .help = "helpers for protocols that open further connections",
        .properties = properties,
        .count = ARRAY_COUNT(properties),
        .store = MENU_FIXED,
        .export_key = EXPORT_BY_NAME,
        .rows = rows,
        .rows_v6 = 9,
        .check = check,
};

/* The kept form of a property of a row. => false: it has none */
static bool kept_of(const struct model *model, const struct item *item, const char *property,
                    const char **text, size_t *len)
{
	return item_kept(model, item, menu_find(&menu_service_port, property, strlen(property)),
	                 text, len);
}

static enum weir_helper helper_of_item(const struct model *model, const struct item *item)
{
	const char *text;
	size_t len;

	if (!kept_of(model, item, "name", &text, &len))
		return WEIR_HELPER_NONE;
	for (unsigned i = 1; i < WEIR_HELPER_COUNT; i++) {
		if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
			return (enum weir_helper)i;
	}
	return WEIR_HELPER_NONE;
}

/* "5060,5061" */
static void take_ports(const char *text, size_t len, struct weir_helper_settings *helper)
{
	uint32_t port = 0;

	helper->port_count = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != ',') {
			port = port * 10 + (uint32_t)(text[i] - '0');
			continue;
		}
		if (helper->port_count < WEIR_HELPER_PORTS)
			helper->ports[helper->port_count++] = (uint16_t)port;
		port = 0;
	}
}

static void take_row(const struct model *model, const struct item *item,
                     struct weir_settings *settings)
{
	enum weir_helper helper = helper_of_item(model, item);
	const struct property *timeout = menu_find(&menu_service_port, "sip-timeout", 11);
	struct value value;
	const char *text;
	size_t len;

	if (helper == WEIR_HELPER_NONE)
		return;
	settings->helper[helper].on = !item_disabled(item);
	if (has_ports(helper) && kept_of(model, item, "ports", &text, &len))
		take_ports(text, len, &settings->helper[helper]);
	if (helper != WEIR_HELPER_SIP)
		return;
	if (kept_of(model, item, "sip-direct-media", &text, &len))
		settings->sip_direct_media = len == 3; /* yes */
	if (kept_of(model, item, timeout->name, &text, &len) &&
	    value_parse(&timeout->kind, text, len, &value))
		settings->sip_timeout = value.number;
}

bool service_ports_apply(struct model *model, struct weir_settings *settings)
{
	struct menu_source *source = model_open(model, &menu_service_port);
	const void *item;

	if (!source)
		return false;
	while ((item = source->next(source)) != NULL)
		take_row(model, item, settings);
	model_close(source);
	return true;
}

const char *service_port_stays(const struct model *model, const struct item *item)
{
	static const char *const trackers[] = {"udplite", "dccp", "sctp"};
	const char *text;
	size_t len;

	if (!item_disabled(item) || !kept_of(model, item, "name", &text, &len))
		return NULL;
	for (size_t i = 0; i < ARRAY_COUNT(trackers); i++) {
		if (strlen(trackers[i]) == len && memcmp(trackers[i], text, len) == 0)
			return trackers[i];
	}
	return NULL;
}
