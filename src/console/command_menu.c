/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command_menu.c - which commands a menu has: menu_commands().
 *
 * It follows from the menu's table: a list has add and move, what can be disabled has enable
 * and disable, rules have their counters. Menus whose items are somebody else's have what makes
 * sense there, whoever is bound to them, so that completion and errors are the same everywhere.
 *
 * Life: the lists of all kinds of menus are put together once. Threads: any.
 */
#include <pthread.h>
#include <string.h>

#include "base/bytes.h"
#include "console/command.h"
#include "console/context.h"
#include "model/menus.h"

/* What a menu of the configuration can do. */
enum {
	ADDS = 1,     /* add and remove */
	MOVES = 2,    /* move */
	DISABLES = 4, /* enable and disable */
	COMMENTS = 8, /* comment */
	COUNTS = 16,  /* print stats, reset-counters */
	KINDS = 32
};

#define COMMANDS_MAX 20

static const struct command *list_commands[KINDS][COMMANDS_MAX];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The order is that of the help: by name. */
static void fill(const struct command **to, unsigned kind)
{
	const struct {
		const struct command *command;
		bool there;
	} all[] = {
	        {&command_add, kind & ADDS},
	        {&command_comment, kind & COMMENTS},
	        {&command_disable, kind & DISABLES},
	        {&command_edit, true},
	        {&command_enable, kind & DISABLES},
	        {&command_export, true},
	        {&command_find, true},
	        {&command_get, true},
	        {&command_move, kind & MOVES},
	        {kind & COUNTS ? &command_print_rules : &command_print, true},
	        {&command_remove, kind & ADDS},
	        {&command_reset_counters, kind & COUNTS},
	        {&command_reset_counters_all, kind & COUNTS},
	        {&command_set, true},
	        {&command_unset, true},
	};

	for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
		if (all[i].there)
			*to++ = all[i].command;
	}
}

static void fill_all(void)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		fill(list_commands[kind], kind);
}

static bool has(const struct menu *menu, const char *name)
{
	return menu_find(menu, name, strlen(name)) != NULL;
}

static unsigned kind_of(const struct menu *menu)
{
	unsigned kind = 0;

	if (menu->store == MENU_LIST || menu->store == MENU_SET)
		kind |= ADDS;
	if (menu->store == MENU_LIST)
		kind |= MOVES;
	if (has(menu, "disabled"))
		kind |= DISABLES;
	if (has(menu, "comment"))
		kind |= COMMENTS;
	if (menu->counters)
		kind |= COUNTS;
	return kind;
}

/* Menus with commands of their own. */

#define COMMANDS(name, ...) static const struct command *const name[] = {__VA_ARGS__, NULL}

COMMANDS(root, &command_export_all, &command_import, &command_quit, &command_redo, &command_undo);
COMMANDS(steps, &command_export_all);
COMMANDS(step_system, &command_export_all, &command_shutdown);

COMMANDS(settings, &command_edit_settings, &command_export_all, &command_get_settings,
         &command_print_settings, &command_set_settings, &command_unset_settings);
COMMANDS(tracking, &command_edit_settings, &command_export_all, &command_get_settings,
         &command_print_tracking, &command_set_settings, &command_unset_settings);
COMMANDS(read_settings, &command_get_settings, &command_print_settings);
COMMANDS(resource, &command_get_settings, &command_resource_monitor, &command_print_settings);

COMMANDS(read_only, &command_find, &command_get, &command_print);
COMMANDS(connection, &command_export, &command_find, &command_get, &command_print_follow,
         &command_remove);
COMMANDS(log_lines, &command_log_debug, &command_log_error, &command_find, &command_get,
         &command_log_info, &command_print_follow, &command_log_warning);
COMMANDS(file, &command_add, &command_edit, &command_find, &command_get, &command_print,
         &command_file_read, &command_remove, &command_set);
COMMANDS(job, &command_find, &command_get, &command_print, &command_remove);
COMMANDS(environment, &command_find, &command_get, &command_print, &command_remove, &command_set);
COMMANDS(script, &command_add, &command_comment, &command_edit, &command_export, &command_find,
         &command_get, &command_print, &command_remove, &command_script_run, &command_set,
         &command_unset);

/* What RouterOS has and weir has not: listed as empty, refuses changes whatever they say. But
 * what [find] finds there is nothing, and nothing is done to that. */
static bool run_foreign(struct call *call)
{
	const struct argument *items = call_argument(call, "numbers");

	if (items && items->value.type == CELL_ARRAY && cell_array_count(&items->value) == 0)
		return true;
	return command_foreign(call);
}

static const struct parameter foreign_parameters[] = {
        {.name = "numbers", .help = "the items", .positional = 1, .several = true},
        {0},
};

/* clang-format off */
#define FOREIGN(word, properties_) \
	static const struct command foreign_##word = {.name = #word, .help = "weir has it not", \
		.parameters = foreign_parameters, .properties = properties_, \
		.unsets = properties_, .run = run_foreign}
/* clang-format on */

FOREIGN(add, true);
FOREIGN(disable, false);
FOREIGN(enable, false);
FOREIGN(remove, false);
FOREIGN(set, true);

COMMANDS(foreign, &foreign_add, &foreign_disable, &foreign_enable, &command_export_all,
         &command_find,
         &command_get, &command_print, &foreign_remove, &foreign_set);

static const struct {
	const struct menu *menu;
	const struct command *const *commands;
} own_commands[] = {
        {&menu_connection, connection},
        {&menu_connection_v6, connection},
        {&menu_tracking, tracking},
        {&menu_log, log_lines},
        {&menu_file, file},
        {&menu_script, script},
        {&menu_script_job, job},
        {&menu_script_environment, environment},
        {&menu_resource, resource},
};

const struct command *const *menu_commands(const struct menu_node *node)
{
	const struct menu *menu = node->menu;

	if (menu == NULL && node->foreign)
		return foreign;
	if (menu == NULL && node->parent == NULL)
		return root;
	if (menu == NULL)
		return strcmp(node->path, "/system") == 0 ? step_system : steps;
	for (size_t i = 0; i < ARRAY_COUNT(own_commands); i++) {
		if (own_commands[i].menu == menu)
			return own_commands[i].commands;
	}
	if (menu->store == MENU_SETTINGS)
		return settings;
	if (menu->store == MENU_LIVE)
		return menu->settings ? read_settings : read_only;
	pthread_once(&once, fill_all);
	return list_commands[kind_of(menu)];
}
