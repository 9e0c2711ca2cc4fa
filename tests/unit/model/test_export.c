/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Export: what is written of a configuration in each mode and version, to the letter; a list
 * that is long; an output that refuses; memory that runs out (linked with --wrap for malloc,
 * calloc and realloc).
 */
#include "model/export.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/menus.h"
#include "model/model.h"

#define NOON UINT64_C(1795262400) /* 2026-11-21 12:00:00 */

/* Memory: the call of that number fails; 0: none does. */
static unsigned fail_at;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
	return fail_at && --fail_at == 0;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

static const struct actor tester = {"admin", "test", POLICY_ALL};

/* "name=value|name=value" */
static size_t split(const struct menu *menu, char *text, struct assignment *assignments)
{
	size_t count = 0;

	for (char *part = strtok(text, "|"); part; part = strtok(NULL, "|")) {
		char *value = strchr(part, '=');

		assert_non_null(value);
		assignments[count].property = menu_find(menu, part, (size_t)(value - part));
		assert_non_null(assignments[count].property);
		assignments[count].text = value + 1;
		assignments[count].len = strlen(value + 1);
		count++;
	}
	return count;
}

enum operation { ADD, SET, ADD_DYNAMIC, REMOVE };

static uint64_t change(struct model *model, const struct menu *menu, enum operation operation,
                       uint64_t id, const char *properties)
{
	struct assignment assignments[32];
	char text[1024];
	struct strbuf error = STRBUF_INIT;
	struct change *c = change_begin(model, &tester);
	enum model_refusal refusal;
	size_t count;

	assert_non_null(c);
	snprintf(text, sizeof text, "%s", properties);
	count = split(menu, text, assignments);
	switch (operation) {
	case ADD:
		refusal = change_add(c, menu, assignments, count, MODEL_END, 0, &id, &error);
		break;
	case ADD_DYNAMIC:
		refusal = change_add_dynamic(c, menu, assignments, count, 0, &id, &error);
		break;
	case REMOVE:
		refusal = change_remove(c, menu, &id, 1, &error);
		break;
	default:
		refusal = change_set(c, menu, id, assignments, count, &error);
	}
	assert_string_equal(strbuf_text(&error), "");
	assert_int_equal(refusal, MODEL_OK);
	assert_int_equal(change_commit(c, &error), MODEL_OK);
	strbuf_free(&error);
	return id;
}

static uint64_t named(struct model *model, const struct menu *menu, const char *name)
{
	uint64_t id = 0;

	assert_int_equal(model_find_name(model, menu, name, strlen(name), &id), SETTING_ONE);
	return id;
}

static void expect(struct model *model, struct export_options options, const char *want)
{
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);

	options.now = NOON * WEIR_SEC;
	assert_int_equal(export_model(model, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&text), want);
	strbuf_free(&text);
}

#define EXPECT(model, want, ...) expect(model, (struct export_options){__VA_ARGS__}, want)

/* A small router. */
static struct model *make_router(void)
{
	struct model *model = model_create(NULL);
	uint64_t id;

	assert_non_null(model);
	model_lock(model);
	assert_true(model_add_hardware(model, "ether1") != 0);
	id = model_add_hardware(model, "ether2");
	change(model, &menu_ethernet, SET, id, "name=wan|mtu=1400");
	change(model, &menu_bridge, ADD, 0, "name=bridge");
	change(model, &menu_interface_list, ADD, 0, "name=LAN");
	change(model, &menu_list_member, ADD, 0, "list=LAN|interface=bridge");
	change(model, &menu_tracking, SET, 0, "udp-timeout=10s|tcp-established-timeout=1h");
	change(model, &menu_ip_address, ADD, 0, "address=192.168.88.1/24|interface=bridge");
	change(model, &menu_address_list, ADD, 0, "list=office|address=10.1.0.0/16");
	change(model, &menu_address_list, ADD_DYNAMIC, 0, "list=seen|address=10.2.0.1");
	change(model, &menu_filter, ADD, 0,
	       "chain=forward|action=accept|connection-state=untracked,related,established|"
	       "comment=Allow what is known");
	change(model, &menu_filter, ADD, 0, "chain=input|in-interface-list=!LAN|action=drop");
	change(model, &menu_filter, ADD, 0, "chain=input|in-interface=wan|disabled=yes");
	change(model, &menu_nat, ADD, 0, "chain=srcnat|action=masquerade|out-interface=wan");
	id = named(model, &menu_ip_service, "telnet");
	change(model, &menu_ip_service, SET, id, "disabled=yes");
	id = named(model, &menu_ip_service, "www-ssl");
	change(model, &menu_ip_service, SET, id, "disabled=yes|port=443");
	change(model, &menu_identity, SET, 0, "name=my router");
	change(model, &menu_logging, SET, 2, "action=echo");
	change(model, &menu_logging, ADD, 0, "topics=firewall,!debug|prefix=fw");
	return model;
}

