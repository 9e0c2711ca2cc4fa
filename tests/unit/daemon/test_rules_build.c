/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What builds share: after each of thousands of random changes, of rules and of all that they
 * refer to, some refused, some undone, some short of memory, the build in force is compared,
 * field by field, with one that has read everything anew.
 *
 * Linked with --wrap for malloc() and its like.
 */
#include "../memory.h"
#include "../model/model_sample.h"
#include "daemon/rules_live.h"

#define STEPS 3000
#define VERSIONS_MAX (1u << 22)
#define ITEMS_MAX 400 /* of a menu, which is emptied then */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static long countdown = -1; /* allocations until one fails; below 0: none does */

static bool fails(void)
{
	return countdown >= 0 && countdown-- == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *ptr, size_t size)
{
	return fails() ? NULL : __real_realloc(ptr, size);
}

struct rig {
	struct model *model;
	struct engine_access access;
	struct rules *rules;
	uint64_t random;
	bool refuse; /* the observer behind the rules */
};

static uint64_t wall(void *ctx, int32_t *offset)
{
	(void)ctx;
	*offset = 0;
	return 1000 * WEIR_SEC;
}

static void no_log(void *ctx, const char *topics, const char *message)
{
	(void)ctx;
	(void)topics;
	(void)message;
}

static uint64_t no_time(void *ctx)
{
	(void)ctx;
	return 0;
}

static bool refuse(void *ctx, struct change *change, struct strbuf *error)
{
	struct rig *rig = ctx;

	(void)change;
	if (rig->refuse)
		strbuf_str(error, "failure: not now");
	return !rig->refuse;
}

static uint32_t below(struct rig *rig, uint32_t limit)
{
	return (uint32_t)(next_random(&rig->random) % limit);
}

/* Comparing */

static void same_match(const struct weir_match *a, const struct weir_match *b)
{
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->negate, b->negate);
	assert_int_equal(a->count, b->count);
	switch (a->type) {
	case WEIR_MATCH_IN_INTERFACE:
	case WEIR_MATCH_OUT_INTERFACE:
	case WEIR_MATCH_IN_BRIDGE_PORT:
	case WEIR_MATCH_OUT_BRIDGE_PORT:
		assert_memory_equal(a->interfaces, b->interfaces,
		                    WEIR_INTERFACE_WORDS * sizeof(uint64_t));
		break;
	case WEIR_MATCH_DST_PORT:
	case WEIR_MATCH_SRC_PORT:
	case WEIR_MATCH_ANY_PORT:
		assert_memory_equal(a->ports, b->ports, a->count * sizeof *a->ports);
		break;
	case WEIR_MATCH_TLS_HOST:
	case WEIR_MATCH_CONTENT:
	case WEIR_MATCH_LAYER7:
		assert_memory_equal(a->text, b->text, a->count);
		break;
	default:
		assert_memory_equal(&a->limit, &b->limit, sizeof a->limit);
	}
}

static void same_rule(const struct weir_rule *a, const struct weir_rule *b)
{
	assert_int_equal(a->counter, b->counter);
	assert_int_equal(a->action, b->action);
	assert_int_equal(a->log, b->log);
	assert_int_equal(a->passthrough, b->passthrough);
	assert_memory_equal(&a->nat, &b->nat, sizeof a->nat);
	assert_int_equal(a->match_count, b->match_count);
	for (size_t i = 0; i < a->match_count; i++)
		same_match(&a->matches[i], &b->matches[i]);
}

static uint64_t meant[VERSIONS_MAX];

