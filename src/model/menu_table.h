/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_table.h - the words that tables of properties are written in, and the
 * properties that most menus share.
 *
 *	static const struct property properties[] = {
 *		ID
 *		COMMENT
 *		P("mtu", "largest packet", NUMBER_OF(68, 65535), .initial = "1500")
 *		DISABLED(1)
 *	};
 *
 * Only for the files that hold such tables: the names are short. The order of a table is the
 * order that `print` shows; export sorts by name.
 */
#ifndef MODEL_MENU_TABLE_H
#define MODEL_MENU_TABLE_H

#include "base/bytes.h"
#include "model/menu.h"
#include "model/menus.h"
#include "model/syntax.h"

/* clang-format off */

/* One row, with its comma. */
#define P(name_, help_, ...) {.name = name_, .help = help_, __VA_ARGS__},

/* Kinds. FORM() is to be added to those that take a list, a range or a `!`. */
#define STRING .kind.type = VALUE_STRING
#define STRING_UP_TO(bytes) .kind.type = VALUE_STRING, .kind.max = bytes
#define NUMBER .kind.type = VALUE_NUMBER
#define NUMBER_UP_TO(most) .kind.type = VALUE_NUMBER, .kind.max = most
#define NUMBER_OF(least, most) .kind.type = VALUE_NUMBER, .kind.min = least, .kind.max = most
#define COUNTER .kind.type = VALUE_COUNTER
#define RATE .kind.type = VALUE_RATE
#define BOOL .kind.type = VALUE_BOOL
#define TIME .kind.type = VALUE_TIME
#define TIME_UP_TO(most) .kind.type = VALUE_TIME, .kind.max = most
#define TIME_OF(least, most) .kind.type = VALUE_TIME, .kind.min = least, .kind.max = most
#define MAC .kind.type = VALUE_MAC
#define ADDRESS(family_) .kind.type = VALUE_ADDRESS, .kind.family = family_
#define PREFIX(family_) .kind.type = VALUE_PREFIX, .kind.family = family_
#define ENUM(names_) .kind.type = VALUE_ENUM, .kind.names = names_
#define REFERENCE(path_) .kind.type = VALUE_REFERENCE, .kind.refers = path_
#define SYNTAX(syntax_) .kind.type = VALUE_STRING, .kind.syntax = &syntax_
#define WORDS(names_) .kind.names = names_ /* beside another type's values */
#define FORM(bits) .kind.form = bits

#define READ_ONLY .show = PROP_READ_ONLY
#define SINCE(major, minor) .since = MENU_VERSION(major, minor)
#define UNTIL(major, minor) .until = MENU_VERSION(major, minor)

/* Properties. */
#define ID \
	P(".id", "the item's number, never used again", .kind.type = VALUE_ID, \
	  .show = PROP_READ_ONLY | PROP_ID)
#define COMMENT P("comment", "a note for people", STRING, FORM(KIND_EMPTY), .initial = "", \
		  .show = PROP_COMMENT | PROP_SPARSE)

/* Flags. Those of one group other than 0 exclude each other. */
#define DISABLED(group) \
	P("disabled", "whether it is switched off", BOOL, .initial = "no", .flag = 'X', \
	  .flag_group = group)
#define FLAG(name_, letter, group, help_) \
	P(name_, help_, BOOL, .show = PROP_READ_ONLY, .flag = letter, .flag_group = group)
#define INVALID(group) \
	FLAG("invalid", 'I', group, "what it refers to is missing, so it does nothing")
#define DYNAMIC FLAG("dynamic", 'D', 0, "it was made by the router and is not stored")

/* clang-format on */

#endif
