/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_interfaces.c - interfaces, bridges and interface lists as numbers and sets of
 * bits; see rules_build.h.
 *
 * A list is worked out where a rule first asks for it: its include lists, without its exclude
 * lists, and then its own members. A list that includes itself adds nothing by that. Sets are
 * shared by the builds, and by the rules that match by them, until one of the menus that they
 * follow from is changed.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "daemon/rules_build.h"
#include "model/menus.h"

/* Includes of includes; what lies deeper adds nothing. */
#define DEPTH_MAX 256

static void set_bit(uint64_t *words, uint16_t number)
{
	words[number / 64] |= UINT64_C(1) << number % 64;
}

/* A list that was worked out, or is about to be. */
struct list_set {
	struct list_set *next;
	uint64_t id;
	bool done;
	uint64_t words[WEIR_INTERFACE_WORDS];
};

struct interface_sets {
	unsigned owners;
	uint64_t none[WEIR_INTERFACE_WORDS];
	uint64_t all_ethernet[WEIR_INTERFACE_WORDS], all_ppp[WEIR_INTERFACE_WORDS];
	uint64_t all_vlan[WEIR_INTERFACE_WORDS], all_wireless[WEIR_INTERFACE_WORDS];
	uint64_t *one[WEIR_INTERFACES_MAX]; /* of one interface; NULL: nobody has asked for it */
	struct list_set *lists;
};

/* Those that were added last, down to one. */
static void forget_lists(struct interface_sets *sets, const struct list_set *until)
{
	while (sets->lists != until) {
		struct list_set *next = sets->lists->next;

		free(sets->lists);
		sets->lists = next;
	}
}

void interface_sets_release(struct interface_sets *sets)
{
	if (!sets || --sets->owners)
		return;
	for (size_t i = 0; i < WEIR_INTERFACES_MAX; i++)
		free(sets->one[i]);
	forget_lists(sets, NULL);
	free(sets);
}

static bool take_sets(struct rules_build *build, struct interface_sets *former)
{
	build->sets = former ? former : calloc(1, sizeof *former);
	if (!build->sets)
		return build_out_of_memory(build);
	build->sets->owners++;
	return true;
}

static bool begins(const struct kept *name, const char *const *words)
{
	for (; *words; words++) {
		size_t len = strlen(*words);

		if (name->len >= len && memcmp(name->text, *words, len) == 0)
			return true;
	}
	return false;
}

/* Those that only a reference names, and whose kind is in the menus that weir has not, tell
 * theirs by the names that they are given by default. */
static void note_kind(struct rules_build *build, const struct item *item, uint16_t number)
{
	static const char *const ppp[] = {"ppp",  "<ppp",  "pptp", "<pptp", "l2tp", "<l2tp", "sstp",
	                                  "<sstp", "ovpn", "<ovpn", NULL};
	static const char *const wireless[] = {"wlan", "wifi", "cap", NULL};
	const struct menu *menu = item_menu(item);
	struct kept name;

	if (menu == &menu_ethernet)
		set_bit(build->sets->all_ethernet, number);
	else if (menu == &menu_vlan)
		set_bit(build->sets->all_vlan, number);
	else if (menu == &menu_interface && build_kept(build, item, "name", &name)) {
		if (begins(&name, ppp))
			set_bit(build->sets->all_ppp, number);
		else if (begins(&name, wireless))
			set_bit(build->sets->all_wireless, number);
	}
}

/* What a packet may have, in bytes; 1500 where it says nothing. */
static uint16_t mtu_of(struct rules_build *build, const struct item *item)
{
	struct kept kept;
	unsigned mtu = 0;

	if (!build_kept(build, item, "mtu", &kept))
		return 1500;
	for (size_t i = 0; i < kept.len && kept.text[i] >= '0' && kept.text[i] <= '9'; i++)
		mtu = mtu < 65536 ? 10 * mtu + (unsigned)(kept.text[i] - '0') : mtu;
	return mtu >= 68 && mtu <= 65535 ? (uint16_t)mtu : 1500;
}

static bool add_interface(struct rules_build *build, const struct item *item)
{
	uint16_t number = numbers_interface(build->numbers, item_id(item));

	build->interfaces[number].mtu = mtu_of(build, item);
	if (build->sets->owners == 1)
		note_kind(build, item, number);
	return true;
}

