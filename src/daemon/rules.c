/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules.c - the bond between model and engine; see rules.h.
 *
 * A change is built and set while it is prepared; the build of before is kept until it is
 * published, so that it can be set again. What the engine itself has brought about, entries of
 * lists and the row of FastTrack, changes nothing in it.
 */
#include "daemon/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <weir/event.h>

#include "base/bytes.h"
#include "daemon/rules_live.h"
#include "model/menus.h"

/* What rules are built from, but the address lists. */
static const struct menu *const relevant[] = {
        &menu_filter,       &menu_filter_v6,   &menu_nat,           &menu_nat_v6,
        &menu_mangle,       &menu_mangle_v6,   &menu_raw,           &menu_raw_v6,
        &menu_layer7,       &menu_interface,   &menu_bridge_port,   &menu_interface_list,
        &menu_list_member,  &menu_ip_address,  &menu_ipv6_address,  &menu_ip_route,
        &menu_ipv6_route,   &menu_routing_table, &menu_ip_settings, &menu_ipv6_settings,
        &menu_ip_service,
};

/* Of those, what rules refer to. */
static const struct menu *const referred[] = {
        &menu_layer7, &menu_interface, &menu_interface_list, &menu_list_member,
};

static void forget_counter(void *ctx, uint32_t counter)
{
	access_reset_counters(((struct rules *)ctx)->access, counter);
}

static weir_time engine_wall(const struct rules *rules, uint64_t now)
{
	return rules->world.replay ? 0 : now - access_now(rules->access);
}

/* => false: *error says why */
static bool set_rules(struct rules *rules, struct rules_build *build, struct strbuf *error)
{
	struct weir_rules_error why = {.counter = UINT32_MAX};
	uint64_t now = rules->world.now(rules->world.ctx, &build->set.utc_offset);
	int status;

	build->set.wall = engine_wall(rules, now);
	status = weir_rules_set(rules->access->engine, build->empty ? NULL : &build->set, &why);
	if (status == WEIR_OK)
		return true;
	if (status == WEIR_EINVAL) {
		const struct rule_place *place =
		        why.counter < build->places ? &build->place[why.counter] : NULL;

		strbuf_printf(error, "failure: %s", why.text);
		if (place && place->menu)
			strbuf_printf(error, " (%s, item %u)", place->menu->path, place->number);
	} else {
		strbuf_str(error, "failure: out of memory for the rules");
	}
	return false;
}

/* lists, refers: address lists, and what rules refer to, have changed since the build in force. */
static struct rules_build *build(struct rules *rules, bool lists, bool refers,
                                 struct strbuf *error)
{
	const struct rules_options options = {
	        .model = rules->model,
	        .numbers = &rules->numbers,
	        .former = rules->current,
	        .referred = refers,
	        .lists = lists || !rules->current ? NULL : rules->current->lists,
	        .made = &rules->made,
	        .skip = {rules->dummy[0], rules->dummy[1]},
	        .fresh = forget_counter,
	        .ctx = rules,
	};
	struct rules_build *made = rules_build(&options, error);

	if (!made && !error->len)
		strbuf_str(error, "failure: out of memory for the rules");
	if (!made || set_rules(rules, made, error))
		return made;
	rules_build_free(made);
	return NULL;
}

/* Changes */

/* Whether two of an entry say the same to the engine, which knows neither comments nor times. */
static bool same_entry(const struct rules *rules, const struct item *before,
                       const struct item *after)
{
	static const char *const properties[] = {"list", "address"};
	struct kept a, b;

	for (size_t i = 0; i < ARRAY_COUNT(properties); i++) {
		if (!build_kept(rules->current, before, properties[i], &a) ||
		    !build_kept(rules->current, after, properties[i], &b) || a.len != b.len ||
		    memcmp(a.text, b.text, a.len) != 0)
			return false;
	}
	return item_disabled(before) == item_disabled(after);
}

struct list_change {
	struct rules *rules;
	const struct menu *menu;
	bool matters;
};

static void look_at_entry(void *ctx, const struct item *before, const struct item *after)
{
	struct list_change *change = ctx;
	const struct item *item = after ? after : before;

	if (before && after && same_entry(change->rules, before, after))
		return;
	if (!made_has(&change->rules->made, change->menu, item_id(item)))
		change->matters = true;
	else if (!after && !change->rules->expiring)
		rules_entry_gone(change->rules, change->menu, before);
}

/* Whether entries have changed that the engine does not know of itself. */
static bool lists_changed(struct rules *rules, const struct change *change)
{
	struct list_change v4 = {rules, &menu_address_list, false};
	struct list_change v6 = {rules, &menu_address_list_v6, false};

	if (change_touched(change, v4.menu))
		change_items(change, v4.menu, look_at_entry, &v4);
	if (change_touched(change, v6.menu))
		change_items(change, v6.menu, look_at_entry, &v6);
	return v4.matters || v6.matters;
}

static void look_for_removed(void *ctx, const struct item *before, const struct item *after)
{
	(void)before;
	*(bool *)ctx |= after == NULL;
}

