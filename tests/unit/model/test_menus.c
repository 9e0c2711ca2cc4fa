/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of all menus: that their names, defaults, rows, references and flags are such
 * that console, print, export and the model can work by them.
 */
#include "model/menus.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/print.h"
#include "model/setting.h"
#include "model/syntax.h"
#include "model/tree.h"

static const struct menu *find_menu(const char *path)
{
	for (const struct menu *const *m = menu_list; *m; m++) {
		if (strcmp((*m)->path, path) == 0)
			return *m;
	}
	return NULL;
}

static void each_property(void (*look)(const struct menu *menu, const struct property *p))
{
	for (const struct menu *const *m = menu_list; *m; m++) {
		for (size_t i = 0; i < (*m)->count; i++)
			look(*m, &(*m)->properties[i]);
	}
}

#define FAIL(menu, p, what) fail_msg("%s %s: %s", (menu)->path, (p)->name, what)

/* A name that a row of a menu has: what references of other rows mean. */
static bool row_has_name(const char *row, const char *name, size_t len)
{
	return strncmp(row, "name=", 5) == 0 && strncmp(row + 5, name, len) == 0 &&
	       (row[5 + len] == ' ' || row[5 + len] == '\0');
}

static enum setting_found find_row(void *ctx, const struct value_kind *kind, const char *name,
                                   size_t len, uint64_t *id)
{
	const struct menu *menu = find_menu(kind->refers);

	(void)ctx;
	for (unsigned i = 0; menu && menu->rows && menu->rows[i]; i++) {
		if (row_has_name(menu->rows[i], name, len)) {
			*id = i + 1;
			return SETTING_ONE;
		}
	}
	return SETTING_NONE;
}

static bool row_name(void *ctx, const struct value_kind *kind, uint64_t id, const char **name,
                     size_t *len)
{
	const struct menu *menu = find_menu(kind->refers);

	(void)ctx;
	*name = menu->rows[id - 1] + 5;
	*len = strcspn(*name, " ");
	return true;
}

static const struct setting_scope scope = {.find = find_row, .name = row_name};

/* What is read and shown again. */
static void read_back(const struct menu *menu, const struct property *p, const char *text,
                      struct strbuf *shown)
{
	struct strbuf kept = STRBUF_INIT, error = STRBUF_INIT;

	if (!setting_read(&p->kind, p->name, text, strlen(text), &scope, &kept, &error))
		fail_msg("%s %s=%s: %s", menu->path, p->name, text, strbuf_text(&error));
	setting_show(&p->kind, strbuf_text(&kept), kept.len, &scope, shown);
	strbuf_free(&kept);
	strbuf_free(&error);
}

static void test_paths(void **state)
{
	(void)state;
	for (const struct menu *const *m = menu_list; *m; m++) {
		assert_true(find_menu((*m)->path) == *m);
		assert_true((*m)->path[0] == '/');
		if ((*m)->help == NULL || (*m)->help[0] == '\0')
			fail_msg("%s: no help", (*m)->path);
		assert_in_range((*m)->count, 1, PRINT_COLUMNS_MAX - 1);
	}
}

static bool is_word(const char *name)
{
	for (; *name; name++) {
		if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) &&
		    *name != '-' && *name != '.')
			return false;
	}
	return true;
}

static void look_name(const struct menu *menu, const struct property *p)
{
	if (p->name[0] == '\0' || !is_word(p->name) || (p->also && !is_word(p->also)))
		FAIL(menu, p, "not a name");
	if (p->help == NULL || p->help[0] == '\0' || p->help[strlen(p->help) - 1] == '.')
		FAIL(menu, p, "help is one sentence without its point");
	if (strlen(p->help) > 80)
		FAIL(menu, p, "help is longer than a line");
	if (menu_find(menu, p->name, strlen(p->name)) != p)
		FAIL(menu, p, "the name is there twice");
	if (p->also && menu_find(menu, p->also, strlen(p->also)) != p)
		FAIL(menu, p, "its other name is another's");
}