/* Disabled ones have a number too: rules may name them. */
static bool number_interfaces(struct rules_build *build)
{
	struct menu_source *source = model_open(build->model, &menu_interface);
	const struct item *item;

	if (!source)
		return build_out_of_memory(build);
	while (!build->failed && (item = source->next(source)) != NULL) {
		if (numbers_add_interface(build->numbers, item_id(item)) == WEIR_INTERFACE_NONE) {
			strbuf_printf(build->error, "failure: more than %d interfaces",
			              WEIR_INTERFACES_MAX);
			build_fail(build);
		}
	}
	model_close(source);
	return !build->failed;
}

static bool add_bridge_port(struct rules_build *build, const struct item *item)
{
	uint16_t port, bridge;

	port = numbers_interface(build->numbers, build_reference(build, item, "interface"));
	bridge = numbers_interface(build->numbers, build_reference(build, item, "bridge"));
	if (port != WEIR_INTERFACE_NONE && bridge != WEIR_INTERFACE_NONE && port != bridge &&
	    build->interfaces[bridge].bridge == WEIR_INTERFACE_NONE)
		build->interfaces[port].bridge = bridge;
	return true;
}

static bool add_vlan(struct rules_build *build, const struct item *item)
{
	struct vlan_interface *vlan = &build->vlans[build->vlan_count];
	struct kept id;

	vlan->interface = numbers_interface(build->numbers, item_id(item));
	vlan->parent = numbers_interface(build->numbers, build_reference(build, item, "interface"));
	if (vlan->interface == WEIR_INTERFACE_NONE || vlan->parent == WEIR_INTERFACE_NONE ||
	    !build_kept(build, item, "vlan-id", &id))
		return true;
	vlan->id = (uint16_t)strtoul(id.text, NULL, 10);
	build->vlan_count++;
	return true;
}

bool build_interfaces(struct rules_build *build, struct interface_sets *former)
{
	struct weir_interface *interfaces;

	if (!take_sets(build, former) || !number_interfaces(build))
		return false;
	/* One more, for build_way_out(). */
	interfaces = build_take(build, build->numbers->interfaces + 1, sizeof *interfaces);
	build->vlans = build_take(build, build->numbers->interfaces, sizeof *build->vlans);
	if (build->failed)
		return false;
	for (uint32_t i = 0; i < build->numbers->interfaces; i++)
		interfaces[i].bridge = WEIR_INTERFACE_NONE;
	build->set.interfaces = build->interfaces = interfaces;
	build->set.interface_count = build->numbers->interfaces;
	return build_each(build, &menu_interface, add_interface) &&
	       build_each(build, &menu_bridge_port, add_bridge_port) &&
	       build_each(build, &menu_vlan, add_vlan);
}

/* Sets */

static void take_id(void *ctx, uint64_t id)
{
	*(uint64_t *)ctx = id;
}

/* The id in a kept reference. => 0: it is a word, or a stray */
static uint64_t id_of(const struct value_kind *kind, const struct kept *kept)
{
	uint64_t id = 0;

	setting_references(kind, kept->text, kept->len, take_id, &id);
	return id & SETTING_STRAY ? 0 : id;
}

static const uint64_t *one_interface(struct rules_build *build, uint16_t number)
{
	uint64_t **set = &build->sets->one[number];

	if (*set)
		return *set;
	*set = calloc(WEIR_INTERFACE_WORDS, sizeof **set);
	if (*set)
		set_bit(*set, number);
	else
		build_out_of_memory(build);
	return *set;
}

bool build_interface_set(struct rules_build *build, const struct kept *kept,
                         const uint64_t **words)
{
	static const struct value_kind kind = {.type = VALUE_REFERENCE, .refers = "/interface"};
	uint16_t number;

	*words = kept_is(kept, "all-ethernet")   ? build->sets->all_ethernet
	         : kept_is(kept, "all-ppp")      ? build->sets->all_ppp
	         : kept_is(kept, "all-vlan")     ? build->sets->all_vlan
	         : kept_is(kept, "all-wireless") ? build->sets->all_wireless
	                                         : NULL;
	if (*words)
		return true;
	number = numbers_interface(build->numbers, id_of(&kind, kept));
	*words = number == WEIR_INTERFACE_NONE ? build->sets->none : one_interface(build, number);
	return *words != NULL;
}