static bool touched(const struct change *change, const struct menu *const *menus, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any |= change_touched(change, menus[i]);
	return any;
}

static bool prepare(void *ctx, struct change *change, struct strbuf *error)
{
	struct rules *rules = ctx;
	bool lists, any;

	rules->next = NULL;
	if (rules->own)
		return true;
	lists = lists_changed(rules, change);
	any = lists || touched(change, relevant, ARRAY_COUNT(relevant));
	if (!any)
		return true;
	rules->next = build(rules, lists, touched(change, referred, ARRAY_COUNT(referred)), error);
	rules->sweep |= rules->next == NULL; /* there may be numbers for what never was */
	return rules->next != NULL;
}

/* What was in force is good, unless memory has run out meanwhile: then the engine goes on with
 * what the model has not, until the next change. */
static void discard(void *ctx, struct change *change)
{
	struct rules *rules = ctx;
	struct strbuf error = STRBUF_INIT;

	(void)change;
	if (rules->next && !set_rules(rules, rules->current, &error))
		rules->world.log(rules->world.ctx, "system,error", strbuf_text(&error));
	strbuf_free(&error);
	rules->sweep |= rules->next != NULL;
	rules_build_free(rules->next);
	rules->next = NULL;
}

static bool is_there(void *ctx, const struct menu *menu, uint64_t id)
{
	struct rules *rules = ctx;

	if (model_item(rules->model, menu, id))
		return true;
	if (!rules_nat_kept(rules, menu, id))
		return false;
	rules->nat_left = true;
	return true;
}

/* Numbers of what is gone are given to others, once nothing has them any more. */
static void sweep(struct rules *rules, const struct change *change)
{
	for (size_t i = 0; i < ARRAY_COUNT(relevant); i++)
		change_items(change, relevant[i], look_for_removed, &rules->sweep);
	if (!rules->sweep && !(rules->nat_left && rules->nat_changed))
		return;
	rules->sweep = rules->nat_left = false;
	numbers_sweep(&rules->numbers, is_there, rules);
}

/* Says of a build once how many rules of it can hold for no packet. */
static void tell_never(struct rules *rules, uint32_t told)
{
	const struct rules_build *build = rules->current;
	char text[240];

	if (!build->never_count || build->never_count == told)
		return;
	snprintf(text, sizeof text,
	         "%" PRIu32 " rule%s can hold for no packet here and %s left out; the first is "
	         "number %" PRIu32 " of %s",
	         build->never_count, build->never_count == 1 ? "" : "s",
	         build->never_count == 1 ? "is" : "are", build->never.number,
	         build->never.menu->path);
	rules->world.log(rules->world.ctx, "firewall,warning", text);
}

static void publish(void *ctx, struct change *change)
{
	struct rules *rules = ctx;

	if (rules->next) {
		uint32_t told = rules->current->never_count;

		rules_build_own(rules->next, rules->current);
		rules_build_free(rules->current);
		rules->current = rules->next;
		rules->next = NULL;
		tell_never(rules, told);
		rules_nat_publish(rules, change);
		sweep(rules, change);
	}
	if (!rules->own && (change_touched(change, &menu_address_list) ||
	                    change_touched(change, &menu_address_list_v6)))
		made_sweep(&rules->made, is_there, rules);
}

/* Making */

static bool begin(struct rules *rules, struct strbuf *error)
{
	const struct model_observer observer = {rules, prepare, publish, discard};

	if (!numbers_init(&rules->numbers))
		return false;
	rules->current = build(rules, true, true, error);
	if (rules->current)
		rules_build_own(rules->current, NULL);
	return rules->current && model_observe(rules->model, &observer);
}

struct rules *rules_bind(struct model *model, struct engine_access *access,
                         const struct rules_world *world, struct strbuf *error)
{
	struct rules *rules = calloc(1, sizeof *rules);

	if (!rules)
		return NULL;
	rules->model = model;
	rules->access = access;
	rules->world = *world;
	if (!begin(rules, error)) {
		rules_unbind(rules);
		return NULL;
	}
	rules_live_bind(rules);
	tell_never(rules, 0);
	return rules;
}

void rules_unbind(struct rules *rules)
{
	if (!rules)
		return;
	rules_build_free(rules->current);
	numbers_free(&rules->numbers);
	made_free(&rules->made);
	free(rules->counters);
	strbuf_free(&rules->line);
	strbuf_free(&rules->notice);
	free(rules);
}

/* By the clock: the match for the time of day knows it by its distance from the engine's. */
static void mind_clock(struct rules *rules)
{
	struct weir_ruleset *set = &rules->current->set;
	struct strbuf error = STRBUF_INIT;
	int32_t offset = 0;
	uint64_t now = rules->world.now(rules->world.ctx, &offset);
	int64_t moved = (int64_t)(engine_wall(rules, now) - set->wall);

	if (!rules->current->empty &&
	    (offset != set->utc_offset || moved > (int64_t)WEIR_SEC || moved < -(int64_t)WEIR_SEC) &&
	    !set_rules(rules, rules->current, &error))
		rules->world.log(rules->world.ctx, "system,error", strbuf_text(&error));
	strbuf_free(&error);
}