static void test_names(void **state)
{
	(void)state;
	each_property(look_name);
}

static void look_kind(const struct menu *menu, const struct property *p)
{
	const struct value_kind *kind = &p->kind;

	if (kind->type <= VALUE_NONE || kind->type >= VALUE_TYPE_COUNT)
		FAIL(menu, p, "no type");
	if (kind->max && kind->min > kind->max)
		FAIL(menu, p, "min above max");
	if (kind->type == VALUE_ENUM && kind->names == NULL)
		FAIL(menu, p, "an enumeration without names");
	if ((kind->type == VALUE_REFERENCE) != (kind->refers != NULL))
		FAIL(menu, p, "a reference has a menu, and nothing else has");
	if (kind->refers && find_menu(kind->refers) == NULL)
		FAIL(menu, p, "refers to a menu that is not there");
	if (kind->form & KIND_SET && kind->type != VALUE_ENUM)
		FAIL(menu, p, "a set of what has no names");
	for (const struct value_name *n = kind->names; n && n->name; n++) {
		for (const struct value_name *other = n + 1; other->name; other++) {
			if (strcmp(n->name, other->name) == 0)
				FAIL(menu, p, n->name);
			/* Two names of one state of TCP: by RouterOS 6 and 7 */
			if (n->number == other->number && !(p->show & PROP_READ_ONLY))
				FAIL(menu, p, other->name);
		}
	}
}

static void test_kinds(void **state)
{
	(void)state;
	each_property(look_kind);
}

static void look_default(const struct menu *menu, const struct property *p)
{
	const char *texts[] = {p->initial, p->initial_v6};

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
		struct strbuf shown = STRBUF_INIT;

		if (texts[i] == NULL)
			continue;
		read_back(menu, p, texts[i], &shown);
		/* A date stays as it was written, in the form of RouterOS 6 or 7; the engine's
		 * timeouts are written in seconds; a policy names what it has not. */
		if (menu != &menu_tracking && menu != &menu_user_group &&
		    strcmp(strbuf_text(&shown), texts[i]) != 0)
			fail_msg("%s %s: default %s is kept as %s", menu->path, p->name, texts[i],
			         strbuf_text(&shown));
		strbuf_free(&shown);
	}
	if (p->show & PROP_READ_ONLY && (p->initial || p->initial_v6))
		FAIL(menu, p, "a default of what is read-only");
	if (p->show & PROP_DERIVED && (p->initial || menu->derive == NULL))
		FAIL(menu, p, "derived, with a default or without derive()");
	if (p->show & PROP_BARE && p->kind.type != VALUE_BOOL)
		FAIL(menu, p, "only a bool stands alone");
}

static void test_defaults(void **state)
{
	(void)state;
	each_property(look_default);
}

static void look_version(const struct menu *menu, const struct property *p)
{
	if (p->until && p->since >= p->until)
		FAIL(menu, p, "ends before it begins");
	if ((p->since && p->since < MENU_VERSION(6, 0)) || p->since > MENU_VERSION(7, 99) ||
	    p->since % 100 > 60)
		FAIL(menu, p, "no such version");
}

static void test_versions(void **state)
{
	(void)state;
	each_property(look_version);
}

/* One "name=value" of a row, the value perhaps in quotes; takes it off the row. */
static bool take_assignment(const char **row, struct strbuf *name, struct strbuf *value)
{
	const char *equals = strchr(*row, '=');
	bool quoted;
	size_t len;

	if (equals == NULL)
		return false;
	strbuf_reset(name);
	strbuf_reset(value);
	strbuf_add(name, *row, (size_t)(equals - *row));
	quoted = equals[1] == '"';
	len = strcspn(equals + 1 + quoted, quoted ? "\"" : " ");
	strbuf_add(value, equals + 1 + quoted, len);
	*row = equals + 1 + len + 2 * quoted;
	*row += **row == ' ';
	return true;
}