static void drop_router(struct model *model)
{
	model_unlock(model);
	model_destroy(model);
}

static const char compact[] =
        "# 2026-11-21 12:00:00 by RouterOS 7.16.2\n"
        "#\n"
        "/interface bridge\n"
        "add name=bridge\n"
        "/interface ethernet\n"
        "set [ find default-name=ether2 ] mtu=1400 name=wan\n"
        "/interface list\n"
        "add name=LAN\n"
        "/ip firewall connection tracking\n"
        "set tcp-established-timeout=1h udp-timeout=10s\n"
        "/interface list member\n"
        "add interface=bridge list=LAN\n"
        "/ip address\n"
        "add address=192.168.88.1/24 interface=bridge network=192.168.88.0\n"
        "/ip firewall address-list\n"
        "add address=10.1.0.0/16 list=office\n"
        "/ip firewall filter\n"
        "add action=accept chain=forward comment=\"Allow what is known\" \\\n"
        "    connection-state=established,related,untracked\n"
        "add action=drop chain=input in-interface-list=!LAN\n"
        "add action=accept chain=input disabled=yes in-interface=wan\n"
        "/ip firewall nat\n"
        "add action=masquerade chain=srcnat out-interface=wan\n"
        "/ip service\n"
        "set telnet disabled=yes\n"
        "/system identity\n"
        "set name=\"my router\"\n"
        "/system logging\n"
        "set 1 action=echo\n"
        "add prefix=fw topics=firewall,!debug\n";

static void test_compact(void **state)
{
	struct model *model = make_router();

	(void)state;
	EXPECT(model, compact, .header = true);
	drop_router(model);
}

static void test_new_model(void **state)
{
	struct model *model = model_create(NULL);

	(void)state;
	model_lock(model);
	EXPECT(model, "", .mode = EXPORT_COMPACT);
	EXPECT(model, "", .mode = EXPORT_TERSE);
	EXPECT(model, "# nov/21/2026 12:00:00 by RouterOS 6.43\n#\n", .header = true,
	       .version = MENU_VERSION(6, 43));
	drop_router(model);
}

static void test_terse(void **state)
{
	struct model *model = make_router();

	(void)state;
	EXPECT(model,
	       "/ip firewall filter add action=accept chain=forward comment=\"Allow what is "
	       "known\" connection-state=established,related,untracked\n"
	       "/ip firewall filter add action=drop chain=input in-interface-list=!LAN\n"
	       "/ip firewall filter add action=accept chain=input disabled=yes in-interface=wan\n",
	       .mode = EXPORT_TERSE, .path = "/ip firewall filter");
	drop_router(model);
}

