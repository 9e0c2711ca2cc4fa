/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/menu_script.c - the tables of scripts: those that are stored, what they run at, what
 * runs now, and the variables that all of them see.
 *
 * Constant data.
 */
#include "model/menu_table.h"

#include "model/model.h"

/* clang-format off */
/* The rights that a script may use, in the order in which they are kept. */
static const struct value_name policies[] = {
#define X(name, text) {POLICY_##name, text, NULL},
	POLICIES(X)
#undef X
	{0, NULL, NULL},
};

#define SCRIPT_POLICY \
	P("policy", "the rights that it may use", ENUM(policies), FORM(KIND_SET | KIND_EMPTY), \
	  .initial = "ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon", \
	  .brief = 5, .show = PROP_ALWAYS)
#define OWNER \
	P("owner", "who wrote it", STRING, .brief = 2, .show = PROP_ALWAYS)
#define RUN_COUNT P("run-count", "how often it has run", NUMBER, READ_ONLY, .brief = 7)

static const struct property script[] = {
	ID
	COMMENT
	P("name", "what it is run by", STRING, .brief = 1, .show = PROP_NAME | PROP_REQUIRED)
	OWNER
	SCRIPT_POLICY
	P("dont-require-permissions", "whether it may be run by who has fewer rights", BOOL,
	  .initial = "no", .show = PROP_ALWAYS)
	P("last-started", "when it was run last", STRING, READ_ONLY, .brief = 6)
	RUN_COUNT
	P("source", "the script", STRING, FORM(KIND_EMPTY), .initial = "", .show = PROP_ALWAYS)
	INVALID(0)
};

static const struct property job[] = {
	ID
	P("type", "what it is: a command, a script, a login", STRING, READ_ONLY, .brief = 1)
	P("script", "the script that runs", STRING, READ_ONLY, .brief = 2)
	P("owner", "who started it", STRING, READ_ONLY, .brief = 3)
	P("policy", "the rights that it has", STRING, READ_ONLY)
	P("started", "when", STRING, READ_ONLY, .brief = 4)
	P("parent", "the job that started it", STRING, READ_ONLY)
};

static const struct property environment[] = {
	ID
	P("name", "the variable", STRING, .show = PROP_NAME | PROP_FIXED, .brief = 1)
	P("user", "who made it", STRING, READ_ONLY)
	P("value", "what it holds", STRING, FORM(KIND_EMPTY), .brief = 2)
};

static const struct property scheduler[] = {
	ID
	COMMENT
	P("name", "what it is called", STRING, .brief = 1, .show = PROP_NAME | PROP_REQUIRED)
	P("start-date", "the day of the first run", SYNTAX(syntax_date), .brief = 2)
	P("start-time", "the time of it, or startup", SYNTAX(syntax_time_of_day), .brief = 3)
	P("interval", "time between two runs; 0s: it runs once", TIME, .initial = "0s",
	  .brief = 4)
	P("on-event", "a script's name, or a script", STRING, FORM(KIND_EMPTY), .initial = "",
	  .brief = 5, .show = PROP_ALWAYS)
	P("owner", "who wrote it", STRING, .initial = "admin", .show = PROP_FIXED | PROP_SPARSE)
	P("policy", "the rights that it may use", ENUM(policies), FORM(KIND_SET | KIND_EMPTY),
	  .initial = "ftp,reboot,read,write,policy,test,password,sniff,sensitive,romon",
	  .show = PROP_ALWAYS)
	P("run-count", "how often it has run", NUMBER, READ_ONLY, .brief = 6)
	P("next-run", "when it runs next", STRING, READ_ONLY)
	DISABLED(0)
};
/* clang-format on */

const struct menu menu_script = {
        .path = "/system script",
        .help = "scripts",
        .properties = script,
        .count = ARRAY_COUNT(script),
        .store = MENU_SET,
        .detail = true,
        .owner = "owner",
};

const struct menu menu_script_job = {
        .path = "/system script job",
        .help = "what runs now",
        .properties = job,
        .count = ARRAY_COUNT(job),
        .store = MENU_LIVE,
        .not_exported = true,
};

const struct menu menu_script_environment = {
        .path = "/system script environment",
        .help = "the variables that all scripts see",
        .properties = environment,
        .count = ARRAY_COUNT(environment),
        .store = MENU_LIVE,
        .not_exported = true,
};

const struct menu menu_scheduler = {
        .path = "/system scheduler",
        .help = "scripts that run at their time",
        .properties = scheduler,
        .count = ARRAY_COUNT(scheduler),
        .store = MENU_SET,
        .owner = "owner",
};