/* What a version stands for never changes. */
static void check_version(const struct weir_rule *rule)
{
	uint64_t hash = rule->counter * UINT64_C(1099511628211) ^ rule->action;

	for (size_t i = 0; i < rule->match_count; i++) {
		const struct weir_match *m = &rule->matches[i];
		const uint8_t *bytes = (const uint8_t *)&m->limit;
		size_t size = sizeof m->limit;

		hash = (hash ^ m->type ^ (uint64_t)m->negate << 8) * UINT64_C(1099511628211);
		if (m->type >= WEIR_MATCH_IN_INTERFACE && m->type <= WEIR_MATCH_OUT_BRIDGE_PORT) {
			bytes = (const uint8_t *)m->interfaces;
			size = WEIR_INTERFACE_WORDS * sizeof *m->interfaces;
		} else if (m->type == WEIR_MATCH_LAYER7 || m->type == WEIR_MATCH_TLS_HOST) {
			bytes = (const uint8_t *)m->text;
			size = m->count;
		} else if (m->type == WEIR_MATCH_DST_PORT) {
			bytes = (const uint8_t *)m->ports;
			size = m->count * sizeof *m->ports;
		}
		for (size_t j = 0; j < size; j++)
			hash = (hash ^ bytes[j]) * UINT64_C(1099511628211);
	}
	assert_true(rule->version > 0 && rule->version < VERSIONS_MAX);
	if (meant[rule->version])
		assert_true(meant[rule->version] == hash);
	meant[rule->version] = hash;
}

static void same_table(const struct weir_table_rules *a, const struct weir_table_rules *b)
{
	assert_int_equal(a->count, b->count);
	assert_memory_equal(a->builtin, b->builtin, sizeof a->builtin);
	for (size_t i = 0; i < a->count; i++) {
		assert_string_equal(a->chains[i].name, b->chains[i].name);
		assert_int_equal(a->chains[i].count, b->chains[i].count);
		for (size_t j = 0; j < a->chains[i].count; j++) {
			same_rule(&a->chains[i].rules[j], &b->chains[i].rules[j]);
			check_version(&a->chains[i].rules[j]);
		}
	}
}

static void same_lists(const struct weir_ruleset *a, const struct weir_ruleset *b)
{
	assert_int_equal(a->list_count, b->list_count);
	for (size_t i = 0; i < a->list_count; i++) {
		assert_string_equal(a->lists[i].name, b->lists[i].name);
		assert_int_equal(a->lists[i].count, b->lists[i].count);
		for (size_t j = 0; j < a->lists[i].count; j++) {
			const struct weir_address_range *x = &a->lists[i].ranges[j];
			const struct weir_address_range *y = &b->lists[i].ranges[j];

			assert_int_equal(x->family, y->family);
			assert_memory_equal(&x->first, &y->first, sizeof x->first);
			assert_memory_equal(&x->last, &y->last, sizeof x->last);
		}
	}
}

static void same_ways(const struct weir_ruleset *a, const struct weir_ruleset *b)
{
	/* One may have numbers more, of interfaces that never came to be. */
	for (size_t i = 0; i < a->interface_count && i < b->interface_count; i++) {
		const struct weir_interface *x = &a->interfaces[i], *y = &b->interfaces[i];

		assert_int_equal(x->bridge, y->bridge);
		assert_int_equal(x->mtu, y->mtu);
		assert_int_equal(x->address_count, y->address_count);
		for (size_t j = 0; j < x->address_count; j++) {
			assert_int_equal(x->addresses[j].length, y->addresses[j].length);
			assert_memory_equal(&x->addresses[j].addr, &y->addresses[j].addr,
			                    sizeof x->addresses[j].addr);
		}
	}
	assert_int_equal(a->route_count, b->route_count);
	for (size_t i = 0; i < a->route_count; i++) {
		const struct weir_route *x = &a->routes[i], *y = &b->routes[i];

		assert_int_equal(x->family, y->family);
		assert_int_equal(x->length, y->length);
		assert_int_equal(x->type, y->type);
		assert_int_equal(x->distance, y->distance);
		assert_int_equal(x->table, y->table);
		/* The nameless interface stands behind the others. */
		assert_true(x->interface == y->interface ||
		            (x->interface + 1u == a->interface_count &&
		             y->interface + 1u == b->interface_count));
		assert_int_equal(x->via, y->via);
		assert_memory_equal(&x->prefix, &y->prefix, sizeof x->prefix);
		assert_memory_equal(&x->gateway, &y->gateway, sizeof x->gateway);
	}
}