void rules_tick(struct rules *rules)
{
	mind_clock(rules);
	rules_take_events(rules);
	rules_log_notice(rules);
	rules_show_fasttrack(rules);
}

uint64_t rules_expire(struct rules *rules)
{
	uint64_t next;

	rules->expiring = true;
	next = model_expire(rules->model);
	rules->expiring = false;
	return next;
}

/* For its users */

bool rules_any(const struct rules *rules)
{
	return !rules->current->empty;
}

size_t rules_unresolved(const struct rules *rules)
{
	return rules->current->lists->unresolved;
}

uint16_t rules_interface(const struct rules *rules, const char *name)
{
	uint64_t id;

	if (model_find_name(rules->model, &menu_interface, name, strlen(name), &id) != SETTING_ONE)
		id = model_find_hardware(rules->model, name);
	return id ? numbers_interface(&rules->numbers, id) : WEIR_INTERFACE_NONE;
}

static uint16_t vlan_on(const struct rules_build *build, uint16_t parent, uint16_t id)
{
	for (size_t i = 0; i < build->vlan_count; i++) {
		if (build->vlans[i].parent == parent && build->vlans[i].id == id)
			return build->vlans[i].interface;
	}
	return WEIR_INTERFACE_NONE;
}

uint16_t rules_tagged(const struct rules *rules, uint16_t interface, const uint16_t *vlan,
                      unsigned count)
{
	const struct rules_build *build = rules->current;

	for (unsigned i = 0; i < count && interface < build->set.interface_count; i++) {
		uint16_t bridge = build->interfaces[interface].bridge;
		uint16_t on = vlan_on(build, interface, vlan[i]);

		if (on == WEIR_INTERFACE_NONE && bridge != WEIR_INTERFACE_NONE)
			on = vlan_on(build, bridge, vlan[i]);
		if (on == WEIR_INTERFACE_NONE)
			break;
		interface = on;
	}
	return interface;
}

const char *rules_interface_name(const struct rules *rules, uint16_t interface)
{
	const struct item *item = NULL;
	struct kept name;

	if (interface < rules->numbers.interfaces && rules->numbers.interface[interface])
		item = model_item(rules->model, &menu_interface,
		                  rules->numbers.interface[interface]);
	return item && build_kept(rules->current, item, "name", &name) ? name.text : "(unknown 0)";
}

const char *rules_mark_name(const struct rules *rules, uint32_t mark)
{
	if (!rules || mark == 0 || mark > rules->numbers.marks.count)
		return NULL;
	return rules->numbers.marks.name[mark - 1];
}

bool rules_own_address(const struct rules *rules, uint8_t family, const union weir_addr *addr)
{
	const struct weir_ruleset *set = &rules->current->set;

	for (size_t i = 0; i < set->interface_count; i++) {
		for (size_t a = 0; a < set->interfaces[i].address_count; a++) {
			const struct weir_interface_address *own = &set->interfaces[i].addresses[a];

			if (own->family == family && addr_compare(family, &own->addr, family, addr) == 0)
				return true;
		}
	}
	return false;
}

uint16_t rules_interface_of(const struct rules *rules, uint8_t family,
                            const union weir_addr *addr)
{
	const struct weir_ruleset *set = &rules->current->set;
	const struct weir_route *best = NULL;

	for (size_t i = 0; i < set->route_count; i++) {
		const struct weir_route *route = &set->routes[i];
		const struct prefix prefix = {route->family, route->length, route->prefix};

		if (route->table || route->type != WEIR_ROUTE_UNICAST ||
		    !prefix_contains(&prefix, family, addr))
			continue;
		if (!best || route->length > best->length ||
		    (route->length == best->length && route->distance < best->distance))
			best = route;
	}
	return best ? best->interface : WEIR_INTERFACE_NONE;
}

bool rules_same_side(const struct rules *rules, uint16_t port, uint16_t interface)
{
	const struct rules_build *build = rules->current;

	return port == interface || (port < build->set.interface_count &&
	                             build->interfaces[port].bridge == interface);
}

bool rules_leads(const struct rules *rules, uint8_t family, const union weir_addr *addr,
                 uint16_t interface)
{
	const struct weir_ruleset *set = &rules->current->set;
	int main = -1, here = -1;

	for (size_t i = 0; i < set->route_count; i++) {
		const struct weir_route *route = &set->routes[i];
		const struct prefix prefix = {route->family, route->length, route->prefix};

		if (route->type != WEIR_ROUTE_UNICAST || !prefix_contains(&prefix, family, addr))
			continue;
		if (!route->table && route->length > main)
			main = route->length;
		if (route->length > here && rules_same_side(rules, interface, route->interface))
			here = route->length;
	}
	return here >= 0 && here >= main;
}

const struct rule_place *rules_place(const struct rules *rules, uint32_t counter)
{
	const struct rules_build *current = rules->current;

	return counter < current->places && current->place[counter].menu ? &current->place[counter]
	                                                                 : NULL;
}

const struct rules_build *rules_current(const struct rules *rules)
{
	return rules->current;
}

struct model *rules_model(const struct rules *rules)
{
	return rules->model;
}
