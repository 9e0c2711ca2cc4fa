/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/connections.c - listing and removing connections, and the tracking settings on their
 * way to the engine; see connections.h.
 *
 * Cost: a listing holds one batch of connections, whatever the table's size.
 */
#include "daemon/connections.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/rules.h"
#include "model/menu_connection.h"
#include "model/menu_service_port.h"
#include "model/menu_tracking.h"
#include "model/menus.h"

/* As many a request as make its round trip to the worker cheap. */
#define BATCH 1024

struct listing {
	struct conn_source conns; /* first: a menu_source is cast to it */
	struct engine_access *access;
	struct weir_conn found; /* by model_find() */
	uint64_t cursor;        /* where the batch goes on */
	size_t at, count;
	struct weir_conn batch[BATCH];
};

/* Hands the batch out in the source's own portions. */
static size_t fetch(void *ctx, uint64_t *cursor, struct weir_conn *conns, size_t count)
{
	struct listing *l = ctx;
	size_t n;

	if (*cursor == 0) {
		l->cursor = 0;
		l->at = l->count = 0;
		*cursor = 1;
	}
	if (l->at == l->count) {
		l->at = 0;
		l->count = access_list(l->access, &l->cursor, l->batch, BATCH);
	}
	n = l->count - l->at < count ? l->count - l->at : count;
	memcpy(conns, l->batch + l->at, n * sizeof *conns);
	l->at += n;
	return n;
}

static const void *find(struct menu_source *source, uint64_t id)
{
	struct listing *l = (struct listing *)source;

	if (access_get(l->access, id, &l->found) != WEIR_OK)
		return NULL;
	return l->conns.family == 0 || l->found.family == l->conns.family ? &l->found : NULL;
}

static const char *mark_name(void *ctx, uint32_t mark)
{
	return rules_mark_name(((struct listing *)ctx)->access->rules, mark);
}

static uint64_t nat_rule(void *ctx, uint32_t counter)
{
	return rules_nat_rule(((struct listing *)ctx)->access->rules, counter);
}

static void close_listing(struct menu_source *source)
{
	free(source);
}

static struct menu_source *open_listing(void *ctx, const struct menu *menu)
{
	struct listing *l = malloc(sizeof *l);

	if (!l)
		return NULL;
	conn_source_list(&l->conns, fetch, l);
	l->conns.source.menu = menu;
	l->conns.source.find = find;
	l->conns.ctx = l;
	l->conns.mark_name = mark_name;
	l->conns.nat_rule = nat_rule;
	l->conns.source.close = close_listing;
	l->conns.family = menu == &menu_connection ? WEIR_IPV4 : WEIR_IPV6;
	l->access = ctx;
	l->cursor = 0;
	l->at = l->count = 0;
	return &l->conns.source;
}

static bool count(void *ctx, const struct menu *menu, uint64_t *number)
{
	struct weir_stats stats;

	memset(&stats, 0, sizeof stats);
	access_stats(ctx, &stats);
	*number = menu == &menu_connection ? stats.connections - stats.connections_v6
	                                   : stats.connections_v6;
	return true;
}

static enum model_refusal remove_connection(void *ctx, const struct menu *menu,
                                            const struct actor *actor, uint64_t id,
                                            struct strbuf *error)
{
	(void)menu;
	(void)actor;
	if (access_remove(ctx, id) == WEIR_OK)
		return MODEL_OK;
	strbuf_str(error, "no such item (4)");
	return MODEL_NO_ITEM;
}

static const struct menu_live connection_live = {
        .open = open_listing,
        .count = count,
        .remove = remove_connection,
};

/* The settings */

struct tracking_bond {
	struct model *model;
	struct engine_access *access;
	bool always;
	struct weir_settings before; /* what a discarded change goes back to */
	struct strbuf notice;        /* what connections_take_notice() gives */
};

/* Whether a rule of a family is there that needs to know connections; raw comes before
 * tracking. */
static bool rules_need(struct model *model, uint8_t family)
{
	static const struct menu *const tables[2][3] = {
	        {&menu_filter, &menu_nat, &menu_mangle},
	        {&menu_filter_v6, &menu_nat_v6, &menu_mangle_v6},
	};

	for (size_t i = 0; i < 3; i++) {
		if (model_count(model, tables[family == WEIR_IPV6][i]))
			return true;
	}
	return false;
}