static void same_places(const struct rules_build *a, const struct rules_build *b)
{
	for (uint32_t i = 0; i < a->places || i < b->places; i++) {
		static const struct rule_place none;
		const struct rule_place *x = i < a->places ? &a->place[i] : &none;
		const struct rule_place *y = i < b->places ? &b->place[i] : &none;

		assert_ptr_equal(x->menu, y->menu);
		assert_int_equal(x->id, y->id);
		assert_int_equal(x->number, y->number);
	}
}

static void compare(struct rig *rig)
{
	const struct rules_options options = {
	        .model = rig->model, .numbers = &rig->rules->numbers, .made = &rig->rules->made};
	struct strbuf error = STRBUF_INIT;
	struct rules_build *fresh = rules_build(&options, &error);
	const struct rules_build *current = rig->rules->current;

	assert_non_null(fresh);
	assert_int_equal(current->never_count, fresh->never_count);
	assert_int_equal(current->never.id, fresh->never.id);
	assert_int_equal(current->empty, fresh->empty);
	assert_true(current->owner);
	same_ways(&current->set, &fresh->set);
	same_lists(&current->set, &fresh->set);
	same_places(current, fresh);
	for (unsigned v6 = 0; v6 < 2; v6++) {
		for (unsigned t = 0; t < WEIR_TABLE_COUNT; t++)
			same_table(&current->set.tables[v6][t], &fresh->set.tables[v6][t]);
	}
	rules_build_free(fresh);
	strbuf_free(&error);
}

/* Changing: texts for each menu, of which one begins an item and any may be set */

struct menu_texts {
	const struct menu *menu;
	const char *add[6];
	const char *set[20];
};

#define ADDRESS4 "src-address=10.0.0.0/8", "dst-address=192.0.2.1", "!src-address"
#define PORTS "protocol=tcp dst-port=80,443", "protocol=udp dst-port=53"
#define INTERFACES "in-interface=ether1", "in-interface=br1", "in-interface-list=LAN", \
	"in-interface-list=!all", "!in-interface", "!in-interface-list"
#define LISTS "src-address-list=a", "dst-address-list=b", "src-address-list=!c", \
	"!src-address-list"

static const struct menu_texts menus[] = {
        {&menu_filter,
         {"chain=forward action=drop", "chain=input action=accept", "chain=x action=return",
          "chain=forward action=jump jump-target=x", "chain=y action=jump jump-target=z",
          "chain=x action=add-src-to-address-list address-list=b"},
         {ADDRESS4, PORTS, INTERFACES, LISTS, "layer7-protocol=l7", "limit=10,5:packet",
          "disabled=yes", "disabled=no"}},
        {&menu_filter,
         {"chain=forward action=drop", "chain=x action=accept layer7-protocol=l7",
          "chain=output action=drop p2p=all-p2p"},
         {"action=accept", "action=drop", "connection-mark=m1", "packet-mark=m2", "comment=some",
          "log=yes", "chain=x", "chain=y", "chain=forward", "hotspot=auth", "!hotspot",
          "!layer7-protocol", "tls-host=*.example.com"}},
        {&menu_nat,
         {"chain=srcnat action=masquerade", "chain=dstnat action=dst-nat to-addresses=10.1.1.1"},
         {ADDRESS4, PORTS, "out-interface=br1", "out-interface-list=LAN", "disabled=yes",
          "disabled=no"}},
        {&menu_mangle,
         {"chain=prerouting action=mark-packet new-packet-mark=m2",
          "chain=prerouting action=mark-routing new-routing-mark=main"},
         {ADDRESS4, PORTS, INTERFACES, LISTS}},
        {&menu_raw, {"chain=prerouting action=notrack"}, {ADDRESS4, PORTS, INTERFACES, LISTS}},
        {&menu_filter_v6,
         {"chain=forward action=drop", "chain=w action=accept"},
         {"src-address=2001:db8::/32", INTERFACES, LISTS, "chain=w"}},
        {&menu_address_list,
         {"list=a address=10.9.0.0/16", "list=b address=10.8.0.1", "list=c address=10.7.0.0/24"},
         {"disabled=yes", "disabled=no", "list=a", "comment=some"}},
        {&menu_interface_list,
         {"name=LAN", "name=WAN", "name=MORE"},
         {"name=LAN", "name=LAN2", "include=dynamic", "exclude=none", "comment=some"}},
        {&menu_list_member,
         {"list=LAN interface=ether1", "list=LAN interface=br1", "list=WAN interface=ether2"},
         {"disabled=yes", "disabled=no", "interface=ether2"}},
        {&menu_bridge, {"name=br1", "name=br2"}, {"name=br1", "name=br3", "mtu=1400"}},
        {&menu_vlan,
         {"name=v1 vlan-id=5 interface=ether1", "name=br1 vlan-id=6 interface=ether2"},
         {"name=br1", "name=v2", "disabled=yes"}},
        {&menu_layer7, {"name=l7 regexp=abc"}, {"regexp=def", "name=l7", "name=l8"}},
        {&menu_ip_address,
         {"address=10.0.0.1/24 interface=ether1", "address=10.1.0.1/24 interface=br1"},
         {"disabled=yes", "disabled=no", "interface=ether2"}},
        {&menu_ip_route, {"gateway=10.0.0.254", "gateway=ether2"}, {"distance=5", "disabled=yes"}},
};

