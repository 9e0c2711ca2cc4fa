/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_system.c - the tables of /system that tell who the router is and how it does,
 * of /file, and of the history of changes.
 *
 * Constant data.
 */
#include "model/menu_table.h"

/* clang-format off */
static const struct property identity[] = {
	P("name", "the router's name, as in the prompt", STRING_UP_TO(64), .initial = "weir")
};

static const struct property note[] = {
	P("show-at-login", "whether it is shown at the login", BOOL, .initial = "yes")
	P("show-at-cli-login", "whether it is shown at the login to the console", BOOL,
	  .initial = "no", SINCE(7, 15))
	P("note", "a text for who logs in", STRING, FORM(KIND_EMPTY), .initial = "")
};

static const struct property clock[] = {
	P("time", "time of the day", STRING, READ_ONLY)
	P("date", "the date", STRING, READ_ONLY)
	P("time-zone-autodetect", "whether the zone is found out from the address", BOOL,
	  .initial = "yes", .show = PROP_INERT)
	P("time-zone-name", "the zone, such as Europe/Riga, or manual", STRING,
	  .initial = "manual")
	P("gmt-offset", "how far it is ahead of UTC", STRING, READ_ONLY)
	P("dst-active", "whether it is summer time", BOOL, READ_ONLY)
};

static const struct property clock_manual[] = {
	P("time-zone", "how far it is ahead of UTC", SYNTAX(syntax_time_zone),
	  .initial = "+00:00")
	P("dst-delta", "what summer time adds", SYNTAX(syntax_time_zone), .initial = "+00:00",
	  .show = PROP_INERT)
	P("dst-start", "when summer time begins", SYNTAX(syntax_date_time),
	  .initial = "1970-01-01 00:00:00", .initial_v6 = "jan/01/1970 00:00:00",
	  .show = PROP_INERT)
	P("dst-end", "when it ends", SYNTAX(syntax_date_time),
	  .initial = "1970-01-01 00:00:00", .initial_v6 = "jan/01/1970 00:00:00",
	  .show = PROP_INERT)
};

#define BYTES NUMBER, FORM(KIND_BYTES)
#define PERCENT NUMBER, FORM(KIND_PERCENT)

static const struct property resource[] = {
	P("uptime", "how long it has been running", TIME, READ_ONLY)
	P("version", "the version of RouterOS that it speaks", STRING, READ_ONLY)
	P("build-time", "when it was built", STRING, READ_ONLY)
	P("factory-software", "the version that it came with", STRING, READ_ONLY)
	P("free-memory", "memory that is free", BYTES, READ_ONLY)
	P("total-memory", "all memory", BYTES, READ_ONLY)
	P("cpu", "the processor", STRING, READ_ONLY)
	P("cpu-count", "its cores", NUMBER, READ_ONLY)
	P("cpu-frequency", "its speed", NUMBER, FORM(KIND_MHZ), READ_ONLY)
	P("cpu-load", "how busy it is, in per cent", PERCENT, READ_ONLY)
	P("free-hdd-space", "room on the disk", BYTES, READ_ONLY)
	P("total-hdd-space", "size of the disk", BYTES, READ_ONLY)
	P("write-sect-since-reboot", "sectors written since the start", COUNTER, READ_ONLY)
	P("write-sect-total", "sectors written ever", COUNTER, READ_ONLY)
	P("architecture-name", "architecture of the processor", STRING, READ_ONLY)
	P("board-name", "what it runs on", STRING, READ_ONLY)
	P("platform", "whose it is", STRING, READ_ONLY)
};

static const struct property cpu[] = {
	ID
	P("cpu", "the core", STRING, READ_ONLY, .brief = 1)
	P("load", "how busy it is, in per cent", PERCENT, READ_ONLY, .brief = 2)
	P("irq", "part of it for interrupts", PERCENT, READ_ONLY, .brief = 3)
	P("disk", "part of it for the disk", PERCENT, READ_ONLY, .brief = 4)
};

static const struct property package[] = {
	ID
	P("name", "the package", STRING, READ_ONLY, .brief = 1)
	P("version", "its version", STRING, READ_ONLY, .brief = 2)
	P("build-time", "when it was built", STRING, READ_ONLY, .brief = 3)
	P("size", "its size", BYTES, READ_ONLY, .brief = 4)
	P("scheduled", "what happens to it at the next start", STRING, READ_ONLY)
	FLAG("disabled", 'X', 1, "it is switched off")
	FLAG("available", 'A', 1, "it could be installed")
};

static const struct property history[] = {
	ID
	P("action", "what was done", STRING, READ_ONLY, .brief = 1)
	P("by", "by whom", STRING, READ_ONLY, .brief = 2)
	P("policy", "the right that it needed", STRING, READ_ONLY, .brief = 3)
	P("time", "when", STRING, READ_ONLY, .brief = 4)
	FLAG("undoable", 'U', 1, "it can be undone")
	FLAG("redoable", 'R', 1, "it was undone and can be done again")
	FLAG("floating-undo", 'F', 1, "it is undone if safe mode ends badly")
};

static const struct property file[] = {
	ID
	P("name", "its name, with its folders", STRING, .brief = 1,
	  .show = PROP_NAME | PROP_REQUIRED)
	P("type", "kind of file: file, directory, script, backup", STRING, .show = PROP_FIXED, .brief = 2)
	P("size", "bytes", BYTES, READ_ONLY, .brief = 3)
	P("creation-time", "when it was made", STRING, READ_ONLY, UNTIL(7, 16), .brief = 4)
	P("last-modified", "when it was written last", STRING, READ_ONLY, SINCE(7, 16),
	  .brief = 5)
	P("contents", "what is in it", STRING, FORM(KIND_EMPTY))
};
/* clang-format on */

#define SETTINGS(path_, help_, table)                                                              \
	{                                                                                          \
		.path = path_, .help = help_, .properties = table, .count = ARRAY_COUNT(table),    \
		.settings = true, .store = MENU_SETTINGS,                                          \
	}

#define LIVE(path_, help_, table, one)                                                             \
	{                                                                                          \
		.path = path_, .help = help_, .properties = table, .count = ARRAY_COUNT(table),    \
		.settings = one, .store = MENU_LIVE, .not_exported = true,                         \
	}

const struct menu menu_identity = SETTINGS("/system identity", "the router's name", identity);
const struct menu menu_note = SETTINGS("/system note", "a text shown at the login", note);
const struct menu menu_clock = SETTINGS("/system clock", "date, time and time zone", clock);
const struct menu menu_clock_manual =
        SETTINGS("/system clock manual", "a time zone given by hand", clock_manual);
const struct menu menu_resource =
        LIVE("/system resource", "memory, processor, version", resource, true);
const struct menu menu_resource_cpu =
        LIVE("/system resource cpu", "each core of the processor", cpu, false);
const struct menu menu_package = LIVE("/system package", "what is installed", package, false);
const struct menu menu_history =
        LIVE("/system history", "the last changes, to be undone and redone", history, false);
const struct menu menu_file = LIVE("/file", "the router's files", file, false);