bool connections_settings(struct model *model, bool always, struct weir_settings *settings)
{
	const struct item *item = model_settings(model, &menu_tracking);

	weir_settings_init(settings);
	settings->needed = always || rules_need(model, WEIR_IPV4) ||
	                   rules_need(model, WEIR_IPV6);
	for (size_t i = 0; item && i < menu_tracking.count; i++) {
		const struct property *property = &menu_tracking.properties[i];
		struct value value;
		const char *kept;
		size_t len;

		if (!(property->show & (PROP_READ_ONLY | PROP_INERT)) &&
		    item_kept(model, item, property, &kept, &len) &&
		    value_parse(&property->kind, kept, len, &value))
			tracking_apply(settings, property, &value);
	}
	return service_ports_apply(model, settings);
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct tracking_bond *bond = ctx;
	struct weir_settings settings;
	int status;

	(void)change;
	weir_settings_get(bond->access->engine, &bond->before);
	if (!connections_settings(bond->model, bond->always, &settings)) {
		strbuf_str(error, "failure: out of memory");
		return false;
	}
	if (memcmp(&settings, &bond->before, sizeof settings) == 0)
		return true;
	status = weir_settings_set(bond->access->engine, &settings);
	if (status == WEIR_OK)
		return true;
	strbuf_printf(error, "failure: the tracker refuses these settings: %s",
	              weir_error_text(status));
	return false;
}

/* The settings from before were in force already, so there is no reason to refuse them. */
static void discard(void *ctx, struct change *change)
{
	struct tracking_bond *bond = ctx;
	int status = weir_settings_set(bond->access->engine, &bond->before);

	(void)change;
	(void)status;
}

static void look_at_row(void *ctx, const struct item *before, const struct item *after)
{
	struct tracking_bond *bond = ctx;
	const char *name = after ? service_port_stays(bond->model, after) : NULL;

	if (name && before && !item_disabled(before))
		strbuf_printf(&bond->notice,
		              "%s is a tracker, not a helper: it stays at work\n", name);
}

static void publish(void *ctx, struct change *change)
{
	struct tracking_bond *bond = ctx;

	strbuf_free(&bond->notice); /* nobody has taken the last one's */
	if (change_touched(change, &menu_service_port))
		change_items(change, &menu_service_port, look_at_row, bond);
	if (bond->notice.failed)
		strbuf_free(&bond->notice);
}

bool connections_take_notice(struct tracking_bond *bond, struct strbuf *out)
{
	bool any = bond->notice.len > 0;

	if (any)
		strbuf_add(out, strbuf_text(&bond->notice), bond->notice.len);
	strbuf_free(&bond->notice);
	return any;
}

/* The engine has one switch for both families; what is shown is who asked for it. */
static bool active(const struct tracking_bond *bond, uint8_t family)
{
	struct weir_settings settings;

	weir_settings_get(bond->access->engine, &settings);
	return settings.enabled == WEIR_ENABLED_YES ||
	       (settings.enabled == WEIR_ENABLED_AUTO &&
	        (bond->always || rules_need(bond->model, family)));
}

static void tracking_value(void *ctx, const struct menu *menu, const struct item *item,
                           const struct property *property, struct value *value)
{
	struct tracking_bond *bond = ctx;
	struct weir_stats stats;
	uint64_t number;

	(void)menu;
	(void)item;
	if (strncmp(property->name, "active-", 7) == 0) {
		number = active(bond, strcmp(property->name, "active-ipv6") == 0 ? WEIR_IPV6
		                                                                  : WEIR_IPV4);
	} else {
		memset(&stats, 0, sizeof stats);
		access_stats(bond->access, &stats);
		number = stats.connections;
		if (strcmp(property->name, "total-ip4-entries") == 0)
			number -= stats.connections_v6;
		else if (strcmp(property->name, "total-ip6-entries") == 0)
			number = stats.connections_v6;
	}
	*value = value_number(property->kind.type, number);
}

static const struct menu_live tracking_live = {.value = tracking_value};

/* What is not tracked is read by no helper. */
static bool service_port_invalid(void *ctx, const struct menu *menu, const struct item *item)
{
	(void)menu;
	return !item_disabled(item) && !active(ctx, WEIR_IPV4) && !active(ctx, WEIR_IPV6);
}

static const struct menu_live service_port_live = {.invalid = service_port_invalid};

struct tracking_bond *connections_bind(struct model *model, struct engine_access *access,
                                       bool always)
{
	struct tracking_bond *bond = calloc(1, sizeof *bond);
	struct model_observer observer = {bond, prepare, publish, discard};

	if (!bond)
		return NULL;
	bond->model = model;
	bond->access = access;
	bond->always = always;
	if (!model_observe(model, &observer)) {
		free(bond);
		return NULL;
	}
	model_bind(model, &menu_connection, &connection_live, access);
	model_bind(model, &menu_connection_v6, &connection_live, access);
	model_bind(model, &menu_tracking, &tracking_live, bond);
	model_bind(model, &menu_service_port, &service_port_live, bond);
	return bond;
}

void connections_unbind(struct tracking_bond *bond)
{
	if (bond)
		strbuf_free(&bond->notice);
	free(bond);
}