static const char *one_of(struct rig *rig, const char *const *texts, size_t most)
{
	size_t count = 0;

	while (count < most && texts[count])
		count++;
	return texts[below(rig, (uint32_t)count)];
}

static uint64_t any_item(struct rig *rig, const struct menu *menu)
{
	size_t count;
	const struct item *const *items = model_items(rig->model, menu, &count);

	return count ? item_id(items[below(rig, (uint32_t)count)]) : 0;
}

static void remove_some(struct rig *rig, struct change *change, const struct menu *menu,
                        struct strbuf *error)
{
	size_t count, from, n = 0;
	const struct item *const *items = model_items(rig->model, menu, &count);
	uint64_t ids[ITEMS_MAX];

	from = count ? below(rig, (uint32_t)count) : 0;
	for (size_t i = from; i < count && n < (count > ITEMS_MAX / 2 ? ITEMS_MAX : 3); i++) {
		if (!item_builtin(items[i]))
			ids[n++] = item_id(items[i]);
	}
	if (n)
		(void)change_remove(change, menu, ids, n, error);
}

static void change_one(struct rig *rig, struct change *change, struct strbuf *error)
{
	const struct menu_texts *m = &menus[below(rig, ARRAY_COUNT(menus))];
	struct assignment assignments[ASSIGNMENTS_MAX];
	uint64_t id = any_item(rig, m->menu), other = any_item(rig, m->menu), made;
	bool ordered = m->menu->store == MENU_LIST;
	uint32_t what = below(rig, 10);
	size_t n;

	if (what < 4) {
		n = sample_assignments(m->menu, one_of(rig, m->add, ARRAY_COUNT(m->add)),
		                       assignments);
		(void)change_add(change, m->menu, assignments, n,
		                 ordered && other && below(rig, 2) ? other : MODEL_END, 0, &made,
		                 error);
	} else if (what < 8 && id) {
		n = sample_assignments(m->menu, one_of(rig, m->set, ARRAY_COUNT(m->set)),
		                       assignments);
		(void)change_set(change, m->menu, id, assignments, n, error);
	} else if (what == 8 && id && ordered) {
		(void)change_move(change, m->menu, &id, 1, below(rig, 3) ? other : MODEL_END,
		                  error);
	} else {
		remove_some(rig, change, m->menu, error);
	}
}

static void step(struct rig *rig)
{
	struct strbuf error = STRBUF_INIT;
	struct change *change;

	countdown = below(rig, 8) ? -1 : (long)below(rig, 300);
	rig->refuse = below(rig, 8) == 0;
	if (below(rig, 12) == 0) {
		(void)(below(rig, 2) ? model_undo : model_redo)(rig->model, &admin, &error);
	} else {
		change = change_begin(rig->model, &admin);
		for (uint32_t i = below(rig, 4) ? 1 : below(rig, 5); change && i > 0; i--)
			change_one(rig, change, &error);
		if (change)
			(void)change_commit(change, &error);
	}
	countdown = -1;
	strbuf_free(&error);
	compare(rig);
}

