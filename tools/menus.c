/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tools/menus.c - writes docs/menus.md: every menu and property, out of the tables that the
 * console, the API and export work by.
 *
 *	menus                     writes it to standard output
 *	menus --check FILE        fails unless that is what FILE has
 *
 * Life: one run. Cost: the text is put together in memory.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/strbuf.h"
#include "model/menus.h"
#include "model/syntax.h"
#include "model/tree.h"

static const char intro[] =
        "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
        "<!-- Written by tools/menus.c: ninja -C build tools/menus && build/tools/menus > "
        "docs/menus.md -->\n"
        "# Menus\n"
        "\n"
        "What weir has of RouterOS' menus: each property with what it may hold, its default, and "
        "what it is for.\n"
        "Properties stand in the order in which `print` shows them. Notes:\n"
        "\n"
        "| note | meaning |\n"
        "|---|---|\n"
        "| required | `add` fails without it |\n"
        "| read-only | the router tells it; it cannot be set |\n"
        "| fixed | given by the hardware, or once at `add` |\n"
        "| follows | where it is not written it follows from other properties |\n"
        "| inert | kept, shown and exported, and acts on nothing in weir. Of interfaces, bridges "
	        "and services only names and members act yet |\n"
        "| extra | not of RouterOS; shown and exported only where it is not the default |\n"
        "| on request | shown only where it is asked for by name |\n"
        "| secret | exported only with `show-sensitive` |\n"
        "| flag X | a letter before the item |\n"
        "| 7.10, before 7.0 | the versions of RouterOS that an export for which spells it |\n"
        "\n"
        "A type with `!` takes one before the value, which turns its meaning round.\n";

/* Types */

/* A bar would end the cell. */
static void put_cell(const char *text, struct strbuf *out)
{
	for (; *text; text++)
		strbuf_printf(out, "%s%c", *text == '|' ? "\\" : "", *text);
}

static void put_names(const struct value_name *names, struct strbuf *out)
{
	for (const struct value_name *n = names; n->name; n++)
		strbuf_printf(out, "%s`%s`", n == names ? "" : ", ", n->name);
}

static void put_limits(const struct value_kind *kind, struct strbuf *out)
{
	strbuf_str(out, " ");
	if (kind->form & KIND_HEX)
		strbuf_printf(out, "0x%" PRIX64 "..0x%" PRIX64, kind->min, kind->max);
	else
		strbuf_printf(out, "%" PRIu64 "..%" PRIu64, kind->min, kind->max);
}

static void put_plain(const struct value_kind *kind, struct strbuf *out)
{
	static const char *const names[VALUE_TYPE_COUNT] = {
	        [VALUE_NUMBER] = "number",   [VALUE_BOOL] = "`yes`, `no`",
	        [VALUE_TIME] = "time",       [VALUE_STRING] = "text",
	        [VALUE_RATE] = "bits/s",     [VALUE_COUNTER] = "number",
	        [VALUE_ID] = "id",           [VALUE_PREFIX] = "prefix",
	        [VALUE_MAC] = "MAC address", [VALUE_ADDRESS] = "address",
	};

	if (kind->syntax) {
		put_cell(kind->syntax->expected, out);
	} else if (kind->type == VALUE_ENUM) {
		put_names(kind->names, out);
		if (kind->max) {
			strbuf_str(out, " or");
			put_limits(kind, out);
		}
	} else if (kind->type == VALUE_REFERENCE) {
		strbuf_printf(out, "name in `%s`", kind->refers);
	} else {
		if (kind->family)
			strbuf_str(out, kind->family == WEIR_IPV4 ? "IPv4 " : "IPv6 ");
		strbuf_str(out, names[kind->type]);
		if (kind->type == VALUE_NUMBER && kind->max)
			put_limits(kind, out);
	}
	if (kind->type != VALUE_ENUM && kind->names) {
		strbuf_str(out, ", ");
		put_names(kind->names, out);
	}
}

static void put_type(const struct value_kind *kind, struct strbuf *out)
{
	if (kind->form & KIND_NOT)
		strbuf_str(out, "`!` ");
	if (kind->form & (KIND_LIST | KIND_SET))
		strbuf_str(out, "list of ");
	put_plain(kind, out);
	if (kind->form & KIND_RANGE)
		strbuf_str(out, ", or a range");
	if (kind->form & KIND_EACH_NOT)
		strbuf_str(out, ", each with `!` or without");
}

/* Notes */

struct notes {
	struct strbuf *out;
	bool begun;
};

static void note(struct notes *notes, const char *text)
{
	strbuf_str(notes->out, notes->begun ? ", " : "");
	strbuf_str(notes->out, text);
	notes->begun = true;
}

static void put_version(struct notes *notes, const char *before, unsigned version)
{
	char text[40];

	if (version == 0)
		return;
	snprintf(text, sizeof text, "%s%u.%u", before, version / 100, version % 100);
	note(notes, text);
}

