/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Print of configuration menus: comments, flags, counters, what is extra or secret, quotes by
 * kind, the block of settings, colours; every screen to the letter. The menus are small ones
 * made up here, their items rows of texts in the form in which values are kept.
 */
#include "model/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "model/menu_table.h"
#include "model/setting.h"

static const struct value_name states[] = {
        {1, "established", NULL}, {2, "related", NULL}, {4, "new", NULL}, {0, NULL, NULL}};
static const struct value_name auto_word[] = {{0, "auto", NULL}, {0, NULL, NULL}};

/* clang-format off */
static const struct property rule_properties[] = {
	ID
	P("disabled", "", BOOL, .flag = 'X', .flag_group = 1)
	P("invalid", "", BOOL, READ_ONLY, .flag = 'I', .flag_group = 1)
	P("dynamic", "", BOOL, READ_ONLY, .flag = 'D')
	P("comment", "", STRING, FORM(KIND_EMPTY), .show = PROP_COMMENT)
	P("chain", "", STRING, WORDS(states), .brief = 1)
	P("action", "", STRING, WORDS(states), .brief = 2)
	P("connection-state", "", ENUM(states), FORM(KIND_SET))
	P("in-interface", "", REFERENCE("/interface"), FORM(KIND_NOT), .brief = 3)
	P("log-prefix", "", STRING, FORM(KIND_EMPTY))
	P("mtu", "", NUMBER, WORDS(auto_word), .brief = 4)
	P("window", "", TIME, .initial = "10s", .show = PROP_EXTRA)
	P("secret", "", STRING, .show = PROP_SENSITIVE)
	P("bytes", "", COUNTER, .show = PROP_STATS | PROP_READ_ONLY)
	P("packets", "", COUNTER, .show = PROP_STATS | PROP_READ_ONLY)
};
/* clang-format on */

enum {
	R_ID, R_DISABLED, R_INVALID, R_DYNAMIC, R_COMMENT, R_CHAIN, R_ACTION, R_STATE, R_IN,
	R_PREFIX, R_MTU, R_WINDOW, R_SECRET, R_BYTES, R_PACKETS, R_COUNT
};

static const struct menu rule_menu = {.path = "/rule",
                                      .properties = rule_properties,
                                      .count = ARRAY_COUNT(rule_properties),
                                      .store = MENU_LIST,
                                      .detail = true};

struct row {
	const char *text[R_COUNT];
};

static const struct row rules[] = {
        {{[R_ID] = "*1", [R_DYNAMIC] = "yes", [R_COMMENT] = "dummy rule", [R_CHAIN] = "forward",
          [R_ACTION] = "passthrough", [R_WINDOW] = "10s", [R_BYTES] = "15402335",
          [R_PACKETS] = "2077"}},
        {{[R_ID] = "*2", [R_COMMENT] = "let in: what is known", [R_CHAIN] = "input",
          [R_ACTION] = "accept", [R_STATE] = "established,related", [R_PREFIX] = "",
          [R_MTU] = "auto", [R_WINDOW] = "10s", [R_BYTES] = "0", [R_PACKETS] = "0"}},
        {{[R_ID] = "*A", [R_DISABLED] = "yes", [R_COMMENT] = "", [R_CHAIN] = "input",
          [R_ACTION] = "drop", [R_IN] = "!my wan", [R_PREFIX] = "in ", [R_MTU] = "1500",
          [R_WINDOW] = "1m", [R_SECRET] = "xyzzy", [R_BYTES] = "84", [R_PACKETS] = "1"}},
        {{[R_ID] = "*B", [R_INVALID] = "yes", [R_COMMENT] = "two\nlines \x1b[31m", [R_CHAIN] = "b",
          [R_ACTION] = "accept", [R_IN] = "bridge", [R_WINDOW] = "10s", [R_BYTES] = "9"}},
};

struct row_source {
	struct menu_source source;
	const struct row *rows;
	size_t count, at;
	struct strbuf room;
};

static const void *row_next(struct menu_source *source)
{
	struct row_source *s = (struct row_source *)source;

	return s->at < s->count ? &s->rows[s->at++] : NULL;
}

static void row_rewind(struct menu_source *source)
{
	((struct row_source *)source)->at = 0;
}

static void row_get(struct menu_source *source, const void *item, const struct property *property,
                    struct value *value)
{
	struct row_source *s = (struct row_source *)source;
	const struct row *row = item;
	const char *text = row->text[property - source->menu->properties];

	value_set_none(value);
	if (text && property->kind.type == VALUE_REFERENCE)
		*value = (struct value){.type = VALUE_STRING, .text = text, .len = strlen(text)};
	else if (text)
		setting_value(&property->kind, text, strlen(text), NULL, &s->room, value);
}

static void expect(const struct menu *menu, const struct row *rows, size_t count,
                   struct print_options options, const char *proplist, const char *want)
{
	struct row_source source = {
	        .source = {.menu = menu, .next = row_next, .rewind = row_rewind, .get = row_get},
	        .rows = rows,
	        .count = count,
	        .room = STRBUF_INIT};
	struct strbuf text = STRBUF_INIT;
	struct print_out out = print_to_strbuf(&text);