static void begin(struct rig *rig, uint64_t seed)
{
	const struct model_world world = {NULL, no_time, no_log};
	const struct rules_world rules_world = {NULL, wall, no_log, true};
	const struct model_observer observer = {rig, refuse, NULL, NULL};
	struct strbuf error = STRBUF_INIT;
	struct weir_config config;

	weir_config_init(&config);
	config.workers = 1;
	assert_int_equal(weir_engine_create(&rig->access.engine, &config), WEIR_OK);
	rig->access.worker = weir_engine_worker(rig->access.engine, 0);
	rig->access.wake = -1;
	memset(meant, 0, sizeof meant);
	rig->random = seed;
	rig->refuse = false;
	rig->model = model_create(&world);
	assert_non_null(rig->model);
	assert_true(model_add_hardware(rig->model, "ether1"));
	assert_true(model_add_hardware(rig->model, "ether2"));
	rig->rules = rules_bind(rig->model, &rig->access, &rules_world, &error);
	assert_non_null(rig->rules);
	assert_true(model_observe(rig->model, &observer));
	strbuf_free(&error);
}

static void end(struct rig *rig)
{
	model_destroy(rig->model);
	rules_unbind(rig->rules);
	weir_engine_destroy(rig->access.engine);
}

static void test_shared_as_fresh(void **state)
{
	static const uint64_t seeds[] = {1, 20261121};
	struct rig rig = {0};

	(void)state;
	for (size_t s = 0; s < ARRAY_COUNT(seeds); s++) {
		begin(&rig, seeds[s]);
		for (unsigned i = 0; i < STEPS; i++)
			step(&rig);
		end(&rig);
	}
}

/* Records of rules that a change leaves alone are the same ones. */
static void test_shares(void **state)
{
	const struct rule_records *records;
	const struct rule_record *before[3];
	struct rig rig = {0};
	uint64_t id[3], list;

	(void)state;
	begin(&rig, 1);
	list = add(rig.model, &menu_interface_list, "name=LAN");
	id[0] = add(rig.model, &menu_filter, "chain=forward action=drop dst-address=192.0.2.1");
	id[1] = add(rig.model, &menu_filter, "chain=forward action=drop in-interface-list=LAN");
	id[2] = add(rig.model, &menu_filter, "chain=forward action=drop dst-address=192.0.2.2");
	records = &rig.rules->current->records[0][WEIR_TABLE_FILTER];
	memcpy(before, records->record, sizeof before);
	set(rig.model, &menu_filter, id[0], "action=accept");
	records = &rig.rules->current->records[0][WEIR_TABLE_FILTER];
	assert_ptr_not_equal(records->record[0], before[0]);
	assert_ptr_equal(records->record[1], before[1]);
	assert_ptr_equal(records->record[2], before[2]);
	move(rig.model, &menu_filter, id[2], id[0]);
	records = &rig.rules->current->records[0][WEIR_TABLE_FILTER];
	assert_ptr_equal(records->record[0], before[2]);
	assert_ptr_equal(records->record[2], before[1]);
	add(rig.model, &menu_list_member, "list=LAN interface=ether2");
	records = &rig.rules->current->records[0][WEIR_TABLE_FILTER];
	assert_ptr_equal(records->record[0], before[2]);
	assert_int_equal(records->record[2]->rule.matches->interfaces[0],
	                 1u << rules_interface(rig.rules, "ether2"));
	take(rig.model, &menu_interface_list, list);
	records = &rig.rules->current->records[0][WEIR_TABLE_FILTER];
	assert_ptr_equal(records->record[0], before[2]);
	assert_false(records->record[2]->read);
	end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_shares),
	        cmocka_unit_test(test_shared_as_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
