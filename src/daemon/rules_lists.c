/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_lists.c - the entries of /ip firewall address-list and its twin of IPv6, as the
 * engine wants them; see rules_build.h.
 *
 * Entries of one list mostly stand together, so that the list of the entry before is tried
 * first. What rules have added is in the engine already, and is left out. Cost: 40 bytes an entry,
 * kept until the lists change.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/rules_build.h"
#include "model/menus.h"
#include "model/syntax.h"

#define NAME_MAX_BYTES 63 /* weir_address_list.name */

struct reading {
	struct model *model;
	struct rules_lists *lists;
	const struct property *list, *address;
	uint32_t last; /* the list of the entry before */
	uint8_t family;
};

static struct list_ranges *find_list(struct reading *r, const char *name, size_t len)
{
	struct rules_lists *lists = r->lists;
	uint32_t place = r->last;

	if (place >= lists->names.count || strncmp(lists->names.name[place], name, len) != 0 ||
	    lists->names.name[place][len])
		place = names_add(&lists->names, name, len);
	if (place == NO_NAME)
		return NULL;
	if (place >= lists->room) {
		size_t room = lists->room ? 2 * lists->room : 16;
		struct list_ranges *grown = reallocarray(lists->list, room, sizeof *grown);

		if (!grown)
			return NULL;
		memset(grown + lists->room, 0, (room - lists->room) * sizeof *grown);
		lists->list = grown;
		lists->room = room;
	}
	r->last = place;
	return &lists->list[place];
}

static bool add_range(struct list_ranges *list, const struct address_range *range)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 16;
		struct weir_address_range *grown = reallocarray(list->range, room, sizeof *grown);

		if (!grown)
			return false;
		list->range = grown;
		list->room = room;
	}
	list->range[list->count++] = (struct weir_address_range){
	        .family = range->family, .first = range->first, .last = range->last};
	return true;
}

/* => false: no memory */
static bool read_entry(struct reading *r, const struct item *item)
{
	struct address_range range;
	struct list_ranges *list;
	struct kept name, address;

	if (!item_kept(r->model, item, r->list, &name.text, &name.len) ||
	    !item_kept(r->model, item, r->address, &address.text, &address.len))
		return true;
	list = find_list(r, name.text, name.len);
	if (!list)
		return false;
	if (address_range_parse(address.text, address.len, r->family, &range))
		return add_range(list, &range);
	r->lists->unresolved++;
	return true;
}

static bool read_menu(struct model *model, const struct made *made, struct rules_lists *lists,
                      const struct menu *menu, uint8_t family)
{
	struct reading r = {
	        .model = model,
	        .lists = lists,
	        .list = menu_find(menu, "list", strlen("list")),
	        .address = menu_find(menu, "address", strlen("address")),
	        .family = family,
	};
	struct menu_source *source = model_open(model, menu);
	const struct item *item;
	bool good = source != NULL;

	while (good && (item = source->next(source)) != NULL) {
		if (!item_disabled(item) && !made_has(made, menu, item_id(item)))
			good = read_entry(&r, item);
	}
	model_close(source);
	return good;
}

struct rules_lists *rules_lists_read(struct model *model, const struct made *made)
{
	struct rules_lists *lists = calloc(1, sizeof *lists);

	if (!lists)
		return NULL;
	lists->owners = 1;
	if (read_menu(model, made, lists, &menu_address_list, WEIR_IPV4) &&
	    read_menu(model, made, lists, &menu_address_list_v6, WEIR_IPV6))
		return lists;
	rules_lists_release(lists);
	return NULL;
}

void rules_lists_release(struct rules_lists *lists)
{
	if (!lists || --lists->owners)
		return;
	for (size_t i = 0; i < lists->names.count && i < lists->room; i++)
		free(lists->list[i].range);
	free(lists->list);
	names_free(&lists->names);
	free(lists);
}

/* In a build: the lists that there are, and those that rules name */

bool build_lists(struct rules_build *build)
{
	const struct names *names = &build->lists->names;

	for (uint32_t i = 0; i < names->count; i++) {
		const struct kept name = {names->name[i], strlen(names->name[i])};

		if (build_list(build, &name) == NO_NAME)
			return false;
	}
	return true;
}

uint32_t build_list_number(struct rules_build *build, uint32_t place)
{
	uint32_t number = placing_number(&build->list_placing, place);

	if (number == NO_NAME)
		build_out_of_memory(build);
	return number;
}

uint32_t build_list(struct rules_build *build, const struct kept *name)
{
	uint32_t place;

	if (name->len > NAME_MAX_BYTES) {
		strbuf_printf(build->error, "failure: address list names have %d bytes at most: %.*s",
		              NAME_MAX_BYTES, (int)name->len, name->text);
		build_fail(build);
		return NO_NAME;
	}
	place = names_add(&build->numbers->lists, name->text, name->len);
	if (place == NO_NAME) {
		build_out_of_memory(build);
		return NO_NAME;
	}
	return build_list_number(build, place);
}

bool build_list_heads(struct rules_build *build)
{
	const struct placing *placing = &build->list_placing;
	struct weir_address_list *heads = build_take(build, placing->count, sizeof *heads);
	uint64_t *versions = build_take(build, placing->count, sizeof *versions);

	if (!heads || !versions)
		return false;
	for (uint32_t i = 0; i < placing->count; i++) {
		heads[i].name = build->numbers->lists.name[placing->place[i]];
		if (i < build->lists->names.count) {
			heads[i].ranges = build->lists->list[i].range;
			heads[i].count = build->lists->list[i].count;
			versions[i] = build->lists->version + i;
		}
	}
	build->set.lists = heads;
	build->set.list_count = placing->count;
	build->set.list_versions = versions;
	return true;
}
