/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/export.h - the configuration as a router would export it: a script that makes it again.
 *
 * Menus stand in an order in which each finds what it refers to, properties in alphabetical
 * order, lines are wrapped as RouterOS wraps them (firewall.md: the visible part of a token
 * ends at column 77 or before). What is dynamic is not exported. The layout of the file that
 * the configuration is stored in is this as well.
 */
#ifndef MODEL_EXPORT_H
#define MODEL_EXPORT_H

#include "model/model.h"
#include "model/print.h"
#include "model/where.h"

enum export_mode {
	EXPORT_COMPACT, /* what differs from the defaults */
	EXPORT_VERBOSE, /* every property */
	EXPORT_TERSE,   /* compact, every line with its path and not wrapped */
};

struct export_options {
	enum export_mode mode;
	bool sensitive;              /* show-sensitive */
	bool whole;                  /* users too, which no export has: for the router's own file */
	bool header;                 /* the first lines: date, version */
	unsigned version;            /* MENU_VERSION(); 0: the model's */
	const char *path;            /* only this menu and those below it; NULL: all */
	struct where *where;         /* only those items; with a path of one menu */
	uint64_t now;                /* for the header, nanoseconds since 1970, local time */
};

/* The paths of the menus, in the order of an export; ends with NULL. */
extern const char *const export_order[];

/* With the model's lock held. => PRINT_OK, or that it could not be written */
enum print_result export_model(struct model *model, const struct export_options *options,
                               const struct print_out *out);

/* Appends one value as it stands in an export: bare, or in quotes with escapes. */
void export_value(const char *text, size_t len, struct strbuf *out);

/* Wraps a statement ("add action=accept ...", no newline in it but in quotes as \n) at column
 * 79 as RouterOS does, and ends it with a newline. */
void export_wrap(const char *statement, size_t len, struct strbuf *out);

#endif