static void test_verbose(void **state)
{
	struct model *model = make_router();

	(void)state;
	EXPECT(model,
	       "/ip firewall nat\n"
	       "add action=masquerade chain=srcnat out-interface=wan !to-addresses !to-ports\n",
	       .mode = EXPORT_VERBOSE, .path = "/ip firewall nat");
	EXPECT(model,
	       "/system logging action\n"
	       "set 0 memory-lines=1000 memory-stop-on-full=no name=memory target=memory\n"
	       "set 1 disk-file-count=2 disk-file-name=log disk-lines-per-file=1000 \\\n"
	       "    disk-stop-on-full=no name=disk target=disk\n"
	       "set 2 name=echo remember=yes target=echo\n"
	       "set 3 bsd-syslog=no name=remote remote=0.0.0.0 remote-port=514 src-address=\\\n"
	       "    0.0.0.0 syslog-facility=daemon syslog-severity=auto syslog-time-format=\\\n"
	       "    bsd-syslog target=remote\n"
	       "/system logging\n"
	       "set 0 action=memory disabled=no prefix=\"\" topics=info\n"
	       "set 1 action=echo disabled=no prefix=\"\" topics=error\n"
	       "set 2 action=memory disabled=no prefix=\"\" topics=warning\n"
	       "set 3 action=echo disabled=no prefix=\"\" topics=critical\n"
	       "add action=memory disabled=no prefix=fw topics=firewall,!debug\n",
	       .mode = EXPORT_VERBOSE, .path = "/system logging",
	       .version = MENU_VERSION(7, 16));
	EXPECT(model,
	       "/ip firewall connection tracking\n"
	       "set enabled=auto generic-timeout=10m icmp-timeout=10s tcp-close-timeout=10s \\\n"
	       "    tcp-close-wait-timeout=10s tcp-established-timeout=1h \\\n"
	       "    tcp-fin-wait-timeout=10s tcp-last-ack-timeout=10s \\\n"
	       "    tcp-max-retrans-timeout=5m tcp-syn-received-timeout=5s \\\n"
	       "    tcp-syn-sent-timeout=5s tcp-time-wait-timeout=10s tcp-unacked-timeout=5m \\\n"
	       "    udp-stream-timeout=3m udp-timeout=10s\n",
	       .mode = EXPORT_VERBOSE, .path = "/ip firewall connection tracking",
	       .version = MENU_VERSION(6, 43));
	drop_router(model);
}

/* udp-timeout is 10s by default in RouterOS 6. */
static void test_versions(void **state)
{
	struct model *model = make_router();

	(void)state;
	EXPECT(model,
	       "/ip firewall connection tracking\n"
	       "set tcp-established-timeout=1h\n",
	       .path = "/ip firewall connection tracking", .version = MENU_VERSION(6, 43));
	/* What only a later version spells is not lost where it was set. */
	change(model, &menu_tracking, SET, 0, "liberal-tcp-tracking=yes|loose-tcp-tracking=yes");
	EXPECT(model,
	       "/ip firewall connection tracking\n"
	       "set liberal-tcp-tracking=yes tcp-established-timeout=1h\n",
	       .path = "/ip firewall connection tracking", .version = MENU_VERSION(6, 43));
	drop_router(model);
}

static void test_where(void **state)
{
	struct model *model = make_router();
	struct where_error error;
	struct where *where = where_parse(&menu_filter, "chain=input and disabled", &error);

	(void)state;
	assert_non_null(where);
	EXPECT(model,
	       "/ip firewall filter\n"
	       "add action=accept chain=input disabled=yes in-interface=wan\n",
	       .path = "/ip firewall filter", .where = where);
	where_free(where);
	/* The menus below a path, and those alone. */
	EXPECT(model,
	       "/interface list\n"
	       "add name=LAN\n"
	       "/interface list member\n"
	       "add interface=bridge list=LAN\n",
	       .path = "/interface list");
	EXPECT(model, "", .path = "/interface li");
	EXPECT(model, compact + strlen("# 2026-11-21 12:00:00 by RouterOS 7.16.2\n#\n"),
	       .path = "/");
	drop_router(model);
}

/* A rename shows wherever the name is; what is gone shows as its id. */
static void test_references(void **state)
{
	struct model *model = make_router();
	uint64_t id = named(model, &menu_bridge, "bridge");
	char want[200];

	(void)state;
	change(model, &menu_bridge, SET, id, "name=two words");
	EXPECT(model, "/interface list member\nadd interface=\"two words\" list=LAN\n",
	       .path = "/interface list member");
	change(model, &menu_bridge, REMOVE, id, "");
	snprintf(want, sizeof want, "/interface list member\nadd interface=*%llX list=LAN\n",
	         (unsigned long long)id);
	EXPECT(model, want, .path = "/interface list member");
	drop_router(model);
}

