/* SPDX-License-Identifier: Apache-2.0 */
/*
 * console/command.h - the commands of menus by name, for the one table that says which menu has
 * which (command_menu.c), and what their functions have in common.
 *
 * Life: constant. Threads: as console/call.h.
 */
#ifndef CONSOLE_COMMAND_H
#define CONSOLE_COMMAND_H

#include "console/call.h"

/* command_print.c */
extern const struct command command_print;          /* lists */
extern const struct command command_print_rules;    /* lists with counters */
extern const struct command command_print_follow;   /* what comes and goes: connections, log */
extern const struct command command_print_settings; /* one item */
extern const struct command command_print_tracking; /* and its count-only */

/* command_item.c */
extern const struct command command_add, command_set, command_set_settings;
extern const struct command command_unset, command_unset_settings;
extern const struct command command_remove, command_enable, command_disable;
extern const struct command command_move, command_comment;

/* command_edit.c */
extern const struct command command_edit, command_edit_settings;
extern const struct command command_reset_counters, command_reset_counters_all;

/* command_get.c */
extern const struct command command_get, command_get_settings, command_find;

/* command_export.c */
extern const struct command command_export;     /* lists */
extern const struct command command_export_all; /* settings, and everything below a menu */

/* command_root.c */
extern const struct command command_quit, command_undo, command_redo;

/* command_system.c */
extern const struct command command_script_run, command_resource_monitor, command_shutdown;
extern const struct command command_file_read;
extern const struct command command_log_info, command_log_warning, command_log_error,
        command_log_debug;

/* Whether the user may do it. => false: session_fail() told */
bool command_may(struct call *call, uint32_t policies);

/* What changing a menu takes besides the command's own rights. */
uint32_t command_write_policies(const struct menu *menu);

/* Ends a call with what the model said. => false, but true for MODEL_OK */
bool command_refused(struct call *call, enum model_refusal refusal, const struct strbuf *error);

/* Whether the condition could be decided for each item that it was asked of. => false:
 * session_fail() told */
bool command_decided(struct call *call, const struct where *where);

bool command_no_memory(struct call *call); /* => false */

/* Ends a call in a menu that RouterOS has and weir has not. => false */
bool command_foreign(struct call *call);

/* The property of that name, or the only one whose name begins so; ids are none.
 * => NULL: session_fail() told */
const struct property *command_property(struct call *call, const char *name, size_t len);

/* Reads a time of at least `least`. => false: session_fail() told */
bool command_time(struct call *call, const struct argument *argument, weir_time least,
                  weir_time *time);

/* The value of a property as the language has it; CELL_NIL: not set, or no memory. */
struct cell command_cell(const struct value_kind *kind, const struct value *value);

/* All properties of an item with their names as keys; those in `only` if it is not NULL, even
 * those that print leaves out if they are `named` so. Sensitive ones only if `sensitive`.
 * => CELL_NIL: no memory */
struct print_proplist;
struct cell command_row(struct menu_source *source, const void *item,
                        const struct print_proplist *only, bool named, bool sensitive);

#endif