	if (proplist)
		assert_true(print_proplist_parse(menu, proplist, &options.proplist, &text));
	assert_int_equal(print_menu(&source.source, &options, &out), PRINT_OK);
	assert_string_equal(strbuf_text(&text), want);
	strbuf_free(&text);
	strbuf_free(&source.room);
}

#define RULES(want, proplist, ...)                                                                 \
	expect(&rule_menu, rules, ARRAY_COUNT(rules), (struct print_options){__VA_ARGS__},         \
	       proplist, want)

static void test_brief(void **state)
{
	(void)state;
	RULES("Flags: X - DISABLED, I - INVALID; D - DYNAMIC\n"
	      "Columns: CHAIN, ACTION, IN-INTERFACE, MTU\n"
	      "#    CHAIN    ACTION       IN-INTERFACE  MTU\n"
	      ";;; dummy rule\n"
	      "0  D forward  passthrough\n"
	      ";;; let in: what is known\n"
	      "1    input    accept                     auto\n"
	      "2 X  input    drop         !my wan       1500\n"
	      ";;; two\\nlines \\1B[31m\n"
	      "3 I  b        accept       bridge\n",
	      NULL, .layout = PRINT_BRIEF);
	RULES("Flags: X - DISABLED, I - INVALID; D - DYNAMIC\n"
	      "Columns: ACTION, WINDOW\n"
	      "#    ACTION       WINDOW\n"
	      "0  D passthrough  10s\n"
	      "1    accept       10s\n"
	      "2 X  drop         1m\n"
	      "3 I  accept       10s\n",
	      "action,window", .layout = PRINT_BRIEF);
	RULES("Flags: X - DISABLED, I - INVALID; D - DYNAMIC\n"
	      ";;; dummy rule\n"
	      "0  D\n"
	      ";;; let in: what is known\n"
	      "1\n"
	      "2 X\n"
	      ";;; two\\nlines \\1B[31m\n"
	      "3 I\n",
	      "comment", .layout = PRINT_BRIEF);
	RULES(";;; dummy rule\n"
	      "0  D forward\n"
	      ";;; let in: what is known\n"
	      "1    input\n"
	      "2 X  input\n"
	      ";;; two\\nlines \\1B[31m\n"
	      "3 I  b\n",
	      "chain,comment", .layout = PRINT_BRIEF, .continued = true);
}

static void test_stats(void **state)
{
	(void)state;
	RULES("Flags: X - DISABLED, I - INVALID; D - DYNAMIC\n"
	      "Columns: CHAIN, ACTION, BYTES, PACKETS\n"
	      "#    CHAIN    ACTION            BYTES  PACKETS\n"
	      ";;; dummy rule\n"
	      "0  D forward  passthrough  15 402 335    2 077\n"
	      ";;; let in: what is known\n"
	      "1    input    accept                0        0\n"
	      "2 X  input    drop                 84        1\n"
	      ";;; two\\nlines \\1B[31m\n"
	      "3 I  b        accept                9\n",
	      NULL, .layout = PRINT_BRIEF, .stats = true);
}

static void test_detail(void **state)
{
	(void)state;
	RULES("Flags: X - disabled, I - invalid; D - dynamic\n"
	      " 0  D ;;; dummy rule\n"
	      "      chain=forward action=passthrough\n"
	      "\n"
	      " 1    ;;; let in: what is known\n"
	      "      chain=input action=accept\n"
	      "      connection-state=established,related\n"
	      "      log-prefix=\"\" mtu=auto\n"
	      "\n"
	      " 2 X  chain=input action=drop\n"
	      "      in-interface=\"!my wan\" log-prefix=\"in \"\n"
	      "      mtu=1500 window=1m\n"
	      "\n"
	      " 3 I  ;;; two\\nlines \\1B[31m\n"
	      "      chain=b action=accept in-interface=bridge\n",
	      NULL, .layout = PRINT_DETAIL, .width = 48);
	/* The flags are told of even if none is on. */
	expect(&rule_menu, &rules[1], 1, (struct print_options){.layout = PRINT_DETAIL},
	       "chain,comment",
	       "Flags: X - disabled, I - invalid; D - dynamic\n"
	       " 0    ;;; let in: what is known\n"
	       "      chain=input\n");
	expect(&rule_menu, rules, 0, (struct print_options){.layout = PRINT_DETAIL}, NULL, "");
	expect(&rule_menu, &rules[2], 1,
	       (struct print_options){.layout = PRINT_DETAIL, .sensitive = true}, "secret,bytes",
	       "Flags: X - disabled, I - invalid; D - dynamic\n"
	       " 0 X  secret=\"xyzzy\" bytes=84\n");
	expect(&rule_menu, &rules[2], 1, (struct print_options){.layout = PRINT_DETAIL}, "secret",
	       "Flags: X - disabled, I - invalid; D - dynamic\n"
	       " 0 X\n");
}

