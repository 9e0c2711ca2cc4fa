/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon/rules_build.c - the whole of a build, and what its parts are made with; see
 * rules_build.h.
 */
#include "daemon/rules_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "model/menus.h"

#define BLOCK_SIZE 65536

/* Memory in blocks, given back together. */
struct rules_block {
	struct rules_block *next;
	size_t used, size;
	max_align_t bytes[];
};

bool build_fail(struct rules_build *build)
{
	build->failed = true;
	return false;
}

bool build_out_of_memory(struct rules_build *build)
{
	build->no_memory = true;
	return build_fail(build);
}

static struct rules_block *add_block(struct rules_build *build, size_t size)
{
	struct rules_block *block = calloc(1, sizeof *block + size);

	if (!block)
		return NULL;
	block->size = size;
	block->next = build->blocks;
	build->blocks = block;
	return block;
}

void *build_take(struct rules_build *build, size_t count, size_t size)
{
	struct rules_block *block = build->blocks;
	size_t bytes;
	void *taken;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
		build_out_of_memory(build);
		return NULL;
	}
	bytes = (bytes + sizeof(max_align_t)) / sizeof(max_align_t) * sizeof(max_align_t);
	if (!block || block->size - block->used < bytes)
		block = add_block(build, bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE);
	if (!block) {
		build_out_of_memory(build);
		return NULL;
	}
	taken = (uint8_t *)block->bytes + block->used;
	block->used += bytes;
	return taken;
}

bool build_kept(const struct rules_build *build, const struct item *item, const char *name,
                struct kept *kept)
{
	const struct menu *menu = item_menu(item);
	const struct property *property = menu_find(menu, name, strlen(name));

	return property && item_kept(build->model, item, property, &kept->text, &kept->len) &&
	       kept->len;
}

bool build_is(const struct rules_build *build, const struct item *item, const char *name,
              const char *text)
{
	struct kept kept;

	return build_kept(build, item, name, &kept) && kept_is(&kept, text);
}

static void take_id(void *ctx, uint64_t id)
{
	*(uint64_t *)ctx = id;
}

uint64_t build_reference(const struct rules_build *build, const struct item *item,
                         const char *name)
{
	const struct menu *menu = item_menu(item);
	const struct property *property = menu_find(menu, name, strlen(name));
	struct kept kept;
	uint64_t id = 0;

	if (!build_kept(build, item, name, &kept))
		return 0;
	setting_references(&property->kind, kept.text, kept.len, take_id, &id);
	return id & SETTING_STRAY ? 0 : id;
}

bool build_each(struct rules_build *build, const struct menu *menu,
                bool (*each)(struct rules_build *build, const struct item *item))
{
	struct menu_source *source = model_open(build->model, menu);
	const struct item *item;

	if (!source)
		return build_out_of_memory(build);
	while (!build->failed && (item = source->next(source)) != NULL) {
		if (!item_disabled(item) && !item_invalid(build->model, item))
			each(build, item);
	}
	model_close(source);
	return !build->failed;
}

/* Settings of all packets */

static bool read_settings(struct rules_build *build)
{
	const struct item *v4 = model_settings(build->model, &menu_ip_settings);
	const struct item *v6 = model_settings(build->model, &menu_ipv6_settings);

	build->set.forward[0] = v4 && build_is(build, v4, "ip-forward", "yes");
	build->set.forward[1] = v6 && build_is(build, v6, "forward", "yes");
	build->set.off[1] = v6 && build_is(build, v6, "disable-ipv6", "yes");
	build->set.hash_ports[0] = v4 && build_is(build, v4, "ipv4-multipath-hash-policy", "l4");
	build->set.hash_ports[1] = v6 && build_is(build, v6, "multipath-hash-policy", "l4");
	build->set.fasttrack[0] = v4 && build_is(build, v4, "allow-fast-path", "yes");
	build->set.fasttrack[1] = v6 && build_is(build, v6, "allow-fast-path", "yes");
	build->set.new_only = v4 && build_is(build, v4, "reevaluate-connections", "no");
	return true;
}

static bool has_rules(const struct rules_build *build)
{
	for (unsigned family = 0; family < 2; family++) {
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++) {
			if (build->set.tables[family][t].count)
				return true;
		}
	}
	return false;
}

/* Lists that are read anew have versions that no others had. */
static void number_lists(struct rules_build *build)
{
	build->lists->version = build->numbers->version + 1;
	build->numbers->version += build->lists->names.count;
}

struct rules_build *rules_build(const struct rules_options *options, struct strbuf *error)
{
	struct rules_build *build = calloc(1, sizeof *build);
	struct interface_sets *sets;

	if (!build)
		return NULL;
	sets = options->former && !options->referred ? options->former->sets : NULL;
	build->model = options->model;
	build->numbers = options->numbers;
	build->skip = options->skip;
	build->fresh_counter = options->fresh;
	build->ctx = options->ctx;
	build->error = error;
	build->version = model_version(options->model);
	if (options->former && options->former->version == build->version)
		build->former = options->former;
	build->referred = options->referred;
	build->lists = options->lists ? options->lists : rules_lists_read(options->model, options->made);
	if (!build->lists)
		build_out_of_memory(build);
	else if (options->lists)
		build->lists->owners++;
	else
		number_lists(build);
	if (build->failed || !read_settings(build) || !build_interfaces(build, sets) ||
	    !build_addresses(build) || !build_listeners(build) || !build_routes(build) || !build_lists(build) ||
	    !build_tables(build) || !build_list_heads(build) ||
	    ((has_rules(build) || build->set.route_count) && !build_way_out(build))) {
		rules_build_free(build);
		return NULL;
	}
	build->empty = build->set.route_count == 0;
	build_routes_drop(build);
	placing_free(&build->list_placing);
	return build;
}

void rules_build_free(struct rules_build *build)
{
	if (!build)
		return;
	build_routes_drop(build);
	build_records_free(build);
	while (build->blocks) {
		struct rules_block *block = build->blocks;

		build->blocks = block->next;
		free(block);
	}
	placing_free(&build->list_placing);
	interface_sets_release(build->sets);
	rules_lists_release(build->lists);
	free(build);
}