static void look_row(const struct menu *menu, const char *row)
{
	struct strbuf name = STRBUF_INIT, value = STRBUF_INIT, shown = STRBUF_INIT;

	while (take_assignment(&row, &name, &value)) {
		const struct property *p = menu_find(menu, strbuf_text(&name), name.len);

		if (p == NULL)
			fail_msg("%s: a row has %s", menu->path, strbuf_text(&name));
		read_back(menu, p, strbuf_text(&value), &shown);
	}
	assert_int_equal(*row, '\0');
	strbuf_free(&name);
	strbuf_free(&value);
	strbuf_free(&shown);
}

static void test_rows(void **state)
{
	(void)state;
	for (const struct menu *const *m = menu_list; *m; m++) {
		unsigned count = 0;

		for (; (*m)->rows && (*m)->rows[count]; count++)
			look_row(*m, (*m)->rows[count]);
		assert_in_range((*m)->rows_v6, 0, count);
		if (count && (*m)->export_key == EXPORT_BY_NAME)
			assert_non_null(menu_find(*m, "name", 4));
	}
}

/* Letters: each once, those of a group side by side. */
static void look_flags(const struct menu *menu)
{
	const struct property *last = NULL;
	bool letters[128] = {false}, groups[256] = {false};

	for (size_t i = 0; i < menu->count; i++) {
		const struct property *p = &menu->properties[i];

		if (p->flag == 0) {
			assert_int_equal(p->flag_group, 0);
			continue;
		}
		if (letters[(unsigned char)p->flag])
			FAIL(menu, p, "its letter is another's");
		letters[(unsigned char)p->flag] = true;
		if (p->flag_group && groups[p->flag_group] &&
		    (last == NULL || last->flag_group != p->flag_group))
			FAIL(menu, p, "not beside the others of its group");
		groups[p->flag_group] = true;
		if (p->kind.type != VALUE_BOOL)
			FAIL(menu, p, "a flag is a bool");
		last = p;
	}
}

static void look_columns(const struct menu *menu)
{
	bool taken[256] = {false};

	for (size_t i = 0; i < menu->count; i++) {
		const struct property *p = &menu->properties[i];

		if (p->brief && taken[p->brief])
			FAIL(menu, p, "its column is another's");
		taken[p->brief] = true;
	}
	if (!menu->settings && !taken[1])
		fail_msg("%s: print has no columns", menu->path);
}

static void test_layout(void **state)
{
	(void)state;
	for (const struct menu *const *m = menu_list; *m; m++) {
		look_flags(*m);
		look_columns(*m);
	}
}

static void look_names_in(const struct menu *menu, const char *names)
{
	while (names && *names) {
		size_t len = strcspn(names, " ");

		if (menu_find(menu, names, len) == NULL)
			fail_msg("%s names %s", menu->path, names);
		names += len + (names[len] == ' ');
	}
}

static void test_menus(void **state)
{
	(void)state;
	for (const struct menu *const *m = menu_list; *m; m++) {
		const struct menu *menu = *m;

		look_names_in(menu, menu->unique);
		look_names_in(menu, menu->find_by);
		look_names_in(menu, menu->expires);
		if (menu->space)
			assert_non_null(find_menu(menu->space));
		if (menu->export_key == EXPORT_BY_FIND)
			assert_non_null(menu->find_by);
		if (menu->store == MENU_SETTINGS)
			assert_true(menu->settings);
		if (menu->settings)
			assert_true(menu->store == MENU_SETTINGS || menu->store == MENU_LIVE);
		else if (!(menu->properties[0].show & PROP_ID))
			fail_msg("%s: .id is not first", menu->path);
	}
}

/* Names that another menu refers to have to be names. */
static void look_reference(const struct menu *menu, const struct property *p)
{
	const struct menu *other = p->kind.refers ? find_menu(p->kind.refers) : NULL;
	const struct property *name = other ? menu_find(other, "name", 4) : NULL;

	if (other && (name == NULL || !(name->show & PROP_NAME)))
		FAIL(menu, p, "what it refers to has no names");
}

