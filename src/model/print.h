/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model/print.h - `print` of a menu, in the layouts of RouterOS 7.
 *
 * brief, detail and terse pass over the source twice (widths, numbers and flags in
 * use first), value-list once per property, json and count-only once. Output goes
 * piece by piece to the caller's write, so the size of the list costs no memory
 * but in value-list (one number an item). Items are numbered from 0 in the whole
 * list, whatever the where-expression leaves of it.
 *
 * Where menu.lines says so brief is a line an item instead, its values with a blank before each,
 * unless it was asked for columns or ids.
 *
 * An empty result prints nothing, as json `[]`, as count-only `0`. A settings
 * menu has one layout besides json: a block of `name: value`. No line ends in blanks.
 *
 * A comment is a line `;;; text`: in brief before its item's row, in detail after the
 * number and the flags. What a layout shows by itself leaves out PROP_EXTRA at its default; what
 * is PROP_SENSITIVE is shown to nobody who has not asked for it by options.sensitive.
 * Which layout `print` alone has is the caller's choice (menu.detail).
 */
#ifndef MODEL_PRINT_H
#define MODEL_PRINT_H

#include <stdio.h>

#include "model/menu.h"
#include "model/where.h"

#define PRINT_LAYOUTS(X)                                                                           \
	X(BRIEF, "brief")                                                                          \
	X(DETAIL, "detail")                                                                        \
	X(TERSE, "terse")                                                                          \
	X(VALUE_LIST, "value-list")                                                                \
	X(JSON, "json")                                                                            \
	X(COUNT_ONLY, "count-only")

enum print_layout {
#define X(name, text) PRINT_##name,
	PRINT_LAYOUTS(X)
#undef X
	        PRINT_LAYOUT_COUNT
};

#define PRINT_COLUMNS_MAX 160 /* the longest table of properties has fewer */

/* Which properties, in which order. */
struct print_proplist {
	const struct property *property[PRINT_COLUMNS_MAX];
	size_t count; /* 0: the layout's own */
};

struct print_options {
	enum print_layout layout;
	struct where *where; /* NULL: all items */
	struct print_proplist proplist;
	unsigned width; /* columns of the terminal; 0: no limit */
	bool show_ids;  /* ids in place of numbers */
	bool stats;     /* the columns of PROP_STATS, and what they count for */
	bool sensitive; /* PROP_SENSITIVE too */
	bool colours;   /* names, flags and comments in those of an ANSI terminal */
	bool continued; /* goes on below what was printed before: no legend, no column names */

	/* Which items besides `where`; and who is told of every item and of its number in the
	 * whole list, shown or not (as often as a layout passes over it). Both may be NULL. */
	bool (*wanted)(void *ctx, struct menu_source *source, const void *item);
	void (*numbered)(void *ctx, uint64_t number, struct menu_source *source, const void *item);
	void *ctx;
};

/* Takes what is printed. => false: it cannot be written, printing stops */
struct print_out {
	bool (*write)(void *ctx, const char *data, size_t len);
	void *ctx;
};

enum print_result {
	PRINT_OK,
	PRINT_NO_MEMORY,
	PRINT_NOT_WRITTEN, /* write refused */
};

/* Prints the source's items. */
enum print_result print_menu(struct menu_source *source, const struct print_options *options,
                             const struct print_out *out);

/* Writers: into a FILE, into a strbuf. */
struct print_out print_to_file(FILE *file);
struct print_out print_to_strbuf(struct strbuf *sb);

/* The layout of that name. => false if there is none */
bool print_layout_find(const char *name, enum print_layout *layout);

/* Reads "name,name". => false, and *error has one line naming the property that is wrong */
bool print_proplist_parse(const struct menu *menu, const char *text, struct print_proplist *list,
                          struct strbuf *error);

#endif