/* Written in pieces: a long list takes no memory of its own. */
struct pieces {
	size_t longest, bytes, lines;
	unsigned calls, refuse_from;
};

static bool take_piece(void *ctx, const char *data, size_t len)
{
	struct pieces *p = ctx;

	if (++p->calls == p->refuse_from)
		return false;
	p->bytes += len;
	if (len > p->longest)
		p->longest = len;
	for (size_t i = 0; i < len; i++)
		p->lines += data[i] == '\n';
	return true;
}

#define MANY 20000

static void test_long_list(void **state)
{
	struct model *model = model_create(NULL);
	struct export_options options = {.path = "/ip firewall address-list"};
	struct pieces pieces = {0};
	struct print_out out = {take_piece, &pieces};
	struct change *c;
	struct strbuf error = STRBUF_INIT;

	(void)state;
	model_lock(model);
	c = change_begin(model, &tester);
	for (unsigned i = 0; i < MANY; i++) {
		struct assignment assignments[2];
		char text[64];
		uint64_t id;

		snprintf(text, sizeof text, "list=many|address=10.0.%u.%u", i >> 8, i & 255);
		split(&menu_address_list, text, assignments);
		assert_int_equal(change_add(c, &menu_address_list, assignments, 2, MODEL_END, 0,
		                            &id, &error),
		                 MODEL_OK);
	}
	assert_int_equal(change_commit(c, &error), MODEL_OK);
	assert_int_equal(export_model(model, &options, &out), PRINT_OK);
	assert_int_equal(pieces.lines, MANY + 1);
	assert_true(pieces.longest < 40000);

	pieces = (struct pieces){.refuse_from = 3};
	assert_int_equal(export_model(model, &options, &out), PRINT_NOT_WRITTEN);
	assert_int_equal(pieces.calls, 3);
	strbuf_free(&error);
	drop_router(model);
}

/* Wherever memory runs out, that is what is said; else the export is whole. */
static void test_memory(void **state)
{
	struct model *model = make_router();
	struct export_options options = {.header = true, .now = NOON * WEIR_SEC};
	unsigned failed = 0;
	bool reached = true;

	(void)state;
	for (unsigned at = 1; reached; at++) {
		struct pieces pieces = {0};
		struct print_out out = {take_piece, &pieces};
		enum print_result result;

		fail_at = at;
		result = export_model(model, &options, &out);
		reached = fail_at == 0; /* or all that was asked for was there */
		fail_at = 0;
		if (result == PRINT_OK)
			assert_int_equal(pieces.bytes, strlen(compact));
		else
			assert_int_equal(result, PRINT_NO_MEMORY);
		failed += result != PRINT_OK;
		assert_true(reached || result == PRINT_OK);
	}
	assert_true(failed > 50);
	drop_router(model);
}

static bool in_order(const char *path)
{
	for (size_t i = 0; export_order[i]; i++) {
		if (strcmp(export_order[i], path) == 0)
			return true;
	}
	return false;
}

/* The order names every menu that can be exported, and the listings have room for all their
 * properties. */
static void test_menus(void **state)
{
	struct model *model = model_create(NULL);

	(void)state;
	for (size_t i = 0; menu_list[i]; i++) {
		const struct menu *menu = menu_list[i];

		assert_true(menu->count <= PRINT_COLUMNS_MAX);
		if (menu->store == MENU_LIVE || menu->store == MENU_UNION || menu->not_exported)
			continue;
		if (!in_order(menu->path))
			fail_msg("no export of %s", menu->path);
	}
	for (size_t i = 0; export_order[i]; i++)
		assert_non_null(model_menu(model, export_order[i]));
	model_destroy(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_new_model), cmocka_unit_test(test_compact),
	        cmocka_unit_test(test_terse),     cmocka_unit_test(test_verbose),
	        cmocka_unit_test(test_versions),  cmocka_unit_test(test_where),
	        cmocka_unit_test(test_references), cmocka_unit_test(test_long_list),
	        cmocka_unit_test(test_menus),     cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