static void test_references(void **state)
{
	(void)state;
	each_property(look_reference);
}

static bool is_foreign(const char *path, size_t len)
{
	for (const char *const *p = menu_foreign; *p; p++) {
		if (strlen(*p) == len && memcmp(*p, path, len) == 0)
			return true;
	}
	return false;
}

static bool is_known(const char *path, size_t len)
{
	for (const struct menu *const *m = menu_list; *m; m++) {
		if (strlen((*m)->path) == len && memcmp((*m)->path, path, len) == 0)
			return true;
	}
	for (const struct menu_step *s = menu_steps; s->path; s++) {
		if (strlen(s->path) == len && memcmp(s->path, path, len) == 0)
			return true;
	}
	return is_foreign(path, len);
}

/* Every step of a path is a menu, a foreign one, or has its help. */
static void look_steps(const char *path)
{
	for (const char *blank = strchr(path, ' '); blank; blank = strchr(blank + 1, ' ')) {
		if (!is_known(path, (size_t)(blank - path)))
			fail_msg("%s: %.*s is nowhere", path, (int)(blank - path), path);
	}
}

static void test_foreign(void **state)
{
	size_t count = 0;

	(void)state;
	for (const char *const *p = menu_foreign; *p; p++, count++) {
		if (p[1] && strcmp(p[0], p[1]) >= 0)
			fail_msg("%s is not in its place", p[1]);
		if (find_menu(*p))
			fail_msg("%s is not foreign", *p);
		look_steps(*p);
	}
	assert_in_range(count, 250, 2000);
	for (const struct menu *const *m = menu_list; *m; m++)
		look_steps((*m)->path);
	for (const struct menu_step *s = menu_steps; s->path; s++) {
		assert_non_null(s->help);
		assert_null(find_menu(s->path));
		assert_false(is_foreign(s->path, strlen(s->path)));
	}
}

/* Rights that are not named are written out as denied; RouterOS 6 knows others than 7. */
static void test_policy(void **state)
{
	static const struct {
		const char *text, *kept;
	} cases[] = {
	        {"read,api", "read,api,!local,!telnet,!ssh,!ftp,!reboot,!write,!policy,!test,"
	                     "!winbox,!password,!web,!sniff,!sensitive,!romon,!rest-api"},
	        {"local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,"
	         "romon,tikapp,!ftp,!write,!policy,!dude",
	         "local,telnet,ssh,reboot,read,test,winbox,password,web,sniff,sensitive,api,"
	         "romon,tikapp,!ftp,!write,!policy,!dude"},
	        {"full", NULL},
	        {"read,", NULL},
	        {"re", NULL}, /* read, reboot or rest-api */
	};
	const struct property *policy = menu_find(&menu_user_group, "policy", 6);

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct strbuf kept = STRBUF_INIT, error = STRBUF_INIT;
		bool ok = setting_read(&policy->kind, "policy", cases[i].text,
		                       strlen(cases[i].text), &scope, &kept, &error);

		assert_int_equal(ok, cases[i].kept != NULL);
		if (ok)
			assert_string_equal(strbuf_text(&kept), cases[i].kept);
		else
			assert_string_equal(strbuf_text(&error),
			                    "invalid value for argument policy");
		strbuf_free(&kept);
		strbuf_free(&error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_paths),      cmocka_unit_test(test_names),
	        cmocka_unit_test(test_kinds),      cmocka_unit_test(test_defaults),
	        cmocka_unit_test(test_versions),   cmocka_unit_test(test_rows),
	        cmocka_unit_test(test_layout),     cmocka_unit_test(test_menus),
	        cmocka_unit_test(test_references), cmocka_unit_test(test_foreign),
	        cmocka_unit_test(test_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