/* All, dynamic or static ones: the lists that nobody fills. => false: it is none of them */
static bool builtin_list(struct rules_build *build, const struct item *list, uint64_t *set)
{
	bool all = build_is(build, list, "name", "all"), none = build_is(build, list, "name", "none");
	bool dynamic = build_is(build, list, "name", "dynamic");
	struct menu_source *source;
	const struct item *item;

	if (!item_builtin(list) || !(all || none || dynamic || build_is(build, list, "name", "static")))
		return false;
	source = none ? NULL : model_open(build->model, &menu_interface);
	if (!none && !source)
		build_out_of_memory(build);
	while (source && (item = source->next(source)) != NULL) {
		if (all || item_dynamic(item) == dynamic)
			set_bit(set, numbers_interface(build->numbers, item_id(item)));
	}
	model_close(source);
	return true;
}

static void fill_list(struct rules_build *build, uint64_t id, uint64_t *set, unsigned depth);

struct parts {
	struct rules_build *build;
	uint64_t *set;
	unsigned depth;
};

static void add_part(void *ctx, uint64_t id)
{
	struct parts *parts = ctx;

	if (!(id & SETTING_STRAY))
		fill_list(parts->build, id, parts->set, parts->depth + 1);
}

static void fill_parts(struct rules_build *build, const struct item *list, const char *name,
                       uint64_t *set, unsigned depth)
{
	const struct property *property = menu_find(&menu_interface_list, name, strlen(name));
	struct parts parts = {build, set, depth};
	struct kept kept;

	if (build_kept(build, list, name, &kept))
		setting_references(&property->kind, kept.text, kept.len, add_part, &parts);
}

static void add_members(struct rules_build *build, uint64_t list, uint64_t *set)
{
	struct menu_source *source = model_open(build->model, &menu_list_member);
	const struct item *item;

	if (!source)
		build_out_of_memory(build);
	while (source && (item = source->next(source)) != NULL) {
		uint16_t number = WEIR_INTERFACE_NONE;

		if (!item_disabled(item) && build_reference(build, item, "list") == list &&
		    !item_invalid(build->model, item))
			number = numbers_interface(build->numbers,
			                           build_reference(build, item, "interface"));
		if (number != WEIR_INTERFACE_NONE)
			set_bit(set, number);
	}
	model_close(source);
}

static struct list_set *find_set(const struct rules_build *build, uint64_t id)
{
	struct list_set *known = build->sets->lists;

	while (known && known->id != id)
		known = known->next;
	return known;
}

static void work_out(struct rules_build *build, const struct item *list, struct list_set *own,
                     unsigned depth)
{
	uint64_t excluded[WEIR_INTERFACE_WORDS] = {0};

	if (builtin_list(build, list, own->words))
		return;
	fill_parts(build, list, "include", own->words, depth);
	fill_parts(build, list, "exclude", excluded, depth);
	for (size_t i = 0; i < WEIR_INTERFACE_WORDS; i++)
		own->words[i] &= ~excluded[i];
	add_members(build, own->id, own->words);
}

static void fill_list(struct rules_build *build, uint64_t id, uint64_t *set, unsigned depth)
{
	const struct item *list = model_item(build->model, &menu_interface_list, id);
	struct list_set *own = find_set(build, id);

	if (!list || depth > DEPTH_MAX)
		return;
	if (!own) {
		own = calloc(1, sizeof *own);
		if (!own) {
			build_out_of_memory(build);
			return;
		}
		own->id = id;
		own->next = build->sets->lists;
		build->sets->lists = own;
		work_out(build, list, own, depth);
		own->done = true;
	}
	for (size_t i = 0; own->done && i < WEIR_INTERFACE_WORDS; i++)
		set[i] |= own->words[i];
}

bool build_list_set(struct rules_build *build, const struct kept *kept, const uint64_t **words)
{
	static const struct value_kind kind = {.type = VALUE_REFERENCE,
	                                       .refers = "/interface list"};
	uint64_t id = id_of(&kind, kept);
	const struct list_set *known = find_set(build, id), *before = build->sets->lists;
	uint64_t unused[WEIR_INTERFACE_WORDS] = {0};

	if (!known) {
		fill_list(build, id, unused, 0);
		if (build->failed)
			forget_lists(build->sets, before);
		known = find_set(build, id);
	}
	*words = known ? known->words : build->sets->none;
	return !build->failed;
}