static void test_lists(void **state)
{
	(void)state;
	RULES(" 0  D comment=\"dummy rule\" chain=forward action=passthrough\n"
	      " 1    comment=\"let in: what is known\" chain=input action=accept "
	      "connection-state=established,related log-prefix=\"\" mtu=auto\n"
	      " 2 X  comment=\"\" chain=input action=drop in-interface=\"!my wan\" "
	      "log-prefix=\"in \" mtu=1500 window=1m\n"
	      " 3 I  comment=\"two\\nlines \\1B[31m\" chain=b action=accept in-interface=bridge\n",
	      NULL, .layout = PRINT_TERSE);
	expect(&rule_menu, &rules[1], 2, (struct print_options){.layout = PRINT_VALUE_LIST}, NULL,
	       "        disabled:                         yes\n"
	       "         comment: \"let in: what is known\" \"\"\n"
	       "           chain: input                   input\n"
	       "          action: accept                  drop\n"
	       "connection-state: established,related\n"
	       "    in-interface:                         \"!my wan\"\n"
	       "      log-prefix: \"\"                      \"in \"\n"
	       "             mtu: auto                    1500\n"
	       "          window:                         1m\n");
	expect(&rule_menu, &rules[2], 1, (struct print_options){.layout = PRINT_JSON}, NULL,
	       "[\n{\".id\":\"*A\",\"disabled\":true,\"comment\":\"\",\"chain\":\"input\","
	       "\"action\":\"drop\",\"in-interface\":\"!my wan\",\"log-prefix\":\"in \","
	       "\"mtu\":1500,\"window\":\"1m\",\"bytes\":84,\"packets\":1}\n]\n");
}

static void test_colours(void **state)
{
	(void)state;
	expect(&rule_menu, &rules[0], 1,
	       (struct print_options){.layout = PRINT_DETAIL, .width = 40, .colours = true},
	       "comment,chain,action,packets",
	       "Flags: \033[1mX\033[m - disabled, \033[1mI\033[m - invalid; \033[1mD\033[m - "
	       "dynamic\n"
	       " 0  D \033[36m;;; dummy rule\033[m\n"
	       "      \033[32mchain\033[m=forward \033[32maction\033[m=passthrough\n"
	       "      \033[32mpackets\033[m=2 077\n");
	expect(&rule_menu, &rules[0], 1,
	       (struct print_options){.layout = PRINT_BRIEF, .colours = true}, "chain",
	       "Flags: \033[1mD\033[m - DYNAMIC\n"
	       "Columns: CHAIN\n"
	       "\033[32m#   CHAIN\033[m\n"
	       "0 D forward\n");
	expect(&rule_menu, &rules[0], 1,
	       (struct print_options){.layout = PRINT_TERSE, .colours = true}, "chain",
	       " 0  D chain=forward\n");
}

/* Settings */

/* clang-format off */
static const struct property note_properties[] = {
	P("name", "", STRING)
	P("note", "", STRING, FORM(KIND_EMPTY))
	P("prefix", "", STRING, FORM(KIND_EMPTY))
	P("own-timeout", "", TIME, .initial = "30s", .show = PROP_EXTRA)
	P("other-timeout", "", TIME, .initial = "30s", .show = PROP_EXTRA)
	P("password", "", STRING, .show = PROP_SENSITIVE)
	P("total", "", COUNTER, .show = PROP_READ_ONLY)
};
/* clang-format on */

static const struct menu note_menu = {.path = "/note",
                                      .properties = note_properties,
                                      .count = ARRAY_COUNT(note_properties),
                                      .settings = true,
                                      .store = MENU_SETTINGS};

static void test_settings(void **state)
{
	static const struct row note = {
	        {"my router", "one\ntwo", "", "30s", "31s", "xyzzy", "50507"}};

	(void)state;
	expect(&note_menu, &note, 1, (struct print_options){.layout = PRINT_BRIEF}, NULL,
	       "           name: my router\n"
	       "           note: \"one\\ntwo\"\n"
	       "         prefix:\n"
	       "  other-timeout: 31s\n"
	       "          total: 50 507\n"
	       "\n");
	expect(&note_menu, &note, 1,
	       (struct print_options){.layout = PRINT_BRIEF, .sensitive = true, .colours = true},
	       "password,own-timeout",
	       "     \033[32mpassword\033[m: xyzzy\n"
	       "  \033[32mown-timeout\033[m: 30s\n"
	       "\n");
	expect(&note_menu, &note, 1, (struct print_options){.layout = PRINT_JSON}, NULL,
	       "{\"name\":\"my router\",\"note\":\"one\\ntwo\",\"prefix\":\"\","
	       "\"own-timeout\":\"30s\",\"other-timeout\":\"31s\",\"total\":50507}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_brief),  cmocka_unit_test(test_stats),
	        cmocka_unit_test(test_detail), cmocka_unit_test(test_lists),
	        cmocka_unit_test(test_colours), cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