static void put_notes(const struct property *p, struct strbuf *out)
{
	static const struct {
		unsigned bit;
		const char *text;
	} words[] = {
	        {PROP_REQUIRED, "required"},    {PROP_READ_ONLY, "read-only"},
	        {PROP_FIXED, "fixed"},          {PROP_DERIVED, "follows"},
	        {PROP_INERT, "inert"},          {PROP_EXTRA, "extra"},
	        {PROP_ON_REQUEST, "on request"}, {PROP_SENSITIVE, "secret"},
	};
	struct notes notes = {out, false};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
		if (p->show & words[i].bit)
			note(&notes, words[i].text);
	}
	if (p->flag) {
		char text[] = "flag X";

		text[5] = p->flag;
		note(&notes, text);
	}
	put_version(&notes, "", p->since);
	put_version(&notes, "before ", p->until);
	if (p->also) {
		note(&notes, "also ");
		strbuf_printf(out, "`%s`", p->also);
	}
}

static void put_default(const char *text, struct strbuf *out)
{
	strbuf_printf(out, "`%s`", *text ? text : "\"\"");
}

static void put_property(const struct property *p, struct strbuf *out)
{
	strbuf_printf(out, "| `%s` | ", p->name);
	put_type(&p->kind, out);
	strbuf_str(out, " | ");
	if (p->initial)
		put_default(p->initial, out);
	if (p->initial_v6) {
		strbuf_str(out, p->initial ? "; in 6 " : "in 6 ");
		put_default(p->initial_v6, out);
	}
	strbuf_printf(out, " | %s | ", p->help);
	put_notes(p, out);
	strbuf_str(out, " |\n");
}

/* Menus */

static void put_menu(const struct menu *menu, struct strbuf *out)
{
	static const char *const stores[] = {
	        [MENU_LIVE] = "What there is now",
	        [MENU_SETTINGS] = "Settings",
	        [MENU_LIST] = "A list whose order counts",
	        [MENU_SET] = "Items that can be added and removed",
	        [MENU_FIXED] = "Fixed items",
	        [MENU_UNION] = "The items of all menus below it",
	};

	strbuf_printf(out, "\n## `%s`\n\n%s: %s.", menu->path, stores[menu->store], menu->help);
	if (menu->unique)
		strbuf_printf(out, " No two have the same `%s`.", menu->unique);
	if (menu->since)
		strbuf_printf(out, " RouterOS has it from %u.%u on.", menu->since / 100u,
		              menu->since % 100u);
	strbuf_str(out, "\n\n| property | type | default | what it is for | notes |\n"
	                "|---|---|---|---|---|\n");
	for (size_t i = 0; i < menu->count; i++)
		put_property(&menu->properties[i], out);
	if (menu->rows == NULL)
		return;
	strbuf_str(out, "\nThere from the start:\n\n");
	for (const char *const *row = menu->rows; *row; row++)
		strbuf_printf(out, "    %s\n", *row);
}

static int by_path(const void *a, const void *b)
{
	const struct menu *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

static bool put_menus(struct strbuf *out)
{
	size_t count = 0;
	const struct menu **menus;

	while (menu_list[count])
		count++;
	menus = calloc(count, sizeof *menus);
	if (menus == NULL)
		return false;
	memcpy(menus, menu_list, count * sizeof *menus);
	qsort(menus, count, sizeof *menus, by_path);
	for (size_t i = 0; i < count; i++)
		put_menu(menus[i], out);
	free(menus);
	return true;
}

/* One paragraph for each first word. */
static void put_foreign(struct strbuf *out)
{
	size_t last = 0;

	strbuf_str(out, "\n## Menus that weir has not\n\n"
	                "A configuration's lines for these are passed over; `print` there shows "
	                "nothing.\n");
	for (const char *const *p = menu_foreign; *p; p++) {
		size_t len = strcspn(*p, " ");
		bool same = p != menu_foreign && len == last && memcmp(p[0], p[-1], len) == 0;

		strbuf_printf(out, "%s`%s`", same ? ",\n" : p == menu_foreign ? "\n" : ".\n\n", *p);
		last = len;
	}
	strbuf_str(out, ".\n");
}

static int check(const char *path, const struct strbuf *want)
{
	FILE *file = fopen(path, "rb");
	char *have = malloc(want->len + 1);
	bool same = false;

	if (file && have)
		same = fread(have, 1, want->len + 1, file) == want->len &&
		       memcmp(have, want->data, want->len) == 0;
	if (file)
		fclose(file);
	free(have);
	if (!same)
		fprintf(stderr, "%s is not what the tables say: write it anew with tools/menus\n",
		        path);
	return same ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct strbuf out = STRBUF_INIT;
	int status = EXIT_SUCCESS;

	if (argc != 1 && !(argc == 3 && strcmp(argv[1], "--check") == 0)) {
		fprintf(stderr, "usage: menus [--check FILE]\n");
		return 2;
	}
	strbuf_str(&out, intro);
	if (!put_menus(&out))
		out.failed = true;
	put_foreign(&out);
	if (out.failed) {
		fprintf(stderr, "menus: out of memory\n");
		status = EXIT_FAILURE;
	} else if (argc == 3) {
		status = check(argv[2], &out);
	} else if (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
		perror("menus");
		status = EXIT_FAILURE;
	}
	strbuf_free(&out);
	return status;
}
